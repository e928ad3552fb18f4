"""The trace: one row a change, in the change's own transaction, and tampering shows."""

from __future__ import annotations

import json
from itertools import product

import pytest
from sqlalchemy import func, select, text

from matcher import accounts, intake, log, partnership, review, standing
from matcher.errors import MatcherError, NotPossible, Required
from matcher.models import Counter, Log, Offer, Proof
from matcher.policy import Role
from matcher.vocabulary import (
    AgreementKind,
    CancelReason,
    CloseReason,
    EndReason,
    Move,
    ProofKind,
    Refusal,
    ReportState,
    Side,
    Subject,
)
from tests.builders import amount, later, world


@pytest.fixture
def w(session):
    made = world(session)
    session.commit()
    return made


def rows(session):
    return session.scalars(select(Log).order_by(Log.seq)).all()


def agreed_line(w):
    return w.agreed(w.challenge(), w.offer())


# --- one row a change ---

CHANGES = {
    "propose": (lambda w: w.propose(w.open, w.given), 1),
    "propose an alternate": (lambda w: w.propose(w.open, w.spare, 1), 1),
    "change a number": (lambda w: review.change_quantity(w.session, w.line.id, amount(1), by=w.officer, at=w.at), 1),
    "consent": (lambda w: w.consent(w.line, Side.GIVER), 1),
    "refuse": (lambda w: review.refuse(w.session, w.open.id, w.given.id, Refusal.WRONG_KIND, by=w.officer, at=w.at), 1),
    "refuse as not ready": (
        lambda w: review.refuse(
            w.session, w.open.id, w.given.id, Refusal.RECIPIENT_NOT_READY, by=w.officer, at=w.at,
            repair=review.Repair(fact=intake.FactCode.ROOM),
        ), 2,
    ),
    "refuse by rule": (
        lambda w: review.refuse(w.session, w.open.id, w.given.id, Refusal.GIVER_POLICY, by=w.officer, at=w.at), 2
    ),
    "refuse as met": (
        lambda w: review.refuse(w.session, w.open.id, w.given.id, Refusal.ALREADY_MET, by=w.officer, at=w.at), 2
    ),
    "refuse as not now": (
        lambda w: review.refuse(w.session, w.open.id, w.given.id, Refusal.GIVER_NOT_NOW, by=w.officer, at=w.at), 2
    ),
    "undo": (lambda w: review.undo(w.session, by=w.officer, at=w.at, match_id=w.line.id), 1),
    "snooze": (lambda w: review.snooze(w.session, w.open.id, by=w.officer, at=w.at), 1),
    "withdraw an offer with a proposal": (
        lambda w: standing.withdraw_offer(w.session, w.offered, by=w.officer, at=w.at), 2
    ),
    "pause an offer with a proposal": (lambda w: standing.pause_offer(w.session, w.offered, by=w.officer, at=w.at), 2),
    "pause a challenge": (lambda w: standing.pause_challenge(w.session, w.open, by=w.officer, at=w.at), 1),
    "close a challenge": (
        lambda w: standing.close_challenge(w.session, w.open, CloseReason.WITHDRAWN, by=w.officer, at=w.at), 1
    ),
    "ask for a correction": (lambda w: standing.ask_correction(w.session, w.open, "jumlah?", by=w.officer, at=w.at), 1),
    "draft a paper": (lambda w: w.paper(AgreementKind.COMMITMENT), 1),
    "agree orally": (lambda w: w.paper(), 2),
    "prove": (lambda w: w.prove(w.promise, 2), 1),
    "prove and verify": (lambda w: w.prove(w.promise, 2, verified=True), 2),
    "correct": (lambda w: w.prove(w.promise, -1, ProofKind.CORRECTION), 1),
    "extend": (
        lambda w: partnership.extend(w.session, w.promise.id, later(30).date(), by=w.officer, at=w.at), 1
    ),
    "cancel": (
        lambda w: partnership.cancel(w.session, w.promise.id, CancelReason.RELEASED, by=w.officer, at=w.at), 1
    ),
    "learn a fact": (lambda w: w.know(w.taker, intake.FactCode.SK), 1),
    "change a report": (
        lambda w: intake.change_report(
            w.session, w.open, intake.Report(w.open.category, quantity=9), by=w.officer, at=w.at
        ), 1,
    ),
    "change a report into itself": (
        lambda w: intake.change_report(
            w.session, w.open, intake.Report(w.open.category, quantity=3), by=w.officer, at=w.at
        ), 0,
    ),
    "correct a party": (
        lambda w: intake.change_party(w.session, w.taker.id, by=w.officer, at=w.at, about="Buka tiap hari"), 1
    ),
    "open an account": (
        lambda w: accounts.add_account(
            w.session, office_id=w.office.id, name="sari", password="rahasia", role=Role.PETUGAS, by=w.officer, at=w.at
        ), 1,
    ),
    "end an agreement": (
        lambda w: partnership.end_agreement(
            w.session, w.session.get_one(partnership.Agreement, w.promise.agreement_id), EndReason.FULFILLED,
            by=w.officer, at=w.at,
        ), 1,
    ),
}  # fmt: skip


