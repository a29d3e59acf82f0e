"""Mailing, printing and previewing, which orders and invoices have alike (fortnox facts, sections 9 and 10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bridge.sim.fortnox.door import Handler
from bridge.sim.fortnox.errors import FortnoxError
from bridge.sim.fortnox.state import Call, Entry, Reply

__all__ = ["sending"]

PDF = b"%PDF-1.4\n% a simulated page\n%%EOF\n"


def sending(
    one: Callable[[Call, str], Entry], shown: Callable[[Call, Entry], dict[str, Any]]
) -> Mapping[str, tuple[str, Handler]]:
    """The actions of documents that ``one`` finds and ``shown`` answers with."""

    def sent(call: Call, number: str) -> Reply:
        entry = one(call, number)
        entry.values["Sent"] = True
        call.state.touch(entry)
        return Reply(shown(call, entry))

    def mail(call: Call, number: str) -> Reply:
        """A GET that sends [2+]; without an address it is refused [I]."""
        entry = one(call, number)
        if not entry.values["EmailInformation"]["EmailAddressTo"]:
            raise FortnoxError(2000729, "E-postadress saknas på dokumentet.")  # code [I]
        call.state.mails.append(entry.number)
        return sent(call, number)

    def print_(call: Call, number: str) -> Reply:
        sent(call, number)
        return Reply(PDF)

    def page(call: Call, number: str) -> Reply:
        one(call, number)
        return Reply(PDF)

    return {
        "externalprint": ("PUT", sent),
        "email": ("GET", mail),
        "print": ("GET", print_),
        "preview": ("GET", page),
    }
