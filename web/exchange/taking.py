"""Owns the taking in of a table: which rows are new, changed or the same, and what becomes of libraries and givers."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matcher import intake, lines
from matcher.errors import MatcherError
from matcher.intake import Gift, Report
from matcher.models import Challenge, Offer, Office, Party
from matcher.policy import Action, Actor, require
from matcher.vocabulary import (
    UNITS,
    FactCode,
    Operator,
    PartyKind,
    ReportState,
    Sector,
    Source,
    Verification,
    Words,
)
from web.exchange import sheets
from web.exchange.headings import key, known, listed
from web.exchange.places import Places
from web.exchange.rows import Draft, Problem, Reader, Refused, build, told

_WORDS = {
    "which_library": Words(
        "ada {count} perpustakaan bernama ini; sebutkan desanya", "{count} libraries bear this name; name the village"
    ),
    "other_party": Words(
        "{code} di sini milik {name}; pakai Ref lain dan kosongkan Kode untuk baris baru",
        "{code} belongs to {name} here; use another Ref and no Code for a new row",
    ),
    "twice": Words(
        "baris {row} memakai Ref yang sama dengan isi lain; satukan keduanya atau beri Ref sendiri",
        "row {row} has the same Ref and says otherwise; join them or give each its own Ref",
    ),
}


@dataclass(slots=True)
class Outcome:
    """What an import did: codes of rows new, changed and the same, what is to be repaired, what was settled for you."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    touched: bool = False  #: whether anything at all was written

    def say(self, lang: str) -> str:
        """The outcome in one line: 12 baru, 3 berubah, 5 sama, 1 perlu diperbaiki."""
        return _OUTCOME.say(
            lang, new=len(self.new), changed=len(self.changed), same=len(self.same), wrong=len(self.problems)
        )


_OUTCOME = Words(
    "{new} baru, {changed} berubah, {same} sama, {wrong} perlu diperbaiki",
    "{new} new, {changed} changed, {same} the same, {wrong} to repair",
)


def read(path: Path, kind: str) -> sheets.Table:
    """Read the table of *kind* in the file at *path*; `web.commands.Failure` where it cannot be read at all."""
    return sheets.read(path, lambda names: known(names, kind))


def take(session: Session, office: Office, kind: str, table: sheets.Table, *, by: Actor, at: dt.datetime) -> Outcome:
    """Take the rows of *table* into *office*: good rows enter, bad rows are told.  The caller commits."""
    require(by, Action.IMPORT, office_id=office.id)
    taking = _Taking(session, office, kind, by, at)
    reader = Reader(table, kind, Places(session, office), taking.existing)
    drafts, problems = reader.drafts()
    taking.outcome.problems += problems
    for draft in drafts:
        try:
            taking.row(draft, reader)
        except Refused as refused:
            taking.outcome.problems.append(refused.problem)
    taking.finish()
    taking.outcome.problems.sort(key=lambda problem: problem.row)
    return taking.outcome


