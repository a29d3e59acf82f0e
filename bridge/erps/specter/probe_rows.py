"""What the rows of one batch teach about how Specter writes changes, against what the profile says. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from bridge.erps.specter.answers import Answer, Node, decimal
from bridge.erps.specter.mapping_feeds import Kind, Status, parsed_key, standing_of, things
from bridge.erps.specter.profile import Profile
from bridge.model.probing import Learnt
from bridge.model.texts import Text, say

__all__ = ["KINDS", "rows_teach"]

KINDS: Final[Mapping[Kind, Text]] = {
    Kind.STOCK: say("stock"),
    Kind.ARTICLES: say("articles"),
    Kind.ORDERS: say("orders"),
}
_NONE: Final = "–"
_MOST: Final = 12
"""So many names or values are told."""
_MOJIBAKE: Final = ("Ã¥", "Ã¤", "Ã¶", "Ã…", "Ã„", "Ã–", "Ã©", "\ufffd")
"""How å, ä, ö and é look when UTF-8 was taken for ISO-8859-1."""


def rows_teach(kind: Kind, answer: Answer, profile: Profile) -> Iterator[Learnt]:
    """What came of one reading, shape first."""
    yield _shape(kind, answer)
    try:
        count = len(things(kind, answer, profile))
    except ValueError as odd:
        yield Learnt(
            asked=say("Are the rows of {kind} where they are looked for?", kind=KINDS[kind]),
            found=say(
                "No: there is something called {name} which nobody knows. Nothing of it is acknowledged, and it "
                "stays with Specter.",
                name=str(odd) or _NONE,
            ),
            good=False,
            line=f"batches.{kind} = {{ value = {json.dumps(str(odd))} }}",
        )
        return
    yield _most(kind, answer, profile)
    if answer.tree is None:
        return
    if not count:
        yield Learnt(
            asked=say("What does a row of {kind} look like?", kind=KINDS[kind]),
            found=say(
                "Nothing has changed, so there was none. Change something in Specter and run this again."
            ),
        )
        return
    rows = [*answer.tree.every(profile.text(f"batches.{kind}"))]
    yield _besides(kind, rows, profile)
    for part in _OF[kind]:
        yield from part(answer.tree, rows, profile)
    yield _letters(kind, rows)


def _shape(kind: Kind, answer: Answer) -> Learnt:
    asked = say("Can changes of {kind} be read, and in what form do they come?", kind=KINDS[kind])
    if answer.tree is None:
        return Learnt(
            asked=asked,
            found=say("Yes, as lines of text although XML was asked for. Only stock can be read so."),
            good=False,
            line='answers.reads = { value = "2" }',
        )
    inside = ", ".join(dict.fromkeys(child.name for child in answer.tree.children))
    return Learnt(
        asked=asked,
        found=say("Yes, as XML: {root}, and in it {inside}.", root=answer.tree.name, inside=inside or _NONE),
        good=True,
    )


def _most(kind: Kind, answer: Answer, profile: Profile) -> Learnt:
    name = profile.text("answers.most")
    told = ""
    if answer.tree is not None:
        nodes = answer.tree.every(name)
        told = next((node.text for node in nodes), "") or answer.tree.get(name)
    asked = say("How many changes of {kind} come at once?", kind=KINDS[kind])
    if told.isascii() and told.isdigit():
        return Learnt(asked=asked, found=say("At most {count}.", count=told), good=True)
    return Learnt(
        asked=asked,
        found=say(
            "It is not told ({name} is not there): what may be left comes at the next reading.", name=name
        ),
    )


def _besides(kind: Kind, rows: Iterable[Node], profile: Profile) -> Learnt:
    """Names nobody has seen: perhaps quantities per row, VAT, a last change."""
    known = {name.lower() for field in profile.table("fields") for name in profile.texts(f"fields.{field}")}
    seen: dict[str, str] = {}
    for row in rows:
        for name, value in _names(row):
            seen.setdefault(name, value)
    new = [name for name in seen if name.lower() not in known]
    if not new:
        found = say("Nothing but what is known: {names}.", names=", ".join([*seen][:_MOST]))
    else:
        found = say(
            "Besides what is known: {names}. Show this to whoever looks after the bridge: it may be of use.",
            names=", ".join(new[:_MOST]),
        )
    return Learnt(
        asked=say("What does a row of {kind} look like?", kind=KINDS[kind]),
        found=found,
        good=None if new else True,
    )


def _names(node: Node) -> Iterator[tuple[str, str]]:
    yield from node.attributes.items()
    for child in node.children:
        yield child.name, child.text
        yield from _names(child)


def _sites(tree: Node, _rows: Iterable[Node], profile: Profile) -> Iterator[Learnt]:
    """How a stock site is told (section 12 [UNK])."""
    asked = say("How does Specter name a stock site?")
    sites = [*tree.every(profile.text("fields.stock"))]
    if not sites:
        yield Learnt(asked=asked, found=say("It tells no sites: all stock is together."))
        return
    names = profile.texts("fields.stock_site")
    told = [next(filter(None, map(site.get, names)), "") for site in sites]
    if all(told):
        yield Learnt(asked=asked, found=say("By its number: {sites}.", sites=", ".join(told)), good=True)
        return
    seen = {
        name: value
        for site in sites
        for name, value in (*site.attributes.items(), *((each.name, each.text) for each in site.children))
        if value
    }
    if not seen:
        yield Learnt(
            asked=asked, found=say("Not at all: the sites are added up."), good=len(sites) == 1 or None
        )
        return
    yield Learnt(
        asked=asked,
        found=say(
            "Otherwise than was thought: {seen}. Until the profile says so the sites are added up.",
            seen=", ".join(f"{name} = {value}" for name, value in [*seen.items()][:_MOST]),
        ),
        good=False,
        line=f"fields.stock_site = {{ value = [{json.dumps(next(iter(seen)))}] }}",
    )


def _numbers(*fields: str) -> Callable[[Node, Iterable[Node], Profile], Iterator[Learnt]]:
    """How numbers are written (section 4 [1 PS])."""

    def teach(_tree: Node, rows: Iterable[Node], profile: Profile) -> Iterator[Learnt]:
        asked = say("How does Specter write numbers?")
        values = [
            value for row in rows for name in fields if (value := row.get(profile.text(f"fields.{name}")))
        ]
        odd = [value for value in values if not _is_number(value)]
        if odd:
            yield Learnt(
                asked=asked,
                found=say("{value} cannot be understood as a number; what has it is left out.", value=odd[0]),
                good=False,
            )
        elif values:
            example = next((value for value in values if "," in value or "." in value), values[0])
            yield Learnt(
                asked=asked, found=say("Like {value}, which is understood.", value=example), good=True
            )

    return teach


def _is_number(text: str) -> bool:
    try:
        decimal(text)
    except ValueError:
        return False
    return True


def _keys(_tree: Node, rows: Iterable[Node], profile: Profile) -> Iterator[Learnt]:
    """Whether an order comes with the number we gave it (section 5.4 [UNK])."""
    asked = say("Does an order that has changed come with the web shop's number?")
    name = profile.text("fields.order_key")
    rows = list(rows)
    told = [value for row in rows if (value := row.get(name))]
    ours = [value for value in told if parsed_key(value)]
    elsewhere = next(
        (
            where
            for row in rows
            for where, value in _names(row)
            if where.lower() != name.lower() and _is_key(value)
        ),
        "",
    )
    if ours or (told and not elsewhere):
        yield Learnt(
            asked=asked,
            found=say("Yes, as {name}. So orders are known by it, whatever became of an answer.", name=name),
            good=True,
        )
    elif elsewhere:
        yield Learnt(
            asked=asked,
            found=say("Yes, but as {name}.", name=elsewhere),
            good=False,
            line=f"fields.order_key = {{ value = {json.dumps(elsewhere)} }}",
        )
    else:
        yield Learnt(
            asked=asked,
            found=say("No. Orders are known by the number Specter gave them, which the bridge remembers."),
        )


def _is_key(value: str) -> bool:
    return ":" in value and parsed_key(value) is not None


def _statuses(_tree: Node, rows: Iterable[Node], profile: Profile) -> Iterator[Learnt]:
    """Letters and numbers of statuses nobody knows (section 12), each with an order that has it."""
    unknown: dict[Status, str] = {}
    for row in rows:
        for status in standing_of(row, profile).unknown:
            unknown.setdefault(status, row.get(profile.text("fields.order_number")))
    for status, number in unknown.items():
        yield Learnt(
            asked=say("What does {field} {value} of an order mean?", field=status.field, value=status.value),
            found=say(
                "Nobody knows: order {number} has it. See what it says there, and write the meaning in the place of "
                "nothing: part delivered, delivered, invoiced, paid, cancelled, mailed, or leave nothing.",
                number=number,
            ),
            line=f"statuses.{status.table}.{status.line}",
        )
    if not unknown:
        yield Learnt(
            asked=say("What do the statuses of orders mean?"),
            found=say("All that came are known."),
            good=True,
        )


def _letters(kind: Kind, rows: Iterable[Node]) -> Learnt:
    """Whether texts come in the letters they were written in (section 2 [1 PS])."""
    asked = say("Do å, ä and ö come through in {kind}?", kind=KINDS[kind])
    texts = [value for row in rows for _, value in _names(row)]
    broken = next((text for text in texts if any(sign in text for sign in _MOJIBAKE)), "")
    if broken:
        return Learnt(asked=asked, found=say("No: {text}", text=broken), good=False)
    if any(not text.isascii() for text in texts):
        return Learnt(asked=asked, found=say("Yes."), good=True)
    return Learnt(asked=asked, found=say("There were none in what came."))


_OF: Final = {
    Kind.STOCK: (_sites, _numbers("stock_available")),
    Kind.ARTICLES: (_numbers("article_price", "article_weight", "article_buy_price"),),
    Kind.ORDERS: (_keys, _statuses),
}
