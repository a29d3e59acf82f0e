"""SlowBooks and foreign money: it books in the order's currency, with a rate, and can be asked for its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from flask import Flask, Response, jsonify, request

from bridge.erps.currency import Conversion, ExchangeRate
from bridge.model.money import plain
from bridge.model.orders import Order
from bridge.model.texts import Text, say
from bridge.transport import Reply

RATES = {"EUR": "11.44", "NOK": "0.97", "PLN": "1", "USD": "0"}
"""What it knows unless told otherwise; nobody ever set up the złoty, and the dollar is worth nothing."""


class RatesOverHttp:
    """The adapter's half: ``KnowsRates``, and the rate that goes on a document."""

    _call: Callable[..., Reply]
    _conversion: Conversion

    def exchange_rate(self, currency: str, *, on: date) -> Decimal | None:
        """Ask the server."""
        answer = self._call("GET", "rates", params={"currency": currency, "on": on.isoformat()}).json()
        return Decimal(answer["rate"]) if answer["rate"] else None

    def rate_of(self, order: Order, *, on: date) -> ExchangeRate | None:
        """None for an order in SEK.

        Raises:
            Rejected: nobody knows a usable rate.
        """
        return self._conversion.of(order.currency, on=on)


def rate_notes(rate: ExchangeRate | None) -> tuple[Text, ...]:
    """Which rate stands on the document, and who says so."""
    if rate is None:
        return ()
    return (
        say(
            "{currency} at {rate}: {source}.",
            currency=rate.currency,
            rate=plain(rate.rate),
            source=rate.source,
        ),
    )


class RateDesk:
    """The server's half: a table of rates, the same every day."""

    def __init__(self, app: Flask, *, allowed: Callable[[], bool]) -> None:
        self.rates = dict(RATES)
        self._allowed = allowed
        app.add_url_rule("/rates", view_func=self._rate, methods=["GET"])

    def wrong(self, currency: str, rate: str) -> bool:
        """Whether a document may not have this rate: SEK has none, everything else must."""
        return bool(rate) if currency == "SEK" else not rate or Decimal(rate) in {Decimal(0), Decimal(1)}

    def _rate(self) -> Response | tuple[Response, int]:
        if not self._allowed():
            return jsonify(error="unknown token"), 401
        date.fromisoformat(request.args["on"])
        return jsonify(rate=self.rates.get(request.args["currency"], ""))
