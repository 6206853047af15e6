"""The end of a record, and the eyes on the desk: moving on, erasing, the log, break-glass, and what many think."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from accounts.models import Mail
from database import db
from safeguarding.transfer import check
from tests.harness.concerns import WORDS, looks, tells
from tests.harness.statements import count_statements
from tests.harness.world import APerson, World

REASON = "A child may be at risk and both leads are away."


@pytest.fixture
def amina(world: World) -> APerson:
    return world.pupil("Amina", world.klass("Willow", 3))


@pytest.fixture
def okafor(world: World) -> APerson:
    return world.dsl("Mrs Okafor")


def test_amina_moves_school_and_her_record_goes_with_her(world: World, amina: APerson, okafor: APerson) -> None:
    tells(world, amina)
    tells(world, amina, "And again.")
    dsl = world.signed_in(okafor)
    transfer = f"/desk/child/{amina.public_id}/transfer"
    missing = dsl.posts(transfer, {"full_name": "", "born": "30 May", "to_school": ""}, status=422)
    for problem in ("Type the child's full name", "Give the child's date of birth", "Type the name of the school"):
        assert problem in missing
    sent = dsl.asks(
        "POST",
        transfer,
        {
            "csrf_token": dsl.csrf_token(),
            "form": "one",
            "full_name": "Amina Khan",
            "born": "3/2/2018",
            "to_school": "Far Shore Primary",
        },
    )
    assert (sent.status_code, sent.mimetype) == (200, "application/zip")
    assert "Amina" not in sent.headers["Content-Disposition"]
    record = check(sent.data)
    assert record["child"]["date_of_birth"] == "2018-02-03"
    assert [one["entries"][0]["content"]["words"] for one in record["concerns"]] == [WORDS, "And again."]
    assert "Far Shore Primary" in dsl.visits(f"/desk/child/{amina.public_id}/keeping")


def test_a_record_on_paper_is_confidential_and_kept_as_printed(world: World, amina: APerson, okafor: APerson) -> None:
    sent = tells(world, amina)
    dsl = world.signed_in(okafor)
    paper = dsl.visits(dsl.visits(f"/desk/{sent.concern}").link("Print"))
    for part in (WORDS, "Confidential", "Printed by Mrs Okafor", "Sent from pupil"):
        assert part in paper
    assert "printed SH-0001" in dsl.visits("/desk/log")


def test_the_key_is_destroyed_only_after_a_receipt_and_by_its_reference(
    world: World, amina: APerson, okafor: APerson
) -> None:
    sent = tells(world, amina)
    dsl = world.signed_in(okafor)
    where = f"/desk/{sent.concern}/erase"
    assert "Nothing is due." in dsl.visits("/desk/review")
    assert "Nothing is due." in dsl.posts(where, {"reference": "SH-0001", "reason": "moved"}, status=422)
    receipt = f"/desk/child/{amina.public_id}/receipt"
    assert "Say who at the other school has it" in dsl.posts(receipt, {"received_by": ""}, status=422)
    dsl.posts(receipt, {"received_by": "Mr Lund, Far Shore Primary"})
    due = dsl.visits("/desk/review")
    assert "SH-0001, Amina" in due
    refused = dsl.posts(where, {"reference": "SH-0002", "reason": "moved"}, status=422)
    assert "Type SH-0001, so that it is this one." in refused
    assert "Erased: its key is destroyed." in dsl.posts(where, {"reference": "sh-0001", "reason": "moved"})
    assert WORDS not in dsl.visits(f"/desk/{sent.concern}")


def test_the_head_breaks_the_glass_for_an_hour_and_the_whole_team_is_told(
    world: World, amina: APerson, okafor: APerson
) -> None:
    sent = tells(world, amina)
    world.deputy("Mr Bell")
    tremayne = world.head("Mrs Tremayne")
    head = world.signed_in(tremayne)
    head.visits(f"/desk/{sent.concern}", status=404)
    assert "Only what was sent to the head alone is here." in head.visits("/desk/")
    page = head.visits("/desk/glass")
    refused = head.posts("/desk/glass", {"reason": "now"}, status=422)
    assert "Say in a sentence" in refused
    assert "Choose the adult who is with you." in refused
    other = next(one["value"] for one in page.all("option") if one.text == "Mr Bell")
    head.posts("/desk/glass", {"reason": REASON, "other": other, "form": "one"})
    assert WORDS in head.visits(f"/desk/{sent.concern}")
    inbox = head.visits("/desk/")
    assert "The box is open to you until" in inbox
    assert "Only what was sent to the head alone" not in inbox
    with world.app.app_context():
        told = [mail for mail in db.session.scalars(select(Mail)) if mail.key.startswith("glass:")]
    assert len(told) == 2
    assert not any(secret in mail.subject + mail.body for mail in told for secret in (REASON, "Amina", "Tremayne"))
    dsl = world.signed_in(okafor)
    assert "Mrs Tremayne opened the box without the team: " in dsl.visits("/desk/")
    log = dsl.visits("/desk/log")
    for part in (REASON, "Mrs Tremayne", "Mr Bell"):
        assert part in log
    world.clock.moves(minutes=14)
    head.visits("/desk/")
    world.clock.moves(minutes=14)
    head.visits("/desk/")
    world.clock.moves(minutes=14)
    head.visits("/desk/")
    world.clock.moves(minutes=14)
    assert WORDS in head.visits(f"/desk/{sent.concern}")
    world.clock.moves(minutes=5)
    head.visits(f"/desk/{sent.concern}", status=404)
    assert "Only what was sent to the head alone is here." in head.visits("/desk/")
    world.clock.moves(days=7)
    assert "opened the box without the team" not in world.signed_in(okafor).visits("/desk/")


def test_the_log_says_who_looked_at_what_and_never_what_is_the_heads_alone(
    world: World, amina: APerson, okafor: APerson
) -> None:
    ours, alone = tells(world, amina), tells(world, amina, "about Mrs Okafor", is_for_head=True)
    looks(world, okafor, ours.concern)
    looks(world, world.head("Mrs Tremayne"), alone.concern)
    log = world.signed_in(okafor).visits("/desk/log")
    assert "opened SH-0001" in log
    assert "Mrs Tremayne" not in log


@pytest.mark.parametrize("how_many", [3, 30])
def test_the_pages_about_records_cost_the_same_for_three_and_for_thirty(
    world: World, amina: APerson, okafor: APerson, how_many: int
) -> None:
    for number in range(how_many):
        looks(world, okafor, tells(world, amina, f"words {number}").concern)
    dsl = world.signed_in(okafor)
    dsl.visits("/desk/")
    for path in ("/desk/log", "/desk/review", "/desk/patterns"):
        with count_statements(world.app) as said:
            dsl.visits(path)
        assert len(said) <= 12, said
