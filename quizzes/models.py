"""Rows of what pupils answered: facts, never edited, and the standings worked out from them; what is set for home."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from database import Key, Model, Moment, PublicId


class Attempt(Model):
    """One go through a lesson (form A, cards, form B, story), or one "remember" (form C, mixed)."""

    __tablename__ = "attempts"
    __table_args__ = (
        #: The button that begins an attempt carries its number, so a double tap begins one attempt.
        UniqueConstraint("pupil_id", "kind", "lesson", "number", name="one_attempt_per_number"),
        Index("ix_attempts_pupil_open", "pupil_id", "finished_at"),
        #: The few that were done at home, past all the others of a pupil.
        Index(
            "ix_attempts_home",
            "pupil_id",
            "kind",
            "lesson",
            sqlite_where=text("is_home = 1"),
            postgresql_where=text("is_home"),
        ),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    pupil_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"))  # the class at the time
    kind: Mapped[str] = mapped_column(String(8))  # lesson, remember, practise
    lesson: Mapped[str] = mapped_column(String(40))  # empty for remember
    number: Mapped[int]
    version: Mapped[int]  # of the lesson when begun; 0 for remember
    items: Mapped[str] = mapped_column(Text)  # remember: its item ids, one a line, as drawn when begun
    #: Begun at home, or gone on with there: what is answered from then on is home evidence. Never taken back.
    is_home: Mapped[bool] = mapped_column(server_default=false())
    started_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]


class Answer(Model):
    """One choice given to one item, story step, card or thing: a fact, never edited."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("attempt_id", "item", "number", name="one_answer_per_try"),)
    id: Mapped[Key]
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"))  # the attempt names the pupil
    item: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]  # 1, 2, ...: the first option chosen counts (CURRICULUM.md 6.4)
    form: Mapped[str] = mapped_column(String(1))  # A to D, S story, K card turned, P thing placed, X act, E all acted
    objective: Mapped[str | None] = mapped_column(String(40))  # copied, with version: an edit must not rewrite history
    version: Mapped[int]
    choice: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(8))
    misconception: Mapped[str | None] = mapped_column(String(60))
    is_home: Mapped[bool] = mapped_column(server_default=false())  # as the attempt was then: somebody may have helped
    answered_at: Mapped[Moment]


class Played(Model):
    """How one pupil last ended the pretend app of one lesson: derived from the answers of form E, kept in the same
    transaction, rebuilt with the standings. One row a pupil and lesson, however often it is played."""

    __tablename__ = "played"
    pupil_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    lesson: Mapped[str] = mapped_column(String(40), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    steps: Mapped[str] = mapped_column(String(40))  # of the safe routine that were done, joined by "+"
    is_home: Mapped[bool] = mapped_column(server_default=false())
    played_at: Mapped[Moment]


class Standing(Model):
    """Where one pupil stands in one objective: derived from answers, kept in the same transaction, rebuilt by
    `flask standings rebuild`, which must find no difference. A pupil has at most one row an objective, so a class page
    costs the same after six years as after one term."""

    __tablename__ = "standings"
    pupil_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    objective: Mapped[str] = mapped_column(String(40), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    #: The first option ever chosen in each form: is it safe; None where not done.
    a_safe: Mapped[bool | None]
    b_safe: Mapped[bool | None]
    c_safe: Mapped[bool | None]
    d_safe: Mapped[bool | None]
    b_at: Mapped[Moment | None]
    c_at: Mapped[Moment | None]
    d_at: Mapped[Moment | None]
    #: The wrong idea behind the latest first choice in B, C or D; none when that choice was safe.
    misconception: Mapped[str | None] = mapped_column(String(60))
    #: Item, version and option of that choice, to quote it: "passwords.y3-4.2.B@1:c".
    wrong_choice: Mapped[str | None] = mapped_column(String(80))
    helps: Mapped[int]  # how often Help was chosen in an item of this objective
    #: Of the first choices in B, C and D one at least was made at home.
    is_home: Mapped[bool] = mapped_column(server_default=false())


class HomeLesson(Model):
    """A lesson that a teacher has set for home, until the end of a day."""

    __tablename__ = "home_lessons"
    __table_args__ = (
        Index(
            "one_open_home_lesson",
            "class_id",
            "lesson",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[Key]
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"))
    lesson: Mapped[str] = mapped_column(String(40))
    set_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[Moment]
    until: Mapped[date] = mapped_column(Date)  # the last day, on the school's calendar
    ended_at: Mapped[Moment | None]  # taken back, or set anew after its last day
