"""What one cell of a class list says: a name, a year group, a class, a number. Pure."""

from __future__ import annotations

import re
import unicodedata

from accounts.bands import YEAR_NAMES

#: Longest first name, surname or class name that a list may hold, in letters.
LONGEST_NAME = 30
LONGEST_CLASS = 30
LONGEST_NUMBER = 40

#: How a spreadsheet program starts a formula. A cell that begins so is never used, whatever it says.
FORMULA_STARTS = ("=", "+", "-", "@")

_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201b": "'", "\u02bc": "'", "\u00b4": "'", "`": "'"})
_DASHES = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-"})
_NOTHING = {"-", "--", "\u2013", "n/a", "#n/a", "#ref!", "#value!", "#name?", "(blank)", "?"}
#: More accents on one letter than any language writes.
_HEAPED = re.compile(r"[^\W\d_][\u0300-\u036f]{3}")
#: What UTF-8 looks like when it was read as Windows-1252 and saved again: "ZoÃ«".
_MANGLED = re.compile("[ÃÂ][\u0080-\u00bf]|\ufffd|â€")

_NAMED_YEARS = {
    **dict.fromkeys(("r", "rec", "recep", "reception", "receptionclass", "yr", "yearr", "yrr", "yearrec"), 0),
    **dict.fromkeys(
        ("eyfs", "eyfs2", "fs2", "f2", "foundation", "foundation2", "foundationstage", "foundationstage2"), 0
    ),
    **{word: year for year, word in enumerate(("one", "two", "three", "four", "five", "six"), 1)},
}
_NURSERY = {"n", "n1", "n2", "nursery", "nursery1", "nursery2", "fs1", "f1", "foundation1", "foundationstage1"}
_NURSERY |= {"preschool", "eyfs1", "prenursery"}
_YEAR_WORDS = re.compile(r"^(?:nationalcurriculum|curriculum|nc)?(?:yeargroup|yrgroup|year|yr|y|grade)?")
_YEAR_NUMBER = re.compile(r"0*(\d{1,4})(?:\.0+)?")

_YEAR_OF_CLASS = re.compile(r"(?:year|yr|y)\s*0?([1-6])\b(?!\s*[/&])|([1-6])\s?[a-z]{1,2}$", re.IGNORECASE)

#: A class called "3-4" or "1/2" that a spreadsheet program took for a date.
_DATE = re.compile(
    r"\d{1,2}[-/ ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:[-/ ]\d{2,4})?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/ ]\d{2,4}"
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    r"|\d{4}-\d{2}-\d{2}(?:[ t]00:00:00)?",
    re.IGNORECASE,
)


class Unusable(ValueError):
    """This cell cannot be used; the message is the plain reason, to stand after "Left out:"."""


def tidy(text: str) -> str:
    """The text on one line with single spaces: no control, zero-width or direction characters, plain quotes."""
    text = unicodedata.normalize("NFC", text)
    if not text.isascii():
        text = text.translate(_QUOTES).translate(_DASHES)
        text = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text if unicodedata.category(c) != "Cf")
    elif not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    text = " ".join(text.split())
    return "" if text.casefold() in _NOTHING else text


def name_in(text: str, what: str) -> str:
    """A first name or a surname, ready to be shown; empty for an empty cell. `what` is "first name" or "surname".

    Raises Unusable for what no name has. NFC, so that "é" is one letter however it was typed.
    """
    name = tidy(text)
    if not name:
        return ""
    if name.startswith(FORMULA_STARTS):
        raise Unusable(f"the {what} begins with {name[0]}, as a formula does")
    if sum(c.isalpha() for c in name) > LONGEST_NAME or len(name) > LONGEST_NAME:
        raise Unusable(f"the {what} has more than {LONGEST_NAME} letters")
    if _MANGLED.search(name):
        raise Unusable(f"the accents in the {what} were lost; save the list again as CSV UTF-8")
    if any(not _belongs_in_a_name(c) for c in name):
        digits = any(c.isdigit() for c in name)
        raise Unusable(f"the {what} has {'figures in it' if digits else 'characters that names do not have'}")
    if not any(c.isalpha() for c in name):
        raise Unusable(f"the {what} has no letter")
    if _HEAPED.search(unicodedata.normalize("NFD", name)):
        raise Unusable(f"the {what} has characters that names do not have")
    return _in_small_letters(name)


