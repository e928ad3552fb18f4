"""The commands `import` and `export`: tables in and out of a data folder."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from typing import TYPE_CHECKING

from matcher.vocabulary import Words
from web.failure import Failure

if TYPE_CHECKING:
    from web.exchange.headings import Heading
    from web.exchange.verdicts import Outcome

_KINDS = {
    "challenges": Words("kebutuhan", "needs"),
    "offers": Words("tawaran", "offers"),
    "libraries": Words("perpustakaan", "libraries"),
    "stakeholders": Words("mitra", "stakeholders"),
    "partnerships": Words("kemitraan lama", "old partnerships"),
}
_WORDS = {
    "what": Words(
        "sebutkan isinya dan berkasnya, misalnya: import challenges FILE (isi lain: offers, libraries, stakeholders, "
        "partnerships; judul kolom: import --headings)",
        "say what and which file, such as: import challenges FILE (others: offers, libraries, stakeholders, "
        "partnerships; headings: import --headings)",
    ),
    "row": Words("Baris judul", "Heading row"),
    "example": Words("Contoh baris", "Example row"),
    "columns": Words("Arti tiap kolom", "What each column means"),
    "required": Words("wajib", "required"),
    "such_as": Words("contoh", "such as"),
    "rules": Words(
        "Urutan kolom bebas; huruf besar dan tanda baca tidak berpengaruh; hanya kolom wajib yang harus ada. Kolom "
        "yang "
        "tidak dikenal disimpan sebagai catatan. Berkas: .xlsx, .xls, .ods, atau .csv (koma, titik koma, atau tab).",
        "Columns may come in any order, case and punctuation do not matter, only required ones must be there. Unknown "
        "columns are kept as notes. Files: .xlsx, .xls, .ods or .csv (comma, semicolon or tab).",
    ),
    "to_repair": Words("Perlu diperbaiki", "To repair"),
    "settled": Words("Tetap masuk, mohon diperiksa", "Entered, please check"),
    "written": Words("{count} baris ditulis ke {name}", "{count} rows written to {name}"),
    "jsonl": Words("contoh bacaan ditulis ke berkas .jsonl", "examples are written to a .jsonl file"),
    "like": Words("mirip", "like"),
}
_MOST_TOLD = 200  #: problems printed; beyond that only their number


def import_(args: argparse.Namespace) -> int:
    """Take a table into the data folder; 0 all rows taken, 1 some refused."""
    if args.headings:
        _show_headings()
        return 0
    if args.kind is None or args.file is None:
        raise Failure(" / ".join(_WORDS["what"]))
    from web.exchange import arrivals, taking
    from web.folder import Folder

    table = taking.read(args.file, args.kind)  # a file that cannot be read makes no folder
    folder = Folder.open(args.data, make="empty")
    try:
        with folder.reading() if args.dry_run else folder.writing() as session:
            office, by, at = folder.office(session), folder.system(session), folder.now(session)
            if args.dry_run:
                outcome = taking.look(session, office, args.kind, table, by=by, at=at)
            else:
                outcome = arrivals.take_file(session, office, args.kind, args.file.name, table, by=by, at=at)
    finally:
        folder.close()
    if args.dry_run:
        _verdicts(outcome, args.lang)
    _tell(outcome, args.lang)
    return int(bool(outcome.problems))


def _verdicts(outcome: Outcome, lang: str) -> None:
    """A line a row: its number, what would become of it, whose it is, what it says, what it changes."""
    for verdict in outcome.verdicts:
        told = [verdict.code, verdict.who, verdict.what, verdict.amount.say(lang)]
        told += [f"{one.column.say(lang)}: {one.before.say(lang)} → {one.after.say(lang)}" for one in verdict.changes]
        if verdict.similar is not None:
            told.append(f"{_WORDS['like'].say(lang)} {verdict.similar.code}")
        print(f"{verdict.row}\t{verdict.status.words.say(lang)}\t{' · '.join(filter(None, told))}")


def _tell(outcome: Outcome, lang: str) -> None:
    print(outcome.say(lang), flush=True)
    for title, problems in (("to_repair", outcome.problems), ("settled", outcome.warnings)):
        if problems:
            print(f"{_WORDS[title].say(lang)}:", file=sys.stderr)
        for problem in problems[:_MOST_TOLD]:
            print(f"  {problem.say(lang)}", file=sys.stderr)
        if len(problems) > _MOST_TOLD:
            print(f"  … {len(problems) - _MOST_TOLD}", file=sys.stderr)


def export(args: argparse.Namespace) -> int:
    """Write a table, or with `examples` the readings that people corrected, out of the data folder."""
    if args.kind == "examples":
        return _examples(args)
    from web.exchange import giving, writing
    from web.folder import Folder

    if args.file.suffix.casefold() not in (".csv", ".xlsx"):
        raise writing.refuse("written", args.file)
    folder = Folder.open(args.data, make=None)
    try:
        with folder.reading() as session:
            office = folder.office(session)
            at, by = folder.now(session), folder.system(session)
            sheet = giving.table(session, office, args.kind, by=by, at=at, lang=args.lang)
            listed = list(sheet.rows)
    finally:
        folder.close()
    writing.write(args.file, sheet.headings, listed, title=sheet.title)
    print(_WORDS["written"].say(args.lang, count=len(listed), name=args.file))
    return 0


def _examples(args: argparse.Namespace) -> int:
    """Write the office's examples as labelled lines, which the reader learns from."""
    from matcher import drafting
    from web.folder import Folder

    if args.file.suffix.casefold() != ".jsonl":
        raise Failure(" / ".join(_WORDS["jsonl"]))
    folder = Folder.open(args.data, make=None)
    try:
        with folder.reading() as session:
            listed = drafting.examples(session, folder.office(session).id)
    finally:
        folder.close()
    with args.file.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in listed)
    print(_WORDS["written"].say(args.lang, count=len(listed), name=args.file))
    return 0


# --- what the headings mean ------------------------------------------------------------------------------------------


def _show_headings() -> None:
    from web.exchange.headings import KINDS, example, header, of_kind

    print(f"{_WORDS['rules'].id}\n{_WORDS['rules'].en}")
    for kind in KINDS:
        print(f"\n=== {kind} / {_KINDS[kind].id} ===")
        for lang in ("id", "en"):
            print(f"\n{_WORDS['row'].say(lang)} ({lang}):\n{_line(header(kind, lang))}")
        print(f"\n{' / '.join(_WORDS['example'])}:\n{_line(example(kind))}")
        print(f"\n{' / '.join(_WORDS['columns'])}:")
        for heading in of_kind(kind):
            print(_meaning(heading, kind))


def _line(values: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(values)
    return written.getvalue()


def _meaning(heading: Heading, kind: str) -> str:
    must = f" ({' / '.join(_WORDS['required'])})" if heading.required else ""
    shown = heading.example(kind)
    such = f" [{_WORDS['such_as'].id}: {shown}]" if shown else ""
    return f"  {heading.words.id} / {heading.words.en}{must}\n      {heading.means.id}{such}\n      {heading.means.en}"
