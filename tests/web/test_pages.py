"""Pages as a person's screen shows them: weight, both themes, phones, keyboards, no scripts, no other host."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe

from matcher import meeting_day, timetabling
from matcher.models import Challenge, Event
from matcher.policy import Actor, Role
from matcher.vocabulary import Category, Urgency
from tests.builders import World
from tests.office import Person, copied, make_folder, served, sign_in
from web.folder import Folder

BUDGET = 14_600  #: bytes of a first view: what the first round trip of a new connection carries
PUBLIC = ("/", "/kebutuhan", "/kebutuhan/K-0001", "/perpustakaan/perpustakaan-desa-bunga-padi", "/tentang", "/masuk")
MORE = ("/kebutuhan?jenis=books&kec=32.02.30", "/kebutuhan?q=zzz", "/kebutuhan/K-9999", "/kebutuhan?tahap=met")
OFFICE = (
    "/kerja", "/cocok", "/cocok/K-0001", "/kemitraan", "/pesan", "/laporan-masuk", "/kebutuhan/baru", "/tawaran/baru",
    "/kerja/tanpa-jumlah", "/kemitraan/J-0001", "/kesepakatan/A-0001", "/tempel", "/impor",
    "/bobot", "/bobot/atur", "/rencana", "/rencana/kunci", "/pihak", "/pihak/1",
    "/pihak/1/gabung?dengan=2", "/gabung/K-0001", "/cocok/K-0001/mengapa?tawaran=T-0011",
    "/cocok/K-0001/mengapa?tawaran=T-0005", "/cocok/belajar/T-0003",
    "/bagi", "/bagi/T-0011", "/bagi/T-0013?jenis=semua&cara=sebanding&K-0007=9", "/bagi/T-0001", "/pemerataan",
    "/pemerataan?bantu=belum&hal=2",
    "/kegiatan", "/kegiatan/2", "/kegiatan/2/pihak/1", "/kegiatan/2/rencana", "/kegiatan/2/rencana?baris=orang",
)  # fmt: skip
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
PHONE, PAD, DESK = (360, 740), (768, 1024), (1366, 768)
STORY = (
    "Komputer kami sudah tua dan sering mati di tengah pelatihan, padahal anak-anak dan ibu-ibu PKK antre setiap sore "
    "untuk belajar mengetik, mencari bahan tugas, dan berjualan lewat internet."
)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """The meeting with more than a page of needs, some of them promised, arrived and proven."""
    path = tmp_path_factory.mktemp("pages")
    make_folder(path / "meeting")
    folder = copied(path / "meeting", path / "full")
    with folder.writing() as session:
        office = folder.office(session)
        w = World(session, office, Actor("petugas", Role.PETUGAS, office.id), folder.now(session))
        _fill(w)
    yield folder
    folder.close()


def _fill(w: World) -> None:
    giver = w.giver("Yayasan Pendidikan Anak Nusantara Kabupaten Sukabumi")
    villages = ("32.02.16.2005", "32.02.10.2001", "32.02.22.2003", "32.02.30.2006", "32.02.39.2001")
    libraries = [
        w.library(f"Perpustakaan Desa Cahaya Harapan {number}", region_code=village)
        for number, village in enumerate(villages, start=1)
    ]
    for number in range(30):
        category, urgency = list(Category)[number % 6], list(Urgency)[number % 3]
        title = f"Kekurangan {category.words.id.lower()} untuk kegiatan warga dan anak sekolah nomor {number}"
        w.challenge(
            libraries[number % 5], category=category, quantity=number + 2, urgency=urgency, title=title, story=STORY
        )
    first = w.session.scalars(sa.select(Challenge).where(Challenge.code == "K-0001")).one()
    line = w.agreed(first, w.offer(giver), 2)
    w.prove(line, 1, verified=True)
    day = w.session.get_one(Event, 2)
    seen = meeting_day.see(w.session, day, at=w.at)
    made = timetabling.store(w.session, day, seen, timetabling.work_out(seen), by=w.officer, at=w.at)
    timetabling.use(w.session, day, made.number, by=w.officer, at=w.at)
    timetabling.lock(w.session, day, (made.cells[0]["library"], made.cells[0]["partner"]), by=w.officer, at=w.at)
    pair = (made.cells[3]["library"], made.cells[3]["partner"])
    timetabling.ban(w.session, day, pair, by=w.officer, at=w.at)
    for need in w.session.scalars(sa.select(Challenge).where(Challenge.category == Category.COMPUTERS).limit(4)):
        if need.id != first.id:
            w.prove(w.agreed(need, w.offer(giver), 2), 1)
    w.refresh()


@pytest.fixture(scope="module")
def home(full: Folder) -> Iterator[str]:
    """Where the service runs."""
    with served(full) as found:
        yield found


def faults_of(page: Any) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA, with the first place of each."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [
        f"{fault['id']}: {fault['nodes'][0]['html'][:120]} {fault['nodes'][0]['failureSummary']}" for fault in found
    ]


# --- weight ----------------------------------------------------------------------------------------------------------


@pytest.mark.weight
def test_no_page_weighs_more_than_the_first_round_trip_carries(full: Folder) -> None:
    visitor, officer = Person.at(full), Person.at(full).sign_in()
    script = len(gzip.compress(Path("web/static/app.js").read_bytes(), 6, mtime=0))
    heavy, seen = {}, 0
    for who, addresses in ((visitor, (*PUBLIC, *MORE)), (officer, (*PUBLIC, *OFFICE))):
        for address in addresses:
            answer = who.client.get(address, headers={"Accept-Encoding": "gzip"})
            assert answer.status_code in (200, 302, 303, 404), address
            seen += 1
            weight = len(answer.data) + script
            if weight > BUDGET:
                heavy[address] = weight
    assert heavy == {}
    assert seen > 20


def test_a_page_asks_for_nothing_but_itself_and_one_script(home: str, page: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{home}/kebutuhan")
    assert [re.sub(r"\?v=.*", "", url.removeprefix(home)) for url in asked if not url.startswith("data:")] == [
        "/kebutuhan", "/static/app.js",
    ]  # fmt: skip


# --- on every screen -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone-dark", "desk-light"])
def test_axe_finds_no_fault_with_everything_unfolded(
    home: str, open_page: Callable[..., Any], size: tuple[int, int], scheme: str
) -> None:
    found: dict[str, Any] = {}
    for page, addresses in _people(home, open_page, size, color_scheme=scheme):
        for address in addresses:
            page.goto(home + address)
            page.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true })")
            if faults := faults_of(page):
                found[address] = faults
    assert found == {}


@pytest.mark.parametrize("size", [PHONE, PAD], ids=["phone", "pad"])
def test_nothing_scrolls_sideways(home: str, open_page: Callable[..., Any], size: tuple[int, int]) -> None:
    folded = "document.documentElement.scrollWidth > innerWidth"
    unfolded = (
        f"() => {{ document.querySelectorAll('details').forEach(node => {{ node.open = true }}); return {folded} }}"
    )
    wide = set()
    for page, addresses in _people(home, open_page, size):
        for address in addresses:
            page.goto(home + address)
            if page.evaluate(folded) or page.evaluate(unfolded):
                wide.add(address)
    assert wide == set()


def _people(home: str, open_page: Callable[..., Any], size: tuple[int, int], **options: Any) -> list[Any]:
    """A visitor and the officer, each with the pages they may see."""
    screen = {"viewport": {"width": size[0], "height": size[1]}, **options}
    visitor, officer = open_page(**screen), open_page(**screen)
    sign_in(officer, home)
    return [(visitor, (*PUBLIC, *MORE)), (officer, OFFICE)]


def test_what_is_pressed_with_a_thumb_is_large_enough(home: str, open_page: Callable[..., Any]) -> None:
    page = open_page(viewport={"width": PHONE[0], "height": PHONE[1]}, has_touch=True)
    small = []
    for address in PUBLIC:
        page.goto(home + address)
        small += page.evaluate(
            """address => [...document.querySelectorAll('.b, button, summary, .pages a, .doors a')]
                .filter(node => node.getClientRects().length && !node.closest('.little'))
                .map(node => [address, node.textContent.trim().slice(0, 30), node.getBoundingClientRect().height])
                .filter(row => row[2] < 44)""",
            address,
        )
    assert small == []


def test_the_first_tab_leads_to_the_content_and_focus_is_seen(home: str, page: Any) -> None:
    page.goto(f"{home}/kebutuhan")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#isi"
    assert page.locator(".skip").bounding_box()["width"] > 40
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_menu_of_a_phone_opens_without_a_script(home: str, open_page: Callable[..., Any]) -> None:
    page = open_page(viewport={"width": PHONE[0], "height": PHONE[1]}, java_script_enabled=False)
    page.goto(home)
    assert not page.locator(".menu nav a", has_text="Kebutuhan").is_visible()
    page.locator(".menu summary").click()
    page.locator(".menu nav a", has_text="Kebutuhan").click()
    assert page.url == f"{home}/kebutuhan"


# --- with and without scripts ----------------------------------------------------------------------------------------


def test_needs_are_filtered_read_and_left_without_scripts(home: str, open_page: Callable[..., Any]) -> None:
    page = open_page(viewport={"width": PHONE[0], "height": PHONE[1]}, java_script_enabled=False)
    page.goto(f"{home}/kebutuhan")
    page.locator("summary", has_text="Saringan").click()
    page.check("input[value=funds]")
    page.locator("button", has_text="Terapkan").click()
    assert "jenis=funds" in page.url
    assert page.locator("[role=status]").inner_text().startswith("6 ")
    page.locator(".card a").first.click()
    assert "/kebutuhan/K-" in page.url
    page.go_back()
    assert "jenis=funds" in page.url


def test_with_scripts_a_filter_applies_itself(home: str, page: Any) -> None:
    page.goto(f"{home}/kebutuhan")
    assert page.locator("input[value=funds]").is_visible()
    page.check("input[value=funds]")
    page.wait_for_url("**jenis=funds**")
    assert page.locator("[role=status]").inner_text().startswith("6 ")


def test_the_printed_page_holds_the_need_and_none_of_the_frame(home: str, page: Any) -> None:
    page.goto(f"{home}/kebutuhan/K-0001")
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert not page.locator(".top").is_visible()
    assert not page.locator("[data-print]").is_visible()


def test_parts_of_the_strip_differ_without_colour(home: str, page: Any) -> None:
    page.goto(f"{home}/kebutuhan/K-0001")
    fills = page.locator("article .strip:not(.key) rect").evaluate_all(
        "nodes => nodes.map(node => getComputedStyle(node).fill)"
    )
    assert len(fills) == len(set(fills)) == 2
    label = page.locator("article .strip:not(.key)").get_attribute("aria-label")
    assert "2" in label
    assert "1" in label


def test_english_reads_from_first_to_last_page(home: str, page: Any) -> None:
    page.goto(f"{home}/?lang=en")
    page.get_by_role("link", name="See the needs").first.click()
    page.locator(".card a").first.click()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.get_by_role("heading", name="I can help").is_visible()


def test_a_draft_outlives_a_reload_and_ends_when_the_form_has_gone_through(home: str, page: Any) -> None:
    sign_in(page, home)
    page.goto(f"{home}/kebutuhan/baru")
    page.fill("[name=story]", "Dua komputer rusak sejak bulan lalu.")
    page.locator("[data-saved]").wait_for(state="visible")
    page.reload()
    assert page.input_value("[name=story]") == "Dua komputer rusak sejak bulan lalu."
    page.select_option("[name=library]", index=1)
    page.check("input[name=category][value=computers]")
    page.locator("form[data-draft] button:not([type=button])").last.click()
    page.wait_for_url("**/cocok/K-**")
    page.goto(f"{home}/kebutuhan/baru")
    assert page.input_value("[name=story]") == ""


def test_a_form_pressed_twice_goes_once(home: str, page: Any) -> None:
    page.goto(f"{home}/masuk")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate(
        """() => {
            const form = document.querySelector('main form');
            form.elements.name.value = 'siapa'; form.elements.password.value = 'bukan';
            const press = form.querySelector('button');
            press.click(); press.click();
        }"""
    )
    page.wait_for_selector(".errors")
    assert len(sent) == 1
    assert page.evaluate("document.activeElement.className").startswith("errors")
