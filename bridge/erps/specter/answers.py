"""What Specter answers: a line of text, rows of text, or XML (specter facts, section 4). Pure.

The HTTP status tells nothing of business [INF]: a page of HTML with 200 is a fault of the server, and no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from bridge.erps.specter.letters import CHARSET
from bridge.erps.specter.profile import Profile
from bridge.model.money import amount

__all__ = ["Answer", "Node", "decimal", "read"]

_LINE: Final = re.compile(r"\s*-?\d+\s*;")
_DECLARED: Final = re.compile(rb"\s*<\?xml[^>]*\sencoding\s*=")
_CODE: Final = re.compile(r"-?\w{0,10}", re.ASCII)
"""Of an error; anything else in its place is said by people."""
_DEEPEST: Final = 50
"""So far an answer may be nested; Specter's are by six."""
_STATED: Final = re.compile(r"charset\s*=\s*\"?([\w-]+)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An element of XML. Names are compared without case, because nobody has seen them all."""

    name: str
    text: str = ""
    attributes: Mapping[str, str]
    children: tuple[Node, ...] = ()

    def every(self, name: str) -> Iterator[Node]:
        """The elements of this name, itself too, wherever below."""
        if self.name.lower() == name.lower():
            yield self
        for child in self.children:
            yield from child.every(name)

    def get(self, name: str) -> str:
        """The attribute, else the text of the first child, of this name; empty: it has neither."""
        wanted = name.lower()
        for attribute, value in self.attributes.items():
            if attribute.lower() == wanted:
                return value.strip()
        return next((child.text for child in self.children if child.name.lower() == wanted), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, understood."""

    good: bool
    """False: refused."""
    code: str = ""
    """Of the refusal, where there is one."""
    message: str = ""
    """Of the refusal, in Specter's words."""
    id: str = ""
    """What was made."""
    rows: tuple[tuple[str, ...], ...] = ()
    """Of an answer of several rows of text."""
    tree: Node | None = None
    """Of an answer in XML."""

    def count(self, name: str) -> int:
        """How many rows it has; ``name`` is that of their elements."""
        return len(self.rows) if self.tree is None else sum(1 for _ in self.tree.every(name))


def read(body: bytes, profile: Profile, *, content_type: str = "", writes: bool) -> Answer:
    """What was answered; ``writes``: to a call that makes something.

    Raises:
        ValueError: it is no answer: empty, a page of HTML, half of something.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _of_tree(_parsed(body.strip(), content_type), profile, writes=writes)
    text = _text(body, content_type)
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
    if not lines or not (_LINE.match(lines[0]) or (not writes and ";" in lines[0])):
        raise ValueError("neither a result nor rows")
    rows = tuple(tuple(cell.strip() for cell in line.split(";")) for line in lines)
    result, told = rows[0][:2]
    if writes and result == profile.text("answers.success"):
        return Answer(good=True, id=_identity(told))
    if writes or result == "0":  # a row of a batch begins with an article's id, which is none of 0
        return _refusal(rows)
    heading = profile.text("answers.header")
    return Answer(good=True, rows=tuple(row for row in rows if heading not in row))


def _refusal(rows: Sequence[Sequence[str]]) -> Answer:
    """Result, code, text; where the second is no code it belongs to the text, and so do further lines."""
    code, *rest = rows[0][1:]
    if not _CODE.fullmatch(code):
        code, rest = "", [code, *rest]
    lines = [";".join(rest), *(";".join(row) for row in rows[1:])]
    return Answer(good=False, code=code, message=" ".join(filter(None, lines)))


def _identity(text: str) -> str:
    """What was made; noughts are nobody's number, but how some say that there is none."""
    return text if text.strip("0") else ""


def decimal(text: str) -> Decimal:
    """A number of an answer, which may have a decimal comma (section 4 [1 PS]).

    Raises:
        ValueError: no number.
    """
    return amount("".join(text.split()).replace(",", "."))


def _of_tree(tree: Node, profile: Profile, *, writes: bool) -> Answer:
    status = next(tree.every(profile.text("answers.status")), None)
    if status is None:
        if writes or tree.name.lower() == "html":
            raise ValueError("XML without a result")
        return Answer(good=True, tree=tree)
    result = status.get(profile.text("answers.result"))
    if not result:
        raise ValueError("an empty result")
    if result != profile.text("answers.success"):
        code, message = (status.get(profile.text(f"answers.{name}")) for name in ("code", "message"))
        return Answer(good=False, code=code, message=message, tree=tree)
    names = profile.texts("answers.made")
    told = (_identity(node.get(name)) for name in names for node in (status, tree))
    made = next(filter(None, told), "")
    return Answer(good=True, id=made, tree=tree)


def _text(body: bytes, content_type: str) -> str:
    stated = _STATED.search(content_type.lower())
    try:
        return body.decode(stated[1] if stated else CHARSET)
    except (LookupError, UnicodeDecodeError):
        return body.decode(CHARSET)  # which every row of bytes is


def _parsed(body: bytes, content_type: str) -> Node:
    """The XML, read without entities or anything else from outside.

    What it does not say of its letters the heading does; else it is UTF-8 where it can be, as XML demands, and
    ISO-8859-1 where not (section 2).
    """
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415 - a bridge to another ERP never needs it

    source: bytes | str = body
    if not _DECLARED.match(body):
        try:
            source = (
                _text(body, content_type) if _STATED.search(content_type.lower()) else body.decode("utf-8")
            )
        except UnicodeDecodeError:
            source = body.decode(CHARSET)
    try:
        return _node(fromstring(source, forbid_dtd=True))
    except (SyntaxError, LookupError, RecursionError) as wrong:
        raise ValueError(f"no XML: {type(wrong).__name__}") from wrong


def _node(element: Any, depth: int = 0) -> Node:
    if depth > _DEEPEST:
        raise RecursionError
    return Node(
        name=str(element.tag).rpartition("}")[2],
        text=(element.text or "").strip(),
        attributes=dict(element.attrib),
        children=tuple(_node(child, depth + 1) for child in element),
    )
