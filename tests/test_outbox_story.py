"""Mail waits until the mail server has it: never lost, sent once, and not at all to who is not to have it any more."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

import ticking
from accounts.models import Adult, Mail
from accounts.outbox import LEASE, Outgoing, Refused, delay_after, queue, send_due, send_waiting_mail
from accounts.weekly_letter import choose_letters
from database import db, start_writing, writing
from settings import Settings
from tests.harness.post_office import Hangs, PostOffice, Taken, certificate_of_nobody
from tests.harness.world import APerson, World

HERE = Path(__file__).resolve().parent.parent


def waits(
    world: World,
    person: APerson,
    key: str = "one",
    *,
    kind: str = "alert",
    due_at: datetime | None = None,
) -> None:
    """A mail to this person, as a room queues it."""
    with world.app.app_context(), writing() as connection:
        queue(
            connection,
            school_id=person.school.id,
            user_id=person.id,
            kind=kind,
            key=key,
            subject=f"Something waits: {key}",
            body="Please sign in.\n",
            at=world.clock.now,
            due_at=due_at,
        )


def rows(world: World) -> list[Mail]:
    with world.app.app_context():
        return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def tries(world: World, deliver: Callable[[Outgoing], None]) -> int:
    with world.app.app_context():
        return send_due(deliver, world.clock.now)


def subjects(mails: list[Outgoing]) -> list[str]:
    return [mail.subject.removeprefix("Something waits: ") for mail in mails]


# Once


def test_a_mail_is_sent_once_to_the_address_of_that_moment(world: World) -> None:
    hart = world.dsl("Ms Hart")
    waits(world, hart)
    with world.saving():
        db.session.get_one(Adult, hart.id).email = "new@harbour.example"

    (mail,) = world.sends_mail()
    assert (mail.to, mail.subject, mail.body) == ("new@harbour.example", "Something waits: one", "Please sign in.\n")
    assert world.sends_mail() == []
    (row,) = rows(world)
    assert (row.sent_at is not None, row.try_after, row.voided_at, row.tries) == (True, None, None, 1)
    assert "@" not in row.subject + row.body + row.key  # the address is not kept with it


def test_a_key_is_queued_once_in_a_school(world: World) -> None:
    hart, far = world.dsl("Ms Hart"), world.dsl("Ms Far", school=world.school("Far Shore Primary"))
    waits(world, hart)
    waits(world, hart)
    waits(world, far)
    assert [mail.to for mail in world.sends_mail()] == [hart.email, far.email]
    waits(world, hart)  # not even once it has been sent
    assert world.sends_mail() == []


def test_mail_goes_when_it_is_due_and_in_that_order(world: World) -> None:
    hart, now = world.dsl(), world.clock.now
    for key, minutes in (("third", 30), ("first", -5), ("second", 0), ("tomorrow", 24 * 60)):
        waits(world, hart, key, due_at=now + timedelta(minutes=minutes))
    assert subjects(world.sends_mail()) == ["first", "second"]
    world.clock.moves(minutes=31)
    assert subjects(world.sends_mail()) == ["third"]


def test_the_letters_of_a_whole_school_keep_nothing_urgent_waiting(world: World) -> None:
    amina = world.pupil("Amina")
    sam, hart = world.parent_of(amina), world.dsl()
    with world.app.app_context(), writing() as connection:
        choose_letters(connection, sam.id, world.clock.now, is_weekly=True)
    waits(world, sam, "digest", kind="digest", due_at=world.clock.now - timedelta(hours=1))
    waits(world, hart, "alert")
    assert subjects(world.sends_mail()) == ["alert", "digest"]


def test_a_subject_is_one_line(world: World) -> None:
    hart = world.dsl()
    with world.app.app_context(), writing() as connection, pytest.raises(ValueError, match="one line"):
        queue(
            connection,
            school_id=hart.school.id,
            user_id=hart.id,
            kind="alert",
            key="x",
            subject="Hello\nBcc: everybody@harbour.example",
            body="",
            at=world.clock.now,
        )


def test_what_is_undone_is_not_sent(world: World) -> None:
    """Queued in the transaction of what it tells about."""
    hart = world.dsl()
    with world.app.app_context():
        start_writing()
        queue(
            db.session.connection(),
            school_id=hart.school.id,
            user_id=hart.id,
            kind="alert",
            key="x",
            subject="x",
            body="x",
            at=world.clock.now,
        )
        db.session.rollback()
    assert world.sends_mail() == []


# Later


@pytest.mark.parametrize(("tried", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 60), (99, 60)])
def test_what_was_not_taken_waits_longer_each_time(tried: int, minutes: int) -> None:
    assert delay_after(tried) == timedelta(minutes=minutes)


def test_a_refused_address_does_not_keep_the_others_waiting(world: World, caplog: pytest.LogCaptureFixture) -> None:
    first, second, third = world.dsl("Ms Hart"), world.deputy("Mr Rees"), world.head("Mrs Adeyemi")
    for person in (first, second, third):
        waits(world, person, person.name)
    taken: list[str] = []

    def deliver(mail: Outgoing) -> None:
        if mail.to == first.email:
            raise Refused("550")
        if mail.to == second.email:
            raise ConnectionResetError("by peer")
        taken.append(mail.to)

    assert tries(world, deliver) == 1
    assert taken == [third.email]
    assert [(row.problem, row.tries) for row in rows(world)] == [
        ("refused 550", 1),
        ("ConnectionResetError", 1),
        ("", 1),
    ]
    assert first.email not in caplog.text  # logs carry ids
    assert world.sends_mail() == []  # not before a minute has gone by
    world.clock.moves(seconds=61)
    assert [mail.to for mail in world.sends_mail()] == [first.email, second.email]
    assert [row.problem for row in rows(world)] == ["", "", ""]


def away(_mail: Outgoing) -> None:
    raise ConnectionRefusedError


def tries_for(world: World, *, days: float, deliver: Callable[[Outgoing], None] = away) -> None:
    """The timer of a school, as often as anything can be due."""
    until = world.clock.now + timedelta(days=days)
    while world.clock.now < until:
        tries(world, deliver)
        world.clock.moves(minutes=30, seconds=1)


def test_what_could_not_be_sent_for_two_days_still_goes(world: World) -> None:
    hart = world.dsl()
    waits(world, hart)
    tries_for(world, days=2.9)
    world.clock.moves(hours=1)
    assert [mail.to for mail in world.sends_mail()] == [hart.email]


def test_after_three_days_it_is_given_up_and_its_text_is_gone(world: World) -> None:
    waits(world, world.dsl())
    tries_for(world, days=3.1)
    (row,) = rows(world)
    assert (row.sent_at, row.try_after, row.failed_at is not None) == (None, None, True)
    assert (row.subject, row.body, row.problem) == ("", "", "ConnectionRefusedError")
    assert row.tries >= 60
    assert world.sends_mail() == []


def test_a_machine_that_was_off_for_a_week_has_not_tried(world: World) -> None:
    hart = world.dsl()
    waits(world, hart)
    world.clock.moves(days=7)
    assert tries(world, away) == 0
    world.clock.moves(minutes=2)
    assert [mail.to for mail in world.sends_mail()] == [hart.email]


# What is kept, and who is told that it could not be sent


def test_the_text_goes_at_once_and_the_row_when_nothing_asks_for_it_any_more(world: World) -> None:
    hart, okoro = world.dsl(), world.teacher("Mr Okoro")
    waits(world, hart, "sent")
    waits(world, okoro, "void")
    world.leaves(okoro)
    world.sends_mail()
    assert [(row.subject, row.body) for row in rows(world)] == [("", ""), ("", "")]
    waits(world, hart, "later", due_at=world.clock.now + timedelta(days=500))
    for days, left in ((365, ["sent", "void", "later"]), (2, ["later"])):
        world.clock.moves(days=days)
        at = world.clock.now.replace(minute=0)
        with world.app.app_context():
            ticking.tick(world.keys, at)
        assert [row.key for row in rows(world)] == left


def test_the_office_sees_whose_mail_was_given_up_until_one_reaches_them(world: World) -> None:
    sam, rees, office = world.parent_of(world.pupil("Amina")), world.deputy("Mr Rees"), world.admin()
    with world.app.app_context(), writing() as connection:
        choose_letters(connection, sam.id, world.clock.now, is_weekly=True)
    for number in range(3):
        waits(world, rees, f"alert:{number}")
        waits(world, sam, f"digest:{number}", kind="digest")
    words = "Mail that could not be sent"
    at_the_office = world.signed_in(office)
    assert words not in at_the_office.visits("/office/")

    def refuses(_mail: Outgoing) -> None:
        raise Refused("550")

    tries_for(world, days=3.2, deliver=refuses)
    at_the_office = world.signed_in(office)
    page = at_the_office.visits("/office/")
    table = page.all("table")[0].get_text(" ", strip=True)
    assert words in page
    assert table.count(rees.name) == table.count(sam.name) == 1
    assert "Something is waiting Given up on 26 November" in table
    assert "Tell them now, in person, to open the desk." in table
    assert "Weekly letter" in table
    for secret in ("Something waits", "Please sign in", sam.email, rees.email, "Amina", "550"):
        assert secret not in table
    waits(world, rees, "alert:new")
    world.sends_mail()
    assert rees.name not in at_the_office.visits("/office/").all("table")[0].get_text()
    world.clock.moves(days=31)
    assert words not in world.signed_in(office).visits("/office/")


def test_mail_of_the_desk_that_does_not_go_is_shown_there_after_twenty_minutes(world: World) -> None:
    okafor, rees = world.dsl("Mrs Okafor"), world.deputy("Mr Rees")
    head, office = world.head("Mrs Adeyemi"), world.admin()
    for person in (rees, head):
        waits(world, person, person.name)
    line = "The mail to Mr Rees, that something is waiting, cannot be sent. Tell them in person."
    for minutes in (2, 6, 16):
        tries(world, away)
        world.clock.moves(minutes=minutes)
    assert line not in world.signed_in(okafor).visits("/desk/")
    tries(world, away)
    page = world.signed_in(okafor).visits("/desk/")
    assert line in page
    assert "The mail to Mrs Adeyemi" not in page  # it may be about what is hers alone
    assert "The mail to Mrs Adeyemi" in world.signed_in(head).visits("/desk/")
    assert "Still tried" in world.signed_in(office).visits("/office/")
    world.clock.moves(hours=2)
    assert len(world.sends_mail()) == 2
    assert line not in world.signed_in(okafor).visits("/desk/")


# Not at all


def test_who_has_left_gets_no_more_mail(world: World) -> None:
    okoro = world.teacher("Mr Okoro")
    waits(world, okoro)
    world.leaves(okoro)
    assert world.sends_mail() == []
    (row,) = rows(world)
    assert (row.sent_at, row.try_after, row.voided_at is not None, row.tries) == (None, None, True, 0)


def test_a_parent_who_is_unlinked_from_every_child_gets_no_more_mail(world: World) -> None:
    amina, ben = world.pupils(["Amina", "Ben"])
    sam, jo = world.parent_of(amina, ben, name="Sam Khan"), world.parent_of(amina, name="Jo Khan")
    for parent in (sam, jo):
        waits(world, parent, parent.name)
        world.unlinks(parent, amina)
    assert [mail.to for mail in world.sends_mail()] == [sam.email]


def test_who_wants_no_letters_gets_none_but_other_mail(world: World) -> None:
    sam = world.parent_of(world.pupil("Amina"))
    waits(world, sam, "digest:1", kind="digest")
    waits(world, sam, "other", kind="notice")
    assert subjects(world.sends_mail()) == ["other"]

    with world.app.app_context(), writing() as connection:
        choose_letters(connection, sam.id, world.clock.now, is_weekly=True)
    waits(world, sam, "digest:2", kind="digest")
    assert subjects(world.sends_mail()) == ["digest:2"]


# Two at once


def test_a_mail_that_somebody_is_sending_is_left_alone_until_their_claim_runs_out(world: World) -> None:
    hart = world.dsl()
    waits(world, hart)
    ids: list[str] = []

    def dies(mail: Outgoing) -> None:
        ids.append(mail.headers["Message-ID"])
        assert world.sends_mail() == []  # another process, in the middle of it
        raise SystemExit  # and no word is left behind

    with world.app.app_context(), pytest.raises(SystemExit):
        send_due(dies, world.clock.now)
    world.clock.moves(seconds=LEASE.total_seconds() - 1)
    assert world.sends_mail() == []
    world.clock.moves(seconds=2)
    (mail,) = world.sends_mail()
    assert mail.headers["Message-ID"] == ids[0]


def test_a_run_stops_in_time_and_the_rest_goes_with_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hart = world.dsl()
    for number in range(10):
        waits(world, hart, f"{number}")
    ticks = iter(range(0, 10_000, 10))
    monkeypatch.setattr("accounts.outbox.monotonic", lambda: next(ticks))  # ten seconds for each
    assert subjects(world.sends_mail()) == ["0", "1", "2", "3"]
    world.clock.moves(minutes=1)
    assert subjects(world.sends_mail()) == ["4", "5", "6", "7"]


# A mail server


def at_the_post_office(make_app: Any, office: PostOffice, **changes: Any) -> Flask:
    """The app, with this mail server."""
    made: Flask = make_app(
        mail="smtp",
        mail_from="Safe Harbour <harbour@school.example>",
        mail_host="127.0.0.1",
        mail_port=office.port,
        **{"mail_tls": "off", **changes},
    )
    return made


def sends(app: Flask, at: datetime) -> int:
    with app.app_context():
        return send_waiting_mail(at).sent


def test_a_mail_is_plain_text_with_nothing_hidden_in_it(world: World, make_app: Any, post_office: PostOffice) -> None:
    hart = world.dsl("Ms Hart")
    waits(world, hart)
    assert sends(at_the_post_office(make_app, post_office), world.clock.now) == 1

    (mail,) = post_office.taken
    assert mail.to == hart.email
    assert mail.message.get_content_type() == "text/plain"
    assert mail.text == "Please sign in.\r\n"
    assert mail.message["From"] == "Safe Harbour <harbour@school.example>"
    assert mail.message["To"] == hart.email
    assert mail.message["Subject"] == "Something waits: one"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message["Date"] == "Mon, 23 Nov 2026 10:00:00 +0000"
    assert mail.id == f"<{rows(world)[0].public_id}@localhost>"


def test_the_mail_server_refuses_one_address_and_takes_the_rest(
    world: World, make_app: Any, post_office: PostOffice
) -> None:
    hart, rees = world.dsl("Ms Hart"), world.deputy("Mr Rees")
    for person in (hart, rees):
        waits(world, person, person.name)
    post_office.refuses.add(hart.email)
    app = at_the_post_office(make_app, post_office)
    with app.app_context():
        done = send_waiting_mail(world.clock.now)
    assert (done.sent, done.waiting, done.void, done.problems) == (1, 1, 0, {"refused 550": 1})
    assert [mail.to for mail in post_office.taken] == [rees.email]


def test_a_server_that_cannot_be_reached_is_asked_once_a_run(world: World, make_app: Any) -> None:
    office = PostOffice()
    office.stop()  # nobody listens there now
    for number in range(5):
        waits(world, world.dsl(f"DSL {number}"), f"{number}")
    app = at_the_post_office(make_app, office)
    with app.app_context():
        done = send_waiting_mail(world.clock.now)
    assert (done.sent, done.waiting) == (0, 5)
    assert done.problems == {"ConnectionRefusedError": 1, "OutOfReach": 4}


def test_a_line_that_cannot_be_encrypted_carries_no_mail(world: World, make_app: Any, post_office: PostOffice) -> None:
    """This server knows no STARTTLS; nor may the second mail go over the line that the first one opened."""
    for number in range(2):
        waits(world, world.dsl(f"DSL {number}"), f"{number}")
    assert sends(at_the_post_office(make_app, post_office, mail_tls="starttls"), world.clock.now) == 0
    assert post_office.taken == []
    assert [row.problem for row in rows(world)] == ["SMTPNotSupportedError", "OutOfReach"]


def test_a_certificate_that_nobody_vouches_for_gets_no_mail(
    world: World, make_app: Any, post_office: PostOffice, tmp_path: Path
) -> None:
    waits(world, world.dsl())
    post_office.tls = certificate_of_nobody(tmp_path)
    assert sends(at_the_post_office(make_app, post_office, mail_tls="starttls"), world.clock.now) == 0
    assert post_office.taken == []
    assert rows(world)[0].problem == "SSLCertVerificationError"


def test_without_a_mail_server_mail_is_kept_in_a_file_or_printed(world: World, make_app: Any, tmp_path: Path) -> None:
    hart = world.dsl("Ms Hart")
    waits(world, hart)
    filed = make_app(instance=tmp_path).test_cli_runner().invoke(args=["mail", "send"])
    assert filed.output.startswith("1 sent, 0 waiting, 0 void.\nNothing left this machine")
    (file,) = (tmp_path / "mail").iterdir()
    assert f"To: {hart.email}" in file.read_text()
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0

    waits(world, hart, "two")
    printed = make_app(mail="console").test_cli_runner().invoke(args=["mail", "send"])
    assert "Subject: Something waits: two" in printed.output
    assert printed.output.endswith("1 sent, 0 waiting, 0 void.\n")


def test_the_command_says_what_became_of_the_mail(world: World, make_app: Any, post_office: PostOffice) -> None:
    hart, rees, okoro = world.dsl("Ms Hart"), world.deputy("Mr Rees"), world.teacher("Mr Okoro")
    for person in (hart, rees, okoro):
        waits(world, person, person.name)
    world.leaves(okoro)
    post_office.refuses.add(rees.email)
    run = at_the_post_office(make_app, post_office).test_cli_runner()
    said = run.invoke(args=["mail", "send"])
    assert (said.exit_code, said.output) == (
        0,
        "1 sent, 1 waiting, 1 void.\n  1 waiting because of: refused 550\n",
    )
    assert run.invoke(args=["mail", "send"]).output.startswith("0 sent, 1 waiting, 0 void.")


def test_a_server_that_shows_pages_does_without_what_mails_seals_and_migrates(tmp_path: Path) -> None:
    """About 20 MB of an old PC's memory."""
    asked = "import sys, wsgi; print({'flask_mailman', 'smtplib', 'cryptography', 'alembic'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=HERE,
        env={**os.environ, "SAFE_HARBOUR_INSTANCE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "set()\n"


# Processes that die, and processes that come together


def goes_to_send(world: World, office: PostOffice, *, is_heard: bool = False) -> subprocess.Popen[bytes]:
    """`flask mail send` in a process of its own, by the machine's clock, on the tests' database."""
    here: Settings = world.app.extensions["settings"]
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "mail", "send"],
        cwd=HERE,
        stdout=subprocess.PIPE if is_heard else subprocess.DEVNULL,
        env={
            **os.environ,
            "FLASK_SKIP_DOTENV": "1",
            "DATABASE_URL": here.database_url,
            "SAFE_HARBOUR_INSTANCE": str(here.instance),
            "SAFE_HARBOUR_SECRET": here.secret,
            "SAFE_HARBOUR_ADDRESS": here.address,
            "SAFE_HARBOUR_MAIL": "smtp",
            "SAFE_HARBOUR_MAIL_FROM": "harbour@school.example",
            "SAFE_HARBOUR_MAIL_HOST": "127.0.0.1",
            "SAFE_HARBOUR_MAIL_PORT": str(office.port),
            "SAFE_HARBOUR_MAIL_TLS": "off",
        },
    )


