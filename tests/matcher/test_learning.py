"""Weights are moved by decisions only as far as decisions reach, and never without being worth it."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

from matcher.errors import DamagedWeights, NothingToLearn
from matcher.factors import FACTORS, PRIOR_POINTS
from matcher.learning import (
    Lessons,
    PriorLogisticRegression,
    fitted,
    learn,
    replay,
    with_points,
)
from matcher.weighing import from_plain, whole_tenths
from seeds.officer import officer

NAMES = tuple(factor.name for factor in FACTORS)
OFFICE = np.array([PRIOR_POINTS[name] for name in NAMES])


def lessons(factors, yes, **columns):
    count = len(yes)
    usual = {"weight": np.ones(count), "pairwise": np.zeros(count, bool), "challenge": np.arange(count)}
    return Lessons(factors=np.asarray(factors, float), yes=np.asarray(yes, bool), **{**usual, **columns})


def decided(seed, count, *, additive=True, office=None):
    """Decisions of a known officer on pairs of random factors, and the officer."""
    chance = np.random.default_rng([seed, count])
    factors = np.round(chance.beta(1.5, 1.5, (count, len(NAMES))), 3)
    person = office or officer(seed, additive=additive).among(factors)
    return lessons(factors, [one.yes for one in person.decide(factors, chance)]), person


def constant(value, column, of):
    factors = of.factors.copy()
    factors[:, column] = value
    return lessons(factors, of.yes)


# --- the estimator ---


def test_the_estimator_keeps_the_contract_of_scikit_learn():
    from sklearn.utils.estimator_checks import check_estimator

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(PriorLogisticRegression(), on_fail=None)
    assert [row["check_name"] for row in results if row["status"] == "failed"] == []
    assert len(results) > 40


def test_with_a_prior_at_nought_it_is_plain_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    data, _ = decided(1, 300)
    ours = PriorLogisticRegression(strength=0.5, intercept_strength=1e-9).fit(data.factors, data.yes)
    theirs = LogisticRegression(C=2.0, tol=1e-10, max_iter=5000).fit(data.factors, data.yes)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-3)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-3)


def test_held_on_to_firmly_it_stays_at_the_prior_whatever_it_is_shown():
    data, _ = decided(2, 200)
    prior = np.arange(1.0, 1 + len(NAMES))
    found = PriorLogisticRegression(prior, 1e9).fit(data.factors, data.yes)
    np.testing.assert_allclose(found.coef_[0], prior, atol=1e-4)


def test_a_row_that_counts_twice_is_the_row_given_twice():
    data, _ = decided(3, 80)
    weight = np.where(np.arange(80) < 20, 2.0, 1.0)
    once = PriorLogisticRegression().fit(data.factors, data.yes, sample_weight=weight)
    twice = PriorLogisticRegression().fit(
        np.concatenate([data.factors, data.factors[:20]]), np.concatenate([data.yes, data.yes[:20]])
    )
    np.testing.assert_allclose(once.coef_, twice.coef_, atol=1e-4)


# --- what is learned ---


def test_learned_weights_are_never_negative_and_sum_to_a_hundred_in_tenths():
    data, _ = decided(4, 120)
    against = lessons(data.factors, data.factors[:, 5] < 0.4)  # nearness disliked: no weight can say so
    for one in (data, against):
        points = learn(one, OFFICE, NAMES).points
        assert min(points) >= 0
        assert round(sum(points), 6) == 100
        assert all(round(point * 10) == pytest.approx(point * 10) for point in points)


def test_the_officers_hidden_weights_lie_within_the_intervals():
    inside, nearer = [], []
    for seed in range(8):
        data, person = decided(seed, 1500)
        found = learn(data, OFFICE, NAMES)
        inside += [
            low <= weight <= high for low, weight, high in zip(found.low, person.weights, found.high, strict=True)
        ]
        away = np.abs(np.array(found.points) - person.weights).max()
        nearer.append(away < np.abs(OFFICE - person.weights).max())
    assert np.mean(inside) >= 0.9  # nineteen in twenty each
    assert all(nearer)


def test_weights_go_half_way_to_what_decisions_say_and_no_further():
    data, _ = decided(4, 400)
    said = fitted(data, OFFICE, 4.0).at[:-1]
    half = (OFFICE + 100 * said / said.sum()) / 2
    np.testing.assert_allclose(learn(data, OFFICE, NAMES, strength=4.0).points, half, atol=0.1)


def test_a_weight_always_lies_in_its_own_range():
    data, _ = decided(1, 40)
    hard = lessons(data.factors, data.factors[:, 5] < 0.4)
    found = learn(hard, OFFICE, NAMES)
    assert all(low <= point <= high for low, point, high in zip(found.low, found.points, found.high, strict=True))


def test_more_decisions_make_the_intervals_narrower():
    few, many = (learn(decided(5, count)[0], OFFICE, NAMES) for count in (60, 1200))
    assert np.mean(np.subtract(many.high, many.low)) < 0.6 * np.mean(np.subtract(few.high, few.low))


def test_the_same_lessons_give_the_same_weights_to_the_last_digit():
    one, other = (learn(decided(6, 150)[0], OFFICE, NAMES).plain() for _ in range(2))
    assert one == other


def test_a_factor_that_never_varies_keeps_about_the_offices_weight():
    data, _ = decided(7, 400)
    still = constant(0.7, NAMES.index("distance"), data)
    free = learn(still, OFFICE, NAMES)
    place = NAMES.index("distance")
    assert np.isfinite(free.points).all()
    assert free.points[place] == pytest.approx(OFFICE[place], abs=5)
    assert free.high[place] - free.low[place] > 5  # and says that it does not know


def test_a_preference_moves_the_factor_in_which_the_two_differ():
    rows = np.zeros((40, len(NAMES)))
    rows[:, NAMES.index("equity")], rows[:, NAMES.index("kind")] = 0.6, -0.3
    prefers = lessons(rows, np.ones(40, bool), pairwise=np.ones(40, bool))
    found = dict(zip(NAMES, learn(prefers, OFFICE, NAMES).points, strict=True))
    assert found["equity"] > PRIOR_POINTS["equity"] + 2
    assert found["kind"] < PRIOR_POINTS["kind"] - 2


def test_a_proof_teaches_more_than_a_mere_yes():
    data, _ = decided(8, 60)
    kept = np.full((5, len(NAMES)), 0.5)
    kept[:, NAMES.index("track")] = 1.0
    moved = []
    for weight in (1.0, 3.0):
        both = lessons(
            np.concatenate([data.factors, kept]),
            np.concatenate([data.yes, np.ones(5, bool)]),
            weight=np.concatenate([np.ones(60), np.full(5, weight)]),
        )
        moved.append(learn(both, OFFICE, NAMES, strength=4.0).by_name()["track"])
    assert moved[1] > moved[0]


@pytest.mark.parametrize("yes", [[], [True] * 20, [False] * 20], ids=["no decisions", "only yes", "only no"])
def test_without_a_yes_and_a_no_it_says_that_there_is_nothing_to_learn(yes):
    data, _ = decided(9, 20)
    with pytest.raises(NothingToLearn) as refused:
        learn(lessons(data.factors[: len(yes)], yes), OFFICE, NAMES)
    assert refused.value.values["count"] == len(yes)


def test_a_factor_that_is_no_number_is_refused_and_not_learned_from():
    data, _ = decided(9, 30)
    data.factors[3, 2] = np.nan
    with pytest.raises(NothingToLearn):
        learn(data, OFFICE, NAMES)


# --- replay ---


@pytest.mark.parametrize("seed", range(4))
def test_the_replay_sees_that_learning_from_another_mind_is_worth_it(seed):
    found = replay(decided(seed, 1000)[0], OFFICE)
    assert found.holds
    assert found.low < found.gain < found.high


def test_what_pays_half_way_but_not_all_the_way_is_not_proposed():
    found = replay(decided(0, 1000)[0], OFFICE)
    assert found.whole > 0
    assert not replace(found, whole=-0.001).holds
    assert not replace(found, low=-0.001).holds


def test_coin_tosses_are_not_worth_learning():
    chance = np.random.default_rng(3)
    factors = chance.random((300, len(NAMES)))
    found = replay(lessons(factors, chance.random(300) < 0.5), OFFICE)
    assert not found.holds


def test_the_replay_never_predicts_a_lesson_it_has_learned_from():
    data, _ = decided(2, 120)
    flipped = lessons(data.factors, np.concatenate([data.yes[:-1], [not data.yes[-1]]]))
    np.testing.assert_array_equal(replay(data, OFFICE).chance[:-1], replay(flipped, OFFICE).chance[:-1])


def test_few_lessons_are_never_enough_to_propose_other_weights():
    assert not replay(decided(1, 8)[0], OFFICE).holds


def test_chances_fit_what_happens():
    data, person = decided(11, 600)
    found = fitted(data, OFFICE, 4.0)
    fresh, _ = decided(12, 2000, office=person)
    chance = found.chance(fresh)
    for low, high in ((0.1, 0.4), (0.4, 0.6), (0.6, 0.9)):
        inside = (chance >= low) & (chance < high)
        assert fresh.yes[inside].mean() == pytest.approx(chance[inside].mean(), abs=0.08)


def test_the_offices_own_weights_are_compared_with_their_scale_learned_too():
    data, person = decided(10, 400, office=None)
    own = lessons(data.factors, data.factors @ OFFICE > np.median(data.factors @ OFFICE))
    assert with_points(own, OFFICE).chance(own)[own.yes].mean() > 0.8
    assert person is not None


# --- as plain values ---


def test_a_model_comes_back_from_its_plain_values_unchanged():
    found = learn(decided(1, 100)[0], OFFICE, NAMES)
    assert from_plain(found.plain()) == found


@pytest.mark.parametrize(
    "spoil",
    [
        lambda plain: plain.pop("points"),
        lambda plain: plain.update(version=99),
        lambda plain: plain.update(points=[1.0] * len(NAMES)),
        lambda plain: plain["points"].__setitem__(0, float("nan")),
        lambda plain: plain["points"].__setitem__(0, "many"),
        lambda plain: plain.update(names=["other", *plain["names"][1:]]),
        lambda plain: plain["low"].pop(),
        lambda plain: plain.update(scale=-1),
        lambda plain: plain.clear(),
    ],
    ids=["no points", "version", "sum", "nan", "word", "factors", "short", "scale", "empty"],
)
def test_a_damaged_model_is_said_to_be_damaged(spoil):
    plain = learn(decided(1, 100)[0], OFFICE, NAMES).plain()
    spoil(plain)
    with pytest.raises(DamagedWeights):
        from_plain(plain)


@pytest.mark.parametrize("plain", [None, [], "points", 7])
def test_what_is_no_model_at_all_is_said_to_be_damaged(plain):
    with pytest.raises(DamagedWeights):
        from_plain(plain)


def test_shares_become_tenths_that_sum_to_exactly_a_hundred():
    chance = np.random.default_rng(0)
    for _ in range(200):
        shares = chance.random(7) + 1e-9
        tenths = whole_tenths(shares)
        assert round(float(tenths.sum()), 9) == 100
        assert np.abs(tenths - 100 * shares / shares.sum()).max() < 0.1
