"""What every part of the adapter is built with."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bridge.erps.context import ErpContext
from bridge.erps.drafting import DraftSettings
from bridge.erps.economic.client import Client
from bridge.erps.economic.options import Options
from bridge.erps.economic.registers import Registers
from bridge.transport.pacing import shared

__all__ = ["Core"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The wire, the registers and the settings of one agreement."""

    options: Options
    context: ErpContext
    settings: DraftSettings
    client: Client
    registers: Registers

    @classmethod
    def of(cls, options: Options, context: ErpContext) -> Core:
        """Built of what the adapter was given; asks nobody yet."""
        agreement = (options.base_url, str(options.agreement_grant_token))
        pace = shared(
            ("economic", *agreement), calls=options.calls_per_second, seconds=1, clock=context.clock
        )
        client = Client(options, clock=context.clock, mounts=context.mounts, pace=pace)
        return cls(
            options=options,
            context=context,
            settings=DraftSettings.of(context),
            client=client,
            registers=Registers(client, options),
        )

    @property
    def zone(self) -> ZoneInfo:
        """Of the books."""
        return self.context.timezone
