"""Weights to a score with its reasons, for many pairs at once: one sum a person can add up.

Every factor earns ``round(points × value, 1)`` and the score is the sum of those, so the parts a person reads add up
to the score a person reads.  Ties are broken by the number of the offer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.blocks import FEW, Block, blocks_of
from matcher.columns import MODES, Bools, Floats, Gifts, Ints, Needs, known_or
from matcher.errors import WeightsDoNotSum
from matcher.factors import FACTORS, PRIOR_POINTS, Factor
from matcher.filters import eligible
from matcher.readiness import Checks
from matcher.vocabulary import Mode, Words

TOP = 20  #: candidates kept a challenge
PEERS = 5  #: and peers with experience, ranked apart
EXPERIENCE = MODES.index(Mode.EXPERIENCE)
BAND = 1 << 21  #: pairs whose words are compared at once
CHUNK = 1 << 17  #: pairs worked out at once: small enough to stay near the processor
DETAIL = ("km", "reach", "need", "covered", "waiting", "missing", "unsaid", "kept", "due", "flags", "lacking")

#: Bits of ``flags``: what is true of a pair beside its numbers.
FLAGS = (
    "experience", "money", "anywhere", "unwanted", "too_small", "never_helped", "far", "follow_on", "urgency_unsaid",
    "wordless", "alike", "region_unknown", "units_differ", "full", "other_thing", "same_thing",
    "urgent", "price_unsaid",
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
    if not all(math.isfinite(value) and value >= 0 for value in values.values()) or abs(total - 100) > 1e-6:
        raise WeightsDoNotSum(total=round(total, 3))
    return values


def usable(points: Any) -> bool:
    """Whether stored weights can be scored with."""
    try:
        check_points(points)
    except WeightsDoNotSum:
        return False
    return True


def usable_or_start(points: Any) -> Mapping[str, float]:
    """Stored weights, or those every office starts with where they cannot be scored with."""
    return check_points(points) if usable(points) else PRIOR_POINTS


Tenths = NDArray[np.int16]  #: of a point; small numbers move faster


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
def _earned_by(weight: float) -> Tenths:
    """What each value in thousandths earns, in whole tenths of a point: ``round(weight × value, 1)``."""
    return np.asarray(np.rint(weight * (np.arange(1001) / 1000) * 10).astype(np.int16))


def _score(pairs: Block, points: Floats) -> tuple[Floats, Floats, Floats]:
    """Score and certainty of each pair, and the rounded factors (pairs, factors)."""
    values = np.empty((*pairs.shape, len(FACTORS)), np.int16)
    known, earned = np.zeros(pairs.shape), np.zeros(pairs.shape, np.int16)
    for place, (factor, weight) in enumerate(zip(FACTORS, points.tolist(), strict=True)):
        steps = _steps(factor.of(pairs))
        values[:, place] = steps
        if weight:
            earned += np.take(_earned_by(weight), steps)
            known += factor.known(pairs) * weight
    return earned / 10, np.round(known / max(points.sum(), 1), 3), values / 1000


def _total(block: Block, points: Floats) -> tuple[Tenths, Tenths]:
    """Every score of a grid in whole tenths, without what a challenge's offers all earn alike: it orders nothing.

    Returns what depends on both sides, which broadcasts to the grid, and what each offer earns anywhere, (offers,).
    """
    total = np.zeros((1, 1), np.int16)
    anywhere = np.zeros(block.shape[1], np.int16)
    for factor, weight in zip(FACTORS, points.tolist(), strict=True):
        if not weight or (factor.needs and not factor.gifts):
            continue
        earned = _earned(block, factor, weight)
        if earned.shape[0] == 1:
            anywhere += earned[0]
        else:
            total = total + earned if total.size > 1 else earned
    return total, anywhere


def _earned(block: Block, factor: Factor, weight: float) -> Tenths:
    """What one factor earns; where many rows say the same, worked out once for those."""
    name = factor.name, weight

    def earn(grid: Block) -> Tenths:
        return np.take(_earned_by(weight), _steps(factor.of(grid)))

    if factor.gifts and not factor.needs:
        once: Tenths = block.once(name, earn)
        return once
    if factor.needs and factor.gifts and block.repeats(factor.needs, factor.gifts):
        return block.by_kind(lambda small: _in_parts(small, earn), factor.needs, factor.gifts, name=name)
    return earn(block)


def _in_parts(block: Block, work: Callable[[Block], Tenths]) -> Tenths:
    """Something of a grid, worked out a few challenges at a time."""
    step = max(CHUNK // block.shape[1], 1)
    parts = (block.part(start, start + step) for start in range(0, block.shape[0], step))
    return np.concatenate([np.broadcast_to(work(part), part.shape) for part in parts])


def _flags(pairs: Block) -> Ints:
    g, n = pairs.gifts, pairs.needs
    columns: dict[str, Any] = {
        "experience": pairs.experience,
        "money": pairs.money_for_goods,
        "anywhere": pairs.of_gift(g.anywhere),
        "unwanted": pairs.unwanted,
        "too_small": pairs.too_small_for_giver,
        "never_helped": pairs.of_need(n.never_helped),
        "far": pairs.of_need(n.far > 0.6),
        "follow_on": pairs.of_gift(g.follow_on),
        "urgency_unsaid": pairs.of_need(np.isnan(n.urgency)),
        "wordless": pairs.wordless,
        "alike": pairs.similarity >= ALIKE,
        "region_unknown": pairs.of_need(n.region == ""),
        "units_differ": ~pairs.units_convert & ~pairs.money_for_goods & ~pairs.experience,
        "full": pairs.experience & pairs.of_gift(g.left <= 0),
        "other_thing": ~pairs.experience & pairs.another,
        "same_thing": ~pairs.experience & (pairs.thing == 1),
        "urgent": pairs.of_need(n.urgency >= 1),
        "price_unsaid": pairs.money_for_goods & np.isnan(pairs.price) & ~np.isnan(pairs.of_gift(g.left)),
    }
    flags = np.zeros(pairs.shape, np.int64)
    for bit, name in enumerate(FLAGS):
        flags |= np.where(columns[name], 1 << bit, 0)
    return flags


_SCORES = 1010  #: more than the scores there are, in tenths of a point: rounded parts may sum to a little over 100


def _merit(block: Block, total: Tenths, anywhere: Tenths) -> tuple[Tenths, Tenths]:
    """What gifts are sorted by: wanted first, then the right thing, ready before something to fix, then the score."""
    anywhere = anywhere + np.where(block.offered.misleading, np.int16(0), np.int16(4 * _SCORES))
    merit = np.empty(block.shape, np.int16)
    right = block.by_conditions(_ready_merit) * block.by_kind(_right_thing)
    np.add(total, right, out=merit)
    if block.unwanted.any():  # by very few pairs: only those are touched
        down = np.broadcast_to(block.unwanted & ~block.misleading, merit.shape)
        merit.reshape(-1)[np.flatnonzero(down)] -= np.int16(3 * _SCORES)
    return merit, anywhere


def _ready_merit(checks: Checks) -> Tenths:
    return np.where(checks.missing == 0, np.int16(2 * _SCORES), np.int16(_SCORES))


def _right_thing(block: Block) -> Tenths:
    return np.asarray(~block.another, np.int16)


def _nearness(block: Block, total: Tenths, anywhere: Tenths) -> tuple[Floats, Tenths]:
    """What peers are sorted by: those not asked enough yet, then the nearest, then the score."""
    free = block.of_gift(~(block.gifts.left <= 0))
    near = 9990 - np.minimum(np.rint(known_or(block.km, 999.0) * 10), 9990)
    return total + _SCORES * (near + 10_000.0 * free), anywhere


def _sorted_by(block: Block, total: Tenths, anywhere: Tenths, *, peers: bool) -> tuple[NDArray[Any], Tenths]:
    return _nearness(block, total, anywhere) if peers else _merit(block, total, anywhere)


def _best(
    merit: NDArray[Any], anywhere: Tenths, allowed: Bools, top: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Rows, columns and ranks of the best *top* offers a row; ties go to the column further left.

    *merit* + *anywhere* are whole numbers from nought; made one with its column, every pair's key is another, so that
    only one order is right.
    """
    count = merit.shape[1]
    most = (float(merit.max(initial=0)) + float(anywhere.max(initial=0)) + 1) * count
    whole: np.dtype[Any] = np.dtype(np.int32 if most < np.iinfo(np.int32).max else np.int64)
    keys = merit.astype(whole)
    keys *= whole.type(count)
    keys += anywhere.astype(whole) * whole.type(count) + np.arange(count - 1, -1, -1, dtype=whole)
    keys |= allowed.astype(whole) - whole.type(1)  # minus one: all bits
    if count > top:
        keys = np.partition(keys, count - top, axis=1)[:, count - top :]
    keys = np.sort(keys, axis=1)[:, ::-1]
    rows, places = np.nonzero(keys >= 0)
    return rows, count - 1 - keys[rows, places] % count, places + 1


