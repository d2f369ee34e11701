"""Search by POST, so that no name or number ever stands in an address, a log or a history (R32)."""

from django.http import HttpResponse

from hub.audit import record
from hub.forms.safety import SearchForm
from hub.http import HubRequest, page
from hub.personnummer import InvalidPersonnummer
from hub.search import MOST_HITS, Hit, kind_of_query
from hub.search import search as find_hits

SHORTEST = 2
TOO_SHORT = f"Skriv minst {SHORTEST} bokstäver."


def search(request: HubRequest) -> HttpResponse:
    """The search page, and with htmx the list under the field while one types: the same rule for both."""
    if request.method != "POST":
        return page(request, "hub/search.html", {"form": SearchForm()})
    form, status = SearchForm(request.POST), 200
    hits: list[Hit] | None = None
    if form.is_valid():
        hits = _hits(request, form)
    status = 200 if form.is_valid() or request.htmx else 422
    context: dict[str, object] = {
        "form": form,
        "hits": (hits or [])[:MOST_HITS],
        "asked": hits is not None,
        "more": len(hits or []) > MOST_HITS,
        "most": MOST_HITS,
        "search_query": request.POST.get("q", "")[:100],
    }
    return page(request, "hub/_hits.html" if request.htmx else "hub/search.html", context, status=status)


def _hits(request: HubRequest, form: SearchForm) -> list[Hit] | None:
    text = form.cleaned_data["q"]
    if len(text) < SHORTEST:
        form.add_error("q", TOO_SHORT)
        return None
    try:
        return recorded_hits(request, text, suggesting=bool(request.htmx))
    except InvalidPersonnummer as wrong:
        form.add_error("q", wrong.message)
        return None


def recorded_hits(request: HubRequest, text: str, *, suggesting: bool) -> list[Hit]:
    """Search, and write down that it was done, by what, and what it showed.

    Raises:
        InvalidPersonnummer.
    """
    hits = find_hits(text, request.actor, at=request.at, suggesting=suggesting)
    record(
        "search",
        actor=request.actor,
        at=request.at,
        detail={"kind": kind_of_query(text), "hits": len(hits), "suggesting": suggesting},
    )
    for hit in hits[:MOST_HITS]:
        request.trail.show(
            [shown for shown in (hit.individual, hit.case) if shown is not None],
            individual=hit.individual.pk if hit.individual else None,
            case=hit.case.pk if hit.case else None,
            ground={"rule": "search"},
        )
    return hits
