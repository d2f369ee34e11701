"""One youth's story: registered, case opened, parties asked, papers signed, contacts named, followed, closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from consent import actions as sharing
from consent.actions import Scope, SignerAnswer
from consent.demo import papers
from consent.demo.notes import Note, Pen, annotate, often, past, spread, write
from consent.demo.papers import Dossier
from consent.demo.people import Population
from consent.demo.plan import Calendar, Diary, Plan, Story, Youth, instant, workday
from consent.demo.staff import HOME, Crew, Desk, Staff, Team
from consent.models import Maturity, SigningSession
from hub import actions
from hub.models import Participation, Phase, RelativeKind, SeatKind

#: Outer agencies beside police, school and leisure.
ALSO_PARTY = {"SN-1": "sis", "HV-2": "frivard", "SH-4": "frivard", "EA-3": "ame", "RK-2": "bup"}
#: Decides alone, by an assessment (OSL 12:3): the guardian's signature is not asked for.
DECIDES_ALONE = {"EA-4"}
FOLLOWED_UP = {"HV-3", "SN-3"}
#: Karin's second assignment: lots for these in Rinkeby-Kista.
KARIN_IS_LOTS = {"RK-1", "RK-3", "RK-4"}
#: ST-2 said no to the police at first: that came by a paper of its own (the cast's part of the story).
WITHOUT_POLICE = {"ST-2"}
#: The papers of these are told apart, in `consent.demo.home`.
TOLD_APART = {"ST-6"}
INVESTIGATED = 28  # days from the opening to the decision on insats
PLANNED_OPENED = 40
#: Items of the last so many days are written one by one.
RECENT = 14


@dataclass(frozen=True, slots=True)
class Stage:
    """What every story of one kommun draws from."""

    calendar: Calendar
    staff: Staff
    population: Population
    plan: Plan
    pen: Pen


class YouthStory:
    """The threads of one youth's story. They share the dossier, which the first of them makes."""

    def __init__(self, stage: Stage, row: Youth, index: int) -> None:
        self.stage, self.row, self.index = stage, row, index
        self.opened = PLANNED_OPENED if row.started is None else row.started + INVESTIGATED
        self._dossier: Dossier | None = None

    @property
    def dossier(self) -> Dossier:
        if self._dossier is None:
            raise LookupError(f"the story of {self.row.key} has not begun")
        return self._dossier

    @cached_property
    def team(self) -> Team:
        return self.stage.staff.teams[self.row.district]

    @cached_property
    def crews(self) -> list[Crew]:
        """The outer agencies of the case."""
        schools = self.team.schools
        every_third = self.index % 3 == 2 and len(schools) > 1
        second = every_third if self.row.district != HOME else self.row.key == "ST-7"
        chosen = [self.team.police, schools[1 if second else 0], self.team.leisure]
        if also := ALSO_PARTY.get(self.row.key):
            chosen.append(self.stage.staff.others[also])
        return chosen

    def diary(self) -> Diary:
        return Diary(self.stage.calendar)

    def threads(self) -> list[Story]:
        return [self.opening(), self.papers(), self.contacts(), self.course(), self.writings()]

    # --- the case ---

    def opening(self) -> Story:
        diary, by = self.diary(), self.team.coordinator.actor
        at = diary.turn(self.opened, 9, self.index % 40)
        yield at
        school = self.crews[1].agency.name
        facts = self.stage.population.youth(self.row, school=school)
        individual = actions.register_individual(facts, by=by, at=at)
        case = actions.open_case(
            individual,
            form=self.row.form,
            phase=Phase.UTREDNING,
            court_ordered=self.row.court_ordered,
            by=by,
            at=at,
            newly_registered=True,
        )
        self._dossier = Dossier(
            self.row, self.index, case, individual, [], self.team.coordinator, self.team.agency, self.crews
        )
        for kind in (RelativeKind.MOTHER, RelativeKind.FATHER)[: self.row.guardians]:
            self._add_guardian(kind, at)
        at = diary.turn(self.opened - 1, 10, self.index % 40)
        yield at
        self._seat_own(at)
        for crew in self.crews:
            actions.propose_party(case, crew.agency, role=crew.role, by=by, at=at)

    def _add_guardian(self, kind: RelativeKind, at: datetime) -> None:
        dossier = self.dossier
        relative = actions.add_relative(
            dossier.individual,
            self.stage.population.guardian(self.row, kind),
            kind=kind,
            custody_from=dossier.individual.person.birth_date,
            custody_to=None,
            by=self.team.coordinator.actor,
            at=at,
        )
        dossier.guardians.append(relative)

    @cached_property
    def own_desks(self) -> list[Desk]:
        """Coordinator, officer and, in Spånga-Tensta and every second case elsewhere, lots."""
        desks = [self.team.coordinator, self.team.officer]
        second = self.stage.staff.second_desk
        if self.row.key in KARIN_IS_LOTS and second:
            desks.append(second)
        elif self.index % 2 == 0 or self.row.district == HOME:
            desks.append(self.team.lots)
        return desks

    def _seat_own(self, at: datetime) -> None:
        by, case = self.team.coordinator.actor, self.dossier.case
        for kind, desk in zip((SeatKind.OFFICER, SeatKind.LOTS), self.own_desks[1:], strict=False):
            actions.replace_lead(case, kind=kind, assignment=desk.assignment, by=by, at=at)

    def course(self) -> Story:
        """Insats, and for some follow-up or the end."""
        row, by = self.row, self.team.coordinator.actor
        if row.started is None:
            return
        diary = self.diary()
        at = diary.turn(row.started, 11, self.index % 40)
        yield at
        actions.change_phase(self.dossier.case, "besluta insats", by=by, at=at)
        if row.key in FOLLOWED_UP:
            at = diary.turn(14, 11)
            yield at
            actions.change_phase(self.dossier.case, "följ upp", by=by, at=at)
        if row.ended is not None:
            at = diary.turn(row.ended, 14, self.index % 40)
            yield at
            texts = self.stage.plan.outcomes[row.outcome]
            note = texts[self.index % len(texts)]
            actions.close_case(self.dossier.case, outcome=row.outcome, note=note, by=by, at=at)

    # --- consent ---

    def papers(self) -> Story:
        """The versions of the family's consent, and how it was taken back where it was."""
        if self.row.key in TOLD_APART:
            return
        diary, session = self.diary(), None
        for first, last in papers.periods(self.row, self.stage.calendar):
            ahead = 8 if session else 0
            before = (self.stage.calendar.as_of - first).days + ahead
            at = diary.turn(before, 14, self.index % 40)
            yield at
            dossier = self.dossier
            if session is None:
                if self.row.key in DECIDES_ALONE:
                    self._assess(at)
                asked = [a for a in dossier.agencies if not (a.kind == "polis" and self.row.key in WITHOUT_POLICE)]
                session = papers.draft(dossier, papers.wanted(dossier, asked), first, last, at=at)
            else:
                session = papers.renew(dossier, session, first, last, at=at)
            answers, reason = self._answers(session)
            session = papers.sign(dossier, session, at=at, answers=answers, reason=reason)
        if session and self.row.consent == "withdrawn":
            yield from self._taken_back(session, diary)

    def _assess(self, at: datetime) -> None:
        sharing.assess_maturity(
            self.dossier.individual,
            level=Maturity.DECIDES_ALONE,
            why="Förstår vad samtycket betyder, har själv föreslagit vilka som ska få veta vad.",
            by=self.team.coordinator.actor,
            at=at,
        )

    def _answers(self, session: SigningSession) -> tuple[dict[int, SignerAnswer | None], str]:
        match self.row.consent:
            case "incomplete":
                return {2: None}, ""
            case "refused":
                return {2: papers.NO}, ""
        if self.row.key in DECIDES_ALONE:
            return {1: None}, "Den unge bestämmer själv enligt mognadsbedömningen och vill inte blanda in hemmet."
        if self.index % 10 == 3:
            return {1: papers.without_one(session, discloser="skola", code="school_results")}, ""
        return {}, ""

    def _taken_back(self, session: SigningSession, diary: Diary) -> Story:
        """By the youth or a guardian; by phone, at a visit or by "Stoppa delningen nu"."""
        at = diary.turn(papers.WITHDRAWN[self.row.key], 10, 20)
        yield at
        by = self.team.coordinator.actor
        youth, *guardians = session.signatures.order_by("pk")
        whose = youth if "den unge" in self.row.note else guardians[-1]
        if self.row.key == "HV-8":
            stopped = sharing.stop_sharing(self.dossier.individual, by=by, at=at)
            later = diary.turn(papers.WITHDRAWN[self.row.key], 15, 5)
            yield later
            for withdrawal in stopped:
                sharing.complete_details(
                    withdrawal, signature=whose, channel="phone", stated_at=at, details="Ringde själv.", by=by, at=later
                )
            return
        sharing.withdraw(
            papers.consents_of(session),
            scope=Scope(),
            signature=whose,
            channel="phone" if self.index % 2 else "visit",
            stated_at=at - timedelta(hours=2),
            details="Vill inte att fler får veta. Stödet fortsätter som förut.",
            by=by,
            at=at,
        )

    def contacts(self) -> Story:
        """The day after a ground came into force each party names its contact and deputy (P-A13)."""
        diary = self.diary()
        if self.row.key in TOLD_APART:
            return
        first, _last = papers.periods(self.row, self.stage.calendar)[0]
        before = (self.stage.calendar.as_of - first).days - 1
        for turn, crew in enumerate(self.crews):
            at = diary.turn(before, 15, 10 + turn * 5)
            yield at
            self.name_contact(crew, at)

    def name_contact(self, crew: Crew, at: datetime) -> None:
        """Seat the crew's contact and deputy, if the party is active by now."""
        party = Participation.objects.select_related("case").get(case=self.dossier.case, agency=crew.agency)
        if party.state(at=at) == "active":
            has_deputy = self.index % 3 == 0 or self.row.district == HOME
            deputy = crew.deputy.assignment if has_deputy else None
            actions.name_contact(party, contact=crew.contact.assignment, deputy=deputy, by=crew.contact.actor, at=at)
            self.dossier.seated[crew.agency.pk] = at

    # --- items ---

    def notes(self) -> list[Note]:
        """What everybody around the youth writes, in the order of time."""
        start = 10 if self.row.started is None else self.row.started - 2
        end = 1 if self.row.ended is None else self.row.ended + 3
        found: list[Note] = []
        calm = self.row.district != HOME and self.index % 2 == 0
        groups = [self.own_desks, *([crew.contact] for crew in self.crews)]
        for offset, desks in enumerate(groups):
            kind = desks[0].actor.agency_kind
            count = 1 if self.row.started is None else often(self.row.key, kind, ended=self.row.ended is not None)
            for turn, before in enumerate(spread(start, end, count, offset=offset)):
                day = workday(self.stage.calendar.day(before))
                at = instant(day, 13 + offset % 3, (turn * 17 + before) % 50)
                found.append(Note(desks[turn % len(desks)], turn, before, at, release=turn < count - 1 or calm))
        return sorted(found, key=lambda note: note.at)

    def _seated(self, note: Note) -> bool:
        agency = note.desk.actor.agency_id
        since = self.dossier.seated.get(agency)
        return agency == self.team.agency.pk or (since is not None and since < note.at)

    def writings(self) -> Story:
        """The past at once, the last weeks one by one as they happened, the newest police item not yet released."""
        notes, diary = self.notes(), self.diary()
        since = RECENT if self.row.ended is None else self.row.ended + 2
        if self.row.started is not None and self.row.started > since:
            at = diary.turn(since, 16, 30)
            yield at
            told = [note for note in notes if note.at < at and self._seated(note)]
            items = past(self.stage.pen, self.dossier, told)
            if items and self.row.ended is None and self.index % 3 == 0:
                at = diary.turn(since, 16, 40)
                yield at
                annotate(self.dossier, items[-1], told[-1].desk, at=at)
        for note in notes:
            if diary.last is not None and note.at <= diary.last:
                continue
            yield note.at
            if self._seated(note):
                facts = self.stage.pen.facts(self.dossier, note.desk.actor.agency_kind, note.turn, at=note.at)
                write(self.dossier, note.desk, facts, at=note.at, release=note.release)
