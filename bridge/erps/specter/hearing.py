"""Calls to Specter whose answer nobody knows beforehand: what was said, whatever it was. Never raises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bridge.erps.specter.answers import Answer, read
from bridge.erps.specter.batches import Batch
from bridge.erps.specter.core import Core
from bridge.erps.specter.letters import CHARSET
from bridge.erps.specter.mapping_feeds import Kind
from bridge.erps.specter.profile import Action
from bridge.erps.specter.signing import Signer
from bridge.errors import RemoteError
from bridge.model.texts import Text, say

__all__ = ["Heard", "hear", "reading"]

_LETTERS: Final = 200
"""So much of an answer is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of a call."""

    said: Text
    answer: Answer | None = None
    """None: it was no answer of Specter's interface."""
    media: str = ""


def hear(
    core: Core, script: str, form: Mapping[str, str], *, signs: str, signer: Signer | None = None
) -> Heard:
    """Ask something harmless; see ``Client.heard``."""
    try:
        reply = core.client.heard(script, form, signs=signs, signer=signer)
    except RemoteError as error:
        return Heard(said=error.text)
    shown = reply.redact.excerpt(_text(reply.body)[:_LETTERS].encode())
    media = reply.headers.get("Content-Type", "")
    try:
        answer = read(reply.body, core.profile, content_type=media, writes=script == "write")
    except ValueError:
        return Heard(said=say("no answer of its interface: {shown}", shown=shown), media=media)
    if answer.good:
        return Heard(said=say("{shown}", shown=shown), answer=answer, media=media)
    message = reply.redact.excerpt(answer.message.encode())
    return Heard(
        said=say("{message} ({code})", message=message, code=answer.code), answer=answer, media=media
    )


def _text(body: bytes) -> str:
    """To show: ISO-8859-1 hardly ever makes sense as UTF-8, so what does is that."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(CHARSET)


def reading(core: Core, batch: Batch, *, xml: str = "", signer: Signer | None = None) -> Heard:
    """The batch once more, past everything that keeps count of batches."""
    form = {
        "action": core.profile.text(f"actions.{Action(batch.kind)}"),
        "useXML": xml or core.profile.text("answers.reads"),
        "batchNo": batch.number,
    }
    if batch.kind == Kind.STOCK and not xml:
        form["getMultipleStocksites"] = core.profile.text("batches.all_sites")
    return hear(core, "read", form, signs=batch.number, signer=signer)
