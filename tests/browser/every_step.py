"""Every step of a lesson as the pupil whose go it is sees it. What leads from one to the next is stored by the
functions that the pages use: no tap has to be waited for, and each page is opened by its number."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from database import writing
from lessons.activities.kind import is_good
from lessons.lesson import Card, Lesson
from practices.engine import Practice
from quizzes import catalogue
from quizzes.attempts import LESSON, begin, finish, read_attempt, record_answer
from quizzes.engine import HELP, NEXT, Item, Outcome, Scenario
from quizzes.steps import (
    Fact,
    Given,
    Part,
    act_on,
    answer_item,
    card_key,
    steps_of,
    tell,
    tell_on,
    thing_fact,
    things_done,
    turn_card,
    with_fact,
)
from tests.browser.demo_harbour import DemoHarbour, Known

#: Of the go that is photographed: nobody in the demo school has come so far.
GO = 900


def every_step(harbour: DemoHarbour, page: Page, pupil: Known, lesson: Lesson, class_id: int) -> Iterator[str]:
    """From the first question to the finish. Each time the page shows something new, its name: "07-sort-done"."""
    bank = catalogue.load()
    steps = steps_of(lesson, bank.quiz(lesson.id), bank.practice(lesson.id))
    go = _Go(harbour, page, pupil, lesson, class_id)
    for number, step in enumerate(steps, 1):
        go.number = number
        if step.item is not None:
            found = go.asks(step.item, step.part, is_first=step.place == 1)
        elif step.card is not None:
            found = go.turns(step.card)
        elif step.practice is not None:
            found = go.plays(step.practice)
        elif step.scenario is not None:
            found = go.tells(step.scenario)
        else:
            found = go.ends()
        for name in found:
            yield f"{number:02}-{name}"


class _Go:
    """One go through the lesson: what is stored of it, and the window that looks on."""

    def __init__(self, harbour: DemoHarbour, page: Page, pupil: Known, lesson: Lesson, class_id: int) -> None:
        self.harbour, self.page, self.lesson = harbour, page, lesson
        self.number = 1
        self.answers: dict[str, list[Given]] = {}
        with harbour.app.app_context(), writing() as connection:
            public_id = begin(
                connection,
                school_id=pupil.school_id,
                pupil_id=pupil.id,
                class_id=class_id,
                kind=LESSON,
                lesson=lesson.id,
                number=GO,
                version=lesson.version,
                at=harbour.clock.now,
            )
            sailing = read_attempt(connection, public_id, pupil.id)
        assert sailing is not None
        self.sailing = sailing

    def asks(self, item: Item, part: Part, *, is_first: bool) -> Iterator[str]:
        """The first question after the lesson is asked for help about, got wrong, and then got right."""
        self._opens()
        yield "before" if part is Part.BEFORE else "ask"
        right = next(option.key for option in item.options if option.is_correct)
        wrong = next(option.key for option in item.options if not option.is_correct)
        if part is Part.BEFORE:
            self._keeps(answer_item(item, right, 1))
            return
        tries = ((HELP, "help"), (wrong, "look"), (right, "safe")) if is_first else ((right, "safe"),)
        for number, (choice, outcome) in enumerate(tries, 1):
            self._keeps(answer_item(item, choice, number))
            self._opens()
            yield f"feedback-{outcome}"

    def turns(self, card: Card) -> Iterator[str]:
        self._opens()
        yield card.kind if card.activity is None else card.activity.kind
        if card.activity is not None:
            mark = ""
            while (
                act := next(filter(is_good, card.activity.offers(things_done(card, self.answers))), None)
            ) is not None:
                self._keeps(thing_fact(card, act))
                mark = card.activity.mark(card.activity.form_of(act))
            self._opens(f"?now={mark}" if mark else "")
            yield f"{card.activity.kind}-done"
        if card_key(card) not in self.answers:
            self._keeps(turn_card(card))

    def plays(self, practice: Practice) -> Iterator[str]:
        """Its start and its end; how it goes on is the same page that staff try."""
        self._opens()
        yield "practice"
        for key in practice.safe_path:
            self._keeps(*act_on(practice, self.answers, self.sailing.public_id, key))
        self._opens()
        yield "practice-end"

    def tells(self, scenario: Scenario) -> Iterator[str]:
        """Each page of the story, where the safe choices lead."""
        place = 0
        while (node := tell(scenario, self.answers).node) is not None:
            place += 1
            self._opens()
            yield f"story-{place}"
            safe = [choice.key for choice in node.choices if choice.outcome is Outcome.SAFE and not choice.is_help]
            choice = next(iter(safe), HELP) if node.choices else NEXT
            self._keeps(tell_on(node, choice, len(self.answers.get(f"story.{node.id}", ())) + 1))

    def ends(self) -> Iterator[str]:
        with self.harbour.app.app_context(), writing() as connection:
            finish(connection, self.sailing.id, self.harbour.clock.now)
        self._opens()
        yield "finish"

    def _opens(self, asked: str = "") -> None:
        where = f"/sail/{self.sailing.public_id}/{self.number}"
        self.page.goto(where + asked)
        assert self.page.url.split("?")[0].endswith(where), f"{self.lesson.id}: {where} leads to {self.page.url}"

    def _keeps(self, *facts: Fact) -> None:
        with self.harbour.app.app_context(), writing() as connection:
            for fact in facts:
                record_answer(connection, self.sailing, fact, self.sailing.version, self.harbour.clock.now)
                self.answers = with_fact(self.answers, fact)
