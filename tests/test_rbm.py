"""Risk, needs and responsivity: written, corrected, read under the rule of items, beside what is planned (P-P3)."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from actionplans import actions
from actionplans.actions.plans import against
from actionplans.catalogue import outside_ages
from actionplans.intensity import Dose, dose_of, reminder
from actionplans.models import Adaptation, Intervention, Measure, Need, Offer, RiskJudgement
from actionplans.rbm import newest, picture
from actionplans.reference_data import instruments, load_interventions, read
from consent.models import Factor
from hub.access import Denied, permitted
from hub.errors import Conflict, Invalid
from hub.models import AuditEntry
from tests.api_calls import KEY, post, problem
from tests.cast import NOW, SECOND, START_DAY, World, mask
from tests.matrix_rbm import SAVRY, offered, to_correct, to_judge
from tests.plans import doing, measure_of, plan_of

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


def read_page(client: Client, route: str, *args: object) -> str:
    response = client.get(reverse(f"actionplans:{route}", args=args))
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def send(client: Client, route: str, *args: object, **data: object) -> Any:
    return client.post(reverse(f"actionplans:{route}", args=args), data)


def test_a_judgement_is_written_and_a_correction_stands_beside_what_was_wrong(world: World) -> None:
    kim, ref = world.client("kim"), world.case.ref
    assert "Ingen bedömning än" in read_page(kim, "rbm", ref)
    good: dict[str, Any] = dict(to_judge(world)) | {"adaptations": ["language"], "fitting": "Tolk på somaliska."}
    for field, value, sentence in (
        ("instrument", "", "Välj instrument."),
        ("instrument", "annat", "Skriv vilket instrument som har använts."),
        ("level", "8", "Valet finns inte längre"),
        ("assessed_on", "2026-03-03", "Dagen ligger i framtiden."),
    ):
        wrong = send(kim, "judgement_new", ref, **{**good, field: value})
        assert wrong.status_code == 422
        assert sentence in wrong.content.decode()
        assert "Äldre kamrater hämtar vid skolan." in wrong.content.decode()
    assert send(kim, "judgement_new", ref, **{**good, "instrument": "annat", "other": "savry"}).status_code == 302
    old = RiskJudgement.objects.get()
    assert (old.instrument, old.level, old.adaptations) == ("SAVRY", "low", [Adaptation.LANGUAGE])
    changed = dict(to_correct(world)) | {"level": "high"}
    assert send(kim, "judgement_correct", old.ref, **changed).status_code == 302
    assert send(kim, "judgement_correct", old.ref, **changed).status_code == 409
    old.refresh_from_db()
    assert old.level == "low"
    page = read_page(kim, "rbm", ref)
    assert page.index("Hög risk") < page.index("Tidigare bedömningar") < page.index("låg risk")
    assert "Rättad" in page
    assert "Fel nivå inskriven." in page
    deeds = AuditEntry.objects.filter(action__startswith="risk.").order_by("pk").values_list("action", flat=True)
    assert list(deeds) == ["risk.judged", "risk.corrected"]


def test_a_need_rests_on_something_and_nothing_is_counted_or_put_in_order(world: World) -> None:
    first, second = Factor.objects.filter(list_code="P5").order_by("order")[:2]
    kim = world.kim.actor
    both = (actions.SeenNeed(second.pk, "Sett i skolan."), actions.SeenNeed(first.pk, "Dömd 2025."))
    judgement = actions.judge_risk(world.case, replace(SAVRY, needs=both), by=kim, at=NOW)
    for wrong in (actions.SeenNeed(first.pk, " "), actions.SeenNeed(0, "Sett.")):
        with pytest.raises(Invalid) as bad:
            actions.judge_risk(world.case, replace(SAVRY, needs=(wrong,)), by=kim, at=NOW)
        assert list(bad.value.errors) == ["needs"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(judgement=judgement).update(evidence="")
    with pytest.raises(IntegrityError), transaction.atomic():
        RiskJudgement.objects.filter(pk=judgement.pk).update(correction="Utan att rätta något.")
    columns = {field.name for model in (RiskJudgement, Need) for field in model._meta.get_fields()}
    assert not columns & {"score", "points", "total", "weight", "rank", "items", "priority"}
    assert not re.search(r"\d+ behov", read_page(world.client("kim"), "rbm", world.case.ref))


def test_only_who_judges_risk_writes_and_who_is_given_the_type_reads(world: World) -> None:
    judgement = actions.judge_risk(world.case, SAVRY, by=world.kim.actor, at=NOW)
    for who in ("sam", "pia", "fia"):
        with pytest.raises(Denied):
            actions.judge_risk(world.case, SAVRY, by=world.members[who].actor, at=NOW)
    with pytest.raises(Denied):
        actions.correct_judgement(judgement, SAVRY, why="Fel.", by=world.mona.actor, at=NOW)

    def reading(at: Any = NOW) -> set[str]:
        rows = RiskJudgement.objects.filter(pk=judgement.pk)
        return {name for name, who in world.members.items() if permitted(rows, who.actor, at=at).exists()}

    assert reading() == {"kim", "lovisa", "mona"}
    consent = world.consent_of(world.social)
    both = mask("risk_assessment", "measures_and_plan")
    consent.grants.filter(recipient=world.police).update(types=both)
    assert "pia" in reading()
    assert "fia" not in reading()
    RiskJudgement.objects.filter(pk=judgement.pk).update(audience=[world.social.pk])
    assert "pia" not in reading()
    RiskJudgement.objects.filter(pk=judgement.pk).update(audience=[])
    correction = replace(SAVRY, level="low", audience=(world.social.pk,))
    actions.correct_judgement(judgement, correction, why="Fel nivå.", by=world.kim.actor, at=NOW)
    assert newest(world.case, world.pia.actor, at=NOW) is None, "what was wrong holds no longer, also for others"
    page = read_page(world.client("pia"), "rbm", world.case.ref)
    assert "Rättad" in page
    assert "Fel nivå." not in page


HIGH = RiskJudgement(instrument="SAVRY", event_date=date(2026, 3, 2), level="high")
LOW = RiskJudgement(instrument="SAVRY", event_date=date(2026, 3, 2), level="low")
MODERATE = RiskJudgement(instrument="SAVRY", event_date=date(2026, 3, 2), level="moderate")


def planning(hours: str | None, weeks: int = 10, **others: Any) -> Measure:
    """So many hours in each of the weeks."""
    amount = None if hours is None else Decimal(hours)
    last = START_DAY + weeks * WEEK - timedelta(days=1)
    return Measure(hours=amount, starts_on=START_DAY, due_on=last, **{"state": "ongoing", **others})


def test_what_is_open_and_says_its_hours_is_counted_and_the_rest_is_said(world: World) -> None:
    found = dose_of(
        [
            planning("2"),
            planning("1.5", state="not_started"),
            planning(None),
            planning("9", state="done"),
            planning("9", state="aborted"),
            planning("9", last_version=1),
        ]
    )
    assert (found.hours, found.counted, found.unsaid) == (Decimal(35), 2, 1)
    said = reminder(HIGH, found)
    assert said is not None
    text = " ".join(said.lines)
    for words in ("säger hög risk", "omkring 35\xa0timmar", "200–300\xa0timmars", "2 åtgärder", "1 åtgärd utan timmar"):
        assert words in text
    assert "det som du inte får läsa" in text
    nothing = reminder(HIGH, dose_of([planning(None)]))
    assert nothing is not None
    assert "Inga timmar är angivna" in nothing.lines[0]


@pytest.mark.parametrize(
    ("judgement", "hours", "told"),
    [
        (HIGH, "199.9", True),
        (HIGH, "200", False),
        (LOW, "99.9", False),
        (LOW, "100", True),
        (MODERATE, "0", False),
        (MODERATE, "400", False),
    ],
)
def test_the_reminder_begins_at_the_limits(judgement: RiskJudgement, hours: str, told: bool) -> None:
    dose = Dose(Decimal(hours), 1, 0, START_DAY, START_DAY + WEEK)
    assert (reminder(judgement, dose) is not None) is told


def test_the_reminder_is_shown_to_who_reads_the_plan_and_the_judgement(world: World) -> None:
    plan = plan_of(world)
    measure_of(world, plan)
    actions.judge_risk(world.case, SAVRY, by=world.kim.actor, at=NOW)
    world.consent_of(world.social).grants.filter(recipient=world.police).update(
        types=mask("risk_assessment", "measures_and_plan")
    )
    words = "räcker det som är planerat"
    for route in ("plan", "rbm", "measure_new"):
        assert words in read_page(world.client("kim"), route, world.case.ref)
        assert words not in read_page(world.client("pia"), route, world.case.ref)
    assert picture(world.case, world.pia.actor, at=NOW).newest is not None, "she reads the judgement, not the plan"
    actions.judge_risk(world.case, replace(SAVRY, level="moderate"), by=world.kim.actor, at=NOW)
    assert words not in read_page(world.client("kim"), "plan", world.case.ref)


def test_what_should_not_be_offered_is_kept_only_with_a_reason(world: World) -> None:
    plan, kim = plan_of(world), world.kim.actor
    scared, fft, komet = (Intervention.objects.get(code=code) for code in ("scared-straight", "fft", "komet"))
    with pytest.raises(Invalid) as bad:
        measure_of(world, plan, intervention=scared)
    assert bad.value.errors == {"against_advice": against(scared)}
    assert "Socialstyrelsen 2021" in against(scared)
    kept = measure_of(world, plan, intervention=scared, against_advice="Domstolen har beslutat det.")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE actionplans_measure SET against_advice = '' WHERE id = %s", [kept.pk])
    page = read_page(world.client("kim"), "plan", world.case.ref)
    for words in ("Scared Straight", "Bör inte erbjudas", "Domstolen har beslutat det."):
        assert words in page
    changed = actions.change_measure(
        kept, doing(world, intervention=fft, against_advice="Glömt."), row_version=1, by=kim, at=NOW
    )
    assert (changed.intervention, changed.against_advice) == (fft, "")
    form = {
        "text": "Föräldrakurs.",
        "responsible": str(world.kim.assignment.ref),
        "starts_on": "2026-03-02",
        "due_on": "2026-04-30",
        "type": "measures_and_plan",
        "intervention": str(komet.ref),
    }
    done = world.client("kim").post(reverse("actionplans:measure_new", args=[world.case.ref]), form, follow=True)
    assert "Komet är för 6–11\xa0år, och den unge är äldre." in done.content.decode()


def test_ages_are_whole_years_on_the_first_day_both_ends_included(world: World) -> None:
    fft = Intervention(name="FFT", age_from=12, age_to=17)
    born = date(2010, 12, 3)
    said = [outside_ages(fft, born, day)[-7:] for day in (date(2022, 12, 2), date(2022, 12, 3))]
    assert said == ["yngre.", ""] or said == [" yngre.", ""]
    assert outside_ages(fft, born, date(2028, 12, 2)) == ""
    assert outside_ages(fft, born, date(2028, 12, 3)).endswith("äldre.")


def test_the_catalogue_is_the_file_and_an_offer_is_seen_while_it_holds(world: World) -> None:
    load_interventions(Intervention)
    rows = [row["code"] for group in read("interventions.toml")["group"] for row in group["interventions"]]
    assert sorted(Intervention.objects.values_list("code", flat=True)) == sorted(rows)
    assert [one.name for one in instruments()][:2] == ["SAVRY", "EARL"]
    offered(world)
    offer = Offer.objects.get()
    fft, days = offer.intervention, actions.OfferFacts(contact="Ny", first=START_DAY)
    with pytest.raises(Invalid):
        actions.add_offer(world.youth_unit, fft, days, by=world.ada.actor, at=NOW)
    with pytest.raises(Denied):
        actions.add_offer(world.youth_unit, fft, days, by=world.kim.actor, at=NOW)
    pia = world.client("pia")
    assert "Öppenvårdens mottagning" in read_page(pia, "catalogue")
    over = replace(days, last=START_DAY)
    with pytest.raises(Conflict):
        actions.change_offer(offer, over, row_version=2, by=world.ada.actor, at=NOW)
    actions.change_offer(offer, over, row_version=1, by=world.ada.actor, at=NOW)
    assert offer.valid_to is not None
    assert list(Offer.objects.in_force(at=offer.valid_to - SECOND)) == [offer]
    assert list(Offer.objects.in_force(at=offer.valid_to)) == []


def test_a_correction_over_the_api_widens_nothing_that_it_leaves_out(world: World) -> None:
    narrow = replace(SAVRY, family_barred=True, audience=(world.social.pk,))
    old = actions.judge_risk(world.case, narrow, by=world.kim.actor, at=NOW)
    plain = ("instrument", "instrument_version", "assessor", "level")
    body = {name: getattr(SAVRY, name) for name in plain} | {"assessed_on": str(START_DAY), "why": "Fel dag."}
    answer = post(world.client("kim"), reverse("api:judgement_correct", args=[old.ref]), body, Idempotency_Key=KEY)
    assert answer.status_code == 201
    new = RiskJudgement.objects.get(replaces=old)
    assert (new.family_barred, new.audience) == (True, [world.social.pk])
    wrong = {**body, "needs": [{"code": "R1-01", "evidence": "Sett."}]}
    again = reverse("api:judgement_correct", args=[new.ref])
    assert post(world.client("kim"), again, {**body, "audience": []}, Idempotency_Key=f"{KEY}-tom").status_code == 201
    assert RiskJudgement.objects.get(replaces=new).audience == [world.social.pk], "nobody else, not everybody"
    again = reverse("api:judgement_correct", args=[RiskJudgement.objects.get(replaces=new).ref])
    problem(post(world.client("kim"), again, wrong, Idempotency_Key=f"{KEY}-till"), "invalid")
