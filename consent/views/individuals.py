""" "Mina ungdomar", the page of one individual, and its matrix."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from consent import matrix, queries, timeline
from consent.actions.withdrawal import waiting
from consent.completeness import State
from consent.judging import judge
from consent.models import MaturityAssessment, SigningSession
from consent.standing import most_telling, papers_of
from hub import clock, swedish
from hub.access import Actor, find, may, permitted
from hub.actions.people import may_register
from hub.contributions import Happening
from hub.http import HubRequest, page, uuid_or_none
from hub.models import (
    LEADING_KINDS,
    BreakGlass,
    BreakGlassKind,
    Case,
    CaseForm,
    CaseSeat,
    Individual,
    Participation,
    Phase,
    Relative,
    Role,
    SeatKind,
)

# --- Mina ungdomar -----------------------------------------------------------------------------------------


@require_GET
def individuals(request: HubRequest) -> HttpResponse:
    """The youths that the actor may know of: name, case, what holds (R33: never a word about risk)."""
    actor, at = request.actor, request.at
    choice = queries.Choice(
        form=_known(request.GET.get("form", ""), CaseForm.values),
        phase=_known(request.GET.get("fas", ""), Phase.values),
        mine=request.GET.get("mina") == "1",
        after=uuid_or_none(request.GET.get("efter", "")),
    )
    listing = queries.individuals(actor, choice, at)
    for row in listing.rows:
        request.trail.show([row.individual, *row.cases], individual=row.individual.pk)
    context = {
        "rows": [_list_row(row, at) for row in listing.rows],
        "filters": _list_filters(actor, choice, at),
        "narrowed": bool(choice.form or choice.phase or choice.mine),
        "older": f"?{_query(choice)}&efter={listing.more}" if listing.more else "",
        "newer": f"?{_query(choice)}" if choice.after else "",
        "empty": _empty_words(actor),
        "may_register": may_register(actor),
    }
    return page(request, "consent/individuals.html", context)


def _known(value: str, values: list[str]) -> str:
    return value if value in values else ""


def _query(choice: queries.Choice, **other: str) -> str:
    parts = {"form": choice.form, "fas": choice.phase, "mina": "1" if choice.mine else ""} | other
    return urlencode({key: value for key, value in parts.items() if value})


def _list_row(row: queries.IndividualRow, at: datetime) -> dict[str, object]:
    today, person = clock.local_day(at), row.individual.person
    return {
        "name": person.name,
        "age": swedish.age(person.birth_date, today),
        "protected": person.is_protected,
        "url": reverse("consent:individual", args=[row.individual.ref]),
        "cases": [
            f"{case.number} · {case.get_form_display()} · {case.get_phase_display().lower()}" for case in row.cases
        ],
        "sharing": row.sharing(today),
        "sharing_kind": row.sharing_kind,
        "latest": swedish.day_short(row.latest, today) if row.latest else "",
    }


def _list_filters(actor: Actor, choice: queries.Choice, at: datetime) -> list[dict[str, object]]:
    forms, phases = queries.choices_in_sight(actor, at)
    chips: list[dict[str, object]] = [
        {"label": "Alla", "url": "?", "current": not (choice.form or choice.phase or choice.mine)}
    ]
    if actor.role == Role.COORDINATOR:
        chips.append(
            {
                "label": "Bara där jag är samordnare",
                "url": f"?{_query(choice, mina='' if choice.mine else '1')}",
                "current": choice.mine,
            }
        )
    for key, choices, there, chosen in (
        ("form", CaseForm.choices, forms, choice.form),
        ("fas", Phase.choices, phases, choice.phase),
    ):
        if len(there) > 1:
            chips += [
                {
                    "label": label,
                    "url": f"?{_query(choice, **{key: '' if value == chosen else value})}",
                    "current": value == chosen,
                }
                for value, label in choices
                if value in there
            ]
    return chips if len(chips) > 1 else []


def _empty_words(actor: Actor) -> str:
    """What an empty list means and what to do, per role."""
    if may_register(actor):
        return "Registrera en ung person och öppna ett ärende, så finns det här."
    if actor.role == Role.MANAGER:
        return "Här visas ungdomar i enhetens ärenden. Skyddade personuppgifter ser bara de som har plats i ärendet."
    return (
        "Här visas de ungdomar som du är kontakt för, när ett samtycke eller en annan grund gäller. "
        "Saknas någon: fråga samordnaren i socialtjänsten, eller den som utser kontakter hos er."
    )


# --- one individual ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page of one individual shows, every row through `permitted()`."""

    cases: list[Case]
    parties: list[Participation]
    seats: list[CaseSeat]
    relatives: list[Relative]
    maturity: MaturityAssessment | None
    openings: list[BreakGlass]


