"""A lesson that a parent or carer tries alone: cards, activities, questions and the pretend app. Nothing is kept."""

from __future__ import annotations

from flask import abort, render_template, url_for

from accounts.models import Pupil
from accounts.policy import Action, needs, pupil_or_404
from accounts.sessions import signed_in
from lessons.lesson import PLACE_NAMES, Lesson
from practices.views import page_to_try
from quizzes import catalogue
from quizzes.catalogue import QuizCatalogue
from quizzes.engine import shown_order
from web import now

from .blueprint import bp
from .together import read_together


@bp.get("/families/children/<public_id>/try/<place>")
@needs(Action.READ_SUMMARY)
def try_lesson(public_id: str, place: str) -> str:
    pupil, lesson, bank = _lesson_or_404(public_id, place)
    quiz = bank.quiz(lesson.id)
    return render_template(
        "progress/try_lesson.html",
        child=pupil.first_name,
        public_id=public_id,
        lesson=lesson,
        place_name=PLACE_NAMES[place],
        has_app=bank.practice(lesson.id) is not None,
        before=[(item, shown_order(item, place)) for item in quiz.form("A")],
        after=[(item, shown_order(item, place)) for item in quiz.form("B")],
    )


@bp.get("/families/children/<public_id>/try/<place>/app")
@needs(Action.READ_SUMMARY)
def try_app(public_id: str, place: str) -> str | tuple[str, int]:
    return _app_page(public_id, place)


@bp.post("/families/children/<public_id>/try/<place>/app")
@needs(Action.READ_SUMMARY)
def act_in_app(public_id: str, place: str) -> str | tuple[str, int]:
    return _app_page(public_id, place)


def _app_page(public_id: str, place: str) -> str | tuple[str, int]:
    _, lesson, bank = _lesson_or_404(public_id, place)
    practice = bank.practice(lesson.id)
    if practice is None:
        abort(404)
    return page_to_try(
        practice,
        to=url_for(".act_in_app", public_id=public_id, place=place),
        back_to=url_for(".try_lesson", public_id=public_id, place=place),
        back_name="The lesson",
    )


def _lesson_or_404(public_id: str, place: str) -> tuple[Pupil, Lesson, QuizCatalogue]:
    """A lesson that the class of the own child has done or has been set."""
    actor = signed_in()
    pupil, _ = pupil_or_404(actor, public_id)
    bank = catalogue.load().for_school(actor.local_facts)
    lesson = read_together(pupil, bank, actor.timezone, now()).lesson_at(place)
    if lesson is None:
        abort(404)
    return pupil, lesson, bank
