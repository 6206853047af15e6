"""The DSL's desk: what arrives, what is recorded about it, who is asked to come, and who never learns of it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from accounts.models import Adult
from database import db, writing
from safeguarding import desk
from safeguarding.chain import ENTRIES, READS, verify
from safeguarding.concerns import HEAD_NUMBERS, rebuild
from safeguarding.models import Entry, HelpBox, Source
from tests.harness.concerns import WORDS, erases, looks, records, tells
from tests.harness.statements import count_statements
from tests.harness.visitor import Page, Visitor
from tests.harness.world import APerson, World

SAVED = "Saved to the record."


@pytest.fixture
def amina(world: World) -> APerson:
    return world.pupil("Amina", world.klass("Willow", 3))


@pytest.fixture
def okafor(world: World) -> APerson:
    return world.dsl("Mrs Okafor")


def entries(world: World) -> int:
    with world.app.app_context(), writing() as connection:
        return int(connection.execute(text("select count(*) from concern_entries")).scalar_one())


def reads(world: World) -> list[str]:
    """Kinds of the looks that were kept, in order."""
    with world.app.app_context(), writing() as connection:
        return list(connection.scalars(text("select kind from concern_reads order by place")))


def opens(visitor: Visitor, concern: str) -> Page:
    return visitor.visits(f"/desk/{concern}")


def form_to(page: Page, what: str) -> str:
    return f"{page.path.split('?')[0]}/{what}"


# The inbox


def test_a_new_concern_is_on_the_desk_as_today_and_says_nothing_of_what_was_told(
    world: World, amina: APerson, okafor: APerson
) -> None:
    sent = tells(world, amina, feeling="worried", wants_talk=True)
    desk_page = world.signed_in(okafor).visits("/desk/")
    assert desk_page.h1.text == "Open concerns"
    row = desk_page.one("tbody tr").get_text(" ", strip=True)
    assert row.startswith("Today Amina, Willow, Year 3 SH-0001")
    assert "Wants to talk" in row
    assert "Today 10:00 from pupil" in row
    assert "New Not opened yet" in row
    assert WORDS not in desk_page
    assert "New concerns always arrive as Today." in desk_page
    assert sent.concern in desk_page.link("Amina, Willow, Year 3")


def test_the_urgent_come_first_and_of_those_the_oldest(world: World, okafor: APerson) -> None:
    willow = world.klass("Willow", 3)
    sent = {}
    for child in world.pupils(["Amina", "Ben", "Cara", "Dev"], willow):
        sent[child.name] = tells(world, child).concern
        world.clock.moves(minutes=5)
    records(world, okafor, sent["Amina"], Entry.PRIORITY, priority=3)
    records(world, okafor, sent["Ben"], Entry.PRIORITY, priority=2)
    page = world.signed_in(okafor).visits("/desk/")
    assert [each.text.split(",")[0] for each in page.all("tbody a")] == ["Cara", "Dev", "Ben", "Amina"]


def test_an_empty_desk_says_what_to_do_next(world: World, okafor: APerson) -> None:
    page = world.signed_in(okafor).visits("/desk/")
    assert "Nothing is waiting" in page
    assert page.link("The box") == "/desk/box"


def test_each_shelf_holds_its_own(world: World, amina: APerson, okafor: APerson) -> None:
    waits, closed, _open = tells(world, amina), tells(world, amina), tells(world, amina)
    records(world, okafor, waits.concern, Entry.ACTION, words="Ring home", who="Mrs Okafor", by="", is_waiting=True)
    records(world, okafor, closed.concern, Entry.OUTCOME, words="Sorted out.")
    visitor = world.signed_in(okafor)
    tabs = [each.text.split() for each in visitor.visits("/desk/").all(".tabs a")]
    assert [tab[-1] for tab in tabs] == ["1", "1", "1"]
    assert "SH-0001" in visitor.visits("/desk/?shelf=waiting")
    assert "SH-0002" in visitor.visits("/desk/?shelf=closed")
    assert "SH-0003" in visitor.visits("/desk/?shelf=nowhere")


def test_a_full_shelf_is_turned_by_pages(world: World, amina: APerson, okafor: APerson) -> None:
    for _ in range(desk.PAGE + 3):
        tells(world, amina, source=Source.STAFF)
        world.clock.moves(seconds=1)
    visitor = world.signed_in(okafor)
    page = visitor.visits("/desk/")
    assert len(page.all("tbody tr")) == desk.PAGE
    page = visitor.follows("After")
    assert [each.text for each in page.all("tbody td p") if "SH-" in each.text] == ["SH-0051", "SH-0052", "SH-0053"]
    assert "51 to 53 of 53" in page
    assert "no such page" in visitor.visits("/desk/?page=9")


def test_one_childs_many_taps_are_one_line_and_nobody_elses_call_is_buried(
    world: World, amina: APerson, okafor: APerson
) -> None:
    ben, sent = world.pupil("Ben", amina.klass), []
    for number in range(desk.PAGE + 10):
        sent.append(tells(world, amina, wants_talk=number == 4).concern)
        world.clock.moves(seconds=30)
    his = tells(world, ben).concern
    tells(world, okafor, source=Source.STAFF, about_id=amina.id, about_name="Amina", from_role="dsl")
    for concern in sent[:2]:
        looks(world, okafor, concern)
    records(world, okafor, sent[-1], Entry.PRIORITY, priority=3)
    visitor = world.signed_in(okafor)
    page = visitor.visits("/desk/")
    amina_line, ben_line, staff_line = page.all("tbody tr")
    words = amina_line.get_text(" ", strip=True)
    assert "SH-0059. Wants to talk." in words  # the newest of the most urgent
    assert "59 more sent that day" in words
    assert "New 58 of 60 not opened yet" in words
    assert [str(each["href"]).rsplit("/", 1)[1] for each in amina_line.select("a")] == [*sent[-2::-1], sent[-1]]
    assert "SH-0001 Today 10:00, priority today, read" in words
    assert his in str(ben_line)
    assert "from staff" in staff_line.get_text()
    assert not page.all("nav[aria-label=Pages]")

    world.clock.moves(days=1)
    tells(world, amina)
    lines = world.signed_in(okafor).visits("/desk/").all("tbody tr")
    assert len(lines) == 4
    assert "Not opened yet" in lines[3].get_text()


@pytest.mark.parametrize(
    ("words", "found"),
    [("ami", ["Amina"]), ("AMINA", ["Amina"]), ("sh-0002", ["Ben"]), ("2", ["Ben"]), ("SH 2", ["Ben"]), ("zed", [])],
)
def test_a_search_finds_a_name_or_a_reference_and_leaves_no_word_in_the_address(
    world: World, okafor: APerson, words: str, found: list[str]
) -> None:
    for child in world.pupils(["Amina", "Ben"], world.klass("Willow", 3)):
        tells(world, child)
    visitor = world.signed_in(okafor)
    visitor.visits("/desk/")
    page = visitor.submits("/desk/", {"q": words})
    assert [each.text.split(",")[0] for each in page.all("tbody a")] == found
    assert all(path == "/desk/" for _, path in visitor.trail)
    assert page.one("#q")["value"] == words
    assert page.one("#q")["autocomplete"] == "off"
    if not found:
        assert "Look on another shelf" in page


def test_a_search_goes_by_the_child_the_team_named_and_says_where_it_stopped(
    world: World, okafor: APerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina, ben = world.pupils(["Amina", "Ben"], world.klass("Willow", 3))
    first = tells(world, amina)
    tells(world, ben)
    records(world, okafor, first.concern, Entry.CHILD, about_id=ben.id, about_name="Ben", class_name="", year_group=3)
    visitor = world.signed_in(okafor)
    assert len(visitor.posts("/desk/", {"q": "ben"}).all("tbody tr")) == 2
    for module in ("safeguarding.desk", "safeguarding.desk_views"):
        monkeypatch.setattr(f"{module}.SEARCHED", 1)
    cut = visitor.posts("/desk/", {"q": "ben"})
    assert len(cut.all("tbody tr")) == 1
    assert "looked through the first 1" in cut
    assert len(visitor.posts("/desk/", {"q": "SH-0002"}).all("tbody tr")) == 1


@pytest.mark.parametrize("how_many", [3, 30])
def test_the_inbox_costs_the_same_for_thirty(world: World, okafor: APerson, how_many: int) -> None:
    for number, child in enumerate(world.pupils([f"Pupil {each}" for each in range(how_many)])):
        sent = tells(world, child)
        if number % 3 == 0:
            tells(world, child)
        if number % 2:
            records(world, okafor, sent.concern, Entry.CHILD, **{**child_said(child), "about_name": "Somebody"})
    visitor = world.signed_in(okafor)
    visitor.visits("/desk/")
    with count_statements(world.app) as said:
        page = visitor.visits("/desk/")
    assert len(page.all("tbody tr")) == how_many
    # who; the door; three that keep the look; four of the shelf; mail unsent; the glass; the bar
    assert len(said) == 12, said
    with count_statements(world.app) as said:
        visitor.asks("POST", "/desk/", {"q": "pupil", "csrf_token": visitor.csrf_token()})
    assert len(said) == 11, said


def child_said(child: APerson) -> dict[str, object]:
    return {"about_id": child.id, "about_name": child.name, "class_name": "Willow", "year_group": 3}


# The record


def test_the_record_shows_what_was_sent_exactly_and_never_says_who_wrote_it(
    world: World, amina: APerson, okafor: APerson
) -> None:
    words = "He said:\n  <b>tell me</b> where you live & don't tell"
    sent = tells(
        world, amina, words, feeling="unsure", wants="another", wants_talk=True, where="Lesson: Keepsafe Island, card 4"
    )
    page = opens(world.signed_in(okafor), sent.concern)
    assert page.h1.text == "Concern SH-0001"
    assert "Amina" not in page.title
    assert page.all("blockquote")[0].get_text() == words
    assert "Kept exactly as sent. Nobody can edit it." in page
    said = dict(zip((each.text for each in page.all("dt")), (each.text for each in page.all("dd")), strict=True))
    assert said == {
        "Feeling": "Not sure",
        "Asked for": "Somebody to come and talk: Another grown-up at school",
        "Sent from": "Lesson: Keepsafe Island, card 4",
        "Session": "Amina: signed in with pictures",
        "Received": "Mon 23 November 2026, 10:00",
    }
    assert "wrote" not in page.text


def test_one_written_offline_says_by_whose_clock_and_who_handed_it_over(
    world: World, amina: APerson, okafor: APerson
) -> None:
    sent = tells(world, amina, "", written_at="2026-11-20T15:01:00+00:00", sent_by="Ben")
    page = opens(world.signed_in(okafor), sent.concern)
    assert "No words were sent." in page
    assert "Written Fri 20 November 2026, 15:01" in page
    assert "Handed over by Ben" in page


def test_opening_it_stops_its_clock_and_is_kept_with_the_reader(world: World, amina: APerson, okafor: APerson) -> None:
    sent = tells(world, amina)
    visitor = world.signed_in(okafor)
    visitor.visits("/desk/")
    opens(visitor, sent.concern)
    world.clock.moves(minutes=3)
    page = opens(visitor, sent.concern)
    assert reads(world) == ["list", "open", "open"]
    assert "Mrs Okafor opened it 2 times, first Mon 23 November 2026, 10:00, last Mon 23 November 2026, 10:03" in page
    assert "Read" in visitor.visits("/desk/").one("tbody tr").text


def test_a_note_is_kept_with_author_and_time_and_a_double_tap_is_one(
    world: World, amina: APerson, okafor: APerson
) -> None:
    sent = tells(world, amina)
    visitor = world.signed_in(okafor)
    page = opens(visitor, sent.concern)
    form = page.form(form_to(page, "note"))
    world.clock.moves(minutes=10)
    fields = {"note": "Spoke in the library.\n\nCalm.", "note_reason": "Asked to talk"}
    for _ in range(3):
        page = visitor.submits(form, fields)
        assert SAVED in page
        visitor.page = page
    assert entries(world) == 2
    history = page.one("#history ol")
    assert "Note Mon 23 November 2026, 10:10, Mrs Okafor" in history.get_text(" ", strip=True).replace("\n", " ")
    assert history.select(".said")[0].get_text() == "Spoke in the library.\n\nCalm."
    assert "Why: Asked to talk" in page


def test_two_forms_of_one_page_are_two_entries(world: World, amina: APerson, okafor: APerson) -> None:
    sent = tells(world, amina)
    visitor = world.signed_in(okafor)
    page = opens(visitor, sent.concern)
    note, kind = page.form(form_to(page, "note")), page.form(form_to(page, "category"))
    visitor.submits(note, {"note": "Spoke."})
    visitor.page = page
    assert "Kind: online contact" in visitor.submits(kind, {"category": "contact"})
    assert entries(world) == 3


@pytest.mark.parametrize(
    ("what", "typed", "field", "says"),
    [
        ("note", {"note": "  ", "note_reason": "because"}, "note", "Type what you did"),
        ("note", {"note": "x" * 8001}, "note", "8001 letters"),
        ("action", {"action": "", "action_by": "2026-11-27"}, "action", "Type what is to be done"),
        ("action", {"action": "Ring", "action_by": "2026-11-22"}, "action_by", "today or a later day"),
        ("action", {"action": "Ring", "action_by": ""}, "action_by", "Choose the day"),
        ("told", {"told_who": "Her mum", "told_why": ""}, "told_why", "why they were told"),
        ("outcome", {"outcome": ""}, "outcome", "why it can close"),
        ("category", {"category": ""}, "category", "Choose what kind"),
        ("see-me", {"see_whom": ""}, "see_whom", "Choose the teacher"),
    ],
)
def test_what_is_missing_is_said_beside_the_field_and_nothing_typed_is_lost(
    world: World, amina: APerson, okafor: APerson, what: str, typed: dict[str, str], field: str, says: str
) -> None:
    sent = tells(world, amina)
    visitor = world.signed_in(okafor)
    page = opens(visitor, sent.concern)
    page = visitor.submits(page.form(form_to(page, what)), typed, status=422)
    assert says in page.one(f"#{field}-problem").text
    assert f"{field}-problem" in page.one(f"#{field}")["aria-describedby"]
    again = page.form(f"/desk/{sent.concern}/{what}").values()
    assert {name: again[name].strip() for name in typed} == {name: value.strip() for name, value in typed.items()}
    assert entries(world) == 1


def test_what_another_form_of_the_page_held_is_handed_back_and_said_to_be_unkept(
    world: World, amina: APerson, okafor: APerson
) -> None:
    """The page's script sends it along; nothing of it is in the record until its own button is pressed."""
    sent = tells(world, amina)
    visitor = world.signed_in(okafor)
    opens(visitor, sent.concern)
    held = {"note": "She said that\nhe knows.", "told_who": "Her mum", "action": "Ring home", "action_by": "2026-11-27"}
    page = visitor.posts(
        f"/desk/{sent.concern}/category", {"category": "contact", "form": "1", "priority": "1", **held}
    )
    assert SAVED in page
    assert "Kind: online contact" in page
    assert entries(world) == 2  # a priority that is as it was is nothing to keep
    for what, names in (("note", ["note"]), ("told", ["told_who"]), ("action", ["action", "action_by"])):
        form = page.one(f"#form-{what}")
        assert "This is not kept yet. Save it as well" in form.text
        values = page.form(f"/desk/{sent.concern}/{what}").values()
        assert [values[name].replace("\r", "") for name in names] == [held[name] for name in names]
    assert page.all("details[open] #form-told")
    assert "not kept" not in page.one("#form-priority").text

    page = visitor.submits(page.form(form_to(visitor.visits(f"/desk/{sent.concern}"), "note")), {"note": "x"})
    assert "not kept yet" not in page.html


