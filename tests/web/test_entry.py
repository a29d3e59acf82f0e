from __future__ import annotations

from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from bridge.model.orders import Address, Customer, LineKind, Payment, TaxLine, Totals
from bridge.model.texts import Problem, say
from bridge.store.records import Doubt, Exchange
from tests.builders import NOON, a_line, an_order
from tests.web.site import Site, post


def sent(payload: str, answer: str = "ok", media_type: str = "text/plain") -> Exchange:
    """What went out and what came back."""
    return Exchange(at=NOON, payload=payload, media_type=media_type, answer=answer)


def test_page_of_a_parked_entry_tells_cause_advice_and_evidence(site: Site, person: FlaskClient) -> None:
    """In words, with what to do, and what a support ticket needs."""
    number = site.parked(status=400, code="2001302", request_id="req-9", field="Rows[0]", excerpt='{"x": 1}')
    text = person.get(f"/entry/{number}").text
    for part in ("The ERP does not know article TVAL-1.", "Add the article", "400", "2001302", "req-9", "Rows[0]",
                 "The other side refuses it", "Being sent", "Needs you"):  # fmt: skip
        assert part in text


def test_page_shows_rows_and_adds_them_up(site: Site, person: FlaskClient) -> None:
    """Rows, their sum, the shop's total, and the difference in red if there is one."""
    shipping = a_line("40.00", "10.00", id="2", kind=LineKind.SHIPPING, name="Frakt")
    good = site.parked(an_order(a_line(), shipping, order_id=1))
    text = person.get(f"/entry/{good}").text
    assert "150.00" in text
    assert "is not the sum of the rows" not in text
    off = site.parked(an_order(order_id=2, totals=Totals(gross=Decimal("100.01"), tax=Decimal("20.00"))))
    text = person.get(f"/entry/{off}").text
    assert "The total is not the sum of the rows." in text
    assert "−0.01\u00a0SEK" in text


def test_page_shows_what_was_sent_and_what_came_back(site: Site, person: FlaskClient) -> None:
    """Both as text, JSON on several lines with its very digits, person numbers and our secrets hidden."""
    exchange = sent(
        '{"total":79.90,"pn":"19811218-9876","order":"1234567890"}', "made A77", "application/json"
    )
    text = person.get(f"/entry/{site.done(exchange=exchange, link='https://erp.example/1')}").text
    assert "&#34;total&#34;: 79.90,\n" in text
    assert "19811218" not in text
    assert "1234567890" in text
    assert "made A77" in text
    assert 'href="https://erp.example/1"' in text


def test_link_that_is_no_address_is_text(site: Site, person: FlaskClient) -> None:
    """A script in place of a link is never a link."""
    text = person.get(f"/entry/{site.done(link='javascript:alert(1)')}").text
    assert 'href="javascript' not in text
    assert "javascript:alert(1)" in text


def test_timeline_says_who_and_why(site: Site, person: FlaskClient) -> None:
    """Every move with its name; the newest first."""
    number = site.parked()
    post(person, f"/entry/{number}/drop", at=f"/entry/{number}", reason="Booked by hand")
    text = person.get(f"/entry/{number}").text
    assert text.index("Booked by hand") < text.index("Status processing")
    assert "· Anna" in text
    assert site.state(number) == "dropped"


def test_drop_and_settle_want_a_reason(site: Site, person: FlaskClient) -> None:
    """Without one nothing moves and the page says so."""
    number = site.parked()
    for act, fields in (
        ("drop", {}),
        ("settle", {"number": "A1"}),
        ("settle", {"reason": "x"}),
        ("drop", {"reason": " \t"}),
    ):
        answer = post(person, f"/entry/{number}/{act}", at="/", **fields)
        assert answer.status_code == 303
        assert 'class="said"' in person.get(answer.location).text
        assert site.state(number) == "parked"


def test_settle_notes_the_document(site: Site, person: FlaskClient) -> None:
    """Booked by hand: the number is kept and shown."""
    number = site.parked()
    answer = post(person, f"/entry/{number}/settle", at="/", number="A123", reason="by hand")
    assert "A123" in person.get(answer.location).text
    assert site.state(number) == "done"
    again = post(person, f"/entry/{number}/settle", at="/", number="A124", reason="by hand")
    assert "nothing was changed" in person.get(again.location).text


@pytest.mark.parametrize("act", ["retry", "drop"])
def test_act_on_an_entry_that_moved_on_changes_nothing(site: Site, person: FlaskClient, act: str) -> None:
    """A page left open over night does no harm."""
    number = site.done()
    answer = post(person, f"/entry/{number}/{act}", at="/", reason="old page")
    assert "nothing was changed" in person.get(answer.location).text
    assert site.state(number) == "done"


