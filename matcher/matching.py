"""Suggestions: open challenges beside open offers, scored whole or for one challenge, stored as derived rows."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, cast

import numpy as np
from sqlalchemy import ColumnElement, Row, and_, delete, or_, select
from sqlalchemy.orm import Session

from matcher import balance, lines, log, scoring, similarity, wordings
from matcher.balance import Line
from matcher.columns import (
    FACTS,
    FAR_DAY,
    NEVER_DAY,
    Condition,
    Gifts,
    Needs,
    category_index,
    great_circle_km,
    per_year,
    unit_group,
    urgency_value,
)
from matcher.columns import MODES as _MODES
from matcher.factors import PRIOR_POINTS
from matcher.models import (
    Challenge,
    Fact,
    Match,
    Offer,
    Office,
    Party,
    Proof,
    Region,
    Rule,
    Suggestion,
    Weights,
    family,
    whose,
)
from matcher.pairs import batched
from matcher.vocabulary import (
    MATCHED,
    UNITS,
    CancelReason,
    Category,
    FactCode,
    MatchState,
    Mode,
    Move,
    Operator,
    ProofKind,
    ReportState,
    RuleKind,
    Subject,
)

TWICE = 2  #: how often a peer is asked for its experience in a cycle, unless it says another number
FAR_KM = 60.0  #: from the office; beyond it a village is as far as can be (two hours and more by road)


@dataclass(frozen=True, slots=True)
class World:
    """What one scoring run sees: columns of both sides, the pairs that may not meet, the weights."""

    needs: Needs
    gifts: Gifts
    forbidden: frozenset[tuple[int, int]]
    weights: Weights
    fresh: Sequence[wordings.Kept] = ()  #: texts that had to be read anew
    held: Mapping[int, Sequence[Line]] = field(default_factory=dict)  #: offer → the lines that hold some of it
    asking: Mapping[int, Sequence[Line]] = field(default_factory=dict)  #: challenge → the lines that cover some of it


# --- the run ---------------------------------------------------------------------------------------------------------


def weights_in_force(session: Session, office_id: int) -> Weights:
    """The weights the office used last; versions damaged since are passed over.

    Where none can be scored with, the last one stands with the points every office starts with, outside the session.
    """
    used = _used(session, office_id)
    serving = next((version for version in used if scoring.usable(version.points)), None)
    if serving is not None:
        return serving
    last = used[0]
    return Weights(
        id=last.id, office_id=office_id, number=last.number, points=dict(PRIOR_POINTS), made_at=last.made_at,
        used_at=last.used_at,
    )  # fmt: skip


def can_serve(version: Weights) -> bool:
    """Whether a version can be scored with."""
    return scoring.usable(version.points)


def damaged_weights(session: Session, office_id: int) -> Weights | None:
    """The version that would be in force if it could be scored with; None where it is."""
    last = _used(session, office_id)[0]
    return None if scoring.usable(last.points) else last


def _used(session: Session, office_id: int) -> Sequence[Weights]:
    """Versions in the order in which they were in force, the last first; all only where the last is damaged."""
    rows = select(Weights).where(Weights.office_id == office_id, Weights.used_at.is_not(None))
    rows = rows.order_by(Weights.used_at.desc(), Weights.id.desc())
    last = session.scalars(rows.limit(1)).one()
    return [last] if scoring.usable(last.points) else session.scalars(rows).all()


def refresh(session: Session, office: Office, *, at: dt.datetime) -> int:
    """Rebuild every suggestion of an office; returns how many stand now.  The caller's transaction makes it whole."""
    lines.get(session, Office, office.id, lock=True)  # two rebuilds at once would write the same pair twice
    ranking = _run(session, office, at=at)
    owned = select(Challenge.id).where(Challenge.office_id == office.id)
    _drop(session, Suggestion.challenge_id.in_(owned))
    return _store(session, *ranking)


def refresh_challenges(session: Session, office: Office, challenge_ids: Iterable[int], *, at: dt.datetime) -> int:
    """Rebuild the suggestions of some challenges."""
    wanted = sorted(set(challenge_ids))
    if not wanted:
        return 0
    lines.get(session, Office, office.id, lock=True)
    ranking = _run(session, office, at=at, challenge_ids=wanted)
    _drop(session, Suggestion.challenge_id.in_(wanted))
    return _store(session, *ranking)


