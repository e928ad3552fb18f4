"""Owns the way from a pasted text to drafts: one a challenge, offer or success, each field with its words."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from matcher.text import chat, outline
from matcher.text.minutes import Item, read_minutes
from matcher.text.normalise import tokenise
from matcher.text.personal import struck
from matcher.text.reader import Reading, read_tokens
from matcher.vocabulary import DEFAULT_UNIT, UNITS, Category, Mode, PartyKind, Sector

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matcher.text.normalise import Tokens
    from matcher.text.parties import Heard, Parties
    from matcher.text.places import Gazetteer
    from matcher.text.quantities import Amount

SURE = 0.7  #: below this a field is to be looked at
_LONGEST_TITLE, _LONGEST_STORY = 90, 5000
_VILLAGE_DOTS = 3  #: in the code of a village

#: Which form a gift of a kind mostly has, and how sure that is.
_FORMS: dict[Category, tuple[Mode, float]] = {
    Category.COMPUTERS: (Mode.GOODS, 0.9),
    Category.INTERNET: (Mode.SERVICE, 0.6),
    Category.BOOKS: (Mode.GOODS, 0.9),
    Category.SPACE: (Mode.GOODS, 0.5),
    Category.FUNDS: (Mode.MONEY, 0.9),
    Category.STAFF: (Mode.PEOPLE, 0.6),
}
#: The thing in a sentence of one's own: "Butuh 3 unit komputer".
_THINGS: dict[Category | None, str] = {
    Category.COMPUTERS: "komputer", Category.INTERNET: "internet", Category.BOOKS: "buku",
    Category.SPACE: "ruang atau perabot", Category.FUNDS: "dana operasional", Category.STAFF: "tenaga pengelola",
}  # fmt: skip
_OPENINGS = {"challenge": "Butuh", "offer": "Bantuan", "success": "Kami berhasil:"}
#: Cues worth showing beside the kind.
_TELLING = frozenset("ask lack broken borrow give willing available solved get ended".split())
#: Where marks overlap the earlier field gives the place, and all are named.
_ORDER = ("party", "giver", "quantity", "have", "place", "category", "urgency", "kind")
_NEW_LIBRARY = re.compile(
    r"(?i:\b(perpusdes|perpus(?:takaan)?(?:[ ](?:desa|kelurahan))?|tbm|taman baca(?:an)?(?: masyarakat)?|rumah baca))"
    r"[ ]+[\"“']?([A-Z][\w'’-]{1,30}(?:[ ]+[A-Z][\w'’-]{1,30}){0,2})"
)
_NOT_A_NAME = re.compile(r"\s*\b(?:Desa|Ds|Kec|Kecamatan|Kab|Kabupaten|Kelurahan|Kami|Kita|Di|Butuh|Mohon|Ada|Se)\b.*")
_GREETING = re.compile(r"^(?:\W*\b(?:ass?alam\w*|ass?|wr|wb|selamat (?:pagi|siang|sore|malam)|punten|mohon maaf|maaf|"
                       r"izin|ijin|permisi|halo|hai|bu|pak|ibu|bapak|kang|teh|min)\b)+\W*", re.IGNORECASE)  # fmt: skip


@dataclass(slots=True)
class Draft:
    """One thing a text says, ready to be looked at; everything in it is a guess until a person saves it.

    ``text[start:end]`` are its words; drafts of one passage share their *passage*.  *marks* are
    ``[fields, start, end]`` in the text, *sure* is field → 0 to 1.
    """

    number: int
    passage: int
    kind: str  #: challenge, offer, success, neither or stakeholder
    start: int
    end: int
    sender: str = ""
    telephone: str = ""
    category: str | None = None
    quantity: float | None = None
    unit: str | None = None
    every: str | None = None
    have: float | None = None
    urgency: str | None = None
    mode: str | None = None
    sector: str | None = None
    strategy: str | None = None
    party: int | None = None  #: the library, or the giver, where it is known
    name: str = ""  #: of a party that is not known yet
    village: str | None = None  #: code
    place: str = ""  #: a place as written, where nothing settles which it is
    receiver: int | None = None  #: the library a promise was made to
    vague: bool = False
    title: str = ""
    story: str = ""
    marks: list[list[Any]] = field(default_factory=list)
    sure: dict[str, float] = field(default_factory=dict)
    read: dict[str, Any] = field(default_factory=dict)  #: what was read of the passage, as an example's labels
    saved: dict[str, Any] | None = None  #: what a person made of it, in the same form
    example: int | None = None
    message: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The draft as plain values; empty ones are left out."""
        plain = asdict(self)
        return {name: value for name, value in plain.items() if value or (value == 0 and value is not False)}

    def unsure(self, name: str) -> bool:
        """Whether a person should look at this field."""
        return self.sure.get(name, 1.0) < SURE


