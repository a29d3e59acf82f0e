"""The warehouse module, as far as stock is read (fortnox facts, section 8, stock)."""

from __future__ import annotations

from typing import Any

from bridge.sim.fortnox.door import Route, route
from bridge.sim.fortnox.errors import bad_parameter
from bridge.sim.fortnox.state import Call, Reply

__all__ = ["routes"]


def _tenant(call: Call) -> Reply:
    """Whether the module is on [2+]."""
    company = call.state.company
    return Reply({"activated": company.warehouse, "tenantId": int(company.tenant)})


def _stock(call: Call) -> Reply:
    """Per article and stock point: available = in stock - reserved [D]."""
    unknown = set(call.query) - {"itemIds", "stockPointCodes"}
    if unknown:
        raise bad_parameter(min(unknown))
    if not call.state.company.warehouse:  # status and text [I]
        return Reply(
            {"error": "warehouse.not.activated", "id": "0", "message": "Warehouse is not activated"},
            status=403,
        )
    items = [each for each in call.query.get("itemIds", "").split(",") if each]
    points = [each for each in call.query.get("stockPointCodes", "").split(",") if each]
    return Reply(
        [
            {"itemId": sku, "stockPointCode": point, "availableStock": held - reserved, "inStock": held}
            for (sku, point), (held, reserved) in sorted(call.state.stock.items())
            if (not items or sku in items) and (not points or point in points)
        ]
    )


def _points(call: Call) -> Reply:
    """GET stockpoints-v1 [1 woohub]; its fields are [I]."""
    found: list[dict[str, Any]] = [
        {"id": f"{place}", "code": code, "name": code, "active": True}
        for place, code in enumerate(call.state.company.stock_points, 1)
    ]
    return Reply(found)


def routes() -> list[Route]:
    """What can be asked of the warehouse."""
    base = "/api/warehouse"
    return [
        route("GET", f"{base}/tenants-v4", "warehouse", _tenant),
        route("GET", f"{base}/status-v1/stockbalance", "warehouse", _stock),
        route("GET", f"{base}/stockpoints-v1", "warehouse", _points),
    ]
