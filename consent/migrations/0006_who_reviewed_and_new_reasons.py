"""Two more reviews of papers, and whose review it was when who leads the case notes a manager's."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0005_disclosures_by_ground"),
        ("hub", "0008_api_tokens"),
    ]

    operations = [
        migrations.AddField(
            model_name="paperreview",
            name="manager",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="hub.assignment",
            ),
        ),
        migrations.AddField(
            model_name="paperreview",
            name="manager_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="paperreview",
            name="kind",
            field=models.CharField(
                choices=[
                    ("manager", "Chefens granskning"),
                    ("custody", "Genomgång efter ändrad vårdnad"),
                    ("former", "Inga fler brev till tidigare vårdnadshavare"),
                    ("rules", "Genomgång innan samtycket gäller"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="paperreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("manager", None), ("manager_on", None)),
                    models.Q(("kind", "manager"), ("manager__isnull", False), ("manager_on__isnull", False)),
                    _connector="OR",
                ),
                name="managers_word_is_whole",
            ),
        ),
    ]
