"""Sharing an offer out over HTTP: the page without scripts, what is typed, both presses, the list, the command."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from matcher import lines, standing
from matcher.models import Agreement, Challenge, Match, Message, Offer
from matcher.policy import Actor, Role
from matcher.vocabulary import Category, CloseReason, FactCode, MatchState, Mode, Operator
from tests.builders import World
from tests.office import Person
from web import cli
from web.folder import Folder

NEEDS = (5, 4, 3, 2)


@pytest.fixture
def w(folder):
    """The meeting, in which four more libraries lack computers and ten are offered; it is committed when it ends."""
    with folder.writing() as session:
        office = folder.office(session)
        made = World(session, office, Actor("rekan", Role.PETUGAS, office.id), folder.now(session))
        other = lines.by_code(session, Challenge, "K-0001")
        standing.close_challenge(session, other, CloseReason.WITHDRAWN, by=made.officer, at=made.at)
        now = made.at
        for place, quantity in enumerate(NEEDS):
            made.at = now - dt.timedelta(days=90 - place)
            facts = {FactCode.ROOM: 0} if place == 1 else {FactCode.ROOM: 1} if place == 2 else {}
            made.challenge(made.library(f"Perpustakaan Uji {place + 1}", facts=facts), quantity=quantity)
        made.at = now
        made.offer(quantity=10, title="Sepuluh komputer", conditions=((FactCode.ROOM, Operator.AT_LEAST, 1),))
        made.refresh()
    return made


@pytest.fixture
def code(folder, w):
    """The code of the ten computers."""
    with folder.reading() as session:
        return session.scalar(select(Offer.code).where(Offer.title == "Sepuluh komputer"))


@pytest.fixture
def officer(folder, code):
    return Person.at(folder).sign_in()


def change(folder, act):
    """Something a colleague does meanwhile."""
    with folder.writing() as session:
        office = folder.office(session)
        act(World(session, office, Actor("rekan", Role.PETUGAS, office.id), folder.now(session)))


def fields(officer):
    """Code of a challenge → what stands in its field."""
    return {
        node.get("name"): node.get("value")
        for node in officer.page.xpath("//table//input[@inputmode='decimal']")
    }  # fmt: skip


def numbers(officer):
    return list(fields(officer).values())


def live(officer, *, press=(), **typed):
    """Send the page's own form as a browser without scripts does."""
    form = next(form for form in officer.page.forms if "dari" in form.fields)
    return sent(officer, form.action, press=press, **typed)


def decide(officer, action, **typed):
    """Press the button that leads to *action*; it sends the same form."""
    (address,) = [to for to in officer.page.xpath("//button/@formaction") if to.endswith(action)]
    return sent(officer, address, **typed)


def sent(officer, address, *, press=(), **typed):
    data: dict[str, list[str]] = {}
    for name, value in [*contents(officer, **typed), *press]:
        data.setdefault(name, []).append(value)
    officer._keep(officer.client.post(address, data=data, follow_redirects=True))
    return officer


def contents(officer, **typed):
    """What the page's form holds, with what is typed over it."""
    form = next(form for form in officer.page.forms if "dari" in form.fields)
    typed = {name.replace("_", "-"): value for name, value in typed.items()}
    told = [(name, value) for name, value in form.form_values() if name not in typed]
    return told + [(name, value) for name, value in typed.items() if value != []]


def status(officer):
    return " ".join(officer.page.xpath("string(//*[@id='sisa'])").split())


def count(folder, table, *where):
    with folder.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where))


# --- what is seen ----------------------------------------------------------------------------------------------------


def test_the_page_shows_who_waits_how_long_what_is_known_and_a_fair_share(officer, code):
    officer.open(f"/bagi/{code}")
    assert numbers(officer) == ["3", "3", "2", "2"]
    assert status(officer) == "sisa 0 unit · 4 dari 4 perpustakaan mendapat bagian"
    text = officer.text
    assert "Perpustakaan Uji 1" in text
    assert "kurang 5 unit" in text
    assert "menunggu 90 hari" in text
    assert text.count("belum pernah dibantu") == 4
    assert "belum ada: ruang sendiri" in text
    assert "belum diketahui: daya listrik cukup, ruang sendiri" in text
    assert "Usulkan 4 baris" in text
    assert "Sepakati 4 baris" in text


