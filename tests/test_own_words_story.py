"""A school fills in who leads on safeguarding; its lessons, help page and families read it, another school's do not."""

from __future__ import annotations

from lessons import catalogue
from tests.harness.world import World


def test_the_office_names_the_safeguarding_lead_and_families_read_it(world: World) -> None:
    willow = world.klass("Willow", year_group=3)
    mum = world.parent_of(world.pupil("Amina", willow))
    office = world.signed_in(world.admin())
    office.visits("/office/school")
    page = office.follows("Who leads on safeguarding")
    assert not page.one("input[name=safeguarding-lead]").get("value")
    saved = office.submits("/office/words", {"safeguarding-lead": "  Ms   Achebe ", "safeguarding-reach": "Room 4"})
    assert "Saved." in saved.text
    assert saved.one("input[name=safeguarding-lead]")["value"] == "Ms Achebe"

    help_page = world.signed_in(mum).visits("/help")
    assert "Ms Achebe, safeguarding lead: Room 4" in help_page.text

    far = world.klass("Fir", year_group=3, school=world.school("Far Shore Primary"))
    other = world.signed_in(world.parent_of(world.pupil("Zed", far)))
    assert "Ms Achebe" not in other.visits("/help").text


def test_a_national_number_cannot_be_changed_by_a_school(world: World) -> None:
    office = world.signed_in(world.admin())
    office.visits("/office/words")
    office.posts("/office/words", {"childline-phone": "0900 000 000", "safeguarding-lead": "Ms Achebe"})
    number = catalogue.load().facts.by_id["childline-phone"].value
    page = world.signed_in(world.pupil("Amina", world.klass("Oak", 5))).visits("/help")
    assert "0900 000 000" not in page.text
    assert number in page.text


def test_every_fact_that_a_school_fills_in_has_a_label_of_its_own(world: World) -> None:
    page = world.signed_in(world.admin()).visits("/office/words")
    labels = {label.text for label in page.all("main label")}
    assert not labels & set(catalogue.load().facts.by_id)
    assert len(labels) == sum(fact.is_local for fact in catalogue.load().facts.by_id.values())
