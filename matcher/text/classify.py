"""Owns the statistical part of reading: what kind of text it is and which categories it is about.

Two linear models over the signals of the rules, words and pieces of words; trained by :mod:`matcher.text.train`,
applied with plain sums.  A weight says how much one thing seen in a text speaks for a kind or a category.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from matcher.vocabulary import MATCHED, Category

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matcher.text.signals import Mention, Signals

KINDS = ("challenge", "offer", "success", "neither")
WEIGHTS = Path(__file__).with_name("weights.json")

Row = tuple[float, ...]

#: How much a family of features counts before its weights: what the rules see (s), words (w), their roots (r), pairs
#: of words (b), pieces of words (p), sectors named (o).
SCALE = {"s": 1.0, "w": 1.0, "r": 1.0, "b": 0.7, "p": 0.7, "o": 0.5}
#: Families whose share does not grow with the length of the text: divided by the root of how many there are.
SHARED = frozenset("swrbp")


class Weights(NamedTuple):
    """The models: a row of numbers for each thing seen, one number a kind or a category."""

    plain: dict[str, Any]  #: the same as values JSON can hold
    kind: dict[str, Row]  #: feature → row, scaled by its family
    grams: dict[tuple[str, ...], Row]  #: the same for runs of one to three of what the rules see
    couples: dict[tuple[str, ...], Row]  #: the same for pairs of words
    kind_bias: Row
    pairs: dict[str, float]
    words: dict[str, Row]
    bias: Row
    roles: dict[str, float]  #: what speaks for an amount being asked for or given; see :mod:`matcher.text.roles`
    seen: dict[str, Row]  #: word → what it speaks for, filled while reading; see :func:`_spelled`


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The trained weights that lie beside this file."""
    return from_plain(json.loads(WEIGHTS.read_text(encoding="utf-8")))


def from_plain(plain: dict[str, Any]) -> Weights:
    """Weights from plain values: ``kind`` and ``words`` hold a row a name, ``pairs`` and ``roles`` a number a name."""
    kind = {name: tuple([SCALE[name[0]] * value for value in row]) for name, row in plain["kind"].items()}
    return Weights(
        plain=plain,
        kind=kind,
        grams={tuple(name[2:].split(" ")): row for name, row in kind.items() if name[0] == "s"},
        couples={tuple(name[2:].split(" ")): row for name, row in kind.items() if name[0] == "b"},
        kind_bias=tuple(plain["kind_bias"]),
        pairs=plain["pairs"],
        words={word: tuple(row) for word, row in plain["words"].items()},
        bias=tuple(plain["bias"]),
        roles=plain.get("roles", {}),
        seen={},
    )


def _summed(rows: Iterable[Row], empty: Row) -> Row:
    """The sum of *rows*, number by number; *empty* where there are none.  Plain floats: numpy is slower so short."""
    return tuple([sum(column) for column in zip(*rows, strict=True)]) or empty


# --- features --------------------------------------------------------------------------------------------------------


def pieces(word: str) -> tuple[str, ...]:
    """Runs of three and four letters of a word, its edges marked."""
    edged = f" {word} "
    return tuple({"p:" + edged[at : at + size] for size in (3, 4) for at in range(len(edged) - size + 1)})


_PREFIX = re.compile(r"^(?:meng|meny|mem|men|me|nge|ng|ny|di|ke|ter|ber|per|pe|se)(?=[a-z]{3})")
_SUFFIX = re.compile(r"(?<=[a-z]{3})(?:kan|in|an|i|nya|e|na|ne)$")
_SHORTEST_ROOT = 4


def roots(word: str) -> tuple[str, ...]:
    """The word without what is put before and after it, as people talk too: "ngebolehin", "membolehkan" → boleh.

    Rougher than a stemmer, for features only; short words and marks have none.
    """
    if len(word) < _SHORTEST_ROOT or not word.isalpha():
        return ()
    return ("r:" + _SUFFIX.sub("", _PREFIX.sub("", word)),)