class _Taking:
    """One import under way."""

    def __init__(self, session: Session, office: Office, kind: str, by: Actor, at: dt.datetime) -> None:
        self.session, self.office, self.by, self.at = session, office, by, at
        self.offers = kind == "offers"
        self.outcome = Outcome()
        self.parties = _Parties(session, office, by, at)
        self.by_code: dict[str, Challenge | Offer] = {}
        self.by_ref: dict[str, Challenge | Offer] = {}
        self.by_words: dict[tuple[Any, ...], Challenge | Offer] = {}
        self.seen: dict[int, tuple[int, dict[str, Any]]] = {}  #: row id → its row in this file and what that said
        self.fresh: dict[Any, tuple[Draft, Party, Report | Gift]] = {}
        for row in self._stored():
            self.by_code[row.code] = row
            if row.ref:
                self.by_ref.setdefault(row.ref, row)
            self.by_words.setdefault(_words(row.party_id, row), row)
        self.facts: dict[int, dict[FactCode, float]] = defaultdict(dict)

    def _stored(self) -> Iterable[Challenge | Offer]:
        if not self.offers:
            return self.session.scalars(
                select(Challenge).where(Challenge.office_id == self.office.id).order_by(Challenge.id)
            )
        mine = select(Party.id).where(Party.office_id == self.office.id)
        where = or_(Offer.office_id == self.office.id, Offer.office_id.is_(None) & Offer.party_id.in_(mine))
        return self.session.scalars(select(Offer).where(where).order_by(Offer.id))

    def existing(self, code: str, ref: str | None) -> Challenge | Offer | None:
        """The row a code and a reference mean."""
        return self.by_code.get(code) or (self.by_ref.get(ref) if ref else None)

    # --- one row ---

    def row(self, draft: Draft, reader: Reader) -> None:
        """Take in one row, or refuse it."""
        found = self.existing(draft.code, draft.ref)
        party = self._party(draft, found, reader)
        if found is None and draft.ref is None and party is not None:
            found = self.by_words.get(_words(party.id, self._complete(draft, None, reader).columns()))
        new = self._complete(draft, found, reader)
        if found is not None:
            self._again(draft, found, new, reader)
        else:
            self._first(draft, party, new, reader)
        self.outcome.warnings += draft.warnings

    def _party(self, draft: Draft, found: Challenge | Offer | None, reader: Reader) -> Party | None:
        if found is None:
            return self.parties.find(draft, reader)
        party = self.parties.of(found.party_id)
        if not _same_name(party, draft):
            words = _filled("other_party", code=found.code, name=party.name)
            raise Refused(Problem(draft.row, reader.words("party"), draft.name, words))
        self.parties.keep(party, draft)
        return party

    def _complete(self, draft: Draft, found: Challenge | Offer | None, reader: Reader) -> Report | Gift:
        """What the row says, on top of what is known; refused where a rule does not hold."""
        values = {
            **(
                _base(found)
                if found is not None
                else {"source": Source.EXCEL, "ref": draft.ref or (draft.code or None)}
            ),
            **draft.values,
        }
        if UNITS[values.get("unit") or "unit"].category is not values["category"]:
            values["unit"] = draft.values.get("unit")
        for name in ("reported_at", "made_at"):
            if found is not None and name in values and _same_day(values[name], getattr(found, name)):
                del values[name]
        try:
            new = build("offers" if self.offers else "challenges", values)
            new.columns()
        except MatcherError as error:
            raise self._refused(draft, error, reader) from None
        return new

    def _refused(self, draft: Draft, error: MatcherError, reader: Reader) -> Refused:
        from web import errors  # noqa: PLC0415 - its pages' framework loads only for a row that is refused

        name = error.field or "title"
        cure = Words(errors.sentence(error, "id"), errors.sentence(error, "en"))
        value = draft.values.get(name, "")
        return Refused(Problem(draft.row, reader.words(name), str(value if value is not None else ""), cure))

    def _again(self, draft: Draft, found: Challenge | Offer, new: Report | Gift, reader: Reader) -> None:
        before = self.seen.get(found.id)
        if before is not None:
            self._twice(draft, before, reader)
            self.outcome.same.append(found.code)
            return
        try:
            changes = self._change(found, new)
        except MatcherError as error:
            raise self._refused(draft, error, reader) from None
        self.seen[found.id] = draft.row, draft.values
        self._facts(found.party_id, draft)
        (self.outcome.changed if changes else self.outcome.same).append(found.code)
        self.outcome.touched |= bool(changes)

    def _change(self, found: Challenge | Offer, new: Report | Gift) -> bool:
        """Write over a stored row what differs; a row that says the same costs no query."""
        if all(getattr(found, name) == value for name, value in new.columns().items() if name not in _HOW):
            return False
        return bool(intake.change_report(self.session, found, new, by=self.by, at=self.at))

    def _twice(self, draft: Draft, before: tuple[int, dict[str, Any]], reader: Reader) -> None:
        if draft.ref is not None and draft.values != before[1]:
            raise Refused(Problem(draft.row, reader.words("ref"), draft.ref, _filled("twice", row=before[0])))

    def _first(self, draft: Draft, party: Party | None, new: Report | Gift, reader: Reader) -> None:
        if draft.stands not in (None, ReportState.OPEN):
            assert draft.stands is not None
            raise Refused(Problem(draft.row, reader.words("state"), draft.stands.words.id, told("state")))
        if party is None:
            party = self.parties.register(draft, reader)
            self.session.flush()
        name = draft.ref or draft.code or _words(party.id, new.columns())
        if name in self.fresh:
            other, _, _ = self.fresh[name]
            self._twice(draft, (other.row, other.values), reader)
            self.outcome.same.append("")
            return
        self.fresh[name] = draft, party, new
        self._facts(party.id, draft)

    # --- the end ---

    def _facts(self, party_id: int, draft: Draft) -> None:
        self.facts[party_id] |= draft.facts

    def finish(self) -> None:
        """Enter the new rows as open and note the facts that are news."""
        pairs: list[Any] = [(party, new) for _, party, new in self.fresh.values()]
        enter: Any = intake.make_offers if self.offers else intake.report_challenges
        made = enter(self.session, pairs, by=self.by, at=self.at, state=ReportState.OPEN)
        self.outcome.new += [row.code for row in made]
        news = self._news()
        self.outcome.touched |= bool(made) or news or self.parties.changed

    def _news(self) -> bool:
        """Record facts that differ from what is known; where rows contradict each other, the last counts."""
        told_of = [party_id for party_id, facts in self.facts.items() if facts]
        current = intake.current_facts(self.session, told_of) if told_of else {}
        news = False
        for party_id in told_of:
            for code, value in self.facts[party_id].items():
                fact = current[party_id].get(code)
                if fact is None or fact.value != value:
                    day = lines.today(self.at)
                    intake.record_fact(
                        self.session, self.parties.of(party_id), code, value, by=self.by, at=self.at,
                        source=Source.EXCEL,
                        as_of=max(day, fact.as_of) if fact is not None else day, verified=True,
                    )  # fmt: skip
                    news = True
        return news


