"""People of the office: accounts, sign-in, sessions, and brakes on guessing."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matcher import log
from matcher.errors import TooLong, TooManyTries
from matcher.models import Account, Throttle, WebSession
from matcher.policy import Actor, Role

IDLE = dt.timedelta(hours=8)
LONGEST = dt.timedelta(days=7)
WINDOW = dt.timedelta(minutes=15)
MOST_FAILURES = 10  #: under one key within the window
LONGEST_PASSWORD = 200
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's second choice: 19 MB, small PCs
_DUMMY = _hasher.hash("nobody has this password")

#: Letters that are not taken for one another on paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """Four groups of four letters, about 79 bits, easy to read out."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def add_account(
    session: Session, *, office_id: int, name: str, password: str, role: Role, by: Actor, at: dt.datetime
) -> Account:
    """Let a person of the office sign in."""
    account = Account(office_id=office_id, name=name, password_hash=_hasher.hash(password), role=role)
    session.add(account)
    log.record(session, account, "add", by=by, at=at, changes={"name": [None, name], "role": [None, role]})
    return account


def set_password(session: Session, account: Account, password: str, *, by: Actor, at: dt.datetime) -> None:
    """Give an account another password and end its sessions."""
    account.password_hash = _hasher.hash(password)
    session.execute(delete(WebSession).where(WebSession.account_id == account.id))
    log.record(session, account, "password", by=by, at=at, changes={"password_hash": [None, None]})


def switch_keys(session: Session, account_id: int, *, on: bool, by: Actor, at: dt.datetime) -> None:
    """Turn an account's single-key shortcuts on or off."""
    account = session.get_one(Account, account_id)
    if changes := log.set_fields(account, {"keys": on}):
        log.record(session, account, "change", by=by, at=at, changes=changes)


def find_account(session: Session, name: str) -> Account | None:
    """The account of that name."""
    return session.scalar(select(Account).where(Account.name == name.strip().lower()))


def _throttled(session: Session, keys: list[str], at: dt.datetime) -> None:
    for row in session.scalars(select(Throttle).where(Throttle.key.in_(keys))):
        if row.since + WINDOW > at and row.failures >= MOST_FAILURES:
            raise TooManyTries(seconds=int((row.since + WINDOW - at).total_seconds()) + 1)


def _failed(session: Session, keys: list[str], at: dt.datetime) -> None:
    for key in keys:
        row = session.get(Throttle, key, with_for_update=True)
        if row is None:
            row = Throttle(key=key, failures=0, since=at)
            session.add(row)
        if row.since + WINDOW <= at:
            row.failures, row.since = 0, at
        row.failures += 1


def check(session: Session, name: str, password: str, *, address: str, at: dt.datetime) -> Account | None:
    """The account whose name and password these are; None (and a failure counted) where they are not.

    The caller commits either way, so that failures count.  Raises TooManyTries before anything is compared.
    """
    if len(password) > LONGEST_PASSWORD:
        raise TooLong(field="password", most=LONGEST_PASSWORD, length=len(password))
    name = name.strip().lower()[:80]
    keys = [f"name:{name}|{address}"[:120], f"from:{address}"[:120]]
    _throttled(session, keys, at)
    account = find_account(session, name)
    try:
        _hasher.verify(account.password_hash if account else _DUMMY, password)
    except (VerifyMismatchError, InvalidHashError):
        account = None
    if account is None or account.disabled_at is not None:
        _failed(session, keys, at)
        return None
    session.execute(delete(Throttle).where(Throttle.key.in_(keys)))
    return account


def sign_in(session: Session, account: Account, *, at: dt.datetime) -> str:
    """Begin a browser session; the token goes into the cookie, its hash into the table."""
    token = secrets.token_urlsafe(32)
    session.add(WebSession(token_hash=_hash(token), account_id=account.id, started_at=at, seen_at=at))
    return token


def sign_out(session: Session, token: str) -> None:
    """End a browser session."""
    session.execute(delete(WebSession).where(WebSession.token_hash == _hash(token)))


def signed_in(session: Session, token: str, *, at: dt.datetime) -> Account | None:
    """Whose session the token is, unless it is too old or the account was closed."""
    row = session.get(WebSession, _hash(token))
    if row is None or row.seen_at + IDLE < at or row.started_at + LONGEST < at:
        return None
    account = session.get(Account, row.account_id)
    return account if account is not None and account.disabled_at is None else None


def seen(session: Session, token: str, *, at: dt.datetime) -> None:
    """Note that a session is in use; called by requests that write anyway."""
    row = session.get(WebSession, _hash(token))
    if row is not None and row.seen_at + dt.timedelta(minutes=5) < at:
        row.seen_at = at


def actor_of(account: Account) -> Actor:
    """Who an account is to the use cases."""
    return Actor(name=account.name, role=account.role, office_id=account.office_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
