"""The exit codes, in one place: scripts and service managers act on them."""

from __future__ import annotations

from enum import IntEnum

from bridge.errors import BridgeError, Rejected, StoreError, Transient

__all__ = ["ExitCode", "code_for"]


class ExitCode(IntEnum):
    """What the command line tells its caller."""

    DONE = 0
    PARKED = 1
    """Done, but something waits for a person."""
    USAGE = 2
    """The configuration, the command or the machine must be mended first."""
    REMOTE = 3
    """The shop or the ERP cannot be reached now; trying later may help."""
    BUG = 70
    """A mistake of ours (EX_SOFTWARE); Python's own 1 would read as "parked"."""
    INTERRUPTED = 130
    """Ctrl-C."""


def code_for(error: BridgeError) -> ExitCode:
    """The exit code an error leads to."""
    match error:
        case Transient():
            return ExitCode.REMOTE
        case Rejected():
            return ExitCode.PARKED
        case StoreError() | _:
            return ExitCode.USAGE
