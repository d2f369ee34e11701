"""Disclosures record the listed ground, each of its tests, how they were given and whether the person was told."""

import django.db.models.deletion
from django.db import migrations, models

from hub.migration_operations import Protect

#: Rows from before the list of grounds name a paragraph only; version 0 says that they were never in the list.
OLDER_ROWS = "UPDATE consent_disclosure SET paragraph = ground WHERE ground_version = 0"


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0004_administration"),
        ("hub", "0004_find_who_was_read"),
    ]

    operations = [
        migrations.CreateModel(
            name="DisclosureTest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("question", models.CharField(max_length=500)),
                ("answer", models.BooleanField()),
                ("reason", models.CharField(blank=True, default="", max_length=1000)),
                ("order", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ("order",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="disclosure",
            name="disclosure_forward",
        ),
        migrations.RemoveConstraint(
            model_name="disclosure",
            name="disclosure_has_ground",
        ),
        migrations.AddField(
            model_name="disclosure",
            name="delivery",
            field=models.CharField(
                choices=[("hub", "I hubben, till namngivna läsare"), ("oral", "Muntligt"), ("paper", "På papper")],
                default="hub",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="end_reason",
            field=models.CharField(blank=True, default="", max_length=500),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="hub.assignment",
            ),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="ground_version",
            field=models.PositiveSmallIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="disclosure",
            name="paragraph",
            field=models.CharField(default="-", max_length=120),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="disclosure",
            name="received_by",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="reservation",
            field=models.CharField(blank=True, default="", max_length=1000),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="told_note",
            field=models.CharField(default="Antecknades inte", max_length=1000),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="disclosure",
            name="readable_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="disclosure",
            index=models.Index(fields=["individual", "-disclosed_at"], name="disclosure_of_individual"),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("readable_until", None), ("readable_until__gte", models.F("disclosed_at")), _connector="OR"
                ),
                name="disclosure_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ground", ""), _negated=True),
                    models.Q(("paragraph", ""), _negated=True),
                    models.Q(("necessity", ""), _negated=True),
                ),
                name="disclosure_has_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("delivery", "hub"), ("readable_until__isnull", False), ("received_by", "")),
                    models.Q(
                        models.Q(("delivery", "hub"), _negated=True),
                        ("readable_until", None),
                        models.Q(("received_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="disclosure_delivered_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("told_note", ""), _negated=True),
                    models.Q(
                        models.Q(("person_told", False), ("told_at", None)), ("person_told", True), _connector="OR"
                    ),
                ),
                name="disclosure_told_or_why_not",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("ended_at", None), ("ended_by", None)),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        models.Q(("end_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="disclosure_ended_whole",
            ),
        ),
        migrations.AddField(
            model_name="disclosuretest",
            name="disclosure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="tests", to="consent.disclosure"
            ),
        ),
        migrations.AddField(
            model_name="disclosuretest",
            name="municipality",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.municipality"
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosuretest",
            constraint=models.UniqueConstraint(
                models.F("disclosure"), models.F("code"), name="test_once_per_disclosure"
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosuretest",
            constraint=models.CheckConstraint(
                condition=models.Q(("question", ""), _negated=True), name="disclosure_test_has_question"
            ),
        ),
        migrations.RunSQL(OLDER_ROWS, migrations.RunSQL.noop),
        Protect("DisclosureTest"),
    ]
