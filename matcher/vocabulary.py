"""Every closed list the product speaks of: a row is a code with its words in both languages.

Adding a member is one edit, here.  Nothing in this file knows a database or a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, Self, TypeVar


class Words(NamedTuple):
    """What a person reads, in Indonesian and in English; may hold ``{placeholders}``."""

    id: str
    en: str

    def say(self, lang: str, **values: Any) -> str:
        """Fill the sentence of *lang* (``"id"`` or ``"en"``) with *values*."""
        sentence = self.en if lang == "en" else self.id
        return sentence.format(**values) if values else sentence


class Term(StrEnum):
    """A stored code with the words a person reads."""

    words: Words

    def __new__(cls, code: str, indonesian: str = "", english: str = "") -> Self:
        """A member is its code; its words and what else its row says hang on it."""
        term = str.__new__(cls, code)
        term._value_ = code
        term.words = Words(indonesian, english)
        return term


# --- who -------------------------------------------------------------------------------------------------------------


class PartyKind(Term):
    """Which side of the table a party sits on."""

    LIBRARY = "library", "Perpustakaan", "Library"
    STAKEHOLDER = "stakeholder", "Mitra", "Partner"


class Sector(Term):
    """Where a giver comes from."""

    GOVERNMENT = "government", "Birokrasi", "Government office"
    ACADEMIA = "academia", "Akademisi", "Academia"
    BUMN = "bumn", "BUMN/BUMD", "State or regional company"
    PRIVATE = "private", "Swasta", "Private company"
    COMMUNITY = "community", "Pemuda & komunitas", "Youth and community"
    VOLUNTEER = "volunteer", "Relawan TIK", "ICT volunteers"
    FOUNDATION = "foundation", "Yayasan", "Foundation"
    MEDIA = "media", "Media", "Media"


class Verification(Term):
    """Whether the office has looked at a party."""

    UNVERIFIED = "unverified", "belum diverifikasi", "not verified yet"
    VERIFIED = "verified", "terverifikasi", "verified"


class Provenance(Term):
    """How a seeded row came about; rows of a real office carry none."""

    QUOTED = "quoted", "dari artikel", "from the article"
    DERIVED = "derived", "diturunkan dari artikel", "derived from the article"
    INVENTED = "invented", "ilustrasi", "illustrative"


class Source(Term):
    """Through which door a row came in."""

    WEB = "web", "halaman web", "web page"
    WHATSAPP = "whatsapp", "WhatsApp", "WhatsApp"
    EXCEL = "excel", "Excel", "Excel"
    MEETING = "meeting", "pertemuan", "meeting"


# --- what ------------------------------------------------------------------------------------------------------------


class Category(Term):
    """What a library lacks: the six challenges of the meeting, and a seventh no machine matches."""

    COMPUTERS = "computers", "Komputer", "Computers"
    INTERNET = "internet", "Internet", "Internet"
    BOOKS = "books", "Koleksi buku", "Books"
    SPACE = "space", "Ruang & perabot", "Space and furniture"
    FUNDS = "funds", "Dana operasional", "Operating funds"
    STAFF = "staff", "Tenaga pengelola", "Capable staff"
    OTHER = "other", "Lainnya", "Other"


#: The six categories a machine matches.
MATCHED = tuple(category for category in Category if category is not Category.OTHER)


class Mode(Term):
    """In which form help comes."""

    GOODS = "goods", "Barang", "Goods"
    SERVICE = "service", "Layanan", "Service"
    MONEY = "money", "Uang", "Money"
    PLACE = "place", "Tempat", "Place"
    PEOPLE = "people", "Orang", "People"
    EXPERIENCE = "experience", "Pengalaman", "Experience"


@dataclass(frozen=True, slots=True)
class Unit:
    """One way to count a category; units of one *group* convert by *factor* (1 of this = factor of the base)."""

    code: str
    category: Category
    group: str
    factor: float
    words: Words
    whole: bool = True  #: no halves (computers yes, days no)
    step: Decimal = Decimal(1)  #: what a share is a multiple of, where its numbers allow it (a quarter of a day)


UNITS: dict[str, Unit] = {
    unit.code: unit
    for unit in (
        Unit("unit", Category.COMPUTERS, "unit", 1, Words("unit", "units")),
        Unit("mbps", Category.INTERNET, "mbps", 1, Words("Mbps", "Mbps"), whole=False),
        Unit("gb", Category.INTERNET, "gb", 1, Words("GB", "GB"), whole=False),
        Unit("point", Category.INTERNET, "point", 1, Words("sambungan", "connections")),
        Unit("copy", Category.BOOKS, "copy", 1, Words("eksemplar", "copies")),
        Unit("title", Category.BOOKS, "title", 1, Words("judul", "titles")),
        Unit("m2", Category.SPACE, "m2", 1, Words("m²", "m²"), whole=False),
        Unit("room", Category.SPACE, "room", 1, Words("ruang", "rooms")),
        Unit("piece", Category.SPACE, "piece", 1, Words("buah", "pieces")),
        Unit("rp", Category.FUNDS, "rp", 1, Words("rupiah", "rupiah"), step=Decimal(10_000)),
        Unit("person", Category.STAFF, "person", 1, Words("orang", "people")),
        Unit("day", Category.STAFF, "day", 1, Words("hari", "days"), whole=False, step=Decimal("0.25")),
        Unit("hour", Category.STAFF, "day", 1 / 8, Words("jam", "hours"), whole=False),
        Unit("session", Category.STAFF, "session", 1, Words("pelatihan", "training sessions")),
        Unit("thing", Category.OTHER, "thing", 1, Words("buah", "pieces")),
    )
}

#: The unit a category is counted in when nobody says.
DEFAULT_UNIT: dict[Category, str] = {
    Category.COMPUTERS: "unit",
    Category.INTERNET: "point",
    Category.BOOKS: "copy",
    Category.SPACE: "room",
    Category.FUNDS: "rp",
    Category.STAFF: "person",
    Category.OTHER: "thing",
}


def one_of(plural: str) -> str:
    """The English word for one of what a unit counts: ``people`` → ``person``."""
    if plural == "people":
        return "person"
    if plural.endswith("ies"):
        return plural[:-3] + "y"
    return plural.removesuffix("s") if plural.islower() else plural


def convert(amount: float, unit: str, to: str) -> float | None:
    """Turn *amount* of *unit* into *to*; None where the two do not convert (copies and titles do not)."""
    ours, theirs = UNITS[unit], UNITS[to]
    if (ours.category, ours.group) != (theirs.category, theirs.group):
        return None
    return amount * ours.factor / theirs.factor


class Every(Term):
    """How often a recurring quantity is given."""

    WEEK = "week", "per minggu", "per week"
    MONTH = "month", "per bulan", "per month"
    YEAR = "year", "per tahun", "per year"


class Urgency(Term):
    """By when a library needs help."""

    MONTH = "month", "bulan ini", "this month"
    QUARTER = "quarter", "3 bulan", "within 3 months"
    YEAR = "year", "tahun ini", "this year"


class Strategy(Term):
    """The three strategies of village-library development under which successes are told."""

    INVOLVEMENT = "involvement", "Pelibatan masyarakat", "Community involvement"
    ICT = "ict", "Layanan komputer & internet", "Computer and internet service"
    ADVOCACY = "advocacy", "Advokasi", "Advocacy"


class FactKind(Term):
    """How the value of a fact is to be read."""

    YES_NO = "yes_no", "ya/tidak", "yes or no"
    NUMBER = "number", "angka", "number"


class FactCode(Term):
    """What can be known of a library's readiness."""

    kind: FactKind

    def __new__(cls, code: str, indonesian: str = "", english: str = "", kind: str = "yes_no") -> Self:
        """A member is its code; its words and what else its row says hang on it."""
        term = str.__new__(cls, code)
        term._value_ = code
        term.words = Words(indonesian, english)
        term.kind = FactKind(kind)
        return term

    ELECTRICITY = "electricity", "daya listrik cukup", "enough electricity"
    INTERNET = "internet", "internet", "internet"
    ROOM = "room", "ruang sendiri", "a room of its own"
    SK = "sk", "SK pengelola", "decree naming the keepers"
    HEAD_LETTER = "head_letter", "surat kepala desa", "letter of the village head"
    RACK = "rack", "rak buku", "book racks"
    LEGAL_ENTITY = "legal_entity", "badan hukum", "legal entity"
    OPEN_PUBLIC = "open_public", "terbuka untuk umum", "open to the public"
    COMPUTERS = "computers", "komputer yang baik", "working computers", "number"
    TITLES = "titles", "judul buku", "book titles", "number"
    STAFF = "staff", "pengelola", "keepers", "number"
    OPEN_HOURS = "open_hours", "jam buka per minggu", "opening hours a week", "number"
    VISITORS = "visitors", "pengunjung per bulan", "visitors a month", "number"


