"""What looks like something known: reports told again, parties under two names; merged, and taken apart again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from matcher import doctor, duplicates, intake, lines, log, matching, merging, standing
from matcher.errors import HoldsPromises, NotFound, NotMerged, NotPossible, NotTheSame, UnitsDoNotConvert
from matcher.intake import Gift, Report
from matcher.models import Challenge, Log, Match, Party, Rule, Suggestion
from matcher.queries import desk, profiles, public
from matcher.queries import reports as lists
from matcher.vocabulary import (
    Category,
    CloseReason,
    Every,
    FactCode,
    MatchState,
    Mode,
    PartyKind,
    ReportState,
    RuleKind,
    Sector,
)
from tests.builders import AT, VILLAGE, amount, another_office, later, world

NEXT = "32.02.16.2006"
LIBRARY, GIVER = PartyKind.LIBRARY, PartyKind.STAKEHOLDER


@pytest.fixture
def w(session):
    return world(session)


def similar(w, party, **said):
    values = {"category": Category.COMPUTERS, "quantity": 2} | said
    return duplicates.of_report(w.session, w.office.id, party.id, Report(**values), at=w.at)


def code_of(found):
    return None if found is None else found.code


# --- a report told again ---------------------------------------------------------------------------------------------


def test_a_need_of_a_kind_that_stands_is_told_from_a_new_one(w):
    library = w.library()
    assert similar(w, library) is None
    first = w.challenge(library)
    found = similar(w, library)
    assert (found.code, found.quantity, found.unit, found.since) == (first.code, 3, "unit", w.day)
    assert similar(w, library, category=Category.BOOKS) is None
    assert similar(w, w.library()) is None
    standing.close_challenge(w.session, first, CloseReason.WITHDRAWN, by=w.officer, at=w.at)
    assert similar(w, library) is None


def test_a_report_that_waits_to_be_checked_may_be_meant_again_too(w):
    library = w.library()
    waiting = w.challenge(library, state=ReportState.SUBMITTED)
    assert code_of(similar(w, library)) == waiting.code


def test_another_theme_of_books_is_another_need(w):
    library = w.library()
    first = w.challenge(library, category=Category.BOOKS, title="Buku cerita anak", quantity=100)
    told = {"category": Category.BOOKS, "quantity": 50}
    assert similar(w, library, title="Buku pertanian dan peternakan", **told) is None
    assert code_of(similar(w, library, title="Buku anak-anak", **told)) == first.code
    assert code_of(similar(w, library, title="Butuh buku", **told)) == first.code


def test_the_more_words_agree_the_surer_it_is(w):
    library = w.library()
    w.challenge(library, category=Category.STAFF, unit="session", title="Pelatihan menjahit untuk ibu PKK")
    told = {"category": Category.STAFF, "unit": "session"}
    other, plain, same = (
        duplicates.of_report(w.session, w.office.id, library.id, Report(**told, title=title), at=w.at)
        for title in ("Pelatihan las listrik", "Pelatihan", "Pelatihan menjahit ibu-ibu PKK")
    )
    assert other is None
    assert 0.4 < plain.sure < same.sure
    assert same.sure >= 0.8


def test_units_that_do_not_convert_are_two_needs_and_those_that_do_are_one(w):
    library = w.library()
    day = w.challenge(library, category=Category.STAFF, unit="day", quantity=2)
    assert similar(w, library, category=Category.STAFF, unit="session") is None
    assert code_of(similar(w, library, category=Category.STAFF, unit="hour")) == day.code


def test_what_was_said_long_ago_is_less_surely_the_same(w):
    library = w.library()
    w.challenge(library)
    told = Report(category=Category.COMPUTERS)
    now, then = (
        duplicates.of_report(w.session, w.office.id, library.id, told, at=moment).sure for moment in (w.at, later(700))
    )
    assert then < now


def test_a_report_to_leave_out_is_left_out(w):
    library = w.library()
    first = w.challenge(library)
    told = Report(category=Category.COMPUTERS)
    assert duplicates.of_report(w.session, w.office.id, library.id, told, ignore=[first.code]) is None


def test_near_identical_words_of_one_giver_are_one_offer_whatever_its_kind(w):
    giver = w.giver()
    first = w.offer(
        giver, title="Pelatihan pemasaran digital dan foto produk UMKM", category=Category.STAFF, mode=Mode.PEOPLE
    )
    told = {"title": "Pelatihan pemasaran digital serta foto produk UMKM", "mode": Mode.SERVICE}
    ask = lambda **said: duplicates.of_report(w.session, w.office.id, giver.id, Gift(**said), at=w.at)  # noqa: E731 - one line says it
    assert code_of(ask(category=Category.COMPUTERS, **told)) == first.code
    assert ask(category=Category.COMPUTERS, title="Sepuluh laptop", mode=Mode.GOODS) is None


def test_two_stories_of_one_library_are_two_unless_they_say_the_same(w):
    library = w.library()
    first = w.experience(library, title="Warung belajar naik omzet berkat internet desa")
    told = {"category": Category.COMPUTERS, "mode": Mode.EXPERIENCE}
    ask = lambda title: duplicates.of_report(w.session, w.office.id, library.id, Gift(title=title, **told))  # noqa: E731 - one line says it
    assert ask("Anak putus sekolah kembali belajar") is None
    assert code_of(ask("Warung belajar naik omzet berkat internet desa kami")) == first.code


def test_many_reports_are_compared_in_three_queries(w):
    pairs = []
    for _ in range(30):
        library = w.library()
        w.challenge(library)
        pairs.append((library.id, Report(category=Category.COMPUTERS)))
    pairs.append((None, Report(category=Category.COMPUTERS)))
    seen = []
    listen = lambda *arguments: seen.append(arguments[2])  # noqa: E731 - SQLAlchemy wants a callable
    event.listen(w.session.get_bind(), "before_cursor_execute", listen)
    found = duplicates.of_reports(w.session, w.office.id, pairs)
    event.remove(w.session.get_bind(), "before_cursor_execute", listen)
    assert len(seen) <= 3
    assert all(found[:-1])
    assert found[-1] is None


# --- adding to what stands -------------------------------------------------------------------------------------------


def test_adding_raises_the_number_confirms_the_need_and_keeps_what_was_said(w):
    first = w.challenge(story="Antre tiap sore.")
    row = duplicates.add_to(w.session, first.code, amount(2), by=w.officer, at=later(40), told="Kini dua kelas.")
    assert (row.quantity, row.confirmed_on, row.state) == (5, later(40).date(), ReportState.OPEN)
    assert row.story == "Antre tiap sore.\nKini dua kelas."
    w.session.commit()
    assert doctor.fields(w.session, w.at) == []


def test_adding_hours_to_days_counts_in_days(w):
    first = w.challenge(category=Category.STAFF, unit="day", quantity=2)
    assert duplicates.add_to(w.session, first.code, amount(4), unit="hour", by=w.officer, at=w.at).quantity == Decimal(
        "2.5"
    )
    with pytest.raises(UnitsDoNotConvert):
        duplicates.add_to(w.session, first.code, amount(4), unit="session", by=w.officer, at=w.at)


def test_adding_without_a_number_only_confirms(w):
    first = w.challenge()
    assert duplicates.add_to(w.session, first.code, None, by=w.officer, at=later(9)).quantity == 3
    assert first.confirmed_on == later(9).date()


def test_nothing_is_added_to_what_does_not_stand_or_is_another_offices(w):
    first = w.challenge()
    other = another_office(w)
    with pytest.raises(NotFound):
        duplicates.add_to(w.session, first.code, amount(1), by=other.officer, at=w.at)
    standing.close_challenge(w.session, first, CloseReason.MET, by=w.officer, at=w.at)
    with pytest.raises(NotPossible):
        duplicates.add_to(w.session, first.code, amount(1), by=w.officer, at=w.at)


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ("Perpustakaan Desa Bunga Padi", "Perpusdes Bunga Padi"),
        ("Perpustakaan Desa Bunga Padi", "PERPUS DS. BUNGAPADI"),
        ("Perpustakaan Desa Bunga Padi", "Perpusdes Bunga Pady"),
        ("Perpustakaan Desa Bunga Padi", "Perpusdes Bnga Padi"),
        ("Perpustakaan Desa Bunga Padi", "Perpustakaan Bunga Padi Desa Pasawahan"),
        ("Perpustakaan Desa", "Perpusdes Pasawahan"),
        ("TBM Melati 2", "tbm melati 2"),
    ],
)
def test_a_library_is_found_under_the_names_people_write(w, known, told):
    library = w.library(known)
    for region in (VILLAGE, None, "32.02.16"):
        assert duplicates.of_party(w.session, w.office.id, LIBRARY, told, region) == [library]


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ("Perpustakaan Desa Bunga Padi", "Perpusdes Bunga Mawar"),
        ("TBM Melati 1", "TBM Melati 2"),
        ("TBM Melati I", "TBM Melati II"),
        ("Perpustakaan Padi", "Perpustakaan Budi"),
    ],
)
def test_another_name_is_another_library(w, known, told):
    w.library(known)
    assert duplicates.of_party(w.session, w.office.id, LIBRARY, told, VILLAGE) == []


def test_the_same_name_in_two_villages_is_two_libraries(w):
    here = w.library("Perpustakaan Melati")
    there = w.library("Perpustakaan Melati", region_code=NEXT)
    assert duplicates.of_party(w.session, w.office.id, LIBRARY, "Perpus Melati", NEXT) == [there]
    assert duplicates.of_party(w.session, w.office.id, LIBRARY, "Perpus Melati", "32.02.39.2001") == []
    assert duplicates.of_party(w.session, w.office.id, LIBRARY, "Perpus Melati", None) == [here, there]
    assert duplicates.likely(w.session, w.office.id) == []


def test_a_giver_is_found_without_its_legal_form_and_never_as_a_library(w):
    giver = w.giver("PT Telkom Indonesia Tbk")
    found = duplicates.of_party(w.session, w.office.id, GIVER, "Telkom Indonesia", None)
    assert found == [giver]
    assert duplicates.of_party(w.session, w.office.id, LIBRARY, "Telkom Indonesia", None) == []


def test_what_was_taken_back_and_what_another_office_knows_is_not_found(w):
    w.library("Perpustakaan Kembang").retired_at = w.at
    other = another_office(w)
    other.library("Perpustakaan Sekar", region_code="32.04.05.2001")
    w.session.flush()
    for name in ("Perpusdes Kembang", "Perpusdes Sekar"):
        assert duplicates.of_party(w.session, w.office.id, LIBRARY, name, None) == []
    assert [one.name for one in lists.libraries(w.session, w.office.id)] == []


def test_likely_pairs_are_shown_once_until_somebody_says_they_differ(w):
    one, other = w.library("Perpusdes Bunga Padi"), w.library("Perpustakaan Bunga Padi", region_code=None)
    w.library("Perpusdes Kenanga")
    assert [pair[:2] for pair in duplicates.likely(w.session, w.office.id)] == [(one.id, other.id)]
    assert duplicates.likely(w.session, w.office.id, party_id=one.id) != []
    duplicates.tell_apart(w.session, other, one, by=w.officer, at=w.at)
    w.session.commit()
    assert duplicates.likely(w.session, w.office.id) == []


def test_the_same_number_to_call_speaks_for_one_party_in_one_place(w):
    one = w.library("Perpusdes Kenanga", contact_phone="0812 3456 7890")
    other = w.library("TBM Pelita", contact_phone="+62 812-3456-7890")
    w.library("TBM Jauh", contact_phone="081234567890", region_code="32.02.39.2001")
    assert [pair[:2] for pair in duplicates.likely(w.session, w.office.id)] == [(one.id, other.id)]


# --- reports merged --------------------------------------------------------------------------------------------------


def test_a_duplicate_is_closed_its_proposals_go_with_it_and_all_comes_back(w):
    library = w.library()
    kept, other = w.challenge(library), w.challenge(library, quantity=2)
    line = w.propose(other, w.offer())
    w.session.commit()
    merging.merge_reports(w.session, kept, other, by=w.officer, at=w.at, add_up=True)
    w.session.commit()
    assert (other.state, other.closed_because, kept.quantity) == (ReportState.CLOSED, "duplicate", 5)
    assert line.state is MatchState.CANCELLED
    assert merging.merged_with(w.session, other) == kept.code
    apart = merging.unmerge_reports(w.session, other, by=w.officer, at=later(1))
    w.session.commit()
    assert (apart.lowered, kept.quantity, other.quantity) == (True, 3, 2)
    assert (other.state, other.closed_because) == (ReportState.OPEN, None)
    again = w.session.scalars(select(Match).where(Match.challenge_id == other.id, Match.id != line.id)).one()
    assert (again.state, again.quantity) == (MatchState.PROPOSED, line.quantity)
    for rule in doctor.RULES:
        assert rule.faults(w.session, w.at) == [], rule.words.en


def test_a_report_put_aside_is_put_aside_again(w):
    giver = w.giver()
    kept, other = w.offer(giver), w.offer(giver)
    standing.pause_offer(w.session, other, by=w.officer, at=w.at, until=later(30).date())
    merging.merge_reports(w.session, kept, other, by=w.officer, at=w.at)
    w.session.commit()
    merging.unmerge_reports(w.session, other, by=w.officer, at=w.at)
    assert (other.state, other.paused_until, kept.quantity) == (ReportState.PAUSED, later(30).date(), 10)


def test_a_report_with_promises_is_not_closed_as_a_duplicate_and_they_are_named(w):
    library = w.library()
    kept, other = w.challenge(library), w.challenge(library)
    line = w.agreed(other, w.offer())
    with pytest.raises(HoldsPromises) as refused:
        merging.merge_reports(w.session, kept, other, by=w.officer, at=w.at)
    assert refused.value.values["lines"] == [line.code]
    merging.merge_reports(w.session, other, kept, by=w.officer, at=w.at)
    assert kept.state is ReportState.CLOSED


@pytest.mark.parametrize("other", [{"category": Category.BOOKS}, {"every": Every.MONTH}, None])
def test_reports_that_cannot_be_one_are_refused(w, other):
    library = w.library()
    kept = w.challenge(library)
    twin = w.challenge(library, **other) if other is not None else w.challenge()
    with pytest.raises(NotTheSame):
        merging.merge_reports(w.session, kept, twin, by=w.officer, at=w.at, add_up=True)
    with pytest.raises(NotTheSame):
        merging.merge_reports(w.session, kept, kept, by=w.officer, at=w.at)


def test_a_sum_that_was_changed_or_promised_since_stays(w):
    library = w.library()
    kept, first, second = (w.challenge(library, quantity=number) for number in (3, 2, 1))
    for other in (first, second):
        merging.merge_reports(w.session, kept, other, by=w.officer, at=w.at, add_up=True)
        w.session.commit()
    assert kept.quantity == 6
    assert merging.unmerge_reports(w.session, first, by=w.officer, at=w.at).lowered is False
    w.agreed(kept, w.offer(), 6)
    assert merging.unmerge_reports(w.session, second, by=w.officer, at=w.at).lowered is False
    assert kept.quantity == 6


def test_merging_twice_is_once_and_taking_apart_twice_is_refused(w):
    library = w.library()
    kept, other = w.challenge(library), w.challenge(library)
    for _ in range(2):
        merging.merge_reports(w.session, kept, other, by=w.officer, at=w.at, add_up=True)
        w.session.commit()
    assert kept.quantity == 6
    merging.unmerge_reports(w.session, other, by=w.officer, at=w.at)
    w.session.commit()
    with pytest.raises(NotMerged):
        merging.unmerge_reports(w.session, other, by=w.officer, at=w.at)


# --- parties merged --------------------------------------------------------------------------------------------------


def picture(w):
    """Everything that shows whose something is."""
    w.session.flush()
    w.refresh()
    pairs = w.session.execute(
        select(Suggestion.challenge_id, Suggestion.offer_id, Suggestion.score, Suggestion.factors, Suggestion.detail)
        .order_by(Suggestion.challenge_id, Suggestion.offer_id)
    ).all()  # fmt: skip
    cards = public.every_need(w.session, w.office, public.Wish(), at=w.at)
    pages = [profiles.library(w.session, w.office, one.slug, at=w.at) for one in parties(w)]
    seen = [desk.chosen(w.session, one, at=w.at).known for one in w.session.scalars(select(Challenge))]
    return [pairs, cards, pages, seen, lists.libraries(w.session, w.office.id), lists.givers(w.session, w.office.id)]


def parties(w):
    rows = select(Party).where(Party.sector.is_(None)).order_by(Party.id)
    return w.session.scalars(rows).all()


def a_district(w):
    """Two libraries that are one, two givers that are one, and lines, facts and rules on either of each."""
    kept, twin = w.library("Perpusdes Bunga Padi"), w.library("Perpustakaan Bunga Padi")
    w.know(kept, FactCode.ROOM, 0)
    w.know(twin, FactCode.ROOM, 1, as_of=later(5).date())
    w.know(twin, FactCode.INTERNET, 1)
    giver, its_twin, other = w.giver("PT Sinar"), w.giver("Sinar", sector=Sector.PRIVATE), w.giver("CV Lain")
    helped = w.agreed(w.challenge(twin), w.offer(its_twin), due=w.day)
    w.prove(helped, 3, verified=True)
    w.challenge(kept)
    w.challenge(twin, category=Category.BOOKS, quantity=50)
    w.challenge(w.library("Perpusdes Kenanga"))
    w.offer(giver)
    w.offer(other)
    w.offer(other, category=Category.BOOKS, quantity=100)
    w.experience(twin)
    w.session.commit()
    return kept, twin, giver, its_twin


def test_what_is_merged_and_taken_apart_is_as_it_was(w):
    kept, twin, giver, its_twin = a_district(w)
    before = picture(w)
    for one, other in ((kept, twin), (giver, its_twin)):
        merging.merge_parties(w.session, one, other, by=w.officer, at=w.at)
    w.session.commit()
    assert picture(w) != before
    for other in (twin, its_twin):
        merging.unmerge_parties(w.session, other, by=w.officer, at=w.at)
    w.session.commit()
    assert picture(w) == before
    for rule in doctor.RULES:
        assert rule.faults(w.session, w.at) == [], rule.words.en


def test_whoever_asks_whose_is_told_the_kept_one(w):
    kept, twin, giver, its_twin = a_district(w)
    for one, other in ((kept, twin), (giver, its_twin)):
        merging.merge_parties(w.session, one, other, by=w.officer, at=w.at)
    w.session.commit()
    w.refresh()
    cards = public.every_need(w.session, w.office, public.Wish(), at=w.at)
    assert {card.slug for card in cards} == {kept.slug, "perpusdes-kenanga"}
    assert not any(card.never_helped for card in cards if card.slug == kept.slug)
    page = profiles.library(w.session, w.office, twin.slug, at=w.at)
    assert (page.slug, len(page.needs), set(page.readiness.holds)) == (kept.slug, 3, {FactCode.ROOM, FactCode.INTERNET})
    need = w.session.scalars(select(Challenge).where(Challenge.party_id == twin.id)).first()
    assert desk.chosen(w.session, need, at=w.at).library is kept
    assert [one.name for one in lists.givers(w.session, w.office.id)] == ["CV Lain", "PT Sinar"]
    facts = intake.current_facts(w.session, [kept.id, twin.id])
    assert facts[kept.id][FactCode.ROOM].value == facts[twin.id][FactCode.ROOM].value == 1
    seen = matching.see(w.session, w.office, at=later(3))
    assert twin.id not in seen.needs.library
    assert set(seen.gifts.due[seen.gifts.giver == giver.id]) == {1.0}
    assert its_twin.id not in seen.gifts.giver


def test_a_merged_party_is_not_suggested_to_itself(w):
    kept, twin = w.library(), w.library()
    need = w.challenge(kept)
    story = w.experience(twin)
    w.refresh()
    assert w.suggested(need, experience=True) == [story.code]
    merging.merge_parties(w.session, kept, twin, by=w.officer, at=w.at)
    matching.follow(w.session, w.office, at=w.at)
    assert w.suggested(need, experience=True) == []
    w.session.commit()
    merging.unmerge_parties(w.session, twin, by=w.officer, at=w.at)
    matching.follow(w.session, w.office, at=w.at)
    assert w.suggested(need, experience=True) == [story.code]


def test_a_givers_rule_holds_for_whoever_it_was_merged_with(w):
    kept, twin, giver, its_twin = w.library(), w.library(), w.giver(), w.giver()
    need, offer = w.challenge(kept), w.offer(giver)
    w.session.add(Rule(party_id=its_twin.id, kind=RuleKind.NOT_LIBRARY, library_id=twin.id, made_at=w.at))
    w.refresh()
    assert w.suggested(need) == [offer.code]
    for one, other in ((kept, twin), (giver, its_twin)):
        merging.merge_parties(w.session, one, other, by=w.officer, at=w.at)
    w.refresh()
    assert w.suggested(need) == []


def test_parties_between_which_lines_run_are_not_merged(w):
    kept, twin = w.library(), w.library()
    line = w.propose(w.challenge(kept), w.experience(twin))
    with pytest.raises(HoldsPromises) as refused:
        merging.merge_parties(w.session, kept, twin, by=w.officer, at=w.at)
    assert refused.value.values["lines"] == [line.code]


def test_chains_are_followed_circles_refused_and_taking_apart_gives_back_what_came_along(w):
    a, b, c = (w.library(f"Perpus {name}") for name in ("Anggrek", "Bougenvil", "Cempaka"))
    merging.merge_parties(w.session, b, a, by=w.officer, at=w.at)
    w.session.commit()
    merging.merge_parties(w.session, c, b, by=w.officer, at=w.at)
    w.session.commit()
    assert (a.merged_into_id, b.merged_into_id) == (c.id, c.id)
    assert lines.owner(w.session, a.id) is c
    for kept, other in ((a, c), (c, c)):
        with pytest.raises(NotTheSame):
            merging.merge_parties(w.session, kept, other, by=w.officer, at=w.at)
    assert merging.merge_parties(w.session, a, b, by=w.officer, at=w.at) is c
    assert merging.unmerge_parties(w.session, b, by=w.officer, at=w.at) is c
    w.session.commit()
    assert (a.merged_into_id, b.merged_into_id) == (b.id, None)
    merging.unmerge_parties(w.session, a, by=w.officer, at=w.at)
    with pytest.raises(NotMerged):
        merging.unmerge_parties(w.session, a, by=w.officer, at=w.at)


def test_a_library_is_not_merged_with_a_giver_nor_by_another_office(w):
    library, giver = w.library(), w.giver()
    with pytest.raises(NotTheSame):
        merging.merge_parties(w.session, library, giver, by=w.officer, at=w.at)
    with pytest.raises(NotFound):
        merging.merge_parties(w.session, library, w.library(), by=another_office(w).officer, at=w.at)


def test_the_name_of_a_merged_party_finds_the_kept_one(w):
    kept, twin = w.library("Perpustakaan Desa Bunga Padi"), w.library("Pojok Baca Pasawahan")
    merging.merge_parties(w.session, kept, twin, by=w.officer, at=w.at)
    assert duplicates.of_party(w.session, w.office.id, LIBRARY, "Pojok Baca", VILLAGE) == [kept]
    assert duplicates.likely(w.session, w.office.id) == []


def test_a_report_of_a_merged_party_is_like_one_of_the_kept_one(w):
    kept, twin = w.library(), w.library()
    first = w.challenge(twin)
    merging.merge_parties(w.session, kept, twin, by=w.officer, at=w.at)
    assert code_of(similar(w, kept)) == code_of(similar(w, twin)) == first.code


def test_a_merge_stands_in_the_log_with_what_it_changed(w):
    kept, twin = w.library(), w.library()
    merging.merge_parties(w.session, kept, twin, by=w.officer, at=w.at)
    w.session.commit()
    row = w.session.scalars(select(Log).where(Log.event == "merge")).one()
    assert (row.subject_id, row.changes, row.by) == (twin.id, {"merged_into_id": [None, kept.id]}, w.officer.name)
    assert log.verify(w.session) is None
    assert dt.timedelta(0) == row.at - AT
