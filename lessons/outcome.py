"""What a choice or an act leads to, in quizzes, stories and pretend apps alike."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """An item's correct option is safe, another is rethink."""

    SAFE = "safe"
    PARTLY = "partly"
    RETHINK = "rethink"
    HELP = "help"
    DONE = "done"  # a page turned, a thing placed, a setting looked at: nothing to judge
