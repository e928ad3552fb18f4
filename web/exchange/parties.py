"""Owns the libraries and givers a table names: found again by name, completed with what rows know, registered."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import intake, lines, log
from matcher.duplicates import Names
from matcher.models import Office, Party, Region
from matcher.policy import Actor
from matcher.vocabulary import FactCode, PartyKind, Sector, Source, Verification, Words
from web.exchange.headings import key, listed
from web.exchange.rows import Draft, Reader, told
from web.exchange.showing import shown
from web.exchange.verdicts import Change, Problem, Status, Verdict

_WORDS = {
    "which_library": Words(
        "ada {count} perpustakaan bernama ini; sebutkan desanya", "{count} libraries bear this name; name the village"
    ),
    "like": Words(
        "pihak baru; bila yang dimaksud {name}, pakai nama itu", "a new party; if {name} is meant, use that name"
    ),
}
_MOST_COMPARED = 20_000  #: beyond so many parties, names are no longer compared letter by letter
_CHUNK = 500


class Refused(Exception):
    """A row cannot be taken in."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.say("en"))
        self.problem = problem


@dataclass(slots=True, eq=False)
class Known:
    """A party as the import sees it: what is stored, and what rows say beyond it."""

    kind: PartyKind
    name: str
    id: int | None = None  #: None: not registered yet
    slug: str = ""
    ref: str | None = None
    sector: Sector | None = None
    region_code: str | None = None
    contact_name: str = ""
    contact_phone: str = ""
    about: str = ""
    private_note: str = ""
    retired: bool = False
    #: What rows say and is not stored: field → value, and the verdict of the row that said it last.
    news: dict[str, tuple[Any, Verdict]] = field(default_factory=dict)
    facts: dict[FactCode, tuple[float, Verdict]] = field(default_factory=dict)
    row: Party | None = None  #: while its rows are written

    def now(self, name: str) -> Any:
        """A field as it will be."""
        return self.news[name][0] if name in self.news else getattr(self, name)

    def say(self, name: str, value: Any, verdict: Verdict) -> None:
        """A row says *value*; saying what is stored is no news."""
        if value == getattr(self, name):
            self.news.pop(name, None)
        elif self.now(name) != value:
            self.news[name] = value, verdict


_COLUMNS = (
    Party.kind, Party.name, Party.id, Party.slug, Party.ref, Party.sector, Party.region_code, Party.contact_name,
    Party.contact_phone, Party.about, Party.private_note, Party.retired_at.is_not(None),
)  # fmt: skip


