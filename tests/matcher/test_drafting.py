"""A pasted text is read once, settled draft by draft, kept as examples without names, and forgotten in time."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import drafting, intake, lines
from matcher.drafting import MESSAGES, MINUTES
from matcher.errors import NotAllowed, NotFound, Required, SeveralPlaces, TooLong, TooMany, UnknownPlace
from matcher.intake import Gift, Report
from matcher.models import Challenge, Example, Message, Offer, Party, SavedText
from matcher.policy import Actor, Role
from matcher.text.drafts import Draft
from matcher.vocabulary import Category, MessageKind, Mode, PartyKind, ReportState, Source
from tests.builders import AT, VILLAGE, World, another_office, later, world

NEED = "12/03/25 08.14 - Bu Siti: saya Siti, perpus Bunga Padi butuh 3 unit komputer. WA 0812-3456-7890\n"
THANKS = "12/03/25 08.15 - Pak Dedi: terima kasih banyak\n"
PROMISE = "12/03/25 08.16 - Pak Dedi: Kami dari Bank Jabar siap memberi 10 unit komputer\n"


@pytest.fixture
def w(session: Session) -> World:
    made = world(session)
    made.library("Perpustakaan Desa Bunga Padi")
    return made


def paste(w: World, text: str, kind: str = MESSAGES, **options: Any) -> SavedText:
    return drafting.paste(w.session, w.office, kind, text, **{"by": w.officer, "at": w.at, **options})


def hold(w: World, saved: SavedText, number: int = 1) -> drafting.Settling:
    return drafting.settling(w.session, saved.id, number, by=w.officer)


def party(w: World, name: str = "Perpustakaan Desa Bunga Padi") -> Party:
    return w.session.scalars(select(Party).where(Party.name == name)).one()


def report(**overrides: Any) -> Report:
    values: dict[str, Any] = {"category": Category.COMPUTERS, "quantity": Decimal(3), "source": Source.WHATSAPP}
    return Report(**values | overrides)


def save(w: World, saved: SavedText, number: int = 1, told: Report | Gift | None = None) -> str:
    return drafting.save(w.session, hold(w, saved, number), party(w), told or report(), by=w.officer, at=w.at)


def kinds(saved: SavedText) -> list[str]:
    return [item.kind for item in drafting.items(saved)]


def examples(w: World) -> list[Example]:
    return list(w.session.scalars(select(Example).order_by(Example.id)))


# --- pasting ---------------------------------------------------------------------------------------------------------


def test_a_chat_is_read_once_and_kept_as_plain_values(w: World) -> None:
    saved = paste(w, NEED + THANKS + PROMISE)
    w.session.expire(saved)
    found = drafting.items(saved)
    assert [item.kind for item in found] == ["challenge", "neither", "offer"]
    assert (found[0].party, found[0].category, found[0].quantity) == (party(w).id, "computers", 3)
    assert [item.number for item in drafting.waiting(saved)] == [1, 3]
    assert (saved.kind, saved.made_by, saved.settled_at) == (MESSAGES, "petugas", None)


def test_a_merged_or_retired_library_is_not_meant(w: World) -> None:
    old, kept = w.library("TBM Kenanga"), w.library("Perpustakaan Desa Kenanga")
    old.merged_into_id = kept.id
    w.library("Perpustakaan Desa Dahlia").retired_at = w.at
    w.session.flush()
    assert drafting.items(paste(w, "TBM Kenanga butuh 3 komputer"))[0].party == kept.id
    assert drafting.items(paste(w, "Perpustakaan Desa Dahlia butuh 3 komputer"))[0].party is None


@pytest.mark.parametrize("nothing", ["", "  \n ", "\u200b\u202e\x00"])
def test_nothing_pasted_is_said_so(w: World, nothing: str) -> None:
    with pytest.raises(Required):
        paste(w, nothing)


def test_too_long_a_text_and_too_many_messages_are_refused_with_their_number(w: World) -> None:
    with pytest.raises(TooLong) as long:
        paste(w, "a" * (drafting.LONGEST + 1))
    assert long.value.values == {"most": 100_000, "length": 100_001}
    with pytest.raises(TooMany) as many:
        paste(w, THANKS * 301)
    assert many.value.values == {"most": 300, "count": 301}
    assert paste(w, THANKS * 300).id
    with pytest.raises(TooMany):
        paste(w, "Kendala:\n" + "- Laptop hanya satu dan sering mati\n" * 301, MINUTES)


def test_marks_of_direction_nul_and_emoji_do_no_harm(w: World) -> None:
    saved = paste(w, "\u202ePerpus\x00 Bunga Padi 🙏🏽 butuh\u200f 3 unit komputer\ud800 👨‍👩‍👧")
    assert drafting.items(saved)[0].quantity == 3
    assert "\x00" not in saved.text


def test_only_who_decides_for_the_office_may_paste_and_settle(w: World) -> None:
    with pytest.raises(NotAllowed):
        paste(w, NEED, by=Actor("pengunjung", Role.FASILITATOR, office_id=w.office.id))
    saved = paste(w, NEED)
    other = another_office(w)
    with pytest.raises(NotFound):
        drafting.settling(w.session, saved.id, 1, by=other.officer)
    with pytest.raises(NotFound):
        drafting.of_office(w.session, other.office.id, saved.id)
    with pytest.raises(NotFound):
        hold(w, saved, 9)


# --- settling --------------------------------------------------------------------------------------------------------


def test_a_saved_draft_is_open_and_its_sender_has_an_answer(w: World) -> None:
    saved = paste(w, NEED)
    code = save(w, saved)
    row = lines.by_code(w.session, Challenge, code)
    assert (row.state, row.source, row.quantity) == (ReportState.OPEN, Source.WHATSAPP, 3)
    message = w.session.scalars(select(Message)).one()
    assert (message.kind, message.party_id, message.challenge_id) == (MessageKind.NOTED, party(w).id, row.id)
    assert message.values["code"] == code
    assert saved.settled == {"1": code}
    assert drafting.items(saved)[0].message == message.id
    assert saved.settled_at == w.at


def test_the_same_press_twice_is_one(w: World) -> None:
    saved = paste(w, NEED)
    assert save(w, saved) == save(w, saved)
    assert len(w.session.scalars(select(Challenge)).all()) == len(examples(w)) == 1
    drafting.set_aside(w.session, hold(w, saved), at=w.at)
    assert saved.settled["1"].startswith("K-")


def test_a_success_becomes_an_offer_of_experience(w: World) -> None:
    saved = paste(w, "Alhamdulillah perpus Bunga Padi sudah dapat ruang sendiri dari desa")
    assert kinds(saved) == ["success"]
    gift = Gift(category=Category.SPACE, mode=Mode.EXPERIENCE, title="Ruang sendiri", source=Source.WHATSAPP)
    row = lines.by_code(w.session, Offer, save(w, saved, told=gift))
    assert (row.mode, row.party_id) == (Mode.EXPERIENCE, party(w).id)
    assert w.session.scalars(select(Message.kind)).one() is MessageKind.NOTED_STORY


def test_what_minutes_say_is_answered_by_nobody(w: World) -> None:
    saved = paste(w, "Kendala:\n1. Perpusdes Bunga Padi kekurangan komputer", MINUTES)
    save(w, saved, told=report(source=Source.MEETING))
    assert w.session.scalars(select(Message)).all() == []
    assert hold(w, saved).source is Source.MEETING


def test_a_draft_may_raise_the_number_of_what_stands_already(w: World) -> None:
    standing = w.challenge(party(w), title="Komputer untuk anak", quantity=2)
    saved = paste(w, NEED)
    like = drafting.similar(w.session, w.office.id, party(w).id, report(title="Komputer untuk anak"), at=w.at)
    assert like is not None
    assert like.code == standing.code
    code = drafting.add_to(w.session, hold(w, saved), like.code, party(w), report(), by=w.officer, at=w.at)
    assert (code, standing.quantity) == (standing.code, 5)
    assert saved.settled == {"1": standing.code}


def test_what_was_set_aside_can_be_taken_up_again(w: World) -> None:
    saved = paste(w, NEED)
    drafting.set_aside(w.session, hold(w, saved), at=w.at)
    assert (saved.settled, saved.settled_at, len(examples(w))) == ({"1": ""}, w.at, 1)
    drafting.restore(w.session, hold(w, saved))
    assert (saved.settled, saved.settled_at, examples(w)) == ({}, None, [])
    assert save(w, saved).startswith("K-")
    drafting.restore(w.session, hold(w, saved))
    assert saved.settled["1"].startswith("K-")


def test_a_message_that_was_passed_over_can_be_saved_too(w: World) -> None:
    saved = paste(w, THANKS)
    assert saved.settled_at == w.at
    save(w, saved)
    (example,) = examples(w)
    assert (example.corrected, example.labels["kind"]) == (True, "challenge")


# --- stakeholders ----------------------------------------------------------------------------------------------------


def test_stakeholders_that_nobody_knows_are_registered_once(w: World) -> None:
    w.giver("Bank Jabar")
    text = "Mitra yang hadir: BUMN (Bank Jabar), akademisi (STT Nusa Putra, AMIK BSI)."
    saved = paste(w, text, MINUTES)
    numbers = [item.number for item in drafting.items(saved) if item.kind == "stakeholder"]
    made = drafting.register_stakeholders(w.session, saved.id, numbers, by=w.officer, at=w.at)
    assert [one.name for one in made] == ["STT Nusa Putra", "AMIK BSI"]
    assert all(one.kind is PartyKind.STAKEHOLDER for one in made)
    assert drafting.register_stakeholders(w.session, saved.id, numbers, by=w.officer, at=w.at) == []


# --- examples --------------------------------------------------------------------------------------------------------


def test_a_correction_is_kept_as_an_example_without_names_and_numbers(w: World) -> None:
    save(w, paste(w, NEED), told=report(quantity=Decimal(5)))
    (example,) = examples(w)
    assert example.corrected
    assert example.labels["quantities"] == [{"category": "computers", "amount": 5, "unit": "unit", "role": "need"}]
    for personal in ("Siti", "0812", "3456"):
        assert personal not in example.text
    assert "butuh 3 unit komputer" in example.text


def test_an_example_names_nobody_however_the_name_is_written(w: World) -> None:
    party(w).contact_name = "Rohmat Hidayat"
    text = "12/03/25 08.14 - Bu Siti: siti dan rohmat, juga pak asep, dari perpus Bunga Padi butuh 3 unit komputer"
    save(w, paste(w, text))
    (example,) = examples(w)
    for name in ("siti", "rohmat", "asep"):
        assert name not in example.text.lower()
    assert "Bunga Padi butuh 3 unit komputer" in example.text


def test_a_draft_saved_as_it_was_read_is_an_example_that_was_right(w: World) -> None:
    save(w, paste(w, NEED))
    (example,) = examples(w)
    assert not example.corrected
    assert (example.labels["kind"], example.labels["categories"]) == ("challenge", ["computers"])


def test_what_is_set_aside_teaches_that_it_was_neither(w: World) -> None:
    saved = paste(w, NEED)
    drafting.set_aside(w.session, hold(w, saved), at=w.at)
    (example,) = examples(w)
    assert (example.labels["kind"], example.labels["categories"], example.corrected) == ("neither", [], True)


def test_two_drafts_of_one_message_are_one_example(w: World) -> None:
    saved = paste(w, "Perpus Bunga Padi butuh 3 unit komputer. Wifi juga tidak ada. Mohon dipasang internet.")
    assert kinds(saved) == ["challenge", "challenge"]
    save(w, saved, 1)
    assert examples(w) == []
    save(w, saved, 2, report(category=Category.INTERNET, quantity=None))
    (example,) = examples(w)
    assert sorted(example.labels["categories"]) == ["computers", "internet"]
    assert not example.corrected


def test_examples_come_out_as_labelled_lines_of_the_own_office(w: World) -> None:
    save(w, paste(w, NEED))
    (line,) = drafting.examples(w.session, w.office.id)
    assert set(line) == {"family", "kind", "categories", "sector", "quantities", "places", "urgency", "text"}
    assert drafting.examples(w.session, w.office.id + 1) == []


# --- forgetting ------------------------------------------------------------------------------------------------------


def test_a_text_is_emptied_seven_days_after_its_last_draft_is_settled(w: World) -> None:
    saved = paste(w, NEED)
    code = save(w, saved)
    assert drafting.forget(w.session, at=later(days=7)) == 0
    assert drafting.forget(w.session, at=later(days=7, hours=1)) == 1
    assert (saved.text, saved.items, saved.settled) == ("", [], {"1": code})
    assert drafting.forget(w.session, at=later(days=9)) == 0
    assert drafting.recent(w.session, w.office.id) == []


def test_a_text_left_lying_is_not_kept_for_ever(w: World) -> None:
    saved = paste(w, NEED)
    assert drafting.forget(w.session, at=AT + dt.timedelta(days=90)) == 0
    assert drafting.forget(w.session, at=AT + dt.timedelta(days=91)) == 1
    assert saved.text == ""


# --- places ----------------------------------------------------------------------------------------------------------


def test_a_village_is_found_as_people_write_it(w: World) -> None:
    intake.add_regions(w.session, [
        ("32.02.16.2007", "Mekarsari", "village", None, None), ("32.02.39.2007", "Mekarsari", "village", None, None),
    ])  # fmt: skip
    for written in ("Pasawahan", "ds pasawahan", "Pasawahan, Kec. Cicurug", VILLAGE):
        assert drafting.village(w.session, w.office, written) == VILLAGE
    assert drafting.village(w.session, w.office, "Mekarsari Kec. Surade") == "32.02.39.2007"
    with pytest.raises(SeveralPlaces) as several:
        drafting.village(w.session, w.office, "Mekarsari")
    assert several.value.values["kecamatan"] == ["Cicurug", "Surade"]
    with pytest.raises(UnknownPlace):
        drafting.village(w.session, w.office, "Cileunyi Kulon")


def test_a_draft_knows_which_fields_to_look_at() -> None:
    item = Draft(1, 0, "challenge", 0, 1, sure={"party": 0.5, "category": 0.9})
    assert [name for name in ("party", "category", "urgency") if item.unsure(name)] == ["party"]
