"""Meetings in slots: the best pairs, nobody in two places, pins kept, little waiting, repairs that touch little."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import slots, talks, timetable
from matcher.errors import TimetableContradicts
from matcher.talks import PLENTY, Meeting, Pin
from matcher.timetable import Talk
from matcher.vocabulary import Clash, Flaw, Unmet


def meeting(score, slots=4, **values):
    """A day on which everybody is there all the time, may talk in every slot and speaks for one."""
    score = np.asarray(score, float)
    guests, hosts = score.shape
    usual = {
        "guest_most": np.full(guests, slots), "host_most": np.full(hosts, slots),
        "guest_there": np.ones((guests, slots), bool), "host_there": np.ones((hosts, slots), bool),
        "guest_person": np.arange(guests), "host_person": guests + np.arange(hosts),
    }  # fmt: skip
    return Meeting(score, **{**usual, **values})


def drawn(seed, guests, hosts, slots, *, rough=False, **values):
    """A day from a seed: few different scores, so that there are ties; *rough*: people come late and have limits."""
    chance = np.random.default_rng(seed)
    score = chance.integers(0, 6, (guests, hosts)) * 10.0
    score[chance.random((guests, hosts)) < 0.35] = np.nan
    if rough:
        values = {
            "guest_most": chance.integers(1, slots + 1, guests), "host_most": chance.integers(1, slots + 1, hosts),
            "guest_there": windows(chance, guests, slots), "host_there": windows(chance, hosts, slots), **values,
        }  # fmt: skip
    return meeting(score, slots, **values)


def windows(chance, count, slots):
    """From an arrival to a leaving, for each."""
    ends = np.sort(chance.integers(0, slots + 1, (count, 2)), axis=1)
    whole = chance.random(count) < 0.6
    at = np.arange(slots)
    return whole[:, None] | ((at >= ends[:, :1]) & (at < ends[:, 1:]))


def by_cp_sat(day, *, exact=False):  # noqa: C901 - one model, read from top to bottom
    """The most points another solver finds: with limits only, or (*exact*) with a slot for every talk."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    free = day.allowed()
    guests, hosts, slots = free.shape
    cells = {key: model.new_bool_var("") for key in map(tuple, np.argwhere(free).tolist())}
    pairs = {}
    for guest, host in {key[:2] for key in cells}:
        pairs[guest, host] = model.new_bool_var("")
        those = [cells[guest, host, slot] for slot in range(slots) if (guest, host, slot) in cells]
        model.add(sum(those) == pairs[guest, host]) if exact else model.add(sum(those) >= pairs[guest, host])
    for guest in range(guests):
        mine = [var for key, var in pairs.items() if key[0] == guest]
        model.add(sum(mine) <= int(min(day.guest_most[guest], day.guest_there[guest].sum())))
    for host in range(hosts):
        mine = [var for key, var in pairs.items() if key[1] == host]
        model.add(sum(mine) <= int(min(day.host_most[host], day.host_there[host].sum())))
    model.add(sum(pairs.values()) <= day.tables * slots)
    if exact:
        for slot in range(slots):
            for side in (0, 1):
                for party in range(free.shape[side]):
                    model.add_at_most_one(var for key, var in cells.items() if key[2] == slot and key[side] == party)
            model.add(sum(var for key, var in cells.items() if key[2] == slot) <= day.tables)
    for pin in day.pins:
        if pin.keep:
            model.add(pairs[pin.guest, pin.host] == 1)
    had = []
    for step in range(1, day.least + 1):
        for guest in range(guests):
            var = model.new_bool_var("")
            mine = [pair for key, pair in pairs.items() if key[0] == guest]
            model.add(sum(mine) >= step * var)
            had.append((step, var))
    points = sum(round(float(np.nan_to_num(day.score[key])) * 10) * var for key, var in pairs.items())
    weight = {step: 10 ** (6 + 2 * (day.least - step)) for step in range(1, day.least + 1)}
    model.maximize(sum(weight[step] * var for step, var in had) + points)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    assert status == cp_model.OPTIMAL
    return sum(float(np.nan_to_num(day.score[key])) for key, var in pairs.items() if solver.value(var)), sum(
        solver.value(var) for _, var in had
    )


def had(day, pairs):
    """Talks that count towards the least, over all guests."""
    counts = np.bincount([guest for guest, _ in pairs], minlength=len(day.guest_most))
    return int(np.minimum(counts, day.least).sum())


