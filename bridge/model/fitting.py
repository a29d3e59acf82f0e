"""Names and addresses of any length and script, fitted to what an ERP can take; what was lost is noted.

Pure. An adapter declares its ``Limits``. The notes tell letters and lengths, never the text: it is a name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bridge.model.letters import SPELLED, UNKNOWN, changed_note, named, substitute
from bridge.model.orders import Address, Customer
from bridge.model.texts import Text, say

__all__ = ["ANY", "CP437", "LATIN1", "Fitting", "Limits", "Repertoire", "fit_customer"]

_JOINS: Final = "\u200c\u200d"
"""Parts of letters in some scripts, and of composed emoji: they stay where every letter may stand."""
_SHARE: Final = 3
"""A cut goes back to a word's end only if it costs at most a third of the length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repertoire:
    """Which letters may be written."""

    codec: str = ""
    """The name Python has for the character set; empty: every letter."""
    spelled: Mapping[str, str] = field(default_factory=dict)
    """Letters the ERP refuses although the set has them, and what is written instead."""

    def takes(self, letter: str) -> bool:
        """Whether the letter may stand as it is."""
        if letter in self.spelled or not (letter.isprintable() or (letter in _JOINS and not self.codec)):
            return False
        try:
            return not self.codec or letter.encode(self.codec)[0] >= 32  # below: control characters
        except UnicodeEncodeError:
            return False

    def write(self, letter: str) -> str:
        """What is written in the place of a letter that may not stand."""
        written = substitute(letter, writable=self.takes, spelled={**SPELLED, **self.spelled})
        return "".join(each if self.takes(each) else UNKNOWN for each in written)


ANY: Final = Repertoire()
LATIN1: Final = Repertoire(codec="latin-1")
CP437: Final = Repertoire(codec="cp437")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most letters an ERP takes in each field of a customer; None: as many as there are."""

    repertoire: Repertoire = ANY
    name: int | None = None
    email: int | None = None
    phone: int | None = None
    street: int | None = None
    street_2: int | None = None
    """0: there is no second row."""
    postcode: int | None = None
    city: int | None = None
    number: int | None = None
    """Of organisation, person and VAT numbers."""


@dataclass(slots=True)
class Fitting:
    """Fits texts and remembers what it changed."""

    repertoire: Repertoire = ANY
    _changes: dict[str, dict[str, str]] = field(default_factory=dict)
    _cut: dict[str, int] = field(default_factory=dict)
    _dropped: dict[str, None] = field(default_factory=dict)
    _places: dict[str, Text] = field(default_factory=dict)

    def fit(self, text: str, *, where: Text, most: int | None) -> str:
        """``text`` as it may stand, cut between words where that loses little; ``where`` names the field."""
        written = self._written(text, where)
        head, tail = _divided(written, most)
        if tail:
            self._cut[self._place(where)] = len(head)
        return head

    def lines(self, text: str, *, where: Text, most: int | None) -> str:
        """As ``fit``, and the text keeps its lines."""
        written = "\n".join(self._written(line, where) for line in text.splitlines()).strip()
        head, tail = _divided(written, most)
        if tail:
            self._cut[self._place(where)] = len(head)
        return head

    def whole(self, text: str, *, where: Text, most: int | None) -> str:
        """``text``, or nothing at all: half a number or an e-mail address is somebody else's."""
        tidy = " ".join(text.split())
        if (most is None or len(tidy) <= most) and all(map(self.repertoire.takes, tidy)):
            return tidy
        self._dropped[self._place(where)] = None
        return ""

    def rows(
        self, first: str, second: str, *, where: Text, most: int | None, most_second: int | None
    ) -> tuple[str, str]:
        """Two address rows; what the first cannot hold goes on in an empty second one."""
        if second.strip() or most_second == 0:
            return self.fit(first, where=where, most=most), self.fit(second, where=where, most=most_second)
        head, tail = _divided(self._written(first, where), most)
        return head, self.fit(tail, where=where, most=most_second)

    def notes(self) -> tuple[Text, ...]:
        """What a person should know."""
        return (
            *(changed_note(self._places[name], changes) for name, changes in self._changes.items()),
            *(
                say("{where}: cut after {most} letters.", where=self._places[name], most=most)
                for name, most in self._cut.items()
            ),
            *(
                say("{where}: left out, the ERP cannot take it.", where=self._places[name])
                for name in self._dropped
            ),
        )

    def _written(self, text: str, where: Text) -> str:
        letters = unicodedata.normalize("NFC", text)
        return " ".join("".join(self._letter(letter, where) for letter in letters).split())

    def _letter(self, letter: str, where: Text) -> str:
        if letter.isspace():
            return " "
        if self.repertoire.takes(letter):
            return letter
        written = self.repertoire.write(letter)
        self._changes.setdefault(self._place(where), {})[named(letter)] = written
        return written

    def _place(self, where: Text) -> str:
        name = str(where)
        self._places[name] = where
        return name


