"""The parts of the pages say the same to the eye, to a screen reader and on paper (P-Q1)."""

import re
from pathlib import Path

import pytest
from django.template import engines
from django.test import RequestFactory

from hub import styleguide
from hub.icons import ICONS
from hub.looks import AGENCY_LOOK, BADGE_ICON, NOTICE_ICON
from hub.models import AgencyKind

ROOT = Path(__file__).resolve().parent.parent


def render(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load ui %}" + source).render(context, RequestFactory().get("/"))


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_every_agency_kind_has_a_look_of_its_own() -> None:
    assert set(AGENCY_LOOK) == set(AgencyKind.values)


def test_every_icon_that_a_look_names_exists() -> None:
    named = {icon for _, icon, _ in AGENCY_LOOK.values()} | set(BADGE_ICON.values()) | set(NOTICE_ICON.values())
    assert named <= set(ICONS)


def test_every_icon_that_a_template_names_exists() -> None:
    templates = (ROOT / "templates").rglob("*.html")
    named = {
        name
        for path in templates
        for name in re.findall(r'{% icon "([a-z0-9-]+)"|\bicon="([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
        for name in name
        if name
    }
    assert named - set(ICONS) == set()


def test_a_badge_is_a_shape_and_a_word() -> None:
    html = render('{% badge "Går snart ut" "warn" %}')
    assert "<svg" in html
    assert plain(html) == "Går snart ut"


def test_what_comes_from_people_is_escaped() -> None:
    html = render(
        "{% badge x %}{% eyeline x %}{% person x x %}{% box x %}{{ x }}{% endbox %}"
        "{% event x by=x when=x eye=x %}{{ x }}{% endevent %}{% button x %}{% crumbs x %}{% empty_state x x %}",
        x="<script>alert(1)</script>",
    )
    assert "<script" not in html


def cell(**values: str) -> str:
    columns = [{"kind": "polis"}]
    rows = [{"label": "Skolnärvaro", "cells": [values]}]
    return render('{% matrix columns rows "Vem får veta vad" key=False %}', columns=columns, rows=rows)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"state": "allowed", "until": "28 feb"}, "får läsa t.o.m. 28 feb"),
        ({"state": "soon", "until": "25 nov", "left": "3 dagar kvar"}, "får läsa t.o.m. 25 nov 3 dagar kvar"),
        ({"state": "soon", "until": "25 nov"}, "får läsa t.o.m. 25 nov snart slut"),
        ({"state": "own"}, "egen"),
        ({"state": "none"}, "får inte läsa"),
        ({"state": "barred"}, "spärrad"),
        ({}, "får inte läsa"),
    ],
)
def test_a_cell_says_in_words_what_it_shows(values: dict[str, str], said: str) -> None:
    assert said in plain(cell(**values))


def test_a_cell_of_an_unknown_state_never_looks_allowed() -> None:
    assert "cell-allowed" not in cell(state="okänd")


def test_the_matrix_names_who_may_not_read_in_a_sentence_for_narrow_screens() -> None:
    columns = [{"kind": "polis"}, {"kind": "sis"}]
    rows = [{"label": "Hälsa", "cells": [{"state": "none"}, {"state": "none"}]}]
    html = render('{% matrix columns rows "x" %}', columns=columns, rows=rows)
    assert "Inte polis och SiS" in plain(html)


def test_each_error_leads_to_its_field() -> None:
    form = styleguide.SampleForm({"born": "22 nov"})
    html = render("{% error_summary form %}{% form_fields form %}", form=form)
    targets = re.findall(r'href="#([^"]+)"', html)
    assert len(targets) == len(form.errors)
    for target in targets:
        assert f'id="{target}"' in html


def test_what_describes_a_field_is_on_the_page() -> None:
    form = styleguide.SampleForm({"born": "22 nov"})
    html = render("{% form_fields form %}", form=form)
    named = {name for names in re.findall(r'aria-describedby="([^"]+)"', html) for name in names.split()}
    assert named
    for name in named:
        assert f'id="{name}"' in html


def test_voluntary_fields_say_so_and_the_others_do_not() -> None:
    form = styleguide.SampleForm()
    assert "(frivilligt)" in render("{% field form.school %}", form=form)
    assert "(frivilligt)" not in render("{% field form.name %}", form=form)


def test_the_key_of_a_form_that_counts_once_is_new_every_time() -> None:
    assert render("{% once %}") != render("{% once %}")


def test_no_template_carries_script_or_style_of_its_own() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=|\bhx-on", text), path


def test_no_stylesheet_reaches_outside() -> None:
    for path in (ROOT / "static").rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"url\([\"']?(data:|https?:|//)|@import", text), path


def test_every_vendored_folder_carries_its_licence() -> None:
    folders = [folder for folder in (ROOT / "static" / "vendor").iterdir() if folder.is_dir()]
    assert folders
    assert [folder.name for folder in folders if not (folder / "LICENSE").is_file()] == []
