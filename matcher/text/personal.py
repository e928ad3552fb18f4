"""Owns what is struck out of a text before others read it: telephone numbers, addresses of mail, names of people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matcher.text.lexicon import KNOWN, SLANG

if TYPE_CHECKING:
    from collections.abc import Iterable

NUMBER, NAME, MAIL = "[nomor]", "[nama]", "[surel]"

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_TELEPHONE = re.compile(r"(?<![\w.,/-])\(?(?:\+|00)?(?:62(?=[ .-]?8)|62(?<=\+62)|0)(?:[ ().-]{0,2}\d){7,14}(?!\w)")
_IDENTITY = re.compile(r"(?<![\w.,])\d{15,18}(?!\w)")  #: NIK and NIP
_LINK = re.compile(r"(?:https?://)?(?:wa\.me|api\.whatsapp\.com)/\S{1,200}", re.IGNORECASE)
_FEWEST_DIGITS = 9
_ADDRESSED = (
    r"(?:ibu|bu|bapak|pak|pa|kang|teh|mas|mbak|kak|kakak|abah|mang|bibi|ceu|ustadz|ustadzah|haji)\b|"
    r"(?:bpk|bp|ust|hj|h|sdri|sdr|drs|dra|dr)\b\.?"
)
_HONOURED = re.compile(rf"\b((?i:{_ADDRESSED}))[ ]+((?!\[)[^\W\d_][\w'’.-]*(?:[ ]+[A-Z][\w'’]+){{0,2}})")
_INTRODUCED = re.compile(
    r"\b((?i:nama saya|nama|saya|sy|aku|dengan|a\.n\.?|atas nama))[ :]+"
    r"((?!\[)[A-Z][\w'’]+(?:[ ]+[A-Z][\w'’]+){0,2})"
)
#: What follows an address and is an office or a group, not a person's name.
_OFFICES = frozenset(
    (
        "kades kepala lurah camat bupati desa kecamatan kelurahan rt rw guru dinas kantor pengelola perpustakaan "
        "perpusdes pkk kader ketua sekdes sekretaris bendahara petugas admin operator wali kota kabupaten jamaah "
    ).split()
)


def struck(text: str, names: Iterable[str] = (), *, strictly: bool = False) -> str:
    """*text* with numbers, mail and names of people struck out; *names* are those that are known.

    Behind "bu" or "pak" a name counts where it is written with a capital; *strictly*, also where it is no known word.
    """
    text = _LINK.sub(NUMBER, _MAIL.sub(MAIL, text))
    text = _IDENTITY.sub(NUMBER, _TELEPHONE.sub(_if_long, text))
    for name in sorted({part for whole in names for part in _parts(whole)}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", NAME, text, flags=re.IGNORECASE)
    text = _INTRODUCED.sub(lambda hit: _named(hit, strictly=False), text)
    return _HONOURED.sub(lambda hit: _named(hit, strictly=strictly), text)


def _if_long(hit: re.Match[str]) -> str:
    digits = sum(character.isdigit() for character in hit.group())
    return NUMBER if digits >= _FEWEST_DIGITS else hit.group()


def _parts(name: str) -> list[str]:
    """A person's name as it may be said: whole, and its first word without "Bu" or "Pak"."""
    bare = re.sub(rf"^(?:(?:{_ADDRESSED})\s*)+", "", name.strip(), flags=re.IGNORECASE)
    first = bare.split(" ", 1)[0] if bare else ""
    return [part for part in (bare, first) if len(part) > 2 and not part[0].isdigit() and part.lower() not in KNOWN]


def _named(hit: re.Match[str], *, strictly: bool) -> str:
    first = hit.group(2).split(" ", 1)[0].strip(".'’-").lower()
    word = SLANG.get(first, first)
    if first in _OFFICES or len(first) < 2 or (word in KNOWN and not hit.group(2)[0].isupper()):
        return hit.group()
    if not hit.group(2)[0].isupper() and not strictly:
        return hit.group()
    return f"{hit.group(1)} {NAME}"
