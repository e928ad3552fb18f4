"""Weights to a score with its reasons, for many pairs at once: one sum a person can add up.

Every factor earns ``round(points × value, 1)`` and the score is the sum of those, so the parts a person reads add up
to the score a person reads.  Ties are broken by the number of the offer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.errors import WeightsDoNotSum
from matcher.factors import (
    FACTORS,
    MODES,
    Block,
    Bools,
    Factor,
    Floats,
    Gifts,
    Ints,
    Needs,
    blocks_of,
    eligible,
)
from matcher.vocabulary import Mode, Words

TOP = 20  #: candidates kept a challenge
PEERS = 5  #: and peers with experience, ranked apart
EXPERIENCE = MODES.index(Mode.EXPERIENCE)
CHUNK = 1 << 18  #: pairs worked out at once: small enough to stay near the processor
DETAIL = ("km", "reach", "need", "covered", "waiting", "missing", "unsaid", "kept", "due", "flags", "lacking")

#: Bits of ``flags``: what is true of a pair beside its numbers.
FLAGS = (
    "experience", "money", "anywhere", "unwanted", "too_small", "never_helped", "far", "follow_on", "urgency_unsaid",
    "wordless", "alike", "region_unknown", "units_differ", "full", "other_thing", "same_thing",
)  # fmt: skip
ALIKE = 0.2  #: likeness from which the words of both sides are called alike


def check_points(points: Mapping[str, float]) -> dict[str, float]:
    """The weights in the order of FACTORS; a factor they do not name has none.

    Raises
    ------
    WeightsDoNotSum
        A weight is no number or negative, or they do not sum to 100.
    """
    try:
        values = {factor.name: float(points.get(factor.name, 0)) for factor in FACTORS}
    except (AttributeError, TypeError, ValueError) as error:
        raise WeightsDoNotSum(total="?") from error
    total = sum(values.values())
    if not all(math.isfinite(value) and value >= 0 for value in values.values()) or abs(total - 100) > 0.05:
        raise WeightsDoNotSum(total=round(total, 1))
    return values


Floats32 = NDArray[np.float32]


@dataclass(frozen=True)
class Ranking:
    """The best pairs: columns of equal length, sorted by challenge, then rank."""

    challenge: Ints
    offer: Ints
    rank: Ints
    score: Floats
    certainty: Floats
    ready: Bools
    experience: Bools
    factors: Floats  #: (pairs, len(FACTORS)), values in [0, 1] to three decimals
    detail: Floats  #: (pairs, len(DETAIL))

    def __len__(self) -> int:
        return len(self.challenge)


def _steps(value: Floats) -> NDArray[np.intp]:
    """A factor's value in whole thousandths, as it is stored and shown."""
    return np.asarray(np.rint(value * 1000).astype(np.intp))


@lru_cache(maxsize=256)
def _earned_by(weight: float) -> NDArray[np.float32]:
    """What each value in thousandths earns, in whole tenths of a point: ``round(weight × value, 1)``."""
    return np.asarray(np.rint(weight * (np.arange(1001) / 1000) * 10).astype(np.float32))


def _score(block: Block, points: Floats) -> tuple[Floats, Floats, Floats]:
    """Score and certainty of each pair, and the rounded factors (factors, *shape)."""
    values, known = np.empty((len(FACTORS), *block.shape)), np.zeros(block.shape)
    earned = np.zeros(block.shape)
    for place, (factor, weight) in enumerate(zip(FACTORS, points.tolist(), strict=True)):
        steps = _steps(factor.of(block))
        values[place] = steps / 1000
        earned += _earned_by(weight)[steps]
        known += factor.known(block) * weight
    return earned / 10, np.round(known / max(points.sum(), 1), 3), values


def _total(block: Block, points: Floats) -> Floats32:
    """Every score of a grid in whole tenths, shape (challenges, offers)."""
    total = np.zeros(block.shape, np.float32)
    for factor, weight in zip(FACTORS, points.tolist(), strict=True):
        if weight:
            total += _earned(block, factor, weight)
    return total


def _earned(block: Block, factor: Factor, weight: float) -> Floats32:
    """What one factor earns; where many rows say the same, worked out once for those."""
    if factor.needs and not block.few:
        small, rows, columns = block.distinct(factor.needs, factor.gifts)
        if small.shape[0] * small.shape[1] * 2 < block.shape[0] * block.shape[1]:
            earned = _earned_by(weight)[_steps(factor.of(small))]
            return np.take(np.take(earned, columns, axis=1), rows, axis=0)
    return _earned_by(weight)[_steps(factor.of(block))]


