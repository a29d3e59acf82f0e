"""What harmless calls tell of access: the test nobody has described, and how calls are signed (specter facts, 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bridge.erps.specter.batches import Batches
from bridge.erps.specter.client import Client
from bridge.erps.specter.core import Core
from bridge.erps.specter.hearing import hear
from bridge.erps.specter.mapping_feeds import Kind
from bridge.erps.specter.options import Options
from bridge.errors import RemoteError, Unauthorised
from bridge.model.probing import Learnt
from bridge.model.texts import Text, say

__all__ = ["account", "let_in", "other_access"]


def account(core: Core) -> Learnt:
    """A call that tests access is documented by its name only (section 3 [DOC, S-API])."""
    action = core.profile.text("actions.account")
    asked = say("Can access be tested with {action}?", action=action)
    refusals: list[str] = []
    for script in ("read", "write"):
        for signs in dict.fromkeys(("", core.options.sbm_id)):
            heard = hear(core, script, {"action": action, "useXML": "2"}, signs=signs)
            if heard.answer is not None and heard.answer.good:
                return Learnt(
                    asked=asked,
                    found=say(
                        "Yes: {script}, signed over {signs}, answers {said}",
                        script=core.profile.text(f"scripts.{script}"),
                        signs=repr(signs) if signs else say("nothing"),
                        said=heard.said,
                    ),
                    good=True,
                )
            refusals.append(str(heard.said))
    return Learnt(
        asked=asked,
        found=say(
            "It was refused in every way that was tried: {said}", said="; ".join(dict.fromkeys(refusals))
        ),
    )


def let_in(core: Core) -> Learnt:
    """A reading was answered."""
    return Learnt(
        asked=say("Are calls signed as signature = {version} says?", version=core.options.signature),
        found=say(
            "They are: Specter let a reading in. Whether the API user may write too, the first order shows."
        ),
        good=True,
    )


def other_access(core: Core, refused: Unauthorised) -> Iterator[Learnt]:
    """Wrong access, or another signature than was thought: the others are tried, where there are keys for them."""
    asked = say("Are calls signed as signature = {version} says?", version=core.options.signature)
    yield Learnt(asked=asked, found=refused.text, good=False)
    if not refused.call:
        return  # it is our own folder
    for told, options in _otherwise(core.options):
        client = Client(options, core.profile, clock=core.context.clock, mounts=core.context.mounts)
        try:
            _batches(core, client).receive(Kind.ORDERS)
        except RemoteError:
            continue
        finally:
            client.close()
        yield Learnt(asked=say("Are they signed otherwise?"), found=told, good=False)
        return
    yield Learnt(
        asked=say("Are they signed otherwise?"),
        found=say(
            "Not in any way there are keys for in [erp]. Compare them with what Specter has given you."
        ),
    )


def _otherwise(options: Options) -> Iterator[tuple[Text, Options]]:
    """Other access the same keys may be meant for."""
    if options.signature == "v2":
        turned = replace(options, api_user_key=options.integration_key, integration_key=options.api_user_key)
        yield say("The two keys have changed places: exchange api_user_key and integration_key."), turned
        other = replace(options, signature="v1")
    else:
        yield (
            say("The two keys have changed places: exchange md5_key_1 and md5_key_2."),
            replace(options, md5_key_1=options.md5_key_2, md5_key_2=options.md5_key_1),
        )
        other = replace(options, signature="v2")
    if all(other.secrets):
        yield say("They are: write signature = {version} under [erp].", version=other.signature), other


def _batches(core: Core, client: Client) -> Batches:
    """Of the same folder, so that what this reading opens is remembered like any other."""
    return Batches(
        client,
        core.profile,
        account=core.options.sbm_id,
        folder=core.context.data_dir,
        clock=core.context.clock,
    )
