"""Owns how libraries and givers of the synthetic district write: things, sentences, names, chat spelling."""

from __future__ import annotations

from typing import NamedTuple

from matcher.vocabulary import Category, Every, FactCode, Mode, Sector, Strategy

C, M, E = Category, Mode, Every


class Thing(NamedTuple):
    """One kind of thing that libraries lack and givers give.

    In sentences ``{n}`` is the amount with its counting word (``counter``) and ``{have}`` what there is already.  What
    is asked or given without ``{n}`` is for where nobody knows how much; a thing without such a sentence always has a
    number.  A sentence that begins with *Belum* says that there is none yet.
    """

    category: Category
    name: str
    unit: str
    counter: str
    need: tuple[float, float]  #: what one library lacks, in unit
    gift: tuple[float, float]  #: what one offer holds, in unit
    step: float
    lacks: tuple[str, ...]
    asks: tuple[str, ...]
    gives: tuple[str, ...]
    mode: Mode = Mode.GOODS
    every: Every | None = None
    not_wanted: tuple[str, ...] = ()
    follow_on: str = ""
    online: bool = False
    only: Sector | None = None  #: the only sector that gives it


THINGS: tuple[Thing, ...] = (
    # computers
    Thing(C.COMPUTERS, "komputer", "unit", "unit", (1, 5), (2, 20), 1,
        ("Komputer di perpustakaan cuma {have}, sering hang.", "Komputer kami sudah tua dan banyak yang mati.",
         "Belum punya komputer sendiri, masih pinjam kantor desa.", "Anak-anak harus antre pakai komputer.",
         "Komputernya masih pakai Windows 7, lambat sekali.", "Komputerna ruksak kabeh, pa."),
        ("Kami butuh {n} komputer untuk pelatihan warga.", "Mohon bantuan {n} komputer.",
         "Perlu tambahan {n} komputer supaya warga tidak bergantian.",
         "Kami butuh komputer untuk pelatihan warga, berapa pun."),
        ("Hibah {n} komputer kantor hasil peremajaan, masih bagus.", "Kami siap menyalurkan {n} komputer baru.",
         "Ada {n} PC bekas layak pakai, silakan ajukan.",
         "Komputer kantor kami akan diremajakan, yang lama bisa untuk perpustakaan."),
        not_wanted=("komputer rusak", "komputer bekas warnet")),
    Thing(C.COMPUTERS, "laptop", "unit", "unit", (1, 3), (1, 10), 1,
        ("Pengelola masih pinjam laptop sekdes.", "Listrik di sini sering padam, komputer meja tidak tahan.",
         "Untuk perpustakaan keliling belum ada laptop."),
        ("Kami butuh {n} laptop.", "Mohon bantuan {n} laptop, bekas juga tidak apa-apa.",
         "Mohon bantuan laptop, bekas juga tidak apa-apa."),
        ("Ada {n} laptop bekas masih bagus untuk perpustakaan desa.", "Kami menyumbang {n} laptop untuk pelatihan.",
         "Ada laptop bekas kantor, jumlahnya belum tahu.")),
    Thing(C.COMPUTERS, "printer", "unit", "unit", (1, 1), (1, 5), 1,
        ("Printer rusak, surat dan laporan dicetak di fotokopi.", "Belum ada printer."),
        ("Kami butuh {n} printer.", "Perlu {n} printer untuk mencetak label buku dan laporan.",
         "Perlu printer untuk label buku."),
        ("Kami punya {n} printer yang tidak terpakai.", "Bantuan {n} printer baru dari kantor kami.")),
    Thing(C.COMPUTERS, "proyektor", "unit", "unit", (1, 1), (1, 4), 1,
        ("Kalau ada pelatihan, infokus pinjam ke sekolah.", "Tidak ada proyektor untuk nonton bareng dan pelatihan."),
        ("Butuh {n} proyektor untuk pelatihan.", "Mohon {n} proyektor."),
        ("Kami bisa pinjamkan {n} proyektor.", "Hibah {n} proyektor bekas ruang rapat.")),
    # internet
    Thing(C.INTERNET, "sambungan internet", "point", "titik", (1, 1), (1, 15), 1,
        ("Belum ada internet di perpustakaan.", "Wifi masih menumpang kantor desa, tidak sampai ke ruang baca.",
         "Tagihan wifi menunggak, akhirnya diputus.", "Jaringan kabel belum masuk kampung kami.",
         "Sinyal cuma satu bar, harus naik bukit.", "Jaringan goreng pisan di lembur kami."),
        ("Mohon pemasangan {n} sambungan internet.", "Kami butuh {n} wifi untuk ruang baca.",
         "Mohon dibantu pemasangan internet."),
        ("Kami siap pasang wifi gratis di {n} perpustakaan desa.",
         "Pemasangan internet {n}, langganan 1 tahun ditanggung.",
         "Titik hotspot publik sebanyak {n} untuk perpustakaan.",
         "Kami siap bantu pemasangan internet perpustakaan desa."),
        mode=M.SERVICE, follow_on="Setelah masa gratis habis, langganan sekitar Rp300.000 per bulan."),
    Thing(C.INTERNET, "kuota", "gb", "GB", (10, 60), (50, 400), 10,
        ("Kuota habis terus, pengelola pakai pulsa sendiri.", "Selama ini pakai hotspot HP sendiri.",
         "Lapor SIM susah karena kuota tidak cukup."),
        ("Butuh kuota {n} tiap bulan.", "Mohon bantuan kuota internet {n} per bulan."),
        ("Kami bantu paket data {n} per bulan untuk perpustakaan.", "Kartu perdana dan kuota {n} tiap bulan."),
        every=E.MONTH),
    Thing(C.INTERNET, "kecepatan", "mbps", "Mbps", (10, 30), (20, 100), 5,
        ("Wifi lemot, Zoom sering keluar sendiri.", "Bandwidth kecil, lima orang saja sudah lambat."),
        ("Kami perlu internet {n}.", "Butuh langganan minimal {n}."),
        ("Bandwidth {n} gratis untuk perpustakaan desa.", "Sambung dari tower kami, {n}."), mode=M.SERVICE),
    # books
    Thing(C.BOOKS, "buku cerita anak", "copy", "eksemplar", (50, 400), (100, 2000), 25,
        ("Buku anak hampir tidak ada.", "Bukunya itu-itu saja, anak-anak bosan.",
         "Buku banyak yang sobek dimakan rayap.",
         "Baru ada {have} buku dan kebanyakan buku pelajaran.", "Bukuna saeutik keneh, peryogi buku dongeng."),
        ("Kami butuh {n} buku cerita anak bergambar.", "Mohon sumbangan {n} buku anak.",
         "Mohon sumbangan buku anak."),
        ("Hibah {n} buku anak, masih baru.", "Kami menyumbang {n} buku cerita bergambar layak baca.",
         "Sedekah buku: {n} buku dongeng dan komik pendidikan.",
         "Kami akan mengumpulkan buku anak dari karyawan."),
        not_wanted=("buku pelajaran bekas", "buku sobek", "LKS bekas")),
    Thing(C.BOOKS, "buku pertanian", "copy", "eksemplar", (20, 150), (50, 500), 10,
        ("Warga petani mencari buku tanaman dan ternak, belum ada.", "Koleksi pertanian nol."),
        ("Butuh {n} buku pertanian dan peternakan.", "Perlu {n} buku budidaya ikan dan sayur.",
         "Butuh buku pertanian."),
        ("Kami punya {n} buku pertanian dari penyuluh.", "Bantuan {n} buku pertanian dan perikanan."),
        not_wanted=("buku pelajaran",)),
    Thing(C.BOOKS, "buku keterampilan", "copy", "eksemplar", (20, 200), (50, 600), 10,
        ("Ibu-ibu mencari buku resep dan usaha rumahan, tidak ada.",
         "Buku keterampilan sudah lama semua, terbitan 2005."),
        ("Mohon {n} buku keterampilan dan usaha kecil.", "Kami butuh {n} buku masak, jahit, dan usaha rumahan.",
         "Mohon buku keterampilan untuk ibu-ibu."),
        ("Hibah {n} buku keterampilan dan kewirausahaan.", "Ada {n} buku usaha kecil yang masih baru.",
         "Kami akan kirim buku keterampilan, jumlah menyusul.")),
    Thing(C.BOOKS, "judul umum", "title", "judul", (100, 500), (100, 1000), 50,
        ("Koleksi kami belum sampai 1.000 judul.", "Baru {have} judul, standar masih jauh.",
         "Belum ada penambahan buku sejak 2019."),
        ("Perlu tambahan {n} buku umum.", "Kami kekurangan {n} buku.",
         "Perlu tambahan koleksi."),
        ("Paket {n} buku umum untuk perpustakaan desa.", "Bantuan buku bermutu {n}.",
         "Kami mengajak anggota menyumbang buku umum.")),
    Thing(C.BOOKS, "majalah", "copy", "eksemplar", (4, 10), (10, 60), 2,
        ("Tidak ada majalah dan koran.", "Langganan koran berhenti tahun lalu."),
        ("Butuh {n} majalah dan koran tiap bulan.",),
        ("Langganan majalah gratis {n} per bulan.",
         "Koran dan majalah {n} tiap bulan untuk perpustakaan."), every=E.MONTH),
    # space
    Thing(C.SPACE, "ruangan", "room", "ruang", (1, 1), (1, 2), 1,
        ("Ruangan masih menumpang di balai desa.", "Perpustakaan cuma di pojok kantor desa.",
         "Kalau desa ada acara, perpustakaan tutup.", "Ruangan digabung dengan gudang.",
         "Rohanganana ngahiji jeung kantor desa."),
        ("Kami butuh {n} untuk perpustakaan sendiri.", "Mohon bantuan {n} khusus perpustakaan.",
         "Kami butuh tempat sendiri."),
        ("Ada {n} kosong di kantor kami, boleh dipakai perpustakaan.",
         "Pinjam pakai gedung: {n} untuk perpustakaan desa."),
        mode=M.PLACE),
    Thing(C.SPACE, "perbaikan ruangan", "m2", "m²", (12, 56), (20, 200), 2,
        ("Atap bocor kalau hujan.", "Lantai masih tanah dan plafon ambruk.", "Ruangan cuma 3x4, sempit dan gelap."),
        ("Perlu perbaikan ruangan seluas {n}.", "Mohon bantuan renovasi {n}.",
         "Mohon bantuan renovasi."),
        ("Kami bantu renovasi dan cat ulang sampai {n}.",
         "Bantuan bahan bangunan untuk {n} ruang baca.",
         "Kami bantu semen dan bahan bangunan."), mode=M.SERVICE),
    Thing(C.SPACE, "rak buku", "piece", "buah", (1, 6), (3, 30), 1,
        ("Buku ditumpuk di lantai dan kardus.", "Rak kurang, banyak buku belum bisa dipajang."),
        ("Kami butuh {n} rak buku.", "Mohon {n} rak.",
         "Kami butuh rak buku lagi."),
        ("Hibah {n} rak buku.", "Kami buatkan {n} rak kayu untuk perpustakaan.",
         "Kami bisa buatkan rak buku sesuai kebutuhan."), not_wanted=("rak besi berkarat",)),
    Thing(C.SPACE, "meja baca", "piece", "buah", (4, 20), (10, 60), 1,
        ("Meja kursi baca tidak ada, anak-anak duduk di lantai.", "Meja lesehan cuma {have}."),
        ("Butuh {n} meja lesehan.", "Perlu {n} meja dan kursi baca.",
         "Butuh meja baca."),
        ("Kami sumbang {n} meja lesehan.", "Ada {n} meja dan bangku bekas SD, masih kuat.",
         "Ada meja dan bangku bekas, silakan dilihat dulu.")),
    Thing(C.SPACE, "karpet dan teralis", "piece", "buah", (1, 4), (2, 15), 1,
        ("Lantai dingin, belum ada karpet.", "Teralis jendela rusak, takut maling."),
        ("Mohon {n} karpet ruang baca.", "Butuh {n} teralis jendela."),
        ("Bantuan {n} karpet untuk ruang baca.", "Kami pasang {n} teralis gratis.")),
    # funds
    Thing(C.FUNDS, "operasional", "rp", "Rp", (300_000, 1_500_000), (500_000, 5_000_000), 50_000,
        ("Dana operasional belum dianggarkan di APBDes.", "Kas kosong, pengelola nombok terus.",
         "Anggaran perpustakaan cuma 2 juta setahun.", "Teu aya artosna, biayana ti pribados wae."),
        ("Kami perlu {n} tiap bulan untuk operasional.", "Mohon bantuan operasional {n} per bulan.",
         "Perlu dana operasional rutin."),
        ("Bantuan operasional {n} per bulan.", "Donasi tetap {n} tiap bulan untuk perpustakaan desa.",
         "Insya Allah dibantu biaya operasionalnya."),
        mode=M.MONEY, every=E.MONTH),
    Thing(C.FUNDS, "honor pengelola", "rp", "Rp", (150_000, 600_000), (300_000, 3_000_000), 50_000,
        ("Honor pengelola belum ada, kerja sukarela.", "Honor sering telat dan dirapel."),
        ("Butuh honor pengelola {n} per bulan.", "Mohon insentif {n} tiap bulan untuk pengelola.",
         "Mohon honor untuk pengelola."),
        ("Honor pengelola kami tanggung {n} per bulan.", "Insentif {n} tiap bulan untuk pengelola perpustakaan."),
        mode=M.MONEY, every=E.MONTH),
    Thing(C.FUNDS, "kegiatan", "rp", "Rp", (500_000, 3_000_000), (5_000_000, 50_000_000), 250_000,
        ("Tidak ada biaya untuk lomba dan kegiatan anak.", "Proposal kegiatan belum ada jawaban.",
         "Dana desa dipotong, kegiatan perpustakaan dicoret."),
        ("Kami butuh {n} untuk lomba literasi.", "Perlu {n} untuk kegiatan anak dan alat tulis.",
         "Perlu biaya untuk kegiatan anak."),
        ("Dana CSR {n} untuk perpustakaan desa.", "Kami sediakan {n} untuk kegiatan atau pembelian alat.",
         "Sponsor kegiatan literasi sebesar {n}.",
         "Kami siap jadi sponsor lomba literasi."), mode=M.MONEY),
    # staff
    Thing(C.STAFF, "relawan pengelola", "person", "orang", (1, 3), (2, 12), 1,
        ("Petugas cuma satu dan merangkap kaur.", "Perpustakaan sering terkunci karena tidak ada yang jaga.",
         "Pengelola keluar, belum ada gantinya.", "Nu jagana ngan hiji, euweuh deui."),
        ("Kami butuh {n} relawan untuk jaga perpustakaan.", "Perlu {n} tenaga pengelola.",
         "Kami butuh tenaga pengelola."),
        ("Kami kirim {n} relawan untuk piket jaga perpustakaan.", "Kami menyiapkan {n} relawan dari pemuda setempat.",
         "Anggota kami siap piket jaga perpustakaan."), mode=M.PEOPLE),
    Thing(C.STAFF, "mahasiswa", "person", "orang", (2, 4), (4, 20), 1,
        ("Belum paham katalog dan klasifikasi.", "Buku belum diberi label, tidak ada yang bisa SLiMS."),
        ("Minta {n} mahasiswa KKN untuk menata buku.", "Butuh {n} mahasiswa yang bisa bantu katalog.",
         "Minta dibantu mahasiswa KKN."),
        ("Kami kirim {n} mahasiswa KKN untuk katalog buku.", "Ada {n} mahasiswa magang yang siap membantu pendataan.",
         "Mahasiswa KKN kami siap membantu perpustakaan."),
        mode=M.PEOPLE, only=Sector.ACADEMIA),
    Thing(C.STAFF, "tutor komputer", "day", "hari", (0.5, 1), (1, 5), 0.5,
        ("Tidak ada yang bisa mengajar komputer.", "Pengelola masih gaptek, belum bisa komputer."),
        ("Butuh tutor komputer {n} per minggu.", "Mohon pengajar komputer {n} tiap minggu."),
        ("Tutor komputer kami siap {n} per minggu.", "Relawan mengajar komputer {n} tiap minggu."),
        mode=M.PEOPLE, every=E.WEEK, online=True),
    Thing(C.STAFF, "pelatihan pengelola", "session", "kali", (1, 3), (2, 10), 1,
        ("Pengelola belum pernah ikut bimtek.", "Belum bisa mengisi laporan SIM.",
         "Pengelola baru semua, SK baru turun."),
        ("Mohon pelatihan pengelola {n}.", "Kami butuh bimtek {n} tentang mengelola perpustakaan.",
         "Mohon ada pelatihan untuk pengelola."),
        ("Bimtek gratis {n} untuk pengelola perpustakaan desa.", "Kami siap jadi narasumber pelatihan sebanyak {n}.",
         "Kami siap mengadakan pelatihan pengelola."),
        mode=M.SERVICE, online=True),
    # what no machine matches
    Thing(C.OTHER, "promosi", "thing", "kali", (1, 2), (1, 5), 1,
        ("Warga belum tahu ada perpustakaan.", "Pengunjung sepi, minat baca kurang."),
        ("Butuh bantuan promosi {n}.",
         "Mohon dibantu promosi."),
        ("Kami siap meliput kegiatan perpustakaan {n}.",
         "Kami siap bantu promosi perpustakaan."), mode=M.SERVICE),
)  # fmt: skip


