"""What a table brings beyond single reports: partnerships of earlier days, and the taking back of all it brought."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Enum, or_, select
from sqlalchemy.orm import Session

from matcher import intake, log, partnership, standing
from matcher.errors import MatcherError
from matcher.intake import Gift, Report
from matcher.models import Amount, Attendance, Challenge, Fact, Log, Match, Offer, Party, UTCDateTime
from matcher.policy import Action, Actor, require
from matcher.vocabulary import CloseReason, MatchState, Move, ReportState, Subject, Words

_CHUNK = 500


# --- partnerships of earlier days ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Old:
    """A partnership of earlier days: whose, what it was about, how much came and when."""

    library: Party
    giver: Party
    need: Report
    gift: Gift
    quantity: Decimal  #: in the need's unit
    day: dt.date
    ref: str | None = None  #: its name in somebody else's list


def record_history(session: Session, olds: Sequence[Old], *, by: Actor, at: dt.datetime) -> list[Match]:
    """Enter partnerships of earlier days as done, each with the need it met and the gift it was; both stand closed."""
    opened = ReportState.OPEN
    needs = intake.report_challenges(session, [(old.library, old.need) for old in olds], by=by, at=at, state=opened)
    gifts = intake.make_offers(session, [(old.giver, old.gift) for old in olds], by=by, at=at, state=opened)
    session.flush()
    made = []
    for old, need, gift in zip(olds, needs, gifts, strict=True):
        match = partnership.record_old(session, need, gift, old.quantity, occurred_on=old.day, by=by, at=at)
        match.ref = old.ref
        for row in (need, gift):  # made a moment ago: nobody can have proposed them to anybody
            row.closed_because = CloseReason.MET.value
            log.move(session, row, Move.CLOSE, by=by, at=at, reason=CloseReason.MET.value)
        made.append(match)
    session.flush()
    return made


# --- taking back -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that stays although its import is taken back, and why."""

    code: str
    why: Words


@dataclass(slots=True)
class Undone:
    """What taking an import back does: codes closed, codes whose old values return, names retired, and what stays."""

    closed: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    facts: int = 0
    retired: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)


_WHY = {
    "promised": Words("ada janji atau penyerahan yang bersandar padanya", "a promise or a delivery rests on it"),
    "changed": Words("sudah diubah lagi sesudah impor: {fields}", "changed again since: {fields}"),
    "used": Words("sudah dipakai di tempat lain", "used elsewhere since"),
    "counted": Words("janji yang ada tidak cukup lagi dengan nilai lamanya", "promises no longer fit its old value"),
}
#: What an import may write over; a log row also tells what follows from it, such as a state.
_RESTORABLE: dict[Subject, frozenset[str]] = {
    Subject.CHALLENGE: frozenset(
        "category title quantity unit have every starts ends urgency story not_wanted notes valid_until reported_at "
        "confirmed_on".split()
    ),
    Subject.OFFER: frozenset(
        "category mode title words quantity unit unit_price every starts ends area online conditions share_min "
        "share_max answer_days follow_on_cost notes valid_until strategy made_at".split()
    ),
    Subject.PARTY: frozenset("name sector region_code about contact_name contact_phone private_note ref".split()),
}


def take_back(
    session: Session, office_id: int, acts: Sequence[str], before: Mapping[str, Any], *, by: Actor, at: dt.datetime,
    write: bool = True,
) -> Undone:  # fmt: skip
    """Take back what an import did in *acts*: new rows closed, old values returned, facts retracted, parties retired.

    What somebody promised on, or changed since, stays and is named.  *before* is ``"challenge:12" → {field: [old,
    new]}``, for the personal values that the log keeps out.  Without *write* it is only worked out.
    """
    require(by, Action.IMPORT, office_id=office_id)
    return _TakingBack(session, acts, before, by, at, write=write).all()