def scoring_run(
    session: Session,
    office: Office,
    *,
    at: dt.datetime,
    challenge_ids: Sequence[int] | None = None,
    top: int = scoring.TOP,
) -> tuple[scoring.Ranking, Weights]:
    """Score and rank, and write nothing."""
    world = see(session, office, at=at, challenge_ids=challenge_ids)
    return ranked(world, top=top), world.weights


def _run(
    session: Session, office: Office, *, at: dt.datetime, challenge_ids: Sequence[int] | None = None
) -> tuple[scoring.Ranking, Weights]:
    """Score and rank; texts that had to be read anew are kept for the next time."""
    world = see(session, office, at=at, challenge_ids=challenge_ids)
    wordings.store(session, world.fresh)
    return ranked(world), world.weights


def ranked(world: World, *, top: int = scoring.TOP) -> scoring.Ranking:
    """Score and rank what was seen; no database."""
    return scoring.rank(world.needs, world.gifts, world.weights.points, forbidden=world.forbidden, top=top)


def _drop(session: Session, where: ColumnElement[bool]) -> None:
    """Remove derived rows; what the session holds of them is forgotten, not compared row by row."""
    session.execute(delete(Suggestion).where(where), execution_options={"synchronize_session": False})
    for row in [one for one in session.identity_map.values() if isinstance(one, Suggestion)]:
        session.expunge(row)


def _store(session: Session, ranking: scoring.Ranking, weights: Weights) -> int:
    if not len(ranking):
        return 0
    columns = {
        "challenge_id": ranking.challenge.tolist(), "offer_id": ranking.offer.tolist(), "rank": ranking.rank.tolist(),
        "experience": ranking.experience.tolist(), "score": ranking.score.tolist(),
        "certainty": ranking.certainty.tolist(), "ready": ranking.ready.tolist(),
        "factors": scoring.as_texts(ranking.factors), "detail": scoring.as_texts(ranking.detail),
    }  # fmt: skip
    rows = [(*row, weights.id) for row in zip(*columns.values(), strict=True)]
    connection = session.connection()
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    names = (*columns, "weights_id")
    # Straight to the driver: what SQLAlchemy does for each of 40,000 rows costs more than all the scoring.
    connection.exec_driver_sql(
        f"INSERT INTO suggestion ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))})",  # noqa: S608 - our names
        rows,
    )
    return len(rows)


_RESCORES = (
    Subject.CHALLENGE, Subject.OFFER, Subject.MATCH, Subject.FACT, Subject.RULE, Subject.PARTY, Subject.PROOF,
)  # fmt: skip

#: Events that take from an offer, seen by those it is suggested to; and events that give back, seen by all of its kind.
#: A proposal alone does neither.
_TAKES = frozenset({Move.AGREE.value, Move.RECORD.value, ProofKind.HANDOVER.value})
_GIVES_BACK = frozenset({Move.FINISH.value, Move.CANCEL.value, ProofKind.RETURN.value, ProofKind.CORRECTION.value})


def follow(session: Session, office: Office, *, at: dt.datetime) -> int:
    """Rescore what this transaction touched: challenges changed, libraries with new facts, the kind of an offer.

    Rows that were let go of (`log.let_go`) were many: whoever did that refreshes the whole.
    """
    touched: set[int] = set()
    taken: set[int] = set()  # offers: each is asked for once, however many lines took from it
    session.flush()
    for entry in [entry for entry in log.pending(session) if entry.subject in _RESCORES and entry.row is not None]:
        row: Any = entry.row
        if isinstance(row, Proof):
            row = lines.get(session, Match, row.match_id)
        if not isinstance(row, Match):
            touched |= _touched(session, office, row)
            for kept in entry.changes.get("merged_into_id") or ():  # both that gain and that lose what was merged
                touched |= _touched(session, office, session.get(Party, kept)) if kept is not None else set()
            continue
        touched.add(row.challenge_id)
        if entry.event in _TAKES:
            taken.add(row.offer_id)
        elif entry.event in _GIVES_BACK:
            touched |= _touched(session, office, lines.get(session, Offer, row.offer_id))
    for some in batched(sorted(taken)):
        touched |= set(session.scalars(select(Suggestion.challenge_id).where(Suggestion.offer_id.in_(some))))
    return refresh_challenges(session, office, touched, at=at)


