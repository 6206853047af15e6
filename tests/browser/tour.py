"""One way round every kind of page, as each person. Whoever walks it is handed each page as it stands in its window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from accounts.bands import BANDS
from accounts.models import Membership, Pupil, SchoolClass, User
from database import db
from lessons.lesson import PLACES
from practices.engine import Practice
from quizzes import catalogue
from quizzes.due import MOST_AT_ONCE
from quizzes.models import Attempt
from quizzes.steps import Step, steps_of, steps_to_remember
from tests.browser.demo_harbour import AClassroom, DemoHarbour, Known
from tests.browser.every_step import every_step
from tests.browser.lesson_driver import sail, taps
from tests.browser.practice_driver import clicks_act, way_to_a_risk
from tests.harness.browser import Window
from tests.harness.voice import VOICE

#: A list in which something has to be looked at: a namesake, a missing name, an impossible year.
LIST = (
    "First name,Last name,Year group,Class\r\nAmina,Khan,3,Rowan\r\nAmina,Kaya,3,Rowan\r\nBen,Hill,3,Rowan\r\n"
    ",Cole,3,Rowan\r\nIsla,Novak,9,Rowan\r\n"
)
#: A year group of each band.
YEARS = {"eyfs": 0, "y1-2": 2, "y3-4": 3, "y5-6": 5}
#: What Chromium says by itself about a page that is meant to refuse something.
_MEANT = re.compile(
    r"/nothing/here: .* status of 404"
    r"|/code: .* status of 422"
    r"|/home: .* status of 404"
    r"|/boats: .* status of 403"
    r"|/boats/\w+: .* status of 4(22|29)"
    r"|/desk/\w+/note: .* status of 422"
    r"|/classes/\w+/home: .* status of 422"
)


@dataclass(frozen=True, slots=True)
class Stop:
    """One page of the tour."""

    name: str  # as its pictures are called: "pictures-y3"
    page: Page
    is_pupils: bool  # everything that can be tapped is at least 48 px


class Tour:
    """`pages()` and `lesson(name)` yield their stops; afterwards `problems` holds what the browsers complained of."""

    def __init__(self, harbour: DemoHarbour, browser: Browser) -> None:
        self.harbour = harbour
        self.browser = browser
        self.windows: list[Window] = []
        self.problems: list[str] = []

    def pages(self) -> Iterator[Stop]:
        """Every kind of page, but not every lesson's."""
        for part in (
            self.front_door,
            self.signing_in,
            self.charts,
            self.lessons,
            self.remembering,
            self.teacher,
            self.office,
            self.leads,
            self.families,
        ):
            yield from part()
            self.close()

    # Pupils

    def front_door(self) -> Iterator[Stop]:
        page = self._window()
        for name, path, is_pupils in (
            ("landing", "/", True),
            ("code", "/code", True),
            ("card", "/card", True),
            ("help", "/help", True),
            ("about", "/about", False),
            ("information", "/information", False),
            ("accessibility", "/accessibility", False),
            ("curriculum", "/curriculum", False),
            ("curriculum-lesson", "/curriculum/pier/y34", False),
            ("staff-sign-in", "/staff/", False),
            ("staff-welcome", "/staff/welcome", False),
            ("parent-sign-in", "/families/", False),
            ("parent-join", "/families/join", False),
            ("home-code", "/home", False),
            ("parent-forgotten", "/families/forgotten", False),
            ("parent-renew", "/families/renew", False),
            ("parent-stop", self.harbour.stop_address("parent"), False),
            ("missing", "/nothing/here", False),
        ):
            page.goto(path)
            yield Stop(name, page, is_pupils)

    def signing_in(self) -> Iterator[Stop]:
        page = self._window()
        for year_group, name in ((1, "pictures-y1"), (5, "words-y5"), (3, "pictures-y3")):
            classroom = self.harbour.classroom(year_group)
            self._types_code(page, classroom)
            if year_group == 3:
                yield Stop("names", page, True)
            page.locator("a.name").first.click()
            yield Stop(name, page, True)
        page.goto("/code")
        page.locator("#code").fill("ZZZ")
        taps(page, page.locator("main form button[type=submit]"))
        yield Stop("code-wrong", page, True)
        closed = self.harbour.classroom(4)
        self.harbour.shuts_the_door_of(closed)
        self._types_code(page, closed)
        yield Stop("door-shut", page, True)
        yield from self._waiting(page, self.harbour.classroom(3))

    def _types_code(self, page: Page, classroom: AClassroom) -> None:
        page.goto("/code")
        page.locator("#code").fill(classroom.code)
        taps(page, page.locator("main form button[type=submit]"))

    def _waiting(self, page: Page, classroom: AClassroom) -> Iterator[Stop]:
        """Five wrong tries in a row, and then a rest."""
        self._types_code(page, classroom)
        pupil = classroom.pupils[-1]
        wrong = tuple(reversed(pupil.secret))
        page.goto(f"/boats/{pupil.public_id}")
        for number in range(5):
            for picture in wrong[:-1]:
                page.locator(f"button[name=picture][value={picture}]").click()
            taps(page, page.locator(f"button[name=picture][value={wrong[-1]}]"))
            if number == 0:
                yield Stop("pictures-wrong", page, True)
        yield Stop("waiting", page, True)

    def charts(self) -> Iterator[Stop]:
        for year_group, band in ((0, "r"), (2, "y12"), (3, "y34"), (5, "y56")):
            page = self._window(self.harbour.classroom(year_group).pupils[0])
            page.goto("/chart")
            yield Stop(f"chart-{band}", page, True)
            page.goto("/help")
            yield Stop(f"help-{band}", page, True)
            if band in ("y12", "y34"):
                page.locator("tell-form [type=submit]").click()
                page.wait_for_url("**/help/sent?**")
                yield Stop(f"help-sent-{band}", page, True)
                page.goto("/help/sent")
                yield Stop(f"help-not-just-sent-{band}", page, True)
            page.goto(f"/help/offline/{band}")
            yield Stop(f"help-offline-{band}", page, True)
        yield from self.at_home(self.harbour.classroom(4))

    def at_home(self, classroom: AClassroom) -> Iterator[Stop]:
        """In the evening, once the class's door is shut: what was set for home comes first."""
        self.harbour.shuts_the_door_of(classroom)
        morning = self.harbour.clock.now
        self.harbour.clock.set(morning.replace(hour=20))
        page = self._window(classroom.pupils[0])
        page.goto("/chart")
        yield Stop("chart-home", page, True)
        self.harbour.clock.set(morning)

    def lessons(self) -> Iterator[Stop]:
        """One lesson to the end, and the circles of another."""
        seen: set[str] = set()
        for topic in ("passwords", "online-friends"):
            place, steps = steps_of_lesson(topic)
            page = self._at_the_beginning_of(place)
            for name in sail(page, steps):
                if name not in seen:
                    seen.add(name)
                    yield Stop(f"lesson-{name}", page, True)
                if topic == "online-friends" and name == "circles-done":
                    break
            else:
                page.goto(page.url.rsplit("/", 1)[0] + f"/{len(steps) - 1}")
                yield Stop("lesson-story-told", page, True)

    def _at_the_beginning_of(self, place: str) -> Page:
        """The first step of this place's lesson, for a pupil who is not in the middle of it."""
        for pupil in self.harbour.classroom(3).pupils[1:]:
            page = self._window(pupil)
            page.goto("/chart")
            if page.locator(f"button[name=place][value={place}]").count():
                taps(page, page.locator(f"button[name=place][value={place}]").first)
                return page
        raise AssertionError(f"everybody is in the middle of {place}")

    def remembering(self) -> Iterator[Stop]:
        """Somebody whose chart says that it is time to remember."""
        for pupil in self.harbour.classroom(3).pupils:
            page = self._window(pupil)
            page.goto("/chart")
            if page.locator("button[form=again]").count():
                break
        yield Stop("chart-remember", page, True)
        taps(page, page.locator("button[form=again]").first)
        steps = self._steps_to_remember(page)
        for name in sail(page, steps):
            yield Stop("remembered" if name == "finish" else f"remember-{name.removeprefix('remember-')}", page, True)

    def _steps_to_remember(self, page: Page) -> tuple[Step, ...]:
        """What was drawn when this go began."""
        with self.harbour.app.app_context():
            public_id = page.url.rsplit("/", 2)[1]
            drawn = db.session.query(Attempt.items).filter(Attempt.public_id == public_id).scalar().split("\n")
        assert 0 < len(drawn) <= MOST_AT_ONCE
        bank = catalogue.load()
        return steps_to_remember([bank.items[item] for item in drawn])

    # Staff

    def teacher(self) -> Iterator[Stop]:
        classroom = self.harbour.classroom(3)
        page = self._window(self._teacher_of(classroom))
        pupil = classroom.pupils[0]
        here = f"/classes/{classroom.public_id}"
        for name, path in (
            ("classes", "/classes/"),
            ("class-page", here),
            ("class-page-all", f"{here}?place=all"),
            ("people", f"{here}/people"),
            ("cards", f"{here}/cards"),
            ("letters", f"{here}/letters"),
            ("home-cards", f"{here}/home-cards"),
            ("home-card", f"{here}/home-cards?pupil={pupil.public_id}&squares=yes"),
            ("families-of-pupil", f"/people/{pupil.public_id}/families"),
            ("summary-preview", f"/people/{pupil.public_id}/summary"),
            ("lessons", "/lessons/"),
            ("lesson-for-teachers", f"/lessons/{steps_of_lesson('online-friends')[0]}/y34"),
            ("coverage", "/lessons/coverage"),
            ("account", "/staff/account"),
            ("help-staff", "/help"),
            ("help-not-just-sent-staff", "/help/sent"),
            ("second-set-up", "/staff/second/set-up"),
            ("import-form", "/classes/list"),
        ):
            page.goto(path)
            yield Stop(name, page, False)
        page.locator("input[type=file]").set_input_files(
            {"name": "rowan.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
        )
        taps(page, page.locator("main form button[type=submit]").last)
        yield Stop("import-preview", page, False)
        taps(page, page.locator("button[form=imp]").first)
        yield Stop("import-done", page, False)

    def _teacher_of(self, classroom: AClassroom) -> Known:
        with self.harbour.app.app_context():
            user = (
                db.session.query(User)
                .join(Membership, Membership.user_id == User.id)
                .join(SchoolClass, SchoolClass.id == Membership.class_id)
                .filter(SchoolClass.public_id == classroom.public_id)
                .one()
            )
            return Known(user.id, user.public_id, user.name, user.role, user.school_id)

    def office(self) -> Iterator[Stop]:
        office = self.harbour.adult("office")
        page = self._window(office, has_second_factor=False)
        page.goto("/staff/second")
        yield Stop("second-factor", page, False)
        page = self._window(office)
        for name, path in (
            ("office", "/office/"),
            ("office-school", "/office/school"),
            ("office-words", "/office/words"),
            ("office-person", f"/office/staff/{self.harbour.adult('teacher1').public_id}"),
        ):
            page.goto(path)
            yield Stop(name, page, False)
        page.goto("/office/")
        page.locator("input[name=name]").fill("Ms Yusuf")
        page.locator("input[name=email]").fill("new@demo.example")
        page.locator("[name=role]").first.select_option("teacher")
        taps(page, page.locator("form:has(input[name=email]) button[type=submit]"))
        yield Stop("office-invited", page, False)

    def leads(self) -> Iterator[Stop]:
        reception = self.harbour.classroom(0)
        page = self._window(self.harbour.adult("dsl"))
        page.goto("/classes/")
        yield Stop("classes-dsl", page, False)
        page.goto(f"/classes/{reception.public_id}")
        yield Stop("class-page-reception", page, False)
        page.goto(f"/people/{self.harbour.classroom(3).pupils[1].public_id}/families")
        taps(page, page.get_by_role("button", name="Unlink Jo Adebayo"))
        yield Stop("unlinked", page, False)
        taps(page, page.get_by_role("link", name="Record to print"))
        yield Stop("unlinked-record", page, False)
        yield from self._desk(page)

    def _desk(self, page: Page) -> Iterator[Stop]:
        """The desk of the safeguarding team, and a colleague who is asked to come."""
        page.goto("/desk/")
        yield Stop("desk", page, False)
        page.locator("tbody a").nth(2).click()  # a child about whom there is another
        yield Stop("desk-record", page, False)
        here = page.url
        page.goto(f"{here}/paper")
        yield Stop("desk-paper", page, False)
        page.goto(here)
        for fold in page.locator("main summary").all():
            fold.click()
        taps(page, page.locator("form:has(#note) button[type=submit]"))
        yield Stop("desk-record-note-missing", page, False)
        page.goto(f"{here}/child")
        page.locator("#in").select_option(index=3)
        taps(page, page.locator("form:has(#in) button[type=submit]").first)
        yield Stop("desk-whom", page, False)
        page.goto(here)
        page.get_by_role("link", name="Everything in order of time").click()
        yield Stop("desk-child", page, False)
        page.goto("/desk/?shelf=closed")
        page.locator("tbody a").first.click()
        yield Stop("desk-record-closed", page, False)
        page.goto("/desk/")
        page.locator("tbody a").nth(2).click()
        page.get_by_role("link", name="Everything in order of time").click()
        page.get_by_role("link", name="Move the record on").click()
        yield Stop("desk-keeping", page, False)
        for name in ("box", "unlock", "log", "review", "patterns"):
            page.goto(f"/desk/{name}")
            yield Stop(f"desk-{name}", page, False)
        page = self._window(self.harbour.adult("head"))
        page.goto("/desk/glass")
        yield Stop("desk-glass", page, False)
        page = self._window(self._teacher_of(self.harbour.classroom(5)))
        page.goto("/classes/")
        yield Stop("classes-see-me", page, False)

    # Every lesson

    def lesson(self, name: str) -> Iterator[Stop]:
        """Every step of this lesson as a pupil of its band sees it, and its pretend app at its start, in the middle,
        after a risky act and at its end, as staff try it: the same pages, with nothing to wait for."""
        bank = catalogue.load()
        lesson = bank.lessons.lesson(name)
        classroom = self.harbour.classroom(YEARS[lesson.band])
        pupil = classroom.pupils[0]
        page = self._window(pupil)
        page.add_init_script(VOICE)  # as tablets have: Listen is there
        for what in every_step(self.harbour, page, pupil, lesson, self._class_of(pupil)):
            yield Stop(f"lesson-{lesson.topic}-{BANDS[lesson.band]}-{what}", page, True)
        practice = bank.practice(name)
        if practice is not None:
            page = self._window(self._teacher_of(self.harbour.classroom(3)))
            page.add_init_script(VOICE)  # as tablets have: Listen is there
            yield from self.pretend_app(page, practice)
        self.close()

    def _class_of(self, pupil: Known) -> int:
        with self.harbour.app.app_context():
            return db.session.get_one(Pupil, pupil.id).class_id

    def pretend_app(self, page: Page, practice: Practice) -> Iterator[Stop]:
        band = BANDS[practice.band]
        address, name = f"/lessons/{PLACES[practice.topic]}/{band}/try", f"play-{PLACES[practice.topic]}-{band}"
        risk = way_to_a_risk(practice)
        if risk is not None:
            page.goto(address)
            for key in risk:
                clicks_act(page, key)
            yield Stop(f"{name}-look", page, True)
        page.goto(address)
        yield Stop(f"{name}-1", page, True)
        for number, key in enumerate(practice.safe_path, 1):
            clicks_act(page, key)
            if number == len(practice.safe_path) // 2:
                yield Stop(f"{name}-2", page, True)
        yield Stop(f"{name}-3", page, True)

    # Families

    def families(self) -> Iterator[Stop]:
        page = self._window(self.harbour.adult("parent"))
        page.goto("/families/children")
        yield Stop("summary", page, False)
        page.goto("/families/add")
        yield Stop("parent-add", page, False)
        page.locator("input[name=code]").fill(self.harbour.open_letter())
        taps(page, page.locator("main form button[type=submit]").first)
        page.goto("/families/children")
        yield Stop("children", page, False)
        page.goto("/families/mail")
        taps(page, page.locator("main form button[type=submit]"))
        yield Stop("parent-letters", page, False)
        page.goto("/help")
        yield Stop("help-parent", page, False)
        page.locator("#about").select_option(index=1)
        page.locator("#words").fill("She put her tablet under the bed.")
        taps(page, page.locator("form [type=submit]", has_text="Send it"))
        yield Stop("help-sent-parent", page, False)
        yield from self.together(page)
        page = self._window()
        page.goto(f"/home#{self.harbour.home_code(self.harbour.classroom(3).pupils[0])}")
        page.locator("article").wait_for()
        yield Stop("home-by-link", page, False)
        page.goto("/home")
        page.locator("#token").fill("ACDE ACDE ACDE ACDE")
        taps(page, page.locator("main form button[type=submit]"))
        yield Stop("home-code-wrong", page, False)
        page.goto("/families/forgotten")
        page.locator("#email").fill("parent@demo.example")
        taps(page, page.locator("main form button[type=submit]"))
        yield Stop("parent-asked", page, False)

    def together(self, page: Page) -> Iterator[Stop]:
        """What was set for home, tried alone and then begun on the parent's phone; and how it looks to the teacher."""
        page.goto(f"/families/children/{self.harbour.classroom(3).pupils[0].public_id}")
        page.locator("details:has(a[href*='/try/']) summary").click()
        page.locator("details a[href*='/try/']").first.click()
        yield Stop("try-lesson", page, False)
        page.locator("a[href$='/app']").click()
        yield Stop("try-app", page, True)
        page.goto(f"/families/children/{self.harbour.classroom(3).pupils[0].public_id}")
        taps(page, page.locator("#together form button"))
        yield Stop("together-question", page, True)
        while page.locator("main input[type=radio]").count():
            page.locator("main label.choice").first.click()
            taps(page, page.locator("main form button[type=submit]").first)
        yield Stop("together-card", page, True)
        page.locator(".rail__me summary").click()
        yield Stop("together-menu", page, True)
        classroom = self.harbour.classroom(3)
        page = self._window(self._teacher_of(classroom))
        place = steps_of_lesson("kind-online")[0]
        page.goto(f"/classes/{classroom.public_id}?place={place}")
        page.locator("#until").fill("2027-12-31")
        taps(page, page.locator("#for-home form:has(#until) button"))
        yield Stop("class-page-for-home", page, False)

    # Windows

    def _window(self, person: Known | None = None, *, has_second_factor: bool = True) -> Page:
        opened = self.harbour.window(self.browser, person, has_second_factor=has_second_factor)
        self.windows.append(opened)
        return opened.page

    def close(self) -> None:
        for window in self.windows:
            window.close()
            self.problems += [said for said in window.problems if not _MEANT.search(said)]
        self.windows.clear()


def steps_of_lesson(topic: str) -> tuple[str, tuple[Step, ...]]:
    """The place of a Years 3-4 lesson, and its steps."""
    bank = catalogue.load()
    lesson = bank.lessons.lesson(f"{topic}.y3-4")
    return lesson.place, steps_of(lesson, bank.quiz(lesson.id), bank.practice(lesson.id))
