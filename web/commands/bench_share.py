"""`python3 -m web bench share`: how good and how fast a district's plan is, beside another solver and plainer ways."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.planning import FREE, SETTINGS, Ints, Problem, Setting
from matcher.vocabulary import Words
from web.commands.measuring import SEED, Figure, thrown_away, timed

if TYPE_CHECKING:
    from matcher.plan_solving import Solution

PROBLEMS = 200  #: drawn at random, given to another solver as well
PATIENCE = 30  #: seconds for which the other solver may look for a proof
MOST_SECONDS = 2
LEAST_SHARE = 0.96  #: of the best total that the default setting keeps


def bench() -> Iterator[Figure]:
    """Every figure of the plan."""
    from matcher import yardsticks

    yield from _beside_another_solver()
    made = Words("acak", "random"), Words("buatan", "made up")
    for words, problem in zip(made, (yardsticks.scarce(SEED), _district()), strict=True):
        yield Figure(Words(f"{words.id}: kebutuhan", f"{words.en}: challenges"), len(problem.need), "")
        yield Figure(Words(f"{words.id}: pasangan", f"{words.en}: pairs"), len(problem.offer), "")
        yield from _district_figures(words, problem)


# --- another solver --------------------------------------------------------------------------------------------------


def _beside_another_solver() -> Iterator[Figure]:
    """The same problems by OR-tools' CP-SAT; where that proves no optimum in time nothing is compared."""
    from matcher import yardsticks
    from matcher.plan_solving import solve
    from matcher.planning import faults

    equal = unlike = broken = proven = moved = 0
    for seed in range(PROBLEMS):
        problem, setting = yardsticks.drawn(seed), SETTINGS[seed % len(SETTINGS)]
        plan = solve(problem, setting)
        other = yardsticks.judged(problem, setting, seconds=PATIENCE, workers=2)
        equal += plan.objective == other
        unlike += other not in {None, plan.objective}
        proven += plan.proven
        broken += bool(faults(problem, plan.steps))
        moved += not np.array_equal(solve(problem, setting).steps, plan.steps)
    yield Figure(Words("soal acak", "random problems"), PROBLEMS, "")
    yield Figure(Words("terbukti terbaik", "proven best"), proven, "", least=PROBLEMS)
    yield Figure(Words("sama dengan CP-SAT", "equal to CP-SAT"), equal, "", least=PROBLEMS * 0.95)
    yield Figure(Words("berbeda dari CP-SAT", "unlike CP-SAT"), unlike, "", 0)
    yield Figure(Words("melanggar aturan", "breaking a rule"), broken, "", 0)
    yield Figure(Words("dihitung lagi: rencana lain", "worked out again: another plan"), moved, "", 0)


# --- districts -------------------------------------------------------------------------------------------------------


def _district() -> Problem:
    from matcher import matching

    with thrown_away("district") as folder, folder.reading() as session:
        return of_world(matching.see(session, folder.office(session), at=folder.now(session)))


def _district_figures(words: Words, problem: Problem) -> Iterator[Figure]:
    """Seconds of the three settings, then every setting and every plainer way in one table."""
    from matcher import yardsticks
    from matcher.plan_figures import total
    from matcher.planning import DEFAULT

    plans: dict[str, tuple[Words, Ints]] = {}
    for setting in SETTINGS:
        found: list[Solution] = []
        wall, cpu = timed(partial(_kept, found, problem, setting))
        name = _joined(words, setting.words)
        yield Figure(_joined(name, Words("waktu", "wall")), wall, "s", MOST_SECONDS)
        yield Figure(_joined(name, Words("prosesor", "processor")), cpu, "s")
        yield Figure(
            _joined(name, Words("paling jauh dari terbaik", "farthest from the best")), found[0].gap * 100, "%"
        )
        plans[setting.code] = setting.words, found[0].steps
    for way, told in yardsticks.WAYS.items():
        plans[way.__name__] = told, way(problem)
    best = total(problem, plans[SETTINGS[0].code][1])
    for code, (told, steps) in plans.items():
        yield from _row(_joined(words, told), problem, steps, best, default=code == DEFAULT.code)


def _kept(found: list[Solution], problem: Problem, setting: Setting) -> None:
    from matcher.plan_solving import solve

    found.append(solve(problem, setting))


def _joined(one: Words, other: Words) -> Words:
    return Words(f"{one.id}, {other.id}", f"{one.en}, {other.en}")


