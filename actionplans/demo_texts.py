"""What stands in the demo's plans: short sentences, plain words, and the youths' own. Nobody here exists.

tests/test_demo_plans.py holds every text to a LIX of at most 30, as the family's paper asks for.
"""

from dataclasses import dataclass

from actionplans.models import Area, MeasureState

ONGOING, DONE = MeasureState.ONGOING.value, MeasureState.DONE.value
NOT_STARTED, ABORTED = MeasureState.NOT_STARTED.value, MeasureState.ABORTED.value
NOT_DONE, NOT_POSSIBLE = MeasureState.NOT_DONE.value, MeasureState.NOT_POSSIBLE.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """One measure. `{first}` is the youth's given name.

    Args:
        who: the kind of agency that does it, or a seat of the owner: "coordinator", "lots".
        states: what the meetings after the one that decided it heard, in turn; the last one holds on.
        note: said with the last state.
        late: it is still open and its last day has passed.
        barred: kept from the guardians (R14).
    """

    who: str
    text: str
    hours: str = ""
    place: str = ""
    states: tuple[str, ...] = (ONGOING,)
    note: str = ""
    late: bool = False
    barred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One goal with its measures. `path`: the levels that the meetings saw, in turn; the last one holds on."""

    area: Area
    text: str
    own_words: str
    baseline: str
    why: str
    levels: tuple[str, str, str, str, str]
    doing: tuple[Doing, ...]
    path: tuple[int, ...]


SCHOOL = Aim(
    area=Area.SCHOOL,
    text="{first} går till skolan varje dag.",
    own_words="Jag vill klara skolan. Det är svårt att komma upp.",
    baseline="Är borta två dagar i veckan.",
    why="{first} vill ha bra betyg i idrott och matte.",
    levels=(
        "Är borta tre dagar i veckan.",
        "Är borta två dagar i veckan.",
        "Är i skolan varje dag.",
        "Är i skolan varje dag och kommer i tid.",
        "Är i skolan, kommer i tid och gör sina läxor.",
    ),
    doing=(
        Doing(who="skola", text="Möter {first} vid dörren kl. 8 varje dag.", hours="1", place="Skolan"),
        Doing(
            who="coordinator",
            text="Ringer {first} kl. 7 varje dag.",
            hours="0.5",
            states=(ONGOING, DONE),
            note="{first} går nu upp själv.",
        ),
    ),
    path=(-2, -1, -1, 0, 0, 1),
)
LEISURE = Aim(
    area=Area.LEISURE,
    text="{first} tränar två gånger i veckan.",
    own_words="Jag vill boxas. Jag vill inte gå dit själv.",
    baseline="Gör inget på sin fria tid.",
    why="{first} mår bra av att röra på sig.",
    levels=(
        "Gör inget på sin fria tid.",
        "Tränar ibland.",
        "Tränar två gånger i veckan.",
        "Tränar två gånger i veckan och går dit själv.",
        "Tränar tre gånger i veckan och har nya vänner där.",
    ),
    doing=(
        Doing(
            who="fritid",
            text="Följer med {first} till gymmet varje onsdag.",
            hours="1.5",
            place="Gymmet vid torget",
            states=(NOT_STARTED, ONGOING),
        ),
        Doing(
            who="lots",
            text="Söker pengar till skor och kort.",
            states=(ONGOING, NOT_POSSIBLE),
            note="Fonden tog inte emot fler i år.",
        ),
    ),
    path=(-2, -2, -1, 0, 1),
)
HOME = Aim(
    area=Area.FAMILY,
    text="{first} är hemma kl. 21 varje dag.",
    own_words="Jag vill att vi slutar bråka hemma.",
    baseline="Kommer hem sent fyra dagar i veckan.",
    why="Då sover {first} mer. Då blir det lugnt hemma.",
    levels=(
        "Kommer hem sent varje dag.",
        "Kommer hem sent fyra dagar i veckan.",
        "Är hemma kl. 21 alla dagar i veckan.",
        "Är hemma kl. 21 och äter med de andra.",
        "Är hemma kl. 21 och gör något roligt med de andra.",
    ),
    doing=(
        Doing(
            who="coordinator",
            text="Möter hela familjen varje tisdag.",
            hours="1",
            place="Hemma",
            states=(ONGOING, NOT_DONE),
            note="Vi hann bara två gånger. Vi tar det igen.",
        ),
        Doing(who="coordinator", text="Pratar med {first} om hur det är hemma.", hours="1", barred=True),
    ),
    path=(-1, -1, 0, -1, 0),
)
FRIENDS = Aim(
    area=Area.FRIENDS,
    text="{first} är med vänner som är snälla.",
    own_words="Jag vill ha en vän som jag kan lita på.",
    baseline="Är mest med äldre killar på torget.",
    why="De äldre ber {first} att göra fel saker.",
    levels=(
        "Är med de äldre varje kväll.",
        "Är med de äldre flera kvällar i veckan.",
        "Är med de äldre högst en kväll i veckan.",
        "Är med nya vänner och går hem när det blir bråk.",
        "Är bara med sina nya vänner.",
    ),
    doing=(
        Doing(who="polis", text="Går en runda med {first} varje fredag.", hours="1", place="Torget", late=True),
        Doing(
            who="fritid",
            text="Tar med {first} på film.",
            hours="2",
            place="Gården",
            states=(ONGOING, DONE),
            note="{first} var med tre gånger.",
        ),
    ),
    path=(-2, -1, -1, -1, 0),
)
WORK = Aim(
    area=Area.WORK,
    text="{first} har ett jobb i sommar.",
    own_words="Jag vill tjäna mina egna pengar.",
    baseline="Har inte sökt något jobb.",
    why="{first} vill inte låna pengar.",
    levels=(
        "Vill inte söka jobb.",
        "Har inte sökt något jobb.",
        "Har ett jobb i sommar.",
        "Har ett jobb och kommer i tid.",
        "Har ett jobb och får komma åter i höst.",
    ),
    doing=(
        Doing(who="lots", text="Söker tre jobb med {first}.", hours="2", late=True),
        Doing(
            who="skola",
            text="Visar {first} hur man skriver ett brev till en chef.",
            hours="1",
            states=(NOT_STARTED, ABORTED),
            note="{first} ville göra det med sin lots.",
        ),
    ),
    path=(-1, -1, -1, 0, 1),
)
SLEEP = Aim(
    area=Area.HEALTH,
    text="{first} sover åtta timmar per natt.",
    own_words="Jag är trött hela dagen.",
    baseline="Sover fem timmar per natt.",
    why="Den som sover orkar mer.",
    levels=(
        "Sover fyra timmar per natt.",
        "Sover fem timmar per natt.",
        "Sover åtta timmar per natt i veckan.",
        "Sover åtta timmar varje natt.",
        "Sover åtta timmar och vaknar själv.",
    ),
    doing=(
        Doing(who="skola", text="Pratar med {first} om sömn, en gång i veckan.", hours="0.5", place="Skolan"),
        Doing(
            who="coordinator",
            text="Bokar en tid hos en läkare.",
            states=(ONGOING, NOT_POSSIBLE),
            note="Det fanns ingen tid före jul.",
        ),
    ),
    path=(-2, -1, -1, 0),
)
CALM = Aim(
    area=Area.ATTITUDES,
    text="{first} går från bråk.",
    own_words="Jag blir så arg. Sen ångrar jag mig.",
    baseline="Är i bråk varje vecka.",
    why="{first} vill inte göra någon illa.",
    levels=(
        "Är i bråk flera gånger i veckan.",
        "Är i bråk varje vecka.",
        "Är i bråk högst en gång i månaden.",
        "Går från bråk varje gång.",
        "Hjälper andra att gå från bråk.",
    ),
    doing=(
        Doing(who="lots", text="Övar med {first} på att säga nej.", hours="1.5"),
        Doing(
            who="polis",
            text="Ringer {first} en gång i veckan.",
            hours="0.5",
            states=(ONGOING, NOT_DONE),
            note="Vi missade två samtal. Vi bytte dag.",
        ),
    ),
    path=(-1, -2, -1, 0, 0, 1),
)

#: A full plan, for the youngest: four goals.
YOUNGEST = (SCHOOL, LEISURE, HOME, FRIENDS)
#: Three goals each for the others, in turn.
OTHERS = ((SCHOOL, WORK, CALM), (SLEEP, LEISURE, WORK), (SCHOOL, HOME, SLEEP), (CALM, FRIENDS, WORK))
#: How many measures the youngest have at most, so that their plan goes on one page.
MOST = 6
#: (does the person agree, in own words) of the youth, a guardian, and a professional.
AGREE = {
    "youth": (("yes", "Det är min plan."), ("partly", "Jag vill inte att ni ringer så ofta."), ("yes", "")),
    "guardian": (("yes", ""), ("yes", "Bra att alla hjälps åt."), ("partly", "Kl. 21 är för sent.")),
}
