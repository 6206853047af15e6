"""A letter goes home, a grown-up links and reads; another is unlinked and is out at the next request."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from accounts import family_links
from accounts.models import Adult, AuditEntry, FamilyCode, FamilyLink, Mail, ResetLink, SignIn, User
from accounts.outbox import queue
from accounts.weekly_letter import choose_letters
from database import db, writing
from progress.digest import queue_digests
from tests.harness.learner import Learner
from tests.harness.page_rules import words_of
from tests.harness.statements import count_statements
from tests.harness.visitor import Form, Page, Visitor
from tests.harness.world import AClass, APerson, World

NEW = "teapot gravel sunshine"
CHILDREN = "/families/children"


def code_for(world: World, child: APerson, number: int = 1) -> str:
    """A letter's code, as the school makes it."""
    with world.saving():
        code = family_links.make_code(world.keys, child.school.id, child.id, number, world.clock.now)
        return family_links.family_code(world.keys, code)


def with_code(world: World, code: str, name: str = "a grown-up") -> Visitor:
    """A telephone on which the letter's code has been typed."""
    phone = world.visitor(name)
    phone.visits("/families/join")
    phone.submits(code=code)
    return phone


def joins(world: World, child: APerson, email: str = "sam@post.example", name: str = "Sam Khan") -> Visitor:
    """Somebody with a letter and a new account."""
    phone = with_code(world, code_for(world, child), name)
    page = phone.submits(form_of(phone, "new"), name=name, email=email, password=NEW)
    assert page.path.startswith(CHILDREN)
    return phone


def form_of(phone: Visitor, way: str) -> Form:
    assert phone.page is not None
    return next(form for form in phone.page.forms if form.values().get("way") == way)


def codes_on(page: Page) -> list[str]:
    return [code.text.replace(" ", "") for code in page.all(".ltr__code b")]


def sees(phone: Visitor, child: APerson) -> bool:
    """Whether this account may read about the child now."""
    return phone.asks("GET", f"{CHILDREN}/{child.public_id}").status_code == 200


def test_a_letter_goes_home_and_sam_links_on_a_phone(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))

    okoro.visits("/classes/")
    okoro.follows("Letters home of Willow")
    letters = okoro.presses("Make the letters that are missing")
    assert [heading.text for heading in letters.all(".ltr h2")] == [
        "To the grown-ups of Amina in Willow",
        "To the grown-ups of Ben in Willow",
    ]
    assert "23 December 2026" in letters.all(".ltr__code")[0].text
    assert all(len(code) == 12 for code in codes_on(letters))

    sam = world.visitor("Sam Khan")
    sam.visits("/families/join")
    spaced = letters.all(".ltr__code b")[0].text.lower()
    asked = sam.submits(code=spaced)
    assert "This code is for Amina in Willow" in asked
    shown = sam.submits(form_of(sam, "new"), name="Sam Khan", email="Sam@post.example", password=NEW)
    assert shown.path.startswith(CHILDREN)
    assert sees(sam, amina)
    assert not sees(sam, ben)

    page = okoro.visits(f"/people/{amina.public_id}/families")
    assert "Sam Khan" in page
    assert "sam@post.example" not in page  # a teacher need not know it
    assert "used" in page
    assert codes_on(okoro.visits(f"/classes/{willow.public_id}/letters")) == codes_on(letters)[1:]


def test_a_mistake_loses_nothing_that_was_typed(world: World) -> None:
    amina = world.pupil("Amina")
    taken = world.parent("Alex Taken")
    phone = with_code(world, code_for(world, amina))

    wrong = phone.submits(form_of(phone, "new"), name="Sam Khan", email="sam at post", password="short", status=422)
    assert "whole email address" in wrong.one("#email-problem").text
    assert "12 characters" in wrong.one("#password-problem").text
    assert wrong.one("#name")["value"] == "Sam Khan"
    assert wrong.one("#email")["value"] == "sam at post"

    known = phone.submits(form_of(phone, "new"), email=taken.email, password=NEW, status=422)
    assert "has an account already" in known.one("#email-problem").text
    nameless = phone.submits(form_of(phone, "new"), name=" ", email="sam@post.example", password=NEW, status=422)
    assert "Type your name" in nameless.one("#name-problem").text
    assert phone.submits(form_of(phone, "new"), name="Sam", password=NEW).path.startswith(CHILDREN)


