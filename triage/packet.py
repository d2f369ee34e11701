"""The handover packet: everything that whoever investigates needs of one child's concern, under its own rules (P-T8).

The same content for the page and the paper. Who made a report is never in it (R8), nor are other children's concerns.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, QuerySet

from hub import clock, swedish
from hub.access import Actor, permitted
from hub.models import Agency
from triage.models import (
    AskedAs,
    CallChild,
    ColourChange,
    ConcernReport,
    Decision,
    DecisionExtension,
    Degree,
    KnowledgeCheck,
    KnowledgeNote,
    MapEdge,
    PreliminaryAssessment,
    ProtectionAssessment,
    Reporter,
)

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, what stands under it, and who says so."""

    title: str
    lines: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """`beside`: its parts stand side by side, for each is one unit's own picture and none is merged (P-T7)."""

    title: str
    parts: tuple[Part, ...]
    empty: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Packet:
    number: str
    child: str
    sections: tuple[Section, ...]
    #: The rows that it shows, for the log.
    shows: tuple[Model, ...]


def child_words(assessment: PreliminaryAssessment) -> str:
    """The child's name as reported, or its place in the report."""
    return assessment.name or f"Barn {assessment.position}"


def packet_of(assessment: PreliminaryAssessment, actor: Actor, *, at: datetime) -> Packet:
    """What the actor may read of it at `at`. `assessment` comes with its report."""
    reading = _Reading(assessment, actor, at)
    sections = (
        reading.told(),
        reading.protections(),
        reading.colours(),
        reading.pictures(),
        reading.map(),
        reading.joint(),
        reading.decision(),
    )
    return Packet(assessment.report.number, child_words(assessment), sections, tuple(reading.shown))


