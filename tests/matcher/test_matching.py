"""Suggestions: what may stand beside what, in which order, with which score; whole or not at all."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import fields, replace

import numpy as np
import pytest
from sqlalchemy import event, func, select

from matcher import log, matching, partnership, review, scoring, standing
from matcher.errors import WeightsDoNotSum
from matcher.factors import FACTORS, LATER, PRIOR_POINTS
from matcher.models import Match, Offer, Suggestion, Weights
from matcher.queries import suggested
from matcher.scoring import DETAIL, FLAGS, check_points
from matcher.vocabulary import (
    CancelReason,
    Category,
    Every,
    FactCode,
    Mode,
    Operator,
    ReportState,
    Urgency,
)
from tests.builders import later, world

SURADE = "32.02.39.2001"


@pytest.fixture
def w(sqlite_session):
    return world(sqlite_session)


def place(name):
    return next(number for number, factor in enumerate(FACTORS) if factor.name == name)


def factor(row, name):
    return json.loads(row.factors)[place(name)]


def flags(row):
    bits = int(json.loads(row.detail)[DETAIL.index("flags")])
    return {name for bit, name in enumerate(FLAGS) if bits >> bit & 1}


def only(w, challenge, **options):
    w.refresh()
    (row,) = w.suggestions(challenge, **options)
    return row


def asks(fact, value=1, operator=Operator.AT_LEAST):
    return ((fact, operator, value),)


# --- hard filters ---

NEVER = {
    "another category": {"category": Category.BOOKS},
    "outside the area": {"area": (SURADE[:8],)},
    "over already": {"ends": dt.date(2026, 2, 1)},
    "no longer valid": {"valid_until": dt.date(2026, 3, 1)},
    "not open yet": {"state": ReportState.SUBMITTED},
}


@pytest.mark.parametrize("why", NEVER)
def test_what_cannot_be_is_never_suggested(w, why):
    challenge, good = w.challenge(), w.offer()
    w.offer(**NEVER[why])
    w.refresh()
    assert w.suggested(challenge) == [good.code]


def test_windows_that_do_not_overlap_are_never_suggested(w):
    spring = {"starts": dt.date(2026, 4, 1), "ends": dt.date(2026, 5, 31)}
    challenge = w.challenge(**spring)
    w.offer(starts=dt.date(2026, 6, 1), ends=dt.date(2026, 8, 31))
    touching = w.offer(starts=dt.date(2026, 5, 31), ends=dt.date(2026, 8, 31))
    w.refresh()
    assert w.suggested(challenge) == [touching.code]


@pytest.mark.parametrize(
    "over", [{"valid_until": dt.date(2026, 3, 1)}, {"ends": dt.date(2026, 3, 1)}, {"state": ReportState.SUBMITTED}]
)
def test_a_challenge_that_is_over_or_not_open_has_no_suggestions(w, over):
    challenge = w.challenge(**over)
    w.offer()
    assert w.refresh() == 0
    assert w.suggested(challenge) == []


def test_a_paused_and_a_withdrawn_offer_are_never_suggested(w):
    challenge, good = w.challenge(), w.offer()
    standing.pause_offer(w.session, w.offer(), by=w.officer, at=w.at)
    standing.withdraw_offer(w.session, w.offer(), by=w.officer, at=w.at)
    w.refresh()
    assert w.suggested(challenge) == [good.code]


def test_an_offer_given_away_and_a_challenge_that_is_met_are_never_suggested(w):
    challenge, offer = w.challenge(quantity=3), w.offer(quantity=3)
    w.agreed(challenge, offer)
    other, spare = w.challenge(), w.offer()
    w.refresh()
    assert w.suggested(challenge) == []
    assert w.suggested(other) == [spare.code]


def test_nobody_is_suggested_to_himself(w):
    library = w.library()
    challenge = w.challenge(library)
    w.experience(library)
    w.refresh()
    assert w.suggestions(challenge, experience=None) == []


def test_a_pair_with_a_live_line_is_not_suggested_again(w):
    challenge, offer = w.challenge(), w.offer()
    line = w.propose(challenge, offer, 1)
    w.refresh()
    assert w.suggested(challenge) == []
    partnership.cancel(w.session, line.id, CancelReason.RELEASED, by=w.officer, at=w.at)
    w.refresh()
    assert w.suggested(challenge) == [offer.code]


def test_the_seventh_category_is_stored_and_never_matched(w):
    challenge = w.challenge(category=Category.OTHER)
    w.offer(category=Category.OTHER)
    w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=10**7)
    w.refresh()
    assert w.suggestions(challenge, experience=None) == []


def test_money_may_buy_goods_and_goods_never_stand_for_money(w):
    computers, funds = w.challenge(), w.challenge(category=Category.FUNDS, quantity=10**6)
    money, goods = w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=10**7), w.offer()
    w.refresh()
    assert set(w.suggested(computers)) == {money.code, goods.code}
    assert w.suggested(funds) == [money.code]


def test_an_offer_of_another_office_is_seen_only_where_it_is_national(w):
    from tests.builders import another_office

    other = another_office(w)
    other.offer()
    everywhere = other.offer(national=True)
    challenge = w.challenge()
    w.refresh()
    assert w.suggested(challenge) == [everywhere.code]


# --- what is missing lowers certainty and never excludes ---

UNKNOWN = {
    "the giver's number": ({}, {"quantity": None}),
    "the library's number": ({"quantity": None}, {}),
    "the urgency": ({"urgency": None}, {}),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_a_missing_value_never_excludes_and_lowers_certainty(w, what):
    known = {"urgency": Urgency.MONTH, "title": "komputer untuk pelatihan"}
    sure = only(w, w.challenge(**known), experience=False) if w.offer(title="komputer pelatihan") else None
    challenge, offer = UNKNOWN[what]
    for row in w.session.scalars(select(Offer)):
        standing.withdraw_offer(w.session, row, by=w.officer, at=w.at)
    w.offer(**{"title": "komputer pelatihan"} | offer)
    unsure = only(w, w.challenge(**known | challenge))
    assert unsure.certainty < sure.certainty


def test_a_place_nobody_knows_never_excludes_and_lowers_certainty(w):
    here, nowhere = w.challenge(), w.challenge(w.library(region_code=None))
    w.offer(area=("32.02.16",))
    w.refresh()
    (known,), (unknown,) = w.suggestions(here), w.suggestions(nowhere)
    assert unknown.certainty < known.certainty
    assert factor(unknown, "distance") == 0.5
    assert "region_unknown" in flags(unknown)


def test_a_fact_nobody_told_counts_half_and_a_fact_known_to_be_false_is_ranked_below_ready_ones(w):
    libraries = [w.library(facts=facts) for facts in ({FactCode.SK: 1}, {}, {FactCode.SK: 0})]
    challenges = [w.challenge(library) for library in libraries]
    w.offer(conditions=asks(FactCode.SK))
    w.refresh()
    rows = [w.suggestions(challenge)[0] for challenge in challenges]
    readiness = [factor(row, "readiness") for row in rows]
    assert readiness[0] > readiness[1] > readiness[2]
    assert [row.ready for row in rows] == [True, True, False]
    assert rows[1].certainty < rows[0].certainty == rows[2].certainty


def test_something_to_fix_first_ranks_below_every_ready_offer_whatever_the_score(w):
    library = w.library(facts={FactCode.SK: 0})
    challenge = w.challenge(library, story="komputer untuk pelatihan menjahit warga")
    tempting = w.offer(title="komputer untuk pelatihan menjahit warga", conditions=asks(FactCode.SK))
    poor = w.offer(w.giver(region_code=SURADE), quantity=1, title="sisa gudang")
    w.refresh()
    rows = w.suggestions(challenge)
    assert [row.offer_id for row in rows] == [poor.id, tempting.id]
    assert rows[0].score < rows[1].score


def test_what_is_not_wanted_never_stands_before_something_wanted(w):
    library = w.library(facts={FactCode.SK: 0})
    challenge = w.challenge(
        library, category=Category.BOOKS, unit="copy", quantity=100, not_wanted="buku pelajaran bekas, majalah",
        story="anak-anak butuh buku cerita",
    )  # fmt: skip
    unwanted = w.offer(category=Category.BOOKS, quantity=500, title="buku cerita anak dan buku pelajaran bekas")
    magazines = w.offer(category=Category.BOOKS, quantity=500, title="Majalah anak-anak dan buku cerita")
    wanted = w.offer(
        w.giver(region_code=SURADE), category=Category.BOOKS, quantity=1, title="atlas", conditions=asks(FactCode.SK)
    )
    lessons = w.offer(category=Category.BOOKS, quantity=9, title="buku pelajaran baru")
    w.refresh()
    rows = {row.offer_id: row for row in w.suggestions(challenge)}
    order = list(rows)
    assert set(order[:2]) == {wanted.id, lessons.id}
    assert set(order[2:]) == {unwanted.id, magazines.id}
    assert "unwanted" in flags(rows[unwanted.id])
    assert "unwanted" not in flags(rows[lessons.id])


def test_what_an_offer_says_it_is_not_does_not_count_as_unwanted(w):
    challenge = w.challenge(category=Category.BOOKS, unit="copy", quantity=9, not_wanted="majalah")
    w.offer(category=Category.BOOKS, title="Buku cerita, bukan majalah")
    assert "unwanted" not in flags(only(w, challenge))


# --- the factors ---


def test_words_that_are_shared_raise_the_score_and_words_of_other_things_do_not(w):
    challenge = w.challenge(category=Category.BOOKS, unit="copy", quantity=50, story="buku pertanian dan peternakan")
    alike = w.offer(category=Category.BOOKS, quantity=50, title="Buku pertanian dan peternakan untuk desa")
    other = w.offer(category=Category.BOOKS, quantity=50, title="Komik superhero Jepang")
    w.refresh()
    rows = {row.offer_id: row for row in w.suggestions(challenge)}
    assert factor(rows[alike.id], "kind") > factor(rows[other.id], "kind")
    assert "alike" in flags(rows[alike.id])


def test_the_nearer_giver_is_before_the_farther_and_distance_is_off_for_online_help_and_money(w):
    challenge = w.challenge(quantity=2)
    near, far = w.giver(region_code="32.02.16.2006"), w.giver(region_code=SURADE)
    offers = {
        "near": w.offer(near), "far": w.offer(far), "online": w.offer(far, online=True),
        "money": w.offer(far, category=Category.FUNDS, mode=Mode.MONEY, quantity=10**8),
    }  # fmt: skip
    w.refresh()
    rows = {row.offer_id: row for row in w.suggestions(challenge)}
    reach = {name: factor(rows[offer.id], "distance") for name, offer in offers.items()}
    assert reach["online"] == reach["money"] == 1
    assert 1 > reach["near"] > reach["far"]
    assert rows[offers["near"].id].rank < rows[offers["far"].id].rank


def test_who_waits_longer_is_more_urgent_or_was_never_helped_scores_higher(w):
    w.at = later(-100)
    waiting = w.challenge(urgency=Urgency.QUARTER)
    w.at = later()
    fresh, urgent = w.challenge(urgency=Urgency.QUARTER), w.challenge(urgency=Urgency.MONTH)
    helped_library = w.library()
    w.prove(w.agreed(w.challenge(helped_library, quantity=1), w.offer(quantity=1)), 1)
    helped = w.challenge(helped_library, urgency=Urgency.QUARTER)
    w.offer()
    w.refresh()
    score = {name: w.suggestions(row)[0].score for name, row in
             {"waiting": waiting, "fresh": fresh, "urgent": urgent, "helped": helped}.items()}  # fmt: skip
    assert score["waiting"] > score["fresh"]
    assert score["urgent"] > score["fresh"] > score["helped"]


def test_an_offer_that_covers_more_scores_higher_and_a_share_too_small_for_the_giver_scores_low(w):
    challenge = w.challenge(quantity=4)
    offers = [w.offer(quantity=quantity) for quantity in (1, 2, 4, 40)]
    bulk = w.offer(quantity=40, share_min=10)
    w.refresh()
    rows = {row.offer_id: row for row in w.suggestions(challenge)}
    covered = [factor(rows[offer.id], "quantity") for offer in offers]
    assert covered == sorted(covered)
    assert covered[2] == covered[3] == 1
    assert factor(rows[bulk.id], "quantity") == 0.1
    assert "too_small" in flags(rows[bulk.id])


def test_a_giver_who_kept_his_promises_is_before_one_who_did_not(w):
    good, bad, unknown = w.giver(), w.giver(), w.giver()
    w.at = later(-60)
    kept = w.agreed(w.challenge(quantity=1), w.offer(good, quantity=1), due=later(-50).date())
    w.agreed(w.challenge(quantity=1), w.offer(bad, quantity=1), due=later(-50).date())
    w.prove(kept, 1, verified=True)
    w.at = later()
    partnership.finish(w.session, kept.id, by=w.officer, at=w.at)
    offers = {giver.id: w.offer(giver) for giver in (good, bad, unknown)}
    challenge = w.challenge()
    w.refresh()
    rows = {row.offer_id: row for row in w.suggestions(challenge)}
    record = [factor(rows[offers[giver.id].id], "track") for giver in (good, unknown, bad)]
    assert record == [0.75, 0.667, 0.5]


@pytest.mark.parametrize(("why", "record"), [(CancelReason.TAKER_CANNOT, 0.667), (CancelReason.GIVER_CANNOT, 0.5)])
def test_only_the_giver_s_own_doing_counts_against_it(w, why, record):
    giver = w.giver()
    w.at = later(-60)
    line = w.agreed(w.challenge(quantity=1), w.offer(giver, quantity=1), due=later(-50).date())
    partnership.cancel(w.session, line.id, why, by=w.officer, at=w.at)
    w.at = later()
    challenge, again = w.challenge(), w.offer(giver)
    w.refresh()
    rows = {row.offer_id: row for row in w.suggestions(challenge)}
    assert factor(rows[again.id], "track") == record


def test_a_gift_once_is_weighed_against_all_the_months_of_a_need(w):
    need = w.challenge(
        category=Category.FUNDS, quantity=500_000, every=Every.MONTH,
        starts=dt.date(2026, 4, 1), ends=dt.date(2027, 3, 31),
    )  # fmt: skip
    w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=3_000_000)
    row = only(w, need)
    detail = json.loads(row.detail)
    assert detail[scoring.DETAIL.index("reach")] == 250_000
    assert detail[scoring.DETAIL.index("covered")] == 0.5


# --- experience ---


def test_peers_stand_apart_nearest_first_those_asked_often_last_and_cover_no_quantity(w):
    challenge = w.challenge()
    near, far = w.library(region_code="32.02.16.2006"), w.library(region_code=SURADE)
    stories = {name: w.experience(party) for name, party in (("far", far), ("near", near))}
    nearest = w.library()
    busy = w.experience(nearest)
    for _ in range(2):
        w.agree(w.accepted(w.challenge(), busy))
    goods = w.offer()
    w.refresh()
    assert w.suggested(challenge) == [goods.code]
    peers = w.suggestions(challenge, experience=True)
    assert [row.offer_id for row in peers] == [stories["near"].id, stories["far"].id, busy.id]
    assert [row.rank for row in peers] == [1, 2, 3]
    assert [factor(row, "quantity") for row in peers] == [0, 0, 0]
    assert ["full" in flags(row) for row in peers] == [False, False, True]
    assert w.gap(challenge) == 3

    w.at = later(70)  # the next cycle
    w.refresh()
    assert w.suggestions(challenge, experience=True)[0].offer_id == busy.id


def test_a_list_of_all_suggestions_keeps_the_order_of_the_desk_with_peers_in_between(w):
    library = w.library(facts={FactCode.RACK: 1})
    challenge = w.challenge(
        library, category=Category.BOOKS, unit="copy", quantity=100, not_wanted="buku pelajaran bekas"
    )
    unwanted = w.offer(category=Category.BOOKS, quantity=500, title="buku pelajaran bekas dan buku cerita anak")
    wanted = w.offer(
        w.giver(region_code=SURADE), category=Category.BOOKS, quantity=1, title="atlas", conditions=asks(FactCode.SK)
    )
    busy = w.experience(w.library(), category=Category.BOOKS)
    for _ in range(2):
        w.agree(w.accepted(w.challenge(category=Category.BOOKS, unit="copy"), busy))
    far = w.experience(w.library(region_code=SURADE), category=Category.BOOKS)
    w.refresh()
    (listed,) = suggested.every_open(w.session, w.office, at=w.at, code=challenge.code)
    scores = {one.offer.id: one.told.score for one in listed.suggestions}
    assert scores[unwanted.id] > scores[wanted.id]
    assert scores[busy.id] > scores[far.id]
    assert [one.offer.id for one in listed.suggestions] == [wanted.id, far.id, busy.id, unwanted.id]


# --- one and the same score ---


def district(w):
    """Libraries and offers of every kind, enough to disagree about."""
    villages = ("32.02.16.2005", "32.02.16.2006", SURADE, None)
    words = ("komputer pelatihan warga", "laptop bekas sekolah", "", "komputer anak dan kursus")
    for number in range(12):
        facts = {FactCode.SK: number % 2} if number % 3 else {}
        library = w.library(region_code=villages[number % 4], facts=facts)
        w.at = later(-number * 7)
        w.challenge(
            library, quantity=None if number == 5 else 1 + number % 5, story=words[number % 4],
            urgency=(None, *Urgency)[number % 4], not_wanted="laptop bekas" if number % 4 == 1 else "",
        )  # fmt: skip
        w.challenge(library, category=Category.BOOKS, unit="copy", quantity=50, story="buku cerita")
    w.at = later()
    for number in range(9):
        giver = w.giver(region_code=villages[number % 4])
        w.offer(giver, quantity=None if number == 4 else 1 + number, title=words[number % 4],
                conditions=asks(FactCode.SK) if number % 2 else ())  # fmt: skip
        w.offer(giver, category=Category.BOOKS, quantity=100, title="buku cerita anak")
    w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=10**8, title="dana CSR")
    w.experience(category=Category.COMPUTERS, title="komputer dari alumni")


def stored(w):
    rows = w.session.execute(select(Suggestion.__table__).order_by(Suggestion.challenge_id, Suggestion.offer_id))
    return {(row.challenge_id, row.offer_id): tuple(row)[2:] for row in rows}


def test_one_challenge_alone_gets_exactly_what_the_full_refresh_gives_it(w):
    district(w)
    w.refresh()
    whole = stored(w)
    assert len(whole) > 150
    for challenge_id in sorted({pair[0] for pair in whole}):
        w.session.execute(Suggestion.__table__.delete())
        matching.refresh_challenges(w.session, w.office, [challenge_id], at=w.at)
        alone = stored(w)
        assert alone == {pair: row for pair, row in whole.items() if pair[0] == challenge_id}


@pytest.mark.parametrize("turn", range(3))
def test_the_ranking_does_not_depend_on_the_order_of_the_rows(w, turn):
    district(w)
    seen = matching.see(w.session, w.office, at=w.at)
    chance = np.random.default_rng(turn)
    needs, gifts = (side.pick(chance.permutation(len(side))) for side in (seen.needs, seen.gifts))
    straight = matching.ranked(seen)
    shuffled = matching.ranked(replace(seen, needs=needs, gifts=gifts))
    for column in fields(straight):
        np.testing.assert_array_equal(getattr(straight, column.name), getattr(shuffled, column.name))


def test_the_same_refresh_twice_leaves_the_same_rows(w):
    district(w)
    first = w.refresh()
    before = stored(w)
    assert w.refresh() == first
    assert stored(w) == before


def test_a_tie_goes_to_the_offer_that_was_made_earlier(w):
    giver, challenge = w.giver(), w.challenge()
    offers = [w.offer(giver, title="sama") for _ in range(4)]
    w.refresh()
    rows = w.suggestions(challenge)
    assert len({row.score for row in rows}) == 1
    assert [row.offer_id for row in rows] == [offer.id for offer in offers]


def test_ranks_run_from_one_without_a_gap_and_no_more_than_twenty(w):
    challenge = w.challenge()
    for _ in range(25):
        w.offer(quantity=1)
    w.refresh()
    assert [row.rank for row in w.suggestions(challenge)] == list(range(1, 21))


# --- weights ---


def test_the_usual_weights_are_those_of_the_model_and_sum_to_a_hundred():
    assert list(PRIOR_POINTS.values()) == [30, 15, 15, 15, 10, 10, 5, 0, 0]
    assert check_points(PRIOR_POINTS) == PRIOR_POINTS


WRONG = {
    "more than a hundred": PRIOR_POINTS | {"kind": 31},
    "less than a hundred": PRIOR_POINTS | {"kind": 29},
    "one below nought": PRIOR_POINTS | {"kind": 60, "quantity": -15},
    "one missing": {name: points for name, points in PRIOR_POINTS.items() if name != "track"},
    "one that is no number": PRIOR_POINTS | {"kind": "banyak"},
    "one that is not finite": PRIOR_POINTS | {"kind": float("nan")},
}


@pytest.mark.parametrize("fault", WRONG)
def test_weights_that_do_not_sum_to_a_hundred_are_refused_and_never_scored_with(w, fault):
    with pytest.raises(WeightsDoNotSum):
        check_points(WRONG[fault])
    weights = matching.weights_in_force(w.session, w.office.id)
    challenge, offer = w.challenge(), w.offer()
    w.refresh()
    w.session.commit()
    before = stored(w)
    w.session.add(Weights(office_id=w.office.id, number=2, points=WRONG[fault], made_at=w.at, used_at=later(hours=1)))
    w.refresh()
    assert w.suggested(challenge) == [offer.code]
    assert stored(w) == before
    assert matching.weights_in_force(w.session, w.office.id).id == weights.id


# --- whole or nothing ---


def test_a_refresh_that_breaks_in_the_middle_leaves_the_old_suggestions(session):
    w = world(session)
    district(w)
    w.refresh()
    session.commit()
    before = stored(w)
    w.offer(quantity=99)
    session.commit()

    def fail(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO suggestion"):
            raise RuntimeError("the power went out")

    event.listen(session.get_bind(), "before_cursor_execute", fail)
    with pytest.raises(RuntimeError, match="power"):
        w.refresh()
    event.remove(session.get_bind(), "before_cursor_execute", fail)
    session.rollback()
    assert stored(w) == before
    w.refresh()
    session.commit()
    assert stored(w) != before


def test_suggestions_are_the_same_on_every_database(sqlite_session, postgres_session):
    found = []
    for opened in (sqlite_session, postgres_session):
        w = world(opened)
        district(w)
        w.refresh()
        found.append(stored(w))
    assert found[0] == found[1]
    assert len(found[0]) > 150


# --- what follows a change ---


def following(w, act):
    """The suggestions after an act in the request that made it, and after a whole refresh."""
    act()
    matching.follow(w.session, w.office, at=w.at)
    w.session.commit()
    after = stored(w)
    w.refresh()
    return after, stored(w)


ACTS = {
    "a challenge is reported": lambda w: w.challenge(quantity=2),
    "an offer is made": lambda w: w.offer(quantity=2),
    "a fact is learnt": lambda w: w.know(w.session.scalars(select(matching.Party)).first(), FactCode.SK),
    "a line is proposed": lambda w: w.propose(*w.pair),
    "a line is agreed": lambda w: w.agree(w.ready),
    "a promise is cancelled": lambda w: partnership.cancel(
        w.session, w.promise.id, CancelReason.RELEASED, by=w.officer, at=w.at
    ),
    "an offer is paused": lambda w: standing.pause_offer(w.session, w.pair[1], by=w.officer, at=w.at),
    "a challenge is closed": lambda w: standing.close_challenge(
        w.session, w.pair[0], review.CloseReason.MET, by=w.officer, at=w.at
    ),
    "a pair is refused": lambda w: review.refuse(
        w.session, w.pair[0].id, w.pair[1].id, review.Refusal.WRONG_KIND, by=w.officer, at=w.at
    ),
    "a rule is made": lambda w: review.refuse(
        w.session, w.pair[0].id, w.pair[1].id, review.Refusal.GIVER_POLICY, by=w.officer, at=w.at
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_after_every_act_the_suggestions_allow_exactly_what_a_whole_refresh_would(w, name):
    district(w)
    w.pair = (w.challenge(quantity=2), w.offer(quantity=2))
    w.ready = w.accepted(w.challenge(quantity=3), w.offer(quantity=3))
    w.promise = w.agreed(w.challenge(quantity=4), w.offer(quantity=4))
    w.refresh()
    w.session.commit()
    after, whole = following(w, lambda: ACTS[name](w))
    assert after.keys() == whole.keys()
    assert log.verify(w.session) is None
    assert w.session.scalar(select(func.count()).select_from(Match)) >= 2


def test_help_that_leaves_a_bill_ranks_below_the_same_help_without_one(w):
    challenge = w.challenge()
    bill = w.offer(follow_on_cost="langganan Rp300.000 sebulan")
    free = w.offer()
    w.refresh()
    rows = w.suggestions(challenge)
    assert [row.offer_id for row in rows] == [free.id, bill.id]
    ready = [json.loads(row.factors)[[factor.name for factor in FACTORS].index("readiness")] for row in rows]
    assert ready[1] == pytest.approx(LATER * ready[0], abs=0.001)


def test_goods_may_meet_running_costs_and_money_for_one_category_stays_in_it(w):
    costs = w.challenge(category=Category.FUNDS, quantity=10**6, title="bensin motor baca", story="")
    computers, books = w.challenge(title="butuh komputer"), w.challenge(category=Category.BOOKS, title="butuh buku")
    fuel = w.offer(category=Category.FUNDS, title="voucher bbm", words="", quantity=None)
    for_computers = w.offer(category=Category.COMPUTERS, mode=Mode.MONEY, title="dana komputer", words="", quantity=5)
    w.refresh()
    offered = {one.id: [row.offer_id for row in w.suggestions(one)] for one in (costs, computers, books)}
    assert offered == {costs.id: [fuel.id], computers.id: [for_computers.id], books.id: []}
    [row] = w.suggestions(computers)
    assert json.loads(row.detail)[DETAIL.index("reach")] == 5  # counted as its things are, not as rupiah
