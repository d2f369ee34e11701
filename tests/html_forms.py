"""What a browser would send: the values of a page's form as it stands, to be changed as a user would."""

from html.parser import HTMLParser
from typing import Any

from django.http.response import HttpResponseBase

Attrs = list[tuple[str, str | None]]


class _Forms(HTMLParser):
    """Every POST form with its fields' values."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self.text_of: str | None = None
        self.select: tuple[str, list[tuple[str, bool]]] | None = None

    def handle_starttag(self, tag: str, attrs: Attrs) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "form" and a.get("method", "").lower() == "post":
            self.forms.append({})
        elif tag == "input" and a.get("name"):
            ticked = a.get("type") in ("checkbox", "radio")
            if not ticked or "checked" in a:
                self.add(a["name"], a.get("value", "on" if ticked else ""))
        elif tag == "textarea":
            self.text_of = a["name"]
            self.add(a["name"], "")
        elif tag == "select":
            self.select = (a["name"], [])
        elif tag == "option" and self.select is not None:
            self.select[1].append((a.get("value", ""), "selected" in dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.text_of = None
        elif tag == "select" and self.select is not None:
            name, options = self.select
            self.add(name, next((v for v, chosen in options if chosen), options[0][0]))
            self.select = None

    def handle_data(self, data: str) -> None:
        if self.text_of is not None:
            self.forms[-1][self.text_of] = [data.lstrip("\n")]

    def add(self, name: str, value: str) -> None:
        if self.forms:
            self.forms[-1].setdefault(name, []).append(value)


def _text(response: HttpResponseBase) -> str:
    content: bytes = getattr(response, "content", b"")
    return content.decode()


def typed(response: HttpResponseBase, having: str = "once", **changes: Any) -> dict[str, list[str]]:
    """The form that has the field `having`, last on the page, with some answers changed.

    `changes`: field name (with - written as __) → one value, a list of values, or None to leave it out.
    """
    parser = _Forms()
    parser.feed(_text(response))
    data = [form for form in parser.forms if having in form][-1]
    for name, value in changes.items():
        key = name.replace("__", "-")
        if value is None:
            data.pop(key, None)
        else:
            data[key] = [str(v) for v in value] if isinstance(value, list) else [str(value)]
    return data


def says(response: HttpResponseBase, sentence: str) -> bool:
    """Whether the sentence is on the page, as a reader sees it."""
    text = _text(response).replace("&nbsp;", "\u00a0").replace("&#x27;", "'").replace("&quot;", '"')
    return sentence in text
