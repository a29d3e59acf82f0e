"""What is wrong with the sections every bridge has."""

from __future__ import annotations

import typing
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.config.checks import is_local
from bridge.config.sections import WebSection
from tests.support.configs import SHOP, problems, read

HASH = "scrypt:32768:8:1$salt$" + "0f" * 32
NO_ADDRESS = "not an address and a port. Write address:port with a port from 1 to 65535, like 127.0.0.1:8787."
ACCOUNT = "Write the account's number, like 1580."
RATE = "Write the currency in three capitals and its worth in SEK, like EUR 11.45."
WEB = "config.ini:5 [web]"


def test_shortest_file_gets_every_default():
    """A shop's address and key are all the bridge must be told."""
    config = read(SHOP)
    assert config.bridge.mode == "live"
    assert config.bridge.data_dir == Path("/etc/bridge/data")
    assert config.bridge.retention == timedelta(days=30)
    assert (config.web.host, config.web.port) == ("127.0.0.1", 8787)
    assert config.shops["main"].section.trigger_statuses == ("processing", "completed")
    assert config.zone.key == "Europe/Stockholm"
    assert config.notices == ()


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("[web]\nlisten = 127.0.0.1:0", f"{WEB} listen: 127.0.0.1:0 is {NO_ADDRESS}"),
        (
            "[web]\nlisten = 127.0.0.1:abc",
            f"{WEB} listen: 127.0.0.1:abc is {NO_ADDRESS}",
        ),
        (
            "[web]\nlisten = 127.0.0.1:65536",
            f"{WEB} listen: 127.0.0.1:65536 is {NO_ADDRESS}",
        ),
        ("[web]\nlisten = 8787", f"{WEB} listen: 8787 is {NO_ADDRESS}"),
        (
            "[web]\nlisten = http://localhost:8787",
            f"{WEB} listen: http://localhost:8787 is {NO_ADDRESS}",
        ),
        (
            "[web]\nlisten = 0.0.0.0:8787",
            (
                f"{WEB} listen: The page would be open to other machines without a password. Write 127.0.0.1:8787, "
                "or make a password_hash with: bridge password."
            ),
        ),
        (
            "[web]\npassword_hash = hunter22",
            (
                f"{WEB} password_hash: This is not a password hash. Put the line here that this command prints: "
                "bridge password."
            ),
        ),
        (
            "[web]\nurl_prefix = orderbro/",
            f"{WEB} url_prefix: orderbro/ is not a path. Write it with a slash first and none last, like /orderbro.",
        ),
        (
            "[web]\ntrusted_proxies = 127.0.0.1, proxy",
            (
                f"{WEB} trusted_proxies: proxy is not an IP address. Write the proxy's address in numbers, "
                "like 127.0.0.1."
            ),
        ),
        (
            "[bridge]\ntimezone = Europe/Stokholm",
            "config.ini:5 [bridge] timezone: There is no time zone Europe/Stokholm. Did you mean Europe/Stockholm?",
        ),
        (
            "[bridge]\ntimezone = stockholm",
            "config.ini:5 [bridge] timezone: There is no time zone stockholm. Did you mean Europe/Stockholm?",
        ),
        (
            "[bridge]\ntimezone = ../../etc/passwd",
            (
                "config.ini:5 [bridge] timezone: There is no time zone ../../etc/passwd. Write continent and city: "
                "Europe/Stockholm."
            ),
        ),
        (
            "[bridge]\ntimezone = Europe",
            (
                "config.ini:5 [bridge] timezone: There is no time zone Europe. Write continent and city: "
                "Europe/Stockholm."
            ),
        ),
        (
            "[bridge]\ndata_dir = /dev/null",
            "config.ini:5 [bridge] data_dir: /dev/null is a file. Name a folder; it is made if it is not there.",
        ),
        (
            "[bridge]\nmode = shaddow",
            "config.ini:5 [bridge] mode: shaddow is not possible here. Did you mean shadow? Possible: live, shadow.",
        ),
        (
            "[orders]\nexchange_rates = eur 11.45",
            f"config.ini:5 [orders] exchange_rates: eur is not a currency. {RATE}",
        ),
        (
            "[orders]\nexchange_rates = EUR 0",
            f"config.ini:5 [orders] exchange_rates: 0 is not an exchange rate. {RATE}",
        ),
        (
            "[orders]\nexchange_rates = EUR -1",
            f"config.ini:5 [orders] exchange_rates: -1 is not an exchange rate. {RATE}",
        ),
        (
            "[accounts]\nshipping = frakt",
            f"config.ini:5 [accounts] shipping: frakt is not an account. {ACCOUNT}",
        ),
        ("[accounts]\nsales_25 =", f"config.ini:5 [accounts] sales_25: '' is not an account. {ACCOUNT}"),
        (
            "[accounts]\nsales_exprot = 3001",
            (
                "config.ini:5 [accounts] sales_exprot: exprot is neither a VAT rate nor a country and a rate. Write "
                "sales_25 or sales_DE_19."
            ),
        ),
        ("[payments]\nbacs = bank", f"config.ini:5 [payments] bacs: bank is not an account. {ACCOUNT}"),
    ],
)
def test_wrong_option_is_refused_with_place_and_remedy(lines: str, complaint: str):
    """Exactly one complaint, with file, line, section, key and what to write."""
    assert problems(f"{SHOP}{lines}\n") == [complaint]


