"""Rows of who is who. Nothing here holds a birthday, a whole surname, a photo, a UPN or an address (DESIGN.md 6)."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from database import Key, Model, Moment, PublicId


class Role(StrEnum):
    PUPIL = "pupil"
    TEACHER = "teacher"
    DSL = "dsl"
    DEPUTY = "deputy"
    HEAD = "head"
    ADMIN = "admin"
    PARENT = "parent"


STAFF = frozenset({Role.TEACHER, Role.DSL, Role.DEPUTY, Role.HEAD, Role.ADMIN})
#: Who must show a second factor (TRUST.md 2.1).
SECOND_FACTOR = frozenset({Role.DSL, Role.DEPUTY, Role.HEAD, Role.ADMIN})


class School(Model):
    __tablename__ = "schools"
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(String(120))
    is_demo: Mapped[bool]
    timezone: Mapped[str] = mapped_column(String(40))
    #: School-local minutes after midnight between which Years 4 to 6 may sign in from home; both empty: never.
    home_from: Mapped[int | None]
    home_until: Mapped[int | None]
    #: What the school filled in for facts marked `local` (its safeguarding lead): JSON, fact id to words.
    local_facts: Mapped[str] = mapped_column(Text, default="{}")
    made_at: Mapped[Moment]


class SchoolClass(Model):
    __tablename__ = "classes"
    __table_args__ = (
        UniqueConstraint("school_id", "name_key", name="one_class_per_name"),
        CheckConstraint("year_group between 0 and 6", name="year_group_in_primary"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    name: Mapped[str] = mapped_column(String(40))
    name_key: Mapped[str] = mapped_column(String(40))  # lower case, single spaces: "3H" and " 3h" are one class
    year_group: Mapped[int]  # the commonest of its pupils: the class's band follows it
    #: A band the teacher chose instead of the one of the year group; empty for that one.
    chosen_band: Mapped[str] = mapped_column(String(4), default="")
    code: Mapped[str] = mapped_column(String(6), unique=True)
    code_made_at: Mapped[Moment]
    door_opened_at: Mapped[Moment | None]
    #: Shut when empty or past. While it is open, names and boats can be seen by whoever has the code.
    door_open_until: Mapped[Moment | None]
    made_at: Mapped[Moment]


class User(Model):
    """A person, whatever their role. Leavers keep their row until the retention rule takes it."""

    __tablename__ = "users"
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    #: What the page calls them: a pupil's first name with the surname letters needed, "Mr Okoro".
    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[Moment]
    left_at: Mapped[Moment | None]


class Pupil(Model):
    """What only a pupil has. Pictures, words and the card are derived from a key outside the database."""

    __tablename__ = "pupils"
    __table_args__ = (
        CheckConstraint("year_group between 0 and 6", name="year_group_in_primary"),
        Index("ix_pupils_school_identity", "school_id", "name_mac"),
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), index=True)
    year_group: Mapped[int]
    first_name: Mapped[str] = mapped_column(String(30))  # as the class calls them
    surname_letters: Mapped[str] = mapped_column(String(30))  # the fewest that tell two apart; often empty
    #: Whether a list has told us the surname since: letters can be worked out only then.
    is_surname_known: Mapped[bool]
    boat_sail: Mapped[int]  # 0 to 7, a colour
    boat_pattern: Mapped[int]  # 0 to 6
    key_version: Mapped[int]
    secret_version: Mapped[int]  # raised by "new pictures"
    card_version: Mapped[int]  # raised by "void"
    #: The teacher's "let in": until then, once, the boat opens without pictures.
    let_in_until: Mapped[Moment | None]
    card_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    card_until: Mapped[Moment]  # 31 August: last year's card opens nothing
    is_card_for_home: Mapped[bool] = mapped_column(default=False)  # else on school days alone
    link_version: Mapped[int] = mapped_column(default=1)  # raised to end the links to this pupil's home card
    #: How pages look and sound for this pupil: JSON of what is not usual (accounts/comfort.py).
    comfort: Mapped[str] = mapped_column(String(200), default="")
    #: HMACs by which a later list finds the same child (DESIGN.md 6); empty where the list had no such thing.
    id_mac: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    name_mac: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    class_mac: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class Adult(Model):
    """What only staff and parents have: how they sign in."""

    __tablename__ = "adults"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    password_hash: Mapped[str] = mapped_column(String(200))  # argon2id; empty until the first sign-in
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary(200))  # encrypted
    totp_key_version: Mapped[int] = mapped_column(default=1)
    is_totp_on: Mapped[bool] = mapped_column(default=False)
    totp_last_step: Mapped[int] = mapped_column(default=0)  # a code is good once
    #: A parent who wants the weekly letter, and since when; empty: never, which is so until they say otherwise.
    weekly_since: Mapped[Moment | None]


class RecoveryCode(Model):
    """A way in when the phone is lost; each works once."""

    __tablename__ = "recovery_codes"
    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    used_at: Mapped[Moment | None]


class Invitation(Model):
    """A code, shown once to the office, with which a new member of staff sets a password."""

    __tablename__ = "invitations"
    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class Membership(Model):
    """Who teaches which class."""

    __tablename__ = "memberships"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), primary_key=True, index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))


class SignIn(Model):
    """One device's session. Revoking the row ends it at the next request, wherever the device is."""

    __tablename__ = "sign_ins"
    id: Mapped[Key]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    #: Empty while somebody with the class code is looking for their boat.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    class_id: Mapped[int | None] = mapped_column(ForeignKey("classes.id"), index=True)
    device: Mapped[bytes] = mapped_column(LargeBinary(16))  # which device, as the throttle knows it
    how: Mapped[str] = mapped_column(String(10))  # code, pictures, words, card, let-in, password
    opened_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    second_factor_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]


