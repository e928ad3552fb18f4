"""The main job on both databases: from a suggestion to a partnership proven, and the trace it leaves."""

from __future__ import annotations

from sqlalchemy import select

from matcher import log, partnership
from matcher.models import Log
from matcher.vocabulary import MatchState
from tests.builders import world


def test_a_challenge_travels_from_suggestion_to_a_proven_partnership(session):
    w = world(session)
    challenge, offer = w.challenge(), w.offer()
    w.refresh()
    session.commit()
    assert w.suggested(challenge) == [offer.code]

    line = w.propose(challenge, offer)
    assert line.quantity == 3
    w.consent(line)
    w.agree(line)
    session.commit()
    w.prove(line, 3, verified=True)
    partnership.finish(session, line.id, by=w.officer, at=w.at)
    session.commit()

    assert line.state is MatchState.DONE
    assert w.left(offer) == 7
    assert w.gap(challenge) == 0
    assert log.verify(session) is None
    assert log.replay(session.scalars(select(Log).order_by(Log.seq))) == log.stored_states(session)