def test_a_code_works_once_even_when_two_send_it_together(world: World) -> None:
    amina = world.pupil("Amina")
    code = code_for(world, amina)
    first, second = with_code(world, code, "first"), with_code(world, code, "second")

    first.submits(form_of(first, "new"), name="Sam", email="sam@post.example", password=NEW)
    late = second.submits(form_of(second, "new"), name="Kit", email="kit@post.example", password=NEW, status=422)
    assert "does not work" in late.one("#code-problem").text
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(FamilyLink)) == 1
        assert db.session.scalar(select(Adult.user_id).where(Adult.email == "kit@post.example")) is None


def test_a_code_runs_out_after_thirty_days(world: World) -> None:
    code = code_for(world, world.pupil("Amina"))
    phone = world.visitor()
    world.clock.moves(days=30)
    phone.visits("/families/join")
    assert "for 30 days" in phone.submits(code=code, status=422)


def test_a_letter_prints_again_unchanged(world: World) -> None:
    willow = world.klass("Willow")
    world.pupils(["Amina", "Ben"], willow)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    where = f"/classes/{willow.public_id}/letters"

    okoro.visits(where)
    first = codes_on(okoro.presses("Make the letters that are missing"))
    world.clock.moves(minutes=30)
    assert codes_on(okoro.presses("Make the letters that are missing")) == first
    both = codes_on(okoro.submits(where, second=True))
    assert len(both) == 4
    assert set(first) < set(both)
    with world.app.app_context():
        stored = db.session.scalars(select(FamilyCode.code_hash)).all()
    assert not {code.encode() for code in both} & set(stored)


def test_codes_cannot_be_tried_one_after_another(world: World) -> None:
    code = code_for(world, world.pupil("Amina"))
    guesser = world.visitor("a guesser")

    guesser.visits("/families/join")
    for _ in range(4):
        guesser.submits(code="AAAA AAAA AAAA", status=422)
    assert "Wait 30 seconds" in guesser.submits(code="AAAA AAAA AAAA", status=429)
    guesser.submits(code=code, status=429)
    other = world.visitor("an honest phone in the same house")
    other.visits("/families/join")
    other.submits(code=code)


def test_two_grown_ups_of_one_child_learn_nothing_of_each_other(world: World) -> None:
    amina = world.pupil("Amina")
    sam = joins(world, amina)
    phone = with_code(world, code_for(world, amina, 2), "Alex")
    phone.submits(form_of(phone, "new"), name="Alex Moss", email="alex@post.example", password=NEW)

    told = re.compile("Alex|Moss|alex@|Khan|sam@", re.IGNORECASE)
    pages = (CHILDREN, "/families/add", "/families/mail", "/information", "/help", f"{CHILDREN}/{amina.public_id}")
    for path in pages:
        hers, his = sam.visits(path), phone.visits(path)
        assert not told.search(hers.html), path
        assert hers.text == his.text, path
    with world.app.app_context(), writing() as connection:
        for parent_id in db.session.scalars(select(User.id).where(User.role == "parent")):
            choose_letters(connection, parent_id, world.clock.now, is_weekly=True)
    world.clock.moves(minutes=1)
    Learner(world, amina, "online-friends.y3-4").answers("A").answers("B").begins_the_story().finishes()
    for browser, email in ((sam, "sam@post.example"), (phone, "alex@post.example")):
        browser.posts("/families/forgotten", {"email": email}, status=200)
    resets = world.sends_mail()
    world.clock.moves(days=5)
    with world.app.app_context():
        assert queue_digests(world.clock.now) == 2
    mails = resets + world.sends_mail()
    assert [mail.to for mail in mails] == ["sam@post.example", "alex@post.example"] * 2
    assert not any(told.search(f"{mail.subject} {mail.body} {dict(mail.headers)}") for mail in mails)


