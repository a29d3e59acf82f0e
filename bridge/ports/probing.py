"""What can be found out about an ERP by asking it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from bridge.model.probing import Learnt

__all__ = ["Probes"]


class Probes(Protocol):
    """An ERP with ``Capability.PROBES``."""

    def probe(self) -> Iterator[Learnt]:
        """Ask harmless things, one by one, and say what came of each. Makes and changes nothing.

        A call that fails is something learnt too, not an error.
        """
        ...
