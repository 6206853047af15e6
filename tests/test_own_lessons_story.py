"""A school writes a lesson of its own: it takes the place of ours, and whatever is wrong with it stops nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from database import db
from lessons import catalogue as lesson_catalogue
from practices import catalogue as practice_catalogue
from quizzes import catalogue, commands
from quizzes.attempts import ANSWERS, ATTEMPTS
from quizzes.own import OwnBank
from quizzes.own_reading import read_own
from tests.harness.content import TODAY
from tests.harness.learner import Learner
from tests.harness.world import World

pytestmark = pytest.mark.one_database

CELL = "passwords.y3-4"
OWN = f"own.{CELL}"
TITLE = "Three words from the pond"
ENDINGS = {lesson_catalogue: ".md", catalogue: ".quiz.yaml", practice_catalogue: ".practice.yaml"}


def write_own(folder: Path, cell: str = CELL, *, title: str = TITLE, practice: bool = True) -> Path:
    """Ours under the school's title, as a school would begin; the folder."""
    topic, _, band = cell.partition(".")
    (folder / topic).mkdir(parents=True, exist_ok=True)
    for room, ending in ENDINGS.items():
        if room is not practice_catalogue or practice:
            ours = room.CONTENT / topic / f"{band}{'.md' if ending == '.md' else '.yaml'}"
            shutil.copy(ours, folder / topic / f"{band}{ending}")
    change(folder / topic / f"{band}.md", f"title: {lesson_catalogue.load().lesson(cell).title}", f"title: {title}")
    return folder


def change(file: Path, old: str, new: str) -> int:
    """Puts `new` in the place of `old`; its line."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{file} has no {old!r}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One own lesson, with a question that is not ours, and the name of whoever leads on safeguarding in its quiz."""
    folder = write_own(tmp_path_factory.mktemp("own"))
    quiz = folder / "passwords" / "y3-4.quiz.yaml"
    change(quiz, catalogue.load().quiz(CELL).form("A")[0].stem, "Idris looks at the pond. Which password is strong?")
    return folder


@pytest.fixture
def own(folder: Path, make_app: Callable[..., Flask], world: World) -> World:
    """The same school, served with its own lessons."""
    return World(make_app(own_lessons=folder), world.clock)


@pytest.fixture
def bank(own: World) -> Iterator[catalogue.QuizCatalogue]:
    with own.app.app_context():
        yield catalogue.load()


# -------------------------------------------------------------------------------------------------------- the pupil


def test_a_pupil_finds_the_school_s_own_lesson_at_its_place_and_her_answers_say_so(own: World) -> None:
    willow = own.klass("Willow", year_group=3)
    amina = own.pupil("Amina", willow)
    browser = own.signed_in(amina)
    chart = browser.visits("/chart")
    assert len(chart.all("button[name=place][value=cove]")) == 1
    page = browser.posts("/sail", {"place": "cove", "number_cove": "1"}, status=200)
    assert "Idris looks at the pond. Which password is strong?" in page.text
    browser.submits(page.path, {"choice": "a"})
    with own.app.app_context():
        assert db.session.execute(select(ATTEMPTS.c.lesson)).scalars().all() == [OWN]
        stored = db.session.execute(select(ANSWERS.c.item, ANSWERS.c.objective)).all()
    assert [tuple(row) for row in stored] == [(f"own.{CELL}.1.A", f"{CELL}.1")]


def test_her_teacher_and_her_parents_read_of_it_as_of_any_lesson(own: World) -> None:
    willow = own.klass("Willow", year_group=3)
    amina = own.pupil("Amina", willow)
    mum = own.parent_of(amina)
    teacher = own.signed_in(own.teacher("Mr Okoro", willow))
    with own.app.app_context():
        learner = Learner(own, amina, OWN)
    learner.answers("B").finishes()
    page = teacher.visits(f"/classes/{willow.public_id}")
    assert TITLE in page.text
    summary = own.signed_in(mum).visits("/families/children")
    assert "Password Cove" in summary.h1.text
    assert lesson_catalogue.load().registers.home.activity[CELL] in summary.text  # ours: the aims are the same
    own.clock.moves(days=15)
    chart = own.signed_in(amina).visits("/chart")
    page = own.signed_in(amina).posts("/sail/again", dict(chart.form("/sail/again").values()), status=200)
    asked = {item.stem for item in learner.bank.quiz(OWN).form("C")}
    assert any(stem.split(". ")[-1] in page.text for stem in asked)


