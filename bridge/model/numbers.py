"""Organisation, person and VAT numbers: what they are, whether they can be right, and how they may be shown.

The arithmetic is python-stdnum's; the forms people write them in are ours. A number of another country's register
is left as it is: we know its rules too little to say it is wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from stdnum import luhn
from stdnum.dk import cpr
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.fi import hetu
from stdnum.no import fodselsnummer
from stdnum.se import orgnr, personnummer

from bridge.model.texts import Text, say

__all__ = [
    "DOTS",
    "Holder",
    "Identity",
    "NumberError",
    "compare_form",
    "identity",
    "mask_persons",
    "organisation_number",
    "shown",
    "vat_number",
]

DOTS: Final = "******-****"
"""What stands in the place of a person's number."""

_CENTURY: Final = re.compile(r"(?:16|18|19|20)(?=\d{10}$)")
"""Twelve digits: 16 before a company's number, the century before a person's."""
_CENTURIES: Final = ("19", "20", "18")
_ORDINATION: Final = 60
"""A co-ordination number is a person number whose day is so much higher."""
_PERSON: Final = re.compile(
    r"(?<![\w-])(?:18|19|20)?(\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01]))[-+]?(\d{4})(?![\w-])",
    re.ASCII,
)
"""A Swedish person or co-ordination number in running text; the check digit decides."""
_PERSON_VAT: Final = re.compile(r"(?<![\w-])SE ?(\d\d[01]\d{3})-?(\d{4}) ?01(?![\w-])", re.ASCII)
"""A sole trader's VAT number has the owner's own number inside."""
_LIKE_A_PERSON: Final = re.compile(r"(?:18|19|20)?\d\d[01]\d[0-9]\d\d{4}", re.ASCII)
"""Alone in a field: a number that could be a person's who mistyped it."""
_FOREIGN_PERSONS: Final = (cpr, hetu, fodselsnummer)


class NumberError(ValueError):
    """Not a number of that kind; ``text`` says why, without the number of a person in it."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(str(text))


class Holder(Enum):
    """Whose number it is."""

    COMPANY = "company"
    PERSON = "person"
    """A private person, or a sole trader, whose company has the owner's number."""
    FOREIGN = "foreign"
    """Of another country's register: unchecked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A number that can be right."""

    number: str
    """``556000-4615`` or, of another country, as it was written."""
    holder: Holder


def identity(raw: str, *, country: str = "SE") -> Identity:
    """What an organisation or person number tells; ``country`` is where its owner says they are.

    Raises:
        NumberError: a Swedish one that cannot be right.
    """
    if country not in {"", "SE"}:
        return Identity(number=" ".join(raw.split()), holder=Holder.FOREIGN)
    number = organisation_number(raw)
    # The third digit tells: a month begins with 0 or 1, a company's number has at least 2 there.
    if number[2] >= "2":
        return Identity(number=number, holder=Holder.COMPANY)
    if not _is_date(number[:6]):
        raise NumberError(say("{number} is no person number: it holds no day.", number=shown(raw)))
    return Identity(number=number, holder=Holder.PERSON)


def organisation_number(raw: str) -> str:
    """An organisation number, or the person number of a sole trader, in the form ``556000-4615``.

    Raises:
        NumberError: not ten digits, or the last one is not what the others demand.
    """
    digits = _CENTURY.sub("", re.sub(r"[\s+-]", "", raw))
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise NumberError(
            say("{number} is no organisation number: it has ten digits.", number=repr(shown(raw)))
        )
    try:
        valid = orgnr.validate(digits)
    except ValidationError:
        raise NumberError(
            say("{number} is no organisation number: a digit is wrong.", number=repr(shown(raw)))
        ) from None
    return f"{valid[:6]}-{valid[6:]}"


def vat_number(raw: str) -> str:
    """A VAT number of an EU country in the form ``SE556000461501``.

    Raises:
        NumberError: no country of the union, or not a number of that country.
    """
    try:
        valid: str = vat.validate(raw)
    except ValidationError:
        raise NumberError(
            say("{number} is no VAT number of an EU country.", number=repr(mask_persons(raw.strip())))
        ) from None
    return valid


def compare_form(number: str) -> str:
    """The form in which two numbers are compared: without case, blanks, hyphens and century."""
    bare = re.sub(r"[\W_]", "", number).upper()
    return _CENTURY.sub("", bare) if bare.isascii() else bare


def mask_persons(text: str) -> str:
    """A running text with the numbers of persons dotted out."""
    return _PERSON_VAT.sub(_dotted, _PERSON.sub(_dotted, text))


def shown(number: str) -> str:
    """What may be shown of a number that stands alone.

    A company's is public; a person's is not, nor is a mistyped one that may be a person's.
    """
    bare = re.sub(r"[\s+-]", "", number)
    if _LIKE_A_PERSON.fullmatch(bare) or any(each.is_valid(number.strip()) for each in _FOREIGN_PERSONS):
        return DOTS
    return mask_persons(number)


def _is_date(six: str) -> bool:
    day = int(six[4:])
    born = f"{six[:4]}{day - _ORDINATION if day > _ORDINATION else day:02d}"
    return any(_is_day(f"{century}{born}") for century in _CENTURIES)


def _is_day(eight: str) -> bool:
    try:
        personnummer.get_birth_date(f"{eight}-0000")
    except ValidationError:
        return False
    return True


def _dotted(match: re.Match[str]) -> str:
    return DOTS if luhn.is_valid(match[1] + match[2]) else match[0]
