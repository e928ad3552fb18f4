"""Owns the shape of a pasted chat: which messages it holds, who sent each, and what only the telephone wrote."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}"
_TIME = r"\d{1,2}[.:]\d{2}(?:[.:]\d{2})?(?:[ ]?[AaPp]\.?[Mm]\.?)?"
_STAMP = rf"(?:{_DATE},?[ ]+(?:pukul[ ]+|at[ ]+)?{_TIME}|{_TIME},?[ ]+{_DATE})"
#: "12/03/25 08.14 - " of Android, "[12/03/25 08.14.10] " of iPhones, "[08.14, 12/3/2025] " of WhatsApp on a computer.
_HEAD = re.compile(rf"^[ \t]*(?:\[{_STAMP}\][ ]*|{_STAMP}[ ]+[-–—][ ]*)", re.MULTILINE)
_SENDER = re.compile(r"~?[ ]?([^:\n]{1,60}):(?:[ ]|$)", re.MULTILINE)
_TELEPHONE = re.compile(r"^\+?[\d ().-]{8,24}$")

#: Lines that the telephone writes itself, whole.
_OWN_LINE = re.compile(
    r"[ \t]*(?:"
    r"<(?:media|[^<>\n]{0,40}) (?:tidak disertakan|dihilangkan|omitted)>"
    r"|(?:gambar|foto|video|audio|stiker|sticker|gif|image|dokumen|document|kartu kontak|contact card|media)"
    r" (?:tidak disertakan|dihilangkan|omitted)"
    r"|<(?:terlampir|attached): [^<>\n]{1,120}>"
    r"|[^\n]{1,120}\((?:file terlampir|berkas terlampir|file attached)\)"
    r"|(?:anda|kamu|you) (?:telah )?(?:menghapus pesan ini|deleted this message)\.?"
    r"|pesan ini (?:telah )?dihapus\.?|this message was deleted\.?"
    r"|(?:panggilan (?:suara|video) tak terjawab|missed (?:voice|video) call)[^\n]{0,60}"
    r"|<?(?:pesan ini diedit|this message was edited)>?"
    r"|(?:diteruskan|forwarded)(?: berkali-kali| many times)?"
    r"|null"
    r")[ \t]*",
    re.IGNORECASE,
)
_EDITED = re.compile(r"[ \t]*<(?:pesan ini diedit|this message was edited)>[ \t]*$", re.IGNORECASE)
#: What a group does, written where a sender would stand.
_EVENT = re.compile(
    r"\b(?:menambahkan|mengeluarkan|mengubah|mengganti|membuat grup|keluar|bergabung|added|removed|changed|created|"
    r"left|joined|dienkripsi|encrypted)\b",
    re.IGNORECASE,
)
_BLANK = re.compile(r"\n[ \t]*\n")

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe0f\ufffe\uffff\ud800-\udfff]"
)
_SPACES = re.compile("[\u00a0\u2007\u202f]")


class Message(NamedTuple):
    """One message: ``text[start:end]``; *sender* is a name or a number as the chat shows it, or empty."""

    words: str
    start: int
    end: int
    sender: str

    @property
    def telephone(self) -> str:
        """The sender where it is a number."""
        return self.sender if _TELEPHONE.match(self.sender) else ""


def clean(text: str) -> str:
    """*text* composed, its lines ended alike, without what nobody typed: NUL, controls, marks of direction."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return unicodedata.normalize("NFC", _SPACES.sub(" ", _UNSEEN.sub("", text))).strip()


def messages(text: str) -> list[Message]:
    """The messages of a chat in their order, without lines that the telephone wrote itself.

    A text without a single date and sender is taken as messages with blank lines between them.  *text* is `clean`.
    """
    heads = list(_HEAD.finditer(text))
    if not heads:
        parts = (_message(text, start, end, "") for start, end in _paragraphs(text))
        return [message for message in parts if message is not None]
    before = _message(text, 0, heads[0].start(), "")
    ends = [*(head.start() for head in heads[1:]), len(text)]
    said = (_said(text, head.end(), end) for head, end in zip(heads, ends, strict=True))
    return [message for message in (before, *said) if message is not None]


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for blank in _BLANK.finditer(text):
        yield start, blank.start()
        start = blank.end()
    yield start, len(text)


def _said(text: str, start: int, end: int) -> Message | None:
    """What stands behind a date: a message of a sender; nothing where the group itself speaks."""
    sender = _SENDER.match(text, start, end)
    if sender is None or _EVENT.search(sender.group(1)):
        return None
    return _message(text, sender.end(), end, sender.group(1).strip())


def _message(text: str, start: int, end: int, sender: str) -> Message | None:
    """``text[start:end]`` without the telephone's own lines around it; None where nothing else is left."""
    start, end = _trimmed(text, start, end)
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        if not _OWN_LINE.fullmatch(text, start, stop):
            break
        start, end = _trimmed(text, stop, end)
    while start < end:
        begin = text.rfind("\n", start, end) + 1 or start
        if _OWN_LINE.fullmatch(text, begin, end):
            start, end = _trimmed(text, start, begin)
        elif edited := _EDITED.search(text[begin:end]):
            start, end = _trimmed(text, start, begin + edited.start())
        else:
            break
    return Message(text[start:end], start, end, sender) if start < end else None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The part without blanks at both ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
