"""The API: who gets what (architecture, "Access" 7). The same people as on the pages; leisure, which reads on screen
only, has no API at all (P-A14). Nobody signed in gets 401. What is sent is whole, so that a 2xx is the deed itself."""

import itertools
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse

from consent.models import InformationItem, Withdrawal
from hub.models import ApiToken
from tests.cast import LAST_DAY, START, START_DAY, World, take_back, write
from tests.disclosing import disclosure_body
from tests.matrix import EVERYBODY, LEADS, Made, Row, case, deputy, draft, elias, eva, nothing, paper, police, status
from tests.matrix_consent_disclosures import by_kim, to_leisure, to_police

_keys = itertools.count(1)

#: Everybody but Fia, of the leisure centre.
ALL = status(tuple(name for name in EVERYBODY if name != "fia"))
SCREEN = {"fia": 403}
SEATED = ("kim", "lovisa", "pia", "sam")
READERS = status((*SEATED, "mona")) | SCREEN
REGISTERING = ("kim", "lovisa", "olof", "ines", "otto")


def item(who: str, code: str, **facts: Any) -> Made:
    """The same item for every row that names it."""
    body = f"Rad i API:ets matris: {who}, {code}, {sorted(facts)}"

    def made(world: World) -> Mapping[str, Any]:
        found = InformationItem.objects.filter(body=body).first()
        return {"ref": (found or write(world, who, code, body=body, **facts)).ref}

    return made


THEIRS = item("sam", "attendance")
DRAFT = item("kim", "measures_and_plan", record=False)
UNRELEASED = item("pia", "police_tells", release=False)


def key(world: World) -> Mapping[str, Any]:
    """A new key for every call: nothing here is a second try."""
    return {"Idempotency-Key": f"matrisens-nyckel-{next(_keys)}"}


def read_by(name: str, route: str, made: Made) -> Made:
    """The ETag as a member of the cast reads it."""

    def headers(world: World) -> Mapping[str, Any]:
        read: dict[str, str] = world.__dict__.setdefault("etags", {})
        address = reverse(route, kwargs=dict(made(world)))
        if address not in read:  # every row is rolled back, so what was read once still holds
            read[address] = world.client(name).get(address)["ETag"]
            world.look()
        return {"If-Match": read[address], **key(world)}

    return headers


def sent(**body: Any) -> Made:
    return lambda world: body


def call(route: str, made: Made, expect: Mapping[str, int], **more: Any) -> Row:
    options: dict[str, Any] = {"method": "POST", "json": nothing, "headers": key} | more
    return Row(route=f"api:{route}", kwargs=made, expect=expect, anonymous=401, **options)


def look(route: str, made: Made, expect: Mapping[str, int], query: str = "") -> Row:
    return Row(route=f"api:{route}", kwargs=made, expect=expect, query=query, anonymous=401)


ELIAS_AGAIN = {
    "given_name": "Elias",
    "family_name": "Holm",
    "number_missing": True,
    "birth_date": "2010-12-03",
    "sex": "M",
}
SOMEBODY = {"given_name": "Moa", "family_name": "Ek", "number_missing": True, "birth_date": "2009-05-05"}
EVA_AGAIN = {"given_name": "Eva", "family_name": "Holm", "number_missing": True, "birth_date": "1980-05-01"}
ITEM = {"type": "measures_and_plan", "event_date": "2026-03-02", "body": "Skrivet genom API:t."}
TESTED = dict.fromkeys(("investigation", "records", "others", "silence", "tested"), True)


def another_case(world: World) -> Mapping[str, Any]:
    return {"individual": world.elias.ref, "form": "MASH", "phase": "utredning"}


def other_police(world: World) -> Mapping[str, Any]:
    return {"agency": world.other_police.ref}


def peo(world: World) -> Mapping[str, Any]:
    return {"contact": world.peo.assignment.ref}


def whole_paper(world: World) -> Mapping[str, Any]:
    recipient = {"agency": world.social.ref, "types": ["attendance"], "purpose": "För stödet"}
    return {
        "purpose": "Samordna stödet",
        "disclosing": [{"agency": world.school.ref, "recipients": [recipient]}],
        "first_day": START_DAY,
        "last_day": LAST_DAY,
    }


