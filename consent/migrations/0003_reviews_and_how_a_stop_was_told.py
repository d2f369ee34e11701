"""Reviews of papers, with their walls, and how the wish came when somebody had pressed "Stoppa delningen nu"."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from hub.migration_operations import Protect


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0002_types_factors_and_walls"),
        ("hub", "0004_find_who_was_read"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("manager", "Chefens granskning"), ("custody", "Genomgång efter ändrad vårdnad")],
                        max_length=8,
                    ),
                ),
                (
                    "concerns",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), size=None),
                ),
                ("note", models.CharField(max_length=1000)),
                ("reviewed_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="withdrawal",
            name="told_through",
            field=models.CharField(
                blank=True,
                choices=[
                    ("stop", "Stoppa delningen nu"),
                    ("visit", "Vid besök"),
                    ("phone", "Per telefon"),
                    ("letter", "Brev"),
                    ("message", "Sms eller e-post"),
                    ("meeting", "I ett möte"),
                ],
                default="",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("told_through", ""),
                    models.Q(("channel", "stop"), models.Q(("told_through", "stop"), _negated=True)),
                    _connector="OR",
                ),
                name="told_through_a_channel_after_a_stop",
            ),
        ),
        migrations.AddField(
            model_name="paperreview",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.case"),
        ),
        migrations.AddField(
            model_name="paperreview",
            name="individual",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.individual"),
        ),
        migrations.AddField(
            model_name="paperreview",
            name="municipality",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.municipality"
            ),
        ),
        migrations.AddField(
            model_name="paperreview",
            name="reviewed_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"),
        ),
        migrations.AddField(
            model_name="paperreview",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="consent.signingsession"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperreview",
            constraint=models.UniqueConstraint(
                models.F("session"), models.F("kind"), models.F("concerns"), name="reviewed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperreview",
            constraint=models.CheckConstraint(condition=models.Q(("note", ""), _negated=True), name="review_has_note"),
        ),
        Protect("PaperReview"),
    ]
