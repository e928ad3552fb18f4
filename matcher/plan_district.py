"""What a plan is made of: everything that lies open, what is left of it day by day, and the pins that must hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import balance, lines, matching, pins, planning, scoring
from matcher.balance import Line
from matcher.errors import NothingToPlan, PinsContradict
from matcher.models import Challenge, Match, Offer, Office, Pin
from matcher.plan_problem import MILLI, Asked, Supply, Table, joined, table_of
from matcher.planning import BANNED, FaultKind
from matcher.scoring import Ranking
from matcher.vocabulary import UNITS, MatchState, PinTrouble, ReportState, Subject

# --- what lies open --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class District:
    """What a plan is made of: columns, every pair with its score, the problem, and the pins that hold."""

    world: matching.World
    ranking: Ranking
    asked: Asked
    table: Table
    numbered: Any  #: which offers have a number, by place
    units: Sequence[str]  #: of each challenge
    pinned: Mapping[tuple[int, int], Decimal]  #: pairs kept as they are, (challenge, offer) → in the challenge's unit


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
    if not len(world.needs) or not len(world.gifts):
        raise NothingToPlan(side=Subject.CHALLENGE if not len(world.needs) else Subject.OFFER)
    day = lines.today(at)
    spoken = _pins_that_speak(session, office)
    ranking = _with_pinned(world, matching.ranked(world), spoken)
    asked, units = _asked(session, world)
    supply, numbered = _supply(session, world, day)
    wanted = {(pin.challenge_id, pin.offer_id): _steps(pin, world, asked) for pin in spoken}
    table = table_of(world.needs, world.gifts, ranking, asked, supply, day=day.toordinal(), pins=wanted)
    district = District(
        world, ranking, asked, table, numbered, units,
        pinned={(pin.challenge_id, pin.offer_id): pin.quantity for pin in spoken if pin.quantity is not None},
    )  # fmt: skip
    _check_pins(session, district)
    return district


def _pins_that_speak(session: Session, office: Office) -> list[Pin]:
    """Pins in force; a pair that is being proposed or was promised needs none any more."""
    live = select(Match.challenge_id, Match.offer_id).where(
        Match.office_id == office.id, Match.state.in_([MatchState.PROPOSED, MatchState.AGREED])
    )
    settled = {(row.challenge_id, row.offer_id) for row in session.execute(live)}
    return [pin for pin in pins.in_force(session, office) if (pin.challenge_id, pin.offer_id) not in settled]


def _steps(pin: Pin, world: matching.World, asked: Asked) -> int:
    """A pin in whole steps of its challenge."""
    if pin.quantity is None:
        return BANNED
    place = np.flatnonzero(world.needs.id == pin.challenge_id)
    step = int(asked.step[place[0]]) if len(place) else MILLI
    return max(-(-int(pin.quantity * MILLI) // step), 1)


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


def _asked(session: Session, world: matching.World) -> tuple[Asked, list[str]]:
    """What a plan knows of the challenges beside their columns, and their units."""
    columns = select(Challenge.id, Challenge.quantity, Challenge.unit).where(Challenge.state == ReportState.OPEN)
    told = {row.id: row for row in session.execute(columns)}
    rows = [told[number] for number in world.needs.id.tolist()]
    units = [UNITS[row.unit] for row in rows]
    village = np.where(world.needs.region == "", world.needs.library.astype(np.str_), world.needs.region)
    return Asked(
        whole=np.array([np.nan if row.quantity is None else float(row.quantity) for row in rows], np.float64),
        step=np.array([int(unit.step * MILLI) for unit in units], np.int64),
        counted=np.array([unit.whole and unit.step == 1 for unit in units], np.bool_),
        village=np.unique(village, return_inverse=True)[1].astype(np.int64),
    ), [row.unit for row in rows]  # fmt: skip


def _supply(session: Session, world: matching.World, day: dt.date) -> tuple[Supply, Any]:
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


# --- pins that contradict --------------------------------------------------------------------------------------------


def _check_pins(session: Session, district: District) -> None:
    """Refuse pins that cannot all be kept."""
    problem, row = district.table.problem, district.table.row
    ours = set(zip(*(side[row].tolist() for side in (district.ranking.challenge, district.ranking.offer)), strict=True))
    if lost := sorted(district.pinned.keys() - ours):
        raise PinsContradict(
            why=_why_lost(session, district, lost[0]), pairs=_codes(session, lost[:1]), **_sides(session, lost[0])
        )
    found = planning.contradiction(problem)
    if found is None:
        return
    pairs = [(int(district.ranking.challenge[row[pin]]), int(district.ranking.offer[row[pin]])) for pin in found.pins]
    told = _told(session, district, found, pairs)
    raise PinsContradict(why=PinTrouble(found.kind.value), pairs=_codes(session, pairs), **told)


def _told(
    session: Session, district: District, found: planning.Contradiction, pairs: Sequence[tuple[int, int]]
) -> dict[str, Any]:
    """What was wanted, what there is, and of what, for the sentence."""
    challenge, offer = lines.get(session, Challenge, pairs[0][0]), lines.get(session, Offer, pairs[0][1])
    if found.kind is FaultKind.OVERDRAWN:
        wanted, bound, unit = Decimal(found.wanted) / MILLI, Decimal(found.bound) / MILLI, offer.unit
    else:
        step = Decimal(int(district.asked.step[found.place])) / MILLI
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
