"""Why not this one: what keeps a challenge and an offer apart, or which place the offer takes among the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import explaining, lines, matching, scoring
from matcher.blocks import Block
from matcher.columns import Bools
from matcher.errors import NotFound
from matcher.explaining import Explanation
from matcher.filters import FILTERS, why_not
from matcher.models import Challenge, Match, Offer, Office, Party, Region, Rule, family
from matcher.scoring import EXPERIENCE, Part, Ranking
from matcher.vocabulary import (
    MATCHED,
    UNITS,
    CloseReason,
    MatchState,
    Mode,
    Refusal,
    ReportState,
    RuleKind,
    Words,
)

Span = tuple[dt.date | None, dt.date | None]

_NEED, _GIFT = Words("kebutuhan", "the need"), Words("tawaran", "the offer")

#: What keeps a pair apart; adding one is a row here and a line below.  A filter without a row says its own words.
BARS: dict[str, Words] = {
    "state": Words("{side} ini {state}", "{side} is {state}"),
    "closed": Words("{side} ini sudah ditutup: {reason}", "{side} is closed: {reason}"),
    "put_off": Words("tawaran ini ditunda sampai {day}", "the offer is put aside until {day}"),
    "expired": Words("{side} ini hanya berlaku sampai {day}", "{side} was valid until {day} only"),
    "ended": Words("{side} ini berakhir {day}", "{side} ended on {day}"),
    "by_hand": Words(
        "jenis “lainnya” tidak dicocokkan oleh mesin", "needs of the kind “other” are not matched by machine"
    ),
    "live": Words("pasangan ini sudah {state}: {line}", "the pair is {state} already: {line}"),
    "refused": Words(
        "sudah ditolak {day}: {reason}. Dapat muncul lagi bila salah satu pihak berubah, atau mulai {again}",
        "refused on {day}: {reason}. It may return when a side changes, or from {again}",
    ),
    "rule_library": Words(
        "pemberi menolak perpustakaan ini sejak {day}", "the giver does not serve this library since {day}"
    ),
    "rule_place": Words("pemberi tidak melayani {place} sejak {day}", "the giver does not serve {place} since {day}"),
    "kind": Words(
        "jenisnya lain: yang kurang {need}, yang ditawarkan {gift}", "another kind: lacking {need}, offering {gift}"
    ),
    "mode": Words(
        "bantuan berupa {mode} tidak menutup kekurangan {need}", "help as {mode} does not serve a lack of {need}"
    ),
    "itself": Words("pemberi dan penerimanya sama: {name}", "giver and taker are the same: {name}"),
    "used_up": Words("tawaran ini sudah habis dijanjikan", "the offer is promised away"),
    "covered": Words("kekurangan ini sudah dijanjikan seluruhnya", "all that is lacking is promised already"),
    "windows": Words(
        "waktunya tidak bertemu: kebutuhan {need}, tawaran {gift}", "the times do not meet: need {need}, offer {gift}"
    ),
    "none": Words("belum ada tawaran terbuka untuk jenis ini", "there is no open offer of this kind yet"),
    "several": Words("{why}: {count} tawaran", "{why}: {count} of the offers"),
    "area": Words("di luar wilayah tawaran: hanya {places}", "outside the area of the offer: only {places}"),
}

OTHERS_FIRST = Words(
    "Di atasnya ada yang skornya lebih rendah: yang siap, tepat barangnya, dan dikehendaki didahulukan.",
    "One above it has a lower score: what is ready, the right thing and wanted comes first.",
)
NEAREST_FIRST = Words(
    "Pengalaman diurutkan dari perpustakaan terdekat yang masih dapat diminta.",
    "Experience is sorted by the nearest library that may still be asked.",
)
LIVE = Words("sudah diusulkan atau disepakati", "proposed or agreed already")
REFUSED = Words("ditolak pada putaran ini", "refused in this round")
RULED_OUT = Words(
    "pemberinya menolak perpustakaan atau kecamatan ini", "not for this library or kecamatan, says the giver"
)

_SPANS = {
    (True, True): Words("{first} sampai {last}", "{first} to {last}"),
    (True, False): Words("sejak {first}", "from {first}"),
    (False, True): Words("sampai {last}", "until {last}"),
    (False, False): Words("kapan saja", "at any time"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing that keeps a pair apart: a code with its values, or a filter's own words."""

    words: Words
    values: Mapping[str, Any]

    def say(self, lang: str, date: Callable[[dt.date, str], str]) -> str:
        """The sentence in *lang*; *date* writes a day in a language."""
        return self.words.say(lang, **{name: _spoken(value, lang, date) for name, value in self.values.items()})


