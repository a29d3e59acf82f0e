"""Specter simulator: customers and articles (specter facts, sections 5.1, 5.3 and 6)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.specter_account import Client


@pytest.fixture
def client(tmp_path: Path) -> Client:
    """An account at noon."""
    return Client(tmp_path)


def customer(client: Client, **values: object) -> list[str]:
    """What is answered."""
    return client.put("newCustomerSubmit", values)


def articles(client: Client, *rows: dict[str, object], **values: object) -> list[str]:
    """What is answered to these articles."""
    for place, row in enumerate(rows, 1):
        values |= {f"{name}_{place}": each for name, each in row.items()}
    return client.put("newArticleSubmit", values)


# --- customers


def test_company_and_person_are_kept_as_such(client: Client) -> None:
    """A person has no name sent; first and last sign the call."""
    client.customer(orgNo="556677-8899", address="Torget 3", deliveryAddress="Hamnen 1", countryCode="SE")
    client.customer(
        name=None,
        firstName="Anna",
        surName="Öberg",
        customerOrganizationalForm="P",
        emailAddress="a@example.com",
    )
    company, person = client.sim.customers.kept()
    assert (company.number, company.name, company.company) == ("1001", "Åsöga AB", True)
    assert (company.org_number, company.street, company.delivery_street) == (
        "556677-8899",
        "Torget 3",
        "Hamnen 1",
    )
    assert (person.name, person.company, person.email) == ("Anna Öberg", False, "a@example.com")


@pytest.mark.parametrize(
    ("values", "code"),
    [({"name": "Bo AB"}, "9007"), ({"emailAddress": "b@example.com"}, "9007"), ({"firstName": "Bo"}, "9007"),
     ({"name": "B" * 101}, "9008"), ({"name": "Bo", "emailAddress": "b" * 101}, "9008"),
     ({"name": "Bo", "emailAddress": "b", "orgNo": "5" * 21}, "9008"),
     ({"name": "Bo", "emailAddress": "b", "countryCode": "Sverige"}, "9008"),
     ({"name": "Bo", "emailAddress": "b", "customerOrganizationalForm": "X"}, "9008"),
     ({"name": "Bo", "emailAddress": "b", "customerGroupId": "9"}, "9009"),
     ({"name": "Bo", "emailAddress": "b", "currency": "XXX"}, "9009"),
     ({"name": "Bo", "emailAddress": "b", "forceCustomerUpdate": "yes"}, "9008"),
     ({"name": "Bo", "emailAddress": "b", "identifyByCustomerId": "77"}, "9010")],
)  # fmt: skip
def test_wrong_customer_is_refused_and_not_kept(client: Client, values: dict[str, object], code: str) -> None:
    """Missing, too long, not in a register."""
    assert customer(client, **values)[:2] == ["0", code]
    assert client.sim.customers.kept() == []


def test_email_may_be_left_out_where_the_account_lets_it(client: Client) -> None:
    """And an unknown language is Swedish, written SE."""
    client.sim.account.email_required = False
    assert customer(client, name="Bo AB", language="xx")[0] == "1"
    assert client.sim.state.customers[1001].data["language"] == "SE"


def test_email_matches_first_then_the_organisation_number(client: Client) -> None:
    """Case and separators do not matter."""
    one = client.customer(emailAddress="one@example.com", orgNo="556677-8899")
    two = client.customer(emailAddress="two@example.com", orgNo="112233-4455")
    assert client.customer(emailAddress="ONE@example.com", orgNo="112233-4455") == one
    assert client.customer(emailAddress="three@example.com", orgNo="161122334455") == two
    assert client.customer(emailAddress="three@example.com", orgNo="998877-6655") not in (one, two)


def test_flags_switch_matching_off(client: Client) -> None:
    """E-mail ignored: only the number; number ignored: only the e-mail; both: always a new one."""
    same = {"emailAddress": "one@example.com", "orgNo": "556677-8899"}
    one = client.customer(**same)
    assert client.customer(**same, ignoreControlEmail="1") == one
    assert client.customer(emailAddress="one@example.com", ignoreControlEmail="1") != one
    assert client.customer(**same, ignoreControlOrgNo="1") == one
    other = {**same, "emailAddress": "new@example.com"}
    assert client.customer(**other, ignoreControlOrgNo="1", forceCustomerUpdate="1") != one
    assert len(client.sim.customers.kept()) == 3
    client.customer(**same, ignoreControlOrgNo="1", ignoreControlEmail="1")
    assert len(client.sim.customers.kept()) == 4


def test_matched_customer_changes_only_when_forced(client: Client) -> None:
    """What is not sent stays; a person may become a company."""
    number = client.customer(name=None, firstName="Bo", surName="Ek", address="Torget 3", phoneNo="1")
    client.customer(address="Hamnen 1")
    assert client.sim.customers.kept()[0].street == "Torget 3"
    assert client.customer(address="Hamnen 1", forceCustomerUpdate="1") == number
    kept = client.sim.customers.kept()[0]
    assert (kept.street, kept.name) == ("Hamnen 1", "Åsöga AB")
    assert client.sim.state.customers[1001].data["phoneno"] == "1"
    client.customer(name=None, firstName="Bo", surName="Ek", forceCustomerUpdate="1")
    assert client.sim.customers.kept()[0].name == "Bo Ek"


def test_customer_is_found_by_its_id(client: Client) -> None:
    """Whether the id stands in the flag or beside it."""
    one = client.customer()
    other = {"emailAddress": "new@example.com"}
    assert client.customer(**other, identifyByCustomerId="1", customerId=one) == one
    assert client.customer(**other, identifyByCustomerId=one) == one


def test_somebody_else_makes_a_customer(client: Client) -> None:
    """Who is found by the shop's next call."""
    number = client.sim.customers.keep(name="Kassa AB", email="kund@example.com", org_number="5566778899")
    assert client.customer() == number


