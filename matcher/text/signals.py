"""Owns what the rules see in a text: nouns of the categories, cues around them, traps, contrasts, urgency, vagueness."""

from __future__ import annotations

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
from matcher.text.quantities import ONES, ROUGH, VALUE_WORDS
from matcher.vocabulary import Category

_MARKS = frozenset(".,;:!?\n()")
_ENDS = frozenset(".;!?\n")
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
    tags: dict[str, Tag] = {}

    def add(phrase: str, **more: object) -> None:
        tag = tags.get(phrase, Tag())
        merged = {key: (*getattr(tag, key), *value) if isinstance(value, tuple) else value for key, value in more.items()}
        tags[phrase] = tag._replace(**merged)  # type: ignore[arg-type]

    for category, phrases in STRONG.items():
        for phrase in phrases:
            add(phrase, strong=(category,))
    for category, phrases in WEAK.items():
        for phrase in phrases:
            add(phrase, weak=(category,))
    for cue, phrases in CUES.items():
        for phrase in phrases:
            add(phrase, cues=(cue,))
    for urgency, phrases in URGENCY.items():
        for phrase in phrases:
            add(phrase, urgency=urgency)
    for phrase in TRAPS:
        tags[phrase] = Tag(trap=True)
    return tags


_TAGS: Phrases[Tag] = Phrases(list(_tags().items()))
_NUMBERS = frozenset(ONES) | frozenset(ROUGH)


def signals(words: list[str], givers: frozenset[int] = frozenset()) -> Signals:
    """Find every phrase of the lexicon in plain *words* and describe what stands around each noun.

    *givers* are the tokens that name an organisation.
    """
    hits = [Hit(*found) for found in _TAGS.find(words)]
    dropped = _dropped(words, hits)
    clauses = _clauses(words)
    mentions = _mentions(words, hits, dropped, clauses, givers)
    cues = frozenset(cue for hit in hits for cue in hit.tag.cues) | _polarity(words, hits)
    urgency = next((hit.tag.urgency for hit in hits if hit.tag.urgency), None)
    skeleton, plain = _skeleton(words, hits, dropped)
    own = list(dict.fromkeys(word for word in words if word[0].isalpha()))
    return Signals(hits, mentions, skeleton, plain, own, cues, urgency, "vague" in cues)


def _clauses(words: list[str]) -> list[int]:
    """For each token the number of its clause."""
    numbers, clause = [], 0
    for word in words:
        if word in _ENDS or word in CLAUSE_WORDS or word == ",":
            clause += 1
        numbers.append(clause)
    return numbers


def _dropped(words: list[str], hits: list[Hit]) -> set[int]:
    """Indices of hits a contrast turns away: "bukan kekurangan buku, tapi internet" drops the books."""
    dropped: set[int] = set()
    for at, word in enumerate(words):
        if word != "bukan" or words[at + 1 : at + 2] == ["lagi"] or (at + 1 < len(words) and words[at + 1] in _MORE):
            continue
        end = _contrast_end(words, at)
        for index, hit in enumerate(hits):
            if at < hit.first < end:
                dropped.add(index)
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


_NEED = frozenset({"ask", "lack", "broken", "borrow"})
_GOOD = frozenset({"solved", "get", "good", "proud"})
_FLIPS = frozenset({"tidak", "bukan", "tanpa"})


def _polarity(words: list[str], hits: list[Hit]) -> frozenset[str]:
    """The course of a text: bad things, good things, and which comes last ("+-" is a need, "-+" a success)."""
    course = ""
    for hit in hits:
        cues = set(hit.tag.cues)
        sign = "-" if cues & _NEED else "+" if cues & _GOOD or "ended" in cues else ""
        before = words[max(0, hit.first - 2) : hit.first]
        if sign and words[hit.first] not in _FLIPS and _FLIPS & set(before):
            sign = "+" if sign == "-" and ("lagi" in words[hit.last + 1 : hit.last + 4] or "sudah" in words[max(0, hit.first - 3) : hit.first]) else "-"
        if "ended" in cues:
            course = course.rstrip("-")
        if sign and not course.endswith(sign):
            course += sign
    return frozenset({"course " + course[-3:], "last " + course[-1:]})


