"""What every part of the adapter is built with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_DNS, uuid5
from zoneinfo import ZoneInfo

from bridge.erps.chart import Chart
from bridge.erps.context import ErpContext
from bridge.erps.drafting import DraftSettings
from bridge.erps.hogia_smart.client import Client, tokens
from bridge.erps.hogia_smart.fees import with_fees
from bridge.erps.hogia_smart.ledger import Ledger
from bridge.erps.hogia_smart.options import Options
from bridge.erps.hogia_smart.profile import Profile, load
from bridge.erps.hogia_smart.years import Years

__all__ = ["Core"]

_OURS: Final = uuid5(NAMESPACE_DNS, "hogia.orderbro")
"""The namespace of every ``sequenceId``; must never change, or a repeat would look new to Hogia."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The wire, the profile, the accounts, the notes and the settings of one company."""

    options: Options
    context: ErpContext
    profile: Profile
    settings: DraftSettings
    chart: Chart
    client: Client
    years: Years
    ledger: Ledger

    @classmethod
    def of(cls, options: Options, context: ErpContext) -> Core:
        """Built of what the adapter was given; asks nobody yet.

        Raises:
            ConfigError: the profile is not there or makes no sense.
        """
        context = with_fees(context)
        profile = load(options.profile, folder=context.base_dir)
        access = tokens(options, data_dir=context.data_dir, clock=context.clock, mounts=context.mounts)
        client = Client(options, profile, tokens=access, clock=context.clock, mounts=context.mounts)
        return cls(
            options=options,
            context=context,
            profile=profile,
            settings=DraftSettings.of(with_fees(context)),
            chart=Chart(context.accounts, context.payments),
            client=client,
            years=Years(client),
            ledger=Ledger(_file(options, context), clock=context.clock),
        )

    def close(self) -> None:
        """Let go of connections and of the file."""
        self.client.close()
        self.ledger.close()

    @property
    def zone(self) -> ZoneInfo:
        """Of the books."""
        return self.context.timezone

    def sequence(self, about: str) -> str:
        """The ``sequenceId`` of a write, always the same for what it is about: a key, a contact's address.

        That the same one twice makes one thing only is likely and not proven (Hogia facts, section 2.3 [INF]).
        """
        return str(uuid5(_OURS, f"{self.options.organization_id.lower()}/{about}"))


def _file(options: Options, context: ErpContext) -> Path:
    """Where the bridge remembers what Hogia cannot be asked for: one file per company."""
    return context.data_dir / f"hogia-{options.organization_id.lower()}.sqlite"
