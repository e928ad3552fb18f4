"""The meeting told through the use cases: what the article names is there, and what it does not name is marked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from matcher import log
from matcher.models import Attendance, Challenge, Event, Fact, Log, Offer, Office, Party
from matcher.vocabulary import (
    MATCHED,
    EventKind,
    EventState,
    Mode,
    PartyKind,
    Provenance,
    ReportState,
    Sector,
    Strategy,
)
from seeds import scenario

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@pytest.fixture
def meeting(session: Session) -> Office:
    office = scenario.tell(session)
    session.commit()
    return office


def test_the_story_stands_still_on_27_march_2015(meeting: Office) -> None:
    assert (meeting.region_code, meeting.frozen_on) == ("32.02", dt.date(2015, 3, 27))


def test_five_libraries_met_and_only_bunga_padi_is_the_articles(session: Session, meeting: Office) -> None:
    libraries = session.scalars(select(Party).where(Party.kind == PartyKind.LIBRARY)).all()
    assert len(libraries) == 5
    quoted = [library for library in libraries if library.provenance is Provenance.QUOTED]
    assert [(library.name, library.region_code) for library in quoted] == [
        ("Perpustakaan Desa Bunga Padi", "32.02.16.2005")
    ]
    assert all(library.provenance is Provenance.INVENTED for library in libraries if library not in quoted)


def test_the_six_challenges_are_open_one_of_each_kind(session: Session, meeting: Office) -> None:
    challenges = session.scalars(select(Challenge).order_by(Challenge.code)).all()
    assert tuple(challenge.category for challenge in challenges) == MATCHED
    assert {challenge.state for challenge in challenges} == {ReportState.OPEN}
    assert all(challenge.quantity for challenge in challenges)


@pytest.mark.parametrize(
    ("strategy", "told"),
    [
        (Strategy.INVOLVEMENT, {"lomba", "layanan baca"}),
        (Strategy.ICT, {"pelatihan komputer dan internet", "bisnis online", "informasi di internet"}),
        (Strategy.ADVOCACY, {"ruangan khusus", "teralis", "karpet", "relawan"}),
    ],
)
def test_the_successes_stand_under_their_strategy(
    session: Session, meeting: Office, strategy: Strategy, told: set[str]
) -> None:
    titles = session.scalars(select(Offer.title).where(Offer.strategy == strategy, Offer.mode == Mode.EXPERIENCE)).all()
    for words in told:
        assert any(words in title.casefold() for title in titles), words


def test_a_success_is_told_by_a_library_and_never_against_its_own_lack(session: Session, meeting: Office) -> None:
    lacks = {(row.party_id, row.category) for row in session.scalars(select(Challenge))}
    for offer, kind in session.execute(select(Offer, Party.kind).join(Party).where(Offer.mode == Mode.EXPERIENCE)):
        assert kind is PartyKind.LIBRARY
        assert (offer.party_id, offer.category) not in lacks


def test_the_stakeholders_stand_under_the_sectors_of_the_article(session: Session, meeting: Office) -> None:
    found: dict[Sector, set[str]] = {}
    for party in session.scalars(select(Party).where(Party.kind == PartyKind.STAKEHOLDER)):
        assert party.sector is not None
        assert party.provenance is Provenance.QUOTED
        found.setdefault(party.sector, set()).add(party.name)
    assert found == {
        Sector.GOVERNMENT: {"Dinas Pendidikan", "Diskoperindag", "PLUT"},
        Sector.ACADEMIA: {"STT Nusa Putra", "AMIK BSI", "STAI Kharisma", "IGI"},
        Sector.BUMN: {"Bank Jabar"},
        Sector.COMMUNITY: {"KAHMI"},
        Sector.VOLUNTEER: {"Relawan TIK (Sukabumi Today)"},
        Sector.FOUNDATION: {"Coca Cola Foundation Indonesia"},
    }


def test_every_stakeholder_offers_something_and_all_of_it_is_illustrative(session: Session, meeting: Office) -> None:
    givers = set(session.scalars(select(Party.id).where(Party.kind == PartyKind.STAKEHOLDER)))
    offers = session.scalars(select(Offer).where(Offer.mode != Mode.EXPERIENCE)).all()
    assert {offer.party_id for offer in offers} == givers
    assert {offer.provenance for offer in offers} == {Provenance.INVENTED}


@pytest.mark.parametrize("table", [Party, Fact, Challenge, Offer, Event, Attendance])
def test_every_row_says_where_it_comes_from(session: Session, meeting: Office, table: Any) -> None:
    assert None not in set(session.scalars(select(table.provenance)))


def test_both_days_were_held_and_the_stakeholders_came_on_the_second(session: Session, meeting: Office) -> None:
    events = session.scalars(select(Event).order_by(Event.day)).all()
    assert [(event.kind, event.day, event.state) for event in events] == [
        (EventKind.PEER, dt.date(2015, 3, 25), EventState.DONE),
        (EventKind.STAKEHOLDER, dt.date(2015, 3, 26), EventState.DONE),
    ]
    attended = select(Party.kind).join(Attendance, Attendance.party_id == Party.id)
    present = [set(session.scalars(attended.where(Attendance.event_id == event.id))) for event in events]
    assert present == [{PartyKind.LIBRARY}, {PartyKind.LIBRARY, PartyKind.STAKEHOLDER}]


def test_the_log_tells_the_same_story(session: Session, meeting: Office) -> None:
    assert log.verify(session) is None
    assert log.replay(session.scalars(select(Log).order_by(Log.seq))) == log.stored_states(session)
