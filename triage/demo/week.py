"""A week of invented concerns in every state, counted back from the instant of seeding: one Röd has under an hour left.

Nobody here exists. Each story does its deeds through the verbs that the pages use, at instants in the past.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from consent.demo.people import Numbers, birthday_back
from hub import clock
from hub.crypto import lookup
from hub.demo_cast import YOUTH_UNIT
from hub.models import Agency, AgencyKind, Case, CaseForm, Individual, Municipality, Person
from triage import actions
from triage.actions.convening import Convening
from triage.demo.staff import Intake, arrange
from triage.models import (
    Channel,
    Colour,
    DecisionKind,
    FeedbackChoice,
    HubCall,
    Knowledge,
    KnowledgeCheck,
    NodeKind,
    PreliminaryAssessment,
    ProtectionOutcome,
    ReporterCategory,
    TaskKind,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

SCHOOL = actions.ReporterFacts(
    category=ReporterCategory.SCHOOL,
    name="Rektorn",
    workplace="Stenfalksskolan",
    contact="08-123 45 60",
    wants_feedback=True,
)
POLICE = actions.ReporterFacts(category=ReporterCategory.POLICE, workplace="Lokalpolisområde Rinkeby")
CARE = actions.ReporterFacts(category=ReporterCategory.HEALTH, workplace="Barnmottagningen", wants_feedback=True)
NEIGHBOUR = actions.ReporterFacts(
    category=ReporterCategory.PRIVATE, name="Granne i porten", contact="070-174 06 99", protected=True
)
NOBODY = actions.ReporterFacts(category=ReporterCategory.ANONYMOUS)


class Desk:
    """One story's pen: who acts, and the instant that moves forward with each deed."""

    def __init__(self, intake: Intake, *, at: datetime, arrived: timedelta, by: str = "ines") -> None:
        self.intake, self.at, self.by = intake, at, by
        self.arrived_at = self.now = at - arrived

    def after(self, gap: timedelta) -> datetime:
        """The instant of the next deed, never after the seeding."""
        self.now = min(self.now + gap, self.at)
        return self.now

    def child(self, given: str, family: str, age: int, *, protected: bool = False) -> actions.ChildFacts:
        return actions.ChildFacts(
            given_name=given, family_name=family, birth_date=born(age, self.at), protected=protected
        )

    def report(
        self,
        facts: str,
        reporter: actions.ReporterFacts,
        *children: actions.ChildFacts,
        channel: str = Channel.PHONE,
        **told: object,
    ) -> list[PreliminaryAssessment]:
        """Registered ten minutes after it arrived; the children, in order."""
        what = actions.ReportFacts(arrived_at=self.arrived_at, channel=channel, facts=facts, **told)  # type: ignore[arg-type]  # free keyword arguments
        registered = actions.register_report(
            what,
            reporter,
            children,
            agency_id=self.intake.agency.pk,
            by=self.intake[self.by],
            at=self.after(10 * MINUTE),
        )
        return list(registered.assessments.order_by("position"))

    def protect(self, child: PreliminaryAssessment, reasons: str, measures: str = "") -> None:
        at = self.after(15 * MINUTE)
        actions.assess_protection(
            child,
            outcome=ProtectionOutcome.HANDLED if measures else ProtectionOutcome.NO_NEED,
            reasons=reasons,
            measures=measures,
            assessed_at=at,
            by=self.intake[self.by],
            at=at,
        )

    def colour(self, child: PreliminaryAssessment, colour: Colour, *yes: str, reason: str = "", by: str = "") -> None:
        answers = {question.code: "no" for question in self.intake.questions.questions.all()}
        answers |= dict.fromkeys(yes, "yes")
        judged = actions.Judged(colour=colour, reason=reason, question_set=self.intake.questions, answers=answers)
        child.refresh_from_db()
        actions.set_colour(
            child, judged, row_version=child.row_version, by=self.intake[by or self.by], at=self.after(5 * MINUTE)
        )

    def convene(self, child: PreliminaryAssessment, *, begins_in: timedelta) -> HubCall:
        at = self.after(10 * MINUTE)
        return actions.convene(child, Convening(starts_at=at + begins_in), by=self.intake[self.by], at=at)

    def answer(self, child: PreliminaryAssessment, who: str, answer: str, summary: str = "", **more: object) -> None:
        actor = self.intake[who]
        check = KnowledgeCheck.objects.get(assessment=child, unit=actor.unit_id)
        known = actions.Known(answer=answer, summary=summary, **more)  # type: ignore[arg-type]  # free keyword arguments
        actions.answer_check(check, known, by=actor, at=self.after(9 * MINUTE))

    def decide(self, child: PreliminaryAssessment, kind: str, reasons: str, **more: object) -> None:
        child.refresh_from_db()
        facts = actions.DecisionFacts(kind=kind, reasons=reasons, delegation="4.2", **more)  # type: ignore[arg-type]  # free keyword arguments
        actions.decide(child, facts, by=self.intake[self.by], at=self.after(20 * MINUTE))


