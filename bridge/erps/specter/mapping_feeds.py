"""What Specter hands out in a batch, in our words (specter facts, section 5.4). Pure.

In two steps. ``things`` takes a batch apart by article or order, and refuses one it does not recognise, for what is
acknowledged never comes again. The rest reads one of those as it was kept, as often as need be: what cannot be
understood today is there when the owner's profile says what it means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bridge.erps.specter.answers import Answer, Node, decimal
from bridge.erps.specter.profile import NOTHING, Profile
from bridge.model.documents import Document, Key
from bridge.model.fulfilment import Fulfilment, Stage, Tracking
from bridge.model.goods import Price, Product, StockLevel
from bridge.model.money import plain

__all__ = [
    "Kind",
    "Standing",
    "Status",
    "Thing",
    "fulfilment_of",
    "key_in",
    "levels_of",
    "parsed_key",
    "price_of",
    "product_of",
    "standing_of",
    "things",
]

_SKU, _AVAILABLE, _BATCH = 1, 2, 3
"""Where a row of text has them: article id, number, items available, batch [1 PS]."""
_YES: Final = "1"
_HARMLESS: Final = ("order_number", "order_tracking", "order_delivery", "order_state", "order_delivered")
"""Fields of an order that say nothing of its buyer, however long they are."""
_CODE: Final = re.compile(r"[A-Z]{1,2}|[a-z]|\d{1,4}|\d{4}-\d\d-\d\d(?:[T ][\d:.]*)?", re.ASCII)


class Kind(StrEnum):
    """What changed. One batch of each may be open at a time."""

    STOCK = "stock"
    ARTICLES = "articles"
    ORDERS = "orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One row of a batch, word for word."""

    id: str
    """Number of the article or the order."""
    site: str = ""
    """Of stock: Specter's code of the stock site; empty: all together."""
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One of the two statuses of an order, as Specter writes it."""

    table: str
    """Of the profile: ``delivery`` or ``order``."""
    field: str
    """What Specter calls it."""
    value: str

    @property
    def section(self) -> str:
        """Where an owner's profile says what it means."""
        return f"[statuses.{self.table}]"

    @property
    def line(self) -> str:
        """What to write there, once somebody knows."""
        return f'{json.dumps(self.value)} = {{ value = "{NOTHING}" }}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What Specter says of an order."""

    stages: frozenset[Stage]
    tracking: tuple[Tracking, ...]
    unknown: tuple[Status, ...]
    """What nobody has told us the meaning of."""


def things(kind: Kind, answer: Answer, profile: Profile) -> tuple[Thing, ...]:
    """The rows of a batch.

    Raises:
        ValueError: a row without a number, or no rows but something else: it must not be acknowledged. Names it.
    """
    if answer.tree is None:
        if kind is not Kind.STOCK:  # no other has a form of text (section 5.4)
            raise ValueError(answer.rows[0][0] if answer.rows else "")
        return tuple(_line(row, profile) for row in answer.rows)
    if kind is Kind.STOCK:
        found = tuple(_stock(answer.tree, profile))
    else:
        number = profile.text("fields.article_number" if kind is Kind.ARTICLES else "fields.order_number")
        rows = answer.tree.every(profile.text(f"batches.{kind}"))
        spare = _spared if kind is Kind.ORDERS else _whole
        found = tuple(Thing(id=_number(row, number), node=spare(row, profile)) for row in rows)
    if not found:
        _nothing_else(answer.tree, profile)
    return found


def levels_of(sku: str, sites: Mapping[str, Node], profile: Profile) -> tuple[StockLevel, ...]:
    """The stock of an article: at each site that has a code, and last of all together.

    Specter tells only what may be sold (``noItemsAv``: items available [1 PS]), so ``in_stock`` is that too.

    Raises:
        ValueError: a quantity that is no number.
    """
    name = profile.text("fields.stock_available")
    pieces = {site: decimal(node.get(name)) for site, node in sorted(sites.items())}
    told = {**{site: each for site, each in pieces.items() if site}, "": sum(pieces.values(), Decimal(0))}
    return tuple(StockLevel(sku=sku, in_stock=each, available=each, site=site) for site, each in told.items())


def price_of(sku: str, node: Node, profile: Profile) -> Price | None:
    """The sales price, net as its name says; None: Specter tells none.

    Raises:
        ValueError: no number.
    """
    amount = _decimal(node, "fields.article_price", profile)
    if amount is None:
        return None
    return Price(sku=sku, amount=amount, currency=profile.text("numbers.books_currency"), gross=False)


def product_of(sku: str, node: Node, profile: Profile) -> Product:
    """An article. Its VAT, and whether it is still sold, Specter does not tell (section 5.4).

    Raises:
        ValueError: a price or a weight that is no number.
    """
    weight = _decimal(node, "fields.article_weight", profile)
    cost = _decimal(node, "fields.article_buy_price", profile)
    return Product(
        sku=sku,
        name=node.get(profile.text("fields.article_name")),
        ean=node.get(profile.text("fields.article_ean")) or None,
        net_price=_decimal(node, "fields.article_price", profile),
        weight=weight * profile.number("numbers.grams_per_weight")
        if weight
        else None,  # 0: nobody weighed it
        extra={"buyPrice": plain(cost)} if cost else {},
    )


