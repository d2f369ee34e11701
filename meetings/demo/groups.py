"""The groups of the demo: EST Spånga-Tensta with weeks of lägesbild, an SSPF group and a styrgrupp. Nobody is named."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from hub import clock
from hub.access import Actor
from hub.calendar_se import is_working_day, previous_working_day
from hub.joint_text import Written
from hub.models import Assignment, District, Municipality
from meetings import actions
from meetings.groups.closing import of_earlier
from meetings.models import Group, GroupMeeting, GroupRole

WEEK = timedelta(weeks=1)
THURSDAY, TUESDAY = 3, 1
#: EST meets before the first network meetings of the day begin, the SSPF group after the last, so that nobody of the
#: demo is in two at once.
EST_TIME, SSPF_TIME, BOARD_TIME = time(8), time(16), time(16)
#: Weeks back that EST has met, and weeks ahead that are booked.
PAST, AHEAD = 6, 4
#: (weeks ago, weekday, kind, place, times of the day, what, trend, who tells)
SEEN: Sequence[tuple[int, int, str, str, tuple[str, ...], str, str, str]] = (
    (
        6,
        4,
        "gathering",
        "Tensta torg",
        ("evening",),
        "Ett tjugotal unga vid trappan, lugnt.",
        "new",
        "jonas",
    ),
    (6, 2, "absence", "Stenfalksskolan", ("day",), "Fler än vanligt på gården under lektionstid.", "more", "petra"),
    (5, 4, "gathering", "Tensta torg", ("evening", "night"), "Fler äldre än förra veckan.", "more", "jonas"),
    (5, 5, "drug_sales", "Tensta torg", ("evening",), "Försäljning vid tunnelbanans utgång.", "new", "jonas"),
    (4, 4, "drug_sales", "Tensta torg", ("evening", "night"), "Samma plats, tre kvällar i rad.", "more", "jonas"),
    (4, 1, "damage", "Polstjärnans park", ("night",), "Lampor sönder längs gångvägen.", "new", "mia"),
    (3, 4, "recruiting", "Tensta torg", ("afternoon",), "Vuxna söker upp unga efter skolan.", "new", "petra"),
    (3, 5, "insecure", "Polstjärnans park", ("evening",), "Mörkt, unga går omvägar hem.", "same", "mia"),
    (2, 4, "gathering", "Tensta torg", ("evening",), "Färre, fler vuxna på plats.", "less", "jonas"),
    (2, 3, "traffic", "Stenfalksskolan", ("afternoon",), "Mopeder på skolgården när skolan slutar.", "new", "petra"),
    (1, 4, "drug_sales", "Tensta torg", ("evening",), "En kväll, annars lugnt.", "less", "jonas"),
    (1, 5, "calm", "Polstjärnans park", ("evening",), "Belysningen är lagad, lugnt.", "less", "mia"),
)
#: (measure, who answers, days from the meeting, how it ended: state and note; or None)
MEASURES: Sequence[tuple[str, str, int, tuple[str, str] | None]] = (
    ("Vuxna på torget fredag och lördag kväll.", "mia", 7, ("done", "Två kvällar, sex vuxna.")),
    ("Anmäl trasiga lampor i parken.", "mia", 5, ("done", "Lagat.")),
    ("Synlig polis på torget under tre helger.", "jonas", 21, ("open", "Två av tre helger gjorda.")),
    ("Öppet i idrottshallen till 22 på lördagar.", "petra", 14, ("not_possible", "Ingen vaktmästare i höst.")),
    ("Prata med affärerna på torget.", "karin", 10, None),
    ("Rastvakter vid infarten när skolan slutar.", "petra", 3, None),
)


def tell_groups(kommun: Municipality, at: datetime) -> str:
    """Make the groups with their meetings, in the caller's transaction and kommun; returns what was made."""
    cast = {key: actor for key in ("karin", "jonas", "petra", "mia", "mona", "amir") if (actor := _actor(key, kommun))}
    if not {"karin", "jonas", "petra", "mia"} <= cast.keys():
        return "inga grupper"
    today = clock.local_day(at)
    Teller(kommun, cast, today).tell()
    return f"{Group.objects.count()} grupper med {GroupMeeting.objects.count()} möten"


def _actor(key: str, kommun: Municipality) -> Actor | None:
    """The post that one of the cast signs in under."""
    rows = Assignment.objects.filter(user__email=f"{key}@example.se", unit__agency__serves=kommun)
    first = rows.select_related("user", "unit__agency").order_by("pk").first()
    return Actor.acting_under(first, municipality_id=kommun.pk) if first else None


