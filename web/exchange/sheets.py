"""Owns files as grids of cells: csv and xlsx read within limits, and written so that nothing in them runs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from matcher.vocabulary import Words
from web.failure import Failure

MEGABYTE = 2**20
MOST_BYTES = 20 * MEGABYTE  #: of a file
MOST_INFLATED = 100 * MEGABYTE  #: of all parts of an xlsx together
MOST_RATIO = 100  #: inflated against packed, once a file inflates beyond _SMALL
_SMALL = 8 * MEGABYTE
MOST_PARTS = 500
MOST_ROWS, MOST_COLUMNS = 50_000, 200
_TITLES_ABOVE = 20  #: rows above the headings that may hold a title
LONGEST_CELL = 32_768

Cell = Any

_WORDS = {
    "missing": Words("berkas {name} tidak ada", "there is no file {name}"),
    "empty": Words("berkas {name} kosong", "the file {name} is empty"),
    "large": Words("{name} terlalu besar: paling banyak 20 MB", "{name} is too large: at most 20 MB"),
    "suffix": Words(
        "{name}: yang dapat dibaca adalah .csv dan .xlsx; simpan ulang dalam salah satunya",
        "{name}: .csv and .xlsx can be read; save it as one of them",
    ),
    "macros": Words(
        "{name} memuat makro; simpan ulang sebagai .xlsx tanpa makro",
        "{name} holds macros; save it as .xlsx without them",
    ),
    "embedded": Words(
        "{name} memuat objek sisipan; hapus objek itu, lalu simpan ulang",
        "{name} holds embedded objects; remove them and save it again",
    ),
    "locked": Words(
        "{name} terkunci kata sandi; buka di Excel, hapus sandinya, lalu simpan ulang",
        "{name} is locked by a password; remove it in Excel and save it again",
    ),
    "old": Words(
        "{name} memakai bentuk Excel lama; simpan ulang sebagai .xlsx",
        "{name} is in the old Excel format; save it as .xlsx",
    ),
    "not_excel": Words(
        "{name} bukan berkas Excel atau rusak; simpan ulang sebagai .xlsx",
        "{name} is not an Excel file, or is damaged; save it again as .xlsx",
    ),
    "is_excel": Words(
        "{name} berisi berkas Excel; ganti akhiran namanya menjadi .xlsx",
        "{name} holds an Excel file; rename it to .xlsx",
    ),
    "bomb": Words(
        "{name} mengembang terlalu besar setelah dibuka; salin tabelnya saja ke berkas baru",
        "{name} grows too large when unpacked; copy the table alone into a new file",
    ),
    "rows": Words(
        "{name} terlalu panjang: paling banyak 50.000 baris; hapus baris kosong di bawah atau bagi berkasnya",
        "{name} is too long: at most 50,000 rows; delete empty rows below or split the file",
    ),
    "columns": Words(
        "{name} terlalu lebar: paling banyak 200 kolom; hapus kolom kosong di kanan",
        "{name} is too wide: at most 200 columns; delete empty columns on the right",
    ),
    "encoding": Words(
        "{name} bukan teks yang terbaca; simpan ulang sebagai CSV UTF-8",
        "{name} is not readable text; save it as CSV UTF-8",
    ),
    "quotes": Words(
        "{name}: ada tanda kutip yang tidak ditutup atau sel yang terlalu panjang",
        "{name}: a quotation mark is not closed, or a cell is too long",
    ),
    "headings": Words(
        "{name}: tidak ada judul kolom yang dikenal; lihat `python3 -m web import --headings`",
        "{name}: no heading is known; see `python3 -m web import --headings`",
    ),
    "written": Words("{name}: tulis ke berkas .csv atau .xlsx", "{name}: write to a .csv or .xlsx file"),
    "folder": Words("folder {folder} tidak ada", "there is no folder {folder}"),
}


def refuse(code: str, path: Path) -> Failure:
    """The failure for one row of the table above, in both languages on one line."""
    values = {"name": path.name, "folder": path.parent}
    return Failure(" / ".join(words.format(**values) for words in _WORDS[code]))


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stands in a file: its headings, and its rows with their numbers in the file."""

    headings: list[str]
    rows: list[tuple[int, list[Cell]]]


Known = Callable[[Sequence[str]], int]  #: how many of these are headings of ours


def read(path: Path, known: Known) -> Table:
    """Read the table in *path*.

    Raises
    ------
    Failure
        The file is missing, too large, not what its name says, or holds no table that *known* recognises.
    """
    if not path.is_file():
        raise refuse("missing", path)
    size = path.stat().st_size
    if size == 0:
        raise refuse("empty", path)
    if size > MOST_BYTES:
        raise refuse("large", path)
    with path.open("rb") as file:
        start = file.read(8)
    grids = _grids(path, start, known)
    best = max(((_headings(grid, known), grid) for grid in grids), key=lambda found: found[0][0], default=None)
    if best is None or best[0][0] == 0:
        raise refuse("headings", path)
    return _table(best[1], best[0][1], path)


