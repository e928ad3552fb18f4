"""`python3 -m web bench press`: how long one press that writes many rows holds the writers' turn, on a district."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, func, select

from matcher.vocabulary import AgreementKind, Category, Words
from web.commands.measuring import Figure, thrown_away

if TYPE_CHECKING:
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from matcher.models import Office
    from web.folder import Folder

SHARED = (50, 200)  #: lines agreed in one press
MOST_SECONDS = 2
MOST_TO_UNDO = 3  #: most of it scores what is free again


def bench() -> Iterator[Figure]:
    """An offer shared out and agreed whole; a plan put forward and taken back."""
    for lines in SHARED:
        with thrown_away("district") as folder:
            yield from _shared_out(folder, lines)
    with thrown_away("district") as folder:
        yield from _published(folder)


def _shared_out(folder: Folder, count: int) -> Iterator[Figure]:
    """Seconds and queries until so many shares of one offer are agreed."""
    from matcher import sharing
    from matcher.models import Offer

    offer_id, shares = _scarce(folder, count)

    def agree(session: Session, office: Office, who: dict[str, Any]) -> None:
        offer = session.get_one(Offer, offer_id)
        sharing.agree_shares(session, office, offer, shares, kind=AgreementKind.COMMITMENT, note="rapat", **who)

    what = Words(f"{count} bagian disepakati sekaligus", f"{count} shares agreed at once")
    yield from _pressed(folder, what, agree, MOST_SECONDS)


def _scarce(folder: Folder, count: int) -> tuple[int, dict[str, Decimal]]:
    """A new offer that is enough for the *count* libraries that wait longest, and their shares."""
    from matcher import intake, matching, sharing
    from matcher.models import Challenge, Party
    from matcher.vocabulary import PartyKind, ReportState

    with folder.writing() as session:
        office, at, by = folder.office(session), folder.now(session), folder.system(session)
        giver = session.scalars(select(Party).where(Party.kind == PartyKind.STAKEHOLDER).limit(1)).one()
        lacked = select(Challenge.category).where(
            Challenge.state == ReportState.OPEN, Challenge.category != Category.FUNDS
        )  # fmt: skip
        kind = session.scalars(lacked.group_by(Challenge.category).order_by(func.count().desc()).limit(1)).one()
        told = intake.Gift(category=kind, quantity=10**6, title=kind.words.id)
        offer = intake.make_offer(session, giver, told, by=by, at=at, state=ReportState.OPEN)
        matching.follow(session, office, at=at)
        shared = sharing.share_out(session, office, offer, at=at, most=count)
        return offer.id, {row.challenge.code: row.share for row in shared.rows if row.share}


def _published(folder: Folder) -> Iterator[Figure]:
    """Seconds and queries until a district's plan is put forward, and until it is taken back."""
    from matcher import plans
    from matcher.models import Plan

    with folder.writing() as session:
        office, at = folder.office(session), folder.now(session)
        draft = plans.work_out(session, office, plans.DEFAULT, at=at)
        number = plans.keep_plan(session, office, draft, by=folder.system(session), at=at).id

    def publish(session: Session, _office: Office, who: dict[str, Any]) -> None:
        plans.publish(session, session.get_one(Plan, number), **who)

    def take_back(session: Session, _office: Office, who: dict[str, Any]) -> None:
        plans.take_back(session, session.get_one(Plan, number), **who)

    rows = len(draft.rows)
    yield from _pressed(folder, Words(f"{rows} baris diterbitkan", f"{rows} rows put forward"), publish, None)
    yield from _pressed(folder, Words(f"{rows} baris ditarik", f"{rows} rows taken back"), take_back, MOST_TO_UNDO)


def _pressed(
    folder: Folder, what: Words, press: Callable[[Session, Office, dict[str, Any]], None], most: float | None
) -> Iterator[Figure]:
    """What a press takes from its first query to the end of its commit; it can be pressed only once."""
    from matcher import matching

    asked: list[str] = []
    count: Any = lambda _c, _u, statement, *_rest: asked.append(statement)  # noqa: E731
    event.listen(folder.engine, "before_cursor_execute", count)
    wall, cpu = time.perf_counter(), time.process_time()
    with folder.writing() as session:
        office, at = folder.office(session), folder.now(session)
        press(session, office, {"by": folder.system(session), "at": at})
        matching.follow(session, office, at=at)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    event.remove(folder.engine, "before_cursor_execute", count)
    yield Figure(what, wall, "s")
    yield Figure(Words(f"{what.id}: prosesor", "processor"), cpu, "s", most)
    yield Figure(Words(f"{what.id}: pertanyaan", "queries"), len(asked), "")