@pytest.fixture
def busy(w):
    """A world in which everything can be done to something."""
    w.taker = w.library()
    w.open, w.given, w.spare = w.challenge(w.taker), w.offer(), w.offer()
    w.offered = w.offer()
    w.line = w.propose(w.challenge(), w.offered)
    w.session.commit()
    w.promise = agreed_line(w)
    w.prove(w.promise, 1)
    w.session.commit()
    return w


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_has_exactly_one_row_in_its_own_transaction_or_neither_is_there(busy, change):
    act, expected = CHANGES[change]
    before = (len(rows(busy.session)), log.stored_states(busy.session), log.head(busy.session))
    act(busy)
    busy.session.flush()
    busy.session.rollback()
    assert (len(rows(busy.session)), log.stored_states(busy.session), log.head(busy.session)) == before

    act(busy)
    busy.session.commit()
    added = rows(busy.session)[before[0] :]
    assert len(added) == expected
    assert len({row.act for row in added}) == (1 if expected else 0)
    assert {row.by for row in added} <= {busy.officer.name}
    assert log.verify(busy.session) is None
    assert log.replay(rows(busy.session)) == log.stored_states(busy.session)


def test_going_back_to_a_savepoint_forgets_what_was_done_after_it(w):
    taker = w.library()
    point = w.session.begin_nested()
    w.know(taker, intake.FactCode.SK)
    point.rollback()
    point = w.session.begin_nested()
    w.know(taker, intake.FactCode.ROOM)
    point.commit()
    w.know(taker, intake.FactCode.RACK)
    w.session.commit()
    told = rows(w.session)
    assert [next(iter(row.changes)) for row in told if row.subject is Subject.FACT] == ["room", "rack"]
    assert len({row.act for row in told[-3:]}) == 1
    assert log.verify(w.session) is None


def test_a_step_that_the_state_does_not_allow_is_refused_and_leaves_no_row(w):
    challenge = w.challenge(state=ReportState.DRAFT)
    w.session.commit()
    before = len(rows(w.session))
    with pytest.raises(NotPossible):
        log.move(w.session, challenge, Move.OPEN, by=w.officer, at=w.at)
    with pytest.raises(NotPossible):
        log.move(w.session, challenge, Move.AGREE, by=w.officer, at=w.at)
    w.session.commit()
    assert len(rows(w.session)) == before


def test_a_step_that_needs_a_reason_is_refused_without_one(w):
    with pytest.raises(Required):
        log.move(w.session, w.challenge(), Move.CLOSE, by=w.officer, at=w.at)


def test_the_numbers_of_the_log_have_no_gap(busy):
    assert [row.seq for row in rows(busy.session)] == list(range(1, len(rows(busy.session)) + 1))
    assert log.head(busy.session) == (rows(busy.session)[-1].seq, rows(busy.session)[-1].hash)


# --- nothing personal ---

PLANTED = "0812-7777-0001"


