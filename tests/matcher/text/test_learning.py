"""The labelled lines, the weights learned from them, and what they are worth on lines nobody learned from."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from matcher.text import Gazetteer, baselines, read
from matcher.text.classify import KINDS, WEIGHTS
from matcher.text.evaluate import held_out, ours, score
from matcher.text.train import Line, labelled, main, train
from matcher.vocabulary import MATCHED, UNITS, Sector
from seeds.reference import rows

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return labelled()


def test_there_are_enough_lines_and_no_text_twice(lines: list[Line]) -> None:
    assert len(lines) >= 1500
    assert len({line.text for line in lines}) == len(lines)
    assert len({line.family for line in lines}) >= 300
    assert min(Counter(line.kind for line in lines).values()) >= 250


def test_every_label_is_one_of_the_vocabulary(lines: list[Line]) -> None:
    for line in lines:
        assert line.kind in KINDS
        assert set(line.categories) <= set(MATCHED)
        assert line.sector is None or (line.kind == "offer" and line.sector in set(Sector))
        assert not (line.kind == "neither" and line.categories)
        assert all(UNITS[amount["unit"]].category == amount["category"] for amount in line.quantities)


def test_every_kind_and_category_is_written_about_by_offers_needs_and_successes(lines: list[Line]) -> None:
    seen = Counter((line.kind, category) for line in lines for category in line.categories)
    for kind in KINDS[:3]:
        for category in MATCHED:
            assert seen[kind, str(category)] >= 10, (kind, category)


def test_a_family_is_of_one_kind(lines: list[Line]) -> None:
    kinds: dict[str, set[str]] = {}
    for line in lines:
        kinds.setdefault(line.family, set()).add(line.kind)
    assert {family for family, found in kinds.items() if len(found) > 1} == set()


def test_the_stored_weights_are_those_the_lines_give(lines: list[Line]) -> None:
    """Whoever changes a line or the lexicon must train again: python -m matcher.text.train."""
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    fresh = train(lines).plain
    assert stored["lines"] == len(lines)
    assert set(stored["kind"]) == set(fresh["kind"])
    for name, row in fresh["kind"].items():
        assert stored["kind"][name] == pytest.approx(row, abs=0.02)


def test_lines_of_families_it_has_not_learned_from_are_read_well(lines: list[Line]) -> None:
    figures = score(lines, held_out(lines, folds=3))
    assert figures["kind_macro_f1"] >= 0.88
    assert figures["categories_micro_f1"] >= 0.91
    assert figures["sector_accuracy"] >= 0.85
    assert figures["quantities_f1"] >= 0.85


@pytest.mark.parametrize("author", ["a1", "a2"])
def test_lines_of_an_author_it_has_not_learned_from_are_read_well(lines: list[Line], author: str) -> None:
    reads = ours()([line for line in lines if line.author != author])
    own = [line for line in lines if line.author == author]
    figures = score(own, [reads(line.text) for line in own])
    assert len(own) >= 300
    assert figures["kind_macro_f1"] >= 0.88
    assert figures["categories_micro_f1"] >= 0.92
    assert figures["sector_accuracy"] >= 0.85
    assert figures["quantities_f1"] >= 0.85


def test_places_of_the_district_are_found(lines: list[Line]) -> None:
    placed = [line for line in lines if line.places]
    gazetteer = Gazetteer(rows("32.02"))
    assert len(placed) >= 20
    assert score(placed, [read(line.text, gazetteer) for line in placed])["places_recall"] >= 0.90


def test_neither_plain_words_nor_the_lexicon_alone_read_as_well(lines: list[Line]) -> None:
    learned, kept = lines[::2], lines[1::2]
    told = {
        name: score(kept, [reads(line.text) for line in kept])
        for name, teach in (("ours", ours()), ("tfidf", baselines.tfidf), ("lexicon", baselines.lexicon()))
        for reads in (teach(learned),)
    }
    for measure in ("kind_macro_f1", "categories_micro_f1", "sector_accuracy"):
        assert told["ours"][measure] > max(told["tfidf"][measure], told["lexicon"][measure]) > 0.5


def test_an_office_can_teach_its_own_corrections(tmp_path: Path) -> None:
    """--also takes the same lines; a word nobody knew before is known afterwards."""
    more = tmp_path / "more.jsonl"
    plain = {"kind": "neither", "categories": [], "sector": None, "quantities": [], "places": [], "urgency": None}
    texts = [f"{word} blorong sudah blorong" for word in ("wah", "nah", "oke", "siap", "ya", "eh")]
    more.write_text("\n".join(json.dumps(plain | {"family": "office-1", "text": text}) for text in texts))
    main(["--also", str(more), "--to", str(tmp_path / "weights.json")])
    taught = json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))
    assert taught["lines"] == len(labelled()) + len(texts)
    assert taught["kind"]["w:blorong"][KINDS.index("neither")] > 0


def test_a_shuffled_teacher_teaches_nothing(lines: list[Line]) -> None:
    """The figures come from the labels: with the kinds moved one family on, reading is no better than chance."""
    order = sorted({line.family for line in lines})
    kind = {line.family: line.kind for line in lines}
    moved = {family: kind[order[(at + 31) % len(order)]] for at, family in enumerate(order)}
    wrong = [line._replace(kind=moved[line.family]) for line in lines]
    assert score(wrong, held_out(wrong, folds=2))["kind_macro_f1"] < 0.5
