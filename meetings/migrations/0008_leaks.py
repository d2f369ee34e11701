"""What calendars are told of a meeting is counted for each who is asked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0007_groups")]

    operations = [
        migrations.AddField(
            model_name="participant", name="own_sequence", field=models.PositiveIntegerField(default=0)
        ),
    ]
