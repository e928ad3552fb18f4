"""`python3 -m web bench`: what speed is measured, on a made-up district in a folder that is thrown away afterwards."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from matcher.vocabulary import Words
from web.commands import bench_import, bench_press, bench_read, bench_score, bench_share, bench_timetable
from web.commands.measuring import Bench, Figure, thrown_away, timed
from web.failure import Failure
from web.folder import Content, Folder, SignIn

if TYPE_CHECKING:
    import argparse

    from flask.testing import FlaskClient

SAMPLE = 40  #: challenges that the plain loop scores; its time for all is worked out from them
MOST_MORE = 2  #: queries a page of a district may take beyond those of the meeting
HTTP_OK = 200


def bench(args: argparse.Namespace) -> int:
    """Run the benches named, or all; 1 where a bound is broken."""
    known = {row.name: row for row in BENCHES}
    if unknown := [name for name in args.names if name not in known]:
        raise Failure(f"tidak dikenal / not known: {', '.join(unknown)} ({', '.join(known)})")
    broken = False
    for name in args.names or known:
        print(f"{name}: {known[name].words.id} / {known[name].words.en}")
        for figure in known[name].measure():
            print(figure.line(), flush=True)
            broken = broken or not figure.holds
    return int(broken)


# --- score -----------------------------------------------------------------------------------------------------------


def score() -> Iterator[Figure]:
    """Every figure of the ranking, beside the same sums in a plain loop."""
    yield from bench_score.bench(plain_loop, SAMPLE)


def plain_loop(world: Any) -> float:
    """Seconds of the processor for the first SAMPLE challenges beside every offer, a pair at a time."""
    points = list(world.weights.points.values())
    needs = [_row(world.needs, place) for place in range(SAMPLE)]
    gifts = [_row(world.gifts, place) for place in range(len(world.gifts))]
    began = time.process_time()
    for need in needs:
        scores = [(_plain(need, gift, points), gift["id"]) for gift in gifts if _may_meet(need, gift)]
        sorted(scores, reverse=True)[:20]
    return time.process_time() - began


def _row(columns: Any, place: int) -> dict[str, Any]:
    found = {field.name: getattr(columns, field.name)[place] for field in dataclasses.fields(columns)}
    return {name: value.item() if getattr(value, "ndim", 1) == 0 else value for name, value in found.items()}


def _may_meet(need: dict[str, Any], gift: dict[str, Any]) -> bool:
    return (
        need["category"] == gift["category"]
        and need["library"] != gift["giver"]
        and not gift["left"] <= 0
        and need["first_day"] <= gift["last_day"]
        and gift["first_day"] <= need["last_day"]
        and (not gift["area"] or any(need["region"].startswith(code) for code in gift["area"]))
    )


def _plain(need: dict[str, Any], gift: dict[str, Any], points: list[float]) -> float:
    """Work out the factors of one pair, without columns."""
    ours, theirs = set(need["tokens"]), set(gift["tokens"])
    alike = len(ours & theirs) / math.sqrt(len(ours) * len(theirs) or 1)
    reach = min(gift["left"], gift["share_max"]) * gift["factor"] / need["factor"]
    covered = math.sqrt(min(max(reach / (need["amount"] or 1), 0), 1)) if not math.isnan(reach) else 0.5
    facts = need["facts"].tolist()
    asked = [facts[condition.fact] for condition in gift["conditions"]]
    ready = sum(0.5 if math.isnan(fact) else float(fact > 0) for fact in asked) / len(asked) if asked else 1.0
    said = 0.5 if math.isnan(need["urgency"]) else need["urgency"]
    urgent = 0.6 * said + 0.4 * min(need["waiting"] / 120, 1)
    fair = 0.5 * need["never_helped"] + 0.25 * need["thin"] + 0.25 * need["far"]
    near = 1.0 if gift["anywhere"] else 1 / (1 + _km(need, gift) / 40)
    kept = (gift["kept"] + 2) / (gift["due"] + 3)
    factors = (0.55 + 0.45 * alike, covered, ready, urgent, fair, near, kept, float(not gift["follow_on"]), 1.0)
    parts = [round(weight * value, 1) for weight, value in zip(points, factors, strict=True)]
    return round(math.fsum(parts), 1)


def _km(need: dict[str, Any], gift: dict[str, Any]) -> float:
    one, other = math.radians(need["lat"]), math.radians(gift["lat"])
    across = math.radians(gift["lon"] - need["lon"])
    half = math.sin((other - one) / 2) ** 2 + math.cos(one) * math.cos(other) * math.sin(across / 2) ** 2
    return 12742 * math.asin(math.sqrt(half))


# --- desk ------------------------------------------------------------------------------------------------------------

#: Pages of an officer's day; the code of the first challenge with a suggestion is filled in.
PAGES = ("/kerja", "/cocok", "/cocok/{code}", "/kebutuhan", "/kebutuhan/{code}", "/")
MOST_SECONDS = 0.15


def desk() -> Iterator[Figure]:
    """Time the server's work for a page, and count its queries, in a district and in the meeting."""
    counts: dict[str, dict[str, int]] = {}
    contents: tuple[Content, ...] = ("district", "meeting")
    for make in contents:
        with thrown_away(make) as folder:
            client, code = _signed_in(folder)
            for page in PAGES:
                address = page.format(code=code)
                seconds, queries = _timed_page(folder, client, address)
                counts.setdefault(page, {})[make] = queries
                yield Figure(Words(f"{make} {address}", f"{queries} queries"), seconds, "s", MOST_SECONDS)
    for page, found in counts.items():
        grown = found["district"] - found["meeting"]
        yield Figure(
            Words(f"{page}: permintaan tambahan", "more queries in the district"), max(grown, 0), "", MOST_MORE
        )


