"""The parts that pages of triage are made of: `{% load triage_ui %}`."""

from django import template
from django.utils.safestring import SafeString

from hub.templatetags.ui import badge
from triage.models import Colour

register = template.Library()

#: Colour → the badge's kind: circle, diamond or triangle with its hue (`hub.looks.BADGE_ICON`).
LOOK = {Colour.GREEN.value: "gron", Colour.ORANGE.value: "orange", Colour.RED.value: "rod"}


@register.simple_tag
def colour(value: str, prefix: str = "") -> SafeString:
    """How urgent a concern is: a shape of its own and the word, never the colour alone (R56).

    Args:
        value: a `Colour`, or "" where nobody has judged it.
        prefix: words before the colour's own, such as "Föreslagen: ".
    """
    if value not in LOOK:
        return badge(f"{prefix}Inte bedömd", "outline")
    return badge(f"{prefix}{Colour(value).label}", LOOK[value])
