"""A scored pair back in words: how well it fits, what speaks for and against, what is unknown, what would raise it.

Everything is told from what is stored beside the score, by the arithmetic that made it: the parts add up to the score,
and what a raise promises is what the score gains when it comes true.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np

from matcher.columns import FACTS
from matcher.factors import LATER, needed_share, ready_share
from matcher.readiness import NEEDED_FIRST, USUALLY
from matcher.scoring import DETAIL, FLAGS, Part, earned, parts_of
from matcher.vocabulary import (
    UNITS,
    Band,
    Category,
    Certainty,
    Every,
    FactCode,
    FactKind,
    Operator,
    Words,
    graded,
    one_of,
)

LANGS = Words._fields
RAISES = 3  #: ways to a higher score that are told

#: What stands before each group of reasons, in the order in which they are told.
GROUPS: dict[str, Words] = {
    "for": Words("Mendukung", "For"),
    "against": Words("Kurang", "Against"),
    "unknown": Words("Belum diketahui", "Not known"),
    "raise": Words("Menaikkan skor", "Would raise the score"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for, against, or is unknown: a code of REASONS with its values."""

    code: str
    values: Mapping[str, Any]

    def say(self, lang: str) -> str:
        """The sentence in *lang*; values that are `Words` are said in that language too."""
        filled = {name: _spoken(value, lang) for name, value in self.values.items()}
        return REASONS[self.code].say(lang, **filled)


def _spoken(value: Any, lang: str) -> str:
    if isinstance(value, Words):
        return value.say(lang)
    if isinstance(value, float):
        text = f"{value:,.0f}" if value == int(value) or abs(value) >= 10 else f"{value:,.1f}"
        return text if lang == "en" else text.translate(str.maketrans(",.", ".,"))
    if isinstance(value, (list, tuple)):
        return ", ".join(_spoken(part, lang) for part in value)
    return str(value)


def _counted(value: float, lang: str) -> str:
    """A quantity, its hundredths too where it is small enough for them to matter."""
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.2f}".rstrip("0").rstrip(".")
    return text if lang == "en" else text.translate(str.maketrans(",.", ".,"))


#: Everything an explanation can say; adding a reason is a row here and a line in `explain`.
REASONS: dict[str, Words] = {
    "same_kind": Words("sama-sama {category}", "both about {category}"),
    "alike": Words("kata-katanya mirip", "the words are alike"),
    "money": Words("dana yang dapat dipakai untuk {category}", "money that can pay for {category}"),
    "experience": Words(
        "pernah mengatasi masalah {category} dan mau berbagi caranya",
        "solved a lack of {category} before and shares how",
    ),
    "enough": Words("bisa memberi {reach}, cukup untuk {need}", "can give {reach}, enough for {need}"),
    "partly": Words("bisa memberi {reach} dari {need}", "can give {reach} of {need}"),
    "too_little": Words("hanya {reach} dari {need}", "only {reach} of {need}"),
    "too_small": Words(
        "kebutuhannya lebih kecil daripada bagian terkecil yang diberikan", "smaller than the giver's smallest share"
    ),
    "ready": Words("semua syarat pemberi terpenuhi", "all the giver's conditions hold"),
    "fix_first": Words("bereskan dulu: {facts}", "fix this first: {facts}"),
    "only_those": Words("hanya untuk perpustakaan {limits}", "only for libraries {limits}"),
    "not_one": Words("belum cukup untuk satu pun", "not enough for a single one"),
    "needs_first": Words("agar berguna perlu {facts}", "to be of use it needs {facts}"),
    "same_thing": Words("tepat yang diminta", "just what is asked"),
    "other_thing": Words("yang ditawarkan lain dari yang diminta", "what is offered is not what is asked"),
    "near": Words("{km} km", "{km} km away"),
    "distant": Words("jauh, {km} km", "far, {km} km"),
    "anywhere": Words("jarak tidak masalah", "distance does not matter"),
    "urgent": Words("mendesak, perlu bulan ini", "urgent, needed this month"),
    "waiting": Words("sudah menunggu {days} hari", "has waited {days} days"),
    "never_helped": Words("belum pernah dibantu", "never helped before"),
    "remote": Words("desa jauh dari kota", "a village far from town"),
    "kept": Words("menepati {kept} dari {due} janji", "kept {kept} of {due} promises"),
    "broke": Words("baru menepati {kept} dari {due} janji", "kept only {kept} of {due} promises"),
    "full": Words("sudah cukup sering diminta bercerita", "asked often enough this cycle"),
    "unwanted": Words("perpustakaan tidak menginginkan jenis ini", "the library asked not to get this"),
    "follow_on": Words("ada biaya lanjutan", "it will cost something later"),
    "unknown_facts": Words("{facts}", "{facts}"),
    "unknown_quantity": Words("jumlah yang bisa diberikan", "how much can be given"),
    "unknown_need": Words("jumlah yang dibutuhkan", "how much is needed"),
    "unknown_units": Words("cukup tidaknya, karena satuannya berbeda", "how much it covers, for the units differ"),
    "unknown_price": Words("harga satuannya", "what one of them costs"),
    "unknown_distance": Words("jarak", "the distance"),
    "unknown_urgency": Words("seberapa mendesak", "how urgent it is"),
    "unknown_track": Words("rekam jejak pemberi", "the giver's track record"),
    "unknown_words": Words("cerita salah satu pihak", "the story of one side"),
    "unknown_place": Words("letak perpustakaan", "where the library is"),
}


