"""How the meetings of each youth of the demo have gone: days counted back from the day of seeding."""

from dataclasses import dataclass, replace

from meetings.models import LATEST

ROOM, VIDEO = "room", "video"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One case. Days fall on the nearest working day.

    Args:
        last: days since the last meeting that was held.
        ahead: days from the last one to the next one that is booked; None where none is booked.
        form: how the next one is held.
        days: the rhythm decided for the last two meetings and the next one, and why.
        spoilt: days ago when a meeting was planned that came to nothing, and how it ended.
    """

    last: int
    ahead: int | None = 26
    form: str = ROOM
    days: int = LATEST
    reason: str = ""
    spoilt: int | None = None
    ended: str = ""
    why: str = ""


CALLED_OFF, NOT_HELD, BROKEN_OFF = "called off", "not held", "broken off"
#: Key of the demo's youth → what is told of the case. Spånga-Tensta (ST) and Rinkeby-Kista (RK) are the cast's.
COURSES = {
    # As soon as there is office time: today if the demo is built in the morning of a working day.
    "ST-1": Course(last=22, ahead=22),
    "ST-2": Course(last=12, form=VIDEO),
    "ST-3": Course(last=24, ahead=None),
    "ST-4": Course(last=33, ahead=None),
    "ST-6": Course(last=6, ahead=13, days=14, reason="Mycket händer just nu. Familjen vill ses oftare."),
    "RK-1": Course(last=33, ahead=36),
    "RK-2": Course(last=30, ahead=40, days=42, reason="Placerad långt bort. Vi ses var sjätte vecka och ringer."),
    "RK-3": Course(
        last=23,
        ahead=25,
        spoilt=3,
        ended=BROKEN_OFF,
        why="Den unge orkade inte mer. Vi fortsätter inom en vecka.",
    ),
    "RK-4": Course(last=19, ahead=None, spoilt=-2, ended=CALLED_OFF, why="Skolans kontakt är sjuk. Ny tid söks."),
    "HL-1": Course(last=35, ahead=None),
    "HL-2": Course(last=23, ahead=None),
    "HV-1": Course(last=25, ahead=None, spoilt=2, ended=NOT_HELD, why="Den unge och mamman kom inte."),
    "HV-2": Course(last=52, ahead=None),
    "HV-4": Course(last=8, ahead=None),
    "EA-3": Course(last=24, ahead=None),
    "SH-5": Course(last=13, ahead=None),
}


def course_of(key: str, index: int) -> Course:
    """What is told of the case; all others keep the four weeks and have the next meeting booked."""
    default = Course(last=4 + index * 5 % 14, form=VIDEO if index % 3 == 1 else ROOM)
    return COURSES.get(key, replace(default, ahead=25 + index % 3))
