"""A person at the service: over HTTP through the forms that really stand on its pages, or in a real browser."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import waitress
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from web.app import create_app
from web.folder import Folder

PASSWORD = "padi-padi-padi-padi"
NAME = "dinas"


def make_folder(path: Path, content: str = "meeting", **options: Any) -> None:
    """A data folder whose office account has PASSWORD."""
    from matcher import accounts

    folder = Folder.open(path, make=content, announce=lambda _line: None, **options)  # type: ignore[arg-type]
    with folder.writing() as session:
        account = accounts.find_account(session, NAME)
        assert account is not None
        accounts.set_password(session, account, PASSWORD, by=folder.system(session), at=folder.now(session))
    folder.close()


def copied(template: Path, path: Path) -> Folder:
    """An open copy of a data folder, without its journal."""
    shutil.copytree(template, path)
    return Folder.open(path, make=None, announce=lambda _line: None)


class Person:
    """Somebody with a browser that runs no scripts."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.status = 0
        self.address = ""
        self.body = b""

    @classmethod
    def at(cls, folder: Folder, **options: Any) -> Person:
        """A visitor of the service over *folder*."""
        return cls(create_app(folder, **options))

    def sign_in(self) -> Person:
        """Become the officer."""
        self.open("/masuk")
        self.send("/masuk", name=NAME, password=PASSWORD)
        assert self.status == 200, self.text
        return self

    def _keep(self, response: Any) -> None:
        self.status, self.body = response.status_code, response.data
        if response.request is not None:
            parts = urlsplit(response.request.url)
            self.address = parts.path + (f"?{parts.query}" if parts.query else "")

    def open(self, address: str) -> Person:
        """Go to an address."""
        self._keep(self.client.get(address, follow_redirects=True))
        return self

    @property
    def page(self) -> Any:
        """The page as a tree."""
        return html.fromstring(self.body.decode())

    @property
    def text(self) -> str:
        """What the page says, its spaces folded."""
        tree = self.page
        for silent in tree.xpath("//style|//script"):
            silent.drop_tree()
        return " ".join(tree.text_content().split())

    def form(self, action: str, having: str = "") -> Any:
        """The first form of the page that posts to *action* (its end suffices) and has the field *having*."""
        for form in self.page.forms:
            path = urlsplit(form.action or self.address).path
            if form.method.upper() == "POST" and path.endswith(action) and (not having or having in form.fields):
                return form
        raise AssertionError(f"no form for {action} on {self.address}")

    def send(self, action: str, *, press: tuple[str, str] | None = None, **values: Any) -> Person:
        """Fill in the form for *action* with *values* and send it; *press* is the button's name and value."""
        form = self.form(action, having=next(iter(values), ""))
        told = [(name, value) for name, value in form.form_values() if name not in values]
        for name, value in values.items():
            told += [(name, part) for part in (value if isinstance(value, list) else [value])]
        if press is not None:
            told.append(press)
        data: dict[str, list[str]] = {}
        for name, value in told:
            data.setdefault(name, []).append(value)
        self._keep(self.client.post(urlsplit(form.action or self.address).path, data=data, follow_redirects=True))
        return self


def sign_in(page: Any, address: str, lang: str = "id") -> None:
    """Become the officer in a real browser, at the service on *address*."""
    page.goto(f"{address}/masuk?lang={lang}")
    page.fill("#name", NAME)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/kerja")


@contextlib.contextmanager
def served(folder: Folder, **options: Any) -> Iterator[str]:
    """The service over *folder* on a free port of this computer; yields its address."""
    server = waitress.create_server(create_app(folder, **options), host="127.0.0.1", port=0, threads=4, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=5)
