"""Owns the opening of files nobody trusts: a program of its own that runs under limits and answers in lines of JSON.

`web.exchange.sandbox` starts it with the file as its standard input.  It imports the standard library and calamine,
nothing of ours: a start costs some hundredths of a second, and there is nothing in it worth stealing.

Lines it answers with: ``["ready"]``, ``["sheet", name, visible, is_text]``, ``[number, cell, …]`` for each row that is
not empty, ``["error", address]``, ``["refused", code, values]``, and ``["end"]``.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import json
import math
import re
import stat
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, NamedTuple

LONGEST_CELL = 32_767  #: letters, the most Excel itself allows
MEGABYTE = 2**20
_SMALL = 8 * MEGABYTE
_MOST_RATIO = 100  #: inflated against packed, once a file inflates beyond _SMALL
_MOST_PARTS = 400
_CHUNK = 2**18
_STRAY = 1000  #: how far below the rows allowed a cell may stand
TITLES_ABOVE = 40  #: rows allowed beyond those of the table: titles, blank lines, totals, signatures

Message = list[Any]


class Refused(Exception):
    """A file will not be read; *code* names the sentence for it, *values* fill the sentence."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


class Limits(NamedTuple):
    """The most a file may be; bytes where nothing else is said."""

    size: int
    inflated: int  #: all parts of an archive together
    rows: int
    columns: int
    text: int  #: letters of all cells together
    memory: int  #: that the process which opens it may take beyond its own start
    seconds: int  #: of the processor
    clock: float  #: seconds on the clock, in which the caller must have taken every row as well


# --- the program -----------------------------------------------------------------------------------------------------


def main() -> None:
    """Open the file at standard input under the limits named in the first argument."""
    limits = Limits(*json.loads(sys.argv[1]))
    _confine(limits)
    say = _teller(sys.stdout.buffer)
    say(["ready"])
    sys.stdout.buffer.flush()  # a process that runs out of memory says nothing any more
    try:
        for message in opened(sys.stdin.buffer, limits):
            say(message)
    except Refused as refused:
        say(["refused", refused.code, refused.values])
    except MemoryError:
        say(["refused", "bomb", {}])
    except BaseException:  # a panic of the reader is no Exception; whatever it is, the file is at fault
        say(["refused", "not_excel", {}])
    else:
        say(["end"])
    sys.stdout.buffer.flush()


def _teller(out: IO[bytes]) -> Any:
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return lambda message: out.write(encode(message).encode("utf-8", "replace") + b"\n")


