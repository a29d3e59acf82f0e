"""The order settings, one by one: each ORD row of FEATURES.md has a test with its number."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.config.document_sections import PaymentsSection
from bridge.erps.drafting import Draft, PaymentKind, RowKind
from bridge.errors import UserError
from bridge.flows.kinds import document_kinds, kind_of, kind_of_stored
from bridge.model.codec import dump_order
from bridge.model.documents import DocumentKind
from bridge.model.orders import Address, Customer, LineKind, Payment
from tests.builders import a_line, an_order
from tests.support.drafts import drafted, recorded, with_bundle, with_cards
from tests.support.fakes import FakeErp

SHIPPING = a_line("39.20", "9.80", kind=LineKind.SHIPPING, id="2", name="Postnord", method="flat_rate:3")
FEE = a_line("23.20", "5.80", kind=LineKind.FEE, id="3", name="Fakturaavgift")
COUPON = a_line("72.00", "18.00", net_before=Decimal("80.00"), tax_before=Decimal("20.00"))
COD = Payment(method="COD", title="Postförskott")


def kinds_of(draft: Draft) -> list[str]:
    """The kinds of the rows."""
    return [row.kind.value for row in draft.rows]


def amounts_of(draft: Draft, kind: RowKind) -> list[tuple[str, str, str]]:
    """Net, VAT and rate of the rows of a kind."""
    return [(str(row.net), str(row.tax), str(row.percent)) for row in draft.rows if row.kind is kind]


def test_ord_02_document_is_chosen_per_payment_method(clock) -> None:
    """Invoice for one way of paying, the shop's own choice for all others; upper and lower case are the same."""
    rules = PaymentsSection(entries={"KCO": "1580 document:invoice", "bacs": "1510"}).rules
    erp = FakeErp(clock)
    erp.documents = frozenset({DocumentKind.ORDER, DocumentKind.INVOICE})
    kinds = document_kinds(erp, shops={"main": "", "other": "invoice"}, payments=rules)
    methods = ("kco", "bacs", "", "new")
    by = {each: kind_of(an_order(payment=Payment(method=each)), kinds) for each in methods}
    assert by == {"kco": "invoice", "bacs": "order", "": "order", "new": "order"}
    assert kinds["other"] == "invoice"


def test_ord_02_kind_of_a_stored_order_is_that_of_its_payment_method() -> None:
    """For a document a person says is there; an order that cannot be read, or is gone, counts as its shop's."""
    kinds = {"main": DocumentKind.ORDER, "main/kco": DocumentKind.INVOICE}
    stored = dump_order(an_order(payment=Payment(method="kco")))
    found = [
        kind_of_stored(body, kinds, shop="main") for body in (stored, dump_order(an_order()), "{}", "?", None)
    ]
    assert found == ["invoice", "order", "order", "order", "order"]


def test_ord_02_document_the_erp_cannot_make_is_told_with_its_line(clock) -> None:
    """Every line that asks for one is named, and nothing starts."""
    erp = FakeErp(clock)
    erp.documents = frozenset({DocumentKind.ORDER})
    rules = PaymentsSection(entries={"kco": "1580 document:invoice"}).rules
    with pytest.raises(UserError) as caught:
        document_kinds(erp, shops={"main": "voucher"}, payments=rules)
    assert [problem.where for problem in caught.value.problems] == ["[shop main] document", "[payments] kco"]


def test_ord_06_shipping_row_of_zero_by_choice() -> None:
    """Free shipping is a row, or is left out; shipping that costs is always there."""
    free = an_order(a_line(), a_line("0.00", "0.00", kind=LineKind.SHIPPING, id="2"))
    assert kinds_of(drafted(free)) == ["product", "shipping"]
    assert kinds_of(drafted(free, orders={"zero_shipping": "no"})) == ["product"]
    assert kinds_of(drafted(an_order(a_line(), SHIPPING), orders={"zero_shipping": "no"})) == [
        "product",
        "shipping",
    ]


def test_ord_07_fee_row_of_zero_by_choice() -> None:
    """A waived fee is left out unless wanted."""
    waived = an_order(a_line(), a_line("0.00", "0.00", kind=LineKind.FEE, id="3"))
    assert kinds_of(drafted(waived)) == ["product"]
    assert kinds_of(drafted(waived, orders={"zero_fee": "yes"})) == ["product", "fee"]
    assert kinds_of(drafted(an_order(a_line(), FEE))) == ["product", "fee"]


