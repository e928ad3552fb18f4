"""What anybody may read: the list with its filters, one need, one library, in two languages, without contacts."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from matcher import log, partnership, standing
from matcher.balance import Line
from matcher.models import Challenge, Offer, Party
from matcher.policy import Actor, Role
from matcher.queries import profiles, public
from matcher.queries.public import Sort, Standing, Wish
from matcher.vocabulary import (
    Category,
    CloseReason,
    Every,
    FactCode,
    MatchState,
    Mode,
    Move,
    Provenance,
    ReportState,
    Urgency,
    Verification,
)
from tests.builders import AT, DAY, World, later, world
from tests.office import Person
from web import i18n
from web.app import create_app
from web.folder import Folder

PAGES = (
    "/",
    "/kebutuhan",
    "/kebutuhan/K-0001",
    "/perpustakaan/perpustakaan-desa-bunga-padi",
    "/tentang",
    "/masuk",
    "/tiada",
)


@pytest.fixture
def visitor(folder: Folder) -> Person:
    return Person.at(folder)


@contextmanager
def telling(folder: Folder) -> Iterator[World]:
    """The meeting, to add rows to."""
    with folder.writing() as session:
        office = folder.office(session)
        yield World(session, office, Actor("petugas", Role.PETUGAS, office.id), folder.now(session))


def codes(person: Person) -> list[str]:
    """The needs on the page, in its order."""
    return [href.rsplit("/", 1)[1] for href in person.page.xpath("//li[contains(@class, 'card')]//h2/a/@href")]


def total(person: Person) -> int:
    """The number of results the page tells."""
    return int(person.page.xpath("string(//*[@role='status'])").split()[0])


# --- the first page --------------------------------------------------------------------------------------------------


def test_the_first_page_tells_the_gap_of_each_of_the_six_challenges(visitor: Person) -> None:
    told = visitor.open("/").text
    for gap in ("3 unit", "1 sambungan", "300 eksemplar", "1 ruang", "Rp500.000 per bulan", "2 orang"):
        assert gap in told
    assert "6 kebutuhan terbuka di 5 perpustakaan desa" in told


def test_illustrative_rows_are_announced_and_the_frozen_day_is_said(visitor: Person) -> None:
    told = visitor.open("/").text
    assert "ilustrasi" in told
    assert "27 Maret 2015" in told


def test_what_was_proven_last_stands_on_the_first_page_with_both_names(folder: Folder, visitor: Person) -> None:
    with telling(folder) as w:
        need = w.challenge(w.library("Perpustakaan Desa Wangi"), title="Laptop untuk kursus", quantity=2)
        line = w.agreed(need, w.offer(w.giver("PT Maju")), 2)
        w.prove(line, 2, verified=True)
        partnership.finish(w.session, line.id, by=w.officer, at=w.at)
    told = visitor.open("/").text
    assert "PT Maju" in told
    assert "Laptop untuk kursus" in told


# --- the list --------------------------------------------------------------------------------------------------------


def test_every_count_beside_a_filter_is_what_choosing_it_shows(folder: Folder, visitor: Person) -> None:
    with telling(folder) as w:
        for number, category in enumerate([Category.BOOKS, Category.BOOKS, Category.COMPUTERS]):
            w.challenge(category=category, quantity=5, urgency=list(Urgency)[number])
    visitor.open("/kebutuhan?jenis=books")
    for box in visitor.page.xpath("//form[@method='get']//label[input[@type='checkbox' or @type='radio']]"):
        name, value = box.xpath("input/@name")[0], box.xpath("input/@value")[0]
        address = f"/kebutuhan?{name}={value}" + ("" if name == "jenis" else "&jenis=books")
        told = int(box.xpath("string(span)"))
        assert total(Person(visitor.client.application).open(address)) == told, address


def test_filters_meet_within_the_address_and_each_can_be_taken_off(visitor: Person) -> None:
    visitor.open("/kebutuhan?jenis=books&jenis=funds&desak=month")
    assert codes(visitor) == ["K-0005"]
    off = visitor.page.xpath("//a[@class='chip']/@href")
    assert len(off) == 3
    assert codes(visitor.open(off[2])) == ["K-0003", "K-0005"]


def test_a_word_is_found_in_the_title_the_story_the_library_and_the_place(visitor: Person) -> None:
    for word, code in (("koleksi", "K-0003"), ("hotspot", "K-0002"), ("pelita", "K-0005"), ("Nyalindung", "K-0004")):
        assert code in codes(visitor.open(f"/kebutuhan?q={word}"))
    assert codes(visitor.open("/kebutuhan?q=100%25")) == []


def test_where_nothing_fits_the_page_names_the_filter_that_hides_most_and_drops_it(visitor: Person) -> None:
    visitor.open("/kebutuhan?jenis=books&kec=32.02.30")
    assert total(visitor) == 0
    assert "Jenis tantangan" in visitor.text
    drop = visitor.page.xpath("//div[@class='empty']//a/@href")[0]
    assert codes(visitor.open(drop)) == ["K-0005"]


def test_what_is_no_filter_is_passed_over(visitor: Person) -> None:
    assert total(visitor.open("/kebutuhan?jenis=zzz&desak=&urut=x&hal=abc&tahap=?&kec=%20")) == 6


def test_a_page_beyond_the_last_is_the_last(folder: Folder, visitor: Person) -> None:
    with telling(folder) as w:
        mine = w.library()
        for _ in range(public.PAGE):
            w.challenge(mine)
    assert len(codes(visitor.open("/kebutuhan"))) == public.PAGE
    assert len(codes(visitor.open("/kebutuhan?hal=99"))) == 6
    assert len(codes(visitor.open("/kebutuhan?hal=2"))) == 6


@pytest.mark.parametrize(
    ("sort", "first"), [(Sort.WAITING, "old"), (Sort.URGENT, "urgent"), (Sort.NEARLY, "nearly"), (Sort.NEWEST, "new")]
)
def test_each_order_puts_its_own_first(session: Any, sort: Sort, first: str) -> None:
    w = world(session)
    library = w.library()
    made = {
        "old": _reported(w, library, -90),
        "urgent": _reported(w, library, -3, urgency=Urgency.MONTH),
        "nearly": _reported(w, library, -4),
        "new": _reported(w, library, -1),
    }
    w.agreed(made["nearly"], w.offer(), 2)
    found = public.needs(session, w.office, Wish(sort=sort), at=AT)
    assert found.cards[0].code == made[first].code


def _reported(w: World, library: Party, days: int, **values: Any) -> Challenge:
    earlier = World(w.session, w.office, w.officer, later(days))
    return earlier.challenge(library, **values)


def test_the_list_takes_the_same_number_of_queries_however_long_it_is(session: Any, engine: sa.Engine) -> None:
    w = world(session)
    asked: list[str] = []
    w.agreed(w.challenge(), w.offer(), 2)
    sa.event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    public.needs(session, w.office, Wish(), at=AT)
    few = len(asked)
    for _ in range(30):
        w.agreed(w.challenge(), w.offer(), 2)
    asked.clear()
    assert len(public.needs(session, w.office, Wish(), at=AT).cards) == public.PAGE
    assert len(asked) == few <= 5


def test_machines_read_the_same_list(visitor: Person) -> None:
    rows = json.loads(visitor.open("/kebutuhan.json?jenis=funds").body)["needs"]
    assert [(row["code"], row["need"], row["unit"], row["every"]) for row in rows] == [
        ("K-0005", 500_000, "rp", "month")
    ]


# --- who is seen -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [ReportState.DRAFT, ReportState.SUBMITTED])
def test_a_need_that_is_not_open_yet_is_nobodys_to_read(folder: Folder, visitor: Person, state: ReportState) -> None:
    with telling(folder) as w:
        code = w.challenge(title="Belum diperiksa", state=state).code
    assert visitor.open(f"/kebutuhan/{code}").status == 404
    assert "Belum diperiksa" not in visitor.open("/kebutuhan").text


@pytest.mark.parametrize("move", [Move.PAUSE, Move.ASK_CORRECTION])
def test_a_need_taken_back_leaves_the_list_at_once(folder: Folder, visitor: Person, move: Move) -> None:
    with telling(folder) as w:
        need = w.session.scalars(sa.select(Challenge).where(Challenge.code == "K-0001")).one()
        log.move(w.session, need, move, by=w.officer, at=w.at, reason="sebab" if move is Move.ASK_CORRECTION else None)
    assert visitor.open("/kebutuhan/K-0001").status == 404
    assert "K-0001" not in codes(visitor.open("/kebutuhan"))


def test_an_expired_need_is_not_listed(session: Any) -> None:
    w = world(session)
    w.challenge(valid_until=DAY - dt.timedelta(days=1))
    last = w.challenge(valid_until=DAY)
    assert [card.code for card in public.needs(session, w.office, Wish(), at=AT).cards] == [last.code]


def test_another_offices_needs_are_not_ours_to_show(session: Any) -> None:
    from tests.builders import another_office

    w = world(session)
    other = another_office(w)
    code = other.challenge(other.library(region_code="32.04.05.2001")).code
    assert public.needs(session, w.office, Wish(), at=AT).total == 0
    with pytest.raises(Exception, match="not_found"):
        profiles.need(session, w.office, code, at=AT)


@pytest.mark.parametrize(("days", "thanked"), [(0, True), (90, True), (91, False)])
def test_a_met_need_leaves_the_list_and_is_thanked_for_ninety_days(session: Any, days: int, thanked: bool) -> None:
    w = world(session)
    need = w.challenge()
    standing.close_challenge(session, need, CloseReason.MET, by=w.officer, at=AT)
    session.commit()  # the log is written with the transaction
    at = later(days)
    assert public.needs(session, w.office, Wish(), at=at).total == 0
    assert public.needs(session, w.office, Wish(standing=Standing.MET), at=at).total == int(thanked)
    assert profiles.need(session, w.office, need.code, at=at).card.standing is Standing.MET


def test_a_need_promised_in_full_asks_nobody_any_more(session: Any) -> None:
    w = world(session)
    need = w.challenge(quantity=3)
    line = w.agreed(need, w.offer(), 3)
    assert public.needs(session, w.office, Wish(), at=AT).total == 0
    assert public.needs(session, w.office, Wish(standing=Standing.PROMISED), at=AT).total == 1
    w.prove(line, 3, verified=True)
    assert public.needs(session, w.office, Wish(standing=Standing.MET), at=AT).total == 1


def test_a_proposal_is_not_a_promise(session: Any) -> None:
    w = world(session)
    need = w.challenge(quantity=3)
    w.accepted(need, w.offer(), 3)
    assert profiles.need(session, w.office, need.code, at=AT).card.progress.promised == 0


def test_a_library_that_got_something_is_no_longer_called_never_helped(session: Any) -> None:
    w = world(session)
    library = w.library()
    line = w.agreed(w.challenge(library), w.offer(), 2)
    w.challenge(library, category=Category.BOOKS)
    assert public.needs(session, w.office, Wish(never_helped=True), at=AT).total == 2
    w.prove(line, 1)
    assert public.needs(session, w.office, Wish(never_helped=True), at=AT).total == 0


def test_only_open_successes_of_verified_libraries_are_told_nearest_first(session: Any) -> None:
    w = world(session)
    need = w.challenge(w.library())
    far = w.experience(w.library("Jauh", region_code="32.02.39.2001"))
    near = w.experience(w.library("Dekat", region_code="32.02.16.2006"))
    w.experience(w.library("Tak dikenal", verification=Verification.UNVERIFIED))
    w.experience(w.library("Menunggu"), state=ReportState.SUBMITTED)
    w.experience(w.library("Lain"), category=Category.BOOKS)
    w.experience(session.get(Party, need.party_id))
    peers = profiles.need(session, w.office, need.code, at=AT).peers
    assert [tale.code for tale in peers] == [near.code, far.code]
    assert peers[0].km is not None
    assert peers[0].km == pytest.approx(1.1, abs=0.2)


def test_the_address_of_a_merged_library_leads_to_the_one_that_was_kept(session: Any) -> None:
    w = world(session)
    kept, twin = w.library("Satu"), w.library("Kembar")
    need = w.challenge(twin)
    twin.merged_into_id = kept.id
    session.flush()
    found = profiles.library(session, w.office, twin.slug, at=AT)
    assert (found.slug, [card.code for card in found.needs]) == (kept.slug, [need.code])
    assert profiles.need(session, w.office, need.code, at=AT).card.library == "Satu"


SECRETS = ("Ibu Rahasia", "Jabatan Rahasia", "081234567890", "Kades Rahasia", "Catatan rahasia", "Kolom rahasia")


def _opened(body: bytes) -> str:
    """An answer as text; of a workbook all that is packed in it."""
    if not body.startswith(b"PK"):
        return body.decode()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def test_no_public_page_tells_a_contact_or_a_private_note(folder: Folder, visitor: Person) -> None:
    with telling(folder) as w:
        hidden = dict(
            zip(("contact_name", "contact_title", "contact_phone", "head_name", "private_note"), SECRETS, strict=False)
        )
        w.session.execute(sa.update(Party).values(**hidden))
        for table in (Challenge, Offer):
            w.session.execute(sa.update(table).values(notes=SECRETS[5]))
    seen, wanted = set[str](), {"/", "/kebutuhan.json"}
    while wanted:
        address = wanted.pop()
        seen.add(address)
        visitor.open(address)
        told = _opened(visitor.body)
        assert not [secret for secret in SECRETS if secret in told], address
        if not visitor.body.lstrip().startswith(b"<"):  # a file or a list: no links in it
            continue
        hrefs = {href.partition("#")[0] for href in visitor.page.xpath("//a/@href")}
        wanted |= {href for href in hrefs if href.startswith("/") and "lang=" not in href} - seen
    assert len(seen) > 15
    assert any(address.startswith("/kebutuhan.xlsx") for address in seen)


# --- one need --------------------------------------------------------------------------------------------------------


def test_agreed_three_two_arrive_one_broken(folder: Folder, visitor: Person) -> None:
    with telling(folder) as w:
        need = w.challenge(quantity=5)
        code = need.code
        line = w.agreed(need, w.offer(w.giver("PT Maju")), 3)
        w.prove(line, 2, working=Decimal(1))
    rows = {
        row.xpath("string(th)"): " ".join(row.xpath("string(td)").split())
        for row in visitor.open(f"/kebutuhan/{code}").page.xpath("//table//tr")
    }
    assert rows["Perlu"] == "5 unit"
    assert rows["Dijanjikan"] == "3 unit"
    assert rows["Tiba"] == "2 unit (1 berfungsi)"
    assert rows["Terbukti"] == "0 unit"
    assert rows["Masih kurang"] == "2 unit"
    assert "PT Maju" in visitor.text


def test_one_month_of_honorarium_late_shows_as_less_than_promised() -> None:
    line = Line(
        MatchState.AGREED, Decimal(150_000), Decimal(150_000), every=Every.MONTH, starts=dt.date(2026, 1, 1),
        ends=dt.date(2026, 12, 31), delivered=Decimal(300_000), verified=Decimal(150_000),
    )  # fmt: skip
    seen = public.progress(Decimal(150_000), [line], dt.date(2026, 3, 15))
    assert (seen.promised, seen.arrived, seen.proven) == (150_000, 100_000, 50_000)


def test_a_room_lent_until_december_is_lacking_again_in_january() -> None:
    line = Line(MatchState.AGREED, Decimal(1), Decimal(1), ends=dt.date(2026, 12, 31), delivered=Decimal(1))
    assert public.progress(Decimal(1), [line], dt.date(2026, 12, 31)).lacking == 0
    assert public.progress(Decimal(1), [line], dt.date(2027, 1, 1)).lacking == 1


amounts = st.integers(0, 40).map(Decimal)


@given(
    need=st.none() | st.integers(1, 60).map(Decimal),
    told=st.lists(st.tuples(st.sampled_from(MatchState), amounts, amounts, amounts, st.booleans()), max_size=6),
)
def test_promised_includes_arrived_and_arrived_includes_proven(need: Decimal | None, told: list[Any]) -> None:
    modes = {True: Mode.EXPERIENCE, False: Mode.GOODS}
    lines = [
        Line(state, promised + 1, promised + 1, mode=modes[tale], delivered=came, verified=min(came, seen))
        for state, promised, came, seen, tale in told
    ]
    found = public.progress(need, lines, DAY)
    assert found.promised >= found.arrived >= found.proven >= 0
    assert found.lacking is None or 0 <= found.lacking <= (need or 0)
    assert (found.standing is Standing.LACKING) == (need is None or found.promised < need)


def test_what_is_known_missing_and_unknown_of_a_library_is_told_apart(session: Any) -> None:
    w = world(session)
    library = w.library(facts={FactCode.ROOM: 1, FactCode.SK: 0, FactCode.TITLES: 240})
    w.know(library, FactCode.ROOM, 0, as_of=DAY - dt.timedelta(days=30))
    told = profiles.readiness(session, library.id)
    assert told.holds == [FactCode.ROOM]
    assert told.lacks == [FactCode.SK]
    assert told.numbers == [(FactCode.TITLES, 240)]
    assert FactCode.ELECTRICITY in told.unknown
    assert FactCode.ROOM not in told.unknown


def test_what_is_not_wanted_stands_on_the_page(visitor: Person) -> None:
    assert "Tidak diperlukan: buku pelajaran bekas" in visitor.open("/kebutuhan/K-0003").text


def test_sharing_opens_whatsapp_with_the_need_and_no_number(visitor: Person) -> None:
    share = visitor.open("/kebutuhan/K-0001").page.xpath("//a[contains(@href, 'wa.me')]/@href")
    assert len(share) == 1
    assert share[0].startswith("https://wa.me/?text=Komputer%20kurang")
    assert "K-0001" in share[0]


def test_a_shared_address_brings_its_title_and_number_along(visitor: Person) -> None:
    visitor.open("/kebutuhan/K-0001")
    assert "Komputer kurang" in visitor.page.xpath("//meta[@property='og:title']/@content")[0]
    assert "3 unit" in visitor.page.xpath("//meta[@property='og:description']/@content")[0]


def test_a_code_may_be_typed_in_small_letters(visitor: Person) -> None:
    assert visitor.open("/kebutuhan/k-0001").address == "/kebutuhan/K-0001"


@pytest.mark.parametrize("address", ["/kebutuhan/K-9999", "/perpustakaan/tiada", "/tiada"])
def test_what_does_not_exist_says_so_in_words(visitor: Person, address: str) -> None:
    assert visitor.open(address).status == 404
    assert "Tidak ditemukan" in visitor.text
    assert visitor.page.xpath("//title")[0].text.startswith("Masalah:")


def test_every_row_of_the_meeting_says_where_it_comes_from(visitor: Person) -> None:
    cards = visitor.open("/kebutuhan").page.xpath("//li[contains(@class, 'card')]")
    assert len(cards) == 6
    for row in cards:
        assert Provenance.DERIVED.words.id in row.text_content()
    told = visitor.open("/perpustakaan/perpustakaan-desa-bunga-padi").text
    assert Provenance.QUOTED.words.id in told
    assert Provenance.INVENTED.words.id in visitor.open("/perpustakaan/perpustakaan-desa-cahaya-ilmu").text


# --- two languages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", PAGES)
def test_each_page_says_its_language_and_links_to_the_other(visitor: Person, address: str) -> None:
    for lang, other in (("id", "en"), ("en", "id")):
        page = visitor.open(f"{address}?lang={lang}").page
        assert page.get("lang") == lang
        assert page.xpath(f"//nav//a[@lang='{other}' and @hreflang='{other}']/@href")
        assert len(page.xpath("//h1")) == 1


def test_the_language_is_remembered_until_the_other_is_chosen(visitor: Person) -> None:
    assert visitor.open("/").page.get("lang") == "id"
    visitor.open("/kebutuhan?lang=en&jenis=books")
    back = visitor.page.xpath("//a[@lang='id']/@href")[0]
    assert "jenis=books" in back
    assert "300 copies" in visitor.open("/kebutuhan/K-0003").text
    assert "300 eksemplar" in visitor.open(back).text


def test_an_unknown_language_is_no_language(visitor: Person) -> None:
    assert visitor.open("/?lang=fr").page.get("lang") == "id"
    assert visitor.client.get_cookie("lang") is None


def test_an_english_page_holds_no_word_of_the_indonesian_interface(visitor: Person) -> None:
    told = visitor.open("/kebutuhan?lang=en").text
    for word in ("Saringan", "Kata kunci", "Terapkan", "menunggu", "belum pernah", "Urutkan"):
        assert word not in told


def test_numbers_days_and_amounts_are_said_as_people_say_them(folder: Folder) -> None:
    app = create_app(folder)
    moment = dt.datetime(2015, 3, 25, 7, 30, tzinfo=dt.UTC)
    with app.test_request_context("/"):
        assert i18n.number(Decimal("1234567.5")) == "1.234.567,5"
        assert i18n.amount(Decimal(2_500_000), "rp") == "Rp2.500.000"
        assert i18n.amount(Decimal(500_000), "rp", Every.MONTH) == "Rp500.000 per bulan"
        assert i18n.amount(None, "unit") == "jumlah belum ditentukan"
        assert i18n.day(dt.date(2015, 3, 25)) == "Rabu, 25 Maret 2015"
        assert i18n.moment(moment) == "25 Mar 2015 14.30 WIB"
        assert i18n.ago(dt.date(2015, 3, 25)) == "2 hari lalu"
    with app.test_request_context("/?lang=en"):
        assert i18n.amount(Decimal(1), "copy") == "1 copy"
        assert i18n.amount(Decimal(2), "person") == "2 people"
        assert i18n.amount(Decimal(1), "person") == "1 person"
        assert i18n.amount(Decimal(1), "mbps") == "1 Mbps"
        assert i18n.ago(dt.date(2014, 3, 25)) == "12 months ago"


# --- the line --------------------------------------------------------------------------------------------------------


def test_a_page_goes_out_packed_to_whoever_can_unpack_it(visitor: Person) -> None:
    packed = visitor.client.get("/kebutuhan", headers={"Accept-Encoding": "gzip"})
    plain = visitor.client.get("/kebutuhan")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert len(packed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_the_style_of_a_page_is_the_one_its_policy_allows(visitor: Person) -> None:
    import base64
    import hashlib

    answer = visitor.client.get("/")
    style = answer.text.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]
    assert " style=" not in answer.text
