"""Two officers at once, as two real processes, on both databases: one wins, the other is told who was faster."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from matcher import balance, lines, log, review
from matcher.models import Log, Match, Offer, Party, Suggestion
from matcher.vocabulary import MatchState
from tests.builders import world
from web.db import sessions

ROOT = Path(__file__).parents[2]
ROUNDS = 20


class Racer:
    """A process that acts when it is told to."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.matcher.racer"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def start(self, **task):
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()

    def hear(self):
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def processes():
    """Two processes that serve all races: each takes seconds to begin."""
    two = [Racer(), Racer()]
    yield two
    for racer in two:
        racer.end()


@pytest.fixture
def racers(processes, database_url):
    """The two processes, connected to the database of this test."""
    assert at_once(processes, {"url": database_url}, {"url": database_url}) == [{"ready": True}] * 2
    return processes


def at_once(racers, *tasks):
    """Both tasks started in one breath; who comes first changes with the round."""
    for racer, task in zip(racers, tasks, strict=True):
        racer.start(**task)
    return [racer.hear() for racer in racers]


@pytest.fixture
def maker(engine):
    return sessions(engine)


def codes(outcomes):
    return sorted(outcome["code"] for outcome in outcomes)


def test_of_two_officers_who_agree_the_last_three_units_at_once_one_wins_and_the_other_learns_who_took_them(
    maker, racers
):
    wins = set()
    for round_ in range(ROUNDS):
        with maker() as session:
            w = world(session) if round_ == 0 else w_again(session)
            offer = w.offer(quantity=3)
            pair = [w.accepted(w.challenge(quantity=3), offer) for _ in range(2)]
            paper = w.paper()
            session.commit()
            tasks = [
                {"act": "agree", "match": match.id, "agreement": paper.id, "by": f"petugas {n}", "office": w.office.id}
                for n, match in enumerate(pair)
            ]
            offer_id = offer.id
        if round_ % 2:
            outcomes = at_once(racers, *tasks)
        else:
            outcomes = list(reversed(at_once(list(reversed(racers)), *reversed(tasks))))
        assert codes(outcomes) == ["nothing_left", "ok"], outcomes
        winner = next(n for n, outcome in enumerate(outcomes) if outcome["code"] == "ok")
        wins.add(winner)
        with maker() as session:
            taken = session.get_one(Match, tasks[winner]["match"])
            taker = session.get_one(Party, session.get_one(lines.Challenge, taken.challenge_id).party_id)
            told = outcomes[1 - winner]["values"]
            assert Decimal(told["left"]) == 0
            assert [(held["who"], held["by"], held["code"]) for held in told["holders"]] == [
                (taker.name, f"petugas {winner}", taken.code)
            ]
            assert balance.peak(lines.of_offer(session, offer_id)) == 3
            states = session.scalars(select(Match.state).where(Match.offer_id == offer_id))
            assert sorted(states) == [MatchState.AGREED, MatchState.PROPOSED]
    with maker() as session:
        assert log.verify(session) is None


def w_again(session):
    """The world of an earlier round, in another session."""
    from matcher.models import Office
    from matcher.policy import Actor, Role
    from tests.builders import World

    office = session.scalars(select(Office)).first()
    return World(session, office, Actor("petugas", Role.PETUGAS, office_id=office.id))


def test_of_two_officers_who_propose_one_pair_at_once_one_is_told_who_did(maker, racers):
    for round_ in range(ROUNDS):
        with maker() as session:
            w = world(session) if round_ == 0 else w_again(session)
            challenge, offer = w.challenge(), w.offer()
            session.commit()
            task = {"act": "propose", "challenge": challenge.id, "offer": offer.id, "office": w.office.id}
        outcomes = at_once(racers, *({**task, "by": f"petugas {n}"} for n in range(2)))
        assert codes(outcomes) == ["already_decided", "ok"], outcomes
        winner = next(n for n, outcome in enumerate(outcomes) if outcome["code"] == "ok")
        assert outcomes[1 - winner]["values"]["who"] == f"petugas {winner}"
        with maker() as session:
            live = select(func.count()).select_from(Match).where(Match.challenge_id == task["challenge"])
            assert session.scalar(live) == 1


