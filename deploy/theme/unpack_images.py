"""Move the pictures that a vendored stylesheet carries as data: addresses into files beside it.

The content security policy allows pictures from the own origin only; a data: address would need a hole in it.
Usage: python deploy/theme/unpack_images.py static/vendor/designsystemet/designsystemet.css
"""

import re
import sys
from hashlib import blake2s
from pathlib import Path
from urllib.parse import unquote

DATA_URL = re.compile(r"""url\((["'])data:image/svg\+xml;charset=utf-8,(.*?)\1\)""")


def unpack(stylesheet: Path) -> int:
    """Write one SVG file per distinct picture; the stylesheet then names the files. Returns how many."""
    folder = stylesheet.parent / "img"
    folder.mkdir(exist_ok=True)
    names: set[str] = set()

    def to_file(found: re.Match[str]) -> str:
        picture = unquote(found.group(2))
        name = f"{blake2s(picture.encode(), digest_size=4).hexdigest()}.svg"
        (folder / name).write_text(picture + "\n", encoding="utf-8")
        names.add(name)
        return f'url("img/{name}")'

    stylesheet.write_text(DATA_URL.sub(to_file, stylesheet.read_text(encoding="utf-8")), encoding="utf-8")
    return len(names)


if __name__ == "__main__":
    print(unpack(Path(sys.argv[1])), "pictures unpacked")