@pytest.mark.parametrize("number", ["0", "99", str(2**63), "9" * 40])
def test_entry_that_is_not_there(site: Site, person: FlaskClient, number: str) -> None:
    """404 for the page and for every act."""
    site.parked()
    assert person.get(f"/entry/{number}").status_code == 404
    for act in ("retry", "drop", "settle"):
        assert post(person, f"/entry/{number}/{act}", reason="x", number="x").status_code == 404


def test_entry_in_doubt_warns_before_dropping(site: Site, person: FlaskClient) -> None:
    """It may be in the books: the page says so beside the button."""
    number = site.add()
    now = site.bridge.clock.now()
    site.store.outbox.postpone(
        site.claim(), due_at=now, fault=None, note=say("No answer."), doubt=Doubt(since=now)
    )
    text = person.get(f"/entry/{number}").text
    assert "may be in the books already" in text
    assert "In doubt" in text


def test_unreadable_order_is_shown_raw(site: Site, person: FlaskClient) -> None:
    """What could not be understood is shown as it came, and the page opens."""
    number = site.add(body='{"id": 5, "total": "12,50"}', digest="x")
    assert "12,50" in person.get(f"/entry/{number}").text


def test_order_of_five_hundred_rows_and_five_megabytes_opens(site: Site, person: FlaskClient) -> None:
    """Big ones are cut on the page, the sums are not."""
    rows = [a_line(id=str(n), name=f"Vara {n}") for n in range(600)]
    number = site.parked(an_order(*rows), exchange=sent('{"x": "' + "y" * 5_000_000 + '"}'))
    text = person.get(f"/entry/{number}").text
    assert "Only the first 500 of 600 rows" in text
    assert "60,000.00" in text
    assert len(text) < 1_500_000


def test_deeply_nested_answer_opens(site: Site, person: FlaskClient) -> None:
    """Ten thousand brackets don't take the page down."""
    number = site.done(exchange=sent("[" * 10_000, "{not json"))
    assert person.get(f"/entry/{number}").status_code == 200


EVIL = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{7*7}}", "{% raw %}", "{0.__class__}", "{evil",
    "' onmouseover='alert(1)", '"><svg onload=alert(1)>', "javascript:alert(1)", "\u202eRTL\u200b",
    "</pre><script>x</script>",
)  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
def test_hostile_text_in_every_field_is_shown_as_text(site: Site, person: FlaskClient, evil: str) -> None:
    """Whatever a buyer, a plugin or an ERP writes: the page shows the letters and does nothing."""
    address = Address(first_name=evil, last_name=evil, company=evil, street=evil, street_2=evil, postcode=evil,
                      city=evil, region=evil, country=evil, phone=evil)  # fmt: skip
    order = an_order(
        a_line(name=evil, sku=evil, meta={evil: evil}), order_id=1, note=evil, coupons=(evil,), status=evil,
        customer=Customer(email=evil, phone=evil, company=evil, org_number=evil, vat_number=evil,
                          billing=address, shipping=address),
        payment=Payment(method=evil, title=evil, transaction_id=evil), meta={evil: evil},
        tax_lines=(TaxLine(rate_id="1", percent=None, label=evil, country="SE", tax=Decimal(20)),),
        problems=(Problem(where=evil, what=say("{x}", x=evil), fix=say("{x}", x=evil)),),
    )  # fmt: skip
    number = site.parked(
        order, text=say("{x}", x=evil), advice=say("{x}", x=evil), kind=evil, field=evil, code=evil,
        request_id=evil, excerpt=evil,
        exchange=Exchange(at=NOON, payload=evil, media_type=evil, answer=evil, note=evil),
    )  # fmt: skip
    site.skipped(500, status=evil, reason=say("{x}", x=evil), code=evil)
    site.store.progress.pause(evil, until=None, why=say("{x}", x=evil), now=NOON)
    site.bridge.health.report(say("{x}", x=evil))
    post(person, f"/entry/{number}/drop", reason=evil)
    other = site.person(name=evil)
    for path in (f"/entry/{number}", "/", "/outbox", "/skipped", "/order/main/500"):
        text = other.get(path).text
        assert "<script>" not in text
        assert "<img" not in text
        assert "<svg" not in text
        assert "' onmouseover='" not in text
    text = other.get(f"/entry/{number}").text
    assert text.count(str(escape(evil))) >= 25


def test_preview_shows_the_exact_document(site: Site, person: FlaskClient) -> None:
    """Payload, arithmetic and notes, without sending."""
    site.skipped(500)
    text = person.get("/order/main/500/preview").text
    for part in ("79.90", "3001", "63.92", "A name was cut.", ">Account<", ">own<", ">x<"):
        assert part in text
