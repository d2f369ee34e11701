"""The parts that pages are made of, as template tags: `{% load ui %}`.

One part looks and speaks the same everywhere, and its accessibility is decided once (P-Q1). A state is always
a shape and a word, never colour alone. `docs/design.md` shows how each is used; the style guide shows how it
looks. The tags format what they are given: they never query and never decide who may see what.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from hub import swedish
from hub.icons import ICONS
from hub.looks import AGENCY_LOOK, BADGE_ICON, CELL_WORD, NOTICE_ICON, UNKNOWN_LOOK

register = template.Library()


def _get(source: object, key: str, default: Any = "") -> Any:
    """Read a key of a mapping or an attribute of an object: pages may hand over either."""
    if isinstance(source, Mapping):
        return source.get(key, default)
    return getattr(source, key, default)


# --- small parts -----------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An inline icon; hidden from assistive technology unless it carries the meaning itself (`label`)."""
    shape = ICONS.get(name) or ICONS["circle"]
    named = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        named,
        mark_safe(shape),  # noqa: S308 - constant of our own module
    )


@register.simple_tag
def badge(text: object, kind: str = "neutral", icon: str = "") -> SafeString:
    """A state as shape, word and tint."""
    return format_html(
        '<span class="tag tag-{}">{}{}</span>', kind, _icon(icon or BADGE_ICON.get(kind, "circle")), text
    )


@register.simple_tag
def agency(kind: str, name: str = "") -> SafeString:
    """An agency by its kind's icon and hue, with its name (or the kind's word) beside."""
    css, symbol, word = AGENCY_LOOK.get(str(kind), UNKNOWN_LOOK)
    return format_html('<span class="kind kind-{} agency">{}<span>{}</span></span>', css, _icon(symbol), name or word)


@register.simple_tag
def eyeline(text: str, own: bool = False) -> SafeString:
    """Who can read this and until when, in one quiet line (mockups: carrying idea 2)."""
    return format_html(
        '<p class="eye{}">{}<span>{}</span></p>',
        " eye-own" if own else "",
        _icon("lock" if own else "eye"),
        text,
    )


@register.inclusion_tag("components/button.html")
def button(label: str, href: str = "", variant: str = "", **options: Any) -> dict[str, Any]:
    """A button, or a link that looks like one (`href`).

    Options: `icon`, `color` (danger), `name`, `value`, `size` (sm), `full`, `formaction`, `formnovalidate`,
    `form` (id of a form elsewhere on the page), `describe` (words read after the label), `type`, `popover`.
    """
    return {"label": label, "href": href, "variant": variant, **options}


@register.inclusion_tag("components/person.html")
def person(name: str, detail: str = "", kind: str = "", href: str = "") -> dict[str, Any]:
    css, symbol, _word = AGENCY_LOOK.get(str(kind), ("annan", "user-round", ""))
    return {"name": name, "detail": detail, "css": css, "symbol": symbol, "href": href}


@register.inclusion_tag("components/breadcrumb.html")
def crumbs(*parts: str) -> dict[str, Any]:
    """`{% crumbs "Mina ungdomar" url "S-2026-0012" %}`: label and address by turns, the page itself last."""
    pairs = [(parts[i], parts[i + 1]) for i in range(0, len(parts) - 1, 2)]
    return {"links": pairs, "here": parts[-1] if len(parts) % 2 else ""}


@register.inclusion_tag("components/stepper.html")
def stepper(steps: Iterable[object], label: str = "Steg") -> dict[str, Any]:
    """Steps with `label`, `state` (done, current, todo) and `url` where one may go back."""
    listed = [{k: _get(step, k) for k in ("label", "state", "url")} for step in steps]
    here = next((n for n, step in enumerate(listed, 1) if step["state"] == "current"), 0)
    return {"steps": listed, "label": label, "here": here, "total": len(listed)}


@register.inclusion_tag("components/empty.html")
def empty_state(
    title: str, text: str = "", url: str = "", action: str = "", icon: str = "folder-open"
) -> dict[str, Any]:
    return {"title": title, "text": text, "url": url, "action": action, "icon": icon}


@register.inclusion_tag("components/facts.html")
def facts(rows: Iterable[Sequence[object]], layout: str = "grid") -> dict[str, Any]:
    """Terms and values; `layout="list"` puts one pair per line."""
    return {"rows": [row for row in rows if row[1] not in (None, "")], "layout": layout}


@register.inclusion_tag("components/pager.html")
def pager(newer: str = "", older: str = "", newer_label: str = "Nyare", older_label: str = "Äldre") -> dict[str, Any]:
    """Cursor pagination: two addresses, no page numbers (cost must not grow with the whole, P-Q2)."""
    return {"newer": newer, "older": older, "newer_label": newer_label, "older_label": older_label}


