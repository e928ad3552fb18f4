"""From the article to a partnership proven in use: the whole way, over HTTP, on the meeting of March 2015."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pypdf
import pytest
from sqlalchemy import select

from matcher import lines, log
from matcher.models import Challenge, Log, Match
from matcher.text import read_minutes
from matcher.vocabulary import MATCHED, MatchState
from tests.office import Person
from web.folder import Folder

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {
    "minutes": ROOT / "seeds" / "sources" / "2015-03-plm-sukabumi.md",
    "article": ROOT.parent / "shared" / "seed" / "article.txt",
}


@pytest.mark.parametrize("which", TEXTS)
def test_the_six_challenges_that_are_read_are_the_six_that_stand_in_the_meeting(which: str, folder: Folder) -> None:
    if not TEXTS[which].exists():
        pytest.skip("the article itself is not part of the project")
    read = [
        category.value
        for item in read_minutes(TEXTS[which].read_text(encoding="utf-8")).challenges
        for category in item.categories
    ]
    with folder.reading() as session:
        told = [row.value for row in session.scalars(select(Challenge.category).order_by(Challenge.id))]
    assert read == told == [category.value for category in MATCHED]


def test_from_suggestion_to_proof(folder: Folder) -> None:
    officer = Person.at(folder).sign_in()
    with folder.reading() as session:
        challenge = session.scalars(select(Challenge).order_by(Challenge.id)).first()
        assert challenge is not None
        code, title = challenge.code, challenge.title

    officer.open("/kerja")
    assert officer.status == 200
    officer.open(f"/cocok/{code}")
    assert title in officer.text
    officer.send("/usulkan", quantity="3")
    assert officer.status == 200

    with folder.reading() as session:
        match = session.scalars(select(Match)).one()
        assert (match.state, match.quantity) == (MatchState.PROPOSED, 3)
        assert match.score == pytest.approx(sum(_earned(match)))
        line = match.code

    officer.open(f"/kemitraan/{line}").send("/setuju", side="giver", quantity="3", note="kepala lab, di audiensi")
    assert "Persetujuan dicatat" in officer.text
    officer.send("/setuju", side="taker", quantity="3", note="kepala desa, di audiensi")
    officer.send("/sepakat", paper="commitment", due="2015-06-30")
    assert "Disepakati" in officer.text

    with folder.reading() as session:
        match = session.scalars(select(Match)).one()
        assert match.state is MatchState.AGREED
        assert match.agreement_id is not None
    agreement = next(a.text for a in officer.page.xpath("//a[starts-with(@href, '/kesepakatan/')]"))
    officer.open(f"/kesepakatan/{agreement}").send("/naskah")
    _the_papers_say_the_same(officer, agreement)
    officer.open(f"/kesepakatan/{agreement}").send("/sah", number="041/12/2015", signed_on="2015-03-27")
    assert "berlaku" in officer.text

    officer.open(f"/kemitraan/{line}").send("/bukti", quantity="3", working="3", on="2015-03-27", verified="y")
    assert "Bukti dicatat" in officer.text
    officer.send("/selesai")
    assert "Selesai" in officer.text

    with folder.reading() as session:
        match = session.scalars(select(Match)).one()
        assert match.state is MatchState.DONE
        assert lines.of_match(session, match).verified == 3
        assert log.verify(session) is None
        assert log.replay(session.scalars(select(Log).order_by(Log.seq))) == log.stored_states(session)


def _earned(match: Match) -> list[float]:
    kept = match.factors or {}
    return [round(weight * value, 1) for weight, value in zip(kept["points"].values(), kept["factors"], strict=True)]


def _the_papers_say_the_same(officer: Person, agreement: str) -> None:
    pdf = officer.client.get(f"/kesepakatan/{agreement}/1.pdf")
    word = officer.client.get(f"/kesepakatan/{agreement}/1.docx")
    assert (pdf.status_code, word.status_code) == (200, 200)
    printed = " ".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.data)).pages).split())
    document = docx.Document(io.BytesIO(word.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    written = " ".join(" ".join([*(part.text for part in document.paragraphs), *cells]).split())
    for fact in ("BERITA ACARA KOMITMEN", "AMIK BSI", "3 unit", "30 Juni 2015"):
        assert fact.lower() in printed.lower(), fact
        assert fact.lower() in written.lower(), fact


def test_a_visitor_sees_no_desk_and_no_paper(folder: Folder) -> None:
    visitor = Person.at(folder)
    for address in ("/kerja", "/cocok", "/kemitraan", "/kemitraan/J-0001", "/kesepakatan/A-0001/1.pdf"):
        visitor.open(address)
        assert visitor.address.startswith("/masuk"), address


def test_a_line_that_is_asked_for_more_than_is_left_is_refused_and_nothing_changes(folder: Folder) -> None:
    officer = Person.at(folder).sign_in()
    officer.open("/cocok/K-0001").send("/usulkan", quantity="3")
    for side in ("giver", "taker"):
        officer.open("/kemitraan/J-0001").send("/setuju", side=side, quantity="400", note="di audiensi")
    officer.send("/jumlah", number="400")
    for side in ("giver", "taker"):
        officer.open("/kemitraan/J-0001").send("/setuju", side=side, quantity="400", note="di audiensi")
    officer.send("/sepakat", paper="oral")
    assert officer.status == 409
    assert "400" in officer.text
    with folder.reading() as session:
        assert session.scalars(select(Match)).one().state is MatchState.PROPOSED


def test_a_wrong_form_comes_back_with_what_was_typed_and_leads_to_its_fields(folder: Folder) -> None:
    officer = Person.at(folder).sign_in()
    officer.open("/cocok/K-0001").send("/usulkan", quantity="3")
    officer.open("/kemitraan/J-0001").send("/setuju", side="giver", quantity="tiga", note="")
    assert officer.status == 422
    targets = [link.get("href") for link in officer.page.xpath("//*[contains(@class,'errors')]//a")]
    assert targets == ["#quantity"]
    field = officer.page.get_element_by_id("quantity")
    assert (field.get("value"), field.get("aria-invalid")) == ("tiga", "true")
