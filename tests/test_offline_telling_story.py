"""Help without a network: the page that a browser keeps, and what was written offline, which arrives once and as its
writer's, whoever hands it over. The browser's own half is in tests/test_lifebuoy_in_a_browser.py."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from safeguarding.concerns import LONGEST_WORDS
from safeguarding.sealing import OUTSIDE, Unreadable, help_token, read_help_token
from safeguarding.telling import read_sheet
from tests.harness.learner import Learner
from tests.harness.told import BANDS, NOBODY, WORDS, nothing_can_be_kept, says_what_must_be_said, told
from tests.harness.visitor import Page, Visitor
from tests.harness.world import APerson, World


@pytest.fixture
def amina(world: World) -> APerson:
    world.opens_box()
    return world.pupil("Amina", world.klass("Willow", 3))


# The page that is kept


@pytest.mark.parametrize(("year", "band"), BANDS)
def test_the_help_page_that_is_kept_names_nobody(world: World, amina: APerson, year: int, band: str) -> None:
    own = world.signed_in(world.pupil("Zed", world.klass(f"K{year}", year))).visits(f"/help/offline/{band}")
    assert own.html == world.visitor().visits(f"/help/offline/{band}").html
    for name in ("Zed", "Ms Hart", "Harbour Primary"):
        assert name not in own
    assert NOBODY in own
    says_what_must_be_said(own, band)
    assert own.all("main form") == []


def test_a_band_that_there_is_not_is_not_there(world: World) -> None:
    world.visitor().visits("/help/offline/y78", status=404)


def test_the_service_worker_keeps_the_four_pages_and_what_they_are_drawn_with(world: World) -> None:
    tablet = world.visitor()
    answer = tablet.asks("GET", "/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-store"
    kept = json.loads(answer.text.split("KEPT = ")[1].split(";")[0])
    assert {path for path in kept if not path.startswith("/static/")} == {f"/help/offline/{band}" for _, band in BANDS}
    fetched = set()
    for _, band in BANDS:
        page = tablet.visits(f"/help/offline/{band}")
        for tag in page.all("link[href], script[src], img[src], use[href]"):
            fetched.add(str(tag.get("href") or tag.get("src")).split("#")[0])
    assert {path for path in fetched if not path.endswith("touch.png")} <= set(kept)
    for path in kept:
        assert tablet.asks("GET", path).status_code == 200
    assert '"now"' not in answer.text


def test_every_page_of_a_pupil_carries_the_essentials(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    for path in ("/chart", "/my-page", "/help", "/code"):
        inside = tablet.visits(path).one("template#essentials")
        assert NOBODY in inside.text
        assert "0800 1111" in inside.text


class Browser:
    """What static/js/tell-form.js does when there is no network, with what stands on the page."""

    def __init__(self, page: Page) -> None:
        form = page.one("tell-form")
        self.point, self.school, self.token = str(form["key"]), str(form["school"]), str(form["token"])
        self.id = str(page.one("tell-form input[name=id]")["value"])

    def locks(self, said: Any = None, **fields: str) -> dict[str, str]:
        own = ec.generate_private_key(ec.SECP256R1())
        sender = own.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.b64decode(self.point))
        key = HKDF(hashes.SHA256(), 32, sender, OUTSIDE).derive(own.exchange(ec.ECDH(), point))
        words = json.dumps(
            said if said is not None else {"id": self.id, "written_at": "2026-11-23T09:58:00.000Z", **fields}
        )
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(key).encrypt(nonce, words.encode().ljust(1024), self.school.encode())
        made = {"sender": sender, "nonce": nonce, "sealed": sealed}
        return {
            "id": self.id,
            "token": self.token,
            **{name: base64.b64encode(raw).decode() for name, raw in made.items()},
        }


def hands_over(visitor: Visitor, item: Any, *, status: int = 200, **headers: str) -> dict[str, str]:
    reply = visitor.client.post(
        "/help/outbox",
        data=item if isinstance(item, (str, bytes)) else json.dumps(item),
        headers={
            "Content-Type": "application/json", "Accept": "application/json", "Origin": "http://localhost",
            "X-CSRFToken": visitor.csrf_token(), **headers,
        },
    )  # fmt: skip
    assert reply.status_code == status, reply.text
    found: dict[str, str] = reply.get_json()
    return found


def test_what_amina_wrote_offline_is_handed_over_by_ben_and_is_aminas_once(world: World, amina: APerson) -> None:
    learner = Learner(world, amina, "online-friends.y3-4").answers("A").turns(3)
    tablet = world.signed_in(amina)
    browser = Browser(tablet.visits("/help", Referer=f"http://localhost/sail/{learner.attempt.public_id}/4"))
    item = browser.locks(
        words=WORDS, feeling="worried", wants="lead", talk="1", came=f"/sail/{learner.attempt.public_id}/4"
    )
    assert WORDS not in json.dumps(item)
    ben = world.signed_in(world.pupil("Ben", world.klass("Oak", 3)))
    for _ in range(5):
        assert hands_over(ben, item) == {"kept": browser.id}
    hands_over(tablet, item)
    (one,) = told(world)
    assert (one["from_name"], one["about_id"], one["words"], one["feeling"]) == ("Amina", amina.id, WORDS, "worried")
    assert (one["sent_by"], one["how"], one["written_at"]) == ("Ben", "pictures", "2026-11-23T09:58:00.000Z")
    assert one["where"].startswith("Lesson: Meeting Pier")


def test_a_form_that_arrived_before_the_network_went_is_not_kept_twice(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    page = tablet.visits("/help")
    browser = Browser(page)
    tablet.presses("Send it", words="One line\nand another", feeling="sad")
    hands_over(tablet, browser.locks(words="One line\r\nand another", feeling="sad", talk="1"))
    assert len(told(world)) == 1


@pytest.mark.parametrize("who", ["teacher", "parent", "other school"])
def test_anybody_who_signs_in_next_hands_it_over_to_the_right_school(world: World, amina: APerson, who: str) -> None:
    browser = Browser(world.signed_in(amina).visits("/help"))
    people: dict[str, Callable[[], APerson]] = {
        "teacher": lambda: world.teacher("Mr Okoro"),
        "parent": lambda: world.parent_of(amina),
        "other school": lambda: world.pupil("Zed", world.klass("Fir", 3, school=world.school("Far Shore Primary"))),
    }
    hands_over(world.signed_in(people[who]()), browser.locks(words=WORDS))
    assert [one["from_name"] for one in told(world)] == ["Amina"]


def test_it_is_kept_though_the_box_was_shut_or_the_child_has_left_since(world: World, amina: APerson) -> None:
    """The child was told that it would be sent: it waits at the desk for whoever reads there next."""
    browser = Browser(world.signed_in(amina).visits("/help"))
    world.shuts_box()
    world.leaves(amina)
    hands_over(world.signed_in(world.teacher("Mr Okoro")), browser.locks(words=WORDS))
    assert [one["words"] for one in told(world)] == [WORDS]


def test_longer_than_the_form_allows_is_kept_all_the_same(world: World, amina: APerson) -> None:
    browser = Browser(world.signed_in(amina).visits("/help"))
    hands_over(world.signed_in(amina), browser.locks(words="a" * (LONGEST_WORDS + 500)))
    assert len(told(world)[0]["words"]) == LONGEST_WORDS + 500


def test_what_cannot_be_opened_is_refused_and_the_browser_keeps_it(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    browser = Browser(tablet.visits("/help"))
    good = browser.locks(words=WORDS)
    other = Browser(tablet.visits("/help")).locks(words=WORDS)
    spoiled: list[Any] = [
        [], {}, "no json", {**good, "token": "AAAA"}, {**good, "token": other["token"][:-4] + "AAA="},
        {**good, "nonce": other["nonce"]}, {**good, "sender": other["sender"]}, {**good, "sender": "!"},
        {**good, "sealed": good["sealed"][:40]}, {**good, "sealed": 7}, {**good, "sealed": "A" * 300_000},
        browser.locks(said=[1, 2]), browser.locks(said="words"),
    ]  # fmt: skip
    for item in spoiled:
        hands_over(tablet, item, status=422)
    assert told(world) == []
    hands_over(tablet, good)


def test_without_a_session_or_a_token_of_the_page_nothing_is_taken(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    item = Browser(tablet.visits("/help")).locks(words=WORDS)
    hands_over(tablet, item, status=400, **{"X-CSRFToken": "made up"})
    hands_over(world.visitor(), item, status=401)
    assert told(world) == []


def test_a_save_that_fails_is_not_acknowledged(world: World, amina: APerson) -> None:
    tablet = world.signed_in(amina)
    item = Browser(tablet.visits("/help")).locks(words=WORDS)
    with nothing_can_be_kept(world):
        assert "kept" not in hands_over(tablet, item, status=500)
    assert hands_over(tablet, item) == {"kept": item["id"]}


def test_the_token_names_nobody_to_anybody_and_is_no_session(world: World, amina: APerson) -> None:
    tokens = {help_token(world.keys, amina.school.id, pupil, "pictures") for pupil in (amina.id, 7, 123456789)}
    assert len({len(token) for token in tokens}) == 1, "its length tells nothing"
    assert help_token(world.keys, 1, 2, "card") != help_token(world.keys, 1, 2, "card")
    assert read_help_token(world.keys, help_token(world.keys, 1, 2, "card")) == (1, 2, "card")
    renewed = replace(world.keys, roots={**world.keys.roots, 2: secrets.token_bytes(32)})
    assert read_help_token(renewed, help_token(world.keys, 1, 2, "card")) == (1, 2, "card")
    with pytest.raises(Unreadable):
        read_help_token(world.keys, help_token(renewed, 1, 2, "card"))


def test_the_identity_of_a_form_is_what_it_says(world: World) -> None:
    one = read_sheet({"id": "a", "words": "x\r\ny "})
    assert one.identity == read_sheet({"id": "a", "words": " x\ny"}).identity
    for field, value in (
        ("words", "z"),
        ("feeling", "sad"),
        ("wants", "lead"),
        ("talk", "1"),
        ("head", "1"),
        ("id", "b"),
    ):
        assert read_sheet({"id": "a", "words": "x\ny", field: value}).identity != one.identity
    assert len(one.identity) <= 80, "concerns.form_mac reads that much"
