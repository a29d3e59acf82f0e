from __future__ import annotations

import logging
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import PluginError
from bridge.hooks import Hooks
from bridge.model.documents import Document, DocumentKind
from bridge.model.orders import LineKind, Order, Totals
from tests.builders import a_line, an_order
from tests.support.plugins import hooks_of

D = Decimal
DOCUMENT = Document(kind=DocumentKind.ORDER, id="1", number="N1")


def refused(folder: Path, source: str, order: Order | None = None) -> str:
    """What is said of a plugin whose mapping cannot be used."""
    with pytest.raises(PluginError) as error:
        hooks_of(folder, source).mapped(order or an_order())
    assert error.value.plugin == "my_hooks.py"
    (problem,) = error.value.problems
    assert problem.where == f"my_hooks.py, {error.value.hook}"
    return str(problem.what)


def test_hooks_without_plugins_hand_the_order_on_untouched():
    """Whoever has no plugin pays nothing for them."""
    hooks, order = Hooks(clock=ManualClock()), an_order()
    assert not hooks
    assert hooks.mapped(order) is order
    assert hooks.objection(order) is None
    assert hooks.booked(order, DOCUMENT) == ()


def test_map_02_hooks_are_called_in_the_configured_order_each_with_the_others_result(tmp_path: Path):
    """Order by order of the list, and orders before rows before customer."""
    first = """
        def map_order(order): return replace(order, note=order.note + "1o ")
        def map_line(line, order): return replace(line, name=f"{line.name} ({order.note}1l)")
        def map_customer(customer, order): return replace(customer, company="1c " + order.lines[0].name)
    """
    second = """
        def map_order(order): return replace(order, note=order.note + "2o ")
        def map_line(line, order): return replace(line, name=line.name + " 2l")
        def map_customer(customer, order): return replace(customer, company="2c " + customer.company)
    """
    mapped = hooks_of(tmp_path, first, second).mapped(an_order())
    assert mapped.note == "1o 2o "
    assert mapped.lines[0].name == "Tvål (1o 2o 1l) 2l"
    assert mapped.customer.company == "2c 1c Tvål (1o 2o 1l) 2l"


def test_map_02_hooks_reach_the_shops_raw_meta(tmp_path: Path):
    """What a plugin of the shop noted on the order or on a row, also what the buyer does not see."""
    source = """
        def map_order(order):
            row = order.lines[0]
            return replace(order, note=order.meta["_po"] + row.meta["Färg"] + row.hidden["_bundled_by"])
    """
    order = an_order(a_line(meta={"Färg": "Grön"}, hidden={"_bundled_by": "7"}), meta={"_po": "K1"})
    assert hooks_of(tmp_path, source).mapped(order).note == "K1Grön7"


@pytest.mark.parametrize("write", ["order.meta", "order.lines[0].meta", "order.lines[0].hidden"])
def test_hook_cannot_write_into_the_stored_order(tmp_path: Path, write: str):
    """An order is given to read; what is to change comes back as a new one."""
    order = an_order()
    told = refused(tmp_path, f"def map_order(order):\n    {write}['a'] = 'b'\n    return order", order)
    assert told == "my_hooks.py failed in map_order at my_hooks.py:6 (TypeError)."
    assert order.meta == {}


def test_map_line_splits_a_row_and_the_parts_get_ids_of_their_own(tmp_path: Path):
    """Several rows for one; those that kept its id are told apart."""
    source = """
        def map_line(line, order):
            half = replace(line, net=line.net / 2, tax=line.tax / 2,
                           taxes=tuple(replace(t, tax=t.tax / 2) for t in line.taxes))
            return [half, half] if line.kind == "product" else line
    """
    order = an_order(a_line(), a_line(kind=LineKind.SHIPPING, id="2"))
    assert [line.id for line in hooks_of(tmp_path, source).mapped(order).lines] == ["1.1", "1.2", "2"]


def test_map_line_may_drop_a_row_of_nothing(tmp_path: Path):
    """Free shipping need not stand in the books."""
    free = a_line("0.00", "0.00", kind=LineKind.SHIPPING, id="2")
    source = "def map_line(line, order): return line if line.gross else None"
    assert len(hooks_of(tmp_path, source).mapped(an_order(a_line(), free)).lines) == 1


