"""Quantities by date, without a database: what must hold for any line and any day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matcher import balance
from matcher.balance import Line
from matcher.vocabulary import Every, LineStatus, MatchState, Mode, Side

D = dt.date
DAYS = st.dates(D(2025, 1, 1), D(2027, 12, 31))
AMOUNTS = st.decimals(0, 50, places=3)
SOME = st.decimals("0.001", 50, places=3)
COUNTED = (MatchState.AGREED, MatchState.DONE, MatchState.CANCELLED)
YES = tuple((side, Decimal(50)) for side in Side)


@st.composite
def lines(draw, states=tuple(MatchState)):
    """Any line that the database would take."""
    dated = draw(st.booleans())
    starts = draw(DAYS) if dated else None
    ends = starts + dt.timedelta(days=draw(st.integers(0, 500))) if dated and draw(st.booleans()) else None
    every = draw(st.sampled_from([None, *Every])) if dated else None
    return Line(
        state=draw(st.sampled_from(states)),
        quantity=draw(SOME),
        offer_quantity=draw(SOME),
        mode=draw(st.sampled_from([Mode.GOODS, Mode.EXPERIENCE])),
        delivered=draw(AMOUNTS),
        every=every,
        starts=starts,
        ends=ends,
        due=draw(st.none() | DAYS),
        answer_by=draw(st.none() | DAYS),
        consents=draw(st.sampled_from([(), YES])),
        once=draw(st.booleans()) and every is not None,
    )


# --- periods ---


@given(DAYS, st.sampled_from(list(Every)), DAYS)
def test_the_number_of_complete_periods_is_the_last_one_that_has_begun_its_next(starts, every, day):
    count = balance.periods_complete(starts, every, day)
    assert count >= 0
    assert balance.period_start(starts, every, count) <= max(day, starts)
    assert day < balance.period_start(starts, every, count + 1)


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_months_never_run_backwards(day, earlier, more):
    assert balance.months_later(day, earlier) <= balance.months_later(day, earlier + more)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (D(2026, 1, 31), 1, D(2026, 2, 28)),
        (D(2028, 1, 31), 1, D(2028, 2, 29)),
        (D(2026, 11, 15), 2, D(2027, 1, 15)),
        (D(2026, 12, 31), 2, D(2027, 2, 28)),
        (D(2026, 3, 31), 12, D(2027, 3, 31)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_one(day, months, then):
    assert balance.months_later(day, months) == then


# --- one line ---


@given(lines(), DAYS)
def test_only_promises_and_what_was_delivered_hold_anything(line, day):
    if line.state not in COUNTED:
        assert balance.hold(line, day) == 0
        assert balance.cover(line, day) == 0
    assert balance.hold(line, day) >= 0


@given(lines(COUNTED), DAYS)
def test_a_line_counts_against_its_challenge_only_within_its_dates(line, day):
    outside = (line.starts is not None and day < line.starts) or (line.ends is not None and day > line.ends)
    if outside:
        assert balance.cover(line, day) == 0
        assert line.once or balance.hold(line, day) == 0


@given(lines([MatchState.AGREED]), DAYS, st.sampled_from([MatchState.DONE, MatchState.CANCELLED]))
def test_an_ending_never_holds_more_than_the_promise_did(line, day, ending):
    ended = replace(line, state=ending)
    assert balance.hold(ended, day) <= balance.hold(line, day)
    assert balance.cover(ended, day) <= balance.cover(line, day)


@given(lines([MatchState.DONE, MatchState.CANCELLED]), DAYS)
def test_an_ending_gives_back_everything_that_was_not_delivered(line, day):
    empty = replace(line, delivered=Decimal(0), mode=Mode.GOODS)
    assert balance.hold(empty, day) == 0
    assert balance.cover(empty, day) == 0


@given(lines([MatchState.DONE, MatchState.CANCELLED]), DAYS)
def test_an_ended_gift_holds_what_was_delivered_by_its_own_ratio(line, day):
    assume(line.mode is Mode.GOODS and line.every is None)
    within = (line.starts is None or line.starts <= day) and (line.ends is None or day <= line.ends)
    wanted = (line.delivered * line.offer_quantity / line.quantity).quantize(Decimal("0.001")) if within else 0
    assert balance.hold(line, day) == wanted


@given(lines([MatchState.AGREED]), DAYS)
def test_money_given_once_for_many_months_stays_spent_after_them(line, day):
    line = replace(line, mode=Mode.MONEY, every=Every.MONTH, starts=D(2026, 1, 1), ends=D(2026, 12, 31), once=True)
    line = replace(line, quantity=Decimal(10), offer_quantity=Decimal(120), delivered=Decimal(30))
    assert balance.hold(line, day) == 120
    for ending in (MatchState.DONE, MatchState.CANCELLED):
        assert balance.hold(replace(line, state=ending), day) == 30
    assert balance.cover(line, D(2026, 6, 1)) == 10
    assert balance.cover(line, D(2027, 1, 1)) == 0


@given(lines(), DAYS)
def test_experience_covers_nothing_and_takes_one_place(line, day):
    line = replace(line, mode=Mode.EXPERIENCE, once=False)
    assert balance.cover(line, day) == 0
    assert balance.hold(line, day) in (0, 1)


@given(lines(), DAYS)
def test_the_status_of_a_line_fits_its_state(line, day):
    proposed = {LineStatus.WAITING, LineStatus.ACCEPTED, LineStatus.LAPSED}
    ended = {LineStatus.PROVEN, LineStatus.ENDED}
    said = balance.status(line, day)
    assert (said in proposed) == (line.state is MatchState.PROPOSED)
    if line.state not in (MatchState.PROPOSED, MatchState.AGREED):
        assert said in ended


@given(lines([MatchState.PROPOSED]), DAYS)
def test_an_answered_proposal_never_lapses(line, day):
    assert balance.lapsed(line, day) == (line.answer_by is not None and line.answer_by < day and not line.consents)
    soft = balance.soft(line, day)
    assert soft == 0 if balance.lapsed(line, day) else soft in (0, line.offer_quantity)


@given(lines([MatchState.AGREED]), DAYS, st.integers(0, 400))
def test_what_should_have_arrived_only_grows(line, day, days):
    assert balance.expected(line, day) <= balance.expected(line, day + dt.timedelta(days=days))


@given(lines([MatchState.AGREED]), DAYS)
def test_no_more_is_expected_than_was_promised(line, day):
    assume(line.every is None or line.ends is not None)
    assert balance.expected(line, day) <= balance.target(line)


@given(st.sampled_from(list(Mode)), st.decimals("0.001", 9, places=3), st.decimals("0.001", 9, places=3))
def test_a_yes_to_less_than_the_number_is_no_yes(mode, number, said):
    needed = balance.sides_needed(mode)
    line = Line(MatchState.PROPOSED, number, number, mode, consents=tuple((side, said) for side in needed))
    assert balance.sides_missing(line) == (() if said >= number else needed)


def test_experience_needs_two_consents_and_everything_else_three():
    for mode in Mode:
        sides = {Side.GIVER, Side.TAKER} if mode is Mode.EXPERIENCE else set(Side)
        assert set(balance.sides_needed(mode)) == sides


# --- many lines ---


@settings(max_examples=200)
@given(st.lists(lines(), max_size=6), DAYS, st.integers(0, 900))
def test_the_peak_is_the_greatest_total_of_any_day(many, since, days):
    until = since + dt.timedelta(days=days)
    edges = {since, until} | {day for line in many for day in (line.starts, line.ends) if day is not None}
    edges |= {day + dt.timedelta(days=step) for day in edges for step in (-1, 1)}
    totals = [balance.total(many, day) for day in edges if since <= day <= until]
    assert balance.peak(many, since, until) == max(totals)


@settings(max_examples=200)
@given(st.lists(lines(), max_size=6), st.integers(0, 100), DAYS, lines([MatchState.AGREED]))
def test_what_is_left_fits_whatever_day_it_is_taken(many, quantity, day, fresh):
    left = balance.left(Decimal(quantity), many, day)
    assume(left)
    taken = replace(fresh, offer_quantity=left, mode=Mode.GOODS, starts=day, ends=None, every=None, once=False)
    taken = replace(taken, delivered=Decimal(0))
    assert balance.peak([*many, taken], since=day) <= quantity


def test_an_offer_without_a_number_has_no_number_left():
    assert balance.left(None, [], D(2026, 1, 1)) is None
    assert balance.gap(None, [], D(2026, 1, 1)) is None


@given(st.integers(0, 40), st.integers(0, 40))
def test_reliability_starts_at_two_thirds_and_stays_between_nought_and_one(kept, missed):
    assert balance.reliability(0, 0) == pytest.approx(2 / 3)
    assert 0 < balance.reliability(kept, kept + missed) < 1
    assert balance.reliability(kept + 1, kept + missed + 1) > balance.reliability(kept, kept + missed + 1)
