"""What a batch shows of each change, as text or XML (specter facts, section 5.4) [1]."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from xml.etree import ElementTree as ET

from bridge.sim.specter import stock
from bridge.sim.specter.refusals import BAD_VALUE, Refusal
from bridge.sim.specter.state import Item, Order, State
from bridge.sim.specter.wire import Reply, comma, node

__all__ = ["reply", "shown", "status"]


def shown(state: State, kind: str, key: str) -> Item:
    """One change as it is at this moment; kept with the batch, so texts only."""
    if kind == "order":
        order = state.orders[int(key)]
        return {
            "orderNo": key,
            "externalOrderNo": order.key,
            "deliveryStatus": state.account.letters[_delivered(order)],
            "statusId": state.account.statuses[status(state, order)],
            "tracking": [each.tracking for each in order.deliveries],
        }
    article = state.articles[key]
    if kind == "stock":
        sites = {site: comma(stock.available(state, article, site)) for site in state.account.sites}
        return {"id": str(article.id), "articleNo": key, "sites": sites}
    data = {name: article.data.get(name.lower(), "") for name in ("buyPrice", "productWeight")}
    return {
        **{name: comma(Decimal(value or 0)) for name, value in data.items()},
        "priceExclVat": comma(article.price),
        "barCode": article.data.get("barcode", ""),
        "articleNo": key,
        "name": article.name,
    }


def _delivered(order: Order) -> str:
    if all(row.delivered >= row.quantity for row in order.rows):
        return "all"
    return "part" if any(row.delivered for row in order.rows) else "none"


def status(state: State, order: Order) -> str:
    """Of the account's ``statuses``; an order is invoiced when nothing is left to invoice."""
    if order.removed:
        return "removed"
    invoiced = any(each.order == order.no for each in state.invoices.values())
    if invoiced and all(row.invoiced >= row.quantity for row in order.rows):
        return "invoiced"
    return {"all": "delivered", "part": "part", "none": "open"}[_delivered(order)]


def reply(state: State, kind: str, items: Sequence[Item], batch: str, *, several: bool, xml: bool) -> Reply:
    """The answer to a read.

    Raises:
        Refusal: text is asked for where only XML is known, or several sites in text [UNK].
    """
    if not xml:
        if kind != "stock" or several:
            raise Refusal(BAD_VALUE, "Ange useXML=2")
        return Reply(lines=_lines(items, batch, state.account.default_site), read=True)
    if kind == "stock":
        body = _stock(state, items, several=several)
    else:
        body = _articles(items) if kind == "article" else _orders(state, items)
    for row in body.iter("order" if kind == "order" else "article"):
        row.attrib.update(state.account.feed_more.get(kind, {}))
    limit = [node("responseMaxLimit", text=str(state.account.response_max))]
    return Reply(number=batch, nodes=(*(limit if kind in state.account.limited else ()), body), read=True)


def _lines(items: Sequence[Item], batch: str, site: str) -> str:
    """Four fields, rows parted by carriage return, a header row with ``noItemsAvailable`` [1; INF the rest]."""
    head = "articleId;articleNo;noItemsAvailable;batchNo"
    return "\r".join([head, *(f"{x['id']};{x['articleNo']};{x['sites'][site]};{batch}" for x in items)])


def _stock(state: State, items: Sequence[Item], *, several: bool) -> ET.Element:
    """``stockChanges`` > ``stock`` per site > ``articles`` > ``article`` > ``articleNo``, ``noItemsAv`` [1].

    What names the site inside ``stock`` is not known [UNK]. Without ``getMultipleStocksites`` the default one [INF].
    """
    account = state.account
    changes = node("stockChanges")
    for site in account.sites if several else [account.default_site]:
        lines = [
            node(
                "article",
                node("articleNo", text=each["articleNo"]),
                node("noItemsAv", text=each["sites"].get(site, "0")),
            )
            for each in items
        ]
        named = {account.site_attribute: site} if account.site_attribute else {}
        changes.append(node("stock", node("articles", *lines), **named))
    return changes


def _articles(items: Sequence[Item]) -> ET.Element:
    """``articles`` > ``article`` with four attributes and two children [1]; more surely exist [UNK]."""
    attributes = ("buyPrice", "priceExclVat", "barCode", "productWeight")
    return node(
        "articles",
        *(
            node(
                "article",
                *(node(name, text=each[name]) for name in ("articleNo", "name")),
                **{name: each[name] for name in attributes},
            )
            for each in items
        ),
    )


def _orders(state: State, items: Sequence[Item]) -> ET.Element:
    """``orders`` > ``order`` > ``orderstatus``, ``deliveries`` > ``delivery`` [1]; no rows: where is open [UNK]."""
    return node("orders", *(_order(each, key=state.account.feed_tells_key) for each in items))


def _order(item: Item, *, key: bool) -> ET.Element:
    parcels = [node("delivery", trackingNo=each) for each in item["tracking"]]
    named = {"externalOrderNo": item["externalOrderNo"]} if key else {}
    state = {name: item[name] for name in ("deliveryStatus", "statusId")}
    updated = "1" if parcels else "0"  # 1 when there is a delivery [1], else 0 [INF]
    return node(
        "order",
        node("orderstatus", **state),
        node("deliveries", *parcels, updated=updated),
        orderNo=item["orderNo"],
        **named,
    )
