"""Owns the statistical part of reading: what kind of text it is and which categories it is about.

Two linear models over the signals of the rules, words and pieces of words; trained by :mod:`matcher.text.train`,
applied with numpy alone.  A weight says how much one thing seen in a text speaks for a kind or a category.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from matcher.vocabulary import MATCHED, Category

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from matcher.text.signals import Mention, Signals

KINDS = ("challenge", "offer", "success", "neither")
WEIGHTS = Path(__file__).with_name("weights.json")

#: How much a feature of each family counts before its weight: the rules' view leads, spelling helps.
SCALE = {"s": 0.7, "c": 2.0, "w": 0.35, "b": 0.35, "p": 0.15, "o": 1.0}


class Weights(NamedTuple):
    """Both models.  Shapes: *kind_rows* (features + 1, 4), *word_rows* (words + 1, 6); the last row is zero."""

    plain: dict[str, Any]  #: the same as values JSON can hold
    kind: dict[str, int]  #: feature → row
    kind_rows: NDArray[np.float64]
    kind_bias: NDArray[np.float64]
    pairs: dict[str, float]
    words: dict[str, int]
    word_rows: NDArray[np.float64]
    bias: NDArray[np.float64]
    seen: dict[str, NDArray[np.float64]]  #: word → what its pieces speak for, filled while reading


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The trained weights that lie beside this file."""
    return from_plain(json.loads(WEIGHTS.read_text(encoding="utf-8")))


def from_plain(plain: dict[str, Any]) -> Weights:
    """Weights from plain values: ``kind`` and ``words`` hold a row a name, ``pairs`` a number a name."""
    kind, words = plain["kind"], plain["words"]
    scale = np.array([[SCALE[name[0]]] for name in kind] or np.zeros((0, 1)))
    return Weights(
        plain=plain,
        kind={name: at for at, name in enumerate(kind)},
        kind_rows=np.vstack([np.array(list(kind.values())).reshape(-1, len(KINDS)) * scale, np.zeros(len(KINDS))]),
        kind_bias=np.array(plain["kind_bias"]),
        pairs=plain["pairs"],
        words={name: at for at, name in enumerate(words)},
        word_rows=np.vstack([np.array(list(words.values())).reshape(-1, len(MATCHED)), np.zeros(len(MATCHED))]),
        bias=np.array(plain["bias"]),
        seen={},
    )


_EDGES: dict[str, tuple[str, ...]] = {}


def pieces(word: str) -> tuple[str, ...]:
    """Runs of three and four letters of a word, its edges marked; remembered by word."""
    found = _EDGES.get(word)
    if found is None:
        if len(_EDGES) > 100_000:
            _EDGES.clear()
        edged = f" {word} "
        found = _EDGES[word] = tuple(
            {"p:" + edged[at : at + size] for size in (3, 4) for at in range(len(edged) - size + 1)}
        )
    return found


def kind_features(signals: Signals, sectors: Iterable[str]) -> list[str]:
    """What the kind of a text is judged by; the first letter of a feature is its family in SCALE."""
    skeleton = ["^", *signals.skeleton, "$"]
    features = ["s:" + word for word in skeleton]
    features += [f"s:{first} {second}" for first, second in pairwise(skeleton)]
    features += [f"s:{a} {b} {c}" for a, b, c in zip(skeleton, skeleton[1:], skeleton[2:], strict=False)]
    features += ["c:" + cue for cue in signals.cues]
    features.append("c:things" if any(one.signals[0] == "strong" for one in signals.mentions) else "c:nothing")
    for sector in sectors:
        features += ["o:" + sector, "o:giver"]
    features += ["w:" + word for word in signals.words]
    features += [f"b:{first} {second}" for first, second in pairwise(["^", *signals.words])]
    return list(dict.fromkeys(features))


def kind_scores(signals: Signals, sectors: Iterable[str], model: Weights) -> NDArray[np.float64]:
    """Probability of each of KINDS, shape (4,)."""
    known, none = model.kind, len(model.kind)
    rows = [known.get(name, none) for name in kind_features(signals, sectors)]
    total = model.kind_bias + model.kind_rows[rows].sum(axis=0)
    for word in dict.fromkeys(signals.words):
        spelled = model.seen.get(word)
        total += _spelled(word, model) if spelled is None else spelled
    odds = np.exp(total - total.max())
    return np.asarray(odds / odds.sum())


def _spelled(word: str, model: Weights) -> NDArray[np.float64]:
    """What the pieces of a word speak for, shape (4,), remembered."""
    if len(model.seen) > 100_000:
        model.seen.clear()
    rows = [model.kind[piece] for piece in pieces(word) if piece in model.kind]
    found = model.seen[word] = np.asarray(model.kind_rows[rows].sum(axis=0))
    return found


def pair_features(kind: str, category: Category, mentions: list[Mention]) -> set[str]:
    """What decides whether a text of *kind* is about *category*: the signals at each place that names it."""
    features: set[str] = set()
    for mention in mentions:
        if mention.category is category:
            strength = mention.signals[0]
            turned = "modifier" in mention.signals or "turned-away" in mention.signals
            features.add(f"{strength}{'-' if turned else ''}")
            for signal in mention.signals[1:]:
                features |= {f"{strength} {signal}", f"{kind} {strength} {signal}"}
    if not features:
        return {"unnamed"}
    others = {mention.category for mention in mentions if mention.signals[0] == "strong"} - {category}
    features.add("others" if others else "no others")
    return features


def category_scores(signals: Signals, kind: str, model: Weights) -> dict[Category, float]:
    """Probability that a text of *kind* is about each of the six categories."""
    none = len(model.words)
    total = model.bias + model.word_rows[[model.words.get(word, none) for word in signals.own]].sum(axis=0)
    named = {mention.category for mention in signals.mentions}
    pairs, unnamed = model.pairs, model.pairs.get("unnamed", 0.0)
    scores: dict[Category, float] = {}
    for place, category in enumerate(MATCHED):
        odds = float(total[place])
        if category in named:
            odds += sum([pairs.get(name, 0.0) for name in pair_features(kind, category, signals.mentions)])
        else:
            odds += unnamed
        scores[category] = 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
    return scores
