"""Owns the columns of the tables that come in and go out: one row a heading, with its words, meaning and example."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from matcher.vocabulary import (
    Category,
    Every,
    FactCode,
    FactKind,
    Mode,
    Sector,
    Strategy,
    Urgency,
    Words,
)
from web.exchange.short import SHORT_WORDS

KINDS = ("challenges", "offers", "libraries", "stakeholders", "partnerships")

#: Beside the codes of headings, what a column may be: kept as a note under its own heading, or not read at all.
KEEP, LEAVE = "keep", ""
REPAIR = "repair"  #: the column of what is wrong, in a table that is sent back


@dataclass(frozen=True, slots=True, eq=False)
class Heading:
    """One column: its words, what it means, an example for each kind of table it stands in."""

    code: str
    words: Words
    means: Words
    examples: Mapping[str, str]  #: kind of table → an example; a kind that is missing has no such column
    also: str = ""  #: other spellings, parted by ";"
    required: bool = False
    out: bool = True  #: whether an export writes it
    fact: FactCode | None = None

    def example(self, kind: str) -> str | None:
        """What a cell may hold in a table of *kind*; None where the column does not belong."""
        return self.examples.get(kind)

    def spellings(self) -> set[str]:
        """Every spelling that means this column."""
        return {key(name) for name in (self.code, *self.words, *self.also.split(";"))} - {""}


def _in(**examples: str) -> Mapping[str, str]:
    """The kinds of table a column stands in, each with its example."""
    return examples


def key(name: str) -> str:
    """A word without case, accents, blanks and marks: headings and choices are compared by it."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def listed(choices: Iterable[Category | Mode | Sector | Every | Urgency | Strategy]) -> Words:
    """The choices of a column in both languages."""
    rows = list(choices)
    return Words(" | ".join(row.words.id for row in rows), " | ".join(row.words.en for row in rows))


def _choice(means: Words, choices: Iterable[Category | Mode | Sector | Every | Urgency | Strategy]) -> Words:
    told = listed(choices)
    return Words(f"{means.id}: {told.id}", f"{means.en}: {told.en}")


#: Facts of a library: the heading, other spellings, an example.
FACT_COLUMNS: dict[FactCode, tuple[Words, str, str]] = {
    FactCode.ELECTRICITY: (
        Words("Listrik", "Electricity"),
        "listrik cukup;daya listrik;enough electricity;power;pln",
        "ya",
    ),
    FactCode.INTERNET: (
        Words("Internet", "Internet"),
        "ada internet;internet tersedia;wifi;has internet;jaringan internet",
        "tidak",
    ),
    FactCode.ROOM: (
        Words("Ruang sendiri", "Own room"),
        "ruang;ruangan;ruangan sendiri;room;ruang khusus;gedung sendiri",
        "ya",
    ),
    FactCode.SK: (Words("SK pengelola", "Keepers' decree"), "sk;ada sk;decree;sk kepala desa;sk pengurus", "ya"),
    FactCode.HEAD_LETTER: (
        Words("Surat kepala desa", "Village head's letter"),
        "surat kades;surat dukungan kades;surat;letter;head letter",
        "ya",
    ),
    FactCode.RACK: (Words("Rak buku", "Book racks"), "rak;racks;rack;book rack;bookshelf;bookshelves;shelves", "ya"),
    FactCode.LEGAL_ENTITY: (Words("Badan hukum", "Legal entity"), "berbadan hukum;legal", "tidak"),
    FactCode.OPEN_PUBLIC: (
        Words("Terbuka untuk umum", "Open to the public"),
        "terbuka umum;umum;public;open public",
        "ya",
    ),
    FactCode.COMPUTERS: (
        Words("Komputer yang baik", "Working computers"),
        "komputer baik;komputer berfungsi;komputer yang berfungsi",
        "1",
    ),
    FactCode.TITLES: (
        Words("Judul buku", "Book titles"),
        "judul;jumlah judul;judul koleksi;titles;jumlah judul buku",
        "480",
    ),
    FactCode.STAFF: (Words("Pengelola", "Keepers"), "jumlah pengelola;petugas;staff;jumlah petugas;staff count", "2"),
    FactCode.OPEN_HOURS: (
        Words("Jam buka per minggu", "Opening hours a week"),
        "jam buka;open hours;opening hours;opening hours per week",
        "24",
    ),
    FactCode.VISITORS: (
        Words("Pengunjung per bulan", "Visitors a month"),
        "pengunjung;visitors;visitors per month;jumlah pengunjung",
        "130",
    ),
}

