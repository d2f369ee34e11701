"""Several signers' answers from one page, saved together or not at all (P-Q3)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from consent.actions.drafting import _touch
from consent.actions.signing import SignerAnswer, register_answer, save_answer
from consent.models import Signature, SigningSession, signer_key
from hub.access import Actor, require
from hub.errors import Invalid
from hub.models import Person

#: Who, in which role, and what they answered.
Given = tuple[Person, str, SignerAnswer]


@transaction.atomic
def save_answers(
    session: SigningSession, answers: Sequence[Given], *, row_version: int, by: Actor, at: datetime
) -> SigningSession:
    """Step 4 of the wizard: note what the paper says, for all signers at once. Nothing is in force by it.

    Raises:
        Denied; Conflict: someone else saved since `row_version`, or the paper is registered.
        Invalid: keys are "role_person-field", one sentence each.
    """
    require(session, by, "lead", at=at)
    _touch(session, row_version)
    _each(answers, lambda who, role, said: save_answer(session, who, role, said, by=by, at=at))
    return session


@transaction.atomic
def register_answers(session: SigningSession, answers: Sequence[Given], *, by: Actor, at: datetime) -> list[Signature]:
    """Answers that came after the registration, together; one of them may complete the paper.

    Raises:
        Denied; Conflict: somebody has answered already; Invalid: as `save_answers`.
    """
    require(session, by, "lead", at=at)
    return _each(answers, lambda who, role, said: register_answer(session, who, role, said, by=by, at=at))


def _each(answers: Sequence[Given], save: Callable[[Person, str, SignerAnswer], Signature]) -> list[Signature]:
    made: list[Signature] = []
    errors: dict[str, str] = {}
    for person, role, said in answers:
        try:
            made.append(save(person, role, said))
        except Invalid as wrong:
            errors |= {
                f"{signer_key(role, person.pk)}-{field or 'answer'}": text for field, text in wrong.errors.items()
            }
    if errors:
        raise Invalid(errors)
    return made
