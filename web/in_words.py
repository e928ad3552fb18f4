"""Numbers and days the way Indonesian letters write them: in words, with the figures beside them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip
_DIGITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
_STEPS = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (1000, "ribu"), (100, "ratus"))
LARGEST = 10**15 - 1


def number(value: int) -> str:
    """15000000 → ``lima belas juta``; from 0 up to, not including, a thousand trillion (10^15)."""
    if not 0 <= value <= LARGEST:
        raise ValueError(value)
    if value < len(_DIGITS):
        return _DIGITS[value]
    if value < 20:
        return f"{_DIGITS[value - 10]} belas"
    for step, name in _STEPS:
        if value >= step:
            return _with_rest(_times(value // step, step, name), value % step)
    return _with_rest(f"{_DIGITS[value // 10]} puluh", value % 10)


def _times(count: int, step: int, name: str) -> str:
    """``seratus`` and ``seribu`` are one word; ``satu juta`` is two."""
    return f"se{name}" if count == 1 and step <= 1000 else f"{number(count)} {name}"


def _with_rest(text: str, rest: int) -> str:
    return f"{text} {number(rest)}" if rest else text


def date(day: dt.date) -> str:
    """``26 Maret 2015``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def sentence_of(day: dt.date) -> str:
    """``Kamis, tanggal dua puluh enam bulan Maret tahun dua ribu lima belas (26-03-2015)``."""
    return (
        f"{DAYS[day.weekday()]}, tanggal {number(day.day)} bulan {MONTHS[day.month - 1]} "
        f"tahun {number(day.year)} ({day:%d-%m-%Y})"
    )


def figure(value: Decimal) -> str:
    """1234567.5 → ``1.234.567,5``."""
    whole, _, rest = f"{value.normalize():,f}".partition(".")
    return whole.replace(",", ".") + (f",{rest}" if rest else "")


def rupiah(value: Decimal) -> str:
    """``Rp15.000.000``."""
    return f"Rp{figure(value)}"


def rupiah_in_full(value: Decimal) -> str:
    """``Rp15.000.000 (lima belas juta rupiah)``; figures alone where the words would be endless or halves remain."""
    if value != value.to_integral_value() or value > LARGEST:
        return rupiah(value)
    return f"{rupiah(value)} ({number(int(value))} rupiah)"
