"""Equity over time: who counts as helped, since when, in which group; one rule with the score."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import event

from matcher import balance, lines, matching, merging, partnership
from matcher.factors import FACTORS
from matcher.queries import fairness, public
from matcher.queries.fairness import Wish
from matcher.vocabulary import CancelReason, Category, FactCode, ProofKind
from tests.builders import AT, another_office, later, world

FAR, PLACELESS = "32.02.39.2001", None


@pytest.fixture
def w(session):
    return world(session)


def seen(w):
    return fairness.fairness(w.session, w.office, at=w.at)


def row(w, library):
    return next(one for one in seen(w).libraries if one.id == library.id)


def old_help(w, library, days, quantity=3):
    """Something that arrived so many days ago, recorded as an old partnership."""
    need = w.challenge(library, quantity=quantity)
    day = w.day - dt.timedelta(days=days)
    return partnership.record_old(
        w.session, need, w.offer(), Decimal(quantity), occurred_on=day, by=w.officer, at=w.at
    )  # fmt: skip


# --- who was helped --------------------------------------------------------------------------------------------------


def test_a_library_is_helped_once_something_arrived_and_not_by_a_promise_or_by_experience(w):
    promised, told, given = w.library(), w.library(), w.library()
    w.agreed(w.challenge(promised), w.offer(), 2)
    w.agreed(w.challenge(told), w.experience())
    w.prove(w.agreed(w.challenge(given), w.offer(), 2), 1)
    assert {one.id: one.helped for one in seen(w).libraries if one.helped} == {given.id: w.day}


def test_what_went_back_again_is_no_help(w):
    library = w.library()
    line = w.agreed(w.challenge(library), w.offer(), 2)
    w.prove(line, 2)
    w.prove(line, 2, kind=ProofKind.RETURN)
    assert row(w, library).helped is None


def test_what_arrived_before_the_line_was_cancelled_is_help(w):
    library = w.library()
    line = w.agreed(w.challenge(library), w.offer(), 2)
    w.prove(line, 1)
    partnership.cancel(w.session, line.id, CancelReason.GIVER_CANNOT, by=w.officer, at=w.at)
    assert row(w, library).helped == w.day


def test_old_partnerships_count_with_their_own_day(w):
    library = w.library()
    old_help(w, library, 400)
    assert row(w, library).helped == w.day - dt.timedelta(days=400)


def test_help_to_a_merged_library_is_help_to_the_one_that_stands_for_it(w):
    kept, twin = w.library(), w.library()
    old_help(w, twin, 30)
    merging.merge_parties(w.session, kept, twin, by=w.officer, at=w.at)
    w.session.flush()
    assert [one.id for one in seen(w).libraries if one.helped] == [kept.id]


def test_the_page_and_the_score_call_the_same_libraries_never_helped_and_the_same_kecamatan_thin(w):
    near = [w.library() for _ in range(3)]
    far = [w.library(region_code=FAR) for _ in range(2)]
    old_help(w, near[0], 500)
    w.prove(w.agreed(w.challenge(far[0]), w.offer(), 1), 1)
    for library in (*near, *far):
        w.challenge(library)
    needs = matching.see(w.session, w.office, at=w.at).needs
    scored = dict(zip(needs.library.tolist(), needs.never_helped.tolist(), strict=True))
    page = {one.id: one.helped is None for one in seen(w).libraries}
    assert page == scored
    thin = dict(zip(needs.region.tolist(), needs.thin.tolist(), strict=True))
    shares = {group.code: group.never / group.libraries for group in seen(w).kecamatan}
    assert {matching.kecamatan(code): share for code, share in thin.items()} == pytest.approx(shares)
    cards = public.every_need(w.session, w.office, public.Wish(), at=w.at)
    assert {card.slug for card in cards if card.never_helped} == {one.slug for one in (near[1], near[2], far[1])}


# --- since when, how much is owed ------------------------------------------------------------------------------------


def test_a_library_waits_since_its_first_open_need_or_since_it_was_registered(w):
    w.at = later(-200)
    silent, asking = w.library(), w.library()
    for days in (-90, -30):
        w.at = later(days)
        w.challenge(asking)
    w.at = AT
    w.session.commit()
    assert row(w, asking).since == w.day - dt.timedelta(days=90)
    assert row(w, silent).since == w.day - dt.timedelta(days=200)


def test_who_was_never_helped_is_owed_most_and_what_was_given_counts_less_with_every_cycle():
    values = [balance.neglect(cycles) for cycles in (0, 1, 3, 6, 30)]
    assert values == sorted(values)
    assert values[0] == 0
    assert balance.neglect(6) == 0.5
    assert values[-1] < balance.neglect(None) == 1


@pytest.mark.parametrize(
    ("last", "cycles"),
    [(None, None), ("2026-03-02", 0), ("2026-01-01", 0), ("2025-12-31", 1), ("2025-08-31", 2), ("2023-12-31", 7)],
)
def test_cycles_are_counted_by_the_offices_own_beginnings(w, last, cycles):
    day = None if last is None else dt.date.fromisoformat(last)
    assert lines.cycles_since(w.office, day, w.day) == cycles


def test_libraries_stand_in_the_order_of_what_they_are_owed(w):
    lately, long_ago, never = (w.library() for _ in range(3))
    old_help(w, lately, 10)
    old_help(w, long_ago, 900)
    assert [one.id for one in seen(w).libraries] == [never.id, long_ago.id, lately.id]


# --- groups ----------------------------------------------------------------------------------------------------------


def test_groups_count_who_was_helped_by_kecamatan_distance_and_size_and_the_unknown_have_their_own(w):
    small = w.library(facts={FactCode.VISITORS: 20})
    w.library(facts={FactCode.TITLES: 500})
    w.library(region_code=FAR, facts={FactCode.VISITORS: 900, FactCode.TITLES: 1})
    w.library(region_code=PLACELESS)
    old_help(w, small, 5)
    found = seen(w)
    assert [(one.name.id, one.never, one.libraries) for one in found.kecamatan] == [
        ("Surade", 1, 1), ("tempatnya belum diketahui", 1, 1), ("Cicurug", 1, 2),
    ]  # fmt: skip
    assert [(one.code, one.libraries) for one in found.distances] == [("45", 3), (fairness.UNKNOWN, 1)]
    assert [(one.code, one.never, one.libraries) for one in found.sizes] == [
        ("s", 0, 1), ("m", 1, 1), ("l", 1, 1), (fairness.UNKNOWN, 1, 1),
    ]  # fmt: skip
    assert (found.total.libraries, found.total.never, found.total.percent) == (4, 3, 25)


def test_how_much_of_needs_is_covered_is_the_mean_share_of_each_need(w):
    library, other = w.library(), w.library()
    w.prove(w.agreed(w.challenge(library, quantity=4), w.offer(), 2), 1, verified=True)
    w.challenge(other, quantity=8)
    w.challenge(other, quantity=None)
    cover = seen(w).total.cover
    assert (cover.needs, cover.percent("promised"), cover.percent("arrived"), cover.percent("proven")) == (
        2, 25, 12, 12,
    )  # fmt: skip


def test_another_offices_libraries_and_lines_are_not_counted(w):
    mine, other = w.library(), another_office(w)
    theirs = other.library(region_code="32.04.05.2001")
    w.session.flush()
    other.prove(other.agreed(other.challenge(theirs), other.offer(), 1), 1)
    found = seen(w)
    assert [one.id for one in found.libraries] == [mine.id]
    assert found.cycles == []


# --- over time -------------------------------------------------------------------------------------------------------


def test_each_cycle_says_how_many_were_helped_in_it_for_the_first_time_and_ever(w):
    first, second = w.library(), w.library()
    w.library()
    old_help(w, first, 300)
    old_help(w, first, 20)
    old_help(w, second, 25)
    found = seen(w)
    assert [(one.starts.isoformat(), one.helped, one.first, one.ever) for one in found.cycles] == [
        ("2025-05-01", 1, 1, 1), ("2025-09-01", 0, 0, 1), ("2026-01-01", 2, 1, 2),
    ]  # fmt: skip
    assert {one.id for one in found.some(Wish(cycle=dt.date(2026, 1, 1)))} == {first.id, second.id}


def test_only_the_last_nine_cycles_are_shown(w):
    old_help(w, w.library(), 4000)
    cycles = seen(w).cycles
    assert (len(cycles), cycles[-1].starts, cycles[0].ever) == (9, dt.date(2026, 1, 1), 1)


def test_the_rows_behind_a_number_are_as_many_as_it_says(w):
    for number in range(6):
        library = w.library(region_code=FAR if number % 2 else "32.02.16.2005", facts={FactCode.VISITORS: 50 * number})
        if number in (1, 2):
            old_help(w, library, 100 * number)
    found = seen(w)
    for name, groups in (("kecamatan", found.kecamatan), ("distance", found.distances), ("size", found.sizes)):
        for group in groups:
            assert len(found.some(Wish(**{name: group.code}))) == group.libraries
            assert len(found.some(Wish(helped=False, **{name: group.code}))) == group.never
    for cycle in found.cycles:
        assert len(found.some(Wish(cycle=cycle.starts))) == cycle.helped


def test_the_number_of_queries_does_not_grow_with_the_libraries(w):
    asked = []
    for count in (2, 30):
        for number in range(count):
            library = w.library(facts={FactCode.VISITORS: number})
            old_help(w, library, 10 * number)
            w.challenge(library, category=Category.BOOKS, quantity=30)
        w.session.commit()
        w.session.expunge_all()
        counted = []
        connection = w.session.connection()
        event.listen(connection, "before_cursor_execute", listener := lambda *_, kept=counted: kept.append(1))
        seen(w)
        event.remove(connection, "before_cursor_execute", listener)
        asked.append(len(counted))
    assert asked[0] == asked[1]


def test_the_equity_factor_counts_help_of_long_ago_less_than_none_and_more_than_help_of_this_cycle(w):
    never, long_ago, lately = (w.library() for _ in range(3))
    old_help(w, long_ago, 900)
    old_help(w, lately, 10)
    needs = {w.challenge(library, quantity=9).id: library.id for library in (never, long_ago, lately)}
    offer = w.offer()
    ranking = matching.ranked(matching.around(w.session, w.office, offer, at=w.at, challenge_ids=list(needs)))
    place = [factor.name for factor in FACTORS].index("equity")
    value = {needs[int(one)]: float(row[place]) for one, row in zip(ranking.challenge, ranking.factors, strict=True)}
    assert value[never.id] > value[long_ago.id] > value[lately.id]
