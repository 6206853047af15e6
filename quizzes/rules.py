"""The rules for one quiz that a program can check: CURRICULUM.md 5.1, 6.1 to 6.3 and 7.1. Of all together: bank.py."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from lessons.by_ear import READS_LITTLE, looks_alike
from lessons.check import Rules, check_picture, check_words, long_sentences, missing_condition, unverified
from lessons.compiler import Passage
from lessons.lesson import Lesson
from lessons.readability import masked
from lessons.reading import Mistake
from lessons.standard import LIMITS
from lessons.wording import content_words, letters, phrase, sentences, words

from .compiler import QuizSource, passages
from .engine import Item, Node, Outcome, Quiz, Scenario, TooManyPaths, is_end, walk
from .solvers import LESSON_ITEMS, Solved, solve

LENGTH_RATIO = 1.6  # the longest option to the shortest, in letters
OVERLAP = 0.4  # of content words between two forms of an objective
LEVEL_GAP = 1.5  # between the reading levels of forms A, B and C
PREMISE_WORDS = 40
HELP_TEXT = "I would ask for help."
IN_A_SITUATION = 2 / 3  # of the items: a character is in one

_QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]")
_MEANS = re.compile(r"\bwhat (?:does|do)\b.{1,40}\bmean\b", re.IGNORECASE)
_WHICH_NOT = re.compile(r"\bwhich\b[^.?!]*\b(?:not|isn['’]t|aren['’]t|doesn['’]t)\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(?:not|never|no|none|nobody|nothing|cannot)\b|n['’]t\b", re.IGNORECASE)
_ABSOLUTE = re.compile(r"\b(?:always|never)\b", re.IGNORECASE)
_TWO_PLACES = (
    re.compile(r"\bschool\b|\bteacher\b|\bclass\b", re.IGNORECASE),
    re.compile(r"\bhome\b|\bsomewhere else\b|\bfamily\b|\boutside\b|\bsomeone else\b", re.IGNORECASE),
)


def check_quiz(source: QuizSource, quiz: Quiz, lesson: Lesson, rules: Rules) -> list[Mistake]:
    """Everything about a quiz that a program can see by itself."""
    return [
        *_forms(source, lesson),
        *_items(source, quiz, lesson, rules),
        *_parallel(source, quiz, lesson, rules),
        *_tells(source, quiz, lesson, rules),
        *_scenario(source, quiz.scenario, lesson, rules),
        *_words(source, quiz.scenario, lesson, rules),
        *_level(source, quiz, lesson, rules),
        *_pictures(source, lesson, rules),
    ]


def check_quiz_facts(source: QuizSource, rules: Rules) -> Iterator[Mistake]:
    """Facts that nobody has checked: warnings, and mistakes for a release."""
    for passage in passages(source):
        yield from unverified(passage, source.path, rules)


def _level(source: QuizSource, quiz: Quiz, lesson: Lesson, rules: Rules) -> Iterator[Mistake]:
    """The story as a whole reads no harder than a card may."""
    if rules.level is None:
        return
    level, most = story_level(quiz, lesson, rules), LIMITS[lesson.band].card_level
    if level > most:
        message = f"reading level {level} in this story: use shorter words and sentences, to {most}"
        yield source.mistake(message, "scenario", "nodes")


def story_level(quiz: Quiz, lesson: Lesson, rules: Rules) -> float:
    """The reading level of all that is read in the story, the taught words apart; 0 where it is not measured."""
    nodes = quiz.scenario.nodes.values()
    told = "\n\n".join(text for node in nodes for text in (node.text, *(choice.text for choice in node.choices)))
    return rules.level(masked(told, lesson.vocabulary)) if rules.level else 0.0


def _pictures(source: QuizSource, lesson: Lesson, rules: Rules) -> Iterator[Mistake]:
    """Pictures that are not there, and choices of the youngest without one."""
    named: list[tuple[str, bool, tuple[str | int, ...]]] = []
    for index, item in enumerate(source.form.items):
        named.append((item.picture, True, ("items", index, "picture")))
        for place, option in enumerate(item.options):
            named.append((option.picture, True, ("items", index, "options", place, "picture")))
    for name, node in source.form.scenario.nodes.items():
        named.append((node.picture, True, ("scenario", "nodes", name, "picture")))
        for place, choice in enumerate(node.choices):
            named.append((choice.picture, not choice.help, ("scenario", "nodes", name, "choices", place, "picture")))
    for picture, is_needed, where in named:
        if picture:
            yield from check_picture(picture, source.path, source.lines.line(*where), rules)
        elif is_needed and lesson.band in READS_LITTLE:
            yield source.mistake(f"add a picture: in {lesson.band} nothing needs reading", *where[:-1])
    if lesson.band in READS_LITTLE:
        yield from _alike(source)


def _alike(source: QuizSource) -> Iterator[Mistake]:
    """Who chooses by picture sees which is which."""
    groups: list[tuple[list[str], tuple[str | int, ...]]] = [
        ([option.picture for option in item.options], ("items", index, "options"))
        for index, item in enumerate(source.form.items)
    ]
    groups += [
        ([choice.picture for choice in node.choices], ("scenario", "nodes", name, "choices"))
        for name, node in source.form.scenario.nodes.items()
    ]
    for pictures, where in groups:
        twice = looks_alike(pictures)
        if twice:
            yield source.mistake(f"`{twice}` stands for two choices: give each its own picture", *where)


# ------------------------------------------------------------------------------------------------------------ items


def _forms(source: QuizSource, lesson: Lesson) -> Iterator[Mistake]:
    asked = {(item.objective, item.form) for item in source.form.items}
    for objective in lesson.objectives:
        for form in "ABC":
            if (objective.id, form) not in asked:
                yield source.mistake(f"add an item of form {form} for {objective.id}", "items")


def _items(source: QuizSource, quiz: Quiz, lesson: Lesson, rules: Rules) -> Iterator[Mistake]:
    limits = LIMITS[lesson.band]
    least, most = limits.options
    for index, item in enumerate(quiz.items):
        at = ("items", index)
        if not least <= len(item.options) <= most:
            count = f"{len(item.options)} options: give {least}" + (f" to {most}" if most > least else "")
            yield source.mistake(count, *at, "options")
        yield from _too_long(source, item.stem, "stem", limits.stem, *at, "stem")
        yield from _sentences(source, item.stem, limits.longest_sentence, *at, "stem")
        yield from _sentences(source, item.help, limits.longest_sentence, *at, "help")
        yield from _too_long(source, item.help, "help", limits.feedback, *at, "help")
        lengths = [letters(option.text) for option in item.options]
        if min(lengths) and max(lengths) / min(lengths) > LENGTH_RATIO:
            ratio = f"the longest option has {max(lengths)} letters and the shortest {min(lengths)}"
            yield source.mistake(f"{ratio}: bring them within {LENGTH_RATIO} times", *at, "options")
        for place, option in enumerate(item.options):
            where = (*at, "options", place)
            yield from _too_long(source, option.text, "option", limits.option, *where, "text")
            yield from _too_long(source, option.feedback, "feedback", limits.feedback, *where, "feedback")
            yield from _sentences(source, option.feedback, limits.longest_sentence, *where, "feedback")
            banned = rules.words.banned_options.search(option.text)
            if banned:
                yield source.mistake(f"`{banned[0]}` is no answer: write what a child might think", *where, "text")
            if item.form == "A" and option.feedback:
                yield source.mistake("form A shows no right or wrong: take the feedback out", *where, "feedback")
            if item.form != "A" and not option.feedback:
                yield source.mistake("add feedback to this option", *where)
            opening = rules.words.openings.match(option.feedback)
            if opening and not option.is_correct:
                message = f"a reply does not begin `{opening[0]}`: begin with what is sensible in the thinking"
                yield source.mistake(message, *where, "feedback")
        replies = [option.feedback for option in item.options if option.feedback]
        if len(set(replies)) < len(replies):
            yield source.mistake("two options have the same feedback: answer each child's thinking", *at, "options")
        yield from _stem(source, item, index, lesson, rules)
        replies = [option.feedback for option in item.options]
        told = " ".join([item.stem, correct_text(item), *replies])  # what a wrong option says does not count
        whole = lesson.topic == "online-friends"
        missing = missing_condition(" ".join([_asked(item), *replies]), told, rules.words, whole)
        if missing:
            yield source.mistake(missing, *at)


def _stem(source: QuizSource, item: Item, index: int, lesson: Lesson, rules: Rules) -> Iterator[Mistake]:
    where = ("items", index, "stem")
    bare = _QUOTED.sub("", item.stem)
    personal = rules.words.personal_questions.search(bare)
    if personal:
        yield source.mistake(f"`{personal[0]}` asks about the pupil's own life: ask about a character", *where)
    question = sentences(bare)[-1] if sentences(bare) else ""
    if _WHICH_NOT.search(question):
        if lesson.band != "y5-6":
            yield source.mistake("ask which one is so, not which is not", *where)
        elif "NOT" not in question:
            yield source.mistake("write NOT in capitals, so that it is seen", *where)
    elif len(_NEGATIVE.findall(question)) > 1:
        yield source.mistake("two negatives in one question: ask it the plain way", *where)


def _too_long(source: QuizSource, text: str, what: str, most: int, *where: str | int) -> Iterator[Mistake]:
    count = len(words(text))
    if count > most:
        yield source.mistake(f"{count} words in this {what}: cut it to {most}", *where)


def _sentences(source: QuizSource, text: str, most: int, *where: str | int) -> Iterator[Mistake]:
    yield from long_sentences(sentences(text), Passage(source.lines.line(*where), ""), source.path, most)


def _parallel(source: QuizSource, quiz: Quiz, lesson: Lesson, rules: Rules) -> Iterator[Mistake]:
    """Forms of one objective ask the same thing in another story, so that sitting A does not give B away."""
    places = {item.id: index for index, item in enumerate(quiz.items)}
    for objective in lesson.objectives:
        items = [item for item in quiz.items if item.objective == objective.id]
        for first, second in combinations(items, 2):
            at = ("items", places[second.id])
            if first.form == second.form:
                continue
            if _same(first.stem, second.stem):
                yield source.mistake(f"the stem of {first.id} again: tell another story", *at, "stem")
            if _same(correct_text(first), correct_text(second)):
                yield source.mistake(f"the correct option of {first.id} again: word it another way", *at, "options")
            share, shared = overlap(first, second, lesson.vocabulary)
            if share >= OVERLAP:
                message = f"shares {share:.0%} of its words with {first.id}: change {', '.join(sorted(shared))}"
                yield source.mistake(message, *at)
            if len(first.options) != len(second.options):
                message = f"{len(second.options)} options, and {first.id} has {len(first.options)}: give as many"
                yield source.mistake(message, *at, "options")
        main = [item for item in items if item.form in "ABC"]
        positions = {[option.is_correct for option in item.options].index(True) for item in main}
        if len(main) > 2 and len(positions) == 1:
            message = f"the correct option stands in the same place in every form of {objective.id}: move one"
            yield source.mistake(message, "items", places[main[-1].id], "options")
    yield from _level_gap(source, quiz, rules)


def overlap(first: Item, second: Item, taught: Iterable[str]) -> tuple[float, set[str]]:
    """How many of the shorter item's content words the other has too, from 0 to 1, and those words."""
    mine, yours = (content_words(_asked(item), taught) for item in (first, second))
    shared = mine & yours
    fewest = min(len(mine), len(yours))
    return (len(shared) / fewest if fewest else 0.0), shared