class _Passage(NamedTuple):
    """One message or item while it is taken apart."""

    text: str
    number: int
    tokens: Tokens
    reading: Reading
    heard: list[Heard]
    who: _Who


class _Who(NamedTuple):
    """Whom a passage speaks of."""

    party: int | None = None
    name: str = ""
    village: str | None = None
    place: str = ""
    sure: float = 0.0
    mark: tuple[int, int] | None = None  #: first and last token


# --- a chat ----------------------------------------------------------------------------------------------------------


def of_messages(text: str, gazetteer: Gazetteer, parties: Parties) -> list[Draft]:
    """A draft for each thing the messages of *text* say, and one of kind *neither* for each that says nothing.

    *text* is `chat.clean`; places and parties are those of the office.
    """
    found: list[Draft] = []
    senders: dict[str, _Who] = {}
    for number, message in enumerate(_messages(text, gazetteer)):
        tokens = _moved(text, message.start, message.end)
        reading, heard = read_tokens(tokens, gazetteer), parties.find(tokens)
        who = _library(reading, tokens, heard, gazetteer, parties)
        calling = parties.calling(message.telephone)
        if calling is not None and calling.kind is PartyKind.LIBRARY:
            who = _called(who, calling.id)
        if message.sender and who.sure > senders.get(message.sender, _Who()).sure:
            senders[message.sender] = who._replace(mark=None)
        giver = calling.id if calling is not None and calling.kind is PartyKind.STAKEHOLDER else None
        made = _of_reading(_Passage(text, number, tokens, reading, heard, who), giver, parties)
        for draft in made:
            draft.sender, draft.telephone = message.sender, message.telephone
            if message.sender and not message.telephone:
                draft.title, draft.story = (struck(part, [message.sender]) for part in (draft.title, draft.story))
        found += made
    for draft in found:
        _ask_the_sender(draft, senders)
    return _numbered(found)


def _messages(text: str, gazetteer: Gazetteer) -> list[chat.Message]:
    """The messages; one message of several paragraphs stays one where only one of them asks or offers."""
    found = chat.messages(text)
    if len(found) < 2 or any(message.sender for message in found):
        return found
    telling = [read_tokens(tokenise(message.words), gazetteer).kind != "neither" for message in found]
    if sum(telling) > 1:
        return found
    start, end = found[0].start, found[-1].end
    return [chat.Message(text[start:end], start, end, "")]


def _ask_the_sender(draft: Draft, senders: dict[str, _Who]) -> None:
    """Where a message does not say who needs, its sender's other messages may."""
    known = senders.get(draft.sender)
    unsaid = draft.party is None and not draft.name and not draft.village
    if known is None or not unsaid or draft.kind == "offer":
        return
    draft.party, draft.name, draft.village, draft.place = known.party, known.name, known.village, known.place
    draft.sure["party"] = min(known.sure, 0.6)


def _called(who: _Who, calling: int) -> _Who:
    """The sender's number is known: it settles who speaks unless the text names another by name."""
    if who.party == calling:
        return who._replace(sure=0.98)
    if who.mark is None:
        return _Who(party=calling, sure=0.85)
    return who._replace(sure=min(who.sure, 0.6))


def _of_reading(passage: _Passage, calling: int | None, parties: Parties) -> list[Draft]:
    """The drafts of one message; *calling* is the giver whose number sent it."""
    text, tokens, reading = passage.text, passage.tokens, passage.reading
    start, end = (tokens.starts[0], tokens.ends[-1]) if tokens.starts else (0, 0)
    plain = {name: value for name, value in reading.as_json().items() if name not in ("id", "confidence")}
    if reading.kind == "neither":
        draft = Draft(0, passage.number, "neither", start, end, read=plain)
        _of_library(draft, passage.who)
        return [draft]
    made = []
    for category in _named_apart(passage) or (None,):
        draft = Draft(0, passage.number, reading.kind, start, end, read=plain, vague=reading.vague)
        _fill(draft, category, reading.quantities, tokens)
        draft.urgency = reading.urgency
        draft.sure |= {
            "kind": round(reading.sure.get("kind", 0.0), 2),
            "category": round(reading.sure.get("categories", 0.0), 2) if category else 0.0,
        }
        if reading.kind == "offer":
            _give(draft, (reading.giver, reading.sector), passage.heard, calling, parties)
        else:
            _of_library(draft, passage.who)
        draft.marks = _marks(draft, passage)
        draft.title = _title(text, draft)
        draft.story = struck(text[start:end])[:_LONGEST_STORY]
        made.append(draft)
    return made