def test_what_was_held_when_it_was_closed_is_handed_back_and_says_how_it_can_be_kept(
    world: World, amina: APerson, okafor: APerson
) -> None:
    sent = tells(world, amina)
    visitor = world.signed_in(okafor)
    opens(visitor, sent.concern)
    page = visitor.posts(f"/desk/{sent.concern}/outcome", {"outcome": "All well.", "action": "Ring home", "form": "1"})
    assert "Confidential. Closed." in page
    assert "This is not kept yet. It has been closed. Open it again first" in page.one("#form-action").text
    assert page.form(f"/desk/{sent.concern}/action").values()["action"] == "Ring home"
    page = visitor.posts(f"/desk/{sent.concern}/reopen", {"reopen": "", "note": "More.", "form": "2"}, status=422)
    assert page.form(f"/desk/{sent.concern}/note").values()["note"].strip() == "More."
    assert "not kept yet" in page.one("#form-note").text


def test_a_next_step_has_somebody_of_the_team_and_a_day(world: World, amina: APerson, okafor: APerson) -> None:
    rees, sent = world.deputy("Mr Rees"), tells(world, amina)
    world.teacher("Mr Okoro")
    visitor = world.signed_in(okafor)
    page = opens(visitor, sent.concern)
    assert [each.text for each in page.all("#action_who option")] == ["Mr Rees", "Mrs Okafor"]
    assert page.form(form_to(page, "action")).values()["action_who"] == okafor.public_id
    fields = {"action": "Ring home", "action_who": rees.public_id, "action_by": "2026-11-27", "action_waits": True}
    page = visitor.submits(page.form(form_to(page, "action")), fields)
    assert "Next step, waiting on others" in page
    assert "Who: Mr Rees" in page
    assert "By: 27 November 2026" in page
    assert "Confidential. Waiting on others." in page
    assert visitor.posts(f"/desk/{sent.concern}/action", {"action": "x", "action_who": "zzz"}).status == 422