@pytest.mark.parametrize(
    ("statuses", "what", "fix"),
    [
        (
            "pending, processing",
            "An order in status pending is not paid: the buyer may still leave or change it.",
            "Remove it; processing and completed are the usual ones.",
        ),
        (
            "checkout-draft",
            "An order in status checkout-draft is half-built: the buyer is still at the checkout.",
            "Remove it; processing and completed are the usual ones.",
        ),
        (
            "wc-pending",
            "An order in status pending is not paid: the buyer may still leave or change it.",
            "Remove it; processing and completed are the usual ones.",
        ),
        (
            "any",
            "any would send half-built orders and unpaid ones too.",
            "Remove it; processing and completed are the usual ones.",
        ),
        ("wc-processing", "The shop's interface writes wc-processing without wc-.", "Write processing."),
        (
            " ",
            "No status is named.",
            "Name at least one, like processing, completed; to send nothing write export = off.",
        ),
    ],
)
def test_status_that_must_not_send_is_refused_with_the_reason(statuses: str, what: str, fix: str):
    """An order that is not paid or not finished never becomes a document."""
    assert problems(f"{SHOP}trigger_statuses = {statuses}\n") == [
        f"config.ini:4 [shop main] trigger_statuses: {what} {fix}"
    ]


def test_statuses_of_plugins_are_taken():
    """A shop may have any status of its own."""
    config = read(f"{SHOP}trigger_statuses = packad, klar-att-skicka\n")
    assert config.shops["main"].section.trigger_statuses == ("packad", "klar-att-skicka")


@pytest.mark.parametrize("listen", ["127.0.0.1:8787", "localhost:80", "[::1]:8787", "127.3.2.1:1"])
def test_local_address_needs_no_password(listen: str):
    """Nobody but this machine reaches it."""
    assert read(f"{SHOP}[web]\nlisten = {listen}\n").web.listen == listen


@pytest.mark.parametrize("listen", ["0.0.0.0:8787", "[::]:8787", "192.168.1.2:80", "bridge.example.se:80"])
def test_public_address_needs_a_password(listen: str):
    """With one it is allowed, without it never."""
    assert len(problems(f"{SHOP}[web]\nlisten = {listen}\n")) == 1
    config = read(f"{SHOP}[web]\nlisten = {listen}\npassword_hash = {HASH}\n")
    assert not is_local(config.web.host)
    assert HASH not in repr(config.web)


def test_web_section_splits_an_address_of_version_six():
    """The brackets are not part of the address."""
    section = typing.cast("WebSection", read(f"{SHOP}[web]\nlisten = [::1]:99\n").web)
    assert (section.host, section.port) == ("::1", 99)


def test_accounts_per_rate_country_and_method_are_gathered():
    """The key's rest becomes the key of the mapping; named options keep their own."""
    config = read(
        f"{SHOP}[accounts]\nsales_25 = 3041\nsales_FI_25.5 = 3106\nvat_DE_19 = 2670\nsales_eu = 3107\n"
        "[payments]\nbacs = 1510\nklarna_payments = 1581\n"
    )
    assert config.accounts.sales == {"25": "3041", "FI_25.5": "3106"}
    assert config.accounts.vat == {"DE_19": "2670"}
    assert config.accounts.sales_eu == "3107"
    assert config.payments.entries == {"bacs": "1510", "klarna_payments": "1581"}


@pytest.mark.parametrize("parts", ["", "billing, everything"])
def test_update_that_updates_nothing_or_unknown_parts_is_told(parts: str):
    """force_update with an empty list would do nothing and look as if it did."""
    (told,) = problems(f"{SHOP}[customers]\nforce_update = yes\nupdate_parts = {parts}\n")
    assert "[customers] update_parts" in told
