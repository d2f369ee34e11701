"""A group's meeting can be broken off, and whoever is taken off one is told no later time than its own (P-M5, P-M7)."""

from django.db import migrations, models

#: One that is broken off goes on within seven days, and then stands still as one that was held.
BREAKING_OFF = """
CREATE FUNCTION meetings_group_breaks_off() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    next_at timestamptz;
BEGIN
    SELECT min(starts_at) INTO next_at FROM meetings_groupmeeting
        WHERE group_id = NEW.group_id AND id <> NEW.id AND state = 'planned' AND starts_at > NEW.closed_at;
    IF next_at IS NULL OR (next_at AT TIME ZONE 'Europe/Stockholm')::date
        > (NEW.closed_at AT TIME ZONE 'Europe/Stockholm')::date + 7 THEN
        RAISE EXCEPTION 'no new date within a week'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'group_broken_off_with_new_date';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meetings_group_breaks_off BEFORE UPDATE OF state ON meetings_groupmeeting FOR EACH ROW
    WHEN (OLD.state = 'open' AND NEW.state = 'broken_off') EXECUTE FUNCTION meetings_group_breaks_off();
DROP TRIGGER meetings_group_minutes_stand ON meetings_groupmeeting;
CREATE TRIGGER meetings_group_minutes_stand BEFORE UPDATE ON meetings_groupmeeting FOR EACH ROW
    WHEN (OLD.state IN ('held', 'broken_off')) EXECUTE FUNCTION meetings_group_minutes_stand();
"""
HELD_ALONE = """
DROP TRIGGER meetings_group_minutes_stand ON meetings_groupmeeting;
CREATE TRIGGER meetings_group_minutes_stand BEFORE UPDATE ON meetings_groupmeeting FOR EACH ROW
    WHEN (OLD.state = 'held') EXECUTE FUNCTION meetings_group_minutes_stand();
DROP TRIGGER meetings_group_breaks_off ON meetings_groupmeeting;
DROP FUNCTION meetings_group_breaks_off();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0008_sequence_per_guest"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="groupmeeting",
            name="group_meeting_state_whole",
        ),
        migrations.RemoveConstraint(
            model_name="groupmeeting",
            name="group_meeting_end_has_reason",
        ),
        migrations.RemoveConstraint(
            model_name="groupmeeting",
            name="group_minutes_approved_whole",
        ),
        migrations.AddField(
            model_name="groupattendee",
            name="left_ends_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="groupattendee",
            name="left_starts_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="groupattendee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_ends_at", None), ("left_starts_at", None)),
                    models.Q(("left_ends_at__gt", models.F("left_starts_at")), ("removed_at__isnull", False)),
                    _connector="OR",
                ),
                name="attendee_left_whole",
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
                        ("closed_at__gte", models.F("opened_at")),
                        ("opened_at__isnull", False),
                        ("state__in", ("held", "broken_off")),
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
                    models.Q(("state__in", ("not_held", "cancelled", "broken_off")), _negated=True),
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
                        ("approved_at__gte", models.F("closed_at")),
                        ("approved_by__isnull", False),
                        ("state__in", ("held", "broken_off")),
                    ),
                    _connector="OR",
                ),
                name="group_minutes_approved_whole",
            ),
        ),
        migrations.RunSQL(BREAKING_OFF, HELD_ALONE),
    ]
