"""From the bytes of a file, or from pasted text, to rows of cells; or a refusal in plain words.

Nothing is trusted: what a file is, its own first bytes say, not its name. Sizes are checked before anything is opened.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, Protocol, cast

from accounts.roster.headings import headings_known

LARGEST_LIST = 2 * 1024 * 1024  # bytes
MOST_ROWS = 3_000  # rows with something in them, titles and headings among them
MOST_CELLS = 100  # of a row; what stands further right is not read
LONGEST_CELL = 2_000  # characters; no cell of a class list needs a tenth of it

# An .xlsx is a zip. A school's whole list unpacks to about 1 MB; what is larger is not a class list.
_LARGEST_UNPACKED = 10 * 1024 * 1024
_LARGEST_STRINGS = 3 * 1024 * 1024  # the table of texts is held in memory whole
_LARGEST_STYLES = 1024 * 1024
_MOST_MEMBERS = 200
_LARGEST_DIRECTORY = 64 * 1024
_STEEPEST = 200  # times smaller than what it unpacks to
_PIECE = 64 * 1024  # unpacked at a time, so that a lie costs no more than this
_LAST_SHEET_ROW = 20_000  # blank rows included

# Python's own limit for a cell is below what a hostile list may hold; ours is what it is cut to.
csv.field_size_limit(2 * LARGEST_LIST)

_DELIMITERS = ("\t", ";", "|", ",")
_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")


class ListRefused(ValueError):
    """This list cannot be read at all. The message tells a teacher why, and what to do instead."""

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.message = message
        self.status = status  # 413: too large; 422: anything else


@dataclass(frozen=True, slots=True)
class Record:
    """One row, with the number that a spreadsheet program shows beside it."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The rows that have something in them, in order; `notes` tell of what was passed over."""

    records: tuple[Record, ...]
    blank_lines: int  # between them
    notes: tuple[str, ...] = ()


def open_document(data: bytes | str, filename: str) -> Document:
    """Raises ListRefused. A pasted list is a `str`; a file is `bytes`, whatever it is called."""
    size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "replace"))
    if size > LARGEST_LIST:
        raise ListRefused("This list is larger than 2 MB. Save only the sheet with the names, as CSV.", 413)
    if isinstance(data, str):
        document = _rows_of_text(data.replace("\x00", "").removeprefix("\ufeff"))
    elif data.startswith(b"PK"):
        document = _rows_of_zip(data)
    else:
        _refuse_what_is_not_text(data, filename)
        document = _rows_of_text(_decoded(data))
    if not document.records:
        raise ListRefused("There is nothing in this list. Paste the names, or choose the file again.")
    return document


