"""Owns what a page does about a work beside it: waits a little, then says how far it is or what came of it."""

from __future__ import annotations

from flask import current_app

from matcher.errors import MatcherError
from matcher.vocabulary import Words
from web import db, forms
from web.background import Stopped, Work
from web.i18n import say

PATIENCE = 1.5  #: seconds a request waits for a work before it says that it goes on


def over(work: Work) -> bool:
    """Whether *work* ends while a person likes to wait."""
    return work.wait(current_app.config.get("PATIENCE", PATIENCE))


def written(work: Work) -> bool:
    """Whether *work* ends while a person likes to wait; what it wrote is then seen by this request."""
    if not over(work):
        return False
    db.session().rollback()  # this request has begun to read, before the work was committed
    return True


def trouble(error: Exception | None, *, stopped: Words, broken: Words) -> str:
    """What went wrong with a work, as a sentence; nothing where it went well."""
    if error is None:
        return ""
    if isinstance(error, Stopped):
        return say(stopped)
    if isinstance(error, MatcherError):
        return forms.say(error)
    current_app.logger.error("work: %s", type(error).__name__, exc_info=error)
    return say(broken)