def _level_gap(source: QuizSource, quiz: Quiz, rules: Rules) -> Iterator[Mistake]:
    levels = form_levels(quiz, rules)
    if len(levels) > 1 and max(levels.values()) - min(levels.values()) > LEVEL_GAP:
        told = ", ".join(f"{form} {level}" for form, level in levels.items())
        yield source.mistake(f"reading levels of the forms differ ({told}): bring them within {LEVEL_GAP}", "items")


def form_levels(quiz: Quiz, rules: Rules) -> dict[str, float]:
    """The reading level of all items of each form together; empty where textstat is not installed."""
    if rules.level is None:
        return {}
    texts = {form: "\n\n".join(map(_asked, quiz.form(form))) for form in "ABC"}
    return {form: rules.level(text) for form, text in texts.items() if text}


def _asked(item: Item) -> str:
    """Stem and options, each a paragraph."""
    return "\n\n".join([item.stem, *(option.text for option in item.options)])


def correct_text(item: Item) -> str:
    return next(option.text for option in item.options if option.is_correct)


def _same(one: str, other: str) -> bool:
    return [word.casefold() for word in words(one)] == [word.casefold() for word in words(other)]


# ------------------------------------------------------------------------------------------------------------- tells


def _tells(source: QuizSource, quiz: Quiz, lesson: Lesson, rules: Rules) -> Iterator[Mistake]:
    """What would give the answer away in this lesson's items taken together."""
    items = quiz.items
    if not items:
        return
    longest = [item.id for item in items if _is_longest(item)]
    if len(longest) > 0.4 * len(items):
        told = ", ".join(name.removeprefix(f"{lesson.id}.") for name in longest)
        message = f"the correct option is the longest in {len(longest)} of {len(items)} items ({told}): bring it to 40%"
        yield source.mistake(message, "items")
    if len(items) >= 4:
        for position, count in Counter(correct_place(item) for item in items).items():
            if count > len(items) / 2:
                message = f"{count} of {len(items)} correct options stand in place {position + 1}: move some"
                yield source.mistake(message, "items")
    if len(items) >= LESSON_ITEMS:
        yield from (source.mistake(message, "items") for message in too_good(solve(items, rules.words)))
    named = [character.name for character in lesson.characters]
    placed = sum(any(phrase(name).search(item.stem) for name in named) for item in items)
    if placed < IN_A_SITUATION * len(items):
        message = f"{placed} of {len(items)} items put a character in a situation: bring it to two thirds"
        yield source.mistake(message, "items")
    uses = Counter(option.is_correct for item in items for option in item.options if _ABSOLUTE.search(option.text))
    if sum(uses.values()) >= 3 and len(uses) == 1:
        side = "correct" if uses[True] else "wrong"
        yield source.mistake(f"`always` and `never` stand only in {side} options: use them in both or in none", "items")
    meanings = [index for index, item in enumerate(items) if _MEANS.search(_QUOTED.sub("", item.stem) or item.stem)]
    for index in meanings[1:]:
        message = "ask for a meaning once a lesson: put a character in a situation here"
        yield source.mistake(message, "items", index, "stem")
    for index in [index for index, item in enumerate(items) if _is_true_or_false(item)][1:]:
        yield source.mistake("one true or false a lesson is enough", "items", index, "options")


