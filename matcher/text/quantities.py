"""Owns the amounts in a text: how many of what, in which unit, needed, given or held."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matcher.vocabulary import Category

if TYPE_CHECKING:
    from matcher.text.normalise import Tokens

ONES = {
    word: value
    for value, word in enumerate("nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas".split())
} | {"se": 1, "sebuah": 1, "seorang": 1, "sepasang": 2, "selusin": 12, "seperangkat": 1, "setengah": 0.5, "separuh": 0.5}
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
        "unit": "komputer laptop tablet printer proyektor cpu monitor scanner keyboard mouse ups ram ssd hardisk harddisk webcam",
        "point": "modem router hotspot wifi starlink vsat internet indihome sambungan repeater voucher orbit simcard kartu",
        "copy": "buku bacaan majalah koran komik novel cergam ensiklopedia kamus e-book koleksi",
        "room": "ruangan ruang gedung bangunan saung gazebo kelas aula",
        "piece": "rak meja kursi karpet tikar lemari bangku kipas loker etalase teralis lampu ac tenda jendela pintu sofa",
        "person": (
            "relawan tutor pelatih narasumber pustakawan pendamping mentor instruktur pengajar mahasiswa tenaga petugas "
            "pengelola pengurus penjaga pendongeng dosen fasilitator admin operator guru staf kader pemuda"
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
    "tahun bulan minggu menit detik km kilometer meter m cm kg gram liter persen % derajat wib pukul rt rw desa kecamatan kali "
    "kelurahan kampung dusun kabupaten perpustakaan anak siswa pengunjung warga peserta pemustaka balita santri keluarga kk jiwa "
    "sekolah rumah titik-lokasi hektarnya watt va volt pohon ekor mobil motor ambulans lantai arah hp nomor provinsi ibu "
    "bapak lansia remaja pelajar pembaca tamu undangan murid kelompok lokasi tempat rumah-tangga universitas kampus halaman bar pk ruas va"
    .split()
)
#: Before a number these make it a date, a number of a rule, a phone, an address, a price.
NOT_BEFORE = frozenset(
    "tahun tanggal tgl jam pukul no nomor nomer rt rw pasal ayat uu pp perka permen perda perdes permendesa telp tlp telepon hp wa "
    "whatsapp kelas usia umur berusia berumur blok halaman hal bab km jalan jl jln gang juara peringkat ke jilid kode npp sk "
    "covid windows sd smp sma smk smpn sman sdn smkn hut sejak dari-tahun volume core ddr hubungi kontak ddc seri versi tingkat angkatan per permendes persen maret "
    "januari februari april mei juni juli agustus september oktober november desember".split()
)
MONTHS = frozenset(
    "januari februari maret april mei juni juli agustus september oktober november desember jan feb mar apr jun jul agt ags sep okt nov des".split()
)
EVERY = {"minggu": "week", "bulan": "month", "tahun": "year", "senin": "week", "selasa": "week", "rabu": "week",
         "kamis": "week", "jumat": "week", "sabtu": "week", "ahad": "week", "seminggu": "week", "sebulan": "month",
         "setahun": "year", "bulanan": "month", "tahunan": "year", "mingguan": "week"}  # fmt: skip
#: "300rb a month" in one word; needs no "per".
ALONE_EVERY = frozenset({"seminggu", "sebulan", "setahun"})
VALUE_WORDS = frozenset("senilai seharga harga harganya bernilai nilainya setara nilai".split())
HAVE_WORDS = frozenset(
    "hanya cuma baru tinggal punya ada sisa tersisa masih sekarang saja rusak mati hilang terpasang mendapat menerima "
    "dapat mendapatkan sudah dipinjam bertambah menjadi jadi mempunyai tersedia total jumlah bekas".split()
)
NEED_WORDS = frozenset(
    "butuh membutuhkan dibutuhkan perlu memerlukan diperlukan mohon minta meminta kekurangan kurang usul mengusulkan "
    "mengajukan minimal min kebutuhan berharap harap ingin tambahan tambah menambah lagi pengadaan target idealnya".split()
)
GIVE_WORDS = frozenset(
    "siap bersedia sanggup menyumbang menghibahkan mendonasikan memberikan menyerahkan menyalurkan mengalokasikan "
    "menganggarkan menawarkan menyediakan meminjamkan membantu mengirim hibah sumbangan donasi bantuan menanggung "
    "memasang menyisihkan menurunkan menugaskan disalurkan membagikan wakaf".split()
)
_NEAR = 4  #: tokens between a number and the noun it counts
_PHONE = 8  #: digits
_CLAUSE = frozenset(".;\n!?")


class Amount(NamedTuple):
    """One amount: *amount* of *unit* (a code of ``UNITS``), *role* need, give or have, *every* week, month, year or None."""

    category: Category
    amount: float
    unit: str
    role: str
    every: str | None
    high: float  #: upper end of a range; the amount itself where there is none
    rough: bool  #: "about", "dozens"
    first: int  #: index of the first token
    last: int

    def as_json(self) -> dict[str, object]:
        """The amount as plain values; "every" only where it recurs."""
        amount = int(self.amount) if self.amount == int(self.amount) else round(self.amount, 2)
        plain: dict[str, object] = {
            "category": str(self.category),
            "amount": amount,
            "unit": self.unit,
            "role": self.role,
        }
        return plain | ({"every": self.every} if self.every else {})


class _Number(NamedTuple):
    low: float
    high: float
    first: int
    last: int
    money: bool
    rough: bool


def amounts(text: Tokens, kind: str) -> list[Amount]:
    """Every amount in *text*; *kind* (challenge, offer, success) settles the role where no word does."""
    found: list[Amount] = []
    words = text.words
    at = 0
    while at < len(words):
        word = words[at]
        if not (word[0].isdigit() or word in _NUMBER_WORDS):
            at += 1
            continue
        number = _number(text, at)
        if number is None:
            at += 1
            continue
        amount = _amount(text, number, kind)
        if amount is not None:
            found.append(amount)
        at = (amount.last if amount is not None else number.last) + 1
    return _without_restatement(found)


_NUMBER_WORDS = frozenset(ONES) | frozenset(WHOLE) | frozenset(ROUGH)
_RANGE = frozenset({"-", "\u2013", "sampai", "hingga", "sd", "s", "atau"})


def digits(piece: str) -> float | None:
    """The number a piece of digits and marks writes, Indonesian first: 1.500.000 and 2,5; also 1.5 and 1,500,000."""
    if ":" in piece:
        return None
    parts = piece.replace(",", ".").split(".")
    if any(len(part) > 12 for part in parts):  # noqa: PLR2004 - longer than any amount
        return None
    if len(parts) == 1:
        return float(parts[0])
    if all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3 and parts[0] != "0":  # noqa: PLR2004
        return float("".join(parts))
    if len(parts) == 2:  # noqa: PLR2004 - one mark: a decimal one
        return float(".".join(parts))
    if "," in piece and len(parts[-1]) <= 2:  # noqa: PLR2004 - 1.500.000,00
        return float("".join(parts[:-1]) + "." + parts[-1])
    return None


def _number(text: Tokens, at: int) -> _Number | None:
    single = _one(text, at)
    if single is None:
        return None
    low, last, money = single
    words = text.words
    rough = words[at] in ROUGH
    high = low
    after = last + 1
    if after + 1 < len(words) and words[after] in _RANGE:
        step = after + (3 if words[after] == "s" and words[after + 1 : after + 2] == ["/"] else 1)
        step += step < len(words) and words[step] in {"rp", "."}
        second = _one(text, step) if step < len(words) else None
        if second is not None and second[0] > low:
            scale = second[0] if low >= 1000 or not second[2] else 0  # noqa: PLR2004
            low = low if scale or low * 1000 <= 0 else low * _scale_of(words[second[1]])
            high, last, money = second[0], second[1], money or second[2]
    if last + 1 < len(words) and words[last + 1 : last + 3] in (["-", "an"], ["an"]) or words[last + 1 : last + 2] == ["an"]:
        last, rough = last + (2 if words[last + 1] == "-" else 1), True
    if last + 3 < len(words) and words[last + 1] == "(" and words[last + 3] == ")" and words[last + 2][0].isdigit():
        last += 3
    return _Number(low, max(high, low), at, last, money, rough)


def _scale_of(word: str) -> float:
    return SCALE.get(word, 1.0)


def _one(text: Tokens, at: int) -> tuple[float, int, bool] | None:
    """One plain number from token *at*: value, last token, whether its scale is one of money."""
    word = text.words[at]
    if word[0].isdigit():
        value = digits(word)
        if value is None:
            return None
        return _scaled(text, at, value)
    if word in ROUGH:
        value, last, _ = _scaled(text, at, ROUGH[word])
        return value, last, text.words[last] in MONEY_SCALE
    if word not in ONES and word not in WHOLE:
        return None
    return _spelled(text, at)


def _scaled(text: Tokens, at: int, value: float) -> tuple[float, int, bool]:
    words, last, money = text.words, at, False
    while last + 1 < len(words) and words[last + 1] in SCALE:
        word = words[last + 1]
        if word == "m" and (value != int(value) or not _money_before(text, at)):
            break  # metres, unless money was said
        value *= SCALE[word]
        money = money or word in MONEY_SCALE
        last += 1
    return value, last, money


def _money_before(text: Tokens, at: int) -> bool:
    return "rp" in text.words[max(0, at - 2) : at]


def _spelled(text: Tokens, at: int) -> tuple[float, int, bool] | None:
    """A number in words: dua puluh lima, seratus lima puluh ribu, setengah juta."""
    words, total, part, last, money = text.words, 0.0, 0.0, at, False
    place = at
    while place < len(words):
        word = words[place]
        if word in WHOLE:
            total, part = (total + WHOLE[word], part) if WHOLE[word] >= 1000 else (total, part + WHOLE[word])  # noqa: PLR2004
        elif word in ONES and (part == 0 or part >= 10):  # noqa: PLR2004 - "dua dua" is two numbers
            part += ONES[word]
        elif word == "belas" and part:
            part += 10
        elif word in SCALE and word not in {"k", "m"} and part:
            if SCALE[word] >= 1000:  # noqa: PLR2004
                total, part = total + part * SCALE[word], 0.0
            else:
                part = part // 10 * 10 + part % 10 * SCALE[word] if part % 10 else part * SCALE[word]
        else:
            break
        money = money or word in MONEY_SCALE
        last, place = place, place + 1
    value = total + part
    return (value, last, money) if value else None


def _amount(text: Tokens, number: _Number, kind: str) -> Amount | None:
    if _is_something_else(text, number):
        return None
    found = _area(text, number) or _money(text, number)
    if found is None and not (number.money and not _thing_after(text.words, number.last)):
        found = _counted(text, number)
    if found is None:
        return None
    unit, low, high, last = found
    category = UNIT_CATEGORY[unit]
    every, last = _every(text, last)
    role = _role(text, number.first, last, kind)
    return Amount(category, low, unit, role, every, high, number.rough, number.first, last)


def _is_something_else(text: Tokens, number: _Number) -> bool:
    words, first, last = text.words, number.first, number.last
    before = words[first - 1] if first else ""
    if before == "." and first > 1:
        before = words[first - 2] if words[first - 2] in NOT_BEFORE else before
    after = words[last + 1] if last + 1 < len(words) else ""
    piece = words[first]
    if piece[0].isdigit() and _long_or_dated(words, first, last, piece, before, after):
        return True
    if before in NOT_BEFORE and not number.money:
        return True
    if after in MONTHS:
        return True
    return after in NOT_AMOUNTS and not (after in {"meter", "m"} and words[last + 2 : last + 3] == ["persegi"]) and not (
        number.money or before in {"rp"} or _dimension(words, first)
    )


def _long_or_dated(words: list[str], first: int, last: int, piece: str, before: str, after: str) -> bool:
    plain = piece.replace(".", "").replace(",", "")
    if ":" in piece or (len(plain) >= _PHONE and piece == plain and before != "rp") or (piece[0] == "0" and len(plain) > 1 and "," not in piece):
        return True
    if after == "/" and last + 2 < len(words) and words[last + 2][0].isdigit():
        return True  # 25/3, RT 02/05, 25-26/3
    if before == "/" and first > 1 and words[first - 2][0].isdigit():
        return True
    return len(plain) == 4 and piece == plain and 1945 <= int(plain) <= 2045 and after not in THINGS and after not in UNIT_WORDS and after not in COUNTERS and before != "rp"  # noqa: PLR2004 - a year


def _dimension(words: list[str], first: int) -> bool:
    return words[first + 1 : first + 2] == ["x"]


Found = tuple[str, float, float, int]


def _area(text: Tokens, number: _Number) -> Found | None:
    words, last = text.words, number.last
    after = words[last + 1 : last + 4]
    if after[:1] == ["x"] and len(after) > 1 and after[1][0].isdigit():
        other = digits(after[1])
        if other is None:
            return None
        size = number.low * other
        last += 2
        while last + 1 < len(words) and words[last + 1] in {"m", "m2", "meter", "persegi"}:
            last += 1
        return "m2", size, size, last
    if after[:1] == ["m2"]:
        return "m2", number.low, number.high, last + 1
    if after[:2] in (["meter", "persegi"], ["m", "persegi"], ["m", "2"]):
        return "m2", number.low, number.high, last + 2
    if after[:1] == ["are"] or after[:1] == ["hektar"]:
        factor = 100.0 if after[0] == "are" else 10_000.0
        return "m2", number.low * factor, number.high * factor, last + 1
    return None


def _money(text: Tokens, number: _Number) -> Found | None:
    words, first, last = text.words, number.first, number.last
    before = [word for word in words[max(0, first - 3) : first] if word != "."]
    said = before[-1:] == ["rp"] or words[last + 1 : last + 2] == ["rp"]
    thousands = words[last] == "ribu" and not _thing_after(words, last)
    if thousands and not said:
        thousands = _speaks_of_money(words, first) or _noun_before(words, first) is None
    if not (said or number.money or thousands):
        return None
    if number.money and not said and _thing_after(words, last):
        return None
    if VALUE_WORDS & set(words[max(0, first - 4) : first]):
        return None  # the value of goods is no money
    last += words[last + 1 : last + 2] == ["rp"]
    while words[last + 1 : last + 2] in ([","], ["-"]) and words[last + 1 : last + 3] in ([",", "-"], ["-"]):
        last += 2 if words[last + 1] == "," else 1
    return "rp", number.low, number.high, last


_MONEY_WORDS = frozenset("dana biaya honor uang insentif gaji bayar operasional anggaran tagihan transport kas donasi iuran listrik sewa dibayar bulan sebulan token upah patungan infak terkumpul".split())


def _speaks_of_money(words: list[str], first: int) -> bool:
    return bool(_MONEY_WORDS & set(words[max(0, first - 6) : first + 6]))


def _thing_after(words: list[str], last: int) -> bool:
    following = words[last + 1 : last + 2]
    return bool(following) and (following[0] in THINGS or following[0] in UNIT_WORDS or following[0] in COUNTERS or following[0] in NOT_AMOUNTS - {"tahun", "bulan", "minggu"})


def _counted(text: Tokens, number: _Number) -> Found | None:
    words, last = text.words, number.last
    after = words[last + 1] if last + 1 < len(words) else ""
    low, high = number.low, number.high
    if after in UNIT_WORDS:
        if after == "gb" and {"ram", "memori", "hardisk", "ssd"} & set(words[max(0, number.first - 5) : last + 4]):
            return None  # the size of a machine, not a data package
        return UNIT_WORDS[after], low, high, last + 1
    if after in TIMES:
        return _time(text, number, TIMES[after])
    if after == "orang":
        return _people(text, number)
    if after in THINGS:
        return THINGS[after], low, high, last + 1
    if after in COUNTERS:
        unit = _noun_after(words, last + 2) or _noun_before(words, number.first) or _spoken_of(words, number.first, after)
        return (unit, low, high, last + 1) if unit else None
    if after in _CLAUSE or after in {"", ",", "dan", ")", "saja", "lagi", "untuk", "yang", "rusak", "itu", "mati", "(", "sudah", "per", "/", "di", "juga", "dulu", "tapi", "yg", "baru", "bekas"}:
        unit = _noun_before(words, number.first)
        return (unit, low, high, last) if unit else None
    if words[last + 2 : last + 3] and words[last + 2] in THINGS and after.isalpha() and after in _ADJECTIVES:
        return THINGS[words[last + 2]], low, high, last + 2
    return None


_ADJECTIVES = frozenset("perangkat paket jenis tenaga bantuan tambahan calon pasang".split())


def _time(text: Tokens, number: _Number, unit: str) -> Found | None:
    """Days and hours count only as somebody's time: a training, a tutor's day a week."""
    words = text.words
    around = set(words[max(0, number.first - 6) : number.last + 6])
    at_work = around & _PEOPLE_AT_WORK or any(THINGS.get(word) == "person" for word in around)
    if not at_work or words[max(0, number.first - 1) : number.first] in (["selama"], ["sejak"], ["pukul"]):
        return None
    return unit, number.low, number.high, number.last + 1


_PEOPLE_AT_WORK = frozenset(
    "pelatihan bimtek workshop kursus tutor mengajar melatih pendampingan relawan pelatih mentor narasumber instruktur mendampingi piket jaga pengajar pustakawan".split()
)
_VISITORS = frozenset("pengunjung peserta datang hadir berkunjung mengikuti diikuti pembaca peminat anak warga ikut".split())


def _people(text: Tokens, number: _Number) -> Found | None:
    words, last = text.words, number.last + 1
    around = words[max(0, number.first - 5) : last + 5]
    if _VISITORS & set(around[-6:]) and not any(THINGS.get(word) == "person" for word in words[last + 1 : last + 3]):
        return None
    if any(word in _VISITORS for word in words[max(0, number.first - 4) : number.first]):
        return None
    if any(THINGS.get(word) == "person" or word in _STAFF_HINTS for word in around):
        return "person", number.low, number.high, last
    return None


_STAFF_HINTS = frozenset("butuh jaga sdm mengajar kekurangan mengurus honor karang personil merangkap kkn mengelola piket tim menugaskan anggota relawan".split())


def _noun_after(words: list[str], start: int) -> str | None:
    for word in words[start : start + 2]:
        if word in THINGS:
            return THINGS[word]
        if word in _CLAUSE or word in {",", "dan", "untuk", "sama", "dengan", "serta"}:
            return None
    return None


def _noun_before(words: list[str], first: int) -> str | None:
    """The thing counted by a number that follows it: "komputer kami cuma 2", "buku 500"."""
    for distance, word in enumerate(reversed(words[max(0, first - _NEAR) : first])):
        if word in _CLAUSE or (word[0].isdigit() and distance):
            return None
        if word in THINGS:
            return THINGS[word]
    return None


def _spoken_of(words: list[str], first: int, counter: str) -> str | None:
    """For a bare "unit": the computers the text spoke of before."""
    if counter in {"unit", "set", "perangkat"} and any(THINGS.get(word) == "unit" for word in words[:first][-15:]):
        return "unit"
    return None


def _every(text: Tokens, last: int) -> tuple[str | None, int]:
    """The period of a recurring amount right after it: per bulan, /bln, sebulan, setiap Sabtu."""
    words = text.words
    for at in range(last + 1, min(last + 4, len(words))):
        word = words[at]
        if word in ALONE_EVERY:
            return EVERY[word], at
        if word in {"per", "/", "setiap", "tiap", "saban"} and words[at + 1 : at + 2] and words[at + 1] in EVERY:
            return EVERY[words[at + 1]], at + 1
        if word in _CLAUSE or word == ",":
            return None, last
    return None, last


def _role(text: Tokens, first: int, last: int, kind: str) -> str:
    """Whose amount it is: the nearest word before it decides, then the kind of the text."""
    words = text.words
    start = first
    while start > 0 and first - start < 7 and words[start - 1] not in _CLAUSE:  # noqa: PLR2004
        start -= 1
        word = words[start]
        if word in {"belum", "tidak"}:
            continue
        if word in NEED_WORDS and kind != "offer":
            return "have" if kind == "success" else "need"
        if word in GIVE_WORDS and kind == "offer":
            return "give"
        if word in HAVE_WORDS:
            return _held(words, start, first, kind)
    following = words[last + 1 : last + 4]
    if kind == "challenge" and set(following) & {"rusak", "mati", "hilang", "itu"}:
        return "have"
    return {"offer": "give", "success": "have"}.get(kind, "need")


def _held(words: list[str], at: int, first: int, kind: str) -> str:
    if kind == "offer":
        return "give"
    if kind == "challenge" and words[at] in {"dapat", "mendapat", "menerima", "mendapatkan", "ada", "lagi"} and _NEED_BEFORE & set(words[max(0, at - 4) : at]):
        return "need"
    return "have"


_NEED_BEFORE = frozenset("semoga berharap ingin harap mohon minta bisa butuh perlu".split())


def _without_restatement(found: list[Amount]) -> list[Amount]:
    """The same amount said twice counts once."""
    kept: dict[tuple[object, ...], Amount] = {}
    for amount in found:
        kept.setdefault((amount.category, amount.amount, amount.unit, amount.role), amount)
    return list(kept.values())
