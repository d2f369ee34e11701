"""What can go wrong in a way that the user can mend."""

from collections.abc import Mapping


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
