"""What looks like something that is there already: a report like one that stands, a party like one that is known."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, product
from typing import Any, NamedTuple

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from matcher import intake, lines, log
from matcher.errors import NotFound, NotPossible, UnitsDoNotConvert
from matcher.intake import Gift, Report
from matcher.models import Challenge, Log, Offer, Party, Region
from matcher.policy import Action, Actor, require
from matcher.similarity import PLAIN
from matcher.terms import idf
from matcher.text import tokens
from matcher.vocabulary import (
    DEFAULT_UNIT,
    UNITS,
    Category,
    Every,
    Mode,
    PartyKind,
    ReportState,
    Subject,
    Words,
    convert,
)

#: A report that waits, is open or is put aside may be meant again; one that ended is another story.
STANDING = (ReportState.DRAFT, ReportState.SUBMITTED, ReportState.OPEN, ReportState.PAUSED)
LEAST = 0.4  #: below this nobody is asked
_ALMOST = 0.8  #: share of the words from which two texts say the same
_FEW = 200  #: so many parties are asked for by number; more are cheaper read all at once

#: Kinds in which another theme is another need: books on farming are not picture books.
_THEMED = frozenset({Category.BOOKS, Category.STAFF, Category.FUNDS, Category.SPACE, Category.OTHER})

#: Words that say a kind or a unit and nothing of which one.
_KIND_WORDS = PLAIN.union(
    *(tokens(told.words.id) for told in (*Category, *UNITS.values())),
    tokens("pelatihan bimtek tutor relawan biaya rak"),
)

_SAME_WORDS = Words("kata-katanya hampir sama", "nearly the same words")
_SOME_WORDS = Words("jenisnya sama, sebagian kata-katanya juga", "the same kind, and some of the same words")
_SAME_KIND = Words("jenisnya sama dan masih berjalan", "the same kind, and still standing")


# --- reports ---------------------------------------------------------------------------------------------------------


class Similar(NamedTuple):
    """A challenge or an offer that stands and may be what somebody reports again."""

    code: str
    title: str
    quantity: Decimal | None  #: in *unit*, per *every*
    unit: str
    state: ReportState
    sure: float  #: 0 to 1
    why: Words
    every: Every | None
    since: dt.date


def of_report(
    session: Session, office_id: int, party_id: int, report: Report | Gift, *, ignore: Iterable[str] = (),
    at: dt.datetime | None = None,
) -> Similar | None:  # fmt: skip
    """The report of the same party that *report* may repeat, but for the codes in *ignore*; None: it is new."""
    return of_reports(session, office_id, [(party_id, report)], ignore=ignore, at=at)[0]


def of_reports(
    session: Session, office_id: int, asked: Sequence[tuple[int | None, Report | Gift]], *,
    ignore: Iterable[str] = (), at: dt.datetime | None = None,
) -> list[Similar | None]:  # fmt: skip
    """The same for many, in three queries at most; a party that is new (None) has nothing that could be repeated.

    *at* is when they are written down, for those that do not say when they were reported.
    """
    owners = _owners(session, {party_id for party_id, _ in asked if party_id is not None})
    stored = _Stored(session, office_id, set(owners.values()), {type(report) for _, report in asked}, frozenset(ignore))
    return [None if party_id is None else stored.best(owners[party_id], report, at) for party_id, report in asked]


def _owners(session: Session, party_ids: set[int]) -> dict[int, int]:
    """Party → the one that it was merged into, or itself."""
    merged = lines.merged(session)
    return {party_id: merged.get(party_id, party_id) for party_id in party_ids}


class _Stored:
    """What stands of some parties, to compare with."""

    def __init__(
        self,
        session: Session,
        office_id: int,
        owners: set[int],
        kinds: set[type[Report | Gift]],
        ignore: frozenset[str],
    ) -> None:
        self._rows: dict[tuple[bool, int], list[Row[Any]]] = defaultdict(list)
        for offers, kind in ((False, Report), (True, Gift)):
            if owners and kind in kinds:
                for row in session.execute(_standing(offers, office_id, owners)):
                    if row.code not in ignore:
                        self._rows[offers, row.owner].append(row)

    def best(self, owner: int, new: Report | Gift, at: dt.datetime | None) -> Similar | None:
        offers = isinstance(new, Gift)
        told = [(_sure(row, new, at), row) for row in self._rows.get((offers, owner), ())]
        (sure, why), row = max(told, key=lambda one: (one[0][0], one[1].id), default=((0.0, _SAME_KIND), None))
        if row is None or sure < LEAST:
            return None
        return Similar(
            row.code, row.title, row.quantity, row.unit, row.state, round(sure, 2), why, row.every,
            lines.today(row.since),
        )  # fmt: skip


def _standing(offers: bool, office_id: int, owners: set[int]) -> Any:
    """What stands of *owners* (whoever was merged into them included), as columns of one form."""
    table: Any = Offer if offers else Challenge
    own = (table.words, table.made_at, table.mode) if offers else (table.story, table.reported_at, table.office_id)
    told, since, mode = own
    rows = (
        select(
            table.id, table.code, table.category, table.title, told.label("told"), table.quantity, table.unit,
            table.every, table.state, since.label("since"), mode.label("mode"),
            func.coalesce(Party.merged_into_id, Party.id).label("owner"),
        )
        .join(Party, table.party_id == Party.id)
        .where(Party.office_id == office_id, table.state.in_(STANDING))
    )  # fmt: skip
    if len(owners) > _FEW:
        return rows
    return rows.where(or_(Party.id.in_(owners), Party.merged_into_id.in_(owners)))


def _sure(row: Row[Any], new: Report | Gift, at: dt.datetime | None) -> tuple[float, Words]:
    """How sure it is that *new* repeats *row*, from 0 to 1, and why."""
    told = new.words if isinstance(new, Gift) else new.story
    ours, theirs = _said(row.title, row.told), _said(new.title, told)
    overlap = _overlap(ours, theirs)
    if not _comparable(row, new):
        same = isinstance(new, Gift) and overlap is not None and overlap >= _ALMOST and len(ours[1] & theirs[1]) > 2
        return (0.5 if same else 0.0), _SAME_WORDS
    if overlap is None and _stems(row.title) == _stems(new.title):
        sure, why = 0.75, _SAME_WORDS
    elif overlap is None:
        sure, why = 0.55, _SAME_KIND
    else:
        sure = (0.35 + 0.6 * overlap) if new.category in _THEMED else (0.45 + 0.5 * overlap)
        why = _SAME_WORDS if overlap >= _ALMOST else _SOME_WORDS if overlap > 0 else _SAME_KIND
    if isinstance(new, Gift) and new.mode is Mode.EXPERIENCE and (overlap or 0) < _ALMOST:
        return 0.0, why  # a library has many stories of one kind; only the same words are the same story
    return sure * (1.0 if row.every is new.every else 0.8) * _near(row.since, _when(new) or at), why


def _comparable(row: Row[Any], new: Report | Gift) -> bool:
    """The same kind, in units that convert, and for offers in the same form."""
    ours, theirs = UNITS[row.unit], UNITS.get(new.unit or DEFAULT_UNIT[new.category])
    if row.category is not new.category or theirs is None or ours.group != theirs.group:
        return False
    return not isinstance(new, Gift) or row.mode is new.mode


def _when(new: Report | Gift) -> dt.datetime | None:
    return new.made_at if isinstance(new, Gift) else new.reported_at


def _near(before: dt.datetime, now: dt.datetime | None) -> float:
    """1 on the same day, falling to 0.85 over the years."""
    return 1.0 if now is None else 0.85 + 0.15 * math.exp(-abs((now - before).days) / 180)


_Said = tuple[frozenset[str], frozenset[str]]


def _said(title: str, story: str) -> _Said:
    """The words that tell a report apart: of its heading, and of all it says."""
    head = _telling(title) or _telling(story[:200])
    return head, _telling(f"{title}\n{story}")


@lru_cache(maxsize=20_000)
def _telling(text: str) -> frozenset[str]:
    return frozenset(stem for stem in _stems(text) if stem not in _KIND_WORDS and idf(stem) > 0)


@lru_cache(maxsize=20_000)
def _stems(text: str) -> frozenset[str]:
    return frozenset(tokens(text))


def _overlap(ours: _Said, theirs: _Said) -> float | None:
    """Share of the words that both say, rare words counting more; None where a side says nothing particular."""
    if not ours[0] or not theirs[0]:
        return None
    head = _weight(ours[0] & theirs[0]) / min(_weight(ours[0]), _weight(theirs[0]))
    whole = 2 * _weight(ours[1] & theirs[1]) / (_weight(ours[1]) + _weight(theirs[1]))
    return max(head, whole)


def _weight(stems: Iterable[str]) -> float:
    return sum(idf(stem) for stem in stems)


def add_to(
    session: Session, code: str, quantity: Decimal | None, *, by: Actor, at: dt.datetime, unit: str | None = None,
    told: str = "",
) -> Challenge | Offer:  # fmt: skip
    """Raise the number of a report that stands by *quantity* (in *unit*), confirm it, and write down what was *told*.

    Raises
    ------
    NotPossible
        It does not stand any more.
    UnitsDoNotConvert
        *unit* cannot be turned into the report's.
    """
    table: Any = Offer if code.strip().upper().startswith("T") else Challenge
    session.flush()
    wanted = select(table).where(table.code == code.strip().upper()).with_for_update(key_share=True)
    row: Challenge | Offer | None = session.scalar(wanted.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(kind=table.__tablename__, id=code)
    require(by, Action.REPORT, office_id=row.office_id, party_id=row.party_id)
    if row.state not in STANDING:
        last = lines.last_change(session, log.SUBJECTS[table], row.id)
        who, when = (last.by, last.at) if last is not None else ("", None)
        raise NotPossible(subject=log.SUBJECTS[table], move="change", state=row.state, id=row.code, who=who, when=when)
    more = intake.amount(quantity, "quantity")
    if more is not None and unit not in (None, row.unit):
        more = _converted(more, str(unit), row.unit)
    total = row.quantity if more is None else more + (row.quantity or 0)
    intake.change_report(session, row, _more(intake.as_told(row), total, told), by=by, at=at)
    if isinstance(row, Challenge) and (changes := log.set_fields(row, {"confirmed_on": lines.today(at)})):
        log.record(session, row, "change", by=by, at=at, changes=changes)
    return row


def _converted(quantity: Decimal, unit: str, to: str) -> Decimal:
    found = convert(float(quantity), unit, to) if unit in UNITS else None
    if found is None:
        raise UnitsDoNotConvert(field="unit")
    return intake.amount(found, "quantity") or quantity


def _more(known: Report | Gift, quantity: Decimal | None, told: str) -> Report | Gift:
    """*known* with another number, and with what was told if that is news."""
    news = told.strip()
    if isinstance(known, Gift):
        return replace(known, quantity=quantity, words=_joined(known.words, news))
    return replace(known, quantity=quantity, story=_joined(known.story, news))


def _joined(known: str, news: str) -> str:
    return known if news in known else f"{known}\n{news}".strip()


# --- parties ---------------------------------------------------------------------------------------------------------

#: What stands before or after the name proper and is written in many ways.
_FRAME = {
    PartyKind.LIBRARY: frozenset("perpustakaan perpusdes perpus pusdes desa ds kelurahan kel village library".split()),
    PartyKind.STAKEHOLDER: frozenset("pt cv ud tbk persero kab kabupaten the".split()),
}
_FIGURE = re.compile(r"\d+|\b(?:i{1,3}|iv|vi{0,3}|ix|x)\b")
_SHORTEST_SLIP = 5  #: shorter names are too easily one letter apart

_SAME_NAME = Words("namanya sama", "the same name")
_LIKE_NAME = Words("namanya mirip", "a similar name")
_SAME_PHONE = Words("nomor kontaknya sama", "the same contact number")


@dataclass(frozen=True, slots=True)
class Named:
    """A party under one of its names; *owner* is the one that stands for it."""

    id: int
    owner: int
    kind: PartyKind
    region: str | None
    keys: tuple[str, ...]  #: the name proper, without and with the village's
    figures: tuple[str, ...]
    phone: str


class Names:
    """The names that an office's parties go by, those of merged parties included; read once, asked often."""

    def __init__(self, session: Session, office_id: int) -> None:
        rows = session.execute(
            select(
                Party.id, Party.kind, Party.name, Party.region_code, Party.merged_into_id, Party.contact_phone,
                Region.name.label("place"),
            )
            .outerjoin(Region, Party.region_code == Region.code)
            .where(Party.office_id == office_id, Party.retired_at.is_(None))
            .order_by(Party.id)
        )  # fmt: skip
        told = rows.all()
        self.all: dict[int, Named] = {row.id: _named(row) for row in told}
        self._places: dict[str | None, str] = {row.region_code: row.place or "" for row in told}
        self._by_key: dict[tuple[PartyKind, str], list[Named]] = defaultdict(list)
        self._by_slip: dict[tuple[PartyKind, str], list[Named]] = defaultdict(list)
        for one in self.all.values():
            for key in one.keys:
                self._by_key[one.kind, key].append(one)
            for slip in _slips(one.keys):
                self._by_slip[one.kind, slip].append(one)

    def like(self, kind: PartyKind, name: str, region_code: str | None) -> list[int]:
        """Ids of the parties that *name* may mean, those of exactly this name first; merged ones give the kept one."""
        keys = _keys(kind, name, self._places.get(region_code, ""))
        sought = Named(0, 0, kind, region_code, keys, _figures(name), "")
        same = [one for key in sought.keys for one in self._by_key.get((kind, key), ())]
        near = [one for slip in _slips(sought.keys) for one in self._by_slip.get((kind, slip), ())]
        found = [one.owner for one in (*same, *near) if self._alike(sought, one)]
        return list(dict.fromkeys(found))

    def _alike(self, sought: Named, one: Named) -> bool:
        """The same figures (Melati 1 is not Melati 2), and never two different places."""
        kept = self.all.get(one.owner, one)
        return sought.figures == one.figures and any(_meet(sought.region, place.region) for place in (one, kept))

    def pairs(self) -> Iterator[tuple[Named, Named, Words]]:
        """Parties that may be one and the same, each pair once, with what speaks for it."""
        seen: set[tuple[int, int]] = set()
        buckets = [(_SAME_NAME, self._by_key), (_SAME_PHONE, self._by_phone()), (_LIKE_NAME, self._by_slip)]
        for why, bucket in buckets:
            for named in bucket.values():
                for one, other in _together([party for party in named if party.id == party.owner]):
                    pair = (min(one.id, other.id), max(one.id, other.id))
                    if pair not in seen and one.figures == other.figures:
                        seen.add(pair)
                        yield self.all[pair[0]], self.all[pair[1]], why

    def _by_phone(self) -> dict[Any, list[Named]]:
        found: dict[Any, list[Named]] = defaultdict(list)
        for one in self.all.values():
            if len(one.phone) > 6:
                found[one.kind, one.phone].append(one)
        return found


