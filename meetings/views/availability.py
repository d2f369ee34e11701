"""Mina tider: one's own working hours, blocked times, calendars and the address of one's own meetings (P-M4, P-M5)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hub import clock, swedish
from hub.access import find, permitted
from hub.forms.base import HubForm
from hub.http import HubRequest, once, page
from hub.models import SCREEN_ONLY_KINDS
from hub.views.deeds import attempt, done, posted, shown_again
from meetings import actions
from meetings.availability import MOST_CALENDARS, OFFICE_HOURS, Hours, working_hours
from meetings.forms.availability import BlockForm, FileForm, HoursForm, SubscribeForm
from meetings.models import Busy, Calendar, CalendarState, FeedKey

HERE = "Mina tider"
MOST_BLOCKS = 200


# --- in words --------------------------------------------------------------------------------------------------------


def hours_in_words(hours: Hours) -> list[str]:
    """måndag till fredag 08.00–17.00; weekdays alike and in a row are said together."""
    runs: list[tuple[int, int]] = []
    for day in sorted(hours):
        if runs and runs[-1][1] == day - 1 and hours[runs[-1][0]] == hours[day]:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    said = []
    for first, last in runs:
        names = swedish.WEEKDAYS[first - 1], swedish.WEEKDAYS[last - 1]
        days = names[0] if first == last else f"{names[0]} {'och' if last == first + 1 else 'till'} {names[1]}"
        begins, ends = hours[first]
        said.append(f"{days} {begins:%H.%M}–{ends:%H.%M}")
    return said


def period_in_words(starts_at: datetime, ends_at: datetime, *, at: datetime) -> str:
    """tors 12 mars 09.00–10.30, tors 12 mars, hela dagen, or 12 mars till och med 14 mars."""
    first, last = clock.local_day(starts_at), clock.last_day(ends_at)
    today = clock.local_day(at)
    whole = starts_at == clock.start_of_day(first) and ends_at == clock.end_of_day(last)
    said = f"{swedish.WEEKDAYS_SHORT[first.weekday()]} {swedish.day_short(first, today)}"
    if whole and first == last:
        return f"{said}, hela dagen"
    if whole:
        return f"{said} till och med {swedish.WEEKDAYS_SHORT[last.weekday()]} {swedish.day_short(last, today)}"
    if clock.local_day(ends_at) == first:
        return f"{said} {swedish.clock_time(starts_at)}–{swedish.clock_time(ends_at)}"
    return f"{swedish.moment(starts_at, at)} till {swedish.moment(ends_at, at)}"


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A calendar as its owner sees it. Of an address only the host: the rest may be a secret."""

    calendar: Calendar
    host: str
    state: str
    kind: str  # of the badge
    says: str
    read: str

    @property
    def failed(self) -> bool:
        return self.calendar.state == CalendarState.FAILED


BADGES = {CalendarState.FRESH: "ok", CalendarState.WAITING: "info", CalendarState.FAILED: "warn"}


def calendar_row(calendar: Calendar, *, at: datetime) -> CalendarRow:
    """`calendar` has `times` and `latest`, see `calendars_of`."""
    times, latest = calendar.times, calendar.latest  # type: ignore[attr-defined]  # annotated
    url = str(calendar.url)
    return CalendarRow(
        calendar=calendar,
        host=(urlsplit(url).hostname or "") if url else "",
        state=calendar.get_state_display(),
        kind=BADGES[CalendarState(calendar.state)],
        says=says(times, latest, at=at) if calendar.read_at else "Inga tider är lästa än.",
        read=swedish.moment(calendar.read_at, at) if calendar.read_at else "",
    )


def says(times: int, latest: datetime | None, *, at: datetime) -> str:
    """128 upptagna tider till och med 30 april"""
    if not times or latest is None:
        return "Inga upptagna tider som kommer."
    last, today = clock.last_day(latest), clock.local_day(at)
    day = swedish.day_month(last) if last.year == today.year else swedish.day(last)
    return f"{swedish.plural(times, 'upptagen tid', 'upptagna tider')} till och med {day}"


