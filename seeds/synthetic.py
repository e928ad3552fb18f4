"""Owns a district made from a seed number, as plain rows and entered through the use cases."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from sqlalchemy import select

from matcher import intake
from matcher.intake import Gift, Report
from matcher.models import Region
from matcher.vocabulary import (
    Category,
    FactCode,
    Mode,
    Operator,
    PartyKind,
    Provenance,
    ReportState,
    Sector,
    Source,
    Urgency,
    Verification,
)
from seeds import phrases, reference
from seeds.phrases import THINGS, Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

    from matcher.models import Office, Party
    from matcher.policy import Actor

DISTRICT = "32.02"
DAY = dt.date(2026, 11, 2)  #: the day a district is seen from, unless another is asked for
WEEK = 7
STANDARD_TITLES = 1000  #: what the national standard asks of a village library

Chance = np.random.Generator
One = TypeVar("One")


class Library(NamedTuple):
    """A library at a real village; facts nobody knows are left out."""

    name: str
    village: str
    lat: float
    lon: float
    verified: bool
    facts: dict[FactCode, float]


class Giver(NamedTuple):
    """A stakeholder; without a region its place is unknown."""

    name: str
    sector: Sector
    region: str | None
    lat: float | None
    lon: float | None
    verified: bool


class Shortage(NamedTuple):
    """A challenge: which library (index), how many days ago, and what was said."""

    library: int
    waited: int
    report: Report


class Promise(NamedTuple):
    """An offer: which giver or, for experience, which library (index), how many days ago, and what was said."""

    party: int
    waited: int
    gift: Gift

    @property
    def of_library(self) -> bool:
        """Whether `party` counts among the libraries."""
        return self.gift.mode is Mode.EXPERIENCE


class District(NamedTuple):
    """Plain rows of one district; nothing in it knows a database."""

    seed: int
    day: dt.date
    libraries: tuple[Library, ...]
    givers: tuple[Giver, ...]
    challenges: tuple[Shortage, ...]
    offers: tuple[Promise, ...]


def district(
    seed: int, libraries: int = 400, challenges: int = 2000, offers: int = 500, *, day: dt.date = DAY
) -> District:
    """Make a district of Kabupaten Sukabumi's villages; the same arguments give the same rows to the byte.

    Raises
    ------
    ValueError
        There are fewer things to lack than *challenges* asks for (about 24 a library).
    """
    where, who, lacks, gives = (np.random.default_rng([seed, stream]) for stream in range(4))
    places = [row for row in reference.rows(DISTRICT) if row.level == "village"]
    of_libraries = tuple(_libraries(where, places, libraries))
    givers = tuple(_givers(who, places, max(len(Sector), offers // 4)))
    return District(
        seed,
        day,
        of_libraries,
        givers,
        tuple(_challenges(lacks, of_libraries, challenges, day)),
        tuple(_offers(gives, of_libraries, givers, offers, day)),
    )


# --- chance ----------------------------------------------------------------------------------------------------------


def _one(chance: Chance, choices: Sequence[One]) -> One:
    return choices[int(chance.integers(len(choices)))]


def _weighted(chance: Chance, choices: Sequence[tuple[One, float]]) -> One:
    """One of *choices*, each given with its share; the shares sum to 1."""
    drawn = chance.random()
    for choice, share in choices:
        drawn -= share
        if drawn < 0:
            return choice
    return choices[-1][0]


def _between(chance: Chance, low: float, high: float, step: float) -> float:
    """Draw a number between *low* and *high*, small ones more often, in whole *step*s."""
    drawn = float(np.exp(chance.uniform(np.log(low), np.log(high))))
    return min(high, max(low, round(drawn / step) * step))


def _later(chance: Chance, day: dt.date, low: int, high: int) -> dt.date:
    return day + dt.timedelta(days=int(chance.integers(low, high + 1)))


# --- parties ---------------------------------------------------------------------------------------------------------

#: How often a fact holds in a middling library.
_HOLDS: dict[FactCode, float] = {
    FactCode.ELECTRICITY: 0.9, FactCode.INTERNET: 0.45, FactCode.ROOM: 0.5, FactCode.SK: 0.6,
    FactCode.HEAD_LETTER: 0.5, FactCode.RACK: 0.7, FactCode.OPEN_PUBLIC: 0.9, FactCode.LEGAL_ENTITY: 0.1,
}  # fmt: skip

_COUNTS: dict[FactCode, Callable[[Chance], float]] = {
    FactCode.COMPUTERS: lambda chance: float(chance.poisson(1.3)),
    FactCode.TITLES: lambda chance: float(round(chance.lognormal(np.log(350), 0.8))),
    FactCode.STAFF: lambda chance: float(1 + chance.poisson(0.6)),
    FactCode.OPEN_HOURS: lambda chance: float(chance.integers(4, 41)),
    FactCode.VISITORS: lambda chance: float(round(chance.lognormal(np.log(90), 0.9))),
}
_KNOWN = 0.75  # how often somebody told


def _libraries(chance: Chance, places: Sequence[reference.Region], count: int) -> Iterator[Library]:
    """Libraries at villages drawn without repeating one, until every village has one."""
    order = np.concatenate([chance.permutation(len(places)) for _ in range(-(-count // len(places)))])[:count]
    middle = np.mean([(place.lat, place.lon) for place in places], axis=0)
    for number, index in enumerate(order):
        place = places[int(index)]
        far = min(float(np.hypot(place.lat - middle[0], place.lon - middle[1])) / 0.4, 1.0)
        yield Library(
            f"{_house(place, number >= len(places))} {_one(chance, phrases.LIBRARY_NAMES)}",
            place.code,
            place.lat,
            place.lon,
            bool(chance.random() < 0.9),
            _facts(chance, float(chance.normal(-0.5 * far, 0.6))),
        )


def _house(place: reference.Region, second: bool) -> str:
    if second:
        return "Taman Bacaan Masyarakat"
    return "Perpustakaan Kelurahan" if place.code.split(".")[-1].startswith("1") else "Perpustakaan Desa"


def _facts(chance: Chance, level: float) -> dict[FactCode, float]:
    """What is known of a library; *level* says how well off it is (0 middling)."""
    held = {code: float(chance.random() < share + 0.15 * level) for code, share in _HOLDS.items()}
    counted = {code: draw(chance) for code, draw in _COUNTS.items()}
    return {code: value for code, value in (held | counted).items() if chance.random() < _KNOWN}


def _givers(chance: Chance, places: Sequence[reference.Region], count: int) -> Iterator[Giver]:
    """Givers of every sector; some known by their kabupaten only, some without a place."""
    sectors = list(Sector)
    names = {row.code: row.name for row in reference.rows(DISTRICT) if row.level == "kecamatan"}
    for number in range(count):
        sector, place = sectors[number % len(sectors)], _one(chance, places)
        name = _one(chance, phrases.GIVERS[sector]).format(
            place=names[place.code[:8]], word=_one(chance, phrases.WORDS)
        )
        placed = bool(chance.random() < 0.9)
        yield Giver(
            name,
            sector,
            place.code if placed else None,
            place.lat if placed else None,
            place.lon if placed else None,
            bool(chance.random() < 0.85),
        )


# --- words -----------------------------------------------------------------------------------------------------------


def rupiah(amount: float, style: int) -> str:
    """Write an amount of money in one of four ways: ``Rp1.500.000``, ``1,5 juta``, ``1,5 jt``, ``Rp 1.500.000,-``."""
    dotted = f"{amount:,.0f}".replace(",", ".")
    if style % 2 == 0:
        return f"Rp{dotted}" if style == 0 else f"Rp {dotted},-"
    big, small = ("juta", "ribu") if style == 1 else ("jt", "rb")
    size, word = (1_000_000, big) if amount >= 1_000_000 else (1000, small)
    return f"{amount / size:g} {word}".replace(".", ",")


def said(thing: Thing, quantity: float, style: int) -> str:
    """Write a quantity of *thing* with its counting word; *style* 0 to 3 picks the spelling."""
    if thing.unit == "rp":
        return rupiah(quantity, style)
    if quantity == 0.5:
        return f"setengah {thing.counter}"
    if style == 1 and quantity in range(1, len(phrases.DIGITS)):
        return f"{phrases.DIGITS[int(quantity)]} {thing.counter}"
    dotted = f"{quantity:,.0f}".replace(",", ".") if quantity == int(quantity) else f"{quantity:g}".replace(".", ",")
    return f"{dotted}{'' if style == 3 else ' '}{thing.counter}"


def chat(chance: Chance, text: str) -> str:
    """Type *text* as on WhatsApp: no capitals, short words, a greeting or a thank-you."""
    short = re.sub(
        r"[a-z][a-z-]*",
        lambda word: phrases.CHAT.get(word[0], word[0]) if chance.random() < 0.7 else word[0],
        text.lower(),
    )
    before = _one(chance, phrases.GREETINGS) + " " if chance.random() < 0.4 else ""
    after = " " + _one(chance, phrases.CLOSINGS) if chance.random() < 0.4 else ""
    return f"{before}{short}{after}"


# --- challenges ------------------------------------------------------------------------------------------------------

_SHARES = {
    Category.COMPUTERS: 0.2, Category.INTERNET: 0.17, Category.BOOKS: 0.2, Category.SPACE: 0.16, Category.FUNDS: 0.13,
    Category.STAFF: 0.12, Category.OTHER: 0.02,
}  # fmt: skip
_SOLVED_BY = {"sambungan internet": FactCode.INTERNET, "ruangan": FactCode.ROOM, "rak buku": FactCode.RACK}
_HAD = {"komputer": FactCode.COMPUTERS, "judul umum": FactCode.TITLES, "buku cerita anak": FactCode.TITLES}
_UNKNOWN = 0.18  # how often nobody says how much, where that can be said
_URGENCY = ((None, 0.2), (Urgency.MONTH, 0.2), (Urgency.QUARTER, 0.35), (Urgency.YEAR, 0.25))
_SOURCES = ((Source.WEB, 0.45), (Source.EXCEL, 0.35), (Source.MEETING, 0.2))


def _challenges(chance: Chance, libraries: Sequence[Library], count: int, day: dt.date) -> Iterator[Shortage]:
    """Distinct (library, thing) pairs, none that the library's own facts deny."""
    weights = _likely(libraries)
    possible = int(np.count_nonzero(weights))
    if count > possible:
        raise ValueError(f"{len(libraries)} libraries lack at most {possible} things, not {count}")
    if not count:
        return
    flat = weights.ravel() / weights.sum()
    for pair in chance.choice(flat.size, size=count, replace=False, p=flat):
        library, thing = divmod(int(pair), len(THINGS))
        weeks = min(int(chance.exponential(11)), 52)
        yield Shortage(library, weeks * WEEK, _report(chance, libraries[library], THINGS[thing], day))


