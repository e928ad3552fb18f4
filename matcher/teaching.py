"""What an office's decisions teach, and the versions of its weights: proposed, looked at, used, taken back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher import lines, log, matching, scoring, weighing
from matcher.balance import Line
from matcher.errors import ChangedMeanwhile, NotFound, NotPossible
from matcher.factors import FACTORS, PRIOR, PRIOR_POINTS
from matcher.models import Challenge, Log, Match, Offer, Office, Weights
from matcher.policy import Action, Actor, require
from matcher.vocabulary import CancelReason, MatchState, Mode, Refusal, Subject, Teaches, Words
from matcher.weighing import Learned

NAMES = tuple(factor.name for factor in FACTORS)

#: How much a decision counts: a yes, an agreement, a delivery that the office verified.
COUNTS = {"yes": 1.0, "agreed": 2.0, "proven": 3.0}
MOVED = 10  #: pairs shown whose place changes most
SEEN = 5  #: places a person looks at

#: What each factor asks about a pair, in one sentence.
MEANS: dict[str, Words] = {factor.name: factor.means for factor in FACTORS}

#: What a decision that teaches was; the reasons of a no stand in `Refusal`.
DECIDED: dict[str, Words] = {
    "yes": Words("diusulkan", "proposed"),
    "agreed": Words("disepakati", "agreed"),
    "proven": Words("terbukti", "proven"),
}


@dataclass(frozen=True)
class Taught:
    """Lessons in the order of their decisions, as columns of equal length; see `learning.Lessons`."""

    factors: NDArray[np.float64]  #: (n, factors); pairwise rows: the chosen pair's minus the refused one's
    yes: NDArray[np.bool_]
    weight: NDArray[np.float64]
    pairwise: NDArray[np.bool_]
    challenge: NDArray[np.int64]
    offer: NDArray[np.int64]
    at: tuple[dt.datetime, ...]
    decisions: Mapping[str, int]  #: by what they were: yes, agreed, proven, or the reason of a no
    silent: int  #: decisions that teach nothing: reasons about data, undone ones, pairs that had no score

    def __len__(self) -> int:
        return len(self.yes)


def words_of(factor: str) -> Words:
    """A factor in words; one that is no longer known under its own name."""
    return next((row.words for row in FACTORS if row.name == factor), Words(factor, factor))


def decided(what: str) -> Words:
    """A decision in words: a kind of yes, or the reason of a no; one that is no longer known under its own name."""
    known = DECIDED | {reason.value: reason.words for reason in Refusal}
    return known.get(what, Words(what, what))


def starting() -> dict[str, float]:
    """The weights an office starts with."""
    return dict(PRIOR_POINTS)


# --- decisions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lesson:
    at: dt.datetime
    match: Match
    what: str
    factors: list[float]
    yes: bool
    pairwise: bool = False


def taught(session: Session, office: Office) -> Taught:
    """Everything the office's decisions teach.

    A pair nobody looked at is missing, not refused; only reasons that are lessons are a no; a pair passed over for a
    more urgent one is a preference between two; old partnerships and undone decisions teach nothing.
    """
    rows = lines.read(session, Match.office_id == office.id, Match.mode != Mode.EXPERIENCE)
    decided = [(match, line) for match, line in rows if not match.recorded]
    found = [lesson for match, line in decided if (lesson := _lesson(match, line)) is not None]
    found.sort(key=lambda lesson: (lesson.at, lesson.match.id))
    return Taught(
        factors=np.array([lesson.factors for lesson in found], np.float64).reshape(len(found), len(NAMES)),
        yes=np.array([lesson.yes for lesson in found], bool),
        weight=np.array([COUNTS.get(lesson.what, 1.0) for lesson in found], np.float64),
        pairwise=np.array([lesson.pairwise for lesson in found], bool),
        challenge=np.array([lesson.match.challenge_id for lesson in found], np.int64),
        offer=np.array([lesson.match.offer_id for lesson in found], np.int64),
        at=tuple(lesson.at for lesson in found),
        decisions=dict(sorted(Counter(lesson.what for lesson in found).items())),
        silent=len(decided) - len(found),
    )


def _lesson(match: Match, line: Line) -> _Lesson | None:
    """What one line teaches; None: nothing."""
    frozen = match.factors or {}
    if "factors" not in frozen or match.reason == CancelReason.UNDONE.value:
        return None
    factors = _by_name(frozen["factors"], frozen["points"])
    if match.state is not MatchState.DECLINED:
        what = "proven" if line.verified > 0 else "yes" if match.agreement_id is None else "agreed"
        return _Lesson(match.proposed_at, match, what, factors, yes=True)
    assert match.reason is not None
    assert match.closed_at is not None
    if Refusal(match.reason).teaches is not Teaches.LESSON:
        return None
    if match.reason != Refusal.MORE_URGENT_ELSEWHERE.value:
        return _Lesson(match.closed_at, match, match.reason, factors, yes=False)
    chosen = frozen.get("instead")
    if chosen is None:
        return None
    apart = np.subtract(_by_name(chosen, frozen["points"]), factors).tolist()
    return _Lesson(match.closed_at, match, match.reason, apart, yes=True, pairwise=True)


def _by_name(factors: Sequence[float], points: Mapping[str, float]) -> list[float]:
    """Frozen factors in today's order; a factor that was not there yet counts its prior mean."""
    known = dict(zip(points, factors, strict=False))
    return [PRIOR if known.get(name) is None else float(known[name]) for name in NAMES]