class Success(NamedTuple):
    """What a library got right and can tell others."""

    category: Category
    strategy: Strategy
    title: str
    words: str


SUCCESSES: tuple[Success, ...] = (
    Success(C.COMPUTERS, Strategy.ADVOCACY, "Berhasil mendapat komputer dari perusahaan",
        "Dulu komputer kami rusak semua, "
        "sekarang sudah ada tiga unit dari perusahaan. Kami siap berbagi contoh proposal."),
    Success(C.COMPUTERS, Strategy.ICT, "Jadwal pemakaian komputer yang adil",
        "Komputer kami sedikit, tapi dengan jadwal semua warga kebagian. Kami siap menunjukkan caranya."),
    Success(C.INTERNET, Strategy.ICT, "Wifi perpustakaan yang dibiayai iuran",
        "Dulu wifi kami sering diputus. Sekarang iuran warga cukup untuk langganan. Silakan tanya caranya."),
    Success(C.INTERNET, Strategy.ADVOCACY, "Berhasil mengajukan internet ke dinas",
        "Kami sudah berhasil mengajukan pemasangan internet. Kami bantu menulis surat permohonannya."),
    Success(C.BOOKS, Strategy.INVOLVEMENT, "Gerakan satu rumah satu buku",
        "Warga kami menyumbang buku layak baca. Dalam setahun koleksi bertambah banyak. Kami siap berbagi pengalaman."),
    Success(C.BOOKS, Strategy.ADVOCACY, "Pinjam buku bergilir antarperpustakaan",
        "Koleksi kami tidak pernah bosan karena dipinjam bergilir dengan perpustakaan lain."),
    Success(C.SPACE, Strategy.ADVOCACY, "Berhasil punya ruangan sendiri",
        "Dulu kami menumpang di balai desa, "
        "sekarang sudah punya ruangan sendiri dari dana desa. Kami siap cerita caranya."),
    Success(C.SPACE, Strategy.INVOLVEMENT, "Rak dan meja hasil gotong royong",
        "Rak dan meja baca kami buat bersama warga dari kayu bekas. Kami siap mengajari."),
    Success(C.FUNDS, Strategy.ADVOCACY, "Perpustakaan masuk APBDes",
        "Setelah tiga kali musyawarah desa, "
        "operasional dan honor kami akhirnya masuk APBDes. Kami siap berbagi bahannya."),
    Success(C.FUNDS, Strategy.INVOLVEMENT, "Kas perpustakaan dari bank sampah",
        "Bank sampah kami menghasilkan kas tiap bulan untuk kegiatan anak. Kami siap mendampingi."),
    Success(C.STAFF, Strategy.INVOLVEMENT, "Piket relawan karang taruna",
        "Dulu perpustakaan sering terkunci. Sekarang karang taruna piket bergiliran. Kami siap berbagi jadwalnya."),
    Success(C.STAFF, Strategy.ICT, "Pengelola mengajar komputer",
        "Pengelola kami sudah bisa mengajar komputer dan bersedia mengajari pengelola desa lain."),
)  # fmt: skip


