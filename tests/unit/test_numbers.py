"""Swedish organisation numbers."""

from __future__ import annotations

import pytest

from bridge.model.numbers import NumberError, organisation_number


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