def _row(words: Words, problem: Problem, steps: Ints, best: float, *, default: bool) -> Iterator[Figure]:
    from matcher.plan_figures import figures
    from matcher.planning import faults

    found = figures(problem, steps, best)
    share = Words("bagian dari terbaik", "share of the best")
    yield Figure(_joined(words, share), found.best, "", least=LEAST_SHARE if default else None)
    nothing = Words("desa tanpa apa pun", "villages with nothing")
    yield Figure(_joined(words, nothing), found.nothing, "", 0 if default else None)
    yield Figure(_joined(words, Words("kebutuhan tersentuh", "needs touched")), found.touched / found.helpable, "")
    yield Figure(_joined(words, Words("sepersepuluh terburuk", "worst tenth")), found.worst_tenth, "")
    yield Figure(_joined(words, Words("seperlima terjauh", "far fifth")), found.far_fifth, "")
    yield Figure(_joined(words, Words("tidak terpakai", "unused")), found.unused, "")
    yield Figure(_joined(words, Words("pelanggaran", "rules broken")), len(faults(problem, steps)), "", 0)


RUPIAH = 50_000  #: one step of money


def of_world(world: Any) -> Problem:
    """The problem of a made-up district: its open challenges with a known lack beside their best offers."""
    from matcher import matching
    from matcher.columns import FAR_DAY, MODES, category_index
    from matcher.vocabulary import Category, Mode

    needs, gifts, found = world.needs, world.gifts, matching.ranked(world)
    at = {int(one): place for place, one in enumerate(needs.id)}
    of = {int(one): place for place, one in enumerate(gifts.id)}
    c = np.array([at[int(one)] for one in found.challenge])
    o = np.array([of[int(one)] for one in found.offer])
    funds = needs.category == category_index(Category.FUNDS)
    step = np.where(funds, RUPIAH, 1.0)
    money = (
        (gifts.mode[o] == MODES.index(Mode.MONEY)) & ~funds[c] & (gifts.category[o] == category_index(Category.FUNDS))
    )
    price = np.where(np.isnan(gifts.price[o]), needs.price[c], gifts.price[o])
    unit = np.where(money, price, needs.factor[c] / gifts.factor[o]) * step[c] / _periods(needs, gifts, c, o)
    kept = (
        ~found.experience
        & (money | (needs.group[c] == gifts.group[o]))
        & ~np.isnan(unit + gifts.left[o] + needs.amount[c])
    )
    c, o, unit, score = c[kept], o[kept], unit[kept], found.score[kept] / 100
    low, high = gifts.share_min[o] / unit, gifts.share_max[o] / unit
    order = np.lexsort((-_urgent(needs), needs.library))
    rank = np.empty(len(order), np.int64)
    begin = np.r_[0, np.flatnonzero(np.diff(needs.library[order])) + 1]
    rank[order] = np.arange(len(order)) - np.repeat(begin, np.diff(np.r_[begin, len(order)])) + 1
    return Problem(
        need=np.nan_to_num(needs.amount // step), village=needs.library, rank=rank,
        served=np.zeros(len(step), np.int64), never=needs.never_helped, far=needs.far,
        challenge=c, offer=o, score=score, uses=np.maximum(np.ceil(unit * 1000), 1), least=np.ceil(np.nan_to_num(low)),
        most=np.floor(np.nan_to_num(high, nan=1e9)), first=np.maximum(needs.first_day[c], gifts.first_day[o]),
        last=np.where(gifts.per_year[o] > 0, np.minimum(needs.last_day[c], gifts.last_day[o]), FAR_DAY),
        fixed=np.full(len(c), FREE), supply_offer=np.arange(len(gifts)), supply_day=np.zeros(len(gifts), np.int64),
        supply=np.nan_to_num(gifts.left * 1000),
    )  # fmt: skip


def _urgent(needs: Any) -> Any:
    return 0.6 * np.nan_to_num(needs.urgency, nan=0.5) + 0.4 * np.minimum(needs.waiting / 120, 1)


def _periods(needs: Any, gifts: Any, c: Any, o: Any) -> Any:
    """What one period of each offer is worth in periods of its challenge."""
    days = np.where(needs.bounded, needs.last_day - needs.first_day + 1.0, 365.0)
    lasting = np.maximum(np.round(days * needs.per_year / 365.25), 1)[c]
    mine, theirs = needs.per_year[c], gifts.per_year[o]
    both = np.maximum(theirs, 1) / np.maximum(mine, 1)
    return np.where(mine == 0, 1.0, np.where(theirs == 0, 1 / lasting, both))