def _named_apart(passage: _Passage) -> list[Category]:
    """The categories, but for those that only a name speaks of: Perpusdes Melati is no training, Genteng no roof."""
    tokens, reading = passage.tokens, passage.reading
    names = [(tokens.starts[one.first], tokens.ends[one.last]) for one in passage.heard]
    names += [(source.start, source.end) for source in reading.sources if source.field == "place"]
    said = {source.field for source in reading.sources if not any(a <= source.start < b for a, b in names)}
    return [category for category in reading.categories if str(category) in said] or list(reading.categories)


def _fill(draft: Draft, category: Category | None, quantities: Sequence[Amount], tokens: Tokens) -> None:
    """Category and amounts, with their words."""
    draft.category = str(category) if category else None
    draft.unit = DEFAULT_UNIT[category] if category else None
    ours = [one for one in quantities if one.category is category]
    for name, roles in (("quantity", ("need", "give")), ("have", ("have",))):
        said = [one for one in ours if one.role in roles]
        if not said or draft.kind == "success":
            continue
        first = said[0]
        clear = len(said) == 1 and not first.rough and first.high == first.amount
        draft.sure[name] = 0.9 if clear else 0.5
        if name == "quantity":
            counted = not first.rough or any(map(str.isdigit, tokens.quote(first.first, first.last)))
            draft.quantity, draft.unit, draft.every = first.amount if counted else None, first.unit, first.every
        elif draft.quantity is None or first.unit == draft.unit:
            draft.have, draft.unit = first.amount, first.unit
        draft.marks += [[name, tokens.starts[one.first], tokens.ends[one.last]] for one in said if one.last >= 0]
    if draft.quantity is None and draft.kind != "success":
        draft.sure["quantity"] = 0.0


def _of_library(draft: Draft, who: _Who) -> None:
    draft.party, draft.name, draft.village, draft.place = who.party, who.name, who.village, who.place
    draft.sure["party"] = round(who.sure, 2)


def _give(
    draft: Draft, giver: tuple[str | None, str | None], heard: list[Heard], calling: int | None, parties: Parties
) -> None:
    """Who gives (*giver*: name and sector as read), in which form, and to whom."""
    name, sector = giver
    known = [one for one in heard if one.parties[0].kind is PartyKind.STAKEHOLDER]
    libraries = [one for one in heard if one.parties[0].kind is PartyKind.LIBRARY]
    if known:
        draft.party, draft.sure["party"] = known[0].parties[0].id, known[0].sure
    elif calling is not None:
        draft.party, draft.sure["party"] = calling, 0.85
    else:
        draft.name = name if name and name[0].isupper() else ""
        draft.sure["party"] = 0.6 if draft.name else 0.0
    draft.sector = parties.by_id[draft.party].sector if draft.party else sector
    draft.sure["sector"] = 0.95 if draft.party else 0.6 if sector else 0.0
    if libraries:
        draft.receiver = libraries[0].parties[0].id
    if draft.category:
        form, sure = _FORMS.get(Category(draft.category), (Mode.GOODS, 0.5))
        if draft.unit == "room":
            form = Mode.PLACE
        elif draft.unit == "session":
            form = Mode.SERVICE
        draft.mode, draft.sure["mode"] = str(form), sure


# --- who -------------------------------------------------------------------------------------------------------------


def _library(reading: Reading, tokens: Tokens, heard: list[Heard], gazetteer: Gazetteer, parties: Parties) -> _Who:
    """The library a passage speaks of: one known by name, the only one of the village, or a new one."""
    villages = [code for code in reading.places if code.count(".") == _VILLAGE_DOTS]
    named = [one for one in heard if one.parties[0].kind is PartyKind.LIBRARY]
    if named:
        return _by_name(max(named, key=lambda one: one.sure), reading.places)
    at = next(((one[1], one[2]) for one in reading.spans if one[0] == "place"), None)
    new = _new_name(tokens)
    if villages:
        there = parties.libraries_in(villages[0])
        if there and not new:
            return _Who(there[0].id, sure=0.8 if len(there) == len(villages) == 1 else 0.4, mark=at)
        if there:
            return _Who(there[0].id, sure=0.5, mark=at)
        name = new or f"Perpustakaan Desa {gazetteer.names[villages[0]]}"
        return _Who(None, name, villages[0], sure=0.65 if len(villages) == 1 else 0.4, mark=at)
    place = reading.unsettled[0].name if reading.unsettled else ""
    if new or place:
        return _Who(None, new or f"Perpustakaan Desa {place.title()}", None, place, sure=0.4, mark=at)
    return _Who()


