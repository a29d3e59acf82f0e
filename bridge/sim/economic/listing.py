"""Collections: filter, sort, pages, and the envelope around them (economic facts, section 4) [D19, L]."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from bridge.sim.economic.call import Call, Reply
from bridge.sim.economic.errors import Refusal
from bridge.sim.economic.filters import field_of, parse

__all__ = ["FILTERABLE", "SORTABLE", "Entry", "Row", "collection", "numeric", "whole"]

Row = Mapping[str, Any]
Entry = tuple[Row, Callable[[], Row]]
"""What filters and sorts see of a document, and the whole of it. A value that is costly may be a callable."""

DEFAULT_SIZE: Final = 20
MOST: Final = 1000

_DOCUMENT: Final = (
    "currency customer.customerNumber date delivery.address delivery.city delivery.country delivery.deliveryDate"
    " delivery.deliveryTerms delivery.zip deliveryLocation.deliveryLocationNumber notes.heading notes.textLine1"
    " notes.textLine2 paymentTerms.paymentTermsNumber recipient.address recipient.city recipient.country"
    " recipient.ean recipient.name recipient.publicEntryNumber recipient.zip"
    " references.customerContact.customer.customerNumber references.other references.salesPerson.employeeNumber"
    " references.vendorReference.employeeNumber"
)
_ORDER: Final = f"{_DOCUMENT} exchangeRate orderNumber"
_DRAFT: Final = f"{_DOCUMENT} exchangeRate draftInvoiceNumber"
_BOOKED: Final = f"{_DOCUMENT} bookedInvoiceNumber recipient.vatZone.vatZoneNumber"
_CUSTOMER: Final = (
    "address balance city corporateIdentificationNumber country creditLimit currency customerNumber ean email"
    " lastUpdated name publicEntryNumber telephoneAndFaxNumber vatNumber website zip"
)
_PRODUCT: Final = (
    "barCode barred costPrice description inventory.grossWeight inventory.netWeight inventory.packageVolume"
    " lastUpdated name productNumber recommendedPrice salesPrice"
)
_LOCATION: Final = "address city country deliveryLocationNumber postalCode sortKey"
_PRICE: Final = "currency.currencyCode price product.productNumber"
_ENTRY: Final = (
    "amount contraAccount.accountNumber currency.code date entryType exchangeRate journalEntryNumber text"
)
_NAMED: Final = "departmentalDistributionNumber name"

SORTABLE: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(words.split())
    for name, words in {
        "orders": _ORDER,
        "drafts": _DRAFT,
        "booked": _BOOKED,
        "customers": _CUSTOMER,
        "contacts": "customer.customerNumber customerContactNumber eInvoiceId email name phone sortKey",
        "delivery-locations": _LOCATION,
        "products": _PRODUCT,
        "prices": _PRICE,
        "employees": "email employeeGroup.employeeGroupNumber employeeNumber name phone",
        "customer-groups": "account.accountNumber customerGroupNumber name",
        "distributions": _NAMED,
        "journals": "journalNumber name",
        "entries": f"{_ENTRY} voucher.voucherNumber",
        "accounts": "accountNumber accountType balance blockDirectEntries debitCredit name",
        "sales-accounts": "salesAccount.accountNumber salesAccount.name",
        # The schemas of these mark nothing; a filter on any property is refused (section 4) [D19 by absence, I].
        "registers": "",
    }.items()
}
"""Per collection, from its schema's marks [D19]."""

_MORE: Final = {
    "customers": "barred",
    "products": (
        "departmentalDistribution.departmentalDistributionNumber inventory.recommendedCostPrice"
        " productGroup.productGroupNumber unit.unitNumber"
    ),
    "delivery-locations": "barred",
    "employees": "barred",
    "accounts": "barred",
}
FILTERABLE: Final[Mapping[str, frozenset[str]]] = {
    name: words | frozenset(_MORE.get(name, "").split()) for name, words in SORTABLE.items()
}
"""The same, and what may be filtered but not sorted."""

