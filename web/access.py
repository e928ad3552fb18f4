"""Who is asking, for which office, and what day it is."""

from __future__ import annotations

import datetime as dt

from flask import Response, current_app, g, request
from sqlalchemy import select

from matcher import accounts
from matcher.errors import NotFound
from matcher.models import Account, Office
from matcher.policy import Action, Actor, Role
from web import db
from web.folder import Folder

COOKIE = "temu_mitra"
VISITOR = Actor(name="pengunjung", role=Role.VISITOR)


def clock() -> dt.datetime:
    """The real time, for sessions and brakes."""
    return dt.datetime.now(dt.UTC)


def _folder() -> Folder:
    found: Folder = current_app.extensions["folder"]
    return found


def account() -> Account | None:
    """Whose session the cookie names; read once a request."""
    if "account" not in g:
        token = request.cookies.get(COOKIE, "")
        g.account = accounts.signed_in(db.session(), token, at=clock()) if token else None
    found: Account | None = g.account
    return found


def actor() -> Actor:
    """Who is asking, as the use cases know people."""
    found = account()
    return VISITOR if found is None else accounts.actor_of(found)


def may(action: Action) -> bool:
    """Whether the person asking may do *action*; for templates."""
    return actor().may(action)


def office() -> Office | None:
    """The person's office; for visitors the one this service is run by."""
    if "office" not in g:
        mine = actor().office_id
        session = db.session()
        first = select(Office).order_by(Office.id).limit(1)
        g.office = session.get(Office, mine) if mine is not None else session.scalar(first)
    found: Office | None = g.office
    return found


def the_office() -> Office:
    """The office this page is about; NotFound where there is none yet."""
    found = office()
    if found is None:
        raise NotFound(kind="office", id="")
    return found


def now() -> dt.datetime:
    """The moment the office lives in: the demo's frozen day, the day named at the start, or the real one."""
    if "now" not in g:
        g.now = _folder().now(db.session(), current_app.config["AS_OF"])
    found: dt.datetime = g.now
    return found


def remember(response: Response, token: str) -> None:
    """Give the browser its session's token."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(accounts.LONGEST.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )


def forget(response: Response) -> None:
    """Take the token back."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=request.is_secure)


def token() -> str:
    """The cookie's token, empty where there is none."""
    return request.cookies.get(COOKIE, "")