def _flags(block: Block) -> Ints:
    g, n = block.gifts, block.needs
    columns: dict[str, Any] = {
        "experience": block.experience,
        "money": block.money_for_goods,
        "anywhere": block.of_gift(g.anywhere),
        "unwanted": block.unwanted,
        "too_small": block.too_small_for_giver,
        "never_helped": block.of_need(n.never_helped),
        "far": block.of_need(n.far > 0.6),
        "follow_on": block.of_gift(g.follow_on),
        "urgency_unsaid": block.of_need(np.isnan(n.urgency)),
        "wordless": block.wordless,
        "alike": block.similarity >= ALIKE,
        "region_unknown": block.of_need(n.region == ""),
        "units_differ": ~block.units_convert & ~block.money_for_goods & ~block.experience,
        "full": block.experience & block.of_gift(g.left <= 0),
        "other_thing": ~block.experience & block.another,
        "same_thing": ~block.experience & (block.thing == 1),
    }
    flags = np.zeros(block.shape, np.int64)
    for bit, name in enumerate(FLAGS):
        flags |= np.where(columns[name], 1 << bit, 0)
    return flags


_SCORES = 1001  #: scores there are, in tenths of a point


def _merit(block: Block, total: Floats32) -> Floats32:
    """What gifts are sorted by: wanted before unwanted, ready help before something to fix, then the score."""
    merit = total + _SCORES * (block.ready & ~block.another).astype(np.float32)
    if block.choosy:
        merit += np.where(block.unwanted | block.misleading, np.float32(0), np.float32(2 * _SCORES))
    else:
        merit += np.where(block.misleading, np.float32(0), np.float32(2 * _SCORES))
    return np.asarray(merit)


def _nearness(block: Block, total: Floats32) -> Floats:
    """What peers are sorted by: those not asked enough yet, then the nearest, then the score."""
    free = block.of_gift(~(block.gifts.left <= 0))
    near = 9990 - np.minimum(np.rint(np.nan_to_num(block.km, nan=999.0) * 10), 9990)
    return np.asarray(total + _SCORES * (near + 10_000.0 * free))


