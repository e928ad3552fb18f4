"""What decisions teach; how weights come into force and out of it again."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pytest
from sqlalchemy import select, update

from matcher import log, matching, review, teaching
from matcher.errors import ChangedMeanwhile, DamagedWeights, NotAllowed, NotFound, NotPossible, WeightsDoNotSum
from matcher.factors import PRIOR, PRIOR_POINTS
from matcher.models import Log, Suggestion, Weights
from matcher.policy import Actor, Role
from matcher.review import Repair
from matcher.vocabulary import Category, FactCode, Mode, Refusal, Teaches
from matcher.weighing import Learned
from tests.builders import another_office, later, world


@pytest.fixture
def ws(session):
    return world(session)


@pytest.fixture
def admin(ws):
    return Actor("admin", Role.ADMIN, office_id=ws.office.id)


def refuse(w, challenge, offer, reason, **repair):
    return review.refuse(
        w.session, challenge.id, offer.id, reason, by=w.officer, at=w.at, repair=Repair(**repair) if repair else None
    )


def seen(w, count=1, **overrides):
    """Challenges with a suggested offer each, as the desk shows them."""
    pairs = [(w.challenge(**overrides), w.offer(**overrides)) for _ in range(count)]
    w.refresh()
    return pairs


def learned(**points):
    named = dict.fromkeys(teaching.NAMES, 0.0) | points
    values = tuple(float(named[name]) for name in teaching.NAMES)
    return Learned(teaching.NAMES, values, values, values, 12.0, -6.0, 4.0, 40)


def proposed(w, **points):
    return teaching.propose(w.session, w.office, learned(**points), {"gain": 0.1}, by=w.officer, at=w.at)


def events(session):
    """What the trace says of weights, oldest first; first everything that waits is written."""
    session.commit()
    rows = session.scalars(select(Log).where(Log.subject == "weights").order_by(Log.seq))
    return [row.event for row in rows]


# --- lessons ---


def test_a_yes_an_agreement_and_a_proof_count_one_two_and_three(ws):
    (one, first), (two, second), (three, third) = seen(ws, 3)
    ws.propose(one, first)
    ws.agreed(two, second)
    ws.prove(ws.agreed(three, third), 3, verified=True)
    found = teaching.taught(ws.session, ws.office)
    assert found.yes.all()
    assert sorted(found.weight) == [1, 2, 3]
    assert found.decisions == {"agreed": 1, "proven": 1, "yes": 1}


@pytest.mark.parametrize("reason", [one for one in Refusal if one is not Refusal.MORE_URGENT_ELSEWHERE])
def test_only_reasons_that_are_lessons_are_a_no(ws, reason):
    [(challenge, offer)] = seen(ws)
    needed = {
        Refusal.OTHER: {"note": "lain"},
        Refusal.RECIPIENT_NOT_READY: {"fact": FactCode.ROOM},
        Refusal.WRONG_OR_DUPLICATE: {"duplicate": "offer"},
    }
    refuse(ws, challenge, offer, reason, **needed.get(reason, {}))
    found = teaching.taught(ws.session, ws.office)
    if reason.teaches is Teaches.LESSON:
        assert found.yes.tolist() == [False]
        assert found.decisions == {reason.value: 1}
    else:
        assert len(found) == 0
        assert found.silent == 1


def test_more_urgent_elsewhere_prefers_the_chosen_challenge_to_this_one(ws):
    offer = ws.offer()
    urgent = ws.challenge(ws.library(region_code="32.02.39.2001"), quantity=9)
    other = ws.challenge(quantity=3)
    ws.refresh()
    factors = {row.challenge_id: np.array(json.loads(row.factors)) for row in ws.session.scalars(select(Suggestion))}
    refuse(ws, other, offer, Refusal.MORE_URGENT_ELSEWHERE, instead_of=urgent.id)
    found = teaching.taught(ws.session, ws.office)
    assert found.pairwise.tolist() == [True]
    assert found.yes.tolist() == [True]
    np.testing.assert_allclose(found.factors[0], factors[urgent.id] - factors[other.id])
    assert np.abs(found.factors[0]).max() > 0


def test_more_urgent_elsewhere_without_saying_where_teaches_nothing(ws):
    [(challenge, offer)] = seen(ws)
    refuse(ws, challenge, offer, Refusal.MORE_URGENT_ELSEWHERE)
    assert len(teaching.taught(ws.session, ws.office)) == 0


def test_pairs_nobody_decided_teach_nothing(ws):
    seen(ws, 3)
    found = teaching.taught(ws.session, ws.office)
    assert (len(found), found.silent) == (0, 0)


def test_an_undone_decision_teaches_nothing(ws):
    [(challenge, offer)] = seen(ws)
    match = ws.propose(challenge, offer)
    ws.session.commit()
    review.undo(ws.session, by=ws.officer, at=ws.at, match_id=match.id)
    assert len(teaching.taught(ws.session, ws.office)) == 0


def test_asking_a_peer_teaches_nothing_about_gifts(ws):
    challenge, story = ws.challenge(), ws.experience(category=Category.COMPUTERS)
    ws.refresh()
    assert ws.propose(challenge, story).mode is Mode.EXPERIENCE
    assert len(teaching.taught(ws.session, ws.office)) == 0


def test_another_offices_decisions_teach_this_one_nothing(ws):
    [(challenge, offer)] = seen(ws)
    ws.propose(challenge, offer)
    other = another_office(ws)
    assert len(teaching.taught(ws.session, other.office)) == 0


def test_lessons_stand_in_the_order_of_their_decisions(ws):
    (one, first), (two, second) = seen(ws, 2)
    ws.propose(two, second, at=later(days=2))
    ws.propose(one, first, at=later(days=1))
    assert teaching.taught(ws.session, ws.office).challenge.tolist() == [one.id, two.id]


def test_a_factor_that_did_not_exist_at_the_decision_counts_its_prior(ws):
    [(challenge, offer)] = seen(ws)
    match = ws.propose(challenge, offer)
    frozen = dict(match.factors)
    frozen["points"] = dict(list(frozen["points"].items())[1:])
    frozen["factors"] = frozen["factors"][1:]
    match.factors = frozen
    ws.session.flush()
    assert teaching.taught(ws.session, ws.office).factors[0][0] == PRIOR


# --- versions ---


def test_a_proposal_changes_nothing_until_somebody_uses_it(ws):
    [(challenge, _)] = seen(ws)
    before = [(row.offer_id, row.score) for row in ws.suggestions(challenge)]
    version = proposed(ws, kind=100)
    ws.refresh()
    assert [(row.offer_id, row.score) for row in ws.suggestions(challenge)] == before
    assert version.used_at is None
    assert matching.weights_in_force(ws.session, ws.office.id).number == 1


def test_used_weights_are_in_force_and_everything_is_rescored(ws, admin):
    [(challenge, _)] = seen(ws)
    version = teaching.use(ws.session, ws.office, proposed(ws, kind=100), by=admin, at=later(hours=1))
    assert matching.weights_in_force(ws.session, ws.office.id).id == version.id
    assert {row.weights_id for row in ws.suggestions(challenge)} == {version.id}


def test_one_press_back_brings_the_version_before_and_one_more_the_other_again(ws, admin):
    seen(ws)
    ws.session.commit()
    version = teaching.use(ws.session, ws.office, proposed(ws, kind=100), by=admin, at=later(hours=1))
    ws.session.commit()
    assert teaching.back(ws.session, ws.office, by=admin, at=later(hours=2)).number == 1
    ws.session.commit()
    assert matching.weights_in_force(ws.session, ws.office.id).number == 1
    assert teaching.back(ws.session, ws.office, by=admin, at=later(hours=3)).id == version.id


def test_there_is_nothing_before_the_first_version(ws, admin):
    ws.session.commit()
    assert teaching.before(ws.session, ws.office) is None
    with pytest.raises(NotPossible):
        teaching.back(ws.session, ws.office, by=admin, at=ws.at)


def test_a_newer_proposal_takes_the_place_of_the_older(ws):
    older, newer = proposed(ws, kind=100), proposed(ws, kind=50, equity=50)
    assert teaching.proposal(ws.session, ws.office).id == newer.id
    assert older.dropped_at is not None


def test_a_proposal_that_was_turned_down_cannot_be_used(ws, admin):
    version = proposed(ws, kind=100)
    teaching.drop(ws.session, version, by=ws.officer, at=ws.at)
    assert teaching.proposal(ws.session, ws.office) is None
    with pytest.raises(NotPossible):
        teaching.use(ws.session, ws.office, version, by=admin, at=ws.at)


def test_the_second_press_of_use_is_told_that_it_is_in_force_already(ws, admin):
    version = teaching.use(ws.session, ws.office, proposed(ws, kind=100), by=admin, at=later(hours=1))
    with pytest.raises(NotPossible):
        teaching.use(ws.session, ws.office, version, by=admin, at=later(hours=1))


def test_a_press_that_saw_other_weights_in_force_changes_nothing(ws, admin):
    version, hand = proposed(ws, kind=100), dict(PRIOR_POINTS)
    ws.session.commit()
    for press in (
        lambda: teaching.use(ws.session, ws.office, version, by=admin, at=later(hours=2), seen=7),
        lambda: teaching.set_by_hand(ws.session, ws.office, hand, by=admin, at=later(hours=2), seen=7),
    ):
        with pytest.raises(ChangedMeanwhile):
            press()
        ws.session.rollback()
        assert matching.weights_in_force(ws.session, ws.office.id).number == 1
    teaching.use(ws.session, ws.office, version, by=admin, at=later(hours=2), seen=1)
    ws.session.commit()
    with pytest.raises(ChangedMeanwhile):
        teaching.back(ws.session, ws.office, by=admin, at=later(hours=3), seen=1)


def test_what_is_used_last_is_in_force_even_where_the_calendar_goes_back_at_midnight(ws, admin):
    late = teaching.use(ws.session, ws.office, proposed(ws, kind=100), by=admin, at=later(hours=9))
    early = teaching.set_by_hand(ws.session, ws.office, dict(PRIOR_POINTS), by=admin, at=later(hours=1))
    ws.session.commit()
    assert matching.weights_in_force(ws.session, ws.office.id).id == early.id
    assert teaching.before(ws.session, ws.office).id == late.id


def test_an_officer_may_look_but_not_put_weights_in_force(ws):
    version = proposed(ws, kind=100)
    with pytest.raises(NotAllowed):
        teaching.use(ws.session, ws.office, version, by=ws.officer, at=ws.at)
    with pytest.raises(NotAllowed):
        teaching.set_by_hand(ws.session, ws.office, dict(PRIOR_POINTS), by=ws.officer, at=ws.at)


def test_another_offices_version_does_not_exist(ws, admin):
    other = another_office(ws)
    with pytest.raises(NotFound):
        teaching.use(ws.session, ws.office, proposed(other, kind=100), by=admin, at=ws.at)


@pytest.mark.parametrize(
    "points",
    [
        {"kind": 90.0},
        {"kind": -10.0, "quantity": 110.0},
        {"kind": float("nan")},
        {"kind": "banyak"},
    ],
    ids=["too little", "negative", "no number", "a word"],
)
def test_weights_that_are_none_are_refused_and_the_old_ones_serve(ws, admin, points):
    with pytest.raises(WeightsDoNotSum):
        teaching.set_by_hand(
            ws.session, ws.office, dict.fromkeys(PRIOR_POINTS, 0.0) | points, by=admin, at=later(hours=1)
        )
    assert matching.weights_in_force(ws.session, ws.office.id).number == 1


def test_a_damaged_version_is_said_to_be_damaged_and_the_old_one_serves(ws, admin):
    version = proposed(ws, kind=100)
    version.learned = {**version.learned, "version": 99}
    ws.session.flush()
    with pytest.raises(DamagedWeights):
        teaching.use(ws.session, ws.office, version, by=admin, at=later(hours=1))
    assert matching.weights_in_force(ws.session, ws.office.id).number == 1
    assert version.learned["points"]  # nothing learned is lost


def test_learning_starts_from_what_a_person_set_and_not_from_what_was_learned(ws, admin):
    mine = dict(PRIOR_POINTS) | {"kind": PRIOR_POINTS["kind"] - 5, "equity": PRIOR_POINTS["equity"] + 5}
    teaching.set_by_hand(ws.session, ws.office, mine, by=admin, at=later(hours=1))
    teaching.use(ws.session, ws.office, proposed(ws, kind=100), by=admin, at=later(hours=2))
    assert teaching.own(ws.session, ws.office) == mine


def test_learning_starts_from_weights_that_can_be_read(ws, admin):
    mine = dict(PRIOR_POINTS) | {"kind": PRIOR_POINTS["kind"] - 5, "equity": PRIOR_POINTS["equity"] + 5}
    teaching.set_by_hand(ws.session, ws.office, mine, by=admin, at=later(hours=1))
    teaching.set_by_hand(ws.session, ws.office, PRIOR_POINTS, by=admin, at=later(hours=2)).points = {"kind": "abc"}
    ws.session.flush()
    assert teaching.own(ws.session, ws.office) == mine


@pytest.mark.parametrize("other", ["used_at", "dropped_at"])
def test_who_comes_second_to_a_proposal_is_told_what_became_of_it(ws, admin, other):
    version = proposed(ws, kind=100)
    ws.session.execute(
        update(Weights).where(Weights.id == version.id).values({other: ws.at}),
        execution_options={"synchronize_session": False},
    )  # somebody else, meanwhile
    press = teaching.drop if other == "used_at" else partial(teaching.use, office=ws.office)
    with pytest.raises(NotPossible):
        press(session=ws.session, version=version, by=admin, at=ws.at)


def test_every_step_of_a_version_is_in_the_trace(ws, admin):
    version = proposed(ws, kind=100)
    teaching.use(ws.session, ws.office, version, by=admin, at=later(hours=1))
    teaching.drop(ws.session, proposed(ws, equity=100), by=ws.officer, at=later(hours=1))
    assert events(ws.session) == ["use", "propose", "use", "propose", "drop"]
    assert log.verify(ws.session) is None
    assert ws.session.scalars(select(Weights.number).order_by(Weights.number)).all() == [1, 2, 3]


# --- what would change ---


def test_the_pairs_that_would_change_places_are_shown_with_both_places(ws):
    near = ws.giver(region_code="32.02.16.2006")
    far = ws.giver(region_code="32.02.39.2001")
    challenge = ws.challenge()
    small = ws.offer(near, quantity=1, title="Satu komputer")
    large = ws.offer(far, quantity=10, title="Sepuluh komputer")
    ws.refresh()
    now = ws.suggested(challenge)
    found = teaching.moved(ws.session, ws.office, proposed(ws, quantity=100), at=ws.at)
    then = teaching.moved(ws.session, ws.office, proposed(ws, distance=100), at=ws.at)
    places = {row.offer: row.rank_then for row in [*found, *then]}
    assert {row.challenge for row in [*found, *then]} == {challenge.code}
    assert all(row.rank_now == now.index(row.offer) + 1 for row in [*found, *then])
    assert set(places) == {small.code, large.code}


def test_weights_that_change_no_order_move_nothing(ws):
    seen(ws, 3)
    same = proposed(ws, **PRIOR_POINTS)
    assert teaching.moved(ws.session, ws.office, same, at=ws.at) == []
