"""`python3 -m web check`: the table of what must hold besides the tests, each by its name."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.vocabulary import Words
from web.failure import Failure

if TYPE_CHECKING:
    import argparse

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "web" / "translations" / "id" / "LC_MESSAGES" / "messages.po"
EXTRACTION = {"**.py": "python", "**/templates/**.html": "jinja2", "**/templates/**.txt": "jinja2"}
KEYWORDS = {"gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "_": None, "_l": None, "pgettext": ((1, "c"), 2)}


@dataclass(frozen=True)
class Check:
    """One row: a name, its words, and what returns the faults it found, one a line."""

    name: str
    words: Words
    faults: Callable[[], list[str]]


def check(args: argparse.Namespace) -> int:
    """Run the named checks, or all; return 1 when any found a fault."""
    if args.list:
        for row in CHECKS:
            print(f"{row.name:<13}{row.words.id} / {row.words.en}")
        return 0
    known = {row.name: row for row in CHECKS}
    unknown = [name for name in args.names if name not in known]
    if unknown:
        raise Failure(f"tidak dikenal / not known: {', '.join(unknown)} ({', '.join(known)})")
    found = [report(known[name]) for name in args.names or known]
    return int(any(found))


def report(row: Check) -> bool:
    """Run one check, print its line and its faults, and say whether there were any."""
    began = time.monotonic()
    faults = row.faults()
    print(f"{row.name:<13}{'FAULT' if faults else 'ok'} ({time.monotonic() - began:.1f} s)", flush=True)
    for fault in faults:
        print(f"  {fault}")
    return bool(faults)


def tool(*arguments: str) -> list[str]:
    """Run a tool of the environment; return what it printed when it found something."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode == 0:
        return []
    said = done.stdout.decode("utf-8", "replace").strip()
    return said.splitlines() or [f"{arguments[0]}: exit code {done.returncode}"]


def lint() -> list[str]:
    """Find breaches of the rules of `pyproject.toml`."""
    return tool("ruff", "check", "--output-format", "concise", ".")


def layout() -> list[str]:
    """Find files that the formatter would write otherwise."""
    return tool("ruff", "format", "--check", ".")


def types() -> list[str]:
    """Find faults of types, in the strict mode."""
    return tool("mypy")


def contracts() -> list[str]:
    """Find imports that go up a floor."""
    code = "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run(['--no-logo']))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return said if done.returncode else []


def migrations() -> list[str]:
    """Find differences between the tables the migrations make and those the code describes."""
    from alembic.util import CommandError

    from matcher.migrations import check as compare
    from matcher.migrations import downgrade, upgrade
    from web.db import open_engine

    with tempfile.TemporaryDirectory(prefix="temu-check-") as folder:
        engine = open_engine(f"sqlite:///{Path(folder).as_posix()}/check.db")
        try:
            upgrade(engine)
            compare(engine)
            downgrade(engine)
        except CommandError as fault:
            return str(fault).splitlines()
        finally:
            engine.dispose()
    return []


def messages() -> dict[str, str]:
    """Every message id of the pages, each with the place where it stands."""
    from babel.messages.extract import extract_from_dir

    found: dict[str, str] = {}
    methods = list(EXTRACTION.items())
    for place, line, said, *_ in extract_from_dir(ROOT / "web", methods, keywords=KEYWORDS):
        first = said if isinstance(said, str) else next(filter(None, said), "")
        found.setdefault(first, f"web/{place}:{line}")
    return found


def translations() -> list[str]:
    """Find messages without Indonesian words, entries nobody uses, and placeholders that were lost."""
    from babel.messages.pofile import read_po

    used = messages()
    if not CATALOGUE.exists():
        return [f"{CATALOGUE.relative_to(ROOT)} is missing"] if used else []
    with CATALOGUE.open("rb") as file:
        entries = {first(entry.id): entry for entry in read_po(file, locale="id") if entry.id}
    faults = [f"{place}: no Indonesian for {said!r}" for said, place in used.items() if said not in entries]
    faults += [f"nobody says {said!r} any more" for said in entries if said not in used]
    for said, entry in entries.items():
        if entry.fuzzy or not first(entry.string):
            faults.append(f"no settled Indonesian for {said!r}")
        faults += [f"{said!r}: {error}" for error in entry.check()]
    return faults


def first(text: str | list[str] | tuple[str, ...] | None) -> str:
    """The singular of a message."""
    return text if isinstance(text, str) else (text or [""])[0]


def weight() -> list[str]:
    """Find pages whose first view is heavier than the budget."""
    return tool("pytest", "-q", "--no-header", "-m", "weight")


CHECKS = (
    Check("lint", Words("aturan penulisan kode", "rules of the code"), lint),
    Check("layout", Words("bentuk penulisan kode", "layout of the code"), layout),
    Check("types", Words("tipe data", "types"), types),
    Check("contracts", Words("lapisan dan arah impor", "floors and the direction of imports"), contracts),
    Check("migrations", Words("migrasi sama dengan model", "migrations agree with the models"), migrations),
    Check("translations", Words("terjemahan lengkap", "translations are complete"), translations),
    Check("weight", Words("berat halaman", "page weight"), weight),
)