class _Reading:
    """One reader, one concern: each section asks its own rule, and what is shown is gathered."""

    def __init__(self, assessment: PreliminaryAssessment, actor: Actor, at: datetime) -> None:
        self.assessment, self.actor, self.at = assessment, actor, at
        self.shown: list[Model] = [assessment, assessment.report]

    def _rows(self, rows: "QuerySet[M]") -> list[M]:
        found = list(permitted(rows, self.actor, at=self.at))
        self.shown += found
        return found

    def told(self) -> Section:
        """What was seen and heard, apart from what the reporter makes of it; for those who may read the report.

        It may tell of another child, who is protected or toward whom the reader has declared jäv (P-A8, P-A12).
        """
        report, title = self.assessment.report, "Det som berättats"
        arrival = Part("Anmälan", self._arrival())
        if not permitted(ConcernReport.objects.filter(pk=report.pk), self.actor, at=self.at).exists():
            return Section(title, (arrival,))
        parts = [
            arrival,
            Part("Vad som har setts och hörts", _lines(report.facts)),
            Part("Anmälarens egen bedömning", _lines(report.judgement) or ("Ingen är lämnad.",)),
        ]
        if report.urgent:
            parts.append(Part("Akut fara, enligt anmälaren", _lines(report.urgent_why) or ("Ja.",)))
        return Section(title, tuple(parts))

    def _arrival(self) -> tuple[str, ...]:
        report = self.assessment.report
        knows: dict[bool | None, str] = {True: "Familjen vet om anmälan.", False: "Familjen vet inte om anmälan."}
        return (
            f"{report.number}, inkom {_when(report.arrived_at)} ({str(report.get_channel_display()).lower()}).",
            *self._reporter(),
            knows.get(report.family_knows, "Det är inte sagt om familjen vet om anmälan."),
        )

    def _reporter(self) -> tuple[str, ...]:
        """In what capacity somebody reported, for those who may know it; nothing at all for others (R8)."""
        rows = self._rows(Reporter.objects.filter(report=self.assessment.report))
        return tuple(
            "Anmälarens identitet är skyddad och står inte här."
            if who.protected
            else f"Anmälare: {str(who.get_category_display()).lower()}. Namnet står inte här."
            for who in rows
        )

    def protections(self) -> Section:
        rows = ProtectionAssessment.objects.filter(assessment=self.assessment).select_related("assessed_by__user")
        parts = [
            Part(
                str(row.get_outcome_display()),
                (*_lines(row.reasons), *_named("Åtgärder", row.measures)),
                f"{row.assessed_by.user.name}, {_when(row.assessed_at)}",
            )
            for row in self._rows(rows.order_by("assessed_at", "pk"))
        ]
        return Section("Skyddsbedömning", tuple(parts), "Ingen skyddsbedömning är gjord.")

    def colours(self) -> Section:
        rows = ColourChange.objects.filter(assessment=self.assessment).select_related("set_by__user", "confirmed_by")
        return Section(
            "Färg",
            tuple(self._colour(row) for row in self._rows(rows.order_by("set_at", "pk"))),
            "Ingen har bedömt hur bråttom det är.",
        )

    def _colour(self, row: ColourChange) -> Part:
        was = f"{row.get_was_display()} blev {row.get_colour_display()}" if row.was else str(row.get_colour_display())
        lines = [*_lines(row.reason)]
        if row.suggested:
            lines.append(f"Frågorna talade för {row.get_suggested_display()}.")
        if row.downgrade:
            agreed = {True: "Sänkningen är granskad: rätt.", False: "Sänkningen är granskad: inte rätt."}
            lines.append(agreed.get(bool(row.agreed), "") if row.confirmed_at else "Sänkningen är inte granskad än.")
        return Part(was, tuple(lines), f"{row.set_by.user.name}, {_when(row.set_at)}")

    def pictures(self) -> Section:
        """Each unit's picture with its source; those of another agency are named as such."""
        rows = KnowledgeCheck.objects.filter(assessment=self.assessment).select_related("unit__agency")
        checks = self._rows(rows.order_by("asked_at", "pk"))
        notes: dict[int, list[KnowledgeNote]] = {}
        for note in self._rows(KnowledgeNote.objects.filter(check_of__in=checks).order_by("pk")):
            notes.setdefault(note.check_of_id, []).append(note)
        parts = tuple(self._picture(check, notes.get(check.pk, [])) for check in checks)
        return Section("Enheternas bild", parts, "Ingen enhet är tillfrågad.", beside=True)

    def _picture(self, check: KnowledgeCheck, notes: Iterable[KnowledgeNote]) -> Part:
        unit = check.unit
        source = unit.name if check.asked_as == AskedAs.OWN else f"{unit.name}, {unit.agency.name}"
        if check.answered_at is None:
            return Part("Inget svar", ("Enheten har inte svarat.",), source)
        about = [f"Om {note.whom} ({str(note.get_about_display()).lower()}): {note.text}" for note in notes]
        answer = str(check.get_answer_display())
        return Part(answer, (*_lines(check.summary), *about), f"{source}, {_when(check.answered_at)}")

    def map(self) -> Section:
        rows = MapEdge.objects.filter(assessment=self.assessment, removed_at=None)
        lines = tuple(
            f"{edge.start.label if edge.start else 'Barnet'} och {edge.end.label}: "
            f"{str(Degree(edge.degree).label).lower()}{f', {edge.note}' if edge.note else ''}. "
            f"Källa: {edge.source.name}."
            for edge in self._rows(rows.select_related("start", "end", "source").order_by("pk"))
        )
        parts = (Part("Kontakter och platser", lines),) if lines else ()
        return Section("Kartan", parts, "Ingen karta är ritad.")

    def joint(self) -> Section:
        rows = CallChild.objects.filter(assessment=self.assessment).exclude(text="").select_related("call")
        parts = tuple(
            Part(f"Hubben {_when(row.call.starts_at)}", _lines(row.text), "Gemensam bedömning")
            for row in self._rows(rows.order_by("call__starts_at", "pk"))
        )
        return Section("Gemensam bedömning", parts, "Ingen gemensam bedömning är skriven.")

    def decision(self) -> Section:
        more = DecisionExtension.objects.filter(assessment=self.assessment).select_related("decided_by__user")
        parts = [
            Part(f"Mer tid, till och med {swedish.day(row.until)}", _lines(row.reasons), _who(row))
            for row in self._rows(more.order_by("decided_at", "pk"))
        ]
        made = Decision.objects.filter(assessment=self.assessment)
        for row in self._rows(made.select_related("decided_by__user", "investigator__user", "investigator__unit")):
            parts.append(Part(str(row.get_kind_display()), self._decided(row), _who(row)))
        return Section("Beslut", tuple(parts), "Inget beslut är fattat.")

    def _decided(self, row: Decision) -> tuple[str, ...]:
        lines = [*_lines(row.reasons), *_named("Inte svarat, och beslutat ändå", row.unanswered_why)]
        if row.investigator:
            lines.append(f"Utreder: {row.investigator.user.name}, {row.investigator.unit.name}.")
        if row.proposes:
            lines.append(f"Föreslår {row.get_proposes_display()}. Familjen tillfrågas först.")
            names = Agency.objects.filter(pk__in=row.proposed_agencies).values_list("name", flat=True)
            if names:
                parties = swedish.listing(sorted(names, key=swedish.sort_key))
                lines.append(f"Föreslagna parter: {parties}. Ingen av dem vet om det.")
        if row.seek_consent:
            lines.append("Samtycke till att dela ska sökas.")
        return (*lines, f"Behörighet: {row.qualification}. Delegation: {row.delegation}.")


def _who(row: Decision | DecisionExtension) -> str:
    return f"{row.decided_by.user.name}, {_when(row.decided_at)}"


def _when(at: datetime) -> str:
    return f"{swedish.day(clock.local_day(at))} kl. {swedish.clock_time(at)}"


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _named(label: str, text: str) -> tuple[str, ...]:
    lines = _lines(text)
    return (f"{label}: {lines[0]}", *lines[1:]) if lines else ()
