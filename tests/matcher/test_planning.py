"""The plan of a district: as good as another solver's, never beyond what there is, whatever the officer pins."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import yardsticks
from matcher.plan_figures import Reason, figures, grounds, total, unmet, worth
from matcher.plan_solving import Contradictory, solve
from matcher.planning import BY_CODE, DEFAULT, FREE, SETTINGS, FaultKind, Problem, contradiction, faults

BEST_FIT, BALANCED, MOST_EVEN = SETTINGS
EVER = 10**6
SEEDS = st.integers(0, 10**6)
SETTING = st.sampled_from(SETTINGS)


def problem(needs, stock, pairs, **columns):
    """Needs in steps, what each offer has in whole units, and pairs (challenge, offer, score); all else by default."""
    challenge, offer, score = (list(column) for column in zip(*pairs, strict=True)) if pairs else ([], [], [])
    n, e, m = len(needs), len(pairs), len(stock)
    plain = {
        "need": needs, "village": range(n), "rank": [1] * n, "served": [0] * n, "never": [False] * n, "far": [0.0] * n,
        "challenge": challenge, "offer": offer, "score": score, "uses": [1000] * e, "least": [0] * e, "most": [EVER] * e,
        "first": [0] * e, "last": [EVER] * e, "fixed": [FREE] * e,
        "supply_offer": range(m), "supply_day": [0] * m, "supply": [1000 * each for each in stock],
    }  # fmt: skip
    return Problem(**{name: np.array(list(column)) for name, column in (plain | columns).items()})


def drawn(seed):
    return yardsticks.drawn(seed, most=40)


# --- as good as another solver ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(45))
def test_the_plan_is_worth_what_another_solver_proves_to_be_the_most(seed):
    made, setting = yardsticks.drawn(seed, most=120), SETTINGS[seed % 3]
    plan = solve(made, setting)
    assert faults(made, plan.steps) == []
    assert plan.proven
    assert plan.objective == yardsticks.judged(made, setting)


def test_a_problem_without_challenges_offers_or_pairs_has_the_empty_plan():
    for made in (problem([], [], []), problem([3], [], []), problem([], [3], []), problem([3], [3], [])):
        plan = solve(made, DEFAULT)
        assert plan.steps.tolist() == []
        assert plan.objective == 0
        assert plan.gap == 0


# --- what always holds -----------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(SEEDS, SETTING)
def test_a_plan_is_whole_and_never_takes_more_than_an_offer_has_on_any_day(seed, setting):
    made = drawn(seed)
    steps = solve(made, setting).steps
    assert steps.dtype == np.int64
    for offer in np.unique(made.offer):
        rows = made.supply_offer == offer
        for day in range(-1, 200):
            held = (made.offer == offer) & (made.first <= day) & (made.last >= day)
            since = made.supply[rows][made.supply_day[rows] <= day]
            begun = made.supply_day[rows][made.supply_day[rows] <= day]
            left = since[begun == begun.max()].min() if len(begun) else 0
            assert (made.uses * steps)[held].sum() <= left
    for challenge in range(len(made.need)):
        assert steps[made.challenge == challenge].sum() <= made.need[challenge]
    assert ((steps == 0) | ((steps >= made.least) & (steps <= made.most))).all()


@settings(max_examples=30, deadline=None)
@given(SEEDS, SETTING)
def test_pins_and_bans_are_kept(seed, setting):
    made = drawn(seed)
    made = yardsticks.told(replace(made, fixed=np.full_like(made.fixed, FREE)), np.random.default_rng(seed))
    steps = solve(made, setting).steps
    told = made.fixed != FREE
    assert (steps[told] == made.fixed[told]).all()


def shuffled(made, chance):
    """The same problem with challenges, offers, villages, pairs and rows of supply under other numbers."""
    n, e = len(made.need), len(made.offer)
    challenges, pairs, rows = chance.permutation(n), chance.permutation(e), chance.permutation(len(made.supply))
    offers, villages = chance.permutation(made.offers), chance.permutation(int(made.village.max(initial=0)) + 1)
    moved = made.pick(challenges, pairs)
    return replace(
        moved, village=villages[moved.village], offer=offers[moved.offer], supply_offer=offers[made.supply_offer][rows],
        supply_day=made.supply_day[rows], supply=made.supply[rows],
    ), pairs  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(SEEDS, SETTING)
def test_other_numbers_for_the_same_rows_change_nothing_of_the_worth(seed, setting):
    made = drawn(seed)
    other, pairs = shuffled(made, np.random.default_rng(seed))
    one, two = solve(made, setting), solve(other, setting)
    assert one.objective == two.objective
    back = np.zeros_like(one.steps)
    back[pairs] = two.steps
    assert faults(made, back) == []


def test_rows_that_differ_get_the_same_plan_in_whatever_order_they_stand():
    made = yardsticks.scarce(3, 120, 30, 8)
    for seed in range(3):
        other, pairs = shuffled(made, np.random.default_rng(seed))
        assert (solve(other, DEFAULT).steps == solve(made, DEFAULT).steps[pairs]).all()


@settings(max_examples=30, deadline=None)
@given(SEEDS, SETTING, st.integers(1, 5))
def test_more_supply_never_lowers_the_worth(seed, setting, more):
    made = drawn(seed)
    # Who can be helped must stay the same, or the weights of a village's challenges move.
    made = replace(made, supply=np.maximum(made.supply, 1000 * 10))
    richer = replace(made, supply=made.supply + 1000 * more)
    assert True
    assert solve(richer, setting).value_and_villages >= solve(made, setting).value_and_villages


def most(made):
    from matcher.plan_pricing import most_steps

    return most_steps(made)


@pytest.mark.parametrize("seed", range(0, 60, 7))
def test_the_same_problem_gives_the_same_plan(seed):
    made = drawn(seed)
    for setting in SETTINGS:
        assert (solve(made, setting).steps == solve(made, setting).steps).all()
