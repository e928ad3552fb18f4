"""What sharing an offer out is made of: a row a challenge, why it gets nothing, what is wrong with a number."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from matcher.balance import NOTHING
from matcher.errors import (
    CannotShare,
    MatcherError,
    NotWaiting,
    OutOfRange,
    ShareAboveGap,
    ShareNotWhole,
    ShareTooLarge,
    ShareTooSmall,
)
from matcher.lines import Window
from matcher.models import Challenge, Match, Offer, Party
from matcher.vocabulary import MATCHED, UNITS, Band, Category, FactCode, Mode, ReportState, Words, graded

#: Why an offer cannot be shared out; a state that is not open says its own words.
HINDRANCES: dict[str, Words] = {
    "experience": Words("pengalaman diceritakan, tidak dibagi per unit", "experience is told, not handed out"),
    "by_hand": Words("jenis “lainnya” tidak dicocokkan oleh mesin", "the kind “other” is not matched by machine"),
    "put_off": Words("sedang ditunda oleh pemberi", "its giver put it aside for now"),
    "expired": Words("masa berlakunya sudah lewat", "it is no longer valid"),
    "unnumbered": Words("jumlahnya belum ditentukan", "its amount is not set yet"),
}

#: Why a library gets nothing, though it waits; adding one is a row here and a line in `note_of`.
NOTES: dict[str, Words] = {
    "left_out": Words("dikosongkan oleh petugas", "left out by the officer"),
    "no_number": Words("belum bilang perlu berapa; isi sendiri bila sudah tahu", "never said how much; fill it in"),
    "units": Words("satuannya tidak dapat disamakan dengan tawaran", "its unit does not convert into the offer's"),
    "other_thing": Words("barangnya lain dari yang diminta", "not the thing that is asked"),
    "unwanted": Words("ada yang tidak mau diterima", "names something not wanted"),
    "not_ready": Words("belum memenuhi syarat pemberi", "does not meet the giver's conditions yet"),
    "needs_less": Words(
        "hanya kurang {gap}, di bawah bagian terkecil pemberi ({smallest})",
        "lacks only {gap}, below the giver's smallest share ({smallest})",
    ),
    "below_smallest": Words(
        "tidak sampai bagian terkecil pemberi ({smallest}); yang lebih lama menunggu didahulukan",
        "would not reach the giver's smallest share ({smallest}); longer waits come first",
    ),
    "part_below_smallest": Words(
        "bagian sebandingnya di bawah bagian terkecil pemberi ({smallest})",
        "its part in proportion is below the giver's smallest share ({smallest})",
    ),
    "beyond": Words("tidak termasuk yang paling lama menunggu", "not among those who waited longest"),
    "used_up": Words("sudah habis sebelum gilirannya", "used up before its turn came"),
    "rounded": Words("bagiannya kurang dari {part}", "its share is less than {part}"),
}


@dataclass(frozen=True, slots=True)
class Note:
    """Why a library gets nothing: a code of NOTES, its amounts with their units."""

    code: str
    values: Mapping[str, tuple[Decimal, str]] = field(default_factory=dict)

    def say(self, lang: str, amount: Callable[[Decimal, str], str]) -> str:
        """The sentence in *lang*; *amount* writes a quantity with its unit."""
        return NOTES[self.code].say(lang, **{name: amount(*value) for name, value in self.values.items()})


@dataclass(frozen=True, slots=True)
class Row:
    """One challenge that could take part; quantities in its own unit unless said otherwise."""

    challenge: Challenge
    library: Party
    village: str
    kecamatan: str
    gap: Decimal | None  #: None: nobody said how much
    days: int
    never_helped: bool
    score: float
    missing: tuple[FactCode, ...]  #: conditions of the giver known to be broken
    unsaid: tuple[FactCode, ...]  #: conditions nobody knows about
    apart: str  #: why the machine gives it nothing: a code of NOTES; empty: it takes part
    part: Decimal  #: shares are multiples of it
    price: Decimal  #: what one part takes of the offer, in the offer's unit; 0: units do not convert
    window: Window
    share: Decimal = NOTHING
    cost: Decimal = NOTHING  #: what the share takes of the offer, in the offer's unit
    fixed: bool = False  #: the officer wrote it
    note: Note | None = None
    fault: MatcherError | None = None

    @property
    def band(self) -> Band:
        """How well the offer fits."""
        return graded(Band, self.score)

    @property
    def need(self) -> Decimal:
        """What the machine may give it at most, in the offer's unit."""
        if self.gap is None or self.apart or not self.price:
            return NOTHING
        return self.gap // self.part * self.price