_HOW = ("source", "ref", "provenance")  #: how a row came in, which a change does not touch


def _filled(sentence: str, **values: Any) -> Words:
    return Words(*(words.format(**values) for words in _WORDS[sentence]))


_TELLING = ("category", "title", "story", "words")


def _words(party_id: int, row: Any) -> tuple[Any, ...]:
    """What makes two rows without a reference the same: whose, what kind, which words."""
    values = row if isinstance(row, dict) else {name: getattr(row, name, None) for name in _TELLING}
    return (party_id, *(values.get(name) or "" for name in _TELLING))


def _base(row: Challenge | Offer) -> dict[str, Any]:
    """What a stored row says, as the values of a report or gift."""
    kind = Gift if isinstance(row, Offer) else Report
    values = {column.name: getattr(row, column.name) for column in fields(kind)}
    if isinstance(row, Offer):
        values["conditions"] = [
            (FactCode(part["fact"]), Operator(part["op"]), part["value"]) for part in row.conditions
        ]
    return values


def _same_day(new: dt.datetime | None, old: dt.datetime) -> bool:
    return new is None or lines.today(new) == lines.today(old)


# --- libraries and givers --------------------------------------------------------------------------------------------

_PREFIX = re.compile(
    r"^(?:(?:perpustakaan|perpusdes|perpus|pusdes|desa|ds|kelurahan|village|library)\b[.\s]*)+", re.IGNORECASE
)


