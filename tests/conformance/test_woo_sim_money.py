"""Table (j) of the woocommerce facts: types, rounding, discounts, refunds; and surprise 8."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bridge.sim import data
from tests.conformance.woo_sim_client import PLAIN, Client, shop

LINE = ("name", "sku", "subtotal", "subtotal_tax", "total", "total_tax", "price", "taxes", "tax_class")
OWN_AMOUNTS = {143, 145, 146}  # placed with line totals of their own
GONE = {156}  # its article was deleted
THROUGH_THE_CART = {112, 114}  # the checkout spreads fixed coupons with other digits behind the öre
REBUILT = [order["id"] for order in data.orders() if order["id"] not in OWN_AMOUNTS | GONE | THROUGH_THE_CART]


@pytest.fixture(scope="module")
def client() -> Client:
    """A shop of which nothing is expected to stay the same."""
    return shop()


def _ordered(order: dict[str, Any]) -> dict[str, Any]:
    """What somebody must have asked for to get this order."""
    return {
        "billing": order["billing"],
        "shipping": order["shipping"],
        "currency": order["currency"],
        "meta_data": [row for row in order["meta_data"] if row["key"] == "is_vat_exempt"],
        "line_items": [
            {name: line[name] for name in ("product_id", "variation_id", "quantity")}
            for line in order["line_items"]
        ],
        "shipping_lines": [
            {name: line[name] for name in ("method_id", "total")} for line in order["shipping_lines"]
        ],
        "fee_lines": [
            {name: line[name] for name in ("name", "total", "tax_status", "tax_class")}
            for line in order["fee_lines"]
        ],
        **(
            {"coupon_lines": [{"code": line["code"]} for line in order["coupon_lines"]]}
            if order["coupon_lines"]
            else {}
        ),
    }


@pytest.mark.parametrize("ident", REBUILT)
def test_order_placed_anew_costs_the_same(client: Client, ident: int) -> None:
    """The recorded order, posted with only articles and quantities, gets the real shop's money to the öre."""
    real = next(order for order in data.orders() if order["id"] == ident)
    ours = client.post("/orders", **_ordered(real))
    sums = "total total_tax cart_tax shipping_total shipping_tax discount_total discount_tax".split()
    assert {name: ours[name] for name in sums} == {name: real[name] for name in sums}
    for mine, theirs in zip(ours["line_items"], real["line_items"], strict=True):
        assert {name: mine[name] for name in LINE} == {name: theirs[name] for name in LINE}
    for kind, names in (
        ("tax_lines", ("rate_code", "rate_id", "label", "tax_total", "shipping_tax_total", "rate_percent")),
        ("fee_lines", ("total", "total_tax", "taxes")),
        ("shipping_lines", ("total", "total_tax", "taxes")),
        (
            "coupon_lines",
            ("code", "discount", "discount_tax", "discount_type", "nominal_amount", "free_shipping"),
        ),
    ):
        wanted = [{name: line[name] for name in names} for line in real[kind]]
        assert [{name: line[name] for name in names} for line in ours[kind]] == wanted, kind


def test_line_with_half_an_ore_of_vat_differs_from_its_taxes(client: Client) -> None:
    """1000.50 at 25 %: total_tax 250.12, taxes[].total 250.13."""
    row = {"product_id": 44, "quantity": 1, "subtotal": "1000.50", "total": "1000.50"}
    line = client.post("/orders", line_items=[row])["line_items"][0]
    assert (line["total_tax"], line["taxes"][0]["total"]) == ("250.12", "250.13")


def test_negative_fee_is_taxed_whatever_it_says(client: Client) -> None:
    """A gift card of -500 without tax takes 125.00 of VAT with it: 419.00, not 544.00 (surprise 8)."""
    fee = {"name": "Presentkort", "total": "-500.00", "tax_status": "none"}
    rows = [{"product_id": 20, "quantity": 1}]
    made = client.post(
        "/orders",
        line_items=rows,
        shipping_lines=[{"method_id": "flat_rate", "total": "39.20"}],
        fee_lines=[fee],
    )
    assert (made["fee_lines"][0]["total_tax"], made["total"]) == ("-125.00", "323.00")


def test_negative_fee_is_spread_over_all_rates(client: Client) -> None:
    """-80.00 over 25 % and 12 %: -18.44 and -0.75 (surprise 8, order 134)."""
    real = next(order for order in data.orders() if order["id"] == 134)
    fee = client.post("/orders", **_ordered(real))["fee_lines"][0]
    assert [tax["total"] for tax in fee["taxes"]] == ["-18.44", "-0.75"]