def test_it_closes_with_a_reason_and_opens_again_with_one(world: World, amina: APerson, okafor: APerson) -> None:
    sent = tells(world, amina)
    visitor = world.signed_in(okafor)
    page = opens(visitor, sent.concern)
    closing, step = page.form(form_to(page, "outcome")), page.form(form_to(page, "action"))
    for _ in range(2):  # a double tap finds it closed by its own first tap
        closed = visitor.submits(closing, {"outcome": "Blocked together with home."})
        assert SAVED in closed
        visitor.page = page
    late = visitor.submits(step, {"action": "Ring", "action_by": "2026-11-27"}, status=422)
    assert "It has been closed" in late.one("#action-problem").text
    assert late.one("#action").get_text() == "Ring"
    reopened = visitor.submits(late.form(f"/desk/{sent.concern}/reopen"), {"reopen": "It happened again."})
    assert "Confidential. Read." in reopened
    assert [each.text for each in reopened.all("#history ol b")] == ["Sent from pupil", "Closed", "Opened again"]
    assert visitor.posts(f"/desk/{sent.concern}/reopen", {"reopen": "twice"}).status == 422


def test_priority_and_kind_are_set_by_a_person(world: World, amina: APerson, okafor: APerson) -> None:
    sent = tells(world, amina, "HELP danger danger")
    visitor = world.signed_in(okafor)
    page = opens(visitor, sent.concern)
    page = visitor.submits(page.form(form_to(page, "priority")), {"priority": "2"})
    page = visitor.submits(page.form(form_to(page, "category")), {"category": "testing"})
    assert page.form(f"/desk/{sent.concern}/category").values()["category"] == "testing"
    assert "This week" in visitor.visits("/desk/").one("tbody tr").text
    kinds = [each.text for each in opens(visitor, sent.concern).all("#category option")]
    assert kinds[1:5] == ["Online contact", "Online content", "Online conduct", "Commerce or scams"]
    assert visitor.posts(f"/desk/{sent.concern}/priority", {"priority": "9"}).status == 422