def _mentions(
    words: list[str], hits: list[Hit], dropped: set[int], clauses: list[int], givers: frozenset[int]
) -> list[Mention]:
    found: list[Mention] = []
    turn = max((hit.first for hit in hits if "contrast" in hit.tag.cues), default=-1)
    inherited: tuple[int, list[str]] = (-9, [])
    categories = {category for hit in hits for category in hit.tag.strong}
    modified_until = -1
    for index, hit in enumerate(hits):
        named = hit.tag.strong or hit.tag.weak
        if not named or (words[hit.first] in _MONEY and VALUE_WORDS & set(words[max(0, hit.first - 4) : hit.first])):
            continue  # the value of goods is no money
        modifier = _is_modifier(words, hits, index, modified_until)
        if modifier:
            modified_until = hit.last
        around = _around(words, hits, index, clauses)
        if "listed" in around and hit.first - inherited[0] <= 2:  # noqa: PLR2004 - only "," or "dan" between
            around += [signal for signal in inherited[1] if signal not in around]
        inherited = hit.last, [signal for signal in around if signal[-1] == "<" or signal[0] == ">"]
        if turn >= 0:
            around.append("before turn" if hit.first < turn else "after turn")
        if hit.first in givers:
            around.append("giver")
        if index in dropped:
            around.append("turned-away")
        if modifier:
            around.append("modifier")
        if len(categories) == 1:
            around.append("alone" if hit.tag.strong else "other-alone")
        for category in hit.tag.strong:
            found.append(Mention(category, hit.first, hit.last, ("strong", *around)))
        for category in hit.tag.weak:
            found.append(Mention(category, hit.first, hit.last, ("weak", *around)))
    return found


def _is_modifier(words: list[str], hits: list[Hit], index: int, modified_until: int) -> bool:
    """Whether a noun only describes the noun right before it: the books of "rak buku", the computers of "tutor komputer"."""
    hit = hits[index]
    if index == 0 or not hit.tag.strong and not hit.tag.weak:
        return False
    before = hits[index - 1]
    if before.tag.strong and before.last == hit.first - 1 and not set(before.tag.strong) & set(hit.tag.strong):
        return True
    gap = words[modified_until + 1 : hit.first]
    return modified_until >= 0 and len(gap) == 1 and gap[0] in _JOINERS


def _around(words: list[str], hits: list[Hit], index: int, clauses: list[int]) -> list[str]:
    """Signals around one noun: cues before and after it in its clause, a preposition, a number."""
    hit = hits[index]
    clause = clauses[hit.first]
    found: list[str] = []
    found += [f"is-{cue}" for cue in hit.tag.cues]
    for other in hits[max(0, index - 4) : index]:
        if clauses[other.first] == clause and hit.first - other.last <= _BEFORE:
            if not _PURPOSE & set(words[other.last + 1 : hit.first]):
                found += [f"{cue}<" for cue in other.tag.cues]
    for other in hits[index + 1 : index + 5]:
        if clauses[other.first] == clause and other.first - hit.last <= _AFTER:
            found += [f">{cue}" for cue in other.tag.cues]
    before = words[hit.first - 1] if hit.first else ""
    after = words[hit.last + 1] if hit.last + 1 < len(words) else ""
    if before in _PREPOSITIONS:
        found.append("place<")
    found += _role_of_clause(words, hit.first)
    if before in {"kami", "saya", "para"} or after in {"kami", "saya", "perpustakaan"}:
        found.append("ours")
    if (before and before[0].isdigit()) or before in _NUMBERS or (after and after[0].isdigit()) or after in _NUMBERS:
        found.append("number")
    if hit.first <= 2:  # noqa: PLR2004 - the subject stands first
        found.append("opens")
    if before in _JOINERS or before == ",":
        found.append("listed")
    return found


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
            found.append("purpose<" if distance <= 2 else "purpose far<")  # noqa: PLR2004 - right before, or further
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
        name = _name(hit.tag, turned_away=index in dropped)
        if name:
            skeleton.append(name)
        thing = bool(hit.tag.strong) or hit.tag.trap
        plain += [name or "_"] if thing else words[hit.first : hit.last + 1]
        at = hit.last + 1
    _between(words, at, len(words), skeleton, plain)
    return skeleton, plain


def _name(tag: Tag, *, turned_away: bool) -> str:
    if tag.trap:
        return "T"
    if turned_away:
        return "X"
    cues = "+".join(tag.cues)
    if tag.strong:
        return "N" + cues
    return cues or ("n" if tag.weak else "")


def _between(words: list[str], first: int, last: int, skeleton: list[str], plain: list[str]) -> None:
    for word in words[first:last]:
        if word[0].isdigit() or word in _NUMBERS:
            skeleton.append("#")
            plain.append("#")
        elif word in _ENDS or word in CLAUSE_WORDS:
            skeleton.append("|")
            plain.append(word)
        elif word in _SELF:
            skeleton.append(word)
            plain.append(word)
        elif word[0].isalpha():
            plain.append(word)


#: Small words that keep their place in the skeleton.
_SELF = frozenset("sudah belum akan tidak kami saya bisa boleh mau ada punya yang untuk kalau sekarang nanti".split())
