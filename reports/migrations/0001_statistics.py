"""Who counts the programme exactly, and what has been released: a release is never changed (P-S2, P-S3)."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

from hub.migration_operations import Protect

FROZEN = """
CREATE FUNCTION reports_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: a release never changes', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'release_never_changes';
END $$;
-- After the row, so that a row of another kommun is refused by its wall, as everywhere.
CREATE TRIGGER reports_frozen AFTER UPDATE OR DELETE ON reports_release FOR EACH ROW
    EXECUTE FUNCTION reports_refuse_change();
"""
THAWED = """
DROP TRIGGER reports_frozen ON reports_release;
DROP FUNCTION reports_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("hub", "0014_programme"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProgrammeDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("decided_by", models.CharField(max_length=120)),
                ("decided_on", models.DateField()),
                ("reference", models.CharField(max_length=120)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
                ("registered_at", models.DateTimeField()),
                ("row_version", models.PositiveIntegerField(default=1)),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programme_decisions",
                        to="hub.assignment",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.municipality",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="programme_decision_forward",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("assignment", "="),
                            (
                                models.Func(
                                    models.F("valid_from"),
                                    models.F("valid_to"),
                                    django.contrib.postgres.fields.ranges.RangeBoundary(),
                                    function="tstzrange",
                                    output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="one_programme_decision_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", ""), _negated=True), models.Q(("reference", ""), _negated=True)
                        ),
                        name="programme_decision_said",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("year", models.PositiveSmallIntegerField()),
                ("half", models.PositiveSmallIntegerField(choices=[(1, "1"), (2, "2")])),
                ("made_at", models.DateTimeField()),
                ("tables", models.JSONField()),
                ("figures", models.JSONField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.municipality",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("municipality"), models.F("year"), models.F("half"), name="release_once_a_half_year"
                    ),
                    models.CheckConstraint(condition=models.Q(("half__in", (1, 2))), name="release_of_a_half_year"),
                ],
            },
        ),
        Protect("ProgrammeDecision", "Release"),
        migrations.RunSQL(FROZEN, THAWED),
    ]
