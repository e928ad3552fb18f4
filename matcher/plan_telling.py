"""What a plan says of itself: its rows with what speaks for them, who stays short and why, what would help most."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import numpy as np

from matcher import matching, plan_figures
from matcher.columns import unit_group
from matcher.plan_district import District
from matcher.plan_figures import Reason
from matcher.plan_problem import MILLI, Table, has, plannable
from matcher.planning import Problem, Setting
from matcher.scoring import DETAIL
from matcher.vocabulary import UNITS, GapReason

NEW_OFFERS = 3  #: how many kinds of a new offer are named as the most helpful


def figures_of(problem: Problem, steps: Any, best: float) -> dict[str, float | int | None]:
    """A plan in numbers, as they are stored: what cannot be said is None."""
    told = asdict(plan_figures.figures(problem, steps, best))
    return {name: None if isinstance(value, float) and np.isnan(value) else value for name, value in told.items()}


def rows_of(district: District, steps: Any) -> list[dict[str, Any]]:
    """What the plan gives, a row a pair, with what its sentence speaks of."""
    table, ranking = district.table, district.ranking
    problem, quantity = table.problem, _quantity(district, steps)
    taken = np.minimum(problem.uses * steps, _exactly(table, quantity))
    others = np.bincount(problem.offer[steps > 0], minlength=problem.offers) - 1
    grounds = plan_figures.grounds(problem, steps)
    rows = []
    for place, pair in enumerate(grounds.pair.tolist()):  # as many as a person reads
        row, challenge = table.row[pair], problem.challenge[pair]
        key = int(ranking.challenge[row]), int(ranking.offer[row])
        told = {
            "lacking": None if table.amount[challenge] < 0 else float(table.amount[challenge]) / MILLI,
            "others": int(others[problem.offer[pair]]), "choice": int(grounds.rank[place]),
            "rivals": int(grounds.rivals[place]), "never": bool(problem.never[challenge]),
            "first": bool(grounds.first[place]), "days": int(ranking.detail[row, DETAIL.index("waiting")]),
        }  # fmt: skip
        rows.append({
            "challenge_id": key[0], "offer_id": key[1], "quantity": Decimal(int(quantity[pair])) / MILLI,
            "offer_quantity": Decimal(int(taken[pair])) / MILLI, "score": float(ranking.score[row]),
            "pinned": key in district.pinned, "told": told,
        })  # fmt: skip
    return rows


def _quantity(district: District, steps: Any) -> Any:
    """Thousandths of the challenge's unit that each pair carries; what is kept, to the number the officer said."""
    table, ranking = district.table, district.ranking
    found = table.quantity(steps)
    for (challenge, offer), kept in district.pinned.items():  # as many as an officer pressed
        here = (ranking.challenge[table.row] == challenge) & (ranking.offer[table.row] == offer)
        found[here] = int(kept * MILLI)
    return found


