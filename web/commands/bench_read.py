"""`python3 -m web bench read`: how well and how fast texts are read, beside two simpler ways, on lines kept apart."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from matcher.vocabulary import Words
from web.commands.measuring import ROUNDS, Figure
from web.failure import Failure

if TYPE_CHECKING:
    from matcher.text import Gazetteer

DISTRICT = "32.02"  #: whose places the labelled lines name
LONG = 50_000  #: characters; twice as many are the longest text that is read whole

#: What is measured, its words, what the number is, and the least it may be for our reader.
MEASURES = {
    "kind_macro_f1": (Words("jenis", "kind"), "macro-F1", 0.88),
    "categories_micro_f1": (Words("kategori", "categories"), "micro-F1", 0.92),
    "sector_accuracy": (Words("sektor", "sectors"), "", 0.85),
    "quantities_f1": (Words("jumlah", "amounts"), "F1", 0.85),
    "places_recall": (Words("tempat", "places"), "", 0.90),
    "urgency_accuracy": (Words("kapan", "by when"), "", None),
}
#: What plain words alone can say.
OF_WORDS = ("kind_macro_f1", "categories_micro_f1", "sector_accuracy")

#: A piece of a long text, and texts that nobody writes in good faith.
PIECE = "Kami butuh 3 unit komputer, bukan buku tapi internet di Desa Pasawahan (12/3) Rp5.000.000,- "
STRANGE = ("a", "1.", "(", "bukan ", "1,1.", "-", "😀", "\u202eab ", "\x00", "desa ", "tidak ", "Rp1.000 x ", "\n")


def bench() -> Iterator[Figure]:
    """Measure the reading by families and by authors, then its speed."""
    from matcher.text import Gazetteer
    from matcher.text.train import labelled
    from seeds import reference

    gazetteer = Gazetteer(reference.rows(DISTRICT))
    lines = labelled()
    authors = len({line.author for line in lines})
    yield Figure(Words(f"baris berlabel, {authors} penulis", f"labelled lines by {authors} authors"), len(lines), "")
    yield from _figures(gazetteer)
    yield from _speeds([line.text for line in lines], gazetteer)


def _figures(gazetteer: Gazetteer) -> Iterator[Figure]:
    """The three ways of reading on both splits; bounds hold for ours, on families it has not learned from."""
    from matcher.text import baselines
    from matcher.text.evaluate import by_author, held_out, ours, score
    from matcher.text.train import labelled

    lines = labelled()
    ways = (
        (Words("kami", "ours"), ours(gazetteer), tuple(MEASURES)),
        (Words("TF-IDF", "TF-IDF"), baselines.tfidf, OF_WORDS),
        (Words("leksikon", "lexicon"), baselines.lexicon(gazetteer), tuple(MEASURES)),
    )
    splits = (
        (Words("pola lain", "other families"), held_out),
        (Words("penulis lain", "other authors"), by_author),
    )
    for split, apart in splits:
        for way, teach, names in ways:
            told = score(lines, apart(lines, gazetteer, teach=teach))
            for name in names:
                words, unit, least = MEASURES[name]
                bound = least if way.en == "ours" and apart is held_out else None
                joined = (f"{what}, {who} ({where})" for what, who, where in zip(words, way, split, strict=True))
                yield Figure(Words(*joined), told[name], unit, least=bound)


def _speeds(texts: list[str], gazetteer: Gazetteer) -> Iterator[Figure]:
    from matcher.text import read
    from matcher.text.evaluate import speed

    yield Figure(
        Words("teks per detik prosesor", "texts a second of one core"), speed(texts, gazetteer), "", least=3000
    )
    yield Figure(Words("teks pertama, proses baru", "first text, new process"), _first_text(), "s", 1)

    def seconds(text: str) -> float:
        begun = time.process_time()
        read(text, gazetteer)
        return time.process_time() - begun

    half, whole = (PIECE * LONG)[:LONG], (PIECE * LONG)[: 2 * LONG]
    rounds = [(seconds(half), seconds(whole)) for _ in range(2 * ROUNDS)]
    once, twice = (min(column) for column in zip(*rounds, strict=True))
    yield Figure(Words("100.000 huruf", "100,000 characters"), twice, "s")
    yield Figure(Words("dua kali panjang, waktu berapa kali", "twice the length, time grows"), twice / once, "x", 2.6)
    worst = max(seconds((piece * 2 * LONG)[: 2 * LONG]) for piece in STRANGE)
    yield Figure(Words("teks aneh terburuk", "the worst strange text"), worst, "s", 5)


def _first_text() -> float:
    """Seconds of the processor that a new process takes until its first text is read."""
    code = "import time; from matcher.text import read; read('butuh 3 komputer'); print(time.process_time())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(done.stderr.strip().rpartition("\n")[2])
    return float(done.stdout)