#: What may be mended or found out; adding one is a row here and a line in `_Raises`.
LEVERS: dict[str, Words] = {
    "fact": Words("{fact}", "{fact}"),
    "number": Words("{fact} {operator} {value}", "{fact} {operator} {value}"),
    "need": Words("jumlah yang dibutuhkan, bila tawarannya cukup", "how much is needed, if the offer is enough"),
    "reach": Words("jumlah yang bisa diberikan, bila cukup", "how much can be given, if enough"),
    "both": Words("jumlah di kedua pihak, bila cukup", "how much on both sides, if enough"),
    "units": Words("satuan yang sama di kedua pihak, bila cukup", "the same unit on both sides, if enough"),
    "price": Words("harga satuan, bila dananya cukup", "what one costs, if the money is enough"),
    "enough": Words("tawaran yang cukup untuk {need}", "an offer enough for {need}"),
    "smaller": Words("pemberi mau memberi lebih sedikit", "a giver who gives smaller shares"),
    "place": Words("letak perpustakaan, bila sedesa dengan pemberi", "where the library is, if the giver's village"),
    "giver": Words("letak pemberi, bila sedesa", "where the giver is, if the same village"),
}


@dataclass(frozen=True, slots=True)
class Raise:
    """One thing that would raise the score, and by how many points: a code of LEVERS with its values."""

    code: str
    values: Mapping[str, Any]
    points: float

    def say(self, lang: str) -> str:
        """``SK pengelola: +12`` in *lang*."""
        filled = {name: _spoken(value, lang) for name, value in self.values.items()}
        points = f"{self.points:.1f}".removesuffix(".0")
        return f"{LEVERS[self.code].say(lang, **filled)}: +{points if lang == 'en' else points.replace('.', ',')}"