def test_in_proportion_is_one_press_away_and_stands_in_the_address(officer, code):
    live(officer.open(f"/bagi/{code}"), press=[("cara", "sebanding")])
    assert officer.address == f"/bagi/{code}?cara=sebanding"
    assert numbers(officer) == ["4", "3", "2", "1"]
    live(officer, press=[("cara", "adil")])
    assert officer.address == f"/bagi/{code}"


def test_three_decimals_are_read_back_as_what_they_are(officer, code):
    """A point before exactly three digits separates thousands: 3.125 could come back as 3,125."""
    first = next(iter(fields(officer.open(f"/bagi/{code}"))))
    live(officer, press=[("naik", f"{first}_0.125")])
    assert parse_qs(urlsplit(officer.address).query)[first] == ["3.1250"]


def test_plus_and_minus_fix_a_row_and_share_the_rest_again(officer, code):
    first = next(iter(fields(officer.open(f"/bagi/{code}"))))
    live(officer, press=[("naik", f"{first}_1")])
    assert numbers(officer) == ["4", "2", "2", "2"]
    assert officer.address == f"/bagi/{code}?{first}=4"
    assert officer.page.xpath("//input[@name='tetap' and @checked]/@value") == [first]
    live(officer, press=[("turun", f"{first}_1")])
    live(officer, press=[("turun", f"{first}_1")])
    assert numbers(officer) == ["2", "3", "3", "2"]


def test_a_number_typed_stays_and_a_row_unticked_is_shared_again(officer, code):
    first, second = list(fields(officer.open(f"/bagi/{code}")))[:2]
    live(officer, **{second: "0"})
    assert numbers(officer) == ["5", "0", "3", "2"]
    assert "dikosongkan oleh petugas" in officer.text
    live(officer, **{first: "1"})
    assert parse_qs(urlsplit(officer.address).query) == {first: ["1"], second: ["0"]}
    live(officer, tetap=[])
    assert numbers(officer) == ["3", "3", "2", "2"]


def test_the_same_address_shows_the_same_to_somebody_else(officer, folder, code):
    first = next(iter(fields(officer.open(f"/bagi/{code}"))))
    address = f"/bagi/{code}?cara=sebanding&{first}=2"
    assert numbers(officer.open(address)) == numbers(Person.at(folder).sign_in().open(address))


def test_only_the_ready_or_only_the_longest_waits_take_part_where_the_officer_says_so(officer, code):
    assert numbers(officer.open(f"/bagi/{code}?siap=1")) == ["5", "3", "2", "0"]
    assert "belum memenuhi syarat pemberi" in officer.text
    assert numbers(officer.open(f"/bagi/{code}?paling=2")) == ["5", "4", "0", "0"]
    assert "tidak termasuk yang paling lama menunggu" in officer.text


def test_many_libraries_come_in_pages_and_numbers_of_other_pages_are_kept(officer, folder, code):
    change(folder, lambda w: [w.challenge(quantity=1) for _ in range(30)])
    officer.open(f"/bagi/{code}")
    first = next(iter(fields(officer)))
    live(officer, **{first: "4"})
    officer.open(f"{officer.address}&hal=2")
    assert len(fields(officer)) == 10
    assert first not in fields(officer)
    other = next(iter(fields(officer)))
    live(officer, **{other: "1"})
    assert parse_qs(urlsplit(officer.address).query) == {first: ["4"], other: ["1"], "hal": ["2"]}
    assert status(officer) == "sisa 0 unit · 7 dari 34 perpustakaan mendapat bagian"


@pytest.mark.weight
def test_a_full_page_of_libraries_and_both_its_scripts_fit_the_first_round_trip(officer, folder, code):
    change(folder, lambda w: [w.challenge(quantity=number % 7 + 1) for number in range(40)])
    page = officer.client.get(f"/bagi/{code}?cara=sebanding", headers={"Accept-Encoding": "gzip"}).data
    scripts = [Path("web/static", name).read_bytes() for name in ("app.js", "live.js")]
    assert len(page) + sum(len(gzip.compress(script, 6, mtime=0)) for script in scripts) <= 14_600


