"""Weights to a score with its reasons, for many pairs at once: one sum a person can add up.

Every factor earns ``round(points × value, 1)`` and the score is the sum of those, so the parts a person reads add up
to the score a person reads.  Ties are broken by the number of the offer.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.errors import WeightsDoNotSum
from matcher.factors import FACTORS, FACTS, Block, Bools, Floats, Gifts, Ints, Needs, blocks_of, eligible
from matcher.vocabulary import Band, Category, Certainty, Words, graded

TOP = 20  #: candidates kept a challenge
PEERS = 5  #: and peers with experience, ranked apart
DETAIL = ("km", "reach", "need", "covered", "waiting", "missing", "unsaid", "kept", "due", "flags")

#: Bits of ``flags``: what is true of a pair beside its numbers.
FLAGS = (
    "experience", "money", "anywhere", "unwanted", "too_small", "never_helped", "far", "follow_on", "urgency_unsaid",
    "wordless", "alike", "region_unknown", "units_differ", "full",
)  # fmt: skip


def check_points(points: Mapping[str, float]) -> dict[str, float]:
    """The weights in the order of FACTORS.

    Raises
    ------
    WeightsDoNotSum
        A factor is missing, a weight is no number or negative, or they do not sum to 100.
    """
    try:
        values = {factor.name: float(points[factor.name]) for factor in FACTORS}
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsDoNotSum(total="?") from error
    total = sum(values.values())
    if not all(math.isfinite(value) and value >= 0 for value in values.values()) or abs(total - 100) > 0.05:
        raise WeightsDoNotSum(total=round(total, 1))
    return values


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


def _score(block: Block, points: Floats) -> tuple[Floats, Floats, Floats]:
    """Score and certainty (challenges, offers), and the rounded factors (factors, challenges, offers)."""
    values = np.empty((len(FACTORS), *block.shape))
    known = np.empty_like(values)
    for place, factor in enumerate(FACTORS):
        values[place], known[place] = factor.of(block)
    np.round(values, 3, out=values)
    earned = np.round(values * points[:, None, None], 1)
    certainty = (known * points[:, None, None]).sum(axis=0) / max(points.sum(), 1)
    return np.round(earned.sum(axis=0), 1), np.round(certainty, 3), values


def _flags(block: Block) -> Ints:
    g, n = block.gifts, block.needs
    columns: dict[str, Any] = {
        "experience": block.experience[None, :],
        "money": block.money_for_goods,
        "anywhere": g.anywhere[None, :],
        "unwanted": block.unwanted,
        "too_small": block.too_small_for_giver,
        "never_helped": n.never_helped[:, None],
        "far": (n.far > 0.6)[:, None],
        "follow_on": g.follow_on[None, :],
        "urgency_unsaid": np.isnan(n.urgency)[:, None],
        "wordless": block.wordless,
        "alike": block.similarity >= 0.25,
        "region_unknown": (n.region == "")[:, None],
        "units_differ": ~block.units_convert & ~block.money_for_goods & ~block.experience[None, :],
        "full": (block.experience & (g.left <= 0))[None, :],
    }
    flags = np.zeros(block.shape, np.int64)
    for bit, name in enumerate(FLAGS):
        flags |= np.where(np.broadcast_to(columns[name], block.shape), 1 << bit, 0)
    return flags


def _merit(block: Block, score: Floats) -> Floats:
    """What gifts are sorted by: wanted before unwanted, ready before something to fix, then the score."""
    return np.asarray(score + 1000.0 * (block.missing == 0) + 2000.0 * ~block.unwanted)


def _nearness(block: Block, score: Floats) -> Floats:
    """What peers are sorted by: those not asked enough yet, then the nearest, then the score."""
    free = ~(block.gifts.left <= 0)[None, :]
    near = 1000.0 - np.minimum(np.nan_to_num(np.round(block.km, 1), nan=999.0), 999.0)
    return score / 1000 + near + 2000.0 * free


def _best(merit: Floats, allowed: Bools, offers: Ints, top: int) -> NDArray[np.intp]:
    """Places of the best *top* offers a row, best first; ties go to the offer that was made earlier."""
    keyed = np.where(allowed, merit, -np.inf)
    order = np.lexsort((np.broadcast_to(offers, keyed.shape), -keyed), axis=1)
    return np.asarray(order[:, :top])


def _places(best: NDArray[np.intp], allowed: Bools) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Rows, columns and ranks of the pairs in *best* that are allowed."""
    rows = np.repeat(np.arange(len(best)), best.shape[1])
    columns, ranks = best.ravel(), np.tile(np.arange(1, best.shape[1] + 1), len(best))
    kept = allowed[rows, columns]
    return rows[kept], columns[kept], ranks[kept]