def born(age: int, at: datetime) -> date:
    """A birth date of somebody who turned `age` some months before the seeding."""
    day = clock.local_day(at) - timedelta(days=120)
    return day.replace(year=day.year - age, day=min(day.day, 28))


def free_number(intake: Intake, age: int, at: datetime) -> tuple[str, date]:
    """A test number of a girl of that age that nobody in the agency has, and its birth date; "" where none is left."""
    day = clock.local_day(at)
    numbers = Numbers()
    while found := numbers.take("F", born_after=birthday_back(day, age + 1), born_by=birthday_back(day, age)):
        number, birth_date = found
        key = lookup(number, scope=intake.agency.pk)
        if not Person.objects.filter(agency=intake.agency, personnummer_lookup=key).exists():
            return number, birth_date
    return "", born(age, at)


# --- the stories -------------------------------------------------------------------------------------------------


def about_to_breach(intake: Intake, at: datetime) -> None:
    """Röd since more than three hours, in the call: the third report on the same girl within a year."""
    number, birth_date = free_number(intake, 13, at)
    girl = actions.ChildFacts(given_name="Tindra", family_name="Askerud", personnummer=number, birth_date=birth_date)
    for before, told in ((210, "Sen hemkomst flera kvällar."), (88, "Bråk i hemmet som hördes i trapphuset.")):
        desk = Desk(intake, at=at, arrived=before * DAY, by="nils")
        (child,) = desk.report(told, SCHOOL, girl)
        desk.protect(child, "Mamman är hemma och flickan känner sig trygg där.")
        desk.colour(child, Colour.GREEN)
        desk.decide(
            child, DecisionKind.NOT_OPEN, "Familjen tar emot stöd i öppenvården. Inget nytt talar för utredning."
        )
        desk.after(HOUR)
        actions.choose_feedback(
            child, choice=FeedbackChoice.GIVEN, how="Telefon", reason="", by=intake["nils"], at=desk.now
        )
    desk = Desk(intake, at=at, arrived=3 * HOUR + 20 * MINUTE)
    (child,) = desk.report(
        "Flickan kom till skolan med blåmärken och säger att hon inte vågar gå hem. Äldre killar väntade vid grinden.",
        SCHOOL,
        girl,
        judgement="Rektorn tror att hon används för att bära saker åt någon.",
        urgent=True,
        urgent_why="Vågar inte gå hem i dag.",
        family_knows=False,
    )
    desk.protect(
        child,
        "Samtal med flickan i skolan tillsammans med kuratorn.",
        "Hon är kvar i skolan med en vuxen till klockan 16.",
    )
    desk.colour(child, Colour.RED, "fara_nu")
    call = desk.convene(child, begins_in=2 * HOUR)
    desk.answer(child, "sara", Knowledge.KNOWN, "Äldre bror aktuell hos oss sedan mars. Om brodern: se hans akt.")
    desk.answer(child, "viktor", Knowledge.UNKNOWN)
    desk.answer(child, "robin", Knowledge.UNKNOWN)
    desk.answer(child, "ines", Knowledge.KNOWN, "Två tidigare anmälningar. Båda avslutades utan utredning.")
    desk.now = at - 11 * MINUTE
    actions.open_call(call, by=intake["ines"], at=desk.now)
    actions.join(call, by=intake["sara"], at=desk.after(MINUTE))
    for line in (
        actions.Line(kind=NodeKind.CONTACT, label="äldre vän", degree=4, source=intake.assignment("sara").unit),
        actions.Line(kind=NodeKind.CONTACT, label="mormor", degree=3, source=intake.assignment("ines").unit),
        actions.Line(
            kind=NodeKind.PLACE, label="torget efter klockan 21", degree=3, source=intake.assignment("sara").unit
        ),
    ):
        actions.add_to_map(child, line, by=intake["ines"], at=desk.after(MINUTE))
    spoken = call.children.get(assessment=child)
    text = "Tre anmälningar med stigande allvar. Hemmet och skolan beskriver samma sak. Mamman är positiv till stöd."
    actions.save_text(spoken, text, version=0, by=intake["ines"], at=desk.after(2 * MINUTE))


