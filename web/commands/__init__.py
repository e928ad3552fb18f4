"""What the command line can do: one function ``run(args) -> exit code`` a command, named in `web.cli.COMMANDS`."""

from __future__ import annotations


class Failure(Exception):
    """A command could not do its work; the text is the one line the person reads (exit code 2)."""
