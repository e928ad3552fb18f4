"""The plan of a district worked out: the steps that are worth the most, and how far from the best they can be at most.

A linear program is solved first.  Where nothing couples (no money, no smallest share) its corners are whole; elsewhere
it bounds what can be reached, a plan is filled up by hand, and only pairs that could still make it better go to the
branching search.  No clock changes an answer: the search is cut by the number of its nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from matcher.plan_filling import Hand
from matcher.plan_pricing import Task, arranged, task_of
from matcher.planning import Bools, Floats, Ints, Problem, Setting, contradiction

Watch = Callable[[int, int], None]
NODES, DEEP_NODES = 100, 100_000  #: of the branching search for one component
CORE_NEAR = 3e-4  #: how near its best that search ends: the others lose more
CORE_NODES = 50  #: of the search among the pairs that the relaxed plan leaves open
MOST_SEARCHED = 3_000  #: pairs; a component in which more stay open is not searched whole
BATCH = 3_000  #: pairs of small components that are relaxed together
CLOSE = 1e-6  #: how far from whole a number of the solver may be


class Contradictory(ValueError):
    """The pins cannot all be kept; its argument is the `planning.Contradiction`."""


@dataclass(frozen=True)
class Solution:
    """A plan and the proof of its worth.

    ``objective`` is exact: ``villages × bonus + value``.  ``bound`` is what no plan can pass, counted alike; ``gap`` is
    the larger share that villages or value may lack; 0: proven.
    """

    steps: Ints  #: shape (e,)
    value: int  #: worth of the steps in millionths
    value_bound: int  #: no plan for as many villages is worth more
    villages: int  #: that have something; 0 where the setting does not ask
    villages_bound: int
    bonus: int  #: what a village counts beside the value: more than all value there can be

    @property
    def objective(self) -> int:
        """One number for villages and value."""
        return self.villages * self.bonus + self.value

    @property
    def bound(self) -> int:
        """No plan has a larger objective."""
        return self.villages_bound * self.bonus + self.value_bound

    @property
    def gap(self) -> float:
        """The share of the best that may be missing."""
        worth = 1 - self.value / self.value_bound if self.value_bound else 0.0
        return max(worth, 1 - self.villages / self.villages_bound if self.villages_bound else 0.0)

    @property
    def proven(self) -> bool:
        """Whether no plan can be better."""
        return self.objective >= self.bound


# --- the model -------------------------------------------------------------------------------------------------------


class Model(NamedTuple):
    """Maximise ``gain @ v``; ``low <= v <= high``; ``matrix @ v`` between ``floor`` and ``ceiling``.

    Columns: the steps of the pairs (whole numbers; where ``least`` is above 1, nought or at least so much), then
    quarters, then villages.
    """

    pairs: Ints  #: places of pairs in the problem
    gain: Floats
    matrix: Any
    floor: Floats
    ceiling: Floats
    low: Floats
    high: Floats
    least: Ints
    villages: Ints  #: places of the village columns


def _model(task: Task, pairs: Ints, bonus: int) -> Model:
    """The model of some pairs; with a *bonus* the villages that wait are columns."""
    problem, prices, rows = task.problem, task.prices, task.rows
    at = np.full(len(problem.offer), -1, np.int64)
    at[pairs] = np.arange(len(pairs))
    entry = at[rows.pair] >= 0
    offer_rows, row = np.unique(rows.row[entry], return_inverse=True)
    challenges, mine = np.unique(problem.challenge[pairs], return_inverse=True)
    who, quarter = np.nonzero(prices.room[challenges] > 0)
    some = np.flatnonzero(task.waits(pairs)) if bonus else np.zeros(0, np.int64)
    villages, place = np.unique(prices.village[problem.challenge[pairs[some]]], return_inverse=True)
    e, y, z, r, n = len(pairs), len(who), len(villages), len(offer_rows), len(challenges)
    matrix = _matrix(
        (row, at[rows.pair[entry]], rows.uses[entry]),
        (r + mine, np.arange(e), 1),
        (r + who, e + np.arange(y), -1),
        (r + n + place, some, -1),
        (r + n + np.arange(z), e + y + np.arange(z), 1),
        shape=(r + n + z, e + y + z),
    )
    room, pinned = prices.room[challenges][who, quarter], problem.fixed[pairs] > 0
    gains = prices.step[pairs], prices.quarter[challenges][who, quarter], np.full(z, bonus)
    return Model(
        pairs=pairs, matrix=matrix,
        gain=np.concatenate(gains).astype(float),
        floor=np.concatenate([np.full(r, -np.inf), np.zeros(n), np.full(z, -np.inf)]),
        ceiling=np.concatenate([rows.left[offer_rows], np.zeros(n + z)]),
        low=np.concatenate([np.where(pinned, prices.most[pairs], 0), np.zeros(y + z)]),
        high=np.concatenate([prices.most[pairs], room, np.ones(z)]).astype(float),
        least=np.where(pinned, 0, problem.least[pairs]), villages=e + y + np.arange(z),
    )  # fmt: skip


def _matrix(*parts: tuple[Ints, Ints, Any], shape: tuple[int, int]) -> Any:
    from scipy.sparse import csr_array  # noqa: PLC0415 - half a second: only where a plan is worked out

    rows, places = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    values = np.concatenate([np.broadcast_to(part[2], part[0].shape) for part in parts])
    return csr_array((values.astype(float), (rows, places)), shape=shape)


def _relaxed(model: Model) -> Any:
    """The linear program: numbers need not be whole, smallest shares are forgotten."""
    from scipy.optimize import linprog  # noqa: PLC0415 - as above

    equal = model.floor == model.ceiling
    answer = linprog(
        -model.gain, A_ub=model.matrix[~equal], b_ub=model.ceiling[~equal], A_eq=model.matrix[equal],
        b_eq=model.ceiling[equal], bounds=np.column_stack([model.low, model.high]), method="highs-ds",
    )  # fmt: skip
    if answer.x is None:
        raise RuntimeError(answer.message)
    return answer


def _loose(model: Model) -> tuple[Model, Bools]:
    """The model without columns that have but one value, and which columns stay."""
    loose = model.high > model.low
    held = model.matrix @ np.where(loose, 0, model.low)
    mine = loose[: len(model.pairs)]
    return Model(
        model.pairs[mine], model.gain[loose], model.matrix[:, loose], model.floor - held, model.ceiling - held,
        model.low[loose], model.high[loose], model.least[mine], np.flatnonzero(loose[model.villages]),
    ), loose  # fmt: skip


def _searched(whole: Model, nodes: int, near: float = 0.0) -> tuple[Ints | None, float]:
    """The branching search, ended *near* the best: steps of the pairs it found (None: none), what no steps can pass."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - as above

    model, loose = _loose(whole)
    e, x = len(model.pairs), np.where(loose, 0, whole.low)
    fixed = float(whole.gain @ x)
    if loose.any():
        some = np.flatnonzero(model.least > 1)
        extra = np.zeros(len(some))  # whether such a pair gets its smallest share or nothing
        kinds = np.concatenate([np.ones(e), np.zeros(len(model.gain) - e), extra + 1])
        answer = milp(
            -np.append(model.gain, extra), integrality=kinds, options={"mip_rel_gap": near, "node_limit": nodes},
            bounds=Bounds(np.append(model.low, extra), np.append(model.high, extra + 1)),
            constraints=LinearConstraint(
                _or_nothing(model, some), np.concatenate([model.floor, extra - np.inf, extra - np.inf]),
                np.concatenate([model.ceiling, extra, extra]),
            ),
        )  # fmt: skip
        told = answer.mip_dual_bound if e else answer.fun  # without whole numbers it is a linear program
        fixed += np.inf if told is None else -told
        if answer.x is None:
            return None, fixed
        x[loose] = answer.x[: len(model.gain)]
    return np.rint(x[: len(whole.pairs)]).astype(np.int64), fixed


