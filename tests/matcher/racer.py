"""One of two real processes of a race: ready, wait for the start, act once, and say on one line what came of it."""

from __future__ import annotations

import json
import sys
from decimal import Decimal

from matcher import duplicates, merging, partnership, review, sharing, standing
from matcher.errors import MatcherError
from matcher.models import Challenge, Offer, Party, next_codes
from matcher.policy import Actor, Role
from tests.builders import AT
from web.db import open_engine, sessions


def agree(session, by, task):
    """Make a proposal a promise."""
    partnership.agree(session, task["match"], by=by, at=AT, agreement_id=task["agreement"])


def agree_together(session, by, task):
    """Make several proposals promises."""
    partnership.agree_together(session, task["matches"], by=by, at=AT, agreement_id=task["agreement"])


def share(session, by, task):
    """Agree one offer over several challenges at the table; *propose* only proposes."""
    from matcher.models import Office
    from matcher.vocabulary import AgreementKind

    office, offer = session.get_one(Office, task["office"]), session.get_one(Offer, task["offer"])
    shares = {code: Decimal(number) for code, number in task["shares"].items()}
    if task.get("propose"):
        sharing.propose_shares(session, office, offer, shares, by=by, at=AT)
    else:
        sharing.agree_shares(
            session, office, offer, shares, by=by, at=AT, kind=AgreementKind.ORAL, note="kepala desa"
        )  # fmt: skip


def propose(session, by, task):
    """Put a pair forward."""
    review.propose(session, task["challenge"], task["offer"], by=by, at=AT, quantity=Decimal(1))


def undo(session, by, task):
    """Take back the press that made a line."""
    review.undo(session, match_id=task["match"], by=by, at=AT)


def withdraw(session, by, task):
    """Take an offer back."""
    standing.withdraw_offer(session, session.get_one(Offer, task["offer"]), by=by, at=AT)


def prove(session, by, task):
    """Note a hand-over."""
    from matcher.vocabulary import ProofKind

    partnership.prove(session, task["match"], ProofKind.HANDOVER, Decimal(task["quantity"]), on=AT.date(), by=by, at=AT)


def number(session, by, task):
    """Take five codes."""
    task["codes"] = next_codes(session, "K", 5)


def refresh(session, by, task):
    """Rebuild the suggestions of some challenges."""
    from matcher import matching
    from matcher.models import Office

    matching.refresh_challenges(session, session.get_one(Office, task["office"]), task["challenges"], at=AT)


def merge_parties(session, by, task):
    """Let one party stand for another."""
    kept, other = (session.get_one(Party, task[side]) for side in ("kept", "other"))
    merging.merge_parties(session, kept, other, by=by, at=AT)


def merge_reports(session, by, task):
    """Close one challenge as a duplicate of another, their numbers added up."""
    kept, other = (session.get_one(Challenge, task[side]) for side in ("kept", "other"))
    merging.merge_reports(session, kept, other, by=by, at=AT, add_up=True)


def add(session, by, task):
    """Raise a challenge's number."""
    duplicates.add_to(session, task["code"], Decimal(2), by=by, at=AT)


ACTS = {
    act.__name__: act
    for act in (
        agree, agree_together, propose, withdraw, prove, number, refresh, merge_parties, merge_reports, add, share,
        undo,
    )
}  # fmt: skip


def run(maker, task):
    """Act once in one transaction; what came of it."""
    by = Actor(task["by"], Role.PETUGAS, office_id=task["office"])
    with maker() as session:
        try:
            ACTS[task["act"]](session, by, task)
            session.commit()
        except MatcherError as error:
            session.rollback()
            return {"code": error.code, "values": error.values}
    return {"code": "ok", "codes": task.get("codes")}


def connected(url):
    """Sessions on a database; the first connection takes its time before the race."""
    maker = sessions(open_engine(url))
    with maker() as session:
        session.connection()
    return maker


def main():
    """Answer one task after the other, each at the moment the start is called."""
    maker = None
    for line in sys.stdin:
        task = json.loads(line)
        if "url" in task:
            maker = connected(task["url"])
            say({"ready": True})
            continue
        try:
            say(run(maker, task))
        except Exception as error:
            say({"code": type(error).__name__, "said": str(error)[:500]})


def say(told):
    """One line of JSON."""
    sys.stdout.write(json.dumps(told, default=str) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