def test_a_proposal_and_the_withdrawal_of_its_offer_never_leave_a_live_line_on_a_closed_offer(maker, racers):
    for round_ in range(ROUNDS):
        with maker() as session:
            w = world(session) if round_ == 0 else w_again(session)
            challenge, offer = w.challenge(), w.offer()
            session.commit()
            task = {"challenge": challenge.id, "offer": offer.id, "office": w.office.id}
        outcomes = at_once(
            racers, {**task, "act": "propose", "by": "petugas 0"}, {**task, "act": "withdraw", "by": "petugas 1"}
        )
        assert codes(outcomes) in (["ok", "ok"], ["not_possible", "ok"]), outcomes
        with maker() as session:
            live = select(func.count()).select_from(Match).join(Offer).where(Match.offer_id == task["offer"])
            assert session.scalar(live.where(Match.state == MatchState.PROPOSED)) == 0


def test_two_officers_who_agree_two_lines_each_in_opposite_order_never_block_each_other(maker, racers):
    for round_ in range(ROUNDS):
        with maker() as session:
            w = world(session) if round_ == 0 else w_again(session)
            offers = [w.offer(quantity=3), w.offer(quantity=3)]
            first = [w.accepted(w.challenge(), offer) for offer in offers]
            second = [w.accepted(w.challenge(), offer) for offer in reversed(offers)]
            paper = w.paper()
            session.commit()
            tasks = [
                {"act": "agree_together", "matches": [line.id for line in pair], "agreement": paper.id,
                 "by": f"petugas {n}", "office": w.office.id}
                for n, pair in enumerate((first, second))
            ]  # fmt: skip
        assert codes(at_once(racers, *tasks)) == ["nothing_left", "ok"]


def test_a_press_undone_from_two_of_its_lines_at_once_is_undone_once(maker, racers):
    for round_ in range(ROUNDS):
        with maker() as session:
            w = world(session) if round_ == 0 else w_again(session)
            wanted = [(w.challenge().id, w.offer(quantity=9).id, Decimal(1)) for _ in range(12)]
            made, _ = review.propose_all(session, wanted, w.office, by=w.officer, at=w.at)
            session.commit()
            ids = [line.id for line in made]
            tasks = [{"act": "undo", "match": one, "by": f"petugas {n}", "office": w.office.id}
                     for n, one in enumerate((ids[0], ids[-1]))]  # fmt: skip
        outcomes = at_once(racers, *(tasks if round_ % 2 else reversed(tasks)))
        assert codes(outcomes) == ["nothing_to_undo", "ok"], outcomes
        with maker() as session:
            told = select(func.count()).select_from(Log).where(Log.event == "withdraw", Log.subject_id.in_(ids))
            assert session.scalar(told.where(Log.subject == "match")) == len(ids)


def test_a_line_agreed_while_its_press_is_undone_stands_or_is_undone_but_never_both(maker, racers):
    for round_ in range(ROUNDS):
        with maker() as session:
            w = world(session) if round_ == 0 else w_again(session)
            wanted = [(w.challenge().id, w.offer(quantity=9).id, Decimal(1)) for _ in range(12)]
            made, _ = review.propose_all(session, wanted, w.office, by=w.officer, at=w.at)
            kept, paper = w.consent(made[-1]).id, w.paper().id
            session.commit()
            tasks = [
                {"act": "undo", "match": made[0].id, "by": "petugas 0", "office": w.office.id},
                {"act": "agree", "match": kept, "agreement": paper, "by": "petugas 1", "office": w.office.id},
            ]
        outcomes = at_once(racers, *tasks)
        assert outcomes[0]["code"] == "ok", outcomes
        with maker() as session:
            agreed = session.get_one(Match, kept).state is MatchState.AGREED
        # Read before it was locked, the line is found changed: both answers say that somebody was faster.
        assert outcomes[1]["code"] in (["ok"] if agreed else ["already_decided", "StaleDataError"]), outcomes


def _shared(w, quantity, *needs):
    """An offer, and libraries that lack so much each: the task of sharing it out over them."""
    rows, offer = [w.challenge(quantity=need) for need in needs], w.offer(quantity=quantity)
    w.session.commit()
    shares = {row.code: str(row.quantity) for row in rows}
    return {"act": "share", "offer": offer.id, "shares": shares, "office": w.office.id}


