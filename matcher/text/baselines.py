"""Owns what the reading is measured against: plain TF-IDF with logistic regression, and the lexicon alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matcher.text.normalise import tokenise
from matcher.text.quantities import amounts
from matcher.text.reader import Reading
from matcher.text.sectors import giver, organisations, spans
from matcher.text.signals import signals
from matcher.vocabulary import MATCHED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matcher.text.places import Gazetteer
    from matcher.text.train import Line

_GIVING = frozenset({"give", "available", "willing", "vague"})
_ASKING = frozenset({"ask", "lack", "broken", "borrow"})


def lexicon(gazetteer: Gazetteer | None = None) -> Callable[[Sequence[Line]], Callable[[str], Reading]]:
    """The tables without any weights: a kind by its cues, every category that is named."""
    return lambda _lines: lambda text: _by_rules(text, gazetteer)


def _by_rules(text: str, gazetteer: Gazetteer | None) -> Reading:
    tokens = tokenise(text)
    named = organisations(tokens)
    found = signals(tokens.words, spans(named))
    about = {mention.category for mention in found.mentions if mention.signals[0] == "strong"}
    kind = _kind(found.cues) if about else "neither"
    categories = tuple(category for category in MATCHED if category in about) if kind != "neither" else ()
    counted = amounts(tokens, kind, {}) if kind != "neither" else []
    speaker = giver(tokens, named) if kind == "offer" else None
    return _reading(
        kind=kind,
        categories=categories,
        sector=str(speaker.sector) if speaker else None,
        quantities=tuple(one for one in counted if one.category in categories),
        places=tuple(gazetteer.codes(gazetteer.find(tokens))) if gazetteer is not None else (),
        urgency=found.urgency if kind == "challenge" else None,
    )


def _kind(cues: frozenset[str]) -> str:
    if cues & _GIVING and "ask" not in cues:
        return "offer"
    if "last -" in cues or (cues & _ASKING and "last +" not in cues):
        return "challenge"
    return "success" if "last +" in cues else "neither"


def tfidf(lines: Sequence[Line]) -> Callable[[str], Reading]:
    """Words and pairs of words as they are written, a logistic regression a field; no amounts, places, urgency."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - 3 s to import
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - the same
    from sklearn.multiclass import OneVsRestClassifier  # noqa: PLC0415 - the same
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - the same

    def learned(given: Sequence[Line], truth: list[str]) -> Any:
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        return make_pipeline(words, LogisticRegression(C=10, max_iter=400)).fit([one.text for one in given], truth)

    about = [line for line in lines if line.kind != "neither"]
    offers = [line for line in lines if line.kind == "offer"]
    kinds = learned(lines, [line.kind for line in lines])
    sectors = learned(offers, [line.sector or "" for line in offers])
    categories = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        OneVsRestClassifier(LogisticRegression(C=10, max_iter=400)),
    ).fit([line.text for line in about], [[int(one in line.categories) for one in MATCHED] for line in about])

    def reads(text: str) -> Reading:
        kind = str(kinds.predict([text])[0])
        said = categories.predict([text])[0] if kind != "neither" else [0] * len(MATCHED)
        return _reading(
            kind=kind,
            categories=tuple(one for one, holds in zip(MATCHED, said, strict=True) if holds),
            sector=(str(sectors.predict([text])[0]) or None) if kind == "offer" else None,
        )

    return reads


def _reading(**fields: Any) -> Reading:
    empty = {"sector": None, "quantities": (), "places": (), "urgency": None, "confidence": 1.0}
    return Reading(**(empty | fields))
