"""People at work in the company, and what one sees of its books."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from bridge.sim.booked import Booked, BookedRow, KeptCustomer
from bridge.sim.hogia_smart import contacts, invoices
from bridge.sim.hogia_smart.company import Item
from bridge.sim.hogia_smart.state import Body, Contact, Invoice, State

__all__ = ["CustomerDesk", "People", "Shelf"]

BANK = 1930


class CustomerDesk:
    """``KeepsCustomers``."""

    def __init__(self, state: State) -> None:
        self._state = state

    def kept(self) -> list[KeptCustomer]:
        """All that are customers."""
        with self._state.lock:
            wanted = self._state.company.customer_type
            found = [each for each in self._state.contacts.values() if wanted in each.body["contactTypes"]]
            return [self._shown(each) for each in found]

    def keep(self, *, name: str, email: str = "", org_number: str = "") -> str:
        """Somebody else makes one; the number is the server's."""
        with self._state.lock:
            body: Body = {
                "contactTypes": [self._state.company.customer_type],
                "countryCode": "SE",
                "companyName": name,
                "customer": {"isActive": True},
            }
            if email:
                body["customer"]["eInvoiceReceiverEmail"] = email
            if org_number:
                body["identificationNumber"] = org_number
            return str(contacts.create(self._state, body).body["number"])

    def _shown(self, contact: Contact) -> KeptCustomer:
        """The only mail address the proven body has is the one invoices go to (section 2.3) [1]."""
        body = contact.body
        person = " ".join(filter(None, (body.get("givenName"), body.get("surName"))))
        delivery = self._state.company.delivery_address
        elsewhere = [each for each in contact.addresses.values() if each["addressType"] == delivery]
        home = [each for each in contact.addresses.values() if each["addressType"] != delivery]
        return KeptCustomer(
            number=body["number"],
            name=body.get("companyName") or person,
            company=bool(body.get("isOrganization", body.get("companyName"))),
            email=body.get("customer", {}).get("eInvoiceReceiverEmail", ""),
            org_number=body.get("identificationNumber", ""),
            street=home[-1].get("street", "") if home else "",
            delivery_street=elsewhere[-1].get("street", "") if elsewhere else "",
        )


class Shelf:
    """The articles there are."""

    def __init__(self, state: State) -> None:
        self._state = state

    def numbers(self) -> list[str]:
        """Every article, oldest first."""
        with self._state.lock:
            return list(self._state.company.items)


class People:
    """What the simulator's own methods do; ``state`` is there."""

    state: State

    def booked(self) -> list[Booked]:
        """Invoices that stand."""
        with self.state.lock:
            return [self._booked(each) for each in self.state.invoices.values() if not each.cancelled]

    def _booked(self, invoice: Invoice) -> Booked:
        return Booked(
            key=invoice.header.get(self.state.habits.key_field, ""),
            number=str(invoice.number),
            gross=invoice.gross,
            currency=invoice.currency,
            dated=invoice.dated,
            rows=tuple(
                BookedRow(code=line.item or str(line.account), text=line.name, amount=line.net)
                for line in invoice.lines
                if line.account is not None
            ),
        )

    @property
    def mails(self) -> list[str]:
        """Never any: what ``distributionMethod`` sets off is [UNK]."""
        return []

    @property
    def payments(self) -> dict[str, Decimal]:
        """What is in the books as paid, per invoice number."""
        with self.state.lock:
            return {str(each.number): each.paid for each in self.state.invoices.values() if each.paid}

    def stock_up(self, rates: Mapping[str, Decimal]) -> None:
        """The company has these articles, each on the sales account of its rate (percent)."""
        with self.state.lock:
            for sku, percent in rates.items():
                account = self.state.company.account_of(percent / 100)
                self.state.company.items.setdefault(sku, Item(number=sku, name=sku, account=account))

    def deliver(self, number: str, *, share: Decimal = Decimal(1)) -> None:
        """Invoices only: nothing is delivered here.

        Raises:
            ValueError: always.
        """
        raise ValueError(f"{number} cannot be delivered, nor {share} of it: Hogia has invoices only")

    def invoice(self, number: str) -> str:
        """It is one already.

        Raises:
            LookupError: it is not there.
        """
        with self.state.lock:
            return str(self._invoice(number).number)

    def pay(self, number: str) -> None:
        """All that is left is paid into the bank.

        Raises:
            LookupError: there is no such invoice.
        """
        with self.state.lock:
            invoice = self._invoice(number)
            today: date = self.state.now.date()
            body = {"date": today, "amount": invoice.left, "accountNumber": BANK}
            invoices.pay(self.state, invoice, body)

    def annul(self, number: str) -> None:
        """Somebody cancels it by hand.

        Raises:
            LookupError: there is no such invoice.
        """
        with self.state.lock:
            self._invoice(number).cancelled = True

    def twin(self, key: str) -> None:
        """Somebody else books the key once more.

        Raises:
            LookupError: nobody has booked it yet.
        """
        with self.state.lock:
            field = self.state.habits.key_field
            source = next(
                (each for each in self.state.invoices.values() if each.header.get(field) == key), None
            )
            if source is None:
                raise LookupError(key)
            number = 1 + max(each.number for each in self.state.invoices.values())
            own = self.state.fresh("invoice")
            self.state.invoices[own] = Invoice(
                id=own, number=number, header=source.header, dated=source.dated, due=source.due,
                currency=source.currency, rate=source.rate, reverse=source.reverse, lines=source.lines,
                sequence=self.state.fresh("sequence"), rounding=source.rounding, vat=source.vat,
            )  # fmt: skip

    def _invoice(self, number: str) -> Invoice:
        """By its number or its GUID: the newer body answers nothing but the GUID [1]."""
        for each in self.state.invoices.values():
            if number in (str(each.number), each.id):
                return each
        raise LookupError(number)