# Whom it is about


def test_the_child_is_chosen_by_class_and_name_and_can_be_corrected(
    world: World, amina: APerson, okafor: APerson
) -> None:
    oak = world.klass("Oak", 5)
    ben, _cara = world.pupils(["Ben", "Cara"], oak)
    teacher = world.teacher("Mr Okoro", oak)
    sent = tells(
        world, teacher, source=Source.STAFF, about_id=None, about_name="Benjamin", class_name="", year_group=None
    )
    visitor = world.signed_in(okafor)
    page = opens(visitor, sent.concern)
    assert page.all("h2")[0].text.startswith("Benjamin")
    visitor.follows("Choose the child")
    page = visitor.submits(f"/desk/{sent.concern}/child", {"in": oak.public_id})
    form = next(each for each in page.forms if each.method == "post" and each.action.endswith("/child"))
    assert visitor.submits(form, {"child": ""}, status=422).one("#child-problem")
    visitor.page = page
    for _ in range(2):
        page = visitor.submits(form, {"child": ben.public_id})
        visitor.page = page
        visitor.page.path = f"/desk/{sent.concern}/child?in={oak.public_id}"
    assert entries(world) == 2
    assert "Ben, Oak, Year 5" in page.all("h2")[0].text
    assert "About, as sent Benjamin" in page
    assert "It is about Ben, Oak, Year 5" in page
    assert "Ben, Oak, Year 5" in visitor.visits("/desk/").one("tbody").text
    with world.app.app_context(), writing() as connection:
        assert rebuild(connection, world.keys, okafor.school.id) == 0