def _together(named: Sequence[Named]) -> Iterator[tuple[Named, Named]]:
    """Pairs of *named* that may lie in one place, without comparing every village with every other."""
    if len(named) < 2:
        return
    by_village: dict[str, list[Named]] = defaultdict(list)
    loose: list[Named] = []
    for one in {one.id: one for one in named}.values():
        if one.region is not None and one.region.count(".") == 3:
            by_village[one.region].append(one)
        else:
            loose.append(one)
    for here in by_village.values():
        yield from combinations(here, 2)
    exact = [one for here in by_village.values() for one in here]
    for one, other in (*combinations(loose, 2), *product(loose, exact)):
        if _meet(one.region, other.region):
            yield one, other


def _meet(one: str | None, other: str | None) -> bool:
    """Whether two places may be the same: one is unknown, or lies in the other."""
    if not one or not other:
        return True
    return one == other or one.startswith(other + ".") or other.startswith(one + ".")


def _named(row: Any) -> Named:
    phone = re.sub(r"^(?:62|0)", "", re.sub(r"\D", "", row.contact_phone))
    keys, figures = _keys(row.kind, row.name, row.place or ""), _figures(row.name)
    return Named(row.id, row.merged_into_id or row.id, row.kind, row.region_code, keys, figures, phone)


