"""A parent asks for a letter once a week: it names no child and no hour, and one tap stops it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from accounts.models import Adult, Mail, School
from accounts.outbox import Outgoing
from accounts.school_time import last_turn, week_of
from accounts.weekly_letter import choose_letters, stop_token
from database import db, writing
from lessons.catalogue import load as load_lessons
from lessons.lesson import PLACE_NAMES
from progress.digest import CLOCK, SUBJECT, WEEKDAY, queue_digests
from tests.harness.learner import Learner
from tests.harness.statements import count_statements
from tests.harness.world import APerson, World
from tests.test_family_link_story import code_for, form_of, with_code

PIER, COVE = "online-friends.y3-4", "passwords.y3-4"
FRIDAY = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)  # of the week in which the clock starts, on Monday


def wants_letters(world: World, *parents: APerson) -> None:
    with world.app.app_context(), writing() as connection:
        for parent in parents:
            choose_letters(connection, parent.id, world.clock.now, is_weekly=True)


def finishes_a_lesson(world: World, child: APerson, lesson: str = PIER, number: int = 1) -> None:
    Learner(world, child, lesson, number).answers("A").answers("B").begins_the_story().finishes()


def queues(world: World) -> int:
    with world.app.app_context():
        return queue_digests(world.clock.now)


def letters(world: World) -> list[Outgoing]:
    """What is queued and sent now."""
    queues(world)
    return world.sends_mail()


def stop_address(mail: Outgoing) -> str:
    found = re.search(r"http://localhost(/families/stop/\S+)", mail.body)
    assert found is not None
    return found[1]


def wants(world: World, parent: APerson) -> bool:
    with world.app.app_context():
        return db.session.scalar(select(Adult.weekly_since).where(Adult.user_id == parent.id)) is not None


# Asking for it


def test_who_joins_gets_letters_only_after_ticking_for_them(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    for child, email, ticks in ((amina, "sam@post.example", True), (ben, "bo@post.example", False)):
        phone = with_code(world, code_for(world, child))
        assert "weekly" not in form_of(phone, "new").values()  # not ticked beforehand
        typed = {"name": "Sam", "email": email, "password": "short", "weekly": ticks}
        wrong = phone.submits(form_of(phone, "new"), typed, status=422)
        assert wrong.one("input[name=weekly]").has_attr("checked") is ticks  # a mistake loses nothing
        phone.submits(form_of(phone, "new"), password="teapot gravel sunshine")
        with world.app.app_context():
            row = db.session.scalars(select(Adult).where(Adult.email == email)).one()
            assert (row.weekly_since is not None) is ticks


def test_a_parent_chooses_weekly_or_never_at_the_foot_of_the_page(world: World) -> None:
    sam = world.parent_of(world.pupil("Amina"))
    phone = world.signed_in(sam)
    phone.visits("/families/children")
    page = phone.follows("Your letters from us")
    assert page.one("input[checked]")["value"] == "never"

    page = phone.submits(letters="weekly")
    assert "Kept" in page
    assert page.one("input[checked]")["value"] == "weekly"
    assert wants(world, sam)
    phone.submits(letters="never")
    assert not wants(world, sam)


def test_the_page_says_so_while_the_school_sends_no_mail(world: World) -> None:
    phone = world.signed_in(world.parent_of(world.pupil("Amina")))
    assert "has not set up sending mail yet" in phone.visits("/families/mail")
    assert "has not set up sending mail yet" in world.visitor().posts(
        "/families/forgotten", {"email": "sam@post.example"}
    )


# The letter


def test_on_friday_after_school_there_is_a_letter_about_a_lesson(world: World) -> None:
    amina = world.pupil("Amina")
    sam, jo = world.parent_of(amina, name="Sam Khan"), world.parent_of(amina, name="Jo Khan")
    wants_letters(world, sam)
    world.clock.moves(minutes=30)
    finishes_a_lesson(world, amina)
    assert letters(world) == []  # one that came now would tell when she was at it

    world.clock.set(FRIDAY)
    (mail,) = letters(world)
    assert mail.to == sam.email
    assert mail.subject == SUBJECT == "Safe Harbour: something to talk about this week"
    assert "http://localhost/families/children" in mail.body
    assert letters(world) == []  # asked every minute, it goes once
    assert not wants(world, jo)


def test_a_letter_holds_nothing_that_a_stranger_at_the_inbox_should_not_read(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Benedict"], willow)
    world.teacher("Mr Okoro", willow)
    sam, jo = world.parent_of(amina, ben, name="Sam Khan"), world.parent_of(amina, name="Jo Khan")
    wants_letters(world, sam, jo)
    world.clock.moves(minutes=1)
    for child in (amina, ben):
        finishes_a_lesson(world, child)
    world.clock.set(FRIDAY)
    first, second = letters(world)  # one each, however many children
    lesson = load_lessons().lesson(PIER)
    names = ["Amina", "Benedict", "Okoro", "Willow", "Khan", "Harbour Primary", lesson.title, PLACE_NAMES[lesson.place]]
    for mail in (first, second):
        assert [name for name in names if name in mail.subject + mail.body] == []
        hosts = re.findall(r"https?://([^/\s]+)", mail.body + str(mail.headers))
        assert set(hosts) == {"localhost"}  # the school's own address, and no other
        assert "<" not in mail.body
    # Neither letter tells of the other grown-up: but for the proof that stops each, they are the same.
    assert first.body.replace(stop_address(first), "") == second.body.replace(stop_address(second), "")
    with world.app.app_context():
        kept = " ".join(f"{mail.subject} {mail.body} {mail.key}" for mail in db.session.scalars(select(Mail)))
    assert [name for name in [*names, sam.email, jo.email, "/stop/"] if name in kept] == []


def test_a_week_without_a_lesson_has_no_letter(world: World) -> None:
    amina, ben = world.pupils(["Amina", "Ben"])
    sam = world.parent_of(amina)
    wants_letters(world, sam)
    world.clock.moves(minutes=1)
    finishes_a_lesson(world, ben)  # nobody's but his
    Learner(world, amina, PIER).answers("A")  # not to the end
    world.clock.set(FRIDAY)
    assert letters(world) == []
    world.clock.moves(hours=2)
    finishes_a_lesson(world, amina, COVE)  # on Friday evening
    assert letters(world) == []
    world.clock.moves(days=3)
    assert letters(world) == []
    world.clock.moves(days=4)
    assert len(letters(world)) == 1
    world.clock.moves(days=7)
    assert letters(world) == []


def test_what_was_learned_before_she_asked_or_was_linked_is_no_news(world: World) -> None:
    amina, ben = world.pupils(["Amina", "Ben"])
    sam = world.parent_of(amina)
    finishes_a_lesson(world, amina)
    world.clock.moves(minutes=1)
    wants_letters(world, sam)
    world.clock.moves(minutes=1)
    finishes_a_lesson(world, ben)
    world.clock.moves(minutes=1)
    world.links(sam, ben)
    world.clock.set(FRIDAY)
    assert queues(world) == 0


def test_an_unlinked_childs_lesson_is_told_to_nobody_who_keeps_another_child(world: World) -> None:
    amina, ben = world.pupils(["Amina", "Ben"])
    sam = world.parent_of(amina, ben)
    wants_letters(world, sam)
    world.unlinks(sam, amina)
    world.clock.moves(minutes=1)
    finishes_a_lesson(world, amina)
    world.clock.set(FRIDAY)
    assert queues(world) == 0
    finishes_a_lesson(world, ben)  # at the stroke of half past three
    assert queues(world) == 1


def test_a_server_that_was_off_on_friday_writes_on_monday(world: World) -> None:
    amina = world.pupil("Amina")
    wants_letters(world, world.parent_of(amina))
    world.clock.moves(minutes=1)
    finishes_a_lesson(world, amina)
    world.clock.set(datetime(2026, 11, 30, 8, 0, tzinfo=UTC))
    finishes_a_lesson(world, amina, COVE)  # on Monday, and told on Friday
    world.clock.moves(minutes=1)
    assert len(letters(world)) == 1
    assert letters(world) == []
    world.clock.set(datetime(2026, 12, 4, 15, 30, tzinfo=UTC))
    assert len(letters(world)) == 1
    with world.app.app_context():
        keys = db.session.scalars(select(Mail.key).order_by(Mail.id)).all()
    assert [key.rsplit(":", 1)[1] for key in keys] == ["2026-48", "2026-49"]


def test_while_one_letter_waits_there_is_no_second(world: World) -> None:
    amina = world.pupil("Amina")
    wants_letters(world, world.parent_of(amina))
    world.clock.moves(minutes=1)
    finishes_a_lesson(world, amina)
    world.clock.set(FRIDAY)
    assert queues(world) == 1  # and the mail server is away for a week
    world.clock.moves(days=3)
    finishes_a_lesson(world, amina, COVE)
    world.clock.moves(days=4)
    assert len(letters(world)) == 1


def test_nobody_writes_to_who_left_or_about_who_left(world: World) -> None:
    amina, ben = world.pupils(["Amina", "Ben"])
    sam, bo = world.parent_of(amina, name="Sam Khan"), world.parent_of(ben, name="Bo Lee")
    al = world.parent_of(amina, name="Al Khan")
    wants_letters(world, sam, bo, al)
    world.clock.moves(minutes=1)
    for child in (amina, ben):
        finishes_a_lesson(world, child)
    world.leaves(ben)
    world.leaves(sam)
    world.unlinks(al, amina)
    world.clock.set(FRIDAY)
    assert letters(world) == []


def test_the_command_queues_and_can_be_asked_again(world: World) -> None:
    amina = world.pupil("Amina")
    wants_letters(world, world.parent_of(amina))
    world.clock.moves(minutes=1)
    finishes_a_lesson(world, amina)
    world.clock.set(FRIDAY)
    run = world.app.test_cli_runner()
    assert run.invoke(args=["mail", "digest"]).output == "1 letters queued.\n"
    assert run.invoke(args=["mail", "digest"]).output == "0 letters queued.\n"


@pytest.mark.parametrize(
    ("moment", "timezone", "turn"),
    [
        ("2026-11-27T15:29", "Europe/London", "2026-11-20T15:30"),
        ("2026-11-27T15:30", "Europe/London", "2026-11-27T15:30"),
        ("2026-11-29T23:00", "Europe/London", "2026-11-27T15:30"),
        ("2026-07-03T14:29", "Europe/London", "2026-06-26T14:30"),  # summer time
        ("2026-07-03T14:30", "Europe/London", "2026-07-03T14:30"),
        ("2026-10-26T12:00", "Europe/London", "2026-10-23T14:30"),  # the clocks went back in between
        ("2027-04-02T14:30", "Europe/London", "2027-04-02T14:30"),  # and forward
        ("2026-11-27T03:00", "Pacific/Auckland", "2026-11-27T02:30"),
        ("2026-11-27T02:00", "Pacific/Auckland", "2026-11-20T02:30"),
    ],
)
def test_the_hour_is_that_of_the_schools_clock(moment: str, timezone: str, turn: str) -> None:
    asked = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert last_turn(asked, timezone, WEEKDAY, CLOCK) == datetime.fromisoformat(turn).replace(tzinfo=UTC)


def test_weeks_are_those_of_the_schools_calendar() -> None:
    assert week_of(datetime(2027, 1, 1, 12, tzinfo=UTC), "Europe/London") == "2026-53"
    assert week_of(datetime(2026, 11, 29, 23, 30, tzinfo=UTC), "Europe/London") == "2026-48"
    assert week_of(datetime(2026, 11, 29, 23, 30, tzinfo=UTC), "Pacific/Auckland") == "2026-49"


def test_each_school_has_its_own_friday(world: World) -> None:
    here, there = world.home, world.school("Far Shore Primary")
    with world.saving():
        db.session.get_one(School, there.id).timezone = "Pacific/Auckland"
    amina, zed = world.pupil("Amina"), world.pupil("Zed", world.klass("Fir", school=there))
    sam, far = world.parent_of(amina), world.parent_of(zed, name="Far Away")
    wants_letters(world, sam, far)
    world.clock.moves(minutes=1)
    for child in (amina, zed):
        finishes_a_lesson(world, child)
    world.clock.set(datetime(2026, 11, 27, 3, 0, tzinfo=UTC))
    assert [mail.to for mail in letters(world)] == [far.email]
    world.clock.set(FRIDAY)
    assert [mail.to for mail in letters(world)] == [sam.email]
    assert here != there


@pytest.mark.parametrize("how_many", [3, 30])
def test_who_gets_a_letter_is_asked_once_a_school(world: World, how_many: int) -> None:
    willow = world.klass("Willow")
    for child in world.pupils([f"Pupil {number}" for number in range(how_many)], willow):
        wants_letters(world, world.parent_of(child))
        world.clock.moves(seconds=1)
        finishes_a_lesson(world, child)
    world.clock.set(FRIDAY)
    with count_statements(world.app) as said:
        assert queues(world) == how_many
    assert len([each for each in said if each.startswith("SELECT")]) == 2, said


# Stopping it


def test_one_tap_in_the_letter_stops_it(world: World) -> None:
    amina = world.pupil("Amina")
    sam, jo = world.parent_of(amina, name="Sam Khan"), world.parent_of(amina, name="Jo Khan")
    wants_letters(world, sam, jo)
    world.clock.moves(minutes=1)
    finishes_a_lesson(world, amina)
    world.clock.set(FRIDAY)
    mail = next(mail for mail in letters(world) if mail.to == sam.email)

    anybody = world.visitor("whoever holds the letter")
    page = anybody.visits(stop_address(mail))
    assert wants(world, sam)  # mail scanners open every link
    assert "Khan" not in page
    assert len(page.all("main form button")) == 1
    assert "The letters have stopped" in anybody.presses("Stop the letters")
    assert not wants(world, sam)
    assert wants(world, jo)
    assert "The letters have stopped" in anybody.posts(stop_address(mail))  # twice is no harm
    assert "You will get the letters again" in anybody.presses("Start the letters again")
    assert wants(world, sam)
    assert "The letters have stopped" in anybody.presses("Stop the letters")
    assert not wants(world, sam)


def test_a_mailbox_stops_it_by_itself(world: World) -> None:
    """RFC 8058: the mailbox posts one line to the address in the header, with no cookie and no token of ours."""
    amina = world.pupil("Amina")
    sam = world.parent_of(amina)
    wants_letters(world, sam)
    world.clock.moves(minutes=1)
    finishes_a_lesson(world, amina)
    world.clock.set(FRIDAY)
    (mail,) = letters(world)
    assert mail.headers["List-Unsubscribe"] == f"<http://localhost{stop_address(mail)}>"
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    reply = world.app.test_client().post(stop_address(mail), data={"List-Unsubscribe": "One-Click"})
    assert reply.status_code == 200
    assert not wants(world, sam)


def test_what_waits_is_not_sent_after_it_was_stopped(world: World) -> None:
    amina = world.pupil("Amina")
    sam = world.parent_of(amina)
    wants_letters(world, sam)
    world.clock.moves(minutes=1)
    finishes_a_lesson(world, amina)
    world.clock.set(FRIDAY)
    queues(world)
    world.visitor().posts(f"/families/stop/{stop_token(world.keys, sam.public_id)}")
    assert world.sends_mail() == []
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).where(Mail.voided_at.is_not(None))) == 1


def test_a_made_up_proof_stops_nothing(world: World) -> None:
    amina = world.pupil("Amina")
    sam, jo = world.parent_of(amina, name="Sam Khan"), world.parent_of(amina, name="Jo Khan")
    wants_letters(world, sam, jo)
    real = stop_token(world.keys, jo.public_id)
    for token in ("x", "-", sam.public_id, f"{sam.public_id}-", f"{sam.public_id}-{real.split('-')[1]}", real[:-1]):
        page = world.visitor().visits(f"/families/stop/{token}", status=404)
        assert "This address is not whole" in page
        assert "This address is not whole" in world.visitor().posts(f"/families/stop/{token}", status=404)
        assert "This address is not whole" in world.visitor().posts(f"/families/stop/{token}/again", status=404)
    assert wants(world, sam)
    assert wants(world, jo)
