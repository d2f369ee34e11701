"""A meeting that goes on ends only with what must stand when it has ended (P-M7)."""

from django.db import migrations, models

#: What the action says in words is held here against every other way of writing. Group meetings are not touched.
CLOSING = """
CREATE FUNCTION meetings_ends_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    next_at timestamptz;
BEGIN
    IF NEW.state = 'held' AND EXISTS (
        SELECT FROM meetings_participant
        WHERE meeting_id = NEW.id AND removed_at IS NULL AND attendance = ''
    ) THEN
        RAISE EXCEPTION 'attendance is missing' USING ERRCODE = 'check_violation', CONSTRAINT = 'held_with_attendance';
    END IF;
    IF NEW.kind <> 'network' THEN RETURN NEW; END IF;
    IF NEW.state = 'held' AND EXISTS (
        SELECT FROM meetings_meetingdecision AS decision JOIN meetings_meeting AS earlier
        ON earlier.id = decision.meeting_id
        WHERE earlier.case_id = NEW.case_id AND earlier.starts_at < NEW.starts_at AND decision.result = ''
        AND earlier.main_id IS DISTINCT FROM NEW.id
    ) THEN
        RAISE EXCEPTION 'a decision is not followed up'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'held_with_follow_up';
    END IF;
    SELECT min(starts_at) INTO next_at FROM meetings_meeting
        WHERE case_id = NEW.case_id AND id <> NEW.id AND kind = 'network' AND state = 'planned'
        AND starts_at > NEW.closed_at;
    IF NEW.state = 'held' AND NEW.reason = '' AND next_at IS NULL THEN
        RAISE EXCEPTION 'no next meeting' USING ERRCODE = 'check_violation', CONSTRAINT = 'held_with_next_date';
    END IF;
    IF NEW.state = 'broken_off' AND (next_at IS NULL OR (next_at AT TIME ZONE 'Europe/Stockholm')::date
        > (NEW.closed_at AT TIME ZONE 'Europe/Stockholm')::date + 7) THEN
        RAISE EXCEPTION 'no new date within a week'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'broken_off_with_new_date';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meetings_ends_whole BEFORE UPDATE OF state ON meetings_meeting FOR EACH ROW
    WHEN (OLD.state = 'open' AND NEW.state IN ('held', 'broken_off')) EXECUTE FUNCTION meetings_ends_whole();
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_start")]

    operations = [
        migrations.AddField(
            model_name="participant",
            name="stepped_out_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(
            CLOSING,
            "DROP TRIGGER meetings_ends_whole ON meetings_meeting; DROP FUNCTION meetings_ends_whole()",
        ),
    ]
