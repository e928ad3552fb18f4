"""How well the office's decisions are foreseen: figures with their ranges, and the card of a version of weights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import baselines, evaluation, learning, lines, matching, scoring, teaching
from matcher.errors import NothingToLearn
from matcher.evaluation import Figure, Lists
from matcher.learning import Lessons, Replay
from matcher.models import Challenge, Offer, Office, Party, Region, whose
from matcher.text import tokens
from matcher.vocabulary import FactCode
from matcher.weighing import Learned

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEAR_KM = 30.0  #: from the office; what is nearer counts as near
MANY_VISITORS = 100  #: a month; from here on a library counts as large


@dataclass(frozen=True)
class Judged:
    """Figures of every ranking on the office's own decisions, nothing judged on what it learned from."""

    rankings: Mapping[str, Mapping[str, Figure]]
    chances: Mapping[str, Mapping[str, Figure]]  #: Brier and calibration, of learned and office
    fairness: Mapping[str, Mapping[str, Figure]]  #: NDCG of learned by distance, size, kecamatan
    replay: Replay
    decisions: Mapping[str, int]
    silent: int
    first: dt.datetime | None
    last: dt.datetime | None

    def plain(self) -> dict[str, Any]:
        """Everything as plain values, figures as [value, low, high, n]; what cannot be said is null."""
        return {
            "decisions": dict(self.decisions),
            "silent": self.silent,
            "from": None if self.first is None else lines.today(self.first).isoformat(),
            "to": None if self.last is None else lines.today(self.last).isoformat(),
            "gain": _plain(Figure(self.replay.gain, self.replay.low, self.replay.high, len(self.replay.rows))),
            "strength": self.replay.strength,
            "rankings": {name: _figures(found) for name, found in self.rankings.items()},
            "chances": {name: _figures(found) for name, found in self.chances.items()},
            "fairness": {name: _figures(found) for name, found in self.fairness.items()},
        }


def _figures(found: Mapping[str, Figure]) -> dict[str, list[float | int | None]]:
    return {name: _plain(figure) for name, figure in found.items()}


def _plain(figure: Figure) -> list[float | int | None]:
    return [*(None if np.isnan(value) else round(float(value), 4) for value in figure[:3]), figure.n]


# --- learning --------------------------------------------------------------------------------------------------------


def lessons_of(found: teaching.Taught) -> Lessons:
    """What was taught, as the columns that learning reads."""
    return Lessons(found.factors, found.yes, found.weight, found.pairwise, found.challenge)


def learn(session: Session, office: Office, *, at: dt.datetime) -> tuple[Learned, Judged]:
    """Weights moved by the office's decisions, and how well they foresee decisions they have not seen.

    Raises
    ------
    NothingToLearn
        There are no decisions that teach, or of one kind only.
    """
    judged = judge(session, office, at=at)
    lessons = lessons_of(teaching.taught(session, office))
    return learning.learn(lessons, _points(session, office), teaching.NAMES, strength=judged.replay.strength), judged


def _points(session: Session, office: Office) -> Floats:
    own = teaching.own(session, office)
    return np.array([own[name] for name in teaching.NAMES])


# --- judging ---------------------------------------------------------------------------------------------------------


def judge(session: Session, office: Office, *, at: dt.datetime) -> Judged:
    """Compare every ranking on the decided challenges: predict, then learn.

    Raises
    ------
    NothingToLearn
        There are no decisions that teach, or of one kind only.
    """
    found = teaching.taught(session, office)
    lessons, points = lessons_of(found), _points(session, office)
    if not lessons.teaches():
        raise NothingToLearn(count=len(found))
    replay = learning.replay(lessons, points)
    pairs = _pairs(session, office, found, at=at)
    scores = _scores(session, pairs, lessons, points, replay.strength)
    values, whose_are = evaluation.ndcg(pairs.lists, scores["learned"])
    yes, whom = lessons.yes[replay.rows].astype(float), lessons.challenge[replay.rows]
    return Judged(
        rankings=evaluation.ranking(pairs.lists, scores),
        chances={
            "learned": evaluation.chances(replay.chance, yes, whom),
            "office": evaluation.chances(replay.office, yes, whom),
        },
        fairness={
            side: evaluation.by_group(values, whose_are, groups)
            for side, groups in _groups(session, office, pairs.lists.challenge).items()
        },
        replay=replay, decisions=found.decisions, silent=found.silent,
        first=found.at[0], last=found.at[-1],
    )  # fmt: skip


