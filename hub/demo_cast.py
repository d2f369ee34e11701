"""The invented professionals of the demo: one list for the sign-in page, the page "Prova" and `seed_demo`.

Nobody here exists. Agencies and units are named so that the seeding can make exactly these (issue 2, item 10).
"""

from dataclasses import dataclass, field

from hub.models import AgencyKind, Role


@dataclass(frozen=True, slots=True)
class Post:
    """An assignment: where and as what."""

    agency: str
    kind: str  # AgencyKind
    unit: str
    role: str  # Role
    names_contacts: bool = False


@dataclass(frozen=True, slots=True)
class CastMember:
    """One of the cast; the first post is the one they sign in under."""

    email: str
    name: str
    role: str  # how the sign-in page says it
    tip: str  # what to try as them
    posts: tuple[Post, ...] = field(default=())

    @property
    def agency(self) -> str:
        return self.posts[0].agency

    @property
    def kind(self) -> str:
        return self.posts[0].kind


SPANGA = "Socialtjänsten Spånga-Tensta"
RINKEBY = "Socialtjänsten Rinkeby-Kista"
SCHOOL = "Stenfalksskolan"
POLICE = "Lokalpolisområde Rinkeby"
OTHER_POLICE = "Lokalpolisområde Södermalm"
LEISURE = "Fritidsgården Polstjärnan"
YOUTH_UNIT = "Ungdomsenheten"
INTAKE_UNIT = "Mottagningsenheten"
ADULT_UNIT = "Vuxenenheten"
JOUR = "Socialjouren Stockholm"
JOUR_UNIT = "Jourgruppen"

_SOCIAL = AgencyKind.SOCIALTJANST.value


def _social(role: Role, unit: str = YOUTH_UNIT, agency: str = SPANGA) -> Post:
    return Post(agency, _SOCIAL, unit, role.value)


def _contact(agency: str, kind: AgencyKind, unit: str) -> Post:
    return Post(agency, kind.value, unit, Role.CONTACT.value, names_contacts=True)


CAST: tuple[CastMember, ...] = (
    CastMember(
        "karin@example.se",
        "Karin Lindqvist",
        "Samordnare",
        "Förnya ett samtycke som går ut. Byt sedan till uppdraget som lots i Rinkeby-Kista.",
        (_social(Role.COORDINATOR), _social(Role.LOTS, agency=RINKEBY)),
    ),
    CastMember(
        "amir@example.se",
        "Amir Saleh",
        "Lots",
        "Läs vad skola och polis har berättat om en ung person som du är lots för.",
        (_social(Role.LOTS),),
    ),
    CastMember(
        "sara@example.se",
        "Sara Nyman",
        "Handläggare",
        "Registrera en ung person, öppna ett ärende och föreslå parter.",
        (_social(Role.OFFICER),),
    ),
    CastMember(
        "ines@example.se",
        "Ines Falk",
        "Mottagning",
        "Led hubben om en röd anmälan innan tiden är ute. Registrera sedan en ny.",
        (_social(Role.OFFICER, INTAKE_UNIT),),
    ),
    CastMember(
        "jonas@example.se",
        "Jonas Berg",
        "Kontaktpolis",
        "Läs det som samtycket täcker, skriv en uppgift och pröva den mot 18 kap. OSL.",
        (_contact(POLICE, AgencyKind.POLIS, "Ungdomsgruppen"),),
    ),
    CastMember(
        "petra@example.se",
        "Petra Ek",
        "Skolkontakt",
        "Skriv om närvaron och se på ögonraden vilka som kan läsa.",
        (_contact(SCHOOL, AgencyKind.SKOLA, "Elevhälsan"),),
    ),
    CastMember(
        "mia@example.se",
        "Mia Ström",
        "Fritidskontakt",
        "Läs på skärmen det som fritid behöver. Utskrift finns inte för fritid.",
        (_contact(LEISURE, AgencyKind.FRITID, "Ungdomsverksamheten"),),
    ),
    CastMember(
        "mona@example.se",
        "Mona Ahl",
        "Chef",
        "Utse samordnare i ett ärende som saknar ansvarig.",
        (_social(Role.MANAGER),),
    ),
    CastMember(
        "nadia@example.se",
        "Nadia Åberg",
        "Chef för mottagningen",
        "Se vad som är sent, och granska en sänkt färg.",
        (_social(Role.MANAGER, INTAKE_UNIT),),
    ),
    CastMember(
        "viktor@example.se",
        "Viktor Sand",
        "Vuxenenheten",
        "Svara på vad enheten känner till om ett barn, innan hubben börjar.",
        (_social(Role.OFFICER, ADULT_UNIT),),
    ),
    CastMember(
        "nora@example.se",
        "Nora Vinge",
        "Socialjouren",
        "Ta över mottagningens anmälningar för natten.",
        (Post(JOUR, _SOCIAL, JOUR_UNIT, Role.OFFICER.value),),
    ),
    CastMember(
        "rut@example.se",
        "Rut Granlund",
        "Granskare",
        "Sök efter ett barn: en granskare ser aldrig innehåll i ärenden.",
        (_social(Role.REVIEWER),),
    ),
    CastMember(
        "adam@example.se",
        "Adam Öst",
        "Administratör",
        "Ge någon ett uppdrag, eller avsluta polisens överenskommelse. Innehåll i ärenden syns aldrig.",
        (_social(Role.ADMINISTRATOR),),
    ),
    CastMember(
        "pelle@example.se",
        "Pelle Norling",
        "Programansvarig",
        "Se hela programmets siffror, och gör en utgåva som alla kan läsa.",
        (_social(Role.PROGRAMME),),
    ),
    CastMember(
        "olle@example.se",
        "Olle Vik",
        "Kontaktpolis i ett annat område",
        "Sök efter någon i Spånga-Tensta: för Olle finns det ingen.",
        (_contact(OTHER_POLICE, AgencyKind.POLIS, "Ungdomsgruppen"),),
    ),
)

EMAILS = frozenset(member.email for member in CAST)
