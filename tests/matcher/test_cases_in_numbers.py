"""The cases of the domain model with the model's own numbers, on both databases."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from matcher import balance, intake, lines, pairs, partnership, review, sharing, standing
from matcher.errors import AlreadyDecided, NothingLeft, TooMuchForChallenge
from matcher.factors import PRIOR_POINTS
from matcher.intake import Gift
from matcher.models import Message, Weights
from matcher.review import Repair
from matcher.vocabulary import (
    AgreementKind,
    CancelReason,
    Category,
    CloseReason,
    Every,
    FactCode,
    LineStatus,
    MatchState,
    MessageKind,
    Mode,
    Operator,
    ProofKind,
    Refusal,
    ReportState,
    ShortReason,
)
from tests.builders import AT, WIB, later, world


@pytest.fixture
def w(session):
    return world(session)


def status(w, match, day=None):
    return balance.status(lines.of_match(w.session, match), day or w.day)


def texts(w, kind, party=None):
    rows = select(Message).where(Message.kind == kind, Message.dropped_at.is_(None))
    return list(w.session.scalars(rows if party is None else rows.where(Message.party_id == party.id)))


# --- sharing out ---


def four_short_libraries(w):
    made = []
    for days, quantity in enumerate((5, 4, 3, 2)):
        w.at = later(-90 + days)
        made.append(w.challenge(quantity=quantity))
    w.at = AT
    return made


def test_ten_computers_are_shared_fairly_as_three_three_two_two_under_one_agreement(w):
    challenges, offer = four_short_libraries(w), w.offer(quantity=10)
    shares = [row.share for row in sharing.share_out(w.session, w.office, offer, at=w.at).rows]
    assert shares == [3, 3, 2, 2]

    accepted = [w.accepted(row, offer, share) for row, share in zip(challenges, shares, strict=True)]
    paper = w.paper(AgreementKind.COMMITMENT)
    partnership.agree_together(w.session, [line.id for line in accepted], by=w.officer, at=w.at, agreement_id=paper.id)

    assert {line.agreement_id for line in accepted} == {paper.id}
    assert {line.state for line in accepted} == {MatchState.AGREED}
    assert w.left(offer) == 0
    assert [w.gap(row) for row in challenges] == [2, 1, 1, 0]


def test_ten_computers_in_proportion_are_four_three_two_one(w):
    challenges, offer = four_short_libraries(w), w.offer(quantity=10)
    shared = sharing.share_out(w.session, w.office, offer, at=w.at, proportional=True)
    assert {row.challenge.id: row.share for row in shared.rows} == {
        row.id: share for row, share in zip(challenges, (4, 3, 2, 1), strict=True)
    }


def test_four_lines_of_which_one_is_too_much_are_agreed_together_or_not_at_all(w):
    challenges, offer = four_short_libraries(w), w.offer(quantity=10)
    accepted = [w.accepted(row, offer, row.quantity) for row in challenges]
    paper = w.paper()
    w.session.commit()
    with pytest.raises(NothingLeft):
        partnership.agree_together(w.session, [m.id for m in accepted], by=w.officer, at=w.at, agreement_id=paper.id)
    w.session.rollback()
    assert w.left(offer) == 10


def test_two_lines_that_together_are_more_than_a_library_lacks_are_not_agreed_together(w):
    (challenge, *_), offers = four_short_libraries(w), [w.offer(quantity=10), w.offer(quantity=10)]
    accepted = [w.accepted(challenge, offer, 3) for offer in offers]  # it lacks five
    paper = w.paper()
    w.session.commit()
    with pytest.raises(TooMuchForChallenge) as told:
        partnership.agree_together(w.session, [m.id for m in accepted], by=w.officer, at=w.at, agreement_id=paper.id)
    assert (told.value.values["asked"], told.value.values["gap"]) == (3, 2)
    w.session.rollback()
    assert w.gap(challenge) == 5


# --- several givers, money ---


def test_twenty_chairs_come_from_eight_eight_and_four_and_the_third_giver_keeps_six(w):
    chairs = w.challenge(category=Category.SPACE, unit="piece", quantity=20)
    offers = [w.offer(category=Category.SPACE, unit="piece", quantity=quantity) for quantity in (8, 8, 10)]
    taken = [w.agreed(chairs, offer).quantity for offer in offers]
    assert taken == [8, 8, 4]
    assert [w.left(offer) for offer in offers] == [0, 0, 6]
    assert w.gap(chairs) == 0


def test_twenty_million_rupiah_buy_three_computers_at_five_million_and_five_million_stay(w):
    challenge = w.challenge(quantity=5)
    money = w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=20_000_000, share_max=15_000_000)
    line = w.agreed(challenge, money)
    assert (line.quantity, line.offer_quantity) == (3, 15_000_000)
    assert w.left(money) == 5_000_000
    assert w.gap(challenge) == 2


def test_the_unit_price_of_the_money_goes_before_the_office_s_usual_one(w):
    challenge = w.challenge(quantity=5)
    money = w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=20_000_000, unit_price=8_000_000)
    assert pairs.pair(w.session, challenge.id, money.id, at=w.at).suggested == 2


# --- delivery ---


def test_agreed_three_of_which_two_arrive_and_one_is_broken_is_at_risk_once_it_is_due(w):
    line = w.agreed(w.challenge(), w.offer(), due=w.day + dt.timedelta(days=10))
    w.prove(line, 2, working=Decimal(1))
    seen = lines.of_match(w.session, line)
    assert (seen.delivered, seen.quantity, seen.working) == (2, 3, 1)
    assert status(w, line) is LineStatus.PARTLY_DELIVERED
    assert status(w, line, w.day + dt.timedelta(days=10)) is LineStatus.PARTLY_DELIVERED
    assert status(w, line, w.day + dt.timedelta(days=11)) is LineStatus.AT_RISK


def test_a_giver_who_withdraws_after_two_of_three_leaves_two_and_a_gap_of_one(w):
    challenge, offer, other = w.challenge(), w.offer(quantity=3), w.offer(quantity=5)
    line = w.agreed(challenge, offer)
    w.prove(line, 2)
    partnership.cancel(w.session, line.id, CancelReason.GIVER_CANNOT, by=w.officer, at=w.at)
    assert (w.gap(challenge), w.left(offer)) == (1, 1)
    w.refresh()
    assert other.code in w.suggested(challenge)
    assert pairs.pair(w.session, challenge.id, other.id, at=w.at).suggested == 1


def test_an_offer_withdrawn_before_an_agreement_cancels_its_proposals_with_a_kind_text_to_each_library(w):
    offer = w.offer()
    takers = [w.library(), w.library()]
    proposed = [w.propose(w.challenge(taker), offer) for taker in takers]
    kept = w.agreed(w.challenge(quantity=1), offer)
    standing.withdraw_offer(w.session, offer, by=w.officer, at=w.at)
    assert {line.state for line in proposed} == {MatchState.CANCELLED}
    assert {line.reason for line in proposed} == {CancelReason.OFFER_WITHDRAWN.value}
    assert all(len(texts(w, MessageKind.NOT_NOW, taker)) == 1 for taker in takers)
    assert texts(w, MessageKind.TO_TAKER, takers[0]) == []
    assert kept.state is MatchState.AGREED
    assert status(w, kept) is LineStatus.AT_RISK


# --- refusals and answers ---


def needs_a_room(w, **overrides):
    return w.offer(conditions=((FactCode.ROOM, Operator.AT_LEAST, 1),), **overrides)


def test_refused_for_want_of_a_room_tells_the_library_what_to_fix_and_leaves_the_weights(w):
    library, winner = w.library(), w.library("Perpustakaan yang dapat ruang", region_code="32.02.16.2006")
    challenge, first = w.challenge(library), needs_a_room(w)
    others = [needs_a_room(w), needs_a_room(w)]
    story = w.experience(winner, category=Category.SPACE, title="Dapat ruang sendiri dari desa")
    weights = w.session.scalar(select(func.count()).select_from(Weights))
    w.refresh()
    assert all(row.ready for row in w.suggestions(challenge))

    repair = Repair(fact=FactCode.ROOM)
    review.refuse(w.session, challenge.id, first.id, Refusal.RECIPIENT_NOT_READY, by=w.officer, at=w.at, repair=repair)
    w.refresh()

    (told,) = texts(w, MessageKind.FIX_FIRST, library)
    assert told.values["fact"] == FactCode.ROOM.value
    assert told.values["opens"] == 3
    assert [row.offer_id for row in w.suggestions(challenge)] == [first.id, *(o.id for o in others)][1:]
    assert not any(row.ready for row in w.suggestions(challenge))
    assert [peer.id for peer in pairs.peers_for(w.session, library, FactCode.ROOM)] == [story.id]
    assert w.session.scalar(select(func.count()).select_from(Weights)) == weights

    w.know(library, FactCode.ROOM)
    w.refresh()
    assert {row.offer_id for row in w.suggestions(challenge) if row.ready} == {first.id, *(o.id for o in others)}


def test_a_proposal_nobody_answers_lapses_without_blame_and_the_next_alternate_comes_first(w):
    challenge = w.challenge()
    best, next_best = w.offer(quantity=3, title="tiga komputer"), w.offer(quantity=2, title="dua komputer")
    w.refresh()
    first, second = w.suggested(challenge)
    silent = {best.code: best, next_best.code: next_best}[first]
    line = w.propose(challenge, silent)
    assert line.answer_by == w.day + dt.timedelta(days=14)

    w.at = later(15)
    assert status(w, line) is LineStatus.LAPSED
    assert status(w, line, line.answer_by) is LineStatus.WAITING
    seen = lines.of_offer(w.session, silent.id)
    assert balance.total(seen, w.day, balance.soft) == 0
    w.refresh()
    assert w.suggested(challenge) == [second]
    assert line.state is MatchState.PROPOSED  # no clock changed the row
    assert balance.reliability(0, 0) == pytest.approx(2 / 3)
    w.refresh()
    track = list(PRIOR_POINTS).index("track")
    assert all(json.loads(row.factors)[track] == 0.667 for row in w.suggestions(challenge))


# --- recurring and lent ---


def test_a_tutor_of_one_day_a_week_serves_four_villages_and_never_more_than_one_day(w):
    tutor = w.offer(
        category=Category.STAFF, mode=Mode.PEOPLE, unit="day", quantity=1, every=Every.WEEK,
        starts=w.day, ends=w.day + dt.timedelta(days=90),
    )  # fmt: skip
    villages = [w.challenge(category=Category.STAFF, unit="day", quantity=1, every=Every.WEEK) for _ in range(5)]
    served = [w.agreed(village, tutor, "0.25") for village in villages[:4]]
    held = lines.of_offer(w.session, tutor.id)
    assert balance.peak(held) == 1
    assert balance.total(held, w.day + dt.timedelta(days=91)) == 0
    extra = w.accepted(villages[4], tutor, "0.25")
    with pytest.raises(NothingLeft):
        w.agree(extra)
    w.session.rollback()
    assert len(served) == 4


def test_a_tutor_gives_each_of_four_villages_a_month_of_the_whole_day(w):
    tutor = w.offer(
        category=Category.STAFF, mode=Mode.PEOPLE, unit="day", quantity=1, every=Every.WEEK,
        starts=dt.date(2026, 4, 1), ends=dt.date(2026, 7, 31),
    )  # fmt: skip
    for month, last in ((4, 30), (5, 31), (6, 30), (7, 31)):
        village = w.challenge(
            category=Category.STAFF, unit="day", quantity=1, every=Every.WEEK,
            starts=dt.date(2026, month, 1), ends=dt.date(2026, month, last),
        )  # fmt: skip
        line = w.agreed(village, tutor, 1)
        assert (line.starts, line.ends) == (dt.date(2026, month, 1), dt.date(2026, month, last))
    held = lines.of_offer(w.session, tutor.id)
    assert balance.peak(held) == 1
    assert all(balance.total(held, dt.date(2026, month, 15)) == 1 for month in (4, 5, 6, 7))


def test_an_honorarium_for_two_libraries_is_proven_by_months_and_shows_the_late_one(w):
    year = {"every": Every.MONTH, "starts": dt.date(2026, 1, 1), "ends": dt.date(2026, 12, 31)}
    w.at = dt.datetime(2026, 1, 1, 9, tzinfo=WIB)
    giver = w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=300_000, **year)
    both = [w.agreed(w.challenge(category=Category.FUNDS, quantity=150_000, **year), giver) for _ in range(2)]
    assert w.left(giver) == 0

    w.at = dt.datetime(2026, 4, 2, 9, tzinfo=WIB)
    for month in (1, 2):
        w.prove(both[0], 150_000, period=dt.date(2026, month, 1))
    line = lines.of_match(w.session, both[0])
    assert balance.expected(line, w.day) == 3 * 150_000
    assert line.delivered == 2 * 150_000
    assert balance.overdue(line, w.day) == 150_000
    assert balance.target(line) == 12 * 150_000
    assert status(w, both[0]) is LineStatus.AT_RISK
    assert status(w, both[1]) is LineStatus.OVERDUE


def test_one_gift_of_money_for_a_monthly_need_holds_all_its_months(w):
    need = w.challenge(
        category=Category.FUNDS, quantity=500_000, every=Every.MONTH,
        starts=dt.date(2026, 4, 1), ends=dt.date(2027, 3, 31),
    )  # fmt: skip
    bank = w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=20_000_000, share_max=15_000_000)
    line = w.agreed(need, bank)
    assert (line.quantity, line.offer_quantity, line.every) == (500_000, 6_000_000, Every.MONTH)
    assert (w.left(bank), w.gap(need)) == (14_000_000, 0)
    assert w.left(bank, dt.date(2028, 1, 1)) == 14_000_000

    w.at = dt.datetime(2026, 7, 1, 9, tzinfo=WIB)
    w.prove(line, 1_500_000)
    partnership.cancel(w.session, line.id, CancelReason.GIVER_CANNOT, by=w.officer, at=w.at)
    assert w.left(bank) == 18_500_000
    assert w.gap(need) == 500_000


def test_a_room_lent_until_december_covers_space_until_then_and_is_open_again_in_january(w):
    need = w.challenge(category=Category.SPACE, unit="room", quantity=1)
    room = w.offer(
        category=Category.SPACE, mode=Mode.PLACE, unit="room", quantity=1, starts=w.day, ends=dt.date(2026, 12, 31)
    )
    line = w.agreed(need, room)
    w.prove(line, 1, verified=True)
    partnership.finish(w.session, line.id, by=w.officer, at=w.at)
    assert w.gap(need) == 0
    assert w.gap(need, dt.date(2026, 12, 31)) == 0
    assert w.gap(need, dt.date(2027, 1, 1)) == 1


def test_a_library_that_gets_its_own_room_is_asked_to_close_and_offers_that_want_one_open(w):
    library = w.library(facts={FactCode.ROOM: 0})
    space = w.challenge(library, category=Category.SPACE, unit="room", quantity=1)
    computers, offer = w.challenge(library), needs_a_room(w)
    w.refresh()
    assert intake.settled(w.session, w.office.id) == []
    assert [row.ready for row in w.suggestions(computers)] == [False]

    w.at = later(1)
    w.know(library, FactCode.ROOM)
    w.refresh()
    assert intake.settled(w.session, w.office.id) == [(space, FactCode.ROOM)]
    assert [(row.offer_id, row.ready) for row in w.suggestions(computers)] == [(offer.id, True)]
    assert space.state is ReportState.OPEN  # only a person closes it
    standing.close_challenge(w.session, space, CloseReason.MET, by=w.officer, at=w.at)
    assert intake.settled(w.session, w.office.id) == []


# --- the same twice ---


def test_the_same_row_of_an_excel_file_twice_changes_nothing(w):
    words = {"category": Category.COMPUTERS, "quantity": Decimal("10.0"), "ref": "B-7", "title": "Sepuluh komputer"}
    offer = w.offer(**words)
    assert intake.change_report(w.session, offer, Gift(**words), by=w.officer, at=later(1)) == {}
    changed = intake.change_report(w.session, offer, Gift(**words | {"quantity": 12}), by=w.officer, at=later(1))
    assert changed == {"quantity": [Decimal(10), Decimal(12)]}


# --- beside the table ---


def test_a_promise_without_an_amount_is_agreed_once_the_line_has_a_number(w):
    challenge, vague = w.challenge(), w.offer(quantity=None)
    line = w.propose(challenge, vague)
    assert (line.quantity, w.left(vague)) == (None, None)
    review.change_quantity(w.session, line.id, Decimal(2), by=w.officer, at=w.at)
    w.consent(line)
    w.agree(line)
    assert line.state is MatchState.AGREED
    assert w.gap(challenge) == 1


def test_two_units_that_do_not_convert_are_agreed_by_the_line_s_own_ratio(w):
    titles = w.challenge(category=Category.BOOKS, unit="title", quantity=100)
    copies = w.offer(category=Category.BOOKS, unit="copy", quantity=500)
    line = w.propose(titles, copies, 100, offer_quantity=Decimal(250))
    w.consent(line)
    review.change_quantity(w.session, line.id, Decimal(50), by=w.officer, at=w.at)
    assert line.offer_quantity == 125
    w.agree(line)
    assert (w.left(copies), w.gap(titles)) == (375, 50)


def test_experience_is_agreed_by_the_two_libraries_and_done_when_the_taker_says_it_helped(w):
    from matcher.policy import Role

    taker, peer = w.library(), w.library()
    challenge, story = w.challenge(taker), w.experience(peer)
    line = w.propose(challenge, story)
    for party, side in ((taker, "taker"), (peer, "giver")):
        partnership.consent(w.session, line.id, review_side(side), by=w.of(party, Role.PENGELOLA), at=w.at)
    partnership.agree(w.session, line.id, by=w.of(taker, Role.PENGELOLA), at=w.at)
    assert w.gap(challenge) == 3
    partnership.finish(w.session, line.id, by=w.of(taker, Role.PENGELOLA), at=w.at, helped=True)
    assert line.state is MatchState.DONE
    w.session.flush()


def review_side(code):
    from matcher.vocabulary import Side

    return Side(code)


def test_a_line_finished_short_for_a_reason_gives_the_rest_back(w):
    challenge, offer = w.challenge(), w.offer(quantity=3)
    line = w.agreed(challenge, offer)
    w.prove(line, 2, verified=True, why_different=ShortReason.FEWER)
    partnership.finish(w.session, line.id, by=w.officer, at=w.at, short=ShortReason.FEWER)
    assert (w.left(offer), w.gap(challenge)) == (1, 1)


def test_what_comes_back_after_the_end_can_be_given_again(w):
    challenge, offer = w.challenge(), w.offer(quantity=3)
    line = w.agreed(challenge, offer)
    w.prove(line, 3)
    partnership.cancel(w.session, line.id, CancelReason.TAKER_CANNOT, by=w.officer, at=w.at)
    assert w.left(offer) == 0
    w.prove(line, 3, ProofKind.RETURN)
    assert (w.left(offer), w.gap(challenge)) == (3, 3)


def test_the_second_of_two_officers_is_told_who_was_faster(w):
    challenge, offer = w.challenge(), w.offer()
    w.propose(challenge, offer)
    w.session.commit()
    with pytest.raises(AlreadyDecided) as told:
        w.propose(challenge, offer)
    assert told.value.values["who"] == w.officer.name
