"""The commands `learn` and `evaluate`: what the office's decisions teach, and how well they are foreseen."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from matcher.errors import MatcherError
from matcher.vocabulary import Words
from web.failure import Failure

if TYPE_CHECKING:
    from matcher.judging import Judged
    from matcher.weighing import Learned

_WORDS = {
    "decisions": Words("Keputusan yang mengajar", "Decisions that teach"),
    "silent": Words("tidak mengajar (data, aturan, diurungkan)", "teach nothing (data, rules, undone)"),
    "weights": Words("Bobot: dinas → belajar (rentang 95%)", "Weights: the office's → learned (95% range)"),
    "gain": Words(
        "Putar ulang (tebak dulu, baru belajar): tebakan lebih baik {gain} tiap keputusan, rentang {low} sampai {high}",
        "Replay (predict, then learn): guesses are better by {gain} a decision, range {low} to {high}",
    ),
    "proposed": Words(
        "Diusulkan sebagai bobot nomor {number}. Belum dipakai: lihat dan pakai di halaman Bobot.",
        "Proposed as weights number {number}. Not in use yet: look at them and use them on the page Weights.",
    ),
    "not_worth": Words(
        "Tidak diusulkan: manfaatnya belum pasti di atas nol. Bobot dinas tetap dipakai.",
        "Not proposed: the gain is not yet surely above nought. The office's own weights stay in use.",
    ),
    "rankings": Words("Urutan (rata-rata, rentang 95%, kebutuhan)", "Rankings (mean, 95% range, challenges)"),
    "chances": Words("Peluang ya (ditebak sebelum diputuskan)", "Chances of a yes (told before the decision)"),
    "fairness": Words("NDCG@5 hasil belajar menurut kelompok", "NDCG@5 of learned weights by group"),
    "nothing": Words("belum dapat dinilai", "cannot be judged yet"),
    "office": Words("bobot dinas saja", "the office's own weights alone"),
    "learned": Words("hasil belajar", "learned"),
}


def learn(args: argparse.Namespace) -> int:
    """Learn from the decisions; 0 new weights are proposed, 1 they are not."""
    from matcher import judging, matching, teaching
    from web.folder import Folder

    _utf8()
    folder = Folder.open(args.data, make=None)
    try:
        number = None
        with folder.reading() as session:  # it takes its time, and nobody who writes must wait for it
            office, at = folder.office(session), folder.now(session, args.as_of)
            own = _told(lambda: teaching.own(session, office))
            learned, judged = _told(lambda: judging.learn(session, office, at=at))
            worth = judged.replay.holds and learned.by_name() != matching.weights_in_force(session, office.id).points
            card = judging.card(session, office, judged, learned, at=at) if worth else {}
        if worth:
            with folder.writing() as session:
                office, by = folder.office(session), folder.system(session)
                waiting = teaching.proposal(session, office)
                if waiting is None or waiting.learned != learned.plain():  # the same lessons again propose nothing anew
                    waiting = teaching.propose(session, office, learned, card, by=by, at=at)
                number = waiting.number
    finally:
        folder.close()
    if args.json:
        plain = judged.plain() | {"own": own, "learned": learned.plain(), "proposed": number}
        print(json.dumps(plain, ensure_ascii=False, indent=1))
    else:
        print("\n".join(_learning(own, learned, judged, number, args.lang)))
    return int(number is None)


def evaluate(args: argparse.Namespace) -> int:
    """Print how well every ranking foresees the office's decisions."""
    from matcher import judging
    from web.folder import Folder

    _utf8()
    folder = Folder.open(args.data, make=None)
    try:
        with folder.reading() as session:
            office, at = folder.office(session), folder.now(session, args.as_of)
            judged = _told(lambda: judging.judge(session, office, at=at))
    finally:
        folder.close()
    if args.json:
        print(json.dumps(judged.plain(), ensure_ascii=False, indent=1))
    else:
        print("\n".join([*_decided(judged, args.lang), *_judging(judged, args.lang)]))
    return 0


def _utf8() -> None:
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a pipe on Windows has another one


def _told(work: Any) -> Any:
    """What *work* gives; where the office cannot be learned from, its sentence."""
    from web import errors

    try:
        return work()
    except MatcherError as error:
        raise Failure(f"{errors.sentence(error, 'id')} / {errors.sentence(error, 'en')}") from None


# --- as text ---------------------------------------------------------------------------------------------------------


def _learning(
    own: Mapping[str, float], learned: Learned, judged: Judged, number: int | None, lang: str
) -> Iterator[str]:
    from matcher import teaching

    yield from _decided(judged, lang)
    yield f"{_WORDS['weights'].say(lang)}:"
    ranges = zip(learned.names, learned.points, learned.low, learned.high, strict=True)
    for name, *values in ranges:
        points, low, high = (_n(value, lang, 1) for value in values)
        words = teaching.words_of(name).say(lang)
        yield f"  {words:<36}{_n(own[name], lang, 1):>6} → {points:>5}  ({low}–{high})"
    replay = {part: _n(getattr(judged.replay, part), lang, 3) for part in ("gain", "low", "high")}
    yield _WORDS["gain"].say(lang, **replay)
    yield _WORDS["not_worth"].say(lang) if number is None else _WORDS["proposed"].say(lang, number=number)


def _decided(judged: Judged, lang: str) -> Iterator[str]:
    from matcher import teaching

    total = sum(judged.decisions.values())
    yield f"{_WORDS['decisions'].say(lang)}: {total} (+{judged.silent} {_WORDS['silent'].say(lang)})"
    for what, count in judged.decisions.items():
        yield f"  {teaching.decided(what).say(lang):<36}{count:>6}"


def _judging(judged: Judged, lang: str) -> Iterator[str]:
    from matcher.weighing import RANKINGS, SIDES

    yield f"{_WORDS['rankings'].say(lang)}:"
    for name, words in RANKINGS.items():
        yield f"  {words.say(lang):<36}{_figures(judged.rankings[name], lang)}"
    yield f"{_WORDS['chances'].say(lang)}:"
    for name, found in judged.chances.items():
        yield f"  {_WORDS[name].say(lang):<36}{_figures(found, lang)}"
    yield f"{_WORDS['fairness'].say(lang)}:"
    for groups in judged.fairness.values():
        for name, figure in groups.items():
            group = SIDES[name].say(lang) if name in SIDES else name
            yield f"  {group:<36}{_figures({'ndcg@5': figure}, lang)}"


def _figures(found: Mapping[str, Any], lang: str) -> str:
    return "  ".join(f"{name} {_figure(figure, lang)}" for name, figure in found.items())


def _figure(figure: Any, lang: str) -> str:
    if not figure.n:
        return _WORDS["nothing"].say(lang)
    value, low, high = (_n(number, lang, 3) for number in figure[:3])
    return f"{value} ({low}–{high}; {figure.n})"


def _n(value: float, lang: str, places: int) -> str:
    told = f"{value:.{places}f}"
    return told.replace(".", ",") if lang == "id" else told
