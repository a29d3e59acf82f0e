"""The account's own registers and settings, and every switch where the facts leave the simulator a choice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

__all__ = ["KINDS", "OWN_SITE", "PAY_CODES", "Account", "ApiUser"]

OWN_SITE: Final = "1"
KINDS: Final = ("stock", "article", "order")
"""The three queues of changes (specter facts, section 5.4) [1, DOC the names]."""

PAY_CODES: Final = frozenset("I PP P D K KG DP SP SS SK SCH SW PY PL PE AE CN HF CL BC".split())
"""Payment codes seen in one client (section 5.2) [1]; newer ones are not known [UNK]."""

EU_RATES: Final = frozenset({0, 3, 5, 6, 7, 8, 9, 10, 12, 13, 14, 17, 18, 19, 20, 21, 22, 23, 24, 25, 27})
"""Whole percents only: vatPercent is an integer per row (section 5.2) [1]. Which exist is a register [INF]."""


@dataclass(slots=True, kw_only=True)
class ApiUser:
    """A user of the interface; reading and writing may be two of them (section 3) [DOC, A4S]."""

    key: str
    reads: bool = True
    writes: bool = True


@dataclass(slots=True, kw_only=True)
class Account:
    """One company. Change what you like; it holds from the next call."""

    sbm_id: str = "4711"
    version: int = 2
    """1: two MD5 keys; 2: ApiUserKey and IntegrationKey (section 3) [DOC]."""
    users: dict[str, ApiUser] = field(default_factory=dict)
    integration_key: str = ""
    md5_key_1: str = ""
    md5_key_2: str = ""

    # --- registers
    currency: str = "SEK"
    currencies: set[str] = field(default_factory=lambda: {"SEK", "EUR", "NOK", "DKK", "USD", "GBP"})
    customer_languages: set[str] = field(default_factory=lambda: {"SE", "EN", "NO"})
    order_languages: set[str] = field(default_factory=lambda: {"SE", "EN", "NO", "FI", "DA", "ES", "DE"})
    """Any other falls to SE, which is not refused (section 5.1) [1]."""
    customer_groups: set[str] = field(default_factory=lambda: {"1", "2"})
    sites: dict[str, str] = field(default_factory=lambda: {OWN_SITE: "Lager", "2": "Butik"})
    """Stock sites: id to name."""
    default_site: str = OWN_SITE
    webshops: set[str] = field(default_factory=lambda: {"1"})
    """Shop ids handed out by Specter (section 5.2) [1]."""
    pay_codes: set[str] = field(default_factory=lambda: set(PAY_CODES))
    delivery_methods: set[str] = field(
        default_factory=lambda: {"postnord", "schenker", "flat_rate", "free_shipping", "local_pickup"}
    )
    """The external keys set on delivery methods (section 5.2) [1 + DOC]."""
    vat_rates: set[int] = field(default_factory=lambda: set(EU_RATES))

    # --- how it adds up: nothing of this is written down anywhere
    row_decimals: int | None = None
    """To which a row is rounded; None: it keeps every decimal, which is why clients send three [INF]."""
    vat_per_row: bool = False
    """VAT rounded on each row instead of on the sum per rate [INF: per rate]."""

    # --- switches of the door
    user_id_required: bool = False
    """In v2; one form calls apiUserId optional (section 3) [DOC, VEN]. A wrong one is refused in any case [INF]."""
    check_signed_by: str = ""
    """X of checkAccountSettings: the name of a parameter, or nothing at all [UNK]."""
    knows_check: bool = True
    """Whether checkAccountSettings is there; documented is its name only (section 3) [DOC]."""
    check_scripts: set[str] = field(default_factory=lambda: {"put", "get"})
    """The scripts that have it: which one does is not known [UNK]."""
    wrong_key: str = "Felaktig nyckel"
    """What is said to a wrong key: no words of the vendor's are known (section 7) [UNK]."""
    guards_utf8: bool = True
    """UTF-8 where Latin-1 belongs is refused; the real one would keep mojibake (section 2) [INF]."""
    refuses_unknown: bool = True
    """A parameter nobody has seen is refused, so that tests find slips; classic ASP ignores it [INF]."""
    more_parameters: set[str] = field(default_factory=set)
    """Others that may be sent, in lower case: ``requirements`` and the like exist with names unknown [UNK]."""
    longest_query: int = 2048
    """The web server's own default, longer ones are 404 [INF]."""
    text_type: str = "text/html"
    """Content type of text answers: what classic ASP sends when a script sets none [INF]."""
    root: str = "specter"
    """Root element of XML answers [UNK]."""
    reads_say_ok: bool = True
    """Whether an APIresponse stands in a good batch answer too [INF]."""

    # --- switches of what is written
    email_required: bool = True
    """(Section 5.1) [DOC, A4S]."""
    articles_per_call: int = 100
    """One client pages by this (section 5.3) [1]; that it is a limit [INF]."""
    longest_article_number: int = 50
    """Letters of articleNo: that there is a limit is certain, which one is not [UNK]."""
    webshop_required: bool = False
    """Whether an order without webshopId is refused on an account with several shops [UNK]."""
    removed_frees_number: bool = False
    """Whether a removed order's externalOrderNo may be used again [UNK]."""
    duplicate_tells_number: bool = True
    """Whether the refusal of a used externalOrderNo names the order between apostrophes, as 99 does [INF]."""
    negative_quantities: bool = False
    """Discounts are negative prices, quantity 1 (section 5.2) [1]; a negative quantity is unheard of [UNK]."""
    row_discounts: bool = False
    """Whether discount_n counts; the one client that has it has it switched off (section 5.2) [1]."""

    # --- switches of the batches
    response_max: int = 100
    """responseMaxLimit: most rows of one answer (section 4) [1]; its true value [UNK]."""
    limited: set[str] = field(default_factory=lambda: set(KINDS))
    """Kinds that have the limit; seen with article info only (section 4) [1], the others [INF]."""
    empty_opens: bool = True
    """Whether a read that finds nothing opens a batch: a client acknowledges such (section 5.4) [1, INF]."""
    numbers_used_again: bool = False
    """Whether a batchNo may come again after its acknowledgement; it should be unique (section 5.4) [1, INF]."""
    acknowledges_again: bool = False
    """Whether acknowledging the last batch once more is fine instead of unknown [UNK]."""
    site_attribute: str = "stocksiteid"
    """The name of the site in ``stock`` [UNK]; empty: it is not told."""
    sets_have_stock: bool = False
    """Whether a SET article shows as a stock change when its parts move [UNK]."""
    feed_tells_key: bool = False
    """Whether ``order`` in a batch has externalOrderNo as an attribute [UNK]."""
    feed_more: dict[str, dict[str, str]] = field(default_factory=dict)
    """Attributes each row of a kind has besides: more surely exist (section 5.4) [1 that they do, UNK which]."""
    echoes: set[str] = field(default_factory=lambda: {"stock", "article"})
    """Kinds of change that also queue when the shop's own call made them [UNK]."""
    statuses: dict[str, str] = field(
        default_factory=lambda: {"open": "1", "part": "2", "delivered": "3", "invoiced": "4", "removed": "5"}
    )
    """statusId; 5 is removed (section 5.4) [1], the others [UNK]."""
    letters: dict[str, str] = field(default_factory=lambda: {"none": "N", "part": "P", "all": "D"})
    """deliveryStatus; D is delivered (section 5.4) [1], the others [UNK]."""

    @property
    def multishop(self) -> bool:
        """Several shops on one account."""
        return len(self.webshops) > 1