_TEXTS: Final = frozenset(
    "productNumber publicEntryNumber corporateIdentificationNumber vatNumber telephoneAndFaxNumber".split()
)
_AMOUNTS: Final = frozenset(
    "balance creditLimit exchangeRate costPrice salesPrice recommendedPrice price sortKey amount".split()
)


def numeric(name: str) -> bool:
    """Whether a property holds numbers."""
    own = name.rpartition(".")[2]
    return name.startswith("inventory.") or own in _AMOUNTS or (own.endswith("Number") and own not in _TEXTS)


def whole(rows: Iterable[Row]) -> Iterator[Entry]:
    """Rows that are cheap enough to be made whole before anybody asks for them."""
    for row in rows:
        yield row, lambda row=row: row  # type: ignore[misc]


def collection(call: Call, kind: str, entries: Iterable[Entry], *, by: str) -> Reply:
    """The asked-for page; ``by`` is the default order, ascending.

    Only what is on the page is made: a shop of a thousand orders asks thousands of times.

    Raises:
        Refusal: 400, a filter, a sort or a page that is not possible.
    """
    every = list(entries)
    found = every
    if call.args.get("filter"):
        wanted = parse(call.args["filter"], FILTERABLE[kind], numeric)
        found = [entry for entry in every if wanted(entry[0])]
    found = _sorted(found, call.args.get("sort", ""), kind, by)
    size = _whole(call.args, "pagesize", DEFAULT_SIZE, least=1)
    skip = _whole(call.args, "skippages", 0, least=0)
    if size > MOST:
        raise Refusal(400, f"The page size cannot be greater than {MOST}.", hint="Use a smaller pagesize.")
    last = max(0, (len(found) - 1) // size)
    pages = {
        "skipPages": skip,
        "pageSize": size,
        "maxPageSizeAllowed": MOST,
        "results": len(found),
        "resultsWithoutFilter": len(every),
        "firstPage": _address(call, 0, size),
    }
    if skip < last:
        pages["nextPage"] = _address(call, skip + 1, size)  # absent on the last page (section 4) [2+]
    if 0 < skip <= last:
        pages["previousPage"] = _address(call, skip - 1, size)  # beside nextPage: not in the facts [I]
    pages["lastPage"] = _address(call, last, size)
    return Reply(
        data={
            "collection": [show() for _, show in found[skip * size : (skip + 1) * size]],
            "pagination": pages,
            "metaData": {},
            "self": _address(call, skip, size),
        }
    )


def _address(call: Call, skip: int, size: int) -> str:
    """With any filter and sort that were asked for (section 4: the self link has them) [D19]."""
    kept = "".join(
        f"&{name}={quote(call.args[name], safe='')}" for name in ("filter", "sort") if call.args.get(name)
    )
    return f"{call.state.address}{call.path}?skippages={skip}&pagesize={size}{kept}"


def _whole(args: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    text = args.get(name, str(default))
    if not text.isdigit() or int(text) < least:
        raise Refusal(400, f"{name} must be a whole number, {least} or more.")
    return int(text)


def _sorted(rows: list[Entry], sort: str, kind: str, by: str) -> list[Entry]:
    """Minus turns the order, a tilde sorts numbers as words; strings without case (section 4) [D19]."""
    for word in reversed([part for part in sort.split(",") if part] or [by]):
        name = word.lstrip("-~")
        if sort and name not in SORTABLE[kind]:
            raise Refusal(
                400, f"The property '{name}' is not sortable.", hint="See the schema of the collection."
            )
        rows = sorted(rows, key=_key(name, as_words="~" in word), reverse=word.startswith(("-", "~-")))
    return rows


def _key(name: str, *, as_words: bool) -> Any:
    def key(entry: Entry) -> tuple[bool, Any]:
        value = field_of(entry[0], name)
        if value is None:
            return False, 0
        if isinstance(value, int | Decimal) and not as_words:
            return True, Decimal(value)
        return True, str(value).casefold()

    return key
