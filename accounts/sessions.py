"""Sessions are rows that can be ended at once: a leaver, an unlink, "end of lesson", a stolen tablet (TRUST.md 2.1).

Two cookies. `sh` holds a random token whose hash is in the row; `shd` names the device, for the throttle, for a year.
The CSRF token is derived from them, so that nothing is written on a GET.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, Request, Response, g, session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import AnonymousUserMixin, LoginManager
from sqlalchemy import Connection, Table, bindparam, func, select, update

from accounts.bands import band_for_year
from accounts.comfort import Comfort, read_comfort
from accounts.models import Adult, Pupil, Role, School, SchoolClass, SignIn, User
from database import Kept, reading, writing
from keys import Keys
from web import keys, now

#: How long a session outlives its last request (TRUST.md 2.1).
IDLE = {Role.PUPIL: timedelta(minutes=20), Role.PARENT: timedelta(minutes=30)}
IDLE_STAFF = timedelta(minutes=60)
#: `seen_at` is written at most this often, so that reading costs no write.
SEEN_EVERY_PUPIL = timedelta(minutes=1)
SEEN_EVERY_STAFF = timedelta(minutes=2)
DEVICE_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Boat:
    """A pupil's avatar: a sail's colour, 0 to 7, and its pattern, 0 to 6."""

    sail: int
    pattern: int


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking: read once a request, in one SELECT. Flask-Login's user."""

    sign_in_id: int
    school_id: int
    school_public_id: str
    school_name: str
    is_demo: bool
    timezone: str
    user_id: int | None  # None: somebody with the class code, looking for their boat
    public_id: str
    role: str
    name: str
    device: bytes
    how: str
    opened_at: datetime
    seen_at: datetime
    has_second_factor: bool
    is_totp_on: bool
    class_id: int | None
    class_public_id: str
    class_name: str
    band: str  # the band of the class's lessons: eyfs, y1-2, y3-4, y5-6; empty for adults
    year_group: int | None
    boat_sail: int
    boat_pattern: int
    local_facts: Mapping[str, str]  # what the school filled in, by fact id
    comfort: Comfort  # how pages look and sound; the usual for everybody who is not a pupil

    @property
    def is_active(self) -> bool:
        return True

    @property
    def is_anonymous(self) -> bool:
        return False

    @property
    def is_authenticated(self) -> bool:
        return True

    def get_id(self) -> str:
        return str(self.sign_in_id)

    @property
    def boat(self) -> Boat:
        return Boat(self.boat_sail, self.boat_pattern)

    @property
    def is_pupil(self) -> bool:
        return self.role == Role.PUPIL

    @property
    def me(self) -> int:
        """The user's id, for somebody who has signed in."""
        if self.user_id is None:
            raise RuntimeError("nobody has signed in yet")
        return self.user_id


class HarbourSession(dict[str, Any], SessionMixin):
    """The two cookies of a request, and what is to become of them. Its only key is Flask-WTF's `csrf_token`."""

    def __init__(self, token: str, device: bytes, is_new_device: bool, csrf: str) -> None:
        super().__init__(csrf_token=csrf)
        self.token = token
        self.device = device
        self.is_new_device = is_new_device
        self.new_token: str | None = None
        self.is_ended = False


class HarbourSessions(SessionInterface):
    """Reads and writes the cookies; the row itself is read when somebody asks `who()`."""

    def open_session(self, app: Flask, request: Request) -> HarbourSession:
        all_keys = app.extensions["keys"]
        token = request.cookies.get(cookie_name(app), "")[:64]
        device = _read_device(all_keys.derive("device"), request.cookies.get("shd", ""))
        is_new = device is None
        known = secrets.token_bytes(16) if device is None else device
        csrf = _csrf(all_keys, token or known.hex())
        return HarbourSession(token, known, is_new, csrf)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        ours = cast(HarbourSession, session)
        secure = not app.extensions["settings"].is_plain_http and app.extensions["settings"].is_https
        if ours.new_token is not None:
            response.set_cookie(
                cookie_name(app), ours.new_token, httponly=True, secure=secure, samesite="Lax", path="/"
            )
        elif ours.is_ended:
            response.delete_cookie(cookie_name(app), httponly=True, secure=secure, samesite="Lax", path="/")
        if ours.is_new_device and response.mimetype == "text/html":
            value = ours.device.hex() + _device_seal(app.extensions["keys"].derive("device"), ours.device)
            response.set_cookie(
                "shd", value, max_age=DEVICE_SECONDS, httponly=True, secure=secure, samesite="Lax", path="/"
            )


