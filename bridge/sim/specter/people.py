"""People at work in the account: what they do to customers and articles behind the interface's back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Final

from bridge.sim.booked import KeptCustomer
from bridge.sim.specter import stock
from bridge.sim.specter.state import Article, Customer, State

__all__ = ["CustomerDesk", "Shelves"]

FACTS: Final = {"ean": "barcode", "weight": "productweight", "buy_price": "buyprice"}


class CustomerDesk:
    """``KeepsCustomers``."""

    def __init__(self, state: State) -> None:
        self._state = state

    def kept(self) -> list[KeptCustomer]:
        """All of them, oldest first."""
        with self._state.lock:
            return [_kept(each) for each in self._state.customers.values()]

    def keep(self, *, name: str, email: str = "", org_number: str = "") -> str:
        """Somebody else makes one; the number is its id."""
        with self._state.lock:
            data = {
                "name": name,
                "emailaddress": email,
                "orgno": org_number,
                "customerorganizationalform": "C",
            }
            made = Customer(
                id=self._state.next("customer"), data={key: each for key, each in data.items() if each}
            )
            self._state.keep(made)
            return str(made.id)


def _kept(customer: Customer) -> KeptCustomer:
    data = customer.data
    return KeptCustomer(
        number=str(customer.id),
        name=customer.name,
        company=data.get("customerorganizationalform", "C") == "C",
        email=data.get("emailaddress", ""),
        org_number=data.get("orgno", ""),
        street=data.get("address", ""),
        delivery_street=data.get("deliveryaddress", ""),
    )


class Shelves:
    """``KeepsGoods``. Every change queues for the shop, whose bell is rung."""

    def __init__(self, state: State, ring: Callable[[], None]) -> None:
        self._state = state
        self._ring = ring

    @contextmanager
    def _at_work(self) -> Iterator[State]:
        """The bell is rung when the lock is let go: whoever answers it may come in by the door."""
        with self._state.lock:
            yield self._state
        self._ring()

    def put(self, sku: str, **facts: str) -> None:
        """Somebody makes or edits an article: ``name``, ``ean``, ``price``, ``weight``, ``buy_price``, ``vat``."""
        with self._at_work() as state:
            _put(state, sku, facts)

    def put_set(self, sku: str, parts: Mapping[str, Decimal], **facts: str) -> None:
        """A SET article: sold as one, its stock is that of its parts (specter facts, section 6) [DOC].

        Raises:
            LookupError: a part is no article.
        """
        with self._at_work() as state:
            unknown = set(parts) - set(state.articles)
            if unknown:
                raise LookupError(*sorted(unknown))
            _put(state, sku, facts, parts)

    def service(self, sku: str, *, vat: int = 25) -> None:
        """Freight and the like: nothing of it is counted, and the shop is not told of it."""
        with self._state.lock:
            if sku not in self._state.articles:
                self._state.keep(
                    Article(id=self._state.next("article"), no=sku, name=sku, vat=vat, counted=False)
                )

    def set_stock(
        self, sku: str, in_stock: Decimal, *, reserved: Decimal = Decimal(0), site: str = ""
    ) -> None:
        """So many lie there, in the default stock site or another.

        Raises:
            LookupError: there is no such article, or no such site.
        """
        with self._at_work() as state:
            article, place = state.articles[sku], site or state.account.default_site
            if place not in state.account.sites:
                raise LookupError(site)
            article.counted = True
            article.in_stock[place], article.reserved[place] = in_stock, reserved
            state.keep(article)
            state.changed("stock", sku)
            if state.account.sets_have_stock:
                for owner in stock.owners(state, sku):
                    state.changed("stock", owner)

    def set_price(self, sku: str, price: Decimal, *, price_list: str = "") -> None:
        """The price; of a further list no known call tells [UNK]."""
        with self._at_work() as state:
            article = state.articles[sku]
            if price_list:
                article.prices[price_list] = price
            else:
                article.price = price
            state.keep(article)
            if not price_list:
                state.changed("article", sku)

    def numbers(self) -> list[str]:
        """Every article, oldest first."""
        with self._state.lock:
            return list(self._state.articles)


def _put(
    state: State, sku: str, facts: Mapping[str, str], parts: Mapping[str, Decimal] | None = None
) -> None:
    article = state.articles.get(sku)
    if article is None:
        article = Article(id=state.next("article"), no=sku, name=sku)
    article.name = facts.get("name", article.name)
    article.price = Decimal(facts["price"]) if "price" in facts else article.price
    article.vat = int(facts.get("vat", article.vat))
    article.data |= {FACTS[name]: value for name, value in facts.items() if name in FACTS}
    article.parts = dict(parts) if parts else article.parts
    state.keep(article)
    state.changed("article", sku)
