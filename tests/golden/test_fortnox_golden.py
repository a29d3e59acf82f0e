"""Recorded orders as Fortnox gets them, word for word. When wanted: UPDATE_GOLDEN=1 pytest tests/golden."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from bridge.model.documents import DocumentKind
from bridge.model.orders import Order
from tests.golden.test_drafts_golden import CARD, COMPANY, COUPON, FEE, KLARNA, MIXED, PLAIN
from tests.support.drafts import recorded, with_bundle, with_cards
from tests.support.fortnox_documents import made
from tests.support.golden import Golden, as_text

GOLDEN = Golden("fortnox")

DENMARK, GERMANY, FINLAND, NORWAY, ROUNDED = 115, 116, 117, 118, 119
REVERSED, EURO, UNNUMBERED = 139, 143, 156

INVOICE = DocumentKind.INVOICE
Sections = Mapping[str, Mapping[str, str]]


CASES: dict[str, tuple[Order, DocumentKind, Sections]] = {
    "mixed_vat": (recorded(MIXED), DocumentKind.ORDER, {}),
    "mixed_vat_as_invoice": (recorded(MIXED), INVOICE, {}),
    "company_with_reference": (
        recorded(COMPANY), DocumentKind.ORDER, {"fields": {"_billing_reference": "your_reference"}}
    ),
    "coupon_in_percent": (recorded(COUPON), DocumentKind.ORDER, {}),
    "coupon_on_rows_of_its_own": (recorded(COUPON), DocumentKind.ORDER, {"orders": {"discounts": "rows"}}),
    "fee_by_account": (recorded(FEE), DocumentKind.ORDER, {"erp": {"other_rows": "account"}}),
    "gift_card_with_vat": (recorded(CARD), DocumentKind.ORDER, {}),
    "gift_cards_that_pay": (
        recorded(PLAIN, with_cards(("GIVE-1234-ABCD", "300"), ("GIVE-9", "48"))), INVOICE,
        {"orders": {"gift_cards": "payment"}},
    ),
    "bundle": (recorded(MIXED, with_bundle), DocumentKind.ORDER, {}),
    "klarna": (
        recorded(KLARNA), INVOICE, {"payments": {"kco": "1686 terms:14 mode:KLARNA"},
                                    "shipping": {"flat_rate": "delivery:POSTEN"}},
    ),
    "denmark_at_swedish_vat": (recorded(DENMARK), DocumentKind.ORDER, {}),
    "germany_one_stop_shop": (
        recorded(GERMANY), DocumentKind.ORDER,
        {"accounts": {"sales_DE_19": "3118", "sales_DE_7": "3117", "sales_oss": "3109"}},
    ),
    "germany_reverse_charge": (recorded(REVERSED), INVOICE, {}),
    "germany_in_euro": (recorded(EURO), INVOICE, {}),
    "finland": (recorded(FINLAND), DocumentKind.ORDER, {}),
    "norway": (recorded(NORWAY), DocumentKind.ORDER, {}),
    "rounded_by_the_shop": (recorded(ROUNDED), DocumentKind.ORDER, {}),
    "goods_without_number": (recorded(UNNUMBERED), DocumentKind.ORDER, {}),
    "every_row_on_its_account": (
        recorded(FEE), DocumentKind.ORDER,
        {"erp": {"row_accounts": "always"}, "shop": {"number_prefix": "WEB-", "result_unit": "200", "project": "7"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_golden_document_is_as_it_was(name: str) -> None:
    """Every field, row and note, and what Fortnox will make of it."""
    order, kind, sections = CASES[name]
    document = made(order, kind, **sections)
    preview = document.preview
    assert preview.gross == document.draft.total
    found = {
        "settings": sections,
        "body": json.loads(preview.payload, parse_float=str, parse_int=str),
        "rows": [dict(row) for row in preview.rows],
        "gross": f"{preview.gross} {preview.currency}",
        "notes": [str(note) for note in preview.notes],
        "articles": [f"{need.number} {need.percent} {need.net_price}" for need in document.needs],
    }
    text = as_text(found)
    assert text == GOLDEN.text(name, text)


def test_golden_folder_has_no_document_nobody_tests() -> None:
    """A file left over from a renamed case would prove nothing."""
    assert GOLDEN.names() == set(CASES)
