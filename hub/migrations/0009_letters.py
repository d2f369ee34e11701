"""Letters with an invitation wait in the outbox like other mail: to a user, or for an invitation."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hub", "0008_api_tokens"),
    ]

    operations = [
        migrations.AddField(
            model_name="outbox",
            name="invitation",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="hub.invitation",
            ),
        ),
        migrations.AlterField(
            model_name="outbox",
            name="user",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.UniqueConstraint(
                models.F("invitation"), models.F("channel"), models.F("occasion"), name="mail_once_of_invitation"
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("invitation", None), ("user__isnull", False)),
                    models.Q(("invitation__isnull", False), ("user", None)),
                    _connector="OR",
                ),
                name="mail_one_recipient",
            ),
        ),
    ]
