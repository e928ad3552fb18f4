"""What the matching desk reads: the list to decide, one challenge with its best offers, what was just decided.

The number of queries does not depend on how much there is to read.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import starmap
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from matcher import balance, explaining, lines
from matcher.balance import Line
from matcher.errors import AlreadyDecided
from matcher.explaining import Explanation
from matcher.models import (
    Challenge,
    Fact,
    Match,
    Message,
    Offer,
    Office,
    Party,
    Region,
    Snooze,
    Suggestion,
    Weights,
    family,
    whose,
)
from matcher.policy import Actor
from matcher.scoring import usable_or_start
from matcher.vocabulary import (
    UNITS,
    Band,
    Category,
    FactCode,
    FactKind,
    LineStatus,
    MatchState,
    Mode,
    ReportState,
    Subject,
    Term,
    graded,
)

PER_PAGE = 30
BEST = 3  #: offers shown in full


# --- the list to decide ----------------------------------------------------------------------------------------------


class Order(Term):
    """In which order the officer takes the list."""

    WAITING = "lama", "paling lama", "longest wait"
    FIT = "cocok", "paling cocok", "best fit"


class Waiting(NamedTuple):
    """A challenge that waits for a decision; *score* is its best offer's, None where only peers can help."""

    id: int
    code: str
    category: Category
    days: int
    score: float | None

    @property
    def band(self) -> Band | None:
        """How well its best offer fits."""
        return None if self.score is None else graded(Band, self.score)


def waiting(
    session: Session, office: Office, *, by: Actor, at: dt.datetime, order: Order = Order.WAITING
) -> list[Waiting]:
    """Open challenges with something to decide, in *order*.

    What this officer put off is left out, and so is what waits for answers in full.
    """
    day = lines.today(at)
    fits, peers = _best(session)
    answered, asked = _in_hand(session, office, day)
    ages = _Ages(day)
    found = []
    for row in _open(session, office, by, day):
        fit = fits.get(row.id) if row.id not in answered else None
        if fit is not None or (row.id in peers and row.id not in asked | answered):
            found.append(Waiting(row.id, row.code, row.category, ages[row.reported_at], fit))
    return sorted(found, key=_LONGEST if order is Order.WAITING else _FITTEST)


class _Ages(dict[dt.datetime, int]):
    """Days since a moment; many reports share theirs."""

    def __init__(self, day: dt.date) -> None:
        self.day = day

    def __missing__(self, moment: dt.datetime) -> int:
        self[moment] = max((self.day - lines.today(moment)).days, 0)
        return self[moment]


def _best(session: Session) -> tuple[dict[int, float], set[int]]:
    """Challenge id → score of its best offer; the challenges that a peer can help."""
    s = Suggestion
    rows = session.execute(select(s.challenge_id, s.score, s.experience).where(s.rank == 1)).all()
    return {row[0]: row[1] for row in rows if not row[2]}, {row[0] for row in rows if row[2]}


def _open(session: Session, office: Office, by: Actor, day: dt.date) -> Sequence[Any]:
    c = Challenge
    put_off = select(Snooze.challenge_id).where(Snooze.by == by.name, Snooze.until > day)
    rows = select(c.id, c.code, c.category, c.reported_at).where(c.office_id == office.id, c.state == ReportState.OPEN)
    return session.execute(rows.where(c.id.not_in(put_off))).all()


def _LONGEST(row: Waiting) -> tuple[Any, ...]:  # noqa: N802 - stands beside the constant of the other order
    return (-row.days, -(row.score or 0), row.id)


def _FITTEST(row: Waiting) -> tuple[Any, ...]:  # noqa: N802 - the same
    return (-(row.score or 0), -row.days, row.id)