class Operator(Term):
    """How a condition compares a fact with its value."""

    AT_LEAST = ">=", "paling sedikit", "at least"
    AT_MOST = "<=", "paling banyak", "at most"


# --- states ----------------------------------------------------------------------------------------------------------


class ReportState(Term):
    """Where a challenge or an offer stands; a person decides it."""

    DRAFT = "draft", "perlu diperbaiki", "draft"
    SUBMITTED = "submitted", "menunggu diperiksa", "waiting to be checked"
    OPEN = "open", "terbuka", "open"
    PAUSED = "paused", "ditunda", "paused"
    CLOSED = "closed", "ditutup", "closed"
    REFUSED = "refused", "tidak diterima", "refused"


class MatchState(Term):
    """Where a line between a challenge and an offer stands."""

    PROPOSED = "proposed", "diusulkan", "proposed"
    AGREED = "agreed", "disepakati", "agreed"
    DONE = "done", "selesai", "done"
    DECLINED = "declined", "ditolak", "declined"
    CANCELLED = "cancelled", "dibatalkan", "cancelled"


class AgreementState(Term):
    """Where a paper stands."""

    DRAFT = "draft", "rancangan", "draft"
    IN_FORCE = "in_force", "berlaku", "in force"
    ENDED = "ended", "berakhir", "ended"


class EventState(Term):
    """Where a meeting day stands."""

    PLANNED = "planned", "direncanakan", "planned"
    RUNNING = "running", "berlangsung", "running"
    DONE = "done", "selesai", "done"


