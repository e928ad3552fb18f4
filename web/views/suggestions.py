"""The suggestions of one challenge to take along: as data for other programs, as a sheet for the meeting table."""

from __future__ import annotations

from flask import Response

from matcher import lines, review
from matcher.errors import NotFound
from matcher.policy import Action
from matcher.queries import desk as queries
from matcher.queries import why as reasons
from matcher.vocabulary import Words
from web import access, db, documents, suggestion_data, suggestion_sheet
from web.i18n import lang
from web.routing import Pages
from web.views import exports

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


@bp.page("/cocok/<code>/lembar.<any(pdf,docx):ending>", allow=Action.READ_DESK)
def sheet(code: str, ending: str) -> Response:
    """What the desk shows of a challenge, to print (PDF) or to edit (Word)."""
    session, office, at = db.session(), access.the_office(), access.now()
    one = queries.chosen(session, review.challenge(session, code, by=access.actor()), at=at)
    bars = [] if one.offers else reasons.absence(session, office, one.challenge, at=at)
    found = suggestion_sheet.sections(one, office, day=lines.today(at), absence=suggestion_data.said(bars, lang()))
    _, draw = documents.FORMATS[ending]
    return exports.answer(draw(found), f"{suggestion_sheet.title()} {one.challenge.code}", ending)
