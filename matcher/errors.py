"""What may go wrong, as codes with values; `web.errors` turns a code into a status and a sentence."""

from __future__ import annotations

from typing import Any, ClassVar


class MatcherError(Exception):
    """A rule of the domain was about to be broken.

    ``code`` names the rule, ``values`` fill the sentence; ``field`` is the form field it is about, where there is one.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 409

    def __init__(self, **values: Any) -> None:
        super().__init__(f"{self.code} {values}" if values else self.code)
        self.values = values
        self.field: str | None = values.pop("field", None)


# --- 404 -------------------------------------------------------------------------------------------------------------


class NotFound(MatcherError):
    """There is no such row, or it is not yours."""

    code, status = "not_found", 404


# --- 403 -------------------------------------------------------------------------------------------------------------


class NotAllowed(MatcherError):
    """The role may not do this."""

    code, status = "not_allowed", 403


# --- 409: a rule or a race -------------------------------------------------------------------------------------------


class NotPossible(MatcherError):
    """The state does not allow the move; *who* and *when* say who decided it."""

    code = "not_possible"


class AlreadyDecided(MatcherError):
    """Somebody else decided this pair first."""

    code = "already_decided"


class NothingLeft(MatcherError):
    """The offer does not hold what the line asks; *holders* names who took it."""

    code = "nothing_left"


class TooMuchForChallenge(MatcherError):
    """The lines would cover more than the challenge needs and no waiver was given."""

    code = "too_much_for_challenge"


class ConsentMissing(MatcherError):
    """A side has not said yes, or said yes to another number."""

    code = "consent_missing"


class QuantityUnknown(MatcherError):
    """The line has no number yet."""

    code = "quantity_unknown"


class AgreementMissing(MatcherError):
    """A line cannot be agreed without a paper, spoken or written."""

    code = "agreement_missing"


class ExperienceNeedsNoPaper(MatcherError):
    """A line of experience is between the two libraries."""

    code = "experience_needs_no_paper"


class NotProven(MatcherError):
    """A line cannot be finished before what was promised is verified, unless a reason is given."""

    code = "not_proven"


class GiverIsTaker(MatcherError):
    """Giver and taker are one party."""

    code = "giver_is_taker"


class MessageAlreadySent(MatcherError):
    """A message went out; the decision cannot be undone silently."""

    code = "message_already_sent"


class NothingToUndo(MatcherError):
    """There is no decision of yours left to undo."""

    code = "nothing_to_undo"


class RefusedBefore(MatcherError):
    """The pair was refused and neither side has changed since."""

    code = "refused_before"


class NotTheSame(MatcherError):
    """Two rows cannot be one; *why* says what tells them apart."""

    code = "not_the_same"


class HoldsPromises(MatcherError):
    """Promises rest on the row (*lines* names them): it cannot go."""

    code = "holds_promises"


class NotMerged(MatcherError):
    """There is no merge to take back."""

    code = "not_merged"


class ChangedMeanwhile(MatcherError):
    """Another person changed the row between reading and writing."""

    code = "changed_meanwhile"


class SameKeyOtherForm(MatcherError):
    """A form's key came back with other contents."""

    code, status = "same_key_other_form", 422


class CannotShare(MatcherError):
    """The offer cannot be shared out; *why* says so in words, *hindrance* by its code."""

    code = "cannot_share"


class NotWaiting(MatcherError):
    """The challenge cannot take part in sharing an offer out, or no longer; *why* says so in words."""

    code = "not_waiting"


class ImportTakenBack(MatcherError):
    """The table was taken back after it had entered."""

    code = "import_taken_back"


class TimetableContradicts(MatcherError):
    """What is asked of a timetable cannot be had; *clash* says why, *pins* is the smallest set that causes it."""

    code = "timetable_contradicts"


class TooLateToTakeBack(MatcherError):
    """An import can be taken back for some *days* only."""

    code = "too_late_to_take_back"


class NothingToPlan(MatcherError):
    """A plan wants challenges and offers; *side* says which are missing."""

    code = "nothing_to_plan"


