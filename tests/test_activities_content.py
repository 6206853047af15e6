"""An author makes a mistake in an activity of a copy of the model lesson, and is told file, line and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from lessons.catalogue import load
from lessons.compiler import read_lesson
from quizzes.check import check_content
from tests.harness.content import LESSON, TODAY, Copy, copy_model

ORDER = """```order
things:
  - {text: "Stop", picture: ob-hand-stop, why: "It gives you time to think."}
  - {text: "Do not reply", not_yet: "What comes before that?"}
  - {text: "Show an adult", after: []}
```
"""
MATCH = """```match
things:
  - {text: "Come and play!", fits: Happy, why: "Kind words feel good."}
  - {text: "Go away!", fits: Upset}
partners: [{text: Happy, picture: "cast-nia:happy"}, Upset]
```
"""
SPOT = """```spot-the-clue
shows: "A drawn photo of a front door."
layers:
  - {picture: ob-front-door, x: 78, y: 56, wide: 31}
things:
  - {text: Door number, x: 78, y: 52, why: "It tells his home."}
  - {text: Street sign, x: 18, y: 40, why: "It tells his street."}
  - {text: Bike, x: 17, y: 79, clue: false}
```
"""
REVEAL = """```reveal
things:
  - {text: BunnyHop, picture: ob-avatar-rabbit, behind: {text: A grandma, picture: "cast-gran:warm"}}
  - {text: BunnyHop, picture: ob-avatar-rabbit, behind: A computer, why: "It is a program."}
```
"""
FACES = """```pick-a-face
faces: [{text: Worried, picture: "cast-finn:worried"}, {text: Upset, picture: "cast-finn:upset"}]
things:
  - {text: "The note is there again.", why: "Many people feel that."}
```
"""
TILES = """```word-tiles
rows:
  - {text: Begin, tiles: ["I saw", "Someone sent me"]}
  - {text: What, tiles: ["something unkind.", "a secret."]}
why: "Who could you say it to?"
```
"""
BAG = """```word-tiles
bag: [jam, roof, sock, goat, lake, fish]
links:
  - {words: [lake, fish], why: "Fish live in a lake."}
```
"""


@dataclass(frozen=True)
class Planted:
    """In the fence, `old` becomes `new`; the mistake is told on the line that holds `at` (`new` if empty)."""

    name: str
    fence: str
    old: str
    new: str
    says: str
    at: str = ""


# fmt: off
PLANTED = [
    Planted("a step before its time", ORDER, "after: []", 'after: ["Stopp"]',
            "`Stopp` is not a step above this one: did you mean `Stop`?"),
    Planted("a step that waits for a later one", ORDER, 'not_yet: "What comes before that?"',
            'after: ["Show an adult"]',
            "`Show an adult` stands below: put the steps in an order that is right"),
    Planted("a step twice", ORDER, '"Do not reply"', '"Stop"', "`Stop` is here twice: keep one",
            at='not_yet: "What'),
    Planted("one step", ORDER, '  - {text: "Do not reply", not_yet: "What comes before that?"}\n'
            '  - {text: "Show an adult", after: []}\n', "", "things takes at least 2, and has 1", at="things:"),
    Planted("a partner that is not there", MATCH, "fits: Upset", "fits: Upsett",
            "`Upsett` is not a place in this activity: did you mean `Upset`?"),
    Planted("a partner of nobody", MATCH, ", Upset]", ", Upset, Proud]", "nothing goes with `Proud`: take it out"),
    Planted("a thing without a partner", MATCH, "fits: Upset", "fits: []", "say where `Go away!` fits: Happy, Upset"),
    Planted("no such face", MATCH, "cast-nia:happy", "cast-nia:hapy", "did you mean `happy`?"),
    Planted("an empty picture", SPOT, "layers:\n  - {picture: ob-front-door, x: 78, y: 56, wide: 31}\n", "",
            "draw something: picture: scene-..., or layers: [...]", at="shows:"),
    Planted("a clue at the edge", SPOT, "x: 18, y: 40", "x: 4, y: 40", "too near the edge to be tapped: x 12 to 88"),
    Planted("two clues in one place", SPOT, "x: 18, y: 40", "x: 70, y: 40",
            "`Street sign` is too near `Door number`: 24 apart in x or 36 in y"),
    Planted("a clue that tells nothing", SPOT, ', why: "It tells his street."', "",
            "say in why: what `Street sign` tells", at="Street sign"),
    Planted("no clue at all", SPOT, 'x: 78, y: 52, why: "It tells his home."}\n'
            '  - {text: Street sign, x: 18, y: 40, why: "It tells his street."}',
            "x: 78, y: 52, clue: false}\n  - {text: Street sign, x: 18, y: 40, clue: false}",
            "let one thing be a clue", at="things:"),
    Planted("a place in words", SPOT, "x: 18,", "x: left,", "x takes a whole number without quotes"),
    Planted("a place outside", SPOT, "wide: 31", "wide: 131", "wide"),
    Planted("no drawing of that name", SPOT, "picture: ob-front-door", "picture: ob-front-dor",
            "did you mean `ob-front-door`?"),
    Planted("a picture of no kind", REVEAL, "picture: ob-avatar-rabbit, behind: A", "picture: pilot-face, behind: A",
            "`pilot-face` is not a picture: it begins ob-, cast-, place- or scene-"),
    Planted("nobody behind", REVEAL, ", behind: A computer", "", "add behind", at="It is a program."),
    Planted("a face of no feeling", FACES, "cast-finn:upset", "cast-finn",
            "give `Upset` a face of the cast, as picture: cast-finn:worried", at="faces:"),
    Planted("a face that is judged", FACES, 'again.",', 'again.", fits: Worried,', "`fits` is not known here"),
    Planted("rows and a bag", TILES, "rows:\n", "bag: [jam, roof, sock, goat, lake, fish]\nrows:\n",
            "write rows: for a sentence, or bag: for words to pull, and not both", at="bag: [jam"),
    Planted("one tile in a row", TILES, '["something unkind.", "a secret."]', '["a secret."]',
            "tiles takes at least 2, and has 1"),
    Planted("a link of no word", BAG, "[lake, fish]", "[lake, fsh]",
            "`fsh` is not a word in the bag: did you mean `fish`?"),
    Planted("a small bag", BAG, "sock, goat, ", "", "4 words in the bag: put in 6 or more", at="bag:"),
    # ---- words, in every string
    Planted("blame in a hint", ORDER, "What comes before that?", "That was naughty.",
            "`naughty` is not for pupils here"),
    Planted("a brand behind a card", REVEAL, "A computer", "A Minecraft player", "`Minecraft` is a real brand"),
    Planted("an American tile", TILES, '"a secret."', '"a color."', "`color` is American: write colour"),
    Planted("a bare number in a reason", BAG, "Fish live in a lake.", "Ring 999 today.", "a phone number moves"),
    Planted("a long reason", FACES, "Many people feel that.", "So it is. " * 10, "30 words in why: cut it to 25"),
    Planted("a long thing", MATCH, "Go away!", "Go away now " * 5 + "!", "15 words in text: cut it to 14"),
    Planted("a long sentence", SPOT, "It tells his home.", "It tells " * 11 + "his home.",
            "24 words in this sentence: cut it to 20"),
    Planted("hard words", SPOT, "It tells his home.", "Communication facilitates unnecessary identification. " * 5,
            "in this activity: use shorter words and sentences", at="shows:"),
    Planted("a fact that is not there", ORDER, "It gives you time to think.", "Ring {{ fact:childline-fone }}.",
            "`childline-fone` is not in facts.yaml"),
]
# fmt: on


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return copy_model(tmp_path)


def put(copy: Copy, fence: str) -> None:
    """The fence in the place of the model's own activity."""
    text = (copy.root / LESSON).read_text(encoding="utf-8")
    begin = text.index("```circles")
    end = text.index("```\n", begin + 3) + 4
    (copy.root / LESSON).write_text(text[:begin] + fence + text[end:], encoding="utf-8")