def _touched(session: Session, office: Office, row: Any) -> set[int]:
    """Ids of the challenges whose suggestions may change with *row*."""
    if isinstance(row, Challenge):
        return {row.id}
    mine = select(Challenge.id).where(Challenge.office_id == office.id, Challenge.state == ReportState.OPEN)
    if isinstance(row, Fact):
        return set(session.scalars(mine.where(Challenge.party_id.in_(family(lines.owner(session, row.party_id).id)))))
    if isinstance(row, Offer):
        money = row.mode is Mode.MONEY
        return set(session.scalars(mine if money else mine.where(Challenge.category == row.category)))
    party = lines.owner(session, row.party_id if isinstance(row, Rule) else row.id)
    given = select(Offer.category).where(Offer.party_id.in_(family(party.id)))
    taken = Challenge.party_id.in_(family(party.id))
    return set(session.scalars(mine.where(or_(taken, Challenge.category.in_(given)))))


# --- what is seen ----------------------------------------------------------------------------------------------------


def see(
    session: Session, office: Office, *, at: dt.datetime, challenge_ids: Sequence[int] | None = None,
    proposed: bool = False,
) -> World:  # fmt: skip
    """Read both sides as columns, in a fixed number of queries.

    *proposed* sees as a plan does: what is being proposed counts as if it were promised, for nothing is given twice;
    and an offer has what it has on its best day, for a plan looks at every day by itself.
    """
    day = lines.today(at)
    challenges = _open_challenges(session, office, day, challenge_ids)
    offers = _offer_rows(session, *_standing_offer(office, day, {row.category for row in challenges}))
    forbidden = _forbidden(session, office, challenges, offers, day)
    seen = _as_it_stands(session, office, day, proposed=proposed)
    return _world(session, office, challenges, offers, seen, forbidden=forbidden)


def side_by_side(session: Session, office: Office, challenge: Challenge, offer: Offer, *, at: dt.datetime) -> World:
    """One challenge and one offer, each whatever its state, among the open offers that may serve the challenge."""
    day = lines.today(at)
    challenges = _challenge_rows(session, Challenge.id == challenge.id)
    offers = _offer_rows(session, or_(Offer.id == offer.id, and_(*_standing_offer(office, day, {challenge.category}))))
    forbidden = _forbidden(session, office, challenges, offers, day)
    return _world(session, office, challenges, offers, _as_it_stands(session, office, day), forbidden=forbidden)


def around(
    session: Session, office: Office, offer: Offer, *, at: dt.datetime, challenge_ids: Sequence[int] | None = None
) -> World:  # fmt: skip
    """One offer beside the open challenges it might serve, all or some; without a gift where the offer is not open."""
    day = lines.today(at)
    kinds = MATCHED if offer.mode is Mode.MONEY else (offer.category,)
    challenges = _open_challenges(session, office, day, challenge_ids, kinds)
    offers = _offer_rows(session, Offer.id == offer.id, *_standing_offer(office, day, set(kinds)))
    forbidden = _forbidden(session, office, challenges, offers, day)
    return _world(session, office, challenges, offers, _as_it_stands(session, office, day), forbidden=forbidden)


def as_asked(session: Session, office: Office, challenge_ids: Sequence[int], *, at: dt.datetime) -> World:
    """Some challenges as they were asked, beside every offer the office ever had: as if nobody had decided anything."""
    day = lines.today(at)
    challenges = _challenge_rows(session, Challenge.id.in_(challenge_ids), Challenge.category.in_(MATCHED))
    kept = Offer.state.not_in((ReportState.DRAFT, ReportState.SUBMITTED, ReportState.REFUSED))
    offers = _offer_rows(session, or_(Offer.office_id == office.id, Offer.office_id.is_(None)), kept)
    return _world(session, office, challenges, offers, _Office(session, office, day, ()), forbidden=frozenset())


