"""The minutes of the meeting: every fact of the article, none of its sentences, no private person's name."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MINUTES = ROOT / "seeds" / "sources" / "2015-03-plm-sukabumi.md"
ARTICLE = ROOT.parent / "shared" / "seed" / "article.txt"
RUN = 6  #: so many words in a row are a copied sentence

#: The private names of the article, hashed: they stay out of this file too.
PRIVATE = {
    "63d43e209309f85e",
    "80436416fb651fe1",
    "aa1caf5a47f74421",
    "5db4c94814023e93",
    "10bfd2b0df1d20e9",
}

FACTS = (
    "http://peacbromo.co.id/peer-learning-meeting-strategi-pengembangan-perpusdes/",
    "pasawahan.desa.id",
    "25–26 Maret 2015",
    "Kantor Perpustakaan Daerah Kabupaten Sukabumi",
    "lima perpustakaan desa",
    "Bunga Padi",
    "Kecamatan Cicurug",
    "dua pengelola dan dua library supporter",
    "20 orang",
    "fasilitator Perpuseru",
    "pelibatan masyarakat",
    "layanan komputer dan internet",
    "advokasi",
    "Perlombaan",
    "Layanan baca",
    "bisnis online",
    "pencarian informasi di internet",
    "ruangan khusus",
    "teralis",
    "karpet",
    "relawan pengelolanya",
    "kesepakatan kemitraan",
    *("Dinas Pendidikan", "Diskoperindag", "PLUT", "STT Nusa Putra", "AMIK BSI", "STAI Kharisma", "IGI"),
    *("Bank Jabar", "KAHMI", "Sukabumi Today", "Coca Cola Foundation Indonesia"),
)


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every run of RUN words of *text*, addresses left out."""
    words = re.findall(r"\w+", re.sub(r"https?://\S+", " ", text).casefold())
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


@pytest.mark.parametrize("fact", FACTS)
def test_the_minutes_carry_every_fact_of_the_article(fact: str) -> None:
    assert fact in MINUTES.read_text(encoding="utf-8")


def test_the_six_challenges_are_a_numbered_list_under_their_heading() -> None:
    section = MINUTES.read_text(encoding="utf-8").split("### Tantangan")[1].split("### ")[0]
    assert re.findall(r"^(\d)\. ", section, re.MULTILINE) == list("123456")


def test_each_sector_of_the_article_has_its_line() -> None:
    section = MINUTES.read_text(encoding="utf-8").split("### Pemangku kepentingan")[1].split("### ")[0]
    assert re.findall(r"^- ([^:]+):", section, re.MULTILINE) == [
        "Birokrasi",
        "Akademisi",
        "BUMN",
        "Pemuda dan komunitas",
        "Relawan TIK",
        "Swasta",
        "Yayasan",
    ]


def test_no_private_person_is_named() -> None:
    words = set(re.findall(r"\w+", MINUTES.read_text(encoding="utf-8").casefold()))
    assert not {hashlib.sha256(word.encode()).hexdigest()[:16] for word in words} & PRIVATE


@pytest.mark.skipif(not ARTICLE.exists(), reason="the article itself is not part of the project")
def test_no_sentence_of_the_article_is_copied() -> None:
    copied = _runs(MINUTES.read_text(encoding="utf-8")) & _runs(ARTICLE.read_text(encoding="utf-8"))
    assert not copied
