"""Information types and factor lists, kept as files and loaded by migrations; loading twice changes nothing."""

import tomllib
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def read(name: str) -> dict[str, Any]:
    """One of the data files, parsed; its format is described at its top."""
    with (DATA / name).open("rb") as file:
        return tomllib.load(file)


def load_information_types(model: Any) -> None:
    """Fill the list of information types. A type that stands already is brought up to its file by code and version."""
    for order, row in enumerate(read("information_types.toml")["type"]):
        model.objects.update_or_create(
            code=row["code"],
            version=row["version"],
            defaults={
                "mask": 1 << row["bit"],
                "name": row["name"],
                "description": row["short"],
                "easy_name": row["easy_name"],
                "easy_description": row["easy_text"],
                "writers": row["writers"],
                "writers_reason": row["writers_reason"],
                "never_to": row["never_to"],
                "never_to_reason": row["never_to_reason"],
                "example": row["example"],
                "advice": row["avoid"],
                "order": order,
                "valid_from": row["valid_from"],
                "valid_to": row.get("valid_to"),
            },
        )


def load_factors(model: Any) -> None:
    """Fill the versioned lists of risk and protective factors (P-I5)."""
    order = 0
    for listed in read("factors.toml")["list"]:
        for row in listed["factors"]:
            order += 1
            model.objects.update_or_create(
                code=row["code"],
                list_version=listed["version"],
                defaults={
                    "list_code": listed["code"],
                    "list_title": listed["title"],
                    "source": f"{listed['source']}, {listed['table']}"[:200],
                    "kind": row.get("kind", listed["kind"]),
                    "domain": row["domain"],
                    "dynamic": row.get("nature", listed["nature"]) == "dynamic",
                    "text": row["text"],
                    "order": order,
                    "valid_from": listed["valid_from"],
                },
            )