def _world(
    session: Session, office: Office, challenges: Sequence[Row[Any]], offers: Sequence[Row[Any]], seen: _Office, *,
    forbidden: frozenset[tuple[int, int]],
) -> World:  # fmt: skip
    facts = facts_of(session, {row.party_id for row in challenges})
    asked, read = wordings.of(session, Subject.CHALLENGE, challenges)
    given, read_too = wordings.of(session, Subject.OFFER, offers)
    texts = [
        similarity.Texts(side) for side in similarity.rows(*([one.vector for one in side] for side in (asked, given)))
    ]
    return World(
        needs=_needs(challenges, seen, facts, asked, texts[0]),
        gifts=_gifts(offers, seen, given, texts[1]), forbidden=forbidden,
        weights=weights_in_force(session, office.id), fresh=[*read, *read_too], held=seen.of_offer,
        asking=seen.of_challenge,
    )  # fmt: skip


def _as_it_stands(session: Session, office: Office, day: dt.date, *, proposed: bool = False) -> _Office:
    """The office with all lines that hold or held something; with those *proposed* as if they did."""
    held = Match.state.in_([MatchState.AGREED, MatchState.DONE, MatchState.CANCELLED])
    hoped = lines.read(session, Match.state == MatchState.PROPOSED) if proposed else None
    return _Office(session, office, day, lines.read(session, held), hoped)


def _open_challenges(
    session: Session, office: Office, day: dt.date, ids: Sequence[int] | None, kinds: Sequence[Category] = MATCHED
) -> Sequence[Row[Any]]:
    c = Challenge
    standing = (
        c.office_id == office.id, c.state == ReportState.OPEN, c.category.in_(kinds),
        or_(c.valid_until.is_(None), c.valid_until >= day), or_(c.ends.is_(None), c.ends >= day),
    )  # fmt: skip
    return _challenge_rows(session, *standing, *(() if ids is None else (c.id.in_(ids),)))


def _challenge_rows(session: Session, *where: ColumnElement[bool]) -> Sequence[Row[Any]]:
    c = Challenge
    found = (
        select(
            c.id,
            Party.id.label("party_id"),
            c.category,
            c.title,
            c.story,
            c.not_wanted,
            c.quantity,
            c.unit,
            c.every,
            c.starts,
            c.ends,
            c.urgency,
            c.reported_at,
            Party.region_code,
            Party.name,
            Region.lat,
            Region.lon,
        )
        .select_from(c)
        .join(Party, Party.id == whose(c))
        .outerjoin(Region, Party.region_code == Region.code)
        .where(*where)
        .order_by(c.id)
    )
    return cast("Sequence[Row[Any]]", session.execute(found).all())


def _standing_offer(office: Office, day: dt.date, categories: set[Category]) -> tuple[ColumnElement[bool], ...]:
    """What is true of an open offer that may serve these categories."""
    o = Offer
    return (
        or_(o.office_id == office.id, o.office_id.is_(None)), o.state == ReportState.OPEN,
        or_(o.category.in_(categories), o.mode == Mode.MONEY), or_(o.valid_until.is_(None), o.valid_until >= day),
        or_(o.ends.is_(None), o.ends >= day), or_(o.paused_until.is_(None), o.paused_until <= day),
    )  # fmt: skip


def _offer_rows(session: Session, *where: ColumnElement[bool]) -> Sequence[Row[Any]]:
    o = Offer
    found = (
        select(
            o.id,
            Party.id.label("party_id"),
            o.category,
            o.mode,
            o.title,
            o.words,
            o.quantity,
            o.unit,
            o.unit_price,
            o.every,
            o.starts,
            o.ends,
            o.area,
            o.online,
            o.conditions,
            o.share_min,
            o.share_max,
            o.follow_on_cost,
            Party.region_code,
            Region.lat,
            Region.lon,
        )
        .select_from(o)
        .join(Party, Party.id == whose(o))
        .outerjoin(Region, Party.region_code == Region.code)
        .where(*where)
        .order_by(o.id)
    )
    return cast("Sequence[Row[Any]]", session.execute(found).all())


