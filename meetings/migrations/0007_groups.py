"""Groups, their meetings and the shared picture; what has been minuted stands still, and a room is one (P-M1, P-X2)."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

import meetings.models.periods
from hub.migration_operations import Protect

#: What the action says in words is held here against every other way of writing.
CLOSING = """
CREATE FUNCTION meetings_group_ends_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM meetings_groupattendee WHERE meeting_id = NEW.id AND removed_at IS NULL AND attendance = ''
    ) THEN
        RAISE EXCEPTION 'attendance is missing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'group_held_with_attendance';
    END IF;
    IF EXISTS (
        SELECT FROM meetings_groupmeasure AS measure JOIN meetings_groupmeeting AS meeting
        ON meeting.id = measure.meeting_id
        WHERE meeting.group_id = NEW.group_id AND meeting.id <> NEW.id AND measure.state = 'open'
        AND NOT EXISTS (
            SELECT FROM meetings_groupfollowup WHERE measure_id = measure.id AND meeting_id = NEW.id
        )
    ) THEN
        RAISE EXCEPTION 'a measure is not followed up'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'group_held_with_follow_up';
    END IF;
    IF NEW.reason = '' AND NOT EXISTS (
        SELECT FROM meetings_groupmeeting
        WHERE group_id = NEW.group_id AND id <> NEW.id AND state = 'planned' AND starts_at > NEW.closed_at
    ) THEN
        RAISE EXCEPTION 'no next meeting' USING ERRCODE = 'check_violation', CONSTRAINT = 'group_held_with_next_date';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meetings_group_ends_whole BEFORE UPDATE OF state ON meetings_groupmeeting FOR EACH ROW
    WHEN (OLD.state = 'open' AND NEW.state = 'held') EXECUTE FUNCTION meetings_group_ends_whole();
"""
NO_CLOSING = """
DROP TRIGGER meetings_group_ends_whole ON meetings_groupmeeting;
DROP FUNCTION meetings_group_ends_whole();
"""

#: A meeting that was held is minutes: nothing of it changes but that it is approved; what is approved, not at all.
#: The kommun of a row is the wall's to hold, which looks after these.
STANDING_STILL = """
CREATE FUNCTION meetings_group_minutes_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - ARRAY['approved_at', 'approved_by_id', 'row_version', 'municipality_id']
        IS DISTINCT FROM to_jsonb(OLD) - ARRAY['approved_at', 'approved_by_id', 'row_version', 'municipality_id']
        OR OLD.approved_at IS NOT NULL
        AND to_jsonb(NEW) - 'municipality_id' IS DISTINCT FROM to_jsonb(OLD) - 'municipality_id' THEN
        RAISE EXCEPTION 'minutes stand still'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'group_minutes_stand_still';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meetings_group_minutes_stand BEFORE UPDATE ON meetings_groupmeeting FOR EACH ROW
    WHEN (OLD.state = 'held') EXECUTE FUNCTION meetings_group_minutes_stand();

CREATE FUNCTION meetings_group_while_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    written jsonb := COALESCE(to_jsonb(NEW), to_jsonb(OLD));
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'municipality_id' = to_jsonb(OLD) - 'municipality_id' THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT FROM meetings_groupmeeting WHERE id = (written ->> 'meeting_id')::bigint AND state <> 'open'
        AND municipality_id = (written ->> 'municipality_id')::bigint
    ) THEN
        RAISE EXCEPTION 'the meeting does not go on'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'group_written_while_open';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meetings_group_while_open BEFORE INSERT OR UPDATE OR DELETE ON meetings_grouppoint
    FOR EACH ROW EXECUTE FUNCTION meetings_group_while_open();
CREATE TRIGGER meetings_group_while_open BEFORE INSERT OR DELETE ON meetings_groupmeasure
    FOR EACH ROW EXECUTE FUNCTION meetings_group_while_open();
CREATE TRIGGER meetings_group_while_open BEFORE UPDATE OF attendance ON meetings_groupattendee
    FOR EACH ROW WHEN (NEW.attendance <> OLD.attendance) EXECUTE FUNCTION meetings_group_while_open();

CREATE TRIGGER meetings_group_while_open BEFORE INSERT ON meetings_groupfollowup
    FOR EACH ROW WHEN (NEW.meeting_id IS NOT NULL) EXECUTE FUNCTION meetings_group_while_open();

CREATE FUNCTION meetings_group_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - (TG_ARGV || ARRAY['municipality_id'])
        IS DISTINCT FROM to_jsonb(OLD) - (TG_ARGV || ARRAY['municipality_id']) THEN
        RAISE EXCEPTION '% stands still', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'group_written_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meetings_group_never_changes BEFORE UPDATE OR DELETE ON meetings_groupaddition
    FOR EACH ROW EXECUTE FUNCTION meetings_group_never_changes();