_YES_NO = Words(
    "kesiapan perpustakaan: {what} (ya | tidak; kosong bila belum diketahui)",
    "readiness of the library: {what} (yes | no; empty where nobody knows)",
)
_NUMBER = Words(
    "kesiapan perpustakaan: {what} (angka; kosong bila belum diketahui)",
    "readiness of the library: {what} (a number; empty where nobody knows)",
)


def _fact_heading(fact: FactCode) -> Heading:
    words, also, example = FACT_COLUMNS[fact]
    means = _NUMBER if fact.kind is FactKind.NUMBER else _YES_NO
    told = Words(means.id.format(what=fact.words.id), means.en.format(what=fact.words.en))
    spellings = f"{also};{fact.words.id};{fact.words.en}"
    examples = _in(challenges=example, libraries=example)
    return Heading(f"fact_{fact.value}", words, told, examples, also=spellings, fact=fact)


_FACTS = "; ".join(words.id.lower() for words, _, _ in FACT_COLUMNS.values())
_FACTS_EN = "; ".join(words.en.lower() for words, _, _ in FACT_COLUMNS.values())

HEADINGS: tuple[Heading, ...] = (
    Heading(
        "code", Words("Kode", "Code"),
        Words("kode layanan ini, hanya untuk baris yang sudah ada (K-0001, T-0001, J-0001); kosongkan untuk baris baru",
              "this service's code, only for rows it knows (K-0001, T-0001, J-0001); leave empty for a new row"),
        examples=dict.fromkeys(KINDS, ""),
        also="kode kebutuhan;kode tawaran;kode k;kode t;kode perpustakaan;kode mitra;kode kemitraan;kode janji;kode j",
    ),
    Heading(
        "ref", Words("Ref", "Ref"),
        Words("nomor baris ini di daftar Anda; Ref yang sama berarti baris yang sama, bukan baris baru",
              "the row's name in your own list; the same Ref again is the same row, not a new one"),
        examples=_in(challenges="A-17", offers="M-05", libraries="P-07", stakeholders="S-03", partnerships="2014-03"),
         also="referensi;reference;nomor referensi;no ref;id;ref luar;outside "
            "reference;nomor surat",
    ),
    Heading(
        "party", Words("Perpustakaan", "Library"),
        Words("nama perpustakaan desa", "name of the village library"),
        examples=_in(
            challenges="Perpustakaan Desa Cahaya Ilmu", libraries="Perpustakaan Desa Cahaya Ilmu",
            partnerships="Perpustakaan Desa Cahaya Ilmu",
        ),
        required=True,
        also="nama perpustakaan;nama perpus;perpus;perpusdes;nama perpusdes;library name;nama;pemohon;name;village "
            "library;penerima;penerima bantuan;perpustakaan desa;nama perpustakaan desa;tbm;nama tbm",
    ),
    Heading(
        "party", Words("Mitra", "Giver"),
        Words("nama mitra yang memberi; untuk bentuk Pengalaman: nama perpustakaan yang berbagi",
              "name of the partner who gives; for the form Experience: the library that shares"),
        examples=_in(offers="PT Contoh Jaya"), required=True,
        also="nama mitra;pemberi;nama pemberi;partner;stakeholder;donor;donatur;nama;instansi;lembaga;organisasi;"
            "organisation;"
        "organization;giver name;nama instansi;perpustakaan;library;nama perpustakaan;name;partner name",
    ),
    Heading(
        "party", Words("Mitra", "Giver"),
        Words("nama mitra: instansi, perusahaan, kampus, komunitas, perorangan",
              "name of the partner: an office, a company, a campus, a community, a person"),
        examples=_in(stakeholders="PT Contoh Jaya"), required=True,
        also="nama mitra;pemberi;partner;stakeholder;pemangku kepentingan;donor;donatur;nama;instansi;lembaga;"
             "organisasi;organisation;organization;nama instansi;nama lembaga;nama organisasi;name;partner name;giver "
             "name",
    ),
    Heading(
        "giver", Words("Mitra", "Giver"),
        Words("nama mitra yang memberi; untuk bentuk Pengalaman: nama perpustakaan yang berbagi",
              "name of the partner who gave; for the form Experience: the library that shared"),
        examples=_in(partnerships="PT Contoh Jaya"), required=True,
        also="nama mitra;pemberi;nama pemberi;pemberi bantuan;dari;partner;stakeholder;donor;donatur;instansi;lembaga;"
             "nama instansi;giver name;partner name;from;sumber bantuan",
    ),
    Heading(
        "sector", Words("Unsur", "Sector"),
        _choice(Words("unsur mitra, perlu untuk mitra baru", "sector of the giver, needed for a new one"), Sector),
        examples=_in(offers="Swasta", stakeholders="Swasta", partnerships="Swasta"),
        also="sektor;unsur mitra;jenis mitra;kelompok;bidang;giver sector;partner sector",
    ),
    Heading(
        "village", Words("Desa", "Village"),
        Words("desa perpustakaan atau mitra; sebut juga kecamatannya, sebab banyak desa bernama sama",
              "village of the library or the giver; name the kecamatan too, many villages share a name"),
        examples=_in(challenges="Sukamaju", offers="", libraries="Sukamaju", stakeholders="", partnerships="Sukamaju"),
        also="nama desa;desa kelurahan;kelurahan;village name;ds;desa mitra;alamat "
            "desa",
    ),
    Heading(
        "kecamatan", Words("Kecamatan", "Subdistrict"),
        Words("kecamatan perpustakaan atau mitra", "kecamatan of the library or the giver"),
        examples=_in(
            challenges="Cikakak", offers="Cicurug", libraries="Cikakak", stakeholders="Cicurug", partnerships="Cikakak"
        ),
        also="kec;nama kecamatan;sub district;district;kecamatan mitra;subdistrict kecamatan;kecamatan district",
    ),
    Heading(
        "region", Words("Kode desa", "Village code"),
        Words("kode wilayah Kemendagri (32.02.16.2005), bila ada; lebih pasti daripada nama",
              "Kemendagri region code (32.02.16.2005), where known; surer than names"),
        examples=dict.fromkeys(KINDS, ""),
        also="kode kemendagri;kode desa kemendagri;kode wilayah;kemendagri;kemendagri code;region code;code desa;kode "
            "kelurahan",
    ),
    Heading(
        "contact_name", Words("Nama kontak", "Contact name"),
        Words("orang yang dihubungi; hanya dilihat dinas, tidak ikut diekspor",
              "whom to call; only the office sees it, never exported"),
        examples=_in(challenges="", offers="", libraries="", stakeholders=""), out=False,
        also="kontak;kontak person;narahubung;pic;cp;contact;contact person;nama pengelola;person;nama narahubung;"
             "penghubung",
    ),
    Heading(
        "contact_phone", Words("No. HP", "Phone"),
        Words("nomor telepon atau WA; hanya dilihat dinas, tidak ikut diekspor",
              "telephone or WhatsApp number; only the office sees it, never exported"),
        examples=_in(challenges="", offers="", libraries="", stakeholders=""), out=False,
        also="hp;no wa;wa;whatsapp;telepon;no telepon;nomor hp;phone number;telp;no telp;"
            "mobile;nomor wa;nomor telepon;no hp wa;hp wa;no telepon wa;kontak hp",
    ),
    Heading(
        "about", Words("Tentang", "About"),
        Words("beberapa kalimat tentang pihak ini; tampil di halaman umum",
              "some sentences about it; shown on public pages"),
        examples=_in(libraries="", stakeholders="Hibah perangkat kantor tiap tahun"),
        also="profil;tentang kami;profile;keterangan;deskripsi;description;bidang usaha;kegiatan",
    ),
    Heading(
        "category", Words("Jenis", "Category"),
        _choice(Words("jenis kebutuhan atau tawaran; bila kosong, diduga dari tulisannya",
                      "what it is about; where empty, guessed from the text"), Category),
        examples=_in(challenges="Komputer", offers="Komputer", partnerships="Komputer"),
        also="jenis tantangan;jenis kebutuhan;jenis tawaran;kategori;tantangan;challenge category;kind;type;jenis "
            "bantuan;offer category",
    ),
    Heading(
        "mode", Words("Bentuk", "Form"),
        _choice(Words("bentuk bantuan; bila kosong, mengikuti jenisnya", "how it is given; where empty, after the "
            "category"), Mode),
        examples=_in(offers="Barang", partnerships="Barang"), also="mode;bentuk bantuan;bentuk tawaran;cara",
    ),
    Heading(
        "title", Words("Kebutuhan", "Need"),
        Words("satu kalimat pendek, paling banyak 200 huruf", "one short sentence, at most 200 characters"),
        examples=_in(challenges="Komputer kurang tiga unit"),
        also="nama kebutuhan;judul;title;judul kebutuhan;ringkasan;summary;challenge;short text;subject;perihal;need "
            "title",
    ),
    Heading(
        "title", Words("Tawaran", "Offer"),
        Words("satu kalimat pendek, paling banyak 200 huruf", "one short sentence, at most 200 characters"),
        examples=_in(offers="Hibah komputer kantor"),
        also="nama tawaran;judul;title;judul tawaran;ringkasan;summary;bantuan;short text;offer title;perihal",
    ),
    Heading(
        "title", Words("Bantuan", "Help given"),
        Words("apa yang diberikan, satu kalimat pendek", "what was given, one short sentence"),
        examples=_in(partnerships="Hibah komputer kantor"),
        also="nama bantuan;bentuk kerja sama;kerja sama;kerjasama;kegiatan;uraian;keterangan;judul;title;what;bantuan "
             "yang diberikan;kemitraan;barang;help",
    ),
    Heading(
        "story", Words("Cerita", "Text"),
        Words("cerita lengkap dengan kata-kata perpustakaan sendiri", "the whole story in the library's own words"),
        examples=_in(challenges="Komputer kami cuma satu dan dipakai bergantian. Kami butuh 3 unit lagi."),
        also="story;teks;keterangan;uraian;deskripsi;description;isi;penjelasan;latar belakang;details;rincian",
    ),
    Heading(
        "words", Words("Kata-kata", "Words"),
        Words("apa yang dikatakan mitra, dengan kata-katanya sendiri", "what the giver said, in the giver's own words"),
        examples=_in(offers="Kami siap menghibahkan 5 komputer kantor, masih bagus."),
        also="cerita;text;teks;keterangan;uraian;deskripsi;description;isi;penjelasan;story;details;rincian;what was "
            "said",
    ),
    Heading(
        "quantity", Words("Jumlah", "Quantity"),
        Words("angka, boleh dengan satuannya: 3 | 3 unit | Rp 1.500.000 | 1,5 juta | 500rb/bulan; kosong bila belum "
              "ditentukan",
              "a number, with or without its unit: 3 | 3 units | Rp 1.500.000 | 1,5 juta; empty where nobody said how "
              "much"),
        examples=_in(challenges="3", offers="5", partnerships="2"),
        also="banyaknya;jml;qty;amount;jumlah kebutuhan;jumlah tawaran;volume;jumlah "
            "dibutuhkan;jumlah yang dibutuhkan;jumlah bantuan;jumlah diterima;nilai;nilai bantuan",
    ),
    Heading(
        "unit", Words("Satuan", "Unit"),
        Words("komputer: unit; internet: sambungan | Mbps | GB; buku: eksemplar | judul; ruang: ruang | m² | buah; "
              "dana: rupiah; tenaga: orang | hari | jam | pelatihan; lainnya: buah",
              "computers: units; internet: connections | Mbps | GB; books: copies | titles; space: rooms | m² | "
              "pieces; "
              "funds: rupiah; staff: people | days | hours | training sessions; other: pieces"),
        examples=_in(challenges="unit", offers="unit", partnerships="unit"), also="unit satuan;units;sat;measure",
    ),
    Heading(
        "day", Words("Tanggal", "Day"),
        Words("tanggal bantuan diterima; bulan atau tahunnya saja pun boleh",
              "the day it arrived; a bare month or year will do"),
        examples=_in(partnerships="14/08/2014"), required=True,
        also="tgl;tanggal serah terima;tanggal diterima;tanggal bantuan;date;received on;tahun;year;waktu;kapan",
    ),
    Heading(
        "delivered", Words("Tiba", "Arrived"),
        Words("hanya untuk dibaca pada berkas ekspor: yang sudah tiba", "only to be read in an exported file: what "
              "arrived"),
        examples=_in(partnerships=""), also="sudah tiba;arrived",
    ),
    Heading(
        "verified", Words("Terbukti", "Proven"),
        Words("hanya untuk dibaca pada berkas ekspor: yang dilihat dinas", "only to be read in an exported file: what "
              "the office saw"),
        examples=_in(partnerships=""), also="proven;verified;terverifikasi",
    ),
    Heading(
        "agreement", Words("Nomor kesepakatan", "Agreement number"),
        Words("nomor surat kesepakatannya, bila ada; disimpan sebagai catatan",
              "number of its agreement, where there is one; kept as a note"),
        examples=_in(partnerships=""), also="nomor mou;no mou;mou;nomor pks;nomor surat;no surat;kesepakatan;agreement",
    ),
    Heading(
        "every", Words("Setiap", "Every"),
        _choice(Words("bila berulang, jumlahnya", "where it recurs, the quantity is"), Every),
        examples=_in(challenges="", offers=""),
        also="berulang;periode;per;recurs;period;frekuensi;frequency;recurrence",
    ),
    Heading(
        "starts", Words("Mulai", "Starts"),
        Words("tanggal mulai: 31/12/2026 | 2026-12-31 | 31 Desember 2026", "first day: 31/12/2026 | 2026-12-31 | 31 "
                                                                           "December 2026"),
        examples=_in(challenges="", offers=""), also="tanggal mulai;dari tanggal;start;start date;from;mulai tanggal",
    ),
    Heading(
        "ends", Words("Selesai", "Ends"),
        Words("tanggal terakhir, ditulis seperti Mulai; untuk yang berulang atau dipinjamkan",
              "last day, written like Starts; for what recurs or is lent"),
        examples=_in(challenges="", offers=""),
        also="tanggal selesai;sampai tanggal;end;end date;until;to;akhir;berakhir",
    ),
    Heading(
        "have", Words("Yang ada", "Have"),
        Words("yang sudah ada sekarang, dalam satuan yang sama", "what there is already, in the same unit"),
        examples=_in(challenges="1"),
        also="sudah ada;jumlah yang ada;tersedia;existing;ada sekarang;already there;jumlah sekarang",
    ),
    Heading(
        "urgency", Words("Mendesak", "Urgency"),
        _choice(Words("diperlukan kapan", "needed by when"), Urgency),
        examples=_in(challenges="3 bulan"),
        also="kemendesakan;tingkat mendesak;urgensi;prioritas;priority;urgent;diperlukan;needed "
            "by",
    ),
    Heading(
        "not_wanted", Words("Tidak diinginkan", "Not wanted"),
        Words("yang jangan diberikan, dipisah titik koma", "what should not be given, parted by semicolons"),
        examples=_in(challenges="komputer rusak"), also="yang tidak diinginkan;jangan;tidak mau;unwanted;not wanted",
    ),
    Heading(
        "reported", Words("Tanggal lapor", "Reported on"),
        Words("tanggal kebutuhan dilaporkan; kosong berarti hari ini", "the day it was reported; empty means today"),
        examples=_in(challenges="25/03/2015"),
        also="tanggal;tgl;tanggal laporan;dilaporkan;date;reported;report date;tgl lapor;"
            "reported at",
    ),
    Heading(
        "reported", Words("Tanggal tawaran", "Offered on"),
        Words("tanggal tawaran disampaikan; kosong berarti hari ini", "the day it was offered; empty means today"),
        examples=_in(offers="25/03/2015"), also="tanggal;tgl;date;offered;made at;made on;reported on;tanggal lapor",
    ),
    Heading(
        "unit_price", Words("Harga satuan", "Unit price"),
        Words("untuk uang yang membeli barang: harga satu barang dalam rupiah", "for money that buys goods: rupiah "
                                                                                "for one piece"),
        examples=_in(offers=""), also="harga;price;price per unit;harga per unit",
    ),
    Heading(
        "area", Words("Wilayah", "Area"),
        Words("wilayah yang dijangkau, dipisah titik koma: nama kecamatan atau desa, atau kode; se-Kabupaten; kosong "
              "berarti di mana saja",
              "where it may go, parted by semicolons: names of kecamatan or villages, or codes; se-Kabupaten (the "
              "whole district); "
              "empty means anywhere"),
        examples=_in(offers="Cikakak; Cicurug"),
        also="jangkauan;cakupan;daerah;wilayah jangkauan;region;regions;areas;coverage;"
            "untuk wilayah;lokasi",
    ),
    Heading(
        "conditions", Words("Syarat", "Conditions"),
        Words(f"yang harus dipenuhi perpustakaan, dipisah titik koma, misalnya ruang sendiri; judul buku >= 100. Yang "
              f"dikenal: {_FACTS}",
              f"what the library must fulfil, parted by semicolons, such as own room; book titles >= 100. Known: "
              f"{_FACTS_EN}"),
        examples=_in(offers="ruang sendiri; judul buku >= 100"),
        also="persyaratan;syarat penerima;condition;requirements;requires;"
            "ketentuan",
    ),
    Heading(
        "share_min", Words("Paling sedikit per perpustakaan", "Smallest share"),
        Words("bagian terkecil untuk satu perpustakaan, dalam satuan yang sama", "smallest part for one library, in "
                                                                                 "the same unit"),
        examples=_in(offers="1"),
        also="paling sedikit;minimal per perpustakaan;share min;minimum share;min share;bagian terkecil;"
            "least per library",
    ),
    Heading(
        "share_max", Words("Paling banyak per perpustakaan", "Largest share"),
        Words("bagian terbesar untuk satu perpustakaan, dalam satuan yang sama", "largest part for one library, in "
                                                                                 "the same unit"),
        examples=_in(offers="3"),
        also="paling banyak;maksimal per perpustakaan;share max;maximum share;max share;bagian terbesar;"
            "most per library",
    ),
    Heading(
        "online", Words("Daring", "Online"),
        Words("ya bila dapat diberikan dari jauh, lewat internet", "yes where it can be given from afar, over the "
                                                                   "line"),
        examples=_in(offers="tidak"), also="online;bisa daring;jarak jauh;remote",
    ),
    Heading(
        "answer_days", Words("Hari menjawab", "Answer days"),
        Words("berapa hari usulan boleh menunggu jawaban; biasanya 14", "how many days a proposal may wait for an "
                                                                        "answer; usually 14"),
        examples=_in(offers="14"), also="batas jawab;lama menjawab;answer window;waktu menjawab;jawab dalam hari",
    ),
    Heading(
        "follow_on_cost", Words("Biaya lanjutan", "Follow-on cost"),
        Words("biaya yang nanti ditanggung perpustakaan", "what it will cost the library later"),
        examples=_in(offers=""), also="biaya kemudian;running cost;follow on cost;ongoing cost;biaya perawatan",
    ),
    Heading(
        "strategy", Words("Strategi", "Strategy"),
        _choice(Words("untuk bentuk Pengalaman: strateginya", "for the form Experience: its strategy"), Strategy),
        examples=_in(offers=""), also="strategi pengembangan",
    ),
    Heading(
        "valid_until", Words("Berlaku sampai", "Valid until"),
        Words("tanggal terakhir masih berlaku; kosong berarti tanpa batas", "last day on which it holds; empty means "
                                                                            "no limit"),
        examples=_in(challenges="", offers="31/12/2027"),
        also="masa berlaku;berlaku s d;berlaku hingga;valid;expires;valid until;"
            "kedaluwarsa;batas waktu",
    ),
    *(_fact_heading(fact) for fact in FACT_COLUMNS),
    Heading(
        "facts", Words("Fakta", "Facts"),
        Words("cara lain menulis kesiapan, dalam satu kolom: listrik=ya; ruang sendiri=tidak; judul buku=480",
              "another way to write readiness, in one column: electricity=yes; own room=no; book titles=480"),
        examples=_in(challenges="", libraries=""), also="kesiapan;readiness;data kesiapan", out=False,
    ),
    Heading(
        "notes", Words("Catatan", "Notes"),
        Words("catatan untuk dinas; kolom yang tidak dikenal juga masuk ke sini", "notes for the office; unknown "
                                                                                  "columns come here too"),
        examples=_in(challenges="", offers="", partnerships=""),
        also="note;remarks;catatan dinas;komentar;comment;comments",
    ),
    Heading(
        "notes", Words("Catatan", "Notes"),
        Words("catatan dinas sendiri, tidak ikut diekspor; kolom yang tidak dikenal juga masuk ke sini",
              "the office's own notes, never exported; unknown columns come here too"),
        examples=_in(libraries="", stakeholders=""), out=False,
        also="note;remarks;catatan dinas;komentar;comment;comments",
    ),
    Heading(
        "state", Words("Status", "Status"),
        Words("hanya untuk dibaca pada berkas ekspor; baris yang diimpor selalu masuk sebagai terbuka",
              "only to be read in an exported file; imported rows always enter as open"),
        examples=_in(challenges="", offers="", partnerships=""), also="state;keadaan",
    ),
    Heading(
        REPAIR, Words("Catatan perbaikan", "To repair"),
        Words("apa yang perlu diperbaiki pada baris ini, ditulis layanan; tidak dibaca lagi",
              "what is to be repaired in this row, written by the service; not read again"),
        examples=dict.fromkeys(KINDS, ""), out=False, also="perbaikan",
    ),
)  # fmt: skip


