"""Guessing is slowed, the teacher is told, and no child is ever locked out (TRUST.md 2.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.secrets import PICTURES, WORDS
from accounts.throttle import LONGEST_REST, rest_after, wait_words
from tests.harness.visitor import Page, Visitor
from tests.harness.world import AClass, APerson, World


def wrong_secret(world: World, pupil: APerson) -> dict[str, str]:
    """What a form carries that is not this pupil's pictures or words."""
    given = world.secret_of(pupil)
    assert pupil.klass is not None
    if pupil.klass.year_group > 3:
        other = next(word for word in WORDS if word not in given)
        return {"w1": given[0], "w2": given[1], "w3": other}
    board = list(PICTURES)[: 12 if pupil.klass.year_group < 2 else 16]
    wrong = [*given[:-1], next(key for key in board if key not in given)]
    return {"so_far": ",".join(wrong[:-1]), "picture": wrong[-1]}


def right_secret(world: World, pupil: APerson) -> dict[str, str]:
    given = world.secret_of(pupil)
    assert pupil.klass is not None
    if pupil.klass.year_group > 3:
        return dict(zip(("w1", "w2", "w3"), given, strict=True))
    return {"so_far": ",".join(given[:-1]), "picture": given[-1]}


def tries(tablet: Visitor, pupil: APerson, fields: dict[str, str]) -> Page:
    return tablet.posts(f"/boats/{pupil.public_id}", fields, follow=False)


def is_in(page: Page) -> bool:
    return page.status == 303


def wear_out(world: World, willow: AClass, pupil: APerson, how_many: int) -> None:
    """This many wrong tries in one lesson, five a tablet, so that no tablet has to rest."""
    for start in range(0, how_many, 4):
        tablet = world.looking_for_a_boat(willow)
        for _ in range(min(4, how_many - start)):
            tries(tablet, pupil, wrong_secret(world, pupil))


@pytest.fixture
def willow(world: World) -> AClass:
    made = world.klass("Willow", 3)
    world.opens_door(made, minutes=120)
    return made


@pytest.mark.parametrize(
    ("wrong", "seconds"),
    [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (11, 900), (5000, 900)],
)
def test_five_wrong_tries_rest_and_the_rest_doubles_to_a_quarter_of_an_hour(wrong: int, seconds: int) -> None:
    assert rest_after(wrong) == timedelta(seconds=seconds)
    assert rest_after(wrong) <= LONGEST_REST


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 second"),
        (1, "1 second"),
        (29.5, "30 seconds"),
        (60, "60 seconds"),
        (61, "2 minutes"),
        (900, "15 minutes"),
    ],
)
def test_a_wait_is_said_in_whole_words(seconds: float, words: str) -> None:
    assert wait_words(timedelta(seconds=seconds)) == words


def test_a_pupil_who_taps_wrong_five_times_waits_and_then_comes_in(world: World, willow: AClass) -> None:
    amina = world.pupil("Amina", willow)
    tablet = world.looking_for_a_boat(willow)

    for _ in range(4):
        assert tries(tablet, amina, wrong_secret(world, amina)).status == 422
    assert tries(tablet, amina, wrong_secret(world, amina)).status == 429
    assert tries(tablet, amina, right_secret(world, amina)).status == 429  # resting means resting
    world.clock.moves(seconds=31)
    assert tries(tablet, amina, wrong_secret(world, amina)).status == 429  # the sixth: a minute
    world.clock.moves(seconds=59)
    assert tries(tablet, amina, right_secret(world, amina)).status == 429
    world.clock.moves(seconds=2)
    assert is_in(tries(tablet, amina, right_secret(world, amina)))


def test_a_right_try_wipes_the_slate_of_that_tablet(world: World, willow: AClass) -> None:
    amina = world.pupil("Amina", willow)
    tablet = world.looking_for_a_boat(willow)
    for _ in range(4):
        tries(tablet, amina, wrong_secret(world, amina))
    device = tablet.client.get_cookie("shd")
    assert is_in(tries(tablet, amina, right_secret(world, amina)))
    tablet.posts("/ashore", follow=False)
    assert device == tablet.client.get_cookie("shd")
    tablet.posts("/code", {"code": willow.code}, follow=False)
    for _ in range(4):
        assert tries(tablet, amina, wrong_secret(world, amina)).status == 422


def test_one_childs_wrong_tries_hold_up_nobody_else_on_the_tablet(world: World, willow: AClass) -> None:
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    tablet = world.looking_for_a_boat(willow)
    for _ in range(5):
        tries(tablet, amina, wrong_secret(world, amina))
    assert is_in(tries(tablet, ben, right_secret(world, ben)))


def test_the_teacher_is_told_at_fifteen_tries(world: World, willow: AClass) -> None:
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    okoro, head = world.signed_in(world.teacher("Mr Okoro", willow)), world.signed_in(world.head())

    wear_out(world, willow, amina, 14)
    wear_out(world, willow, ben, 3)
    assert "tried often" not in okoro.visits("/classes/")
    wear_out(world, willow, amina, 1)
    told = okoro.visits("/classes/")
    assert "somebody has tried often to sign in as Amina (15 times in a day)" in told
    assert "Ben (" not in told
    assert "tried often" not in head.visits("/classes/")  # for those who can do something about it
    world.clock.moves(days=1)
    assert "tried often" not in world.signed_in(world.teacher("Ms Next", willow)).visits("/classes/")


