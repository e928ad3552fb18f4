"""Written words become plain words, and every plain word knows where it stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text import normalise, tokens
from matcher.text.lexicon import KNOWN, SLANG
from matcher.text.normalise import LONGEST, tokenise


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("blm pny kompi", "belum punya komputer"),
        ("Buku2nya udh pd rusak", "buku sudah pada rusak"),
        ("buku-buku lama", "buku lama"),
        ("wifinya lelet bangeeeet", "wifi lelet banget"),
        ("komputerna ruksak kabeh", "komputer rusak semua"),
        ("durung duwe laptop", "belum punya laptop"),
        ("kekurngan tenaga pengeola", "kekurangan tenaga pengelola"),
        ("3unit @ Rp15jt", "3 unit @ rp 15 juta"),
        ("56 m²", "56 m2"),
    ],
)
def test_everyday_spelling_becomes_plain_words(written: str, plain: str) -> None:
    assert normalise(written) == plain


@pytest.mark.parametrize("word", ["tanggal", "bagian", "koreksi", "melawan", "komuter", "gudang", "tepat", "setelah"])
def test_a_real_word_is_never_repaired_into_another(word: str) -> None:
    assert normalise(word) == word


def test_texts_that_say_the_same_share_their_stems() -> None:
    formal = set(tokens("Kami membutuhkan bantuan buku bacaan anak"))
    chatty = set(tokens("mohon bantuin buku2 bacaan buat anak-anak ya"))
    assert formal & chatty >= {"buku", "baca", "anak"}


def test_numbers_marks_and_stop_words_are_no_stems() -> None:
    assert tokens("yang dan di 25 ... ???") == []


@given(st.text())
def test_every_word_is_found_again_at_its_place(text: str) -> None:
    found = tokenise(text)
    assert len(found.words) == len(found.raw) == len(found.starts) == len(found.ends)
    for raw, start, end in zip(found.raw, found.starts, found.ends, strict=True):
        assert raw[0] == text[start]
        assert raw[-1] == text[end - 1]


def test_invisible_characters_neither_split_words_nor_move_places() -> None:
    text = "but\u200buh\x00 \u202ekomputer"
    found = tokenise(text)
    assert found.words == ["butuh", "komputer"]
    assert text[found.starts[1] : found.ends[1]] == "komputer"


def test_slang_leads_to_words_and_not_to_more_slang() -> None:
    assert {word: SLANG[plain] for word, plain in SLANG.items() if SLANG.get(plain, plain) != plain} == {}


def test_the_lexicon_is_written_in_plain_words() -> None:
    assert {word for word in KNOWN if word != word.lower() or not word} == set()


def test_a_very_long_text_is_read_up_to_the_limit() -> None:
    found = tokenise("komputer rusak " * 40_000)
    assert found.ends[-1] <= LONGEST
