"""The fewest letters of a surname that tell two children of one class and one first name apart (DESIGN.md 6). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.roster.identity import plain

#: More are never shown; the boats differ.
MOST_LETTERS = 20


def letters_for(namesakes: Sequence[tuple[str, str]], taken: Sequence[str] = ()) -> list[str]:
    """For each (surname, letters she has already) the letters to show, in the same order.

    `taken` are the plain letters of namesakes whose surname is not told now; a newcomer takes letters beside them. A
    child who has letters that do keeps them, so that a name on the wall is not changed for nothing.
    """
    families = [plain(surname) for surname, _ in namesakes]
    letters = [had for _, had in namesakes]
    if len(set(families)) == 1 and not taken:
        return letters  # no letter of one surname tells two apart
    for place, (surname, had) in enumerate(namesakes):
        family = families[place]
        if not family:
            continue
        length = _length(family, set(families) - {family, ""}, taken)
        if len(plain(had)) < length or not family.startswith(plain(had)):
            letters[place] = first_letters(surname, length)
    for place, (surname, _) in enumerate(namesakes):
        # "Khan" beside "Khanna": "Kha" is enough, and a whole surname is not kept where it need not be.
        if len(families[place]) > 2 and plain(letters[place]) == families[place]:
            shorter = first_letters(surname, len(families[place]) - 1)
            others = {plain(given) for other, given in enumerate(letters) if other != place}
            if plain(shorter) not in others | set(taken):
                letters[place] = shorter
    return letters


def _length(family: str, others: set[str], taken: Sequence[str]) -> int:
    """How many letters of this plain surname begin no other surname and are nobody's letters."""
    length = 1
    while length < min(len(family), MOST_LETTERS) and (
        family[:length] in taken or any(other.startswith(family[:length]) for other in others)
    ):
        length += 1
    return length


def first_letters(surname: str, count: int) -> str:
    """The first letters of a surname: "V" of "van der Berg", "Oc" of "O'Connor". `count` is of plain letters."""
    given = ""
    for letter in surname:
        if len(plain(given)) >= count:
            break
        if letter.isalpha() or (given and not letter.isspace() and letter not in "-'."):
            given += letter
    return given[:1].upper() + given[1:].lower()
