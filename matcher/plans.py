"""The district's plan: worked out, kept and compared with the one before, put forward as proposals, taken back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from matcher import lines, log, plan_district, plan_figures, plan_solving, plan_telling, planning, review
from matcher.errors import AlreadyPublished, MatcherError, NotFound, NothingToUndo, PlanOutdated, Required, RowOutdated
from matcher.models import Match, Office, Plan, PlanGap, PlanRow
from matcher.pairs import lock_all
from matcher.planning import Setting
from matcher.policy import Action, Actor, require
from matcher.queries.plans import Change, change_of
from matcher.vocabulary import MatchState, ReportState

Watch = Callable[[int, int], None]  #: is told how much of how much is done, and may raise to end the work
SETTINGS, DEFAULT = planning.SETTINGS, planning.DEFAULT
STAGES = len(SETTINGS) + 2  #: of working a plan out
KEPT_DRAFTS = 3  #: drafts whose rows are kept; of older ones only the heading stays


def _nobody(_done: int, _total: int) -> None:
    """Nobody looks on."""


# --- working out -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Draft:
    """A plan that was worked out and not kept yet."""

    setting: Setting
    day: dt.date
    rows: Sequence[dict[str, Any]]  #: columns of PlanRow
    gaps: Sequence[dict[str, Any]]  #: columns of PlanGap
    figures: dict[str, Any]
    shortage: dict[str, Any]
    faults: Sequence[planning.Fault] = ()


def work_out(session: Session, office: Office, setting: Setting, *, at: dt.datetime, watch: Watch = _nobody) -> Draft:
    """Work a plan out, beside what the other settings would reach; writes nothing.  The same input, the same plan."""
    district = plan_district.see(session, office, at=at)
    watch(1, STAGES)
    problem = district.table.problem
    found: dict[str, plan_solving.Solution] = {}
    for stage, one in enumerate(SETTINGS, 2):
        found[one.code] = plan_solving.solve(problem, one, watch=partial(_within, watch, stage - 1))
        watch(stage, STAGES)
    chosen = found[setting.code]
    best = plan_figures.total(problem, found["best_fit"].steps)
    figures = {code: plan_telling.figures_of(problem, one.steps, best) for code, one in found.items()}
    proof = {"objective": chosen.objective, "bound": float(chosen.bound), "gap": float(chosen.gap)}
    draft = Draft(
        setting, lines.today(at), plan_telling.rows_of(district, chosen.steps),
        plan_telling.gaps_of(district, chosen.steps),
        {"settings": figures, "proof": proof, "challenges": len(problem.need), "offers": len(district.world.gifts)},
        plan_telling.shortage_of(district, chosen.steps, setting), planning.faults(problem, chosen.steps),
    )  # fmt: skip
    watch(STAGES, STAGES)
    return draft


def _within(watch: Watch, stage: int, _done: int, _total: int) -> None:
    """Between two stages only ask whether to go on."""
    watch(stage, STAGES)


# --- keeping ---------------------------------------------------------------------------------------------------------


def keep_plan(session: Session, office: Office, draft: Draft, *, by: Actor, at: dt.datetime) -> Plan:
    """Keep a plan, compared with the one before; rows of drafts nobody needs any more are let go."""
    require(by, Action.DECIDE, office_id=office.id)
    lines.get(session, Office, office.id, lock=True)
    before = newest(session, office)
    plan = Plan(
        office_id=office.id, number=1 if before is None else before.number + 1, setting=draft.setting.code,
        day=draft.day, before_id=None if before is None else before.id, figures=draft.figures, shortage=draft.shortage,
        made_at=at, made_by=by.name,
    )  # fmt: skip
    session.add(plan)
    log.record(session, plan, "work_out", by=by, at=at, changes={"setting": [None, plan.setting]})
    session.flush()
    rows = [{**row, "plan_id": plan.id, "before": None, "gone": False} for row in draft.rows]
    if before is not None:
        rows += _compare(session, plan, before, rows)
        plan.figures = {**plan.figures, "changes": _counted(rows)}
    if rows:
        session.execute(insert(PlanRow), rows)
    if draft.gaps:
        session.execute(insert(PlanGap), [{**gap, "plan_id": plan.id} for gap in draft.gaps])
    _forget_old(session, office)
    return plan


def newest(session: Session, office: Office) -> Plan | None:
    """The plan that was worked out last."""
    rows = select(Plan).where(Plan.office_id == office.id)
    return session.scalar(rows.order_by(Plan.number.desc()).limit(1))


def _compare(session: Session, plan: Plan, before: Plan, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write onto *rows* what the plan before gave, and return those that are gone.

    What became a proposal since is neither: it is no row of a plan any more.
    """
    kept = {(row["challenge_id"], row["offer_id"]): row for row in rows}
    old = select(PlanRow).where(PlanRow.plan_id == before.id, PlanRow.gone.is_(False))
    if stands(before):
        old = old.where(PlanRow.match_id.is_(None))
    gone = []
    for one in session.scalars(old):
        if (now := kept.get((one.challenge_id, one.offer_id))) is not None:
            now["before"] = one.quantity
        else:
            gone.append({
                "plan_id": plan.id, "challenge_id": one.challenge_id, "offer_id": one.offer_id, "gone": True,
                "quantity": one.quantity, "offer_quantity": one.offer_quantity, "before": one.quantity,
                "score": one.score, "pinned": False, "told": {},
            })  # fmt: skip
    return gone


