"""Quantities by date: what a line holds of its offer, covers of its challenge, owes today.  Nothing here is stored.

A *line* with ``every`` recurs: its quantities are per period and count between ``starts`` and ``ends``.  A line with
only dates is lent for that time.  A line that recurs and is fed by a gift given *once* covers its challenge period by
period and holds of its offer the sum of them, for good.  Source of the rules: the domain model, *Computed*.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil

from matcher.vocabulary import Every, LineStatus, MatchState, Mode, Side

NOTHING = Decimal(0)
_MILLI = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Line:
    """What arithmetic needs of a match and its proofs; quantities in the challenge's unit unless said otherwise."""

    state: MatchState
    quantity: Decimal | None = None
    offer_quantity: Decimal | None = None  #: in the offer's unit
    mode: Mode = Mode.GOODS
    delivered: Decimal = NOTHING
    verified: Decimal = NOTHING
    working: Decimal | None = None
    every: Every | None = None
    starts: dt.date | None = None
    ends: dt.date | None = None
    due: dt.date | None = None
    answer_by: dt.date | None = None
    consents: tuple[tuple[Side, Decimal | None], ...] = ()
    arrived_on: dt.date | None = None  #: day of the last hand-over
    id: int = 0
    offer_live: bool = True  #: False: the offer behind an agreed line was withdrawn
    once: bool = False  #: the offer does not recur though the line does: its quantity is for all periods together


# --- periods ---------------------------------------------------------------------------------------------------------


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months on; the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return dt.date(year, month + 1, min(day.day, (following - dt.timedelta(days=1)).day))


def period_start(starts: dt.date, every: Every, index: int) -> dt.date:
    """First day of period *index* (0 is the first)."""
    if every is Every.WEEK:
        return starts + dt.timedelta(weeks=index)
    return months_later(starts, index * (12 if every is Every.YEAR else 1))


def periods_complete(starts: dt.date, every: Every, day: dt.date) -> int:
    """How many whole periods lie between *starts* and *day*."""
    if day < starts:
        return 0
    if every is Every.WEEK:
        return (day - starts).days // 7
    months = (day.year - starts.year) * 12 + day.month - starts.month
    index = months // 12 if every is Every.YEAR else months
    return index if period_start(starts, every, index) <= day else index - 1


# --- one line --------------------------------------------------------------------------------------------------------


def ratio(line: Line) -> Decimal:
    """Units of the offer for one unit of the challenge, the line's own."""
    promised = target(line) if line.once else line.quantity
    return (line.offer_quantity or NOTHING) / promised if promised else NOTHING


def _within(line: Line, day: dt.date) -> bool:
    return (line.starts is None or line.starts <= day) and (line.ends is None or day <= line.ends)


def _delivered_until(line: Line) -> dt.date | None:
    """Last day of the periods that were delivered, for a recurring line that ended; None: nothing was."""
    if not line.quantity or line.delivered <= 0 or line.starts is None or line.every is None:
        return None
    periods = ceil(line.delivered / line.quantity)
    return period_start(line.starts, line.every, periods) - dt.timedelta(days=1)


def _counted(line: Line, day: dt.date, promised: Decimal | None, delivered: Decimal) -> Decimal:
    """The part of a line that counts on *day*, in the unit of *promised* and *delivered*."""
    if line.state not in (MatchState.AGREED, MatchState.DONE, MatchState.CANCELLED) or not _within(line, day):
        return NOTHING
    if line.every is not None:
        if line.state is MatchState.AGREED:
            return promised or NOTHING
        until = _delivered_until(line)
        return (promised or NOTHING) if until is not None and day <= until else NOTHING
    if line.state is MatchState.AGREED:
        return max(promised or NOTHING, delivered)
    return delivered


def hold(line: Line, day: dt.date) -> Decimal:
    """What the line holds of its offer on *day*, in the offer's unit."""
    if line.mode is Mode.EXPERIENCE:
        taken = line.state in (MatchState.AGREED, MatchState.DONE)
        return Decimal(1) if taken and _within(line, day) else NOTHING
    delivered = (line.delivered * ratio(line)).quantize(_MILLI)
    if line.once:  # money spent month by month does not come back when the months are over
        line = replace(line, every=None, starts=None, ends=None)
    return _counted(line, day, line.offer_quantity, delivered)


def cover(line: Line, day: dt.date) -> Decimal:
    """What the line covers of its challenge on *day*; experience covers nothing."""
    if line.mode is Mode.EXPERIENCE:
        return NOTHING
    return _counted(line, day, line.quantity, line.delivered)


def soft(line: Line, day: dt.date) -> Decimal:
    """What a proposed line that has not lapsed would take of its offer, in the offer's unit."""
    live = line.state is MatchState.PROPOSED and not lapsed(line, day) and _within_or_ahead(line, day)
    return (line.offer_quantity or NOTHING) if live else NOTHING


def _within_or_ahead(line: Line, day: dt.date) -> bool:
    return line.ends is None or day <= line.ends


def expected(line: Line, day: dt.date) -> Decimal:
    """What should have arrived by *day*: per complete period where the line recurs, else all of it once due."""
    quantity = line.quantity or NOTHING
    if line.every is not None and line.starts is not None:
        last = day if line.ends is None else min(day, line.ends + dt.timedelta(days=1))
        return quantity * periods_complete(line.starts, line.every, last)
    return quantity if line.due is not None and line.due < day else NOTHING


