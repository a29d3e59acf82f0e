"""``bridge demo``: a whole bridge against a simulated shop, to be looked at and clicked on."""

from __future__ import annotations

import importlib
import itertools
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Final

import click

from bridge.app import read_config
from bridge.cli.running import alone, run_until_stopped
from bridge.cli.session import Session, pass_session
from bridge.clock import Clock, SystemClock
from bridge.erps import REGISTRY, load
from bridge.model.documents import DocumentKind, Purpose
from bridge.model.texts import say
from bridge.ports import Capability
from bridge.sim.woocommerce import ShopSim
from bridge.sim.woocommerce.arrivals import arrive
from bridge.sim.wsgi import Serving, serve
from bridge.store.records import State

__all__ = ["demo"]

UNNUMBERED: Final = "ovrigt"

CONFIG: Final = """\
# Written by: bridge demo. Everything here is made up, and may be deleted.
[bridge]
data_dir = data
language = {language}

[web]
listen = {listen}

[shop demo]
url = {url}
consumer_key = {key}
consumer_secret = {secret}
orders_from = 2026-01-01
poll_every = 5s

[erp]
{erp}

{further}
"""

SIE: Final = """\
type = sie
folder = sie
company_name = Demobutiken AB
org_number = 556016-0680"""

RATES: Final = {"exchange_rates": "EUR 11.45, DKK 1.53"}
WISHES: Final = {"invoice_orders": "yes", "book_invoices": "yes", "register_payments": "yes"}
"""What an ERP may do beyond booking an order."""

Sections = Mapping[str, Mapping[str, str]]


@click.command()
@click.option("--listen", default="127.0.0.1:8787", show_default=True, help="Address and port of the page.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=None,
    help="Where to put it. Default: a new one in demo-data.",
)
@click.option(
    "--every", default=4.0, show_default=True, type=click.FloatRange(0.2), help="Seconds between new orders."
)
@click.option(
    "--erp",
    "erp_type",
    type=click.Choice(sorted(REGISTRY)),
    default="sie",
    show_default=True,
    help="Which ERP to make up beside the shop.",
)
@pass_session
def demo(session: Session, listen: str, folder: Path | None, every: float, erp_type: str) -> None:
    """Try the bridge on a made-up shop. Nothing leaves this machine."""
    clock = SystemClock()
    place = folder or Path("demo-data") / f"{clock.now():%Y%m%d-%H%M%S}"
    place.mkdir(parents=True, exist_ok=True)
    password = clock.token(9)
    with _shop(every) as (shop, serving), _erp(erp_type, place, clock) as (erp, more):
        config = _config(
            place, language=session.language, listen=listen, shop=shop, url=serving.url, erp=erp,
            further={"orders": RATES, **more},
        )  # fmt: skip
        with alone(read_config(config)) as bridge:
            session.say(say("The demo runs. Open http://{listen}/ and log in with the password {password}",
                            listen=listen, password=password))  # fmt: skip
            session.say(say("A new order arrives every {seconds} seconds. Ctrl-C ends it.", seconds=every))
            run_until_stopped(bridge, password=password)
            session.say(
                say(
                    "The demo has ended. {count} orders were booked.",
                    count=bridge.store.reads.counts(purpose=Purpose.ORDER)[State.DONE],
                )
            )
    if erp_type == "sie":
        session.say(say("The SIE files lie in {folder}", folder=(place / "sie").absolute()))


def _config(
    place: Path, *, language: str, listen: str, shop: ShopSim, url: str, erp: str, further: Sections
) -> Path:
    path = place / "config.ini"
    path.touch(mode=0o600)
    more = "\n\n".join("\n".join([f"[{name}]", *_lines(lines)]) for name, lines in further.items())
    text = CONFIG.format(
        language=language, listen=listen, url=url, key=shop.key, secret=shop.secret, erp=erp, further=more
    )
    path.write_text(text, encoding="utf-8")
    return path


def _lines(values: Mapping[str, str]) -> list[str]:
    return [f"{key} = {value}" for key, value in values.items()]


def _wishes(name: str) -> Mapping[str, str]:
    """What the ERP is asked to do after a booking, as far as it can."""
    adapter = load(name)
    if Capability.FINALISES not in adapter.capabilities:
        return {}
    orders = DocumentKind.ORDER in adapter.documents
    return {key: value for key, value in WISHES.items() if orders or key != "invoice_orders"}


def _articles(name: str) -> Mapping[str, str]:
    """What an ERP with a wire wants; one that takes no articles is not asked to make any."""
    makes = Capability.TAKES_PRODUCTS in load(name).capabilities
    return {"unnumbered": UNNUMBERED, **({"missing": "create"} if makes else {})}


@contextmanager
def _erp(name: str, place: Path, clock: Clock) -> Iterator[tuple[str, Sections]]:
    """The lines of [erp] that lead to a simulated one, and other sections, as long as it is served."""
    if name == "sie":
        yield SIE, {}
        return
    simulator = importlib.import_module(f"bridge.sim.{name}").Simulator(place, clock.now)
    simulator.stock_up({UNNUMBERED: Decimal(25)})
    sections: dict[str, Mapping[str, str]] = {
        "orders": {**RATES, **_wishes(name)},
        "articles": _articles(name),
    }
    for section, lines in getattr(simulator, "settings", {}).items():
        sections[section] = {**sections.get(section, {}), **lines}
    with serve(simulator.app) as serving:
        far = next(iter(simulator.mounts))
        options = {"type": name, **simulator.options}
        yield (
            "\n".join(_lines({key: value.replace(far, serving.url) for key, value in options.items()})),
            sections,
        )


@contextmanager
def _shop(every: float) -> Iterator[tuple[ShopSim, Serving]]:
    """A shop with the recorded orders, where somebody buys something every few seconds."""
    shop = ShopSim.recorded()
    closed = threading.Event()

    def sell() -> None:
        for buyer in itertools.count(1):
            if closed.wait(every):
                return
            arrive(shop, buyer)

    buyers = threading.Thread(target=sell, name="buyers", daemon=True)
    with serve(shop.app) as serving:
        buyers.start()
        try:
            yield shop, serving
        finally:
            closed.set()
            buyers.join(5)