class Move(Term):
    """What a person does to a state."""

    SUBMIT = "submit", "Kirim", "Submit"
    OPEN = "open", "Buka", "Open"
    ASK_CORRECTION = "ask_correction", "Minta perbaikan", "Ask for a correction"
    REFUSE = "refuse", "Tidak diterima", "Refuse"
    PAUSE = "pause", "Tunda", "Pause"
    RESUME = "resume", "Lanjutkan", "Resume"
    CLOSE = "close", "Tutup", "Close"
    REOPEN = "reopen", "Buka lagi", "Reopen"
    PROPOSE = "propose", "Usulkan", "Propose"
    DECLINE = "decline", "Tolak", "Decline"
    AGREE = "agree", "Sepakati", "Agree"
    FINISH = "finish", "Selesai", "Finish"
    CANCEL = "cancel", "Batalkan", "Cancel"
    WITHDRAW = "withdraw", "Urungkan", "Undo"
    SIGN = "sign", "Tanda tangani", "Sign"
    END = "end", "Akhiri", "End"
    START = "start", "Mulai", "Start"
    RECORD = "record", "Catat", "Record"
    TAKE_BACK = "take_back", "Tarik kembali", "Take back"


class Subject(Term):
    """The kinds of rows the log and the transitions speak of."""

    OFFICE = "office", "Dinas", "Office"
    PARTY = "party", "Pihak", "Party"
    FACT = "fact", "Kesiapan", "Readiness"
    CHALLENGE = "challenge", "Kebutuhan", "Need"
    OFFER = "offer", "Tawaran", "Offer"
    MATCH = "match", "Usulan/Janji", "Line"
    AGREEMENT = "agreement", "Kesepakatan", "Agreement"
    PROOF = "proof", "Bukti", "Proof"
    EVENT = "event", "Kegiatan", "Event"
    RULE = "rule", "Aturan pemberi", "Giver's rule"
    ACCOUNT = "account", "Akun", "Account"
    WEIGHTS = "weights", "Bobot", "Weights"
    PAPER = "paper", "Naskah", "Paper"
    SNOOZE = "snooze", "Lewati", "Snooze"
    MESSAGE = "message", "Pesan", "Message"
    ATTENDANCE = "attendance", "Kehadiran", "Attendance"
    IMPORT = "import", "Impor", "Import"
    PLAN = "plan", "Rencana pembagian", "Plan"
    PIN = "pin", "Kunci rencana", "Pin"
    TIMETABLE = "timetable", "Rencana kegiatan", "Timetable"
    TALK_PIN = "talk_pin", "Kunci rencana", "Pin of a timetable"


class Transition(NamedTuple):
    """From one of *sources* (None: the row is new) by *move* to *target*; *reason* says whether one is required."""

    subject: Subject
    move: Move
    sources: tuple[Term | None, ...]
    target: Term | None  #: None: the row goes back to what it was before the log row that is undone
    reason: bool = False


def _reports(subject: Subject) -> tuple[Transition, ...]:
    r = ReportState
    return (
        Transition(subject, Move.RECORD, (None,), r.DRAFT),
        Transition(subject, Move.SUBMIT, (None, r.DRAFT), r.SUBMITTED),
        Transition(subject, Move.OPEN, (None, r.SUBMITTED), r.OPEN),
        Transition(subject, Move.ASK_CORRECTION, (r.SUBMITTED, r.OPEN), r.DRAFT, reason=True),
        Transition(subject, Move.REFUSE, (r.SUBMITTED,), r.REFUSED, reason=True),
        Transition(subject, Move.PAUSE, (r.OPEN,), r.PAUSED),
        Transition(subject, Move.RESUME, (r.PAUSED,), r.OPEN),
        Transition(subject, Move.CLOSE, (r.OPEN, r.PAUSED), r.CLOSED, reason=True),
        Transition(subject, Move.REOPEN, (r.CLOSED,), r.OPEN),
    )


#: Every change of a stored state there is.
TRANSITIONS: tuple[Transition, ...] = (
    *_reports(Subject.CHALLENGE),
    *_reports(Subject.OFFER),
    Transition(Subject.MATCH, Move.PROPOSE, (None,), MatchState.PROPOSED),
    Transition(Subject.MATCH, Move.DECLINE, (None, MatchState.PROPOSED), MatchState.DECLINED, reason=True),
    Transition(Subject.MATCH, Move.AGREE, (MatchState.PROPOSED,), MatchState.AGREED),
    Transition(Subject.MATCH, Move.FINISH, (MatchState.AGREED,), MatchState.DONE),
    Transition(Subject.MATCH, Move.CANCEL, (MatchState.PROPOSED, MatchState.AGREED), MatchState.CANCELLED, reason=True),
    Transition(Subject.MATCH, Move.WITHDRAW, (MatchState.PROPOSED, MatchState.DECLINED), MatchState.CANCELLED),
    Transition(Subject.MATCH, Move.RECORD, (None,), MatchState.DONE),
    Transition(Subject.MATCH, Move.TAKE_BACK, (MatchState.DONE,), MatchState.CANCELLED, reason=True),
    Transition(Subject.AGREEMENT, Move.RECORD, (None,), AgreementState.DRAFT),
    Transition(Subject.AGREEMENT, Move.SIGN, (AgreementState.DRAFT,), AgreementState.IN_FORCE),
    Transition(Subject.AGREEMENT, Move.END, (AgreementState.IN_FORCE,), AgreementState.ENDED, reason=True),
    Transition(Subject.EVENT, Move.RECORD, (None,), EventState.PLANNED),
    Transition(Subject.EVENT, Move.START, (EventState.PLANNED,), EventState.RUNNING),
    Transition(Subject.EVENT, Move.FINISH, (EventState.PLANNED, EventState.RUNNING), EventState.DONE),
)


