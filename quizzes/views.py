"""A pupil's lesson, step by step: questions before, cards, questions after, a story; and "remember" weeks later.

And the same lesson at a parent's phone, once it is set for home: the go is the child's, the session stays the parent's.
"""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from accounts.policy import Action, needs
from accounts.sessions import signed_in
from database import reading
from quizzes.attempts import LESSON, PRACTISE, REMEMBER
from quizzes.due import due_items
from quizzes.home_lessons import Home, read_home
from quizzes.learner import Learner, child_or_404, learner_of
from quizzes.voyages import Voyage, bank_here, begin_go, keep, lesson_or_404, number_of, show, voyage_or_404
from web import now, wants_json

bp = Blueprint("quizzes", __name__)


@bp.post("/sail")
@needs(Action.LEARN)
def set_sail() -> Response:
    """Begin the lesson of a place for the pupil's own class, or go on with the go that the form's number names."""
    me = learner_of(signed_in())
    place = request.form.get("place", "")
    lesson = lesson_or_404(me, place)
    is_home = _home(me).is_at_home
    way = begin_go(me, LESSON, lesson, number_of(f"number_{place}"), now(), is_home=is_home)
    # At home the chart goes on by this form too, so that what was begun at school is marked.
    return redirect(way.resume() if is_home else way.step(1), 303)


@bp.post("/sail/again")
@needs(Action.LEARN)
def set_sail_again() -> Response:
    """Begin "remember": form C of up to six objectives that are due, mixed."""
    me, at = learner_of(signed_in()), now()
    items = due_items(reading(), me.id, at)
    if not items:
        return redirect(url_for("progress.chart"), 303)  # a second tab has done it
    way = begin_go(me, REMEMBER, None, number_of(), at, is_home=_home(me).is_at_home, items=items)
    return redirect(way.resume(), 303)


@bp.post("/sail/try")
@needs(Action.LEARN)
def practise_again() -> Response:
    """Begin the pretend app of a place once more."""
    me = learner_of(signed_in())
    lesson = lesson_or_404(me, request.form.get("place", ""))
    if bank_here().practice(lesson.id) is None:
        abort(404)
    way = begin_go(me, PRACTISE, lesson, number_of(), now(), is_home=_home(me).is_at_home)
    return redirect(way.step(1), 303)


@bp.get("/sail/<attempt>")
@needs(Action.LEARN)
def resume(attempt: str) -> Response:
    voyage = voyage_or_404(learner_of(signed_in()), attempt)
    return redirect(voyage.way.step(voyage.at), 303)


@bp.get("/sail/<attempt>/<int:number>")
@needs(Action.LEARN)
def step(attempt: str, number: int) -> str | Response:
    return show(voyage_or_404(learner_of(signed_in()), attempt), number)


@bp.post("/sail/<attempt>/<int:number>")
@needs(Action.LEARN)
def answer(attempt: str, number: int) -> Response | tuple[str, int] | dict[str, str]:
    return keep(voyage_or_404(learner_of(signed_in()), attempt), number)


# At a parent's phone


@bp.post("/families/children/<child>/sail")
@needs(Action.LEARN_TOGETHER)
def set_sail_together(child: str) -> Response:
    """Begin what was set for home, or go on with the child's own go: home evidence from now on."""
    learner = child_or_404(signed_in(), child)
    lesson = lesson_or_404(learner, request.form.get("place", ""))
    if _home(learner).of(lesson.id) is None:
        return redirect(_over(learner), 303)
    return redirect(begin_go(learner, LESSON, lesson, number_of(), now(), is_home=True).resume(), 303)


@bp.get("/families/children/<child>/sail/<attempt>")
@needs(Action.LEARN_TOGETHER)
def resume_together(child: str, attempt: str) -> Response:
    voyage = _together_or_404(child, attempt)
    return redirect(voyage.way.step(voyage.at) if _is_on(voyage) else _over(voyage.learner), 303)


@bp.get("/families/children/<child>/sail/<attempt>/<int:number>")
@needs(Action.LEARN_TOGETHER)
def step_together(child: str, attempt: str, number: int) -> str | Response:
    voyage = _together_or_404(child, attempt)
    return show(voyage, number) if _is_on(voyage) else redirect(_over(voyage.learner), 303)


@bp.post("/families/children/<child>/sail/<attempt>/<int:number>")
@needs(Action.LEARN_TOGETHER)
def answer_together(child: str, attempt: str, number: int) -> Response | tuple[str, int] | dict[str, str]:
    voyage = _together_or_404(child, attempt)
    if _is_on(voyage):
        return keep(voyage, number)
    return {"next": _over(voyage.learner)} if wants_json() else redirect(_over(voyage.learner), 303)


def _together_or_404(child: str, attempt: str) -> Voyage:
    """A go of the own child that was begun or gone on with at home. Of one made at school a parent sees nothing."""
    voyage = voyage_or_404(child_or_404(signed_in(), child), attempt)
    if not voyage.sailing.is_home or voyage.sailing.kind != LESSON:
        abort(404)
    return voyage


def _is_on(voyage: Voyage) -> bool:
    """Its lesson is set for the child's class, and the last day is not over."""
    return _home(voyage.learner).of(voyage.sailing.lesson) is not None


def _over(learner: Learner) -> str:
    """The child's page, which says that the lesson is not set any more."""
    return url_for("progress.summary", public_id=learner.public_id, said="over")


def _home(learner: Learner) -> Home:
    return read_home(reading(), learner.class_id, signed_in().timezone, now())
