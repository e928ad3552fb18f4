"""What a plan is measured by: problems drawn at random, plainer ways to share, and another solver's optimum.

Nothing here serves a page; OR-tools is there only where tests and benches run.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from matcher.plan_pricing import limits, most_steps
from matcher.plan_solving import solve
from matcher.planning import BANNED, FREE, QUARTERS, SCALE, SETTINGS, Floats, Ints, Problem, Setting
from matcher.vocabulary import Words

Chance = np.random.Generator

# --- problems nobody chose -------------------------------------------------------------------------------------------


def drawn(seed: int, *, most: int = 300) -> Problem:
    """A problem of 1 to *most* challenges with what makes plans hard.

    Ties, needs of nought (also: unknown), offers with nothing left, smallest and largest shares, money, windows with
    supply that changes, pins and bans; each in some of the problems only.
    """
    chance = np.random.default_rng([seed, 17])
    n = int(np.exp(chance.uniform(0, np.log(most))))
    m = max(1, int(n * chance.uniform(0.1, 0.6)))
    ties, money, shares, windows, pins = (chance.random(5) < (0.4, 0.4, 0.4, 0.3, 0.3)).tolist()
    challenge, offer = np.nonzero(chance.random((n, m)) < min(1, chance.uniform(1, 8) / m))
    e = len(challenge)
    price = np.where(chance.random(m) < 0.3, chance.integers(2, 9, m), 1) if money else np.ones(m, np.int64)
    some = chance.random(e) < 0.3 if shares else np.zeros(e, np.bool_)
    first = chance.integers(0, 90, e) if windows else np.zeros(e, np.int64)
    days = 1 + chance.integers(0, 3, m) if windows else np.ones(m, np.int64)
    rows = np.repeat(np.arange(m), days)
    problem = Problem(
        need=chance.lognormal(1.2, 1, n).astype(np.int64) * (chance.random(n) > 0.1),
        village=chance.integers(0, max(1, n // 3), n), rank=chance.permutation(n) + 1,
        served=chance.integers(0, 4, n) * (chance.random(n) < 0.2), never=chance.random(n) < 0.5, far=chance.random(n),
        challenge=challenge, offer=offer,
        score=chance.integers(1, 4, e).astype(np.float64) / 4 if ties else chance.integers(0, 1001, e) / 1000,
        uses=np.where(price[offer] > 1, price[offer] * chance.choice([500, 1000, 1500], e), 1000),
        least=np.where(some, chance.integers(2, 5, e), 0),
        most=np.where(chance.random(e) < 0.2, chance.integers(1, 9, e), 1000),
        first=first, last=first + (chance.integers(0, 90, e) if windows else 0), fixed=np.full(e, FREE),
        supply_offer=rows, supply_day=np.concatenate([np.r_[0, np.sort(chance.integers(1, 120, k - 1))] for k in days]),
        supply=chance.lognormal(1.8, 1, len(rows)).astype(np.int64) * 1000 * (chance.random(len(rows)) > 0.1),
    )  # fmt: skip
    return told(problem, chance) if pins and e else problem


def told(problem: Problem, chance: Chance) -> Problem:
    """Some pairs pinned at what they get in a plan, so that all pins can be kept, and some banned."""
    steps, word = solve(problem, SETTINGS[0]).steps, chance.random(len(problem.offer))
    return replace(problem, fixed=np.where((word < 0.1) & (steps > 0), steps, np.where(word > 0.9, BANNED, FREE)))


def scarce(seed: int, n: int = 2000, m: int = 500, k: int = 20) -> Problem:
    """A random district: lognormal needs, *k* candidates each, favoured offers, what there is 60 % of the need."""
    chance = np.random.default_rng([seed, 23])
    kind, what = chance.integers(0, 6, n), np.r_[np.arange(6), chance.integers(0, 6, m - 6)]
    need = np.maximum(np.rint(chance.lognormal(1.5, 1, n)), 1).astype(np.int64)
    liked, village, near = chance.lognormal(0, 1, m), chance.integers(0, n // 5, n), chance.random(n // 5)
    pairs = []
    for one in range(n):
        offers = np.flatnonzero(what == kind[one])
        pairs.append(chance.choice(offers, min(k, len(offers)), replace=False, p=liked[offers] / liked[offers].sum()))
    c, o = np.repeat(np.arange(n), [len(row) for row in pairs]), np.concatenate(pairs)
    score = 0.2 + 0.5 * chance.random(len(c)) + 0.3 * near[village[c]]
    has, ones = liked * chance.lognormal(0, 0.5, m), np.ones(len(c), np.int64)
    return Problem(
        need=need, village=village, rank=chance.permutation(n) + 1, served=0 * need, never=chance.random(n) < 0.5,
        far=1 - near[village], challenge=c, offer=o, score=np.rint(score * 1000) / 1000, uses=ones * 1000,
        least=0 * ones, most=ones * 10**6, first=ones, last=ones, fixed=-ones,
        supply_offer=np.arange(m), supply_day=np.ones(m, np.int64),
        supply=np.maximum(has / has.sum() * need.sum() * 0.6, 1).astype(np.int64) * 1000,
    )  # fmt: skip


# --- plainer ways ----------------------------------------------------------------------------------------------------


def _in_turn(problem: Problem, order: Ints, portion: Callable[[int], int]) -> Ints:
    """Go through pairs in an order, each taking what it still can, at most its portion."""
    most = most_steps(replace(problem, fixed=np.full_like(problem.fixed, FREE)))
    rows = limits(problem, most)
    by_pair = np.argsort(rows.pair, kind="stable")
    starts = np.searchsorted(rows.pair[by_pair], np.arange(len(problem.offer) + 1))
    left, lacking, steps = rows.left.copy(), problem.need.copy(), np.zeros_like(most)
    for pair in order.tolist():
        mine, who = by_pair[starts[pair] : starts[pair + 1]], problem.challenge[pair]
        room = min(int(most[pair] - steps[pair]), int(lacking[who]), portion(pair))
        if len(mine):
            room = min(room, int((left[rows.row[mine]] // rows.uses[mine]).min()))
        if room > 0 and steps[pair] + room >= problem.least[pair]:
            left[rows.row[mine]] -= rows.uses[mine] * room
            lacking[who] -= room
            steps[pair] += room
    return steps


def _by(problem: Problem, value: Floats) -> Ints:
    return np.lexsort((problem.offer, problem.challenge, -value))


def greedy_by_score(problem: Problem) -> Ints:
    """The best pair first, as much as it can take."""
    return _in_turn(problem, _by(problem, problem.score), lambda _: 1 << 40)


def greedy_by_score_per_unit(problem: Problem) -> Ints:
    """First where one step meets the largest share of a need."""
    whole = np.maximum(problem.whole, 1)[problem.challenge]
    return _in_turn(problem, _by(problem, problem.score / whole), lambda _: 1 << 40)


def round_robin(problem: Problem) -> Ints:
    """Four rounds: every challenge in turn takes a quarter of its need from its best offers."""
    quarter = np.maximum(-(-problem.whole // QUARTERS), 1)[problem.challenge]
    place = np.lexsort((problem.offer, -problem.score, problem.challenge))
    new = np.diff(problem.challenge[place], prepend=-1) != 0
    nth = np.arange(len(place)) - np.maximum.accumulate(np.where(new, np.arange(len(place)), 0))
    turns = place[np.lexsort((problem.challenge[place], nth))]
    return _in_turn(problem, np.tile(turns, QUARTERS), lambda pair: int(quarter[pair]))


WAYS: dict[Callable[[Problem], Ints], Words] = {
    greedy_by_score: Words("skor tertinggi dulu", "best score first"),
    greedy_by_score_per_unit: Words("skor per satuan dulu", "best score per unit first"),
    round_robin: Words("bergiliran", "round robin"),
}


# --- another solver --------------------------------------------------------------------------------------------------


def judged(problem: Problem, setting: Setting, *, seconds: float = 60, workers: int = 1) -> int | None:
    """The best objective by OR-tools' CP-SAT, from the definition alone; None where it did not prove it in time."""
    model = _Judge(problem, setting)
    solver = model.cp.CpSolver()
    solver.parameters.num_workers, solver.parameters.max_time_in_seconds = workers, seconds
    return round(solver.objective_value) if solver.solve(model.written()) == model.cp.OPTIMAL else None