def _confine(limits: Limits) -> None:
    """Take away what reading does not need; where the system knows no such limits, the caller's clock remains."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, _taken() + limits.memory),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # the system allows even less, or has no such limit
            continue


def _taken() -> int:
    """Address space this process has already; where the system does not tell, what it usually is."""
    try:
        with open("/proc/self/statm", encoding="ascii") as told:  # noqa: PTH123 - pathlib would double the start
            return int(told.read().split()[0]) * 4096
    except OSError:
        return 32 * MEGABYTE


def opened(file: IO[bytes], limits: Limits) -> Iterator[Message]:
    """Every sheet of *file* row by row, whatever the file is called."""
    start = file.read(4096)
    file.seek(0)
    for magic, code in _MAGIC:
        if start.startswith(magic):
            raise Refused(code)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _archive(file, limits)
    elif start.startswith(_COMPOUND):
        _inspect_compound(file.read())
        yield from _workbook(file, limits)
    else:
        yield ["sheet", "", True, True]
        yield from text_rows(decoded(file.read(limits.size + 1)), limits)


_COMPOUND = b"\xd0\xcf\x11\xe0"
#: How files begin that are something else altogether.
_MAGIC = (
    (b"%PDF", "pdf"), (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"),
    (b"RIFF", "picture"), (b"II*\0", "picture"), (b"MM\0*", "picture"), (b"\0\0\0\x18ftyp", "picture"),
    (b"\0\0\0\x1cftyp", "picture"), (b"{\\rtf", "word"), (b"Rar!", "packed"), (b"7z\xbc\xaf", "packed"),
    (b"\x1f\x8b", "packed"), (b"MZ\x90\0", "not_excel"), (b"\x7fELF", "not_excel"),
)  # fmt: skip


# --- archives: xlsx and ods ------------------------------------------------------------------------------------------

_EMBEDDED = ("xl/embeddings/", "xl/activex/", "xl/ctrlprops/")
_MACROS = ("xl/macrosheets/", "xl/dialogsheets/", "basic/", "scripts/")
_BAD_PATH = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[a-z]:")
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^<>]{0,200}\bt=[\"']e[\"'][^<>]{0,200})>")
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3}\d{1,7})[\"']")
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_MOST_ERRORS = 20  #: cells told of


def _archive(file: IO[bytes], limits: Limits) -> Iterator[Message]:
    try:
        errors = _inspect(file, limits)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error):
        raise Refused("not_excel") from None
    except RuntimeError:  # what zipfile says of an encrypted part
        raise Refused("locked") from None
    yield from _workbook(file, limits)
    yield from (["error", address] for address in errors)


def _inspect(file: IO[bytes], limits: Limits) -> list[str]:
    """Look into an archive before calamine does: what it holds and how large it really is; returns cells in error."""
    file.seek(0, io.SEEK_END)
    packed = file.tell()
    with zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
        names = [info.filename.casefold().replace("\\", "/") for info in infos]
        _no_tricks(infos, names)
        _kind(archive, names)
        if any(info.flag_bits & 1 for info in infos):
            raise Refused("locked")
        if len(infos) > _MOST_PARTS or sum(info.file_size for info in infos) > limits.inflated:
            raise Refused("bomb")
        total, errors = 0, list[str]()
        for info, name in zip(infos, names, strict=True):
            for piece in _pieces(archive, info, name, errors):
                total += piece
                if total > limits.inflated or (total > _SMALL and total > _MOST_RATIO * packed):
                    raise Refused("bomb")
    return errors


def _no_tricks(infos: Sequence[zipfile.ZipInfo], names: Sequence[str]) -> None:
    """No two parts of one name or in one place, no path that leads out, no link."""
    if len(set(names)) < len(names):
        raise Refused("not_excel")
    if any(_BAD_PATH.search(name) for name in names) or any(stat.S_ISLNK(info.external_attr >> 16) for info in infos):
        raise Refused("not_excel")
    end = -1
    for start, size in sorted((info.header_offset, info.compress_size) for info in infos):
        if start < end:
            raise Refused("bomb")
        end = start + size


def _kind(archive: zipfile.ZipFile, names: Sequence[str]) -> None:
    """Refuse what is no workbook, or a workbook with more in it than tables."""
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or name.startswith(_MACROS) for name in names):
        raise Refused("macros")
    if any(name.startswith(_EMBEDDED) for name in names):
        raise Refused("embedded")
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise Refused("old")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise Refused("word")
    if "content.xml" not in names or "mimetype" not in names:
        raise Refused("packed" if names and "[content_types].xml" not in names else "not_excel")
    with archive.open(archive.infolist()[names.index("mimetype")]) as part:
        mimetype = part.read(200)
    if not mimetype.startswith(_ODS):
        raise Refused("word" if b"opendocument" in mimetype else "not_excel")
    if any(re.fullmatch(r"object \d+", name) for name in names):
        raise Refused("embedded")


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, errors: list[str]) -> Iterator[int]:
    """Inflate one part piece by piece, keeping nothing; says how long each piece is."""
    is_xml = name.endswith((".xml", ".rels"))
    is_sheet = name.startswith("xl/worksheets/") and not name.endswith(".rels")
    left = b""
    with archive.open(info) as part:
        while piece := part.read(_CHUNK):
            yield len(piece)
            if not is_xml:
                continue
            if b"\x00" in piece or _DOCTYPE.search(left + piece):
                raise Refused("not_excel")
            if is_sheet:
                _note_errors(left + piece, errors)
            else:
                _declared(name, left + piece)
            left = piece[max(piece.rfind(b"<"), len(piece) - 500) :]


def _note_errors(data: bytes, errors: list[str]) -> None:
    if b'="e"' in data or b"='e'" in data:
        for found in _ERROR.finditer(data):
            place = _REFERENCE.search(found[1])
            if len(errors) < _MOST_ERRORS and place is not None and place[1].decode() not in errors:
                errors.append(place[1].decode())


def _declared(name: str, data: bytes) -> None:
    """What the archive says of its parts, whatever they are called."""
    if name.endswith(("[content_types].xml", ".rels")):
        if b"macroEnabled" in data or b"vbaProject" in data:
            raise Refused("macros")
        if b"relationships/oleObject" in data:
            raise Refused("embedded")
    elif name == "meta-inf/manifest.xml" and b"encryption-data" in data:
        raise Refused("locked")


# --- compound files: xls, and whatever Office once put into them ------------------------------------------------------

_STREAM, _STORAGE, _ROOT = 2, 1, 5
_LOCKED = "EncryptedPackage".encode("utf-16-le")
#: A workbook's first record, whether it is write-protected, and then the record that says it is encrypted.
_FILE_PASS = re.compile(
    rb"\x09\x08(?:\x10\x00.{16}|\x08\x00.{8})(?:\x86\x00\x00\x00)?\x2f\x00[\x04-\xff][\x00\x01]", re.DOTALL
)


def _inspect_compound(data: bytes) -> None:
    """Refuse a compound file by the names of what it holds."""
    names = set(_stream_names(data))
    if names & {"encryptedpackage", "encryptioninfo"} or _LOCKED in data:
        raise Refused("locked")
    if any(name.startswith("_vba_project") or name in ("vba", "macros") for name in names):
        raise Refused("macros")
    if _FILE_PASS.search(data):
        raise Refused("locked")
    if not names & {"workbook", "book"}:
        raise Refused("word" if names & {"worddocument", "powerpoint document"} else "old")
    if any(name.startswith(("mbd", "\x01ole10native", "\x03objinfo")) or name == "package" for name in names):
        raise Refused("embedded")


def _stream_names(data: bytes) -> Iterator[str]:
    """Names of all streams and storages: entries of the directory stand at every 128 bytes of some sectors."""
    for start in range(512, len(data) - 127, 128):
        length = data[start + 64] | data[start + 65] << 8
        if data[start + 66] in (_STREAM, _STORAGE, _ROOT) and 2 < length <= 64 and length % 2 == 0:
            if data[start + length - 2 : start + length] != b"\0\0" or any(data[start + length : start + 64]):
                continue
            yield data[start : start + length - 2].decode("utf-16-le", "replace").casefold()


# --- sheets ----------------------------------------------------------------------------------------------------------


def _workbook(file: IO[bytes], limits: Limits) -> Iterator[Message]:
    """The sheets of a workbook as calamine reads them."""
    import python_calamine as calamine  # noqa: PLC0415 - after the limits are set, and not for csv

    file.seek(0)
    try:
        book = calamine.CalamineWorkbook.from_object(file)
        for at, sheet in enumerate(book.sheets_metadata):
            if sheet.typ in (calamine.SheetTypeEnum.MacroSheet, calamine.SheetTypeEnum.Vba):
                raise Refused("macros")
            if sheet.typ is calamine.SheetTypeEnum.WorkSheet:
                yield ["sheet", sheet.name, sheet.visible is calamine.SheetVisibleEnum.Visible, False]
                yield from _sheet_rows(book.get_sheet_by_index(at), limits)
    except calamine.PasswordError:
        raise Refused("locked") from None
    except (calamine.CalamineError, ValueError, OSError) as error:
        raise Refused("locked" if "assword" in str(error) else "not_excel") from None


def _sheet_rows(sheet: Any, limits: Limits) -> Iterator[Message]:
    if sheet.start is None:
        return
    if sheet.end[0] > limits.rows + _STRAY:
        raise Refused("rows", most=limits.rows)
    left = [None] * sheet.start[1]
    merged = _Merged(sheet.merged_cell_ranges or [])
    grid = ([*left, *map(_plain, row)] for row in sheet.iter_rows())
    yield from _checked(enumerate(map(merged.fill, grid), 1), limits)


class _Merged:
    """Fills what is empty because it was merged with the cell above."""

    def __init__(self, ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        self.row = -1
        self.starts: dict[int, list[tuple[int, int]]] = {}
        self.open: dict[int, tuple[int, Any]] = {}  #: column → last row of the range, what stands in its first
        for (top, column), (bottom, _) in ranges:
            if bottom > top:
                self.starts.setdefault(top, []).append((column, bottom))

    def fill(self, row: list[Any]) -> list[Any]:
        """The next row of the sheet; one that holds nothing of its own stays empty."""
        self.row += 1
        if self.open and any(cell is not None for cell in row):
            for column, (bottom, value) in list(self.open.items()):
                if bottom < self.row:
                    del self.open[column]
                elif column < len(row) and row[column] is None:
                    row[column] = value
        for column, bottom in self.starts.get(self.row, ()):
            if column < len(row) and row[column] is not None:
                self.open[column] = bottom, row[column]
        return row


def _plain(cell: Any) -> Any:
    """A cell as JSON can say it: a day or moment is a list of one text."""
    if cell.__class__ is str:
        return (cell.replace("\0", "\ufffd") if "\0" in cell else cell) or None
    if cell.__class__ is float:
        if not math.isfinite(cell):
            return None
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    if isinstance(cell, dt.date):
        return [cell.isoformat()]
    return cell if cell is None or isinstance(cell, bool | int) else str(cell)


def _checked(rows: Iterable[tuple[int, list[Any]]], limits: Limits) -> Iterator[Message]:
    """Rows that hold something, trimmed on the right, within the limits."""
    count = letters = 0
    for number, row in rows:
        while row and (row[-1] is None or (row[-1].__class__ is str and not row[-1].strip())):
            row.pop()
        if not row:
            continue
        if len(row) > limits.columns:
            raise Refused("columns", most=limits.columns)
        count += 1
        if count > limits.rows + TITLES_ABOVE:
            raise Refused("rows", most=limits.rows)
        for cell in row:
            if cell.__class__ is str:
                letters += len(cell)
                if len(cell) > LONGEST_CELL:
                    raise Refused("cell", row=number)
        if letters > limits.text:
            raise Refused("bomb")
        yield [number, *row]


# --- text: csv and what is pasted ------------------------------------------------------------------------------------

_PAGE = re.compile(r"\s*<(?:!doctype|html|head|meta|body|table|style|div|\?xml|!--)", re.IGNORECASE)
_MAIL = re.compile(r"MIME-Version:", re.IGNORECASE)
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SAMPLE = 20  #: rows by which the sign between cells is found
_END = "\x1e\x1f\x1e"  #: a last line of our own; it is swallowed where a quotation mark stays open


def decoded(data: bytes) -> str:
    """The text behind *data*, in the encodings that offices write."""
    text = next((said for encoding in _encodings(data) if (said := _said(data, encoding)) is not None), None)
    if text is None:
        raise Refused("encoding")
    if _PAGE.match(text) or _MAIL.match(text):
        raise Refused("old" if "urn:schemas-microsoft-com:office:spreadsheet" in text[:4096] else "page")
    sample = text[:20_000]
    strange = len(_CONTROL.findall(sample))
    foreign = 0 if data.startswith(_MARKS) else sum(letter in _CP1252_ONLY for letter in sample)
    if strange > 3 + len(sample) // 100 or foreign > 3 + len(sample) // 5:
        raise Refused("encoding")
    return text


_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
#: Letters that fill a text only where other bytes were taken for letters.
_CP1252_ONLY = frozenset(bytes((*range(0xA1, 0xC0), 0xD0, 0xD7, 0xDE, 0xF0, 0xF7, 0xFE, 0xFF)).decode("cp1252"))


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith(_MARKS[1:]):
        return ("utf-16",)
    head = data[:4096]
    if b"\x00" not in head:
        return ("utf-8-sig", "cp1252")
    for encoding, first in (("utf-16-le", 1), ("utf-16-be", 0)):  # a text of our letters has a zero in every pair
        if head[first::2].count(0) > 0.6 * len(head[first::2]) and head[1 - first :: 2].count(0) == 0:
            return (encoding,)
    return ()


def _said(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def text_rows(text: str, limits: Limits, *, pasted: bool = False) -> Iterator[Message]:
    """The rows of a csv text; the sign between cells is found from the text itself.

    Cells copied out of a spreadsheet (*pasted*) may hold a quotation mark that is only a letter.
    """
    csv.field_size_limit(LONGEST_CELL)
    named = re.match(r"sep=([,;\t|])\r?\n", text)
    if not pasted:
        yield from _checked(_lines(text, named[1] if named else _sign(text)), limits)
        return
    sign = "\t" if "\t" in text else _sign(text, even=True)
    try:
        rows = list(_checked(_lines(text, sign), limits))
    except Refused as refused:
        if refused.code != "quotes":
            raise
        rows = []
    if not rows or any(sign in cell for row in rows for cell in row[1:] if cell):
        rows = list(_checked(_lines(text, sign, quoting=csv.QUOTE_NONE), limits))
    yield from rows


def _sign(text: str, *, even: bool = False) -> str:
    """The sign that parts the first rows best; a tab, where nothing does.

    With *even* only a sign counts that parts most rows like the first, and none into more: sentences hold commas.
    """
    found = {sign: _parted(text, sign, even=even) for sign in "\t;,|"}
    return max(found, key=lambda sign: found[sign])


def _parted(text: str, sign: str, *, even: bool) -> int:
    """How many cells stand in rows of the most usual length."""
    reader = csv.reader(io.StringIO(text[: 64 * LONGEST_CELL], newline=""), delimiter=sign)
    lengths: list[int] = []
    with contextlib.suppress(csv.Error):
        lengths.extend(len(row) for _, row in zip(range(_SAMPLE), filter(None, reader), strict=False))
    usual, often = max(Counter(length for length in lengths if length > 1).items(), key=math.prod, default=(0, 0))
    if even and lengths and not (usual == lengths[0] == max(lengths) and often * 2 > len(lengths)):
        return 0
    return usual * often


def _lines(text: str, sign: str, *, quoting: Any = csv.QUOTE_MINIMAL) -> Iterator[tuple[int, list[Any]]]:
    """Rows with their numbers; a quotation mark left open would swallow the rest of the file, so that is refused."""
    closed = text if text.endswith(("\n", "\r")) else f"{text}\n"
    reader = csv.reader(_with_end(io.StringIO(closed, newline="")), delimiter=sign, quoting=quoting)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            if row == [_END]:
                return
            yield number, [cell or None for cell in row]
    except csv.Error:
        number += 1
    raise Refused("quotes", row=number)


def _with_end(lines: Iterable[str]) -> Iterator[str]:
    yield from lines
    yield _END


if __name__ == "__main__":
    main()