def where_the_rule_is_on(world: World) -> Mapping[str, Any]:
    type(world.kommun).objects.filter(pk=world.kommun.pk).update(hindered_guardian_rule=True)
    return elias(world)


def emil_is_hindered(world: World) -> Mapping[str, Any]:
    reasons = {"cause": "Utomlands", "attempts": "Ringt", "why_cannot_wait": "Brådskar"}
    return {"guardian": world.emil.person.ref, **reasons}


def emils_answer(world: World) -> Mapping[str, Any]:
    yes = {"person": world.emil.person.ref, "role": "guardian", "answer": "given", "voluntary": True}
    return {"answers": [yes]}


def new_lots(world: World) -> Mapping[str, Any]:
    return {"kind": "lots", "assignment": world.olof.assignment.ref}


def stopped(world: World) -> Mapping[str, Any]:
    """A withdrawal of leisure's consent, on which no other row rests; made once for the whole matrix."""
    standing = Withdrawal.objects.order_by("pk").first()
    if standing is not None:
        return {"ref": standing.ref}
    (made,) = take_back(world, world.session.consents.get(disclosing=world.leisure))
    return {"ref": made.ref}


def quoted(world: World) -> Mapping[str, Any]:
    return {"case": world.case.ref, "quote": "Citat", "reason": "Behövs"}


def custody_changed(world: World) -> Mapping[str, Any]:
    """Emil has lost custody since the paper was signed: who leads the case goes through it."""
    type(world.emil).objects.filter(pk=world.emil.pk).update(custody_to=START + timedelta(minutes=30))
    return {"kind": "custody", "note": "Eva bestämmer ensam."}


def to_pia(world: World) -> Mapping[str, Any]:
    """Sam gives the school's item to Pia; nobody else may give it, and Pia not to her own agency."""
    given = InformationItem.objects.get(**item("sam", "school_results")(world))
    return disclosure_body(world, "sam", given, to="pia")


BY_PHONE = sent(channel="phone")
#: Those who know of the case but do not lead it; leisure knows nothing here.
LOOKERS_ON = status(("pia", "sam", "mona"), 403) | SCREEN
MANAGER = {"mona": 403} | SCREEN
GIVES = status(SEATED) | MANAGER
CASE_READ = read_by("kim", "api:case", case)
PERSON_READ = read_by("kim", "api:person", elias)
EVA_READ = read_by("kim", "api:relative", eva)
EVA_PERSON_READ = read_by("kim", "api:relative_person", eva)
PARTY_READ = read_by("pia", "api:participation", police)
LED_PARTY_READ = read_by("kim", "api:participation", police)
DRAFT_READ = read_by("kim", "api:item", DRAFT)
THEIRS_READ = read_by("sam", "api:item", THEIRS)
UNRELEASED_READ = read_by("pia", "api:item", UNRELEASED)
PAPER_DRAFT_READ = read_by("kim", "api:consent", draft)
ITEM_READERS = status(("kim", "lovisa", "mona", "sam", "pia")) | SCREEN
OWN_AGENCY = status(("kim", "lovisa", "mona"))


def about_consents(world: World) -> Mapping[str, Any]:
    return {"group": "samtycken"}


