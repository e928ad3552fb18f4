"""One text, one item: kind, categories, giver, urgency, vagueness; and the shape the contract asks for."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text import Gazetteer, explain, read
from matcher.text.classify import KINDS
from matcher.vocabulary import MATCHED, UNITS, Every, Sector, Urgency
from tests.matcher.text.gazetteer import GAZETTEER


def about(text: str) -> tuple[str, list[str]]:
    reading = read(text)
    return reading.kind, [str(category) for category in reading.categories]


@pytest.mark.parametrize(
    ("text", "kind", "categories"),
    [
        ("kekurangan buku", "challenge", ["books"]),
        ("sudah tidak kekurangan buku", "success", ["books"]),
        ("bukan kekurangan buku, tapi internet", "challenge", ["internet"]),
        ("Buku sudah cukup, yang belum ada komputer", "challenge", ["computers"]),
        ("tidak hanya komputer yang kurang tetapi juga internet", "challenge", ["computers", "internet"]),
        ("mohon bantuan komputer", "challenge", ["computers"]),
        ("kami menerima bantuan komputer", "success", ["computers"]),
        ("kami menawarkan bantuan komputer", "offer", ["computers"]),
        ("wifi kami belum terpasang", "challenge", ["internet"]),
        ("wifi sudah terpasang", "success", ["internet"]),
        ("siap memasang wifi gratis", "offer", ["internet"]),
    ],
)
def test_polarity_tells_need_offer_and_success_apart(text: str, kind: str, categories: list[str]) -> None:
    assert about(text) == (kind, categories)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("butuh rak dan karpet", "space"),
        ("perlu tutor", "staff"),
        ("perlu pelatih komputer", "staff"),
        ("printer dan proyektor rusak", "computers"),
        ("modem mati, kuota habis", "internet"),
        ("tagihan listrik dan honor belum dibayar", "funds"),
        ("rak buku kurang", "space"),
    ],
)
def test_things_between_the_categories_go_where_the_domain_puts_them(text: str, category: str) -> None:
    assert about(text) == ("challenge", [category])


@pytest.mark.parametrize(
    "text",
    [
        "buku induk sudah diisi",
        "Dana BOS cair minggu ini",
        "ruang lingkup kegiatan dijelaskan",
        "membangun jaringan pemasaran kopi",
        "Peluncuran buku karya Bupati",
        "Perpustakaan adalah gudang ilmu",
        "tablet tambah darah dibagikan",
        "mohon bantuan sembako",
        "jalan desa rusak parah",
        "Undangan rapat Kamis jam 09.00",
        "ok siap",
        "",
        "\x00\x00\x00",
        "😀🙏",
        "12345 67890",
    ],
)
def test_what_only_looks_like_one_of_the_six_is_neither(text: str) -> None:
    reading = read(text)
    assert (reading.kind, reading.categories, reading.quantities) == ("neither", (), ())


@pytest.mark.parametrize(
    ("text", "sector"),
    [
        ("Dinas Pendidikan siap mengirim narasumber pelatihan", "government"),
        ("STT Nusa Putra bersedia mengirim mahasiswa KKN", "academia"),
        ("Bank Jabar siap menyalurkan dana Rp 5 juta", "bumn"),
        ("PT Pos Indonesia menyumbang 100 buku", "bumn"),
        ("PT Sinar Jaya menyumbang 100 buku", "private"),
        ("Karang taruna siap bantu menjaga perpustakaan", "community"),
        ("Relawan TIK siap jadi tutor komputer", "volunteer"),
        ("Coca Cola Foundation Indonesia memberikan 3 komputer", "foundation"),
        ("Radar Sukabumi membagikan koran gratis untuk perpusdes", "media"),
        ("saya punya 20 buku bekas, silakan diambil", None),
    ],
)
def test_an_offer_has_the_sector_of_its_giver(text: str, sector: str | None) -> None:
    reading = read(text)
    assert (reading.kind, reading.sector) == ("offer", sector)


def test_only_offers_have_a_sector() -> None:
    assert read("kami butuh komputer, mohon Dinas Pendidikan membantu").sector is None


@pytest.mark.parametrize(
    ("text", "vague"),
    [
        ("Dinas Kominfo: permohonan wifi akan dikoordinasikan", True),
        ("soal komputer nanti kita bantu, insya Allah", True),
        ("Bank BRI siap memberikan 3 komputer", False),
    ],
)
def test_a_promise_without_substance_is_flagged(text: str, vague: bool) -> None:
    reading = read(text)
    assert (reading.kind, reading.vague) == ("offer", vague)


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("segera butuh komputer", "month"),
        ("komputer diperlukan sebelum lomba bulan depan", "quarter"),
        ("tahun ini kami perlu 200 buku", "year"),
        ("kami perlu 200 buku", None),
    ],
)
def test_urgency_is_read_where_it_is_said(text: str, urgency: str | None) -> None:
    assert read(text).urgency == urgency


def test_the_reading_has_the_shape_of_the_contract() -> None:
    text = "Desa Pasawahan Kec. Cicurug segera butuh 3 unit komputer dan honor 300rb/bln"
    assert read(text, GAZETTEER).as_json(7) == {
        "id": 7,
        "kind": "challenge",
        "categories": ["computers", "funds"],
        "sector": None,
        "quantities": [
            {"category": "computers", "amount": 3, "unit": "unit", "role": "need"},
            {"category": "funds", "amount": 300_000, "unit": "rp", "role": "need", "every": "month"},
        ],
        "places": ["32.02.16.2005"],
        "urgency": "month",
        "confidence": read(text, GAZETTEER).as_json(7)["confidence"],
    }


@pytest.mark.parametrize(
    ("text", "kind", "categories"),
    [
        ("dulu ada wifi, skrg sudah diputus", "challenge", ["internet"]),
        ("dulu kami butuh komputer, sekarang sudah ada", "success", ["computers"]),
        ("tidak hanya buku yang kurang, tetapi juga rak", "challenge", ["books", "space"]),
        ("kami belum bisa membantu komputer tahun ini", "neither", []),
        ("Permohonan buku belum dapat kami penuhi", "neither", []),
        ("ada nih 2 laptop nganggur kalo mau", "offer", ["computers"]),
        ("sampai sekarang belum ada internet", "challenge", ["internet"]),
        ("butuh 5 unit komputer, sekarang ada 2", "challenge", ["computers"]),
        ("euweuh nu ngurus perpustakaan", "challenge", ["staff"]),
        ("durung duwe komputer", "challenge", ["computers"]),
    ],
)
def test_turns_refusals_ellipses_and_dialects_are_understood(text: str, kind: str, categories: list[str]) -> None:
    assert about(text) == (kind, categories)


@pytest.mark.parametrize(
    "text", ["butuh 4 laptop di desa {}", "Ds. {} butuh 4 laptop", "kami dari Desa {}, butuh 4 laptop"]
)
@pytest.mark.parametrize("village", ["Buku", "Dana", "Ruang", "Gudang"])
@pytest.mark.parametrize("gazetteer", [GAZETTEER, None], ids=["known", "unknown"])
def test_a_village_named_like_a_thing_is_no_need(text: str, village: str, gazetteer: Gazetteer | None) -> None:
    reading = read(text.format(village), gazetteer)
    assert [str(one) for one in reading.categories] == ["computers"]


def test_every_part_has_its_certainty() -> None:
    parts = {"kind", "categories", "sector", "quantities", "places", "urgency"}
    for text in ("", "butuh 3 komputer segera di Desa Pasawahan", "PT Sinar siap bantu buku", "rapat jam 9"):
        sure = read(text, GAZETTEER).sure
        assert set(sure) == parts
        assert all(0 <= value <= 1 for value in sure.values())


def test_what_is_less_sure_says_so() -> None:
    assert read("butuh puluhan buku").sure["quantities"] < read("butuh 20 buku").sure["quantities"]
    assert read("Desa Mekarsari butuh buku", GAZETTEER).sure["places"] < 0.5
    assert read("ada buku bekas, silakan diambil").sure["sector"] < read("PT Sinar memberi buku").sure["sector"]


def test_explaining_shows_each_part_with_its_words_and_both_ends_of_a_range() -> None:
    said = explain("Ds. Pasawahan Kec. Cicurug segera butuh 3-4 unit komputer, honor 1,5 juta", GAZETTEER)
    for words in ("3–4 unit", '"3-4 unit"', "1.500.000 rupiah", '"segera"', "Pasawahan (32.02.16.2005)", "%"):
        assert words in said
    assert "1,500,000 rupiah" in explain("honor butuh 1,5 juta", lang="en")


@given(st.text(max_size=300))
def test_any_text_is_answered_in_the_words_of_the_vocabulary(text: str) -> None:
    plain = json.loads(json.dumps(read(text, GAZETTEER).as_json("x")))
    assert plain["kind"] in KINDS
    assert set(plain["categories"]) <= set(MATCHED)
    assert plain["sector"] is None or plain["sector"] in set(Sector)
    assert plain["urgency"] is None or plain["urgency"] in set(Urgency)
    assert 0 <= plain["confidence"] <= 1
    for amount in plain["quantities"]:
        assert UNITS[amount["unit"]].category == amount["category"]
        assert amount["category"] in plain["categories"]
        assert amount.get("every") is None or amount["every"] in set(Every)


WORDS = st.sampled_from(
    (
        "butuh 3 unit komputer buku Rp 5 juta /bln dan , . ( ) bukan tapi 2 x 8 m desa Pasawahan kec. Cicurug "
        "Bank BRI siap sudah tidak 08.30"
    ).split()
)


@given(st.lists(WORDS, max_size=30))
def test_any_jumble_of_its_own_words_is_answered(words: list[str]) -> None:
    read(" ".join(words), GAZETTEER)
    read("".join(words), GAZETTEER)


def test_case_and_invisible_characters_change_nothing() -> None:
    text = "Kami butuh 3 unit komputer"
    other = "\u200bKAMI bu\u00adtuh 3\x00 unit\u202e KOMPUTER"
    assert read(text).as_json() == read(other).as_json()


def test_every_source_points_at_its_own_words() -> None:
    text = "Yth. bapak, 😀 perpus butuh\u200b 3 unit komputer ya"
    for source in read(text).sources:
        assert text[source.start : source.end] == source.words


def test_explaining_quotes_the_words_that_decided() -> None:
    said = explain("kami butuh 3 komputer di Desa Mekarsari", GAZETTEER)
    assert '"butuh"' in said
    assert "2 desa bernama sama" in said
    assert "Need: Computers" in explain("kami butuh 3 komputer", lang="en")


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "1" * 100_000, "(" * 100_000, "bukan " * 20_000, "1,1." * 25_000, "-" * 100_000]
)
def test_a_hundred_thousand_characters_of_anything_are_read(text: str) -> None:
    """How long that takes is measured by `web bench read`."""
    assert read(text, GAZETTEER).kind in KINDS


def test_the_first_text_of_a_fresh_process_needs_no_scikit_learn() -> None:
    code = (
        "import sys; from matcher.text import read; read('butuh buku'); "
        "print({'sklearn', 'scipy', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