def _grams(signals: Signals) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Runs of one to three of what the rules see, and pairs of words, each once."""
    seen = ["^", *signals.skeleton, "$"]
    runs = dict.fromkeys([*zip(seen, strict=True), *pairwise(seen), *zip(seen, seen[1:], seen[2:], strict=False)])
    return list(runs), list(dict.fromkeys(pairwise(["^", *signals.words])))


def _named(sectors: Iterable[str]) -> list[str]:
    found = ["o:" + sector for sector in dict.fromkeys(sectors)]
    return [*found, "o:giver"] if found else found


def kind_features(signals: Signals, sectors: Iterable[str]) -> dict[str, float]:
    """What the kind of a text is judged by, with its strength; the first letter of a name is its family."""
    runs, couples = _grams(signals)
    words = list(dict.fromkeys(signals.words))
    families: list[Sequence[str]] = [
        ["s:" + " ".join(run) for run in runs],
        ["b:" + " ".join(couple) for couple in couples],
        ["w:" + word for word in words],
        [root for word in words for root in roots(word)],
        [piece for word in words for piece in pieces(word)],
        _named(sectors),
    ]
    features: dict[str, float] = {}
    for names in families:
        for name, count in Counter(names).items():
            family = name[0]
            features[name] = count * SCALE[family] / (math.sqrt(len(names)) if family in SHARED else 1.0)
    return features


# --- the kind --------------------------------------------------------------------------------------------------------


_NONE: Row = (0.0,) * len(KINDS)


def kind_scores(signals: Signals, sectors: Iterable[str], model: Weights) -> list[float]:
    """Probability of each of KINDS."""
    runs, couples = _grams(signals)
    of_runs = _summed([row for run in runs if (row := model.grams.get(run))], _NONE)
    of_couples = _summed([row for couple in couples if (row := model.couples.get(couple))], _NONE)
    of_named = _summed(_rows(_named(sectors), model), _NONE)
    by_runs, by_couples = _share(len(runs)), _share(len(couples))
    totals = [
        bias + by_runs * run + by_couples * couple + named + word
        for bias, run, couple, named, word in zip(
            model.kind_bias, of_runs, of_couples, of_named, _words_scores(signals.words, model), strict=True
        )
    ]
    most = max(totals)
    odds = [math.exp(total - most) for total in totals]
    return [one / sum(odds) for one in odds]


def _rows(names: Iterable[str], model: Weights) -> list[Row]:
    return [row for name in names if (row := model.kind.get(name))]


def _share(count: float) -> float:
    return 1 / math.sqrt(count or 1)


_SPELLED: Row = (0.0,) * (3 * len(KINDS) + 2)


def _words_scores(words: list[str], model: Weights) -> Row:
    """What words, roots and pieces speak for together, a number a kind."""
    seen, distinct = model.seen, dict.fromkeys(words)
    *told, root_count, piece_count = _summed([seen.get(word) or _spelled(word, model) for word in distinct], _SPELLED)
    by_word, by_root, by_piece = _share(len(distinct)), _share(root_count), _share(piece_count)
    size = len(KINDS)
    return tuple(
        [by_word * told[at] + by_root * told[at + size] + by_piece * told[at + 2 * size] for at in range(size)]
    )


_MOST_WORDS = 100_000


def _spelled(word: str, model: Weights) -> Row:
    """What a word, its root and its pieces speak for (a number a kind each), and how many roots and pieces it has."""
    if len(model.seen) > _MOST_WORDS:  # invented words must not fill the memory
        model.seen.clear()
    root, parts = roots(word), pieces(word)
    own, of_root, of_parts = (_summed(_rows(names, model), _NONE) for names in (("w:" + word,), root, parts))
    found = model.seen[word] = (*own, *of_root, *of_parts, float(len(root)), float(len(parts)))
    return found


def logistic(odds: float) -> float:
    """The probability that *odds* (a logarithm) speak of; never overflows."""
    return 0.5 + 0.5 * math.tanh(0.5 * odds)


# --- the categories --------------------------------------------------------------------------------------------------


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
    total = _summed([model.bias, *(row for word in signals.own if (row := model.words.get(word)))], model.bias)
    named = {mention.category for mention in signals.mentions}
    pairs, unnamed = model.pairs, model.pairs.get("unnamed", 0.0)
    scores: dict[Category, float] = {}
    for place, category in enumerate(MATCHED):
        odds = total[place]
        if category in named:
            odds += sum([pairs.get(name, 0.0) for name in pair_features(kind, category, signals.mentions)])
        else:
            odds += unnamed
        scores[category] = logistic(odds)
    return scores