def test_what_she_knew_from_ours_goes_on(own: World) -> None:
    """The objectives are the same, so what a class has shown stays shown."""
    willow = own.klass("Willow", year_group=3)
    amina = own.pupil("Amina", willow)
    Learner(own, amina, CELL).answers("B").finishes()  # ours, before the school wrote its own
    page = own.signed_in(own.teacher("Mr Okoro", willow)).visits(f"/classes/{willow.public_id}?place=cove")
    assert TITLE in page.text
    assert "growing" in page.text.lower()


def test_other_bands_keep_ours(own: World, bank: catalogue.QuizCatalogue) -> None:
    assert bank.lessons.at("cove", "y56") is lesson_catalogue.shipped().lesson("passwords.y5-6")
    assert [lesson.id for lesson in bank.lessons.in_band("y3-4")].count(OWN) == 1
    assert CELL not in [lesson.id for lesson in bank.lessons.taught]
    assert [lesson.place for lesson in bank.lessons.in_band("y3-4")] == [
        lesson.place for lesson in lesson_catalogue.shipped().in_band("y3-4")
    ]


def test_what_asks_for_an_objective_finds_the_lesson_that_is_taught(bank: catalogue.QuizCatalogue) -> None:
    lesson = bank.lessons.teaching(f"{CELL}.1")
    assert lesson is not None
    assert lesson.id == OWN
    for form in "ABCD":
        assert all(item.id.startswith("own.") for item in bank.items_of(f"{CELL}.1", form))
    assert bank.items_of(f"{CELL}.1", "B")
    assert f"{CELL}.1.B" in bank.items  # what was asked once can be looked up for ever


def test_a_school_s_own_names_stand_in_its_own_lesson_too(tmp_path: Path, make_app: Any, world: World) -> None:
    folder = write_own(tmp_path / "own", "tell-adult.y3-4", title="Who we tell")
    app = make_app(own_lessons=folder)
    with app.app_context():
        theirs = catalogue.load().for_school({"safeguarding-lead": "Mrs Quillfeather"})
        lesson = theirs.lessons.lesson("own.tell-adult.y3-4")
        assert lesson.title == "Who we tell"
        assert lesson.is_own
        told = str([theirs.practice(lesson.id), lesson, theirs.quiz(lesson.id)])
        assert "Mrs Quillfeather" in str(theirs.practices.practices[lesson.id].acts)
        assert "own.tell-adult.y3-4" in told


def test_its_pretend_app_is_its_own_or_ours(
    tmp_path: Path, folder: Path, bank: catalogue.QuizCatalogue, make_app: Any, own: World
) -> None:
    mine = bank.practice(OWN)
    assert mine is not None
    assert (mine.lesson, mine.topic, mine.band) == (OWN, "passwords", "y3-4")
    assert bank.practices.taught(CELL) is mine
    assert [one.lesson for one in bank.practices.all_taught].count(OWN) == 1
    assert CELL not in [one.lesson for one in bank.practices.all_taught]
    without = make_app(own_lessons=write_own(tmp_path / "own", practice=False))
    with without.app_context():
        kept = catalogue.load().practice(OWN)
        assert kept is not None
        assert kept.title == practice_catalogue.shipped().practices[CELL].title
        assert kept.lesson == OWN
    page = own.signed_in(own.teacher()).visits("/lessons/cove/y34/try")
    assert page.status == 200


# ----------------------------------------------------------------------------------------------------------- staff


def test_staff_see_it_listed_and_what_it_takes_the_place_of(own: World) -> None:
    teacher = own.signed_in(own.teacher())
    page = teacher.visits("/lessons/")
    panel = page.one("section[aria-labelledby=own]").get_text(" ")
    assert "Your school’s own lessons" in panel
    assert TITLE in panel
    assert "Their reading level was checked." in panel
    assert "To put right" not in panel
    shown = teacher.visits("/lessons/cove/y34")
    ours = lesson_catalogue.shipped().lesson(CELL)
    assert shown.h1.text == TITLE
    assert f"It takes the place of ours, “{ours.title}”." in shown.text
    other = teacher.follows("Read ours")
    assert other.h1.text == ours.title
    assert "Your school’s own lesson is taught here instead." in other.text


def test_families_read_it_in_full_and_that_the_school_wrote_it(own: World) -> None:
    visitor = own.visitor()
    listed = visitor.visits("/curriculum")
    line = next(each for each in listed.all("main li") if TITLE in each.get_text())
    assert " ".join(line.get_text().split()) == f"{TITLE}, Password Cove, 30 minutes. Written by your school"
    page = visitor.visits("/curriculum/cove/y34")
    assert page.h1.text == TITLE
    assert "Idris looks at the pond." in page.text


