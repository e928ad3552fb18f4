"""Invariant 6: a refused pair stays away inside its scope; what a refusal repairs, and how it is taken back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from matcher import intake, log, review
from matcher.errors import (
    MessageAlreadySent,
    NothingToUndo,
    RefusedBefore,
    Required,
)
from matcher.intake import Gift, Report
from matcher.models import Fact, Log, Match, Message, Rule
from matcher.policy import Actor, Role
from matcher.review import Repair
from matcher.vocabulary import (
    CloseReason,
    FactCode,
    MatchState,
    MessageKind,
    Refusal,
    ReportState,
    RuleKind,
)
from tests.builders import WIB, world


@pytest.fixture
def ws(sqlite_session):
    return world(sqlite_session)


# --- 6 a refused pair stays away inside its scope ---


def refuse(w, challenge, offer, reason=Refusal.WRONG_KIND, **repair):
    return review.refuse(
        w.session, challenge.id, offer.id, reason, by=w.officer, at=w.at, repair=Repair(**repair) if repair else None
    )


CHANGED = {
    "the challenge's number": lambda w, c, o: intake.change_report(
        w.session, c, Report(c.category, quantity=2), by=w.officer, at=w.at
    ),
    "the offer's number": lambda w, c, o: intake.change_report(
        w.session, o, Gift(o.category, quantity=8), by=w.officer, at=w.at
    ),
    "a fact": lambda w, c, o: w.know(w.session.get_one(intake.Party, c.party_id), FactCode.SK),
    "the library's place": lambda w, c, o: intake.change_party(
        w.session, c.party_id, by=w.officer, at=w.at, region_code="32.02.39.2001"
    ),
    "the giver's place": lambda w, c, o: intake.change_party(
        w.session, o.party_id, by=w.officer, at=w.at, region_code="32.02.39.2001"
    ),
    "the offer's area": lambda w, c, o: intake.change_report(
        w.session, o, Gift(o.category, quantity=10, area=("32.02",)), by=w.officer, at=w.at
    ),
}


@pytest.mark.parametrize("change", CHANGED)
def test_6_a_refused_pair_returns_when_a_side_changes(ws, change):
    challenge, offer = ws.challenge(), ws.offer()
    refuse(ws, challenge, offer)
    ws.session.commit()
    ws.refresh()
    assert ws.suggested(challenge) == []
    with pytest.raises(RefusedBefore):
        ws.propose(challenge, offer)
    CHANGED[change](ws, challenge, offer)
    ws.session.commit()
    ws.refresh()
    assert ws.suggested(challenge) == [offer.code]
    ws.propose(challenge, offer)


def test_6_the_same_said_again_changes_nothing_and_the_pair_stays_away(ws):
    library = ws.library(facts={FactCode.SK: 1})
    challenge, offer = ws.challenge(library), ws.offer()
    refuse(ws, challenge, offer)
    ws.know(library, FactCode.SK)
    same = Report(challenge.category, quantity=Decimal("3.000"), story="cerita lain")
    intake.change_report(ws.session, challenge, same, by=ws.officer, at=ws.at)
    ws.session.commit()
    ws.session.expire_all()
    ws.refresh()
    assert ws.suggested(challenge) == []


def test_6_a_refused_pair_returns_with_the_next_cycle_and_not_a_day_before(ws):
    challenge, offer = ws.challenge(), ws.offer()
    refuse(ws, challenge, offer)
    ws.session.commit()
    ws.at = dt.datetime(2026, 4, 30, 23, tzinfo=WIB)
    ws.refresh()
    assert ws.suggested(challenge) == []
    ws.at = dt.datetime(2026, 5, 1, 1, tzinfo=WIB)
    ws.refresh()
    assert ws.suggested(challenge) == [offer.code]
    refuse(ws, challenge, offer)
    ws.session.commit()
    ws.at = dt.datetime(2026, 5, 1, 9, tzinfo=WIB)  # the same local day, another day in Greenwich
    ws.refresh()
    assert ws.suggested(challenge) == []


def test_6_with_another_number_a_wrong_quantity_may_be_proposed_again(ws):
    challenge, offer = ws.challenge(), ws.offer()
    refuse(ws, challenge, offer, Refusal.WRONG_QUANTITY)
    ws.session.commit()
    with pytest.raises(RefusedBefore):
        ws.propose(challenge, offer)
    assert ws.propose(challenge, offer, 2).quantity == 2


@pytest.mark.parametrize("reason", Refusal)
def test_6_no_reason_lets_a_refused_pair_back_at_once(ws, reason):
    challenge, offer = ws.challenge(quantity=5), ws.offer()
    refuse(ws, challenge, offer, reason, note="karena begitu", fact=FactCode.ROOM, met=Decimal(1))
    ws.session.commit()
    ws.session.expire_all()
    ws.refresh()
    assert offer.code not in ws.suggested(challenge)


def test_6_a_giver_s_rule_keeps_all_its_offers_from_that_library_or_kecamatan(ws):
    near, same, far = ws.library(), ws.library(region_code="32.02.16.2006"), ws.library(region_code="32.02.39.2001")
    challenges = [ws.challenge(library) for library in (near, same, far)]
    giver = ws.giver()
    offer, other = ws.offer(giver), ws.offer(giver)
    refuse(ws, challenges[0], offer, Refusal.GIVER_POLICY, rule=RuleKind.NOT_LIBRARY)
    ws.refresh()
    assert [len(ws.suggested(row)) for row in challenges] == [0, 2, 2]
    refuse(ws, challenges[1], other, Refusal.TOO_FAR, rule=RuleKind.NOT_DISTRICT)
    ws.refresh()
    assert [len(ws.suggested(row)) for row in challenges] == [0, 0, 2]


def test_6_each_refusal_repairs_what_its_reason_points_at(ws):
    library = ws.library()

    def fresh():
        return ws.challenge(library, quantity=5), ws.offer()

    challenge, offer = fresh()
    refuse(ws, challenge, offer, Refusal.GIVER_NOT_NOW, until=ws.day + dt.timedelta(days=30))
    assert (offer.state, offer.paused_until) == (ReportState.PAUSED, ws.day + dt.timedelta(days=30))

    challenge, offer = fresh()
    refuse(ws, challenge, offer, Refusal.ALREADY_MET)
    assert (challenge.state, challenge.closed_because) == (ReportState.CLOSED, CloseReason.MET.value)

    challenge, offer = fresh()
    refuse(ws, challenge, offer, Refusal.ALREADY_MET, met=Decimal(2))
    assert (challenge.state, challenge.quantity) == (ReportState.OPEN, 3)

    challenge, offer = fresh()
    refuse(ws, challenge, offer, Refusal.WRONG_OR_DUPLICATE, note="dua kali", duplicate="offer")
    assert (challenge.state, offer.state) == (ReportState.OPEN, ReportState.DRAFT)

    challenge, offer = fresh()
    refuse(ws, challenge, offer, Refusal.TOO_FAR)
    asked = ws.session.scalars(select(Message).where(Message.kind == MessageKind.AREA_QUESTION)).one()
    assert asked.party_id == offer.party_id

    challenge, offer = fresh()
    refuse(ws, challenge, offer, Refusal.RECIPIENT_NOT_READY, fact=FactCode.TITLES)
    assert ws.session.scalars(select(Fact).where(Fact.code == FactCode.TITLES)).all() == []  # nobody counted
    challenge, offer = fresh()
    refuse(ws, challenge, offer, Refusal.RECIPIENT_NOT_READY, fact=FactCode.TITLES, value=40)
    assert ws.session.scalars(select(Fact).where(Fact.code == FactCode.TITLES)).one().value == 40


@pytest.mark.parametrize(("reason", "repair"), [(Refusal.OTHER, {}), (Refusal.RECIPIENT_NOT_READY, {})])
def test_6_a_refusal_that_needs_more_words_is_refused_without_them(ws, reason, repair):
    with pytest.raises(Required):
        refuse(ws, ws.challenge(), ws.offer(), reason, **repair)


def test_6_a_refusal_of_what_another_officer_has_proposed_meanwhile_is_refused(ws):
    challenge, offer = ws.challenge(), ws.offer()
    line = ws.propose(challenge, offer)
    ws.session.commit()
    with pytest.raises(review.AlreadyDecided):
        refuse(ws, challenge, offer)
    ws.session.rollback()
    review.refuse(ws.session, challenge.id, offer.id, Refusal.WRONG_KIND, by=ws.officer, at=ws.at, match_id=line.id)
    assert line.state is MatchState.DECLINED


# --- undo is a step of its own ---


@pytest.mark.parametrize("reason", Refusal)
def test_undoing_a_refusal_takes_back_all_that_it_did(ws, reason):
    library = ws.library()
    challenge, offer = ws.challenge(library, quantity=5), ws.offer()
    beside = ws.propose(ws.challenge(library), offer)
    also = ws.propose(challenge, ws.offer())
    ws.session.commit()
    ws.refresh()
    before = (challenge.state, challenge.quantity, offer.state, set(ws.suggested(challenge)))
    line = refuse(ws, challenge, offer, reason, note="begitu", fact=FactCode.ROOM)
    ws.session.commit()
    review.undo(ws.session, by=ws.officer, at=ws.at)
    ws.session.commit()
    ws.refresh()
    assert line.state is MatchState.CANCELLED
    assert (challenge.state, challenge.quantity, offer.state, set(ws.suggested(challenge))) == before
    assert ws.session.scalars(select(Fact).where(Fact.retracted_at.is_(None))).all() == []
    assert ws.session.scalars(select(Rule).where(Rule.retracted_at.is_(None))).all() == []
    for other in (beside, also):
        live = select(Match).where(Match.challenge_id == other.challenge_id, Match.offer_id == other.offer_id)
        alive = ws.session.scalars(live.where(Match.state == MatchState.PROPOSED))
        assert [row.quantity for row in alive] == [other.quantity]
    wrong = select(Message).where(Message.dropped_at.is_(None), Message.sent_at.is_(None))
    kinds = {message.kind for message in ws.session.scalars(wrong)}
    assert kinds <= {MessageKind.TO_GIVER, MessageKind.TO_TAKER}
    assert log.replay(ws.session.scalars(select(Log).order_by(Log.seq))) == log.stored_states(ws.session)
    ws.propose(challenge, offer)


def test_what_one_press_proposed_is_taken_back_together(ws):
    offer = ws.offer()
    pressed = [ws.propose(ws.challenge(), offer, 2) for _ in range(4)]
    ws.session.commit()
    review.undo(ws.session, by=ws.officer, at=ws.at)
    assert {line.state for line in pressed} == {MatchState.CANCELLED}


def test_nothing_is_undone_after_a_text_went_out_or_by_somebody_else(ws):
    line = ws.propose(ws.challenge(), ws.offer())
    ws.session.commit()
    with pytest.raises(NothingToUndo):
        review.undo(ws.session, by=Actor("orang lain", Role.PETUGAS, office_id=ws.office.id), at=ws.at)
    text = ws.session.scalars(select(Message).where(Message.match_id == line.id)).first()
    review.mark_sent(ws.session, text.id, by=ws.officer, at=ws.at)
    with pytest.raises(MessageAlreadySent):
        review.undo(ws.session, by=ws.officer, at=ws.at)
    review.mark_sent(ws.session, text.id, by=ws.officer, at=ws.at, sent=False)
    review.undo(ws.session, by=ws.officer, at=ws.at)
    assert line.state is MatchState.CANCELLED
