"""A pretend app played on the screen: by taps, or by keys alone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from lessons.outcome import Outcome
from practices.engine import ActNotAllowed, Practice, begin, do

MOST_TABS = 120  # from one end of a page to the other


def act_of(page: Page, key: str) -> Locator:
    """What does this act: a button, or the picture that is chosen before Go."""
    return page.locator(f'main [name=act][value="{key}"]').first


def clicks_act(page: Page, key: str, *, is_touch: bool = False) -> None:
    """Does the act with a mouse or a finger: a button at once, a picture and then Go."""
    control = act_of(page, key)
    picture = control.locator("xpath=ancestor::label") if control.get_attribute("type") == "radio" else None
    if picture is not None:
        picture.tap() if is_touch else picture.click()
    button = control if picture is None else page.locator("main .btn--go")
    with page.expect_navigation():
        button.tap() if is_touch else button.click()


def keys_act(page: Page, key: str) -> None:
    """Does the act without a pointer: Tab to it, Space or arrows to choose, Enter."""
    control = act_of(page, key)
    if control.get_attribute("type") == "radio":
        _tab_to(page, page.locator("main input[name=act]").first, "name=act")
        for _ in range(page.locator("main input[name=act]").count()):
            page.keyboard.press("Space")
            if control.is_checked():
                break
            page.keyboard.press("ArrowDown")
            if control.is_checked():
                break
        assert control.is_checked(), f"{key} cannot be chosen by keys"
        _tab_to(page, page.locator("main .btn--go"), ".btn--go")
    else:
        _tab_to(page, control, key)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _tab_to(page: Page, control: Locator, name: str) -> None:
    found = control.element_handle()  # looked up once, and not before each press
    assert found is not None
    for _ in range(MOST_TABS):
        if found.evaluate(
            "(it) => it === document.activeElement || (it.name === 'act' && it.type === 'radio' && "
            "document.activeElement.name === 'act' && document.activeElement.type === 'radio')"
        ):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {name}")


def way_to_a_risk(practice: Practice) -> tuple[str, ...] | None:
    """The safe path as far as the first place where something to rethink is offered, and that act."""
    state = begin(practice)
    path: list[str] = []
    for key in (*practice.safe_path, ""):
        for act in practice.acts.values():
            try:
                tried = do(practice, state, act.key)
            except ActNotAllowed:
                continue
            if tried.last is not None and tried.last.case.outcome is Outcome.RETHINK:
                return (*path, act.key)
        if key:
            state = do(practice, state, key)
            path.append(key)
    return None
