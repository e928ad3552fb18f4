"""Numbers in fields: read as each language recommends, shown as they are read back, never a thousandfold wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from matcher.errors import NotANumber, TwoNumbers
from matcher.models import Challenge, Match, Offer
from tests.office import Person
from web import errors, i18n, numerals
from web.forms import read_number

BARE = Flask(__name__)
LANGUAGES = ("id", "en")


def read(text, language):
    with BARE.test_request_context(f"/?lang={language}"):
        return read_number(text)


def refused(text, language):
    """The sentence of a refusal."""
    with pytest.raises(TwoNumbers) as refusal:
        read(text, language)
    return errors.sentence(refusal.value, language)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.500", 1500), ("1.500.000", 1_500_000), ("1.500.000,50", "1500000.5"), ("1,5", "1.5"), ("2.5", "2.5"),
     ("Rp 1.500.000,-", 1_500_000), ("1,500,000", 1_500_000), ("1,500.25", "1500.25"), ("0,125", "0.125"), ("0", 0),
     ("0.125", "0.125"), ("-3", -3), ("-1.500", -1500), ("1 500", 1500), ("1,1250", "1.125"), ("1.1250", "1.125")],
)  # fmt: skip
def test_an_indonesian_page_reads_dots_as_thousands_and_a_comma_as_decimal(text, value):
    assert read(text, "id") == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,500", 1500), ("1,500,000", 1_500_000), ("1,500,000.50", "1500000.5"), ("1.5", "1.5"), ("2,5", "2.5"),
     ("Rp1,500,000", 1_500_000), ("1.500.000", 1_500_000), ("1.500,25", "1500.25"), ("0,125", "0.125"), ("0", 0),
     ("0.125", "0.125"), ("-3", -3), ("-1,500", -1500), ("1 500", 1500), ("1.1250", "1.125"), ("1,1250", "1.125")],
)  # fmt: skip
def test_an_english_page_reads_commas_as_thousands_and_a_dot_as_decimal(text, value):
    assert read(text, "en") == Decimal(value)


@pytest.mark.parametrize(("text", "language", "sentence"), [
    ("1,500", "id", "“1,500” bisa berarti dua angka. Tulis 1500 atau 1,5."),
    ("1.500", "en", "“1.500” can mean two numbers. Write 1500 or 1.5."),
    ("1.125", "en", "“1.125” can mean two numbers. Write 1125 or 1.1250."),
    ("1500.000", "id", "“1500.000” bisa berarti dua angka. Tulis 1500000 atau 1.500."),
    ("1500,000", "en", "“1500,000” can mean two numbers. Write 1500000 or 1,500."),
    ("-2,500", "id", "“-2,500” bisa berarti dua angka. Tulis -2500 atau -2,5."),
])  # fmt: skip
def test_what_can_mean_two_numbers_is_refused_with_both(text, language, sentence):
    assert refused(text, language) == sentence


@pytest.mark.parametrize("text", [*"tiga 1,5,0 1.5.000 1.50,000 0.500.000 --1 .5 1e9".split(), "", "1" * 30])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_no_number_is_refused(text, language):
    with pytest.raises(NotANumber):
        read(text, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_recommends_what_is_read(language):
    sentence = errors.sentence(NotANumber(value="x"), language)
    assert read(sentence.rstrip(".").split()[-1], language) == 1_500_000


@given(st.decimals(min_value=-(10**9), max_value=10**12, places=3), st.sampled_from(LANGUAGES))
def test_what_a_field_shows_is_read_back_as_itself(value, language):
    assert read(i18n.in_field(value, language), language) == value


@given(st.decimals(min_value=0, max_value=10**12, places=3), st.sampled_from(LANGUAGES))
def test_what_an_address_says_is_the_same_number_in_either_language(value, language):
    assert read(numerals.plain(value), language) == value


@given(st.text(alphabet="0123456789.,", max_size=12))
def test_no_text_is_one_number_on_one_page_and_another_on_the_other(text):
    found = set()
    for language in LANGUAGES:
        try:
            found.add(read(text, language))
        except (NotANumber, TwoNumbers):
            continue
    assert len(found) <= 1


# --- on pages --------------------------------------------------------------------------------------------------------


def test_an_english_form_takes_thousands_as_its_sentence_writes_them(folder):
    officer = Person.at(folder).sign_in()
    officer.open("/kebutuhan/baru?lang=en&baru=1").send(
        "/kebutuhan/baru", name="Perpustakaan Desa Tunas", village="32.02.16.2005", category="books", quantity="1,500"
    )
    assert officer.status == 200, officer.text
    with folder.reading() as session:
        assert session.scalar(select(Challenge.quantity).order_by(Challenge.id.desc()).limit(1)) == 1500


def test_a_number_with_two_meanings_comes_back_beside_its_field(folder):
    officer = Person.at(folder).sign_in()
    officer.open("/kebutuhan/baru?lang=en&baru=1").send(
        "/kebutuhan/baru", name="Perpustakaan Desa Tunas", village="32.02.16.2005", category="books", quantity="1.500"
    )
    assert officer.status == 422
    assert "“1.500” can mean two numbers. Write 1500 or 1.5." in officer.text
    assert officer.page.get_element_by_id("quantity").get("value") == "1.500"


def test_the_number_proposed_on_an_english_desk_is_taken_as_it_is_shown(folder):
    with folder.writing() as session:
        session.scalars(select(Challenge).where(Challenge.code == "K-0001")).one().quantity = Decimal(1500)
        for offer in session.scalars(select(Offer).where(Offer.category == "computers")):
            offer.quantity = Decimal(1500)
    officer = Person.at(folder).sign_in()
    shown = officer.open("/cocok/K-0001?lang=en").page.xpath("//input[@name='quantity']/@value")
    assert "1,500" in shown
    officer.send("/usulkan", quantity=shown[0])
    with folder.reading() as session:
        assert session.scalars(select(Match.quantity)).all() == [1500]