class Parties:
    """The office's libraries and givers."""

    def __init__(self, session: Session, office: Office, reader: Reader, *, by: Actor, at: Any) -> None:
        self.session, self.office, self.reader, self.by, self.at = session, office, reader, by, at
        rows = session.execute(select(*_COLUMNS).where(Party.office_id == office.id).order_by(Party.id))
        self._by_id: dict[int, Known] = {row[2]: Known(*row) for row in rows}
        self._into = {one: into for one, into in lines.merged(session).items() if into in self._by_id}
        self._by_name: dict[tuple[PartyKind, str], list[Known]] = defaultdict(list)
        self._by_slug: dict[str, Known] = {}
        self._by_ref: dict[tuple[PartyKind, str], Known] = {}
        self._slugs: set[str] = set()
        self._names: Names | None = None
        self._held: list[Known] = []
        self._regions: list[Region] = []
        for party_id, party in self._by_id.items():
            self._note(party, self._by_id[self._into.get(party_id, party_id)])

    def _note(self, party: Known, kept: Known) -> None:
        """Note a party under its names; a merged one is the one that it became."""
        same = self._by_name[party.kind, name_key(party.kind, party.name)]
        if kept not in same:
            same.append(kept)
        self._slugs.add(party.slug)
        self._by_slug.setdefault(party.slug, kept)
        if party.ref:
            self._by_ref.setdefault((party.kind, party.ref), kept)

    def of(self, party_id: int) -> Known:
        """The party of that id, or the one that it was merged into."""
        return self._by_id[self._into.get(party_id, party_id)]

    def kept(self, party_id: int) -> int:
        """The id of the party that stands for this one."""
        return self._into.get(party_id, party_id)

    # --- finding ---

    def by_code(self, draft: Draft) -> Known | None:
        """The party that the row names by its code or by its reference."""
        found = self._by_slug.get(draft.code.casefold()) if draft.code else None
        if found is not None and found.kind is draft.kind:
            return found
        ref = draft.ref or draft.code
        return self._by_ref.get((draft.kind, ref)) if ref else None

    def named(self, draft: Draft) -> list[Known]:
        """Those that bear the name; taken back ones only where there is no other."""
        found = self._by_name.get((draft.kind, name_key(draft.kind, draft.name)), [])
        return [one for one in found if not one.retired] or found

    def find(self, draft: Draft, column: str = "party") -> Known | None:
        """The party that a row means; None: a new one.

        Raises
        ------
        Refused
            Several libraries bear the name.
        """
        named = self.named(draft)
        found = named if draft.kind is PartyKind.STAKEHOLDER else _around(named, draft)
        if len(found) > 1 and draft.kind is PartyKind.LIBRARY:
            cure = Words(*(words.format(count=len(found)) for words in _WORDS["which_library"]))
            raise Refused(self.reader.problem(draft.row, column, draft.name, cure))
        return found[0] if found else None

    def meant(self, draft: Draft, column: str = "party") -> Known:
        """The party that a row means, a new one where there is none."""
        found = self.find(draft, column)
        if found is None:
            if (like := self.like(draft)) is not None:
                cure = Words(*(words.format(name=like.name) for words in _WORDS["like"]))
                problem = self.reader.problem(draft.row, column, draft.name, cure, like.name)
                draft.warnings.append(replace(problem, careful=True))
            found = self.expect(draft)
        return found

    def like(self, draft: Draft) -> Known | None:
        """A stored party whose name is almost the one that a new one bears, in a place that may be the same."""
        if self._names is None:
            if len(self._by_id) > _MOST_COMPARED:
                return None
            self._names = Names(self.session, self.office.id)
        found = [self.of(party_id) for party_id in self._names.like(draft.kind, draft.name, draft.place.code)]
        return next((one for one in found if one.kind is draft.kind and not one.retired), None)

    def expect(self, draft: Draft) -> Known:
        """A party that the table brings; it is registered when its rows are written.

        Raises
        ------
        Refused
            A giver whose sector nobody knows.
        """
        if draft.kind is PartyKind.STAKEHOLDER and draft.sector is None:
            cure = told("no_sector", choices=listed(Sector))
            raise Refused(self.reader.problem(draft.row, "sector", "", cure))
        party = Known(draft.kind, draft.name, sector=draft.sector, region_code=draft.place.code, slug=self._slug(draft))
        party.contact_name = draft.contact.get("contact_name", "")
        party.contact_phone = draft.contact.get("contact_phone", "")
        self._note(party, party)
        return party

    def _slug(self, draft: Draft) -> str:
        """A name for addresses that is still free: the one that the party had elsewhere, where that is."""
        stem = draft.code if draft.code and draft.code == intake.slug(draft.code) else intake.slug(draft.name)
        number, found = 1, stem
        while found in self._slugs:
            number += 1
            found = f"{stem}-{number}"
        return found

    # --- completing ---

    def complete(self, party: Known, draft: Draft, verdict: Verdict) -> None:
        """Note what a row knows of a party and we do not: a place, a contact, a more exact village."""
        for name, value in draft.contact.items():
            if name != "contact_phone" or _digits(value) != _digits(party.now(name)):
                party.say(name, value, verdict)
        code, known_code = draft.place.code, party.now("region_code")
        if code is not None and code != known_code and not (known_code or "").startswith(code + "."):
            party.say("region_code", code, verdict)
        if party.retired:
            party.say("retired", value=False, verdict=verdict)

    def say_facts(self, party: Known, draft: Draft, verdict: Verdict) -> None:
        """Note what a row says of a library's readiness; of several rows the last one counts."""
        for code, value in draft.facts.items():
            party.facts[code] = value, verdict

    # --- what is news ---

    def news(self, parties: Iterable[Known]) -> tuple[list[Known], list[tuple[Known, FactCode, float]]]:
        """The stored parties that change and the facts that are new; their rows are told so."""
        changed: list[Known] = []
        facts: list[tuple[Known, FactCode, float]] = []
        for chunk in _chunks(list(parties), _CHUNK):
            ids = [party.id for party in chunk if party.id is not None and party.facts]
            current = intake.current_facts(self.session, ids) if ids else {}
            for party in chunk:
                if party.id is not None and party.news:
                    changed.append(party)
                    self._tell(party)
                for code, (value, verdict) in party.facts.items():
                    fact = current.get(party.id or 0, {}).get(code)
                    if fact is None or fact.value != value:
                        facts.append((party, code, value))
                        _changes(
                            verdict, self._change(f"fact_{code.value}", None if fact is None else fact.value, value)
                        )
        return changed, facts

    def _tell(self, party: Known) -> None:
        for name, (value, verdict) in party.news.items():
            if name == "retired":
                verdict.status = verdict.status if verdict.what else Status.NEW  # it comes in once more
            else:
                _changes(verdict, self._change(name, getattr(party, name), value))

    def _change(self, name: str, before: Any, after: Any) -> Change:
        return Change(self.reader.words(name), *(shown(name, value, self.reader.places) for value in (before, after)))

    # --- writing ---

    def rows(self, parties: Iterable[Known]) -> None:
        """Give each of *parties* its stored row; new ones are registered, and verified, for the office sends them."""
        wanted = {id(party): party for party in parties if party.row is None}.values()
        ids = [party.id for party in wanted if party.id is not None]
        for chunk in _chunks(ids, _CHUNK):
            for row in self.session.scalars(select(Party).where(Party.id.in_(chunk))):
                self._by_id[row.id].row = row
        self._held += wanted
        fresh = [party for party in wanted if party.id is None]
        if fresh and not self._regions:  # held, so that each is read once
            self._regions = list(self.session.scalars(select(Region)))
        for party in fresh:
            party.row = self._register(party)
        if fresh:
            self.session.flush()
        for party in fresh:
            party.id = cast("Party", party.row).id
            self._by_id[party.id] = party

    def _register(self, party: Known) -> Party:
        made = intake.register_party(
            self.session, office_id=self.office.id, kind=party.kind, name=party.name, sector=party.sector,
            region_code=party.region_code, verification=Verification.VERIFIED, by=self.by, at=self.at, slug=party.slug,
            contact_name=party.contact_name, contact_phone=party.contact_phone, about=party.about, ref=party.ref,
        )  # fmt: skip
        made.private_note = party.private_note
        return made

    def write(
        self, changed: Sequence[Known], facts: Sequence[tuple[Known, FactCode, float]], before: dict[str, Any]
    ) -> None:
        """Write down what is news; *before* gets the personal values that the log keeps out."""
        self.rows([*changed, *(party for party, _, _ in facts)])
        for party in changed:
            row = cast("Party", party.row)
            values = {name: value for name, (value, _) in party.news.items() if name != "retired"}
            if "retired" in party.news:
                values["retired_at"] = None
            old = {name: [getattr(row, name), value] for name, value in values.items() if name in log.PERSONAL}
            if old:
                before[f"party:{row.id}"] = {**before.get(f"party:{row.id}", {}), **old}
            intake.change_party(self.session, row.id, by=self.by, at=self.at, **values)
        ids = [party.id for party, _, _ in facts if party.id is not None]
        for start in range(0, len(facts), _CHUNK):
            chunk = facts[start : start + _CHUNK]
            current = intake.current_facts(self.session, ids[start : start + _CHUNK])
            for party, code, value in chunk:
                self._record(party, code, value, current)

    def _record(self, party: Known, code: FactCode, value: float, current: Any) -> None:
        day, fact = lines.today(self.at), current.get(party.id, {}).get(code)
        intake.record_fact(
            self.session, cast("Party", party.row), code, value, by=self.by, at=self.at, source=Source.EXCEL,
            as_of=max(day, fact.as_of) if fact is not None else day, verified=True,
        )  # fmt: skip

    def settle(self, parties: Iterable[Known]) -> None:
        """What was news is stored now."""
        for party in parties:
            for name, (value, _) in party.news.items():
                setattr(party, name, value)
            party.news, party.facts, party.row = {}, {}, None

    def let_go(self) -> None:
        """Hold the stored rows no longer."""
        for party in self._held:
            party.row = None
        self._held = []


