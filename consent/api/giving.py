"""A whole decision to give in one body, judged by the form that the page shows (P-C7)."""

from typing import Any
from uuid import UUID

from consent import actions
from consent.actions.disclosure import RESERVATION, is_private, tests_for
from consent.api.papers import renamed
from consent.forms.disclosure import NO, YES, GivingForm
from consent.grounds import Ground, current
from consent.models import Delivery, Disclosure, InformationItem
from consent.views.disclosing import items_to_give, may_decide, readers_in
from hub.access import Denied, permitted
from hub.api.checked import require_valid
from hub.api.endpoint import Data
from hub.api.fields import Body, Choice, Day, Flag, Many, Optional, Ref, Text, Whole
from hub.api.problems import Problem
from hub.clock import local_day
from hub.http import HubRequest
from hub.models import Agency, Case


class AnsweredBody(Body):
    code = Text(max_length=40, help_text="Ur grundens `questions`.")
    answer = Flag()
    reason = Optional(max_length=1000, help_text="Behövs när frågan har `reason_needed`.")


class GivenBody(Body):
    item = Ref()
    version = Whole(min_value=1, max_value=32767, help_text="Uppgiftens `version`, som den var när ni läste den.")


class DisclosureBody(Body):
    recipient = Ref(help_text="Verksamheten, ur /agencies/.")
    ground = Text(max_length=40, help_text="Ur /cases/{ref}/grounds/{agency}/.")
    answers = Many(child=AnsweredBody(), help_text="Ett svar på var och en av grundens frågor.")
    items = Many(child=GivenBody(), allow_empty=False, help_text="Bara er verksamhets egna registrerade uppgifter.")
    necessity = Text(max_length=2000, help_text="Varför, så att en granskare förstår beslutet.")
    delivery = Choice(choices=Delivery.choices, default=Delivery.HUB)
    readers = Many(child=Ref(), required=False, help_text="Vilka som får läsa i hubben, ur `readers`.")
    last_day = Day(required=False, help_text="Sista dagen att läsa i hubben, högst 90 dagar bort.")
    received_by = Optional(max_length=200, help_text="Utanför hubben: namn och roll på den som tog emot.")
    reservation = Optional(max_length=1000, help_text="Förbehåll, när svaret på den frågan är ja.")
    person_told = Flag(help_text="Personen har fått veta.")
    told_note = Text(max_length=1000, help_text="När och hur, eller varför inte än.")


class Giving:
    """A whole decision as it was sent, judged by the form that the page shows."""

    def __init__(self, case: Case, body: Data, request: HubRequest) -> None:
        self.case, self.body, self.request = case, body, request
        self.recipient = self._recipient()
        ground = current(body["ground"], on=local_day(request.at))
        if ground is None:
            raise Problem("invalid", errors=[("ground", "Grunden finns inte i listan i dag.")])
        if not may_decide(ground, request):
            raise Denied("disclose", Disclosure)
        self.tests = tests_for(ground, self.recipient, by=request.actor)
        self.named = {"told": "person_told", "recipients": "readers"}
        self.facts = self._facts(ground)

    def _recipient(self) -> Agency:
        others = permitted(
            Agency.objects.exclude(pk=self.request.actor.agency_id), self.request.actor, at=self.request.at
        )
        found = others.filter(ref=self.body["recipient"]).first()
        if found is None:
            raise Problem("invalid", errors=[("recipient", "Välj en annan verksamhet som arbetar i kommunen.")])
        return found

    def _facts(self, ground: Ground) -> actions.DisclosureFacts:
        items = self._items()
        readers = readers_in(self.request, self.case, self.recipient)
        form = GivingForm(
            self._typed([reader.ref for reader in readers]),
            ground=ground,
            tests=self.tests,
            items=items,
            readers=readers,
            private=is_private(self.recipient),
        )
        self._refuse_idle(form)
        require_valid(form, self.named)
        return form.facts(self.case, self.recipient)

    def _items(self) -> list[InformationItem]:
        """Those that are named; another's, a draft, and one that is not there get the same answer (P-A15)."""
        wanted = [row["item"] for row in self.body["items"]]
        found = list(items_to_give(self.request, self.case).filter(ref__in=wanted))
        known = {item.ref for item in found}
        errors = [
            (f"items.{place}.item", "Den går inte att lämna ut härifrån.")
            for place, ref in enumerate(wanted)
            if ref not in known or ref in wanted[:place]
        ]
        if errors:
            raise Problem("invalid", errors=errors)
        return found

    def _typed(self, readers: list[UUID]) -> dict[str, Any]:
        """The body as the page would have sent it."""
        body, chosen = self.body, self.body.get("readers", [])
        strangers = [
            (f"readers.{n}", "Den går inte att välja här.") for n, ref in enumerate(chosen) if ref not in readers
        ]
        if strangers:
            raise Problem("invalid", errors=strangers)
        return {
            **self._answers(),
            **{name: body.get(name) for name in ("necessity", "delivery", "last_day", "received_by", "reservation")},
            "items": [f"{row['item']}.{row['version']}" for row in body["items"]],
            "recipients": [str(ref) for ref in chosen],
            "told": YES if body["person_told"] else NO,
            "told_note": body["told_note"],
        }

    def _answers(self) -> dict[str, str]:
        """Each question's answer, and where the answer stands, so that what is wrong is told there."""
        asked = {test.code for test in self.tests}
        errors, typed, seen = [], dict[str, str](), set[str]()
        for place, row in enumerate(self.body["answers"]):
            code, at = row["code"], f"answers.{place}"
            if code not in asked or code in seen:
                text = "Frågan har två svar." if code in seen else "Grunden ställer inte den frågan här."
                errors.append((f"{at}.code", text))
            seen.add(code)
            typed |= {f"test_{code}": YES if row["answer"] else NO, f"why_{code}": row["reason"]}
            self.named |= {f"test_{code}": f"{at}.answer", f"why_{code}": f"{at}.reason"}
        errors += [("answers", f"Frågan {test.code} saknar svar.") for test in self.tests if test.code not in seen]
        if errors:
            raise Problem("invalid", errors=errors)
        return typed

    def _refuse_idle(self, form: GivingForm) -> None:
        """What would be left out of the decision without a word (P-Q4)."""
        body, in_hub = self.body, self.body["delivery"] == Delivery.HUB
        idle = {
            "received_by": body["received_by"] and in_hub,
            "readers": body.get("readers") and not in_hub,
            "last_day": "last_day" in body and not in_hub,
            "reservation": body["reservation"]
            and not any(row["code"] == RESERVATION and row["answer"] for row in body["answers"]),
            **{
                f"answers.{place}.reason": row["reason"] and f"why_{row['code']}" not in form.fields
                for place, row in enumerate(body["answers"])
            },
        }
        errors = [(name, "Fältet hör inte till det beslut som skickas.") for name, yes in idle.items() if yes]
        if errors:
            raise Problem("invalid", errors=errors)

    def do(self) -> Disclosure:
        with renamed(self.named):
            return actions.disclose(self.facts, by=self.request.actor, at=self.request.at)
