"""Organisation, person and VAT numbers: recognised, checked, compared, and shown only where they may be."""

from __future__ import annotations

import pytest

from bridge.model.numbers import (
    DOTS,
    Holder,
    NumberError,
    compare_form,
    identity,
    mask_persons,
    organisation_number,
    shown,
    vat_number,
)

PERSON = "811228-9874"
ORDINATION = "811288-9871"


@pytest.mark.parametrize(
    "raw", ["5560004615", "556000-4615", " 556000 4615 ", "165560004615", "16556000-4615"]
)
def test_organisation_number_in_any_form_gets_its_hyphen(raw):
    """As people write it, and as SIE wants it."""
    assert organisation_number(raw) == "556000-4615"


def test_organisation_number_of_a_sole_trader_is_a_person_number():
    """Ten or twelve digits of a person; the century goes."""
    assert organisation_number("19811228-9874") == organisation_number("811228-9874") == "811228-9874"


@pytest.mark.parametrize(
    "raw", ["556000-4616", "", "55600046", "SE556000461501", "５５６０００４６１５", "abc"]
)
def test_organisation_number_that_is_none_says_why(raw):
    """A wrong check digit, too few digits, a VAT number."""
    with pytest.raises(NumberError) as caught:
        organisation_number(raw)
    assert str(caught.value) == str(caught.value.text)


@pytest.mark.parametrize(
    ("raw", "number", "holder"),
    [
        ("16 556000-4615", "556000-4615", Holder.COMPANY),
        ("8112289874", PERSON, Holder.PERSON),
        ("198112289874", PERSON, Holder.PERSON),
        ("18811228+9874", PERSON, Holder.PERSON),
        ("811228+9874", PERSON, Holder.PERSON),
        ("000229-0005", "000229-0005", Holder.PERSON),  # 2000 was a leap year, 1900 was not
        (ORDINATION, ORDINATION, Holder.PERSON),
        (f"19{ORDINATION}", ORDINATION, Holder.PERSON),
    ],
)
def test_number_tells_a_company_from_a_person(raw, number, holder):
    """By the third digit; century, hyphen, plus sign and co-ordination numbers included."""
    found = identity(raw)
    assert (found.number, found.holder) == (number, holder)


def test_person_number_without_a_day_is_none():
    """The check digit is right, but nobody is born on the 45th."""
    with pytest.raises(NumberError, match="it holds no day") as caught:
        identity("811245-9873")
    assert "811245" not in str(caught.value)


@pytest.mark.parametrize("raw", ["811228-9875", "19811228-9875", "811228987"])
def test_mistyped_person_number_is_not_quoted_in_the_complaint(raw):
    """One wrong digit leaves nine right ones of somebody's number."""
    with pytest.raises(NumberError) as caught:
        identity(raw)
    assert ("811228" in str(caught.value)) is (len(raw) < 10)


def test_foreign_number_is_left_alone():
    """We do not know that register's rules; a Swedish one without a country is checked."""
    found = identity(" 923 609  016 ", country="NO")
    assert (found.number, found.holder) == ("923 609 016", Holder.FOREIGN)
    assert identity("5560004615", country="").holder is Holder.COMPANY


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("SE556000461501", "SE556000461501"),
        ("se 556000-4615 01", "SE556000461501"),
        ("de 136695976", "DE136695976"),
        ("EL094259216", "EL094259216"),
    ],
)
def test_vat_number_of_the_union_in_any_form(raw, number):
    """Each country by its own rule."""
    assert vat_number(raw) == number


@pytest.mark.parametrize(
    "raw", ["SE556000461601", "DE136695978", "GB123", "NO923609016MVA", "", "SE811228987501"]
)
def test_vat_number_that_is_none_says_so(raw):
    """A wrong digit, a country outside the union, nothing."""
    with pytest.raises(NumberError, match="is no VAT number"):
        vat_number(raw)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("556000-4615", "165560004615"),
        ("556000 4615", "5560004615"),
        ("198112289874", PERSON),
        ("de 123", "DE-123"),
        ("Å 1", "å1"),
    ],
)
def test_numbers_are_the_same_in_any_spelling(one, other):
    """Case, blanks, hyphens and century tell nothing."""
    assert compare_form(one) == compare_form(other)


def test_two_numbers_are_not_the_same():
    """One digit is enough."""
    assert compare_form("556000-4615") != compare_form("556000-4623")


@pytest.mark.parametrize(
    "text",
    [
        f"Ordered by {PERSON}.",
        f"pnr=19{PERSON}",
        "VAT SE811228987401",
        "SE 811228-9874 01",
        f"({ORDINATION})",
    ],
)
def test_person_number_in_a_text_is_dotted_out(text):
    """However it is written, also inside the VAT number of a sole trader."""
    assert DOTS in mask_persons(text)
    assert "987" not in mask_persons(text)


@pytest.mark.parametrize("text", ["556000-4615", "SE556000461501", "order 8112289875", "1234:8112289874x"])
def test_other_numbers_in_a_text_stay(text):
    """A company's number is public; an order number is no person's."""
    assert mask_persons(text) == text


@pytest.mark.parametrize(
    "number",
    [
        PERSON,
        "811228-9875",
        "19811228 9874",
        ORDINATION,
        "SE811228987401",
        "131052-308T",
        "151086-95088",
        "211062-5629",
    ],
)
def test_number_of_a_person_is_never_shown(number):
    """Also mistyped, also a Finn's, a Norwegian's and a Dane's."""
    assert shown(number) == DOTS


@pytest.mark.parametrize("number", ["556000-4615", "556000-4616", "923 609 016", "DE136695976", ""])
def test_number_of_a_company_is_shown(number):
    """It is public, also when a digit is wrong: its owner must see which."""
    assert shown(number) == number
