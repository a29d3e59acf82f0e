"""The server of SlowBooks: stores what it is told, late if told so, and never asks whether it has it already.

Run by itself (``python -m tests.support.slowbooks_server PORT FILE DELAY``) it appends one line per stored
document to FILE, so that a test can count documents without believing the bridge.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request

from bridge.sim.booked import Booked, BookedRow
from bridge.sim.faults import Faults
from bridge.sim.wsgi import mount, serve

TOKEN = "slow-token-1234567890"


class Simulator:
    """What the contract suite and the crash tests need to know of a server."""

    type = "tests.support.slowbooks"
    needs_articles = False
    secrets = (TOKEN,)

    def __init__(
        self,
        folder: Path,
        now: Callable[[], datetime] | None = None,
        *,
        delay: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        del now
        self._journal = folder / "slowbooks.jsonl"
        self._delay = delay
        self._sleep = sleep
        self._lock = threading.Lock()
        self._rows: list[dict[str, Any]] = []
        self.app = Flask("slowbooks")
        self.app.add_url_rule("/documents", view_func=self._find, methods=["GET"])
        self.app.add_url_rule("/documents", view_func=self._store, methods=["POST"])
        self.faults = Faults(self.app.wsgi_app)
        self.app.wsgi_app = self.faults  # type: ignore[method-assign]
        self.base_url = "https://slowbooks.example"
        self.mounts = {self.base_url: mount(self.app, sleep=lambda _seconds: None)}

    @property
    def options(self) -> dict[str, str]:
        """Keys of [erp]."""
        return {"type": self.type, "base_url": self.base_url, "token": TOKEN, "settle": "2m"}

    def booked(self) -> list[Booked]:
        """Everything stored, in order."""
        with self._lock:
            return [
                Booked(
                    key=row["key"],
                    number=row["id"],
                    gross=Decimal(row["gross"]),
                    currency=row["currency"],
                    dated=date.fromisoformat(row["dated"]),
                    rows=tuple(
                        BookedRow(code=each["kind"], text=each["text"], amount=Decimal(each["net"]))
                        for each in row["rows"]
                    ),
                )
                for row in self._rows
            ]

    def _find(self) -> Response | tuple[Response, int]:
        if not self._allowed():
            return jsonify(error="unknown token"), 401
        with self._lock:
            return jsonify([row for row in self._rows if row["key"] == request.args["key"]])

    def _store(self) -> tuple[Response, int]:
        if not self._allowed():
            return jsonify(error="unknown token"), 401
        body = request.get_json()
        gross = sum((Decimal(row["net"]) + Decimal(row["vat"]) for row in body["rows"]), Decimal("0.00"))
        self._sleep(self._delay)
        with self._lock:
            row = {**body, "id": str(10001 + len(self._rows)), "gross": str(gross)}
            self._rows.append(row)
            with self._journal.open("a", encoding="utf-8") as journal:
                journal.write(json.dumps({"key": row["key"], "gross": row["gross"]}) + "\n")
        return jsonify(row), 201

    @staticmethod
    def _allowed() -> bool:
        return request.headers.get("Authorization") == f"Bearer {TOKEN}"


def main() -> None:
    """Serve until killed."""
    port, journal, delay = sys.argv[1:4]
    simulator = Simulator(Path(journal), delay=float(delay))
    serving = serve(simulator.app, port=int(port))
    sys.stdout.write(f"{serving.port}\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main()