def _is_true_or_false(item: Item) -> bool:
    return {option.text.strip(". ").casefold() for option in item.options} == {"true", "false"}


def _is_longest(item: Item) -> bool:
    longest_wrong = max(letters(option.text) for option in item.options if not option.is_correct)
    return letters(correct_text(item)) > longest_wrong


def correct_place(item: Item) -> int:
    return [option.is_correct for option in item.options].index(True)


def too_good(solved: Mapping[str, Solved]) -> Iterator[str]:
    """The solvers that guess too well, each as a remedy."""
    remedies = {
        "first": "move the correct option",
        "longest": "lengthen wrong options",
        "adult": "name adults in wrong options too, and not in right ones",
        "kind": "use kind words in wrong options too",
        "echo": "repeat words of the question in wrong options too, or in none",
    }
    for name, result in solved.items():
        if result.is_too_good:
            told = f"picking the `{name}` option is right in {result.share:.0%} of items"
            yield f"{told}, and chance is {result.chance:.0%}: {remedies[name]}"


# --------------------------------------------------------------------------------------------------------- scenario


def _scenario(source: QuizSource, scenario: Scenario, lesson: Lesson, rules: Rules) -> Iterator[Mistake]:
    limits = LIMITS[lesson.band]
    if scenario.id != f"{lesson.id}.scenario":
        yield source.mistake(f"write id: {lesson.id}.scenario", "scenario", "id")
    premise = len(words(scenario.nodes[scenario.start].text))
    if premise >= PREMISE_WORDS:
        message = f"{premise} words before the first choice: cut it to under {PREMISE_WORDS}"
        yield source.mistake(message, "scenario", "nodes", scenario.start, "text")
    outcomes: Counter[Outcome] = Counter()
    for name, node in scenario.nodes.items():
        at = ("scenario", "nodes", name)
        yield from _too_long(source, node.text, "node", limits.card_words, *at, "text")
        yield from _sentences(source, node.text, limits.longest_sentence, *at, "text")
        outcomes.update(choice.outcome for choice in node.choices if not choice.is_help)
        if node.choices:
            yield from _decision(source, scenario, node, lesson, rules)
    if lesson.band in ("y3-4", "y5-6") and not outcomes[Outcome.PARTLY]:
        yield source.mistake("add a `partly` choice somewhere in the story: nearly right", "scenario", "nodes")
    if not any(node.is_adult for node in scenario.nodes.values()):
        message = "let an adult in the story answer well, and mark that node adult: true"
        yield source.mistake(message, "scenario", "nodes")
    for name, node in scenario.nodes.items():
        if not node.choices and node.to is None and not all(place.search(node.text) for place in _TWO_PLACES):
            message = "end by asking the child to name help in two places, at school and somewhere else"
            yield source.mistake(message, "scenario", "nodes", name, "text")
    lines = [text for node in scenario.nodes.values() for text in (node.text, *(one.text for one in node.choices))]
    told = " ".join(lines)
    missing = missing_condition(told, told, rules.words, whole=lesson.topic == "online-friends")
    if missing:
        yield source.mistake(missing, "scenario")
    yield from _paths(source, scenario, limits.decisions)