# --- articles


def test_new_article_brings_stock_and_an_old_one_does_not(client: Client) -> None:
    """Without force an existing one is left alone; stock is Specter's own in any case."""
    new = {
        "articleNo": "CUP-1",
        "name": "Kopp",
        "priceExclVAT": "10.125",
        "vatPercent": 12,
        "barCode": "7350",
    }
    stocked = {**new, "createArticleStock": 1, "noItemsInStock": 5}
    assert articles(client, stocked)[:1] == ["1"]
    kept = client.sim.state.articles["CUP-1"]
    assert (kept.price, kept.vat, kept.in_stock) == (Decimal("10.125"), 12, {"1": Decimal(5)})
    changed = {**stocked, "name": "Krus", "noItemsInStock": 9, "priceExclVAT": "11"}
    assert articles(client, changed)[0] == "1"
    assert kept.name == "Kopp"
    articles(client, changed, forceArticleUpdate=1)
    assert (kept.name, kept.price, kept.in_stock["1"]) == ("Krus", Decimal(11), Decimal(5))
    articles(client, {"articleNo": "CUP-1"}, forceArticleUpdate=1)
    assert (kept.name, kept.price, kept.vat) == ("Krus", Decimal(11), 12)


def test_one_call_takes_many_or_none(client: Client) -> None:
    """The answer has the first one's id."""
    bad = articles(client, {"articleNo": "A1", "name": "a"}, {"articleNo": "A 2", "name": "b"})
    assert bad[:2] == ["0", "9013"]
    assert "A1" not in client.sim.goods.numbers()
    good = articles(client, {"articleNo": "A1", "name": "a"}, {"articleNo": "A-2_b", "name": "b"})
    assert good[:2] == ["1", str(client.sim.state.articles["A1"].id)]
    assert client.sim.goods.numbers()[-2:] == ["A1", "A-2_b"]


@pytest.mark.parametrize("letter", list(" ,;åäöÅÄÖ&%¤#"))
def test_article_number_of_wrong_letters_is_refused(client: Client, letter: str) -> None:
    """No spaces, commas, å ä ö, & % ¤ #; the euro sign has no place in Latin-1 at all."""
    assert articles(client, {"articleNo": f"A{letter}1", "name": "a"})[:2] == ["0", "9013"]


@pytest.mark.parametrize(
    ("row", "code"),
    [({}, "9007"), ({"name": ""}, "9007"), ({"name": "a", "vatPercent": "25.5"}, "9008"),
     ({"name": "a", "vatPercent": 33}, "9009"), ({"name": "a", "priceExclVAT": "1.2345"}, "9008"),
     ({"name": "a", "priceExclVAT": "1,5"}, "9008"), ({"name": "a", "productWeight": "0.1234"}, "9008"),
     ({"name": "a", "manufacturingCountryCode": "SWE"}, "9008"), ({"name": "a", "colour": "red"}, "9006")],
)  # fmt: skip
def test_wrong_article_is_refused(client: Client, row: dict[str, object], code: str) -> None:
    """Numbers have a point and no more than three decimals."""
    assert articles(client, {"articleNo": "A1", **row})[:2] == ["0", code]
    assert "A1" not in client.sim.goods.numbers()


def test_rows_are_numbered_from_one_without_a_gap(client: Client) -> None:
    """And there is one at least, and not too many."""
    assert client.put("newArticleSubmit", {})[1] == "9007"
    gap = {"articleNo_1": "A1", "name_1": "a", "articleNo_3": "A3", "name_3": "c"}
    assert client.put("newArticleSubmit", gap)[1] == "9008"
    client.sim.account.articles_per_call = 1
    two = articles(client, {"articleNo": "A1", "name": "a"}, {"articleNo": "A2", "name": "b"})
    assert two[1] == "9008"


def test_company_is_stocked_up(client: Client) -> None:
    """Articles are there before they can be sold, and the shop is told of them."""
    client.sim.stock_up({"TVAL-1": Decimal(25), "TVAL-12": Decimal(12)})
    assert client.sim.state.articles["TVAL-12"].vat == 12
    assert [each.text for each in client.read("ArticleInfo", "b1").iter("articleNo")] == ["TVAL-1", "TVAL-12"]
