"""Library to library, from the teller's side: whose open challenge a success could help."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import matching
from matcher.models import Challenge, Offer, Office, Party, whose
from matcher.scoring import DETAIL
from matcher.vocabulary import Mode, ReportState


@dataclass(frozen=True, slots=True)
class Learner:
    """A challenge that the success could help."""

    challenge: Challenge
    library: Party
    km: float | None


@dataclass(frozen=True, slots=True)
class Learners:
    """Who could learn from a success; *left* is how often it may still be asked for in this cycle."""

    left: int
    rows: list[Learner]


def learners(session: Session, office: Office, offer: Offer, *, at: dt.datetime, most: int = 20) -> Learners:
    """Open challenges that *offer*, a library's success, may be told to: the nearest first; none once it is full.

    The same hard filters hold as for suggestions: kind, area, times, refusals, never its own library.
    """
    asked = select(Challenge.id).where(
        Challenge.office_id == office.id, Challenge.state == ReportState.OPEN, Challenge.category == offer.category
    )
    world = matching.see(session, office, at=at, challenge_ids=session.scalars(asked.order_by(Challenge.id)).all())
    mine = world.gifts.id == offer.id
    if offer.mode is not Mode.EXPERIENCE or not mine.any():
        return Learners(0, [])
    left = int(max(world.gifts.left[mine][0], 0))
    ranking = matching.ranked(replace(world, gifts=world.gifts.pick(mine)))
    if not left or not len(ranking):
        return Learners(left, [])
    km = ranking.detail[:, DETAIL.index("km")]
    nearest = np.lexsort((ranking.challenge, np.nan_to_num(km, nan=np.inf)))[:most]
    ids = ranking.challenge[nearest].tolist()
    rows = select(Challenge, Party).select_from(Challenge).join(Party, Party.id == whose(Challenge))
    told = {
        challenge.id: (challenge, library) for challenge, library in session.execute(rows.where(Challenge.id.in_(ids)))
    }
    far = [None if np.isnan(one) else float(one) for one in km[nearest]]
    return Learners(left, [Learner(*told[key], away) for key, away in zip(ids, far, strict=True)])