def told_of(copy: Copy) -> list[str]:
    """The mistakes in the copy's lesson, as they are printed; pretend apps are not asked."""
    report = check_content(copy.folders, TODAY)
    return list(map(str, report.mistakes))


@pytest.mark.parametrize("fence", [ORDER, MATCH, SPOT, REVEAL, FACES, TILES, BAG], ids=lambda fence: fence.split()[0])
def test_without_a_mistake_nothing_is_told(copy: Copy, fence: str) -> None:
    put(copy, fence)
    assert told_of(copy) == []


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_a_mistake_in_an_activity_is_told_with_file_line_and_remedy(copy: Copy, planted: Planted) -> None:
    put(copy, planted.fence)
    copy.plant(LESSON, planted.old, planted.new)
    line = copy.line(LESSON, (planted.at or planted.new).split("\n")[0])
    told = told_of(copy)
    assert [one for one in told if one.startswith(f"{LESSON}:{line}: ") and planted.says in one], "\n".join(told)


@pytest.mark.parametrize("band", ["eyfs", "y1-2"])
def test_the_youngest_do_not_have_to_read_anything(copy: Copy, band: str) -> None:
    """The same lesson in another band: what has no picture is named."""
    put(copy, MATCH)
    copy.plant(LESSON, "You can ring Childline on {{ fact:childline-phone }}. It is free.", "")
    written = copy.root / LESSON
    text = written.read_text(encoding="utf-8").replace("band: y3-4", f"band: {band}")
    text = text.replace("id: online-friends.y3-4", f"id: online-friends.{band}").replace("[childline-phone]", "[]")
    written.with_name(f"{band}.md").write_text(text, encoding="utf-8")
    told = "\n".join(told_of(copy))
    for words in ("Come and play!", "Go away!", "Upset"):
        assert f"give `{words}` a picture: pupils of this band do not have to read" in told
    assert "give `Happy` a picture" not in told


def test_the_shipped_lessons_practise_the_steps_and_pull_words_from_a_bag() -> None:
    lessons = load()
    kinds = {
        name: [card.activity.kind for card in lesson.cards if card.activity] for name, lesson in lessons.lessons.items()
    }
    assert "order" in kinds["block-report.y3-4"]
    assert "word-tiles" in kinds["passwords.y3-4"]


def test_an_activity_that_cannot_be_read_is_no_activity() -> None:
    text = Path(__file__).parent.joinpath("model/lesson.md").read_text(encoding="utf-8")
    source, mistakes = read_lesson(text.replace("circles: [know, like, trust]", "circles: [know"), "lesson.md")
    assert source is None
    assert [mistake for mistake in mistakes if "a quote, bracket or space is missing" in mistake.message]
