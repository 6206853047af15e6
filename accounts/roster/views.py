"""Class lists and sign-in cards: send a list, see what it would do, confirm; then print cards, void one, renew one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response

from accounts.bands import YEAR_NAMES
from accounts.models import Pupil, SchoolClass, User
from accounts.people import new_pictures, note, void_card
from accounts.policy import Action, class_or_404, classes_for, may, needs, pupil_or_404, pupils_for, school_of
from accounts.roster.cards import card_of, run_out, sheets
from accounts.roster.cells import LONGEST_CLASS
from accounts.roster.documents import LARGEST_LIST
from accounts.roster.headings import Column
from accounts.roster.importing import Done, boats_for, import_list, plan_for
from accounts.roster.plan import READY, Answer, Outcome, Plan, Row
from accounts.roster.reading import Child, ListRefused, Refused, Table, read_children, read_table
from accounts.school_time import end_of_school_year
from accounts.secrets import Way, credential_for
from accounts.sessions import Actor, Boat, end_all_of, signed_in
from accounts.typed import one_line
from database import db, start_writing
from web import keys, now, settings

bp = Blueprint("roster", __name__, url_prefix="/classes")

Page = str | Response | tuple[str, int]

#: How long a preview may lie open before the list has to be sent again.
PREVIEW_LASTS = timedelta(hours=12)
#: Up to this many rows, all are shown in order; of more, those with something to look at come first.
ROWS_SHOWN_WHOLE = 40

#: For the form's list: value and words.
YEAR_LIST = [(str(year), words) for year, words in enumerate(YEAR_NAMES)]

#: What an import tells the page after it: how many, never who.
NUMBERS = ("new", "changed", "same", "left", "waiting", "left_out")

#: What the page of a class's pupils says after something was done; the address names which.
SAID = {
    "let-in": "Done. The next tap on that boat opens it without pictures or words, once, within five minutes.",
    "card": "The old card opens nothing any more. Print the new one.",
    "secret": "New pictures or words are given. Print the new card: the square on the old one still works.",
    "cards": "These cards are for this school year. Print them.",
    "home": "The card now works at home too.",
    "school": "The card now works on school days alone.",
    "all-home": "Every card of this class now works at home too.",
    "all-school": "Every card of this class now works on school days alone.",
}


# Sending a list


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form beside the list, so that a mistake loses nothing."""

    pasted: str = ""
    class_name: str = ""
    year: str = ""  # "", "0" to "6"
    is_turned: bool = False

    @property
    def year_group(self) -> int | None:
        return int(self.year) if self.year in {str(year) for year in range(len(YEAR_NAMES))} else None


@bp.get("/list")
@needs(Action.IMPORT)
def upload() -> Page:
    """The form; `?class=` names the class for lines without one."""
    return _upload_page(Typed(class_name=one_line(request.args.get("class", ""), LONGEST_CLASS)))


@bp.post("/list")
@needs(Action.IMPORT)
def preview() -> Page:
    """Row by row what the list would do. Writes nothing."""
    typed = _typed()
    try:
        table, name = _table(typed)
        if name:
            typed = replace(typed, pasted="")
    except ListRefused as refused:
        return _upload_page(typed, refused.message), refused.status
    return _preview_page(table, name, typed)


@bp.post("/list/save")
@needs(Action.IMPORT)
def save() -> Page:
    """Does what the preview said, worked out again with the answers given."""
    actor, at, typed = signed_in(), now(), _typed()
    try:
        table, _ = _unpack(request.form.get("list", ""), actor, at)
    except ListRefused as refused:
        return _upload_page(typed, refused.message), refused.status
    start_writing()
    done = import_list(
        keys(),
        school_of(actor),
        actor,
        _readings(table, typed),
        at,
        answers=_answers(),
        leaving=request.form.getlist("leaves"),
    )
    db.session.commit()
    if len(done.classes) == 1:
        where = url_for(".people", public_id=done.classes[0].public_id)
    else:
        where = url_for(".saved")
    return redirect(f"{where}?{urlencode({name: getattr(done, name) for name in NUMBERS})}", 303)


@bp.get("/list/saved")
@needs(Action.IMPORT)
def saved() -> str:
    """After a list of several classes: what was done, and their cards."""
    classes = list(db.session.scalars(classes_for(signed_in()).order_by(SchoolClass.year_group, SchoolClass.name_key)))
    return render_template("roster/saved.html", done=_done_in_address(), classes=classes, year_names=YEAR_NAMES)


def _typed() -> Typed:
    return Typed(
        pasted=request.form.get("pasted", ""),
        class_name=one_line(
            request.form.get("class_name", ""), 2 * LONGEST_CLASS
        ),  # too long a name is told so, row by row
        year=request.form.get("year", ""),
        is_turned=request.form.get("turned") == "1",
    )