def test_negative_fee_alone_is_not_taxed(client: Client) -> None:
    """With nothing to spread it over there is no tax."""
    assert client.post("/orders", fee_lines=[{"name": "x", "total": "-5.00"}])["total"] == "-5.00"


def test_dp_shows_more_or_fewer_decimals(client: Client) -> None:
    """dp=6 shows what is stored, dp=0 rounds everything on its own (table j, order 119)."""
    made = client.post("/orders", line_items=[{"product_id": 39, "quantity": 3}])
    six = client.get(f"/orders/{made['id']}", dp=6)["line_items"][0]
    assert (six["total"], six["total_tax"], six["taxes"][0]["total"]) == (
        "79.992000",
        "20.000000",
        "19.998000",
    )
    none = client.get(f"/orders/{made['id']}", dp=0)["line_items"][0]
    assert (none["total"], none["total_tax"]) == ("80", "20")


def test_price_is_a_number_and_totals_are_strings(client: Client) -> None:
    """price: int or float, unrounded; rate_percent 25 or 25.5; the rest strings."""
    lines = {
        line["id"]: line for order in client.get("/orders", include="109,117") for line in order["line_items"]
    }
    assert {type(line["price"]) for line in lines.values()} <= {int, float}
    assert 55.199999999999996 in {line["price"] for line in lines.values()}
    assert client.get("/orders/117")["tax_lines"][0]["rate_percent"] == 25.5


def test_rounding_at_subtotal_leaves_the_lines_behind() -> None:
    """Ten lines of 3.33: order tax 6.66, lines 6.70 or unrounded, total 33.30 (table j)."""
    client = shop(recorded=False)
    client.sim.state.round_at_subtotal = True
    made = client.post("/orders", line_items=[{"product_id": 38, "quantity": 1} for _ in range(10)])
    lines = sum(Decimal(line["total_tax"]) for line in made["line_items"])
    assert (made["total"], made["total_tax"], lines) == ("33.30", "6.66", Decimal("6.70"))


@pytest.mark.parametrize(
    ("country", "articles", "percent"), [("SE", [30, 12], 25), ("SE", [12], 12), ("SE", [16], 6)]
)
def test_freight_takes_the_class_of_the_goods(
    client: Client, country: str, articles: list[int], percent: int
) -> None:
    """With a 25 % article among others 25, with a 12 % article alone 12."""
    made = client.post(
        "/orders",
        shipping={"country": country},
        line_items=[{"product_id": ident, "quantity": 1} for ident in articles],
        shipping_lines=[{"method_id": "flat_rate", "total": "100.00"}],
    )
    assert made["shipping_tax"] == f"{percent}.00"


def test_exempt_and_untaxed_countries_have_no_tax_lines(client: Client) -> None:
    """is_vat_exempt, and Norway: taxes [], tax_lines [], total_tax 0.00."""
    exempt = client.post("/orders", **PLAIN, meta_data=[{"key": "is_vat_exempt", "value": "yes"}])
    norway = client.post("/orders", **{**PLAIN, "billing": {"country": "NO"}})
    for made in (exempt, norway):
        assert (made["tax_lines"], made["line_items"][0]["taxes"], made["total_tax"]) == ([], [], "0.00")


def test_coupon_codes_are_lowercased_and_currency_alone_tells(client: Client) -> None:
    """RABATT10 becomes rabatt10; a EUR order differs by its currency only."""
    made = client.post("/orders", **PLAIN, coupon_lines=[{"code": "RABATT10"}], currency="EUR")
    assert (made["coupon_lines"][0]["code"], made["currency"], made["currency_symbol"]) == (
        "rabatt10",
        "EUR",
        "€",
    )


def test_date_paid_follows_the_payment_method(client: Client) -> None:
    """Zero total paid: processing; COD: processing, unpaid; BACS: on-hold, unpaid."""
    free = client.post("/orders", line_items=[{"product_id": 48, "quantity": 1}], set_paid=True)
    cod = client.post("/orders", **PLAIN, payment_method="cod", status="processing")
    bacs = client.post("/orders", **PLAIN, payment_method="bacs", status="on-hold")
    assert [(made["status"], made["date_paid"] is None) for made in (free, cod, bacs)] == [
        ("processing", False),
        ("processing", True),
        ("on-hold", True),
    ]


