"""Proposals of times for all meetings that are due, behind the walls of their kommun (P-M3)."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from hub.migration_operations import Protect


class Migration(migrations.Migration):
    dependencies = [
        ("hub", "0013_clocks_of_a_row"),
        ("meetings", "0003_slots"),
    ]

    operations = [
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("officials_minutes", models.PositiveSmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Väntar"),
                            ("running", "Planeras"),
                            ("ready", "Klart att gå igenom"),
                            ("cancelled", "Avbrutet"),
                            ("failed", "Gick inte"),
                            ("confirmed", "Bokat"),
                            ("dropped", "Kastat"),
                        ],
                        default="asked",
                        max_length=9,
                    ),
                ),
                ("state_at", models.DateTimeField(blank=True, null=True)),
                ("worker", models.UUIDField(blank=True, null=True)),
                ("heard_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("placed", models.PositiveSmallIntegerField(default=0)),
                ("on_time", models.PositiveSmallIntegerField(default=0)),
                ("total", models.PositiveSmallIntegerField(default=0)),
                ("possible", models.PositiveSmallIntegerField(default=0)),
                (
                    "quality",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("optimal", "Det går inte att göra bättre"),
                            ("gap", "Kan kanske bli bättre"),
                            ("greedy", "Planerat ett möte i taget"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("row_version", models.PositiveIntegerField(default=1)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.district",
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
        ),
        migrations.CreateModel(
            name="ProposedMeeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("due_day", models.DateField()),
                ("starts_at", models.DateTimeField(blank=True, null=True)),
                (
                    "form",
                    models.CharField(
                        choices=[("room", "På plats"), ("video", "Videomöte"), ("phone", "Telefonmöte")],
                        default="room",
                        max_length=6,
                    ),
                ),
                (
                    "people",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24), default=list, size=None
                    ),
                ),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=500), default=list, size=None
                    ),
                ),
                (
                    "remedies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=500), default=list, size=None
                    ),
                ),
                ("moved", models.BooleanField(default=False)),
                ("left_out", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.case"),
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
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="meetings", to="meetings.proposal"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="meetings.room",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(("state__in", ("asked", "running"))), fields=["asked_at"], name="proposal_to_make"
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["asked_by", "asked_at"], name="proposal_of_assignment"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_day__gte", models.F("first_day"))), name="proposal_days_forward"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "running"), _negated=True),
                    models.Q(("heard_at__isnull", False), ("worker__isnull", False)),
                    _connector="OR",
                ),
                name="proposal_made_by_a_worker",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("asked", "running", "ready"))),
                fields=("asked_by",),
                name="one_proposal_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposedmeeting",
            constraint=models.UniqueConstraint(fields=("proposal", "case"), name="case_proposed_once"),
        ),
        migrations.AddConstraint(
            model_name="proposedmeeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("room", None), models.Q(("form", "room"), ("starts_at__isnull", False)), _connector="OR"
                ),
                name="proposed_room_has_time",
            ),
        ),
        Protect("Proposal", "ProposedMeeting"),
    ]
