"""The settings against what is known of Specter: what would be refused, have no effect, or send goods astray."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from bridge.config.values import nearest
from bridge.erps.drafting import GiftCards
from bridge.erps.specter.core import Core
from bridge.erps.specter.letters import LETTERS
from bridge.erps.specter.mapping import WRITABLE
from bridge.erps.specter.mapping_articles import RULE, holds
from bridge.model.texts import Problem, Text, say

__all__ = ["PARTS"]

_OTHER_ROWS: Final = ("shipping", "fee", "discount", "gift_card", "cod", "rounding")
_KEY: Final = 100
"""Letters of a delivery method's external key (specter facts, section 5.2 [DOC, A4S])."""


def _customers(core: Core) -> Iterator[Problem]:
    """An order has no addresses of its own (section 5.2): the customer's are where the goods go."""
    section = core.context.customers
    if section is None:
        return
    if section.collective_customer:
        # The goods go where the customer's card says: one card for all would send all to one address.
        yield _without_effect("[customers] collective_customer", say("one customer for many buyers"))
    if not section.force_update:
        yield Problem(
            where="[customers] force_update",
            what=say(
                "An order in Specter has no address of its own: its goods go where the customer's card says. A known "
                "buyer who has moved, or wants the parcel elsewhere, gets it at the old address."
            ),
            fix=say("Write force_update = yes, so that each order brings the card up to date."),
            severe=False,
        )
    elif len(set(section.update_parts)) < len(("billing", "delivery", "email")):
        yield _without_effect(
            "[customers] update_parts", say("which parts of a customer to bring up to date")
        )


def _payments(core: Core) -> Iterator[Problem]:
    """Each method needs a code (section 5.2); a code nobody has seen may be a new one, or a slip."""
    codes = core.profile.table("payments.codes")
    methods = core.profile.table("payments.methods")
    for method, rule in core.context.payments.rules.items():
        where = f"[payments] {method}"
        code = rule.mode or methods.get(method, "")
        if not code:
            yield Problem(
                where=where,
                what=say(
                    "Nobody has said what the payment method {method} is called in Specter.", method=method
                ),
                fix=say("Write Specter's code at the end of the line, like mode:KG, or mode:- for none."),
            )
        elif code not in codes and code != core.profile.text("payments.kinds.none"):
            yield _unknown_code(where, code, list(codes))
        if rule.terms:
            yield _without_effect(where, say("terms of payment"))


def _unknown_code(where: str, code: str, known: Sequence[str]) -> Problem:
    near = code.upper() if code.upper() in known else nearest(code, known)
    fix = say("It may be a newer one. See that it is written as Specter's support told you.")
    if near:
        fix = say("Did you mean {near}? Else see that it is as Specter's support told you.", near=near)
    return Problem(
        where=where,
        what=say("The code {code} is none of those known; Specter may refuse the orders.", code=code),
        fix=fix,
        severe=False,
    )


def _articles(core: Core) -> Iterator[Problem]:
    """Numbers Specter cannot have (section 6 [DOC, ABI])."""
    for number, where in _named_articles(core).items():
        if not holds(number, core.profile):
            yield Problem(
                where=where,
                what=say(
                    "{number} cannot be the number of an article in Specter. {rule}", number=number, rule=RULE
                ),
                fix=say("Write another one; hyphen and underscore may be in it."),
            )


def _named_articles(core: Core) -> dict[str, str]:
    """Article number to the first line that names it."""
    section = core.context.articles
    named = {f"[articles] {name}": str(getattr(section, name)) for name in (*_OTHER_ROWS, "unnumbered")}
    named |= {f"[shipping] {method}": rule.article for method, rule in core.context.shipping.rules.items()}
    found: dict[str, str] = {}
    for where, number in named.items():
        if number:
            found.setdefault(number, where)
    return found


def _delivery(core: Core) -> Iterator[Problem]:
    for method, rule in core.context.shipping.rules.items():
        if len(rule.delivery) > _KEY or not all(map(LETTERS.takes, rule.delivery)):
            yield Problem(
                where=f"[shipping] {method}",
                what=say(
                    "{key} cannot be the external key of a delivery method in Specter.", key=rule.delivery
                ),
                fix=say(
                    "Write a key of at most {most} letters, none of them Greek, Polish or the like.",
                    most=_KEY,
                ),
            )


def _fields(core: Core) -> Iterator[Problem]:
    for key, rule in core.context.fields.rules.items():
        if rule.vendor and rule.vendor not in WRITABLE:
            yield Problem(
                where=f"[fields] {key}",
                what=say("Specter has no field {name} that may be written on an order.", name=rule.vendor),
                fix=say("Possible: {allowed}.", allowed=", ".join(sorted(WRITABLE))),
            )


