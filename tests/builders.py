"""Rows that are valid by default, made through the use cases: a test names only what it is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import intake, lines, matching, partnership, review
from matcher.intake import Gift, Report
from matcher.models import (
    Agreement,
    Challenge,
    Match,
    Offer,
    Office,
    Party,
    Proof,
    Region,
    Suggestion,
)
from matcher.policy import Actor, Role
from matcher.vocabulary import (
    AgreementKind,
    Category,
    FactCode,
    Mode,
    PartyKind,
    ProofKind,
    ReportState,
    Sector,
    Side,
    Verification,
)

WIB = dt.timezone(dt.timedelta(hours=7))
#: The usual moment of a test: a Monday morning in the middle of a cycle.
AT = dt.datetime(2026, 3, 2, 9, tzinfo=WIB)
DAY = AT.date()

DISTRICT = "32.02"
#: A small district: the seat of the office, two kecamatan, and villages at known distances.
REGIONS: tuple[tuple[str, str, str, float | None, float | None], ...] = (
    ("32", "Jawa Barat", "province", -6.9, 107.6),
    ("32.02", "Kabupaten Sukabumi", "kabupaten", -6.98, 106.55),
    ("32.02.16", "Cicurug", "kecamatan", -6.78, 106.78),
    ("32.02.16.2005", "Pasawahan", "village", -6.78, 106.80),
    ("32.02.16.2006", "Nyangkowek", "village", -6.79, 106.80),
    ("32.02.39", "Surade", "kecamatan", -7.33, 106.57),
    ("32.02.39.2001", "Pasiripis", "village", -7.34, 106.56),
    ("32.04", "Kabupaten Bandung", "kabupaten", -7.0, 107.6),
    ("32.04.05", "Cileunyi", "kecamatan", -6.94, 107.75),
    ("32.04.05.2001", "Cileunyi Kulon", "village", -6.94, 107.74),
)
VILLAGE = "32.02.16.2005"


def later(days: int = 0, hours: int = 0) -> dt.datetime:
    """The usual moment, so much later."""
    return AT + dt.timedelta(days=days, hours=hours)


def amount(value: Any) -> Decimal:
    """A quantity, written shortly."""
    return Decimal(str(value))


@dataclass
class World:
    """One office in one session; each method makes a row and flushes it."""

    session: Session
    office: Office
    officer: Actor
    at: dt.datetime = AT
    _numbers: Any = field(default_factory=lambda: count(1))

    @property
    def day(self) -> dt.date:
        """The day on which things happen."""
        return lines.today(self.at)

    # --- parties ---

    def library(self, name: str | None = None, **overrides: Any) -> Party:
        """A verified library in the usual village."""
        facts: dict[FactCode, float] = overrides.pop("facts", {})
        values: dict[str, Any] = {"region_code": VILLAGE, "verification": Verification.VERIFIED} | overrides
        party = intake.register_party(
            self.session, office_id=self.office.id, kind=PartyKind.LIBRARY, by=self.officer, at=self.at,
            name=name or f"Perpustakaan {next(self._numbers)}", **values,
        )  # fmt: skip
        self.session.flush()
        for code, value in facts.items():
            self.know(party, code, value)
        return party

    def giver(self, name: str | None = None, **overrides: Any) -> Party:
        """A verified private company in the seat of the district."""
        values: dict[str, Any] = {
            "region_code": DISTRICT, "verification": Verification.VERIFIED, "sector": Sector.PRIVATE,
        } | overrides  # fmt: skip
        party = intake.register_party(
            self.session, office_id=self.office.id, kind=PartyKind.STAKEHOLDER, by=self.officer, at=self.at,
            name=name or f"Mitra {next(self._numbers)}", **values,
        )  # fmt: skip
        self.session.flush()
        return party

    def know(self, party: Party, code: FactCode, value: float = 1, **overrides: Any) -> None:
        """Something known of a party today."""
        values = {"as_of": self.day} | overrides
        intake.record_fact(self.session, party, code, value, by=self.officer, at=self.at, **values)
        self.session.flush()

    # --- what is lacked and given ---

    def challenge(self, party: Party | None = None, **overrides: Any) -> Challenge:
        """Three computers, open."""
        state = overrides.pop("state", ReportState.OPEN)
        values: dict[str, Any] = {"category": Category.COMPUTERS, "quantity": 3} | overrides
        made = intake.report_challenge(
            self.session, party or self.library(), Report(**values), by=self.officer, at=self.at, state=state
        )
        self.session.flush()
        return made

    def offer(self, party: Party | None = None, **overrides: Any) -> Offer:
        """Ten computers, open."""
        options = {name: overrides.pop(name) for name in ("national",) if name in overrides}
        state = overrides.pop("state", ReportState.OPEN)
        values: dict[str, Any] = {"category": Category.COMPUTERS, "mode": Mode.GOODS, "quantity": 10} | overrides
        made = intake.make_offer(
            self.session, party or self.giver(), Gift(**values), by=self.officer, at=self.at, state=state, **options
        )
        self.session.flush()
        return made

    def experience(self, party: Party | None = None, **overrides: Any) -> Offer:
        """A library's success, told to others."""
        values: dict[str, Any] = {"mode": Mode.EXPERIENCE, "quantity": None, "title": "Kami pernah berhasil"}
        return self.offer(party or self.library(), **values | overrides)

    # --- lines ---

    def propose(self, challenge: Challenge, offer: Offer, quantity: Any = None, **overrides: Any) -> Match:
        """A proposal with the office's yes."""
        values: dict[str, Any] = {"by": self.officer, "at": self.at} | overrides
        number = None if quantity is None else amount(quantity)
        return review.propose(self.session, challenge.id, offer.id, quantity=number, **values)

    def consent(self, match: Match, *sides: Side) -> Match:
        """The yes of *sides* (giver and taker unless said), recorded by the office."""
        for side in sides or (Side.GIVER, Side.TAKER):
            partnership.consent(self.session, match.id, side, by=self.officer, at=self.at, note="lewat telepon")
        return match

    def paper(self, kind: AgreementKind = AgreementKind.ORAL, **overrides: Any) -> Agreement:
        """A spoken agreement."""
        return partnership.draft_agreement(
            self.session, office_id=self.office.id, kind=kind, by=self.officer, at=self.at, **overrides
        )

    def accepted(self, challenge: Challenge, offer: Offer, quantity: Any = None, **overrides: Any) -> Match:
        """A proposal with everybody's yes."""
        return self.consent(self.propose(challenge, offer, quantity, **overrides))

    def agree(self, match: Match, **overrides: Any) -> Match:
        """Make an accepted proposal a promise."""
        values: dict[str, Any] = {"by": self.officer, "at": self.at} | overrides
        if match.mode is not Mode.EXPERIENCE and "agreement_id" not in values:
            values["agreement_id"] = self.paper().id
        return partnership.agree(self.session, match.id, **values)

    def agreed(self, challenge: Challenge, offer: Offer, quantity: Any = None, **overrides: Any) -> Match:
        """A promise."""
        options = {name: overrides.pop(name) for name in ("waiver", "due", "agreement_id") if name in overrides}
        return self.agree(self.accepted(challenge, offer, quantity, **overrides), **options)

    def prove(self, match: Match, quantity: Any, kind: ProofKind = ProofKind.HANDOVER, **overrides: Any) -> Proof:
        """Something observed of a promise today; *verified* lets the office confirm it at once."""
        verified = overrides.pop("verified", False)
        values: dict[str, Any] = {"on": self.day, "by": self.officer, "at": self.at} | overrides
        proof = partnership.prove(self.session, match.id, kind, amount(quantity), **values)
        if verified:
            partnership.verify(self.session, proof.id, by=self.officer, at=values["at"])
        return proof

    # --- what follows ---

    def left(self, offer: Offer, day: dt.date | None = None) -> Decimal | None:
        """What an offer still has."""
        from matcher import balance

        return balance.left(offer.quantity, lines.of_offer(self.session, offer.id), day or self.day)

    def gap(self, challenge: Challenge, day: dt.date | None = None) -> Decimal | None:
        """What a challenge still lacks."""
        from matcher import balance

        return balance.gap(challenge.quantity, lines.of_challenge(self.session, challenge.id), day or self.day)

    def refresh(self) -> int:
        """Rebuild the suggestions as the day asks."""
        return matching.refresh(self.session, self.office, at=self.at)

    def suggestions(self, challenge: Challenge, *, experience: bool | None = False) -> list[Suggestion]:
        """What stands beside a challenge, best first."""
        rows = select(Suggestion).where(Suggestion.challenge_id == challenge.id).order_by(Suggestion.rank)
        if experience is not None:
            rows = rows.where(Suggestion.experience == experience)
        return list(self.session.scalars(rows.execution_options(populate_existing=True)))

    def suggested(self, challenge: Challenge, *, experience: bool = False) -> list[str]:
        """Codes of the offers suggested for a challenge, best first."""
        ids = [row.offer_id for row in self.suggestions(challenge, experience=experience)]
        return [self.session.get_one(Offer, offer_id).code for offer_id in ids]

    def of(self, party: Party, role: Role) -> Actor:
        """The person who speaks for a party by signed link."""
        return Actor(f"tautan {party.slug}", role, party_id=party.id)


def world(
    session: Session, *, at: dt.datetime = AT, regions: Sequence[tuple[Any, ...]] = REGIONS, **office: Any
) -> World:
    """An office with its region and one officer."""
    intake.add_regions(session, regions)
    values: dict[str, Any] = {
        "region_code": DISTRICT, "name": "Dinas Perpustakaan", "unit_prices": {Category.COMPUTERS: 5_000_000},
    } | office  # fmt: skip
    made = intake.open_office(session, by=Actor("sistem", Role.ADMIN), at=at, **values)
    session.flush()
    return World(session, made, Actor("petugas", Role.PETUGAS, office_id=made.id), at)


def another_office(first: World, region_code: str = "32.04") -> World:
    """A second office in the same database."""
    made = intake.open_office(
        first.session, region_code=region_code, name="Dinas lain", by=Actor("sistem", Role.ADMIN), at=first.at
    )
    first.session.flush()
    officer = Actor("petugas lain", Role.PETUGAS, office_id=made.id)
    return replace(first, office=made, officer=officer, _numbers=first._numbers)


def regions_known(session: Session) -> set[str]:
    """Codes of the places a database knows."""
    return set(session.scalars(select(Region.code)))