ROWS = [
    # What says nothing of anybody
    look("agencies", nothing, ALL | SCREEN),
    look("agencies", nothing, ALL | SCREEN, "?kind=polis"),
    look("agencies", nothing, dict.fromkeys(ALL, 400) | SCREEN, "?okant=1"),
    look("units", nothing, ALL | SCREEN),
    look("districts", nothing, ALL | SCREEN),
    look("information_types", nothing, ALL | SCREEN),
    look("factors", nothing, ALL | SCREEN),
    Row(route="api_schema", expect=status(EVERYBODY), anonymous=401),
    Row(route="api_docs", expect=status(EVERYBODY)),
    Row(route="api_docs_group", kwargs=about_consents, expect=status(EVERYBODY)),
    # Ungdomar
    look("individuals", nothing, ALL | SCREEN),
    look("individuals", nothing, ALL | SCREEN, "?form=SIG&phase=insats"),
    call(
        "individuals",
        nothing,
        status(REGISTERING, 201) | SCREEN,
        others=403,
        json=sent(**SOMEBODY, form="SIG", phase="insats"),
    ),
    call("search", nothing, ALL | SCREEN, json=sent(q="Elias")),
    look("individual", elias, READERS),
    look("timeline", elias, READERS),
    look("timeline", elias, READERS, "?type=attendance"),
    call("stop", elias, status(SEATED) | MANAGER),
    # Personer och närstående
    look("person", elias, OWN_AGENCY | status(("pia", "sam"), 403) | SCREEN),
    call(
        "person",
        elias,
        OWN_AGENCY | status(("pia", "sam"), 403) | SCREEN,
        method="PUT",
        json=sent(**ELIAS_AGAIN),
        headers=PERSON_READ,
    ),
    look("relatives", elias, READERS),
    call("relatives", elias, status(LEADS, 201) | LOOKERS_ON, json=sent(**SOMEBODY, kind="sibling")),
    look("relative", eva, OWN_AGENCY | SCREEN),
    call(
        "custody",
        eva,
        OWN_AGENCY | SCREEN,
        method="PUT",
        json=sent(has_custody=True, custody_last="2026-02-01"),
        headers=EVA_READ,
    ),
    look("relative_person", eva, OWN_AGENCY | SCREEN),
    call("relative_person", eva, OWN_AGENCY | SCREEN, method="PUT", json=sent(**EVA_AGAIN), headers=EVA_PERSON_READ),
    # Ärenden
    look("cases", nothing, ALL | SCREEN),
    call("cases", nothing, status(LEADS, 201) | LOOKERS_ON, json=another_case),
    look("case", case, READERS),
    call("phase", case, status(LEADS) | LOOKERS_ON, json=sent(event="följ upp"), headers=CASE_READ),
    call(
        "close",
        case,
        {"kim": 204, "lovisa": 403} | LOOKERS_ON,
        json=sent(outcome="as_planned"),
        headers=CASE_READ,
    ),
    # Parter
    look("participations", case, READERS),
    call("participations", case, status(LEADS, 201) | LOOKERS_ON, json=other_police),
    look("participation", police, READERS),
    look("candidates", police, {"pia": 200} | status(("kim", "lovisa", "sam", "mona"), 403) | SCREEN),
    call(
        "contact",
        police,
        {"pia": 200} | status(("kim", "lovisa", "sam", "mona"), 403) | SCREEN,
        json=peo,
        headers=PARTY_READ,
    ),
    call(
        "participation_end",
        police,
        {"kim": 204, "lovisa": 204, "pia": 204, "sam": 403, "mona": 403} | SCREEN,
        json=sent(reason="Klart"),
        headers=LED_PARTY_READ,
    ),
    # Platser
    look("leads", case, OWN_AGENCY | status(("pia", "sam"), 403) | SCREEN),
    call(
        "leads",
        case,
        status((*LEADS, "mona"), 204) | status(("pia", "sam"), 403) | SCREEN,
        json=new_lots,
        headers=read_by("kim", "api:leads", case),
    ),
    call(
        "substitute",
        deputy,
        status(("pia", "dag"), 204) | SCREEN,
        json=sent(first="2026-03-02", last="2026-03-08"),
    ),
    call("recuse", elias, status((*SEATED, "mona"), 204) | SCREEN, json=sent(reason="Granne")),
    # Uppgifter
    look("items", case, READERS),
    call("items", case, status(SEATED, 201) | MANAGER, json=sent(**ITEM)),
    look("item", THEIRS, ITEM_READERS),
    look("item", DRAFT, {"kim": 200} | SCREEN),
    look("item", UNRELEASED, {"pia": 200} | SCREEN),
    call("item", DRAFT, {"kim": 200} | SCREEN, method="PUT", json=sent(**ITEM), headers=DRAFT_READ),
    call("item", DRAFT, {"kim": 204} | SCREEN, method="DELETE", headers=DRAFT_READ),
    call("item_record", DRAFT, {"kim": 200} | SCREEN, headers=DRAFT_READ),
    call("item_release", UNRELEASED, {"pia": 200} | SCREEN, json=sent(**TESTED), headers=UNRELEASED_READ),
    call(
        "annotations",
        THEIRS,
        {"sam": 201} | status(("kim", "lovisa", "mona", "pia"), 403) | SCREEN,
        json=sent(kind="addition", text="Mer"),
        headers=THEIRS_READ,
    ),
    call(
        "item_file",
        THEIRS,
        status(LEADS, 201) | status(("mona", "sam", "pia"), 403) | SCREEN,
        json=quoted,
    ),
    # Samtycken
    look("consents", nothing, ALL | SCREEN),
    call("consents_of_case", case, status(LEADS, 201) | LOOKERS_ON, json=whole_paper),
    look("consent", paper, READERS),
    look("consent", draft, OWN_AGENCY | SCREEN),
    call("consent", draft, status(LEADS) | MANAGER, method="PUT", json=whole_paper, headers=PAPER_DRAFT_READ),
    call("consent", draft, status(LEADS, 204) | MANAGER, method="DELETE", headers=PAPER_DRAFT_READ),
    look("signers", draft, status(LEADS) | MANAGER),
    call("answers", draft, status(LEADS) | MANAGER, json=emils_answer, headers=PAPER_DRAFT_READ),
    # Nobody has answered yet.
    call("sign", draft, status(LEADS, 422) | MANAGER, headers=PAPER_DRAFT_READ),
    call("renew", paper, status(LEADS, 201) | MANAGER),
    call("preview_withdrawal", paper, status(LEADS) | MANAGER, json=BY_PHONE),
    call("withdraw", paper, status(LEADS, 201) | MANAGER, json=BY_PHONE),
    call(
        "maturity",
        elias,
        status(LEADS, 201) | LOOKERS_ON,
        json=sent(level="together", why="Samtal"),
    ),
    call("hindered", where_the_rule_is_on, status(LEADS, 201) | LOOKERS_ON, json=emil_is_hindered),
    # Leisure's own consent: school and police know nothing of it.
    look("withdrawal", stopped, status(LEADS) | MANAGER),
    call(
        "withdrawal",
        stopped,
        status(LEADS) | MANAGER,
        method="PUT",
        json=sent(channel="phone"),
        headers=read_by("kim", "api:withdrawal", stopped),
    ),
    # Genomgångar
    look("reviews", nothing, ALL | SCREEN),
    look("consent_reviews", paper, OWN_AGENCY | SCREEN),
    call(
        "consent_reviews",
        paper,
        status(LEADS, 201) | MANAGER,
        json=custody_changed,
        headers=read_by("kim", "api:consent_reviews", paper),
    ),
    # Utlämnanden
    look("grounds", to_leisure, GIVES),
    call("preview_disclosure", case, {"sam": 200} | status(("kim", "lovisa", "pia"), 422) | MANAGER, json=to_pia),
    call("disclosures", case, {"sam": 201} | status(("kim", "lovisa", "pia"), 422) | MANAGER, json=to_pia),
    look("ledger", elias, READERS),
    look("ledger", elias, READERS, "?ground=own_task"),
    look("disclosure", to_police, {"sam": 200, "pia": 200} | SCREEN),
    look("disclosure", by_kim, status(("kim", "lovisa", "mona", "pia")) | SCREEN),
    call(
        "disclosure_end",
        to_police,
        {"sam": 200, "pia": 403} | SCREEN,
        json=sent(reason="Behövs inte längre."),
        headers=read_by("sam", "api:disclosure", to_police),
    ),
    call(
        "disclosure_told",
        by_kim,
        status(LEADS) | {"pia": 403} | MANAGER,
        json=sent(note="Vid ett samtal."),
        headers=read_by("kim", "api:disclosure", by_kim),
    ),
    # Meddelanden
    look("notifications", nothing, ALL | SCREEN),
    look("notifications", nothing, ALL | SCREEN, "?state=unread"),
    call("notifications_read", nothing, ALL | SCREEN),
    # Avslutade: nobody's participation has ended here
    look("past_cases", nothing, ALL | SCREEN),
    look("past_case", case, SCREEN),
    look("past_items", case, SCREEN),
]


def token_of_kim(world: World) -> Mapping[str, Any]:
    """A key of Kim's, made once for the whole matrix."""
    from tests.test_api_tokens import issue

    found = ApiToken.objects.filter(user=world.kim.user).first()
    return {"ref": (found or issue(world, "kim")[0]).ref}


ROWS += [
    Row(route="hub:tokens", expect=status(EVERYBODY)),
    Row(route="hub:token_new", expect=status(EVERYBODY)),
    Row(route="hub:token_new", method="POST", others=422, anonymous=401),
    Row(route="hub:token_revoke", method="POST", kwargs=token_of_kim, expect={"kim": 302}, anonymous=401),
]
