"""The twelve rules that always hold: those of the domain here, those of pages and links beside the pages."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from sqlalchemy import select

from matcher import balance, intake, lines, matching, partnership, review, standing
from matcher.errors import (
    AgreementMissing,
    ConsentMissing,
    ExperienceNeedsNoPaper,
    GiverIsTaker,
    MatcherError,
    NotAllowed,
    NotFound,
    NothingLeft,
    NotPossible,
    NotProven,
    OutOfRange,
    QuantityUnknown,
    Required,
    TooMuchForChallenge,
)
from matcher.intake import Gift, Report
from matcher.models import Challenge, Log, Match, Offer
from matcher.policy import Actor, Role
from matcher.review import Repair
from matcher.scoring import parts_of
from matcher.vocabulary import (
    CancelReason,
    Category,
    CloseReason,
    Every,
    MatchState,
    Mode,
    ProofKind,
    Refusal,
    ReportState,
    Side,
)
from tests.builders import AT, WIB, amount, another_office, later, world


@pytest.fixture
def w(session):
    return world(session)


@pytest.fixture
def ws(sqlite_session):
    return world(sqlite_session)


# --- 1 no offer gives more than it has ---


def test_1_a_promise_beyond_what_is_left_is_refused_and_names_who_holds_the_rest(w):
    offer, taker = w.offer(quantity=3), w.library("Perpustakaan Bunga Padi")
    first = w.agreed(w.challenge(taker), offer, 2)
    second = w.accepted(w.challenge(), offer, 2)
    w.session.commit()
    with pytest.raises(NothingLeft) as told:
        w.agree(second)
    values = told.value.values
    assert (values["left"], values["asked"]) == (1, 2)
    assert [(held["who"], held["quantity"], held["code"]) for held in values["holders"]] == [
        (taker.name, 2, first.code)
    ]


def test_1_another_office_s_lines_are_counted_and_show_no_name(w):
    national = w.offer(quantity=3, national=True)
    w.agreed(w.challenge(), national, 3)
    other = another_office(w)
    second = other.accepted(other.challenge(other.library(region_code="32.04.05.2001")), national, 1)
    w.session.commit()
    with pytest.raises(NothingLeft) as told:
        other.agree(second)
    (held,) = told.value.values["holders"]
    assert (held["who"], held["code"], held["by"], held["quantity"]) == ("", "", "", 3)


def test_1_more_than_the_offer_has_cannot_arrive(w):
    offer = w.offer(quantity=3)
    line = w.agreed(w.challenge(quantity=3), offer, 2)
    w.agreed(w.challenge(quantity=1), offer, 1)
    w.session.commit()
    with pytest.raises(NothingLeft):
        w.prove(line, 3)
    w.session.rollback()
    intake.set_quantity(w.session, offer, amount(4), by=w.officer, at=w.at)
    w.prove(line, 3)
    assert balance.peak(lines.of_offer(w.session, offer.id)) == 4


def test_1_an_offer_cannot_shrink_below_what_it_holds_or_be_counted_otherwise(w):
    offer = w.offer(quantity=10)
    w.agreed(w.challenge(), offer, 3)
    w.session.commit()
    for lower in (Gift(offer.category, quantity=2), Gift(offer.category, quantity=1)):
        with pytest.raises(OutOfRange):
            intake.change_report(w.session, offer, lower, by=w.officer, at=w.at)
        w.session.rollback()
    with pytest.raises(OutOfRange):
        intake.set_quantity(w.session, offer, amount(2), by=w.officer, at=w.at)
    w.session.rollback()
    with pytest.raises(NotPossible):
        intake.change_report(w.session, offer, Gift(Category.BOOKS, quantity=10), by=w.officer, at=w.at)
    w.session.rollback()
    intake.change_report(w.session, offer, Gift(offer.category, quantity=3), by=w.officer, at=w.at)
    assert w.left(offer) == 0


def test_1_a_partnership_of_earlier_days_takes_its_part_too(w):
    offer, challenge = w.offer(quantity=3), w.challenge(quantity=3)
    old = partnership.record_old(
        w.session, challenge, offer, amount(2), occurred_on=w.day - dt.timedelta(days=400), by=w.officer, at=w.at
    )
    assert (old.state, w.left(offer), w.gap(challenge)) == (MatchState.DONE, 1, 1)
    with pytest.raises(NothingLeft):
        partnership.record_old(
            w.session, w.challenge(), offer, amount(2), occurred_on=w.day, by=w.officer, at=w.at
        )  # fmt: skip


# --- 2 no challenge gets more than it needs, unless somebody wrote why ---


def test_2_more_than_is_needed_is_agreed_only_with_a_waiver_that_the_log_keeps(w):
    challenge, offer = w.challenge(quantity=3), w.offer()
    line = w.accepted(challenge, offer, 4)
    w.session.commit()
    with pytest.raises(TooMuchForChallenge):
        w.agree(line)
    w.session.rollback()
    w.agree(line, waiver="satu untuk cadangan")
    w.session.commit()
    told = w.session.scalars(select(Log).where(Log.event == "agree")).one()
    assert told.changes["waiver"] == ["", "satu untuk cadangan"]


def test_2_more_than_is_needed_arrives_only_with_a_waiver_that_the_log_keeps(w):
    line = w.agreed(w.challenge(quantity=3), w.offer())
    w.session.commit()
    with pytest.raises(TooMuchForChallenge):
        w.prove(line, 4)
    w.session.rollback()
    w.prove(line, 4, waiver="pemberi menambah satu")
    w.session.commit()
    assert w.session.scalars(select(Log).where(Log.event == "waive")).one().changes["waiver"][1]


def test_2_a_challenge_cannot_shrink_below_what_is_promised_to_it(w):
    challenge, other = w.challenge(quantity=5), w.offer()
    w.agreed(challenge, w.offer(), 3)
    w.session.commit()
    with pytest.raises(OutOfRange):
        intake.change_report(w.session, challenge, Report(challenge.category, quantity=2), by=w.officer, at=w.at)
    w.session.rollback()
    met = Repair(met=Decimal(4))
    review.refuse(w.session, challenge.id, other.id, Refusal.ALREADY_MET, by=w.officer, at=w.at, repair=met)
    assert (challenge.quantity, w.gap(challenge), challenge.state) == (3, 0, ReportState.OPEN)


# --- 3 and 4: the log and the proofs, see test_log.py ---

# --- 5 agreed means consents, a number, a paper ---


@pytest.mark.parametrize("side", Side)
def test_5_nothing_is_agreed_while_a_side_has_not_said_yes(ws, side):
    line = ws.propose(ws.challenge(), ws.offer())
    for other in Side:
        if other is not side:
            ws.consent(line, other)
    if side is Side.OFFICE:
        line.consent_office_at = line.consent_office_quantity = None
    with pytest.raises(ConsentMissing) as told:
        ws.agree(line)
    assert told.value.values["sides"] == (side,)


def test_5_nothing_is_agreed_without_a_number_or_a_paper(ws):
    vague = ws.accepted(ws.challenge(quantity=None), ws.offer())
    with pytest.raises(QuantityUnknown):
        ws.agree(vague)
    with pytest.raises(AgreementMissing):
        ws.agree(ws.accepted(ws.challenge(), ws.offer()), agreement_id=None)
    ended = ws.paper()
    partnership.end_agreement(ws.session, ended, partnership.EndReason.DISSOLVED, by=ws.officer, at=ws.at)
    with pytest.raises(AgreementMissing):
        ws.agree(ws.accepted(ws.challenge(), ws.offer()), agreement_id=ended.id)


def test_5_a_line_of_experience_takes_no_paper(ws):
    line = ws.accepted(ws.challenge(), ws.experience())
    with pytest.raises(ExperienceNeedsNoPaper):
        ws.agree(line, agreement_id=ws.paper().id)


def test_5_lowering_the_number_keeps_the_yes_of_the_others_and_raising_it_clears_them(ws):
    line = ws.propose(ws.challenge(quantity=9), ws.offer(), 5)
    ws.consent(line, Side.TAKER)
    partnership.consent(ws.session, line.id, Side.GIVER, amount(4), by=ws.officer, at=ws.at, note="telepon")
    assert line.quantity == 4
    assert balance.sides_missing(lines.of_match(ws.session, line)) == ()
    partnership.consent(ws.session, line.id, Side.GIVER, amount(6), by=ws.officer, at=ws.at, note="telepon")
    assert line.quantity == 6
    assert set(balance.sides_missing(lines.of_match(ws.session, line))) == {Side.OFFICE, Side.TAKER}
    review.change_quantity(ws.session, line.id, amount(7), by=ws.officer, at=ws.at)
    assert set(balance.sides_missing(lines.of_match(ws.session, line))) == {Side.GIVER, Side.TAKER}


def test_5_a_yes_recorded_for_somebody_else_says_who_gave_it_or_where(ws):
    line = ws.propose(ws.challenge(), ws.offer())
    with pytest.raises(Required):
        partnership.consent(ws.session, line.id, Side.GIVER, by=ws.officer, at=ws.at)


def test_5_each_party_says_only_its_own_yes(ws):
    taker, giver = ws.library(), ws.giver()
    line = ws.propose(ws.challenge(taker), ws.offer(giver))
    partnership.consent(ws.session, line.id, Side.TAKER, by=ws.of(taker, Role.PENGELOLA), at=ws.at)
    partnership.consent(ws.session, line.id, Side.GIVER, by=ws.of(giver, Role.MITRA), at=ws.at)
    for actor, side in (
        (ws.of(taker, Role.PENGELOLA), Side.GIVER), (ws.of(taker, Role.PENGELOLA), Side.OFFICE),
        (ws.of(giver, Role.MITRA), Side.TAKER), (ws.of(giver, Role.MITRA), Side.OFFICE),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            partnership.consent(ws.session, line.id, side, by=actor, at=ws.at, note="x")
    helper = Actor("fasilitator", Role.FASILITATOR, office_id=ws.office.id)
    partnership.consent(ws.session, line.id, Side.TAKER, by=helper, at=ws.at, note="kata pengelola")
    for side in (Side.GIVER, Side.OFFICE):
        with pytest.raises(NotAllowed):
            partnership.consent(ws.session, line.id, side, by=helper, at=ws.at, note="x")


@pytest.mark.parametrize("role", [Role.VISITOR, Role.PENGELOLA, Role.MITRA, Role.FASILITATOR])
def test_5_only_the_office_proposes_agrees_and_ends(ws, role):
    challenge, offer = ws.challenge(), ws.offer()
    line = ws.accepted(challenge, offer)
    actor = Actor("x", role, office_id=ws.office.id, party_id=challenge.party_id)
    for act in (
        lambda: review.propose(ws.session, challenge.id, offer.id, by=actor, at=ws.at),
        lambda: review.refuse(ws.session, challenge.id, offer.id, Refusal.WRONG_KIND, by=actor, at=ws.at),
        lambda: partnership.agree(ws.session, line.id, by=actor, at=ws.at),
        lambda: partnership.finish(ws.session, line.id, by=actor, at=ws.at),
        lambda: review.undo(ws.session, by=actor, at=ws.at, match_id=line.id),
        lambda: partnership.extend(ws.session, line.id, ws.day, by=actor, at=ws.at),
    ):
        with pytest.raises((NotAllowed, NotFound)):
            act()


def test_5_a_line_is_done_when_what_was_promised_is_verified_or_a_reason_says_why_not(ws):
    line = ws.agreed(ws.challenge(), ws.offer())
    proof = ws.prove(line, 3)
    with pytest.raises(NotProven):
        partnership.finish(ws.session, line.id, by=ws.officer, at=ws.at)
    partnership.verify(ws.session, proof.id, by=ws.officer, at=ws.at)
    with pytest.raises(NotPossible):
        partnership.verify(ws.session, proof.id, by=ws.officer, at=ws.at)
    ws.prove(line, 1, ProofKind.RETURN)
    with pytest.raises(NotProven):
        partnership.finish(ws.session, line.id, by=ws.officer, at=ws.at)
    ws.prove(line, 1, verified=True)
    partnership.finish(ws.session, line.id, by=ws.officer, at=ws.at)
    assert line.state is MatchState.DONE


@pytest.mark.parametrize(
    ("kind", "quantity", "working"),
    [
        (ProofKind.HANDOVER, -1, None), (ProofKind.RETURN, 3, None), (ProofKind.CORRECTION, -3, None),
        (ProofKind.HANDOVER, 1, 2), (ProofKind.CHECK, 0, 3), (ProofKind.RETURN, -1, None),
        (ProofKind.HANDOVER, 10**13, None), (ProofKind.VERIFICATION, 1, None),
    ],
)  # fmt: skip
def test_5_a_proof_that_cannot_be_true_is_refused(ws, kind, quantity, working):
    line = ws.agreed(ws.challenge(), ws.offer())
    ws.prove(line, 2)
    with pytest.raises(MatcherError) as told:
        ws.prove(line, quantity, kind, working=None if working is None else amount(working))
    assert told.value.status == 422


def test_5_nothing_is_proven_on_a_day_to_come_or_on_a_mere_proposal(ws):
    line = ws.agreed(ws.challenge(), ws.offer())
    with pytest.raises(OutOfRange):
        ws.prove(line, 1, on=ws.day + dt.timedelta(days=1))
    with pytest.raises(NotPossible):
        ws.prove(ws.propose(ws.challenge(), ws.offer()), 1)


@pytest.mark.parametrize("number", [0, -1, 10**13])
def test_5_a_line_has_a_number_above_nought(ws, number):
    challenge, offer = ws.challenge(), ws.offer()
    with pytest.raises(OutOfRange):
        ws.propose(challenge, offer, number)
    line = ws.propose(challenge, offer)
    with pytest.raises(OutOfRange):
        review.change_quantity(ws.session, line.id, amount(number), by=ws.officer, at=ws.at)


def test_5_nobody_gives_to_himself(ws):
    library = ws.library()
    with pytest.raises(GiverIsTaker):
        ws.propose(ws.challenge(library), ws.experience(library))


@pytest.mark.parametrize("state", [ReportState.DRAFT, ReportState.SUBMITTED])
def test_5_nothing_is_proposed_that_is_not_open(ws, state):
    with pytest.raises(NotPossible):
        ws.propose(ws.challenge(state=state), ws.offer())
    with pytest.raises(NotPossible):
        ws.propose(ws.challenge(), ws.offer(state=state))


# --- 6 a refused pair stays away, see test_refusals.py ---

# --- 11 the score that is shown is the score that is frozen ---


def test_11_shown_score_is_frozen_score_is_the_sum_of_its_parts(ws):
    for number in range(6):
        library = ws.library(region_code=("32.02.16.2005", "32.02.39.2001", None)[number % 3])
        ws.challenge(library, quantity=number + 1, story="butuh komputer untuk pelatihan" if number % 2 else "")
    offers = [ws.offer(quantity=n + 1, title="komputer pelatihan", share_max=2) for n in range(4)]
    ws.refresh()
    ws.session.commit()
    weights = matching.weights_in_force(ws.session, ws.office.id)
    shown = [row for c in ws.session.scalars(select(Challenge)) for row in ws.suggestions(c)]
    assert len(shown) == 24
    for row in shown:
        parts = parts_of(json.loads(row.factors), weights.points)
        assert round(sum(part.points for part in parts), 1) == row.score
        assert all(0 <= part.value <= 1 for part in parts)
    for row in shown[::5]:
        values = (row.score, json.loads(row.factors), json.loads(row.detail))
        line = review.propose(ws.session, row.challenge_id, row.offer_id, by=ws.officer, at=ws.at)
        assert (line.score, line.factors["factors"], line.factors["detail"]) == values
        assert line.factors["points"] == weights.points
        assert line.weights_id == weights.id
    ws.session.commit()
    frozen = {line.id: line.score for line in ws.session.scalars(select(Match))}
    intake.set_quantity(ws.session, offers[0], amount(9), by=ws.officer, at=later(1))
    ws.refresh()
    assert {line.id: line.score for line in ws.session.scalars(select(Match))} == frozen


# --- 12 every ending gives back what was not delivered ---

ENDINGS = {
    "finished short": lambda w, m: partnership.finish(
        w.session, m.id, by=w.officer, at=w.at, short=partnership.ShortReason.FEWER
    ),
    "cancelled by the giver": lambda w, m: partnership.cancel(
        w.session, m.id, CancelReason.GIVER_CANNOT, by=w.officer, at=w.at
    ),
    "released by the office": lambda w, m: partnership.cancel(
        w.session, m.id, CancelReason.RELEASED, by=w.officer, at=w.at
    ),
}


@pytest.mark.parametrize("delivered", [0, 1, 2, 3])
@pytest.mark.parametrize("ending", ENDINGS)
def test_12_every_ending_gives_back_what_was_not_delivered(ws, ending, delivered):
    challenge, offer = ws.challenge(quantity=3), ws.offer(quantity=3)
    line = ws.agreed(challenge, offer)
    if delivered:
        ws.prove(line, delivered)
    ENDINGS[ending](ws, line)
    assert ws.left(offer) == 3 - delivered
    assert ws.gap(challenge) == 3 - delivered


@pytest.mark.parametrize("months", [0, 1, 5])
def test_12_an_ended_monthly_line_holds_the_months_that_were_given(ws, months):
    year = {"every": Every.MONTH, "starts": dt.date(2026, 1, 1), "ends": dt.date(2026, 12, 31)}
    ws.at = dt.datetime(2026, 1, 1, 9, tzinfo=WIB)
    need = ws.challenge(category=Category.FUNDS, quantity=100, **year)
    gift = ws.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=100, **year)
    line = ws.agreed(need, gift)
    ws.at = AT.replace(month=8)
    if months:
        ws.prove(line, 100 * months)
    partnership.cancel(ws.session, line.id, CancelReason.GIVER_CANNOT, by=ws.officer, at=ws.at)
    held = [balance.total(lines.of_offer(ws.session, gift.id), dt.date(2026, month, 15)) for month in range(1, 13)]
    assert held == [100] * months + [0] * (12 - months)


def test_an_office_never_reaches_the_rows_of_another(ws):
    other = another_office(ws)
    theirs = other.challenge(other.library(region_code="32.04.05.2001"))
    offer = ws.offer()
    for act in (
        lambda: ws.propose(theirs, offer),
        lambda: review.refuse(ws.session, theirs.id, offer.id, Refusal.WRONG_KIND, by=ws.officer, at=ws.at),
        lambda: review.snooze(ws.session, theirs.id, by=ws.officer, at=ws.at),
        lambda: standing.close_challenge(ws.session, theirs, CloseReason.MET, by=ws.officer, at=ws.at),
        lambda: review.challenge(ws.session, theirs.code, by=ws.officer),
        lambda: intake.change_party(ws.session, theirs.party_id, by=ws.officer, at=ws.at, about="x"),
    ):
        with pytest.raises(NotFound):
            act()
    assert ws.session.scalars(select(Offer)).all() == [offer]
