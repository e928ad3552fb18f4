"""The command `timetable`: who talks to whom and when at a meeting, worked out where there is none, and its proof."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matcher.errors import MatcherError
from matcher.vocabulary import Band, Category, Unmet, Words, graded
from web.failure import Failure

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from matcher.meeting_day import Day
    from matcher.models import Event, Office
    from matcher.timetabling import Broken, Proof

_WORDS = {
    "no_event": Words("tidak ada kegiatan itu", "there is no such event"),
    "none": Words(
        "belum ada kegiatan; catat dulu di halaman Kegiatan", "no meeting day yet; note one on the page Meetings"
    ),
    "draft": Words("rancangan", "draft"),
    "used": Words("dipakai", "in use"),
    "fresh": Words("baru disusun, belum disimpan", "worked out now, not kept"),
    "table": Words("meja {table}", "table {table}"),
    "wished": Words("diminta petugas", "wished for"),
    "without": Words("Belum cukup pembicaraan:", "Without enough talks:"),
    "reserves": Words("Cadangan:", "Reserves:"),
    "sum": Words(
        "{talks} pembicaraan; perpustakaan menunggu {idle} kali, yang di meja {partner_idle} kali",
        "{talks} talks; libraries wait {idle} times, those at tables {partner_idle} times",
    ),
    "fault": Words("Salah: {fault}", "Wrong: {fault}"),
    "holds": Words(
        "Terbukti dapat dijalankan: tidak ada yang di dua tempat, batas, jam hadir, meja, dan kunci dipenuhi.",
        "Proven to hold: nobody is in two places; limits, hours, tables and pins are kept.",
    ),
    "gap": Words(
        "Nilai pasangan {points} dari paling banyak {best}: selisih {gap}%.",
        "Points of the pairs {points} of at most {best}: gap {gap}%.",
    ),
}  # fmt: skip
_RESERVES = 5  #: reserves a person is shown; JSON holds all


@dataclass(frozen=True, slots=True)
class _Shown:
    """A timetable with the names it speaks of."""

    event: Event
    state: str
    day: Day
    cells: Sequence[Mapping[str, Any]]
    reserves: Sequence[Mapping[str, Any]]
    figures: Mapping[str, Any]
    names: Mapping[int, str]
    codes: Mapping[int, str]  #: of challenges
    kinds: Mapping[int, Category]
    offers: Mapping[int, str]
    proof: Proof | None


def timetable(args: argparse.Namespace) -> int:
    """Print the timetable of a meeting day; with ``--check`` 1 where it cannot be held."""
    from web import errors
    from web.folder import Folder

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a pipe on Windows has another one
    folder = Folder.open(args.data, make="meeting")
    try:
        with folder.reading() as session:
            office, at = folder.office(session), folder.now(session, args.as_of)
            shown = _shown(session, _event(session, office, args, at), args, at)
    except MatcherError as error:
        raise Failure(f"{errors.sentence(error, 'id')} / {errors.sentence(error, 'en')}") from None
    finally:
        folder.close()
    if args.json:
        print(json.dumps(_plain(shown), ensure_ascii=False, indent=1))
    else:
        print("\n".join(_lines(shown, args.lang)))
    return int(shown.proof is not None and bool(shown.proof.faults))


def _event(session: Session, office: Office, args: argparse.Namespace, at: dt.datetime) -> Event:
    from matcher import meetings
    from matcher.errors import NotFound
    from matcher.queries.meetings import chosen

    if args.event is not None:
        try:
            return meetings.find(session, office.id, args.event)
        except NotFound:
            raise _failure("no_event") from None
    found = chosen(session, office.id, peer=args.peer, at=at)
    if found is None:
        raise _failure("none")
    return found


def _failure(code: str) -> Failure:
    return Failure(f"{_WORDS[code].id} / {_WORDS[code].en}")


def _shown(session: Session, event: Event, args: argparse.Namespace, at: dt.datetime) -> _Shown:
    """The newest timetable that is kept, or one worked out now."""
    from sqlalchemy import select

    from matcher import meeting_day, meetings, timetabling
    from matcher.models import Challenge, Offer

    peer = args.peer or meetings.is_peer(event)
    kept = timetabling.newest(session, event) if peer == meetings.is_peer(event) else None
    day = meeting_day.see(session, event, at=at, peer=peer, stand=kept.cells if kept else ())
    if kept is None:
        plan = timetabling.work_out(day)
        cells, reserves = timetabling.cells_of(day, plan), timetabling.reserves_of(day, plan)
        figures, state = timetabling.figures_of(day, plan), "fresh"
    else:
        cells, reserves, figures = kept.cells, kept.reserves, kept.figures
        state = "draft" if kept.used_at is None else "used"
    without = [int(party) for party in figures["without"]]
    spoken = {cell[side] for cell in (*cells, *reserves) for side in ("library", "partner")} | {*without}
    into = meetings.roots(session, spoken)
    cells, reserves = meeting_day.as_today(cells, into), meeting_day.as_today(reserves, into)
    figures = {**figures, "without": {into[int(party)]: why for party, why in figures["without"].items()}}
    names = meetings.names(session, {*into.values(), *day.guests, *day.hosts})
    wanted = [{cell[name] for cell in (*cells, *reserves)} for name in ("challenge", "offer")]
    needs = session.execute(select(Challenge.id, Challenge.code, Challenge.category).where(Challenge.id.in_(wanted[0])))
    gifts = session.execute(select(Offer.id, Offer.code).where(Offer.id.in_(wanted[1])))
    known = needs.all()
    return _Shown(
        event, state, day, cells, reserves, figures, names, {row.id: row.code for row in known},
        {row.id: row.category for row in known}, {row.id: row.code for row in gifts},
        timetabling.prove(day, cells) if args.check else None,
    )  # fmt: skip


# --- as JSON ---------------------------------------------------------------------------------------------------------


def _plain(shown: _Shown) -> dict[str, Any]:
    schedule, event, starts = shown.day.schedule, shown.event, shown.day.schedule.starts()
    proof = shown.proof
    return {
        "event": {"id": event.id, "name": event.name, "day": event.day.isoformat(), "kind": event.kind.value},
        "state": shown.state, "peer": shown.day.peer, "starts": starts, "minutes": schedule.slot_minutes,
        "talks": [
            {"start": _start(starts, cell["slot"]), "table": cell["table"], **_about(shown, cell)}
            for cell in shown.cells
        ],
        "reserves": [_about(shown, cell) for cell in shown.reserves],
        "without": [
            {"library": shown.names[party], "why": why} for party, why in shown.figures["without"].items()
        ],
        "points": shown.figures["points"], "idle": shown.figures["idle"], "partner_idle": shown.figures["partner_idle"],
        **({} if proof is None else {
            "check": {
                "faults": [_fault(shown, one) for one in proof.faults], "points": proof.points, "best": proof.best,
                "gap": round(proof.gap, 6),
            },
        }),
    }  # fmt: skip


def _start(starts: Sequence[str], slot: int) -> str:
    """HH:MM of a slot; a dash where the schedule has it no more."""
    return starts[slot] if slot < len(starts) else "–"


def _fault(shown: _Shown, one: Broken) -> dict[str, Any]:
    told = {
        "library": one.library and shown.names[one.library], "partner": one.partner and shown.names[one.partner],
        "start": None if one.slot is None else _start(shown.day.schedule.starts(), one.slot), "table": one.table,
    }  # fmt: skip
    return {"why": one.why.value, **{name: value for name, value in told.items() if value is not None}}


def _about(shown: _Shown, cell: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "library": shown.names[cell["library"]], "partner": shown.names[cell["partner"]],
        "challenge": shown.codes.get(cell["challenge"]), "offer": shown.offers.get(cell["offer"]),
        "score": cell["score"],
    }  # fmt: skip


# --- as text ---------------------------------------------------------------------------------------------------------


def _lines(shown: _Shown, lang: str) -> Iterator[str]:
    from web.i18n import day as told_day

    starts = shown.day.schedule.starts()
    yield f"{shown.event.name}, {told_day(shown.event.day, lang)} ({_WORDS[shown.state].say(lang)})"
    slot = -1
    for cell in shown.cells:
        if cell["slot"] != slot:
            slot = cell["slot"]
            yield _dotted(_start(starts, slot), lang)
        table = _WORDS["table"].say(lang, table=cell["table"])
        yield f"  {table:<9} {_pair(shown, cell, lang)}"
    figures = shown.figures
    yield _WORDS["sum"].say(
        lang, talks=len(shown.cells), idle=figures["idle"], partner_idle=figures["partner_idle"]
    )  # fmt: skip
    if figures["without"]:
        yield _WORDS["without"].say(lang)
        for party, why in figures["without"].items():
            yield f"  {shown.names[party]}: {Unmet(why).words.say(lang)}"
    if shown.reserves:
        yield _WORDS["reserves"].say(lang)
        yield from (f"  {_pair(shown, cell, lang)}" for cell in shown.reserves[:_RESERVES])
    yield from _proven(shown, lang)


def _dotted(hour: str, lang: str) -> str:
    return hour.replace(":", ".") if lang == "id" else hour


def _pair(shown: _Shown, cell: Mapping[str, Any], lang: str) -> str:
    about = _about(shown, cell)
    who = f"{about['library']} × {about['partner']}"
    if about["challenge"] is None:
        return f"{who}: {_WORDS['wished'].say(lang)}"
    kind = shown.kinds[cell["challenge"]].words.say(lang)
    fit = graded(Band, cell["score"]).words.say(lang)
    return f"{who}: {kind}, {fit} ({about['challenge']}, {about['offer']})"


def _proven(shown: _Shown, lang: str) -> Iterator[str]:
    proof = shown.proof
    if proof is None:
        return
    for one in proof.faults:
        told = _fault(shown, one)
        who = " × ".join(told[side] for side in ("library", "partner") if side in told)
        start = _dotted(told.get("start", ""), lang)
        fault = one.why.words.say(lang, who=who, start=start, table=one.table)
        yield _WORDS["fault"].say(lang, fault=fault)
    if not proof.faults:
        yield _WORDS["holds"].say(lang)
    told = {"points": proof.points, "best": proof.best, "gap": 100 * proof.gap}
    texts = {name: f"{value:.1f}" for name, value in told.items()}
    if lang == "id":
        texts = {name: text.replace(".", ",") for name, text in texts.items()}
    yield _WORDS["gap"].say(lang, **texts)
