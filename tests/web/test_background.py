"""Work beside a request: one at a time under its name, told how far it is, stopped when asked, its fault kept."""

from __future__ import annotations

import threading

import pytest

from web.background import Stopped, Works


@pytest.fixture
def works():
    return Works()


def test_a_work_tells_how_far_it_is_while_it_runs(works):
    half, on = threading.Event(), threading.Event()

    def task(watch):
        watch(3, 8)
        half.set()
        on.wait(10)
        return "done"

    work = works.start("a", 8, task, alone=True)
    assert half.wait(10)
    assert (work.done, work.total, work.over) == (3, 8, False)
    on.set()
    assert work.wait(10)
    assert (work.result, work.error) == ("done", None)


def test_a_second_press_joins_the_work_that_runs(works):
    on, begun = threading.Event(), []

    def task(_watch):
        begun.append(1)
        on.wait(10)

    first = works.start("a", 1, task, alone=True)
    second = works.start("a", 1, task, alone=True)
    on.set()
    assert first is second
    assert first.wait(10)
    assert begun == [1]


def test_a_work_that_is_stopped_ends_where_it_next_tells_how_far_it_is(works):
    asked = threading.Event()
    told = []

    def task(watch):
        watch(1, 3)
        asked.wait(10)
        watch(2, 3)
        told.append("too far")

    work = works.start("a", 3, task, alone=True)
    work.stop()
    asked.set()
    assert work.wait(10)
    assert isinstance(work.error, Stopped)
    assert told == []


def test_a_fault_is_kept_for_whoever_asks(works):
    def task(_watch):
        raise LookupError("gone")

    work = works.start("a", 1, task, alone=False)
    assert work.over
    assert isinstance(work.error, LookupError)
    works.forget("a")
    assert works.get("a") is None


def test_only_the_latest_results_are_kept_and_nothing_that_still_runs_is_dropped(works):
    on = threading.Event()
    running = works.start("running", 1, lambda _watch: on.wait(10), alone=True)
    for number in range(20):
        works.start(number, 1, lambda _watch: None, alone=False)
    assert works.get("running") is running
    assert works.get(0) is None
    assert works.get(19) is not None
    on.set()
    assert running.wait(10)
