"""Things a person should know although the work goes on: kept until the next reading no longer finds them."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence

from bridge.model.texts import Problem, Text, say
from bridge.store import Store

__all__ = ["keep", "kept"]

log = logging.getLogger(__name__)


def keep(store: Store, topic: str, problems: Sequence[Problem]) -> None:
    """Replace the notices of a topic (``shop:main``); writes only when they changed."""
    name = f"notices:{topic}"
    told = json.dumps([[p.where, p.what.to_json(), p.fix.to_json()] for p in problems])
    if (store.progress.get(name) or "[]") == told:
        return
    store.progress.put(name, told)
    for problem in problems:
        log.warning("notice=%s where=%r", topic, problem.where)


def kept(store: Store, topic: str) -> tuple[Problem, ...]:
    """The notices of a topic as last found."""
    rows = json.loads(store.progress.get(f"notices:{topic}") or "[]")
    return tuple(
        Problem(where=where, what=_text(what), fix=_text(fix), severe=False) for where, what, fix in rows
    )


def _text(stored: str) -> Text:
    return Text.from_json(stored) or say("")
