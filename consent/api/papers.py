"""A whole paper in one body, filled in step by step as the wizard does it, by the wizard's own forms (P-C1, P-C2)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from consent import actions
from consent.decided import decided
from consent.forms.consent import MatrixForm, PaperKind, PeriodForm, PurposeForm
from consent.models import Consent, InformationType, SigningSession
from consent.paper.language import printable_languages
from consent.views import drafts
from hub.api.checked import require_valid
from hub.api.endpoint import Data
from hub.api.fields import Body, Choice, Day, Flag, Many, Optional, Ref, Text
from hub.api.problems import Problem
from hub.clock import local_day
from hub.errors import Invalid
from hub.http import HubRequest
from hub.models import Agency

NOT_A_PARTY = "Verksamheten är inte part i ärendet."


class RecipientBody(Body):
    agency = Ref()
    types = Many(child=Text(max_length=40), help_text="Koder ur /information-types/.")
    purpose = Optional(max_length=300)


class DisclosingBody(Body):
    agency = Ref(help_text="Vem som får lämna; ett samtycke var.")
    recipients = Many(child=RecipientBody(), allow_empty=True)


class PaperBody(Body):
    purpose = Text(max_length=1000)
    disclosing = Many(child=DisclosingBody(), allow_empty=False)
    court_requirement = Optional(max_length=500)
    first_day = Day()
    last_day = Day(help_text="Gäller till och med den dagen.")
    items_from = Day(required=False, help_text="Utelämnad: det som händer från första dagen.")
    form_language = Text(max_length=20, default="sv")
    interpreter = Optional(max_length=120)
    paper_kind = Choice(choices=PaperKind.choices, default=PaperKind.OWN)
    checklist_done = Flag(default=False)
    original_kept = Optional(max_length=200)


def fill(session: SigningSession, body: Data, request: HubRequest) -> None:
    """Save purpose, matrices and period: all of it, or nothing and what to mend."""
    parties = {party.agency.ref: party for party in drafts.parties_of(session, request)}
    _refuse_strangers(body, parties)
    _purpose(session, body, list(parties.values()), request)
    for place, row in enumerate(body["disclosing"]):
        _matrix(session, row, place, {ref: party.agency for ref, party in parties.items()}, request)
    _period(session, body, request)


def _refuse_strangers(body: Data, parties: Mapping[UUID, object]) -> None:
    errors, seen = [], set()
    for place, row in enumerate(body["disclosing"]):
        if row["agency"] not in parties:
            errors.append((f"disclosing.{place}.agency", NOT_A_PARTY))
        if row["agency"] in seen:
            errors.append((f"disclosing.{place}.agency", "Verksamheten står två gånger."))
        seen.add(row["agency"])
        inner = [recipient["agency"] for recipient in row["recipients"]]
        for number, ref in enumerate(inner):
            at = f"disclosing.{place}.recipients.{number}.agency"
            if ref not in parties:
                errors.append((at, NOT_A_PARTY))
            elif ref == row["agency"]:
                errors.append((at, "En verksamhet behöver inget samtycke för att läsa sina egna uppgifter."))
            elif ref in inner[:number]:
                errors.append((at, "Verksamheten står två gånger."))
    if errors:
        raise Problem("invalid", errors=errors)


def _purpose(session: SigningSession, body: Data, parties: Sequence[Any], request: HubRequest) -> None:
    chosen = {row["agency"] for row in body["disclosing"]}
    typed = {
        "purpose": body["purpose"],
        "disclosing": [str(p.agency_id) for p in parties if p.agency.ref in chosen],
        "court_requirement": body["court_requirement"],
        "row_version": session.row_version,
    }
    form = PurposeForm(typed, session=session, parties=parties)
    if body["court_requirement"] and "court_requirement" not in form.fields:
        raise Invalid({"court_requirement": "Ärendet ingår inte i en påföljd som domstol har beslutat."})
    data = require_valid(form)
    actions.save_purpose(
        session,
        purpose=data["purpose"],
        disclosing=form.chosen(),
        court_requirement=data.get("court_requirement", ""),
        row_version=data["row_version"],
        by=request.actor,
        at=request.at,
    )


def _matrix(
    session: SigningSession, row: Data, place: int, parties: Mapping[UUID, Agency], request: HubRequest
) -> None:
    rows = Consent.objects.select_related("disclosing", "session").prefetch_related("recipients")
    consent = rows.get(session=session, disclosing=parties[row["agency"]])
    others = [agency for agency in parties.values() if agency.pk != consent.disclosing_id]
    types = list(InformationType.objects.writable_by(consent.disclosing.kind, on=local_day(request.at)))
    named, typed = {"cells": f"disclosing.{place}.recipients"}, dict[str, Any]({"row_version": session.row_version})
    cells = []
    for number, recipient in enumerate(row["recipients"]):
        agency = parties[recipient["agency"]]
        at = f"disclosing.{place}.recipients.{number}"
        _refuse_unknown(recipient["types"], agency, types, at)
        cells += [f"{code}:{agency.pk}" for code in recipient["types"]]
        typed[f"purpose_{agency.pk}"] = recipient["purpose"]
        named[f"purpose_{agency.pk}"] = f"{at}.purpose"
    form = MatrixForm({**typed, "cells": cells}, consent=consent, recipients=others, types=types)
    require_valid(form, named)
    with renamed(named):
        actions.save_matrix(consent, form.matrix(), row_version=session.row_version, by=request.actor, at=request.at)
    session.refresh_from_db(fields=["row_version"])


def _refuse_unknown(codes: Sequence[str], agency: Agency, types: Sequence[InformationType], at: str) -> None:
    known = {kind.code: kind for kind in types}
    errors = []
    for number, code in enumerate(codes):
        if code not in known:
            errors.append((f"{at}.types.{number}", "Verksamheten skriver inte den sortens uppgifter."))
        elif agency.kind in known[code].never_to:
            errors.append((f"{at}.types.{number}", f"{agency.name} kan aldrig få den sortens uppgifter."))
    if errors:
        raise Problem("invalid", errors=errors)


@contextmanager
def renamed(named: Mapping[str, str]) -> Iterator[None]:
    try:
        yield
    except Invalid as wrong:
        raise Invalid({named.get(name, name): text for name, text in wrong.errors.items()}) from wrong


def _period(session: SigningSession, body: Data, request: HubRequest) -> None:
    names = ("first_day", "last_day", "items_from", "form_language", "interpreter", "paper_kind")
    typed = {name: body.get(name) for name in (*names, "checklist_done", "original_kept")}
    months = decided(session.municipality_id, on=local_day(request.at)).consent_max_months
    languages = [(language.code, language.name) for language in printable_languages()]
    form = PeriodForm(
        {**typed, "row_version": session.row_version},
        session=session,
        languages=languages,
        max_months=months,
        at=request.at,
    )
    actions.save_period(session, **require_valid(form), by=request.actor, at=request.at)
