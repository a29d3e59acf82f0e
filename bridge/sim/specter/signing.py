"""The key of a call: two secrets around one value of it (specter facts, section 3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from hmac import compare_digest
from typing import Final

from bridge.sim.specter.account import Account
from bridge.sim.specter.refusals import NOT_ALLOWED, UNKNOWN_ACCOUNT, WRONG_KEY, Refusal
from bridge.sim.specter.wire import LETTERS, tidy

__all__ = ["let_in", "signature"]

BATCHES: Final = "batchno"


def signature(inner: str, outer: str, sbm_id: str, value: str) -> str:
    """``md5(outer + md5(inner + sbmId + value))`` in lower-case hex, value as Latin-1: v2 [2+], v1 [1]."""
    return _md5(outer + _md5(inner + sbm_id + value))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(LETTERS), usedforsecurity=False).hexdigest()


def signed_value(action: str, given: Mapping[str, str], account: Account) -> str:
    """X of an action: customerId [2+], the customer's name [1], the first articleNo [1], batchNo [1]."""
    if action == "newordersubmit":
        return given.get("customerid", "")
    if action == "newcustomersubmit":
        # The company's name, or "first last" of a person although no name is sent then [1].
        return given.get("name") or f"{given.get('firstname', '')} {given.get('surname', '')}"
    if action == "newarticlesubmit":
        return given.get("articleno_1", "")
    if action == "checkaccountsettings":
        return given.get(account.check_signed_by.lower(), "") if account.check_signed_by else ""
    return given.get(BATCHES, "")


def let_in(account: Account, action: str, given: Mapping[str, str], *, writes: bool) -> None:
    """See who calls.

    Raises:
        Refusal: unknown account, wrong user, wrong key, or a user who may not do this.
    """
    if given.get("sbmid", "") != account.sbm_id:
        raise Refusal(UNKNOWN_ACCOUNT, "Okänt sbmId")
    value, key = tidy(signed_value(action, given, account)), given.get("key", "")
    if account.version == 1:
        good = signature(account.md5_key_1, account.md5_key_2, account.sbm_id, value)
        if not compare_digest(good, key):
            raise Refusal(WRONG_KEY, account.wrong_key)
        return
    named = given.get("apiuserid", "")
    if not named and account.user_id_required:
        raise Refusal(WRONG_KEY, "apiUserId saknas")
    users = [user for name, user in account.users.items() if not named or name == named]
    for user in users:
        if compare_digest(signature(user.key, account.integration_key, account.sbm_id, value), key):
            if not (user.writes if writes else user.reads):
                raise Refusal(NOT_ALLOWED, "API-användaren saknar behörighet")
            return
    raise Refusal(WRONG_KEY, account.wrong_key)
