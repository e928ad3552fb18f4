"""The rules that must hold between all rows, each examined from outside: one row a rule, with the faults it found."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from matcher import balance, lines, log
from matcher.models import Agreement, Challenge, Log, Match, Offer, Paper, Party, Suggestion, Weights, whose
from matcher.scoring import parts_of, usable, usable_or_start
from matcher.vocabulary import AgreementState, MatchState, Mode, Subject, Words

_CLOSE = 0.06  #: points; scores are kept to two digits and shown with one
_MANY_TO_A_ROW = {Subject.ATTENDANCE, Subject.SNOOZE}  #: several rows share an id in the log


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its words, and what finds the rows that break it (one short line each)."""

    words: Words
    faults: Callable[[Session, dt.datetime], list[str]]


def chain(session: Session, _at: dt.datetime) -> list[str]:
    """No row of the log was altered, removed or added."""
    found = log.verify(session)
    return [f"log {found.seq}: {found.why}"] if found else []


def states(session: Session, _at: dt.datetime) -> list[str]:
    """Replaying the log gives the stored states."""
    told = log.replay(session.scalars(select(Log).order_by(Log.seq)))
    stored = log.stored_states(session)
    keys = sorted({*told, *stored} - {key for key in told if told[key] == stored.get(key)}, key=str)
    return [
        f"{subject} {row_id}: {told.get((subject, row_id))} ≠ {stored.get((subject, row_id))}"
        for subject, row_id in keys
    ]


def fields(session: Session, _at: dt.datetime) -> list[str]:
    """The last value the log tells of a field is the one that is stored."""
    told: dict[Subject, dict[int, dict[str, Any]]] = {}
    for row in session.scalars(select(Log).order_by(Log.seq)):
        if row.subject not in _MANY_TO_A_ROW:
            last = told.setdefault(row.subject, {}).setdefault(row.subject_id, {})
            last.update({name: pair[1] for name, pair in row.changes.items() if pair is not None})
    return [fault for subject, rows in told.items() for fault in _differing(session, subject, rows)]


def _differing(session: Session, subject: Subject, told: Mapping[int, Mapping[str, Any]]) -> list[str]:
    table: Any = log.TABLES[subject]
    columns = set(inspect(table).columns.keys())
    faults = []
    for row in session.scalars(select(table)):
        for name, value in told.get(row.id, {}).items():
            if name in columns and not _same(value, log.plain(getattr(row, name))):
                faults.append(
                    f"{subject} {getattr(row, 'code', row.id)}.{name}: {value} ≠ {log.plain(getattr(row, name))}"
                )
    return faults


def _same(told: Any, stored: Any) -> bool:
    if isinstance(told, int | float) and isinstance(stored, int | float):
        return math.isclose(told, stored, abs_tol=0.0006)  # the log and the tables keep thousandths
    return (
        bool(json.dumps(told, default=str) == json.dumps(stored, default=str)) or _moment(told) == _moment(stored) != ""
    )


def _moment(value: Any) -> str:
    """A moment written in any zone, in one form; empty for anything else."""
    try:
        found = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return ""
    return found.astimezone(dt.UTC).isoformat() if found.tzinfo else ""


def offers_hold(session: Session, _at: dt.datetime) -> list[str]:
    """No offer gives more than it has, on any day."""
    held = lines.grouped(lines.read(session), "offer_id")
    faults = []
    for offer_id, quantity, code in session.execute(select(Offer.id, Offer.quantity, Offer.code)):
        most = balance.peak(held.get(offer_id, ()))
        if quantity is not None and most > quantity:
            faults.append(f"{code}: {most} > {quantity}")
    return faults


def challenges_covered(session: Session, _at: dt.datetime) -> list[str]:
    """Nothing is promised beyond what is needed, unless somebody wrote why."""
    pairs = [(match, line) for match, line in lines.read(session) if match.mode is not Mode.EXPERIENCE]
    grouped = lines.grouped(pairs, "challenge_id")
    excused = {match.challenge_id for match, _ in pairs if match.waiver or match.recorded}
    faults = []
    for row_id, quantity, code in session.execute(select(Challenge.id, Challenge.quantity, Challenge.code)):
        most = balance.peak(grouped.get(row_id, ()), part=balance.cover)
        if quantity is not None and most > quantity and row_id not in excused:
            faults.append(f"{code}: {most} > {quantity}")
    return faults


