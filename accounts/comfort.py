"""How a pupil likes the pages to look and to sound: what may be chosen, how it is kept, how a page shows it. Pure.

Kept on the pupil's row, so that any device shows it (DESIGN.md 17, DESIGN-LANGUAGE.md 9). Only
what differs from the usual is kept, so that a usual row is empty and a later default reaches everybody who chose none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

#: What may be chosen for each setting; the first is the usual one.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "rate": ("normal", "slow", "quick"),
    "letters": ("usual", "capitals", "weighted"),
    "size": ("normal", "large", "largest"),
    "calm": ("off", "on"),
    "quiet": ("off", "on"),
    "touch": ("", "on", "off"),  # "": as the band has it
}
#: Bands in which nothing needs reading: whatever is touched is said, unless the pupil chose otherwise.
SPOKEN_BANDS = frozenset({"r", "y12"})


class UnknownSetting(ValueError):
    """A form that says what is not offered. Its words say what to do."""


@dataclass(frozen=True, slots=True)
class Comfort:
    """One pupil's settings. Each holds one of CHOICES."""

    rate: str = "normal"  # how fast the device's voice speaks
    letters: str = "usual"
    size: str = "normal"
    calm: str = "off"  # nothing moves
    quiet: str = "off"  # no scenery, no otter; nothing is said unless "Listen" is pressed
    touch: str = ""  # what is touched is said

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) not in CHOICES[field.name]:
                raise UnknownSetting(f"{field.name} cannot be {getattr(self, field.name)!r}")

    def says_what_is_touched(self, band: str) -> bool:
        """band: "r", "y12", "y34" or "y56"; empty for a page of none. Quiet means that sound stays on request."""
        if self.quiet == "on":
            return False
        return self.touch == "on" or (self.touch == "" and band in SPOKEN_BANDS)

    def shown_as(self, band: str) -> dict[str, str]:
        """What stands on <html> as data-…, for the sheet and the scripts: nothing for what is usual."""
        shown = {name: getattr(self, name) for name in ("rate", "letters", "size", "calm", "quiet")}
        shown = {name: value for name, value in shown.items() if value != CHOICES[name][0]}
        return shown | ({"touch": "on"} if self.says_what_is_touched(band) else {})

    def kept(self) -> str:
        """As the pupil's row holds it: JSON of what is not usual, or nothing."""
        chosen = {field.name: getattr(self, field.name) for field in fields(self)}
        differs = {name: value for name, value in chosen.items() if value != CHOICES[name][0]}
        return json.dumps(differs, separators=(",", ":"), sort_keys=True) if differs else ""


#: A pupil who has chosen nothing, and everybody who is not a pupil.
USUAL = Comfort()


def read_comfort(kept: str) -> Comfort:
    """What `Comfort.kept` gave. A setting that this version does not know is left out, so that no page stops on it."""
    if not kept:
        return USUAL
    found = json.loads(kept)
    return replace(USUAL, **{name: value for name, value in found.items() if value in CHOICES.get(name, ())})


def chosen_comfort(form: Mapping[str, str], band: str) -> Comfort:
    """What the form of the settings page says; what it leaves out is as usual. Raises UnknownSetting.

    Touch is kept only where it is not what the band has anyway: a child who moves up gets the older pupils' pages.
    """
    said = {name: form[name] for name in CHOICES if name in form}
    if said.get("touch") == ("on" if band in SPOKEN_BANDS else "off"):
        del said["touch"]
    return Comfort(**said)
