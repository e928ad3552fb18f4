"""Moves an office's weights by its decisions: maximum a posteriori logistic regression, centred on the office's own.

The chance of a yes is ``sigmoid(scale × score / 100 + intercept)`` where the score stays a sum of weights ≥ 0 that
sum to 100; scale and intercept serve chances only.  Measured choices: science.md E; the numbers beside the constants
were found with ``python3 -m web bench score`` on the officers of `seeds.officer`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from matcher.errors import NothingToLearn
from matcher.weighing import Learned, whole_tenths

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

STRENGTHS = (4.0, 1.0)  #: how strongly to hold on to the office's weights; the first until there is much to go by
LOOSE = min(STRENGTHS)  #: what ranges are told by: held on to more firmly they would leave out what may well be
STEP = 0.5  #: how far weights go towards what decisions say
MUCH = 50  #: decisions from which on the replay chooses between them
USUAL_SCALE = 12.0  #: logits a hundred points are usually worth
SCALE_SPREAD = 1.0  #: and by how much that varies, as a logarithm
MIDDLE = 0.55  #: share of the points at which a pair is taken half the time, before anybody decided
INTERCEPT_STRENGTH = 0.1
MOST_ROUNDS = 500
WARM_UP = 10  #: decisions before the replay begins to predict
DRAWS = 2000
INTERVAL = (2.5, 97.5)  #: percent


# --- the estimator ---------------------------------------------------------------------------------------------------


class PriorLogisticRegression(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Logistic regression whose penalty is centred on weights known beforehand, not on nought.

    Minimises ``Σ w·log(1 + exp(∓(X·coef + intercept))) + ½ Σ strength·(coef − prior)²``; two classes.

    Parameters
    ----------
    prior : array (n_features,) or None
        Where the coefficients are expected; None: at 0.
    strength : float or array (n_features,)
        How strongly they are held there (inverse variance), > 0.
    positive : bool
        Whether no coefficient may be negative.
    fit_intercept : bool
    intercept_prior, intercept_strength : float
        Where the intercept is expected, and how strongly it is held.
    max_iter : int

    Attributes
    ----------
    coef_ : array (1, n_features)
    intercept_ : array (1,)
    covariance_ : array (n_features + 1, n_features + 1), of coefficients and intercept at the optimum (Laplace)
    """

    def __init__(
        self, prior: ArrayLike | None = None, strength: ArrayLike = 1.0, *, positive: bool = False,
        fit_intercept: bool = True, intercept_prior: float = 0.0, intercept_strength: float = INTERCEPT_STRENGTH,
        max_iter: int = MOST_ROUNDS,
    ) -> None:  # fmt: skip
        self.prior = prior
        self.strength = strength
        self.positive = positive
        self.fit_intercept = fit_intercept
        self.intercept_prior = intercept_prior
        self.intercept_strength = intercept_strength
        self.max_iter = max_iter

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:  # noqa: N803 - scikit-learn's names
        """Fit; *sample_weight* says how many times each row counts."""
        X, y = validate_data(self, X, y)  # noqa: N806
        X = np.asarray(X, np.float64)  # noqa: N806
        check_classification_targets(y)
        weight = _check_sample_weight(sample_weight, X, dtype=np.float64)
        self.classes_, truth = np.unique(y, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError(
                f"Only binary classification is supported. The type of the target is {len(self.classes_)} classes."
            )
        if len(self.classes_) < 2:
            raise ValueError(
                "This solver needs samples of at least 2 classes in the data, but the data contains only one class"
            )
        count = X.shape[1]
        one = np.full(len(X), float(self.fit_intercept))
        centre = np.append(
            np.zeros(count) if self.prior is None else np.asarray(self.prior, np.float64), self.intercept_prior
        )
        strength = np.append(np.broadcast_to(np.asarray(self.strength, np.float64), (count,)), self.intercept_strength)
        lower = np.append(np.full(count, 0.0 if self.positive else -np.inf), -np.inf)
        found, self.covariance_, self.n_iter_ = _minimum(
            np.column_stack([X, one]), truth == 1, weight,
            centre=centre, strength=strength, lower=lower, max_iter=self.max_iter,
        )  # fmt: skip
        self.coef_, self.intercept_ = found[None, :-1], found[-1:]
        return self

    def decision_function(self, X: ArrayLike) -> Floats:  # noqa: N803
        """Logit of the second class, shape (n,)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)  # noqa: N806
        return np.asarray(X @ self.coef_[0] + self.intercept_[0])

    def predict_proba(self, X: ArrayLike) -> Floats:  # noqa: N803
        """Chances of both classes, shape (n, 2)."""
        second = expit(self.decision_function(X))
        return np.column_stack([1 - second, second])

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """The likelier class."""
        second = self.decision_function(X) > 0
        return np.asarray(self.classes_[second.astype(int)])

    def __sklearn_tags__(self) -> Any:
        """Two classes only."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


def _minimum(
    X: Floats,  # noqa: N803 - a matrix
    yes: Bools,
    weight: Floats,
    *,
    centre: Floats,
    strength: Floats,
    lower: Floats,
    max_iter: int = MOST_ROUNDS,
) -> tuple[Floats, Floats, int]:
    """The optimum, its covariance, the rounds taken; the last column of *X* is the intercept's."""
    sign = np.where(yes, 1.0, -1.0)

    def loss(at: Floats) -> tuple[float, Floats]:
        margin, off = sign * (X @ at), at - centre
        value = float(weight @ np.logaddexp(0, -margin) + 0.5 * strength @ (off * off))
        return value, strength * off - X.T @ (weight * sign * expit(-margin))

    bounds = [(low if np.isfinite(low) else None, None) for low in lower]
    found = minimize(
        loss, np.maximum(centre, lower), jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": max_iter, "ftol": 1e-12, "gtol": 1e-8},
    )  # fmt: skip
    chance = expit(X @ found.x)
    curvature = (X * (weight * chance * (1 - chance))[:, None]).T @ X + np.diag(strength)
    return found.x, np.linalg.inv(curvature), max(int(found.nit), 1)


# --- lessons ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lessons:
    """What decisions teach, a row each, in the order they were made.

    A plain row is a pair with its yes or no.  A *pairwise* row says that one pair was preferred to another: its
    factors are the chosen one's minus the other's, and its answer is yes.
    """

    factors: Floats  #: (n, factors), values in [0, 1]; pairwise rows in [-1, 1]
    yes: Bools
    weight: Floats  #: 1 a decision, 2 an agreement, 3 a proof
    pairwise: Bools
    challenge: Ints  #: whose decision: figures are drawn anew by challenge

    def __len__(self) -> int:
        return len(self.yes)

    def first(self, count: int) -> Lessons:
        """The first *count* rows."""
        return Lessons(**{column.name: getattr(self, column.name)[:count] for column in fields(self)})

    def rest(self, start: int, stop: int) -> Lessons:
        """Rows from *start* up to *stop*."""
        return Lessons(**{column.name: getattr(self, column.name)[start:stop] for column in fields(self)})

    @property
    def one(self) -> Floats:
        """The intercept's column: pairwise rows have none."""
        return np.where(self.pairwise, 0.0, 1.0)

    def teaches(self) -> bool:
        """Whether there is a yes and a no, or a preference."""
        plain = self.yes[~self.pairwise]
        return bool(self.pairwise.any() or (plain.any() and not plain.all()))


# --- learning --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fitted:
    """Coefficients in logits for factors in [0, 1], the intercept last, with their covariance."""

    at: Floats
    covariance: Floats

    def chance(self, lessons: Lessons) -> Floats:
        """Chance of a yes for each row, the doubt about the weights averaged over (MacKay 1992)."""
        X = np.column_stack([lessons.factors, lessons.one])  # noqa: N806
        doubt = np.einsum("ij,jk,ik->i", X, self.covariance, X)
        return np.asarray(expit(X @ self.at / np.sqrt(1 + np.pi * doubt / 8)))


def _calibrated(lessons: Lessons, points: Floats) -> tuple[float, float]:
    """Scale and intercept for weights that stay as they are; with no lessons the usual ones."""
    share, one, sign = lessons.factors @ points / 100, lessons.one, np.where(lessons.yes, 1.0, -1.0)

    def loss(at: Floats) -> tuple[float, Floats]:
        scale = np.exp(at[0])
        margin = sign * (scale * share + at[1] * one)
        pull = lessons.weight * sign * expit(-margin)
        off, low = (at[0] - np.log(USUAL_SCALE)) / SCALE_SPREAD, at[1] + scale * MIDDLE
        value = lessons.weight @ np.logaddexp(0, -margin) + 0.5 * off**2 + 0.5 * INTERCEPT_STRENGTH / 10 * low**2
        held = INTERCEPT_STRENGTH / 10 * low
        slope = [-(pull @ share) * scale + off / SCALE_SPREAD + held * scale * MIDDLE, -(pull @ one) + held]
        return float(value), np.array(slope)

    begin = np.array([np.log(USUAL_SCALE), -USUAL_SCALE * MIDDLE])
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=[(-2, 5), (None, None)]).x
    return float(np.exp(found[0])), float(found[1])


