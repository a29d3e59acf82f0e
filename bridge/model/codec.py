"""An order as one line of JSON and back, exactly; and its fingerprint.

The outbox keeps every order as it was when it was decided upon. What comes back must be the same order to the
last digit: an amount of ``80.00`` is not ``80`` once it stands on a voucher. Amounts and times travel as text,
and the encoders are put together once per class, because every order passes here twice.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Final, get_args, get_origin, get_type_hints

from bridge.model.money import plain
from bridge.model.orders import Order, OrderLine, Refund

__all__ = ["digest", "dump_order", "dump_refund", "line_key", "load_order", "load_refund"]

FORMAT: Final = 1
"""Written into every snapshot; raised when an older bridge could misread what a newer one wrote."""

Convert = Callable[[Any], Any]

_NOT_BOOKED: Final[Mapping[type, frozenset[str]]] = {
    Order: frozenset({"modified_at", "document", "problems", "refunded"}),
    OrderLine: frozenset({"sku", "hidden"}),
}
"""What may change without the order being another one. WooCommerce reads the SKU live from the article
(woocommerce facts, row 15), so renaming an article would otherwise change every order it ever stood on;
in hidden meta it notes its own moves of stock. What was paid back is told by the ids of the refunds."""


def dump_order(order: Order) -> str:
    """The order as JSON, in ASCII: a broken character in a name must not stop the database."""
    return _dump("order", Order, order)


def dump_refund(refund: Refund) -> str:
    """A refund as JSON, in the same way."""
    return _dump("refund", Refund, refund)


def _dump(name: str, kind: type, value: object) -> str:
    return json.dumps({"v": FORMAT, name: _writer(kind, canonical=False)(value)}, separators=(",", ":"))


def load_order(text: str) -> Order:
    """What ``dump_order`` wrote. A field added since takes its default.

    Raises:
        ValueError: not an order of ours, or written by a newer bridge.
    """
    order: Order = _load("order", Order, text)
    return order


def load_refund(text: str) -> Refund:
    """What ``dump_refund`` wrote; raises as ``load_order``."""
    refund: Refund = _load("refund", Refund, text)
    return refund


def _load(name: str, kind: type, text: str) -> Any:
    stored = json.loads(text)
    if not isinstance(stored, dict) or stored.get("v") != FORMAT:
        raise ValueError(f"not a stored {name} of this version")
    try:
        return _reader(kind)(stored[name])
    except (KeyError, TypeError, AttributeError, ArithmeticError) as wrong:
        raise ValueError(f"not a stored {name}: {type(wrong).__name__}") from wrong


def digest(said: Order | Refund) -> str:
    """A fingerprint of what an order or a refund says. The same for ``10.0`` and ``10.00``, in every time zone."""
    kind: Any = type(said)
    content = json.dumps(_writer(kind, canonical=True)(said), separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def line_key(line: OrderLine) -> str:
    """The name of a row within its order: ``product:12``."""
    return f"{line.kind}:{line.id}"


@cache
def _writer(kind: Any, *, canonical: bool) -> Convert:
    plain_type, optional = _unwrapped(kind)
    write = _plain_writer(plain_type, canonical=canonical)
    return (lambda value: None if value is None else write(value)) if optional else write


def _plain_writer(kind: Any, *, canonical: bool) -> Convert:
    origin = get_origin(kind)
    if is_dataclass(kind):
        return _object_writer(kind, canonical=canonical)
    if origin is tuple:
        each = _writer(get_args(kind)[0], canonical=canonical)
        return lambda value: [each(item) for item in value]
    if origin is not None and issubclass(origin, Mapping):
        return dict
    if issubclass(kind, Enum):
        return lambda value: value.value
    return (_CANONICAL if canonical else _EXACT).get(kind, _as_is)


def _object_writer(kind: Any, *, canonical: bool) -> Convert:
    hints = get_type_hints(kind)
    left_out = _NOT_BOOKED.get(kind, frozenset()) if canonical else frozenset()
    parts = [
        (part.name, _writer(hints[part.name], canonical=canonical))
        for part in fields(kind)
        if part.name not in left_out
    ]
    return lambda value: {name: write(getattr(value, name)) for name, write in parts}


@cache
def _reader(kind: Any) -> Convert:
    plain_type, optional = _unwrapped(kind)
    read = _plain_reader(plain_type)
    return (lambda raw: None if raw is None else read(raw)) if optional else read


def _plain_reader(kind: Any) -> Convert:
    origin = get_origin(kind)
    if is_dataclass(kind):
        return _object_reader(kind)
    if origin is tuple:
        each = _reader(get_args(kind)[0])
        return lambda raw: tuple(each(item) for item in raw)
    if origin is not None and issubclass(origin, Mapping):
        return dict
    return _READ.get(kind, kind)


def _object_reader(kind: Any) -> Convert:
    hints = get_type_hints(kind)
    parts = [(part.name, _reader(hints[part.name]), _default(part)) for part in fields(kind)]

    def read(raw: Any) -> Any:
        return kind(
            **{
                name: convert(raw[name]) if name in raw or default is None else default()
                for name, convert, default in parts
            }
        )

    return read


def _default(part: Any) -> Callable[[], Any] | None:
    if part.default_factory is not MISSING:
        factory: Callable[[], Any] = part.default_factory
        return factory
    return None if part.default is MISSING else lambda: part.default


def _unwrapped(kind: Any) -> tuple[Any, bool]:
    if get_origin(kind) is types.UnionType:
        (inner,) = (option for option in get_args(kind) if option is not type(None))
        return inner, True
    return kind, False


def _same_number(value: Decimal) -> str:
    return plain(value.normalize())


def _same_moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _as_is(value: Any) -> Any:
    return value


_EXACT: Final[Mapping[Any, Convert]] = {Decimal: str, datetime: datetime.isoformat, date: date.isoformat}
_CANONICAL: Final[Mapping[Any, Convert]] = {**_EXACT, Decimal: _same_number, datetime: _same_moment}
_READ: Final[Mapping[Any, Convert]] = {
    str: _as_is,
    bool: _as_is,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}