def _signed_in(folder: Folder) -> tuple[FlaskClient, str]:
    """A browser of the office, and the code of a challenge that has suggestions."""
    from sqlalchemy import select

    from matcher import accounts
    from matcher.models import Challenge, Suggestion
    from web import access
    from web.app import create_app

    assert isinstance(folder.first, SignIn)
    with folder.writing() as session:
        account = accounts.find_account(session, folder.first.name)
        assert account is not None
        token = accounts.sign_in(session, account, at=dt.datetime.now(dt.UTC))
        most = select(Challenge.code).join(Suggestion, Suggestion.challenge_id == Challenge.id).order_by(Challenge.id)
        code = session.scalars(most.limit(1)).one()
    client = create_app(folder).test_client()
    client.set_cookie(access.COOKIE, token)
    return client, code


def _timed_page(folder: Folder, client: FlaskClient, address: str) -> tuple[float, int]:
    """Seconds and number of queries of one page."""
    from sqlalchemy import event

    counted: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        counted.append(statement)

    def get() -> None:
        counted.clear()
        answer = client.get(address)
        if answer.status_code != HTTP_OK:
            raise Failure(f"{address}: {answer.status}")

    get()  # the first one compiles templates and statements
    event.listen(folder.engine, "before_cursor_execute", count)
    try:
        seconds, _ = timed(get)
    finally:
        event.remove(folder.engine, "before_cursor_execute", count)
    return seconds, len(counted)


# --- share -----------------------------------------------------------------------------------------------------------

PLAN_PAGES = ("/rencana", "/rencana?hal=30", "/rencana/1/kosong?lihat=semua", "/rencana/1/kekurangan",
              "/rencana/1/terbitkan")  # fmt: skip
MOST_PLAN_SECONDS = 0.2
BUDGET = 14_600  #: bytes of a first view


def share() -> Iterator[Figure]:
    """Everything that shares something scarce out: a district's offers, a meeting's hours."""
    yield from plan()
    yield from bench_timetable.bench()


def plan() -> Iterator[Figure]:
    """The plan beside other solvers and plainer ways; its pages once it is there; putting it forward."""
    yield from bench_share.bench()
    yield from _plan_pages()


def _plan_pages() -> Iterator[Figure]:
    """Time and weight of the pages over a district's plan, and the time until all of it is proposed."""
    import gzip

    from matcher import plans
    from matcher.models import Plan

    with thrown_away("district") as folder:
        with folder.writing() as session:
            office, at = folder.office(session), folder.now(session)
            draft = plans.work_out(session, office, plans.DEFAULT, at=at)
            made = plans.keep_plan(session, office, draft, by=folder.system(session), at=at).id
        client, _ = _signed_in(folder)
        for page in PLAN_PAGES:
            seconds, queries = _timed_page(folder, client, page)
            yield Figure(Words(page, f"{queries} queries"), seconds, "s", MOST_PLAN_SECONDS)
            weight = len(gzip.compress(client.get(page).get_data(), 6, mtime=0))
            yield Figure(Words(f"{page}: berat", "weight"), weight, "B", BUDGET)
        began = time.process_time()
        with folder.writing() as session:
            plan = session.get_one(Plan, made)
            done = plans.publish(session, plan, by=folder.system(session), at=folder.now(session))
        label = Words(f"{done.proposed} baris diterbitkan, prosesor", f"{done.proposed} rows put forward, processor")
        yield Figure(label, time.process_time() - began, "s")


BENCHES = (
    Bench("score", Words("menilai satu kabupaten (2.000 × 500)", "scoring a district (2,000 × 500)"), score),
    Bench("desk", Words("halaman petugas", "the officer's pages"), desk),
    Bench("import", Words("tabel yang masuk", "tables that come in"), bench_import.bench),
    Bench("read", Words("membaca tulisan orang", "reading what people write"), bench_read.bench),
    Bench("share", Words("membagi: kabupaten, kegiatan", "sharing out: a district, a meeting"), share),
    Bench("plan", Words("rencana pembagian", "the plan of a district"), plan),
    Bench("press", Words("satu tekan, banyak baris", "one press, many rows"), bench_press.bench),
    Bench("timetable", Words("rencana kegiatan", "a meeting's timetable"), bench_timetable.bench),
)
