"""What every part of the adapter is built with."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.erps.context import ErpContext
from bridge.erps.drafting import DraftSettings
from bridge.erps.memory import Memory
from bridge.erps.specter.batches import Batches
from bridge.erps.specter.client import Client
from bridge.erps.specter.file import memory_in
from bridge.erps.specter.notebook import Ledger
from bridge.erps.specter.options import Options
from bridge.erps.specter.profile import Profile, load

__all__ = ["Core"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The wire, the profile, the file and the settings of one account."""

    options: Options
    context: ErpContext
    profile: Profile
    settings: DraftSettings
    client: Client
    batches: Batches
    file: Memory
    ledger: Ledger

    @classmethod
    def of(cls, options: Options, context: ErpContext) -> Core:
        """Built of what the adapter was given; asks nobody yet, and opens no file but the owner's profile.

        Raises:
            ConfigError: that profile cannot be read, or makes no sense.
        """
        profile = load(context.base_dir / options.profile if options.profile else None)
        client = Client(options, profile, clock=context.clock, mounts=context.mounts)
        file = memory_in(context.data_dir)
        return cls(
            options=options,
            context=context,
            profile=profile,
            settings=DraftSettings.of(context),
            client=client,
            batches=Batches(
                client, profile, account=options.sbm_id, folder=context.data_dir, clock=context.clock
            ),
            file=file,
            ledger=Ledger(file, account=options.sbm_id, clock=context.clock),
        )

    def close(self) -> None:
        """Let go of connections and of the file."""
        self.client.close()
        self.file.close()