def of_kind(kind: str) -> list[Heading]:
    """The columns of a table of *kind*, in order."""
    return [heading for heading in HEADINGS if heading.example(kind) is not None and heading.code != REPAIR]


@cache
def _spellings(kind: str) -> dict[str, Heading]:
    found: dict[str, Heading] = {}
    ours = [heading for heading in HEADINGS if heading.example(kind) is not None]
    for heading in ours:  # a column's own names come before anybody's other spelling
        for name in (*heading.words, heading.code):
            found.setdefault(key(name), heading)
    for heading in ours:
        for spelling in heading.spellings():
            found.setdefault(spelling, heading)
    return found


def recognise(name: str, kind: str) -> Heading | None:
    """The column that *name* surely means; what stands in brackets may be left out: "Jumlah (unit)"."""
    return _exactly(name, kind) or _exactly(_written_out(name), kind)


def _exactly(name: str, kind: str) -> Heading | None:
    spellings = _spellings(kind)
    return spellings.get(key(name)) or spellings.get(key(name.split("(", maxsplit=1)[0]))


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name).casefold()
    said = [SHORT_WORDS.get(word, word) for word in re.findall(r"[a-z0-9]+", plain)]
    return [word for word in said if word not in _IDLE] or said


def _written_out(name: str) -> str:
    """A heading with its shortened words in full and what says nothing left out: "Jml. keb. (unit)"."""
    return " ".join(_words(name.split("(", maxsplit=1)[0] or name))


