"""What a list would do, as values: each row and what becomes of it, new classes, and who is missing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from accounts.bands import YEAR_NAMES
from accounts.roster.identity import Identity

NEW, SKIP, SAME = "new", "skip", "same:"  # what an answer can be; after SAME follows the child's public id


@dataclass(frozen=True, slots=True)
class Known:
    """A child whom the school has, or had."""

    public_id: str
    first_name: str
    letters: str
    class_name: str
    year_group: int
    by_id: bytes | None = None
    by_name: bytes | None = None
    by_class: bytes | None = None
    has_left: bool = False
    boat: tuple[int, int] | None = None  # sail and pattern, to be shown beside the name

    @property
    def shown(self) -> str:
        return f"{self.first_name} {self.letters}".rstrip()


@dataclass(frozen=True, slots=True)
class KnownClass:
    name: str
    year_group: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the teacher said about a row."""

    choice: str = ""  # one of the question's option keys
    called: str = ""  # a nickname for one of two with the same name


class Outcome(StrEnum):
    NEW = "new"
    SAME = "same"  # nothing changes that can be seen
    CHANGED = "changed"
    WAITING = "waiting"  # for an answer; nothing happens until then
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    NOT_YOURS = "not yours"  # somebody else's class: the office can


READY = frozenset({Outcome.NEW, Outcome.SAME, Outcome.CHANGED})


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    options: tuple[Option, ...]
    chosen: str  # the option's key; empty while the row waits


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list and what will happen. `says` is a whole sentence for the teacher, and so is each note."""

    line: int
    outcome: Outcome
    says: str
    first_name: str = ""
    letters: str = ""
    class_name: str = ""
    year_group: int | None = None
    has_surname: bool = False  # more than an initial
    known: Known | None = None  # who she is already
    identity: Identity | None = None
    question: Question | None = None
    notes: tuple[str, ...] = ()
    #: Two have this very name: only a nickname or the boat will tell them apart.
    wants_nickname: bool = False

    @property
    def shown(self) -> str:
        return f"{self.first_name} {self.letters}".rstrip()

    @property
    def year_name(self) -> str:
        return "" if self.year_group is None else YEAR_NAMES[self.year_group]


@dataclass(frozen=True, slots=True)
class NewClass:
    name: str
    year_group: int  # the commonest on the list


@dataclass(frozen=True, slots=True)
class Missing:
    """A class that the list names, and its children whom the list does not name. Nothing happens unless ticked."""

    class_name: str
    pupils: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    rows: tuple[Row, ...]
    new_classes: tuple[NewClass, ...]
    missing: tuple[Missing, ...]

    def count(self, *outcomes: Outcome) -> int:
        return sum(1 for row in self.rows if row.outcome in outcomes)

    @property
    def ready(self) -> int:
        return self.count(*READY)

    @property
    def to_save(self) -> int:
        """Rows that will change something that can be seen."""
        return self.count(Outcome.NEW, Outcome.CHANGED)

    @property
    def waiting(self) -> int:
        return self.count(Outcome.WAITING)

    @property
    def left_out(self) -> int:
        return self.count(Outcome.DUPLICATE, Outcome.REFUSED, Outcome.NOT_YOURS)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes of the rows that are ready, in the list's order."""
        return tuple(dict.fromkeys(row.class_name for row in self.rows if row.outcome in READY))