def test_another_schools_class_and_pupil_cannot_be_chosen(world: World, amina: APerson, okafor: APerson) -> None:
    sent = tells(world, amina)
    far = world.klass("Fir", 3, school=world.school("Far Shore Primary"))
    zed = world.pupil("Zed", far)
    visitor = world.signed_in(okafor)
    visitor.visits(f"/desk/{sent.concern}/child?in={far.public_id}", status=404)
    assert visitor.posts(f"/desk/{sent.concern}/child", {"in": far.public_id, "child": zed.public_id}).status == 404
    willow = amina.klass
    assert willow is not None
    assert visitor.posts(f"/desk/{sent.concern}/child", {"in": willow.public_id, "child": zed.public_id}).status == 422
    visitor.visits(f"/desk/child/{zed.public_id}", status=404)


def test_everything_about_one_child_stands_in_the_order_of_time(world: World, okafor: APerson) -> None:
    amina, ben = world.pupils(["Amina", "Ben"], world.klass("Willow", 3))
    first = tells(world, amina, "first")
    world.clock.moves(minutes=1)
    second = tells(world, amina, "second")
    tells(world, ben, "about somebody else")
    world.clock.moves(minutes=1)
    records(world, okafor, first.concern, Entry.NOTE, words="a note on the first")
    visitor = world.signed_in(okafor)
    page = opens(visitor, second.concern)
    assert page.link("SH-0001") == f"/desk/{first.concern}"
    page = visitor.visits(page.link("Everything in order of time"))
    assert page.path == f"/desk/child/{amina.public_id}"
    assert "Amina" not in page.title
    assert [each.text for each in page.all(".said")] == ["first", "second", "a note on the first"]
    assert reads(world) == ["open", "open", "open"]  # the one, and both of the chronology
    with world.app.app_context(), writing() as connection:
        assert verify(connection, world.keys, okafor.school.id, READS).bad is None
        assert verify(connection, world.keys, okafor.school.id, ENTRIES).bad is None
        assert rebuild(connection, world.keys, okafor.school.id) == 0
    assert "Nothing that you may read" in visitor.visits(f"/desk/child/{world.pupil('Cy', amina.klass).public_id}")


@pytest.mark.parametrize("how_many", [3, 30])
def test_a_record_and_a_chronology_cost_the_same_for_thirty(
    world: World, amina: APerson, okafor: APerson, how_many: int
) -> None:
    teacher = world.teacher("Mr Okoro")
    sent = [tells(world, amina) for _ in range(how_many)]
    visitor = world.signed_in(okafor)
    for _ in range(how_many):
        records(world, okafor, sent[0].concern, Entry.NOTE, words="note")
        about = {"to_id": teacher.id, "to_name": teacher.name, "about": "Amina"}
        records(world, okafor, sent[0].concern, Entry.SEE_ME, **about)
        looks(world, okafor, sent[0].concern)
    for path, most in ((f"/desk/{sent[0].concern}", 18), (f"/desk/child/{amina.public_id}", 12)):
        with count_statements(world.app) as said:
            visitor.visits(path)
        assert len(said) == most, said