def waiting_for_answers(intake: Intake, at: datetime) -> None:
    """Orange, the hub is called, two units have not answered: Viktor finds the question on his home page."""
    desk = Desk(intake, at=at, arrived=5 * HOUR, by="nils")
    (child,) = desk.report(
        "Pojken har slutat gå på träningen och har fått dyra kläder. Två äldre pojkar hämtar honom med bil.",
        POLICE,
        desk.child("Melvin", "Torstensson", 15),
        channel=Channel.POLICE,
    )
    desk.protect(child, "Pojken är hos sin pappa, som har svarat i telefon.")
    desk.colour(child, Colour.ORANGE, "aldre_kretsar")
    desk.convene(child, begins_in=6 * HOUR)
    desk.answer(child, "sara", Knowledge.UNKNOWN)
    desk.answer(child, "robin", Knowledge.NOTHING_SAID)
    desk.answer(child, "elin", Knowledge.KNOWN, "Vårdnadsärende avslutat förra året, gemensam vårdnad.")


def through_the_form(intake: Intake, at: datetime) -> None:
    """Came in fifty minutes ago by itself; nobody has received it."""
    actions.submit_report(
        actions.ReportFacts(
            arrived_at=at - 50 * MINUTE,
            channel=Channel.FORM,
            facts="En elev i sexan har visat film på en kniv för klasskamrater. Eleven säger att den är en storebrors.",
        ),
        SCHOOL,
        [actions.ChildFacts(given_name="Alvin", family_name="Brolund", about="går i 6B")],
        agency_id=intake.agency.pk,
        by=None,
        at=at - 50 * MINUTE,
    )


def nothing_judged_yet(intake: Intake, at: datetime) -> None:
    """Registered an hour and a half ago; protection and colour remain. Nobody knows the boy's name."""
    desk = Desk(intake, at=at, arrived=90 * MINUTE)
    desk.report(
        "En pojke omkring tolv år står ofta ensam vid centrum sent på kvällen och springer ärenden åt äldre.",
        NEIGHBOUR,
        actions.ChildFacts(about="omkring tolv år, blå jacka, brukar stå vid tunnelbanan"),
    )


def lowered(intake: Intake, at: datetime) -> None:
    """Two siblings; Nils lowered the elder one's colour some hours ago, and somebody else is to look at it."""
    desk = Desk(intake, at=at, arrived=4 * DAY, by="nils")
    elder, younger = desk.report(
        "Barnen var ute själva till elva på kvällen. Den äldre sade att pappan blivit hotad.",
        NOBODY,
        desk.child("Freja", "Lundevik", 12),
        desk.child("Vidar", "Lundevik", 8),
    )
    for child in (elder, younger):
        desk.protect(child, "Hembesök samma kväll. Barnen är hemma med båda föräldrarna.")
    desk.colour(younger, Colour.GREEN)
    desk.colour(elder, Colour.ORANGE, "hot", reason="Hotet gäller inte barnen.")
    desk.now = at - 3 * HOUR
    desk.colour(elder, Colour.GREEN, reason="Polisen har utrett hotet. Det gällde en skuld som är löst.")


