"""Bytes of files as offices and attackers make them: workbooks new and old, compound files, archives that lie."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATIONS = f"{_PACKAGE}/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zipped(parts: Mapping[str, bytes | str], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """The parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# --- xlsx ------------------------------------------------------------------------------------------------------------


def xlsx(rows: Iterable[Sequence[Any]], *, merged: Sequence[str] = (), **others: Iterable[Sequence[Any]]) -> bytes:
    """A workbook as Excel saves it; *others* are further sheets by name."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for area in merged:
        book.active.merge_cells(area)
    for name, lines in others.items():
        sheet = book.create_sheet(name)
        for row in lines:
            sheet.append(list(row))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def with_parts(data: bytes, **parts: bytes | str) -> bytes:
    """The archive with parts added or replaced; ``__`` stands for a slash, ``_dot_`` for a point."""
    named = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    return zipped({**unzipped(data), **named})


def raw_xlsx(
    sheet: str, *, strings: str = "", workbook: str = "", parts: Mapping[str, bytes | str] | None = None
) -> bytes:
    """A workbook whose one sheet is this XML, with only the parts a reader needs."""
    relation = f'<Relationship Id="{{}}" Type="{_OFFICE}/{{}}" Target="{{}}"/>'
    sheets = '<sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets>'
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    made: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}">'
        + relation.format("rId1", "officeDocument", "xl/workbook.xml")
        + "</Relationships>",
        "xl/workbook.xml": workbook or f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">'
        + relation.format("rId1", "worksheet", "worksheets/sheet1.xml")
        + (relation.format("rId2", "sharedStrings", "sharedStrings.xml") if strings else "")
        + "</Relationships>",
        "xl/worksheets/sheet1.xml": sheet,
    }
    if strings:
        made["xl/sharedStrings.xml"] = strings
    return zipped({**made, **(parts or {})})


def sheet_xml(data: str, *, before: str = "", after: str = "") -> str:
    """The XML of a sheet around its rows."""
    return f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'


def strings_xml(*texts: str) -> str:
    """The XML of the texts a workbook shares."""
    return (
        f'<?xml version="1.0"?><sst xmlns="{_MAIN}">' + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>"
    )


def inline(*rows: Sequence[str]) -> str:
    """Rows of texts as the XML of a sheet, without places."""
    return "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) + "</row>"
        for row in rows
    )


# --- ods -------------------------------------------------------------------------------------------------------------

_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def ods(table: str, *, mimetype: str = _ODS, before: str = "", parts: Mapping[str, bytes | str] | None = None) -> bytes:
    """A workbook of LibreOffice whose table is this XML."""
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content{names} office:version="1.3">'
        f'<office:body><office:spreadsheet><table:table table:name="Data">{table}</table:table>'
        "</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{mimetype}"/></manifest:manifest>'
    )
    return zipped({"mimetype": mimetype, "content.xml": content, "META-INF/manifest.xml": manifest, **(parts or {})})


def ods_rows(*rows: Sequence[str | float], more: str = "") -> str:
    """Rows as the XML of an ods; *more* are attributes of every row."""
    return "".join(f"<table:table-row{more}>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)


def ods_cell(value: str | float, *, more: str = "") -> str:
    """One cell as the XML of an ods."""
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"{more}><text:p>{escape(value)}</text:p></table:table-cell>'
    kind = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {kind}{more}><text:p>{value}</text:p></table:table-cell>"


# --- xls -------------------------------------------------------------------------------------------------------------

_SECTOR, _FREE, _END, _FAT, _NOTHING = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def compound(streams: Mapping[str, bytes], *, storages: Sequence[str] = ()) -> bytes:
    """A compound file with these streams, each padded to where the small ones end."""
    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    entries = [("Root Entry", 5, _END, 0)] + [(name, 1, 0, 0) for name in storages]
    directory = -(-(len(entries) + len(padded)) * 128 // _SECTOR)
    sectors = directory + sum(-(-len(data) // _SECTOR) for data in padded.values())
    fats = next(count for count in range(1, 110) if count * 128 >= sectors + count)
    table = [_FAT] * fats + _chain(fats, directory)
    for name, data in padded.items():
        entries.append((name, 2, len(table), len(data)))
        table += _chain(len(table), -(-len(data) // _SECTOR))
    table += [_FREE] * (fats * 128 - len(table))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, fats, fats, 0, 4096, _END, 0, _END, 0,
    ) + struct.pack("<109I", *range(fats), *[_FREE] * (109 - fats))  # fmt: skip
    listed = b"".join(_entry(at, entry, len(entries)) for at, entry in enumerate(entries))
    blocks = [struct.pack(f"<{len(table)}I", *table), listed.ljust(directory * _SECTOR, b"\0")]
    return header + b"".join(blocks) + b"".join(data + b"\0" * (-len(data) % _SECTOR) for data in padded.values())


def _chain(first: int, count: int) -> list[int]:
    return [*range(first + 1, first + count), _END]


def _entry(at: int, entry: tuple[str, int, int, int], count: int) -> bytes:
    name, kind, start, size = entry
    written = f"{name}\0".encode("utf-16-le")
    child, right = (1 if at == 0 and count > 1 else _NOTHING), (at + 1 if 0 < at < count - 1 else _NOTHING)
    links = struct.pack("<HBBIII36xIII", len(written), kind, 1, _NOTHING, right, child, start, size, 0)
    return written.ljust(64, b"\0") + links


def xls(rows: Iterable[Sequence[Any]], *, streams: Mapping[str, bytes] | None = None, **options: Any) -> bytes:
    """A workbook of Excel 97 with one sheet of texts and numbers."""
    return compound({"Workbook": biff(rows, **options), **(streams or {})})


def biff(rows: Iterable[Sequence[Any]], *, before: bytes = b"", kind: int = 0, cells: bytes = b"") -> bytes:
    """The stream of an Excel 97 workbook; *before* are records ahead of its sheet, *cells* more of it."""
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + before
    bound = len(start) + 4 + 8 + 4 + 4
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, line in enumerate(rows):
        for column, value in enumerate(line):
            place = struct.pack("<HHH", row, column, 15)
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                sheet += record(0x0204, place + struct.pack("<HB", len(value), 1) + text)
            elif value is not None:
                sheet += record(0x0203, place + struct.pack("<d", value))
    named = struct.pack("<IBBBB", bound, 0, kind, 4, 0) + b"Data"
    return start + record(0x0085, named) + record(0x000A, b"") + sheet + cells + record(0x000A, b"")


def record(number: int, data: bytes) -> bytes:
    """One record of an Excel 97 stream."""
    return struct.pack("<HH", number, len(data)) + data


# --- pictures --------------------------------------------------------------------------------------------------------


def png() -> bytes:
    """A real picture of one point."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\0")),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
