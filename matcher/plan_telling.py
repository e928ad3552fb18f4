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
from matcher.scoring import DETAIL, EXPERIENCE
from matcher.vocabulary import UNITS, GapReason

NEW_OFFERS = 3  #: how many kinds of a new offer are named as the most helpful


def figures_of(problem: Problem, steps: Any, best: float) -> dict[str, float | int | None]:
    """A plan in numbers, as they are stored: what cannot be said is None."""
    told = asdict(plan_figures.figures(problem, steps, best))
    return {name: None if isinstance(value, float) and np.isnan(value) else value for name, value in told.items()}


def rows_of(district: District, steps: Any) -> list[dict[str, Any]]:
    """What the plan gives, a row a pair, with what its sentence speaks of."""
    table, ranking = district.table, district.ranking
    problem, quantity = table.problem, table.quantity(steps)
    taken = np.minimum(problem.uses * steps, _exactly(table, quantity))
    takers = _takers(district, steps)
    grounds = plan_figures.grounds(problem, steps)
    rows = []
    for place, pair in enumerate(grounds.pair.tolist()):  # as many as a person reads
        row, challenge = table.row[pair], problem.challenge[pair]
        key = int(ranking.challenge[row]), int(ranking.offer[row])
        better = grounds.better[place]
        passed_over = better >= 0 and steps[better] == 0 and grounds.why_not[place] == Reason.USED_UP
        told = {
            "lacking": None if table.amount[challenge] < 0 else float(table.amount[challenge]) / MILLI,
            "others": int(takers[problem.offer[pair]]) - 1, "choice": int(grounds.rank[place]) if passed_over else 1,
            "rivals": int(grounds.rivals[place]), "never": bool(problem.never[challenge]),
            "first": bool(grounds.first[place]), "days": int(ranking.detail[row, DETAIL.index("waiting")]),
        }  # fmt: skip
        rows.append({
            "challenge_id": key[0], "offer_id": key[1], "quantity": Decimal(int(quantity[pair])) / MILLI,
            "offer_quantity": Decimal(int(taken[pair])) / MILLI, "score": float(ranking.score[row]),
            "pinned": key in district.pinned, "told": told,
        })  # fmt: skip
    return rows


def _takers(district: District, steps: Any) -> Any:
    """How many libraries share each offer, shape (offers,)."""
    problem, given = district.table.problem, steps > 0
    library = district.world.needs.library[problem.challenge[given]]
    offers = np.unique(np.stack([problem.offer[given], library]), axis=1)[0]
    return np.bincount(offers, minlength=problem.offers)


def _exactly(table: Table, quantity: Any) -> Any:
    """What a quantity takes of its offer where the last step is not whole, in thousandths, rounded up."""
    step = table.step[table.problem.challenge]
    return -(-quantity * table.problem.uses // step)


# --- what stays unmet ------------------------------------------------------------------------------------------------


def _given(district: District, steps: Any) -> Any:
    """Thousandths of its unit that each challenge gets, shape (n,)."""
    table = district.table
    found = np.zeros(len(table.amount), np.int64)
    np.add.at(found, table.problem.challenge, table.quantity(steps))
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
    Reason.LEFT: GapReason.LEFT,
}  # fmt: skip


class _Reasons:
    """Why challenges get no more, told from the pairs that were looked at."""

    def __init__(self, district: District, steps: Any) -> None:
        self._district, self._problem = district, district.table.problem
        self._unmet = plan_figures.unmet(self._problem, steps)
        self._takers = _takers(district, steps)
        world, ranking = district.world, district.ranking
        place = np.searchsorted(world.needs.id, ranking.challenge)
        numbered = district.numbered[np.searchsorted(world.gifts.id, ranking.offer)]
        right, gifts = plannable(ranking), world.gifts
        self._used_up = set(gifts.category[(gifts.left <= 0) & (gifts.mode != EXPERIENCE)].tolist())
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
        if pair >= 0:
            row = self._district.table.row[pair]
            others = int(self._takers[self._problem.offer[pair]])
            smallest = self._problem.least[pair] > self._problem.need[place]
            reason = _BY_PAIR.get(code, GapReason.TOO_SMALL if smallest else GapReason.TOO_LITTLE)
            return reason, {"offer_id": int(self._district.ranking.offer[row]), "others": others}
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
        used_up = int(self._district.world.needs.category[place]) in self._used_up
        return (GapReason.ALL_GIVEN if used_up else GapReason.NO_OFFER), {}


def _first_of(place: Any, where: Any) -> dict[int, int]:
    """The first row of each challenge for which *where* holds."""
    rows = np.flatnonzero(where)
    challenges, first = np.unique(place[rows], return_index=True)
    return dict(zip(challenges.tolist(), rows[first].tolist(), strict=True))


# --- what would help -------------------------------------------------------------------------------------------------


def shortage_of(district: District, steps: Any, setting: Setting) -> dict[str, Any]:
    """What stays unmet by unit and kecamatan, and which new offer would help most."""
    amount, needs = district.table.amount, district.world.needs
    given = _given(district, steps)
    lacking = np.where(amount > 0, amount - given, 0)
    places = [matching.kecamatan(code) for code in needs.region.tolist()]
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for place in np.flatnonzero((lacking > 0) | ((amount < 0) & (given == 0))).tolist():
        unit, every = district.units[place]
        one = sums[unit, every or "", places[place]]
        one[0] += int(lacking[place])
        one[1] += 1
        one[2] += int(amount[place] < 0)
    rows = [[*key, one[0] / MILLI, *one[1:]] for key, one in sorted(sums.items())]
    return {"rows": rows, "offers": _new_offers(district, steps, setting, lacking)}


def _new_offers(district: District, steps: Any, setting: Setting, lacking: Any) -> list[dict[str, Any]]:
    """The kinds of one new offer that would help most, each as large as the larger ones that were made so far."""
    kinds = sorted({(unit, every or "") for unit, every in district.units})
    kind = np.array([kinds.index((unit, every or "")) for unit, every in district.units])
    kept = [place for place in range(len(kinds)) if (lacking[kind == place] > 0).any()]
    rows = [np.flatnonzero((kind == place) & (lacking > 0)) for place in kept]
    if not rows:
        return []
    sums = [float(lacking[row].sum()) / MILLI for row in rows]
    size = [min(_usual(district, kinds[place][0]), lack) for place, lack in zip(kept, sums, strict=True)]
    challenge = np.concatenate(rows)
    gains = plan_figures.worth(
        district.table.problem, steps, setting, challenge=challenge, uses=district.table.step[challenge],
        hypothesis=np.repeat(np.arange(len(rows)), [len(row) for row in rows]),
        amount=np.array([int(one * MILLI) for one in size]),
    )  # fmt: skip
    best = np.lexsort((np.arange(len(rows)), -gains.value))[:NEW_OFFERS].tolist()
    return [
        {
            "unit": kinds[kept[place]][0], "every": kinds[kept[place]][1], "amount": size[place],
            "challenges": int(gains.helped[place]), "newly": int(gains.newly[place]),
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
