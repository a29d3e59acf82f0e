"""``bridge connect``: the consent without which an ERP lets nobody in."""

from __future__ import annotations

import os
import sys
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import click

from bridge.app import adapter_options
from bridge.cli.loopback import Loopback
from bridge.cli.session import Session, pass_session
from bridge.clock import SystemClock
from bridge.config import Config, load
from bridge.erps.connecting import Connected, before, connection
from bridge.errors import UserError
from bridge.model.texts import say
from bridge.store import Store

__all__ = ["connect"]

PORT = 8788


@click.command()
@click.argument("name")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535),
              help="Port of this machine that the browser is sent back to.")  # fmt: skip
@click.option("--code", is_flag=True, help="No browser on this machine: open the address elsewhere and paste what "
              "you were sent to.")  # fmt: skip
@click.option("--redirect", default="", metavar="URL",
              help="With --code: the Redirect URI registered at the vendor, if it is another.")  # fmt: skip
@click.option(
    "--personal", is_flag=True, help="Bind the consent to you, where the vendor knows no service accounts."
)
@click.option("--wait", default=10, show_default=True, type=click.IntRange(1, 60),
              help="Minutes to wait for the consent.")  # fmt: skip
@pass_session
def connect(
    session: Session, name: str, *, port: int, code: bool, redirect: str, personal: bool, wait: int
) -> None:
    """Connect the bridge with the ERP called NAME, as in [erp] type.

    Opens the page where your company consents, and keeps what the bridge needs. The credentials of your integration
    must stand under [erp] before.
    """
    config = _config(session)
    if name != config.erp.type:
        raise UserError(
            say(
                "The configuration says type = {type} under [erp], not {name}.",
                type=config.erp.type,
                name=name,
            )
        )
    if redirect and not code:
        raise UserError(say("--redirect needs --code: the browser would be sent to another machine."))
    clock = SystemClock()
    asking = connection(name, config.erp_options, clock=clock, data_dir=config.bridge.data_dir, mounts={})
    try:
        back_to = redirect or f"http://127.0.0.1:{port}/"
        for line in asking.instructions(back_to):
            session.say(line)
        state = clock.token(24)
        address = asking.address(back_to=back_to, state=state, personal=personal)
        if not address:
            return
        answer = (
            _pasted(session, address) if code else _sent_back(session, address, state, port=port, wait=wait)
        )
        connected = asking.finish(answer)
    finally:
        asking.close()
    _tell(session, connected)
    _wake(config)


def _config(session: Session) -> Config:
    """The configuration, in which what the consent brings may be missing."""

    def options(kind: Literal["shop", "erp"], name: str) -> type[Any]:
        found = adapter_options(kind, name)
        return before(name, found) if kind == "erp" else found

    config = load(session.path, adapters=options)
    session.mask.add(config.secrets)
    return config


def _pasted(session: Session, address: str) -> str:
    session.say(say("Open this address in a browser, on any machine:"))
    click.echo(f"\n{address}\n")
    session.say(
        say(
            "Afterwards the browser is sent to an address that may not open. Copy it from the browser's address bar, "
            "the whole of it."
        )
    )
    answer: str = click.prompt(session.text(say("The address")), type=str)
    return answer


def _sent_back(session: Session, address: str, state: str, *, port: int, wait: int) -> str:
    """Open the page, and wait for the browser to be sent back here."""
    page = Loopback(
        port,
        clock=SystemClock(),
        wanted=lambda path: parse_qs(urlsplit(path).query).get("state") == [state],
        done=session.text(say("Thank you. You can close this page; the bridge goes on in its window.")),
        odd=session.text(say("Nothing is waited for here.")),
    )
    try:
        session.say(say("Open this address in a browser on this machine:"))
        click.echo(f"\n{address}\n")
        if _has_a_screen():
            click.launch(address)
        answer = page.answer(seconds=wait * 60)
    finally:
        page.close()
    if not answer:
        raise UserError(
            say(
                "Nobody consented within {minutes} minutes. Start again; --wait gives more time.",
                minutes=wait,
            )
        )
    return answer


def _has_a_screen() -> bool:
    """Whether a browser can open here; without a screen one of text would take over the window."""
    return sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def _tell(session: Session, connected: Connected) -> None:
    session.say(connected.text)
    for note in connected.notes:
        session.say(note)
    if connected.lines:
        session.say(
            say("Put these lines under [erp] in {path}, and start the bridge again:", path=session.path)
        )
        for line in connected.lines:
            click.echo(f"  {line}")
    session.say(say("Then try everything with: bridge check"))


def _wake(config: Config) -> None:
    """A running bridge need not sit out its rest."""
    if config.database.exists():
        store = Store.open(config.database, clock=SystemClock())
        try:
            store.progress.resume("erp")
        finally:
            store.close()
