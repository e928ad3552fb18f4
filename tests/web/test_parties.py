"""Libraries and stakeholders over HTTP: the list, one of each, what may be the same, asked before it is saved."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select

from matcher import doctor, duplicates
from matcher.models import Challenge, Log, Offer, Party
from matcher.policy import Actor, Role
from matcher.queries import parties as queries
from matcher.queries.parties import Wish
from matcher.vocabulary import Category, FactCode, Mode, PartyKind, ReportState
from tests.builders import AT, World, world
from tests.office import Person
from web.exchange import giving
from web.folder import Folder

BUDGET = 14_600
VILLAGE = "32.02.16.2005"


@pytest.fixture
def officer(folder: Folder) -> Person:
    return Person.at(folder).sign_in()


@contextmanager
def telling(folder: Folder) -> Iterator[World]:
    """The meeting, to add rows to."""
    with folder.writing() as session:
        office = folder.office(session)
        yield World(session, office, Actor("petugas", Role.PETUGAS, office.id), folder.now(session))


def count(folder: Folder, table: type[Any], *where: Any) -> int:
    with folder.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def one(folder: Folder, table: type[Any], *where: Any) -> Any:
    with folder.reading() as session:
        return session.scalars(select(table).where(*where)).one()


def library(folder: Folder, name: str = "Bunga Padi") -> Party:
    return one(folder, Party, Party.name.contains(name))


def named(officer: Person) -> list[str]:
    """The parties of the page's list."""
    return officer.page.xpath("//ul[last()]/li//b/a/text()")


def press(officer: Person, name: str, value: str) -> Person:
    """Press one of the buttons that answer what the form asks."""
    form = officer.form("/baru", having="title")
    assert form.xpath(f".//button[@name='{name}' and @value='{value}']"), officer.text
    first = next(iter(form.form_values()))[0]
    return officer.send("/baru", press=(name, value), **{first: dict(form.form_values())[first]})


def twins(folder: Folder) -> tuple[int, int, str]:
    """A second library under a name like the first one's, with a need of its own."""
    kept = library(folder)
    with telling(folder) as w:
        twin = w.library("Perpusdes Bunga Padi", region_code=kept.region_code)
        w.know(twin, FactCode.INTERNET, 1)
        need = w.challenge(twin, category=Category.BOOKS, quantity=40)
        return kept.id, twin.id, need.code


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_list_shows_what_stands_of_everybody_and_can_be_filtered(folder: Folder, officer: Person) -> None:
    everybody = count(folder, Party)
    assert f"{everybody} ditemukan" in officer.open("/pihak").text
    libraries = count(folder, Party, Party.sector.is_(None))
    assert f"{libraries} ditemukan" in officer.open("/pihak?jenis=library").text
    assert "1 ditemukan" in officer.open("/pihak?q=bunga+padi").text
    assert "dari 13 hal diketahui" in officer.text
    assert "0 ditemukan" in officer.open("/pihak?q=tidak-ada").text
    assert "Tidak ada yang bernama itu" in officer.text
    found = library(folder)
    inside = officer.open(f"/pihak?kec={found.region_code[:8]}").page.xpath("//main//b/a/text()")
    assert found.name in inside
    assert len(inside) < everybody


@pytest.mark.parametrize("query", ["?hal=99", "?hal=x", "?jenis=apa", "?kec=%27", "?q=" + "a" * 300, "?q=%25_"])
def test_a_crooked_filter_still_shows_the_list(query: str, officer: Person) -> None:
    assert officer.open(f"/pihak{query}").status == 200


def test_a_visitor_and_another_office_see_no_party(folder: Folder, officer: Person) -> None:
    visitor = Person.at(folder)
    for address in ("/pihak", "/pihak/1", "/pihak/1/gabung", "/gabung/K-0001"):
        assert visitor.open(address).address.startswith("/masuk"), address
    assert officer.open("/pihak/99999").status == 404
    assert officer.open("/gabung/K-9999").status == 404


