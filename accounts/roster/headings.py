"""Which column is which: the headings that schools' systems write, and what to do without any. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from accounts.roster.cells import squashed


class Column(StrEnum):
    """What a column can hold that we use; everything else in a list is thrown away as it is read."""

    FIRST = "first name"
    LEGAL_FIRST = "legal first name"
    PREFERRED = "preferred name"
    SURNAME = "surname"
    LEGAL_SURNAME = "legal surname"
    PREFERRED_SURNAME = "preferred surname"
    FULL = "full name"
    YEAR = "year group"
    CLASS = "class"
    UPN = "UPN"
    NUMBER = "admission number"


#: Compared without case, spaces and punctuation, the likeliest first: where two columns fit, the earlier name wins.
_ALIASES: Mapping[Column, str] = {
    Column.FIRST: (
        "firstname forename forenames firstnames givenname givennames first fname christianname pupilfirstname "
        "pupilforename studentfirstname studentforename childfirstname childsfirstname childforename childsforename"
    ),
    Column.LEGAL_FIRST: "legalfirstname legalforename legalforenames legalgivenname legalfirst",
    Column.PREFERRED: (
        "preferredname preferredfirstname preferredforename preferredgivenname knownas knownasname chosenname "
        "chosenforename chosenfirstname calledname nickname usualname usedname usualforename preferred preferredfirst"
    ),
    Column.SURNAME: (
        "surname lastname familyname pupilsurname "
        "pupillastname studentsurname studentlastname childsurname childlastname childssurname secondname last lname"
    ),
    Column.PREFERRED_SURNAME: "preferredsurname preferredlastname preferredfamilyname knownassurname chosensurname",
    Column.LEGAL_SURNAME: "legalsurname legallastname legalfamilyname",
    Column.FULL: (
        "fullname name pupilname studentname childname childsname pupil student child names pupils children students "
        "preferredfullname legalfullname legalname displayname pupilfullname studentfullname nameofpupil nameofchild "
        "surnameforename forenamesurname surnamefirstname firstnamesurname surnameandforename lastnamefirstname"
    ),
    Column.YEAR: (
        "yeargroup year yr yrgroup ncyear ncyeargroup nationalcurriculumyear nationalcurriculumyeargroup "
        "curriculumyear curriculumyeargroup yeargroupname yearname yeartaughtin currentyear currentyeargroup ygrp "
        "yrgrp grade grades yearlevel cohort"
    ),
    Column.CLASS: (
        "class classname registrationform registrationgroup regform reggroup regclass reg registration "
        "registrationclass tutorgroup tutorgroupname tutor tutorform form formgroup formclass formname "
        "registrationformname reggrp classgroup currentclass mainclass classes teachinggroup homeroom group"
    ),
    Column.UPN: "upn uniquepupilnumber uniquepupilno pupilupn upnnumber",
    Column.NUMBER: (
        "admissionnumber admissionno admno adno admissionnum admnumber adnumber admission pupilid pupilnumber pupilno "
        "studentid studentnumber studentno misid sourcedid externalid localid"
    ),
}
_COLUMN_OF: Mapping[str, tuple[Column, int]] = {
    alias: (column, rank) for column, aliases in _ALIASES.items() for rank, alias in enumerate(aliases.split())
}

#: Headings that are never used; they help to see that a row is the headings.
_NEVER_KEPT = frozenset(
    (
        "dob dateofbirth birthdate birthday dateofbirthddmmyyyy gender sex legalsex genderidentity pronouns age "
        "email emailaddress studentemail pupilemail schoolemail sen senstatus sencode senneed sendstatus ehcp "
        "pupilpremium pp fsm freeschoolmeals eal ethnicity religion nationality language firstlanguage homelanguage "
        "address postcode phone telephone mobile contact parent parentemail guardian medical allergies photo house "
        "attendance middlename middlenames title initials uln uci enrolmentstatus status role teacher classteacher "
        "username password dateofadmission admissiondate dateofleaving leavingdate lookedafter serviceChild no number "
        "id row notes comments doctor dietary transport"
    )
    .casefold()
    .split()
)


def column_named(heading: str) -> tuple[Column, int] | None:
    """What a heading stands for, and how far down its list of names (0 is the likeliest)."""
    if len(heading) > 60:
        return None
    return _COLUMN_OF.get(squashed(heading))


def headings_known(cells: Sequence[str]) -> int:
    """How many of these cells are headings of a class list; nought for a row that names no child's name."""
    named = [column_named(cell) for cell in cells]
    found = {hit[0] for hit in named if hit}
    names = {Column.FIRST, Column.LEGAL_FIRST, Column.PREFERRED, Column.FULL}
    if not found & names:
        return 0
    others = sum(1 for cell in cells if len(cell) <= 60 and squashed(cell) in _NEVER_KEPT)
    return len(found) + others


def is_oneroster(cells: Sequence[str]) -> bool:
    """Whether these are the headings of OneRoster's users.csv, which holds the staff too and no class."""
    return {"sourcedid", "givenname", "familyname", "role"} <= {squashed(cell) for cell in cells}
