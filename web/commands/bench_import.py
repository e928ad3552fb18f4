"""`python3 -m web bench import`: how fast tables are read and checked, and what memory the longest one takes."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matcher.vocabulary import Words
from web.commands.measuring import Figure, thrown_away, timed
from web.failure import Failure

ROWS, MOST_ROWS = 2_000, 50_000
MOST_SECONDS, MOST_MEGABYTES = 3, 512
_HEADINGS = (
    "Ref", "Perpustakaan", "Desa", "Kecamatan", "Jenis", "Kebutuhan", "Cerita", "Jumlah", "Satuan", "Tanggal lapor",
    "No. HP",
)  # fmt: skip
_NEEDS = (
    ("Komputer", "Komputer kurang {} unit", "Komputer kami dipakai bergantian.", 3, "unit"),
    ("Buku", "Buku bacaan anak masih sedikit", "Anak-anak sudah membaca semua buku.", 120, "eksemplar"),
    ("Internet", "Sambungan internet putus-putus", "Sinyal hanya ada di depan balai desa.", 1, "sambungan"),
    ("Dana", "Honor pengelola belum ada", "Pengelola bekerja tanpa honor sejak {}.", 300_000, "rupiah"),
    ("Tenaga", "Perlu pelatih literasi", "Kami ingin belajar membuat katalog.", 2, "orang"),
)

#: Reads one file and says how much memory that took: of the process itself, and of the one that opens the file.
_READ = """
import resource, sys
from pathlib import Path
from web.exchange import sheets
from web.exchange.headings import known
table = sheets.read(Path(sys.argv[1]), lambda names: known(names, "challenges"))
kilobytes = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(len(table.rows), *kilobytes)
"""


def bench() -> Iterator[Figure]:
    """Time the reading and the checking of a long table, and weigh the reading of the longest."""
    with tempfile.TemporaryDirectory(prefix="temu-mitra-bench-") as folder:
        path = Path(folder) / "kebutuhan.xlsx"
        _write(path, ROWS)
        yield from _checked(path)
        _write(path, MOST_ROWS)
        yield from _weighed(path)


def _write(path: Path, count: int) -> None:
    from web.exchange import writing

    writing.write(path, _HEADINGS, map(_row, range(count)), title="Kebutuhan")


def _row(number: int) -> list[Any]:
    kind, title, story, quantity, unit = _NEEDS[number % len(_NEEDS)]
    library = number // len(_NEEDS)
    return [
        f"A{number}", f"Perpusdes Contoh {library}", "Sukamaju", "Cikakak", kind, title.format(number),
        story.format(number), quantity, unit, dt.date(2026, 1, 1) + dt.timedelta(number % 300), f"0812{number:08}",
    ]  # fmt: skip


def _checked(path: Path) -> Iterator[Figure]:
    from web.exchange import arrivals, sheets
    from web.exchange.headings import known

    def read() -> sheets.Table:
        return sheets.read(path, lambda names: known(names, "challenges"), limits=sheets.UPLOAD)

    reading, _ = timed(read)
    with thrown_away("meeting") as folder, folder.reading() as session:
        office, at, by = folder.office(session), folder.now(session), folder.system(session)
        staged = arrivals.stage(session, office, "challenges", path.name, read(), by=by, at=at)
        began = time.perf_counter()
        arrivals.look(session, staged, at=at)
        checking = time.perf_counter() - began
    yield Figure(Words(f"membaca {ROWS} baris", f"reading {ROWS} rows"), reading, "s")
    yield Figure(Words("membaca dan memeriksanya", "reading and checking them"), reading + checking, "s", MOST_SECONDS)


def _weighed(path: Path) -> Iterator[Figure]:
    """Read the longest table in a process of its own, for memory once taken is never given back."""
    began = time.perf_counter()
    told = subprocess.run(
        [sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, check=False,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    seconds = time.perf_counter() - began
    if told.returncode:
        raise Failure(told.stderr.strip().splitlines()[-1])
    count, ours, theirs = map(int, told.stdout.split())
    yield Figure(Words(f"membaca {count} baris", f"reading {count} rows"), seconds, "s")
    yield Figure(Words("memori yang membaca", "memory of the reader"), ours / 1024, "MB", MOST_MEGABYTES)
    yield Figure(Words("memori pembuka berkas", "memory of the opener"), theirs / 1024, "MB", MOST_MEGABYTES)
