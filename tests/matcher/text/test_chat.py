"""A pasted chat falls into messages: prefixes of every telephone, the telephone's own lines, and none at all."""

from __future__ import annotations

import pytest

from matcher.text import chat


def said(text: str) -> list[tuple[str, str]]:
    return [(message.sender, message.words) for message in chat.messages(chat.clean(text))]


@pytest.mark.parametrize(
    "head",
    [
        "12/03/25 08.14 - Bu Siti: ",
        "12/03/25 08:14 - Bu Siti: ",
        "12/03/2025, 8:14 PM - Bu Siti: ",
        "12/03/2025, 8:14\u202fPM - Bu Siti: ",
        "12/03/25 pukul 08.14 - Bu Siti: ",
        "2025-03-12 08.14 - Bu Siti: ",
        "[12/03/25 08.14.10] Bu Siti: ",
        "\u200e[12/03/25, 08.14.10] ~\u202fBu Siti: ",
        "[08.14, 12/3/2025] Bu Siti: ",
    ],
)
def test_the_prefix_of_every_telephone_is_known(head: str) -> None:
    assert said(f"{head}butuh 3 komputer\nuntuk anak\n{head}terima kasih") == [
        ("Bu Siti", "butuh 3 komputer\nuntuk anak"),
        ("Bu Siti", "terima kasih"),
    ]


@pytest.mark.parametrize(
    "own",
    [
        "<Media tidak disertakan>",
        "<Media omitted>",
        "gambar tidak disertakan",
        "Anda menghapus pesan ini",
        "Pesan ini dihapus",
        "IMG-20250312-WA0001.jpg (file terlampir)",
        "<terlampir: 00000012-PHOTO.jpg>",
        "Panggilan suara tak terjawab pukul 08.14",
        "null",
    ],
)
def test_what_the_telephone_wrote_itself_is_no_message(own: str) -> None:
    assert said(f"12/03/25 08.14 - Ade: {own}\n12/03/25 08.15 - Ade: halo") == [("Ade", "halo")]


def test_a_caption_under_a_photo_and_words_that_were_forwarded_or_edited_stay() -> None:
    text = (
        "12/03/25 08.14 - Ade: IMG-1.jpg (file terlampir)\nrak kami rusak\n"
        "12/03/25 08.15 - Ade: Diteruskan berkali-kali\nbutuh buku <Pesan ini diedit>"
    )
    assert said(text) == [("Ade", "rak kami rusak"), ("Ade", "butuh buku")]


def test_what_the_group_says_of_itself_is_no_message() -> None:
    text = (
        "12/03/25 08.10 - Pesan dan panggilan dienkripsi secara end-to-end. Ketuk untuk info selengkapnya.\n"
        '12/03/25 08.11 - Dinas mengubah subjek dari "A: lama" menjadi "B: baru"\n'
        "12/03/25 08.12 - Ade bergabung menggunakan tautan\n"
        "12/03/25 08.13 - Ade: catatan: wifi mati"
    )
    assert said(text) == [("Ade", "catatan: wifi mati")]


def test_messages_without_a_prefix_are_parted_by_blank_lines() -> None:
    assert said("butuh 3 komputer\nuntuk anak\n\n \nwifi mati") == [
        ("", "butuh 3 komputer\nuntuk anak"),
        ("", "wifi mati"),
    ]


def test_a_message_points_at_its_own_words() -> None:
    text = chat.clean("12/03/25 08.14 - Ade: \n  <Media omitted>\n wifi mati  \n12/03/25 08.15 - Ade: ya\n")
    for message in chat.messages(text):
        assert text[message.start : message.end] == message.words


def test_a_sender_who_is_a_number_is_known_as_one() -> None:
    text = "12/03/25 08.14 - +62 812-3456-7890: halo\n12/03/25 08.14 - 3 Putri: halo"
    assert [message.telephone for message in chat.messages(text)] == ["+62 812-3456-7890", ""]


def test_what_nobody_typed_is_taken_out() -> None:
    assert chat.clean("\u202ebutuh\x00 3\u200b komputer\ud800\r\nya\u2028") == "butuh 3 komputer\nya"


def test_nothing_is_no_message() -> None:
    assert chat.messages("") == []
