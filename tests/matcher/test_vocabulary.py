"""Every closed list is complete: words in both languages, every state reachable, every reason with its key."""

from __future__ import annotations

import string

import pytest

from matcher import errors, policy, vocabulary
from matcher.explaining import REASONS
from matcher.policy import ALLOWED, Action, Actor, Role, covers
from matcher.vocabulary import (
    DEFAULT_UNIT,
    MATCHED,
    TRANSITIONS,
    UNITS,
    AgreementState,
    Band,
    Category,
    Certainty,
    EventState,
    MatchState,
    MessageKind,
    Move,
    Refusal,
    ReportState,
    Subject,
    Teaches,
    Term,
    convert,
    graded,
    transition,
)

TERMS = sorted(
    (term for module in (vocabulary, policy) for term in vars(module).values()
     if isinstance(term, type) and issubclass(term, Term) and term is not Term),
    key=lambda term: term.__name__,
)  # fmt: skip
MEMBERS = [member for term in dict.fromkeys(TERMS) for member in term]
STATES = {
    Subject.CHALLENGE: ReportState, Subject.OFFER: ReportState, Subject.MATCH: MatchState,
    Subject.AGREEMENT: AgreementState, Subject.EVENT: EventState,
}  # fmt: skip


def places(sentence):
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: f"{type(member).__name__}.{member.name}")
def test_every_member_has_words_in_both_languages_with_the_same_places(member):
    assert member.words.id.strip()
    assert member.words.en.strip()
    assert places(member.words.id) == places(member.words.en)


@pytest.mark.parametrize("code", REASONS)
def test_every_reason_of_a_score_has_words_in_both_languages_with_the_same_places(code):
    assert places(REASONS[code].id) == places(REASONS[code].en)
    assert REASONS[code].id.strip()
    assert REASONS[code].en.strip()


@pytest.mark.parametrize("unit", UNITS.values(), ids=lambda unit: unit.code)
def test_every_unit_converts_into_itself_and_back(unit):
    assert convert(3, unit.code, unit.code) == 3
    assert unit.words.id
    assert unit.words.en
    for other in UNITS:
        there = convert(3, unit.code, other)
        assert there is None or convert(there, other, unit.code) == pytest.approx(3)


def test_copies_and_titles_do_not_convert_and_hours_make_days():
    assert convert(10, "copy", "title") is None
    assert convert(8, "hour", "day") == 1


@pytest.mark.parametrize("category", Category)
def test_every_category_has_a_usual_unit_of_its_own(category):
    assert UNITS[DEFAULT_UNIT[category]].category is category


def test_six_categories_are_matched_and_the_seventh_is_not():
    assert len(MATCHED) == 6
    assert Category.OTHER not in MATCHED


# --- states ---


@pytest.mark.parametrize("subject", STATES)
def test_every_state_can_be_reached_from_nothing(subject):
    reached, grew = {None}, True
    while grew:
        steps = [row for row in TRANSITIONS if row.subject is subject and set(row.sources) & reached]
        grew = bool({row.target for row in steps} - reached)
        reached |= {row.target for row in steps}
    assert reached == {None, *STATES[subject]}


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.subject}.{row.move}")
def test_every_transition_is_found_by_its_move_and_source_and_fits_its_subject(row):
    states = set(STATES[row.subject])
    assert row.target in states
    for source in row.sources:
        assert source is None or source in states
        assert transition(row.subject, row.move, source) is row


@pytest.mark.parametrize("subject", STATES)
def test_from_each_state_a_move_leads_to_one_state(subject):
    seen = [(row.move, source) for row in TRANSITIONS if row.subject is subject for source in row.sources]
    assert len(seen) == len(set(seen))


def test_a_move_that_is_not_in_the_table_leads_nowhere():
    assert transition(Subject.MATCH, Move.AGREE, MatchState.DECLINED) is None
    assert transition(Subject.MATCH, Move.FINISH, MatchState.PROPOSED) is None
    assert transition(Subject.OFFER, Move.AGREE, ReportState.OPEN) is None
    assert transition(Subject.CHALLENGE, Move.REOPEN, ReportState.REFUSED) is None


# --- reasons ---


def test_the_ten_refusals_have_the_ten_digits_as_their_keys():
    assert sorted(reason.key for reason in Refusal) == list("0123456789")
    assert len(Refusal) == 10


def test_only_a_lesson_teaches():
    lessons = {reason for reason in Refusal if reason.teaches is Teaches.LESSON}
    assert lessons == {
        Refusal.WRONG_KIND, Refusal.WRONG_QUANTITY, Refusal.TOO_FAR, Refusal.MORE_URGENT_ELSEWHERE
    }  # fmt: skip
    assert Refusal.GIVER_POLICY.teaches is Teaches.RULE
    assert Refusal.OTHER.teaches is Teaches.NOTHING


@pytest.mark.parametrize("kind", MessageKind)
def test_a_message_can_be_filled_in_both_languages(kind):
    filled = dict.fromkeys(places(kind.words.id), "tiga")
    for lang in ("id", "en"):
        assert "{" not in kind.words.say(lang, **filled)


@pytest.mark.parametrize("scale", [Band, Certainty])
def test_a_scale_goes_from_best_to_worst_down_to_nought(scale):
    floors = [member.floor for member in scale]
    assert floors == sorted(floors, reverse=True)
    assert floors[-1] == 0
    for member in scale:
        assert graded(scale, member.floor) is member
    assert graded(scale, 0) is list(scale)[-1]


# --- errors and rights ---


def kinds_of(error):
    return {error} | {kind for child in error.__subclasses__() for kind in kinds_of(child)}


KINDS = kinds_of(errors.MatcherError) - {errors.MatcherError}


def test_every_refusal_of_the_domain_has_a_code_of_its_own_and_a_status():
    own = [kind.code for kind in KINDS]
    assert len(own) == len(set(own))
    assert {kind.status for kind in KINDS} <= {403, 404, 409, 422, 429}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_nobody_reaches_the_rows_of_another_office_or_party(role, action):
    actor = Actor("x", role, office_id=1, party_id=1 if role in policy.OF_A_PARTY else None)
    allowed = action in ALLOWED[role]
    assert covers(actor, action, office_id=1, party_id=1) == allowed
    if role in policy.OF_A_PARTY:
        assert not covers(actor, action, office_id=1, party_id=2)
        assert not covers(actor, action, office_id=1)
    else:
        assert not covers(actor, action, office_id=2)
