"""A teacher pastes a list or chooses a file: whatever her school's system wrote is read, or refused in plain words."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from accounts.people import name_key
from accounts.roster.cells import Unusable, classes_in, name_in, number_in, year_in, year_in_class_name
from accounts.roster.documents import LARGEST_LIST, MOST_ROWS
from accounts.roster.reading import Child, ListRefused, Refused, Table, class_key, read_children, read_table, split_name

SAMPLES = Path(__file__).parent / "samples"

CLASSIC = "Surname,Forename,Reg,Year\r\nO'Brien,Zoë,3H,Year  3\r\nMüller,Siân,3H,Y3\r\n"


def children(data: bytes | str, filename: str = "list.csv", **chosen: Any) -> list[Child]:
    return [row for row in read_children(read_table(data, filename), **chosen) if isinstance(row, Child)]


def reasons(data: bytes | str, **chosen: Any) -> dict[int, str]:
    rows = read_children(read_table(data, "list.csv"), **chosen)
    return {row.line: row.reason for row in rows if isinstance(row, Refused)}


def refusal(data: bytes | str, filename: str = "list.csv") -> ListRefused:
    with pytest.raises(ListRefused) as refused:
        read_table(data, filename)
    return refused.value


def xlsx(rows: list[list[object]], *more: list[list[object]]) -> bytes:
    book = Workbook()
    for number, table in enumerate((rows, *more)):
        sheet = book.worksheets[0] if number == 0 else book.create_sheet(f"Sheet{number + 1}")
        for row in table:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


# The files that schools really have


def test_a_whole_school_as_a_cloud_system_saves_it() -> None:
    found = children((SAMPLES / "school-420-utf8-bom.csv").read_bytes())
    assert len(found) == 420
    assert found[0] == Child(2, "Beatriz", "Bea", "García", 0, "Acorn", "u:D659213400539")
    assert {child.class_name for child in found} >= {"Acorn", "Gorse", "Hazel", "Pine"}


def test_one_class_as_a_desktop_system_saves_it_without_what_must_not_be_kept() -> None:
    table = read_table((SAMPLES / "class-30-windows-1252.csv").read_bytes(), "class.csv")
    assert table.ignored == ("DOB", "Gender")
    assert "2018" not in repr(table.as_data())
    found = [row for row in read_children(table) if isinstance(row, Child)]
    assert len(found) == 30
    assert (found[8].first_name, found[8].surname, found[8].year_group, found[8].class_name) == (
        "Kwame",
        "Müller",
        3,
        "3H",
    )


def test_cells_pasted_from_a_spreadsheet_without_headings() -> None:
    found = children((SAMPLES / "class-12-pasted.txt").read_text(encoding="utf-8"), "")
    assert len(found) == 12
    assert found[0] == Child(1, "Patrick", "", "van der Berg", 4, "Ivy")
    assert found[10] == Child(11, "Kwame", "", "Ní Bhriain", 4, "Ivy")


def test_the_messy_list_names_every_row_that_cannot_be_used() -> None:
    data = (SAMPLES / "class-messy.csv").read_bytes()
    assert [(child.line, child.first_name, child.class_name) for child in children(data)] == [
        (2, "Amina", "Gorse"),
        (3, "Amina", "Gorse"),
        (4, "Amina", "Hazel"),
        (6, "Noah", "Gorse"),
        (9, "Ravi", "Gorse"),
        (11, "Jack", "Gorse"),
        (17, "Aoife Marie", "Gorse"),
        (18, "Zoë", "Gorse"),
        (20, "Leo", "Gorse"),
    ]
    assert reasons(data) == {
        7: "no first name",
        8: "no class. Choose one above for the lines without",
        10: "Year 13 is not a primary year (Reception to Year 6)",
        12: "the first name begins with =, as a formula does",
        13: "the surname begins with @, as a formula does",
        14: "the first name has characters that names do not have",
        15: "the first name has figures in it",
        16: "the first name has more than 30 letters",
        19: "no class. Choose one above for the lines without",
        21: "this line is a total",
    }
    assert 8 not in reasons(data, class_name="Gorse", year_group=3)


# Letters, delimiters, line ends


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_the_same_list_however_it_was_saved(encoding: str, delimiter: str, end: str) -> None:
    text = CLASSIC.replace(",", delimiter).replace("\r\n", end)
    assert [(c.first_name, c.surname, c.year_group, c.class_name) for c in children(text.encode(encoding))] == [
        ("Zoë", "O'Brien", 3, "3H"),
        ("Siân", "Müller", 3, "3H"),
    ]


def test_utf_16_with_the_big_end_first_and_a_mark() -> None:
    assert len(children(b"\xfe\xff" + CLASSIC.encode("utf-16-be"))) == 2


@pytest.mark.parametrize(
    "name", ["Chloé", "Björn", "Zoë", "Siân", "García", "Élodie", "Ní", "François", "Åsa", "Núñez"]
)
def test_one_accent_is_enough_to_tell_a_mac_from_windows(name: str) -> None:
    for encoding in ("cp1252", "mac_roman"):
        data = f"Forename,Surname,Class,Year\n{name},Lee,3H,3\n".encode(encoding)
        assert children(data)[0].first_name == name, encoding


def test_words_own_apostrophe_stays_one() -> None:
    data = "Forename,Surname,Class,Year\nZoë,O\u2019Connor,3H,3\nMia,D\u2019Souza,3H,3\n"
    for encoding in ("utf-8", "cp1252", "mac_roman"):
        assert [c.surname for c in children(data.encode(encoding))] == ["O'Connor", "D'Souza"], encoding


def test_lines_of_two_kinds_of_letters_glued_together() -> None:
    data = "Forename,Surname,Class,Year\nZoë,Lee,3H,3\n".encode() + "Chloé,Müller,3H,3\n".encode("cp1252")
    assert [c.first_name for c in children(data)] == ["Zoë", "Chloé"]


def test_excels_own_first_line_about_the_delimiter_is_not_counted() -> None:
    found = children(b"sep=;\r\nForename;Surname;Class;Year\r\nMia;Lee;3H;3\r\n")
    assert [(c.line, c.first_name) for c in found] == [(2, "Mia")]


def test_a_line_break_inside_a_cell_is_a_space_and_the_lines_are_the_spreadsheets() -> None:
    data = 'Forename,Surname,Class,Year\n"Aoife\nMarie",Lee,3H,3\nMia,Lee,3H,3\n'
    assert [(c.line, c.first_name) for c in children(data)] == [(2, "Aoife Marie"), (3, "Mia")]


def test_a_quotation_mark_left_open_swallows_nobody() -> None:
    data = 'Forename,Surname,Class,Year\n"Mia,Lee,3H,3\n' + "".join(f"Ann,Lee{chr(97 + n)},3H,3\n" for n in range(26))
    assert len(children(data)) == 27


def test_commas_inside_quotes_stay_inside() -> None:
    assert children('Name,Class,Year\n"Khan, Amina",3H,3\n')[0] == Child(2, "Amina", "", "Khan", 3, "3H")


# Spreadsheets

SHEET: list[list[object]] = [
    ["Class list 3H", None, None, None],
    [None, None, None, None],
    ["Forename", "Surname", "Year", "Reg", "Adno", "DOB"],
    ["Zoë", "O'Brien", 3, "3H", 42, None],
    ["Siân", "Müller", 3.0, "3H", "0043", None],
]


def test_an_excel_sheet_with_titles_above_it() -> None:
    found = children(xlsx(SHEET), "list.xlsx")
    assert found == [
        Child(4, "Zoë", "", "O'Brien", 3, "3H", "n:42"),
        Child(5, "Siân", "", "Müller", 3, "3H", "n:43"),
    ]


def test_the_first_sheet_with_anything_in_it_is_read_and_the_rest_is_told_of() -> None:
    table = read_table(xlsx([], SHEET, [["Notes"]]), "list.xlsx")
    assert len(table.rows) == 2
    assert table.notes == ("Only the first sheet was read; \u201cSheet3\u201d was not.",)


def test_a_class_that_excel_took_for_a_date_is_not_a_class() -> None:
    rows: list[list[object]] = [["Forename", "Class", "Year"], ["Mia", date(2026, 4, 3), 3]]
    assert "became a date" in reasons(xlsx(rows))[2]
    assert "became a date" in reasons("Forename,Class,Year\nMia,03-Apr,3\n")[2]


def test_a_sheet_of_420_is_read_in_little_memory() -> None:
    rows: list[list[object]] = [["Forename", "Surname", "Year", "Class", "UPN"]]
    rows += [["Amina", "Khan", 3, "Gorse", f"A{n:012d}"] for n in range(420)]
    data = xlsx(rows)
    tracemalloc.start()
    assert len(children(data, "list.xlsx")) == 420
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50e6


# What is refused, and in which words


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "nothing in this list"),
        (b"\xef\xbb\xbf \r\n\r\n", "nothing in this list"),
        (b"Forename,Surname,Class,Year\r\n", "no pupils under them"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        (b"GIF89a\x01\x00", "picture"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "picture"),
        (b"\x00\x00\x00\x18ftypheic", "picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old Excel file"),
        (b"{\\rtf1 hello}", "Copy its table and paste it"),
        (b"<html><table><tr><td>Amina</td></tr></table></html>", "web page"),
        (b"\x1f\x8b\x08\x00", "packed"),
        (bytes(range(1, 32)) * 20, "not a list of names"),
        (b"Amina\x00Khan\x00,3H,3\n" * 3, "not a list of names"),
        (b"1,2,3\n4,5,6\n7,8,9\n", "could not find any names"),
        (b"PK\x03\x04 and then nothing", "damaged"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do_instead(data: bytes, words: str) -> None:
    refused = refusal(data)
    assert words in refused.message
    assert refused.status == 422


def test_a_list_over_two_megabytes_is_too_large() -> None:
    assert refusal(b"a" * (LARGEST_LIST + 1)).status == 413
    assert refusal("é" * LARGEST_LIST).status == 413


def test_more_than_three_thousand_rows_are_refused_and_three_thousand_are_not() -> None:
    row = "Mia,Lee,3H,3\n"
    heading = "Forename,Surname,Class,Year\n"
    assert len(children(heading + row * (MOST_ROWS - 1))) == MOST_ROWS - 1
    refused = refusal(heading + row * (MOST_ROWS + 5))
    assert (refused.status, "3,000 rows" in refused.message) == (422, True)
    assert "3,000 rows" in refusal(xlsx([["Mia Lee"]] * (MOST_ROWS + 5))).message


@pytest.mark.parametrize("member", ["manifest.csv", "OneRoster/users.csv"])
def test_a_oneroster_zip_is_told_which_export_to_choose(member: str) -> None:
    message = refusal(zipped({member: b"sourcedId,status\n"}), "oneroster.zip").message
    assert "OneRoster" in message
    assert "First name, Surname, Year group and Class" in message


def test_oneroster_users_alone_are_told_the_same() -> None:
    data = "sourcedId,status,role,username,givenName,familyName,grades\n1,active,student,a,Amina,Khan,03\n"
    assert "OneRoster" in refusal(data).message


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"list.csv": b"Forename\n"}, "Unpack it"),
        (
            {"content.xml": b"<x/>", "mimetype": b"application/vnd.oasis.opendocument.spreadsheet"},
            "this kind of spreadsheet",
        ),
        ({"xl/workbook.bin": b"x"}, "this kind of spreadsheet"),
        ({"word/document.xml": b"<x/>"}, "Copy its table"),
        ({"xl/workbook.xml": b"not xml"}, "cannot be read"),
    ],
)
def test_other_zips_are_named_for_what_they_are(members: dict[str, bytes], words: str) -> None:
    assert words in refusal(zipped(members), "list.xlsx").message


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bombs = [
        zipped({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(60_000_000)}),
        zipped({"xl/workbook.xml": b"<x/>", "xl/sharedStrings.xml": bytes(3_500_000)}),
        zipped({f"xl/{n}.xml": b"" for n in range(500)}),
    ]
    for sum_of_lie in (0, zlib.crc32(bytes(1000))):  # its directory says that it is small, the second time well
        lying = bytearray(bombs[0])
        place = lying.rfind(b"PK\x01\x02")
        lying[place + 24 : place + 28] = struct.pack("<I", 1000)
        lying[place + 16 : place + 20] = struct.pack("<I", sum_of_lie)
        bombs.append(bytes(lying))
    tracemalloc.start()
    statuses = [refusal(bomb, "list.xlsx").status for bomb in bombs]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert statuses == [413, 413, 413, 422, 422]
    assert peak < 50e6


def test_a_sheet_made_to_swell_as_it_is_read_is_refused() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert refusal(zipped({"xl/workbook.xml": laughs}), "list.xlsx").status == 413


def test_a_sheet_at_the_edge_of_what_is_allowed_stays_within_fifty_megabytes() -> None:
    strings = b"<sst>" + b"".join(b"<si><t>%06d</t></si>" % n for n in range(130_000)) + b"</sst>"
    book = xlsx([["Forename", "Year"], ["Mia", 3]])
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/sharedStrings.xml"] = strings[: 3 * 1024 * 1024]
    tracemalloc.start()
    try:
        read_table(zipped(members), "list.xlsx")
    except ListRefused:
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50e6


# Headings


@pytest.mark.parametrize(
    ("headings", "cells", "expected"),
    [
        ("Forename,Surname,Class,Year", "Mia,Lee,3H,3", Child(2, "Mia", "", "Lee", 3, "3H")),
        ("FIRST_NAME,LAST_NAME,Reg Group,NC Year", "Mia,Lee,3H,3", Child(2, "Mia", "", "Lee", 3, "3H")),
        ("Given name;Family name;Tutor group;Yr", "Mia;Lee;3H;Y3", Child(2, "Mia", "", "Lee", 3, "3H")),
        (
            "Legal Forename,Forename,Legal Surname,Surname,Form,Year Group",
            "Amelia,Mia,Li,Lee,3H,3",
            Child(2, "Amelia", "Mia", "Lee", 3, "3H"),
        ),
        (
            "Forename,Surname,Preferred surname,Form,Year Group",
            "Mia,Lee,,3H,3",
            Child(2, "Mia", "", "Lee", 3, "3H"),
        ),
        (
            "Forename,Surname,Preferred surname,Form,Year Group",
            "Mia,Lee,Chen,3H,3",
            Child(2, "Mia", "", "Chen", 3, "3H"),
        ),
        ("Name,Registration form,NC Year", "Mia Lee,3H,Curriculum Year  3", Child(2, "Mia", "", "Lee", 3, "3H")),
        ("Name,Surname,Class,Year", "Mia,Lee,3H,3", Child(2, "Mia", "", "Lee", 3, "3H")),
        ("Pupil (Surname Forename),Class,Year", "x,3H,3", None),
        ("Surname Forename,Class,Year", "van der Berg Mia,3H,3", Child(2, "Mia", "", "van der Berg", 3, "3H")),
        ("Known as,Surname,Class,Year,Pupil ID", "Mia,Lee,3H,3,007", Child(2, "Mia", "Mia", "Lee", 3, "3H", "n:7")),
        (
            "First name,Surname,Preferred name,Class,Year",
            "Amelia,Lee,Mia Lee,3H,3",
            Child(2, "Amelia", "Mia", "Lee", 3, "3H"),
        ),
        ("Forename,Surname,Class,Year", "Amelia (Mia),Lee,3H,3", Child(2, "Amelia", "Mia", "Lee", 3, "3H")),
        ("Forename,Surname,Class,Year,UPN", "Mia,Lee,3H,3,x12 ", Child(2, "Mia", "", "Lee", 3, "3H", "u:X12")),
    ],
)  # fmt: skip
def test_headings_as_systems_write_them(headings: str, cells: str, expected: Child | None) -> None:
    if expected is None:
        assert children(f"{headings}\n{cells}\n") == []
    else:
        assert children(f"{headings}\n{cells}\n") == [expected]


def test_the_headings_are_found_under_titles_and_over_repeated_ones() -> None:
    text = (
        "Harbour Primary School\nClass list: 3H,,,\nPrinted 12/09/2026,,,\n\n"
        "Surname,Forename,Class,Year\nLee,Mia,3H,3\nSurname,Forename,Class,Year\nKhan,Amina,3H,3\nTotal: 2,,,\n"
    )
    assert [(c.line, c.first_name) for c in children(text)] == [(6, "Mia"), (8, "Amina")]
    assert reasons(text) == {7: "this line repeats the headings", 9: "this line is a total"}


def test_several_classes_in_one_cell_take_the_first_and_say_so() -> None:
    found = children("Forename,Surname,Class,Year\nMia,Lee,3H; Maths 2,3\n")[0]
    assert found.class_name == "3H"
    assert found.notes == ("Also in Maths 2 on the list: 3H is used.",)


def test_a_missing_year_is_that_of_most_of_the_class() -> None:
    found = children("Forename,Surname,Class,Year\nMia,Lee,3H,\nAmina,Khan,3H,3\nLeo,Wood,3H,3\n")
    assert [c.year_group for c in found] == [3, 3, 3]
    assert found[0].notes == ("Year 3, like the rest of 3H.",)


# Without headings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Amina Khan\nMia Lee\nLeo Wood\n", ("Amina", "Khan")),
        ("Khan, Amina\nLee, Mia\nWood, Leo\n", ("Amina", "Khan")),
        ("Amina\tKhan\nMia\tLee\nLeo\tWood\n", ("Amina", "Khan")),
        ("Amina\nMia\nLeo\n", ("Amina", "")),
        ("KHAN Amina\nLEE Mia\nWOOD Leo\n", ("Amina", "Khan")),
        ("1\tAmina\tKhan\t3H\t3\n2\tMia\tLee\t3H\t3\n3\tLeo\tWood\t3H\t3\n", ("Amina", "Khan")),
        ("Khan\tAmina\tY3\t3H\nO'Brien\tMia\tY3\t3H\nvan der Berg\tLeo\tY3\t3H\n", ("Amina", "Khan")),
        ("Amina,Khan,F,12/03/2018,3H,3\nMia,Lee,F,01/02/2018,3H,3\nLeo,Wood,M,03/04/2018,3H,3\n", ("Amina", "Khan")),
    ],
)
def test_columns_told_by_what_they_hold(text: str, expected: tuple[str, str]) -> None:
    found = children(text, "", class_name="3H", year_group=3)
    assert len(found) == 3
    assert (found[0].first_name, found[0].surname) == expected
    assert all((c.class_name, c.year_group) == ("3H", 3) for c in found)


def test_names_taken_the_wrong_way_round_are_turned() -> None:
    table = read_table("Khan\tAmina\nLee\tMia\n")
    assert table.is_guessed
    rows = read_children(table, class_name="3H", year_group=3, is_surname_first=True)
    assert [(row.first_name, row.surname) for row in rows if isinstance(row, Child)] == [
        ("Amina", "Khan"),
        ("Mia", "Lee"),
    ]


@pytest.mark.parametrize(
    ("text", "is_surname_first", "expected"),
    [
        ("Khan, Amina", False, ("Amina", "Khan")),
        ("Amina Khan", False, ("Amina", "Khan")),
        ("Khan Amina", True, ("Amina", "Khan")),
        ("Patrick van der Berg", False, ("Patrick", "van der Berg")),
        ("van der Berg Patrick", True, ("Patrick", "van der Berg")),
        ("Aoife Ní Bhriain", False, ("Aoife", "Ní Bhriain")),
        ("NÍ BHRIAIN Aoife", False, ("Aoife", "NÍ BHRIAIN")),
        ("Mary Jane Watson", False, ("Mary Jane", "Watson")),
        ("Robert (Bob) Smith", False, ("Robert (Bob)", "Smith")),
        ("Amina", False, ("Amina", "")),
    ],
)
def test_whole_names_come_apart(text: str, is_surname_first: bool, expected: tuple[str, str]) -> None:
    first, surname = split_name(text, is_surname_first)
    assert (first.strip(), surname.strip()) == expected


# Cells


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Year  3", 3), ("Y3", 3), ("Yr3", 3), ("yr 3", 3), ("3", 3), ("03", 3), ("3.0", 3), ("Year Three", 3),
        ("Curriculum Year  6", 6), ("NC Year 1", 1), ("Year Group 2", 2), ("Reception", 0), ("R", 0), ("Rec", 0),
        ("Year R", 0), ("YR", 0), ("FS2", 0), ("Foundation 2", 0), ("Foundation Stage 2", 0), ("F2", 0), ("0", 0),
        ("", None), (" ", None), ("-", None),
    ],
)  # fmt: skip
def test_year_groups_as_schools_write_them(text: str, year: int | None) -> None:
    assert year_in(text) == year


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Year 13", "Year 13 is not a primary year"),
        ("7", "Year 7 is not"),
        ("Nursery", "nursery children"),
        ("N2", "nursery children"),
        ("3/4", "not a year group"),
        ("Gorse", "not a year group"),
        ("=3", "formula"),
        ("Y99999", "not a year group"),
    ],
)
def test_what_is_no_year_group_says_why(text: str, words: str) -> None:
    with pytest.raises(Unusable, match=words):
        year_in(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Amina ", "Amina"), ("amina", "Amina"), ("AMINA", "Amina"), ("TJ", "TJ"), ("D'SOUZA", "D'Souza"),
        ("taylor-wright", "Taylor-Wright"), ("van der Berg", "van der Berg"), ("Zoe\u0308", "Zoë"),
        ("O\u2019Connor", "O'Connor"), ("Li\u2010Wei", "Li-Wei"), ("Aoife\nMarie", "Aoife Marie"),
        ("Ami\u200bna", "Amina"), ("\u202eAmina", "Amina"), ("Ми́ша", "Ми́ша"), ("小明", "小明"), ("อารี", "อารี"),
        ("Nguyễn", "Nguyễn"), ("Na", "Na"), ("", ""), ("-", ""), ("N/A", ""), ("#REF!", ""), ("J. R.", "J. R."),
    ],
)  # fmt: skip
def test_names_as_children_have_them(text: str, name: str) -> None:
    assert name_in(text, "first name") == name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("=HYPERLINK(1)", "begins with ="),
        ("+44", "begins with \\+"), ("-1+1", "begins with -"), ("@SUM(A1)", "begins with @"),
        ("Robert'); DROP TABLE pupils;--", "characters"), ("<b>Mia</b>", "characters"), ("Mia2", "figures"),
        ("😀", "characters"), ("...", "no letter"), ("L" * 31, "more than 30"), ("Mia" + "\u0300" * 9, "characters"),
        ("ZoÃ«", "accents"), ("Zo\ufffd", "accents"), ("x" * 100_000, "more than 30"), ("Mia\ud800", "characters"),
        ("{{ 7*7 }}", "figures"), ("%s", "characters"), ("Mia_Lee", "characters"),
    ],
)  # fmt: skip
def test_what_no_name_has_is_refused(text: str, words: str) -> None:
    with pytest.raises(Unusable, match=words):
        name_in(text, "first name")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("L530296894892", "L530296894892"), (" l530 296894892", "L530296894892"), ("0042", "0042"), ("42.0", "42"),
        ("3.13E+11", ""), ("=1", ""), ("0", ""), ("n/a", ""), ("none", ""), ("A" * 41, ""), ("a b\nc", "ABC"),
        ("<x>", ""),
    ],
)  # fmt: skip
def test_numbers_are_text_and_damaged_ones_are_none(text: str, number: str) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize("text", ["=1", "<b>", "3/4/2026", "Apr-26", "x" * 31, "///", "Class\ufffd"])
def test_what_is_no_class_is_refused(text: str) -> None:
    with pytest.raises(Unusable):
        classes_in(text)


@pytest.mark.parametrize("text", ["3H", "Year 3 & 4", "3/4 Owls", "R/1", "Miss Khan's class", "Class #2 (red)"])
def test_classes_are_called_what_schools_call_them(text: str) -> None:
    assert classes_in(text) == [text]


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("3H", 3), ("Year 3", 3), ("Y3 Owls", 3), ("Reception", 0), ("6 B", 6), ("Yr 1 Ash", 1), ("Willow", None),
        ("3/4", None), ("Year 3/4", None), ("Class 2", None), ("7H", None), ("31", None), ("Nursery", None),
    ],
)  # fmt: skip
def test_some_classes_say_their_year(name: str, year: int | None) -> None:
    assert year_in_class_name(name) == year


def test_a_class_is_one_class_for_the_reader_and_for_the_school() -> None:
    for name in (" 3h ", "3H", "Oak  Tree", "ÉLAN"):
        assert class_key(name) == name_key(name)


# Whatever comes


def must_be_read_or_refused(data: bytes | str) -> None:
    """Nothing but our own refusal, and every row with something in it is a child or has a reason."""
    try:
        table = read_table(data, "list.csv")
    except ListRefused as refused:
        must_be_plain(refused)
        return
    assert Table.from_data(table.as_data()) == table
    for turned in (None, True, False):
        rows = read_children(table, class_name="3H", is_surname_first=turned)
        assert [row.line for row in rows] == [row.line for row in table.rows]
        for row in rows:
            if isinstance(row, Child):
                must_be_usable(row)
            else:
                assert row.reason


def must_be_plain(refused: ListRefused) -> None:
    assert refused.status in (413, 422)
    assert refused.message.endswith(".")


def must_be_usable(child: Child) -> None:
    assert any(c.isalpha() for c in child.first_name)
    assert len(child.called) <= 30
    assert "\n" not in child.called
    assert not child.called.startswith(("=", "+", "-", "@"))
    assert child.year_group in (None, *range(7))
    assert 0 < len(child.class_name) <= 30


NAUGHTY = st.sampled_from(
    [
        *("=1+1", "@SUM(A1)", "<script>alert(1)</script>", "Robert'); DROP TABLE pupils;--", "{{7*7}}", "%00", "\\"),
        *(
            "\u202e",
            "\u200b",
            "\x00",
            "\x85",
            "Z\u0337\u0322\u030aa",
            "\ufdfa",
            "\U0001f468\u200d\U0001f467",
            "\U0001f600",
        ),
        *("'", '"', '""', "-", "null", "Total", "Name", "Year 3", "R", "3H", "F", "x@y.example", "12/03/2018"),
        *("Khan, Amina", "Zoë", "ZOË", "İ", "ß", "Ⅳ", "ﬁ", "²", "۳", "L" * 300, "1.0E+11", "A123456789012"),
    ]
)
HEADINGS = st.sampled_from(
    ["Forename", "Surname", "Name", "Year", "Class", "UPN", "DOB", "Gender", "Preferred name", "Reg", "Adno", "?", ""]
)
CELL = st.one_of(NAUGHTY, st.text(max_size=20), st.sampled_from(["Amina", "Khan", "3", "3H", "Y4", ""]))
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman")


@settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    headings=st.lists(HEADINGS, max_size=8),
    rows=st.lists(st.lists(CELL, max_size=8), max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
    encoding=st.sampled_from(ENCODINGS),
    is_quoted=st.booleans(),
)
def test_thousands_of_lists_are_read_or_refused(
    headings: list[str], rows: list[list[str]], delimiter: str, end: str, encoding: str, is_quoted: bool
) -> None:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if is_quoted else text

    text = end.join(delimiter.join(cell(text) for text in row) for row in ([headings] if headings else []) + rows)
    must_be_read_or_refused(text)
    must_be_read_or_refused(text.encode(encoding, "replace"))


@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    data=st.binary(max_size=400),
    start=st.sampled_from([b"", b"PK", b"PK\x05\x06", b"\xff\xfe", b"Name,Class\n", b"BM"]),
)
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    must_be_read_or_refused(start + data)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(places=st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 255)), min_size=1, max_size=20))
def test_a_damaged_spreadsheet_is_read_or_refused(places: list[tuple[int, int]]) -> None:
    data = bytearray(_GOOD_BOOK)
    for place, value in places:
        data[place % len(data)] = value
    must_be_read_or_refused(bytes(data))


_GOOD_BOOK = xlsx(SHEET)


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 1_000_000,
        "," * 1_000_000,
        '"' * 1_000_001,
        "a" * 2_000_000,
        "a,b\n" * 400_000,
        "Name\n" + '"' + "x\n" * 900_000,
        "\t".join(["Forename"] * 100_000) + "\nMia",
        "Forename,Class\n" + "e\u0301" * 500_000 + ",3H",
    ],
    ids=["line ends", "commas", "quotes", "one cell", "rows", "open quote", "headings", "accents"],
)
def test_the_largest_nonsense_is_read_or_refused(text: str) -> None:
    must_be_read_or_refused(text)