# A word back, and a colleague


def test_a_word_back_is_the_teams_choice_once_and_for_a_child_who_is_named(
    world: World, amina: APerson, okafor: APerson
) -> None:
    unnamed = tells(world, amina, about_id=None, about_name="")
    sent = tells(world, amina)
    visitor = world.signed_in(okafor)
    page = opens(visitor, unnamed.concern)
    assert "Choose the child first." in page
    assert visitor.posts(f"/desk/{unnamed.concern}/word", {"form": "x"}).status == 422
    page = opens(visitor, sent.concern)
    assert "See the child in person first." in page
    assert "Someone at school would like a chat with you. You are not in trouble." in page
    form = page.form(form_to(page, "word"))
    for _ in range(2):
        page = visitor.submits(form)
        visitor.page = page
    assert entries(world) == 3
    assert "A word has waited since Mon 23 November 2026, 10:00" in page
    assert "A word back waits for the child" in page.one("#history").text
    assert visitor.posts(f"/desk/{sent.concern}/word", {"form": "another"}).status == 422


def test_a_teacher_is_asked_to_come_and_told_nothing_else(world: World, amina: APerson, okafor: APerson) -> None:
    hughes, other = world.teacher("Mr Hughes"), world.teacher("Mrs Lowe")
    sent = tells(world, amina)
    visitor = world.signed_in(okafor)
    page = opens(visitor, sent.concern)
    form = page.form(form_to(page, "see-me"))
    for _ in range(2):
        page = visitor.submits(form, {"see_whom": hughes.public_id})
        visitor.page = page
    assert "Asked Mr Hughes: please see me about Amina (Not seen yet)" in page
    at_hughes = world.signed_in(hughes)
    page = at_hughes.visits("/lessons/")
    notice = page.one("aside[aria-label='Please see a colleague']")
    assert notice.b is not None
    assert notice.b.text == "Mrs Okafor asks: please see me about Amina."
    for secret in (WORDS, "SH-0001", sent.concern):
        assert secret not in page.html
    assert "please see me" not in world.signed_in(other).visits("/lessons/")
    number = page.form("/seen").values()["notice"]
    world.signed_in(other).posts("/seen", {"notice": number})
    assert "please see me" in at_hughes.visits("/lessons/")  # nobody puts away another's
    world.clock.moves(minutes=4)
    page = at_hughes.presses("I have seen it")
    assert page.path == "/lessons/"
    assert "please see me" not in page
    assert "(Seen Mon 23 November 2026, 10:04)" in opens(visitor, sent.concern)


def test_what_a_notice_says_is_nowhere_in_the_clear(world: World, amina: APerson, okafor: APerson) -> None:
    hughes, sent = world.teacher("Mr Hughes"), tells(world, amina)
    world.signed_in(okafor).posts(f"/desk/{sent.concern}/see-me", {"see_whom": hughes.public_id}, status=200)
    with world.app.app_context(), writing() as connection:
        held = repr(connection.execute(text("select * from staff_notices")).all())
    assert "Amina" not in held
    assert "Okafor" not in held


def test_seen_goes_back_to_a_page_of_ours_alone(world: World) -> None:
    teacher = world.signed_in(world.teacher())
    for then in ("//evil.example/", "https://evil.example/", "/\\evil.example", "", "/lessons/?x=//y"):
        assert teacher.posts("/seen", {"notice": "1", "then": then}).path == "/classes/"


# The head's own


def test_what_is_about_the_team_goes_to_the_head_alone_and_leaves_no_gap(
    world: World, amina: APerson, okafor: APerson
) -> None:
    head, rees = world.head("Mrs Adeyemi"), world.deputy("Mr Rees")
    before = tells(world, amina, "before")
    secret = tells(world, amina, "about Mrs Okafor", is_for_head=True)
    after = tells(world, amina, "after")
    assert (before.number, after.number, secret.number) == (1, 2, HEAD_NUMBERS + 1)
    for person in (okafor, rees):
        visitor = world.signed_in(person)
        visitor.visits(f"/desk/{secret.concern}", status=404)
        for what in ("note", "child", "word", "see-me"):
            assert visitor.posts(f"/desk/{secret.concern}/{what}", {"note": "x"}).status == 404
        paths = ("/desk/", f"/desk/{before.concern}", f"/desk/child/{amina.public_id}")
        seen = " ".join(visitor.visits(path).html for path in paths)
        for part in ("about Mrs Okafor", secret.concern, str(secret.number)):
            assert part not in seen
        assert "1 more sent that day" in visitor.visits("/desk/").one("tbody tr").text
    visitor = world.signed_in(head)
    page = visitor.visits("/desk/")
    assert [each.text for each in page.all("tbody a")] == ["Amina, Willow, Year 3"]
    assert page.all("a[href='/desk/box']") == []
    page = opens(visitor, secret.concern)
    assert [each.text for each in page.all("#action_who option")] == ["Mrs Adeyemi"]
    assert "SH-0001" not in page
    visitor.visits(f"/desk/{before.concern}", status=404)


