"""The reader before lines of an author whom nobody who built it has read.

They are never learned from: who has looked at them to mend the reader moves them to `labelled.jsonl` and asks another
author for an exam.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.text import Gazetteer, read
from matcher.text.evaluate import score
from matcher.text.train import labelled
from seeds.reference import rows

EXAM = Path(__file__).with_name("exam.jsonl")

#: The least each figure may be; what it was at the first look stands beside it.
LEAST = {
    "kind_macro_f1": 0.88,  # 0.924
    "categories_micro_f1": 0.92,  # 0.942
    "sector_accuracy": 0.85,  # 0.883
    "quantities_f1": 0.85,  # 0.927
    "places_recall": 0.90,  # 1.0
}


@pytest.fixture(scope="module")
def figures():
    gazetteer, lines = Gazetteer(rows("32.02")), labelled(EXAM)
    return score(lines, [read(line.text, gazetteer) for line in lines])


@pytest.mark.parametrize("figure", LEAST)
def test_the_reader_passes_its_exam(figures, figure):
    assert figures[figure] >= LEAST[figure]


def test_no_line_of_the_exam_was_learned_from():
    assert not {line.text for line in labelled(EXAM)} & {line.text for line in labelled()}
