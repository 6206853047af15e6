"""How a pupil likes the pages: chosen without script, kept on the pupil's row, the same on every device."""

from __future__ import annotations

import pytest

import static_files
from accounts.comfort import CHOICES, USUAL, Comfort, UnknownSetting, chosen_comfort, read_comfort
from accounts.models import Pupil
from database import db
from tests.harness.visitor import Page, Visitor
from tests.harness.world import APerson, World

#: What the page of somebody who has chosen nothing offers as chosen, in Years 3 to 6.
AS_USUAL = {"rate": "normal", "letters": "usual", "size": "normal", "calm": "off", "quiet": "off", "touch": "off"}


def shown(page: Page) -> dict[str, str]:
    """What <html> says of how this page looks and sounds."""
    return {
        name.removeprefix("data-"): str(value)
        for name, value in page.one("html").attrs.items()
        if name.startswith("data-") and name != "data-band"
    }


def kept(world: World, pupil: APerson) -> str:
    with world.app.app_context():
        return db.session.get_one(Pupil, pupil.id).comfort


def sails(pupil: Visitor) -> Page:
    return pupil.posts("/sail", {"place": "cove", "number_cove": 1}, status=200)


@pytest.fixture
def musa(world: World) -> APerson:
    return world.pupil("Musa", world.klass("Willow", year_group=3))


# At the page


def test_musa_chooses_bigger_capitals_and_a_slower_voice_and_every_page_follows(world: World, musa: APerson) -> None:
    tablet = world.signed_in(musa)
    assert shown(tablet.visits("/chart")) == {}

    page = tablet.visits("/my-page")
    assert page.form("/my-page").values().to_dict() == {**page.form("/my-page").values().to_dict(), **AS_USUAL}
    page = tablet.submits("/my-page", rate="slow", size="large", letters="capitals")

    now = {"rate": "slow", "size": "large", "letters": "capitals"}
    assert "Kept. Your pages look and sound like this now." in page
    assert shown(page) == now
    assert {name: page.form("/my-page").values()[name] for name in AS_USUAL} == {**AS_USUAL, **now}
    for path in ("/chart", "/help"):
        assert shown(tablet.visits(path)) == now
    assert shown(sails(tablet)) == now
    assert page.h1.text == "My reading", "capitals are how words look; the words stay as they are"


def test_another_tablet_shows_the_same_and_another_pupil_on_this_one_has_their_own(world: World, musa: APerson) -> None:
    world.signed_in(musa).visits("/my-page")
    first = world.signed_in(musa)
    first.visits("/my-page")
    first.submits("/my-page", letters="weighted", calm="on")

    other_tablet = world.signed_in(musa)
    assert shown(other_tablet.visits("/chart")) == {"letters": "weighted", "calm": "on"}
    ben = world.signed_in(world.pupil("Ben", musa.klass))
    assert shown(ben.visits("/chart")) == {}
    ben.visits("/my-page")
    ben.submits("/my-page", size="largest")
    assert shown(ben.visits("/chart")) == {"size": "largest"}
    assert shown(other_tablet.visits("/chart")) == {"letters": "weighted", "calm": "on"}


def test_back_as_usual_leaves_nothing_on_the_row(world: World, musa: APerson) -> None:
    tablet = world.signed_in(musa)
    tablet.visits("/my-page")
    tablet.submits("/my-page", rate="quick", quiet="on", touch="on")
    assert kept(world, musa) == '{"quiet":"on","rate":"quick","touch":"on"}'

    tablet.visits("/my-page")
    tablet.submits("/my-page", AS_USUAL)
    assert kept(world, musa) == ""


def test_what_is_not_offered_is_refused_in_words_and_changes_nothing(world: World, musa: APerson) -> None:
    tablet = world.signed_in(musa)
    page = tablet.posts("/my-page", {**AS_USUAL, "size": "huge"}, status=422)

    assert "Pick one picture in each row" in page
    assert kept(world, musa) == ""
    assert tablet.posts("/my-page", {"size": "large"}, status=200).status == 200, "what is left out is as usual"
    assert kept(world, musa) == '{"size":"large"}'


def test_back_leads_to_where_the_pupil_was(world: World, musa: APerson) -> None:
    tablet = world.signed_in(musa)
    where = sails(tablet).path
    page = tablet.visits("/my-page", Referer=f"http://localhost{where}?again=1")
    assert page.link("Back") == where
    assert tablet.submits("/my-page", size="large").link("Back") == where

    for elsewhere in ("https://far.example/sail", "//far.example", "/\\far.example", "javascript:x", "/my-page", "/"):
        assert tablet.visits("/my-page", Referer=elsewhere).link("Back") == "/chart"
        page = tablet.posts("/my-page", {**AS_USUAL, "came": elsewhere})
        assert page.link("Back") == "/chart"


