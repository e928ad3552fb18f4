"""The labelled lines, the weights learned from them, and what they are worth on lines nobody learned from."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from matcher.text.classify import KINDS, WEIGHTS
from matcher.text.evaluate import held_out, score, speed
from matcher.text.reader import read
from matcher.text.train import LINES, Line, labelled, train
from matcher.vocabulary import MATCHED, UNITS, Sector

UNSEEN = Path(__file__).with_name("unseen.jsonl")


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return labelled()


def test_there_are_enough_lines_and_no_text_twice(lines: list[Line]) -> None:
    assert len(lines) >= 600
    assert len({line.text for line in lines}) == len(lines)
    assert len({line.family for line in lines}) >= 100
    assert min(Counter(line.kind for line in lines).values()) >= 100


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
    assert figures["kind_macro_f1"] >= 0.85
    assert figures["categories_micro_f1"] >= 0.90
    assert figures["sector_accuracy"] >= 0.85
    assert figures["quantities_f1"] >= 0.85


def test_lines_kept_apart_from_learning_are_read_well() -> None:
    from matcher.text import Gazetteer
    from seeds.reference import rows

    unseen = labelled(UNSEEN)
    assert not {line.text for line in unseen} & {line.text for line in labelled(LINES)}
    gazetteer = Gazetteer(rows("32.02"))
    figures = score(unseen, [read(line.text, gazetteer) for line in unseen])
    assert figures["kind_macro_f1"] >= 0.88
    assert figures["categories_micro_f1"] >= 0.90
    assert figures["sector_accuracy"] >= 0.85
    assert figures["quantities_f1"] >= 0.85
    assert figures["places_recall"] >= 0.90


def test_a_shuffled_teacher_teaches_nothing(lines: list[Line]) -> None:
    """The figures come from the labels: with the kinds moved one family on, reading is no better than chance."""
    order = sorted({line.family for line in lines})
    kind = {line.family: line.kind for line in lines}
    moved = {family: kind[order[(at + 31) % len(order)]] for at, family in enumerate(order)}
    wrong = [line._replace(kind=moved[line.family]) for line in lines]
    assert score(wrong, held_out(wrong, folds=2))["kind_macro_f1"] < 0.5


def test_a_thousand_texts_take_less_than_a_second_of_one_core(lines: list[Line]) -> None:
    assert speed([line.text for line in lines], seconds=0.5) >= 1000