class FamilyCode(Model):
    """A code on a printed letter, for one child and one grown-up; one use, 30 days. Derived from `public_id`."""

    __tablename__ = "family_codes"
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    pupil_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    number: Mapped[int]  # 1, 2: first grown-up, second grown-up
    key_version: Mapped[int]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
    voided_at: Mapped[Moment | None]


class FamilyLink(Model):
    """This grown-up may read this child's summaries, until unlinked."""

    __tablename__ = "family_links"
    id: Mapped[Key]
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    parent_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    linked_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]


class ResetLink(Model):
    """A parent's way to a new password, by mail: one use, one hour. Derived from `public_id`; not in the mail's row."""

    __tablename__ = "reset_links"
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    key_version: Mapped[int]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
    voided_at: Mapped[Moment | None]


class Mail(Model):
    """A mail that waits, was sent, is void, or was given up (accounts/outbox.py). No address, no secret and no child's
    name; and no text any more once it does not wait."""

    __tablename__ = "mails"
    __table_args__ = (UniqueConstraint("school_id", "key", name="one_mail_per_key"),)
    id: Mapped[Key]
    public_id: Mapped[PublicId]  # in the Message-ID, so that a mail sent again is known for the same
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # digest, reset; other rooms have their own
    key: Mapped[str] = mapped_column(String(80))  # what it is about: a second one of the same key is not made
    subject: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)  # plain text
    queued_at: Mapped[Moment]
    due_at: Mapped[Moment]
    #: When it is tried next; empty once it waits no more. Whoever tries it first puts this past its own lease.
    try_after: Mapped[Moment | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    #: Why the last try failed, for the person who runs the installation: "SMTPConnectError", "refused 550".
    problem: Mapped[str] = mapped_column(String(40), default="")
    sent_at: Mapped[Moment | None]
    voided_at: Mapped[Moment | None]
    failed_at: Mapped[Moment | None] = mapped_column(index=True)  # given up: the office is shown whose it was


class Throttle(Model):
    """How often something was tried, so that guessing is slowed and nobody is locked out."""

    __tablename__ = "throttles"
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)  # keyed hash: no address is stored
    count: Mapped[int]
    since: Mapped[Moment]
    rest_until: Mapped[Moment | None]


class KnownDevice(Model):
    """A device on which this person has signed in before: its first tries are let through regardless."""

    __tablename__ = "known_devices"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    device: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    seen_at: Mapped[Moment]


class AuditEntry(Model):
    """Who did what to whom in the school's own administration. Ids, never names."""

    __tablename__ = "audit_entries"
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # empty: the installation's own command
    what: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[int | None]
    #: What a record of it tells besides: JSON of ids and counts; mostly empty.
    detail: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[Moment]
