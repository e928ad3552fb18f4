"""The command `share`: how one offer would be shared out over the libraries that wait for it; writes nothing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from matcher.errors import CannotShare, NotFound
from matcher.vocabulary import UNITS, Words
from web.failure import Failure

if TYPE_CHECKING:
    from decimal import Decimal

    from matcher.sharing import Row, Sharing

_WORDS = {
    "offer": Words("tidak ada tawaran berkode {code}", "there is no offer with the code {code}"),
    "head": Words(
        "{code} {giver}: {title}. Sisa {left}, sedang diusulkan {soft}",
        "{code} {giver}: {title}. {left} left, {soft} being proposed",
    ),
    "fair": Words("Bagi adil", "Fair"),
    "proportional": Words("Sebanding", "In proportion"),
    "row": Words("{code} {library}: {share}. {gap}, menunggu {days} hari",
                 "{code} {library}: {share}. {gap}, waiting for {days} days"),
    "never": Words("belum pernah dibantu", "never helped before"),
    "missing": Words("belum ada: {facts}", "not yet: {facts}"),
    "unsaid": Words("belum diketahui: {facts}", "not known: {facts}"),
    "lacks": Words("Kurang {gap}", "Lacks {gap}"),
    "unknown": Words("Belum bilang kurang berapa", "Never said how much"),
    "rest": Words("sisa {rest}; {some} dari {all} perpustakaan mendapat bagian",
                  "{rest} left over; {some} of {all} libraries get a share"),
    "nobody": Words("tidak ada yang menunggu tawaran ini", "nobody waits for this offer"),
}  # fmt: skip


def share(args: argparse.Namespace) -> int:
    """Print the split of an offer with its reasons."""
    from matcher import sharing
    from matcher.queries import why
    from web import errors
    from web.folder import Folder

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a pipe on Windows has another one
    folder = Folder.open(args.data, make=None)
    try:
        with folder.reading() as session:
            office, at = folder.office(session), folder.now(session, args.as_of)
            try:
                offer = why.offer_of(session, office, args.offer)
                found = sharing.share_out(session, office, offer, at=at, proportional=args.proportional)
            except NotFound:
                raise Failure(" / ".join(text.format(code=args.offer) for text in _WORDS["offer"])) from None
            except CannotShare as error:
                raise Failure(" / ".join(errors.sentence(error, lang) for lang in ("id", "en"))) from None
            print(_as_json(found, args.lang) if args.json else "\n".join(_as_text(found, args.lang)))
    finally:
        folder.close()
    return 0


# --- as words --------------------------------------------------------------------------------------------------------


def _as_text(found: Sharing, lang: str) -> Iterator[str]:
    offer, unit = found.offer, found.offer.unit
    yield _WORDS["head"].say(
        lang, code=offer.code, giver=found.giver.name, title=offer.title, left=_amount(found.left, unit, lang),
        soft=_amount(found.soft, unit, lang),
    )  # fmt: skip
    if not found.rows:
        yield f"  {_WORDS['nobody'].say(lang)}"
        return
    yield f"{_WORDS['proportional' if found.proportional else 'fair'].say(lang)}:"
    yield from (f"  {line}" for row in found.rows for line in _row(found, row, lang))
    yield "  " + _WORDS["rest"].say(
        lang, rest=_amount(found.rest, unit, lang), some=len(found.served), all=len(found.rows)
    )


def _row(found: Sharing, row: Row, lang: str) -> Iterator[str]:
    unit = row.challenge.unit
    share = _amount(row.share, unit, lang)
    if row.cost and unit != found.offer.unit:
        share += f" ({_amount(row.cost, found.offer.unit, lang)})"
    lacks = {} if row.gap is None else {"gap": _amount(row.gap, unit, lang)}
    gap = _WORDS["lacks" if lacks else "unknown"].say(lang, **lacks)
    yield _WORDS["row"].say(
        lang, code=row.challenge.code, library=row.library.name, share=share, gap=gap, days=row.days
    )  # fmt: skip
    if marks := _marks(row, lang):
        yield f"    {'; '.join(marks)}"


def _marks(row: Row, lang: str) -> list[str]:
    """What is said of a row beside its number."""
    told = [row.band.words.say(lang), *([_WORDS["never"].say(lang)] if row.never_helped else [])]
    for name, facts in (("missing", row.missing), ("unsaid", row.unsaid)):
        if facts:
            told.append(_WORDS[name].say(lang, facts=", ".join(fact.words.say(lang) for fact in facts)))
    return told + ([_note(row, lang)] if row.note is not None else [])


def _note(row: Row, lang: str) -> str:
    return "" if row.note is None else row.note.say(lang, lambda value, unit: _amount(value, unit, lang))


def _amount(value: Decimal, unit: str, lang: str) -> str:
    from web.i18n import amount

    return amount(value, unit, language=lang)


# --- as JSON ---------------------------------------------------------------------------------------------------------


def _as_json(found: Sharing, lang: str) -> str:
    plain = {
        "offer": {"code": found.offer.code, "giver": found.giver.name, "unit": found.offer.unit},
        "how": "proportional" if found.proportional else "fair",
        "left": float(found.left), "proposed": float(found.soft), "rest": float(found.rest),
        "shares": [_plain(row, lang) for row in found.rows],
    }  # fmt: skip
    return json.dumps(plain, ensure_ascii=False)


def _plain(row: Row, lang: str) -> dict[str, Any]:
    return {
        "challenge": row.challenge.code, "library": row.library.name, "share": float(row.share),
        "unit": UNITS[row.challenge.unit].code, "takes": float(row.cost),
        "lacks": None if row.gap is None else float(row.gap), "days": row.days, "never_helped": row.never_helped,
        "missing": [fact.value for fact in row.missing], "unknown": [fact.value for fact in row.unsaid],
        "why": _note(row, lang) or None,
    }  # fmt: skip