def _shops(core: Core) -> Iterator[Problem]:
    """Several shops on one account need the newer signature and an id each (section 3 [DOC, VEN])."""
    shops, options = core.context.shops, core.options
    ids = {name: shop.channel or options.webshop_id for name, shop in shops.items()}
    for name, shop in shops.items():
        if ids[name] and options.signature == "v1":
            yield Problem(
                where=f"[shop {name}] channel" if shop.channel else "[erp] webshop_id",
                what=say("Specter tells shops apart only where calls are signed the newer way."),
                fix=say("Ask Specter for an API user and write signature = v2, or remove the line."),
            )
        if shop.result_unit:
            yield _without_effect(f"[shop {name}] result_unit", say("cost centre"))
        if shop.project:
            yield _without_effect(f"[shop {name}] project", say("project"))
    for name in core.options.captures:
        if name.lower() not in map(str.lower, shops):
            yield Problem(
                where=f"[erp] capture_{name}",
                what=say("There is no section [{name}].", name=f"shop {name}"),
                fix=say("Possible: {allowed}.", allowed=", ".join(shops)),
            )
    if len(set(ids.values())) < len(ids):
        yield Problem(
            where="[erp] webshop_id",
            what=say(
                "Several shops send their orders under the same web shop number: Specter cannot tell them apart."
            ),
            fix=say("Write the number Specter has given each shop as channel in its section."),
            severe=False,
        )


def _orders(core: Core) -> Iterator[Problem]:
    orders = core.context.orders
    if core.settings.gift_cards is GiftCards.PAYMENT:
        yield _gift_cards(core)
    if orders.our_reference and not core.profile.spelled("ourReference"):
        yield _without_effect("[orders] our_reference", say("our reference"))
    if orders.company_first:
        yield _without_effect("[orders] company_first", say("which of person and company comes first"))
    if orders.order_mail and orders.order_mail_copy:
        yield Problem(
            where="[orders] order_mail_copy",
            what=say("The copy goes to the address that stands in Specter, not to this one."),
            fix=say("See that it is the right one there."),
            severe=False,
        )


def _gift_cards(core: Core) -> Problem:
    """Specter charges what it invoices (section 6 [DOC, S-HELP]), and knows of one payment only."""
    charges = any(core.options.capture_of(shop) == "erp" for shop in core.context.shops)
    what = say(
        "Specter knows one payment per order, so an order comes to more than the buyer has left to pay."
    )
    if charges:
        what = say(
            "Specter charges what it invoices: with gift cards as payments the buyer would be charged for what the "
            "card has paid."
        )
    return Problem(
        where="[orders] gift_cards",
        what=what,
        fix=say("Write gift_cards = row."),
        severe=charges,
    )


def _rates(core: Core) -> Iterator[Problem]:
    """An integer per row (section 5.2 [1 PS])."""
    if not core.profile.number("numbers.vat_decimals"):
        yield Problem(
            where="[erp] profile",
            what=say(
                "As far as is known, Specter takes whole VAT percentages only: an order with 25.5 % (Finland) or the "
                "like waits for a person."
            ),
            fix=say(
                "Nothing need be done if you do not sell there. If Specter's support says that decimals are taken, "
                "write numbers.vat_decimals in a profile of your own."
            ),
            severe=False,
        )


def _unasked(core: Core) -> Iterator[Problem]:
    """What no known call can be asked for (section 12): named, to be looked up once."""
    context, options = core.context, core.options
    rules = context.shipping.rules
    named = {
        "[articles], [shipping]": [] if context.articles.missing == "create" else list(_named_articles(core)),
        "[shipping] delivery:": [rule.delivery for rule in rules.values() if rule.delivery],
        "[payments] mode:": [rule.mode for rule in context.payments.rules.values() if rule.mode.strip("-")],
        "[shop] channel": [shop.channel for shop in context.shops.values() if shop.channel],
        **{
            f"[erp] {name}": [value] if (value := str(getattr(options, name))) else []
            for name in ("webshop_id", "stock_site", "person_group", "company_group")
        },
    }
    told = [f"{where} {', '.join(dict.fromkeys(values))}" for where, values in named.items() if values]
    if told:
        yield Problem(
            where="[erp]",
            what=say("Specter cannot be asked whether it has these: {names}.", names="; ".join(told)),
            fix=say("Look them up there once. An order that needs one that is missing waits, and says so."),
            severe=False,
        )
    yield Problem(
        where="[shipping]",
        what=say(
            "Specter knows a way of delivery by its external key: delivery: of these lines, else the shop's own id "
            "of the method, like flat_rate. Which keys there are it cannot be asked."
        ),
        fix=say("Look at Specter's delivery methods once: each the shop offers needs one with that key."),
        severe=False,
    )


def _without_effect(where: str, what: Text) -> Problem:
    return Problem(
        where=where,
        what=say("Specter cannot be told this: {what}.", what=what),
        fix=say("Remove the line; it is without effect."),
        severe=False,
    )


PARTS: Final[Sequence[Callable[[Core], Iterator[Problem]]]] = (
    _customers,
    _payments,
    _articles,
    _delivery,
    _fields,
    _shops,
    _orders,
    _rates,
    _unasked,
)
