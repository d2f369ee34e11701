"""The demo is Stockholm's sociala insatsgrupper as published, lawful in every row, and gives each of the cast a task.

It is built as of a leap day, and with SOAK=1 as of the night when the clocks go back too; every test looks at both.
"""

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from itertools import pairwise

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from actionplans.aftercare.standing import to_ask
from actionplans.family import lines_for_family, occasion, paper_for, recipients
from actionplans.models import (
    OPEN_MEASURES,
    AfterAnswer,
    Agreement,
    FollowUp,
    Goal,
    Measure,
    MeasureState,
    Offer,
    Plan,
    RiskJudgement,
)
from actionplans.paper import render_plan
from consent.demo.people import age_on
from consent.demo.seeding import seed
from consent.grant_check import all_drift, control
from consent.models import (
    Answer,
    Consent,
    Disclosure,
    InformationItem,
    ItemAnnotation,
    ItemFactor,
    SessionState,
    Signature,
    SigningSession,
    Withdrawal,
)
from hub.access import Actor, permitted
from hub.calendar_se import is_office_time
from hub.clock import local_day, start_of_day
from hub.deadlines import keep
from hub.demo_cast import CAST, SPANGA
from hub.models import (
    Assignment,
    AuditEntry,
    Case,
    CaseSeat,
    Deadline,
    Individual,
    Notification,
    Outbox,
    Participation,
    Person,
    Phase,
    Protection,
    Role,
    User,
)
from hub.readability import lix
from hub.tenancy import set_context
from meetings.deadlines import RHYTHM
from meetings.ground import with_ground
from meetings.minutes_due import due_at
from meetings.minutes_reading import is_unchanged
from meetings.models import (
    LATEST,
    Group,
    GroupAttendee,
    GroupMeasure,
    GroupMeeting,
    Meeting,
    MeetingDecision,
    MeetingKind,
    MeetingState,
    Minutes,
    MinutesState,
    Occupied,
    Participant,
    Proposal,
    Room,
    SituationEntry,
    StandingSlot,
    YouthContact,
)
from meetings.proposals import standing
from meetings.rhythm import BOOKED, DUE, LATE, SOON, beats
from tests.database import WorkerDatabase
from tests.papers import pages
from tests.seeded import PLAN, PUBLISHED, SIG, actor, kommun, of_row, participants
from triage.models import AssessmentState, Colour, PreliminaryAssessment

CLOCKS_GO_BACK, LEAP_DAY = date(2026, 10, 25), date(2028, 2, 29)
#: Building takes half a minute: the night when the clocks go back is looked at with SOAK=1.
DAYS = [CLOCKS_GO_BACK, LEAP_DAY] if os.environ.get("SOAK") else [LEAP_DAY]


@pytest.fixture(scope="module", params=DAYS, ids=str)
def as_of(
    request: pytest.FixtureRequest, django_db_setup: WorkerDatabase, django_db_blocker: DjangoDbBlocker
) -> Iterator[date]:
    """The demo, built once per day and rolled back when all tests have looked at it."""
    with django_db_blocker.unblock():
        django_db_setup.use()
    with django_db_blocker.unblock(), transaction.atomic():
        seed(request.param)
        yield request.param
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _rolled_back(as_of: date) -> Iterator[None]:
    """Each test works in Stockholm and leaves nothing behind."""
    with transaction.atomic():
        set_context(municipality_id=kommun("0180").pk)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def at(as_of: date) -> datetime:
    """Eight in the morning of the day of seeding."""
    return start_of_day(as_of) + timedelta(hours=8)


# --- the published figures ---


def test_forty_took_part_in_the_twelve_districts_and_all_are_boys(as_of: date) -> None:
    assert len(participants()) == 40
    assert len(PUBLISHED) == kommun("0180").districts.count() == 12
    assert {case.individual.person.sex for case in participants()} == {"M"}


