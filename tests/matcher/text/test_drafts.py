"""A pasted text becomes drafts: who, what, how many, where, each with its words; people's names are struck out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from matcher.text import chat, drafts
from matcher.text.drafts import Draft
from matcher.text.parties import Parties, Party
from matcher.text.personal import struck
from matcher.vocabulary import PartyKind, Sector
from tests.matcher.text.gazetteer import GAZETTEER

ARTICLE = Path(__file__).resolve().parents[4] / "shared" / "seed" / "article.txt"
PASAWAHAN, UJUNG = "32.02.16.2005", "32.02.26.2007"


def library(number: int, name: str, region: str | None = None, phone: str = "") -> Party:
    return Party(number, PartyKind.LIBRARY, None, name, region, phone, "")


KNOWN = Parties([
    library(1, "Perpustakaan Desa Bunga Padi", PASAWAHAN, "0812 3456 7890"),
    library(2, "Perpustakaan Desa Melati", "32.02.16.2011"),
    library(3, "TBM Melati", "32.02.39.2006"),
    Party(4, PartyKind.STAKEHOLDER, Sector.BUMN, "Bank Jabar", None, "081200001111", ""),
    Party(5, PartyKind.STAKEHOLDER, Sector.PRIVATE, "PT Cisolok Jaya", None, "", ""),
])  # fmt: skip


def read(text: str, parties: Parties = KNOWN) -> list[Draft]:
    return drafts.of_messages(chat.clean(text), GAZETTEER, parties)


def one(text: str) -> Draft:
    (found,) = read(text)
    return found


# --- who -------------------------------------------------------------------------------------------------------------


def test_a_library_is_known_by_its_own_name() -> None:
    found = one("Perpusdes bunga padi butuh 3 komputer")
    assert (found.party, found.unsure("party")) == (1, False)


def test_of_two_libraries_of_one_name_the_place_decides() -> None:
    assert one("Perpus Melati Mekarsari Kec. Nyalindung butuh 3 komputer").party == 3
    assert one("Perpus Melati Kec. Cicurug butuh 3 komputer").party == 2
    assert one("Perpus Melati butuh 3 komputer").unsure("party")


def test_the_only_library_of_the_village_is_meant_where_only_the_village_is_named() -> None:
    found = one("Desa Pasawahan Kec. Cicurug butuh 3 komputer")
    assert (found.party, found.unsure("party")) == (1, False)


def test_a_library_nobody_knows_is_drafted_new_in_its_village() -> None:
    found = one("Kami dari perpusdes Mawar Desa Ujung Genteng butuh 3 komputer")
    assert (found.party, found.name, found.village) == (None, "Perpustakaan Desa Mawar", UJUNG)
    assert found.unsure("party")
    assert one("Desa Ujung Genteng butuh 3 komputer").name == "Perpustakaan Desa Ujung Genteng"


def test_the_number_of_the_sender_tells_who_writes_unless_the_text_names_another() -> None:
    head = "12/03/25 08.14 - +62 812-3456-7890: "
    assert one(f"{head}kami butuh 3 komputer").party == 1
    assert one(f"{head}perpus Melati Kec. Cicurug butuh 3 komputer").party == 2


def test_what_a_sender_said_before_tells_who_needs_and_is_to_be_checked() -> None:
    text = "12/03/25 08.14 - Neng: saya dari perpus Bunga Padi\n12/03/25 08.15 - Neng: butuh 3 komputer"
    need = next(item for item in read(text) if item.kind == "challenge")
    assert (need.party, need.unsure("party")) == (1, True)


def test_a_giver_is_known_by_name_and_a_promise_by_whom_it_is_for() -> None:
    found = one("Kami dari Bank Jabar siap memberi 10 komputer untuk Perpusdes Bunga Padi")
    assert (found.kind, found.party, found.sector, found.receiver) == ("offer", 4, "bumn", 1)
    assert one("Cisolok Jaya siap menyumbang 10 komputer").party == 5


def test_a_giver_nobody_knows_keeps_its_name_and_sector() -> None:
    found = one("Universitas Nusa Putra bersedia mengirim 5 mahasiswa relawan")
    assert (found.party, found.name, found.sector, found.mode) == (None, "Universitas Nusa Putra", "academia", "people")


def test_a_name_that_sounds_like_a_thing_is_no_category() -> None:
    found = read("Kami perpusdes Melati Kec. Cicurug butuh 3 unit komputer")
    assert [item.category for item in found] == ["computers"]


# --- what ------------------------------------------------------------------------------------------------------------


def test_each_field_points_at_the_words_it_was_read_from() -> None:
    text = "Perpusdes Bunga Padi butuh 3 unit komputer bulan ini, sekarang ada 1 komputer"
    found = one(text)
    said = {name: text[start:end] for fields, start, end in found.marks for name in fields.split()}
    assert {name: said[name] for name in ("party", "quantity", "have", "urgency")} == {
        "party": "Bunga Padi", "quantity": "3 unit", "have": "1 komputer", "urgency": "bulan ini",
    }  # fmt: skip
    ends = [mark[2] for mark in found.marks]
    assert all(end <= mark[1] for end, mark in zip(ends, found.marks[1:], strict=False))


def test_a_message_of_two_needs_gives_two_drafts_of_one_passage() -> None:
    found = read("Perpusdes Bunga Padi butuh 3 unit komputer. Wifi juga tidak ada. Mohon dipasang internet.")
    assert {item.category for item in found} == {"computers", "internet"}
    assert {item.passage for item in found} == {0}
    assert {item.category: item.quantity for item in found}["computers"] == 3


def test_a_rough_amount_is_to_be_checked_and_a_missing_one_too() -> None:
    assert not one("Bunga Padi butuh 3 unit komputer").unsure("quantity")
    assert one("Bunga Padi butuh 3-4 unit komputer").unsure("quantity")
    assert one("Bunga Padi kekurangan komputer").unsure("quantity")


def test_an_amount_without_a_figure_is_left_to_be_asked() -> None:
    found = one("Bank Jabar siap memberi beberapa komputer")
    assert (found.quantity, found.unsure("quantity")) == (None, True)


def test_a_letter_in_paragraphs_with_one_need_stays_one_message() -> None:
    found = read("Assalamualaikum, kami dari perpusdes Bunga Padi.\n\nKami butuh 3 komputer.\n\nTerima kasih.")
    assert [(item.kind, item.party) for item in found] == [("challenge", 1)]


def test_a_title_names_no_person_and_no_number() -> None:
    found = one("Saya Siti butuh 3 unit komputer hubungi 0812-3456-7890")
    assert found.title == "Butuh 3 unit komputer"
    assert "0812" not in found.story
    assert "Siti" not in found.story


def test_a_draft_comes_back_from_plain_values_as_it_was() -> None:
    for item in read(
        "12/03/25 08.14 - A: Bunga Padi butuh 3 unit komputer, sekarang 0 komputer\n12/03/25 08.14 - B: ya"
    ):
        assert Draft(**item.as_json()) == item


# --- a person knows better -------------------------------------------------------------------------------------------


def test_a_message_that_was_passed_over_becomes_the_draft_a_person_says_it_is() -> None:
    text = "12/03/25 08.14 - Neng: salam dari Bunga Padi"
    found = drafts.meant(read(text)[0], "challenge", text)
    assert (found.kind, found.party, found.unsure("category")) == ("challenge", 1, True)
    assert found.story == "salam dari Bunga Padi"


def test_who_asks_does_not_give() -> None:
    text = "Perpusdes Bunga Padi butuh 3 komputer"
    found = drafts.meant(one(text), "offer", text)
    assert (found.party, found.mode, found.quantity) == (None, "goods", 3)


# --- minutes ---------------------------------------------------------------------------------------------------------


def test_the_article_gives_its_six_challenges_its_successes_and_its_stakeholders() -> None:
    found = drafts.of_minutes(chat.clean(ARTICLE.read_text(encoding="utf-8")), GAZETTEER, KNOWN)
    kinds: dict[str, list[Any]] = {}
    for item in found:
        kinds.setdefault(item.kind, []).append(item)
    assert [item.category for item in kinds["challenge"]] == [
        "computers", "internet", "books", "space", "funds", "staff",
    ]  # fmt: skip
    assert len(kinds["success"]) >= 5
    assert {"Dinas Pendidikan", "Bank Jabar", "KAHMI"} <= {item.name for item in kinds["stakeholder"]}
    assert next(item.party for item in kinds["stakeholder"] if item.name == "Bank Jabar") == 4
    assert [item.number for item in found] == list(range(1, len(found) + 1))


def test_minutes_say_who_promised_what_to_whom() -> None:
    text = "Tanggapan mitra:\n1. Bank Jabar siap memberikan dana Rp10.000.000 untuk Perpusdes Bunga Padi."
    found = drafts.of_minutes(text, GAZETTEER, KNOWN)[0]
    assert (found.kind, found.party, found.receiver, found.quantity, found.unit) == ("offer", 4, 1, 10_000_000, "rp")


# --- struck out ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("WA 0812-3456-7890 ya", "WA [nomor] ya"),
        ("hub +62 812 3456 7890", "hub [nomor]"),
        ("hub 6281234567890.", "hub [nomor]."),
        ("kantor (0266) 221 345", "kantor [nomor]"),
        ("NIK 3202161234560001", "NIK [nomor]"),
        ("surel siti.a@gmail.com ya", "surel [surel] ya"),
        ("buka wa.me/6281234567890", "buka [nomor]"),
        ("saya Siti Aminah dari Melati", "saya [nama] dari Melati"),
        ("kata Pak Dedi butuh", "kata Pak [nama] butuh"),
        ("H. Ujang Suryana, Bu Kades", "H. [nama], Bu Kades"),
        ("mohon ya bu. WA saya mati", "mohon ya bu. WA saya mati"),
        ("dana Rp150.000.000 dan 12/03/2025", "dana Rp150.000.000 dan 12/03/2025"),
        ("bu butuh buku", "bu butuh buku"),
    ],
)
def test_numbers_mail_and_names_of_people_are_struck_out(text: str, left: str) -> None:
    assert struck(text) == left


def test_known_names_are_struck_out_however_they_are_written() -> None:
    assert struck("kata siti dan Siti Aminah", ["Bu Siti Aminah"]) == "kata [nama] dan [nama]"
    assert struck("kata bu siti", strictly=True) == "kata bu [nama]"
