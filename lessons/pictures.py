"""Which pictures a lesson or a story may name: the symbols of the sprites in `static/img/`."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from .reading import did_you_mean

SPRITES = Path(__file__).parent.parent / "static" / "img"
_KINDS = ("ob-", "cast-", "place-", "scene-", "state-", "done-")
_ID = re.compile(r'<symbol id="([^"]+)"')


@lru_cache(maxsize=4)
def read_symbols(folder: Path = SPRITES) -> frozenset[str]:
    """The ids of every symbol in the folder's sprites; empty where there is no such folder."""
    return frozenset(name for file in folder.glob("*.svg") for name in _ID.findall(file.read_text(encoding="utf-8")))


def picture_problem(picture: str, symbols: frozenset[str]) -> str:
    """What to do about a picture (`ob-tablet`, `place-kind`, `cast-finn:worried`) that is not there; else empty."""
    name, _, face = picture.partition(":")
    if name not in symbols or not (name.startswith(_KINDS) or name == "lifebuoy"):
        near = get_close_matches(name, [one for one in symbols if one.startswith(_KINDS)], n=1)
        remedy = f"did you mean `{near[0]}`?" if near else "choose another"
        return f"`{name}` is not a picture in static/img: {remedy}"
    if face and (not name.startswith("cast-") or f"face-{face}" not in symbols):
        faces = sorted(one.removeprefix("face-") for one in symbols if one.startswith("face-"))
        return did_you_mean(face, faces, "is not a face of the cast")
    return ""
