"""Sam Khan reads about his own child on a phone: what was learned, what to ask, what to do. Nothing else."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from lessons.catalogue import load as load_lessons
from lessons.wording import words
from progress.home_learning import HELP_LINES, MORE_HELP, term_of
from tests.harness.learner import Learner, wrong_option
from tests.harness.page_rules import words_of
from tests.harness.world import APerson, World

PIER = "online-friends.y3-4"
COVE = "passwords.y3-4"

#: What would measure a child, date a sign-in or hint at a worry. None of these may stand on a parent's page.
NEVER = re.compile(
    r"\bscores?\b|\bmarks?\b|\brank|\bpercent|%|\bsecure\b|\bgrowing\b|another look|not seen|\bbaseline\b|\bquiz\b"
    r"|\bwrong answer|\bout of\b|\b\d+ of \d+\b|\bsigned in\b|\bsign-in\b|\btablet\b|\bconcerns?\b|\battempts?\b"
    r"|\basked for help\b|\bclassmates?\b|\d{1,2}:\d\d|\b\d{1,2} (January|February|March|April|May|June|July|August"
    r"|September|October|November|December)\b|\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b",
    re.IGNORECASE,
)


def address_of(child: APerson) -> str:
    return f"/families/children/{child.public_id}"


def has_done(world: World, pupil: APerson, lesson: str = PIER) -> None:
    Learner(world, pupil, lesson).answers("A").turns(9).answers("B").begins_the_story().finishes()


def test_a_father_reads_what_his_daughter_learned(world: World) -> None:
    willow = world.klass("Willow")
    amina, _ben = world.pupils(["Amina", "Benedict"], willow)
    has_done(world, amina)
    sam = world.signed_in(world.parent_of(amina))

    page = sam.visits("/families/children")
    assert page.path == address_of(amina)
    assert page.h1.text == "Amina lit a lamp at Meeting Pier"
    lesson = load_lessons().lesson(PIER)
    for point in lesson.learned:
        assert point in page
    shortest = min(lesson.strengths.values(), key=lambda text: len(words(text)))
    assert words_of(page.one(".strength")) == shortest.replace("{name}", "Amina")
    for question in lesson.parent_ask:
        assert question in page
    assert words_of(page.one("article .act")).startswith("Say our rule aloud")
    assert "Say our meeting rule aloud together" in words_of(page.one("details .act"))
    assert "Autumn term 2026" in page
    for number in ("0808 800 5000", "0800 1111", "ceop.police.uk", "999"):
        assert number in page


def test_nothing_on_the_page_measures_dates_or_compares_a_child(world: World) -> None:
    willow = world.klass("Willow")
    amina, *others = world.pupils(["Amina", "Benedict", "Clementine"], willow)
    world.teacher("Mr Okoro", willow)
    wrong = {f"{PIER}.{number}": wrong_option(f"{PIER}.{number}.B")[0] for number in (1, 2, 3, 4)}
    Learner(world, amina, PIER).answers("A").turns(9).answers("B", wrong, help_first=True).finishes()
    has_done(world, amina, COVE)
    for other in others:
        has_done(world, other)
    page = world.signed_in(world.parent_of(amina)).visits(address_of(amina))

    # What is said of the helplines at the end is the same on every page, dates of laws and all.
    about_her = " ".join(words_of(part) for part in page.all("article.home, main details:not(.facts2)"))
    assert len(page.all("main details:not(.facts2)")) == 3  # of this lesson, of those before, and to try one
    assert [found[0] for found in NEVER.finditer(about_her)] == []
    for name in ("Benedict", "Clementine", "Okoro", "Willow"):
        assert name not in page


def test_a_child_who_found_it_hard_has_a_strength_all_the_same(world: World) -> None:
    amina = world.pupil("Amina")
    wrong = {f"{PIER}.{number}": wrong_option(f"{PIER}.{number}.B")[0] for number in (1, 2, 3, 4)}
    Learner(world, amina, PIER).answers("A").turns(9).answers("B", wrong).finishes()
    page = world.signed_in(world.parent_of(amina)).visits(address_of(amina))
    assert words_of(page.one(".strength")).startswith("Amina finished the whole lesson “Knowing, liking, trusting”")


def test_the_newest_lesson_comes_first_and_the_others_are_folded_away(world: World) -> None:
    amina = world.pupil("Amina")
    has_done(world, amina, COVE)
    world.clock.moves(days=7)
    has_done(world, amina)
    page = world.signed_in(world.parent_of(amina)).visits(address_of(amina))
    assert "Meeting Pier" in page.h1.text
    folded = [words_of(title) for title in page.all("main details > summary")]
    assert folded[:2] == ["More about this lesson", "More help for adults"]
    assert folded[2].startswith("Password Cove: Three random words")


def test_a_lesson_that_is_only_begun_is_not_told(world: World) -> None:
    amina = world.pupil("Amina")
    Learner(world, amina, PIER).answers("A").turns(9).answers("B")
    page = world.signed_in(world.parent_of(amina)).visits(address_of(amina))
    assert page.h1.text == "Amina sets sail soon"
    assert page.all(".strength") == []
    assert "0808 800 5000" in page


def test_a_mother_of_two_chooses(world: World) -> None:
    willow = world.klass("Willow")
    amina, bilal, _ = world.pupils(["Amina", "Bilal", "Clementine"], willow)
    mother = world.signed_in(world.parent_of(bilal, amina))
    page = mother.visits("/families/children")
    assert page.h1.text == "Your children"
    assert [words_of(name) for name in page.all(".contact p")] == ["Amina", "Bilal"]
    assert mother.follows("Read about Bilal").h1.text == "Bilal sets sail soon"


def test_a_grown_up_without_a_child_is_told_what_to_do(world: World) -> None:
    page = world.signed_in(world.parent()).visits("/families/children")
    assert page.h1.text == "No child is linked yet"
    assert page.link("Type the code from the letter") == "/families/add"


def test_another_child_is_not_there(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    world.parent_of(ben, name="Jo Reed")
    world.signed_in(world.parent_of(amina)).visits(address_of(ben), status=404)


def test_an_unlink_counts_from_the_next_request(world: World) -> None:
    amina = world.pupil("Amina")
    has_done(world, amina)
    sam_himself = world.parent_of(amina)
    sam = world.signed_in(sam_himself)
    sam.visits(address_of(amina))
    world.unlinks(sam_himself, amina)
    assert "Amina" not in sam.visits(address_of(amina), status=404)
    assert sam.visits("/families/children").h1.text == "No child is linked yet"


def test_the_other_parent_reads_on_and_neither_sees_the_other(world: World) -> None:
    amina = world.pupil("Amina")
    sam_himself, jo_herself = world.parent_of(amina, name="Sam Khan"), world.parent_of(amina, name="Jo Reed")
    jo = world.signed_in(jo_herself)
    assert "Sam" not in jo.visits(address_of(amina))
    world.unlinks(sam_himself, amina)
    assert jo.visits(address_of(amina)).status == 200


def test_the_safeguarding_lead_is_named_as_whom_to_ask(world: World) -> None:
    amina = world.pupil("Amina")
    sam = world.signed_in(world.parent_of(amina))
    assert "School: ask for the safeguarding lead" in sam.visits(address_of(amina))
    world.dsl("Ms Hart")
    assert "Ms Hart" in sam.visits(address_of(amina))


def test_staff_see_first_just_what_a_parent_will_read(world: World) -> None:
    willow = world.klass("Willow")
    amina = world.pupil("Amina", willow)
    has_done(world, amina)
    parent_reads = world.signed_in(world.parent_of(amina)).visits(address_of(amina))
    preview = world.signed_in(world.teacher("Mr Okoro", willow)).visits(f"/people/{amina.public_id}/summary")
    assert "Preview." in preview
    assert [words_of(part) for part in preview.all("main section")] == [
        words_of(part) for part in parent_reads.all("main section")
    ]
    elsewhere = world.teacher("Mrs Diaz", world.klass("Oak"))
    world.signed_in(elsewhere).visits(f"/people/{amina.public_id}/summary", status=404)


def test_help_for_adults_is_made_of_facts_that_parents_may_read() -> None:
    facts = load_lessons().facts.by_id
    for name in (*HELP_LINES, *MORE_HELP):
        assert "parent" in facts[name].audience, name
        assert facts[name].value, name


@pytest.mark.parametrize(
    ("month", "day", "term"),
    [
        (9, 1, "Autumn term 2026"),
        (12, 31, "Autumn term 2026"),
        (1, 5, "Spring term 2026"),
        (3, 31, "Spring term 2026"),
        (4, 1, "Summer term 2026"),
        (8, 31, "Summer term 2026"),
    ],
)
def test_a_lesson_is_dated_by_its_term_alone(month: int, day: int, term: str) -> None:
    assert term_of(datetime(2026, month, day, 12, tzinfo=UTC), "Europe/London") == term
