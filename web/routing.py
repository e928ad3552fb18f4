"""One way to declare a route: what it is, who may use it, whether it writes.

A *page* reads; whatever it leaves in the session is rolled back.  An *action* is one transaction: it takes the
writers' turn, is carried out once however often its form arrives, rescores what it touched, and commits.  A *signal* is
a press about something that runs; it writes no row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Blueprint, Response, abort, current_app, g, make_response, redirect, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher import accounts, matching
from matcher.errors import NotAllowed, SameKeyOtherForm
from matcher.models import RequestKey
from matcher.policy import Action, Role
from web import access, db

View = Callable[..., Any]
KEY_FIELD = "_key"
_UNSIGNED = ("csrf_token", KEY_FIELD)


class Pages(Blueprint):
    """A blueprint on which no route can be declared without saying who may use it."""

    def page(self, rule: str, *, allow: Action) -> Callable[[View], View]:
        """A GET that only reads."""
        return self._declare(rule, "GET", allow, run=_read)

    def action(
        self, rule: str, *, allow: Action, keep_refused: bool = False, most: int | None = None
    ) -> Callable[[View], View]:
        """A POST that is one transaction; *keep_refused* commits a refusal too (failed sign-ins).

        *most* is how many bytes may be sent, where that is not what the service takes everywhere.
        """

        def run(view: View, arguments: dict[str, Any]) -> Response:
            return _write(view, arguments, keep_refused=keep_refused)

        return self._declare(rule, "POST", allow, run=run, most=most)

    def signal(self, rule: str, *, allow: Action) -> Callable[[View], View]:
        """A POST that writes no row, to something that runs: it does not queue behind the writer it is about."""
        return self._declare(rule, "POST", allow, run=_read)

    def _declare(
        self, rule: str, method: str, allow: Action, *, run: Callable[..., Response], most: int | None = None
    ) -> Callable[[View], View]:
        def declare(view: View) -> View:
            @wraps(view)
            def guarded(**arguments: Any) -> Any:
                refused = _refused(allow)
                return refused if refused is not None else run(view, arguments)

            guarded.allow = allow  # type: ignore[attr-defined]
            guarded.writes = method == "POST"  # type: ignore[attr-defined]
            guarded.most = most  # type: ignore[attr-defined]
            self.add_url_rule(rule, endpoint=view.__name__, view_func=guarded, methods=[method])
            return view

        return declare


def _refused(allow: Action) -> Any:
    """None where the person may; else the way to the sign-in page, or a refusal."""
    actor = access.actor()
    if actor.may(allow):
        return None
    if actor.role is Role.VISITOR:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("session.sign_in", next=wanted), code=303)
    raise NotAllowed(action=allow)


def _read(view: View, arguments: dict[str, Any]) -> Response:
    return make_response(view(**arguments))


# --- writing ---------------------------------------------------------------------------------------------------------


def _write(view: View, arguments: dict[str, Any], *, keep_refused: bool) -> Response:
    actor = access.actor()
    office = access.office()
    session = db.writing()
    key = request.form.get(KEY_FIELD, "")[:64]
    if key and (earlier := _claim(session, actor.name, key)) is not None:
        return earlier
    response = make_response(view(**arguments))
    if response.status_code >= 400 and not keep_refused:
        session.rollback()
        return response
    _answered(session, actor.name, key, response)
    if office is not None:
        matching.follow(session, office, at=access.now())
    accounts.seen(session, access.token(), at=access.clock())
    session.commit()
    return response


def _fingerprint() -> str:
    told = sorted((name, value) for name, value in request.form.items(multi=True) if name not in _UNSIGNED)
    return hashlib.sha256(repr((request.path, told)).encode()).hexdigest()


def _claim(session: Session, actor: str, key: str) -> Response | None:
    """Take the form's key; where it was taken before, the answer it got then."""
    row = session.get(RequestKey, (actor, key))
    if row is None:
        session.add(RequestKey(actor=actor, key=key, fingerprint=_fingerprint(), location="", at=access.clock()))
        try:
            session.flush()
        except IntegrityError:  # PostgreSQL: the twin was waiting for us, or we for it
            session.rollback()
            row = session.get(RequestKey, (actor, key))
    if row is None:
        return None
    if row.fingerprint != _fingerprint():
        raise SameKeyOtherForm
    return cast("Response", redirect(row.location or url_for("public.home"), code=303))


def _answered(session: Session, actor: str, key: str, response: Response) -> None:
    if not key:
        return
    row = session.get(RequestKey, (actor, key))
    if row is None:
        return
    if 300 <= response.status_code < 400:
        row.location = response.location or ""
    else:
        session.delete(row)


def limit() -> None:
    """Before anybody reads the form: how many bytes this route takes."""
    view = current_app.view_functions.get(request.endpoint or "")
    if (most := getattr(view, "most", None)) is not None:
        request.max_content_length = request.max_form_memory_size = most


def deny_undeclared() -> None:
    """Before each request: a view that does not say who may use it is used by nobody."""
    if request.endpoint is None or request.endpoint == "static":
        return
    view = current_app.view_functions[request.endpoint]
    if not hasattr(view, "allow"):
        abort(403)
    g.endpoint = request.endpoint
