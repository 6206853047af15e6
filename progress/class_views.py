"""The teacher's class page, the same as a sheet for a spreadsheet, and what is set there for home."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, abort, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as Redirect

from accounts.bands import BAND_NAMES, BANDS, YEAR_NAMES, band_of_class
from accounts.models import SchoolClass
from accounts.people import note
from accounts.policy import Action, class_or_404, may, needs
from accounts.school_time import day_of, day_words
from accounts.sessions import Actor, signed_in
from database import db, start_writing
from lessons.lesson import Lesson
from quizzes import catalogue
from quizzes.home_lessons import BadDay, read_day
from quizzes.home_lessons import set_for_home as keep_for_home
from quizzes.home_lessons import take_back as end_for_home
from web import now

from .blueprint import bp
from .class_sheet import table_of, to_csv
from .queries import ClassPage, NoSuchPlace, read_class_page

#: What the page says after something was done; the address names which.
SAID = {
    "set": "Set for home. Families who are linked see it now.",
    "back": "Taken back. Nobody is asked to do it at home any more; what was answered is kept.",
}

bp.add_app_template_filter(day_words)


@bp.app_template_filter("drawn_as")
def drawn_as(cells: Sequence[int], kinds: Sequence[Markup]) -> Markup:
    """These cells, each as its kind is drawn, in one piece: one by one they would be most of the page's work."""
    return Markup("".join([kinds[cell] for cell in cells]))  # each kind is safe already: a macro made it


@bp.get("/classes/<public_id>")
@needs(Action.SEE_CLASS)
def class_page(public_id: str) -> str:
    teacher = signed_in()
    school_class, page = _page_or_404(teacher, public_id, request.args.get("place", ""))
    return _shown(teacher, school_class, page, said=SAID.get(request.args.get("said", ""), ""))


@bp.post("/classes/<public_id>/home")
@needs(Action.SET_LESSON)
def set_for_home(public_id: str) -> Redirect | tuple[str, int]:
    """Set a lesson of the class for home, until the day that was typed."""
    teacher, at = signed_in(), now()
    school_class, lesson = _lesson_or_404(teacher, public_id)
    today, typed = day_of(at, teacher.timezone), request.form.get("until", "")
    try:
        until = read_day(typed, today)
    except BadDay as bad:
        page = _page_or_404(teacher, public_id, lesson.place)[1]
        return _shown(teacher, school_class, page, typed=typed[:20], problem=str(bad)), 422
    start_writing()
    keep_for_home(
        db.session.connection(),
        school_id=teacher.school_id,
        class_id=school_class.id,
        lesson=lesson.id,
        set_by=teacher.me,
        until=until,
        today=today,
        at=at,
    )
    note(teacher.school_id, teacher.me, "home-lesson-set", school_class.id, at)
    db.session.commit()
    return _back_to(school_class, lesson, "set")


@bp.post("/classes/<public_id>/home/back")
@needs(Action.SET_LESSON)
def take_back(public_id: str) -> Redirect:
    teacher, at = signed_in(), now()
    school_class, lesson = _lesson_or_404(teacher, public_id)
    start_writing()
    if end_for_home(db.session.connection(), school_class.id, lesson.id, at):
        note(teacher.school_id, teacher.me, "home-lesson-back", school_class.id, at)
    db.session.commit()
    return _back_to(school_class, lesson, "back")


def _lesson_or_404(teacher: Actor, public_id: str) -> tuple[SchoolClass, Lesson]:
    """A class of this teacher's, and the lesson of its band that the form names."""
    school_class, bank = class_or_404(teacher, public_id), catalogue.load()
    band = band_of_class(school_class.chosen_band, school_class.year_group)
    lesson = bank.lessons.at(request.form.get("place", ""), band)
    if lesson is None or lesson.id not in bank.quizzes:
        abort(404)
    return school_class, lesson


def _back_to(school_class: SchoolClass, lesson: Lesson, said: str) -> Redirect:
    where = url_for(".class_page", public_id=school_class.public_id, place=lesson.place, said=said, _anchor="for-home")
    return redirect(where, 303)


def _shown(
    teacher: Actor, school_class: SchoolClass, page: ClassPage, *, said: str = "", typed: str = "", problem: str = ""
) -> str:
    return render_template(
        "progress/class_page.html",
        school_class=school_class,
        page=page,
        year_name=YEAR_NAMES[school_class.year_group],
        band_name=BAND_NAMES[page.band],
        short_band=BANDS[page.band],
        may_run=may(teacher, Action.RUN_CLASS),
        may_set=may(teacher, Action.SET_LESSON),
        said=said,
        typed=typed,
        problem=problem,
        summary_link=url_for(".summary_preview", public_id="PUPIL") if may(teacher, Action.SEE_FAMILIES) else "",
    )


@bp.get("/classes/<public_id>/sheet.csv")
@needs(Action.SEE_CLASS)
def class_sheet(public_id: str) -> Response:
    """The table of the class page, cell by cell, for Excel."""
    page = _page_or_404(signed_in(), public_id, request.args.get("place", ""))[1]
    response = Response(to_csv(table_of(page.sheet, page.ideas)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="class-{page.place}.csv"'
    return response


def _page_or_404(teacher: Actor, public_id: str, place: str) -> tuple[SchoolClass, ClassPage]:
    """A class this person may see, and its page for this place."""
    school_class = class_or_404(teacher, public_id)
    try:
        return school_class, read_class_page(
            school_class, place, catalogue.load().for_school(teacher.local_facts), teacher.timezone, now()
        )
    except NoSuchPlace:
        abort(404)
