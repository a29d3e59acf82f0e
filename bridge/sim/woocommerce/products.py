"""Articles and variations, as far as orders and stock need them (woocommerce facts, rows 15 to 17, table i)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bridge.sim.woocommerce import params
from bridge.sim.woocommerce.app import Handler
from bridge.sim.woocommerce.errors import WpError, invalid_id
from bridge.sim.woocommerce.listing import ORDERBY, common, headers_of, page_of
from bridge.sim.woocommerce.moments import parse_stored, shown, shown_local
from bridge.sim.woocommerce.render import API
from bridge.sim.woocommerce.request import Call, Reply
from bridge.sim.woocommerce.state import State
from bridge.sim.woocommerce.stock import set_stock

__all__ = ["ROUTES", "change_article", "product_json"]

Article = dict[str, Any]
WRITABLE = (
    "name",
    "sku",
    "regular_price",
    "sale_price",
    "manage_stock",
    "status",
    "tax_class",
    "description",
)


def product_json(state: State, article: Article, *, base: str = "https://shop.example") -> dict[str, Any]:
    """GET products/<id>."""
    shown_article = {name: value for name, value in article.items() if name != "_links"}
    for name in ("date_created", "date_modified"):
        moment = _moment(article, name)
        shown_article[name] = shown_local(moment, state.zone)
        shown_article[f"{name}_gmt"] = shown(moment)
    parent, ident = article.get("parent_id") or 0, article["id"]
    path = f"products/{parent}/variations" if parent else "products"
    shown_article["_links"] = {
        "self": [
            {
                "href": f"{base}{API}/{path}/{ident}",
                "targetHints": {"allow": ["GET", "POST", "PUT", "PATCH", "DELETE"]},
            }
        ],
        "collection": [{"href": f"{base}{API}/{path}"}],
        **({"up": [{"href": f"{base}{API}/products/{parent}"}]} if parent else {}),
    }
    return shown_article


def _moment(article: Article, name: str) -> datetime | None:
    held = article.get(name)
    return held if isinstance(held, datetime) else parse_stored(article.get(f"{name}_gmt"))


def list_products(call: Call) -> Reply:
    """GET products. An empty ``sku`` returns the whole catalogue (row 17)."""
    page = page_of(call, orderby=[*ORDERBY, "price", "popularity", "rating", "menu_order"])
    skus = _skus(call)
    status = str(call.query.get("status", "any"))
    text = str(call.query.get("search", "")).casefold()
    call.need("list")
    rows = [
        article
        for article in call.state.products.values()
        if _listed(article, skus, status) and text in str(article["name"]).casefold()
    ]
    return _answer(call, rows, page)


def _skus(call: Call) -> list[str]:
    """``sku=A,B,C`` in one call, case-blind; a SKU with a comma cannot be asked for (table i)."""
    raw = call.query.get("sku", "")
    given = raw if isinstance(raw, list) else raw.split(",")
    return [sku.strip().casefold() for sku in given if sku.strip()]


def _listed(article: Article, skus: list[str], status: str) -> bool:
    if (article["status"] == "trash") != (status == "trash"):
        return False
    if skus:
        return str(article["sku"]).casefold() in skus  # finds variations too (table i)
    return not article.get("parent_id")


def _answer(call: Call, rows: list[Article], page: Any) -> Reply:
    dated = [
        {**row, "date_created": _moment(row, "date_created"), "date_modified": _moment(row, "date_modified")}
        for row in rows
    ]
    dated = [{**row, "date_created": row["date_created"] or call.state.now()} for row in dated]
    chosen, reply = headers_of(call, common(dated, page), page, defaults={"context": "view"})
    reply.data = [product_json(call.state, row, base=call.base) for row in chosen]
    return reply


def get_product(call: Call, ident: int) -> Reply:
    """GET products/<id>; works for a variation too and gives its ``parent_id`` (table i)."""
    article = call.state.products.get(ident)
    if article is None:
        raise invalid_id("product")
    call.need("view")
    return Reply(data=product_json(call.state, article, base=call.base))


def put_product(call: Call, ident: int) -> Reply:
    """PUT products/<id>; not for a variation (table i)."""
    article = call.state.products.get(ident)
    if article is None:
        raise invalid_id("product", status=400)
    call.need("edit")
    change_article(call.state, article, call.body)
    return Reply(data=product_json(call.state, article, base=call.base))


def change_article(state: State, article: Article, body: dict[str, Any], *, parent: int = 0) -> None:
    """Change an article; a variation only through the right parent (table i)."""
    owner = article.get("parent_id") or 0
    if owner != parent:
        if parent:
            raise WpError(404, "woocommerce_rest_product_variation_invalid_id", "Invalid ID.")
        message = (
            "To manipulate product variations you should use the "
            "/products/&lt;product_id&gt;/variations/&lt;id&gt; endpoint."
        )
        raise WpError(404, "woocommerce_rest_invalid_product_id", message)
    if body.get("sku"):
        _check_sku(state, article["id"], str(body["sku"]))
    article |= {name: body[name] for name in WRITABLE if name in body}
    if "regular_price" in body or "sale_price" in body:
        article["price"] = str(article.get("sale_price") or article.get("regular_price") or "")
    wanted = body.get("stock_quantity")
    # table i: "5.5" becomes 5, null changes nothing, without manage_stock it is 200 and ignored
    if wanted is not None and article.get("manage_stock") is True:
        set_stock(state, article, int(float(wanted)))
    else:
        article["date_modified"] = state.now()
        state.emit("product.updated", int(article["id"]))


def _check_sku(state: State, ident: int, sku: str) -> None:
    taken = next(
        (row["id"] for row in state.products.values() if row["sku"] == sku and row["id"] != ident), None
    )
    if taken is not None:
        data = {"status": 400, "resource_id": taken, "unique_sku": f"{sku}-1"}
        raise WpError(400, "product_invalid_sku", "Invalid or duplicated SKU.", data=data)


def post_product(call: Call) -> Reply:
    """POST products: a simple article; a SKU is given once (table i)."""
    call.need("create")
    state = call.state
    _check_sku(state, 0, str(call.body.get("sku", "")) or " ")
    ident = state.next_id("post")
    article: Article = {
        "id": ident,
        "name": "",
        "sku": "",
        "type": "simple",
        "status": "publish",
        "regular_price": "",
        "price": "",
        "tax_class": "",
        "tax_status": "taxable",
        "manage_stock": False,
        "stock_quantity": None,
        "parent_id": 0,
        "date_created": state.now(),
        "date_modified": state.now(),
    }
    state.products[ident] = article
    change_article(state, article, call.body)
    return Reply(data=product_json(state, article, base=call.base), status=201)


def list_variations(call: Call, parent: int) -> Reply:
    """GET products/<id>/variations."""
    page = page_of(call, orderby=[*ORDERBY, "menu_order"])
    call.need("list")
    return _answer(
        call, [row for row in call.state.products.values() if row.get("parent_id") == parent], page
    )


def list_all_variations(call: Call) -> Reply:
    """GET variations: exists here (table i)."""
    page, skus = page_of(call), _skus(call)
    call.need("list")
    rows = [row for row in call.state.products.values() if row.get("parent_id")]
    return _answer(call, [row for row in rows if not skus or str(row["sku"]).casefold() in skus], page)


def get_variation(call: Call, parent: int, ident: int) -> Reply:
    """GET products/<id>/variations/<id>: the wrong parent is a 404 (table i)."""
    article = _variation(call.state, parent, ident)
    call.need("view")
    return Reply(data=product_json(call.state, article, base=call.base))


def put_variation(call: Call, parent: int, ident: int) -> Reply:
    """PUT products/<id>/variations/<id>."""
    article = _variation(call.state, parent, ident)
    call.need("edit")
    change_article(call.state, article, call.body, parent=parent)
    return Reply(data=product_json(call.state, article, base=call.base))


def _variation(state: State, parent: int, ident: int) -> Article:
    article = state.products.get(ident)
    if article is None or article.get("parent_id") != parent:
        raise invalid_id("product_variation")
    return article


def get_customer(call: Call, ident: int) -> Reply:
    """GET customers/<id>."""
    customer = call.state.customers.get(ident)
    if customer is None:
        raise WpError(404, "woocommerce_rest_invalid_id", "Invalid resource ID.")
    call.need("view")
    return Reply(data=dict(customer))


def list_customers(call: Call) -> Reply:
    """GET customers."""
    email, role = str(call.query.get("email", "")), str(call.query.get("role", "customer"))
    size = params.integer(call.query, "per_page", default=10, low=1, high=100)
    call.need("list")
    rows = [
        row
        for row in call.state.customers.values()
        if role in ("all", row["role"]) and (not email or row["email"].casefold() == email.casefold())
    ]
    return Reply(
        data=[dict(row) for row in rows[:size]],
        headers={"X-WP-Total": str(len(rows)), "X-WP-TotalPages": "1"},
    )


ROUTES: list[tuple[str, dict[str, Handler]]] = [
    ("/products", {"GET": list_products, "POST": post_product}),
    (r"/products/(\d+)", {"GET": get_product, "POST": put_product, "PUT": put_product, "PATCH": put_product}),
    (r"/products/(\d+)/variations", {"GET": list_variations}),
    (
        r"/products/(\d+)/variations/(\d+)",
        {"GET": get_variation, "POST": put_variation, "PUT": put_variation, "PATCH": put_variation},
    ),
    ("/variations", {"GET": list_all_variations}),
    ("/customers", {"GET": list_customers}),
    (r"/customers/(\d+)", {"GET": get_customer}),
]
