"""The suggestions of one challenge to take along: data and a sheet that say what the desk and the commands say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from matcher import matching, standing
from matcher.models import Challenge, Offer, Party
from matcher.policy import Actor, Role
from matcher.vocabulary import CloseReason
from tests.builders import World, another_office
from tests.office import Person, make_folder
from web import cli
from web.folder import Folder

SECRETS = {
    "contact_name": "Ibu Rahasia", "contact_title": "Jabatan Rahasia", "contact_phone": "081234567890",
    "head_name": "Kades Rahasia", "private_note": "Catatan rahasia",
}  # fmt: skip
CODES = [f"K-000{number}" for number in range(1, 7)]


@pytest.fixture
def officer(folder: Folder) -> Person:
    return Person.at(folder).sign_in()


@pytest.fixture
def both(empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    """The meeting, once on SQLite and once on PostgreSQL, open; commands over it find the same database."""
    url = empty_database_url if empty_database_url.startswith("postgresql") else None
    make_folder(tmp_path / "data", database_url=url)
    if url is not None:
        monkeypatch.setenv("TEMU_MITRA_DATABASE_URL", url.replace("postgresql+psycopg", "postgresql"))
    folder = Folder.open(tmp_path / "data", make=None, database_url=url)
    yield folder
    folder.close()


def printed(folder: Folder, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What `match --json` prints over the folder."""
    capsys.readouterr()
    assert cli.run(cli.parse(["match", "--json", *words, "--data", str(folder.path)])) == 0
    return capsys.readouterr().out


def world_of(folder: Folder, session: Any) -> World:
    office = folder.office(session)
    return World(session, office, Actor("dinas", Role.PETUGAS, office.id), folder.now(session))


def elsewhere(folder: Folder) -> str:
    """The code of a challenge of another office."""
    with folder.writing() as session:
        w = another_office(world_of(folder, session))
        return w.challenge(w.library(region_code=None)).code


# --- data ------------------------------------------------------------------------------------------------------------


def test_the_data_of_every_challenge_is_what_the_command_prints_on_both_databases(
    both: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    officer = Person.at(both).sign_in()
    for lang in ("id", "en"):
        pages = "".join(officer.open(f"/cocok/{code}.json?lang={lang}").body.decode() for code in CODES)
        assert pages == printed(both, capsys, "--lang", lang)
    for one in json.loads(officer.open("/cocok/K-0001.json").body)["suggestions"]:
        assert round(sum(one["parts"].values()), 1) == one["score"]


def test_a_challenge_without_suggestions_says_why_as_the_command_does(
    folder: Folder, officer: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    with folder.writing() as session:
        w = world_of(folder, session)
        for offer in session.scalars(select(Offer)).all():
            standing.pause_offer(session, offer, by=w.officer, at=w.at)
        closed = session.scalars(select(Challenge).where(Challenge.code == "K-0002")).one()
        standing.close_challenge(session, closed, CloseReason.MET, by=w.officer, at=w.at)
        matching.refresh(session, w.office, at=w.at)
    for code in ("K-0001", "K-0002"):
        for lang in ("id", "en"):
            page = officer.open(f"/cocok/{code}.json?lang={lang}").body.decode()
            assert page == printed(folder, capsys, "--challenge", code, "--lang", lang)
            assert json.loads(page)["why"]


def test_data_is_json_that_nobody_between_keeps(officer: Person) -> None:
    answer = officer.client.get("/cocok/k-0001.json")
    assert answer.content_type == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_json()["challenge"]["code"] == "K-0001"


@pytest.mark.parametrize("code", ["K-9999", "T-0001", "²", "'; --", "K-" + "9" * 40])
def test_a_challenge_that_is_not_there_is_a_plain_sentence_of_json(officer: Person, code: str) -> None:
    answer = officer.client.get(f"/cocok/{code}.json")
    assert (answer.status_code, answer.mimetype) == (404, "application/json")
    assert answer.get_json() == {
        "error": f"Tidak ada kebutuhan berkode {code[:16]}. Kode kebutuhan ditulis seperti K-0001."
    }
    english = officer.client.get(f"/cocok/{code}.json?lang=en").get_json()["error"]
    assert english.startswith("There is no need with the code")


def test_another_offices_challenge_does_not_exist(folder: Folder, officer: Person) -> None:
    code = elsewhere(folder)
    assert officer.client.get(f"/cocok/{code}.json").get_json()["error"].startswith("Tidak ada kebutuhan")


def test_a_visitor_is_led_to_the_sign_in_page_and_back(folder: Folder) -> None:
    visitor = Person.at(folder)
    assert visitor.open("/cocok/K-0001.json").address == "/masuk?next=/cocok/K-0001.json"


def test_the_data_tell_no_contact_and_no_private_note(folder: Folder, officer: Person) -> None:
    with folder.writing() as session:
        session.execute(sa.update(Party).values(**SECRETS))
        for table in (Challenge, Offer):
            session.execute(sa.update(table).values(notes="Kolom rahasia"))
    for code in CODES:
        told = officer.open(f"/cocok/{code}.json").body.decode()
        assert not [secret for secret in (*SECRETS.values(), "Kolom rahasia") if secret in told]