def _spoken(value: Any, lang: str, date: Callable[[dt.date, str], str]) -> str:
    if isinstance(value, Words):
        return value.say(lang)
    if isinstance(value, dt.date):
        return date(value, lang)
    if isinstance(value, tuple):
        first, last = value
        days = {"first": first and date(first, lang), "last": last and date(last, lang)}
        return _SPANS[first is not None, last is not None].say(lang, **days)
    if isinstance(value, list):
        return ", ".join(_spoken(part, lang, date) for part in value)
    return str(value)


def _bar(code: str, **values: Any) -> Bar:
    return Bar(BARS[code], values)


@dataclass(frozen=True, slots=True)
class Side:
    """An offer with its giver and its explanation."""

    offer: Offer
    giver: Party
    told: Explanation


@dataclass(frozen=True, slots=True)
class Compared:
    """One factor of both offers; *apart* is how much more the named one earns, in points."""

    mine: Part
    other: Part
    apart: float


@dataclass(frozen=True, slots=True)
class Why:
    """What can be said of a named pair: *bars* keep it apart; without any it has its place in the list."""

    challenge: Challenge
    library: Party
    offer: Offer
    giver: Party
    bars: list[Bar]
    told: Explanation | None = None
    place: int | None = None  #: 1 is best, gifts and peers apart; None: beyond the peers that are kept
    among: int = 0
    other: Side | None = None  #: the best one; where this is the best, the one after it
    note: Words | None = None  #: what has to be said of its place, where the score alone does not explain it

    @property
    def table(self) -> list[Compared]:
        """Both offers, by each factor that counts."""
        if self.told is None or self.other is None:
            return []
        pairs = [pair for pair in zip(self.told.parts, self.other.told.parts, strict=True) if pair[0].weight]
        return [Compared(mine, other, round(mine.points - other.points, 1)) for mine, other in pairs]

    @property
    def apart(self) -> float:
        """How many points lie between both."""
        return round(sum(row.apart for row in self.table), 1)


# --- the question ----------------------------------------------------------------------------------------------------


def offer_of(session: Session, office: Office, told: str) -> Offer:
    """The office's or a national offer, written as people write a code: T-0045, t45, 45.

    Raises
    ------
    NotFound
        There is none, or it is another office's.
    """
    code = told.strip().upper().replace(" ", "")
    number = code.removeprefix("T").removeprefix("-")
    found = lines.by_code(session, Offer, f"T-{int(number):04d}" if number.isdecimal() and len(number) < 10 else code)
    if found.office_id not in (None, office.id):
        raise NotFound(kind="offer", id=told)
    return found


def why(session: Session, office: Office, challenge: Challenge, offer: Offer, *, at: dt.datetime) -> Why:
    """Why *offer* is not suggested for *challenge*, or which place it takes."""
    day = lines.today(at)
    library, giver = lines.owner(session, challenge.party_id), lines.owner(session, offer.party_id)
    world = matching.side_by_side(session, office, challenge, offer, at=at)
    bars = [*_states(challenge, offer, day), *_decided(session, office, challenge, offer, day)]
    bars += [*_rules(session, library, giver), *_filters(session, world, challenge, offer, giver)]
    found = Why(challenge, library, offer, giver, bars)
    return found if bars else _placed(session, world, found)


# --- what keeps them apart -------------------------------------------------------------------------------------------


