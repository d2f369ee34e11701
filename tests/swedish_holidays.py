"""Swedish free days computed from the law's own words (lag 1989:253), to hold the product's calendar against.

Shares nothing with the product: no library, no clock of its own. Weekdays are counted from Monday, 0.
"""

from datetime import date, timedelta

SATURDAY, SUNDAY = 5, 6


def easter(year: int) -> date:
    """Påskdagen by Butcher's rule, good for every year of the Gregorian calendar."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    shift = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    correction = (golden + 11 * moon + 22 * shift) // 451
    month, day = divmod(moon + shift - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def saturday_from(day: date) -> date:
    """The Saturday on `day` or within the six days after it."""
    return day + timedelta(days=(SATURDAY - day.weekday()) % 7)


def red_days(year: int) -> dict[date, str]:
    """The days of lag 1989:253 that are named there; every Sunday is one too."""
    paskdagen = easter(year)
    return {
        date(year, 1, 1): "nyårsdagen",
        date(year, 1, 6): "trettondedag jul",
        paskdagen - timedelta(days=2): "långfredagen",
        paskdagen: "påskdagen",
        paskdagen + timedelta(days=1): "annandag påsk",
        date(year, 5, 1): "första maj",
        paskdagen + timedelta(days=39): "Kristi himmelsfärdsdag",
        paskdagen + timedelta(days=49): "pingstdagen",
        date(year, 6, 6): "nationaldagen",
        saturday_from(date(year, 6, 20)): "midsommardagen",
        saturday_from(date(year, 10, 31)): "alla helgons dag",
        date(year, 12, 25): "juldagen",
        date(year, 12, 26): "annandag jul",
    }


def eves(year: int) -> set[date]:
    """Midsommarafton, julafton and nyårsafton: no red days, but nobody is at work (lag 1930:173)."""
    return {saturday_from(date(year, 6, 20)) - timedelta(days=1), date(year, 12, 24), date(year, 12, 31)}


def works(day: date) -> bool:
    """Whether it is a working day."""
    free = {SATURDAY, SUNDAY}
    return day.weekday() not in free and day not in red_days(day.year) and day not in eves(day.year)
