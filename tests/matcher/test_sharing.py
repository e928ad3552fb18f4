"""Sharing one offer out: who takes part, the two splits, what the officer writes, and the lines in one press."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select

from matcher import balance, intake, lines, log, matching, partnership, review, sharing, standing
from matcher.errors import (
    AlreadyDecided,
    CannotShare,
    MessageAlreadySent,
    NotAllowed,
    NothingLeft,
    NothingToShare,
    NotWaiting,
    OutOfRange,
    Required,
    ShareAboveGap,
    ShareAboveLeft,
    ShareNotWhole,
    ShareTooLarge,
    ShareTooSmall,
)
from matcher.models import Agreement, Log, Match, Message
from matcher.policy import Actor, Role
from matcher.vocabulary import (
    AgreementKind,
    AgreementState,
    Category,
    CloseReason,
    EventKind,
    Every,
    FactCode,
    MatchState,
    Mode,
    Operator,
    Refusal,
    ReportState,
)
from tests.builders import AT, another_office, later, world


@pytest.fixture
def w(session):
    return world(session)


def short(w, *quantities, **overrides):
    """Libraries that lack so much each, the first one waiting longest."""
    made = []
    for days, quantity in enumerate(quantities):
        w.at = later(-90 + days)
        made.append(w.challenge(quantity=quantity, **overrides))
    w.at = AT
    return made


def out(w, offer, **options):
    fixed = {code: Decimal(str(share)) for code, share in options.pop("fixed", {}).items()}
    return sharing.share_out(w.session, w.office, offer, at=w.at, fixed=fixed, **options)


def shares(found):
    return [int(row.share) if row.share % 1 == 0 else float(row.share) for row in found.rows]


def note(row):
    return None if row.note is None else row.note.code


def of(challenges, *numbers):
    return {row.code: Decimal(str(number)) for row, number in zip(challenges, numbers, strict=True)}


# --- who takes part --------------------------------------------------------------------------------------------------


def test_every_library_the_scoring_lets_beside_the_offer_takes_part_longest_wait_first(w):
    first, second = short(w, 5, 4)
    other_kind = w.challenge(category=Category.BOOKS, quantity=30)
    elsewhere = w.challenge(w.library(region_code="32.02.39.2001"))
    offer = w.offer(area=("32.02.16",))
    assert [row.challenge.code for row in out(w, offer).rows] == [first.code, second.code]
    assert {other_kind.code, elsewhere.code}.isdisjoint(row.challenge.code for row in out(w, offer).rows)


def test_a_row_says_what_is_lacking_how_long_it_waits_and_what_is_known_of_readiness(w):
    ready, broken, silent = (
        w.library(facts={FactCode.ELECTRICITY: 1, **facts}) for facts in ({FactCode.ROOM: 1}, {FactCode.ROOM: 0}, {})
    )
    for library in (ready, broken, silent):
        w.challenge(library, quantity=2)
    offer = w.offer(conditions=((FactCode.ROOM, Operator.AT_LEAST, 1),))
    rows = {row.library.id: row for row in out(w, offer).rows}
    assert [(rows[one.id].missing, rows[one.id].unsaid) for one in (ready, broken, silent)] == [
        ((), ()), ((FactCode.ROOM,), ()), ((), (FactCode.ROOM,)),
    ]  # fmt: skip
    assert all(row.gap == 2 and row.days == 0 and row.never_helped for row in rows.values())
    assert (rows[ready.id].village, rows[ready.id].kecamatan) == ("Pasawahan", "Cicurug")
    assert rows[ready.id].score > rows[broken.id].score


def test_who_was_helped_before_is_not_marked_never_helped(w):
    helped = w.library()
    w.prove(w.agreed(w.challenge(helped), w.offer()), 1)
    w.challenge(helped, quantity=2)
    w.challenge(quantity=2)
    assert {row.library.id == helped.id: row.never_helped for row in out(w, w.offer()).rows} == {
        True: False, False: True,
    }  # fmt: skip


def test_only_the_ready_take_part_where_the_officer_says_so(w):
    broken, fine = w.library(facts={FactCode.ROOM: 0}), w.library(facts={FactCode.ROOM: 1})
    for library in (broken, fine):
        w.challenge(library, quantity=4)
    offer = w.offer(quantity=4, conditions=((FactCode.ROOM, Operator.AT_LEAST, 1),))
    assert shares(out(w, offer)) == [2, 2]
    found = out(w, offer, ready_only=True)
    assert [(row.library.id, row.share, note(row)) for row in found.rows] == [
        (broken.id, 0, "not_ready"), (fine.id, 4, None),
    ]  # fmt: skip


def test_a_refused_pair_and_a_pair_with_a_line_take_no_part(w):
    refused, proposed, free = short(w, 3, 3, 3)
    offer = w.offer(quantity=5)
    review.refuse(w.session, refused.id, offer.id, Refusal.TOO_FAR, by=w.officer, at=w.at)
    line = w.propose(proposed, offer, 2)
    found = out(w, offer)
    assert [row.challenge.code for row in found.rows] == [free.code]
    assert [(one.match.code, one.library) for one in found.standing] == [
        (line.code, lines.owner(w.session, proposed.party_id).name)
    ]


def test_what_is_proposed_already_is_not_shared_a_second_time(w):
    proposed, free = short(w, 4, 9)
    offer = w.offer(quantity=10)
    w.propose(proposed, offer, 4)
    found = out(w, offer)
    assert (found.left, found.soft, found.rest, shares(found)) == (10, 4, 0, [6])
    assert free.code == found.rows[0].challenge.code


def test_another_thing_than_what_is_asked_gets_nothing_unless_the_officer_says_so(w):
    printer, laptop = short(w, 2, 2)
    for row, title in ((printer, "Printer untuk mencetak"), (laptop, "Laptop untuk belajar")):
        row.title = row.story = title
    w.session.flush()
    offer = w.offer(quantity=4, title="Empat laptop", words="Kami beri laptop bekas kantor")
    found = out(w, offer)
    assert [(row.share, note(row)) for row in found.rows] == [(0, "other_thing"), (2, None)]
    assert shares(out(w, offer, fixed={printer.code: 1})) == [1, 2]


def test_a_need_nobody_counted_waits_for_the_officers_number(w):
    uncounted = w.challenge(quantity=None)
    offer = w.offer(quantity=4)
    assert [(row.share, note(row)) for row in out(w, offer).rows] == [(0, "no_number")]
    found = out(w, offer, fixed={uncounted.code: 3})
    assert (shares(found), found.faults) == ([3], [])


def test_units_that_do_not_convert_are_said_and_get_nothing(w):
    titles = w.challenge(category=Category.BOOKS, unit="title", quantity=20)
    offer = w.offer(category=Category.BOOKS, unit="copy", quantity=100)
    assert [(row.share, note(row)) for row in out(w, offer).rows] == [(0, "units")]
    assert isinstance(out(w, offer, fixed={titles.code: 5}).rows[0].fault, NotWaiting)


def test_two_hundred_libraries_take_as_many_queries_as_two(w):
    offer = w.offer(quantity=500)
    asked = []
    for count in (2, 198):
        for _ in range(count):
            w.challenge(quantity=4)
        w.session.commit()
        seen = []
        event.listen(w.session.connection(), "before_cursor_execute", seen_by := lambda *_, kept=seen: kept.append(1))
        found = out(w, offer)
        event.remove(w.session.connection(), "before_cursor_execute", seen_by)
        asked.append(len(seen))
    assert len(found.rows) == 200
    assert sum(row.share for row in found.rows) == 500
    assert asked[1] <= asked[0] + 1


# --- the split -------------------------------------------------------------------------------------------------------


def test_what_the_officer_wrote_stays_and_the_rest_is_shared_over_the_others(w):
    rows, offer = short(w, 5, 4, 3, 2), w.offer(quantity=10)
    found = out(w, offer, fixed={rows[0].code: 5})
    assert shares(found) == [5, 2, 2, 1]
    assert [row.fixed for row in found.rows] == [True, False, False, False]
    assert shares(out(w, offer, fixed={rows[0].code: 5, rows[3].code: 0})) == [5, 3, 2, 0]
    assert shares(out(w, offer, fixed={rows[0].code: 1}, proportional=True)) == [1, 4, 3, 2]


def test_a_row_that_is_left_out_says_so_and_its_share_goes_to_the_others(w):
    rows, offer = short(w, 5, 4, 3, 2), w.offer(quantity=10)
    found = out(w, offer, fixed={rows[1].code: 0})
    assert shares(found) == [5, 0, 3, 2]
    assert note(found.rows[1]) == "left_out"


def test_smallest_and_largest_share_hold_and_who_does_not_reach_the_smallest_is_told_why(w):
    short(w, 6, 6, 1, 6)
    found = out(w, w.offer(quantity=5, share_min=2, share_max=3))
    assert shares(found) == [3, 2, 0, 0]
    assert [note(row) for row in found.rows] == [None, None, "needs_less", "below_smallest"]
    said = found.rows[2].note.say("id", lambda amount, unit: f"{amount:f} {unit}")
    assert said == "hanya kurang 1.0 unit, di bawah bagian terkecil pemberi (2 unit)"


def test_in_proportion_the_smallest_share_holds_too(w):
    short(w, 8, 8, 2)
    found = out(w, w.offer(quantity=9, share_min=2), proportional=True)
    assert shares(found) == [5, 4, 0]
    assert note(found.rows[2]) == "part_below_smallest"


def test_in_proportion_the_longest_wait_that_gets_nothing_is_not_told_that_longer_waits_come_first(w):
    short(w, 2, 30)
    found = out(w, w.offer(quantity=9, share_min=2), proportional=True)
    assert shares(found) == [0, 9]
    amount = "{:f} {}".format
    assert found.rows[0].note.say("id", amount) == "bagian sebandingnya di bawah bagian terkecil pemberi (2 unit)"
    assert found.rows[0].note.say("en", amount) == "its part in proportion is below the giver's smallest share (2 unit)"


def test_who_comes_too_late_is_told_that_all_was_used_up(w):
    short(w, 1, 1, 1)
    found = out(w, w.offer(quantity=2))
    assert (shares(found), note(found.rows[2]), found.rest) == ([1, 1, 0], "used_up", 0)


def test_only_so_many_who_waited_longest_take_part_where_the_officer_says_so(w):
    short(w, 5, 4, 3, 2)
    found = out(w, w.offer(quantity=10), most=2)
    assert shares(found) == [5, 4, 0, 0]
    assert (note(found.rows[2]), found.rest) == ("beyond", 1)


def test_money_is_shared_in_whole_goods_at_the_pairs_own_price(w):
    short(w, 5, 4)
    money = w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=22_000_000)
    found = out(w, money)
    assert [(row.share, row.cost) for row in found.rows] == [(2, 10_000_000), (2, 10_000_000)]
    assert (found.rest, found.kinds) == (2_000_000, {Category.COMPUTERS: 2})


def test_money_serves_its_own_kind_first_and_others_where_the_officer_says_so(w):
    (fund,) = short(w, 3_000_000, category=Category.FUNDS)
    (computer,) = short(w, 2)
    money = w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=10_000_000)
    assert [row.challenge.code for row in out(w, money).rows] == [fund.code]
    assert [row.challenge.code for row in out(w, money, kind=Category.COMPUTERS).rows] == [computer.code]
    every = out(w, money, every_kind=True)
    assert {row.challenge.code: row.cost for row in every.rows} == {fund.code: 3_000_000, computer.code: 5_000_000}
    assert every.rest == 2_000_000


def test_money_is_shared_in_ten_thousands_of_rupiah(w):
    short(w, 9_000_000, 9_000_000, 9_000_000, category=Category.FUNDS)
    found = out(w, w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=20_000_000))
    assert shares(found) == [6_670_000, 6_670_000, 6_660_000]


def test_a_tutor_of_one_day_a_week_gives_each_of_four_villages_a_quarter_of_a_day(w):
    villages = short(w, 1, 1, 1, 1, category=Category.STAFF, unit="day", every=Every.WEEK)
    tutor = w.offer(
        category=Category.STAFF, mode=Mode.PEOPLE, unit="day", quantity=1, every=Every.WEEK,
        starts=w.day, ends=w.day + dt.timedelta(days=90),
    )  # fmt: skip
    found = out(w, tutor)
    assert (shares(found), found.rest) == ([0.25] * 4, 0)
    paper = sharing.agree_shares(
        w.session, w.office, tutor, of(villages, *[0.25] * 4), by=w.officer, at=w.at, kind=AgreementKind.ORAL,
        note="kepala desa",
    )  # fmt: skip
    w.session.flush()
    made = w.session.scalars(select(Match).where(Match.agreement_id == paper.id)).all()
    assert {line.every for line in made} == {Every.WEEK}
    assert balance.peak(lines.of_offer(w.session, tutor.id)) == 1


def test_the_whole_tutor_may_go_to_two_villages_in_different_months(w):
    months = [
        w.challenge(category=Category.STAFF, unit="day", quantity=1, every=Every.WEEK, starts=dt.date(2026, month, 1),
                    ends=dt.date(2026, month, 28))
        for month in (4, 5)
    ]  # fmt: skip
    tutor = w.offer(
        category=Category.STAFF, mode=Mode.PEOPLE, unit="day", quantity=1, every=Every.WEEK,
        starts=dt.date(2026, 4, 1), ends=dt.date(2026, 5, 31),
    )  # fmt: skip
    found = out(w, tutor, fixed={row.code: 1 for row in months})
    assert (shares(found), found.faults, found.rest) == ([1, 1], [], 0)


def test_a_monthly_need_takes_all_its_months_of_money_given_once(w):
    year = {"every": Every.MONTH, "starts": w.day, "ends": balance.months_later(w.day, 12) - dt.timedelta(days=1)}
    short(w, 150_000, 150_000, category=Category.FUNDS, **year)
    found = out(w, w.offer(category=Category.FUNDS, mode=Mode.MONEY, quantity=2_400_000))
    assert [(row.share, row.cost) for row in found.rows] == [(100_000, 1_200_000), (100_000, 1_200_000)]


# --- what is wrong with it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "fault"),
    [(6, ShareAboveGap), ("1.5", ShareNotWhole), (-1, OutOfRange), (1, ShareTooSmall), (5, ShareTooLarge)],
)
def test_a_share_that_is_none_is_said_at_its_row(w, written, fault):
    rows, offer = short(w, 5, 4), w.offer(quantity=10, share_min=2, share_max=4)
    found = out(w, offer, fixed={rows[0].code: written})
    assert [(code, type(error)) for code, error in found.faults] == [(rows[0].code, fault)]
    with pytest.raises(fault) as refused:
        sharing.propose_shares(w.session, w.office, offer, of(rows[:1], written), by=w.officer, at=w.at)
    assert refused.value.field == rows[0].code


def test_more_than_is_left_is_said_at_the_largest_share(w):
    rows, offer = short(w, 5, 4), w.offer(quantity=6)
    (said,) = out(w, offer, fixed={rows[0].code: 5, rows[1].code: 4}).faults
    assert (said[0], type(said[1]), said[1].values["asked"], said[1].values["left"]) == (
        rows[0].code, ShareAboveLeft, 9, 6,
    )  # fmt: skip


def test_a_need_that_closed_meanwhile_is_said_by_its_code(w):
    closed, lined, fine = short(w, 3, 3, 3)
    offer = w.offer()
    standing.close_challenge(w.session, closed, CloseReason.MET, by=w.officer, at=w.at)
    line = w.propose(lined, offer, 1)
    found = out(w, offer, fixed={closed.code: 2, lined.code: 1, "K-9999": 1, fine.code: 1})
    assert {code: error.values["why"].id for code, error in found.faults} == {
        closed.code: "kebutuhannya sekarang ditutup",
        lined.code: f"sudah ada {line.code} dengan tawaran ini",
        "K-9999": "kode ini tidak dikenal",
    }


def test_an_offer_that_is_not_there_is_not_shared_and_says_why(w):
    w.challenge()
    past, ahead = w.day - dt.timedelta(days=1), w.day + dt.timedelta(days=9)
    draft, expired, unnumbered = w.offer(state=ReportState.SUBMITTED), w.offer(valid_until=past), w.offer(quantity=None)
    story, paused, gone = w.experience(), w.offer(), w.offer()
    standing.pause_offer(w.session, paused, until=ahead, by=w.officer, at=w.at)
    standing.withdraw_offer(w.session, gone, by=w.officer, at=w.at)
    told = {}
    for offer in (draft, expired, unnumbered, story, paused, gone):
        with pytest.raises(CannotShare) as refused:
            out(w, offer)
        told[offer.code] = refused.value.values["hindrance"]
    assert list(told.values()) == ["state", "expired", "unnumbered", "experience", "state", "state"]


def test_an_offer_that_is_used_up_has_nobody_to_give_to_and_names_its_lines(w):
    first, _ = short(w, 3, 3)
    offer = w.offer(quantity=3)
    line = w.agreed(first, offer)
    found = out(w, offer)
    assert (found.left, found.rows, [one.match.id for one in found.standing]) == (0, [], [line.id])


# --- the press -------------------------------------------------------------------------------------------------------


def propose(w, offer, shares, **overrides):
    return sharing.propose_shares(w.session, w.office, offer, shares, **{"by": w.officer, "at": w.at} | overrides)


def agree(w, offer, shares, **overrides):
    values = {"by": w.officer, "at": w.at, "kind": AgreementKind.ORAL, "note": "ibu camat, di aula"} | overrides
    return sharing.agree_shares(w.session, w.office, offer, shares, **values)


def test_four_lines_are_proposed_in_one_press_each_with_its_texts_to_both_sides(w):
    rows, offer = short(w, 5, 4, 3, 2), w.offer(quantity=10)
    w.refresh()
    seen = {row.challenge.id: row.score for row in out(w, offer).rows}
    w.session.commit()
    made = propose(w, offer, of(rows, 3, 3, 2, 2), due=w.day + dt.timedelta(days=30))
    w.session.commit()
    assert [(line.challenge_id, line.quantity, line.state) for line in made] == [
        (row.id, share, MatchState.PROPOSED) for row, share in zip(rows, (3, 3, 2, 2), strict=True)
    ]
    texts = select(func.count()).select_from(Message).where(Message.dropped_at.is_(None))
    assert w.session.scalar(texts) == 8
    acts = select(Log.act).where(Log.event == "propose").distinct()
    assert len(w.session.scalars(acts).all()) == 1
    assert {line.challenge_id: line.score for line in made} == seen


def test_undoing_one_line_takes_the_whole_press_back_until_a_text_went_out(w):
    rows, offer = short(w, 5, 4, 3), w.offer(quantity=10)
    made = propose(w, offer, of(rows, 4, 3, 3))
    w.session.commit()
    review.undo(w.session, match_id=made[1].id, by=w.officer, at=w.at)
    w.session.commit()
    assert {line.state for line in made} == {MatchState.CANCELLED}
    assert shares(out(w, offer)) == [4, 3, 3]

    again = propose(w, offer, of(rows, 4, 3, 3))
    w.session.commit()
    text = w.session.scalars(select(Message).where(Message.match_id == again[2].id)).first()
    review.mark_sent(w.session, text.id, by=w.officer, at=w.at)
    w.session.commit()
    with pytest.raises(MessageAlreadySent):
        review.undo(w.session, match_id=again[0].id, by=w.officer, at=w.at)


@pytest.mark.parametrize("kind", [AgreementKind.ORAL, AgreementKind.COMMITMENT])
def test_four_lines_are_agreed_at_the_table_under_one_agreement(w, kind):
    rows, offer = short(w, 5, 4, 3, 2), w.offer(quantity=10)
    paper = agree(w, offer, of(rows, 3, 3, 2, 2), kind=kind, due=w.day + dt.timedelta(days=60))
    w.session.commit()
    made = w.session.scalars(select(Match).where(Match.agreement_id == paper.id).order_by(Match.id)).all()
    assert [(line.quantity, line.state) for line in made] == [(n, MatchState.AGREED) for n in (3, 3, 2, 2)]
    assert {line.due for line in made} == {w.day + dt.timedelta(days=60)}
    assert paper.state is (AgreementState.IN_FORCE if kind is AgreementKind.ORAL else AgreementState.DRAFT)
    assert w.left(offer) == 0
    assert [w.gap(row) for row in rows] == [2, 1, 1, 0]
    assert all(line.consent_giver_quantity == line.consent_taker_quantity == line.quantity for line in made)
    assert all("ibu camat, di aula; dicatat di rapat oleh petugas" in line.consent_note for line in made)
    assert w.session.scalar(select(func.count()).select_from(Message).where(Message.dropped_at.is_(None))) == 0
    assert log.verify(w.session) is None


def asked_while(w, act):
    """How many SELECTs *act* makes, whatever it writes."""
    seen = []

    def listener(*told):
        seen.append(told[2].lstrip()[:6].upper() == "SELECT")

    connection = w.session.connection()
    event.listen(connection, "before_cursor_execute", listener)
    act()
    w.session.flush()
    event.remove(connection, "before_cursor_execute", listener)
    return sum(seen)


def test_agreeing_and_undoing_forty_lines_asks_as_much_as_two(w):
    asked = []
    for count in (2, 40):
        rows, offer, other = short(w, *[4] * count), w.offer(quantity=500), w.offer(quantity=500)
        each = of(rows, *[1] * count)
        w.session.commit()
        agreed = asked_while(w, lambda offer=offer, each=each: agree(w, offer, each))
        followed = asked_while(w, lambda: matching.follow(w.session, w.office, at=w.at))
        made = propose(w, other, each)
        w.session.commit()
        one = made[0].id
        undone = asked_while(w, lambda one=one: review.undo(w.session, match_id=one, by=w.officer, at=w.at))
        w.session.commit()
        assert {line.state for line in made} == {MatchState.CANCELLED}
        asked.append((agreed, followed, undone))
    assert all(many <= few + 1 for few, many in zip(*asked, strict=True)), asked
    assert log.verify(w.session) is None


def test_undoing_a_press_leaves_a_line_that_was_decided_since_and_its_texts(w):
    rows, offer = short(w, 5, 4, 3), w.offer(quantity=10)
    made = propose(w, offer, of(rows, 4, 3, 3))
    w.session.commit()
    w.agree(w.consent(made[1]))
    w.session.commit()
    review.undo(w.session, match_id=made[0].id, by=w.officer, at=w.at)
    w.session.commit()
    assert [line.state for line in made] == [MatchState.CANCELLED, MatchState.AGREED, MatchState.CANCELLED]
    texts = select(Message.match_id).where(Message.dropped_at.is_(None))
    assert set(w.session.scalars(texts)) == {made[1].id}
    events = select(Log.event).where(Log.subject == "match").order_by(Log.seq)
    assert w.session.scalars(events).all().count("withdraw") == 2


def test_where_every_yes_was_said_is_kept_with_each_line(w):
    rows, offer = short(w, 5, 4), w.offer(quantity=10)
    day = intake.plan_event(
        w.session, office_id=w.office.id, kind=EventKind.STAKEHOLDER, name="Pertemuan", day=w.day, place="",
        by=w.officer, at=w.at,
    )  # fmt: skip
    w.session.flush()
    paper = agree(w, offer, of(rows, 3, 3), note="", event_id=day.id)
    made = w.session.scalars(select(Match).where(Match.agreement_id == paper.id)).all()
    assert [line.event_id for line in made] == [day.id, day.id]


def refused_whole(w, offer, act, error):
    """The press is refused and nothing of it is written."""
    offer_id = offer.id
    w.session.commit()
    before = [w.session.scalar(select(func.count()).select_from(table)) for table in (Match, Agreement, Message, Log)]
    with pytest.raises(error) as refused:
        act()
    w.session.rollback()
    after = [w.session.scalar(select(func.count()).select_from(table)) for table in (Match, Agreement, Message, Log)]
    assert after == before
    assert offer_id
    return refused.value


def test_shares_that_take_more_than_is_left_are_refused_whole_and_say_who_holds_the_rest(w):
    holder, *rows = short(w, 4, 4, 4)
    offer = w.offer(quantity=10)
    line = w.agreed(holder, offer)
    for act in (propose, agree):
        told = refused_whole(w, offer, lambda act=act: act(w, offer, of(rows, 4, 3)), NothingLeft)
        assert (told.values["asked"], told.values["left"]) == (7, 6)
        assert [(one["code"], one["quantity"]) for one in told.values["holders"]] == [(line.code, 4)]


def test_one_library_that_closed_meanwhile_refuses_the_whole_press(w):
    rows, offer = short(w, 4, 4), w.offer(quantity=8)
    standing.close_challenge(w.session, rows[1], CloseReason.MET, by=w.officer, at=w.at)
    told = refused_whole(w, offer, lambda: agree(w, offer, of(rows, 4, 4)), NotWaiting)
    assert told.field == rows[1].code


def test_nothing_is_pressed_for_nobody_without_a_witness_or_by_somebody_else(w):
    rows, offer = short(w, 4), w.offer(quantity=8)
    refused_whole(w, offer, lambda: propose(w, offer, of(rows, 0)), NothingToShare)
    refused_whole(w, offer, lambda: agree(w, offer, of(rows, 2), note=" "), Required)
    facilitator = Actor("fasilitator", Role.FASILITATOR, office_id=w.office.id)
    refused_whole(w, offer, lambda: propose(w, offer, of(rows, 2), by=facilitator), NotAllowed)


def test_pressing_twice_proposes_once(w):
    rows, offer = short(w, 4, 4), w.offer(quantity=8)
    propose(w, offer, of(rows, 4, 4))
    refused_whole(w, offer, lambda: propose(w, offer, of(rows, 4, 4)), (AlreadyDecided, NotWaiting))


def test_a_national_offer_shows_another_offices_lines_as_less_that_is_left_and_without_a_name(w):
    other = another_office(w)
    offer = w.offer(national=True, quantity=10)
    other.agreed(other.challenge(other.library(region_code="32.04.05.2001"), quantity=6), offer)
    (mine,) = short(w, 9)
    found = out(w, offer)
    assert (found.left, shares(found), found.standing) == (4, [4], [])
    assert found.rows[0].challenge.code == mine.code
    told = refused_whole(w, offer, lambda: propose(w, offer, of([mine], 5)), NothingLeft)
    assert [one["who"] for one in told.values["holders"]] == [""]


def test_lines_agreed_in_one_press_can_each_be_ended_alone(w):
    from matcher.vocabulary import CancelReason

    rows, offer = short(w, 4, 4), w.offer(quantity=8)
    paper = agree(w, offer, of(rows, 4, 4))
    first, second = w.session.scalars(select(Match).where(Match.agreement_id == paper.id).order_by(Match.id)).all()
    partnership.cancel(w.session, first.id, CancelReason.TAKER_CANNOT, by=w.officer, at=w.at)
    assert (second.state, w.left(offer)) == (MatchState.AGREED, 4)