def transition(subject: Subject, move: Move, source: Term | None) -> Transition | None:
    """The row of TRANSITIONS that lets *move* leave *source*, or None where there is none."""
    for row in TRANSITIONS:
        if row.subject is subject and row.move is move and source in row.sources:
            return row
    return None


# --- reasons ---------------------------------------------------------------------------------------------------------


class Teaches(Term):
    """What a refusal reason is good for."""

    LESSON = "lesson", "pelajaran untuk urutan", "a lesson for the ranking"
    DATA = "data", "memperbaiki data", "repairs data"
    RULE = "rule", "aturan pemberi", "a giver's rule"
    NOTHING = "nothing", "dibaca bulanan", "read monthly"


class Refusal(Term):
    """The ten reasons why a pair is refused; *key* is the digit on the desk."""

    key: str
    teaches: Teaches

    def __new__(
        cls, code: str, indonesian: str = "", english: str = "", key: str = "", teaches: str = "nothing"
    ) -> Self:
        """A member is its code; its words and what else its row says hang on it."""
        term = str.__new__(cls, code)
        term._value_ = code
        term.words = Words(indonesian, english)
        term.key = key
        term.teaches = Teaches(teaches)
        return term

    WRONG_KIND = "wrong_kind", "bukan yang dibutuhkan", "not the thing needed", "1", "lesson"
    WRONG_QUANTITY = "wrong_quantity", "jumlahnya tidak pas", "too little or too much", "2", "lesson"
    TOO_FAR = "too_far", "terlalu jauh", "too far", "3", "lesson"
    RECIPIENT_NOT_READY = "recipient_not_ready", "penerima belum siap", "the library is not ready", "4", "data"
    ALREADY_MET = "already_met", "sudah terpenuhi", "met elsewhere", "5", "data"
    GIVER_NOT_NOW = "giver_not_now", "pemberi belum bisa saat ini", "the giver cannot now", "6", "data"
    GIVER_POLICY = "giver_policy", "aturan pemberi", "the giver's rules", "7", "rule"
    MORE_URGENT_ELSEWHERE = "more_urgent_elsewhere", "ada yang lebih mendesak", "more urgent elsewhere", "8", "lesson"
    WRONG_OR_DUPLICATE = "wrong_or_duplicate", "data salah atau ganda", "wrong or duplicate data", "9", "data"
    OTHER = "other", "lainnya", "other", "0", "nothing"


class CancelReason(Term):
    """Why a line ended before it was done."""

    OFFER_WITHDRAWN = "offer_withdrawn", "tawaran ditarik", "the offer was withdrawn"
    OFFER_PAUSED = "offer_paused", "tawaran ditunda", "the offer was paused"
    ALREADY_MET = "already_met", "sudah terpenuhi", "already met"
    GIVER_CANNOT = "giver_cannot", "pemberi tidak dapat melanjutkan", "the giver cannot go on"
    TAKER_CANNOT = "taker_cannot", "penerima tidak dapat melanjutkan", "the library cannot go on"
    RELEASED = "released", "sisa dilepas dinas", "the rest released by the office"
    UNDONE = "undone", "diurungkan", "undone"
    MISTAKEN = "mistaken", "salah catat", "recorded by mistake"


class CloseReason(Term):
    """Why a challenge or an offer was closed."""

    MET = "met", "terpenuhi", "met"
    WITHDRAWN = "withdrawn", "ditarik", "withdrawn"
    DUPLICATE = "duplicate", "ganda", "duplicate"
    MISTAKEN = "mistaken", "salah catat", "mistaken"


class EndReason(Term):
    """Why an agreement ended."""

    FULFILLED = "fulfilled", "terpenuhi", "fulfilled"
    DISSOLVED = "dissolved", "dibubarkan", "dissolved"


class ShortReason(Term):
    """Why a line is finished, or a proof differs, with less than was promised."""

    BROKEN = "broken", "ada yang rusak", "some broken"
    FEWER = "fewer", "dikirim lebih sedikit", "fewer were sent"
    CHANGED = "changed", "diganti barang lain", "replaced by something else"
    NOT_NEEDED = "not_needed", "tidak diperlukan lagi", "no longer needed"


