"""Owns the rows that go out: every need or offer of an office as cells under the headings, code first."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matcher import intake, lines
from matcher.models import Challenge, Fact, Offer, Office, Party
from matcher.policy import Action, Actor, require
from matcher.vocabulary import UNITS, FactCode, FactKind, Operator, Term, Words
from web.exchange.headings import FACT_COLUMNS, header, of_kind
from web.exchange.places import Places
from web.exchange.sheets import Cell, plain

TITLES = {"challenges": Words("Kebutuhan", "Needs"), "offers": Words("Tawaran", "Offers")}
_YES_NO = (Words("tidak", "no"), Words("ya", "yes"))
_CHUNK = 500


def table(
    session: Session, office: Office, kind: str, *, by: Actor, lang: str
) -> tuple[list[str], Iterator[list[Cell]]]:
    """Headings and rows of everything the office has of *kind*, in *lang*; contacts stay inside."""
    require(by, Action.EXPORT, office_id=office.id)
    return header(kind, lang, out=True), _Giving(session, office, kind, lang).rows()


class _Giving:
    """One export under way."""

    def __init__(self, session: Session, office: Office, kind: str, lang: str) -> None:
        self.session, self.office, self.lang = session, office, lang
        self.offers = kind == "offers"
        self.places = Places(session, office)
        self.headings = [heading for heading in of_kind(kind) if heading.out]

    def rows(self) -> Iterator[list[Cell]]:
        """One list of cells a row, in the order of their codes."""
        found = list(self.session.execute(self._stored()))
        facts = {} if self.offers else self._facts({party.id for _, party in found})
        for row, party in found:
            cells = {
                **self._whose(party),
                **(self._offer(row) if self.offers else self._challenge(row)),
                **self._both(row),
            }
            known = facts.get(party.id, {})
            cells |= {f"fact_{code.value}": self._fact(code, fact.value) for code, fact in known.items()}
            yield [cells.get(heading.code) for heading in self.headings]

    def _stored(self) -> Any:
        if not self.offers:
            rows = select(Challenge, Party).join(Party, Challenge.party_id == Party.id)
            return rows.where(Challenge.office_id == self.office.id).order_by(Challenge.id)
        own = or_(Offer.office_id == self.office.id, Offer.office_id.is_(None) & (Party.office_id == self.office.id))
        return select(Offer, Party).join(Party, Offer.party_id == Party.id).where(own).order_by(Offer.id)

    def _facts(self, party_ids: set[int]) -> dict[int, dict[FactCode, Fact]]:
        ids = sorted(party_ids)
        found: dict[int, dict[FactCode, Fact]] = {}
        for start in range(0, len(ids), _CHUNK):
            found |= intake.current_facts(self.session, ids[start : start + _CHUNK])
        return found

    def _say(self, term: Term | None) -> str | None:
        return None if term is None else term.words.say(self.lang)

    def _yes_no(self, value: float) -> str:
        return _YES_NO[bool(value)].say(self.lang)

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
