"""Owns the words of amounts: numbers, units, counted things, periods, and what only looks like one.  Data only."""

from __future__ import annotations

from matcher.vocabulary import Category

ONES = {
    word: value
    for value, word in enumerate("nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas".split())
} | {
    "se": 1,
    "sebuah": 1,
    "seorang": 1,
    "sepasang": 2,
    "selusin": 12,
    "seperangkat": 1,
    "setengah": 0.5,
    "separuh": 0.5,
}
WHOLE = {"seratus": 100.0, "seribu": 1000.0, "sejuta": 1e6, "semiliar": 1e9}
SCALE = {"puluh": 10.0, "ratus": 100.0, "ribu": 1e3, "juta": 1e6, "miliar": 1e9, "k": 1e3, "m": 1e9}
#: "Dozens of", read as the smallest number it can mean.
ROUGH = {"belasan": 11.0, "puluhan": 10.0, "ratusan": 100.0, "ribuan": 1000.0, "jutaan": 1e6, "beberapa": 2.0}
MONEY_SCALE = frozenset({"juta", "miliar", "k", "m", "sejuta", "semiliar"})

#: Unit word → unit code; only words that fix the category by themselves.
UNIT_WORDS = {
    "eksemplar": "copy",
    "judul": "title",
    "mbps": "mbps",
    "gb": "gb",
    "m2": "m2",
    "personil": "person",
    "sesi": "session",
    "titik": "point",
}
#: Words that count anything: the noun beside them says what.
COUNTERS = frozenset("unit buah set perangkat pasang lembar helai lokal stel".split())
#: Things → unit; the category is the unit's.
THINGS: dict[str, str] = {
    word: unit
    for unit, words in {
        "unit": (
            "komputer laptop tablet printer proyektor cpu monitor scanner keyboard mouse ups ram ssd hardisk harddisk "
            "webcam"
        ),
        "point": (
            "modem router hotspot wifi starlink vsat internet indihome sambungan repeater voucher orbit simcard kartu"
        ),
        "copy": "buku bacaan majalah koran komik novel cergam ensiklopedia kamus e-book koleksi",
        "room": "ruangan ruang gedung bangunan saung gazebo kelas aula",
        "piece": (
            "rak meja kursi karpet tikar lemari bangku kipas loker etalase teralis lampu ac tenda jendela pintu sofa"
        ),
        "person": (
            "relawan tutor pelatih narasumber pustakawan pendamping mentor instruktur pengajar mahasiswa tenaga "
            "petugas pengelola pengurus pustakawati penjaga pendongeng dosen fasilitator admin operator guru staf "
            "kader pemuda"
        ),
        "session": "pelatihan bimtek workshop kursus",
    }.items()
    for word in words.split()
}
UNIT_CATEGORY = {
    "unit": Category.COMPUTERS,
    "mbps": Category.INTERNET,
    "gb": Category.INTERNET,
    "point": Category.INTERNET,
    "copy": Category.BOOKS,
    "title": Category.BOOKS,
    "m2": Category.SPACE,
    "room": Category.SPACE,
    "piece": Category.SPACE,
    "rp": Category.FUNDS,
    "person": Category.STAFF,
    "day": Category.STAFF,
    "hour": Category.STAFF,
    "session": Category.STAFF,
}
#: Times: an amount of these is a length or a moment unless people or training stand beside it.
TIMES = {"hari": "day", "jam": "hour"}
#: After a number these make it something else: an age, a distance, a class, a visit, a share.
NOT_AMOUNTS = frozenset(
    (
        "tahun bulan minggu menit detik km kilometer meter m cm kg gram liter persen % derajat wib pukul rt rw desa "
        "kecamatan kali kelurahan kampung dusun kabupaten perpustakaan anak siswa pengunjung warga peserta pemustaka "
        "balita santri keluarga kk jiwa sekolah rumah titik-lokasi hektarnya watt va volt pohon ekor mobil motor "
        "ambulans lantai arah hp nomor provinsi ibu bapak lansia remaja pelajar pembaca tamu undangan murid kelompok "
        "lokasi tempat rumah-tangga universitas kampus halaman bar pk ruas va"
    ).split()
)
#: Before a number these make it a date, a number of a rule, a phone, an address, a price.
NOT_BEFORE = frozenset(
    (
        "tahun tanggal tgl jam pukul no nomor nomer rt rw pasal ayat uu pp perka permen perda perdes permendesa telp "
        "tlp telepon hp wa whatsapp kelas usia umur berusia berumur blok halaman hal bab km jalan jl jln gang juara "
        "peringkat ke jilid kode npp sk covid windows sd smp sma smk smpn sman sdn smkn hut sejak dari-tahun volume "
        "core i d kurikulum ddr hubungi kontak ddc seri versi tingkat angkatan per permendes persen maret januari "
        "februari april "
        "mei juni juli agustus september oktober november desember"
    ).split()
)
#: After a number these make it a date.
MONTHS = frozenset(
    (
        "januari februari maret april mei juni juli agustus september oktober november desember jan feb mar apr jun "
        "jul agt ags sep okt nov des"
    ).split()
)
#: Words of time → how often an amount recurs.
EVERY = {"minggu": "week", "bulan": "month", "tahun": "year", "senin": "week", "selasa": "week", "rabu": "week",
         "kamis": "week", "jumat": "week", "sabtu": "week", "ahad": "week", "seminggu": "week", "sebulan": "month",
         "setahun": "year", "bulanan": "month", "tahunan": "year", "mingguan": "week"}  # fmt: skip
