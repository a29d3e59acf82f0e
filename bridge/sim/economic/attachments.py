"""One PDF beside an order or an invoice draft (economic facts, sections 9 and 10) [D19; of invoices 1 bjarke]."""

from __future__ import annotations

from typing import Final

from bridge.sim.economic.call import Call, Reply, Route, absent
from bridge.sim.economic.errors import Refusal
from bridge.sim.economic.state import Doc

__all__ = ["ROUTES"]

MOST: Final = 9_000_000  # 9.0 MB per request (section 9) [D19]


class _Attachment:
    """The attachment of the drafts under an address."""

    def __init__(self, home: str, table: str) -> None:
        self._home, self._table = home, table

    def _found(self, call: Call, number: int) -> Doc:
        doc: Doc | None = getattr(call.state, self._table).get(number)
        if doc is None or doc.place != "drafts":
            raise absent()
        return doc

    def about(self, call: Call, number: int) -> Reply:
        """Where the file is."""
        link = call.state.link(self._home, self._found(call, number).number, "attachment")
        return Reply(data={"file": f"{link}/file", "self": link})

    def read(self, call: Call, number: int) -> Reply:
        """The file."""
        file = self._found(call, number).file
        if file is None:
            raise absent()
        return Reply(raw=file)

    def attach(self, call: Call, number: int) -> Reply:
        """Multipart, PDF only: 201."""
        doc = self._found(call, number)
        if not call.media.startswith("multipart/form-data"):
            raise Refusal(415, "Unsupported media type.", hint="Send multipart/form-data.")
        if b"%PDF" not in call.raw or len(call.raw) > MOST:
            raise Refusal(400, "The file is no PDF or too large.")
        doc.file = call.raw[call.raw.index(b"%PDF") :].split(b"\r\n--", 1)[0]
        return Reply(status=201)

    def delete(self, call: Call, number: int) -> Reply:
        """204, and 404 the second time."""
        doc = self._found(call, number)
        if doc.file is None:
            raise absent()
        doc.file = None
        return Reply(status=204)

    def routes(self) -> list[Route]:
        """All of them."""
        path = f"/{self._home}/:n/attachment"
        return [
            ("GET", path, "Sales", self.about),
            ("GET", f"{path}/file", "Sales", self.read),
            ("POST", f"{path}/file", "Sales", self.attach),
            ("DELETE", f"{path}/file", "Sales", self.delete),
        ]


ROUTES: list[Route] = [
    *_Attachment("orders/drafts", "orders").routes(),
    *_Attachment("invoices/drafts", "drafts").routes(),
]
