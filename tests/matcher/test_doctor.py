"""The examination from outside: a world made by the use cases has no fault, and a row changed by hand is found."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import text

from matcher import doctor, partnership, review, standing
from matcher.vocabulary import CancelReason, Category, Every, FactCode, Mode, ProofKind, Refusal, ShortReason
from tests.builders import amount, world


def faults(w):
    """What every rule finds, by the rule's English words."""
    w.session.expire_all()
    found = {rule.words.en: rule.faults(w.session, w.at) for rule in doctor.RULES}
    return {words: lines for words, lines in found.items() if lines}


@pytest.fixture
def busy(sqlite_session):
    """A bit of everything, each through its use case."""
    w = world(sqlite_session)
    year = {"every": Every.MONTH, "starts": dt.date(2026, 1, 1), "ends": dt.date(2026, 12, 31)}
    done, offer = w.agreed(w.challenge(), w.offer()), w.offer()
    w.prove(done, 3, verified=True, working=amount(2))
    partnership.finish(w.session, done.id, by=w.officer, at=w.at)
    short = w.agreed(w.challenge(quantity=5), offer, 4)
    w.prove(short, 2)
    w.prove(short, -1, ProofKind.CORRECTION)
    partnership.finish(w.session, short.id, by=w.officer, at=w.at, short=ShortReason.FEWER)
    partnership.cancel(w.session, w.agreed(w.challenge(), offer).id, CancelReason.RELEASED, by=w.officer, at=w.at)
    w.agreed(w.challenge(), offer, 4, waiver="satu cadangan")
    w.agreed(
        w.challenge(category=Category.FUNDS, quantity=100, **year),
        w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=5000),
    )
    review.change_quantity(w.session, w.propose(w.challenge(), w.offer()).id, amount("2.5"), by=w.officer, at=w.at)
    w.agree(w.accepted(w.challenge(), w.experience()))
    challenge = w.challenge(quantity=9)
    repair = review.Repair(fact=FactCode.SK, met=amount(2), note="begitu")
    for reason in (Refusal.RECIPIENT_NOT_READY, Refusal.GIVER_POLICY, Refusal.ALREADY_MET, Refusal.OTHER):
        review.refuse(w.session, challenge.id, w.offer().id, reason, by=w.officer, at=w.at, repair=repair)
        w.session.commit()
    review.undo(w.session, by=w.officer, at=w.at)
    standing.withdraw_offer(w.session, offer, by=w.officer, at=w.at)
    w.refresh()
    w.session.commit()
    return w


def test_a_world_made_by_the_use_cases_has_no_fault(busy):
    assert faults(busy) == {}


BY_HAND = {
    "an offer that gives more than it has": "UPDATE offer SET quantity = 1000 WHERE id = 1",
    "a challenge covered twice": "UPDATE challenge SET quantity = 1000 WHERE id = 1",
    "a state nobody set": "UPDATE offer SET state = 'paused' WHERE id = 1",
    "a party merged into a merged one": "UPDATE party SET merged_into_id = id + 1 WHERE id IN (1, 2)",
    "a number nobody agreed": "UPDATE match SET quantity = 2000 WHERE id = 1",
    "a yes that was never given": "UPDATE match SET consent_taker_quantity = 1000 WHERE id = 1",
    "a score that is not its sum": "UPDATE suggestion SET score = score + 1",
    "a suggestion of a decided pair": (
        "UPDATE suggestion SET (challenge_id, offer_id) = "
        "(SELECT challenge_id, offer_id FROM match WHERE state = 'agreed' LIMIT 1) "
        "WHERE rowid = (SELECT min(rowid) FROM suggestion)"
    ),
}


@pytest.mark.parametrize("fault", BY_HAND)
def test_a_row_changed_by_hand_is_found(busy, fault):
    changed = busy.session.execute(text(BY_HAND[fault])).rowcount
    assert changed >= 1
    assert faults(busy)


def test_a_personal_value_in_the_log_is_found(busy):
    busy.library(contact_phone="0812-7777-0001")
    busy.session.commit()
    assert faults(busy) == {}
    busy.session.execute(text("DROP TRIGGER log_no_update"))
    changes = json.dumps({"contact_phone": [None, "0812-7777-0001"]})
    busy.session.execute(text("UPDATE log SET changes = :changes WHERE seq = 3"), {"changes": changes})
    assert faults(busy)["no telephone number in the log"] == ["log 3"]
