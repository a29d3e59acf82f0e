"""Holds requests to e-conomic and answers of its simulator against the vendor's own schemas of 2019.

The files (../shared/erp/economic/schema) say ``required`` as a list, as draft 4 does. They allow further properties;
this checker does not: a field neither they nor the lists below know is a violation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft4Validator
from jsonschema.validators import extend

from bridge.sim.exchange import Exchange

NEWER = {
    # recorded answers of 2024 (villy, economic facts, section 6 names the source) [L]
    "pdf.download",  # section 9: the docs had pdf.self
    "layout",
    "lastUpdated",
    "attachment",
    "recipient.vatZone.name",
    "recipient.vatZone.enabledForCustomer",
    "recipient.vatZone.enabledForSupplier",
    "lines.totalNetAmount",
    "lines.unit.products",
    "unit.products",
    "products",
    # section 9: on draft and booked invoices [2+ villy, airbyte]; as the way back to an upgraded order [I]
    "orderNumber",
    # section 16 names vatInfo; two clients read exchangeRate off booked invoices [2+]
    "exchangeRate",
    # section 7: only a self link [setono]
    "priceGroup",
    # section 8: the documented body, where the schema of the answer says currencyCode
    "currency.code",
    "product.productNumber",
    # journals: entries inside a voucher as entries are read alone
    "entries.customerPayments.journalEntryNumber",
    "entries.customerPayments.self",
    "entries.customerPayments.amountDefaultCurrency",
    "entries.financeVouchers.journalEntryNumber",
    "entries.financeVouchers.self",
    "entries.financeVouchers.amountDefaultCurrency",
    # section 10: the text says sendBy, the property table sentBy
    "sendBy",
}
"""Fields that are younger than the schemas, or that these forget; each with where it is known from."""

FAMILIES = {
    r"/customers(/[^/]+)?": ("/customers", "/customers/1"),
    r"/products(/[^/]+)?": ("/products", "/products/1"),
    r"/orders/\w+(/[^/]+)?": ("/orders/drafts", "/orders/drafts/1", "/orders/sent"),
    r"/invoices/drafts(/[^/]+)?": ("/invoices/drafts", "/invoices/drafts/1"),
    r"/invoices/(booked|paid|unpaid|overdue|not-due)(/[^/]+)?": ("/invoices/booked", "/invoices/booked/1"),
}
"""One document has one form: a field one schema of it forgets may stand in another's (by the end of the address)."""

UNDOCUMENTED = (
    # section 10: the path of today; the schemas have /journals-experimental
    (re.compile(r"^/journals(?=/|$)"), "/journals-experimental"),
)
WITHOUT_SCHEMA = re.compile(
    r"^/(|orders/sent(/[0-9]+/templates)?|(orders|invoices)/.*/pdf|projects(/.*)?|.*/upgrade-instructions/.*)$"
)
"""Documented in words only (sections 2, 9 and 10)."""

QUERY = {"filter", "sort", "skippages", "pagesize", "demo"}
PAGES = {
    "skipPages",
    "pageSize",
    "maxPageSizeAllowed",
    "results",
    "resultsWithoutFilter",
    "firstPage",
    "lastPage",
}
REFUSAL = {"message", "developerHint", "logId", "httpStatusCode", "logTime"}

Validator = extend(
    Draft4Validator,
    type_checker=Draft4Validator.TYPE_CHECKER.redefine(
        "number", lambda _, value: isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    ),
)