def _rank_block(block: Block, points: Floats, allowed: Bools, top: int) -> dict[str, NDArray[Any]]:
    score, certainty, values = _score(block, points)
    ready, peers = block.missing == 0, block.experience[None, :]
    gifts = _places(_best(_merit(block, score), allowed & ~peers, block.gifts.id, top), allowed & ~peers)
    apart = _places(_best(_nearness(block, score), allowed & peers, block.gifts.id, min(top, PEERS)), allowed & peers)
    rows, columns, ranks = (np.concatenate(pair) for pair in zip(gifts, apart, strict=True))
    detail = (
        block.km, block.reach, np.broadcast_to(block.needs.amount[:, None], block.shape), block.covered,
        np.broadcast_to(block.needs.waiting[:, None], block.shape), block.missing, block.unsaid,
        np.broadcast_to(block.gifts.kept, block.shape), np.broadcast_to(block.gifts.due, block.shape), _flags(block),
    )  # fmt: skip
    return {
        "challenge": block.needs.id[rows],
        "offer": block.gifts.id[columns],
        "rank": ranks,
        "score": score[rows, columns],
        "certainty": certainty[rows, columns],
        "ready": ready[rows, columns],
        "experience": block.experience[columns],
        "factors": values[:, rows, columns].T,
        "detail": np.stack([part[rows, columns].astype(float) for part in detail], axis=1),
    }


def rank(
    needs: Needs,
    gifts: Gifts,
    points: Mapping[str, float],
    *,
    forbidden: Iterable[tuple[int, int]] = (),
    top: int = TOP,
) -> Ranking:
    """The best offers for every challenge.

    Parameters
    ----------
    needs, gifts : columns of shape (n,) and (m,)
    points : factor → weight; non-negative, summing to 100
    forbidden : (challenge id, offer id) that may not meet: decided pairs, a giver's rules
    top : how many a challenge keeps
    """
    weights = np.array(list(check_points(points).values()))
    pairs = np.array(sorted(forbidden), np.int64).reshape(-1, 2)
    parts = []
    for rows, columns in blocks_of(needs, gifts):
        block = Block(needs.pick(rows), gifts.pick(columns))
        allowed = eligible(block)
        _forbid(block, pairs, allowed)
        parts.append(_rank_block(block, weights, allowed, top))
    return _joined(parts)


def _forbid(block: Block, pairs: NDArray[np.int64], allowed: Bools) -> None:
    """Clear the forbidden pairs that lie in this block."""
    if not len(pairs):
        return
    rows = {int(value): place for place, value in enumerate(block.needs.id)}
    columns = {int(value): place for place, value in enumerate(block.gifts.id)}
    for challenge, offer in pairs.tolist():
        if challenge in rows and offer in columns:
            allowed[rows[challenge], columns[offer]] = False


def _joined(parts: Sequence[dict[str, NDArray[Any]]]) -> Ranking:
    if not parts:
        none = np.zeros(0, np.int64)
        return Ranking(none, none, none, np.zeros(0), np.zeros(0), none > 0, none > 0,
                       np.zeros((0, len(FACTORS))), np.zeros((0, len(DETAIL))))  # fmt: skip
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((joined["rank"], joined["experience"], joined["challenge"]))
    return Ranking(**{name: column[order] for name, column in joined.items()})


# --- as text, to be stored -------------------------------------------------------------------------------------------


def as_texts(rows: Floats) -> list[str]:
    """Each row as a short JSON list, to three decimals; nan becomes null."""
    found, places = np.unique(np.round(rows, 3) + 0.0, return_inverse=True)  # the same few numbers, written once
    texts = np.array([_as_text(value) for value in found.tolist()], dtype=object)
    return [f"[{','.join(row)}]" for row in texts[places].reshape(rows.shape).tolist()]


def _as_text(value: float) -> str:
    if math.isnan(value):
        return "null"
    return str(int(value)) if value == int(value) else repr(value)


# --- in words --------------------------------------------------------------------------------------------------------


class Part(NamedTuple):
    """One factor's share of a score."""

    name: str
    words: Words
    weight: float
    value: float
    points: float  #: round(weight × value, 1)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for, against, or is unknown: a code of REASONS with its values."""

    code: str
    values: Mapping[str, Any]

    def say(self, lang: str) -> str:
        """The sentence in *lang*; values that are `Words` are said in that language too."""
        filled = {name: _spoken(value, lang) for name, value in self.values.items()}
        return REASONS[self.code].say(lang, **filled)


