"""Each order setting on recorded orders that tell of it. When wanted: UPDATE_GOLDEN=1 pytest tests/golden."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bridge.model.orders import Order
from tests.support.drafts import drafted, free, plain_of, recorded, with_bundle, with_cards
from tests.support.golden import Golden, as_text

GOLDEN = Golden("drafts")

PLAIN, MIXED, COD, COUPON, FIXED, STACKED = 108, 109, 110, 111, 112, 114
PICKUP, FREE, FEE, CARD, LOYAL, COMPANY, KLARNA = 121, 122, 132, 133, 134, 138, 168


def _bundle(raw) -> None:
    with_bundle(raw)
    free(raw, 1, 2)


def _parts(raw) -> None:
    with_bundle(raw)
    free(raw, 0)


CARDS = {
    "untaxed": recorded(PLAIN, with_cards(("GIVE-1234-ABCD", "300"), ("GIVE-9", "48"))),
    "taxed": recorded(CARD),
}
BUNDLES = {"priced_whole": recorded(MIXED, _bundle), "priced_parts": recorded(MIXED, _parts)}
ARTICLES = {
    "shipping": "FRAKT", "fee": "FAKTAVG", "discount": "RABATT", "gift_card": "PRES", "cod": "PF", "rounding": "ORE",
}  # fmt: skip
FIELDS = {
    "_billing_reference": "your_reference", "_billing_org_nr": "vendor:OrganisationNumber", "_unknown": "text",
    "_billing_vat_number": "comment",
}  # fmt: skip

Cases = tuple[Mapping[str, Mapping[str, str]], Mapping[str, Order]]


def _of(*order_ids: int) -> dict[str, Order]:
    return {str(order_id): recorded(order_id) for order_id in order_ids}


SETTINGS: dict[str, Cases] = {
    "nothing_set": ({}, _of(MIXED, COUPON, CARD)),
    "discounts_rows": ({"orders": {"discounts": "rows"}}, _of(COUPON, FIXED, LOYAL)),
    "discounts_net": ({"orders": {"discounts": "net"}}, _of(COUPON, FIXED)),
    "zero_rows_in": (
        {"orders": {"zero_shipping": "yes", "zero_fee": "yes", "zero_cod": "yes"}}, _of(COD, PICKUP, FREE)
    ),
    "zero_rows_out": ({"orders": {"zero_shipping": "no"}}, _of(COD, PICKUP, FREE)),
    "gift_cards_row": ({"orders": {"gift_cards": "row"}, "accounts": {"gift_card": "2422"}}, CARDS),
    "gift_cards_payment": ({"orders": {"gift_cards": "payment"}, "accounts": {"gift_card": "2422"}}, CARDS),
    "articles": ({"articles": ARTICLES, "orders": {"discounts": "rows"}}, _of(FEE, CARD, LOYAL)),
    "cash_on_delivery": ({"articles": ARTICLES, "orders": {"cod_methods": "cod, cheque"}}, _of(COD, FEE)),
    "shipping_methods": (
        {"shipping": {"flat_rate": "article:FRAKT", "flat_rate:1": "article:FRAKT-PN delivery:postnord_mypack",
                      "local_pickup": "delivery:HAMTA"}},
        _of(PLAIN, 115, PICKUP, 125),
    ),
    "fields": ({"fields": FIELDS}, _of(COMPANY, PLAIN)),
    "company_first": ({"orders": {"company_first": "yes"}}, _of(COD, COMPANY, PLAIN)),
    "order_mail": ({"orders": {"order_mail": "yes", "order_mail_copy": "order@example.se"}}, _of(PLAIN)),
    "shop_section": (
        {"shop": {"number_prefix": "WEB-", "result_unit": "200", "project": "7", "channel": "webb"},
         "orders": {"our_reference": "Eva Berg"}},
        _of(PLAIN, COMPANY),
    ),
    "payments": (
        {"payments": {"kco": "1581 document:invoice terms:30 mode:PAYOUT", "cod": "terms:PF mode:P"}},
        _of(KLARNA, COD),
    ),
    "bundles_as_is": ({"orders": {"bundles": "as_is"}}, BUNDLES),
    "bundles_bundle": ({"orders": {"bundles": "bundle"}}, BUNDLES),
    "bundles_parts": ({"orders": {"bundles": "parts"}}, BUNDLES),
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS)
def test_golden_draft_is_as_it_was(name: str) -> None:
    """Every figure and word of the document that a setting makes."""
    sections, orders = SETTINGS[name]
    found = {key: plain_of(drafted(order, **sections)) for key, order in orders.items()}
    text = as_text({"settings": sections, "drafts": found})
    assert text == GOLDEN.text(name, text)


def test_golden_folder_has_no_draft_nobody_tests() -> None:
    """A file left over from a renamed setting would prove nothing."""
    assert GOLDEN.names() == set(SETTINGS)
