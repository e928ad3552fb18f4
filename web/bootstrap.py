"""Makes the environment `.venv` from the lock files on the first start and repairs it later; standard library only."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from web import cli

try:
    import fcntl
except ImportError:  # Windows: two first starts at once are not kept apart there
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parents[1]
RUNTIME_LOCK = "requirements.lock"
TEST_LOCK = "requirements-test.lock"
# uv itself is installed by hash too, so nothing unpinned ever enters the environment.
UV_LOCK = "web/bootstrap.lock"
# Megabytes that an installation takes, with room for what is unpacked on the way (measured: 330 and 760).
ROOM = {RUNTIME_LOCK: 600, TEST_LOCK: 1200}
# What a lock brings along: the test lock holds every line of the other one, a test sees to it.
HOLDS = {RUNTIME_LOCK: (RUNTIME_LOCK,), TEST_LOCK: (RUNTIME_LOCK, TEST_LOCK)}
HEARTBEAT = 5.0
FIRST_TIME = "Menyiapkan lingkungan, hanya kali pertama / Setting up the environment, first time only"
AGAIN = (
    "Daftar paket berubah, lingkungan disesuaikan / The list of packages changed, bringing the environment up to date"
)
WHICH = """
import os, sys, sysconfig
print("%d.%d" % sys.version_info[:2] if os.path.isdir(sysconfig.get_path("purelib")) else "")
"""
SKIP = "TEMU_MITRA_NO_BOOTSTRAP"
PIP_ONLY = "TEMU_MITRA_PIP_ONLY"

NO_VENV = (
    "Python ini tidak dapat membuat lingkungan (bagian venv belum terpasang). "
    "Di Debian/Ubuntu: sudo apt install python3-venv, lalu jalankan lagi.\n"
    "This Python cannot make an environment (its venv part is missing). "
    "On Debian/Ubuntu: sudo apt install python3-venv, then run this again."
)
NO_PACKAGES = (
    "Paket tidak dapat dipasang. Periksa sambungan internet (atau proxy), lalu jalankan perintah yang sama lagi.\n"
    "The packages could not be installed. Check the internet connection (or proxy), then run the same command again."
)
NO_ROOM = (
    "Ruang disk tidak cukup di {folder}: perlu sekitar {need} MB, tersisa {free} MB.\n"
    "Not enough disk space in {folder}: about {need} MB are needed, {free} MB are left."
)
NOT_WRITABLE = (
    "Folder {folder} tidak dapat ditulisi ({why}), jadi lingkungan tidak dapat dibuat.\n"
    "The folder {folder} cannot be written to ({why}), so the environment cannot be made."
)
NO_LOCK = (
    "Berkas {lock} tidak ada; salinan program ini tidak lengkap. Ambil lagi salinan yang utuh.\n"
    "The file {lock} is missing; this copy of the program is not complete. Fetch a whole copy."
)


class Trouble(Exception):
    """The environment could not be made; the text says why and what to do."""


def start(argv: list[str], root: Path = ROOT) -> int:
    """Read the command line, see that the environment stands, and run the command inside it."""
    args = cli.parse(argv)
    if os.environ.get(SKIP) == "1":
        return cli.run(args)
    environment = Environment(root)
    try:
        environment.prepare(args.command.lock)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    if environment.is_current():
        return cli.run(args)
    return environment.enter(argv)


class Environment:
    """The folder `.venv` of one copy of the program."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def is_current(self) -> bool:
        """Whether this very process runs inside the environment."""
        return Path(sys.prefix).resolve() == self.folder.resolve()

    def enter(self, argv: list[str]) -> int:
        """Start the same command again inside the environment, in the caller's folder."""
        paths = [str(self.root), *filter(None, [os.environ.get("PYTHONPATH")])]
        values = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        # -P: a folder called `web` where the caller happens to stand must not be taken for ours.
        command = [str(self.python), "-P", "-m", "web", *argv]
        sys.stdout.flush()
        sys.stderr.flush()
        if os.name != "nt":  # on Windows it would return to the prompt before the new program has ended
            os.execve(command[0], command, values)  # noqa: S606 - our own interpreter, no shell wanted
        return subprocess.call(command, env=values)

    def prepare(self, lock: str) -> None:
        """Install *lock* unless that was done before, by the same lock and the same Python."""
        if not (self.root / lock).exists():
            raise Trouble(NO_LOCK.format(lock=lock))
        if self.is_ready(lock):
            return
        try:
            with alone(self.root / ".venv-lock"):
                if not self.is_ready(lock):
                    self._set_up(lock)
        except OSError as error:
            raise Trouble(NOT_WRITABLE.format(folder=self.folder, why=error.strerror or error)) from error

    def is_ready(self, lock: str) -> bool:
        """Whether *lock*, as it is now, was installed for the Python that is in the environment now."""
        version, stamp = self.version(), self._stamp(lock)
        return bool(version) and stamp.exists() and stamp.read_text("utf-8") == self._mark(lock, version)

    def version(self) -> str:
        """The version of the environment's Python ("3.11"), or nothing where it does not run or is half made."""
        if self.is_current():
            return ".".join(map(str, sys.version_info[:2]))
        if not (self.folder / "pyvenv.cfg").exists():
            return ""
        # A Python that was replaced below the environment looks for its packages in a folder that is not there.
        try:
            answer = subprocess.run([self.python, "-I", "-c", WHICH], capture_output=True, text=True, check=False)
        except OSError:
            return ""
        return answer.stdout.strip() if answer.returncode == 0 else ""

    def _stamp(self, lock: str) -> Path:
        return self.folder / f"ready-{lock}"

    def _mark(self, lock: str, version: str) -> str:
        return f"{version} {hashlib.sha256((self.root / lock).read_bytes()).hexdigest()}\n"

    def _check_room(self, lock: str) -> None:
        if shutil.disk_usage(self.root).free < ROOM[lock] * 1_000_000:
            raise Trouble(self._no_room(lock))

    def _no_room(self, lock: str) -> str:
        free = shutil.disk_usage(self.root).free // 1_000_000
        return NO_ROOM.format(folder=self.root, need=ROOM[lock], free=free)

    def _set_up(self, lock: str) -> None:
        began = time.monotonic()
        self._check_room(lock)
        tell(AGAIN if self._stamp(lock).exists() else FIRST_TIME)
        self._install(lock, rebuild=not self.version())
        tell(f"Lingkungan siap / Environment ready ({time.monotonic() - began:.0f} s)")

    def _install(self, lock: str, *, rebuild: bool) -> None:
        if rebuild and self.folder.exists():
            tell("Lingkungan lama rusak, dibuat ulang / The old environment is broken, making it anew")
            shutil.rmtree(self.folder)
        uv = find_uv()
        if rebuild:
            make_venv(self.folder)
        tell(f"Mengambil dan memasang paket / Fetching and installing packages ({self._count(lock)})")
        if (not uv or self._with_uv(uv, lock)) and (report := self._with_pip(lock, fetch_uv=not uv)):
            raise Trouble(f"{gist(report)}\n{self._cure(report, lock)}")
        for held in HOLDS[lock]:
            self._stamp(held).write_text(self._mark(held, self.version()), "utf-8")

    def _cure(self, report: str, lock: str) -> str:
        if "No space left" in report:
            return self._no_room(lock)
        return NO_PACKAGES

    def _count(self, lock: str) -> int:
        return sum("==" in line for line in (self.root / lock).read_text("utf-8").splitlines())

    def _with_uv(self, uv: list[str], lock: str) -> str:
        target = ["--python", str(self.python), "--require-hashes", "-r", str(self.root / lock)]
        return work([*uv, "pip", "install", "--quiet", *target])

    def _with_pip(self, lock: str, *, fetch_uv: bool) -> str:
        """Install with pip; let it fetch uv first, which fetches the rest three to nine times faster."""
        pip = self._pip()
        options = ["install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        fetch_uv = fetch_uv and os.environ.get(PIP_ONLY) != "1"
        fetched = fetch_uv and not work([*pip, *options, "-r", str(self.root / UV_LOCK)])
        if fetched and not self._with_uv([str(self.python), "-m", "uv"], lock):
            return ""
        return work([*pip, *options, "-r", str(self.root / lock)])

    def _pip(self) -> list[str]:
        """The command of a pip that installs into the environment: inside it, put inside it, or from outside."""
        inside = [str(self.python), "-m", "pip"]
        if runs([*inside, "--version"]) or runs([str(self.python), "-m", "ensurepip", "--default-pip"]):
            return inside
        outside = [sys.executable, "-m", "pip", "--python", str(self.python)]
        if runs([*outside, "--version"]):
            return outside
        shutil.rmtree(self.folder)
        raise Trouble(NO_VENV)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the file *path* as a lock, so that two first starts at once do not make one environment twice."""
    with path.open("w", encoding="utf-8") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                tell("Menunggu pemasangan lain selesai / Waiting for another set-up to finish")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_venv(folder: Path) -> None:
    """Make an empty environment; pip comes later and only where it is needed."""
    tell(f"Membuat {folder.name} / Making {folder.name}")
    folder.mkdir()
    base = getattr(sys, "_base_executable", None) or sys.executable
    report = work([base, "-m", "venv", "--without-pip", str(folder)])
    if report:
        shutil.rmtree(folder, ignore_errors=True)
        raise Trouble(f"{gist(report)}\n{NO_VENV}")


def gist(report: str) -> str:
    """The lines of a long report that say what went wrong: the errors, or the last line."""
    lines = [line for line in report.splitlines() if line.strip()]
    return "\n".join([line for line in lines if line.lower().startswith("error")][:3] or lines[-1:])


def find_uv() -> list[str]:
    """The command of a uv that runs, or nothing; a shim of a version manager may be there and not run."""
    found = shutil.which("uv") if os.environ.get(PIP_ONLY) != "1" else None
    return [found] if found and runs([found, "--version"]) else []


def runs(command: list[str]) -> bool:
    """Whether the command starts and ends well."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def work(command: list[str]) -> str:
    """Run *command* with a sign of life every few seconds; return nothing, or what it said when it failed."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL) as running:
            while True:
                try:
                    code = running.wait(HEARTBEAT)
                    break
                except subprocess.TimeoutExpired:
                    tell(f"  ... {time.monotonic() - began:.0f} s")
        if code == 0:
            return ""
        said.seek(0)
        return said.read().decode("utf-8", "replace").strip() or f"{command[0]}: {code}"


def tell(line: str) -> None:
    """Show one line of progress, apart from what the command itself prints."""
    print(line, file=sys.stderr, flush=True)
