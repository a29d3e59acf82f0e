"""``bridge config``, and what each bad configuration says in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bridge.cli.exits import ExitCode

ROOT = Path(__file__).resolve().parents[2]
KEY = "ck_0123456789012345678901234567890123456789"
PENDING = "An order in status pending is not paid: the buyer may still leave or change it."
PENDING_SV = "En order med status pending är inte betald: köparen kan fortfarande ångra eller ändra den."

BAD = [
    (
        "langage = sv",
        "config.ini:10 [bridge] langage",
        ("There is no option langage here.", "Did you mean language?"),
        ("Det finns ingen inställning langage här.", "Menade du language?"),
    ),
    (
        "[webb]\nlisten = 127.0.0.1:8787",
        "config.ini:10",
        ("There is no section [webb].", "Did you mean [web]?"),
        ("Det finns inget avsnitt [webb].", "Menade du [web]?"),
    ),
    (
        "[shop b]\npoll_every = 0s",
        "config.ini:11 [shop b] poll_every",
        ("0s is too small.", "The least is 5s."),
        ("0s är för litet.", "Det minsta är 5s."),
    ),
    (
        "[shop b]\npoll_every = 0",
        "config.ini:11 [shop b] poll_every",
        ("0 has no unit.", "Write s, m, h or d after it: 90s, 15m, 6h, 2d."),
        ("0 saknar enhet.", "Skriv s, m, h eller d efter talet: 90s, 15m, 6h, 2d."),
    ),
    (
        "[shop b]\npoll_every = -1",
        "config.ini:11 [shop b] poll_every",
        ("-1 has no unit.", "Write s, m, h or d after it: 90s, 15m, 6h, 2d."),
        ("-1 saknar enhet.", "Skriv s, m, h eller d efter talet: 90s, 15m, 6h, 2d."),
    ),
    (
        "[shop b]\npoll_every = 1000000000s",
        "config.ini:11 [shop b] poll_every",
        ("1000000000s is too large.", "The most is 1d."),
        ("1000000000s är för stort.", "Det största är 1d."),
    ),
    (
        "[shop b]\nconsumer_key =",
        "config.ini:11 [shop b] consumer_key",
        ("This line is missing or empty.", ""),
        ("Raden saknas eller är tom.", ""),
    ),
    (
        "[shop b]\nconsumer_secret = env:NOT_SET",
        "config.ini:11 [shop b] consumer_secret",
        (
            "The environment variable NOT_SET is not set or empty.",
            "Set it for the service, or write file:PATH or the secret itself.",
        ),
        (
            "Miljövariabeln NOT_SET är inte satt eller är tom.",
            "Sätt den för tjänsten, eller skriv file:SÖKVÄG eller själva hemligheten.",
        ),
    ),
    (
        f'[shop b]\nconsumer_key = "{KEY}"',
        "config.ini:11 [shop b] consumer_key",
        ("There are quotes around the value.", "Remove them: they count as part of it."),
        ("Det står citattecken runt värdet.", "Ta bort dem: de räknas som en del av värdet."),
    ),
    (
        "[shop b]\ntrigger_statuses = pending",
        "config.ini:11 [shop b] trigger_statuses",
        (PENDING, "Remove it; processing and completed are the usual ones."),
        (PENDING_SV, "Ta bort den; de vanliga är processing och completed."),
    ),
    (
        "[web]\nlisten = 127.0.0.1:0",
        "config.ini:11 [web] listen",
        (
            "127.0.0.1:0 is not an address and a port.",
            "Write address:port with a port from 1 to 65535, like 127.0.0.1:8787.",
        ),
        (
            "127.0.0.1:0 är inte en adress och en port.",
            "Skriv adress:port med en port från 1 till 65535, till exempel 127.0.0.1:8787.",
        ),
    ),
    (
        "[web]\nlisten = 0.0.0.0:8787",
        "config.ini:11 [web] listen",
        (
            "The page would be open to other machines without a password.",
            "Write 127.0.0.1:8787, or make a password_hash with: bridge password.",
        ),
        (
            "Sidan skulle vara öppen för andra datorer utan lösenord.",
            "Skriv 127.0.0.1:8787, eller gör en password_hash med: bridge password.",
        ),
    ),
]


@pytest.mark.parametrize(("lines", "where", "english", "swedish"), BAD)
@pytest.mark.parametrize("language", ["en", "sv"])
def test_bad_configuration_says_where_what_and_how_to_mend_it(
    run, config, *, lines: str, where: str, english: tuple[str, str], swedish: tuple[str, str], language: str
):
    """File, line, section and key; the complaint and its remedy; exit code 2; nothing else printed."""
    config(language=language, more=f"{lines}\n")
    what, fix = english if language == "en" else swedish
    result = run("config", "check")
    assert result.exit_code == ExitCode.USAGE
    assert result.stdout == ""
    shown = result.stderr.splitlines()
    number = shown.index(f"✗ {where}: {what}")
    assert shown[number + 1].strip().startswith(fix)
    assert KEY not in result.stderr


@pytest.mark.parametrize(
    "bad", ["shop.example", "ftp://shop.example", "https://user:pass@shop.example", "https://"]
)
def test_address_that_is_none_is_refused_with_its_place(run, config, bad: str):
    """Without scheme, with another one, with a password in it: the shop's adapter says what to write."""
    path = config()
    path.write_text(path.read_text("utf-8").replace("https://shop.example", bad), "utf-8")
    result = run("config", "check")
    assert result.exit_code == ExitCode.USAGE
    assert "✗ config.ini:2 [shop main] url: " in result.stderr
    assert "user:pass" not in result.stderr


