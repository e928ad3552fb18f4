"""Owns what the rules see in a text: nouns of the categories, cues around them, traps, contrasts, urgency."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import NamedTuple

from matcher.text.lexicon import (
    CLAUSE_WORDS,
    CONTRAST_CLOSERS,
    CUES,
    STRONG,
    TRAPS,
    URGENCY,
    WEAK,
)
from matcher.text.phrases import Phrases
from matcher.text.quantity_words import ONES, ROUGH, VALUE_WORDS
from matcher.vocabulary import Category

_MARKS = frozenset(".,;:!?\n()")
_ENDS = frozenset(".;!?\n")
_CLAUSE_ENDS = _ENDS | CLAUSE_WORDS | {","}
_JOINERS = frozenset({"dan", "&", "+", "/", "atau", "serta", "juga"})
_PREPOSITIONS = frozenset("di ke dari tentang soal seputar".split())
_BEFORE = 5  #: tokens in which a cue before a noun speaks of it
_AFTER = 4
_CONTRAST = 9
_MORE = frozenset("hanya cuma saja sekadar".split())


class Tag(NamedTuple):
    """What a phrase means: categories it names strongly or weakly, cues it gives, or a trap."""

    strong: tuple[Category, ...] = ()
    weak: tuple[Category, ...] = ()
    cues: tuple[str, ...] = ()
    urgency: str | None = None
    trap: bool = False
    name: str = ""  #: what stands for it in the skeleton
    sign: str = ""  #: "-" where it tells of something bad, "+" of something good


class Hit(NamedTuple):
    """A phrase found: its tokens and its meaning."""

    first: int
    last: int
    tag: Tag


class Mention(NamedTuple):
    """One place where a category is named, with the signals around it."""

    category: Category
    first: int
    last: int
    signals: tuple[str, ...]


class Signals(NamedTuple):
    """All the rules see of one text."""

    hits: list[Hit]
    mentions: list[Mention]
    skeleton: list[str]  #: the text with every word replaced by what it means, meaningless words left out
    words: list[str]  #: the text's words with things and numbers replaced by what they are
    own: list[str]  #: the text's distinct words as they are
    cues: frozenset[str]
    urgency: str | None
    vague: bool


def _tags() -> dict[str, Tag]:
    """Every phrase of the lexicon with all it means; a trap means nothing else."""
    tags: dict[str, Tag] = {}
    for category, phrases in STRONG.items():
        for phrase in phrases:
            tag = tags.get(phrase, Tag())
            tags[phrase] = tag._replace(strong=(*tag.strong, category))
    for category, phrases in WEAK.items():
        for phrase in phrases:
            tag = tags.get(phrase, Tag())
            tags[phrase] = tag._replace(weak=(*tag.weak, category))
    for cue, phrases in CUES.items():
        for phrase in phrases:
            tag = tags.get(phrase, Tag())
            tags[phrase] = tag._replace(cues=(*tag.cues, cue))
    for urgency, phrases in URGENCY.items():
        for phrase in phrases:
            tags[phrase] = tags.get(phrase, Tag())._replace(urgency=urgency)
    tags |= {phrase: Tag(trap=True) for phrase in TRAPS}
    return {phrase: tag._replace(name=_name(tag), sign=_told(tag)) for phrase, tag in tags.items()}


_NEED = frozenset({"ask", "lack", "broken", "borrow"})
_GOOD = frozenset({"solved", "get", "good", "proud", "ended"})


def _name(tag: Tag) -> str:
    cues = "+".join(tag.cues)
    if tag.trap:
        return "T"
    return "N" + cues if tag.strong else cues or ("n" if tag.weak else "")


def _told(tag: Tag) -> str:
    return "-" if _NEED & set(tag.cues) else "+" if _GOOD & set(tag.cues) else ""


_TAGS: Phrases[Tag] = Phrases(list(_tags().items()))
_NUMBERS = frozenset(ONES) | frozenset(ROUGH)


def signals(words: list[str], givers: frozenset[int] = frozenset(), places: frozenset[int] = frozenset()) -> Signals:
    """Find every phrase of the lexicon in plain *words* and describe what stands around each noun.

    *givers* are the tokens that name an organisation, *places* those that name a place: the village Buku is no book.
    """
    hits = [Hit(*found) for found in _TAGS.find(words) if not (places and found[0] in places)]
    dropped = _dropped(words, hits)
    turn = max((hit.first for hit in hits if "contrast" in hit.tag.cues), default=-1)
    mentions = _mentions(_Scene(words, hits, dropped, _clauses(words), givers, turn))
    cues = frozenset(cue for hit in hits for cue in hit.tag.cues) | _polarity(words, hits)
    urgency = next((hit.tag.urgency for hit in hits if hit.tag.urgency), None)
    skeleton, plain = _skeleton(words, hits, dropped)
    own = list(dict.fromkeys(word for word in words if word[0].isalpha()))
    return Signals(hits, mentions, skeleton, plain, own, cues, urgency, "vague" in cues)


def _clauses(words: list[str]) -> list[int]:
    """For each token the number of its clause."""
    return list(accumulate([word in _CLAUSE_ENDS for word in words]))


def _dropped(words: list[str], hits: list[Hit]) -> set[int]:
    """Indices of hits a contrast turns away: "bukan kekurangan buku, tapi internet" drops the books."""
    dropped: set[int] = set()
    if "bukan" not in words:
        return dropped
    starts = [hit.first for hit in hits]
    for at, word in enumerate(words):
        if word != "bukan" or words[at + 1 : at + 2] == ["lagi"] or (at + 1 < len(words) and words[at + 1] in _MORE):
            continue
        end = _contrast_end(words, at)
        dropped |= set(range(bisect_right(starts, at), bisect_left(starts, end)))
    return dropped


def _contrast_end(words: list[str], at: int) -> int:
    """Where the part turned away by "bukan" at token *at* ends: at the closer, or at the end of its clause."""
    window = range(at + 1, min(at + _CONTRAST, len(words)))
    for place in window:
        if words[place] in CONTRAST_CLOSERS:
            return place
    for place in window:
        if words[place] in _MARKS:
            return place
    return min(at + 4, len(words))


_FLIPS = frozenset({"tidak", "bukan", "tanpa"})
_DENIALS = _FLIPS | {"belum", "jarang", "nihil"}


def _polarity(words: list[str], hits: list[Hit]) -> frozenset[str]:
    """The course of a text: bad things, good things, and which comes last ("+-" is a need, "-+" a success)."""
    course, over = "", -9
    for hit in hits:
        sign = _sign(words, hit)
        if sign == "-" and hit.first == over + 1:  # "tidak lagi kekurangan": the lack is over
            sign = "+"
        over = hit.last if "solved" in hit.tag.cues and sign == "+" else -9
        if "ended" in hit.tag.cues and sign == "+":  # "kekurangan buku teratasi": the lack is over
            course = course.rstrip("-")
        if sign and not course.endswith(sign):
            course += sign
    return frozenset({"course " + course[-3:], "last " + course[-1:]})


def _sign(words: list[str], hit: Hit) -> str:
    """Whether a phrase tells of something bad or good, with the negation before it."""
    if not hit.tag.sign:
        return ""
    before = words[max(0, hit.first - 3) : hit.first]
    if hit.tag.sign == "-":
        over = "lagi" in words[hit.last + 1 : hit.last + 4] or "sudah" in before
        return "+" if over and words[hit.first] not in _FLIPS and _FLIPS & set(before[-2:]) else "-"
    denied = words[hit.first] not in _DENIALS and bool(_DENIALS & set(before))
    return "-" if denied else "+"


class _Scene(NamedTuple):
    """One text with all that its nouns are judged by."""

    words: list[str]
    hits: list[Hit]
    dropped: set[int]  #: indices of hits turned away
    clauses: list[int]  #: clause of each token
    givers: frozenset[int]  #: tokens that name an organisation
    turn: int  #: token of the last word of contrast, or -1


def _mentions(scene: _Scene) -> list[Mention]:
    found: list[Mention] = []
    only = len({category for hit in scene.hits for category in hit.tag.strong}) == 1
    modified_until, inherited = -1, (-9, [""])
    for index, hit in enumerate(scene.hits):
        if not (hit.tag.strong or hit.tag.weak) or _is_value(scene.words, hit):
            continue
        around = _around(scene, index)
        if "listed" in around and hit.first - inherited[0] <= 2:  # only "," or "dan" between
            around += [signal for signal in inherited[1] if signal not in around]
        inherited = hit.last, [signal for signal in around if signal[-1] == "<" or signal[0] == ">"]
        if _is_modifier(scene, index, modified_until):
            modified_until = hit.last
            around.append("modifier")
        if only:
            around.append("alone" if hit.tag.strong else "other-alone")
        found += [Mention(category, hit.first, hit.last, ("strong", *around)) for category in hit.tag.strong]
        found += [Mention(category, hit.first, hit.last, ("weak", *around)) for category in hit.tag.weak]
    return found


def _is_value(words: list[str], hit: Hit) -> bool:
    """Whether a phrase of money only says what goods are worth."""
    return words[hit.first] in _MONEY and bool(VALUE_WORDS & set(words[max(0, hit.first - 4) : hit.first]))


def _is_modifier(scene: _Scene, index: int, modified_until: int) -> bool:
    """Whether a noun only describes the one right before it: the books of "rak buku"; also in "tutor A dan B"."""
    hit = scene.hits[index]
    if index == 0:
        return False
    before = scene.hits[index - 1]
    if before.tag.strong and before.last == hit.first - 1 and not set(before.tag.strong) & set(hit.tag.strong):
        return True
    return modified_until >= 0 and hit.first == modified_until + 2 and scene.words[hit.first - 1] in _JOINERS


def _around(scene: _Scene, index: int) -> list[str]:
    """Signals around one noun: cues in its clause, its place in the course of the text, what stands beside it."""
    hit = scene.hits[index]
    found = [f"is-{cue}" for cue in hit.tag.cues]
    found += _cues_around(scene, index)
    found += _beside(scene.words, hit)
    found += _role_of_clause(scene.words, hit.first)
    if scene.turn >= 0:
        found.append("before turn" if hit.first < scene.turn else "after turn")
    if hit.first in scene.givers:
        found.append("giver")
    if index in scene.dropped:
        found.append("turned-away")
    return found


def _cues_around(scene: _Scene, index: int) -> list[str]:
    """Cues before and after a noun in its clause; a word of purpose cuts it off from those before."""
    hit, clauses, found = scene.hits[index], scene.clauses, []
    clause = clauses[hit.first]
    for other in scene.hits[max(0, index - 4) : index]:
        near = clauses[other.first] == clause and hit.first - other.last <= _BEFORE
        if near and other.tag.cues and not _PURPOSE & set(scene.words[other.last + 1 : hit.first]):
            found += [f"{cue}<" for cue in other.tag.cues]
    for other in scene.hits[index + 1 : index + 5]:
        if other.tag.cues and clauses[other.first] == clause and other.first - hit.last <= _AFTER:
            found += [f">{cue}" for cue in other.tag.cues]
    return found


def _beside(words: list[str], hit: Hit) -> list[str]:
    """What the words right before and after a noun say: a place, whose it is, a number, a list."""
    before = words[hit.first - 1] if hit.first else "."
    after = words[hit.last + 1] if hit.last + 1 < len(words) else "."
    counted = before[0].isdigit() or after[0].isdigit() or before in _NUMBERS or after in _NUMBERS
    told = {
        "place<": before in _PREPOSITIONS,
        "ours": before in {"kami", "saya", "para"} or after in {"kami", "saya", "perpustakaan"},
        "number": counted,
        "opens": hit.first <= 2,  # the subject stands first
        "listed": before in _JOINERS or before == ",",
    }
    return [name for name, holds in told.items() if holds]


_MONEY = frozenset({"rp", "juta", "ribu", "miliar"})
_PURPOSE = frozenset("untuk bagi guna supaya agar demi".split())
_CONDITION = frozenset("syarat syaratnya asal asalkan khusus harus wajib".split())
_FAR = 7


def _role_of_clause(words: list[str], at: int) -> list[str]:
    """Whether the noun at token *at* stands in a purpose ("untuk …") or a condition ("asal …", "bagi yang punya …")."""
    found: list[str] = []
    for distance in range(1, min(_FAR, at) + 1):
        word = words[at - distance]
        if word in _ENDS:
            break
        if word in _PURPOSE:
            found.append("purpose<" if distance <= 2 else "purpose far<")
            if "yang" in words[at - distance : at]:
                found.append("condition<")
            break
        if word in _CONDITION:
            found.append("condition<")
            break
    return found


def _skeleton(words: list[str], hits: list[Hit], dropped: set[int]) -> tuple[list[str], list[str]]:
    skeleton: list[str] = []
    plain: list[str] = []
    at = 0
    for index, hit in enumerate(hits):
        _between(words, at, hit.first, skeleton, plain)
        name = "X" if index in dropped and not hit.tag.trap else hit.tag.name
        if name:
            skeleton.append(name)
        thing = bool(hit.tag.strong) or hit.tag.trap
        plain += [name or "_"] if thing else words[hit.first : hit.last + 1]
        at = hit.last + 1
    _between(words, at, len(words), skeleton, plain)
    return skeleton, plain


def _between(words: list[str], first: int, last: int, skeleton: list[str], plain: list[str]) -> None:
    for word in words[first:last]:
        seen, kept = _PARTS.get(word) or _part(word)
        if seen:
            skeleton.append(seen)
        if kept:
            plain.append(kept)


_PARTS: dict[str, tuple[str, str]] = {}
_MOST_PARTS = 100_000


def _part(word: str) -> tuple[str, str]:
    """What a word without a meaning of its own leaves in the skeleton and among the plain words, remembered."""
    if len(_PARTS) > _MOST_PARTS:  # invented words must not fill the memory
        _PARTS.clear()
    if word[0].isdigit() or word in _NUMBERS:
        part = "#", "#"
    elif word in _ENDS or word in CLAUSE_WORDS:
        part = "|", word
    elif word in _SELF:
        part = word, word
    else:
        part = "", word if word[0].isalpha() else ""
    _PARTS[word] = part
    return part


#: Small words that keep their place in the skeleton.
_SELF = frozenset("sudah belum akan tidak kami saya bisa boleh mau ada punya yang untuk kalau sekarang nanti".split())