def _decision(source: QuizSource, scenario: Scenario, node: Node, lesson: Lesson, rules: Rules) -> Iterator[Mistake]:
    limits = LIMITS[lesson.band]
    at = ("scenario", "nodes", node.id)
    own = [choice for choice in node.choices if not choice.is_help]
    least, most = limits.options
    least = 1 if lesson.band == "eyfs" else least  # fetching a grown-up is Help there, and a picture of its own
    if not least <= len(own) <= most:
        count = f"{len(own)} choices beside Help: give {least}" + (f" to {most}" if most > least else "")
        yield source.mistake(count, *at, "choices")
    safe = sum(choice.outcome is Outcome.SAFE for choice in own)
    if lesson.band != "eyfs" and not 1 <= safe <= 2:
        yield source.mistake(f"{safe} safe choices beside Help: give one or two", *at, "choices")
    if not any(choice.outcome is Outcome.RETHINK for choice in own):
        yield source.mistake("add a rethink choice: what a child might do first", *at, "choices")
    for place, choice in enumerate(node.choices):
        where = (*at, "choices", place)
        yield from _too_long(source, choice.text, "choice", limits.option, *where, "text")
        if choice.is_help and lesson.band != "eyfs" and choice.text != HELP_TEXT:
            yield source.mistake(f'Help looks the same everywhere: write text: "{HELP_TEXT}"', *where, "text")
        reply = scenario.nodes[choice.to]
        opening = rules.words.openings.match(reply.text)
        if choice.outcome is Outcome.RETHINK:
            if opening:
                message = f"a reply does not begin `{opening[0]}`: begin with what is sensible in the thinking"
                yield source.mistake(message, "scenario", "nodes", reply.id, "text")
            if not _recovers(scenario, reply):
                message = f"after `{choice.text}` lead back within one node to where the child can do well"
                yield source.mistake(message, *where, "to")


