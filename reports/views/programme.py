"""The exact page: for programansvarig alone, on screen alone, with no way from a number to a person (P-S2)."""

from datetime import date

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from hub import clock, swedish
from hub.http import HubRequest, page
from reports.forms import PeriodForm
from reports.queries import exact_figures, required


@require_GET
def programme(request: HubRequest) -> HttpResponse:
    required(request)
    form = PeriodForm(request.GET)
    if not form.check(clock.local_day(request.at)):
        return page(request, "reports/programme.html", {"form": form}, status=422)
    first, last = form.cleaned_data["fran"], form.cleaned_data["till"]
    period, tables = exact_figures(request, first, last)
    context: dict[str, object] = {
        "form": form,
        "tables": tables,
        "counted": swedish.moment(request.at),
        "period": _words(first, clock.last_day(period.end)),
    }
    return page(request, "reports/programme.html", context)


def _words(first: date | None, last: date) -> str:
    begins = f"Från {swedish.day(first)}" if first else "Från början"
    return f"{begins} till och med {swedish.day(last)}"
