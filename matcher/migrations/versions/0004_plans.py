"""Plans: how a district's offers might be shared out, and the officer's word on single pairs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("setting", sa.String(length=16), nullable=False, comment="best_fit, balanced or most_even"),
        sa.Column("on_day", sa.Date(), nullable=False, comment="the day it was worked out for"),
        sa.Column("before_id", sa.Integer(), nullable=True, comment="the plan it is compared with"),
        sa.Column("figures", sa.JSON(), nullable=False, comment="setting → what it reaches and costs; how exact it is"),
        sa.Column(
            "shortage", sa.JSON(), nullable=False, comment="what stays unmet, and which new offer would help most"
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "undone_at IS NULL OR published_at IS NOT NULL", name=op.f("ck_plan_published_before_undone")
        ),
        sa.ForeignKeyConstraint(["before_id"], ["plan.id"], name=op.f("fk_plan_before_id_plan")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_plan_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("office_id", "number", name=op.f("uq_plan_office_id_number")),
    )
    op.create_index(op.f("ix_plan_office_id"), "plan", ["office_id"], unique=False)
    op.create_table(
        "pin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("keep", sa.Boolean(), nullable=False, comment="true: Kunci, false: Jangan"),
        sa.Column("quantity", sa.BigInteger(), nullable=True, comment="in the challenge's unit, where it is kept"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("keep = (quantity IS NOT NULL)", name=op.f("ck_pin_kept_with_a_number")),
        sa.CheckConstraint("quantity IS NULL OR quantity > 0", name=op.f("ck_pin_quantity_positive")),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_pin_challenge_id_challenge")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_pin_offer_id_offer")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_pin_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin")),
    )
    op.create_index(op.f("ix_pin_office_id"), "pin", ["office_id"], unique=False)
    op.create_index(
        "uq_pin_live",
        "pin",
        ["challenge_id", "offer_id"],
        unique=True,
        sqlite_where=sa.text("dropped_at IS NULL"),
        postgresql_where=sa.text("dropped_at IS NULL"),
    )
    op.create_table(
        "plan_gap",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column(
            "lacking", sa.BigInteger(), nullable=True, comment="in its unit; empty: nobody said how much it needs"
        ),
        sa.Column("given", sa.BigInteger(), nullable=False, comment="what the plan gives it"),
        sa.Column("reason", sa.String(length=16), nullable=False, comment="why there is no more"),
        sa.Column("told", sa.JSON(), nullable=False, comment="what its sentence speaks of"),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_plan_gap_challenge_id_challenge")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_gap_plan_id_plan")),
        sa.PrimaryKeyConstraint("plan_id", "challenge_id", name=op.f("pk_plan_gap")),
    )
    op.create_table(
        "plan_row",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False, comment="in the challenge's unit"),
        sa.Column("offer_quantity", sa.BigInteger(), nullable=False, comment="the same in the offer's unit"),
        sa.Column(
            "before", sa.BigInteger(), nullable=True, comment="what the plan before gave; empty: it was not there"
        ),
        sa.Column("score", sa.Double(), nullable=False, comment="points of 100"),
        sa.Column("pinned", sa.Boolean(), nullable=False, comment="the officer keeps it as it is"),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False, comment="what its sentence speaks of"),
        sa.Column("match_id", sa.Integer(), nullable=True, comment="the proposal it became"),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_plan_row_challenge_id_challenge")),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_plan_row_match_id_match")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_plan_row_offer_id_offer")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_row_plan_id_plan")),
        sa.PrimaryKeyConstraint("plan_id", "challenge_id", "offer_id", name=op.f("pk_plan_row")),
    )


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_table("plan_row")
    op.drop_table("plan_gap")
    op.drop_index(
        "uq_pin_live",
        table_name="pin",
        sqlite_where=sa.text("dropped_at IS NULL"),
        postgresql_where=sa.text("dropped_at IS NULL"),
    )
    op.drop_index(op.f("ix_pin_office_id"), table_name="pin")
    op.drop_table("pin")
    op.drop_index(op.f("ix_plan_office_id"), table_name="plan")
    op.drop_table("plan")