class Teller:
    """Karin's deeds as the convener, and what the others tell."""

    def __init__(self, kommun: Municipality, cast: dict[str, Actor], today: date) -> None:
        self.kommun, self.cast, self.today = kommun, cast, today
        self.karin = cast["karin"]

    def tell(self) -> None:
        self.est()
        self.sspf()
        self.board()

    def group(self, kind: str, name: str, since: date, members: Sequence[tuple[str, str]]) -> Group:
        at = clock.wall_time(_working(since), time(10))
        district = District.objects.filter(municipality=self.kommun, name="Spånga-Tensta").first()
        facts = actions.GroupFacts(kind, name, district if kind != "steering" else None)
        made = actions.start_group(facts, by=self.karin, at=at)
        for key, role in members:
            if key in self.cast:
                assignment = Assignment.objects.get(pk=self.cast[key].assignment_id)
                actions.add_group_member(
                    made, assignment, role=role, first_day=at.date(), last_day=None, by=self.karin, at=at
                )
        return made

    def est(self) -> None:
        """Every Thursday; the last ones have been held, the next ones are booked."""
        begins = self.today - timedelta(days=(self.today.weekday() - THURSDAY) % 7 or 7) - (PAST - 1) * WEEK
        since = begins - timedelta(days=6)
        members = [("jonas", "member"), ("petra", "member"), ("mia", "member"), ("amir", "deputy")]
        est = self.group("est", "EST Spånga-Tensta", since, members)
        booked_at = clock.wall_time(_working(since), time(11))
        starts_at = clock.wall_time(begins, EST_TIME)
        when = actions.When(starts_at, starts_at + timedelta(minutes=30), place="Medborgarkontoret")
        rhythm = actions.Rhythmic(times=PAST + AHEAD)
        made = actions.book_group(est, actions.GroupWhen(when), rhythm=rhythm, by=self.karin, at=booked_at)
        before = [one for one in made if clock.local_day(one.starts_at) < self.today]
        for number, meeting in enumerate(before):
            self.picture(est, len(before) - number, meeting)
            self.hold(meeting, MEASURES[number : number + 1], last=meeting is before[-1])

    def picture(self, est: Group, weeks: int, meeting: GroupMeeting) -> None:
        """What was seen in the week before the meeting, written in by those who saw it on the day before."""
        monday = clock.local_day(meeting.starts_at) - timedelta(days=THURSDAY) - WEEK
        at = clock.wall_time(previous_working_day(clock.local_day(meeting.starts_at)), time(15))
        for ago, weekday, kind, place, times, seen, trend, who in SEEN:
            day = monday + timedelta(days=weekday)
            if ago == weeks:
                facts = actions.Seen(
                    kind,
                    place,
                    day,
                    day,
                    times,
                    seen,
                    trend,
                    est.district,
                    cleared=("Tensta torg", "Polstjärnans park"),
                )
                actions.note_situation(est, facts, by=self.cast[who], at=at)

    def hold(
        self, meeting: GroupMeeting, agreed: Sequence[tuple[str, str, int, tuple[str, str] | None]], *, last: bool
    ) -> None:
        starts = meeting.starts_at
        actions.open_group_meeting(meeting, by=self.karin, at=starts)
        attendees = list(meeting.attendees.filter(removed_at=None).order_by("pk"))
        came = {one.pk: "present" for one in attendees}
        came[attendees[-1].pk] = "absent"
        actions.note_group_attendance(meeting, came, by=self.karin, at=starts)
        self.follow(meeting)
        points = list(meeting.points.select_related("meeting__group"))
        said = Written("Gick igenom lägesbilden. Mest rör det sig på torget på helgkvällar.", 0)
        actions.write_group_point(points[min(1, len(points) - 1)], said, by=self.karin, at=starts)
        for text, who, days, _ended in agreed:
            owner = Assignment.objects.get(pk=self.cast[who].assignment_id)
            due_on = clock.local_day(starts) + timedelta(days=days)
            actions.agree_measure(meeting, actions.Agreed(text, owner, due_on), by=self.karin, at=starts)
        ends = meeting.ends_at - timedelta(minutes=1)
        actions.close_group_meeting(meeting, row_version=meeting.row_version, by=self.karin, at=ends)
        if not last:
            actions.approve_group_minutes(meeting, row_version=meeting.row_version + 1, by=self.karin, at=ends)

    def follow(self, meeting: GroupMeeting) -> None:
        """What earlier meetings agreed: ended as told once its day has come, else it goes on."""
        ends = {text: ended for text, _who, _days, ended in MEASURES}
        today = clock.local_day(meeting.starts_at)
        for measure in of_earlier(meeting).order_by("pk"):
            told = ends.get(measure.text)
            if told is not None and (measure.due_on <= today or told[0] != "open"):
                how = actions.Progress(*told, due_on=max(measure.due_on, today + WEEK) if told[0] == "open" else None)
            elif measure.due_on < today:
                how = actions.Progress("open", "Inte hunnet, ny dag.", today + timedelta(days=5))
            else:
                how = actions.Progress("open")
            seen = measure.row_version
            actions.follow_up_measure(
                measure, how, meeting=meeting, row_version=seen, by=self.karin, at=meeting.starts_at
            )

    def sspf(self) -> None:
        since = self.today - 3 * WEEK
        members = [("jonas", "member"), ("petra", "member"), ("mia", "member")]
        made = self.group("sspf", "SSPF-gruppen Stenfalk", since, members)
        day = self.today + timedelta(days=(TUESDAY - self.today.weekday()) % 7 or 7)
        self.book(made, day, SSPF_TIME, 45, actions.Rhythmic(times=2, weeks=2))

    def board(self) -> None:
        since = self.today - 5 * WEEK
        made = self.group("steering", "Styrgruppen SIG", since, [("mona", GroupRole.CHAIR), ("jonas", "member")])
        day = _working(self.today + 5 * WEEK)
        self.book(made, day, BOARD_TIME, 60, actions.Rhythmic(), "Uppföljning av kvartalet")

    def book(self, group: Group, day: date, at: time, minutes: int, rhythm: actions.Rhythmic, *points: str) -> None:
        starts_at = clock.wall_time(day, at)
        when = actions.When(starts_at, starts_at + timedelta(minutes=minutes), place="Medborgarkontoret")
        booked_at = clock.wall_time(previous_working_day(self.today), time(15))
        what = actions.GroupWhen(when, points)
        actions.book_group(group, what, rhythm=rhythm, by=self.karin, at=booked_at)


def _working(day: date) -> date:
    return day if is_working_day(day) else previous_working_day(day)
