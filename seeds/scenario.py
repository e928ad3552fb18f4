"""Owns the story of the meeting of 25-26 March 2015, told through the use cases; each row says where it comes from."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from matcher import intake, log
from matcher.intake import Gift, Report
from matcher.policy import Actor, Role
from matcher.vocabulary import (
    Category,
    EventKind,
    Every,
    FactCode,
    Mode,
    Move,
    Operator,
    PartyKind,
    Provenance,
    ReportState,
    Sector,
    Source,
    Strategy,
    Urgency,
    Verification,
)
from seeds import reference

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from matcher.models import Event, Office, Party

WIB = dt.timezone(dt.timedelta(hours=7))
PEER_DAY = dt.datetime(2015, 3, 25, 15, 0, tzinfo=WIB)  #: day 1, after the round of challenges and successes
AUDIENCE_DAY = dt.datetime(2015, 3, 26, 15, 0, tzinfo=WIB)  #: day 2, after the audience
FROZEN = dt.datetime(2015, 3, 27, 8, 0, tzinfo=WIB)  #: the day on which the story stands still
DISTRICT, CITY = "32.02", "32.72"
ARTICLE = "http://peacbromo.co.id/peer-learning-meeting-strategi-pengembangan-perpusdes/"

_END_OF_YEAR = dt.date(2015, 12, 31)
_F, _QUOTED, _DERIVED, _INVENTED = FactCode, Provenance.QUOTED, Provenance.DERIVED, Provenance.INVENTED
_ON_THE_MAP = "Disebut dalam artikel; letaknya di peta ditambahkan sebagai ilustrasi."


class Library(NamedTuple):
    """A village library of the meeting; only Bunga Padi is named by the article."""

    name: str
    village: str
    provenance: Provenance
    about: str
    facts: dict[FactCode, float]


class Giver(NamedTuple):
    """A stakeholder the article names, at a place added for the map."""

    name: str
    sector: Sector
    region: str | None
    about: str = _ON_THE_MAP


_EXAMPLE = "Perpustakaan contoh: artikel menyebut lima perpustakaan desa, tetapi hanya Bunga Padi yang disebut namanya."

LIBRARIES: dict[str, Library] = {
    "bunga padi": Library(
        "Perpustakaan Desa Bunga Padi",
        "32.02.16.2005",
        _QUOTED,
        "Perpustakaan Desa Pasawahan, Kecamatan Cicurug. Mengikuti semua sesi pertemuan; kepala desanya menjadi "
        "pembicara pada hari kedua.",
        {_F.ELECTRICITY: 1, _F.INTERNET: 1, _F.ROOM: 1, _F.SK: 1, _F.HEAD_LETTER: 1, _F.RACK: 1, _F.OPEN_PUBLIC: 1,
         _F.COMPUTERS: 3, _F.TITLES: 620, _F.STAFF: 2, _F.OPEN_HOURS: 30, _F.VISITORS: 210},
    ),
    "cahaya ilmu": Library(
        "Perpustakaan Desa Cahaya Ilmu", "32.02.10.2001", _INVENTED, _EXAMPLE,
        {_F.INTERNET: 1, _F.ROOM: 1, _F.SK: 0, _F.HEAD_LETTER: 1, _F.RACK: 1, _F.OPEN_PUBLIC: 1, _F.COMPUTERS: 1,
         _F.TITLES: 480, _F.STAFF: 2, _F.OPEN_HOURS: 24, _F.VISITORS: 130},
    ),
    "mutiara pesisir": Library(
        "Perpustakaan Desa Mutiara Pesisir", "32.02.22.2003", _INVENTED, _EXAMPLE,
        {_F.ELECTRICITY: 1, _F.INTERNET: 0, _F.ROOM: 1, _F.SK: 1, _F.OPEN_PUBLIC: 1, _F.COMPUTERS: 2, _F.TITLES: 350,
         _F.STAFF: 2, _F.OPEN_HOURS: 18, _F.VISITORS: 90},
    ),
    "pelita gunung": Library(
        "Perpustakaan Desa Pelita Gunung", "32.02.30.2006", _INVENTED, _EXAMPLE,
        {_F.ELECTRICITY: 1, _F.INTERNET: 1, _F.ROOM: 1, _F.SK: 1, _F.HEAD_LETTER: 1, _F.RACK: 1, _F.OPEN_PUBLIC: 1,
         _F.COMPUTERS: 2, _F.TITLES: 540, _F.STAFF: 1, _F.OPEN_HOURS: 20},
    ),
    "mekar saluyu": Library(
        "Perpustakaan Desa Mekar Saluyu", "32.02.39.2001", _INVENTED, _EXAMPLE,
        {_F.ELECTRICITY: 1, _F.ROOM: 0, _F.HEAD_LETTER: 1, _F.RACK: 0, _F.OPEN_PUBLIC: 1, _F.COMPUTERS: 1,
         _F.TITLES: 260, _F.STAFF: 2, _F.OPEN_HOURS: 15},
    ),
}  # fmt: skip

GIVERS: dict[str, Giver] = {
    "dinas pendidikan": Giver("Dinas Pendidikan", Sector.GOVERNMENT, DISTRICT),
    "diskoperindag": Giver("Diskoperindag", Sector.GOVERNMENT, DISTRICT),
    "plut": Giver("PLUT", Sector.GOVERNMENT, "32.02.29"),
    "stt nusa putra": Giver("STT Nusa Putra", Sector.ACADEMIA, "32.02.29"),
    "amik bsi": Giver("AMIK BSI", Sector.ACADEMIA, "32.72.04"),
    "stai kharisma": Giver("STAI Kharisma", Sector.ACADEMIA, "32.02.16"),
    "igi": Giver("IGI", Sector.ACADEMIA, DISTRICT),
    "bank jabar": Giver("Bank Jabar", Sector.BUMN, "32.72.02"),
    "kahmi": Giver("KAHMI", Sector.COMMUNITY, CITY),
    "relawan tik": Giver("Relawan TIK (Sukabumi Today)", Sector.VOLUNTEER, CITY),
    "ccfi": Giver(
        "Coca Cola Foundation Indonesia",
        Sector.FOUNDATION,
        None,
        "Disebut dalam artikel: timnya datang ke Desa Pasawahan lewat program Perpuseru.",
    ),
}

_ASSIGNED = "Jenis tantangannya dari artikel; perpustakaan, jumlah, dan ceritanya contoh."

#: The six challenges of the article, each with a library and a number added.
CHALLENGES: tuple[tuple[str, Report], ...] = (
    (
        "cahaya ilmu",
        Report(
            Category.COMPUTERS, title="Komputer kurang", quantity=3, unit="unit", have=1, urgency=Urgency.QUARTER,
            story="Komputer kami cuma satu dan dipakai bergantian. Kalau ada pelatihan, warga harus antre lama. "
            "Kami butuh 3 unit komputer lagi supaya pelatihan bisa jalan tiap minggu.",
        ),
    ),
    (
        "mutiara pesisir",
        Report(
            Category.INTERNET, title="Jaringan internet belum ada", quantity=1, unit="point", have=0,
            urgency=Urgency.QUARTER,
            story="Di ruang perpustakaan belum ada internet. Selama ini kami pakai hotspot HP sendiri, sering putus. "
            "Mohon dibantu pemasangan satu sambungan internet.",
        ),
    ),
    (
        "bunga padi",
        Report(
            Category.BOOKS, title="Koleksi buku bacaan masih sedikit", quantity=300, unit="copy", urgency=Urgency.YEAR,
            story="Buku bacaan untuk anak dan buku keterampilan masih sedikit, pembaca sudah membaca semuanya. "
            "Kami perlu sekitar 300 buku cerita anak, pertanian, dan usaha rumahan.",
            not_wanted="buku pelajaran bekas",
        ),
    ),
    (
        "mekar saluyu",
        Report(
            Category.SPACE, title="Belum punya ruangan sendiri, masih menumpang di kantor desa", quantity=1,
            unit="room", have=0, urgency=Urgency.QUARTER,
            story="Perpustakaan kami masih menumpang di ruang pelayanan kantor desa. Kalau desa ada acara, "
            "perpustakaan tutup. Kami butuh satu ruangan sendiri, sederhana saja tidak apa-apa.",
        ),
    ),
    (
        "pelita gunung",
        Report(
            Category.FUNDS, title="Dana operasional kurang", quantity=500_000, unit="rp", every=Every.MONTH,
            starts=dt.date(2015, 4, 1), ends=dt.date(2016, 3, 31), urgency=Urgency.MONTH,
            story="Dana operasional belum ada di anggaran desa tahun ini. Untuk listrik, ATK, dan kegiatan anak kami "
            "perlu Rp500.000 per bulan, selama ini dari uang pengelola sendiri.",
        ),
    ),
    (
        "mutiara pesisir",
        Report(
            Category.STAFF, title="Tenaga pengelola yang andal masih kurang", quantity=2, unit="person",
            urgency=Urgency.QUARTER,
            story="Pengelola kami dua orang dan belum pernah ikut pelatihan. Kami butuh 2 orang pendamping yang bisa "
            "mengajari katalog buku dan komputer.",
        ),
    ),
)  # fmt: skip


def _told(category: Category, strategy: Strategy, title: str, words: str) -> Gift:
    """Turn a success of the article into an experience that other libraries can ask for."""
    return Gift(
        category, Mode.EXPERIENCE, title=title, words=words, strategy=strategy, online=True, source=Source.MEETING,
        notes="Keberhasilannya dari artikel; perpustakaan yang menceritakannya contoh.", provenance=_DERIVED,
    )  # fmt: skip


_C, _S = Category, Strategy

#: The successes of the article under the three strategies.
SUCCESSES: tuple[tuple[str, Gift], ...] = (
    ("pelita gunung", _told(_C.BOOKS, _S.INVOLVEMENT, "Perlombaan yang membuat warga datang",
        "Kami rutin mengadakan lomba mewarnai dan lomba bercerita. Anak-anak jadi datang dan meminjam buku bacaan.")),
    ("mekar saluyu", _told(_C.BOOKS, _S.INVOLVEMENT, "Layanan baca yang ramai dengan koleksi terbatas",
        "Layanan baca kami tetap ramai walau koleksi buku sedikit: buku dipinjam bergilir dan ada jam baca bersama.")),
    ("bunga padi", _told(_C.COMPUTERS, _S.ICT, "Komputer dan internet sebagai layanan utama",
        "Komputer kami buka terjadwal sebagai layanan utama, jadi tiga komputer cukup untuk banyak warga.")),
    ("bunga padi", _told(_C.STAFF, _S.ICT, "Pelatihan komputer dan internet untuk warga",
        "Pelatihan komputer dan internet kami jalankan sendiri. Pengelola yang sudah bisa mengajari pengelola lain.")),
    ("cahaya ilmu", _told(_C.STAFF, _S.ICT, "Pelatihan bisnis online",
        "Warga kami belajar jualan online di perpustakaan. Kami siap berbagi cara mencari pelatih dan bahannya.")),
    ("bunga padi", _told(_C.INTERNET, _S.ICT, "Layanan mencari informasi di internet",
        "Warga kami bantu mencari informasi di internet. Kami siap berbagi cara mengatur jaringan dan kuota.")),
    ("cahaya ilmu", _told(_C.SPACE, _S.ADVOCACY, "Berhasil mendapat ruangan khusus dari desa",
        "Dulu kami menumpang di kantor desa, sekarang sudah punya ruangan sendiri. Kami siap berbagi cara meyakinkan "
        "kepala desa dan pemangku kepentingan.")),
    ("pelita gunung", _told(_C.SPACE, _S.ADVOCACY, "Berhasil mendapat teralis untuk ruangan",
        "Ruangan kami dipasangi teralis oleh mitra, komputer jadi aman. Kami siap berbagi contoh suratnya.")),
    ("mutiara pesisir", _told(_C.SPACE, _S.ADVOCACY, "Berhasil mendapat karpet untuk ruang baca",
        "Ruang baca kami sekarang berkarpet, bantuan dari mitra. Anak-anak betah membaca lesehan.")),
    ("bunga padi", _told(_C.STAFF, _S.ADVOCACY, "Berhasil menambah relawan pengelola",
        "Kami mengajak pemuda desa menjadi relawan pengelola. Sekarang tenaga yang menjaga perpustakaan bertambah.")),
)  # fmt: skip


def _promise(category: Category, mode: Mode, title: str, words: str, **values: Any) -> Gift:
    """Write one illustrative offer of a stakeholder who was there."""
    usual = Gift(
        category, mode, title=title, words=words, valid_until=_END_OF_YEAR, area=(DISTRICT,), source=Source.MEETING,
        provenance=_INVENTED,
    )  # fmt: skip
    return replace(usual, **values)


_YES = Operator.AT_LEAST

#: What the stakeholders might have offered; the article tells of no promise, so all of it is illustrative.
OFFERS: tuple[tuple[str, Gift], ...] = (
    ("ccfi", _promise(_C.COMPUTERS, Mode.GOODS, "10 unit komputer untuk perpustakaan desa",
        "Kami siap menyalurkan 10 unit komputer untuk pelatihan warga, paling banyak 3 unit per perpustakaan.",
        quantity=10, unit="unit", share_min=1, share_max=3,
        conditions=((_F.ROOM, _YES, 1), (_F.SK, _YES, 1), (_F.ELECTRICITY, _YES, 1)))),
    ("amik bsi", _promise(_C.COMPUTERS, Mode.GOODS, "4 komputer bekas lab yang masih layak pakai",
        "Ada 4 unit komputer bekas lab kampus, masih bagus, boleh untuk perpustakaan desa. Diambil sendiri.",
        quantity=4, unit="unit", conditions=((_F.HEAD_LETTER, _YES, 1),))),
    ("bank jabar", _promise(_C.FUNDS, Mode.MONEY, "Dana CSR Rp20.000.000",
        "Kami menyiapkan dana CSR sebesar Rp20.000.000 untuk perpustakaan desa, bisa untuk operasional atau alat.",
        quantity=20_000_000, unit="rp", share_max=15_000_000, conditions=((_F.HEAD_LETTER, _YES, 1),))),
    ("relawan tik", _promise(_C.INTERNET, Mode.SERVICE, "Pemasangan internet untuk 3 perpustakaan",
        "Kami bantu pasang jaringan internet dan wifi di 3 titik, gratis, termasuk langganan 6 bulan pertama.",
        quantity=3, unit="point", share_max=1, conditions=((_F.ELECTRICITY, _YES, 1),),
        follow_on_cost="Setelah 6 bulan, langganan sekitar Rp350.000 per bulan dibayar perpustakaan.")),
    ("relawan tik", _promise(_C.STAFF, Mode.PEOPLE, "2 relawan pendamping komputer",
        "Dua orang relawan siap mendampingi pengelola belajar komputer dan katalog tiap Sabtu.",
        quantity=2, unit="person", starts=dt.date(2015, 4, 1), ends=_END_OF_YEAR)),
    ("dinas pendidikan", _promise(_C.BOOKS, Mode.GOODS, "500 eksemplar buku cerita dan pengetahuan",
        "Kami siap memberikan 500 eksemplar buku cerita anak dan buku keterampilan untuk perpustakaan desa.",
        quantity=500, unit="copy", share_max=300, conditions=((_F.RACK, _YES, 1), (_F.OPEN_PUBLIC, _YES, 1)))),
    ("dinas pendidikan", _promise(_C.SPACE, Mode.PLACE, "Ruang kelas kosong boleh dipakai sampai Desember",
        "Ada satu ruang kelas SD yang kosong, boleh dipakai perpustakaan desa sampai Desember.",
        quantity=1, unit="room", area=("32.02.39",), starts=dt.date(2015, 4, 1), ends=_END_OF_YEAR,
        conditions=((_F.HEAD_LETTER, _YES, 1),))),
    ("igi", _promise(_C.BOOKS, Mode.GOODS, "Sumbangan buku dari para guru",
        "Guru-guru anggota kami akan mengumpulkan buku bacaan layak baca. Jumlahnya belum tahu.", unit="copy")),
    ("stt nusa putra", _promise(_C.STAFF, Mode.PEOPLE, "6 mahasiswa KKN untuk perpustakaan desa",
        "Kami bisa mengirim 6 orang mahasiswa KKN untuk melatih pengelola komputer dan menata katalog buku.",
        quantity=6, unit="person", share_max=2, starts=dt.date(2015, 7, 1), ends=dt.date(2015, 8, 31))),
    ("stai kharisma", _promise(_C.STAFF, Mode.PEOPLE, "3 mahasiswa relawan untuk wilayah utara",
        "Tiga mahasiswa siap menjadi relawan pengelola perpustakaan di Cicurug dan sekitarnya.",
        quantity=3, unit="person", area=("32.02.16", "32.02.14", "32.02.17"))),
    ("diskoperindag", _promise(_C.STAFF, Mode.SERVICE, "4 kali pelatihan usaha rumahan dan jualan online",
        "Kami siap mengadakan 4 kali pelatihan usaha dan jualan online di perpustakaan, pelatih dari kami.",
        quantity=4, unit="session")),
    ("plut", _promise(_C.SPACE, Mode.PLACE, "Ruang pelatihan PLUT boleh dipakai",
        "Ruang pelatihan kami boleh dipakai perpustakaan desa untuk kegiatan dan pelatihan warga.",
        quantity=1, unit="room", area=("32.02.29", "32.02.30"))),
    ("kahmi", _promise(_C.SPACE, Mode.GOODS, "10 rak buku dari para alumni",
        "Para alumni siap patungan membuat 10 buah rak buku kayu.",
        quantity=10, unit="piece", share_max=2)),
)  # fmt: skip


class Day(NamedTuple):
    """One of the two days, and what the article says of the people from Bunga Padi."""

    kind: EventKind
    name: str
    ended: dt.datetime
    people: int | None
    note: str


DAYS: tuple[Day, ...] = (
    Day(
        EventKind.PEER,
        "Peer Learning Meeting, hari pertama: saling belajar",
        PEER_DAY,
        4,
        "2 pengelola, 2 library supporter",
    ),
    Day(
        EventKind.STAKEHOLDER,
        "Peer Learning Meeting, hari kedua: audiensi dengan pemangku kepentingan",
        AUDIENCE_DAY,
        None,
        "didampingi kepala desa",
    ),
)
PLACE = "Kantor Perpustakaan Daerah Kabupaten Sukabumi"


def tell(session: Session, *, at: dt.datetime = FROZEN) -> Office:
    """Tell the whole meeting into an empty database; the caller commits.

    Challenges and successes are of day 1, offers of day 2, and the minutes of both days are closed *at* (aware).
    """
    intake.add_regions(session, [*_above(DISTRICT), *reference.rows(DISTRICT), *reference.rows(CITY)])
    office = _open_office(session)
    by = Actor("data contoh", Role.PETUGAS, office_id=office.id)
    parties = _libraries(session, office, by) | _givers(session, office, by)
    session.flush()  # facts and attendance need the parties' ids
    for name, library in LIBRARIES.items():
        _facts(session, parties[name], library, by)
    _challenges(session, parties, by)
    _offers(session, parties, by)
    for day in DAYS:
        event = _hold(session, office, day, by=by)
        _attend(session, event, parties, by=by, at=day.ended)
        log.move(session, event, Move.FINISH, by=by, at=at)
    return office


def _above(code: str) -> list[reference.Region]:
    return [region for above in reference.parents(code) if (region := reference.find(above)) is not None]


def _open_office(session: Session) -> Office:
    return intake.open_office(
        session, region_code=DISTRICT, name="Kantor Perpustakaan Daerah Kabupaten Sukabumi", place="Sukabumi",
        letterhead="PEMERINTAH KABUPATEN SUKABUMI\nKANTOR PERPUSTAKAAN DAERAH", frozen_on=FROZEN.date(),
        unit_prices={Category.COMPUTERS: 5_000_000, Category.BOOKS: 50_000},
        by=Actor("data contoh", Role.ADMIN), at=PEER_DAY.replace(hour=8),
    )  # fmt: skip


def _libraries(session: Session, office: Office, by: Actor) -> dict[str, Party]:
    return {
        key: intake.register_party(
            session, office_id=office.id, kind=PartyKind.LIBRARY, name=row.name, region_code=row.village,
            about=row.about, verification=Verification.VERIFIED, provenance=row.provenance,
            by=by, at=PEER_DAY.replace(hour=8),
        )
        for key, row in LIBRARIES.items()
    }  # fmt: skip


def _givers(session: Session, office: Office, by: Actor) -> dict[str, Party]:
    return {
        key: intake.register_party(
            session, office_id=office.id, kind=PartyKind.STAKEHOLDER, sector=row.sector, name=row.name,
            region_code=row.region, about=row.about, verification=Verification.VERIFIED, provenance=_QUOTED,
            by=by, at=PEER_DAY.replace(hour=8),
        )
        for key, row in GIVERS.items()
    }  # fmt: skip


def _facts(session: Session, party: Party, library: Library, by: Actor) -> None:
    for code, value in library.facts.items():
        intake.record_fact(
            session, party, code, value, as_of=PEER_DAY.date(), source=Source.MEETING, verified=True,
            provenance=_INVENTED, by=by, at=PEER_DAY,
        )  # fmt: skip


def _challenges(session: Session, parties: dict[str, Party], by: Actor) -> None:
    reports = [
        (parties[name], replace(report, source=Source.MEETING, provenance=_DERIVED, notes=_ASSIGNED))
        for name, report in CHALLENGES
    ]
    intake.report_challenges(session, reports, state=ReportState.OPEN, by=by, at=PEER_DAY)


def _offers(session: Session, parties: dict[str, Party], by: Actor) -> None:
    for gifts, moment in ((SUCCESSES, PEER_DAY), (OFFERS, AUDIENCE_DAY)):
        intake.make_offers(
            session, [(parties[name], gift) for name, gift in gifts], state=ReportState.OPEN, by=by, at=moment
        )


def _hold(session: Session, office: Office, day: Day, *, by: Actor) -> Event:
    event = intake.plan_event(
        session, office_id=office.id, kind=day.kind, name=day.name, day=day.ended.date(), place=PLACE,
        provenance=_QUOTED, by=by, at=day.ended,
    )  # fmt: skip
    session.flush()  # attendance needs its id
    return event


def _attend(session: Session, event: Event, parties: dict[str, Party], *, by: Actor, at: dt.datetime) -> None:
    """Note who was there: libraries on both days, stakeholders on the second."""
    day = next(day for day in DAYS if day.kind is event.kind)
    for key, party in parties.items():
        if key in GIVERS and day.kind is EventKind.PEER:
            continue
        said = party.provenance is _QUOTED  # the other four libraries were there under other names
        ours = key == "bunga padi"
        intake.attend(
            session, event, party, people=day.people if ours else None, note=day.note if ours else "",
            provenance=_QUOTED if said else _DERIVED, by=by, at=at,
        )  # fmt: skip
