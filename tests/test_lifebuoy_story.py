"""The lifebuoy tells: a pupil, a teacher, a parent, each once however often they tap; and nobody can look back."""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from safeguarding import places
from safeguarding.concerns import LONGEST_WORDS
from safeguarding.telling import FEELINGS, WANTS
from tests.harness.learner import Learner
from tests.harness.statements import count_statements
from tests.harness.told import (
    BANDS,
    NOBODY,
    WORDS,
    looks,
    nothing_can_be_kept,
    says_what_must_be_said,
    sends_word_back,
    told,
)
from tests.harness.visitor import Page, Visitor
from tests.harness.world import APerson, World


@pytest.fixture
def amina(world: World) -> APerson:
    world.opens_box()
    return world.pupil("Amina", world.klass("Willow", 3))


# A pupil tells


def test_amina_taps_a_face_a_person_and_send_and_mrs_okafor_can_read_it(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    tablet.visits("/help")
    page = tablet.presses("Send it", feeling="worried", wants="lead", words=WORDS)
    assert page.h1.text == "It’s sent. Thank you for telling us."
    (one,) = told(world)
    assert {name: one[name] for name in ("words", "feeling", "wants", "wants_talk", "is_for_head")} == {
        "words": WORDS, "feeling": "worried", "wants": "lead", "wants_talk": True, "is_for_head": False,
    }  # fmt: skip
    assert (one["source"], one["from_name"], one["about_id"]) == ("pupil", "Amina", amina.id)
    assert (one["class_name"], one["year_group"], one["how"]) == ("Willow", 3, "pictures")


def test_an_empty_form_is_a_call_for_help_too(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    tablet.visits("/help")
    assert "It’s sent" in tablet.presses("Send it", talk=False)
    (one,) = told(world)
    assert (one["words"], one["feeling"], one["wants"], one["wants_talk"]) == ("", "", "", False)


def test_thirty_taps_back_and_a_resend_are_one(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    form = tablet.visits("/help").form("/help/send").filled_in({"words": WORDS, "feeling": "sad"}, None)
    for _ in range(30):
        assert "It’s sent" in tablet.posts("/help/send", form)
    form["words"] = WORDS.replace("\n", "\r\n") + "  "  # as another browser sends the same
    tablet.posts("/help/send", form)
    assert len(told(world)) == 1


def test_words_that_were_changed_after_back_are_not_lost(world: World, amina: APerson) -> None:
    """The same form again with other words is no resend: to call it one would lose them and say that they were sent."""
    tablet = world.signed_in(amina)
    form = tablet.visits("/help").form("/help/send").filled_in({"words": "It is about a game."}, None)
    tablet.posts("/help/send", form)
    form["words"] = WORDS
    assert "It’s sent" in tablet.posts("/help/send", form)
    assert [one["words"] for one in told(world)] == ["It is about a game.", WORDS]


def test_two_pages_are_two_forms(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    for _ in range(2):
        tablet.visits("/help")
        tablet.presses("Send it", words=WORDS)
    assert len(told(world)) == 2


def test_words_over_the_limit_are_not_cut_and_not_lost(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    tablet.visits("/help")
    long = "a" * (LONGEST_WORDS + 1)
    page = tablet.presses("Send it", words=long, feeling="scared", head=True, talk=False, status=422)
    assert "Make it shorter" in page.one("#words-problem").text
    assert page.one("#words").text.strip() == long
    sent = page.form("/help/send").values()
    assert (sent["feeling"], sent["head"], sent.get("talk")) == ("scared", "1", None)
    assert told(world) == []


def test_words_are_taken_as_they_are(world: World, amina: APerson) -> None:
    """Other scripts, an emoji, what looks like markup; what is no text at all does not stop the form."""
    tablet = world.signed_in(amina)
    form = tablet.visits("/help").form("/help/send").values()
    odd = "<b>Zoë</b> 🛟 עזרה \x00 {{ 7 }}"
    for words in (odd, "\ud800lone"):
        form["id"] = secrets.token_hex(16)
        form["words"] = words.encode("utf-8", "surrogatepass")
        assert tablet.posts("/help/send", form).status == 200
    assert told(world)[0]["words"] == odd


@pytest.mark.parametrize("field", ["feeling", "wants", "id", "came"])
def test_what_the_form_does_not_offer_is_left_out(world: World, amina: APerson, field: str) -> None:
    tablet = world.signed_in(amina)
    form = tablet.visits("/help").form("/help/send").values()
    form[field] = "<script>" * 99
    assert "It’s sent" in tablet.posts("/help/send", form)
    (one,) = told(world)
    assert (one["feeling"], one["wants"], one["where"]) == ("", "", "")


def test_every_face_and_person_of_the_form_has_its_words_for_the_desk(world: World, amina: APerson) -> None:
    for year, _ in BANDS:
        page = world.signed_in(world.pupil("Zed", world.klass(f"K{year}", year))).visits("/help")
        for field, known in (("feeling", FEELINGS), ("wants", WANTS)):
            assert {str(tag["value"]) for tag in page.all(f"input[name={field}]")} == set(known)


def test_only_a_tick_sends_it_to_the_head_alone_never_the_words(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    tablet.visits("/help")
    tablet.presses("Send it", words="It is about Ms Hart, the safeguarding lead. Only the head may read it.")
    tablet.visits("/help")
    tablet.presses("Send it", head=True)
    assert [one["is_for_head_row"] for one in told(world)] == [False, True]


@pytest.mark.parametrize(("year", "band"), BANDS)
def test_each_band_has_the_form_that_it_can_use(world: World, year: int, band: str) -> None:
    """Reception: pictures alone. Years 1 and 2 may write. From Year 3 a tick for the head alone."""
    world.opens_box()
    page = world.signed_in(world.pupil("Amina", world.klass("Oak", year))).visits("/help")
    names = {str(tag["name"]) for tag in page.all("tell-form [name]")}
    assert ("words" in names) == (band != "r")
    assert ("head" in names) == (band in ("y34", "y56"))
    assert {"feeling", "wants", "talk", "id"} <= names
    for tile in page.all("tell-form .tiles .choice"):
        assert tile.select("svg"), "a picture says it too"
    form = page.one("tell-form form")
    assert form["autocomplete"] == "off"
    assert all(area["spellcheck"] == "false" for area in page.all("textarea"))
    assert page.one("tell-form [type=submit]").select("svg")


@pytest.mark.parametrize("year", [0, 2])
def test_the_youngest_ask_for_a_talk_by_sending(world: World, year: int) -> None:
    world.opens_box()
    tablet = world.signed_in(world.pupil("Nia", world.klass("Acorn", year)))
    tablet.visits("/help")
    assert "It’s sent" in tablet.presses("Talk to me", feeling="sad", wants="anyone")
    (one,) = told(world)
    assert (one["feeling"], one["wants"], one["wants_talk"]) == ("sad", "anyone", True)


# What is always said


@pytest.mark.parametrize(("year", "band"), BANDS)
@pytest.mark.parametrize("is_open", [True, False])
def test_before_and_after_it_is_said_who_reads_when_and_that_nobody_watches(
    world: World, year: int, band: str, is_open: bool
) -> None:
    world.opens_box()
    if not is_open:
        world.shuts_box()
    tablet = world.signed_in(world.pupil("Amina", world.klass("Oak", year)))
    pages = [tablet.visits("/help"), tablet.visits("/help/sent")]
    if is_open:
        tablet.visits("/help")
        pages.append(tablet.presses("Talk to me" if band in ("r", "y12") else "Send it"))
    for page in pages:
        says_what_must_be_said(page, band)
        assert "Ms Hart" in page
        assert "before school ends today, at 3.15pm" in page
        assert is_open or "send" in page
        assert page.all("tell-form form") == [] or is_open


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 27, 16, 0, tzinfo=UTC), "when school opens on Monday, at 8.45am"),
        (datetime(2026, 11, 24, 2, 0, tzinfo=UTC), "when school opens today, at 8.45am"),
        (datetime(2026, 12, 22, 11, 0, tzinfo=UTC), "when school opens on Tuesday 5 January, at 8.45am"),
    ],
)
def test_out_of_hours_it_is_said_when_somebody_reads_next(world: World, moment: datetime, said: str) -> None:
    world.opens_box(holidays="2026-12-21 2027-01-04")
    world.clock.set(moment)
    tablet = world.signed_in(world.pupil("Amina", world.klass("Willow", 3)))
    assert said in tablet.visits("/help")
    assert said in tablet.presses("Send it")


def test_a_school_edits_the_leads_name_and_nothing_else(world: World, amina: APerson) -> None:
    office = world.signed_in(world.admin())
    office.posts(
        "/office/words", {"safeguarding-lead": "Ms Achebe", "childline-phone": "0900 1", "nobody": "All is watched"}
    )
    page = world.signed_in(amina).visits("/help")
    assert "Ms Achebe" in page.one("label.choice:has(input[value=lead])").text
    assert "Who reads it: Ms Achebe" in page
    assert NOBODY in page
    assert "0900 1" not in page


def test_whoever_is_not_signed_in_is_told_whom_to_tell_and_sends_nothing(world: World) -> None:
    world.opens_box()
    page = world.visitor().visits("/help")
    assert "This page does not send a message." in page
    assert NOBODY in page
    assert page.all("main form") == []


# When it does not send


def test_on_a_line_that_others_read_along_the_page_says_that_it_does_not_send(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    page = tablet.visits("/help", Host="10.0.0.5")
    assert page.all("tell-form") == []
    assert "This page does not send a message." in page


def test_a_box_that_was_shut_meanwhile_sends_nothing_and_says_so(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    tablet.visits("/help")
    world.shuts_box()
    page = tablet.presses("Send it", words=WORDS, status=503)
    assert page.h1.text == "It was NOT sent"
    assert WORDS in page.one("#words").text
    assert told(world) == []


def test_a_save_that_fails_says_that_nobody_has_it_and_keeps_the_words(
    world: World, amina: APerson, caplog: pytest.LogCaptureFixture
) -> None:
    tablet = world.signed_in(amina)
    tablet.visits("/help", Referer="http://localhost/chart")
    with nothing_can_be_kept(world), caplog.at_level(logging.DEBUG):
        page = tablet.presses("Send it", words=WORDS, feeling="scared", head=True, status=503)
        assert page.h1.text == "It was NOT sent"
        assert "tell a grown-up at school now" in page
        assert WORDS in page.one("#words").text
        assert WORDS in tablet.presses("Try again", status=503).one("#words").text
    assert "could not be kept: OperationalError" in caplog.text or "ProgrammingError" in caplog.text
    assert WORDS not in caplog.text
    assert "Amina" not in caplog.text
    assert "It’s sent" in tablet.presses("Try again")
    (one,) = told(world)
    assert (one["words"], one["feeling"], one["is_for_head"], one["where"]) == (WORDS, "scared", True, "The chart")


def test_a_script_is_told_by_the_status(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    form = tablet.visits("/help").form("/help/send").values()
    with nothing_can_be_kept(world):
        assert tablet.posts("/help/send", form, Accept="application/json").status == 503
    sent = tablet.posts("/help/send", form, Accept="application/json")
    assert json.loads(sent.html)["next"].startswith("/help/sent?k=")
    assert len(told(world)) == 1


def test_a_session_that_was_over_meanwhile_loses_no_word_behind_a_door(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    tablet.visits("/help")
    world.clock.moves(minutes=21)
    page = tablet.presses("Send it", words=WORDS, status=401)
    assert page.h1.text == "It was NOT sent"
    assert WORDS in page.one("#words").text
    assert page.all("main form") == [], "whoever is next must not send it as theirs"
    assert "Amina" not in page


def test_a_page_that_the_child_before_left_open_is_not_sent_as_this_ones(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    left_open = tablet.visits("/help").form("/help/send").filled_in({"words": WORDS}, None)
    bens = world.signed_in(world.pupil("Ben", world.klass("Oak", 3)))
    page = bens._goes("POST", "/help/send", left_open, 400, {})
    assert page.h1.text == "It was NOT sent"
    assert page.all("main form") == []
    assert told(world) == []


# Where, and back again


def test_the_lifebuoy_in_a_lesson_says_where_and_comes_back_to_the_same_card(world: World, amina: APerson) -> None:
    learner = Learner(world, amina, "online-friends.y3-4").answers("A").turns(3)
    tablet = world.signed_in(amina)
    card = tablet.visits(f"/sail/{learner.attempt.public_id}")
    page = tablet.visits("/help", Referer=f"http://localhost{card.path}?now=3.1")
    assert page.link("Back to my lesson") == card.path
    page = tablet.presses("Send it")
    assert page.link("Back to my lesson") == card.path
    again = tablet.visits("/help", Referer=f"http://localhost{page.path}")
    assert again.link("Back to my lesson") == card.path
    assert told(world)[0]["where"] == "Lesson: Meeting Pier, card 4"


@pytest.mark.parametrize(
    ("came", "said"),
    [
        ("http://localhost/chart", "The chart"),
        ("http://localhost/", "The front page"),
        ("http://elsewhere.example/chart", ""),
        ("http://localhost//elsewhere.example", ""),
        ("http://localhost/help", ""),
        ("", ""),
    ],
)
def test_the_page_before_is_told_in_words_if_it_is_ours(world: World, amina: APerson, came: str, said: str) -> None:
    tablet = world.signed_in(amina)
    page = tablet.visits("/help", Referer=came)
    assert urls_of(page) == set()
    tablet.presses("Send it")
    assert told(world)[0]["where"] == said


def urls_of(page: Page) -> set[str]:
    return {str(tag["href"]) for tag in page.all("a[href]") if "//" in str(tag["href"])}


def test_another_pupils_lesson_says_nothing(world: World, amina: APerson) -> None:
    other = Learner(world, world.pupil("Ben", world.klass("Oak", 3)), "online-friends.y3-4")
    tablet = world.signed_in(amina)
    tablet.visits("/help", Referer=f"http://localhost/sail/{other.attempt.public_id}/4")
    tablet.presses("Send it")
    assert told(world)[0]["where"] == ""


@pytest.mark.parametrize("address", ["//x.example", "/\\x", "https://x", "/a?b=c d", "/help/sent", "javascript:1", ""])
def test_no_address_of_anybody_elses_is_gone_back_to(address: str) -> None:
    assert places.inside(address) in ("", "/a")


# After Send: nobody can look back


def test_the_page_after_send_says_so_to_whoever_just_pressed_it_and_to_nobody_else(
    world: World, amina: APerson
) -> None:
    tablet = world.signed_in(amina)
    tablet.visits("/help")
    sent = tablet.presses("Send it", words=WORDS)
    neutral = tablet.visits("/help/sent")
    assert neutral.h1.text == "Need to tell someone?"
    assert "it says nothing about anybody" in neutral
    ben = world.signed_in(world.pupil("Ben", world.klass("Oak", 3)))
    for nobody_there in (ben.visits(sent.path), ben.visits("/help/sent"), ben.visits("/help/sent?k=zz")):
        assert nobody_there.h1.text == "Need to tell someone?"
    assert "It’s sent" in tablet.visits(sent.path), "a reload"
    world.clock.moves(minutes=11)
    assert "It’s sent" not in tablet.visits(sent.path)


def test_every_page_of_a_pupil_and_of_a_linked_parent_is_the_same_with_and_without_a_concern(
    world: World, amina: APerson
) -> None:
    """Also while the DSL has it open and has asked for a word back that may not be shown yet."""
    parent, reader = world.parent_of(amina), world.dsl("Mx Reader")
    learner = Learner(world, amina, "online-friends.y3-4").answers("A").turns(2)
    paths = {
        amina: ["/chart", "/my-page", "/help", "/help/sent", "/", "/code", f"/sail/{learner.attempt.public_id}/5",
                "/help/offline/y34", "/information", "/card"],
        parent: ["/families/children", f"/families/children/{amina.public_id}", "/families/add", "/help", "/help/sent"],
    }  # fmt: skip
    visitors = {person: world.signed_in(person) for person in paths}

    def pages() -> dict[str, str]:
        return {
            f"{person.name} {path}": blanked(visitors[person].visits(path))
            for person in paths
            for path in paths[person]
        }

    before = pages()
    teller = world.signed_in(amina)
    teller.visits("/help")
    teller.presses("Send it", words=WORDS)
    sends_word_back(world, reader, told(world)[0]["concern"])  # the class door is shut: it waits
    assert pages() == before
    for name, html in before.items():
        assert len(html) > 500, name


def blanked(page: Page) -> str:
    """The page without what is made by chance for each."""
    html = re.sub(r'(name="(?:csrf_token|id)" value=")[^"]*', r"\1", page.html)
    return re.sub(r'( token=")[^"]*', r"\1", html)


# Word back


@pytest.fixture
def waiting(world: World, amina: APerson) -> Callable[[str], None]:
    """Amina has told, and the DSL has chosen a word on the screen."""
    tablet = world.signed_in(amina)
    tablet.visits("/help")
    tablet.presses("Send it", words=WORDS)
    hart = world.dsl("Mx Reader")

    def ask_for_one(form: str) -> None:
        sends_word_back(world, hart, told(world)[0]["concern"], form)

    ask_for_one("word-1")
    return ask_for_one


WORD = "Someone at school would like a chat with you. You are not in trouble."


def open_willow(world: World, amina: APerson) -> None:
    assert amina.klass is not None
    world.opens_door(amina.klass)


def test_a_word_back_is_shown_once_in_the_lesson_and_the_look_is_kept(
    world: World, amina: APerson, waiting: Callable[[str], None]
) -> None:
    open_willow(world, amina)
    tablet = world.signed_in(amina)
    for path in ("/chart", "/my-page"):
        assert WORD not in tablet.visits(path), "behind the lifebuoy alone"
    assert looks(world, "word-back") == 0
    page = tablet.visits("/help")
    assert WORD in page
    assert "sent" not in page.one("main > .who").text.lower()
    assert looks(world, "word-back") == 1
    assert WORD not in tablet.visits("/help")
    waiting("word-2")
    assert WORD in tablet.visits("/help")
    assert looks(world, "word-back") == 2


def test_a_word_back_waits_while_the_door_is_shut_or_was_opened_after_this_session(
    world: World, amina: APerson, waiting: Callable[[str], None]
) -> None:
    early = world.signed_in(amina)
    assert WORD not in early.visits("/help")
    world.clock.moves(minutes=5)
    open_willow(world, amina)
    assert WORD not in early.visits("/help"), "a session from home is still open when the lesson begins"
    here = world.signed_in(amina)
    world.clock.moves(minutes=61)
    late = world.signed_in(amina)
    assert WORD not in late.visits("/help")
    assert WORD not in here.visits("/help")
    assert looks(world, "word-back") == 0


def test_a_word_back_is_for_the_child_alone(world: World, amina: APerson, waiting: Callable[[str], None]) -> None:
    open_willow(world, amina)
    assert amina.klass is not None
    others = (world.parent_of(amina), world.teacher("Mr Okoro", amina.klass), world.pupil("Ben", amina.klass))
    for person in others:
        assert WORD not in world.signed_in(person).visits("/help")
    assert looks(world, "word-back") == 0


@pytest.mark.parametrize(("method", "headers"), [("HEAD", {}), ("GET", {"Sec-Purpose": "prefetch;prerender"})])
def test_a_page_that_nobody_looks_at_uses_up_no_word(
    world: World, amina: APerson, waiting: Callable[[str], None], method: str, headers: dict[str, str]
) -> None:
    open_willow(world, amina)
    tablet = world.signed_in(amina)
    assert tablet.asks(method, "/help", None, **headers).status_code == 200
    assert looks(world, "word-back") == 0
    assert WORD in tablet.visits("/help")


def test_a_word_back_is_found_after_the_keys_were_renewed(
    world: World, amina: APerson, waiting: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_willow(world, amina)
    renewed = replace(world.keys, roots={**world.keys.roots, 2: secrets.token_bytes(32)})
    tablet = world.signed_in(amina)
    monkeypatch.setitem(world.app.extensions, "keys", renewed)
    tablet = world.signed_in(amina)
    assert WORD in tablet.visits("/help")


# Quick exit


@pytest.mark.parametrize("who", ["pupil", "parent", "teacher", "nobody"])
def test_hide_this_page_is_a_link_to_what_they_would_see_anyway(world: World, amina: APerson, who: str) -> None:
    goes = {"pupil": "/chart", "parent": "/families/children", "teacher": "/classes/", "nobody": "/"}
    people: dict[str, Callable[[], Visitor]] = {
        "pupil": lambda: world.signed_in(amina),
        "parent": lambda: world.signed_in(world.parent_of(amina)),
        "teacher": lambda: world.signed_in(world.teacher()),
        "nobody": world.visitor,
    }
    visitor = people[who]()
    for path in ("/help", "/help/sent"):
        assert visitor.visits(path).link("Hide this page") == goes[who]


# Grown-ups tell


def test_a_teacher_tells_about_a_child_of_her_class(world: World, amina: APerson) -> None:
    assert amina.klass is not None
    okoro = world.signed_in(world.teacher("Mr Okoro", amina.klass))
    okoro.visits("/classes/")
    page = okoro.follows("Tell the lead")
    assert "If a child is in danger right now, call 999" in page
    page = okoro.submits("/help/send", about=amina.public_id, words="“He knows my road,” she said at lunch.")
    assert page.h1.text == "It’s sent. Thank you for telling."
    assert NOBODY in page
    (one,) = told(world)
    assert (one["source"], one["from_name"], one["from_role"]) == ("staff", "Mr Okoro", "teacher")
    assert (one["about_id"], one["about_name"], one["class_name"]) == (amina.id, "Amina", "Willow")


def test_staff_choose_only_from_classes_they_may_see_or_write_a_name(world: World, amina: APerson) -> None:
    ben = world.pupil("Ben", world.klass("Oak", 3))
    zed = world.pupil("Zed", world.klass("Fir", 3, school=world.school("Far Shore Primary")))
    assert amina.klass is not None
    okoro = world.signed_in(world.teacher("Mr Okoro", amina.klass))
    page = okoro.visits("/help")
    assert [str(tag["value"]) for tag in page.all("#about option")] == ["", amina.public_id]
    for other in (ben, zed):
        page = okoro.posts("/help/send", {"id": "x", "about": other.public_id, "words": WORDS}, status=422)
        assert "Choose a child of the list" in page.one("#about-problem").text
        assert WORDS in page.one("#words").text
        assert other.name not in page
    okoro.visits("/help")
    okoro.submits("/help/send", about_words="Ben from  Oak", words=WORDS)
    (one,) = told(world)
    assert (one["about_id"], one["about_name"]) == (None, "Ben from Oak")


def test_what_a_grown_up_leaves_out_is_asked_for_beside_the_field(world: World, amina: APerson) -> None:
    office = world.signed_in(world.admin())
    office.visits("/help")
    page = office.submits("/help/send", head=True, status=422)
    assert "Choose the child, or write who it is about." in page.one("#about-problem").text
    assert "Write what you saw or heard." in page.one("#words-problem").text
    assert page.form("/help/send").values()["head"] == "1"
    assert told(world) == []


def test_a_concern_about_the_lead_goes_to_the_head_alone(world: World, amina: APerson) -> None:
    assert amina.klass is not None
    okoro = world.signed_in(world.teacher("Mr Okoro", amina.klass))
    page = okoro.visits("/help")
    assert "It is about Ms Hart" in page.one("label.check").text
    okoro.submits("/help/send", about=amina.public_id, words=WORDS, head=True)
    assert [one["is_for_head_row"] for one in told(world)] == [True]


def test_a_parent_tells_about_their_own_child_and_is_never_shown_the_pupils_form(world: World, amina: APerson) -> None:
    world.pupil("Ben", amina.klass)
    phone = world.signed_in(world.parent_of(amina))
    phone.visits("/families/children")
    page = phone.follows("Tell the safeguarding lead")
    assert page.all("tell-form, input[name=feeling]") == []
    assert [str(tag["value"]) for tag in page.all("#about option")] == ["", amina.public_id]
    phone.submits("/help/send", about=amina.public_id, words="She is afraid of her tablet.")
    (one,) = told(world)
    assert (one["source"], one["from_role"], one["about_id"]) == ("family", "parent", amina.id)
    phone.posts("/help/send", {"id": "y", "feeling": "sad", "wants": "lead", "talk": "1"}, status=422)
    assert len(told(world)) == 1, "a pupil's form from a parent's session is nobody's"


def test_a_parent_who_is_not_linked_any_more_has_nobody_to_choose(world: World, amina: APerson) -> None:
    parent = world.parent_of(amina)
    world.unlinks(parent, amina)
    phone = world.signed_in(parent)
    page = phone.visits("/help")
    assert "Amina" not in page
    phone.posts("/help/send", {"id": "x", "about": amina.public_id, "words": WORDS}, status=422)
    assert told(world) == []


def test_grown_ups_are_told_when_it_does_not_send(world: World, amina: APerson) -> None:
    phone = world.signed_in(world.parent_of(amina))
    world.shuts_box()
    page = phone.visits("/help")
    assert page.all("main form") == []
    assert "This page does not send a message. Tell Ms Hart in person" in page
    assert NOBODY in page
    page = phone.posts(
        "/help/send", {"id": "x", "about": amina.public_id, "words": WORDS, "about_words": ""}, status=503
    )
    assert page.h1.text == "It was NOT sent"
    assert WORDS in page.one("#words").text


def test_a_dsl_without_the_second_factor_is_not_offered_the_form(world: World, amina: APerson) -> None:
    bare = world.signed_in(world.dsl("Mx Bare"), has_second_factor=False)
    assert bare.visits("/help").all("main form") == []


def test_as_many_statements_for_thirty_children_as_for_three(world: World, amina: APerson) -> None:
    counts = []
    for size in (3, 30):
        klass = world.klass(f"Class {size}", 4)
        world.pupils([f"Pupil {number}" for number in range(size)], klass)
        teacher = world.signed_in(world.teacher(f"Teacher {size}", klass))
        with count_statements(world.app) as said:
            teacher.visits("/help")
        counts.append(len(said))
    assert counts[0] == counts[1]
