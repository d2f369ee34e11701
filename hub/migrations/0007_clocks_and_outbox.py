"""Clocks as rows, mail in an outbox, and messages that are told once."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hub", "0006_administration"),
    ]

    operations = [
        migrations.CreateModel(
            name="Deadline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("subject_id", models.BigIntegerField()),
                ("occasion", models.CharField(max_length=20)),
                ("started_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                ("stage", models.PositiveSmallIntegerField(default=0)),
                ("met_at", models.DateTimeField(blank=True, null=True)),
                ("breached_at", models.DateTimeField(blank=True, null=True)),
                ("rule_version", models.CharField(max_length=12)),
            ],
        ),
        migrations.CreateModel(
            name="MailPreference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("stop", "Stopp och återkallelser"),
                            ("party", "Platser och parter i ärenden"),
                            ("reminder", "Påminnelser om samtycken och födelsedagar"),
                            ("other", "Övrigt"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("now", "Mejl direkt"),
                            ("daily", "Ett mejl om dagen, klockan 07.30 på vardagar"),
                            ("never", "Inget mejl"),
                        ],
                        max_length=6,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("channel", models.CharField(choices=[("mail", "E-post")], default="mail", max_length=4)),
                ("kind", models.CharField(max_length=40)),
                ("occasion", models.CharField(max_length=100)),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("now", "Mejl direkt"),
                            ("daily", "Ett mejl om dagen, klockan 07.30 på vardagar"),
                            ("never", "Inget mejl"),
                        ],
                        default="now",
                        max_length=6,
                    ),
                ),
                ("messages", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Väntar"),
                            ("sending", "Skickas"),
                            ("sent", "Skickat"),
                            ("uncertain", "Osäker"),
                            ("failed", "Misslyckades"),
                            ("gathered", "Samlat"),
                            ("cancelled", "Skickades inte"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("next_at", models.DateTimeField()),
                ("first_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("trouble", models.CharField(blank=True, default="", max_length=20)),
            ],
            options={
                "verbose_name_plural": "outbox",
            },
        ),
        migrations.AddField(
            model_name="notification",
            name="occasion",
            field=models.CharField(default="", max_length=100),
            preserve_default=False,
        ),
        # What was told before is each an occasion of its own.
        migrations.RunSQL(
            "UPDATE hub_notification SET occasion = kind || ':' || id WHERE occasion = ''", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(models.F("assignment"), models.F("occasion"), name="told_once"),
        ),
        migrations.AddField(
            model_name="deadline",
            name="case",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="hub.case",
            ),
        ),
        migrations.AddField(
            model_name="deadline",
            name="municipality",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.municipality"
            ),
        ),
        migrations.AddField(
            model_name="deadline",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="hub.assignment",
            ),
        ),
        migrations.AddField(
            model_name="deadline",
            name="owner_unit",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.unit"
            ),
        ),
        migrations.AddField(
            model_name="mailpreference",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="outbox",
            name="municipality",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.municipality"
            ),
        ),
        migrations.AddField(
            model_name="outbox",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("breached_at", None), ("met_at", None), ("next_at__isnull", False)),
                fields=["next_at"],
                name="deadline_open",
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("breached_at", None), ("met_at", None)),
                fields=["municipality", "kind", "due_at"],
                name="deadline_of_kommun",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.UniqueConstraint(
                models.F("kind"), models.F("subject_id"), models.F("occasion"), name="deadline_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(("met_at", None), ("breached_at", None), _connector="OR"),
                name="deadline_met_or_breached",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("breached_at", None), ("met_at", None)), ("next_at", None), _connector="OR"
                ),
                name="deadline_closed_is_quiet",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailpreference",
            constraint=models.UniqueConstraint(models.F("user"), models.F("group"), name="mail_preference_once"),
        ),
        migrations.AddConstraint(
            model_name="mailpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("group__in", ["stop", "party", "reminder", "other"]), ("mode__in", ["now", "daily", "never"])
                ),
                name="mail_preference_known",
            ),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["next_at"], name="outbox_waiting"),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(condition=models.Q(("state", "sending")), fields=["claimed_at"], name="outbox_sending"),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(
                condition=models.Q(("state__in", ["uncertain", "failed"])),
                fields=["municipality", "-claimed_at"],
                name="outbox_trouble",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.UniqueConstraint(
                models.F("user"), models.F("channel"), models.F("occasion"), name="mail_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["waiting", "sending", "sent", "uncertain", "failed", "gathered", "cancelled"])
                ),
                name="mail_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["sending", "sent", "uncertain"]), _negated=True),
                    ("claimed_at__isnull", False),
                    _connector="OR",
                ),
                name="mail_claimed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                ),
                name="mail_sent_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_at__gte", models.F("first_at"))), name="mail_tried_in_order"
            ),
        ),
    ]
