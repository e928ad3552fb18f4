"""What the model sees of a pair: FACTORS, one row each.

A factor is a value in [0, 1] for each pair of a block, and the share of it that is known.  Where nothing is known the
value is the prior mean, so that a missing number lowers certainty and never excludes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.blocks import Block
from matcher.columns import CATEGORIES, MODES, Bools, Floats, category_index, known_or
from matcher.readiness import Checks, needed_first
from matcher.vocabulary import Category, Mode, Words

PRIOR = 0.5  #: what an unknown factor is worth until decisions say otherwise

#: How a factor's *fit* and its words make up "kind and words".
_FIT_SHARE = 0.45
_LIKE = 1.8  #: short texts rarely share more than half of what they say
#: What the words are worth at least, and at most beside that, by how well the thing fits.
_SAME, _NEAR, _OTHER, _UNSAID = (0.8, 0.2), (0.3, 0.4), (0.0, 0.0), (0.2, 0.8)

#: In which modes help of a category usually comes; others are taken with care.
USUAL: dict[Category, tuple[Mode, ...]] = {
    Category.COMPUTERS: (Mode.GOODS, Mode.SERVICE),
    Category.INTERNET: (Mode.SERVICE, Mode.GOODS),
    Category.BOOKS: (Mode.GOODS, Mode.SERVICE),
    Category.SPACE: (Mode.PLACE, Mode.GOODS, Mode.SERVICE),
    Category.FUNDS: (Mode.MONEY,),
    Category.STAFF: (Mode.PEOPLE, Mode.SERVICE),
}
_ODD = np.ones((len(CATEGORIES), len(MODES)), bool)
_ODD[:, [MODES.index(Mode.EXPERIENCE), MODES.index(Mode.MONEY)]] = False
for _category, _modes in USUAL.items():
    _ODD[category_index(_category), [MODES.index(mode) for mode in _modes]] = False


def _fitting(block: Block) -> Floats:
    """1 where kind, unit and mode agree; less where the two sides count differently or help comes in an odd form."""
    odd = _ODD[block.gifts.category, block.gifts.mode]
    alike = block.units_convert | block.experience | (block.thing == 1)  # eight sessions help two people
    paying = block.of_gift(block.offered.paying & (block.gifts.category != category_index(Category.FUNDS)))
    usual = np.where(block.money_for_goods | paying | ~alike, 0.6, 1.0)
    return np.where(block.of_gift(odd), 0.3, usual)


def _said(block: Block) -> tuple[Floats, Floats]:
    """What kind and words are worth at least, and what a full likeness adds, float32."""
    thing = block.thing
    known = [(thing == 1, _SAME), (thing == 0, _OTHER), (np.isnan(thing), _UNSAID)]
    known += [(block.wordless & np.isnan(thing), (PRIOR, 0.0))]
    least, beside = (np.full((1, 1), value) for value in _NEAR)
    for holds, (low, more) in known:
        least, beside = np.where(holds, low, least), np.where(holds, more, beside)
    fit = np.broadcast_to(_FIT_SHARE * _fitting(block), block.shape)
    return (fit + (1 - _FIT_SHARE) * least).astype(np.float32), ((1 - _FIT_SHARE) * beside).astype(np.float32)


def _least(block: Block) -> Floats:
    return np.asarray(block.once(_said, _said)[0])


def _beside(block: Block) -> Floats:
    return np.asarray(block.once(_said, _said)[1])


def _kind_and_text(block: Block) -> Floats:
    least, beside = block.by_kind(_least), block.by_kind(_beside)
    value = block.similarity * np.float32(_LIKE)
    np.minimum(value, np.float32(1), out=value)
    value *= beside
    value += least
    if block.unwanted.any():  # by very few pairs: only those are touched
        value.reshape(-1)[np.flatnonzero(np.broadcast_to(block.unwanted, value.shape))] *= np.float32(0.2)
    return np.asarray(value)


def _kind_known(block: Block) -> Floats:
    return np.where(block.wordless, 0.55, 1.0)


def _quantity(block: Block) -> Floats:
    value = known_or(np.sqrt(block.covered), PRIOR)
    value = np.where(block.too_small_for_giver, 0.1, value)
    return np.where(block.experience, 0.0, value) if block.experience.any() else value


def _quantity_known(block: Block) -> Floats:
    return np.where(block.experience, 1.0, ~np.isnan(block.covered))


def ready_share(holds: Any, unknown: Any, asked: Any) -> Any:
    """The factor `readiness`: weight known to hold, unknown and asked, floats or arrays of one shape."""
    value = (holds + PRIOR * unknown) / np.where(asked > 0, asked, 1.0)
    return np.where(asked > 0, value, 1.0)


#: What readiness is worth where help costs something later: nobody has said who will pay.
LATER = 0.25


def _readiness(block: Block) -> Floats:
    later = np.where(block.gifts.follow_on, LATER, 1.0)
    return np.asarray(block.by_conditions(_ready_share) * block.of_gift(later))


def _ready_share(checks: Checks) -> Floats:
    return np.asarray(ready_share(checks.holds, checks.unknown, checks.asked))


def _readiness_known(block: Block) -> Floats:
    return block.by_conditions(_known_share)


def _known_share(checks: Checks) -> Floats:
    return 1 - checks.unknown / np.where(checks.asked > 0, checks.asked, 1.0)


def _urgency_and_waiting(block: Block) -> Floats:
    urgency = known_or(block.needs.urgency, PRIOR)
    return block.of_need(0.6 * urgency + 0.4 * np.clip(block.needs.waiting / 120, 0, 1))


def _urgency_known(block: Block) -> Floats:
    return block.of_need(np.where(np.isnan(block.needs.urgency), 0.4, 1.0))


def _equity(block: Block) -> Floats:
    n = block.needs
    return block.of_need(0.4 * n.neglect + 0.25 * n.thin + 0.35 * n.far)


#: Nearness of the farthest village, and the distance that halves the rest: an hour and a half by road here.  However
#: far a village lies it loses five points at most, and `equity` gives some back: the south coast is not buried.
_FARTHEST, _HALF_KM = 0.5, 40.0


def _distance(block: Block) -> Floats:
    near = _FARTHEST + (1 - _FARTHEST) / (1 + block.km / _HALF_KM)
    return np.where(_anywhere(block), 1.0, known_or(near, PRIOR))


def _distance_known(block: Block) -> Floats:
    return np.where(_anywhere(block) | ~np.isnan(block.km), 1.0, 0.0)


def _anywhere(block: Block) -> Bools:
    return np.asarray(block.of_gift(block.gifts.anywhere) | block.money_for_goods)


def _track_record(block: Block) -> Floats:
    return block.of_gift((block.gifts.kept + 2) / (block.gifts.due + 3))


def _track_known(block: Block) -> Floats:
    return block.of_gift(np.where(block.gifts.due > 0, 1.0, 0.0))


def _follow_on(block: Block) -> Floats:
    return block.of_gift(np.where(block.gifts.follow_on, 0.0, 1.0))


def needed_share(facts: Floats) -> Any:
    """The factor `dependencies` of facts (…, facts needed first), nan unknown; 1 where the kind needs none."""
    return known_or(np.minimum(facts, 1), PRIOR).mean(axis=-1) if facts.shape[-1] else 1.0


def _dependencies(block: Block) -> Floats:
    share = needed_share(block.needs.facts[:, needed_first(block.needs)])
    return np.where(block.experience, 1.0, block.of_need(np.broadcast_to(share, len(block.needs))))


def _dependencies_known(block: Block) -> Floats:
    usual = needed_first(block.needs)
    share = (~np.isnan(block.needs.facts[:, usual])).mean(axis=1) if usual else 1.0
    return np.where(block.experience, 1.0, block.of_need(np.broadcast_to(share, len(block.needs))))


def _all(block: Block) -> Floats:
    del block
    return np.ones(1)


@dataclass(frozen=True, slots=True)
class Factor:
    """One column of what the model sees; both functions give arrays that broadcast to the block's shape."""

    name: str
    words: Words
    means: Words  #: what it asks about a pair, in one sentence
    unit: Words
    points: float  #: the office's weight before any decision
    of: Callable[[Block], Floats]  #: value in [0, 1]
    known: Callable[[Block], Floats] = _all  #: share of it that is known
    #: Columns of each side it looks at; rows that say the same in them are worked out once.  Neither: the whole rows.
    needs: tuple[str, ...] = ()
    gifts: tuple[str, ...] = ()


