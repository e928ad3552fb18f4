"""Sharing out what is scarce: the numbers of the model, and what must hold for any need."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation import fair_split, proportional_split

STEPS = st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("0.001"), Decimal(100)])


def numbers(*values):
    return [Decimal(value) for value in values]


@st.composite
def shortages(draw):
    """An amount, what each library needs, and how long each has waited."""
    step = draw(STEPS)
    needs = [step * count for count in draw(st.lists(st.integers(0, 60), min_size=1, max_size=8))]
    waiting = draw(st.lists(st.integers(0, 400), min_size=len(needs), max_size=len(needs)))
    return step * draw(st.integers(0, 200)), needs, waiting, step


def test_ten_computers_for_five_four_three_and_two_are_shared_fairly_as_three_three_two_two():
    assert fair_split(Decimal(10), numbers(5, 4, 3, 2), [90, 60, 30, 10]) == numbers(3, 3, 2, 2)


def test_ten_computers_in_proportion_are_four_three_two_one():
    assert proportional_split(Decimal(10), numbers(5, 4, 3, 2)) == numbers(4, 3, 2, 1)


def test_the_leftover_goes_to_whoever_waited_longest():
    assert fair_split(Decimal(7), numbers(3, 3, 3), [1, 5, 3]) == numbers(2, 3, 2)
    assert fair_split(Decimal(8), numbers(3, 3, 3), [1, 5, 3]) == numbers(2, 3, 3)


def test_nobody_gets_less_than_the_giver_s_smallest_share_or_more_than_the_largest():
    assert fair_split(Decimal(5), numbers(4, 4, 4), [1, 2, 3], smallest=Decimal(2)) == numbers(0, 2, 3)
    assert fair_split(Decimal(10), numbers(9, 2), [1, 2], largest=Decimal(3)) == numbers(3, 2)
    assert fair_split(Decimal(9), numbers(1, 5), [9, 1], smallest=Decimal(2)) == numbers(0, 5)


@settings(max_examples=500)
@given(shortages())
def test_a_fair_split_never_gives_more_than_there_is_or_is_needed(shortage):
    amount, needs, waiting, step = shortage
    shares = fair_split(amount, needs, waiting, step=step)
    assert sum(shares) == min(amount, sum(needs))
    assert all(0 <= share <= need and share % step == 0 for share, need in zip(shares, needs, strict=True))


@settings(max_examples=500)
@given(shortages())
def test_in_a_fair_split_nobody_is_two_steps_behind_another_who_still_needs(shortage):
    amount, needs, waiting, step = shortage
    shares = fair_split(amount, needs, waiting, step=step)
    best = max(shares)
    for share, need in zip(shares, needs, strict=True):
        assert share == need or best - share <= step


@settings(max_examples=500)
@given(shortages())
def test_in_a_fair_split_the_longer_wait_is_never_worse_off_for_the_same_need(shortage):
    amount, needs, waiting, step = shortage
    shares = fair_split(amount, needs, waiting, step=step)
    for one in range(len(needs)):
        for other in range(len(needs)):
            if needs[one] == needs[other] and waiting[one] > waiting[other]:
                assert shares[one] >= shares[other]


@settings(max_examples=500)
@given(shortages(), st.randoms(use_true_random=False))
def test_a_fair_split_does_not_depend_on_the_order_of_the_list(shortage, chance):
    amount, needs, waiting, step = shortage
    waiting = [days * 10 + place for place, days in enumerate(waiting)]  # no two wait equally long
    order = list(range(len(needs)))
    chance.shuffle(order)
    straight = fair_split(amount, needs, waiting, step=step)
    shuffled = fair_split(amount, [needs[i] for i in order], [waiting[i] for i in order], step=step)
    assert [straight[i] for i in order] == shuffled


@settings(max_examples=500)
@given(shortages(), st.integers(1, 9), st.integers(0, 40))
def test_the_giver_s_bounds_hold_in_every_fair_split(shortage, low, more):
    amount, needs, waiting, step = shortage
    smallest, largest = step * low, step * (low + more)
    shares = fair_split(amount, needs, waiting, smallest=smallest, largest=largest, step=step)
    assert sum(shares) <= amount
    assert all(share == 0 or smallest <= share <= min(largest, need) for share, need in zip(shares, needs, strict=True))


# --- steps of one's own: what money buys ---


@st.composite
def prices(draw):
    """Money, what one good costs each library, how many each needs, how long each waited."""
    price = st.sampled_from([Decimal(100), Decimal(250), Decimal(1000), Decimal("0.5")])
    costs = draw(st.lists(price, min_size=1, max_size=7))
    needs = [cost * draw(st.integers(0, 12)) for cost in costs]
    waiting = draw(st.permutations(range(len(costs))))
    return Decimal(draw(st.integers(0, 9000))), needs, waiting, costs


SPLITS = pytest.mark.parametrize("split", [fair_split, proportional_split], ids=["fair", "proportional"])


@SPLITS
@settings(max_examples=300)
@given(prices())
def test_each_library_gets_whole_goods_at_its_own_price_and_never_more_than_it_needs(split, bought):
    money, needs, waiting, costs = bought
    shares = split(money, needs, waiting, step=costs)
    assert sum(shares) <= money
    assert all(0 <= share <= need and share % cost == 0
               for share, need, cost in zip(shares, needs, costs, strict=True))  # fmt: skip


@settings(max_examples=300)
@given(prices())
def test_a_fair_split_of_money_leaves_less_than_any_good_that_is_still_lacking(bought):
    money, needs, waiting, costs = bought
    shares = fair_split(money, needs, waiting, step=costs)
    rest = money - sum(shares)
    assert all(share == need or cost > rest for share, need, cost in zip(shares, needs, costs, strict=True))


@settings(max_examples=300)
@given(prices())
def test_in_a_fair_split_of_money_nobody_is_passed_over_for_one_who_has_more(bought):
    """Whoever still lacks something and could have had one good more is not a whole good behind another."""
    money, needs, waiting, costs = bought
    shares = fair_split(money, needs, waiting, step=costs)
    for mine, need, cost in zip(shares, needs, costs, strict=True):
        for other, price in zip(shares, costs, strict=True):
            if mine < need and other > 0 and cost <= price:
                assert other - price < mine + cost


@SPLITS
def test_as_much_as_is_lacking_is_given_to_all_where_there_is_enough(split):
    assert split(Decimal(100), numbers(9, 4, 6), [1, 2, 3], step=numbers(3, 2, 1)) == numbers(9, 4, 6)


def test_in_proportion_who_would_not_reach_the_smallest_share_gives_way_by_the_shortest_wait():
    assert proportional_split(Decimal(9), numbers(8, 8, 2), [3, 2, 1], smallest=Decimal(2)) == numbers(5, 4, 0)


@settings(max_examples=500)
@given(shortages())
def test_a_proportional_split_is_within_one_step_of_the_exact_share(shortage):
    amount, needs, _, step = shortage
    shares = proportional_split(amount, needs, step=step)
    whole = min(amount, sum(needs))
    assert sum(shares) == whole
    for share, need in zip(shares, needs, strict=True):
        assert 0 <= share <= need
        if sum(needs):
            assert abs(share - need * whole / sum(needs)) < step
