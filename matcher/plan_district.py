"""What a plan is made of: everything that lies open, what is left of it day by day, and the pins that must hold."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matcher import balance, lines, matching, pins, planning, scoring
from matcher.balance import Line
from matcher.errors import NothingToPlan, PinsContradict
from matcher.models import Challenge, Offer, Office, Pin, PlanRow
from matcher.pairs import batched
from matcher.plan_problem import MILLI, Asked, Supply, Table, carried, joined, steps_of, table_of
from matcher.planning import BANNED, FaultKind
from matcher.scoring import Ranking
from matcher.vocabulary import UNITS, Every, Mode, PinTrouble, ReportState, Subject

# --- what lies open --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class District:
    """What a plan is made of: columns, every pair with its score, the problem, and the pins that hold."""

    world: matching.World
    ranking: Ranking
    asked: Asked
    table: Table
    numbered: Any  #: which offers have a number, by place
    units: Sequence[tuple[str, Every | None]]  #: how each challenge is counted
    pinned: frozenset[tuple[int, int]]  #: pairs kept as they are, by (challenge, offer)


def see(session: Session, office: Office, *, at: dt.datetime) -> District:
    """Read what lies open, with what is proposed already taken off both sides.

    Raises
    ------
    NothingToPlan
        There is no open challenge, or no open offer.
    PinsContradict
        Pins that cannot all be kept: the smallest set of them, and why.
    """
    world = matching.see(session, office, at=at, proposed=True)
    if not len(world.needs) or not (len(world.gifts) or _anything_offered(session, office)):
        raise NothingToPlan(side=Subject.CHALLENGE if not len(world.needs) else Subject.OFFER)
    day = lines.today(at)
    spoken = _pins_that_speak(session, office)
    ranking = _with_pinned(world, matching.ranked(world), spoken)
    asked, units = _asked(session, world, spoken, day)
    supply, numbered = supply_of(session, world, day)
    wanted = {(pin.challenge_id, pin.offer_id): _milli(pin.quantity) for pin in spoken}
    table = table_of(world.needs, world.gifts, ranking, asked, supply, day=day.toordinal(), pins=wanted)
    district = District(
        world, ranking, asked, table, numbered, units,
        pinned=frozenset(key for key, kept in wanted.items() if kept != BANNED),
    )  # fmt: skip
    _check_pins(session, district)
    return district


def _anything_offered(session: Session, office: Office) -> bool:
    """Whether any offer is open, be it of another kind than what is asked."""
    mine = or_(Offer.office_id == office.id, Offer.office_id.is_(None))
    rows = select(Offer.id).where(mine, Offer.state == ReportState.OPEN, Offer.mode != Mode.EXPERIENCE)
    return session.scalar(rows.limit(1)) is not None


def _pins_that_speak(session: Session, office: Office) -> list[Pin]:
    """Pins in force whose pair was neither proposed nor promised since."""
    settled = set(session.scalars(select(Pin.id).where(Pin.office_id == office.id, pins.settled())))
    return [pin for pin in pins.in_force(session, office) if pin.id not in settled]


def _milli(quantity: Decimal | None) -> int:
    """What a pin keeps, in thousandths of the challenge's unit; BANNED where it rules out."""
    return BANNED if quantity is None else int(quantity * MILLI)


def _with_pinned(world: matching.World, ranking: Ranking, pinned: Sequence[Pin]) -> Ranking:
    """The best pairs, and those that are pinned however far down they stand."""
    there = set(zip(ranking.challenge.tolist(), ranking.offer.tolist(), strict=True))
    keys = {(pin.challenge_id, pin.offer_id) for pin in pinned if pin.keep} - there
    rows = np.flatnonzero(np.isin(world.needs.id, [challenge for challenge, _ in keys]))
    if not len(rows):
        return ranking
    every = scoring.rank(
        world.needs.pick(rows), world.gifts, world.weights.points, forbidden=world.forbidden, top=len(world.gifts)
    )
    wanted = [(one, other) in keys for one, other in zip(every.challenge.tolist(), every.offer.tolist(), strict=True)]
    return joined(ranking, every, np.flatnonzero(wanted))