@dataclass(frozen=True)
class _Pairs:
    """Every candidate of every decided challenge, as if nothing were decided, beside what was decided."""

    lists: Lists
    factors: Floats  #: (pairs, factors); of decided pairs as the decision saw them
    first: Ints  #: (pairs,) the challenge's first lesson: what may judge it was learned before


def _pairs(session: Session, office: Office, found: teaching.Taught, *, at: dt.datetime) -> _Pairs:
    world = matching.as_asked(session, office, sorted(set(found.challenge.tolist())), at=at)
    every = scoring.rank(world.needs, world.gifts, world.weights.points, top=max(len(world.gifts), 1))
    gifts = ~every.experience
    pairs = zip(every.challenge[gifts].tolist(), every.offer[gifts].tolist(), strict=True)
    seen = dict(zip(pairs, every.factors[gifts], strict=True))
    gains: dict[tuple[int, int], float] = {}
    began: dict[int, int] = {}
    for place, (challenge, offer) in enumerate(zip(found.challenge.tolist(), found.offer.tolist(), strict=True)):
        began.setdefault(challenge, place)
        if not found.pairwise[place]:
            seen[challenge, offer] = found.factors[place]
            gains[challenge, offer] = float(found.weight[place]) if found.yes[place] else 0.0
    keys = sorted(seen)
    return _Pairs(
        Lists(
            np.array([key[0] for key in keys], np.int64),
            np.array([key[1] for key in keys], np.int64),
            np.array([gains.get(key, np.nan) for key in keys], np.float64),
        ),
        np.array([seen[key] for key in keys], np.float64),
        np.array([began[key[0]] for key in keys], np.int64),
    )


def _scores(session: Session, pairs: _Pairs, lessons: Lessons, points: Floats, strength: float) -> dict[str, Floats]:
    """What each ranking gives every pair."""
    office = pairs.factors @ points
    ours, theirs, rows, columns = _texts(session, pairs.lists)
    return {
        "learned": _before(pairs, learning.before_each(lessons, points, strength), office),
        "office": office,
        "scratch": _before(pairs, baselines.from_nothing(lessons), np.zeros(len(office))),
        "bm25": baselines.bm25(ours, theirs, rows, columns),
        "tfidf": baselines.tfidf(ours, theirs, rows, columns),
        "newest": _newest(session, pairs.lists),
    }


def _before(pairs: _Pairs, learned: list[tuple[int, Floats]], until_then: Floats) -> Floats:
    """Scores by the weights that were learned before each challenge's first decision."""
    score = until_then.copy()
    for start, weights in learned:
        mine = pairs.first >= start
        score[mine] = pairs.factors[mine] @ weights
    return score


def _texts(session: Session, lists: Lists) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]], Ints, Ints]:
    """Stems of both sides, and which of them each pair joins."""
    needs, rows = np.unique(lists.challenge, return_inverse=True)
    gifts, columns = np.unique(lists.offer, return_inverse=True)
    told = _stems(session, Challenge, Challenge.story, needs.tolist())
    given = _stems(session, Offer, Offer.words, gifts.tolist())
    return [told[one] for one in needs.tolist()], [given[one] for one in gifts.tolist()], rows, columns