#: Words that say nothing about which column is meant.
_IDLE = frozenset("yang yg utk dari di ke untuk the of a an and dan mohon diisi wajib isi".split())
_ALIKE = 0.66  #: share of the words of a heading that must be found again, order aside


@cache
def guess(name: str, kind: str) -> Heading | None:
    """The column that *name* most likely means: words in any order, shortened or misspelt; None: nobody could tell."""
    if (found := recognise(name, kind)) is not None:
        return found
    parts = [recognise(part, kind) for part in re.split(r"[/&,;|]", name) if part.strip()]
    if any(parts):
        return next(part for part in parts if part is not None)
    said = _words(name)
    if not said:
        return None
    ours = [heading for heading in HEADINGS if heading.example(kind) is not None]
    scored = [(_likeness(said, spelled), heading) for heading in ours for spelled in _said_ways(heading)]
    best = max((score for score, _ in scored), default=0.0)
    likely = {heading for score, heading in scored if score == best}
    return likely.pop() if best >= _ALIKE and len(likely) == 1 else None


@cache
def _said_ways(heading: Heading) -> list[list[str]]:
    return [words for name in (*heading.words, *heading.also.split(";")) if (words := _words(name))]


def _likeness(said: Sequence[str], spelled: Sequence[str]) -> float:
    """The share of words that two headings have in common, a slip of the pen forgiven."""
    found = sum(max(_word_likeness(word, other) for other in spelled) for word in said)
    return 2 * found / (len(said) + len(spelled))


