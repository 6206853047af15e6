"""A pupil in a lesson, step by step on the screen, with script or without: taps what is there and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from playwright.sync_api import Locator, Page

from quizzes.engine import HELP, Item, Outcome, Scenario
from quizzes.steps import Part, Step


def sail(page: Page, steps: Sequence[Step]) -> Iterator[str]:
    """From the step in front to the finish. Before each tap, the name of what is on the screen; a name comes once for
    each kind, so that what asks the same way twice is not shown twice."""
    seen: set[str] = set()
    while True:
        number = int(page.url.split("?")[0].rsplit("/", 1)[1])
        step = steps[number - 1]
        name, tap = _next(page, step, seen)
        if name not in seen:
            seen.add(name)
            yield name
        if tap is None:
            return
        taps(page, tap)


def taps(page: Page, button: Locator) -> None:
    """Tap and wait for the page that follows, whether a link, a form or our own script fetches it."""
    with page.expect_navigation():
        button.click()


def _next(page: Page, step: Step, seen: set[str]) -> tuple[str, Locator | None]:
    """What is on the screen, and what to tap next; None at the finish."""
    main = page.locator("main")
    if step.item is not None:
        return _question(page, main, step.item, step.part, seen)
    if step.card is not None:
        if step.card.activity is None:
            return f"card-{step.card.kind}", page.locator(".seabar form button")
        return _thing(page, step, seen)
    if step.scenario is not None:
        return _story(page, main, step.scenario)
    return "finish", None


def _question(page: Page, main: Locator, item: Item, part: Part, seen: set[str]) -> tuple[str, Locator]:
    """The first question after the lesson is asked for help about, got wrong, and then got right."""
    if not page.locator("input[name=choice]").count():
        outcome = "safe" if page.locator(".fb--safe").count() else "look"
        going_on = page.locator(".fb a.btn").first
        return f"{part}-feedback-{'help' if outcome == 'look' and f'{part}-feedback-help' not in seen else outcome}", (
            going_on
        )
    right = next(option.key for option in item.options if option.is_correct)
    wrong = next(option.key for option in item.options if not option.is_correct)
    choice, name = right, str(part)
    if part != Part.BEFORE:
        if f"{part}-feedback-help" not in seen:
            choice = HELP
        elif f"{part}-feedback-look" not in seen:
            choice = wrong
        elif f"{part}-feedback-safe" not in seen:
            name = f"{part}-again"
    choose(page, choice)
    return name, main.locator("form button[type=submit]").first


def _thing(page: Page, step: Step, seen: set[str]) -> tuple[str, Locator]:
    assert step.card is not None
    assert step.card.activity is not None
    activity = step.card.activity
    field = page.locator("input[name=thing]")
    if not field.count():
        return f"{activity.kind}-done", page.locator(".seabar form button")
    thing = next(each for each in activity.things if each.key == field.input_value())
    fits = [words for words in activity.bins if words in thing.fits] or [activity.bins[0]]
    name = activity.kind if activity.kind not in seen else f"{activity.kind}-said"
    if activity.kind == "sort":
        return name, page.locator(f'button[name=bin][value="{fits[0]}"]')
    for words in fits:
        page.locator("label.choice", has=page.locator(f'input[name=bin][value="{words}"]')).click()
    return name, page.locator("main form button[type=submit]")


def _story(page: Page, main: Locator, scenario: Scenario) -> tuple[str, Locator]:
    node = scenario.nodes[page.locator("input[name=node]").input_value()]
    if not node.choices:
        name = "story-end" if node.to is None else "story-next"
        return name, main.locator("form button[type=submit]").first
    safe = [choice.key for choice in node.choices if choice.outcome is Outcome.SAFE]
    choose(page, (safe or [HELP])[0])
    return "story", main.locator("form button[type=submit]").first


def choose(page: Page, key: str) -> None:
    page.locator("label.choice", has=page.locator(f'input[name=choice][value="{key}"]')).click()
