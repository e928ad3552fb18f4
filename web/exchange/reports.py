"""Owns tables of needs and of offers: which rows are new, changed, the same or like another, and their writing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, cast

from sqlalchemy import or_, select

from matcher import duplicates, intake, lines, log, standing
from matcher.duplicates import Similar
from matcher.errors import MatcherError
from matcher.intake import Gift, Report
from matcher.models import Challenge, Match, Offer, Party
from matcher.vocabulary import UNITS, FactCode, Operator, ReportState, Source, Words
from web.exchange import cells
from web.exchange.parties import Known, Refused
from web.exchange.rows import Draft, told, without_guess
from web.exchange.showing import amount, shown
from web.exchange.steps import ADD, NEW, SKIP, TWICE, Run, Step, begin, broken, filled, good, refuse
from web.exchange.tables import Row
from web.exchange.verdicts import Change, Status

_OTHER_PARTY = Words(
    "{code} di sini milik {name}; pakai Ref lain dan kosongkan Kode untuk baris baru",
    "{code} belongs to {name} here; use another Ref and no Code for a new row",
)
_LIKE = Words("masuk sebagai baru, tetapi mirip {code} ({title})", "entered as new, but it is like {code} ({title})")
_HOW = ("source", "ref", "provenance")  #: how a row came in, which a change does not touch
_CHUNK = 500


class Reports:
    """One table of needs or offers under way."""

    def __init__(self, run: Run, *, offers: bool) -> None:
        self.run, self.offers = run, offers
        self.table: type[Challenge | Offer] = Offer if offers else Challenge
        self._by_code: dict[str, int] = {}
        self._by_ref: dict[str, int] = {}
        self._by_words: dict[int, int] = {}
        self._loaded: dict[int, Any] = {}
        self._seen: dict[int, tuple[int, int]] = {}  #: stored row → its row in this table, and a digest of what it says
        self._fresh: dict[Any, tuple[int, int]] = {}  #: new row, by reference or words → the same
        self._known: dict[int, Known] = {}  #: parties of which rows said something
        self._index()

    def _index(self) -> None:
        """Where stored rows are found again: three small tables, however long the rows are."""
        table: Any = self.table
        said = table.words if self.offers else table.story
        rows = select(table.id, table.code, table.ref, table.party_id, table.category, table.title, said)
        mine = table.office_id == self.run.office.id
        if self.offers:
            ours = select(Party.id).where(Party.office_id == self.run.office.id)
            mine = or_(mine, table.office_id.is_(None) & table.party_id.in_(ours))
        for row_id, code, ref, party_id, *words in self.run.session.execute(rows.where(mine).order_by(table.id)):
            self._by_code[code] = row_id
            if ref:
                self._by_ref.setdefault(ref, row_id)
            self._by_words.setdefault(hash((self.run.parties.kept(party_id), *words)), row_id)

    # --- what is stored ---

    def existing(self, code: str, ref: str | None) -> Challenge | Offer | None:
        """The stored row that a code or a reference means."""
        row_id = self._by_code.get(code) or (self._by_ref.get(ref) if ref else None)
        if row_id is None:
            return None
        if row_id not in self._loaded:
            self._load([row_id])
        return cast("Challenge | Offer", self._loaded[row_id])

    def prefetch(self, rows: Sequence[Row]) -> None:
        """Read the stored rows that these name."""
        self._loaded = {}
        if not self._by_code:
            return
        columns = self.run.reader.columns
        wanted = set()
        for name, index in (("code", self._by_code), ("ref", self._by_ref)):
            place = columns.get(name)
            if place is not None:
                named = (cells.text(row[place]) for _, row in rows if place < len(row))
                wanted |= {index.get(one.upper() if name == "code" else one) for one in named}
        self._load([row_id for row_id in wanted if row_id is not None])

    def _load(self, ids: Sequence[int]) -> None:
        table: Any = self.table
        for start in range(0, len(ids), _CHUNK):
            rows = select(table).where(table.id.in_(ids[start : start + _CHUNK]))
            self._loaded |= {row.id: row for row in self.run.session.scalars(rows)}

    # --- deciding ---

    def decide(self, drafts: Sequence[Draft]) -> list[Step]:
        """What becomes of each row; nothing is written."""
        steps = [begin(draft) for draft in drafts]
        clean = [step for step in steps if not step.draft.problems]
        for step in clean:
            self._try(self._who, step)
        self._load([step.found_id for step in clean if step.found_id not in self._loaded and step.found_id is not None])
        held = self._with_lines(clean)
        for step in clean:
            if step.verdict.status is Status.NEW:
                self._try(lambda one: self._what(one, held), step)
        self._ask([step for step in clean if step.verdict.status is Status.NEW and not step.reopen])
        for step in steps:
            step.verdict.warnings = step.draft.warnings
        return steps

    def _try(self, part: Any, step: Step) -> None:
        try:
            part(step)
        except Refused as refused:
            refuse(step, refused)

    def _who(self, step: Step) -> None:
        """Whose row it is, and which stored row it means."""
        draft, parties = step.draft, self.run.parties
        found = self.existing(draft.code, draft.ref)
        if found is not None:
            step.found_id, step.party = found.id, parties.of(found.party_id)
            if step.party not in parties.named(draft):
                cure = filled(_OTHER_PARTY, code=found.code, name=step.party.name)
                raise Refused(self.run.reader.problem(draft.row, "party", draft.name, cure))
            return
        step.new = self._complete(draft, None)
        step.party = parties.meant(draft)
        if draft.ref is None and step.party.id is not None:
            step.found_id = self._by_words.get(_words(step.party.id, step.new))

    def _complete(self, draft: Draft, found: Any) -> dict[str, Any]:
        """What the row says, on top of what is known, as columns; refused where a rule does not hold."""
        if found is not None:
            values = {**_base(found), **draft.values}
            if without_guess(values["notes"]) == without_guess(found.notes):
                values["notes"] = found.notes  # that a category was guessed is no news of a row that is known
        else:
            values = {"source": Source.EXCEL, "ref": draft.ref or (draft.code or None), **draft.values}
        if UNITS[values.get("unit") or "unit"].category is not values["category"]:
            values["unit"] = draft.values.get("unit")
        for name in ("reported_at", "made_at"):
            if found is not None and name in values and _same_day(values[name], getattr(found, name)):
                del values[name]
        try:
            report: Report | Gift = Gift(**values) if self.offers else Report(**values)
            return {"report": report, **report.columns()}
        except MatcherError as error:
            raise broken(self.run.reader, draft, error) from None

    def _what(self, step: Step, held: set[int]) -> None:
        """Whether the row is new, or what it changes."""
        draft, verdict = step.draft, step.verdict
        if step.found_id is None:
            self._first(step)
            return
        found = step.found = self._loaded[step.found_id]
        verdict.code = found.code
        step.new = self._complete(draft, found)
        verdict.amount = amount(step.new["quantity"], step.new["unit"])
        said = _digest(draft)
        if (before := self._seen.get(found.id)) is not None:
            self._twice(draft, before, said)
            verdict.status = Status.SAME
            return
        step.changes = {
            name: (getattr(found, name), value)
            for name, value in step.new.items()
            if name != "report" and name not in _HOW and getattr(found, name) != value
        }
        step.reopen = found.code in self.run.taken_back and found.state is ReportState.CLOSED
        if step.changes and found.id in held:
            self._still_fits(step)
        self._seen[found.id] = draft.row, said
        verdict.status = Status.NEW if step.reopen else Status.CHANGED if step.changes else Status.SAME
        places = self.run.reader.places
        verdict.changes = [
            Change(self.run.reader.words(name), shown(name, old, places), shown(name, new, places))
            for name, (old, new) in step.changes.items()
        ]
        self._tell_party(step)

    def _first(self, step: Step) -> None:
        draft, said = step.draft, _digest(step.draft)
        if draft.stands not in (None, ReportState.OPEN):
            value = cast("ReportState", draft.stands).words.id
            raise Refused(self.run.reader.problem(draft.row, "state", value, told("state")))
        name = draft.ref or draft.code or _words(id(step.party), step.new)
        step.verdict.amount = amount(step.new["quantity"], step.new["unit"])
        if name in self._fresh:
            self._twice(draft, self._fresh[name], said)
            step.verdict.status = Status.SAME
            return
        self._fresh[name] = draft.row, said
        self._tell_party(step)

    def _tell_party(self, step: Step) -> None:
        """What the row knows of its library or giver."""
        party = cast("Known", step.party)
        self._known[id(party)] = party
        self.run.parties.complete(party, step.draft, step.verdict)
        self.run.parties.say_facts(party, step.draft, step.verdict)

    def _twice(self, draft: Draft, before: tuple[int, int], said: int) -> None:
        if draft.ref is not None and said != before[1]:
            raise Refused(self.run.reader.problem(draft.row, "ref", draft.ref, filled(TWICE, row=before[0])))

    def _with_lines(self, steps: Iterable[Step]) -> set[int]:
        """Which of the stored rows have lines: only these can stand in the way of a change."""
        ids = sorted({step.found_id for step in steps if step.found_id is not None})
        side: Any = Match.offer_id if self.offers else Match.challenge_id
        found: set[int] = set()
        for start in range(0, len(ids), _CHUNK):
            found |= set(self.run.session.scalars(select(side).where(side.in_(ids[start : start + _CHUNK]))))
        return found

    def _still_fits(self, step: Step) -> None:
        try:
            intake.check_change(self.run.session, step.found, step.new["report"])
        except MatcherError as error:
            raise broken(self.run.reader, step.draft, error) from None

    # --- like another ---

    def _ask(self, steps: Sequence[Step]) -> None:
        """Rows like one that stands wait for a decision, or enter and are told."""
        open_ = [step for step in steps if self.run.decisions.get(step.draft.row) != NEW]
        asked = [(cast("Known", step.party).id, step.new["report"]) for step in open_]
        if not any(party_id is not None for party_id, _ in asked):
            return
        run = self.run
        found = duplicates.of_reports(run.session, run.office.id, asked, ignore=run.ours, at=run.at)
        for step, similar in zip(open_, found, strict=True):
            if similar is not None:
                self._like(step, similar)

    def _like(self, step: Step, similar: Similar) -> None:
        verdict, decision = step.verdict, self.run.decisions.get(step.draft.row, "")
        verdict.similar, verdict.decision = similar, decision
        if decision == SKIP:
            verdict.status = Status.SKIPPED
        elif decision == ADD:
            self._add(step, similar)
        elif self.run.ask:
            verdict.status = Status.SIMILAR
        else:
            cure = filled(_LIKE, code=similar.code, title=similar.title)
            step.draft.warnings.append(self.run.reader.problem(step.draft.row, "title", verdict.what, cure))

    def _add(self, step: Step, similar: Similar) -> None:
        """The row raises the quantity of the one it is like."""
        step.add, step.verdict.code, step.verdict.status = similar, similar.code, Status.CHANGED
        more = step.new["quantity"]
        if more is not None:
            before, unit = similar.quantity, similar.unit
            column = self.run.reader.words("quantity")
            raised = amount((before or 0) + more, unit) if unit == step.new["unit"] else step.verdict.amount
            step.verdict.changes = [Change(column, amount(before, unit), raised)]

    # --- writing ---

    def carry_out(self, steps: Sequence[Step]) -> None:
        """Write what was decided about some rows."""
        wanted = good(steps)
        self._make([step for step in wanted if step.found is None and step.add is None])
        for step in wanted:
            if step.found is not None or step.add is not None:
                self._write(step)
        run = self.run
        for step in steps:
            if step.verdict.status in (Status.NEW, Status.CHANGED, Status.SAME):
                run.entered[step.draft.row] = step.verdict.code

    def _make(self, steps: Sequence[Step]) -> None:
        run = self.run
        run.parties.rows([cast("Known", step.party) for step in steps])
        pairs: list[Any] = [(cast("Known", step.party).row, step.new["report"]) for step in steps]
        enter: Any = intake.make_offers if self.offers else intake.report_challenges
        made = enter(run.session, pairs, by=run.by, at=run.at, state=ReportState.OPEN)
        for step, row in zip(steps, made, strict=True):
            step.verdict.code = row.code
            run.ours.add(row.code)
        run.touched |= bool(made)

    def _write(self, step: Step) -> None:
        run = self.run
        try:
            if step.add is not None:
                self._raise(step, step.add)
            else:
                row = step.found
                personal = {name: list(pair) for name, pair in step.changes.items() if name in log.PERSONAL}
                if step.reopen:
                    standing.reopen(run.session, row, by=run.by, at=run.at)
                if step.changes:
                    intake.change_report(run.session, row, step.new["report"], by=run.by, at=run.at)
                self._note(row, personal)
        except MatcherError as error:  # somebody promised it meanwhile
            refuse(step, broken(run.reader, step.draft, error))
        else:
            run.touched = True

    def _raise(self, step: Step, similar: Similar) -> None:
        run, said = self.run, step.new.get("words" if self.offers else "story") or step.new["title"]
        row = lines.by_code(run.session, self.table, similar.code)
        told_before = row.words if isinstance(row, Offer) else row.story
        duplicates.add_to(
            run.session, similar.code, step.new["quantity"], by=run.by, at=run.at, unit=step.new["unit"], told=said
        )
        told_now = row.words if isinstance(row, Offer) else row.story
        if told_before != told_now:
            self._note(row, {"words" if self.offers else "story": [told_before, told_now]})

    def _note(self, row: Challenge | Offer, personal: dict[str, list[Any]]) -> None:
        """Keep personal values as they were: the log does not, and taking back needs them."""
        if personal:
            name = f"{log.SUBJECTS[type(row)].value}:{row.id}"
            kept = self.run.before.setdefault(name, {})
            for one, (old, new) in personal.items():
                kept[one] = [kept[one][0] if one in kept else old, new]

    def finish(self, *, write: bool) -> None:
        """Note what the rows knew of parties, the last one counting where they contradict each other."""
        run, known = self.run, list(self._known.values())
        changed, facts = run.parties.news(known)
        if write and (changed or facts):
            run.parties.write(changed, facts, run.before)
            run.touched = True


def _words(party_id: int, new: dict[str, Any]) -> int:
    """What makes two rows without a reference the same: whose, what kind, which words; as a number."""
    return hash((party_id, new["category"], new["title"], new["words"] if "words" in new else new["story"]))


def _digest(draft: Draft) -> int:
    return hash(repr(sorted(draft.values.items(), key=lambda pair: pair[0])))


def _base(row: Challenge | Offer) -> dict[str, Any]:
    """What a stored row says, as the values of a report or gift."""
    kind = Gift if isinstance(row, Offer) else Report
    values = {column.name: getattr(row, column.name) for column in fields(kind)}
    if isinstance(row, Offer):
        values["conditions"] = [
            (FactCode(part["fact"]), Operator(part["op"]), part["value"]) for part in row.conditions
        ]
    return values


def _same_day(new: Any, old: Any) -> bool:
    return new is None or lines.today(new) == lines.today(old)
