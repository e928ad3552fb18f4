"""The district's plan over real rows: what it may give, pins, what changed, why somebody gets nothing, publishing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from matcher import balance, lines, log, pairs, partnership, pins, plan_district, plan_problem, plans, review, standing
from matcher.errors import (
    AlreadyPublished,
    MessageAlreadySent,
    NotAllowed,
    NotFound,
    NothingToPlan,
    NothingToUndo,
    OutOfRange,
    PinsContradict,
    PlanOutdated,
)
from matcher.models import Challenge, Log, Match, Message, Offer, Pin, PlanGap, PlanRow
from matcher.policy import Actor, Role
from matcher.queries import plans as queries
from matcher.queries.plans import Change, Wish
from matcher.vocabulary import (
    CancelReason,
    Category,
    CloseReason,
    Every,
    FactCode,
    GapReason,
    MatchState,
    Mode,
    Operator,
    PinTrouble,
    Refusal,
)
from tests.builders import another_office, later, world

BALANCED = plans.DEFAULT
FIT = next(one for one in plans.SETTINGS if one.code == "best_fit")


@pytest.fixture
def w(session):
    return world(session)


def draft(w, setting=BALANCED, **overrides):
    return plans.work_out(w.session, w.office, setting, **{"at": w.at} | overrides)


def planned(w, setting=BALANCED):
    plan = plans.keep_plan(w.session, w.office, draft(w, setting), by=w.officer, at=w.at)
    w.session.flush()
    return plan


def shares(w, plan):
    """(challenge code, offer code) → quantity, of rows that stand."""
    return {
        (row.challenge.code, row.offer.code): row.row.quantity
        for row in queries.rows(w.session, plan, Wish(), most=None)
        if not row.row.gone
    }


def changes(w, plan):
    return {
        (row.challenge.code, row.offer.code): row.change for row in queries.rows(w.session, plan, Wish(), most=None)
    }


def gaps(w, plan, *, empty=False):
    return {gap.challenge.code: gap for gap in queries.gaps(w.session, plan, empty=empty, most=None)}


def keep(w, challenge, offer, quantity, **overrides):
    number = None if quantity is None else Decimal(str(quantity))
    values = {"by": w.officer, "at": w.at} | overrides
    return pins.keep(w.session, w.office, challenge.id, offer.id, number, **values)


def release(w, challenge, offer):
    pins.release(w.session, w.office, challenge.id, offer.id, by=w.officer, at=w.at)


def publish(w, plan, **overrides):
    return plans.publish(w.session, plan, **{"by": w.officer, "at": w.at} | overrides)


def take_back(w, plan):
    return plans.take_back(w.session, plan, by=w.officer, at=w.at)


# --- what a plan may give --------------------------------------------------------------------------------------------


def test_everybody_gets_what_there_is_and_nobody_more_than_he_lacks(w):
    offer = w.offer(quantity=10)
    needs = [w.challenge(quantity=quantity) for quantity in (5, 4, 3, 2)]
    plan = planned(w)
    given = shares(w, plan)
    assert sum(given.values()) == 10
    assert all(0 < given[need.code, offer.code] <= need.quantity for need in needs)


def test_what_is_promised_or_proposed_is_taken_off_both_sides(w):
    offer = w.offer(quantity=10)
    promised, proposed, free = (w.challenge(quantity=4) for _ in range(3))
    w.agreed(promised, offer, 4)
    w.propose(proposed, offer, 3)
    given = shares(w, planned(w))
    assert given == {(free.code, offer.code): 3}


def test_a_proposal_that_lapsed_holds_nothing(w):
    offer = w.offer(quantity=3)
    w.propose(w.challenge(quantity=3), offer, 3)
    other = w.challenge(quantity=3)
    w.at = later(offer.answer_days + 1)
    assert shares(w, planned(w)) == {(other.code, offer.code): 3}


def test_money_buys_goods_by_the_price_and_binds_the_kinds_together(w):
    w.office.unit_prices = {"computers": 5_000_000, "books": 50_000}
    money = w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=20_000_000)
    computers = w.challenge(quantity=5)
    books = w.challenge(category=Category.BOOKS, quantity=100)
    given = shares(w, planned(w))
    spent = given.get((computers.code, money.code), 0) * 5_000_000 + given.get((books.code, money.code), 0) * 50_000
    assert 15_000_000 <= spent <= 20_000_000
    row = w.session.scalars(select(PlanRow).where(PlanRow.challenge_id == computers.id)).one()
    assert row.offer_quantity == row.quantity * 5_000_000


def test_the_smallest_and_the_largest_share_hold(w):
    w.offer(quantity=10, share_min=3, share_max=4)
    few = w.challenge(quantity=2)
    for _ in range(3):
        w.challenge(quantity=8)
    plan = planned(w)
    assert sorted(shares(w, plan).values()) in ([3, 3, 4], [3, 3, 3])
    assert gaps(w, plan)[few.code].reason is GapReason.TOO_SMALL


def test_a_tutor_one_day_a_week_is_never_in_two_villages_at_once(w):
    end = w.day + dt.timedelta(days=90)
    tutor = w.offer(
        category=Category.STAFF, mode=Mode.PEOPLE, quantity=1, unit="day", every=Every.WEEK, starts=w.day, ends=end
    )
    needs = [
        w.challenge(
            category=Category.STAFF, quantity=1, unit="day", every=Every.WEEK, starts=w.day + dt.timedelta(days=start),
            ends=w.day + dt.timedelta(days=start + 29),
        )
        for start in (0, 0, 30, 60)
    ]  # fmt: skip
    plan = planned(w)
    given = shares(w, plan)
    first = [given.get((need.code, tutor.code), 0) for need in needs]
    assert sum(first[:2]) == 1  # the same month is shared, the others have it for themselves
    assert first[2:] == [1, 1]
    publish(w, plan)
    for match in w.session.scalars(select(Match)):
        w.agree(w.consent(match))
    assert balance.peak(lines.of_offer(w.session, tutor.id)) == 1


def test_an_offer_that_is_taken_for_a_while_is_free_afterwards(w):
    end = w.day + dt.timedelta(days=59)
    room = w.offer(category=Category.SPACE, mode=Mode.PLACE, quantity=1, unit="room", starts=w.day, ends=end)
    now = w.challenge(category=Category.SPACE, quantity=1, unit="room", ends=w.day + dt.timedelta(days=29))
    w.agreed(now, room, 1)
    then = w.challenge(category=Category.SPACE, quantity=1, unit="room", starts=w.day + dt.timedelta(days=30))
    assert shares(w, planned(w)) == {(then.code, room.code): 1}


def test_where_nobody_said_how_many_one_is_surely_lacking(w):
    offer = w.offer(quantity=10)
    unsaid = w.challenge(quantity=None)
    plan = planned(w)
    assert shares(w, plan) == {(unsaid.code, offer.code): 1}
    [row] = queries.rows(w.session, plan, Wish())
    assert "jumlah kebutuhannya belum disebut" in row.said[0][0].id


def test_experience_and_what_is_not_wanted_are_no_part_of_a_plan(w):
    w.experience(category=Category.BOOKS)
    w.offer(category=Category.BOOKS, quantity=50, unit="copy", title="Buku pelajaran bekas", words="buku pelajaran")
    w.challenge(category=Category.BOOKS, quantity=50, unit="copy", not_wanted="buku pelajaran")
    assert draft(w).rows == []


def test_a_plan_is_whole_steps_and_the_last_one_may_be_smaller(w):
    funds = w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=1_000_000, unit="rp")
    need = w.challenge(category=Category.FUNDS, quantity=125_500, unit="rp")
    plan = planned(w)
    assert shares(w, plan) == {(need.code, funds.code): Decimal(125_500)}
    assert w.session.scalars(select(PlanRow.offer_quantity)).one() == Decimal(125_500)


def test_the_same_day_gives_the_same_plan(w):
    for quantity in (2, 2, 3, 3):
        w.offer(quantity=quantity)
        w.challenge(quantity=quantity)
        w.challenge(quantity=1)
    one, other = draft(w), draft(w)
    assert (one.rows, one.gaps, one.figures, one.shortage) == (other.rows, other.gaps, other.figures, other.shortage)


def test_every_plan_is_proven_feasible_and_near_the_best(w):
    for quantity in (2, 3, 5):
        w.offer(quantity=quantity)
        w.challenge(quantity=4)
    found = draft(w)
    assert found.faults == []
    assert found.figures["proof"]["gap"] == 0
    assert set(found.figures["settings"]) == {"best_fit", "balanced", "most_even"}
    assert found.figures["settings"]["best_fit"]["best"] == 1


def test_a_far_village_that_was_never_helped_is_not_forgotten(w):
    offer = w.offer(quantity=3)
    far = w.challenge(w.library(region_code="32.02.39.2001"), quantity=1)
    near = [w.challenge(w.library(region_code="32.02.16.2005"), quantity=3) for _ in range(2)]
    given = shares(w, planned(w))
    assert given[far.code, offer.code] == 1
    assert sum(given.get((need.code, offer.code), 0) for need in near) == 2


def test_nothing_open_is_said_and_nothing_is_kept(w):
    with pytest.raises(NothingToPlan) as error:
        draft(w)
    assert error.value.values["side"].value == "challenge"
    w.challenge()
    with pytest.raises(NothingToPlan) as error:
        draft(w)
    assert error.value.values["side"].value == "offer"
    assert plans.newest(w.session, w.office) is None


def test_a_plan_can_be_stopped_while_it_is_worked_out(w):
    w.offer()
    w.challenge()

    class Enough(Exception):
        pass

    def watch(done, total):
        assert 0 < done <= total == plans.STAGES
        if done == 3:
            raise Enough

    with pytest.raises(Enough):
        draft(w, watch=watch)


def test_two_offers_with_a_part_of_a_step_left_bring_no_more_than_is_lacking(w):
    for unit, category, mode, lacking, each in (
        ("rp", Category.FUNDS, Mode.MONEY, "12500", 10_000), ("mbps", Category.INTERNET, Mode.SERVICE, "1.5", 1),
        ("hour", Category.STAFF, Mode.PEOPLE, "2.5", 2),
    ):  # fmt: skip
        need = w.challenge(category=category, unit=unit, quantity=Decimal(lacking))
        for _ in range(2):
            w.offer(category=category, mode=mode, unit=unit, quantity=each)
        given = [quantity for (code, _), quantity in shares(w, planned(w)).items() if code == need.code]
        assert sum(given) == Decimal(lacking)


def test_a_need_smaller_than_a_step_is_met_by_an_offer_of_its_size(w):
    offer = w.offer(category=Category.FUNDS, mode=Mode.MONEY, unit="rp", quantity=8_000)
    need = w.challenge(category=Category.FUNDS, unit="rp", quantity=8_000)
    assert shares(w, planned(w)) == {(need.code, offer.code): 8_000}


def test_who_asked_for_no_number_is_not_given_one_more_by_every_plan(w):
    for _ in range(3):
        w.offer(quantity=1)
    w.challenge(quantity=None)
    publish(w, planned(w))
    w.session.commit()
    after = planned(w)
    assert shares(w, after) == {}
    assert after.figures["settings"]["balanced"]["nothing"] == 0


def test_sums_of_other_rhythms_stand_apart(w):
    for every in (None, Every.MONTH):
        w.challenge(category=Category.FUNDS, unit="rp", quantity=1_000_000, every=every)
    w.offer(quantity=1)
    told = {(one.unit, one.every): one.amount for one in queries.shortage(w.session, planned(w))}
    assert told == {("rp", None): 1_000_000, ("rp", Every.MONTH): 1_000_000}


def test_after_publishing_a_gap_says_that_the_offer_is_given_away(w):
    w.offer(quantity=3)
    taker, late = w.challenge(quantity=3), w.challenge(quantity=2)
    keep(w, taker, w.session.scalars(select(Offer)).one(), 3)
    publish(w, planned(w))
    w.session.commit()
    after = planned(w)
    assert gaps(w, after)[late.code].reason is GapReason.ALL_GIVEN
    assert queries.empty_handed(w.session, after) == 1  # the other one has a proposal


def test_money_that_buys_not_even_one_is_said_to_be_too_little(w):
    w.office.unit_prices = {"computers": 5_000_000}
    w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=3_000_000, unit="rp")
    need = w.challenge(quantity=2)
    assert gaps(w, planned(w))[need.code].reason is GapReason.TOO_LITTLE


# --- pins ------------------------------------------------------------------------------------------------------------


def test_what_is_kept_stays_and_what_is_ruled_out_does_not_come_back(w):
    offer = w.offer(quantity=4)
    one, other, third = (w.challenge(quantity=4) for _ in range(3))
    keep(w, one, offer, 3)
    keep(w, other, offer, None)
    plan = planned(w)
    given = shares(w, plan)
    assert given[one.code, offer.code] == 3
    assert (other.code, offer.code) not in given
    assert given[third.code, offer.code] == 1
    assert gaps(w, plan)[other.code].reason in (GapReason.BANNED, GapReason.USED_UP)
    [row] = [row for row in queries.rows(w.session, plan, Wish()) if row.challenge.id == one.id]
    assert row.row.pinned
    release(w, other, offer)
    release(w, one, offer)
    assert pins.in_force(w.session, w.office) == []
    after = planned(w)
    assert gaps(w, after)[other.code].reason is not GapReason.BANNED
    assert not any(row.row.pinned for row in queries.rows(w.session, after, Wish()))


def test_a_pin_holds_for_a_pair_however_far_down_it_stands(w):
    need = w.challenge(w.library(facts={FactCode.SK: 0}), quantity=1)
    for _ in range(25):
        w.offer(quantity=1)
    last = w.offer(quantity=1, conditions=[(FactCode.SK, Operator.AT_LEAST, 1)])
    keep(w, need, last, 1)
    assert shares(w, planned(w)) == {(need.code, last.code): 1}


def test_the_same_word_twice_is_one_and_another_word_replaces_it(w):
    offer, need = w.offer(), w.challenge()
    first = keep(w, need, offer, 2)
    assert keep(w, need, offer, 2) is first
    second = keep(w, need, offer, None)
    assert [pin.id for pin in pins.in_force(w.session, w.office)] == [second.id]
    w.session.commit()
    told = w.session.scalars(select(Log.event).where(Log.subject == log.SUBJECTS[Pin]).order_by(Log.seq)).all()
    assert told == ["keep", "let_go", "ban"]


def test_a_number_that_is_kept_is_kept_to_the_last_part_of_a_step(w):
    offer = w.offer(category=Category.STAFF, mode=Mode.PEOPLE, quantity=2, unit="day")
    need = w.challenge(category=Category.STAFF, quantity=1, unit="day")
    keep(w, need, offer, "0.3")
    plan = planned(w)
    assert shares(w, plan) == {(need.code, offer.code): Decimal("0.3")}
    assert w.session.scalars(select(PlanRow.offer_quantity)).one() == Decimal("0.3")
    assert gaps(w, plan)[need.code].gap.lacking == Decimal("0.7")


def test_experience_cannot_be_kept_in_a_plan(w):
    need, story = w.challenge(), w.experience()
    w.offer()
    keep(w, need, story, 1)
    assert contradiction(w)["why"] in (PinTrouble.NO_PAIR, PinTrouble.NO_NUMBER)


def test_a_pin_whose_line_is_done_speaks_no_more(w):
    offer, need = w.offer(quantity=5), w.challenge(quantity=3)
    w.offer(), w.challenge()
    keep(w, need, offer, 3)
    publish(w, planned(w))
    [line] = [match for match in lines_of(w) if match.challenge_id == need.id]
    w.agree(w.consent(line))
    w.prove(line, 3, verified=True)
    partnership.finish(w.session, line.id, by=w.officer, at=w.at)
    w.session.flush()
    assert draft(w).faults == []
    assert queries.pinned(w.session, w.office) == []


def test_kept_numbers_that_pass_the_lack_by_less_than_a_step_are_named(w):
    need = w.challenge(category=Category.FUNDS, unit="rp", quantity=123_456_789)
    offer = w.offer(category=Category.FUNDS, mode=Mode.MONEY, unit="rp", quantity=500_000_000)
    keep(w, need, offer, 123_456_790)
    assert contradiction(w)["why"] is PinTrouble.TOO_MUCH


@pytest.mark.parametrize("number", [0, -1, Decimal("0.5"), Decimal(10) ** 13])
def test_a_pin_needs_a_number_that_is_one(w, number):
    with pytest.raises(OutOfRange):
        keep(w, w.challenge(), w.offer(), number)


def test_another_office_or_a_visitor_pins_nothing(w):
    offer, need = w.offer(), w.challenge()
    other = another_office(w)
    with pytest.raises(NotFound):
        pins.keep(w.session, other.office, need.id, offer.id, Decimal(1), by=other.officer, at=w.at)
    with pytest.raises(NotAllowed):
        keep(w, need, offer, 1, by=Actor("siapa", Role.VISITOR))


def contradiction(w):
    with pytest.raises(PinsContradict) as error:
        draft(w)
    return error.value.values


def test_pins_that_ask_more_than_an_offer_has_are_named_and_no_others(w):
    offer, enough = w.offer(quantity=5), w.offer(quantity=50)
    one, other, third = (w.challenge(quantity=4) for _ in range(3))
    keep(w, one, offer, 4)
    keep(w, other, offer, 4)
    keep(w, third, enough, 1)
    told = contradiction(w)
    assert told["why"] is PinTrouble.OVERDRAWN
    assert set(told["pairs"]) == {f"{one.code} ↔ {offer.code}", f"{other.code} ↔ {offer.code}"}
    assert (told["asked"], told["left"], told["offer"]) == (8, 5, offer.code)


def test_pins_that_bring_more_than_is_lacking_are_named(w):
    need = w.challenge(quantity=3)
    for quantity in (2, 2):
        keep(w, need, w.offer(quantity=5), quantity)
    told = contradiction(w)
    assert (told["why"], len(told["pairs"]), told["left"]) == (PinTrouble.TOO_MUCH, 2, 3)


def test_a_pin_below_the_smallest_share_is_named(w):
    need, offer = w.challenge(quantity=3), w.offer(share_min=2)
    keep(w, need, offer, 1)
    assert contradiction(w)["why"] is PinTrouble.BELOW_LEAST


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (
            lambda w, _need, offer: standing.withdraw_offer(w.session, offer, by=w.officer, at=w.at),
            PinTrouble.OFFER_CLOSED,
        ),
        (
            lambda w, need, _offer: standing.close_challenge(w.session, need, CloseReason.MET, by=w.officer, at=w.at),
            PinTrouble.CHALLENGE_CLOSED,
        ),
        (
            lambda w, need, offer: review.refuse(
                w.session, need.id, offer.id, Refusal.WRONG_KIND, by=w.officer, at=w.at
            ),
            PinTrouble.REFUSED,
        ),
    ],
)
def test_a_pin_on_a_pair_that_is_gone_says_why(w, happens, why):
    need, offer = w.challenge(), w.offer()
    w.offer(), w.challenge()
    keep(w, need, offer, 1)
    happens(w, need, offer)
    w.session.flush()
    told = contradiction(w)
    assert told["why"] is why
    assert told["pairs"] == (f"{need.code} ↔ {offer.code}",)


def test_the_last_plan_stays_when_pins_contradict(w):
    offer, need = w.offer(quantity=5), w.challenge(quantity=4)
    plan = planned(w)
    keep(w, need, offer, 9)
    contradiction(w)
    assert plans.newest(w.session, w.office) is plan
    assert shares(w, plan) == {(need.code, offer.code): 4}


# --- beside the plan before ------------------------------------------------------------------------------------------


def test_a_new_plan_says_what_is_new_changed_gone_and_the_same(w):
    offer, sure = w.offer(quantity=4), w.offer(category=Category.BOOKS, quantity=10, unit="copy")
    one, other = w.challenge(quantity=4), w.challenge(quantity=4)
    same = w.challenge(category=Category.BOOKS, quantity=10, unit="copy")
    keep(w, one, offer, 3)
    first = planned(w)
    assert first.before_id is None
    keep(w, one, offer, None)
    second = planned(w)
    told = changes(w, second)
    assert told[one.code, offer.code] is Change.GONE
    assert told[other.code, offer.code] is Change.CHANGED
    assert told[same.code, sure.code] is Change.SAME
    third = w.challenge(quantity=1)
    keep(w, third, offer, 1)
    assert changes(w, planned(w))[third.code, offer.code] is Change.NEW
    assert second.figures["changes"] == {"new": 0, "changed": 1, "same": 1, "gone": 1}
    for change in Change:
        rows = queries.rows(w.session, second, Wish(change=change))
        assert len(rows) == queries.count(w.session, second, Wish(change=change)) == second.figures["changes"][change]


def test_pins_made_since_are_counted(w):
    offer, need = w.offer(), w.challenge()
    plan = planned(w)
    assert queries.pins_since(w.session, plan) == 0
    w.at = later(hours=1)
    keep(w, need, offer, 1)
    assert queries.pins_since(w.session, plan) == 1


def test_rows_of_old_drafts_are_let_go_and_their_headings_stay(w):
    w.offer(), w.challenge()
    made = [planned(w) for _ in range(plans.KEPT_DRAFTS + 2)]
    kept = {row.plan_id for row in w.session.scalars(select(PlanRow))}
    assert kept == {plan.id for plan in made[-plans.KEPT_DRAFTS :]}
    assert plans.by_number(w.session, w.office, 1).setting == "balanced"


# --- why not ---------------------------------------------------------------------------------------------------------


def test_a_library_with_nothing_is_told_why(w):
    w.offer(quantity=3)
    taker = w.challenge(w.library(), quantity=3)
    keep(w, taker, w.session.scalars(select(Offer)).one(), 3)
    none = w.challenge(category=Category.SPACE, quantity=1, unit="room")
    late = w.challenge(quantity=2)
    unnumbered = w.offer(category=Category.BOOKS, quantity=None, unit="copy")
    asks = w.challenge(category=Category.BOOKS, quantity=5, unit="copy")
    strict = w.offer(category=Category.INTERNET, quantity=1, unit="point",
                     conditions=[(FactCode.ELECTRICITY, Operator.AT_LEAST, 1)])  # fmt: skip
    dark = w.challenge(w.library(facts={FactCode.ELECTRICITY: 0}), category=Category.INTERNET, quantity=1, unit="point")
    plan = planned(w)
    told = gaps(w, plan, empty=True)
    assert told[none.code].reason is GapReason.NO_OFFER
    assert told[late.code].reason is GapReason.USED_UP
    assert told[late.code].gap.told["others"] == 1
    assert (told[asks.code].reason, told[asks.code].offer) == (GapReason.NO_OFFER_NUMBER, unnumbered)
    assert (told[dark.code].reason, told[dark.code].offer) == (GapReason.NOT_READY, strict)
    assert told[dark.code].missing == [FactCode.ELECTRICITY]
    assert taker.code not in told
    assert queries.empty_handed(w.session, plan) == 4
    assert queries.count_gaps(w.session, plan, empty=True) == len(told) == 4


def test_who_gets_a_part_is_short_too_but_not_empty_handed(w):
    w.offer(quantity=2)
    need = w.challenge(quantity=5)
    plan = planned(w)
    gap = gaps(w, plan)[need.code]
    assert (gap.gap.lacking, gap.gap.given, gap.reason) == (3, 2, GapReason.PARTLY)
    assert gaps(w, plan, empty=True) == {}


def test_what_stays_unmet_is_summed_by_unit_and_kecamatan(w):
    w.offer(quantity=1)
    near, south = w.library(), w.library(region_code="32.02.39.2001")
    w.challenge(near, quantity=2)
    w.challenge(south, quantity=4)
    w.challenge(south, category=Category.BOOKS, quantity=70, unit="copy")
    w.challenge(south, category=Category.BOOKS, quantity=None, unit="copy")
    plan = planned(w)
    told = {one.unit: one for one in queries.shortage(w.session, plan)}
    assert told["unit"].amount == 5
    assert {row.kecamatan for row in told["unit"].rows} == {"Cicurug", "Surade"}
    [books] = told["copy"].rows
    assert (books.kecamatan, books.amount, books.challenges, books.unnumbered) == ("Surade", 70, 2, 1)
    assert plan.shortage["offers"][0]["unit"] in ("unit", "copy")
    assert plan.shortage["offers"][0]["challenges"] >= 1


# --- putting forward -------------------------------------------------------------------------------------------------


@pytest.fixture
def ready(w):
    """Two offers, three challenges, a plan over them."""
    w.offer(quantity=5)
    w.offer(category=Category.BOOKS, quantity=100, unit="copy")
    for quantity in (3, 2):
        w.challenge(quantity=quantity)
    w.challenge(category=Category.BOOKS, quantity=100, unit="copy")
    w.refresh()
    return planned(w)


def lines_of(w):
    return list(w.session.scalars(select(Match).order_by(Match.id).execution_options(populate_existing=True)))


def test_every_row_becomes_a_proposal_with_its_texts_in_one_press(w, ready):
    done = publish(w, ready)
    assert (done.proposed, list(done.left_out)) == (3, [])
    made = lines_of(w)
    assert {match.state for match in made} == {MatchState.PROPOSED}
    assert all(match.score is not None for match in made)
    assert len(w.session.scalars(select(Message)).all()) == 6
    w.session.commit()
    acts = w.session.scalars(select(Log.act).where(Log.event.in_(["propose", "publish"]))).all()
    assert len(acts) == 4
    assert len(set(acts)) == 1


def test_a_plan_is_put_forward_once_and_only_the_newest(w, ready):
    newer = planned(w)
    with pytest.raises(PlanOutdated):
        publish(w, ready)
    publish(w, newer)
    with pytest.raises(AlreadyPublished):
        publish(w, newer)
    assert len(lines_of(w)) == 3


def test_a_row_that_is_possible_no_more_is_left_out_and_named(w, ready):
    gone = w.session.scalars(select(Challenge).where(Challenge.category == Category.BOOKS)).one()
    standing.close_challenge(w.session, gone, CloseReason.MET, by=w.officer, at=w.at)
    done = publish(w, ready)
    assert done.proposed == 2
    [(row, error)] = done.left_out
    assert row.challenge_id == gone.id
    assert error.code == "not_possible"


def test_it_can_be_taken_back_until_a_text_went_out(w, ready):
    publish(w, ready)
    w.session.commit()
    assert plans.stands(ready)
    assert take_back(w, ready) == 3
    w.session.commit()
    assert not plans.stands(ready)
    assert {match.state for match in lines_of(w)} == {MatchState.CANCELLED}
    assert {match.reason for match in lines_of(w)} == {CancelReason.UNDONE.value}
    with pytest.raises(NothingToUndo):
        take_back(w, ready)
    publish(w, ready)
    w.session.commit()
    text = w.session.scalars(select(Message).where(Message.dropped_at.is_(None)).limit(1)).one()
    review.mark_sent(w.session, text.id, by=w.officer, at=w.at)
    with pytest.raises(MessageAlreadySent):
        take_back(w, ready)


def test_the_desk_undoes_the_whole_press(w, ready):
    publish(w, ready)
    w.session.commit()
    review.undo(w.session, by=w.officer, at=w.at)
    w.session.commit()
    assert {match.state for match in lines_of(w)} == {MatchState.CANCELLED}
    assert not plans.stands(ready)


def test_what_was_decided_about_a_row_since_stands_when_the_plan_is_taken_back(w, ready):
    publish(w, ready)
    w.session.commit()
    refused = lines_of(w)[1]
    review.refuse(
        w.session,
        refused.challenge_id,
        refused.offer_id,
        Refusal.WRONG_KIND,
        match_id=refused.id,
        by=w.officer,
        at=w.at,
    )
    w.session.commit()
    assert take_back(w, ready) == 2
    assert [match.state for match in lines_of(w)].count(MatchState.DECLINED) == 1


def test_a_plan_after_publishing_gives_nothing_twice_and_calls_nothing_gone(w, ready):
    publish(w, ready)
    w.session.commit()
    after = planned(w)
    assert shares(w, after) == {}
    assert changes(w, after) == {}


def test_only_the_office_puts_a_plan_forward(w, ready):
    with pytest.raises(NotAllowed):
        publish(w, ready, by=Actor("siapa", Role.VISITOR))
    with pytest.raises(NotFound):
        publish(w, ready, by=another_office(w).officer)
    assert lines_of(w) == []


def test_keys_of_another_office_open_no_plan(w, ready):
    with pytest.raises(NotFound):
        plans.by_number(w.session, another_office(w).office, ready.number)
    assert w.session.scalars(select(PlanGap)).all() == []


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (lambda w, need, offer: w.agreed(w.challenge(quantity=4), offer, 4), PinTrouble.TAKEN),
        (lambda w, need, offer: w.agreed(need, w.offer(quantity=5), 3), PinTrouble.NEEDED_NO_MORE),
        (lambda w, need, offer: w.agreed(need, offer, 1), PinTrouble.SETTLED),
        (lambda w, need, offer: keep(w, need, offer, None), PinTrouble.BANNED),
    ],
)
def test_what_was_given_or_forbidden_meanwhile_is_not_put_forward(w, happens, why):
    offer, need = w.offer(quantity=5), w.challenge(quantity=3)
    plan = planned(w)
    happens(w, need, offer)
    w.session.flush()
    before = len(lines_of(w))
    done = publish(w, plan)
    [(row, error)] = done.left_out
    assert (row.challenge_id, error.values["why"]) == (need.id, why)
    assert (done.proposed, len(lines_of(w))) == (0, before)
    assert plan.published_at is None  # nothing of it was put forward: it is a draft still


def test_what_is_past_its_day_is_not_put_forward(w):
    w.offer(quantity=5, valid_until=w.day + dt.timedelta(days=1))
    w.offer(quantity=5, category=Category.BOOKS, unit="copy")
    w.challenge(quantity=3), w.challenge(quantity=3, category=Category.BOOKS, unit="copy")
    plan = planned(w)
    w.at = later(days=3)
    done = publish(w, plan)
    assert done.proposed == 1
    assert [error.values["why"] for _, error in done.left_out] == [PinTrouble.OFFER_OVER]


def test_two_plans_of_one_moment_give_nothing_twice(w):
    w.offer(quantity=3)
    w.challenge(quantity=3), w.challenge(quantity=3)
    old = draft(w)
    publish(w, planned(w))
    w.session.commit()
    late = plans.keep_plan(w.session, w.office, old, by=w.officer, at=w.at)
    assert publish(w, late).proposed == 0


# --- columns and single rows say the same ----------------------------------------------------------------------------

ORDINALS = st.dates(dt.date(2024, 1, 1), dt.date(2029, 12, 31)).map(dt.date.toordinal)
EVERY = {52.0: Every.WEEK, 12.0: Every.MONTH, 1.0: Every.YEAR}


@given(st.lists(st.tuples(ORDINALS, st.integers(0, 1500), st.sampled_from(sorted(EVERY))), min_size=1, max_size=20))
def test_periods_in_columns_are_counted_as_for_one_line(rows):
    first, length, rhythm = (np.array(column) for column in zip(*rows, strict=True))
    found = plan_problem.complete_periods(first, first + length, rhythm)
    day = dt.date.fromordinal
    alone = [balance.periods_complete(day(one), EVERY[per], day(one + long)) for one, long, per in rows]
    assert found.tolist() == alone


RHYTHMS = (None, Every.WEEK, Every.MONTH, Every.YEAR)


@pytest.mark.parametrize("ours", RHYTHMS)
@pytest.mark.parametrize("theirs", RHYTHMS)
def test_what_a_step_takes_and_when_is_what_one_line_takes(w, ours, theirs):
    """The plan's columns against `pairs` and `lines`, which make the line later."""
    ends = w.day + dt.timedelta(days=200)
    for lent, until in ((None, None), (ends, None), (None, ends), (ends, ends - dt.timedelta(days=50))):
        offer = w.offer(
            category=Category.FUNDS, mode=Mode.MONEY, quantity=50_000_000, unit="rp", every=theirs, ends=lent
        )
        need = w.challenge(category=Category.FUNDS, quantity=1_000_000, unit="rp", every=ours, ends=until)
        keep(w, need, offer, 10_000)
        table = plan_district.see(w.session, w.office, at=w.at).table
        [row] = np.flatnonzero(table.problem.fixed > 0)
        both = pairs.pair(w.session, need.id, offer.id, at=w.at)
        one = lines.in_offer_unit(Decimal(10_000), need, offer, w.office, both.window)
        assert 0 <= table.problem.uses[row] - one * 1000 <= 1  # never less than the line will take
        line = review.propose(w.session, need.id, offer.id, quantity=Decimal(10_000), by=w.officer, at=w.at)
        w.agree(w.consent(line))
        held = lines.of_match(w.session, line)
        days = [
            w.day,
            w.day + dt.timedelta(days=100),
            ends,
            ends + dt.timedelta(days=1),
            w.day + dt.timedelta(days=2000),
        ]
        first, last = int(table.problem.first[row]), int(table.problem.last[row])
        assert [balance.hold(held, day) > 0 for day in days] == [first <= day.toordinal() <= last for day in days]
        release(w, need, offer)
        standing.close_challenge(w.session, need, CloseReason.MISTAKEN, by=w.officer, at=w.at)
        standing.withdraw_offer(w.session, offer, by=w.officer, at=w.at)
