"""What somebody says by the form of the lifebuoy: what it offers, what was sent, and what tells two forms apart. Pure.

Nothing here judges what is said: the words are not looked at, and only a tick sends something to the head alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from .concerns import LONGEST_WORDS

#: The faces of "How do you feel?", by the key that a form carries.
FEELINGS: Mapping[str, str] = {"worried": "Worried", "sad": "Sad", "scared": "Scared", "unsure": "Not sure"}
#: "Who would you like to talk to?", as the desk reads it.
WANTS: Mapping[str, str] = {
    "teacher": "My teacher",
    "lead": "The safeguarding lead",
    "another": "Another grown-up at school",
    "anyone": "I don’t mind",
}
_LONGEST_NAME = 120
_LONGEST_ID = 40


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form as it was filled in: a pupil's, or a grown-up's who tells about a child."""

    id: str  # random, made with the page: thirty taps carry the same
    came: str = ""  # the path of the page before
    words: str = ""
    feeling: str = ""
    wants: str = ""
    wants_talk: bool = False
    is_for_head: bool = False
    about: str = ""  # a grown-up's: the public id of the child
    about_words: str = ""  # or who it is about, in words

    @property
    def is_too_long(self) -> bool:
        return len(self.words) > LONGEST_WORDS

    @property
    def identity(self) -> str:
        """The form and what it says: many taps, Back and a resend are one; words that were changed are not lost."""
        said = (self.words, self.feeling, self.wants, self.wants_talk, self.is_for_head, self.about, self.about_words)
        return f"{self.id}:{hashlib.sha256(repr(said).encode()).hexdigest()[:32]}"


def read_sheet(fields: Mapping[str, str]) -> Sheet:
    """What a form says. What it does not offer is left out; the words are kept as they were written."""
    feeling, wants = fields.get("feeling", ""), fields.get("wants", "")
    return Sheet(
        id=_clean(fields.get("id", ""))[:_LONGEST_ID],
        came=_clean(fields.get("came", ""))[:200],
        words=_clean(fields.get("words", "")).strip(),
        feeling=feeling if feeling in FEELINGS else "",
        wants=wants if wants in WANTS else "",
        wants_talk=bool(fields.get("talk")),
        is_for_head=bool(fields.get("head")),
        about=_clean(fields.get("about", ""))[:_LONGEST_ID],
        about_words=" ".join(_clean(fields.get("about_words", "")).split())[:_LONGEST_NAME],
    )


def _clean(words: str) -> str:
    """The same words, one kind of line end, and nothing that is no text: a browser's script sends what a form would."""
    return words.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