def cookie_name(app: Flask) -> str:
    """`__Host-sh` ties the cookie to one https host; a plain-http school or a trial on loopback cannot have that."""
    here = app.extensions["settings"]
    return "__Host-sh" if here.is_https and not here.is_plain_http else "sh"


def this_session() -> HarbourSession:
    return cast(HarbourSession, session._get_current_object())  # type: ignore[attr-defined]  # LocalProxy is untyped


def set_up_login(app: Flask) -> None:
    """Flask-Login carries the Actor; the row, not a cookie of its own, says who it is."""
    login = LoginManager(app)
    login.session_protection = None
    login.request_loader(lambda _request: _load())


def who() -> Actor | None:
    """Who is asking, or None for nobody. Kept where Flask-Login keeps it, which then need not ask again."""
    if "_login_user" not in g:
        g._login_user = _load() or AnonymousUserMixin()
    return g._login_user if isinstance(g._login_user, Actor) else None


def signed_in() -> Actor:
    """Who is asking, in a view that `needs` something."""
    actor = who()
    if actor is None:
        raise RuntimeError("a view that asks signed_in() must be marked @needs(...)")
    return actor


_SIGN_INS, _SCHOOLS, _USERS, _PUPILS, _ADULTS, _CLASSES = (
    cast(Table, model.__table__) for model in (SignIn, School, User, Pupil, Adult, SchoolClass)
)
#: Of tables instead of models, and kept: every request asks this.
_WHO = Kept(
    select(
        _SIGN_INS.c.id,
        _SIGN_INS.c.school_id,
        _SCHOOLS.c.public_id,
        _SCHOOLS.c.name,
        _SCHOOLS.c.is_demo,
        _SCHOOLS.c.timezone,
        _SIGN_INS.c.user_id,
        _USERS.c.public_id,
        _USERS.c.role,
        _USERS.c.name,
        _SIGN_INS.c.device,
        _SIGN_INS.c.how,
        _SIGN_INS.c.opened_at,
        _SIGN_INS.c.seen_at,
        _SIGN_INS.c.second_factor_at,
        _ADULTS.c.is_totp_on,
        _CLASSES.c.id,
        _CLASSES.c.public_id,
        _CLASSES.c.name,
        _CLASSES.c.chosen_band,
        _CLASSES.c.year_group,
        _PUPILS.c.year_group,
        _PUPILS.c.boat_sail,
        _PUPILS.c.boat_pattern,
        _USERS.c.left_at,
        _SCHOOLS.c.local_facts,
        _PUPILS.c.comfort,
    )
    .select_from(
        _SIGN_INS.join(_SCHOOLS, _SCHOOLS.c.id == _SIGN_INS.c.school_id)
        .outerjoin(_USERS, _USERS.c.id == _SIGN_INS.c.user_id)
        .outerjoin(_PUPILS, _PUPILS.c.user_id == _SIGN_INS.c.user_id)
        .outerjoin(_ADULTS, _ADULTS.c.user_id == _SIGN_INS.c.user_id)
        .outerjoin(_CLASSES, _CLASSES.c.id == func.coalesce(_PUPILS.c.class_id, _SIGN_INS.c.class_id))
    )
    .where(_SIGN_INS.c.token_hash == bindparam("token_hash"), _SIGN_INS.c.ended_at.is_(None))
)


def _load() -> Actor | None:
    here = this_session()
    if not here.token or here.is_ended:
        return None
    row = _WHO.first(reading(), {"token_hash": _token_hash(here.token)})
    if row is None or row[24] is not None:
        return None
    role = row[8] or ""
    actor = Actor(
        sign_in_id=row[0],
        school_id=row[1],
        school_public_id=row[2],
        school_name=row[3],
        is_demo=row[4],
        timezone=row[5],
        user_id=row[6],
        public_id=row[7] or "",
        role=role,
        name=row[9] or "",
        device=row[10],
        how=row[11],
        opened_at=row[12],
        seen_at=row[13],
        has_second_factor=row[14] is not None,
        is_totp_on=bool(row[15]),
        class_id=row[16],
        class_public_id=row[17] or "",
        class_name=row[18] or "",
        band=(row[19] or band_for_year(row[20])) if row[20] is not None else "",
        year_group=row[21],
        boat_sail=row[22] or 0,
        boat_pattern=row[23] or 0,
        local_facts=json.loads(row[25]),
        comfort=read_comfort(row[26] or ""),
    )
    moment = now()
    if moment - actor.seen_at > idle_limit(actor):
        return None
    _mark_seen(actor, moment)
    return actor


