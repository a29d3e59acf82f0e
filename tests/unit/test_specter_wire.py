"""Specter's letters and signatures, against vectors reckoned by hand, and the options they come from."""

from __future__ import annotations

import hashlib
from urllib.parse import unquote_to_bytes

import pytest

from bridge.erps.specter.letters import encoded, fitting, query
from bridge.erps.specter.options import Options
from bridge.erps.specter.profile import Action, load
from bridge.erps.specter.signing import Signer, signed_text
from bridge.errors import ConfigError
from bridge.model.texts import say
from tests.support.specter_wire import specter_options

NAME = say("name")


def md5(text: bytes) -> str:
    """As any tool reckons it."""
    return hashlib.md5(text, usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("  Åsa   Öberg ", "Åsa Öberg"),
        ("A\u030asa O\u0308berg", "Åsa Öberg"),
        ("Łukasz Wałęsa", "Lukasz Walesa"),
        ("Anna \N{PARTY POPPER} Berg", "Anna ? Berg"),
        ("محمد", "????"),
        ("Nguyễn", "Nguyen"),
        ("a\u200db\u0301x\u00ady", "abxy"),
        ("Smörgås 10 €", "Smörgås 10 EUR"),
        ("Søren Æbelø", "Søren Æbelø"),
        ("rad ett\nrad\ttvå\u00a0tre", "rad ett rad två tre"),
    ],
)
def test_every_text_arrives_in_latin_1_without_mojibake(text: str, written: str):
    """Spelled, without its accent, or as a question mark; blanks trimmed and collapsed."""
    fit = fitting()
    assert fit.fit(text, where=NAME, most=None) == written
    assert encoded(written).decode("iso-8859-1") == written


def test_what_was_written_otherwise_is_noted_by_field():
    """The letters, never the name; nothing is said of blanks."""
    fit = fitting()
    fit.fit("  Åsa  Ödén ", where=NAME, most=None)
    assert fit.notes() == ()
    fit.fit("Łukasz", where=NAME, most=None)
    assert [str(note) for note in fit.notes()] == [
        "name: some letters do not exist in the ERP and were written otherwise: Ł → L."
    ]


def test_what_was_not_fitted_is_never_sent():
    """A fault of ours stops the call."""
    with pytest.raises(ValueError, match="encode"):
        query({"name": "Łukasz"})


def test_form_is_percent_encoded_latin_1():
    """As the simulator, and any server of that character set, reads it."""
    text = query({"name": "Åsa & Söner+1", "orgNo": "556000-4615"})
    assert text == "name=%C5sa%20%26%20S%F6ner%2B1&orgNo=556000-4615"
    assert unquote_to_bytes(text.partition("=")[2]).startswith(b"\xc5sa & S\xf6ner+1")


def test_signature_of_an_order_with_an_api_user():
    """md5(IntegrationKey + md5(ApiUserKey + sbmId + customerId)), written out with a tool outside."""
    signer = specter_options().signer()
    assert signer.key("10023") == md5(b"integrationsnyckel" + md5(b"anvandarnyckel471110023").encode())


def test_signature_with_two_md5_keys():
    """The older way has the same form with other secrets."""
    signer = specter_options(signature="v1", md5_key_1="ett", md5_key_2="två").signer()
    assert signer.key("7") == md5("två".encode("latin-1") + md5(b"ett47117").encode())


def test_name_is_signed_in_the_bytes_it_is_sent_in():
    """Latin-1, not UTF-8."""
    signer = Signer(sbm_id="1", first="a", second="b")
    assert signer.key("Åsa Öberg") == md5(b"b" + md5(b"a1\xc5sa \xd6berg").encode())


def test_known_vector():
    """One that was worked out with md5sum on a command line."""
    assert Signer(sbm_id="1", first="k", second="i").key("42") == "171a73c9203bb8854b58bfc29482a36f"


@pytest.mark.parametrize(
    ("action", "form", "text"),
    [
        (Action.CUSTOMER, {"name": "Berg AB", "firstName": "Anna"}, "Berg AB"),
        (Action.CUSTOMER, {"firstName": "Anna", "surName": "Berg"}, "Anna Berg"),
        (Action.CUSTOMER, {"name": "", "firstName": "", "surName": "Berg"}, "Berg"),
        (Action.ORDER, {"customerId": "10023"}, "10023"),
        (Action.ARTICLE, {"articleNo_1": "A-1", "articleNo_2": "A-2"}, "A-1"),
        (Action.STOCK_DONE, {"batchNo": "f00"}, "f00"),
    ],
)
def test_what_signs_a_call_stands_in_the_profile(action: Action, form: dict[str, str], text: str):
    """Section 3 of the facts."""
    assert signed_text(action, form, load()) == text


def test_call_without_what_signs_it_is_a_fault_of_ours():
    """It would be refused for its key, and nobody would know why."""
    with pytest.raises(ValueError, match="nothing to sign order"):
        signed_text(Action.ORDER, {}, load())


def test_secrets_do_not_show():
    """Neither in options nor in the signer."""
    options = specter_options()
    assert "nyckel" not in repr(options)
    assert "nyckel" not in repr(options.signer())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"integration_key": ""}, "needed to sign calls the way signature = v2 says"),
        ({"signature": "v1"}, "md5_key_1"),
        ({"sbm_id": "SBM 12"}, "'SBM 12' is no number."),
        ({"stock_site": "Lager"}, "'Lager' is no number."),
        ({"base_url": "http://api.specter.se"}, "unprotected"),
        ({"ping_secret": "short"}, "Anybody could guess it"),
        ({"ping_secret": "with a blank and long enough"}, "cannot stand in an address"),
    ],
)
def test_settings_that_cannot_work_are_told(changes: dict[str, str], said: str):
    """Each with its key and the remedy."""
    with pytest.raises(ConfigError) as caught:
        specter_options(**changes)
    assert said in str(caught.value)


def test_secret_of_pings_may_stand_in_an_address():
    """And is shown nowhere."""
    options = specter_options(ping_secret="abcdefghij_0123456789-XY")
    assert str(options.ping_secret) == "abcdefghij_0123456789-XY"
    assert "abcdefghij" not in repr(options)


def test_account_at_the_provider_is_found_by_method():
    """In any case of letters."""
    options: Options = specter_options(pay_system_user_KCO="K123")
    assert options.pay_system_user("kco") == "K123"
    assert options.pay_system_user("swish") == ""
