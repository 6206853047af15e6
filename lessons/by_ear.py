"""What Reception and Years 1 and 2 need, who work by ear and by picture alone (CURRICULUM.md 5.2, 5.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

#: The bands in which nothing needs reading: everything is heard, and what is chosen carries a picture.
READS_LITTLE = frozenset({"eyfs", "y1-2"})

#: Signs that a voice leaves out or names ("and", "hash", "slash"), so that who listens hears something else.
_UNSPEAKABLE = re.compile(r"[^\w\s.,;:!?'’\"“”‘()\-–—…]|_")


def unspeakable(text: str) -> Iterator[tuple[str, int]]:
    """Each sign that cannot be heard, and where it stands; marks of Markdown and facts are to be taken out before."""
    for match in _UNSPEAKABLE.finditer(text):
        yield match[0], match.start()


def looks_alike(pictures: Iterable[str]) -> str:
    """The picture that stands for two of these; empty when each has its own. Those without one do not count."""
    seen: set[str] = set()
    for picture in pictures:
        if picture and picture in seen:
            return picture
        seen.add(picture)
    return ""
