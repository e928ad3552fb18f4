"""Tables on their way in: looked at without a trace, repaired, taken in row by row, and taken back within a week."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from matcher import doctor, duplicates, intake, log
from matcher.errors import ImportTakenBack, NotAChoice, NotFound, SameColumnTwice, TooLateToTakeBack
from matcher.models import Base, Challenge, ColumnChoice, Fact, Import, Log, Match, Offer, Party
from matcher.vocabulary import Category, FactCode, MatchState, Mode, PartyKind, ReportState, Sector
from tests import builders
from web.exchange import arrivals
from web.exchange.headings import KEEP, KINDS, LEAVE, header
from web.exchange.tables import Table
from web.exchange.verdicts import Status

NEED = ("Nama Perpus", "Desa", "Kecamatan", "Jenis", "Kebutuhan", "Jml", "HP")
ONE = ("Perpusdes Mawar", "Pasawahan", "Cicurug", "Komputer", "Komputer kurang", "3 unit", "0812-3456-7890")
TWO = ("Perpusdes Melati", "Nyangkowek", "Cicurug", "Buku", "Buku anak kurang", "50 eks", "+62 812 1111 2222")


@pytest.fixture
def world(session):
    made = builders.world(session)
    session.commit()
    return made


def table(headings, *rows):
    """A table as it stands in a file below its headings."""
    return Table(list(headings), [(number, tuple(row)) for number, row in enumerate(rows, 2)])


def stage(world, kind, headings, *rows, name="kebutuhan.xlsx"):
    found = arrivals.stage(
        world.session, world.office, kind, name, table(headings, *rows), by=world.officer, at=world.at
    )
    world.session.commit()
    return found


def look(world, imp):
    return arrivals.look(world.session, imp, at=world.at)


def take(world, imp, **later):
    found = arrivals.take_in(world.session, imp, by=world.officer, at=builders.later(**later))
    world.session.commit()
    return found


def undo(world, imp, **later):
    found = arrivals.undo(world.session, imp, by=world.officer, at=builders.later(**later))
    world.session.commit()
    return found


def statuses(outcome):
    return [verdict.status for verdict in outcome.verdicts]


def needs(world):
    return list(world.session.scalars(select(Challenge).order_by(Challenge.id)))


def everything(session):
    """How many rows each table has."""
    return {
        name: session.scalar(select(func.count()).select_from(table)) for name, table in Base.metadata.tables.items()
    }


# --- columns ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_of_a_table_is_guessed_from_its_headings(kind, lang):
    assert arrivals.guess_kind(header(kind, lang)) == kind


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        (("Nama Perpus", "Desa", "Kebutuhan", "Jml", "HP"), "challenges"),
        (("No", "Perpustakan", "Keb.", "Jml", "No HP/WA"), "challenges"),
        (("Pemberi", "Bantuan", "Jumlah", "Jenis"), "offers"),
        (("Nama Perpustakaan", "Desa", "Kecamatan", "Listrik", "Jumlah judul"), "libraries"),
        (("Nama Mitra", "Unsur", "Kontak"), "stakeholders"),
        (("Perpustakaan", "Mitra", "Bantuan", "Tahun", "Jumlah"), "partnerships"),
    ],
)
def test_the_kind_is_guessed_from_headings_of_an_office_s_own(headings, kind):
    assert arrivals.guess_kind(headings) == kind


def test_columns_are_guessed_in_any_order_and_misspelt_and_the_guess_is_told(world):
    imp = stage(
        world, "challenges", ("No", "Jml.", "Perpustakan", "Keb.", "No HP/WA", "Warna cat", ""),
        (1, 3, "Perpusdes Mawar", "Komputer kurang", "0812", "hijau", None),
    )  # fmt: skip
    found = {column.heading: (column.code, column.sure) for column in arrivals.columns(imp)}
    assert found == {
        "No": (LEAVE, True), "Jml.": ("quantity", True), "Perpustakan": ("party", False), "Keb.": ("title", True),
        "No HP/WA": ("contact_phone", True), "Warna cat": (KEEP, False), "": (LEAVE, True),
    }  # fmt: skip
    assert arrivals.columns(imp)[5].samples == ["hijau"]
    assert not arrivals.settled(imp)


def test_what_an_officer_chose_for_a_heading_is_remembered_for_his_office_and_that_kind_of_table(world):
    headings = ("Tempat Baca", "Mau apa", "Warna cat", "Jenis")
    row = ("Perpusdes Mawar", "PC kurang", "hijau", "komputer")
    first = stage(world, "challenges", headings, row)
    arrivals.choose_columns(world.session, first, {0: "party", 1: "title", 2: LEAVE})
    assert arrivals.settled(first)
    assert statuses(look(world, first)) == [Status.NEW]
    again = stage(world, "challenges", headings, row, row)
    assert [column.code for column in arrivals.columns(again)] == ["party", "title", LEAVE, "category"]
    assert arrivals.settled(again)
    assert arrivals.columns(stage(world, "offers", headings, row))[1].code != "title"
    elsewhere = builders.another_office(world)
    assert not arrivals.settled(stage(elsewhere, "challenges", headings, row))


def test_a_column_gets_no_meaning_that_is_none_or_that_another_has(world):
    imp = stage(world, "challenges", NEED, ONE)
    with pytest.raises(NotAChoice):
        arrivals.choose_columns(world.session, imp, {0: "warna"})
    with pytest.raises(SameColumnTwice):
        arrivals.choose_columns(world.session, imp, {1: "party"})
    assert arrivals.columns(imp)[1].code == "village"
    assert world.session.scalar(select(func.count()).select_from(ColumnChoice)) == 0


def test_the_same_table_sent_twice_is_one_import_until_it_is_taken_in(world):
    first = stage(world, "challenges", NEED, ONE)
    assert stage(world, "challenges", NEED, ONE) is first
    assert stage(world, "challenges", NEED, TWO) is not first
    take(world, first)
    assert stage(world, "challenges", NEED, ONE) is not first


def test_another_office_s_import_does_not_exist(world):
    imp = stage(world, "challenges", NEED, ONE)
    with pytest.raises(NotFound):
        arrivals.get(world.session, builders.another_office(world).office, imp.id)
    assert [one.id for one in arrivals.listing(world.session, world.office)] == [imp.id]


# --- looking ---------------------------------------------------------------------------------------------------------


MESSY = (
    (*ONE[:5], "tiga", ONE[6]),
    ("Perpusdes Melati", "Nyngkwek", "Cicurug", "Kompter", "PC rusak", "5 bh", "812-1111-2222"),
    ("", "", "", "buku", "Buku", "-4", ""),
    ("Perpusdes Kenanga", "Pasiripis", "Surade", "dana", "Honor", "Rp 5.000.000", ""),
)


def test_looking_writes_nothing_at_all(world):
    imp = stage(world, "challenges", NEED, *MESSY)
    before = everything(world.session)
    assert len(look(world, imp).verdicts) == 4
    assert not world.session.new
    assert not world.session.dirty
    assert everything(world.session) == before
    assert log.pending(world.session) == []


def test_every_problem_of_a_row_is_told_with_row_column_and_cure_and_the_cure_as_a_value_where_it_is_known(world):
    outcome = look(world, stage(world, "challenges", NEED, *MESSY))
    assert statuses(outcome) == [Status.NEW, Status.REPAIR, Status.REPAIR, Status.NEW]
    told = [problem.say("id") for problem in outcome.problems]
    assert told[0].startswith("Baris 3, Jenis “Kompter” → Komputer? pilih salah satu")
    assert [(problem.row, problem.heading, problem.position) for problem in outcome.problems[1:]] == [
        (4, "Nama Perpus", 0), (4, "Jml", 5)
    ]  # fmt: skip
    assert [(one.row, one.column.id, one.value, one.fix) for one in outcome.warnings] == [
        (2, "Jumlah", "tiga", "3"), (3, "Desa", "Nyngkwek", "Nyangkowek"),
    ]  # fmt: skip
    assert outcome.verdicts[3].amount.id == "5.000.000 rupiah"


def test_all_known_cures_are_accepted_in_one_press_and_the_rest_is_repaired_in_place(world):
    imp = stage(world, "challenges", NEED, *MESSY)
    assert arrivals.accept(world.session, imp, at=world.at) == 3
    assert statuses(look(world, imp)) == [Status.NEW, Status.NEW, Status.REPAIR, Status.NEW]
    arrivals.repair(world.session, imp, 4, {0: "Perpusdes Anyelir", 5: "4"})
    assert statuses(look(world, imp)) == [Status.NEW] * 4
    take(world, imp)
    melati = world.session.scalars(select(Party).where(Party.name == "Perpusdes Melati")).one()
    assert (melati.region_code, melati.contact_phone) == ("32.02.16.2006", "081211112222")


def test_a_column_that_the_table_lacks_is_filled_in_for_one_row_alone(world):
    imp = stage(
        world, "offers", ("Mitra", "Jenis", "Tawaran", "Jumlah"), ("Zzz", "buku", "Buku", "5"),
        ("Universitas Contoh", "buku", "Buku", "7"),
    )  # fmt: skip
    (problem,) = look(world, imp).problems
    assert (problem.row, problem.column.id, problem.heading) == (2, "Unsur", "")
    assert problem.position >= 4
    arrivals.repair(world.session, imp, 2, {problem.position: "swasta"})
    assert take(world, imp).count(Status.NEW) == 2
    found = world.session.scalars(select(Party.sector).where(Party.kind == PartyKind.STAKEHOLDER).order_by(Party.id))
    assert list(found) == [Sector.PRIVATE, Sector.ACADEMIA]


def test_what_is_looked_at_is_what_is_taken(world):
    imp = stage(world, "challenges", NEED, *MESSY, ONE, TWO)
    seen = look(world, imp)
    taken = take(world, imp)
    assert statuses(seen) == statuses(taken)
    assert [verdict.problems for verdict in seen.verdicts] == [verdict.problems for verdict in taken.verdicts]
    assert [verdict.warnings for verdict in seen.verdicts] == [verdict.warnings for verdict in taken.verdicts]


def test_a_long_look_tells_how_far_it_is_and_can_be_stopped(world):
    class Stopped(Exception):
        pass

    def stop(done, total):
        assert (done, total) == (500, 1200)
        raise Stopped

    imp = stage(world, "challenges", NEED, *[(*ONE[:4], f"Komputer {n}", *ONE[5:]) for n in range(1200)])
    with pytest.raises(Stopped):
        arrivals.look(world.session, imp, at=world.at, watch=stop)
    steps = []
    arrivals.look(world.session, imp, at=world.at, watch=lambda done, total: steps.append((done, total)))
    assert steps == [(500, 1200), (1000, 1200), (1200, 1200)]


@pytest.mark.parametrize("kind", KINDS)
def test_no_cell_however_odd_breaks_an_import(world, kind):
    odd = (
        "\x00", "\ud800", "\u202eabc", "😀" * 300, "x" * 30_000, float("nan"), float("inf"), -1e308, 10**30, True,
        dt.datetime(2026, 3, 1, 12), dt.date(1, 1, 1), dt.time(8), dt.timedelta(hours=30), "=1+1", "' OR 1=1", "-", "?",
    )  # fmt: skip
    headings = header(kind, "id")
    rows = [tuple(odd[(row + place) % len(odd)] for place in range(len(headings))) for row in range(len(odd))]
    imp = stage(world, kind, [*headings, "\ud800\x00"], *rows, name="\ud800\x00/../a.xlsx")
    world.session.expire_all()
    outcome = look(world, imp)
    arrivals.accept(world.session, imp, at=world.at)
    taken = take(world, imp)
    assert len(taken.verdicts) == len(outcome.verdicts) == len(odd)
    assert [problem.say("id") for problem in taken.problems]


# --- taking in -------------------------------------------------------------------------------------------------------


def test_good_rows_enter_and_bad_ones_wait_to_be_repaired_and_to_enter_by_the_next_press(world):
    imp = stage(world, "challenges", NEED, ONE, ("", *TWO[1:]))
    assert statuses(take(world, imp)) == [Status.NEW, Status.REPAIR]
    assert imp.counts == {"new": 1, "changed": 0, "same": 0, "left": 1}
    arrivals.repair(world.session, imp, 3, {0: "Perpusdes Melati"})
    assert statuses(look(world, imp)) == [Status.SAVED, Status.NEW]
    assert statuses(take(world, imp)) == [Status.SAVED, Status.NEW]
    assert imp.counts == {"new": 2, "changed": 0, "same": 0, "left": 0}
    assert len(needs(world)) == 2


def test_a_row_that_entered_is_not_written_over_by_the_next_press(world):
    imp = stage(world, "challenges", NEED, ONE, ("", *TWO[1:]))
    take(world, imp)
    (need,) = needs(world)
    intake.change_report(
        world.session, need, intake.Report(Category.COMPUTERS, "Lain", 9), by=world.officer, at=world.at
    )
    world.session.commit()
    take(world, imp)
    assert (needs(world)[0].quantity, needs(world)[0].title) == (9, "Lain")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_file_twice_is_nothing_new_and_nothing_changed(world, kind):
    first = stage(world, kind, *SAMPLES[kind])
    count = len(SAMPLES[kind]) - 1
    assert take(world, first).say("id") == f"{count} baru, 0 berubah, 0 sama, 0 perlu diperbaiki"
    before = everything(world.session)
    again = stage(world, kind, *SAMPLES[kind])
    assert look(world, again).say("id") == f"0 baru, 0 berubah, {count} sama, 0 perlu diperbaiki"
    take(world, again)
    assert everything(world.session) == {**before, "import": before["import"] + 1}


def test_a_category_that_was_guessed_or_accepted_is_the_same_when_the_file_comes_again(world):
    bare = ("Perpustakaan", "Kebutuhan", "Jumlah")
    rows = (("Perpusdes Mawar", "Komputer kurang", "3"), ("Perpusdes Melati", "Buku anak kurang", "40"))
    for accepted in (True, False):
        imp = stage(world, "challenges", bare, *rows)
        if accepted:
            arrivals.accept(world.session, imp, at=world.at)
        take(world, imp)
    assert imp.counts == {"new": 0, "changed": 0, "same": 2, "left": 0}


SAMPLES = {
    "challenges": ((*NEED, "Listrik", "Catatan"), (*ONE, "ya", "titip"), (*TWO, "tidak", "")),
    "offers": (
        ("Mitra", "Unsur", "Jenis", "Tawaran", "Jumlah", "Wilayah", "Syarat"),
        ("PT Maju", "swasta", "komputer", "Hibah PC", "5 unit", "Cicurug", "ruang sendiri"),
        ("Universitas Contoh", "", "tenaga", "Mahasiswa KKN", "3 orang", "", ""),
    ),
    "libraries": (
        ("Nama Perpustakaan", "Desa", "Kecamatan", "No HP", "Listrik", "Jumlah judul", "Tentang", "Warna cat"),
        ("Perpusdes Mawar", "Pasawahan", "Cicurug", "08123456789", "ya", 480, "Di balai desa", "hijau"),
        ("Perpusdes Melati", "Nyangkowek", "Cicurug", "", "", "", "", ""),
    ),
    "stakeholders": (
        ("Nama Mitra", "Unsur", "Kecamatan", "Narahubung", "WA"),
        ("PT Maju", "swasta", "Cicurug", "Ibu Contoh", "+62 812 3333 4444"),
        ("Relawan TIK Sukabumi", "relawan", "", "", ""),
    ),
    "partnerships": (
        ("Perpustakaan", "Desa", "Kecamatan", "Mitra", "Unsur", "Bantuan", "Jenis", "Jumlah", "Tanggal"),
        ("Perpusdes Mawar", "Pasawahan", "Cicurug", "PT Maju", "swasta", "Hibah PC", "komputer", "2 unit", "14/8/2014"),
        ("Perpusdes Mawar", "Pasawahan", "Cicurug", "PT Maju", "swasta", "Buku anak", "buku", "100 eks", "2013"),
    ),
}


def test_libraries_come_with_their_facts_contacts_and_notes(world):
    take(world, stage(world, "libraries", *SAMPLES["libraries"]))
    mawar = world.session.scalars(select(Party).where(Party.name == "Perpusdes Mawar")).one()
    assert (mawar.kind, mawar.region_code, mawar.contact_phone) == (PartyKind.LIBRARY, "32.02.16.2005", "08123456789")
    assert (mawar.about, mawar.private_note) == ("Di balai desa", "Warna cat: hijau")
    known = intake.current_facts(world.session, [mawar.id])[mawar.id]
    assert {code: fact.value for code, fact in known.items()} == {FactCode.ELECTRICITY: 1, FactCode.TITLES: 480}


def test_a_library_s_changed_facts_and_contact_are_told_before_and_after(world):
    take(world, stage(world, "libraries", *SAMPLES["libraries"]))
    head, mawar, _ = SAMPLES["libraries"]
    imp = stage(world, "libraries", head, (*mawar[:3], "0899-9999-9999", "tidak", 500, *mawar[6:]))
    (verdict,) = look(world, imp).verdicts
    assert verdict.status is Status.CHANGED
    assert [(one.column.id, one.before.id, one.after.id) for one in verdict.changes] == [
        ("No. HP", "08123456789", "089999999999"), ("Listrik", "ya", "tidak"), ("Judul buku", "480", "500"),
    ]  # fmt: skip


def test_a_library_whose_name_is_almost_another_s_in_its_village_waits_for_a_decision(world):
    known = world.library("Perpustakaan Desa Bunga Padi")
    world.session.commit()
    imp = stage(world, "libraries", ("Perpustakaan", "Desa", "Kecamatan", "HP"),
        ("Perpusdes Bunga Pdi", "Pasawahan", "Cicurug", "081200001111"))  # fmt: skip
    (verdict,) = look(world, imp).verdicts
    assert (verdict.status, verdict.similar.title) == (Status.SIMILAR, known.name)
    arrivals.decide(world.session, imp, 2, "add")
    assert statuses(look(world, imp)) == [Status.CHANGED]
    take(world, imp)
    assert world.session.scalar(select(func.count()).select_from(Party)) == 1
    assert known.contact_phone == "081200001111"


def test_old_partnerships_are_done_on_their_day_with_both_sides_closed_and_taught_to_nobody(world):
    take(world, stage(world, "partnerships", *SAMPLES["partnerships"]))
    lines = list(world.session.scalars(select(Match).order_by(Match.id)))
    assert [(one.state, one.recorded, one.quantity) for one in lines] == [
        (MatchState.DONE, True, 2), (MatchState.DONE, True, 100)
    ]  # fmt: skip
    assert [one.occurred_on for one in lines] == [dt.date(2014, 8, 14), dt.date(2013, 1, 1)]
    assert {(row.state, row.closed_because) for row in needs(world)} == {(ReportState.CLOSED, "met")}
    gifts = list(world.session.scalars(select(Offer)))
    assert {(row.state, row.mode) for row in gifts} == {(ReportState.CLOSED, Mode.GOODS)}
    assert log.verify(world.session) is None


def test_an_old_partnership_needs_its_day_its_number_and_two_parties(world):
    head, one, _ = SAMPLES["partnerships"]
    imp = stage(
        world, "partnerships", head, (*one[:7], "", ""), (*one[:8], "1/1/2999"),
        (*one[:3], "", *one[4:]), (*one[:5], "xyz", "", "1", "2014"),
    )  # fmt: skip
    found = look(world, imp)
    assert statuses(found) == [Status.REPAIR] * 4
    told = [(problem.row, problem.column.id) for problem in found.problems]
    assert told == [(2, "Tanggal"), (2, "Jumlah"), (3, "Tanggal"), (4, "Mitra"), (5, "Jenis")]


# --- like another ----------------------------------------------------------------------------------------------------


def like(world):
    library = world.library("Perpusdes Mawar")
    need = world.challenge(library, title="Komputer kurang", quantity=3)
    world.session.commit()
    return need, stage(world, "challenges", NEED, (*ONE[:4], "Butuh komputer", "2", ""))


def test_a_row_like_one_that_stands_waits_and_enters_as_new_raises_its_number_or_is_skipped(world):
    need, imp = like(world)
    (verdict,) = look(world, imp).verdicts
    assert (verdict.status, verdict.similar.code) == (Status.SIMILAR, need.code)
    assert take(world, imp).count(Status.SIMILAR) == 1
    assert len(needs(world)) == 1
    for decision, status in (("skip", Status.SKIPPED), ("new", Status.NEW), ("", Status.SIMILAR)):
        arrivals.decide(world.session, imp, 2, decision)
        assert statuses(look(world, imp)) == [status]
    arrivals.decide(world.session, imp, 2, "add")
    (verdict,) = look(world, imp).verdicts
    assert [(one.before.id, one.after.id) for one in verdict.changes] == [("3 unit", "5 unit")]
    take(world, imp)
    assert [one.quantity for one in needs(world)] == [5]
    assert statuses(take(world, imp)) == [Status.SAVED]
    assert [one.quantity for one in needs(world)] == [5]


def test_rows_of_one_table_are_never_like_each_other_also_when_one_enters_later(world):
    imp = stage(world, "challenges", NEED, ONE, (*ONE[:4], "Komputer kurang lagi", "abc", ""))
    take(world, imp)
    arrivals.repair(world.session, imp, 3, {5: "2"})
    assert statuses(look(world, imp)) == [Status.SAVED, Status.NEW]


# --- taking back -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_an_import_is_taken_back_whole_and_the_same_file_can_come_in_again(world, kind):
    imp = stage(world, kind, *SAMPLES[kind])
    take(world, imp)
    told = undo(world, imp, days=6)
    assert told.kept == []
    assert {row.state for row in needs(world)} <= {ReportState.CLOSED}
    assert {row.closed_because for row in needs(world)} <= {"mistaken"}
    assert all(party.retired_at is not None for party in world.session.scalars(select(Party)))
    assert all(fact.retracted_at is not None for fact in world.session.scalars(select(Fact)))
    assert all(match.state is MatchState.CANCELLED for match in world.session.scalars(select(Match)))
    assert log.verify(world.session) is None
    assert log.replay(world.session.scalars(select(Log).order_by(Log.seq))) == log.stored_states(world.session)
    again = stage(world, kind, *SAMPLES[kind])
    count = len(SAMPLES[kind]) - 1
    outcome = take(world, again, days=6)
    assert outcome.count(Status.NEW) == count
    assert all(party.retired_at is None for party in world.session.scalars(select(Party)))
    if kind in ("challenges", "offers"):
        assert {row.state for row in needs(world)} <= {ReportState.OPEN}
        assert outcome.codes(Status.NEW) == told.closed


def test_what_taking_back_would_do_is_told_before_and_writes_nothing(world):
    imp = stage(world, "challenges", *SAMPLES["challenges"])
    take(world, imp)
    before = everything(world.session)
    would = arrivals.would_undo(world.session, imp, at=world.at)
    assert everything(world.session) == before
    assert not world.session.dirty
    assert undo(world, imp) == would


def test_changed_rows_get_their_old_values_back_personal_ones_too(world):
    take(world, stage(world, "challenges", (*NEED, "Ref", "Listrik"), (*ONE, "A1", "ya")))
    imp = stage(
        world, "challenges", (*NEED, "Ref", "Listrik"),
        ("Perpustakaan Desa Mawar", *ONE[1:4], "Laptop kurang", "5", "0899-0000-0000", "A1", "tidak"),
    )  # fmt: skip
    assert statuses(take(world, imp, days=1)) == [Status.CHANGED]
    (need,) = needs(world)
    library = world.session.get(Party, need.party_id)
    assert (need.quantity, need.title, library.contact_phone) == (5, "Laptop kurang", "089900000000")
    told = undo(world, imp, days=2)
    assert (need.quantity, need.title, library.contact_phone) == (3, "Komputer kurang", "081234567890")
    assert intake.current_facts(world.session, [library.id])[library.id][FactCode.ELECTRICITY].value == 1
    assert told.restored == [need.code, library.name]
    assert need.state is ReportState.OPEN


def test_what_was_changed_since_stays_and_is_named(world):
    take(world, stage(world, "challenges", (*NEED, "Ref"), (*ONE, "A1")))
    imp = stage(
        world, "challenges", ("Ref", "Perpustakaan", "Jumlah", "Kebutuhan"), ("A1", ONE[0], "5", "Laptop kurang")
    )
    take(world, imp)
    (need,) = needs(world)
    new = intake.Report(Category.COMPUTERS, "Laptop kurang", 8)
    intake.change_report(world.session, need, new, by=world.officer, at=builders.later(1))
    world.session.commit()
    told = undo(world, imp, days=2)
    assert [(kept.code, kept.why.id) for kept in told.kept] == [
        (need.code, "sudah diubah lagi sesudah impor: quantity")
    ]  # fmt: skip
    assert (need.quantity, need.title) == (8, "Komputer kurang")


def test_rows_that_a_promise_rests_on_stay_with_their_library_and_are_named(world):
    imp = stage(world, "challenges", *SAMPLES["challenges"])
    take(world, imp)
    need, other = needs(world)
    world.agreed(need, world.offer())
    world.session.commit()
    told = undo(world, imp)
    assert [kept.code for kept in told.kept] == [need.code, "Perpusdes Mawar"]
    assert (need.state, other.state) == (ReportState.OPEN, ReportState.CLOSED)
    assert world.session.get(Party, need.party_id).retired_at is None
    assert world.session.get(Party, other.party_id).retired_at is not None


def test_an_old_value_that_promises_have_outgrown_stays_changed_and_is_named(world):
    need = world.challenge(world.library("Perpusdes Mawar"), title="Komputer kurang", quantity=2, ref="A1")
    world.session.commit()
    imp = stage(world, "challenges", ("Ref", "Perpustakaan", "Jumlah"), ("A1", "Perpusdes Mawar", "6"))
    take(world, imp)
    world.agreed(need, world.offer(), 5)
    world.session.commit()
    told = undo(world, imp)
    assert [kept.code for kept in told.kept] == [need.code]
    assert need.quantity == 6


def test_a_raised_number_goes_back(world):
    need, imp = like(world)
    arrivals.decide(world.session, imp, 2, "add")
    take(world, imp)
    undo(world, imp)
    assert (need.quantity, need.story, need.state) == (3, "", ReportState.OPEN)


def test_an_import_is_taken_back_once_within_seven_days_and_not_taken_in_after_that(world):
    imp = stage(world, "challenges", *SAMPLES["challenges"])
    with pytest.raises(TooLateToTakeBack):
        undo(world, imp)
    take(world, imp)
    with pytest.raises(TooLateToTakeBack):
        undo(world, imp, days=8)
    undo(world, imp, days=7)
    with pytest.raises(TooLateToTakeBack):
        undo(world, imp)
    with pytest.raises(ImportTakenBack):
        take(world, imp)


def test_after_seven_days_the_cells_are_forgotten_and_what_was_never_taken_in_is_gone(world):
    taken = stage(world, "challenges", *SAMPLES["challenges"])
    take(world, taken)
    stage(world, "challenges", NEED, TWO)
    assert arrivals.forget(world.session, builders.later(7)) == 0
    assert arrivals.forget(world.session, builders.later(7, 1)) == 1
    assert arrivals.forget(world.session, builders.later(7, 1)) == 0
    world.session.commit()
    (kept,) = world.session.scalars(select(Import))
    assert (kept.id, kept.cells, kept.repairs, kept.before) == (taken.id, [], {}, {})


def test_no_personal_value_of_an_import_stands_in_the_log(world):
    imp = stage(world, "libraries", *SAMPLES["libraries"])
    take(world, imp)
    undo(world, imp)
    told = " ".join(str(row.changes) for row in world.session.scalars(select(Log)))
    assert "08123456789" not in told
    assert "hijau" not in told


def test_all_is_sound_after_imports_and_their_taking_back(world):
    for kind in KINDS:
        take(world, stage(world, kind, *SAMPLES[kind]))
    for imp in list(world.session.scalars(select(Import).order_by(Import.id.desc()))):
        undo(world, imp)
    assert [rule.words.en for rule in doctor.RULES if rule.faults(world.session, world.at)] == []
    assert duplicates.Names(world.session, world.office.id).all == {}
