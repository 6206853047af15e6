"""A pupil in a lesson, step by step on the screen, with script or without: taps what is there and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from playwright.sync_api import Locator, Page

from lessons.activities.kind import Act, Kind, is_good
from practices.engine import Practice
from quizzes.engine import HELP, Item, Outcome, Scenario
from quizzes.steps import Part, Step
from tests.browser.practice_driver import act_of


def sail(page: Page, steps: Sequence[Step]) -> Iterator[str]:
    """From the step in front to the finish. Before each tap, the name of what is on the screen; a name comes once for
    each kind, so that what asks the same way twice is not shown twice."""
    named: set[str] = set()
    for name, _ in every_screen(page, steps):
        if name not in named:
            named.add(name)
            yield name


def every_screen(page: Page, steps: Sequence[Step]) -> Iterator[tuple[str, Locator | None]]:
    """As `sail`, and each screen that there is: its name, and what is tapped once the next one is asked for; None at
    the finish. What is chosen before that tap is chosen already."""
    seen: set[str] = set()
    acts: dict[int, dict[str, list[Act]]] = {}  # what was done in the activity of each step
    while True:
        number = int(page.url.split("?")[0].rsplit("/", 1)[1])
        name, tap = _next(page, steps[number - 1], seen, acts.setdefault(number, {}))
        seen.add(name)
        yield name, tap
        if tap is None:
            return
        taps(page, tap)


def taps(page: Page, button: Locator) -> None:
    """Tap and wait for the page that follows, whether a link, a form or our own script fetches it."""
    with page.expect_navigation():
        button.click()


def _next(page: Page, step: Step, seen: set[str], acts: dict[str, list[Act]]) -> tuple[str, Locator | None]:
    """What is on the screen, and what to tap next; None at the finish."""
    main = page.locator("main")
    if step.item is not None:
        return _question(page, main, step.item, step.part, seen)
    if step.card is not None:
        if step.card.activity is None:
            return f"card-{step.card.kind}", page.locator(".seabar form button")
        return do_thing(page, step.card.activity, seen, acts)
    if step.practice is not None:
        return _act(page, step.practice)
    if step.scenario is not None:
        return _story(page, main, step.scenario)
    return "finish", None


def _act(page: Page, practice: Practice) -> tuple[str, Locator]:
    """The safe path through the pretend app, and on."""
    if page.locator(".played").count():
        return "practice-end", page.locator(".seabar a.btn").last
    key = practice.safe_path[int(page.locator("main input[name=number]").first.input_value()) - 1]
    control = act_of(page, key)
    if control.get_attribute("type") == "radio":
        page.locator(f'main label:has([name=act][value="{key}"])').first.click()
        control = page.locator("main .btn--go")
    return "practice", control


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


def do_thing(page: Page, activity: Kind, seen: set[str], acts: dict[str, list[Act]]) -> tuple[str, Locator]:
    """Chooses a good act of those that are offered; what is tapped last is returned. `acts` is added to."""
    act = next(filter(is_good, activity.offers(acts)), None)
    if act is None:
        return f"{activity.kind}-done", page.locator(".seabar form button")
    name = activity.kind if not acts else f"{activity.kind}-said"
    acts.setdefault(act.key, []).append(act)
    for field, values in activity.form_of(act).items():
        for value in values:
            control = f'[name="{field}"][value="{value}"]'
            if page.locator(f"button{control}").count():
                return name, page.locator(f"button{control}")
            if page.locator(f"label {control}").count():
                page.locator("label.choice", has=page.locator(control)).click()
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
