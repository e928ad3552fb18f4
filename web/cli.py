"""The command line: the table of commands and what each takes; standard library only, so `--help` needs nothing."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from matcher.vocabulary import Words
from web import settings
from web.failure import Failure

PROGRAM = "python3 -m web"
RUNTIME, TEST = "requirements.lock", "requirements-test.lock"
FAILED, INTERRUPTED = 2, 130

ABOUT = Words(
    "Temu Mitra: mempertemukan kebutuhan perpustakaan desa dengan mitra. Tanpa perintah: buka situs (serve).",
    "Temu Mitra: brings what village libraries need together with partners. No command: open the site (serve).",
)


class Argument:
    """One argument of a command: its flags, its words, and what argparse is told besides."""

    def __init__(self, *flags: str, words: tuple[str, str], **options: Any) -> None:
        self.flags, self.words, self.options = flags, Words(*words), options

    def add_to(self, parser: argparse._ActionsContainer) -> None:
        """Put the argument on *parser*."""
        parser.add_argument(*self.flags, help=both(self.words), **self.options)


@dataclass(frozen=True)
class Command:
    """One row: the name, its words, ``module:function`` that does it, and the lock it needs."""

    name: str
    words: Words
    handler: str
    lock: str = RUNTIME
    arguments: Sequence[Argument] = ()
    one_of: Sequence[Argument] = ()
    passes_on: bool = False
    """Whether what is not known here goes on, in order, as ``args.rest`` (to pytest)."""

    def load(self) -> Callable[[argparse.Namespace], int]:
        """Import what does the work; only now, so that the table itself costs nothing."""
        module, function = self.handler.split(":")
        found: Callable[[argparse.Namespace], int] = getattr(importlib.import_module(module), function)
        return found


def both(words: Words) -> str:
    """Both languages on one line, safe for argparse."""
    return f"{words.id} / {words.en}".replace("%", "%%")


def a_port(text: str) -> int:
    """A TCP port a person may choose."""
    if text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r}: harus 1 sampai 65535 / must be 1 to 65535")


def a_date(text: str) -> dt.date:
    """A day written as ``2015-03-25``."""
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r}: bukan tanggal, tulis seperti 2015-03-25 / not a date, write it like 2015-03-25"
        ) from None


def a_seed(text: str) -> int:
    """A whole number from zero."""
    if text.isdecimal():
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r}: harus bilangan bulat mulai 0 / must be a whole number from 0")


def a_folder(text: str) -> Path:
    """A folder, there already or not; not a file."""
    folder = Path(text).expanduser().resolve()
    if folder.exists() and not folder.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r}: bukan folder / not a folder")
    return folder


def an_input(text: str) -> Path:
    """A file that is there."""
    path = Path(text).expanduser()
    if path.is_file():
        return path
    raise argparse.ArgumentTypeError(f"{text!r}: berkas tidak ada / no such file")


def a_text(text: str) -> Path:
    """A file that is there, or ``-`` for what comes in on the pipe."""
    return Path("-") if text == "-" else an_input(text)


DATA = Argument(
    "--data",
    words=(
        "folder data (bila tidak disebut: TEMU_MITRA_DATA, lalu ./data)",
        "data folder (unless given: TEMU_MITRA_DATA, then ./data)",
    ),
    metavar="DIR",
    type=a_folder,
)
AS_OF = Argument(
    "--as-of",
    words=("nilai masa berlaku pada tanggal ini", "judge time windows on this day"),
    metavar="DATE",
    type=a_date,
)
LANG = Argument(
    "--lang",
    words=("bahasa keluaran", "language of what is printed"),
    choices=("id", "en"),
    default="id",
)
AS_JSON = Argument("--json", words=("semuanya sebagai JSON", "everything as JSON"), action="store_true")
#: The tables that come in and go out; a test compares them with the headings.
TABLES = ("challenges", "offers", "libraries", "stakeholders", "partnerships")
KIND = Argument("kind", words=("apa yang ada di berkas", "what the file holds"), choices=TABLES, nargs="?")

COMMANDS = (
    Command(
        "serve",
        Words("buka situs di komputer ini", "open the site on this computer"),
        "web.commands.serving:serve",
        arguments=(
            Argument(
                "--port",
                words=(
                    "nomor port (bila tidak disebut: TEMU_MITRA_PORT, lalu 8000)",
                    "port number (unless given: TEMU_MITRA_PORT, then 8000)",
                ),
                metavar="N",
                type=a_port,
            ),
            AS_OF,
        ),
        one_of=(
            Argument(
                "--lan",
                words=("dapat dibuka dari komputer lain di jaringan kantor", "reachable from the office network"),
                dest="host",
                action="store_const",
                const="0.0.0.0",  # noqa: S104 - asked for by name
            ),
            Argument("--host", words=("alamat yang didengarkan", "address to listen on"), metavar="ADDRESS"),
        ),
    ),
    Command(
        "init",
        Words("siapkan basis data baru", "set up a new database"),
        "web.commands.data:init",
        arguments=(
            Argument(
                "--seed",
                words=("angka awal untuk --district", "seed number for --district"),
                metavar="N",
                type=a_seed,
                default=0,
            ),
        ),
        one_of=(
            Argument(
                "--meeting",
                words=("dengan pertemuan Sukabumi 2015 (bawaan)", "with the Sukabumi meeting of 2015 (default)"),
                dest="content",
                action="store_const",
                const="meeting",
                default="meeting",
            ),
            Argument(
                "--district",
                words=("dengan satu kabupaten buatan", "with one made-up district"),
                dest="content",
                action="store_const",
                const="district",
            ),
            Argument("--empty", words=("kosong", "empty"), dest="content", action="store_const", const="empty"),
        ),
    ),
    Command(
        "match",
        Words("hitung saran untuk tiap kebutuhan", "work out suggestions for each challenge"),
        "web.commands.matching:match",
        arguments=(
            Argument(
                "--json", words=("satu baris JSON per kebutuhan", "a line of JSON per challenge"), action="store_true"
            ),
            Argument("--challenge", words=("hanya yang ini", "only this one"), metavar="K-NUMBER"),
            AS_OF,
            LANG,
        ),
    ),
    Command(
        "why",
        Words("mengapa tawaran ini, atau mengapa bukan", "why this offer, or why not"),
        "web.commands.matching:why",
        arguments=(
            Argument("challenge", words=("kode kebutuhan, misalnya K-0003", "code of a challenge"), metavar="K-NUMBER"),
            Argument("offer", words=("kode tawaran, misalnya T-0007", "code of an offer"), metavar="T-NUMBER"),
            AS_JSON,
            AS_OF,
            LANG,
        ),
    ),
    Command(
        "plan",
        Words("bagi semua tawaran ke semua kebutuhan", "share all offers out over all challenges"),
        "web.commands.planning:plan",
        arguments=(
            Argument(
                "--knob",
                words=(
                    "paling cocok, seimbang (bawaan), atau paling merata",
                    "best fit, balanced (default) or most even",
                ),
                choices=("best_fit", "balanced", "most_even"),
                default="balanced",
            ),
            Argument(
                "--check",
                words=(
                    "buktikan dapat dijalankan dan jaraknya ke yang terbaik",
                    "prove it feasible, and how near the best",
                ),
                action="store_true",
            ),
            AS_JSON,
            AS_OF,
            LANG,
        ),
    ),
    Command(
        "share",
        Words("bagi satu tawaran ke yang menunggu", "share an offer out over those who wait"),
        "web.commands.sharing:share",
        arguments=(
            Argument("offer", words=("kode tawaran, misalnya T-0045", "code of an offer"), metavar="T-NUMBER"),
            Argument(
                "--proportional", words=("sebanding dengan kebutuhan", "in proportion to the need"), action="store_true"
            ),
            AS_JSON,
            AS_OF,
            LANG,
        ),
    ),
    Command(
        "learn",
        Words("belajar dari keputusan, usulkan bobot baru", "learn from decisions, propose new weights"),
        "web.commands.learning:learn",
        arguments=(AS_JSON, AS_OF, LANG),
    ),
    Command(
        "evaluate",
        Words("nilai urutan saran dengan keputusan dinas", "judge the ranking by the office's decisions"),
        "web.commands.learning:evaluate",
        arguments=(AS_JSON, AS_OF, LANG),
    ),
    Command(
        "timetable",
        Words("susun rencana kegiatan: siapa bicara dengan siapa", "work out a meeting: who talks to whom and when"),
        "web.commands.timetable:timetable",
        arguments=(
            Argument("--event", words=("nomor kegiatan", "number of the event"), metavar="ID", type=a_seed),
            AS_JSON,
            Argument(
                "--check",
                words=("buktikan rencananya dapat dijalankan", "prove that the timetable can be held"),
                action="store_true",
            ),
            Argument(
                "--peer",
                words=("meja sebaya: perpustakaan belajar dari perpustakaan", "peer tables"),
                action="store_true",
            ),
            AS_OF,
            LANG,
        ),
    ),
    Command(
        "read",
        Words("baca teks: kebutuhan, tawaran, jumlah, tempat", "read a text: challenges, offers, amounts, places"),
        "web.commands.reading:read",
        arguments=(
            Argument(
                "file",
                words=("berkas teks, atau - untuk masukan", "text file, or - for input"),
                metavar="FILE",
                type=a_text,
            ),
            Argument(
                "--jsonl", words=("FILE berisi baris {id, text}", "FILE holds lines {id, text}"), action="store_true"
            ),
            Argument(
                "--explain", words=("tunjukkan kata yang menentukan", "show which words decided"), action="store_true"
            ),
            LANG,
        ),
    ),
    Command(
        "import",
        Words("ambil satu tabel dari xlsx, xls, ods, atau csv", "take a table from xlsx, xls, ods or csv"),
        "web.commands.exchange:import_",
        arguments=(
            KIND,
            Argument(
                "file",
                words=("berkas xlsx, xls, ods, atau csv", "xlsx, xls, ods or csv file"),
                metavar="FILE",
                type=an_input,
                nargs="?",
            ),
            Argument(
                "--headings",
                words=("tampilkan judul kolom dan artinya", "show the headings and their meaning"),
                action="store_true",
            ),
            Argument(
                "--dry-run",
                words=("periksa saja, tidak menyimpan apa-apa", "only check, write nothing"),
                action="store_true",
            ),
            LANG,
        ),
    ),
    Command(
        "export",
        Words(
            "tulis satu tabel ke csv/xlsx, atau contoh bacaan ke jsonl",
            "write a table to csv/xlsx, or examples of readings to jsonl",
        ),
        "web.commands.exchange:export",
        arguments=(
            Argument("kind", words=("apa yang ditulis", "what to write"), choices=(*TABLES, "examples")),
            Argument(
                "file", words=("berkas csv, xlsx, atau jsonl", "csv, xlsx or jsonl file"), metavar="FILE", type=Path
            ),
            LANG,
        ),
    ),
    Command(
        "password",
        Words("buat kata sandi baru untuk akun kantor", "make a new password for an office account"),
        "web.commands.data:password",
        arguments=(Argument("account", words=("nama akun", "account name"), metavar="ACCOUNT", nargs="?"),),
    ),
    Command(
        "migrate",
        Words("sesuaikan basis data dengan versi ini", "bring the database to this version"),
        "web.commands.data:migrate",
    ),
    Command(
        "doctor",
        Words("periksa pemasangan dan data", "check the installation and the data"),
        "web.commands.data:doctor",
    ),
    Command(
        "test",
        Words("jalankan semua uji; sisanya diteruskan ke pytest", "run every test; the rest goes on to pytest"),
        "web.commands.testing:test",
        lock=TEST,
        passes_on=True,
    ),
    Command(
        "check",
        Words(
            "periksa gaya, tipe, lapisan, migrasi, terjemahan, berat halaman",
            "check style, types, layers, migrations, translations, page weight",
        ),
        "web.commands.checks:check",
        lock=TEST,
        arguments=(
            Argument("names", words=("hanya yang disebut", "only those named"), metavar="NAME", nargs="*"),
            Argument("--list", words=("sebutkan namanya saja", "only say their names"), action="store_true"),
        ),
    ),
    Command(
        "bench",
        Words("ukur kecepatan", "measure speed"),
        "web.commands.benches:bench",
        lock=TEST,
        arguments=(Argument("names", words=("ukuran yang dijalankan", "what to measure"), metavar="NAME", nargs="*"),),
    ),
)
BY_NAME = {command.name: command for command in COMMANDS}


class Parser(argparse.ArgumentParser):
    """An argparse parser that refuses in one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is, and leave with 2."""
        self.exit(FAILED, f"{self.prog}: {message} (bantuan / help: {self.prog} --help)\n")


def build_parser() -> Parser:
    """Build the parser of the whole table."""
    parser = Parser(
        prog=PROGRAM,
        description=f"{ABOUT.id}\n{ABOUT.en}",
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    DATA.add_to(parser)
    named = parser.add_subparsers(dest="name", metavar="COMMAND", title="perintah / commands")
    for command in COMMANDS:
        add_command(
            named.add_parser(
                command.name, help=both(command.words), description=both(command.words), allow_abbrev=False
            ),
            command,
        )
    return parser


def add_command(parser: argparse.ArgumentParser, command: Command) -> None:
    """Give *parser* the arguments of *command*, and `--data` as every command has it."""
    DATA.add_to(parser)
    for argument in command.arguments:
        argument.add_to(parser)
    if command.one_of:
        group = parser.add_mutually_exclusive_group()
        for argument in command.one_of:
            argument.add_to(group)


def arrange(argv: Sequence[str]) -> list[str]:
    """Put the command first: `--data DIR` may stand before it, and no command at all means `serve`."""
    rest, before = list(argv), list[str]()
    while rest and (rest[0] == "--data" or rest[0].startswith("--data=")):
        width = 2 if rest[0] == "--data" else 1
        before, rest = [*before, *rest[:width]], rest[width:]
    if rest and (rest[0] in {"-h", "--help"} or not rest[0].startswith("-")):
        return [rest[0], *before, *rest[1:]]
    return ["serve", *before, *rest]


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line; ``args.command`` is the row, ``args.data`` the folder, always an absolute path."""
    parser, words = build_parser(), arrange(argv)
    if words[0] not in {*BY_NAME, "-h", "--help"}:
        parser.error(f"perintah tidak dikenal / unknown command: {words[0]}")
    args, rest = parser.parse_known_args(words)
    args.command = BY_NAME[args.name]
    if rest and not args.command.passes_on:
        parser.error(f"tidak dikenal / not known: {' '.join(rest)}")
    args.rest = rest
    try:
        args.data = args.data or settings.read().data
    except Failure as failure:
        parser.exit(FAILED, f"{PROGRAM}: {failure}\n")
    return args


def run(args: argparse.Namespace) -> int:
    """Do what the command says and return the exit code; what a person must know comes as one line."""
    try:
        return args.command.load()(args)  # type: ignore[no-any-return]
    except Failure as failure:
        return complain(str(failure))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of the pipe has gone (`| head`); that is its right
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in {"matcher", "web", "seeds"}:
            raise
        return complain(f"paket belum terpasang / package not installed: {error.name}")
    except OSError as error:
        return complain(": ".join(str(part) for part in (error.filename, error.strerror) if part) or str(error))


def complain(sentence: str) -> int:
    """Say on the error channel why the command failed."""
    print(f"{PROGRAM}: {sentence}", file=sys.stderr)
    return FAILED
