"""The articles an order stands on: made first where the settings say so (specter facts, section 6 [DOC, VEN]).

An article that is there already stays as it is, for it is sent without force; so nobody need ask whether it is there,
which is as well, for nobody can (section 12).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

from bridge.erps.specter.core import Core
from bridge.erps.specter.errors import KnownArticle
from bridge.erps.specter.letters import fitting
from bridge.erps.specter.mapping_articles import ArticleNeed, Making, article_forms, needed
from bridge.erps.specter.profile import Action
from bridge.errors import LostReply, Transient
from bridge.model.texts import say

__all__ = ["Articles"]

MOST: Final = 20_000
"""Numbers kept; beyond that the memory is emptied, and each is sent once more."""
CREATE: Final = "create"


class Articles:
    """Sends each article once per process. Threads may share it."""

    def __init__(self, core: Core) -> None:
        self._client = core.client
        self._profile = core.profile
        self._making = core.settings.articles.missing == CREATE
        self._there: set[str] = set()
        self._lock = threading.Lock()

    def see_to(self, needs: Sequence[ArticleNeed]) -> None:
        """Make what may be missing. With ``missing = refuse`` Specter itself refuses the order, naming the article.

        Raises:
            Rejected: Specter does not take an article; surely no order was made.
            Transient: nobody knows whether the articles were made; surely no order was. The next try sends them anew.
        """
        if not self._making:
            return
        with self._lock:  # two orders with the same new article make it once
            wanted = [need for need in needs if need.number not in self._there]
            makings = [needed(need, self._profile) for need in wanted]
            self._make(makings)
            if len(self._there) >= MOST:
                self._there.clear()
            self._there.update(need.number for need in wanted)

    def _make(self, makings: Sequence[Making]) -> None:
        """Those that Specter has it may refuse or pass over [UNK]; refused, they are sent one by one in the end."""
        most = self._profile.number("numbers.articles_per_call")
        for start in range(0, len(makings), most):
            some = makings[start : start + most]
            try:
                self._send(some)
            except KnownArticle:
                if len(some) > 1:
                    middle = len(some) // 2
                    self._make(some[:middle])
                    self._make(some[middle:])

    def _send(self, makings: Sequence[Making]) -> None:
        for form in article_forms(makings, self._profile, fitting(), force=False):
            try:
                self._client.put(Action.ARTICLE, form)
            except LostReply as lost:
                raise Transient(
                    say("No answer came to making the articles of the order."),
                    channel="erp",
                    call=lost.call,
                    status=lost.status,
                    code=lost.code,
                    excerpt=lost.excerpt,
                ) from lost

    def forget(self, needs: Sequence[ArticleNeed]) -> None:
        """Specter lacks one of these, whatever we remember: the next try sends them again."""
        with self._lock:
            self._there.difference_update(need.number for need in needs)
