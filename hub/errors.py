"""What can go wrong in a way that the user can mend."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction


class Conflict(Exception):
    """What the user saw is no longer so: 409, and what was typed is shown again beside what holds now (P-Q3)."""

    def __init__(self, message: str = "Någon annan hann ändra medan du skrev.") -> None:
        self.message = message
        super().__init__(message)


class Invalid(Exception):
    """What was asked for breaks a rule: one Swedish sentence per field that says how to mend it (P-Q4).

    The key "" is for what concerns the whole form.
    """

    def __init__(self, errors: Mapping[str, str] | str) -> None:
        self.errors = {"": errors} if isinstance(errors, str) else dict(errors)
        super().__init__("; ".join(self.errors.values()))


@contextmanager
def kept_by(constraint: str, refusal: Exception) -> Iterator[None]:
    """Save, and where the database's own constraint refuses it say so in words.

    The constraint is the rule (two savers at once pass any look before the save); a savepoint lets the caller's
    transaction go on. What another constraint refuses goes on as it is.

    Args:
        constraint: its name, as the model's Meta has it.
        refusal: what is raised instead, mostly an Invalid at the field.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint not in str(error):
            raise
        raise refusal from error