def with_points(lessons: Lessons, points: Floats) -> Fitted:
    """Weights as they are, with scale and intercept from the lessons; the office's own are what learning has to beat.

    *points* has shape (factors,).
    """
    scale, intercept = _calibrated(lessons, points)
    return Fitted(np.append(scale * points / 100, intercept), np.zeros((len(points) + 1, len(points) + 1)))


def fitted(lessons: Lessons, points: Floats, strength: float) -> Fitted:
    """The weights after the lessons, as coefficients.

    Each factor is free by the same number of points, the mean of the office's weights; *strength* tightens that.
    """
    scale, intercept = _calibrated(lessons, points)
    spread = scale * float(points[points > 0].mean()) / 100
    X = np.column_stack([lessons.factors, lessons.one])  # noqa: N806
    found, covariance, _ = _minimum(
        X, lessons.yes, lessons.weight,
        centre=np.append(scale * points / 100, intercept),
        strength=np.append(np.full(len(points), strength / spread**2), INTERCEPT_STRENGTH),
        lower=np.append(np.zeros(len(points)), -np.inf),
    )  # fmt: skip
    return Fitted(found, covariance)


def moved(lessons: Lessons, points: Floats, strength: float) -> Floats:
    """The office's weights half way to what the lessons say, in points, shape (factors,), summing to 100.

    Lessons come from pairs that were shown, mostly one a challenge; who follows them all the way takes what sets one
    challenge apart from another for what sets its offers apart.
    """
    said = np.maximum(fitted(lessons, points, strength).at[:-1], 0)
    return points + STEP * (100 * said / said.sum() - points) if said.sum() > 0 else points


