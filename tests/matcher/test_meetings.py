"""Meetings from the calendar to a timetable in use: invitations, answers, pins, drafts, late declines, single cells."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import select

from matcher import log, meeting_day, meetings, merging, timetabling
from matcher.errors import (
    BreakImpossible,
    BreakTwice,
    ChangedMeanwhile,
    NotABreak,
    NotAllowed,
    NotFound,
    OutOfRange,
    TimetableContradicts,
)
from matcher.meetings import Schedule
from matcher.models import Attendance, Log, TalkPin, Timetable
from matcher.policy import Actor, Role
from matcher.queries import meetings as queries
from matcher.vocabulary import Answer, Category, Clash, EventKind, Flaw, PartyKind, Redrawn, Unmet
from tests.builders import another_office, later, world

HALL = Schedule("08:30", 20, 3, ((2, 15),), None, 1, 1)


@pytest.fixture
def w(session):
    return world(session)


def a_day(w, kind=EventKind.STAKEHOLDER, schedule=HALL, **overrides):
    values = {"name": "PLM hari 2", "day": w.day + dt.timedelta(days=7), "place": "Aula"} | overrides
    return meetings.plan(
        w.session, office_id=w.office.id, kind=kind, by=w.officer, at=w.at, schedule=schedule, **values
    )


def three_by_two(w):
    """Three libraries without computers and two givers of them, all invited."""
    givers = [w.giver(name) for name in ("Bank Jabar", "CCFI")]
    for giver in givers:
        w.offer(giver)
    libraries = [w.library(f"Perpustakaan Desa {name}") for name in ("Melati", "Pelita", "Cahaya")]
    for library in libraries:
        w.challenge(library)
    w.refresh()
    event = a_day(w)
    meetings.invite(w.session, event, [one.id for one in (*libraries, *givers)], by=w.officer, at=w.at)
    w.session.flush()
    return event, libraries, givers


def work_out(w, event):
    day = meeting_day.see(w.session, event, at=w.at)
    return timetabling.store(w.session, event, day, timetabling.work_out(day), by=w.officer, at=w.at)


def in_use(w, event):
    made = work_out(w, event)
    return timetabling.use(w.session, event, made.number, by=w.officer, at=w.at)


def answer(w, event, party, said, **values):
    return meetings.answer(w.session, event, party.id, said, by=w.officer, at=w.at, **values)


def cells(made):
    return {(cell["library"], cell["partner"]): (cell["slot"], cell["table"]) for cell in made.cells}


# --- the day ---------------------------------------------------------------------------------------------------------


def test_a_break_moves_the_hours_after_it():
    assert HALL.starts() == ["08:30", "08:50", "09:25"]


@pytest.mark.parametrize(
    ("text", "hour"), [("8.30", "08:30"), ("08:30", "08:30"), (" 13.05 ", "13:05"), ("", None), ("0:00", "00:00")]
)
def test_an_hour_is_read_as_people_write_it(text, hour):
    assert meetings.an_hour(text, "arrives") == hour


def test_every_break_moves_the_hours_after_it_whatever_their_order(w):
    event = a_day(w)
    many = Schedule("08:00", 30, 5, meetings.read_breaks("3: 60\n1: 10"))
    meetings.set_schedule(w.session, event, many, by=w.officer, at=w.at)
    assert meetings.schedule_of(event).starts() == ["08:00", "08:40", "09:10", "10:40", "11:10"]
    assert meetings.schedule_of(event).breaks == ((1, 10), (3, 60))


@pytest.mark.parametrize(
    ("text", "breaks"),
    [("", ()), (" \n \r\n", ()), ("4: 15", ((4, 15),)), ("2:10\r\n\r\n5 - 60", ((2, 10), (5, 60))),
     ("setelah 4: 15 menit\nsesudah pembicaraan ke-6, 30 menit", ((4, 15), (6, 30)))],
)  # fmt: skip
def test_breaks_are_read_a_line_each(text, breaks):
    assert meetings.read_breaks(text) == breaks


@pytest.mark.parametrize(
    ("text", "row"), [("4", 1), ("4: 15\nsiang", 2), ("2: 10\n\n10.00-10.15", 3), ("4,5: 15", 1), ("1: 99999999", 1)]
)
def test_a_line_that_is_no_break_is_named(text, row):
    with pytest.raises(NotABreak) as told:
        meetings.read_breaks(text)
    assert (told.value.values["row"], told.value.field) == (row, "breaks")


@pytest.mark.parametrize("text", ["25.00", "8", "8.75", "siang", "8:3"])
def test_what_is_no_hour_is_refused(text):
    with pytest.raises(OutOfRange):
        meetings.an_hour(text, "arrives")


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("slots", {"slots": 0}), ("slots", {"slots": 25}), ("slot_minutes", {"slot_minutes": 1}),
        ("tables", {"tables": 0}), ("least", {"least": -1}), ("seats", {"seats": 13}),
        ("breaks", {"breaks": ((3, 15),)}), ("breaks", {"breaks": ((1, 15), (2, 1))}),
        ("breaks", {"breaks": ((2, 15), (1, 10), (2, 5))}), ("breaks", {"breaks": ((0, 15),)}),
        ("first_start", {"first_start": "29.00"}), ("slots", {"first_start": "23:00", "slots": 4}),
    ],
)  # fmt: skip
def test_hours_that_no_day_holds_are_refused_by_field(w, field, values):
    event = a_day(w)
    from dataclasses import replace

    with pytest.raises((OutOfRange, BreakImpossible, BreakTwice)) as told:
        meetings.set_schedule(w.session, event, replace(HALL, **values), by=w.officer, at=w.at)
    assert told.value.field == field


def test_a_day_nobody_said_anything_about_is_as_usual(w):
    event = a_day(w, schedule=None)
    assert meetings.schedule_of(event) == meetings.USUAL[False]
    assert meetings.schedule_of(a_day(w, EventKind.PEER, schedule=None)) == meetings.USUAL[True]


def test_a_day_of_another_office_is_not_there(w):
    event = a_day(another_office(w))
    with pytest.raises(NotFound):
        meetings.find(w.session, w.office.id, event.id)


def test_the_day_asked_for_is_the_next_one_else_the_last(w):
    days = {ahead: a_day(w, day=w.day + dt.timedelta(days=ahead)) for ahead in (-9, -3, 5, 2)}
    a_day(w, EventKind.PEER, day=w.day)
    for when, ahead in ((0, 2), (2, 2), (4, 5), (6, 5)):
        at = w.at + dt.timedelta(days=when)
        assert queries.chosen(w.session, w.office.id, peer=False, at=at) is days[ahead]
    assert queries.chosen(w.session, another_office(w).office.id, peer=False, at=w.at) is None


# --- who comes -------------------------------------------------------------------------------------------------------


def test_an_invitation_comes_once_and_never_to_another_offices_party(w):
    event, libraries, _ = three_by_two(w)
    stranger = another_office(w).library()
    ids = [libraries[0].id, stranger.id]
    assert meetings.invite(w.session, event, ids, by=w.officer, at=w.at) == 0
    assert w.session.get(Attendance, (event.id, stranger.id)) is None


def test_those_with_open_needs_and_offers_are_to_be_invited(w):
    event, _, _ = three_by_two(w)
    late, quiet = w.giver(), w.library("Tanpa kebutuhan")
    w.offer(late)
    assert queries.to_invite(w.session, event) == {PartyKind.LIBRARY: [], PartyKind.STAKEHOLDER: [late.id]}
    peers = a_day(w, EventKind.PEER)
    w.experience(quiet)
    found = queries.to_invite(w.session, peers)
    assert quiet.id in found[PartyKind.LIBRARY]
    assert found[PartyKind.STAKEHOLDER] == []


def test_an_answer_is_written_down_with_its_trace(w):
    event, libraries, givers = three_by_two(w)
    answer(w, event, givers[0], Answer.REPRESENTED, arrives="09:00", most=2, speaker_id=givers[1].id)
    w.session.commit()
    row = w.session.get(Attendance, (event.id, givers[0].id))
    assert (row.answer, row.arrives, row.most, row.speaker_id) == (Answer.REPRESENTED, "09:00", 2, givers[1].id)
    traced = w.session.scalars(select(Log).where(Log.event == "answer")).one()
    assert traced.changes["answer"] == ["invited", "represented"]
    assert log.verify(w.session) is None
    with pytest.raises(NotFound):
        answer(w, event, libraries[0], Answer.YES, speaker_id=libraries[0].id)
    with pytest.raises(OutOfRange):
        answer(w, event, libraries[0], Answer.YES, arrives="10:00", leaves="09:00")
    with pytest.raises(NotFound):
        answer(w, event, w.giver(), Answer.YES)


def test_nobody_speaks_through_somebody_who_is_spoken_for(w):
    event, libraries, _ = three_by_two(w)
    one, two, three = libraries
    answer(w, event, one, Answer.YES, speaker_id=two.id)
    for whose, speaker in ((two, one), (two, three), (three, one)):
        with pytest.raises(TimetableContradicts) as told:
            answer(w, event, whose, Answer.YES, speaker_id=speaker.id)
        assert (told.value.values["why"], told.value.field) == (Clash.SPEAKS, "speaker")
    answer(w, event, three, Answer.YES, speaker_id=two.id)


def test_a_party_has_the_hours_of_whoever_speaks_for_it(w):
    event, _, givers = three_by_two(w)
    answer(w, event, givers[0], Answer.YES, speaker_id=givers[1].id)
    answer(w, event, givers[1], Answer.YES, arrives="09:25")
    made = work_out(w, event)
    assert {slot for slot, _ in cells(made).values()} == {2}
    assert meeting_day.hours(w.session, event, []).free(min(cells(made))) == [2]
    answer(w, event, givers[1], Answer.NO)
    with pytest.raises(TimetableContradicts):
        work_out(w, event)


def test_only_the_office_plans(w):
    event, libraries, givers = three_by_two(w)
    visitor = Actor("tamu", Role.MITRA, party_id=givers[0].id)
    with pytest.raises(NotAllowed):
        meetings.answer(w.session, event, givers[0].id, Answer.NO, by=visitor, at=w.at)
    with pytest.raises(NotAllowed):
        meetings.pin(w.session, event, libraries[0].id, givers[0].id, keep=True, by=visitor, at=w.at)
    made = in_use(w, event)
    with pytest.raises(NotAllowed):
        timetabling.use(w.session, event, made.number, by=visitor, at=w.at)


# --- drafts ----------------------------------------------------------------------------------------------------------


def test_a_timetable_names_what_each_pair_talks_about(w):
    event, libraries, _givers = three_by_two(w)
    made = work_out(w, event)
    assert len(made.cells) == 6
    assert {cell["library"] for cell in made.cells} == {one.id for one in libraries}
    for cell in made.cells:
        assert cell["challenge"] is not None
        assert cell["score"] > 0
    assert made.figures["without"] == {}
    assert json.dumps([made.cells, made.reserves, made.figures]).count("Perpustakaan") == 0


def test_working_out_again_changes_nothing_where_nothing_changed(w):
    event, _, _ = three_by_two(w)
    first = in_use(w, event)
    before = list(first.cells)
    again = work_out(w, event)
    assert (again.id, again.cells) == (first.id, before)
    assert len(w.session.scalars(select(Timetable)).all()) == 1


def test_a_library_that_nothing_fits_is_named(w):
    event, _, _ = three_by_two(w)
    odd = w.library("Perpustakaan Desa Sepi")
    w.challenge(odd, category=Category.SPACE, unit="room", quantity=1)
    w.refresh()
    meetings.invite(w.session, event, [odd.id], by=w.officer, at=w.at)
    assert work_out(w, event).figures["without"] == {str(odd.id): Unmet.NOTHING_FITS.value}
    answer(w, event, odd, Answer.NO)
    assert work_out(w, event).figures["without"] == {}


def test_late_comers_limits_and_shared_speakers_are_respected(w):
    event, libraries, givers = three_by_two(w)
    answer(w, event, givers[0], Answer.YES, arrives="08:45")
    answer(w, event, givers[1], Answer.YES, most=1)
    answer(w, event, libraries[0], Answer.YES, leaves="08:50")
    made = work_out(w, event)
    where = cells(made)
    assert all(slot >= 1 for (_, partner), (slot, _) in where.items() if partner == givers[0].id)
    assert sum(partner == givers[1].id for _, partner in where) == 1
    assert all(slot == 0 for (library, _), (slot, _) in where.items() if library == libraries[0].id)
    answer(w, event, givers[1], Answer.YES, most=None, speaker_id=givers[0].id)
    slots = [slot for slot, _ in cells(work_out(w, event)).values()]
    assert len(slots) == len(set(slots))


def test_what_is_already_decided_is_talked_about_while_it_waits_for_an_answer(w):
    event, libraries, givers = three_by_two(w)
    challenge = w.challenge(libraries[0], quantity=1)
    offer = w.offer(givers[0], quantity=5)
    w.refresh()
    match = w.propose(challenge, offer, 1)
    w.refresh()
    topic = meeting_day.see(w.session, event, at=w.at).topics[libraries[0].id, givers[0].id]
    assert topic.score >= match.score


def test_a_merged_party_is_one_with_what_stands_for_it(w):
    event, libraries, givers = three_by_two(w)
    twin = w.library("Perpustakaan Desa Melatih")
    w.challenge(twin, quantity=7)
    w.refresh()
    meetings.invite(w.session, event, [twin.id], by=w.officer, at=w.at)
    meetings.pin(w.session, event, twin.id, givers[0].id, keep=True, by=w.officer, at=w.at)
    before = cells(work_out(w, event))
    assert (twin.id, givers[0].id) in before
    merging.merge_parties(w.session, libraries[0], twin, by=w.officer, at=w.at)
    w.refresh()
    day = meeting_day.see(w.session, event, at=w.at)
    assert twin.id not in day.guests
    assert libraries[0].id in day.guests
    assert (libraries[0].id, givers[0].id) in cells(work_out(w, event))
    assert all(library != twin.id for library, _ in cells(timetabling.mend(w.session, event, by=w.officer, at=w.at)))


def test_after_a_merge_the_page_and_the_presses_know_the_party_by_its_new_name(w):
    event, used, giver = two_by_one(w)
    (one, _), (other, _) = sorted(cells(used))
    gone, twin = w.session.get_one(type(giver), one), w.library("Perpustakaan Desa Melati Baru")
    meetings.invite(w.session, event, [twin.id], by=w.officer, at=w.at)
    timetabling.lock(w.session, event, (one, giver.id), by=w.officer, at=w.at)
    merging.merge_parties(w.session, twin, gone, by=w.officer, at=w.at)
    w.refresh()
    pair = (twin.id, giver.id)
    sheet = queries.sheet(w.session, event, used, used)
    assert sheet.broken == []
    drawn = {cell.pair: cell for row in sheet.rows for slot in row.slots for cell in slot}
    assert set(drawn) == {pair, (other, giver.id)}
    assert (drawn[pair].locked, drawn[pair].library, sheet.pins[0][1]) == (True, "Melati Baru", twin.name)
    assert queries.talk(w.session, event, used, pair).cell.locked
    meetings.let_go(w.session, event, *pair, by=w.officer, at=w.at)
    draft = timetabling.cancel(w.session, event, (one, giver.id), by=w.officer, at=w.at)
    assert list(cells(draft)) == [(other, giver.id)]
    assert [cell.pair for cell in queries.sheet(w.session, event, draft, used).gone] == [pair]


def test_the_proof_names_talks_of_those_who_are_on_the_list_no_more(w):
    event, used, giver = two_by_one(w)
    day = meeting_day.see(w.session, event, at=w.at)
    cell = {**used.cells[0], "library": giver.id}
    assert timetabling.prove(day, [cell]).faults == [timetabling.Broken(Flaw.NOT_LISTED, giver.id, giver.id)]


def test_among_equals_a_library_never_helped_goes_first(w):
    giver = w.giver()
    for _ in range(2):
        w.offer(giver, quantity=100)
    helped, never = w.library("Perpustakaan Desa Dibantu"), w.library("Perpustakaan Desa Belum")
    w.agreed(w.challenge(helped, quantity=1, title="Lama"), w.offer(giver, quantity=1), 1)
    for library in (helped, never):
        w.challenge(library)
    w.refresh()
    event = a_day(w, schedule=Schedule(slots=1, breaks=(), least=0))
    meetings.invite(w.session, event, [helped.id, never.id, giver.id], by=w.officer, at=w.at)
    assert list(cells(work_out(w, event))) == [(never.id, giver.id)]


# --- peers -----------------------------------------------------------------------------------------------------------


def test_on_a_peer_day_a_need_meets_somebodys_success(w):
    teller, listener = w.library("Perpustakaan Desa Juara"), w.library("Perpustakaan Desa Baru")
    w.experience(teller)
    w.challenge(listener)
    w.offer(w.giver())
    w.refresh()
    event = a_day(w, EventKind.PEER, schedule=None)
    meetings.invite(w.session, event, [teller.id, listener.id], by=w.officer, at=w.at)
    assert list(cells(work_out(w, event))) == [(listener.id, teller.id)]


# --- pins ------------------------------------------------------------------------------------------------------------


def test_a_lock_holds_through_a_new_timetable_and_a_ban_keeps_two_apart(w):
    event, libraries, _givers = three_by_two(w)
    first = cells(work_out(w, event))
    locked, banned = min(first), sorted(first)[3]
    timetabling.lock(w.session, event, locked, by=w.officer, at=w.at)
    timetabling.ban(w.session, event, banned, by=w.officer, at=w.at)
    answer(w, event, libraries[2], Answer.YES, arrives="08:45")
    again = cells(work_out(w, event))
    assert again[locked][0] == first[locked][0]
    assert banned not in again
    meetings.let_go(w.session, event, *banned, by=w.officer, at=w.at)
    assert banned in cells(work_out(w, event))


def test_a_pin_replaces_the_one_before_and_the_same_pin_twice_is_one(w):
    event, libraries, givers = three_by_two(w)
    pair = (libraries[0].id, givers[0].id)
    for slot in (0, 0, 1):
        meetings.pin(w.session, event, *pair, keep=True, slot=slot, by=w.officer, at=w.at)
    assert [pin.slot for pin in meetings.pins(w.session, event)] == [1]
    assert len(w.session.scalars(select(TalkPin)).all()) == 2


def test_a_pin_on_somebody_who_said_no_is_named_and_the_last_timetable_stays(w):
    event, libraries, givers = three_by_two(w)
    made = in_use(w, event)
    before = list(made.cells)
    meetings.pin(w.session, event, libraries[1].id, givers[1].id, keep=True, slot=1, by=w.officer, at=w.at)
    answer(w, event, givers[1], Answer.NO)
    with pytest.raises(TimetableContradicts) as told:
        work_out(w, event)
    assert told.value.values["why"] is Clash.SAID_NO
    assert told.value.values["named"] == ": Perpustakaan Desa Pelita – CCFI, 08:50"
    assert timetabling.in_use(w.session, event).cells == before


def test_only_two_on_the_list_who_can_meet_are_pinned(w):
    event, libraries, givers = three_by_two(w)
    work_out(w, event)
    stranger, uninvited = another_office(w).giver("Rahasia Kantor Lain"), w.giver("Belum diundang")
    library, giver = libraries[0].id, givers[0].id
    for pair in (
        (library, stranger.id), (library, uninvited.id), (999, 998), (library, library), (giver, library),
        (library, libraries[1].id), (giver, givers[1].id),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            timetabling.ban(w.session, event, pair, by=w.officer, at=w.at)
    assert meetings.pins(w.session, event) == []


# --- in use ----------------------------------------------------------------------------------------------------------


def test_a_late_decline_touches_only_its_own_cells_and_the_reserve_moves_up(w):
    givers = [w.giver(name) for name in ("Bank Jabar", "CCFI", "KAHMI")]
    for giver in givers:
        w.offer(giver)
    libraries = [w.library(f"Perpustakaan Desa {name}") for name in ("Melati", "Pelita", "Cahaya")]
    for library in libraries:
        w.challenge(library)
    w.refresh()
    event = a_day(w, schedule=Schedule(slots=1, breaks=()))
    meetings.invite(w.session, event, [one.id for one in (*libraries, *givers[:2])], by=w.officer, at=w.at)
    used = in_use(w, event)
    before = cells(used)
    assert len(before) == 2
    gone = next(pair for pair in before if pair[1] == givers[1].id)
    waits = next(one.id for one in libraries if one.id not in {library for library, _ in before})
    meetings.invite(w.session, event, [givers[2].id], by=w.officer, at=w.at)
    answer(w, event, w.session.get_one(type(givers[0]), gone[0]), Answer.NO)
    draft = timetabling.mend(w.session, event, by=w.officer, at=later(hours=1))
    after = cells(draft)
    kept = next(pair for pair in before if pair != gone)
    assert (draft.number, draft.used_at, used.used_at) == (used.number + 1, None, w.at)
    assert after[kept] == before[kept]
    assert after[waits, givers[1].id] == before[gone]
    assert set(after) == {kept, (waits, givers[1].id)}


def test_nothing_to_repair_makes_no_draft(w):
    event, libraries, _ = three_by_two(w)
    used = in_use(w, event)
    answer(w, event, libraries[0], Answer.YES)
    assert timetabling.mend(w.session, event, by=w.officer, at=w.at).id == used.id
    assert queries.sheet(w.session, event, used, used).broken == []
    answer(w, event, libraries[0], Answer.NO)
    broken = queries.sheet(w.session, event, used, used).broken
    assert {cell.pair[0] for cell in broken} == {libraries[0].id}


def test_after_the_day_is_shortened_the_proof_fails_and_a_repair_refills_it(w):
    event, used, _ = two_by_one(w)
    cells_before = [{**cell, "slot": 2 + at} for at, cell in enumerate(used.cells)]
    used.cells = cells_before
    meetings.set_schedule(w.session, event, Schedule(slots=2, breaks=()), by=w.officer, at=w.at)
    day = meeting_day.see(w.session, event, at=w.at, stand=used.cells)
    assert len(timetabling.prove(day, used.cells).faults) == 2
    pair = min(cells(used))
    with pytest.raises(NotFound):
        timetabling.move(w.session, event, pair, 0, by=w.officer, at=w.at)
    draft = timetabling.mend(w.session, event, by=w.officer, at=w.at)
    assert sorted(slot for slot, _ in cells(draft).values()) == [0, 1]
    assert draft.figures["without"] == {}


def test_a_timetable_is_used_once_and_only_the_newest(w):
    event, libraries, _ = three_by_two(w)
    used = in_use(w, event)
    assert timetabling.use(w.session, event, used.number, by=w.officer, at=later(1)).used_at == w.at
    answer(w, event, libraries[0], Answer.NO)
    draft = timetabling.mend(w.session, event, by=w.officer, at=later(1))
    assert timetabling.in_use(w.session, event).id == used.id
    with pytest.raises(NotFound):
        timetabling.use(w.session, event, used.number, by=w.officer, at=later(1))
    timetabling.use(w.session, event, draft.number, by=w.officer, at=later(1))
    assert timetabling.in_use(w.session, event).id == draft.id


def test_a_draft_that_somebody_changed_is_not_used_unseen_and_can_be_set_aside(w):
    event, libraries, _ = three_by_two(w)
    used = in_use(w, event)
    answer(w, event, libraries[0], Answer.NO)
    draft = timetabling.mend(w.session, event, by=w.officer, at=w.at)
    w.session.flush()
    seen = draft.version
    timetabling.cancel(w.session, event, min(cells(draft)), by=w.officer, at=w.at)
    w.session.flush()
    with pytest.raises(ChangedMeanwhile):
        timetabling.use(w.session, event, draft.number, version=seen, by=w.officer, at=w.at)
    timetabling.discard(w.session, event, draft.number, by=w.officer, at=w.at)
    assert timetabling.newest(w.session, event).id == used.id
    with pytest.raises(NotFound):
        timetabling.discard(w.session, event, used.number, by=w.officer, at=w.at)
    again = timetabling.mend(w.session, event, by=w.officer, at=w.at)
    assert (again.number, again.figures["gap"]) == (draft.number + 1, None)


# --- single cells ----------------------------------------------------------------------------------------------------


def two_by_one(w, slots=3):
    """Two libraries and one giver, three slots: one stays free."""
    giver = w.giver("Bank Jabar")
    w.offer(giver)
    libraries = [w.library(f"Perpustakaan Desa {name}") for name in ("Melati", "Pelita")]
    for library in libraries:
        w.challenge(library)
    w.refresh()
    event = a_day(w, schedule=Schedule(slots=slots, breaks=()))
    meetings.invite(w.session, event, [giver.id, *(one.id for one in libraries)], by=w.officer, at=w.at)
    return event, in_use(w, event), giver


def test_moving_one_talk_moves_no_other(w):
    event, used, _ = two_by_one(w)
    before = cells(used)
    pair, other = sorted(before)
    free = ({0, 1, 2} - {slot for slot, _ in before.values()}).pop()
    draft = timetabling.move(w.session, event, pair, free, by=w.officer, at=w.at)
    assert cells(draft) == {pair: (free, before[pair][1]), other: before[other]}
    with pytest.raises(TimetableContradicts) as told:
        timetabling.move(w.session, event, pair, before[other][0], by=w.officer, at=w.at)
    assert told.value.values["why"] is Clash.TAKEN
    assert cells(timetabling.newest(w.session, event))[pair][0] == free


def test_two_talks_change_places(w):
    event, used, _ = two_by_one(w)
    before = cells(used)
    one, other = sorted(before)
    draft = timetabling.swap(w.session, event, one, other, by=w.officer, at=w.at)
    assert cells(draft) == {one: before[other], other: before[one]}


def test_a_cancelled_talk_leaves_its_slot_free_until_somebody_fills_it(w):
    event, used, _ = two_by_one(w)
    before = cells(used)
    pair, other = sorted(before)
    draft = timetabling.cancel(w.session, event, pair, by=w.officer, at=w.at)
    assert cells(draft) == {other: before[other]}
    assert [(one["library"], one["partner"]) for one in draft.reserves] == [pair]
    again = timetabling.fill(w.session, event, pair, before[pair][0], by=w.officer, at=w.at)
    assert cells(again) == before


def test_a_library_whose_talks_are_cancelled_is_told_that_its_time_is_free(w):
    event, used, giver = two_by_one(w, slots=2)
    pair, other = sorted(cells(used))
    draft = timetabling.cancel(w.session, event, pair, by=w.officer, at=w.at)
    assert draft.figures["without"] == {str(pair[0]): Unmet.FREE.value}
    assert queries.sheet(w.session, event, draft, used).reserves[0].slots == [cells(used)[pair][0]]
    answer(w, event, giver, Answer.YES, most=1)
    again = timetabling.mend(w.session, event, by=w.officer, at=w.at)
    assert (list(cells(again)), again.figures["without"]) == ([other], {str(pair[0]): Unmet.FULL.value})


def test_a_locked_talk_is_moved_by_no_press(w):
    event, used, _ = two_by_one(w)
    pair, other = sorted(cells(used))
    timetabling.lock(w.session, event, pair, by=w.officer, at=w.at)
    for press in (
        lambda: timetabling.cancel(w.session, event, pair, by=w.officer, at=w.at),
        lambda: timetabling.move(w.session, event, pair, 2, by=w.officer, at=w.at),
        lambda: timetabling.swap(w.session, event, other, pair, by=w.officer, at=w.at),
    ):
        with pytest.raises(TimetableContradicts) as told:
            press()
        assert told.value.values["why"] is Clash.LOCKED
    assert cells(timetabling.newest(w.session, event)) == cells(used)


def test_a_talk_that_is_not_there_cannot_be_moved(w):
    event, _, giver = two_by_one(w)
    with pytest.raises(NotFound):
        timetabling.move(w.session, event, (giver.id, giver.id), 0, by=w.officer, at=w.at)


def test_a_banned_pair_makes_room_for_the_next(w):
    event, used, giver = two_by_one(w, slots=1)
    (pair,) = cells(used)
    draft = timetabling.ban(w.session, event, pair, by=w.officer, at=w.at)
    assert [partner for _, partner in cells(draft)] == [giver.id]
    assert pair not in cells(draft)


# --- what pages read -------------------------------------------------------------------------------------------------


def test_the_sheet_says_what_is_new_gone_and_the_same_against_the_one_in_use(w):
    event, used, _ = two_by_one(w)
    pair, _other = sorted(cells(used))
    draft = timetabling.cancel(w.session, event, pair, by=w.officer, at=w.at)
    sheet = queries.sheet(w.session, event, draft, used)
    assert sheet.changes == {Redrawn.NEW: 0, Redrawn.MOVED: 0, Redrawn.SAME: 1, Redrawn.GONE: 1}
    assert [cell.pair for cell in sheet.gone] == [pair]
    assert sheet.reserves[0].pair == pair
    assert cells(used)[pair][0] in sheet.reserves[0].slots
    assert queries.sheet(w.session, event, used, used).changes == {}


def test_the_grid_has_a_row_a_table_or_a_row_a_person(w):
    event, _, _ = three_by_two(w)
    made = work_out(w, event)
    tables = queries.sheet(w.session, event, made, None)
    assert [(row.name, row.who) for row in tables.rows] == [("1", "Bank Jabar"), ("2", "CCFI")]
    people = queries.sheet(w.session, event, made, None, by_person=True)
    assert [row.who for row in people.rows] == ["Cahaya", "Melati", "Pelita", "Bank Jabar", "CCFI"]
    assert sum(len(slot) for row in tables.rows for slot in row.slots) == 6
    assert sum(len(slot) for row in people.rows for slot in row.slots) == 12


def test_a_cell_says_why_and_where_it_could_go(w):
    event, used, _ = two_by_one(w)
    pair, other = sorted(cells(used))
    talk = queries.talk(w.session, event, used, pair)
    assert talk.told is not None
    assert talk.challenge.party_id == pair[0]
    assert talk.free == sorted({0, 1, 2} - {slot for slot, _ in cells(used).values()})
    assert [one.pair for one in talk.others] == [other]
    assert queries.talk(w.session, event, used, (0, 0)) is None


def test_two_of_one_name_are_told_apart_by_their_village(w):
    one = w.library("Perpustakaan Desa Melati")
    other = w.library("Perpustakaan Desa Melati", region_code="32.02.39.2001")
    alone = w.library("Perpustakaan Desa Pelita")
    assert meetings.names(w.session, [one.id, other.id, alone.id]) == {
        one.id: "Perpustakaan Desa Melati (Pasawahan)", other.id: "Perpustakaan Desa Melati (Pasiripis)",
        alone.id: "Perpustakaan Desa Pelita",
    }  # fmt: skip


def test_a_proof_says_what_no_longer_holds(w):
    event, used, giver = two_by_one(w)
    day = meeting_day.see(w.session, event, at=w.at, stand=used.cells)
    proof = timetabling.prove(day, used.cells)
    assert (proof.faults, proof.gap) == ([], 0.0)
    answer(w, event, giver, Answer.YES, arrives="09:00")
    late = meeting_day.see(w.session, event, at=w.at, stand=used.cells)
    assert timetabling.prove(late, used.cells).faults != []