def _likely(libraries: Sequence[Library]) -> NDArray[np.float64]:
    """How likely each library lacks each thing, shape (libraries, things)."""
    kinds = Counter(thing.category for thing in THINGS)
    share = np.array([_SHARES[thing.category] / kinds[thing.category] for thing in THINGS])
    weights = np.tile(share, (len(libraries), 1))
    for column, thing in enumerate(THINGS):
        if (fact := _SOLVED_BY.get(thing.name)) is not None:
            weights[[library.facts.get(fact) == 1 for library in libraries], column] = 0
        if thing.unit == "title":
            weights[[library.facts.get(FactCode.TITLES, 0) >= STANDARD_TITLES for library in libraries], column] = 0
    return weights


def _report(chance: Chance, library: Library, thing: Thing, day: dt.date) -> Report:
    had = library.facts.get(_HAD[thing.name]) if thing.name in _HAD else None
    chatted = bool(chance.random() < 0.35)
    quantity, ask, title = _spoken(chance, thing, thing.asks, thing.need, chatted=chatted)
    story = f"{_why(chance, thing, had)} {ask}"
    starts = _later(chance, day, 0, 30) if thing.every else None
    return Report(
        thing.category,
        title=title,
        quantity=quantity,
        unit=thing.unit,
        have=had if thing.unit in {"unit", "title"} else None,
        every=thing.every,
        starts=starts,
        ends=_later(chance, starts, 90, 365) if starts else None,
        urgency=_weighted(chance, _URGENCY),
        story=chat(chance, story) if chatted else story,
        not_wanted=_one(chance, thing.not_wanted) if thing.not_wanted and chance.random() < 0.4 else "",
        valid_until=_later(chance, day, 30, 365) if chance.random() < 0.3 else None,
        source=Source.WHATSAPP if chatted else _weighted(chance, _SOURCES),
        provenance=Provenance.INVENTED,
    )