def _chosen(
    band: Block, points: Floats, banned: NDArray[np.int64], top: int, chunk: int, *, peers: bool
) -> tuple[NDArray[np.intp], ...]:
    """Rows, columns and ranks of the best pairs of a grid, a few challenges at a time."""
    step = max(chunk // band.shape[1], 1)
    found = []
    for start in range(0, band.shape[0], step):
        block = band.part(start, start + step)
        allowed = _without(block, _from(banned, start), eligible(block))
        merit, anywhere = _sorted_by(block, *_total(block, points), peers=peers)
        rows, columns, ranks = _best(merit, anywhere, allowed, min(top, PEERS) if peers else top)
        found.append((rows + start, columns, ranks))
    return tuple(map(np.concatenate, zip(*found, strict=True)))


def _described(band: Block, points: Floats, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> dict[str, Any]:
    """The columns of a `Ranking`, but for the ranks, of some pairs."""
    pairs, needs, gifts = band.at(rows, columns), band.needs, band.gifts
    score, certainty, values = _score(pairs, points)
    detail = (
        pairs.km, pairs.reach, pairs.of_need(needs.amount), pairs.covered, pairs.of_need(needs.waiting),
        pairs.missing, pairs.unsaid, pairs.of_gift(gifts.kept), pairs.of_gift(gifts.due), _flags(pairs), pairs.lacking,
    )  # fmt: skip
    told = np.empty((len(rows), len(DETAIL)))
    for place, part in enumerate(detail):
        told[:, place] = part
    return {
        "challenge": needs.id[rows], "offer": gifts.id[columns], "score": score, "certainty": certainty,
        "ready": pairs.ready, "experience": pairs.experience, "factors": values, "detail": told,
    }  # fmt: skip


def rank(
    needs: Needs,
    gifts: Gifts,
    points: Mapping[str, float],
    *,
    forbidden: Iterable[tuple[int, int]] = (),
    top: int = TOP,
    chunk: int = CHUNK,
    band: int = BAND,
) -> Ranking:
    """The best offers for every challenge; memory does not grow with the number of pairs.

    Parameters
    ----------
    needs, gifts : columns of shape (n,) and (m,)
    points : factor → weight; non-negative, summing to 100
    forbidden : (challenge id, offer id) that may not meet: decided pairs, a giver's rules
    top : how many a challenge keeps
    chunk, band : pairs worked out, and pairs whose words are compared, at once; the ranking is the same whatever
        they are
    """
    weights = np.array(list(check_points(points).values()))
    pairs = np.array(list(forbidden), np.int64).reshape(-1, 2)
    parts: list[dict[str, NDArray[Any]]] = []
    for rows, columns in blocks_of(needs, gifts):
        in_order = columns[np.argsort(gifts.id[columns], kind="stable")]
        is_peer = gifts.mode[in_order] == EXPERIENCE
        if len(rows) * len(in_order) <= FEW:
            parts += _ranked_at_once(Block(needs.pick(rows), gifts.pick(in_order)), weights, pairs, top)
            continue
        for kept, peers in ((in_order[~is_peer], False), (in_order[is_peer], True)):
            if len(kept):
                whole = Block(needs.pick(rows), gifts.pick(kept))
                parts += _ranked(whole, weights, _inside(whole, pairs), top, (chunk, band), peers=peers)
    return _joined(parts)


def _ranked_at_once(
    whole: Block, points: Floats, pairs: NDArray[np.int64], top: int
) -> Iterator[dict[str, NDArray[Any]]]:
    """The columns of a `Ranking` for the best pairs of a block so small that describing all pairs costs no more."""
    count = whole.shape[1]
    told = _described(whole, points, *np.divmod(np.arange(whole.shape[0] * count), count))
    total = np.rint(told["score"] * 10).astype(np.int16).reshape(whole.shape)
    allowed = np.broadcast_to(_without(whole, _inside(whole, pairs), eligible(whole)), whole.shape)
    for peers in (False, True):
        mine = np.flatnonzero(whole.offered.experience == peers)
        if not len(mine):
            continue
        merit, anywhere = _sorted_by(whole, total, np.zeros(count, np.int16), peers=peers)
        most = min(top, PEERS) if peers else top
        rows, columns, ranks = _best(merit[:, mine], anywhere[mine], allowed[:, mine], most)
        at = rows * count + mine[columns]
        yield {"rank": ranks, **{name: column[at] for name, column in told.items()}}


def _ranked(
    whole: Block, points: Floats, banned: NDArray[np.int64], top: int, sizes: tuple[int, int], *, peers: bool
) -> Iterator[dict[str, NDArray[Any]]]:
    """The same for a block of any size, a band of challenges after others."""
    step = max(sizes[1] // whole.shape[1], 1)
    for start in range(0, whole.shape[0], step):
        band = whole.band(start, start + step)
        rows, columns, ranks = _chosen(band, points, _from(banned, start), top, sizes[0], peers=peers)
        for first in range(0, len(rows), CHUNK):
            some = slice(first, first + CHUNK)
            yield {"rank": ranks[some], **_described(band, points, rows[some], columns[some])}


def _from(pairs: NDArray[np.int64], start: int) -> NDArray[np.int64]:
    """Rows and columns, counted from the row *start*."""
    return np.stack([pairs[:, 0] - start, pairs[:, 1]], axis=1)


def _inside(block: Block, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The forbidden pairs that lie in this block, as rows and columns, shape (pairs, 2)."""
    for side, ids in enumerate((block.needs.id, block.gifts.id)):
        pairs = pairs[np.isin(pairs[:, side], ids)] if len(pairs) else pairs
    sides = [_places(ids, pairs[:, side]) for side, ids in enumerate((block.needs.id, block.gifts.id))]
    return np.stack(sides, axis=1)


def _without(block: Block, banned: NDArray[np.int64], allowed: Bools) -> Bools:
    """The pairs *allowed* but for those whose row and column are *banned*."""
    here = banned[(banned[:, 0] >= 0) & (banned[:, 0] < block.shape[0])]
    if len(here):
        allowed = np.array(np.broadcast_to(allowed, block.shape))
        allowed[here[:, 0], here[:, 1]] = False
    return allowed


def _places(ids: Ints, wanted: Ints) -> NDArray[np.int64]:
    """Where each of *wanted* stands among *ids*, all of which are there."""
    order = np.argsort(ids)
    return np.asarray(order[np.searchsorted(ids, wanted, sorter=order)], np.int64)


def _joined(parts: Sequence[dict[str, NDArray[Any]]]) -> Ranking:
    if not parts:
        none = np.zeros(0, np.int64)
        return Ranking(none, none, none, np.zeros(0), np.zeros(0), none > 0, none > 0,
                       np.zeros((0, len(FACTORS))), np.zeros((0, len(DETAIL))))  # fmt: skip
    # Column by column, and the parts let go of: what comes in between is never as large as the whole.
    joined = {name: np.concatenate([part.pop(name) for part in parts]) for name in list(parts[0])}
    # Ranks are few: one whole number a row sorts faster than three.
    keys = (joined["challenge"] << 21) + (joined["experience"].astype(np.int64) << 20) + joined["rank"]
    if (keys[1:] > keys[:-1]).all():
        return Ranking(**joined)
    order = np.argsort(keys)
    return Ranking(**{name: joined.pop(name)[order] for name in list(joined)})


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
