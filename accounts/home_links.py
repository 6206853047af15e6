"""Links to one child's home card for somebody without an account: printed as a square and as sixteen letters.

A code is worked out, never stored: the child under a mask, the last day, and a seal, which is HMAC(key, child, last
day, link version). So a print costs no row, and raising the version ends every link to that child at once: by a tap of
the teacher, when a grown-up is unlinked (a court order ends what lies in that kitchen too), when the child leaves.

The code stands after the # of the address and is posted by script, or typed: an address is written down by servers,
proxies and browsers' histories, and fourteen days are long enough for somebody to read one there. A path would be
simpler, and every access log would then hold usable links.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Row, select, update

from accounts.bands import band_of_class
from accounts.models import Pupil, School, SchoolClass, User
from accounts.school_time import day_of
from accounts.secrets import CLEAR_LETTERS, clear_letters, tidy_code
from accounts.signing_in import HOUR, Tried
from accounts.throttle import CODES_AN_HOUR, count_hit, count_wrong, forget, read_tally
from keys import Keys

LASTS = timedelta(days=14)
#: One letter for the day, six for the child (244 million), nine of the seal (41 bits): of a school of 420 one code in
#: 10^18 opens a card, and tries are counted.
DAY_LETTERS, WHO_LETTERS, SEAL_LETTERS = 1, 6, 9
CODE_LETTERS = DAY_LETTERS + WHO_LETTERS + SEAL_LETTERS
_MASK: int = len(CLEAR_LETTERS) ** WHO_LETTERS
#: The day's letter comes round every 25 days: it is read as a day from 9 days ago to 15 ahead, at any hour on Earth.
_DAYS_BACK = 9


@dataclass(frozen=True, slots=True)
class HomeLink:
    """Whose card a code opens, and what is needed to write that card."""

    pupil_id: int
    school_id: int
    first_name: str
    band: str
    timezone: str
    local_facts: str  # JSON
    is_over: bool  # its last day has passed


def last_day_of(at: datetime, timezone: str) -> date:
    """The last day of a link that is printed now, on the school's calendar."""
    return day_of(at + LASTS, timezone)


def home_code(
    keys: Keys, pupil_id: int, public_id: str, link_version: int, last_day: date, key_version: int | None = None
) -> str:
    """Sixteen letters; the same as often as it is printed on one day."""
    seal = _seal(keys, public_id, link_version, last_day, key_version)
    day = CLEAR_LETTERS[last_day.toordinal() % len(CLEAR_LETTERS)]
    return day + _letters((pupil_id + _mask(keys, day, seal, key_version)) % _MASK) + seal


def try_home_code(
    connection: Connection, keys: Keys, typed: str, device: bytes, address: str, at: datetime
) -> tuple[Tried, HomeLink | None]:
    """Look a code up; a wrong one is counted by device and by network address, as those of letters are. A code that is
    over is not a guess, so it is told as such."""
    if rest := read_tally(connection, keys, "home-device", device.hex(), at, HOUR).rest(at):
        return Tried(False, rest), None
    if rest := count_hit(connection, keys, "home-address", address, at, HOUR, CODES_AN_HOUR):
        return Tried(False, rest), None
    link = _find(connection, keys, tidy_code(typed), at)
    if link is None:
        return Tried(False, count_wrong(connection, keys, "home-device", device.hex(), at, HOUR).rest(at)), None
    forget(connection, keys, "home-device", device.hex())
    return Tried(not link.is_over), link


def end_home_links(connection: Connection, pupil_ids: Collection[int]) -> None:
    """No link to these children's cards opens any more; one printed from now on does."""
    connection.execute(
        update(Pupil)
        .where(Pupil.user_id.in_(pupil_ids))
        .values(link_version=Pupil.link_version + 1)
        .execution_options(synchronize_session=False)
    )


def _find(connection: Connection, keys: Keys, code: str, at: datetime) -> HomeLink | None:
    if len(code) != CODE_LETTERS or not set(code) <= set(CLEAR_LETTERS):
        return None
    day, who, seal = code[0], code[DAY_LETTERS : DAY_LETTERS + WHO_LETTERS], code[-SEAL_LETTERS:]
    last_day = _day(day, at.astimezone(UTC).date())
    versions = {(_number(who) - _mask(keys, day, seal, version)) % _MASK: version for version in keys.roots}
    for row in connection.execute(
        select(
            Pupil.user_id,
            Pupil.school_id,
            Pupil.first_name,
            Pupil.link_version,
            User.public_id,
            SchoolClass.chosen_band,
            SchoolClass.year_group,
            School.timezone,
            School.local_facts,
        )
        .join(User, User.id == Pupil.user_id)
        .join(SchoolClass, SchoolClass.id == Pupil.class_id)
        .join(School, School.id == Pupil.school_id)
        .where(Pupil.user_id.in_(versions), User.left_at.is_(None))
    ):
        right = _seal(keys, row.public_id, row.link_version, last_day, versions[row.user_id])
        if hmac.compare_digest(seal, right):
            return _link(row, last_day, at)
    return None


def _link(row: Row[*tuple[object, ...]], last_day: date, at: datetime) -> HomeLink:
    return HomeLink(
        pupil_id=row.user_id,
        school_id=row.school_id,
        first_name=row.first_name,
        band=band_of_class(row.chosen_band, row.year_group),
        timezone=row.timezone,
        local_facts=row.local_facts,
        is_over=day_of(at, row.timezone) > last_day,
    )


def _seal(keys: Keys, public_id: str, link_version: int, last_day: date, key_version: int | None) -> str:
    mac = keys.mac("home-link", f"{public_id}:{last_day.isoformat()}:{link_version}", key_version)
    return clear_letters(mac, SEAL_LETTERS)


def _mask(keys: Keys, day: str, seal: str, key_version: int | None) -> int:
    """Hides which row it is: nobody counts the children by their links, and a seal fits no other child."""
    return int.from_bytes(keys.mac("home-link-mask", day + seal, key_version)[:8], "big") % _MASK


def _day(letter: str, today: date) -> date:
    first = today - timedelta(days=_DAYS_BACK)
    ahead = (CLEAR_LETTERS.index(letter) - first.toordinal()) % len(CLEAR_LETTERS)
    return first + timedelta(days=ahead)


def _letters(number: int) -> str:
    letters = []
    for _ in range(WHO_LETTERS):
        number, pick = divmod(number, len(CLEAR_LETTERS))
        letters.append(CLEAR_LETTERS[pick])
    return "".join(reversed(letters))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * len(CLEAR_LETTERS) + CLEAR_LETTERS.index(letter)
    return number
