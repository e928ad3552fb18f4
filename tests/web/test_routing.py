"""Who may press what: every route by every role; forms that come twice, from elsewhere, or too late."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import AnyConverter, Rule

from matcher import accounts, review
from matcher.models import Challenge, Log, Match, Offer, RequestKey, Suggestion, WebSession
from matcher.policy import ALLOWED, Actor, Role
from tests.office import NAME, PASSWORD, Person, copied, make_folder
from web.app import create_app
from web.folder import Folder

#: Roles of people who sign in with a password.
SIGNED_IN = (Role.FASILITATOR, Role.PETUGAS, Role.KEPALA, Role.ADMIN)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("routing") / "data"
    make_folder(path)
    folder = Folder.open(path, make=None, announce=lambda _line: None)
    with folder.writing() as session:
        office = folder.office(session)
        for role in SIGNED_IN:
            accounts.add_account(
                session, office_id=office.id, name=f"orang-{role.value}", password=PASSWORD, role=role,
                by=folder.system(session), at=folder.now(session),
            )  # fmt: skip
    folder.close()
    return path


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Folder:
    return copied(template, tmp_path / "data")


@pytest.fixture
def app(folder: Folder) -> Flask:
    return create_app(folder)


def _as(app: Flask, role: Role) -> Person:
    person = Person(app)
    if role is not Role.VISITOR:
        person.open("/masuk").send("/masuk", name=f"orang-{role.value}", password=PASSWORD)
    return person


def _address(rule: Rule) -> str:
    told = {"code": "K-0001", "version": 1, "ending": "pdf", "slug": "tidak-ada", "filename": "app.js"}
    choices = {name: one.items for name, one in rule._converters.items() if isinstance(one, AnyConverter)}
    values = {name: min(choices[name]) if name in choices else told.get(name, 1) for name in rule.arguments}
    return rule.build({name: str(value) for name, value in values.items()}, append_unknown=False)[1]  # type: ignore[index]


def _rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint != "static"]


def test_every_route_says_who_may_and_whether_it_writes(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            view = app.view_functions[rule.endpoint]
            assert view.writes == ("POST" in (rule.methods or ())), rule


def test_a_view_that_does_not_say_who_may_is_used_by_nobody(app: Flask) -> None:
    app.add_url_rule("/pintu-belakang", view_func=lambda: "terbuka", endpoint="back_door")
    assert app.test_client().get("/pintu-belakang").status_code == 403


@pytest.mark.parametrize("role", [Role.VISITOR, *SIGNED_IN])
def test_every_page_opens_for_whom_the_table_allows_and_for_nobody_else(app: Flask, role: Role) -> None:
    person = _as(app, role)
    for rule in _rules(app, "GET"):
        allowed = app.view_functions[rule.endpoint].allow in ALLOWED[role]  # type: ignore[attr-defined]
        response = person.client.get(_address(rule))
        if allowed:
            assert response.status_code in (200, 303, 404), (rule, response.status_code)
            assert "/masuk" not in response.headers.get("Location", ""), rule
        elif role is Role.VISITOR:
            assert (response.status_code, response.headers["Location"].split("?")[0]) == (303, "/masuk"), rule
        else:
            assert response.status_code == 403, (rule, response.status_code)


@pytest.mark.parametrize("role", [Role.VISITOR, Role.FASILITATOR])
def test_no_press_gets_through_for_a_role_that_may_not(app: Flask, folder: Folder, role: Role) -> None:
    person = _as(app, role)
    token = person.open("/masuk").form("/masuk").fields["csrf_token"]
    with folder.reading() as session:
        before = session.scalar(select(func.count()).select_from(Log))
    for rule in _rules(app, "POST"):
        if app.view_functions[rule.endpoint].allow in ALLOWED[role]:  # type: ignore[attr-defined]
            continue
        response = person.client.post(_address(rule), data={"csrf_token": token})
        assert response.status_code in (303, 403), (rule, response.status_code)
    with folder.reading() as session:
        assert session.scalar(select(func.count()).select_from(Log)) == before


def test_the_same_form_sent_twice_is_one_request(folder: Folder) -> None:
    officer = Person.at(folder).sign_in().open("/cocok/K-0001")
    form = officer.form("/usulkan", having="quantity")
    data = dict(form.form_values())
    first = officer.client.post(form.action, data=data)
    second = officer.client.post(form.action, data=data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    with folder.reading() as session:
        assert session.scalar(select(func.count()).select_from(Match)) == 1
        assert session.scalar(select(func.count()).select_from(RequestKey).where(RequestKey.actor == NAME)) == 1


def test_a_key_that_comes_back_with_another_form_is_refused(folder: Folder) -> None:
    officer = Person.at(folder).sign_in().open("/cocok/K-0001")
    form = officer.form("/usulkan", having="quantity")
    data = dict(form.form_values())
    officer.client.post(form.action, data=data)
    again = officer.client.post(form.action, data={**data, "quantity": "1"})
    assert again.status_code == 422


def test_a_form_without_its_token_changes_nothing(folder: Folder) -> None:
    officer = Person.at(folder).sign_in().open("/cocok/K-0001")
    form = officer.form("/usulkan", having="quantity")
    data = {name: value for name, value in form.form_values() if name != "csrf_token"}
    assert officer.client.post(form.action, data=data).status_code == 400
    with folder.reading() as session:
        assert session.scalar(select(func.count()).select_from(Match)) == 0


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://orang.lain"}])
def test_a_form_from_another_site_changes_nothing(folder: Folder, headers: dict[str, str]) -> None:
    officer = Person.at(folder).sign_in().open("/cocok/K-0001")
    form = officer.form("/usulkan", having="quantity")
    assert officer.client.post(form.action, data=dict(form.form_values()), headers=headers).status_code == 403


def test_a_stale_decision_is_told_who_decided_and_when(folder: Folder) -> None:
    officer = Person.at(folder).sign_in().open("/cocok/K-0001")
    form = officer.form("/usulkan", having="quantity")
    with folder.writing() as session:
        best = session.scalars(
            select(Suggestion).where(Suggestion.challenge_id == 1, ~Suggestion.experience).order_by(Suggestion.rank)
        ).first()
        assert best is not None
        other = Actor("ibu-sri", Role.PETUGAS, folder.office(session).id)
        offer = session.get(Offer, best.offer_id)
        assert offer is not None
        review.propose(session, 1, offer.id, by=other, at=folder.now(session))
    late = officer.client.post(form.action, data=dict(form.form_values()))
    assert late.status_code == 409
    assert "ibu-sri" in late.text


@pytest.mark.parametrize("address", ["/kebutuhan?q=%00", "/kebutuhan/K-%00", "/kebutuhan/%ff"])
def test_an_address_nobody_can_type_is_refused_politely(app: Flask, address: str) -> None:
    assert app.test_client().get(address).status_code in (400, 404)


@pytest.mark.parametrize(
    "address", ["//orang.lain", "https://orang.lain", "/\\orang.lain", "/%09/orang.lain", "javascript:1", "/tidak-ada"]
)
def test_signing_in_leads_to_our_own_pages_only(app: Flask, address: str) -> None:
    person = Person(app).open("/masuk")
    form = person.form("/masuk")
    data = {**dict(form.form_values()), "name": NAME, "password": PASSWORD, "next": address}
    response = person.client.post("/masuk", data=data)
    assert (response.status_code, response.headers["Location"]) == (303, "/kerja")


def test_guessing_is_slowed_down_and_tells_nothing(app: Flask) -> None:
    person = Person(app)
    answers = []
    for name in ("dinas", "tidak-ada"):
        person.open("/masuk").send("/masuk", name=name, password="salah")
        faults = [part.text_content() for part in person.page.xpath("//*[contains(@class,'errors')]")]
        answers.append((person.status, faults))
    assert answers[0] == answers[1]
    for _ in range(accounts.MOST_FAILURES):
        person.open("/masuk").send("/masuk", name=NAME, password="salah")
    person.open("/masuk").send("/masuk", name=NAME, password=PASSWORD)
    assert person.status == 429


def test_signing_out_ends_the_session_on_the_server(app: Flask) -> None:
    person = Person(app).sign_in()
    cookie = person.client.get_cookie("temu_mitra")
    assert cookie is not None
    person.open("/kerja").send("/keluar")
    person.client.set_cookie("temu_mitra", cookie.value)
    person.open("/kerja")
    assert person.address.startswith("/masuk")


def test_who_keeps_working_stays_signed_in(folder: Folder) -> None:
    officer = Person.at(folder).sign_in()
    with folder.writing() as session:
        web_session = session.scalars(select(WebSession)).one()
        web_session.seen_at = began = web_session.seen_at - accounts.IDLE * 0.9
    officer.open("/cocok/K-0001").send("/usulkan", quantity="1")
    with folder.reading() as session:
        assert session.scalars(select(WebSession)).one().seen_at > began


def test_every_answer_carries_the_browser_defences(app: Flask) -> None:
    for address in ("/", "/kebutuhan", "/masuk", "/tidak-ada"):
        headers = app.test_client().get(address).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


def test_no_page_for_visitors_carries_a_contact(folder: Folder) -> None:
    planted = {"contact_phone": "081234567890", "contact_name": "Ibu Rahasia Sekali", "private_note": "catatan-rahasia"}
    with folder.writing() as session:
        for challenge in session.scalars(select(Challenge)):
            from matcher.models import Party

            party = session.get(Party, challenge.party_id)
            assert party is not None
            for name, value in planted.items():
                setattr(party, name, value)
    visitor = Person.at(folder)
    for rule in _rules(visitor.client.application, "GET"):
        body = visitor.client.get(_address(rule)).text
        assert not [value for value in planted.values() if value in body], rule
