"""Owns how `regions.zip` was made: the npm package `geografis`, once, into one compact table.

    python -m seeds.reference.build FOLDER_OF_THE_PACKAGE [TARGET]

The target is a zip file with two members a province, so that one kabupaten costs one province to read:

``32/names`` (UTF-8 text)
    The first line is the province's name; every further line is two digits and a kabupaten's name, or one space, two
    digits and a kecamatan's, or two spaces, four digits and a village's.  A number that is its predecessor plus one is
    left out.
``32/points`` (bytes)
    The latitudes, then the longitudes of the province's villages in the order of their codes, in steps of 1e-4 degree
    (11 m): differences to the village before, zigzag-coded, as the four byte planes of little-endian uint32.

Running it again gives the same bytes (same liblzma): members are sorted and carry no clock.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

TARGET = Path(__file__).with_name("regions.zip")
STEPS = 10_000  #: steps a degree
WIDTHS = (2, 2, 4)  #: digits of a kabupaten, a kecamatan, a village
_SPELLED_OUT = re.compile(r"[A-Z](?: [A-Z]){2,}")
_NUMERAL = re.compile(r"(?<=[ /])(?:x{0,2}(?:i[xv]|v?i{1,3}|v))(?= |/|$)", re.IGNORECASE)
_NO_CLOCK = (1980, 1, 1, 0, 0, 0)


class Village(NamedTuple):
    """One village with the names above it, latitude and longitude in degrees."""

    code: str
    province: str
    kabupaten: str
    kecamatan: str
    name: str
    lat: float
    lon: float


def clean(name: str) -> str:
    """Write *name* as the decree means it: one space, ``J A T I`` as ``Jati``, ``Sosa Ii`` as ``Sosa II``."""
    name = " ".join(name.split())
    if _SPELLED_OUT.fullmatch(name):
        return name.replace(" ", "").capitalize()
    return _NUMERAL.sub(lambda found: found.group().upper(), name)


def villages(package: Path) -> list[Village]:
    """Read every village of the unpacked package, sorted by code."""
    found = json.loads((package / "data" / "json" / "data.json").read_text(encoding="utf-8"))
    return sorted(
        Village(
            row["code"],
            clean(row["province"]),
            clean(row["city"]),
            clean(row["district"]),
            clean(row["village"]),
            float(row["latitude"]),
            float(row["longitude"]),
        )
        for row in found
    )


def planes(values: ArrayLike) -> bytes:
    """Pack integers as zigzag-coded differences in byte planes."""
    steps = np.array(values, dtype=np.int64)
    steps[1:] -= steps[:-1].copy()
    zigzag: NDArray[np.uint32] = ((steps << 1) ^ (steps >> 63)).astype("<u4")
    return zigzag.view(np.uint8).reshape(-1, 4).T.tobytes()


def points(rows: Sequence[Village]) -> bytes:
    """Make the member ``points`` of one province."""
    degrees = np.array([(row.lat, row.lon) for row in rows])
    steps = np.rint(degrees * STEPS).astype(np.int64)
    return planes(steps[:, 0]) + planes(steps[:, 1])


def names(rows: Sequence[Village]) -> bytes:
    """Make the member ``names`` of one province."""
    lines = [rows[0].province]
    last = [0, 0, 0]
    for row in rows:
        parts = [int(part) for part in row.code.split(".")[1:]]
        for level, name in enumerate((row.kabupaten, row.kecamatan, row.name)):
            if parts[level] != last[level]:
                lines.append(_line(level, parts[level], last[level], name))
                last[level:] = [parts[level], *[0] * (2 - level)]
    return ("\n".join(lines) + "\n").encode()


def _line(level: int, number: int, before: int, name: str) -> str:
    return " " * level + ("-" if number == before + 1 else f"{number:0{WIDTHS[level]}}") + name


def members(rows: Iterable[Village]) -> Iterator[tuple[str, bytes]]:
    """Every member of the table with its contents, in order."""
    for province, group in groupby(rows, key=lambda row: row.code[:2]):
        of_province = list(group)
        yield f"{province}/names", names(of_province)
        yield f"{province}/points", points(of_province)


def write(rows: Iterable[Village], target: Path) -> None:
    """Write the table to *target*."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as table:
        for name, contents in members(rows):
            table.writestr(zipfile.ZipInfo(name, _NO_CLOCK), contents, zipfile.ZIP_LZMA)


def main(arguments: Sequence[str]) -> int:
    """Build the table from the package's folder; the exit status."""
    if len(arguments) not in {1, 2}:
        print("usage: python -m seeds.reference.build FOLDER_OF_THE_PACKAGE [TARGET]", file=sys.stderr)
        return 2
    target = Path(arguments[1]) if len(arguments) > 1 else TARGET
    try:
        rows = villages(Path(arguments[0]))
    except (OSError, ValueError, KeyError) as error:
        print(f"{arguments[0]} is not the unpacked package: {error!r}", file=sys.stderr)
        return 1
    write(rows, target)
    print(f"{len(rows)} villages, {target.stat().st_size} bytes in {target}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