class GapReason(Term):
    """Why a plan gives a challenge no more."""

    NO_OFFER = "no_offer", "belum ada tawaran yang cocok", "no offer fits yet"
    NOT_READY = (
        "not_ready",
        "bereskan dulu: {missing}; tawaran {offer} dari {giver} memintanya",
        "settle first: {missing}; offer {offer} of {giver} asks for it",
    )
    USED_UP = (
        "used_up",
        "{offer} dari {giver}, yang paling cocok, sudah habis dibagi ke {others} perpustakaan lain",
        "{offer} of {giver}, which fits best, is shared out among {others} other libraries",
    )
    PARTLY = (
        "partly",
        "yang cocok sudah habis dibagi",
        "what fits is shared out",
    )
    LEFT = (
        "left",
        "{offer} dari {giver} masih bersisa; usulkan lewat Meja cocok",
        "something of {offer} of {giver} is left; propose it on the matching desk",
    )
    BELOW_LEAST = (
        "below_least",
        "sisa {offer} dari {giver} kurang dari bagian terkecil yang diminta pemberi",
        "what is left of {offer} of {giver} is less than the smallest share the giver allows",
    )
    TOO_SMALL = (
        "too_small",
        "kebutuhannya lebih kecil dari bagian terkecil {offer} dari {giver}",
        "it needs less than the smallest share of {offer} of {giver}",
    )
    TOO_LITTLE = (
        "too_little",
        "{offer} dari {giver} tidak cukup untuk satu bagian pun",
        "{offer} of {giver} is not enough for a single part",
    )
    ALL_GIVEN = (
        "all_given",
        "tawaran sejenis sudah habis dijanjikan atau sedang diusulkan",
        "offers of this kind are promised away or being proposed",
    )
    BANNED = (
        "banned",
        "dinas menandai Jangan untuk {offer} dari {giver}",
        "the office ruled {offer} of {giver} out",
    )
    NO_OFFER_NUMBER = (
        "no_offer_number",
        "{offer} dari {giver} belum ada jumlahnya; tanyakan dulu",
        "{offer} of {giver} has no number yet; ask first",
    )
    OTHER_UNIT = (
        "other_unit",
        "{offer} dari {giver} dihitung dengan satuan lain; usulkan lewat Meja cocok",
        "{offer} of {giver} is counted in another unit; propose it on the matching desk",
    )
    NO_NUMBER = (
        "no_number",
        "jumlah kebutuhannya belum disebut; tanyakan dulu",
        "nobody said how much it needs; ask first",
    )


class PinTrouble(Term):
    """Why pins cannot all be kept; the first five are what a plan may break."""

    OVERDRAWN = (
        "overdrawn",
        "{offer} tinggal {left}, sedangkan yang dikunci {asked}",
        "{offer} has {left} left, while {asked} is kept",
    )
    TOO_MUCH = (
        "too_much",
        "{challenge} hanya kurang {left}, sedangkan yang dikunci {asked}",
        "{challenge} lacks only {left}, while {asked} is kept",
    )
    BELOW_LEAST = (
        "below_least",
        "yang dikunci {asked}, sedangkan bagian terkecil {offer} adalah {left}",
        "{asked} is kept, while the smallest share of {offer} is {left}",
    )
    ABOVE_MOST = (
        "above_most",
        "yang dikunci {asked}, sedangkan {challenge} dari {offer} paling banyak {left}",
        "{asked} is kept, while {challenge} can have at most {left} of {offer}",
    )
    CHALLENGE_CLOSED = (
        "challenge_closed",
        "kebutuhan {challenge} tidak terbuka lagi",
        "need {challenge} is not open now",
    )
    CHALLENGE_OVER = "challenge_over", "masa kebutuhan {challenge} sudah lewat", "need {challenge} is past its day"
    OFFER_CLOSED = "offer_closed", "tawaran {offer} sudah ditarik atau ditunda", "offer {offer} was withdrawn or paused"
    OFFER_OVER = "offer_over", "masa tawaran {offer} sudah lewat", "offer {offer} is past its day"
    NO_NUMBER = "no_number", "tawaran {offer} belum ada jumlahnya", "offer {offer} has no number yet"
    REFUSED = (
        "refused",
        "{challenge} dengan {offer} sudah ditolak dan belum ada yang berubah",
        "{challenge} with {offer} was refused and nothing has changed since",
    )
    SETTLED = (
        "settled",
        "{challenge} dengan {offer} sudah diusulkan, disepakati, ditolak, atau dilarang aturan pemberi",
        "{challenge} with {offer} is proposed, promised, refused, or against the giver's rules by now",
    )
    BANNED = (
        "banned",
        "{challenge} dengan {offer} ditandai Jangan",
        "{challenge} with {offer} is ruled out",
    )
    NEEDED_NO_MORE = (
        "needed_no_more",
        "{challenge} tidak kurang sebanyak itu lagi",
        "{challenge} does not lack so much any more",
    )
    TAKEN = (
        "taken",
        "{offer} tidak bersisa sebanyak itu lagi",
        "{offer} does not have so much left any more",
    )
    NO_PAIR = (
        "no_pair",
        "{challenge} dengan {offer} tidak memenuhi syarat lagi (habis, di luar wilayah, atau jenisnya lain)",
        "{challenge} with {offer} is no pair any more (used up, outside the area, or of another kind)",
    )


class RuleKind(Term):
    """What a giver's rule forbids."""

    NOT_LIBRARY = "not_library", "bukan perpustakaan ini", "not this library"
    NOT_DISTRICT = "not_district", "bukan kecamatan ini", "not this kecamatan"


class AgreementKind(Term):
    """Which paper groups the lines."""

    ORAL = "oral", "Kesepakatan lisan", "Oral agreement"
    COMMITMENT = "commitment", "Berita Acara Komitmen", "Commitment record"
    MOU = "mou", "Rancangan Kesepakatan Bersama", "Draft memorandum of understanding"
    PKS = "pks", "Rancangan Perjanjian Kerja Sama", "Draft cooperation agreement"
    GRANT = "grant", "Hibah", "Grant"