def test_parties_taken_back_are_in_no_list(folder: Folder, officer: Person) -> None:
    gone = library(folder)
    with telling(folder) as w:
        w.session.get_one(Party, gone.id).retired_at = w.at
    assert gone.name not in officer.open("/pihak?q=bunga").text
    assert officer.open(f"/pihak/{gone.id}").status == 404
    assert gone.name not in officer.open("/kebutuhan/baru").text
    assert officer.open(f"/perpustakaan/{gone.slug}").status == 404


def test_list_and_profile_take_the_same_number_of_queries_however_much_there_is(
    session: Any, engine: sa.Engine
) -> None:
    w = world(session)
    first = w.library("Perpusdes Anggrek")
    asked: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    def look() -> int:
        session.flush()
        session.expire_all()
        asked.clear()
        queries.listing(session, w.office, Wish())
        queries.whole(session, w.office, session.get_one(Party, first.id), at=AT)
        queries.some(session, w.office, [pair.other for pair in duplicates.likely(session, w.office.id)])
        return len(asked)

    w.challenge(first)
    w.prove(w.agreed(w.challenge(first), w.offer()), 1)
    w.library("Perpustakaan Anggrek")
    few = look()
    for _ in range(8):
        w.know(w.library("Perpusdes Anggrek"), FactCode.ROOM)
        w.prove(w.agreed(w.challenge(first), w.offer()), 1)
    assert look() == few


def test_the_list_counts_what_stands_and_says_when_help_last_came(session: Any) -> None:
    w = world(session)
    library, twin, giver = w.library(), w.library(), w.giver()
    w.prove(w.agreed(w.challenge(twin), w.offer(giver)), 1)
    w.challenge(library)
    w.know(library, FactCode.ROOM)
    w.know(twin, FactCode.ROOM)
    twin.merged_into_id = library.id
    session.flush()
    rows = {row.id: row for row in queries.listing(session, w.office, Wish()).rows}
    assert twin.id not in rows
    assert (rows[library.id].needs, rows[library.id].facts, rows[library.id].helped) == (2, 1, w.day)
    assert (rows[giver.id].offers, rows[giver.id].helped) == (1, w.day)
    by_old_name = queries.listing(session, w.office, Wish(kind=PartyKind.LIBRARY, words=twin.name.lower()))
    assert [row.id for row in by_old_name.rows] == [library.id]


# --- one party -------------------------------------------------------------------------------------------------------


def test_a_profile_shows_needs_offers_facts_and_the_contact(folder: Folder, officer: Person) -> None:
    with telling(folder) as w:
        w.session.get_one(Party, library(folder).id).contact_phone = "081234567890"
    text = officer.open(f"/pihak/{library(folder).id}").text
    assert "081234567890" in text
    assert "Yang diketahui tentang perpustakaan" in text
    code = one(folder, Challenge, Challenge.code == "K-0001").code
    party = one(folder, Challenge, Challenge.code == code).party_id
    assert code in officer.open(f"/pihak/{party}").text


def test_what_is_written_of_a_party_can_be_corrected_and_the_log_keeps_the_number_out(
    folder: Folder, officer: Person
) -> None:
    found = library(folder)
    officer.open(f"/pihak/{found.id}").send(
        f"/pihak/{found.id}", name="Perpustakaan Bunga Padi Baru", contact_phone="081298765432"
    )
    assert officer.status == 200
    assert "diperbarui" in officer.text
    assert library(folder, "Padi Baru").contact_phone == "081298765432"
    assert library(folder, "Padi Baru").region_code == found.region_code
    with folder.reading() as session:
        assert doctor.log_is_impersonal(session, AT) == []
        assert doctor.fields(session, AT) == []
    officer.open(f"/pihak/{found.id}").send(f"/pihak/{found.id}", name=" ")
    assert officer.status == 422
    assert officer.page.xpath("//*[contains(@class,'errors')]//a/@href") == ["#name"]


# --- two that are one ------------------------------------------------------------------------------------------------