@pytest.mark.parametrize("answer", ["None", "()", "[]"])
def test_map_line_may_not_drop_what_was_paid_for(tmp_path: Path, answer: str):
    """Not even if two such rows come to nothing together."""
    order = an_order(a_line(), a_line("-80.00", "-20.00", kind=LineKind.DISCOUNT, id="2"), a_line(id="3"))
    told = refused(tmp_path, f"def map_line(line, order): return {answer}", order)
    assert told == "my_hooks.py drops a row of 100.00 SEK (product:1); only a row of 0 can go."


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("lines=order.lines[:1]",
         "Its rows come to 100.00 (100.00), but the shop charged 130.00: 30.00 SEK apart."),
        ("lines=(*order.lines, replace(order.lines[0], id='9', net=-order.lines[0].net, tax=Decimal(0)))",
         "Its rows come to 50.00 (100.00 + 30.00 − 80.00), but the shop charged 130.00: 80.00 SEK apart."),
        ("lines=(order.lines[0], replace(order.lines[1], net=Decimal('30.00'), tax=Decimal('0.00')))",
         "Its rows hold 20.00 VAT, but the shop charged 26.00."),
        ("lines=tuple(replace(l, taxes=order.lines[0].taxes) for l in order.lines)",
         "Its rows hold 0.00 VAT at the rate Moms 12 %, but the shop charged 6.00 at it."),
        ("lines=tuple(replace(l, taxes=tuple(replace(t, rate_id='77') for t in l.taxes)) for l in order.lines)",
         "Its rows hold 0.00 VAT at the rate Moms 12 %, but the shop charged 6.00 at it."),
        ("lines=tuple(replace(l, id='1') for l in order.lines)",
         "It made 2 rows with the same id, product:1."),
        ("totals=replace(order.totals, gross=Decimal(1))",
         "It changed order.totals.gross from 130.00 to 1."),
        ("totals=replace(order.totals, tax=Decimal(1))", "It changed order.totals.tax from 26.00 to 1."),
        ("currency='EUR'", "It changed order.currency from SEK to EUR."),
        ("ref=replace(order.ref, id='9')", "It changed order.ref from main:1234 to main:9."),
    ],
)  # fmt: skip
def test_map_02_mapping_keeps_the_sale(tmp_path: Path, change: str, told: str):
    """Which order it is and what was paid, in all and in VAT of every rate, is the shop's."""
    order = an_order(a_line(), a_line("24.00", "6.00", percent="12", id="2"))
    source = f"def map_order(order): return replace(order, {change})"
    assert refused(tmp_path, source, order) == f"my_hooks.py changed the sale in map_order. {told}"


def test_mapping_may_mend_rows_that_did_not_come_to_the_total(tmp_path: Path):
    """What the rows were short of may be added; what they were short of before is not the plugin's fault."""
    order = replace(an_order(), totals=Totals(gross=D("110.00"), tax=D("20.00")))
    source = """
        def map_order(order):
            rest = replace(order.lines[0], id="2", net=Decimal("10.00"), tax=Decimal(0), taxes=())
            return replace(order, lines=(*order.lines, rest))
    """
    assert len(hooks_of(tmp_path, source).mapped(order).lines) == 2
    (tmp_path / "two").mkdir()
    same = hooks_of(tmp_path / "two", "def map_order(order): return replace(order, note='x')")
    assert same.mapped(order).note == "x"


