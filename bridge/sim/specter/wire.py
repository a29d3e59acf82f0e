"""Letters on the wire: parameters in ISO-8859-1 from query and form together, answers as text or XML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as ET

from bridge.sim.specter.account import Account
from bridge.sim.specter.refusals import BAD_LETTERS, BAD_VALUE, Refusal

__all__ = ["LETTERS", "Reply", "comma", "node", "parameters", "rendered", "tidy"]

LETTERS: Final = "iso-8859-1"
_BROKEN: Final = re.compile(
    rb"%(?![0-9A-Fa-f]{2})"
)  # also %u0142, a script's way to write what Latin-1 has not
_ESCAPE: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters; 80-9F are letters in windows-1252 (€ is one) and none in ISO-8859-1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer before it takes a form: ``result;id;text``, or what a batch read found."""

    number: str = ""
    text: str = "OK"
    result: str = "1"
    lines: str | None = None
    """A batch as text, if it has such a form."""
    nodes: tuple[ET.Element, ...] = ()
    read: bool = False


def parameters(parts: Iterable[bytes], account: Account) -> dict[str, str]:
    """Names in lower case to values, query and form merged (specter facts, section 2) [INF, INF].

    Raises:
        Refusal: the letters are not ISO-8859-1 [1]; one name has two values: classic ASP takes the query's, or joins
            them with a comma, and no client means that [INF].
    """
    found: dict[str, str] = {}
    for part in parts:
        for pair in filter(None, part.split(b"&")):
            name, _, value = pair.partition(b"=")
            key, read = _decoded(name, account).lower(), _decoded(value, account)
            if found.setdefault(key, read) != read:
                raise Refusal(BAD_VALUE, f"Parametern {key} har två värden")
    return found


def _decoded(raw: bytes, account: Account) -> str:
    if _BROKEN.search(raw):
        raise Refusal(BAD_LETTERS, "Ogiltig procentkodning")
    octets = _ESCAPE.sub(lambda found: bytes([int(found.group(1), 16)]), raw.replace(b"+", b" "))
    text = octets.decode(LETTERS)
    if _UNSEEN.search(text) or (account.guards_utf8 and _is_utf8(octets)):
        raise Refusal(BAD_LETTERS, "Texten är inte ISO-8859-1")
    return text


def _is_utf8(octets: bytes) -> bool:
    """Whether it has letters beyond ASCII and all of them make sense as UTF-8: Latin-1 text hardly ever does."""
    try:
        return not octets.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


def tidy(text: str) -> str:
    """Trimmed, double spaces made one, as the key is reckoned: a client does so before it signs (section 2) [1].

    That Specter does it too is inferred [INF]; a client that signs untidy text is refused either way.
    """
    return re.sub(" {2,}", " ", text.strip())


def comma(amount: Decimal) -> str:
    """A number as answers have it: with a decimal comma (section 4) [1]; no zeros at the end [INF]."""
    text = f"{amount:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def node(tag: str, *below: ET.Element, text: str | None = None, **attributes: str) -> ET.Element:
    """An element of an answer."""
    made = ET.Element(tag, attributes)
    made.text = text
    made.extend(below)
    return made


@dataclass(frozen=True, slots=True)
class Rendered:
    """What goes out."""

    body: bytes
    media: str
    headers: Mapping[str, str] = field(default_factory=dict)


def rendered(reply: Reply, account: Account, *, xml: bool) -> Rendered:
    """The answer in its form. A letter Latin-1 has not becomes ``?`` in text, a reference in XML [INF]."""
    if not xml:
        text = f"{reply.result};{reply.number};{reply.text}" if reply.lines is None else reply.lines
        return Rendered(text.encode(LETTERS, "replace"), account.text_type)
    root = node(account.root)
    if not reply.read or account.reads_say_ok:
        # That code holds the new id of a good answer is by likeness with the text form [INF].
        told = {"result": reply.result, "code": reply.number, "message": reply.text}
        root.append(node("APIresponse", *(node(tag, text=text) for tag, text in told.items())))
    root.extend(reply.nodes)
    return Rendered(ET.tostring(root, encoding=LETTERS), "text/xml")
