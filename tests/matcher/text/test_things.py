"""What exactly is lacked and given: by its first word, as people call it, and never what only sounds like it."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from pathlib import Path

import pytest

from matcher.similarity import asked, given
from matcher.text.normalise import tokenise
from matcher.text.phrases import plain
from matcher.text.thing_words import THING, THINGS
from matcher.text.things import NOTHING, fits
from matcher.vocabulary import Category

#: Challenges and offers with how well the one fits the other, by those who wrote the words: no exam.
ROWS = [json.loads(line) for line in Path(__file__).with_name("fits.jsonl").read_text("utf-8").splitlines()]
LEAST = 0.93  #: share that fits as its author says, in each category


def fit(category, need, offer):
    found = fits(asked(*need, "", category).things, given(*offer, category).things)
    return None if math.isnan(found) else found


def test_challenges_and_offers_fit_as_their_authors_say():
    right = defaultdict(list)
    for row in ROWS:
        right[row["category"]].append(fit(Category(row["category"]), row["need"], row["offer"]) == row["fit"])
    assert len(ROWS) > 800
    assert {name: sum(found) / len(found) for name, found in right.items() if sum(found) < LEAST * len(found)} == {}


@pytest.mark.parametrize(
    ("category", "need", "offer", "wanted"),
    [
        (Category.COMPUTERS, "Butuh 3 komputer", "Meja komputer 3 unit", 0),
        (Category.COMPUTERS, "Butuh 3 komputer", "Tiga unit PC dan meja", 1),
        (Category.COMPUTERS, "Butuh printer", "Tas laptop dan tinta", 0),
        (Category.COMPUTERS, "Meja komputer belum ada", "Meja komputer kayu", 1),
        (Category.COMPUTERS, "Butuh komputer", "Laptop lengkap dengan tas", 1),
        (Category.COMPUTERS, "Butuh laptop", "Kredit laptop, cicilan 24 bulan", 0),
        (Category.COMPUTERS, "Petugas tidak punya laptop", "Laptop hibah kantor", 1),
        (Category.SPACE, "Atap bocor", "Genteng, diskon 5 persen", 0),
        (Category.BOOKS, "Buku cerita anak kurang", "Pasanggiri dongeng dan buku cerita", 0),
        (Category.INTERNET, "Ruang baca belum ada wifi", "Pasang wifi gratis", 1),
        (Category.INTERNET, "Tidak ada sinyal", "VSAT, wilayah tanpa sinyal", 1),
    ],
)
def test_the_first_word_says_what_a_thing_is(category, need, offer, wanted):
    assert fit(category, (need, ""), (offer, "")) == wanted


@pytest.mark.parametrize(
    "words",
    [
        "tidak dapat dipakai untuk honor pengelola",
        "tdk utk honor",
        "dilarang untuk honor",
        "bukan untuk honor pengelola",
        "honor tidak diperkenankan",
    ],
)
def test_what_an_offer_says_it_is_not_for_counts_against_it(words):
    need, offer = ("Honor pengelola belum ada", ""), "Dana CSR literasi"
    assert fit(Category.FUNDS, need, (offer, f"Rp10 juta setahun, {words}")) == 0
    assert fit(Category.FUNDS, need, (offer, "Rp10 juta setahun untuk honor, tanpa syarat")) != 0


def test_a_library_that_wants_a_better_one_of_a_kind_still_wants_the_kind():
    need = asked("Printer ga ada", "Butuh printer, jgn yg dot matrix", "printer dot matrix", Category.COMPUTERS)
    assert need.things == ("printer",)
    assert ("=printer",) not in need.apart
    assert any("dot" in phrase for phrase in need.apart)


def test_an_offer_of_nothing_that_is_lacked_says_so():
    need = "Buku bacaan kurang", ""
    assert fit(Category.BOOKS, need, ("Peluncuran buku guru", "")) == 0
    assert given("Toko buku murah", "obral besar", Category.BOOKS).things == (NOTHING,)


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing.code)
def test_every_row_points_at_rows_and_speaks_as_texts_are_read(thing):
    assert set(f"{thing.serves} {thing.near}".split()) <= THING.keys()
    phrases = [phrase.strip() for phrase in thing.phrases.split(";") if phrase.strip()]
    assert phrases
    assert [phrase for phrase in phrases if tuple(tokenise(phrase).words) != plain(phrase)] == []  # no text says it


def test_no_code_stands_twice():
    assert len(THING) == len(THINGS)


@pytest.mark.parametrize(
    ("category", "need", "title", "words"),
    [
        (Category.COMPUTERS, "Butuh 5 komputer", "Komputer 5 unit", "Tidak boleh dijual kembali."),
        (Category.BOOKS, "Buku anak kurang", "Buku anak 50 eksemplar", "tidak untuk dijual"),
        (Category.SPACE, "Rak buku kurang", "Rak buku", "Hibah, dilarang dijual"),
        (Category.STAFF, "Belajar komputer", "Pelatihan komputer", "Gratis, tidak ada tarif, tidak berbayar"),
        (Category.COMPUTERS, "Butuh 5 komputer", "Laptop bekas", "untuk desa yang tidak bisa membeli komputer"),
        (Category.BOOKS, "Buku anak kurang", "Bacaan anak", "untuk anak yang tidak dapat membeli buku"),
    ],
)
def test_a_gift_that_must_not_be_sold_and_whom_it_helps_say_nothing_against_it(category, need, title, words):
    assert fit(category, (need, ""), (title, words)) == 1


def test_what_is_not_wanted_is_known_by_its_kind_whatever_it_is_called():
    need = asked("Butuh tablet", "", "hape", Category.COMPUTERS)
    offer = given("Handphone 5 unit", "", Category.COMPUTERS)
    assert any(set(phrase) <= set(offer.apart[0]) for phrase in need.apart)


def test_a_complaint_is_no_refusal():
    assert asked("Honor belum ada", "Pengelola tidak menerima honor.", "", Category.FUNDS).apart == ()