def test_our_own_script_is_told_where_to_go(world: World, musa: APerson) -> None:
    tablet = world.signed_in(musa)
    answer = tablet.asks("POST", "/my-page", {**AS_USUAL, "csrf_token": tablet.csrf_token()}, Accept="application/json")
    assert answer.json == {"next": "/my-page?kept=1&came=/chart"}


# The youngest


@pytest.mark.parametrize(("year_group", "is_spoken"), [(0, True), (1, True), (2, True), (3, False), (6, False)])
def test_what_is_touched_is_said_up_to_year_two(world: World, year_group: int, is_spoken: bool) -> None:
    klass = world.klass("Willow", year_group=year_group)
    nia = world.signed_in(world.pupil("Nia", klass))

    assert shown(nia.visits("/chart")) == ({"touch": "on"} if is_spoken else {})
    page = nia.visits("/my-page")
    assert page.form("/my-page").values()["touch"] == ("on" if is_spoken else "off")
    nia.submits("/my-page", touch="off" if is_spoken else "on")
    assert shown(nia.visits("/chart")) == ({} if is_spoken else {"touch": "on"})


def test_a_child_who_left_it_on_and_moves_up_gets_the_older_pupils_pages(world: World) -> None:
    oak = world.klass("Oak", year_group=2)
    nia = world.pupil("Nia", oak)
    tablet = world.signed_in(nia)
    tablet.visits("/my-page")
    tablet.submits("/my-page", size="large")

    assert kept(world, nia) == '{"size":"large"}'
    teacher = world.signed_in(world.teacher("Mr Okoro", oak))
    teacher.posts(f"/classes/{oak.public_id}/band", {"band": "y3-4"})
    assert shown(tablet.visits("/chart")) == {"size": "large"}


def test_the_names_at_a_youngest_class_speak_and_the_pages_of_grown_ups_never_do(world: World) -> None:
    oak = world.klass("Oak", year_group=1)
    world.pupil("Nia", oak)
    world.opens_door(oak)
    at_the_door = world.looking_for_a_boat(oak).visits("/boats")
    assert shown(at_the_door) == {"touch": "on"}
    assert at_the_door.all("speak-touch")
    assert shown(world.visitor().visits("/")) == {}
    assert not world.signed_in(world.teacher("Mr Okoro", oak)).visits("/classes/").all("speak-touch")


def test_quiet_means_that_nothing_is_said_unless_it_is_asked_for(world: World) -> None:
    nia = world.signed_in(world.pupil("Nia", world.klass("Oak", year_group=1)))
    nia.visits("/my-page")
    page = nia.submits("/my-page", quiet="on")

    assert shown(page) == {"quiet": "on"}
    assert page.all("read-aloud"), "Listen is still there"
    page = nia.submits("/my-page", quiet="off")
    assert shown(page) == {"touch": "on"}, "quiet took nothing else away"


# The rule itself


def test_what_is_kept_is_what_is_read() -> None:
    assert read_comfort("") is USUAL
    for name, offered in CHOICES.items():
        for value in offered:
            one = Comfort(**{name: value})
            assert read_comfort(one.kept()) == one
            assert (one.kept() == "") == (one == USUAL)
    everything = Comfort("slow", "weighted", "largest", "on", "on", "off")
    assert read_comfort(everything.kept()) == everything
    assert len(everything.kept()) <= 200, "the column's length"


def test_a_setting_of_another_version_stops_no_page() -> None:
    assert read_comfort('{"size":"large","hats":"on","rate":"warp"}') == Comfort(size="large")


@pytest.mark.parametrize("name", sorted(CHOICES))
def test_nothing_else_may_be_chosen(name: str) -> None:
    with pytest.raises(UnknownSetting, match=name):
        chosen_comfort({name: "else"}, "y34")


# The letters for readers with dyslexia


def test_the_weighted_letters_are_small_renamed_and_licensed(world: World, musa: APerson) -> None:
    """OpenDyslexic is a reserved font name: what is cut from it may not be called so (its licence, condition 3)."""
    fonts = static_files.FOLDER / "fonts"
    for weight in (400, 700):
        assert (fonts / f"harbour-weighted-{weight}.woff2").stat().st_size <= 40_000
    licence = (fonts / "OFL-opendyslexic.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Reserved Font Name OpenDyslexic" in licence
    assert 'font-family: "OpenDyslexic"' not in (static_files.FOLDER / "css/comfort.css").read_text(encoding="utf-8")
    tablet = world.signed_in(musa)
    tablet.visits("/my-page")
    page = tablet.submits("/my-page", letters="weighted")
    assert not [link for link in page.all("link[rel=preload]") if "weighted" in str(link["href"])]
