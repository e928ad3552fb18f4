"""Papers: one list of sections a paper, drawn as PDF (typst) and as Word (python-docx) with the same words.

Texts of people go to both drawers as data and are never read as markup or as a template.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from matcher.papers import Signer
from matcher.vocabulary import UNITS, Category, Every, FactCode, FactKind, Mode, Operator, Sector
from web import in_words
from web.sections import (
    DOTS,
    DRAFT,
    Column,
    Entries,
    Entry,
    Frame,
    Heading,
    Items,
    Letterhead,
    Section,
    Signature,
    Signatures,
    Table,
    Text,
    clean,
)

TEMPLATE = Path(__file__).parent / "templates" / "papers" / "paper.typ"
#: What the fonts inside typst draw; for the rest the computer's own fonts are looked through.
_PLAIN_LETTERS = re.compile(r"[\u0000-\u024f\u2000-\u22ff]*")


# --- the commitment record -------------------------------------------------------------------------------------------

_SIDES = {"giver": ("PIHAK PERTAMA", "pemberi dukungan"), "taker": ("PIHAK KEDUA", "penerima dukungan")}
_COLUMNS = (
    Column("No.", 0.75, number=True),
    Column("Perpustakaan dan desa", 3.4),
    Column("Bentuk dukungan", 3.2),
    Column("Jumlah", 2.2),
    Column("Dari", 2.5),
    Column("Syarat dan catatan", 3.1),
    Column("Batas waktu", 2.1),
    Column("Kode", 1.5, number=True),
)
_LAWS = (
    "Undang-Undang Nomor 43 Tahun 2007 tentang Perpustakaan",
    "Peraturan Pemerintah Nomor 24 Tahun 2014 tentang Pelaksanaan Undang-Undang tersebut",
)


def sections(
    content: Mapping[str, Any], *, code: str, digest: str, people: Mapping[int, Signer] | None = None
) -> list[Section]:
    """The sections of a paper from what was kept of it.

    Parameters
    ----------
    content : the rows of `matcher.papers.commitment_content`
    code, digest : the version's code and the digest of *content*; the footer shows both
    people : who signs, by party id; missing names become dotted lines
    """
    drawn = _DRAWERS[content["paper"]](_Paper(content, people or {}))
    frame = Frame(
        title=f"Berita Acara Komitmen {code}", author=clean(content["office"]["name"]), draft=bool(content["draft"]),
        footer=f"{code} · sidik {digest[:8]}" + (f" · {DRAFT}" if content["draft"] else ""),
    )  # fmt: skip
    return [frame, *drawn]


@dataclass(frozen=True)
class _Paper:
    """The content with the people beside it."""

    content: Mapping[str, Any]
    people: Mapping[int, Signer]
    by_id: dict[int, Mapping[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {party["id"]: party for party in self.content["parties"]})

    def side(self, side: str) -> list[Mapping[str, Any]]:
        return [party for party in self.content["parties"] if party["side"] == side]

    def signer(self, party: Mapping[str, Any]) -> Signer:
        found = self.people.get(party["id"], Signer("", "", ""))
        return Signer(*(clean(part) for part in (found.name, found.title, found.village_head)))


def _commitment(paper: _Paper) -> list[Section]:
    content = paper.content
    closing = (
        "Demikian berita acara ini dibuat dengan sebenarnya, dalam rangkap secukupnya, untuk dipergunakan sebagaimana "
        "mestinya."
    )
    return [
        Letterhead(tuple(clean(line) for line in content["office"]["letterhead"] or [content["office"]["name"]])),
        Heading("BERITA ACARA KOMITMEN", "DUKUNGAN BAGI PERPUSTAKAAN DESA", clean(content["number"]) or DOTS),
        Text(_opening(content)),
        Entries(tuple(_people(paper))),
        Text(f"dengan ini menyatakan komitmen, diketahui oleh {_witnesses(paper)}, sebagai berikut:"),
        Table(_COLUMNS, tuple(_row(paper, number, line) for number, line in enumerate(content["lines"], 1))),
        *_value(content["lines"]),
        Items("Dasar", tuple(_grounds(content))),
        Items("Ketentuan dan tindak lanjut", tuple(_terms(content))),
        Text(closing),
        *_signatures(paper),
    ]


_DRAWERS = {"commitment": _commitment}


def _opening(content: Mapping[str, Any]) -> str:
    day = _day(content["day"])
    when = in_words.sentence_of(day) if day else f"{DOTS[:16]}, tanggal {DOTS[:12]} bulan {DOTS[:16]} tahun {DOTS[:16]}"
    event = content["event"]
    during = f", dalam kegiatan “{clean(event['name'])}”" if event else ""
    return (
        f"Pada hari ini, {when}, bertempat di {clean(content['place']) or DOTS}{during}, kami yang bertanda tangan di "
        "bawah ini:"
    )


def _people(paper: _Paper) -> Iterable[Entry]:
    for side, (called, role) in _SIDES.items():
        found = paper.side(side)
        for party in found:
            last = party is found[-1]
            together = "bersama-sama " if len(found) > 1 else ""
            yield Entry(_rows_of(paper, party), f"selanjutnya {together}disebut {called} ({role});" if last else "")


def _rows_of(paper: _Paper, party: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    signer = paper.signer(party)
    library = party["side"] == "taker" or party["sector"] is None
    kind = "" if library else f" ({Sector(party['sector']).words.id})"
    return (
        ("Nama", signer.name or DOTS),
        ("Jabatan", signer.title or ("Pengelola perpustakaan" if library else DOTS)),
        ("Mewakili", f"{clean(party['name'])}{kind}"),
        ("Alamat", _address(party) or DOTS),
    )


def _address(party: Mapping[str, Any]) -> str:
    named = (("Desa", party["village"]), ("Kecamatan", party["kecamatan"]), ("", party["kabupaten"]))
    return ", ".join(f"{level} {clean(name)}".strip() for level, name in named if name)


def _witnesses(paper: _Paper) -> str:
    heads = [f"Kepala Desa {clean(party['village'])}" for party in _with_village(paper)]
    return _joined([*heads, f"Kepala {clean(paper.content['office']['name'])}"])


def _with_village(paper: _Paper) -> list[Mapping[str, Any]]:
    """One library a village, in order."""
    return list({party["village"]: party for party in paper.side("taker") if party["village"]}.values())


def _row(paper: _Paper, number: int, line: Mapping[str, Any]) -> tuple[str, ...]:
    taker, giver = paper.by_id[line["taker"]], paper.by_id[line["giver"]]
    place = ", ".join(
        f"{level} {clean(name)}" for level, name in (("Desa", taker["village"]), ("Kec.", taker["kecamatan"])) if name
    )
    return (
        str(number),
        _lines(taker["name"], place),
        _lines(_what(line), f"untuk: {line['title']}"),
        _quantity(line),
        clean(giver["name"]),
        _notes(line),
        _when(line),
        _lines(line["code"], line["challenge"], line["offer"]),
    )


def _lines(*parts: str) -> str:
    return "\n".join(text for part in parts if (text := clean(part)))


def _what(line: Mapping[str, Any]) -> str:
    """``Komputer (barang)``; money that buys something says so."""
    category, mode = Category(line["category"]), Mode(line["mode"])
    if mode is Mode.MONEY:
        return "Uang" if category is Category.FUNDS else f"Uang untuk {_low(category.words.id)}"
    return f"{category.words.id} ({_low(mode.words.id)})"


def _low(text: str) -> str:
    return text[:1].lower() + text[1:]


def _quantity(line: Mapping[str, Any]) -> str:
    if line["quantity"] is None:
        return "belum ditentukan"
    every = f" {Every(line['every']).words.id}" if line["every"] else ""
    if line["unit"] == "rp":
        return in_words.rupiah(Decimal(line["quantity"])) + every
    counted = f"{in_words.figure(Decimal(line['quantity']))} {UNITS[line['unit']].words.id}{every}"
    return f"{counted}\nsenilai {in_words.rupiah(worth)}{every}" if (worth := _worth(line)) else counted


def _worth(line: Mapping[str, Any]) -> Decimal | None:
    """The rupiah that a line of money hands over, per its period."""
    if line["offer_unit"] != "rp" or line["offer_quantity"] is None:
        return None
    return Decimal(line["offer_quantity"])


def _notes(line: Mapping[str, Any]) -> str:
    told = _joined([_condition(part) for part in line["conditions"]])
    return _lines(f"Syarat: {told}." if told else "", line["follow_on_cost"]) or "–"


def _condition(part: Mapping[str, Any]) -> str:
    fact, operator = FactCode(part["fact"]), Operator(part["op"])
    if fact.kind is FactKind.YES_NO:
        return fact.words.id if operator is Operator.AT_LEAST else f"tanpa {fact.words.id}"
    return f"{operator.words.id} {in_words.figure(Decimal(str(part['value'])))} {fact.words.id}"


def _when(line: Mapping[str, Any]) -> str:
    starts, ends, due = (_day(line[name]) for name in ("starts", "ends", "due"))
    period = " s.d. ".join(in_words.date(day) for day in (starts, ends) if day)
    if starts and not ends:
        period = f"mulai {period}"
    return _lines(period, f"paling lambat {in_words.date(due)}" if due else "") or "belum ditentukan"


def _value(found: Iterable[Mapping[str, Any]]) -> list[Section]:
    """The money of all lines, in figures and in words, by period."""
    sums: dict[str | None, Decimal] = {}
    for line in found:
        if (worth := _worth(line)) is not None:
            sums[line["every"]] = sums.get(line["every"], Decimal(0)) + worth
    told = [
        in_words.rupiah_in_full(worth) + (f" {Every(every).words.id}" if every else "") for every, worth in sums.items()
    ]
    return [Text(f"Jumlah uang dalam komitmen ini {_joined(told)}.")] if told else []


def _grounds(content: Mapping[str, Any]) -> Iterable[str]:
    grounds, event = list(_LAWS), content["event"]
    if event:
        day = _day(event["day"])
        place = f" di {clean(event['place'])}" if event["place"] else ""
        grounds.append(f"hasil kegiatan “{clean(event['name'])}” tanggal {in_words.date(day) if day else DOTS}{place}")
    return [f"{ground}{'.' if ground is grounds[-1] else ';'}" for ground in grounds]


def _terms(content: Mapping[str, Any]) -> Iterable[str]:
    office = clean(content["office"]["name"])
    yield (
        "PIHAK PERTAMA menyerahkan dukungan sesuai jumlah dan batas waktu dalam tabel. PIHAK KEDUA memenuhi syarat "
        "yang tercantum, lalu menerima, menggunakan, dan merawat dukungan itu untuk layanan perpustakaan bagi warga."
    )
    yield (
        "Setiap penyerahan dicatat dalam berita acara serah terima dan diberitahukan kepada "
        f"{office}, yang memeriksa pelaksanaannya."
    )
    yield (
        f"Pihak yang berhalangan memberi tahu {office} sebelum batas waktu, supaya dapat dicarikan jalan keluar "
        "bersama."
    )
    if day := _day(content["valid_until"]):
        yield f"Berita acara ini berlaku sampai dengan {in_words.date(day)}."
    yield (
        "Bila diperlukan, komitmen ini dilanjutkan dengan Kesepakatan Bersama atau Perjanjian Kerja Sama sesuai "
        "peraturan perundang-undangan."
    )


def _signatures(paper: _Paper) -> list[Section]:
    content, office = paper.content, paper.content["office"]
    day = _day(content["day"])
    where = f"{clean(office['place']) or DOTS[:16]}, {in_words.date(day) if day else DOTS[:24]}"
    both = [
        Signature((f"{_SIDES[side][0]},", clean(party["name"])), paper.signer(party).name, paper.signer(party).title)
        for side in _SIDES
        for party in paper.side(side)
    ]
    seen = [
        Signature((f"Kepala Desa {clean(party['village'])},",), paper.signer(party).village_head)
        for party in _with_village(paper)
    ]
    seen.append(Signature((f"Kepala {clean(office['name'])},",), "", "NIP. " + DOTS[:28]))
    return [Signatures("", tuple(both), where), Signatures("Mengetahui,", tuple(seen))]


def _joined(parts: Sequence[str]) -> str:
    """``a, b, dan c``."""
    if len(parts) < 3:
        return " dan ".join(parts)
    return ", ".join(parts[:-1]) + f", dan {parts[-1]}"


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


# --- PDF -------------------------------------------------------------------------------------------------------------


def as_pdf(found: Sequence[Section]) -> bytes:
    """Draw the paper as PDF, A4, tagged for screen readers; the same sections give the same bytes."""
    from typst import TypstError  # noqa: PLC0415 - 30 MB that only drawing needs

    given = json.dumps([{"kind": section.kind, **asdict(section)} for section in found], ensure_ascii=False)
    try:
        return _compiled(given, "ua-1")
    except TypstError:  # a sign that no font here has: the standard for screen readers forbids it, the paper does not
        return _compiled(given, None)


def _compiled(given: str, standard: Literal["ua-1"] | None) -> bytes:
    import typst  # noqa: PLC0415 - as above

    drawn = typst.compile(
        TEMPLATE.read_bytes(), format="pdf", sys_inputs={"given": given}, timestamp=0, pdf_standards=standard,
        ignore_system_fonts=_PLAIN_LETTERS.fullmatch(given) is not None,
    )  # fmt: skip
    assert isinstance(drawn, bytes)
    return drawn


# --- Word ------------------------------------------------------------------------------------------------------------


def as_docx(found: Sequence[Section]) -> bytes:
    """Draw the paper as a Word file the office can edit; the same sections give the same bytes."""
    from web import word  # noqa: PLC0415 - python-docx is read only when a paper is drawn

    return _settled(word.draw(found))


def _settled(content: bytes) -> bytes:
    """The same archive without the time at which it was written."""
    settled = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return settled.getvalue()


#: How a paper goes out: ending → what kind of file it is, and who draws it.
FORMATS = {
    "pdf": ("application/pdf", as_pdf),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", as_docx),
}
