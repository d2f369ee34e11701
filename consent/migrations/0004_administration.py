"""What a kommun decides about consents is dated; a bit of an information type belongs to one code for ever."""

import uuid

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

from hub.migration_operations import LogRows, Protect


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0003_reviews_and_how_a_stop_was_told"),
        ("hub", "0006_administration"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("from_day", models.DateField()),
                ("youth_signs_from_age", models.PositiveSmallIntegerField()),
                ("decides_alone_from_age", models.PositiveSmallIntegerField()),
                ("hindered_guardian_rule", models.BooleanField()),
                ("consent_max_months", models.PositiveSmallIntegerField()),
                ("rhythm_days", models.PositiveSmallIntegerField(default=28)),
                ("rhythm_warning_days", models.PositiveSmallIntegerField(default=21)),
                ("decision", models.CharField(max_length=200)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "consent settings",
            },
        ),
        migrations.AddField(
            model_name="informationtype",
            name="row_version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name="informationtype",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("mask", "="), ("code", "<>")], name="one_code_of_a_bit"
            ),
        ),
        migrations.AddConstraint(
            model_name="informationtype",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("code", "="), ("mask", "<>")], name="one_bit_of_a_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="informationtype",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                name="information_type_forward",
            ),
        ),
        migrations.AddField(
            model_name="consentsettings",
            name="municipality",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.municipality"
            ),
        ),
        migrations.AddField(
            model_name="consentsettings",
            name="recorded_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"),
        ),
        migrations.AddConstraint(
            model_name="consentsettings",
            constraint=models.UniqueConstraint(
                models.F("municipality"), models.F("from_day"), name="one_decision_from_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="consentsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("consent_max_months__gte", 1),
                    ("consent_max_months__lte", 12),
                    ("decides_alone_from_age__gte", models.F("youth_signs_from_age")),
                    ("decides_alone_from_age__lte", 18),
                    ("rhythm_days__gte", 7),
                    ("rhythm_days__lte", 28),
                    ("rhythm_warning_days__lt", models.F("rhythm_days")),
                    ("youth_signs_from_age__lte", 18),
                ),
                name="consent_settings_sensible",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision", ""), _negated=True), name="consent_settings_decided"
            ),
        ),
        Protect("ConsentSettings"),
        LogRows("InformationType"),
    ]