def test_where_textstat_is_missing_staff_see_that_the_level_was_not_checked(
    tmp_path: Path, make_app: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizzes.own_reading.load_level", lambda: None)
    served = World(make_app(own_lessons=write_own(tmp_path / "own")), world.clock)
    said = served.signed_in(served.teacher()).visits("/lessons/").text
    assert "Their reading level was not checked: textstat is not installed here." in said
    assert TITLE in said


# -------------------------------------------------------------------------------------------------- what is wrong


def own_of(folder: Path) -> OwnBank:
    return read_own(folder, TODAY)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("y3-4.md", "minutes: 30", "minutes: 300", "300 minutes is too long: make it 30"),
        ("y3-4.md", "minutes: 30", "minuts: 30", "`minuts` is not known here"),
        ("y3-4.md", "band: y3-4", "band: y5-6", "the file's place says band: y3-4"),
        ("y3-4.quiz.yaml", "lesson: passwords.y3-4", "lesson: passwords.y1-2", "the file's place says lesson: "),
        ("y3-4.quiz.yaml", "form: A", "form: Z", "`Z` is not a form"),
        ("y3-4.practice.yaml", "app: maker", "app: makker", "did you mean `maker`?"),
        ("y3-4.practice.yaml", "lesson: passwords.y3-4", "lesson: passwords.y1-2", "the file's place says lesson: "),
        ("y3-4.md", "title: ", "title: A naughty ", "`naughty` is not for pupils here"),
    ],
)
def test_a_lesson_with_a_mistake_is_told_with_its_line_and_ours_is_taught(
    file: str, old: str, new: str, says: str, tmp_path: Path
) -> None:
    folder = write_own(tmp_path)
    line = change(folder / "passwords" / file, old, new)
    bank = own_of(folder)
    assert not any((bank.lessons, bank.quizzes, bank.practices))
    assert [one for one in bank.mistakes if (one.path, one.line) == (f"passwords/{file}", line) and says in one.message]
    shelf = catalogue.with_own(catalogue.shipped(), bank)
    lesson = shelf.lessons.at("cove", "y34")
    assert lesson is not None
    assert lesson.id == CELL


def test_an_error_there_never_stops_the_rest(tmp_path: Path, make_app: Any, world: World) -> None:
    folder = write_own(tmp_path / "own")
    write_own(folder, "kind-online.y3-4", title="Kind at our pond")
    (folder / "kind-online" / "y3-4.quiz.yaml").write_bytes(b"\xff\xfe not words")
    (folder / "personal-info").mkdir()
    (folder / "personal-info" / "y5-6.md").write_text("---\nid: [\n---\n", encoding="utf-8")
    (folder / "bay").mkdir()
    (folder / "bay" / "notes.txt").write_text("to do", encoding="utf-8")
    served = World(make_app(own_lessons=folder), world.clock)
    page = served.signed_in(served.teacher()).visits("/lessons/")
    panel = " ".join(page.one("section[aria-labelledby=own]").get_text(" ").split())
    assert TITLE in panel
    assert "kind-online/y3-4.quiz.yaml, line 1: it cannot be read: save it as UTF-8" in panel
    assert "personal-info/y5-6.md, line 3: mend the YAML" in panel
    assert "personal-info/y5-6.quiz.yaml, line 1: write this file" in panel
    assert "bay/notes.txt, line 1: nothing reads this file" in panel
    with served.app.app_context():
        assert [lesson.id for lesson in catalogue.load().lessons.taught if lesson.is_own] == [OWN]
    assert "Kind at our pond" not in page.text
    assert (
        served.visitor().visits("/curriculum/quay/y34").h1.text
        == lesson_catalogue.load().lesson("kind-online.y3-4").title
    )


def test_a_lesson_that_breaks_the_reader_is_only_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("what nobody thought of")

    folder = write_own(tmp_path)
    monkeypatch.setattr("quizzes.own_reading.check_one", breaks)
    bank = own_of(folder)
    assert bank.lessons == {}
    assert [str(one) for one in bank.mistakes] == [
        "passwords/y3-4.md:1: it or a file beside it cannot be understood: compare it with ours"
    ]


def test_a_folder_that_is_not_there_is_told_and_ours_are_taught(tmp_path: Path, make_app: Any, world: World) -> None:
    served = World(make_app(own_lessons=tmp_path / "nowhere"), world.clock)
    said = served.signed_in(served.teacher()).visits("/lessons/").text
    assert "this folder is not there: make it, or take SAFE_HARBOUR_LESSONS out of the settings" in said
    assert "None can be taught yet." in said


