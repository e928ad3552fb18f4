"""`python3 -m web serve`: takes the port, opens or makes the data folder, says where everything is, and serves."""

from __future__ import annotations

import datetime as dt
import os
import socket
from typing import TYPE_CHECKING

from matcher.vocabulary import Words
from web import settings
from web.failure import Failure
from web.folder import Folder

if TYPE_CHECKING:
    import argparse

THREADS = 8
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip
_EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - compared, not listened on

_BUSY = Words(
    "port {port} sedang dipakai program lain; pilih yang lain, misalnya --port {other}",
    "port {port} is in use by another program; choose another, such as --port {other}",
)
_NO_ADDRESS = Words(
    "tidak dapat mendengarkan di {host} port {port} ({why})", "cannot listen on {host} port {port} ({why})"
)


def serve(args: argparse.Namespace) -> int:
    """Serve until somebody stops it."""
    told = settings.read()
    host, port = args.host or told.host, args.port or told.port
    with take_port(host, port) as listening:
        folder = Folder.open(args.data, make="meeting", announce=say)
        _serve(folder, listening, args.as_of, told, said(host, port))
    return 0


def _serve(
    folder: Folder, listening: socket.socket, as_of: dt.date | None, told: settings.Settings, address: str
) -> None:
    # Only now: a busy port or a damaged database is said at once.
    import waitress

    from web.app import create_app

    app = create_app(folder, as_of=as_of, proxies=told.proxies)
    server = waitress.create_server(app, sockets=[listening], threads=THREADS, ident=None)
    for line in welcome(folder, told.public_url or address, as_of):
        say(line)
    try:
        server.run()
    finally:
        server.close()
        folder.close()


def welcome(folder: Folder, address: str, as_of: dt.date | None = None) -> list[str]:
    """What a person needs to know, a line each."""
    with folder.reading() as session:
        day = as_of or folder.office(session).frozen_on
    name = folder.first.name if folder.first else "dinas"
    forgotten = f"lupa kata sandi / forgotten: python3 -m web password {name}"
    lines = [
        "Temu Mitra siap / Temu Mitra is ready",
        f"  Alamat / address   {address}/",
        f"  Masuk / sign in    {address}/masuk  (akun / account: {name})",
        f"  Kata sandi         {'tertulis di atas / written above' if folder.first else forgotten}",
        f"  Data               {folder.where}",
    ]
    if day is not None:
        lines.append(f"  Tanggal / day      {day.day} {_MONTHS[day.month - 1]} {day.year} (dibekukan / frozen)")
    return [*lines, "  Berhenti / stop    Ctrl+C"]


def take_port(host: str, port: int) -> socket.socket:
    """Take the port before any work is done, so that nobody else can; the server listens on it later."""
    try:
        family, kind, proto, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise _refusal(_NO_ADDRESS, host=host, port=port, why=error.strerror) from None
    taken = socket.socket(family, kind, proto)
    # On Windows the option of that name would let two programs share the port.
    option = socket.SO_REUSEADDR if os.name != "nt" else socket.SO_EXCLUSIVEADDRUSE  # type: ignore[attr-defined]
    taken.setsockopt(socket.SOL_SOCKET, option, 1)
    try:
        taken.bind(where)
        taken.listen(1024)
    except OSError as error:
        taken.close()
        if error.errno in _IN_USE:
            raise _refusal(_BUSY, port=port, other=port + 1 if port < 65535 else 8000) from None
        raise _refusal(_NO_ADDRESS, host=host, port=port, why=error.strerror) from None
    return taken


def _in_use() -> set[int]:
    import errno

    return {errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", errno.EADDRINUSE), 10013}


_IN_USE = _in_use()


def _refusal(words: Words, **values: object) -> Failure:
    return Failure(f"{words.id.format(**values)} / {words.en.format(**values)}")


def said(host: str, port: int) -> str:
    """The address a person types, without the last slash."""
    name = lan_address() if host in _EVERYWHERE else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def lan_address() -> str:
    """The address of this computer on the office network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 9))
        except OSError:
            return "127.0.0.1"
        found: str = probe.getsockname()[0]
    return found


def say(line: str) -> None:
    """Print one line at once, also into a pipe."""
    print(line, flush=True)
