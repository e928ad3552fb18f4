"""Files that go out: every list as Excel or CSV, and the templates that come back filled in."""

from __future__ import annotations

import io
import re

from flask import Response, request

from matcher import lines
from matcher.errors import NotFound
from matcher.policy import Action
from web import access, db, documents
from web.exchange import giving, outgoing, writing
from web.exchange.headings import KINDS
from web.exchange.writing import Sheet
from web.i18n import lang
from web.routing import Pages
from web.views.public import read_wish

bp = Pages("exports", __name__)

#: What a table can go out as.
MIMES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_EVERY = MIMES | {ending: mime for ending, (mime, _) in documents.FORMATS.items()}  #: papers too


def answer(body: bytes, name: str, ending: str, *, private: bool = True) -> Response:
    """A file to keep, its name with the day of the office: kebutuhan-2015-03-27.xlsx; *private* ones are not stored."""
    response = Response(body, content_type=_EVERY[ending])
    day = lines.today(access.now()).isoformat()
    file = f"{re.sub(r'[^a-z0-9]+', '-', name.casefold()).strip('-')}-{day}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=file)
    if private:
        response.headers["Cache-Control"] = "no-store"
    return response


def _written(sheet: Sheet, ending: str) -> bytes:
    file = io.BytesIO()
    if ending == "csv":
        writing.write_csv(file, sheet.headings, sheet.rows)
    else:
        writing.write_xlsx(file, [sheet])
    return file.getvalue()


@bp.page("/unduh/<what>.<ending>", allow=Action.EXPORT)
def table(what: str, ending: str) -> Response:
    """One of the office's tables with the filters of its page, or all of them as one workbook."""
    wanted = outgoing.Wanted(
        db.session(), access.the_office(), access.actor(), access.now(), lang(), request.args.to_dict()
    )  # fmt: skip
    if what == outgoing.EVERYTHING and ending == "xlsx":
        file = io.BytesIO()
        writing.write_xlsx(file, outgoing.everything(wanted))
        return answer(file.getvalue(), "temu mitra", ending)
    if what not in outgoing.NAMES or ending not in MIMES:
        raise NotFound(kind="file", id=f"{what}.{ending}")
    return answer(_written(outgoing.table(wanted, what), ending), what, ending)


@bp.page("/kebutuhan.<any(xlsx,csv):ending>", allow=Action.BROWSE)
def needs(ending: str) -> Response:
    """The public list of needs with its filters; no contact, no note."""
    sheet = outgoing.needs(db.session(), access.the_office(), read_wish(), at=access.now(), lang=lang())
    return answer(_written(sheet, ending), "kebutuhan", ending, private=False)


@bp.page("/templat/<kind>.xlsx", allow=Action.IMPORT)
def template(kind: str) -> Response:
    """An empty table with drop-downs, one example, and what each column means."""
    if kind not in KINDS:
        raise NotFound(kind="file", id=f"{kind}.xlsx")
    from web.exchange import blanks  # noqa: PLC0415 - only those who write Excel pay for it

    file = io.BytesIO()
    blanks.write(file, db.session(), access.the_office(), kind, lang=lang())
    return answer(file.getvalue(), f"templat {giving.TITLES[kind].id}", "xlsx")
