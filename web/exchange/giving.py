"""Owns the rows that go out and may come back: every need, offer, library, giver and line as cells, code first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matcher import lines
from matcher.models import Agreement, Challenge, Fact, Match, Offer, Office, Party, whose
from matcher.policy import Action, Actor, require
from matcher.queries import parties, partnerships
from matcher.queries.parties import Wish
from matcher.vocabulary import (
    UNITS,
    FactCode,
    FactKind,
    LineStatus,
    MatchState,
    Operator,
    PartyKind,
    Term,
    Words,
)
from web.exchange.headings import FACT_COLUMNS, header, of_kind
from web.exchange.places import Places
from web.exchange.writing import Cell, Sheet
from web.numerals import plain

#: What a table of each kind is called.
TITLES = {
    "challenges": Words("Kebutuhan", "Needs"),
    "offers": Words("Tawaran", "Offers"),
    "libraries": Words("Perpustakaan", "Libraries"),
    "stakeholders": Words("Mitra", "Givers"),
    "partnerships": Words("Kemitraan", "Partnerships"),
}
YES_NO = (Words("tidak", "no"), Words("ya", "yes"))


def table(
    session: Session,
    office: Office,
    kind: str,
    *,
    by: Actor,
    at: dt.datetime,
    lang: str,
    status: LineStatus | None = None,
    wish: Wish | None = None,
) -> Sheet:
    """Everything the office has of *kind*, in *lang*; contacts stay inside.

    Of partnerships only those of *status* on the day of *at*, of libraries and givers only those that answer *wish*,
    where one is given.
    """
    require(by, Action.EXPORT, office_id=office.id)
    giving = _Giving(session, office, lang, wish or Wish())
    cells = giving.lines(lines.today(at), status) if kind == "partnerships" else giving.rows_of(kind)
    codes = [heading.code for heading in of_kind(kind) if heading.out]
    rows = ([row.get(code) for code in codes] for row in cells)
    return Sheet(TITLES[kind].say(lang), header(kind, lang, out=True), rows)


class _Giving:
    """One export under way; each row is the code of a heading → its cell."""

    def __init__(self, session: Session, office: Office, lang: str, wish: Wish) -> None:
        self.session, self.office, self.lang, self.wish = session, office, lang, wish
        self.places = Places(session, office)

    def rows_of(self, kind: str) -> Iterator[dict[str, Cell]]:
        """The rows of a table in the order of their codes; parties in the order they came in."""
        found = {
            "challenges": self._challenges, "offers": self._offers, "libraries": self._libraries,
            "stakeholders": self._stakeholders,
        }  # fmt: skip
        return found[kind]()

    def _challenges(self) -> Iterator[dict[str, Cell]]:
        rows = select(Challenge, Party).join(Party, Party.id == whose(Challenge)).where(Party.retired_at.is_(None))
        found = self.session.execute(rows.where(Challenge.office_id == self.office.id).order_by(Challenge.id)).all()
        for row, party in found:
            yield {**self._whose(party), **self._challenge(row), **self._both(row), **self._known(party)}

    def _offers(self) -> Iterator[dict[str, Cell]]:
        own = or_(Offer.office_id == self.office.id, Offer.office_id.is_(None) & (Party.office_id == self.office.id))
        rows = select(Offer, Party).join(Party, Party.id == whose(Offer)).where(own, Party.retired_at.is_(None))
        for row, party in self.session.execute(rows.order_by(Offer.id)).all():
            yield {**self._whose(party), **self._offer(row), **self._both(row)}

    def _libraries(self) -> Iterator[dict[str, Cell]]:
        for party in self._parties(PartyKind.LIBRARY):
            yield {**self._party(party), **self._known(party)}

    def _stakeholders(self) -> Iterator[dict[str, Cell]]:
        return (self._party(party) for party in self._parties(PartyKind.STAKEHOLDER))

    def _parties(self, kind: PartyKind) -> list[Party]:
        rows = select(Party).where(Party.kind == kind, Party.id.in_(parties.ids(self.office, self.wish)))
        return list(self.session.scalars(rows.order_by(Party.id)))

    def lines(self, day: dt.date, status: LineStatus | None) -> Iterator[dict[str, Cell]]:
        """Lines from proposal to proof, old ones too; what was refused was never one."""
        found = partnerships.rows(self.session, self.office.id, day, Match.state != MatchState.DECLINED)
        return (self._line(row) for row in found if status is None or row.status is status)

    # --- the cells of a row ---

    def _line(self, row: partnerships.Row) -> dict[str, Cell]:
        match, line, agreement = row.match, row.line, self._agreements.get(row.match.agreement_id or 0)
        return {
            **self._whose(row.taker), "sector": self._say(row.giver.sector), "giver": row.giver.name,
            "code": match.code, "ref": match.ref, "category": self._say(row.challenge.category),
            "mode": self._say(match.mode), "title": row.offer.title, "quantity": match.quantity,
            "unit": UNITS[row.challenge.unit].words.say(self.lang), "day": match.occurred_on or line.arrived_on,
            "delivered": line.delivered, "verified": line.verified, "agreement": agreement,
            "notes": row.challenge.notes, "state": self._say(match.state),
        }  # fmt: skip

    @cached_property
    def _agreements(self) -> dict[int, str]:
        """Id → number of the letter."""
        rows = select(Agreement.id, Agreement.number).where(Agreement.office_id == self.office.id)
        return dict(self.session.execute(rows).all())

    def _party(self, party: Party) -> dict[str, Cell]:
        return {**self._whose(party), "code": party.slug, "ref": party.ref, "about": party.about}

    def _known(self, party: Party) -> dict[str, Cell]:
        return {f"fact_{code.value}": self._fact(code, value) for code, value in self._facts.get(party.id, {}).items()}

    @cached_property
    def _facts(self) -> dict[int, dict[FactCode, float]]:
        """Library → what is known of it, the latest of each code; read as plain numbers, for there are many."""
        into = lines.merged(self.session)
        told = select(Fact.party_id, Fact.code, Fact.value).join(Party, Fact.party_id == Party.id)
        rows = told.where(Party.office_id == self.office.id, Fact.retracted_at.is_(None))
        found: dict[int, dict[FactCode, float]] = defaultdict(dict)
        for party_id, code, value in self.session.execute(rows.order_by(Fact.as_of, Fact.id)):
            found[into.get(party_id, party_id)][code] = value
        return found

    def _say(self, term: Term | None) -> str | None:
        return None if term is None else term.words.say(self.lang)

    def _yes_no(self, value: float) -> str:
        return YES_NO[bool(value)].say(self.lang)

    def _fact(self, code: FactCode, value: float) -> Cell:
        return self._yes_no(value) if code.kind is FactKind.YES_NO else Decimal(str(value))

    def _whose(self, party: Party) -> dict[str, Cell]:
        code, names = party.region_code or "", self.places.names
        depth = code.count(".")
        return {
            "party": party.name, "sector": self._say(party.sector), "region": code or None,
            "village": names.get(code) if depth == 3 else None,
            "kecamatan": names.get(".".join(code.split(".")[:3])) if depth >= 2 else None,
        }  # fmt: skip

    def _both(self, row: Challenge | Offer) -> dict[str, Cell]:
        return {
            "code": row.code, "ref": row.ref, "category": self._say(row.category), "title": row.title,
            "quantity": row.quantity, "unit": UNITS[row.unit].words.say(self.lang), "every": self._say(row.every),
            "starts": row.starts, "ends": row.ends, "valid_until": row.valid_until, "notes": row.notes,
            "state": self._say(row.state),
        }  # fmt: skip

    def _challenge(self, row: Challenge) -> dict[str, Cell]:
        return {
            "story": row.story, "have": row.have, "urgency": self._say(row.urgency), "not_wanted": row.not_wanted,
            "reported": lines.today(row.reported_at),
        }  # fmt: skip

    def _offer(self, row: Offer) -> dict[str, Cell]:
        return {
            "words": row.words, "mode": self._say(row.mode), "reported": lines.today(row.made_at),
            "unit_price": row.unit_price, "area": self.places.told(row.area),
            "conditions": "; ".join(self._condition(part) for part in row.conditions),
            "share_min": row.share_min, "share_max": row.share_max, "online": self._yes_no(row.online),
            "answer_days": row.answer_days, "follow_on_cost": row.follow_on_cost, "strategy": self._say(row.strategy),
        }  # fmt: skip

    def _condition(self, part: dict[str, Any]) -> str:
        """One condition in words that the import reads back."""
        code, operator, value = FactCode(part["fact"]), Operator(part["op"]), float(part["value"])
        name = FACT_COLUMNS[code][0].say(self.lang).lower()
        if code.kind is FactKind.YES_NO and (operator, value) == (Operator.AT_LEAST, 1):
            return name
        if code.kind is FactKind.YES_NO and (operator, value) == (Operator.AT_MOST, 0):
            return f"{name} = {self._yes_no(0)}"
        return f"{name} {operator.value} {plain(Decimal(str(value)))}"
