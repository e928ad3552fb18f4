"""`python3 -m web`: refuses a Python that is too old, then hands over to `web.bootstrap`.

This file and `web/__init__.py` stay readable for Python 3.6: a newer word here would answer an old Python with a
SyntaxError in place of the sentence below.
"""

import sys

OLDEST = (3, 11)
TOO_OLD = (
    "Temu Mitra memerlukan Python 3.11 atau lebih baru; ini Python {0}. Pasang Python baru, lalu jalankan lagi.\n"
    "Temu Mitra needs Python 3.11 or newer; this is Python {0}. Install a newer Python, then run it again.\n"
)


def main() -> int:
    """Run one command and return its exit code."""
    if sys.version_info < OLDEST:
        sys.stderr.write(TOO_OLD.format(sys.version.split()[0]))
        return 2
    from web.bootstrap import start  # noqa: PLC0415 - an old Python must not read it

    return start(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