def _spoken(value: Any, lang: str) -> str:
    if isinstance(value, Words):
        return value.say(lang)
    if isinstance(value, float):
        text = f"{value:,.0f}" if value == int(value) or abs(value) >= 10 else f"{value:,.1f}"
        return text if lang == "en" else text.translate(str.maketrans(",.", ".,"))
    if isinstance(value, (list, tuple)):
        return ", ".join(_spoken(part, lang) for part in value)
    return str(value)


#: Everything an explanation can say; adding a reason is a row here and a line in `explain`.
REASONS: dict[str, Words] = {
    "same_kind": Words("sama-sama {category}", "both about {category}"),
    "alike": Words("kata-katanya mirip", "the words are alike"),
    "money": Words("uang yang dapat membeli {category}", "money that can buy {category}"),
    "experience": Words("pernah mengatasi {category} dan mau berbagi cara", "solved {category} before and shares how"),
    "enough": Words("bisa memberi {reach}, cukup untuk {need}", "can give {reach}, enough for {need}"),
    "partly": Words("bisa memberi {reach} dari {need}", "can give {reach} of {need}"),
    "too_little": Words("hanya {reach} dari {need}", "only {reach} of {need}"),
    "too_small": Words("kebutuhan lebih kecil dari bagian terkecil pemberi", "smaller than the giver's smallest share"),
    "ready": Words("semua syarat terpenuhi", "all conditions hold"),
    "fix_first": Words("bereskan dulu: {facts}", "fix this first: {facts}"),
    "near": Words("{km} km", "{km} km away"),
    "distant": Words("jauh, {km} km", "far, {km} km"),
    "anywhere": Words("jarak tidak masalah", "distance does not matter"),
    "urgent": Words("mendesak", "urgent"),
    "waiting": Words("sudah menunggu {days} hari", "has waited {days} days"),
    "never_helped": Words("belum pernah dibantu", "never helped before"),
    "remote": Words("desa jauh dari kota", "a village far from town"),
    "kept": Words("menepati {kept} dari {due} janji", "kept {kept} of {due} promises"),
    "broke": Words("baru menepati {kept} dari {due} janji", "kept only {kept} of {due} promises"),
    "full": Words("sudah cukup sering diminta bercerita", "asked often enough this cycle"),
    "unwanted": Words("perpustakaan tidak menginginkan jenis ini", "the library asked not to get this"),
    "follow_on": Words("ada biaya lanjutan", "it will cost something later"),
    "other_words": Words("kata-katanya berbeda", "the words differ"),
    "unknown_facts": Words("{facts}", "{facts}"),
    "unknown_quantity": Words("jumlah yang bisa diberikan", "how much can be given"),
    "unknown_need": Words("jumlah yang dibutuhkan", "how much is needed"),
    "unknown_units": Words("hitungan kedua pihak berbeda", "the two sides count differently"),
    "unknown_distance": Words("jarak", "the distance"),
    "unknown_urgency": Words("seberapa mendesak", "how urgent it is"),
    "unknown_track": Words("rekam jejak pemberi", "the giver's track record"),
    "unknown_words": Words("cerita salah satu pihak", "the story of one side"),
    "unknown_place": Words("letak perpustakaan", "where the library is"),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a pair has its score: a band, a certainty, the parts of the sum, and what speaks for and against."""

    score: float
    band: Band
    certainty: Certainty
    parts: tuple[Part, ...]
    speaks_for: tuple[Reason, ...]
    against: tuple[Reason, ...]
    unknown: tuple[Reason, ...]


def parts_of(factors: Sequence[float], points: Mapping[str, float]) -> tuple[Part, ...]:
    """The score as its parts, largest weight first as in FACTORS."""
    return tuple(
        Part(f.name, f.words, points[f.name], value, float(np.round(points[f.name] * value, 1)))  # as `_score` rounds
        for f, value in zip(FACTORS, factors, strict=True)
    )


def explain(
    factors: str, detail: str, points: Mapping[str, float], *, category: Category, unit: Words, score: float,
    certainty: float,
) -> Explanation:  # fmt: skip
    """Turn a stored pair back into words.

    Parameters
    ----------
    factors, detail : the JSON lists of `as_texts`, in the order of FACTORS and DETAIL
    points : the weights the score was made with
    category, unit : of the challenge, for the sentences
    """
    seen = dict(zip(DETAIL, json.loads(detail), strict=True))
    flags = {name for bit, name in enumerate(FLAGS) if int(seen["flags"]) >> bit & 1}
    told = _Told(seen, flags, category, unit)
    return Explanation(
        score,
        graded(Band, score),
        graded(Certainty, certainty),
        parts_of(json.loads(factors), points),
        tuple(told.speaks_for()),
        tuple(told.against()),
        tuple(told.unknown()),
    )


def _facts(bits: float) -> list[Words]:
    return [fact.words for place, fact in enumerate(FACTS) if int(bits) >> place & 1]


@dataclass(frozen=True, slots=True)
class _Told:
    """What the numbers of one pair say; each method yields reasons, the weightiest first."""

    seen: Mapping[str, Any]
    flags: set[str]
    category: Category
    unit: Words

    def _amount(self, value: float) -> Words:
        """A number with its unit; a rupiah amount as money."""
        said = {lang: _spoken(float(value), lang) for lang in ("id", "en")}
        if self.category is Category.FUNDS and "rp" in self.unit.id:
            return Words(f"Rp{said['id']}", f"Rp{said['en']}")
        return Words(f"{said['id']} {self.unit.id}", f"{said['en']} {self.unit.en}")

    def _quantities(self) -> dict[str, Any]:
        return {"reach": self._amount(self.seen["reach"]), "need": self._amount(self.seen["need"])}

    def speaks_for(self) -> Iterable[Reason]:
        kind = {"category": Words(self.category.words.id.lower(), self.category.words.en.lower())}
        first = "experience" if "experience" in self.flags else "money" if "money" in self.flags else "same_kind"
        yield Reason(first, kind)
        if self.seen["covered"] is not None and "experience" not in self.flags:
            if self.seen["covered"] >= 1:
                yield Reason("enough", self._quantities())
            elif self.seen["covered"] >= 0.5:
                yield Reason("partly", self._quantities())
        if not self.seen["missing"] and not self.seen["unsaid"] and "experience" not in self.flags:
            yield Reason("ready", {})
        yield from self._where_and_when()

    def _where_and_when(self) -> Iterable[Reason]:
        if "anywhere" in self.flags and "experience" not in self.flags:
            yield Reason("anywhere", {})
        elif self.seen["km"] is not None and self.seen["km"] <= 40:
            yield Reason("near", {"km": float(self.seen["km"])})
        if self.seen["waiting"] >= 60:
            yield Reason("waiting", {"days": int(self.seen["waiting"])})
        if "never_helped" in self.flags:
            yield Reason("never_helped", {})
        if "far" in self.flags:
            yield Reason("remote", {})
        if self.seen["due"] and self.seen["kept"] / self.seen["due"] >= 0.6:
            yield Reason("kept", {"kept": int(self.seen["kept"]), "due": int(self.seen["due"])})
        if "alike" in self.flags:
            yield Reason("alike", {})

    def against(self) -> Iterable[Reason]:
        if self.seen["missing"]:
            yield Reason("fix_first", {"facts": _facts(self.seen["missing"])})
        if "unwanted" in self.flags:
            yield Reason("unwanted", {})
        if "full" in self.flags:
            yield Reason("full", {})
        if "too_small" in self.flags:
            yield Reason("too_small", {})
        covered = self.seen["covered"]
        if covered is not None and covered < 0.5 and "experience" not in self.flags:
            yield Reason("too_little", self._quantities())
        if self.seen["km"] is not None and self.seen["km"] > 40 and "anywhere" not in self.flags:
            yield Reason("distant", {"km": float(self.seen["km"])})
        if self.seen["due"] and self.seen["kept"] / self.seen["due"] < 0.6:
            yield Reason("broke", {"kept": int(self.seen["kept"]), "due": int(self.seen["due"])})
        if "follow_on" in self.flags:
            yield Reason("follow_on", {})

    def unknown(self) -> Iterable[Reason]:
        if self.seen["need"] is None:
            yield Reason("unknown_need", {})
        elif self.seen["reach"] is None and "experience" not in self.flags:
            yield Reason("unknown_units" if "units_differ" in self.flags else "unknown_quantity", {})
        if self.seen["unsaid"]:
            yield Reason("unknown_facts", {"facts": _facts(self.seen["unsaid"])})
        for flag, code in (("urgency_unsaid", "unknown_urgency"), ("wordless", "unknown_words"),
                           ("region_unknown", "unknown_place")):  # fmt: skip
            if flag in self.flags:
                yield Reason(code, {})
        if self.seen["km"] is None and not self.flags & {"anywhere", "money", "region_unknown"}:
            yield Reason("unknown_distance", {})
        if not self.seen["due"]:
            yield Reason("unknown_track", {})