def _by_name(heard: Heard, places: Sequence[str]) -> _Who:
    """Of several libraries of one name the one whose place is named."""
    mark = (heard.first, heard.last)
    here = [one for one in heard.parties if one.region and any(_meet(one.region, code) for code in places)]
    if len(here) == 1:
        return _Who(here[0].id, sure=0.98, mark=mark)
    alone = len(heard.parties) == 1
    away = alone and places and heard.parties[0].region and not here
    return _Who(heard.parties[0].id, sure=0.5 if away else heard.sure if alone else 0.4, mark=mark)


def _meet(one: str, other: str) -> bool:
    return one == other or one.startswith(other + ".") or other.startswith(one + ".")


def _new_name(tokens: Tokens) -> str:
    """A library's name that nobody knows yet, as the office would write it."""
    if not tokens.starts:
        return ""
    hit = _NEW_LIBRARY.search(tokens.source, tokens.starts[0], tokens.ends[-1])
    name = _NOT_A_NAME.sub("", hit.group(2)).strip() if hit else ""
    if hit is None or not name:
        return ""
    kind = hit.group(1).lower()
    if kind.startswith("perpus"):
        return f"Perpustakaan Desa {name}"
    return f"{kind.upper() if kind == 'tbm' else kind.title()} {name}"


# --- words -----------------------------------------------------------------------------------------------------------


def _marks(draft: Draft, passage: _Passage) -> list[list[Any]]:
    """Which words speak for which field, in order and without overlaps."""
    reading, tokens, who, heard = passage.reading, passage.tokens, passage.who, passage.heard
    found = list(draft.marks)
    for source in reading.sources:
        name = source.field
        if name == draft.category:
            found.append(["category", source.start, source.end])
        elif name in ("place", "urgency") or (name == "giver" and draft.kind == "offer"):
            found.append([name, source.start, source.end])
        elif name.removeprefix("kind:") in _TELLING:
            found.append(["kind", source.start, source.end])
    names = [one for one in heard if draft.party in {party.id for party in one.parties}]
    found += [["party", tokens.starts[one.first], tokens.ends[one.last]] for one in names]
    if who.mark and draft.kind != "offer" and not names:
        found.append(["place", tokens.starts[who.mark[0]], tokens.ends[who.mark[1]]])
    return _without_overlaps(found)


