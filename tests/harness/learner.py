"""A pupil at work, written down by the functions that the pages use: one go through a lesson, or one "remember"."""

from __future__ import annotations

from collections.abc import Mapping

from database import db, writing
from quizzes import catalogue
from quizzes.attempts import LESSON, REMEMBER, Sailing, begin, finish, read_attempt, record_answer
from quizzes.engine import HELP, Item
from quizzes.steps import Fact, Given, act_on, answer_item, tell_on, turn_card, with_fact
from tests.harness.world import APerson, World


class Learner:
    """learner = Learner(world, amina, "online-friends.y3-4"): she has begun. Then answers(), turns(), finishes()."""

    def __init__(self, world: World, pupil: APerson, lesson: str, number: int = 1) -> None:
        self.world, self.pupil, self.lesson = world, pupil, lesson
        self.bank = catalogue.load()
        version = self.bank.lessons.lesson(lesson).version
        self.attempt = self._begin(LESSON, lesson, number, version)

    def answers(
        self, form: str, wrong: Mapping[str, str] | None = None, *, help_first: bool = False, version: int | None = None
    ) -> Learner:
        """Every item of this form, safe at the first try unless `wrong` (objective: option) says what is chosen first.

        Form C belongs to a "remember" of its own, which is begun here.
        """
        asked = self.bank.quiz(self.lesson).form(form)
        attempt = self.attempt
        if form == "C":
            attempt = self._begin(REMEMBER, "", self._next_remember(), 0, tuple(item.id for item in asked))
        for item in asked:
            tries = [HELP] if help_first else []
            if wrong and item.objective in wrong:
                tries.append(wrong[item.objective])
            if form != "A" or not (wrong and item.objective in wrong):
                tries.append(safe_key(item))
            for number, choice in enumerate(tries, 1):
                self._record(attempt, answer_item(item, choice, number), version)
        return self

    def turns(self, cards: int) -> Learner:
        """The first so many cards."""
        for card in self.bank.lessons.lesson(self.lesson).cards[:cards]:
            self._record(self.attempt, turn_card(card))
        return self

    def begins_the_story(self) -> Learner:
        scenario = self.bank.quiz(self.lesson).scenario
        node = scenario.nodes[scenario.start]
        self._record(self.attempt, tell_on(node, node.choices[0].key if node.choices else "next", 1))
        return self

    def plays(self, *but: str) -> Learner:
        """The pretend app along its safe path, without the acts named here."""
        practice = self.bank.practice(self.lesson)
        assert practice is not None
        answers: dict[str, list[Given]] = {}
        for key in practice.safe_path:
            if key not in but:
                for fact in act_on(practice, answers, self.attempt.public_id, key):
                    answers = with_fact(answers, fact)
                    self._record(self.attempt, fact)
        return self

    def finishes(self) -> Learner:
        with self.world.app.app_context(), writing() as connection:
            finish(connection, self.attempt.id, self.world.clock.now)
        return self

    def _begin(self, kind: str, lesson: str, number: int, version: int, items: tuple[str, ...] = ()) -> Sailing:
        assert self.pupil.klass is not None
        with self.world.app.app_context(), writing() as connection:
            public_id = begin(
                connection,
                school_id=self.pupil.school.id,
                pupil_id=self.pupil.id,
                class_id=self.pupil.klass.id,
                kind=kind,
                lesson=lesson,
                number=number,
                version=version,
                at=self.world.clock.now,
                items=items,
            )
            sailing = read_attempt(connection, public_id, self.pupil.id)
        assert sailing is not None
        return sailing

    def _next_remember(self) -> int:
        with self.world.app.app_context():
            rows = db.session.execute(
                db.text("select count(*) from attempts where pupil_id = :pupil and kind = 'remember'"),
                {"pupil": self.pupil.id},
            )
            return int(rows.scalar_one()) + 1

    def _record(self, attempt: Sailing, fact: Fact, version: int | None = None) -> None:
        taught = self.bank.lessons.lesson(self.lesson).version
        with self.world.app.app_context(), writing() as connection:
            record_answer(connection, attempt, fact, taught if version is None else version, self.world.clock.now)


def safe_key(item: Item) -> str:
    return next(option.key for option in item.options if option.is_correct)


def wrong_option(item_id: str) -> tuple[str, str, str]:
    """Key, words and wrong idea of an option of this item that is not the safe one."""
    option = next(option for option in catalogue.load().item(item_id).options if not option.is_correct)
    return option.key, option.text, option.misconception
