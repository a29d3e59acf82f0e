"""What the shop tells of itself: index, system status, currency, taxes, payment methods."""

from __future__ import annotations

from bridge.sim.woocommerce.app import Handler
from bridge.sim.woocommerce.render import SYMBOLS
from bridge.sim.woocommerce.request import Call, Reply

__all__ = ["ROUTES"]

NAMES = {"SEK": "Swedish krona", "EUR": "Euro", "DKK": "Danish krone", "NOK": "Norwegian krone"}
GATEWAYS = (("bacs", "Förskott (bankgiro)"), ("cod", "Postförskott"), ("cheque", "Faktura"))


def index(call: Call) -> Reply:
    """GET wc/v3: open to everybody."""
    return Reply(
        data={"namespace": "wc/v3", "routes": {}, "_links": {"up": [{"href": f"{call.base}/wp-json/"}]}}
    )


def system_status(call: Call) -> Reply:
    """GET system_status: versions, time zone of PHP (always UTC under WordPress) and the order tables' kind."""
    call.need("list")
    state = call.state
    return Reply(
        data={
            "environment": {
                "home_url": call.base,
                "site_url": call.base,
                "version": "10.5.0",
                "wp_version": "6.9.7",
                "php_version": "8.2.36",
                "default_timezone": "UTC",
                "language": "sv_SE",
            },
            "database": {"wc_database_version": "10.5.0"},
            "active_plugins": [],
            "settings": {
                "currency": state.currency,
                "currency_symbol": SYMBOLS.get(state.currency, state.currency),
                "number_of_decimals": 2,
                "taxonomies": {},
                "HPOS_enabled": state.hpos,
            },
            "security": {"secure_connection": call.base.startswith("https:"), "hide_errors": True},
        }
    )


def currency(call: Call) -> Reply:
    """GET data/currencies/current."""
    call.need("view")
    code = call.state.currency
    links = {"self": [{"href": f"{call.base}/wp-json/wc/v3/data/currencies/{code}"}]}
    return Reply(
        data={"code": code, "name": NAMES.get(code, code), "symbol": SYMBOLS.get(code, code), "_links": links}
    )


def taxes(call: Call) -> Reply:
    """GET taxes."""
    call.need("list")
    rows = [
        {
            "id": rate.id,
            "country": rate.country,
            "state": "",
            "postcode": "",
            "city": "",
            "rate": f"{rate.percent:.4f}",
            "name": rate.label,
            "priority": 1,
            "compound": False,
            "shipping": True,
            "order": 0,
            "class": rate.tax_class or "standard",
            "postcodes": [],
            "cities": [],
        }
        for rate in call.state.rates
    ]
    return Reply(data=rows, headers={"X-WP-Total": str(len(rows)), "X-WP-TotalPages": "1"})


def gateways(call: Call) -> Reply:
    """GET payment_gateways."""
    call.need("list")
    return Reply(data=[{"id": name, "title": title, "enabled": True} for name, title in GATEWAYS])


ROUTES: list[tuple[str, dict[str, Handler]]] = [
    ("", {"GET": index}),
    ("/system_status", {"GET": system_status}),
    ("/data/currencies/current", {"GET": currency}),
    ("/taxes", {"GET": taxes}),
    ("/payment_gateways", {"GET": gateways}),
]
