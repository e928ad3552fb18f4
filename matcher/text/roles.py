"""Owns whose an amount is: asked for or given, or only told of ("komputer cuma 2", "satu siswa satu buku").

A linear model over the words around the number, learned with the others by :mod:`matcher.text.train`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from matcher.text.classify import logistic
from matcher.text.lexicon import CUES
from matcher.text.quantity_words import GIVE_WORDS, HAVE_WORDS, NEED_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

#: How far words are looked at, in tokens, before and after an amount.
_BEFORE, _AFTER = 8, 6
_ENDS = frozenset(".;\n!?")
_MOST_TOKENS_AROUND = 40  #: in which asking for something counts as said near
_ASKING = frozenset(phrase for phrase in CUES["ask"] if " " not in phrase) | NEED_WORDS
_BAD = frozenset(phrase for phrase in (*CUES["broken"], *CUES["lack"]) if " " not in phrase)
_CLASSES = (("need", NEED_WORDS), ("give", GIVE_WORDS), ("have", HAVE_WORDS), ("bad", _BAD))


#: Right before an amount these leave no doubt.
_PLAINLY = frozenset("butuh membutuhkan perlu memerlukan minta kekurangan tambahan mengajukan mengusulkan usul".split())


class Span(NamedTuple):
    """The tokens of an amount, its unit, and the role that the nearest word alone would give it."""

    first: int
    last: int
    unit: str
    role: str


def features(words: list[str], span: Span, kind: str) -> set[str]:
    """What speaks for or against an amount in a text of *kind* being asked for or given."""
    own = {"", "nearest " + span.role, "unit " + span.unit}
    before = _until_end(words, range(span.first - 1, max(-1, span.first - 1 - _BEFORE), -1))
    after = _until_end(words, range(span.last + 1, min(len(words), span.last + 1 + _AFTER)))
    for side, around in (("<", before), (">", after)):
        own |= {f"{side}1 {word}" for word in around[:1]} | {f"{side}{word}" for word in around[:4]}
        own |= {f"{side}{name}" for name, table in _CLASSES if any(word in table for word in around)}
        nearest = next((name for word in around for name, table in _CLASSES if word in table), "none")
        own.add(f"{side}nearest {nearest}")
    asked_before = any(word in _ASKING for word in words[max(0, span.first - _MOST_TOKENS_AROUND) : span.first])
    asked_after = any(word in _ASKING for word in words[span.last + 1 : span.last + _MOST_TOKENS_AROUND])
    own.add(f"asked {asked_before} {asked_after}")
    own.add(f"asked {asked_before} {asked_after} {span.role}")
    return {f"{kind} {name}" for name in own}


def _until_end(words: list[str], places: range) -> list[str]:
    """The words at *places* up to the end of their sentence."""
    found: list[str] = []
    for at in places:
        if words[at] in _ENDS:
            found.append(".")
            break
        found.append(words[at])
    return found


def chance(words: list[str], span: Span, kind: str, weights: Mapping[str, float]) -> float:
    """Probability that the amount is what the text asks for (a challenge) or gives (an offer)."""
    if kind == "challenge" and span.role == "need" and _PLAINLY & set(words[max(0, span.first - 2) : span.first]):
        return 0.95
    return logistic(math.fsum([weights.get(name, 0.0) for name in features(words, span, kind)]))