def test_after_sixty_tries_the_pictures_rest_and_three_ways_in_stay(world: World, willow: AClass) -> None:
    amina = world.pupil("Amina", willow)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    hers = world.looking_for_a_boat(willow)
    assert is_in(tries(hers, amina, right_secret(world, amina)))  # her own tablet is known from now on
    hers.posts("/ashore", follow=False)
    hers.posts("/code", {"code": willow.code}, follow=False)

    wear_out(world, willow, amina, 60)
    fresh = world.looking_for_a_boat(willow)
    refused = tries(fresh, amina, right_secret(world, amina))
    assert refused.status == 429
    assert "teacher" in refused

    card = world.visitor("Amina with her card")
    card.visits("/card")
    assert card.posts("/card", {"token": world.card_of(amina)}, follow=False).status == 303

    let_in = f"/classes/{willow.public_id}/people/{amina.public_id}/let-in"
    assert okoro.posts(let_in, follow=False).status == 303
    assert is_in(tries(fresh, amina, {}))

    assert is_in(tries(hers, amina, right_secret(world, amina)))


def test_a_known_tablet_has_three_tries_and_no_more_once_the_pictures_rest(world: World, willow: AClass) -> None:
    amina = world.pupil("Amina", willow)
    hers = world.looking_for_a_boat(willow)
    tries(hers, amina, right_secret(world, amina))
    hers.posts("/ashore", follow=False)
    hers.posts("/code", {"code": willow.code}, follow=False)
    wear_out(world, willow, amina, 60)

    for _ in range(3):
        assert tries(hers, amina, wrong_secret(world, amina)).status == 422
    assert tries(hers, amina, right_secret(world, amina)).status == 429
    world.clock.moves(days=1)
    world.opens_door(willow)
    tomorrow = world.looking_for_a_boat(willow)
    assert is_in(tries(tomorrow, amina, right_secret(world, amina)))


def test_two_pictures_of_twelve_rest_after_ten_tries_until_the_next_lesson(world: World) -> None:
    acorn = world.klass("Acorn", 0)
    world.opens_door(acorn, minutes=30)
    nia = world.pupil("Nia", acorn)
    wear_out(world, acorn, nia, 10)

    assert tries(world.looking_for_a_boat(acorn), nia, right_secret(world, nia)).status == 429
    world.clock.moves(hours=1)
    world.opens_door(acorn)
    assert is_in(tries(world.looking_for_a_boat(acorn), nia, right_secret(world, nia)))


def test_three_words_are_slowed_like_pictures(world: World) -> None:
    oak = world.klass("Oak", 5)
    world.opens_door(oak)
    ola = world.pupil("Ola", oak)
    tablet = world.looking_for_a_boat(oak)
    for _ in range(4):
        assert tries(tablet, ola, wrong_secret(world, ola)).status == 422
    assert tries(tablet, ola, wrong_secret(world, ola)).status == 429


def test_a_made_up_device_cookie_is_a_new_device_and_not_somebody_elses(world: World, willow: AClass) -> None:
    amina = world.pupil("Amina", willow)
    hers = world.looking_for_a_boat(willow)
    tries(hers, amina, right_secret(world, amina))
    hers.posts("/ashore", follow=False)
    cookie = hers.client.get_cookie("shd")
    assert cookie is not None
    wear_out(world, willow, amina, 60)

    forger = world.looking_for_a_boat(willow)
    forger.client.set_cookie("shd", cookie.value[:32] + "0" * 24)
    assert tries(forger, amina, right_secret(world, amina)).status == 429


def test_changing_the_address_a_proxy_reports_resets_nothing(world: World, willow: AClass) -> None:
    amina = world.pupil("Amina", willow)
    tablet = world.looking_for_a_boat(willow)
    for number in range(5):
        token = tablet.csrf_token()
        fields = {**wrong_secret(world, amina), "csrf_token": token}
        headers = {"X-Forwarded-For": f"10.0.0.{number}", "Origin": "http://localhost"}
        tablet.client.post(f"/boats/{amina.public_id}", data=fields, headers=headers)
    assert tries(tablet, amina, right_secret(world, amina)).status == 429


def test_staff_wait_after_five_and_a_known_computer_is_not_kept_out_by_others(world: World) -> None:
    okoro = world.teacher("Mr Okoro", world.klass("Oak", 4))
    his = world.visitor("Mr Okoro's computer")
    his.visits("/staff/")
    his.submits(email=okoro.email, password=okoro.password)
    his.posts("/staff/sign-out", status=200)

    guesser = world.visitor("a guesser")
    guesser.visits("/staff/")
    for _ in range(4):
        guesser.submits(email=okoro.email, password="a guess", status=422)
    told = guesser.submits(email=okoro.email, password="a guess", status=429)
    assert "Wait 30 seconds" in told
    assert "new invitation" in told  # what to do
    guesser.submits(email=okoro.email, password=okoro.password, status=429)

    for number in range(55):  # with the five above sixty in an hour, on ever new devices
        if number % 4 == 0:
            other = world.visitor()
            other.visits("/staff/")
        other.submits(email=okoro.email, password="a guess", status=422)
    late = world.visitor()
    late.visits("/staff/")
    late.submits(email=okoro.email, password=okoro.password, status=429)
    his.visits("/staff/")
    assert his.submits(email=okoro.email, password=okoro.password).path == "/classes/"
