"""The factors and filters one by one: what they see, what they never drop, what is stored of a text."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace

import numpy as np
import pytest
from sqlalchemy import select

from matcher import intake, matching, scoring, similarity
from matcher.blocks import Block
from matcher.columns import kinds
from matcher.errors import WeightsDoNotSum
from matcher.factors import FACTORS, PRIOR_POINTS
from matcher.filters import FILTERS, why_not
from matcher.models import Wording
from matcher.text.things import NOTHING, fits, things_of
from matcher.vocabulary import Category, FactCode, Mode, Operator, Subject
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


def many(found, count=90):
    """So many challenges and offers like those found that rows that say the same are looked for."""
    needs, gifts = (side.pick(np.arange(count) % len(side)) for side in (found.needs, found.gifts))
    return replace(needs, id=np.arange(count)), replace(gifts, id=np.arange(count)[::-1].copy())


def telling(w):
    """Challenges and offers that differ in all that a factor or a filter looks at."""
    for number in range(9):
        w.at = later(-number)
        title = ("laptop untuk pelatihan", "komputer", "printer kami rusak")[number % 3]
        library = w.library(facts={FactCode.ROOM: number % 2}) if number % 4 else w.library(region_code=SURADE)
        w.challenge(library, title=title, quantity=1 + number % 4, not_wanted=("", "printer bekas")[number % 2])
        w.offer(
            title=("laptop bekas", "PC kantor", "printer bekas", "")[number % 4], quantity=1 + number % 5,
            area=((), ("32.02.39",))[number == 3], mode=(Mode.GOODS, Mode.EXPERIENCE)[number % 5 == 4],
            conditions=((FactCode.ROOM, Operator.AT_LEAST, 1),) if number % 3 == 0 else (),
        )  # fmt: skip
    w.at = later()
    return matching.see(w.session, w.office, at=w.at)


def assert_same(ours, theirs):
    for column in fields(ours):
        assert getattr(ours, column.name).tobytes() == getattr(theirs, column.name).tobytes(), column.name


@pytest.mark.parametrize("count", [9, 90])
def test_a_list_of_pairs_and_a_part_of_a_grid_say_exactly_what_the_grid_says(w, count):
    block = Block(*many(telling(w), count))
    assert block.few == (count < 90)
    rows, columns = np.divmod(np.arange(0, count * count, 7), count)
    part = block.part(count // 3, count - 1)
    for row in (*FACTORS, *FILTERS):
        work = getattr(row, "of", None) or row.passes
        grid = np.broadcast_to(work(block), block.shape)
        np.testing.assert_array_equal(np.broadcast_to(work(block.at(rows, columns)), len(rows)), grid[rows, columns])
        np.testing.assert_array_equal(np.broadcast_to(work(part), part.shape), grid[count // 3 : count - 1])


@pytest.mark.parametrize("factor", [row for row in FACTORS if row.needs or row.gifts], ids=lambda row: row.name)
def test_a_factor_that_names_its_columns_looks_at_no_other(w, factor):
    def shuffled(side, kept):
        order = np.random.default_rng(0).permutation(len(side))
        others = (row.name for row in fields(side) if row.name not in kept)
        return replace(side, **{name: getattr(side, name)[order] for name in others})

    needs, gifts = many(telling(w), 60)
    block, other = Block(needs, gifts), Block(shuffled(needs, factor.needs), shuffled(gifts, factor.gifts))
    ours, theirs = (np.broadcast_to(factor.of(grid), grid.shape) for grid in (block, other))
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(("chunk", "band"), [(1, 1), (7, 1000), (200, 500), (1000, 10_000), (10_000, 100)])
def test_the_ranking_is_the_same_to_the_byte_however_many_pairs_are_worked_out_at_once(w, chunk, band):
    needs, gifts = many(telling(w))
    forbidden = {(number, 89 - number) for number in range(0, 90, 7)}
    whole = scoring.rank(needs, gifts, PRIOR_POINTS, forbidden=forbidden)
    parts = scoring.rank(needs, gifts, PRIOR_POINTS, forbidden=forbidden, chunk=chunk, band=band)
    assert len(whole) > 500
    assert whole.experience.any()
    assert not {*zip(whole.challenge.tolist(), whole.offer.tolist(), strict=True)} & forbidden
    assert_same(whole, parts)


def test_a_challenge_alone_is_ranked_to_the_byte_as_among_all_others(w):
    needs, gifts = many(telling(w))
    whole = scoring.rank(needs, gifts, PRIOR_POINTS, forbidden={(3, 5)})
    for place in range(18):
        alone = scoring.rank(needs.pick(np.array([place])), gifts, PRIOR_POINTS, forbidden={(3, 5)})
        mine = whole.challenge == place
        assert_same(alone, replace(whole, **{row.name: getattr(whole, row.name)[mine] for row in fields(whole)}))


def test_rows_are_of_one_kind_where_they_say_the_same_and_nothing_said_is_the_same_as_nothing_said(w):
    needs, _ = many(telling(w), 18)
    needs = replace(needs, amount=np.array([np.nan, 1.0, 2.0] * 6), price=np.array([np.nan] * 9 + [5.0] * 9))
    first, kind = kinds(needs, ("amount", "price", "category"))
    assert kind.tolist() == [0, 1, 2] * 3 + [3, 4, 5] * 3
    assert first.tolist() == [0, 1, 2, 9, 10, 11]
    assert len(kinds(needs, ("category",))[0]) == 1
    assert len(kinds(needs, ("things", "amount"))[0]) == len({*zip(needs.things, np.tile([0, 1, 2], 6), strict=True)})


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


@pytest.mark.parametrize("ours", [1, 8, 9, 60])
def test_likeness_is_exactly_the_product_of_the_stored_vectors_however_many_texts_there_are(ours):
    said = [f"{one} {other}" for one in TEXTS for other in ("untuk anak", "bekas", "")]
    (matrix,) = similarity.rows([similarity.given(text, "", Category.BOOKS).vector for text in [*said, ""]])
    texts = similarity.Texts(matrix)
    mine, theirs = texts[np.arange(ours) % len(texts)], texts[np.arange(similarity.SLAB + 300) % len(texts)]
    product = (mine.matrix @ theirs.matrix.T).toarray() * np.float32(1 / similarity.LENGTH**2)
    assert 0 < np.count_nonzero(product) < product.size
    assert similarity.likeness(mine, theirs).tobytes() == product.tobytes()


TEXTS = ("buku cerita bergambar", "laptop", "ruang baca", "dana sewa", "tenaga pengajar", "rak buku", "wifi desa")


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
