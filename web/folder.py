"""The data folder: where the database and its key lie, how they are made, opened and brought up to date.

A new folder is made beside its place and put there whole; an older schema is brought up after a copy was put aside.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
import shutil
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Engine, func, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from matcher import migrations
from matcher.models import Office
from matcher.policy import Actor, Role
from matcher.vocabulary import Words
from web import db, settings
from web.failure import Failure

Content = Literal["meeting", "district", "empty"]
Announce = Callable[[str], object]

DATABASE, KEY, BACKUPS = "temu-mitra.sqlite3", "secret-key", "cadangan"
ZONE = dt.timezone(dt.timedelta(hours=7))  #: western Indonesia
SYSTEM = "sistem"  #: who the log names when a command does something
_MAGIC = b"SQLite format 3\x00"
#: What may lie in a folder that has no database yet.
_HARMLESS = {KEY, BACKUPS, "lost+found", ".gitkeep"}

_WORDS = {
    "missing": Words(
        "folder data {path} belum ada; buat dengan `python3 -m web init`",
        "there is no data folder {path}; make it with `python3 -m web init`",
    ),
    "occupied": Words(
        "folder {path} berisi berkas lain dan tidak ada basis data Temu Mitra; pilih folder lain dengan --data",
        "the folder {path} holds other files and no database of Temu Mitra; choose another with --data",
    ),
    "exists": Words(
        "{path} sudah berisi data dan tidak ditimpa; pilih folder lain dengan --data",
        "{path} holds data already and is not overwritten; choose another folder with --data",
    ),
    "not_sqlite": Words(
        "{path} bukan basis data SQLite (kosong atau rusak); kembalikan dari cadangan",
        "{path} is not an SQLite database (empty or broken); restore it from a backup",
    ),
    "corrupt": Words(
        "basis data {path} rusak ({why}); kembalikan dari cadangan",
        "the database {path} is damaged ({why}); restore it from a backup",
    ),
    "foreign": Words(
        "{path} bukan basis data Temu Mitra; pilih folder lain dengan --data",
        "{path} is not a database of Temu Mitra; choose another folder with --data",
    ),
    "newer": Words(
        "basis data {path} dibuat oleh versi Temu Mitra yang lebih baru (skema {found}); perbarui program ini",
        "the database {path} was made by a newer Temu Mitra (schema {found}); update this program",
    ),
    "older": Words(
        "basis data {path} masih skema {found}, program ini memakai {head}; jalankan `python3 -m web migrate`",
        "the database {path} still has schema {found}, this program uses {head}; run `python3 -m web migrate`",
    ),
    "unfilled": Words(
        "basis data {path} belum berisi kantor; isi dengan `python3 -m web init`",
        "the database {path} holds no office yet; fill it with `python3 -m web init`",
    ),
    "not_writable": Words(
        "folder {path} tidak dapat ditulisi ({why})", "the folder {path} cannot be written to ({why})"
    ),
    "unreachable": Words(
        "basis data {path} tidak dapat dibuka ({why})", "the database {path} cannot be opened ({why})"
    ),
}

_MAKING = {
    "meeting": Words("Menyiapkan data pertemuan Sukabumi 2015", "Setting up the Sukabumi meeting of 2015"),
    "district": Words("Menyiapkan satu kabupaten buatan", "Setting up a made-up district"),
    "empty": Words("Menyiapkan basis data kosong", "Setting up an empty database"),
}


def refuse(code: str, **values: Any) -> Failure:
    """The failure for one row of the table above, in both languages on one line."""
    words = _WORDS[code]
    return Failure(f"{words.id.format(**values)} / {words.en.format(**values)}")


def say(line: str) -> None:
    """Announce on the error channel, so that what a command prints stays whole."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - a command speaks by printing


@dataclass(frozen=True, slots=True)
class SignIn:
    """The first account of a fresh folder; the password is nowhere else."""

    name: str
    password: str


def tell(sign_in: SignIn, announce: Announce) -> None:
    """Show a new password, the only time it is shown."""
    announce(f"Masuk sebagai / sign in as: {sign_in.name}")
    announce(f"Kata sandi / password: {sign_in.password}")
    announce("  Catat sekarang, tidak ditampilkan lagi / Note it now, it is not shown again")


