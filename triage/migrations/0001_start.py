"""Reports of concern, the hub, decisions and what follows, each behind the walls of its kommun (P-T)."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

import hub.fields
from hub.migration_operations import REFUSE_MOVED, Fixed, Protect


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("hub", "0013_clocks_of_a_row"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConcernReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.CharField(max_length=16)),
                ("arrived_at", models.DateTimeField()),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "Telefon"),
                            ("visit", "Besök"),
                            ("letter", "Brev eller e-post"),
                            ("police", "Polisens anmälan"),
                            ("form", "Formulär på webben"),
                            ("api", "Annat system"),
                        ],
                        max_length=8,
                    ),
                ),
                ("registered_at", models.DateTimeField(blank=True, null=True)),
                ("facts", models.TextField(max_length=8000)),
                ("judgement", models.TextField(blank=True, default="", max_length=4000)),
                ("urgent", models.BooleanField(default=False)),
                ("urgent_why", models.CharField(blank=True, default="", max_length=500)),
                ("family_knows", models.BooleanField(blank=True, null=True)),
                ("row_version", models.PositiveIntegerField(default=1)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.agency"),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.assignment",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.unit"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DutyShift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("received_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.agency"),
                ),
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
        ),
        migrations.CreateModel(
            name="HubCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("starts_at", models.DateTimeField()),
                ("link", models.URLField(blank=True, default="", max_length=500)),
                ("convened_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Bokad"),
                            ("open", "Pågår"),
                            ("closed", "Avslutad"),
                            ("cancelled", "Inställd"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("state_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("missing", models.CharField(blank=True, default="", max_length=1000)),
                ("row_version", models.PositiveIntegerField(default=1)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.agency"),
                ),
                (
                    "convened_by",
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
        ),
        migrations.CreateModel(
            name="HubAttendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
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
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.unit"),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attendance", to="triage.hubcall"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HubSlot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("starts", models.TimeField()),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None),
                ),
                ("link", models.URLField(blank=True, default="", max_length=500)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.agency"),
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
        migrations.AddField(
            model_name="hubcall",
            name="slot",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="triage.hubslot",
            ),
        ),
        migrations.CreateModel(
            name="HubUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.agency"),
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
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.unit"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KnowledgeCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "asked_as",
                    models.CharField(
                        choices=[
                            ("own", "Den egna nämnden"),
                            ("other_board", "En annan nämnd i kommunen"),
                            ("other_kommun", "En annan kommun"),
                        ],
                        max_length=12,
                    ),
                ),
                ("need", models.CharField(blank=True, default="", max_length=1000)),
                ("asked_at", models.DateTimeField()),
                ("jour", models.BooleanField(default=False)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("known", "Vi känner till"),
                            ("unknown", "Vi känner inte till"),
                            ("nothing_said", "Vi lämnar inga uppgifter"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("summary", models.TextField(blank=True, default="", max_length=4000)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("row_version", models.PositiveIntegerField(default=1)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.assignment",
                    ),
                ),
                (
                    "asked_by",
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
                (
                    "to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.assignment",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.unit"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KnowledgeNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("parent", "Förälder eller vårdnadshavare"),
                            ("sibling", "Syskon"),
                            ("other", "Annan närstående"),
                        ],
                        max_length=8,
                    ),
                ),
                ("whom", models.CharField(max_length=120)),
                ("text", models.CharField(max_length=2000)),
                (
                    "check_of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="triage.knowledgecheck"
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
            name="PreliminaryAssessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("position", models.PositiveSmallIntegerField()),
                ("given_name", hub.fields.EncryptedTextField(blank=True, editable=True, max_length=100)),
                ("family_name", hub.fields.EncryptedTextField(blank=True, editable=True, max_length=100)),
                ("personnummer", hub.fields.EncryptedTextField(blank=True, editable=True)),
                ("lookup", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("birth_date", models.DateField(blank=True, null=True)),
                ("about", hub.fields.EncryptedTextField(blank=True, editable=True, max_length=500)),
                ("protected", models.BooleanField(default=False)),
                (
                    "colour",
                    models.CharField(
                        blank=True,
                        choices=[("green", "Grön"), ("orange", "Orange"), ("red", "Röd")],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Förhandsbedömning pågår"),
                            ("investigated", "Utredning inledd"),
                            ("not_opened", "Utredning inleds inte"),
                            ("running", "Utredning pågick redan"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("state_at", models.DateTimeField(blank=True, null=True)),
                ("row_version", models.PositiveIntegerField(default=1)),
                (
                    "case",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="preliminary_assessment",
                        to="hub.case",
                    ),
                ),
                (
                    "deputy",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="preliminary_assessments",
                        to="hub.individual",
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
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="triage.concernreport",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.unit"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ownership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(max_length=300)),
                ("received_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ownerships",
                        to="triage.preliminaryassessment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MapNode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("contact", "Person"), ("place", "Plats"), ("situation", "Situation")], max_length=10
                    ),
                ),
                ("label", models.CharField(max_length=80)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
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
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nodes",
                        to="triage.preliminaryassessment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MapEdge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "degree",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Sällan"), (2, "Ibland"), (3, "Ofta"), (4, "Dagligen")]
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
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
                (
                    "source",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.unit"),
                ),
                (
                    "end",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="triage.mapnode"
                    ),
                ),
                (
                    "start",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="triage.mapnode",
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="edges",
                        to="triage.preliminaryassessment",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="knowledgecheck",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="triage.preliminaryassessment"
            ),
        ),
        migrations.CreateModel(
            name="Investigation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("opened_at", models.DateTimeField()),
                ("received_at", models.DateTimeField(blank=True, null=True)),
                ("extended_until", models.DateField(blank=True, null=True)),
                ("extended_why", models.CharField(blank=True, default="", max_length=1000)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_why", models.CharField(blank=True, default="", max_length=1000)),
                ("row_version", models.PositiveIntegerField(default=1)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="investigation", to="hub.case"
                    ),
                ),
                (
                    "investigator",
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
                (
                    "assessment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="investigation",
                        to="triage.preliminaryassessment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "choice",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("given", "Återkoppling lämnad"),
                            ("unsuitable", "Olämpligt att återkoppla"),
                            ("not_asked", "Ingen återkoppling begärd"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=1000)),
                ("how", models.CharField(blank=True, default="", max_length=200)),
                ("chosen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "chosen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="feedback", to="triage.concernreport"
                    ),
                ),
                (
                    "assessment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback",
                        to="triage.preliminaryassessment",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "feedback",
            },
        ),
        migrations.CreateModel(
            name="FamilyTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("ask_family", "Fråga familjen"), ("inform", "Informera")], max_length=10
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Att göra"), ("done", "Klar"), ("held", "Hålls inne")],
                        default="open",
                        max_length=4,
                    ),
                ),
                ("state_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, default="", max_length=1000)),
                ("held_why", models.CharField(blank=True, default="", max_length=1000)),
                ("review_on", models.DateField(blank=True, null=True)),
                ("row_version", models.PositiveIntegerField(default=1)),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.assignment",
                    ),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "relative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.relative",
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="triage.preliminaryassessment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DecisionExtension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("until", models.DateField()),
                ("reasons", models.TextField(max_length=4000)),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
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
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="triage.preliminaryassessment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("open", "Inled utredning"),
                            ("not_open", "Inled inte"),
                            ("running", "Utredning pågår redan"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reasons", models.TextField(max_length=8000)),
                ("qualification", models.CharField(max_length=120)),
                ("delegation", models.CharField(max_length=60)),
                ("decided_at", models.DateTimeField()),
                ("unanswered_why", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "proposes",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("SIG", "Social insatsgrupp (SIG)"),
                            ("SIG_RBM", "SIG enligt RBM"),
                            ("SSPF_INDIVID", "SSPF individ"),
                            ("SSPF_JUNIOR", "SSPF Junior"),
                            ("MASH", "MASH"),
                            ("EXIT", "Avhopp (EXIT)"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                (
                    "proposed_agencies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("seek_consent", models.BooleanField(default=False)),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "investigator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                    "proposed_case",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposed_by",
                        to="hub.case",
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="triage.hubcall",
                    ),
                ),
                (
                    "assessment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="triage.preliminaryassessment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CallChild",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("order", models.PositiveSmallIntegerField()),
                ("spoken_from", models.DateTimeField(blank=True, null=True)),
                ("spoken_to", models.DateTimeField(blank=True, null=True)),
                ("text", models.TextField(blank=True, default="", max_length=20000)),
                ("text_version", models.PositiveIntegerField(default=0)),
                ("carried_why", models.CharField(blank=True, default="", max_length=500)),
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
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="children", to="triage.hubcall"
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="triage.preliminaryassessment",
                    ),
                ),
            ],
            options={
                "ordering": ("order",),
            },
        ),
        migrations.CreateModel(
            name="ProtectionAssessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("no_need", "Inget behov av omedelbart skydd"),
                            ("handled", "Behov av omedelbart skydd, åtgärder vidtagna"),
                            ("placed", "Omedelbart omhändertagande eller placering"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reasons", models.TextField(max_length=4000)),
                ("measures", models.TextField(blank=True, default="", max_length=4000)),
                ("assessed_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "assessed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="protections",
                        to="triage.preliminaryassessment",
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
            name="QuestionSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveSmallIntegerField()),
                ("valid_from", models.DateTimeField()),
                ("decision", models.CharField(max_length=200)),
                ("recorded_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.agency"),
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
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ColourChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "was",
                    models.CharField(
                        blank=True,
                        choices=[("green", "Grön"), ("orange", "Orange"), ("red", "Röd")],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "colour",
                    models.CharField(choices=[("green", "Grön"), ("orange", "Orange"), ("red", "Röd")], max_length=6),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=1000)),
                ("answers", models.JSONField(blank=True, default=dict)),
                (
                    "suggested",
                    models.CharField(
                        blank=True,
                        choices=[("green", "Grön"), ("orange", "Orange"), ("red", "Röd")],
                        default="",
                        max_length=6,
                    ),
                ),
                ("set_at", models.DateTimeField()),
                ("downgrade", models.BooleanField(default=False)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("agreed", models.BooleanField(blank=True, null=True)),
                ("confirm_note", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="colours",
                        to="triage.preliminaryassessment",
                    ),
                ),
                (
                    "question_set",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="triage.questionset",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("typed", hub.fields.EncryptedTextField(editable=True)),
                ("begun_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                ("row_version", models.PositiveIntegerField(default=1)),
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
        ),
        migrations.CreateModel(
            name="Reporter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("school", "Skola eller förskola"),
                            ("police", "Polis"),
                            ("health", "Hälso- och sjukvård"),
                            ("social", "Socialtjänst"),
                            ("probation", "Kriminalvård"),
                            ("leisure", "Kommunens fritid"),
                            ("other_authority", "Annan myndighet eller verksamhet med anmälningsplikt"),
                            ("private", "Privatperson"),
                            ("family", "Familjen eller barnet självt"),
                            ("anonymous", "Anonym"),
                        ],
                        max_length=16,
                    ),
                ),
                ("name", hub.fields.EncryptedTextField(blank=True, editable=True, max_length=120)),
                ("workplace", hub.fields.EncryptedTextField(blank=True, editable=True, max_length=120)),
                ("contact", hub.fields.EncryptedTextField(blank=True, editable=True, max_length=200)),
                ("protected", models.BooleanField(default=False)),
                ("wants_feedback", models.BooleanField(default=False)),
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
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reporter", to="triage.concernreport"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReportNumbers",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.municipality"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "report numbers",
            },
        ),
        migrations.CreateModel(
            name="TriageQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40)),
                ("text", models.CharField(max_length=300)),
                ("help", models.CharField(blank=True, default="", max_length=500)),
                (
                    "colour",
                    models.CharField(choices=[("green", "Grön"), ("orange", "Orange"), ("red", "Röd")], max_length=6),
                ),
                ("explanation", models.CharField(max_length=300)),
                ("order", models.PositiveSmallIntegerField()),
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
                    "question_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="triage.questionset"
                    ),
                ),
            ],
            options={
                "ordering": ("order",),
            },
        ),
        migrations.CreateModel(
            name="TriageSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("orange_office_hours", models.BooleanField(default=False)),
                ("external_form", models.BooleanField(default=True)),
                ("decision", models.CharField(blank=True, default="", max_length=200)),
                ("valid_from", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.agency"),
                ),
                (
                    "intake_unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.unit"),
                ),
                (
                    "jour",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.agency",
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
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "standing_owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "triage settings",
            },
        ),
        migrations.CreateModel(
            name="CallRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField(max_length=20000)),
                ("saved_at", models.DateTimeField()),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="triage.callchild"
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
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("child"), models.F("version"), name="call_revision_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="concernreport",
            index=models.Index(fields=["unit", "-arrived_at"], name="report_of_unit"),
        ),
        migrations.AddConstraint(
            model_name="concernreport",
            constraint=models.UniqueConstraint(
                models.F("municipality"), models.F("number"), name="report_number_in_kommun"
            ),
        ),
        migrations.AddConstraint(
            model_name="concernreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("registered_at", None), ("registered_by", None)),
                    models.Q(("registered_at__gte", models.F("arrived_at")), ("registered_by__isnull", False)),
                    _connector="OR",
                ),
                name="report_registered_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="concernreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("facts", ""), _negated=True), name="report_tells_something"
            ),
        ),
        migrations.AddIndex(
            model_name="dutyshift",
            index=models.Index(fields=["assignment", "valid_to"], name="shift_of_assignment"),
        ),
        migrations.AddConstraint(
            model_name="dutyshift",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                name="shift_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyshift",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("assignment", "="),
                    ("municipality", "="),
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
                name="one_shift_at_a_time",
            ),
        ),
        migrations.AddIndex(
            model_name="hubattendance",
            index=models.Index(fields=["assignment", "call"], name="attendance_of_assignment"),
        ),
        migrations.AddConstraint(
            model_name="hubattendance",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                name="attendance_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="hubattendance",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("call", "="),
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
                name="in_a_call_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="hubslot",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                name="hub_slot_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="hubslot",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("agency", "="),
                    ("starts", "="),
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
                name="hub_slot_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="hubslot",
            constraint=models.CheckConstraint(condition=models.Q(("weekdays__len__gt", 0)), name="hub_slot_has_days"),
        ),
        migrations.AddIndex(
            model_name="hubcall",
            index=models.Index(fields=["agency", "starts_at"], name="call_of_agency"),
        ),
        migrations.AddConstraint(
            model_name="hubcall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("opened_at", None), ("state__in", ("planned", "cancelled"))),
                    models.Q(("closed_at", None), ("opened_at__isnull", False), ("state", "open")),
                    models.Q(
                        ("closed_at__gte", models.F("opened_at")), ("opened_at__isnull", False), ("state", "closed")
                    ),
                    _connector="OR",
                ),
                name="call_held_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="hubunit",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                name="hub_unit_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="hubunit",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("agency", "="),
                    ("unit", "="),
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
                name="hub_unit_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="knowledgenote",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("whom", ""), _negated=True), models.Q(("text", ""), _negated=True)),
                name="note_says_about_whom",
            ),
        ),
        migrations.AddIndex(
            model_name="preliminaryassessment",
            index=models.Index(fields=["unit", "state"], name="assessment_of_unit"),
        ),
        migrations.AddIndex(
            model_name="preliminaryassessment",
            index=models.Index(condition=models.Q(("state", "open")), fields=["owner"], name="assessment_of_owner"),
        ),
        migrations.AddIndex(
            model_name="preliminaryassessment",
            index=models.Index(
                condition=models.Q(("lookup", ""), _negated=True), fields=["lookup"], name="assessment_by_child"
            ),
        ),
        migrations.AddConstraint(
            model_name="preliminaryassessment",
            constraint=models.UniqueConstraint(models.F("report"), models.F("position"), name="child_once_in_a_report"),
        ),
        migrations.AddConstraint(
            model_name="preliminaryassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("case", None), ("individual", None)),
                    models.Q(("case__isnull", False), ("individual__isnull", False)),
                    _connector="OR",
                ),
                name="assessment_identified_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="preliminaryassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "open"), ("state_at", None)),
                    models.Q(models.Q(("state", "open"), _negated=True), ("state_at__isnull", False)),
                    _connector="OR",
                ),
                name="assessment_ended_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="preliminaryassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("investigated", "running")), _negated=True),
                    ("case__isnull", False),
                    _connector="OR",
                ),
                name="investigated_child_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="preliminaryassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("colour__in", ["", "green", "orange", "red"]),
                    ("state__in", ["open", "investigated", "not_opened", "running"]),
                ),
                name="assessment_colour_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownership",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                name="ownership_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("assessment", "="),
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
                name="one_owner_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="mapnode",
            constraint=models.CheckConstraint(
                condition=models.Q(("label", ""), _negated=True), name="map_node_has_label"
            ),
        ),
        migrations.AddConstraint(
            model_name="mapedge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("start", None), models.Q(("start", models.F("end")), _negated=True), _connector="OR"
                ),
                name="map_edge_between_two",
            ),
        ),
        migrations.AddIndex(
            model_name="knowledgecheck",
            index=models.Index(condition=models.Q(("answered_at", None)), fields=["unit"], name="check_waiting"),
        ),
        migrations.AddConstraint(
            model_name="knowledgecheck",
            constraint=models.UniqueConstraint(models.F("assessment"), models.F("unit"), name="unit_asked_once"),
        ),
        migrations.AddConstraint(
            model_name="knowledgecheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None), ("answered_by", None), ("summary", "")),
                    models.Q(
                        models.Q(("answer", ""), _negated=True),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="check_answered_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="knowledgecheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", "known"), _negated=True),
                    models.Q(("summary", ""), _negated=True),
                    _connector="OR",
                ),
                name="known_is_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="knowledgecheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer", "known"), ("summary", ""), _connector="OR"), name="only_known_is_told"
            ),
        ),
        migrations.AddConstraint(
            model_name="knowledgecheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked_as", "own"), models.Q(("need", ""), _negated=True), _connector="OR"),
                name="need_across_agencies",
            ),
        ),
        migrations.AddConstraint(
            model_name="investigation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("extended_until", None), ("extended_why", "")),
                    models.Q(("extended_until__isnull", False), models.Q(("extended_why", ""), _negated=True)),
                    _connector="OR",
                ),
                name="investigation_extended_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="investigation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("closed_why", "")),
                    models.Q(
                        ("closed_at__gte", models.F("opened_at")),
                        ("closed_at__isnull", False),
                        models.Q(("closed_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="investigation_closed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="feedback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("choice", ""), ("chosen_at", None), ("chosen_by", None)),
                    models.Q(
                        models.Q(("choice", ""), _negated=True),
                        ("chosen_at__isnull", False),
                        ("chosen_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="feedback_chosen_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="feedback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("choice", "unsuitable"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="feedback_refused_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="familytask",
            constraint=models.UniqueConstraint(
                models.F("assessment"),
                models.F("kind"),
                models.F("relative"),
                name="family_task_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="familytask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "held"), _negated=True),
                    models.Q(
                        ("held_by__isnull", False),
                        ("review_on__isnull", False),
                        models.Q(("held_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="family_task_held_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="familytask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    models.Q(("done_by__isnull", False), ("state_at__isnull", False)),
                    _connector="OR",
                ),
                name="family_task_done_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionextension",
            constraint=models.CheckConstraint(
                condition=models.Q(("reasons", ""), _negated=True), name="extension_has_reasons"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reasons", ""), _negated=True),
                    models.Q(("qualification", ""), _negated=True),
                    models.Q(("delegation", ""), _negated=True),
                ),
                name="decision_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("investigator", None), ("kind", "not_open")),
                    models.Q(models.Q(("kind", "not_open"), _negated=True), ("investigator__isnull", False)),
                    _connector="OR",
                ),
                name="decision_names_investigator",
            ),
        ),
        migrations.AddConstraint(
            model_name="callchild",
            constraint=models.UniqueConstraint(models.F("call"), models.F("assessment"), name="child_once_in_a_call"),
        ),
        migrations.AddConstraint(
            model_name="callchild",
            constraint=models.UniqueConstraint(
                models.F("call"),
                condition=models.Q(("spoken_from__isnull", False), ("spoken_to", None)),
                name="one_child_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="callchild",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("spoken_to", None),
                    models.Q(("spoken_from__isnull", False), ("spoken_to__gte", models.F("spoken_from"))),
                    _connector="OR",
                ),
                name="spoken_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="protectionassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("reasons", ""), _negated=True), name="protection_has_reasons"
            ),
        ),
        migrations.AddConstraint(
            model_name="protectionassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome", "no_need"), models.Q(("measures", ""), _negated=True), _connector="OR"),
                name="protection_tells_measures",
            ),
        ),
        migrations.AddConstraint(
            model_name="protectionassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("assessed_at__lte", models.F("recorded_at"))), name="protection_not_ahead"
            ),
        ),
        migrations.AddConstraint(
            model_name="questionset",
            constraint=models.UniqueConstraint(models.F("agency"), models.F("version"), name="question_set_version"),
        ),
        migrations.AddConstraint(
            model_name="questionset",
            constraint=models.UniqueConstraint(
                models.F("agency"), models.F("valid_from"), name="one_question_set_from_an_instant"
            ),
        ),
        migrations.AddConstraint(
            model_name="questionset",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision", ""), _negated=True), name="question_set_decided"
            ),
        ),
        migrations.AddIndex(
            model_name="colourchange",
            index=models.Index(fields=["assessment", "-set_at"], name="colour_history"),
        ),
        migrations.AddConstraint(
            model_name="colourchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("was", ""), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="changed_colour_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="colourchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("was", models.F("colour")), _negated=True), name="colour_really_changed"
            ),
        ),
        migrations.AddConstraint(
            model_name="colourchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreed", None), ("confirmed_at", None), ("confirmed_by", None)),
                    models.Q(
                        ("agreed__isnull", False), ("confirmed_at__isnull", False), ("confirmed_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="confirmed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="colourchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", None),
                    models.Q(("confirmed_by", models.F("set_by")), _negated=True),
                    _connector="OR",
                ),
                name="confirmed_by_another",
            ),
        ),
        migrations.AddIndex(
            model_name="reportdraft",
            index=models.Index(fields=["assignment", "-saved_at"], name="draft_of_assignment"),
        ),
        migrations.AddConstraint(
            model_name="reportnumbers",
            constraint=models.UniqueConstraint(models.F("municipality"), models.F("year"), name="report_numbers_once"),
        ),
        migrations.AddConstraint(
            model_name="triagequestion",
            constraint=models.UniqueConstraint(
                models.F("question_set"), models.F("code"), name="question_once_in_a_set"
            ),
        ),
        migrations.AddConstraint(
            model_name="triagequestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("colour", "green"), _negated=True), name="question_speaks_for_more"
            ),
        ),
        migrations.AddConstraint(
            model_name="triagesettings",
            constraint=models.UniqueConstraint(
                models.F("agency"), models.F("valid_from"), name="one_arrangement_from_an_instant"
            ),
        ),
        migrations.AddConstraint(
            model_name="triagesettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("orange_office_hours", False), models.Q(("decision", ""), _negated=True), _connector="OR"
                ),
                name="office_hours_are_decided",
            ),
        ),
        migrations.RunSQL(REFUSE_MOVED, "DROP FUNCTION hub_refuse_moved()"),
        Protect(
            "TriageSettings",
            "HubUnit",
            "HubSlot",
            "DutyShift",
            "QuestionSet",
            "TriageQuestion",
            "ConcernReport",
            "Reporter",
            "PreliminaryAssessment",
            "Ownership",
            "ProtectionAssessment",
            "ColourChange",
            "ReportDraft",
            "KnowledgeCheck",
            "KnowledgeNote",
            "HubCall",
            "CallChild",
            "CallRevision",
            "HubAttendance",
            "MapNode",
            "MapEdge",
            "Decision",
            "DecisionExtension",
            "Investigation",
            "FamilyTask",
            "Feedback",
        ),
        Fixed("ConcernReport", "arrived_at"),
    ]