def test_killed_before_the_servers_ok_a_mail_is_sent_once(world: World, make_app: Any, post_office: PostOffice) -> None:
    world.clock.set(datetime.now(UTC))
    waits(world, world.dsl())
    running: list[subprocess.Popen[bytes]] = []

    def kills(_mail: Taken) -> None:
        running[0].kill()
        running[0].wait()
        raise Hangs

    post_office.before_ok = kills
    running.append(goes_to_send(world, post_office))
    assert running[0].wait() == -9
    assert post_office.taken == []

    post_office.before_ok = lambda _: None
    app = at_the_post_office(make_app, post_office)
    world.clock.set(datetime.now(UTC))
    assert sends(app, world.clock.now) == 0  # its claim still stands
    world.clock.moves(seconds=LEASE.total_seconds())
    assert sends(app, world.clock.now) == 1
    assert sends(app, world.clock.now) == 0
    assert len(post_office.taken) == 1


def test_killed_after_the_servers_ok_a_mail_goes_again_with_the_same_message_id(
    world: World, make_app: Any, post_office: PostOffice
) -> None:
    """The row is held from before the OK until the process is dead, so that the mark cannot be made in between."""
    world.clock.set(datetime.now(UTC))
    waits(world, world.dsl())
    running: list[subprocess.Popen[bytes]] = []
    held, is_let_go = ExitStack(), threading.Event()

    def holds_the_row(_mail: Taken) -> None:
        held.enter_context(world.app.app_context())
        connection = held.enter_context(writing())
        connection.execute(select(Mail.id).with_for_update())

    def kills(_mail: Taken) -> None:
        time.sleep(0.5)  # it has the OK by now, and waits for the row
        assert running[0].poll() is None
        running[0].kill()
        running[0].wait()
        held.close()
        is_let_go.set()

    post_office.before_ok, post_office.after_ok = holds_the_row, kills
    running.append(goes_to_send(world, post_office))
    assert running[0].wait() == -9
    assert is_let_go.wait(10)
    post_office.before_ok = post_office.after_ok = lambda _: None
    (row,) = rows(world)
    assert (row.sent_at, row.tries) == (None, 1)

    app = at_the_post_office(make_app, post_office)
    world.clock.set(datetime.now(UTC) + LEASE)
    assert sends(app, world.clock.now) == 1
    assert sends(app, world.clock.now) == 0
    first, again = post_office.taken
    assert first.id == again.id == f"<{row.public_id}@localhost>"


def test_two_processes_at_once_send_each_mail_once(world: World, post_office: PostOffice) -> None:
    world.clock.set(datetime.now(UTC))
    people = [world.dsl(f"DSL {number}") for number in range(12)]
    for person in people:
        waits(world, person, person.name)
    first_at_the_counter: list[Taken] = []

    def waits_for_the_other(mail: Taken) -> None:
        """The first mail is kept at the counter until the other process has sent the rest: both do hold one."""
        first_at_the_counter.append(mail)
        if len(first_at_the_counter) == 1:
            for _ in range(1500):
                if len(post_office.taken) >= len(people) - 1:
                    break
                time.sleep(0.01)
        else:
            time.sleep(0.02)

    post_office.before_ok = waits_for_the_other
    both = [goes_to_send(world, post_office, is_heard=True) for _ in range(2)]
    said = sorted(process.communicate()[0].split(b",")[0] for process in both)
    assert said == [b"1 sent", b"11 sent"]
    assert sorted(mail.to for mail in post_office.taken) == sorted(person.email for person in people)
    assert len({mail.id for mail in post_office.taken}) == len(people)