def _recovers(scenario: Scenario, reply: Node) -> bool:
    """The reply to a rethink choice offers a good choice itself, or goes on to a node that does or that ends well."""
    if reply.choices:
        return any(choice.outcome is Outcome.SAFE for choice in reply.choices)
    if reply.to is None:
        return False
    following = scenario.nodes[reply.to]
    return is_end(following) or any(choice.outcome is Outcome.SAFE for choice in following.choices)


def _paths(source: QuizSource, scenario: Scenario, decisions: tuple[int, int]) -> Iterator[Mistake]:
    """What holds on every way through the story."""
    lengths: set[int] = set()
    try:
        for story in walk(scenario):
            rethinks = 0
            for told in story.told:
                rethinks = 0 if told.node.is_adult else rethinks
                rethinks += told.outcome is Outcome.RETHINK
                if rethinks > 2:
                    message = "three rethink choices lead here without an adult stepping in: mark a node adult: true"
                    yield source.mistake(message, "scenario", "nodes", told.node.id)
            lengths.add(sum(bool(told.node.choices) for told in story.told))
    except TooManyPaths:
        yield source.mistake("too many ways through this story: take some choices out", "scenario", "nodes")
        return
    least, most = decisions
    if not least <= max(lengths) <= most:
        wanted = f"{least}" + (f" to {most}" if most > least else "")
        yield source.mistake(f"{max(lengths)} decisions in this story: give {wanted}", "scenario", "nodes")
    elif min(lengths) < 2:
        yield source.mistake('ask "what would you do next?" once more on the shortest way', "scenario", "nodes")


# ------------------------------------------------------------------------------------------------------------ words


def _words(source: QuizSource, scenario: Scenario, lesson: Lesson, rules: Rules) -> Iterator[Mistake]:
    """Words that a pupil should not meet; wrong options and rethink or partly choices may say what is wrong."""

    def found(text: str, *where: str | int, is_wrong: bool = False) -> Iterator[Mistake]:
        passage = Passage(source.lines.line(*where), text)
        yield from check_words(passage, source.path, lesson, "pupil", rules, is_wrong)

    for index, item in enumerate(source.form.items):
        yield from found(item.stem, "items", index, "stem")
        yield from found(item.help, "items", index, "help")
        for place, option in enumerate(item.options):
            at = ("items", index, "options", place)
            yield from found(option.text, *at, "text", is_wrong=not option.correct)
            yield from found(option.feedback, *at, "feedback")
    for name, node in source.form.scenario.nodes.items():
        yield from found(node.text, "scenario", "nodes", name, "text")
        for place, choice in enumerate(node.choices):
            where = ("scenario", "nodes", name, "choices", place, "text")
            yield from found(choice.text, *where, is_wrong=choice.outcome != "safe")