@require_GET
def individual(request: HubRequest, ref: UUID) -> HttpResponse:
    """One page: who, what holds now, what is known, who takes part (mockups, ideas 1 to 4)."""
    person = find(Individual.objects.select_related("person"), request.actor, at=request.at, ref=ref)
    seen = _seen(person, request.actor, request.at)
    whole = matrix.current(person, request.actor, request.at)
    narrowed = {"typ": request.GET.get("typ", "")[:40], "fran": request.GET.get("fran", "")[:36]}
    happenings = timeline.page(
        person,
        request.actor,
        request.at,
        type_code=narrowed["typ"],
        agency=uuid_or_none(narrowed["fran"]),
        place=timeline.Place.parse(request.GET.get("fore", "")),
    )
    _trail(request, person, seen, whole, happenings.rows)
    context = (
        _head(person, seen, request.actor, request.at)
        | _sharing(person, whole, request.actor, request.at)
        | _boxes(seen, request.actor, request.at)
        | {
            "rows": happenings.rows,
            "filters": _timeline_filters(person, narrowed, request.actor, request.at),
            "older": f"?{_parts(narrowed, fore=str(happenings.older))}#handelser" if happenings.older else "",
            "newer": f"?{_parts(narrowed)}#handelser" if request.GET.get("fore") else "",
        }
    )
    return page(request, "consent/individual.html", context)


def _seen(person: Individual, actor: Actor, at: datetime) -> Seen:
    cases = permitted(Case.objects.filter(individual=person), actor, at=at).select_related("owner_unit")
    parties = permitted(
        Participation.objects.exclude(ended_at__lte=at).filter(case__individual=person), actor, at=at
    ).select_related("agency", "case")
    seats = permitted(
        CaseSeat.objects.in_force(at=at).filter(content_object__individual=person), actor, at=at
    ).select_related("assignment__user")
    relatives = permitted(Relative.objects.filter(individual=person), actor, at=at).select_related("person")
    own = person.person.agency_id == actor.agency_id
    assessed = MaturityAssessment.objects.filter(individual=person, assessed_at__lte=at)
    openings = BreakGlass.objects.in_force(at=at).filter(individual=person, assignment__unit__agency_id=actor.agency_id)
    return Seen(
        list(cases.order_by("closed_at", "-opened_at")),
        list(parties.order_by("proposed_at", "pk")),
        list(seats.order_by("valid_from", "pk")),
        list(relatives.order_by("kind", "pk")),
        assessed.order_by("-assessed_at", "-pk").first() if own else None,
        list(openings.select_related("assignment__user")),
    )


def _trail(request: HubRequest, person: Individual, seen: Seen, whole: matrix.Matrix, rows: list[Happening]) -> None:
    ground = queries.merge_grounds(row.ground for row in rows)
    if not seen.cases:
        ground |= queries.break_glass_ground(person, request.actor, request.at)
    shown: list[Any] = [person, *seen.cases, *seen.parties, *seen.relatives, *whole.grants]
    if seen.maturity:
        shown.append(seen.maturity)
    for row in rows:
        shown.extend(row.shows)
    request.trail.show(shown, individual=person.pk, ground=ground)
    for case in seen.cases:
        request.trail.show(case=case.pk)