def _or_nothing(model: Model, some: Ints) -> Any:
    """The rows of a model, and below them two for each of *some* pairs: nought, or from the smallest share upwards."""
    from scipy.sparse import block_array, csr_array  # noqa: PLC0415 - as above

    k, columns, ones = len(some), len(model.gain), np.ones(len(some))
    chosen = csr_array((ones, (np.arange(k), some)), shape=(k, columns))
    most, least = (csr_array((side, (np.arange(k), np.arange(k))), shape=(k, k)) for side in
                   (-model.high[some], model.least[some].astype(float)))  # fmt: skip
    return block_array([[model.matrix, None], [chosen, most], [-chosen, least]], format="csr") if k else model.matrix


def _stands(model: Model, x: Floats) -> Bools:
    """Which of a model's pairs have a number that can stand."""
    steps = np.rint(x)
    return np.asarray((np.abs(x - steps) < CLOSE) & ((steps == 0) | (steps >= model.least)))


def _within(model: Model, relaxed: Any, room: float) -> Model:
    """Bounds closer by what each pair would cost: a plan that loses at most *room* cannot go further."""
    e = len(model.pairs)
    down, up = relaxed.lower.marginals[:e], -relaxed.upper.marginals[:e]
    low, high, least = model.low.copy(), model.high.copy(), model.least.copy()
    far = np.floor(np.divide(room, down, out=np.full(e, np.inf), where=down > CLOSE))
    high[:e] = np.minimum(high[:e], low[:e] + far)
    far = np.floor(np.divide(room, up, out=np.full(e, np.inf), where=up > CLOSE))
    low[:e] = np.maximum(low[:e], model.high[:e] - far)
    high[:e][(high[:e] < least) & (low[:e] == 0)] = 0
    some = (low[:e] > 0) & (least > 1)
    low[:e][some] = np.maximum(low[:e][some], least[some])
    least[some] = 0
    return model._replace(low=low, high=high, least=least)