def _states(challenge: Challenge, offer: Offer | None, day: dt.date) -> Iterable[Bar]:
    """What each side alone does not allow."""
    if challenge.category not in MATCHED:
        yield _bar("by_hand")
    yield from _side(_NEED, challenge, day)
    if offer is not None:
        yield from _side(_GIFT, offer, day)
        if offer.paused_until is not None and offer.paused_until > day:
            yield _bar("put_off", day=offer.paused_until)


def _side(side: Words, row: Challenge | Offer, day: dt.date) -> Iterable[Bar]:
    if row.state is ReportState.CLOSED and row.closed_because in list(CloseReason):
        yield _bar("closed", side=side, reason=CloseReason(row.closed_because).words)
    elif row.state is not ReportState.OPEN:
        yield _bar("state", side=side, state=row.state.words)
    if row.valid_until is not None and row.valid_until < day:
        yield _bar("expired", side=side, day=row.valid_until)
    if row.ends is not None and row.ends < day:
        yield _bar("ended", side=side, day=row.ends)


def _decided(session: Session, office: Office, challenge: Challenge, offer: Offer, day: dt.date) -> Iterable[Bar]:
    """Lines that live, and a refusal in its scope."""
    mine = (Match.challenge_id == challenge.id, Match.offer_id == offer.id)
    if not matching.decided(session, office, day, *mine):
        return
    found = session.scalars(select(Match).where(*mine).order_by(Match.id.desc())).all()
    live = [match for match in found if match.state in (MatchState.PROPOSED, MatchState.AGREED)]
    if live:
        yield _bar("live", state=live[0].state.words, line=live[0].code)
        return
    refused = next(match for match in found if match.state is MatchState.DECLINED)
    again = lines.cycle_end(office, day) + dt.timedelta(days=1)
    reason = Refusal(refused.reason).words if refused.reason in list(Refusal) else Refusal.OTHER.words
    when = lines.today(refused.closed_at) if refused.closed_at is not None else day
    yield _bar("refused", day=when, reason=reason, again=again)


def _rules(session: Session, library: Party, giver: Party) -> Iterable[Bar]:
    """What the giver said it will not do."""
    told = select(Rule).where(Rule.retracted_at.is_(None), Rule.party_id.in_(family(giver.id))).order_by(Rule.id)
    into = lines.merged(session)
    for rule in session.scalars(told):
        if not matching.bars(rule, library.id, library.region_code, into):
            continue
        day = lines.today(rule.made_at)
        if rule.kind is RuleKind.NOT_LIBRARY:
            yield _bar("rule_library", day=day)
        else:
            yield _bar("rule_place", place=_places(session, [matching.kecamatan(library.region_code)]), day=day)


def _filters(
    session: Session, world: matching.World, challenge: Challenge, offer: Offer, giver: Party
) -> Iterable[Bar]:
    """The hard filters that the pair does not pass, as exactly as they can be said."""
    place = world.gifts.id.tolist().index(offer.id)
    needs, gift = challenge.category.words, offer.category.words
    told: dict[str, Callable[[], Bar]] = {
        "kind": lambda: _bar("kind", need=_small(needs), gift=_small(gift)),
        "mode": lambda: _bar("mode", mode=_small(offer.mode.words), need=_small(needs)),
        "itself": lambda: _bar("itself", name=giver.name),
        "nothing_left": lambda: _bar("used_up" if world.gifts.left[place] <= 0 else "covered"),
        "windows": lambda: _bar("windows", need=(challenge.starts, challenge.ends), gift=(offer.starts, offer.ends)),
        "area": lambda: _bar("area", places=_places(session, offer.area)),
    }
    for row in why_not(Block(world.needs, world.gifts), 0, place):
        yield told[row.name]() if row.name in told else Bar(row.words, {})


def _small(words: Words) -> Words:
    return Words(words.id.lower(), words.en.lower())


_LEVELS = {"kecamatan": "Kec. {name}", "village": "Desa {name}"}


def _places(session: Session, codes: Sequence[str]) -> list[str]:
    """Names of regions, in the order of their codes."""
    rows = session.execute(select(Region.name, Region.level).where(Region.code.in_(codes)).order_by(Region.code))
    return [_LEVELS.get(level, "{name}").format(name=name) for name, level in rows] or list(codes)