def _in_hand(session: Session, office: Office, day: dt.date) -> tuple[set[int], set[int]]:
    """Challenges whose whole gap waits for answers; challenges whose peer was asked."""
    proposed = lines.read(session, Match.office_id == office.id, Match.state == MatchState.PROPOSED)
    live = [(match, line) for match, line in proposed if not balance.lapsed(line, day)]
    asked = {match.challenge_id for match, _ in live if match.mode is Mode.EXPERIENCE}
    by_challenge = lines.grouped([pair for pair in live if pair[0].mode is not Mode.EXPERIENCE], "challenge_id")
    held = lines.grouped(_binding(session, by_challenge), "challenge_id")
    wanted = dict(
        session.execute(select(Challenge.id, Challenge.quantity).where(Challenge.id.in_(list(by_challenge)))).all()
    )
    answered = set()
    for challenge_id, open_lines in by_challenge.items():
        gap = balance.gap(wanted[challenge_id], held.get(challenge_id, ()), day)
        if gap is None or any(line.quantity is None for line in open_lines) or _sum(open_lines) >= gap:
            answered.add(challenge_id)
    return answered, asked


def _binding(session: Session, challenge_ids: Iterable[int]) -> list[tuple[Match, Line]]:
    states = (MatchState.AGREED, MatchState.DONE, MatchState.CANCELLED)
    return lines.read(session, Match.challenge_id.in_(list(challenge_ids)), Match.state.in_(states))


def _sum(found: Iterable[Line]) -> Decimal:
    return sum((line.quantity or Decimal(0) for line in found), Decimal(0))


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list, as it is read."""

    row: Waiting
    title: str
    library: str
    village: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list."""

    items: list[Item]
    total: int
    page: int
    pages: int
    kinds: Counter[Category]