def _why(chance: Chance, thing: Thing, had: float | None) -> str:
    """Pick a sentence that does not deny what there is."""
    fitting = [text for text in thing.lacks if not text.startswith("Belum") or not had]
    return _one(chance, [text for text in fitting if had or "{have}" not in text]).format(have=f"{had or 0:g}")


def _spoken(
    chance: Chance, thing: Thing, sentences: Sequence[str], span: tuple[float, float], *, chatted: bool
) -> tuple[float | None, str, str]:
    """Quantity in *span* (or None), one of *sentences* that speaks of it, and the same neatly, as a title."""
    vague = [text for text in sentences if "{n}" not in text]
    if vague and chance.random() < _UNKNOWN:
        sentence = _one(chance, vague)
        return None, sentence, sentence.rstrip(".")
    quantity = _between(chance, *span, thing.step)
    sentence = _one(chance, [text for text in sentences if "{n}" in text])
    spelled = said(thing, quantity, int(chance.integers(4 if chatted else 3)))
    return quantity, sentence.format(n=spelled), sentence.format(n=said(thing, quantity, 0)).rstrip(".")


# --- offers ----------------------------------------------------------------------------------------------------------

_EXPERIENCE = 0.2  # share of offers that are a library's success


def _offers(
    chance: Chance, libraries: Sequence[Library], givers: Sequence[Giver], count: int, day: dt.date
) -> Iterator[Promise]:
    told = min(int(count * _EXPERIENCE), count if libraries else 0)
    for number in range(count):
        weeks = min(int(chance.exponential(8)), 40)
        if number < told:
            yield Promise(int(chance.integers(len(libraries))), weeks * WEEK, _experience(chance))
        else:
            giver = (number - told) % len(givers)
            yield Promise(giver, weeks * WEEK, _gift(chance, givers[giver], day))


