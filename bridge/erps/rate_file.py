"""The rates of ``[orders]``, and the file behind them: read again whenever somebody has written it."""

from __future__ import annotations

import threading
from pathlib import Path

from bridge.erps.context import ErpContext
from bridge.erps.currency import Conversion, RateFile, RateTable, TableError, read_table
from bridge.model.texts import say
from bridge.ports import KnowsRates

__all__ = ["TableFile", "conversion_of"]


class TableFile:
    """A CSV file of dated rates."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path
        self._lock = threading.Lock()
        self._known: tuple[tuple[int, int], RateTable] | None = None

    def table(self) -> RateTable:
        """The table as it is now; errors as ``RateFile.table``."""
        try:
            stat = self._path.stat()
            mark = (stat.st_mtime_ns, stat.st_size)
            with self._lock:
                if self._known is None or self._known[0] != mark:
                    self._known = (mark, read_table(self._path.read_text(encoding="utf-8")))
                return self._known[1]
        except OSError as error:
            raise TableError(
                say("{path} cannot be read: {reason}.", path=self._path, reason=error.strerror or str(error))
            ) from error
        except UnicodeDecodeError as error:
            raise TableError(say("{path} is not a text file in UTF-8.", path=self._path)) from error
        except TableError as error:
            raise TableError(say("{file}: {finding}", file=self.name, finding=error.text)) from error


def conversion_of(context: ErpContext, *, erp: KnowsRates | None = None) -> Conversion:
    """Exchange rates as ``[orders]`` has them; ``erp``: one that knows some of its own."""
    return Conversion(
        context.orders.exchange_rates,
        file=_rate_file(context),
        most_days=context.orders.exchange_rates_days,
        erp=erp,
    )


def _rate_file(context: ErpContext) -> RateFile | None:
    """The configured file, seen from the folder of the configuration; None: none is."""
    name = context.orders.exchange_rates_file.strip()
    return TableFile(context.base_dir / Path(name).expanduser()) if name else None