def learn(lessons: Lessons, points: Floats, names: tuple[str, ...], *, strength: float | None = None) -> Learned:
    """Weights moved by the lessons, with the range each lies in nineteen times in twenty.

    *points* are the office's own weights, shape (factors,), summing to 100; *strength* None: chosen by replay.

    Raises
    ------
    NothingToLearn
        No decisions, only yeses or only noes, or numbers that are none.
    """
    if not lessons.teaches() or not np.isfinite(lessons.factors).all():
        raise NothingToLearn(count=len(lessons))
    if strength is None:
        strength = replay(lessons, points).strength
    told = whole_tenths(moved(lessons, points, strength))
    scale, intercept = _calibrated(lessons, told)
    low, high = _intervals(fitted(lessons, points, LOOSE))
    return Learned(
        names=names, points=tuple(told.tolist()), low=tuple(np.minimum(low, told).tolist()),
        high=tuple(np.maximum(high, told).tolist()), scale=round(scale, 4), intercept=round(intercept, 4),
        strength=strength, lessons=len(lessons),
    )  # fmt: skip


def _intervals(found: Fitted) -> tuple[Floats, Floats]:
    """Where each weight lies, in points, drawn from the normal around the optimum and kept ≥ 0, rounded outwards."""
    chance = np.random.default_rng(0)  # the same lessons, the same intervals
    drawn = chance.multivariate_normal(found.at[:-1], found.covariance[:-1, :-1], size=DRAWS, method="cholesky")
    drawn = np.maximum(drawn, 0)
    totals = drawn.sum(axis=1, keepdims=True)
    shares = 100 * drawn / np.where(totals > 0, totals, 1)
    low, high = np.percentile(shares, INTERVAL, axis=0)
    return np.floor(low * 10) / 10, np.ceil(high * 10) / 10


