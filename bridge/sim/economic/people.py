"""People at work in the agreement: what they do to customers and articles behind the API's back."""

from __future__ import annotations

from decimal import Decimal

from bridge.sim.booked import KeptCustomer
from bridge.sim.economic.state import Customer, Product, State

__all__ = ["CustomerDesk", "Shelves"]


class CustomerDesk:
    """``KeepsCustomers``."""

    def __init__(self, state: State) -> None:
        self._state = state

    def kept(self) -> list[KeptCustomer]:
        """All of them. e-conomic does not say who is a company: whoever has a number of one is."""
        with self._state.lock:
            return [_kept(each) for each in self._state.customers.values()]

    def keep(self, *, name: str, email: str = "", org_number: str = "") -> str:
        """Somebody else makes one; the number is the server's."""
        state = self._state
        with state.lock:
            number = state.next("customer", taken=state.customers.__contains__)
            body = {
                "name": name,
                "currency": state.company.base_currency,
                "customerGroup": {"customerGroupNumber": 1},
                "paymentTerms": {"paymentTermsNumber": 2},
                "vatZone": {"vatZoneNumber": 1},
                "email": email,
                "corporateIdentificationNumber": org_number,
            }
            kept = {field: value for field, value in body.items() if value != ""}
            state.customers[number] = Customer(number=number, body=kept, touched=state.now)
            return str(number)


def _kept(customer: Customer) -> KeptCustomer:
    body = customer.body
    default = body.get("defaultDeliveryLocation", {}).get("deliveryLocationNumber")
    location = customer.locations.get(default) or next(iter(customer.locations.values()), {})
    return KeptCustomer(
        number=str(customer.number),
        name=body["name"],
        company=bool(body.get("corporateIdentificationNumber") or body.get("vatNumber")),
        email=body.get("email", ""),
        org_number=body.get("corporateIdentificationNumber", ""),
        street=_first_line(body.get("address", "")),
        delivery_street=_first_line(location.get("address", "")),
    )


def _first_line(text: str) -> str:
    return (text.splitlines() or [""])[0]


class Shelves:
    """``KeepsGoods``. A price list is a currency: REST has prices per currency and no other lists (section 8)."""

    def __init__(self, state: State) -> None:
        self._state = state

    def put(self, sku: str, **facts: str) -> None:
        """Somebody makes or edits an article: ``name``, ``ean``, ``price``, ``group`` (its number)."""
        state = self._state
        with state.lock:
            product = state.products.setdefault(
                sku, Product(body={"productNumber": sku, "name": sku}, touched=state.now)
            )
            group = int(facts.get("group", product.body.get("productGroup", {}).get("productGroupNumber", 1)))
            product.body["productGroup"] = {"productGroupNumber": group}
            if "name" in facts:
                product.body["name"] = facts["name"]
            if "ean" in facts:
                product.body["barCode"] = facts["ean"]
            if "price" in facts:
                product.body["salesPrice"] = Decimal(facts["price"])
            if "barred" in facts:
                product.body["barred"] = facts["barred"] == "yes"
            product.touched = state.now

    def set_stock(
        self, sku: str, in_stock: Decimal, *, reserved: Decimal = Decimal(0), site: str = ""
    ) -> None:
        """So many lie there. The inventory module is switched on with it: without one nothing is counted.

        Raises:
            ValueError: a site is named; e-conomic's REST knows one stock only.
        """
        if site:
            raise ValueError("e-conomic has one stock, no sites")
        with self._state.lock:
            self._state.company.inventory = True
            product = self._state.products[sku]
            product.in_stock, product.reserved = in_stock, reserved
            product.touched = self._state.now  # lastUpdated also moves when stock changes (section 8) [D19]

    def set_price(self, sku: str, price: Decimal, *, price_list: str = "") -> None:
        """The sales price in the base currency, or one in another currency."""
        with self._state.lock:
            product = self._state.products[sku]
            if price_list in ("", self._state.company.base_currency):
                product.body["salesPrice"] = price
            else:
                product.prices[price_list] = price
            product.touched = self._state.now

    def numbers(self) -> list[str]:
        """Every article, oldest first."""
        with self._state.lock:
            return list(self._state.products)

    def stock_up(self, sku: str, rate: Decimal) -> None:
        """There is such an article, of the group that has this rate at home."""
        self.put(sku, group=str(self._state.company.group_of(rate)))
