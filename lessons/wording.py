"""Words and sentences: how a text is cut up for reading aloud and for the checks. No list of words lives here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

#: Where one sentence ends and the next begins; group 1 is the closing quotes, which belong to the first.
SENTENCE_BREAK = re.compile(r"(?<=[.!?…])([\"'”’)]*)\s+(?=[\"'“‘(]*[A-Z0-9])")
_WORD = re.compile(r"[A-Za-z0-9À-ÿ]+(?:['’\-][A-Za-z0-9À-ÿ]+)*")

#: Words that carry no subject matter, left out where two questions are compared.
_STOP_WORDS = """
    a about after again all also am an and any are as at back be because been before being both but by can can't
    come could did didn't do does doesn't doing don't down each first for from get gets give go goes going got had has
    have he he's her here hers him his how i i'm if in into is isn't it it's its just let like make makes may me might
    more most much must my need needs new next no nor not now of off on one only or other our out over own say says
    she she's should so some someone something still such take tell than that that's the their them then there these
    they they're thing things this those through to too up us use very want wants was we well were what when where
    which while who why will with won't would yes yet you you're your one two three best true safe
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


_ENDINGS = (("ies", "y"), ("ied", "y"), ("ing", ""), ("edly", ""), ("ed", ""), ("es", ""), ("s", ""), ("ly", ""))


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with its closing quotes. A blank line or the end of a line that ends a
    sentence ends one; a line broken in the middle of a sentence does not."""
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text):
        start = 0
        flat = " ".join(paragraph.split())
        for end in SENTENCE_BREAK.finditer(flat):
            found.append(flat[start : end.end(1)])
            start = end.end()
        if flat[start:]:
            found.append(flat[start:])
    return found


def words(text: str) -> list[str]:
    """The words of a text in order; `grown-up` and `can't` are one word each."""
    return _WORD.findall(text)


def letters(text: str) -> int:
    """How many letters and figures, the measure of an option's length."""
    return sum(character.isalnum() for character in text)


def stem(word: str) -> str:
    """The word without its commonest endings, so that `trusting` and `trusts` are `trust`. Rough, and enough to
    see whether two questions speak of the same things."""
    word = word.casefold().replace("’", "'").removesuffix("'s").removesuffix("'")
    for ending, kept in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + kept
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


def content_words(text: str, leaving_out: Iterable[str] = ()) -> set[str]:
    """The stems of the words that say what a text is about; `leaving_out` are words (a lesson's taught ones)."""
    left_out = {stem(word) for phrase in leaving_out for word in words(phrase)}
    found = {stem(word) for word in words(text) if word.casefold().replace("’", "'") not in STOP_WORDS}
    return {word for word in found if len(word) > 1} - left_out


@lru_cache(maxsize=64)  # of the helplines: looked for in every passage
def phrase(text: str) -> re.Pattern[str]:
    """A pattern that finds this word or phrase, whole, in any letters and with either apostrophe."""
    return phrases([text])


def phrases(texts: Iterable[str], flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """A pattern that finds any of these words or phrases, whole; the longest first. None at all finds nothing."""
    longest_first = sorted(set(texts), key=len, reverse=True)
    inner = "|".join(re.escape(text.strip()).replace("'", "['’]").replace(r"\ ", r"\s+") for text in longest_first)
    return re.compile(rf"(?<![\w-])(?:{inner})(?![\w-])" if inner else r"(?!)", flags)
