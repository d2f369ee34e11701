"""How the wish came when somebody had pressed "Stoppa delningen nu"."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0002_types_factors_and_walls"),
        ("hub", "0004_find_who_was_read"),
    ]

    operations = [
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
    ]
