"""Owns the way from columns of both sides to a plan's problem: pairs in whole steps, on which days, with which bounds.

A *step* is the smallest part of a challenge's unit that is sensibly shared out (`vocabulary.Unit.step`); what an offer
has is counted in thousandths of its own unit, so that every number of the problem is whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.columns import FAR_DAY, MODES, Gifts, Needs, category_index
from matcher.planning import FREE, Problem
from matcher.scoring import DETAIL, FLAGS, Ranking
from matcher.vocabulary import Category, Mode

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

MILLI = 1000
_EPOCH = 719_163  #: ordinal of the first of January 1970, from which numpy counts days
_YEAR = 365

#: What keeps a pair out of a plan though it may be suggested: it helps nobody, or the library asked not to get it.
_NEVER_PLANNED = ("experience", "unwanted", "other_thing", "units_differ")


@dataclass(frozen=True)
class Asked:
    """What a plan knows of the challenges beside `Needs`, columns of shape (n,) in the same order."""

    whole: Floats  #: the quantity that was asked for, in the unit; nan: nobody said
    step: Ints  #: thousandths of the unit
    promised: Ints  #: thousandths that are promised or proposed, where nobody said how much is asked
    counted: Bools  #: the unit knows no halves and is no money: one of it is surely lacking
    village: Ints  #: a number a village


@dataclass(frozen=True)
class Supply:
    """What offers have, rows sorted by offer and day: so much from that day on, until the offer's next row."""

    offer: Ints  #: places among the gifts
    day: Ints  #: ordinals
    left: Ints  #: thousandths of the offer's unit


@dataclass(frozen=True)
class Table:
    """A problem with the way back: which pair of the ranking each of its pairs is."""

    problem: Problem
    row: NDArray[np.intp]  #: place in the ranking, shape (e,)
    amount: Ints  #: what is lacking in thousandths of the unit, shape (n,); -1: nobody said how much
    step: Ints  #: thousandths, shape (n,)
    kept: Ints  #: thousandths of the unit that the officer keeps, shape (e,); FREE where he keeps nothing

    def quantity(self, steps: Ints) -> Ints:
        """What *steps* of each pair are in thousandths of the challenge's unit, shape (e,).

        What is kept is kept to the number that was said.  Where the last step of a challenge is not whole, the largest
        of its other pairs gives the less, so that nobody gets more than he lacks.
        """
        place = self.problem.challenge
        given = np.where((self.kept >= 0) & (steps > 0), self.kept, steps * self.step[place])
        sums = np.zeros(len(self.amount), np.int64)
        np.add.at(sums, place, given)
        over = np.where(self.amount >= 0, np.maximum(sums - self.amount, 0), 0)
        free = np.flatnonzero((self.kept < 0) & (steps > 0))
        free = free[np.lexsort((given[free], place[free]))]
        last = free[np.r_[np.diff(place[free]) != 0, True]] if len(free) else free
        given[last] -= np.minimum(over[place[last]], given[last])
        return given


def joined(ranking: Ranking, more: Ranking, rows: NDArray[np.intp]) -> Ranking:
    """A ranking with some *rows* of another one, sorted as rankings are."""
    columns = {
        one.name: np.concatenate([getattr(ranking, one.name), getattr(more, one.name)[rows]]) for one in fields(Ranking)
    }
    order = np.lexsort((columns["rank"], columns["experience"], columns["challenge"]))
    return Ranking(**{name: column[order] for name, column in columns.items()})


def has(ranking: Ranking, flag: str) -> Bools:
    """Whether *flag* is true of each pair of a ranking."""
    bits = ranking.detail[:, DETAIL.index("flags")].astype(np.int64)
    return np.asarray((bits >> FLAGS.index(flag)) & 1 == 1)


def plannable(ranking: Ranking) -> Bools:
    """Pairs a plan may use by itself: ready, of the right thing, counted alike, and not library to library."""
    never = np.zeros(len(ranking), bool)
    for flag in _NEVER_PLANNED:
        never |= has(ranking, flag)
    return np.asarray(ranking.ready & ~never)