def _plain(name: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z0-9]+", bare)


def _figures(name: str) -> tuple[str, ...]:
    return tuple(_FIGURE.findall(" ".join(_plain(name))))


def _keys(kind: PartyKind, name: str, place: str) -> tuple[str, ...]:
    """The name proper as one word, without and with the village's name; a library without one goes by its village."""
    words = [word for word in _plain(name) if word not in _FRAME[kind]]
    village = _plain(place) if kind is PartyKind.LIBRARY else []
    own = "".join(word for word in words if word not in village)
    found = (own, own + "".join(village)) if own else ("".join(village or words) or "".join(_plain(name)),)
    return tuple(dict.fromkeys(found))


def _slips(keys: Iterable[str]) -> set[str]:
    """Every long name, and it with one letter left out: two names that share one are at most a slip apart."""
    long = [key for key in keys if len(key) > _SHORTEST_SLIP]
    return {key[:place] + key[place + 1 :] for key in long for place in range(len(key))} | set(long)


def of_party(session: Session, office_id: int, kind: PartyKind, name: str, region_code: str | None) -> list[Party]:
    """Parties that *name* may mean: the same or nearly the same name, in the same or an unknown place.

    For many names at once read `Names` once and ask it.
    """
    ids = Names(session, office_id).like(kind, name, region_code)
    found = {party.id: party for party in session.scalars(select(Party).where(Party.id.in_(ids)))}
    return [found[party_id] for party_id in ids if party_id in found]


