"""`python3 -m web bench score`: how fast a district is ranked, beside others' tools, and what learning is worth."""

from __future__ import annotations

import dataclasses
import importlib
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.vocabulary import Category, Mode, Words
from web.commands.measuring import Figure, thrown_away, timed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.matching import World

    Floats = NDArray[np.float64]

WIDE = (2_200, 1_300)  #: challenges and offers of the large block
MEMORY = ((2_000, 1_000), (2_000, 4_000), (8_000, 1_000))  #: four times the offers, four times the challenges
ALONE = 20  #: challenges of the district that are each ranked alone
KEPT = 0.7  #: share of a text's words that stay where no two texts shall be alike
KEEP = 20
LEAST = {25: 0.82, 100: 0.91, 500: 0.97}  #: NDCG@5 by decisions, of an officer who adds up
MOST_ERROR = {100: 0.08, 500: 0.05}  #: of the chances (ECE), by decisions
LOSS = 0.005  #: NDCG@5 the weights in force may lose to the office's own, of any officer
COVERED = 0.93  #: share of hidden weights in their ranges: nineteen in twenty, less what chance does to 108 of them
COUNTS = tuple(LEAST)  #: decisions after which what is in force is judged
SEEDS = range(12)
EPS = 0.1  #: how often an officer takes another than the first
JUDGED = 200  #: challenges kept aside to judge by


def bench(loop: Callable[[Any], float], sample: int) -> Iterator[Figure]:
    """Every figure of the ranking; *loop* gives the seconds a plain loop needs for *sample* challenges."""
    from matcher import matching

    with thrown_away("district") as folder:
        stored: list[int] = []

        def refresh() -> None:
            with folder.writing() as session:
                stored.append(matching.refresh(session, folder.office(session), at=folder.now(session)))

        wall, cpu = timed(refresh)
        with folder.reading() as session:
            world = matching.see(session, folder.office(session), at=folder.now(session))
    yield Figure(Words("kebutuhan terbuka", "open challenges"), len(world.needs), "")
    yield Figure(Words("tawaran terbuka", "open offers"), len(world.gifts), "")
    yield Figure(Words("saran tersimpan", "suggestions stored"), stored[-1], "")
    yield Figure(Words("hitung ulang semua, waktu", "whole refresh, wall"), wall, "s", 2)
    yield Figure(Words("hitung ulang semua, prosesor", "whole refresh, processor"), cpu, "s")
    yield from _district(world, loop(world) * len(world.needs) / sample)
    yield from _wide(world, loop, sample)
    yield from _memory(world)
    yield from _learned()


