"""What a person may send and what makes it acceptable: fields that read numbers, dates and choices."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, StopValidation, ValidationError
from wtforms.widgets import TextInput

from matcher import intake
from matcher.errors import MatcherError, NotAChoice, NotADate, NotANumber, Required, TwoNumbers
from matcher.vocabulary import Term, Words
from web import errors, i18n, numerals
from web.routing import KEY_FIELD

Choice = TypeVar("Choice", bound=Term)


def say(error: MatcherError) -> str:
    """The sentence of *error* in the page's language."""
    return errors.sentence(error, i18n.lang())


def read_number(text: str) -> Decimal:
    """A number as people write it in the page's language: 1.500.000 or 2,5 in Indonesian, 1,500,000 or 2.5 in English.

    The other language's way is read too where it means one number only.

    Raises
    ------
    NotANumber
        It is none.
    TwoNumbers
        It may be a thousand times as much: 1,500 on an Indonesian page, 1.500 on an English one.
    """
    plain = re.sub(r"^rp\.?\s*|\s+|,-$", "", text.strip(), flags=re.IGNORECASE)
    sign, piece = plain[: plain.startswith("-")], plain.removeprefix("-")
    found = numerals.figures(piece)
    if found is None:
        raise NotANumber(value=text[:40])
    value = found.said_in(i18n.lang())
    if value is None:
        small, large = sorted((found.value, found.other or found.value))
        both = {"small": sign + i18n.in_field(small), "large": f"{sign}{large:f}"}
        raise TwoNumbers(value=text.strip()[:40], **both)
    return value.copy_negate() if sign else value


def read_day(text: str) -> dt.date:
    """A day written 2026-12-31 (as browsers send it) or 31/12/2026; NotADate otherwise."""
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(text.strip(), form).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
    raise NotADate(value=text[:40])


class FilledIn:
    """Something must be written; the sentence comes from the one table of errors."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads it so

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Stop where the field is empty."""
        del form
        if not field.raw_data or not str(field.raw_data[0]).strip():
            field.errors = []
            raise StopValidation(say(Required()))


class Clean:
    """Readable text of at most *most* characters."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Clean the field's text in place."""
        del form
        try:
            field.data = intake.clean(field.data, field.name, most=self.most)
        except MatcherError as error:
            raise ValidationError(say(error)) from error


class _Parsed(Field):
    """A text field whose value is parsed; what was typed comes back when it does not parse."""

    widget = TextInput()
    data: Any
    parse: Callable[[str], Any]

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else self._shown(self.data)

    def _shown(self, value: Any) -> str:
        return "" if value is None else str(value)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; nothing stays None."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = type(self).parse(valuelist[0])
        except MatcherError as error:
            raise ValueError(say(error)) from error


class AmountField(_Parsed):
    """A quantity; a `Decimal` or None."""

    parse = staticmethod(read_number)

    def _shown(self, value: Any) -> str:
        return "" if value is None else i18n.in_field(value)


class DayField(_Parsed):
    """A day; a `datetime.date` or None."""

    parse = staticmethod(read_day)
    widget = TextInput(input_type="date")


def choices(terms: Iterable[Choice]) -> list[tuple[str, str]]:
    """A vocabulary as choices in the page's language."""
    return [(term.value, term.words.say(i18n.lang())) for term in terms]


class TermField(RadioField):
    """One of a vocabulary, as radio buttons; a code outside it does not validate."""

    data: Any

    def __init__(self, label: Words, terms: type[Term], *, only: Iterable[Term] | None = None, **options: Any) -> None:
        self.terms = terms
        self.offered = list(only if only is not None else terms)
        super().__init__(label=label, choices=[], coerce=self._read, **options)

    def _read(self, value: Any) -> Any:
        return self.terms(value) if value else None

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the code that was sent; a code nobody knows is said so in the page's language."""
        try:
            self.data = self._read(valuelist[0]) if valuelist else None
        except ValueError as error:
            raise ValueError(say(NotAChoice(value=valuelist[0][:40]))) from error

    def iter_choices(self) -> Any:
        """The members with their words, in the page's language."""
        self.choices = choices(self.offered)
        for value, label in self.choices:
            yield value, label, self.data == value, {}

    def pre_validate(self, form: FlaskForm) -> None:
        """A member that is not offered is no choice."""
        del form
        if self.data is not None and self.data not in self.offered:
            raise ValidationError(say(NotAChoice(value=str(self.data))))


class _Sentences:
    """WTForms' own English remarks, said with the one table of errors."""

    def gettext(self, text: str) -> str:
        """Every remark of its own that can still show is about a choice nobody offered."""
        del text
        return say(NotAChoice(value="…"))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """No remark counts anything."""
        del plural, number
        return self.gettext(singular)


class Form(FlaskForm):
    """A form of this service: labels are `Words`, it carries a key that makes sending twice once."""

    class Meta(FlaskForm.Meta):
        """Where WTForms gets its words from."""

        def get_translations(self, form: FlaskForm) -> _Sentences:
            """Ours."""
            del form
            return _Sentences()

    request_key = HiddenField(name=KEY_FIELD)

    @property
    def key(self) -> str:
        """The key of this rendering; the one that came in stays."""
        return request.form.get(KEY_FIELD) or secrets.token_urlsafe(12)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """(field id, sentence) of all that is wrong, in the order of the fields: the summary on top."""
        return [(field.id, str(fault)) for field in self for fault in field.errors]

    def blame(self, error: MatcherError, default: str) -> None:
        """Put a use case's refusal beside the field it is about."""
        name = error.field if error.field in self else default
        self[name].errors = [*self[name].errors, say(error)]


__all__ = [
    "AmountField", "Clean", "DayField", "FilledIn", "Form", "Optional", "PasswordField", "SelectField", "StringField",
    "TermField", "TextAreaField", "choices", "read_day", "read_number", "say",
]  # fmt: skip
