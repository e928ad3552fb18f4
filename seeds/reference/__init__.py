"""Owns the regions of Indonesia: each province, kabupaten, kecamatan and village with Kemendagri code and place."""

from __future__ import annotations

import zipfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

Level = Literal["province", "kabupaten", "kecamatan", "village"]

TABLE = Path(__file__).with_name("regions.zip")
LEVELS: tuple[Level, ...] = ("province", "kabupaten", "kecamatan", "village")
_STEPS = 10_000  # a degree; see build.py for the format
_WIDTHS = (2, 2, 4)  # digits of a kabupaten, a kecamatan, a village


class Region(NamedTuple):
    """One region; *lat* and *lon* in degrees, above the village the mean of its villages."""

    code: str  #: in Kemendagri's dotted form: "32.02.16.2005"
    name: str  #: as written officially: "Pasawahan", "Kabupaten Sukabumi", "Kota Sukabumi"
    level: Level
    lat: float
    lon: float


def rows(prefix: str = "") -> list[Region]:
    """Every region whose code begins with *prefix*, sorted by code.

    ``rows("32.02")`` is Kabupaten Sukabumi itself, its 47 kecamatan and its 386 villages; no prefix is all of
    Indonesia (about 91,000 rows, half a second).  An unknown prefix gives an empty list.
    """
    return [region for province in _provinces(prefix) for region in _province(province) if _under(region, prefix)]


def find(code: str) -> Region | None:
    """Look up the region of exactly this *code*; None where there is none."""
    return next((region for region in rows(code) if region.code == code), None) if code else None


def parents(code: str) -> tuple[str, ...]:
    """Name the codes above *code*, widest first: ``("32", "32.02", "32.02.16")`` for a village of Cicurug."""
    parts = code.split(".")
    return tuple(".".join(parts[:depth]) for depth in range(1, len(parts)))


def _under(region: Region, prefix: str) -> bool:
    return region.code.startswith(prefix)


def _provinces(prefix: str) -> list[str]:
    with zipfile.ZipFile(TABLE) as table:
        codes = sorted({member.split("/")[0] for member in table.namelist()})
    return [code for code in codes if code.startswith(prefix[:2])]


@lru_cache(maxsize=2)
def _province(code: str) -> tuple[Region, ...]:
    """Every region of one province; the last two asked for are kept."""
    with zipfile.ZipFile(TABLE) as table:
        names, points = table.read(f"{code}/names"), table.read(f"{code}/points")
    tree = list(_tree(code, names.decode()))
    return tuple(_placed(tree, _degrees(points)))


def _tree(province: str, names: str) -> Iterator[tuple[str, str, int]]:
    """Code, name and depth (0 the province) of each line of the member ``names``."""
    first, *lines = names.splitlines()
    yield province, first, 0
    codes, numbers = [province, "", ""], [0, 0, 0]
    for line in lines:
        text = line.lstrip(" ")
        level = len(line) - len(text)
        width = _WIDTHS[level]
        follows = text[0] == "-"
        numbers[level] = numbers[level] + 1 if follows else int(text[:width])
        code = f"{codes[level]}.{numbers[level]:0{width}}"
        numbers[level + 1 :] = [0] * (2 - level)
        codes[level + 1 :] = [code, ""]
        yield code, text[1 if follows else width :], level + 1


def _degrees(points: bytes) -> NDArray[np.float64]:
    """Latitude and longitude of each village, shape (villages, 2)."""
    planes = np.frombuffer(points, np.uint8).reshape(2, 4, -1)
    zigzag = np.ascontiguousarray(planes.transpose(0, 2, 1)).view("<u4")[..., 0].astype(np.int64)
    steps = (zigzag >> 1) ^ -(zigzag & 1)
    return np.cumsum(steps, axis=1).T / _STEPS


def _placed(tree: list[tuple[str, str, int]], degrees: NDArray[np.float64]) -> Iterator[Region]:
    """Give every line its place: a village its own, the others the mean of the villages below."""
    depth = np.array([level for _, _, level in tree])
    before = np.concatenate([[0], np.cumsum(depth == len(_WIDTHS))])  # villages before each line
    sums = np.vstack([np.zeros((1, 2)), np.cumsum(degrees, axis=0)])
    ends = _ends(depth)
    low, high = before[:-1], before[ends]
    mean = np.round((sums[high] - sums[low]) / (high - low)[:, None], 4).tolist()
    for (code, name, level), (lat, lon) in zip(tree, mean, strict=True):
        yield Region(code, name, LEVELS[level], lat, lon)


def _ends(depth: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each line the index of the next line that does not lie below it."""
    ends = np.full(len(depth), len(depth))
    for level in range(len(LEVELS)):
        here = np.flatnonzero(depth == level)
        outside = np.flatnonzero(depth <= level)
        position = np.searchsorted(outside, here, side="right")
        ends[here] = np.append(outside, len(depth))[position]
    return ends
