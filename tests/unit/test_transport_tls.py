from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.clock import SystemClock
from bridge.errors import LostReply, Transient
from bridge.transport import Fault, Transport

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="needs openssl to make a certificate")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that signed itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    make = [
        str(OPENSSL),
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    subprocess.run(
        [*make, "-keyout", key, "-out", cert, "-days", "2", *subject], check=True, capture_output=True
    )
    return cert, key


@contextmanager
def a_tls_server(certificate: tuple[Path, Path], answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Serves one connection; gives its port and what was asked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    listening = socket.create_server(("127.0.0.1", 0))
    seen: list[bytes] = []

    def serve() -> None:
        try:
            conn, _ = listening.accept()
            conn.settimeout(30)
            with conn, context.wrap_socket(conn, server_side=True) as safe:
                while not (seen and seen[-1].endswith(b"{}")) and (piece := safe.recv(1 << 16)):
                    seen.append(piece)
                safe.sendall(answer)
        except OSError:
            pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], seen
    finally:
        listening.shutdown(socket.SHUT_RDWR)  # wakes the thread where nobody came
        listening.close()
        thread.join(30)


def a_transport(port: int, *, host: str = "localhost", ca_file: Path | None = None) -> Transport:
    """To that server."""
    url = f"https://{host}:{port}"
    return Transport("erp", base_url=url, clock=SystemClock(), timeout=timedelta(seconds=30), ca_file=ca_file)


WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize(("host", "trusted"), [("localhost", False), ("127.0.0.1", True)])
def test_certificate_that_does_not_fit_is_never_sent_to(
    certificate: tuple[Path, Path], host: str, *, trusted: bool
) -> None:
    """Self-signed, or for another name: nothing is sent, and the owner is told what to do."""
    with a_tls_server(certificate, WHOLE) as (port, seen):
        transport = a_transport(port, host=host, ca_file=certificate[0] if trusted else None)
        with pytest.raises(Transient) as caught:
            transport.call("POST", "x", json={})
        transport.close()
    assert not isinstance(caught.value, LostReply)
    assert caught.value.code == Fault.TLS
    assert "ca_file" in str(caught.value.advice)
    assert seen == []


def test_own_authority_is_trusted(certificate: tuple[Path, Path]) -> None:
    """A shop with a certificate of its own works with ca_file."""
    with a_tls_server(certificate, WHOLE) as (port, seen):
        transport = a_transport(port, ca_file=certificate[0])
        assert transport.call("POST", "x", json={}).json() == {}
        transport.close()
    assert b"POST /x" in b"".join(seen)


def test_encrypted_answer_that_breaks_off_is_in_doubt(certificate: tuple[Path, Path]) -> None:
    """After the request a TLS trouble is no longer "surely not sent"."""
    with a_tls_server(certificate, WHOLE[:-1]) as (port, _):
        transport = a_transport(port, ca_file=certificate[0])
        with pytest.raises(LostReply):
            transport.call("POST", "x", json={})
        transport.close()


def test_file_that_is_no_certificate_is_told(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    """A ca_file with something else in it is a set-up fault, before anything is sent."""
    wrong = tmp_path / "ca.pem"
    wrong.write_text("not a certificate", encoding="utf-8")
    with a_tls_server(certificate, WHOLE) as (port, seen):
        transport = a_transport(port, ca_file=wrong)
        with pytest.raises(Transient) as caught:
            transport.call("POST", "x", json={})
        transport.close()
    assert caught.value.code == Fault.TLS
    assert seen == []