def _core(task: Task, model: Model, relaxed: Any) -> Model:
    """Only pairs that cost nothing to change, where money or a smallest share is near; the others as they are relaxed.

    Near: of the same challenge or offer as such a pair, or as one that stands between two numbers.
    """
    e, problem = len(model.pairs), task.problem
    x, stands = np.rint(relaxed.x[:e]), _stands(model, relaxed.x[:e])
    free = ~stands | (np.maximum(relaxed.lower.marginals[:e], -relaxed.upper.marginals[:e]) <= CLOSE)
    near = free & (~stands | task.odd[model.pairs])
    for side in (problem.challenge[model.pairs], problem.offer[model.pairs]):
        near |= free & (np.bincount(side, near) > 0)[side]
    low, high, least = model.low.copy(), model.high.copy(), model.least.copy()
    low[:e][~near] = high[:e][~near] = x[~near]
    least[~near] = 0
    return model._replace(low=low, high=high, least=least)


# --- components ------------------------------------------------------------------------------------------------------


class Answer(NamedTuple):
    """Steps of some pairs, the others nought, and what their worth cannot pass."""

    steps: Ints
    bound: float


def _parts(task: Task, pairs: Ints, *, villages: bool) -> Ints:
    """The component of each of *pairs*: what shares a challenge, an offer that may run out, or a village that waits."""
    from scipy.sparse import coo_array, csgraph  # noqa: PLC0415 - as above

    problem, prices, rows = task.problem, task.prices, task.rows
    n, m = len(problem.need), len(rows.left)
    here = np.zeros(len(problem.offer), np.bool_)
    here[pairs] = True
    entry = here[rows.pair]
    some = problem.challenge[pairs[task.waits(pairs)]] if villages else np.zeros(0, np.int64)
    one = np.concatenate([problem.challenge[rows.pair[entry]], some])
    other = np.concatenate([n + rows.row[entry], n + m + prices.village[some]])
    size = n + m + len(prices.nothing)
    graph = coo_array((np.ones(len(one)), (one, other)), shape=(size, size))
    return np.asarray(csgraph.connected_components(graph, directed=False)[1][problem.challenge[pairs]], np.int64)


def _batches(part: Ints) -> list[Ints]:
    """Places of pairs, whole components together, large components alone."""
    order = np.argsort(part, kind="stable")
    if not len(order):
        return []
    found: list[list[Ints]] = []
    size = BATCH
    for piece in np.split(order, np.flatnonzero(np.diff(part[order])) + 1):
        if size + len(piece) > BATCH:
            found.append([])
            size = 0
        found[-1].append(piece)
        size += len(piece)
    return [np.sort(np.concatenate(pieces)) for pieces in found]


def _best(task: Task, pairs: Ints, part: Ints, bonus: int, seen: tuple[Model, Any] | None = None) -> Answer:
    """The best plan of some components; *seen* is what `_look` gave."""
    model, relaxed = seen or _look(task, pairs, bonus)
    x = relaxed.x[: len(pairs)]
    broken = np.isin(part, part[~_stands(model, x)])
    steps = np.zeros(len(task.problem.offer), np.int64)
    steps[pairs[~broken]] = np.rint(x[~broken]).astype(np.int64)
    if not broken.any():
        return Answer(steps, -relaxed.fun)
    if part.min() == part.max():
        return _whole(task, model, relaxed, bonus)
    bound = float(_counted(task, steps, bonus))
    for one in np.unique(part[broken]).tolist():
        mine = np.flatnonzero(part == one)
        answer = _best(task, pairs[mine], part[mine], bonus)
        steps, bound = steps + answer.steps, bound + answer.bound
    return Answer(steps, bound)