def _stems(session: Session, table: Any, long: Any, ids: list[int]) -> dict[int, tuple[str, ...]]:
    rows = session.execute(select(table.id, table.title, long).where(table.id.in_(ids)))
    return {row_id: tuple(tokens(f"{title} {text}")) or ("-",) for row_id, title, text in rows}


def _newest(session: Session, lists: Lists) -> Floats:
    made = dict(session.execute(select(Offer.id, Offer.made_at).where(Offer.id.in_(set(lists.offer.tolist())))).all())
    return np.array([made[offer].timestamp() for offer in lists.offer.tolist()], np.float64)


# --- fairness --------------------------------------------------------------------------------------------------------


def _groups(session: Session, office: Office, challenges: Ints) -> dict[str, dict[int, str]]:
    """Challenges by distance from the office, by size of the library, by kecamatan."""
    ids = sorted(set(challenges.tolist()))
    rows = session.execute(
        select(Challenge.id, Party.id.label("party_id"), Party.region_code, Region.lat, Region.lon)
        .select_from(Challenge)
        .join(Party, Party.id == whose(Challenge))
        .outerjoin(Region, Party.region_code == Region.code)
        .where(Challenge.id.in_(ids))
    ).all()
    visitors = matching.facts_of(session, {row.party_id for row in rows})
    seat = session.get(Region, office.region_code)
    km = matching.distances(seat, [(row.lat, row.lon) for row in rows])
    groups: dict[str, dict[int, str]] = {"distance": {}, "size": {}, "kecamatan": {}}
    for row, away in zip(rows, km.tolist(), strict=True):
        if not np.isnan(away):
            groups["distance"][row.id] = "near" if away <= NEAR_KM else "far"
        if (people := visitors.get(row.party_id, {}).get(FactCode.VISITORS)) is not None:
            groups["size"][row.id] = "large" if people >= MANY_VISITORS else "small"
        groups["kecamatan"][row.id] = matching.kecamatan(row.region_code)
    names = dict(
        session.execute(
            select(Region.code, Region.name).where(Region.code.in_(set(groups["kecamatan"].values())))
        ).all()
    )
    groups["kecamatan"] = {row_id: names.get(code, "") for row_id, code in groups["kecamatan"].items()}
    return groups


# --- the card --------------------------------------------------------------------------------------------------------


def card(session: Session, office: Office, judged: Judged, learned: Learned, *, at: dt.datetime) -> dict[str, Any]:
    """The model card: what the weights were learned from, how good they are, and for whom first places change."""
    world = matching.see(session, office, at=at)
    own = teaching.own(session, office)
    first = {
        name: _firsts(scoring.rank(world.needs, world.gifts, points, forbidden=world.forbidden, top=1))
        for name, points in (("before", own), ("after", learned.by_name()))
    }
    offers = sorted(set().union(*(set(found.values()) for found in first.values())))
    givers = dict(session.execute(select(Offer.id, whose(Offer)).where(Offer.id.in_(offers))).all())
    return judged.plain() | {
        "made": lines.today(at).isoformat(),
        "lessons": learned.lessons,
        "open": len(world.needs),
        "first_changes": sum(first["before"].get(one) != first["after"].get(one) for one in first["before"]),
        "givers_first": {name: len({givers[offer] for offer in found.values()}) for name, found in first.items()},
        "unsaid": _unsaid(world),
    }


def _firsts(ranking: scoring.Ranking) -> dict[int, int]:
    """Challenge → its first offer."""
    best = (ranking.rank == 1) & ~ranking.experience
    return dict(zip(ranking.challenge[best].tolist(), ranking.offer[best].tolist(), strict=True))


def _unsaid(world: matching.World) -> dict[str, int]:
    """What is missing in the data the ranking sees: how many open challenges or offers do not say it."""
    return {
        "quantity": int(np.isnan(world.needs.amount).sum()),
        "urgency": int(np.isnan(world.needs.urgency).sum()),
        "place": int((world.needs.region == "").sum()),
        "left": int(np.isnan(world.gifts.left).sum()),
    }