@register.inclusion_tag("components/consequences.html")
def consequences(lost: Iterable[str] = (), kept: Iterable[str] = (), next: Iterable[str] = ()) -> dict[str, Any]:
    """What a confirmed step ends, what stays, and what happens next."""
    return {"lost": list(lost or ()), "kept": list(kept or ()), "next": list(next or ())}


@register.inclusion_tag("components/chips.html")
def chips(options: Iterable[object], label: str) -> dict[str, Any]:
    """Filters as links: each option has `label`, `url`, `current` and perhaps `kind` (agency) or `icon`."""
    shown = []
    for option in options:
        kind = str(_get(option, "kind"))
        symbol = _get(option, "icon") or (AGENCY_LOOK[kind][1] if kind in AGENCY_LOOK else "")
        shown.append({k: _get(option, k) for k in ("label", "url", "current")} | {"icon": symbol})
    return {"options": shown, "label": label}


@register.inclusion_tag("components/ribbon.html")
def ribbon(day: int, of: int = 28) -> dict[str, Any]:
    """The fourth week as a strip of days: `day` days since the last meeting, of `of` (R58)."""
    days = ["over" if day > of else "past" if n < day else "today" if n == day else "left" for n in range(1, of + 1)]
    return {"days": days, "day": day, "of": of}


# --- parts around other content --------------------------------------------------------------------------


@register.simple_block_tag
def box(content: str, title: str = "", note: str = "", id: str = "", css: str = "") -> SafeString:
    """A framed section; `title` becomes its heading and its name."""
    return _render("box", content=content, title=title, note=note, id=id, css=css)


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "", live: bool = False) -> SafeString:
    """Something the reader must notice: info, warning, danger or success; `live` announces it."""
    return _render("notice", content=content, kind=kind, title=title, live=live, icon=NOTICE_ICON.get(kind, "info"))


@register.simple_block_tag
def helpbox(content: str, title: str = "", level: int = 2) -> SafeString:
    """Guidance beside the step, for those who come seldom."""
    return _render("help", content=content, title=title, level=level)


@register.simple_block_tag
def more(content: str, title: str) -> SafeString:
    """Detail on demand, without script."""
    return format_html('<details class="more"><summary>{}</summary>{}</details>', title, content)


@register.simple_block_tag
def event(
    content: str, title: str, kind: str = "", agency: str = "", by: str = "", when: str = "", **options: Any
) -> SafeString:
    """One row of the timeline.

    Options: `href`, `eye` (who can read it), `own` (only your own agency can), `icon`, `iso` (time for
    machines), `status` and `status_kind` (badge), `note` (a correction, P-I3).
    """
    css, symbol, word = AGENCY_LOOK.get(kind, UNKNOWN_LOOK)
    symbol = options.get("icon") or (symbol if kind else "calendar")
    label = agency or (word if kind else "")
    return _render(
        "event",
        **{**options, "content": content, "title": title, "css": css, "symbol": symbol, "agency": label},
        by=by,
        when=when,
    )


# --- the matrix ------------------------------------------------------------------------------------------


def _cell(cell: object, row_label: str, column: Mapping[str, Any]) -> dict[str, Any]:
    state = str(_get(cell, "state") or "none")
    keys = ("label", "until", "left", "href", "name", "value", "checked", "disabled", "id")
    shown: dict[str, Any] = {key: _get(cell, key) for key in keys}
    shown |= {"state": state, "column": column["label"], "word": CELL_WORD.get(state, ""), "row": row_label}
    if state == "soon":
        shown["left"] = shown["left"] or "snart slut"
    return shown


def _inside_sentence(name: str) -> str:
    """Polis becomes polis; names with capitals of their own (SiS, LPO Vällingby) stay."""
    return name.lower() if name == name.capitalize() else name


@register.inclusion_tag("components/matrix.html")
def matrix(
    columns: Iterable[object],
    rows: Iterable[object],
    caption: str,
    corner: str = "Uppgiftstyp",
    key: bool = True,
) -> dict[str, Any]:
    """Information types by agencies, "Vem får veta vad": the one picture of consent (carrying idea 1).

    `columns`: `label`, `kind`. `rows`: `label`, `hint`, `cells` in the order of the columns; a cell has
    `state` (own, allowed, soon, none, barred), `until` ("28 feb"), `left` ("3 dagar kvar"), `label`
    (replaces the words), `href`; or, to be ticked, `state="choice"` with `name`, `value`, `checked`,
    `disabled`, `id`.
    """
    heads = []
    for column in columns:
        css, symbol, word = AGENCY_LOOK.get(str(_get(column, "kind")), UNKNOWN_LOOK)
        heads.append({"label": _get(column, "label") or word, "css": css, "symbol": symbol})
    body = []
    for row in rows:
        cells = [_cell(c, str(_get(row, "label")), h) for c, h in zip(_get(row, "cells", ()), heads, strict=False)]
        without = [c["column"] for c in cells if c["state"] == "none"]
        rest = swedish.listing(_inside_sentence(name) for name in without) if without else ""
        body.append({"label": _get(row, "label"), "hint": _get(row, "hint"), "cells": cells, "rest": rest})
    choices = any(cell["state"] == "choice" for row in body for cell in row["cells"])
    states = {cell["state"] for row in body for cell in row["cells"]}
    return {
        "columns": heads,
        "rows": body,
        "caption": caption,
        "corner": corner,
        "choices": choices,
        "dense": len(heads) > 4,
        "states": states if key and not choices else set(),
    }