def _look(task: Task, pairs: Ints, bonus: int) -> tuple[Model, Any]:
    model = _model(task, pairs, bonus)
    return model, _relaxed(model)


def _counted(task: Task, steps: Ints, bonus: int) -> int:
    return task.value(steps) + bonus * int(task.reached(steps).sum())


def _whole(task: Task, model: Model, relaxed: Any, bonus: int) -> Answer:
    """The best plan of one component whose relaxed plan is not whole."""
    e, bound = len(model.pairs), -relaxed.fun
    floor = np.floor(relaxed.x[:e] + CLOSE)
    floor = np.where(floor < np.maximum(model.least, model.low[:e]), model.low[:e], floor)
    best = _filled(task, model.pairs, floor.astype(np.int64), bonus)
    if e > MOST_SEARCHED and bound >= best[0] + 1:
        steps, _ = _searched(_core(task, model, relaxed), CORE_NODES, CORE_NEAR)
        best = max(best, _filled(task, model.pairs, steps, bonus), key=lambda one: one[0])
        steps = _beside(task, model, best[1][model.pairs])
        best = max(best, _filled(task, model.pairs, steps, bonus), key=lambda one: one[0])
    closer = _within(model, relaxed, bound - best[0] - 1 + 0.01)
    few = int((closer.high[:e] > closer.low[:e]).sum()) <= MOST_SEARCHED
    if bound >= best[0] + 1 and (few or task.deep):
        steps, found = _searched(closer, DEEP_NODES if task.deep else NODES)
        bound = min(bound, max(found, best[0]))
        best = max(best, _filled(task, model.pairs, steps, bonus), key=lambda one: one[0])
    return Answer(best[1], bound)


def _beside(task: Task, model: Model, steps: Ints) -> Ints:
    """The best plan beside what money and smallest shares got: nothing couples the others, so corners are whole."""
    e, held = len(model.pairs), task.odd[model.pairs]
    low, high = model.low.copy(), model.high.copy()
    low[:e][held] = high[:e][held] = steps[held]
    free, loose = _loose(model._replace(low=low, high=high))
    if loose.any():
        low[loose] = _relaxed(free).x
    return np.floor(low[:e] + CLOSE).astype(np.int64)


def _filled(task: Task, pairs: Ints, found: Ints | None, bonus: int) -> tuple[int, Ints]:
    """What was found, made a plan that can be carried out and leaves nothing lie; its worth first."""
    steps = np.zeros(len(task.problem.offer), np.int64)
    if found is None:
        return -1, steps
    steps[pairs] = found
    hand = Hand(task, steps)
    hand.free()
    hand.fill(pairs)
    return _counted(task, hand.steps, bonus), hand.steps


# --- villages --------------------------------------------------------------------------------------------------------


def _most_villages(task: Task, pairs: Ints) -> int:
    """How many waiting villages a plan can reach at most."""
    model = _model(task, pairs, 1)
    gain = np.zeros(len(model.gain))
    gain[model.villages] = 1
    model = model._replace(gain=gain)
    relaxed = _relaxed(model)
    if task.deep or (len(pairs) <= MOST_SEARCHED and not _stands(model, relaxed.x[: len(pairs)]).all()):
        return int(np.floor(min(_searched(model, NODES)[1], -relaxed.fun) + CLOSE))
    return int(np.floor(-relaxed.fun + CLOSE))


def _with_villages(task: Task, pairs: Ints) -> tuple[Answer, int]:
    """The best plan of one component among those that reach as many villages as can be, and how many that are."""
    waiting = np.unique(task.prices.village[task.problem.challenge[pairs]])
    most, part = int(task.prices.nothing[waiting].sum()), np.zeros(len(pairs), np.int64)
    # A village is worth more than any step; where that is not enough, more than all steps together.
    dear = 8 * int((task.prices.step[pairs] + task.prices.quarter[task.problem.challenge[pairs], 0]).max())
    for bonus in (dear, task.prices.bonus):
        answer = _best(task, pairs, part, bonus)
        reached = int(task.reached(answer.steps).sum())
        if bonus == dear and reached < most:
            most = _most_villages(task, pairs)
        if reached >= most:
            break
    return Answer(answer.steps, answer.bound - most * bonus), most


