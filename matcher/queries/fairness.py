"""Equity over time: who was never helped and since when, by kecamatan, distance and size, and how that changes.

What counts as helped, as thin and as far is what the scoring counts (`lines.helped`, `matching`), so that this page and
the equity factor cannot say different things.  The number of queries does not depend on how many libraries there are.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from matcher import balance, lines, matching
from matcher.balance import Line
from matcher.matching import kecamatan
from matcher.models import Challenge, Log, Match, Office, Party, Proof, Region, whose
from matcher.queries.public import progress
from matcher.vocabulary import FactCode, MatchState, ProofKind, ReportState, Subject, Words

PAGE = 24  #: libraries on one page of the list
CYCLES = 9  #: three years
UNKNOWN = "x"  #: the group of those whose place or size nobody knows
_COUNTING = (MatchState.AGREED, MatchState.DONE, MatchState.CANCELLED)


class Bracket(NamedTuple):
    """One band of a scale: its code in an address, its words, and the largest value in it."""

    code: str
    words: Words
    most: float
    most_titles: float = math.inf


#: Kilometres from the office.
DISTANCES = (
    Bracket("15", Words("sampai 15 km", "up to 15 km"), 15),
    Bracket("30", Words("15–30 km", "15–30 km"), 30),
    Bracket("45", Words("30–45 km", "30–45 km"), 45),
    Bracket("60", Words("45–60 km", "45–60 km"), matching.FAR_KM),
    Bracket("61", Words("lebih dari 60 km", "more than 60 km"), math.inf),
    Bracket(UNKNOWN, Words("tempatnya belum diketahui", "place not known"), math.nan),
)
#: Visitors a month; titles where nobody counted visitors.
SIZES = (
    Bracket("s", Words("kecil: sampai 60 pengunjung sebulan, atau 250 judul",
                       "small: up to 60 visitors a month, or 250 titles"), 60, 250),
    Bracket("m", Words("sedang: sampai 150 pengunjung, atau 600 judul",
                       "middling: up to 150 visitors, or 600 titles"), 150, 600),
    Bracket("l", Words("besar: di atas itu", "large: above that"), math.inf),
    Bracket(UNKNOWN, Words("besarnya belum diketahui", "size not known"), math.nan),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cover:
    """How much of needs was covered, as shares of each need added up; divide by *needs* for the mean."""

    needs: int = 0
    promised: float = 0.0
    arrived: float = 0.0
    proven: float = 0.0

    def __add__(self, other: Cover) -> Cover:
        return Cover(
            self.needs + other.needs, self.promised + other.promised, self.arrived + other.arrived,
            self.proven + other.proven,
        )  # fmt: skip

    def percent(self, name: str) -> int:
        """The mean share of *name* (promised, arrived, proven) in whole percent."""
        return round(100 * getattr(self, name) / self.needs) if self.needs else 0


@dataclass(frozen=True, slots=True)
class Library:
    """One library as fairness sees it."""

    id: int
    slug: str
    name: str
    village: str
    kecamatan: str  #: its code
    place: str  #: name of its kecamatan
    km: float | None
    distance: str  #: code of DISTANCES
    size: str  #: code of SIZES
    since: dt.date | None  #: first need still open, else the day it was registered
    helped: dt.date | None  #: when something last arrived; None: never
    cycles: frozenset[dt.date]  #: beginnings of the cycles in which something arrived
    neglect: float  #: what it is owed, in [0, 1]
    needs: int  #: open ones
    cover: Cover


@dataclass(frozen=True, slots=True)
class Group:
    """Some libraries together."""

    code: str
    name: Words
    libraries: int
    helped: int
    cover: Cover

    @property
    def never(self) -> int:
        """How many of them nobody ever helped."""
        return self.libraries - self.helped

    @property
    def percent(self) -> int:
        """How many in a hundred were ever helped."""
        return round(100 * self.helped / self.libraries) if self.libraries else 0


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle: how many libraries got something in it, how many of them for the first time, and how many ever had."""

    starts: dt.date
    helped: int
    first: int
    ever: int