@dataclass(frozen=True, slots=True)
class Standing:
    """A line this offer has already."""

    match: Match
    library: str
    unit: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """An offer shared out: every library that waits, longest wait first, and what is left; in the offer's unit."""

    offer: Offer
    giver: Party
    left: Decimal
    soft: Decimal  #: of it, what proposed lines would take
    rows: list[Row]
    gone: dict[str, MatcherError]  #: challenges that were named and take no part
    standing: list[Standing]
    kinds: Counter[Category]  #: how many of each kind wait; money serves several
    kind: Category | None
    proportional: bool
    ready_only: bool
    most: int | None
    rest: Decimal  #: what nobody gets; below nought: proposed lines would have to give way

    @property
    def served(self) -> list[Row]:
        """Those who get something."""
        return [row for row in self.rows if row.share > 0]

    @property
    def faults(self) -> list[tuple[str, MatcherError]]:
        """(code of the challenge, what is wrong with its share), in the order of the rows."""
        return [*self.gone.items(), *((row.challenge.code, row.fault) for row in self.rows if row.fault is not None)]


# --- why not ---------------------------------------------------------------------------------------------------------


def hindrance(offer: Offer, day: dt.date) -> CannotShare | None:
    """Why *offer* cannot be shared out on *day*; None where it can."""
    over = [last for last in (offer.valid_until, offer.ends) if last is not None and last < day]
    held = {
        "experience": offer.mode is Mode.EXPERIENCE,
        "by_hand": offer.category not in MATCHED,
        "put_off": offer.paused_until is not None and offer.paused_until > day,
        "expired": bool(over),
        "unnumbered": offer.quantity is None,
    }
    if offer.state is not ReportState.OPEN:
        return CannotShare(code=offer.code, why=offer.state.words, hindrance="state")
    code = next((code for code, holds in held.items() if holds), None)
    return None if code is None else CannotShare(code=offer.code, why=HINDRANCES[code], hindrance=code)


def note_of(offer: Offer, row: Row, *, proportional: bool) -> Note | None:
    """Why a row gets nothing."""
    if row.share > 0:
        return None
    if row.fixed or row.apart:
        return Note("left_out" if row.fixed else row.apart)
    smallest = offer.share_min or NOTHING
    if row.gap is not None and row.need < smallest:
        return Note("needs_less", {"gap": (row.gap, row.challenge.unit), "smallest": (smallest, offer.unit)})
    if smallest > row.price:
        # In proportion it is the need that keeps a share small, whoever waited longer.
        code = "part_below_smallest" if proportional else "below_smallest"
        return Note(code, {"smallest": (smallest, offer.unit)})
    return Note("rounded", {"part": (row.part, row.challenge.unit)}) if proportional else Note("used_up")


def fault_of(offer: Offer, row: Row) -> MatcherError | None:
    """What is wrong with one share that the officer wrote; None: nothing."""
    code, share, gap, unit = row.challenge.code, row.share, row.gap, row.challenge.unit
    low, high = offer.share_min, offer.share_max
    checks: tuple[tuple[bool, Callable[[], MatcherError]], ...] = (
        (share < 0, lambda: OutOfRange(least=0, most="…" if gap is None else gap, field=code)),
        (not row.price, lambda: NotWaiting(code=code, why=NOTES["units"], field=code)),
        (UNITS[unit].whole and share % 1 != 0, lambda: ShareNotWhole(field=code)),
        (gap is not None and share > gap, lambda: ShareAboveGap(code=code, gap=gap, unit=unit, field=code)),
        (low is not None and row.cost < low, lambda: ShareTooSmall(smallest=low, unit=offer.unit, field=code)),
        (high is not None and row.cost > high, lambda: ShareTooLarge(largest=high, unit=offer.unit, field=code)),
    )
    return next((error() for wrong, error in checks if wrong), None) if share else None
