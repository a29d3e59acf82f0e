"""The fastest shop there is: answers from prepared bytes, one asyncio process, so that the client is what is measured.

    python scripts/bench/_shop.py PORT ORDERS [CERTIFICATE KEY]

Pages of 100 by ``modified_after`` and ``exclude``, marks and notes accepted unread. Not a simulator: it knows no rule.
"""

import asyncio
import json
import ssl
import sys
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from bridge.sim.woocommerce import ShopSim  # noqa: E402

START = datetime(2026, 11, 1)
STATUSES = ["pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed"]


def make(count):
    """Recorded orders, renumbered, one a second."""
    recorded = [o for o in ShopSim.recorded().orders.values() if o["status"] == "processing" and o["currency"] == "SEK"]
    rows = []
    for number in range(count):
        stamp = (START + timedelta(seconds=number)).isoformat()
        order = dict(recorded[number % len(recorded)])
        order |= {"id": 100_000 + number, "number": str(100_000 + number), "status": "processing"}
        order |= {f"date_{w}{g}": stamp for w in ("created", "modified", "paid") for g in ("", "_gmt")}
        order["_links"] = {"self": [{"href": f"https://shop.example/wp-json/wc/v3/orders/{100_000 + number}"}]}
        rows.append((stamp, 100_000 + number, json.dumps(order, default=str).encode()))
    return rows


class Shop(asyncio.Protocol):
    rows = []

    def connection_made(self, transport):
        self.transport, self.buffer = transport, b""

    def data_received(self, data):
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, rest = self.buffer.split(b"\r\n\r\n", 1)
            length = 0
            for line in head.split(b"\r\n")[1:]:
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if len(rest) < length:
                return
            body, self.buffer = rest[:length], rest[length:]
            method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
            self.answer(method, target, body)

    def answer(self, method, target, body):
        url = urlsplit(target)
        query = parse_qs(url.query)
        status, extra = "200 OK", b""
        if method == "PUT":
            number = int(url.path.rsplit("/", 1)[1])
            meta = json.loads(body).get("meta_data", [])
            out = json.dumps({"id": number, "status": "processing", "meta_data": meta}).encode()
        elif method == "POST":
            status, out = "201 Created", b'{"id": 1, "note": "", "customer_note": false}'
        elif method == "OPTIONS":
            enum = {"status": {"items": {"enum": ["any", "trash", *STATUSES]}, "enum": STATUSES}}
            out = json.dumps({"endpoints": [{"methods": ["GET"], "args": enum}], "schema": {"properties": enum}}).encode()
        elif url.path.endswith("/orders/totals"):
            out = json.dumps([{"slug": s, "name": s, "total": 0} for s in STATUSES]).encode()
        elif url.path.endswith("/orders"):
            out, extra = self.page(query)
        else:
            out = b"[]"
        self.transport.write(
            b"HTTP/1.1 " + status.encode() + b"\r\nContent-Type: application/json; charset=UTF-8\r\n" + extra
            + b"Content-Length: " + str(len(out)).encode() + b"\r\n\r\n" + out
        )

    def page(self, query):
        after = query.get("modified_after", ["2000"])[0].rstrip("Z")
        gone = {int(i) for i in query.get("exclude", [""])[0].split(",") if i}
        found = []
        for stamp, number, body in self.rows:
            if stamp > after and number not in gone:
                found.append(body)
                if len(found) == 100:
                    break
        return b"[" + b",".join(found) + b"]", b"X-WP-Total: 1\r\nX-WP-TotalPages: 1\r\n"


async def main():
    Shop.rows = make(int(sys.argv[2]))
    tls = None
    if len(sys.argv) > 3:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*sys.argv[3:5])
    server = await asyncio.get_running_loop().create_server(Shop, "localhost", int(sys.argv[1]), ssl=tls)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
