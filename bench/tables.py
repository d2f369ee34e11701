"""The tables of a load and their columns, in the order in which `bench.loading` copies them into the database.

A column that is not named here gets its model's default, so that a new field does not break the load.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bench.facts import Row, numbered
from bench.rows import Rows


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the load: its model, the columns (attribute names) given, and the rows."""

    model: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterable[Row]]


def tables(of: Rows) -> list[Table]:
    """In an order in which a row never names one that comes later."""
    return [
        Table(
            "hub.Agency",
            ("id", "name", "kind", "municipality_id", "releases_items"),
            lambda: of.organisation.agencies,
        ),
        Table("hub.Agency_serves", ("id", "agency_id", "municipality_id"), lambda: numbered(of.organisation.serves)),
        Table("hub.Unit", ("id", "agency_id", "name"), lambda: of.organisation.units),
        Table("hub.Agreement", ("id", "municipality_id", "title", "level", "valid_from"), of.agreements),
        Table(
            "hub.AgreementParty",
            ("id", "municipality_id", "agreement_id", "agency_id", "valid_from"),
            of.agreement_parties,
        ),
        Table("hub.User", ("id", "email", "name", "password"), of.users),
        Table("hub.Assignment", ("id", "user_id", "unit_id", "role", "names_contacts", "valid_from"), of.assignments),
        Table(
            "hub.Person",
            ("id", "municipality_id", "agency_id", "given_name", "family_name", "birth_date", "sex", "protection"),
            of.persons,
        ),
        Table("hub.Individual", ("id", "municipality_id", "person_id"), of.individuals),
        Table(
            "hub.Relative",
            ("id", "municipality_id", "individual_id", "person_id", "kind", "custody_from"),
            of.relatives,
        ),
        Table(
            "hub.Case",
            (
                "id",
                "municipality_id",
                "number",
                "individual_id",
                "form",
                "phase",
                "phase_from",
                "owner_unit_id",
                "opened_at",
                "closed_at",
                "outcome",
            ),
            of.cases,
        ),
        Table("hub.CaseNumbers", ("id", "municipality_id", "year", "last"), of.case_numbers),
        Table(
            "hub.Participation",
            (
                "id",
                "municipality_id",
                "case_id",
                "agency_id",
                "role",
                "proposed_at",
                "active_from",
                "known_from",
                "ended_at",
            ),
            of.participations,
        ),
        Table(
            "hub.CaseSeat",
            (
                "id",
                "municipality_id",
                "permission_id",
                "user_id",
                "content_object_id",
                "assignment_id",
                "participation_id",
                "kind",
                "valid_from",
                "valid_to",
            ),
            of.seats,
        ),
        Table("hub.Recusal", ("id", "municipality_id", "user_id", "individual_id", "at", "reason"), of.recusals),
        Table(
            "hub.Notification",
            ("id", "municipality_id", "assignment_id", "kind", "case_id", "occasion", "told_at", "read_at"),
            of.notifications,
        ),
        Table(
            "consent.SigningSession",
            (
                "id",
                "municipality_id",
                "individual_id",
                "case_id",
                "state",
                "purpose",
                "first_day",
                "last_day",
                "items_from",
                "created_by_id",
                "created_at",
                "registered_at",
            ),
            of.sessions,
        ),
        Table(
            "consent.Consent",
            (
                "id",
                "municipality_id",
                "session_id",
                "individual_id",
                "case_id",
                "disclosing_id",
                "cooperation",
                "series",
                "version",
                "completed_at",
                "last_signature_at",
                "effective",
            ),
            of.consents,
        ),
        Table(
            "consent.ConsentRecipient",
            ("id", "municipality_id", "consent_id", "agency_id", "types", "purpose"),
            of.recipients,
        ),
        Table(
            "consent.Signature",
            (
                "id",
                "municipality_id",
                "session_id",
                "person_id",
                "role",
                "answer",
                "how",
                "signed_at",
                "written_on",
                "taken_by_id",
                "voluntary",
                "required",
            ),
            of.signatures,
        ),
        Table("consent.SignatureTick", ("id", "municipality_id", "signature_id", "recipient_id", "types"), of.ticks),
        Table(
            "consent.Grant",
            (
                "id",
                "municipality_id",
                "individual_id",
                "source_id",
                "recipient_id",
                "types",
                "items_from",
                "period",
                "consent_id",
            ),
            of.grants,
        ),
        Table(
            "consent.InformationItem",
            (
                "id",
                "municipality_id",
                "individual_id",
                "case_id",
                "recorded_phase",
                "agency_id",
                "type_id",
                "author_id",
                "event_date",
                "body",
                "created_at",
                "recorded_at",
                "released_at",
                "released_by_id",
                "audience",
                "family_barred",
            ),
            of.items,
        ),
        Table("consent.ItemAbout", ("id", "municipality_id", "item_id", "person_id"), of.abouts),
        Table(
            "consent.Disclosure",
            (
                "id",
                "municipality_id",
                "individual_id",
                "case_id",
                "source_id",
                "recipient_id",
                "ground",
                "ground_version",
                "paragraph",
                "necessity",
                "told_note",
                "decided_by_id",
                "disclosed_at",
                "readable_until",
            ),
            of.disclosures,
        ),
        Table(
            "consent.DisclosedItem",
            ("id", "municipality_id", "disclosure_id", "item_id", "version"),
            of.disclosed_items,
        ),
        Table(
            "consent.DisclosureRecipient",
            ("id", "municipality_id", "disclosure_id", "assignment_id"),
            of.disclosure_recipients,
        ),
    ]