def _table(typed: Typed) -> tuple[Table, str]:
    """The list that was sent: a new file, what was pasted, or the one already read. Raises ListRefused."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return read_table(file.stream.read(LARGEST_LIST + 1), file.filename), file.filename[:60]
    if typed.pasted.strip():
        return read_table(typed.pasted), ""
    if "list" in request.form:
        return _unpack(request.form["list"], signed_in(), now())
    raise ListRefused("Paste your list, or choose a file, then press the button.")


def _readings(table: Table, typed: Typed) -> tuple[Child | Refused, ...]:
    turned = not table.is_surname_first if typed.is_turned else None
    return read_children(table, class_name=typed.class_name, year_group=typed.year_group, is_surname_first=turned)


def _answers() -> dict[int, Answer]:
    """What was said about each row: `answer-7` names a choice, `called-7` a nickname."""
    choices, names = _by_line("answer-"), _by_line("called-")
    return {line: Answer(choices.get(line, ""), names.get(line, "")) for line in sorted(choices.keys() | names.keys())}


def _by_line(prefix: str) -> dict[int, str]:
    found = {}
    for name, value in request.form.items():
        line = name.removeprefix(prefix)
        if line != name and line.isascii() and line.isdecimal() and len(line) < 8:
            found[int(line)] = value[:200]
    return found


# The list between two pages: in the form, signed, so that nothing is stored before it is confirmed


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(keys().derive("class-list"), salt="preview")


def _pack(table: Table, name: str, actor: Actor, at: datetime) -> str:
    return str(_signer().dumps([actor.school_public_id, actor.public_id, int(at.timestamp()), name, table.as_data()]))


def _unpack(packed: str, actor: Actor, at: datetime) -> tuple[Table, str]:
    """The table of this person's own preview. Raises ListRefused for another's, an old one or a forged one."""
    try:
        school, person, made, name, data = _signer().loads(packed)
    except BadData:
        raise ListRefused("The list was lost on the way. Send it again.") from None
    is_old = at.timestamp() - made > PREVIEW_LASTS.total_seconds()
    if (school, person) != (actor.school_public_id, actor.public_id) or is_old:
        raise ListRefused("That check is too old. Send the list again; nothing has been saved.")
    return Table.from_data(data), name


# Pages


def _upload_page(typed: Typed, problem: str = "") -> str:
    return render_template("roster/upload.html", typed=typed, problem=problem, year_list=YEAR_LIST)


def _preview_page(table: Table, name: str, typed: Typed) -> str:
    actor, at = signed_in(), now()
    school = school_of(actor)
    plan = plan_for(keys(), school, actor, _readings(table, typed), at)
    to_look_at, ready = _sorted_for_reading(plan)
    return render_template(
        "roster/preview.html",
        plan=plan,
        rows=to_look_at,
        more=ready,
        boats={line: Boat(*boat) for line, boat in boats_for(school, plan).items()},
        is_one_class=len({row.class_name for row in plan.rows if row.class_name}) < 2,
        kinds={row.line: _kind(row) for row in plan.rows},
        table=table,
        packed=_pack(table, name, actor, at),
        file_name=name,
        typed=typed,
        year_names=YEAR_NAMES,
        year_list=YEAR_LIST,
        may_turn=table.is_guessed or any(column == Column.FULL for column, _ in table.columns),
    )


def _kind(row: Row) -> str:
    """The sign beside a row: a tick, a question or a dash."""
    if row.outcome is Outcome.WAITING:
        return "ask"
    return "ok" if row.outcome in READY else "skip"


def _sorted_for_reading(plan: Plan) -> tuple[list[Row], list[Row]]:
    """Rows to show at once, and rows that need no look: all of a short list, in order; the odd ones of a long one."""
    if len(plan.rows) <= ROWS_SHOWN_WHOLE:
        return list(plan.rows), []
    plain = [row for row in plan.rows if row.outcome in (Outcome.NEW, Outcome.SAME) and not row.notes]
    lines = {row.line for row in plain}
    return [row for row in plan.rows if row.line not in lines], plain


def _done_in_address() -> Done | None:
    """What an import did, in the numbers of the address; None where it holds none."""
    if "new" not in request.args:
        return None
    new, changed, same, left, waiting, left_out = (max(0, request.args.get(name, 0, type=int)) for name in NUMBERS)
    return Done(new, changed, same, left, waiting, left_out)


# The pupils of a class, and their cards


@bp.get("/<public_id>/people")
@needs(Action.RUN_CLASS)
def people(public_id: str) -> str:
    actor, at = signed_in(), now()
    school_class = class_or_404(actor, public_id)
    pupils = _pupils(actor, school_class)
    return render_template(
        "roster/people.html",
        school_class=school_class,
        pupils=[
            {
                "public_id": user.public_id,
                "name": user.name,
                "year": YEAR_NAMES[pupil.year_group],
                "boat": Boat(pupil.boat_sail, pupil.boat_pattern),
                "is_words": credential_for(pupil.year_group).way is Way.WORDS,
                "is_for_home": pupil.is_card_for_home,
                "is_let_in": pupil.let_in_until is not None and at < pupil.let_in_until,
            }
            for pupil, user in pupils
        ],
        said=SAID.get(request.args.get("said", ""), ""),
        about=next((user for _, user in pupils if user.public_id == request.args.get("pupil")), None),
        done=_done_in_address(),
        may_see=may(actor, Action.SEE_CLASS),
        may_see_families=may(actor, Action.SEE_FAMILIES),
    )


@bp.get("/<public_id>/cards")
@needs(Action.RUN_CLASS)
def cards(public_id: str) -> str:
    """Printable cards of a class, eight to a page; `?pupil=` for one child's."""
    actor, at, here = signed_in(), now(), settings()
    school_class = class_or_404(actor, public_id)
    only = request.args.get("pupil", "")
    pupils = [(pupil, user) for pupil, user in _pupils(actor, school_class) if only in ("", user.public_id)]
    if only and not pupils:
        abort(404)
    old = run_out(pupils, at)
    address = here.address + url_for("front.card")
    printed = [card_of(keys(), pupil, user, school_class, address) for pupil, user in pupils] if not old else []
    return render_template(
        "roster/cards.html",
        school_class=school_class,
        sheets=sheets(printed),
        count=len(printed),
        old=len(old),
        only=only,
        is_loopback=here.is_loopback,
        address=address.split("://", 1)[1],
    )