def table_of(
    needs: Needs, gifts: Gifts, ranking: Ranking, asked: Asked, supply: Supply, *, day: int,
    pins: Mapping[tuple[int, int], int],
) -> Table:  # fmt: skip
    """Lay a district out as a problem.

    Parameters
    ----------
    needs, gifts : columns of shape (n,) and (m,), sorted by id
    ranking : the pairs, of which `plannable` ones and those in *pins* are taken
    asked, supply : what a plan must know besides
    day : ordinal of the day the plan is for
    pins : (challenge id, offer id) → thousandths of the challenge's unit that the officer keeps, or BANNED
    """
    kept = _kept(ranking, pins)
    challenge = np.searchsorted(needs.id, ranking.challenge)
    offer = np.searchsorted(gifts.id, ranking.offer)
    one = _one_unit(needs, gifts, challenge, offer, day)
    numbered = np.isin(offer, supply.offer)
    amount = _amount(needs)
    need = _need(amount, asked)
    asked_for = (plannable(ranking) | (kept > 0)) & ~ranking.experience & (need[challenge] > 0)
    enough = ~((amount[challenge] >= 0) & (amount[challenge] * one < _milli(gifts.share_min)[offer]))
    taken = asked_for & np.isfinite(one) & numbered & (enough | (kept > 0))
    first, last = _held(needs, gifts, challenge, offer, day)
    row = np.flatnonzero(taken & (first <= last))
    uses = np.maximum(np.ceil(one[row] * asked.step[challenge[row]] - 1e-6), 1).astype(np.int64)
    challenge, offer = challenge[row], offer[row]
    problem = Problem(
        need=need, village=asked.village, rank=_rank(needs, asked.village), served=_served(amount, need, asked),
        never=needs.never_helped, far=needs.far, challenge=challenge.astype(np.int64), offer=offer.astype(np.int64),
        score=ranking.score[row] / 100, uses=uses, least=_least(gifts, offer, uses),
        most=_most(gifts, offer, uses, need[challenge]), first=first[row], last=last[row], supply_offer=supply.offer,
        supply_day=supply.day, supply=supply.left,
        fixed=np.where(kept[row] > 0, -(-kept[row] // asked.step[challenge]), kept[row]),
    )  # fmt: skip
    return Table(problem, row, amount, asked.step, np.where(kept[row] > 0, kept[row], FREE))


def _kept(ranking: Ranking, pins: Mapping[tuple[int, int], int]) -> Ints:
    """The officer's word on each pair, FREE where there is none."""
    found = np.full(len(ranking), FREE, np.int64)
    if pins:
        keys = (ranking.challenge << 32) + ranking.offer
        for (challenge, offer), kept in pins.items():  # as many as an officer pressed
            found[keys == (challenge << 32) + offer] = kept
    return found


# --- quantities ------------------------------------------------------------------------------------------------------


def _milli(values: Floats) -> Ints:
    """Thousandths; -1 where nothing is known."""
    return np.where(np.isnan(values), -1, np.rint(np.nan_to_num(values) * MILLI)).astype(np.int64)


def _amount(needs: Needs) -> Ints:
    return _milli(needs.amount)


def _need(amount: Ints, asked: Asked) -> Ints:
    """Steps lacking; one where nobody said how many, one is surely lacking, and none is promised."""
    unsaid = np.where(asked.counted & (asked.promised == 0), 1, 0)
    return np.where(amount < 0, unsaid, -(-amount // asked.step)).astype(np.int64)


def _served(amount: Ints, need: Ints, asked: Asked) -> Ints:
    """Steps that are promised already."""
    whole = _milli(asked.whole)
    known = (whole >= 0) & (amount >= 0)
    unsaid = -(-asked.promised // asked.step)
    return np.where(known, np.maximum(-(-whole // asked.step) - need, 0), unsaid).astype(np.int64)


MOST_STEPS = 10_000  #: of one challenge: worth is counted in millionths of a need


def steps_of(unit: Ints, amount: Floats, kept: Mapping[int, int]) -> Ints:
    """The step of each challenge in thousandths: its unit's, or smaller where what is lacking or kept asks for it.

    *unit* is the unit's own step, shape (n,); *kept* is place → what all that is kept there has in common.
    """
    lacking = np.maximum(_milli(amount), 0)
    found = np.gcd(unit, lacking)
    for place, common in kept.items():
        found[place] = np.gcd(found[place], common)
    return np.where(lacking // found <= MOST_STEPS, found, unit)


def _rank(needs: Needs, village: Ints) -> Ints:
    """1 for the first challenge of a village by urgency, then waiting, then number; 2 for the next."""
    urgency = np.nan_to_num(needs.urgency, nan=0.5)
    order = np.lexsort((needs.id, -needs.waiting, -urgency, village))
    sorted_village = village[order]
    starts = np.flatnonzero(np.r_[True, sorted_village[1:] != sorted_village[:-1]]) if len(order) else order
    place = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
    found = np.empty(len(order), np.int64)
    found[order] = place + 1
    return found


def _least(gifts: Gifts, offer: NDArray[np.intp], uses: Ints) -> Ints:
    """Steps of the smallest share, 0 where the giver named none."""
    smallest = np.maximum(_milli(gifts.share_min)[offer], 0)
    return -(-smallest // uses)


def _most(gifts: Gifts, offer: NDArray[np.intp], uses: Ints, need: Ints) -> Ints:
    """Steps of the largest share, never more than is needed."""
    largest = _milli(gifts.share_max)[offer]
    return np.where(largest < 0, need, np.minimum(largest // uses, need))


def carried(
    needs: Needs, gifts: Gifts, challenge: Any, offer: Any, *, quantity: Ints, supply: Supply, day: int
) -> Problem:  # fmt: skip
    """Pairs that carry a *quantity* (thousandths of the challenge's unit) as a problem of one step each, shape (e,)."""
    count = len(quantity)
    nought, one = np.zeros(count, np.int64), np.ones(count, np.int64)
    first, last = _held(needs, gifts, challenge, offer, day)
    unit = np.nan_to_num(_one_unit(needs, gifts, challenge, offer, day), nan=0.0)
    return Problem(
        need=one, village=nought, rank=one, served=nought, never=nought > 0, far=np.zeros(count),
        challenge=np.arange(count), offer=offer, score=np.zeros(count), least=nought, most=one,
        uses=np.maximum(np.ceil(quantity * unit - 1e-6), 1).astype(np.int64), first=np.minimum(first, last), last=last,
        supply_offer=supply.offer, supply_day=supply.day, supply=supply.left, fixed=nought + FREE,
    )  # fmt: skip


# --- days and periods ------------------------------------------------------------------------------------------------


def _window(needs: Needs, gifts: Gifts, challenge: Any, offer: Any, day: int) -> tuple[Ints, Ints, Bools]:
    """First and last day on which a line of each pair would count, and whether it counts for good.

    The same rule as `pairs.pair` follows for one pair.
    """
    recurs, given_again = needs.per_year[challenge] > 0, gifts.per_year[offer] > 0
    for_good = ~recurs & ~given_again & (gifts.last_day[offer] >= FAR_DAY)
    first = np.maximum(np.maximum(gifts.first_day[offer], needs.first_day[challenge]), day)
    last = np.minimum(gifts.last_day[offer], needs.last_day[challenge])
    last = np.where((last >= FAR_DAY) & ~given_again, first + _YEAR - 1, last)
    return first, last, np.asarray(for_good)


def _held(needs: Needs, gifts: Gifts, challenge: Any, offer: Any, day: int) -> tuple[Ints, Ints]:
    """Days on which each pair would hold its offer; what is given once for a need that recurs is held for good."""
    first, last, for_good = _window(needs, gifts, challenge, offer, day)
    for_good |= (needs.per_year[challenge] > 0) & (gifts.per_year[offer] == 0)
    backwards = first > last
    first = np.where(for_good & ~backwards, day, first)
    return first, np.where(for_good & ~backwards, FAR_DAY, last)


def _one_unit(needs: Needs, gifts: Gifts, challenge: Any, offer: Any, day: int) -> Floats:
    """Units of the offer that one unit of the challenge takes; nan where nothing says how they convert."""
    funds = category_index(Category.FUNDS)
    free = (gifts.mode[offer] == MODES.index(Mode.MONEY)) & (gifts.category[offer] == funds)
    money = free & (needs.category[challenge] != funds)
    own = gifts.price[offer]
    price = np.where(np.isnan(own), needs.price[challenge], own)
    same = np.where(needs.group[challenge] == gifts.group[offer], needs.factor[challenge] / gifts.factor[offer], np.nan)
    return np.where(money, price, same) * _periods(needs, gifts, challenge, offer, day)


def _periods(needs: Needs, gifts: Gifts, challenge: Any, offer: Any, day: int) -> Floats:
    """What the periods of the two sides do to a quantity; the same rule as `lines.periods` for one pair."""
    mine, theirs = needs.per_year[challenge], gifts.per_year[offer]
    first, last, _ = _window(needs, gifts, challenge, offer, day)
    lasting = np.maximum(complete_periods(first, last + 1, mine), 1.0)
    between = np.divide(mine, theirs, out=np.ones(len(mine)), where=theirs > 0)
    return np.where((mine == 0) | (mine == theirs), 1.0, np.where(theirs > 0, between, lasting))


def complete_periods(first: Ints, until: Ints, per_year: Floats) -> Floats:
    """Whole periods between two days (ordinals), shape (e,); the same count as `balance.periods_complete`."""
    until = np.minimum(until, FAR_DAY - 1)
    weeks = (until - first) // 7
    begun, ended = (_as_days(day).astype("datetime64[M]") for day in (first, until))
    months = (ended - begun).astype(np.int64)
    day_of, end_of = (
        (_as_days(day) - _as_days(day).astype("datetime64[M]")).astype(np.int64) for day in (first, until)
    )
    longest = ((ended + 1).astype("datetime64[D]") - ended.astype("datetime64[D]")).astype(np.int64) - 1
    months -= end_of < np.minimum(day_of, longest)
    by_rhythm = [weeks, months, months // 12]
    return np.asarray(np.select([per_year == 52, per_year == 12, per_year == 1], by_rhythm, 1), np.float64)


def _as_days(ordinal: Ints) -> Any:
    return (ordinal - _EPOCH).astype("datetime64[D]")