# --- replay ----------------------------------------------------------------------------------------------------------


def before_each(lessons: Lessons, points: Floats, strength: float) -> list[tuple[int, Floats]]:
    """Weights moved before each stretch: (first lesson they may judge, points of each factor)."""
    return [(start, moved(lessons.first(start), points, strength)) for start, _ in steps(len(lessons))]


@dataclass(frozen=True)
class Replay:
    """Predict, then learn, in the order of time: what the moved weights would have been worth.

    ``gain`` is the mean saving of log-loss a lesson (nats) against the office's own weights, ``low`` and ``high`` its
    range nineteen times in twenty, challenges drawn anew; ``whole`` is the low end had they gone all the way.
    """

    strength: float
    gain: float
    low: float
    high: float
    whole: float
    chance: Floats  #: of each predicted row, by the weights moved before it
    office: Floats  #: by the office's own weights
    rows: Ints  #: which lessons were predicted

    @property
    def holds(self) -> bool:
        """Whether the gain is above nought with confidence, half way and all the way: only then weights are proposed.

        Half way alone is too easily worth it: a step too far that still pays shows that the direction is right.
        """
        return bool(min(self.low, self.whole) > 0)


def steps(count: int) -> Iterator[tuple[int, int]]:
    """Stretches that are predicted before they are learned from: short ones first."""
    start = min(WARM_UP, count)
    while start < count:
        stop = min(count, start + max(5, start // 10))
        yield start, stop
        start = stop


def replay(lessons: Lessons, points: Floats) -> Replay:
    """Predict each stretch of lessons from those before it, by every strength, and compare with the office's own."""
    stretches = [(lessons.first(start), lessons.rest(start, stop)) for start, stop in steps(len(lessons))]
    if not stretches:
        none = np.zeros(0)
        return Replay(STRENGTHS[0], 0.0, 0.0, 0.0, 0.0, none, none, np.zeros(0, np.int64))
    seen = np.arange(min(WARM_UP, len(lessons)), len(lessons))

    def predicted(learned: Callable[[Lessons], Fitted]) -> Floats:
        return np.concatenate([learned(before).chance(now) for before, now in stretches])

    office = predicted(lambda before: with_points(before, points))
    losses = {
        strength: _loss(lessons, seen, predicted(partial(fitted, points=points, strength=strength)))
        for strength in STRENGTHS
    }
    best = STRENGTHS[0]
    if len(lessons) >= MUCH:
        best = min(STRENGTHS, key=lambda strength: float(losses[strength].mean()))
    chance = predicted(lambda before: with_points(before, moved(before, points, best)))
    loss, whose = _loss(lessons, seen, office), lessons.challenge[seen]
    saved = loss - _loss(lessons, seen, chance)
    low, high = by_challenge(saved, whose)
    whole, _ = by_challenge(loss - losses[best], whose)
    return Replay(best, float(saved.mean()), low, high, whole, chance, office, seen)


def _loss(lessons: Lessons, rows: Ints, chance: Floats) -> Floats:
    """Log-loss of each predicted row, nats."""
    clear = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.asarray(-np.where(lessons.yes[rows], np.log(clear), np.log1p(-clear)))


def by_challenge(values: Floats, challenge: Ints, *, draws: int = DRAWS) -> tuple[float, float]:
    """The range in which the mean of *values* lies nineteen times in twenty, challenges drawn anew."""
    _, place = np.unique(challenge, return_inverse=True)
    sums, counts = np.bincount(place, values), np.bincount(place)
    drawn = np.random.default_rng(0).multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=draws)
    low, high = np.percentile((drawn @ sums) / np.maximum(drawn @ counts, 1), INTERVAL)
    return float(low), float(high)