def test_no_personal_value_and_no_free_text_stands_in_the_log(w):
    session = w.session
    library = w.library(contact_name="Bu Siti Rahasia", contact_phone=PLANTED, contact_title="Kepala Rahasia")
    giver = w.giver(contact_phone=PLANTED, about=f"hubungi {PLANTED}")
    personal = {"contact_name": "Pak Rahasia", "head_name": "Pak Kades Rahasia", "private_note": f"Rahasia {PLANTED}"}
    intake.change_party(session, library.id, by=w.officer, at=w.at, **personal)
    challenge = w.challenge(library, title=f"Rahasia {PLANTED}", story=f"Hubungi Rahasia {PLANTED}", notes=PLANTED)
    again = intake.Report(
        challenge.category, quantity=4, story=f"Rahasia baru {PLANTED}", not_wanted=f"Rahasia {PLANTED}"
    )
    intake.change_report(session, challenge, again, by=w.officer, at=w.at)
    offer = w.offer(giver, words=f"Rahasia {PLANTED}", follow_on_cost=f"tanya {PLANTED}")
    line = w.propose(challenge, offer)
    for side in (Side.GIVER, Side.TAKER):
        partnership.consent(session, line.id, side, by=w.officer, at=w.at, note=f"Bu Rahasia lewat {PLANTED}")
    w.agree(line)
    w.prove(line, 1, note=f"diterima Rahasia {PLANTED}")
    partnership.cancel(session, line.id, CancelReason.RELEASED, by=w.officer, at=w.at, note=f"kata Rahasia {PLANTED}")
    review.refuse(
        session,
        challenge.id,
        w.offer(giver).id,
        Refusal.OTHER,
        by=w.officer,
        at=w.at,
        repair=review.Repair(note=PLANTED),
    )
    standing.ask_correction(session, offer, f"telepon {PLANTED}", by=w.officer, at=w.at)
    account = accounts.add_account(
        session, office_id=w.office.id, name="sari", password="Rahasia-besar", role=Role.PETUGAS, by=w.officer, at=w.at
    )
    accounts.set_password(session, account, "Rahasia-lain", by=w.officer, at=w.at)
    session.commit()
    told = json.dumps([[row.changes, row.reason, row.event, row.by] for row in rows(session)])
    assert "0812" not in told
    assert "ahasia" not in told
    assert account.password_hash not in told
    named = {name for row in rows(session) for name in row.changes}
    assert {"contact_phone", "head_name", "private_note", "story", "password_hash"} <= named


# --- tampering ---