CREATE TRIGGER meetings_group_never_changes BEFORE UPDATE OR DELETE ON meetings_groupfollowup
    FOR EACH ROW EXECUTE FUNCTION meetings_group_never_changes();
CREATE TRIGGER meetings_group_never_changes BEFORE UPDATE OR DELETE ON meetings_grouppointrevision
    FOR EACH ROW EXECUTE FUNCTION meetings_group_never_changes();
CREATE TRIGGER meetings_group_never_changes BEFORE UPDATE ON meetings_groupmeasure
    FOR EACH ROW EXECUTE FUNCTION meetings_group_never_changes(
        'due_on', 'state', 'note', 'followed_up_by_id', 'followed_up_at', 'row_version');
"""
NOT_STANDING_STILL = """
DROP TRIGGER meetings_group_never_changes ON meetings_groupmeasure;
DROP TRIGGER meetings_group_never_changes ON meetings_groupfollowup;
DROP TRIGGER meetings_group_never_changes ON meetings_grouppointrevision;
DROP TRIGGER meetings_group_never_changes ON meetings_groupaddition;
DROP FUNCTION meetings_group_never_changes();
DROP TRIGGER meetings_group_while_open ON meetings_groupfollowup;
DROP TRIGGER meetings_group_while_open ON meetings_groupattendee;
DROP TRIGGER meetings_group_while_open ON meetings_groupmeasure;
DROP TRIGGER meetings_group_while_open ON meetings_grouppoint;
DROP FUNCTION meetings_group_while_open();
DROP TRIGGER meetings_group_minutes_stand ON meetings_groupmeeting;
DROP FUNCTION meetings_group_minutes_stand();
"""

#: Each table keeps its own rooms by an exclusion constraint; between the two, one booker of a room waits for the other.
ROOMS = """
CREATE FUNCTION meetings_room_is_one() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('meetings_room'), NEW.room_id::int);
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM %I WHERE room_id = $1 AND state IN (''planned'', ''open'') '
        'AND tstzrange(starts_at, ends_at) && tstzrange($2, $3))', TG_ARGV[0]
    ) INTO taken USING NEW.room_id, NEW.starts_at, NEW.ends_at;
    IF taken THEN
        RAISE EXCEPTION 'the room is taken: %', TG_ARGV[1]
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = TG_ARGV[1];
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meetings_room_is_one BEFORE INSERT OR UPDATE OF room_id, starts_at, ends_at, state ON meetings_meeting
    FOR EACH ROW WHEN (NEW.room_id IS NOT NULL AND NEW.state IN ('planned', 'open'))
    EXECUTE FUNCTION meetings_room_is_one('meetings_groupmeeting', 'one_meeting_in_a_room_at_a_time');
CREATE TRIGGER meetings_room_is_one BEFORE INSERT OR UPDATE OF room_id, starts_at, ends_at, state
    ON meetings_groupmeeting
    FOR EACH ROW WHEN (NEW.room_id IS NOT NULL AND NEW.state IN ('planned', 'open'))
    EXECUTE FUNCTION meetings_room_is_one('meetings_meeting', 'one_group_in_a_room_at_a_time');
