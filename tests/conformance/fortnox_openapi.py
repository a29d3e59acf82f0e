"""Holds every request to Fortnox against the vendor's own OpenAPI file (the subset in the shared material).

The file marks nothing read-only and knows neither "API_BLANK" nor the parameters every list takes. Whatever else the
facts document beyond it stands in the lists below, each with its source, and nowhere else.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft7Validator, FormatChecker

from bridge.sim.exchange import Exchange

BLANK = "API_BLANK"
"""Clears any field, a number's too (section 1) [2+]."""
GLOBAL = frozenset(
    "page limit offset sortby sortorder lastmodified financialyear financialyeardate fromdate todate".split()
)
"""What every list takes (section 4) [D, csharp, fortpyx, L]; the file has but some of them, per list."""
MORE_PATHS = {
    "/3/orders/{DocumentNumber}/warehouseready": "put",  # section 9, actions [2+]
    "/3/predefinedaccounts": "get",  # section 10, registers
    "/api/warehouse/stockpoints-v1": "get",  # section 8, stock [1 woohub]
}
"""Calls the facts document and the subset lacks; none has a body."""
MORE_QUERY = {
    "/3/printtemplates": {"type"},  # section 10, registers
    "/3/financialyears": {"date"},  # Date in the file, date with the clients
    "/3/accounts": {"financialyear"},  # "per financial year" (section 10)
    "/3/accounts/{Number}": {"financialyear"},
}
READ_ONLY = {
    "fortnox_Order": frozenset(
        "@url @urlTaxReductionList InvoiceReference OfferReference OrderType Cancelled Sent WarehouseReady Net Gross "
        "TotalVAT Total TotalToPay RoundOff FreightVAT AdministrationFeeVAT OrganisationNumber HouseWork "
        "ContributionPercent ContributionValue BasisTaxReduction TaxReduction TimeBasisReference".split()
    ),
    "fortnox_Order_OrderRow": frozenset(
        "Total ReservedQuantity ContributionPercent ContributionValue".split()
    ),
    "fortnox_Article": frozenset(
        "@url DisposableQuantity ReservedQuantity StockValue SalesPrice SupplierName".split()
    ),
    "fortnox_Customer": frozenset("@url Country DeliveryCountry VisitingCountry".split()),
    "fortnox_InvoicePayment": frozenset(
        "@url Booked InvoiceCustomerName InvoiceCustomerNumber InvoiceDueDate InvoiceOCR InvoiceTotal Number Source "
        "VoucherNumber VoucherSeries VoucherYear".split()
    ),
}
"""Sections 7 to 10 say so; the file does not mark it."""
LENGTHS = {
    # the file gives none for orders: those of invoices are assumed (section 17), 80 and 255 stand in sections 6 and 9
    "fortnox_Order": {
        "ExternalInvoiceReference1": 80, "ExternalInvoiceReference2": 80, "Comments": 1024, "City": 1024,
        "DeliveryAddress1": 1024, "DeliveryAddress2": 1024, "DeliveryCity": 1024, "DeliveryName": 1024,
        "DeliveryZipCode": 1024, "Phone1": 1024, "Phone2": 1024, "ZipCode": 1024,
    },
    "fortnox_Order_OrderRow": {"Description": 255, "ArticleNumber": 50},
    "fortnox_InvoicePayload_InvoiceRow": {"Description": 255, "ArticleNumber": 50},
    "fortnox_Order_EmailInformation": {"EmailSubject": 100},
    "fortnox_Customer": {"OrganisationNumber": 30},
}  # fmt: skip
QUANTITIES = frozenset({"OrderedQuantity", "DeliveredQuantity"})
"""Text in the file; numbers were recorded to be taken (orders.json, save_with_nested_model) [L]."""
NUMBERS = frozenset({("fortnox_InvoicePayload_InvoiceRow", "VAT")})
"""Whole in the file; decimals are taken, a rate of 25.5 for one (csharp issue 139) [1]."""
ZERO = frozenset({"AccountNumber"})
"""0 makes a text row (section 9) [1]."""


