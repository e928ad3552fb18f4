"""Tables sent in, texts pasted in, examples kept; a party may be retired."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "column_choice",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("heading", sa.String(length=120), nullable=False, comment="without case, blanks and marks"),
        sa.Column("code", sa.String(length=40), nullable=False, comment="our heading; empty: not to be read"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_column_choice_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", "kind", "heading", name=op.f("pk_column_choice")),
    )
    op.create_table(
        "example",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False, comment="kind, categories, sector, quantities, places, urgency"),
        sa.Column("corrected", sa.Boolean(), nullable=False, comment="whether the reading had said otherwise"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_example_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_example")),
    )
    op.create_index(op.f("ix_example_office_id"), "example", ["office_id"], unique=False)
    op.create_table(
        "import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.String(length=16), nullable=False, comment="what its rows are: challenges, offers, libraries ..."
        ),
        sa.Column("name", sa.String(length=200), nullable=False, comment="the file's name, as sent; only shown"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column(
            "digest", sa.String(length=64), nullable=False, comment="of headings and cells: the same table is known again"
        ),
        sa.Column("headings", sa.JSON(), nullable=False, comment="as they stand in the table"),
        sa.Column(
            "columns",
            sa.JSON(),
            nullable=False,
            comment="position → [code of the heading, whether that is settled]",
        ),
        sa.Column(
            "cells",
            sa.JSON(),
            nullable=False,
            comment="[[row number, [cell ...]] ...]; personal; emptied after seven days",
        ),
        sa.Column(
            "repairs",
            sa.JSON(),
            nullable=False,
            comment="row number → {column: what it is to say}; personal",
        ),
        sa.Column(
            "decisions",
            sa.JSON(),
            nullable=False,
            comment="row number → new, add or skip, where it is like another",
        ),
        sa.Column(
            "entered",
            sa.JSON(),
            nullable=False,
            comment="row number → code that it became; not taken in again",
        ),
        sa.Column("acts", sa.JSON(), nullable=False, comment="acts of the log in which rows entered"),
        sa.Column(
            "before", sa.JSON(), nullable=False, comment="values the log keeps out, as they were, for taking back"
        ),
        sa.Column("counts", sa.JSON(), nullable=False, comment="rows new, changed, the same, left to repair"),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("undone_at IS NULL OR taken_at IS NOT NULL", name=op.f("ck_import_taken_before_undone")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_import_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    op.create_index(op.f("ix_import_office_id"), "import", ["office_id"], unique=False)
    op.create_table(
        "saved_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="messages or minutes"),
        sa.Column(
            "text", sa.Text(), nullable=False, comment="personal; emptied seven days after the last item is settled"
        ),
        sa.Column("items", sa.JSON(), nullable=False, comment="as read: one plain value an item; personal"),
        sa.Column("settled", sa.JSON(), nullable=False, comment="item's number → the code it became; empty: set aside"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column(
            "settled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the last of its drafts was settled",
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_saved_text_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_text")),
    )
    op.create_index(op.f("ix_saved_text_office_id"), "saved_text", ["office_id"], unique=False)
    op.add_column(
        "match", sa.Column("ref", sa.String(length=80), nullable=True, comment="its name in somebody else's list")
    )
    op.add_column(
        "party",
        sa.Column(
            "retired_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the import that brought it was taken back",
        ),
    )
    op.create_index(op.f("ix_party_merged_into_id"), "party", ["merged_into_id"], unique=False)


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_index(op.f("ix_party_merged_into_id"), table_name="party")
    op.drop_column("party", "retired_at")
    op.drop_column("match", "ref")
    op.drop_index(op.f("ix_saved_text_office_id"), table_name="saved_text")
    op.drop_table("saved_text")
    op.drop_index(op.f("ix_import_office_id"), table_name="import")
    op.drop_table("import")
    op.drop_index(op.f("ix_example_office_id"), table_name="example")
    op.drop_table("example")
    op.drop_table("column_choice")
