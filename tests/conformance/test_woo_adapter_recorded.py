"""The adapter against what a real shop answered."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import responses

from bridge.clock import ManualClock
from bridge.errors import BridgeError, LostReply, NotFound, Rejected, Throttled, Transient, Unauthorised
from bridge.model.check import order_problems, sum_of_rows
from bridge.model.codec import dump_order, load_order
from bridge.model.money import ZERO
from bridge.model.orders import LineKind, Order
from bridge.shops.woocommerce.mapping import to_order
from bridge.shops.woocommerce.mapping_refunds import to_refund
from bridge.transport import parse_json
from tests.woo import URL, a_document, a_shop, ref

pytestmark = pytest.mark.shared

API = f"{URL}/wp-json/wc/v3"


def recorded(shared: Path, name: str) -> Any:
    """A recorded body."""
    return parse_json((shared / "woocommerce" / "recorded" / name).read_bytes())


def order_of(raw: dict[str, Any]) -> Order:
    """The order; each recorded one must be readable."""
    order = to_order(raw, shop="main")
    assert isinstance(order, Order), order.problems
    return order


def test_every_recorded_order_is_read_to_the_ore(shared: Path) -> None:
    """Rows add up to the total, VAT to the VAT, nothing is wrong with any, and each survives the database."""
    files = sorted((shared / "woocommerce" / "recorded" / "orders").glob("*.json"))
    assert len(files) == 73
    for file in files:
        raw = parse_json(file.read_bytes())
        order = order_of(raw)
        assert sum_of_rows(order) == order.totals.gross == Decimal(raw["total"]), file.name
        assert sum((line.tax for line in order.lines), ZERO) == order.totals.tax, file.name
        assert order_problems(order, tolerance=Decimal("0.05")) == (), file.name
        assert load_order(dump_order(order)) == order, file.name
        assert order.ref.id == file.stem


@pytest.mark.parametrize(
    ("number", "kind", "net", "tax"),
    [(132, LineKind.FEE, "29.00", "7.25"), (133, LineKind.GIFT_CARD, "-500.00", "-125.00"),
     (134, LineKind.DISCOUNT, "-80.00", "-19.19")],
)  # fmt: skip
def test_recorded_fees_have_their_kind(shared: Path, number: int, kind: LineKind, net: str, tax: str) -> None:
    """Invoice fee, gift card and discount are told apart, with the VAT the shop charged."""
    order = order_of(recorded(shared, f"orders/{number}.json"))
    (fee,) = [line for line in order.lines if line.kind is kind]
    assert (fee.net, fee.tax) == (Decimal(net), Decimal(tax))


def test_recorded_company_and_rates(shared: Path) -> None:
    """Organisation number, VAT number and a rate with a decimal come through."""
    company = order_of(recorded(shared, "orders/138.json")).customer
    assert (company.org_number, company.vat_number) == ("556016-0680", "SE556016068001")
    finland = order_of(recorded(shared, "orders/117.json"))
    assert {line.percent for line in finland.tax_lines} >= {Decimal("25.5")}
    assert {line.country for line in finland.tax_lines} == {"FI"}


def test_recorded_order_shown_with_other_decimals(shared: Path) -> None:
    """dp=6 is read with its digits; the version 2 body is the same order."""
    fine = order_of(recorded(shared, "variants/order_ore_dp6.json"))
    old = order_of(recorded(shared, "variants/order_v2_api.json"))
    assert fine.lines[0].net != old.lines[0].net or len(str(fine.lines[0].net)) > len(str(old.lines[0].net))
    assert sum_of_rows(old) == old.totals.gross


def test_every_recorded_refund_is_read(shared: Path) -> None:
    """Refunds with rows are negative row by row; one of a sum alone has none."""
    found = {}
    for file in sorted((shared / "woocommerce" / "recorded" / "refunds").glob("*.json")):
        for raw in parse_json(file.read_bytes()):
            refund, problems = to_refund(raw, ref=ref(file.stem))
            assert problems == ()
            assert refund is not None
            assert refund.gross > 0
            assert all(line.gross <= 0 for line in refund.lines)
            found[file.stem] = refund
    assert found["152"].lines == ()
    assert found["154"].lines == ()


_MEANS: dict[str, type[BridgeError]] = {
    "200_html_when_permalinks_off": Transient,
    "200_php_warning_before_json": Transient,
    "200_truncated_json": Transient,
    "400_bad_date": Rejected,
    "400_invalid_json": Rejected,
    "400_per_page": Rejected,
    "400_put_unknown_order": NotFound,
    "400_unknown_status": Rejected,
    "400_wrong_type": Rejected,
    "401_basic_over_http": Unauthorised,
    "401_no_auth": Unauthorised,
    "401_oauth_old_timestamp": Unauthorised,
    "401_oauth_wrong_signature": Unauthorised,
    "401_read_only_key_put": Unauthorised,
    "401_rest_route": Unauthorised,
    "401_unknown_key": Unauthorised,
    "401_when_key_lookup_fails": Unauthorised,
    "401_wrong_secret": Unauthorised,
    "403_user_lacks_capability": Unauthorised,
    "404_no_route": Transient,
    "404_unknown_order": NotFound,
    "404_when_query_fails": NotFound,
    "404_woocommerce_deactivated": Transient,
    "413_batch_101": Rejected,
    "429_from_a_plugin": Throttled,
    "500_database_down": Transient,
    "500_fatal_html": Transient,
    "500_fatal_json_after_save": Transient,
    "500_out_of_memory": Transient,
    "500_refund_more_than_left": Transient,
    "502_bad_gateway": Transient,
    "503_maintenance": Transient,
}
_SAYS = {
    "200_html_when_permalinks_off": "Permalinks",
    "401_oauth_old_timestamp": "clock",
    "401_oauth_wrong_signature": "another address",
    "401_read_only_key_put": "Read/Write",
    "401_unknown_key": "Copy key and secret again",
    "401_wrong_secret": "not this secret",
    "403_user_lacks_capability": "Shop manager",
    "404_woocommerce_deactivated": "WooCommerce is switched on",
    "400_unknown_status": "pending, processing",
    "429_from_a_plugin": "limited",
    "500_database_down": "passes by itself",
    "500_fatal_html": "crashed",
    "503_maintenance": "updated",
}


def _answer(shared: Path, name: str) -> tuple[int, str, dict[str, str]]:
    found = json.loads((shared / "woocommerce" / "recorded" / "errors" / f"{name}.json").read_text())
    kept = {
        key: value
        for key, value in found["headers"].items()
        if key in ("Content-Type", "Retry-After", "Date")
    }
    return found["status"], found["body"], kept


@pytest.mark.parametrize("name", _MEANS)
def test_recorded_error_means_what_it_means(shared: Path, clock: ManualClock, name: str) -> None:
    """Each recorded failure of a reading call becomes the right kind of error, with the owner's remedy."""
    status, body, headers = _answer(shared, name)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as server:
        server.get(f"{API}/orders/7", status=status, body=body, headers=headers)
        with pytest.raises(BridgeError) as caught:
            a_shop(None, clock).order(ref(7))
    assert type(caught.value) is _MEANS[name]
    told = f"{caught.value} {getattr(caught.value, 'advice', '')}"
    assert _SAYS.get(name, "") in told
    assert "/var/www" not in told


@pytest.mark.parametrize("name", [name for name, kind in _MEANS.items() if kind is Transient])
def test_recorded_failure_of_a_write_leaves_it_in_doubt(shared: Path, clock: ManualClock, name: str) -> None:
    """The same failure after a write: nobody knows, except where the shop has no interface at all."""
    status, body, headers = _answer(shared, name)
    with responses.RequestsMock() as server:
        server.put(f"{API}/orders/7", status=status, body=body, headers=headers)
        with pytest.raises(Transient) as caught:
            a_shop(None, clock).mark(ref(7), document=a_document(), repeat=False)
    assert isinstance(caught.value, LostReply) is (status != 404)
    if name == "503_maintenance":
        assert caught.value.retry_after == 600


def test_every_recorded_error_is_accounted_for(shared: Path) -> None:
    """No recorded failure of an order call is left out of the table above."""
    names = {file.stem for file in (shared / "woocommerce" / "recorded" / "errors").glob("*.json")}
    others = {"200_batch_with_errors", "200_empty_list_when_query_fails", "400_duplicate_sku", "400_quantity_half",
              "404_variation_through_products", "broken_off_half_way"}  # fmt: skip
    assert names == set(_MEANS) | others
