"""`python3 -m web test`: brings what the tests need (a browser), says so first, and runs pytest."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
# A second worker pays from the second core on; more than four only wait for the same disk.
MOST_WORKERS = 4


def test(args: argparse.Namespace) -> int:
    """Run every test, or what ``args.rest`` tells pytest; return pytest's exit code."""
    import pytest

    os.chdir(ROOT)
    if not args.rest:
        provide_browser()
    return int(pytest.main(args.rest or everything()))


def everything() -> list[str]:
    """The pytest arguments of a whole run: a worker a core, a file stays with one worker."""
    workers = min(os.cpu_count() or 1, MOST_WORKERS)
    return ["-n", str(workers), "--dist", "loadfile"] if workers > 1 else []


def find_browser() -> str | None:
    """The path of a Chromium: ``CHROMIUM_PATH``, the system's, or the one Playwright fetched earlier."""
    named = os.environ.get("CHROMIUM_PATH")
    if named:
        return named
    return next(filter(None, map(shutil.which, BROWSERS)), None) or playwright_browser()


def playwright_browser() -> str | None:
    """The path of Playwright's own Chromium, where it was fetched."""
    if importlib.util.find_spec("playwright") is None:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def provide_browser() -> None:
    """See that there is a browser; where there is none, say what will be installed and install it."""
    if find_browser():
        return
    if is_root_on_debian():
        say("Chromium belum ada; dipasang dengan apt-get / No Chromium yet; installing it with apt-get")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)
    else:
        say("Chromium belum ada; diambil oleh Playwright / No Chromium yet; Playwright fetches its own")
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def is_root_on_debian() -> bool:
    """Whether packages may be installed here with apt-get without asking for a password."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def say(line: str) -> None:
    """Announce a step on the error channel, so that pytest's own output stays whole."""
    print(line, file=sys.stderr, flush=True)