def _name_key(kind: PartyKind, name: str) -> str:
    """A name by which a party is found again: "Perpusdes Bunga Padi" is "Perpustakaan Desa Bunga Padi"."""
    bare = _PREFIX.sub("", name) if kind is PartyKind.LIBRARY else name
    return key(bare) or key(name)


def _same_name(party: Party, draft: Draft) -> bool:
    return _name_key(party.kind, party.name) == _name_key(party.kind, draft.name)


class _Parties:
    """The office's libraries and givers, found by name and village, registered when they are new."""

    def __init__(self, session: Session, office: Office, by: Actor, at: dt.datetime) -> None:
        self.session, self.office, self.by, self.at = session, office, by, at
        self.changed = False
        self._by_id: dict[int, Party] = {}
        self._by_name: dict[tuple[PartyKind, str], list[Party]] = defaultdict(list)
        for party in session.scalars(select(Party).where(Party.office_id == office.id).order_by(Party.id)):
            self._by_id[party.id] = party
        for party in self._by_id.values():
            self._note(party)

    def _note(self, party: Party) -> None:
        kept = self._kept(party)
        listed = self._by_name[party.kind, _name_key(party.kind, party.name)]
        if kept not in listed:
            listed.append(kept)

    def _kept(self, party: Party) -> Party:
        """The party that a merged one became."""
        while party.merged_into_id is not None and party.merged_into_id in self._by_id:
            party = self._by_id[party.merged_into_id]
        return party

    def of(self, party_id: int) -> Party:
        """The party of that id."""
        return self._by_id[party_id]

    def find(self, draft: Draft, reader: Reader) -> Party | None:
        """The party a row means, completed with what the row knows of it; None: a new one."""
        named = self._by_name[draft.kind, _name_key(draft.kind, draft.name)]
        found = named if draft.kind is PartyKind.STAKEHOLDER else _around(named, draft)
        if len(found) > 1 and draft.kind is PartyKind.LIBRARY:
            words = _filled("which_library", count=len(found))
            raise Refused(Problem(draft.row, reader.words("party"), draft.name, words))
        if found:
            self.keep(found[0], draft)
        return found[0] if found else None

    def keep(self, party: Party, draft: Draft) -> None:
        """Write down what a row knows of a party and we do not: a place, a contact, a more exact village."""
        values: dict[str, Any] = {name: value for name, value in draft.contact.items() if getattr(party, name) != value}
        code, known_code = draft.place.code, party.region_code
        if code is not None and code != known_code and not (known_code or "").startswith(code + "."):
            values["region_code"] = code
        if values:
            intake.change_party(self.session, party.id, by=self.by, at=self.at, **values)
            self.changed = True

    def register(self, draft: Draft, reader: Reader) -> Party:
        """Note a new library or giver; the office imports it, so it counts as verified."""
        if draft.kind is PartyKind.STAKEHOLDER and draft.sector is None:
            cure = told("no_sector", choices=listed(Sector))
            raise Refused(Problem(draft.row, reader.words("sector"), "", cure))
        party = intake.register_party(
            self.session, office_id=self.office.id, kind=draft.kind, name=draft.name, sector=draft.sector,
            region_code=draft.place.code, verification=Verification.VERIFIED, by=self.by, at=self.at,
            contact_name=draft.contact.get("contact_name", ""), contact_phone=draft.contact.get("contact_phone", ""),
        )  # fmt: skip
        self.session.flush()
        self._by_id[party.id] = party
        self._note(party)
        self.changed = True
        return party


def _around(named: list[Party], draft: Draft) -> list[Party]:
    """Libraries of one name that may lie where the row says."""
    code = draft.place.code
    if code is None:
        inside = [party for party in named if party.region_code in draft.place.candidates]
        return inside or named
    exact = [party for party in named if party.region_code == code]
    if exact:
        return exact
    below = [party for party in named if (party.region_code or "").startswith(code + ".")]
    above = [party for party in named if party.region_code is None or code.startswith(party.region_code + ".")]
    return below or above
