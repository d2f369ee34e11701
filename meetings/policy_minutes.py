"""The policy tables of minutes (P-M8): each paragraph is read by the rule of what it was written from, as it is now.

The frozen words are the same for ever; who may read them is asked anew every time. An item in the minutes is read by
the item's own rule, so a consent that ends, or a seat that does, ends the reading of it here too (P-A2, P-C4).
"""

from datetime import datetime

from django.db.models import OuterRef, Q

from consent.models import InformationItem
from hub.access import Actor, Rule, declare, permitted
from hub.models import ANSWERING_KINDS, LEADING_KINDS, SCREEN_ONLY_KINDS, Participation, known_party
from hub.policy import has, in_kommun, seats
from meetings.ground import grounded
from meetings.minutes import ABOUT, FACTS, INTERPRETER
from meetings.models import Addendum, Meeting, MeetingItem, Minutes, MinutesParagraph, MinutesState, Participant
from meetings.policy import of_led


def takes_part(actor: Actor, at: datetime, minutes: str = "") -> Q:
    """Approved, and the actor has a seat that reads, for an agency that others may know of and that was asked."""
    meeting = f"{minutes}meeting"
    seated = Q(**{f"{meeting}__case__in": seats(actor, at).values("content_object")})
    parties = Participation.objects.filter(known_party(at), case=OuterRef(f"{meeting}__case"))
    asked = Participant.objects.filter(removed_at=None, meeting=OuterRef(meeting))
    return (
        Q(**{f"{minutes}approved_at__lte": at})
        & seated
        & has(parties.filter(agency_id=actor.agency_id))
        & has(asked.filter(assignment__unit__agency_id=actor.agency_id))
    )


def minutes_of_party(actor: Actor, at: datetime) -> Q | None:
    """Justerat protokoll, för den som har plats i ärendet för en verksamhet som var kallad till mötet."""
    clause_1 = in_kommun(actor, at)
    return None if clause_1 is None else clause_1 & takes_part(actor, at)


def item_readable(actor: Actor, at: datetime) -> Q:
    """Inside a query over rows with an item: the item's own rule, as it is now."""
    return has(permitted(InformationItem.objects.filter(pk=OuterRef("item")), actor, at=at))


def source_readable(actor: Actor, at: datetime) -> Q:
    """Inside a query over paragraphs: the item, or the fact of a higher layer, may be read now by its own rule."""
    found = Q(item__isnull=False) & item_readable(actor, at)
    for label, model in FACTS.items():
        rows = model._default_manager.filter(ref=OuterRef("fact_ref"))
        found |= Q(fact=label) & has(permitted(rows, actor, at=at))
    return found


def paragraph_of_led(actor: Actor, at: datetime) -> Q | None:
    """Den som leder ärendet, och chefen för ärendets enhet; en uppgift eller åtgärd bara när den får läsas nu."""
    led = of_led("minutes__meeting__case")(actor, at)
    return None if led is None else led & (Q(item=None, fact="") | source_readable(actor, at))


def paragraph_of_party(actor: Actor, at: datetime) -> Q | None:
    """En part som var kallad: tid, parter den får veta om, sina egna beslut och de uppgifter som får läsas nu."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    parties = Participation.objects.filter(known_party(at), case=OuterRef("meeting__case"))
    official = Participant.objects.filter(pk=OuterRef("participant"), assignment__isnull=False)
    known = has(official.filter(has(parties.filter(agency=OuterRef("assignment__unit__agency")))))
    heard = grounded(seats(actor, at), at).values("content_object")
    decided = Q(agency_id=actor.agency_id, minutes__meeting__case__in=heard)
    # Minutes approved before the interpreter was a matter for who leads have that line as one for every party.
    shared = Q(shared=True) & ~Q(section=ABOUT, title=INTERPRETER)
    reads = shared | decided | known | source_readable(actor, at)
    return clause_1 & takes_part(actor, at, "minutes__") & reads


def of_paragraph(actor: Actor, at: datetime) -> Q | None:
    """Den som får läsa stycket som rättas; rättas hela protokollet den som leder, och parterna om den är delad."""
    clause_1 = in_kommun(actor, at)
    led = of_led("minutes__meeting__case")(actor, at)
    if clause_1 is None or led is None:
        return None
    paragraphs = permitted(MinutesParagraph.objects.filter(pk=OuterRef("paragraph")), actor, at=at)
    whole = led | (clause_1 & Q(shared=True) & takes_part(actor, at, "minutes__"))
    return has(paragraphs) | (Q(paragraph=None) & whole)


def link_of_item(actor: Actor, at: datetime) -> Q | None:
    """Den som får läsa uppgiften nu, och får veta om mötet som den skrevs på."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    meeting = has(permitted(Meeting.objects.filter(pk=OuterRef("meeting")), actor, at=at))
    return clause_1 & meeting & item_readable(actor, at)


def with_seat(kinds: tuple[str, ...], state: MinutesState | None, sentence: str) -> Rule:
    """A seat of these kinds in the case of minutes in this state, or any; the seats are one set, for the home page."""

    def rule(actor: Actor, at: datetime) -> Q | None:
        clause_1 = in_kommun(actor, at)
        if clause_1 is None:
            return None
        led = seats(actor, at).filter(kind__in=kinds).values("content_object")
        standing = Q() if state is None else Q(state=state)
        return clause_1 & standing & Q(meeting__case__in=led)

    rule.__doc__ = sentence
    return rule


def on_paper(rule: Rule, sentence: str) -> Rule:
    """The same, never for those who read on screen only (P-A14)."""

    def narrowed(actor: Actor, at: datetime) -> Q | None:
        return None if actor.agency_kind in SCREEN_ONLY_KINDS else rule(actor, at)

    narrowed.__doc__ = sentence
    return narrowed


_led = of_led("meeting__case")

declare(
    Minutes,
    {
        "read": (_led, minutes_of_party),
        "read_whole": (_led,),
        "write": (
            with_seat(LEADING_KINDS, MinutesState.DRAFT, "Den som leder ärendet, så länge protokollet är ett utkast"),
        ),
        # A lots leads a meeting but does not answer for the case as an authority, whose record the minutes are.
        "approve": (with_seat(ANSWERING_KINDS, MinutesState.DRAFT, "Samordnare eller handläggare, av ett utkast"),),
        # Who may be told that somebody else has approved already.
        "vouch": (with_seat(ANSWERING_KINDS, None, "Samordnare eller handläggare, av utkast och av justerade"),),
        "correct": (with_seat(LEADING_KINDS, MinutesState.APPROVED, "Den som leder ärendet, efter justeringen"),),
        "give_family": (with_seat(LEADING_KINDS, MinutesState.APPROVED, "Den som leder ärendet, efter justeringen"),),
        "print": (
            on_paper(_led, "Den som leder ärendet, och chefen för ärendets enhet"),
            on_paper(minutes_of_party, "En part som var kallad, aldrig den som bara läser på skärm"),
        ),
    },
)
declare(MinutesParagraph, {"read": (paragraph_of_led, paragraph_of_party)})
declare(Addendum, {"read": (of_paragraph,)})
declare(MeetingItem, {"read": (link_of_item,)})
