"""Owns the measuring of the reading: every figure on lines of families, or authors, the model has not seen."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from matcher.text.classify import KINDS
from matcher.text.reader import Reading, read
from matcher.text.train import Line, train

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matcher.text.classify import Weights
    from matcher.text.places import Gazetteer

    #: Learns from lines and gives what reads a text.
    Teach = Callable[[Sequence[Line]], Callable[[str], Reading]]

FOLDS = 5


def ours(gazetteer: Gazetteer | None = None) -> Teach:
    """The reader of this package, as something that can be taught."""

    def teach(lines: Sequence[Line]) -> Callable[[str], Reading]:
        model: Weights = train(lines)
        return lambda text: read(text, gazetteer, model=model)

    return teach


def held_out(
    lines: Sequence[Line], gazetteer: Gazetteer | None = None, *, folds: int = FOLDS, teach: Teach | None = None
) -> list[Reading]:
    """A reading of each line by one taught without any line of its family; families are dealt out in turn."""
    families = sorted({line.family for line in lines})
    return apart(lines, {family: at % folds for at, family in enumerate(families)}, teach or ours(gazetteer))


def by_author(
    lines: Sequence[Line], gazetteer: Gazetteer | None = None, *, teach: Teach | None = None
) -> list[Reading]:
    """A reading of each line by one taught without any line of its author: the nearest to strangers' texts."""
    return apart(lines, {line.family: line.author for line in lines}, teach or ours(gazetteer))


def apart(lines: Sequence[Line], group: dict[str, Any], teach: Teach) -> list[Reading]:
    """A reading of each line by one taught without the lines of its group; *group* is family → group."""
    readings: dict[int, Reading] = {}
    for one in dict.fromkeys(group.values()):
        reads = teach([line for line in lines if group[line.family] != one])
        readings |= {at: reads(line.text) for at, line in enumerate(lines) if group[line.family] == one}
    return [readings[at] for at in range(len(lines))]


def score(lines: Sequence[Line], readings: Sequence[Reading]) -> dict[str, float]:
    """The figures of *readings* against the labels of *lines*."""
    pairs = list(zip(lines, readings, strict=True))
    offers = [(line, one) for line, one in pairs if line.kind == "offer"]
    placed = [(line, one) for line, one in pairs if line.places]
    figures = {
        "kind_macro_f1": _macro_f1([line.kind for line in lines], [one.kind for one in readings]),
        "categories_micro_f1": _micro_f1((set(line.categories), set(map(str, one.categories))) for line, one in pairs),
        "sector_accuracy": _share(line.sector == one.sector for line, one in offers),
        "quantities_f1": _micro_f1((_asked(line.quantities), _asked(_amounts(one))) for line, one in pairs),
        "places_recall": _share(place in one.places for line, one in placed for place in line.places),
        "urgency_accuracy": _share(line.urgency == one.urgency for line, one in pairs if line.kind == "challenge"),
    }
    return {name: round(value, 3) for name, value in figures.items()}


def speed(texts: Sequence[str], gazetteer: Gazetteer | None = None, *, seconds: float = 1.0) -> float:
    """Texts read in a second of this core's time, after one pass to warm up."""
    for text in texts:
        read(text, gazetteer)
    done, begun = 0, time.process_time()
    while (spent := time.process_time() - begun) < seconds:
        for text in texts:
            read(text, gazetteer)
        done += len(texts)
    return done / spent


def _amounts(reading: Reading) -> list[dict[str, Any]]:
    return [amount.as_json() for amount in reading.quantities]


def _asked(quantities: Iterable[dict[str, Any]]) -> set[tuple[str, float, str]]:
    """Category, amount and role of the amounts that are needed or given."""
    return {(q["category"], float(q["amount"]), q["role"]) for q in quantities if q["role"] in {"need", "give"}}


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found) if found else 0.0


def _micro_f1(pairs: Iterable[tuple[set[Any], set[Any]]]) -> float:
    right = said = true = 0
    for truth, guess in pairs:
        right, said, true = right + len(truth & guess), said + len(guess), true + len(truth)
    return 2 * right / (said + true) if said + true else 1.0


def _macro_f1(truth: Sequence[str], guess: Sequence[str]) -> float:
    return sum(_one_f1(kind, truth, guess) for kind in KINDS) / len(KINDS)


def _one_f1(kind: str, truth: Sequence[str], guess: Sequence[str]) -> float:
    right = sum(t == g == kind for t, g in zip(truth, guess, strict=True))
    total = sum(t == kind for t in truth) + sum(g == kind for g in guess)
    return 2 * right / total if total else 1.0
