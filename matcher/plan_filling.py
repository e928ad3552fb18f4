"""A plan changed by hand: overdrawn steps taken back, what is left given to whom it is worth most."""

from __future__ import annotations

import numpy as np

from matcher.plan_pricing import Task, sums
from matcher.planning import BANNED, QUARTERS, Ints


class Hand:
    """Steps of a few pairs changed one pair at a time, never beyond what is left."""

    def __init__(self, task: Task, steps: Ints) -> None:
        self.problem, self.prices, self.rows, self.steps = task.problem, task.prices, task.rows, steps.copy()
        problem, rows = self.problem, self.rows
        self.order = np.argsort(rows.pair, kind="stable")
        self.starts = np.searchsorted(rows.pair[self.order], np.arange(len(problem.offer) + 1))
        self.lacking = problem.need - sums(problem.challenge, steps, len(problem.need))
        self.left = rows.left - sums(rows.row, rows.uses * steps[rows.pair], len(rows.left))

    def _add(self, pair: int, count: int) -> None:
        entries = self.order[self.starts[pair] : self.starts[pair + 1]]
        self.left[self.rows.row[entries]] -= self.rows.uses[entries] * count
        self.lacking[self.problem.challenge[pair]] -= count
        self.steps[pair] += count

    def _room(self, pair: int) -> int:
        entries = self.order[self.starts[pair] : self.starts[pair + 1]]
        room = min(int(self.prices.most[pair] - self.steps[pair]), int(self.lacking[self.problem.challenge[pair]]))
        if len(entries):
            room = min(room, int((self.left[self.rows.row[entries]] // self.rows.uses[entries]).min()))
        return room if self.steps[pair] + room >= self.problem.least[pair] and self.problem.fixed[pair] <= BANNED else 0

    def free(self) -> None:
        """Take back what overdraws a row or a need, the least worth first."""
        while (over := np.flatnonzero(self.left < 0)).size:
            pairs = self.rows.pair[self.rows.row == over[0]]
            self._back(pairs[(self.steps[pairs] > 0) & (self.problem.fixed[pairs] <= BANNED)])
        while (over := np.flatnonzero(self.lacking < 0)).size:
            pairs = np.flatnonzero(self.problem.challenge == over[0])
            self._back(pairs[(self.steps[pairs] > 0) & (self.problem.fixed[pairs] <= BANNED)])

    def _back(self, pairs: Ints) -> None:
        pair = int(pairs[np.argmin(self.prices.step[pairs])])
        only = self.steps[pair] <= max(int(self.problem.least[pair]), 1)
        self._add(pair, -int(self.steps[pair]) if only else -1)

    def fill(self, pairs: Ints) -> None:
        """Give what is left to whom it is worth most for what it takes."""
        shut = np.zeros(len(self.problem.offer), np.bool_)
        shut[self.rows.pair[self.left[self.rows.row] < self.rows.uses]] = True
        pairs = pairs[~shut[pairs] & (self.lacking[self.problem.challenge[pairs]] > 0)]
        got = self.problem.need - self.lacking
        quarter = np.minimum((np.cumsum(self.prices.room, axis=1) <= got[:, None]).sum(axis=1), QUARTERS - 1)
        who = self.problem.challenge[pairs]
        value = self.prices.step[pairs] + self.prices.quarter[who, quarter[who]]
        share = np.zeros(len(self.problem.offer))
        np.maximum.at(share, self.rows.pair, self.rows.uses / np.maximum(self.rows.left[self.rows.row], 1))
        waiting = self.prices.nothing.copy()
        waiting[self.prices.village[self.problem.challenge[self.steps > 0]]] = False
        first = waiting[self.prices.village[who]]
        for pair in pairs[np.lexsort((pairs, -value / (share[pairs] + 1e-9), ~first))].tolist():
            if self.lacking[self.problem.challenge[pair]] > 0 and (room := self._room(pair)) > 0:
                self._add(pair, room)
