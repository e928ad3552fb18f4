"""Pasting a chat or minutes over HTTP: drafts, corrections, answers, what stands already, what is forgotten."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from matcher.models import Challenge, Example, Message, Offer, Party, SavedText
from matcher.vocabulary import Category, Mode, PartyKind, ReportState, Source
from tests.office import Person
from web import cli
from web.folder import Folder

CHAT = """\
12/03/25 08.10 - Pesan dan panggilan dienkripsi secara end-to-end. Ketuk untuk info selengkapnya.
12/03/25 08.14 - Bu Siti: Assalamualaikum bu, saya Siti dari perpusdes Bunga Padi desa Pasawahan kec Cicurug.
Kami butuh 3 unit printer, sekarang cuma ada 1 printer yg jalan, mohon bulan ini ya bu. WA saya 0812-3456-7890
12/03/25 08.15 - Pak Dedi: Kami dari Bank Jabar siap bantu 10 komputer untuk perpustakaan desa
12/03/25 08.15 - Pak Dedi: siap bu, terima kasih
12/03/25 08.16 - Bu Neng: <Media tidak disertakan>
12/03/25 08.17 - Bu Neng: Alhamdulillah perpusdes Bunga Padi sudah dapat ruang sendiri dari desa
"""
ARTICLE = Path(__file__).resolve().parents[3] / "shared" / "seed" / "article.txt"


@pytest.fixture
def officer(folder: Folder) -> Person:
    return Person.at(folder).sign_in()


def paste(officer: Person, text: str, kind: str = "messages") -> Person:
    return officer.open("/tempel").send("/tempel", text=text, kind=kind)


def newest(folder: Folder, table: type[Any]) -> Any:
    with folder.reading() as session:
        return session.scalars(select(table).order_by(sa.inspect(table).primary_key[0].desc())).first()


def count(folder: Folder, table: type[Any]) -> int:
    with folder.reading() as session:
        return int(session.scalar(select(sa.func.count()).select_from(table)) or 0)


def values(officer: Person, action: str = "/simpan") -> dict[str, str]:
    return dict(officer.form(action).form_values())


# --- reading ---------------------------------------------------------------------------------------------------------


def test_a_chat_becomes_drafts_of_what_is_needed_offered_and_won(officer: Person) -> None:
    paste(officer, CHAT)
    assert officer.address.startswith("/tempel/")
    assert "1 kebutuhan, 1 tawaran, 1 keberhasilan" in officer.text
    assert "1 pesan lain, bukan kebutuhan atau tawaran" in officer.text


def test_the_open_draft_shows_which_words_each_field_was_read_from(officer: Person) -> None:
    paste(officer, CHAT)
    marks = [" ".join(mark.text_content().split()) for mark in officer.page.xpath("//blockquote/mark")]
    assert {"Bunga Padi siapa", "3 unit jumlah", "1 printer sudah ada · jenis", "bulan ini kapan"} <= set(marks)
    told = values(officer)
    assert (told["quantity"], told["have"], told["category"], told["urgency"]) == ("3", "1", "computers", "month")
    assert "“3 unit” · yakin" in officer.text


def test_a_field_that_is_not_sure_is_yellow_and_says_so(officer: Person) -> None:
    paste(officer, "Kami kekurangan komputer")
    (party, *_), text = officer.page.xpath("//*[contains(@class,'part note')]"), officer.text
    assert "periksa" in party.text_content()
    assert "Tidak tertulis siapa yang membutuhkan" in text
    assert "Jumlahnya tidak disebut" in text


def test_the_article_lists_its_challenges_successes_and_stakeholders_by_sector(officer: Person, folder: Folder) -> None:
    paste(officer, ARTICLE.read_text(encoding="utf-8"), "minutes")
    assert officer.text.count("6 kebutuhan") == 1
    for words in ("Ruangan masih menumpang", "Pemasangan karpet", "Akademisi", "STT Nusa Putra", "Pemuda & komunitas"):
        assert words in officer.text
    assert not officer.page.xpath("//button[@name='siapa']")  # the meeting knows them all


def test_stakeholders_nobody_knows_are_registered_one_by_one_or_all_at_once(officer: Person, folder: Folder) -> None:
    before = count(folder, Party)
    text = "Mitra yang hadir: BUMN (Bank Jabar, BRI), akademisi (Universitas Linggabuana), media (Radar Sukabumi)."
    paste(officer, text, "minutes")
    unknown = [one.get("value") for one in officer.page.xpath("//button[@name='siapa' and @value!='semua']")]
    assert len(unknown) == 3
    officer.send("/mitra", press=("siapa", unknown[0]))
    assert count(folder, Party) == before + 1
    assert "1 mitra didaftarkan: BRI." in officer.text
    officer.send("/mitra", press=("siapa", "semua"))
    assert count(folder, Party) == before + len(unknown)
    assert not officer.page.xpath("//button[@name='siapa']")


def test_a_promise_in_minutes_says_from_whom_to_whom_and_how_much(officer: Person, folder: Folder) -> None:
    text = "Tanggapan mitra:\n1. Bank Jabar siap memberikan dana Rp10.000.000 untuk Perpusdes Bunga Padi.\n"
    paste(officer, text + "2. Dinas Pendidikan bersedia memberi 50 buku.", "minutes")
    assert "Dijanjikan kepada Perpustakaan Desa Bunga Padi." in officer.text
    officer.open(officer.address + "?buka=2")
    row = officer.page.xpath("string(//li[@id='n1'])")
    assert "Bank Jabar → Perpustakaan Desa Bunga Padi" in " ".join(row.split())
    assert "Rp10.000.000" in row
    officer.open(officer.address.split("?")[0]).send("/1/simpan", only="y")
    offer = newest(folder, Offer)
    assert (offer.quantity, offer.mode, offer.source) == (10_000_000, Mode.MONEY, Source.MEETING)
    assert offer.area == ["32.02.16.2005"]


# --- saving ----------------------------------------------------------------------------------------------------------


def test_the_officer_corrects_saves_and_gets_the_answer_with_the_code(officer: Person, folder: Folder) -> None:
    paste(officer, CHAT).send("/simpan", quantity="4", title="Butuh 4 printer")
    row = newest(folder, Challenge)
    assert (row.quantity, row.title, row.state, row.source) == (4, "Butuh 4 printer", ReportState.OPEN, Source.WHATSAPP)
    answer = officer.page.xpath("string(//section[@id='balasan']//textarea)")
    assert answer.startswith("Perpustakaan Desa Bunga Padi, terima kasih. Kebutuhan " + row.code)
    assert "komputer (4 unit)" in answer
    assert len(answer) <= 400
    assert "2 draf menunggu Anda" in officer.text
    assert newest(folder, Example).corrected
    assert row.code in officer.open("/pesan").text
    assert "terima kasih" in officer.text


def test_the_answer_opens_whatsapp_at_the_number_that_wrote(officer: Person) -> None:
    text = "12/03/25 08.14 - +62 812-3456-7890: perpusdes Bunga Padi butuh 3 unit printer"
    paste(officer, text).send("/simpan", title="Butuh printer")
    link = officer.page.xpath("//section[@id='balasan']//a[contains(@href,'wa.me')]/@href")[0]
    assert link.startswith("https://wa.me/6281234567890?text=")


def test_the_number_that_wrote_is_kept_where_the_officer_says_so_and_known_next_time(
    officer: Person, folder: Folder
) -> None:
    head = "12/03/25 08.14 - +62 812-3456-7890: "
    paste(officer, f"{head}perpusdes Bunga Padi butuh 3 unit printer").send("/simpan", title="Butuh printer", keep="y")
    paste(officer, f"{head}butuh 100 buku cerita anak")
    assert officer.page.xpath("string(//select[@name='library']/descendant::option[@selected])").startswith(
        "Perpustakaan Desa Bunga Padi"
    )


def test_an_offer_and_a_success_are_saved_from_the_same_chat(officer: Person, folder: Folder) -> None:
    paste(officer, CHAT)
    page = officer.address
    officer.open(f"{page}?buka=2").send("/2/simpan", title="10 komputer dari Bank Jabar")
    gift = newest(folder, Offer)
    assert (gift.mode, gift.quantity, gift.category) == (Mode.GOODS, 10, Category.COMPUTERS)
    assert "Tawaran " + gift.code in officer.page.xpath("string(//section[@id='balasan']//textarea)")
    officer.open(f"{page}?buka=4").send("/4/simpan", title="Ruang sendiri")
    story = newest(folder, Offer)
    assert (story.mode, story.category) == (Mode.EXPERIENCE, Category.SPACE)


def test_a_new_library_is_registered_in_the_village_that_was_read(officer: Person, folder: Folder) -> None:
    paste(officer, "Kami dari perpusdes Mawar Desa Nyangkowek Kec. Cicurug butuh 3 komputer")
    assert values(officer)["village"] == "Nyangkowek, Kec. Cicurug"
    officer.send("/simpan", title="Butuh 3 komputer")
    party = newest(folder, Party)
    assert (party.name, party.kind, party.region_code) == (
        "Perpustakaan Desa Mawar", PartyKind.LIBRARY, newest(folder, Party).region_code,
    )  # fmt: skip
    assert party.region_code.startswith("32.02.16.")


def test_a_village_of_many_is_asked_for_its_kecamatan_and_nothing_is_lost(officer: Person, folder: Folder) -> None:
    before = count(folder, Party)
    paste(officer, "butuh 3 komputer").send("/simpan", name="Perpustakaan Desa Mekarsari", village="Mekarsari")
    assert officer.status == 422
    assert "desa bernama Mekarsari. Tulis juga kecamatannya" in officer.text
    assert values(officer)["name"] == "Perpustakaan Desa Mekarsari"
    officer.send("/simpan", village="Tidakada")
    assert "Tempat “Tidakada” tidak ditemukan" in officer.text
    officer.send("/simpan", library="", name="", village="")
    assert officer.status == 422
    assert count(folder, Party) == before


def test_a_wrong_number_is_told_beside_its_field(officer: Person, folder: Folder) -> None:
    before = count(folder, Challenge)
    paste(officer, CHAT).send("/simpan", quantity="banyak")
    assert officer.status == 422
    assert "Tulis angka, misalnya 3" in officer.text
    assert values(officer)["quantity"] == "banyak"
    assert count(folder, Challenge) == before


def test_what_stands_already_is_shown_before_it_is_saved(officer: Person, folder: Folder) -> None:
    paste(officer, CHAT).send("/simpan", title="Butuh printer untuk warga")
    first = newest(folder, Challenge)
    before = count(folder, Challenge)
    paste(officer, CHAT).send("/simpan", title="Butuh printer untuk warga")
    assert officer.status == 409
    assert f"Mirip {first.code}: tambah jumlah?" in officer.text
    assert count(folder, Challenge) == before
    officer.send("/simpan", press=("mirip", first.code))
    assert officer.status == 200
    assert count(folder, Challenge) == before
    assert newest(folder, Challenge).quantity == Decimal(6)
    paste(officer, CHAT).send("/simpan", title="Butuh printer untuk warga").send("/simpan", press=("mirip", "baru"))
    assert count(folder, Challenge) == before + 1


def test_the_same_press_twice_gives_one_row(officer: Person, folder: Folder) -> None:
    paste(officer, CHAT)
    form, told = officer.form("/simpan"), values(officer)
    before = count(folder, Challenge)
    for key in (told["_key"], told["_key"], "lain"):
        officer._keep(officer.client.post(form.action, data={**told, "_key": key}, follow_redirects=True))
        assert officer.status == 200
    assert count(folder, Challenge) == before + 1
    assert count(folder, Message) == 1


def test_a_draft_is_set_aside_and_taken_up_again(officer: Person, folder: Folder) -> None:
    paste(officer, CHAT).send("/1/lewati")
    assert "2 draf menunggu Anda" in officer.text
    assert "disisihkan" in officer.text
    assert newest(folder, Example).labels["kind"] == "neither"
    officer.send("/1/pulihkan")
    assert "3 draf menunggu Anda" in officer.text
    assert count(folder, Example) == 0


def test_a_message_that_was_passed_over_is_opened_by_hand(officer: Person, folder: Folder) -> None:
    paste(officer, CHAT)
    link = officer.page.xpath("//details[@id='lain']//a[contains(@href,'jenis=challenge')]/@href")[0]
    officer.open(link.split("#")[0])
    assert "siap bu, terima kasih" in officer.page.xpath("string(//blockquote)")
    library = officer.page.xpath("//select[@name='library']//option[@value!='']/@value")[0]
    officer.send("/3/simpan", library=library, category="books", title="Buku anak", press=("mirip", "baru"))
    assert newest(folder, Challenge).category is Category.BOOKS


def test_a_draft_read_as_the_wrong_kind_is_turned_by_one_press(officer: Person) -> None:
    paste(officer, CHAT)
    officer.open(officer.page.xpath("//li[@id='n1']//a[contains(@href,'jenis=offer')]/@href")[0].split("#")[0])
    assert values(officer)["kind"] == "offer"
    assert values(officer)["quantity"] == "3"


# --- what cannot be read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  \n", "Bagian ini harus diisi"),
        ("a" * 100_001, "Terlalu panjang: paling banyak 100.000 huruf"),
        ("🙏" * 100_001, "Terlalu panjang: paling banyak 100.000 huruf"),
        ("12/03/25 08.14 - A: ya\n" * 301, "Terlalu banyak: 301 pesan atau butir, paling banyak 300"),
    ],
)
def test_what_cannot_be_read_is_told_and_stays_in_the_field(officer: Person, text: str, said: str) -> None:
    paste(officer, text)
    assert officer.status == 422
    assert said in officer.text
    assert len(officer.page.xpath("string(//textarea[@name='text'])").strip()) == len(text.strip())


def test_a_text_without_a_need_is_told_kindly_what_to_do(officer: Person) -> None:
    paste(officer, "Selamat pagi semuanya")
    assert "Tidak ada kebutuhan atau tawaran yang terbaca" in officer.text
    assert officer.page.xpath("//details[@id='lain' and @open]")


def test_marks_that_nobody_typed_do_no_harm(officer: Person, folder: Folder) -> None:
    paste(officer, "\u202e\u200fPerpus Bunga Padi\u2069 butuh 3 unit printer 🙏🏽")
    assert officer.status == 200
    officer.send("/simpan")
    assert newest(folder, Challenge).quantity == 3


@pytest.mark.parametrize("address", ["/tempel/999", "/tempel/1?buka=99", "/tempel/1?buka=1&jenis=x&hal=99&lain=99"])
def test_an_address_of_nothing_is_no_fault_of_ours(officer: Person, address: str) -> None:
    paste(officer, CHAT)
    assert officer.open(address).status in (200, 404)


# --- who may, and for how long ---------------------------------------------------------------------------------------


def test_a_visitor_sees_no_pasted_text(officer: Person, folder: Folder) -> None:
    page = paste(officer, CHAT).address
    assert "Masuk" in Person.at(folder).open(page).text
    assert "0812-3456-7890" not in Person.at(folder).open(page).text


def test_what_is_saved_shows_no_number_and_no_name_in_public(officer: Person, folder: Folder) -> None:
    paste(officer, CHAT).send("/simpan")
    text = Person.at(folder).open(f"/kebutuhan/{newest(folder, Challenge).code}").text
    for personal in ("0812", "Siti"):
        assert personal not in text


def test_a_text_whose_time_is_over_is_emptied_by_the_next_paste(folder: Folder, officer: Person) -> None:
    paste(officer, CHAT)
    page = officer.address
    for number in (1, 2, 4):
        officer.send(f"/{number}/lewati")
    with folder.writing() as session:
        session.scalars(select(SavedText)).one().settled_at = folder.now(session) - dt.timedelta(days=8)
    paste(officer, "butuh 3 komputer")
    assert "Isi teks ini sudah dihapus" in officer.open(page).text
    assert "Bu Siti" not in officer.text


def test_the_examples_are_written_as_labelled_lines(folder: Folder, officer: Person, tmp_path: Path) -> None:
    paste(officer, CHAT).send("/simpan", quantity="4")
    target = tmp_path / "contoh.jsonl"
    assert cli.run(cli.parse(["export", "examples", str(target), "--data", str(folder.path)])) == 0
    (line,) = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert (line["kind"], line["quantities"][0]["amount"]) == ("challenge", 4)
    assert "0812" not in line["text"]


# --- weight ----------------------------------------------------------------------------------------------------------


def test_a_chat_of_thirty_drafts_and_as_many_others_fits_the_first_view(officer: Person) -> None:
    things = ("3 unit komputer", "100 buku cerita anak", "2 rak", "sambungan internet", "dana listrik")
    names = ("Mawar", "Kenanga", "Anggrek", "Dahlia", "Flamboyan", "Cempaka", "Teratai")
    lines = [
        f"12/03/25 08.{number:02d} - Bu {names[number % 7]} {number}: Perpusdes {names[number % 7]} butuh "
        f"{things[number % 5]} untuk kegiatan warga nomor {number}\n12/03/25 09.{number:02d} - Pak RT: "
        f"baik bu, nanti kita bicarakan di rapat hari ke {number} ya"
        for number in range(30)
    ]
    paste(officer, "\n".join(lines))
    assert int(officer.page.xpath("string(//p[@class='lead'])").split()[0]) >= 30
    answer = officer.client.get(officer.address, headers={"Accept-Encoding": "gzip"})
    script = len(gzip.compress(Path("web/static/app.js").read_bytes(), 6, mtime=0))
    assert len(answer.data) + script <= 14_600
    assert "butuh" in officer.open(f"{officer.address}?hal=2").text