# --- what is wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("9", "{code} hanya kurang 5 unit."), ("tiga", "Tulis angka, misalnya 3 atau 1.500.000."),
     ("-1", "Angkanya harus antara 0 dan"), ("1,5", "Tulis bilangan utuh.")],
)  # fmt: skip
def test_a_share_that_is_none_is_said_at_its_field_and_stays_as_typed(officer, code, typed, sentence):
    first = next(iter(fields(officer.open(f"/bagi/{code}"))))
    live(officer, **{first: typed})
    assert officer.status == 200
    wrong = officer.page.xpath(f"string(//*[@id='{first}-wrong'])")
    assert wrong.startswith(sentence.format(code=first)), wrong
    assert officer.page.xpath(f"//input[@name='{first}']/@value") == [typed]
    assert officer.page.xpath(f"//*[@role='alert']//a[@href='#{first}']")
    assert officer.page.xpath("string(//title)").startswith("Masalah")


def test_more_than_is_left_is_said_with_both_numbers(officer, code):
    first, second, third = list(fields(officer.open(f"/bagi/{code}")))[:3]
    officer.open(f"/bagi/{code}?{first}=5&{second}=4&{third}=3")
    assert "Semua bagian berjumlah 12 unit, sedangkan tawaran tinggal 10 unit." in officer.text


def test_the_givers_bounds_are_said(officer, folder, code):
    change(folder, lambda w: w.offer(title="Terbatas", quantity=10, share_min=2, share_max=3))
    with folder.reading() as session:
        bounded = session.scalar(select(Offer.code).where(Offer.title == "Terbatas"))
    first = next(iter(fields(officer.open(f"/bagi/{bounded}"))))
    assert "Pemberi membagi paling sedikit 2 unit" in officer.open(f"/bagi/{bounded}?{first}=1").text
    assert "Pemberi membagi paling banyak 3 unit" in officer.open(f"/bagi/{bounded}?{first}=4").text


def test_a_need_that_closed_meanwhile_is_said_and_the_other_numbers_stay(officer, folder, code):
    first, second = list(fields(officer.open(f"/bagi/{code}")))[:2]

    def close(w):
        row = lines.by_code(w.session, Challenge, first)
        standing.close_challenge(w.session, row, CloseReason.MET, by=w.officer, at=w.at)

    change(folder, close)
    officer.open(f"/bagi/{code}?{first}=2&{second}=4")
    assert f"{first} tidak dapat ikut: kebutuhannya sekarang ditutup." in officer.text
    assert fields(officer)[second] == "4"


@pytest.mark.parametrize("address", ["/bagi/T-9999", "/bagi/apa", "/bagi/K-0001", "/bagi/T-0099/usulkan"])
def test_an_unknown_offer_is_said_to_be_unknown(officer, address):
    officer.open(address)
    assert officer.status in (404, 405)
    assert "Tidak ada tawaran berkode" in officer.text or officer.status == 405


def test_an_offer_that_cannot_be_shared_says_why_and_where_to_mend_it(officer, folder, code):
    def make(w):
        w.offer(title="Belum bilang", quantity=None)
        w.offer(title="Lewat", valid_until=w.day - dt.timedelta(days=1))
        w.experience(title="Cerita")
        gone = w.offer(title="Ditarik")
        standing.withdraw_offer(w.session, gone, by=w.officer, at=w.at)

    change(folder, make)
    told = {
        "Belum bilang": "jumlahnya belum ditentukan", "Lewat": "masa berlakunya sudah lewat",
        "Cerita": "pengalaman diceritakan", "Ditarik": "ditutup",
    }  # fmt: skip
    for title, sentence in told.items():
        with folder.reading() as session:
            barred = session.scalar(select(Offer.code).where(Offer.title == title))
        officer.open(f"/bagi/{barred}")
        assert (officer.status, sentence in officer.text) == (200, True), officer.text
        if title == "Belum bilang":
            assert officer.page.xpath("//a[@href='/kerja/tanpa-jumlah']")


def test_nobody_who_waits_is_said_so(officer, folder, code):
    change(folder, lambda w: w.offer(title="Jauh", area=("32.02.39",)))
    with folder.reading() as session:
        far = session.scalar(select(Offer.code).where(Offer.title == "Jauh"))
    assert "Tidak ada yang menunggu tawaran ini" in officer.open(f"/bagi/{far}").text


