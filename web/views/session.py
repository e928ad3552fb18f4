"""Signing in and out of the office's side."""

from __future__ import annotations

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from matcher import accounts
from matcher.errors import MatcherError, SignInFailed
from matcher.policy import Action
from matcher.vocabulary import Words
from web import access, db
from web.forms import Clean, FilledIn, Form, PasswordField, StringField
from web.routing import Pages

bp = Pages("session", __name__)


class SignInForm(Form):
    """Name and password of a person of the office."""

    name = StringField(Words("Nama akun", "Account name"), [FilledIn(), Clean(80)])
    password = PasswordField(Words("Kata sandi", "Password"), [FilledIn()])


def _own_page(address: str | None) -> str:
    """*address* where it is a page of ours, else the officer's first page."""
    home = url_for("desk.work")
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return home
    try:
        current_app.url_map.bind("").match(address.partition("?")[0], method="GET")
    except RequestRedirect:
        return home
    except HTTPException:
        return home
    return address


@bp.page("/masuk", allow=Action.SIGN_IN)
def sign_in(form: SignInForm | None = None) -> str:
    """The sign-in page."""
    return render_template("session/sign_in.html", form=form or SignInForm(), next=request.values.get("next", ""))


@bp.action("/masuk", allow=Action.SIGN_IN, keep_refused=True)
def enter() -> ResponseReturnValue:
    """Compare name and password; every failure counts, whatever the answer."""
    form = SignInForm()
    if not form.validate():
        return sign_in(form=form), 422
    session = db.session()
    try:
        found = accounts.check(
            session, form.name.data, form.password.data, address=request.remote_addr or "", at=access.clock()
        )
        if found is None:
            raise SignInFailed(field="password")
    except MatcherError as error:
        form.blame(error, "password")
        return sign_in(form=form), error.status
    token = accounts.sign_in(session, found, at=access.clock())
    response = make_response(redirect(_own_page(request.form.get("next")), code=303))
    access.remember(response, token)
    return response


@bp.action("/keluar", allow=Action.SIGN_OUT)
def sign_out() -> ResponseReturnValue:
    """End the session and forget the cookie."""
    accounts.sign_out(db.session(), access.token())
    response = make_response(redirect(url_for("public.home"), code=303))
    access.forget(response)
    return response