def _asked(
    session: Session, world: matching.World, spoken: Sequence[Pin], day: dt.date
) -> tuple[Asked, list[tuple[str, Every | None]]]:
    """What a plan knows of the challenges beside their columns, and how each is counted."""
    ids = world.needs.id.tolist()
    told: dict[int, Any] = {}
    for some in batched(ids):
        columns = select(Challenge.id, Challenge.quantity, Challenge.unit, Challenge.every).where(
            Challenge.id.in_(some)
        )
        told |= {row.id: row for row in session.execute(columns)}
    rows = [told[number] for number in ids]
    units = [UNITS[row.unit] for row in rows]
    place = {number: at for at, number in enumerate(ids)}
    kept: dict[int, int] = {}
    for pin in spoken:
        if pin.keep and pin.challenge_id in place:
            at = place[pin.challenge_id]
            kept[at] = math.gcd(kept.get(at, 0), _milli(pin.quantity))
    own = np.array([int(unit.step * MILLI) for unit in units], np.int64)
    promised = [
        0
        if row.quantity is not None
        else _milli(balance.peak(world.asking.get(row.id, ()), since=day, part=balance.cover))
        for row in rows
    ]
    village = np.where(world.needs.region == "", world.needs.library.astype(np.str_), world.needs.region)
    return Asked(
        whole=np.array([np.nan if row.quantity is None else float(row.quantity) for row in rows], np.float64),
        step=steps_of(own, world.needs.amount, kept), promised=np.array(promised, np.int64),
        counted=np.array([unit.whole and unit.step == 1 for unit in units], np.bool_),
        village=np.unique(village, return_inverse=True)[1].astype(np.int64),
    ), [(row.unit, row.every) for row in rows]  # fmt: skip


def supply_of(session: Session, world: matching.World, day: dt.date) -> tuple[Supply, Any]:
    """What each offer has from which day on; where lines come and go, by their days."""
    left = world.gifts.left
    numbered = ~np.isnan(left)
    dated = {offer: held for offer, held in world.held.items() if any(line.starts or line.ends for line in held)}
    quantities = dict(session.execute(select(Offer.id, Offer.quantity).where(Offer.id.in_(dated))).all())
    rows = []
    for place in np.flatnonzero(numbered).tolist():
        offer = int(world.gifts.id[place])
        if offer in dated:
            rows += [(place, *one) for one in _by_day(quantities[offer], dated[offer], day)]
        else:
            rows.append((place, day.toordinal(), round(left[place] * MILLI)))
    columns = np.array(rows, np.int64).reshape(-1, 3)
    return Supply(columns[:, 0], columns[:, 1], columns[:, 2]), numbered


def _by_day(quantity: Decimal | None, held: Sequence[Line], day: dt.date) -> list[tuple[int, int]]:
    """Days on which what is left of an offer changes, and what is left from then on, in thousandths."""
    begun = {line.starts for line in held if line.starts is not None and line.starts > day}
    over = {line.ends + dt.timedelta(days=1) for line in held if line.ends is not None and line.ends >= day}
    left = [(one, (quantity or balance.NOTHING) - balance.total(held, one)) for one in sorted({day} | begun | over)]
    return [(one.toordinal(), max(int(amount * MILLI), 0)) for one, amount in left]


# --- a plan that is older than what lies open ------------------------------------------------------------------------


def outdated(session: Session, office: Office, rows: Sequence[PlanRow], *, at: dt.datetime) -> dict[int, PinTrouble]:
    """Which of a plan's rows (by place) are possible no more, and why: of those that ask too much, the last ones.

    Looks at what lies open now, with everything that is proposed or promised taken off both sides.
    """
    world, day = matching.see(session, office, at=at, proposed=True), lines.today(at)
    ours, theirs = ({int(one): place for place, one in enumerate(side.id)} for side in (world.needs, world.gifts))
    barred = {(pin.challenge_id, pin.offer_id) for pin in pins.in_force(session, office) if not pin.keep}
    found: dict[int, PinTrouble] = {}
    left = np.rint(np.nan_to_num(world.needs.amount) * MILLI).astype(np.int64)
    for place, row in enumerate(rows):
        key = row.challenge_id, row.offer_id
        challenge = ours.get(key[0])
        if challenge is None or key[1] not in theirs:
            found[place] = PinTrouble.CHALLENGE_OVER if challenge is None else PinTrouble.OFFER_OVER
        elif key in barred:
            found[place] = PinTrouble.BANNED
        elif key in world.forbidden:
            found[place] = PinTrouble.SETTLED
        elif not np.isnan(world.needs.amount[challenge]):
            left[challenge] -= _milli(row.quantity)
            if left[challenge] < 0:
                found[place] = PinTrouble.NEEDED_NO_MORE
                left[challenge] += _milli(row.quantity)
    return found | _overdrawn(session, world, rows, [place for place in range(len(rows)) if place not in found], day)


def _overdrawn(
    session: Session, world: matching.World, rows: Sequence[PlanRow], places: Sequence[int], day: dt.date
) -> dict[int, PinTrouble]:
    """Rows whose offers have not so much left on some day; the last row of the fullest day gives way first."""
    if not places:
        return {}
    kept = [rows[place] for place in places]
    challenge = np.searchsorted(world.needs.id, [row.challenge_id for row in kept])
    offer = np.searchsorted(world.gifts.id, [row.offer_id for row in kept])
    quantity = np.array([_milli(row.quantity) for row in kept], np.int64)
    supply, numbered = supply_of(session, world, day)
    sides = world.needs, world.gifts, challenge, offer
    problem = carried(*sides, quantity=quantity, supply=supply, day=day.toordinal())
    steps = numbered[offer].astype(np.int64)
    while overdrawn := [one for one in planning.faults(problem, steps) if one.kind is FaultKind.OVERDRAWN]:
        place, day_of = overdrawn[0].place, overdrawn[0].day or 0
        on = (problem.offer == place) & (problem.first <= day_of) & (problem.last >= day_of) & (steps > 0)
        steps[np.flatnonzero(on)[-1]] = 0
    return {places[one]: PinTrouble.TAKEN for one in np.flatnonzero(steps == 0).tolist()}