# --- the page --------------------------------------------------------------------------------------------------------


def calendars_of(request: HubRequest) -> list[Calendar]:
    """The actor's calendars with how many times they hold and until when. One query."""
    rows = permitted(Calendar.objects.all(), request.actor, at=request.at)
    return list(rows.annotate(times=Count("busy"), latest=Max("busy__ends_at")).order_by("added_at", "pk"))


def blocks_of(request: HubRequest) -> list[Busy]:
    rows = permitted(Busy.objects.filter(calendar=None, ends_at__gt=request.at), request.actor, at=request.at)
    return list(rows.order_by("starts_at", "pk")[:MOST_BLOCKS])


@require_safe
def availability(request: HubRequest) -> HttpResponse:
    return page(request, "meetings/availability.html", _context(request))


def _context(request: HubRequest, *, made: str = "") -> dict[str, object]:
    hours, calendars = working_hours(request.actor.user_id), calendars_of(request)
    feed = permitted(FeedKey.objects.filter(revoked_at=None), request.actor, at=request.at).first()
    return {
        "hours": hours_in_words(hours),
        "office_hours": hours == OFFICE_HOURS,
        "blocks": [(row, period_in_words(row.starts_at, row.ends_at, at=request.at)) for row in blocks_of(request)],
        "calendars": [calendar_row(calendar, at=request.at) for calendar in calendars],
        "full": len(calendars) >= MOST_CALENDARS,
        "most": MOST_CALENDARS,
        "subscriptions": bool(settings.CALENDAR_HOSTS),
        "feed": feed,
        "copies": request.actor.agency_kind not in SCREEN_ONLY_KINDS,
        "address": made and request.build_absolute_uri(reverse("meetings:feed", args=[made])),
        "now": request.at,
    }


def _form(request: HubRequest, form: HubForm, status: int, **words: object) -> HttpResponse:
    context: dict[str, object] = {"form": form, "back": reverse("meetings:availability"), "here": HERE, **words}
    return page(request, "meetings/availability_form.html", context, status=status)


