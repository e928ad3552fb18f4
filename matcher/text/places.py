"""Owns the names of places: which Kemendagri code a text means, within one kabupaten."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from matcher.text.lexicon import KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matcher.text.normalise import Tokens

#: Plain words that say which level the name after them has.
CUES: dict[str, str] = {
    "desa": "village",
    "kelurahan": "village",
    "kampung": "village",
    "sedesa": "village",
    "dusun": "village",
    "lurah": "village",
    "kades": "village",
    "pemdes": "village",
    "bumdes": "village",
    "nagari": "village",
    "pekon": "village",
    "gampong": "village",
    "kuwu": "village",
    "kecamatan": "kecamatan",
    "camat": "kecamatan",
    "distrik": "kecamatan",
    "kapanewon": "kecamatan",
    "kabupaten": "kabupaten",
    "bupati": "kabupaten",
    "kota": "kota",
}
#: Words that may stand between the cue and the name: "Kec: Cicurug", "Ds. Pasawahan".
_BETWEEN = frozenset(".:")
_MOST_WORDS = 4
_MOST_WORDS_KEPT = 100_000
_UNDOUBLED = re.compile(r"(.)\1")
#: Cues of places smaller than a village; they may bear the name of any village.
HAMLETS = frozenset({"kampung", "dusun"})
#: Villages of the country that bear the name of a thing, a person or another kabupaten: they need a cue.
EVERYDAY = (
    "benda pagelaran titisan pangkalan tanjung ginanjar karawang banyuwangi cimahi bantargebang bogor bandung cianjur "
    "loji kompa talaga pasanggrahan munjul selawi rambay tarisi semplak buku dana ruang gudang taman harapan damai "
    "sejahtera merdeka mulya sari jaya makmur bahagia sentosa pusaka bersama sukamaju maju mandiri"
).split()
_LEVELS = ("village", "kecamatan", "kabupaten")
_BESIDE = 3  #: places between a village and the kecamatan that settles which village it is
_LONG_NAME = 7  #: names this long may be one slip away


class Place(NamedTuple):
    """One place a text names; *code* is empty where several villages bear the name and nothing settles which."""

    name: str
    level: str  #: village, kecamatan or kabupaten
    code: str
    first: int  #: index of the first token
    last: int  #: index of the last token
    candidates: tuple[str, ...]
    cued: bool  #: whether a word such as "desa" stood before it


def _key(name: str) -> str:
    """A name without blanks, marks and the spellings that vary: Pelabuhan Ratu and Palabuhanratu share one key."""
    plain = unicodedata.normalize("NFKC", name).lower()
    letters = re.sub(r"[^a-z]", "", plain)
    letters = letters.replace("pelabuhan", "palabuhan").replace("oe", "u").replace("tj", "c").replace("dj", "j")
    return _UNDOUBLED.sub(r"\1", letters)


class Gazetteer:
    """The places of one kabupaten, found by name.

    *rows* are ``(code, name, level, lat, lon)`` with levels province, kabupaten, kecamatan and village; codes in
    Kemendagri's dotted form.  Rows of other levels are ignored.
    """

    def __init__(self, rows: Iterable[Sequence[object]]) -> None:
        self.names: dict[str, str] = {}
        self.points: dict[str, tuple[float, float]] = {}
        self._codes: dict[str, dict[str, tuple[str, ...]]] = {level: {} for level in _LEVELS}
        self._risky: set[str] = {_key(name) for name in EVERYDAY}
        for code, name, level, lat, lon in rows:
            if level in self._codes:
                self._add(str(code), str(name), str(level))
                self.points[str(code)] = (float(str(lat)), float(str(lon)))
        self._keys = frozenset(key for level in _LEVELS for key in self._codes[level])
        self._prefixes = frozenset(key[:size] for key in self._keys for size in range(1, len(key) + 1))
        self._slips = self._left_out()
        self._words: dict[str, tuple[str, str]] = {}
        self._starts: dict[str, bool] = {}  # whether a written word may begin a name

    def _add(self, code: str, name: str, level: str) -> None:
        if level == "kabupaten":
            name = re.sub(r"^(kabupaten|kab\.?)\s+", "", name, flags=re.IGNORECASE)
        self.names[code] = name
        key = _key(name)
        table = self._codes[level]
        table[key] = (*table.get(key, ()), code)
        if name.lower() in KNOWN:
            self._risky.add(key)

    def _left_out(self) -> dict[str, str]:
        """Long names with one letter left out → the name; where two names meet, neither."""
        slips: dict[str, str] = {}
        for key in self._keys:
            for place in range(1, len(key) if len(key) >= _LONG_NAME - 1 else 0):
                slip = key[:place] + key[place + 1 :]
                slips[slip] = "" if slips.get(slip, key) != key else key
        return slips

    def find(self, text: Tokens) -> list[Place]:
        """Every place *text* names, in order, the longest names first; a kecamatan settles a village's double name."""
        found: list[Place] = []
        free, known = 0, self._starts
        for at, (word, raw) in enumerate(zip(text.words, text.raw, strict=True)):
            if at < free or (word not in CUES and not known.get(raw, True)):
                continue
            place = None
            if word in CUES:
                place = self._cued(text, at)
            elif self._may_start(raw):
                place = self._bare(text, at)
            if place is not None:
                found.append(place)
                free = place.last + 1
        if len(found) > 1:
            found = [place for index, place in enumerate(found) if not _hamlet(text, found, index)]
            return [self._settled(place, index, found) for index, place in enumerate(found)]
        return found

    def codes(self, places: Iterable[Place]) -> list[str]:
        """The codes of *places*, each once, without those that only say where another one lies."""
        found = list(dict.fromkeys(place.code for place in places if place.code))
        return [code for code in found if not any(other.startswith(code + ".") for other in found)]

    def _cued(self, text: Tokens, at: int) -> Place | None:
        start = at + 1
        while start < len(text.words) and text.words[start] in _BETWEEN:
            start += 1
        cue = text.words[at]
        level = CUES[cue]
        if level == "kota":  # Kota Sukabumi is another office's
            return None
        levels = (level,) if cue in HAMLETS else (level, *(other for other in _LEVELS if other != level))
        for key, last in self._spans(text, start):
            for other in levels:
                if codes := self._codes[other].get(key):
                    return self._place(text, start, last, other, codes, cued=True)
        return None

    def _bare(self, text: Tokens, at: int) -> Place | None:
        """A name without a cue: never a word of everyday speech; a kecamatan before a village of the same name."""
        if at and text.words[at - 1] == "kota":
            return None
        before = text.words[at - 1] if at else ""
        order = ("village", "kecamatan") if before == "perpustakaan" else ("kecamatan", "village")
        for key, last in self._spans(text, at):
            if key in self._risky or key in self._codes["kabupaten"]:
                continue
            for level in order:
                if codes := self._codes[level].get(key):
                    return self._place(text, at, last, level, codes, cued=False)
        return None

    def _may_start(self, raw: str) -> bool:
        known = self._words.get(raw) or self._look(raw)
        if len(self._starts) > _MOST_WORDS_KEPT:
            self._starts.clear()
        starts = self._starts[raw] = bool(known[1]) or known[0] in self._prefixes
        return starts

    def _look(self, raw: str) -> tuple[str, str]:
        """Key of a written word and the name it alone spells (one slip forgiven), remembered."""
        if len(self._words) > _MOST_WORDS_KEPT:  # invented names must not fill the memory
            self._words.clear()
        key = _key(raw[:40]) if raw[0].isalpha() and len(raw) > 2 else ""
        alone = ""
        if key in self._keys:
            alone = key
        elif len(key) >= _LONG_NAME - 2 and raw.lower() not in KNOWN:
            alone = self._slip(key)
        found = self._words[raw] = (key or "-", alone)
        return found

    def _spans(self, text: Tokens, start: int) -> list[tuple[str, int]]:
        """Keys that match a name from token *start*, longest first, with their last token."""
        found: list[tuple[str, int]] = []
        joined = ""
        for at in range(start, min(start + _MOST_WORDS, len(text.words))):
            key, alone = self._words.get(text.raw[at]) or self._look(text.raw[at])
            if at == start and alone:
                found.append((alone, at))
            joined = _UNDOUBLED.sub(r"\1", joined + key) if joined else key
            if joined not in self._prefixes:
                break
            if at > start and joined in self._keys:
                found.append((joined, at))
        return found[::-1]

    def _slip(self, key: str) -> str:
        """The long name that *key* is one slip away from, if there is one."""
        if self._slips.get(key):
            return self._slips[key]
        if len(key) < _LONG_NAME:
            return ""
        for place in range(1, len(key)):
            shorter = key[:place] + key[place + 1 :]
            if shorter in self._keys and len(shorter) >= _LONG_NAME:
                return shorter
            near = self._slips.get(shorter, "")
            if near and len(near) == len(key) and _swapped(near, key):
                return near
        return ""

    def _place(self, text: Tokens, first: int, last: int, level: str, codes: tuple[str, ...], *, cued: bool) -> Place:
        code = codes[0] if len(codes) == 1 else ""
        return Place(" ".join(text.raw[first : last + 1]), level, code, first, last, codes, cued)

    def _settled(self, place: Place, index: int, found: list[Place]) -> Place:
        """Settle a village whose name several bear by the nearest kecamatan named beside it."""
        if place.level != "village":
            return place
        beside = enumerate(found[max(0, index - _BESIDE) : index + _BESIDE + 1], max(0, index - _BESIDE))
        near = sorted(
            (abs(other.first - place.last), at < index, other.code)
            for at, other in beside
            if other.level == "kecamatan"
        )
        for _, _, kecamatan in near:
            inside = [code for code in place.candidates if code.startswith(kecamatan + ".")]
            if len(inside) == 1:
                return place._replace(code=inside[0])
        return place


def _swapped(name: str, key: str) -> bool:
    """Whether *key* differs from *name* by one letter or by two neighbours swapped."""
    differ = [place for place in range(len(name)) if name[place] != key[place]]
    if len(differ) == 1:
        return True
    return len(differ) == 2 and name[differ[0]] == key[differ[1]] and name[differ[1]] == key[differ[0]]


def _hamlet(text: Tokens, found: list[Place], index: int) -> bool:
    """Whether this is a hamlet's name before its village's: "Kp. Cibadak Desa Pamuruyan"."""
    place = found[index]
    cue = text.words[place.first - 1] if place.first else ""
    if cue in _BETWEEN and place.first > 1:
        cue = text.words[place.first - 2]
    return cue in HAMLETS and any(other.level != "kabupaten" for other in found[index + 1 : index + 2])