def test_a_second_child_is_added_to_the_account_from_inside_and_from_the_door(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben, cai = world.pupils(["Amina", "Ben", "Cai"], willow)
    sam = joins(world, amina)

    sam.visits("/families/add")
    wrong = sam.submits(code="AAAA AAAA AAAA", status=422)
    assert "does not work" in wrong.one("#code-problem").text
    sam.visits("/families/join")  # a signed-in parent is taken to the shorter form
    sam.submits("/families/add", code=code_for(world, ben))
    assert sees(sam, ben)

    phone = with_code(world, code_for(world, cai), "Sam on a new phone")
    form = form_of(phone, "existing")
    refused = phone.submits(form, own_email="sam@post.example", own_password="not this one", status=422)
    assert "do not open an account" in refused.one("#existing-problem").text
    assert refused.one("#own_email")["value"] == "sam@post.example"
    phone.submits(form_of(phone, "existing"), own_password=NEW)
    for child in (amina, ben, cai):
        assert sees(phone, child)


def test_who_is_linked_already_leaves_the_code_for_somebody_else(world: World) -> None:
    amina = world.pupil("Amina")
    sam = joins(world, amina)
    second = code_for(world, amina, 2)

    sam.visits("/families/add")
    sam.submits(code=second)
    alex = with_code(world, second, "Alex")
    assert alex.page is not None
    assert "This code is for Amina" in alex.page


def test_a_teacher_or_another_schools_parent_cannot_use_their_account_for_it(world: World) -> None:
    amina, teacher = world.pupil("Amina"), world.teacher("Ms Dean")
    elsewhere = world.parent("Alex Moss", school=world.school("Other Primary"))
    code = code_for(world, amina)

    phone = with_code(world, code)
    form = form_of(phone, "existing")
    phone.submits(form, own_email=teacher.email, own_password=teacher.password, status=422)
    refused = phone.submits(
        form_of(phone, "existing"), own_email=elsewhere.email, own_password=elsewhere.password, status=422
    )
    assert "belongs to another school" in refused
    inside = world.signed_in(elsewhere)
    inside.visits("/families/add")
    assert "from another school" in inside.submits(code=code, status=422)
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(FamilyLink)) == 0


def test_a_code_of_a_child_who_left_links_nobody(world: World) -> None:
    amina = world.pupil("Amina")
    code = code_for(world, amina)
    world.leaves(amina)
    phone = world.visitor()
    phone.visits("/families/join")
    phone.submits(code=code, status=422)


def test_an_unlinked_grown_up_is_out_at_the_next_request_and_their_letters_are_void(world: World) -> None:
    willow = world.klass("Willow")
    amina = world.pupil("Amina", willow)
    sam = joins(world, amina)
    alex = with_code(world, code_for(world, amina, 2), "Alex")
    alex.submits(form_of(alex, "new"), name="Alex Moss", email="alex@post.example", password=NEW)
    unused = code_for(world, amina)
    hart = world.dsl("Ms Hart")
    dsl = world.signed_in(hart)

    page = dsl.visits(f"/people/{amina.public_id}/families")
    assert "sam@post.example" in page
    done = dsl.presses("Unlink Sam Khan")
    assert "Unlinked" in done
    linked = words_of(done.one("[aria-label='Linked grown-ups']"))
    assert "Sam Khan" not in linked
    assert "Alex Moss" in linked

    assert sam.visits(CHILDREN).path == "/families/"  # no other child: signed out
    sam.submits(email="sam@post.example", password=NEW)  # the account is theirs; the child is not on it
    assert not sees(sam, amina)
    assert "Amina" not in sam.visits(CHILDREN)
    assert sees(alex, amina)
    sam.visits("/families/add")
    sam.submits(code=unused, status=422)
    with world.app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.what == "family-unlinked")).one()
        assert (entry.actor_id, entry.about_id) == (hart.id, amina.id)


def keeps(world: World, model: type[Any]) -> int:
    """How many rows of this kind can still be used or sent."""
    can_be_used = {
        SignIn: SignIn.ended_at.is_(None),
        FamilyCode: FamilyCode.used_at.is_(None) & FamilyCode.voided_at.is_(None),
        ResetLink: ResetLink.used_at.is_(None) & ResetLink.voided_at.is_(None),
        Mail: Mail.try_after.is_not(None),
    }
    with world.app.app_context():
        return db.session.scalar(select(func.count()).select_from(model).where(can_be_used[model])) or 0


def forgets_the_password(world: World, parent: APerson) -> str:
    """A link to a new password, asked for and sent; the code in it."""
    world.visitor().posts("/families/forgotten", {"email": parent.email})
    mail = world.sends_mail()[-1]
    return mail.body.split("/families/renew#", 1)[1].split("\n", 1)[0]


