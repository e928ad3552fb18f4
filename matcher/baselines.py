"""What a ranking has to beat: word overlap as a library would do it, weights learned from nothing, newest first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from matcher.learning import Lessons, steps

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

K1, B = 1.5, 0.75  #: BM25's usual saturation and length


def _as_it_is(words: Sequence[str]) -> Sequence[str]:
    return words


def tfidf(needs: Sequence[Sequence[str]], gifts: Sequence[Sequence[str]], rows: Ints, columns: Ints) -> Floats:
    """Cosine of TF-IDF for the pairs (rows[k], columns[k]) of stemmed texts."""
    words = TfidfVectorizer(analyzer=_as_it_is).fit([*needs, *gifts])
    ours, theirs = csr_array(words.transform(needs)), csr_array(words.transform(gifts))
    return _pairs(ours, theirs, rows, columns)


def bm25(needs: Sequence[Sequence[str]], gifts: Sequence[Sequence[str]], rows: Ints, columns: Ints) -> Floats:
    """BM25 of each offer's words for its challenge's words, for the pairs (rows[k], columns[k])."""
    words = CountVectorizer(analyzer=_as_it_is, dtype=np.float64).fit([*needs, *gifts])
    asked = csr_array(words.transform(needs))
    asked.data[:] = 1
    said = csr_array(words.transform(gifts))
    length = said.sum(axis=1)
    norm = K1 * (1 - B + B * length / max(float(length.mean()), 1.0))
    said.data = said.data * (K1 + 1) / (said.data + np.repeat(norm, np.diff(said.indptr)))
    holds = np.bincount(said.indices, minlength=said.shape[1])
    rare = np.log1p((len(gifts) - holds + 0.5) / (holds + 0.5))
    said.data *= rare[said.indices]
    return _pairs(asked, said, rows, columns)


def _pairs(ours: csr_array, theirs: csr_array, rows: Ints, columns: Ints) -> Floats:
    return np.asarray((ours @ theirs.T).toarray()[rows, columns], np.float64)


def from_nothing(lessons: Lessons) -> list[tuple[int, Floats]]:
    """Plain logistic regression, learned anew before each stretch: (first lesson it may judge, its weights)."""
    found: list[tuple[int, Floats]] = []
    for start, _ in steps(len(lessons)):
        before = lessons.first(start)
        plain = ~before.pairwise
        if len(np.unique(before.yes[plain])) == 2:
            fit = LogisticRegression(max_iter=1000).fit(
                before.factors[plain], before.yes[plain], sample_weight=before.weight[plain]
            )
            found.append((start, fit.coef_[0]))
    return found
