"""Doing what a form asks: what goes wrong comes back as a sentence at the field, with what was typed (P-Q4)."""

from collections.abc import Callable
from typing import Any, cast

from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict

from hub.actions.cases import NotYet
from hub.actions.parties import Recused, WrongSeat
from hub.actions.people import AlreadyRegistered
from hub.audit import note_number_taken
from hub.errors import Conflict, Invalid

ALREADY_REGISTERED = (
    "Personnumret är redan registrerat i er verksamhet. Kontrollera numret. "
    "Stämmer det, be den som ansvarar för ärendet om en plats i det."
)
RECUSED = "Personen har anmält att hen känner familjen (jäv). Välj någon annan."
WRONG_SEAT = "Personens uppdrag gäller inte längre. Välj någon annan."


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, or None where the form is only shown; an empty POST is still a POST."""
    return request.POST if request.method == "POST" else None


def attempt(form: BaseForm, deed: Callable[[], Any], *, field: str | None = None) -> int:
    """Do `deed` in a savepoint and return the status for the page: 200 when it is done.

    What cannot be done leaves its sentence in the form: 422 for what the user can mend, 409 for what somebody else
    changed meanwhile. `field` is where sentences about a chosen person belong. Everything else goes on (403, 500).
    """
    try:
        with transaction.atomic():
            deed()
    except Invalid as wrong:
        for name, text in wrong.errors.items():
            form.add_error(name if name in form.fields else None, text)
    except AlreadyRegistered:
        note_number_taken()
        form.add_error("personnummer", ALREADY_REGISTERED)
    except Recused:
        form.add_error(field, RECUSED)
    except WrongSeat:
        form.add_error(field, WRONG_SEAT)
    except NotYet as obstacles:
        for reason in obstacles.reasons:
            form.add_error(None, reason)
    except Conflict as conflict:
        form.add_error(None, conflict.message)
        return 409
    else:
        return 200
    return 422


def done(form: BaseForm, deed: Callable[[], Any], *, field: str | None = None) -> int:
    """Do what the form asks: 200 when it is done, otherwise the status of the page that shows the form again.

    Args:
        deed, field: as of `attempt`.
    """
    return attempt(form, deed, field=field) if form.is_valid() else 422


def shown_again(form: BaseForm, **hidden: str) -> None:
    """Renew hidden fields of a form after a conflict, so that saving again is a choice made with open eyes."""
    data = cast("QueryDict", form.data).copy()
    for name, value in hidden.items():
        data[name] = value
    form.data = data