@dataclass(frozen=True, slots=True)
class Wish:
    """Which libraries the list shows."""

    kecamatan: str = ""
    distance: str = ""
    size: str = ""
    helped: bool | None = None
    cycle: dt.date | None = None

    def __call__(self, row: Library) -> bool:
        """Whether *row* answers."""
        return (
            self.kecamatan in ("", row.kecamatan or UNKNOWN)
            and self.distance in ("", row.distance)
            and self.size in ("", row.size)
            and self.helped in (None, row.helped is not None)
            and (self.cycle is None or self.cycle in row.cycles)
        )


@dataclass(frozen=True, slots=True)
class Fairness:
    """All libraries of an office with their groups."""

    libraries: list[Library]  #: who is owed most first
    total: Group
    kecamatan: list[Group]  #: the least helped first
    distances: list[Group]
    sizes: list[Group]
    cycles: list[Cycle]  #: oldest first; empty where nothing ever arrived

    def some(self, wish: Wish) -> list[Library]:
        """The libraries that answer *wish*, in their order."""
        return [row for row in self.libraries if wish(row)]


def fairness(session: Session, office: Office, *, at: dt.datetime) -> Fairness:
    """How help was spread over the libraries of *office* up to the day of *at*."""
    day = lines.today(at)
    read = lines.read(session, Match.office_id == office.id, Match.state.in_(_COUNTING))
    asked = _Asked(session, office, read, day)
    rows = _libraries(session, office, read, asked, day)
    rows.sort(key=lambda row: (-row.neglect, row.since or day, row.id))
    names = {row.kecamatan or UNKNOWN: row.place for row in rows}
    unknown = next(bracket.words for bracket in DISTANCES if bracket.code == UNKNOWN)
    places = [(code, Words(name, name) if name else unknown) for code, name in names.items()]
    by_place = _groups(rows, places, lambda row: row.kecamatan or UNKNOWN)
    return Fairness(
        rows, _group("", Words("semua", "all"), rows),
        sorted(by_place, key=lambda group: (group.percent, -group.never, group.name.id)),
        _groups(rows, [bracket[:2] for bracket in DISTANCES], lambda row: row.distance),
        _groups(rows, [bracket[:2] for bracket in SIZES], lambda row: row.size),
        _over_time(office, rows, day),
    )  # fmt: skip


def _group(code: str, name: Words, rows: Sequence[Library]) -> Group:
    cover = sum((row.cover for row in rows), Cover())
    return Group(code, name, len(rows), sum(row.helped is not None for row in rows), cover)


def _groups(
    rows: Iterable[Library], named: Iterable[tuple[str, Words]], of: Callable[[Library], str]
) -> list[Group]:  # fmt: skip
    """The groups that have somebody, in the order they are named."""
    members: dict[str, list[Library]] = defaultdict(list)
    for row in rows:
        members[of(row)].append(row)
    return [_group(code, name, members[code]) for code, name in named if members[code]]


def _over_time(office: Office, rows: Sequence[Library], day: dt.date) -> list[Cycle]:
    """Each cycle since something first arrived, the last CYCLES of them."""
    began = [cycle for row in rows for cycle in row.cycles]
    if not began:
        return []
    starts = [min(began)]
    while (following := _next(office, starts[-1])) <= day:
        starts.append(following)
    firsts = [min(row.cycles) for row in rows if row.cycles]
    found = [
        Cycle(start, sum(start in row.cycles for row in rows), firsts.count(start), sum(f <= start for f in firsts))
        for start in starts
    ]
    return found[-CYCLES:]


def _next(office: Office, start: dt.date) -> dt.date:
    return lines.cycle_end(office, start) + dt.timedelta(days=1)


# --- what is read ----------------------------------------------------------------------------------------------------