def test_long_arithmetic_is_cut(tmp_path: Path):
    """A hundred rows are not read by anybody."""
    order = an_order(*(a_line(id=str(n)) for n in range(30)))
    told = refused(tmp_path, "def map_order(order): return replace(order, lines=order.lines[1:])", order)
    assert told.count("100.00") == 13
    assert "+ …)" in told


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def map_order(order): pass", "what cannot be used: it is a NoneType, not a Order."),
        ("def map_line(line, order): return 'x'", "from map_line what cannot be used: it is a str, "),
        ("def map_line(line, order): return [line, 1]", "cannot be used: it is a int, not a OrderLine."),
        ("def map_line(line, order): return replace(line, net=0.5)", ".net is a float, not a Decimal."),
        ("def map_customer(customer, order): return order", "it is a Order, not a Customer."),
        (
            "def map_customer(customer, order): return replace(customer, email=None)",
            ".email is a NoneType, not a str.",
        ),
    ],
)  # fmt: skip
def test_wrong_return_of_a_hook_is_told_with_the_field(tmp_path: Path, source: str, told: str):
    """Nothing that is not an order gets to the ERP."""
    assert told in refused(tmp_path, source)


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("def map_order(order): raise ValueError(order.customer.email)", "my_hooks.py:5 (ValueError)"),
        ("def _inner(order): return order.nothing\ndef map_order(order):\n    return _inner(order)",
         "my_hooks.py:5 (AttributeError)"),
        ("def map_order(order): raise SystemExit", "my_hooks.py:5 (SystemExit)"),
        ("def map_order(order): return Decimal(order.status)", "my_hooks.py:5 (InvalidOperation)"),
    ],
)  # fmt: skip
def test_failing_hook_is_told_by_line_and_class_and_never_by_its_words(
    tmp_path: Path, source: str, where: str, caplog: pytest.LogCaptureFixture
):
    """An error's words may hold the buyer's address; the deepest line of the plugin's own says enough."""
    assert refused(tmp_path, source) == f"my_hooks.py failed in map_order at {where}."
    place, name = where.rstrip(")").split(" (")
    assert (
        f"hook=failed plugin=my_hooks.py hook=map_order key=main:1234 at={place} error={name}" in caplog.text
    )
    assert "anna" not in caplog.text.lower()
    assert not any(record.exc_info for record in caplog.records)


def test_slow_hook_is_logged_with_its_time(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """Every order waits for it, so the owner must be able to see which one it is."""
    clock = ManualClock()
    hooks = hooks_of(
        tmp_path,
        "CLOCK = []\ndef map_order(order):\n    CLOCK[0].advance(2.5)\n    return order",
        clock=clock,
    )
    hooks._plugins[0].hooks["map_order"].__globals__["CLOCK"].append(clock)
    hooks.mapped(an_order())
    assert "hook=slow plugin=my_hooks.py hook=map_order key=main:1234 seconds=2.5" in caplog.text
    assert "takes" not in caplog.text
    told = [each for each in hooks.check() if "2.5 seconds" in str(each.what)]
    assert [each.severe for each in told] == [False]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("True", None),
        ("None", None),
        ("False", "The plugin my_hooks.py does not let it through."),
        ("' Hämtas i butik. '", "The plugin my_hooks.py says: Hämtas i butik."),
    ],
)
def test_accept_order_lets_through_or_says_why_not(tmp_path: Path, answer: str, told: str | None):
    """True and None let it through, False and a reason do not."""
    objection = hooks_of(tmp_path, f"def accept_order(order): return {answer}").objection(an_order())
    assert (objection and str(objection)) == told


@pytest.mark.parametrize("answer", ["''", "'  '", "0", "1", "[]", "order"])
def test_accept_order_that_answers_neither_yes_nor_no_is_refused(tmp_path: Path, answer: str):
    """An empty text could mean either, and a guess could cost a sale."""
    with pytest.raises(PluginError) as error:
        hooks_of(tmp_path, f"def accept_order(order): return {answer}").objection(an_order())
    assert "neither True nor False nor a reason" in str(error.value)


def test_accept_order_of_the_first_plugin_that_objects_counts(tmp_path: Path):
    """And the later ones are not asked."""
    hooks = hooks_of(
        tmp_path,
        "def accept_order(order): return True",
        "def accept_order(order): return 'second'",
        "def accept_order(order): raise KeyError",
    )
    assert str(hooks.objection(an_order())) == "The plugin my_hooks2.py says: second"


def test_after_booking_never_raises_and_every_plugin_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    """The booking stands; what went wrong is a sentence for the timeline."""
    heard = "HEARD = []\ndef after_booking(order, document): HEARD.append((str(order.ref), document.number))"
    hooks = hooks_of(tmp_path, "def after_booking(order, document): raise OSError(order.note)", heard)
    notes = hooks.booked(an_order(note="hemligt"), DOCUMENT)
    assert [str(note) for note in notes] == [
        "my_hooks.py failed in after_booking at my_hooks.py:5 (OSError)."
    ]
    assert hooks._plugins[1].hooks["after_booking"].__globals__["HEARD"] == [("main:1234", "N1")]
    assert "hemligt" not in caplog.text


