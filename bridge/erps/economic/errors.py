"""What e-conomic's refusals mean: its nested tree of errors in plain words, and what the owner can do.

The tree mirrors the document that was sent; below a list stand objects with ``arrayIndex``, in an array or under
``items``; a leaf is the older (``message``) or the newer one (``errorMessage``), and both are in use (economic facts,
section 6 [D19, L]). The bodies of 401, 403 and 404 were never recorded [I]: only their status counts here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bridge.erps.economic.advice import ADVICE, BY_FIELD, FIELDS, RENEW, ROLE, SLOWER, WAIT
from bridge.errors import NotFound, Rejected, RemoteError, Throttled, Transient, Unauthorised
from bridge.model.texts import Text, say
from bridge.transport import Reply, parse_json

__all__ = ["Leaf", "explain", "leaves"]

_SHOWN: Final = 4
"""So many faults are told in one sentence; the rest is counted."""
_WORDS: Final = ("errors", "items", "arrayIndex")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One fault."""

    path: tuple[str, ...]
    """Names of the document's properties from the top, without places in lists."""
    row: int | None
    """Which row, from 1; None: none of a list."""
    code: str
    message: str

    @property
    def field(self) -> str:
        """``lines.unitNetPrice``."""
        return ".".join(self.path)


def leaves(node: Any, *, path: tuple[str, ...] = (), row: int | None = None) -> Iterator[Leaf]:
    """Every fault in a tree, in its order; what has no known form is passed over."""
    if isinstance(node, Sequence) and not isinstance(node, str):
        for each in node:
            yield from leaves(each, path=path, row=row)
        return
    if not isinstance(node, Mapping):
        return
    message = node.get("errorMessage", node.get("message"))
    if isinstance(message, str):
        yield Leaf(path=path, row=row, code=str(node.get("errorCode", "")), message=message)
        return
    index = node.get("arrayIndex")
    row = index + 1 if isinstance(index, int) else row
    for name, below in node.items():
        if name not in _WORDS:
            yield from leaves(below, path=(*path, name), row=row)
        elif name != "arrayIndex":
            yield from leaves(below, path=path, row=row)


def explain(reply: Reply, error: RemoteError) -> RemoteError:
    """A better error than the status alone gives: e-conomic's own code and words, and what to do."""
    body = _body(reply)
    found = list(leaves(body.get("errors")))
    error.request_id = str(body.get("logId", ""))
    error.code = next((leaf.code for leaf in found if leaf.code), _top_code(body))
    if isinstance(error, Throttled):
        error.advice = SLOWER
        return error
    if isinstance(error, Transient):  # LostReply too: its doubt is kept
        error.advice = WAIT
        return error
    if isinstance(error, Unauthorised):
        return _again(error, *_unauthorised(reply.status))
    if isinstance(error, NotFound):
        return _again(error, say("e-conomic does not have it, or not any more."), error.advice)
    if reply.status < 400:
        return error
    return _refused(reply, body, found, error)


def _refused(reply: Reply, body: Mapping[str, Any], found: Sequence[Leaf], error: RemoteError) -> RemoteError:
    what = _listed(found, reply) if found else _shown(str(body.get("message", "")), reply)
    text = (
        say("e-conomic refused it: {what}", what=what)
        if found or body.get("message")
        else say("e-conomic refused it (HTTP {status}).", status=reply.status)
    )
    refusal = _again(error, text, _advice(found, error.code))
    if isinstance(refusal, Rejected) and found:
        refusal.field = found[0].field
    return refusal


def _listed(found: Sequence[Leaf], reply: Reply) -> Text:
    told = _told(found[0], reply)
    for leaf in found[1:_SHOWN]:
        told = say("{first} {second}", first=told, second=_told(leaf, reply))
    if len(found) > _SHOWN:
        told = say("{first} And {count} more.", first=told, count=len(found) - _SHOWN)
    return told


def _told(leaf: Leaf, reply: Reply) -> Text:
    said = _shown(leaf.message, reply).rstrip(".")
    said = f"{said} ({leaf.code})." if leaf.code else f"{said}."
    last = leaf.path[-1] if leaf.path else ""
    field = FIELDS.get(leaf.field) or FIELDS.get(last) or say("{text}", text=leaf.field or "?")
    if leaf.row is not None:
        return say("row {row}, {field}: {said}", row=leaf.row, field=field, said=said)
    return say("{field}: {said}", field=field, said=said)


def _advice(found: Sequence[Leaf], code: str) -> Text | None:
    by_code = next((ADVICE[each] for each in (*(leaf.code for leaf in found), code) if each in ADVICE), None)
    names = (name for leaf in found for name in reversed(leaf.path))
    return by_code or next((BY_FIELD[name] for name in names if name in BY_FIELD), None)


def _shown(message: str, reply: Reply) -> str:
    return reply.redact.excerpt(message.encode())


def _top_code(body: Mapping[str, Any]) -> str:
    """REST writes ``errorCode``, the newer services ``code``; their 409 has ``property`` besides (section 6 [D])."""
    return str(body.get("errorCode") or body.get("code") or "")


def _body(reply: Reply) -> Mapping[str, Any]:
    try:
        body = parse_json(reply.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _unauthorised(status: int) -> tuple[Text, Text]:
    if status == 403:
        return say("The app lacks a role in e-conomic that this needs."), ROLE
    return say("e-conomic does not accept the tokens, or no longer."), RENEW


def _again(error: RemoteError, text: Text, advice: Text | None) -> RemoteError:
    """The same failure in better words."""
    return type(error)(text, **error.evidence(), advice=advice)
