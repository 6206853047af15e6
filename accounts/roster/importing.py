"""Does what a plan says, in the caller's one transaction: classes, new pupils, moves and leavers. Never commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from accounts.home_links import end_home_links
from accounts.models import FamilyCode, Pupil, Role, School, SchoolClass, SignIn, User
from accounts.people import (
    NewPupil,
    add_pupils,
    free_boat,
    make_class,
    note,
    settle_year_group,
    shown_name,
    teach,
    void_card,
)
from accounts.policy import WHOLE_SCHOOL, classes_for
from accounts.roster.identity import Mac
from accounts.roster.plan import READY, Answer, Known, KnownClass, Outcome, Plan, Row
from accounts.roster.planning import make_plan
from accounts.roster.reading import Child, Refused, class_key, read_children, read_table
from accounts.school_time import end_of_school_year, school_year
from accounts.sessions import Actor
from database import db
from keys import Keys

_AT_ONCE = 500  # ids in one statement


@dataclass(frozen=True, slots=True)
class Done:
    """What an import did, in numbers of pupils, and the classes it filled."""

    new: int = 0
    changed: int = 0
    same: int = 0
    left: int = 0
    waiting: int = 0  # rows that need an answer, so nothing was done about them
    left_out: int = 0
    classes: tuple[SchoolClass, ...] = ()


def mac_of(keys: Keys, school: School) -> Mac:
    """The school's keyed hash of identities. With the oldest key that is kept: a rotated one must still find them."""
    first = min(keys.roots)
    purpose = f"identity:{school.public_id}"
    return lambda text: keys.mac(purpose, text, first)


def plan_for(
    keys: Keys,
    school: School,
    actor: Actor | None,
    readings: Iterable[Child | Refused],
    at: datetime,
    answers: Mapping[int, Answer] | None = None,
) -> Plan:
    """What this list would do in this school, asked by this person; without one, by the installation itself.

    Three statements, however large the school is.
    """
    classes = [
        KnownClass(row.name, row.year_group)
        for row in db.session.execute(
            select(SchoolClass.name, SchoolClass.year_group).where(SchoolClass.school_id == school.id)
        )
    ]
    return make_plan(
        readings,
        known_pupils(school),
        classes,
        school_year=school_year(at, school.timezone),
        mac=mac_of(keys, school),
        may_use=_may_use(actor, classes),
        answers=answers,
    )


def known_pupils(school: School) -> list[Known]:
    """Every child whom the school has or had, leavers too: one of them may come back."""
    rows = db.session.execute(
        select(
            User.public_id,
            User.left_at,
            SchoolClass.name,
            Pupil.first_name,
            Pupil.surname_letters,
            Pupil.year_group,
            Pupil.id_mac,
            Pupil.name_mac,
            Pupil.class_mac,
            Pupil.boat_sail,
            Pupil.boat_pattern,
        )
        .join(User, User.id == Pupil.user_id)
        .join(SchoolClass, SchoolClass.id == Pupil.class_id)
        .where(Pupil.school_id == school.id)
    )
    return [
        Known(
            public_id=row.public_id,
            first_name=row.first_name,
            letters=row.surname_letters,
            class_name=row.name,
            year_group=row.year_group,
            by_id=row.id_mac,
            by_name=row.name_mac,
            by_class=row.class_mac,
            has_left=row.left_at is not None,
            boat=(row.boat_sail, row.boat_pattern),
        )
        for row in rows
    ]


def boats_for(school: School, plan: Plan) -> dict[int, tuple[int, int]]:
    """The boat beside each line of a preview: her own, or the one that `add_pupils` would give her now."""
    moves = {row.known.public_id: class_key(row.class_name) for row in plan.rows if row.known and row.outcome in READY}
    taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for pupil in known_pupils(school):
        if pupil.boat and (pupil.public_id in moves or not pupil.has_left):
            taken[moves.get(pupil.public_id, class_key(pupil.class_name))].append(pupil.boat)
    boats = {}
    for row in plan.rows:
        if row.outcome is Outcome.NEW:
            boats[row.line] = free_boat(taken[class_key(row.class_name)])
            taken[class_key(row.class_name)].append(boats[row.line])
        elif row.known and row.known.boat:
            boats[row.line] = row.known.boat
    return boats


def _may_use(actor: Actor | None, classes: Iterable[KnownClass]) -> Callable[[str], bool]:
    """Whether a class may be filled: the office fills any; a teacher hers, or a new one, which she then teaches."""
    if actor is None or actor.role in WHOLE_SCHOOL:
        return lambda _name: True
    taught = set(db.session.scalars(classes_for(actor).with_only_columns(SchoolClass.name_key)))
    others = {class_key(room.name) for room in classes} - taught
    return lambda name: class_key(name) not in others


