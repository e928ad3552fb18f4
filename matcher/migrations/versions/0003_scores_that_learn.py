"""The words of challenges and offers as scoring compares them; what a version of the weights knows of itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


_OF_WEIGHTS = (
    ("dropped_at", sa.DateTime(timezone=True), "when the office said no to a proposal"),
    ("learned", sa.JSON(), "what `weighing.Learned` knows; empty: set by hand"),
    ("card", sa.JSON(), "what it was learned from, how good it is, for whom"),
)


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "wording",
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False, comment="of the text and of the way it was read"),
        sa.Column("stems", sa.Text(), nullable=False, comment="stems, with blanks between"),
        sa.Column("things", sa.Text(), nullable=False, comment="codes of the things it speaks of"),
        sa.Column(
            "apart", sa.Text(), nullable=False, comment="stems of what is not wanted; of an offer, of what it is"
        ),
        sa.Column(
            "vector", sa.LargeBinary(), nullable=False, comment="numbers of words and letter groups, then weights"
        ),
        sa.PrimaryKeyConstraint("subject", "subject_id", name=op.f("pk_wording")),
    )
    for name, kind, comment in _OF_WEIGHTS:
        op.add_column("weights", sa.Column(name, kind, nullable=True, comment=comment))


def downgrade() -> None:
    """Go back to the version before."""
    for name, _, _ in reversed(_OF_WEIGHTS):
        op.drop_column("weights", name)
    op.drop_table("wording")
