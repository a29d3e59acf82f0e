"""Specter's wire: what is sent and how, what is understood, what a refusal means, what is never repeated."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import requests
from requests.adapters import BaseAdapter

from bridge.clock import ManualClock
from bridge.erps.specter.answers import decimal, read
from bridge.erps.specter.client import Client
from bridge.erps.specter.errors import Duplicate, OpenBatch, UnknownArticle, UnknownBatch, UnknownCustomer
from bridge.erps.specter.profile import Action, load
from bridge.errors import LostReply, Rejected, RemoteError, Transient, Unauthorised
from tests.support.specter_office import Office
from tests.support.specter_wire import Wire, client_of

ORDER = {
    "customerId": "10023",
    "externalOrderNo": "main:1:order",
    "webshopId": "2",
    "articleName_1": "Åäö & co",
}
HTML = b"<html><head><title>500</title></head><body>Microsoft VBScript runtime</body></html>"


@pytest.fixture
def wire() -> Wire:
    """The other end."""
    return Wire()


@pytest.fixture
def client(wire: Wire, clock: ManualClock) -> Client:
    """In front of it."""
    return client_of(wire, clock)


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A simulated account."""
    office = Office(tmp_path, clock)
    yield office
    office.close()


def test_order_goes_as_a_form_in_latin_1_with_its_signature(client: Client, wire: Wire):
    """Who calls in the address, the rest in the body; blanks as %20."""
    answer = client.put(Action.ORDER, wire.answer(b"1;5001;OK") and ORDER)
    assert (answer.good, answer.id) == (True, "5001")
    assert wire.calls[0].method == "POST"
    assert (wire.calls[0].url or "").startswith("https://api.specter.se/putInfo.asp?action=newOrderSubmit&")
    assert wire.address() == {
        "action": "newOrderSubmit", "sbmId": "4711", "apiUserId": "17", "useXML": "1", "webshopId": "2"
    }  # fmt: skip
    assert b"articleName_1=%C5%E4%F6%20%26%20co" in (wire.calls[0].body or b"")
    assert wire.calls[0].headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert len(wire.sent()["key"]) == 32
    assert "key" not in wire.address()


def test_older_accounts_have_no_user(wire: Wire, clock: ManualClock):
    """Two MD5 keys sign."""
    old = client_of(wire, clock, changes={"signature": "v1", "md5_key_1": "ett", "md5_key_2": "tva"})
    old.put(Action.CUSTOMER, wire.answer(b"1;7;OK") and {"name": "Berg AB"})
    assert "apiUserId" not in wire.sent()


def test_key_of_articles_stands_in_the_address(client: Client, wire: Wire):
    """As the one client known does it."""
    client.put(Action.ARTICLE, wire.answer(b"1;7;OK") and {"articleNo_1": "A-1", "name_1": "Tvål"})
    assert "key" in wire.address()


@pytest.mark.parametrize(
    ("body", "made"),
    [
        (b"1;5001;OK", "5001"),
        (b"\r\n1;5001;Tv\xe5 ; tre\r\n", "5001"),
        (
            b"<?xml version='1.0'?><r><APIresponse><result>1</result><orderNo>5001</orderNo></APIresponse></r>",
            "5001",
        ),
        (b"<R ID=' 5001'><apiResponse><Result>1</Result></apiResponse></R>", "5001"),
    ],
)
def test_success_in_either_form(client: Client, wire: Wire, body: bytes, made: str):
    """A line of text, or XML in any case of letters."""
    assert client.put(Action.ORDER, wire.answer(body) and ORDER).id == made


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        HTML,
        (200, "text/html", b"<!DOCTYPE html><html><body>Hej</body></html>"),
        (500, "text/html", HTML),
        b"OK",
        b"Microsoft OLE DB Provider error; timeout",
        b"<r><APIresponse><result></result></APIresponse></r>",
        b"<r><order/></r>",
        b"<r><APIresponse><result>1</result>",
        b'<!DOCTYPE r [<!ENTITY x "1">]><r><APIresponse><result>&x;</result></APIresponse></r>',
        requests.ConnectionError("broken"),
        requests.ReadTimeout("late"),
    ],
)
def test_after_anything_but_an_answer_nobody_knows_and_nothing_is_sent_again(
    client: Client, wire: Wire, answer: object
):
    """The order may stand: never a blind second try."""
    with pytest.raises(LostReply):
        client.put(Action.ORDER, wire.answer(answer, b"1;5002;OK") and ORDER)
    assert len(wire.calls) == 1


