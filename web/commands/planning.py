"""The command `plan`: a district's plan worked out and printed, with its proof; writes nothing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from matcher.errors import MatcherError
from matcher.vocabulary import Every, Words
from web.failure import Failure

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from matcher.plans import Draft

_WORDS = {
    "head": Words(
        "Rencana {setting} untuk {day}: {rows} baris, {gaps} kebutuhan masih kurang",
        "Plan {setting} for {day}: {rows} rows, {gaps} challenges stay short",
    ),
    "settings": Words(
        "cara / kecocokan / terpenuhi / desa kosong / sepersepuluh terbawah / seperlima terjauh / tak terpakai",
        "way / fit / met / villages with nothing / worst tenth / farthest fifth / unused",
    ),
    "feasible": Words("Dapat dijalankan: tidak ada batas yang dilanggar", "Feasible: no bound is broken"),
    "broken": Words("{count} batas dilanggar", "{count} bounds are broken"),
    "proven": Words("Terbukti yang terbaik (nilai {objective})", "Proven the best (worth {objective})"),
    "near": Words(
        "Paling jauh {gap} di bawah yang terbaik (nilai {objective})",
        "At most {gap} below the best (worth {objective})",
    ),
    "asks": Words("Masih kurang:", "Still lacking:"),
}
_FIGURES = ("best", "covered", "nothing", "worst_tenth", "far_fifth", "unused")


def plan(args: argparse.Namespace) -> int:
    """Work the plan out and print it; with --check 1 where it breaks a bound."""
    from matcher import plans
    from web.errors import sentence
    from web.folder import Folder

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a pipe on Windows has another one
    setting = next(one for one in plans.SETTINGS if one.code == args.knob)
    folder = Folder.open(args.data, make="meeting")
    try:
        with folder.reading() as session:
            office, at = folder.office(session), folder.now(session, args.as_of)
            draft = plans.work_out(session, office, setting, at=at)
            told = _as_json(session, draft, args.lang) if args.json else _as_text(session, draft, args)
            for line in told:
                print(line)
    except MatcherError as error:
        raise Failure(" / ".join(sentence(error, lang) for lang in ("id", "en"))) from None
    finally:
        folder.close()
    return int(args.check and bool(draft.faults))


def _codes(session: Session, draft: Draft) -> tuple[dict[int, Any], dict[int, Any]]:
    """Both sides by id, with who they are."""
    from sqlalchemy import select

    from matcher.models import Challenge, Offer, Party, whose

    ours = select(Challenge, Party).select_from(Challenge).join(Party, Party.id == whose(Challenge))
    theirs = select(Offer, Party).select_from(Offer).join(Party, Party.id == whose(Offer))
    challenges = {row["challenge_id"] for row in (*draft.rows, *draft.gaps)}
    return (
        {one.id: (one, party) for one, party in session.execute(ours) if one.id in challenges},
        {one.id: (one, party) for one, party in session.execute(theirs)},
    )


def _proof(draft: Draft) -> dict[str, Any]:
    return {**draft.figures["proof"], "faults": [fault._asdict() for fault in draft.faults]}


def _as_json(session: Session, draft: Draft, _lang: str) -> Iterator[str]:
    ours, theirs = _codes(session, draft)
    rows = [
        {
            "challenge": ours[row["challenge_id"]][0].code, "offer": theirs[row["offer_id"]][0].code,
            "library": ours[row["challenge_id"]][1].name, "giver": theirs[row["offer_id"]][1].name,
            "quantity": float(row["quantity"]), "unit": ours[row["challenge_id"]][0].unit,
            "offer_quantity": float(row["offer_quantity"]), "score": row["score"], "pinned": row["pinned"],
        }
        for row in draft.rows
    ]  # fmt: skip
    gaps = [
        {
            "challenge": ours[gap["challenge_id"]][0].code,
            "lacking": None if gap["lacking"] is None else float(gap["lacking"]), "given": float(gap["given"]),
            "reason": gap["reason"],
        }
        for gap in draft.gaps
    ]  # fmt: skip
    yield json.dumps(
        {
            "setting": draft.setting.code, "day": draft.day.isoformat(), "figures": draft.figures["settings"],
            "proof": _proof(draft), "rows": rows, "gaps": gaps, "shortage": draft.shortage,
        },
        ensure_ascii=False,
    )  # fmt: skip


def _as_text(session: Session, draft: Draft, args: argparse.Namespace) -> Iterator[str]:
    from matcher import plans
    from web.i18n import amount, date, number

    lang = args.lang
    yield _WORDS["head"].say(
        lang, setting=draft.setting.words.say(lang), day=date(draft.day, lang), rows=number(len(draft.rows), lang),
        gaps=number(len(draft.gaps), lang),
    )  # fmt: skip
    yield _WORDS["settings"].say(lang)
    for one in plans.SETTINGS:
        figures = draft.figures["settings"][one.code]
        yield f"  {one.words.say(lang):<16}" + "".join(f"{_figure(name, figures[name], lang):>9}" for name in _FIGURES)
    if args.check:
        yield from _checked(draft, lang)
    ours, theirs = _codes(session, draft)
    for row in draft.rows:
        (challenge, library), (offer, giver) = ours[row["challenge_id"]], theirs[row["offer_id"]]
        given = amount(row["quantity"], challenge.unit, challenge.every, lang)
        yield f"{challenge.code} {library.name} <- {offer.code} {giver.name}: {given}"
    lacking = _lacking(draft)
    if lacking:
        yield _WORDS["asks"].say(lang)
        yield from (f"  {amount(value, *kind, language=lang)}" for kind, value in lacking.items())


def _lacking(draft: Draft) -> dict[tuple[str, Every | None], float]:
    """What stays unmet by unit and rhythm."""
    found: dict[tuple[str, Every | None], float] = {}
    for unit, rhythm, _place, value, *_rest in draft.shortage["rows"]:
        key = unit, Every(rhythm) if rhythm else None
        found[key] = found.get(key, 0) + value
    return {key: value for key, value in found.items() if value}


def _figure(name: str, value: float | None, lang: str) -> str:
    from web.i18n import number

    if value is None:
        return "–"
    return number(value, lang) if name == "nothing" else f"{number(round(value * 100, 1), lang)}%"


def _checked(draft: Draft, lang: str) -> Iterator[str]:
    from web.i18n import number

    if draft.faults:
        yield _WORDS["broken"].say(lang, count=len(draft.faults))
        yield from (f"  {fault}" for fault in draft.faults)
    else:
        yield _WORDS["feasible"].say(lang)
    proof = draft.figures["proof"]
    gap = f"{number(round(proof['gap'] * 100, 4), lang)}%"
    yield _WORDS["near" if proof["gap"] else "proven"].say(lang, gap=gap, objective=number(proof["objective"], lang))
