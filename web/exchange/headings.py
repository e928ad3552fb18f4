"""Owns the columns of the tables that come in and go out: one row a heading, with its words, meaning and example."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

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

KINDS = ("challenges", "offers")


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: its words, what it means, an example for each kind of table it stands in."""

    code: str
    words: Words
    means: Words
    challenge: str | None = None  #: example in a table of challenges; None: no such column there
    offer: str | None = None
    also: str = ""  #: other spellings, parted by ";"
    required: bool = False
    out: bool = True  #: whether an export writes it
    fact: FactCode | None = None

    def example(self, kind: str) -> str | None:
        """What a cell may hold in a table of *kind*; None where the column does not belong."""
        return self.challenge if kind == "challenges" else self.offer

    def spellings(self) -> set[str]:
        """Every spelling that means this column."""
        return {key(name) for name in (self.code, *self.words, *self.also.split(";"))} - {""}


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
    return Heading(f"fact_{fact.value}", words, told, challenge=example, also=spellings, fact=fact)


_FACTS = "; ".join(words.id.lower() for words, _, _ in FACT_COLUMNS.values())
_FACTS_EN = "; ".join(words.en.lower() for words, _, _ in FACT_COLUMNS.values())

HEADINGS: tuple[Heading, ...] = (
    Heading(
        "code", Words("Kode", "Code"),
        Words("kode layanan ini, hanya untuk baris yang sudah ada (K-0001, T-0001); kosongkan untuk baris baru",
              "this service's code, only for rows it knows (K-0001, T-0001); leave empty for a new row"),
        challenge="", offer="", also="kode kebutuhan;kode tawaran;kode k;kode t",
    ),
    Heading(
        "ref", Words("Ref", "Ref"),
        Words("nomor baris ini di daftar Anda; Ref yang sama berarti baris yang sama, bukan baris baru",
              "the row's name in your own list; the same Ref again is the same row, not a new one"),
        challenge="A-17", offer="M-05", also="referensi;reference;nomor referensi;no ref;id;ref luar;outside "
            "reference;nomor surat",
    ),
    Heading(
        "party", Words("Perpustakaan", "Library"),
        Words("nama perpustakaan desa yang membutuhkan", "name of the village library that lacks something"),
        challenge="Perpustakaan Desa Cahaya Ilmu", required=True,
        also="nama perpustakaan;nama perpus;perpus;perpusdes;nama perpusdes;library name;nama;pemohon;name;village "
            "library",
    ),
    Heading(
        "party", Words("Mitra", "Giver"),
        Words("nama mitra yang memberi; untuk bentuk Pengalaman: nama perpustakaan yang berbagi",
              "name of the partner who gives; for the form Experience: the library that shares"),
        offer="PT Contoh Jaya", required=True,
        also="nama mitra;pemberi;nama pemberi;partner;stakeholder;donor;donatur;nama;instansi;lembaga;organisasi;"
            "organisation;"
        "organization;giver name;nama instansi;perpustakaan;library;nama perpustakaan;name;partner name",
    ),
    Heading(
        "sector", Words("Unsur", "Sector"),
        _choice(Words("unsur mitra, perlu untuk mitra baru", "sector of the giver, needed for a new one"), Sector),
        offer="Swasta", also="sektor;unsur mitra;jenis mitra;kelompok;bidang;giver sector;partner sector",
    ),
    Heading(
        "village", Words("Desa", "Village"),
        Words("desa perpustakaan atau mitra; sebut juga kecamatannya, sebab banyak desa bernama sama",
              "village of the library or the giver; name the kecamatan too, many villages share a name"),
        challenge="Sukamaju", offer="", also="nama desa;desa kelurahan;kelurahan;village name;ds;desa mitra;alamat "
            "desa",
    ),
    Heading(
        "kecamatan", Words("Kecamatan", "Subdistrict"),
        Words("kecamatan perpustakaan atau mitra", "kecamatan of the library or the giver"),
        challenge="Cikakak", offer="Cicurug",
        also="kec;nama kecamatan;sub district;district;kecamatan mitra;subdistrict kecamatan;kecamatan district",
    ),
    Heading(
        "region", Words("Kode desa", "Village code"),
        Words("kode wilayah Kemendagri (32.02.16.2005), bila ada; lebih pasti daripada nama",
              "Kemendagri region code (32.02.16.2005), where known; surer than names"),
        challenge="", offer="",
        also="kode kemendagri;kode desa kemendagri;kode wilayah;kemendagri;kemendagri code;region code;code desa;kode "
            "kelurahan",
    ),
    Heading(
        "contact_name", Words("Nama kontak", "Contact name"),
        Words("orang yang dihubungi; hanya dilihat dinas, tidak ikut diekspor",
              "whom to call; only the office sees it, never exported"),
        challenge="", offer="", also="kontak;narahubung;pic;contact;contact person;nama pengelola;person", out=False,
    ),
    Heading(
        "contact_phone", Words("No. HP", "Phone"),
        Words("nomor telepon atau WA; hanya dilihat dinas, tidak ikut diekspor",
              "telephone or WhatsApp number; only the office sees it, never exported"),
        challenge="", offer="", also="hp;no wa;wa;whatsapp;telepon;no telepon;nomor hp;phone number;telp;no telp;"
            "mobile", out=False,
    ),
    Heading(
        "category", Words("Jenis", "Category"),
        _choice(Words("jenis kebutuhan atau tawaran; bila kosong, diduga dari tulisannya",
                      "what it is about; where empty, guessed from the text"), Category),
        challenge="Komputer", offer="Komputer",
        also="jenis tantangan;jenis kebutuhan;jenis tawaran;kategori;tantangan;challenge category;kind;type;jenis "
            "bantuan;offer category",
    ),
    Heading(
        "mode", Words("Bentuk", "Form"),
        _choice(Words("bentuk bantuan; bila kosong, mengikuti jenisnya", "how it is given; where empty, after the "
            "category"), Mode),
        offer="Barang", also="mode;bentuk bantuan;bentuk tawaran;cara",
    ),
    Heading(
        "title", Words("Kebutuhan", "Need"),
        Words("satu kalimat pendek, paling banyak 200 huruf", "one short sentence, at most 200 characters"),
        challenge="Komputer kurang tiga unit",
        also="nama kebutuhan;judul;title;judul kebutuhan;ringkasan;summary;challenge;short text;subject;perihal;need "
            "title",
    ),
    Heading(
        "title", Words("Tawaran", "Offer"),
        Words("satu kalimat pendek, paling banyak 200 huruf", "one short sentence, at most 200 characters"),
        offer="Hibah komputer kantor",
        also="nama tawaran;judul;title;judul tawaran;ringkasan;summary;bantuan;short text;offer title;perihal",
    ),
    Heading(
        "story", Words("Cerita", "Text"),
        Words("cerita lengkap dengan kata-kata perpustakaan sendiri", "the whole story in the library's own words"),
        challenge="Komputer kami cuma satu dan dipakai bergantian. Kami butuh 3 unit lagi.",
        also="story;teks;keterangan;uraian;deskripsi;description;isi;penjelasan;latar belakang;details;rincian",
    ),
    Heading(
        "words", Words("Kata-kata", "Words"),
        Words("apa yang dikatakan mitra, dengan kata-katanya sendiri", "what the giver said, in the giver's own words"),
        offer="Kami siap menghibahkan 5 komputer kantor, masih bagus.",
        also="cerita;text;teks;keterangan;uraian;deskripsi;description;isi;penjelasan;story;details;rincian;what was "
            "said",
    ),
    Heading(
        "quantity", Words("Jumlah", "Quantity"),
        Words("angka, boleh dengan satuannya: 3 | 3 unit | Rp 1.500.000 | 1,5 juta | 500rb/bulan; kosong bila belum "
              "ditentukan",
              "a number, with or without its unit: 3 | 3 units | Rp 1.500.000 | 1,5 juta; empty where nobody said how "
              "much"),
        challenge="3", offer="5", also="banyaknya;jml;qty;amount;jumlah kebutuhan;jumlah tawaran;volume;jumlah "
            "dibutuhkan;jumlah yang dibutuhkan",
    ),
    Heading(
        "unit", Words("Satuan", "Unit"),
        Words("komputer: unit; internet: sambungan | Mbps | GB; buku: eksemplar | judul; ruang: ruang | m² | buah; "
              "dana: rupiah; tenaga: orang | hari | jam | pelatihan; lainnya: buah",
              "computers: units; internet: connections | Mbps | GB; books: copies | titles; space: rooms | m² | "
              "pieces; "
              "funds: rupiah; staff: people | days | hours | training sessions; other: pieces"),
        challenge="unit", offer="unit", also="unit satuan;units;sat;measure",
    ),
    Heading(
        "every", Words("Setiap", "Every"),
        _choice(Words("bila berulang, jumlahnya", "where it recurs, the quantity is"), Every),
        challenge="", offer="", also="berulang;periode;per;recurs;period;frekuensi;frequency;recurrence",
    ),
    Heading(
        "starts", Words("Mulai", "Starts"),
        Words("tanggal mulai: 31/12/2026 | 2026-12-31 | 31 Desember 2026", "first day: 31/12/2026 | 2026-12-31 | 31 "
                                                                           "December 2026"),
        challenge="", offer="", also="tanggal mulai;dari tanggal;start;start date;from;mulai tanggal",
    ),
    Heading(
        "ends", Words("Selesai", "Ends"),
        Words("tanggal terakhir, ditulis seperti Mulai; untuk yang berulang atau dipinjamkan",
              "last day, written like Starts; for what recurs or is lent"),
        challenge="", offer="", also="tanggal selesai;sampai tanggal;end;end date;until;to;akhir;berakhir",
    ),
    Heading(
        "have", Words("Yang ada", "Have"),
        Words("yang sudah ada sekarang, dalam satuan yang sama", "what there is already, in the same unit"),
        challenge="1", also="sudah ada;jumlah yang ada;tersedia;existing;ada sekarang;already there;jumlah sekarang",
    ),
    Heading(
        "urgency", Words("Mendesak", "Urgency"),
        _choice(Words("diperlukan kapan", "needed by when"), Urgency),
        challenge="3 bulan", also="kemendesakan;tingkat mendesak;urgensi;prioritas;priority;urgent;diperlukan;needed "
            "by",
    ),
    Heading(
        "not_wanted", Words("Tidak diinginkan", "Not wanted"),
        Words("yang jangan diberikan, dipisah titik koma", "what should not be given, parted by semicolons"),
        challenge="komputer rusak", also="yang tidak diinginkan;jangan;tidak mau;unwanted;not wanted",
    ),
    Heading(
        "reported", Words("Tanggal lapor", "Reported on"),
        Words("tanggal kebutuhan dilaporkan; kosong berarti hari ini", "the day it was reported; empty means today"),
        challenge="25/03/2015", also="tanggal;tgl;tanggal laporan;dilaporkan;date;reported;report date;tgl lapor;"
            "reported at",
    ),
    Heading(
        "reported", Words("Tanggal tawaran", "Offered on"),
        Words("tanggal tawaran disampaikan; kosong berarti hari ini", "the day it was offered; empty means today"),
        offer="25/03/2015", also="tanggal;tgl;date;offered;made at;made on;reported on;tanggal lapor",
    ),
    Heading(
        "unit_price", Words("Harga satuan", "Unit price"),
        Words("untuk uang yang membeli barang: harga satu barang dalam rupiah", "for money that buys goods: rupiah "
                                                                                "for one piece"),
        offer="", also="harga;price;price per unit;harga per unit",
    ),
    Heading(
        "area", Words("Wilayah", "Area"),
        Words("wilayah yang dijangkau, dipisah titik koma: nama kecamatan atau desa, atau kode; se-Kabupaten; kosong "
              "berarti di mana saja",
              "where it may go, parted by semicolons: names of kecamatan or villages, or codes; se-Kabupaten (the "
              "whole district); "
              "empty means anywhere"),
        offer="Cikakak; Cicurug", also="jangkauan;cakupan;daerah;wilayah jangkauan;region;regions;areas;coverage;"
            "untuk wilayah;lokasi",
    ),
    Heading(
        "conditions", Words("Syarat", "Conditions"),
        Words(f"yang harus dipenuhi perpustakaan, dipisah titik koma, misalnya ruang sendiri; judul buku >= 100. Yang "
              f"dikenal: {_FACTS}",
              f"what the library must fulfil, parted by semicolons, such as own room; book titles >= 100. Known: "
              f"{_FACTS_EN}"),
        offer="ruang sendiri; judul buku >= 100", also="persyaratan;syarat penerima;condition;requirements;requires;"
            "ketentuan",
    ),
    Heading(
        "share_min", Words("Paling sedikit per perpustakaan", "Smallest share"),
        Words("bagian terkecil untuk satu perpustakaan, dalam satuan yang sama", "smallest part for one library, in "
                                                                                 "the same unit"),
        offer="1", also="paling sedikit;minimal per perpustakaan;share min;minimum share;min share;bagian terkecil;"
            "least per library",
    ),
    Heading(
        "share_max", Words("Paling banyak per perpustakaan", "Largest share"),
        Words("bagian terbesar untuk satu perpustakaan, dalam satuan yang sama", "largest part for one library, in "
                                                                                 "the same unit"),
        offer="3", also="paling banyak;maksimal per perpustakaan;share max;maximum share;max share;bagian terbesar;"
            "most per library",
    ),
    Heading(
        "online", Words("Daring", "Online"),
        Words("ya bila dapat diberikan dari jauh, lewat internet", "yes where it can be given from afar, over the "
                                                                   "line"),
        offer="tidak", also="online;bisa daring;jarak jauh;remote",
    ),
    Heading(
        "answer_days", Words("Hari menjawab", "Answer days"),
        Words("berapa hari usulan boleh menunggu jawaban; biasanya 14", "how many days a proposal may wait for an "
                                                                        "answer; usually 14"),
        offer="14", also="batas jawab;lama menjawab;answer window;waktu menjawab;jawab dalam hari",
    ),
    Heading(
        "follow_on_cost", Words("Biaya lanjutan", "Follow-on cost"),
        Words("biaya yang nanti ditanggung perpustakaan", "what it will cost the library later"),
        offer="", also="biaya kemudian;running cost;follow on cost;ongoing cost;biaya perawatan",
    ),
    Heading(
        "strategy", Words("Strategi", "Strategy"),
        _choice(Words("untuk bentuk Pengalaman: strateginya", "for the form Experience: its strategy"), Strategy),
        offer="", also="strategi pengembangan",
    ),
    Heading(
        "valid_until", Words("Berlaku sampai", "Valid until"),
        Words("tanggal terakhir masih berlaku; kosong berarti tanpa batas", "last day on which it holds; empty means "
                                                                            "no limit"),
        challenge="", offer="31/12/2027", also="masa berlaku;berlaku s d;berlaku hingga;valid;expires;valid until;"
            "kedaluwarsa;batas waktu",
    ),
    *(_fact_heading(fact) for fact in FACT_COLUMNS),
    Heading(
        "facts", Words("Fakta", "Facts"),
        Words("cara lain menulis kesiapan, dalam satu kolom: listrik=ya; ruang sendiri=tidak; judul buku=480",
              "another way to write readiness, in one column: electricity=yes; own room=no; book titles=480"),
        challenge="", also="kesiapan;readiness;data kesiapan", out=False,
    ),
    Heading(
        "notes", Words("Catatan", "Notes"),
        Words("catatan untuk dinas; kolom yang tidak dikenal juga masuk ke sini", "notes for the office; unknown "
                                                                                  "columns come here too"),
        challenge="", offer="", also="note;remarks;catatan dinas;komentar;comment;comments",
    ),
    Heading(
        "state", Words("Status", "Status"),
        Words("hanya untuk dibaca pada berkas ekspor; baris yang diimpor selalu masuk sebagai terbuka",
              "only to be read in an exported file; imported rows always enter as open"),
        challenge="", offer="", also="state;keadaan",
    ),
)  # fmt: skip