def test_a_likely_pair_is_looked_at_merged_and_taken_apart_again(folder: Folder, officer: Person) -> None:
    kept, twin, need = twins(folder)
    assert "namanya sama" in officer.open("/pihak").text
    officer.open(officer.page.xpath("//a[contains(@href,'/gabung')]/@href")[0])
    assert need in officer.text
    officer.send(f"/pihak/{kept}/gabung")
    assert officer.status == 200
    assert officer.address == f"/pihak/{kept}"
    assert need in officer.text
    assert officer.open(f"/pihak/{twin}").address == f"/pihak/{kept}"
    assert "Mungkin sama" not in officer.open("/pihak").text
    assert one(folder, Party, Party.id == kept).name in officer.open(f"/cocok/{need}").text
    officer.open(f"/pihak/{kept}").send(f"/pihak/{twin}/pisah")
    assert officer.status == 200
    assert one(folder, Party, Party.id == twin).merged_into_id is None
    with folder.reading() as session:
        for rule in doctor.RULES:
            assert rule.faults(session, folder.now(session)) == [], rule.words.en


def exported(folder: Folder) -> list[Any]:
    """Needs and offers as the cells of a table."""
    with folder.reading() as session:
        office = folder.office(session)
        by = Actor("petugas", Role.PETUGAS, office.id)
        told = [giving.table(session, office, kind, by=by, at=AT, lang="id") for kind in ("challenges", "offers")]
        return [[list(sheet.headings), *map(list, sheet.rows)] for sheet in told]


def test_a_table_names_the_kept_library_and_is_as_before_once_they_are_apart(folder: Folder, officer: Person) -> None:
    kept, twin, need = twins(folder)
    before = exported(folder)
    officer.open(f"/pihak/{kept}/gabung?dengan={twin}").send(f"/pihak/{kept}/gabung")
    row = next(row for row in exported(folder)[0] if need in row)
    assert one(folder, Party, Party.id == kept).name in row
    officer.open(f"/pihak/{kept}").send(f"/pihak/{twin}/pisah")
    assert exported(folder) == before


def test_the_public_address_of_a_merged_library_moves_for_good(folder: Folder, officer: Person) -> None:
    kept, twin, _ = twins(folder)
    slugs = [one(folder, Party, Party.id == party_id).slug for party_id in (kept, twin)]
    officer.open(f"/pihak/{twin}/gabung?dengan={kept}").send(f"/pihak/{kept}/gabung")
    answer = Person.at(folder).client.get(f"/perpustakaan/{slugs[1]}")
    assert (answer.status_code, answer.location) == (301, f"/perpustakaan/{slugs[0]}")


def test_a_pair_told_apart_is_not_asked_for_again(folder: Folder, officer: Person) -> None:
    twins(folder)
    officer.open("/pihak").send("/berbeda")
    assert "Mungkin sama" not in officer.open("/pihak").text
    assert count(folder, Log, Log.event == "different") == 1


def test_merging_what_cannot_be_one_comes_back_with_the_reason(folder: Folder, officer: Person) -> None:
    found = library(folder)
    with folder.reading() as session:
        giver = session.scalar(select(func.min(Party.id)).where(Party.sector.is_not(None)))
    officer.open(f"/pihak/{found.id}/gabung?dengan={giver}").send(f"/pihak/{found.id}/gabung")
    assert officer.status == 409
    assert "tidak dapat disatukan: jenisnya berbeda" in officer.text
    assert one(folder, Party, Party.id == giver).merged_into_id is None


def test_whom_to_merge_with_can_be_searched(folder: Folder, officer: Person) -> None:
    found, other = library(folder), library(folder, "Cahaya Ilmu")
    officer.open(f"/pihak/{found.id}/gabung?q=cahaya")
    assert officer.page.xpath(f"//a[contains(@href,'dengan={other.id}')]")