class Asked(NamedTuple):
    """What a giver of some category may ask of a library first."""

    category: Category
    fact: FactCode
    value: float
    how_often: float


_F = FactCode
ASKED: tuple[Asked, ...] = (
    Asked(C.COMPUTERS, _F.ROOM, 1, 0.5),
    Asked(C.COMPUTERS, _F.ELECTRICITY, 1, 0.4),
    Asked(C.COMPUTERS, _F.INTERNET, 1, 0.2),
    Asked(C.COMPUTERS, _F.SK, 1, 0.4),
    Asked(C.COMPUTERS, _F.HEAD_LETTER, 1, 0.3),
    Asked(C.INTERNET, _F.ELECTRICITY, 1, 0.4),
    Asked(C.INTERNET, _F.HEAD_LETTER, 1, 0.4),
    Asked(C.BOOKS, _F.RACK, 1, 0.4),
    Asked(C.BOOKS, _F.OPEN_PUBLIC, 1, 0.3),
    Asked(C.BOOKS, _F.TITLES, 100, 0.15),
    Asked(C.SPACE, _F.HEAD_LETTER, 1, 0.3),
    Asked(C.FUNDS, _F.LEGAL_ENTITY, 1, 0.15),
    Asked(C.FUNDS, _F.SK, 1, 0.3),
    Asked(C.STAFF, _F.OPEN_HOURS, 10, 0.25),
)

