"""An author makes a mistake in a copy of the model lesson, and is told the file, the line and what to do."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from lessons import readability
from lessons.check import missing_condition
from lessons.standard import read_words
from quizzes import check as checking
from quizzes import commands
from tests.harness.content import FACTS, FRAMEWORKS, HOME, LESSON, OBJECTIVES, QUIZ, Copy, copy_model


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return copy_model(tmp_path)


def test_the_model_lesson_is_written_as_it_should_be(copy: Copy) -> None:
    report = copy.check()
    assert report.mistakes == ()
    assert report.warnings == ()


@dataclass(frozen=True)
class Planted:
    """In `file`, `old` becomes `new`; the mistake is told `below` lines under the one that holds `at` (`new` if empty),
    and says `says`."""

    name: str
    file: str
    old: str
    new: str
    says: str
    at: str = ""
    below: int = 0


IDEAS = "lessons/content/misconceptions.yaml"
_LIKE_A_KEY = '  text: "I can say that a secret code opens my things, like a key."\n'
_KNOWING = '  text: "I can explain the difference between knowing, liking and trusting someone online."\n'
LONG = "He plays a game with his cousin and then he plays it with his dad and then with all of his friends too."

# fmt: off
PLANTED = [
    # ---- settings
    Planted("no objectives", LESSON, "objectives:\n  - online", "aims:\n  - online", "add objectives",
            at="id: online"),
    Planted("an unknown key", LESSON, "minutes: 30", "minutes: 30\nminuts: 30", "did you mean `minutes`?",
            at="minuts"),
    Planted("a key twice", LESSON, "version: 1", "version: 1\nversion: 2", "`version` is here twice: keep one",
            "version: 2"),
    Planted("a bare true", LESSON, "title: Knowing, liking, trusting", "title: true",
            'title takes words: put it in quotes, "true"'),
    Planted("a bare number", LESSON, 'say_at_home: "My parent or carer says yes, and a trusted adult comes too."',
            "say_at_home: 7", 'say_at_home takes words: put it in quotes, "7"'),
    Planted("a bare date", LESSON, '  - "I can stop a chat at any time."', "  - 2026-09-01",
            'learned takes words: put it in quotes, "2026-09-01"'),
    Planted("a number in quotes", LESSON, "minutes: 30", 'minutes: "30"',
            "minutes takes a whole number without quotes"),
    Planted("no such date", LESSON, "review_by: 2027-09-01", "review_by: 2027-02-30", "2027-02-30 is not a date"),
    Planted("a colon among words", LESSON, "title: Knowing, liking, trusting", "title: Three words: knowing",
            "a colon stands inside words here; put the words in quotes"),
    Planted("two things learned", LESSON, '  - "I can stop a chat at any time."\n', "",
            "learned takes at least 3, and has 2", at="learned:"),
    Planted("an unknown objective", LESSON, "  - online-friends.y3-4.4\n", "  - online-friends.y3-4.7\n",
            "`online-friends.y3-4.7` is not in objectives.yaml", at="online-friends.y3-4.7"),
    Planted("an objective left out", LESSON, "  - online-friends.y3-4.4\nbuilds", "builds",
            "`online-friends.y3-4.4` is not an objective of this lesson", at="knows how to stop a chat"),
    Planted("an unknown topic", LESSON, "topic: online-friends", "topic: online-freinds",
            "did you mean `online-friends`?"),
    Planted("another band's file", LESSON, "band: y3-4", "band: y5-6", "the file's place says band: y3-4"),
    Planted("what the objectives say, said again", LESSON, "facts: [childline-phone]",
            "policy: [P3]\nfacts: [childline-phone]", "objectives.yaml says of each objective what it serves",
            at="policy: [P3]"),
    Planted("and of the frameworks", LESSON, "facts: [childline-phone]",
            "frameworks: {rshe: [OSA-2]}\nfacts: [childline-phone]",
            "objectives.yaml says of each objective what it serves", at="frameworks: {"),
    Planted("building on its own band", LESSON, "builds_on: [online-friends.y1-2.1,",
            "builds_on: [passwords.y3-4.1,", "`passwords.y3-4.1` is not from an earlier band: leave it out"),
    Planted("too many taught words", LESSON, "  permission: when",
            "  pretend: to act as someone else\n  permission: when", "5 taught words: keep 4", at="vocabulary:"),
    Planted("a taught word that no card teaches", LESSON, "  permission: when", "  follower: when",
            "teach `follower` on a card"),
    Planted("a lesson that is too long", LESSON, "minutes: 30", "minutes: 45", "45 minutes is too long: make it 30"),
    Planted("a review too far off", LESSON, "review_by: 2027-09-01", "review_by: 2028-09-01",
            "more than 12 months after"),
    Planted("a strength without the name", LESSON, '"{name} knows how to stop a chat."',
            '"Knows how to stop a chat."', "write {name} where the child's name goes"),
    Planted("a fact that is not there", LESSON, "facts: [childline-phone]",
            "facts: [childline-phone, childline-fone]",
            "`childline-fone` is not in facts.yaml: did you mean `childline-phone`?"),
    # ---- cards
    Planted("a header of another kind", LESSON, "## Card 2 - Today {kind=goal}", "## Card 2: Today",
            "write a card's first line as ## Card 1 - Title {kind=teach}"),
    Planted("an unknown kind of card", LESSON, "## Card 2 - Today {kind=goal}", "## Card 2 - Today {kind=gaol}",
            "`gaol` is not a kind of card: did you mean `goal`?"),
    Planted("cards out of count", LESSON, "## Card 3 - Meet Musa", "## Card 4 - Meet Musa", "this is card 3"),
    Planted("a mistyped activity", LESSON, "```circles", "```cirlces",
            "`cirlces` is not an activity: did you mean `circles`?"),
    Planted("a mistyped key in an activity", LESSON, '{text: "A neighbour", fits: any}',
            '{text: "A neighbour", fit: any}', "`fit` is not known here: did you mean `fits`?"),
    Planted("a place that is not there", LESSON, '{text: "A chatbot", fits: [like]}',
            '{text: "A chatbot", fits: [likes]}', "`likes` is not a place in this activity: did you mean `like`?"),
    Planted("an open fence", LESSON, 'knows", fits: any}\n```\n', 'knows", fits: any}\n', "close this activity",
            at="```circles"),
    Planted("a leftover mark", LESSON, "Lots of people have fun", "/// note\nLots of people have fun",
            "take out this mark", at="/// note"),
    Planted("no picture of that name", LESSON, "{kind=story}", "{kind=story picture=ob-tabelt}",
            "`ob-tabelt` is not a picture in static/img: did you mean `ob-tablet`?"),
    Planted("no look back", LESSON, "{kind=recall}", "{kind=goal}", "begin with a look back: kind=recall"),
    Planted("no help at the end", LESSON, "{kind=help}", "{kind=rule}", "end with where help is: kind=help",
            at="## Card 9"),
    Planted("help at home alone", LESSON, "Who could you tell at school? Who could you tell at home",
            "Who could you tell at home", "name an adult at school on the help card", at="## Card 9"),
    Planted("no teacher notes", LESSON, "# Teacher notes", "# Teachers notes", "did you mean `Teacher notes`?"),
    Planted("no question for parents", LESSON,
            '*Ask:* "Who do you play with online, and how do you know them?" Listen', "*Ask:* Listen",
            'add a line *Ask:* "A question in quotes?"'),
    # ---- words and facts
    Planted("a long sentence", LESSON, "He loves dragons.", LONG,
            "23 words in this sentence: cut it to 20 or make two"),
    Planted("a long card", LESSON, "He loves dragons.", "He loves dragons. " * 12,
            "words on this card: cut it to 50", at="## Card 3"),
    Planted("a hard card", LESSON, "They laugh a lot. Musa likes DragonFan22.",
            "Their collaborative entertainment necessitates extraordinary imagination.",
            "on this card: use shorter words and sentences", at="## Card 3"),
    Planted("a hard note for parents", LESSON,
            "say our meeting rule aloud together, and add who the trusted adult would be.",
            "familiarise yourselves collaboratively with organisational responsibilities regarding communication.",
            "here: use shorter words and sentences, to 7.5", at="This week your child"),
    Planted("a forbidden word", LESSON, "He loves dragons.", "He loves dragons. A naughty player came.",
            "`naughty` is not for pupils here"),
    Planted("a word for older pupils", LESSON, "It could be a child.", "It could be a prison.",
            "`prison` is not for pupils here"),
    Planted("ill spoken of a child", LESSON, "Musa is eight.", "Musa is silly.", "speaks ill of a person"),
    Planted("a real brand", LESSON, "He plays a building game", "He plays Minecraft", "`Minecraft` is a real brand"),
    Planted("an idiom", LESSON, "They laugh a lot.", "That is a red flag.", "may be taken at its word"),
    Planted("American spelling", LESSON, "Accept the feeling", "Recognize the feeling",
            "`Recognize` is American: write recognise"),
    Planted("a bare age limit", LESSON, "It could be a grown-up.", "You must be 13 to play it.", "an age limit moves"),
    Planted("a bare phone number", LESSON, "It is free.\n", "It is free, or ring 999.\n", "a phone number moves"),
    Planted("a bare address", LESSON, "Listen first.", "See www.example.org first.", "an address moves"),
    Planted("a bare law", LESSON, "Listen first.", "The Online Safety Act 2023 helps.", "a law moves"),
    Planted("an unknown fact", LESSON, "{{ fact:childline-phone }}", "{{ fact:childline-fone }}",
            "`childline-fone` is not in facts.yaml: did you mean `childline-phone`?"),
    Planted("a fact for older pupils", LESSON, "{{ fact:childline-phone }}", "{{ fact:childline-site }}",
            "the fact `childline-site` is not for pupils of y3-4"),
    Planted("a fact that is not for parents", LESSON, "Listen first.", "Ring {{ fact:staff-helpline }} first.",
            "the fact `staff-helpline` is for staff: leave it out here"),
    Planted("braces that would be printed", LESSON, "{{ fact:childline-phone }}", "{{ childline-phone }}",
            "write a fact as {{ fact:its-id }}"),
    Planted("a fact that is not listed", LESSON, "facts: [childline-phone]", "facts: []",
            "list the fact under facts: [childline-phone]", at="{{ fact:childline-phone }}"),
    Planted("half of the rule about meeting", LESSON,
            "**My parent or carer says yes, and a trusted adult comes too.**\nThat yes is called **permission**.",
            "**My parent or carer says yes.**\nThat yes is called **permission**.",
            "it speaks of meeting, so say the adult who comes too", at="## Card 7"),
    # ---- items
    Planted("a missing form", QUIZ, "4.A\n    objective: online-friends.y3-4.4\n    form: A\n",
            "4.D\n    objective: online-friends.y3-4.4\n    form: D\n",
            "add an item of form A for online-friends.y3-4.4", at="items:"),
    Planted("an unknown form", QUIZ, '    form: A\n    stem: "Sam felt', '    form: E\n    stem: "Sam felt',
            "`E` is not a form", at="form: E"),
    Planted("an objective of another lesson", QUIZ, "objective: online-friends.y3-4.4\n    form: A",
            "objective: passwords.y3-4.1\n    form: A",
            "`passwords.y3-4.1` is not an objective of online-friends.y3-4", at="passwords.y3-4.1"),
    Planted("two correct options", QUIZ, '"Carry on, because stopping is rude.", misconception: stopping-is-rude}',
            '"Carry on, because stopping is rude.", correct: true}', "only one option can be correct",
            at="Stop now and tell"),
    Planted("no correct option", QUIZ, '"Stop now and tell an adult.", correct: true}',
            '"Stop now and tell an adult.", misconception: need-proof}', "mark one option `correct: true`: none is",
            at="Carry on, because", below=-1),
    Planted("no misconception", QUIZ, 'stopping is rude.", misconception: stopping-is-rude}', 'stopping is rude."}',
            "add the misconception that this option shows"),
    Planted("an unknown misconception", QUIZ, 'sure, then tell Dad.", misconception: need-proof}',
            'sure, then tell Dad.", misconception: needs-proof}',
            "`needs-proof` is not in misconceptions.yaml: did you mean `need-proof`?"),
    Planted("feedback in form A", QUIZ, 'stopping is rude.", misconception',
            'stopping is rude.", feedback: "Stop.", misconception', "form A shows no right or wrong"),
    Planted("no feedback in form B", QUIZ,
            '        feedback: "Yes. It is fine to stop at any time, and telling means she has help."\n', "",
            "add feedback to this option", at="Stop the chat and tell someone she trusts"),
    Planted("the same feedback twice", QUIZ,
            "Voices can be changed and typing has no voice. It is hard to tell from how someone sounds.",
            "Lots of people of all ages like the same games. It is fun to share, "
            "but it does not show how old they are.",
            "two options have the same feedback", at="They like the same things as me.", below=-1),
    Planted("blame in feedback", QUIZ, "A short visit still means", "Oops! A short visit still means",
            "a reply does not begin `Oops`"),
    Planted("an option that is no answer", QUIZ, '"Wait until he is sure, then tell Dad."', '"All of the above."',
            "`All of the above` is no answer"),
    Planted("a long stem", QUIZ, "Sam felt fine in a chat.",
            "Sam felt fine in a chat. " + "He was there a lot. " * 5, "cut it to 30"),
    Planted("a long option", QUIZ, '"Carry on, because stopping is rude."',
            '"Carry on and on with it, because stopping a chat with someone new is a rude thing to do."',
            "cut it to 14"),
    Planted("uneven options", QUIZ, '"Stop now and tell an adult."', '"Stop."', "bring them within 1.6 times",
            at="Carry on, because", below=-1),
    Planted("a question about the pupil", QUIZ, "Sam felt fine in a chat. Now it feels odd. What can Sam do?",
            "Have you ever felt odd in a chat?", "`Have you ever` asks about the pupil's own life"),
    Planted("which is not", QUIZ, "What can Sam do?", "Which of these is not a good idea?", "ask which one is so"),
    Planted("the same stem twice", QUIZ,
            'Jo stops a chat that feels wrong. The player types, \\"You are so mean!\\" What is true?',
            "Sam felt fine in a chat. Now it feels odd. What can Sam do?",
            "the stem of online-friends.y3-4.4.A again", at="id: online-friends.y3-4.4.C", below=3),
    Planted("half of the rule in an item", QUIZ, "carer says yes, and a trusted adult goes with her.",
            "carer says yes, and they find a good day.", "it speaks of meeting, so say the adult who comes too",
            at="id: online-friends.y3-4.3.A"),
    # ---- the story
    Planted("a node that nobody reaches", QUIZ, "    end:\n",
            '    lost:\n      text: "Musa walks on."\n      to: end\n    end:\n', "nothing leads to `lost`",
            at="    lost:"),
    Planted("a node without Help", QUIZ,
            '        - {text: "\\"I only meet people if my dad comes.\\" Then keep chatting.", '
            "outcome: partly, to: s2b}\n"
            '        - {text: "I would ask for help.", outcome: safe, help: true, to: s3}\n',
            '        - {text: "\\"I only meet people if my dad comes.\\" Then keep chatting.", '
            "outcome: partly, to: s2b}\n",
            "add the Help choice to `s2`", at="    s2:"),
    Planted("Help that is not safe", QUIZ, "outcome: safe, help: true, to: s1h",
            "outcome: partly, help: true, to: s1h", "Help is always safe"),
    Planted("another word for Help", QUIZ, '{text: "I would ask for help.", outcome: safe, help: true, to: s1h}',
            '{text: "Ask someone.", outcome: safe, help: true, to: s1h}', "Help looks the same everywhere"),
    Planted("a node that is not there", QUIZ, "outcome: rethink, to: s1a}", "outcome: rethink, to: s11}",
            "`s11` is not a node of this story"),
    Planted("a story that goes round", QUIZ, "When you can't check, you can say no.\"\n      to: s2",
            "When you can't check, you can say no.\"\n      to: s1", "the story can go round for ever", at="    s1b:"),
    Planted("no end", QUIZ, "      to: null\n", "", "or `to: null` where the story ends", at="    end:"),
    Planted("no rethink choice", QUIZ, "outcome: rethink, to: s2a}", "outcome: safe, to: s2a}",
            "add a rethink choice", at="Stop the chat and tell Dad or his teacher.", below=-1),
    Planted("a dead end", QUIZ, 'He goes to find Dad."\n      to: s3', 'He goes to find Dad."\n      to: null',
            "lead back within one node", at="Say yes, but take a friend."),
    Planted("half an end", QUIZ, "Think of one person at school and one somewhere else.",
            "Think of one person at school.", "name help in two places"),
    Planted("a long beginning", QUIZ, 'DragonFan22 writes: \\"You are my best friend on here!',
            "Musa plays a building game after school each day. He loves dragons and so does a player called "
            "DragonFan22. "
            'One day DragonFan22 writes: \\"You are my best friend on here!', "words before the first choice"),
    Planted("an item twice", QUIZ, "id: online-friends.y3-4.4.C", "id: online-friends.y3-4.4.B",
            "is here twice: give this item its own id", at="Jo stops a chat", below=-3),
    Planted("an item with another's id", QUIZ, "id: online-friends.y3-4.4.C", "id: online-friends.y3-4.3.C2",
            "write id: online-friends.y3-4.4.C"),
    Planted("a correct misconception", QUIZ, '"Stop now and tell an adult.", correct: true}',
            '"Stop now and tell an adult.", correct: true, misconception: need-proof}',
            "a correct option has no misconception"),
    Planted("four options", QUIZ, '"Stop now and tell an adult.", correct: true}',
            '"Stop now and tell an adult.", correct: true}\n'
            '      - {text: "Ask the player what is odd.", misconception: need-reason}',
            "4 options: give 3", at="Carry on, because", below=-1),
    Planted("two negatives", QUIZ, "What can Sam do?", "What should Sam not do if he does not like it?",
            "two negatives in one question"),
    Planted("the same right answer twice", QUIZ, "Jo did nothing wrong by stopping.", "Stop now and tell an adult.",
            "the correct option of online-friends.y3-4.4.A again", at="Jo should say sorry", below=-1),
    Planted("the same words in two forms", QUIZ,
            'Jo stops a chat that feels wrong. The player types, \\"You are so mean!\\" What is true?',
            "In one chat Sam felt fine, and now he feels odd. What should he do, carry on?",
            "of its words with online-friends.y3-4.4.A", at="id: online-friends.y3-4.4.C"),
    Planted("a story by another id", QUIZ, "id: online-friends.y3-4.scenario", "id: musa",
            "write id: online-friends.y3-4.scenario"),
    Planted("no such start", QUIZ, "start: s1", "start: s9", "`s9` is not a node of this story"),
    Planted("another node that nobody reaches", QUIZ, "    s3a:\n",
            '    s3b:\n      text: "Go."\n      to: end\n    s3a:\n', "nothing leads to `s3b`", at="    s3b:"),
    Planted("a node with two ways on", QUIZ, "    s3:\n      adult: true\n",
            "    s3:\n      adult: true\n      to: end\n", "`s3` has choices, so take out its `to:`",
            at="What would you say to him", below=-1),
    Planted("a way on to nowhere", QUIZ, 'and build dragons."\n      to: end', 'and build dragons."\n      to: ned',
            "`ned` is not a node of this story: did you mean `end`?", at="to: ned"),
    Planted("Help in the middle", QUIZ, "help: true, to: s1h}\n",
            'help: true, to: s1h}\n        - {text: "Log off.", outcome: safe, to: s2}\n', "put Help last",
            at="to: s1h"),
    Planted("too many choices", QUIZ,
            '        - {text: "Tell the name of his school.", outcome: rethink, to: s1a}\n',
            '        - {text: "Tell the name of his school.", outcome: rethink, to: s1a}\n'
            '        - {text: "Tell the name of his street.", outcome: rethink, to: s1a}\n',
            "4 choices beside Help: give 3", at="Tell the name of his school", below=-1),
    Planted("no safe choice", QUIZ, 'Shall we build a tower?\\"", outcome: safe',
            'Shall we build a tower?\\"", outcome: partly', "0 safe choices beside Help",
            at="Tell the name of his school", below=-1),
    Planted("blame in a reply", QUIZ, "A friend is good company,", "No, a friend is good company,",
            "a reply does not begin `No`"),
    Planted("a long choice", QUIZ, "Tell the name of his school.",
            "Tell the name of his school and the name of his street and his own name too.",
            "words in this choice: cut it to 14"),
    Planted("a long node", QUIZ, "Musa sends it.", "Musa sends it. " + "He waits. " * 10,
            "words in this node: cut it to 50"),
    # ---- more about the lesson
    Planted("settings that do not close", LESSON, "review_by: 2027-09-01\n---\n", "review_by: 2027-09-01\n",
            "close the settings with a line of ---", at="---"),
    Planted("words before the first card", LESSON, "## Card 1 - Look back", "Hello.\n\n## Card 1 - Look back",
            "begin the first card before its words", at="Hello."),
    Planted("no kind", LESSON, "{kind=goal}", "{picture=ob-tablet}", "say what kind of card this is"),
    Planted("a setting of no kind", LESSON, "{kind=goal}", "{kind=goal colour=red}", "`colour` is not known here"),
    Planted("a setting written otherwise", LESSON, "{kind=goal}", "{kind=goal tablet}", "write `tablet` as"),
    Planted("a picture of no kind", LESSON, "{kind=goal}", "{kind=goal picture=tablet}", "`tablet` is not a picture"),
    Planted("a face that nobody makes", LESSON, "{kind=goal}", "{kind=goal picture=cast-finn:hapy}",
            "`hapy` is not a face of the cast: did you mean `happy`?"),
    Planted("an activity card without one", LESSON, "{kind=goal}", "{kind=activity}", "add an activity"),
    Planted("a card without words", LESSON, "Trust grows when someone is kind and honest, again and again.\n"
            "It also grows when people who look after you know them too.\nA long time on a game is not enough.\n"
            "You can change your mind about trust at any time.\n", "", "write the words of this card", at="## Card 6"),
    Planted("two activities on a card", LESSON, 'knows", fits: any}\n```\n',
            'knows", fits: any}\n```\n\n```sort\n```\n', "one activity a card", at="```sort"),
    Planted("an activity without a name", LESSON, "```circles", "```", "name the activity",
            at="A name can go in more", below=1),
    Planted("a long reason", LESSON, '"A neighbour", fits: any}',
            '"A neighbour", fits: any, why: "' + "So it is. " * 10 + '"}', "30 words in why: cut it to 25"),
    Planted("nothing to do at home", LESSON, "*Do (5 minutes):* say", "Say", "add a line *Do (5 minutes):*",
            at="# Parents", below=1),
    Planted("nothing good to know", LESSON, "*Good to know:* children", "Children", "add a line *Good to know:*",
            at="# Parents", below=1),
    Planted("two lots of questions", LESSON, "*Good to know:* children", '*Ask:* "Why?"\n*Good to know:* children',
            "is here twice: keep one"),
    Planted("a missing strength", LESSON, '  online-friends.y3-4.4: "{name} knows how to stop a chat."\n', "",
            "add what a parent reads when online-friends.y3-4.4 went well", at="strengths:"),
    Planted("reviewed after its review", LESSON, "review_by: 2027-09-01", "review_by: 2026-09-01",
            "review_by comes after reviewed_on"),
    Planted("nothing rehearsed", LESSON, "{kind=practise}", "{kind=teach}", "add a card that rehearses what to do",
            at="## Card 9"),
    Planted("a real person", LESSON, "Listen first.", "Ask about Ed Sheeran first.", "`Ed Sheeran` is a real person"),
    Planted("a service without its fact", LESSON, "Listen first.", "The NSPCC can help.",
            "list its fact under facts: (nspcc...)"),
    # ---- what it builds on
    Planted("building on nothing", LESSON,
            "builds_on: [online-friends.y1-2.1, online-friends.y1-2.2, online-friends.y1-2.3, online-friends.y1-2.4]",
            "builds_on: []", "name an objective of an earlier band that this lesson goes on from"),
    Planted("an objective of another lesson among ours", LESSON, "  - online-friends.y3-4.4\nbuilds",
            "  - online-friends.y3-4.4\n  - passwords.y3-4.1\nbuilds", "`passwords.y3-4.1` belongs to another lesson",
            at="objectives:"),
    # ---- lengths of what stands beside the cards
    Planted("a long meaning", LESSON, "when someone in charge says yes", LONG[:-1], "23 words in this sentence",
            at="  permission:"),
    Planted("a long strength", LESSON, '"{name} knows how to stop a chat."',
            '"{name} knows ' + "how to stop and " * 10 + 'why."', "words in this sentence: cut it to 30"),
    Planted("a long note for parents", LESSON, "*Good to know:* children",
            "*Good to know:* " + "It is a good talk to have. " * 55 + "Children",
            "words here: cut it to 400, which is what 2 minutes can hold", at="This week your child"),
    Planted("a long note for teachers", LESSON, "**Paper version.**", "It is a good talk to have. " * 120,
            "words here: cut it to 1000, which is what 5 minutes can hold", at="# Teacher notes", below=1),
    Planted("one hard part of the note for parents", LESSON, "Listen first. Enjoying it is not a problem.",
            "Enjoyment is not necessarily problematic. Communication regarding collaborative entertainment is "
            "reassuring for everybody. Ask about it. Say it.", "here: use shorter words and sentences, to 9",
            at="*Ask:*"),
    # ---- help that is not for pupils, and meeting
    Planted("a helpline of grown-ups", LESSON, "It is free.\n", "It is free. So is the NSPCC.\n",
            "`NSPCC` is not for pupils here"),
    Planted("everybody's mum and dad", LESSON, "It is free.\n", "It is free. Ask your mum and dad.\n",
            "`your mum and dad` is not for pupils here"),
    Planted("half of the rule for teachers", LESSON, "**Paper version.**", "Talk about meeting with permission.",
            "it speaks of meeting, so say the adult who comes too", at="# Teacher notes", below=1),
    # ---- more about items
    Planted("a long word of help", QUIZ, '    stem: "Sam felt',
            '    help: "' + "Read it again. " * 12 + '"\n    stem: "Sam felt', "36 words in this help: cut it to 35"),
    Planted("a quiz of another lesson", QUIZ, "lesson: online-friends.y3-4", "lesson: passwords.y3-4",
            "the file's place says lesson: online-friends.y3-4"),
    Planted("two lots of Help", QUIZ, '        - {text: "I would ask for help.", outcome: safe, help: true, to: s1h}\n',
            '        - {text: "I would ask for help.", outcome: safe, help: true, to: s1h}\n'
            '        - {text: "I would ask for help.", outcome: safe, help: true, to: s2}\n',
            "one Help choice is enough", at="help: true, to: s2}"),
    # ---- registers
    Planted("an objective without words", OBJECTIVES,
            '  text: "I can say that a secret code opens my things, like a key."\n', "", "add text",
            at="passwords.eyfs.1:"),
    Planted("an objective that serves no statement of the policy", OBJECTIVES, _LIKE_A_KEY + "  policy: [P4]\n",
            _LIKE_A_KEY, "add policy", at="passwords.eyfs.1:"),
    Planted("an empty list of them", OBJECTIVES, _LIKE_A_KEY + "  policy: [P4]\n", _LIKE_A_KEY + "  policy: []\n",
            "policy takes at least 1", at=_LIKE_A_KEY.strip(), below=1),
    Planted("an unknown policy statement", OBJECTIVES, _LIKE_A_KEY + "  policy: [P4]\n",
            _LIKE_A_KEY + "  policy: [P44]\n", "is not a policy statement", at="[P44]"),
    Planted("a framework that nobody knows", OBJECTIVES, _KNOWING + "  policy: [P2]\n  efacw:",
            _KNOWING + "  policy: [P2]\n  efacv:", "did you mean `efacw`?", at="efacv:"),
    Planted("a code written otherwise", OBJECTIVES, "[OR-Y3-2, OR-Y3-3]", "[OR-Y3-2, OR-Y3-3, OR.Y3.4]",
            "`OR.Y3.4` is not a code", at="OR.Y3.4"),
    Planted("a code in no framework", OBJECTIVES, "[OR-Y3-2, OR-Y3-3]", "[OR-Y3-2, OR-Y3-3, OR-Y3-9]",
            "`OR-Y3-9` is not in frameworks.yaml", at="OR-Y3-9"),
    Planted("a code of another band", OBJECTIVES, "[OR-Y3-2, OR-Y3-3]", "[OR-Y3-2, OR-Y3-3, OR-Y6-2]",
            "`OR-Y6-2` is not of y3-4", at="OR-Y3-3, OR-Y6-2"),
    Planted("a star that is written twice", OBJECTIVES, "[OR-Y3-2, OR-Y3-3]", "[OR-Y3-2, OR-Y3-3, SI-Y4-3*]",
            "write `SI-Y4-3` without the star", at="SI-Y4-3*"),
    Planted("a code that is called uncovered", OBJECTIVES, "[OR-Y3-2, OR-Y3-3]", "[OR-Y3-2, OR-Y3-3, OR-Y3-1]",
            "frameworks.yaml says that `OR-Y3-1` is uncovered", at="OR-Y3-1"),
    Planted("a code that is named twice", OBJECTIVES, "[OR-Y3-2, OR-Y3-3]", "[OR-Y3-2, OR-Y3-3, OR-Y3-3]",
            "`OR-Y3-3` is here twice: keep one", at="OR-Y3-3, OR-Y3-3"),
    Planted("a statement of the policy that is named twice", OBJECTIVES, _LIKE_A_KEY + "  policy: [P4]\n",
            _LIKE_A_KEY + "  policy: [P4, P4]\n", "`P4` is here twice: keep one", at="[P4, P4]"),
    Planted("a strand that is not there", OBJECTIVES, "rshe: [OSA-5, OSA-6, WO-4]", "rshe: [OSA-5, OSA-6, WO-4, OSA-9]",
            "`OSA-9` is not a strand of rshe: use OSA-1,", at="OSA-9"),
    Planted("a strand that is called missing", OBJECTIVES, "rshe: [OSA-5, OSA-6, WO-4]",
            "rshe: [OSA-5, OSA-6, WO-4, WO-3]", "frameworks.yaml says that `WO-3` is missing", at="WO-3"),
    Planted("a strand of another band", OBJECTIVES, "computing: [KS2-1, KS2-3]", "computing: [KS2-1, KS2-3, KS1-3]",
            "`KS1-3` is not of y3-4", at="KS2-3, KS1-3"),
    Planted("a fact twice", FACTS, '- id: childline-age\n    value: "19th birthday"',
            '- id: childline-site\n    value: "19th birthday"', "`childline-site` is here twice: keep one",
            at='value: "19th birthday"', below=-1),
    Planted("a policy statement that is missing", FRAMEWORKS,
            '    P4:\n      text: "to use safe passwords"\n      main: [passwords]\n', "", "add P4",
            at="  statements:"),
    Planted("a policy statement left out", FRAMEWORKS, "    P4:\n", "    P44:\n", "is not a policy statement"),
    Planted("a framework that is not known", FRAMEWORKS, "  kcsie:\n", "  kcsi:\n", "`kcsi` is not a framework"),
    Planted("a strand without a name", FRAMEWORKS, '      CO:\n        name: "Copyright and ownership"\n',
            "      CO:\n", "add name", at="      CO:"),
    Planted("an objective's id in pieces", OBJECTIVES, "\npasswords.y3-4.1:",
            "\npasswords-y3-4-1:", "is not an objective's id", at="passwords-y3-4-1:"),
    Planted("a fact without a value", FACTS, 'value: "0800 1111"', 'value: ""', "write the value",
            at="- id: childline-phone"),
    Planted("a fact as a number", FACTS, 'value: "999"', "value: 999", 'value takes words: put it in quotes, "999"'),
    # ---- the wrong ideas and ten minutes to teach each again
    Planted("no part to show", IDEAS, '    show: "Shake a closed box and bring it to an adult."\n', "", "add show",
            at='say: "Finding out is our job', below=-1),
    Planted("one line alone", IDEAS, """  reteach:
    say: "Finding out is our job. You can tell early."
    ask: "When is a good time to tell?"
    show: "Shake a closed box and bring it to an adult."
    check: "Sam is not sure what is odd. What could he do? Look for: tell now."
