"""The clocks of one row in the order in which they are due, for lists that are sorted by the time left."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hub", "0012_who_knows_of_whom")]

    operations = [
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("met_at", None)), fields=["subject_id", "due_at"], name="deadline_of_subject"
            ),
        ),
    ]
