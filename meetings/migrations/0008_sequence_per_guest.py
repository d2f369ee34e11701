"""What calendars are told is counted for each who is asked; a decision about the family holds for what was weighed."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0007_groups")]

    operations = [
        migrations.AddField(
            model_name="participant", name="own_sequence", field=models.PositiveIntegerField(default=0)
        ),
        migrations.RemoveConstraint(model_name="familyclearance", name="cleared_once"),
        migrations.AddField(
            model_name="familyclearance",
            name="marks",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="familyclearance", name="ended_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddConstraint(
            model_name="familyclearance",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at", None), ("ended_at__gte", models.F("decided_at")), _connector="OR"),
                name="clearance_is_forward",
            ),
        ),
        migrations.AddIndex(
            model_name="familyclearance",
            index=models.Index(fields=["meeting", "person"], name="clearance_of_person"),
        ),
    ]
