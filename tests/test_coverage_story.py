"""What is taught can be seen by anybody, lesson by lesson and in full; and what is not covered is said in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from accounts.bands import BANDS
from lessons.coverage import cover
from lessons.lesson import Lesson, Objective
from lessons.registers import NOT_FILLED_IN
from quizzes import catalogue
from quizzes.in_words import story_pages
from tests.harness.visitor import Page
from tests.harness.world import World

pytestmark = pytest.mark.one_database

BANK = catalogue.load()
FRAMEWORKS = BANK.lessons.frameworks


def plain(text: str) -> str:
    return " ".join(BeautifulSoup(text, "html.parser").get_text(" ").split())


def squeezed(text: str) -> str:
    """Without a blank: where tags end, a page may have one more or less."""
    return "".join(text.split())


def missing(page: str, texts: Iterable[str]) -> list[str]:
    there = squeezed(page)
    return [text for text in texts if squeezed(text) not in there]


# ----------------------------------------------------------------------------------------------- a parent who looks


def test_a_parent_finds_every_lesson_from_the_front_door_without_signing_in(world: World) -> None:
    visitor = world.visitor()
    visitor.visits("/")
    page = visitor.follows("What we teach")
    assert page.h1.text == "What we teach about being safe and kind online"
    links = {str(link["href"]) for link in page.all("main a[href^='/curriculum/']")}
    assert links == {f"/curriculum/{lesson.place}/{BANDS[lesson.band]}" for lesson in BANK.lessons.lessons.values()}
    assert f"{len(links)} lessons with" in page.text
    for title in ("Copyright and ownership", "fake news", "REP-Y6-1 how anyone can build a good reputation"):
        assert title in page.text
    assert "No real teacher, lead or child has read them yet" in page.text


def test_from_the_foot_of_her_own_page_too(world: World) -> None:
    mum = world.signed_in(world.parent_of(world.pupil("Amina", world.klass("Willow", 3))))
    page = mum.visits("/families/children")
    assert page.one("footer a[href='/curriculum']").text == "What we teach"
    assert mum.visits("/curriculum").h1.text.startswith("What we teach")


@pytest.mark.parametrize("name", sorted(BANK.quizzes))
def test_she_reads_a_lesson_in_full(world: World, name: str) -> None:
    """Cards, activities, questions with every answer and reply, the story and the pretend app: nothing is left out."""
    lesson, quiz, practice = BANK.lessons.lesson(name), BANK.quiz(name), BANK.practice(name)
    page = world.visitor().visits(f"/curriculum/{lesson.place}/{BANDS[lesson.band]}")
    said = plain(str(page.one("main")))
    wanted = [lesson.title, *(objective.text for objective in lesson.objectives), *lesson.learned, *lesson.parent_ask]
    for card in lesson.cards:
        wanted += [card.title, *card.speech]
        if card.activity is not None:
            wanted += [row[0] for row in card.activity.notes().rows]
    for item in quiz.items:
        wanted += [item.stem, *(text for option in item.options for text in (option.text, option.feedback))]
    for node in quiz.scenario.nodes.values():
        wanted += [node.text, *(choice.text for choice in node.choices)]
    if practice is not None:
        wanted += [text for scene in practice.scenes.values() for text in (scene.heading, scene.text)]
        wanted += [text for act in practice.acts.values() for text in (act.text, *(case.says for case in act.cases))]
        wanted += [line.text for scene in practice.scenes.values() for line in scene.lines]
    assert missing(said, wanted) == []
    assert missing(said, [plain(lesson.teacher_notes)]) == [plain(lesson.teacher_notes)]
    assert "Teacher notes" not in said


def test_which_answer_fits_best_is_said_once_for_each_question(world: World) -> None:
    page = world.visitor().visits("/curriculum/pier/y34")
    assert page.text.count("(fits best)") == len(BANK.quiz("online-friends.y3-4").items)


def test_every_way_of_the_story_goes_on_where_it_says() -> None:
    for quiz in BANK.quizzes.values():
        pages = story_pages(quiz)
        nodes = list(quiz.scenario.nodes.values())
        for page, node in zip(pages, nodes, strict=True):
            assert [nodes[way.to - 1].id for way in page.ways] == [choice.to for choice in node.choices]
            assert (nodes[page.to - 1].id if page.to else None) == (None if node.choices else node.to)


def test_a_teacher_also_reads_the_notes(world: World) -> None:
    teacher = world.signed_in(world.teacher())
    notes = plain(BANK.lessons.lesson("online-friends.y3-4").teacher_notes)
    teacher.visits("/lessons/pier/y34")
    page = teacher.follows("All its questions and its story")
    assert missing(plain(str(page.one("main"))), [notes]) == []
    for other in (world.signed_in(world.pupil("Amina", world.klass("Oak", 3))), world.visitor()):
        assert "Teacher notes" not in other.visits("/curriculum/pier/y34").text


def test_it_speaks_with_the_school_s_own_words_once_somebody_is_signed_in(world: World) -> None:
    office = world.signed_in(world.admin())
    office.visits("/office/words")
    office.submits("/office/words", {"safeguarding-lead": "Ms Quillfeather"})
    assert "Ms Quillfeather" in office.visits("/curriculum/light/y34").text
    nobody = world.visitor().visits("/curriculum/light/y34").text
    assert "Ms Quillfeather" not in nobody
    assert NOT_FILLED_IN in nobody


def test_a_lesson_that_is_not_there_is_no_page(world: World) -> None:
    for path in ("/curriculum/pier/y99", "/curriculum/nowhere/y34"):
        assert world.visitor().asks("GET", path).status_code == 404


# ---------------------------------------------------------------------------------------------------- a head who looks


def lines(page: Page) -> dict[str, str]:
    """The line of each objective, by where it stands: "pier-y34-2"."""
    return {str(line["id"]): plain(str(line)) for line in page.all("main li[id]")}


def anchors() -> dict[str, Objective]:
    return {
        f"{lesson.place}-{BANDS[lesson.band]}-{number}": objective
        for lesson in BANK.lessons.lessons.values()
        for number, objective in enumerate(lesson.objectives, 1)
    }


def test_staff_see_each_objective_with_what_it_serves(world: World) -> None:
    head = world.signed_in(world.head())
    head.visits("/lessons/")
    told = lines(head.follows("Coverage"))
    assert set(told) == set(anchors())
    for anchor, objective in anchors().items():
        assert told[anchor].startswith(f"{objective.id} {objective.text}")
        serves = told[anchor].removeprefix(f"{objective.id} {objective.text}").replace(" (prepared for)", "")
        keys = set(re.findall(r"[\w-]+", serves.replace("*", "")))
        for key in (*objective.policy, *(code for codes in objective.frameworks.values() for code in codes)):
            assert key in keys
        assert {key for key in keys if re.fullmatch(r"P\d", key)} == set(objective.policy)


def test_so_does_a_parent(world: World) -> None:
    told = lines(world.visitor().visits("/curriculum"))
    assert set(told) == set(anchors())
    assert told["cove-y34-1"] == (
        "Password Cove 1 I can make a strong practice password from three random words. "
        "Policy P4. Connected World: PS-Y3-1. Computing: KS2-1."
    )
    assert "Policy P2 (prepared for), P3 (prepared for). " in told[f"pier-{BANDS['eyfs']}-2"]


@pytest.mark.parametrize("path", ["/curriculum", "/lessons/coverage"])
def test_and_from_the_other_side_which_objectives_serve_a_statement(world: World, path: str) -> None:
    """Each statement of the policy and of the frameworks leads to the lines of those that name it, and to no other."""
    page = world.signed_in(world.teacher()).visits(path)
    led = {plain(str(part.select_one("summary"))).split()[0]: part for part in page.all("main details")}
    for key in FRAMEWORKS.statements:
        wanted = {anchor for anchor, objective in anchors().items() if key in objective.policy}
        assert {str(link["href"])[1:] for link in led[key].select("a")} == wanted
    for row in led["OR"].select("li"):
        code = plain(str(row)).split()[0]
        wanted = {anchor for anchor, one in anchors().items() if code in one.frameworks.get("efacw", ())}
        assert {str(link["href"])[1:] for link in row.select("a")} == wanted
        assert ("Not covered." in plain(str(row))) == (not wanted)
    for key in ("OSA-4", "KS2-2", "commerce", "persuasion"):
        wanted = {anchor for anchor, one in anchors().items() if any(key in codes for codes in one.frameworks.values())}
        assert {str(link["href"])[1:] for link in led[key].select("a")} == wanted
    assert "Not covered. Touched lightly only" in plain(str(led["WO-3"]))


def test_and_who_has_read_each_lesson_and_when(world: World) -> None:
    page = world.signed_in(world.dsl()).visits("/lessons/coverage")
    for lesson in BANK.lessons.lessons.values():
        row = next(row for row in page.all("tr") if row.text.startswith(lesson.title))
        assert lesson.reviewer in row.text
        assert f"{lesson.reviewed_on.day} {lesson.reviewed_on:%B %Y}" in row.text
    lesson = BANK.lessons.lesson("online-friends.y3-4")
    shown = world.signed_in(world.teacher()).visits("/lessons/pier/y34").text
    assert f"{lesson.reviewed_on.day} {lesson.reviewed_on:%B %Y}" in shown


def test_what_was_not_compared_with_its_document_is_marked(world: World) -> None:
    assert "PS-R-1*" in world.signed_in(world.teacher()).visits("/lessons/coverage").text
    said = world.visitor().visits("/curriculum").text
    assert "PS-R-1* simple examples" in said
    assert "PS-Y3-1 simple ways" in said
    assert "PS-Y3-1*" not in said


def test_the_frameworks_say_which_nation_they_are_of(world: World) -> None:
    said = world.visitor().visits("/curriculum").text
    assert said.count("England. ") == 4
    assert said.count("United Kingdom. ") == 1


# ------------------------------------------------------------------------------------------------------- the reckoning


def a_lesson(topic: str, band: str, policy: tuple[str, ...] = (), **frameworks: tuple[str, ...]) -> Lesson:
    """A lesson of two objectives, of which the second alone serves anything."""
    model = BANK.lessons.lesson("online-friends.y3-4")
    first, second = f"{topic}.{band}.1", f"{topic}.{band}.2"
    objectives = (Objective(first, "I can look.", ()), Objective(second, "I can see.", policy, frameworks))
    return replace(model, id=f"{topic}.{band}", topic=topic, band=band, objectives=objectives)


def gaps(lessons: list[Lesson]) -> list[str]:
    return [gap.says for gap in cover(lessons, FRAMEWORKS).gaps]


def test_a_statement_without_an_objective_is_told_with_its_band() -> None:
    served = ("P1", "P2", "P3", "P5", "P6", "P7", "P8", "P9")
    grid = [a_lesson(topic, band, served) for topic in catalogue_topics() for band in BANDS]
    told = [gap for gap in gaps(grid) if "of the policy" in gap]
    bands = "Reception, Years 1 and 2, Years 3 and 4 and Years 5 and 6"
    assert told == [f"P4 of the policy (to use safe passwords): no objective serves it in {bands}."]
    grid.append(a_lesson("passwords", "y3-4", ("P4",)))
    told = [gap for gap in gaps(grid) if "of the policy" in gap]
    bands = "Reception, Years 1 and 2 and Years 5 and 6"
    assert told == [f"P4 of the policy (to use safe passwords): no objective serves it in {bands}."]


def catalogue_topics() -> list[str]:
    return sorted({lesson.topic for lesson in BANK.lessons.lessons.values()})


def test_a_strand_and_a_statement_without_an_objective_are_told() -> None:
    lesson = a_lesson("passwords", "y3-4", efacw=("PS-Y3-1",), rshe=("WO-3",))
    told = gaps([lesson])
    world = "Education for a Connected World"
    rshe = "Relationships and Health Education, primary"
    assert f"{world}, Online relationships: no objective serves it." in told
    privacy = next(gap for gap in cover([lesson], FRAMEWORKS).gaps if "Privacy and security: no objective" in gap.says)
    assert privacy.says == f"{world}, Privacy and security: no objective serves these."
    assert "PS-Y3-2" in {code.key for code in privacy.codes}
    assert "PS-Y3-1" not in {code.key for code in privacy.codes}
    assert f"{world}, Copyright and ownership: This strand is not covered: you need another source for it." in told
    assert not [gap for gap in told if gap.startswith(f"{rshe}, Wellbeing online: time limits")]
    assert [gap for gap in told if gap.startswith(f"{rshe}, Wellbeing online: critical reading: Touched lightly only")]


def test_a_place_without_a_lesson_is_told() -> None:
    told = gaps([a_lesson("passwords", "y3-4")])
    assert any(
        gap.startswith("Reception: there is no lesson yet for Tell Someone Light, Keepsafe Island") for gap in told
    )
    assert any(gap.startswith("Years 3 and 4: ") and "Password Cove" not in gap for gap in told)


def test_an_objective_counts_for_what_it_names_and_not_for_what_stands_beside_it() -> None:
    codes = ("PS-Y3-1", "SI-Y4-3")  # read; from memory
    coverage = cover([a_lesson("passwords", "y3-4", ("P4", "P1"), efacw=codes, kcsie=("conduct",))], FRAMEWORKS)
    first, second = coverage.aims
    assert first.statements == ()
    assert not any(first.codes.values())
    assert second.statements == ("P1", "P4")
    statement = next(row for row in coverage.statements if row.statement.key == "P4")
    assert [statement.by_band[band] for band in BANDS] == [(), (), (second,), ()]
    assert [(code.key, code.is_checked) for code in second.codes["efacw"]] == [("PS-Y3-1", True), ("SI-Y4-3", False)]
    strands = {row.strand.key: row for _, rows in coverage.frameworks for row in rows}
    assert (strands["PS"].aims, strands["conduct"].aims, strands["contact"].aims) == ((second,), (second,), ())
    assert [row.code.key for row in strands["PS"].served] == ["PS-Y3-1"]
    assert coverage.has_unchecked


def test_in_reception_some_statements_are_prepared_for_and_not_named() -> None:
    lessons = [a_lesson("online-friends", band, ("P1", "P3")) for band in BANDS]
    coverage = cover(lessons, FRAMEWORKS)
    assert [aim.prepared for aim in coverage.aims if aim.statements] == [{"P3"}, set(), set(), set()]
    row = next(row for row in coverage.statements if row.statement.key == "P3")
    assert row.prepared == {"eyfs"}