def soon_fourteen_days(intake: Intake, at: datetime) -> None:
    """Grön for twelve days: the decision is due the day after tomorrow."""
    desk = Desk(intake, at=at, arrived=12 * DAY)
    (child,) = desk.report(
        "Hög frånvaro sedan september, sover på lektionerna.", SCHOOL, desk.child("Elsa", "Nyberger", 14)
    )
    desk.protect(child, "Samtal med flickan och mamman. Inget talar för fara.")
    desk.colour(child, Colour.GREEN)


def fourteen_days_passed(intake: Intake, at: datetime) -> None:
    """Grön that nobody decided on in time: the page asks about lex Sarah."""
    desk = Desk(intake, at=at, arrived=17 * DAY, by="nils")
    (child,) = desk.report("Barnet har inte varit på de två senaste besöken.", CARE, desk.child("Otto", "Grankvist", 6))
    desk.protect(child, "Samtal med pappan och med mottagningen.")
    desk.colour(child, Colour.GREEN)


def orange_too_late(intake: Intake, at: datetime) -> None:
    """Orange that arrived the day before yesterday and is still not decided."""
    desk = Desk(intake, at=at, arrived=2 * DAY, by="nils")
    (child,) = desk.report(
        "Greps tillsammans med tre äldre pojkar. Hade inget på sig själv.",
        POLICE,
        desk.child("Isak", "Hjortsberg", 14),
        channel=Channel.POLICE,
    )
    desk.protect(child, "Hämtad av mamman, som är hemma med honom.")
    desk.colour(child, Colour.ORANGE, "aldre_kretsar")


def protected_child(intake: Intake, at: datetime) -> None:
    """Nils alone knows of it: a child with protected identity is in no list of the unit (P-A8)."""
    desk = Desk(intake, at=at, arrived=DAY + 2 * HOUR, by="nils")
    (child,) = desk.report("Oro efter umgänge.", CARE, desk.child("Signe", "Holmsten", 9, protected=True))
    desk.protect(child, "Samtal med mamman på skyddat boende.")
    desk.colour(child, Colour.GREEN)


def has_a_sig(intake: Intake, at: datetime) -> None:
    """A new concern about a youth with a running SIG: a case of its own, which the SIG's parties never see (P-A6)."""
    cases = Case.objects.filter(
        owner_unit__agency=intake.agency, owner_unit__name=YOUTH_UNIT, form=CaseForm.SIG, closed_at=None
    ).exclude(individual__person__personnummer_lookup=None)
    youth = Individual.objects.select_related("person").get(
        pk=cases.order_by("pk").values_list("individual", flat=True)[0]
    )
    desk = Desk(intake, at=at, arrived=8 * HOUR)
    (child,) = desk.report(
        "Setts i en bil tillsammans med vuxna män i natt.",
        POLICE,
        actions.ChildFacts(
            given_name=youth.person.given_name,
            family_name=youth.person.family_name,
            personnummer=str(youth.person.personnummer),
            birth_date=youth.person.birth_date,
        ),
        channel=Channel.POLICE,
    )
    desk.protect(child, "Samtal med pappan i telefon. Han är hemma.")
    desk.colour(child, Colour.ORANGE, "aldre_kretsar")


