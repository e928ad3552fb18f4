"""`python3 -m web init`, `migrate`, `password` and `doctor`: what is done to a data folder as a whole."""

from __future__ import annotations

import platform
import stat
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from matcher.vocabulary import Words
from web.failure import Failure
from web.folder import KEY, Folder, SignIn, refuse, tell

if TYPE_CHECKING:
    import argparse


_NO_ACCOUNT = Words(
    "tidak ada akun bernama {name!r}; yang ada: {known}", "no account named {name!r}; there are: {known}"
)


def say(line: str) -> None:
    """Print one line at once, also into a pipe."""
    print(line, flush=True)


def init(args: argparse.Namespace) -> int:
    """Make a data folder where there is none."""
    folder = Folder.open(args.data, make=args.content, seed=args.seed, fresh=True, announce=say)
    folder.close()
    if folder.first is None:  # another process was faster
        raise refuse("exists", path=args.data)
    say(f"Siap / ready: {folder.where}")
    return 0


def migrate(args: argparse.Namespace) -> int:
    """Bring the schema to this program's version; the copy put aside is named."""
    from matcher import migrations

    folder = Folder.open(args.data, make=None, announce=say)
    say(f"Skema / schema: {migrations.current(folder.engine)} ({folder.where})")
    folder.close()
    return 0


def password(args: argparse.Namespace) -> int:
    """Give an account a new password, shown once; its open sessions end."""
    from matcher import accounts

    folder = Folder.open(args.data, make=None)
    fresh = SignIn((args.account or "dinas").strip().lower(), accounts.new_password())
    with folder.writing() as session:
        account = accounts.find_account(session, fresh.name)
        if account is None:
            raise _unknown(folder, fresh.name)
        accounts.set_password(session, account, fresh.password, by=folder.system(session), at=folder.now(session))
    folder.close()
    tell(fresh, say)
    return 0


def _unknown(folder: Folder, name: str) -> Failure:
    from sqlalchemy import select

    from matcher.models import Account

    with folder.reading() as session:
        known = ", ".join(session.scalars(select(Account.name).order_by(Account.name)))
    return Failure(" / ".join(text.format(name=name, known=known) for text in _NO_ACCOUNT))


# --- doctor ----------------------------------------------------------------------------------------------------------


class Finding(NamedTuple):
    """One line of the doctor's report; *faults* is empty where all is well."""

    words: Words
    told: str
    faults: list[str]


def doctor(args: argparse.Namespace) -> int:
    """Examine the installation and the data, a line each; 1 where anything is wrong."""
    folder = Folder.open(args.data, make=None, upgrade=False)
    failed = False
    for finding in examine(folder):
        failed = failed or bool(finding.faults)
        mark = "SALAH/FAULT" if finding.faults else "ok"
        say(f"{mark:<12}{finding.words.id} / {finding.words.en}{': ' if finding.told else ''}{finding.told}")
        for fault in finding.faults:
            say(f"  - {fault}")
    folder.close()
    return int(failed)


def examine(folder: Folder) -> Iterator[Finding]:
    """Everything that can be checked from outside, then every rule of the data."""
    from matcher import doctor as rules

    for words, look in _OUTSIDE:
        told, faults = look(folder)
        yield Finding(words, told, faults)
    with folder.reading() as session:
        day = folder.now(session)
        for rule in rules.RULES:
            faults = rule.faults(session, day)
            yield Finding(rule.words, "", faults[:20] + ([f"… {len(faults)}"] if len(faults) > 20 else []))


Look = tuple[str, list[str]]


def _python(_folder: Folder) -> Look:
    return platform.python_version(), []


def _database(folder: Folder) -> Look:
    """Which database serves, and whether its write-ahead log is safe for several processes."""
    from web import db

    if folder.engine.dialect.name != "sqlite":
        with folder.engine.connect() as connection:
            return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar_one()}", []
    version = ".".join(map(str, db.sqlite_version()))
    with folder.engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    unsafe = mode == "wal" and not db.wal_is_safe()
    return f"SQLite {version}, {mode}", [f"SQLite {version} + WAL"] if unsafe else []


def _settings_in_force(folder: Folder) -> Look:
    """The switches without which an acknowledged change could be lost."""
    if folder.engine.dialect.name != "sqlite":
        return "", []
    wanted: dict[str, Callable[[int], bool]] = {
        "foreign_keys": lambda value: value == 1, "synchronous": lambda value: value >= 2,
        "busy_timeout": lambda value: value >= 5000, "mmap_size": lambda value: value == 0,
    }  # fmt: skip
    with folder.engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one_or_none() or 0 for name in wanted}
    return ", ".join(f"{name}={value}" for name, value in found.items()), [
        f"{name}={found[name]}" for name, is_right in wanted.items() if not is_right(found[name])
    ]


def _schema(folder: Folder) -> Look:
    """The version, and the triggers that keep log and proofs append-only."""
    from matcher import migrations

    loose = migrations.unguarded(folder.engine)
    return str(migrations.current(folder.engine)), [f"{name}: tidak ada / missing" for name in loose]


def _whole(folder: Folder) -> Look:
    """SQLite's own examination of every page and every reference."""
    if folder.engine.dialect.name != "sqlite":
        return "", []
    with folder.engine.connect() as connection:
        pages = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check(20)") if row[0] != "ok"]
        loose = [f"{row[0]} {row[1]} -> {row[2]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    return "", [*pages, *loose[:20]]


def _key(folder: Folder) -> Look:
    """The key is there and nobody else's to read."""
    file = folder.path / KEY
    if not file.exists():
        return "TEMU_MITRA_SECRET_KEY", []
    mode = stat.S_IMODE(file.stat().st_mode)
    return f"{mode:o}", [f"{KEY}: {mode:o}"] if mode & 0o077 and platform.system() != "Windows" else []


_OUTSIDE: tuple[tuple[Words, Callable[[Folder], Look]], ...] = (
    (Words("Python", "Python"), _python),
    (Words("basis data", "database"), _database),
    (Words("sakelar keamanan", "safety switches"), _settings_in_force),
    (Words("skema", "schema"), _schema),
    (Words("keutuhan berkas dan rujukan", "pages and references whole"), _whole),
    (Words("kunci rahasia", "secret key"), _key),
)
