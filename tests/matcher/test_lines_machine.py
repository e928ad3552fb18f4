"""Any sequence of decisions on lines, beside a small model that knows no database: both always tell the same."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event, select

from matcher import balance, lines, log, partnership, review, standing
from matcher.errors import ConsentMissing, MatcherError, NothingLeft, NotProven, TooMuchForChallenge
from matcher.models import Challenge, Log, Match, Offer
from matcher.vocabulary import (
    CancelReason,
    Category,
    Every,
    MatchState,
    Mode,
    ProofKind,
    Refusal,
    ReportState,
    ShortReason,
    Side,
)
from tests.builders import AT, amount, world
from web.db import open_engine, sessions

START = AT.date()
SEED = st.integers(0, 99)
#: Kinds of offers: how they are given, and how long.
GIVEN, LENT, WEEKLY = "given", "lent", "weekly"
TERMS = {
    GIVEN: {"category": Category.COMPUTERS, "mode": Mode.GOODS},
    LENT: {"category": Category.SPACE, "mode": Mode.PLACE, "unit": "room"},
    WEEKLY: {"category": Category.STAFF, "mode": Mode.PEOPLE, "unit": "day", "every": Every.WEEK},
}


@dataclass
class Promise:
    """What the model keeps of a line."""

    challenge: int
    offer: int
    number: int
    starts: dt.date | None
    ends: dt.date | None
    weekly: bool
    state: str = "proposed"
    yes: dict = field(default_factory=dict)
    arrived: int = 0
    verified: int = 0
    declined: dt.date | None = None

    def on(self, day):
        """What the line takes from both sides on a day."""
        if (self.starts and day < self.starts) or (self.ends and day > self.ends):
            return 0
        if self.state == "agreed":
            return self.number if self.weekly else max(self.number, self.arrived)
        if self.state in ("done", "cancelled"):
            if not self.weekly:
                return self.arrived
            weeks = -(-Fraction(self.arrived, self.number) // 1)
            return self.number if day < self.starts + dt.timedelta(weeks=int(weeks)) else 0
        return 0


def cycle(day):
    """First day of the cycle: 1 January, 1 May, 1 September."""
    return day.replace(month=(day.month - 1) // 4 * 4 + 1, day=1)


@dataclass
class Half:
    """What the model keeps of a challenge or an offer."""

    kind: str
    quantity: int
    ends: dt.date | None
    open: bool = True
    paused: bool = False


class Lines(RuleBasedStateMachine):
    """Decisions of one office, in any order, on a real database."""

    url = ""

    @initialize()
    def begin(self):
        self.engine = open_engine(self.url)
        event.listen(self.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        self.session = sessions(self.engine)()
        self.w = world(self.session)
        self.library, self.giver = self.w.library(), self.w.giver()
        self.paper = self.w.paper().id
        self.session.commit()
        self.sides = {Challenge: {}, Offer: {}}
        self.promises = {}
        for kind in TERMS:
            for quantity in (2, 5):
                self.report(kind=kind, quantity=quantity)
                self.give(kind=kind, quantity=quantity, days=30)
        for seed in range(6):
            self.promise(seed, seed, 1 + seed % 2)

    def teardown(self):
        if hasattr(self, "session"):
            self.session.close()
            self.engine.dispose()

    # --- helpers ---

    def pick(self, seed, table, only=lambda row: True):
        known = [row_id for row_id, row in self.sides[table].items() if only(row)]
        return known[seed % len(known)] if known else None

    def live(self, *states):
        return [row_id for row_id, row in self.promises.items() if row.state in states]

    def line(self, seed, *states):
        known = self.live(*states)
        return known[seed % len(known)] if known else None

    def attempt(self, act, *expected):
        """Do it and commit; True where it was done, False where it was refused as the model foresaw."""
        try:
            act()
            self.session.commit()
        except MatcherError as error:
            self.session.rollback()
            if not isinstance(error, expected):
                raise
            return False
        assert not (expected and expected[0] is MatcherError), "the model foresaw a refusal"
        return True

    def peak(self, key, row_id, extra=None):
        rows = [row for row in self.promises.values() if getattr(row, key) == row_id] + ([extra] if extra else [])
        days = {START - dt.timedelta(days=400), *(row.starts for row in rows if row.starts)}
        return max((sum(row.on(day) for row in rows) for day in days), default=0)

    # --- rules ---

    def report(self, kind, quantity):
        words = {key: value for key, value in TERMS[kind].items() if key != "mode"}
        made = self.w.challenge(self.library, quantity=quantity, **words)
        self.session.commit()
        self.sides[Challenge][made.id] = Half(kind, quantity, None)

    def give(self, kind, quantity, days):
        ends = None if kind == GIVEN else self.w.day + dt.timedelta(days=days)
        made = self.w.offer(self.giver, quantity=quantity, ends=ends, **TERMS[kind])
        self.session.commit()
        self.sides[Offer][made.id] = Half(kind, quantity, ends)

    @rule(kind=st.sampled_from([GIVEN, LENT, WEEKLY]), quantity=st.integers(1, 6), days=st.integers(5, 60))
    def more(self, kind, quantity, days):
        if len(self.sides[Offer]) < 12:
            self.report(kind, quantity)
            self.give(kind, quantity, days)

    @rule(seed=SEED, other=SEED, number=st.integers(1, 6))
    def propose(self, seed, other, number):
        offer_id = self.pick(seed, Offer)
        if offer_id is None:
            return
        offer = self.sides[Offer][offer_id]
        challenge_id = self.pick(other, Challenge, lambda row: row.kind == offer.kind)
        if challenge_id is None:
            return
        made = []

        def act():
            made.append(
                review.propose(
                    self.session, challenge_id, offer_id, by=self.w.officer, at=self.w.at, quantity=amount(number)
                ).id
            )

        pair = [row for row in self.promises.values() if (row.challenge, row.offer) == (challenge_id, offer_id)]
        live = any(row.state == "proposed" for row in pair)
        refused = any(row.state == "declined" and row.declined >= cycle(self.w.day) for row in pair)
        possible = offer.open and not offer.paused and self.sides[Challenge][challenge_id].open
        over = offer.ends is not None and offer.ends < self.w.day
        if not possible or live or refused or over:
            assert not self.attempt(act, MatcherError)
            return
        assert self.attempt(act)
        self.promises[made[0]] = Promise(
            challenge_id, offer_id, number, None if offer.kind == GIVEN else self.w.day, offer.ends,
            offer.kind == WEEKLY, yes={Side.OFFICE: number},
        )  # fmt: skip

    @precondition(lambda self: self.line(0, "proposed") is not None)
    @rule(seed=SEED, side=st.sampled_from([Side.GIVER, Side.TAKER, Side.OFFICE]), number=st.integers(0, 6))
    def consent(self, seed, side, number):
        line_id = self.line(seed, "proposed")
        if line_id is None:
            return
        row = self.promises[line_id]
        said = number or row.number
        assert self.attempt(lambda: partnership.consent(
            self.session, line_id, side, amount(said), by=self.w.officer, at=self.w.at, note="telepon"
        ))  # fmt: skip
        if said > row.number:
            row.yes = {}
        row.yes[side] = row.number = said

    @rule(seed=SEED, other=SEED, number=st.integers(1, 4))
    def promise(self, seed, other, number):
        """From nothing to a promise, if nothing stands against it."""
        before = set(self.promises)
        self.propose(seed, other, number)
        for line_id in set(self.promises) - before:
            place = self.live("proposed").index(line_id)
            for side in Side:
                self.consent(place, side, 0)
            self.agree(place)

    @precondition(lambda self: self.line(0, "proposed") is not None)
    @rule(seed=SEED)
    def agree(self, seed):
        line_id = self.line(seed, "proposed")
        if line_id is None:
            return
        row = self.promises[line_id]
        said = all(row.yes.get(side, 0) >= row.number for side in Side)
        row.state = "agreed"
        offer, challenge = self.sides[Offer][row.offer], self.sides[Challenge][row.challenge]
        fits = self.peak("offer", row.offer) <= offer.quantity
        needed = self.peak("challenge", row.challenge) <= challenge.quantity
        live = offer.open and not offer.paused and challenge.open
        foreseen = () if said and fits and needed and live else (
            (MatcherError,) if not live else (ConsentMissing,) if not said
            else (NothingLeft,) if not fits else (TooMuchForChallenge,)
        )  # fmt: skip
        done = self.attempt(
            lambda: partnership.agree(self.session, line_id, by=self.w.officer, at=self.w.at, agreement_id=self.paper),
            *foreseen,
        )
        assert done == (not foreseen)
        if not done:
            row.state = "proposed"

    @precondition(lambda self: self.line(0, "agreed") is not None)
    @rule(seed=SEED, number=st.integers(1, 3), verified=st.booleans())
    def arrive(self, seed, number, verified):
        line_id = self.line(seed, "agreed")
        if line_id is None:
            return
        row = self.promises[line_id]
        row.arrived += number
        fits = self.peak("offer", row.offer) <= self.sides[Offer][row.offer].quantity
        needed = self.peak("challenge", row.challenge) <= self.sides[Challenge][row.challenge].quantity
        match = self.session.get_one(Match, line_id)
        foreseen = () if fits and needed else (NothingLeft,) if not fits else (TooMuchForChallenge,)
        if self.attempt(lambda: self.w.prove(match, number, verified=verified), *foreseen):
            assert not foreseen
            row.verified += number if verified else 0
        else:
            row.arrived -= number

    @precondition(lambda self: self.line(0, "agreed", "done", "cancelled") is not None)
    @rule(seed=SEED, number=st.integers(1, 3), kind=st.sampled_from([ProofKind.RETURN, ProofKind.CORRECTION]))
    def go_back(self, seed, number, kind):
        line_id = self.line(seed, "agreed", "done", "cancelled")
        if line_id is None or self.promises[line_id].arrived < number:
            return
        signed = number if kind is ProofKind.RETURN else -number
        match = self.session.get_one(Match, line_id)
        assert self.attempt(lambda: self.w.prove(match, signed, kind))
        self.promises[line_id].arrived -= number

    @precondition(lambda self: self.line(0, "agreed") is not None)
    @rule(seed=SEED, short=st.booleans())
    def finish(self, seed, short):
        line_id = self.line(seed, "agreed")
        if line_id is None:
            return
        row = self.promises[line_id]
        weeks = max(((row.ends - row.starts).days + 1) // 7, 1) if row.weekly else 1
        proven = min(row.verified, row.arrived) >= row.number * weeks
        foreseen = () if short or proven else (NotProven,)
        done = self.attempt(lambda: partnership.finish(
            self.session, line_id, by=self.w.officer, at=self.w.at, short=ShortReason.FEWER if short else None
        ), *foreseen)  # fmt: skip
        assert done == (not foreseen)
        if done:
            row.state = "done"

    @precondition(lambda self: self.line(0, "proposed", "agreed") is not None)
    @rule(seed=SEED)
    def cancel(self, seed):
        line_id = self.line(seed, "proposed", "agreed")
        if line_id is None:
            return
        assert self.attempt(lambda: partnership.cancel(
            self.session, line_id, CancelReason.RELEASED, by=self.w.officer, at=self.w.at
        ))  # fmt: skip
        self.promises[line_id].state = "cancelled"

    @precondition(lambda self: self.line(0, "proposed") is not None)
    @rule(seed=SEED)
    def refuse(self, seed):
        line_id = self.line(seed, "proposed")
        if line_id is None:
            return
        row = self.promises[line_id]
        why = {"by": self.w.officer, "at": self.w.at, "match_id": line_id}
        assert self.attempt(lambda: review.refuse(self.session, row.challenge, row.offer, Refusal.WRONG_KIND, **why))
        row.state, row.declined = "declined", self.w.day

    @precondition(lambda self: self.line(0, "proposed", "declined") is not None)
    @rule(seed=SEED)
    def undo(self, seed):
        line_id = self.line(seed, "proposed", "declined")
        if line_id is None:
            return
        assert self.attempt(lambda: review.undo(self.session, by=self.w.officer, at=self.w.at, match_id=line_id))
        self.promises[line_id].state = "cancelled"

    def drop_proposed(self, offer_id):
        for row in self.promises.values():
            if row.offer == offer_id and row.state == "proposed":
                row.state = "cancelled"

    @rule(seed=SEED)
    def withdraw(self, seed):
        offer_id = self.pick(seed, Offer, lambda row: row.open)
        if offer_id is None:
            return
        offer = self.session.get_one(Offer, offer_id)
        assert self.attempt(lambda: standing.withdraw_offer(self.session, offer, by=self.w.officer, at=self.w.at))
        self.sides[Offer][offer_id].open, self.sides[Offer][offer_id].paused = False, False
        self.drop_proposed(offer_id)

    @rule(seed=SEED)
    def pause(self, seed):
        offer_id = self.pick(seed, Offer, lambda row: row.open and not row.paused)
        if offer_id is None:
            return
        offer = self.session.get_one(Offer, offer_id)
        assert self.attempt(lambda: standing.pause_offer(self.session, offer, by=self.w.officer, at=self.w.at))
        self.sides[Offer][offer_id].paused = True
        self.drop_proposed(offer_id)

    @rule(seed=SEED)
    def resume(self, seed):
        offer_id = self.pick(seed, Offer, lambda row: row.paused)
        if offer_id is None:
            return
        offer = self.session.get_one(Offer, offer_id)
        assert self.attempt(lambda: standing.resume(self.session, offer, by=self.w.officer, at=self.w.at))
        self.sides[Offer][offer_id].paused = False

    @rule(days=st.integers(1, 20))
    @precondition(lambda self: self.w.day < START + dt.timedelta(days=90))
    def time_passes(self, days):
        self.w.at += dt.timedelta(days=days)

    # --- what always holds ---

    @invariant()
    def both_tell_the_same(self):
        if not hasattr(self, "promises"):
            return
        session = self.session
        states = dict(session.execute(select(Match.id, Match.state)).all())
        assert {row_id: state.value for row_id, state in states.items()} == {
            row_id: row.state for row_id, row in self.promises.items()
        }
        days = [self.w.day + dt.timedelta(days=step) for step in (0, 7, 30, 90)]
        for table, key, part in ((Offer, "offer", balance.hold), (Challenge, "challenge", balance.cover)):
            grouped = lines.grouped(lines.read(session), f"{key}_id")
            for row_id, side in self.sides[table].items():
                mine = [row for row in self.promises.values() if getattr(row, key) == row_id]
                for day in days:
                    assert balance.total(grouped[row_id], day, part) == sum(row.on(day) for row in mine)
                assert balance.peak(grouped[row_id], part=part) == self.peak(key, row_id) <= side.quantity
        session.rollback()

    @invariant()
    def the_log_tells_the_states(self):
        if not hasattr(self, "promises"):
            return
        assert log.replay(self.session.scalars(select(Log).order_by(Log.seq))) == log.stored_states(self.session)
        assert log.verify(self.session) is None
        live = select(Match.offer_id).join(Offer).where(
            Match.state == MatchState.PROPOSED, Offer.state.in_([ReportState.CLOSED, ReportState.PAUSED])
        )  # fmt: skip
        assert self.session.scalars(live).all() == []
        self.session.rollback()


@pytest.mark.parametrize(("examples", "steps"), [(25, 30), (12, 70)])
def test_lines_follow_their_model_through_any_sequence_of_decisions(sqlite_template, tmp_path, examples, steps):
    template = sqlite_template.read_bytes()

    class Fresh(Lines):
        def __init__(self):
            super().__init__()
            self.folder = Path(tempfile.mkdtemp(dir=tmp_path))
            path = self.folder / "lines.db"
            path.write_bytes(template)
            self.url = f"sqlite:///{path.as_posix()}"

        def teardown(self):
            super().teardown()
            for path in self.folder.iterdir():
                path.unlink()

    run_state_machine_as_test(
        Fresh,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
