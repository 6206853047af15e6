"""What a class list would do, row by row, before anything is done. Pure: the same list, school and answers give the
same plan, so the preview and the confirmation each work it out for themselves.

A child on the list is looked for among those the school has (DESIGN.md 6): by number, then by full name and intake
year, then by full name and class. What stays in doubt is asked, and a row that waits for an answer changes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from accounts.bands import YEAR_NAMES
from accounts.roster.cells import Unusable, name_in, year_in_class_name
from accounts.roster.identity import (
    Identity,
    Mac,
    identities,
    identity_of,
    intake_of,
    is_near,
    is_same_kind,
    near_names,
    plain,
)
from accounts.roster.letters import letters_for
from accounts.roster.plan import (
    NEW,
    READY,
    SAME,
    SKIP,
    Answer,
    Known,
    KnownClass,
    Missing,
    NewClass,
    Option,
    Outcome,
    Plan,
    Question,
    Row,
)
from accounts.roster.reading import Child, Refused, class_key

#: This many children who go from one class to one other make it a renamed class, about which nobody is asked.
_A_CLASS_MOVES = 3
#: Hashes of misspellings tried for one list, so that a hostile one cannot keep the server busy.
_MOST_SLIPS = 150_000

K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class _Draft:
    """A row while it is being worked out."""

    child: Child
    class_name: str
    year_group: int
    identity: Identity
    other: Identity | None  # under the name she is called by
    first: str
    called: str
    family: str
    outcome: Outcome | None = None
    says: str = ""
    known: Known | None = None
    is_another: bool = False  # the teacher said that she is nobody whom the school has
    question: Question | None = None
    notes: list[str] = field(default_factory=list)
    first_name: str = ""
    letters: str = ""
    wants_nickname: bool = False

    @property
    def line(self) -> int:
        return self.child.line

    @property
    def hashes_of_name(self) -> set[bytes]:
        both = (self.identity.by_name, self.other.by_name if self.other else None)
        return {mac for mac in both if mac is not None}

    @property
    def hashes_of_class(self) -> set[bytes]:
        return {self.identity.by_class, *([self.other.by_class] if self.other else [])}

    @property
    def is_open(self) -> bool:
        """Nothing is decided about it yet."""
        return self.outcome is None and self.known is None and not self.is_another

    def differs_by_number(self, known: Known) -> bool:
        """Both have a number of the same kind, and not the same one."""
        return is_same_kind(self.identity.by_id, known.by_id) and self.identity.by_id != known.by_id


def make_plan(
    readings: Iterable[Child | Refused],
    known: Sequence[Known],
    classes: Sequence[KnownClass],
    *,
    school_year: int,
    mac: Mac,
    may_use: Callable[[str], bool],
    answers: Mapping[int, Answer] | None = None,
) -> Plan:
    """What this list would do. `school_year` began in that calendar year's September; `mac` is the school's keyed hash;
    `may_use` says whether whoever sends the list may fill the class of this name (a new one they then teach);
    `answers` are by line."""
    planner = _Planner(known, classes, school_year, mac, may_use, answers or {})
    return planner.plan(list(readings))


class _Planner:
    def __init__(
        self,
        known: Sequence[Known],
        classes: Sequence[KnownClass],
        school_year: int,
        mac: Mac,
        may_use: Callable[[str], bool],
        answers: Mapping[int, Answer],
    ) -> None:
        self.known = sorted(known, key=lambda pupil: pupil.public_id)
        self.classes = {class_key(room.name): room for room in classes}
        self.school_year = school_year
        self.mac = mac
        self.may_use = may_use
        self.answers = answers
        self.claimed: dict[str, int] = {}  # public id of a known child to the line that is her
        self.in_question: set[str] = set()
        self.drafts: list[_Draft] = []
        self.slips_left = _MOST_SLIPS

    def plan(self, readings: list[Child | Refused]) -> Plan:
        rows = {reading.line: _refused(reading) for reading in readings if isinstance(reading, Refused)}
        self._draft([reading for reading in readings if isinstance(reading, Child)], rows)
        self._find_doubles()
        self._match_by_number()
        self._match_by_name()
        self._match_by_class()
        self._match_by_first_name_alone()
        self._ask_about_near_names()
        for draft in self.drafts:
            self._settle(draft)
        self._give_letters()
        for draft in self.drafts:
            rows[draft.line] = self._row(draft)
        return Plan(
            rows=tuple(rows[line] for line in sorted(rows)),
            new_classes=self._new_classes(),
            missing=self._missing(),
        )

    # Reading on: classes, years, identities

    def _draft(self, children: list[Child], rows: dict[int, Row]) -> None:
        names = {key: room.name for key, room in self.classes.items()}
        for child in children:
            name = names.setdefault(class_key(child.class_name), child.class_name)
            year = child.year_group
            notes = list(child.notes)
            if year is None and class_key(name) in self.classes:
                year = self.classes[class_key(name)].year_group
                notes.append(f"{YEAR_NAMES[year]}, like the rest of {name}.")
            if year is None and (year := year_in_class_name(name)) is not None:
                notes.append(f"{YEAR_NAMES[year]}, by the name of the class.")
            if year is None:
                reason = "no year group. Choose one above for the lines without"
                rows[child.line] = _refused(Refused(child.line, child.called, reason))
                continue
            first, called = plain(child.first_name), plain(child.called)
            other = None
            if called != first:
                other = identities(child.called, child, year_group=year, school_year=self.school_year, mac=self.mac)
            self.drafts.append(
                _Draft(
                    child=child,
                    class_name=name,
                    year_group=year,
                    identity=identity_of(child, year_group=year, school_year=self.school_year, mac=self.mac),
                    other=other,
                    first=first,
                    called=called,
                    family=plain(child.surname),
                    notes=notes,
                )
            )
        self._note_odd_years()

    def _note_odd_years(self) -> None:
        years: dict[str, Counter[int]] = defaultdict(Counter)
        for draft in self.drafts:
            years[draft.class_name][draft.year_group] += 1
        for draft in self.drafts:
            counted = years[draft.class_name]
            year, count = counted.most_common(1)[0]
            if counted[draft.year_group] == 1 and count >= 3:
                draft.notes.append(f"{YEAR_NAMES[draft.year_group]}, in a class that is mostly {YEAR_NAMES[year]}.")

    # The same child twice on the list

    def _find_doubles(self) -> None:
        by_number: dict[bytes, _Draft] = {}
        by_name: dict[tuple[str, str, str], dict[bytes, _Draft]] = defaultdict(dict)  # and then by kind of number
        elsewhere: dict[tuple[str, str, int], _Draft] = {}
        school_has = Counter(pupil.by_class for pupil in self.known if not pupil.has_left)
        listed: Counter[bytes] = Counter()
        for draft in self.drafts:
            number = draft.identity.by_id
            if number is not None and number in by_number:
                self._same_number(draft, by_number[number])
                if draft.outcome is not None:
                    continue
            elif number is not None:
                by_number[number] = draft
            kind = number[:1] if number else b""
            namesakes = by_name[draft.first, draft.family, class_key(draft.class_name)]
            # Two numbers of a kind are two children, and so are two whom the school has as two.
            earlier = next((other for other_kind, other in namesakes.items() if not kind or other_kind != kind), None)
            if earlier and school_has[draft.identity.by_class] <= listed[draft.identity.by_class]:
                self._same_name(draft, earlier)
            if draft.outcome is None:
                namesakes.setdefault(kind, draft)
                listed[draft.identity.by_class] += 1
                first = elsewhere.setdefault((draft.first, draft.family, draft.year_group), draft)
                if draft.family and class_key(first.class_name) != class_key(draft.class_name):
                    draft.notes.append(f"Line {first.line} has the same name in {first.class_name}: both are kept.")

    def _same_number(self, draft: _Draft, earlier: _Draft) -> None:
        if draft.family == earlier.family and {draft.first, draft.called} & {earlier.first, earlier.called}:
            _leave_out_double(draft, earlier)
            return
        self._ask(
            draft,
            f"Line {earlier.line} has the same number and another name. Is this the same child?",
            [Option(NEW, "Another child"), Option(SKIP, f"The same child as line {earlier.line}")],
        )
        if draft.outcome is None:
            _forget_number(draft)

    def _same_name(self, draft: _Draft, earlier: _Draft) -> None:
        is_exact = draft.child.surname.casefold() == earlier.child.surname.casefold() and (
            draft.child.first_name.casefold() == earlier.child.first_name.casefold()
        )
        if draft.family and is_exact and draft.year_group == earlier.year_group:
            _leave_out_double(draft, earlier)
            return
        name = f"{draft.child.called} {draft.child.surname}".rstrip()
        self._ask(
            draft,
            f"Line {earlier.line} is {name} too. Is this the same child?",
            [Option(NEW, f"Another {draft.child.called}"), Option(SKIP, f"The same child as line {earlier.line}")],
        )

    # Who she is already

    def _free(self, pupils: Iterable[Known]) -> list[Known]:
        return [pupil for pupil in pupils if pupil.public_id not in self.claimed]

    def _claim(self, draft: _Draft, pupil: Known) -> None:
        self.claimed[pupil.public_id] = draft.line
        draft.known = pupil

    def _match_by_number(self) -> None:
        index = _index(self.known, lambda pupil: [pupil.by_id])
        in_class = _index(self._staying(), lambda pupil: [pupil.by_class])
        unsure: list[tuple[_Draft, list[Known]]] = []
        for draft in self.drafts:
            if not draft.is_open or draft.identity.by_id is None:
                continue
            hits = index.get(draft.identity.by_id, [])
            likely = [pupil for pupil in hits if self._is_name_like(draft, pupil)]
            if len(hits) == 1 and likely and hits[0].public_id not in self.claimed:
                # The number is of a child with another surname, and here is one of this very name in this very class.
                there = [] if _is_named(draft, hits[0]) else in_class.get(draft.identity.by_class, [])
                namesakes = [pupil for pupil in there if not draft.differs_by_number(pupil)]
                if namesakes:
                    unsure.append((draft, [*hits, *namesakes]))
                    continue
                self._claim(draft, hits[0])
            elif hits:
                unsure.append((draft, likely or hits))
        for draft, hits in unsure:
            self._ask_who(draft, hits, lambda pupil: f"The number is that of {_where(pupil)}. Is this the same child?")
            if draft.is_another:
                _forget_number(draft)

    def _is_name_like(self, draft: _Draft, pupil: Known) -> bool:
        if _is_named(draft, pupil):
            return True
        shown = plain(pupil.first_name)
        return is_near(shown, draft.first) or is_near(shown, draft.called)

    def _match_by_name(self) -> None:
        index = _index(self.known, lambda pupil: [pupil.by_name])
        hits_of: list[tuple[_Draft, list[Known]]] = []
        for draft in self.drafts:
            if draft.is_open:
                hits = _unique(hit for mac in sorted(draft.hashes_of_name) for hit in index.get(mac, []))
                if hits:
                    hits_of.append((draft, hits))
        alike = self._count_alike()
        # Those who stay in their class first, so that a namesake in another class does not take their place.
        for draft, hits in hits_of:
            staying = [
                pupil for pupil in self._free(hits) if _is_staying(draft, pupil) and not draft.differs_by_number(pupil)
            ]
            if len(staying) == 1 or (staying and alike[draft.identity.by_class] >= len(staying)):
                self._claim(draft, staying[0])
        moves = Counter(
            (class_key(free[0].class_name), class_key(draft.class_name))
            for draft, hits in hits_of
            if draft.is_open and len(free := self._free(hits)) == 1
        )
        unsure: list[tuple[_Draft, list[Known]]] = []
        for draft, hits in hits_of:
            free = self._free(hits)
            if not draft.is_open or not free:
                continue
            only = free[0]
            has_moved_up = only.year_group != draft.year_group
            is_renamed = moves[class_key(only.class_name), class_key(draft.class_name)] >= _A_CLASS_MOVES
            is_sure = len(free) == 1 and not draft.differs_by_number(only)
            if is_sure and (has_moved_up or is_renamed or only.has_left):
                self._claim(draft, only)
            else:
                unsure.append((draft, free))
        for draft, free in unsure:
            self._ask_who(draft, free, lambda pupil: f"{_where(pupil)} has the same name. Is this the same child?")

    def _count_alike(self) -> Counter[bytes]:
        """How many rows still open say the same name and class: two of them are two whom the school has as two."""
        return Counter(draft.identity.by_class for draft in self.drafts if draft.is_open)

    def _match_by_class(self) -> None:
        index = _index(self.known, lambda pupil: [pupil.by_class])
        alike = self._count_alike()
        for draft in self.drafts:
            if not draft.is_open:
                continue
            hits = self._free(_unique(hit for mac in sorted(draft.hashes_of_class) for hit in index.get(mac, [])))
            if not hits:
                continue
            # Same class, same year group, another intake: last year's child of that name, or a list not updated since.
            is_last_years = (
                bool(draft.family) and hits[0].year_group == draft.year_group and hits[0].by_name is not None
            )
            is_one = len(hits) == 1 or alike[draft.identity.by_class] >= len(hits)
            if is_one and not is_last_years and not draft.differs_by_number(hits[0]):
                self._claim(draft, hits[0])
            else:
                self._ask_who(draft, hits, lambda pupil: f"{_where(pupil)} has the same name. Is this the same child?")

    def _match_by_first_name_alone(self) -> None:
        """A list of first names ("Amina", "Bilal A") for a class that the school has already."""
        index = _index(self._staying(), lambda pupil: [(class_key(pupil.class_name), plain(pupil.first_name))])
        for draft in self.drafts:
            if not draft.is_open or len(draft.family) > 1:
                continue
            room = class_key(draft.class_name)
            named = _unique(hit for name in (draft.called, draft.first) for hit in index.get((room, name), []))
            hits = [
                pupil
                for pupil in self._free(named)
                if not draft.differs_by_number(pupil)
                and plain(pupil.letters).startswith(draft.family[: len(pupil.letters)])
            ]
            if len(hits) == 1:
                self._claim(draft, hits[0])
            elif hits:
                self._ask_who(draft, hits, lambda pupil: f"There is {_where(pupil)}. Is this the same child?")

    def _ask_about_near_names(self) -> None:
        """A misspelled name, a surname changed, or one given for the first time."""
        staying = self._free(self._staying())
        if not staying:
            return
        by_name = _index(staying, lambda pupil: [pupil.by_name])
        by_first = _index(staying, lambda pupil: _starts(plain(pupil.first_name)))
        by_place = _index(staying, lambda pupil: [(class_key(pupil.class_name), plain(pupil.first_name))])
        rooms = Counter(class_key(pupil.class_name) for pupil in self._staying())
        found = Counter(class_key(draft.class_name) for draft in self.drafts if draft.known is not None)
        for draft in self.drafts:
            if not draft.is_open or not draft.family:
                continue
            room = class_key(draft.class_name)
            is_whole_class = found[room] * 2 >= rooms[room]
            hits = self._near(draft, by_name, by_first)
            for pupil in (hit for name in {draft.called, draft.first} for hit in by_place.get((room, name), [])):
                # Her surname was never given; or the rest of the class is there, and she under another surname.
                is_changed = is_whole_class and pupil.year_group == draft.year_group
                if pupil.by_name is None or (is_changed and draft.family.startswith(plain(pupil.letters))):
                    hits.append(pupil)
            hits = [pupil for pupil in self._free(_unique(hits)) if not draft.differs_by_number(pupil)]
            if hits:
                self._ask_who(
                    draft, hits, lambda pupil: f"{_where(pupil)} has a name like this. Is this the same child?"
                )

    def _near(
        self, draft: _Draft, by_name: Mapping[bytes, list[Known]], by_first: Mapping[str, list[Known]]
    ) -> list[Known]:
        """Children of the same intake whose hashed name is one slip from this one."""
        if self.slips_left <= 0:
            return []
        intake = intake_of(draft.year_group, self.school_year)
        spellings: set[str] = set()
        for first in {draft.first, draft.called}:
            if first in by_first:
                spellings.update(first + family for family in near_names(draft.family))
            for name in (*near_names(first), *_starts(first)):
                if name in by_first:
                    spellings.update({plain(pupil.first_name) + draft.family for pupil in by_first[name]})
        self.slips_left -= len(spellings)
        hits: list[Known] = []
        for spelling in sorted(spellings):
            hits.extend(by_name.get(self.mac(f"name:{intake}:{spelling}"), []))
        return hits

    def _staying(self) -> list[Known]:
        return [pupil for pupil in self.known if not pupil.has_left]

    # Asking

    def _ask(self, draft: _Draft, text: str, options: Sequence[Option]) -> None:
        """Asks, and takes the answer if there is one; an answer that is none of the options is none."""
        said = self.answers.get(draft.line, Answer()).choice
        chosen = said if said in {option.key for option in options} else ""
        draft.question = Question(text, tuple(options), chosen)
        if not chosen:
            draft.outcome, draft.says = Outcome.WAITING, text
        elif chosen == SKIP:
            draft.outcome, draft.says = Outcome.DUPLICATE, "Left out, as you chose."

    def _ask_who(self, draft: _Draft, hits: Sequence[Known], text: Callable[[Known], str]) -> None:
        free = self._free(hits)
        if not free or not draft.is_open or (draft.question and draft.question.chosen):
            return
        options = [Option(SAME + pupil.public_id, f"Yes, {self._option(pupil)}") for pupil in free]
        options += [Option(NEW, "No, another child"), Option(SKIP, "Leave this line out")]
        words = text(free[0]) if len(free) == 1 else f"{len(free)} children could be this one. Who is it?"
        self._ask(draft, words, options)
        self.in_question |= {pupil.public_id for pupil in free} if draft.outcome is Outcome.WAITING else set()
        chosen = draft.question.chosen if draft.question else ""
        draft.is_another = chosen == NEW
        for pupil in free:
            if chosen == SAME + pupil.public_id:
                self._claim(draft, pupil)

    def _option(self, pupil: Known) -> str:
        where = "who had left" if pupil.has_left else f"in {pupil.class_name}"
        return f"{pupil.shown} {where}" + ("" if self.may_use(pupil.class_name) else " (the office makes the move)")

    # What becomes of the row

    def _settle(self, draft: _Draft) -> None:
        if not self.may_use(draft.class_name):
            draft.outcome, draft.question = Outcome.NOT_YOURS, None
            draft.says = f"You do not teach {draft.class_name}. Ask the office to add this pupil."
        elif draft.known is not None and not self.may_use(draft.known.class_name):
            draft.outcome = Outcome.NOT_YOURS
            draft.says = f"{'Was' if draft.known.has_left else 'Already'} in {draft.known.class_name}. Ask the office."
        elif draft.outcome is None:
            draft.outcome = Outcome.NEW if draft.known is None else Outcome.SAME
        draft.first_name = self._first_name(draft)

    def _first_name(self, draft: _Draft) -> str:
        """What the class will call her. A name that the school already uses stays, unless the list says otherwise."""
        known, child = draft.known, draft.child
        if known is None:
            return self._nickname(draft) or child.called
        if plain(known.first_name) in (draft.called, draft.first if not child.preferred else ""):
            # The same name: an export that kept its accents knows better than one that lost them.
            given = child.called if plain(known.first_name) == draft.called else child.first_name
            return given if _accents(given) > _accents(known.first_name) else known.first_name
        if child.preferred:
            return child.preferred
        if _is_named(draft, known):
            return known.first_name  # this list gives the register's name alone
        shown = plain(known.first_name)
        return known.first_name if draft.first.startswith(shown) and len(shown) > 2 else child.first_name

    def _nickname(self, draft: _Draft) -> str:
        try:
            return name_in(self.answers.get(draft.line, Answer()).called, "nickname")
        except Unusable as reason:
            draft.notes.append(f"That nickname cannot be used: {reason}.")
            return ""

    def _give_letters(self) -> None:
        """The fewest letters of the surname that tell two of a class apart (DESIGN.md 6)."""
        coming: dict[tuple[str, str], list[_Draft]] = defaultdict(list)
        for draft in self.drafts:
            if draft.outcome in READY:
                draft.letters = draft.known.letters if draft.known else ""
                coming[class_key(draft.class_name), plain(draft.first_name)].append(draft)
        gone = {draft.known.public_id for drafts in coming.values() for draft in drafts if draft.known}
        there = _index(
            [pupil for pupil in self._staying() if pupil.public_id not in gone],
            lambda pupil: [(class_key(pupil.class_name), plain(pupil.first_name))],
        )
        for place, drafts in coming.items():
            others = there.get(place, [])
            if len(drafts) + len(others) > 1:
                _tell_apart(drafts, [plain(pupil.letters) for pupil in others])

    def _row(self, draft: _Draft) -> Row:
        outcome, says = draft.outcome, draft.says
        assert outcome is not None, "every draft is settled"
        if outcome is Outcome.NEW:
            says = "New."
        elif outcome is Outcome.SAME and draft.known is not None:
            says = _changes(draft, draft.known)
            outcome = Outcome.CHANGED if says else Outcome.SAME
            says = says or f"Already in {draft.class_name}. Nothing changes."
        return Row(
            line=draft.line,
            outcome=outcome,
            says=says,
            first_name=draft.first_name,
            letters=draft.letters,
            class_name=draft.class_name,
            year_group=draft.year_group,
            has_surname=len(draft.family) > 1,
            known=draft.known,
            identity=draft.identity,
            question=draft.question,
            notes=tuple(draft.notes) if outcome in (Outcome.NEW, Outcome.CHANGED) else (),
            wants_nickname=draft.wants_nickname and outcome is Outcome.NEW,
        )

    def _new_classes(self) -> tuple[NewClass, ...]:
        years: dict[str, Counter[int]] = {}
        for draft in self.drafts:
            if draft.outcome in READY and class_key(draft.class_name) not in self.classes:
                years.setdefault(draft.class_name, Counter())[draft.year_group] += 1
        return tuple(
            NewClass(name, min(counted, key=lambda year: (-counted[year], year))) for name, counted in years.items()
        )

    def _missing(self) -> tuple[Missing, ...]:
        named = dict.fromkeys(class_key(draft.class_name) for draft in self.drafts if self.may_use(draft.class_name))
        pupils = _index(
            [pupil for pupil in self._free(self._staying()) if pupil.public_id not in self.in_question],
            lambda pupil: [class_key(pupil.class_name)],
        )
        return tuple(
            Missing(
                self.classes[key].name,
                tuple(sorted(pupils[key], key=lambda pupil: (plain(pupil.shown), pupil.public_id))),
            )
            for key in named
            if key in self.classes and key in pupils
        )


def _refused(reading: Refused) -> Row:
    end = "" if reading.reason.endswith((".", "?")) else "."
    return Row(reading.line, Outcome.REFUSED, f"Left out: {reading.reason}{end}", first_name=reading.said)


def _leave_out_double(draft: _Draft, earlier: _Draft) -> None:
    elsewhere = (
        "" if class_key(draft.class_name) == class_key(earlier.class_name) else f", who is in {earlier.class_name}"
    )
    draft.outcome = Outcome.DUPLICATE
    draft.says = f"Left out: the same child as line {earlier.line}{elsewhere}."


def _forget_number(draft: _Draft) -> None:
    """Two children cannot have one number: nobody knows whose it is."""
    draft.identity = Identity(None, draft.identity.by_name, draft.identity.by_class)
    draft.notes.append("Added without the number.")


def _is_named(draft: _Draft, pupil: Known) -> bool:
    """The whole name is the same, by intake or by class."""
    return pupil.by_name in draft.hashes_of_name or pupil.by_class in draft.hashes_of_class


def _is_staying(draft: _Draft, pupil: Known) -> bool:
    return class_key(pupil.class_name) == class_key(draft.class_name) and not pupil.has_left


def _where(pupil: Known) -> str:
    return f"{pupil.shown}, who had left," if pupil.has_left else f"{pupil.shown} in {pupil.class_name}"


def _starts(name: str) -> list[str]:
    """A first name and its beginnings of three letters and more: "Tom" for "Tomasz"."""
    return [name, *(name[:length] for length in range(3, len(name)))]


def _accents(name: str) -> int:
    return sum(1 for c in name if not c.isascii())


def _changes(draft: _Draft, known: Known) -> str:
    """What will be seen to change, as sentences; empty for nothing."""
    said = []
    if known.has_left:
        said.append(f"Comes back, to {draft.class_name}.")
    elif class_key(known.class_name) != class_key(draft.class_name):
        said.append(f"Moves from {known.class_name} to {draft.class_name}.")
    if known.year_group != draft.year_group:
        said.append(f"Now in {YEAR_NAMES[draft.year_group]} (was in {YEAR_NAMES[known.year_group]}).")
    shown = f"{draft.first_name} {draft.letters}".rstrip()
    if shown != known.shown:
        said.append(f"Now shown as {shown} (was {known.shown}).")
    return " ".join(said)


def _tell_apart(drafts: Sequence[_Draft], taken: Sequence[str]) -> None:
    """Gives letters to children of one class with one first name; `taken` are the letters of those not on the list."""
    letters = letters_for([(draft.child.surname, draft.letters) for draft in drafts], taken)
    same = Counter([*taken, *(plain(given) for given in letters)])
    for draft, given in zip(drafts, letters, strict=True):
        draft.letters = given
        if same[plain(given)] > 1:
            draft.wants_nickname = True
            shown = f"{draft.first_name} {given}".rstrip()
            draft.notes.append(f"{same[plain(given)]} are called {shown}: their boats tell them apart.")


def _index(pupils: Iterable[Known], keys: Callable[[Known], Iterable[K | None]]) -> dict[K, list[Known]]:
    """The children by each of their keys, where they have one."""
    index: dict[K, list[Known]] = {}
    for pupil in pupils:
        for key in keys(pupil):
            if key is not None:
                index.setdefault(key, []).append(pupil)
    return index


def _unique(pupils: Iterable[Known]) -> list[Known]:
    return list({pupil.public_id: pupil for pupil in pupils}.values())