""", '  reteach: "Tell early."\n', "reteach takes names and values, one a line"),
    Planted("no source of the list", IDEAS, "need-proof:\n  name: \"Need proof\"\n", """need-proof:
  name: "Need proof"
  source: P
""", "`P` is not a source", at="source: P"),
    Planted("a name that tells nothing", IDEAS, 'name: "Need proof"', 'name: "Proof"', "1 words in this name"),
    Planted("one name for two ideas", IDEAS, 'name: "Need proof"', 'name: "Need reason"', "`Need reason` is here twice",
            at="need-proof:", below=1),
    Planted("a part that is too long", IDEAS, "Shake a closed box and",
            "Shake a closed box" + " and shake it" * 8 + " and", "words in show: cut it to 28"),
    Planted("a speech", IDEAS, "Finding out is our job. You", "We listen. Finding out is our job. You",
            "say it in one or two sentences"),
    Planted("more than the youngest follow", IDEAS, "You can tell early.", LONG, "cut it to 20 or make two"),
    Planted("two questions to ask", IDEAS, "When is a good time to tell?", "When? And to whom?",
            "write one question, which ends"),
    Planted("to be answered by yes", IDEAS, "When is a good time to tell?", "Is it good to tell?", "ends the talk"),
    Planted("blame in what is asked", IDEAS, "When is a good time to tell?", "Why did you wait?",
            "`Why did you` blames"),
    Planted("nothing to listen for", IDEAS, " Look for: tell now.", "", "write a question and what to hear",
            at='check: "Sam is not sure what'),
    Planted("nothing asked at the end", IDEAS, "Sam is not sure what is odd. What could he do?", "Sam tells.",
            "write a question and what to hear"),
    Planted("a brand to show", IDEAS, "Shake a closed box", "Open Roblox on the board", "`Roblox` is a real brand"),
    Planted("what is not for pupils' ears", IDEAS, "You can tell early.", "It is not naughty.",
            "`naughty` is not for pupils here"),
    Planted("half of the rule, taught again", IDEAS, "You can tell early.", "They may meet if Mum says yes.",
            "it speaks of meeting, so say the adult who comes too", at='say: "Finding out is our job', below=-1),
    Planted("a band that no quiz tags", IDEAS, 'name: "Need proof"\n  belief: "Need proof."\n  bands: [y3-4]',
            'name: "Need proof"\n  belief: "Need proof."\n  bands: [y3-4, y5-6]',
            "no option of y5-6 is tagged with `need-proof`: take y5-6 out", at="[y3-4, y5-6]"),
    Planted("a tag in another band", IDEAS, 'name: "Need proof"\n  belief: "Need proof."\n  bands: [y3-4]',
            'name: "Need proof"\n  belief: "Need proof."\n  bands: [y5-6]',
            "a quiz of y3-4 is tagged with `need-proof`: add y3-4", at="[y5-6]"),
    Planted("bands out of order", IDEAS, 'name: "Need proof"\n  belief: "Need proof."\n  bands: [y3-4]',
            'name: "Need proof"\n  belief: "Need proof."\n  bands: [y3-4, y3-4]',
            "name each band once, from Reception up", at="[y3-4, y3-4]"),
    # ---- the home card
    Planted("a question for no wrong idea", HOME, "  need-proof:", "  needs-proof:",
            "`needs-proof` is not in misconceptions.yaml: did you mean `need-proof`?"),
    Planted("a question for yes or no", HOME, "When is it fine to change your mind?",
            "Do you know that you can change your mind?", "a yes or a no ends the talk"),
    Planted("a question that accuses", HOME, "When is it fine to change your mind?", "Why did you go on with it?",
            "`Why did you` blames or frightens"),
    Planted("a question that says they were wrong", HOME, "When is it fine to change your mind?",
            "What was wrong with going on?", "`wrong` blames or frightens"),
    Planted("a question that frightens", HOME, "When is it fine to change your mind?",
            "What is dangerous about going on?", "`dangerous` blames or frightens"),
    Planted("a long question", HOME, "When is it fine to change your mind?",
            "When is it fine to change your mind about a game that you began with a player or with a friend?",
            "21 words in this question: cut it to 18"),
    Planted("two questions in one", HOME, "When is it fine to change your mind?", "When? Who says?",
            "write one question"),
    Planted("a question asked twice", HOME, "When is it fine to change your mind?",
            "How could someone leave a chat in a kind way?", "this question is here twice",
            at="started-so-must-go-on:"),
    Planted("a lesson that is not in the grid", HOME, 'settings:\n  online-friends.y3-4: "Check',
            'settings:\n  online-friends.y3-5: "Check', "`online-friends.y3-5` is not a lesson: did you mean",
            at="online-friends.y3-5"),
    Planted("no setting for a lesson", HOME, 'settings:\n  online-friends.y3-4: "Check',
            'settings:\n  online-friends.y5-6: "Check', "write settings for online-friends.y3-4", at="settings:"),
    Planted("a brand in a setting", HOME, "Check who can chat with your child,", "Open Roblox with your child,",
            "`Roblox` is a real brand"),
    Planted("what was practised, otherwise", HOME, "{name} practised telling", "We practised telling",
            "begin with {name} practised"),
    Planted("a long activity", HOME, "Say our rule aloud:", "Say our rule aloud" + " and say it once more" * 4 + ":",
            "words here: cut it to 28", at="Say our rule aloud"),
    Planted("a card that is hard to read", HOME, "{name} practised telling knowing, liking and trusting apart.",
            "{name} practised differentiating familiarity, affability and reliability in communication situations.",
            "on this lesson's card: use shorter words"),
    Planted("a key that nobody reads", HOME, "\nsettings:", "\nsetings:", "did you mean `settings`?", at="setings:"),
]
# fmt: on


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_a_mistake_is_told_with_file_line_and_remedy(copy: Copy, planted: Planted) -> None:
    copy.plant(planted.file, planted.old, planted.new)
    line = copy.line(planted.file, (planted.at or planted.new).split("\n")[0]) + planted.below
    told = copy.told()
    assert [one for one in told if one.startswith(f"{planted.file}:{line}: ") and planted.says in one], "\n".join(told)


def test_every_mistake_is_told_at_once_and_in_order(copy: Copy) -> None:
    copy.plant(LESSON, "Musa is eight.", "Musa is silly.")
    copy.plant(LESSON, "minutes: 30", "minutes: 45")
    copy.plant(QUIZ, '"Wait until he is sure, then tell Dad."', '"All of the above."')
    mistakes = copy.check().mistakes
    assert len(mistakes) >= 3
    assert list(mistakes) == sorted(mistakes)
    assert {LESSON, QUIZ} == {mistake.path for mistake in mistakes}


def test_a_whole_cell_is_taught(copy: Copy) -> None:
    copy.plant(LESSON, "  - online-friends.y3-4.4\n", "")
    copy.plant(LESSON, '  online-friends.y3-4.4: "{name} knows how to stop a chat."\n', "")
    line = copy.line(LESSON, "objectives:")
    assert f"{LESSON}:{line}: teach the whole cell: add online-friends.y3-4.4" in copy.told()


def test_a_story_needs_an_adult_who_answers_well(copy: Copy) -> None:
    text = (copy.root / QUIZ).read_text(encoding="utf-8")
    (copy.root / QUIZ).write_text(text.replace("      adult: true\n", ""), encoding="utf-8")
    told = "\n".join(copy.told())
    assert "let an adult in the story answer well" in told
    assert "three rethink choices lead here without an adult stepping in" in told


def test_the_taught_word_stands_in_bold_or_with_its_meaning(copy: Copy) -> None:
    copy.plant(LESSON, "That yes is called **permission**.", "Wait for permission.")
    line = copy.line(LESSON, "permission: when")
    assert f"{LESSON}:{line}: put `permission` in **bold** on a card, or say there what it means" in copy.told()


def test_nobody_is_told_that_it_was_their_fault_but_that_it_was_not(copy: Copy) -> None:
    copy.plant(LESSON, "You will not be in trouble for telling.", "Nobody thinks that it was your fault.")
    assert copy.told() == []
    copy.plant(LESSON, "Nobody thinks that it was your fault.", "It was your fault.")
    assert any("was your fault` is not for pupils here" in one for one in copy.told())


def test_a_wrong_option_may_say_what_a_child_might_wrongly_think(copy: Copy) -> None:
    copy.plant(QUIZ, '"\\"You just have to be careful.\\""', '"\\"You should have known, and be careful.\\""')
    assert copy.told() == []


@pytest.mark.parametrize(
    "harmless",
    [
        "Year 3 and Year 4 play for 15 minutes.",
        "At least 12 letters are in it.",
        "She is nine. He is aged nine too.",
        "Over 10 people came to the park.",
        "We act it out. Act 2 is next.",
        "DragonFan112 came at 12:30.",
        "He scores 999,000 points.",
    ],
)
def test_numbers_that_are_no_facts_are_left_alone(copy: Copy, harmless: str) -> None:
    copy.plant(LESSON, "**Paper version.**", f"{harmless} **Paper version.**")
    assert copy.told() == []


def test_a_lesson_that_is_not_there_counts_and_is_a_mistake_only_when_all_are_due(copy: Copy) -> None:
    assert copy.check().counts["missing_lessons"] == 31
    told = copy.told(complete=True)
    assert len([one for one in told if one.endswith("write this lesson")]) == 31
    assert "lessons/content/passwords/eyfs.md:1: write this lesson" in told


def test_a_wrong_idea_without_a_question_for_home_is_a_mistake_only_when_all_are_due(copy: Copy) -> None:
    copy.plant(HOME, '  need-proof: "When would be a good time to tell about an odd feeling?"\n', "")
    assert copy.told() == []
    missing = f"{HOME}:{copy.line(HOME, 'questions:')}: write a question for `need-proof`"
    assert missing in copy.told(complete=True)


def test_a_lesson_without_a_quiz(copy: Copy) -> None:
    (copy.root / QUIZ).unlink()
    assert f"{QUIZ}:1: write this quiz: its lesson is there" in copy.told()


def test_a_register_that_is_not_there(copy: Copy) -> None:
    (copy.root / FACTS).unlink()
    assert f"{FACTS}:1: add this file" in copy.told()


def test_a_wrong_idea_is_not_called_unused_while_a_quiz_cannot_be_read(copy: Copy) -> None:
    copy.plant(QUIZ, "start: s1", "start: s9")
    told = copy.told()
    assert any("`s9` is not a node of this story" in one for one in told)
    assert not any("is tagged with" in one for one in told)


def test_an_overdue_review_is_a_warning_and_stops_a_release(copy: Copy) -> None:
    late = date(2027, 9, 2)
    line = copy.line(LESSON, "review_by:")
    overdue = f"{LESSON}:{line}: review_by has passed (2027-09-01): read it again"
    report = copy.check(today=late)
    assert report.mistakes == ()
    assert overdue in map(str, report.warnings)
    assert any("review_by of `childline-phone` has passed" in str(one) for one in report.warnings)
    assert overdue in copy.told(today=late, release=True)


def mark_unverified(copy: Copy, fact: str) -> None:
    text = (copy.root / FACTS).read_text(encoding="utf-8")
    first = text.index("status: verified", text.index(f"id: {fact}"))
    (copy.root / FACTS).write_text(text[:first] + "status: unverified" + text[first + 16 :], encoding="utf-8")


def test_an_unverified_fact_in_a_pupils_text_stops_a_release(copy: Copy) -> None:
    mark_unverified(copy, "childline-phone")
    line = copy.line(LESSON, "{{ fact:childline-phone }}")
    told = f"{LESSON}:{line}: `childline-phone` is unverified: check its source before pupils read it"
    report = copy.check()
    assert report.mistakes == ()
    assert told in map(str, report.warnings)
    assert told in copy.told(release=True)


def test_so_does_one_in_a_question(copy: Copy) -> None:
    mark_unverified(copy, "childline-phone")
    copy.plant(QUIZ, "Sam felt fine in a chat.", "Sam rang {{ fact:childline-phone }}.")
    line = copy.line(QUIZ, "Sam rang")
    told = f"{QUIZ}:{line}: `childline-phone` is unverified: check its source before pupils read it"
    assert told in map(str, copy.check().warnings)
    assert told in copy.told(release=True)


def test_a_number_that_pupils_of_a_band_only_hear_about_in_words(copy: Copy) -> None:
    copy.plant(FACTS, 'y3-4: "You can ring Childline on 0800 1111. It is free."', 'y3-4: "There is a line to ring."')
    line = copy.line(LESSON, "{{ fact:childline-phone }}")
    told = f"{LESSON}:{line}: the value itself is not for pupils of y3-4: write {{{{ text:childline-phone }}}}"
    assert told in copy.told()


def test_the_taught_words_alone_may_make_a_lesson_hard_and_that_is_to_be_thought_about(copy: Copy) -> None:
    """Without them the lesson is easy enough; with them it is not, and the author is told."""
    copy.plant(LESSON, "  permission: when someone in charge says yes", "  responsibility: what someone looks after")
    copy.plant(LESSON, "That yes is called **permission**.", "That is **responsibility**. " + "Responsibility. " * 24)
    report = copy.check()
    told = [one for one in report.warnings if "with the taught words" in one.message]
    assert [(one.path, one.line) for one in told] == [(LESSON, copy.line(LESSON, "## Card 1"))]
    assert not [one for one in report.mistakes if "without the taught words" in one.message]


def test_files_that_nobody_would_read(copy: Copy) -> None:
    for file in (
        "lessons/content/passwords.md",
        "quizzes/content/online-friends/y3-4.yml",
        "practices/content/a/b/c.yaml",
    ):
        path = copy.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
    told = copy.told()
    for file, ending in (
        ("lessons/content/passwords.md", ".md"),
        ("quizzes/content/online-friends/y3-4.yml", ".yaml"),
        ("practices/content/a/b/c.yaml", ".yaml"),
    ):
        assert f"{file}:1: nothing reads this file: name it <topic>/<band>{ending}, or take it out" in told


def test_half_of_the_rule_among_what_was_learned(copy: Copy) -> None:
    copy.plant(LESSON, '  - "I can stop a chat at any time."', '  - "I can meet someone if my mum says yes."')
    assert copy.told() == []  # what is said at home stands beside it, and is the whole of the rule
    copy.plant(
        LESSON, 'say_at_home: "My parent or carer says yes, and a trusted adult comes too."', 'say_at_home: "I ask."'
    )
    line = copy.line(LESSON, "learned:")
    assert f"{LESSON}:{line}: it speaks of meeting, so say the adult who comes too" in copy.told()


def test_a_cell_without_the_statement_that_its_topic_is_about(copy: Copy) -> None:
    copy.plant(OBJECTIVES, 'just for my family."\n  policy: [P1, P2]', 'just for my family."\n  policy: [P1]')
    assert copy.told() == []  # another objective of the cell serves it
    copy.plant(OBJECTIVES, 'comes on the screen."\n  policy: [P2, P9]', 'comes on the screen."\n  policy: [P9]')
    line = copy.line(OBJECTIVES, "privacy-settings.eyfs.1:") + 2
    about = "privacy-settings is about P2: name it in the objective of eyfs that serves it"
    assert copy.told() == [f"{OBJECTIVES}:{line}: {about}"]


def test_a_statement_that_a_band_does_not_serve(copy: Copy) -> None:
    for words, rest in (("about me or about someone else", "P1"), ("download or buy something new", "P5")):
        copy.plant(OBJECTIVES, f'{words}."\n  policy: [{rest}, P9]', f'{words}."\n  policy: [{rest}]')
    assert copy.told() == []  # one more objective of the band serves it
    copy.plant(OBJECTIVES, 'turn it over, tell."\n  policy: [P7, P9]', 'turn it over, tell."\n  policy: [P7]')
    line = copy.line(FRAMEWORKS, "    P9:")
    assert copy.told() == [f"{FRAMEWORKS}:{line}: no objective of y1-2 serves P9: name it in one, or write one"]


def test_a_statement_of_a_framework_that_no_objective_serves(copy: Copy) -> None:
    copy.plant(OBJECTIVES, "  efacw: [PS-Y6-5]\n", "")
    line = copy.line(FRAMEWORKS, "          Y6-5:")
    assert copy.told() == [
        f"{FRAMEWORKS}:{line}: no objective serves PS-Y6-5: name it in one, or move it to `uncovered`"
    ]


def test_a_strand_that_no_objective_serves(copy: Copy) -> None:
    copy.plant(OBJECTIVES, "  rshe: [OSA-2]\n  kcsie: [content, contact]\n", "  rshe: [OSA-2]\n  kcsie: [contact]\n")
    assert copy.told() == []  # others serve it
    copy.plant(
        FRAMEWORKS,
        '      risk: {name: "Identify risk"}\n',
        '      risk: {name: "Identify risk"}\n      calm: {name: "Stay calm"}\n',
    )
    line = copy.line(FRAMEWORKS, "calm:")
    assert copy.told() == [f"{FRAMEWORKS}:{line}: no objective serves calm: name it in one, or write `missing`"]


def test_nothing_is_called_unserved_while_an_objective_cannot_be_read(copy: Copy) -> None:
    copy.plant(OBJECTIVES, "  efacw: [PS-Y6-5]\n", "  efacw: PS-Y6-5\n")
    line = copy.line(OBJECTIVES, "efacw: PS-Y6-5")
    assert [one for one in copy.told() if "passwords.y5-6.3" not in one] == [
        f"{OBJECTIVES}:{line}: efacw takes a list: [one, two]"
    ]


def test_no_frameworks(copy: Copy) -> None:
    (copy.root / FRAMEWORKS).unlink()
    assert copy.told() == [f"{FRAMEWORKS}:1: add this file: what the lessons serve"]


@pytest.mark.parametrize(
    ("said", "leaves_out"),
    [
        ("They meet if her mum says yes.", "the adult who comes too"),
        ("They meet, and a trusted adult comes too.", "the carer's yes"),
        ("They meet if her mum says yes and a trusted adult comes too.", ""),
        ("Somebody wants to meet.", ""),  # it teaches no rule, and another card may
        ("They play.", ""),
    ],
)
def test_another_topic_may_mention_meeting_but_not_teach_half_of_the_rule(
    copy: Copy, said: str, leaves_out: str
) -> None:
    lists, _ = read_words(copy.folders[0], "lessons/content")
    assert lists is not None
    told = missing_condition(said, said, lists, whole=False)
    assert told == (f"it speaks of meeting, so say {leaves_out}" if leaves_out else "")


def test_the_right_answer_cannot_be_guessed_by_its_look(copy: Copy) -> None:
    """The correct option comes first and is the longest everywhere, and the bank says so."""
    text = (copy.root / QUIZ).read_text(encoding="utf-8")
    lines = text.split("\n")
    for start in [number for number, line in enumerate(lines) if line.strip() == "options:"]:
        end = start + 1
        while lines[end].startswith("      "):
            end += 1
        options = re.split(r"\n(?=      - )", "\n".join(lines[start + 1 : end]))
        options.sort(key=lambda option: "correct: true" not in option)
        lines[start + 1 : end] = "\n".join(options).split("\n")
    (copy.root / QUIZ).write_text("\n".join(lines), encoding="utf-8")
    told = "\n".join(copy.told())
    assert "picking the `first` option is right in 100% of items, and chance is 33%: move the correct option" in told
    assert "12 of 12 correct options stand in place 1: move some" in told
    assert "in the whole bank, 100% of the correct options of 3 stand in place 1" in told
    assert "the correct option stands in the same place in every form of online-friends.y3-4.1: move one" in told


def test_a_name_is_not_always_the_one_who_gets_it_wrong(copy: Copy) -> None:
    copy.plant(
        QUIZ,
        '"\\"You just have to be careful.\\"", outcome: partly',
        '"\\"Be more careful, Musa.\\"", outcome: rethink',
    )
    assert any("Musa makes more than 3 rethink choices in the bank" in one for one in copy.told())


def test_without_textstat_the_rest_is_checked(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizzes.check.load_level", lambda: None)
    copy.plant(LESSON, "Musa is eight.", "Musa is silly.")
    report = copy.check()
    assert len(report.mistakes) == 1
    assert report.counts["reading_level"] == "not checked"


def test_the_reading_level_is_measured_with_the_version_that_the_limits_are_for() -> None:
    level = readability.load_level()
    assert level is not None
    assert level("The cat sat on the mat. It was a good mat.") < 1
    assert level("Institutional accountability necessitates comprehensive organisational documentation.") > 17
    assert (
        readability.masked("Ask permission. Trusting is not trust.", ["permission", "trust"])
        == "Ask word. word is not word."
    )


def test_the_counts_are_data(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "SHIPPED", copy.folders)
    shelf = copy.folders[2] / "online-friends"
    shelf.mkdir(parents=True)
    shutil.copy(Path(__file__).parent / "model" / "practice.yaml", shelf / "y3-4.yaml")
    result = CliRunner().invoke(commands.content, ["check", "--json"])
    assert result.exit_code == 0
    counts = json.loads(result.output)
    assert counts["lessons"] == 1
    assert counts["objectives"] == 4
    assert counts["items"] == {"A": 4, "B": 4, "C": 4, "D": 0}
    assert counts["scenarios"] == 1
    assert counts["practices"] == 1
    assert counts["mistakes"] == 0
    assert counts["readability"]["online-friends.y3-4"]["fk_masked"] <= 3.5
    assert set(counts["solvers"]["bank"]) == {"first", "longest", "adult", "kind", "echo", "chance"}


def test_the_command_prints_what_to_do_and_fails(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "SHIPPED", copy.folders)
    copy.plant(LESSON, "minutes: 30", "minutes: 45")
    result = CliRunner().invoke(commands.content, ["check"])
    assert result.exit_code == 1
    assert f"{LESSON}:7: 45 minutes is too long: make it 30" in result.output
    assert "one lesson, 31 not written yet: one mistake" in result.output


def rewritten(copy: Copy, file: str, *changes: tuple[str, str]) -> list[str]:
    """What is told when each pattern is replaced wherever it stands."""
    path = copy.root / file
    text = path.read_text(encoding="utf-8")
    for pattern, new in changes:
        text, count = re.subn(pattern, new, text)
        assert count, pattern
    path.write_text(text, encoding="utf-8")
    return copy.told()


@pytest.mark.parametrize(
    ("file", "changes", "says"),
    [
        (LESSON, [(r"## Card (\d) - (.*)\n", r"## Card \1 - \2\n"), (r"(?s)## Card 7 .*?(?=## Card 8)", ""),
                  (r"(?s)## Card 6 .*?(?=## Card 8)", ""), ("Card 8", "Card 6"), ("Card 9", "Card 7")],
         "7 cards: make it 8 to 9"),
        (LESSON, [("Who could you tell at home, or somewhere else?", ""), (r"You can ring .*", "Ask a teacher.")],
         "name an adult outside school on the help card"),
        (LESSON, [(r"Stop, say, tell", "Stop"), (r"(?m)^(?=Musa is eight|Trust grows|Lots of people)",
                  "He went out with his dad and he sat in the sun and ate an apple with her. " * 12)],
         "words a sentence in this lesson: bring it down to 11"),
        (LESSON, [(r"(?m)^(?=Musa is eight|Trust grows|Lots of people|If a chat)",
                  "Extraordinary collaborative communication necessitates organisational responsibility. ")],
         "without the taught words: use shorter words and sentences, to 3.5"),
        (LESSON, [(r"(?s)# Teacher notes.*(?=# Parents)", "# Teacher notes\n\n# Teacher notes\n\n")],
         "add one part `# Teacher notes` after the cards"),
        (LESSON, [(r"(?s)(# Teacher notes.*)(# Parents.*)", r"\2\n\1")],
         "put `# Teacher notes` before `# Parents and carers`"),
        (LESSON, [(r"(?s)# Teacher notes.*(?=# Parents)", "# Teacher notes\n\n")],
         "write something under `# Teacher notes`"),
        (LESSON, [(r"(?s)## Card 1 .*(?=# Teacher)", "")],
         "add the cards, each beginning ## Card 1 - Title {kind=teach}"),
        (LESSON, [(r"(?s)(# Parents and carers\n).*?(?=\*Ask)", r"\1\n")], "begin with what the child learned"),
        (LESSON, [("say_at_home: .*", 'say_at_home: "I ask before I meet somebody from online."')],
         "it speaks of meeting, so say the carer's yes and the adult who comes too"),
        (LESSON, [("say_at_home: .*", 'say_at_home: "I tell an adult."'), ("our meeting rule", "our rule of meeting")],
         "it speaks of meeting, so say the carer's yes and the adult who comes too"),
        (LESSON, [(r"(?s)(?<=# Teacher notes\n\n).*?(?=# Parents)", ("He sat in the sun and ate an apple and then he "
                   "went home with her and with her dog and her cat and her hen. ") * 12 + "\n\n")],
         "words a sentence here: bring it down to 20"),
        (LESSON, [(r"fits: any\}", 'fits: any, why: "Collaborative communication necessitates extraordinary '
                   'organisational responsibility."}')],
         "in this activity: use shorter words and sentences, to 6.0"),
        (FRAMEWORKS, [(r"(?ms)^  tos:.*", "")], "add tos"),
        (QUIZ, [(r'"Carry on, because stopping is rude\."', '"True."'), (r'"Stop now and tell an adult\."', '"False."'),
                (r"(?m)^.*Wait until he is sure.*\n", ""),
                (r'"The player must be a boy\."', '"True."'), (r'"The player chose that picture\."', '"False."'),
                (r"(?m)^.*The player is about my age.*\n", "")],
         "one true or false a lesson is enough"),
        (QUIZ, [(r'stem: "(?:Isla|Ruby|Sam|Nia|Cole)\b', 'stem: "Somebody')],
         "7 of 12 items put a character in a situation: bring it to two thirds"),
        (QUIZ, [(r'(stem: ".*)"\n((?:.*\n){1,9}?)(.*text: )"([^"]*)(?=",? *(?:correct|\n *correct))',
                 r'\1 \4?"\n\2\3"\4')],
         "picking the `echo` option is right in"),
        (QUIZ, [(r'(?m)^(      (?:adult: true\n      )?text: )"',
                 r'\1"Institutional accountability necessitates comprehensive documentation. ')],
         "in this story: use shorter words and sentences, to 6.0"),
        (QUIZ, [(r'text: "([^"]{4,60})", correct: true', r'text: "\1 and so on", correct: true'),
                (r'text: "([^"]{4,60})"\n        correct: true', r'text: "\1 and so on"\n        correct: true')],
         "the correct option is the longest in"),
        (QUIZ, [(r'text: "([^"\\]+)\.", correct: true', r'text: "Always \1.", correct: true')],
         "`always` and `never` stand only in correct options"),
        (QUIZ, [(r'stem: "[^"]*(two years|football shirt)[^"]*"', r'stem: "What does \1 mean?"')],
         "ask for a meaning once a lesson"),
        (QUIZ, [("outcome: partly", "outcome: rethink")], "add a `partly` choice somewhere in the story"),
        (QUIZ, [("a carer says yes, and a trusted adult comes", "a carer says yes"),
                ("if my dad comes", "if my dad agrees")],
         "it speaks of meeting, so say the adult who comes too"),
        (QUIZ, [(r"to: s2\b(?!\w)", "to: s3"), (r"(?ms)^    s2:.*?(?=^    s3:)", "")],
         "2 decisions in this story: give 3"),
        (QUIZ, [(r'build a tower\?\\"", outcome: safe, to: s2', r'build a tower?\\"", outcome: safe, to: end')],
         'ask "what would you do next?" once more on the shortest way'),
        (QUIZ, [(r"Sam felt fine in a chat\. Now it feels odd\. What can Sam do\?",
                 "Considering extraordinary uncertainty, determine appropriate communication alternatives."),
                (r"Which is true\?", "Determine appropriate interpretations concerning relationships."),
                (r"What does the picture tell you\?", "Considering photography, determine probable identification."),
                (r"What has to happen first\?", "Determine preliminary organisational necessities.")],
         "reading levels of the forms differ"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_whole_is_told_too(
    copy: Copy, file: str, changes: list[tuple[str, str]], says: str
) -> None:
    told = rewritten(copy, file, *changes)
    assert [one for one in told if one.startswith(f"{file}:") and says in one], "\n".join(told)