@pytest.mark.parametrize(
    "query",
    ["K-0001=" + "9" * 40, "hal=9999999", "hal=-1", "cara=x&jenis=y&paling=z", "paling=0", "paling=" + "1" * 30,
     "dari=*_*&naik=K-1", "dari=K-0001_3&naik=K-0001_1&K-0001=", "K-0007=%00",
     "&".join(f"K-{n:04d}=1" for n in range(700))],
)  # fmt: skip
def test_no_address_breaks_the_page(officer, code, query):
    officer.open(f"/bagi/{code}?{query}")
    assert officer.status in (200, 400), officer.text


# --- the presses -----------------------------------------------------------------------------------------------------


def test_four_lines_are_proposed_in_one_press_and_taken_back_in_one(officer, folder, code):
    decide(officer.open(f"/bagi/{code}"), "/usulkan")
    assert "4 baris diusulkan." in officer.text
    assert "(10 unit sedang diusulkan)" in officer.text
    assert count(folder, Match, Match.state == MatchState.PROPOSED) == 4
    assert count(folder, Message, Message.dropped_at.is_(None)) >= 8
    officer.send("/cocok/urungkan")
    assert count(folder, Match, Match.state == MatchState.PROPOSED) == 0
    assert numbers(officer.open(f"/bagi/{code}")) == ["3", "3", "2", "2"]


def test_what_is_proposed_is_what_was_seen(officer, folder, code):
    first = next(iter(fields(officer.open(f"/bagi/{code}"))))
    live(officer, **{first: "5"})
    change(folder, lambda w: w.challenge(quantity=9))
    decide(officer, "/usulkan")
    with folder.reading() as session:
        rows = session.execute(select(Match.quantity).order_by(Match.challenge_id)).scalars().all()
    assert [int(number) for number in rows] == [5, 2, 2, 1]