def hears_of_a_lesson(world: World, parent: APerson, key: str = "digest:1") -> None:
    """A weekly letter that waits to be sent."""
    with world.app.app_context(), writing() as connection:
        choose_letters(connection, parent.id, world.clock.now, is_weekly=True)
        queue(
            connection,
            school_id=parent.school.id,
            user_id=parent.id,
            kind="digest",
            key=key,
            subject="Safe Harbour: something to talk about this week",
            body="Hello",
            at=world.clock.now,
        )


def test_unlinking_ends_sessions_letters_links_and_waiting_mail_at_once_and_writes_to_nobody(world: World) -> None:
    amina = world.pupil("Amina")
    sam = world.parent_of(amina, name="Sam Khan")
    code_for(world, amina, 2)
    link = forgets_the_password(world, sam)
    hears_of_a_lesson(world, sam)
    phone, tablet = world.signed_in(sam), world.signed_in(sam)
    assert sees(phone, amina)
    hart = world.signed_in(world.dsl("Ms Hart"))

    hart.visits(f"/people/{amina.public_id}/families")
    hart.presses("Unlink Sam Khan")
    for browser in (phone, tablet):
        assert browser.asks("GET", f"{CHILDREN}/{amina.public_id}").location == "/families/"
    assert [keeps(world, model) for model in (SignIn, FamilyCode, ResetLink, Mail)] == [1, 0, 0, 0]  # hers is the one
    late = world.visitor("Sam Khan").posts("/families/renew", {"code": link, "password": NEW}, status=422)
    assert "does not work" in late.one("#code-problem").text
    world.visitor("Sam Khan").posts("/families/forgotten", {"email": sam.email})
    world.clock.moves(days=30)
    assert world.sends_mail() == []


def test_the_record_of_an_unlinking_is_one_page_that_opens_again(world: World) -> None:
    willow = world.klass("Willow")
    amina = world.pupil("Amina", willow)
    sam = world.parent_of(amina, name="Sam Khan")
    for number in (1, 2):
        code_for(world, amina, number)
    forgets_the_password(world, sam)
    for number in range(3):
        hears_of_a_lesson(world, sam, f"digest:{number}")
    world.signed_in(sam)
    world.clock.moves(minutes=25)
    world.signed_in(sam)
    world.clock.moves(minutes=10)  # the first device has been idle for too long to be of use
    hart = world.signed_in(world.dsl("Ms Hart"))

    hart.visits(f"/people/{amina.public_id}/families")
    done = hart.presses("Unlink Sam Khan")
    record = hart.visits(done.link("Record to print about Sam Khan, 23 November 2026"))
    for row, said in (
        ("Child", "Amina"),
        ("Grown-up", f"Sam Khan, {sam.email}"),
        ("Unlinked by", "Ms Hart, safeguarding lead"),
        ("When", "23 November 2026, 10:35"),
        ("Devices signed out", "1"),
        ("Unused letters", "2"),
        ("Password links", "1"),
        ("Mails not yet sent", "3"),
        ("Court order, reference", ""),
        ("Signature and date", ""),
    ):
        assert words_of(_beside(record, row)) == said

    world.clock.moves(days=400)
    world.leaves(amina)
    head = world.signed_in(world.head())
    assert head.visits(record.path).one("article").text == record.one("article").text
    with world.app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.what == "family-unlinked")).one()
        assert not re.search("[A-Z]|@", entry.detail)  # ids and counts, no name


def _beside(page: Page, heading: str) -> Any:
    return next(row.find("td") for row in page.all("tr") if row.th and words_of(row.th) == heading)


def test_an_account_with_another_child_keeps_its_devices_and_the_record_says_so(world: World) -> None:
    amina, ben = world.pupils(["Amina", "Ben"])
    sam = world.parent_of(amina, ben, name="Sam Khan")
    forgets_the_password(world, sam)
    hears_of_a_lesson(world, sam)
    phone = world.signed_in(sam)
    hart = world.signed_in(world.dsl("Ms Hart"))
    hart.visits(f"/people/{amina.public_id}/families")
    record = hart.visits(hart.presses("Unlink Sam Khan").link("Record to print about Sam Khan, 23 November 2026"))

    assert words_of(_beside(record, "Devices signed out")).startswith("0 (the account still reads about another child")
    assert "Ben" not in record  # whom it is, a paper in a file need not say
    assert sees(phone, ben)
    assert not sees(phone, amina)
    assert (keeps(world, ResetLink), world.sends_mail()) == (0, [])