SIZES = st.tuples(st.integers(1, 7), st.integers(1, 5), st.integers(1, 5))


# --- pairs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_the_pairs_have_the_score_another_solver_finds(seed):
    chance = np.random.default_rng(seed)
    guests, hosts, slots = (int(chance.integers(1, most)) for most in (9, 7, 6))
    tables = int(chance.integers(1, hosts + 1)) if seed % 3 == 0 else PLENTY
    day = drawn(seed, guests, hosts, slots, least=min(slots, 1 + seed % 2), tables=tables)
    found = talks.choose(day)
    assert (found.score, had(day, found.pairs)) == by_cp_sat(day)


@given(SIZES, st.integers(0, 10**6), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_other_names_for_the_same_people_change_no_total(size, seed, shuffle):
    guests, hosts, slots = size
    day = drawn(seed, guests, hosts, slots, rough=True)
    rows, columns = list(range(guests)), list(range(hosts))
    shuffle.shuffle(rows)
    shuffle.shuffle(columns)
    other = Meeting(
        day.score[rows][:, columns], day.guest_most[rows], day.host_most[columns], day.guest_there[rows],
        day.host_there[columns], day.guest_person, day.host_person,
    )  # fmt: skip
    assert talks.choose(day).score == talks.choose(other).score


def test_every_library_gets_its_talks_before_points_are_counted():
    day = meeting([[90, 90], [1, 1]], slots=1)
    assert sorted(guest for guest, _ in talks.choose(day).pairs) == [0, 1]


def test_where_not_all_can_have_two_all_have_one_first():
    day = meeting([[50], [50], [50]], slots=4, least=2)
    counts = np.bincount([guest for guest, _ in talks.choose(day).pairs], minlength=3)
    assert counts.tolist() == [1, 1, 1]
    day = meeting(np.full((3, 2), 50.0), slots=2, least=2)
    counts = np.bincount([guest for guest, _ in talks.choose(day).pairs], minlength=3)
    assert sorted(counts.tolist()) == [1, 1, 2]


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (meeting([[np.nan], [5]]), Unmet.NOTHING_FITS),
        (meeting([[5], [5]], pins=(Pin(0, 0, keep=False),)), Unmet.BANNED),
        (meeting([[5], [5]], guest_there=np.array([[0, 0, 0, 0], [1, 1, 1, 1]], bool)), Unmet.NOT_THERE),
        (meeting([[5], [5]], slots=1, pins=(Pin(1, 0),)), Unmet.FULL),
        (meeting([[5], [5]], guest_most=np.array([0, 4])), Unmet.OWN_LIMIT),
    ],
    ids=["nothing", "banned", "away", "full", "limit"],
)  # fmt: skip
def test_a_library_without_a_talk_is_named_with_the_reason(day, reason):
    found = timetable.plan(day)
    assert found.without == {0: reason}
    assert {talk.guest for talk in found.talks} == {1}


def test_reserves_are_the_next_best_pairs_of_every_side():
    day = meeting([[90, 80, 70], [10, 20, 30]], slots=1)
    found = talks.choose(day)
    assert found.pairs == [(0, 0), (1, 2)]
    assert found.reserves == [(0, 1), (0, 2), (1, 1), (1, 0)]


# --- slots -----------------------------------------------------------------------------------------------------------


@given(SIZES, st.integers(0, 10**6), st.integers(1, 4), st.booleans())
@settings(max_examples=120)
def test_nobody_is_in_two_places_and_hours_limits_and_tables_hold(size, seed, tables, rough):
    guests, hosts, slots = size
    day = drawn(seed, guests, hosts, slots, rough=rough, tables=min(tables, hosts))
    if np.isnan(day.score).all() or not day.allowed().any():
        return
    found = timetable.plan(day)
    assert timetable.faults(day, found.talks) == []
    assert found.score <= found.best


@given(SIZES, st.integers(0, 10**6))
@settings(max_examples=60)
def test_where_all_are_there_all_day_every_chosen_pair_gets_a_slot(size, seed):
    guests, hosts, slots = size
    day = drawn(seed, guests, hosts, slots, tables=max(1, hosts - 1))
    if np.isnan(day.score).all():
        return
    found = timetable.plan(day)
    assert found.unplaced == []
    assert found.score == found.best


