"""Reference data kept as files in the project and loaded by migrations; loading twice changes nothing."""

import csv
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def load_kommuner(municipality: Any) -> None:
    """Fill the table with Sweden's 290 kommuner by SCB code (hub/data/README.md names the source).

    `municipality` is the model class, historical or present.
    """
    with (DATA / "kommuner.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            municipality(code=row["code"], name=row["name"], county_code=row["county_code"], county=row["county"])
            for row in csv.DictReader(file)
        ]
    municipality.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "county_code", "county"],
    )
