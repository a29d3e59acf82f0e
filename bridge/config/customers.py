"""The section [customers]: how a buyer becomes a customer in an ERP that keeps customers of its own."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.config.option import option

__all__ = ["CustomersSection"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersSection:
    """[customers]: matching, updating, and where the buyer's numbers are found."""

    ignore_email: bool = option(
        "no",
        help="Do not look for the customer by e-mail address, only by organisation or person number.",
    )
    ignore_org_number: bool = option(
        "no",
        help="Do not look for the customer by organisation or person number, only by e-mail address. With "
        "ignore_email too, every order makes a new customer.",
    )
    force_update: bool = option(
        "no", help="Bring a customer who was found up to date with what the order says."
    )
    update_parts: tuple[str, ...] = option(
        "billing, delivery, email",
        choices=("billing", "delivery", "email"),
        help="What force_update overwrites: billing (name, address, phone, numbers), delivery, email.",
    )
    collective_customer: str = option(
        "",
        example="9999",
        help="Number of one customer in the ERP for all private buyers without an account in the shop. Empty: "
        "they become customers like the others.",
    )
    company_when: str = option(
        "either",
        choices=("either", "company", "number"),
        help="Who is a company: whoever gives a company name, whoever has an organisation's number, or either.",
    )
    org_number_fields: tuple[str, ...] = option(
        "_billing_org_nr, _billing_orgnr, billing_orgnr, _svea_co_company_reg_number",
        help="Fields of the order (meta keys) with the organisation or person number. The first that is filled "
        "in counts.",
    )
    vat_number_fields: tuple[str, ...] = option(
        "_billing_vat_number, _vat_number, billing_vat_number, vat_number",
        help="Fields of the order (meta keys) with the VAT number.",
    )