def _counted(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many rows are new, changed, the same, gone."""
    found = Counter(change_of(gone=row["gone"], before=row["before"], quantity=row["quantity"]).value for row in rows)
    return {change.value: found[change.value] for change in Change}


def _forget_old(session: Session, office: Office) -> None:
    """Rows of old drafts, which nobody compares with any more."""
    drafts = select(Plan.id).where(Plan.office_id == office.id, Plan.published_at.is_(None))
    old = session.scalars(drafts.order_by(Plan.number.desc()).offset(KEPT_DRAFTS)).all()
    for table in (PlanRow, PlanGap):
        session.execute(delete(table).where(table.plan_id.in_(old)))


def standing_before(session: Session, plan: Plan) -> Plan | None:
    """The newest plan before *plan* whose proposals can still be taken back."""
    rows = select(Plan).where(
        Plan.office_id == plan.office_id, Plan.number < plan.number, Plan.published_at.is_not(None),
        Plan.undone_at.is_(None),
    )  # fmt: skip
    found = session.scalar(rows.order_by(Plan.number.desc()).limit(1))
    return found if found is not None and session.scalar(_standing(found).limit(1)) is not None else None


def forgotten(session: Session, plan: Plan) -> bool:
    """Whether its rows were let go of: an old draft."""
    if plan.published_at is not None:
        return False
    newer = select(func.count()).select_from(Plan).where(
        Plan.office_id == plan.office_id, Plan.published_at.is_(None), Plan.number > plan.number
    )  # fmt: skip
    return (session.scalar(newer) or 0) >= KEPT_DRAFTS


def stands(plan: Plan) -> bool:
    """Whether its rows were put forward and not taken back."""
    return plan.published_at is not None and plan.undone_at is None


def by_number(session: Session, office: Office, number: int) -> Plan:
    """The office's plan of that number; NotFound where there is none."""
    found = session.scalar(select(Plan).where(Plan.office_id == office.id, Plan.number == number))
    if found is None:
        raise NotFound(kind="plan", id=number)
    return found


# --- putting forward -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a plan's rows."""

    proposed: int
    left_out: Sequence[tuple[PlanRow, MatcherError]]  #: rows that are possible no more, and why


def publish(session: Session, plan: Plan, *, by: Actor, at: dt.datetime, watch: Watch = _nobody) -> Published:
    """Put every row forward as a proposal: one press, which `take_back` undoes until a text went out.

    A row whose pair was decided or closed meanwhile is left out and named.

    Raises
    ------
    AlreadyPublished, PlanOutdated, Required
        It was put forward before; a newer plan was worked out; it gives nothing.
    """
    plan = lines.get(session, Plan, plan.id, lock=True)
    require(by, Action.DECIDE, office_id=plan.office_id)
    office = lines.get(session, Office, plan.office_id)
    if stands(plan):
        raise AlreadyPublished(number=plan.number, when=plan.published_at)
    latest = newest(session, office)
    if latest is not None and latest.number > plan.number:
        raise PlanOutdated(number=plan.number, newest=latest.number)
    given = select(PlanRow).where(PlanRow.plan_id == plan.id, PlanRow.gone.is_(False))
    rows = list(session.scalars(given.order_by(PlanRow.offer_id, PlanRow.challenge_id)))
    if not rows:
        raise Required(field="rows")
    ours, theirs = lock_all(session, [(row.challenge_id, row.offer_id) for row in rows])
    closed = {  # whoever closed a side is named when the pair is tried
        place for place, row in enumerate(rows)
        if {ours[row.challenge_id].state, theirs[row.offer_id].state} != {ReportState.OPEN}
    }  # fmt: skip
    outdated = plan_district.outdated(session, office, rows, at=at)
    outdated = {place: why for place, why in outdated.items() if place not in closed}
    left_out: list[tuple[PlanRow, MatcherError]] = [
        (rows[place], RowOutdated(
            why=why, challenge=ours[rows[place].challenge_id].code, offer=theirs[rows[place].offer_id].code
        ))
        for place, why in sorted(outdated.items())
    ]  # fmt: skip
    standing = [row for place, row in enumerate(rows) if place not in outdated]
    wanted = [(row.challenge_id, row.offer_id, row.quantity) for row in standing]
    made, refused = review.propose_all(session, wanted, office, by=by, at=at, watch=watch)
    for row, match in zip(standing, made, strict=True):
        row.match_id = None if match is None else match.id
    left_out += [(standing[place], error) for place, error in refused]
    if len(left_out) == len(rows):
        return Published(0, left_out)
    changes = log.set_fields(plan, {"published_at": at, "undone_at": None})
    log.record(session, plan, "publish", by=by, at=at, changes=changes)
    session.flush()
    return Published(len(rows) - len(left_out), left_out)


def take_back(session: Session, plan: Plan, *, by: Actor, at: dt.datetime) -> int:
    """Take back every proposal of a plan that nobody decided on since; how many.

    Raises
    ------
    NothingToUndo, MessageAlreadySent
        It was never put forward, or nothing of it stands; a text about one of them went out.
    """
    plan = lines.get(session, Plan, plan.id, lock=True)
    require(by, Action.DECIDE, office_id=plan.office_id)
    first = session.scalar(_standing(plan).order_by(Match.id).limit(1))
    if not stands(plan) or first is None:
        raise NothingToUndo
    count = session.scalar(select(func.count()).select_from(_standing(plan).subquery())) or 0
    review.undo(session, by=by, at=at, match_id=first)
    return count


def _standing(plan: Plan) -> Any:
    """Ids of the plan's lines that are still proposals."""
    rows = select(Match.id).join(PlanRow, PlanRow.match_id == Match.id).where(PlanRow.plan_id == plan.id)
    return rows.where(Match.state == MatchState.PROPOSED)
