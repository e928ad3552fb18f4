"""The factors and filters one by one: what they see, what they never drop, what is stored of a text."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace

import numpy as np
import pytest
from sqlalchemy import select

from matcher import intake, matching, scoring, similarity
from matcher.errors import WeightsDoNotSum
from matcher.factors import FACTORS, FILTERS, PRIOR_POINTS, Block, why_not
from matcher.models import Wording
from matcher.text.things import NOTHING, fits, things_of
from matcher.vocabulary import Category, FactCode, Mode, Subject
from tests.builders import later, world

SURADE = "32.02.39.2001"


@pytest.fixture
def w(sqlite_session):
    return world(sqlite_session)


def seen(w):
    """The open challenges beside the open offers, as one block."""
    found = matching.see(w.session, w.office, at=w.at)
    return Block(found.needs, found.gifts)


def value(block, name, pair=(0, 0)):
    (factor,) = (factor for factor in FACTORS if factor.name == name)
    return float(np.broadcast_to(factor.of(block), block.shape)[pair])


# --- filters ---

FAILS = {
    "kind": {"category": Category.BOOKS},
    "windows": {"starts": dt.date(2027, 1, 1)},
    "area": {"area": ("32.04",)},
}


@pytest.mark.parametrize("name", FAILS)
def test_each_filter_is_a_row_that_says_in_words_why_a_pair_is_none(w, name):
    w.challenge(w.library(), ends=dt.date(2026, 12, 31))
    w.offer(**FAILS[name])
    w.challenge(category=Category.BOOKS)  # so that books are looked at
    found = why_not(seen(w), 0, 0)
    assert [row.name for row in found] == [name]
    assert all(row.words.id and row.words.en for row in FILTERS)


def test_nothing_speaks_against_a_pair_that_may_meet(w):
    w.challenge()
    w.offer()
    assert why_not(seen(w), 0, 0) == []


def test_help_in_a_form_that_never_serves_a_kind_is_dropped(w):
    challenge = w.challenge(category=Category.BOOKS, quantity=5)
    good = w.offer(category=Category.BOOKS)
    w.offer(category=Category.BOOKS, mode=Mode.PEOPLE)
    w.refresh()
    assert w.suggested(challenge) == [good.code]
    assert [row.name for row in why_not(seen(w), 0, 1)] == ["mode"]


# --- factors ---


def test_a_far_village_is_never_more_than_four_points_behind_one_beside_the_giver(w):
    near, far = w.challenge(w.library()), w.challenge(w.library(region_code=SURADE))
    w.offer(w.giver(region_code="32.02.16.2005"))
    w.refresh()
    (beside,), (away,) = w.suggestions(near), w.suggestions(far)
    assert 0 < beside.score - away.score <= 4


def test_a_cost_later_and_a_missing_prerequisite_are_factors_the_office_gives_no_points_yet(w):
    w.challenge(w.library(facts={FactCode.ELECTRICITY: 0, FactCode.ROOM: 1}))
    w.offer(follow_on_cost="langganan Rp300.000 per bulan")
    w.offer()
    block = seen(w)
    assert (value(block, "follow_on", (0, 0)), value(block, "follow_on", (0, 1))) == (0, 1)
    assert value(block, "dependencies") == 0.5
    assert PRIOR_POINTS["follow_on"] == PRIOR_POINTS["dependencies"] == 0


def test_weights_of_before_with_seven_names_keep_working(w):
    seven = {name: points for name, points in PRIOR_POINTS.items() if points}
    assert len(seven) == 7
    assert scoring.check_points(seven) == PRIOR_POINTS
    parts = scoring.parts_of([1, 0.5, 1, 1, 1, 1, 0.667], seven)
    assert round(sum(part.points for part in parts), 1) == 90.8
    with pytest.raises(WeightsDoNotSum):
        scoring.check_points({name: points for name, points in seven.items() if name != "track"})


def test_a_list_of_pairs_says_exactly_what_the_grid_says(w):
    for number in range(4):
        w.challenge(w.library(facts={FactCode.ROOM: number % 2}), title="laptop untuk pelatihan", quantity=1 + number)
        w.offer(title=("laptop", "printer", "komputer bekas", "")[number], quantity=1 + number)
    block = seen(w)
    rows, columns = np.divmod(np.arange(16), 4)
    for factor in FACTORS:
        grid = np.broadcast_to(factor.of(block), block.shape)[rows, columns]
        np.testing.assert_array_equal(np.broadcast_to(factor.of(block.at(rows, columns)), 16), grid)


@pytest.mark.parametrize("chunk", [1, 7, 50, 10_000])
def test_the_ranking_is_the_same_to_the_byte_however_many_pairs_are_worked_out_at_once(w, chunk):
    for number in range(9):
        w.at = later(-number)
        title = ("laptop untuk pelatihan", "komputer", "printer kami rusak")[number % 3]
        w.challenge(title=title, quantity=1 + number % 4)
        w.offer(title=("laptop bekas", "PC kantor", "printer")[number % 3], quantity=1 + number % 5)
    w.at = later()
    world_ = matching.see(w.session, w.office, at=w.at)
    whole = scoring.rank(world_.needs, world_.gifts, PRIOR_POINTS)
    parts = scoring.rank(world_.needs, world_.gifts, PRIOR_POINTS, chunk=chunk)
    for column in fields(whole):
        assert getattr(whole, column.name).tobytes() == getattr(parts, column.name).tobytes()


def test_every_score_is_the_sum_of_its_rounded_parts(w):
    for number in range(5):
        w.challenge(title="butuh laptop", quantity=1 + number, story="untuk pelatihan " * number)
        w.offer(title="laptop", quantity=1 + number)
    world_ = matching.see(w.session, w.office, at=w.at)
    points = dict.fromkeys(PRIOR_POINTS, 100 / 9) | {"track": 100 - 8 * 100 / 9}
    ranking = scoring.rank(world_.needs, world_.gifts, points)
    for factors, score in zip(ranking.factors.tolist(), ranking.score.tolist(), strict=True):
        assert score == pytest.approx(sum(part.points for part in scoring.parts_of(factors, points)), abs=1e-9)


# --- words ---


def test_the_same_text_is_wholly_like_itself_and_strangers_are_not_alike():
    texts = ["buku cerita anak bergambar", "buku pertanian dan peternakan", "bku crita anak2 bergambar"]
    (matrix,) = similarity.rows([similarity.given(text, "", Category.BOOKS).vector for text in texts])
    like = (matrix @ matrix.T).toarray() / similarity.LENGTH**2
    assert like.diagonal() == pytest.approx(1, abs=0.01)
    assert like[0, 2] > 0.5 > like[0, 1]
    assert like.max() * similarity.LENGTH**2 < 2**24  # sums stay exact in 32 bits


def test_a_thing_is_told_from_what_it_is_for_and_from_what_only_looks_like_it():
    assert things_of("Perlu printer untuk komputer kami", "", Category.COMPUTERS) == ("printer",)
    assert things_of("Buku tamu dan buku kas", "", Category.BOOKS) == (NOTHING,)
    assert things_of("Bimtek SLiMS untuk pengelola", "", Category.STAFF) == ("cataloguer",)
    assert things_of("Buku, bukan komik", "", Category.BOOKS) == ("book",)
    assert fits(("pc",), ("laptop",)) == 1
    assert fits(("laptop",), ("printer",)) == 0
    assert np.isnan(fits(("laptop",), ()))


def test_words_are_read_when_a_report_is_saved_and_again_when_it_changes(session):
    w = world(session)
    challenge = w.challenge(title="butuh laptop")
    offer = w.offer(title="laptop bekas")
    kept = {(row.subject, row.subject_id): row for row in session.scalars(select(Wording))}
    assert kept[Subject.CHALLENGE, challenge.id].things == "laptop"
    assert kept[Subject.OFFER, offer.id].things == "laptop"
    told = intake.as_told(challenge)
    intake.change_report(session, challenge, replace(told, title="butuh printer"), by=w.officer, at=w.at)
    session.expire_all()
    assert session.get(Wording, (Subject.CHALLENGE, challenge.id)).things == "printer"


def test_words_read_another_way_are_read_anew_at_the_next_refresh_and_kept(session):
    w = world(session)
    challenge = w.challenge(title="butuh laptop")
    w.offer(title="laptop bekas")
    w.refresh()
    before = w.suggestions(challenge)[0].score
    session.execute(Wording.__table__.update().values(mark="older", things="", vector=b""))
    assert len(matching.see(session, w.office, at=w.at).fresh) == 2
    w.refresh()
    assert matching.see(session, w.office, at=w.at).fresh == []
    assert w.suggestions(challenge)[0].score == before
