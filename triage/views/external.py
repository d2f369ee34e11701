"""The open form for those with a duty to report: no account, nothing shown of what is stored (P-T1).

Against floods and robots without asking a third party: a signed stamp that says when the form was shown, a field
that people do not see, and a count per sender. Nothing is dropped in silence: whatever is refused is shown again.
"""

import ipaddress
import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, cast
from uuid import UUID, uuid4

from django.core import signing
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from redis.exceptions import RedisError

from hub import clock
from hub.crypto import lookup
from hub.http import client_address, page
from hub.models import Agency, AgencyKind, Municipality
from hub.tenancy import set_context
from hub.views.deeds import attempt
from triage import actions
from triage.forms.intake import MOST_CHILDREN, PREFIX, BaseChildren, Children, SentForm
from triage.models import Channel, ConcernReport, TriageSettings
from triage.views.intake import UNSENT, focus_newest, sent_again

logger = logging.getLogger("hub")

SALT = "oro"
#: Nobody reads and fills in the form faster than this; a robot that waits is slow enough.
LEAST = timedelta(seconds=5)
#: A form that was open longer is shown again with all that was typed.
MOST = timedelta(hours=24)
#: Sent forms in a window: from one address (a school may share one), and to one agency before it asks for patience.
PER_ADDRESS, PER_AGENCY, WINDOW = 20, 300, 3600  # forms, forms, seconds
#: In a flood a form is taken on a second press, this long after the first: people can wait, a robot loses its pace.
WAIT = timedelta(seconds=30)
FLOODED = (
    "Vi får ovanligt många anmälningar just nu. Skicka en gång till om en halv minut, så tar vi emot den. Allt du har "
    "skrivit finns kvar. Är det bråttom: ring. Vid fara: ring 112."
)
NUMBER = re.compile(r"O-\d{4}-\d{4,7}")


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a form was shown, and the key that makes it count once."""

    text: str
    at: datetime
    key: UUID
    #: What the key is made from, to sign it again.
    seed: str
    #: `at` is when its sender was asked to press once more.
    asked: bool = False


def new_stamp(*, at: datetime, seed: str = "", asked: bool = False) -> str:
    return signing.dumps({"at": at.timestamp(), "key": seed or str(uuid4()), "asked": asked}, salt=SALT)


def read_stamp(text: str) -> Stamp | None:
    """None for what we have not signed."""
    try:
        found = signing.loads(text, salt=SALT)
        # Keyed, so that the reference of the report is nothing that its sender knows.
        key = UUID(lookup(found["key"], scope=SALT)[:32])
        at = datetime.fromtimestamp(found["at"], clock.STOCKHOLM)
        return Stamp(text, at, key, found["key"], found.get("asked") is True)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def in_time(stamp: Stamp | None, *, at: datetime) -> str:
    """What is wrong with the time that the form took, or ""."""
    if stamp is None or at - stamp.at > MOST:
        return "Sidan har varit öppen för länge. Läs igenom och skicka en gång till."
    if stamp.asked:
        return FLOODED if at - stamp.at < WAIT else ""
    if at - stamp.at < LEAST:
        return "Det gick så fort att vi inte kan skilja det från ett automatiskt utskick. Skicka en gång till."
    return ""


class Crowd(Enum):
    """Whose limit a sending is over."""

    NONE = "none"
    ADDRESS = "address"
    AGENCY = "agency"


def network(address: str) -> str:
    """What one sender has: an IPv4 address, or the whole /64 that any line is given with IPv6."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    return str(ip.ipv4_mapped or ipaddress.IPv6Network((int(ip) >> 64 << 64, 64)))


def crowded(request: HttpRequest, agency: Agency, *, stamp: Stamp | None, at: datetime) -> Crowd:
    """Count this sending. A lost cache lets through (P-Q3): a report is worth more than a limit.

    No agency's limit refuses anybody who has waited, and being asked to wait uses up nothing of one's own.
    """
    window = int(at.timestamp()) // WINDOW
    sender = f"concern-form:{lookup(network(client_address(request)), scope=SALT)}:{window}"
    try:
        if _counted(sender) > PER_ADDRESS:
            return Crowd.ADDRESS
        waited = stamp is not None and stamp.asked
        if not waited and _counted(f"concern-form:agency-{agency.pk}:{window}") > PER_AGENCY:
            cache.decr(sender)
            return Crowd.AGENCY
    except (RedisError, OSError, ValueError):
        logger.warning("no cache for the rate limit")
    return Crowd.NONE


def _counted(key: str) -> int:
    cache.add(key, 0, timeout=2 * WINDOW)
    count: int = cache.incr(key)
    return count


def _look_into(request: HttpRequest, kommun: Municipality | None) -> None:
    """The middleware's transaction works in this kommun from here on, on nobody's behalf."""
    trail: Any = request.trail  # type: ignore[attr-defined]  # set by HubMiddleware
    set_context(municipality_id=kommun.pk if kommun else None, request_id=trail.request_id)