@pytest.mark.parametrize(
    ("action", "body", "kind", "said"),
    [
        (Action.ORDER, "0;;externalOrderNo är redan använt, se order '5001'", Duplicate, "refused it"),
        (Action.ORDER, "0;;externalOrderNo saknas", Rejected, "externalOrderNo saknas"),
        (Action.CUSTOMER, "0;;Duplicate externalOrderNo", Rejected, "refused it"),
        (Action.ORDER, "0;12;Kunden finns inte: 7", UnknownCustomer, "(12)"),
        (Action.ORDER, "0;;Artikeln finns inte: KAKA", UnknownArticle, "KAKA"),
        (Action.ORDER, "0;;Felaktig nyckel", Unauthorised, "refused the access"),
        (Action.ORDER, "0;;Okänt sbmId", Unauthorised, "refused the access"),
        (Action.ARTICLE, "0;;Ogiltigt tecken i artikelnumret", Rejected, "refused it"),
        (Action.ORDER, "0;;", Rejected, "refused it: -"),
        (Action.ORDER, "-1;x;y", Rejected, "refused it: y (x)"),
    ],
)
def test_refusal_is_named_by_its_consequence(
    client: Client, wire: Wire, action: Action, body: str, kind: type[RemoteError], said: str
):
    """Only where the words say so; a lost order is worse than one that waits."""
    form = ORDER | {"name": "Berg", "articleNo_1": "A"}
    with pytest.raises(RemoteError) as caught:
        client.put(action, wire.answer(body.encode("latin-1")) and form)
    assert type(caught.value) is kind
    assert said in str(caught.value)
    assert caught.value.advice is not None


def test_number_of_the_order_that_is_there_already_is_a_hint(client: Client, wire: Wire):
    """Where Specter puts it between apostrophes."""
    with pytest.raises(Duplicate) as caught:
        client.put(Action.ORDER, wire.answer(b"0;;externalOrderNo redan '5001'") and ORDER)
    assert caught.value.number == "5001"


def test_code_the_owner_has_learnt_goes_before_the_words(tmp_path: Path, wire: Wire, clock: ManualClock):
    """A first live run corrects data."""
    own = tmp_path / "own.toml"
    own.write_text('[errors.codes]\n17 = { value = "duplicate order" }\n', "utf-8")
    client = client_of(wire, clock, profile=load(own))
    with pytest.raises(Duplicate):
        client.put(Action.ORDER, wire.answer(b"0;17;Kunden finns inte") and ORDER)


def test_neither_secret_nor_person_stands_in_an_error(client: Client, wire: Wire):
    """Whatever Specter says back."""
    body = "0;;Fel på anna@example.com 19121212-1212 anvandarnyckel".encode("latin-1")
    with pytest.raises(Rejected) as caught:
        client.put(Action.ORDER, wire.answer(body) and ORDER)
    assert not [word for word in ("anna@", "1212-1212", "anvandarnyckel") if word in str(caught.value)]


def test_open_batch_of_another_number_is_told(client: Client, wire: Wire):
    """Text or XML; the number between apostrophes."""
    wire.answer(
        b"0;99;Batch 'abc' is open",
        b"<r><APIresponse><result>0</result><code>99</code><message>Batch 'abc'</message></APIresponse></r>",
        b"0;99;busy",
    )
    for number in ("abc", "abc", ""):
        with pytest.raises(OpenBatch) as caught:
            client.get(Action.STOCK, batch="f00", getMultipleStocksites="1")
        assert (caught.value.number, caught.value.code) == (number, "99")
    assert wire.calls[0].method == "GET"
    assert wire.sent()["useXML"] == "2"
    assert wire.sent()["getMultipleStocksites"] == "1"


def test_reading_is_repeated_after_a_fault_that_passes(client: Client, wire: Wire):
    """A second reading of the same batch shows the same."""
    wire.answer(requests.ConnectionError("broken"), b"<r><orders/></r>")
    assert client.get(Action.ORDERS, batch="f00").count("order") == 0
    wire.answer(HTML)
    with pytest.raises(Transient):
        client.get(Action.ORDERS, batch="f00")


def test_acknowledging_what_is_not_open_is_told_apart(client: Client, wire: Wire):
    """It is no success by itself."""
    client.done(Action.STOCK_DONE, batch=wire.answer(b"1;f00;OK") and "f00")
    with pytest.raises(UnknownBatch):
        client.done(Action.STOCK_DONE, batch=wire.answer("0;;Okänd batch".encode("latin-1")) and "f00")


