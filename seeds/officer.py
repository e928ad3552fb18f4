"""Owns an officer whose preference is known: what learning has to find again in his decisions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from matcher.factors import PRIOR_POINTS
from matcher.vocabulary import Refusal, Teaches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

SPREAD = 0.7  #: of the lognormal by which hidden weights leave the office's prior
HALF, SLOPE = 55.0, 6.0  #: points at which he says yes half the time, and points from there to three times in four

#: What he says when this factor disappoints him most; only lessons.
LESSONS: dict[str, Refusal] = {
    "kind": Refusal.WRONG_KIND,
    "quantity": Refusal.WRONG_QUANTITY,
    "urgency": Refusal.MORE_URGENT_ELSEWHERE,
    "equity": Refusal.MORE_URGENT_ELSEWHERE,
    "distance": Refusal.TOO_FAR,
}
#: What happens to a pair for reasons that have nothing to do with his preference.
ACCIDENTS = tuple(reason for reason in Refusal if reason.teaches is Teaches.DATA)


class Threshold(NamedTuple):
    """Below *floor* the factor costs *points* beyond its weight."""

    factor: str
    floor: float
    points: float


class Interaction(NamedTuple):
    """Two factors high together are worth *points* more (or less) than their sum."""

    one: str
    other: str
    points: float


THRESHOLDS = (Threshold("readiness", 0.4, 24), Threshold("quantity", 0.3, 18), Threshold("kind", 0.5, 22))
INTERACTIONS = (Interaction("urgency", "equity", 40), Interaction("kind", "quantity", 20))


class Decision(NamedTuple):
    """Yes, or no with the reason he gives."""

    yes: bool
    reason: Refusal | None


@dataclass(frozen=True)
class Officer:
    """Somebody who decides by hidden weights over named factors.

    ``weights`` has shape (n,), is never negative and sums to 100; ``names`` are the columns it speaks of; at ``half``
    points he says yes half the time.
    """

    names: tuple[str, ...]
    weights: Floats
    additive: bool
    half: float = HALF

    def among(self, factors: ArrayLike) -> Officer:
        """Make the same officer say yes to about half of these pairs: what he is shown sets what he expects."""
        return replace(self, half=float(np.median(self.utility(factors))))

    def utility(self, factors: ArrayLike) -> Floats:
        """Points of each pair; *factors* has shape (pairs, n), values in [0, 1], columns in the order of `names`.

        Raises
        ------
        ValueError
            The columns are not as many as the officer's factors.
        """
        matrix = np.asarray(factors, dtype=np.float64)
        if matrix.ndim != 2 or matrix.shape[1] != len(self.names):
            raise ValueError(f"expected (pairs, {len(self.names)}) factors, got {matrix.shape}")
        points: Floats = matrix @ self.weights
        return points if self.additive else points + self._beyond(matrix)

    def prefer(self, factors: ArrayLike) -> Floats:
        """Probability of a yes for each pair, shape (pairs,)."""
        return np.asarray(1 / (1 + np.exp((self.half - self.utility(factors)) / SLOPE)))

    def decide(self, factors: ArrayLike, chance: np.random.Generator, *, accidents: float = 0.0) -> list[Decision]:
        """Decide each pair, with a lesson behind every no.

        *accidents* is the share of pairs refused for a reason of data (already met, not now), whatever he thinks of
        them; a learner that takes those for lessons goes wrong.
        """
        matrix = np.asarray(factors, dtype=np.float64)
        yes = chance.random(len(matrix)) < self.prefer(matrix)
        accident = chance.random(len(matrix)) < accidents
        which = chance.integers(len(ACCIDENTS), size=len(matrix))
        lessons = self._lessons(matrix)
        return [
            Decision(False, ACCIDENTS[int(which[row])])
            if accident[row]
            else Decision(bool(yes[row]), None if yes[row] else lessons[row])
            for row in range(len(matrix))
        ]

    def _beyond(self, matrix: Floats) -> Floats:
        """Points that no weighted sum can give, shape (pairs,); factors he does not know are passed over."""
        columns = {name: matrix[:, place] for place, name in enumerate(self.names)}
        extra = np.zeros(len(matrix))
        for rule in THRESHOLDS:
            if rule.factor in columns:
                extra -= rule.points * (columns[rule.factor] < rule.floor)
        for both in INTERACTIONS:
            if both.one in columns and both.other in columns:
                extra += both.points * (columns[both.one] * columns[both.other] - 0.25)
        return extra

    def _lessons(self, matrix: Floats) -> list[Refusal]:
        """For each pair the reason that belongs to the factor that costs most points."""
        told = [place for place, name in enumerate(self.names) if name in LESSONS]
        if not told:
            return [Refusal.WRONG_KIND] * len(matrix)
        worst = np.argmax((1 - matrix[:, told]) * self.weights[told], axis=1)
        return [LESSONS[self.names[told[int(place)]]] for place in worst]


def officer(seed: int, *, additive: bool = True, names: Sequence[str] = tuple(PRIOR_POINTS)) -> Officer:
    """Make an officer from a seed number: the office's prior, each weight times a lognormal, summing to 100 again.

    *names* are the factor columns he looks at; one the office has no prior for starts at the mean of the others.
    """
    usual = float(np.mean(list(PRIOR_POINTS.values())))
    prior = np.array([PRIOR_POINTS.get(name, usual) for name in names])
    drawn = prior * np.random.default_rng([seed, 9]).lognormal(0.0, SPREAD, len(names))
    return Officer(tuple(names), drawn / drawn.sum() * 100, additive)