def _grids(path: Path, start: bytes, known: Known) -> list[list[list[Cell]]]:
    suffix = path.suffix.casefold()
    if suffix in (".xlsm", ".xltm", ".xlam"):
        raise refuse("macros", path)
    if suffix == ".xlsx":
        return _workbook(path, start)
    if suffix not in (".csv", ".tsv", ".txt"):
        raise refuse("suffix", path)
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise refuse("is_excel", path)
    return [_text_grid(path, known)]


def _headings(grid: list[list[Cell]], known: Known) -> tuple[int, int]:
    """How many headings the best row near the top holds, and which row it is."""
    counts = [known([_name(cell) for cell in row]) for row in grid[:_TITLES_ABOVE]]
    best = max(counts, default=0)
    return best, counts.index(best) if best else 0


def _name(cell: Cell) -> str:
    return " ".join(str(cell).split()) if isinstance(cell, str) else ""


def _table(grid: list[list[Cell]], top: int, path: Path) -> Table:
    headings = [" ".join(str(cell or "").split()) for cell in grid[top]]
    rows = [
        (number, row)
        for number, row in enumerate(grid[top + 1 :], top + 2)
        if any(cell is not None and str(cell).strip() for cell in row)
    ]
    if len(rows) > MOST_ROWS:
        raise refuse("rows", path)
    return Table(headings, rows)


# --- csv -------------------------------------------------------------------------------------------------------------

#: What a spreadsheet may take for a formula when it stands first, after blanks and quotation marks.
_RISKY = re.compile(r"[\s']*[=+\-@\t\r＝＋－＠﹢﹣﹦﹫]")


def guard(text: str) -> str:
    """A csv cell that no spreadsheet takes for a formula; `unguard` gives the text back."""
    return f"'{text}" if _RISKY.match(text) else text


def unguard(text: str) -> str:
    """The text behind `guard`."""
    return text[1:] if text.startswith("'") and _RISKY.match(text[1:]) else text


def _text_grid(path: Path, known: Known) -> list[list[Cell]]:
    text = _decoded(path)
    best: tuple[int, list[list[Cell]]] | None = None
    for delimiter in (",", ";", "\t"):
        sample = _parsed(text, delimiter, path, most=_TITLES_ABOVE)
        found = _headings(sample, known)[0]
        if best is None or found > best[0]:
            best = found, sample
            chosen = delimiter
    return _parsed(text, chosen, path, most=MOST_ROWS + _TITLES_ABOVE)


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in data:
        raise refuse("encoding", path)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise refuse("encoding", path)


def _parsed(text: str, delimiter: str, path: Path, *, most: int) -> list[list[Cell]]:
    """Rows of *text*; row numbers of the file are kept by leaving empty rows in."""
    csv.field_size_limit(LONGEST_CELL)
    grid: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(row) > MOST_COLUMNS:
                if any(cell.strip() for cell in row[MOST_COLUMNS:]) or len(row) > 10 * MOST_COLUMNS:
                    raise refuse("columns", path)
                row = row[:MOST_COLUMNS]  # noqa: PLW2901 - only empty cells were cut off
            if len(grid) >= most:
                if most > _TITLES_ABOVE:
                    raise refuse("rows", path)
                break
            grid.append([unguard(cell) for cell in row])
    except csv.Error:
        raise refuse("quotes", path) from None
    return grid


# --- xlsx ------------------------------------------------------------------------------------------------------------

_EMBEDDED = ("xl/embeddings/", "xl/activex/", "xl/ctrlprops/")
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PLACE = re.compile(rb"<(?:\w+:)?(row|c)\b((?:\s[^<>]{0,400})?)>")
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{0,4})(\d{1,9})[\"']")
_CHUNK = 2**18


def _workbook(path: Path, start: bytes) -> list[list[list[Cell]]]:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only those who read Excel pay for it

    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse("locked" if _is_encrypted(path) else "old", path)
    if not start.startswith(b"PK\x03\x04"):
        raise refuse("not_excel", path)
    _inspect(path)
    try:
        book = CalamineWorkbook.from_path(path)
        return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
    except (CalamineError, ValueError, OSError):
        raise refuse("not_excel", path) from None


def _is_encrypted(path: Path) -> bool:
    return "EncryptedPackage".encode("utf-16-le") in path.read_bytes()


