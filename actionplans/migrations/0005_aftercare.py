"""Closing a case with its plan, and following up at 6 and 12 months after the end."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from hub.migration_operations import Protect

#: What the actions say in words is held here against every other way of writing.
CLOSED_WITH_ITS_PLAN = """
CREATE FUNCTION actionplans_closed_with_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM actionplans_plan WHERE case_id = NEW.id)
        AND NOT EXISTS (SELECT FROM actionplans_closing WHERE case_id = NEW.id)
    THEN
        RAISE EXCEPTION 'the case has a plan and no closing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_with_its_plan';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER actionplans_closed_with_plan BEFORE UPDATE OF closed_at ON hub_case FOR EACH ROW
    WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL)
    EXECUTE FUNCTION actionplans_closed_with_plan();
"""
SEALED_STAYS = """
CREATE FUNCTION actionplans_sealed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'actionplans_closing' THEN
        IF OLD.sealed_at IS NULL THEN
            RETURN NEW;
        END IF;
    ELSIF NOT EXISTS (SELECT FROM actionplans_closing WHERE id = OLD.closing_id AND sealed_at IS NOT NULL) THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION 'the closing is sealed' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealed_stays';
END $$;
CREATE TRIGGER actionplans_sealed_stays BEFORE UPDATE ON actionplans_closing
    FOR EACH ROW EXECUTE FUNCTION actionplans_sealed_stays();
CREATE TRIGGER actionplans_sealed_stays BEFORE UPDATE OR DELETE ON actionplans_handover
    FOR EACH ROW EXECUTE FUNCTION actionplans_sealed_stays();
"""
#: Asking and writing an answer down both rest on the ticks of every required signer at that very instant (P-P6).
UNDER_ITS_CONSENT = """
CREATE FUNCTION actionplans_under_its_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.value <> ''
        AND (NEW.value, NEW.told_on, NEW.told_by, NEW.asked_at, NEW.recorded_at, NEW.months, NEW.question_id)
        IS DISTINCT FROM
        (OLD.value, OLD.told_on, OLD.told_by, OLD.asked_at, OLD.recorded_at, OLD.months, OLD.question_id)
    THEN
        RAISE EXCEPTION 'an answer is corrected beside it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'after_answer_stays';
    END IF;
    IF NOT EXISTS (
        SELECT FROM actionplans_afterquestion AS question
        JOIN actionplans_afterpaper AS paper ON paper.id = question.paper_id
        WHERE question.id = NEW.question_id AND question.what = NEW.what
        AND question.source_id IS NOT DISTINCT FROM NEW.source_id AND paper.case_id = NEW.case_id
        AND paper.completed_at <= NEW.asked_at
        AND (paper.ends_at IS NULL OR paper.ends_at > coalesce(NEW.recorded_at, NEW.asked_at))
        AND (paper.ended_at IS NULL OR paper.ended_at > coalesce(NEW.recorded_at, NEW.asked_at))
        AND EXISTS (SELECT FROM actionplans_aftersignature AS signed WHERE signed.paper_id = paper.id AND signed.required)
        AND NOT EXISTS (
            SELECT FROM actionplans_aftersignature AS signed WHERE signed.paper_id = paper.id AND signed.required
            AND NOT EXISTS (
                SELECT FROM actionplans_aftertick AS tick
                WHERE tick.signature_id = signed.id AND tick.question_id = question.id
            )
        )
    ) THEN
        RAISE EXCEPTION 'no consent covers the question'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'after_answer_under_its_consent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER actionplans_under_its_consent BEFORE INSERT OR UPDATE ON actionplans_afteranswer
    FOR EACH ROW EXECUTE FUNCTION actionplans_under_its_consent();
"""
#: A correction is no way around the consent: when it has ended an answer is only taken back (P-P6).
CORRECTED_UNDER_IT = """
CREATE FUNCTION actionplans_corrected_under_it() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM actionplans_afteranswer AS answer
        JOIN actionplans_afterquestion AS question ON question.id = answer.question_id
        JOIN actionplans_afterpaper AS paper ON paper.id = question.paper_id
        WHERE answer.id = NEW.answer_id AND answer.value <> ''
        AND paper.completed_at <= NEW.noted_at
        AND (paper.ends_at IS NULL OR paper.ends_at > NEW.noted_at)
        AND (paper.ended_at IS NULL OR paper.ended_at > NEW.noted_at)
    ) THEN
        RAISE EXCEPTION 'no consent covers a new answer'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'after_corrected_under_its_consent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER actionplans_corrected_under_it BEFORE INSERT OR UPDATE ON actionplans_aftercorrection
    FOR EACH ROW WHEN (NEW.value <> 'unknown') EXECUTE FUNCTION actionplans_corrected_under_it();