# --- the plan --------------------------------------------------------------------------------------------------------


def _silent(done: int, total: int) -> None:
    """Tell nobody."""


def solve(problem: Problem, setting: Setting, *, deep: bool = False, watch: Watch = _silent) -> Solution:
    """The best plan under a setting; the same problem gives the same plan, in whatever order its rows stand.

    ``watch(done, total)`` is called after every stage; what it raises ends the work.  *deep* searches a large district
    where money couples everything until the best is proven: minutes instead of seconds.

    Raises
    ------
    Contradictory
        The pins cannot all be kept.
    """
    if (clash := contradiction(problem)) is not None:
        raise Contradictory(clash)
    ordered, places = arranged(problem)
    solution = _solved(task_of(ordered, setting, deep=deep), watch)
    steps = np.zeros_like(solution.steps)
    steps[places] = solution.steps
    return replace(solution, steps=steps)


def _solved(task: Task, watch: Watch) -> Solution:
    prices, pairs = task.prices, np.flatnonzero(task.prices.most > 0)
    part, wide = (_parts(task, pairs, villages=villages) for villages in (False, True))
    later = np.isin(wide, wide[_coupled(task, pairs, part)])
    now = np.flatnonzero(~later)
    batches = [now[batch] for batch in _batches(part[now])]
    total = 2 * len(batches) + 2
    looks = [_look(task, pairs[batch], 0) for batch in _told(batches, watch, 0, total)]
    rough = np.zeros(len(prices.most))
    for batch, (_, relaxed) in zip(batches, looks, strict=True):
        rough[pairs[batch]] = relaxed.x[: len(batch)]
    later |= np.isin(wide, wide[_missed(task, pairs, rough) & ~later])
    steps, bound = np.zeros(len(prices.most), np.int64), 0.0
    for batch, look in zip(_told(batches, watch, len(batches), total), looks, strict=True):
        now = batch[~later[batch]]
        if len(now):
            one = _best(task, pairs[now], part[now], 0, look if len(now) == len(batch) else None)
            steps, bound = steps + one.steps, bound + one.bound
    watch(total - 1, total)
    again = np.unique(wide[later | _missed(task, pairs, steps)])
    found, villages = _villages(task, pairs, wide, again, Answer(steps, bound))
    watch(total, total)
    value = task.value(found.steps)
    return Solution(
        found.steps, value, max(int(np.floor(found.bound + 0.01)), value),
        prices.has + int(task.reached(found.steps).sum()), prices.has + villages, prices.bonus,
    )  # fmt: skip


def _coupled(task: Task, pairs: Ints, part: Ints) -> Bools:
    """Pairs of components so large and coupled that they are worked out but once: with the villages that wait."""
    if not task.prices.nothing.any() or not len(pairs):
        return np.zeros(len(pairs), np.bool_)
    odd = np.bincount(part, task.odd[pairs]) > 0
    return np.asarray((odd & (np.bincount(part) > MOST_SEARCHED))[part])


def _told(batches: list[Ints], watch: Watch, done: int, total: int) -> Iterator[Ints]:
    """The batches, each told to whoever watches before it is worked on."""
    for place, batch in enumerate(batches):
        watch(done + place, total)
        yield batch


def _missed(task: Task, pairs: Ints, steps: Ints | Floats) -> Bools:
    """Of each pair: its village waits, and *steps* bring it less than one."""
    village = task.prices.village[task.problem.challenge[pairs]]
    got = np.bincount(village, steps[pairs], len(task.prices.nothing))
    return np.asarray((task.prices.nothing & (got < 1 - CLOSE))[village])


def _villages(task: Task, pairs: Ints, wide: Ints, again: Ints, free: Answer) -> tuple[Answer, int]:
    """Solve the components *again* so that as many villages as can be get something; and how many can."""
    nothing = task.prices.nothing
    steps, bound, villages = free.steps.copy(), free.bound, int(nothing.sum())
    for one in again.tolist():
        mine = pairs[wide == one]
        answer, most = _with_villages(task, mine)
        held = np.zeros_like(steps)
        held[mine] = steps[mine]
        bound += answer.bound - task.value(held)
        villages -= int(nothing[np.unique(task.prices.village[task.problem.challenge[mine]])].sum()) - most
        steps[mine] = answer.steps[mine]
    return Answer(steps, bound), villages