@pytest.mark.parametrize("district", PUBLISHED)
def test_every_figure_of_a_district_comes_out_as_published(as_of: date, district: str) -> None:
    cases = [case for case in participants() if case.district and case.district.name == district]
    ages = [age_on(case.individual.person.birth_date, as_of) for case in cases]
    planned = Case.objects.filter(
        Exists(Consent.objects.filter(case=OuterRef("pk"), effective__isnull=False)),
        form__in=SIG,
        phase=Phase.UTREDNING,
        district__name=district,
    )
    seeded = {
        "participants": len(cases),
        "ongoing": sum(case.closed_at is None for case in cases),
        "ended": sum(case.closed_at is not None for case in cases),
        "court_ordered": sum(case.court_ordered for case in cases),
        "planned": planned.count(),
    }
    if ages:  # a district that has not begun has a target age, not ages
        seeded |= {"age_min": min(ages), "age_max": max(ages)}
    compared = {column: int(figure) for column in seeded if (figure := PUBLISHED[district][column])}
    assert compared == {column: seeded[column] for column in compared}


def test_programansvarig_is_given_the_published_figures_on_the_page_and_by_the_interface(
    as_of: date, at: datetime
) -> None:
    with time_machine.travel(at, tick=False):
        client = Client()
        client.force_login(
            User.objects.get(email="pelle@example.se"),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        answer = client.get(reverse("api:programme_statistics")).json()
        shown = client.get(reverse("reports:programme")).content.decode()
    table = next(table for table in answer["tables"] if table["key"] == "district")
    columns = [column["key"] for column in table["columns"]]
    given = {row["title"]: dict(zip(columns, row["numbers"], strict=True)) for row in table["rows"]}
    for district, published in PUBLISHED.items():
        # A district that has not begun has a target age, not ages.
        compared = [c for c in columns if published.get(c) and not (c.startswith("age") and not given[district][c])]
        assert {c: given[district][c] for c in compared} == {c: int(published[c]) for c in compared}
        [row] = re.findall(rf'<th scope="row">{district}</th>(.*?)</tr>', shown)
        assert re.findall(r'<td class="num">(.*?)</td>', row) == [
            "–" if number is None else str(number) for number in given[district].values()
        ]
    whole = given["Hela kommunen"]
    assert (whole["participants"], whole["court_ordered"]) == (40, 12)
    sexes = next(table for table in answer["tables"] if table["key"] == "sex")
    assert [row["numbers"][0] for row in sexes["rows"]] == [40, 0, 0, 40]


def test_cases_ended_as_the_plan_says(as_of: date) -> None:
    planned = Counter(row.outcome for row in PLAN.participants if row.outcome)
    assert Counter(case.outcome for case in participants() if case.outcome) == planned


def test_everybody_has_the_age_of_the_plan_on_the_day_of_seeding(as_of: date) -> None:
    rows = (*PLAN.participants, *PLAN.planned)
    ages = {row.key: age_on(of_row(row).person.birth_date, as_of) for row in rows}
    assert ages == {row.key: row.age for row in rows}


def test_personnummer_are_test_numbers_that_agree_with_the_birth_date_and_are_used_once(as_of: date) -> None:
    with open("hub/data/testpersonnummer.csv", encoding="utf-8", newline="") as file:
        official = {row["number"]: row["birth_date"] for row in csv.DictReader(file)}
    people = list(Person.objects.exclude(personnummer_lookup=None))
    assert len(people) > 60
    assert len({person.personnummer for person in people}) == len(people)
    assert all(official[person.personnummer] == person.birth_date.isoformat() for person in people)


# --- consents ---


def state(individual: Individual, at: datetime) -> str:
    """The state of an individual's family paper, in the plan's words: of the newest one that was registered."""
    papers = SigningSession.objects.filter(individual=individual, state=SessionState.REGISTERED)
    paper = papers.filter(consents__disclosing__kind="socialtjanst").order_by("-registered_at")[0]
    consent = paper.consents.get(disclosing__kind="socialtjanst")
    assert paper.last_day
    if Signature.objects.filter(session=paper, answer=Answer.REFUSED).exists():
        return "refused"
    if consent.completed_at is None:
        return "incomplete"
    if Withdrawal.objects.filter(consent=consent, cuts=True).exists():
        return "withdrawn"
    assert consent.effective
    if consent.effective.upper <= at:
        return "expired"
    if (paper.last_day - local_day(at)).days <= 30:
        return "expiring"
    return "renewed" if (consent.version or 0) > 1 and paper.renews_id else "in_force"


def test_each_consent_is_in_the_state_of_the_plan_and_every_state_is_there(as_of: date, at: datetime) -> None:
    rows = (*PLAN.participants, *PLAN.planned)
    assert {row.key: state(of_row(row), at) for row in rows} == {row.key: row.consent for row in rows}
    assert {row.consent for row in rows} == {
        "in_force",
        "incomplete",
        "expiring",
        "expired",
        "withdrawn",
        "renewed",
        "refused",
    }


def test_a_renewed_consent_has_no_gap(as_of: date) -> None:
    renewed = Consent.objects.filter(session__renews__isnull=False, completed_at__isnull=False)
    assert renewed.count() >= 9
    for consent in renewed:
        former = Consent.objects.get(series=consent.series, version=(consent.version or 0) - 1)
        assert former.effective.upper == consent.effective.lower


def test_nothing_drifts_and_the_check_would_notice(as_of: date) -> None:
    assert all_drift() == []
    set_context(municipality_id=kommun("0184").pk)
    assert Consent.objects.exists()
    assert all_drift() == []
    assert set(control([kommun("0180")]).values()) == {True}


# --- items ---


def test_there_are_several_hundred_items_of_every_sort(as_of: date) -> None:
    items = InformationItem.objects.all()
    assert items.count() >= 300
    assert items.values("type").distinct().count() == 13
    assert items.filter(recorded_at=None).count() >= 6
    assert items.filter(agency__kind="polis", recorded_at__isnull=False, released_at=None).exists()
    assert items.filter(agency__kind="polis", released_at__isnull=False).count() > 30
    assert items.filter(family_barred=True).exists()
    assert items.filter(abouts__isnull=False).exists()
    assert items.filter(filed_from__isnull=False).exists()
    assert items.exclude(told_by="").exists()
    assert set(ItemAnnotation.objects.values_list("kind", flat=True)) == {"correction", "addition", "objection"}
    assert ItemFactor.objects.exists()


def test_every_item_was_written_by_someone_seated_in_a_case_where_they_could_write(as_of: date) -> None:
    seated = CaseSeat.objects.awake().filter(
        Q(valid_to=None) | Q(valid_to__gt=OuterRef("created_at")),
        Q(participation__ended_at=None) | Q(participation__ended_at__gt=OuterRef("created_at")),
        assignment=OuterRef("author"),
        content_object=OuterRef("case"),
        valid_from__lte=OuterRef("created_at"),
        participation__active_from__lte=OuterRef("created_at"),
    )
    items = InformationItem.objects.annotate(was_seated=Exists(seated)).select_related("agency", "type", "case")
    for item in items:
        assert item.was_seated, f"{item.case.number}: {item.agency.name} {item.created_at}"
        assert item.agency.kind in item.type.writers or item.filed_from_id
        assert item.event_date <= local_day(item.created_at)
        assert item.case.opened_at < item.created_at
    insats = items.filter(recorded_phase=Phase.INSATS, case__phase=Phase.INSATS)
    assert not insats.filter(created_at__lt=F("case__phase_from")).exists()


def test_each_recorded_item_stands_in_the_log(as_of: date) -> None:
    logged: set[int] = set()
    for entry in AuditEntry.objects.filter(action__in=["item.recorded", "item.filed"]):
        logged |= set(entry.objects_seen["consent.informationitem"])
    recorded = InformationItem.objects.filter(recorded_at__isnull=False).values_list("pk", flat=True)
    assert set(recorded) <= logged


def test_nothing_but_the_concerns_is_told_of_the_day_of_seeding_or_later(as_of: date, at: datetime) -> None:
    midnight = start_of_day(as_of)
    told = AuditEntry.objects.exclude(kind="row").filter(at__gte=midnight)
    concerns = set(PreliminaryAssessment.objects.exclude(case=None).values_list("case", flat=True))
    of_cases = told.exclude(case_ids=[]).values_list("case_ids", flat=True)
    assert {case for cases in of_cases for case in cases} <= concerns
    assert not told.filter(at__gt=at).exists()
    assert not InformationItem.objects.filter(created_at__gte=midnight).exists()


def test_a_week_of_concerns_stands_in_every_state_and_one_rod_is_about_to_breach(as_of: date, at: datetime) -> None:
    concerns = permitted(PreliminaryAssessment.objects.all(), actor("ines"), at=at)
    assert set(concerns.values_list("state", flat=True)) == set(AssessmentState.values)
    assert set(concerns.values_list("colour", flat=True)) == {"", *Colour.values}
    assert concerns.filter(report__registered_at=None).exists()
    left = Deadline.objects.open().get(kind="red").due_at - at
    assert timedelta(0) < left < timedelta(hours=1)
    assert Deadline.objects.filter(kind="decision", breached_at__isnull=False).exists()
    assert not Deadline.objects.due(at=at).exists()
    hidden = PreliminaryAssessment.objects.get(protected=True)
    assert not concerns.filter(pk=hidden.pk).exists()
    assert permitted(PreliminaryAssessment.objects.all(), actor("nils"), at=at).filter(pk=hidden.pk).exists()


# --- meetings ---


def test_every_case_in_insats_has_met_and_stands_somewhere_in_its_rhythm(as_of: date, at: datetime) -> None:
    standing = beats(Case.objects.values_list("pk", flat=True), at=at).values()
    states = Counter(beat.state(at) for beat in standing)
    assert len(standing) == 28
    assert all(beat.held for beat in standing)
    assert states == {BOOKED: 17, SOON: 3, DUE: 4, LATE: 4}
    assert {beat.state(at) for beat in standing if beat.booked} == {BOOKED, LATE}
    assert sum(beat.day(at) > 45 for beat in standing) == 1
    assert sorted(beat.days for beat in standing if beat.days != LATEST) == [14, 42]
    assert all(beat.reason for beat in standing if beat.days > LATEST)


def test_meetings_were_held_every_fourth_week_and_a_few_came_to_nothing(as_of: date, at: datetime) -> None:
    network = Meeting.objects.filter(kind=MeetingKind.NETWORK)
    counted = Counter(network.values_list("state", flat=True))
    assert counted.pop(MeetingState.HELD) > 150
    assert counted == {
        MeetingState.PLANNED: 18,
        MeetingState.CANCELLED: 1,
        MeetingState.NOT_HELD: 1,
        MeetingState.BROKEN_OFF: 1,
    }
    held = network.filter(state=MeetingState.HELD)
    assert not held.filter(ends_at__gte=start_of_day(as_of)).exists()
    assert not held.filter(booked_at__lt=F("case__phase_from")).exists()
    assert Meeting.objects.filter(kind=MeetingKind.OFFICIALS, main__ends_at__gt=at).count() >= 3
    assert set(network.filter(state=MeetingState.PLANNED).values_list("form", flat=True)) == {"room", "video"}
    assert not Participant.objects.filter(meeting__state=MeetingState.HELD, attendance="").exists()
    without_youth = Participant.objects.filter(person__individual__isnull=False, attendance="absent", meeting__in=held)
    assert 3 < without_youth.count() <= YouthContact.objects.count()
    assert Room.objects.count() > 5
    assert StandingSlot.objects.count() == 2


def test_meetings_lie_in_working_hours_and_nobody_is_in_two_at_once(as_of: date) -> None:
    """What the database keeps for meetings to come holds for the past too."""
    taken: dict[tuple[str, int | None], list[tuple[datetime, datetime]]] = {}
    for meeting in Meeting.objects.prefetch_related("participants__assignment"):
        assert is_office_time(meeting.starts_at)
        assert is_office_time(meeting.ends_at - timedelta(minutes=1))
        users = [one.assignment.user_id for one in meeting.participants.all() if one.assignment]
        for who in [*(("user", user) for user in users), *([("room", meeting.room_id)] if meeting.room_id else [])]:
            taken.setdefault(who, []).append((meeting.starts_at, meeting.ends_at))
    for of_group in GroupMeeting.objects.prefetch_related("attendees__assignment"):
        assert is_office_time(of_group.starts_at)
        for asked in of_group.attendees.all():
            taken.setdefault(("user", asked.assignment.user_id), []).append((of_group.starts_at, of_group.ends_at))
    for periods in taken.values():
        periods.sort()
        assert all(one[1] <= next_one[0] for one, next_one in pairwise(periods))
    ahead = Participant.objects.filter(meeting__state=MeetingState.PLANNED, assignment__isnull=False)
    of_groups = GroupAttendee.objects.filter(meeting__state=MeetingState.PLANNED)
    assert Occupied.objects.count() == ahead.count() + of_groups.count()


def test_the_groups_have_weeks_of_the_picture_and_measures_in_every_state(as_of: date) -> None:
    assert set(Group.objects.values_list("kind", flat=True)) == {"est", "sspf", "steering"}
    assert GroupMeeting.objects.filter(state=MeetingState.HELD).count() == 6
    assert GroupMeeting.objects.filter(state=MeetingState.HELD, approved_at=None).count() == 1
    assert SituationEntry.objects.count() == 12
    assert set(GroupMeasure.objects.values_list("state", flat=True)) == {"open", "done", "not_possible"}


def test_whoever_is_asked_to_a_meeting_had_a_seat_that_reads(as_of: date) -> None:
    seats = CaseSeat.objects.awake().filter(
        Q(valid_to=None) | Q(valid_to__gt=OuterRef("meeting__booked_at")),
        Q(participation__ended_at=None) | Q(participation__ended_at__gt=OuterRef("meeting__booked_at")),
        assignment=OuterRef("assignment"),
        content_object=OuterRef("meeting__case"),
        valid_from__lte=OuterRef("meeting__booked_at"),
        participation__active_from__lte=OuterRef("meeting__booked_at"),
    )
    asked = Participant.objects.filter(assignment__isnull=False)
    assert asked.count() > 500
    assert not asked.filter(~Exists(seats)).exists()


def test_whoever_was_given_something_to_do_might_hear_what_was_said(as_of: date) -> None:
    given = list(MeetingDecision.objects.select_related("meeting"))
    assert len(given) > 60
    assert {one.owner_id == one.recorded_by_id for one in given} == {True, False}
    wrong = [one for one in given if not with_ground(one.meeting, at=one.recorded_at).filter(assignment=one.owner)]
    assert wrong == []


def test_those_who_are_asked_have_answered_in_every_way(as_of: date, at: datetime) -> None:
    ahead = Participant.objects.filter(meeting__state=MeetingState.PLANNED)
    assert set(ahead.values_list("answer", flat=True)) == {"accepted", "tentative", "declined", "needs_action"}
    for key in ("jonas", "petra", "mia", "amir"):
        assert permitted(Participant.objects.filter(answer="needs_action"), actor(key), "answer", at=at).exists(), key


def test_a_proposal_waits_for_the_coordinator(as_of: date, at: datetime) -> None:
    proposal = permitted(Proposal.objects.all(), actor("karin"), at=at).get()
    assert (proposal.state, proposal.placed > 1) == ("ready", True)
    lines = standing(proposal, actor("karin"), at=at).lines
    assert len(lines) == proposal.total
    assert [line.conflicts for line in lines if line.conflicts] == [], "nothing of the demo was booked over it"
    assert not [line for line in lines if line.chosen and line.conflicts]


def test_the_clocks_of_the_rhythm_agree_with_the_meetings(as_of: date, at: datetime) -> None:
    standing = beats(Case.objects.values_list("pk", flat=True), at=at)
    assert keep(RHYTHM, standing, at=at) == 0
    clocks = Deadline.objects.filter(kind=RHYTHM, subject_id__in=standing)
    late = {pk for pk, beat in standing.items() if beat.state(at) == LATE}
    assert set(clocks.filter(breached_at__isnull=False).values_list("subject_id", flat=True)) >= late
    assert clocks.open().count() == len(standing) - len(late)
    assert clocks.filter(met_at__isnull=False).count() > 120
    told = permitted(Notification.objects.filter(kind__startswith="meeting_"), actor("karin"), at=at)
    assert set(told.values_list("kind", flat=True)) >= {"meeting_due", "meeting_late"}


# --- plans ---


def test_each_case_in_insats_has_a_plan_that_every_meeting_has_followed_up(as_of: date, at: datetime) -> None:
    assert Plan.objects.count() == 28
    for plan in Plan.objects.prefetch_related("versions", "goals"):
        held = Meeting.objects.filter(case=plan.case_id, kind=MeetingKind.NETWORK, state=MeetingState.HELD)
        assert plan.version == held.count() == plan.versions.count()
        assert 3 <= plan.goals.count() <= 4
    for goal in Goal.objects.all():
        rated = Meeting.objects.filter(ratings__goal=goal).count()
        after = Meeting.objects.filter(case=goal.case_id, kind=MeetingKind.NETWORK, state=MeetingState.HELD)
        assert rated == after.filter(opened_at__gt=goal.recorded_at).count()
    assert not FollowUp.objects.filter(meeting__opened_at__lte=F("measure__recorded_at")).exists()
    assert not Agreement.objects.exclude(participant__meeting__case=F("plan__case")).exists()


def test_measures_are_those_of_whoever_had_a_seat_and_stand_in_every_state(as_of: date, at: datetime) -> None:
    seats = CaseSeat.objects.awake().filter(
        Q(valid_to=None) | Q(valid_to__gt=OuterRef("recorded_at")),
        Q(participation__ended_at=None) | Q(participation__ended_at__gt=OuterRef("recorded_at")),
        assignment=OuterRef("responsible"),
        content_object=OuterRef("case"),
        valid_from__lte=OuterRef("recorded_at"),
        participation__active_from__lte=OuterRef("recorded_at"),
    )
    assert not Measure.objects.filter(~Exists(seats)).exists()
    assert set(Measure.objects.values_list("state", flat=True)) == set(MeasureState.values)
    assert Measure.objects.values("agency__kind").distinct().count() >= 4
    assert Measure.objects.filter(family_barred=True).exists()
    late = Measure.objects.filter(state__in=OPEN_MEASURES, due_on__lt=as_of)
    assert late.count() >= 3
    assert permitted(late, actor("karin", role=Role.COORDINATOR), at=at).exists()


def test_a_fourteen_year_old_has_a_full_plan(as_of: date, at: datetime) -> None:
    young = Plan.objects.filter(individual__person__birth_date__gt=as_of - timedelta(days=15 * 365))
    full = [p for p in young if p.goals.count() == 4 and 5 <= p.measures.count() <= 6 and p.agreements.exists()]
    assert full
    assert any(p.measures.values("agency__kind").distinct().count() >= 3 for p in full)
    printed = []
    for plan in full:
        leads = Assignment.objects.select_related("user", "unit__agency").get(pk=plan.started_by_id)
        by = Actor.acting_under(leads, municipality_id=plan.municipality_id)
        meeting = occasion(plan, by, at=at)
        assert meeting is not None
        lines = lines_for_family(plan, by, at=at)
        rows = [row for row in recipients(meeting, by, at=at) if row.may_tell and not row.alone]
        printed += [paper_for(row, plan, meeting, lines, by, at=at) for row in rows]
    assert len(printed) > len(full)
    assert all(lix(paper.text) <= 30 for paper in printed)
    longest = max(printed, key=lambda paper: len(paper.text))
    assert len(longest.goals) == 4
    assert len(pages(render_plan(longest))) <= 2


# --- who sees what ---


def test_a_police_contact_of_another_area_sees_none_of_them(as_of: date, at: datetime) -> None:
    olle = actor("olle")
    for model in (Individual, Case, InformationItem, Person, Participation):
        assert not permitted(model._default_manager.all(), olle, at=at).exists(), model


def test_the_coordinator_sees_the_seven_of_her_district(as_of: date, at: datetime) -> None:
    karin = actor("karin", role=Role.COORDINATOR)
    ours = [row for row in PLAN.participants if row.district == "spanga-tensta"]
    seen = permitted(Individual.objects.all(), karin, at=at).values_list("person__family_name", flat=True)
    running = {row.last for row in ours if row.ended is None}
    assert set(seen) == running
    assert permitted(Case.objects.all(), karin, "trace", at=at).count() == len(ours) - len(running)
    assert permitted(Individual.objects.all(), actor("karin", role=Role.LOTS), at=at).count() == 3


def test_contacts_read_what_consent_covers_and_not_more(as_of: date, at: datetime) -> None:
    for key, own in (("jonas", "polis"), ("petra", "skola"), ("mia", "fritid")):
        read = permitted(InformationItem.objects.select_related("agency"), actor(key), at=at)
        kinds = Counter(item.agency.kind for item in read)
        assert kinds[own], key
        assert kinds["socialtjanst"], key
        refused = of_row(next(row for row in PLAN.participants if row.key == "ST-5"))
        # In the investigation beside it the school has answered a question; that is its own.
        assert not read.filter(individual=refused).exclude(agency__kind=own).exists()


def test_the_other_kommun_has_its_own_and_neither_sees_the_other(as_of: date, at: datetime) -> None:
    set_context(municipality_id=kommun("0184").pk)
    assert Individual.objects.count() == 2
    assert Individual.objects.filter(person__protection=Protection.PROTECTED).count() == 1
    karin = actor("karin", role=Role.COORDINATOR)
    assert not permitted(Individual.objects.all(), karin, at=at).exists()


# --- something to do ---


def test_each_of_the_cast_exists_and_none_has_a_password(as_of: date) -> None:
    for member in CAST:
        posts = (
            Assignment.objects.filter(user__email=member.email).order_by("pk").select_related("unit__agency", "user")
        )
        assert not posts[0].user.has_usable_password()
        assert posts[0].user.name == member.name
        held = [(p.unit.agency.name, p.unit.agency.kind, p.unit.name, p.role, p.names_contacts) for p in posts]
        assert held == [(p.agency, p.kind, p.unit, p.role, p.names_contacts) for p in member.posts]


@pytest.mark.parametrize("key", ["karin", "sara", "amir", "jonas", "petra", "mia"])
def test_each_of_the_cast_who_writes_has_a_draft(as_of: date, at: datetime, key: str) -> None:
    assert permitted(InformationItem.objects.filter(recorded_at=None), actor(key), "edit", at=at).exists()


def test_the_coordinator_has_something_to_do(as_of: date, at: datetime) -> None:
    karin = actor("karin", role=Role.COORDINATOR)
    papers = permitted(SigningSession.objects.all(), karin, "lead", at=at)
    assert papers.filter(state=SessionState.DRAFT).exists()
    waiting = papers.filter(state=SessionState.REGISTERED, consents__completed_at=None)
    assert waiting.filter(consents__disclosing__kind="bup").exists()
    soon = papers.filter(last_day__gte=as_of, last_day__lte=as_of + timedelta(days=14))
    assert soon.exists()
    stopped = Withdrawal.objects.filter(channel="stop", signature=None, consent__case__in=[s.case_id for s in papers])
    assert stopped.exists()
    parties = permitted(Participation.objects.filter(active_from=None), karin, "lead", at=at)
    assert parties.exists()


def test_the_police_contact_names_a_contact_and_releases_an_item(as_of: date, at: datetime) -> None:
    jonas = actor("jonas")
    seats = CaseSeat.objects.filter(participation=OuterRef("pk"))
    unnamed = permitted(Participation.objects.filter(~Exists(seats)), jonas, "name_contact", at=at)
    assert unnamed.filter(case__district__name="Spånga-Tensta").exists()
    assert permitted(InformationItem.objects.all(), jonas, "release", at=at).exists()


@pytest.mark.parametrize("key", ["karin", "amir", "jonas", "petra", "mia", "mona"])
def test_each_of_them_has_an_unread_message(as_of: date, at: datetime, key: str) -> None:
    assert permitted(Notification.objects.filter(read_at=None), actor(key), at=at).exists()


def test_reminders_of_the_last_months_have_been_told_and_none_lies_waiting(as_of: date, at: datetime) -> None:
    """As if the clocks had run all along; and nothing is mailed about the past."""
    told = permitted(Notification.objects.filter(kind__startswith="consent_expires"), actor("karin"), at=at)
    assert told.exists()
    assert not Deadline.objects.due(at=start_of_day(as_of)).exists()
    assert Deadline.objects.open().filter(kind="birthday").exists()
    assert not Outbox.objects.exists()


def test_the_manager_has_a_case_without_anyone_in_charge(as_of: date, at: datetime) -> None:
    told = permitted(Notification.objects.filter(read_at=None), actor("mona"), at=at)
    kinds = set(told.values_list("kind", flat=True))
    assert {"lead_needed", "break_glass"} <= kinds
    left = told.get(kind="lead_needed").case
    assert not CaseSeat.objects.in_force(at=at).filter(content_object=left).exists()


def test_intake_has_a_case_of_its_own(as_of: date, at: datetime) -> None:
    cases = permitted(Case.objects.all(), actor("ines"), at=at)
    assert {case.phase for case in cases} == {Phase.FORHANDSBEDOMNING}
    assert cases.filter(individual__person__given_name="Sami").exists()


def test_one_family_has_been_followed_up_and_there_is_something_left_to_ask(as_of: date, at: datetime) -> None:
    [case] = {one.case for one in AfterAnswer.objects.exclude(value="").select_related("case")}
    assert {one.what for one in AfterAnswer.objects.all()} == {"reports", "school", "occupation"}
    assert Disclosure.objects.filter(case=case, ground="consent").exists()
    assert [one.what for one in to_ask(case, at=at)] == ["school"]


# --- twice ---


@override_settings(DEMO=True)
def test_seeding_twice_the_same_day_changes_nothing(as_of: date) -> None:
    before = (AuditEntry.objects.count(), Case.objects.count(), InformationItem.objects.count())
    said = StringIO()
    call_command("seed_demo", as_of=as_of, stdout=said)
    assert "finns redan" in said.getvalue()
    set_context(municipality_id=kommun("0180").pk)
    assert (AuditEntry.objects.count(), Case.objects.count(), InformationItem.objects.count()) == before


@override_settings(DEMO=True)
def test_seeding_on_a_later_day_says_how_to_move_the_window(as_of: date) -> None:
    said = StringIO()
    call_command("seed_demo", as_of=as_of + timedelta(days=1), stdout=said)
    assert "make reset-demo" in said.getvalue()


def test_minutes_of_what_took_place_are_approved_but_for_the_latest_ones(as_of: date, at: datetime) -> None:
    took_place = Meeting.objects.filter(closed_at__isnull=False)
    assert Minutes.objects.count() == took_place.count()
    drafts = Minutes.objects.filter(state=MinutesState.DRAFT)
    late = [one for one in drafts if due_at(one) < at]
    assert 0 < len(late) < drafts.count() < 20
    assert not Minutes.objects.filter(approved_at__gt=at).exists()
    assert all(is_unchanged(one) for one in Minutes.objects.filter(state=MinutesState.APPROVED)[:5])
    mine = permitted(drafts, actor("karin"), "approve", at=at)
    assert mine.exists(), "the coordinator of the cast has one to approve"


def test_a_few_have_a_judgement_of_risk_one_of_them_corrected_and_units_offer_interventions(as_of: date) -> None:
    judged = RiskJudgement.objects.all()
    assert set(judged.values_list("level", flat=True)) == {"low", "moderate", "high"}
    assert judged.filter(replaces__isnull=False).count() == 1
    assert judged.filter(case__owner_unit__agency__name=SPANGA, level="high", replaced_by=None).exists()
    assert Offer.objects.values("unit").distinct().count() == 2
