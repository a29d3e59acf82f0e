"""New orders for the demo and for property tests: realistic, Swedish, drawn from a seed number.

The same number always gives the same order. The money is worked out by the simulated shop itself, with the rounding
the real one was measured to have, so lines and totals always agree.
"""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any

from bridge.sim.woocommerce.building import create_order
from bridge.sim.woocommerce.shop import ShopSim

__all__ = ["Arrivals", "arrive", "draw"]

GIVEN = "Anna Lars Åsa Björn Märta Örjan Sven-Erik Inger Zoë Mohammed Ylva Håkan Birgitta Nils Linnéa".split()
FAMILY = "Öberg Andersson Ström Åkerlund Nyström Håkansson Lindqvist Sjöö von Essen al-Amin Kvist".split()
ODD = (("Maja 🌸", "Sjögren"), ("محمد", "العلي"), ("O'Neil", '"Bo" & Söner'), ("X" * 60, "Y" * 60))
STREETS = "Vasagatan Storgatan Kungsgatan Åsvägen Björkallén Tjärhovsgatan Södra Förstadsgatan".split()
TOWNS = (
    ("411 24", "Göteborg"),
    ("211 35", "Malmö"),
    ("972 31", "Luleå"),
    ("831 30", "Östersund"),
    ("113 59", "Stockholm"),
)
ABROAD = {"DK": ("2100", "København"), "DE": ("10115", "Berlin")}
COMPANIES = (
    ("Bo & Co Bygg AB", "556677-8899"),
    ("Åkes Fönsterputs", "556016-0680"),
    ("Konditori Näset HB", "969663-7033"),
)
# method, title, status it leads to, whether it is paid at once
PAYMENTS = (
    ("kco", "Klarna", True),
    ("swish", "Swish", True),
    ("stripe", "Kort", True),
    ("bacs", "Förskott (bankgiro)", False),
    ("cod", "Postförskott", False),
)
FREIGHT = (("PostNord Ombud", "39.20"), ("Hemleverans", "79.20"), ("Fri frakt", "0.00"))
COUPONS = ("rabatt10", "minus100", "minus15styck")
FIRST = 1000  # the order of seed 0 gets this id unless told otherwise
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NOT_FOR_SALE = {48, 51, 55}  # a free sample, a machine for 124,999 kr, an article in the trash


def draw(seed: int) -> dict[str, Any]:
    """What a buyer would order, as the body of a POST orders."""
    luck = Random(seed)  # noqa: S311 - a made-up buyer, no secret
    country = luck.choices(["SE", "DK", "DE"], weights=[18, 1, 1])[0]
    method, title, paid = luck.choices(PAYMENTS, weights=[6, 6, 4, 2, 1])[0]
    freight, cost = luck.choice(FREIGHT)
    billing = _buyer(luck, country)
    body: dict[str, Any] = {
        "payment_method": method,
        "payment_method_title": title,
        "transaction_id": f"T-{seed:08d}" if paid else "",
        "created_via": "checkout",
        "billing": billing,
        "shipping": {name: value for name, value in billing.items() if name != "email"},
        "line_items": _basket(luck),
        "shipping_lines": [{"method_id": "flat_rate", "method_title": freight, "total": cost}],
        "fee_lines": [],
        "meta_data": [],
        "customer_note": luck.choices(
            ["", "Ring på porten, tack! 😀", "Lämnas i förrådet"], weights=[8, 1, 1]
        )[0],
    }
    if paid:
        body["set_paid"] = True
    else:
        body["status"] = "processing" if method == "cod" else "on-hold"
    _extras(luck, body)
    return body


def _buyer(luck: Random, country: str) -> dict[str, str]:
    first, last = luck.choice(ODD) if luck.random() < 0.05 else (luck.choice(GIVEN), luck.choice(FAMILY))
    postcode, city = ABROAD.get(country) or luck.choice(TOWNS)
    return {
        "first_name": first,
        "last_name": last,
        "company": "",
        "address_1": f"{luck.choice(STREETS)} {luck.randint(1, 99)}",
        "address_2": luck.choice(["", "", "", "c/o Nilsson", "lgh 1203"]),
        "city": city,
        "postcode": postcode,
        "country": country,
        "email": f"kund{luck.randint(1, 9999)}@example.com",
        "phone": f"070-{luck.randint(100, 999)} {luck.randint(10, 99)} {luck.randint(10, 99)}",
    }


def _basket(luck: Random) -> list[dict[str, Any]]:
    """One to five articles; their ids are the recorded catalogue's, whose VAT is 25, 12, 6 and nothing."""
    articles = [ident for ident in range(12, 54) if ident not in NOT_FOR_SALE]
    rows: list[dict[str, Any]] = [
        {"product_id": ident, "quantity": luck.choice([1, 1, 1, 2, 2, 3, 7])}
        for ident in luck.sample(articles, k=luck.choices(range(1, 6), weights=[5, 4, 3, 2, 1])[0])
    ]
    if luck.random() < 0.25:
        rows.append({"product_id": 56, "variation_id": luck.choice([57, 58, 59]), "quantity": 1})
    return rows


def _extras(luck: Random, body: dict[str, Any]) -> None:
    if luck.random() < 0.15:
        company, number = luck.choice(COMPANIES)
        body["billing"]["company"] = company
        body["meta_data"].append({"key": "_billing_org_nr", "value": number})
    chance = luck.random()
    if chance < 0.15:
        body["coupon_lines"] = [{"code": luck.choice(COUPONS)}]
    elif chance < 0.25:
        body["fee_lines"].append({"name": "Fakturaavgift", "total": "29.00", "tax_status": "taxable"})
    elif chance < 0.30:
        body["fee_lines"].append({"name": "Presentkort", "total": "-10.00", "tax_status": "none"})


def arrive(sim: ShopSim, seed: int) -> int:
    """The order is placed in the shop with all that follows (stock, notes, mails); returns its id."""
    with sim.state.lock:
        return int(create_order(sim.state, draw(seed))["id"])


class Arrivals:
    """Orders as GET would answer them, without a shop to place them in: ``Arrivals().order(7)``."""

    def __init__(self) -> None:
        self._now = NOON
        self._shop = ShopSim(now=lambda: self._now)

    def order(
        self, seed: int, *, ident: int | None = None, at: datetime | None = None, **fields: Any
    ) -> dict[str, Any]:
        """The order of this number; ``fields`` (a status, say) replace what was drawn."""
        state = self._shop.state
        with state.lock:
            self._now = at or NOON
            state.restart(
                **{
                    "post": (ident or FIRST + seed) - 1,
                    "item": 100 * seed,
                    "item meta": 1000 * seed,
                    "meta": 0,
                }
            )
            number = int(create_order(state, draw(seed))["id"])
            made = self._shop.order(number)
            del state.orders[number]
            state.notes.pop(number, None)
            state.mails.clear()
        return {**made, **fields}
