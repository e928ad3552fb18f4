"""The settings: one row each, read from the environment once at the start; a bad value ends the start in one line."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from matcher.vocabulary import Words
from web.failure import Failure

ROOT = Path(__file__).resolve().parents[1]
SHORTEST_SECRET = 32  #: characters
MOST_PROXIES = 5


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: the field of `Settings`, the variable, what holds when it is not set, its words, and how it is read.

    ``read`` turns the text into the value, or raises ValueError.
    """

    name: str
    variable: str
    default: Any
    words: Words
    read: Callable[[str], Any]
    wanted: Words
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says, checked."""

    data: Path
    database_url: str | None
    host: str
    port: int
    public_url: str | None
    proxies: int
    secret_key: str | None


# --- how a text becomes a value --------------------------------------------------------------------------------------


def _folder(text: str) -> Path:
    folder = Path(text).expanduser().resolve()
    if folder.exists() and not folder.is_dir():
        raise ValueError(text)
    return folder


def _database(text: str) -> str:
    """A PostgreSQL address in the form the driver wants; SQLite needs none, it lies in the data folder."""
    scheme, mark, rest = text.partition("://")
    if not mark or not rest or scheme not in {"postgresql", "postgres", "postgresql+psycopg"}:
        raise ValueError(text)
    urlsplit(text)  # refuses brackets that do not close
    return f"postgresql+psycopg://{rest}"


def _host(text: str) -> str:
    if any(letter.isspace() or letter in "/@?#" for letter in text):
        raise ValueError(text)
    return text


def _between(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text) if text.isascii() and text.isdecimal() else -1
        if not least <= number <= most:
            raise ValueError(text)
        return number

    return read


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError(text)
    _ = parts.port  # a port that is no number is refused here
    return text.rstrip("/")


def _secret(text: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise ValueError(text)
    return text


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "data", "TEMU_MITRA_DATA", ROOT / "data",
        Words("folder data: basis data, kunci, cadangan", "the data folder: database, key, backups"),
        _folder, Words("sebuah folder", "a folder"),
    ),
    Setting(
        "database_url", "TEMU_MITRA_DATABASE_URL", None,
        Words(
            "alamat PostgreSQL; tanpa ini dipakai SQLite di folder data",
            "address of a PostgreSQL database; without it SQLite in the data folder is used",
        ),
        _database, Words("seperti postgresql://orang:sandi@komputer/nama", "like postgresql://user:password@host/name"),
        secret=True,
    ),
    Setting(
        "host", "TEMU_MITRA_HOST", "127.0.0.1",
        Words(
            "alamat yang didengarkan; 0.0.0.0 untuk jaringan kantor",
            "address to listen on; 0.0.0.0 for the office network",
        ),
        _host, Words("nama atau alamat komputer", "a host name or address"),
    ),
    Setting(
        "port", "TEMU_MITRA_PORT", 8000,
        Words("nomor port", "port number"),
        _between(1, 65535), Words("angka 1 sampai 65535", "a number from 1 to 65535"),
    ),
    Setting(
        "public_url", "TEMU_MITRA_PUBLIC_URL", None,
        Words(
            "alamat yang dipakai orang untuk membuka situs, bila berbeda",
            "the address people open the site by, where it differs",
        ),
        _address, Words("seperti https://temumitra.contoh.go.id", "like https://temumitra.example.org"),
    ),
    Setting(
        "proxies", "TEMU_MITRA_PROXIES", 0,
        Words("jumlah server perantara (proxy) tepercaya di depan situs", "how many trusted proxies stand in front"),
        _between(0, MOST_PROXIES), Words("angka 0 sampai 5", "a number from 0 to 5"),
    ),
    Setting(
        "secret_key", "TEMU_MITRA_SECRET_KEY", None,
        Words(
            "kunci rahasia formulir; tanpa ini dibuat sekali di folder data",
            "the secret that signs forms; without it one is made once in the data folder",
        ),
        _secret, Words("paling sedikit 32 huruf", "at least 32 characters"),
        secret=True,
    ),
)  # fmt: skip


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check every setting; an empty variable counts as not set.

    Raises
    ------
    Failure
        A value cannot be used; the line names the variable, what it holds unless it is secret, and what is wanted.
    """
    return Settings(**{row.name: _value(row, environ.get(row.variable, "").strip()) for row in SETTINGS})


def _value(row: Setting, text: str) -> Any:
    if not text:
        return row.default
    try:
        return row.read(text)
    except ValueError:
        shown = "" if row.secret else f" {text!r}"
        raise Failure(f"{row.variable}{shown}: harus {row.wanted.id} / must be {row.wanted.en}") from None
