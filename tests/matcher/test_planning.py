"""The plan of a district: as good as another solver's, never beyond what there is, whatever the officer pins."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import plan_solving, yardsticks
from matcher.plan_figures import Reason, figures, grounds, total, unmet, worth
from matcher.plan_pricing import most_steps
from matcher.plan_solving import Contradictory, solve
from matcher.planning import DEFAULT, FREE, SETTINGS, FaultKind, Problem, contradiction, faults

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
        "challenge": challenge, "offer": offer, "score": score, "uses": [1000] * e, "least": [0] * e,
        "most": [EVER] * e, "first": [0] * e, "last": [EVER] * e, "fixed": [FREE] * e,
        "supply_offer": range(m), "supply_day": [0] * m, "supply": [1000 * each for each in stock],
    }  # fmt: skip
    return Problem(**{name: np.array(list(column)) for name, column in (plain | columns).items()})


def drawn(seed):
    return yardsticks.drawn(seed, most=40)


# --- as good as another solver ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(39))
def test_the_plan_is_worth_what_another_solver_proves_to_be_the_most(seed):
    made, setting = yardsticks.drawn(seed, most=120), SETTINGS[seed % 3]
    plan = solve(made, setting)
    assert faults(made, plan.steps) == []
    assert plan.proven
    assert plan.objective == yardsticks.judged(made, setting)


@pytest.mark.parametrize("seed", [1, 4, 7, 19, 22, 33, 34, 94])
def test_where_a_district_is_too_large_to_be_searched_whole_the_gap_is_told(seed, monkeypatch):
    monkeypatch.setattr(plan_solving, "MOST_SEARCHED", 0)
    made, setting = yardsticks.drawn(seed, most=120), SETTINGS[1 + seed % 2]
    plan, best = solve(made, setting), yardsticks.judged(made, setting)
    assert faults(made, plan.steps) == []
    assert plan.objective <= best <= plan.bound
    assert plan.value >= plan.value_bound * 0.9
    deep = solve(made, setting, deep=True)
    assert deep.proven
    assert deep.objective == best


def test_a_problem_without_challenges_offers_or_pairs_has_the_empty_plan():
    for made in (problem([], [], []), problem([3], [], []), problem([], [3], []), problem([3], [3], [])):
        plan = solve(made, DEFAULT)
        assert plan.steps.tolist() == []
        assert plan.objective == 0
        assert plan.gap == 0


# --- what always holds -----------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
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


@settings(max_examples=20, deadline=None)
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


@settings(max_examples=20, deadline=None)
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
    less, richer = solve(made, setting), solve(replace(made, supply=made.supply + 1000 * more), setting)
    assert (richer.villages, richer.objective) >= (less.villages, less.objective)
    if richer.villages == less.villages:
        assert richer.value >= less.value


@pytest.mark.parametrize("seed", range(0, 60, 7))
def test_the_same_problem_gives_the_same_plan(seed):
    made = drawn(seed)
    for setting in SETTINGS:
        assert (solve(made, setting).steps == solve(made, setting).steps).all()


# --- the numbers of the model ----------------------------------------------------------------------------------------

MONTHS = ((0, 29), (30, 59), (60, 89), (90, 119))


def test_a_tutor_of_one_day_a_week_never_teaches_more_than_that_on_any_date():
    quarters = [(village, 0, 0.8) for village in range(4)]
    shared = problem([4] * 4, [1], quarters, uses=[250] * 4, first=[0] * 4, last=[89] * 4, most=[4] * 4)
    plan = solve(shared, BALANCED)
    assert plan.steps.tolist() == [1, 1, 1, 1]
    assert faults(shared, plan.steps + np.eye(4)[0])[0].kind is FaultKind.OVERDRAWN


def test_slots_of_a_month_that_do_not_overlap_may_use_the_same_day():
    first, last = zip(*MONTHS, strict=True)
    slots = problem([1] * 4, [1], [(village, 0, 0.8) for village in range(4)], first=first, last=last)
    assert solve(slots, BALANCED).steps.tolist() == [1, 1, 1, 1]
    overlapping = replace(slots, last=slots.last + 1)
    assert solve(overlapping, BALANCED).steps.sum() == 2


def test_what_is_agreed_until_a_day_is_free_only_from_then_on():
    later = problem(
        [1, 1], [1], [(0, 0, 0.9), (1, 0, 0.5)], first=[0, 60], last=[30, 90], supply_offer=[0, 0], supply_day=[0, 50],
        supply=[0, 1000],
    )  # fmt: skip
    assert solve(later, BALANCED).steps.tolist() == [0, 1]


def test_before_its_first_day_an_offer_has_nothing():
    early = problem([1], [1], [(0, 0, 0.9)], first=[0], last=[30], supply_day=[10])
    assert solve(early, BALANCED).steps.tolist() == [0]


def test_twenty_millions_buy_three_computers_and_the_rest_pays_honoraria():
    million = 1_000_000 * 1000
    money = problem(
        [3, 10], [0], [(0, 0, 0.9), (1, 0, 0.5)], uses=[5 * million, million // 2], supply=[20 * million],
    )  # fmt: skip
    assert solve(money, BEST_FIT).steps.tolist() == [3, 10]


def test_a_share_below_the_smallest_is_not_given():
    small = problem([5, 5], [5], [(0, 0, 0.9), (1, 0, 0.8)], least=[2, 4])
    assert solve(small, BALANCED).steps.tolist() == [5, 0]
    assert solve(replace(small, supply=small.supply + 1000), BALANCED).steps.tolist() == [2, 4]


def test_smallest_shares_of_hundreds_of_thousands_of_steps_are_kept():
    made = problem([400_000] * 6, [10**6], [(place, 0, 0.5 + place / 10) for place in range(6)], least=[150_000] * 6)
    plan = solve(made, BALANCED)
    assert plan.steps.sum() == 10**6
    assert plan.steps.min() >= 150_000
    assert plan.proven


def test_an_unknown_quantity_gets_nothing():
    assert solve(problem([0], [5], [(0, 0, 0.9)]), BALANCED).steps.tolist() == [0]


# --- nobody is forgotten ---------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.sampled_from([BALANCED, MOST_EVEN]))
def test_as_many_villages_get_something_as_any_plan_can_reach(seed, setting):
    made = yardsticks.drawn(seed, most=12)
    plan = solve(made, setting)
    got = {int(made.village[place]) for place in made.challenge[plan.steps > 0]}
    got |= {int(village) for village in made.village[made.served > 0]}
    helpable = {int(made.village[place]) for place in made.challenge[most_steps(made) > 0]}
    assert plan.villages == len(got & helpable)
    assert plan.villages == most_villages(made)


def most_villages(made):
    """How many villages of those with an allowed pair can have something, by another solver that sees nothing else."""
    only = replace(BALANCED, lam=0, never=0, far=0, ranks=(1,))
    plan = yardsticks.judged(replace(made, score=np.zeros(len(made.score))), only)
    return plan // solve(replace(made, score=np.zeros(len(made.score))), only).bonus


def test_a_village_s_first_challenge_comes_before_another_s_third():
    made = problem([1, 1], [1], [(0, 0, 0.6), (1, 0, 0.7)], village=[0, 0], rank=[1, 2])
    assert solve(made, BEST_FIT).steps.tolist() == [0, 1]
    assert solve(made, BALANCED).steps.tolist() == [1, 0]


def test_what_a_village_has_already_fills_the_first_quarters():
    made = problem([2, 2], [1], [(0, 0, 0.8), (1, 0, 0.7)], served=[2, 0], need=[2, 4])
    assert solve(made, BALANCED).steps.tolist() == [0, 1]


@pytest.mark.parametrize("seed", range(3))
def test_seimbang_keeps_ninety_six_hundredths_of_the_best_and_leaves_no_village_with_nothing(seed):
    made = yardsticks.scarce(seed, 400, 100, 20)
    best = total(made, solve(made, BEST_FIT).steps)
    found = figures(made, solve(made, BALANCED).steps, best)
    assert found.best >= 0.96
    assert found.nothing == 0
    alone = figures(made, solve(made, BEST_FIT).steps, best)
    even = figures(made, solve(made, MOST_EVEN).steps, best)
    assert alone.best == 1
    assert alone.touched < found.touched < even.touched


# --- pins that contradict --------------------------------------------------------------------------------------------


def feasible(made, pins):
    steps = np.zeros_like(made.fixed)
    steps[list(pins)] = made.fixed[list(pins)]
    return faults(replace(made, fixed=np.full_like(made.fixed, FREE)), steps) == []


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_the_pins_named_are_the_fewest_that_cannot_all_be_kept(seed):
    made, chance = yardsticks.drawn(seed, most=10), np.random.default_rng(seed)
    fixed = np.where(chance.random(len(made.offer)) < 0.6, chance.integers(1, 6, len(made.offer)), FREE)
    fixed[np.flatnonzero(fixed > 0)[8:]] = FREE
    made = replace(made, fixed=fixed)
    pins = np.flatnonzero(fixed > 0).tolist()
    found = contradiction(made)
    sets = (chosen for size in range(1, len(pins) + 1) for chosen in itertools.combinations(pins, size))
    fewest = next((chosen for chosen in sets if not feasible(made, chosen)), None)
    if fewest is None:
        assert found is None
        assert faults(made, solve(made, BALANCED).steps) == []
    else:
        assert len(found.pins) == len(fewest)
        assert not feasible(made, found.pins)
        assert found.wanted < found.bound if found.kind is FaultKind.BELOW_LEAST else found.wanted > found.bound
        with pytest.raises(Contradictory):
            solve(made, BALANCED)


def test_a_contradiction_names_the_day_on_which_the_offer_is_too_small():
    made = problem(
        [3, 3, 3], [4], [(0, 0, 0.9), (1, 0, 0.9), (2, 0, 0.9)], fixed=[3, 1, 2], first=[0, 10, 20], last=[30, 30, 30],
    )  # fmt: skip
    assert contradiction(made) == (FaultKind.OVERDRAWN, (0, 2), 0, 20, 5000, 4000)


# --- proof -----------------------------------------------------------------------------------------------------------


def test_every_broken_rule_is_found_and_named():
    made = problem([2, 3], [3], [(0, 0, 0.9), (1, 0, 0.9)], least=[0, 2], most=[2, 3], fixed=[FREE, 0])
    kinds = [fault.kind for fault in faults(made, np.array([3.5, 1]))]
    assert kinds == [
        FaultKind.NOT_WHOLE, FaultKind.BELOW_LEAST, FaultKind.ABOVE_MOST, FaultKind.NOT_FIXED, FaultKind.TOO_MUCH,
        FaultKind.OVERDRAWN,
    ]  # fmt: skip
    assert faults(made, np.array([2, 0])) == []


def test_columns_of_unlike_length_are_refused():
    with pytest.raises(ValueError, match="one length"):
        problem([1, 2], [1], [(0, 0, 0.5)], village=[0])


def test_whoever_watches_may_stop_the_work():
    told = []

    def watch(done, whole):
        told.append((done, whole))
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve(yardsticks.scarce(0, 60, 12, 5), BALANCED, watch=watch)
    assert told[0][0] < told[1][0] <= told[1][1]


# --- why -------------------------------------------------------------------------------------------------------------


def test_a_library_with_nothing_is_told_why():
    made = problem(
        [3, 3, 3, 3, 5, 0], [3, 4, 1, 0],
        [(0, 0, 0.9), (1, 0, 0.5), (2, 1, 0.9), (3, 1, 0.5), (4, 2, 0.5)],
        fixed=[FREE, FREE, FREE, 0, FREE], least=[0, 0, 0, 0, 2],
    )  # fmt: skip
    found = unmet(made, np.array([3, 0, 3, 0, 0]))
    assert found.reason.tolist() == [
        Reason.HELPED, Reason.USED_UP, Reason.HELPED, Reason.BANNED, Reason.TOO_SMALL, Reason.HELPED,
    ]  # fmt: skip
    assert found.pair.tolist() == [-1, 1, -1, 3, 4, -1]
    assert found.rival.tolist() == [-1, 0, -1, 2, -1, -1]
    assert found.lacking.tolist() == [0, 3, 0, 3, 5, 0]


def test_what_others_left_may_be_below_the_smallest_share():
    made = problem([3, 3, 1], [4], [(0, 0, 0.9), (1, 0, 0.5)], least=[0, 2])
    found = unmet(made, np.array([3, 0]))
    assert found.reason.tolist() == [Reason.HELPED, Reason.SMALLEST, Reason.NO_PAIR]


@settings(max_examples=20, deadline=None)
@given(SEEDS, SETTING)
def test_a_plan_leaves_nothing_that_a_library_with_nothing_could_have(seed, setting):
    made = drawn(seed)
    assert Reason.LEFT not in unmet(made, solve(made, setting).steps).reason


def test_a_planned_row_knows_its_rank_its_better_and_who_else_wanted_it():
    made = problem(
        [2, 2, 2], [2, 2], [(0, 0, 0.9), (1, 0, 0.8), (1, 1, 0.5), (2, 0, 0.7)], village=[0, 0, 1], rank=[2, 1, 1]
    )
    found = grounds(made, np.array([2, 0, 2, 0]))
    assert found.pair.tolist() == [0, 2]
    assert found.rank.tolist() == [1, 2]
    assert found.choices.tolist() == [1, 2]
    assert found.better.tolist() == [-1, 1]
    assert found.why_not.tolist() == [Reason.HELPED, Reason.USED_UP]
    assert found.rivals.tolist() == [1, 0]
    assert found.rival.tolist() == [3, -1]
    assert found.left.tolist() == [0, 0]
    assert found.met.tolist() == [True, True]
    assert found.first.tolist() == [False, True]


# --- one more offer --------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(1, 30))
def test_a_new_offer_adds_what_another_solver_adds_to_the_plan_as_it_stands(seed, amount):
    made, chance = yardsticks.drawn(seed, most=25), np.random.default_rng(seed)
    steps = solve(made, BALANCED).steps
    some = np.flatnonzero(chance.random(len(made.need)) < 0.5)
    gained = worth(
        made, steps, BALANCED, hypothesis=np.zeros_like(some), challenge=some, uses=np.full(len(some), 1000),
        amount=np.array([amount * 1000]), score=0.7,
    )  # fmt: skip
    got = np.bincount(made.challenge, steps, len(made.need)).astype(np.int64)
    rest = problem(
        made.need - got, [amount], [(place, 0, 0.7) for place in some], served=made.served + got, village=made.village,
        rank=made.rank, never=made.never, far=made.far,
    )  # fmt: skip
    # The weights stay those of the plan: the first of a village stays the first, helped or not.
    plain = replace(BALANCED, ranks=(1,))
    gained = worth(
        made, steps, plain, hypothesis=np.zeros_like(some), challenge=some, uses=np.full(len(some), 1000),
        amount=np.array([amount * 1000]), score=0.7,
    )  # fmt: skip
    best = solve(rest, plain)
    assert gained.value.tolist() == [best.value]
    assert gained.steps.tolist() == [int(best.steps.sum())]


def test_many_new_offers_are_weighed_at_once_each_for_itself():
    made = problem([4, 4, 2], [4], [(0, 0, 0.9)], village=[0, 1, 1])
    steps = solve(made, BALANCED).steps
    gained = worth(
        made, steps, BALANCED, hypothesis=np.array([0, 0, 1, 1]), challenge=np.array([1, 2, 0, 1]),
        uses=np.array([1000, 1000, 500, 500]), amount=np.array([3000, 1000]),
    )  # fmt: skip
    assert gained.helped.tolist() == [2, 1]
    assert gained.newly.tolist() == [2, 1]
    assert gained.villages.tolist() == [1, 1]
    assert gained.steps.tolist() == [3, 2]


# --- plainer ways ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", yardsticks.WAYS)
def test_no_plainer_way_beats_the_plan(way):
    for seed in range(12):
        made = drawn(seed)
        made = replace(made, fixed=np.full_like(made.fixed, FREE))
        steps = way(made)
        assert faults(made, steps) == []
        assert total(made, steps) <= total(made, solve(made, BEST_FIT).steps) * (1 + 1e-5) + 1e-5