@once
def hours(request: HubRequest) -> HttpResponse:
    form, status = HoursForm(posted(request), hours=working_hours(request.actor.user_id)), 200
    if request.method == "POST":
        status = done(form, lambda: actions.set_hours(form.hours(), by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Dina arbetstider är sparade.")
            return redirect("meetings:availability")
    return page(request, "meetings/hours.html", {"form": form, "back": reverse("meetings:availability")}, status=status)


@once
def block(request: HubRequest) -> HttpResponse:
    form, status = BlockForm(posted(request)), 200
    if request.method == "POST":
        status = done(form, lambda: actions.block(*form.cleaned_data["period"], by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Tiden är blockerad.")
            return redirect("meetings:availability")
    return _form(
        request,
        form,
        status,
        title="Blockera tid",
        submit="Blockera",
        help_title="Vad ser andra?",
        help_lines=["Att du är upptagen då, inget annat. Skriv därför inte varför.",
                    "Tiden går inte att boka för möten. Möten som redan är bokade ligger kvar."],
    )  # fmt: skip


@require_POST
@once
def unblock(request: HubRequest, ref: UUID) -> HttpResponse:
    found = find(Busy.objects.filter(calendar=None), request.actor, at=request.at, ref=ref)
    return _pressed(
        request, lambda: actions.unblock(found, by=request.actor, at=request.at), "Tiden är inte längre blockerad."
    )


def _pressed(request: HubRequest, deed: Callable[[], object], told: str) -> HttpResponse:
    """A deed of one press: what was done, or why not, stands on the page that it leads back to."""
    form = HubForm({})
    if attempt(form, deed) == 200:
        messages.success(request, told)
    else:
        messages.error(request, " ".join(str(said) for said in form.non_field_errors()))
    return redirect("meetings:availability")


# --- calendars -------------------------------------------------------------------------------------------------------


@once
def calendar_file(request: HubRequest) -> HttpResponse:
    """Upload a calendar file: it is read at once, by a confined process, and only busy times are kept."""
    earlier = [calendar for calendar in calendars_of(request) if not calendar.url]
    files = request.FILES if request.method == "POST" else None
    form, status = FileForm(posted(request), files, earlier=earlier), 200
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.add_file(
                form.content(),
                name=form.cleaned_data["name"],
                replaces=form.chosen,
                by=request.actor,
                at=request.at,
            ),
        )
        if status == 200:
            messages.success(request, "Kalendern är läst. Bara när du är upptagen har sparats.")
            return redirect("meetings:availability")
    return _form(
        request,
        form,
        status,
        title="Ladda upp en kalender",
        submit="Läs filen",
        multipart=True,
        help_title="Bara när du är upptagen",
        help_lines=["Rubriker, platser, deltagare och anteckningar sparas aldrig. Filen kastas när den är läst.",
                    "Exportera kalendern ur ditt kalenderprogram till en fil som slutar på .ics. Ladda upp en ny "
                    "version när kalendern har ändrats."],
    )  # fmt: skip


@once
def calendar_subscribe(request: HubRequest) -> HttpResponse:
    """Give the address of a calendar, where the installation allows any host."""
    form, status = SubscribeForm(posted(request)), 200
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.subscribe(
                form.cleaned_data["url"], name=form.cleaned_data["name"], by=request.actor, at=request.at
            ),
        )
        if status == 200:
            messages.success(request, "Kalendern läses inom några minuter, och sedan varje timme.")
            return redirect("meetings:availability")
        if "url" in form.errors:  # an address may be a secret: what was refused is not written into the page again
            shown_again(form, url="")
    return _form(
        request,
        form,
        status,
        title="Prenumerera på en kalender",
        submit="Spara adressen",
        closed=not settings.CALENDAR_HOSTS,
        help_title="Adressen visas aldrig igen",
        help_lines=["Adressen till en kalender är ofta en hemlighet. Den sparas krypterad, och bara servern visas.",
                    "Bara när du är upptagen sparas: aldrig rubriker, platser eller deltagare."],
    )  # fmt: skip


def _own(request: HubRequest, ref: UUID) -> Calendar:
    return find(Calendar.objects.all(), request.actor, at=request.at, ref=ref)


@require_POST
@once
def calendar_read(request: HubRequest, ref: UUID) -> HttpResponse:
    found = _own(request, ref)
    return _pressed(
        request,
        lambda: actions.read_soon(found, by=request.actor, at=request.at),
        "Kalendern läses inom någon minut. Ladda om sidan då.",
    )


@require_POST
@once
def calendar_remove(request: HubRequest, ref: UUID) -> HttpResponse:
    found = _own(request, ref)
    return _pressed(
        request,
        lambda: actions.remove_calendar(found, by=request.actor, at=request.at),
        "Kalendern och dess upptagna tider är borttagna.",
    )


# --- the address of one's own meetings -------------------------------------------------------------------------------


@require_POST
@once
def feed_new(request: HubRequest) -> HttpResponse:
    """Make an address. It stands on the answer to this very press, and never again."""
    key = actions.make_feed(by=request.actor, at=request.at)
    response = page(request, "meetings/availability.html", _context(request, made=key))
    response.sent_again = reverse("meetings:availability")  # type: ignore[attr-defined]  # read by `once`
    return response


@require_POST
@once
def feed_revoke(request: HubRequest, ref: UUID) -> HttpResponse:
    found = find(FeedKey.objects.all(), request.actor, at=request.at, ref=ref)
    return _pressed(
        request,
        lambda: actions.revoke_feed(found, by=request.actor, at=request.at),
        "Adressen är återkallad. Kalenderprogram som använder den får inga möten längre.",
    )
