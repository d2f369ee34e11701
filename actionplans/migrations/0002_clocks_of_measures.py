"""Only who is noted as present at a meeting of the plan's case can agree in it (P-P1)."""

from django.db import migrations

PRESENT = """
CREATE FUNCTION actionplans_agrees_who_is_there() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM meetings_participant p
        JOIN meetings_meeting m ON m.id = p.meeting_id
        JOIN actionplans_plan plan ON plan.case_id = m.case_id
        WHERE p.id = NEW.participant_id AND plan.id = NEW.plan_id AND p.removed_at IS NULL
            AND p.attendance IN ('present', 'late')
    ) THEN
        RAISE EXCEPTION 'who agrees is not at the meeting'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agrees_who_is_there';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER actionplans_agrees_who_is_there BEFORE INSERT OR UPDATE ON actionplans_agreement FOR EACH ROW
    EXECUTE FUNCTION actionplans_agrees_who_is_there();
"""
UNDO = """
DROP TRIGGER actionplans_agrees_who_is_there ON actionplans_agreement;
DROP FUNCTION actionplans_agrees_who_is_there();
"""


class Migration(migrations.Migration):
    dependencies = [("actionplans", "0001_plans"), ("meetings", "0002_screen")]

    operations = [migrations.RunSQL(PRESENT, UNDO)]
