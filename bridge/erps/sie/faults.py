"""What a failing file system means for the order at hand: wait, or call a person."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bridge.errors import RemoteError, Transient, Unauthorised
from bridge.model.texts import Text, say

__all__ = ["as_error", "explain"]

_FULL: Final = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_FOR_A_PERSON: Final = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOENT}
    | {errno.ENAMETOOLONG, errno.ELOOP}
)
"""Every order would fail alike until somebody mends the folder: the channel pauses, no attempt is burnt."""


@contextmanager
def as_error(folder: Path) -> Iterator[None]:
    """Turn what the system says of ``folder`` into one of our errors.

    Raises:
        Unauthorised: a person must mend the folder.
        Transient: it may pass by itself.
    """
    try:
        yield
    except OSError as error:
        raise explained(error, folder) from error


def explained(error: OSError, folder: Path) -> RemoteError:
    """The error to raise."""
    code = errno.errorcode.get(error.errno or 0, "")
    what, advice = explain(error, folder)
    if error.errno in _FOR_A_PERSON:
        return Unauthorised(what, channel="erp", call="folder", code=code, advice=advice)
    return Transient(what, channel="erp", call="folder", code=code, advice=advice)


def explain(error: OSError, folder: Path) -> tuple[Text, Text]:
    """What is wrong with the folder, and what to do."""
    if error.errno in _FULL:
        return (
            say("The disk of {folder} is full.", folder=folder),
            say("Make room; the bridge goes on by itself."),
        )
    if error.errno in {errno.EEXIST, errno.ENOTDIR}:
        return (
            say("{folder} is not a folder.", folder=folder),
            say("Name a folder in [erp] folder, or move the file of that name away."),
        )
    if error.errno == errno.ENOENT:
        return (
            say("{folder} cannot be made: the folder above it is missing.", folder=folder),
            say("Make it, connect the drive, or correct [erp] folder."),
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return (
            say("The bridge may not write in {folder}.", folder=folder),
            say("Give the user that runs the bridge the right to read and write there."),
        )
    if error.errno == errno.EROFS:
        return (
            say("{folder} lies on a drive that can only be read.", folder=folder),
            say("Make the drive writable, or name another folder in [erp] folder."),
        )
    return (
        say("{folder} cannot be used: {reason}.", folder=folder, reason=error.strerror or "?"),
        say("Look at the drive the folder lies on."),
    )