class ProofKind(Term):
    """What was observed of a line."""

    HANDOVER = "handover", "Serah terima", "Hand-over"
    CHECK = "check", "Cek pemakaian", "Use check"
    RETURN = "return", "Pengembalian", "Return"
    CORRECTION = "correction", "Koreksi", "Correction"
    VERIFICATION = "verification", "Verifikasi dinas", "Verified by the office"


class EventKind(Term):
    """What kind of day it is."""

    PEER = "peer", "PLM hari 1", "Peer learning day"
    STAKEHOLDER = "stakeholder", "Audiensi pemangku kepentingan", "Stakeholder audience"
    VISIT = "visit", "Kunjungan", "Visit"
    HANDOVER = "handover", "Serah terima", "Hand-over"


class Side(Term):
    """Whose consent a line carries."""

    OFFICE = "office", "Dinas", "Office"
    GIVER = "giver", "Pemberi", "Giver"
    TAKER = "taker", "Penerima", "Library"


class LineStatus(Term):
    """What arithmetic says of a line today; never stored."""

    WAITING = "waiting", "menunggu jawaban", "waiting for answers"
    ACCEPTED = "accepted", "diterima", "accepted"
    LAPSED = "lapsed", "lewat waktu", "lapsed"
    AWAITED = "awaited", "dijanjikan", "promised"
    PARTLY_DELIVERED = "partly_delivered", "tiba sebagian", "partly delivered"
    DELIVERED = "delivered", "tiba", "delivered"
    OVERDUE = "overdue", "terlambat", "overdue"
    AT_RISK = "at_risk", "berisiko", "at risk"
    PROVEN = "proven", "terbukti", "proven"
    ENDED = "ended", "berakhir", "ended"


class Band(Term):
    """How well a pair fits, in words; *floor* is the smallest score of the band."""

    floor: float

    def __new__(cls, code: str, indonesian: str = "", english: str = "", floor: float = 0.0) -> Self:
        """A member is its code; its words and what else its row says hang on it."""
        term = str.__new__(cls, code)
        term._value_ = code
        term.words = Words(indonesian, english)
        term.floor = floor
        return term

    STRONG = "strong", "sangat cocok", "strong fit", 75.0
    GOOD = "good", "cocok", "good fit", 55.0
    POSSIBLE = "possible", "mungkin", "possible", 0.0


class Certainty(Term):
    """How much of the weight is known, in words; *floor* is the smallest share."""

    floor: float

    def __new__(cls, code: str, indonesian: str = "", english: str = "", floor: float = 0.0) -> Self:
        """A member is its code; its words and what else its row says hang on it."""
        term = str.__new__(cls, code)
        term._value_ = code
        term.words = Words(indonesian, english)
        term.floor = floor
        return term

    SURE = "sure", "yakin", "sure", 0.9
    FAIR = "fair", "cukup yakin", "fairly sure", 0.7
    UNSURE = "unsure", "kurang yakin", "unsure", 0.0


Grade = TypeVar("Grade", Band, Certainty)


def graded(scale: type[Grade], value: float) -> Grade:
    """The first member of *scale* (best first) whose floor *value* reaches."""
    return next(member for member in scale if value >= member.floor)


class MessageKind(Term):
    """The texts the officer sends with his own WhatsApp; the words are the message, editable before sending."""

    TO_GIVER = (
        "to_giver",
        (
            "{name}, {taker} membutuhkan {what} dan cocok dengan tawaran {offer}. Usulan: {quantity}. "
            "Setuju, ubah, atau tidak? Mohon balas pesan ini. Kode {code}."
        ),
        (
            "{name}, {taker} needs {what}, which fits your offer {offer}. Proposed: {quantity}. Yes, "
            "change it, or no? Please answer this message. Code {code}."
        ),
    )
    TO_TAKER = (
        "to_taker",
        (
            "{name}, untuk {challenge} kami usulkan {quantity} dari {giver}. Bersedia "
            "menerima? Mohon balas pesan ini. Kode {code}."
        ),
        (
            "{name}, for {challenge} we propose {quantity} from {giver}. Would you "
            "accept? Please answer this message. Code {code}."
        ),
    )
    FIX_FIRST = (
        "fix_first",
        (
            "{name}, {challenge} hampir siap. Yang perlu dibereskan dulu: {fact}. "
            "Kabari kami bila sudah, tawaran terbuka kembali."
        ),
        (
            "{name}, {challenge} is nearly ready. To settle first: {fact}. Tell "
            "us once it is done and offers open again."
        ),
    )
    NOT_NOW = (
        "not_now",
        "{name}, untuk {challenge} tawaran {giver} belum bisa saat ini. Kami carikan yang lain.",
        "{name}, for {challenge} the offer of {giver} is not possible right now. We keep looking.",
    )
    CORRECTION = (
        "correction",
        "{name}, mohon lengkapi {code}: {note}",
        "{name}, please complete {code}: {note}",
    )
    NOTED = (
        "noted",
        (
            "{name}, terima kasih. Kebutuhan {code}, {what}, sudah kami catat dan sedang kami carikan mitra. Bila ada "
            "yang keliru atau berubah, balas pesan ini dengan menyebut kodenya."
        ),
        (
            "{name}, thank you. We have noted your need {code}, {what}, and are looking for a partner. If anything is "
            "wrong or changes, answer this message and name the code."
        ),
    )
    NOTED_OFFER = (
        "noted_offer",
        (
            "{name}, terima kasih. Tawaran {code}, {what}, sudah kami catat. Kami kabari begitu ada perpustakaan yang "
            "cocok. Bila ada yang keliru atau berubah, balas pesan ini dengan menyebut kodenya."
        ),
        (
            "{name}, thank you. We have noted your offer {code}, {what}. You hear from us as soon as a library fits. "
            "If anything is wrong or changes, answer this message and name the code."
        ),
    )
    NOTED_STORY = (
        "noted_story",
        (
            "{name}, selamat dan terima kasih sudah bercerita. Keberhasilan {code}, {what}, sudah kami catat agar "
            "perpustakaan lain dapat belajar. Bila ada yang keliru, balas pesan ini dengan menyebut kodenya."
        ),
        (
            "{name}, congratulations, and thank you for telling us. We have noted your success {code}, {what}, so that "
            "other libraries can learn from it. If anything is wrong, answer this message and name the code."
        ),
    )
    AREA_QUESTION = (
        "area_question",
        "{name}, apakah tawaran {offer} hanya untuk kecamatan tertentu? Mohon sebutkan agar usulan kami tepat.",
        "{name}, is your offer {offer} for certain kecamatan only? Please name them so that our proposals fit.",
    )