def _experience(chance: Chance) -> Gift:
    success = _one(chance, phrases.SUCCESSES)
    return Gift(
        success.category,
        Mode.EXPERIENCE,
        title=success.title,
        words=chat(chance, success.words) if chance.random() < 0.3 else success.words,
        strategy=success.strategy,
        online=bool(chance.random() < 0.6),
        source=Source.MEETING,
        provenance=Provenance.INVENTED,
    )


def _gift(chance: Chance, giver: Giver, day: dt.date) -> Gift:
    category = _one(chance, phrases.LEANS[giver.sector])
    thing = _one(
        chance, [thing for thing in THINGS if thing.category is category and thing.only in {None, giver.sector}]
    )
    chatted = bool(chance.random() < 0.2)
    quantity, words, title = _spoken(chance, thing, thing.gives, thing.gift, chatted=chatted)
    starts = _later(chance, day, 0, 30) if thing.every else None
    smallest, largest = _shares(chance, thing, quantity)
    return Gift(
        category,
        thing.mode,
        title=title,
        words=chat(chance, words) if chatted else words,
        quantity=quantity,
        unit=thing.unit,
        unit_price=5_000_000 if thing.mode is Mode.MONEY and chance.random() < 0.3 else None,
        every=thing.every,
        starts=starts,
        ends=_later(chance, starts, 90, 365) if starts else None,
        area=_area(chance, giver),
        online=bool(thing.online and chance.random() < 0.4),
        conditions=_conditions(chance, category),
        share_min=smallest,
        share_max=largest,
        follow_on_cost=thing.follow_on,
        valid_until=_later(chance, day, 14, 400) if chance.random() < 0.75 else None,
        source=Source.WHATSAPP if chatted else _weighted(chance, _SOURCES),
        provenance=Provenance.INVENTED,
    )


def _shares(chance: Chance, thing: Thing, quantity: float | None) -> tuple[float | None, float | None]:
    """Smallest and largest part for one library, where the giver says so."""
    low, high = thing.need
    smallest = low if chance.random() < 0.15 and (quantity is None or low <= quantity) else None
    largest = high if chance.random() < 0.4 and (quantity is None or high <= quantity) else None
    return smallest, largest


