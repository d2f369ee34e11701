"""Programansvarig, a role without cases, and when the work of a case began (P-S2)."""

from django.db import migrations, models

#: When insats was decided stands in the log; a case that was opened in insats began then.
BEGAN = """
UPDATE hub_case SET insats_from = told.at FROM (
    SELECT unnest(case_ids) AS case_id, min(logged_at) AS at FROM hub_auditentry
    WHERE kind = 'deed' AND (
        action = 'case.phase_changed' AND detail ->> 'to' = 'insats'
        OR action = 'case.opened' AND detail ->> 'phase' = 'insats'
    ) GROUP BY 1
) AS told WHERE told.case_id = hub_case.id;
UPDATE hub_case SET insats_from = phase_from WHERE insats_from IS NULL AND phase IN ('insats', 'uppfoljning');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("hub", "0013_clocks_of_a_row"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="assignment",
            name="assignment_role_known",
        ),
        migrations.RemoveConstraint(
            model_name="invitation",
            name="invitation_role_known",
        ),
        migrations.AddField(
            model_name="case",
            name="insats_from",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(BEGAN, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="assignment",
            name="role",
            field=models.CharField(
                choices=[
                    ("coordinator", "Samordnare"),
                    ("officer", "Handläggare"),
                    ("lots", "Lots"),
                    ("contact", "Kontakt"),
                    ("deputy", "Ersättare"),
                    ("manager", "Chef"),
                    ("reviewer", "Granskare"),
                    ("administrator", "Administratör"),
                    ("programme", "Programansvarig"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="role",
            field=models.CharField(
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
                    ("programme", "Programansvarig"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
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
                            "programme",
                        ],
                    )
                ),
                name="assignment_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
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
                            "programme",
                        ],
                    ),
                    _connector="OR",
                ),
                name="invitation_role_known",
            ),
        ),
    ]