def agencies(request: HttpRequest) -> HttpResponse:
    """Where to report: the agencies of every kommun that take reports this way."""
    at: datetime = request.at  # type: ignore[attr-defined]  # set by HubMiddleware
    kinds = Agency.objects.filter(kind=AgencyKind.SOCIALTJANST)
    found: dict[Municipality, list[TriageSettings]] = {}
    for kommun in Municipality.objects.filter(pk__in=kinds.values("serves")).order_by("name"):
        _look_into(request, kommun)
        if rows := open_forms(kommun, at=at):
            found[kommun] = rows
    return page(request, "triage/external_agencies.html", {"kommuner": found.items()})


def open_forms(kommun: Municipality, *, at: datetime) -> list[TriageSettings]:
    rows = TriageSettings.objects.in_force(at=at).filter(municipality=kommun, external_form=True)
    return list(rows.select_related("agency").order_by("agency__name", "pk"))


def form(request: HttpRequest, kommun: str, ref: UUID) -> HttpResponse:
    """The form of one agency; 404 where it takes no reports this way."""
    at: datetime = request.at  # type: ignore[attr-defined]  # set by HubMiddleware
    place = Municipality.objects.filter(code=kommun).first()
    _look_into(request, place)
    chosen = next((row.agency for row in open_forms(place, at=at) if row.agency.ref == ref), None) if place else None
    if chosen is None:
        raise Http404("agency")
    on = clock.local_day(at)
    if request.method != "POST":
        blank = SentForm(initial={"stamp": new_stamp(at=at)}), Children(prefix=PREFIX, form_kwargs={"on": on})
        return _shown(request, chosen, *blank)
    data = sent_again(request.POST)
    if "fler" in request.POST:
        return _shown(request, chosen, *_one_more(data, on=on), grown=True)
    sent = SentForm(data), Children(data, prefix=PREFIX, form_kwargs={"on": on}, error_messages=UNSENT)
    return _send(request, chosen, *sent, at=at)


def _one_more(data: QueryDict, *, on: Any) -> tuple[SentForm, BaseChildren]:
    """What was typed, unjudged, and one child more."""
    text = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    rows = min((int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 1) + 1, MOST_CHILDREN)
    initial = {name: data.get(name, "") for name in SentForm.base_fields}
    children = [
        {name: data.get(f"{PREFIX}-{row}-{name}", "") for name in Children.form.base_fields} for row in range(rows)
    ]
    return SentForm(initial=initial), Children(prefix=PREFIX, initial=children, form_kwargs={"on": on})


def _send(
    request: HttpRequest, agency: Agency, form: SentForm, children: BaseChildren, *, at: datetime
) -> HttpResponse:
    stamp = read_stamp(request.POST.get("stamp", ""))
    made: list[ConcernReport] = []
    valid = all([form.is_valid(), children.is_valid()])
    refused = _refused(form, stamp, at=at)
    crowd = crowded(request, agency, stamp=stamp, at=at) if valid and not refused else Crowd.NONE
    if crowd is Crowd.ADDRESS:
        form.add_error(None, "Vi tar inte emot fler just nu. Vänta en stund, eller ring. Vid fara: ring 112.")
        return _shown(request, agency, form, children, status=429)
    if crowd is Crowd.AGENCY:
        refused = FLOODED
        _stamp_anew(form, new_stamp(at=at, seed=stamp.seed if stamp else "", asked=True))
    if refused:
        form.add_error(None, refused)

    def submit() -> None:
        facts = form.report_facts(arrived_at=at, channel=Channel.FORM)
        key = stamp.key if stamp else None
        made.append(
            actions.submit_report(
                facts, form.reporter_facts(), children.children(), agency_id=agency.pk, key=key, by=None, at=at
            )
        )

    status = attempt(form, submit) if valid and not refused else 422
    if status != 200:
        return _shown(request, agency, form, children, status=status)
    return redirect("triage:external_thanks", made[0].number)


def _refused(form: SentForm, stamp: Stamp | None, *, at: datetime) -> str:
    """Why it may be a robot's; a form that was open too long gets a new stamp, so that the next press is in time."""
    if form.data.get("webbplats"):
        return "Fältet som ska vara tomt är ifyllt. Töm det och skicka igen."
    wrong = in_time(stamp, at=at)
    if wrong and (stamp is None or at - stamp.at > MOST):
        _stamp_anew(form, new_stamp(at=at))
    return wrong


def _stamp_anew(form: SentForm, stamp: str) -> None:
    data = cast("QueryDict", form.data).copy()
    data["stamp"] = stamp
    form.data = data


def _shown(
    request: HttpRequest,
    agency: Agency,
    form: SentForm,
    children: BaseChildren,
    *,
    grown: bool = False,
    status: int = 200,
) -> HttpResponse:
    if grown:
        focus_newest(children, form)
    context: dict[str, object] = {
        "form": form,
        "children": children,
        "agency": agency,
        "fewer": len(children.forms) < MOST_CHILDREN,
        "trapped": bool(form.data.get("webbplats")),
        "back": reverse("triage:external"),
    }
    return page(request, "triage/external_form.html", context, status=status)


def thanks(request: HttpRequest, number: str) -> HttpResponse:
    """The reference number and nothing else: the page knows only what its address says."""
    if not NUMBER.fullmatch(number):
        raise Http404("number")
    return page(request, "triage/external_thanks.html", {"number": number})