def test_rows_of_a_refund_go_through_map_line_and_keep_their_sum(tmp_path: Path):
    """A credit names the articles the sale named."""
    source = """
        def map_line(line, order):
            return split(line, [Part(sku="A", share=Decimal(1)), Part(sku="B", share=Decimal(2))])
    """
    back = a_line("-40.00", "-10.00", id="77")
    rows = hooks_of(tmp_path, source).rows([back], an_order())
    assert [(row.id, row.sku, row.net) for row in rows] == [
        ("77.1", "A", D("-13.33")),
        ("77.2", "B", D("-26.67")),
    ]
    (tmp_path / "two").mkdir()
    lossy = hooks_of(tmp_path / "two", "def map_line(line, order): return replace(line, net=-line.net)")
    with pytest.raises(PluginError, match=r"50\.00"):
        lossy.rows([back], an_order())


def test_check_calls_every_hook_and_tells_each_fault_once(tmp_path: Path):
    """On the sample, alone and together, and on a real order; ``after_booking`` on the sample only."""
    source = """
        CALLED = []
        def accept_order(order): CALLED.append("accept_order"); return 7
        def map_order(order): CALLED.append("map_order"); return order.nothing
        def map_customer(customer, order): CALLED.append("map_customer"); return customer
        def after_booking(order, document): CALLED.append(f"after_booking {order.ref} {document.number}"); 1 / 0
    """
    hooks = hooks_of(tmp_path, source)
    found = hooks.check([an_order()])
    assert [problem.where for problem in found] == [
        "my_hooks.py, accept_order", "my_hooks.py, map_order", "my_hooks.py, after_booking"
    ]  # fmt: skip
    assert all(problem.severe for problem in found)
    assert "real orders like this one would be parked" in str(found[0].fix)
    called = hooks._plugins[0].hooks["map_order"].__globals__["CALLED"]
    assert called.count("after_booking sample:0 SAMPLE") == 1
    assert called.count("accept_order") == 2


def test_check_finds_nothing_wrong_with_good_plugins(tmp_path: Path):
    """The sample comes to its own total."""
    good = """
        def accept_order(order): return order.customer.email != ""
        def map_order(order): return replace(order, note=order.meta.get("_billing_reference", ""))
        def map_line(line, order): return split(line, [Part(sku=s, share=Decimal(1)) for s in "AB"])
        def map_customer(customer, order): return customer
        def after_booking(order, document): pass
    """
    assert hooks_of(tmp_path, good).check([an_order()]) == []


def test_check_warns_of_names_nobody_calls_and_of_files_anybody_can_change(tmp_path: Path):
    """A hook misspelt is never called; a file open to all runs with the bridge's rights."""
    hooks = hooks_of(
        tmp_path, "def map_order(order): return order\ndef after_bookings(order, document): pass"
    )
    (tmp_path / "my_hooks.py").chmod(0o666)
    misspelt, exposed = hooks.check()
    assert "Did you mean after_booking?" in str(misspelt.fix)
    assert not misspelt.severe
    assert "chmod o-w" in str(exposed.fix)


def test_plugin_of_several_files_is_told_by_its_own_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A package is one plugin; the deepest of its own lines is named."""
    package = tmp_path / "orderbro_test_package"
    package.mkdir()
    (package / "__init__.py").write_text("from orderbro_test_package.inner import map_order\n", "utf-8")
    (package / "inner.py").write_text("import json\ndef map_order(order):\n    json.loads('{')\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    hooks = Hooks.load(["orderbro_test_package"], folder=tmp_path, clock=ManualClock())
    with pytest.raises(PluginError, match=r"at inner\.py:3 \(JSONDecodeError\)"):
        hooks.mapped(an_order())


def test_debug_log_of_hooks_stays_clean(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """A hook that works is not logged at all."""
    with caplog.at_level(logging.DEBUG):
        hooks_of(tmp_path, "def map_order(order): return order").mapped(an_order())
    assert caplog.text == ""
