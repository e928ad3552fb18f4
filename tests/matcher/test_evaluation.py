"""Figures of a ranking: worked out by hand on small lists, compared with scikit-learn's on large ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from matcher.evaluation import Lists, brier, by_group, chances, drawn, ece, first_yes, ndcg, places, ranking, recall

NOBODY = np.nan


def lists(*cases):
    """Lists from one list of gains a challenge; nan: nobody looked."""
    return Lists(
        np.concatenate([np.full(len(gains), number) for number, gains in enumerate(cases)]),
        np.concatenate([np.arange(len(gains)) for gains in cases]),
        np.concatenate([np.asarray(gains, float) for gains in cases]),
    )


def falling(one):
    """Scores that keep the order in which the pairs stand."""
    return -one.offer.astype(float)


def test_places_begin_at_one_in_every_challenge_and_ties_go_to_the_earlier_offer():
    one = lists([0, 0, 0], [0, 0])
    assert places(one, np.array([1.0, 5.0, 1.0, 2.0, 2.0])).tolist() == [2, 1, 3, 1, 2]


def test_a_perfect_order_is_worth_one_and_the_reverse_less():
    one = lists([3, 1, 0], [2, 0])
    assert ndcg(one, falling(one))[0].tolist() == [1.0, 1.0]
    worst, _ = ndcg(one, -falling(one))
    ideal = 7 + 1 / math.log2(3)
    assert worst[0] == pytest.approx((1 / math.log2(3) + 7 / math.log2(4)) / ideal)


def test_ndcg_is_scikit_learns_on_graded_lists():
    chance = np.random.default_rng(1)
    gains = chance.integers(0, 4, 12).astype(float)
    gains[:2] = 0, 3
    one, score = lists(gains), chance.random(12)
    theirs = ndcg_score([2.0**gains - 1], [score], k=5)
    assert ndcg(one, score)[0][0] == pytest.approx(theirs)


def test_unseen_pairs_are_missing_and_not_refused():
    seen = lists([3, 0])
    with_unseen = lists([3, 0, NOBODY, NOBODY])
    assert ndcg(with_unseen, np.array([2.0, 1.0, 9.0, 8.0]))[0].tolist() == ndcg(seen, np.array([2.0, 1.0]))[0].tolist()


def test_a_challenge_with_only_yeses_or_only_noes_says_nothing_of_the_order():
    one = lists([1, 1], [0, 0], [1, 0])
    values, whose = ndcg(one, falling(one))
    assert whose.tolist() == [2]
    assert values.tolist() == [1.0]


def test_the_first_yes_counts_by_its_place_among_all_candidates():
    one = lists([NOBODY, 0, 1, 2], [NOBODY, NOBODY])
    values, whose = first_yes(one, falling(one))
    assert whose.tolist() == [0]
    assert values.tolist() == [1 / 3]


def test_recall_is_the_share_of_yeses_near_the_top():
    one = lists([1, 0, NOBODY, 1])
    assert recall(one, falling(one), at=3)[0].tolist() == [0.5]
    assert recall(one, falling(one), at=4)[0].tolist() == [1.0]


def test_nothing_judged_gives_no_figure_and_no_crash():
    none = Lists(np.zeros(0, int), np.zeros(0, int), np.zeros(0))
    for figure in ranking(none, {"office": np.zeros(0)})["office"].values():
        assert figure.n == 0
        assert math.isnan(figure.value)


def test_the_range_holds_the_mean_and_narrows_with_more_challenges():
    chance = np.random.default_rng(2)
    few, many = chance.random(20), chance.random(2000)
    one, other = drawn(few, np.arange(20)), drawn(many, np.arange(2000))
    assert one.low < one.value < one.high
    assert other.high - other.low < 0.3 * (one.high - one.low)


def test_rows_of_one_challenge_are_drawn_together():
    values = np.repeat([0.0, 1.0, 0.0, 1.0, 0.0, 1.0], 50)
    together = drawn(values, np.repeat(np.arange(6), 50))
    apart = drawn(values, np.arange(300))
    assert together.high - together.low > 3 * (apart.high - apart.low)


def test_the_same_decisions_give_the_same_range():
    values = np.random.default_rng(3).random(40)
    assert drawn(values, np.arange(40)) == drawn(values, np.arange(40))


def test_chances_that_come_true_are_calibrated_and_boasts_are_not():
    chance = np.random.default_rng(4)
    told = chance.random(4000)
    yes = (chance.random(4000) < told).astype(float)
    assert ece(told, yes) < 0.03
    assert ece(np.full(4000, 0.95), yes) > 0.4
    assert brier(np.array([1.0, 0.0]), np.array([1.0, 1.0])).tolist() == [0.0, 1.0]
    assert math.isnan(ece(np.zeros(0), np.zeros(0)))


def test_calibration_comes_with_its_range():
    chance = np.random.default_rng(5)
    told = chance.random(300)
    found = chances(told, (chance.random(300) < told).astype(float), np.arange(300) // 3)
    assert found["ece"].low <= found["ece"].high
    assert found["brier"].low < found["brier"].value < found["brier"].high
    assert found["brier"].n == 100


def test_a_figure_by_group_speaks_of_that_group_only():
    found = by_group(np.array([1.0, 0.0, 0.5]), np.array([1, 2, 3]), {1: "near", 2: "far", 3: "far"})
    assert list(found) == ["far", "near"]
    assert found["far"].value == 0.25
    assert found["near"].n == 1