def test_a_lesson_needs_its_quiz_and_a_quiz_its_lesson(tmp_path: Path) -> None:
    folder = write_own(tmp_path)
    (folder / "passwords" / "y3-4.quiz.yaml").unlink()
    assert [str(one) for one in own_of(folder).mistakes] == [
        "passwords/y3-4.quiz.yaml:1: write this file: an own lesson needs it"
    ]
    write_own(folder)
    (folder / "passwords" / "y3-4.md").unlink()
    assert [str(one) for one in own_of(folder).mistakes] == [
        "passwords/y3-4.md:1: write this file: an own lesson needs it"
    ]


IDEA = """pond-is-safe:
  name: "The pond is safe"
  belief: "The pond is safe, so its password is too."
  bands: [y3-4]
  source: practice
  reteach:
    say: "Everybody knows the pond."
    ask: "Who else knows the pond?"
    show: "Draw the pond and who walks by."
    check: "Is the pond a good password? Look for: no, others can guess it."
"""
FACT = """facts:
  - id: pond-phone
    value: "0300 123 4567"
    child_text: {y3-4: "The pond has a phone: 0300 123 4567."}
    adult_text: "The pond's phone is 0300 123 4567."
    audience: [pupil, staff, parent]
    source: "the pond's own page"
    checked_on: 2026-11-01
    review_by: 2027-09-01
    status: verified
    confirmed_by: "school office"
"""


def test_it_brings_wrong_ideas_and_facts_of_its_own(tmp_path: Path) -> None:
    folder = write_own(tmp_path)
    (folder / "misconceptions.yaml").write_text(IDEA, encoding="utf-8")
    (folder / "facts.yaml").write_text(FACT, encoding="utf-8")
    lesson, quiz = folder / "passwords" / "y3-4.md", folder / "passwords" / "y3-4.quiz.yaml"
    change(lesson, "facts: [", "facts: [pond-phone, ")
    change(lesson, "# Parents and carers\n", "# Parents and carers\n\nThe pond: {{ fact:pond-phone }}.\n")
    first = next(option for option in catalogue.load().quiz(CELL).items[0].options if not option.is_correct)
    change(quiz, f"misconception: {first.misconception}", "misconception: pond-is-safe")
    bank = own_of(folder)
    assert [str(one) for one in bank.mistakes] == []
    shelf = catalogue.with_own(catalogue.shipped(), bank)
    assert "0300 123 4567" in shelf.lessons.lesson(OWN).parent_learned
    assert shelf.lessons.misconception("pond-is-safe").reteach.ask == "Who else knows the pond?"
    assert "pond-is-safe" not in catalogue.shipped().lessons.registers.misconceptions


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("misconceptions.yaml", IDEA.replace("pond-is-safe", "time-is-knowing"), "`time-is-knowing` is ours"),
        ("misconceptions.yaml", IDEA.replace("pond-is-safe", "pond-" * 13), "is too long: 60 letters at most"),
        ("facts.yaml", FACT.replace("pond-phone", "childline-phone"), "`childline-phone` is ours or local"),
        ("facts.yaml", FACT.replace("status: verified", "status: sure"), "is not a status"),
    ],
)
def test_what_is_ours_stays_ours(name: str, text: str, says: str, tmp_path: Path) -> None:
    folder = write_own(tmp_path)
    (folder / name).write_text(text, encoding="utf-8")
    bank = own_of(folder)
    assert any(one.path == name and says in one.message for one in bank.mistakes), list(map(str, bank.mistakes))
    assert bank.registers is lesson_catalogue.shipped().registers


def test_registers_that_cannot_be_read_are_told_and_the_lesson_is_taught(tmp_path: Path) -> None:
    folder = write_own(tmp_path)
    (folder / "facts.yaml").write_bytes(b"\xff\xfe")
    bank = own_of(folder)
    assert [str(one) for one in bank.mistakes] == [
        "misconceptions.yaml:1: it or facts.yaml cannot be read: save them as UTF-8"
    ]
    assert list(bank.lessons) == [OWN]