def _inspect(path: Path) -> None:
    """Look into the archive before anybody parses it: what it holds, how large it is, how far its cells reach."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            _names(path, infos)
            total = 0
            for info in infos:
                total = _part(path, archive, info, total)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zipfile.zlib.error):  # type: ignore[attr-defined]
        raise refuse("not_excel", path) from None
    except RuntimeError:  # what zipfile says of an encrypted part
        raise refuse("locked", path) from None
    packed = max(path.stat().st_size, 1)
    if total > _SMALL and total / packed > MOST_RATIO:
        raise refuse("bomb", path)


def _names(path: Path, infos: Sequence[zipfile.ZipInfo]) -> None:
    names = [info.filename.casefold().replace("\\", "/") for info in infos]
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or name.startswith("xl/macrosheets/") for name in names):
        raise refuse("macros", path)
    if any(name.startswith(_EMBEDDED) for name in names):
        raise refuse("embedded", path)
    if "xl/workbook.xml" not in names:
        raise refuse("not_excel", path)
    if any(info.flag_bits & 1 for info in infos):
        raise refuse("locked", path)
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_INFLATED:
        raise refuse("bomb", path)


def _part(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, total: int) -> int:
    """Inflate one part piece by piece, keeping nothing; returns how much all parts together came to."""
    name = info.filename.casefold()
    reach = _Reach() if name.startswith("xl/worksheets/") else None
    left = b""
    with archive.open(info) as file:
        while piece := file.read(_CHUNK):
            total += len(piece)
            if total > MOST_INFLATED:
                raise refuse("bomb", path)
            if name.endswith((".xml", ".rels")):
                if b"\x00" in piece or _DOCTYPE.search(left + piece):
                    raise refuse("not_excel", path)
                left = reach.see(left + piece, path) if reach is not None else piece[-16:]
            if name.endswith("[content_types].xml") and b"macroEnabled" in piece:
                raise refuse("macros", path)
    return total


class _Reach:
    """How far the cells of a sheet reach: a lying one would make the reader set aside memory for all between."""

    def __init__(self) -> None:
        self.row = self.column = 0

    def see(self, data: bytes, path: Path) -> bytes:
        """Look at *data*; returns its end, where a tag may be cut."""
        for found in _PLACE.finditer(data):
            place = _REFERENCE.search(found[2])
            if found[1] == b"row":
                self.row, self.column = int(place[2]) if place else self.row + 1, 0
            elif not found[2].endswith(b"/"):
                self.column = _column(place[1]) if place and place[1] else self.column + 1
                self.row = int(place[2]) if place else self.row
                if self.column > MOST_COLUMNS:
                    raise refuse("columns", path)
                if self.row > MOST_ROWS + _TITLES_ABOVE:
                    raise refuse("rows", path)
        cut = data.rfind(b"<")
        return data[cut:][-600:] if cut >= 0 and data.find(b">", cut) < 0 else b""


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


# --- writing ---------------------------------------------------------------------------------------------------------


def write(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> None:
    """Write a table to *path*, csv or xlsx by its suffix; the file is there whole or not at all.

    Texts are written as texts whatever they begin with; numbers and days as numbers and days.
    """
    suffix = path.suffix.casefold()
    if suffix not in (".csv", ".xlsx"):
        raise refuse("written", path)
    if not path.parent.is_dir():
        raise refuse("folder", path)
    making = path.with_name(f".{path.name}.tulis")
    try:
        if suffix == ".csv":
            _write_csv(making, headings, rows)
        else:
            _write_xlsx(making, headings, rows, title)
        making.replace(path)
    finally:
        making.unlink(missing_ok=True)


def _write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        for row in rows:
            writer.writerow([_csv_cell(cell) for cell in row])


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return plain(cell)
    return guard(cell) if isinstance(cell, str) else str(cell)


def plain(value: Decimal) -> str:
    """A number in figures with a point; three decimals get a fourth, or they would read as thousands."""
    told = f"{value.normalize():f}"
    return f"{told}0" if re.search(r"\.\d{3}$", told) else told


def _write_xlsx(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]], title: str) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - only those who write Excel pay for it
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for number, heading in enumerate(headings, 1):
        sheet.column_dimensions[_letters(number)].width = min(max(len(heading) + 3, 11), 40)
    bold = Font(bold=True)
    sheet.append([_text_cell(sheet, heading, bold) for heading in headings])
    for row in rows:
        sheet.append(list(_xlsx_cells(sheet, row)))
    book.save(path)


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _xlsx_cells(sheet: Any, row: Sequence[Cell]) -> Iterator[Any]:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    for value in row:
        if isinstance(value, str):
            yield _text_cell(sheet, value) if value else None
        elif isinstance(value, dt.date):
            cell = WriteOnlyCell(sheet, value)
            cell.number_format = "yyyy-mm-dd"
            yield cell
        elif isinstance(value, Decimal):
            yield int(value) if value == value.to_integral_value() else float(value)
        else:
            yield value


def _text_cell(sheet: Any, text: str, font: Any = None) -> Any:
    """A cell that holds *text* and is never a formula, whatever it begins with."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    cell = WriteOnlyCell(sheet)
    cell.value = _ESCAPED.sub("_x005F_x", text)
    cell.data_type = "s"
    if font is not None:
        cell.font = font
    return cell


#: Spreadsheets read _x0041_ as a letter: the first underscore is written so that they do not.
_ESCAPED = re.compile(r"_x(?=[0-9A-Fa-f]{4}_)")
