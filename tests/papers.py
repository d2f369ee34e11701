"""A family's consent form, filled and blank, and how to read the printed file."""

import io
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from pypdf import PdfReader

from consent.paper.form import (
    ConsentPaper,
    DisclosingPart,
    Recipient,
    Row,
    SignerLine,
    render_consent_form,
)

SOCIAL = Recipient("Socialtjänsten Norrviken", "kunna samordna stödet")
SCHOOL = Recipient("Björkskolan", "planera skoldagen")
GUARDIAN = "vårdnadshavare"
LEISURE = Recipient("Fritidsgården Kupolen", "kunna erbjuda en aktivitet", screen_only=True)
POLICE = Recipient("Lokalpolisområde Norrviken", "veta när de behöver finnas till hands", police=True)
YOUTH = SignerLine("adam", "ungdomen", "Adam Exempelsson", "för mig själv", True, date(2026, 11, 20), False, True)
MOTHER = SignerLine("berit", GUARDIAN, "Berit Exempelsson", "för mitt barn", True, date(2026, 11, 21), True)
MOTHER_SELF = SignerLine("berit", GUARDIAN, "Berit Exempelsson", "för uppgifter om mig")
FATHER = SignerLine("cesar", GUARDIAN, "César Hemligsson", "för mitt barn", False, date(2026, 11, 22))

FILLED = ConsentPaper(
    language="sv",
    form_version="2026:1",
    kind_of_cooperation="SIG (social insatsgrupp)",
    case_number="SIG-2026-0042",
    youth_name="Adam Exempelsson",
    purpose="Samordna stödet så att skola och fritid hänger ihop.",
    disclosing=(
        DisclosingPart(
            "Björkskolan",
            "skola",
            (SOCIAL, LEISURE, POLICE),
            (
                Row("Närvaro", "Om du är i skolan", (True, False, True)),
                Row("Skolresultat", "Hur det går i ämnena", (True, False, False)),
            ),
        ),
        DisclosingPart(
            "Lokalpolisområde Norrviken",
            "polis",
            (SOCIAL,),
            (Row("Det polisen får berätta", "", (True,)),),
            True,
        ),
    ),
    first_day=date(2026, 11, 22),
    last_day=date(2027, 2, 28),
    items_from=None,
    signers=(YOUTH, MOTHER, MOTHER_SELF),
    contact="Samordnare Cecilia Prov, 010-000 00 00",
    interpreter="tolk i somaliska på plats",
    court_ordered_text=None,
    printed_on=date(2026, 11, 22),
)
BLANK = replace(
    FILLED,
    case_number="",
    youth_name="",
    first_day=None,
    last_day=None,
    interpreter="",
    disclosing=tuple(
        replace(part, rows=tuple(replace(row, ticks=()) for row in part.rows)) for part in FILLED.disclosing
    ),
    signers=(
        SignerLine("1", "ungdomen", "", "för mig själv"),
        SignerLine("2", GUARDIAN, "", "för mitt barn"),
    ),
)


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def catalogue(pdf: bytes) -> Any:
    root: Any = read(pdf).trailer["/Root"]
    return root


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in read(pdf).pages]


@lru_cache(maxsize=64)
def text(paper: ConsentPaper) -> str:
    return " ".join(pages(render_consent_form(paper))).replace("\u200b", "")


def tags(pdf: bytes) -> list[str]:
    """Every structure element of the document, by its kind, in reading order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for kid in node:
                walk(kid)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(str(node["/S"])[1:])
            if "/K" in node:
                walk(node["/K"])

    walk(catalogue(pdf)["/StructTreeRoot"])
    return found