def fit_customer(customer: Customer, limits: Limits) -> tuple[Customer, tuple[Text, ...]]:
    """The customer as the ERP can take it, and what was changed."""
    fitting = Fitting(limits.repertoire)
    fitted = replace(
        customer,
        company=fitting.fit(customer.company, where=say("company"), most=limits.name),
        email=fitting.whole(customer.email, where=say("e-mail"), most=limits.email),
        phone=fitting.fit(customer.phone, where=say("phone"), most=limits.phone),
        org_number=fitting.whole(customer.org_number, where=say("organisation number"), most=limits.number),
        vat_number=fitting.whole(customer.vat_number, where=say("VAT number"), most=limits.number),
        billing=_address(customer.billing, fitting, limits, where=say("billing address")),
        shipping=_address(customer.shipping, fitting, limits, where=say("delivery address")),
    )
    return fitted, fitting.notes()


def _address(address: Address, fitting: Fitting, limits: Limits, *, where: Text) -> Address:
    first_name, last_name = _name(address, fitting, limits, where=where)
    street, street_2 = fitting.rows(
        address.street,
        address.street_2,
        where=say("{address}, street", address=where),
        most=limits.street,
        most_second=limits.street_2,
    )
    return replace(
        address,
        first_name=first_name,
        last_name=last_name,
        company=fitting.fit(
            address.company, where=say("{address}, company", address=where), most=limits.name
        ),
        street=street,
        street_2=street_2,
        postcode=fitting.fit(
            address.postcode, where=say("{address}, postcode", address=where), most=limits.postcode
        ),
        city=fitting.fit(address.city, where=say("{address}, city", address=where), most=limits.city),
        region=fitting.fit(address.region, where=say("{address}, region", address=where), most=limits.city),
        phone=fitting.fit(address.phone, where=say("{address}, phone", address=where), most=limits.phone),
    )


def _name(address: Address, fitting: Fitting, limits: Limits, *, where: Text) -> tuple[str, str]:
    """First and last name, together no longer than a name may be: the first name gives way."""
    place = say("{address}, name", address=where)
    last = fitting.fit(address.last_name, where=place, most=limits.name)
    room = None if limits.name is None else max(0, limits.name - len(last) - bool(last))
    return fitting.fit(address.first_name, where=place, most=room), last


def _divided(text: str, most: int | None) -> tuple[str, str]:
    """The part that fits and the rest; between words, unless the last word is a long one."""
    if most is None or len(text) <= most:
        return text, ""
    end = most
    while end and (unicodedata.combining(text[end]) or text[end] in _JOINS or text[end - 1] in _JOINS):
        end -= 1  # a letter is not parted from its accent
    blank = text.rfind(" ", 0, end + 1)
    if blank >= most - most // _SHARE:
        end = blank
    return text[:end].rstrip(), text[end:].lstrip()