def of_kind(kind: str) -> list[Heading]:
    """The columns of a table of *kind*, in order."""
    return [heading for heading in HEADINGS if heading.example(kind) is not None]


@cache
def _spellings(kind: str) -> dict[str, Heading]:
    found: dict[str, Heading] = {}
    for heading in of_kind(kind):  # a column's own names come before anybody's other spelling
        for name in (*heading.words, heading.code):
            found.setdefault(key(name), heading)
    for heading in of_kind(kind):
        for spelling in heading.spellings():
            found.setdefault(spelling, heading)
    return found


def recognise(name: str, kind: str) -> Heading | None:
    """The column that *name* means; what stands in brackets may be left out: "Jumlah (unit)"."""
    spellings = _spellings(kind)
    return spellings.get(key(name)) or spellings.get(key(name.split("(", maxsplit=1)[0]))


def header(kind: str, lang: str, *, out: bool = False) -> list[str]:
    """The heading row of a table of *kind*; *out* for what an export writes."""
    return [heading.words.say(lang) for heading in of_kind(kind) if heading.out or not out]


def example(kind: str) -> list[str]:
    """One row that can be imported under `header`."""
    return [heading.example(kind) or "" for heading in of_kind(kind)]


def known(names: Sequence[str], kind: str) -> int:
    """How many of *names* are columns of *kind*, each counted once."""
    found = [recognise(name, kind) for name in names if name]
    return len({heading.code for heading in found if heading is not None})