class PinsContradict(MatcherError):
    """Pins that no plan can keep together: *pairs* is the smallest set of them, *why* the rule they break."""

    code = "pins_contradict"


class RowOutdated(MatcherError):
    """A row of a plan is possible no more; *why* says what changed."""

    code = "row_outdated"


class AlreadyPublished(MatcherError):
    """The plan was put forward before; *when*."""

    code = "already_published"


class PlanOutdated(MatcherError):
    """A newer plan was worked out since; *newest* is its number."""

    code = "plan_outdated"


# --- 422: the form ---------------------------------------------------------------------------------------------------


class Invalid(MatcherError):
    """A value cannot be accepted."""

    code, status = "invalid", 422


class Required(Invalid):
    """A value is missing."""

    code = "required"


class NotANumber(Invalid):
    """The text is not a number."""

    code = "not_a_number"


class TwoNumbers(Invalid):
    """The figures can mean two numbers; *large* and *small* are ways to write each so that it means one."""

    code = "two_numbers"


class OutOfRange(Invalid):
    """The number lies outside what is possible."""

    code = "out_of_range"


class NotABreak(Invalid):
    """A line of breaks holds not two numbers; *row* of how many, *value* as typed."""

    code = "not_a_break"


class BreakImpossible(Invalid):
    """A break stands *after* no talk that another follows, or is *long* beyond *shortest* and *longest* minutes."""

    code = "break_impossible"


class BreakTwice(Invalid):
    """Two breaks stand *after* the same talk."""

    code = "break_twice"


class NotAChoice(Invalid):
    """The word is not among those known."""

    code = "not_a_choice"


class SameColumnTwice(Invalid):
    """Two columns of a table would mean the same."""

    code = "same_column_twice"


class NotADate(Invalid):
    """The text is not a date."""

    code = "not_a_date"


class TooLong(Invalid):
    """The text is longer than the field holds."""

    code = "too_long"


class BadText(Invalid):
    """The text holds characters nobody typed (NUL, control characters, half surrogates)."""

    code = "bad_text"


class UnitsDoNotConvert(Invalid):
    """The two units cannot be turned into each other (copies and titles, say)."""

    code = "units_do_not_convert"


class UnknownPlace(Invalid):
    """No village of that name, or several."""

    code = "unknown_place"


class SeveralPlaces(Invalid):
    """Several villages bear the name; *kecamatan* names where they lie."""

    code = "several_places"


class TooMany(Invalid):
    """More parts than are taken at a time."""

    code = "too_many"


class EndsBeforeStart(Invalid):
    """The last day lies before the first."""

    code = "ends_before_start"


class ShareAboveGap(Invalid):
    """A share is larger than what the challenge lacks."""

    code = "share_above_gap"


class ShareAboveLeft(Invalid):
    """The shares together are larger than what the offer has left."""

    code = "share_above_left"


class ShareTooSmall(Invalid):
    """A share is below the smallest part the giver hands out."""

    code = "share_too_small"


class ShareTooLarge(Invalid):
    """A share is above the largest part the giver hands out."""

    code = "share_too_large"


class ShareNotWhole(Invalid):
    """A share holds a part of what cannot be divided."""

    code = "share_not_whole"


class NothingToShare(Invalid):
    """Nobody was given a share."""

    code = "nothing_to_share"


class WeightsDoNotSum(Invalid):
    """The weights are not non-negative numbers that sum to 100."""

    code = "weights_do_not_sum"


class NothingToLearn(Invalid):
    """Decisions of one kind only, or none: no weight can be moved by them."""

    code = "nothing_to_learn"


class DamagedWeights(Invalid):
    """What is stored of learned weights cannot be used: another version, other factors, or damaged."""

    code = "damaged_weights"


class SignInFailed(MatcherError):
    """Name or password do not match."""

    code, status = "sign_in_failed", 422


class TooManyTries(MatcherError):
    """Too many attempts from here; *seconds* says how long to wait."""

    code, status = "too_many_tries", 429