def investigated(intake: Intake, at: datetime) -> None:
    """Sara investigates since yesterday, and has not said that she has taken over."""
    desk = Desk(intake, at=at, arrived=2 * DAY + 5 * HOUR)
    (child,) = desk.report(
        "Pojken har berättat för fritidsledaren att han måste betala en skuld.",
        actions.ReporterFacts(
            category=ReporterCategory.LEISURE, workplace="Fritidsgården Polstjärnan", wants_feedback=True
        ),
        desk.child("Ruben", "Dahlberg", 16),
    )
    desk.protect(child, "Han bor hos sin farbror den här veckan.")
    desk.colour(child, Colour.ORANGE, "aldre_kretsar")
    desk.decide(
        child,
        DecisionKind.OPEN,
        "Skulden och hoten gör att behoven måste utredas.",
        investigator=intake.assignment("sara"),
        seek_consent=True,
    )


def asks_the_family(intake: Intake, at: datetime) -> None:
    """An investigation with SSPF proposed: the family is to be asked, and nobody outside has heard of it."""
    desk = Desk(intake, at=at, arrived=6 * DAY)
    (child,) = desk.report("Skolkar och umgås med äldre.", SCHOOL, desk.child("Lovis", "Ekeroth", 13))
    desk.protect(child, "Samtal med flickan och båda föräldrarna.")
    desk.colour(child, Colour.GREEN)
    partners = Agency.objects.filter(
        kind__in=(AgencyKind.SKOLA, AgencyKind.FRITID), name__in=("Stenfalksskolan", "Fritidsgården Polstjärnan")
    )
    desk.decide(
        child,
        DecisionKind.OPEN,
        "Flera behov som skola och fritid kan möta tillsammans med oss.",
        investigator=intake.assignment("sara"),
        proposes=CaseForm.SSPF_INDIVID,
        agencies=list(partners.order_by("pk")),
    )
    desk.after(HOUR)
    actions.receive_packet(child, by=intake["sara"], at=desk.now)
    inform = child.tasks.filter(kind=TaskKind.INFORM, relative=None).first()
    if inform is not None:
        actions.finish_task(inform, note="I ett möte på kontoret.", by=intake["sara"], at=desk.after(HOUR))


def not_opened(intake: Intake, at: datetime) -> None:
    """Decided three days ago; the reporter has been told."""
    desk = Desk(intake, at=at, arrived=8 * DAY, by="nils")
    (child,) = desk.report("Barnet var ledset efter lovet.", SCHOOL, desk.child("Tage", "Rosenqvist", 7))
    desk.protect(child, "Samtal med mamman och med läraren.")
    desk.colour(child, Colour.GREEN)
    desk.now = at - 3 * DAY
    desk.decide(child, DecisionKind.NOT_OPEN, "Familjen har eget stöd. Inget talar för att utredning behövs.")
    actions.choose_feedback(
        child, choice=FeedbackChoice.GIVEN, how="Telefon", reason="", by=intake["nils"], at=desk.after(HOUR)
    )


def goes_on_already(intake: Intake, at: datetime) -> None:
    """An investigation went on already: the concern went to Sara, who has it."""
    desk = Desk(intake, at=at, arrived=5 * DAY, by="nils")
    (child,) = desk.report("Samma oro som i augusti, nu oftare.", CARE, desk.child("Meja", "Sundelin", 11))
    desk.protect(child, "Samtal med mamman. Flickan är hos sin moster.")
    desk.colour(child, Colour.GREEN)
    desk.decide(child, DecisionKind.RUNNING, "Utredning pågår sedan i augusti.", investigator=intake.assignment("sara"))


STORIES: Sequence[Callable[[Intake, datetime], None]] = (
    about_to_breach,
    waiting_for_answers,
    through_the_form,
    nothing_judged_yet,
    lowered,
    soon_fourteen_days,
    fourteen_days_passed,
    orange_too_late,
    protected_child,
    has_a_sig,
    investigated,
    asks_the_family,
    not_opened,
    goes_on_already,
)


def tell_week(kommun: Municipality, at: datetime) -> str:
    """Tell every story, in the caller's transaction and kommun; returns what was made, for the command."""
    intake = arrange(kommun, at=at)
    for story in STORIES:
        story(intake, at)
    return f"{PreliminaryAssessment.objects.count()} förhandsbedömningar"
