"""Which fields a request may have: names, types and lengths as the vendor's schemas of 2019 have them [D19].

Lengths and required fields: economic facts, sections 7-10; numbers of decimals are [I] unless said.
"""

from __future__ import annotations

from typing import Final

from bridge.sim.economic.shape import Shape, shape

__all__ = [
    "BOOKING",
    "CONTACT",
    "CUSTOMER",
    "CUSTOMER_GROUP",
    "DELIVERY_LOCATION",
    "DOCUMENT",
    "PAYMENT_TERMS",
    "PRICE",
    "PRODUCT",
    "UNIT",
    "VOUCHER",
]

TERM_TYPES: Final = (
    "net invoiceMonth paidInCash prepaid dueDate factoring invoiceWeekStartingSunday invoiceWeekStartingMonday"
    " creditcard avtaleGiro"
)

CUSTOMER: Final[Shape] = shape("""
    customerNumber whole 1 999999999
    name! text 255 1
    currency! text 3
    customerGroup! ref customer-groups customerGroupNumber
    paymentTerms! ref payment-terms paymentTermsNumber
    vatZone! ref vat-zones vatZoneNumber
    address text 510
    zip text 30
    city text 50
    country text 50
    email text 255
    telephoneAndFaxNumber text 255
    mobilePhone text 50
    website text 255
    corporateIdentificationNumber text 40
    vatNumber text 50
    ean text 40
    publicEntryNumber text 50
    pNumber text 10 10
    layout ref layouts layoutNumber
    salesPerson ref employees employeeNumber
    creditLimit number
    barred flag
    balance? number
    priceGroup ref price-groups priceGroupNumber
    attention ref - customerContactNumber
    customerContact ref - customerContactNumber
    defaultDeliveryLocation ref - deliveryLocationNumber
""")

CONTACT: Final[Shape] = shape("""
    name! text 255 1
    email text 255
    phone text 50
    eInvoiceId text 50
    notes text 2000
    customerContactNumber? whole 1
""")

DELIVERY_LOCATION: Final[Shape] = shape("""
    address text 255
    city text 50
    country text 50
    postalCode text 15
    termsOfDelivery text 100
    sortKey whole 1
    barred flag
    deliveryLocationNumber? whole 1
""")

PRODUCT: Final[Shape] = shape("""
    productNumber! text 25 1
    name! text 300 1
    productGroup! ref product-groups productGroupNumber
    description text 500
    salesPrice number
    recommendedPrice number
    costPrice number
    unit ref units unitNumber
    barCode text 50
    barred flag
    departmentalDistribution ref departmental-distributions departmentalDistributionNumber
    inventory object
    inventory.recommendedCostPrice number
    inventory.packageVolume number
    inventory.available? number
    inventory.inStock? number
    inventory.orderedByCustomers? number
    inventory.orderedFromSuppliers? number
    inventory.grossWeight? number
    inventory.netWeight? number
    lastUpdated? text 30
""")

PRICE: Final[Shape] = shape("""
    currency object
    currency.code text 3
    currency.currencyCode text 3
    price! number
""")

DOCUMENT: Final[Shape] = shape("""
    date! day
    dueDate day
    currency! text 3
    exchangeRate number 6
    customer! ref customers customerNumber
    layout! ref layouts layoutNumber
    paymentTerms! ref payment-terms paymentTermsNumber
    recipient! object
    recipient.name! text 250 1
    recipient.vatZone! ref vat-zones vatZoneNumber
    recipient.address text 250
    recipient.zip text 50
    recipient.city text 250
    recipient.country text 50
    recipient.ean text 13
    recipient.publicEntryNumber text 40
    recipient.mobilePhone text 50
    recipient.nemHandelType words ean corporateIdentificationNumber pNumber
    recipient.attention ref - customerContactNumber
    delivery object
    delivery.address text 255
    delivery.zip text 30
    delivery.city text 50
    delivery.country text 50
    delivery.deliveryDate day
    delivery.deliveryTerms text 100
    deliveryLocation ref - deliveryLocationNumber
    references object
    references.other text 250
    references.salesPerson ref employees employeeNumber
    references.vendorReference ref employees employeeNumber
    references.customerContact ref - customerContactNumber
    notes object
    notes.heading text 250
    notes.textLine1 text 1000
    notes.textLine2 text 1000
    project ref projects projectNumber
    lines list
    lines.lineNumber whole 1
    lines.sortKey whole 1
    lines.description text 2500
    lines.product name products productNumber 25
    lines.quantity number 2
    lines.unitNetPrice number 2
    lines.discountPercentage number 2
    lines.unitCostPrice number
    lines.unit ref units unitNumber
    lines.departmentalDistribution ref departmental-distributions departmentalDistributionNumber
    lines.accrual object
    lines.accrual.startDate day
    lines.accrual.endDate day
    orderNumber whole 1
    draftInvoiceNumber? whole 1
""")

BOOKING: Final[Shape] = shape("""
    draftInvoice! ref - draftInvoiceNumber
    bookWithNumber whole 1
    sendBy words none ean
    sentBy words none EAN
""")

VOUCHER: Final[Shape] = shape("""
    accountingYear! object
    accountingYear.year! text 9
    journal ref journals-experimental journalNumber
    voucherNumber whole 1
    entries object
    entries.customerPayments list
    entries.customerPayments.date! day
    entries.customerPayments.amount! number 2
    entries.customerPayments.customer ref customers customerNumber
    entries.customerPayments.customerInvoice whole 1
    entries.customerPayments.contraAccount ref accounts accountNumber
    entries.customerPayments.currency object
    entries.customerPayments.currency.code text 3
    entries.customerPayments.exchangeRate number 6
    entries.customerPayments.text text 250
    entries.customerPayments.employee ref employees employeeNumber
    entries.customerPayments.departmentalDistribution ref departmental-distributions departmentalDistributionNumber
    entries.financeVouchers list
    entries.financeVouchers.date! day
    entries.financeVouchers.amount! number 2
    entries.financeVouchers.account ref accounts accountNumber
    entries.financeVouchers.contraAccount ref accounts accountNumber
    entries.financeVouchers.currency object
    entries.financeVouchers.currency.code text 3
    entries.financeVouchers.exchangeRate number 6
    entries.financeVouchers.text text 250
""")

UNIT: Final[Shape] = shape("name! text 8 1")  # name: at most 8 characters (section 7) [D19]

PAYMENT_TERMS: Final[Shape] = shape(f"""
    name! text 50 1
    paymentTermsType! words {TERM_TYPES}
    daysOfCredit whole 0
    description text 1000
    contraAccountForPrepaidAmount ref accounts accountNumber
    contraAccountForRemainderAmount ref accounts accountNumber
    percentageForPrepaidAmount number
    percentageForRemainderAmount number
""")

CUSTOMER_GROUP: Final[Shape] = shape("""
    customerGroupNumber! whole 1
    name text 50
    account! ref accounts accountNumber
    layout ref layouts layoutNumber
""")