def _head(person: Individual, seen: Seen, actor: Actor, at: datetime) -> dict[str, object]:
    today = clock.local_day(at)
    own = person.person.agency_id == actor.agency_id
    works = may(person, actor, "work", at=at)
    writable = next((c for c in seen.cases if _writable(c, own)), None) if works else None
    leading = next((c for c in seen.cases if c.closed_at is None and may(c, actor, "lead", at=at)), None)
    return {
        "individual": person,
        "name": person.person.name,
        "age": swedish.age(person.person.birth_date, today),
        "protected": person.person.is_protected,
        "protection": person.person.get_protection_display(),
        "own": own,
        "cases": [_case_line(case, seen, own, today) for case in seen.cases],
        "single": seen.cases[0] if len(seen.cases) == 1 else None,
        "writable": writable,
        "leading": leading,
        "disclosing": next((c for c in seen.cases if _gives_in(c, seen, actor)), None),
        "openings": [
            f"{o.assignment.user.name} har öppnat uppgifterna med nödöppning till {swedish.moment(o.valid_to, at)}."
            for o in seen.openings
            if o.kind == BreakGlassKind.OWN_ITEMS
        ],
        "protected_openings": [
            f"{o.assignment.user.name} har öppnat skyddade kontaktuppgifter till {swedish.moment(o.valid_to, at)}."
            for o in seen.openings
            if o.kind == BreakGlassKind.PROTECTED_FIELDS
        ],
    }


def _gives_in(case: Case, seen: Seen, actor: Actor) -> bool:
    """Whether the actor sits awake in the case, and so may give the own agency's items there (P-C7)."""
    mine = [s for s in seen.seats if s.assignment_id == actor.assignment_id and s.content_object_id == case.pk]
    return case.closed_at is None and any(s.kind != SeatKind.DEPUTY for s in mine)


def _writable(case: Case, own: bool) -> bool:
    phases = {Phase.UTREDNING, Phase.INSATS, Phase.UPPFOLJNING}
    return case.phase in phases or (own and case.phase == Phase.FORHANDSBEDOMNING)


def _case_line(case: Case, seen: Seen, own: bool, today: Any) -> dict[str, object]:
    leads = {
        kind: swedish.listing(
            s.assignment.user.name for s in seen.seats if s.content_object_id == case.pk and s.kind == kind
        )
        for kind in (SeatKind.COORDINATOR, SeatKind.LOTS)
    }
    since = swedish.day_short(clock.local_day(case.phase_from), today)
    words = [str(case.get_form_display()), f"{str(case.get_phase_display()).lower()} sedan {since}"]
    if leads[SeatKind.COORDINATOR]:
        words.append(f"samordnare {leads[SeatKind.COORDINATOR]}")
    if leads[SeatKind.LOTS]:
        words.append(f"lots {leads[SeatKind.LOTS]}")
    return {"case": case, "text": " · ".join(words), "court": own and case.court_ordered}


def _sharing(person: Individual, whole: matrix.Matrix, actor: Actor, at: datetime) -> dict[str, object]:
    """What holds now and what can be done about it; a paper that still waits is known to who leads the case only."""
    today = clock.local_day(at)
    open_papers = SigningSession.objects.filter(consents__in=waiting(person.pk), last_day__gte=today)
    paper = permitted(open_papers.order_by("-registered_at"), actor, "lead", at=at).first()
    stands = None if whole.parts else most_telling(papers_of([person.pk], actor, at=at, ended=[person.pk])[person.pk])
    return {
        "waiting": paper,
        "stands": f"{stands.of_youth}." if stands else "",
        "refused": paper is not None and judge(paper, at=at).state is State.REFUSED,
        "parts": whole.parts,
        "sources": whole.by_type(today),
        "shares": bool(whole.sources),
        "until": whole.until(today),
        "may_stop": bool(whole.sources or paper) and may(person, actor, "stop_sharing", at=at),
    }


