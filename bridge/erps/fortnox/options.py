"""What an owner sets for Fortnox."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from bridge.config.option import Duration, Secret, option
from bridge.model.texts import Problem, say

__all__ = ["CONNECT", "Options"]

CONNECT: Final = "bridge connect fortnox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The keys of [erp] with type = fortnox."""

    client_id: str = option(required=True, help="Of your integration, from Fortnox' developer pages.")
    client_secret: Secret = option(
        required=True,
        help="Of the same integration. Write env:NAME or file:PATH to keep it out of this file.",
    )
    tenant_id: str = option(
        "",
        example="1234567",
        help="Number of your company's database in Fortnox, as bridge connect fortnox prints it. Recommended: then "
        "the connection never needs renewing by hand. Empty: the access kept by bridge connect fortnox is used.",
    )
    price_list: str = option(
        "",
        example="A",
        help="Code of the price list in Fortnox that prices are read from, and that new customers, articles and "
        "documents get. Empty: the company's preselected one, and on documents the customer's.",
    )
    print_template: str = option(
        "", example="of_se", help="Code of the print template of every document. Empty: Fortnox' own choice."
    )
    eu_consumers_vat_type: str = option(
        "EUVAT",
        choices=("EUVAT", "SEVAT"),
        help="VAT type in Fortnox of customers in other EU countries without a VAT number. SEVAT: where One Stop "
        "Shop is set up with the Swedish VAT type and accounts of its own.",
    )
    unit: str = option("st", help="Code of the unit that new articles get.")
    whole_kronor: bool = option(
        "no",
        help="Whether Fortnox rounds the total of documents to whole kronor, as its settings for orders and invoices "
        "say: yes or no.",
    )
    order_date: str = option(
        "created",
        choices=("created", "paid", "completed"),
        help="Which day of the order dates the document. Where an order has none: the day it was created.",
    )
    row_accounts: str = option(
        "auto",
        choices=("auto", "always", "never"),
        help="Which account rows name. auto: sales in Sweden the article's own, whatever VAT type the customer has; "
        "sales abroad, without VAT or without an article that of [accounts]. always: every row that of [accounts]. "
        "never: only rows without an article and gift cards used name one; Fortnox chooses the others.",
    )
    other_rows: str = option(
        "article",
        choices=("article", "account"),
        help="How shipping, fees, discounts, gift cards and rounding stand on documents. article: by the articles of "
        "[articles], which must be in Fortnox. account: by the accounts of [accounts], without an article.",
    )
    stock_point: str = option(
        "",
        example="1",
        help="Code of the stock point goods are taken from, where Fortnox' warehouse module has stock points: it is "
        "then needed on every document.",
    )
    settle: Duration = option(
        "2m",
        least="1s",
        most="1h",
        help="How long a document may still appear in Fortnox after an answer was lost. It is asked for again then.",
    )
    timeout: Duration = option("30s", least="1s", most="10m", help="Longest wait for one whole answer.")
    base_url: str = option("https://api.fortnox.se", help="Address of Fortnox' interface. Leave it as it is.")
    token_url: str = option(
        "https://apps.fortnox.se/oauth-v1/token", help="Where the access is renewed. Leave it as it is."
    )
    auth_url: str = option(
        "https://apps.fortnox.se/oauth-v1/auth", help="Where you give your consent. Leave it as it is."
    )

    def problems(self, where: str) -> Sequence[Problem]:
        """What is wrong with the values though each can be read."""
        return [
            *self._tenant_problems(where),
            *(
                problem
                for name in ("base_url", "token_url", "auth_url")
                for problem in _address_problems(f"{where} {name}", getattr(self, name))
            ),
        ]

    def _tenant_problems(self, where: str) -> Iterator[Problem]:
        if self.tenant_id and not (self.tenant_id.isascii() and self.tenant_id.isdigit()):
            yield Problem(
                where=f"{where} tenant_id",
                what=say("{value} is no number of a database.", value=self.tenant_id),
                fix=say("Write the digits that this command prints: {command}.", command=CONNECT),
            )


def _address_problems(where: str, url: str) -> Iterator[Problem]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield Problem(
            where=where,
            what=say("{url} is not an address that can be called ({channel}).", url=url, channel="fortnox"),
            fix=say("Remove the line: the usual address is then used."),
        )
    elif parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        yield Problem(
            where=where,
            what=say("Access and customers' addresses would travel unprotected over http."),
            fix=say("Write https://, or remove the line."),
        )
