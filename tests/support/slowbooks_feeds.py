"""What SlowBooks tells by itself, and the articles it takes: the adapter's half."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from bridge.errors import Rejected
from bridge.model.documents import Document, Feed, Key
from bridge.model.fulfilment import DeliveredRow, Fulfilment, Stage
from bridge.model.goods import Batch, Price, Product, StockLevel
from bridge.model.money import plain
from bridge.model.texts import Problem, say
from bridge.transport import Reply

T = TypeVar("T")
Row = dict[str, Any]
PAGE = 100


class FeedsOverHttp:
    """All four feeds, and ``TakesProducts``."""

    _call: Callable[..., Reply]
    _document: Callable[[Row], Document]

    def fulfilments(
        self, cursor: str | None, *, waiting: Collection[Document] = ()
    ) -> Iterator[Feed[Fulfilment]]:
        """The server has a list of changes, an order and its invoice in one."""
        del waiting
        yield from self._pages("changes", cursor, self._fulfilment)

    def stock(self, cursor: str | None) -> Iterator[Feed[StockLevel]]:
        """Only of articles that keep stock."""
        yield from self._pages("articles", cursor, _stock)

    def prices(self, cursor: str | None, *, price_list: str = "") -> Iterator[Feed[Price]]:
        """Net, in SEK."""

        def price(row: Row) -> Price | None:
            amount = row["lists"].get(price_list) if price_list else row["price"]
            if amount is None:
                return None
            return Price(
                sku=row["sku"], amount=Decimal(amount), currency="SEK", gross=False, price_list=price_list
            )

        yield from self._pages("articles", cursor, price)

    def products(self, cursor: str | None) -> Iterator[Feed[Product]]:
        """Everything it knows of them."""
        yield from self._pages("articles", cursor, _product)

    def put_products(self, products: Sequence[Product]) -> Batch:
        """One by one."""
        accepted, refused = [], {}
        for product in products:
            told = {
                "name": product.name,
                "ean": product.ean,
                "unit": product.unit,
                "price": None if product.net_price is None else plain(product.net_price),
            }
            body = json.dumps({name: value for name, value in told.items() if value})
            try:
                self._call("PUT", ("articles", product.sku), data=body.encode())
            except Rejected as error:
                fix = say("Correct the article, then send it again.")
                refused[product.sku] = Problem(where=product.sku, what=error.text, fix=fix)
            else:
                accepted.append(product.sku)
        return Batch(accepted=tuple(accepted), refused=refused)

    def _pages(self, path: str, cursor: str | None, made: Callable[[Row], T | None]) -> Iterator[Feed[T]]:
        after, complete = cursor or "0", False
        while not complete:
            rows = self._call("GET", path, params={"after": after}).json()
            complete = len(rows) < PAGE
            after = str(rows[-1]["changed"]) if rows else after
            items = tuple(item for item in map(made, rows) if item is not None)
            yield Feed(items=items, cursor=after if after != (cursor or "0") else None, complete=complete)

    def _fulfilment(self, row: Row) -> Fulfilment | None:
        try:
            key = Key.parse(row["key"])
        except ValueError:
            return None  # somebody else's
        invoice = row["invoice"] or (row if row["kind"] == "invoice" else None)
        stages = {
            Stage.CANCELLED: row["struck"],
            Stage.MAILED: (invoice or row)["mailed"],
            Stage.INVOICED: invoice is not None and invoice["booked"],
            Stage.PAID: invoice is not None and invoice["paid"],
            **_delivered(row["rows"]),
        }
        return Fulfilment(
            key=key,
            document=self._document(row),
            stages=frozenset(stage for stage, reached in stages.items() if reached),
            rows=tuple(
                DeliveredRow(
                    sku=each["article"],
                    text=each["text"],
                    ordered=Decimal(each["quantity"]),
                    delivered=Decimal(each.get("delivered", "0")),
                )
                for each in row["rows"]
            ),
            invoice=None if invoice is None else self._document(invoice),
        )


def _delivered(rows: Sequence[Row]) -> dict[Stage, bool]:
    left = [Decimal(each["quantity"]) - Decimal(each.get("delivered", "0")) for each in rows]
    some = any(Decimal(each.get("delivered", "0")) for each in rows)
    return {Stage.DELIVERED: some and not any(left), Stage.PART_DELIVERED: some and any(left)}


def _stock(row: Row) -> StockLevel | None:
    if row["in_stock"] is None:
        return None
    in_stock = Decimal(row["in_stock"])
    return StockLevel(sku=row["sku"], in_stock=in_stock, available=in_stock - Decimal(row["reserved"]))


def _product(row: Row) -> Product:
    return Product(
        sku=row["sku"],
        name=row["name"],
        ean=row["ean"],
        unit=row["unit"],
        net_price=Decimal(row["price"]),
        keeps_stock=row["in_stock"] is not None,
    )