class Calls:
    """The vendor's file."""

    def __init__(self, path: Path) -> None:
        spec = json.loads(path.read_text(encoding="utf-8"))
        self._paths: dict[str, Any] = spec["paths"]
        self._schemas = {
            name: _strict(name, schema) for name, schema in spec["components"]["schemas"].items()
        }
        self._patterns = [(template, _pattern(template)) for template in (*self._paths, *MORE_PATHS)]

    def violations(self, exchange: Exchange) -> list[str]:
        """All that is wrong with a request; nothing of what was answered."""
        if not exchange.path.startswith(("/3/", "/api/")):
            return []
        return [f"{exchange.method} {exchange.path}: {each}" for each in self._wrong(exchange)]

    def schema(self, name: str) -> Mapping[str, Any]:
        """A component, as strict as it is held."""
        return self._schemas[name]

    def _wrong(self, exchange: Exchange) -> Iterator[str]:
        verb, template = exchange.method.lower(), self._template(exchange.path)
        if template is None:
            yield "no such path"
        elif template in MORE_PATHS:
            if verb != MORE_PATHS[template] or exchange.body is not None:
                yield "no such call"
            yield from _unknown_query(exchange, GLOBAL)
        elif verb not in self._paths[template]:
            yield "no such method"
        else:
            operation = self._paths[template][verb]
            yield from self._query(exchange, template, operation)
            yield from self._body(exchange, operation)

    def _template(self, path: str) -> str | None:
        """Words win over places; an article number may hold a slash (section 1)."""
        found = [template for template, (exact, _) in self._patterns if exact.fullmatch(path)]
        found = found or [template for template, (_, loose) in self._patterns if loose.fullmatch(path)]
        return min(found, key=lambda template: template.count("{"), default=None)

    def _query(self, exchange: Exchange, template: str, operation: Mapping[str, Any]) -> Iterator[str]:
        declared = {each["name"]: each for each in operation.get("parameters", ()) if each["in"] == "query"}
        several = "{" not in template or "/sublist/" in template
        is_list = several and exchange.method == "GET" and template.startswith("/3/")
        yield from _unknown_query(
            exchange, set(declared) | MORE_QUERY.get(template, set()) | (GLOBAL if is_list else set())
        )
        for name, value in parse_qsl(exchange.query, keep_blank_values=True):
            allowed = declared.get(name, {}).get("schema", {}).get("enum")
            if allowed and value not in allowed:
                yield f"query {name}={value}: not one of {allowed}"

    def _body(self, exchange: Exchange, operation: Mapping[str, Any]) -> Iterator[str]:
        declared = operation.get("requestBody")
        if declared is None or exchange.body is None:
            if exchange.body is not None:
                yield "a body where none belongs"
            elif declared is not None and not exchange.path.endswith("/bookkeep"):
                yield "no body"
            return
        ((_, content),) = declared["content"].items()
        body = _plain(exchange.body)
        name = content["schema"]["$ref"].rsplit("/", 1)[1]
        whole = {
            "$ref": f"#/definitions/{name}",
            "definitions": self._definitions(partial=exchange.method == "PUT"),
        }
        if not isinstance(body, dict) or len(body) != 1:
            yield "one wrapped object is wanted"
        yield from self._blank(exchange.body, name)
        for error in Draft7Validator(whole, format_checker=FormatChecker(["date"])).iter_errors(body):
            yield f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"

    def _blank(self, value: Any, name: str) -> Iterator[str]:
        """Fields cleared or left alone that nobody knows; all others are judged by the schema."""
        properties = self._schemas[name].get("properties", {})
        for field, inner in value.items() if isinstance(value, dict) else ():
            if field not in properties and (inner is None or inner == BLANK):
                yield f"{field}: unknown"
            declared = properties.get(field, {})
            reference = declared.get("items", declared).get("$ref")
            if reference:
                for each in inner if isinstance(inner, list) else [inner]:
                    yield from self._blank(each, reference.rsplit("/", 1)[1])

    def _definitions(self, *, partial: bool) -> Mapping[str, Any]:
        """A PUT is partial: nothing is required (section 1) [D fortpyx texts]."""
        if not partial:
            return self._schemas
        return {
            name: {key: value for key, value in each.items() if key != "required"}
            for name, each in self._schemas.items()
        }


def _unknown_query(exchange: Exchange, known: frozenset[str] | set[str]) -> Iterator[str]:
    for name, _ in parse_qsl(exchange.query, keep_blank_values=True):
        if name not in known:
            yield f"query {name}: unknown"


def _pattern(template: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """As it is written, and with a slash in the article number; one at the end is let pass, as recorded [L]."""
    text = re.escape(template).replace(r"\{", "{").replace(r"\}", "}")
    exact = re.sub(r"\{\w+\}", "[^/]+", text)
    loose = re.sub(r"\{\w+\}", "[^/]+", text.replace("{ArticleNumber}", ".+"))
    return re.compile(f"{exact}/?"), re.compile(f"{loose}/?")


def _strict(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """No field but those named; none that is read-only; the lengths and looser types of the lists above."""
    made = json.loads(json.dumps(schema).replace("#/components/schemas/", "#/definitions/"))
    properties = made.get("properties")
    if properties is None:
        return dict(made)
    for field in READ_ONLY.get(name, ()):
        properties.pop(field, None)
    for field, longest in LENGTHS.get(name, {}).items():
        properties[field].setdefault("maxLength", longest)
    for field in properties:
        if field in QUANTITIES:
            properties[field] = {"type": ["string", "number"]}
        if (name, field) in NUMBERS:
            properties[field] = {"type": "number"}
    return {**copy.deepcopy(made), "additionalProperties": False}


def _plain(value: Any) -> Any:
    """As the file means it: what is cleared or left alone is not there, 25.00 is 25."""
    if isinstance(value, dict):
        return {
            name: _plain(inner)
            for name, inner in value.items()
            if inner is not None and inner != BLANK and not (name in ZERO and inner == 0)
        }
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    return value
