"""Owns a meeting's timetable: the best pairs, a slot and a table for each, repairs that touch little, and the proof."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from matcher import slots, talks
from matcher.slots import Board, Watch, holes
from matcher.talks import Meeting
from matcher.vocabulary import Clash, Flaw, Unmet

AGAIN = 40  #: times that a talk without a slot is tried to be placed


class Talk(NamedTuple):
    """A guest at a host's table in one slot; all are places in the columns of the `Meeting`, tables count from 1."""

    guest: int
    host: int
    slot: int
    table: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A timetable with its figures."""

    talks: list[Talk]
    reserves: list[tuple[int, int]]  #: pairs that do not talk, best first
    without: dict[int, Unmet]  #: guests with fewer talks than they are to have, and why
    score: float  #: points of all talks
    best: float | None  #: the most that is possible, above *score* only where a pair found no slot; None: not asked
    idle: int  #: slots in which guests wait between two talks
    host_idle: int  #: slots in which hosts do
    unplaced: list[tuple[int, int]] = field(default_factory=list)  #: chosen pairs without a slot


# --- planning --------------------------------------------------------------------------------------------------------


def plan(meeting: Meeting, *, watch: Watch | None = None) -> Plan:
    """The timetable of a meeting: the best pairs, then slots with little waiting, then tables.

    The same meeting gives the same timetable; nothing in it depends on the time it takes.

    Raises
    ------
    TimetableContradicts
        What is asked cannot be had; see `talks.check`.
    """
    chosen = talks.choose(meeting)
    if not chosen.pairs:
        raise talks.contradiction(Clash.NOTHING)
    board = Board(meeting, chosen.pairs)
    _settle(board, _order(meeting, board))
    board.improve(watch)
    _last_tries(board)
    cells = [(*pair, slot) for pair, slot in zip(board.pairs, board.slot, strict=True) if slot >= 0]
    left = [pair for pair, slot in zip(board.pairs, board.slot, strict=True) if slot < 0]
    cells += _fill(meeting, cells, left)
    return told(meeting, _kept(meeting, _within(meeting, _seated(meeting, cells, {}))), chosen.score, left)


def _order(meeting: Meeting, board: Board) -> list[int]:
    """Talks in the order in which they get a slot: locked ones, then those with few hours, then the busiest."""
    busy: dict[int, int] = defaultdict(int)
    for ends in board.ends:
        for place in ends:
            busy[board.person[place]] += 1
    kept = meeting.kept()

    def key(talk: int) -> tuple[bool, int, int, int]:
        few = board.allowed[talk].bit_count()
        return board.pairs[talk] not in kept, few, -max(busy[board.person[place]] for place in board.ends[talk]), talk

    return sorted(range(len(board.pairs)), key=key)


def _settle(board: Board, order: Sequence[int]) -> None:
    """A slot for every talk that can have one; pins first, exactly."""
    kept = board.meeting.kept()
    pinned = [talk for talk in order if board.pairs[talk] in kept]
    cells = [(talk, slot) for talk in pinned for slot in range(board.slots) if board.allowed[talk] >> slot & 1]
    found = talks.place_best(
        board.meeting, [(*board.pairs[talk], slot) for talk, slot in cells], [1.0] * len(cells), all_of=len(pinned)
    )  # fmt: skip
    for at in found or []:
        board.put(*cells[at])
    rest = [talk for talk in order if board.slot[talk] < 0 and not board.place(talk)]
    board.even_out()
    while rest and any([board.place(talk) for talk in rest]):  # noqa: C419 - each is tried, whatever came of the last
        rest = [talk for talk in rest if board.slot[talk] < 0]
    board.even_out()


def _last_tries(board: Board) -> None:
    """Talks still without a slot are tried on boards a little shaken; too many tables let the weakest go."""
    chance = np.random.default_rng(slots.SEED)
    for _ in range(AGAIN):
        left = [talk for talk, slot in enumerate(board.slot) if slot < 0]
        if not left:
            break
        for talk in left:
            board.place(talk)
        talk = int(chance.integers(len(board.pairs)))
        one, two = board.slot[talk], int(chance.integers(board.slots))
        if one >= 0 and one != two and (chain := board.chain([talk], one, two)) is not None:
            board.swap(chain, one, two)
    board.even_out()
    kept = board.meeting.kept()
    points = np.nan_to_num(board.meeting.score)
    while board.over():
        loose = [
            talk for talk, slot in enumerate(board.slot)
            if slot >= 0 and board.used[slot] > board.tables and board.pairs[talk] not in kept
        ]  # fmt: skip
        if not loose:
            break  # only pins are left there: whether they can be kept is seen in the end
        board.take(min(loose, key=lambda talk: (points[board.pairs[talk]], talk)))


def _fill(
    meeting: Meeting, cells: list[tuple[int, int, int]], left: Sequence[tuple[int, int]]
) -> list[tuple[int, int, int]]:
    """What can still be had beside *cells* where chosen pairs found no slot: the best of all other pairs."""
    if not left:
        return []
    guests, hosts = {guest for guest, _ in left}, {host for _, host in left}
    return _best_beside(meeting, cells, lambda guest, host, _slot: guest in guests or host in hosts)


def _best_beside(
    meeting: Meeting, cells: Sequence[tuple[int, int, int]], may: Callable[[int, int, int], bool]
) -> list[tuple[int, int, int]]:
    """The cells of most worth that can stand beside *cells*, of those that *may*."""
    free, had = meeting.allowed(), {cell[:2] for cell in cells}
    busy = {(int(meeting.guest_person[guest]), slot) for guest, _, slot in cells}
    full = {(host, slot) for _, host, slot in cells} if meeting.seats == 1 else set()
    talks_of: dict[int, int] = defaultdict(int)
    for guest, _, _ in cells:
        talks_of[guest] += 1
    wanted = [
        (guest, host, slot)
        for guest, host, slot in np.argwhere(free).tolist()
        if (guest, host) not in had and may(guest, host, slot)
        and (int(meeting.guest_person[guest]), slot) not in busy and (host, slot) not in full
    ]  # fmt: skip
    points, most = np.nan_to_num(meeting.score), float(np.nan_to_num(meeting.score).max(initial=1.0)) + 1
    worth = []
    for guest, host, slot in wanted:
        first = most * 3 if not talks_of[guest] else most if talks_of[guest] < meeting.least else 0.0
        worth.append(1.0 + first + float(points[guest, host]) - slot * 1e-4)  # of equal ones the earliest
    found = talks.place_best(meeting, wanted, worth, taken=cells)
    return [wanted[at] for at in found or []]


def told(meeting: Meeting, cells: list[Talk], best: float | None = None, left: Sequence[tuple[int, int]] = ()) -> Plan:
    """A timetable with its figures."""
    pairs = [(cell.guest, cell.host) for cell in cells]
    hours: dict[tuple[bool, int], int] = defaultdict(int)
    for cell in cells:
        hours[True, int(meeting.guest_person[cell.guest])] |= 1 << cell.slot
        hours[False, int(meeting.host_person[cell.host])] |= 1 << cell.slot
    walks, points = {int(person) for person in meeting.guest_person}, total(meeting, pairs)
    whole: dict[int, int] = defaultdict(int)
    for (_, person), mask in hours.items():
        whole[person] |= mask
    return Plan(
        cells, talks.reserves(meeting, pairs), talks.without(meeting, pairs, [cell[:3] for cell in cells]),
        points, best,
        sum(holes(mask) for person, mask in whole.items() if person in walks),
        sum(holes(mask) for person, mask in whole.items() if person not in walks),
        sorted(set(left) - set(pairs)),
    )  # fmt: skip


def total(meeting: Meeting, pairs: Iterable[tuple[int, int]]) -> float:
    """Points of all *pairs*."""
    points = np.nan_to_num(meeting.score)
    return round(math.fsum(float(points[pair]) for pair in pairs), 6)


# --- tables ----------------------------------------------------------------------------------------------------------


def _seated(
    meeting: Meeting, cells: Sequence[tuple[int, int, int]], stand: Mapping[tuple[int, int], int]
) -> list[Talk]:
    """A table for every cell: a host keeps one where there are enough, else as long as it can.

    *stand* holds tables that are settled: (host, slot) to table.
    """
    hosts = sorted({host for _, host, _ in cells})
    usual = {host: number for number, host in enumerate(hosts, start=1)} if len(hosts) <= meeting.tables else {}
    for (host, _), table in sorted(stand.items()):
        usual[host] = table
    at: dict[tuple[int, int], int] = dict(stand)
    for slot in sorted({slot for _, _, slot in cells}):
        sit = sorted({host for _, host, when in cells if when == slot and (host, slot) not in at})
        busy = {table for (_, when), table in at.items() if when == slot}
        for host in sorted(sit, key=lambda host: (host not in usual, host)):
            wish = usual.get(host, 0)
            table = wish if wish and wish not in busy else next(n for n in range(1, len(busy) + 2) if n not in busy)
            at[host, slot] = usual[host] = table
            busy.add(table)
    return sorted(
        (Talk(guest, host, slot, at[host, slot]) for guest, host, slot in cells),
        key=lambda talk: (talk.slot, talk.table, talk.guest),
    )


# --- repairing -------------------------------------------------------------------------------------------------------


def repair(meeting: Meeting, stand: Sequence[Talk]) -> Plan:
    """The timetable *stand* after something changed: only cells that can no longer be are touched.

    A talk whose hour is gone moves to one that is free for both; what is freed is filled from the pairs that are next
    best, for those who lost something.  Everything else keeps its slot and its table.

    Raises
    ------
    TimetableContradicts
        A locked cell can no longer be.
    """
    talks.check(meeting)
    free = meeting.allowed()
    keep = [talk for talk in stand if talk.slot < meeting.slots and free[talk.guest, talk.host, talk.slot]]
    keep = _room_for_pins(meeting, _within(meeting, keep))
    lost = [talk for talk in stand if talk not in keep]
    cells = [(talk.guest, talk.host, talk.slot) for talk in keep]
    freed_guest = {(talk.guest, talk.slot) for talk in lost}
    freed_host = {(talk.host, talk.slot) for talk in lost}
    pairs = {(talk.guest, talk.host) for talk in lost}
    adrift = {talk.guest for talk in lost if talk.slot >= meeting.slots}  # their hour is gone, and frees none
    asked = {pair for pair in meeting.kept() if pair not in {cell[:2] for cell in cells}}
    cells += _best_beside(meeting, cells, lambda guest, host, _slot: (guest, host) in asked)
    cells += _best_beside(meeting, cells, lambda guest, host, _slot: (guest, host) in pairs)
    cells += _best_beside(
        meeting, cells, lambda guest, host, slot: (guest, slot) in freed_guest or (host, slot) in freed_host
    )
    had = Counter(guest for guest, _, _ in cells)
    cells += _best_beside(
        meeting, cells, lambda guest, _host, _slot: guest in adrift and had[guest] < meeting.least
    )  # fmt: skip
    stay = _tables(keep)
    return told(meeting, _kept(meeting, _sound(meeting, keep, _seated(meeting, cells, stay))))


def _room_for_pins(meeting: Meeting, keep: list[Talk]) -> list[Talk]:
    """*keep*, and where a pin finds no place beside it, that pin with what can still stand: few give way."""
    kept, cells = meeting.kept(), [talk[:3] for talk in keep]
    asked = kept.keys() - {cell[:2] for cell in cells}
    if not asked:
        return keep
    beside = _best_beside(meeting, cells, lambda guest, host, _slot: (guest, host) in asked)
    if len(beside) == len(asked) and not faults(meeting, _seated(meeting, [*cells, *beside], _tables(keep))):
        return keep
    wanted = [cell for cell in np.argwhere(meeting.allowed()).tolist() if tuple(cell[:2]) in kept]
    worth = []
    for guest, host, slot in wanted:
        way = sum(one[2] == slot and (one[0] == guest or one[1] == host) for one in cells)
        worth.append(float(2 * len(cells) * ((guest, host, slot) in cells)) - way)
    found = talks.place_best(meeting, [(g, h, s) for g, h, s in wanted], worth, all_of=len(kept)) or []
    pinned = [tuple(wanted[at]) for at in found]
    stay = _tables([talk for talk in keep if talk[:3] in pinned])
    first = _seated(meeting, [(g, h, s) for g, h, s in pinned], stay)
    loose = [talk for talk in keep if talk[:2] not in kept]
    points = np.nan_to_num(meeting.score)
    return _sound(meeting, first, sorted(loose, key=lambda talk: (-points[talk[:2]], talk)))


def _tables(cells: Iterable[Talk]) -> dict[tuple[int, int], int]:
    """Where each host sits in each slot."""
    return {(talk.host, talk.slot): talk.table for talk in cells}


def _kept(meeting: Meeting, cells: list[Talk]) -> list[Talk]:
    """*cells*, if all that is pinned is among them where it was asked for: a pin is never dropped in silence."""
    slot_of = {(talk.guest, talk.host): talk.slot for talk in cells}
    broken = tuple(
        place for place, pin in enumerate(meeting.pins)
        if pin.keep and (pin[:2] not in slot_of or pin.slot not in (None, slot_of[pin[:2]]))
    )  # fmt: skip
    if broken:
        raise talks.contradiction(Clash.TOGETHER, broken)
    return cells


def _within(meeting: Meeting, cells: Sequence[Talk]) -> list[Talk]:
    """Those of *cells* that limits, persons and tables still allow: the worst go first, pinned ones stay."""
    points, kept = np.nan_to_num(meeting.score), meeting.kept()
    order = sorted(cells, key=lambda talk: ((talk.guest, talk.host) not in kept, -points[talk.guest, talk.host], talk))
    return _sound(meeting, [], order)


def _sound(meeting: Meeting, stand: Sequence[Talk], cells: Sequence[Talk]) -> list[Talk]:
    """*stand*, and of *cells* in their order what can be beside it: tables of several seats are no linear matter."""
    found = list(stand)
    if faults(meeting, [*stand, *(talk for talk in cells if talk not in found)]):
        for talk in cells:
            if talk not in found and not faults(meeting, [*found, talk]):
                found.append(talk)
    else:
        found += [talk for talk in cells if talk not in found]
    return sorted(found, key=lambda talk: (talk.slot, talk.table, talk.guest))


# --- proof -----------------------------------------------------------------------------------------------------------


class Fault(NamedTuple):
    """One thing that is wrong: places as in `Talk`, where it is about them."""

    why: Flaw
    guest: int | None = None
    host: int | None = None
    slot: int | None = None
    table: int | None = None


def faults(meeting: Meeting, cells: Sequence[Talk], *, pins: bool = False) -> list[Fault]:
    """What *cells* break; with *pins* also pins that are missing.

    Looked at from the cells alone, not with the arithmetic that made them.
    """
    found = [*_crossed(cells, meeting), *_crowded(cells, meeting)]
    free, had = meeting.allowed(), [talk[:2] for talk in cells]
    found += [Fault(Flaw.NO_HOUR, *talk) for talk in cells if talk.slot >= meeting.slots]
    stand = [talk for talk in cells if talk.slot < meeting.slots]
    found += [Fault(Flaw.NOT_ALLOWED, *talk) for talk in stand if not free[talk.guest, talk.host, talk.slot]]
    found += [Fault(Flaw.NO_TABLE, *talk) for talk in cells if not 1 <= talk.table <= meeting.tables]
    found += [Fault(Flaw.TWICE, *pair) for pair, times in Counter(had).items() if times > 1]
    if pins:
        found += [Fault(Flaw.PIN, *pair) for pair in sorted(meeting.kept().keys() - set(had))]
    return found


def _crossed(cells: Sequence[Talk], meeting: Meeting) -> Iterator[Fault]:
    """Persons, hosts and tables that are asked for twice in one slot."""
    roles: dict[tuple[int, int], list[tuple[int | None, int | None]]] = defaultdict(list)
    sits: dict[tuple[int, int], set[int]] = defaultdict(set)
    held: dict[tuple[int, int], set[int]] = defaultdict(set)
    for guest, host, slot, table in cells:
        roles[int(meeting.guest_person[guest]), slot].append((guest, None))
        if (None, host) not in roles[int(meeting.host_person[host]), slot]:
            roles[int(meeting.host_person[host]), slot].append((None, host))
        sits[host, slot].add(table)
        held[table, slot].add(host)
    yield from (Fault(Flaw.TWO_TALKS, *had[0], slot) for (_, slot), had in roles.items() if len(had) > 1)
    yield from (Fault(Flaw.TWO_TABLES, None, host, slot) for (host, slot), had in sits.items() if len(had) > 1)
    yield from (Fault(Flaw.SHARED, None, None, slot, table) for (table, slot), had in held.items() if len(had) > 1)


def _crowded(cells: Sequence[Talk], meeting: Meeting) -> Iterator[Fault]:
    """Seats and limits that are passed."""
    walks: dict[int, set[int]] = defaultdict(set)
    sits: dict[int, set[int]] = defaultdict(set)
    seated: dict[tuple[int, int], int] = defaultdict(int)
    for guest, host, slot, _ in cells:
        walks[guest].add(slot)
        sits[host].add(slot)
        seated[host, slot] += 1
    yield from (Fault(Flaw.SEATS, None, *key) for key, count in seated.items() if count > meeting.seats)
    yield from (Fault(Flaw.LIMIT, guest) for guest, had in walks.items() if len(had) > meeting.guest_most[guest])
    yield from (Fault(Flaw.LIMIT, None, host) for host, had in sits.items() if len(had) > meeting.host_most[host])
