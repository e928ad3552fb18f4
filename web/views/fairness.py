"""Equity over time as the office reads it: groups with their bars, the change over cycles, the libraries behind it."""

from __future__ import annotations

import math

from flask import render_template, request

from matcher import matching, teaching
from matcher.policy import Action
from matcher.queries import fairness as queries
from matcher.vocabulary import Words
from web import access, db
from web.exchange.outgoing import fair_wish
from web.i18n import date, say
from web.routing import Pages
from web.views.parties import numbers_of_pages

bp = Pages("fairness", __name__)

_HELPED = {False: Words("belum pernah dibantu", "never helped before"), True: Words("pernah dibantu", "helped before")}
_IN = Words("dibantu pada putaran mulai {day}", "helped in the cycle from {day}")


@bp.page("/pemerataan", allow=Action.READ_DESK)
def overview() -> str:
    """Who was never helped, since when, where; each number leads to the libraries behind it."""
    session, office = db.session(), access.the_office()
    found = queries.fairness(session, office, at=access.now())
    wish = fair_wish(request.args)
    rows = found.some(wish)
    pages = max(math.ceil(len(rows) / queries.PAGE), 1)
    page = min(max(request.args.get("hal", 1, type=int), 1), pages)
    equity = matching.weights_in_force(session, office.id).points.get("equity", 0)
    return render_template(
        "fairness/overview.html", found=found, rows=rows[(page - 1) * queries.PAGE : page * queries.PAGE],
        total=len(rows), page=page, pages=numbers_of_pages(page, pages), chosen=_chosen(found, wish),
        equity=equity, means=teaching.MEANS["equity"],
    )  # fmt: skip


def _chosen(found: queries.Fairness, wish: queries.Wish) -> list[str]:
    """The filters of the list in words."""
    groups = {("kec", group.code): group.name for group in found.kecamatan}
    groups |= {("jarak", group.code): group.words for group in queries.DISTANCES}
    groups |= {("ukuran", group.code): group.words for group in queries.SIZES}
    told = [("kec", wish.kecamatan), ("jarak", wish.distance), ("ukuran", wish.size)]
    words = [say(groups[one]) for one in told if one in groups]
    words += [say(_HELPED[wish.helped])] if wish.helped is not None else []
    return words + ([say(_IN, day=date(wish.cycle))] if wish.cycle is not None else [])
