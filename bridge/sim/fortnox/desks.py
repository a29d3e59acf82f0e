"""People at the company's own screens: they keep customers and goods (see bridge.sim.booked)."""

from __future__ import annotations

from decimal import Decimal

from bridge.sim.booked import KeptCustomer
from bridge.sim.fortnox import articles, customers, prices
from bridge.sim.fortnox.fields import checked
from bridge.sim.fortnox.state import State

__all__ = ["CustomerDesk", "GoodsDesk"]

ZERO = Decimal(0)


class CustomerDesk:
    """``sim.customers``."""

    def __init__(self, state: State) -> None:
        self._state = state

    def kept(self) -> list[KeptCustomer]:
        """All of them, oldest first."""
        with self._state.lock:
            return [
                KeptCustomer(
                    number=entry.number,
                    name=entry.values["Name"],
                    company=entry.values["Type"] == "COMPANY",
                    email=entry.values["Email"] or "",
                    org_number=entry.values["OrganisationNumber"] or "",
                    street=entry.values["Address1"] or "",
                    delivery_street=entry.values["DeliveryAddress1"] or "",
                )
                for entry in self._state.customers.values()
            ]

    def keep(self, *, name: str, email: str = "", org_number: str = "") -> str:
        """Somebody makes one at the till; whatever spelling is kept as it is."""
        with self._state.lock:
            sent = {"Name": name, "Email": email, "OrganisationNumber": org_number}
            return customers.create(self._state, sent).number


class GoodsDesk:
    """``sim.goods``."""

    def __init__(self, state: State) -> None:
        self._state = state

    def put(self, sku: str, **facts: str) -> None:
        """Somebody makes or edits an article. ``facts``: name, ean, price (net, main price list)."""
        names = {"name": "Description", "ean": "EAN"}
        with self._state.lock:
            sent = checked(articles.FIELDS, {names[key]: text for key, text in facts.items() if key in names})
            if sku not in self._state.articles:
                articles.create(self._state, {"Description": sku, **sent, "ArticleNumber": sku})
            entry = self._state.articles[sku]
            entry.values.update(sent)
            self._state.touch(entry)
        if "price" in facts:
            self.set_price(sku, Decimal(facts["price"]))

    def set_stock(self, sku: str, in_stock: Decimal, *, reserved: Decimal = ZERO, site: str = "") -> None:
        """So many lie there, of which so many are spoken for; ``site``: a stock point of the warehouse module."""
        with self._state.lock:
            entry = self._state.articles[sku]
            entry.values["StockGoods"] = True  # who counts an article keeps stock of it
            if self._state.company.warehouse or site:
                point = site or "1"
                if point not in self._state.company.stock_points:
                    self._state.company.stock_points.append(point)
                self._state.stock[sku, point] = (in_stock, reserved)
            else:
                entry.values |= {"QuantityInStock": in_stock, "ReservedQuantity": reserved}
            self._state.touch(entry)

    def set_price(self, sku: str, price: Decimal, *, price_list: str = "") -> None:
        """A net price, in a list or the main one."""
        with self._state.lock:
            lists = self._state.registers["PriceList"]
            main = next(code for code, entry in lists.items() if entry.values["PreSelected"])
            prices.put(self._state, price_list or main, sku, ZERO, {"Price": price})

    def numbers(self) -> list[str]:
        """Every article there is, oldest first."""
        with self._state.lock:
            return list(self._state.articles)