def _best(
    merit: Floats | Floats32, allowed: Bools, top: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Rows, columns and ranks of the best *top* offers a row; ties go to the column further left.

    *merit* holds whole numbers; made one with its column, every pair's key is another, so that only one order is right.
    """
    count = merit.shape[1]
    small = merit.size and (merit.max() + 1) * count < np.iinfo(np.int32).max
    whole: np.dtype[Any] = np.dtype(np.int32 if small else np.int64)
    keys = merit.astype(whole) * whole.type(count) + np.arange(count - 1, -1, -1, dtype=whole)
    keys[~allowed] = -1
    if count > top:
        keys = np.partition(keys, count - top, axis=1)[:, count - top :]
    keys = np.sort(keys, axis=1)[:, ::-1]
    rows, places = np.nonzero(keys >= 0)
    return rows, count - 1 - keys[rows, places] % count, places + 1


def _rank_block(block: Block, points: Floats, allowed: Bools, top: int, *, peers: bool) -> dict[str, NDArray[Any]]:
    total = _total(block, points)
    merit: Floats | Floats32 = _nearness(block, total) if peers else _merit(block, total)
    rows, columns, ranks = _best(merit, allowed, min(top, PEERS) if peers else top)
    pairs = block.at(rows, columns)
    score, certainty, values = _score(pairs, points)
    detail = (
        pairs.km, pairs.reach, pairs.of_need(block.needs.amount), pairs.covered, pairs.of_need(block.needs.waiting),
        pairs.missing, pairs.unsaid, pairs.of_gift(block.gifts.kept), pairs.of_gift(block.gifts.due), _flags(pairs),
        pairs.lacking,
    )  # fmt: skip
    return {
        "challenge": block.needs.id[rows],
        "offer": block.gifts.id[columns],
        "rank": ranks,
        "score": score,
        "certainty": certainty,
        "ready": pairs.ready,
        "experience": pairs.experience,
        "factors": np.ascontiguousarray(values.T),
        "detail": np.stack([np.broadcast_to(part, pairs.shape).astype(float) for part in detail], axis=1),
    }


def rank(
    needs: Needs,
    gifts: Gifts,
    points: Mapping[str, float],
    *,
    forbidden: Iterable[tuple[int, int]] = (),
    top: int = TOP,
    chunk: int = CHUNK,
) -> Ranking:
    """The best offers for every challenge; memory does not grow with the number of pairs.

    Parameters
    ----------
    needs, gifts : columns of shape (n,) and (m,)
    points : factor → weight; non-negative, summing to 100
    forbidden : (challenge id, offer id) that may not meet: decided pairs, a giver's rules
    top : how many a challenge keeps
    chunk : pairs worked out at once; the ranking is the same whatever it is
    """
    weights = np.array(list(check_points(points).values()))
    pairs = np.array(sorted(forbidden), np.int64).reshape(-1, 2)
    parts = []
    for rows, columns in blocks_of(needs, gifts):
        in_order = columns[np.argsort(gifts.id[columns], kind="stable")]
        is_peer = gifts.mode[in_order] == EXPERIENCE
        for kept, peers in ((in_order[~is_peer], False), (in_order[is_peer], True)):
            if not len(kept):
                continue
            whole, step = Block(needs.pick(rows), gifts.pick(kept)), max(chunk // len(kept), 1)
            for start in range(0, len(rows), step):
                block = whole.part(start, start + step)
                allowed = eligible(block)
                _forbid(block, pairs, allowed)
                parts.append(_rank_block(block, weights, allowed, top, peers=peers))
    return _joined(parts)


def _forbid(block: Block, pairs: NDArray[np.int64], allowed: Bools) -> None:
    """Clear the forbidden pairs that lie in this block."""
    for side, ids in enumerate((block.needs.id, block.gifts.id)):
        pairs = pairs[np.isin(pairs[:, side], ids)]
    if len(pairs):
        rows, columns = (_places(ids, pairs[:, side]) for side, ids in enumerate((block.needs.id, block.gifts.id)))
        allowed[rows, columns] = False


def _places(ids: Ints, wanted: Ints) -> NDArray[np.intp]:
    """Where each of *wanted* stands among *ids*, all of which are there."""
    order = np.argsort(ids)
    return np.asarray(order[np.searchsorted(ids, wanted, sorter=order)])


def _joined(parts: Sequence[dict[str, NDArray[Any]]]) -> Ranking:
    if not parts:
        none = np.zeros(0, np.int64)
        return Ranking(none, none, none, np.zeros(0), np.zeros(0), none > 0, none > 0,
                       np.zeros((0, len(FACTORS))), np.zeros((0, len(DETAIL))))  # fmt: skip
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    # Ranks are few: one whole number a row sorts faster than three.
    order = np.argsort((joined["challenge"] << 21) + (joined["experience"].astype(np.int64) << 20) + joined["rank"])
    return Ranking(**{name: column[order] for name, column in joined.items()})


# --- as text, to be stored -------------------------------------------------------------------------------------------


def as_texts(rows: Floats) -> list[str]:
    """Each row as a short JSON list, to three decimals; nan becomes null."""
    plain = np.where(np.isnan(rows), _NULL, np.round(rows, 3) + 0.0)
    spelt = _Spelt({_NULL: "null"})  # the same few numbers, written once
    columns = [map(spelt.__getitem__, column) for column in plain.T.tolist()]
    return [f"[{','.join(row)}]" for row in zip(*columns, strict=True)]


_NULL = -1e300  #: stands for nan, which is not equal to itself


class _Spelt(dict[float, str]):
    """Numbers as texts."""

    def __missing__(self, value: float) -> str:
        text = self[value] = str(int(value)) if value == int(value) else repr(value)
        return text


# --- as parts --------------------------------------------------------------------------------------------------------


class Part(NamedTuple):
    """One factor's share of a score."""

    name: str
    words: Words
    weight: float
    value: float
    points: float  #: round(weight × value, 1)


def earned(weight: float, value: float) -> float:
    """What a factor's *value* in [0, 1] earns, in points: ``round(weight × value, 1)``."""
    return _points_by(weight)[round(value * 1000)]


@lru_cache(maxsize=256)
def _points_by(weight: float) -> list[float]:
    """`_earned_by` in points, for one value at a time: ten times as fast as an array of one."""
    return [float(tenths) / 10 for tenths in _earned_by(weight)]


def parts_of(factors: Sequence[float], points: Mapping[str, float]) -> tuple[Part, ...]:
    """The score as its parts, in the order of FACTORS; a factor that was not there yet earned nothing."""
    values = [*factors, *[0.0] * (len(FACTORS) - len(factors))]
    return tuple(
        Part(f.name, f.words, weight, value, earned(weight, value))
        for f, value in zip(FACTORS, values, strict=True)
        for weight in [points.get(f.name, 0.0)]
    )