def tampered(session, *statements):
    """Change the log as somebody with the database's own password could."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        for name in ("log_no_update", "log_no_delete"):
            connection.execute(text(f"DROP TRIGGER {name}"))
    else:
        connection.execute(text("ALTER TABLE log DISABLE TRIGGER log_append_only"))
    for statement in statements:
        connection.execute(text(statement))


ATTACKS = {
    "a value edited": (['UPDATE log SET changes = \'{"state": [null, "done"]}\' WHERE seq = 4'], (4, "altered")),
    "a name edited": (["UPDATE log SET \"by\" = 'orang lain' WHERE seq = 3"], (3, "altered")),
    "a moment edited": (["UPDATE log SET at = '2020-01-01 00:00:00' WHERE seq = 5"], (5, "altered")),
    "a role that nobody has": (["UPDATE log SET role = 'raja' WHERE seq = 6"], (6, "altered")),
    "the first row deleted": (["DELETE FROM log WHERE seq = 1"], (1, "missing")),
    "a row in the middle deleted": (["DELETE FROM log WHERE seq = 4"], (4, "missing")),
    "the tail deleted": (["DELETE FROM log WHERE seq > 7"], (8, "truncated")),
    "everything deleted": (["DELETE FROM log"], (1, "truncated")),
    "two rows swapped": (
        ["UPDATE log SET seq = -1 WHERE seq = 3", "UPDATE log SET seq = 3 WHERE seq = 4",
         "UPDATE log SET seq = 4 WHERE seq = -1"], (3, "altered"),
    ),
    "a row added at the end": (
        [
            'INSERT INTO log SELECT seq + 1, at, "by", role, act, subject, subject_id, event, changes, reason, hash, '  # noqa: ISC004
            "'g' || substr(hash, 2) FROM log WHERE seq = (SELECT max(seq) FROM log)"
        ],
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_tampering_with_the_log_shows_and_names_the_first_bad_row(busy, attack):
    statements, told = ATTACKS[attack]
    last, _ = log.head(busy.session)
    assert log.verify(busy.session) is None
    tampered(busy.session, *statements)
    assert log.verify(busy.session) == log.Break(*(told or (last + 1, "altered")))


def test_changes_that_are_no_json_any_more_show_on_sqlite(busy):
    if busy.session.connection().dialect.name == "sqlite":
        tampered(busy.session, "UPDATE log SET changes = '{' WHERE seq = 4")
        assert log.verify(busy.session) == log.Break(4, "altered")


def test_a_tail_cut_off_together_with_the_head_shows_only_against_a_head_kept_elsewhere(busy):
    printed = log.head(busy.session)
    tampered(
        busy.session, "DELETE FROM log WHERE seq > 7",
        "UPDATE log_head SET seq = 7, hash = (SELECT hash FROM log WHERE seq = 7)",
    )  # fmt: skip
    assert log.verify(busy.session) is None
    assert log.head(busy.session) != printed


def test_a_state_changed_behind_the_log_differs_from_its_replay(busy):
    busy.session.execute(text("UPDATE offer SET state = 'paused' WHERE state = 'open'"))
    assert log.replay(rows(busy.session)) != log.stored_states(busy.session)


# --- whole or nothing: a fault at any statement ---


class Broken(Exception):
    """The database failed."""


def test_a_fault_at_any_statement_of_an_agreement_leaves_everything_as_it_was(busy):
    from sqlalchemy import event

    w, session = busy, busy.session
    w.consent(w.line)
    paper = w.paper()
    session.commit()
    engine = session.get_bind()
    before = (log.stored_states(session), log.head(session), session.scalar(select(Counter.value).limit(1)))
    session.rollback()
    seen = {"count": 0, "fail_at": 0}

    def failing(*_):
        seen["count"] += 1
        if seen["count"] == seen["fail_at"]:
            raise Broken

    event.listen(engine, "before_cursor_execute", failing)
    try:
        for fail_at in range(1, 200):
            seen.update(count=0, fail_at=fail_at)
            try:
                w.agree(w.line, agreement_id=paper.id)
                session.commit()
                break
            except Broken:
                seen["fail_at"] = 0
                session.rollback()
            now = (log.stored_states(session), log.head(session), session.scalar(select(Counter.value).limit(1)))
            assert now == before
            session.rollback()
    finally:
        event.remove(engine, "before_cursor_execute", failing)
    assert fail_at > 8
    assert w.line.state.value == "agreed"
    assert log.verify(session) is None


# --- append-only ---


@pytest.mark.parametrize("table", ["log", "proof"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET note = note", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_or_remove_a_row_of_the_trace(busy, table, statement):
    column = {"log": "reason", "proof": "note"}[table]
    with pytest.raises(Exception, match="append-only"):
        busy.session.execute(text(statement.replace("note", column).format(table)))
    busy.session.rollback()
    assert log.verify(busy.session) is None


def test_a_proof_is_corrected_by_another_row(busy):
    before = busy.session.scalar(select(func.count()).select_from(Proof))
    busy.prove(busy.promise, -1, ProofKind.CORRECTION)
    assert busy.session.scalar(select(func.count()).select_from(Proof)) == before + 1


def test_a_refused_step_never_moves_a_state(sqlite_session):
    session = sqlite_session
    w = world(session)
    steps = {
        "agree": lambda line: partnership.agree(session, line.id, by=w.officer, at=w.at),
        "finish": lambda line: partnership.finish(session, line.id, by=w.officer, at=w.at),
        "cancel": lambda line: partnership.cancel(session, line.id, CancelReason.RELEASED, by=w.officer, at=w.at),
        "withdraw": lambda line: standing.withdraw_offer(
            session, session.get_one(Offer, line.offer_id), by=w.officer, at=w.at
        ),
        "undo": lambda line: review.undo(session, match_id=line.id, by=w.officer, at=w.at),
    }  # fmt: skip
    refused = 0
    for sequence in product(steps, repeat=3):
        line = w.propose(w.challenge(), w.offer())
        session.commit()
        for step in sequence:
            states = log.stored_states(session)
            try:
                steps[step](line)
                session.commit()
            except MatcherError:
                refused += 1
                session.rollback()
                assert log.stored_states(session) == states
    assert refused > 125
    assert log.replay(rows(session)) == log.stored_states(session)
    assert log.verify(session) is None
