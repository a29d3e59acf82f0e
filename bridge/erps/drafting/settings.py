"""The owner's decisions about documents, read once from the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from bridge.config.lines import FieldRule, PaymentRule, ShippingRule
from bridge.config.sections import ArticlesSection, ShopSection
from bridge.erps.context import ErpContext
from bridge.model.orders import Order

__all__ = ["Bundles", "Discounts", "DraftSettings", "GiftCards", "Note"]


class Discounts(StrEnum):
    """``[orders] discounts``."""

    PERCENT = "percent"
    ROWS = "rows"
    NET = "net"


class GiftCards(StrEnum):
    """``[orders] gift_cards``."""

    ROW = "row"
    PAYMENT = "payment"


class Bundles(StrEnum):
    """``[orders] bundles``."""

    AS_IS = "as_is"
    BUNDLE = "bundle"
    PARTS = "parts"


class Note(StrEnum):
    """``[orders] customer_note``."""

    COMMENT = "comment"
    TEXT = "text"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSettings:
    """Everything that decides how an order becomes a draft."""

    articles: ArticlesSection
    receivable: str
    gift_card_account: str
    tolerance: Decimal
    zero_shipping: bool = True
    zero_fee: bool = False
    zero_cod: bool = False
    cod_methods: frozenset[str] = frozenset({"cod"})
    discounts: Discounts = Discounts.PERCENT
    gift_cards: GiftCards = GiftCards.ROW
    bundles: Bundles = Bundles.AS_IS
    company_first: bool = False
    order_mail: bool = False
    order_mail_copy: str = ""
    our_reference: str = ""
    customer_note: Note = Note.COMMENT
    payments: Mapping[str, PaymentRule] = field(default_factory=dict)
    shipping: Mapping[str, ShippingRule] = field(default_factory=dict)
    fields: Mapping[str, FieldRule] = field(default_factory=dict)
    shops: Mapping[str, ShopSection] = field(default_factory=dict)

    @classmethod
    def of(cls, context: ErpContext) -> DraftSettings:
        """Out of what the adapter was given."""
        orders = context.orders
        return cls(
            articles=context.articles,
            receivable=context.accounts.receivable,
            gift_card_account=context.accounts.gift_card,
            tolerance=orders.rounding_tolerance,
            zero_shipping=orders.zero_shipping,
            zero_fee=orders.zero_fee,
            zero_cod=orders.zero_cod,
            cod_methods=frozenset(method.lower() for method in orders.cod_methods),
            discounts=Discounts(orders.discounts),
            gift_cards=GiftCards(orders.gift_cards),
            bundles=Bundles(orders.bundles),
            company_first=orders.company_first,
            order_mail=orders.order_mail,
            order_mail_copy=orders.order_mail_copy,
            our_reference=orders.our_reference,
            customer_note=Note(orders.customer_note),
            payments=context.payments.rules,
            shipping=context.shipping.rules,
            fields=context.fields.rules,
            shops=context.shops,
        )

    def payment(self, order: Order) -> PaymentRule:
        """The rule of the order's payment method; an empty one for a method nobody wrote a line for."""
        return self.payments.get(order.payment.method.lower(), PaymentRule())

    def shipping_of(self, method: str) -> ShippingRule:
        """The rule of ``flat_rate:3``, else that of ``flat_rate``, else an empty one."""
        exact = method.lower()
        kind = exact.partition(":")[0]
        return self.shipping.get(exact) or self.shipping.get(kind) or ShippingRule()

    def is_cod(self, order: Order) -> bool:
        """Whether the order is paid on delivery."""
        return order.payment.method.lower() in self.cod_methods