# --- pins that contradict --------------------------------------------------------------------------------------------


def _check_pins(session: Session, district: District) -> None:
    """Refuse pins that cannot all be kept."""
    problem, row = district.table.problem, district.table.row
    ours = set(zip(*(side[row].tolist() for side in (district.ranking.challenge, district.ranking.offer)), strict=True))
    if lost := sorted(district.pinned - ours):
        raise PinsContradict(
            why=_why_lost(session, district, lost[0]), pairs=_codes(session, lost[:1]), **_sides(session, lost[0])
        )
    found = planning.contradiction(problem)
    if found is None:
        _check_sums(session, district)
        return
    pairs = [(int(district.ranking.challenge[row[pin]]), int(district.ranking.offer[row[pin]])) for pin in found.pins]
    told = _told(session, district, found, pairs)
    raise PinsContradict(why=PinTrouble(found.kind.value), pairs=_codes(session, pairs), **told)


def _check_sums(session: Session, district: District) -> None:
    """Refuse what is kept of one challenge where it is more than is lacking by less than a step."""
    table, ranking = district.table, district.ranking
    place, kept = table.problem.challenge, np.maximum(table.kept, 0)
    sums = np.bincount(place, kept, len(table.amount))
    for challenge in np.flatnonzero((table.amount >= 0) & (sums > table.amount)).tolist():
        pins_of = np.flatnonzero((place == challenge) & (kept > 0))
        rows = table.row[pins_of]
        keys = list(zip(ranking.challenge[rows].tolist(), ranking.offer[rows].tolist(), strict=True))
        row = lines.get(session, Challenge, keys[0][0])
        wanted, bound = (Decimal(int(one)) / MILLI for one in (sums[challenge], table.amount[challenge]))
        raise PinsContradict(
            why=PinTrouble.TOO_MUCH, pairs=_codes(session, keys), challenge=row.code, asked=wanted, left=bound,
            unit=row.unit,
        )  # fmt: skip


def _told(
    session: Session, district: District, found: planning.Contradiction, pairs: Sequence[tuple[int, int]]
) -> dict[str, Any]:
    """What was wanted, what there is, and of what, for the sentence."""
    challenge, offer = lines.get(session, Challenge, pairs[0][0]), lines.get(session, Offer, pairs[0][1])
    if found.kind is FaultKind.OVERDRAWN:
        wanted, bound, unit = Decimal(found.wanted) / MILLI, Decimal(found.bound) / MILLI, offer.unit
    else:
        step = Decimal(int(district.asked.step[district.table.problem.challenge[found.pins[0]]])) / MILLI
        wanted, bound, unit = found.wanted * step, found.bound * step, challenge.unit
    return {"challenge": challenge.code, "offer": offer.code, "asked": wanted, "left": bound, "unit": unit}


def _sides(session: Session, pair: tuple[int, int]) -> dict[str, str]:
    challenge, offer = lines.get(session, Challenge, pair[0]), lines.get(session, Offer, pair[1])
    return {"challenge": challenge.code, "offer": offer.code}


def _why_lost(session: Session, district: District, pair: tuple[int, int]) -> PinTrouble:
    """Why a pair that is kept is no pair any more."""
    challenge, offer = lines.get(session, Challenge, pair[0]), lines.get(session, Offer, pair[1])
    if pair[0] not in district.world.needs.id:
        return PinTrouble.CHALLENGE_CLOSED if challenge.state is not ReportState.OPEN else PinTrouble.CHALLENGE_OVER
    if pair[1] not in district.world.gifts.id:
        return PinTrouble.OFFER_CLOSED if offer.state is not ReportState.OPEN else PinTrouble.OFFER_OVER
    if offer.quantity is None:
        return PinTrouble.NO_NUMBER
    return PinTrouble.REFUSED if pair in district.world.forbidden else PinTrouble.NO_PAIR


def _codes(session: Session, pairs: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    wanted = list(pairs)
    ours = dict(
        session.execute(select(Challenge.id, Challenge.code).where(Challenge.id.in_(k for k, _ in wanted))).all()
    )
    theirs = dict(session.execute(select(Offer.id, Offer.code).where(Offer.id.in_(t for _, t in wanted))).all())
    return tuple(f"{ours[challenge]} ↔ {theirs[offer]}" for challenge, offer in wanted)