def _district(world: World, loop: float) -> Iterator[Figure]:
    from matcher import matching

    _, scoring = timed(lambda: matching.ranked(world))
    pairs = len(world.needs) * len(world.gifts)
    yield Figure(
        Words("menilai dan mengurai alasan, prosesor", "scored with its reasons, processor"), scoring, "s", 0.3
    )
    yield Figure(
        Words("juta pasangan per detik prosesor", "million pairs a second of processor"), pairs / scoring / 1e6, ""
    )
    yield Figure(Words("loop biasa (dihitung)", "a plain loop (worked out)"), loop, "s")
    yield Figure(Words("kali lebih cepat dari loop", "times faster than the loop"), loop / scoring, "x")
    alone = []
    for place in range(0, len(world.needs), len(world.needs) // ALONE):
        one = dataclasses.replace(world, needs=world.needs.pick(np.array([place])))
        alone.append(timed(partial(matching.ranked, one))[1] * 1000)
    told = Words("satu kebutuhan baru, prosesor, median", "one new challenge, processor, median")
    yield Figure(told, float(np.median(alone)), "ms", 5)


def _block(world: World, needs: int, gifts: int) -> World:
    """One category with so many challenges and offers, drawn from the district's books."""
    chance = np.random.default_rng(0)
    books = list(Category).index(Category.BOOKS)
    peers = list(Mode).index(Mode.EXPERIENCE)
    rows = chance.choice(np.flatnonzero(world.needs.category == books), needs)
    columns = chance.choice(np.flatnonzero((world.gifts.category == books) & (world.gifts.mode != peers)), gifts)
    ours, theirs = world.needs.pick(rows), world.gifts.pick(columns)
    return dataclasses.replace(
        world, forbidden=frozenset(), needs=dataclasses.replace(ours, id=np.arange(needs)),
        gifts=dataclasses.replace(theirs, id=np.arange(gifts)),
    )  # fmt: skip


def _unlike(block: World) -> World:
    """The block with numbers, places and texts of their own: what saves on rows that say the same saves nothing."""
    chance = np.random.default_rng(1)

    def own(side: Any, amount: str) -> Any:
        count = len(side.id)
        words = side.text.matrix.tocoo()
        kept = chance.random(words.nnz) < KEPT
        rows, numbers, weights = words.coords[0][kept], words.coords[1][kept], words.data[kept]
        text = similarity.Texts(sparse.csr_array((weights, (rows, numbers)), shape=words.shape))
        away = chance.normal(0, 0.1, (2, count))  # degrees
        return dataclasses.replace(
            side, text=text, lat=side.lat + away[0], lon=side.lon + away[1], **{amount: 1 + chance.random(count) * 1e4}
        )

    from scipy import sparse

    from matcher import similarity

    return dataclasses.replace(block, needs=own(block.needs, "amount"), gifts=own(block.gifts, "left"))


def _wide(world: World, loop: Callable[[Any], float], sample: int) -> Iterator[Figure]:
    """Pairs a second on one large block, beside a plain loop and tools that look at the words alone."""
    from matcher import matching

    block = _block(world, *WIDE)
    pairs = WIDE[0] * WIDE[1] / 1e6
    _, ours = timed(lambda: matching.ranked(block))
    label = "juta pasangan per detik, semua faktor", "million pairs a second, all factors"
    yield Figure(Words(*label), pairs / ours, "", least=20)
    unlike = _unlike(block)
    _, apart = timed(lambda: matching.ranked(unlike))
    label = "juta per detik, tanpa baris yang sama", "million a second, no two rows alike"
    yield Figure(Words(*label), pairs / apart, "")
    label = "juta per detik, loop biasa", "million a second, a plain loop"
    yield Figure(Words(*label), sample * WIDE[1] / loop(block) / 1e6, "")
    for name, work in _rivals(block).items():
        told = Words(f"juta per detik, hanya kata: {name}", f"million a second, words alone: {name}")
        try:
            _, seconds = timed(work())
        except ImportError:
            yield Figure(Words(f"{name}: tidak terpasang", f"{name}: not installed"), float("nan"), "")
            continue
        yield Figure(told, pairs / seconds, "")


def _rivals(block: World) -> dict[str, Callable[[], Callable[[], Any]]]:
    """Others' tools on the same texts, for as many best, in one thread: each prepares, then gives what is timed.

    Two get our stored vectors (words and letter groups), two the stems alone, which is less to multiply.
    """
    from scipy import sparse

    ours, theirs = (sparse.csr_matrix(side.text.matrix) for side in (block.needs, block.gifts))
    needs, gifts = (list(map(list, side.tokens)) for side in (block.needs, block.gifts))

    def scipy() -> Callable[[], Any]:
        turned = theirs.T.tocsr()
        return lambda: np.argpartition((ours @ turned).toarray(), -KEEP, axis=1)

    def sparse_dot_topn() -> Callable[[], Any]:
        package = importlib.import_module("sparse_dot_topn")
        turned = theirs.T.tocsr()
        return lambda: package.sp_matmul_topn(ours, turned, top_n=KEEP, n_threads=1)

    def bm25s() -> Callable[[], Any]:
        package = importlib.import_module("bm25s")
        found = package.BM25()
        found.index(gifts, show_progress=False)
        return lambda: found.retrieve(needs, k=KEEP, show_progress=False, n_threads=0)  # nought: in this thread

    def cosine() -> Callable[[], Any]:
        text = importlib.import_module("sklearn.feature_extraction.text")
        pairwise = importlib.import_module("sklearn.metrics.pairwise")
        vectors = text.TfidfVectorizer(analyzer=list).fit([*needs, *gifts])
        mine, other = vectors.transform(needs), vectors.transform(gifts)
        return lambda: np.argpartition(pairwise.cosine_similarity(mine, other), -KEEP, axis=1)

    return {
        "scipy (vectors)": scipy,
        "sparse_dot_topn (vectors)": sparse_dot_topn,
        "bm25s (stems)": bm25s,
        "scikit-learn TF-IDF (stems)": cosine,
    }


def _memory(world: World) -> Iterator[Figure]:
    """The most memory while ranking beyond the ranking itself, which grows with the challenges: flat in the pairs."""
    peaks = []
    for needs, gifts in MEMORY:
        peaks.append(_beyond(_block(world, needs, gifts)) / 1e6)
        told = f"memori di luar hasil, {needs} × {gifts}", f"memory beyond the result, {needs} × {gifts}"
        yield Figure(Words(*told), peaks[-1], "MB")
    told = "memori: tumbuh pada pasangan empat kali lipat", "memory: growth at four times the pairs"
    yield Figure(Words(*told), max(peaks[1:]) / peaks[0], "x", 1.25)


def _beyond(block: World) -> float:
    """Bytes in use at most while a block is ranked, without those of the ranking that comes out."""
    from matcher import matching

    tracemalloc.start()
    try:
        ranking = matching.ranked(block)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return float(peak - sum(getattr(ranking, field.name).nbytes for field in dataclasses.fields(ranking)))


# --- learning --------------------------------------------------------------------------------------------------------


def _learned() -> Iterator[Figure]:
    """NDCG@5 on challenges kept aside, after decisions of an officer whose preference is known; the mean of seeds."""
    worlds = [_candidates(seed) for seed in SEEDS]
    for additive, kind in ((True, Words("aditif", "additive")), (False, Words("tidak aditif", "not additive"))):
        runs = [_simulated(*found, seed, additive=additive) for seed, found in zip(SEEDS, worlds, strict=True)]
        for count in COUNTS:
            found = np.array([run[count] for run in runs])
            office, force, learned, whole, error, within = found.mean(axis=0)
            worst = np.maximum(found[:, :1] - found, 0).max(axis=0)
            told = f"{kind.id}, {count} keputusan", f"{kind.en}, {count} decisions"
            yield Figure(Words(f"NDCG@5 bobot dinas, {told[0]}", f"office alone, {told[1]}"), office, "")
            least = LEAST[count] if additive else None
            yield Figure(Words(f"NDCG@5 yang berlaku, {told[0]}", f"in force, {told[1]}"), force, "", least=least)
            yield Figure(Words(f"kerugian terbesar, {told[0]}", f"largest loss, {told[1]}"), worst[1], "", LOSS)
            label = f"NDCG@5 tanpa setengah jalan, {told[0]}", f"all the way, {told[1]}"
            yield Figure(Words(*label), whole, "")
            label = f"kerugian terbesar tanpa setengah jalan, {told[0]}", f"largest loss all the way, {told[1]}"
            yield Figure(Words(*label), worst[3], "")
            yield Figure(Words(f"NDCG@5 hasil belajar, {told[0]}", f"learned, used or not, {told[1]}"), learned, "")
            if additive:
                hidden = Words(f"bobot tersembunyi dalam rentang, {told[0]}", f"hidden weights in range, {told[1]}")
                yield Figure(hidden, within, "", least=COVERED)
            most = MOST_ERROR.get(count) if additive else None
            yield Figure(Words(f"ECE, {told[0]}", f"ECE, {told[1]}"), error, "", most)


def _candidates(seed: int) -> tuple[list[Floats], dict[str, float]]:
    """Factors of each challenge that has five allowed offers or more, in a drawn order; the office's points."""
    from matcher import matching

    with thrown_away("district", seed=seed) as folder, folder.reading() as session:
        world = matching.see(session, folder.office(session), at=folder.now(session))
    found = matching.ranked(world, top=len(world.gifts))
    gifts = ~found.experience
    cuts = np.flatnonzero(np.diff(found.challenge[gifts])) + 1
    lists = [rows for rows in np.split(found.factors[gifts], cuts) if len(rows) >= 5]
    order = np.random.default_rng([seed, 1]).permutation(len(lists))
    return [lists[place] for place in order], world.weights.points


def _simulated(
    lists: list[Floats], points: dict[str, float], seed: int, *, additive: bool
) -> dict[int, tuple[float, ...]]:
    """Count of decisions → NDCG@5 by the office, in force, learned, all the way; ECE; hidden weights in range."""
    from matcher import evaluation, learning
    from seeds.officer import officer

    person = officer(seed, additive=additive)
    names, office = person.names, np.array([points[name] for name in person.names])
    aside, shown = lists[:JUDGED], lists[JUDGED:]
    top = [_first(rows, office) for rows in aside]
    person = person.among(np.concatenate(top))
    chance = np.random.default_rng([seed, 7])
    force, seen, said = office, [], []
    results: dict[int, tuple[float, ...]] = {}
    found: Any = None
    for rows in shown[: max(COUNTS)]:
        five = _first(rows, force)
        chosen = five[0] if chance.random() > EPS else five[chance.integers(len(five))]
        seen.append(chosen)
        said.append(person.decide(chosen[None, :], chance)[0].yes)
        if len(said) in COUNTS or len(said) % 50 == 0:
            lessons = _lessons(np.array(seen), np.array(said))
            proof = learning.replay(lessons, office)
            found = learning.learn(lessons, office, names, strength=proof.strength)
            force = np.array(found.points) if proof.holds else office
            whole = office + (force - office) / learning.STEP
            model = learning.with_points(lessons, force)
        if len(said) in COUNTS:
            kept = np.concatenate([_first(rows, force) for rows in aside])
            told = model.chance(_lessons(kept, np.ones(len(kept), bool)))
            results[len(said)] = (
                *(_ndcg(aside, one, person) for one in (office, force, np.array(found.points), whole)),
                evaluation.ece(told, person.prefer(kept)),
                float(np.mean((np.array(found.low) <= person.weights) & (person.weights <= np.array(found.high)))),
            )  # fmt: skip
    return results


def _first(rows: Floats, points: Floats) -> Floats:
    return np.asarray(rows[np.argsort(-(rows @ points), kind="stable")[:5]])


def _lessons(factors: Floats, yes: NDArray[np.bool_]) -> Any:
    from matcher.learning import Lessons

    count = len(yes)
    return Lessons(factors, yes, np.ones(count), np.zeros(count, bool), np.arange(count))


def _ndcg(lists: list[Floats], points: Floats, person: Any) -> float:
    """NDCG@5 of a ranking by *points*, what the officer would like as the gain."""
    discount = 1 / np.log2(np.arange(2, 7))
    found = []
    for rows in lists:
        gain = person.prefer(rows)
        got = gain[np.argsort(-(rows @ points), kind="stable")[:5]]
        best = np.sort(gain)[::-1][:5]
        found.append((got * discount[: len(got)]).sum() / (best * discount[: len(best)]).sum())
    return float(np.mean(found))