def test_secret_file_that_ends_with_a_newline_is_no_mistake(run, config, tmp_path: Path):
    """Every editor writes one."""
    secret = tmp_path / "nyckel.txt"
    secret.write_text(f"{KEY}\n")
    secret.chmod(0o600)
    path = config()
    path.write_text(path.read_text("utf-8").replace(KEY, "file:nyckel.txt"), "utf-8")
    assert run("config", "check").exit_code == 0
    assert run("config", "check").stdout == "The configuration config.ini is in order.\n"


def test_good_configuration_is_said_to_be_good(run, config):
    """In Swedish too, and with what should be looked at all the same."""
    config(language="sv").chmod(0o644)
    result = run("config", "check")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "! config.ini: Alla användare på datorn kan läsa filen, och den innehåller hemligheter.",
        "    Kör: chmod 600 config.ini",
        "Konfigurationen config.ini är i sin ordning.",
    ]


def test_missing_configuration_says_how_to_begin(run):
    """The first thing a newcomer sees is the next step."""
    result = run("config", "show")
    assert result.exit_code == ExitCode.USAGE
    assert "bridge config example > config.ini" in result.stderr


def test_show_prints_what_is_set_and_where_it_comes_from(run, config):
    """Secrets are dots; defaults are left out."""
    config(more="mode = shadow\n")
    result = run("config", "show")
    assert result.exit_code == 0
    assert re.search(r"^mode = shadow +# line 10$", result.stdout, re.MULTILINE)
    assert re.search(r"^consumer_key = •••• +# line 3$", result.stdout, re.MULTILINE)
    assert "[shop main]" in result.stdout
    assert "retention" not in result.stdout
    assert KEY not in result.stdout


def test_show_all_prints_defaults_too(run, config):
    """Every option with its value, said in the configured language."""
    config(language="sv")
    assert re.search(
        r"^retention = 30d +# standardvärde$", run("config", "show", "--all").stdout, re.MULTILINE
    )


def test_show_as_json_is_complete_and_holds_no_secret(run, config):
    """For scripts."""
    config()
    result = run("config", "show", "--json")
    rows = {(row["section"], row["key"]): row for row in json.loads(result.stdout)}
    assert rows["shop main", "consumer_key"] == {
        "section": "shop main",
        "key": "consumer_key",
        "value": "••••",
        "origin": "line 3",
        "secret": True,
    }
    assert rows["bridge", "retention"]["origin"] == "default"
    assert KEY not in result.stdout


def test_example_is_the_file_in_the_repository(run):
    """config.example.ini is printed by the program and never written by hand."""
    result = run("config", "example", "--language", "sv")
    assert result.exit_code == 0
    assert result.stdout == (ROOT / "config.example.ini").read_text("utf-8")


def test_example_comes_in_the_reader_s_language(run, monkeypatch: pytest.MonkeyPatch):
    """Without a configuration the environment decides."""
    monkeypatch.setenv("LANG", "sv_SE.UTF-8")
    assert "# Adminsidan." in run("config", "example").stdout
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert "# The admin page." in run("config", "example").stdout


def test_example_filled_in_is_a_configuration(run):
    """Who follows the first line of the file can start."""
    text = run("config", "example", "--language", "sv").stdout
    gaps = {
        "url": "https://shop.example",
        "consumer_key": KEY,
        "consumer_secret": "cs_" + KEY[3:],
        "company_name": "Exempel AB",
        "org_number": "556000-4615",
    }
    assert re.findall(r"^(\w+) =$", text, re.MULTILINE) == list(gaps)
    for key, value in gaps.items():
        text = re.sub(rf"^{key} =.*$", f"{key} = {value}", text, flags=re.MULTILINE)
    Path("config.ini").write_text(text, "utf-8")
    Path("config.ini").chmod(0o600)
    assert run("config", "check").stdout == "Konfigurationen config.ini är i sin ordning.\n"