def test_ord_08_cash_on_delivery_row_of_zero_by_choice() -> None:
    """With the setting there is always exactly one such row; without it only what costs something."""
    bare = an_order(a_line(), payment=COD)
    waived = an_order(a_line(), a_line("0.00", "0.00", kind=LineKind.FEE, id="3"), payment=COD)
    charged = an_order(a_line(), FEE, payment=COD)
    for order, without in ((bare, 0), (waived, 0), (charged, 1)):
        assert kinds_of(drafted(order)).count("cod") == without
        assert kinds_of(drafted(order, orders={"zero_cod": "yes"})).count("cod") == 1
    assert "cod" not in kinds_of(drafted(an_order(a_line(), FEE), orders={"zero_cod": "yes"}))


def test_ord_09_checkout_fields_follow_to_reference_text_and_vendor_field() -> None:
    """By their meta key; one the order does not have is nothing, of two for a reference the first counts."""
    fields = {
        "_ref": "your_reference", "_ref_2": "your_reference", "_us": "our_reference", "_po": "order_reference",
        "_mark": "text", "_gate": "text", "_inside": "comment", "_x": "vendor:Labels", "_gone": "vendor:Gone",
    }  # fmt: skip
    meta = {"_ref": " ", "_ref_2": "Eva", "_us": "Bo", "_po": "PO-77", "_mark": "Märk A", "_gate": "Port 3",
            "_inside": "VIP", "_x": '["1"]', "_other": "never"}  # fmt: skip
    draft = drafted(an_order(meta=meta, note="Ring först"), fields=fields)
    assert (draft.references.yours, draft.references.ours, draft.references.order) == ("Eva", "Bo", "PO-77")
    assert draft.text == "Märk A\nPort 3"
    assert draft.comment == "Ring först\nVIP"
    assert draft.vendor == {"Labels": '["1"]'}


def test_ord_09_buyers_own_words_are_comment_text_or_left_out() -> None:
    """By choice, before what the fields say."""
    order = an_order(note="Ring först")
    found = {
        choice: drafted(order, orders={"customer_note": choice}) for choice in ("comment", "text", "off")
    }
    texts = [(draft.comment, draft.text) for draft in found.values()]
    assert texts == [("Ring först", ""), ("", "Ring först"), ("", "")]


def test_ord_10_discount_stands_on_the_row_as_percent() -> None:
    """Row and discount together are the full price; what was paid is the row."""
    (row,) = drafted(an_order(COUPON)).rows
    assert (row.net, row.tax, row.discount_net, row.discount_tax) == tuple(
        map(Decimal, ("72", "18", "8", "2"))
    )
    assert row.discount_percent == 10
    assert drafted(an_order()).rows[0].discount_percent == 0
    free = a_line("0.00", "0.00", net_before=Decimal("80.00"), tax_before=Decimal("20.00"))
    assert drafted(an_order(free)).rows[0].discount_percent == 100


def test_ord_10_row_made_dearer_by_hand_has_no_discount() -> None:
    """A higher price is a price."""
    dearer = a_line("90.00", "22.50", net_before=Decimal("80.00"), tax_before=Decimal("20.00"))
    assert drafted(an_order(dearer)).rows[0].discount_net == 0


def test_ord_11_discounts_are_rows_of_their_own_one_per_rate() -> None:
    """Goods at full price; what the coupon took off each rate below them, named by the coupon."""
    draft = drafted(recorded(112), orders={"discounts": "rows"})
    assert kinds_of(draft) == ["product"] * 3 + ["discount"] * 3 + ["shipping"]
    assert amounts_of(draft, RowKind.DISCOUNT) == [
        ("-20.00", "-5.00", "25"), ("-44.64", "-5.36", "12"), ("-23.59", "-1.41", "6"),
    ]  # fmt: skip
    assert {row.text for row in draft.rows if row.kind is RowKind.DISCOUNT} == {"Rabatt minus100"}
    net = drafted(recorded(112), orders={"discounts": "net"})
    assert (kinds_of(net), net.total) == (["product"] * 3 + ["shipping"], draft.total)
    assert all(row.discount_net == 0 for row in (*draft.rows, *net.rows))


@pytest.mark.parametrize("setting", ["row", "payment"])
def test_ord_12_gift_cards_are_rows_or_payments_and_every_way_of_paying_is_seen(setting: str) -> None:
    """A row with the liability account and what is left to pay; or all that was bought, paid by card and method."""
    order = recorded(108, with_cards(("GIVE-1234-ABCD", "300.00"), ("AB12", "48.00")))
    draft = drafted(order, orders={"gift_cards": setting}, accounts={"gift_card": "2422"})
    cards = [row for row in draft.rows if row.kind is RowKind.GIFT_CARD]
    paid = [(each.kind, each.title, each.account, str(each.amount)) for each in draft.payments]
    method = (PaymentKind.METHOD, "Förskott (bankgiro)", "1580", "600.00")
    if setting == "row":
        assert [(row.text, row.account, str(row.gross)) for row in cards] == [
            ("Presentkort ***ABCD", "2422", "-300.00"), ("Presentkort", "2422", "-48.00"),
        ]  # fmt: skip
        assert (paid, draft.total) == ([method], Decimal("600.00"))
    else:
        assert (cards, draft.total) == ([], Decimal("948.00"))
        assert paid == [
            (PaymentKind.GIFT_CARD, "Presentkort ***ABCD", "2422", "300.00"),
            (PaymentKind.GIFT_CARD, "Presentkort", "2422", "48.00"),
            method,
        ]


