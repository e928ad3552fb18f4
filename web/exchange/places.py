"""Owns the places a table names: villages and kecamatan of the office, areas of offers, as Kemendagri codes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import intake
from matcher.models import Office, Region
from matcher.text import Gazetteer
from matcher.text.normalise import tokenise
from matcher.vocabulary import Words
from seeds import reference
from web.exchange.cells import Cell, Unreadable, nearest, text
from web.exchange.headings import key

_AREA = Words(
    "wilayah {value} tidak dikenal; tulis nama kecamatan, desa dengan kecamatannya, kode, atau se-Kabupaten",
    "the area {value} is not known; write a kecamatan, a village with its kecamatan, a code, or se-Kabupaten",
)
_UNKNOWN = Words("desa tidak ditemukan; tulis nama dan kecamatannya", "no such village; write its name and kecamatan")
_SEVERAL = Words(
    "ada {count} desa bernama ini; sebutkan kecamatannya", "{count} villages bear this name; name the kecamatan"
)
_CODE = Words("kode wilayah ini tidak ada", "there is no such region code")
WHOLE_DISTRICT = Words("se-Kabupaten", "se-Kabupaten")


class Place(NamedTuple):
    """Where a party is; *warning* says what could not be settled, *column* in which column."""

    code: str | None
    warning: Words | None = None
    column: str = "village"
    candidates: tuple[str, ...] = ()
    fix: str | None = None  #: the name that was meant, where one letter or two slipped


class Places:
    """The regions an office knows, found by code or by name."""

    def __init__(self, session: Session, office: Office) -> None:
        self._session = session
        self._found: list[reference.Region] = []
        self.own: str = office.region_code
        rows = session.execute(select(Region.code, Region.name, Region.level, Region.lat, Region.lon)).all()
        self.names: dict[str, str] = {row.code: row.name for row in rows}
        near = [row for row in rows if row.code == self.own or row.code.startswith(self.own + ".")]
        self._near = Gazetteer((row.code, row.name, row.level, row.lat or 0.0, row.lon or 0.0) for row in near)
        self._names_near: dict[str, str] = {row.code: row.name for row in near}
        self._kecamatan: dict[str, str] = {key(row.name): row.code for row in near if row.level == "kecamatan"}
        self._wide: dict[str, str] = {}
        for row in rows:
            if row.level in ("province", "kabupaten"):
                name = re.sub(r"^(kabupaten|kab\.?|provinsi|prov\.?)\s+", "", row.name, flags=re.IGNORECASE)
                for spelling in (
                    row.name,
                    f"kabupaten {name}",
                    f"kab {name}",
                    f"provinsi {name}",
                    f"{name} regency",
                    name,
                ):
                    self._wide.setdefault(key(spelling), row.code)
        self.find = lru_cache(maxsize=10_000)(self._find)

    def by_code(self, cell: Cell) -> str | None:
        """The region of a code, written with points or without; None where there is none."""
        figures = re.sub(r"\D", "", text(cell))
        parts = [figures[:2], figures[2:4], figures[4:6], figures[6:10]]
        code = ".".join(part for part in parts if part)
        if len(figures) not in (2, 4, 6, 10):
            return None
        return code if code in self.names or self._elsewhere(code) else None

    def _elsewhere(self, code: str) -> bool:
        """Note a place outside the office's kabupaten, with what lies around it; False: there is none."""
        around = (*reference.parents(code), code)
        found = [region for name in around if name not in self.names and (region := reference.find(name)) is not None]
        if code not in {region.code for region in found}:
            return False
        self._found += found
        self.names |= {region.code: region.name for region in found}
        return True

    def store(self) -> None:
        """Write down the places outside the kabupaten that rows named, before a row points at one."""
        if self._found:
            intake.add_regions(self._session, self._found)
            self._found = []

    def _find(self, code: str, village: str, kecamatan: str) -> Place:
        """Where a party is, after its code, village and kecamatan; what is missing never hinders."""
        if code:
            found = self.by_code(code)
            if found is not None:
                return Place(found)
            named = self._find("", village, kecamatan)
            return Place(named.code, _CODE, "region", named.candidates)
        if not village:
            return self._inside(kecamatan)
        place = self._named(_bare(village), kecamatan)
        if place.code or not kecamatan:
            return place
        around = self._inside(kecamatan)
        if around.fix is not None and place.fix is None:  # of two slips the larger place is put right first
            return around
        return place._replace(code=around.code, column="village")

    def _inside(self, kecamatan: str) -> Place:
        if not kecamatan:
            return Place(None)
        found = self._kecamatan.get(key(_bare(kecamatan)))
        if found is None:
            heard = self._near.find(tokenise(f"Kecamatan {_bare(kecamatan)}"))
            found = next((one.code for one in heard if one.level == "kecamatan"), None) or self._other(kecamatan)
        if found:
            return Place(found)
        meant = nearest(_bare(kecamatan), [name for code, name in self._names_near.items() if code.count(".") == 2])
        return Place(None, _UNKNOWN, "kecamatan", fix=meant)

    def _meant(self, village: str, inside: str | None) -> str | None:
        """The village of the office whose name is nearest, within *inside* where that is known."""
        around = (inside or self.own) + "."
        names = [name for code, name in self._names_near.items() if code.count(".") == 3 and code.startswith(around)]
        return nearest(village, names)

    def _other(self, name: str) -> str | None:
        """A kabupaten or province of this name."""
        return self._wide.get(key(name)) or self._wide.get(key(_bare(name)))

    def _named(self, village: str, kecamatan: str) -> Place:
        around = f", Kecamatan {_bare(kecamatan)}" if kecamatan else ""
        heard = self._near.find(tokenise(f"Desa {village}{around}"))
        first = next((one for one in heard if one.level == "village"), None) or next(iter(heard), None)
        if first is None:
            wide = self._other(village)
            inside = self._inside(kecamatan).code
            return Place(wide) if wide else Place(None, _UNKNOWN, fix=self._meant(village, inside))
        if first.level != "village":
            unknown = first.level == "kecamatan" and kecamatan
            fix = self._meant(village, first.code) if unknown else None
            return Place(first.code, _UNKNOWN if unknown else None, fix=fix)
        inside = self._inside(kecamatan).code
        within = [code for code in first.candidates if inside and code.startswith(inside + ".")]
        if len(within) == 1:
            return Place(within[0])
        if inside and not within:
            return Place(inside, _UNKNOWN, fix=self._meant(village, inside))
        if first.code:
            return Place(first.code)
        several = Words(*(words.format(count=len(first.candidates)) for words in _SEVERAL))
        return Place(None, several, candidates=first.candidates)

    def area(self, cell: Cell) -> list[str]:
        """The regions an offer may go to; an empty list is everywhere."""
        found: list[str] = []
        for part in re.split(r"[;\n,]|\s+dan\s+|\s+and\s+", text(cell)):
            if not part.strip():
                continue
            code = self._part(part.strip())
            if code == "":
                return []
            if code not in found:
                found.append(code)
        return found

    def _part(self, part: str) -> str:
        """The region one part names; empty for the whole country."""
        said = key(part)
        if said in _EVERYWHERE:
            return ""
        if said in _DISTRICT or re.match(r"(se|seluruh|semua)\W*(kab|kabupaten|desa|kecamatan)\b", part.casefold()):
            return self.own
        if (figures := re.search(r"\d{2}(?:\.\d{2}){0,2}(?:\.\d{4})?|\d{4,10}", part)) and (
            code := self.by_code(figures[0])
        ):
            return code
        if re.match(r"(kab|kabupaten|prov|provinsi)\b", part.casefold()) and (code := self._other(part)):
            return code
        cued = re.match(r"(ds|desa|kel|kelurahan)\b", part.casefold())
        if not cued and (code := self._kecamatan.get(key(_bare(part)))):
            return code
        inside = re.fullmatch(r"(.+?)\s*\((?:kec\.?|kecamatan)?\s*(.+?)\)", part)
        place = self._find("", inside[1], inside[2]) if inside else self._named(_bare(part), "")
        code = place.code if place.warning is None else None
        code = code or self._inside(part).code or self._other(part)
        if code is None:
            raise Unreadable(Words(*(words.format(value=f"“{part[:60]}”") for words in _AREA)))
        return code

    def told(self, codes: list[str]) -> str:
        """An area in words that `area` reads back."""
        return "; ".join(
            WHOLE_DISTRICT.id if code == self.own else f"{self.names.get(code, '')} ({code})".strip() for code in codes
        )


_EVERYWHERE = frozenset(
    "semua everywhere anywhere dimanasaja manasaja nasional national indonesia seluruhindonesia seindonesia bebas "
    "semuawilayah".split()
)
_DISTRICT = frozenset(
    "sekabupaten seluruhkabupaten kabupaten wholedistrict district thewholedistrict semuadesa semuakecamatan sekab "
    "seluruhdesa alldistrict alldistricts allvillages wholekabupaten".split()
)


def _bare(name: str) -> str:
    """A name without the word that says its level."""
    return re.sub(
        r"^(?:desa|ds|kelurahan|kel|kecamatan|kec|kabupaten|kab|village|sub-?district|district)\b[.:]?\s*", "",
        name.strip(),
        flags=re.IGNORECASE,
    ).strip()  # fmt: skip