def facts_of(session: Session, libraries: set[int]) -> dict[int, dict[FactCode, float]]:
    """The facts that hold, by library: the latest *as of* wins, whichever of the merged ones it was told of."""
    into = lines.merged(session)
    rows = select(Fact.party_id, Fact.code, Fact.value).where(Fact.retracted_at.is_(None)).order_by(Fact.as_of, Fact.id)
    if len(libraries) <= 500:
        told_of = libraries | {party_id for party_id, kept in into.items() if kept in libraries}
        rows = rows.where(Fact.party_id.in_(told_of))
    found: dict[int, dict[FactCode, float]] = defaultdict(dict)
    for party_id, code, value in session.execute(rows):
        found[into.get(party_id, party_id)][code] = value
    return found


#: Endings that say something of the giver; the others are nobody's fault, or the library's.
_GIVERS_DOING = frozenset({CancelReason.GIVER_CANNOT.value, CancelReason.OFFER_WITHDRAWN.value})


class _Office:
    """What the lines so far say of both sides: what is left, who was helped, who keeps promises, who is far."""

    def __init__(
        self, session: Session, office: Office, day: dt.date, pairs: Sequence[tuple[Match, Line]],
        hoped: Sequence[tuple[Match, Line]] | None = None,
    ) -> None:  # fmt: skip
        self.day, self.office = day, office
        self._left = balance.left if hoped is None else balance.most_left
        live = [(m, replace(line, state=MatchState.AGREED)) for m, line in hoped or () if not balance.lapsed(line, day)]
        self.of_offer = lines.grouped([*pairs, *live], "offer_id")
        self.of_challenge = lines.grouped([*pairs, *live], "challenge_id")
        self.prices = {Category(code): price for code, price in office.unit_prices.items()}
        seat = session.get(Region, office.region_code)
        self.seat = (seat.lat, seat.lon) if seat is not None else (None, None)
        self.helped = lines.helped(session, pairs)
        self.kept, self.due = self._record(session, pairs)
        self.thin = self._thin(session, office)

    def _record(self, session: Session, pairs: Sequence[tuple[Match, Line]]) -> tuple[Counter[int], Counter[int]]:
        """Promises kept and fallen due, by giver; old partnerships do not count."""
        giver = dict(session.execute(select(Offer.id, whose(Offer))).all()) if pairs else {}
        kept, due = Counter[int](), Counter[int]()
        for match, line in pairs:
            done = line.state is MatchState.DONE
            released = line.state is MatchState.CANCELLED and match.reason not in _GIVERS_DOING
            if match.recorded or released or not (done or balance.expected(line, self.day)):
                continue
            due[giver[match.offer_id]] += 1
            kept[giver[match.offer_id]] += balance.kept(line) if done else not balance.overdue(line, self.day)
        return kept, due

    def _thin(self, session: Session, office: Office) -> dict[str, float]:
        """Share of the libraries of a kecamatan that nobody ever helped."""
        libraries = session.execute(select(Party.id, Party.region_code).where(*standing_libraries(office)))
        return never_helped_share((kecamatan(region), party_id in self.helped) for party_id, region in libraries)

    def neglect(self, library: int) -> float:
        """What a library is owed by the time since something last arrived there."""
        return balance.neglect(lines.cycles_since(self.office, self.helped.get(library), self.day))

    def lacking(self, row: Row[Any]) -> float:
        """What the challenge still lacks, nan where nobody said."""
        return _number(balance.gap(row.quantity, self.of_challenge.get(row.id, ()), self.day))

    def left(self, row: Row[Any]) -> float:
        """What the offer still has, nan where nobody said; experience is asked twice a cycle."""
        most = Decimal(TWICE) if row.mode is Mode.EXPERIENCE and row.quantity is None else row.quantity
        return _number(self._left(most, self.of_offer.get(row.id, ()), self.day))


def standing_libraries(office: Office) -> tuple[ColumnElement[bool], ...]:
    """What is true of a library of the office that stands for itself and was not taken back."""
    return (
        Party.office_id == office.id, Party.sector.is_(None), Party.merged_into_id.is_(None),
        Party.retired_at.is_(None),
    )  # fmt: skip


