"""The Flask application: made once from a data folder; headers, limits and language for every page."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map, ValidationError

from matcher.policy import Action
from matcher.vocabulary import Category
from web import access, background, compress, db, errors, i18n, routing, suggestion_words
from web.folder import Folder
from web.views import (
    desk,
    exports,
    fairness,
    imports,
    meetings,
    parties,
    partnerships,
    pasting,
    plans,
    public,
    reports,
    sharing,
    suggestions,
    weights,
)
from web.views import session as session_views

BLUEPRINTS = (
    public.bp, session_views.bp, desk.bp, partnerships.bp, parties.bp, reports.bp, pasting.bp, exports.bp, imports.bp,
    weights.bp, plans.bp, sharing.bp, fairness.bp, meetings.bp, suggestions.bp,
)  # fmt: skip
HERE = Path(__file__).parent
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_MOST_ID = 2**31 - 1  #: what a column of ids holds
_SAFE = ("GET", "HEAD", "OPTIONS")


def create_app(folder: Folder, *, as_of: dt.date | None = None, proxies: int = 0) -> Flask:
    """The service over *folder*; *as_of* pins the day, *proxies* counts the trusted hops in front."""
    app = Flask(__name__)
    app.config.from_mapping(
        SECRET_KEY=folder.secret_key, AS_OF=as_of, MAX_CONTENT_LENGTH=20 * 2**20, MAX_FORM_MEMORY_SIZE=2 * 10**5,
        MAX_FORM_PARTS=400, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_NAME="temu_mitra_form",
        SEND_FILE_MAX_AGE_DEFAULT=31536000, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False,
    )  # fmt: skip
    app.extensions["folder"] = folder
    compress.init_app(app)  # first in, last out: it packs what the others have finished
    db.init_app(app, folder.engine)
    i18n.init_app(app)
    suggestion_words.init_app(app)
    background.init_app(app)
    errors.init_app(app)
    app.before_request(_readable)
    app.before_request(_same_site)
    app.before_request(routing.limit)
    CSRFProtect(app)
    app.register_error_handler(CSRFError, _expired_form)
    app.before_request(routing.deny_undeclared)
    app.url_map.converters["int"] = _Id
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _dress(app)
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app


class _Id(IntegerConverter):
    """A number in an address: one that no column of ids holds is an address that is not there."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=_MOST_ID)

    def to_python(self, value: str) -> int:
        """The number; not even read where it has more digits than any id."""
        if len(value) > len(str(_MOST_ID)):
            raise ValidationError
        return int(super().to_python(value))


# --- before ----------------------------------------------------------------------------------------------------------


def _readable() -> None:
    """NUL, control characters and half surrogates in an address are nobody's typing."""
    told = [request.path, *(part for pair in request.args.items(multi=True) for part in pair)]
    if any(_UNREADABLE.search(part) for part in told):
        abort(400)


def _same_site() -> None:
    """A form that another site sends is not a form of ours."""
    if request.method in _SAFE:
        return
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)
    origin = request.headers.get("Origin")
    if origin not in (None, "null") and urlsplit(origin).netloc != request.host:
        abort(403)


def _expired_form(error: CSRFError) -> Response:
    del error
    return errors.form_expired()


# --- after -----------------------------------------------------------------------------------------------------------


def _policy(style: str, *, upgrade: bool) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    rules = (
        "default-src 'none'", f"style-src 'sha256-{digest}'", "script-src 'self'", "img-src 'self' data:",
        "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    )  # fmt: skip
    return "; ".join((*rules, "upgrade-insecure-requests") if upgrade else rules)


def _dress(app: Flask) -> None:
    """The style sheet, the scripts' addresses, what templates know, and the headers of every answer."""
    style = (HERE / "static" / "app.css").read_text(encoding="utf-8").strip()
    versions = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:10] for path in (HERE / "static").glob("*.js")
    }

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _policy(style, upgrade=request.is_secure))
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.endpoint != "static":
            private = access.token() or request.method not in _SAFE
            response.headers.setdefault("Cache-Control", "no-store" if private else "no-cache")
        response.headers.add("Vary", "Cookie")
        return response

    @app.context_processor
    def known() -> dict[str, Any]:
        return {
            "css": Markup(style),  # noqa: S704 - our own file, not a word of anybody's
            "script": lambda name: url_for("static", filename=name, v=versions[name]),
            "may": access.may, "Action": Action, "Category": Category,
            "account": access.account, "office": access.office,
            "today": lambda: access.now().astimezone(i18n.WIB).date(), "form_key": lambda: secrets.token_urlsafe(12),
        }  # fmt: skip
