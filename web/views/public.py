"""Pages anybody may read: the first page, needs, libraries, and what this service is."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import quote

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.policy import Action
from matcher.queries import profiles, public
from matcher.queries.public import Card, Sort, Standing, Wish
from matcher.vocabulary import MATCHED, Category, Term, Urgency, Words
from web import access, db, i18n
from web.routing import Pages

bp = Pages("public", __name__)
Choice = TypeVar("Choice", bound=Term)

#: A filter of the list: its name in the address, and the field of the wish it fills.
PARAMETERS = {
    "jenis": "categories", "desak": "urgencies", "kec": "kecamatan", "baru": "never_helped", "q": "words",
    "tahap": "standing",
}  # fmt: skip
#: What the filters are called on the page.
FILTERS: dict[str, Words] = {
    "categories": Words("Jenis tantangan", "Kind of need"),
    "urgencies": Words("Dibutuhkan", "Needed"),
    "kecamatan": Words("Kecamatan", "Kecamatan"),
    "never_helped": Words("Belum pernah dibantu", "Never helped before"),
    "words": Words("Kata kunci", "Words"),
    "standing": Words("Tahap", "Stage"),
}


@bp.page("/", allow=Action.BROWSE)
def home() -> str:
    """The gap in numbers, the six kinds of need, and the doors."""
    found = public.home(db.session(), access.the_office(), at=access.now())
    return render_template("public/home.html", home=found)


@bp.page("/kebutuhan", allow=Action.BROWSE)
def browse() -> str:
    """The list of needs with its filters in the address."""
    wish = read_wish()
    found = public.needs(db.session(), access.the_office(), wish, at=access.now())
    return render_template(
        "public/browse.html", wish=wish, found=found, chips=_chips(wish, found), categories=(*MATCHED, Category.OTHER),
        urgencies=Urgency, standings=Standing, sorts=Sort, filters=FILTERS, pages=_numbers(found.page, found.pages),
        drop=_drop(found.narrowest), lacking=Standing.LACKING,
    )  # fmt: skip


@bp.page("/kebutuhan.json", allow=Action.BROWSE)
def browse_as_data() -> Response:
    """The same list for machines: every need that answers the filters."""
    cards = public.every_need(db.session(), access.the_office(), read_wish(), at=access.now())
    return jsonify(needs=[_as_data(card) for card in cards])


@bp.page("/kebutuhan/<code>", allow=Action.BROWSE)
def need(code: str) -> ResponseReturnValue:
    """One need: its story, its numbers, what is known of the library, and who solved the same."""
    found = profiles.need(db.session(), access.the_office(), code, at=access.now())
    if code != found.card.code:
        return redirect(url_for("public.need", code=found.card.code), code=301)
    return render_template("public/need.html", need=found, card=found.card, share=_share(found.card))


@bp.page("/perpustakaan/<slug>", allow=Action.BROWSE)
def library(slug: str) -> ResponseReturnValue:
    """One library: what went well there, what it is ready for, what it lacks."""
    found = profiles.library(db.session(), access.the_office(), slug, at=access.now())
    if slug != found.slug:
        return redirect(url_for("public.library", slug=found.slug), code=301)
    return render_template("public/library.html", library=found)


@bp.page("/tentang", allow=Action.BROWSE)
def about() -> str:
    """What this is, where its data comes from, how a score is made."""
    return render_template("public/about.html")


# --- the filters -----------------------------------------------------------------------------------------------------


def read_wish() -> Wish:
    """The filters of the address; what is not among the choices is passed over, so that old links still open."""
    told = request.args
    return Wish(
        categories=frozenset(_known(Category, told.getlist("jenis"))),
        urgencies=frozenset(_known(Urgency, told.getlist("desak"))),
        kecamatan=told.get("kec", "").strip()[:8],
        never_helped=told.get("baru") == "1",
        words=" ".join(told.get("q", "").split())[:80],
        standing=next(iter(_known(Standing, told.getlist("tahap"))), Standing.LACKING),
        sort=next(iter(_known(Sort, told.getlist("urut"))), Sort.WAITING),
        page=told.get("hal", 1, type=int),
    )


def _known(terms: type[Choice], values: list[str]) -> list[Choice]:
    return [term for term in terms if term.value in values]


def _chips(wish: Wish, found: public.Found) -> list[tuple[str, str]]:
    """What is filtered by, each with the address that drops it."""
    chips = [(i18n.say(term), _less("jenis", term.value)) for term in Category if term in wish.categories]
    chips += [(i18n.say(term), _less("desak", term.value)) for term in Urgency if term in wish.urgencies]
    places = {code: name for code, name, _ in found.facets.kecamatan}
    if wish.kecamatan:
        chips.append((f"Kec. {places.get(wish.kecamatan, wish.kecamatan)}", _less("kec")))
    if wish.never_helped:
        chips.append((i18n.say(FILTERS["never_helped"]), _less("baru")))
    if wish.standing is not Standing.LACKING:
        chips.append((i18n.say(wish.standing), _less("tahap")))
    if wish.words:
        chips.append((f"“{wish.words}”", _less("q")))
    return chips


def _less(name: str, value: str | None = None) -> str:
    """The page's address without one value of a filter, from its first page."""
    left = [other for other in request.args.getlist(name) if value is not None and other != value]
    return i18n.address(**{name: left or None, "hal": None})


def _drop(narrowest: str) -> tuple[str, str] | None:
    """The filter that hides most, in words, and the address without it."""
    parameter = next((name for name, of_wish in PARAMETERS.items() if of_wish == narrowest), None)
    return None if parameter is None else (i18n.say(FILTERS[narrowest]), _less(parameter))


def _numbers(page: int, pages: int) -> list[int | None]:
    """The numbers of a pager: first, last, and two around the page; None where some are left out."""
    wanted = sorted(number for number in {1, pages, *range(page - 2, page + 3)} if 1 <= number <= pages)
    shown: list[int | None] = []
    for number in wanted:
        if shown and number - (shown[-1] or 0) > 1:
            shown.append(None)
        shown.append(number)
    return shown


# --- beside the pages ------------------------------------------------------------------------------------------------


def _share(card: Card) -> str:
    """A WhatsApp address with a ready text; who receives it is chosen there."""
    address = url_for("public.need", code=card.code, _external=True)
    text = f"{card.title} – {card.library}, Desa {card.village}. {address}"
    return f"https://wa.me/?text={quote(text)}"


def _as_data(card: Card) -> dict[str, Any]:
    come = card.progress
    return {
        "code": card.code, "category": card.category.value, "title": card.title, "library": card.library,
        "village": card.village, "kecamatan": card.kecamatan, "need": _float(come.need), "unit": card.unit,
        "every": card.every and card.every.value, "promised": _float(come.promised), "arrived": _float(come.arrived),
        "proven": _float(come.proven), "urgency": card.urgency and card.urgency.value, "standing": card.standing.value,
        "waiting_days": card.waiting, "never_helped": card.never_helped,
        "provenance": card.provenance and card.provenance.value,
        "page": url_for("public.need", code=card.code, _external=True),
    }  # fmt: skip


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
