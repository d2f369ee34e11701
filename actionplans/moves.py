"""The state machine of a measure, as a table (`hub.states`); an event is named by the state it leads to."""

from actionplans.models import MeasureState
from hub.states import Moves

_BEGUN = tuple(state for state in MeasureState if state is not MeasureState.NOT_STARTED)

#: What has begun is never again "ej påbörjad". Everything else a later meeting may see otherwise: a measure that was
#: aborted is taken up again, one that was ticked off turns out not to be done.
MEASURE: Moves = {
    (MeasureState.NOT_STARTED.value, MeasureState.NOT_STARTED.value): MeasureState.NOT_STARTED,
    **{(to.value, state.value): to for to in _BEGUN for state in MeasureState},
}
