"""What ends a command: one line for the person who gave it."""

from __future__ import annotations


class Failure(Exception):
    """A command could not do its work; the text is the one line the person reads (exit code 2)."""
