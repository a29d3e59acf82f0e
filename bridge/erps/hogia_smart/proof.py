"""Whether a list of invoices without a certain key proves that there is no such invoice. Pure.

Nobody knows how the field that carries the key comes back: it may be left out of lists, cut, or written otherwise
(Hogia facts, section 2.3: that it is free for us [INF], its length [UNK]).
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.model.documents import Key

__all__ = ["tells"]


def tells(seen: Sequence[str], key: str) -> bool:
    """``seen``: what the field says in each invoice of a list; none of them is exactly ``key``.

    True: keys of ours come back in it, and none of them may be this one cut or written otherwise.
    """
    ours = [each for each in seen if _is_key(each)]
    if not ours or any(_plain(each) == _plain(key) for each in seen):
        return False
    cut = [each for each in seen if each and _plain(key).startswith(_plain(each))]
    longest = max(map(len, ours))
    return all(len(each) < longest for each in cut)  # a longer key has come back, so it is not cut there


def _is_key(text: str) -> bool:
    try:
        Key.parse(text)
    except ValueError:
        return False
    return True


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