def overdue(line: Line, day: dt.date) -> Decimal:
    """Expected so far and not delivered."""
    return max(expected(line, day) - line.delivered, NOTHING)


def target(line: Line) -> Decimal:
    """All that the line promises over its whole life."""
    quantity = line.quantity or NOTHING
    if line.every is None or line.starts is None or line.ends is None:
        return quantity
    return quantity * max(periods_complete(line.starts, line.every, line.ends + dt.timedelta(days=1)), 1)


# --- consents --------------------------------------------------------------------------------------------------------


def sides_needed(mode: Mode) -> tuple[Side, ...]:
    """Whose yes a line of *mode* needs: experience is between the two libraries."""
    return (Side.GIVER, Side.TAKER) if mode is Mode.EXPERIENCE else (Side.OFFICE, Side.GIVER, Side.TAKER)


def sides_missing(line: Line) -> tuple[Side, ...]:
    """Sides that have not said yes to at least the line's number."""
    said = dict(line.consents)
    wanted = line.quantity
    return tuple(
        side
        for side in sides_needed(line.mode)
        if side not in said or (wanted is not None and (said[side] is None or said[side] < wanted))  # type: ignore[operator]
    )


def lapsed(line: Line, day: dt.date) -> bool:
    """The answer window is over and somebody has not answered."""
    return line.answer_by is not None and line.answer_by < day and bool(sides_missing(line))


def status(line: Line, day: dt.date) -> LineStatus:
    """What arithmetic says of the line on *day*."""
    if line.state is MatchState.PROPOSED:
        return _proposed_status(line, day)
    if line.state is MatchState.DONE:
        return LineStatus.PROVEN
    if line.state is not MatchState.AGREED:
        return LineStatus.ENDED
    broken = line.working is not None and line.working < line.delivered
    if not line.offer_live or (broken and line.due is not None and line.due < day):
        return LineStatus.AT_RISK
    if overdue(line, day) > 0:
        return LineStatus.AT_RISK if line.delivered > 0 else LineStatus.OVERDUE
    return _agreed_status(line)


def _proposed_status(line: Line, day: dt.date) -> LineStatus:
    if not sides_missing(line):
        return LineStatus.ACCEPTED
    return LineStatus.LAPSED if lapsed(line, day) else LineStatus.WAITING


def _agreed_status(line: Line) -> LineStatus:
    promised = target(line)
    if line.verified >= promised:
        return LineStatus.PROVEN
    if line.delivered >= promised:
        return LineStatus.DELIVERED
    return LineStatus.PARTLY_DELIVERED if line.delivered > 0 else LineStatus.AWAITED


def kept(line: Line) -> bool:
    """Whether all that was promised arrived, and in time."""
    in_time = line.due is None or line.arrived_on is None or line.arrived_on <= line.due
    return line.mode is Mode.EXPERIENCE or (line.delivered >= target(line) and in_time)


# --- many lines ------------------------------------------------------------------------------------------------------


def total(lines: Iterable[Line], day: dt.date, part: Callable[[Line, dt.date], Decimal] = hold) -> Decimal:
    """Sum of *part* over *lines* on *day*."""
    return sum((part(line, day) for line in lines), NOTHING)


def peak(
    lines: Sequence[Line],
    since: dt.date | None = None,
    until: dt.date | None = None,
    part: Callable[[Line, dt.date], Decimal] = hold,
) -> Decimal:
    """The greatest total of *part* on any day from *since* to *until* (open ends: ever).

    A total can only rise on the day a line starts, so those days and the first one suffice.
    """
    first = since or dt.date.min
    days = {first} | {
        line.starts for line in lines if line.starts is not None and first < line.starts <= (until or dt.date.max)
    }
    return max(total(lines, day, part) for day in days)


def left(quantity: Decimal | None, lines: Sequence[Line], day: dt.date) -> Decimal | None:
    """What an offer still has from *day* on; None: *belum ditentukan*."""
    return None if quantity is None else max(quantity - peak(lines, since=day), NOTHING)


def most_left(quantity: Decimal | None, lines: Sequence[Line], day: dt.date) -> Decimal | None:
    """The most an offer has on any day from *day* on, where lines end and give back; None: *belum ditentukan*."""
    if quantity is None:
        return None
    # A total can only fall on the day after a line ends.
    over = {line.ends + dt.timedelta(days=1) for line in lines if line.ends is not None and line.ends >= day}
    return max(quantity - min(total(lines, one) for one in {day} | over), NOTHING)


def gap(quantity: Decimal | None, lines: Sequence[Line], day: dt.date) -> Decimal | None:
    """What a challenge still lacks from *day* on; None: nobody said how much.

    What begins later counts already: nobody is asked twice for the tutor who comes next month.
    """
    return None if quantity is None else max(quantity - peak(lines, since=day, part=cover), NOTHING)


def reliability(kept: int, due: int) -> float:
    """Share of promises kept on time, drawn towards two thirds while there are few; always shown with *due*."""
    return (kept + 2) / (due + 3)


HALF_AGAIN = 6  #: cycles (two years) after which a library once helped counts half as much as one never helped


def neglect(cycles: int | None) -> float:
    """How much a library is owed, in [0, 1], by the whole *cycles* since something last arrived there.

    None (never) is 1; this cycle is 0; then it rises back slowly, and never reaches 1 again.
    """
    return 1.0 if cycles is None else cycles / (cycles + HALF_AGAIN)
