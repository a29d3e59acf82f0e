"""Specter's interface for web shops: calls, and answers checked to be some. Has no word of our model.

One script writes, one reads (specter facts, section 2). A writing call is never repeated here: after a lost answer
nobody knows, and only whoever knows what a second order would do may send it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, Final

from bridge.clock import Clock
from bridge.erps.specter.answers import Answer, read
from bridge.erps.specter.errors import refusal
from bridge.erps.specter.letters import encoded, query
from bridge.erps.specter.options import Options
from bridge.erps.specter.profile import Action, Profile
from bridge.erps.specter.signing import Signer, signed_text
from bridge.model.texts import say
from bridge.transport import Pace, Reply, Transport

__all__ = ["Client"]

_FORM: Final = "application/x-www-form-urlencoded"
_IN_ADDRESS: Final[Mapping[Action, frozenset[str]]] = {
    Action.ORDER: frozenset({"webshopId"}),
    Action.ARTICLE: frozenset({"key"}),
}
"""What stands in the address besides who is calling, as the one client known does it [1 PS]; both are read alike."""


class Client:
    """Calls to one account. Parameters have the names of the adapter's tables; the profile spells them."""

    def __init__(
        self,
        options: Options,
        profile: Profile,
        *,
        clock: Clock,
        mounts: Mapping[str, Any] | None = None,
        pace: Pace = nullcontext,
    ) -> None:
        self._profile = profile
        self._signer = options.signer()
        self._who = {"sbmId": options.sbm_id}
        if options.signature == "v2":
            self._who["apiUserId"] = options.api_user_id
        self._transport = Transport(
            "erp",
            base_url=options.base_url,
            clock=clock,
            timeout=options.timeout,
            secrets=options.secrets,
            mounts=mounts,
            pace=pace,
        )

    def put(self, action: Action, form: Mapping[str, str]) -> Answer:
        """Make or change something.

        Raises:
            Duplicate: an order of this number is there already.
            Rejected: refused; surely nothing was made.
            LostReply: nobody knows; also after an answer that is none.
        """
        there = _IN_ADDRESS.get(action, frozenset())
        signed = self._signed(action, form)
        head = {name: value for name, value in signed.items() if name in there}
        rest = {name: value for name, value in signed.items() if name not in there}
        reply = self._transport.call(
            "POST",
            self._profile.text("scripts.write"),
            params=self._address(action, head, xml=self._profile.text("answers.writes")),
            data=query(self._profile.wire(rest)).encode("ascii"),
            headers={"Content-Type": _FORM, "Accept": "*/*"},
        )
        return self._understood(action, reply, writes=True)

    def get(self, action: Action, *, batch: str, **more: str) -> Answer:
        """The changes of a batch.

        Raises:
            OpenBatch: another one is open.
        """
        return self._understood(action, self._ask(action, {"batchNo": batch, **more}), writes=False)

    def done(self, action: Action, *, batch: str) -> None:
        """Acknowledge a batch: Specter never tells of its changes again.

        Raises:
            UnknownBatch: it is not open.
        """
        self._understood(action, self._ask(action, {"batchNo": batch}), writes=True)

    def heard(
        self, script: str, form: Mapping[str, str], *, signs: str, signer: Signer | None = None
    ) -> Reply:
        """Ask anything, and take the answer as it came: for finding out what nobody has written down.

        Args:
            script: its name in the profile, ``read`` or ``write``.
            form: the call, ``action`` and ``useXML`` too; it must make and change nothing.
            signs: the value that signs it.
            signer: other access than that of the settings.
        """
        key = (signer or self._signer).key(signs)
        wire = self._profile.wire({**self._who, **form, "key": key})
        return self._transport.call(
            "GET",
            self._profile.text(f"scripts.{script}"),
            params={name: encoded(value) for name, value in wire.items()},
            headers={"Accept": "*/*"},
        )

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _ask(self, action: Action, form: Mapping[str, str]) -> Reply:
        signed = self._signed(action, form)
        return self._transport.call(
            "GET",
            self._profile.text("scripts.read"),
            params=self._address(action, signed, xml=self._profile.text("answers.reads")),
            headers={"Accept": "*/*"},
        )

    def _signed(self, action: Action, form: Mapping[str, str]) -> dict[str, str]:
        return {**form, "key": self._signer.key(signed_text(action, form, self._profile))}

    def _address(self, action: Action, form: Mapping[str, str], *, xml: str) -> dict[str, object]:
        asked = {"action": self._profile.text(f"actions.{action}"), **self._who, "useXML": xml, **form}
        return {name: encoded(value) for name, value in self._profile.wire(asked).items()}

    def _understood(self, action: Action, reply: Reply, *, writes: bool) -> Answer:
        stated = reply.headers.get("Content-Type", "")
        try:
            answer = read(reply.body, self._profile, content_type=stated, writes=writes)
        except ValueError as odd:
            raise reply.unusable(
                say("Specter answered with something that is no answer of its interface."),
                advice=say(
                    "See that base_url in [erp] is Specter's own address. It may also be a passing fault there."
                ),
            ) from odd
        if not answer.good:
            raise refusal(answer, action, self._profile, reply)
        return answer