# --- pairs to look at ------------------------------------------------------------------------------------------------


class Likely(NamedTuple):
    """Two parties that may be one, the older first."""

    one: int
    other: int
    why: Words


def likely(session: Session, office_id: int, *, party_id: int | None = None) -> list[Likely]:
    """Pairs of parties that may be one and the same, unless somebody said they are not; of one party or of all."""
    apart = _told_apart(session)
    found = (Likely(one.id, other.id, why) for one, other, why in Names(session, office_id).pairs())
    mine = (pair for pair in found if party_id is None or party_id in (pair.one, pair.other))
    return [pair for pair in mine if (pair.one, pair.other) not in apart]


def _told_apart(session: Session) -> set[tuple[int, int]]:
    rows = select(Log.subject_id, Log.changes).where(Log.subject == Subject.PARTY, Log.event == "different")
    pairs = ((subject_id, changes["different_from"][1]) for subject_id, changes in session.execute(rows))
    return {(min(pair), max(pair)) for pair in pairs}


def tell_apart(session: Session, one: Party, other: Party, *, by: Actor, at: dt.datetime) -> None:
    """Remember that two parties are not the same, so that nobody is asked again."""
    for party in (one, other):
        require(by, Action.DECIDE, office_id=party.office_id)
    if (min(one.id, other.id), max(one.id, other.id)) not in _told_apart(session):
        log.record(session, one, "different", by=by, at=at, changes={"different_from": [None, other.id]})