# --- meetings --------------------------------------------------------------------------------------------------------


class Answer(Term):
    """What a party says to an invitation."""

    INVITED = "invited", "belum menjawab", "no answer yet"
    YES = "yes", "hadir", "comes"
    REPRESENTED = "represented", "diwakili", "is represented"
    NO = "no", "tidak hadir", "does not come"


class Unmet(Term):
    """Why a library has no talk, or fewer than it is to have."""

    NOTHING_FITS = (
        "nothing_fits",
        "tidak ada yang cocok dengan kebutuhannya di antara yang hadir",
        "nothing that fits its needs among those who come",
    )
    NOT_THERE = (
        "not_there",
        "yang cocok untuknya tidak hadir, atau tidak pada jam yang sama",
        "those who fit do not come, or not at the same time",
    )
    BANNED = "banned", "semua yang cocok diberi tanda jangan", "everybody who fits is marked as not to meet"
    OWN_LIMIT = "own_limit", "batas pembicaraannya sendiri lebih kecil", "its own limit of talks is smaller"
    FREE = "free", "ada jam kosong; isi dari cadangan", "there is a free time; fill it from the reserves"
    FULL = (
        "full",
        "semua jam yang cocok sudah terisi oleh yang lebih cocok atau dikunci",
        "all times that fit are taken by better fits or by pins",
    )


class Flaw(Term):
    """What is wrong with a timetable; holds ``{who}``, ``{start}`` and ``{table}``."""

    TWO_TALKS = "two_talks", "{who} punya dua pembicaraan pada jam {start}", "{who}: two talks at {start}"
    TWO_TABLES = "two_tables", "{who} duduk di dua meja pada jam {start}", "{who}: at two tables at {start}"
    SHARED = "shared", "meja {table} dipakai dua pihak pada jam {start}", "table {table} is taken twice at {start}"
    SEATS = "seats", "terlalu banyak yang duduk bersama {who} pada jam {start}", "too many sit with {who} at {start}"
    LIMIT = "limit", "{who} melebihi batas pembicaraannya", "{who}: more talks than its limit"
    NOT_ALLOWED = (
        "not_allowed",
        "{who}, jam {start}: ada yang tidak hadir, atau keduanya tidak untuk dipertemukan",
        "{who}, {start}: one of them is not there, or the two are not to meet",
    )
    NO_TABLE = "no_table", "{who}, jam {start}: tidak ada meja {table}", "{who}, {start}: there is no table {table}"
    NO_HOUR = "no_hour", "{who}: jamnya sudah tidak ada di jadwal", "{who}: their time is gone from the schedule"
    TWICE = "twice", "{who} bertemu dua kali", "{who} meet twice"
    PIN = "pin", "kunci {who} tidak dipenuhi", "the lock on {who} is not kept"
    NOT_LISTED = "not_listed", "{who}: ada yang tidak lagi di daftar", "{who}: one of them is on the list no more"


class Redrawn(Term):
    """What became of a talk, against the timetable in use."""

    NEW = "new", "baru", "new"
    MOVED = "moved", "pindah", "moved"
    SAME = "same", "tetap", "same"
    GONE = "gone", "hilang", "gone"