@dataclass(frozen=True)
class Folder:
    """An open data folder: its place, its database, the key that signs forms."""

    path: Path
    engine: Engine
    secret_key: str
    first: SignIn | None = None
    """How to sign in, where this call made the folder."""

    @classmethod
    def open(
        cls, path: Path, *, make: Content | None, seed: int = 0, announce: Announce = say, fresh: bool = False,
        upgrade: bool = True, database_url: str | None = None,
    ) -> Folder:  # fmt: skip
        """Open the data folder at *path*, after making it with *make* where there is none.

        *fresh* refuses a folder that holds data already; *upgrade* brings an older schema up to date.  The database is
        SQLite in the folder, or PostgreSQL where *database_url* or the setting names one.

        Raises
        ------
        Failure
            The folder cannot be used; nothing was changed.
        """
        told = settings.read()
        url = database_url or told.database_url
        place: _Place = _Postgres(path, url) if url else _Lite(path)
        with place.troubles():
            first = place.provide(_Wish(make, seed, announce, fresh=fresh, upgrade=upgrade))
            engine = place.engine()
        if first is not None:
            tell(first, announce)
        return cls(path, engine, told.secret_key or _key(path), first)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that reads and never waits for a writer."""
        with db.sessions(self.engine, writes=False)() as session:
            yield session

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that writes; it is committed when the block ends well, and leaves nothing when it does not."""
        with db.sessions(self.engine)() as session:
            yield session
            session.commit()

    def office(self, session: Session) -> Office:
        """The office whose folder this is."""
        return session.scalars(select(Office).order_by(Office.id).limit(1)).one()

    def now(self, session: Session, as_of: dt.date | None = None) -> dt.datetime:
        """The moment, UTC: now, or the present time of day on *as_of* or on the day the office is frozen on."""
        return moment(as_of or self.office(session).frozen_on)

    def system(self, session: Session) -> Actor:
        """Who does what a command does."""
        return Actor(SYSTEM, Role.ADMIN, self.office(session).id)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @property
    def where(self) -> str:
        """Where the data lies, without a password."""
        url = self.engine.url
        return url.render_as_string(hide_password=True) if url.get_backend_name() != "sqlite" else str(self.path)


def moment(day: dt.date | None) -> dt.datetime:
    """The present time of day on *day*, in UTC; now where no day is said."""
    now = dt.datetime.now(ZONE)
    return (dt.datetime.combine(day, now.timetz()) if day else now).astimezone(dt.UTC)


def is_there(path: Path, *, database_url: str | None = None) -> bool:
    """Whether a data folder with an office stands at *path*; nothing is made or changed."""
    try:
        Folder.open(path, make=None, announce=lambda _line: None, upgrade=False, database_url=database_url).close()
    except Failure:
        return False
    return True


# --- the key ---------------------------------------------------------------------------------------------------------


def _key(path: Path) -> str:
    """The secret that signs forms; made once, for the owner's eyes only."""
    file = path / KEY
    with contextlib.suppress(FileNotFoundError):
        if found := file.read_text(encoding="ascii").strip():
            return found
    try:
        _write_key(path, file)
    except OSError as error:
        raise refuse("not_writable", path=path, why=error.strerror) from None
    return file.read_text(encoding="ascii").strip()


def _write_key(path: Path, file: Path) -> None:
    """Put the key there whole; where another process was first, its key stands."""
    path.mkdir(parents=True, exist_ok=True)
    if file.exists():
        file.unlink()  # it was empty
    handle, name = tempfile.mkstemp(dir=path, prefix=".key-")  # mode 600 from the start
    with os.fdopen(handle, "w", encoding="ascii") as fresh:
        fresh.write(secrets.token_hex(32) + "\n")
    try:
        os.link(name, file)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        shutil.copyfile(name, file)
        file.chmod(0o600)
    finally:
        Path(name).unlink()


# --- the two places a database may be in -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Wish:
    """How somebody wants a folder opened."""

    make: Content | None
    seed: int
    announce: Announce
    fresh: bool
    upgrade: bool