def _without_overlaps(marks: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """The marks in the order of the text; where two overlap, the place of the one whose field comes first in _ORDER."""
    kept: list[list[Any]] = []  # by their place, so that a mark has two neighbours to look at
    for name, start, end in sorted(marks, key=lambda mark: (_ORDER.index(mark[0]), mark[1])):
        at = bisect_left(kept, start, key=lambda mark: mark[1])
        over = next((one for one in kept[max(0, at - 1) : at + 1] if start < one[2] and one[1] < end), None)
        if over is None:
            kept.insert(at, [name, start, end])
        elif name not in over[0].split() and name != "kind":
            over[0] += f" {name}"
    return kept


def _title(text: str, draft: Draft) -> str:
    """One sentence for the list: the text's own where it is short and names nobody, else one made of what was read."""
    telling = [mark[1] - draft.start for mark in draft.marks if "category" in mark[0] or "quantity" in mark[0]]
    for passage in outline.passages(text[draft.start : draft.end]) if telling else ():
        if not passage.start <= telling[0] < passage.end:
            continue
        if own := _own_words(_GREETING.sub("", passage.words)):
            return own
    return _made_title(draft)


def _own_words(words: str) -> str:
    """*words* as a title; nothing where they are too long or short, or name a person."""
    own = " ".join(words.split()).strip(" .,;!")
    fits = 8 <= len(own) <= _LONGEST_TITLE and struck(own, strictly=True) == own
    return own[0].upper() + own[1:] if fits else ""


def _made_title(draft: Draft) -> str:
    thing = _THINGS.get(Category(draft.category) if draft.category else None, "")
    if not thing:
        return ""
    if draft.quantity is None or draft.unit is None:
        return f"{_OPENINGS[draft.kind]} {thing}"
    number = f"{draft.quantity:,.0f}".replace(",", ".") if draft.quantity >= 1 else f"{draft.quantity:g}"
    if draft.unit == "rp":
        return f"{_OPENINGS[draft.kind]} {thing} Rp{number}"
    said = UNITS[draft.unit].words.id
    return f"{_OPENINGS[draft.kind]} {number} {said} {thing}"


# --- minutes ---------------------------------------------------------------------------------------------------------


def of_minutes(text: str, gazetteer: Gazetteer, parties: Parties) -> list[Draft]:
    """Challenges, successes, promises and stakeholders of minutes or an article, in this order."""
    minutes = read_minutes(text, gazetteer)
    found: list[Draft] = []
    for passage, item in enumerate((*minutes.challenges, *minutes.successes, *minutes.offers)):
        found += _of_item(text, passage, item, gazetteer, parties)
    for passage, one in enumerate(minutes.stakeholders, len(found) + 1):
        draft = Draft(0, passage, "stakeholder", one.start, one.end, name=one.name, sector=str(one.sector))
        known = [heard for heard in parties.find(tokenise(one.name)) if heard.parties[0].sector is not None]
        draft.party = known[0].parties[0].id if known else None
        found.append(draft)
    return _numbered(found)


def _of_item(text: str, passage: int, item: Item, gazetteer: Gazetteer, parties: Parties) -> list[Draft]:
    tokens = _moved(text, item.start, item.end)
    reading, heard = read_tokens(tokens, gazetteer), parties.find(tokens)
    who = _library(reading, tokens, heard, gazetteer, parties)
    plain = {"kind": item.kind, "sector": item.sector, "urgency": None, "places": list(item.places),
             "categories": [str(one) for one in item.categories],
             "quantities": [one.as_json() for one in item.quantities]}  # fmt: skip
    whole = _Passage(text, passage, tokens, reading, heard, who)
    made = []
    for category in item.categories or (None,):
        draft = Draft(0, passage, item.kind, item.start, item.end, read=plain, vague=item.vague)
        same = reading.quantities if reading.kind == item.kind else ()
        _fill(draft, category, same, tokens)
        draft.strategy = str(item.strategy) if item.strategy else None
        draft.sure |= {"kind": 0.8, "category": 0.8 if category else 0.0}
        if item.kind == "offer":
            _give(draft, (item.giver, item.sector), heard, None, parties)
        else:
            _of_library(draft, who)
        draft.marks = _marks(draft, whole)
        draft.title = _own_words(item.words) or _title(text, draft)
        draft.story = struck(text[item.start : item.end])[:_LONGEST_STORY]
        made.append(draft)
    return made


# --- a person knows better -------------------------------------------------------------------------------------------


def meant(draft: Draft, kind: str, text: str) -> Draft:
    """*draft* as one of another *kind* (challenge, offer or success), where a person says that it is."""
    if kind == draft.kind:
        return draft
    found = replace(draft, kind=kind, sure=dict(draft.sure), marks=list(draft.marks))
    if "offer" in (kind, draft.kind):  # who asks does not give
        found.party, found.name, found.village, found.place = None, "", None, ""
        found.sure["party"] = 0.0
    if kind == "offer" and found.category:
        form, found.sure["mode"] = _FORMS.get(Category(found.category), (Mode.GOODS, 0.5))
        found.mode = str(form)
    if draft.kind == "neither":
        found.story = struck(text[draft.start : draft.end])[:_LONGEST_STORY]
        found.title = _own_words(_GREETING.sub("", draft.story))
        found.sure |= {"category": 0.0, "quantity": 0.0}
    found.sure["kind"] = 1.0
    return found


# --- small things ----------------------------------------------------------------------------------------------------


def _moved(text: str, start: int, end: int) -> Tokens:
    """The tokens of ``text[start:end]``, their places counted in the whole text."""
    found = tokenise(text[start:end])
    return found._replace(
        source=text, starts=[at + start for at in found.starts], ends=[at + start for at in found.ends]
    )


def _numbered(drafts: list[Draft]) -> list[Draft]:
    for number, draft in enumerate(drafts, 1):
        draft.number = number
        draft.sector = str(Sector(draft.sector)) if draft.sector else None
    return drafts