class _Asked:
    """The needs of an office by library: how many are open, since when, how much of them is covered."""

    def __init__(
        self, session: Session, office: Office, read: Sequence[tuple[Match, Line]], day: dt.date
    ) -> None:  # fmt: skip
        of_challenge = lines.grouped(read, "challenge_id")
        self.library: dict[int, int] = {}  #: challenge → library
        self.open: dict[int, int] = defaultdict(int)
        self.since: dict[int, dt.date] = {}
        self.cover: dict[int, Cover] = defaultdict(Cover)
        rows = select(
            Challenge.id, whose(Challenge).label("library"), Challenge.quantity, Challenge.state, Challenge.reported_at
        )
        for row in session.execute(rows.where(Challenge.office_id == office.id)):
            mine = of_challenge.get(row.id, ())
            self.library[row.id] = row.library
            if row.state is ReportState.OPEN:
                told = lines.today(row.reported_at)
                self.open[row.library] += 1
                self.since[row.library] = min(told, self.since.get(row.library, told))
            if row.quantity and (row.state is ReportState.OPEN or any(line.delivered > 0 for line in mine)):
                self.cover[row.library] += _covered(row.quantity, mine, day)


def _covered(need: Decimal, mine: Sequence[Line], day: dt.date) -> Cover:
    come = progress(need, mine, day)
    parts = (min(float(part / need), 1.0) for part in (come.promised, come.arrived, come.proven))
    return Cover(1, *parts)


def _libraries(
    session: Session, office: Office, read: Sequence[tuple[Match, Line]], asked: _Asked, day: dt.date
) -> list[Library]:
    village, district = aliased(Region), aliased(Region)
    rows = session.execute(
        select(Party.id, Party.slug, Party.name, Party.region_code, village.name.label("village"), village.lat,
               village.lon, district.name.label("place"))
        .select_from(Party)
        .outerjoin(village, Party.region_code == village.code)
        .outerjoin(district, func.substr(Party.region_code, 1, 8) == district.code)
        .where(*matching.standing_libraries(office))
    ).all()  # fmt: skip
    seat = session.get(Region, office.region_code)
    far = matching.distances(seat, [(row.lat, row.lon) for row in rows]).tolist()
    facts = matching.facts_of(session, {row.id for row in rows})
    helped, registered = lines.helped(session, read), _registered(session)
    arrived = _arrived(session, office, read, asked.library)
    found = []
    for row, km in zip(rows, far, strict=True):
        last = helped.get(row.id)
        found.append(Library(
            row.id, row.slug, row.name, row.village or "", kecamatan(row.region_code), row.place or "",
            None if math.isnan(km) else km, _bracket(DISTANCES, km), _size(facts.get(row.id, {})),
            asked.since.get(row.id) or registered.get(row.id), last,
            frozenset(lines.cycle_start(office, on) for on in arrived[row.id]),
            balance.neglect(lines.cycles_since(office, last, day)), asked.open[row.id], asked.cover[row.id],
        ))  # fmt: skip
    return found


def _bracket(scale: Sequence[Bracket], value: float, *, titles: bool = False) -> str:
    """The first bracket that holds *value*; UNKNOWN where it is nan."""
    tops = ((bracket.code, bracket.most_titles if titles else bracket.most) for bracket in scale)
    return next((code for code, most in tops if value <= most), UNKNOWN)


def _size(facts: Mapping[FactCode, float]) -> str:
    if FactCode.VISITORS in facts:
        return _bracket(SIZES, facts[FactCode.VISITORS])
    titles = facts.get(FactCode.TITLES)
    return UNKNOWN if titles is None else _bracket(SIZES, titles, titles=True)


def _registered(session: Session) -> dict[int, dt.date]:
    """Party → the day it was registered."""
    rows = select(Log.subject_id, Log.at).where(Log.subject == Subject.PARTY, Log.event == "register")
    return {row.subject_id: lines.today(row.at) for row in session.execute(rows)}


def _arrived(
    session: Session, office: Office, read: Sequence[tuple[Match, Line]], library: Mapping[int, int]
) -> dict[int, set[dt.date]]:
    """Library → the days on which something arrived that did not all go back."""
    whose_line = {match.id: library.get(match.challenge_id) for match, line in read if line.delivered > 0}
    days: Any = select(Proof.match_id, Proof.on).join(Match, Proof.match_id == Match.id)
    days = days.where(Match.office_id == office.id, Proof.kind == ProofKind.HANDOVER, Proof.quantity > 0)
    found: dict[int, set[dt.date]] = defaultdict(set)
    for match_id, on in session.execute(days):
        if (owner := whose_line.get(match_id)) is not None:
            found[owner].add(on)
    return found
