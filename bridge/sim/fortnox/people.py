"""People at work at the company's own screens: they deliver, invoice, pay and cancel (see bridge.sim.booked)."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from bridge.sim.booked import Refused
from bridge.sim.fortnox import documents, invoicing, orders, payments
from bridge.sim.fortnox.state import Entry, State

__all__ = ["People"]

ONE = Decimal(1)


class People:
    """``MovesDocuments``. A document is named by its number, or by an id that ends in it: "invoices/10001"."""

    state: State

    @property
    def delivers(self) -> bool:
        """Whether it can be told from an order that all of it has left: with the warehouse module only [L]."""
        return self.state.company.warehouse

    def deliver(self, number: str, *, share: Decimal = ONE) -> None:
        """So much of each row is delivered, whole pieces, at least one; all of it: the order is ready.

        Raises:
            ValueError: it is an invoice: that is in delivery from the beginning (section 9, warehouse module).
            Refused: there is no such order.
        """
        with self.state.lock:
            order = self._order(number)
            if order is None and _digits(number) in self.state.invoices:
                raise ValueError("invoices are delivered as they are made")
            if order is None:
                raise Refused(f"no order {number}")
            for row in order.rows:
                if row["OrderedQuantity"]:
                    row["DeliveredQuantity"] = _part(row["OrderedQuantity"], share)
            order.values["DeliveryState"] = "delivery"
            if share >= 1:
                order.values |= {"Ready": True, "OutboundDate": self.state.today.isoformat()}
            order.values["Total"] = documents.totals_of(self.state.company, order).total
            self.state.touch(order)

    def invoice(self, number: str) -> str:
        """The order becomes an invoice, which is booked; an invoice is only booked. The invoice's number."""
        with self.state.lock:
            invoice = self._invoice(number)
            if self.state.company.method == "ACCRUAL" and not invoice.values["Booked"]:
                invoicing.book(self.state, invoice)
            return invoice.number

    def pay(self, number: str) -> None:
        """The invoice is paid whole; an order is invoiced first."""
        with self.state.lock:
            invoice = self.state.invoices[self.invoice(number)]
            left = invoicing.balance(self.state, invoice)
            if not left:
                return
            sent = {"InvoiceNumber": int(invoice.number), "AmountCurrency": left, "ModeOfPayment": "BG"}
            if invoice.values["Currency"] == "SEK":
                sent["Amount"] = left
            sent["PaymentDate"] = max(self.state.today.isoformat(), invoice.values["InvoiceDate"])
            payments.book(self.state, payments.create(self.state, sent))

    def annul(self, number: str) -> None:
        """It is cancelled by hand.

        Raises:
            FortnoxError: it is booked or paid.
        """
        with self.state.lock:
            order = self._order(number)
            if order is not None and order.values["InvoiceReference"] == "0":
                orders.cancel(self.state, order)
            else:
                invoicing.cancel(self.state, self._invoice(number))

    @property
    def mails(self) -> list[str]:
        """Numbers of the documents that were mailed, once per mail."""
        return list(self.state.mails)

    @property
    def payments(self) -> dict[str, Decimal]:
        """What booked payments come to, per invoice."""
        with self.state.lock:
            paid = {
                number: invoicing.settled(self.state, each) for number, each in self.state.invoices.items()
            }
            return {number: amount for number, amount in paid.items() if amount}

    def _order(self, number: str) -> Entry | None:
        return None if "invoice" in number else self.state.orders.get(_digits(number))

    def _invoice(self, number: str) -> Entry:
        """The invoice, or that of the order, which is made if need be."""
        order = self._order(number)
        if order is None:
            if _digits(number) not in self.state.invoices:
                raise Refused(f"no document {number}")
            return self.state.invoices[_digits(number)]
        if order.values["InvoiceReference"] == "0":
            return invoicing.invoice_of(self.state, order)
        return self.state.invoices[order.values["InvoiceReference"]]


def _digits(number: str) -> str:
    return "".join(each for each in number if each.isdigit())


def _part(quantity: Decimal, share: Decimal) -> Decimal:
    """Whole pieces, at least one; of a quantity with decimals the same when all of it is meant."""
    if share >= 1:
        return quantity
    sign = ONE if quantity > 0 else -ONE
    return sign * max((abs(quantity) * share).to_integral_value(ROUND_FLOOR), min(ONE, abs(quantity)))
