"""An author makes a mistake in a copy of the model practice, and is told the file, the line and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from lessons import catalogue as lesson_catalogue
from lessons.check import Rules
from lessons.pictures import read_symbols
from lessons.readability import load_level
from lessons.reading import Mistake
from lessons.standard import read_words
from practices.check import check_practice, check_practice_facts
from practices.compiler import make_practice, read_practice, refer
from practices.engine import TooManyStates

MODEL = (Path(__file__).parent / "model" / "practice.yaml").read_text(encoding="utf-8")
PATH = "practices/content/online-friends/y3-4.yaml"


@pytest.fixture(scope="module")
def rules() -> Rules:
    words, wrong = read_words(lesson_catalogue.CONTENT, "lessons/content")
    assert words is not None
    assert not wrong
    registers = lesson_catalogue.load().registers
    return Rules(words, registers, load_level(), read_symbols(), date(2026, 11, 22), False)


def mistakes_in(text: str, rules: Rules) -> list[Mistake]:
    source, mistakes = read_practice(text, PATH)
    if source is not None:
        mistakes += refer(source, rules.registers)
        if not mistakes:
            mistakes += check_practice(source, make_practice(source, rules.registers), rules)
    return sorted(set(mistakes))


def test_the_model_practice_is_written_as_it_should_be(rules: Rules) -> None:
    assert mistakes_in(MODEL, rules) == []


@dataclass(frozen=True)
class Planted:
    """`old` becomes `new`; the mistake is told on the line that holds `at` (`new` if empty), and says `says`."""

    name: str
    old: str
    new: str
    says: str
    at: str = ""


# fmt: off
PLANTED = [
    Planted("another app", "app: thread", "app: threed", "did you mean `thread`?"),
    Planted("another lesson", "lesson: online-friends.y3-4", "lesson: passwords.y3-4", "the file's place says"),
    Planted("no help", 'help: "Good thinking. Aunt Sana sits down', 'helps: "Good thinking. Aunt Sana sits down',
            "`helps` is not known here: did you mean `help`?"),
    Planted("an objective of another lesson", "objectives: [online-friends.y3-4.3,",
            "objectives: [online-friends.y3-4.9,",             "is not an objective of online-friends.y3-4"),
    Planted("a step that the band is not taught", "routine: [stop,", "routine: [keep, stop,",
            "is not a step that y3-4 is taught"),
    Planted("a scene that is not there", "    then: no-answer\n", "    then: no-anser\n", "did you mean `no-answer`?"),
    Planted("an act that is not there", "    acts: [show, block, report, finish]",
            "    acts: [show, blok, report, finish]",             "did you mean `block`?"),
    Planted("a value that it cannot have", '    when: {told: "no"}', '    when: {told: "never"}',
            "is not what `told` may be"),
    Planted("a condition about nothing", '    when: {told: "no"}', '    when: {toled: "no"}', "did you mean `told`?"),
    Planted("a value that is not there", '    set: {told: "yes"}', '    set: {tolled: "yes"}', "did you mean `told`?"),
    Planted("somebody unknown speaks", "{who: reef, text: \"Best bridge", "{who: reaf, text: \"Best bridge",
            "did you mean `reef`?"),
    Planted("an act that no scene offers", "    acts: [show, block, report, finish]\n",
            "    acts: [show, block, report]\n",             "no scene offers `finish`", at="  finish:"),
    Planted("nothing to do in a scene", "    acts: [show, block, report, finish]\n", "",
            "say what can be done in `quiet`",            at="  quiet:"),
    Planted("a scene that no way leads to", "start: hello\nscenes:\n",
            "start: hello\nscenes:\n  lost:\n    heading: \"Lost\"\n    acts: [stop]\n", "no way leads to `lost`",
            at="  lost:"),
    Planted("an act that can never be done", '    when: {told: "no"}', '    when: {told: "yes"}',
            "`show` can never be done", at="  show:"),
    Planted("a trap", "    then: end\n", "    then: quiet\n", "from which no end can be reached", at="  hello:"),
    Planted("a safe path that is not offered", "safe_path: [say-rule,", "safe_path: [finish, say-rule,",
            "`finish` is not offered here"),
    Planted("a safe path with a risk", "safe_path: [say-rule, stop,", "safe_path: [say-yes, stop,",
            "`say-yes` is an act to rethink"),
    Planted("a safe path that leaves out a step", "stop, show, block, report, finish]", "stop, show, block, finish]",
            "the safe path leaves out report", at="safe_path"),
    Planted("a safe path that shows too little", "    shows: [online-friends.y3-4.3]\n", "",
            "the safe path does not show online-friends.y3-4.3", at="safe_path"),
    Planted("a routine that cannot be completed", "    steps: [report]\n", "", "no end has every step", at="routine"),
    Planted("a step that cannot be left out", "    steps: [stop]\n", "    steps: [stop, tell]\n",
            "no end leaves out tell an adult alone", at="routine"),
    Planted("no adult in time", '    then: pushed-more\n    says: "Being', '    then: no-answer\n    says: "Being',
            "let an adult step in", at="  no-answer:"),
    Planted("a picture that is not there", "picture: ob-hand-stop", "picture: ob-hand-stopp", "is not a picture"),
    Planted("a word that is not for pupils", "That is the rule, said plainly.", "That is the rule, stupid.",
            "is not for pupils here"),
    Planted("a real brand", "name: Tidechat", "name: WhatsApp", "is a real brand"),
    Planted("a long act", 'text: "OK, see you on Saturday."\n    slot',
            'text: "OK, I will see you by the swings on Saturday at ten in the morning if it does not rain."\n    slot',
            "an act of 20 words: 14 at most for y3-4"),
    Planted("a long sentence", "Stopping is not rude. It gives",
            "Stopping is not rude and it is also not unkind at all and nobody can ever say that it is so when it gives",
            "a sentence of"),
    Planted("several things beside cases", "    outcome: safe\n    steps: [stop]\n",
            "    outcome: safe\n    cases: [{when: {told: \"no\"}}, {then: quiet}]\n    steps: [stop]\n",
            "stands beside `cases`", at="  stop:"),
]
# fmt: on


@pytest.mark.parametrize("planted", PLANTED, ids=lambda one: one.name)
def test_a_mistake_is_told_with_its_line_and_what_to_do(planted: Planted, rules: Rules) -> None:
    assert MODEL.count(planted.old) >= 1, "the model says something else by now"
    text = MODEL.replace(planted.old, planted.new, 1)
    lines = text.split("\n")
    at = planted.at or planted.new.strip("\n").split("\n")[0].strip()
    expected = next(number for number, line in enumerate(lines, 1) if at in line)
    told = [one for one in mistakes_in(text, rules) if planted.says in one.message]
    assert told, [str(one) for one in mistakes_in(text, rules)]
    assert any(one.line == expected for one in told), (expected, [str(one) for one in told])
    assert all(one.path == PATH for one in told)


def test_an_app_that_speaks_of_meeting_says_both_conditions(rules: Rules) -> None:
    for gone, missing in ((" and comes too", "the adult who comes too"), ("says yes and ", "the carer's yes")):
        text = re.sub(r"(?i)\byes\b(?!\")", "fine", MODEL) if "yes" in gone else MODEL.replace(gone, "")
        told = [one for one in mistakes_in(text, rules) if "it speaks of meeting" in one.message]
        assert [(one.path, one.message) for one in told] == [(PATH, f"it speaks of meeting, so say {missing}")]
        assert text.split("\n")[told[0].line - 1] == "scenes:"


def test_an_app_reads_no_harder_than_a_card(rules: Rules) -> None:
    hard = "Institutional accountability necessitates comprehensive organisational documentation. " * 3
    text = re.sub(r'(says: ")', rf"\1{hard}", MODEL)
    told = [one for one in mistakes_in(text, rules) if "in this app" in one.message]
    assert [(one.path, text.split("\n")[one.line - 1]) for one in told] == [(PATH, "scenes:")]
    assert told[0].message.endswith("in this app: use shorter words and sentences, to 6.0")
    assert not [one for one in mistakes_in(text, replace(rules, level=None)) if "in this app" in one.message]


def test_an_unverified_fact_in_an_app_is_told(rules: Rules) -> None:
    text = MODEL.replace("Best bridge", "{{ text:childline-phone }} Best bridge", 1)
    source, _ = read_practice(text, PATH)
    assert source is not None
    assert list(check_practice_facts(source, rules)) == []
    facts = rules.registers.facts
    doubtful = replace(facts.by_id["childline-phone"], status="unverified")
    unsure = replace(facts, by_id={**facts.by_id, "childline-phone": doubtful})
    told = list(check_practice_facts(source, replace(rules, registers=replace(rules.registers, facts=unsure))))
    line = next(number for number, one in enumerate(text.split("\n"), 1) if "childline-phone" in one)
    assert told == [Mistake(PATH, line, "`childline-phone` is unverified: check its source before pupils read it")]


def test_something_can_be_got_wrong(rules: Rules) -> None:
    text = MODEL.replace("outcome: rethink", "outcome: partly")
    told = [one for one in mistakes_in(text, rules) if "nothing can be got wrong here" in one.message]
    assert [(one.path, text.split("\n")[one.line - 1]) for one in told] == [(PATH, "acts:")]


def test_an_app_that_can_stand_in_too_many_ways_is_not_walked(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object) -> None:
        raise TooManyStates("online-friends.y3-4")

    monkeypatch.setattr("practices.check.walk", endless)
    told = [one for one in mistakes_in(MODEL, rules) if "more ways than can be checked" in one.message]
    assert [(one.path, MODEL.split("\n")[one.line - 1]) for one in told] == [(PATH, "values:")]


def test_every_mistake_is_told_at_once(rules: Rules) -> None:
    text = MODEL.replace("app: thread", "app: threed").replace("version: 1", "version: one")
    assert len(mistakes_in(text, rules)) == 2