@pytest.fixture
def sold() -> Client:
    """A shop with one paid order of two pieces and freight: 847.00."""
    made = shop(recorded=False)
    made.sim.state.restart(post=0)
    made.post("/orders", **{**PLAIN, "line_items": [{"product_id": 30, "quantity": 2}]}, set_paid=True)
    made.clock.advance(hours=1)
    made.sim.state.mails.clear()
    return made


def test_refund_of_a_line_is_negative_with_positive_price(sold: Client) -> None:
    """Quantity, totals and tax negative, price and amount positive, the line it belongs to in the meta."""
    line = sold.get("/orders/1")["line_items"][0]
    row = {
        "id": line["id"],
        "quantity": 1,
        "refund_total": "319.20",
        "refund_tax": [{"id": 1, "refund_total": "79.80"}],
    }
    stock = sold.get("/products/30")["stock_quantity"]
    refund = sold.post("/orders/1/refunds", line_items=[row], reason="Trasig", api_refund=False)
    mine = refund["line_items"][0]
    assert (refund["amount"], mine["quantity"], mine["total"], mine["total_tax"], mine["price"]) == (
        "399.00", -1, "-319.20", "-79.80", 319.2,
    )  # fmt: skip
    assert [(row["key"], row["value"]) for row in mine["meta_data"]] == [
        ("_refunded_item_id", str(line["id"]))
    ]
    assert refund["tax_lines"][0]["tax_total"] == "-79.80"
    assert sold.get("/orders/1")["refunds"] == [{"id": refund["id"], "reason": "Trasig", "total": "-399.00"}]
    assert sold.get("/products/30")["stock_quantity"] == stock + 1
    assert sold.get(f"/orders/1/refunds/{refund['id']}") == refund


def test_refund_of_freight_has_a_shipping_line(sold: Client) -> None:
    """Freight is refunded as a negative shipping line."""
    freight = sold.get("/orders/1")["shipping_lines"][0]["id"]
    row = {"id": freight, "refund_total": "39.20", "refund_tax": [{"id": 1, "refund_total": "9.80"}]}
    refund = sold.post("/orders/1/refunds", amount="49.00", line_items=[row])
    assert (refund["shipping_lines"][0]["total"], refund["tax_lines"][0]["shipping_tax_total"]) == (
        "-39.20",
        "-9.80",
    )


def test_refund_of_an_amount_has_no_lines(sold: Client) -> None:
    """Amount only: line_items [], no VAT; mailed as partly refunded, the order's date moves."""
    refund = sold.post("/orders/1/refunds", amount="50.00")
    assert (refund["line_items"], refund["tax_lines"], refund["amount"]) == ([], [], "50.00")
    assert [mail.subject for mail in sold.sim.mails] == ["Your order has been partially refunded"]
    order = sold.get("/orders/1")
    assert (order["status"], order["date_modified_gmt"]) == ("processing", "2026-11-21T13:00:00")


def test_refund_of_all_sets_the_status_by_itself(sold: Client) -> None:
    """The rest refunded: status refunded, its note, a mail."""
    sold.post("/orders/1/refunds", amount="47.00")
    sold.post("/orders/1/refunds", amount="800.00")
    assert sold.get("/orders/1")["status"] == "refunded"
    assert sold.get("/orders/1/notes")[0]["note"] == "Order status changed from Processing to Refunded."
    assert sold.sim.mails[-1].subject == "Your order has been refunded"


def test_refund_by_status_has_no_lines(sold: Client) -> None:
    """Setting the status makes a refund of the whole without rows."""
    sold.put("/orders/1", status="refunded")
    (refund,) = sold.get("/orders/1/refunds")
    assert (refund["amount"], refund["line_items"], refund["reason"]) == (
        "847.00",
        [],
        "Order fully refunded.",
    )


def test_refund_over_what_is_left_is_a_500_with_a_number(sold: Client) -> None:
    """Its data is 500, not an object (table d)."""
    answer = sold.ask("POST", "/orders/1/refunds", json={"amount": "847.01"})
    assert (answer.status_code, answer.json()["data"]) == (500, 500)


def test_refund_deleted_leaves_no_trace(sold: Client) -> None:
    """Deleting one does not move the order's date."""
    refund = sold.sim.refund(1, "50.00")
    sold.clock.advance(hours=1)
    assert sold.ask("DELETE", f"/orders/1/refunds/{refund}?force=true").status_code == 200
    assert sold.get("/orders/1")["refunds"] == []
    assert sold.get("/orders/1")["date_modified_gmt"] == "2026-11-21T13:00:00"
    assert sold.ask("GET", f"/orders/1/refunds/{refund}").status_code == 404
