"""Names and addresses of any length and script, fitted to an ERP's limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model.fitting import ANY, CP437, LATIN1, Fitting, Limits, Repertoire, fit_customer
from bridge.model.orders import Address, Customer
from bridge.model.texts import say

PICKY = Repertoire(codec="latin-1", spelled={'"': "'", "<": "(", ">": ")"})
ASCII = Repertoire(codec="ascii")


def fitted(text, most=None, repertoire=ANY):
    """The text as it is written, and the notes."""
    fitting = Fitting(repertoire)
    return fitting.fit(text, where=say("name"), most=most), [str(note) for note in fitting.notes()]


@pytest.mark.parametrize(
    ("text", "repertoire"),
    [("Åsa Öberg", LATIN1), ("Ærø Łódź 李小龍 🐻\u200d❄️", ANY), ("Åsa", CP437), ("می\u200cخواهم", ANY)],
)
def test_letters_the_erp_has_stay(text, repertoire):
    """Nothing is changed without need."""
    assert fitted(text, repertoire=repertoire) == (text, [])


@pytest.mark.parametrize(
    ("text", "written", "repertoire"),
    [
        ("Søren", "Sören", CP437),
        ("Łódź", "Lódz", LATIN1),
        ("5 €", "5 EUR", LATIN1),
        ("李", "?", LATIN1),
        ('"Bo" <AB>', "'Bo' (AB)", PICKY),
        ("Öl", "Ol", ASCII),
        ("ø", "?", ASCII),
        ("a\u202eb\x07", "ab", ANY),
        ("a\u200db", "ab", LATIN1),
    ],
)
def test_letters_it_lacks_are_spelled_and_named(text, written, repertoire):
    """Each is told, so that a person can look."""
    found, notes = fitted(text, repertoire=repertoire)
    assert found == written
    assert len(notes) == 1
    assert "→" in notes[0]


def test_many_changed_letters_are_counted():
    """A Chinese name is one short note."""
    assert fitted("李小龍先生", repertoire=LATIN1)[1] == [
        "name: 5 letters do not exist in the ERP and were written otherwise, e.g. 李 → ?."
    ]


def test_line_ends_and_blanks_are_one_blank():
    """Whatever a buyer pasted, a field is one line."""
    assert fitted(" a\r\n b\t c\u00a0 ") == ("a b c", [])


@pytest.mark.parametrize(
    ("text", "most", "written"),
    [
        ("Anna Maria Lindqvist", 20, "Anna Maria Lindqvist"),
        ("Anna Maria Lindqvist", 12, "Anna Maria"),
        ("Anna Maria Lindqvist", 10, "Anna Maria"),
        ("Anna Lindqvistsson", 12, "Anna Lindqvi"),
        ("Lindqvistsson", 5, "Lindq"),
        ("Ab\u0323\u0323\u0323", 3, "A"),
        ("A\U0001f43b\u200d\u2744", 3, "A"),
        ("abc", 0, ""),
    ],
)
def test_cut_between_words_where_that_loses_little(text, most, written):
    """A whole word less, or a cut word; never half a letter."""
    found, notes = fitted(text, most)
    assert found == written
    assert notes == ([] if found == text else [f"name: cut after {len(written)} letters."])


@given(
    text=st.text(max_size=60),
    most=st.integers(0, 40),
    repertoire=st.sampled_from([ANY, LATIN1, CP437, PICKY]),
)
def test_fitted_text_is_always_one_the_erp_takes(text, most, repertoire):
    """Never too long, never a letter it lacks, and the same again the second time."""
    found, notes = fitted(text, most, repertoire)
    assert len(found) <= most
    assert all(letter == " " or repertoire.takes(letter) for letter in found)
    assert fitted(found, most, repertoire) == (found, [])
    assert notes or " ".join(text.split()) == " ".join(found.split()) or found != text


CUSTOMER = Customer(
    email="anna@example.com",
    phone="0701234567",
    company="Söderbergs Fastighetsförvaltning i Göteborg AB",
    org_number="556000-4615",
    vat_number="SE556000461501",
    billing=Address(
        first_name="Anna Maria", last_name="Öberg", company="Söderbergs", street="Vasagatan 12 B lgh 1203",
        postcode="411 24", city="Göteborg", region="VG", country="SE", phone="0701234567",
    ),
    shipping=Address(first_name="Bo", last_name="Ek", street="Torget 1", street_2="Port 2", city="Ås", country="SE"),
)  # fmt: skip


def test_customer_without_limits_is_unchanged():
    """An ERP with room for everything gets everything."""
    assert fit_customer(CUSTOMER, Limits()) == (CUSTOMER, ())


def test_customer_is_fitted_field_by_field_and_every_loss_told():
    """Name, rows, numbers: each by its own rule."""
    limits = Limits(name=12, email=10, phone=10, street=15, street_2=20, postcode=10, city=6, number=12)
    fitted_customer, notes = fit_customer(CUSTOMER, limits)
    billing = fitted_customer.billing
    assert billing.name == "Anna Öberg"
    assert (billing.street, billing.street_2) == ("Vasagatan 12 B", "lgh 1203")
    assert billing.city == "Götebo"
    assert fitted_customer.company == "Söderbergs"
    assert (fitted_customer.email, fitted_customer.vat_number) == ("", "")
    assert fitted_customer.org_number == "556000-4615"
    assert fitted_customer.shipping == CUSTOMER.shipping
    assert [str(note) for note in notes] == [
        "company: cut after 10 letters.",
        "billing address, name: cut after 4 letters.",
        "billing address, city: cut after 6 letters.",
        "e-mail: left out, the ERP cannot take it.",
        "VAT number: left out, the ERP cannot take it.",
    ]
    assert "Anna" not in "".join(map(str, notes))


def test_rows_are_cut_where_there_is_no_second_row():
    """Also where the second one is taken."""
    one = Address(street="Vasagatan 12 B lgh 1203", street_2="")
    two = Address(street="Vasagatan 12 B lgh 1203", street_2="c/o Ek")
    for address, limits in ((one, Limits(street=15, street_2=0)), (two, Limits(street=15, street_2=20))):
        found, notes = fit_customer(Customer(billing=address), limits)
        assert found.billing.street == "Vasagatan 12 B"
        assert found.billing.street_2 == address.street_2
        assert [str(note) for note in notes] == ["billing address, street: cut after 14 letters."]


def test_email_with_a_letter_the_erp_lacks_is_left_out():
    """Another spelling is another mailbox."""
    found, notes = fit_customer(Customer(email="åsa@räksmörgås.example"), Limits(repertoire=ASCII))
    assert found.email == ""
    assert [str(note) for note in notes] == ["e-mail: left out, the ERP cannot take it."]


def test_last_name_longer_than_a_name_may_be_leaves_no_room_for_the_first():
    """The last name is what the post looks for."""
    found, _ = fit_customer(Customer(billing=Address(first_name="Bo", last_name="x" * 30)), Limits(name=20))
    assert found.billing.name == "x" * 20


@pytest.mark.parametrize(
    ("text", "most", "written", "cut"),
    [
        ("Ställ den vid dörren\r\n  tack \n", None, "Ställ den vid dörren\ntack", False),
        ("första raden\nandra raden", 12, "första raden", True),
    ],
)
def test_text_of_several_lines_keeps_them_and_a_cut_is_told(text, most, written, cut):
    """A note to the staff is read line by line."""
    fitting = Fitting()
    assert fitting.lines(text, where=say("the note"), most=most) == written
    assert bool(fitting.notes()) is cut