def test_an_unverified_fact_for_pupils_keeps_a_lesson_out(tmp_path: Path) -> None:
    folder = write_own(tmp_path)
    (folder / "facts.yaml").write_text(FACT.replace("status: verified", "status: unverified"), encoding="utf-8")
    lesson = folder / "passwords" / "y3-4.md"
    change(lesson, "facts: [", "facts: [pond-phone, ")
    line = change(lesson, "It is free.", "It is free. {{ text:pond-phone }}")
    bank = own_of(folder)
    assert f"passwords/y3-4.md:{line}: `pond-phone` is unverified: check its source before pupils read it" in map(
        str, bank.mistakes
    )
    assert bank.lessons == {}


def test_when_the_files_are_gone_ours_is_back_and_nothing_fails(own: World, make_app: Any) -> None:
    willow = own.klass("Willow", year_group=3)
    amina = own.pupil("Amina", willow)
    mum, teacher = own.parent_of(amina), own.teacher("Mr Okoro", willow)
    with own.app.app_context():
        Learner(own, amina, OWN).answers("B").finishes()
    later = World(make_app(), own.clock)
    browser = later.signed_in(amina)
    page = browser.posts("/sail", {"place": "cove", "number_cove": "1"}, status=200)
    assert catalogue.load().quiz(CELL).form("A")[0].question in page.text
    with own.app.app_context():
        theirs = select(ATTEMPTS.c.public_id).where(ATTEMPTS.c.lesson == OWN)
        attempt = db.session.execute(theirs).scalar_one()
    assert browser.asks("GET", f"/sail/{attempt}/1").status_code == 404
    assert later.signed_in(mum).visits("/families/children").status == 200
    page = later.signed_in(teacher).visits(f"/classes/{willow.public_id}?place=cove")
    assert "growing" in page.text.lower()


# ---------------------------------------------------------------------------------------------------- without any


def test_without_the_setting_there_is_nothing_of_it(world: World) -> None:
    with world.app.app_context():
        assert lesson_catalogue.load() is lesson_catalogue.shipped()
        assert catalogue.load() is catalogue.shipped()
        assert practice_catalogue.load() is practice_catalogue.shipped()
    assert "own lessons" not in world.signed_in(world.teacher()).visits("/lessons/").text


def test_without_the_setting_no_rule_and_no_reader_is_loaded(tmp_path: Path) -> None:
    """Neither start-up nor memory grows: what reads and checks own lessons is not even imported."""
    asks = (
        "import sys; from app import create_app; from settings import Settings; from pathlib import Path;"
        "from quizzes import catalogue;"
        f"app = create_app(Settings(environment='test', instance=Path({str(tmp_path)!r}), secret='x' * 40));"
        "app.app_context().push(); catalogue.load();"
        "print([m for m in ('quizzes.own_reading', 'quizzes.check', 'lessons.check', 'textstat') if m in sys.modules])"
    )
    root = Path(__file__).resolve().parent.parent
    said = subprocess.run(
        [sys.executable, "-c", asks], cwd=root, capture_output=True, text=True, check=True, timeout=120
    )
    assert said.stdout.strip() == "[]"


# ------------------------------------------------------------------------------------------------------ the command


def test_an_author_checks_the_folder_from_the_command_line(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = CliRunner()
    result = runner.invoke(commands.content, ["check", "--own"])
    assert result.exit_code == 1
    assert "SAFE_HARBOUR_LESSONS names no folder" in result.output
    monkeypatch.setenv("SAFE_HARBOUR_LESSONS", str(folder))
    result = runner.invoke(commands.content, ["check", "--own"])
    assert result.exit_code == 0, result.output
    assert "own lessons that are taught: 1; mistakes: 0" in result.output
    monkeypatch.setattr("quizzes.own_reading.load_level", lambda: None)
    unused = write_own(tmp_path / "unused")
    line = change(
        unused / "passwords" / "y3-4.md", "characters:\n", "characters:\n  - {name: Tobi, pronoun: he, role: x}\n"
    )
    monkeypatch.setenv("SAFE_HARBOUR_LESSONS", str(unused))
    result = runner.invoke(commands.content, ["check", "--own"])
    assert result.exit_code == 0
    assert f"passwords/y3-4.md:{line + 1}: (to think about) Tobi is not in the lesson or its quiz" in result.output
    assert "reading level: not checked" in result.output
    broken = write_own(tmp_path / "broken")
    line = change(broken / "passwords" / "y3-4.md", "minutes: 30", "minutes: 45")
    monkeypatch.setenv("SAFE_HARBOUR_LESSONS", str(broken))
    result = runner.invoke(commands.content, ["check", "--own"])
    assert result.exit_code == 1
    assert f"passwords/y3-4.md:{line}: 45 minutes is too long: make it 30" in result.output