@lru_cache(maxsize=100_000)  # a wide table asks for the same pairs again and again
def _word_likeness(word: str, other: str) -> float:
    if word == other:
        return 1.0
    short, long = sorted((len(word), len(other)))
    if short < 4 or 3 * short < 2 * long:  # in so short a word a slip makes another; so unequal ones are never alike
        return 0.0
    ratio = difflib.SequenceMatcher(None, word, other).ratio()
    return ratio if ratio >= 0.8 else 0.0


def assign(names: Sequence[str], kind: str, chosen: Mapping[str, str] | None = None) -> list[tuple[str, bool]]:
    """What each column means, and whether that is sure: what an office chose before, what is known, what is likely.

    Each meaning is given once; *chosen* is key of a heading → code.  Columns nobody knows are kept as notes.
    """
    chosen = chosen or {}
    meant: list[tuple[str, bool] | None] = [None] * len(names)
    taken: set[str] = set()
    sure = [_settled(name, kind, chosen) for name in names]
    for codes, certain in ((sure, True), ([_likely(name, kind) for name in names], False)):
        for place, code in enumerate(codes):
            if meant[place] is None and code is not None and (code in (KEEP, LEAVE) or code not in taken):
                meant[place] = code, certain
                taken.add(code)
    return [one or (KEEP, False) for one in meant]