class _Place(ABC):
    """A database that may be missing, older, newer or not ours."""

    path: Path
    name: str

    @abstractmethod
    def engine(self) -> Engine:
        """A fresh engine."""

    @abstractmethod
    def put_aside(self, engine: Engine, version: str) -> Path | None:
        """Keep a copy before the schema changes; where it lies."""

    @abstractmethod
    def provide(self, wish: _Wish) -> SignIn | None:
        """See that the database stands, filled and at this program's schema."""

    @contextlib.contextmanager
    def troubles(self) -> Iterator[None]:
        """What the database cannot do, as one line."""
        try:
            yield
        except DBAPIError as error:
            why = " ".join(str(error.orig).split())[:200]
            raise refuse("unreachable", path=self.name, why=why) from None

    def bring_up(self, engine: Engine, wish: _Wish) -> None:
        """Refuse what is newer or not ours; bring up what is older."""
        found, head = migrations.current(engine), migrations.head()
        if found == head:
            return
        if found is None and set(inspect(engine).get_table_names()) - {"alembic_version"}:
            raise refuse("foreign", path=self.name)
        if found is not None and found not in migrations.known():
            raise refuse("newer", path=self.name, found=found)
        if not wish.upgrade:
            raise refuse("older", path=self.name, found=found or "-", head=head)
        kept = self.put_aside(engine, found or "0")
        copy = f" (cadangan / backup: {kept})" if kept else ""
        wish.announce(f"Basis data disesuaikan dari skema {found or '-'} ke {head} / Upgrading the schema{copy}")
        migrations.upgrade(engine)

    def complete(self, engine: Engine, wish: _Wish) -> SignIn | None:
        """Bring an existing database up to date, and fill it where it still waits for its office."""
        if wish.fresh and _has_office(engine):
            raise refuse("exists", path=self.name)
        self.bring_up(engine, wish)
        if _has_office(engine):
            return None
        if wish.make is None:
            raise refuse("unfilled", path=self.name)
        return _fill(engine, wish)


def _has_office(engine: Engine) -> bool:
    if not inspect(engine).has_table("office"):
        return False
    with engine.connect() as connection:
        return bool(connection.scalar(select(func.count()).select_from(text("office"))))