def test_two_officers_who_share_out_one_offer_at_once_never_give_more_than_it_has_and_one_gives_all_or_nothing(
    maker, racers
):
    for round_ in range(ROUNDS):
        with maker() as session:
            w = world(session) if round_ == 0 else w_again(session)
            task = _shared(w, 6, 3, 3, 3, 3)
            names = list(task["shares"])
            ours, theirs = names[:2], names[2:] if round_ % 2 else names[1:3]
        tasks = [
            {**task, "shares": dict.fromkeys(part, "3"), "by": f"petugas {n}"}
            for n, part in enumerate((ours, list(reversed(theirs))))
        ]
        outcomes = at_once(racers, *tasks)
        assert max(codes(outcomes)) == "ok", outcomes
        assert codes(outcomes)[0] in ("nothing_left", "not_waiting"), outcomes
        winner = next(n for n, outcome in enumerate(outcomes) if outcome["code"] == "ok")
        with maker() as session:
            made = session.execute(
                select(lines.Challenge.code, Match.state).join(Match, Match.challenge_id == lines.Challenge.id)
                .where(Match.offer_id == task["offer"])
            ).all()  # fmt: skip
            assert {tuple(row) for row in made} == {(code, MatchState.AGREED) for code in tasks[winner]["shares"]}
            assert balance.peak(lines.of_offer(session, task["offer"])) == 6
    with maker() as session:
        assert log.verify(session) is None


def test_sharing_out_and_agreeing_a_line_of_the_same_offer_at_once_never_block_each_other(maker, racers):
    for round_ in range(ROUNDS):
        with maker() as session:
            w = world(session) if round_ == 0 else w_again(session)
            task = _shared(w, 6, 3, 3)
            offer = session.get_one(lines.Offer, task["offer"])
            line, paper = w.accepted(w.challenge(quantity=3), offer), w.paper()
            session.commit()
            other = {"act": "agree", "match": line.id, "agreement": paper.id, "by": "petugas 1", "office": w.office.id}
        outcomes = at_once(racers, {**task, "by": "petugas 0"}, other)
        assert codes(outcomes) == ["nothing_left", "ok"], outcomes


def test_sharing_out_and_the_withdrawal_of_the_offer_never_leave_a_live_line_on_a_closed_offer(maker, racers):
    for round_ in range(ROUNDS):
        with maker() as session:
            task = _shared(world(session) if round_ == 0 else w_again(session), 6, 3, 3)
        outcomes = at_once(
            racers, {**task, "propose": True, "by": "petugas 0"}, {**task, "act": "withdraw", "by": "petugas 1"}
        )
        assert codes(outcomes) in (["ok", "ok"], ["cannot_share", "ok"]), outcomes
        with maker() as session:
            live = select(func.count()).select_from(Match).where(Match.offer_id == task["offer"])
            assert session.scalar(live.where(Match.state == MatchState.PROPOSED)) == 0


def test_two_officers_who_merge_two_parties_in_opposite_directions_at_once_make_no_circle(maker, racers):
    for round_ in range(ROUNDS):
        with maker() as session:
            w = world(session) if round_ == 0 else w_again(session)
            one, other = w.library().id, w.library().id
            session.commit()
            task = {"act": "merge_parties", "office": w.office.id}
        outcomes = at_once(
            racers, {**task, "kept": one, "other": other, "by": "petugas 0"},
            {**task, "kept": other, "other": one, "by": "petugas 1"},
        )  # fmt: skip
        assert codes(outcomes) == ["not_the_same", "ok"], outcomes
        with maker() as session:
            into = [session.get_one(Party, party_id).merged_into_id for party_id in (one, other)]
            assert sorted(into, key=str) in ([one, None], [other, None])


