"""The questions that an agency begins with, to read, change and decide on (P-T3); nothing asks them by itself.

Each is something that a reporter can have seen or heard, in plain words. The codes tell from which list of the main
source it comes (methods.md section 2): R3 network recruitment, R4 what staff tell, P3 ways of recruiting, P1 what
draws in, P4 signs after entry. Sex, ethnicity, family background and residential area are never asked about (R43), and
nothing is counted together: one yes can speak for a colour, three do not speak louder (P-A10).
"""

from dataclasses import dataclass

from triage.models import Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFacts:
    """A question of a set: a yes speaks for `colour`, and says why in the words of `explanation`."""

    text: str
    colour: str
    explanation: str
    help: str = ""
    #: Its name in the answers, the same from version to version; empty for a new question.
    code: str = ""


def _red(code: str, text: str, explanation: str, help: str = "") -> QuestionFacts:
    return QuestionFacts(code=code, text=text, colour=Colour.RED, explanation=explanation, help=help)


def _orange(code: str, text: str, explanation: str, help: str = "") -> QuestionFacts:
    return QuestionFacts(code=code, text=text, colour=Colour.ORANGE, explanation=explanation, help=help)


STANDARD: tuple[QuestionFacts, ...] = (
    # SoL 20:1: the need of protection at once, whatever lies behind it.
    _red(
        "fara_nu",
        "Är barnet i fara just nu?",
        "Barnet kan vara i fara just nu.",
        "Till exempel hemma hos den som slår, ute med dem som hotar, eller på väg till ett bråk.",
    ),
    # P3, forced: grov misshandel, skendränkning, skenavrättning; and violence at home.
    _red(
        "grovt_vald",
        "Har någon utsatt barnet för grovt våld eller sexuella övergrepp?",
        "Barnet uppges vara utsatt för grovt våld eller övergrepp.",
        "Också en gång, och också om det skedde hemma.",
    ),
    # R3 tillgång till vapen, debutbrott med vapen; R4 överförd hotbild.
    _red(
        "vapen",
        "Har barnet vapen eller sprängämnen hos sig, eller förvarar det sådant åt någon?",
        "Barnet uppges ha tillgång till vapen eller sprängämnen.",
    ),
    # P3, forced: hot om grovt våld, hot mot familj; R4 överförd hotbild.
    _red(
        "dodshot",
        "Finns ett hot mot barnets eller familjens liv?",
        "Det finns ett hot mot barnets eller familjens liv.",
        "Också ett hot som egentligen gäller ett syskon eller en vän.",
    ),
    # P4 risktagande; P3 status, pengar: an errand of violence that is about to be done.
    _red(
        "valdsuppdrag",
        "Har barnet fått i uppdrag att skada någon, eller pratar det om att göra det snart?",
        "Barnet uppges ha ett uppdrag att skada någon.",
    ),
    # P4 depression, ångest; R1 självskada.
    _red(
        "eget_liv",
        "Säger barnet att det inte vill leva, eller skadar det sig allvarligt?",
        "Barnet uppges vilja ta sitt liv eller skadar sig allvarligt.",
    ),
    # Methods section 3: children under ten as lookouts. R4 ostrukturerat häng utan vuxna.
    _red(
        "liten_vakt",
        "Är barnet under 12 år och används som vakt, bud eller gömma av äldre?",
        "Ett litet barn uppges användas av äldre i brott.",
    ),
    # R4 ostrukturerat häng utan vuxna; away, and nobody knows where.
    _red(
        "forsvunnen",
        "Är barnet försvunnet, så att ingen vuxen vet var det är?",
        "Barnet är försvunnet.",
        "Gäller det en eller flera nätter i rad, svara ja också om barnet hör av sig.",
    ),
    # R3 föräldrar med kriminella värderingar, föräldrars egna svårigheter: no grown-up who protects.
    _red(
        "ingen_vuxen",
        "Saknar barnet en vuxen som kan och vill skydda det i dag?",
        "Barnet saknar en vuxen som kan skydda det i dag.",
    ),
    # P3, reward: pengar, godis, status, åka bil; P1 pengar, tillhörighet.
    _orange(
        "gavor",
        "Har barnet fått pengar, dyra saker, skjuts eller mat av äldre utan att det går att förklara?",
        "Äldre ger barnet pengar, saker eller skjuts.",
    ),
    # P3, indirect: glider in, kompisgäng, "hänga" med kärnan; R3 problematiska kamratrelationer.
    _orange(
        "aldre_kretsar",
        "Umgås barnet med äldre som begår brott, eller hämtas det av dem?",
        "Barnet umgås med äldre som begår brott.",
    ),
    # P3, forced: utpressning, bötning, rån.
    _orange(
        "skuld",
        "Har barnet en skuld, eller blir det utpressat eller tvingat att göra saker?",
        "Barnet uppges ha en skuld eller bli utpressat.",
    ),
    # R3 egen kriminalitet, svårt säga nej till brottslig; P1.
    _orange(
        "springpojke",
        "Förvarar, säljer eller bär barnet narkotika, pengar eller stulet åt någon?",
        "Barnet uppges förvara eller bära saker åt andra.",
    ),
    # R3 aggressivt/våldsamt beteende; P4 neutralisering av våld.
    _orange(
        "eget_vald", "Har barnet använt våld mot någon eller hotat med det?", "Barnet har använt våld eller hotat."
    ),
    # P3, forced: hot; R4.
    _orange(
        "hot", "Är barnet hotat, förföljt eller rädd för att gå ut eller till skolan?", "Barnet är hotat eller rädd."
    ),
    # R1/R3 alkohol och droger.
    _orange("droger", "Använder barnet narkotika, eller har det varit kraftigt berusat?", "Barnet använder droger."),
    # R4 ostrukturerat häng utan vuxna; bristande regelefterlevnad.
    _orange(
        "borta",
        "Är barnet borta på nätterna, eller har det slutat komma till skolan?",
        "Barnet är borta hemifrån eller från skolan.",
    ),
    # R3 syskon i nätverk, kriminalitet hos syskon; R4 överförd hotbild.
    _orange(
        "syskon",
        "Har ett syskon eller någon annan i hemmet dragits in i grova brott eller hotats?",
        "Någon nära barnet är indragen i grova brott eller hotad.",
    ),
    # SoL 19-20: violence, neglect at home that is not of today.
    _orange(
        "hemma",
        "Berättar barnet om våld, kränkningar eller missbruk hemma?",
        "Barnet berättar om våld eller missbruk hemma.",
    ),
)
