"""The catalogue of interventions and the names of instruments, kept as files; loading twice changes nothing."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument by its name, with what is said beside it in a list."""

    name: str
    label: str


def read(name: str) -> dict[str, Any]:
    """One of the data files, parsed; its format is described at its top."""
    with (DATA / name).open("rb") as file:
        return tomllib.load(file)


def load_interventions(model: Any) -> None:
    """Fill the catalogue. An entry that stands already is brought up to its file by code and version (P-P3)."""
    listed, order = read("interventions.toml"), 0
    for group in listed["group"]:
        for row in group["interventions"]:
            order += 1
            model.objects.update_or_create(
                code=row["code"],
                version=listed["version"],
                defaults={
                    "name": row["name"],
                    "sort": group["sort"],
                    "age_from": group["ages"][0],
                    "age_to": group["ages"][1],
                    "advice": group["advice"],
                    "target": listed["target"],
                    "source": listed["source"],
                    "source_year": listed["source_year"],
                    "note": row.get("note", ""),
                    "order": order,
                    "valid_from": listed["valid_from"],
                },
            )


@lru_cache
def instruments() -> tuple[Instrument, ...]:
    """The instruments that a judgement may name, in the order of the file (P-I7, R66)."""
    return tuple(Instrument(row["name"], _label(row)) for row in read("instruments.toml")["instrument"])


def _label(row: dict[str, Any]) -> str:
    """SAVRY, risk för våld, 12-18 år"""
    ages = "\N{EN DASH}".join(map(str, row["ages"])) + "\N{NO-BREAK SPACE}år" if "ages" in row else ""
    return ", ".join(part for part in (row["name"], row["about"], ages) if part)


def instrument_named(text: str) -> str:
    """The name as the list spells it where the text names one of it, otherwise the text as it stands."""
    return next((one.name for one in instruments() if one.name.casefold() == text.strip().casefold()), text)
