"""Somebody who goes through a lesson on its pages, step by step, as a browser without script shows them."""

from __future__ import annotations

from sqlalchemy import select

from database import db
from lessons.activities.kind import is_good
from quizzes import catalogue
from quizzes.attempts import ANSWERS, ATTEMPTS
from quizzes.engine import Outcome
from quizzes.steps import Given, Part, is_playing, steps_of, things_done
from tests.harness.visitor import Page, Visitor
from tests.harness.world import APerson, World

LESSON = "online-friends.y3-4"


class Sailor:
    """A pupil at a device, who reads what the page shows and answers it: their own, or `at` a parent's phone."""

    def __init__(self, world: World, pupil: APerson, at: Visitor | None = None) -> None:
        self.world = world
        self.pupil = pupil
        self.browser: Visitor = at or world.signed_in(pupil)
        self.bank = catalogue.load()
        self.steps = steps_of(self.bank.lessons.lesson(LESSON), self.bank.quiz(LESSON), self.bank.practice(LESSON))

    def sets_sail(self, place: str = "pier") -> Page:
        chart = self.browser.visits("/chart")
        fields = chart.form("/sail").values()
        return self.browser.posts("/sail", {"place": place, f"number_{place}": fields[f"number_{place}"]}, status=200)

    def answers_step(self, page: Page, *, is_safe: bool = True) -> Page:
        """Answer whatever this page asks, once, and return the page that follows."""
        number = int(page.path.split("?")[0].rsplit("/", 1)[1])
        step = self.steps[number - 1]
        fields: dict[str, object] = {}
        if step.item is not None:
            if not page.all("input[type=radio]"):
                return self.browser.follows("Next" if page.all("a.btn:-soup-contains('Next')") else "Try again")
            if page.all("a.btn:-soup-contains('Next')"):
                return self.browser.follows("Next")
            right = next(option.key for option in step.item.options if option.is_correct)
            wrong = next(option.key for option in step.item.options if not option.is_correct)
            fields["choice"] = right if is_safe else wrong
        elif step.card is not None and step.card.activity is not None and is_playing(step.card, self.answers(page)):
            activity = step.card.activity
            act = next(filter(is_good, activity.offers(things_done(step.card, self.answers(page)))))
            form = activity.form_of(act)
            for name, value in ((name, value) for name, values in form.items() for value in values):
                if page.all(f'button[name="{name}"][value="{value}"]'):
                    return self.browser.presses(value)
            fields |= {name: values for name, values in form.items() if name != "thing"}
        elif step.practice is not None:
            if page.all("a.btn:-soup-contains('Next')"):
                return self.browser.follows("Next")
            done = int(str(page.one("input[name=number]")["value"])) - 1
            return self.browser.posts(
                page.path, {"act": step.practice.safe_path[done], "number": str(done + 1)}, status=200
            )
        elif step.scenario is not None and page.all("input[type=radio]"):
            node = step.scenario.nodes[str(page.one("input[name=node]")["value"])]
            fields["choice"] = next(c.key for c in node.choices if c.outcome is Outcome.SAFE and not c.is_help)
        return self.browser.submits(f"{page.path.split('?')[0]}", fields)

    def answers(self, page: Page) -> dict[str, list[Given]]:
        """What is stored in the attempt of this page."""
        columns = ANSWERS.c.item, ANSWERS.c.number, ANSWERS.c.choice, ANSWERS.c.outcome
        this_one = ATTEMPTS.c.public_id == page.path.split("/sail/")[1].split("/")[0]
        found: dict[str, list[Given]] = {}
        with self.world.app.app_context():
            join = ANSWERS.join(ATTEMPTS, ATTEMPTS.c.id == ANSWERS.c.attempt_id)
            for row in db.session.execute(select(*columns).select_from(join).where(this_one).order_by(ANSWERS.c.id)):
                found.setdefault(row[0], []).append(Given(*row))
        return found

    def sails_to(self, part: Part) -> Page:
        return self.goes_on_to(part, self.sets_sail())

    def goes_on_to(self, part: Part, page: Page) -> Page:
        """From this page, each answer safe, to the first step of this part."""
        for _ in range(200):
            number = int(page.path.split("?")[0].rsplit("/", 1)[1])
            if self.steps[number - 1].part is part:
                return page
            page = self.answers_step(page)
        raise AssertionError(f"never came to {part}")
