"""The district from a seed number: the same twice, plausible, at real villages, and entered through the use cases."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from matcher import log
from matcher.models import Challenge, Fact, Log, Offer, Party
from matcher.policy import Actor, Role
from matcher.vocabulary import MATCHED, UNITS, Category, FactCode, FactKind, Mode, PartyKind, Sector
from seeds import phrases, reference, synthetic

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOW = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
BY = Actor("data contoh", Role.ADMIN)


@pytest.fixture(scope="module")
def district() -> synthetic.District:
    return synthetic.district(7)


def test_the_same_seed_gives_the_same_rows_to_the_byte(district: synthetic.District) -> None:
    assert repr(synthetic.district(7)) == repr(district)
    assert repr(synthetic.district(8)) != repr(district)


def test_a_district_has_as_many_rows_as_asked(district: synthetic.District) -> None:
    assert (len(district.libraries), len(district.challenges), len(district.offers)) == (400, 2000, 500)


def test_libraries_stand_at_real_villages_and_fill_every_village_first(district: synthetic.District) -> None:
    places = {row.code: (row.lat, row.lon) for row in reference.rows("32.02") if row.level == "village"}
    assert all(places[library.village] == (library.lat, library.lon) for library in district.libraries)
    assert {library.village for library in district.libraries} == set(places)


def test_facts_are_of_their_kind_and_some_are_unknown(district: synthetic.District) -> None:
    for library in district.libraries:
        assert all(value in {0, 1} for code, value in library.facts.items() if code.kind is FactKind.YES_NO)
        assert all(value >= 0 for value in library.facts.values())
    known = sum(len(library.facts) for library in district.libraries) / (len(FactCode) * len(district.libraries))
    assert 0.6 < known < 0.9


def test_no_library_lacks_what_its_own_facts_say_it_has(district: synthetic.District) -> None:
    for row in district.challenges:
        facts = district.libraries[row.library].facts
        if row.report.unit == "room":
            assert facts.get(FactCode.ROOM) != 1
        if row.report.unit == "title":
            assert facts.get(FactCode.TITLES, 0) < 1000


def test_no_library_asks_twice_for_one_thing(district: synthetic.District) -> None:
    things = Counter((thing.category, thing.unit) for thing in phrases.THINGS)
    asked = Counter((row.library, row.report.category, row.report.unit) for row in district.challenges)
    assert all(count <= things[category, str(unit)] for (_, category, unit), count in asked.items())


def test_more_challenges_than_things_to_lack_is_refused() -> None:
    with pytest.raises(ValueError, match="lack at most"):
        synthetic.district(1, libraries=2, challenges=200, offers=0)


def test_units_belong_to_their_category_and_whole_things_stay_whole(district: synthetic.District) -> None:
    reports = [(row.report.unit, row.report.category, row.report.quantity) for row in district.challenges]
    gifts = [(row.gift.unit, row.gift.category, row.gift.quantity) for row in district.offers]
    for code, category, quantity in reports + gifts:
        if code is not None:
            assert UNITS[code].category is category
            assert not UNITS[code].whole or quantity is None or quantity == int(quantity)


def test_the_words_say_the_number_that_the_row_holds(district: synthetic.District) -> None:
    for row in district.challenges:
        report = row.report
        if report.quantity is not None and report.unit == "unit":
            number = int(report.quantity)
            assert str(number) in report.story or phrases.DIGITS[number] in report.story


def test_every_matched_category_is_lacked_and_offered_and_other_stays_rare(district: synthetic.District) -> None:
    lacked = [row.report.category for row in district.challenges]
    offered = {row.gift.category for row in district.offers}
    assert set(MATCHED) <= set(lacked)
    assert set(MATCHED) <= offered
    assert 0 < lacked.count(Category.OTHER) < len(lacked) * 0.05


def test_all_sectors_give_and_libraries_give_experience_only(district: synthetic.District) -> None:
    assert {giver.sector for giver in district.givers} == set(Sector)
    experience = [row for row in district.offers if row.of_library]
    assert {row.gift.mode for row in experience} == {Mode.EXPERIENCE}
    assert all(row.gift.quantity is None and row.party < len(district.libraries) for row in experience)
    assert all(row.party < len(district.givers) for row in district.offers if not row.of_library)


def test_areas_are_regions_and_shares_are_in_order(district: synthetic.District) -> None:
    codes = {row.code for row in reference.rows("32.02")}
    for row in district.offers:
        gift = row.gift
        assert set(gift.area) <= codes
        if gift.share_min is not None and gift.share_max is not None:
            assert gift.share_min <= gift.share_max


@pytest.mark.parametrize(
    ("amount", "style", "written"),
    [
        (1_500_000, 0, "Rp1.500.000"),
        (1_500_000, 1, "1,5 juta"),
        (300_000, 1, "300 ribu"),
        (2_000_000, 3, "2 jt"),
        (500_000, 2, "Rp 500.000,-"),
    ],
)
def test_money_is_written_as_people_write_it(amount: float, style: int, written: str) -> None:
    assert synthetic.rupiah(amount, style) == written


def test_a_district_enters_through_the_use_cases_and_the_log_holds(session: Session) -> None:
    rows = synthetic.district(3, libraries=30, challenges=120, offers=60)
    office = synthetic.enter(session, rows, by=BY, at=NOW)
    session.commit()
    counted = {table: session.scalar(select(func.count()).select_from(table)) for table in (Challenge, Offer, Fact)}
    assert counted == {Challenge: 120, Offer: 60, Fact: sum(len(library.facts) for library in rows.libraries)}
    libraries = session.scalars(select(Party.slug).where(Party.kind == PartyKind.LIBRARY)).all()
    assert len(libraries) == len(set(libraries)) == 30
    assert office.region_code == "32.02"
    assert log.verify(session) is None
    assert log.replay(session.scalars(select(Log).order_by(Log.seq))) == log.stored_states(session)


def test_reports_keep_the_days_they_have_waited(session: Session) -> None:
    rows = synthetic.district(3, libraries=30, challenges=120, offers=60)
    synthetic.enter(session, rows, by=BY, at=NOW)
    session.commit()
    waited = sorted((NOW - moment).days for moment in session.scalars(select(Challenge.reported_at)))
    assert waited == sorted(row.waited for row in rows.challenges)


def test_a_whole_district_enters_whole_and_its_trace_fits(session: Session, district: synthetic.District) -> None:
    synthetic.enter(session, district, by=BY, at=NOW)
    session.commit()
    for table, rows in ((Challenge, district.challenges), (Offer, district.offers)):
        assert session.scalar(select(func.count()).select_from(table)) == len(rows)
    assert log.verify(session) is None