class _Judge:
    """The problem written down once more, in plain loops that share nothing with `planning`."""

    def __init__(self, problem: Problem, setting: Setting) -> None:
        self.cp: Any = importlib.import_module("ortools.sat.python.cp_model")
        self.model, self.p, self.setting = self.cp.CpModel(), problem, setting
        self.pairs, self.needs = range(len(problem.offer)), range(len(problem.need))
        self.low: dict[tuple[int, int], int] = {}
        columns = (problem.supply_offer, problem.supply_day, problem.supply)
        for offer, day, left in zip(*(column.tolist() for column in columns), strict=True):
            self.low[offer, day] = min(left, self.low.get((offer, day), left))
        self.tops = [self._top(k) for k in self.pairs]
        self.open = {int(problem.challenge[k]) for k in self.pairs if self.tops[k]}
        self.steps = [self._variable(k) for k in self.pairs]
        self.gain: list[Any] = []

    def _left(self, offer: int, day: int) -> int:
        before = [known for one, known in self.low if one == offer and known <= day]
        return self.low[offer, max(before)] if before else 0

    def _top(self, k: int) -> int:
        p, offer = self.p, int(self.p.offer[k])
        if p.fixed[k] >= 0:
            return int(p.fixed[k])
        days = [int(p.first[k])] + [day for one, day in self.low if one == offer and p.first[k] < day <= p.last[k]]
        alone = min(self._left(offer, day) for day in days) // int(p.uses[k])
        top = min(int(p.most[k]), int(p.need[p.challenge[k]]), alone)
        return top if top >= max(int(p.least[k]), 1) else 0

    def _variable(self, k: int) -> Any:
        p, top = self.p, self.tops[k]
        if not top or p.fixed[k] > 0:
            return self.model.new_int_var(top, top, "")
        spans = [[0, 0], [max(int(p.least[k]), 1), top]]
        return self.model.new_int_var_from_domain(self.cp.Domain.from_intervals(spans), "")

    def written(self) -> Any:
        """The whole model."""
        self._offers()
        bonus = 1 + sum(self._challenge(i) for i in self.needs)
        if self.setting.villages:
            for village in sorted(set(self.p.village.tolist())):
                self._village([i for i in self.needs if self.p.village[i] == village], bonus)
        self.model.maximize(sum(self.gain))
        return self.model

    def _offers(self) -> None:
        p = self.p
        for offer in sorted(set(p.offer.tolist())):
            mine = [k for k in self.pairs if p.offer[k] == offer]
            for day in sorted({int(p.first[k]) for k in mine} | {day for one, day in self.low if one == offer}):
                held = [int(p.uses[k]) * self.steps[k] for k in mine if p.first[k] <= day <= p.last[k]]
                self.model.add(sum(held) <= self._left(offer, day))

    def _weight(self, i: int) -> float:
        p, ranks = self.p, self.setting.ranks
        first = {int(p.challenge[k]) for k in self.pairs if p.fixed[k] != BANNED and p.need[p.challenge[k]] > 0}
        ahead = sum(p.village[j] == p.village[i] and (p.rank[j] < p.rank[i] or i not in first) for j in first)
        equity = 1 + self.setting.never * bool(p.never[i]) + self.setting.far * float(p.far[i])
        beside = max(sum(p.village[j] == p.village[i] for j in first), 1)
        return float(equity * ranks[min(int(ahead), len(ranks) - 1)] * float(beside) ** -self.setting.few)

    def _challenge(self, i: int) -> int:
        """Limits and gains of one challenge; the most it can be worth."""
        p, mine = self.p, [k for k in self.pairs if self.p.challenge[k] == i]
        self.model.add(sum(self.steps[k] for k in mine) <= int(p.need[i]))
        whole = max(int(p.need[i]) + int(p.served[i]), 1)
        each = SCALE * self._weight(i) / whole
        worth = {k: max(round(each * float(p.score[k])), 1) for k in mine}
        self.gain += [worth[k] * self.steps[k] for k in mine]
        parts, full = [], 0
        for quarter in range(QUARTERS):
            begin, end = -(-whole * quarter // QUARTERS), -(-whole * (quarter + 1) // QUARTERS)
            room = max(end - max(begin, int(p.served[i])), 0)
            value = round(self.setting.lam * each * self.setting.betas[quarter])
            parts.append(self.model.new_int_var(0, room, ""))
            self.gain.append(value * parts[-1])
            full += room * value
        self.model.add(sum(parts) == sum(self.steps[k] for k in mine))
        best = max((worth[k] for k in mine if self.tops[k]), default=0)
        return full + int(p.need[i]) * best if i in self.open else 0

    def _village(self, mine: list[int], bonus: int) -> None:
        if not self.open.intersection(mine):
            return
        reached = self.model.new_bool_var("")
        if not any(self.p.served[i] > 0 for i in mine):
            self.model.add(reached <= sum(self.steps[k] for k in self.pairs if self.p.challenge[k] in mine))
        self.gain.append(bonus * reached)