class _Lite(_Place):
    """SQLite: one file in the folder."""

    def __init__(self, path: Path) -> None:
        self.path, self.file = path, path / DATABASE
        self.name = str(self.file)

    def engine(self) -> Engine:
        return db.open_engine(f"sqlite:///{self.file.as_posix()}")

    def provide(self, wish: _Wish) -> SignIn | None:
        if not self.file.exists():
            return self._make(wish)
        self._readable()
        engine = self.engine()
        try:
            with self._damage():
                self._sound(engine)
                return self.complete(engine, wish)
        finally:
            engine.dispose()

    def put_aside(self, engine: Engine, version: str) -> Path | None:
        folder = self.path / BACKUPS
        folder.mkdir(exist_ok=True)
        stamp = dt.datetime.now(ZONE).strftime("%Y%m%d-%H%M%S")
        kept = folder / f"temu-mitra-{version}-{stamp}.sqlite3"
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("VACUUM INTO ?", (str(kept),))
        finally:
            raw.close()
        return kept

    def _readable(self) -> None:
        """Refuse what is no SQLite file, or shorter than it says."""
        try:
            with self.file.open("rb") as file:
                magic = file.read(len(_MAGIC))
        except OSError as error:
            raise refuse("unreachable", path=self.file, why=error.strerror) from None
        if magic != _MAGIC:
            raise refuse("not_sqlite", path=self.file)

    @contextlib.contextmanager
    def _damage(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            why = str(error.orig)
            if "malformed" in why or "not a database" in why:
                raise refuse("corrupt", path=self.file, why=why) from None
            raise

    def _sound(self, engine: Engine) -> None:
        """A damaged page is found now, not in the middle of somebody's work."""
        with engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if found != "ok":
            raise refuse("corrupt", path=self.file, why=str(found).splitlines()[-1])

    def _make(self, wish: _Wish) -> SignIn | None:
        """Make the folder beside its place and move it there whole."""
        if any(not name.startswith(".") for name in self._others()):
            raise refuse("occupied", path=self.path)
        if wish.make is None:
            raise refuse("missing", path=self.path)
        above = next(folder for folder in (self.path, *self.path.parents) if folder.exists())
        try:
            beside = Path(tempfile.mkdtemp(dir=above, prefix=".temu-mitra-"))
        except OSError as error:
            raise refuse("not_writable", path=above, why=error.strerror) from None
        try:
            first = _made(_Lite(beside), wish)
            return first if self._settle(beside) else None
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def _others(self) -> set[str]:
        return {entry.name for entry in self.path.iterdir()} - _HARMLESS if self.path.is_dir() else set()

    def _settle(self, beside: Path) -> bool:
        """Put what was made in its place; False where another process was first."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        (beside / DATABASE).chmod(0o600)  # names and telephone numbers lie there
        _key(self.path)
        try:
            os.link(beside / DATABASE, self.file)
        except FileExistsError:
            return False
        except OSError:  # a file system without links
            os.replace(beside / DATABASE, self.file)  # noqa: PTH105 - the same on Windows
        return True


def _made(place: _Lite, wish: _Wish) -> SignIn:
    engine = place.engine()
    try:
        migrations.upgrade(engine)
        return _fill(engine, wish)
    finally:
        engine.dispose()


class _Postgres(_Place):
    """PostgreSQL by URL; the folder holds only the key."""

    def __init__(self, path: Path, url: str) -> None:
        self.path, self._url = path, url
        self.name = make_url(url).render_as_string(hide_password=True)

    def engine(self) -> Engine:
        return db.open_engine(self._url)

    def put_aside(self, engine: Engine, version: str) -> Path | None:
        del engine, version  # one transaction brings the schema up or leaves it; copies are pg_dump's work
        return None

    def provide(self, wish: _Wish) -> SignIn | None:
        engine = self.engine()
        try:
            if not migrations.is_empty(engine):
                return self.complete(engine, wish)
            if wish.make is None:
                raise refuse("unfilled", path=self.name)
            migrations.upgrade(engine)
            return self._fill_or_leave(engine, wish)
        finally:
            engine.dispose()

    def _fill_or_leave(self, engine: Engine, wish: _Wish) -> SignIn:
        """Fill the tables just made; where that fails, take them away again."""
        try:
            return _fill(engine, wish)
        except BaseException:
            migrations.downgrade(engine)
            raise


# --- what a fresh database holds -------------------------------------------------------------------------------------

DISTRICT = "32.02"  #: Kabupaten Sukabumi


def _fill(engine: Engine, wish: _Wish) -> SignIn:
    """Fill an empty database in one transaction; returns the first account."""
    from matcher import accounts, matching  # noqa: PLC0415 - a second start needs none of this

    assert wish.make is not None
    words = _MAKING[wish.make]
    wish.announce(f"{words.id} / {words.en}")
    with db.sessions(engine)() as session:
        office = _CONTENTS[wish.make](session, wish.seed)
        _add_wide_regions(session)
        at, by = moment(office.frozen_on), Actor(SYSTEM, Role.ADMIN, office.id)
        first = SignIn("dinas", accounts.new_password())
        accounts.add_account(
            session, office_id=office.id, name=first.name, password=first.password, role=Role.ADMIN, by=by, at=at
        )
        session.flush()
        matching.refresh(session, office, at=at)
        session.commit()
    return first


def _meeting(session: Session, _seed: int) -> Office:
    from seeds import scenario  # noqa: PLC0415 - read only when a folder is made

    return scenario.tell(session)


def _empty(session: Session, _seed: int) -> Office:
    from matcher import intake  # noqa: PLC0415 - as above
    from seeds import reference  # noqa: PLC0415 - as above

    above = [region for code in reference.parents(DISTRICT) if (region := reference.find(code))]
    intake.add_regions(session, [*above, *reference.rows(DISTRICT)])
    return intake.open_office(
        session, region_code=DISTRICT, name="Dinas Perpustakaan dan Kearsipan Kabupaten Sukabumi", place="Sukabumi",
        letterhead="PEMERINTAH KABUPATEN SUKABUMI\nDINAS PERPUSTAKAAN DAN KEARSIPAN",
        by=Actor(SYSTEM, Role.ADMIN), at=moment(None),
    )  # fmt: skip


def _district(session: Session, seed: int) -> Office:
    from seeds import gathering, synthetic  # noqa: PLC0415 - as above

    by, at = Actor(SYSTEM, Role.ADMIN), moment(None)
    office = synthetic.enter(session, synthetic.district(seed), by=by, at=at)
    gathering.plan(session, office, by=by, at=at)
    return office


def _add_wide_regions(session: Session) -> None:
    """All provinces and kabupaten: partners come from everywhere."""
    from matcher import intake  # noqa: PLC0415 - as above
    from seeds import reference  # noqa: PLC0415 - as above

    intake.add_regions(session, [row for row in reference.rows() if row.level in {"province", "kabupaten"}])


_CONTENTS: dict[str, Callable[[Session, int], Office]] = {"meeting": _meeting, "district": _district, "empty": _empty}