def listing(
    session: Session, rows: Sequence[Waiting], *, chosen: str | None = None, kind: Category | None = None, page: int = 1
) -> Listing:
    """The page of *rows* on which *chosen* stands, else page number *page*; only of *kind* where one is given."""
    kinds = Counter(row.category for row in rows)
    wanted = [row for row in rows if kind is None or row.category is kind]
    codes = [row.code for row in wanted]
    place = codes.index(chosen) if chosen in codes else None
    pages = max((len(wanted) + PER_PAGE - 1) // PER_PAGE, 1)
    page = place // PER_PAGE + 1 if place is not None else min(max(page, 1), pages)
    shown = wanted[(page - 1) * PER_PAGE : page * PER_PAGE]
    return Listing(_items(session, shown), len(wanted), page, pages, kinds)


def _items(session: Session, rows: Sequence[Waiting]) -> list[Item]:
    told = session.execute(
        select(Challenge.id, Challenge.title, Party.name, Region.name)
        .select_from(Challenge)
        .join(Party, Party.id == whose(Challenge))
        .outerjoin(Region, Party.region_code == Region.code)
        .where(Challenge.id.in_([row.id for row in rows]))
    )
    words = {found[0]: found[1:] for found in told}
    return [Item(row, words[row.id][0], words[row.id][1], words[row.id][2] or "") for row in rows]


def following(rows: Sequence[Waiting], code: str, kind: Category | None = None) -> str | None:
    """The code to open once *code* is decided: the next of the list, else the first, None where it was the last."""
    codes = [row.code for row in rows if kind is None or row.category is kind]
    if code not in codes:
        return codes[0] if codes else None
    place = codes.index(code)
    rest = codes[place + 1 :] + codes[:place]
    return rest[0] if rest else None


# --- one challenge ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """An offer beside the challenge, with its reasons and what it still has."""

    offer: Offer
    giver: Party
    place: str
    told: Explanation
    ready: bool
    left: Decimal | None  #: in the offer's unit; None: belum ditentukan
    soft: Decimal  #: of it, what proposed lines would take


@dataclass(frozen=True, slots=True)
class Standing:
    """A line the challenge has already."""

    match: Match
    giver: str
    status: LineStatus


@dataclass(frozen=True, slots=True)
class Known:
    """One thing known (or not) of the library."""

    code: FactCode
    value: float | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """One challenge as a decision needs it."""

    challenge: Challenge
    library: Party
    village: str
    kecamatan: str
    gap: Decimal | None
    days: int
    offers: list[Choice]
    peers: list[Choice]
    standing: list[Standing]
    known: list[Known]
    never_helped: bool
    version: int | None  #: number of the weights its suggestions were scored with, always together; None: there is none

    def pick(self, code: str | None) -> Choice | None:
        """The offer of that code, else the best one."""
        return next((choice for choice in self.offers if choice.offer.code == code), next(iter(self.offers), None))


def chosen(session: Session, challenge: Challenge, *, at: dt.datetime) -> Chosen:
    """Everything about *challenge* on the day of *at*, its suggestions best first."""
    day = lines.today(at)
    library = lines.owner(session, challenge.party_id)
    found = _suggested(session, challenge)
    mine = lines.read(session, Match.challenge_id == challenge.id)
    held = lines.grouped(lines.read(session, Match.offer_id.in_([offer.id for _, offer, _ in found])), "offer_id")
    places = _places(session, [library, *(giver for _, _, giver in found)])
    used = _used(session, found)
    told = _explained(challenge, found, used)
    choices = [
        Choice(
            offer, giver, places.get(giver.region_code or "", ""), told[offer.id], row.ready,
            balance.left(offer.quantity, held.get(offer.id, ()), day),
            balance.total(held.get(offer.id, ()), day, balance.soft),
        )
        for row, offer, giver in found
    ]  # fmt: skip
    return Chosen(
        challenge, library, places.get(library.region_code or "", ""), places.get(_above(library.region_code), ""),
        balance.gap(challenge.quantity, [line for _, line in mine], day),
        max((day - lines.today(challenge.reported_at)).days, 0),
        [choice for choice in choices if choice.offer.mode is not Mode.EXPERIENCE],
        [choice for choice in choices if choice.offer.mode is Mode.EXPERIENCE],
        _standing(session, mine, day), _known(session, library),
        any(reason.code == "never_helped" for one in told.values() for reason in one.speaks_for),
        used[found[0][0].weights_id].number if found else None,
    )  # fmt: skip


def _suggested(session: Session, challenge: Challenge) -> list[tuple[Suggestion, Offer, Party]]:
    rows = (
        select(Suggestion, Offer, Party)
        .select_from(Suggestion)
        .join(Offer, Suggestion.offer_id == Offer.id)
        .join(Party, Party.id == whose(Offer))
        .where(Suggestion.challenge_id == challenge.id)
        .order_by(Suggestion.rank, Suggestion.offer_id)
    )
    return list(session.execute(rows))


def _used(session: Session, found: Sequence[tuple[Suggestion, Offer, Party]]) -> dict[int, Weights]:
    """The weights that made the scores, by id."""
    used = session.scalars(select(Weights).where(Weights.id.in_({row.weights_id for row, _, _ in found})))
    return {weights.id: weights for weights in used}


def _explained(
    challenge: Challenge, found: Sequence[tuple[Suggestion, Offer, Party]], used: dict[int, Weights]
) -> dict[int, Explanation]:
    """Offer id → why it has its score."""
    points = {number: usable_or_start(weights.points) for number, weights in used.items()}
    return {
        row.offer_id: explaining.explain(
            row.factors, row.detail, points[row.weights_id], category=challenge.category,
            unit=UNITS[challenge.unit].words, score=row.score, certainty=row.certainty, conditions=offer.conditions,
            every=challenge.every,
        )
        for row, offer, _ in found
    }  # fmt: skip


def _above(code: str | None) -> str:
    return ".".join((code or "").split(".")[:3])


def _places(session: Session, parties: Sequence[Party]) -> dict[str, str]:
    """Names of the places of *parties* and of the kecamatan around them."""
    codes = {party.region_code for party in parties if party.region_code}
    codes |= {_above(code) for code in codes}
    return dict(session.execute(select(Region.code, Region.name).where(Region.code.in_(codes))).all())


def _standing(session: Session, mine: Sequence[tuple[Match, Line]], day: dt.date) -> list[Standing]:
    """The lines that still count, with their givers."""
    told = session.execute(
        select(Offer.id, Party.name)
        .select_from(Offer)
        .join(Party, Party.id == whose(Offer))
        .where(Offer.id.in_({match.offer_id for match, _ in mine}))
    )
    givers = dict(told.all())
    ended = (MatchState.DECLINED, MatchState.CANCELLED)
    return [
        Standing(match, givers[match.offer_id], balance.status(line, day))
        for match, line in mine
        if match.state not in ended
    ]


def _known(session: Session, library: Party) -> list[Known]:
    """What is known of the library, in the order of the vocabulary; yes-or-no facts that nobody told are None."""
    rows = session.execute(
        select(Fact.code, Fact.value)
        .where(Fact.party_id.in_(family(library.id)), Fact.retracted_at.is_(None))
        .order_by(Fact.as_of, Fact.id)
    )
    told = dict(rows.all())
    return [Known(code, told.get(code)) for code in FactCode if code in told or code.kind is FactKind.YES_NO]


# --- beside the decision ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rival:
    """Another challenge the same offer could serve."""

    id: int
    code: str
    title: str
    library: str


def rivals(session: Session, challenge: Challenge, offer: Offer, *, most: int = 5) -> list[Rival]:
    """Challenges of the same office for which *offer* is suggested too, best first."""
    rows = (
        select(Challenge.id, Challenge.code, Challenge.title, Party.name)
        .select_from(Challenge)
        .join(Suggestion, Suggestion.challenge_id == Challenge.id)
        .join(Party, Party.id == whose(Challenge))
        .where(Suggestion.offer_id == offer.id, Challenge.id != challenge.id)
        .where(Challenge.office_id == challenge.office_id)
        .order_by(Suggestion.score.desc(), Challenge.id)
        .limit(most)
    )
    return list(starmap(Rival, session.execute(rows)))


def decided(session: Session, challenge_id: int, offer_id: int) -> AlreadyDecided | None:
    """Who decided the pair meanwhile; None where it is still a suggestion.  Locks the challenge against a twin."""
    lines.get(session, Challenge, challenge_id, lock=True)
    if session.get(Suggestion, (challenge_id, offer_id)) is not None:
        return None
    rows = select(Match).where(Match.challenge_id == challenge_id, Match.offer_id == offer_id)
    newest = session.scalar(rows.order_by(Match.id.desc()).limit(1))
    if newest is None:
        return None
    told = lines.last_change(session, Subject.MATCH, newest.id)
    who, when = (told.by, told.at) if told is not None else ("", None)
    return AlreadyDecided(code=newest.code, state=newest.state, who=who, when=when)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision just taken, for the message above the next challenge."""

    match: Match
    challenge: Challenge
    offer: Offer
    taker: Party
    giver: Party
    messages: list[Message]


def outcome(session: Session, office_id: int, code: str) -> Outcome | None:
    """The line of that code with the texts it left waiting; None where it is not this office's."""
    taker, giver = aliased(Party), aliased(Party)
    row = session.execute(
        select(Match, Challenge, Offer, taker, giver)
        .select_from(Match)
        .join(Challenge, Match.challenge_id == Challenge.id)
        .join(Offer, Match.offer_id == Offer.id)
        .join(taker, taker.id == whose(Challenge))
        .join(giver, giver.id == whose(Offer))
        .where(Match.code == code, Match.office_id == office_id)
    ).first()
    if row is None:
        return None
    texts = select(Message).where(Message.match_id == row[0].id, Message.dropped_at.is_(None)).order_by(Message.id)
    return Outcome(*row, list(session.scalars(texts)))
