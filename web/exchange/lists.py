"""Owns tables of libraries and of stakeholders: which are new, changed, the same or like another, and their writing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from matcher.duplicates import Similar
from matcher.vocabulary import ReportState, Words
from web.exchange.parties import Known, Refused
from web.exchange.rows import Draft
from web.exchange.steps import ADD, NEW, SKIP, TWICE_PARTY, Run, Step, begin, filled, good, refuse
from web.exchange.tables import Row
from web.exchange.verdicts import Status

_LIKE = Words("namanya mirip", "a similar name")


class Lists:
    """One table of libraries or of stakeholders under way."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._seen: dict[int, tuple[int, int]] = {}  #: party → its row in this table, and a digest of what it says

    def existing(self, _code: str, _ref: str | None) -> None:
        """What a row says does not depend on what is stored."""

    def prefetch(self, _rows: Sequence[Row]) -> None:
        """All parties are known already."""

    def decide(self, drafts: Sequence[Draft]) -> list[Step]:
        """What becomes of each row; nothing is written."""
        steps = [begin(draft) for draft in drafts]
        for step in steps:
            if not step.draft.problems:
                try:
                    self._decide(step)
                except Refused as refused:
                    refuse(step, refused)
        self._compare([step for step in steps if step.verdict.status is Status.SAME])
        for step in steps:
            step.verdict.warnings = step.draft.warnings
        return steps

    def _decide(self, step: Step) -> None:
        draft, parties = step.draft, self.run.parties
        party = parties.by_code(draft) or parties.find(draft)
        if party is None and (like := parties.like(draft)) is not None:
            party = self._like(step, like)
            if step.verdict.status is not Status.NEW:
                return
        step.party = party or self._expect(draft)
        step.verdict.code = step.party.slug if step.party.id is not None else ""
        self._once(step)
        if step.party.id is not None:
            step.verdict.status = Status.SAME
            self._say(step, step.party)

    def _like(self, step: Step, like: Known) -> Known | None:
        """A party whose name is almost this one: somebody decides, without a person it is a new one."""
        verdict, decision = step.verdict, self.run.decisions.get(step.draft.row, "")
        verdict.similar = Similar(
            like.slug, like.name, None, "", ReportState.OPEN, 0.8, _LIKE, None, dt.date.min
        )  # fmt: skip
        verdict.decision = decision
        if decision == SKIP:
            verdict.status = Status.SKIPPED
        elif decision not in (NEW, ADD) and self.run.ask:
            verdict.status = Status.SIMILAR
        return like if decision == ADD else None

    def _expect(self, draft: Draft) -> Known:
        party = self.run.parties.expect(draft)
        party.ref = draft.ref or (draft.code or None)
        party.about, party.private_note = draft.values.get("about", ""), draft.values.get("private_note", "")
        return party

    def _once(self, step: Step) -> None:
        """A party stands in one row of a table; the same again is the same, something else is asked about."""
        draft, party = step.draft, cast("Known", step.party)
        said = hash(repr((draft.values, draft.contact, draft.facts, draft.place.code)))
        row, before = self._seen.setdefault(id(party), (draft.row, said))
        if row == draft.row:
            return
        if said != before:
            raise Refused(self.run.reader.problem(draft.row, "party", draft.name, filled(TWICE_PARTY, row=row)))
        step.verdict.status = Status.SAME

    def _say(self, step: Step, party: Known) -> None:
        """What the row says of a party that is stored."""
        draft, verdict, parties = step.draft, step.verdict, self.run.parties
        parties.complete(party, draft, verdict)
        for name in ("about", "sector"):
            if draft.values.get(name):
                party.say(name, draft.values[name], verdict)
        if party.ref is None and draft.ref is not None:
            party.say("ref", draft.ref, verdict)
        if party not in parties.named(draft):
            party.say("name", draft.name, verdict)
        told = [line for line in draft.values.get("private_note", "").split("\n") if line not in party.private_note]
        if told:
            party.say("private_note", "\n".join(filter(None, [party.private_note, *told])), verdict)
        parties.say_facts(party, draft, verdict)

    def _compare(self, steps: Sequence[Step]) -> None:
        """What of it is news; kept until it is written."""
        parties: dict[int, Known] = {id(step.party): step.party for step in steps if step.party is not None}
        self._changed, self._facts = self.run.parties.news(parties.values())

    def carry_out(self, steps: Sequence[Step]) -> None:
        """Write what was decided about some rows."""
        run, wanted = self.run, good(steps)
        fresh = [step for step in wanted if cast("Known", step.party).id is None]
        run.parties.rows([cast("Known", step.party) for step in fresh])
        for step in fresh:
            cast("Known", step.party).facts = {code: (value, step.verdict) for code, value in step.draft.facts.items()}
        more: list[Any] = [
            (step.party, code, value) for step in fresh for code, value in step.draft.facts.items()
        ]  # fmt: skip
        if self._changed or self._facts or more:
            run.parties.write(self._changed, [*self._facts, *more], run.before)
        run.touched |= bool(fresh or self._changed or self._facts)
        for step in steps:
            if step.verdict.status in (Status.NEW, Status.CHANGED, Status.SAME):
                step.verdict.code = cast("Known", step.party).slug
                run.entered[step.draft.row] = step.verdict.code
        run.parties.settle({id(step.party): step.party for step in steps if step.party is not None}.values())

    def finish(self, *, write: bool) -> None:
        """Nothing is left: each party stands in one row."""
