"""Year groups and the four bands of the curriculum. Pure: every room may ask."""

from __future__ import annotations

from collections.abc import Mapping

#: Curriculum band to the short name used in addresses and as `data-band` (DESIGN-LANGUAGE.md 3).
BANDS: Mapping[str, str] = {"eyfs": "r", "y1-2": "y12", "y3-4": "y34", "y5-6": "y56"}
BAND_NAMES: Mapping[str, str] = {
    "eyfs": "Reception",
    "y1-2": "Years 1 and 2",
    "y3-4": "Years 3 and 4",
    "y5-6": "Years 5 and 6",
}
YEAR_NAMES: tuple[str, ...] = ("Reception", "Year 1", "Year 2", "Year 3", "Year 4", "Year 5", "Year 6")


def band_for_year(year_group: int) -> str:
    """The curriculum band of a year group, 0 (Reception) to 6."""
    return ("eyfs", "y1-2", "y1-2", "y3-4", "y3-4", "y5-6", "y5-6")[year_group]


def band_of_class(chosen_band: str, year_group: int) -> str:
    """The band whose lessons a class has: the one the teacher chose, else the one of its year group."""
    return chosen_band or band_for_year(year_group)