#: Names of givers; {place} is a kecamatan, {word} one of WORDS.
GIVERS: dict[Sector, tuple[str, ...]] = {
    Sector.GOVERNMENT: ("Kantor Kecamatan {place}", "UPTD Pendidikan {place}", "Balai Penyuluhan {place}"),
    Sector.ACADEMIA: ("Kampus {word} {place}", "SMK {word} {place}", "Akademi Komputer {word}"),
    Sector.BUMN: ("Bank Daerah Cabang {place}", "Perkebunan {word} {place}"),
    Sector.PRIVATE: ("PT {word} Jaya {place}", "CV {word} Mandiri", "Toko Buku {word}", "Pabrik {word} {place}"),
    Sector.COMMUNITY: ("Karang Taruna {place}", "Komunitas Literasi {word}", "Ikatan Alumni {place}"),
    Sector.VOLUNTEER: ("Relawan TIK {place}", "Relawan Internet {word}"),
    Sector.FOUNDATION: ("Yayasan {word}", "Yayasan {word} {place}"),
    Sector.MEDIA: ("Radio {word} FM", "Kabar {place}"),
}

#: In which categories a sector mostly gives, after what was found in the field.
LEANS: dict[Sector, tuple[Category, ...]] = {
    Sector.GOVERNMENT: (C.BOOKS, C.SPACE, C.FUNDS, C.STAFF, C.INTERNET),
    Sector.ACADEMIA: (C.STAFF, C.STAFF, C.COMPUTERS, C.BOOKS),
    Sector.BUMN: (C.FUNDS, C.BOOKS, C.INTERNET),
    Sector.PRIVATE: (C.COMPUTERS, C.FUNDS, C.SPACE, C.BOOKS, C.INTERNET),
    Sector.COMMUNITY: (C.STAFF, C.BOOKS, C.SPACE),
    Sector.VOLUNTEER: (C.STAFF, C.INTERNET, C.COMPUTERS),
    Sector.FOUNDATION: (C.COMPUTERS, C.BOOKS, C.FUNDS),
    Sector.MEDIA: (C.BOOKS, C.OTHER),
}

