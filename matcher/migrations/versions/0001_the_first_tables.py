"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "counter",
        sa.Column("prefix", sa.String(length=4), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_counter")),
    )
    op.create_table(
        "log",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column(
            "act", sa.String(length=32), nullable=False, comment="one person's one action; its rows are undone together"
        ),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False, comment="the move, or what was done"),
        sa.Column(
            "changes", sa.JSON(), nullable=False, comment="field → [before, after]; personal fields by name only"
        ),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log")),
        sa.UniqueConstraint("hash", name=op.f("uq_log_hash")),
    )
    op.create_index("ix_log_act", "log", ["act"], unique=False)
    op.create_index("ix_log_subject", "log", ["subject", "subject_id"], unique=False)

    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    op.create_table(
        "region",
        sa.Column("code", sa.String(length=13), nullable=False, comment="Kemendagri code, 32.02.16.2005"),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=9), nullable=False, comment="province, kabupaten, kecamatan or village"),
        sa.Column("lat", sa.Double(), nullable=True, comment="degrees north"),
        sa.Column("lon", sa.Double(), nullable=True, comment="degrees east"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region")),
    )
    op.create_index(op.f("ix_region_name"), "region", ["name"], unique=False)

    op.create_table(
        "request_key",
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("location", sa.String(length=400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_request_key")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_table(
        "office",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=13), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("letterhead", sa.Text(), nullable=False, comment="lines of the letterhead"),
        sa.Column("place", sa.String(length=80), nullable=False, comment="where its papers are signed"),
        sa.Column("frozen_on", sa.Date(), nullable=True, comment="the demo's day; real offices have none"),
        sa.Column("cycle_starts", sa.JSON(), nullable=False, comment="month-day on which a cycle begins"),
        sa.Column(
            "unit_prices",
            sa.JSON(),
            nullable=False,
            comment="category → Rp for one unit, when money buys goods and the offer names no price",
        ),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_office_region_code_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
        sa.UniqueConstraint("region_code", name=op.f("uq_office_region_code")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False, comment="what is typed to sign in"),
        sa.Column("password_hash", sa.String(length=160), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("keys", sa.Boolean(), server_default=sa.true(), nullable=False, comment="single-key shortcuts on"),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_account_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("provenance", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_event_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_office_id"), "event", ["office_id"], unique=False)

    op.create_table(
        "party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("sector", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False, comment="name in an address"),
        sa.Column("region_code", sa.String(length=13), nullable=True),
        sa.Column("verification", sa.String(length=32), nullable=False),
        sa.Column("about", sa.Text(), nullable=False, comment="public, in its own words"),
        sa.Column("contact_name", sa.String(length=120), nullable=False, comment="personal"),
        sa.Column("contact_title", sa.String(length=120), nullable=False, comment="jabatan; personal"),
        sa.Column("contact_phone", sa.String(length=32), nullable=False, comment="personal"),
        sa.Column("head_name", sa.String(length=120), nullable=False, comment="village head; personal"),
        sa.Column("private_note", sa.Text(), nullable=False, comment="the office's own"),
        sa.Column("ref", sa.String(length=80), nullable=True, comment="its name in somebody else's list"),
        sa.Column("provenance", sa.String(length=32), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(kind = 'library') = (sector IS NULL)", name=op.f("ck_party_givers_have_a_sector")),
        sa.CheckConstraint(
            "merged_into_id IS NULL OR merged_into_id <> id", name=op.f("ck_party_not_merged_into_itself")
        ),
        sa.ForeignKeyConstraint(["merged_into_id"], ["party.id"], name=op.f("fk_party_merged_into_id_party")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_party_office_id_office")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_party_region_code_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sa.UniqueConstraint("office_id", "slug", name=op.f("uq_party_office_id_slug")),
    )
    op.create_index(op.f("ix_party_office_id"), "party", ["office_id"], unique=False)
    op.create_index("ix_party_ref", "party", ["office_id", "ref"], unique=False)
    op.create_index(op.f("ix_party_region_code"), "party", ["region_code"], unique=False)

    op.create_table(
        "weights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False, comment="factor → points; they sum to 100"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True, comment="since when it is in force"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_weights_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weights")),
        sa.UniqueConstraint("office_id", "number", name=op.f("uq_weights_office_id_number")),
    )
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False, comment="A-0003"),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False, comment="nomor surat"),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state = 'draft' OR signed_on IS NOT NULL", name=op.f("ck_agreement_in_force_since_a_day")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_agreement_event_id_event")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_agreement_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("code", name=op.f("uq_agreement_code")),
    )
    op.create_index(op.f("ix_agreement_office_id"), "agreement", ["office_id"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=160), nullable=False, comment="in which role"),
        sa.Column("provenance", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_attendance_event_id_event")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_attendance_party_id_party")),
        sa.PrimaryKeyConstraint("event_id", "party_id", name=op.f("pk_attendance")),
    )
    op.create_table(
        "challenge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False, comment="K-0123"),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False, comment="one sentence"),
        sa.Column("quantity", sa.BigInteger(), nullable=True, comment="in unit, per every; empty: nobody said"),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("have", sa.BigInteger(), nullable=True, comment="what there is already, in unit"),
        sa.Column("every", sa.String(length=32), nullable=True),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("urgency", sa.String(length=32), nullable=True),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("not_wanted", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False, comment="columns of an import nobody knew; office only"),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True, comment="last time somebody said it still holds"),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=True, comment="its name in somebody else's list"),
        sa.Column("provenance", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("closed_because", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_because IS NOT NULL)", name=op.f("ck_challenge_closed_for_a_reason")
        ),
        sa.CheckConstraint("have IS NULL OR have >= 0", name=op.f("ck_challenge_have_not_negative")),
        sa.CheckConstraint("quantity IS NULL OR quantity > 0", name=op.f("ck_challenge_quantity_positive")),
        sa.CheckConstraint(
            "starts IS NULL OR ends IS NULL OR starts <= ends", name=op.f("ck_challenge_starts_before_ends")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_challenge_office_id_office")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_challenge_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
        sa.UniqueConstraint("code", name=op.f("uq_challenge_code")),
    )
    op.create_index("ix_challenge_desk", "challenge", ["office_id", "state", "category"], unique=False)
    op.create_index(op.f("ix_challenge_party_id"), "challenge", ["party_id"], unique=False)
    op.create_index("ix_challenge_ref", "challenge", ["office_id", "ref"], unique=False)

    op.create_table(
        "fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Double(), nullable=False, comment="a number; yes is 1, no is 0"),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("verified_by", sa.String(length=80), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provenance", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_fact_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
    )
    op.create_index("ix_fact_party_code", "fact", ["party_id", "code"], unique=False)

    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False, comment="T-0045"),
        sa.Column("office_id", sa.Integer(), nullable=True, comment="empty: national"),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False, comment="one sentence"),
        sa.Column("words", sa.Text(), nullable=False, comment="what was said"),
        sa.Column("quantity", sa.BigInteger(), nullable=True, comment="in unit, per every; empty: belum ditentukan"),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=True, comment="Rp for one unit of goods that the money buys"),
        sa.Column("every", sa.String(length=32), nullable=True),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("area", sa.JSON(), nullable=False, comment="region codes it reaches; empty: everywhere"),
        sa.Column("online", sa.Boolean(), nullable=False, comment="can be given over the line"),
        sa.Column("conditions", sa.JSON(), nullable=False, comment="[{fact, op, value}]"),
        sa.Column("share_min", sa.BigInteger(), nullable=True, comment="smallest part for one library, in unit"),
        sa.Column("share_max", sa.BigInteger(), nullable=True, comment="largest part for one library, in unit"),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("follow_on_cost", sa.Text(), nullable=False, comment="what it will cost the library later"),
        sa.Column("notes", sa.Text(), nullable=False, comment="columns of an import nobody knew; office only"),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("strategy", sa.String(length=32), nullable=True, comment="of a success story"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=True, comment="its name in somebody else's list"),
        sa.Column("provenance", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("closed_because", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_because IS NOT NULL)", name=op.f("ck_offer_closed_for_a_reason")
        ),
        sa.CheckConstraint("answer_days > 0", name=op.f("ck_offer_answer_window")),
        sa.CheckConstraint("quantity IS NULL OR quantity > 0", name=op.f("ck_offer_quantity_positive")),
        sa.CheckConstraint(
            "share_min IS NULL OR share_max IS NULL OR share_min <= share_max", name=op.f("ck_offer_shares_in_order")
        ),
        sa.CheckConstraint(
            "starts IS NULL OR ends IS NULL OR starts <= ends", name=op.f("ck_offer_starts_before_ends")
        ),
        sa.CheckConstraint("unit_price IS NULL OR unit_price > 0", name=op.f("ck_offer_price_positive")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_offer_office_id_office")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_offer_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("code", name=op.f("uq_offer_code")),
    )
    op.create_index("ix_offer_desk", "offer", ["office_id", "state", "category"], unique=False)
    op.create_index(op.f("ix_offer_party_id"), "offer", ["party_id"], unique=False)
    op.create_index("ix_offer_ref", "offer", ["office_id", "ref"], unique=False)

    op.create_table(
        "rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False, comment="the giver"),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("library_id", sa.Integer(), nullable=True),
        sa.Column("region_code", sa.String(length=13), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["library_id"], ["party.id"], name=op.f("fk_rule_library_id_party")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_rule_party_id_party")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_rule_region_code_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
    )
    op.create_index(op.f("ix_rule_party_id"), "rule", ["party_id"], unique=False)

    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_web_session_account_id_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_web_session")),
    )
    op.create_index(op.f("ix_web_session_account_id"), "web_session", ["account_id"], unique=False)

    op.create_table(
        "match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False, comment="J-0007"),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column(
            "mode",
            sa.String(length=32),
            nullable=False,
            comment="the offer's, as it was: says which consents are needed",
        ),
        sa.Column("quantity", sa.BigInteger(), nullable=True, comment="in the challenge's unit; empty: no number yet"),
        sa.Column("offer_quantity", sa.BigInteger(), nullable=True, comment="the same in the offer's unit"),
        sa.Column("every", sa.String(length=32), nullable=True),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True, comment="last day of the answer window"),
        sa.Column("consent_office_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_office_quantity", sa.BigInteger(), nullable=True),
        sa.Column("consent_giver_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_giver_quantity", sa.BigInteger(), nullable=True),
        sa.Column("consent_taker_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_taker_quantity", sa.BigInteger(), nullable=True),
        sa.Column("consent_note", sa.Text(), nullable=False, comment="who said yes for whom, and where"),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True, comment="points of 100, as the decision saw it"),
        sa.Column("factors", sa.JSON(), nullable=True, comment="the frozen suggestion: factors, detail, weights"),
        sa.Column("weights_id", sa.Integer(), nullable=True),
        sa.Column("instead_of_id", sa.Integer(), nullable=True, comment="the more urgent one"),
        sa.Column("waiver", sa.Text(), nullable=False, comment="why more than needed is agreed"),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("reason_note", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded", sa.Boolean(), nullable=False, comment="an old partnership, entered afterwards"),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('done', 'declined', 'cancelled')) = (closed_at IS NOT NULL)",
            name=op.f("ck_match_ended_at_a_time"),
        ),
        sa.CheckConstraint("reason <> 'other' OR reason_note <> ''", name=op.f("ck_match_other_needs_words")),
        sa.CheckConstraint(
            "state NOT IN ('agreed', 'done') OR recorded OR (consent_giver_at IS NOT NULL AND consent_taker_at IS NOT NULL AND (mode = 'experience' OR (consent_office_at IS NOT NULL AND agreement_id IS NOT NULL AND quantity IS NOT NULL AND offer_quantity IS NOT NULL)))",
            name=op.f("ck_match_agreed_means_consents_and_agreement"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('declined', 'cancelled') OR reason IS NOT NULL", name=op.f("ck_match_ended_for_a_reason")
        ),
        sa.CheckConstraint("NOT recorded OR occurred_on IS NOT NULL", name=op.f("ck_match_recorded_has_its_day")),
        sa.CheckConstraint(
            "offer_quantity IS NULL OR offer_quantity > 0", name=op.f("ck_match_offer_quantity_positive")
        ),
        sa.CheckConstraint("quantity IS NULL OR quantity > 0", name=op.f("ck_match_quantity_positive")),
        sa.CheckConstraint(
            "starts IS NULL OR ends IS NULL OR starts <= ends", name=op.f("ck_match_starts_before_ends")
        ),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_match_agreement_id_agreement")),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_match_challenge_id_challenge")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_match_event_id_event")),
        sa.ForeignKeyConstraint(["instead_of_id"], ["challenge.id"], name=op.f("fk_match_instead_of_id_challenge")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_match_offer_id_offer")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_match_office_id_office")),
        sa.ForeignKeyConstraint(["weights_id"], ["weights.id"], name=op.f("fk_match_weights_id_weights")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match")),
        sa.UniqueConstraint("code", name=op.f("uq_match_code")),
    )
    op.create_index(op.f("ix_match_agreement_id"), "match", ["agreement_id"], unique=False)
    op.create_index("ix_match_challenge", "match", ["challenge_id", "state"], unique=False)
    op.create_index("ix_match_offer", "match", ["offer_id", "state"], unique=False)
    op.create_index(op.f("ix_match_office_id"), "match", ["office_id"], unique=False)
    op.create_index(
        "uq_match_live",
        "match",
        ["challenge_id", "offer_id"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )

    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False, comment="the rows the paper shows, without personal values"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of content"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_paper_agreement_id_agreement")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("agreement_id", "version", name=op.f("uq_paper_agreement_id_version")),
        sa.UniqueConstraint("code", name=op.f("uq_paper_code")),
    )
    op.create_table(
        "snooze",
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_snooze_challenge_id_challenge")),
        sa.PrimaryKeyConstraint("challenge_id", "by", name=op.f("pk_snooze")),
    )
    op.create_table(
        "suggestion",
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False, comment="1 is best; peers' experience is ranked apart"),
        sa.Column("experience", sa.Boolean(), nullable=False, comment="library to library"),
        sa.Column("score", sa.Double(), nullable=False, comment="points of 100"),
        sa.Column("certainty", sa.Double(), nullable=False, comment="share of the weight that is known"),
        sa.Column("ready", sa.Boolean(), nullable=False, comment="no condition is known to be broken"),
        sa.Column("factors", sa.Text(), nullable=False, comment="JSON list in the order of FACTORS; null: unknown"),
        sa.Column("detail", sa.Text(), nullable=False, comment="JSON: what the reasons speak of"),
        sa.Column("weights_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_suggestion_challenge_id_challenge")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_suggestion_offer_id_offer")),
        sa.ForeignKeyConstraint(["weights_id"], ["weights.id"], name=op.f("fk_suggestion_weights_id_weights")),
        sa.PrimaryKeyConstraint("challenge_id", "offer_id", name=op.f("pk_suggestion")),
    )
    op.create_index(op.f("ix_suggestion_offer_id"), "suggestion", ["offer_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False, comment="fills the text; no personal values"),
        sa.Column("match_id", sa.Integer(), nullable=True),
        sa.Column("challenge_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_message_challenge_id_challenge")),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_message_match_id_match")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_message_office_id_office")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_message_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_match_id"), "message", ["match_id"], unique=False)
    op.create_index(op.f("ix_message_office_id"), "message", ["office_id"], unique=False)

    op.create_table(
        "proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("period", sa.Date(), nullable=True, comment="first day of the period, where the line recurs"),
        sa.Column("quantity", sa.BigInteger(), nullable=False, comment="in the challenge's unit"),
        sa.Column("working", sa.BigInteger(), nullable=True, comment="of them in working order"),
        sa.Column("users", sa.Integer(), nullable=True, comment="people a month"),
        sa.Column("why_different", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("verifies_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'verification') = (verifies_id IS NOT NULL)", name=op.f("ck_proof_verification_of_a_proof")
        ),
        sa.CheckConstraint("kind = 'correction' OR quantity >= 0", name=op.f("ck_proof_only_corrections_are_negative")),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_proof_match_id_match")),
        sa.ForeignKeyConstraint(["verifies_id"], ["proof.id"], name=op.f("fk_proof_verifies_id_proof")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof")),
    )
    op.create_index(op.f("ix_proof_match_id"), "proof", ["match_id"], unique=False)
    op.execute("INSERT INTO log_head (id, seq, hash) VALUES (1, 0, '" + "0" * 64 + "')")
    for prefix in ("K", "T", "J", "A"):
        op.execute(f"INSERT INTO counter (prefix, value) VALUES ('{prefix}', 0)")
    for table in APPEND_ONLY:
        _forbid_changes(table)


#: Tables whose rows are never changed or removed, by nobody.
APPEND_ONLY = ("log", "proof")


def _forbid_changes(table: str) -> None:
    """Let the database itself refuse UPDATE and DELETE."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """Leave nothing behind."""
    for table in (
        "proof",
        "message",
        "suggestion",
        "snooze",
        "paper",
        "match",
        "web_session",
        "rule",
        "offer",
        "fact",
        "challenge",
        "attendance",
        "agreement",
        "weights",
        "party",
        "event",
        "account",
        "office",
        "throttle",
        "request_key",
        "region",
        "log_head",
        "log",
        "counter",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