class Clash(Term):
    """What contradicts itself in what is asked of a timetable; may hold ``{placeholders}``."""

    NOBODY = (
        "nobody",
        "tidak ada perpustakaan atau tidak ada mitra yang hadir",
        "no library comes, or nobody to talk to",
    )
    NOTHING = (
        "nothing",
        "tidak ada kebutuhan yang cocok dengan tawaran yang hadir",
        "no need fits an offer of those who come",
    )
    NO_ROOM = "no_room", "tidak ada meja atau tidak ada jam", "there is no table or no time"
    TABLES = (
        "tables",
        "ada {tables} meja, tetapi hanya {hosts} yang duduk di meja",
        "there are {tables} tables, but only {hosts} to sit at them",
    )
    FEW_SLOTS = (
        "few_slots",
        "diminta paling sedikit {least} pembicaraan, tetapi hanya ada {slots} jam",
        "at least {least} talks are asked for, but there are only {slots} times",
    )
    SAID_NO = "said_no", "dikunci, tetapi ada yang tidak hadir", "locked, but one of them does not come"
    NOT_THERE = (
        "not_there",
        "dikunci pada jam ketika salah satunya tidak ada",
        "locked at a time when one of them is not there",
    )
    NO_TALKS = (
        "no_talks",
        "dikunci, tetapi salah satunya diberi batas 0 pembicaraan",
        "locked, but one of them is limited to 0 talks",
    )
    KEEP_AND_BAN = (
        "keep_and_ban",
        "pasangan yang sama dikunci dan diberi tanda jangan",
        "the same pair is locked and marked as not to meet",
    )
    ONE_CELL = (
        "one_cell",
        "dua kunci pada jam yang sama untuk orang yang sama",
        "two locks at one time for the same people",
    )
    PINS_FILL = "pins_fill", "kunci lebih banyak daripada jam yang ada", "more locks than there are times"
    TOGETHER = "together", "kunci-kunci ini tidak dapat dipenuhi bersama", "these locks cannot be kept together"
    LOCKED = "locked", "sel ini dikunci; lepas kuncinya dulu", "this cell is locked; release it first"
    TAKEN = (
        "taken",
        "pada jam itu salah satunya sudah punya pembicaraan lain atau tidak ada di tempat",
        "one of them has another talk at that time or is not there",
    )
    SPEAKS = (
        "speaks",
        "yang dipilih bicara sudah diwakili pihak lain, atau pihak ini sendiri mewakili pihak lain",
        "who is chosen to speak is spoken for by others, or these speak for others themselves",
    )
    NO_TABLE = "no_table", "semua meja terisi pada jam itu", "all tables are taken at that time"


# --- the trace -------------------------------------------------------------------------------------------------------

#: What each event of the log reads like in a history; a test compares it with the events that are recorded.
TRACE: dict[str, Words] = {
    "submit": Words("dikirim", "submitted"),
    "open": Words("dibuka", "opened"),
    "ask_correction": Words("diminta diperbaiki", "correction asked"),
    "refuse": Words("tidak diterima", "refused"),
    "pause": Words("ditunda", "paused"),
    "resume": Words("dilanjutkan", "resumed"),
    "close": Words("ditutup", "closed"),
    "reopen": Words("dibuka lagi", "reopened"),
    "propose": Words("diusulkan", "proposed"),
    "decline": Words("ditolak", "declined"),
    "agree": Words("disepakati", "agreed"),
    "finish": Words("diselesaikan", "finished"),
    "cancel": Words("dibatalkan", "cancelled"),
    "withdraw": Words("diurungkan", "undone"),
    "sign": Words("berlaku", "in force"),
    "end": Words("diakhiri", "ended"),
    "start": Words("dimulai", "started"),
    "record": Words("dicatat", "recorded"),
    "register": Words("didaftarkan", "registered"),
    "change": Words("diubah", "changed"),
    "retract": Words("ditarik kembali", "taken back"),
    "take_in": Words("tabel diambil", "table taken in"),
    "take_back": Words("dibatalkan lagi", "taken back"),
    "retire": Words("dikeluarkan dari daftar", "left out of the lists"),
    "merge": Words("digabungkan", "merged"),
    "unmerge": Words("dipisahkan lagi", "taken apart again"),
    "different": Words("dinyatakan berbeda", "told apart"),
    "use": Words("dipakai", "put in use"),
    "drop": Words("tidak dipakai", "turned down"),
    "attend": Words("hadir", "attended"),
    "invite": Words("diundang", "invited"),
    "answer": Words("menjawab undangan", "answered the invitation"),
    "snooze": Words("dilewati", "skipped"),
    "sent": Words("pesan terkirim", "message sent"),
    "not_sent": Words("pesan belum terkirim", "message not sent"),
    "consent_office": Words("dinas setuju", "the office said yes"),
    "consent_giver": Words("pemberi setuju", "the giver said yes"),
    "consent_taker": Words("penerima setuju", "the library said yes"),
    "waive": Words("disetujui melebihi kebutuhan", "more than needed allowed"),
    "extend": Words("diperpanjang", "given more time"),
    "handover": Words("serah terima", "handed over"),
    "check": Words("dicek", "checked"),
    "return": Words("dikembalikan", "returned"),
    "correction": Words("dikoreksi", "corrected"),
    "verify": Words("terbukti", "proven"),
    "issue": Words("naskah dibuat", "paper written"),
    "make": Words("dibuat", "made"),
    "add": Words("ditambahkan", "added"),
    "work_out": Words("dihitung", "worked out"),
    "publish": Words("diterbitkan sebagai usulan", "put forward as proposals"),
    "keep": Words("dikunci", "kept"),
    "ban": Words("dilarang", "ruled out"),
    "let_go": Words("dilepas", "let go"),
    "password": Words("kata sandi diganti", "password changed"),
}
