"""Icons as inline SVG: no font, no sprite request, no image that a strict policy must allow.

Shapes are from Lucide 1.62.0 (ISC, parts MIT; licence in `static/vendor/lucide/LICENSE`), drawn on a 24 unit grid
with a 2 unit stroke. To add one, copy the elements inside `<svg>` of the icon into `data/lucide.json`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

ICONS: Mapping[str, str] = MappingProxyType(
    json.loads((Path(__file__).parent / "data" / "lucide.json").read_text(encoding="utf-8"))
)