# --- none at all -----------------------------------------------------------------------------------------------------


def absence(session: Session, office: Office, challenge: Challenge, *, at: dt.datetime) -> list[Bar]:
    """Why nothing is suggested for *challenge*: what it is itself, or how many offers each reason keeps away."""
    alone = list(_states(challenge, None, lines.today(at)))
    if alone:
        return alone
    world = matching.see(session, office, at=at, challenge_ids=[challenge.id])
    if world.needs.amount[0] == 0:
        return [_bar("covered")]
    gifts = world.gifts.pick(world.gifts.mode != EXPERIENCE)
    if not len(gifts):
        return [_bar("none")]
    ours = {pair for pair in world.forbidden if pair[0] == challenge.id}
    kept = np.isin(gifts.id, [offer for _, offer in ours])
    told = [*_kept_away(session, office, challenge, ours, lines.today(at)), *_filtered(Block(world.needs, gifts), kept)]
    return [_bar("several", why=words, count=count) for words, count in told if count]


def _kept_away(
    session: Session, office: Office, challenge: Challenge, ours: set[tuple[int, int]], day: dt.date
) -> Iterable[tuple[Words, int]]:
    """How many of its forbidden pairs live, were refused, or are ruled out by their givers."""
    mine = Match.challenge_id == challenge.id
    decided = matching.decided(session, office, day, mine)
    live = matching.decided(session, office, day, mine, Match.state.in_((MatchState.PROPOSED, MatchState.AGREED)))
    yield LIVE, len(live)
    yield REFUSED, len(decided - live)
    yield RULED_OUT, len(ours - decided)


def _filtered(block: Block, kept: Bools) -> Iterable[tuple[Words, int]]:
    """How many of the offers that nobody keeps away each hard filter is the first to keep away."""
    for row in FILTERS:
        fails = ~np.broadcast_to(row.passes(block), block.shape)[0] & ~kept
        yield row.words, int(fails.sum())
        kept = kept | fails


# --- its place -------------------------------------------------------------------------------------------------------


def _placed(session: Session, world: matching.World, pair: Why) -> Why:
    """The pair in the ranking, beside the best one."""
    challenge, offer = pair.challenge, pair.offer
    peers = offer.mode is Mode.EXPERIENCE
    ranking = matching.ranked(world, top=len(world.gifts))
    order = {int(ranking.offer[row]): row for row in range(len(ranking)) if bool(ranking.experience[row]) == peers}
    place = list(order).index(offer.id) + 1 if offer.id in order else None
    if place is None:  # a peer beyond the nearest ones
        alone = matching.ranked(replace(world, gifts=world.gifts.pick(world.gifts.id == offer.id)))
        told = _told(alone, 0, world, challenge, offer)
    else:
        told = _told(ranking, order[offer.id], world, challenge, offer)
    rival = next((other for other in order if other != offer.id), None)
    side = None
    if rival is not None:
        best = lines.get(session, Offer, rival)
        side = Side(best, lines.owner(session, best.party_id), _told(ranking, order[rival], world, challenge, best))
    before = [float(ranking.score[row]) for row in order.values()][: (place or 1) - 1]
    ready = OTHERS_FIRST if min(before, default=told.score) < told.score else None
    note = NEAREST_FIRST if peers and place != 1 else ready
    return replace(pair, told=told, place=place, among=len(order), other=side, note=note)


def _told(ranking: Ranking, row: int, world: matching.World, challenge: Challenge, offer: Offer) -> Explanation:
    """One row of a ranking in words."""
    return explaining.explain(
        scoring.as_texts(ranking.factors[row : row + 1])[0], scoring.as_texts(ranking.detail[row : row + 1])[0],
        world.weights.points, category=challenge.category, unit=UNITS[challenge.unit].words,
        score=float(ranking.score[row]), certainty=float(ranking.certainty[row]), conditions=offer.conditions,
        every=challenge.every,
    )  # fmt: skip