"""
UNDO = """
DROP TRIGGER actionplans_corrected_under_it ON actionplans_aftercorrection;
DROP FUNCTION actionplans_corrected_under_it();
DROP TRIGGER actionplans_under_its_consent ON actionplans_afteranswer;
DROP FUNCTION actionplans_under_its_consent();
DROP TRIGGER actionplans_sealed_stays ON actionplans_handover;
DROP TRIGGER actionplans_sealed_stays ON actionplans_closing;
DROP FUNCTION actionplans_sealed_stays();
DROP TRIGGER actionplans_closed_with_plan ON hub_case;
DROP FUNCTION actionplans_closed_with_plan();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("actionplans", "0004_translations"),
        ("consent", "0007_inquiries"),
        ("hub", "0013_clocks_of_a_row"),
        ("meetings", "0007_groups"),
    ]

    operations = [
        migrations.CreateModel(
            name="AfterGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("SIG", "Social insatsgrupp (SIG)"),
                            ("SIG_RBM", "SIG enligt RBM"),
                            ("SSPF_INDIVID", "SSPF individ"),
                            ("SSPF_JUNIOR", "SSPF Junior"),
                            ("MASH", "MASH"),
                            ("EXIT", "Avhopp (EXIT)"),
                        ],
                        max_length=16,
                    ),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("months", models.PositiveSmallIntegerField()),
                ("size", models.PositiveSmallIntegerField()),
                ("made_at", models.DateTimeField()),
                ("count", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("withheld", models.BooleanField(default=False)),
                ("delivered_on", models.DateField(blank=True, null=True)),
                ("delivered_by", models.CharField(blank=True, default="", max_length=120)),
                ("recorded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.agency"),
                ),
                (
                    "made_by",
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
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.assignment",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.agency"),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.unit"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AfterGroupCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("months", models.PositiveSmallIntegerField()),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.case"),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="actionplans.aftergroup"
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
            name="AfterPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("form_version", models.CharField(default="2026-1", max_length=20)),
                ("asked_at", models.DateTimeField()),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_by",
                    models.CharField(
                        blank=True,
                        choices=[("withdrawn", "Återkallat"), ("replaced", "Ersatt av ett nytt papper")],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "ended_through",
                    models.CharField(
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
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="after_papers", to="hub.case"
                    ),
                ),
                (
                    "ended_noted_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.individual"
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
            name="AfterQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("reports", "Nya polisanmälningar"),
                            ("school", "Skola"),
                            ("occupation", "Sysselsättning"),
                        ],
                        max_length=10,
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
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="actionplans.afterpaper",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.agency",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AfterAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("reports", "Nya polisanmälningar"),
                            ("school", "Skola"),
                            ("occupation", "Sysselsättning"),
                        ],
                        max_length=10,
                    ),
                ),
                ("months", models.PositiveSmallIntegerField()),
                ("asked_at", models.DateTimeField()),
                (
                    "value",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("yes", "Ja"),
                            ("no", "Nej"),
                            ("regularly", "Går i skolan"),
                            ("partly", "Går delvis i skolan"),
                            ("not_at_all", "Går inte i skolan"),
                            ("left", "Har slutat skolan"),
                            ("works", "Arbetar"),
                            ("studies", "Studerar"),
                            ("practice", "Praktik eller insats"),
                            ("nothing", "Ingen sysselsättning"),
                            ("unknown", "Vet inte"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("told_on", models.DateField(blank=True, null=True)),
                ("told_by", models.CharField(blank=True, default="", max_length=120)),
                ("recorded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="after_answers", to="hub.case"
                    ),
                ),
                (
                    "individual",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.individual"
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.assignment",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.agency",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="actionplans.afterquestion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AfterSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("youth", "Den unge"),
                            ("guardian", "Vårdnadshavare"),
                            ("representative", "God man"),
                            ("other_person", "För uppgifter om sig själv"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("given", "Ja"),
                            ("refused", "Nej"),
                            ("missing", "Har inte svarat"),
                            ("hindered", "Kan inte svara (beslut finns)"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("paper", "På papper"),
                            ("oral", "Muntligt, med anteckning och vittne"),
                            ("eid", "Med e-legitimation"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                ("signed_at", models.DateTimeField()),
                ("written_on", models.DateField()),
                ("note", models.CharField(blank=True, default="", max_length=1000)),
                ("witness", models.CharField(blank=True, default="", max_length=120)),
                ("voluntary", models.BooleanField(default=False)),
                ("required", models.BooleanField(default=False)),
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
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="actionplans.afterpaper",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.person"),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AfterTick",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
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
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticks",
                        to="actionplans.afterquestion",
                    ),
                ),
                (
                    "signature",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticks",
                        to="actionplans.aftersignature",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Closing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("no_meeting_reason", models.CharField(blank=True, default="", max_length=500)),
                ("family_text", models.TextField(max_length=3000)),
                ("written_at", models.DateTimeField()),
                ("sealed_at", models.DateTimeField(blank=True, null=True)),
                ("row_version", models.PositiveIntegerField(default=1)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="closing", to="hub.case"
                    ),
                ),
                (
                    "individual",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.individual"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="meetings.meeting",
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
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "recorded_phase",
                    models.CharField(
                        choices=[
                            ("forhandsbedomning", "Förhandsbedömning"),
                            ("utredning", "Utredning"),
                            ("insats", "Insats"),
                            ("uppfoljning", "Uppföljning"),
                            ("avslutat", "Avslutat"),
                        ],
                        max_length=20,
                    ),
                ),
                ("event_date", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "audience",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("family_barred", models.BooleanField(default=False)),
                ("text", models.CharField(max_length=300)),
                (
                    "taker",
                    models.CharField(
                        choices=[
                            ("unit", "En enhet hos oss"),
                            ("agency", "En verksamhet i ärendet"),
                            ("family", "Den unge och familjen"),
                            ("other", "Någon annan"),
                            ("nobody", "Ingen, det avslutas"),
                        ],
                        max_length=8,
                    ),
                ),
                ("to_whom", models.CharField(blank=True, default="", max_length=120)),
                ("from_day", models.DateField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.agency"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.case"),
                ),
                (
                    "closing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handovers", to="actionplans.closing"
                    ),
                ),
                (
                    "individual",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.individual"
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="actionplans.measure",
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
                    "need",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="actionplans.need",
                    ),
                ),
                (
                    "to_agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.agency",
                    ),
                ),
                (
                    "to_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.unit",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="consent.informationtype"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AfterCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "value",
                    models.CharField(
                        choices=[
                            ("yes", "Ja"),
                            ("no", "Nej"),
                            ("regularly", "Går i skolan"),
                            ("partly", "Går delvis i skolan"),
                            ("not_at_all", "Går inte i skolan"),
                            ("left", "Har slutat skolan"),
                            ("works", "Arbetar"),
                            ("studies", "Studerar"),
                            ("practice", "Praktik eller insats"),
                            ("nothing", "Ingen sysselsättning"),
                            ("unknown", "Vet inte"),
                        ],
                        max_length=12,
                    ),
                ),
                ("why", models.CharField(max_length=500)),
                ("noted_at", models.DateTimeField()),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="actionplans.afteranswer",
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
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
            ],
            options={
                "ordering": ("noted_at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="after_correction_says_why"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="aftergroup",
            index=models.Index(fields=["unit", "-made_at"], name="after_group_of_unit"),
        ),
        migrations.AddConstraint(
            model_name="aftergroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("months__in", (6, 12))), name="after_group_at_6_or_12"
            ),
        ),
        migrations.AddConstraint(
            model_name="aftergroup",
            constraint=models.CheckConstraint(condition=models.Q(("size__gte", 5)), name="after_group_of_five"),
        ),
        migrations.AddConstraint(
            model_name="aftergroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_day__gte", models.F("first_day"))), name="after_group_days_forward"
            ),
        ),
        migrations.AddConstraint(
            model_name="aftergroup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("count", None), models.Q(("count__gte", 1), ("count__lt", models.F("size"))), _connector="OR"
                ),
                name="after_group_says_nothing_of_everybody",
            ),
        ),
        migrations.AddConstraint(
            model_name="aftergroup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("count", None),
                        ("delivered_on", None),
                        ("recorded_at", None),
                        ("recorded_by", None),
                        ("withheld", False),
                    ),
                    models.Q(
                        ("delivered_on__isnull", False),
                        ("recorded_at__isnull", False),
                        ("recorded_by__isnull", False),
                        models.Q(
                            models.Q(("count", None), ("withheld", True)),
                            models.Q(("count__isnull", False), ("withheld", False)),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="after_group_delivered_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="aftergroupcase",
            constraint=models.UniqueConstraint(models.F("case"), models.F("months"), name="after_grouped_once"),
        ),
        migrations.AddConstraint(
            model_name="aftergroupcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("months__in", (6, 12))), name="after_grouped_at_6_or_12"
            ),
        ),
        migrations.AddConstraint(
            model_name="afterpaper",
            constraint=models.UniqueConstraint(
                models.F("case"), condition=models.Q(("ended_at", None)), name="after_paper_stands_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="afterpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", ""), ("ended_noted_by", None)),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_noted_by__isnull", False),
                        models.Q(("ended_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="after_paper_ended_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="afterpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at", None),
                    models.Q(("completed_at__isnull", False), ("ends_at__gt", models.F("completed_at"))),
                    _connector="OR",
                ),
                name="after_paper_ends_after_it_holds",
            ),
        ),
        migrations.AddConstraint(
            model_name="afterquestion",
            constraint=models.UniqueConstraint(
                models.F("paper"),
                models.F("what"),
                models.F("source"),
                name="after_question_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="afterquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("what", "reports"), _negated=True), ("source__isnull", False), _connector="OR"
                ),
                name="after_reports_come_from_an_agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="afteranswer",
            constraint=models.UniqueConstraint(
                models.F("case"),
                models.F("months"),
                models.F("what"),
                models.F("source"),
                name="after_asked_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="afteranswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("months__in", (6, 12))), name="after_answer_at_6_or_12"
            ),
        ),
        migrations.AddConstraint(
            model_name="afteranswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("recorded_at", None), ("recorded_by", None), ("told_on", None), ("value", "")),
                    models.Q(
                        ("recorded_at__isnull", False),
                        ("recorded_by__isnull", False),
                        ("told_on__isnull", False),
                        models.Q(("value", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="after_answer_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="afteranswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("value", ""),
                    models.Q(("value__in", ("yes", "no", "unknown")), ("what", "reports")),
                    models.Q(
                        ("value__in", ("regularly", "partly", "not_at_all", "left", "unknown")), ("what", "school")
                    ),
                    models.Q(
                        ("value__in", ("works", "studies", "practice", "nothing", "unknown")), ("what", "occupation")
                    ),
                    _connector="OR",
                ),
                name="after_answer_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="aftersignature",
            constraint=models.UniqueConstraint(
                models.F("paper"), models.F("person"), models.F("role"), name="after_signer_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="aftersignature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer", "refused"),
                    models.Q(("answer", "given"), ("voluntary", True), models.Q(("how", ""), _negated=True)),
                    _connector="OR",
                ),
                name="after_signature_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="aftersignature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("how", "oral"), _negated=True),
                    models.Q(models.Q(("note", ""), _negated=True), models.Q(("witness", ""), _negated=True)),
                    _connector="OR",
                ),
                name="after_oral_has_note_and_witness",
            ),
        ),
        migrations.AddConstraint(
            model_name="aftertick",
            constraint=models.UniqueConstraint(models.F("signature"), models.F("question"), name="after_tick_once"),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(("family_text", ""), _negated=True), name="closing_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("meeting", None), models.Q(("no_meeting_reason", ""), _negated=True)),
                    models.Q(("meeting__isnull", False), ("no_meeting_reason", "")),
                    _connector="OR",
                ),
                name="closing_met_or_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                models.F("closing"), models.F("measure"), name="handed_over_measure_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(models.F("closing"), models.F("need"), name="handed_over_need_once"),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="handover_has_text"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("measure", None), ("need", None), _connector="OR"), name="handover_of_one_thing"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("from_day", None), ("taker", "nobody"), models.Q(("reason", ""), _negated=True)),
                    models.Q(models.Q(("taker", "nobody"), _negated=True), ("from_day__isnull", False)),
                    _connector="OR",
                ),
                name="handover_ends_or_goes_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("taker", "unit"), ("to_agency", None), ("to_unit__isnull", False), ("to_whom", "")),
                    models.Q(("taker", "agency"), ("to_agency__isnull", False), ("to_unit", None), ("to_whom", "")),
                    models.Q(
                        ("taker", "other"),
                        ("to_agency", None),
                        ("to_unit", None),
                        models.Q(("to_whom", ""), _negated=True),
                    ),
                    models.Q(
                        ("taker__in", ("family", "nobody")), ("to_agency", None), ("to_unit", None), ("to_whom", "")
                    ),
                    _connector="OR",
                ),
                name="handover_names_its_taker",
            ),
        ),
        Protect(
            "Closing",
            "Handover",
            "AfterPaper",
            "AfterQuestion",
            "AfterSignature",
            "AfterTick",
            "AfterAnswer",
            "AfterCorrection",
            "AfterGroup",
            "AfterGroupCase",
        ),
        migrations.RunSQL(CLOSED_WITH_ITS_PLAN + SEALED_STAYS + UNDER_ITS_CONSENT + CORRECTED_UNDER_IT, UNDO),
    ]