def _exactly(table: Table, quantity: Any) -> Any:
    """What a quantity takes of its offer where the last step is not whole, in thousandths, rounded up."""
    step = table.step[table.problem.challenge]
    return -(-quantity * table.problem.uses // step)


# --- what stays unmet ------------------------------------------------------------------------------------------------


def _given(district: District, steps: Any) -> Any:
    """Thousandths of its unit that each challenge gets, shape (n,)."""
    table = district.table
    found = np.zeros(len(table.amount), np.int64)
    np.add.at(found, table.problem.challenge, _quantity(district, steps))
    return found


def gaps_of(district: District, steps: Any) -> list[dict[str, Any]]:
    """Challenges that stay short, each with why."""
    amount, given = district.table.amount, _given(district, steps)
    short = np.where(amount >= 0, given < amount, given == 0)
    reasons = _Reasons(district, steps)
    gaps = []
    for place in np.flatnonzero(short).tolist():
        reason, told = reasons.of(place)
        gaps.append({
            "challenge_id": int(district.world.needs.id[place]), "given": Decimal(int(given[place])) / MILLI,
            "lacking": None if amount[place] < 0 else Decimal(int(amount[place] - given[place])) / MILLI,
            "reason": reason.value, "told": told,
        })  # fmt: skip
    return gaps


#: What the arithmetic calls it, and what a person is told; what it does not know of is looked up among all pairs.
_BY_PAIR = {
    Reason.USED_UP: GapReason.USED_UP, Reason.SMALLEST: GapReason.BELOW_LEAST, Reason.BANNED: GapReason.BANNED,
    Reason.TOO_SMALL: GapReason.TOO_SMALL, Reason.LEFT: GapReason.LEFT,
}  # fmt: skip


class _Reasons:
    """Why challenges get no more, told from the pairs that were looked at."""

    def __init__(self, district: District, steps: Any) -> None:
        self._district, self._problem = district, district.table.problem
        self._unmet = plan_figures.unmet(self._problem, steps)
        self._takers = np.bincount(self._problem.offer[steps > 0], minlength=self._problem.offers)
        world, ranking = district.world, district.ranking
        place = np.searchsorted(world.needs.id, ranking.challenge)
        numbered = district.numbered[np.searchsorted(world.gifts.id, ranking.offer)]
        right = plannable(ranking)
        self._first = {
            GapReason.NO_OFFER_NUMBER: _first_of(place, right & ~numbered),
            GapReason.TOO_SMALL: _first_of(place, right & has(ranking, "too_small")),
            GapReason.NOT_READY: _first_of(place, ~ranking.experience & ~ranking.ready),
            GapReason.OTHER_UNIT: _first_of(place, ranking.ready & has(ranking, "units_differ")),
        }

    def of(self, place: int) -> tuple[GapReason, dict[str, Any]]:
        """The reason of the challenge at *place*, and what its sentence speaks of."""
        code, pair = Reason(self._unmet.reason[place]), int(self._unmet.pair[place])
        if code is Reason.HELPED and self._problem.need[place] > 0:
            return GapReason.PARTLY, {}
        if pair >= 0 and code in _BY_PAIR:
            row = self._district.table.row[pair]
            others = int(self._takers[self._problem.offer[pair]])
            return _BY_PAIR[code], {"offer_id": int(self._district.ranking.offer[row]), "others": others}
        if self._district.table.amount[place] < 0 and not self._problem.need[place]:
            return GapReason.NO_NUMBER, {}
        return self._looked_up(place)

    def _looked_up(self, place: int) -> tuple[GapReason, dict[str, Any]]:
        """What kept every pair of a challenge out of the plan."""
        ranking = self._district.ranking
        for reason, first in self._first.items():
            if (row := first.get(place)) is not None:
                missing = int(ranking.detail[row, DETAIL.index("missing")])
                return reason, {"offer_id": int(ranking.offer[row]), "missing": missing}
        return GapReason.NO_OFFER, {}


def _first_of(place: Any, where: Any) -> dict[int, int]:
    """The first row of each challenge for which *where* holds."""
    rows = np.flatnonzero(where)
    challenges, first = np.unique(place[rows], return_index=True)
    return dict(zip(challenges.tolist(), rows[first].tolist(), strict=True))


# --- what would help -------------------------------------------------------------------------------------------------


def shortage_of(district: District, steps: Any, setting: Setting) -> dict[str, Any]:
    """What stays unmet by unit and kecamatan, and which new offer would help most."""
    amount, needs = district.table.amount, district.world.needs
    lacking = np.where(amount > 0, amount - _given(district, steps), 0)
    places = [matching.kecamatan(code) for code in needs.region.tolist()]
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for place in np.flatnonzero((lacking > 0) | (amount < 0)).tolist():
        one = sums[district.units[place], places[place]]
        one[0] += int(lacking[place])
        one[1] += 1
        one[2] += int(amount[place] < 0)
    rows = [[unit, place, one[0] / MILLI, *one[1:]] for (unit, place), one in sorted(sums.items())]
    return {"rows": rows, "offers": _new_offers(district, steps, setting, lacking)}


def _new_offers(district: District, steps: Any, setting: Setting, lacking: Any) -> list[dict[str, Any]]:
    """The kinds of one new offer that would help most, each as large as the larger ones that were made so far."""
    names = np.array(district.units)
    units = [unit for unit in sorted(set(district.units)) if (lacking[names == unit] > 0).any()]
    rows = [np.flatnonzero((names == unit) & (lacking > 0)) for unit in units]
    if not units:
        return []
    size = [
        min(_usual(district, unit), float(lacking[row].sum()) / MILLI) for unit, row in zip(units, rows, strict=True)
    ]
    count = np.array([len(row) for row in rows])
    gains = plan_figures.worth(
        district.table.problem, steps, setting, hypothesis=np.repeat(np.arange(len(units)), count),
        challenge=np.concatenate(rows), uses=np.repeat([int(UNITS[unit].step * MILLI) for unit in units], count),
        amount=np.array([int(one * MILLI) for one in size]),
    )  # fmt: skip
    best = np.lexsort((np.arange(len(units)), -gains.value))[:NEW_OFFERS].tolist()
    return [
        {
            "unit": units[place], "amount": size[place], "challenges": int(gains.helped[place]),
            "newly": int(gains.newly[place]), "villages": int(gains.villages[place]),
        }
        for place in best
        if gains.steps[place] > 0
    ]  # fmt: skip


def _usual(district: District, unit: str) -> float:
    """What the larger offers of a unit hold: three in four hold less; where there are none, no bound."""
    gifts = district.world.gifts
    mine = (gifts.group == unit_group(unit)) & (gifts.left > 0)
    held = gifts.left[mine] * gifts.factor[mine] / UNITS[unit].factor
    return float(np.ceil(np.quantile(held, 0.75))) if len(held) else np.inf