def _area(chance: Chance, giver: Giver) -> tuple[str, ...]:
    """Where the offer reaches: everywhere, the kabupaten, or the kecamatan around the giver's own."""
    drawn = chance.random()
    if drawn < 0.35:
        return ()
    if drawn < 0.75 or giver.region is None:
        return (DISTRICT,)
    number = int(giver.region.split(".")[2])
    near = range(number, number + 1 + int(chance.integers(3)))
    return tuple(sorted({f"{DISTRICT}.{(code - 1) % 47 + 1:02}" for code in near}))


def _conditions(chance: Chance, category: Category) -> tuple[tuple[FactCode, Operator, float], ...]:
    return tuple(
        (asked.fact, Operator.AT_LEAST, asked.value)
        for asked in phrases.ASKED
        if asked.category is category and chance.random() < asked.how_often
    )


# --- into the database -----------------------------------------------------------------------------------------------


def enter(session: Session, rows: District, *, by: Actor, at: dt.datetime) -> Office:
    """Enter a district into an empty database, oldest report first; the caller commits.

    Everything is recorded as if it had been reported over the weeks before *at* (aware).
    """
    intake.add_regions(session, [*_above(), *reference.rows(DISTRICT)])
    began = at - dt.timedelta(weeks=60)
    office = intake.open_office(
        session, region_code=DISTRICT, name="Dinas Arsip dan Perpustakaan Kabupaten Sukabumi (contoh)",
        place="Sukabumi", unit_prices={Category.COMPUTERS: 5_000_000, Category.BOOKS: 50_000}, by=by, at=began,
    )  # fmt: skip
    known = session.scalars(select(Region)).all()  # held, so that no party asks for its region again
    with session.no_autoflush:
        libraries, givers = _register(session, office, rows, by=by, at=began)
    session.flush()  # facts need the libraries' ids
    del known
    _record_facts(session, rows, libraries, by=by, at=began)
    for waited, challenges, offers in _by_age(rows):
        moment = at - dt.timedelta(days=waited)
        reports = [(libraries[row.library], row.report) for row in challenges]
        gifts = [((libraries if row.of_library else givers)[row.party], row.gift) for row in offers]
        intake.report_challenges(session, reports, state=ReportState.OPEN, by=by, at=moment)
        intake.make_offers(session, gifts, state=ReportState.OPEN, by=by, at=moment)
    return office


def _above() -> list[reference.Region]:
    return [region for code in reference.parents(DISTRICT) if (region := reference.find(code)) is not None]


def _register(
    session: Session, office: Office, rows: District, *, by: Actor, at: dt.datetime
) -> tuple[list[Party], list[Party]]:
    """Register libraries and givers, each with a name of its own in addresses."""
    seen: Counter[str] = Counter()

    def register(row: Library | Giver, kind: PartyKind, sector: Sector | None, region: str | None) -> Party:
        stem = intake.slug(row.name)
        seen[stem] += 1
        return intake.register_party(
            session, office_id=office.id, kind=kind, sector=sector, name=row.name, region_code=region,
            verification=Verification.VERIFIED if row.verified else Verification.UNVERIFIED,
            slug=stem if seen[stem] == 1 else f"{stem}-{seen[stem]}", provenance=Provenance.INVENTED, by=by, at=at,
        )  # fmt: skip

    return (
        [register(row, PartyKind.LIBRARY, None, row.village) for row in rows.libraries],
        [register(row, PartyKind.STAKEHOLDER, row.sector, row.region) for row in rows.givers],
    )


def _record_facts(session: Session, rows: District, libraries: Sequence[Party], *, by: Actor, at: dt.datetime) -> None:
    for row, party in zip(rows.libraries, libraries, strict=True):
        for code, value in row.facts.items():
            intake.record_fact(
                session, party, code, value, as_of=at.date(), source=Source.MEETING, verified=row.verified,
                provenance=Provenance.INVENTED, by=by, at=at,
            )  # fmt: skip


def _by_age(rows: District) -> Iterator[tuple[int, list[Shortage], list[Promise]]]:
    """Challenges and offers by the days they have waited, oldest first."""
    ages = {row.waited for row in rows.challenges} | {row.waited for row in rows.offers}
    for waited in sorted(ages, reverse=True):
        yield (
            waited,
            [row for row in rows.challenges if row.waited == waited],
            [row for row in rows.offers if row.waited == waited],
        )