def standing_of(node: Node, profile: Profile) -> Standing:
    """What has become of an order: delivered, removed, its parcels (section 5.4 [1 PS]).

    ``updated`` without a letter that says "delivered" is a delivery of a part: the client that takes it for the whole
    tells buyers too much.
    """
    status = next(node.every(profile.text("fields.order_status")), node)
    told = {
        Status(table=table, field=name, value=value): profile.table(f"statuses.{table}").get(value)
        for table, name in (
            ("delivery", profile.text("fields.order_delivery")),
            ("order", profile.text("fields.order_state")),
        )
        if (value := status.get(name))
    }
    stages = {Stage(meant) for meant in told.values() if meant not in (None, NOTHING)}
    under_way = profile.text("fields.order_delivered")
    deliveries = node.every(profile.text("fields.order_deliveries"))
    if any(each.get(under_way) == _YES for each in deliveries):
        stages.add(Stage.PART_DELIVERED)
    if Stage.DELIVERED in stages:
        stages.discard(Stage.PART_DELIVERED)
    numbers = [
        parcel.get(profile.text("fields.order_tracking"))
        for parcel in node.every(profile.text("fields.order_parcel"))
    ]
    return Standing(
        stages=frozenset(stages),
        tracking=tuple(Tracking(number=number) for number in dict.fromkeys(filter(None, numbers))),
        unknown=tuple(each for each, meant in told.items() if meant is None),
    )


def fulfilment_of(key: Key, document: Document, standing: Standing) -> Fulfilment:
    """Where a document stands. How far each row has come Specter does not tell (section 12)."""
    return Fulfilment(key=key, document=document, stages=standing.stages, tracking=standing.tracking)


def key_in(node: Node, profile: Profile) -> str:
    """The shop's number of an order as Specter shows it; empty: it does not [UNK]."""
    return node.get(profile.text("fields.order_key"))


def parsed_key(text: str) -> Key | None:
    """A key of ours; None: whatever somebody else wrote there."""
    try:
        return Key.parse(text)
    except ValueError:
        return None


def _whole(row: Node, profile: Profile) -> Node:
    del profile
    return row


def _spared(row: Node, profile: Profile) -> Node:
    """An order without what may be a person's: it is kept for ever, other people's orders too.

    Numbers of orders and parcels stay, and anything as short as a code or a date: a status that is understood only
    when the owner's profile names it.
    """
    whole = {profile.text(f"fields.{name}").lower() for name in _HARMLESS}
    key = profile.text("fields.order_key")

    def told(name: str, text: str) -> str:
        if name.lower() == key.lower():  # other people write whatever they like there
            return text if parsed_key(text) else ""
        return text if name.lower() in whole or _CODE.fullmatch(text) else ""

    return Node(
        name=row.name,
        text=told(row.name, row.text),
        attributes={
            name: kept for name, text in row.attributes.items() if (kept := told(name, text.strip()))
        },
        children=tuple(_spared(child, profile) for child in row.children),
    )


def _number(row: Node, name: str) -> str:
    number = row.get(name)
    if not number:
        raise ValueError(row.name)
    return number


def _line(row: Sequence[str], profile: Profile) -> Thing:
    if len(row) <= _BATCH or not row[_SKU] or not _is_number(row[_AVAILABLE]):
        raise ValueError(row[0])  # a sentence with semicolons, perhaps: it must not be acknowledged
    return Thing(id=row[_SKU], node=_article(row[_SKU], row[_AVAILABLE], profile))


def _is_number(text: str) -> bool:
    try:
        decimal(text)
    except ValueError:
        return False
    return True


def _article(sku: str, available: str, profile: Profile) -> Node:
    names = {"fields.article_number": sku, "fields.stock_available": available}
    return Node(
        name=profile.text("batches.stock"),
        attributes={profile.text(name): value for name, value in names.items()},
    )


def _stock(tree: Node, profile: Profile) -> Iterator[Thing]:
    """By site where every site has a code of its own, else added up, as the one client known does [1 PS]."""
    number, name = profile.text("fields.article_number"), profile.text("batches.stock")
    sites = [*tree.every(profile.text("fields.stock"))] or [tree]
    names = profile.texts("fields.stock_site")
    codes = [next(filter(None, map(site.get, names)), "") for site in sites]
    if "" not in codes and len(set(codes)) == len(codes):
        for code, site in zip(codes, sites, strict=True):
            for row in site.every(name):
                yield Thing(id=_number(row, number), site=code, node=row)
        return
    together: dict[str, list[Node]] = {}
    for site in sites:
        for row in site.every(name):
            together.setdefault(_number(row, number), []).append(row)
    for sku, rows in together.items():
        yield Thing(id=sku, node=_added(sku, rows, profile))


def _added(sku: str, rows: Sequence[Node], profile: Profile) -> Node:
    """All together; one that is no number stays as it is, to be told of when it is read."""
    total = Decimal(0)
    for row in rows:
        try:
            total += decimal(row.get(profile.text("fields.stock_available")))
        except ValueError:
            return row
    return _article(sku, plain(total), profile)


def _nothing_else(tree: Node, profile: Profile) -> None:
    """An answer without rows really has none, and not only none under the names we know."""
    if tree.text:
        raise ValueError(tree.name)
    frame = {name.lower() for name in profile.texts("batches.frame")}
    besides = {profile.text("answers.status").lower(), profile.text("answers.most").lower()}
    for child in tree.children:
        name = child.name.lower()
        if name in frame:
            _nothing_else(child, profile)
        elif name not in besides:
            raise ValueError(child.name)


def _decimal(node: Node, name: str, profile: Profile) -> Decimal | None:
    text = node.get(profile.text(name))
    return decimal(text) if text else None
