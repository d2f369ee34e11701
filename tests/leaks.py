"""Items with marks of their own, in every cell of the cast's matrix and outside it, and who may read which of them.

The route matrix looks for them in every page it asks for; tests/test_no_leaks.py once more after a stop.
"""

import re
from io import BytesIO
from zipfile import ZipFile

from django.http.response import HttpResponseBase
from pypdf import PdfReader

from consent import actions as consent_actions
from consent.models import InformationItem
from hub.access import permitted
from hub.models import Individual, Relative
from tests.cast import NOW, World, write

#: Tokens of forms and challenges of passkeys: random letters that may spell a name.
RANDOM = re.compile(r'value="[A-Za-z0-9]{64}"|"challenge": "[\w-]+"')
#: Names that only those who may see Elias and his relatives read.
NAMES = frozenset({"Elias", "Eva", "Emil"})


def plant(world: World) -> None:
    """Write the marked items; `world.marks` is mark → id of the item that carries it."""
    planted = {
        "märke-närvaro": write(world, "sam", "attendance", body="märke-närvaro"),
        "märke-situation": write(world, "sam", "school_situation", body="märke-situation"),
        "märke-resultat": write(world, "sam", "school_results", body="märke-resultat"),
        "märke-utkast": write(world, "sam", "attendance", body="märke-utkast", record=False),
        "märke-polis": write(world, "pia", "police_tells", body="märke-polis"),
        "märke-osläppt": write(world, "pia", "police_tells", body="märke-osläppt", release=False),
        "märke-plan": write(world, "kim", "measures_and_plan", body="märke-plan"),
        "märke-hälsa": write(world, "kim", "health", body="märke-hälsa"),
        "märke-spärrad": write(world, "sam", "attendance", body="märke-spärrad", family_barred=True),
        "märke-snäv": write(world, "sam", "attendance", body="märke-snäv", audience=(world.social.pk,)),
        "märke-fritid": write(world, "fia", "leisure", body="märke-fritid"),
    }
    consent_actions.annotate(planted["märke-hälsa"], kind="addition", text="märke-tillägg", by=world.kim.actor, at=NOW)
    world.marks = {mark: item.pk for mark, item in planted.items()} | {"märke-tillägg": planted["märke-hälsa"].pk}


def forbidden_marks(world: World, name: str) -> frozenset[str]:
    """The marks and names that the rule does not let this member of the cast read now."""
    actor = world.members[name].actor
    readable = set(permitted(InformationItem.objects.all(), actor, at=NOW).values_list("pk", flat=True))
    allowed = {mark for mark, pk in world.marks.items() if pk in readable}
    if permitted(Individual.objects.all(), actor, at=NOW).exists():
        allowed.add("Elias")
    relatives = permitted(Relative.objects.all(), actor, at=NOW).values_list("person__given_name", flat=True)
    return all_marks(world) - allowed - set(relatives)


def all_marks(world: World) -> frozenset[str]:
    """What nobody may read who is not signed in."""
    return NAMES | set(world.marks)


def said(response: HttpResponseBase) -> str:
    """What an answer says, a PDF or a workbook as its text."""
    content = response.getvalue() if response.streaming else response.content  # type: ignore[attr-defined]  # both kinds of answers
    if response.headers.get("Content-Type", "").startswith("application/pdf"):
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    if response.headers.get("Content-Type", "").startswith("application/vnd.openxmlformats"):
        with ZipFile(BytesIO(content)) as book:
            return "\n".join(book.read(name).decode() for name in book.namelist())
    return RANDOM.sub("", content.decode())
