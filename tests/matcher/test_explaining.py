"""Explanations: what would raise a score, why not this one, who could learn; on both databases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import explaining, matching, review, scoring
from matcher.columns import FACTS
from matcher.errors import NotFound
from matcher.factors import PRIOR_POINTS
from matcher.models import Rule
from matcher.queries import peers
from matcher.queries import why as reasons
from matcher.vocabulary import (
    UNITS,
    Category,
    CloseReason,
    Every,
    FactCode,
    Mode,
    Operator,
    Refusal,
    ReportState,
    RuleKind,
    Urgency,
)
from tests.builders import AT, VILLAGE, later, world
from web.i18n import date

FAR_VILLAGE = "32.02.39.2001"
YES_NO = (FactCode.ELECTRICITY, FactCode.ROOM, FactCode.SK, FactCode.INTERNET)


@pytest.fixture
def w(sqlite_session):
    return world(sqlite_session)


@pytest.fixture
def both(session):
    """On SQLite and on PostgreSQL: what asks the database something new."""
    return world(session)


def seen(w, challenge, offer):
    """What scoring sees of a pair, and the pair in words."""
    what = matching.side_by_side(w.session, w.office, challenge, offer, at=w.at)
    what = replace(what, gifts=what.gifts.pick(what.gifts.id == offer.id))
    return what, told(what, challenge, offer)


def told(what, challenge, offer, points=None):
    ranking = scoring.rank(what.needs, what.gifts, points or what.weights.points)
    return explaining.explain(
        scoring.as_texts(ranking.factors)[0], scoring.as_texts(ranking.detail)[0], points or what.weights.points,
        category=challenge.category, unit=UNITS[challenge.unit].words, score=float(ranking.score[0]),
        certainty=float(ranking.certainty[0]), conditions=offer.conditions, every=challenge.every,
    )  # fmt: skip


def mended(what, code, values, offer):
    """The same world with one thing made good, in the columns that scoring reads."""
    needs, gifts = what.needs, what.gifts
    if code in ("fact", "number"):
        fact = next(fact for fact in FactCode if fact.words == values["fact"])
        asked = [part["value"] for part in offer.conditions if part["fact"] == fact.value]
        facts = needs.facts.copy()
        facts[:, FACTS.index(fact)] = asked[0] if asked else 1
        needs = replace(needs, facts=facts)
    elif code in ("reach", "enough"):
        gifts = replace(gifts, left=np.full(1, 1e9), share_max=np.full(1, np.nan))
    elif code == "need":
        needs, gifts = replace(needs, amount=np.ones(1)), replace(gifts, share_min=np.full(1, np.nan))
    elif code == "both":
        needs = replace(needs, amount=np.ones(1))
        gifts = replace(gifts, left=np.full(1, 1e9), share_min=np.full(1, np.nan))
    elif code == "smaller":
        gifts = replace(gifts, share_min=np.full(1, np.nan))
    elif code in ("place", "giver"):
        lat = np.nan_to_num(needs.lat, nan=-7.0), np.nan_to_num(needs.lon, nan=107.0)
        needs, gifts = replace(needs, lat=lat[0], lon=lat[1]), replace(gifts, lat=lat[0], lon=lat[1])
    else:
        raise AssertionError(code)
    return replace(what, needs=needs, gifts=gifts)


# --- what would raise it ---------------------------------------------------------------------------------------------


def test_what_would_raise_a_score_is_said_with_its_points(w):
    challenge = w.challenge(w.library(facts={FactCode.ELECTRICITY: 1, FactCode.ROOM: 1, FactCode.SK: 0}))
    offer = w.offer(conditions=[(FactCode.SK, Operator.AT_LEAST, 1)])
    _, found = seen(w, challenge, offer)
    assert [one.say("id") for one in found.raises] == ["SK pengelola: +7,5"]
    assert [one.say("en") for one in found.raises] == ["decree naming the keepers: +7.5"]
    assert [group.code for group in found.groups][-1] == "raise"


def test_a_pair_that_lacks_nothing_has_nothing_to_raise(w):
    challenge = w.challenge(w.library(facts={FactCode.ELECTRICITY: 1, FactCode.ROOM: 1}))
    assert seen(w, challenge, w.offer())[1].raises == ()


def test_an_experience_is_raised_by_no_quantity_and_by_no_power(w):
    challenge = w.challenge(w.library(region_code=VILLAGE))
    offer = w.offer(w.library(region_code=FAR_VILLAGE), mode=Mode.EXPERIENCE, quantity=None)
    assert seen(w, challenge, offer)[1].raises == ()


def test_a_number_that_is_asked_is_said_with_its_condition(w):
    challenge = w.challenge(w.library(facts={FactCode.STAFF: 1}))
    offer = w.offer(conditions=[(FactCode.STAFF, Operator.AT_LEAST, 2)])
    assert any(one.say("id").startswith("pengelola paling sedikit 2: +") for one in seen(w, challenge, offer)[1].raises)


@pytest.mark.parametrize(
    ("need", "gift", "code"),
    [
        ({"quantity": None}, {}, "need"),
        ({}, {"quantity": None}, "reach"),
        ({"quantity": None}, {"quantity": None}, "both"),
        ({"quantity": 30}, {}, "enough"),
        ({"quantity": 2}, {"share_min": 5}, "smaller"),
    ],
)
def test_a_quantity_unknown_or_too_little_can_be_raised_as_far_as_scoring_agrees(w, need, gift, code):
    challenge = w.challenge(w.library(facts={FactCode.ELECTRICITY: 1, FactCode.ROOM: 1}), **need)
    offer = w.offer(**gift)
    what, found = seen(w, challenge, offer)
    (one,) = [one for one in found.raises if one.code == code]
    assert told(mended(what, one.code, one.values, offer), challenge, offer).score - found.score == pytest.approx(
        one.points, abs=1e-6
    )


def test_a_library_whose_place_is_unknown_is_asked_for_it(w):
    challenge, offer = w.challenge(w.library(region_code=None)), w.offer()
    what, found = seen(w, challenge, offer)
    (one,) = [one for one in found.raises if one.code == "place"]
    assert told(mended(what, "place", {}, offer), challenge, offer).score - found.score == pytest.approx(one.points)


def test_whatever_the_pair_the_parts_are_the_score_and_each_raise_comes_true(w):
    """Random facts, conditions, quantities and weights; every number is compared with scoring itself."""
    library = w.library()
    challenge, offer = w.challenge(library), w.offer()
    what = matching.side_by_side(w.session, w.office, challenge, offer, at=w.at)
    counted = 0

    @settings(max_examples=100)
    @given(st.data())
    def holds(data):
        nonlocal counted
        facts = np.full((1, len(FACTS)), np.nan)
        for fact in (*YES_NO, FactCode.STAFF):
            facts[0, FACTS.index(fact)] = data.draw(st.sampled_from([np.nan, 0.0, 1.0]))
        codes = data.draw(st.lists(st.sampled_from(YES_NO), unique=True))
        offer.conditions = [{"fact": code.value, "op": ">=", "value": 1.0} for code in codes]
        if data.draw(st.booleans()):
            offer.conditions = [*offer.conditions, {"fact": "staff", "op": ">=", "value": 2.0}]
        conditions = np.empty(1, object)
        conditions[0] = tuple(matching._condition(part) for part in offer.conditions)
        one = st.sampled_from([np.nan, 1.0, 2.0, 3.0, 7.0, 12.0])
        place = data.draw(st.sampled_from([np.nan, -7.2]))
        mine = replace(
            what,
            needs=replace(what.needs, facts=facts, amount=np.array([data.draw(one)]), lat=np.array([place])),
            gifts=replace(what.gifts, conditions=conditions, left=np.array([data.draw(one)]),
                          share_min=np.array([data.draw(one)])),
        )  # fmt: skip
        cuts = sorted(data.draw(st.lists(st.integers(0, 1000), min_size=8, max_size=8)))
        points = dict(zip(PRIOR_POINTS, np.diff([0, *cuts, 1000]) / 10, strict=True))
        found = told(mine, challenge, offer, points)
        assert round(sum(part.points for part in found.parts), 1) == round(found.score, 1)
        assert len(found.raises) <= explaining.RAISES
        assert list(found.raises) == sorted(found.raises, key=lambda one: -one.points)
        for one in found.raises:
            counted += 1
            better = told(mended(mine, one.code, one.values, offer), challenge, offer, points)
            assert round(better.score - found.score, 1) == one.points

    holds()
    assert counted > 100


# --- in words ---


def reasons_of(w, challenge, offer, lang="id"):
    found = seen(w, challenge, offer)[1]
    return {group.code: group.say(lang) for group in found.groups}


def test_money_for_a_month_is_said_as_money_and_by_the_month(w):
    year = {"starts": dt.date(2026, 4, 1), "ends": dt.date(2027, 3, 31)}
    need = w.challenge(category=Category.FUNDS, quantity=500_000, every=Every.MONTH, **year)
    offer = w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=3_000_000)
    assert "bisa memberi Rp250.000 per bulan dari Rp500.000 per bulan" in reasons_of(w, need, offer)["for"]
    assert "can give Rp250,000 per month of Rp500,000 per month" in reasons_of(w, need, offer, "en")["for"]


@pytest.mark.parametrize(
    ("quantity", "lang", "wanted"),
    [
        ("0.25", "id", "bisa memberi 0,25 hari, cukup untuk 0,25 hari"),
        ("12.5", "id", "bisa memberi 12,5 hari, cukup untuk 12,5 hari"),
        ("1", "en", "can give 1 day, enough for 1 day"),
        ("2", "en", "can give 2 days, enough for 2 days"),
    ],
)
def test_a_small_number_is_said_to_its_hundredths_and_one_of_a_thing_as_one(w, quantity, lang, wanted):
    values = {"category": Category.STAFF, "unit": "day", "quantity": Decimal(quantity)}
    offer = w.offer(mode=Mode.PEOPLE, **values)
    assert wanted in reasons_of(w, w.challenge(**values), offer, lang)["for"]


def test_a_need_of_this_month_is_said_to_be_urgent(w):
    assert "mendesak, perlu bulan ini" in reasons_of(w, w.challenge(urgency=Urgency.MONTH), w.offer())["for"]
    assert "mendesak, perlu bulan ini" not in reasons_of(w, w.challenge(urgency=Urgency.YEAR), w.offer())["for"]


def test_money_for_what_has_no_price_lacks_the_price_and_not_the_amount(w):
    need = w.challenge(category=Category.SPACE, unit="room", quantity=2)
    offer = w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=20_000_000)
    what, found = seen(w, need, offer)
    told_of = {group.code: group.say("id") for group in found.groups}
    assert "harga satuannya" in told_of["unknown"]
    assert "jumlah yang bisa diberikan" not in told_of["unknown"]
    (one,) = [one for one in found.raises if one.code == "price"]
    better = told(replace(what, gifts=replace(what.gifts, price=np.full(1, 10_000_000.0))), need, offer)
    assert round(better.score - found.score, 1) == one.points


@pytest.mark.parametrize(
    ("known", "condition", "wanted"),
    [
        ({FactCode.COMPUTERS: 7}, (FactCode.COMPUTERS, Operator.AT_MOST, 2),
         "hanya untuk perpustakaan dengan komputer yang baik paling banyak 2"),
        ({FactCode.ELECTRICITY: 1}, (FactCode.ELECTRICITY, Operator.AT_MOST, 0),
         "hanya untuk perpustakaan yang belum punya daya listrik cukup"),
    ],
)  # fmt: skip
def test_nobody_is_told_to_have_less_of_anything(w, known, condition, wanted):
    challenge, offer = w.challenge(w.library(facts=known)), w.offer(conditions=[condition])
    found = seen(w, challenge, offer)[1]
    said = {group.code: group.say("id") for group in found.groups}
    assert wanted in said["against"]
    assert not [reason for reason in said["against"] if reason.startswith("bereskan dulu")]
    assert not [one for one in found.raises if one.values.get("fact") == condition[0].words]


def test_money_that_buys_not_even_one_says_so(w):
    money = {"category": Category.FUNDS, "mode": Mode.MONEY, "unit_price": 5_000_000}
    found = reasons_of(w, w.challenge(quantity=5), w.offer(quantity=3_000_000, **money))
    assert "belum cukup untuk satu pun" in found["against"]


def test_nobody_is_told_to_count_another_thing_in_the_same_unit(w):
    need = w.challenge(category=Category.SPACE, unit="room", quantity=1, title="Belum punya ruangan sendiri")
    offer = w.offer(category=Category.SPACE, unit="piece", quantity=10, title="10 rak buku dari para alumni")
    found = seen(w, need, offer)[1]
    assert "yang ditawarkan lain dari yang diminta" in reasons_of(w, need, offer)["against"]
    assert not {one.code for one in found.raises} & {"units", "reach", "enough"}


def test_every_sentence_an_explanation_can_say_is_said_somewhere():
    source = Path(explaining.__file__).read_text(encoding="utf-8")
    for code in explaining.REASONS:
        assert source.count(f'"{code}"') > 1, code


# --- why not this one ------------------------------------------------------------------------------------------------


def said(w, challenge, offer, at=AT, lang="id"):
    found = reasons.why(w.session, w.office, challenge, offer, at=at)
    return [bar.say(lang, date) for bar in found.bars]


APART = {
    "kind": (
        {"category": Category.BOOKS, "quantity": 5},
        "jenisnya lain: yang kurang komputer, yang ditawarkan koleksi buku",
    ),
    "area": ({"area": ["32.02.39"]}, "di luar wilayah tawaran: hanya Kec. Surade"),
    "expired": ({"valid_until": dt.date(2026, 2, 1)}, "tawaran ini hanya berlaku sampai 1 Februari 2026"),
    "ended": ({"starts": dt.date(2026, 1, 1), "ends": dt.date(2026, 2, 1)}, "tawaran ini berakhir 1 Februari 2026"),
    "unseen": ({"state": ReportState.SUBMITTED}, "tawaran ini menunggu diperiksa"),
}  # fmt: skip


@pytest.mark.parametrize("why", APART)
def test_what_keeps_an_offer_away_is_said_in_words(w, why):
    values, sentence = APART[why]
    challenge, offer = w.challenge(), w.offer(**values)
    assert sentence in said(w, challenge, offer)
    assert all(text and "{" not in text for text in said(w, challenge, offer, lang="en"))


def test_times_that_do_not_meet_are_both_said(w):
    challenge = w.challenge(starts=dt.date(2026, 4, 1), ends=dt.date(2026, 5, 1))
    offer = w.offer(starts=dt.date(2026, 8, 1))
    assert said(w, challenge, offer) == [
        "waktunya tidak bertemu: kebutuhan 1 April 2026 sampai 1 Mei 2026, tawaran sejak 1 Agustus 2026"
    ]


def test_an_offer_of_ones_own_is_said_to_be_so(w):
    library = w.library("Perpustakaan Sendiri")
    assert said(w, w.challenge(library), w.offer(library)) == ["pemberi dan penerimanya sama: Perpustakaan Sendiri"]


def test_a_refusal_is_said_with_its_day_its_reason_and_when_it_may_return(w):
    challenge, offer = w.challenge(), w.offer()
    w.refresh()
    review.refuse(w.session, challenge.id, offer.id, Refusal.TOO_FAR, by=w.officer, at=AT)
    w.session.flush()
    (sentence,) = said(w, challenge, offer, at=later(days=1))
    assert sentence.startswith("sudah ditolak 2 Maret 2026: terlalu jauh.")
    assert "mulai" in sentence


def test_a_live_line_is_named(w):
    challenge, offer = w.challenge(), w.offer()
    w.refresh()
    match = review.propose(w.session, challenge.id, offer.id, by=w.officer, at=AT)
    w.session.flush()
    found = reasons.why(w.session, w.office, challenge, offer, at=AT)
    assert [bar.values.get("line") for bar in found.bars] == [match.code]
    assert said(w, challenge, offer) == [f"pasangan ini sudah diusulkan: {match.code}"]


def test_a_giver_s_rule_is_said(both):
    w = both
    library, giver = w.library(), w.giver()
    challenge, offer = w.challenge(library), w.offer(giver)
    w.session.add(Rule(party_id=giver.id, kind=RuleKind.NOT_DISTRICT, region_code="32.02.16", made_at=AT))
    w.session.flush()
    assert said(w, challenge, offer) == ["pemberi tidak melayani Kec. Cicurug sejak 2 Maret 2026"]


def test_a_closed_challenge_says_what_closed_it(w):
    from matcher import standing

    challenge, offer = w.challenge(), w.offer()
    standing.close_challenge(w.session, challenge, CloseReason.WITHDRAWN, by=w.officer, at=AT)
    w.session.flush()
    assert said(w, challenge, offer) == ["kebutuhan ini sudah ditutup: ditarik"]


def test_needs_of_the_kind_other_are_said_to_be_matched_by_people(w):
    challenge = w.challenge(category=Category.OTHER, quantity=None)
    assert "jenis “lainnya” tidak dicocokkan oleh mesin" in said(w, challenge, w.offer())


def test_a_pair_without_a_bar_has_its_place_beside_the_best_one(w):
    challenge = w.challenge()
    best, other = w.offer(quantity=10), w.offer(quantity=1)
    found = reasons.why(w.session, w.office, challenge, other, at=AT)
    assert (found.bars, found.place, found.among) == ([], 2, 2)
    assert found.other.offer.id == best.id
    assert found.apart == round(found.told.score - found.other.told.score, 1) < 0
    assert {row.mine.name for row in found.table if row.apart} == {"quantity"}
    first = reasons.why(w.session, w.office, challenge, best, at=AT)
    assert (first.place, first.other.offer.id) == (1, other.id)
    alone = reasons.why(w.session, w.office, w.challenge(category=Category.SPACE, quantity=20),
                        w.offer(category=Category.SPACE, mode=Mode.PLACE, quantity=20), at=AT)  # fmt: skip
    assert (alone.place, alone.other, alone.table) == (1, None, [])


def test_the_place_that_is_told_is_the_one_on_the_desk(w):
    from matcher.queries import desk

    challenge = w.challenge()
    for quantity in (10, 1, 3, 2, 5):
        w.offer(quantity=quantity)
    w.refresh()
    listed = desk.chosen(w.session, challenge, at=AT).offers
    for place, choice in enumerate(listed, 1):
        found = reasons.why(w.session, w.office, challenge, choice.offer, at=AT)
        assert (found.place, found.told) == (place, choice.told)


def test_a_higher_score_that_stands_lower_is_explained(w):
    challenge = w.challenge(w.library(facts={FactCode.SK: 0}), quantity=10)
    poor = w.offer(quantity=1)
    better = w.offer(quantity=10, conditions=[(FactCode.SK, Operator.AT_LEAST, 1)])
    found = reasons.why(w.session, w.office, challenge, better, at=AT)
    assert found.told.score > found.other.told.score
    assert (found.place, found.other.offer.id, found.note) == (2, poor.id, reasons.OTHERS_FIRST)
    assert reasons.why(w.session, w.office, challenge, poor, at=AT).note is None


def test_peers_beyond_the_nearest_are_told_so(w):
    challenge = w.challenge()
    for _ in range(6):
        w.offer(w.library(), mode=Mode.EXPERIENCE, quantity=None)
    far = w.offer(w.library(region_code=FAR_VILLAGE), mode=Mode.EXPERIENCE, quantity=None)
    found = reasons.why(w.session, w.office, challenge, far, at=AT)
    assert (found.place, found.among) == (None, scoring.PEERS)
    assert found.note == reasons.NEAREST_FIRST
    assert found.told is not None


@pytest.mark.parametrize("told", ["T-0001", "t-0001", " t0001", "1", "0001"])
def test_a_code_is_found_as_people_write_it(w, told):
    offer = w.offer()
    assert offer.code == "T-0001"
    assert reasons.offer_of(w.session, w.office, told).id == offer.id


@pytest.mark.parametrize("told", ["", "T", "K-0001", "T-9999", "²", "1" * 16, "T-0001; DROP"])
def test_a_code_that_is_none_is_not_found(w, told):
    w.challenge()
    with pytest.raises(NotFound):
        reasons.offer_of(w.session, w.office, told)


def test_what_keeps_pairs_apart_is_exactly_what_is_forbidden_or_filtered(both):
    w = both
    challenges = [w.challenge(), w.challenge(w.library(region_code=FAR_VILLAGE)), w.challenge(category=Category.BOOKS)]
    offers = [w.offer(), w.offer(area=["32.02.39"]), w.offer(category=Category.BOOKS, quantity=9), w.offer()]
    w.refresh()
    review.refuse(w.session, challenges[0].id, offers[0].id, Refusal.WRONG_KIND, by=w.officer, at=AT)
    review.propose(w.session, challenges[1].id, offers[1].id, by=w.officer, at=AT)
    w.session.flush()
    ranking, _ = matching.scoring_run(w.session, w.office, at=AT, top=99)
    ranked = set(zip(ranking.challenge.tolist(), ranking.offer.tolist(), strict=True))
    for challenge in challenges:
        for offer in offers:
            bars = reasons.why(w.session, w.office, challenge, offer, at=AT).bars
            assert ((challenge.id, offer.id) in ranked) == (not bars)


# --- nothing to suggest ----------------------------------------------------------------------------------------------


def absent(w, challenge, at=AT):
    return [bar.say("id", date) for bar in reasons.absence(w.session, w.office, challenge, at=at)]


def test_a_challenge_without_suggestions_says_why_and_of_how_many_offers(both):
    w = both
    challenge = w.challenge(starts=dt.date(2026, 4, 1), ends=dt.date(2026, 5, 1))
    other = w.challenge(w.library(region_code=FAR_VILLAGE))
    assert absent(w, challenge) == ["belum ada tawaran terbuka untuk jenis ini"]
    refused = w.offer()
    w.offer(area=["32.02.39"])
    w.offer(area=["32.02.39"], starts=dt.date(2026, 8, 1))
    w.refresh()
    review.refuse(w.session, challenge.id, refused.id, Refusal.WRONG_KIND, by=w.officer, at=AT)
    review.propose(w.session, other.id, refused.id, by=w.officer, at=AT)
    w.session.flush()
    assert absent(w, challenge) == [
        "ditolak pada putaran ini: 1 tawaran",
        "waktunya tidak bertemu: 1 tawaran",
        "di luar wilayah tawaran: 1 tawaran",
    ]


def test_a_challenge_that_is_not_open_says_only_that(w):
    assert absent(w, w.challenge(state=ReportState.SUBMITTED)) == ["kebutuhan ini menunggu diperiksa"]


# --- who could learn -------------------------------------------------------------------------------------------------


def test_the_nearest_libraries_with_the_same_need_could_learn_never_its_own(both):
    w = both
    teller = w.library()
    story = w.offer(teller, mode=Mode.EXPERIENCE, quantity=None)
    w.challenge(teller)
    far = w.challenge(w.library(region_code=FAR_VILLAGE))
    near = w.challenge(w.library(region_code="32.02.16.2006"))
    nowhere = w.challenge(w.library(region_code=None))
    w.challenge(category=Category.BOOKS)
    w.challenge(state=ReportState.SUBMITTED)
    found = peers.learners(w.session, w.office, story, at=AT)
    assert [row.challenge.id for row in found.rows] == [near.id, far.id, nowhere.id]
    assert found.left == matching.TWICE
    assert found.rows[0].km < 5 < found.rows[1].km
    assert found.rows[2].km is None


def test_who_was_asked_already_is_left_out(w):
    story, first, second = w.experience(), w.challenge(), w.challenge()
    w.refresh()
    w.propose(first, story)
    assert [row.challenge.id for row in peers.learners(w.session, w.office, story, at=AT).rows] == [second.id]


def test_a_library_that_was_asked_often_enough_is_offered_to_nobody(w):
    story = w.experience()
    for _ in range(matching.TWICE):
        w.agreed(w.challenge(), story)
    w.challenge()
    found = peers.learners(w.session, w.office, story, at=AT)
    assert (found.left, found.rows) == (0, [])


def test_only_a_success_has_learners(w):
    w.challenge()
    assert peers.learners(w.session, w.office, w.offer(), at=AT).rows == []