# What the first bytes say

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00", b"8BPS")
_PACKED = (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_SAVE_AS = "Open it in your spreadsheet program, choose Save as, then CSV UTF-8, and try again."


def _refuse_what_is_not_text(data: bytes, filename: str) -> None:
    """Raises ListRefused for pictures, documents and programs that carry a list's name."""
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    lower = start.lower()
    is_picture = (
        data.startswith(_PICTURES)
        or (data.startswith(b"RIFF") and data[8:12] == b"WEBP")
        or data[4:8] == b"ftyp"
        or (data.startswith(b"BM") and b"\x00" in data[:32])
        or lower.startswith(b"<svg")
    )
    if is_picture:
        raise ListRefused("This is a picture, not a list. Choose the file that holds the names.")
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise ListRefused(f"This is an old Excel file (.xls), or one with a password. {_SAVE_AS}")
    if start.startswith(b"%PDF"):
        raise ListRefused("This is a PDF. Export the list as CSV or Excel instead, or copy the names and paste them.")
    if start.startswith(b"{\\rtf"):
        raise ListRefused("This is a document, not a list. Copy its table and paste it.")
    if lower.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<style")):
        raise ListRefused(f"This is a web page under a spreadsheet's name. {_SAVE_AS}")
    if data.startswith(_PACKED):
        raise ListRefused("This file is packed. Unpack it, and choose the list inside.")
    if start.startswith((b"MZ", b"\x7fELF")):
        raise ListRefused(f"{filename[:60] or 'This'} is not a list of names. {_SAVE_AS}")


# Letters

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _decoded(data: bytes) -> str:
    """The text of a file in whichever letters it was saved. Raises ListRefused for what is no text."""
    try:
        text = _decoded_by_mark(data)
    except UnicodeError:
        raise ListRefused(f"This file is damaged: its letters cannot be read. {_SAVE_AS}") from None
    odd = len(_TEXT.findall(text))
    if "\x00" in text or odd > 2 + len(text) // 500:
        raise ListRefused(f"This is not a list of names. {_SAVE_AS}")
    return text.removeprefix("\ufeff")


def _decoded_by_mark(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            if encoding == "utf-8-sig" and not _is_utf8(data):
                return _decoded_by_line(data[len(mark) :])
            return data.decode(encoding)
    sample = data[:4096]
    pairs = len(sample) // 2
    # Most letters of a British list take one byte, so in UTF-16 every other byte is zero.
    if pairs and sample[1::2].count(0) > 0.4 * pairs and sample[0::2].count(0) < 0.05 * pairs + 1:
        return data.decode("utf-16-le")
    if pairs and sample[0::2].count(0) > 0.4 * pairs and sample[1::2].count(0) < 0.05 * pairs + 1:
        return data.decode("utf-16-be")
    return data.decode("utf-8") if _is_utf8(data) else _decoded_by_line(data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded_by_line(data: bytes) -> str:
    """Windows or old Mac letters; line by line, because lists get glued together from both kinds and UTF-8."""
    lines = re.split(rb"(\r\n|\n|\r)", data)
    old = [line for line in lines if not _is_utf8(line)]
    sample = b"\n".join(old)[:100_000]
    windows = sample.decode("cp1252", "replace")
    mac = sample.decode("mac_roman")
    encoding = "mac_roman" if _likeliness(mac) > _likeliness(windows) else "cp1252"
    return "".join(line.decode("utf-8") if _is_utf8(line) else line.decode(encoding, "replace") for line in lines)


_EVERYDAY = set("áàâäãåæçéèêëíìîïñóòôöõøœúùûüýÿßšžÁÀÂÄÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜÝŸŠŽ")


def _likeliness(text: str) -> float:
    """How much the accented letters look as if they stood in names: small inside a word, capital at its start."""
    score = 0.0
    for place, letter in enumerate(text):
        if letter.isascii():
            continue
        before = text[place - 1] if place else " "
        after = text[place + 1] if place + 1 < len(text) else " "
        if letter == "\u2019":  # O'Connor as Word writes it
            score += 1 if before.isalpha() and after.isupper() else -1
        elif letter not in _EVERYDAY:
            score -= 1
        elif letter.isupper():
            score += -1 if before.islower() else 1
        else:
            # š and ž are rarer in our schools than the ö and é that old Macs wrote with the same bytes.
            score += -1 if after.isupper() else (0.5 if letter in "šž" else 1)
    return score


# Rows


def _rows_of_text(text: str) -> Document:
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r'"?sep=(.)"?\r?', first.strip(" "))  # a line that Excel reads and does not show
    if told:
        text = rest
    delimiter = told[1] if told else _delimiter_of(text)
    try:
        records = _read_records(text, delimiter)
    except _QuoteLeftOpen:
        # One quotation mark too many would swallow every row after it: read the marks as letters instead.
        records = _read_records(text, delimiter, is_quoted=False)
    return _within_limits(records)


class _QuoteLeftOpen(Exception):
    pass


def _read_records(text: str, delimiter: str, *, is_quoted: bool = True) -> list[Record]:
    records = []
    source = io.StringIO(text, newline="")
    if is_quoted:
        reader = csv.reader(source, delimiter=delimiter)
    else:
        reader = csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    try:
        for line, cells in enumerate(reader, 1):
            if any(cells) and any(cell.strip() for cell in cells):
                kept = cells[:MOST_CELLS]
                if not is_quoted:
                    kept = [cell.strip('"') for cell in kept]
                elif any(cell.count("\n") + cell.count("\r") > 20 for cell in kept):
                    raise _QuoteLeftOpen
                records.append(Record(line, tuple(cell[:LONGEST_CELL] for cell in kept)))
                if len(records) > MOST_ROWS + 1:
                    break
    except csv.Error as error:
        raise ListRefused(f"Line {reader.line_num} of this list cannot be read. {_SAVE_AS}") from error
    return records


def _delimiter_of(text: str) -> str:
    """Which of tab ; | , splits these rows into the most even columns; a heading that we know settles it."""
    sample = "\n".join(re.split(r"\r\n|\n|\r", text[:60_000])[:60])
    best, best_score = ",", (0.0, 0.0)
    for delimiter in _DELIMITERS:
        if delimiter not in sample:
            continue
        rows = [
            cells
            for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
            if any(cell.strip() for cell in cells)
        ]
        if not rows:
            continue
        known = max(headings_known(row) for row in rows[:20])
        widths = [len(row) for row in rows]
        commonest = max(set(widths), key=lambda width: (widths.count(width), width))
        evenness = widths.count(commonest) / len(widths) if commonest > 1 else 0.0
        score = (known if known > 1 else 0, evenness)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _within_limits(records: list[Record]) -> Document:
    if len(records) > MOST_ROWS:
        raise ListRefused(f"This list has more than {MOST_ROWS:,} rows. Send one school year, or one class, at a time.")
    blank = records[-1].line - records[0].line + 1 - len(records) if records else 0
    return Document(tuple(records), blank)


# Spreadsheets


def _rows_of_zip(data: bytes) -> Document:
    names = _checked_members(data)
    bases = {name.rsplit("/", 1)[-1].casefold() for name in names}
    if "xl/workbook.xml" in names:
        return _rows_of_xlsx(data)
    if bases & {"manifest.csv", "users.csv", "orgs.csv", "enrollments.csv"}:
        raise ListRefused(ONEROSTER)
    if "xl/workbook.bin" in names or "content.xml" in names or "index/document.iwa" in {n.casefold() for n in names}:
        raise ListRefused(f"We cannot read this kind of spreadsheet. {_SAVE_AS}")
    if "word/document.xml" in names:
        raise ListRefused("This is a document, not a list. Copy its table and paste it.")
    raise ListRefused("This is a zip file. Unpack it, and choose the list inside.")


#: Said of a OneRoster export, zipped or not.
ONEROSTER = (
    "This is a OneRoster export, made for other programs. In your school's system choose the class list or pupil list "
    "report instead, with First name, Surname, Year group and Class, saved as CSV or Excel."
)


def _swells() -> ListRefused:
    return ListRefused(
        "This file unpacks to far more than a class list. Save only the sheet with the names, as CSV.", 413
    )


def _checked_members(data: bytes) -> set[str]:
    """The names in a zip, whose own directory is read before any of it is unpacked. Raises ListRefused."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or len(data) < end + 22:
        raise ListRefused(f"This file is damaged. {_SAVE_AS}")
    count = int.from_bytes(data[end + 10 : end + 12], "little")
    directory = int.from_bytes(data[end + 12 : end + 16], "little")
    # The long form of the directory is for files over 4 GB, so here it is a trick.
    if count > _MOST_MEMBERS or directory > _LARGEST_DIRECTORY or b"PK\x06\x07" in data[max(0, end - 20) : end]:
        raise _swells()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, UnicodeDecodeError):
        raise ListRefused(f"This file is damaged. {_SAVE_AS}") from None
    unpacked = sum(member.file_size for member in members)
    if len(members) > _MOST_MEMBERS or unpacked > _LARGEST_UNPACKED or unpacked > _STEEPEST * len(data):
        raise _swells()
    for member in members:
        name = member.filename.casefold()
        if name.endswith("sharedstrings.xml") and member.file_size > _LARGEST_STRINGS:
            raise _swells()
        if name.endswith("styles.xml") and member.file_size > _LARGEST_STYLES:
            raise _swells()
        if member.flag_bits & 1:
            raise ListRefused("This file has a password. Save it again without one.")
    return {member.filename for member in members}


_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class _Sheet(Protocol):
    """What we ask of openpyxl's read-only worksheet."""

    title: str
    sheet_state: str

    def iter_rows(self, *, max_row: int, max_col: int, values_only: Literal[True]) -> Iterator[tuple[object, ...]]: ...


def _rows_of_xlsx(data: bytes) -> Document:
    """The first sheet with anything in it. openpyxl reads row by row, values only: no formula, link or picture."""
    from openpyxl import load_workbook  # here: most schools send no spreadsheet, and it takes 6 MB of every server

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that we do not read anyway
            book = load_workbook(_honest_copy(data), read_only=True, data_only=True, keep_links=False)
            try:
                return _first_full_sheet(cast(Sequence[_Sheet], book.worksheets))
            finally:
                book.close()
    except ListRefused:
        raise
    except Exception:  # a damaged spreadsheet fails anywhere in three libraries, each in its own way
        raise ListRefused(f"This spreadsheet cannot be read. {_SAVE_AS}") from None


def _honest_copy(data: bytes) -> io.BytesIO:
    """The same spreadsheet unpacked: a directory may lie about sizes, and `ZipFile.read` would believe it too late."""
    copy = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as plain:
        for member in packed.infolist():
            if not member.filename.endswith((".xml", ".rels")):
                continue
            with packed.open(member) as source:
                content = b"".join(iter(lambda: source.read(_PIECE), b""))
            if _DECLARES.search(content):
                # A spreadsheet declares no entities; one that does is made to swell when it is read.
                raise _swells()
            plain.writestr(member.filename, content)
    copy.seek(0)
    return copy


def _first_full_sheet(sheets: Iterable[_Sheet]) -> Document:
    found: Document | None = None
    for sheet in sheets:
        if sheet.sheet_state != "visible":
            continue
        records = list(_records_of_sheet(sheet, 2 if found else MOST_ROWS + 2))
        if not records:
            continue
        if found:
            note = f"Only the first sheet was read; \u201c{sheet.title[:40]}\u201d was not."
            return Document(found.records, found.blank_lines, (note,))
        found = _within_limits(records)
    return found or Document((), 0)


def _records_of_sheet(sheet: _Sheet, most: int) -> Iterator[Record]:
    rows = sheet.iter_rows(max_row=_LAST_SHEET_ROW, max_col=MOST_CELLS, values_only=True)
    count = 0
    for line, values in enumerate(rows, 1):
        cells = tuple(_cell_text(value) for value in values)
        if any(cell.strip() for cell in cells):
            yield Record(line, cells)
            count += 1
            if count >= most:
                return


def _cell_text(value: object) -> str:
    """A cell as its reader sees it, as far as a class list goes: 3.0 is "3", and a date says that it is one."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)[:LONGEST_CELL]
