"""The state machines of triage, as tables (`hub.states`)."""

from hub.states import Moves
from triage.models import AssessmentState, CallState, DecisionKind, TaskState

#: A preliminary assessment ends by a decision, once.
ASSESSMENT: Moves = {
    (DecisionKind.OPEN, AssessmentState.OPEN): AssessmentState.INVESTIGATED,
    (DecisionKind.NOT_OPEN, AssessmentState.OPEN): AssessmentState.NOT_OPENED,
    (DecisionKind.RUNNING, AssessmentState.OPEN): AssessmentState.RUNNING,
}
CALL: Moves = {
    ("öppna", CallState.PLANNED): CallState.OPEN,
    ("avsluta", CallState.OPEN): CallState.CLOSED,
    ("ställ in", CallState.PLANNED): CallState.CANCELLED,
}
TASK: Moves = {
    ("klar", TaskState.OPEN): TaskState.DONE,
    ("håll inne", TaskState.OPEN): TaskState.HELD,
    ("ta upp", TaskState.HELD): TaskState.OPEN,
    ("klar", TaskState.HELD): TaskState.DONE,
}