def test_two_needs_are_merged_summed_and_taken_apart_on_their_page(folder: Folder, officer: Person) -> None:
    with telling(folder) as w:
        owner = w.session.scalars(select(Challenge).where(Challenge.code == "K-0001")).one()
        twin = w.challenge(
            w.session.get_one(Party, owner.party_id), category=owner.category, unit=owner.unit, quantity=2
        )
        before, code = owner.quantity, twin.code
    officer.open("/cocok/K-0001")
    officer.open(officer.page.xpath("//a[contains(@href,'/gabung/')]/@href")[0])
    officer.open(officer.page.xpath("//a[contains(@href,'dengan=')]/@href")[0])
    officer.send("/gabung/K-0001", jumlahkan="1")
    assert officer.status == 200
    assert one(folder, Challenge, Challenge.code == "K-0001").quantity == before + 2
    assert one(folder, Challenge, Challenge.code == code).closed_because == "duplicate"
    officer.open(f"/gabung/{code}").send("/pisah")
    assert "kembali seperti semula" in officer.text
    assert one(folder, Challenge, Challenge.code == "K-0001").quantity == before
    assert one(folder, Challenge, Challenge.code == code).state is ReportState.OPEN


# --- asked before it is saved ----------------------------------------------------------------------------------------


def report_again(folder: Folder, officer: Person, **values: str) -> Challenge:
    """Write down once more what K-0001 asks for."""
    known = one(folder, Challenge, Challenge.code == "K-0001")
    told = {"library": str(known.party_id), "category": known.category.value, "quantity": "2", "title": known.title}
    officer.open("/kebutuhan/baru").send("/kebutuhan/baru", **told | values)
    return known


def test_a_need_like_one_that_stands_is_asked_about_before_it_is_saved(folder: Folder, officer: Person) -> None:
    before = count(folder, Challenge)
    known = report_again(folder, officer, story="Kini dua kelas.")
    assert officer.status == 409
    assert "Mirip K-0001: tambah jumlah?" in officer.text
    assert count(folder, Challenge) == before
    press(officer, "mirip", "K-0001")
    assert officer.address.startswith("/cocok/K-0001")
    after = one(folder, Challenge, Challenge.code == "K-0001")
    assert after.quantity == known.quantity + 2
    assert after.story.endswith("Kini dua kelas.")
    assert count(folder, Challenge) == before


def test_what_cannot_be_saved_is_said_before_anything_is_asked(folder: Folder, officer: Person) -> None:
    report_again(folder, officer, quantity="-2")
    assert officer.status == 422
    assert "Mirip" not in officer.text


def test_the_officer_may_say_that_it_is_a_new_one(folder: Folder, officer: Person) -> None:
    before = count(folder, Challenge)
    report_again(folder, officer)
    press(officer, "mirip", "baru")
    assert count(folder, Challenge) == before + 1


