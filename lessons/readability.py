"""How hard a text is to read. textstat is a development dependency: without it the level is not checked, the rest is.

textstat 0.7.8 exactly: the limits are measured with it, and later versions fetch a dictionary from the internet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from .wording import sentences, stem, words

Level = Callable[[str], float]  # Flesch-Kincaid grade of a text


def load_level() -> Level | None:
    """The measure, or None where textstat is not installed."""
    try:
        import textstat
    except ImportError:
        return None

    def level(text: str) -> float:
        return round(float(textstat.flesch_kincaid_grade(text)), 1)

    return level


def masked(text: str, taught: Iterable[str]) -> str:
    """The text with each taught word or phrase replaced by "word", so that a lesson is not punished for teaching it."""
    for phrase in sorted(taught, key=len, reverse=True):
        stems = "\\s+".join(rf"{re.escape(stem(word))}[a-z'’]*" for word in words(phrase))
        text = re.sub(rf"(?<![\w-]){stems}(?![\w-])", "word", text, flags=re.IGNORECASE)
    return text


def longest_sentence(text: str) -> int:
    """Words in the longest sentence; 0 for no words."""
    return max((len(words(sentence)) for sentence in sentences(text)), default=0)


def mean_sentence(text: str) -> float:
    """Words a sentence; 0 for no words."""
    found = [length for length in (len(words(sentence)) for sentence in sentences(text)) if length]
    return round(sum(found) / len(found), 1) if found else 0.0
