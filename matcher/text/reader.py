"""Owns the reading of one text: kind, categories, giver, amounts, places, urgency, and how sure each is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from matcher.text.classify import KINDS, Weights, category_scores, kind_scores, weights
from matcher.text.normalise import Tokens, tokenise
from matcher.text.places import CUES as LEVELS
from matcher.text.places import EVERYDAY
from matcher.text.quantities import Amount, amounts
from matcher.text.sectors import Organisation, giver, organisations, spans
from matcher.text.signals import Signals, signals
from matcher.vocabulary import Category

if TYPE_CHECKING:
    from collections.abc import Callable

    from matcher.text.places import Gazetteer, Place

#: A category counts from this probability on.
_LIKELY = 0.5
#: A text of need or offer must be about something: its best category counts from here on.
_BEST = 0.3


class Source(NamedTuple):
    """Words of the text that speak for one field of the reading."""

    field: str
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text says."""

    kind: str  #: challenge, offer, success or neither
    categories: tuple[Category, ...]
    sector: str | None  #: of the giver; only offers have one
    quantities: tuple[Amount, ...]
    places: tuple[str, ...]  #: Kemendagri codes
    urgency: str | None
    confidence: float  #: 0 to 1
    vague: bool = False  #: a promise without an amount, to be asked about
    giver: str | None = None  #: the giver's name as written
    unsettled: tuple[Place, ...] = ()  #: names several villages bear, and nothing settles which
    #: Certainty of each part, 0 to 1: kind, categories, sector, quantities, places, urgency, always all of them; a part
    #: that the text has nothing of is sure.
    sure: dict[str, float] = field(default_factory=dict)
    cues: frozenset[str] = frozenset()  #: what the words around said; see ``CUES``
    spans: tuple[tuple[str, int, int], ...] = ()  #: field, first and last token
    tokens: Tokens | None = None

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where in the text each field was read."""
        if self.tokens is None:
            return ()
        source, starts, ends = self.tokens.source, self.tokens.starts, self.tokens.ends
        return tuple(
            Source(name, source[starts[first] : ends[last]], starts[first], ends[last])
            for name, first, last in self.spans
        )

    def as_json(self, id: str | int | None = None) -> dict[str, object]:  # noqa: A002 - the contract's word
        """The reading as plain values, under the outside reference *id*."""
        return {
            "id": id,
            "kind": self.kind,
            "categories": [str(category) for category in self.categories],
            "sector": self.sector,
            "quantities": [amount.as_json() for amount in self.quantities],
            "places": list(self.places),
            "urgency": self.urgency,
            "confidence": round(self.confidence, 3),
        }


def read(text: str, gazetteer: Gazetteer | None = None, *, model: Weights | None = None) -> Reading:
    """Read one report, offer or message.

    *gazetteer* knows the office's places; without one no place is read.  Any text is answered: an empty one, or one
    about something else, is "neither".
    """
    return read_tokens(tokenise(text), gazetteer, model=model)


def read_tokens(tokens: Tokens, gazetteer: Gazetteer | None = None, *, model: Weights | None = None) -> Reading:
    """Read a text already split, so that a part of a longer text keeps its places in it."""
    model = model or weights()
    named = organisations(tokens)
    places = gazetteer.find(tokens) if gazetteer is not None else []
    found = signals(tokens.words, spans(named), _place_tokens(tokens, places))
    kind, kind_sure = _kind(found, named, model)
    categories, category_sure = _categories(found, kind, model)
    vague = found.vague and (kind == "offer" or (kind == "neither" and (bool(named) or "give" in found.cues)))
    if kind in {"challenge", "offer"} and not categories:
        kind, kind_sure = ("offer", kind_sure) if kind == "offer" and vague else ("neither", 1 - kind_sure / 2)
    if kind == "neither":
        categories, category_sure = (), 1.0
    counted = amounts(tokens, kind, model.roles) if kind != "neither" else []
    quantities = tuple([one for one in counted if one.category in categories])
    speaker = giver(tokens, named) if kind == "offer" else None
    return Reading(
        kind=kind,
        categories=categories,
        sector=str(speaker.sector) if speaker else None,
        quantities=quantities,
        places=tuple(gazetteer.codes(places)) if gazetteer is not None else (),
        urgency=found.urgency if kind == "challenge" else None,
        confidence=kind_sure * category_sure,
        vague=vague,
        giver=speaker.name if speaker else None,
        unsettled=tuple([place for place in places if not place.code]),
        sure={
            "kind": round(kind_sure, 3),
            "categories": round(category_sure, 3),
            "sector": _sector_sure(speaker) if kind == "offer" else 1.0,
            "quantities": round(min([one.sure for one in quantities], default=_UNCOUNTED if counted else 1.0), 3),
            "places": min([_place_sure(place) for place in places], default=1.0),
            "urgency": _SAID if kind == "challenge" and found.urgency else 1.0,
        },
        cues=found.cues,
        spans=_spans(found, kind, categories, (*quantities, *places), speaker),
        tokens=tokens,
    )


_EVERYDAY = frozenset(EVERYDAY)

#: Certainties that no weights give, found by looking at what was read wrong.
_SAID = 0.9  #: said in words that may mean something else
_UNCOUNTED = 0.7  #: there are amounts, none of what the text is about
_UNNAMED = 0.6  #: an offer that names no giver


def _sector_sure(speaker: Organisation | None) -> float:
    if speaker is None:
        return _UNNAMED
    return _UNNAMED if speaker.weak else _SAID


def _place_sure(place: Place) -> float:
    """How sure a place is: one of several villages, a name by itself, or a name behind "desa"."""
    if not place.code:
        return 0.3
    return 0.95 if place.cued else 0.75


def _place_tokens(tokens: Tokens, places: list[Place]) -> frozenset[int]:
    """The tokens that name a place: those behind "desa" and its kin, also of villages no gazetteer was given for."""
    found = [at for place in places if place.cued for at in range(place.first, place.last + 1)]
    words = tokens.words
    for at in [at for at, word in enumerate(words) if word in _EVERYDAY and tokens.raw[at].istitle()]:
        before = words[max(0, at - 2) : at]
        if before and (before[-1] in LEVELS or (before[-1] == "." and before[0] in LEVELS)):
            found.append(at)
    return frozenset(found)


def _spans(
    found: Signals,
    kind: str,
    categories: tuple[Category, ...],
    named: tuple[Place | Amount, ...],
    speaker: Organisation | None,
) -> tuple[tuple[str, int, int], ...]:
    """Where each field was read: field, first and last token."""
    told = [(str(one.category), one.first, one.last) for one in found.mentions if one.category in categories]
    told += [("kind:" + cue, hit.first, hit.last) for hit in found.hits for cue in hit.tag.cues]
    if kind == "challenge":
        told += [("urgency", hit.first, hit.last) for hit in found.hits if hit.tag.urgency]
    told += [("quantity" if isinstance(one, Amount) else "place", one.first, one.last) for one in named]
    if speaker is not None:
        told.append(("giver", speaker.first, speaker.last))
    return tuple(told)


def _kind(found: Signals, named: list[Organisation], model: Weights) -> tuple[str, float]:
    if not found.own:
        return "neither", 1.0
    scores = dict(zip(KINDS, kind_scores(found, [str(one.sector) for one in named], model), strict=True))
    for before, after, holds in _OVERRULED:
        if max(scores, key=scores.__getitem__) == before and holds(found.cues):
            scores[after] += scores.pop(before)
    best = max(scores, key=scores.__getitem__)
    return best, min(1.0, scores[best])


#: Where what is said leaves no doubt it overrules the weights: kind judged, kind it is, when.
_OVERRULED: tuple[tuple[str, str, Callable[[frozenset[str]], bool]], ...] = (
    ("success", "challenge", lambda cues: "course -" in cues and bool(cues & {"lack", "broken", "ask"})),
    ("challenge", "neither", lambda cues: "trade" in cues),
    ("challenge", "neither", lambda cues: "refuse" in cues and not cues & {"ask", "broken"}),
)


def _categories(found: Signals, kind: str, model: Weights) -> tuple[tuple[Category, ...], float]:
    """The categories a text is about, and the certainty of the least sure decision."""
    if kind == "neither":
        return (), 1.0
    scores = category_scores(found, kind, model)
    chosen = [category for category, score in scores.items() if score >= _LIKELY]
    if not chosen and kind != "success":
        best = max(scores, key=lambda category: scores[category])
        chosen = [best] if scores[best] >= _BEST else []
    sure = min(max(score, 1 - score) for score in scores.values())
    return tuple(chosen), sure
