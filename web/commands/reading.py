"""The command `read`: what a text says, as a list for a person or as one line of JSON a text."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matcher.vocabulary import Words
from web.failure import Failure

if TYPE_CHECKING:
    from matcher.text import Gazetteer

MOST_BYTES = 20 * 2**20  #: of a text shown to a person; lines of --jsonl are read one by one
_DISTRICT = "32.02"  #: whose places are known where no data folder says otherwise

_WORDS = {
    "large": Words("{name} terlalu besar: paling banyak 20 MB", "{name} is too large: at most 20 MB"),
    "binary": Words("{name} bukan berkas teks", "{name} is not a text file"),
    "empty": Words("{name} kosong", "{name} is empty"),
    "line": Words("Baris {number}: {why}", "Line {number}: {why}"),
    "not_json": Words("bukan JSON", "not JSON"),
    "no_text": Words('perlu {"id": …, "text": "…"}', 'must be {"id": …, "text": "…"}'),
    "not_utf8": Words("bukan UTF-8", "not UTF-8"),
}


def _both(code: str, **values: object) -> str:
    return " / ".join(words.format(**values) for words in _WORDS[code])


def read(args: argparse.Namespace) -> int:
    """Read a text, or with --jsonl many; 1 where a line could not be read."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a pipe on Windows has another one
    gazetteer = _gazetteer(args.data)
    if args.jsonl:
        return _lines(args, gazetteer)
    from matcher.text import describe, explain, read_minutes

    text = _text(args.file)
    if args.explain:
        parts = [part for part in text.split("\n\n") if part.strip()]
        print("\n".join(explain(part.strip(), gazetteer, args.lang) for part in parts), end="")
        return 0
    print(describe(read_minutes(text, gazetteer), args.lang), end="")
    return 0


# --- places ----------------------------------------------------------------------------------------------------------


def _gazetteer(data: Path) -> Gazetteer:
    """The places of the data folder's office; without a folder, of Kabupaten Sukabumi."""
    from matcher.text import Gazetteer
    from seeds import reference

    return Gazetteer(reference.rows(_office_region(data)))


def _office_region(data: Path) -> str:
    if not data.is_dir() or not any(data.iterdir()):
        return _DISTRICT
    from web.folder import Folder, is_there

    if not is_there(data):
        return _DISTRICT
    folder = Folder.open(data, make=None, announce=lambda _line: None, upgrade=False)
    try:
        with folder.reading() as session:
            return folder.office(session).region_code
    finally:
        folder.close()


# --- one text --------------------------------------------------------------------------------------------------------


def _text(path: Path) -> str:
    """The words of a file, or of the pipe."""
    data = sys.stdin.buffer.read(MOST_BYTES + 1) if str(path) == "-" else _bytes(path)
    name = "-" if str(path) == "-" else path.name
    if len(data) > MOST_BYTES:
        raise Failure(_both("large", name=name))
    if not data.strip():
        raise Failure(_both("empty", name=name))
    if path.suffix.casefold() == ".docx":
        return _document(data, name)
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Failure(_both("binary", name=name))
    return _decoded(data)


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise Failure(_both("large", name=path.name))
    return path.read_bytes()


def _decoded(data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _document(data: bytes, name: str) -> str:
    """The paragraphs and table cells of a Word file."""
    import zipfile

    from docx import Document
    from docx.opc.exceptions import OpcError

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > 5 * MOST_BYTES:
                raise Failure(_both("large", name=name))
        document = Document(io.BytesIO(data))
    except (zipfile.BadZipFile, OpcError, KeyError, ValueError):
        raise Failure(_both("binary", name=name)) from None
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


# --- many lines ------------------------------------------------------------------------------------------------------


def _lines(args: argparse.Namespace, gazetteer: Gazetteer) -> int:
    from matcher.text import explain
    from matcher.text import read as read_text

    wrong = 0
    for number, line in enumerate(_raw_lines(args.file), 1):
        try:
            name, text = _item(line)
        except _BadLine as bad:
            wrong += 1
            told = (_WORDS["line"].say(lang, number=number, why=_WORDS[bad.code].say(lang)) for lang in ("id", "en"))
            print(" / ".join(told), file=sys.stderr)
            continue
        if name is None and text is None:
            continue
        plain: dict[str, Any] = read_text(text or "", gazetteer).as_json(name)
        if args.explain:
            plain["explain"] = explain(text or "", gazetteer, args.lang)
        print(_plain_json(plain))
    return int(wrong > 0)


def _plain_json(plain: dict[str, Any]) -> str:
    """One line of JSON; a half surrogate in somebody's name for a line stays escaped."""
    told = json.dumps(plain, ensure_ascii=False)
    return told if told.isprintable() or told.encode("utf-8", "ignore").decode() == told else json.dumps(plain)


def _raw_lines(path: Path) -> Iterator[bytes]:
    if str(path) == "-":
        yield from sys.stdin.buffer
        return
    with path.open("rb") as file:
        yield from file


class _BadLine(Exception):
    """A line that is not ``{"id", "text"}``; *code* is a row of the table of words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _item(line: bytes) -> tuple[Any, str | None]:
    """Name and text of one line; two Nones for an empty one."""
    try:
        told = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise _BadLine("not_utf8") from None
    if not told:
        return None, None
    try:
        item = json.loads(told)
    except (ValueError, RecursionError):
        raise _BadLine("not_json") from None
    if (
        not isinstance(item, dict)
        or not isinstance(item.get("text"), str)
        or isinstance(item.get("id", []), (list, dict))
    ):
        raise _BadLine("no_text")
    return item["id"], item["text"]
