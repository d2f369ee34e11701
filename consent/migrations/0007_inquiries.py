"""Questions from an investigation to other agencies (förfrågan)."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from hub.migration_operations import Protect


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0006_who_reviewed_and_new_reasons"),
        ("hub", "0012_who_knows_of_whom"),
    ]

    operations = [
        migrations.CreateModel(
            name="Inquiry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("question", models.CharField(max_length=2000)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Väntar på svar"),
                            ("answered", "Besvarad"),
                            ("withdrawn", "Tillbakadragen"),
                            ("lapsed", "Upphörd"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("items", "Uppgifter"), ("nothing", "Vi lämnar inga uppgifter")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_reason", models.CharField(blank=True, default="", max_length=500)),
                (
                    "answer_disclosure",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers_inquiry",
                        to="consent.disclosure",
                    ),
                ),
                (
                    "asked",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.agency"),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "asking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="asks", to="consent.disclosure"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inquiries", to="hub.case"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.assignment",
                    ),
                ),
                (
                    "individual",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inquiries", to="hub.individual"
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
                "verbose_name_plural": "inquiries",
                "indexes": [models.Index(fields=["case", "-asked_at"], name="inquiry_of_case")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("case", "asked"),
                        name="one_open_inquiry_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("question", ""), _negated=True), name="inquiry_has_question"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gt", models.F("asked_at"))), name="inquiry_due_forward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_reason", ""), ("ended_at", None), ("ended_by", None), ("state", "asked")),
                            models.Q(
                                ("end_reason", ""),
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                ("state", "answered"),
                            ),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                ("state", "withdrawn"),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by", None),
                                ("state", "lapsed"),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="inquiry_ended_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("state", "answered"), _negated=True),
                                ("answer", ""),
                                ("answer_disclosure", None),
                            ),
                            models.Q(("answer", "nothing"), ("answer_disclosure", None), ("state", "answered")),
                            models.Q(("answer", "items"), ("answer_disclosure__isnull", False), ("state", "answered")),
                            _connector="OR",
                        ),
                        name="inquiry_answered_whole",
                    ),
                ],
            },
        ),
        Protect("Inquiry"),
    ]
