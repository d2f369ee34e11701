"""Clocks are rows made from facts: they follow what is signed, renewed, taken back and closed (architecture, "Clocks")."""


import pytest

from consent.deadlines import EXPIRING
from consent.models import SigningSession
from hub.clock import local
from hub.models import AuditEntry, Deadline, Notification
from hub.tick import tick
from tests.cast import SECOND, World

pytestmark = pytest.mark.django_db


def clock_of(session: SigningSession) -> Deadline:
    return Deadline.objects.get(kind=EXPIRING, subject_id=session.pk)


def wall(row: Deadline) -> str:
    assert row.next_at
    return f"{local(row.next_at):%Y-%m-%d %H.%M}"


def messages(world: World, prefix: str) -> list[tuple[str, int]]:
    world.look()
    rows = Notification.objects.filter(kind__startswith=prefix).order_by("pk")
    return list(rows.values_list("kind", "assignment_id"))


def test_a_signed_paper_has_one_clock(world: World) -> None:
    row = clock_of(world.session)
    assert (row.occasion, row.stage, row.case_id) == ("2026-08-31", 0, world.case.pk)
    assert (row.owner_unit_id, row.owner_id) == (world.youth_unit.pk, world.kim.assignment.pk)
    assert wall(row) == "2026-08-01 08.00"
    assert f"{local(row.due_at):%Y-%m-%d %H.%M}" == "2026-09-01 00.00"


def test_reminders_at_30_14_and_3_days_and_at_the_end(world: World) -> None:
    """Each limit one second before and at it; the same tick again changes nothing."""
    leads = [world.kim.assignment.pk, world.lovisa.assignment.pk]
    told: list[tuple[str, int]] = []
    limits = [
        ("consent_expires_30", "2026-08-01 08.00"),
        ("consent_expires_14", "2026-08-17 08.00"),
        ("consent_expires_3", "2026-08-28 08.00"),
        ("consent_expired", "2026-09-01 00.00"),
    ]
    for message, expected in limits:
        row = clock_of(world.session)
        assert wall(row) == expected
        assert row.next_at
        assert tick(at=row.next_at - SECOND) == 0
        assert messages(world, "consent_expire") == told
        assert (tick(at=row.next_at), tick(at=row.next_at), tick(at=row.next_at + SECOND)) == (1, 0, 0)
        told += [(message, assignment) for assignment in leads]
        assert messages(world, "consent_expire") == told
    row = clock_of(world.session)
    assert (row.next_at, row.breached_at) == (None, row.due_at)
    assert AuditEntry.objects.filter(action="deadline.told").count() == 4
