"""Who may do what: one table of roles and actions, and one rule that says *own rows only*."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matcher.errors import NotAllowed, NotFound
from matcher.vocabulary import Term


class Role(Term):
    """Who a person is to the service."""

    VISITOR = "visitor", "pengunjung", "visitor"
    PENGELOLA = "pengelola", "pengelola perpustakaan", "library keeper"
    MITRA = "mitra", "mitra", "partner"
    FASILITATOR = "fasilitator", "fasilitator", "facilitator"
    PETUGAS = "petugas", "petugas dinas", "officer"
    KEPALA = "kepala", "kepala dinas", "head of the office"
    ADMIN = "admin", "pengelola sistem", "administrator"


class Action(StrEnum):
    """What can be done; each route and each use case names one."""

    BROWSE = "browse"  #: see open challenges, without contacts
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    REPORT = "report"  #: write challenges and offers down
    READ_DESK = "read_desk"  #: see suggestions, lines, parties
    DECIDE = "decide"  #: propose, refuse, undo, open, ask for corrections
    CONSENT = "consent"  #: say yes to a line
    AGREE = "agree"  #: agreements, proofs, finishing
    READ_CONTACT = "read_contact"  #: phone numbers and names
    IMPORT = "import"
    EXPORT = "export"
    SETTINGS = "settings"


_OFFICE = frozenset(
    {
        Action.BROWSE,
        Action.SIGN_IN,
        Action.SIGN_OUT,
        Action.REPORT,
        Action.READ_DESK,
        Action.DECIDE,
        Action.CONSENT,
        Action.AGREE,
        Action.READ_CONTACT,
        Action.IMPORT,
        Action.EXPORT,
    }
)
_ANYBODY = frozenset({Action.BROWSE, Action.SIGN_IN})

ALLOWED: dict[Role, frozenset[Action]] = {
    Role.VISITOR: _ANYBODY,
    Role.PENGELOLA: _ANYBODY | {Action.REPORT, Action.CONSENT},
    Role.MITRA: _ANYBODY | {Action.REPORT, Action.CONSENT},
    Role.FASILITATOR: _ANYBODY | {Action.SIGN_OUT, Action.REPORT, Action.CONSENT},
    Role.PETUGAS: _OFFICE,
    Role.KEPALA: _OFFICE,
    Role.ADMIN: _OFFICE | {Action.SETTINGS},
}

#: Roles that speak for one party and reach only its rows.
OF_A_PARTY = frozenset({Role.PENGELOLA, Role.MITRA})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking: a name for the log, a role, and the office or the party he belongs to."""

    name: str
    role: Role = Role.VISITOR
    office_id: int | None = None
    party_id: int | None = None

    def may(self, action: Action) -> bool:
        """Whether the role allows *action* at all."""
        return action in ALLOWED[self.role]


def covers(actor: Actor, action: Action, *, office_id: int | None = None, party_id: int | None = None) -> bool:
    """Whether *actor* may do *action* to a row of that office and party.

    The table of roles first; then own rows only: people of an office reach its rows (an offer without an office is
    national and reached by all), a party's people reach that party's.
    """
    if not actor.may(action):
        return False
    if actor.role in OF_A_PARTY:
        return party_id is not None and party_id == actor.party_id
    return office_id is None or actor.office_id is None or office_id == actor.office_id


def require(actor: Actor, action: Action, *, office_id: int | None = None, party_id: int | None = None) -> None:
    """Let *actor* do *action* to a row of that office and party.

    Raises
    ------
    NotAllowed
        The role may not do this to anything.
    NotFound
        It may, but the row is somebody else's: what is not yours does not exist.
    """
    if not actor.may(action):
        raise NotAllowed(action=action)
    if not covers(actor, action, office_id=office_id, party_id=party_id):
        raise NotFound
