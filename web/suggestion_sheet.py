"""The sheet of one challenge for the meeting table: the need, its best offers with their reasons, room to decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise

from flask_babel import gettext

from matcher.models import Office
from matcher.queries.desk import Choice, Chosen, Standing
from matcher.queries.why import OTHERS_FIRST
from matcher.vocabulary import Mode, ReportState, Verification
from web import suggestion_words as words
from web.i18n import amount, date, lang, number, say
from web.sections import (
    DOTS,
    PAGE,
    Column,
    Entries,
    Entry,
    Frame,
    Heading,
    Items,
    Letterhead,
    Section,
    Table,
    clean,
)

OFFERS, PEERS = 5, 3  #: so many stand on a sheet
LABELS, SIZE = 3.1, 9  #: room for labels in centimetres, letters in points


def title() -> str:
    """What the sheet is called in the language of the page."""
    return str(gettext("Suggestion sheet"))


def sections(one: Chosen, office: Office, *, day: dt.date, absence: Sequence[str] = ()) -> list[Section]:
    """The sections of the sheet, in the language of the page; no person is named on it.

    Parameters
    ----------
    one : what the desk shows of the challenge
    day : on which the sheet is made
    absence : where no offer is suggested, the sentences that say why
    """
    challenge, shown = one.challenge, one.offers[:OFFERS]
    made = _joined(date(day), _version(one))
    return [
        Frame(
            title=f"{title()} {challenge.code}", author=clean(office.name), draft=False, lang=lang(),
            footer=_joined(challenge.code, title(), made), page=PAGE[lang()],
        ),
        Letterhead(tuple(clean(line) for line in office.letterhead.splitlines() or [office.name])),
        Heading(title().upper(), clean(challenge.title), _joined(challenge.code, made), called=str(gettext("Code"))),
        Entries((Entry(tuple(_need(one))),), numbered=False, labels=LABELS, size=SIZE),
        *(_offers(shown) if shown else [Items(str(gettext("No offer to suggest")), tuple(absence))]),
        *_peers(one.peers[:PEERS]),
        _decision(office),
    ]  # fmt: skip


def _version(one: Chosen) -> str:
    return "" if one.version is None else str(gettext("Weights number %(number)s", number=one.version))


def _rows(rows: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """Those that say something."""
    return ((label, told) for label, text in rows if (told := clean(text)))


def _joined(*parts: str, by: str = " · ") -> str:
    return by.join(part for part in parts if part)


# --- the need --------------------------------------------------------------------------------------------------------


def _need(one: Chosen) -> Iterable[tuple[str, str]]:
    challenge = one.challenge
    urgency = _joined(gettext("needed:"), say(challenge.urgency), by=" ") if challenge.urgency else ""
    never = gettext("never helped before") if one.never_helped else ""
    closed = gettext("This need is %(state)s now.", state=say(challenge.state))
    kind = _joined(say(challenge.category), say(challenge.provenance))
    return _rows([
        (gettext("Need"), f"{kind}. {words.lacks(one)}{words.beside(one)}"),
        (gettext("Library"), _joined(one.library.name, words.place(one), by=", ")),
        (gettext("Situation"), _joined(words.waits(one.days), urgency, never)),
        (gettext("Story"), challenge.story),
        (gettext("Not wanted:").rstrip(":"), challenge.not_wanted),
        (gettext("There already"), "; ".join(_line(line, challenge.unit) for line in one.standing)),
        (gettext("Now"), "" if challenge.state is ReportState.OPEN else closed),
    ])  # fmt: skip


def _line(line: Standing, unit: str) -> str:
    match = line.match
    quantity = "" if match.mode is Mode.EXPERIENCE else amount(match.quantity, unit, match.every)
    return _joined(match.code, quantity, line.giver, say(line.status))


# --- its offers ------------------------------------------------------------------------------------------------------


def _offers(shown: Sequence[Choice]) -> list[Section]:
    late = _below_a_lower_score(shown)
    entries = tuple(
        Entry(tuple(_offer(choice)), OTHERS_FIRST.say(lang()) if choice is late else "") for choice in shown
    )
    return [Entries(entries, str(gettext("Offers that fit best")), labels=LABELS, size=SIZE), _sums(shown)]


def _below_a_lower_score(shown: Sequence[Choice]) -> Choice | None:
    """The first offer whose score is higher than that of the one above it: a reader would ask why."""
    return next((low for high, low in pairwise(shown) if low.told.score > high.told.score), None)


def _offer(choice: Choice) -> Iterable[tuple[str, str]]:
    told, offer = choice.told, choice.offer
    points = gettext("%(share)s of 100", share=number(told.score))
    unseen = say(Verification.UNVERIFIED) if choice.giver.verification is Verification.UNVERIFIED else ""
    return _rows([
        (gettext("Offer"), _joined(f"{offer.code} {offer.title}", say(offer.provenance))),
        (gettext("Giver"), _joined(words.giver(choice), words.left(choice), unseen)),
        (gettext("Fit"), f"{say(told.band)}, {say(told.certainty)} ({points})"),
        *((say(group.words), "; ".join(group.say(lang()))) for group in told.groups),
    ])  # fmt: skip


def _sums(shown: Sequence[Choice]) -> Table:
    """A column an offer: what each factor earns it; the last row is its score."""
    heads = [Column(f"{place}. {choice.offer.code}", 2, number=True) for place, choice in enumerate(shown, 1)]
    columns = (Column(str(gettext("What counts")), 5), Column(str(gettext("Weight")), 1.6, number=True), *heads)
    beside = zip(*(choice.told.parts for choice in shown), strict=True)
    rows = tuple((say(of[0].words), number(of[0].weight), *(number(part.points) for part in of)) for of in beside)
    total = (str(gettext("Sum")), "", *(number(choice.told.score) for choice in shown))
    return Table(columns, rows, str(gettext("How the points add up")), total, together=True, tight=True)


def _peers(shown: Sequence[Choice]) -> list[Section]:
    """Libraries that solved it before."""
    if not shown:
        return []
    title = str(gettext("Libraries that solved this before"))
    return [Entries(tuple(Entry(tuple(_peer(choice))) for choice in shown), title, labels=LABELS, size=SIZE)]


def _peer(choice: Choice) -> Iterable[tuple[str, str]]:
    offer = choice.offer
    return _rows([
        (gettext("Library"), _joined(choice.giver.name, *words.of_a_peer(choice))),
        (gettext("Story"), _joined(f"{offer.code} {offer.title}", say(offer.provenance))),
    ])  # fmt: skip


# --- the decision ----------------------------------------------------------------------------------------------------


def _decision(office: Office) -> Table:
    """Room for a yes or a no beside room for a signature."""
    yes = gettext("Proposed: offer number %(dots)s, how many: %(dots)s", dots=DOTS[:14])
    no = gettext("Not proposed, because: %(dots)s", dots=DOTS)
    place = clean(office.place) or DOTS[:16]
    columns = (Column(str(gettext("What the office decides")), 9), Column(str(gettext("The officer who decides")), 6))
    cells = (f"{yes}\n\n{no}\n\n{DOTS * 2}", f"{place}, {DOTS[:28]}\n\n\n\n({DOTS})\nNIP. {DOTS[:32]}")
    return Table(columns, (cells,), together=True)
