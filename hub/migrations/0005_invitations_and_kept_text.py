"""Invitations by an administrator, and text kept while its writer signs in again."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import hub.fields
from hub.migration_operations import LogRows


class Migration(migrations.Migration):
    dependencies = [
        ("hub", "0004_find_who_was_read"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(max_length=120)),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("coordinator", "Samordnare"),
                            ("officer", "Handläggare"),
                            ("lots", "Lots"),
                            ("contact", "Kontakt"),
                            ("deputy", "Ersättare"),
                            ("manager", "Chef"),
                            ("reviewer", "Granskare"),
                            ("administrator", "Administratör"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("assignment_from", models.DateTimeField(blank=True, null=True)),
                ("assignment_to", models.DateTimeField(blank=True, null=True)),
                ("token_fingerprint", models.CharField(max_length=64, unique=True)),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.unit"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "-invited_at"], name="invitation_of_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at", None), ("accepted_by", None)),
                            models.Q(
                                ("accepted_at__isnull", False), ("accepted_by__isnull", False), ("revoked_at", None)
                            ),
                            _connector="OR",
                        ),
                        name="invitation_acceptance_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role", ""),
                            (
                                "role__in",
                                [
                                    "coordinator",
                                    "officer",
                                    "lots",
                                    "contact",
                                    "deputy",
                                    "manager",
                                    "reviewer",
                                    "administrator",
                                ],
                            ),
                            _connector="OR",
                        ),
                        name="invitation_role_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=300)),
                ("page", models.CharField(max_length=300)),
                ("fields", hub.fields.EncryptedTextField(editable=True)),
                ("kept_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("user"), models.F("path"), name="one_kept_text_per_form")
                ],
            },
        ),
        LogRows("Invitation"),
    ]
