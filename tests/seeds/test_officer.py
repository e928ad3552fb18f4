"""The officer with a known preference: his numbers, his reasons, and that he can be found again."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.factors import PRIOR_POINTS
from matcher.vocabulary import Refusal, Teaches
from seeds.officer import THRESHOLDS, officer

NAMES = tuple(PRIOR_POINTS)


def _pairs(count: int, columns: int = len(NAMES), seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).random((count, columns))


@pytest.mark.parametrize("seed", range(5))
def test_hidden_weights_are_never_negative_and_sum_to_100(seed: int) -> None:
    weights = officer(seed).weights
    assert (weights >= 0).all()
    assert ((weights > 0) == (np.array(list(PRIOR_POINTS.values())) > 0)).all()
    assert weights.sum() == pytest.approx(100)


def test_hidden_weights_differ_from_the_prior_and_come_back_with_the_seed() -> None:
    assert officer(4).weights.tolist() == officer(4).weights.tolist()
    assert not np.allclose(officer(4).weights, list(PRIOR_POINTS.values()), atol=2)


def test_preference_is_a_probability_that_grows_with_every_factor() -> None:
    one, pairs = officer(2), _pairs(200)
    before = one.prefer(pairs)
    assert ((before > 0) & (before < 1)).all()
    for column in range(len(NAMES)):
        better = pairs.copy()
        better[:, column] = 1
        assert (one.prefer(better) >= before).all()


def test_the_officer_takes_any_columns_and_refuses_a_wrong_number_of_them() -> None:
    assert officer(2, names=("kind", "quantity", "weather")).prefer(_pairs(5, 3)).shape == (5,)
    with pytest.raises(ValueError, match="factors"):
        officer(2).prefer(_pairs(5, 3))


def test_the_not_additive_officer_cannot_be_written_as_a_weighted_sum() -> None:
    pairs = _pairs(2000)
    design = np.column_stack([pairs, np.ones(len(pairs))])
    for additive, least in ((True, 1 - 1e-9), (False, 0.0)):
        points = officer(3, additive=additive).utility(pairs)
        fitted = design @ np.linalg.lstsq(design, points, rcond=None)[0]
        explained = 1 - np.var(points - fitted) / np.var(points)
        assert explained >= least
        assert additive or explained < 0.95


def test_falling_below_a_threshold_costs_more_than_the_weight() -> None:
    one = officer(3, additive=False)
    rule = THRESHOLDS[0]
    column = NAMES.index(rule.factor)
    above = np.full((1, len(NAMES)), 0.5)
    below = above.copy()
    above[0, column], below[0, column] = rule.floor + 0.01, rule.floor - 0.01
    lost = float(one.utility(above)[0] - one.utility(below)[0])
    assert lost == pytest.approx(rule.points + 0.02 * one.weights[column])


def test_among_the_pairs_he_is_shown_he_says_yes_to_half() -> None:
    good = 0.5 + _pairs(1000) / 2
    assert officer(2).prefer(good).mean() > 0.8
    assert officer(2).among(good).prefer(good).mean() == pytest.approx(0.5, abs=0.05)


def test_every_no_carries_a_lesson_and_no_yes_a_reason() -> None:
    decisions = officer(5).decide(_pairs(500), np.random.default_rng(1))
    assert {decision.yes for decision in decisions} == {True, False}
    for decision in decisions:
        assert (decision.reason is None) == decision.yes
        assert decision.reason is None or decision.reason.teaches is Teaches.LESSON


def test_a_pair_refused_for_one_bad_factor_says_which() -> None:
    pair = np.ones((1, len(NAMES)))
    pair[0, NAMES.index("distance")] = 0
    far = np.repeat(pair, 400, axis=0)
    reasons = {decision.reason for decision in officer(1).decide(far, np.random.default_rng(0)) if not decision.yes}
    assert reasons <= {Refusal.TOO_FAR}


def test_accidents_are_refusals_of_data_at_the_share_asked_for() -> None:
    decisions = officer(5).decide(_pairs(2000), np.random.default_rng(1), accidents=0.3)
    data = [decision for decision in decisions if decision.reason and decision.reason.teaches is Teaches.DATA]
    assert 0.25 < len(data) / len(decisions) < 0.35


def test_enough_decisions_give_the_hidden_weights_back() -> None:
    one, pairs = officer(6), _pairs(6000)
    yes = np.array([decision.yes for decision in one.decide(pairs, np.random.default_rng(2))], dtype=float)
    design, found = np.column_stack([pairs, np.ones(len(pairs))]), np.zeros(len(NAMES) + 1)
    for _ in range(25):  # Newton's method for the logistic likelihood
        chance = 1 / (1 + np.exp(-design @ found))
        curvature = design.T @ (design * (chance * (1 - chance))[:, None])
        found += np.linalg.solve(curvature, design.T @ (yes - chance))
    assert found[:-1] / found[:-1].sum() * 100 == pytest.approx(one.weights, abs=3)
