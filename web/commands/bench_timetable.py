"""Owns what a meeting's timetable is measured by: points beside another solver's, waiting, seconds of the processor."""

from __future__ import annotations

import datetime as dt
import gzip
import importlib
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.vocabulary import Words
from web.commands.measuring import Figure, thrown_away, timed
from web.failure import Failure
from web.folder import SignIn

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from matcher.talks import Meeting
    from web.folder import Folder

HTTP_OK = 200
ELIGIBLE = 0.6  #: share of pairs that have something to talk about
MOST_IDLE = 10
SIZES = (((60, 25, 8), 1.5), ((200, 60, 8), 3.0))  #: libraries, partners, slots; seconds of the processor
LEAST = 2  #: talks of every library
BUDGET, MOST_PAGE = 14_600, 0.2  #: bytes of a first view, seconds of a page once the timetable is there


def meeting(libraries: int, partners: int, slots: int, seed: int = 0) -> Meeting:
    """A made-up day: points of one decimal, two to five talks a library, a partner in every slot."""
    import numpy as np

    from matcher.talks import Meeting

    chance = np.random.default_rng(seed)
    score = np.round(chance.random((libraries, partners)) * 100, 1)
    score[chance.random((libraries, partners)) > ELIGIBLE] = np.nan
    return Meeting(
        score=score, guest_most=chance.integers(LEAST, 6, libraries), host_most=np.full(partners, slots),
        guest_there=np.ones((libraries, slots), bool), host_there=np.ones((partners, slots), bool),
        guest_person=np.arange(libraries), host_person=libraries + np.arange(partners), least=LEAST,
    )  # fmt: skip


def bench() -> Iterator[Figure]:
    """Every figure of the timetable."""
    for size, most in SIZES:
        yield from _one(size, most)
    yield from _again()
    yield from _page()


def _one(size: tuple[int, int, int], most: float) -> Iterator[Figure]:
    from matcher import timetable

    day = meeting(*size)
    name = " × ".join(str(part) for part in size)
    found = timetable.plan(day)
    wall, cpu = timed(lambda: timetable.plan(day))
    talks = Counter(talk.guest for talk in found.talks)
    few = min(talks[guest] for guest in range(size[0]))
    yield Figure(Words(f"{name}: rencana, prosesor", "timetable, processor"), cpu, "s", most)
    yield Figure(Words(f"{name}: rencana, waktu", "timetable, wall"), wall, "s")
    yield Figure(Words(f"{name}: pembicaraan", "talks"), len(found.talks), "")
    best = _by_flow(day)
    yield Figure(Words(f"{name}: poin dibanding aliran biaya terkecil", "points, of minimum-cost flow"),
                 round(found.score / best, 9), "x", least=1.0)  # fmt: skip
    yield Figure(Words(f"{name}: paling sedikit per perpustakaan", "fewest talks of a library"), few, "", least=LEAST)
    idle = MOST_IDLE if size == SIZES[0][0] else None
    yield Figure(Words(f"{name}: jam menunggu perpustakaan", "idle slots of libraries"), found.idle, "", idle)
    yield Figure(Words(f"{name}: jam menunggu mitra", "idle slots of partners"), found.host_idle, "")
    faults = len(timetable.faults(day, found.talks, pins=True))
    yield Figure(Words(f"{name}: kesalahan", "faults"), faults, "", 0)


def _again() -> Iterator[Figure]:
    """Waiting over several days, and whether a day planned twice is planned the same."""
    from matcher import timetable

    idle, same = [], 0
    for seed in range(1, 6):
        day = meeting(*SIZES[0][0], seed)
        found = timetable.plan(day)
        idle.append(found.idle)
        same += found == timetable.plan(day)
    yield Figure(
        Words("5 hari lain: jam menunggu terbanyak", "5 other days: most idle slots"), max(idle), "", MOST_IDLE
    )
    yield Figure(Words("5 hari lain: sama bila diulang", "5 other days: the same when repeated"), same, "", least=5)


def _by_flow(day: Meeting) -> float:
    """The most points of any pairs within the same limits, by minimum-cost flow of another project."""
    import numpy as np

    solver = importlib.import_module("ortools.graph.python.min_cost_flow").SimpleMinCostFlow()
    libraries, partners = day.score.shape
    source, sink, big = libraries + partners, libraries + partners + 1, 10**7
    for guest in range(libraries):
        most = int(day.guest_most[guest])
        solver.add_arc_with_capacity_and_unit_cost(source, guest, min(day.least, most), -big)
        if most > day.least:
            solver.add_arc_with_capacity_and_unit_cost(source, guest, most - day.least, 0)
    for guest, host in np.argwhere(~np.isnan(day.score)).tolist():
        cost = -round(float(day.score[guest, host]) * 10)
        solver.add_arc_with_capacity_and_unit_cost(guest, libraries + host, 1, cost)
    for host in range(partners):
        solver.add_arc_with_capacity_and_unit_cost(libraries + host, sink, int(day.host_most[host]), 0)
    supply = int(day.guest_most.sum())
    solver.add_arc_with_capacity_and_unit_cost(source, sink, supply, 0)
    solver.set_node_supply(source, supply)
    solver.set_node_supply(sink, -supply)
    assert solver.solve() == solver.OPTIMAL
    met = sum(min(day.least, int(most)) for most in day.guest_most.tolist())  # every library can have its least here
    return float(-solver.optimal_cost() - met * big) / 10


# --- pages -----------------------------------------------------------------------------------------------------------


def _page() -> Iterator[Figure]:
    """The timetable of a district's second day on its page: weight with the script, seconds of an answer."""
    from matcher import meeting_day, timetabling
    from matcher.queries.meetings import chosen

    with thrown_away("district") as folder:
        with folder.writing() as session:
            office, at, by = folder.office(session), folder.now(session), folder.system(session)
            event = chosen(session, office.id, peer=False, at=at)
            assert event is not None
            day = meeting_day.see(session, event, at=at)
            made = timetabling.store(session, event, day, timetabling.work_out(day), by=by, at=at)
            first, address = made.cells[0], f"/kegiatan/{event.id}/rencana"
        client, script = _signed_in(folder), _script()
        for view in ("", "?baris=orang", f"?sel={first['library']}-{first['partner']}"):
            answer = client.get(address + view, headers={"Accept-Encoding": "gzip"})
            if answer.status_code != HTTP_OK:
                raise Failure(f"{address}{view}: {answer.status}")
            _, cpu = timed(partial(client.get, address + view))
            name = f"/kegiatan/…/rencana{view.split('=')[0]}"
            yield Figure(Words(f"{name}: berat", "weight"), len(answer.data) + script, "B", BUDGET)
            yield Figure(Words(f"{name}: menjawab", "answer"), cpu, "s", MOST_PAGE)


def _script() -> int:
    """Bytes of the one script, as they travel."""
    return len(gzip.compress((Path(__file__).parents[1] / "static" / "app.js").read_bytes(), 6, mtime=0))


def _signed_in(folder: Folder) -> FlaskClient:
    """A browser of the office."""
    from matcher import accounts
    from web import access
    from web.app import create_app

    assert isinstance(folder.first, SignIn)
    with folder.writing() as session:
        account = accounts.find_account(session, folder.first.name)
        assert account is not None
        token = accounts.sign_in(session, account, at=dt.datetime.now(dt.UTC))
    client = create_app(folder).test_client()
    client.set_cookie(access.COOKIE, token)
    return client
