"""An order of a shop as newOrderSubmit (specter facts, section 5.2), and what was changed on the way. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from bridge.erps.arithmetic import Arithmetic
from bridge.erps.drafting import Discounts, Draft, DraftSettings, draft, numbered
from bridge.erps.drafting.fitting import PlacedDraft, place
from bridge.erps.fields import Field
from bridge.erps.specter.letters import fitting, query
from bridge.erps.specter.mapping_articles import RULE, ArticleNeed, holds
from bridge.erps.specter.mapping_payments import PAYMENT, Paid, paid_by
from bridge.erps.specter.mapping_rows import RowSheet, needs_of, row_form, sheets_of, shown
from bridge.erps.specter.mapping_wire import filled, language
from bridge.erps.specter.options import Options
from bridge.erps.specter.profile import Profile
from bridge.erps.wire import Json
from bridge.errors import Rejected
from bridge.model.documents import Preview
from bridge.model.fitting import Fitting
from bridge.model.money import plain
from bridge.model.orders import Order
from bridge.model.texts import Text, say

__all__ = ["ORDER", "WRITABLE", "Made", "Rules", "Sheet", "Wanted", "made_of"]

MEDIA_TYPE: Final = "application/x-www-form-urlencoded; charset=iso-8859-1"

WRITABLE: Final = frozenset(
    "deliveryDate notifyDeliveryByMobile notifyDeliveryMobileNo preparedShipmentId requirements".split()
)
"""What ``[fields] x = vendor:Name`` may name: what nothing else of an order decides (section 5.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the owner decided about orders."""

    settings: DraftSettings
    options: Options
    profile: Profile
    arithmetic: Arithmetic
    zone: ZoneInfo

    def dated(self, order: Order) -> date:
        """The document's day."""
        moments = {
            "created": order.created_at,
            "paid": order.payment.paid_at,
            "completed": order.completed_at,
        }
        return (moments[self.options.order_date] or order.created_at).astimezone(self.zone).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be made."""

    order: Order
    external: str
    """The externalOrderNo: Specter refuses it a second time, which keeps an order from being made twice."""
    customer: str
    """Specter's id of the customer; empty only in a preview made before it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An order, with all that the fields of its head are made of."""

    draft: Draft
    external: str
    customer: str
    dated: date
    country: str
    paid: Paid
    options: Options
    languages: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An order ready to be sent."""

    draft: Draft
    form: Mapping[str, str]
    needs: tuple[ArticleNeed, ...]
    preview: Preview


def _field(
    vendor: str,
    source: str,
    value: Callable[[Sheet], Json],
    limit: int | None = None,
    fact: str = "5.2 [1 PS]",
) -> Field[Sheet]:
    return Field(vendor=vendor, source=source, value=value, limit=limit, fact=fact)


def _internal(sheet: Sheet) -> str:
    """The shop's number first: staff who talk to the buyer know the order by it."""
    number = sheet.draft.number if sheet.draft.number != sheet.external else ""
    return "\n".join(text for text in (number, sheet.paid.comment, sheet.draft.comment) if text)


def _flag(said: bool) -> Json:  # noqa: FBT001 - it is what the setting says
    return 1 if said else 0


ORDER: Final[Sequence[Field[Sheet]]] = (
    _field(
        "customerId",
        "the customer's number in Specter, from newCustomerSubmit",
        lambda s: s.customer,
        fact="5.2 [2+]",
    ),
    _field(
        "externalOrderNo",
        "the bridge's own key of the order (main:1234:order): a second order with it is refused",
        lambda s: s.external,
        fact="5.2 [1 PS, DOC S-API]; its length [UNK]",
    ),
    _field(
        "webshopId",
        "[shop] channel, else [erp] webshop_id",
        lambda s: s.draft.channel or s.options.webshop_id,
        fact="5.2 [1 PS, DOC WC]",
    ),
    _field("stocksiteid", "[erp] stock_site", lambda s: s.options.stock_site, fact="5.2 [1 PS, DOC WC, A4S]"),
    _field("currency", "the order's currency", lambda s: s.draft.currency),
    _field(
        "language",
        "by the country of the bill: SE, NO, FI, DA, ES, DE, or EN for everybody else",
        lambda s: language(s.country, s.languages),
    ),
    _field(
        "customerOrderReference",
        "the buyer's own order number, from [fields]",
        lambda s: s.draft.references.order,
        50,
        "5.2 [DOC A4S]",
    ),
    _field(
        "customerReference",
        "the field that [fields] names, else the person who ordered for a company",
        lambda s: s.draft.references.yours,
        70,
        "5.2 [DOC A4S]",
    ),
    _field(
        "ourReference",
        "[orders] our_reference; not sent before the parameter's name is known",
        lambda s: s.draft.references.ours,
        fact="5.2 [UNK]",
    ),
    _field(
        "orderDate",
        "the day of the order that [erp] order_date names, in Swedish time",
        lambda s: s.dated.isoformat(),
        fact="5.2 [DOC A4S]",
    ),
    _field(
        "internalComment",
        "for the staff: the shop's order number, the payment's number where the shop charges, the buyer's note, "
        "comments of [fields]",
        _internal,
    ),
    _field("publishedComment", "what is printed: texts of [fields]", lambda s: s.draft.text),
    _field(
        "externalDeliveryMethod",
        "delivery: of the shipping method in [shipping], else the shop's id of the method without its number "
        "(flat_rate); it must be the external key of a delivery method in Specter",
        lambda s: s.draft.delivery.way or s.draft.delivery.method.partition(":")[0],
        100,
        "5.2 [1 PS, DOC A4S, VEN]",
    ),
    _field(
        "sendOrderMail",
        "1 with [orders] order_mail",
        lambda s: _flag(s.draft.mail.confirm),
        fact="5.2 [1 PS, DOC ABI, TAL, S-API]",
    ),
    _field(
        "sendOrderMailToUser",
        "1 with [orders] order_mail and order_mail_copy; the address is the one Specter has",
        lambda s: _flag(s.draft.mail.confirm and bool(s.draft.mail.copy_to)),
        fact="5.2 [1 PS, DOC ABI, TAL, S-API]",
    ),
    _field("userSource", "always webuser", lambda _: "webuser"),
)


def made_of(wanted: Wanted, rules: Rules) -> Made:
    """The order.

    Raises:
        Rejected: it cannot be made as it is: rows and total do not meet, an article number, a VAT rate or a payment
            method Specter has no word for, a field nobody may write.
    """
    order, profile = wanted.order, rules.profile
    document = numbered(
        draft(order, _apart(rules.settings)),
        unnumbered=rules.settings.articles.unnumbered,
        holds=lambda number: holds(number, profile),
        rule=RULE,
        needed=True,
    )
    placed = place(document, rules.arithmetic, tax_lines=order.tax_lines, tolerance=rules.settings.tolerance)
    rows = sheets_of(placed.rows, rounding=rules.settings.articles.rounding, profile=profile)
    paid = paid_by(document, rules.options, profile)
    sheet = Sheet(
        draft=document,
        external=wanted.external,
        customer=wanted.customer,
        dated=rules.dated(order),
        country=order.customer.billing.country,
        paid=paid,
        options=rules.options,
        languages=profile.texts("languages.orders"),
    )
    fit = fitting()
    form = {**_head(sheet, fit), **row_form(rows, fit)}
    preview = Preview(
        payload=query(profile.wire({"action": profile.text("actions.order"), **form})),
        media_type=MEDIA_TYPE,
        gross=placed.fitted.computed.gross,
        currency=document.currency,
        rows=shown(rows),
        notes=(
            *document.notes,
            *_rounding(placed),
            *_pieces(rows, paid, profile),
            *_unsent(sheet, profile),
            *fit.notes(),
        ),
    )
    home = document.currency == profile.text("numbers.books_currency")
    return Made(draft=document, form=form, needs=needs_of(rows, home=home), preview=preview)


def _apart(settings: DraftSettings) -> DraftSettings:
    """Specter's rows show no discount (section 5.2), so one that is to show is a row of its own."""
    return (
        replace(settings, discounts=Discounts.ROWS) if settings.discounts is Discounts.PERCENT else settings
    )


def _head(sheet: Sheet, fit: Fitting) -> dict[str, str]:
    made = {**filled(ORDER, sheet, fit), **filled(PAYMENT, sheet.paid, fit)}
    if made.get("externalOrderNo") != sheet.external:
        raise Rejected(
            say("The key {key} cannot stand in Specter as it is.", key=sheet.external),
            channel="erp",
            field="externalOrderNo",
            advice=say("Give the shop's section a shorter name, of letters and digits only."),
        )
    unknown = sorted(set(sheet.draft.vendor) - WRITABLE)
    if unknown:
        raise Rejected(
            say("Specter has no field {name} that may be written on an order.", name=unknown[0]),
            channel="erp",
            field=f"[fields] vendor:{unknown[0]}",
            advice=say("Possible: {allowed}.", allowed=", ".join(sorted(WRITABLE))),
        )
    for name, value in sheet.draft.vendor.items():
        made[name] = fit.fit(value, where=say("{field} in Specter", field=name), most=None)
    return made


def _rounding(placed: PlacedDraft) -> tuple[Text, ...]:
    rest = placed.fitted.rounding_amount
    if not rest:
        return ()
    return (
        say(
            "Rounding: {amount} {currency} on a row of its own.",
            amount=plain(rest),
            currency=placed.draft.currency,
        ),
    )


def _pieces(rows: Sequence[RowSheet], paid: Paid, profile: Profile) -> tuple[Text, ...]:
    """Klarna rounds quantities down: half a metre is charged as nothing (section 6 [DOC, S-HELP])."""
    broken = [sheet for sheet in rows if "." in sheet.quantity]
    if not (broken and paid.reference and paid.code in profile.texts("payments.kinds.whole_pieces")):
        return ()
    return (
        say(
            "{name}: Klarna charges whole pieces only, and Specter rounds {quantity} down. See that all is paid.",
            name=broken[0].placed.text,
            quantity=broken[0].quantity,
        ),
    )


def _unsent(sheet: Sheet, profile: Profile) -> tuple[Text, ...]:
    """What the settings ask for and Specter cannot be told."""
    cannot = (
        (sheet.draft.references.ours and not profile.spelled("ourReference"), say("our reference")),
        (sheet.draft.cost_centre, say("cost centre")),
        (sheet.draft.project, say("project")),
    )
    return tuple(say("Specter cannot be told this: {what}.", what=what) for told, what in cannot if told)