def never_helped_share(libraries: Iterable[tuple[str, bool]]) -> dict[str, float]:
    """Group → share of its libraries that nobody ever helped, from the group of each and whether it was helped."""
    everybody, helped = Counter[str](), Counter[str]()
    for group, was_helped in libraries:
        everybody[group] += 1
        helped[group] += was_helped
    return {group: 1 - helped[group] / count for group, count in everybody.items()}


def kecamatan(region_code: str | None) -> str:
    """The code of the kecamatan around a place; empty where it is unknown."""
    return ".".join((region_code or "").split(".")[:3])


def distances(seat: Region | None, places: Sequence[tuple[float | None, float | None]]) -> Any:
    """Kilometres from the office to each place (lat, lon); nan where either is unknown; shape (places,)."""
    lat, lon = (_floats(place[side] for place in places) for side in (0, 1))
    return great_circle_km(lat, lon, _floats([seat and seat.lat]), _floats([seat and seat.lon]))


def _number(value: Any) -> float:
    return np.nan if value is None else float(value)


def _floats(values: Iterable[Any]) -> Any:
    return np.array([_number(value) for value in values], dtype=np.float64)


def _objects(values: Iterable[Any]) -> Any:
    listed = list(values)
    column = np.empty(len(listed), dtype=object)
    column[:] = listed
    return column


def _days(values: Iterable[dt.date | None], empty: int) -> Any:
    return np.array([empty if value is None else value.toordinal() for value in values], dtype=np.int64)


def _needs(
    rows: Sequence[Row[Any]], seen: _Office, facts: Mapping[int, Mapping[FactCode, float]],
    words: Sequence[similarity.Wording], text: similarity.Texts,
) -> Needs:  # fmt: skip
    lat, lon = _floats(row.lat for row in rows), _floats(row.lon for row in rows)
    units = [UNITS[row.unit] for row in rows]
    km = great_circle_km(lat, lon, _floats([seen.seat[0]]), _floats([seen.seat[1]]))
    known = np.full((len(rows), len(FACTS)), np.nan)
    for place, row in enumerate(rows):
        for code, value in facts.get(row.party_id, {}).items():
            known[place, FACTS.index(code)] = value
    return Needs(
        id=np.array([row.id for row in rows], np.int64),
        library=np.array([row.party_id for row in rows], np.int64),
        category=np.array([category_index(row.category) for row in rows], np.int64),
        group=np.array([unit_group(row.unit) for row in rows], np.int64),
        factor=np.array([unit.factor for unit in units], np.float64),
        per_year=np.array([per_year(row.every) for row in rows], np.float64),
        amount=_floats(seen.lacking(row) for row in rows),
        price=_floats(seen.prices.get(row.category) for row in rows),
        region=np.array([row.region_code or "" for row in rows], np.str_),
        lat=lat, lon=lon,
        urgency=_floats(urgency_value(row.urgency) for row in rows),
        waiting=np.array([max((seen.day - lines.today(row.reported_at)).days, 0) for row in rows], np.float64),
        never_helped=np.array([row.party_id not in seen.helped for row in rows], bool),
        neglect=_floats(seen.neglect(row.party_id) for row in rows),
        thin=np.array([seen.thin.get(kecamatan(row.region_code), 1.0) for row in rows], np.float64),
        far=np.clip(np.nan_to_num(km, nan=FAR_KM / 2) / FAR_KM, 0, 1),
        first_day=_days((row.starts for row in rows), NEVER_DAY),
        last_day=_days((row.ends for row in rows), FAR_DAY),
        facts=known,
        tokens=_objects(wording.stems for wording in words),
        things=_objects(wording.things for wording in words),
        unwanted=_objects(wording.apart for wording in words),
        text=text,
    )  # fmt: skip


