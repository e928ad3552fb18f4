"""Long texts: minutes and articles give their challenges, successes, promises, stakeholders and places."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.text import describe, read_minutes
from matcher.vocabulary import MATCHED
from tests.matcher.text.gazetteer import GAZETTEER

ARTICLE = Path(__file__).resolve().parents[4] / "shared" / "seed" / "article.txt"

CISOLOK = """\
NOTULEN STAKEHOLDER MEETING KECAMATAN CICURUG
Selasa, 12 Maret 2024, pukul 08.30 di aula kantor kecamatan, dihadiri 35 peserta.

Keberhasilan yang sudah dicapai:
- Perpusdes Melati punya gedung baru
- Lomba bercerita diikuti 60 anak
- Pelatihan menjahit untuk ibu-ibu

Kendala yang disampaikan pengelola:
a) Laptop hanya satu dan sering mati
b) Sinyal di Desa Pasawahan Kec. Cicurug hilang timbul
c) Honor petugas belum dianggarkan
d) Belum ada yang bisa mengajar komputer

Mitra yang hadir: unsur pemerintah (Dinas Kominfo, DPMD), perguruan tinggi (Universitas Nusa Putra dan Politeknik \
Sukabumi), swasta (PT Cisolok Jaya, Hotel Samudra), media (Radar Sukabumi), perbankan (BRI), dan yayasan (Rumah Zakat).

Tanggapan mitra:
1. BRI siap memberikan dana CSR Rp10.000.000 untuk Perpusdes Melati.
2. Universitas Nusa Putra bersedia mengirim 5 mahasiswa KKN ke Desa Pasawahan.
3. Dinas Kominfo: permohonan wifi akan dikoordinasikan dengan pimpinan.
"""

NEWS = """\
Pengelola tiga perpustakaan desa bertemu di Nyalindung, Senin (4/5). Perpusdes Anggrek telah memperoleh 3 unit \
komputer dan karpet dari Yayasan Cinta Baca. Namun koleksi buku anak di Perpusdes Kenanga masih sangat kurang. \
Kepala desa menyambut baik kegiatan ini. Acara ditutup dengan foto bersama.
"""

INVITATION = """\
Mengharap kehadiran Bapak/Ibu pada rapat hari Kamis, pukul 09.00 di aula. Agenda: membahas tantangan dan keberhasilan.
1. Pembukaan
2. Sambutan
3. Penutup
"""


def sectors(text: str) -> dict[str, str]:
    return {one.name: str(one.sector) for one in read_minutes(text, GAZETTEER).stakeholders}


def test_a_list_under_a_heading_of_problems_gives_one_challenge_an_item() -> None:
    minutes = read_minutes(CISOLOK, GAZETTEER)
    assert [[str(one) for one in item.categories] for item in minutes.challenges] == [
        ["computers"],
        ["internet"],
        ["funds"],
        ["staff"],
    ]


def test_every_item_points_at_its_own_words() -> None:
    minutes = read_minutes(CISOLOK, GAZETTEER)
    for item in (*minutes.challenges, *minutes.successes, *minutes.offers):
        assert CISOLOK[item.start : item.end] == item.words


def test_successes_are_listed_one_by_one() -> None:
    said = [item.words for item in read_minutes(CISOLOK, GAZETTEER).successes]
    assert said == ["gedung baru", "Lomba bercerita", "Pelatihan menjahit"]


def test_stakeholders_take_the_sector_of_the_group_they_are_named_in() -> None:
    assert sectors(CISOLOK) == {
        "Dinas Kominfo": "government",
        "DPMD": "government",
        "Universitas Nusa Putra": "academia",
        "Politeknik Sukabumi": "academia",
        "PT Cisolok Jaya": "private",
        "Hotel Samudra": "private",
        "Radar Sukabumi": "media",
        "BRI": "bumn",
        "Rumah Zakat": "foundation",
    }


def test_promises_say_who_what_how_much_and_whether_it_is_vague() -> None:
    bank, campus, office = read_minutes(CISOLOK, GAZETTEER).offers
    assert (bank.giver, [one.amount for one in bank.quantities]) == ("BRI", [10_000_000])
    assert (campus.giver, campus.places) == ("Universitas Nusa Putra", ("32.02.16.2005",))
    assert (office.giver, office.vague) == ("Dinas Kominfo", True)


def test_places_and_libraries_are_named_once() -> None:
    minutes = read_minutes(CISOLOK, GAZETTEER)
    assert [place.code for place in minutes.places] == ["32.02.16", "32.02.16.2005"]
    assert minutes.libraries == ("Melati",)


def test_running_text_counts_where_it_is_clear() -> None:
    minutes = read_minutes(NEWS, GAZETTEER)
    assert [item.words for item in minutes.successes] == ["3 unit komputer", "karpet"]
    assert [str(one) for item in minutes.challenges for one in item.categories] == ["books"]
    assert sectors(NEWS) == {"Yayasan Cinta Baca": "foundation"}


def test_an_invitation_holds_nothing() -> None:
    minutes = read_minutes(INVITATION, GAZETTEER)
    assert (minutes.challenges, minutes.successes, minutes.offers, minutes.stakeholders) == ((), (), (), ())


@pytest.mark.parametrize("text", ["", "\n\n\n", "\x00\x00", "😀😀", "1. \n2. \n"])
def test_a_text_without_words_gives_empty_minutes(text: str) -> None:
    minutes = read_minutes(text, GAZETTEER)
    assert not any((minutes.challenges, minutes.successes, minutes.offers, minutes.stakeholders, minutes.places))


def test_the_terminal_shows_all_of_it_in_both_languages() -> None:
    minutes = read_minutes(CISOLOK, GAZETTEER)
    indonesian, english = describe(minutes), describe(minutes, "en")
    assert "Tantangan (4)" in indonesian
    assert "Challenges (4)" in english
    for one in minutes.stakeholders:
        assert one.name in indonesian
        assert one.name in english


@pytest.mark.skipif(not ARTICLE.exists(), reason="the article itself is not part of the project")
def test_the_article_of_the_meeting_gives_all_it_tells() -> None:
    from matcher.text import Gazetteer
    from seeds.reference import rows

    minutes = read_minutes(ARTICLE.read_text(encoding="utf-8"), Gazetteer(rows("32.02")))
    assert [item.categories for item in minutes.challenges] == [(category,) for category in MATCHED]
    assert len(minutes.successes) == 10
    assert [str(one.sector) for one in minutes.stakeholders] == [
        *["government"] * 3,
        *["academia"] * 4,
        "bumn",
        "community",
        "volunteer",
        "foundation",
    ]
    assert "32.02.16.2005" in [place.code for place in minutes.places]
    assert minutes.libraries == ("Bunga Padi",)
