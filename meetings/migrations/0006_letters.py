"""Who in the family has been told of a meeting, and the number that they may call (P-M6)."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from hub.migration_operations import Protect


class Migration(migrations.Migration):
    dependencies = [
        ("hub", "0013_clocks_of_a_row"),
        ("meetings", "0005_minutes"),
    ]

    operations = [
        migrations.CreateModel(
            name="CallNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("phone", models.CharField(max_length=30)),
                (
                    "assignment",
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
                        models.F("municipality"), models.F("assignment"), name="one_number_to_call"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phone", ""), _negated=True), name="call_number_is_said"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FamilyClearance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("reason", models.CharField(max_length=500)),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clearances", to="meetings.meeting"
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
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.person"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("meeting"), models.F("person"), name="cleared_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="clearance_has_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FamilyWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("cancelled", models.BooleanField(default=False)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "form",
                    models.CharField(
                        choices=[("room", "På plats"), ("video", "Videomöte"), ("phone", "Telefonmöte")], max_length=6
                    ),
                ),
                ("place", models.CharField(blank=True, default="", max_length=300)),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("handed", "Lämnade brevet"),
                            ("spoken", "Sa det på plats"),
                            ("called", "Läste upp det på telefon"),
                            ("posted", "Skickade brevet med post"),
                            ("texted", "Skickade sms"),
                        ],
                        max_length=8,
                    ),
                ),
                ("told_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="words", to="meetings.meeting"
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
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.person"),
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
                (
                    "told_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.assignment",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["meeting", "person", "recorded_at"], name="word_to_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at", None), ("undone_by", None)),
                            models.Q(("undone_at__gte", models.F("recorded_at")), ("undone_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="word_undone_whole",
                    )
                ],
            },
        ),
        Protect("FamilyWord", "FamilyClearance", "CallNumber"),
    ]
