"""``bridge check`` for a WooCommerce shop: try what the bridge will need, say each fault with its remedy.

Nothing is written: the right to write is asked with a PUT on an order that cannot exist. A key that may only
read is refused before the order is looked for (401), another gets "no such order".
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from bridge.config.sections import ShopSection
from bridge.errors import BridgeError, NotFound, RemoteError
from bridge.model.texts import Problem, Text, say
from bridge.shops.context import ShopContext
from bridge.shops.woocommerce.client import API, Client
from bridge.shops.woocommerce.hints import TOO_OLD
from bridge.shops.woocommerce.options import HALF_BUILT, Options
from bridge.shops.woocommerce.statuses import read_statuses
from bridge.transport import Reply

__all__ = ["check", "stale_status"]

_NO_ORDER: Final = str(2**62)
_CLOCK_OFF: Final = timedelta(minutes=5)
_OLDEST: Final = (5, 8)
"""The first with ``modified_after``."""


def check(
    name: str, options: Options, section: ShopSection, context: ShopContext, *, client: Client
) -> Sequence[Problem]:
    """Everything found; empty: all is well."""
    where = f"[shop {name}]"
    found = list(options.problems(where))
    try:
        _, reply = client.page("orders", per_page=1, dp=2, orderby="modified")
    except BridgeError as error:
        return [*found, _problem(f"{where} url", error), *_index_php(where, options, context, error)]
    found += _clock(reply, context)
    for part in (_may_write(where, client), _statuses(where, section, client), _about(where, client)):
        try:
            found += part
        except BridgeError as error:
            found.append(_problem(where, error))
    return found


def stale_status(name: str, slug: str, known: Sequence[str]) -> Problem:
    """A configured status the shop does not have."""
    bare = slug.removeprefix("wc-")
    near = [bare] if bare in known else difflib.get_close_matches(bare, known, n=1)
    meant = near[0] if near else ", ".join(known)
    return Problem(
        where=f"[shop {name}] trigger_statuses",
        what=say(
            "The shop has no order status {status}; orders in the others are read all the same.", status=slug
        ),
        fix=say("Remove it, or write one the shop has: {meant}", meant=meant),
    )


def _problem(where: str, error: BridgeError) -> Problem:
    advice = error.advice if isinstance(error, RemoteError) else None
    return Problem(
        where=where, what=error.text, fix=advice or say("Try again; if it stays, ask the shop's host.")
    )


def _index_php(where: str, options: Options, context: ShopContext, error: BridgeError) -> Iterator[Problem]:
    """Some hosts serve the interface only behind index.php; then the owner needs one word more in the address."""
    if not isinstance(error, RemoteError) or error.status not in (200, 404) or "index.php" in options.url:
        return
    other = Client(f"shop {where}", options, clock=context.clock, mounts=context.mounts, prefix="/index.php")
    try:
        other.page("orders", per_page=1, dp=2)
    except BridgeError:
        return
    finally:
        other.close()
    address = f"{options.url.rstrip('/')}/index.php"
    yield Problem(
        where=f"{where} url",
        what=say("The interface answers at {address}/{api} instead.", address=address, api=API),
        fix=say("Write url = {address}", address=address),
    )


def _clock(reply: Reply, context: ShopContext) -> Iterator[Problem]:
    try:
        shop = parsedate_to_datetime(reply.headers.get("Date", ""))
    except ValueError:
        return
    off = abs(shop.astimezone(context.clock.now().tzinfo) - context.clock.now())
    if off > _CLOCK_OFF:
        yield Problem(
            where="clock",
            what=say(
                "This machine's clock and the shop's are {minutes} minutes apart.", minutes=off.seconds // 60
            ),
            fix=say("Let a time server set both."),
            severe=False,
        )


def _may_write(where: str, client: Client) -> Iterator[Problem]:
    try:
        client.put_order(_NO_ORDER, {"meta_data": []})
    except NotFound:
        return
    except BridgeError as error:
        yield _problem(f"{where} consumer_key", error)


def _statuses(where: str, section: ShopSection, client: Client) -> Iterator[Problem]:
    known = list(read_statuses(client))
    for slug in section.trigger_statuses:
        if slug in HALF_BUILT:
            yield Problem(
                where=f"{where} trigger_statuses",
                what=say(
                    "Orders in status {status} may be half built: rows or freight missing.", status=slug
                ),
                fix=say("Take a status that comes after payment, such as processing or on-hold."),
            )
        elif slug not in known:
            yield stale_status(where.removeprefix("[shop ").rstrip("]"), slug, known)


def _about(where: str, client: Client) -> Iterator[Problem]:
    """Version, currency and decimals; a key without the right to see them is no fault."""
    try:
        status = client.get("system_status", _fields="environment,settings")
    except RemoteError as error:
        yield Problem(
            where=where,
            what=say("The shop does not tell its version and settings: {reason}", reason=error.text),
            fix=_HARMLESS,
            severe=False,
        )
        return
    version = str(_part(status, "environment").get("version", ""))
    numbers = tuple(map(int, re.findall(r"\d+", version)[:2]))
    if numbers and numbers < _OLDEST:
        yield Problem(
            where=where, what=say("WooCommerce {version} is too old.", version=version), fix=TOO_OLD
        )
    settings = _part(status, "settings")
    if str(settings.get("number_of_decimals", "2")) not in ("2", "3"):
        yield Problem(
            where=where,
            what=say("The shop shows prices with {count} decimals.", count=settings["number_of_decimals"]),
            fix=say("Set 2 in WooCommerce > Settings > General, or öre will be missing in what buyers see."),
            severe=False,
        )


_HARMLESS: Final[Text] = say("Nothing need be done.")


def _part(status: dict[str, Any], name: str) -> dict[str, Any]:
    part = status.get(name)
    return part if isinstance(part, dict) else {}