def promises_rest(session: Session, _at: dt.datetime) -> list[str]:
    """A promise has the consents its mode needs, a number, and an agreement that is in force or was."""
    drafts = set(session.scalars(select(Agreement.id).where(Agreement.state == AgreementState.DRAFT)))
    faults = []
    for match, line in lines.read(session, Match.state.in_([MatchState.AGREED, MatchState.DONE])):
        if match.recorded:
            continue
        paper = match.mode is Mode.EXPERIENCE or (match.agreement_id is not None and match.quantity is not None)
        if (
            balance.sides_missing(line)
            or not paper
            or (match.state is MatchState.DONE and match.agreement_id in drafts)
        ):
            faults.append(f"{match.code}: {', '.join(balance.sides_missing(line)) or 'agreement'}")
    return faults


def suggestions_allowed(session: Session, _at: dt.datetime) -> list[str]:
    """Nobody is suggested to himself, and no pair with a live line is suggested again."""
    live = select(Match.challenge_id, Match.offer_id).where(Match.state.in_([MatchState.PROPOSED, MatchState.AGREED]))
    decided = set(session.execute(live))
    pairs = session.execute(
        select(Suggestion.challenge_id, Suggestion.offer_id, whose(Challenge), whose(Offer), Challenge.code, Offer.code)
        .join(Challenge, Suggestion.challenge_id == Challenge.id)
        .join(Offer, Suggestion.offer_id == Offer.id)
    )
    return [
        f"{challenge} ~ {offer}"
        for challenge_id, offer_id, taker, giver, challenge, offer in pairs
        if taker == giver or (challenge_id, offer_id) in decided
    ]


def merges_end(session: Session, _at: dt.datetime) -> list[str]:
    """A merged party belongs to one that stands for itself."""
    into = lines.merged(session)
    return [f"party {party_id} → {kept} → {into[kept]}" for party_id, kept in sorted(into.items()) if kept in into]


def scores_add_up(session: Session, _at: dt.datetime) -> list[str]:
    """A score, shown or frozen, is the sum of its parts under the weights it was made with."""
    stored = session.execute(select(Weights.id, Weights.number, Weights.points)).all()
    faults = [f"weights {number}: {points}" for _, number, points in stored if not usable(points)]
    points = {weights_id: usable_or_start(told) for weights_id, _, told in stored}
    columns = select(
        Suggestion.challenge_id, Suggestion.offer_id, Suggestion.score, Suggestion.factors, Suggestion.weights_id
    )
    for challenge_id, offer_id, score, factors, weights_id in session.execute(columns):
        if not _adds_up(score, json.loads(factors), points[weights_id]):
            faults.append(f"suggestion {challenge_id}-{offer_id}: {score}")
    for code, score, frozen in session.execute(
        select(Match.code, Match.score, Match.factors).where(Match.score.is_not(None))
    ):
        if "points" in (frozen or {}) and not _adds_up(score, frozen["factors"], frozen["points"]):
            faults.append(f"{code}: {score}")
    return faults


def _adds_up(score: float, factors: Sequence[Any], points: Mapping[str, float]) -> bool:
    known = [math.nan if value is None else float(value) for value in factors]
    return abs(sum(part.points for part in parts_of(known, points)) - score) < _CLOSE


def papers_whole(session: Session, _at: dt.datetime) -> list[str]:
    """A paper's content still has the digest that was printed on it."""
    return [paper.code for paper in session.scalars(select(Paper)) if log.digest(paper.content) != paper.digest]


def log_is_impersonal(session: Session, _at: dt.datetime) -> list[str]:
    """No telephone number stands in the log."""
    numbers = {phone for phone in session.scalars(select(Party.contact_phone)) if len(phone) > 5}
    if not numbers:
        return []
    rows = session.execute(select(Log.seq, Log.changes))
    return [f"log {seq}" for seq, changes in rows if any(number in json.dumps(changes) for number in numbers)]


RULES: tuple[Rule, ...] = (
    Rule(Words("rantai jejak utuh", "the log's chain is whole"), chain),
    Rule(Words("keadaan sama dengan jejak", "states equal the log"), states),
    Rule(Words("isi sama dengan jejak", "values equal the log"), fields),
    Rule(Words("tawaran tidak melebihi jumlahnya", "no offer gives more than it has"), offers_hold),
    Rule(Words("kebutuhan tidak dijanjikan berlebihan", "no challenge is promised too much"), challenges_covered),
    Rule(Words("janji punya persetujuan dan dasar", "promises have consents and an agreement"), promises_rest),
    Rule(Words("saran hanya pasangan yang boleh", "only allowed pairs are suggested"), suggestions_allowed),
    Rule(Words("yang digabungkan menunjuk yang berdiri", "merged parties point at one that stands"), merges_end),
    Rule(Words("nilai sama dengan jumlah bagiannya", "scores are the sum of their parts"), scores_add_up),
    Rule(Words("surat sesuai sidiknya", "papers match their digests"), papers_whole),
    Rule(Words("jejak tanpa nomor telepon", "no telephone number in the log"), log_is_impersonal),
)