def test_the_same_press_twice_is_one(officer, folder, code):
    data = dict(contents(officer.open(f"/bagi/{code}")))
    first, second = (officer.client.post(f"/bagi/{code}/usulkan", data=data) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert count(folder, Match) == 4


def test_four_lines_are_agreed_at_the_table_and_lead_to_their_agreement(officer, folder, code):
    decide(officer.open(f"/bagi/{code}"), "/sepakati", note="Ibu camat, di aula", kind="commitment", due="2015-06-30")
    assert officer.address.startswith("/kesepakatan/A-")
    assert "Berita Acara Komitmen" in officer.text
    with folder.reading() as session:
        rows = session.scalars(select(Match)).all()
        assert {row.state for row in rows} == {MatchState.AGREED}
        assert sum(row.quantity for row in rows) == 10
        assert all("Ibu camat, di aula; dicatat di rapat oleh dinas" in row.consent_note for row in rows)
    assert "Semuanya sudah dijanjikan." in officer.open(f"/bagi/{code}").text


def test_agreeing_asks_who_said_yes_and_loses_nothing_that_was_typed(officer, folder, code):
    first = next(iter(fields(officer.open(f"/bagi/{code}"))))
    live(officer, **{first: "4"})
    decide(officer, "/sepakati", note=" ", due="2015-06-30")
    assert officer.status == 422
    assert "Bagian ini harus diisi." in officer.text
    assert numbers(officer) == ["4", "2", "2", "2"]
    assert officer.page.xpath("//input[@name='due']/@value") == ["2015-06-30"]
    assert count(folder, Match) == count(folder, Agreement) == 0


def test_a_press_that_comes_too_late_is_refused_whole_and_says_who_holds_the_rest(officer, folder, code):
    officer.open(f"/bagi/{code}")

    def take(w):
        offer = lines.by_code(w.session, Offer, code)
        w.agreed(w.challenge(w.library("Perpustakaan Kilat"), quantity=6), offer)

    change(folder, take)
    decide(officer, "/sepakati", note="Pak kades")
    assert officer.status == 409
    assert f"Tawaran {code} tinggal 4 unit, sedangkan baris ini meminta 10 unit." in officer.text
    assert "Perpustakaan Kilat 6" in officer.text
    assert officer.page.xpath("//input[@name='note']/@value") == ["Pak kades"]
    assert (count(folder, Match), count(folder, Agreement)) == (1, 1)
    assert numbers(officer) == ["1", "1", "1", "1"]


def test_one_need_that_closed_meanwhile_refuses_the_press_and_the_page_shows_the_rest(officer, folder, code):
    first = next(iter(fields(officer.open(f"/bagi/{code}"))))

    def close(w):
        standing.close_challenge(
            w.session, lines.by_code(w.session, Challenge, first), CloseReason.MET, by=w.officer, at=w.at
        )

    change(folder, close)
    decide(officer, "/usulkan")
    assert officer.status == 409
    assert f"{first} tidak dapat ikut: kebutuhannya sekarang ditutup." in officer.text
    assert count(folder, Match) == 0
    assert numbers(officer) == ["4", "3", "2"]


CHANGED = "Angkanya berubah sesudah terakhir dihitung. Belum ada yang dicatat"


@pytest.mark.parametrize("action", ["/usulkan", "/sepakati"])
def test_a_number_typed_but_not_worked_out_is_shown_first_and_goes_with_the_next_press(officer, folder, code, action):
    first = next(iter(fields(officer.open(f"/bagi/{code}"))))
    decide(officer, action, note="Pak kades", **{first: "1"})
    assert (officer.status, CHANGED in officer.text) == (422, True)
    assert numbers(officer) == ["1", "4", "3", "2"]
    assert officer.page.xpath("//a[@href='#bagian']")
    assert count(folder, Match) == count(folder, Agreement) == 0
    if action == "/sepakati":
        assert officer.page.xpath("//input[@name='note']/@value") == ["Pak kades"]
    decide(officer, action, note="Pak kades")
    assert officer.status == 200
    with folder.reading() as session:
        rows = session.scalars(select(Match.quantity).order_by(Match.challenge_id)).all()
    assert [int(number) for number in rows] == [1, 4, 3, 2]


def test_a_row_unticked_or_another_choice_of_who_takes_part_is_worked_out_before_a_press(officer, folder, code):
    first = next(iter(fields(officer.open(f"/bagi/{code}"))))
    live(officer, **{first: "1"})
    decide(officer, "/usulkan", tetap=[])
    assert (officer.status, CHANGED in officer.text, numbers(officer)) == (422, True, ["3", "3", "2", "2"])
    for choice, shown in (({"paling": "2"}, ["5", "4", "0", "0"]), ({"siap": "1", "paling": ""}, ["5", "3", "2", "0"])):
        decide(officer.open(f"/bagi/{code}"), "/usulkan", **choice)
        assert (officer.status, CHANGED in officer.text, numbers(officer)) == (422, True, shown)
    assert count(folder, Match) == 0


def test_a_row_ticked_at_the_number_that_was_shown_goes_with_the_press(officer, folder, code):
    first = next(iter(fields(officer.open(f"/bagi/{code}"))))
    decide(officer, "/usulkan", tetap=[first])
    assert "4 baris diusulkan." in officer.text
    assert count(folder, Match) == 4


@pytest.mark.parametrize(
    "query", ["", "?cara=sebanding", "?jenis=semua", "?jenis=computers", "?jenis=x", "?paling=2&siap=1", "?lang=en"]
)
def test_money_for_several_kinds_is_proposed_as_it_is_shown(officer, folder, code, query):
    def make(w):
        w.offer(title="Dana desa", category=Category.FUNDS, mode=Mode.MONEY, quantity=30_000_000)
        w.challenge(category=Category.FUNDS, quantity=4_000_000)

    change(folder, make)
    with folder.reading() as session:
        money = session.scalar(select(Offer.code).where(Offer.title == "Dana desa"))
    decide(officer.open(f"/bagi/{money}{query}"), "/usulkan")
    assert (officer.status, count(folder, Match) > 0) == (200, True), officer.text


def test_what_was_written_for_the_agreement_outlives_working_out_again_and_stands_in_no_address(officer, code):
    first = next(iter(fields(officer.open(f"/bagi/{code}"))))
    live(officer, note="Bu camat", **{first: "1"})
    assert numbers(officer) == ["1", "4", "3", "2"]
    assert officer.page.xpath("//input[@name='note']/@value") == ["Bu camat"]
    assert officer.page.xpath("//details[@open]//input[@name='note']")
    assert "?" not in officer.address


@pytest.mark.parametrize("rows", ["", "K-0001_", "K-9999_3", "K-0007_99999999999999", "K-0007_0"])
def test_a_press_with_rows_nobody_saw_is_refused_in_a_sentence(officer, folder, code, rows):
    token = officer.open(f"/bagi/{code}").form(f"/bagi/{code}").fields["csrf_token"]
    response = officer.client.post(f"/bagi/{code}/usulkan", data={"csrf_token": token, "baris": rows})
    assert response.status_code in (409, 422)
    assert "Ada masalah" in response.text
    assert count(folder, Match) == 0


# --- the way there ---------------------------------------------------------------------------------------------------


def test_offers_that_several_wait_for_are_listed_and_reached_from_the_desk_and_from_their_giver(officer, folder, code):
    officer.open("/kerja")
    assert officer.page.xpath("//a[@href='/bagi']")
    assert officer.page.xpath("//a[@href='/pemerataan']")
    listed = officer.open("/bagi").page.xpath("//ol//a/@href")
    assert f"/bagi/{code}" in listed
    with folder.reading() as session:
        need = session.scalar(select(Challenge.code).where(Challenge.quantity == 5, Challenge.state == "open"))
        giver = session.scalar(select(Offer.party_id).where(Offer.code == code))
    assert officer.open(f"/cocok/{need}?tawaran={code}").page.xpath(f"//a[@href='/bagi/{code}']")
    assert officer.open(f"/pihak/{giver}").page.xpath(f"//a[@href='/bagi/{code}']")


def test_nothing_to_share_is_said_so(tmp_path):
    from tests.office import make_folder

    make_folder(tmp_path / "leer", "empty")
    folder = Folder.open(tmp_path / "leer", make=None, announce=lambda _line: None)
    assert "Belum ada yang perlu dibagi" in Person.at(folder).sign_in().open("/bagi").text
    folder.close()


def test_the_page_reads_in_english_too(officer, code):
    officer.open(f"/bagi/{code}?lang=en")
    assert status(officer) == "0 units left over · 4 of 4 libraries get a share"
    assert not re.search(r"\b(Usulkan|perpustakaan mendapat|menunggu)\b", officer.text)


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def command(folder, code, capsys):
    """Runs `share` over the folder."""

    def run(*words):
        done = cli.run(cli.parse(["share", *words, "--data", str(folder.path)]))
        told = capsys.readouterr()
        return done, told.out, told.err

    return run


def test_the_command_prints_the_split_with_its_reasons_and_writes_nothing(command, folder, code):
    done, out, _ = command(code)
    assert done == 0
    shares = re.findall(r"K-\d+ Perpustakaan Uji \d: (\d) unit", out)
    assert shares == ["3", "3", "2", "2"]
    assert "belum ada: ruang sendiri" in out
    assert out.rstrip().endswith("sisa 0 unit; 4 dari 4 perpustakaan mendapat bagian")
    assert count(folder, Match) == 0


def test_the_command_gives_json_in_proportion_and_in_english(command, code):
    told = json.loads(command(code, "--json", "--proportional")[1])
    assert (told["how"], told["left"], told["rest"]) == ("proportional", 10, 0)
    assert [row["share"] for row in told["shares"]] == [4, 3, 2, 1]
    assert [row["missing"] for row in told["shares"]] == [[], ["room"], [], []]
    assert "0 units left over; 4 of 4 libraries get a share" in command(code, "--lang", "en")[1]


def test_the_command_says_in_one_line_what_cannot_be_shared(command):
    for asked, sentence in (("T-9999", "tidak ada tawaran berkode T-9999"), ("T-0001", "tidak dapat dibagi")):
        done, out, err = command(asked)
        assert (done, out, len(err.splitlines())) == (2, "", 1)
        assert sentence in err


def test_amounts_say_the_number_with_its_unit_in_either_language():
    from web.i18n import amount

    assert amount(Decimal("0.25"), "day", language="en") == "0.25 days"
    assert amount(Decimal(1500000), "rp", language="en") == "Rp1,500,000"
