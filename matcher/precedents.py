"""What was decided about pairs before, and the suggestion a decision freezes; read at once however many pairs."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import lines
from matcher.models import Match, Suggestion, Weights
from matcher.pairs import Pair, batched
from matcher.scoring import usable_or_start
from matcher.vocabulary import MatchState

_Key = tuple[int, int]


class Frozen(NamedTuple):
    """The suggestion as it stands, to be kept on the line that a decision makes."""

    score: float | None
    told: dict[str, Any]  #: factors, detail, weights; what a refusal was about
    weights_id: int | None


class Precedents:
    """What stands in the way of a decision about some pairs of one office, and what it will keep."""

    def __init__(self, session: Session, both: Sequence[Pair], day: dt.date) -> None:
        self._matches: dict[_Key, list[Match]] = defaultdict(list)
        self._suggestions: dict[_Key, Suggestion] = {}
        self._signatures: dict[_Key, str] = {}
        self._since = lines.cycle_began(both[0].office, day) if both else None
        for some in batched([_key(pair) for pair in both]):
            self._read(session, some)
        used = {row.weights_id for row in self._suggestions.values()}
        self._points = {
            row.id: usable_or_start(row.points) for row in session.scalars(select(Weights).where(Weights.id.in_(used)))
        }

    def _read(self, session: Session, keys: Sequence[_Key]) -> None:
        self._signatures |= lines.signatures(session, keys)
        ours, theirs = {challenge for challenge, _ in keys}, {offer for _, offer in keys}
        matches = select(Match).where(
            Match.challenge_id.in_(ours), Match.offer_id.in_(theirs),
            Match.state.in_([MatchState.PROPOSED, MatchState.DECLINED]),
        )  # fmt: skip
        for match in session.scalars(matches.order_by(Match.id)):
            self._matches[match.challenge_id, match.offer_id].append(match)
        stands = select(Suggestion).where(Suggestion.challenge_id.in_(ours), Suggestion.offer_id.in_(theirs))
        self._suggestions |= {(row.challenge_id, row.offer_id): row for row in session.scalars(stands)}

    def live(self, both: Pair) -> Match | None:
        """The proposal that stands between the two."""
        rows = [match for match in self._matches[_key(both)] if match.state is MatchState.PROPOSED]
        return rows[-1] if rows else None

    def refusal(self, both: Pair) -> Match | None:
        """The refusal that still keeps the pair apart: the last of this cycle, and neither side changed since."""
        refused = [
            match for match in self._matches[_key(both)]
            if match.closed_at is not None and self._since is not None and match.closed_at >= self._since
        ]  # fmt: skip
        if not refused or (refused[-1].factors or {}).get("signature") != self._signatures[_key(both)]:
            return None
        return refused[-1]

    def frozen(self, both: Pair) -> Frozen:
        """Score, factors and weights of the suggestion as it stands."""
        kept: dict[str, Any] = {"signature": self._signatures[_key(both)]}
        found = self._suggestions.get(_key(both))
        if found is None:
            return Frozen(None, kept, None)
        kept |= {
            "factors": json.loads(found.factors), "detail": json.loads(found.detail), "certainty": found.certainty,
            "points": self._points[found.weights_id], "rank": found.rank, "ready": found.ready,
        }  # fmt: skip
        return Frozen(found.score, kept, found.weights_id)


def _key(both: Pair) -> _Key:
    return both.challenge.id, both.offer.id