@pytest.mark.parametrize("seed", range(30))
def test_with_late_comers_little_is_lost_against_the_best_there_is(seed):
    day = drawn(seed, 6, 4, 4, rough=True)
    best, _ = by_cp_sat(day, exact=True)
    found = timetable.plan(day)
    assert found.score >= 0.9 * best


@given(SIZES, st.integers(0, 10**6))
@settings(max_examples=30)
def test_the_same_meeting_gives_the_same_timetable(size, seed):
    day = drawn(seed, *size, rough=True)
    if day.allowed().any():
        assert timetable.plan(day) == timetable.plan(day)


def test_one_person_who_speaks_for_two_is_never_at_two_tables_at_once():
    day = meeting(np.full((4, 3), 50.0), host_person=np.array([4, 4, 5]))
    found = timetable.plan(day)
    both = [(talk.slot) for talk in found.talks if talk.host in (0, 1)]
    assert len(both) == len(set(both)) == 4
    day = meeting(np.full((2, 2), 50.0), slots=4, guest_person=np.array([0, 0]))
    found = timetable.plan(day)
    assert len({talk.slot for talk in found.talks}) == len(found.talks) == 4


def test_libraries_hardly_wait_between_their_talks():
    idle = []
    for seed in range(4):
        score = np.random.default_rng(seed).random((12, 6)) * 100
        found = timetable.plan(meeting(score, slots=6, guest_most=np.full(12, 3)))
        assert len(found.talks) == 36
        idle.append(found.idle)
    assert max(idle) <= 2
    assert sum(idle) <= 4


def test_a_partner_keeps_one_table_where_there_are_enough():
    found = timetable.plan(meeting(np.full((6, 4), 50.0), slots=4, tables=4))
    for host in range(4):
        assert len({talk.table for talk in found.talks if talk.host == host}) == 1


def test_with_fewer_tables_than_partners_no_slot_uses_more():
    found = timetable.plan(meeting(np.full((6, 4), 50.0), slots=4, tables=2))
    assert len(found.talks) == 8
    assert {talk.table for talk in found.talks} == {1, 2}


def test_a_break_is_no_hole():
    assert [slots.holes(mask) for mask in (0, 0b1, 0b11, 0b101, 0b1001, 0b11011)] == [0, 0, 0, 1, 2, 1]


# --- peers -----------------------------------------------------------------------------------------------------------


def peers(score, slots=4, **values):
    """Libraries at both sides: who tells at a table does not walk in that slot."""
    count = len(score)
    person = np.arange(count)
    return meeting(score, slots, guest_person=person, host_person=person, **values)


@given(st.integers(2, 7), st.integers(2, 5), st.integers(1, 3), st.integers(0, 10**6))
@settings(max_examples=80)
def test_who_tells_does_not_listen_at_the_same_time(count, slots, seats, seed):
    chance = np.random.default_rng(seed)
    score = chance.integers(1, 6, (count, count)) * 10.0
    score[chance.random((count, count)) < 0.4] = np.nan
    day = peers(score, slots, seats=seats)
    if not day.allowed().any():
        return
    found = timetable.plan(day)
    assert timetable.faults(day, found.talks) == []
    for talk in found.talks:
        tells = {other.host for other in found.talks if other.slot == talk.slot}
        assert talk.guest not in tells


def test_listeners_share_a_table_instead_of_hearing_it_one_by_one():
    score = np.full((4, 4), np.nan)
    score[1:, 0] = 50
    found = timetable.plan(peers(score, seats=3))
    assert {(talk.slot, talk.table) for talk in found.talks} == {(found.talks[0].slot, 1)}


@given(st.integers(3, 7), st.integers(2, 5), st.integers(1, 3), st.integers(1, 4), st.integers(0, 10**6))
@settings(max_examples=80)
def test_a_peer_day_is_repaired_as_soundly(count, slots, seats, tables, seed):
    chance = np.random.default_rng(seed)
    score = chance.integers(1, 6, (count, count)) * 10.0
    score[chance.random((count, count)) < 0.4] = np.nan
    most = chance.integers(1, slots + 1, count)
    day = peers(score, slots, seats=seats, tables=min(tables, count), host_most=most)
    if not day.allowed().any():
        return
    plan = timetable.plan(day)
    assert timetable.faults(day, plan.talks) == []
    gone = int(chance.integers(count))
    there = day.guest_there.copy()
    there[gone] = False
    changed = after(day, guest_there=there, host_there=there)
    if not changed.allowed().any():
        return
    repaired = timetable.repair(changed, plan.talks)
    assert timetable.faults(changed, repaired.talks) == []
    assert {talk for talk in plan.talks if gone not in talk[:2]} <= set(repaired.talks)