def _gifts(
    rows: Sequence[Row[Any]], seen: _Office, words: Sequence[similarity.Wording], text: similarity.Texts
) -> Gifts:
    units = [UNITS[row.unit] for row in rows]
    return Gifts(
        id=np.array([row.id for row in rows], np.int64),
        giver=np.array([row.party_id for row in rows], np.int64),
        category=np.array([category_index(row.category) for row in rows], np.int64),
        mode=np.array([_MODES.index(row.mode) for row in rows], np.int64),
        group=np.array([unit_group(row.unit) for row in rows], np.int64),
        factor=np.array([unit.factor for unit in units], np.float64),
        per_year=np.array([per_year(row.every) for row in rows], np.float64),
        left=_floats(seen.left(row) for row in rows),
        price=_floats(row.unit_price for row in rows),
        share_min=_floats(row.share_min for row in rows),
        share_max=_floats(row.share_max for row in rows),
        lat=_floats(row.lat for row in rows), lon=_floats(row.lon for row in rows),
        anywhere=np.array([row.online or row.mode is Mode.MONEY for row in rows], bool),
        area=_objects(tuple(row.area) for row in rows),
        conditions=_objects(tuple(_condition(part) for part in row.conditions) for row in rows),
        first_day=_days((row.starts for row in rows), NEVER_DAY),
        last_day=_days((row.ends for row in rows), FAR_DAY),
        kept=np.array([seen.kept[row.party_id] for row in rows], np.float64),
        due=np.array([seen.due[row.party_id] for row in rows], np.float64),
        follow_on=np.array([bool(row.follow_on_cost) for row in rows], bool),
        tokens=_objects(wording.stems for wording in words),
        things=_objects(wording.things for wording in words),
        spoken=_objects(wording.apart[0] if wording.apart else () for wording in words),
        text=text,
    )  # fmt: skip


def _condition(part: Mapping[str, Any]) -> Condition:
    return Condition(0, FACTS.index(FactCode(part["fact"])), Operator(part["op"]), float(part["value"]))


# --- pairs that may not meet -----------------------------------------------------------------------------------------


def _forbidden(
    session: Session, office: Office, challenges: Sequence[Row[Any]], offers: Sequence[Row[Any]], day: dt.date
) -> frozenset[tuple[int, int]]:
    """Live lines, refusals in scope, givers' rules."""
    return frozenset(decided(session, office, day) | _ruled_out(session, challenges, offers))


def decided(session: Session, office: Office, day: dt.date, *where: ColumnElement[bool]) -> set[tuple[int, int]]:
    """Pairs with a live line, and refused pairs until a side changes or the cycle ends; only of lines *where*."""
    live = select(Match.challenge_id, Match.offer_id).where(
        Match.office_id == office.id, Match.state.in_([MatchState.PROPOSED, MatchState.AGREED]), *where
    )
    pairs = {(challenge, offer) for challenge, offer in session.execute(live)}
    since = lines.cycle_began(office, day)
    refused = session.scalars(
        select(Match).where(
            Match.office_id == office.id, Match.state == MatchState.DECLINED, Match.closed_at >= since, *where
        )
    ).all()
    now = lines.signatures(session, [(match.challenge_id, match.offer_id) for match in refused])
    for match in refused:
        pair = (match.challenge_id, match.offer_id)
        if (match.factors or {}).get("signature") == now[pair]:
            pairs.add(pair)
    return pairs


def _ruled_out(session: Session, challenges: Sequence[Row[Any]], offers: Sequence[Row[Any]]) -> set[tuple[int, int]]:
    rules = session.scalars(select(Rule).where(Rule.retracted_at.is_(None))).all()
    into = lines.merged(session)
    given: dict[int, list[int]] = defaultdict(list)
    for offer in offers:
        given[offer.party_id].append(offer.id)
    out: set[tuple[int, int]] = set()
    for rule in rules:
        giver = into.get(rule.party_id, rule.party_id)
        rows = challenges if giver in given else ()
        barred = [row.id for row in rows if bars(rule, row.party_id, row.region_code, into)]
        out |= {(challenge, offer) for challenge in barred for offer in given[giver]}
    return out


def bars(rule: Rule, library_id: int, region_code: str | None, into: Mapping[int, int]) -> bool:
    """Whether a giver's rule keeps it from a library; *into*: what `lines.merged` gives."""
    if rule.kind is RuleKind.NOT_LIBRARY and rule.library_id is not None:
        return library_id == into.get(rule.library_id, rule.library_id)
    return kecamatan(region_code) == rule.region_code
