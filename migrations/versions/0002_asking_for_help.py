"""asking for help: two chains of rows that nobody can change, and what stands beside them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


#: The chains. Both databases refuse to change or take away a row, whoever asks.
APPEND_ONLY = ("concern_entries", "concern_reads")
REFUSED = "what was told is never changed"


def refuse_changes(table: str) -> None:
    """Triggers against UPDATE, DELETE, and what amounts to them: REPLACE on SQLite, TRUNCATE on PostgreSQL."""
    if op.get_bind().dialect.name == "sqlite":
        for what in ("update", "delete"):
            op.execute(
                f"create trigger {table}_no_{what} before {what} on {table} begin select raise(abort, '{REFUSED}'); end"
            )
        op.execute(
            f"create trigger {table}_no_replace before insert on {table}"
            f" when exists (select 1 from {table} where school_id = new.school_id and place = new.place)"
            f" begin select raise(abort, '{REFUSED}'); end"
        )
    else:
        op.execute(
            f"create function {table}_refuse() returns trigger language plpgsql as"
            f" $$ begin raise exception '{REFUSED}'; end $$"
        )
        for when, each in (("update or delete", "row"), ("truncate", "statement")):
            op.execute(
                f"create trigger {table}_no_{when.split()[0]} before {when} on {table}"
                f" for each {each} execute function {table}_refuse()"
            )


def upgrade() -> None:
    op.create_table(
        "concern_entries",
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("form_mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("concern", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "place", name=op.f("pk_concern_entries")),
        sa.UniqueConstraint("school_id", "form_mac", name="one_entry_per_form"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("concern_entries", schema=None) as batch_op:
        batch_op.create_index("ix_concern_entries_concern", ["concern"], unique=False)
        batch_op.create_index("ix_concern_entries_kind", ["school_id", "kind", "at"], unique=False)

    op.create_table(
        "concern_reads",
        sa.Column("reader_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sign_in_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("concern", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "place", name=op.f("pk_concern_reads")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("concern_reads", schema=None) as batch_op:
        batch_op.create_index("ix_concern_reads_concern", ["concern"], unique=False)
        batch_op.create_index("ix_concern_reads_sign_in", ["sign_in_id"], unique=False)

    op.create_table(
        "tick_leases",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tick_leases")),
    )
    op.create_table(
        "chain_heads",
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chain", sa.String(length=16), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("concerns", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_chain_heads_school_id_schools")),
        sa.PrimaryKeyConstraint("school_id", "chain", name=op.f("pk_chain_heads")),
    )
    op.create_table(
        "concern_desk",
        sa.Column("concern", sa.String(length=12), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("is_for_head", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("child_mac", sa.LargeBinary(length=32), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("first_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deputies_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("head_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("office_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("word_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key_gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_concern_desk_school_id_schools")),
        sa.PrimaryKeyConstraint("concern", name=op.f("pk_concern_desk")),
    )
    with op.batch_alter_table("concern_desk", schema=None) as batch_op:
        batch_op.create_index("ix_concern_desk_child", ["child_mac"], unique=False)
        batch_op.create_index("ix_concern_desk_open", ["school_id", "state", "sent_at"], unique=False)

    op.create_table(
        "concern_keys",
        sa.Column("concern", sa.String(length=12), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_concern_keys_school_id_schools")),
        sa.PrimaryKeyConstraint("concern", name=op.f("pk_concern_keys")),
    )
    op.create_table(
        "help_boxes",
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.Column("holidays", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_help_boxes_school_id_schools")),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_help_boxes")),
    )
    op.create_table(
        "staff_notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_staff_notices_school_id_schools")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_staff_notices_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_notices")),
    )
    with op.batch_alter_table("staff_notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_notices_user_id"), ["user_id"], unique=False)
    for table in APPEND_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    with op.batch_alter_table("staff_notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_notices_user_id"))

    op.drop_table("staff_notices")
    op.drop_table("help_boxes")
    op.drop_table("concern_keys")
    with op.batch_alter_table("concern_desk", schema=None) as batch_op:
        batch_op.drop_index("ix_concern_desk_open")
        batch_op.drop_index("ix_concern_desk_child")

    op.drop_table("concern_desk")
    op.drop_table("chain_heads")
    op.drop_table("tick_leases")
    with op.batch_alter_table("concern_reads", schema=None) as batch_op:
        batch_op.drop_index("ix_concern_reads_sign_in")
        batch_op.drop_index("ix_concern_reads_concern")

    op.drop_table("concern_reads")
    with op.batch_alter_table("concern_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_concern_entries_concern")

    op.drop_table("concern_entries")
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"drop function {table}_refuse()")
