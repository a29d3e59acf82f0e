"""How an option is declared: a dataclass field that carries its own help.

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Options:
        url: str = option(required=True, help="The shop's address, with https://.")
        consumer_secret: Secret = option(required=True, help="...")
        timeout: Duration = option("30s", help="Longest wait for one answer.", least="1s", most="10m")

The same declaration reads the file, checks it, prints config.example.ini, shows the settings page and names
the field in every error. Defaults are written as they would stand in the file and parsed like the file.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field
from datetime import timedelta
from typing import Any, Final

__all__ = ["META", "Duration", "Meta", "Secret", "option"]

META: Final = "orderbro"

Duration = timedelta
"""Written ``90s``, ``15m``, ``6h``, ``2d``; a bare number is refused."""


class Secret(str):
    """Text that never shows itself: ``repr`` and the settings page give dots.

    In the file it stands as the value itself, as ``env:NAME`` or as ``file:PATH``.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        """Dots."""
        return "'••••'" if self else "''"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What a field knows about itself."""

    default: str | None
    help: str
    required: bool
    choices: tuple[str, ...]
    least: str | None
    most: str | None
    example: str | None
    pattern: bool
    """True: the field is a mapping that takes every key of the section of the form ``<field>_<rest>``
    (``sales_25``, ``vat_DE_19``), or, when its name is ``entries``, every key of the section."""
    prefix: str = ""
    """Of a pattern: what its keys begin with where that is not the field's name."""


def option(  # noqa: PLR0913 - one argument per thing an option knows of itself
    default: str | None = "",
    *,
    help: str,  # noqa: A002 - the field's standard name in every option library
    required: bool = False,
    choices: tuple[str, ...] = (),
    least: str | None = None,
    most: str | None = None,
    example: str | None = None,
    pattern: bool = False,
    prefix: str = "",
) -> Any:
    """Declare one option.

    Args:
        default: as written in the file; None means "no value".
        help: one or two sentences for the owner: what it does, and when to change it. Translated.
        required: the bridge cannot start without it.
        choices: the only values allowed.
        least: smallest value, as written in the file.
        most: largest value, as written in the file.
        example: shown in config.example.ini where the default would tell nothing.
        pattern: see ``Meta.pattern``.
        prefix: see ``Meta.prefix``.
    """
    meta = Meta(
        default=None if required else default,
        help=help,
        required=required,
        choices=choices,
        least=least,
        most=most,
        example=example,
        pattern=pattern,
        prefix=prefix,
    )
    return field(default=MISSING, metadata={META: meta})
