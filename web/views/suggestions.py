"""The suggestions of one challenge to take along: as data for other programs."""

from __future__ import annotations

from flask import Response

from matcher import review
from matcher.errors import NotFound
from matcher.policy import Action
from matcher.vocabulary import Words
from web import access, db, suggestion_data
from web.i18n import lang
from web.routing import Pages

bp = Pages("suggestions", __name__)

NO_CHALLENGE = Words(
    "Tidak ada kebutuhan berkode {code}. Kode kebutuhan ditulis seperti K-0001.",
    "There is no need with the code {code}. Codes of needs are written like K-0001.",
)


@bp.page("/cocok/<code>.json", allow=Action.READ_DESK)
def data(code: str) -> Response:
    """What the desk suggests for a challenge, in the form of `match --json`."""
    session = db.session()
    try:
        found = review.challenge(session, code, by=access.actor())
    except NotFound as error:
        return _as_json({"error": NO_CHALLENGE.say(lang(), code=code[:16])}, error.status)
    office = access.the_office()
    return _as_json(suggestion_data.of_challenge(session, office, found, at=access.now(), lang=lang()))


def _as_json(plain: dict[str, object], status: int = 200) -> Response:
    return Response(suggestion_data.written(plain) + "\n", status, content_type="application/json; charset=utf-8")
