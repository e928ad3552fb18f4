"""How much a word says: weights of stems, counted over the labelled lines; the same for every office and every run."""

from __future__ import annotations

import json
import math
from collections import Counter
from functools import cache
from importlib.resources import files

from matcher.text import tokens

#: Stems that carry nothing of what is given: they would make strangers look alike.
EMPTY = frozenset(tokens(
    "yang dan untuk di ke dari dengan kami kita saya anda ada tidak belum sudah ini itu juga akan bisa dapat dalam "
    "pada oleh atau karena agar supaya masih sangat lebih lagi perpustakaan desa warga mohon bantuan butuh perlu "
    "bantu siap tersedia kurang satu dua tiga empat lima enam tujuh delapan sembilan sepuluh"
))  # fmt: skip


@cache
def _counted() -> tuple[dict[str, int], int]:
    lines = files("matcher.text").joinpath("labelled.jsonl").read_text(encoding="utf-8").splitlines()
    seen: Counter[str] = Counter()
    for line in lines:
        seen.update(set(tokens(json.loads(line)["text"])))
    return dict(seen), len(lines)


@cache
def idf(word: str) -> float:
    """Weight of a stem: common words little, words never seen most, empty words nothing."""
    if word in EMPTY or word.isdigit():
        return 0.0
    seen, lines = _counted()
    return math.log((lines + 1) / (seen.get(word, 0) + 0.5))
