"""`python3 -m web bench share`: how good and how fast a district's plan is, beside another solver and plainer ways."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from matcher.planning import SETTINGS, Ints, Problem, Setting
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
    """What the pages plan of a made-up district."""
    from matcher import plan_district

    with thrown_away("district") as folder, folder.reading() as session:
        return plan_district.see(session, folder.office(session), at=folder.now(session)).table.problem


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