def _belongs_in_a_name(c: str) -> bool:
    return c in " '-.\u00b7" or unicodedata.category(c)[0] in "LM"


def _in_small_letters(name: str) -> str:
    """Names shouted or whispered by a keyboard, as young readers know them: "AMINA" and "amina" are "Amina".

    Two capitals stay ("DJ", "TJ"), and so does any name that mixes both ("van der Berg", "MacLeod").
    """
    letters = "".join(c for c in name if c.isalpha())
    if not (letters.islower() or (letters.isupper() and len(letters) > 2)):
        return name
    return re.sub(r"[^\W\d_]+", lambda word: word[0][:1].upper() + word[0][1:].lower(), name)


def year_in(text: str) -> int | None:
    """The year group, 0 (Reception) to 6, of "Year  3", "Y3", "FS2"; None for an empty cell.

    Raises Unusable for another year or for something else.
    """
    said = tidy(text)
    if not said:
        return None
    if said.startswith(FORMULA_STARTS):
        raise Unusable(f"the year group begins with {said[0]}, as a formula does")
    key = squashed(said)
    if key in _NURSERY:
        raise Unusable("nursery children do not sign in; lists are for Reception to Year 6")
    if key in _NAMED_YEARS:
        return _NAMED_YEARS[key]
    bare = _YEAR_WORDS.sub("", said.casefold().replace(" ", ""), count=1)
    if bare in _NAMED_YEARS:
        return _NAMED_YEARS[bare]
    number = _YEAR_NUMBER.fullmatch(bare)
    if number is None:
        raise Unusable(f"\u201c{said[:20]}\u201d is not a year group that we know (Reception, Year 1 to Year 6)")
    year = int(number[1])
    if year >= len(YEAR_NAMES):
        raise Unusable(f"Year {year} is not a primary year (Reception to Year 6)")
    return year


def year_in_class_name(name: str) -> int | None:
    """The year group that a class's own name tells: "3H", "Year 3", "Y3 Owls", "Reception"; None for "Willow"."""
    try:
        return year_in(name)
    except Unusable:
        told = _YEAR_OF_CLASS.match(name)
        return int(told[1] or told[2]) if told else None


def classes_in(text: str) -> list[str]:
    """The class names in one cell, which may hold several split by `;`. Raises Unusable."""
    names = []
    for part in re.split(r"[;\n\r]", text):
        name = tidy(part)
        if not name:
            continue
        if name.startswith(FORMULA_STARTS):
            raise Unusable(f"the class begins with {name[0]}, as a formula does")
        if _DATE.fullmatch(name):
            raise Unusable(f"the class \u201c{name}\u201d became a date; format that column as text in the spreadsheet")
        if len(name) > LONGEST_CLASS:
            raise Unusable(f"the class name has more than {LONGEST_CLASS} letters")
        if _MANGLED.search(name):
            raise Unusable("the accents in the class name were lost; save the list again as CSV UTF-8")
        if any(not (_belongs_in_a_name(c) or c.isdigit() or c in "&/+()#:,") for c in name):
            raise Unusable("the class name has characters that we cannot use")
        if not any(c.isalnum() for c in name):
            raise Unusable("the class name has no letter or figure")
        names.append(name)
    return names


def number_in(text: str) -> str:
    """A UPN or admission number as text (its check letter is not tested); empty for one that cannot be a number.

    A spreadsheet program turns a long one into 3.13E+11: such a cell tells nobody apart, and so do formulas and zeros.
    """
    said = tidy(text).upper().replace(" ", "")
    if len(said) > LONGEST_NUMBER or not re.fullmatch(r"[0-9A-Z][0-9A-Z/._-]*", said):
        return ""
    if re.fullmatch(r"\d+([.,]\d+)?E\+?\d+", said) or not said.strip("0") or said in {"NONE", "NULL", "TBC", "UNKNOWN"}:
        return ""
    return said.removesuffix(".0")


def squashed(text: str) -> str:
    """Letters and figures alone, in lower case: how headings are compared."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
