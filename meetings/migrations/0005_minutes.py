"""Minutes: a draft of every meeting that has taken place, and paragraphs that never change when approved (P-M8)."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from hub.migration_operations import Protect

FROZEN = """
CREATE FUNCTION meetings_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: approved minutes never change', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'minutes_never_change';
END $$;
CREATE FUNCTION meetings_minutes_are() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_now text;
BEGIN
    -- Waits for whoever approves at the same moment, and then sees what they left.
    SELECT state INTO is_now FROM meetings_minutes WHERE id = NEW.minutes_id FOR SHARE;
    IF is_now IS DISTINCT FROM TG_ARGV[0] THEN
        RAISE EXCEPTION '% takes no row of minutes in that state', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'minutes_never_change';
    END IF;
    RETURN NEW;
END $$;
-- After the row, so that a row of another kommun is refused by its wall, as everywhere.
CREATE TRIGGER meetings_frozen AFTER UPDATE OR DELETE ON meetings_minutes FOR EACH ROW
    WHEN (OLD.state = 'approved') EXECUTE FUNCTION meetings_refuse_change();
CREATE TRIGGER meetings_frozen AFTER UPDATE OR DELETE ON meetings_minutesparagraph FOR EACH ROW
    EXECUTE FUNCTION meetings_refuse_change();
CREATE TRIGGER meetings_into_draft AFTER INSERT ON meetings_minutesparagraph FOR EACH ROW
    EXECUTE FUNCTION meetings_minutes_are('draft');
CREATE TRIGGER meetings_frozen AFTER UPDATE OR DELETE ON meetings_addendum FOR EACH ROW
    EXECUTE FUNCTION meetings_refuse_change();
CREATE TRIGGER meetings_after_approval AFTER INSERT ON meetings_addendum FOR EACH ROW
    EXECUTE FUNCTION meetings_minutes_are('approved');
"""
THAWED = """
DROP TRIGGER meetings_after_approval ON meetings_addendum;
DROP TRIGGER meetings_frozen ON meetings_addendum;
DROP TRIGGER meetings_into_draft ON meetings_minutesparagraph;
DROP TRIGGER meetings_frozen ON meetings_minutesparagraph;
DROP TRIGGER meetings_frozen ON meetings_minutes;
DROP FUNCTION meetings_minutes_are();
DROP FUNCTION meetings_refuse_change();
"""
#: Meetings that took place before there were minutes get a draft.
DRAFTS = """
INSERT INTO meetings_minutes (ref, municipality_id, meeting_id, state, made_at, next_at, wording, digest, row_version)
SELECT gen_random_uuid(), held.municipality_id, held.id, 'draft', held.closed_at, (
    SELECT min(later.starts_at) FROM meetings_meeting AS later
    WHERE later.case_id = held.case_id AND later.kind = 'network' AND later.starts_at > held.closed_at
    AND later.state IN ('planned', 'open', 'held', 'broken_off')
), '{}', '', 1
FROM meetings_meeting AS held WHERE held.state IN ('held', 'broken_off')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0007_inquiries"),
        ("hub", "0013_clocks_of_a_row"),
        ("meetings", "0004_proposals"),
    ]

    operations = [
        migrations.CreateModel(
            name="MeetingItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("linked_at", models.DateTimeField()),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="written_at_meeting",
                        to="consent.informationitem",
                    ),
                ),
                (
                    "linked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="meetings.meeting"
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
                    "point",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="meetings.agendapoint",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Minutes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Utkast"), ("approved", "Justerat")], default="draft", max_length=8
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                ("wording", models.JSONField(blank=True, default=dict)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("guarded", models.BooleanField(default=False)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("row_version", models.PositiveIntegerField(default=1)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.assignment",
                    ),
                ),
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="minutes", to="meetings.meeting"
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
            name="MinutesParagraph",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("order", models.PositiveSmallIntegerField()),
                ("section", models.SlugField(db_index=False, max_length=20)),
                ("heading", models.CharField(max_length=120)),
                ("title", models.CharField(blank=True, default="", max_length=300)),
                ("text", models.TextField(blank=True, default="", max_length=20000)),
                ("plain", models.TextField(blank=True, default="", max_length=20000)),
                ("item_version", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("fact", models.CharField(blank=True, default="", max_length=40)),
                ("fact_ref", models.UUIDField(blank=True, null=True)),
                ("shared", models.BooleanField(default=False)),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.agency",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.informationitem",
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="paragraphs", to="meetings.minutes"
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
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="meetings.participant",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.person",
                    ),
                ),
            ],
            options={
                "ordering": ("order",),
            },
        ),
        migrations.CreateModel(
            name="Addendum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("shared", models.BooleanField(default=False)),
                ("text", models.TextField(max_length=4000)),
                ("added_at", models.DateTimeField()),
                (
                    "author",
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
                    "minutes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="addenda", to="meetings.minutes"
                    ),
                ),
                (
                    "paragraph",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addenda",
                        to="meetings.minutesparagraph",
                    ),
                ),
            ],
            options={
                "ordering": ("added_at", "pk"),
            },
        ),
        migrations.AddIndex(
            model_name="minutes",
            index=models.Index(condition=models.Q(("state", "draft")), fields=["made_at"], name="minutes_to_approve"),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at", None), ("approved_by", None), ("digest", ""), ("state", "draft")),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        ("state", "approved"),
                        ("wording", {}),
                        models.Q(("digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="minutes_approved_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="minutesparagraph",
            constraint=models.UniqueConstraint(fields=("minutes", "order"), name="minutes_in_order"),
        ),
        migrations.AddConstraint(
            model_name="minutesparagraph",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), ("title", ""), _negated=True), name="paragraph_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="minutesparagraph",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fact", ""), ("fact_ref", None), ("item", None), ("item_version", None)),
                    models.Q(
                        ("agency", None),
                        ("participant", None),
                        ("person", None),
                        ("shared", False),
                        models.Q(
                            models.Q(
                                ("fact", ""),
                                ("fact_ref", None),
                                ("item__isnull", False),
                                ("item_version__isnull", False),
                            ),
                            models.Q(
                                ("fact_ref__isnull", False),
                                ("item", None),
                                ("item_version", None),
                                models.Q(("fact", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="paragraph_has_one_rule",
            ),
        ),
        migrations.AddConstraint(
            model_name="addendum",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="addendum_has_text"
            ),
        ),
        migrations.AddConstraint(
            model_name="addendum",
            constraint=models.CheckConstraint(
                condition=models.Q(("paragraph", None), ("shared", False), _connector="OR"),
                name="addendum_has_one_rule",
            ),
        ),
        Protect("Minutes", "MeetingItem", "MinutesParagraph", "Addendum"),
        migrations.RunSQL(FROZEN, THAWED),
        migrations.RunSQL(DRAFTS, migrations.RunSQL.noop),
    ]
