"""Writing the record (P-L1): the deed in the transaction of the deed, the read in the transaction of the page.

What a request shows is gathered in its `Trail` and written as one entry before the first byte leaves. If the entry
cannot be written, the page is not sent.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model

from hub.access import Actor
from hub.models import AuditEntry, AuditKind, User

#: What can be recorded, and how the log says it. Higher layers add their deeds with `register`.
DEEDS: dict[str, str] = {}


def register(deeds: Mapping[str, str]) -> None:
    """Make deeds known to the record: name → how a reviewer reads it in Swedish."""
    DEEDS.update(deeds)


register(
    {
        "session.signed_in": "Loggade in",
        "session.sign_in_failed": "Misslyckad inloggning",
        "session.signed_out": "Loggade ut",
        "session.assignment_switched": "Bytte uppdrag",
        "session.locked": "Inloggningen var spärrad efter flera misslyckade försök",
        "session.second_factor_failed": "Fel kod eller nyckel vid inloggning",
        "session.refused": "Extern inloggning avvisades",
        "session.idle_ended": "Loggades ut efter en stund utan aktivitet",
        "session.time_ended": "Loggades ut efter den längsta tiden",
        "session.assignment_ended": "Loggades ut när uppdraget slutade",
        "session.revoked": "Avslutade en inloggning",
        "factor.added": "Lade till ett extra inloggningssteg eller nya reservkoder",
        "factor.removed": "Tog bort ett extra inloggningssteg",
        "factor.reset": "Återställde en medarbetares inloggning",
        "password.changed": "Bytte lösenord",
        "external.linked": "Kopplade kontot till en extern inloggning",
        "invitation.made": "Bjöd in en medarbetare",
        "invitation.accepted": "Tog emot en inbjudan",
        "invitation.revoked": "Drog tillbaka en inbjudan",
        "invitation.sent_again": "Skickade en inbjudan igen",
        "person.registered": "Registrerade en person",
        "person.changed": "Ändrade uppgifter om en person",
        "person.number_taken": "Skrev ett personnummer som redan är registrerat i verksamheten",
        "relative.added": "Lade till en närstående",
        "relative.custody_changed": "Ändrade vårdnad",
        "search": "Sökte",
        "case.opened": "Öppnade ärende",
        "case.phase_changed": "Ändrade fas",
        "case.closed": "Avslutade ärende",
        "case.moved": "Flyttade ärende till en annan enhet",
        "party.proposed": "Föreslog part",
        "party.active": "Part blev aktiv",
        "party.ended": "Avslutade part",
        "seat.given": "Gav plats i ärende",
        "seat.ended": "Avslutade plats i ärende",
        "seat.substitute": "Registrerade ersättare",
        "recusal": "Anmälde jäv",
        "break_glass": "Nödöppnade",
        "deadline.told": "Påminde om en tidsgräns",
        "mail.resent": "Skickade ett mejl igen",
        "mail.preferences": "Valde hur meddelanden ska mejlas",
    }
)
register(
    {
        "administrator.set_up": "Gav kommunen en administratör, eller en ny länk, från kommandoraden",
        "agency.added": "Lade till verksamhet",
        "agency.changed": "Ändrade verksamhet",
        "agency.serves": "Lät verksamhet arbeta i kommunen",
        "unit.added": "Lade till enhet",
        "unit.changed": "Ändrade enhet",
        "user.added": "Lade till användare",
        "user.changed": "Ändrade användare",
        "user.closed": "Stängde konto",
        "assignment.given": "Gav uppdrag",
        "assignment.ended": "Avslutade uppdrag",
        "agreement.added": "Lade till överenskommelse",
        "agreement.changed": "Ändrade överenskommelse",
        "agreement.ended": "Avslutade överenskommelse",
        "agreement.party_added": "Lade till part i överenskommelse",
        "agreement.party_ended": "Avslutade part i överenskommelse",
        "staff.checked": "Kontrollerade en fil med personal eller enheter",
        "staff.imported": "Importerade personal eller enheter",
        "staff.exported": "Hämtade ut personal eller enheter",
        "token.made": "Skapade en nyckel för ett annat system",
        "token.revoked": "Återkallade en nyckel för ett annat system",
    }
)


@dataclass(slots=True)
class Trail:
    """What one request has shown so far, and where it came from."""

    request_id: uuid.UUID
    route: str = ""
    address: str = ""
    objects: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    individuals: set[int] = field(default_factory=set)
    cases: set[int] = field(default_factory=set)
    ground: dict[str, Any] = field(default_factory=dict)
    action: str = "read"
    #: The random references in the address: what a refused request asked for.
    asked: dict[str, str] = field(default_factory=dict)
    #: The API token that the request came with, if it came with one.
    token: int | None = None
    #: The answer says that a personnummer is registered already, perhaps at somebody whom the user may not list.
    number_taken: bool = False

    def forget(self) -> None:
        """Nothing was shown after all: the answer is a refusal that says only why."""
        self.objects.clear()
        self.individuals.clear()
        self.cases.clear()

    def show(
        self,
        objects: Iterable[Model] = (),
        *,
        individual: int | None = None,
        case: int | None = None,
        ground: Mapping[str, Any] | None = None,
        printed: bool = False,
    ) -> None:
        """Note that these objects are on the page.

        Args:
            objects: what is shown; their ids and types are recorded, never their content.
            individual, case: whom and which case it is about (ids).
            ground: why it could be read: rule, consent id, disclosure id, break-glass id.
            printed: the page leaves the hub as paper or file.
        """
        for obj in objects:
            self.objects[obj._meta.label_lower].add(obj.pk)
        if individual is not None:
            self.individuals.add(individual)
        if case is not None:
            self.cases.add(case)
        if ground:
            self.ground.update(ground)
        if printed:
            self.action = "print"

    @property
    def has_shown(self) -> bool:
        return bool(self.objects or self.individuals or self.cases)


_trail: ContextVar[Trail | None] = ContextVar("hub_audit_trail", default=None)


def open_trail(trail: Trail | None) -> None:
    """Begin (or, with None, end) the trail of a request or a background transaction."""
    _trail.set(trail)


def current_trail() -> Trail | None:
    return _trail.get()


def note_number_taken() -> None:
    """The answer of this request will say that a personnummer is registered already (P-A15): it is recorded with it."""
    if (trail := current_trail()) is not None:
        trail.number_taken = True


def record(
    action: str,
    *,
    actor: Actor | None,
    at: datetime,
    individual: int | None = None,
    case: int | None = None,
    objects: Iterable[Model] = (),
    ground: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
    kind: AuditKind = AuditKind.DEED,
    municipality_id: int | None = None,
    user: User | None = None,
) -> AuditEntry:
    """Write one deed into the log, in the transaction of the deed.

    Args:
        action: a name in `DEEDS`.
        actor: who acts; None for what the system does by itself or what nobody signed in does.
        at: the instant of the deed.
        detail: facts that are not content (scope, channel, counts).
        user: the account, where there is no actor yet (sign-in).

    Raises:
        KeyError: the deed is not registered; an unnamed deed must not be written past reviewers.
    """
    if kind is AuditKind.DEED:
        DEEDS[action]
    seen: dict[str, list[int]] = defaultdict(list)
    for obj in objects:
        seen[obj._meta.label_lower].append(obj.pk)
    return _write(
        kind,
        action,
        actor=actor,
        user=user,
        at=at,
        municipality_id=municipality_id,
        individual_ids=[] if individual is None else [individual],
        case_ids=[] if case is None else [case],
        objects_seen=dict(seen),
        ground=dict(ground or {}),
        detail=dict(detail or {}),
    )


def record_reads(trail: Trail, *, actor: Actor | None, at: datetime) -> None:
    """Write the one entry of what a request showed (architecture, "Audit")."""
    _write(
        AuditKind.READ,
        trail.action,
        actor=actor,
        at=at,
        individual_ids=sorted(trail.individuals),
        case_ids=sorted(trail.cases),
        objects_seen={label: sorted(ids) for label, ids in sorted(trail.objects.items())},
        ground=trail.ground,
    )


def record_outcome(
    kind: AuditKind,
    action: str,
    trail: Trail,
    *,
    actor: Actor | None,
    at: datetime,
    detail: Mapping[str, Any],
) -> None:
    """Write a refused or failed request after its own work was rolled back (P-A5, P-L1)."""
    _write(
        kind,
        action,
        actor=actor,
        at=at,
        individual_ids=sorted(trail.individuals),
        case_ids=sorted(trail.cases),
        objects_seen={label: sorted(ids) for label, ids in sorted(trail.objects.items())},
        detail=dict(detail),
    )


def _write(
    kind: AuditKind,
    action: str,
    *,
    actor: Actor | None,
    at: datetime,
    user: User | None = None,
    municipality_id: int | None = None,
    **fields: Any,
) -> AuditEntry:
    trail = _trail.get()
    if trail is not None and trail.token is not None:
        fields["detail"] = {**fields.get("detail", {}), "token": trail.token}
    return AuditEntry.objects.create(
        kind=kind,
        action=action,
        at=at,
        request_id=trail.request_id if trail else None,
        route=trail.route if trail else "",
        address=trail.address if trail else "",
        user_id=actor.user_id if actor else (user.pk if user else None),
        user_name=actor.user_name if actor else (user.name if user else ""),
        assignment_id=actor.assignment_id if actor else None,
        assignment_label=actor.label[:250] if actor else "",
        agency_id=actor.agency_id if actor else None,
        municipality_id=actor.municipality_id if actor else municipality_id,
        **fields,
    )