# --- pins ------------------------------------------------------------------------------------------------------------


@given(SIZES, st.integers(0, 10**6))
@settings(max_examples=80)
def test_pins_are_kept_and_locked_cells_do_not_move(size, seed):
    guests, hosts, slots = size
    day = drawn(seed, guests, hosts, slots)
    if np.isnan(day.score).all():
        return
    first = timetable.plan(day)
    chance = np.random.default_rng(seed)
    locked = [talk for talk in first.talks if chance.random() < 0.4]
    banned = [talk for talk in first.talks if talk not in locked and chance.random() < 0.3]
    pins = tuple(Pin(talk.guest, talk.host, talk.slot) for talk in locked)
    pins += tuple(Pin(talk.guest, talk.host, keep=False) for talk in banned)
    again = drawn(seed, guests, hosts, slots, pins=pins)
    if not again.allowed().any():
        return
    found = timetable.plan(again)
    where = {(talk.guest, talk.host): talk.slot for talk in found.talks}
    assert all(where[talk.guest, talk.host] == talk.slot for talk in locked)
    assert not {(talk.guest, talk.host) for talk in banned} & set(where)
    assert timetable.faults(again, found.talks, pins=True) == []


def test_a_pair_that_nothing_speaks_for_talks_when_a_person_wants_it():
    found = timetable.plan(meeting([[np.nan, 5]], pins=(Pin(0, 0),)))
    assert {(talk.guest, talk.host) for talk in found.talks} == {(0, 0), (0, 1)}


AWAY = np.array([[0, 0], [1, 1]], bool)
LATE = np.array([[0, 1], [1, 1]], bool)


@pytest.mark.parametrize(
    ("values", "clash", "pins"),
    [
        ({"tables": 3}, Clash.TABLES, ()),
        ({"tables": 0}, Clash.NO_ROOM, ()),
        ({"least": 3}, Clash.FEW_SLOTS, ()),
        ({"pins": (Pin(1, 1), Pin(0, 0)), "guest_there": AWAY}, Clash.SAID_NO, (1,)),
        ({"pins": (Pin(1, 1), Pin(0, 0, 0)), "guest_there": LATE}, Clash.NOT_THERE, (1,)),
        ({"pins": (Pin(1, 1, 5),)}, Clash.NOT_THERE, (0,)),
        ({"pins": (Pin(0, 0), Pin(1, 1), Pin(0, 0, keep=False))}, Clash.KEEP_AND_BAN, (0, 2)),
        ({"pins": (Pin(1, 1, 1), Pin(0, 0, 0), Pin(0, 1, 0))}, Clash.ONE_CELL, (1, 2)),
        ({"pins": (Pin(1, 0), Pin(0, 0), Pin(0, 1)), "guest_most": np.array([1, 2])}, Clash.PINS_FILL, (1, 2)),
        ({"pins": (Pin(0, 0, 0), Pin(1, 1, 0)), "tables": 1}, Clash.ONE_CELL, (0, 1)),
        ({"pins": (Pin(0, 0), Pin(0, 1), Pin(1, 0)), "tables": 1}, Clash.TOGETHER, (0, 1, 2)),
        ({"pins": (Pin(1, 1), Pin(0, 0)), "guest_most": np.array([0, 2])}, Clash.NO_TALKS, (1,)),
        ({"pins": (Pin(0, 0, 0), Pin(1, 1, 0)), "tables": 1, "seats": 2}, Clash.ONE_CELL, (0, 1)),
    ],
)  # fmt: skip
def test_a_contradiction_names_itself_and_the_smallest_set_of_pins(values, clash, pins):
    with pytest.raises(TimetableContradicts) as told:
        timetable.plan(meeting(np.full((2, 2), 50.0), slots=2, **values))
    assert (told.value.values["why"], told.value.values["pins"]) == (clash, pins)


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(0, 10**6))
@settings(max_examples=60)
def test_the_set_of_pins_is_a_contradiction_and_without_any_of_them_is_none(guests, hosts, slots, seed):
    chance = np.random.default_rng(seed)
    cells = {(int(chance.integers(guests)), int(chance.integers(hosts))) for _ in range(6)}
    pins = tuple(Pin(*cell, int(chance.integers(slots)) if chance.random() < 0.6 else None) for cell in sorted(cells))
    found = talks.quarrel(meeting(np.ones((guests, hosts)), slots, pins=pins))

    def holds(places):
        return not talks.quarrel(meeting(np.ones((guests, hosts)), slots, pins=tuple(pins[at] for at in places)))

    if not found:
        assert holds(range(len(pins)))
        return
    assert not holds(found)
    assert all(holds(less) for less in combinations(found, len(found) - 1))