class Schemas:
    """The vendor's files, by method and path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._entries: list[tuple[str, re.Pattern[str], Mapping[str, Any]]] = []
        for file in sorted(folder.glob("*.json")):
            if file.name != "INDEX.json":
                for entry in json.loads(file.read_text(encoding="utf-8")):
                    self._entries.append((entry["method"], _pattern(entry["path"]), entry))

    def documented(self, resource: str) -> list[Mapping[str, Any]]:
        """All calls of a resource."""
        return list(json.loads((self._folder / f"{resource}.json").read_text(encoding="utf-8")))

    def entry(self, method: str, path: str) -> Mapping[str, Any] | None:
        """What is documented of a call; words in the address win over placeholders."""
        found = [
            entry for verb, pattern, entry in self._entries if verb == method and pattern.fullmatch(path)
        ]
        return min(found, key=lambda entry: entry["path"].count(":"), default=None)

    def violations(self, exchange: Exchange) -> list[str]:
        """Everything in request and answer that the vendor's documents do not allow."""
        path = exchange.path.rstrip("/") or "/"
        for pattern, real in UNDOCUMENTED:
            path = pattern.sub(real, path)
        entry = self.entry(exchange.method, path)
        name = f"{exchange.method} {exchange.path}"
        if entry is None and not WITHOUT_SCHEMA.match(path):
            return [] if exchange.status in (404, 405) else [f"{name}: not documented"]
        found = [*self._query(exchange, entry), *self._request(exchange, entry, path)]
        found += self._answer(exchange, path) if exchange.status < 300 else _refusal(exchange)
        return [f"{name}: {each}" for each in found]

    def _query(self, exchange: Exchange, entry: Mapping[str, Any] | None) -> Iterator[str]:
        for part in filter(None, exchange.query.split("&")):
            if part.partition("=")[0].lower() not in QUERY:
                yield f"query {part}"
        if exchange.method == "DELETE":
            entry = self.entry(
                "GET", exchange.path
            )  # which drafts go is said as which are listed (section 10)
        if entry is not None and exchange.status < 300 and "filter" in exchange.query:
            for word in re.findall(r"([A-Za-z.]+)\$(?:eq|ne|gte?|lte?|like|n?in):", unquote(exchange.query)):
                if word not in entry.get("filterable", ()):
                    yield f"filter on {word}"

    def _request(self, exchange: Exchange, entry: Mapping[str, Any] | None, path: str) -> Iterator[str]:
        """The fields of the request, and those that were read before: one sends back what one got (section 3)."""
        schema = (entry or {}).get("schema")
        if schema is None or exchange.body is None:
            return
        read = self._family(path)
        for body in exchange.body if isinstance(exchange.body, list) else [exchange.body]:
            yield from (f"request: {each}" for each in _wrong(body, schema))
            yield from (
                f"request: unknown {each}" for each in _unknown(body, schema) if not _known(each, read)
            )

    def _family(self, path: str) -> list[Mapping[str, Any]]:
        names = next((names for end, names in FAMILIES.items() if re.search(f"{end}$", path)), (path,))
        entries = [self.entry("GET", name) for name in names]
        return [entry["schema"] for entry in entries if entry is not None and "schema" in entry]

    def _answer(self, exchange: Exchange, path: str) -> Iterator[str]:
        answer = exchange.answer
        read = path
        if exchange.method == "POST" and isinstance(answer, dict) and "self" in answer:
            read = "/" + "/".join(answer["self"].split("/")[3:])
        entry = self.entry("GET", read)
        schema = (entry or {}).get("schema")
        if answer is None or schema is None or exchange.method == "DELETE":
            return
        family = self._family(read)
        rows = [answer]
        if isinstance(answer, list):
            rows = answer
        elif "collection" in answer:
            rows = answer["collection"]
            missing = PAGES - set(answer["pagination"])
            if missing or not {"metaData", "self"} <= set(answer):
                yield f"envelope lacks {sorted(missing)}"
        for row in rows:
            yield from (f"answer: {each}" for each in _wrong(row, schema))
            yield from (
                f"answer: unknown {each}" for each in _unknown(row, schema) if not _known(each, family)
            )
            yield from (f"answer: {each} is null or false" for each in _empty(row))


def _pattern(path: str) -> re.Pattern[str]:
    text = re.escape(path).replace("accountingYear\\-voucherNumber", "voucher")
    return re.compile(re.sub(r":\w+", "[^/]+", text))


def _wrong(body: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    for error in Validator(schema).iter_errors(body):
        if error.validator == "required" and list(error.absolute_path) == ["pdf"]:
            continue  # section 9: the docs had pdf.self, recorded answers have pdf.download alone [L villy]
        where = ".".join(map(str, error.absolute_path))
        yield f"{where}: {error.message[:200]}"


def _unknown(value: Any, schema: Mapping[str, Any], path: str = "") -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _unknown(each, schema.get("items", {}), path)
        return
    properties = schema.get("properties")
    if not isinstance(value, dict) or properties is None:
        return
    for name, each in value.items():
        here = f"{path}.{name}".lstrip(".")
        if name in properties:
            yield from _unknown(each, properties[name], here)
        elif here not in NEWER:
            yield here


def _known(path: str, schemas: list[Mapping[str, Any]]) -> bool:
    for schema in schemas:
        place: Mapping[str, Any] = schema
        for part in path.split("."):
            place = place.get("items", place).get("properties", {}).get(part, {})
        if place:
            return True
    return False


def _empty(value: Any, path: str = "") -> Iterator[str]:
    """Nulls and false booleans are never in an answer (section 3) [D19]."""
    if value is None or value is False:
        yield path
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _empty(each, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for each in value:
            yield from _empty(each, path)


def _refusal(exchange: Exchange) -> Iterator[str]:
    """The envelope every recorded refusal has (section 6) [L]."""
    answer = exchange.answer
    if not isinstance(answer, dict) or not set(answer) >= REFUSAL:
        yield f"refusal without {sorted(REFUSAL - set(answer or {}))}"
    elif answer["httpStatusCode"] != exchange.status:
        yield "httpStatusCode is not the status"