def import_list(
    keys: Keys,
    school: School,
    actor: Actor | None,
    readings: Collection[Child | Refused],
    at: datetime,
    *,
    answers: Mapping[int, Answer] | None = None,
    leaving: Collection[str] = (),
) -> Done:
    """Work the plan out again and do it. `leaving` are public ids that were ticked among the missing.

    The school's row is held meanwhile, so that two imports at one moment come one after the other and the second finds
    the children of the first.
    """
    db.session.execute(select(School.id).where(School.id == school.id).with_for_update())
    plan = plan_for(keys, school, actor, readings, at, answers)
    classes = _classes(school, actor, plan, at)
    ready = [row for row in plan.rows if row.outcome in READY]
    moved_from = _change_known(keys, school, [row for row in ready if row.known], classes, at)
    _add_new(keys, school, [row for row in ready if row.outcome is Outcome.NEW], classes, at)
    left = _say_goodbye(plan, frozenset(leaving), at)
    used = {class_key(row.class_name) for row in ready}
    touched = used | moved_from | {class_key(missing.class_name) for missing in plan.missing if left}
    for key in sorted(touched & classes.keys()):
        settle_year_group(classes[key])
    note(school.id, actor.user_id if actor else None, "list-imported", None, at)
    db.session.flush()
    return Done(
        new=plan.count(Outcome.NEW),
        changed=plan.count(Outcome.CHANGED),
        same=plan.count(Outcome.SAME),
        left=left,
        waiting=plan.waiting,
        left_out=plan.left_out,
        classes=tuple(classes[key] for key in dict.fromkeys(class_key(name) for name in plan.class_names)),
    )


def import_for_school(keys: Keys, school: School, data: bytes, filename: str, at: datetime) -> Done:
    """A whole school's list at its first start, by a command: the demo school. Raises ListRefused."""
    return import_list(keys, school, None, read_children(read_table(data, filename)), at)


def _classes(school: School, actor: Actor | None, plan: Plan, at: datetime) -> dict[str, SchoolClass]:
    """Every class of the school by its key; those the list names for the first time are made, and taught by whoever
    sent it if that is a teacher."""
    found = db.session.scalars(select(SchoolClass).where(SchoolClass.school_id == school.id))
    classes = {school_class.name_key: school_class for school_class in found}
    teacher = db.session.get(User, actor.user_id) if actor and actor.role == Role.TEACHER else None
    for new in plan.new_classes:
        made = make_class(school.id, new.name, new.year_group, at)
        classes[made.name_key] = made
        if teacher is not None:
            teach(teacher, made)
    return classes


def _add_new(
    keys: Keys, school: School, rows: Collection[Row], classes: Mapping[str, SchoolClass], at: datetime
) -> None:
    new = []
    for row in rows:
        if row.year_group is None or row.identity is None:
            raise RuntimeError("a row that is ready has a year group and an identity")
        new.append(
            NewPupil(
                class_id=classes[class_key(row.class_name)].id,
                year_group=row.year_group,
                first_name=row.first_name,
                surname_letters=row.letters,
                is_surname_known=row.has_surname,
                id_mac=row.identity.by_id,
                name_mac=row.identity.by_name,
                class_mac=row.identity.by_class,
            )
        )
    if new:
        add_pupils(keys, school, new, at)


def _change_known(
    keys: Keys, school: School, rows: Collection[Row], classes: Mapping[str, SchoolClass], at: datetime
) -> set[str]:
    """Moves, names, years, identities, and a card for this school year. Returns the keys of classes somebody left."""
    found = _pupils({row.known.public_id for row in rows if row.known})
    names = {school_class.id: key for key, school_class in classes.items()}
    until = end_of_school_year(at, school.timezone)
    moved_from = set()
    for row in rows:
        if row.known is None or row.year_group is None or row.identity is None:
            raise RuntimeError("a row of a known child has a year group and an identity")
        pupil, user = found[row.known.public_id]
        target = classes[class_key(row.class_name)]
        if pupil.class_id != target.id:
            moved_from.add(names[pupil.class_id])
            pupil.class_id = target.id
        pupil.year_group = row.year_group
        pupil.first_name, pupil.surname_letters = row.first_name, row.letters
        pupil.is_surname_known = pupil.is_surname_known or row.has_surname
        user.name, user.left_at = shown_name(row.first_name, row.letters), None
        if row.identity.by_id is not None:
            pupil.id_mac = row.identity.by_id
        if row.has_surname or pupil.name_mac is None:
            # A list of first names must not make a child forget the whole name by which she is found.
            pupil.name_mac = row.identity.by_name
            pupil.class_mac = row.identity.by_class
        if pupil.card_until <= at:
            void_card(keys, pupil, user.public_id, until)  # last year's card stays shut; a new one may be printed
    return moved_from


def _pupils(public_ids: Collection[str]) -> dict[str, tuple[Pupil, User]]:
    found: dict[str, tuple[Pupil, User]] = {}
    wanted = sorted(public_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows = db.session.execute(
            select(Pupil, User).join(User, User.id == Pupil.user_id).where(User.public_id.in_(some))
        )
        found |= {user.public_id: (pupil, user) for pupil, user in rows}
    return found


def _say_goodbye(plan: Plan, leaving: frozenset[str], at: datetime) -> int:
    """Those who were ticked, and are missing from the list still: signed out everywhere, letters and links void."""
    going = [pupil.public_id for missing in plan.missing for pupil in missing.pupils if pupil.public_id in leaving]
    found = _pupils(going)
    for _, user in found.values():
        user.left_at = at
    ids = [user.id for _, user in found.values()]
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        db.session.execute(
            update(SignIn).where(SignIn.user_id.in_(some), SignIn.ended_at.is_(None)).values(ended_at=at)
        )
        db.session.execute(
            update(FamilyCode)
            .where(FamilyCode.pupil_id.in_(some), FamilyCode.used_at.is_(None), FamilyCode.voided_at.is_(None))
            .values(voided_at=at)
        )
        end_home_links(db.session.connection(), some)
    return len(found)
