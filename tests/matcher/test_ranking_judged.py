"""Challenges with their offers, judged by hand as an officer would: the right ones first, no trap among the first five.

A row is what is offered, how good it is (3 exactly right, 2 good, 1 possible, 0 no) and what differs from the usual
gift.  A trap is a row that must never be shown high: over, elsewhere, misleading, not wanted, in no form that helps.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import pytest

from matcher.vocabulary import Category, FactCode, Mode, Operator, ReportState
from tests.builders import world

C, M = Category, Mode
TRAP = -1
OVER = {"valid_until": dt.date(2026, 2, 20)}
ELSEWHERE = {"area": ("32.04",)}
SOUTH = {"area": ("32.02.39",)}


class Case(NamedTuple):
    need: dict
    rows: list[tuple]  #: (title, gain, *overrides of the gift)


def books(title, gain, **changes):
    return (title, gain, {"category": C.BOOKS, "quantity": 300} | changes)


def things(category, unit=None, quantity=None, mode=M.GOODS):
    def row(title, gain, **changes):
        return (title, gain, {"category": category, "unit": unit, "quantity": quantity, "mode": mode} | changes)

    return row


computer, furniture = things(C.COMPUTERS, "unit", 5), things(C.SPACE, "piece", 6)
room = things(C.SPACE, "room", 1, M.PLACE)
line = things(C.INTERNET, "point", 4, M.SERVICE)
money = things(C.FUNDS, "rp", 6_000_000, M.MONEY)
training, person = things(C.STAFF, "session", 4, M.SERVICE), things(C.STAFF, "person", 4, M.PEOPLE)

CASES = {
    "children's picture books": Case(
        {"category": C.BOOKS, "unit": "copy", "quantity": 100, "title": "Butuh buku cerita anak bergambar",
         "story": "Bukunya itu-itu saja, anak-anak bosan.", "not_wanted": "buku pelajaran bekas"},
        [books("Hibah 300 buku cerita anak, masih baru", 3),
         books("Sedekah buku dongeng dan komik pendidikan untuk anak", 3),
         books("Kami menyumbang buku bacaan umum", 2),
         books("Buku pertanian dan peternakan dari penyuluh", 0),
         books("Buku agama dan Iqra", 0),
         books("Novel remaja bekas", 0),
         books("Buku pelajaran bekas SD untuk anak", TRAP),
         books("Toko buku Ananda buka cabang, diskon pembukaan", TRAP),
         books("Buku tamu dan buku kas untuk kantor", TRAP),
         books("Buku cerita anak bergambar", TRAP, **OVER),
         books("Buku cerita anak bergambar", TRAP, **ELSEWHERE),
         books("Relawan bercerita untuk anak", TRAP, mode=M.PEOPLE)],
    ),
    "farmers' books": Case(
        {"category": C.BOOKS, "unit": "copy", "quantity": 50, "title": "Perlu buku budidaya ikan dan sayur",
         "story": "Warga petani mencari buku tanaman dan ternak, belum ada."},
        [books("100 buku pertanian dan perikanan dari dinas", 3),
         books("Paket buku beternak lele dan menanam hidroponik", 3),
         books("Bantuan buku umum untuk perpustakaan desa", 2),
         books("Buku cerita anak bergambar", 0), books("Komik dan novel remaja", 0),
         books("Buku doa dan kitab kuning", 0), books("Kamus dan ensiklopedia", 0),
         books("Peluncuran buku karya petani muda", TRAP),
         books("Buku pertanian", TRAP, **OVER), books("Buku pertanian", TRAP, **SOUTH)],
    ),
    "laptops for a training": Case(
        {"category": C.COMPUTERS, "quantity": 2, "title": "Butuh 2 laptop untuk pelatihan warga",
         "story": "Pengelola masih pinjam laptop sekdes."},
        [computer("5 laptop bekas kantor, masih bagus", 3), computer("Menyumbang laptop untuk pelatihan", 3),
         computer("Ada 5 PC bekas layak pakai", 2),
         computer("Printer baru untuk pelatihan warga", 0), computer("Proyektor untuk pelatihan warga", 0),
         computer("Keyboard dan mouse baru", 0), computer("Servis laptop gratis", 0, mode=M.SERVICE),
         computer("Toko komputer Maju: promo laptop untuk pelatihan", TRAP),
         computer("Lab kampus untuk pelatihan warga", 0, mode=M.PLACE),
         computer("Laptop untuk pelatihan", TRAP, **OVER), computer("Laptop untuk pelatihan", TRAP, **ELSEWHERE)],
    ),
    "a printer": Case(
        {"category": C.COMPUTERS, "quantity": 1, "title": "Perlu printer untuk mencetak label buku dan laporan"},
        [computer("Kami punya printer yang tidak terpakai", 3), computer("Bantuan printer Epson baru", 3),
         computer("Hibah komputer kantor hasil peremajaan", 0), computer("Laptop bekas untuk laporan", 0),
         computer("Proyektor bekas ruang rapat", 0), computer("Tablet untuk anak", 0),
         computer("Barcode scanner untuk label buku", 1), computer("Stabilizer dan UPS", 0),
         computer("Printer", TRAP, **OVER), computer("Printer baru", TRAP, **SOUTH)],
    ),
    "training with the catalogue": Case(
        {"category": C.STAFF, "unit": "session", "quantity": 2, "title": "Mohon pelatihan SLiMS dan katalog",
         "story": "Pengelola belum paham klasifikasi buku."},
        [training("Bimtek katalogisasi dan SLiMS untuk pengelola", 3),
         person("Mahasiswa ilmu perpustakaan siap menata dan mengatalog buku", 2),
         training("Kami siap mengadakan pelatihan pengelola perpustakaan", 2),
         person("Tutor komputer untuk warga", 0), person("Relawan pendongeng", 0),
         training("Pelatihan menjahit dan jualan online", 0), person("Pemuda siap piket jaga perpustakaan", 0),
         training("Kursus komputer gratis", 0), person("Guru les bahasa Inggris", 0),
         training("Pelatihan SLiMS", TRAP, **OVER), training("Pelatihan SLiMS", TRAP, **ELSEWHERE),
         training("Rak katalog kayu", TRAP, mode=M.GOODS)],
    ),
    "racks": Case(
        {"category": C.SPACE, "unit": "piece", "quantity": 4, "title": "Kami butuh 4 rak buku",
         "story": "Buku ditumpuk di lantai dan kardus."},
        [furniture("Hibah 6 rak buku", 3), furniture("Lemari dan etalase bekas toko, masih kuat", 3),
         furniture("Kami buatkan rak kayu untuk perpustakaan", 3, quantity=None),
         furniture("Meja lesehan dan bangku", 0), furniture("Karpet ruang baca", 0),
         room("Ruangan kosong boleh dipakai", 0), room("Aula kecamatan untuk acara", 0),
         furniture("Teralis jendela", 0), furniture("Kipas angin", 0),
         furniture("Rak buku", TRAP, **OVER), furniture("Rak buku besi", TRAP, **ELSEWHERE)],
    ),
    "a room": Case(
        {"category": C.SPACE, "unit": "room", "quantity": 1, "title": "Butuh ruangan sendiri untuk perpustakaan",
         "story": "Masih menumpang di balai desa, kalau ada acara tutup."},
        [room("Ruang kelas kosong boleh dipakai perpustakaan", 3), room("Pinjam pakai gedung bekas SD", 3),
         furniture("Hibah rak buku", 0), furniture("Karpet dan tikar", 0), furniture("Cat tembok dan semen", 1),
         furniture("Meja dan kursi baca", 0), furniture("Papan nama perpustakaan", 0),
         room("Ruang publik digital bagi pemuda", TRAP), room("Gedung bekas SD", TRAP, **OVER),
         room("Ruangan kosong", TRAP, **SOUTH)],
    ),
    "the keeper's honorarium": Case(
        {"category": C.FUNDS, "unit": "rp", "quantity": 3_600_000, "title": "Mohon honor untuk pengelola",
         "story": "Pengelola kerja sukarela, honornya belum ada."},
        [money("Honor pengelola kami tanggung", 3), money("Insentif untuk relawan dan pengelola perpustakaan", 3),
         money("Bantuan operasional perpustakaan desa", 2), money("Dana CSR untuk perpustakaan desa", 2),
         money("Bayar token listrik perpustakaan", 0), money("Sponsor lomba literasi", 0),
         money("Beasiswa anak yatim", 0), money("Pinjaman modal usaha", 0),
         money("Bantuan sewa gedung", 0),
         money("Promo saldo DANA untuk pengelola", TRAP, mode=M.GOODS), money("Honor pengelola", TRAP, **OVER),
         money("Honor pengelola", TRAP, **ELSEWHERE)],
    ),
    "internet where there is no signal": Case(
        {"category": C.INTERNET, "unit": "point", "quantity": 1, "title": "Butuh wifi, desa kami blank spot",
         "story": "Tidak ada sinyal dan kabel belum masuk kampung."},
        [line("Pasang VSAT BAKTI di perpustakaan desa", 3), line("Internet satelit Starlink setahun gratis", 3),
         line("Pemasangan wifi gratis", 2),
         line("Potongan langganan IndiHome 20 persen", 0), line("Diskon langganan wifi", 0),
         line("Kuota data dan kartu perdana", 0, unit="gb", quantity=50), line("Router bekas", 0, mode=M.GOODS),
         line("Membangun jaringan kerja sama antar desa", TRAP),
         line("Wifi satelit", TRAP, **OVER), line("Wifi satelit blank spot", TRAP, **ELSEWHERE)],
    ),
    "a computer tutor": Case(
        {"category": C.STAFF, "unit": "person", "quantity": 1, "title": "Perlu tutor komputer untuk warga",
         "story": "Tidak ada yang bisa mengajar komputer."},
        [person("Relawan TIK siap mengajar komputer", 3), person("Mahasiswa jadi tutor komputer tiap Sabtu", 3),
         person("Relawan umum untuk perpustakaan", 2), person("Pendongeng untuk anak", 0),
         person("Karang taruna piket jaga", 0), training("Bimtek katalogisasi", 0),
         person("Guru ngaji", 0), person("Satpam malam", 0), person("Bidan untuk penyuluhan", 0),
         person("Tutor komputer", TRAP, **OVER), person("Tutor komputer", TRAP, **SOUTH),
         person("Komputer untuk belajar", TRAP, mode=M.GOODS)],
    ),
    "a leaking roof": Case(
        {"category": C.SPACE, "unit": "m2", "quantity": 30, "title": "Mohon perbaikan atap yang bocor",
         "story": "Plafon ambruk, kalau hujan buku basah."},
        [things(C.SPACE, "m2", 60, M.SERVICE)("Kami bantu renovasi dan cat ulang", 3),
         things(C.SPACE, "m2", 40, M.GOODS)("Bantuan genteng, kayu dan semen", 3),
         furniture("Rak buku", 0), furniture("Karpet", 0), furniture("Meja lesehan", 0), room("Ruang rapat kosong", 0),
         furniture("Lampu dan kipas", 0), furniture("Papan nama", 0),
         things(C.SPACE, "m2", 40, M.SERVICE)("Renovasi atap", TRAP, **OVER),
         things(C.SPACE, "m2", 40, M.SERVICE)("Renovasi atap", TRAP, **ELSEWHERE)],
    ),
    "as people write": Case(
        {"category": C.BOOKS, "unit": "copy", "quantity": 100, "title": "bth bku crita anak2 yg bergambar",
         "story": "bocah pd bosen min, bukunya udh sobek smua"},
        [books("Sumbangan buku dongeng utk anak2 PAUD", 3), books("bku anak bergambar dr karyawan", 3),
         books("Buku resep dan kerajinan", 0), books("Buku hukum dan peraturan desa", 0), books("Majalah bekas", 0),
         books("Buku pertanian", 0), books("Kitab dan buku Islam", 0),
         books("Komik dewasa dan novel", 0), books("Bedah buku bersama penulis", TRAP),
         books("buku anak", TRAP, **OVER), books("buku anak bergambar", TRAP, **SOUTH)],
    ),
    "not what was asked not to get": Case(
        {"category": C.COMPUTERS, "quantity": 3, "title": "Butuh 3 komputer untuk anak belajar",
         "story": "Asal bukan komputer rusak.", "not_wanted": "komputer bekas warnet"},
        [computer("5 komputer baru", 3), computer("Komputer kantor hasil peremajaan, menyala semua", 3),
         computer("Laptop bekas masih bagus", 2), computer("Bantuan perangkat TIK", 2),
         computer("PC lengkap dengan monitor dan meja", 3),
         computer("Printer", 0), computer("Komputer bekas warnet kami", TRAP),
         computer("Komputer rusak untuk suku cadang", TRAP), computer("Komputer", TRAP, **OVER),
         computer("Komputer", TRAP, **ELSEWHERE)],
    ),
    "something to fix first": Case(
        {"category": C.COMPUTERS, "quantity": 2, "title": "Butuh 2 komputer"},
        [computer("Komputer bekas kantor", 3), computer("Dua PC dari sekolah", 3),
         computer("Komputer baru", 1, conditions=((FactCode.SK, Operator.AT_LEAST, 1),)),
         computer("PC baru", 1, conditions=((FactCode.LEGAL_ENTITY, Operator.AT_LEAST, 1),)),
         computer("Laptop baru", 2), computer("Printer", 0), computer("Proyektor", 0), computer("Servis gratis", 0),
         computer("Komputer", TRAP, state=ReportState.SUBMITTED), computer("Komputer", TRAP, **OVER),
         computer("Unit kerja baru dinas", TRAP)],
    ),
}  # fmt: skip


def ranked(session, case):
    w = world(session)
    library = w.library(facts={FactCode.SK: 0, FactCode.LEGAL_ENTITY: 0, FactCode.ROOM: 1, FactCode.ELECTRICITY: 1})
    challenge = w.challenge(library, **case.need)
    gains = {}
    for title, gain, changes in case.rows:
        gains[w.offer(title=title, **changes).id] = (gain, title)
    w.refresh()
    return [gains[row.offer_id] for row in w.suggestions(challenge)], [gain for gain, _ in gains.values()]


@pytest.mark.parametrize("name", CASES)
def test_the_right_offers_come_first_and_no_trap_is_among_the_first_five(sqlite_session, name):
    order, gains = ranked(sqlite_session, CASES[name])
    best = gains.count(3)
    assert [gain for gain, _ in order[:best]] == [3] * best, order
    assert TRAP not in [gain for gain, _ in order[:5]], order


@pytest.mark.parametrize("name", CASES)
def test_what_is_good_stands_before_what_is_of_no_use(sqlite_session, name):
    order, _ = ranked(sqlite_session, CASES[name])
    useful = [place for place, (gain, _) in enumerate(order) if gain >= 2]
    useless = [place for place, (gain, _) in enumerate(order) if gain == 0]
    assert max(useful) < min(useless), order
