"""The words of challenges and offers as scoring compares them: read once when a text is saved, kept beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from matcher import similarity
from matcher.models import Challenge, Offer, Wording
from matcher.vocabulary import Subject

_FEW = 500  #: rows that are asked for by number; of more all are read

Kept = Mapping[str, Any]  #: one row of the table, by column


def remember(session: Session, rows: Sequence[Challenge | Offer]) -> None:
    """Read the words of rows that were made or changed; they have their numbers after a flush."""
    if not rows:
        return
    session.flush()
    store(session, [_read(row, Subject.OFFER if isinstance(row, Offer) else Subject.CHALLENGE) for row in rows])


def store(session: Session, kept: Sequence[Kept]) -> None:
    """Write readings over those there are; in the order of their numbers, so that no two writers wait crosswise."""
    if not kept:
        return
    names = list(kept[0])
    replaced = ", ".join(f"{name} = excluded.{name}" for name in names if name not in ("subject", "subject_id"))
    marks = ", ".join(f":{name}" for name in names)
    session.execute(
        text(
            f"INSERT INTO wording ({', '.join(names)}) VALUES ({marks}) "  # noqa: S608 - our own names
            f"ON CONFLICT (subject, subject_id) DO UPDATE SET {replaced}"
        ),
        [dict(row) for row in sorted(kept, key=lambda row: (row["subject"], row["subject_id"]))],
    )


def of(session: Session, subject: Subject, rows: Sequence[Any]) -> tuple[list[similarity.Wording], list[Kept]]:
    """The words of each row (id, texts, category), and those that had to be read anew: worth storing."""
    wanted = select(
        Wording.subject_id, Wording.mark, Wording.stems, Wording.things, Wording.apart, Wording.vector
    ).where(Wording.subject == subject)
    if len(rows) <= _FEW:
        wanted = wanted.where(Wording.subject_id.in_([row.id for row in rows]))
    stored = {row.subject_id: row for row in session.execute(wanted)}
    found, fresh = [], []
    for row in rows:
        kept = stored.get(row.id)
        if kept is None or kept.mark != similarity.mark(*_texts(row, subject)):
            fresh.append(_read(row, subject))
            found.append(_opened(**{name: fresh[-1][name] for name in _OPENED}))
        else:
            found.append(_opened(kept.stems, kept.things, kept.apart, kept.vector))
    return found, fresh


def _texts(row: Any, subject: Subject) -> tuple[str, ...]:
    told = (row.title, row.words) if subject is Subject.OFFER else (row.title, row.story, row.not_wanted)
    return (*told, row.category.value)


def _read(row: Any, subject: Subject) -> Kept:
    wording = (
        similarity.given(row.title, row.words, row.category)
        if subject is Subject.OFFER
        else similarity.asked(row.title, row.story, row.not_wanted, row.category)
    )
    return {
        "subject": subject.value, "subject_id": row.id, "mark": similarity.mark(*_texts(row, subject)),
        "stems": " ".join(wording.stems), "things": " ".join(wording.things),
        "apart": "|".join(" ".join(phrase) for phrase in wording.apart), "vector": wording.vector,
    }  # fmt: skip


_OPENED = ("stems", "things", "apart", "vector")


def _opened(stems: str, things: str, apart: str, vector: bytes) -> similarity.Wording:
    phrases = tuple(tuple(phrase.split()) for phrase in apart.split("|") if phrase)
    return similarity.Wording(tuple(stems.split()), tuple(things.split()), phrases, vector)
