"""How following up is said: to the family, to a source, and on pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from actionplans.models import AfterAnswer, AfterQuestion, Asked
from consent.actions.signing import PossibleSigner
from consent.models import SignerRole
from hub import clock, swedish
from hub.models import Agency, AgencyKind, Case

ASKED_WORDS: dict[str, str] = {
    Asked.REPORTS: "Har det kommit nya polisanmälningar?",
    Asked.SCHOOL: "Hur går det i skolan?",
    Asked.OCCUPATION: "Vad gör den unge på dagarna?",
}
#: On the paper: what a no means, before anything is asked.
NO_IS_FINE = (
    "Det är frivilligt. Du kan säga nej till allt, eller till några av frågorna.",
    "Ett nej påverkar ingenting: inte det som har varit, och inte den hjälp ni kan få senare.",
    "Du kan ändra dig när du vill. Då frågar vi inte mer.",
    "Vi frågar två gånger: 6 och 12 månader efter avslutet.",
    "Bara socialtjänsten läser svaren. Den vi frågar får veta att vi frågar, och vad. Inget mer.",
)


@dataclass(frozen=True, slots=True)
class Copy:
    """The paper for one person, with nothing about the others who sign (P-A8)."""

    signer: PossibleSigner
    about: str
    asked: list[str]
    told: tuple[str, ...]


#: Where somebody in the family must not be found no paper names a school or a police district (P-A8).
KIND_WORDS = {AgencyKind.POLIS: "polisen", AgencyKind.AME: "arbetsmarknadsenheten"}


def copy(signer: PossibleSigner, questions: Iterable[AfterQuestion], case: Case, *, guarded: bool = False) -> Copy:
    """What this signer's own paper says.

    Args:
        guarded: somebody in the family is protected or in danger: sources are said by their kind.
    """
    name = case.individual.person.given_name
    if signer.role == SignerRole.YOUTH:
        ends = "Har en vårdnadshavare sagt ja för dig slutar det att gälla den dag du fyller 18."
        return Copy(
            signer, "Det gäller dig.", [_paper(one, "du", "dig", guarded) for one in questions], (*NO_IS_FINE, ends)
        )
    ends = f"Ditt ja slutar att gälla den dag {name} fyller 18."
    return Copy(
        signer, f"Det gäller {name}.", [_paper(one, name, name, guarded) for one in questions], (*NO_IS_FINE, ends)
    )


def _paper(question: AfterQuestion, who: str, whom: str, guarded: bool) -> str:
    """Vi får fråga Polisen Vällingby om det har kommit nya polisanmälningar."""
    about = {
        Asked.REPORTS: "om det har kommit nya polisanmälningar",
        Asked.SCHOOL: f"hur det går för {whom} i skolan" if question.source else "hur det går i skolan",
        Asked.OCCUPATION: f"vad {who} gör på dagarna",
    }
    source = question.source
    named = whom if source is None else KIND_WORDS.get(AgencyKind(source.kind), "skolan") if guarded else source.name
    return f"Ni får fråga {named} {about[Asked(question.what)]}."


def source_name(source: Agency | None) -> str:
    return source.name if source else "Den unge själv"


def question_words(question: AfterQuestion | AfterAnswer) -> str:
    """Har det kommit nya polisanmälningar? Frågan går till Polisen Vällingby."""
    return f"{ASKED_WORDS[question.what]} Frågan går till: {source_name(question.source)}."


def said_to_source(question: AfterQuestion, case: Case) -> str:
    """All that may be said to who is asked: who it is about and the question. Nothing of the case or the plan.

    Raises:
        ValueError: the case has not ended.
    """
    if case.closed_at is None:
        raise ValueError(case.pk)
    person = case.individual.person
    since = swedish.day(clock.local_day(case.closed_at))
    who = f"{person.name}, född {swedish.day(person.birth_date)}"
    asked = {
        Asked.REPORTS: f"Har det kommit någon ny polisanmälan mot {who}, efter {since}? Svara ja, nej eller vet inte.",
        Asked.SCHOOL: f"Går {who}, i skolan nu? Svara ja, delvis, nej, har slutat eller vet inte.",
        Asked.OCCUPATION: f"Vad gör {who}, på dagarna nu: arbete, studier, praktik, inget eller vet inte?",
    }
    return f"{asked[Asked(question.what)]} Vi har samtycke att fråga just det här. Berätta inget mer."
