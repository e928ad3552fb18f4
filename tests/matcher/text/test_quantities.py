"""Amounts: how many of what, in which unit, needed, given or held; and what is no amount."""

from __future__ import annotations

import pytest

from matcher.text.normalise import tokenise
from matcher.text.quantities import amounts, digits
from matcher.vocabulary import UNITS


def found(text: str, kind: str = "challenge") -> list[tuple[str, float, str, str]]:
    return [(str(one.category), one.amount, one.unit, one.role) for one in amounts(tokenise(text), kind)]


@pytest.mark.parametrize(
    ("text", "category", "amount", "unit"),
    [
        ("butuh 3 unit komputer", "computers", 3, "unit"),
        ("butuh tiga unit laptop", "computers", 3, "unit"),
        ("butuh tiga (3) unit PC", "computers", 3, "unit"),
        ("perlu printer 1", "computers", 1, "unit"),
        ("minta 500 eks buku", "books", 500, "copy"),
        ("perlu 1.250 judul", "books", 1250, "title"),
        ("mohon dua ratus lima puluh buku", "books", 250, "copy"),
        ("perlu ruang 7x8 m", "space", 56, "m2"),
        ("perlu 56 m²", "space", 56, "m2"),
        ("butuh rak 2 buah", "space", 2, "piece"),
        ("mohon 12 kursi", "space", 12, "piece"),
        ("butuh Rp15.000.000,-", "funds", 15_000_000, "rp"),
        ("butuh 1,5 juta", "funds", 1_500_000, "rp"),
        ("butuh biaya 300rb", "funds", 300_000, "rp"),
        ("butuh dana setengah juta", "funds", 500_000, "rp"),
        ("butuh 2 org relawan", "staff", 2, "person"),
        ("minta seorang tutor", "staff", 1, "person"),
        ("minimal 20 Mbps", "internet", 20, "mbps"),
        ("perlu modem 1 unit", "internet", 1, "point"),
        ("mohon puluhan buku", "books", 10, "copy"),
        ("mohon bantuan 3 (tiga) unit komputer", "computers", 3, "unit"),
        ("butuh rak buku 4 buah", "space", 4, "piece"),
        ("mohon dua kali pelatihan SLiMS", "staff", 2, "session"),
        ("butuh uang 12 M", "funds", 12_000_000_000, "rp"),
        ("(1) butuh kursi 6 bh", "space", 6, "piece"),
    ],
)
def test_an_amount_is_read_with_its_unit(text: str, category: str, amount: float, unit: str) -> None:
    assert found(text) == [(category, amount, unit, "need")]


@pytest.mark.parametrize(
    "text",
    [
        "umur saya 29 tahun",
        "buka jam 08.30",
        "tanggal 25-26/3 di aula",
        "12 Maret 2025",
        "hubungi 081234567890",
        "jaraknya 2 km dari kantor",
        "Perka No 6 Tahun 2017",
        "Kp. Babakan RT 02/05",
        "pengunjung 15 orang per hari",
        "kelas 027 DDC",
        "dipakai 30 anak",
        "selama 3 bulan",
        "untuk 5 desa",
        "buku dicetak tahun 2019",
    ],
)
def test_dates_phones_ages_distances_and_visitors_are_no_amounts(text: str) -> None:
    assert found(text) == []


def test_a_range_keeps_both_ends() -> None:
    (one,) = amounts(tokenise("butuh 3-4 unit laptop"), "challenge")
    assert (one.amount, one.high) == (3, 4)
    (money,) = amounts(tokenise("siap 5-10 juta"), "offer")
    assert (money.amount, money.high) == (5_000_000, 10_000_000)


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("honor 300rb/bln", "month"),
        ("honor 150 ribu sebulan", "month"),
        ("dana Rp 2 juta per tahun", "year"),
        ("tutor 2 jam seminggu", "week"),
        ("1 relawan setiap Sabtu", "week"),
        ("dana 2 juta", None),
    ],
)
def test_a_recurring_amount_says_how_often(text: str, every: str | None) -> None:
    (one,) = amounts(tokenise(text), "offer")
    assert one.every == every


def test_what_is_there_is_told_from_what_is_needed() -> None:
    assert found("komputer cuma 1, butuh 3 unit lagi") == [
        ("computers", 1, "unit", "have"),
        ("computers", 3, "unit", "need"),
    ]


def test_an_offer_gives_and_a_success_has() -> None:
    assert found("siap menyumbang 5 laptop", "offer") == [("computers", 5, "unit", "give")]
    assert found("sekarang ada 5 laptop", "success") == [("computers", 5, "unit", "have")]


def test_the_value_of_goods_is_no_money() -> None:
    assert found("hibah 1.000 buku senilai Rp 20 juta", "offer") == [("books", 1000, "copy", "give")]


def test_several_things_are_counted_each_by_itself() -> None:
    assert [one[:3] for one in found("butuh komputer 3 unit, printer 1 dan rak 2")] == [
        ("computers", 3, "unit"),
        ("computers", 1, "unit"),
        ("space", 2, "piece"),
    ]


def test_what_is_there_is_told_apart_from_what_is_asked_for() -> None:
    assert found("komputer ada 1, butuh 2 lg") == [("computers", 1, "unit", "have"), ("computers", 2, "unit", "need")]
    assert found("PC 1 buah (lemot), petugas 1 orang (sudah sepuh)") == [
        ("computers", 1, "unit", "have"),
        ("staff", 1, "person", "have"),
    ]


@pytest.mark.parametrize(
    ("piece", "value"),
    [("1.500.000", 1_500_000), ("1,500,000", 1_500_000), ("2,5", 2.5), ("1.5", 1.5), ("08:30", None), ("15", 15)],
)
def test_dots_part_thousands_and_commas_decimals(piece: str, value: float | None) -> None:
    assert digits(piece) == value


def test_every_unit_is_one_of_the_vocabulary() -> None:
    from matcher.text.quantity_words import THINGS, UNIT_CATEGORY, UNIT_WORDS

    assert {*THINGS.values(), *UNIT_WORDS.values()} <= set(UNITS)
    assert {unit: UNITS[unit].category for unit in UNIT_CATEGORY} == UNIT_CATEGORY