# --- versions --------------------------------------------------------------------------------------------------------


def versions(session: Session, office: Office) -> list[Weights]:
    """Every version of the office's weights, newest first."""
    rows = select(Weights).where(Weights.office_id == office.id)
    return list(session.scalars(rows.order_by(Weights.number.desc())))


def proposal(session: Session, office: Office) -> Weights | None:
    """The newest version that waits for a yes; None where nothing newer than the weights in force waits."""
    rows = select(Weights).where(
        Weights.office_id == office.id, Weights.used_at.is_(None), Weights.dropped_at.is_(None)
    )
    return session.scalar(rows.order_by(Weights.number.desc()).limit(1))


def own(session: Session, office: Office) -> dict[str, float]:
    """The office's own weights, from which learning starts: the newest readable ones that a person put in use."""
    rows = select(Weights).where(Weights.office_id == office.id, Weights.used_at.is_not(None))
    for version in session.scalars(rows.order_by(Weights.used_at.desc(), Weights.id.desc())):
        if version.learned is None and scoring.usable(version.points):
            return scoring.check_points(version.points)
    return starting()


def known_of(version: Weights) -> Learned | None:
    """What a learned version knows of itself; None for one that a person set.

    Raises
    ------
    DamagedWeights
        What is stored cannot be used.
    """
    return None if version.learned is None else weighing.from_plain(version.learned)


def _add(
    session: Session, office: Office, points: Mapping[str, float], *, by: Actor, at: dt.datetime, what: str, **more: Any
) -> Weights:
    lines.get(session, Office, office.id, lock=True)  # two at once would take one number
    last = session.scalar(select(func.max(Weights.number)).where(Weights.office_id == office.id)) or 0
    version = Weights(
        office_id=office.id, number=last + 1, points=scoring.check_points(points), made_at=at, **more
    )  # fmt: skip
    session.add(version)
    log.record(session, version, what, by=by, at=at, changes={"points": [None, dict(version.points)]})
    session.flush()
    return version


def propose(
    session: Session, office: Office, learned: Learned, card: Mapping[str, Any], *, by: Actor, at: dt.datetime
) -> Weights:
    """Lay learned weights before the office; an earlier proposal that nobody took gives way.  Nothing is used yet."""
    require(by, Action.DECIDE, office_id=office.id)
    if (earlier := proposal(session, office)) is not None:
        drop(session, earlier, by=by, at=at)
    return _add(
        session, office, learned.by_name(), by=by, at=at, what="propose", learned=learned.plain(), card=dict(card)
    )


def drop(session: Session, version: Weights, *, by: Actor, at: dt.datetime) -> None:
    """Say no to a proposal."""
    require(by, Action.DECIDE, office_id=version.office_id)
    _alone(session, version)
    if version.used_at is not None or version.dropped_at is not None:
        raise _not_possible(version, "drop")
    version.dropped_at = at
    log.record(session, version, "drop", by=by, at=at)


def _alone(session: Session, version: Weights) -> None:
    """Hold the office's weights, and see the version as it is by now."""
    lines.get(session, Office, version.office_id, lock=True)
    session.refresh(version)


def set_by_hand(
    session: Session, office: Office, points: Mapping[str, float], *, by: Actor, at: dt.datetime,
    seen: int | None = None,
) -> Weights:  # fmt: skip
    """Put weights in force that a person chose; WeightsDoNotSum where they are none, otherwise as `use`."""
    require(by, Action.SETTINGS, office_id=office.id)
    scoring.check_points(points)
    return use(session, office, _add(session, office, points, by=by, at=at, what="make"), by=by, at=at, seen=seen)