def test_records_are_for_the_safeguarding_team_and_the_head_of_the_school(world: World) -> None:
    willow = world.klass("Willow")
    amina = world.pupil("Amina", willow)
    world.parent_of(amina, name="Sam Khan")
    where = f"/people/{amina.public_id}/families"
    hart = world.signed_in(world.dsl("Ms Hart"))
    hart.visits(where)
    path = hart.presses("Unlink Sam Khan").link("Record to print about Sam Khan, 23 November 2026")

    for person in (world.deputy(), world.head()):
        browser = world.signed_in(person)
        assert "Unlinked before" in browser.visits(where)
        browser.visits(path)
    for person in (world.teacher("Mr Okoro", willow), world.admin()):
        browser = world.signed_in(person)
        assert "Sam Khan" not in browser.visits(where)
        browser.visits(path, status=404)
    other = world.school("Other Primary")
    for person in (world.dsl("Ms Far", school=other), world.head("Mrs Far", school=other)):
        world.signed_in(person).visits(path, status=404)
    world.signed_in(world.dsl("Ms Near")).visits("/families/records/made-up", status=404)


def test_letters_for_the_whole_class_never_undo_an_unlinking(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    sam = joins(world, amina)
    head, okoro = world.signed_in(world.head()), world.signed_in(world.teacher("Mr Okoro", willow))
    head.visits(f"/people/{amina.public_id}/families")
    head.presses("Unlink Sam Khan")

    okoro.visits(f"/classes/{willow.public_id}/letters")
    letters = okoro.submits(f"/classes/{willow.public_id}/letters", second=True)
    assert {heading.text for heading in letters.all(".ltr h2")} == {"To the grown-ups of Ben in Willow"}
    okoro.visits(f"/people/{amina.public_id}/families")
    ready = okoro.presses("Letter for the first grown-up")  # a decision about this child
    assert "ready to print" in ready
    hers = okoro.follows("Print the open letters")
    assert [heading.text for heading in hers.all(".ltr h2")] == ["To the grown-ups of Amina in Willow"]
    assert not sees(sam, ben)


def test_a_grown_up_of_two_children_keeps_the_other(world: World) -> None:
    amina, ben = world.pupils(["Amina", "Ben"])
    sam = world.parent_of(amina, ben, name="Sam Khan")
    phone = world.signed_in(sam)
    head = world.signed_in(world.head())

    head.visits(f"/people/{amina.public_id}/families")
    head.presses("Unlink Sam Khan")
    assert not sees(phone, amina)
    assert sees(phone, ben)


def test_a_lost_letter_is_made_void(world: World) -> None:
    willow = world.klass("Willow")
    amina = world.pupil("Amina", willow)
    code = code_for(world, amina)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))

    okoro.visits(f"/people/{amina.public_id}/families")
    done = okoro.presses("Make void : letter for the first grown-up")
    assert "opens nothing any more" in done
    phone = world.visitor()
    phone.visits("/families/join")
    phone.submits(code=code, status=422)
    assert codes_on(okoro.visits(f"/classes/{willow.public_id}/letters")) == []


def test_only_the_safeguarding_team_and_the_head_unlink(world: World) -> None:
    willow = world.klass("Willow")
    amina = world.pupil("Amina", willow)
    sam = world.parent_of(amina, name="Sam Khan")
    where = f"/people/{amina.public_id}/families"

    for person in (world.teacher("Mr Okoro", willow), world.admin()):
        browser = world.signed_in(person)
        assert "Only the safeguarding team or the head can unlink" in browser.visits(where)
        browser.posts(f"{where}/{sam.public_id}/unlink", status=404)
    for person in (world.deputy(), world.head()):
        assert "Unlink Sam Khan" in world.signed_in(person).visits(where)
    assert sees(world.signed_in(sam), amina)