#: "300rb a month" in one word; needs no "per".
ALONE_EVERY = frozenset({"seminggu", "sebulan", "setahun"})
#: Before money these make it the value of goods.
VALUE_WORDS = frozenset("senilai seharga harga harganya bernilai nilainya setara nilai".split())
#: Before an amount these say that it is there already.
HAVE_WORDS = frozenset(
    (
        "hanya cuma baru tinggal punya ada sisa tersisa masih sekarang saja rusak mati hilang terpasang mendapat "
        "menerima dapat mendapatkan sudah dipinjam bertambah menjadi jadi mempunyai tersedia total jumlah bekas"
    ).split()
)
#: Before an amount these say that it is needed.
NEED_WORDS = frozenset(
    (
        "butuh membutuhkan dibutuhkan perlu memerlukan diperlukan mohon minta meminta kekurangan kurang usul "
        "mengusulkan mengajukan minimal min kebutuhan berharap harap ingin tambahan tambah menambah lagi pengadaan "
        "target idealnya ditambah standar syarat sebanyak sejumlah penambahan"
    ).split()
)
#: Before a bare number these tell what is there or must be: "ada 1", "standar 1000".
STANDING = frozenset("ada tersedia punya cuma hanya tinggal baru standar syarat idealnya minimal ditambah".split())
#: Before an amount these say that it is given.
GIVE_WORDS = frozenset(
    (
        "siap bersedia sanggup menyumbang menghibahkan mendonasikan memberikan menyerahkan menyalurkan mengalokasikan "
        "menganggarkan menawarkan menyediakan meminjamkan membantu mengirim hibah sumbangan donasi bantuan menanggung "
        "memasang menyisihkan menurunkan menugaskan disalurkan membagikan wakaf"
    ).split()
)

#: Words a number may begin with.
NUMBER_WORDS = frozenset(ONES) | frozenset(WHOLE) | frozenset(ROUGH)

#: Between the two ends of a range.
RANGE = frozenset({"-", "\u2013", "sampai", "hingga", "sd", "s", "atau"})

#: Beside "ribu", these make it money.
MONEY_WORDS = frozenset(
    (
        "dana biaya honor uang insentif gaji bayar operasional anggaran tagihan transport kas donasi iuran listrik "
        "sewa dibayar bulan sebulan token upah patungan infak terkumpul"
    ).split()
)

#: Words that may stand between a number and its thing: "3 paket buku".
DESCRIBING = frozenset("perangkat paket jenis tenaga bantuan tambahan calon pasang".split())

#: Beside days and hours, these make them somebody's work.
AT_WORK = frozenset(
    (
        "pelatihan bimtek workshop kursus tutor mengajar melatih pendampingan relawan pelatih mentor narasumber "
        "instruktur mendampingi piket jaga pengajar pustakawan"
    ).split()
)

#: Beside people, these make them visitors.
VISITORS = frozenset(
    ("pengunjung peserta datang hadir berkunjung mengikuti diikuti pembaca peminat anak warga ikut").split()
)

#: Beside people, these make them staff.
STAFF_HINTS = frozenset(
    (
        "butuh jaga sdm mengajar kekurangan mengurus honor karang personil merangkap kkn mengelola piket tim "
        "menugaskan anggota relawan"
    ).split()
)

#: Before "dapat", these make it a wish.
HOPING = frozenset("semoga berharap ingin harap mohon minta bisa butuh perlu".split())

#: A bare number before one of these counts the thing named before it: "printer 1 dan rak 2".
BEFORE_BREAK = frozenset(
    (", dan ) saja lagi untuk yang rusak itu mati ( sudah per / di juga dulu tapi baru bekas . ; ! ?").split()
)

#: Words that size a machine.
MACHINE_PARTS = frozenset("ram memori hardisk ssd flashdisk".split())
