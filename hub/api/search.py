"""Search by POST, so that no name or number ever stands in an address, a log or a history (R32)."""

from hub.api import schemas
from hub.api.checked import require_valid
from hub.api.endpoint import Answer, Data, endpoint, resource
from hub.api.fields import Body, Text
from hub.errors import Invalid
from hub.forms.safety import SearchForm
from hub.http import HubRequest
from hub.models import TokenScope
from hub.personnummer import InvalidPersonnummer
from hub.search import MOST_HITS
from hub.views.search import SHORTEST, TOO_SHORT, recorded_hits


class SearchBody(Body):
    q = Text(max_length=100, help_text="Början av ett namn, ett helt personnummer eller ett ärendenummer.")


@endpoint(
    "Sök bland dem som du får se",
    tag="Ungdomar",
    body=SearchBody,
    gives=schemas.HitsOut,
    scope=TokenScope.READ,
    rate="search",
)
def search_individuals(request: HubRequest, body: Data) -> Answer:
    """Ett svar utan träffar säger inget om ifall personen finns hos någon annan (P-A15). Skyddade personer hittas
    bara på nummer."""
    text = require_valid(SearchForm(body))["q"]
    if len(text) < SHORTEST:
        raise Invalid({"q": TOO_SHORT})
    try:
        hits = recorded_hits(request, text, suggesting=False)
    except InvalidPersonnummer as wrong:
        raise Invalid({"q": wrong.message}) from wrong
    results = [
        {
            "name": hit.name,
            "detail": hit.detail,
            "protected": hit.protected,
            "individual": hit.individual.ref if hit.individual else None,
            "case": hit.case.ref if hit.case else None,
        }
        for hit in hits[:MOST_HITS]
    ]
    return Answer({"results": results, "more": len(hits) > MOST_HITS})


search = resource("Search", post=search_individuals)