def test_hosts_pinned_at_any_time_need_a_table_each_however_many_seats_it_has():
    pins = (Pin(0, 0), Pin(1, 1))
    with pytest.raises(TimetableContradicts) as told:
        timetable.plan(meeting(np.ones((2, 2)), 1, pins=pins, seats=2, tables=1))
    assert told.value.values["pins"] == (0, 1)
    found = timetable.plan(meeting(np.ones((2, 2)), 2, pins=pins, seats=2, tables=1))
    assert {(0, 0), (1, 1)} <= {talk[:2] for talk in found.talks}


@given(st.integers(2, 5), st.integers(2, 4), st.integers(2, 4), st.integers(1, 3), st.integers(0, 10**6))
@settings(max_examples=80)
def test_at_tables_of_several_seats_locks_are_kept_or_refused_but_never_dropped(guests, hosts, slots, tables, seed):
    chance = np.random.default_rng(seed)
    day = meeting(np.ones((guests, hosts)), slots, seats=2, tables=min(tables, hosts))
    stand = timetable.plan(day).talks
    cells = {(int(chance.integers(guests)), int(chance.integers(hosts))) for _ in range(3)}
    pins = tuple(Pin(*cell, int(chance.integers(slots)) if chance.random() < 0.7 else None) for cell in sorted(cells))
    pinned = after(day, pins=pins)
    for work in (timetable.plan, lambda day: timetable.repair(day, stand)):
        try:
            found = work(pinned)
        except TimetableContradicts:
            continue
        assert timetable.faults(pinned, found.talks, pins=True) == []


# --- repairs ---------------------------------------------------------------------------------------------------------


def after(day, **changes):
    """The same day after something changed."""
    from dataclasses import replace

    return replace(day, **changes)


@given(SIZES, st.integers(0, 10**6), st.booleans(), st.integers(1, 3))
@settings(max_examples=150)
def test_a_repair_touches_only_what_the_change_touched(size, seed, rough, tables):
    guests, hosts, slots = size
    day = drawn(seed, guests, hosts, slots, rough=rough, tables=min(tables, hosts))
    if not day.allowed().any():
        return
    plan = timetable.plan(day)
    chance = np.random.default_rng(seed)
    there = day.host_there.copy()
    gone = int(chance.integers(hosts))
    there[gone, : slots if chance.random() < 0.5 else 1] = False  # declines, or comes a slot late
    changed = after(day, host_there=there)
    if not changed.allowed().any():
        return
    repaired = timetable.repair(changed, plan.talks)
    lost = [talk for talk in plan.talks if not there[talk.host, talk.slot]]
    assert set(plan.talks) - set(repaired.talks) == set(lost)
    assert timetable.faults(changed, repaired.talks) == []
    freed = {("g", talk.guest, talk.slot) for talk in lost} | {("h", talk.host, talk.slot) for talk in lost}
    lost_pairs = {(talk.guest, talk.host) for talk in lost}
    for talk in set(repaired.talks) - set(plan.talks):
        touched = {("g", talk.guest, talk.slot), ("h", talk.host, talk.slot)} & freed
        assert touched or (talk.guest, talk.host) in lost_pairs


def test_a_freed_slot_goes_to_the_pair_that_is_next_best():
    day = meeting([[90, 80, 10], [20, 70, 60]], slots=1)
    plan = timetable.plan(day)
    assert plan.talks == [Talk(0, 0, 0, 1), Talk(1, 1, 0, 2)]
    there = day.host_there.copy()
    there[1] = False
    repaired = timetable.repair(after(day, host_there=there), plan.talks)
    assert repaired.talks == [Talk(0, 0, 0, 1), Talk(1, 2, 0, 2)]