_SHARE = Words("0 sampai 1", "0 to 1")

FACTORS: tuple[Factor, ...] = (
    Factor("kind", Words("jenis dan kata-kata", "kind and words"),
           Words("Apakah yang ditawarkan memang yang diminta.",
                 "Whether what is offered is what is asked for."),
           _SHARE, 30, _kind_and_text, _kind_known),
    Factor("quantity", Words("jumlah", "quantity"),
           Words("Seberapa banyak kekurangannya tertutup.",
                 "How much of what is lacking it covers."),
           _SHARE, 15, _quantity, _quantity_known,
           needs=("amount", "category", "group", "factor", "per_year", "price", "first_day", "last_day"),
           gifts=("left", "category", "mode", "group", "factor", "per_year", "price", "share_min", "share_max")),
    Factor("readiness", Words("kesiapan", "readiness"),
           Words("Apakah perpustakaan memenuhi syarat pemberinya, tanpa biaya yang belum ada sumbernya.",
                 "Whether the library meets the giver's conditions, at no later cost that nobody pays for."),
           _SHARE, 15, _readiness, _readiness_known,
           needs=("facts", "category"), gifts=("conditions", "mode", "follow_on")),
    Factor("urgency", Words("mendesak dan lama menunggu", "urgency and waiting"),
           Words("Seberapa segera diperlukan, dan sudah berapa lama menunggu.",
                 "How soon it is needed, and how long it has waited."),
           _SHARE, 15, _urgency_and_waiting,
           _urgency_known, needs=("urgency", "waiting")),
    Factor("equity", Words("pemerataan", "equity"),
           Words("Mendahulukan yang belum pernah dibantu, kecamatan yang jarang dibantu, dan desa yang jauh.",
                 "Puts first who was never helped, kecamatan that are seldom helped, and far villages."),
           _SHARE, 10, _equity, needs=("neglect", "thin", "far")),
    Factor("distance", Words("jarak", "distance"),
           Words("Seberapa dekat pemberi dengan perpustakaannya.",
                 "How near the giver is to the library."),
           _SHARE, 10, _distance, _distance_known,
           needs=("lat", "lon", "category"), gifts=("lat", "lon", "anywhere", "mode", "category")),
    Factor("track", Words("rekam jejak", "track record"),
           Words("Apakah janji pemberinya dulu terbukti.",
                 "Whether the giver's earlier promises were proven."),
           _SHARE, 5, _track_record, _track_known,
           gifts=("kept", "due")),
    # The office gives these no points of its own; decisions may.
    Factor("follow_on", Words("tanpa biaya lanjutan", "no cost later"),
           Words("Apakah tidak ada biaya sesudahnya.",
                 "Whether it brings no cost afterwards."),
           _SHARE, 0, _follow_on, gifts=("follow_on",)),
    Factor("dependencies", Words("prasyarat jenisnya", "what its kind needs first"),
           Words("Apakah yang diperlukan lebih dulu sudah ada, misalnya listrik untuk komputer.",
                 "Whether what it needs first is there, such as power for a computer."),
           _SHARE, 0, _dependencies,
           _dependencies_known, needs=("facts", "category"), gifts=("mode",)),
)  # fmt: skip

#: The office's weights before any decision.
PRIOR_POINTS: dict[str, float] = {factor.name: factor.points for factor in FACTORS}
