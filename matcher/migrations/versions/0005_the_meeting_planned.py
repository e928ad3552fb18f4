"""A meeting's schedule, what the invited answer, its timetables and what people pinned in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


_OF_EVENTS = (
    ("first_start", sa.String(length=5), "HH:MM of the first slot"),
    ("slot_minutes", sa.Integer(), None),
    ("slots", sa.Integer(), "how many talks follow one another"),
    ("breaks", sa.JSON(), "[[after so many slots, minutes] ...]"),
    ("tables", sa.Integer(), "empty: one for everybody who sits at one"),
    ("least", sa.Integer(), "talks every library is to have"),
    ("seats", sa.Integer(), "libraries at one table at once"),
)
_OF_ATTENDANCES = (
    ("arrives", sa.String(length=5), "HH:MM; empty: from the beginning"),
    ("leaves", sa.String(length=5), "HH:MM; empty: to the end"),
    ("most", sa.Integer(), "talks at most; empty: as is usual"),
)
_SPEAKER = "fk_attendance_speaker_id_party"


def upgrade() -> None:
    """Go to this version; whoever was noted as being there said yes."""
    for name, kind, comment in _OF_EVENTS:
        op.add_column("event", sa.Column(name, kind, nullable=True, comment=comment))
    with op.batch_alter_table("attendance") as table:
        table.add_column(sa.Column("answer", sa.String(length=32), server_default="yes", nullable=False))
        for name, kind, comment in _OF_ATTENDANCES:
            table.add_column(sa.Column(name, kind, nullable=True, comment=comment))
        comment = "whose people speak for it"
        table.add_column(sa.Column("speaker_id", sa.Integer(), nullable=True, comment=comment))
        table.create_foreign_key(op.f(_SPEAKER), "party", ["speaker_id"], ["id"])
    op.create_table(
        "timetable",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column(
            "cells", sa.JSON(), nullable=False,
            comment="[{library, partner, slot, table, challenge, offer, score} ...]",
        ),
        sa.Column("reserves", sa.JSON(), nullable=False, comment="the same without slot and table, best first"),
        sa.Column(
            "figures", sa.JSON(), nullable=False, comment="points, the most there could be, waiting, who is without"
        ),
        sa.Column(
            "used_at", sa.DateTime(timezone=True), nullable=True, comment="since when it is the one in use"
        ),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True, comment="when the draft was set aside"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_timetable_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetable")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_timetable_event_id_number")),
    )
    op.create_table(
        "talk_pin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True, comment="from 0; empty: at any time"),
        sa.Column("keep", sa.Boolean(), nullable=False, comment="no: the two are not to meet"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_talk_pin_event_id_event")),
        sa.ForeignKeyConstraint(["library_id"], ["party.id"], name=op.f("fk_talk_pin_library_id_party")),
        sa.ForeignKeyConstraint(["partner_id"], ["party.id"], name=op.f("fk_talk_pin_partner_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_pin")),
    )
    op.create_index(op.f("ix_talk_pin_event_id"), "talk_pin", ["event_id"], unique=False)


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_index(op.f("ix_talk_pin_event_id"), table_name="talk_pin")
    op.drop_table("talk_pin")
    op.drop_table("timetable")
    with op.batch_alter_table("attendance") as table:
        table.drop_constraint(op.f(_SPEAKER), type_="foreignkey")
        for name in ("speaker_id", *(name for name, _, _ in reversed(_OF_ATTENDANCES)), "answer"):
            table.drop_column(name)
    for name, _, _ in reversed(_OF_EVENTS):
        op.drop_column("event", name)