def test_the_team_learns_of_it_neither_when_it_is_erased_nor_when_the_inbox_is_worked_out_again(
    world: World, amina: APerson, okafor: APerson
) -> None:
    head = world.head()
    secret = tells(world, amina, is_for_head=True)
    tells(world, amina)
    erases(world, head, secret.concern)
    with world.app.app_context(), writing() as connection:
        assert rebuild(connection, world.keys, okafor.school.id) == 0
    visitor = world.signed_in(okafor)
    assert "Erased" not in visitor.visits("/desk/?shelf=closed")
    visitor.visits(f"/desk/{secret.concern}", status=404)
    assert "Erased by the retention rule" in world.signed_in(head).visits(f"/desk/{secret.concern}")
    assert tells(world, amina, is_for_head=True).number == HEAD_NUMBERS + 2


# The second factor again


def test_after_fifteen_minutes_away_the_code_is_asked_again_and_the_way_goes_on(
    world: World, amina: APerson, okafor: APerson
) -> None:
    sent = tells(world, amina)
    visitor = world.signed_in(okafor)
    for _ in range(3):  # looking keeps the desk open
        world.clock.moves(minutes=14)
        opens(visitor, sent.concern)
    world.clock.moves(minutes=16)
    page = visitor.visits(f"/desk/{sent.concern}")
    assert page.path == f"/desk/unlock?then=/desk/{sent.concern}"
    assert WORDS not in page.html
    assert reads(world) == ["open"] * 3
    page = visitor.submits(unlock_code="000000", status=422)
    assert "That code did not work." in page
    page = visitor.submits(unlock_code=world.totp_of(okafor))
    assert page.path == f"/desk/{sent.concern}"
    world.clock.moves(minutes=16)
    assert visitor.visits("/desk/?shelf=closed&page=2").path.startswith("/desk/unlock")
    assert visitor.submits(unlock_code=world.totp_of(okafor)).path == "/desk/?shelf=closed&page=2"
    assert world.signed_in(okafor).visits("/classes/").path == "/classes/"  # other pages are not the desk


def test_a_note_that_took_long_to_write_is_not_lost(world: World, amina: APerson, okafor: APerson) -> None:
    sent = tells(world, amina)
    visitor = world.signed_in(okafor)
    page = opens(visitor, sent.concern)
    world.clock.moves(minutes=20)
    page = visitor.submits(page.form(form_to(page, "note")), {"note": "A long\nnote."}, status=403)
    assert "What you were saving is kept on this page" in page
    assert entries(world) == 1
    page = visitor.submits(unlock_code="111111", status=422)
    page = visitor.submits(unlock_code=world.totp_of(okafor))
    assert SAVED in page
    assert page.all("#history .said")[0].get_text() == "A long\nnote."
    assert entries(world) == 2


@pytest.mark.parametrize(
    "then",
    ["https://evil.example/", "//evil.example", "/desk//evil", "/classes/", "/desk/../classes/", "", "/desk/\\x"],
)
def test_the_code_leads_to_the_desk_and_nowhere_else(world: World, okafor: APerson, then: str) -> None:
    visitor = world.signed_in(okafor)
    world.clock.moves(minutes=16)
    visitor.visits("/desk/")
    page = visitor.posts("/desk/unlock", {"then": then, "unlock_code": world.totp_of(okafor)})
    assert page.path.startswith("/desk/")
    assert page.status in (200, 404)


def test_guessing_the_code_at_the_desk_is_slowed(world: World, okafor: APerson) -> None:
    visitor = world.signed_in(okafor)
    world.clock.moves(minutes=16)
    for _ in range(12):
        page = visitor.posts("/desk/unlock", {"unlock_code": "123456"})
    assert page.status == 429
    assert "too many tries" in page
    assert visitor.posts("/desk/unlock", {"unlock_code": world.totp_of(okafor)}).status == 429


def test_the_desk_stays_shut_on_a_line_that_others_can_read(world: World, amina: APerson, okafor: APerson) -> None:
    sent = tells(world, amina)
    visitor = world.signed_in(okafor)
    visitor.client.environ_base["REMOTE_ADDR"] = "192.168.1.20"
    for path in ("/desk/", f"/desk/{sent.concern}", "/desk/box", "/desk/unlock"):
        page = visitor.visits(path, status=403)
        assert page.h1.text == "Not over this connection"
        assert WORDS not in page.html
    assert reads(world) == []