def _boxes(seen: Seen, actor: Actor, at: datetime) -> dict[str, object]:
    return {
        "parties": [_party(party, seen, actor, at) for party in seen.parties],
        "relatives": [_relative(relative, at) for relative in seen.relatives],
        "maturity": seen.maturity,
    }


def _party(party: Participation, seen: Seen, actor: Actor, at: datetime) -> dict[str, object]:
    seats = [s for s in seen.seats if s.participation_id == party.pk]

    def names(*kinds: str) -> str:
        return swedish.listing(dict.fromkeys(s.assignment.user.name for s in seats if s.kind in kinds))

    who = names(SeatKind.CONTACT, *LEADING_KINDS)
    deputy, stands_in = names(SeatKind.DEPUTY), names(SeatKind.SUBSTITUTE)
    state = party.state(at=at)
    detail = [str(party.get_role_display())] + ([f"ersättare {deputy}"] if deputy else [])
    if stands_in:
        detail.append(f"{stands_in} ersätter nu")
    return {
        "name": who or party.agency.name,
        "detail": " · ".join([party.agency.name, *detail] if who else detail),
        "kind": party.agency.kind,
        "proposed": state == "proposed",
        "lacks_contact": state == "active" and not who,
        "names_contact": party.ref
        if state == "active" and not who and party.agency_id == actor.agency_id and actor.names_contacts
        else None,
    }


def _relative(relative: Relative, at: datetime) -> dict[str, object]:
    return {
        "name": relative.person.name,
        "detail": str(relative.get_kind_display()) + (", har vårdnaden" if relative.has_custody(at=at) else ""),
        "protected": relative.person.is_protected,
    }


def _parts(narrowed: dict[str, str], **other: str) -> str:
    return urlencode({key: value for key, value in (narrowed | other).items() if value})


def _timeline_filters(
    person: Individual, narrowed: dict[str, str], actor: Actor, at: datetime
) -> dict[str, list[dict[str, object]]]:
    types, agencies = timeline.filters(person, actor, at)
    by_agency = [
        {
            "label": row["agency__name"],
            "kind": row["agency__kind"],
            "url": f"?{_parts(narrowed, fran=str(row['agency__ref']))}#handelser",
            "current": narrowed["fran"] == str(row["agency__ref"]),
        }
        for row in agencies
    ]
    by_type = [
        {
            "label": name,
            "url": f"?{_parts(narrowed, typ=code)}#handelser",
            "current": narrowed["typ"] == code,
        }
        for code, name in types
    ]
    everyone = {"label": "Alla", "url": f"?{_parts(narrowed, fran='')}#handelser", "current": not narrowed["fran"]}
    every = {"label": "Alla sorter", "url": f"?{_parts(narrowed, typ='')}#handelser", "current": not narrowed["typ"]}
    return {
        "agencies": [everyone, *by_agency] if len(by_agency) > 1 else [],
        "types": [every, *by_type] if len(by_type) > 1 else [],
    }


@require_GET
def matrix_page(request: HubRequest, ref: UUID) -> HttpResponse:
    """The matrix alone, to read calmly or print; leisure reads on screen only (P-A14)."""
    person = find(Individual.objects.select_related("person"), request.actor, at=request.at, ref=ref)
    whole = matrix.current(person, request.actor, request.at)
    request.trail.show([person, *whole.grants], individual=person.pk)
    context = {
        "individual": person,
        "name": person.person.name,
        "now": swedish.moment(request.at),
        "may_print": request.actor.agency_kind != "fritid",
    } | _sharing(person, whole, request.actor, request.at)
    return page(request, "consent/matrix.html", context)