@bp.post("/<public_id>/cards")
@needs(Action.RUN_CLASS)
def renew_cards(public_id: str) -> Response:
    """Cards for this school year for everybody whose card was the last one's."""
    actor, at = signed_in(), now()
    school_class = class_or_404(actor, public_id)
    start_writing()
    until = end_of_school_year(at, actor.timezone)
    for pupil, user in run_out(_pupils(actor, school_class), at):
        void_card(keys(), pupil, user.public_id, until)
    note(actor.school_id, actor.me, "cards-renewed", school_class.id, at)
    db.session.commit()
    return redirect(url_for(".cards", public_id=public_id), 303)


@bp.post("/<public_id>/people/<pupil>/card")
@needs(Action.RUN_CLASS)
def void(public_id: str, pupil: str) -> Response:
    """A lost card: it opens nothing any more, and whoever used it is signed out."""
    actor, at = signed_in(), now()
    found, user = _pupil_of_class(actor, public_id, pupil)
    start_writing()
    void_card(keys(), found, user.public_id, end_of_school_year(at, actor.timezone))
    return _done_for(actor, public_id, user, "card", "card-voided", at)


@bp.post("/<public_id>/people/<pupil>/secret")
@needs(Action.RUN_CLASS)
def new_secret(public_id: str, pupil: str) -> Response:
    """Pictures or words that somebody else knows: new ones, and whoever used the old ones is signed out."""
    actor, at = signed_in(), now()
    found, user = _pupil_of_class(actor, public_id, pupil)
    start_writing()
    new_pictures(found)
    return _done_for(actor, public_id, user, "secret", "new-pictures", at)


@bp.post("/<public_id>/people/<pupil>/home")
@needs(Action.RUN_CLASS)
def card_at_home(public_id: str, pupil: str) -> Response:
    """Where this card works: at home too, or on school days alone. The form says which, so that twice is once."""
    actor = signed_in()
    found, user = _pupil_of_class(actor, public_id, pupil)
    start_writing()
    found.is_card_for_home = request.form.get("home") == "yes"
    note(actor.school_id, actor.me, "card-home", user.id, now())
    db.session.commit()
    said = "home" if found.is_card_for_home else "school"
    return redirect(url_for(".people", public_id=public_id, said=said, pupil=user.public_id), 303)


@bp.post("/<public_id>/cards/home")
@needs(Action.RUN_CLASS)
def cards_at_home(public_id: str) -> Response:
    """The same for every card of the class."""
    actor = signed_in()
    school_class = class_or_404(actor, public_id)
    start_writing()
    for_home = request.form.get("home") == "yes"
    for found, _ in _pupils(actor, school_class):
        found.is_card_for_home = for_home
    note(actor.school_id, actor.me, "cards-home", school_class.id, now())
    db.session.commit()
    said = "all-home" if for_home else "all-school"
    return redirect(url_for(".people", public_id=public_id, said=said), 303)


def _done_for(actor: Actor, public_id: str, user: User, said: str, what: str, at: datetime) -> Response:
    end_all_of(db.session.connection(), user.id, at)
    note(actor.school_id, actor.me, what, user.id, at)
    db.session.commit()
    return redirect(url_for(".people", public_id=public_id, said=said, pupil=user.public_id), 303)


def _pupil_of_class(actor: Actor, public_id: str, pupil: str) -> tuple[Pupil, User]:
    school_class = class_or_404(actor, public_id)
    found, user = pupil_or_404(actor, pupil)
    if found.class_id != school_class.id:
        abort(404)
    return found, user


def _pupils(actor: Actor, school_class: SchoolClass) -> list[tuple[Pupil, User]]:
    """The pupils of a class by name."""
    rows: Any = db.session.execute(
        pupils_for(actor).where(Pupil.class_id == school_class.id).order_by(User.name, User.id)
    )
    return [(pupil, user) for pupil, user in rows]