def _changes(verdict: Verdict, change: Change) -> None:
    verdict.changes = [*verdict.changes, change]
    if verdict.status is Status.SAME:
        verdict.status = Status.CHANGED


def _chunks(found: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (found[start : start + size] for start in range(0, len(found), size))


_PREFIX = re.compile(
    r"^(?:(?:perpustakaan|perpusdes|perpus|pusdes|desa|ds|kelurahan|village|library)\b[.\s]*)+", re.IGNORECASE
)


def name_key(kind: PartyKind, name: str) -> str:
    """A name by which a party is found again: "Perpusdes Bunga Padi" is "Perpustakaan Desa Bunga Padi"."""
    bare = _PREFIX.sub("", name) if kind is PartyKind.LIBRARY else name
    return key(bare) or key(name)


def _digits(phone: str) -> str:
    return re.sub(r"^(?:62|0)", "", re.sub(r"\D", "", phone))


def _around(named: list[Known], draft: Draft) -> list[Known]:
    """Libraries of one name that may lie where the row says."""
    code = draft.place.code
    if code is None:
        inside = [party for party in named if party.now("region_code") in draft.place.candidates]
        return inside or named
    places = [(party, party.now("region_code")) for party in named]
    exact = [party for party, place in places if place == code]
    if exact:
        return exact
    below = [party for party, place in places if (place or "").startswith(code + ".")]
    above = [party for party, place in places if place is None or code.startswith(place + ".")]
    return below or above