def test_a_talk_whose_hour_is_gone_moves_to_a_free_one():
    day = meeting([[90]], slots=3, pins=(Pin(0, 0, 0),))
    plan = timetable.plan(day)
    there = np.array([[0, 1, 1]], bool)
    repaired = timetable.repair(after(day, host_there=there, pins=()), plan.talks)
    assert repaired.talks == [Talk(0, 0, 1, 1)]


def test_a_pair_that_is_asked_for_later_gets_its_place_and_few_give_way():
    day = meeting([[90, np.nan], [80, 70]], slots=1)
    plan = timetable.plan(day)
    assert {talk[:2] for talk in plan.talks} == {(0, 0), (1, 1)}
    asked = after(day, pins=(Pin(0, 1),))
    found = timetable.repair(asked, plan.talks)
    assert {talk[:2] for talk in found.talks} == {(0, 1), (1, 0)}
    assert timetable.faults(asked, found.talks, pins=True) == []
    wide = after(meeting([[90, np.nan], [80, 70]], slots=2, host_most=np.array([1, 2])), pins=(Pin(0, 1),))
    assert set(plan.talks) <= set(timetable.repair(wide, plan.talks).talks)


def test_a_repair_refuses_to_break_a_lock():
    day = meeting([[90, 50]], pins=(Pin(0, 0, 0),))
    plan = timetable.plan(day)
    there = day.host_there.copy()
    there[0] = False
    with pytest.raises(TimetableContradicts):
        timetable.repair(after(day, host_there=there), plan.talks)


def test_a_talk_in_an_hour_that_is_gone_moves_and_its_guest_is_never_forgotten():
    stand = [Talk(0, 0, 0, 1), Talk(1, 0, 3, 1)]
    short = meeting([[90, 80], [70, 60]], slots=2, host_most=np.array([2, 2]))
    assert timetable.faults(short, stand) == [timetable.Fault(Flaw.NO_HOUR, 1, 0, 3, 1)]
    found = timetable.repair(short, stand)
    assert (found.talks, found.without) == ([Talk(0, 0, 0, 1), Talk(1, 0, 1, 1)], {})
    full = meeting([[90, 80], [70, 60]], slots=1)
    assert timetable.repair(full, stand).talks == [Talk(0, 0, 0, 1), Talk(1, 1, 0, 2)]


def test_nothing_changed_means_nothing_moves():
    day = drawn(5, 8, 5, 5)
    plan = timetable.plan(day)
    assert timetable.repair(day, plan.talks).talks == plan.talks


# --- proof -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        [Talk(0, 0, 0, 1), Talk(0, 1, 0, 2)],
        [Talk(0, 0, 0, 1), Talk(1, 0, 0, 1)],
        [Talk(0, 0, 0, 1), Talk(1, 1, 0, 1)],
        [Talk(0, 0, 0, 1), Talk(1, 0, 0, 2)],
        [Talk(0, 0, 0, 3)],
        [Talk(0, 0, 0, 1), Talk(0, 0, 1, 1)],
        [Talk(1, 0, 0, 1)],
        [Talk(0, 0, 0, 1), Talk(0, 1, 1, 1)],
    ],
    ids=["guest-twice", "host-twice", "one-table", "two-tables", "no-table", "pair-twice", "late", "limit"],
)
def test_the_proof_finds_what_is_wrong(cells):
    there = np.array([[1, 1], [0, 1]], bool)
    day = meeting(np.ones((2, 2)), slots=2, tables=2, guest_there=there, guest_most=np.array([1, 2]))
    assert timetable.faults(day, [Talk(0, 0, 0, 1)]) == []
    assert timetable.faults(day, cells) != []


def test_the_proof_misses_a_pin():
    day = meeting(np.ones((2, 2)), slots=2, pins=(Pin(1, 1),))
    assert timetable.faults(day, [Talk(0, 0, 0, 1)], pins=True) != []


def test_whoever_watches_may_end_the_work():
    class Enough(Exception):
        pass

    def watch(done, _total):
        if done:
            raise Enough

    with pytest.raises(Enough):
        timetable.plan(drawn(1, 20, 10, 6), watch=watch)
