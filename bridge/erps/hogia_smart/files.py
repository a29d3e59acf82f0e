"""The other way into Smart: a folder of SIE files that somebody imports, one voucher each.

The writer is the adapter ``sie``. One adapter knows nothing of another, so it is asked for by its name, as the
application asks for this one, and used through the same ports: what it writes, numbers and finds again is its own
business. Only Hogia's fee articles are added, as names on the rows (``fees``).
"""

from __future__ import annotations

from dataclasses import fields
from typing import Final, Protocol, cast

from bridge import erps
from bridge.erps.context import ErpContext
from bridge.erps.hogia_smart.fees import with_fees
from bridge.erps.hogia_smart.options import Options
from bridge.ports import BooksCorrections, Erp

__all__ = ["Files", "folder_of"]

WRITER: Final = "sie"


class Files(Erp, BooksCorrections, Protocol):
    """What is done through the folder, with the writer's own documents, capabilities, fence and settle time."""


def folder_of(options: Options, context: ErpContext) -> Files:
    """The folder ``[erp]`` names with ``transport = sie``; touches no disk yet.

    Raises:
        ConfigError: the writer is not there (a build of the bridge without it).
    """
    writer = erps.load(WRITER)
    keys = {each.name: getattr(options, each.name) for each in fields(writer.Options)}
    return cast("Files", writer(writer.Options(**keys), with_fees(context)))