"""
NO_ROOMS = """
DROP TRIGGER meetings_room_is_one ON meetings_groupmeeting;
DROP TRIGGER meetings_room_is_one ON meetings_meeting;
DROP FUNCTION meetings_room_is_one();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("hub", "0013_clocks_of_a_row"),
        ("meetings", "0006_letters"),
    ]

    operations = [
        migrations.CreateModel(
            name="Group",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("est", "EST-grupp"),
                            ("sspf", "SSPF-grupp"),
                            ("steering", "Styrgrupp"),
                            ("preparing", "Beredningsgrupp"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "agenda",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), size=None),
                ),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
                ("row_version", models.PositiveIntegerField(default=1)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.agency"),
                ),
                (
                    "district",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.district",
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
            name="GroupMeeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "form",
                    models.CharField(
                        choices=[("room", "På plats"), ("video", "Videomöte"), ("phone", "Telefonmöte")],
                        default="room",
                        max_length=6,
                    ),
                ),
                ("place", models.CharField(blank=True, default="", max_length=300)),
                ("link", models.URLField(blank=True, default="", max_length=500)),
                (
                    "own_points",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), blank=True, default=list, size=None
                    ),
                ),
                ("booked_at", models.DateTimeField()),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Bokat"),
                            ("open", "Pågår"),
                            ("held", "Hållet"),
                            ("broken_off", "Avbrutet"),
                            ("not_held", "Blev inte av"),
                            ("cancelled", "Inställt"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("state_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
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
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="meetings", to="meetings.group"
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
                    "organiser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="meetings.room",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GroupMeasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("text", models.CharField(max_length=1000)),
                ("due_on", models.DateField()),
                ("agreed_on", models.DateField(db_column="agreed_due_on")),
                ("recorded_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Pågår"),
                            ("done", "Gjort"),
                            ("not_done", "Inte gjort"),
                            ("not_possible", "Gick inte att göra"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("followed_up_at", models.DateTimeField(blank=True, null=True)),
                ("row_version", models.PositiveIntegerField(default=1)),
                (
                    "followed_up_by",
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
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="measures", to="meetings.groupmeeting"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GroupFollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Pågår"),
                            ("done", "Gjort"),
                            ("not_done", "Inte gjort"),
                            ("not_possible", "Gick inte att göra"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("due_on", models.DateField()),
                ("said_at", models.DateTimeField()),
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
                    "said_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="meetings.groupmeasure",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="meetings.groupmeeting",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GroupAttendee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("told_sequence", models.PositiveIntegerField(default=0)),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("needs_action", "Har inte svarat"),
                            ("accepted", "Kommer"),
                            ("tentative", "Kanske"),
                            ("declined", "Kan inte"),
                        ],
                        default="needs_action",
                        max_length=12,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hub", "I hubben"),
                            ("calendar", "Från kalendern"),
                            ("told", "Samordnaren har fått veta"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "attendance",
                    models.CharField(
                        blank=True,
                        choices=[("present", "Närvarande"), ("late", "Kom senare"), ("absent", "Frånvarande")],
                        default="",
                        max_length=8,
                    ),
                ),
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
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendees",
                        to="meetings.groupmeeting",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GroupAddition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("text", models.TextField(max_length=4000)),
                ("written_at", models.DateTimeField()),
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
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="additions",
                        to="meetings.groupmeeting",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GroupMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("chair", "Ordförande"),
                            ("convener", "Samordnare"),
                            ("member", "Ledamot"),
                            ("deputy", "Ersättare"),
                        ],
                        max_length=8,
                    ),
                ),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="meetings.group"
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
            name="GroupPoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("order", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=120)),
                ("text", models.TextField(blank=True, default="", max_length=20000)),
                ("text_version", models.PositiveIntegerField(default=0)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="points", to="meetings.groupmeeting"
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
            options={
                "ordering": ("order",),
            },
        ),
        migrations.CreateModel(
            name="GroupPointRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField(max_length=20000)),
                ("saved_at", models.DateTimeField()),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="meetings.grouppoint"
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GroupWords",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("words", models.CharField(max_length=120)),
                ("said_at", models.DateTimeField()),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cleared", to="meetings.group"
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
                    "said_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.assignment"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SituationEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("gathering", "Oroande samling av unga"),
                            ("drug_sales", "Öppen narkotikahandel"),
                            ("drug_use", "Narkotika eller alkohol"),
                            ("recruiting", "Tecken på rekrytering"),
                            ("violence", "Våld eller bråk"),
                            ("threat", "Hot eller trakasserier"),
                            ("robbery", "Rån eller stöld bland unga"),
                            ("damage", "Skadegörelse eller brand"),
                            ("traffic", "Mopeder och buskörning"),
                            ("insecure", "Otrygg plats, till exempel mörkt eller tomt"),
                            ("absence", "Unga på platsen under skoltid"),
                            ("calm", "Lugnare än vanligt"),
                        ],
                        max_length=12,
                    ),
                ),
                ("place", models.CharField(max_length=80)),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                (
                    "times",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("morning", "Morgon, 6–9"),
                                ("day", "Dag, 9–14"),
                                ("afternoon", "Eftermiddag, 14–18"),
                                ("evening", "Kväll, 18–22"),
                                ("night", "Natt, 22–6"),
                            ],
                            max_length=10,
                        ),
                        size=None,
                    ),
                ),
                ("seen", models.CharField(max_length=1000)),
                (
                    "trend",
                    models.CharField(
                        choices=[
                            ("new", "Nytt"),
                            ("more", "Ökar"),
                            ("same", "Som förut"),
                            ("less", "Minskar"),
                            ("over", "Har upphört"),
                        ],
                        max_length=4,
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                ("struck_at", models.DateTimeField(blank=True, null=True)),
                ("struck_reason", models.CharField(blank=True, default="", max_length=300)),
                ("row_version", models.PositiveIntegerField(default=1)),
                (
                    "district",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.district",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="situation", to="meetings.group"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="situation",
                        to="meetings.groupmeeting",
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
                    "source",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hub.agency"),
                ),
                (
                    "struck_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hub.assignment",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("name", ""), _negated=True), ("agenda__len__gte", 1)),
                name="group_has_name_and_agenda",
            ),
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                name="group_forward",
            ),
        ),
        migrations.AddIndex(
            model_name="groupmeeting",
            index=models.Index(fields=["group", "starts_at"], name="meeting_of_group"),
        ),
        migrations.AddConstraint(
            model_name="groupmeeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="group_meeting_forward"
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmeeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ("planned", "cancelled", "not_held")), ("closed_at", None), ("opened_at", None)
                    ),
                    models.Q(("closed_at", None), ("opened_at__isnull", False), ("state", "open")),
                    models.Q(
                        ("closed_at__gte", models.F("opened_at")), ("opened_at__isnull", False), ("state", "held")
                    ),
                    _connector="OR",
                ),
                name="group_meeting_state_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmeeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("not_held", "cancelled")), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="group_meeting_end_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmeeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at", None), ("approved_by", None)),
                    models.Q(
                        ("approved_at__gte", models.F("closed_at")), ("approved_by__isnull", False), ("state", "held")
                    ),
                    _connector="OR",
                ),
                name="group_minutes_approved_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmeeting",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("room__isnull", False), ("state__in", ("planned", "open"))),
                expressions=[("room", "="), (meetings.models.periods.TsTzRange("starts_at", "ends_at"), "&&")],
                name="one_group_in_a_room_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmeeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("room", None), ("form", "room"), _connector="OR"),
                name="group_meeting_in_room_or_elsewhere",
            ),
        ),
        migrations.AddIndex(
            model_name="groupmeasure",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["owner", "due_on"], name="group_measure_to_do"
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="group_measure_has_text"
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "not_possible"), _negated=True),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="group_measure_not_possible",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "open"),
                    models.Q(("followed_up_at__isnull", False), ("followed_up_by__isnull", False)),
                    _connector="OR",
                ),
                name="group_measure_ended_by",
            ),
        ),
        migrations.AddIndex(
            model_name="groupfollowup",
            index=models.Index(fields=["meeting", "measure"], name="follow_up_at_meeting"),
        ),
        migrations.AddIndex(
            model_name="groupattendee",
            index=models.Index(fields=["assignment", "meeting"], name="attendee_by_assignment"),
        ),
        migrations.AddConstraint(
            model_name="groupattendee",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)), fields=("meeting", "assignment"), name="attendee_asked_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="groupattendee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", "needs_action"), ("answered_at", None), ("answered_by", "")),
                    models.Q(
                        models.Q(("answer", "needs_action"), _negated=True),
                        ("answered_at__isnull", False),
                        models.Q(("answered_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="attendee_answered_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupaddition",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="group_addition_has_text"
            ),
        ),
        migrations.AddIndex(
            model_name="groupmember",
            index=models.Index(fields=["assignment", "group"], name="group_of_member"),
        ),
        migrations.AddConstraint(
            model_name="groupmember",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                name="group_member_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmember",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("group", "="),
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
                name="in_a_group_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouppoint",
            constraint=models.UniqueConstraint(models.F("meeting"), models.F("order"), name="group_agenda_in_order"),
        ),
        migrations.AddConstraint(
            model_name="grouppoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="group_point_has_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="grouppointrevision",
            constraint=models.UniqueConstraint(
                models.F("point"), models.F("version"), name="group_point_revision_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="groupwords",
            constraint=models.UniqueConstraint(models.F("group"), models.F("words"), name="group_words_once"),
        ),
        migrations.AddIndex(
            model_name="situationentry",
            index=models.Index(fields=["group", "first_on"], name="situation_of_group"),
        ),
        migrations.AddConstraint(
            model_name="situationentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("last_on__gte", models.F("first_on")),
                    ("times__len__gte", 1),
                    models.Q(("place", ""), _negated=True),
                    models.Q(("seen", ""), _negated=True),
                ),
                name="situation_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="situationentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                    models.Q(
                        ("struck_at__isnull", False),
                        ("struck_by__isnull", False),
                        models.Q(("struck_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="situation_struck_whole",
            ),
        ),
        Protect(
            "Group",
            "GroupMember",
            "GroupWords",
            "GroupMeeting",
            "GroupAttendee",
            "GroupPoint",
            "GroupPointRevision",
            "GroupMeasure",
            "GroupFollowUp",
            "GroupAddition",
            "SituationEntry",
        ),
        migrations.RunSQL(CLOSING, NO_CLOSING),
        migrations.RunSQL(STANDING_STILL, NOT_STANDING_STILL),
        migrations.RunSQL(ROOMS, NO_ROOMS),
    ]
