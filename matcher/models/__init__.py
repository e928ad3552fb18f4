"""All tables and the rules that hold between their rows; states change only through `matcher.log.move`."""

from __future__ import annotations

from matcher.models.base import Amount, Base, UTCDateTime
from matcher.models.desk import Account, Message, RequestKey, Throttle, WebSession
from matcher.models.incoming import ColumnChoice, Example, Import, SavedText
from matcher.models.meetings import Attendance, Event, TalkPin, Timetable
from matcher.models.parties import Fact, Office, Party, Region, family, whose
from matcher.models.partnerships import Agreement, Match, Paper, Proof
from matcher.models.ranking import Snooze, Suggestion, Weights, Wording
from matcher.models.reports import Challenge, Offer, Rule
from matcher.models.sharing import Pin, Plan, PlanGap, PlanRow
from matcher.models.trace import Counter, Log, LogHead, next_codes

__all__ = [
    "Account",
    "Agreement",
    "Amount",
    "Attendance",
    "Base",
    "Challenge",
    "ColumnChoice",
    "Counter",
    "Event",
    "Example",
    "Fact",
    "Import",
    "Log",
    "LogHead",
    "Match",
    "Message",
    "Offer",
    "Office",
    "Paper",
    "Party",
    "Pin",
    "Plan",
    "PlanGap",
    "PlanRow",
    "Proof",
    "Region",
    "RequestKey",
    "Rule",
    "SavedText",
    "Snooze",
    "Suggestion",
    "TalkPin",
    "Throttle",
    "Timetable",
    "UTCDateTime",
    "WebSession",
    "Weights",
    "Wording",
    "family",
    "next_codes",
    "whose",
]