def test_an_answer_sent_twice_adds_once(folder: Folder, officer: Person) -> None:
    known = report_again(folder, officer)
    form = officer.form("/kebutuhan/baru", having="title")
    data = {**dict(form.form_values()), "mirip": "K-0001"}
    answers = [officer.client.post("/kebutuhan/baru", data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert one(folder, Challenge, Challenge.code == "K-0001").quantity == known.quantity + 2


def test_nothing_is_added_to_somebody_elses_report(folder: Folder, officer: Person) -> None:
    known = report_again(folder, officer)
    form = officer.form("/kebutuhan/baru", having="title")
    data = {**dict(form.form_values()), "mirip": "K-0001", "library": str(library(folder, "Cahaya Ilmu").id)}
    if known.party_id == library(folder, "Cahaya Ilmu").id:
        data["library"] = str(library(folder).id)
    assert officer.client.post("/kebutuhan/baru", data=data).status_code == 404
    data["mirip"] = "T-0001"
    assert officer.client.post("/kebutuhan/baru", data=data).status_code == 404
    assert one(folder, Challenge, Challenge.code == "K-0001").quantity == known.quantity


def test_an_offer_like_one_that_stands_is_asked_about_too(folder: Folder, officer: Person) -> None:
    with telling(folder) as w:
        giver = w.giver("CV Sumber Terang")
        known = w.offer(giver, title="Lima laptop bekas kantor", mode=Mode.GOODS, quantity=5)
        code, giver_id = known.code, str(giver.id)
    officer.open("/tawaran/baru").send(
        "/tawaran/baru", giver=giver_id, category="computers", mode="goods", quantity="3", title="Laptop bekas kantor"
    )
    assert officer.status == 409
    press(officer, "mirip", code)
    assert one(folder, Offer, Offer.code == code).quantity == 8


def test_a_new_library_like_a_known_one_is_asked_about_and_the_known_one_used(folder: Folder, officer: Person) -> None:
    known, before = library(folder), count(folder, Party)
    told = {"name": "Perpusdes Bunga Padi", "village": known.region_code, "category": "staff", "quantity": "1"}
    officer.open("/kebutuhan/baru?baru=1").send("/kebutuhan/baru", **told)
    assert officer.status == 409
    assert f"Mirip {known.name}: pakai yang ini?" in officer.text
    press(officer, "pihak", str(known.id))
    if officer.status == 409:
        press(officer, "mirip", "baru")
    assert officer.status == 200
    assert count(folder, Party) == before
    made = one(folder, Challenge, Challenge.code == "K-0007")
    assert made.party_id == known.id


def test_a_new_library_that_is_another_one_is_registered(folder: Folder, officer: Person) -> None:
    known, before = library(folder), count(folder, Party)
    told = {"name": "Perpusdes Bunga Padi", "village": known.region_code, "category": "staff", "quantity": "1"}
    officer.open("/kebutuhan/baru?baru=1").send("/kebutuhan/baru", **told)
    press(officer, "pihak", "baru")
    assert count(folder, Party) == before + 1


def test_a_new_giver_like_a_known_one_is_asked_about(folder: Folder, officer: Person) -> None:
    with telling(folder) as w:
        w.giver("PT Sumber Terang Tbk")
    told = {"name": "Sumber Terang", "sector": "private", "category": "books", "mode": "goods", "title": "Buku baru"}
    officer.open("/tawaran/baru?baru=1").send("/tawaran/baru", **told)
    assert officer.status == 409
    assert "Mirip PT Sumber Terang Tbk" in officer.text


# --- how it looks ----------------------------------------------------------------------------------------------------


def test_every_page_of_parties_fits_the_first_round_trip(folder: Folder, officer: Person) -> None:
    kept, twin, _ = twins(folder)
    with telling(folder) as w:
        for number in range(40):
            w.challenge(w.library(f"Perpustakaan Desa Harapan Kita {number}"), title="Anak-anak antre satu komputer")
    script = len(gzip.compress((Path(__file__).parents[2] / "web/static/app.js").read_bytes()))
    for address in ("/pihak", "/pihak?jenis=library&hal=2", f"/pihak/{kept}", f"/pihak/{kept}/gabung?dengan={twin}",
                    f"/pihak/{kept}/gabung", "/gabung/K-0001"):  # fmt: skip
        answer = officer.client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert len(answer.data) + script <= BUDGET, (address, len(answer.data))


def test_no_page_of_parties_shows_a_machine_word(folder: Folder, officer: Person) -> None:
    kept, twin, _ = twins(folder)
    for address in ("/pihak", f"/pihak/{kept}", f"/pihak/{kept}/gabung?dengan={twin}", "/gabung/K-0001"):
        text = officer.open(address).text
        assert not re.search(r"None|%\(|\{\w*\}|\bTrue\b|open need|library\b|stakeholder", text), address


def test_the_pages_hold_on_a_phone(folder: Folder, open_page: Callable[..., Any]) -> None:
    from tests.office import served, sign_in

    kept, twin, _ = twins(folder)
    with served(folder) as home:
        page = open_page(viewport={"width": 360, "height": 740})
        sign_in(page, home)
        for address in ("/pihak", f"/pihak/{kept}", f"/pihak/{kept}/gabung?dengan={twin}", "/gabung/K-0001"):
            page.goto(home + address)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
