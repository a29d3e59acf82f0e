"""The simulated Fortnox against what the real one was recorded to answer in 2023 and 2024.

The recorded company is rebuilt as far as its answers tell it; then each request whose outcome is settled is sent
again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from bridge.sim.fortnox import FinancialYear
from tests.support.conformance import SHARED
from tests.support.fortnox_sim import Client

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not (SHARED / "erp/fortnox").is_dir(), reason="the vendors' material is not on this machine"
    ),
]

RECORDED = SHARED / "erp/fortnox/recorded"
RESOURCES = ("articles", "customers", "orders", "invoices", "projects", "termsofpayments", "units")
UNTOLD = "<REFRESH_TOKEN>"  # the recorder put this in place of some bodies
THEN = datetime(2023, 1, 30, 10, 30, tzinfo=UTC)


def recorded(resource: str) -> list[Mapping[str, Any]]:
    """All exchanges with one resource; none where the material is not at hand."""
    path = RECORDED / f"{resource}.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else []


def cases() -> Iterator[Any]:
    """Every recorded exchange whose request is known."""
    for resource in RESOURCES:
        for case in recorded(resource):
            if case["request"]["body"] != UNTOLD:
                yield pytest.param(resource, case, id=f"{resource}-{case['case']}")


@pytest.fixture
def client() -> Client:
    """The recorded company on the day most was recorded."""
    made = Client()
    made.clock.jump(THEN)
    made.login()
    sim = made.sim
    sim.one_search = False  # 2023 it took two [L], though the documents allow one
    sim.company.years = [
        FinancialYear(first=date(year, 1, 1), last=date(year, 12, 31)) for year in (2023, 2024)
    ]
    sim.company.accounts[3001].vat *= 0
    sim.company.accounts[1250] = sim.company.accounts[3004]
    sim.company.defaults = {**sim.company.defaults, "SalesAccount": 3004}
    for number in list(sim.state.articles):
        del sim.state.articles[number]
    _customers(made)
    _articles(made)
    _orders(made)
    _invoices(made)
    _registers(made)
    return made


def _values(resource: str, case: str) -> list[dict[str, Any]]:
    found = next(each["response"]["body"] for each in recorded(resource) if each["case"] == case)
    return next(rows for name, rows in found.items() if name != "MetaInformation")


def _customers(client: Client) -> None:
    for known in _values("customers", "all"):
        client.sim.state.series["customers"] = int(known["CustomerNumber"])
        kept = {"Name": known["Name"], **{name: known[name] for name in ("City", "ZipCode") if known[name]}}
        client.post("customers", "Customer", **kept)


def _articles(client: Client) -> None:
    for known in _values("articles", "all"):
        sent = {name: known[name] for name in ("ArticleNumber", "Description", "EAN")}
        client.post("articles", "Article", **sent)
        entry = client.sim.state.articles[known["ArticleNumber"]]
        entry.values |= {"Unit": known["Unit"], "StockPlace": known["StockPlace"]}
    client.sim.state.articles["101"].values["SalesAccount"] = 3001


def _orders(client: Client) -> None:
    for known in _values("orders", "all"):
        client.sim.state.series["orders"] = int(known["DocumentNumber"])
        sent = {name: known[name] for name in ("CustomerNumber", "OrderDate", "DeliveryDate") if known[name]}
        client.post("orders", "Order", **sent)
        entry = client.sim.state.orders[known["DocumentNumber"]]
        entry.values |= {"Cancelled": known["Cancelled"], "CustomerName": known["CustomerName"]}
        if known["DocumentNumber"] in ("1", "2"):
            entry.values |= {"OurReference": "Belladonna Took"}
    client.sim.state.orders["1"].values |= {"YourReference": "Bodo Proudfoot", "Comments": "Updated comments"}


def _invoices(client: Client) -> None:
    for known in _values("invoices", "all"):
        client.sim.state.series["invoices"] = int(known["DocumentNumber"])
        sent = {
            "InvoiceDate": known["InvoiceDate"],
            "CustomerNumber": known["CustomerNumber"],
            "DueDate": known["DueDate"],
        }
        client.post("invoices", "Invoice", **sent)
        client.sim.state.invoices[known["DocumentNumber"]].values |= {
            name: known[name]
            for name in (
                "CustomerName",
                "OCR",
                "Booked",
                "VoucherNumber",
                "VoucherSeries",
                "VoucherYear",
                "FinalPayDate",
            )
        }
    for number in ("31", "32"):
        client.sim.state.invoices[number].values["YourReference"] = "Gandalf the Grey"
    client.sim.state.invoices["31"].values["OurReference"] = "Radagast the Brown"
    client.sim.state.invoices["1"].values["Comments"] = "Updated comments"


def _registers(client: Client) -> None:
    for path, wrap in (("termsofpayments", "TermsOfPayment"), ("units", "Unit"), ("projects", "Project")):
        shelf = client.sim.state.registers[wrap]
        shelf.clear()
        for known in _values(path, "all"):
            client.post(
                path, wrap, **{name: value for name, value in known.items() if name[0] != "@" and value}
            )
    client.put("projects/1", "Project", Comments="Updated comments")


SERIES = {
    "customers": "CustomerNumber",
    "orders": "DocumentNumber",
    "invoices": "DocumentNumber",
    "articles": "ArticleNumber",
    "projects": "ProjectNumber",
}
MADE_BEFORE = {"find_new", "save_old", "find_with_sales_account"}


def _ready(client: Client, resource: str, case: Mapping[str, Any]) -> None:
    """What the request needs: the number it was given, or the thing it changes."""
    answer = next(iter(case["response"]["body"].values()))
    if case["request"]["method"] == "POST":
        shelf = _shelf(client, resource)
        number = str(answer.get(SERIES.get(resource, "Code")))
        shelf.pop(number, None)
        client.sim.state.used_customers.discard(number)
        if resource in SERIES:
            client.sim.state.series[resource] = int(number)
        for row in answer.get("OrderRows", answer.get("InvoiceRows", ())):
            client.sim.state.series["rows"] = row["RowId"]
    elif case["case"] in MADE_BEFORE or case["case"].startswith("save_old"):
        made = next(each for each in recorded(resource) if each["case"] == _before(resource, case))
        _ready(client, resource, made)
        client.ask("POST", resource, made["request"]["body"])


def _before(resource: str, case: Mapping[str, Any]) -> str:
    if case["case"] == "find_with_sales_account":
        return "save_new_with_sales_account"
    if resource == "invoices" and "comments" in case["case"]:
        return "save_new_with_comments"
    return "save_new_with_country" if "country" in case["case"] else "save_new"


def _shelf(client: Client, resource: str) -> dict[str, Any]:
    state = client.sim.state
    named = {"termsofpayments": "TermsOfPayment", "units": "Unit", "projects": "Project"}
    return state.registers[named[resource]] if resource in named else getattr(state, resource)


LATE = {"CommodityCode", "VATCode"}
"""In answers of 2024 that those of 2023 do not have."""
WOBBLY = {"Unit", "StockWarning"}
"""Recorded as null, "" or 0 of one and the same article."""


def alike(ours: Any, real: Any) -> tuple[Any, Any]:
    """Both, without what cannot agree: the host, the VAT of article lists ("25" or null), fields born later."""
    if isinstance(ours, dict) and isinstance(real, dict):
        kept = {name: value for name, value in ours.items() if name in real or name not in LATE}
        pairs = {name: alike(kept.get(name), value) for name, value in real.items()}
        for name, value in real.items():
            if (name == "VAT" and value is None) or (name in WOBBLY and not value and not kept.get(name)):
                pairs[name] = (None, None)
        return {**kept, **{name: mine for name, (mine, _) in pairs.items()}}, {
            name: theirs for name, (_, theirs) in pairs.items()
        }
    if isinstance(ours, list) and isinstance(real, list) and len(ours) == len(real):
        both = [alike(mine, theirs) for mine, theirs in zip(ours, real, strict=True)]
        return [mine for mine, _ in both], [theirs for _, theirs in both]
    if isinstance(real, str):
        real = real.replace("https://api.fortnox.se", "https://fortnox.example")
        real = "0" if real == "-0" else real  # ContributionValue of a price below nothing
    return ours, real


@pytest.mark.parametrize(("resource", "case"), list(cases()))
def test_recorded_request_gets_the_recorded_answer(
    client: Client, resource: str, case: Mapping[str, Any]
) -> None:
    """Status, headers and every field, in the same order."""
    _ready(client, resource, case)
    url = urlsplit(case["request"]["uri"])
    body = case["request"]["body"] or None
    answer = client.ask(case["request"]["method"], f"{url.path}{'?' if url.query else ''}{url.query}", body)
    real = case["response"]
    assert answer.status_code == real["status"], answer.text
    assert {name: answer.headers[name] for name in real["headers"]} == real["headers"]
    ours, theirs = alike(answer.json(), real["body"])
    assert ours == theirs
    ours_inner, theirs_inner = (next(iter(each.values())) for each in (ours, theirs))
    assert list(ours_inner) == list(theirs_inner)


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("expired_token", None),
        ("invalid_authorization", {"secret": "wrong"}),
        ("invalid_refresh_token", {"refresh_token": "used"}),
        ("valid_request", {}),
    ],
)
def test_recorded_authentication_is_answered_the_same(name: str, sent: Mapping[str, str] | None) -> None:
    """Status, content type and body; of a good answer its keys and types."""
    client = Client()
    real = next(each["response"] for each in recorded("authentication") if each["case"] == name)
    if sent is None:
        client.sim.oauth.expire()
        answer = client.ask("GET", "customers")
    else:
        code = client.token(grant_type="authorization_code", code=client.sim.grant_code()).json()
        form = {"refresh_token": code["refresh_token"], **sent}
        answer = client.token(grant_type="refresh_token", **form)
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        real["status"],
        real["headers"]["Content-Type"],
    )
    if real["status"] == 200:
        assert {key: type(value) for key, value in answer.json().items()} == {
            key: type(value) for key, value in real["body"].items()
        }
    else:
        assert answer.json() == real["body"]