def test_families_of_other_classes_and_schools_do_not_exist(world: World) -> None:
    willow, oak = world.klass("Willow"), world.klass("Oak", 4)
    ola = world.pupil("Ola", oak)
    parent = world.parent_of(ola, name="Sam Khan")
    other = world.school("Other Primary")
    strange = world.pupil("Strange", world.klass("Elm", school=other))
    amina = world.pupil("Amina", willow)
    okoro, head = world.signed_in(world.teacher("Mr Okoro", willow)), world.signed_in(world.head())
    code_id = _code_row(world, ola)

    for browser, child, klass in ((okoro, ola, oak), (head, strange, None)):
        browser.visits(f"/people/{child.public_id}/families", status=404)
        browser.posts(f"/people/{child.public_id}/families/letter", {"number": "1"}, status=404)
        if klass is not None:
            browser.visits(f"/classes/{klass.public_id}/letters", status=404)
            browser.posts(f"/classes/{klass.public_id}/letters", status=404)
    head.posts(f"/people/{strange.public_id}/families/{parent.public_id}/unlink", status=404)
    head.posts(f"/people/{amina.public_id}/families/{parent.public_id}/unlink", status=404)  # not that child's
    okoro.posts(f"/people/{amina.public_id}/families/letters/{code_id}/void", status=404)
    assert sees(world.signed_in(parent), ola)


def _code_row(world: World, child: APerson) -> str:
    with world.saving():
        made = family_links.make_code(world.keys, child.school.id, child.id, 1, world.clock.now)
        return made.public_id


def test_parents_come_in_by_their_own_door_and_wait_after_five_tries(world: World) -> None:
    sam = world.parent_of(world.pupil("Amina"), name="Sam Khan")
    teacher = world.teacher("Ms Dean")
    phone = world.visitor("Sam Khan")

    phone.visits("/families/")
    phone.submits(email=teacher.email, password=teacher.password, status=422)
    phone.submits(email=sam.email, password="", status=422)
    for _ in range(4):
        wrong = phone.submits(email=sam.email, password="not this one", status=422)
        assert wrong.one("#email")["value"] == sam.email
    assert "Wait 30 seconds" in phone.submits(email=sam.email, password="not this one", status=429)
    world.clock.moves(seconds=31)
    assert phone.submits(email=sam.email, password=sam.password).path.startswith(CHILDREN)
    assert phone.visits("/families/").path.startswith(CHILDREN)
    out = phone.posts("/families/sign-out", status=200)
    assert out.path == "/families/"
    assert phone.visits(CHILDREN).path == "/families/"


def test_the_letter_warns_while_nobody_outside_can_open_its_address(world: World, make_app: Any) -> None:
    willow = world.klass("Willow")
    world.pupil("Amina", willow)
    world.dsl("Ms Hart")
    okoro = world.teacher("Mr Okoro", willow)
    where = f"/classes/{willow.public_id}/letters"

    here = world.signed_in(okoro)
    here.visits(where)
    letters = here.presses("Make the letters that are missing")
    assert "opens on the server alone" in letters
    assert "ask for Ms Hart, our safeguarding lead" in letters
    served = Visitor(make_app(address="http://harbour.lan", is_plain_http=True), "Mr Okoro")
    cookie = here.client.get_cookie("sh")
    assert cookie is not None
    served.client.set_cookie("sh", cookie.value)
    printed = served.visits(where)
    assert "http" not in printed.one(".ltr").text
    assert "harbour.lan/families/join" in printed.one(".ltr").text
    assert "opens on the server alone" not in printed


@pytest.mark.parametrize("how_many", [3, 30])
def test_letters_and_lists_cost_the_same_for_thirty(world: World, how_many: int) -> None:
    willow: AClass = world.klass("Willow")
    pupils = world.pupils([f"Pupil {number}" for number in range(how_many)], willow)
    for child in pupils[:how_many]:
        world.parent_of(child, name=f"Parent of {child.name}")
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    where = f"/classes/{willow.public_id}/letters"
    okoro.posts(where, {"second": "1"}, status=200)
    assert len(okoro.visits(where).all(".ltr")) == 2 * how_many

    # one of each is for what the bar says
    for path, most in ((where, 6), (f"/people/{pupils[0].public_id}/families", 7)):
        with count_statements(world.app) as said:
            okoro.visits(path)
        assert len(said) <= most, said


def test_nobody_is_told_by_name_in_the_log_of_what_was_done(world: World) -> None:
    amina = world.pupil("Amina")
    joins(world, amina)
    with world.app.app_context():
        kept = db.session.scalars(select(AuditEntry)).all()
        assert [entry.what for entry in kept] == ["family-linked"]
        parent = db.session.scalars(select(User.id).where(User.role == "parent")).one()
        assert (kept[0].actor_id, kept[0].about_id) == (parent, amina.id)
