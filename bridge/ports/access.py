"""What an ERP may need although nobody has anything for it: to be used."""

from __future__ import annotations

from typing import Protocol

__all__ = ["KeepsAccess"]


class KeepsAccess(Protocol):
    """An ERP with ``Capability.KEEPS_ACCESS``."""

    def keep_access(self) -> None:
        """See that the access lasts: called about once a day, whether or not there are orders. Changes nothing else.

        A shop may be quiet for longer than an unused connection lives.

        Raises:
            Unauthorised: it is gone already, and a person must connect again.
        """
        ...
