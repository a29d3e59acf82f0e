"""What an order becomes: order, invoice or voucher, by its payment method, else by its shop (FEATURES ORD-02)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bridge.config.lines import PaymentRule
from bridge.errors import UserError
from bridge.model.codec import load_order
from bridge.model.documents import DocumentKind
from bridge.model.orders import Order
from bridge.model.texts import Problem, say
from bridge.ports import Erp

__all__ = ["document_kinds", "kind_of", "kind_of_stored"]


def kind_of(order: Order, kinds: Mapping[str, DocumentKind]) -> DocumentKind:
    """By the order's payment method (``main/kco``), else by its shop (``main``)."""
    shop = order.ref.shop
    return kinds.get(f"{shop}/{order.payment.method.lower()}") or kinds[shop]


def kind_of_stored(body: str | None, kinds: Mapping[str, DocumentKind], *, shop: str) -> DocumentKind:
    """The same of a stored order; its shop's where the order is unreadable or its content is gone."""
    try:
        return kind_of(load_order(body or ""), kinds)
    except ValueError:
        return kinds[shop]


def document_kinds(
    erp: Erp, *, shops: Mapping[str, str], payments: Mapping[str, PaymentRule]
) -> dict[str, DocumentKind]:
    """Every kind asked for in ``[shop NAME] document`` and on the lines of ``[payments]``.

    Raises:
        UserError: the ERP cannot make one of them; all are named.
    """
    wanted = {
        **{f"[shop {name}] document": kind for name, kind in shops.items()},
        **{f"[payments] {method}": rule.document or "" for method, rule in payments.items()},
    }
    problems = list(_problems(erp, wanted))
    if problems:
        raise UserError(say("The configuration does not fit the ERP."), problems)
    preferred = next(kind for kind in DocumentKind if kind in erp.documents)
    found = {name: DocumentKind(kind) if kind else preferred for name, kind in shops.items()}
    by_method = {
        f"{shop}/{method}": rule.document
        for shop in shops
        for method, rule in payments.items()
        if rule.document is not None
    }
    return found | by_method


def _problems(erp: Erp, wanted: Mapping[str, str]) -> Iterator[Problem]:
    for where, kind in wanted.items():
        if kind and kind not in erp.documents:
            able = ", ".join(sorted(erp.documents))
            yield Problem(
                where=where,
                what=say("{erp} cannot make a document of kind {kind}.", erp=erp.name, kind=str(kind)),
                fix=say("Leave it empty, or choose one of: {able}.", able=able),
            )
