"""What we ship compiles without a mistake, and what it becomes is safe to print."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from lessons import catalogue as lesson_catalogue
from lessons.activities.circles import Circles
from lessons.activities.sort import Sort
from lessons.compiler import compile_lesson
from lessons.reading import read_yaml
from lessons.registers import Registers, read_registers
from lessons.wording import sentences, stem
from practices import catalogue as practice_catalogue
from quizzes import catalogue as quiz_catalogue
from tests.harness.content import LESSON, QUIZ, Copy, copy_model, shipped_report

FIRST_FOUR = {"privacy-settings.y3-4", "passwords.y3-4", "block-report.y3-4", "online-friends.y3-4"}


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return copy_model(tmp_path)


def lessons_of(copy: Copy) -> lesson_catalogue.Catalogue:
    return lesson_catalogue.read_catalogue(copy.folders[0])


def quizzes_of(copy: Copy) -> quiz_catalogue.QuizCatalogue:
    return quiz_catalogue.read_catalogue(copy.folders[1], lessons_of(copy), practice_catalogue.load())


# ------------------------------------------------------------------------------------------------- what we ship


def test_nothing_that_we_ship_has_a_mistake() -> None:
    """The day is the one on which it was checked: time alone never turns the tests red."""
    report = shipped_report()
    assert list(map(str, report.mistakes)) == []
    assert report.counts["reading_level"] == "checked"


def test_every_file_is_compiled() -> None:
    lessons, quizzes = lesson_catalogue.load(), quiz_catalogue.load()
    assert len(lessons.lessons) == len(list(lesson_catalogue.CONTENT.glob("*/*.md")))
    assert len(quizzes.quizzes) == len(list(quiz_catalogue.CONTENT.glob("*/*.yaml")))
    assert set(lessons.lessons) == set(quizzes.quizzes)
    assert set(lessons.lessons) >= FIRST_FOUR
    assert lessons.mistakes == quizzes.mistakes == ()


def test_every_objective_of_the_grid_is_in_the_register() -> None:
    assert len(lesson_catalogue.load().registers.objectives) == 108


def test_the_content_is_read_once() -> None:
    assert lesson_catalogue.load() is lesson_catalogue.load()
    assert quiz_catalogue.load() is quiz_catalogue.load()


def test_no_shipped_page_holds_markup_that_the_browser_would_run() -> None:
    for lesson in lesson_catalogue.load().lessons.values():
        for card in lesson.cards:
            tags = set(re.findall(r"<(\w+)", card.html))
            assert tags <= {"p", "strong", "em", "ul", "ol", "li", "span", "br", "blockquote"}, (lesson.id, card.number)
            assert "{{" not in card.html
            assert "```" not in card.html


def test_every_sentence_that_is_read_aloud_is_marked_on_the_page() -> None:
    for lesson in lesson_catalogue.load().lessons.values():
        for card in lesson.cards:
            assert card.speech
            assert re.findall(r'data-s="(\d+)"', card.html) == [str(n) for n in range(1, len(card.speech) + 1)]
            assert card.text == " ".join(card.speech)


def test_items_and_lessons_are_found_by_what_pages_know() -> None:
    lessons, quizzes = lesson_catalogue.load(), quiz_catalogue.load()
    lesson = lessons.lesson("online-friends.y3-4")
    assert lessons.at("pier", "y34") is lesson
    assert lessons.at("pier", "y3-4") is lesson
    assert lessons.at("pier", "r") is lessons.lesson("online-friends.eyfs")
    assert lessons.at("pier", "y78") is None
    assert lessons.at("nowhere", "y34") is None
    assert lesson in lessons.in_band("y34")
    assert [one.place for one in lessons.in_band("y3-4") if one.id in FIRST_FOUR] == ["cove", "bay", "foghorn", "pier"]
    objective = lesson.objectives[0].id
    assert lessons.teaching(objective) is lesson
    assert lessons.objective(objective).text.startswith("I can ")
    item = quizzes.items_of(objective, "B")[0]
    assert quizzes.item(item.id) is item
    assert [option.key for option in item.options] == ["a", "b", "c"]
    assert item.help
    wrong = next(option for option in item.options if not option.is_correct)
    assert lessons.misconception(wrong.misconception).belief
    assert lessons.misconception(wrong.misconception).reteach.say


# --------------------------------------------------------------------------------------------- what lessons become


def test_the_model_lesson_becomes_what_its_file_says(copy: Copy) -> None:
    lesson = lessons_of(copy).lesson("online-friends.y3-4")
    assert [card.kind for card in lesson.cards] == [
        "recall", "goal", "story", "teach", "activity", "teach", "rule", "practise", "help",
    ]  # fmt: skip
    card = lesson.cards[3]
    assert '<span data-s="1">Musa <strong>likes</strong> DragonFan22.</span>' in card.html
    assert card.speech[-1] == "It could be a chatbot: a program that writes like a person."
    activity = lesson.cards[4].activity
    assert isinstance(activity, Circles)
    assert (activity.kind, activity.bins) == ("circles", ("know", "like", "trust"))
    assert [(thing.key, thing.text, thing.is_open) for thing in activity.things[:3]] == [
        ("1", "Your cousin", True),
        ("2", "Your swimming coach", True),
        ("3", "A singer you love", False),
    ]
    assert activity.things[2].fits == {"like"}
    assert "0800 1111" in lesson.cards[8].html
    assert "0800 1111" in lesson.cards[8].text
    assert lesson.parent_ask == ("Who do you play with online, and how do you know them?",)
    assert lesson.parent_listen == "Listen first. Enjoying it is not a problem."
    assert lesson.parent_do.startswith("<p>Say our meeting rule aloud")
    assert "<strong>Before.</strong>" in lesson.teacher_notes


def test_a_sorting_activity_with_pictures(copy: Copy) -> None:
    text = (copy.root / LESSON).read_text(encoding="utf-8")
    begin, end = text.index("```circles"), text.index("```\n", text.index("```circles") + 3)
    sort = """```sort
bins: [{text: Keep private, picture: ob-padlock}, Ask first]
things:
  - {text: Your birthday, fits: Ask first, why: "A birthday is a clue.", picture: ob-cake}
  - {text: Your hobby, fits: [Keep private, Ask first]}
  - {text: Your shoes, fits: any}
"""
    (copy.root / LESSON).write_text(text[:begin] + sort + text[end:], encoding="utf-8")
    activity = lessons_of(copy).lesson("online-friends.y3-4").cards[4].activity
    assert isinstance(activity, Sort)
    assert (activity.kind, activity.bins, activity.bin_pictures) == (
        "sort",
        ("Keep private", "Ask first"),
        ("padlock", ""),
    )
    birthday, hobby, shoes = activity.things
    assert (birthday.fits, birthday.why, birthday.picture) == (
        frozenset({"Ask first"}),
        "A birthday is a clue.",
        "cake",
    )
    assert hobby.fits == {"Keep private", "Ask first"}
    assert (shoes.is_open, shoes.fits) == (True, frozenset())


HOSTILE = """<script>alert(1)</script> Musa <img src=x onerror=alert(1)> is eight.
<style>body{display:none}</style> <iframe src="https://example.org"></iframe>
[a link](javascript:alert(1)) ![a picture](x.png) <a href="javascript:alert(1)" onclick="x()">here</a>
&lt;script&gt; <svg/onload=alert(1)> `code` <javascript:alert(1)>

    <script>alert(2)</script>"""


def test_a_hostile_lesson_prints_its_tags_and_runs_nothing(copy: Copy) -> None:
    text = (copy.root / LESSON).read_text(encoding="utf-8").replace("Musa is eight.", HOSTILE)
    text = text.replace("**Before.** Read", HOSTILE + " Read").replace(
        "This week your child", HOSTILE + " This week your child"
    )
    registers, _ = read_registers(copy.folders[0], "lessons/content")
    lesson, mistakes = compile_lesson(text, LESSON, registers)
    assert mistakes == []
    assert lesson is not None
    for html in (*(card.html for card in lesson.cards), lesson.teacher_notes, lesson.parent_learned, lesson.parent_do):
        tags = {tag.lower() for tag in re.findall(r"<\s*/?\s*([a-zA-Z]+)", html)}
        assert tags <= {"p", "strong", "em", "ul", "ol", "li", "span", "br", "blockquote", "a", "h3", "h4"}
        assert not re.search(r"<[^>]*(?:javascript:|\son\w+\s*=|src\s*=)", html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in lesson.cards[2].html
    assert "<a" not in lesson.cards[2].html


# ------------------------------------------------------------------------------------------------ a school's facts


def with_local_fact(copy: Copy) -> None:
    copy.plant(LESSON, "facts: [childline-phone]", "facts: [childline-phone, safeguarding-lead]")
    copy.plant(LESSON, "You can press the lifebuoy here.", "You can tell {{ fact:safeguarding-lead }}.")
    copy.plant(LESSON, "Listen first.", "The person to ring is {{ fact:safeguarding-lead }}.")
    copy.plant(QUIZ, "Musa asks Dad. Dad says", "Musa asks {{ fact:safeguarding-lead }}. Dad says")


def test_a_local_fact_says_whom_to_ask_until_the_school_fills_it_in(copy: Copy) -> None:
    with_local_fact(copy)
    quizzes = quizzes_of(copy)
    lesson = quizzes.lessons.lesson("online-friends.y3-4")
    assert "You can tell ask your teacher." in lesson.cards[8].text
    assert "ask the school" in lesson.parent_listen
    ours = quizzes.for_school({"safeguarding-lead": "Mrs *Bell* <b>", "childline-phone": "0000"})
    theirs = ours.lessons.lesson("online-friends.y3-4")
    assert "You can tell Mrs *Bell* <b>." in theirs.cards[8].text
    assert "Mrs *Bell* &lt;b&gt;" in theirs.cards[8].html
    assert "Mrs *Bell* <b>" in ours.quiz("online-friends.y3-4").scenario.nodes["s1h"].text
    assert "0800 1111" in theirs.cards[8].text
    assert "ask your teacher" in quizzes.lessons.lesson("online-friends.y3-4").cards[8].text


def test_a_school_without_facts_of_its_own_shares_the_lessons(copy: Copy) -> None:
    quizzes = quizzes_of(copy)
    assert quizzes.for_school({}) is quizzes
    assert quizzes.for_school({"childline-phone": "0000"}) is quizzes
    ours = quizzes.lessons.for_school({"safeguarding-lead": "Mrs Bell"})
    assert ours.lesson("online-friends.y3-4") is quizzes.lessons.lesson("online-friends.y3-4")
    assert quizzes.lessons.for_school({"safeguarding-lead": "Mrs Bell"}) is ours
    assert quizzes.for_school({"safeguarding-lead": "Mrs Bell"}) is quizzes.for_school(
        {"safeguarding-lead": "Mrs Bell"}
    )


def test_what_is_served_keeps_the_sources_that_a_school_may_change_and_no_others() -> None:
    """They are larger than all that is made of them, and an old PC holds both."""
    served = quiz_catalogue.load()
    ours = served.for_school({"safeguarding-lead": "Mrs Quillfeather", "safeguarding-reach": "Room 94"})
    local = served.lessons.facts.local
    for mine, shipped in (
        (ours.practices.practices, served.practices.practices),
        (ours.quizzes, served.quizzes),
        (ours.lessons.lessons, served.lessons.lessons),
    ):
        changed = {name for name in shipped if mine[name] is not shipped[name]}
        assert set(mine) == set(shipped)
        says_ours = {name for name in mine if "Mrs Quillfeather" in str(mine[name]) or "Room 94" in str(mine[name])}
        assert changed == says_ours
    assert "tell-adult.y3-4" in served.practices.sources
    assert "Mrs Quillfeather" in str(ours.practice("tell-adult.y3-4"))
    assert local
    assert "passwords.y3-4" not in {**served.sources, **served.practices.sources}


def test_a_fact_is_told_in_the_words_of_its_reader(copy: Copy) -> None:
    copy.plant(
        LESSON, "You can ring Childline on {{ fact:childline-phone }}. It is free.", "{{ text:childline-phone }}"
    )
    copy.plant(LESSON, "Listen first.", "{{ text:childline-phone }}")
    facts = lessons_of(copy).facts.by_id["childline-phone"]
    lesson = lessons_of(copy).lesson("online-friends.y3-4")
    assert facts.child_text["y3-4"] in lesson.cards[8].text
    assert facts.adult_text in lesson.parent_listen


def test_a_lesson_with_a_mistake_is_left_out_and_named(copy: Copy) -> None:
    copy.plant(LESSON, "```circles", "```cirlces")
    lessons = lessons_of(copy)
    assert lessons.lessons == {}
    assert [mistake.path for mistake in lessons.mistakes] == [LESSON]


# --------------------------------------------------------------------------------------------------- reading files


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Yes", "Yes"),
        ("no", "no"),
        ("on", "on"),
        ("0300", "0300"),
        ("12:30", "12:30"),
        ("1.10", "1.10"),
        ("1e3", "1e3"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("2026-9-1", "2026-9-1"),
        ("2026-09-01 10:00:00", "2026-09-01 10:00:00"),
        ("=", "="),
        ("True", "True"),
        ("NULL", "NULL"),
        ("'7'", "7"),
        ("7", 7),
        ("-3", -3),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("2026-09-01", date(2026, 9, 1)),
    ],
)
def test_a_word_stays_a_word(written: str, read: object) -> None:
    found, mistakes = read_yaml(f"it: {written}", "a.yaml")
    assert mistakes == []
    assert found.value == {"it": read}
    assert isinstance(found.value, dict)
    assert type(found.value["it"]) is type(read)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "`a` is here twice"),
        ("a: &x [1]\nb: *x\n", 1, "& and * are not used here"),
        ("a: !!python/object:os.system ls\n", 1, "tags are not used here"),
        ("a: !!binary aGk=\n", 1, "tags are not used here"),
        ("a: [1, 2\nb: 3\n", 2, "mend the YAML"),
        ("a: b: c\n", 1, "put the words in quotes"),
        ("a:\n\t- b\n", 2, "use spaces, not tabs"),
        ("a: 2026-13-01\n", 1, "is not a date"),
        ("? [a]\n: b\n", 1, "a name before a colon"),
        ("a: \x00\n", 1, "mend the YAML"),
    ],
)
def test_yaml_that_is_not_ours_is_refused_with_its_line(text: str, line: int, says: str) -> None:
    _, mistakes = read_yaml(text, "a.yaml")
    assert mistakes
    assert says in mistakes[0].message
    assert abs(mistakes[0].line - line) <= 1


def test_every_line_is_remembered() -> None:
    read, _ = read_yaml("a:\n  - b: 1\n    c:\n      - x\n      - y\n", "a.yaml", first_line=10)
    assert read.line("a") == 10
    assert read.line("a", 0) == 11
    assert read.line("a", 0, "c", 1) == 14
    assert read.line("a", 0, "nothing", "below") == 11


def test_a_file_from_windows_is_the_same_file(copy: Copy) -> None:
    text = (copy.root / LESSON).read_text(encoding="utf-8")
    registers, _ = read_registers(copy.folders[0], "lessons/content")
    theirs, mistakes = compile_lesson("\ufeff" + text.replace("\n", "\r\n"), LESSON, registers)
    assert mistakes == []
    assert theirs == compile_lesson(text, LESSON, registers)[0]


def test_an_empty_file_says_how_to_begin() -> None:
    lesson, mistakes = compile_lesson("", LESSON, Registers())
    assert lesson is None
    assert str(mistakes[0]) == f"{LESSON}:1: begin the file with a line of --- and the settings"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ('"Glad you told me," says Dad. They go.', ['"Glad you told me," says Dad.', "They go."]),
        ('"Good call." They think.', ['"Good call."', "They think."]),
        ('She says, "No!" and goes.', ['She says, "No!" and goes.']),
        ("A line\nbroken in two. Next.", ["A line broken in two.", "Next."]),
        ("A title\n\nA paragraph.", ["A title", "A paragraph."]),
    ],
)
def test_sentences(text: str, found: list[str]) -> None:
    assert sentences(text) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("trusting", "trust"),
        ("trusts", "trust"),
        ("stopped", "stop"),
        ("stories", "story"),
        ("Musa's", "musa"),
        ("making", "make"),
    ],
)
def test_endings_do_not_hide_a_word(one: str, other: str) -> None:
    assert stem(one) == stem(other)