class _TakingBack:
    """One import on its way back."""

    def __init__(
        self, session: Session, acts: Sequence[str], before: Mapping[str, Any], by: Actor, at: dt.datetime, *,
        write: bool,
    ) -> None:  # fmt: skip
        self.session, self.before, self.by, self.at, self.write = session, before, by, at, write
        self.told = Undone()
        found = select(Log).where(Log.act.in_(list(acts))).order_by(Log.seq)
        self.rows: list[Log] = list(session.scalars(found)) if acts else []
        self.born = {
            (row.subject, row.subject_id)
            for row in self.rows
            if row.event in (Move.OPEN.value, Move.REOPEN.value, Move.RECORD.value, "register")
        }
        self.matches = self._of(Subject.MATCH)
        self.closing: set[tuple[Subject, int]] = set()

    def _of(self, subject: Subject, *, born: bool = True) -> list[int]:
        """Ids of what the import brought (*born*) or changed, of one kind, in order."""
        ids = dict.fromkeys(row.subject_id for row in self.rows if row.subject is subject)
        return [one for one in ids if ((subject, one) in self.born) is born]

    def all(self) -> Undone:
        """In the order in which one thing rests on the other."""
        self._lines()
        for subject, table in ((Subject.CHALLENGE, Challenge), (Subject.OFFER, Offer)):
            self._close(subject, table)
            self._restore(subject, table)
        self._facts()
        self._restore(Subject.PARTY, Party)
        self._retire()
        self.session.flush()
        return self.told

    def _loaded(self, table: Any, ids: Sequence[int]) -> dict[int, Any]:
        found: dict[int, Any] = {}
        for start in range(0, len(ids), _CHUNK):
            rows = self.session.scalars(select(table).where(table.id.in_(ids[start : start + _CHUNK])))
            found |= {row.id: row for row in rows}
        return found

    # --- lines and reports that came ---

    def _lines(self) -> None:
        rows = self._loaded(Match, self.matches)
        for match in (rows[one] for one in self.matches):
            if match.state is not MatchState.DONE:
                continue
            if self.write:
                partnership.take_back_old(self.session, match.id, by=self.by, at=self.at)
            self.told.closed.append(match.code)

    def _close(self, subject: Subject, table: Any) -> None:
        ids = self._of(subject)
        held = self._promised(subject, ids)
        rows = self._loaded(table, ids)
        for row in (rows[one] for one in ids):
            if row.id in held:
                self.told.kept.append(Kept(row.code, _WHY["promised"]))
            elif row.state in (ReportState.OPEN, ReportState.PAUSED) or self._met(row):
                self.closing.add((subject, row.id))
                self.told.closed.append(row.code)
                if self.write:
                    self._close_one(row)

    def _met(self, row: Any) -> bool:
        """Whether the row stands closed because its old partnership was entered."""
        return bool(self.matches) and row.state is ReportState.CLOSED and row.closed_because == CloseReason.MET.value

    def _close_one(self, row: Challenge | Offer) -> None:
        why = CloseReason.MISTAKEN
        if row.state is ReportState.CLOSED:
            standing.reopen(self.session, row, by=self.by, at=self.at)
        if isinstance(row, Challenge):
            standing.close_challenge(self.session, row, why, by=self.by, at=self.at)
        else:
            standing.withdraw_offer(self.session, row, by=self.by, at=self.at, why=why)

    def _promised(self, subject: Subject, ids: Sequence[int]) -> set[int]:
        """Those that lines of somebody else rest on: promises, and what was delivered."""
        side: Any = Match.challenge_id if subject is Subject.CHALLENGE else Match.offer_id
        states = (MatchState.AGREED, MatchState.DONE)
        found: set[int] = set()
        for start in range(0, len(ids), _CHUNK):
            held = select(side).where(side.in_(ids[start : start + _CHUNK]), Match.state.in_(states))
            found |= set(self.session.scalars(held.where(Match.id.not_in(self.matches)) if self.matches else held))
        return found

    # --- what was changed ---

    def _restore(self, subject: Subject, table: Any) -> None:
        changed: dict[int, dict[str, list[Any]]] = defaultdict(dict)
        for row in self.rows:
            if row.subject is subject and row.event == "change" and (subject, row.subject_id) not in self.born:
                self._note(changed[row.subject_id], row)
        stored = self._loaded(table, list(changed))
        for row_id, values in changed.items():
            kept = self.before.get(f"{subject.value}:{row_id}", {})
            self._restore_one(stored[row_id], values | kept)

    def _note(self, values: dict[str, list[Any]], row: Log) -> None:
        """The value before the first change, and after the last."""
        for name, pair in row.changes.items():
            if name in _RESTORABLE[row.subject] and pair is not None and name not in log.PERSONAL:
                values[name] = [values[name][0] if name in values else pair[0], pair[1]]

    def _restore_one(self, row: Any, values: Mapping[str, list[Any]]) -> None:
        name_of = row.code if hasattr(row, "code") else row.name
        old, since = {}, []
        for name, (before, after) in values.items():
            now, restored = getattr(row, name), _typed(row, name, before)
            if now == _typed(row, name, after):
                old[name] = restored
            elif now != restored:
                since.append(name)
        if since:
            fields = ", ".join(since)
            self.told.kept.append(Kept(name_of, Words(*(words.format(fields=fields) for words in _WHY["changed"]))))
        if not old:
            return
        try:
            self._put_back(row, old)
        except MatcherError:
            self.told.kept.append(Kept(name_of, _WHY["counted"]))
        else:
            self.told.restored.append(name_of)

    def _put_back(self, row: Any, old: Mapping[str, Any]) -> None:
        if isinstance(row, Party):
            if self.write:
                intake.change_party(self.session, row.id, by=self.by, at=self.at, **old)
            return
        told = intake.as_told(row)
        values = {name: getattr(told, name) for name in told.__slots__} | {
            name: value for name, value in old.items() if name in told.__slots__
        }
        new = type(told)(**values)
        intake.check_change(self.session, row, new)
        if self.write:
            intake.change_report(self.session, row, new, by=self.by, at=self.at)

    # --- facts and parties ---

    def _facts(self) -> None:
        rows = self._loaded(Fact, self._of(Subject.FACT))
        for fact in rows.values():
            if fact.retracted_at is None:
                self.told.facts += 1
                if self.write:
                    fact.retracted_at = self.at
                    log.record(self.session, fact, "retract", by=self.by, at=self.at)

    def _retire(self) -> None:
        """Parties that came with the import and have nothing else are left out from now on."""
        ids = self._of(Subject.PARTY)
        used = self._used(ids)
        rows = self._loaded(Party, ids)
        for party in (rows[one] for one in ids):
            if party.retired_at is not None:
                continue
            if party.id in used:
                self.told.kept.append(Kept(party.name, _WHY["used"]))
                continue
            self.told.retired.append(party.name)
            if self.write:
                log.record(
                    self.session, party, "retire", by=self.by, at=self.at,
                    changes=log.set_fields(party, {"retired_at": self.at}),
                )  # fmt: skip

    def _used(self, ids: Sequence[int]) -> set[int]:
        """Parties that something else hangs on: reports that stay, facts of others, merges, attendance."""
        if not ids:
            return set()
        self.session.flush()
        mine = set(self._of(Subject.FACT))
        used: set[int] = set()
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            for subject, table in ((Subject.CHALLENGE, Challenge), (Subject.OFFER, Offer)):
                mistaken = (table.closed_because == CloseReason.MISTAKEN.value).label("mistaken")
                owned: Any = select(table.id, table.party_id, mistaken).where(table.party_id.in_(chunk))
                for row_id, party_id, ended in self.session.execute(owned):
                    if not ended and (subject, row_id) not in self.closing:
                        used.add(party_id)
            facts = select(Fact.id, Fact.party_id).where(Fact.party_id.in_(chunk), Fact.retracted_at.is_(None))
            used |= {party_id for fact_id, party_id in self.session.execute(facts) if fact_id not in mine}
            used |= set(self.session.scalars(select(Attendance.party_id).where(Attendance.party_id.in_(chunk))))
            merges = select(Party.id, Party.merged_into_id).where(
                or_(Party.merged_into_id.in_(chunk), Party.id.in_(chunk) & Party.merged_into_id.is_not(None))
            )
            used |= {one for pair in self.session.execute(merges) for one in pair if one in set(chunk)}
        return used


def _typed(row: Any, name: str, value: Any) -> Any:
    """A value of the log or of `before` as its column holds it."""
    kind = row.__table__.c[name].type
    if value is None:
        return None
    if isinstance(kind, Enum):
        return kind.enum_class(value) if kind.enum_class is not None else value
    if isinstance(kind, Amount):
        return Decimal(str(value))
    if isinstance(kind, UTCDateTime):
        return dt.datetime.fromisoformat(value)
    return dt.date.fromisoformat(value) if isinstance(kind, Date) else value
