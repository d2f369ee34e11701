"""Names, ages and test numbers for people who do not exist."""

import csv
from datetime import date, timedelta
from pathlib import Path

import hub
from consent.demo.plan import Calendar, Youth, load
from hub.actions.people import PersonFacts
from hub.clock import birthday
from hub.models import RelativeKind

NUMBERS = Path(hub.__file__).parent / "data" / "testpersonnummer.csv"
SEX = {"M": "male", "F": "female"}
LANGUAGES = {
    "sv": "svenska",
    "so": "somaliska",
    "fa": "persiska",
    "ti": "tigrinja",
    "fi": "finska",
    "ar": "arabiska",
    "es": "spanska",
    "en": "engelska",
    "tr": "turkiska",
    "pl": "polska",
}
#: First names of guardians by language: women, men. Swedish ones come from the plan.
PARENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "so": (("Hodan", "Halima", "Sahra", "Amina"), ("Abdi", "Said", "Hassan", "Khalid")),
    "fa": (("Nasrin", "Leyla", "Shirin", "Parvin"), ("Behrouz", "Kaveh", "Dariush", "Farid")),
    "ti": (("Selam", "Almaz", "Hiwot"), ("Tesfay", "Dawit", "Berhane")),
    "fi": (("Outi",), ("Pekka",)),
    "ar": (("Mariam", "Rana", "Samira", "Nadia"), ("Mustafa", "Jamal", "Tariq", "Yasin")),
    "es": (("Carmen", "Pilar", "Marisol"), ("Carlos", "Javier", "Hernan")),
    "en": (("Priya", "Fatima"), ("Rajesh", "Ahmed")),
    "tr": (("Aylin", "Elif"), ("Mehmet", "Murat")),
    "pl": (("Agnieszka", "Ewa"), ("Piotr", "Tomasz")),
}
#: Days that an adult-to-be still has as a minor, where the plan's consent must not end at the birthday.
MINOR_FOR = 200
PARENT_AGES = (34, 54)


def age_on(born: date, day: date) -> int:
    """Whole years on the day `day`."""
    years = day.year - born.year
    return years - 1 if birthday(born, years) > day else years


class Numbers:
    """Skatteverket's test numbers, each given to one person of the demo."""

    def __init__(self) -> None:
        with NUMBERS.open(encoding="utf-8", newline="") as file:
            lines = (line for line in file if not line.startswith("#"))
            rows = [row for row in csv.DictReader(lines) if row["birth_date"]]
        self._free = [(row["number"], date.fromisoformat(row["birth_date"]), row["sex"]) for row in rows]

    def take(self, sex: str, *, born_after: date, born_by: date, turn: int = 0) -> tuple[str, date] | None:
        """A number of that sex with a birth date in `(born_after, born_by]`, or None when they are used up."""
        fitting = [row for row in self._free if row[2] == SEX[sex] and born_after < row[1] <= born_by]
        if not fitting:
            return None
        number, born, _sex = chosen = fitting[turn % len(fitting)]
        self._free.remove(chosen)
        return number, born


class Population:
    """Makes the facts of each person, the same ones for the same day of seeding."""

    def __init__(self, calendar: Calendar) -> None:
        self.as_of = calendar.as_of
        self.numbers = Numbers()
        self._count = 0

    def _turn(self) -> int:
        self._count += 1
        return self._count

    def youth(self, row: Youth, *, school: str) -> PersonFacts:
        """The young person of a row, of the row's age on the day of seeding."""
        latest = birthday_back(self.as_of, row.age)
        earliest = birthday_back(self.as_of, row.age + 1)
        if row.age == 17 and row.status != "ended":
            earliest = earliest + timedelta(days=MINOR_FOR)
        turn = self._turn()
        found = self.numbers.take("M", born_after=earliest, born_by=latest, turn=turn * 5)
        number, born = found or ("", latest - timedelta(days=turn % 90))
        return PersonFacts(
            given_name=row.first,
            family_name=row.last,
            birth_date=born,
            personnummer=number,
            sex="M",
            protection=row.protection,
            address=f"Provgatan {turn}, 163 00 Exempelby",
            phone=f"070-174 06 {turn % 95 + 5:02}",
            school=school,
        )

    def guardian(self, row: Youth, kind: str) -> PersonFacts:
        """A mother or father of the row's youth."""
        turn = self._turn()
        woman = kind == RelativeKind.MOTHER
        sex = "F" if woman else "M"
        low, high = PARENT_AGES
        found = self.numbers.take(
            sex,
            born_after=birthday_back(self.as_of, high),
            born_by=birthday_back(self.as_of, low),
            turn=turn * 3,
        )
        number, born = found or ("", birthday_back(self.as_of, low + turn % (high - low)))
        return PersonFacts(
            given_name=self._parent_name(row, woman=woman, turn=turn),
            family_name=row.last,
            birth_date=born,
            personnummer=number,
            sex=sex,
            protection=row.protection,
            language=LANGUAGES[row.language],
            needs_interpreter=row.interpreter,
            address=f"Provgatan {turn}, 163 00 Exempelby",
            phone=f"070-174 06 {turn % 95 + 5:02}",
        )

    def _parent_name(self, row: Youth, *, woman: bool, turn: int) -> str:
        if row.language in PARENTS:
            names = PARENTS[row.language][0 if woman else 1]
        else:
            names = tuple(load().names["women" if woman else "men"][:28])
        return names[turn % len(names)]


def birthday_back(day: date, years: int) -> date:
    """The latest birth date of somebody who is `years` old on `day`."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February: whoever is born on the 28th has had the birthday
        return date(day.year - years, 2, 28)