def idle_limit(actor: Actor) -> timedelta:
    if actor.user_id is None:
        return IDLE[Role.PUPIL]
    return IDLE.get(Role(actor.role), IDLE_STAFF)


def _mark_seen(actor: Actor, at: datetime) -> None:
    every = SEEN_EVERY_STAFF if actor.role not in ("", Role.PUPIL, Role.PARENT) else SEEN_EVERY_PUPIL
    if at - actor.seen_at >= every:
        with writing() as connection:
            connection.execute(update(SignIn).where(SignIn.id == actor.sign_in_id).values(seen_at=at))


_OPEN = _SIGN_INS.insert()
_END = (
    update(_SIGN_INS)
    .where(_SIGN_INS.c.token_hash == bindparam("whose"), _SIGN_INS.c.ended_at.is_(None))
    .values(ended_at=bindparam("moment"))
)


def open_sign_in(
    connection: Connection,
    *,
    school_id: int,
    user_id: int | None,
    class_id: int | None,
    how: str,
    at: datetime,
    second_factor_at: datetime | None = None,
) -> None:
    """A new session row for this browser; the one it had ends. The cookie goes out with the response."""
    here = this_session()
    _end_current(connection, here, at)
    token = secrets.token_urlsafe(32)
    connection.execute(
        _OPEN,
        {
            "token_hash": _token_hash(token),
            "school_id": school_id,
            "user_id": user_id,
            "class_id": class_id,
            "device": here.device,
            "how": how,
            "opened_at": at,
            "seen_at": at,
            "second_factor_at": second_factor_at,
        },
    )
    here.new_token = token
    here.token = token
    here["csrf_token"] = _csrf(keys(), token)
    g.pop("_login_user", None)


def end_sign_in(connection: Connection, at: datetime) -> None:
    """Sign this browser out."""
    here = this_session()
    _end_current(connection, here, at)
    here.is_ended = True
    g.pop("_login_user", None)


def _end_current(connection: Connection, here: HarbourSession, at: datetime) -> None:
    if here.token:
        connection.execute(_END, {"whose": _token_hash(here.token), "moment": at})


def alive_of(connection: Connection, user_id: int, role: Role, at: datetime) -> int:
    """How many sessions of somebody in this role could still be used."""
    since = at - IDLE.get(role, IDLE_STAFF)
    alive = select(func.count()).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.seen_at >= since)
    return connection.scalar(alive) or 0


def end_all_of(connection: Connection, user_id: int, at: datetime, but: int | None = None) -> None:
    """End every session of one person: a leaver, an unlinked parent, a lost tablet."""
    ending = update(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None)).values(ended_at=at)
    connection.execute(ending if but is None else ending.where(SignIn.id != but))


def end_all_in_class(connection: Connection, class_id: int, at: datetime) -> None:
    """End of lesson: every pupil of the class, and everybody still looking for a boat, is signed out."""
    pupils = select(Pupil.user_id).where(Pupil.class_id == class_id)
    connection.execute(
        update(SignIn)
        .where(SignIn.ended_at.is_(None), SignIn.user_id.in_(pupils) | (SignIn.class_id == class_id))
        .values(ended_at=at)
    )


def _csrf(all_keys: Keys, seed: str) -> str:
    """128 bits: a longer one is squeezed and unsqueezed by the signer of the forms, at every answer."""
    return all_keys.mac("csrf", seed)[:16].hex()


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _device_seal(key: bytes, device: bytes) -> str:
    return hmac.digest(key, device, "sha256")[:12].hex()


def _read_device(key: bytes, cookie: str) -> bytes | None:
    """The device this cookie names, or None for a missing or made-up one."""
    if len(cookie) != 56:
        return None
    try:
        device = bytes.fromhex(cookie[:32])
    except ValueError:
        return None
    return device if hmac.compare_digest(_device_seal(key, device), cookie[32:]) else None
