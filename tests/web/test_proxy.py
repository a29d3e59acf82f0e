from __future__ import annotations

from pathlib import Path

from tests.web.site import PASSWORD, a_site, csrf, post

PROXY = {"REMOTE_ADDR": "127.0.0.1"}
STRANGER = {"REMOTE_ADDR": "192.0.2.9"}
HTTPS = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "bridge.example.se",
    "X-Forwarded-For": "203.0.113.5",
}


def test_cookie_behind_tls_is_secure_and_tied_to_the_host(tmp_path: Path) -> None:
    """Told by its own proxy that the browser speaks https, the page says Secure and __Host-."""
    with a_site(tmp_path, web="trusted_proxies = 127.0.0.1\nallowed_hosts = bridge.example.se") as site:
        client = site.client()
        token = csrf(
            client.get("/login", headers=HTTPS, environ_base=PROXY, base_url="https://bridge.example.se").text
        )
        answer = client.post(
            "/login", data={"csrf": token, "password": PASSWORD}, environ_base=PROXY,
            headers={**HTTPS, "Origin": "https://bridge.example.se"}, base_url="https://bridge.example.se",
        )  # fmt: skip
        cookie = next(h for h in answer.headers.getlist("Set-Cookie") if "orderbro=" in h)
        assert cookie.startswith("__Host-orderbro=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "HttpOnly" in cookie
        plain = {"Origin": "http://bridge.example.se", **HTTPS}
        assert client.post("/logout", headers=plain, environ_base=PROXY).status_code == 403


def test_forwarded_words_of_a_stranger_change_nothing(tmp_path: Path) -> None:
    """Neither the address the login limit counts nor the name of the page can be made up."""
    with a_site(tmp_path, web="trusted_proxies = 127.0.0.1") as site:
        client = site.client()
        token = csrf(client.get("/login").text)
        codes = [
            client.post(
                "/login", data={"csrf": token, "password": "guess"}, environ_base=STRANGER,
                headers={"X-Forwarded-For": f"203.0.113.{n}"},
            ).status_code
            for n in range(6)
        ]  # fmt: skip
        assert codes == [401] * 5 + [429]
        evil = client.get("/login", headers={"X-Forwarded-Host": "evil.example"}, environ_base=STRANGER)
        assert evil.status_code == 200


def test_forwarded_address_from_the_named_proxy_counts(tmp_path: Path) -> None:
    """Behind its proxy the page counts tries per browser, not per proxy."""
    with a_site(tmp_path, web="trusted_proxies = 127.0.0.1, 10.0.0.1") as site:
        client = site.client()
        token = csrf(client.get("/login").text)

        def status(address: str) -> int:
            headers = {"X-Forwarded-For": address}
            data = {"csrf": token, "password": "guess"}
            return client.post(
                "/login", data=data, headers=headers, environ_base={"REMOTE_ADDR": "10.0.0.1"}
            ).status_code

        assert [status("203.0.113.5") for _ in range(6)] == [401] * 5 + [429]
        assert status("203.0.113.6") == 401


def test_page_under_a_path_of_its_own(tmp_path: Path) -> None:
    """With url_prefix every link, redirect and cookie stays under it, whether the proxy strips it or not."""
    with a_site(tmp_path, web="url_prefix = /orderbro") as site:
        client = site.client()
        assert 'href="/orderbro/static/style.css"' in client.get("/orderbro/login").text
        assert client.get("/login").status_code == 200
        token = csrf(client.get("/orderbro/login").text)
        answer = client.post(
            "/orderbro/login", data={"csrf": token, "password": PASSWORD, "next": "/outbox?state=done"}
        )
        assert answer.location == "/orderbro/outbox?state=done"
        cookie = next(h for h in answer.headers.getlist("Set-Cookie") if h.startswith("orderbro="))
        assert "Path=/orderbro" in cookie
        assert client.get("/orderbro").status_code == 200
        assert 'name="next" value="/outbox"' in client.get("/orderbro/outbox").text


def test_login_over_http_after_language_switch_keeps_the_page(tmp_path: Path) -> None:
    """The switch leads back to where one was."""
    with a_site(tmp_path) as site:
        person = site.person()
        answer = post(person, "/language", at="/outbox?state=done", language="sv", next="/outbox?state=done")
        assert answer.location == "/outbox?state=done"
        assert '<html lang="sv">' in person.get("/").text
        post(person, "/language", language="xx")
        assert '<html lang="sv">' in person.get("/").text
