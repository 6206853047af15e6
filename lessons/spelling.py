"""Whether a word is in Debian's British dictionary (the package `hunspell-en-gb`), read as it is: no program is run.

Where the package is not installed the check says so, and the list of American forms in `words.yaml` still holds: the
dictionary takes `organize`, and the list does not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .compiler import Passage
from .reading import Mistake
from .registers import FACT
from .wording import sentences

DICTIONARY = Path("/usr/share/hunspell/en_GB.dic")  # where Debian and Ubuntu put it
_SUFFIX = "SFX"
#: A word that is no part of a name with figures (Max7), an address (craftcove.example) or a file's name.
_WORD = re.compile(r"(?<![\w@.\-'’])[A-Za-zÀ-ÿ]+(?:['’\-][A-Za-zÀ-ÿ]+)*(?![\w@\-]|\.\w)")


@dataclass(frozen=True, slots=True)
class _Affix:
    """One line of the affix file: `strip` comes off the stem and `add` goes on, where the stem ends (or begins) so."""

    flag: str
    strip: str
    add: str
    stem: re.Pattern[str]
    crosses: bool  # may stand together with an affix at the other end


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Stems with the flags of the affixes that they take."""

    stems: Mapping[str, str]
    prefixes: Mapping[str, tuple[_Affix, ...]]  # by what they add
    suffixes: Mapping[str, tuple[_Affix, ...]]

    def knows(self, word: str) -> bool:
        """The word as it stands, with a small first letter, without its 's, or as known parts with hyphens."""
        word = re.sub(r"'s?$", "", word.replace("’", "'"))
        if self._is_word(word) or self._is_word(word[:1].lower() + word[1:]):
            return True
        parts = word.split("-")
        return len(parts) > 1 and all(self.knows(part) for part in parts)

    def _is_word(self, word: str) -> bool:
        if word in self.stems:
            return True
        return any(self._has(stem, affix.flag) for stem, affix in self._without(word, self.suffixes, True)) or any(
            self._has(stem, before.flag)
            or (
                before.crosses
                and any(
                    after.crosses and self._has(bare, before.flag) and self._has(bare, after.flag)
                    for bare, after in self._without(stem, self.suffixes, True)
                )
            )
            for stem, before in self._without(word, self.prefixes, False)
        )

    def _has(self, stem: str, flag: str) -> bool:
        return flag in self.stems.get(stem, "")

    @staticmethod
    def _without(word: str, affixes: Mapping[str, tuple[_Affix, ...]], at_end: bool) -> Iterator[tuple[str, _Affix]]:
        """Each stem that the word may come from, and the affix that was taken off."""
        for length in range(1, min(len(word), 12)):
            for affix in affixes.get(word[-length:] if at_end else word[:length], ()):
                stem = word[: len(word) - length] + affix.strip if at_end else affix.strip + word[length:]
                if affix.stem.search(stem):
                    yield stem, affix


@lru_cache(maxsize=1)
def read_dictionary(file: Path = DICTIONARY) -> Dictionary | None:
    """The dictionary with its affixes, which stand beside it; None where it is not installed."""
    affixes = file.with_suffix(".aff")
    if not file.is_file() or not affixes.is_file():
        return None
    prefixes, suffixes = _affixes(affixes.read_text(encoding="utf-8-sig").splitlines())
    stems: dict[str, str] = defaultdict(str)
    for line in file.read_text(encoding="utf-8-sig").splitlines()[1:]:
        word, _, flags = line.split("\t")[0].partition("/")
        stems[word] += flags
    return Dictionary(dict(stems), prefixes, suffixes)


def _affixes(
    lines: Iterable[str],
) -> tuple[Mapping[str, tuple[_Affix, ...]], Mapping[str, tuple[_Affix, ...]]]:
    """Prefixes and suffixes by what they add. A line is `SFX flag strip add condition`; the first line of a flag says
    whether it crosses."""
    found: dict[str, dict[str, list[_Affix]]] = {"PFX": defaultdict(list), _SUFFIX: defaultdict(list)}
    crosses: dict[tuple[str, str], bool] = {}
    for line in lines:
        parts = line.split()
        if len(parts) < 4 or parts[0] not in found:
            continue
        kind, flag, strip, add = parts[:4]
        if (kind, flag) not in crosses:
            crosses[kind, flag] = strip == "Y"
            continue
        condition = parts[4] if len(parts) > 4 else "."
        pattern = re.compile(f"{condition}$" if kind == _SUFFIX else f"^{condition}")
        add = "" if add == "0" else add.partition("/")[0]
        affix = _Affix(flag, "" if strip == "0" else strip, add, pattern, crosses[kind, flag])
        found[kind][add].append(affix)
    prefixes, suffixes = ({add: tuple(each) for add, each in kind.items()} for kind in found.values())
    return prefixes, suffixes


def misspelt(
    read: Iterable[tuple[str, Passage]], dictionary: Dictionary, names: Iterable[str], allowed: Iterable[str]
) -> Iterator[Mistake]:
    """Each word that the dictionary does not hold, once a line. `read`: pairs of a file and a passage of it.

    A word with a capital may be a name: it counts only where a sentence begins with it and nothing else shows that it
    is one (`names`, the same word inside a sentence, a colon after it).
    """
    passages = [(path, part.line, FACT.sub("", part.text).replace("*", "")) for path, part in read]
    known = {word.casefold() for word in allowed}
    proper = {part.casefold() for name in names for part in re.split(r"[\s-]", name)} | _inside_sentences(passages)
    told: set[Mistake] = set()
    for path, line, text in passages:
        for match in _WORD.finditer(text):
            word = match[0]
            bare = re.sub(r"['’]s?$", "", word).casefold()
            if bare in known or word.casefold() in known or not word[1:].islower():
                continue  # EAL and DragonFan are names as well
            if word[0].isupper() and (bare in proper or text[match.end() :].startswith(":")):
                continue
            if not dictionary.knows(word):
                at = line + text.count("\n", 0, match.start())
                told.add(Mistake(path, at, f"`{word}` is in no British dictionary: mend it, or add it to words.yaml"))
    yield from sorted(told)


def _inside_sentences(passages: Iterable[tuple[str, int, str]]) -> set[str]:
    """The words that are written with a capital in the middle of a sentence: names, then."""
    found: set[str] = set()
    for _, _, text in passages:
        for sentence in sentences(text):
            words = list(_WORD.finditer(sentence))
            found |= {re.sub(r"['’]s?$", "", word[0]).casefold() for word in words[1:] if word[0][0].isupper()}
    return found