def test_ord_12_card_on_which_the_shop_reckoned_vat_stays_a_row() -> None:
    """Recorded order 133: as a payment it would raise the VAT above what the buyer was charged; a note says so."""
    draft = drafted(recorded(133), orders={"gift_cards": "payment"})
    assert amounts_of(draft, RowKind.GIFT_CARD) == [("-500.00", "-125.00", "25")]
    assert sum(row.tax for row in draft.rows) == Decimal("83.80")
    assert "reckoned 125.00 VAT on gift card Presentkort ABC-123" in str(draft.notes[0])


def articles_of(order_id: int, option: str) -> dict[str, set[str]]:
    """Kind of row to the articles it has, with one article number changed."""
    found: dict[str, set[str]] = {}
    for row in drafted(recorded(order_id), articles={option: "ART-1"}).rows:
        found.setdefault(row.kind.value, set()).add(row.article)
    return found


def test_ord_13_gift_cards_have_their_article() -> None:
    """By its option; no other row changes."""
    assert articles_of(133, "gift_card") == {
        "product": {"FILT-OL"}, "shipping": {"frakt"}, "gift_card": {"ART-1"},
    }  # fmt: skip


def test_ord_14_discounts_have_their_article() -> None:
    """By its option; no other row changes."""
    found = articles_of(134, "discount")
    assert found == {"product": {"FILT-OL", "KAF-500"}, "shipping": {"frakt"}, "discount": {"ART-1"}}


def test_ord_15_fees_have_their_article() -> None:
    """By its option; no other row changes."""
    assert articles_of(132, "fee") == {"product": {"SKAR-BJ"}, "shipping": {"frakt"}, "fee": {"ART-1"}}


def test_ord_16_shipping_has_its_article() -> None:
    """By its option; no other row changes."""
    assert articles_of(108, "shipping") == {"product": {"PANNA-28"}, "shipping": {"ART-1"}}


def test_ord_14_discount_taken_off_by_a_coupon_has_the_article_too() -> None:
    """Where coupons are rows."""
    draft = drafted(recorded(112), articles={"discount": "RAB"}, orders={"discounts": "rows"})
    assert {row.article for row in draft.rows if row.kind is RowKind.DISCOUNT} == {"RAB"}


def test_ord_16_shipping_article_per_method() -> None:
    """By the method with its instance, then by the method, then the general one; unknown methods never break."""
    shipping = {"flat_rate": "article:FRAKT", "flat_rate:3": "article:FRAKT-PN", "pickup": "delivery:HAMTA"}
    methods = ("flat_rate:3", "FLAT_RATE:4", "flat_rate", "pickup:1", "", "new:9")
    lines = [replace(SHIPPING, method=method, id=str(at)) for at, method in enumerate(methods, 2)]
    draft = drafted(an_order(a_line(), *lines), shipping=shipping)
    articles = [row.article for row in draft.rows if row.kind is RowKind.SHIPPING]
    assert articles == ["FRAKT-PN", "FRAKT", "FRAKT", "frakt", "frakt", "frakt"]


def test_ord_17_fee_of_an_order_paid_on_delivery_has_its_own_article() -> None:
    """By the payment methods that are cash on delivery."""
    order = an_order(a_line(), FEE, payment=COD)
    (row,) = [row for row in drafted(order, articles={"cod": "PF"}).rows if row.kind is RowKind.COD]
    assert (row.article, row.text) == ("PF", "Fakturaavgift")
    assert "cod" not in kinds_of(drafted(order, orders={"cod_methods": "other"}))
    assert "cod" not in kinds_of(drafted(an_order(a_line(), FEE), articles={"cod": "PF"}))


def test_ord_18_company_in_address_row_1_by_choice() -> None:
    """On top with the buyer as contact, or below the buyer's name; a person's address is the same either way."""
    place = Address(
        first_name="Anna", last_name="Berg", company="Berg AB", street="Storgatan 1", street_2="Vån 3"
    )
    order = an_order(
        customer=Customer(email="a@example.se", company="Berg AB", billing=place, shipping=place)
    )
    usual, turned = drafted(order), drafted(order, orders={"company_first": "yes"})
    for address in (usual.billing, usual.shipping):
        assert (address.name, address.attention, address.row_1, address.row_2) == (
            "Berg AB", "Anna Berg", "Storgatan 1", "Vån 3",
        )  # fmt: skip
    for address in (turned.billing, turned.shipping):
        assert (address.name, address.attention, address.row_1, address.row_2) == (
            "Anna Berg", "", "Berg AB", "Storgatan 1, Vån 3",
        )  # fmt: skip
    assert drafted(an_order()).billing == drafted(an_order(), orders={"company_first": "yes"}).billing