def _settled(name: str, kind: str, chosen: Mapping[str, str]) -> str | None:
    if key(name) in chosen:
        return chosen[key(name)]
    found = recognise(name, kind) if name else None
    if counts_rows(name) or (found is not None and found.code == REPAIR):
        return LEAVE
    return found.code if found is not None else None


def _likely(name: str, kind: str) -> str | None:
    found = guess(name, kind) if name else None
    return found.code if found is not None else None


def header(kind: str, lang: str, *, out: bool = False) -> list[str]:
    """The heading row of a table of *kind*; *out* for what an export writes."""
    return [heading.words.say(lang) for heading in of_kind(kind) if heading.out or not out]


def example(kind: str) -> list[str]:
    """One row that can be imported under `header`."""
    return [heading.example(kind) or "" for heading in of_kind(kind)]


#: What stands under Code in the example row of a template.
EXAMPLE = Words("CONTOH", "EXAMPLE")


def is_example(kind: str, code: str, party: str) -> bool:
    """Whether a row is a template's own example: its code says so, and nobody wrote another name over it."""
    ours = next((heading.example(kind) for heading in of_kind(kind) if heading.code == "party"), None) or ""
    return key(code) in {key(word) for word in EXAMPLE} and key(party) == key(ours)


def known(names: Sequence[str], kind: str) -> int:
    """How many of *names* are columns of *kind*, each counted once."""
    found = [recognise(name, kind) for name in names if name]
    return len({heading.code for heading in found if heading is not None})


