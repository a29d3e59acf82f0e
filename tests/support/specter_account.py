"""A plain client of the Specter simulator: what a test would type by hand. It knows nothing of our adapter."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote_plus
from xml.etree import ElementTree as ET

import requests

from bridge.sim.specter import Simulator

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SIGNED = {
    "newordersubmit": "customerId",
    "newcustomersubmit": "name",
    "newarticlesubmit": "articleNo_1",
    "checkaccountsettings": "",
}


def md5(text: str) -> str:
    """Of its Latin-1 letters, in lower-case hex."""
    return hashlib.md5(text.encode("iso-8859-1"), usedforsecurity=False).hexdigest()


def form(values: Mapping[str, object]) -> str:
    """Percent-encoded Latin-1."""
    return "&".join(f"{name}={quote_plus(str(each), encoding='iso-8859-1')}" for name, each in values.items())


class Client:
    """A session with an account in which a customer is to be made first; it sells ``MUG``."""

    def __init__(self, folder: Path) -> None:
        self.now = NOON
        self.folder = folder
        self.session = requests.Session()
        self.start()

    @classmethod
    def of(cls, sim: Simulator) -> Client:
        """At an account that somebody else has opened."""
        made = cls.__new__(cls)
        made.session = requests.Session()
        made._reach(sim)
        return made

    def _reach(self, sim: Simulator) -> None:
        self.sim = sim
        for address, adapter in sim.mounts.items():
            self.session.mount(address, adapter)

    def start(self) -> None:
        """Also again: a new simulator over the same folder, as after a restart."""
        self._reach(Simulator(self.folder, lambda: self.now))
        if "MUG" not in self.sim.goods.numbers():
            self.sim.goods.put("MUG", name="Mugg", price="79.2")
            self.emptied()

    def emptied(self) -> None:
        """Nothing waits for the shop."""
        for kind in ("Article", "ArticleInfo", "Orders"):
            self.read(kind, f"first-{kind}")
            self.done(kind, f"first-{kind}")

    def key(self, value: str) -> str:
        """The signature, both versions."""
        account = self.sim.account
        if account.version == 1:
            return md5(account.md5_key_2 + md5(account.md5_key_1 + account.sbm_id + value))
        return md5(account.integration_key + md5(account.users["17"].key + account.sbm_id + value))

    def raw(self, script: str, query: str, body: str | None = None, **headers: str) -> requests.Response:
        """The bare answer; with a body it is a POST."""
        url = f"{self.sim.base_url}/{script}?{query}"
        if body is None:
            return self.session.get(url, headers=headers)
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        return self.session.post(url, data=body.encode("ascii"), headers=headers)

    def ask(
        self, script: str, action: str, values: Mapping[str, object], **head: object
    ) -> requests.Response:
        """A signed call: who and what in the query, the rest in the form (of a write) or the query (of a read)."""
        signing = SIGNED.get(action.lower(), "batchNo")
        value = str(values.get(signing, "")) or (
            f"{values.get('firstName', '')} {values.get('surName', '')}".strip() if signing == "name" else ""
        )
        known = {
            "action": action,
            "sbmId": self.sim.account.sbm_id,
            "apiUserId": "17",
            "key": self.key(value),
        }
        known = {name: each for name, each in {**known, **head}.items() if each is not None}
        if script == "getInfo.asp":
            return self.raw(script, form({**known, **values}))
        return self.raw(script, form(known), form(values))

    def put(self, action: str, values: Mapping[str, object], **head: object) -> list[str]:
        """``result``, ``id``, ``text`` of a write."""
        answer = self.ask("putInfo.asp", action, values, **head)
        assert answer.status_code == 200
        return answer.content.decode("iso-8859-1").split(";", 2)

    def customer(self, **values: object) -> str:
        """The id of a customer who is made, or found."""
        sent = {"name": "Åsöga AB", "emailAddress": "kund@example.com", **values}
        result, number, text = self.put(
            "newCustomerSubmit", {name: each for name, each in sent.items() if each is not None}
        )
        assert result == "1", text
        return number

    def order(self, key: str = "1001", *rows: tuple[str, object, object, int], **values: object) -> str:
        """The number of a new order."""
        result, number, text = self.try_order(key, *rows, **values)
        assert result == "1", text
        return number

    def try_order(
        self, key: str = "1001", *rows: tuple[str, object, object, int], **values: object
    ) -> list[str]:
        """What is answered to a new order of these rows: article, pieces, price, VAT."""
        sent: dict[str, object] = {"externalOrderNo": key, "customerId": "1001"}
        for place, (article, pieces, price, vat) in enumerate(rows or [("MUG", 2, "79.2", 25)], 1):
            sent |= {
                f"articleNo_{place}": article, f"noOfItems_{place}": pieces, f"priceExclVAT_{place}": price,
                f"vatPercent_{place}": vat,
            }  # fmt: skip
        sent |= values
        return self.put("newOrderSubmit", {name: each for name, each in sent.items() if each is not None})

    def read(self, kind: str, batch: str, **more: object) -> ET.Element:
        """A batch as XML; kinds ``Article`` (stock), ``ArticleInfo``, ``Orders``."""
        action = f"get{kind}ExternalNeedUpdate"
        answer = self.ask("getInfo.asp", action, {"batchNo": batch, **more}, useXML="2")
        return parsed(answer.content)

    def done(self, kind: str, batch: str) -> list[str]:
        """Acknowledge it."""
        action = {"Article": "updateArticlesFromBatch", "ArticleInfo": "updateArticleInfosFromBatch"}.get(
            kind, "updateOrdersFromBatch"
        )
        answer = self.ask("getInfo.asp", action, {"batchNo": batch})
        return answer.content.decode("iso-8859-1").split(";", 2)

    def stock(self, batch: str, **more: object) -> dict[str, str]:
        """Article to available, of the default stock site."""
        return numbers(self.read("Article", batch, **more))


def parsed(content: bytes) -> ET.Element:
    """An answer in XML."""
    return ET.fromstring(content)  # noqa: S314 - our own simulator wrote it


def numbers(tree: ET.Element) -> dict[str, str]:
    """Of a stock batch: articleNo to noItemsAv, of the first site it shows."""
    site = tree.find("stockChanges/stock")
    assert site is not None
    return {each.findtext("articleNo", ""): each.findtext("noItemsAv", "") for each in site.iter("article")}


def refusal(tree: ET.Element) -> tuple[str, str]:
    """Code and message of an answer that is none."""
    assert tree.findtext("APIresponse/result") == "0"
    return tree.findtext("APIresponse/code", ""), tree.findtext("APIresponse/message", "")
