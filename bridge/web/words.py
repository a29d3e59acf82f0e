"""Sentences and figures for the person at the page: language, dates, spans of time, amounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from flask import Flask, request

from bridge.i18n import translator
from bridge.model.money import cents
from bridge.model.texts import Text, say
from bridge.web.context import web

__all__ = ["LANGUAGES", "LANGUAGE_COOKIE", "language", "setup", "t", "tell"]

LANGUAGES: Final = {"sv": "Svenska", "en": "English"}
LANGUAGE_COOKIE: Final = "orderbro_language"


def setup(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.globals.update(_=t, language=language, languages=LANGUAGES)
    app.jinja_env.filters.update(
        tell=tell, moment=moment, day=day, hour=hour, relative=relative, money=money, figure=figure, cell=cell
    )


def language() -> str:
    """What the person chose with the switch, else what ``[bridge] language`` says."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else web().bridge.config.bridge.language


def t(template: str, /, **values: object) -> str:
    """A sentence in the person's language; ``_`` in the templates."""
    return tell(say(template, **values))


def tell(text: Text | None) -> str:
    """A stored sentence in the person's language."""
    if text is None or not text.template:
        return ""  # a catalogue keeps its own header under the empty key
    return text.render(translator(language()))


def local(when: datetime) -> datetime:
    """In the time zone of the books."""
    return when.astimezone(ZoneInfo(web().bridge.config.bridge.timezone))


def moment(when: datetime | None) -> str:
    """``2026-11-21 13:00:05``: the same in both languages, and it sorts."""
    return f"{local(when):%Y-%m-%d %H:%M:%S}" if when else ""


def day(when: datetime | None) -> str:
    """``2026-11-21 13:00``, for lists."""
    return f"{local(when):%Y-%m-%d %H:%M}" if when else ""


def hour(when: datetime) -> str:
    """``13:00``, for what happens soon."""
    return f"{local(when):%H:%M}"


def relative(when: datetime | None) -> str:
    """``in 5 min``, ``3 h ago``; units are abbreviated because these need no plural."""
    if when is None:
        return ""
    gap = when.astimezone(UTC) - web().bridge.clock.now()
    size, ahead = abs(gap), gap > timedelta()
    if size < timedelta(seconds=5):
        return t("now")
    span = _span(size)
    return t("in {span}", span=span) if ahead else t("{span} ago", span=span)


def _span(size: timedelta) -> str:
    seconds = int(size.total_seconds())
    if seconds < 90:
        return t("{count} s", count=seconds)
    if seconds < 90 * 60:
        return t("{count} min", count=round(seconds / 60))
    if seconds < 36 * 3600:
        return t("{count} h", count=round(seconds / 3600))
    return t("{count} d", count=round(seconds / 86400))


def money(amount: Decimal | None, currency: str = "") -> str:
    """``1 234,50 SEK`` or ``1,234.50 SEK``, with the decimals of the currency."""
    if amount is None:
        return ""
    number = figure(cents(amount, currency or "SEK"))
    return f"{number}\u00a0{currency}" if currency else number


def cell(text: str) -> str:
    """A number an adapter put in a table, as the reader writes numbers; anything else as it is."""
    try:
        return figure(Decimal(text)) if text.isascii() else text
    except ArithmeticError:
        return text


def figure(value: Decimal | int | None) -> str:
    """A number with grouped digits, as exact as it came."""
    if value is None:
        return ""
    text = format(value, ",") if isinstance(value, int) else format(value, ",f")
    if language() == "sv":
        return text.replace(",", "\u00a0").replace(".", ",").replace("-", "\u2212")
    return text.replace("-", "\u2212")