#: Headings of a column that only counts the rows: it says nothing of them.
_ROW_NUMBERS = frozenset(("no", "nomor", "nourut", "nomorurut", "urut", "number", "rownumber", "row", "baris", ""))


def counts_rows(name: str) -> bool:
    """Whether a column of this name only numbers the rows."""
    return key(name) in _ROW_NUMBERS and bool(name.strip())


#: Columns that only one kind of table is likely to have.
_TELLING = {
    "challenges": ("title", "story", "have", "urgency", "not_wanted"),
    "offers": ("title", "words", "mode", "area", "conditions", "share_max"),
    "libraries": ("party", *(f"fact_{fact.value}" for fact in FACT_COLUMNS)),
    "stakeholders": ("party", "sector", "about"),
    "partnerships": ("giver", "day", "title"),
}


def likely_kind(names: Sequence[str]) -> str:
    """The kind of table that these headings look like."""
    found = {kind: {one.code for name in names if name and (one := guess(name, kind)) is not None} for kind in KINDS}
    return max(KINDS, key=lambda kind: _fit(kind, found[kind]))


def _fit(kind: str, codes: set[str]) -> float:
    """How well a table with the columns *codes* is one of *kind*: what it can read, less what it would need."""
    missing = sum(heading.required and heading.code not in codes for heading in of_kind(kind))
    telling = len(codes.intersection(_TELLING[kind]))
    counts = not {"quantity", "category", "title"} & codes if kind in ("libraries", "stakeholders") else telling > 0
    return len(codes) + telling - 4 * missing - (0 if counts else 3)
