"""The two bodies a customer invoice may have, by version date (Hogia facts, section 2.3) [2+ the older, 1 the newer].

Which fields are required, lengths and decimals are [INF] throughout; names and types are as seen. Fields that were
only seen in answers, and RUT and ROT, which no shop needs, are not taken.
"""

from __future__ import annotations

from typing import Final

from bridge.sim.hogia_smart.shape import Shape, shape

__all__ = ["NEWER", "OLDER", "PAYMENT"]

OLDER: Final[Shape] = shape("""
    sequenceId! guid
    invoiceHeader! object
    invoiceHeader.invoiceDate! day
    invoiceHeader.invoiceExpirationDate day
    invoiceHeader.invoiceNumber whole 1 999999999
    invoiceHeader.shippingAddress object
    invoiceHeader.shippingAddress.street text 255
    invoiceHeader.shippingAddress.streetExtraLine text 255
    invoiceHeader.shippingAddress.zipCode text 20
    invoiceHeader.shippingAddress.city text 100
    invoiceHeader.shippingAddress.country text 100
    invoiceHeader.billingAddress object
    invoiceHeader.billingAddress.street text 255
    invoiceHeader.billingAddress.streetExtraLine text 255
    invoiceHeader.billingAddress.zipCode text 20
    invoiceHeader.billingAddress.city text 100
    invoiceHeader.billingAddress.country text 100
    invoiceHeader.customer! object
    invoiceHeader.customer.name! text 255
    invoiceHeader.customer.number text 50
    invoiceHeader.customer.identificationNumber text 50
    invoiceHeader.customer.vatNumber text 50
    invoiceHeader.customer.countryCode text 2
    invoiceHeader.comment text 1000
    invoiceHeader.ourReference text 255
    invoiceHeader.yourReference text 255
    invoiceHeader.distributionMethod whole
    invoiceHeader.distributionEmail text 255
    invoiceHeader.language text 10
    invoiceHeader.customerOrderNumber text 100
    invoiceHeader.customerProjectNumber text 100
    invoiceHeader.supplierOrderNumber text 100
    invoiceHeader.invoiceReference text 100
    currencyInfo! object
    currencyInfo.exchangeRate number
    currencyInfo.roundingFactor number 2
    currencyInfo.currencyProfitsAccountNumber whole
    currencyInfo.currencyLossesAccountNumber whole
    currencyInfo.currency! object
    currencyInfo.currency.code! text 3
    currencyInfo.currency.decimals whole 0 2
    currencyInfo.accountingCurrency object
    currencyInfo.accountingCurrency.code! text 3
    currencyInfo.accountingCurrency.decimals whole 0 2
    invoiceLines! list
    invoiceLines.type! text 20
    invoiceLines.name! text 255
    invoiceLines.unitPrice number 4
    invoiceLines.unitType text 20
    invoiceLines.quantity number 4
    invoiceLines.vat object
    invoiceLines.vat.percent! number 4
    invoiceLines.vat.accountNumber whole
    invoiceLines.salesAccountNumber whole
    invoiceLines.discountPercent number 2
    invoiceLines.articleType text 50
    invoiceLines.stockAccountNumber whole
    invoiceLines.costAccountNumber whole
    invoiceLines.costAmount number 2
    invoiceLines.projectNumber text 50
    invoiceLines.dimensions list
    invoiceLines.dimensions.dimensionNumber! text 50
    invoiceLines.dimensions.dimensionLevel whole
    invoiceLines.dimensions.accountType whole
    paymentChannels list
    paymentChannels.type! text 50
    paymentChannels.value! text 50
    paymentChannels.isPrimary flag
    organization object
    organization.name text 255
    organization.organizationNumber text 50
    organization.vatRegNumber text 50
    organization.address object
    organization.address.street text 255
    organization.address.streetExtraLine text 255
    organization.address.zipCode text 20
    organization.address.city text 100
    organization.address.country text 100
    organization.contactChannels texts
    organization.isFTaxApproved flag
    organization.subjectToVAT flag
    organization.headquarters text 100
    isReverseCharge flag
    customerDebtAccountNumber whole
    roundingAccountNumber whole
    accountingMethod whole
    projectNumber text 50
    dimensions list
    dimensions.dimensionNumber! text 50
    dimensions.dimensionLevel whole
    dimensions.accountType whole
""")

NEWER: Final[Shape] = shape("""
    sequenceId! guid
    customerInvoice! object
    customerInvoice.customerNumber! text 50
    customerInvoice.invoiceDate! day
    customerInvoice.invoiceExpirationDate day
    customerInvoice.invoiceNumber whole 1 999999999
    customerInvoice.ocr text 50
    customerInvoice.comment text 1000
    customerInvoice.ourReference text 255
    customerInvoice.yourReference text 255
    customerInvoice.customerOrderNumber text 100
    customerInvoice.customerProjectNumber text 100
    customerInvoice.supplierOrderNumber text 100
    customerInvoice.invoiceReference text 100
    customerInvoice.currency! object
    customerInvoice.currency.code! text 3
    customerInvoice.isReverseCharge flag
    customerInvoice.projectNumber text 50
    customerInvoice.dimensions list
    customerInvoice.dimensions.type! text 10
    customerInvoice.dimensions.number! text 50
    customerInvoice.dimensions.name text 100
    invoiceLines! list
    invoiceLines.invoiceLine object
    invoiceLines.invoiceLine.description! text 255
    invoiceLines.invoiceLine.unitPrice! number 4
    invoiceLines.invoiceLine.unitType text 20
    invoiceLines.invoiceLine.quantity! number 4
    invoiceLines.invoiceLine.salesAccountNumber! whole
    invoiceLines.invoiceLine.projectNumber text 50
    invoiceLines.invoiceLine.dimensions list
    invoiceLines.invoiceLine.dimensions.type! text 10
    invoiceLines.invoiceLine.dimensions.number! text 50
    invoiceLines.invoiceLine.dimensions.name text 100
    invoiceLines.itemInvoiceLine object
    invoiceLines.itemInvoiceLine.itemNumber! text 50
    invoiceLines.itemInvoiceLine.quantity! number 4
    invoiceLines.itemInvoiceLine.discountPercent number 2
    invoiceLines.itemInvoiceLine.projectNumber text 50
    invoiceLines.itemInvoiceLine.dimensions list
    invoiceLines.itemInvoiceLine.dimensions.type! text 10
    invoiceLines.itemInvoiceLine.dimensions.number! text 50
    invoiceLines.itemInvoiceLine.dimensions.name text 100
    invoiceLines.textInvoiceLine object
    invoiceLines.textInvoiceLine.description! text 255
""")

PAYMENT: Final[Shape] = shape("""
    payer text 255
    date! day
    amount! number 2
    accountNumber! whole
    sequenceId guid
""")
"""Section 2.2 [1]; a ``sequenceId`` was not seen here, it is on "most writes" (section 2.3)."""