def test_ord_18_address_without_a_name_falls_back() -> None:
    """A company without a contact stays on top; nobody at all is the e-mail address."""
    place = Address(company="Berg AB", street="Storgatan 1")
    order = an_order(customer=Customer(email="a@example.se", billing=place))
    address = drafted(
        replace(order, customer=Customer(billing=place)), orders={"company_first": "yes"}
    ).billing
    assert (address.name, address.rows) == ("Berg AB", ("Storgatan 1",))
    nobody = drafted(an_order(customer=Customer(email="a@example.se"))).billing
    assert (nobody.name, nobody.row_1) == ("a@example.se", "")


def test_ord_20_confirmation_is_sent_by_the_erp_by_choice() -> None:
    """Off unless wanted; then to the buyer."""
    assert drafted(an_order()).mail.confirm is False
    mail = drafted(an_order(), orders={"order_mail": "yes"}).mail
    assert (mail.confirm, mail.to, mail.copy_to) == (True, "anna.oberg@example.com", "")


def test_ord_21_copy_of_the_confirmation_goes_to_the_administrator() -> None:
    """To the configured address, and only where a confirmation is sent."""
    orders = {"order_mail": "yes", "order_mail_copy": "order@example.se"}
    assert drafted(an_order(), orders=orders).mail.copy_to == "order@example.se"
    assert drafted(an_order(), orders={**orders, "order_mail": "no"}).mail.copy_to == ""


def test_ord_27_way_of_delivery_by_the_shipping_methods_id() -> None:
    """Of several shipping rows the first with a way of delivery; a method without one leaves it to the ERP."""
    shipping = {"flat_rate:3": "delivery:postnord_mypack"}
    pickup = a_line("0.00", "0.00", kind=LineKind.SHIPPING, id="5", name="Hämta", method="local_pickup:1")
    both = drafted(an_order(a_line(), pickup, SHIPPING), shipping=shipping).delivery
    assert (both.method, both.title, both.way) == ("flat_rate:3", "Postnord", "postnord_mypack")
    only = drafted(an_order(a_line(), pickup), shipping=shipping).delivery
    assert (only.method, only.way) == ("local_pickup:1", "")
    assert drafted(an_order(), shipping=shipping).delivery.method == ""


def test_ord_30_start_date_delay_and_number_prefix_are_the_shops() -> None:
    """The prefix stands before the number the buyer sees; a shop nobody configured has none."""
    assert (
        drafted(an_order(), shop={"number_prefix": "WEB-", "orders_from": "2026-01-01"}).number == "WEB-1234"
    )
    assert drafted(an_order()).number == "1234"


def test_map_06_cost_centre_project_channel_and_references() -> None:
    """Per shop; our reference for all; a company's buyer is "your reference"."""
    shop = {"result_unit": "200", "project": "7", "channel": "webb"}
    draft = drafted(recorded(138), shop=shop, orders={"our_reference": "Eva Berg"})
    assert (draft.cost_centre, draft.project, draft.channel) == ("200", "7", "webb")
    assert (draft.references.ours, draft.references.yours) == ("Eva Berg", "Åke Ström")
    assert drafted(an_order()).references.yours == ""
    assert drafted(replace(an_order(), ref=replace(an_order().ref, shop="gone")), shop=shop).cost_centre == ""


def test_pay_06_account_terms_and_mode_per_payment_method() -> None:
    """From the method's line; without one the general account and the ERP's own terms."""
    payments = {"kco": "1581 terms:30 mode:PAYOUT", "cod": "mode:P"}
    main = drafted(recorded(168), payments=payments).main_payment
    assert (main.account, main.terms, main.mode) == ("1581", "30", "PAYOUT")
    other = drafted(recorded(110), payments=payments).main_payment
    assert (other.account, other.terms, other.mode) == ("1580", "", "P")


@pytest.mark.parametrize("setting", ["as_is", "bundle", "parts"])
def test_ord_25_bundles_are_said_and_listed(setting: str) -> None:
    """Whatever becomes of a bundle, a note names it, and the money is all there."""
    order = recorded(126, with_bundle)
    draft = drafted(order, orders={"bundles": setting})
    assert str(draft.notes[0]).startswith("Kaffebönor Mörkrost 500 g is a bundle")
    assert draft.total == order.totals.gross
