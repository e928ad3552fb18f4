"""Owns tables of partnerships: old ones are recorded as done on their day, exported ones come back unchanged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import aliased

from matcher import imports, lines
from matcher.errors import MatcherError
from matcher.intake import Gift, Report
from matcher.models import Challenge, Match, Offer, Party
from matcher.vocabulary import DEFAULT_UNIT, Category, MatchState, Mode, Source, Words
from web.exchange.parties import Known, Refused
from web.exchange.rows import NOON, Draft
from web.exchange.showing import amount, shown
from web.exchange.steps import TWICE, Run, Step, begin, broken, filled, good, refuse
from web.exchange.tables import Row
from web.exchange.verdicts import Status

_DIFFERS = Words(
    "{code} di sini: {value}; kemitraan yang tercatat diubah di halamannya, bukan lewat impor",
    "{code} here: {value}; a recorded partnership is changed on its page, not by an import",
)
_ITSELF = Words(
    "pemberi dan penerima sama; tulis nama mitra yang memberi", "giver and library are the same; write who gave"
)
_AHEAD = Words("tanggal ini belum tiba; tulis tanggal bantuan diterima", "this day is still to come; write when it "
               "arrived")  # fmt: skip
_ENDED = (MatchState.CANCELLED, MatchState.DECLINED)


@dataclass(frozen=True, slots=True)
class Line:
    """What is stored of one partnership."""

    code: str
    category: Category
    unit: str
    quantity: Decimal | None
    library_id: int
    giver_id: int
    day: dt.date | None


class History:
    """One table of partnerships under way."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._by_code: dict[str, Line] = {}
        self._by_ref: dict[str, Line] = {}
        self._by_words: dict[Any, Line] = {}
        self._fresh: dict[Any, tuple[int, int]] = {}
        self._known: dict[int, Known] = {}
        self._index()

    def _index(self) -> None:
        need, gift, parties = aliased(Challenge), aliased(Offer), self.run.parties
        rows = (
            select(
                Match.code, Match.ref, Match.state, Match.quantity, Match.occurred_on, need.category, need.unit,
                need.party_id, gift.party_id, gift.title,
            )
            .join(need, Match.challenge_id == need.id)
            .join(gift, Match.offer_id == gift.id)
            .where(Match.office_id == self.run.office.id)
            .order_by(Match.id)
        )  # fmt: skip
        for code, ref, state, quantity, day, category, unit, library, giver, title in self.run.session.execute(rows):
            line = Line(code, category, unit, quantity, parties.kept(library), parties.kept(giver), day)
            self._by_code[code] = line
            if state not in _ENDED:  # what ended without help may be recorded anew
                if ref:
                    self._by_ref.setdefault(ref, line)
                if day is not None:
                    self._by_words[line.library_id, line.giver_id, category, title, day, quantity] = line

    def existing(self, code: str, ref: str | None) -> Line | None:
        """The stored line that a code or a reference means."""
        return self._by_code.get(code) or (self._by_ref.get(ref) if ref else None)

    def prefetch(self, _rows: Sequence[Row]) -> None:
        """All lines are known already."""

    def decide(self, drafts: Sequence[Draft]) -> list[Step]:
        """What becomes of each row; nothing is written."""
        steps = [begin(draft) for draft in drafts]
        for step in steps:
            if not step.draft.problems:
                try:
                    self._decide(step)
                except Refused as refused:
                    refuse(step, refused)
            step.verdict.warnings = step.draft.warnings
        return steps

    def _decide(self, step: Step) -> None:
        draft, verdict, parties = step.draft, step.verdict, self.run.parties
        found = self.existing(draft.code, draft.ref)
        if found is not None:
            verdict.code, verdict.status = found.code, Status.SAME
            self._agrees(draft, found)
            return
        step.new = self._complete(draft)
        step.party = parties.meant(draft)
        step.giver = parties.meant(cast("Draft", draft.giver), "giver")
        draft.warnings += cast("Draft", draft.giver).warnings
        if step.party is step.giver:
            raise Refused(self.run.reader.problem(draft.row, "giver", cast("Draft", draft.giver).name, _ITSELF))
        verdict.amount = amount(step.new.quantity, step.new.unit)
        self._once(step)

    def _agrees(self, draft: Draft, found: Line) -> None:
        """A line that stands is not changed by a table: what says otherwise is asked about."""
        run, values = self.run, draft.values
        library, giver = run.parties.of(found.library_id), run.parties.of(found.giver_id)
        wrong = (
            ("party", library not in run.parties.named(draft), library.name),
            ("giver", giver not in run.parties.named(cast("Draft", draft.giver)), giver.name),
            ("category", values.get("category", found.category) is not found.category, found.category),
            ("quantity", "quantity" in values and values["quantity"] != found.quantity, found.quantity),
            ("day", found.day is not None and values.get("day") not in (None, found.day), found.day),
        )
        for name, differs, stored in wrong:
            if differs:
                told = shown(name, stored, run.reader.places)
                cure = Words(*(words.format(code=found.code, value=told.say(lang)) for words, lang in
                               zip(_DIFFERS, ("id", "en"), strict=True)))  # fmt: skip
                said = draft.name if name == "party" else shown(name, values.get(name), run.reader.places).id
                raise Refused(run.reader.problem(draft.row, name, said, cure))

    def _complete(self, draft: Draft) -> Told:
        """The line with both its sides; refused where a rule does not hold."""
        values, day = draft.values, draft.values["day"]
        if day > lines.today(self.run.at):
            raise Refused(self.run.reader.problem(draft.row, "day", f"{day:%d/%m/%Y}", _AHEAD))
        category, mode = values["category"], values["mode"]
        unit = values.get("unit") or DEFAULT_UNIT[category]
        shared = {"category": category, "title": values.get("title", ""), "unit": unit, "source": Source.EXCEL}
        at, quantity = dt.datetime.combine(day, NOON), values["quantity"]
        story = values.get("story", "")
        need = Report(**shared, quantity=quantity, story=story, notes=values.get("notes", ""), reported_at=at)
        told = None if mode is Mode.EXPERIENCE else quantity
        gift = Gift(**shared, quantity=told, mode=mode, made_at=at)
        try:
            title = need.columns()["title"]
            gift.columns()
        except MatcherError as error:
            raise broken(self.run.reader, draft, error) from None
        return Told(need, gift, quantity, unit, day, draft.ref or (draft.code or None), title)

    def _once(self, step: Step) -> None:
        """A line that is stored, or stands above in the table, is not recorded again."""
        draft, new = step.draft, step.new
        party, giver = cast("Known", step.party), cast("Known", step.giver)
        words = (new.need.category, new.title, new.day, new.quantity)
        if draft.ref is None and (stored := self._by_words.get((party.id, giver.id, *words))) is not None:
            step.verdict.code, step.verdict.status = stored.code, Status.SAME
            return
        said = hash(repr(sorted(draft.values.items(), key=lambda pair: pair[0])))
        row, before = self._fresh.setdefault(draft.ref or (id(party), id(giver), *words), (draft.row, said))
        if row != draft.row:
            if draft.ref is not None and said != before:
                raise Refused(self.run.reader.problem(draft.row, "ref", draft.ref, filled(TWICE, row=row)))
            step.verdict.status = Status.SAME
        else:
            for one, told in ((party, draft), (giver, cast("Draft", draft.giver))):
                self.run.parties.complete(one, told, step.verdict)
                self._known[id(one)] = one

    def carry_out(self, steps: Sequence[Step]) -> None:
        """Write what was decided about some rows."""
        run, wanted = self.run, good(steps)
        sides = [(cast("Known", step.party), cast("Known", step.giver)) for step in wanted]
        run.parties.rows([party for pair in sides for party in pair])
        olds = [
            imports.Old(
                cast("Party", library.row), cast("Party", giver.row), step.new.need, step.new.gift, step.new.quantity,
                step.new.day, step.new.ref,
            )
            for (library, giver), step in zip(sides, wanted, strict=True)
        ]  # fmt: skip
        made = imports.record_history(run.session, olds, by=run.by, at=run.at)
        for step, match in zip(wanted, made, strict=True):
            step.verdict.code = match.code
        run.touched |= bool(made)
        for step in steps:
            if step.verdict.status in (Status.NEW, Status.SAME):
                run.entered[step.draft.row] = step.verdict.code

    def finish(self, *, write: bool) -> None:
        """Note what the rows knew of the libraries."""
        run = self.run
        changed, facts = run.parties.news(list(self._known.values()))
        if write and changed:
            run.parties.write(changed, facts, run.before)
            run.touched = True


@dataclass(frozen=True, slots=True)
class Told:
    """An old partnership as a row tells it."""

    need: Report
    gift: Gift
    quantity: Decimal
    unit: str
    day: dt.date
    ref: str | None
    title: str