def test_two_officers_who_merge_two_needs_in_opposite_directions_at_once_leave_one_standing(maker, racers):
    for round_ in range(ROUNDS):
        with maker() as session:
            w = world(session) if round_ == 0 else w_again(session)
            library = w.library()
            one, other = w.challenge(library).id, w.challenge(library).id
            session.commit()
            task = {"act": "merge_reports", "office": w.office.id}
        outcomes = at_once(
            racers, {**task, "kept": one, "other": other, "by": "petugas 0"},
            {**task, "kept": other, "other": one, "by": "petugas 1"},
        )  # fmt: skip
        assert codes(outcomes) == ["not_possible", "ok"], outcomes
        with maker() as session:
            rows = [session.get_one(lines.Challenge, row_id) for row_id in (one, other)]
            assert sorted((row.state.value, int(row.quantity)) for row in rows) == [("closed", 3), ("open", 6)]


def test_what_two_officers_add_to_a_need_at_once_is_all_counted(maker, racers):
    for round_ in range(ROUNDS):
        with maker() as session:
            w = world(session) if round_ == 0 else w_again(session)
            need = w.challenge()
            session.commit()
            task = {"act": "add", "code": need.code, "office": w.office.id}
        assert codes(at_once(racers, {**task, "by": "petugas 0"}, {**task, "by": "petugas 1"})) == ["ok", "ok"]
        with maker() as session:
            assert lines.by_code(session, lines.Challenge, task["code"]).quantity == 7
        with maker() as session:
            assert log.verify(session) is None


def test_two_hand_overs_at_once_never_give_more_than_the_offer_has(maker, racers):
    for round_ in range(ROUNDS):
        with maker() as session:
            w = world(session) if round_ == 0 else w_again(session)
            offer = w.offer(quantity=3)
            pair = [w.agreed(w.challenge(quantity=3), offer, 1) for _ in range(2)]
            session.commit()
            tasks = [
                {"act": "prove", "match": line.id, "quantity": 2, "by": f"petugas {n}", "office": w.office.id}
                for n, line in enumerate(pair)
            ]
            offer_id = offer.id
        assert codes(at_once(racers, *tasks)) == ["nothing_left", "ok"]
        with maker() as session:
            assert balance.peak(lines.of_offer(session, offer_id)) == 3


def test_numbers_never_double(maker, racers):
    with maker() as session:
        office = world(session).office.id
        session.commit()
    taken = []
    for _ in range(ROUNDS):
        outcomes = at_once(racers, *({"act": "number", "by": "petugas", "office": office} for _ in range(2)))
        taken += [code for outcome in outcomes for code in outcome["codes"]]
    assert len(set(taken)) == len(taken) == ROUNDS * 2 * 5
    assert {int(code[2:]) for code in taken} == set(range(1, ROUNDS * 2 * 5 + 1))


def test_two_rebuilds_of_the_same_suggestions_at_once_leave_each_pair_once(maker, racers):
    with maker() as session:
        w = world(session)
        challenges = [w.challenge().id for _ in range(6)]
        offers = [w.offer() for _ in range(4)]
        session.commit()
        office = w.office.id
    for round_ in range(ROUNDS):
        parts = (challenges[:4], challenges[2:]) if round_ % 2 else (challenges, list(reversed(challenges)))
        outcomes = at_once(
            racers, *({"act": "refresh", "challenges": part, "by": "petugas", "office": office} for part in parts)
        )
        assert codes(outcomes) == ["ok", "ok"], outcomes
        with maker() as session:
            assert session.scalar(select(func.count()).select_from(Suggestion)) >= 4 * len(offers)


def test_the_log_of_two_busy_processes_has_no_gap_and_no_fork(maker, racers):
    with maker() as session:
        w = world(session)
        pairs = [[(w.challenge().id, w.offer().id) for _ in range(ROUNDS)] for _ in range(2)]
        session.commit()
        office = w.office.id
        before = session.scalar(select(func.max(Log.seq)))
    for ours, theirs in zip(*pairs, strict=True):
        outcomes = at_once(racers, *(
            {"act": "propose", "challenge": pair[0], "offer": pair[1], "by": f"petugas {n}", "office": office}
            for n, pair in enumerate((ours, theirs))
        ))  # fmt: skip
        assert codes(outcomes) == ["ok", "ok"]
    with maker() as session:
        assert log.verify(session) is None
        assert log.head(session)[0] == before + 2 * ROUNDS
