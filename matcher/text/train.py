"""Owns how the weights of :mod:`matcher.text.classify` are learned from the labelled lines beside it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from matcher.text.classify import KINDS, WEIGHTS, Weights, from_plain, kind_features, pair_features
from matcher.text.normalise import tokenise
from matcher.text.quantities import ASKED, candidates
from matcher.text.roles import Span, features
from matcher.text.sectors import organisations, spans
from matcher.text.signals import Signals, signals
from matcher.vocabulary import MATCHED, Category

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LINES = Path(__file__).with_name("labelled.jsonl")

#: Strength of the evidence against a penalty of one; found by leaving families out.
_KIND_C = 6.0
_PAIR_C = 0.6
_ROLE_C = 0.5
_WORD_SCALE = 0.7  #: how much a plain word counts beside what the rules see
_SMALLEST = 0.004  #: weights below this are left out of the file


class Line(NamedTuple):
    """One labelled text; *family* joins lines written after one pattern, which never part in a split.

    The family's name begins with its author: ``a1-letter-2``.
    """

    text: str
    family: str
    kind: str
    categories: tuple[str, ...]
    sector: str | None
    quantities: tuple[dict[str, Any], ...]
    places: tuple[str, ...]
    urgency: str | None

    @property
    def author(self) -> str:
        """Who wrote the line."""
        return self.family.partition("-")[0]


def labelled(path: Path = LINES) -> list[Line]:
    """The labelled lines of the file *path*, one JSON object a line."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Line(
            row["text"],
            row["family"],
            row["kind"],
            tuple(row["categories"]),
            row.get("sector"),
            tuple(row.get("quantities", ())),
            tuple(row.get("places", ())),
            row.get("urgency"),
        )
        for row in rows
    ]


def train(lines: Iterable[Line] | None = None) -> Weights:
    """Learn both models from *lines* (the labelled file where none are given); needs scikit-learn."""
    given = labelled() if lines is None else list(lines)
    seen = [(line, *_seen(line.text)) for line in given]
    plain = {"lines": len(given)} | _fit_kind(seen) | _fit_categories(seen) | _fit_roles(given)
    return from_plain(plain)


def save(model: Weights, path: Path = WEIGHTS) -> None:
    """Write *model* as JSON, sorted, so that the same lines give the same file."""
    plain = json.dumps(model.plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    path.write_text(plain + "\n", encoding="utf-8")


_Seen = list[tuple[Line, Signals, list[str]]]


def _seen(text: str) -> tuple[Signals, list[str]]:
    tokens = tokenise(text)
    named = organisations(tokens)
    return signals(tokens.words, spans(named)), [str(one.sector) for one in named]


def _matrix(rows: list[dict[str, float]], floor: int) -> tuple[Any, list[str]]:
    """Rows of features as a sparse matrix; features seen in fewer than *floor* rows are left out."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only training needs it

    counts: dict[str, int] = {}
    for row in rows:
        for name in row:
            counts[name] = counts.get(name, 0) + 1
    names = sorted(name for name, count in counts.items() if count >= floor)
    place = {name: at for at, name in enumerate(names)}
    data, columns, ends = [], [], [0]
    for row in rows:
        for name, value in row.items():
            if name in place:
                columns.append(place[name])
                data.append(value)
        ends.append(len(columns))
    return csr_matrix((data, columns, ends), shape=(len(rows), len(names))), names


def _fit_kind(seen: _Seen) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - 3 s to import; reading never needs it

    matrix, names = _matrix([kind_features(found, sectors) for _, found, sectors in seen], 2)
    truth = np.array([KINDS.index(line.kind) for line, _, _ in seen])
    fitted = LogisticRegression(C=_KIND_C, max_iter=400, tol=1e-3, class_weight="balanced").fit(matrix, truth)
    kept = {
        name: _rounded(row) for name, row in zip(names, fitted.coef_.T, strict=True) if np.abs(row).max() > _SMALLEST
    }
    return {"kind": kept, "kind_bias": _rounded(fitted.intercept_)}


def _fit_categories(seen: _Seen) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - the same

    rows: list[dict[str, float]] = []
    truth: list[int] = []
    for line, found, _ in seen:
        if line.kind == "neither":
            continue
        for category in MATCHED:
            row = {"p:" + name: 1.0 for name in pair_features(line.kind, category, found.mentions)}
            row |= {f"w:{category}:{word}": _WORD_SCALE for word in ("", *found.own)}
            rows.append(row)
            truth.append(int(category in line.categories))
    matrix, names = _matrix(rows, 2)
    fitted = LogisticRegression(C=_PAIR_C, max_iter=400, tol=1e-3).fit(matrix, np.array(truth))
    weight = dict(zip(names, fitted.coef_[0].tolist(), strict=True))
    pairs = {name[2:]: round(value, 4) for name, value in weight.items() if name[:2] == "p:" and abs(value) > _SMALLEST}
    words: dict[str, Any] = {}
    for name, value in weight.items():
        if name[:2] == "w:" and abs(value) > _SMALLEST:
            code, word = name[2:].split(":", 1)
            per_category = words.setdefault(word, np.zeros(len(MATCHED)))
            per_category[MATCHED.index(Category(code))] = _WORD_SCALE * value
    bias = words.pop("", np.zeros(len(MATCHED))) + float(fitted.intercept_[0])
    return {"pairs": pairs, "words": {word: _rounded(row) for word, row in words.items()}, "bias": _rounded(bias)}


def _fit_roles(lines: list[Line]) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - the same

    rows: list[dict[str, float]] = []
    truth: list[int] = []
    for line in lines:
        tokens = tokenise(line.text)
        asked = {(q["category"], float(q["amount"])) for q in line.quantities if q["role"] == ASKED.get(line.kind)}
        for one in candidates(tokens, line.kind) if line.kind in ASKED else ():
            if str(one.category) in line.categories:
                span = Span(one.first, one.last, one.unit, one.role)
                rows.append(dict.fromkeys(features(tokens.words, span, line.kind), 1.0))
                truth.append(int((str(one.category), round(one.amount, 2)) in asked))
    matrix, names = _matrix(rows, 2)
    fitted = LogisticRegression(C=_ROLE_C, max_iter=400, tol=1e-3).fit(matrix, np.array(truth))
    weight = dict(zip(names, fitted.coef_[0].tolist(), strict=True))
    for kind in ASKED:
        weight[f"{kind} "] = weight.get(f"{kind} ", 0.0) + float(fitted.intercept_[0])
    return {"roles": {name: round(value, 4) for name, value in weight.items() if abs(value) > _SMALLEST}}


def _rounded(row: Any) -> list[float]:
    return [round(float(value), 4) for value in row]


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn from the labelled lines, and from the files named behind ``--also`` (the same, one JSON object a line)."""
    parser = argparse.ArgumentParser(prog="python3 -m matcher.text.train", description=main.__doc__)
    parser.add_argument("--also", type=Path, action="append", default=[], metavar="FILE.jsonl")
    parser.add_argument("--to", type=Path, default=WEIGHTS, metavar="FILE.json")
    told = parser.parse_args(arguments)
    save(train([line for path in (LINES, *told.also) for line in labelled(path)]), told.to)


if __name__ == "__main__":
    main()
