"""Owns the measuring of the reading: every figure on lines of families the model has not seen."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.text.classify import KINDS
from matcher.text.reader import Reading, read
from matcher.text.train import Line, labelled, train

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matcher.text.places import Gazetteer

FOLDS = 5


def evaluate(gazetteer: Gazetteer | None = None, *, folds: int = FOLDS) -> dict[str, Any]:
    """Read every labelled line with weights learned without its family; give the figures of issue "reading".

    Keys: lines, families, kind_macro_f1, categories_micro_f1, sector_accuracy, quantities_f1, places_recall,
    urgency_accuracy, texts_per_second; places only where *gazetteer* is given.
    """
    lines = labelled()
    readings = held_out(lines, gazetteer, folds=folds)
    figures = score(lines, readings)
    return (
        {"lines": len(lines), "families": len({line.family for line in lines})}
        | figures
        | {"texts_per_second": round(speed([line.text for line in lines], gazetteer))}
    )


def held_out(lines: Sequence[Line], gazetteer: Gazetteer | None = None, *, folds: int = FOLDS) -> list[Reading]:
    """A reading of each line by weights that saw no line of its family; families are dealt out in turn."""
    families = {family: at % folds for at, family in enumerate(sorted({line.family for line in lines}))}
    readings: list[Reading | None] = [None] * len(lines)
    for fold in range(folds):
        model = train(line for line in lines if families[line.family] != fold)
        for at, line in enumerate(lines):
            if families[line.family] == fold:
                readings[at] = read(line.text, gazetteer, model=model)
    return [reading for reading in readings if reading is not None]


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
    return float(np.mean([_one_f1(kind, truth, guess) for kind in KINDS]))


def _one_f1(kind: str, truth: Sequence[str], guess: Sequence[str]) -> float:
    right = sum(t == g == kind for t, g in zip(truth, guess, strict=True))
    total = sum(t == kind for t in truth) + sum(g == kind for g in guess)
    return 2 * right / total if total else 1.0
