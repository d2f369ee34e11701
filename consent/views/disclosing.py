"""The guide of giving on another ground: from → to → what, which grounds there are, the tests, confirm (P-C7)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from consent import actions
from consent.actions.disclosure import direction_of, is_private, tests_for
from consent.forms.disclosure import GivingForm, WhereForm
from consent.gains import Gain, gains
from consent.grounds import CONSENT, Ground, Usable, current, in_words, verdict
from consent.models import Delivery, Disclosure, InformationItem, InformationType
from consent.words import lowered
from hub import swedish
from hub.access import Denied, find, may, permitted, require
from hub.clock import local_day
from hub.http import HubRequest, once, page
from hub.models import Agency, Assignment, Case, CaseSeat, Participation, Role, User
from hub.views.deeds import attempt, posted

BOTH = require_http_methods(["GET", "POST"])
STEPS = ("Vart och vad", "Grund", "Prövning", "Kontrollera")
#: Listed so that nobody looks for them in vain (R2, R3).
CLOSED = (Usable.NEVER, Usable.UNREAD)
#: The newest items that can be chosen at once; a narrower kind shows older ones.
MOST_ITEMS = 60


def case_to_disclose_in(request: HubRequest, ref: UUID) -> Case:
    case = find(Case.objects.select_related("individual__person"), request.actor, at=request.at, ref=ref)
    require(case, request.actor, "disclose", at=request.at)
    return case


def _agencies(request: HubRequest) -> list[Agency]:
    """Every agency that works in the kommun, whether it is a party or not: the list tells nothing (P-A15)."""
    found = permitted(Agency.objects.exclude(pk=request.actor.agency_id), request.actor, at=request.at)
    return sorted(found, key=lambda agency: swedish.sort_key(agency.name))


def types_to_give(request: HubRequest) -> list[InformationType]:
    return list(InformationType.objects.writable_by(request.actor.agency_kind, on=local_day(request.at)))


def recipient_for(request: HubRequest, agency: UUID) -> Agency:
    """Another agency that works in the kommun.

    Raises:
        Http404: there is none.
    """
    return find(Agency.objects.exclude(pk=request.actor.agency_id), request.actor, at=request.at, ref=agency)


def _where(request: HubRequest, agency: UUID) -> tuple[Agency, str]:
    """The direction that stands in the address."""
    recipient = recipient_for(request, agency)
    type_code = request.GET.get("typ", "")
    return recipient, type_code if type_code in {t.code for t in types_to_give(request)} else ""


def _steps(case: Case, here: int, recipient: Agency | None = None, type_code: str = "") -> list[dict[str, str]]:
    urls = [reverse("consent:disclose_where", args=[case.ref])]
    if recipient is not None:
        urls = [f"{urls[0]}?till={recipient.ref}&typ={type_code}", _ground_url(case, recipient, type_code)]
    return [
        {
            "label": label,
            "state": "done" if n < here else "current" if n == here else "todo",
            "url": urls[n] if n < len(urls) and n < here else "",
        }
        for n, label in enumerate(STEPS)
    ]


def _ground_url(case: Case, recipient: Agency, type_code: str, ground: str = "") -> str:
    """The list of grounds for a direction, or the tests of one of them."""
    name, args = ("disclose", [ground]) if ground else ("disclose_ground", [])
    url = reverse(f"consent:{name}", args=[case.ref, recipient.ref, *args])
    return f"{url}?typ={type_code}" if type_code else url


@require_GET
def disclose_where(request: HubRequest, ref: UUID) -> HttpResponse:
    """Step 1: to whom, and what."""
    case = case_to_disclose_in(request, ref)
    data = request.GET if request.GET.keys() & {"till", "visa"} else None
    form = WhereForm(data, agencies=_agencies(request), types=types_to_give(request))
    if "visa" in request.GET and form.is_valid():
        return redirect(_ground_url(case, form.recipient(), form.cleaned_data["typ"]))
    request.trail.show([case, case.individual], individual=case.individual_id, case=case.pk)
    context: dict[str, object] = {"case": case, "individual": case.individual, "form": form, "steps": _steps(case, 0)}
    return page(request, "consent/disclose/where.html", context, status=422 if "visa" in request.GET else 200)


@require_GET
def disclose_ground(request: HubRequest, ref: UUID, agency: UUID) -> HttpResponse:
    """Step 2: which grounds there are for this direction today, which not and why."""
    case = case_to_disclose_in(request, ref)
    recipient, type_code = _where(request, agency)
    found = actions.grounds_for(case, recipient, by=request.actor, at=request.at, type_code=type_code)
    request.trail.show([case, case.individual], individual=case.individual_id, case=case.pk)
    exist = [
        (v.ground, _ground_url(case, recipient, type_code, v.ground.code), _barred(v.ground, request))
        for v in found
        if v.exists
    ]
    context: dict[str, object] = {
        "case": case,
        "individual": case.individual,
        "recipient": recipient,
        "direction": _direction_words(request, recipient, type_code),
        "exist": exist,
        "missing": [v for v in found if not v.exists and v.ground.usable not in CLOSED],
        "closed": [v for v in found if v.ground.usable in CLOSED],
        "consent": _consent_way(case, recipient, request),
        "steps": _steps(case, 1, recipient, type_code),
        "today": swedish.day(local_day(request.at)),
    }
    return page(request, "consent/disclose/ground.html", context)


def _direction_words(request: HubRequest, recipient: Agency, type_code: str) -> str:
    kind = next((t for t in types_to_give(request) if t.code == type_code), None)
    what = lowered(kind.name) if kind else "flera slags uppgifter"
    return f"Från {request.actor.agency_name} till {recipient.name}: {what}."


def _barred(ground: Ground, request: HubRequest) -> str:
    """Why this very user may not decide on the ground."""
    if may_decide(ground, request):
        return ""
    return "Beslutet ska fattas av någon med socionomexamen eller motsvarande (25 kap. 1 § SoL)."


def may_decide(ground: Ground, request: HubRequest) -> bool:
    """Whether the user has what the ground asks of who decides (SoL 25:1)."""
    return not ground.qualified or User.objects.filter(pk=request.actor.user_id, qualified_social_worker=True).exists()


def _consent_way(case: Case, recipient: Agency, request: HubRequest) -> str:
    """Where a consent is begun, for those who lead the case; consent comes first (P-C7)."""
    if recipient.kind == "civilsamhalle" or not may(case, request.actor, "lead", at=request.at):
        return ""
    return reverse("consent:consent_new", args=[case.ref])


@BOTH
@once
def disclose(request: HubRequest, ref: UUID, agency: UUID, ground: str) -> HttpResponse:
    """Steps 3 and 4: the tests one by one, what and to whom; then what it leads to; then confirm."""
    case = case_to_disclose_in(request, ref)
    recipient, type_code = _where(request, agency)
    listed = current(ground, on=local_day(request.at))
    if listed is None:
        raise Http404(ground)
    direction = direction_of(case, recipient, by=request.actor, type_code=type_code)
    if not verdict(listed, direction, at=request.at).exists:
        messages.warning(request, f"{listed.paragraph} finns inte för det här. Här ser du varför.")
        return redirect(_ground_url(case, recipient, type_code))
    if not may_decide(listed, request):
        raise Denied("disclose", Disclosure)
    form = _form(request, case, recipient, listed, type_code)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and request.POST.get("go") != "andra":
            answer = _preview_or_do(request, case, recipient, form, type_code)
            if isinstance(answer, HttpResponse):
                return answer
            status = answer
        elif request.POST.get("go") == "andra":
            status = 200
    return page(request, "consent/disclose/tests.html", _context(case, recipient, form, type_code), status=status)


def _form(request: HubRequest, case: Case, recipient: Agency, ground: Ground, type_code: str) -> GivingForm:
    items = _items(request, case, type_code)
    readers = readers_in(request, case, recipient)
    request.trail.show(
        [case, case.individual, *items],
        individual=case.individual_id,
        case=case.pk,
        ground={"own": [item.pk for item in items]},
    )
    return GivingForm(
        posted(request),
        ground=ground,
        tests=tests_for(ground, recipient, by=request.actor),
        items=items,
        readers=readers,
        private=is_private(recipient),
    )


def _items(request: HubRequest, case: Case, type_code: str) -> list[InformationItem]:
    """The newest of them, as many as a page can show."""
    found = items_to_give(request, case)
    if type_code:
        found = found.filter(type__code=type_code)
    return list(found.order_by("-event_date", "-pk")[:MOST_ITEMS])


def items_to_give(request: HubRequest, case: Case) -> QuerySet[InformationItem]:
    """The own agency's recorded items that the actor may share: never a draft, never another's (P-I3)."""
    found = permitted(
        InformationItem.objects.filter(individual=case.individual_id), request.actor, "annotate", at=request.at
    )
    return found.select_related("type", "agency").prefetch_related("abouts")


def readers_in(request: HubRequest, case: Case, recipient: Agency) -> list[Assignment]:
    """Who can be named: awake seats of the party that the actor sees, or, before there are any, who names contacts."""
    if recipient.kind == "civilsamhalle":
        return []
    seats = CaseSeat.objects.awake().in_force(at=request.at)
    seen = permitted(
        seats.filter(content_object=case, participation__agency=recipient), request.actor, at=request.at
    ).values("assignment")
    people = Assignment.objects.usable(at=request.at).select_related("user", "unit").order_by("user__name", "pk")
    seated = list(people.filter(pk__in=seen, unit__agency=recipient))
    if seated:
        return seated
    parties = Participation.objects.filter(case=case, agency=recipient, ended_at=None)
    if not permitted(parties, request.actor, at=request.at).exists():
        return []
    namers = people.filter(unit__agency=recipient)
    return [a for a in namers if a.names_contacts or a.role == Role.MANAGER]


def _context(case: Case, recipient: Agency, form: GivingForm, type_code: str) -> dict[str, object]:
    return {
        "case": case,
        "individual": case.individual,
        "recipient": recipient,
        "ground": form.ground,
        "form": form,
        "steps": _steps(case, 2, recipient, type_code),
        "back": _ground_url(case, recipient, type_code),
        "of_consent": form.ground.code == CONSENT,
    }


def _preview_or_do(
    request: HubRequest, case: Case, recipient: Agency, form: GivingForm, type_code: str
) -> HttpResponse | int:
    """The answer to a whole form; a status where the action found something to mend."""
    facts = form.facts(case, recipient)
    made: list[Disclosure] = []

    def deed() -> None:
        made.append(actions.disclose(facts, by=request.actor, at=request.at))

    if request.POST.get("go") == "bekrafta":
        status = attempt(form, deed)
        if status != 200:
            return status
        messages.success(request, "Uppgifterna är utlämnade. Beslutet står i den unges lista över utlämnanden.")
        return redirect("consent:disclosure", made[0].ref)
    found: list[Gain] = []
    status = attempt(form, lambda: found.extend(gains(case.individual, deed, at=request.at)))
    if status != 200:
        return status
    context = _context(case, recipient, form, type_code) | {
        "steps": _steps(case, 3, recipient, type_code),
        "facts": facts,
        "tests": [(t.text, facts.answers[t.code].answer, facts.answers[t.code].reason) for t in form.tests],
        "items": [item for item, _version in facts.items],
        "hidden": [(name, value) for name, values in request.POST.lists() for value in values if name in form.fields],
        **_consequences(found, facts, request),
    }
    return page(request, "consent/disclose/check.html", context)


def _consequences(found: Sequence[Gain], facts: actions.DisclosureFacts, request: HubRequest) -> dict[str, Any]:
    count = swedish.plural(len(facts.items), "uppgift", "uppgifter")
    gained = [f"{g.reader.name}, {g.reader.agency}, kan läsa {g.items} st som de inte ser i dag." for g in found]
    if facts.delivery == Delivery.HUB and facts.last_day:
        until = swedish.until(facts.last_day, local_day(request.at))
        gained += [] if found else ["Ingen av läsarna ser något nytt än: de har ingen plats, eller kan redan läsa det."]
        gained.append(f"Läsningen går {until}. Ni kan avsluta den tidigare.")
        gained.append("De namngivna får ett meddelande i hubben, utan innehåll.")
    else:
        gained.append(f"{facts.received_by} har fått {count}. Det går inte att ta tillbaka.")
    kept = [
        "Utlämnandet ger ingen annan hos mottagaren rätt att läsa, och ingen annan verksamhet får veta om det.",
        "Utlämnandet, svaren och loggen finns kvar som bevis, också när läsningen är slut.",
        "Det som har lästs kan inte göras oläst.",
    ]
    who = in_words(request.actor.agency_kind)
    told = [] if facts.person_told else [f"Personen har inte fått veta. {who.capitalize()} ska berätta när det går."]
    about = any(item.abouts.all() for item, _version in facts.items)
    return {"gained": gained + told, "kept": kept, "about_others": about}