def use(
    session: Session, office: Office, version: Weights, *, by: Actor, at: dt.datetime, seen: int | None = None
) -> Weights:
    """Put a version in force and rescore everything; *seen* is the number of the one that was in force when asked.

    Raises
    ------
    NotFound
        It is another office's.
    NotPossible
        It is in force already, or was turned down.
    ChangedMeanwhile
        Another version than the one *seen* is in force by now.
    DamagedWeights
        What it knows of itself cannot be read: the weights in force stay.
    """
    require(by, Action.SETTINGS, office_id=office.id)
    if version.office_id != office.id:
        raise NotFound
    _alone(session, version)
    current = matching.weights_in_force(session, office.id)
    if version.dropped_at is not None or version.id == current.id:
        raise _not_possible(version, "use")
    if seen not in (None, current.number):
        raise ChangedMeanwhile
    known_of(version)
    scoring.check_points(version.points)
    assert current.used_at is not None
    # A calendar that stands still goes back at midnight; what is used last must stay last.
    version.used_at = max(at, current.used_at + dt.timedelta(microseconds=1))
    log.record(session, version, "use", by=by, at=at, changes={"in_force": [current.number, version.number]})
    session.flush()
    matching.refresh(session, office, at=at)
    return version


def before(session: Session, office: Office) -> Weights | None:
    """The version that was in force before the one that is; None where there was no other."""
    current = matching.weights_in_force(session, office.id)
    uses = select(Log.changes).where(Log.subject == Subject.WEIGHTS, Log.subject_id == current.id, Log.event == "use")
    changes = session.scalar(uses.order_by(Log.seq.desc()).limit(1))
    if not changes or "in_force" not in changes:
        return None
    rows = select(Weights).where(Weights.office_id == office.id, Weights.number == changes["in_force"][0])
    return session.scalar(rows)


def back(session: Session, office: Office, *, by: Actor, at: dt.datetime, seen: int | None = None) -> Weights:
    """One press back: the version that was in force before is in force again; otherwise as `use`."""
    earlier = before(session, office)
    if earlier is None:
        raise _not_possible(matching.weights_in_force(session, office.id), "back")
    return use(session, office, earlier, by=by, at=at, seen=seen)


def _not_possible(version: Weights, move: str) -> NotPossible:
    """The refusal of a move, with what the version is by now."""
    name = Words(f"bobot nomor {version.number}", f"weights number {version.number}")
    state = Words("dipakai", "in use") if version.dropped_at is None else Words("tidak dipakai", "turned down")
    return NotPossible(subject=Subject.WEIGHTS, move=move, id=name, state=state)


# --- what would change -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moved:
    """A pair whose place among its challenge's offers would be another; 0: not among the best."""

    challenge: str
    need: str
    offer: str
    gift: str
    rank_now: int
    rank_then: int
    score_now: float | None
    score_then: float | None


def moved(session: Session, office: Office, version: Weights, *, at: dt.datetime, most: int = MOVED) -> list[Moved]:
    """The pairs among the first places whose order would change most, largest change first."""
    world = matching.see(session, office, at=at)
    now, then = (
        scoring.rank(world.needs, world.gifts, points, forbidden=world.forbidden)
        for points in (world.weights.points, version.points)
    )
    old, new = _by_pair(now), _by_pair(then)
    changes = [
        (abs(_place(old, pair) - _place(new, pair)), pair)
        for pair in old.keys() | new.keys()
        if min(_place(old, pair), _place(new, pair)) <= SEEN and _place(old, pair) != _place(new, pair)
    ]
    chosen = [pair for _, pair in sorted(changes, key=lambda found: (-found[0], found[1]))[:most]]
    needs = _told(session, Challenge, [pair[0] for pair in chosen])
    gifts = _told(session, Offer, [pair[1] for pair in chosen])
    return [
        Moved(
            *needs[pair[0]], *gifts[pair[1]], *(old.get(pair, (0, None))[0], new.get(pair, (0, None))[0]),
            old.get(pair, (0, None))[1], new.get(pair, (0, None))[1],
        )
        for pair in chosen
    ]  # fmt: skip


_Ranked = dict[tuple[int, int], tuple[int, float]]


def _by_pair(ranking: scoring.Ranking) -> _Ranked:
    """Pair → its place and score; peers are ranked apart and left out."""
    gifts = np.flatnonzero(~ranking.experience)
    pairs = zip(ranking.challenge[gifts].tolist(), ranking.offer[gifts].tolist(), strict=True)
    return dict(zip(pairs, zip(ranking.rank[gifts].tolist(), ranking.score[gifts].tolist(), strict=True), strict=True))


def _place(ranked: _Ranked, pair: tuple[int, int]) -> int:
    return ranked[pair][0] if pair in ranked else scoring.TOP + 1


def _told(session: Session, table: type[Challenge | Offer], ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    rows = session.execute(select(table.id, table.code, table.title).where(table.id.in_(set(ids))))
    return {row.id: (row.code, row.title) for row in rows}