# --- forms -----------------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField, cards: bool = False, width: str = "", css: str = "") -> SafeString:
    """A form field with label, help, error and "frivilligt"; choices become a group (or cards).

    `width`: short or medium. A form field may carry `choice_hints`, a mapping of value to explanation.
    """
    widget = bound.field.widget
    input_type = getattr(widget, "input_type", "")
    widget.attrs.pop("placeholder", None)  # allauth repeats the label inside the field, in other words
    base = f"ds-input {widget.attrs.get('class', '')} {'input-' + width if width else ''}".split()
    attrs: dict[str, Any] = {"class": " ".join(dict.fromkeys(base))}
    grouped = input_type in {"radio", "checkbox"} and widget.use_fieldset
    hints = {str(key): text for key, text in getattr(bound.field, "choice_hints", {}).items()}
    return _render(
        "field",
        bound=bound,
        kind="group" if grouped else "check" if input_type == "checkbox" else "input",
        input="" if grouped else bound.as_widget(attrs=attrs),
        options=list(_options(bound, hints)) if grouped else [],
        fieldset=widget.use_fieldset,
        cards=cards,
        css=css,
        max=widget.attrs.get("data-max"),
    )


def _options(bound: BoundField, hints: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    for option in bound:
        option.data["attrs"]["class"] = "ds-input"
        value = str(option.data["value"])
        yield {
            "tag": option.tag(),
            "id": option.id_for_label,
            "label": option.choice_label,
            "hint": hints.get(value, ""),
        }


@register.simple_tag
def once() -> SafeString:
    """A random key that makes the form count once, however often it is sent (P-Q3; `hub.http.once`)."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid4())


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """All fields of a form, hidden ones last."""
    shown = [field(bound) for bound in form.visible_fields()]
    return mark_safe("".join([*shown, *(str(bound) for bound in form.hidden_fields())]))  # noqa: S308 - rendered


@register.inclusion_tag("components/errors.html")
def error_summary(*forms: BaseForm | list[BaseForm]) -> dict[str, Any]:
    """All that must be mended, at the top, each a link to its field (P-Q4); the forms of a formset as a list."""
    found: list[dict[str, str]] = []
    for form in (one for given in forms for one in (given if isinstance(given, list) else [given])):
        if not isinstance(form, BaseForm) or not form.is_bound:
            continue
        found += [{"text": str(text), "href": ""} for text in form.non_field_errors()]
        for bound in form:
            found += [{"text": str(text), "href": f"#{_focus_id(bound)}"} for text in bound.errors]
    return {"found": found}


def _focus_id(bound: BoundField) -> str:
    widget = bound.field.widget
    if getattr(widget, "input_type", "") in {"radio", "checkbox"} and widget.use_fieldset:
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id


# --- words for time: the rules live in hub.swedish -------------------------------------------------------


def _swedish(name: str, value: object, *more: object) -> str:
    if value in (None, ""):
        return ""
    words = cast("Callable[..., object]", getattr(swedish, name))
    return str(words(value, *more))


@register.filter
def day(value: date | None) -> str:
    """22 november 2026"""
    return _swedish("day", value)


@register.filter
def day_short(value: date | None, today: date | None = None) -> str:
    """22 nov, with the year when it is not the one of `today`."""
    return _swedish("day_short", value, today)


@register.filter
def moment(value: datetime | None, now: datetime | None = None) -> str:
    """sön 22 nov 09.30; with `now` also "i dag 09.30"."""
    return _swedish("moment", value, now)


@register.filter
def clock_time(value: datetime | None) -> str:
    return _swedish("clock_time", value)


@register.filter
def until(value: date | None, today: date | None = None) -> str:
    """till och med 28 februari"""
    return _swedish("until", value, today)


@register.filter
def since(value: datetime | None) -> str:
    """1 december 2026, or the instant when it is within a day"""
    return _swedish("since", value)


@register.filter
def listing(parts: Iterable[str]) -> str:
    """a, b och c"""
    return _swedish("listing", list(parts or ()))


@register.filter
def time_left(value: timedelta | None) -> str:
    return _swedish("time_left", value)


@register.filter
def age(birth: date | None, on: date) -> str:
    """Whole years on a given day; the day is an argument because the server's date is not the rule's."""
    return _swedish("age", birth, on)


@register.filter
def initials(name: str) -> str:
    """First letters of the first and last name, for the round mark beside a user."""
    words = str(name).split()
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()


_icon = icon


def _render(component: str, **context: Any) -> SafeString:
    return render_to_string(f"components/{component}.html", context)
