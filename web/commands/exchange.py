"""The commands `import` and `export`: tables of needs and offers in and out of a data folder."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from typing import TYPE_CHECKING

from matcher.vocabulary import Words
from web.failure import Failure

if TYPE_CHECKING:
    from web.exchange.headings import Heading
    from web.exchange.taking import Outcome

_KINDS = {"challenges": Words("kebutuhan", "needs"), "offers": Words("tawaran", "offers")}
_WORDS = {
    "what": Words(
        "sebutkan isinya dan berkasnya: import challenges FILE, atau import offers FILE (judul kolom: import "
        "--headings)",
        "say what and which file: import challenges FILE, or import offers FILE (headings: import --headings)",
    ),
    "row": Words("Baris judul", "Heading row"),
    "example": Words("Contoh baris", "Example row"),
    "columns": Words("Arti tiap kolom", "What each column means"),
    "required": Words("wajib", "required"),
    "such_as": Words("contoh", "such as"),
    "rules": Words(
        "Urutan kolom bebas; huruf besar dan tanda baca tidak berpengaruh; hanya kolom wajib yang harus ada. Kolom "
        "yang "
        "tidak dikenal disimpan sebagai catatan. Berkas: .csv (koma, titik koma, atau tab) atau .xlsx.",
        "Columns may come in any order, case and punctuation do not matter, only required ones must be there. Unknown "
        "columns are kept as notes. Files: .csv (comma, semicolon or tab) or .xlsx.",
    ),
    "to_repair": Words("Perlu diperbaiki", "To repair"),
    "settled": Words("Tetap masuk, mohon diperiksa", "Entered, please check"),
    "written": Words("{count} baris ditulis ke {name}", "{count} rows written to {name}"),
    "busy": Words("terlalu banyak sel", "too many cells"),
}
_MOST_TOLD = 200  #: problems printed; beyond that only their number


def import_(args: argparse.Namespace) -> int:
    """Take a table into the data folder; 0 all rows taken, 1 some refused."""
    if args.headings:
        _show_headings()
        return 0
    if args.kind is None or args.file is None:
        raise Failure(" / ".join(_WORDS["what"]))
    from web.exchange import taking
    from web.folder import Folder

    table = taking.read(args.file, args.kind)  # a file that cannot be read makes no folder
    folder = Folder.open(args.data, make="empty")
    try:
        with folder.writing() as session:
            office, at = folder.office(session), folder.now(session)
            outcome = taking.take(session, office, args.kind, table, by=folder.system(session), at=at)
            if outcome.touched:
                from matcher import matching

                session.flush()
                matching.refresh(session, office, at=at)
    finally:
        folder.close()
    _tell(outcome, args.lang)
    return int(bool(outcome.problems))


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
    """Write a table out of the data folder."""
    from web.exchange import giving, sheets
    from web.folder import Folder

    if args.file.suffix.casefold() not in (".csv", ".xlsx"):
        raise sheets.refuse("written", args.file)
    folder = Folder.open(args.data, make=None)
    try:
        with folder.reading() as session:
            office = folder.office(session)
            headings, rows = giving.table(session, office, args.kind, by=folder.system(session), lang=args.lang)
            listed = list(rows)
    finally:
        folder.close()
    sheets.write(args.file, headings, listed, title=giving.TITLES[args.kind].say(args.lang))
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