# What other pages say


def test_the_bar_says_how_many_are_new_to_those_who_read_them(world: World, amina: APerson, okafor: APerson) -> None:
    head, teacher, admin = world.head(), world.teacher("Mr Okoro"), world.admin()
    first = tells(world, amina)
    tells(world, amina)
    tells(world, amina, is_for_head=True)

    def said(person: APerson) -> list[str]:
        page = world.signed_in(person).visits("/lessons/")
        assert "Amina" not in page.text
        return [each.get_text(strip=True) for each in page.all("aside")]

    assert said(okafor) == ["2 new in the box"]
    assert said(head) == ["1 new in the box"]
    assert said(teacher) == said(admin) == []
    opens(world.signed_in(okafor), first.concern)
    assert said(okafor) == ["1 new in the box"]
    assert world.signed_in(okafor).visits("/lessons/").link("1 new in the box") == "/desk/"
    nav = [each.text for each in world.signed_in(okafor).visits("/desk/").all("nav[aria-label=Main] a")]
    assert nav == ["Classes", "Lessons", "Desk"]
    assert "Desk" not in world.signed_in(admin).visits("/lessons/").one("nav[aria-label=Main]").text


def test_a_box_that_shut_by_itself_says_so_to_those_who_can_mend_it(
    world: World, amina: APerson, okafor: APerson
) -> None:
    rees = world.deputy("Mr Rees")
    people = [okafor, world.head(), world.admin()]
    with world.saving():
        row = HelpBox(school_id=okafor.school.id, is_on=True, opens=525, closes=915, holidays="", changed_at=START)
        db.session.add(row)
    said = "fewer than two of the safeguarding team have a second factor"
    assert all(said not in world.signed_in(each).visits("/lessons/") for each in people)
    with world.saving():
        db.session.get_one(Adult, rees.id).is_totp_on = False
    assert all(said in world.signed_in(each).visits("/lessons/") for each in people)
    assert said not in world.signed_in(world.teacher()).visits("/lessons/")
    assert said in world.signed_in(okafor).visits("/desk/")


START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_what_stands_in_the_bar_costs_one_statement_and_pupils_none(
    world: World, amina: APerson, okafor: APerson
) -> None:
    teacher, hart = world.teacher(), world.head()
    for person, most in ((okafor, 2), (hart, 2), (world.admin(), 2), (teacher, 2), (amina, 1)):
        visitor = world.signed_in(person)
        path = "/my-page" if person is amina else "/lessons/"
        with count_statements(world.app) as said:
            visitor.visits(path)
        assert len(said) <= most, said


# What is never told


def test_no_name_and_no_word_reaches_a_log_or_an_address(
    world: World, amina: APerson, okafor: APerson, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hughes, sent = world.teacher("Mr Hughes"), tells(world, amina)
    visitor = world.signed_in(okafor)
    visitor.visits("/desk/")
    visitor.submits("/desk/", {"q": "Amina"})
    page = opens(visitor, sent.concern)
    visitor.submits(page.form(form_to(page, "note")), {"note": "Amina spoke."})
    page = opens(visitor, sent.concern)
    visitor.submits(page.form(form_to(page, "category")), {"category": "bullying"})
    visitor.posts(f"/desk/{sent.concern}/see-me", {"see_whom": hughes.public_id})
    visitor.visits(f"/desk/child/{amina.public_id}")
    trail = " ".join(path for _, path in visitor.trail)
    for secret in ("Amina", "spoke", "bullying", "keeps asking", "Hughes", "SH-0001"):
        assert secret not in caplog.text
        assert secret not in trail


def test_without_its_key_the_desk_says_who_can_help_and_loses_nothing(
    world: World, amina: APerson, okafor: APerson
) -> None:
    sent = tells(world, amina)
    with world.app.app_context(), writing() as connection:
        connection.execute(text("update concern_keys set key_version = 9"))
    visitor = world.signed_in(okafor)
    assert "Cannot be read: the key is missing" in visitor.visits("/desk/")
    page = visitor.visits(f"/desk/{sent.concern}", status=503)
    assert "recovery sheet" in page
    visitor.visits(f"/desk/child/{amina.public_id}", status=503)


def test_an_erased_concern_says_so_and_takes_nothing_more(world: World, amina: APerson, okafor: APerson) -> None:
    sent = tells(world, amina)
    erases(world, okafor, sent.concern)
    visitor = world.signed_in(okafor)
    assert "Erased by the retention rule on Mon 23 November 2026" in opens(visitor, sent.concern)
    for what in ("note", "child", "word", "see-me", "reopen"):
        assert visitor.posts(f"/desk/{sent.concern}/{what}", {"note": "x", "reopen": "x"}).status == 404