def test_stock_as_text_is_rows_without_the_heading():
    """Rows end with a carriage return; a text that begins with 0; is a refusal."""
    profile = load()
    body = b"articleId;articleNo;noItemsAvailable;batchNo\r7;A-1;2,5;f00\r8;\xc9-1;0;f00\r"
    found = read(body, profile, writes=False)
    assert found.rows == (("7", "A-1", "2,5", "f00"), ("8", "É-1", "0", "f00"))
    assert found.count("article") == 2
    assert not read(b"0;5;no", profile, writes=False).good


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (b'<?xml version="1.0" encoding="iso-8859-1"?><r><name>\xc5sa</name></r>', "text/xml"),
        (b'<?xml version="1.0" encoding="windows-1252"?><r><name>\xc5sa</name></r>', ""),
        (b"<r><name>\xc5sa</name></r>", "text/xml"),
        (b"<r><name>\xc5sa</name></r>", "text/xml; charset=iso-8859-1"),
        ("<r><name>Åsa</name></r>".encode(), ""),
        ("\ufeff<r><name>Åsa</name></r>".encode(), "text/xml; charset=utf-8"),
        (
            '<?xml version="1.0" encoding="utf-8"?><r><name>Åsa</name></r>'.encode(),
            "text/xml; charset=nonsense",
        ),
        (b"<r><name>\xc5sa</name></r>", "text/xml; charset=nonsense"),
    ],
)
def test_xml_is_read_in_the_letters_it_says_or_has(body: bytes, media: str):
    """No mojibake, whichever way an answer is labelled."""
    tree = read(body, load(), content_type=media, writes=False).tree
    assert tree is not None
    assert tree.get("NAME") == "Åsa"


def test_xml_nobody_can_read_is_no_answer():
    """Unknown letters, and an element within an element without end."""
    for body in (b'<?xml version="1.0" encoding="klingon"?><r/>', b"<a>" * 100_000 + b"</a>" * 100_000):
        with pytest.raises(ValueError, match="no XML"):
            read(body, load(), writes=False)


@pytest.mark.parametrize(
    ("text", "number"), [("79,20", "79.20"), ("1 234,5", "1234.5"), ("-3", "-3"), ("0.5", "0.5")]
)
def test_numbers_of_answers_may_have_a_decimal_comma(text: str, number: str):
    """Blanks between thousands too; anything else is no number."""
    assert decimal(text) == Decimal(number)
    with pytest.raises(ValueError, match="not an amount"):
        decimal("1.234,5")


def test_simulated_account_takes_customer_articles_and_order(office: Office):
    """Both signatures; letters as they are."""
    client = office.client()
    customer = client.put(
        Action.CUSTOMER, {"firstName": "Åsa", "surName": "Öberg", "emailAddress": "a@example.com"}
    ).id
    client.put(Action.ARTICLE, {"articleNo_1": "A-1", "name_1": "Tvål", "vatPercent_1": "25"})
    form = {
        "customerId": customer, "externalOrderNo": "main:1:order", "articleNo_1": "A-1", "priceExclVAT_1": "80.000",
        "noOfItems_1": "1", "vatPercent_1": "25",
    }  # fmt: skip
    made = client.put(Action.ORDER, form)
    (booked,) = office.sim.booked()
    assert (booked.number, booked.key, booked.gross) == (made.id, "main:1:order", Decimal("100.00"))
    assert office.sim.customers.kept()[0].name == "Åsa Öberg"
    with pytest.raises(Duplicate) as caught:
        client.put(Action.ORDER, form)
    assert caught.value.number == made.id
    assert len(office.sim.booked()) == 1
    office.sim.account.version = 1
    with pytest.raises(Duplicate):
        office.client().put(Action.ORDER, form)


def test_simulated_account_refuses_a_wrong_key(office: Office):
    """Nothing passes before it is mended, and no order is at fault."""
    with pytest.raises(Unauthorised):
        office.client(api_user_key="fel").put(Action.CUSTOMER, {"name": "Berg AB"})


def test_connections_are_closed(client: Client, wire: Wire, monkeypatch: pytest.MonkeyPatch):
    """At the end."""
    closed: list[BaseAdapter] = []
    monkeypatch.setattr(wire, "close", lambda: closed.append(wire))
    client.close()
    assert closed == [wire]
