"""Owns the reading of files and of pasted cells as tables: what may come in, how large, and which sheet it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from web.exchange import opening, sandbox
from web.exchange.opening import MEGABYTE, Limits
from web.exchange.refusals import BadFile, refuse
from web.exchange.tables import Grid, Known, Row, Table, errors_note, find
from web.exchange.writing import unguard

__all__ = ["COMMAND", "UPLOAD", "BadFile", "Known", "Limits", "Table", "read", "read_pasted", "refuse"]

#: What the service takes from a page.
UPLOAD = Limits(
    size=5 * MEGABYTE, inflated=50 * MEGABYTE, rows=5_000, columns=200, text=20_000_000, memory=128 * MEGABYTE,
    seconds=8, clock=9.5,
)  # fmt: skip
#: What the command takes; memory and time grow with the file.
COMMAND = UPLOAD._replace(size=20 * MEGABYTE, inflated=150 * MEGABYTE, rows=50_000, text=80_000_000)
_MORE_MEMORY = 20  #: times the size of the file, beyond the memory above
_MORE_SECONDS = 4  #: for each megabyte of the file; a small file that takes long is a lie
_PATIENCE = 3  #: times the seconds of the processor; a large file waits for a busy computer
_LONGEST_SHARED = 60  #: letters of a text that is kept once, however often it stands in the file
_MOST_SHARED = 20_000
_MACRO_SUFFIXES = (".xlsm", ".xltm", ".xlam", ".xlsb")
_SUFFIXES = ("", ".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt")
_PASTED = "yang ditempel"


def read(
    path: Path, known: Known, *, must_know: bool = True, name: str | None = None, limits: Limits = COMMAND
) -> Table:
    """Read the table in *path*: xlsx, xls, ods, csv, tsv or txt, by what it holds and not by what it is called.

    Parameters
    ----------
    path : Path
        The file; it is opened in a process of its own.
    known : callable
        How many of some names are headings of ours; it chooses the sheet and the row of headings.
    must_know : bool
        Without it a table with no heading of ours is returned as well, for a person to say what its columns mean.
    name : str, optional
        What the file was called before it came here; sentences name it.
    limits : Limits
        `COMMAND`, or `UPLOAD` for what comes over the network.

    Raises
    ------
    BadFile
        The file is missing, too large, not what it should be, or holds no table.
    """
    name = path.name if name is None else name
    if not path.is_file():
        raise refuse("missing", name)
    size = path.stat().st_size
    if size == 0:
        raise refuse("empty", name)
    if size > limits.size:
        raise refuse("large", name, most=limits.size // MEGABYTE)
    if Path(name).suffix.casefold() in _MACRO_SUFFIXES:
        raise refuse("macros", name)
    try:
        with path.open("rb") as file, closing(sandbox.messages(file, _grown(limits, size), name)) as messages:
            return _found(messages, known, name, must_know=must_know, limits=limits)
    except BadFile as bad:
        if bad.code in {"not_excel", "encoding"} and Path(name).suffix.casefold() not in _SUFFIXES:
            raise refuse("suffix", name) from None
        raise


def read_pasted(text: str, known: Known, *, must_know: bool = False, limits: Limits = UPLOAD) -> Table:
    """Read cells pasted out of a spreadsheet, or a csv text; refused as `read` refuses."""
    if len(text) > limits.size:
        raise refuse("large", _PASTED, most=limits.size // MEGABYTE)
    text = text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
    messages = _pasted(text, limits)
    try:
        return _found(messages, known, _PASTED, must_know=must_know, limits=limits)
    except opening.Refused as refused:
        raise refuse(refused.code, _PASTED, **refused.values) from None


def _pasted(text: str, limits: Limits) -> Iterator[list[Any]]:
    yield ["sheet", "", True, True]
    yield from opening.text_rows(text, limits, pasted=True)


def _grown(limits: Limits, size: int) -> Limits:
    """The limits of the process for a file of *size* bytes."""
    if limits is UPLOAD:
        return limits
    seconds = limits.seconds + _MORE_SECONDS * size // MEGABYTE
    clock = _PATIENCE * seconds if size > MEGABYTE else limits.clock
    return limits._replace(memory=limits.memory + _MORE_MEMORY * size, seconds=seconds, clock=clock)


def _found(messages: Iterable[list[Any]], known: Known, name: str, *, must_know: bool, limits: Limits) -> Table:
    errors: list[str] = []
    table = find(_grids(messages, errors), known, must_know=must_know)
    if table is None:
        raise refuse("headings" if must_know else "no_rows", name)
    if len(table.rows) > limits.rows:
        raise refuse("rows", name, most=limits.rows)
    return replace(table, notes=(*table.notes, errors_note(errors))) if errors else table


def _grids(messages: Iterable[list[Any]], errors: list[str]) -> Iterator[Grid]:
    """The sheets that a process tells of, one after the other; addresses of cells in error are put into *errors*."""
    grid: Grid | None = None
    shared: dict[str, str] = {}
    is_text = False
    for message in messages:
        if message[0] == "sheet":
            if grid is not None:
                yield grid
            _, sheet, visible, is_text = message
            grid = Grid(sheet, visible, [])
        elif message[0] == "error":
            errors.append(message[1])
        elif grid is not None:
            grid.rows.append(_row(message, shared, is_text=is_text))
    if grid is not None:
        yield grid


def _row(message: list[Any], shared: dict[str, str], *, is_text: bool) -> Row:
    """A row as it was told; texts that come again are kept once, which halves the memory of a long table."""
    number, *cells = message
    for place, cell in enumerate(cells):
        if cell.__class__ is str:
            told = unguard(cell) if is_text else cell
            if len(told) <= _LONGEST_SHARED and len(shared) < _MOST_SHARED:
                told = shared.setdefault(told, told)
            else:
                told = shared.get(told, told)
            cells[place] = told
        elif cell.__class__ is list:
            cells[place] = _moment(cell[0])
    return number, tuple(cells)


def _moment(said: str) -> dt.date | dt.datetime:
    return dt.date.fromisoformat(said) if len(said) == 10 else dt.datetime.fromisoformat(said)
