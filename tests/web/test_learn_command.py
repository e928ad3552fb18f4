"""`learn` and `evaluate`: weights are proposed only when they are worth it, and every figure has its range."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import numpy as np
import pytest
from sqlalchemy import select

from matcher import matching, review, teaching
from matcher.models import Log, Suggestion, Weights
from matcher.vocabulary import Refusal
from seeds.officer import Officer
from web import cli
from web.folder import Folder

DECISIONS = 90


def one_sided():
    """An officer who looks at distance alone: far from the office's own weights."""
    weights = np.array([100.0 if name == "distance" else 0.0 for name in teaching.NAMES])
    return Officer(teaching.NAMES, weights, additive=True)


def decide(session, office, person, by, at):
    """Decide suggestions as *person* would; a minute lies between two decisions."""
    chance = np.random.default_rng(4)
    rows = session.scalars(
        select(Suggestion).where(~Suggestion.experience, Suggestion.rank <= 2).order_by(Suggestion.challenge_id)
    ).all()[:DECISIONS]
    factors = np.array([json.loads(row.factors) for row in rows], float)
    pairs = [(row.challenge_id, row.offer_id) for row in rows]
    decisions = person.among(factors).decide(factors, chance)
    for minute, (pair, decision) in enumerate(zip(pairs, decisions, strict=True)):
        when = at + dt.timedelta(minutes=minute)
        if decision.yes:
            review.propose(session, *pair, by=by, at=when)
        else:
            review.refuse(session, *pair, Refusal.WRONG_KIND, by=by, at=when)


@pytest.fixture(scope="module")
def decided(tmp_path_factory):
    """A district with an officer's decisions, made once."""
    path = tmp_path_factory.mktemp("learn") / "district"
    folder = Folder.open(path, make="district", seed=5, announce=lambda _line: None)
    with folder.writing() as session:
        office, by, at = folder.office(session), folder.system(session), folder.now(session)
        matching.refresh(session, office, at=at)
        session.flush()
        decide(session, office, one_sided(), by, at)
    folder.close()
    return path


@pytest.fixture
def run(decided, tmp_path, capsys):
    """Runs a command over a copy of the district."""
    data = tmp_path / "data"
    shutil.copytree(decided, data)

    def command(*words):
        code = cli.run(cli.parse([*words, "--data", str(data)]))
        told = capsys.readouterr()
        return code, told.out, told.err

    command.data = data
    return command


def stored(data):
    folder = Folder.open(data, make=None, announce=lambda _line: None)
    with folder.reading() as session:
        versions = session.execute(select(Weights.number, Weights.used_at, Weights.card).order_by(Weights.number)).all()
        events = session.scalars(select(Log.event).where(Log.subject == "weights").order_by(Log.seq)).all()
    folder.close()
    return versions, events


def test_weights_worth_it_are_proposed_with_their_card_and_not_used(run):
    code, out, _ = run("learn")
    versions, events = stored(run.data)
    assert code == 0
    assert "nomor 2" in out
    assert [(row.number, row.used_at is not None) for row in versions] == [(1, True), (2, False)]
    card = versions[1].card
    assert card["lessons"] == DECISIONS
    assert sum(card["decisions"].values()) == DECISIONS
    assert card["gain"][1] > 0
    assert set(card) >= {"from", "to", "rankings", "chances", "fairness", "unsaid", "first_changes"}
    assert events[-1] == "propose"


def test_what_the_officer_looks_at_gains_weight_in_words_a_person_reads(run):
    found = json.loads(run("learn", "--json")[1])
    points = dict(zip(found["learned"]["names"], found["learned"]["points"], strict=True))
    assert points["distance"] > found["own"]["distance"] + 5  # half the way
    out = run("learn", "--lang", "en")[1]
    assert "distance" in out
    assert "Proposed as weights number 2" in out


def test_learning_twice_from_the_same_decisions_gives_the_same_weights(run):
    one, other = (json.loads(run("learn", "--json")[1]) for _ in range(2))
    assert one["learned"] == other["learned"]


def test_learning_twice_from_the_same_decisions_is_one_proposal(run):
    assert [json.loads(run("learn", "--json")[1])["proposed"] for _ in range(2)] == [2, 2]
    versions, events = stored(run.data)
    assert [row.number for row in versions] == [1, 2]
    assert events.count("propose") == 1
    assert "drop" not in events


def test_every_ranking_is_compared_with_its_range(run):
    code, out, _ = run("evaluate", "--json")
    found = json.loads(out)
    assert code == 0
    assert list(found["rankings"]) == ["learned", "office", "scratch", "bm25", "tfidf", "newest"]
    for figures in found["rankings"].values():
        assert list(figures) == ["ndcg@5", "mrr", "recall@10"]
        for value, low, high, count in figures.values():
            assert count > 0
            assert 0 <= low <= value <= high <= 1
    assert set(found["chances"]) == {"learned", "office"}
    assert set(found["fairness"]) == {"distance", "size", "kecamatan"}


def test_learned_weights_foresee_this_officer_better_than_the_offices_own(run):
    found = json.loads(run("evaluate", "--json")[1])
    assert found["chances"]["learned"]["brier"][0] < found["chances"]["office"]["brier"][0]


@pytest.mark.parametrize("command", ["learn", "evaluate"])
def test_without_decisions_it_says_so_in_one_line(command, tmp_path, capsys):
    data = tmp_path / "data"
    Folder.open(data, make="meeting", announce=lambda _line: None).close()
    code = cli.run(cli.parse([command, "--data", str(data)]))
    err = capsys.readouterr().err
    assert code != 0
    assert "Belum ada yang dapat dipelajari" in err
    assert len(err.strip().splitlines()) == 1


def test_evaluating_writes_nothing(run):
    before = stored(run.data)
    run("evaluate")
    assert stored(run.data) == before
