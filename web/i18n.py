"""Which language a page speaks, and how numbers, amounts, days and the product's own words are said in it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, Domain, gettext, ngettext

from matcher.vocabulary import TRACE, UNITS, Every, Term, Unit, Words, one_of
from web import access
from web.numerals import figures

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
COOKIE = "lang"
WIB = dt.timezone(dt.timedelta(hours=7), "WIB")
CATALOGUE = Path(__file__).parent / "translations" / "id" / "LC_MESSAGES" / "messages.po"

_UNSAID = Words("jumlah belum ditentukan", "amount not set yet")
_YEAR = 365 * 24 * 3600


def lang() -> str:
    """The language of this request: asked for in the address, remembered in a cookie, or Indonesian."""
    if not has_request_context():
        return "id"
    if "lang" not in g:
        wishes = (request.args.get("lang", ""), request.cookies.get(COOKIE, ""))
        g.lang = next((wish for wish in wishes if wish in LANGUAGES), "id")
    found: str = g.lang
    return found


def say(words: Words | Term | Unit | None, **values: Any) -> str:
    """What a term, a unit or a pair of words reads in the language of the page; nothing for None."""
    if words is None:
        return ""
    return (words if isinstance(words, Words) else words.words).say(lang(), **values)


def number(value: float | Decimal, language: str | None = None) -> str:
    """1234567.5 → ``1.234.567,5`` in Indonesian, ``1,234,567.5`` in English; at most three decimals."""
    return format_decimal(value, format="#,##0.###", locale=language or lang())


def in_field(value: float | Decimal, language: str | None = None) -> str:
    """A number as a field shows it, to be read back as itself: 1,125 gets a fourth decimal, or it could be 1125."""
    language = language or lang()
    text = number(value, language)
    found = figures(text.removeprefix("-"))
    return f"{text}0" if found is not None and found.said_in(language) is None else text


def amount(value: float | Decimal | None, unit: str, every: Every | None = None, language: str | None = None) -> str:
    """A quantity with its unit: ``3 unit``, ``Rp500.000 per bulan``; words of its own where nobody said how much."""
    language = language or lang()
    if value is None:
        return _UNSAID.say(language)
    said = UNITS[unit].words.say(language)
    if value == 1 and language == "en":
        said = one_of(said)
    text = f"Rp{number(value, language)}" if unit == "rp" else f"{number(value, language)} {said}"
    return f"{text} {every.words.say(language)}" if every else text


def day(value: dt.date, language: str | None = None) -> str:
    """``Rabu, 25 Maret 2015``."""
    return format_date(_date(value), "EEEE, d MMMM yyyy", locale=language or lang())


def date(value: dt.date, language: str | None = None) -> str:
    """``25 Maret 2015``."""
    return format_date(_date(value), "d MMMM yyyy", locale=language or lang())


def moment(value: dt.datetime, language: str | None = None) -> str:
    """``25 Mar 2015 14.30 WIB``, on the clock of western Indonesia."""
    shape = "d MMM yyyy HH.mm" if (language or lang()) == "id" else "d MMM yyyy HH:mm"
    return f"{format_datetime(value.astimezone(WIB), shape, locale=language or lang())} WIB"


def ago(value: dt.date) -> str:
    """How long ago a day or a moment was, seen from the day the office lives in."""
    days = (access.now().astimezone(WIB).date() - _date(value)).days
    if days <= 0:
        return str(gettext("today"))
    if days < 60:
        return str(ngettext("%(num)s day ago", "%(num)s days ago", days))
    return str(ngettext("%(num)s month ago", "%(num)s months ago", days // 30))


def _date(value: dt.date) -> dt.date:
    return value.astimezone(WIB).date() if isinstance(value, dt.datetime) else value


# --- the request -----------------------------------------------------------------------------------------------------


def address(**changed: Any) -> str:
    """The page's address with some of its query changed; None takes a value away, a list gives several."""
    query = {**request.args.to_dict(flat=False), **changed}
    pairs = [(name, value) for name, values in query.items() for value in _several(values)]
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path


def _several(values: Any) -> list[Any]:
    if values is None:
        return []
    return list(values) if isinstance(values, (list, tuple)) else [values]


def _remember(response: Response) -> Response:
    wish = request.args.get("lang", "")
    if wish in LANGUAGES and request.cookies.get(COOKIE) != wish:
        response.set_cookie(COOKIE, wish, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


# --- the catalogue ---------------------------------------------------------------------------------------------------


class _Catalogue(Domain):  # type: ignore[misc]  # Flask-Babel ships no types for it
    """Indonesian read from the catalogue a person edits: no compiled copy that could disagree with it."""

    @cached_property
    def _indonesian(self) -> Translations:
        with CATALOGUE.open("rb") as file:
            catalogue = read_po(file, locale="id")
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        return Translations(compiled)

    def get_translations(self) -> NullTranslations:
        """Message ids are English; Indonesian comes from the catalogue."""
        return NullTranslations() if lang() == "en" else self._indonesian


class _Babel(Babel):  # type: ignore[misc]  # nor for this
    domain_instance = _Catalogue()


def init_app(app: Flask) -> None:
    """Give templates the two languages and the filters of this file."""
    _Babel(app, locale_selector=lang)
    app.after_request(_remember)
    filters = (say, number, in_field, amount, day, date, moment, ago)
    app.jinja_env.filters.update({filter_.__name__: filter_ for filter_ in filters})
    app.jinja_env.filters["unit"] = lambda code: UNITS[code].words.say(lang())
    app.jinja_env.filters["event"] = lambda code: TRACE[code].say(lang())
    app.jinja_env.globals.update(lang=lang, address=address)