WORDS: tuple[str, ...] = (
    "Mekar", "Saluyu", "Cahaya", "Pelita", "Sinar", "Mutiara", "Lentera", "Harapan", "Karya", "Sari", "Wangi", "Hegar",
    "Sukma", "Tunas", "Bina", "Surya", "Purnama", "Melati", "Kenanga", "Cendana", "Walagri", "Motekar", "Rancage",
    "Giri",
)  # fmt: skip

LIBRARY_NAMES: tuple[str, ...] = (
    "Cahaya Ilmu", "Pelita Hati", "Mekar Saluyu", "Tunas Harapan", "Sinar Baca", "Lentera Desa", "Mutiara Ilmu",
    "Bina Pustaka", "Taman Ilmu", "Sari Pustaka", "Jendela Dunia", "Gerbang Ilmu", "Melati", "Kenanga", "Dahlia",
    "Bunga Teratai", "Hegarmanah", "Rancage", "Motekar", "Silih Asah", "Saung Maca", "Giri Pustaka", "Surya Pustaka",
    "Tepas Ilmu", "Wangun Pustaka", "Aksara", "Literasi Mandiri", "Cendekia", "Insan Baca", "Pustaka Warga",
)  # fmt: skip

#: Chat spelling: formal word to what is typed in its place.
CHAT: dict[str, str] = {
    "yang": "yg", "dengan": "dgn", "untuk": "utk", "karena": "krn", "kalau": "klo", "sudah": "sdh", "belum": "blm",
    "tidak": "gak", "juga": "jg", "kami": "kmi", "bisa": "bs", "dari": "dr", "sekarang": "skrg", "masih": "msh",
    "banyak": "byk", "tahun": "thn", "bulan": "bln", "orang": "org", "perpustakaan": "perpus", "laptop": "leptop",
    "komputer": "kompi", "operasional": "ops", "pengelola": "pglola", "buku": "bku", "mohon": "mhn",
    "bantuan": "bntuan",
    "anak-anak": "anak2", "eksemplar": "eks", "supaya": "spy", "terima": "trima", "pakai": "pake", "tiap": "tiap2",
}  # fmt: skip

GREETINGS: tuple[str, ...] = ("Assalamualaikum.", "Punten pak.", "Selamat pagi.", "Salam literasi!", "Sampurasun.")
CLOSINGS: tuple[str, ...] = ("Terima kasih.", "Mohon dibantu.", "Hatur nuhun 🙏", "Semoga bisa ya pak.", "Makasih 🙏")
DIGITS: tuple[str, ...] = (
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh",
)  # fmt: skip