class Group(NamedTuple):
    """Reasons of one kind: a code of GROUPS, its words, and what they say."""

    code: str
    words: Words
    reasons: Sequence[Reason | Raise]

    def say(self, lang: str) -> list[str]:
        """Each reason in *lang*."""
        return [reason.say(lang) for reason in self.reasons]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a pair has its score, and what would raise it."""

    score: float
    band: Band
    certainty: Certainty
    parts: tuple[Part, ...]
    speaks_for: tuple[Reason, ...]
    against: tuple[Reason, ...]
    unknown: tuple[Reason, ...]
    raises: tuple[Raise, ...]  #: the largest first, at most RAISES

    @property
    def groups(self) -> list[Group]:
        """What there is to tell, a group a kind, in the order of GROUPS."""
        told: list[Sequence[Reason | Raise]] = [self.speaks_for, self.against, self.unknown, self.raises]
        return [Group(*named, reasons) for named, reasons in zip(GROUPS.items(), told, strict=True) if reasons]


def explain(
    factors: str, detail: str, points: Mapping[str, float], *, category: Category, unit: Words, score: float,
    certainty: float, conditions: Sequence[Mapping[str, Any]] = (), every: Every | None = None,
) -> Explanation:  # fmt: skip
    """Turn a stored pair back into words.

    Parameters
    ----------
    factors, detail : the JSON lists of `as_texts`, in the order of FACTORS and DETAIL
    points : the weights the score was made with
    category, unit, every : of the challenge, for the sentences
    conditions : of the offer, as they are stored: {fact, op, value}
    """
    stored = zip(DETAIL, json.loads(detail), strict=False)  # older rows have fewer
    seen: dict[str, Any] = {**dict.fromkeys(DETAIL), **dict(stored)}
    flags = {name for bit, name in enumerate(FLAGS) if int(seen["flags"]) >> bit & 1}
    told = _Told(seen, flags, category, unit, every, _limits(conditions))
    parts = parts_of(json.loads(factors), points)
    return Explanation(
        score,
        graded(Band, score),
        graded(Certainty, certainty),
        parts,
        tuple(told.speaks_for()),
        tuple(told.against()),
        tuple(told.unknown()),
        tuple(_Raises(told, {part.name: part for part in parts}, conditions).best()),
    )


def frozen(
    kept: Mapping[str, Any] | None,
    score: float | None,
    *,
    category: Category,
    unit: Words,
    every: Every | None = None,
    conditions: Sequence[Mapping[str, Any]] = (),
) -> Explanation | None:
    """Why a line was decided, from what was frozen on it; None where nothing was.  What would raise it is past.

    *conditions* are the offer's: they say which facts the giver wants no more of.
    """
    if score is None or not kept or not {"factors", "detail", "points", "certainty"} <= kept.keys():
        return None
    found = explain(
        json.dumps(kept["factors"]), json.dumps(kept["detail"]), kept["points"], category=category, unit=unit,
        score=score, certainty=kept["certainty"], every=every, conditions=conditions,
    )  # fmt: skip
    return replace(found, raises=())


@lru_cache(maxsize=1024)
def facts_in(bits: float | None) -> frozenset[FactCode]:
    """The facts of a stored bit set; none where it was not stored yet."""
    told = int(bits) if bits is not None else 0
    return frozenset(fact for place, fact in enumerate(FACTS) if told >> place & 1)


_UNLESS = Words("yang belum punya {fact}", "that do not have {fact}")
_UP_TO = Words("dengan {fact} {operator} {value}", "with {fact} {operator} {value}")


def _limits(conditions: Sequence[Mapping[str, Any]]) -> dict[FactCode, Words]:
    """The conditions that ask for at most so much of a fact, in words."""
    found = {}
    for part in conditions:
        if Operator(part["op"]) is Operator.AT_MOST:
            fact, most = FactCode(part["fact"]), float(part["value"])
            words = _UNLESS if fact.kind is FactKind.YES_NO else _UP_TO
            said = {"fact": fact.words, "operator": Operator.AT_MOST.words, "value": most}
            filled = ({name: _spoken(value, lang) for name, value in said.items()} for lang in LANGS)
            found[fact] = Words(*(words.say(lang, **values) for lang, values in zip(LANGS, filled, strict=True)))
    return found


def _facts(facts: Iterable[FactCode]) -> list[Words]:
    return [fact.words for fact in sorted(facts, key=FACTS.index)]


@dataclass(frozen=True, slots=True)
class _Told:
    """What the numbers of one pair say; each method yields reasons, the weightiest first."""

    seen: Mapping[str, Any]
    flags: set[str]
    category: Category
    unit: Words
    every: Every | None
    limits: Mapping[FactCode, Words]  #: conditions that ask for little: nobody is told to have less

    def amount(self, value: float) -> Words:
        """A number with its unit and how often; a rupiah amount as money."""
        often = self.every.words if self.every else Words("", "")
        if self.unit == UNITS["rp"].words:
            return Words(*(f"Rp{_counted(value, lang)} {often.say(lang)}".strip() for lang in LANGS))
        named = Words(self.unit.id, one_of(self.unit.en) if value == 1 else self.unit.en)
        return Words(*(f"{_counted(value, lang)} {named.say(lang)} {often.say(lang)}".strip() for lang in LANGS))

    def _quantities(self) -> dict[str, Any]:
        return {"reach": self.amount(self.seen["reach"]), "need": self.amount(self.seen["need"])}

    def speaks_for(self) -> Iterable[Reason]:
        kind = {"category": Words(self.category.words.id.lower(), self.category.words.en.lower())}
        first = "experience" if "experience" in self.flags else "money" if "money" in self.flags else "same_kind"
        yield Reason(first, kind)
        if self.seen["covered"] is not None and "experience" not in self.flags:
            if self.seen["covered"] >= 1:
                yield Reason("enough", self._quantities())
            elif self.seen["covered"] >= 0.5:
                yield Reason("partly", self._quantities())
        if not self.seen["missing"] and not self.seen["unsaid"] and "experience" not in self.flags:
            yield Reason("ready", {})
        if "same_thing" in self.flags:
            yield Reason("same_thing", {})
        yield from self._where_and_when()

    def _where_and_when(self) -> Iterable[Reason]:
        anywhere = "anywhere" in self.flags
        if anywhere and "experience" not in self.flags:
            yield Reason("anywhere", {})
        elif self.seen["km"] is not None and (self.seen["km"] <= 40 or anywhere):  # a peer far off can be telephoned
            yield Reason("near", {"km": float(self.seen["km"])})
        if "urgent" in self.flags:
            yield Reason("urgent", {})
        if self.seen["waiting"] >= 60:
            yield Reason("waiting", {"days": int(self.seen["waiting"])})
        if "never_helped" in self.flags:
            yield Reason("never_helped", {})
        if "far" in self.flags:
            yield Reason("remote", {})
        if self.seen["due"] and self.seen["kept"] / self.seen["due"] >= 0.6:
            yield Reason("kept", {"kept": int(self.seen["kept"]), "due": int(self.seen["due"])})
        if "alike" in self.flags:
            yield Reason("alike", {})

    def against(self) -> Iterable[Reason]:
        missing, lacking = facts_in(self.seen["missing"]), facts_in(self.seen["lacking"])
        if fixable := missing - self.limits.keys():
            yield Reason("fix_first", {"facts": _facts(fixable)})
        if beyond := [self.limits[fact] for fact in FACTS if fact in missing & self.limits.keys()]:
            yield Reason("only_those", {"limits": beyond})
        if lacking - missing:
            yield Reason("needs_first", {"facts": _facts(lacking - missing)})
        yield from (Reason(code, {}) for code in ("other_thing", "unwanted", "full", "too_small") if code in self.flags)
        covered = self.seen["covered"]
        if covered is not None and covered < 0.5 and "experience" not in self.flags:
            yield Reason("too_little" if self.seen["reach"] else "not_one", self._quantities())
        if self.seen["km"] is not None and self.seen["km"] > 40 and "anywhere" not in self.flags:
            yield Reason("distant", {"km": float(self.seen["km"])})
        if self.seen["due"] and self.seen["kept"] / self.seen["due"] < 0.6:
            yield Reason("broke", {"kept": int(self.seen["kept"]), "due": int(self.seen["due"])})
        if "follow_on" in self.flags:
            yield Reason("follow_on", {})

    def unknown(self) -> Iterable[Reason]:
        if self.seen["need"] is None:
            yield Reason("unknown_need", {})
        elif self.seen["reach"] is None and "experience" not in self.flags:
            differ = "unknown_units" if "units_differ" in self.flags else "unknown_quantity"
            yield Reason("unknown_price" if "price_unsaid" in self.flags else differ, {})
        if self.seen["unsaid"]:
            yield Reason("unknown_facts", {"facts": _facts(facts_in(self.seen["unsaid"]))})
        for flag, code in (("urgency_unsaid", "unknown_urgency"), ("wordless", "unknown_words"),
                           ("region_unknown", "unknown_place")):  # fmt: skip
            if flag in self.flags:
                yield Reason(code, {})
        if self.seen["km"] is None and not self.flags & {"anywhere", "money", "region_unknown"}:
            yield Reason("unknown_distance", {})
        if not self.seen["due"]:
            yield Reason("unknown_track", {})


@dataclass(frozen=True)
class _Raises:
    """What would raise the score of one pair: each thing that is missing, unknown or too little, alone and made good.

    Only what somebody can find out or mend is told; nobody is asked to be more urgent, nearer or more often helped.
    """

    told: _Told
    parts: Mapping[str, Part]
    conditions: Sequence[Mapping[str, Any]]

    def best(self) -> list[Raise]:
        """The largest, at most RAISES of them."""
        found = [*self._facts(), *self._quantity(), *self._distance()]
        return sorted((one for one in found if one.points > 0), key=lambda one: -one.points)[:RAISES]

    def _gain(self, **values: float) -> float:
        """Points gained where these factors have these values; whole tenths."""
        parts = [(self.parts[name], value) for name, value in values.items()]
        return round(sum(earned(part.weight, value) - part.points for part, value in parts), 1)

    # --- facts ---

    @cached_property
    def _needed(self) -> tuple[FactCode, ...]:
        return () if "experience" in self.told.flags else NEEDED_FIRST.get(self.told.category, ())

    @cached_property
    def _asked(self) -> dict[FactCode, Mapping[str, Any] | None]:
        """Facts that the giver asks, each with its condition, and facts that its kind needs anyway."""
        anyway: dict[FactCode, Mapping[str, Any] | None] = dict.fromkeys(self._needed)
        return anyway | {FactCode(condition["fact"]): condition for condition in self.conditions}

    def _facts(self) -> Iterable[Raise]:
        seen = self.told.seen
        broken, unsaid = facts_in(seen["missing"]) | facts_in(seen["lacking"]), facts_in(seen["unsaid"])
        for fact, condition in self._asked.items():
            if fact in self.told.limits and (fact in broken or fact.kind is FactKind.YES_NO):
                continue
            if fact in broken | unsaid:
                left, unknown = broken - {fact}, unsaid - {fact}
                points = self._gain(readiness=self._ready(left, unknown), dependencies=self._of_use(left, unknown))
                yield Raise(*_lever(fact, condition), points)

    def _ready(self, broken: frozenset[FactCode], unsaid: frozenset[FactCode]) -> float:
        """The factor `readiness` where these facts are broken and unknown, and all others hold."""
        weight = {fact: USUALLY if condition is None else 1.0 for fact, condition in self._asked.items()}
        asked = sum(weight.values())
        unknown = sum(weight[fact] for fact in unsaid if fact in weight)
        holds = asked - unknown - sum(weight[fact] for fact in broken if fact in weight)
        return float(ready_share(holds, unknown, asked)) * (LATER if "follow_on" in self.told.flags else 1)

    def _of_use(self, broken: frozenset[FactCode], unsaid: frozenset[FactCode]) -> float:
        """The factor `dependencies` in the same case."""
        known = [math.nan if fact in unsaid else float(fact not in broken) for fact in self._needed]
        return float(needed_share(np.array(known)))

    # --- quantity and distance ---

    def _quantity(self) -> Iterable[Raise]:
        seen, flags = self.told.seen, self.told.flags
        need, reach = seen["need"], seen["reach"]
        if flags & {"experience", "other_thing"} or (seen["covered"] == 1 and "too_small" not in flags):
            return  # more of another thing helps nobody
        if "too_small" in flags:
            if need and reach is not None:
                yield Raise("smaller", {}, self._gain(quantity=math.sqrt(min(reach / need, 1))))
        elif need is not None and reach is not None:
            yield Raise("enough", {"need": self.told.amount(need)}, self._gain(quantity=1))
        else:
            yield Raise(self._unknown_number(), {}, self._gain(quantity=1))

    def _unknown_number(self) -> str:
        """What has to be told before it is known how much is covered."""
        need, reach, flags = self.told.seen["need"], self.told.seen["reach"], self.told.flags
        if "units_differ" in flags:
            return "units"
        if need is None:
            return "need" if reach is not None else "both"
        return "price" if "price_unsaid" in flags else "reach"

    def _distance(self) -> Iterable[Raise]:
        seen, flags = self.told.seen, self.told.flags
        if seen["km"] is None and not flags & {"anywhere", "money"}:
            yield Raise("place" if "region_unknown" in flags else "giver", {}, self._gain(distance=1))


def _lever(fact: FactCode, condition: Mapping[str, Any] | None) -> tuple[str, dict[str, Any]]:
    if condition is None or fact.kind is FactKind.YES_NO:
        return "fact", {"fact": fact.words}
    operator = Operator(condition["op"])
    return "number", {"fact": fact.words, "operator": operator.words, "value": float(condition["value"])}
