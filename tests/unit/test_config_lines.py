"""The lines of [payments], [shipping] and [fields]: what they may say, and what is said when they make no sense."""

from __future__ import annotations

import pytest

from bridge.config.document_sections import FieldsSection, PaymentsSection, ShippingSection
from bridge.config.lines import (
    FieldTarget,
    PaymentRule,
    ShippingRule,
    field_rule,
    payment_rule,
    shipping_rule,
)
from bridge.model.documents import DocumentKind
from tests.support.configs import SHOP, problems, read


def told(section: str, line: str) -> str:
    """The one problem of a line, without its place."""
    (problem,) = problems(f"{SHOP}[{section}]\n{line}\n")
    place = f"config.ini:5 [{section}] {line.partition(' =')[0]}: "
    assert problem.startswith(place)
    return problem.removeprefix(place)


def test_payment_line_with_everything() -> None:
    """Account first, then words in any order."""
    rule = payment_rule("1580 terms:30 document:invoice mode:PAYOUT")
    assert rule == PaymentRule(account="1580", document=DocumentKind.INVOICE, terms="30", mode="PAYOUT")


def test_payment_line_with_an_account_only_or_none() -> None:
    """As lines were before there was more to say; and where the ERP has the account itself."""
    assert payment_rule("1510") == PaymentRule(account="1510")
    assert payment_rule("document:order") == PaymentRule(document=DocumentKind.ORDER)


def test_payment_section_gives_rules_and_accounts() -> None:
    """Rules by the method in lower case; accounts only where a line has one."""
    section = read(f"{SHOP}[payments]\nBACS = 1510\nkco = document:invoice terms:30\n").payments
    assert section.accounts == {"BACS": "1510"}
    assert section.rules["bacs"].account == "1510"
    assert section.rules["kco"].terms == "30"


LIKE = "Write it like 1580 document:invoice terms:30 mode:PAYOUT."
PLACES = "Possible: your_reference, our_reference, order_reference, text, comment, vendor:Name."
ONLY = "Only vendor has a name after the colon, the ERP's own: vendor:YourOrderNumber."


@pytest.mark.parametrize(
    ("line", "what", "fix"),
    [
        ("kco = bank", "bank is not an account.", "Write the account's number, like 1580."),
        ("kco = 15", "15 is not an account.", "Write the account's number, like 1580."),
        ("kco =", "The line says nothing.", "Write the account's number, like 1580."),
        ("kco = 1580 documnt:order", "documnt:order is not possible here.", "Did you mean document:order?"),
        (
            "kco = 1580 document:letter",
            "letter is no kind of document.",
            "Possible: order, invoice, voucher.",
        ),
        ("kco = 1580 terms:30 terms:10", "terms is there twice.", "Keep one of them."),
        ("kco = 1580 terms:30/20", "30/20 is no code of terms of payment.", "has for them, like terms:30."),
        ("kco = 1580 invoice", "invoice is not possible here.", LIKE),
        ("kco = 1580 terms:", "terms: is not possible here.", LIKE),
    ],
)
def test_payment_line_that_makes_no_sense_is_told_with_its_remedy(line: str, what: str, fix: str) -> None:
    """Each with the line, the word and what to write instead."""
    assert told("payments", line).startswith(what)
    assert told("payments", line).endswith(fix)


def test_shipping_line() -> None:
    """Article, way of delivery, or both; ids with an instance are ids like any other."""
    assert shipping_rule("article:F delivery:mypack") == ShippingRule(article="F", delivery="mypack")
    section = read(f"{SHOP}[shipping]\nflat_rate:3 = article:FRAKT-PN\n").shipping
    assert section.rules == {"flat_rate:3": ShippingRule(article="FRAKT-PN")}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("flat_rate =", "The line says nothing. Write it like article:FRAKT-PN delivery:postnord_mypack."),
        ("flat_rate = artikel:X", "artikel:X is not possible here. Did you mean article:X?"),
        (
            "flat_rate = FRAKT",
            "FRAKT is not possible here. Write it like article:FRAKT-PN delivery:postnord_mypack.",
        ),
    ],
)
def test_shipping_line_that_makes_no_sense_is_told(line: str, what: str) -> None:
    """As for payments."""
    assert told("shipping", line) == what


def test_field_line() -> None:
    """A place of the document, or a field of the ERP by its own name."""
    assert field_rule("your_reference").target is FieldTarget.YOUR_REFERENCE
    rule = field_rule("vendor: YourOrderNumber")
    assert (rule.target, rule.vendor) == (FieldTarget.VENDOR, "YourOrderNumber")
    section = read(f"{SHOP}[fields]\n_billing_reference = text\n").fields
    assert list(section.rules) == ["_billing_reference"]


@pytest.mark.parametrize(
    ("line", "what", "fix"),
    [
        ("_x = text_", "text_ is not possible here.", f"Did you mean text? {PLACES}"),
        ("_x =", "'' is not possible here.", PLACES),
        ("_x = vendor", "vendor is not possible here.", ONLY),
        ("_x = text:Label", "text:Label is not possible here.", ONLY),
        ("_x = vendor:Two words", "vendor:Two words is not possible here.", ONLY),
    ],
)
def test_field_line_that_makes_no_sense_is_told(line: str, what: str, fix: str) -> None:
    """As for payments."""
    assert told("fields", line) == f"{what} {fix}"


def test_lines_that_make_no_sense_are_left_out_of_the_rules() -> None:
    """They are told at the start; what reads them later must not fall over them."""
    assert PaymentsSection(entries={"kco": "bank", "bacs": "1510"}).accounts == {"bacs": "1510"}
    assert ShippingSection(entries={"x": ""}).rules == {}
    assert FieldsSection(entries={"_x": "nowhere"}).rules == {}


@pytest.mark.parametrize(
    "address", ["order", "order@example", "a b@example.se", "@example.se", "a@b@example.se"]
)
def test_copy_to_what_is_no_address_is_told(address: str) -> None:
    """It would never arrive."""
    text = f"order_mail = yes\norder_mail_copy = {address}"
    (problem,) = problems(f"{SHOP}[orders]\n{text}\n")
    assert f"{address} is no e-mail address. Write one address, like order@example.se." in problem


def test_copy_of_mails_nobody_sends_is_a_notice() -> None:
    """Not an error: the owner may be about to switch the mails on."""
    config = read(f"{SHOP}[orders]\norder_mail_copy = order@example.se\n")
    (notice,) = config.notices
    assert "The ERP sends no confirmations, so there is nothing to copy." in str(notice)
    assert read(f"{SHOP}[orders]\norder_mail = yes\norder_mail_copy = order@example.se\n").notices == ()


def test_payments_of_invoices_nobody_books_are_told() -> None:
    """An invoice that is not booked cannot be paid."""
    (problem,) = problems(f"{SHOP}[orders]\nregister_payments = yes\n")
    assert "Only a booked invoice can be paid" in problem
    assert "book_invoices = yes" in problem
    assert read(f"{SHOP}[orders]\nregister_payments = yes\nbook_invoices = yes\n").orders.register_payments
