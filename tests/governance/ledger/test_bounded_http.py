"""Whoever is asked can neither keep us waiting, nor fill the memory, nor pass for another."""

import socket
import ssl
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from governance.ledger.bounded_http import NoAnswer, ask

HEAD = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def speaking(speak: Callable[[socket.socket, Event], None]):
    """A server that reads one request and then does what it likes; its address."""
    done = Event()

    def serve() -> None:
        # The client may hang up at any moment.
        try:
            client, _ = listener.accept()
            with client:
                client.recv(65_536)
                speak(client, done)
        except OSError:
            return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/some/path"
        finally:
            done.set()
            thread.join()


def says(*parts: bytes):
    return lambda client, _: client.sendall(b"".join(parts))


def test_an_answer_of_any_status_is_an_answer():
    with speaking(
        says(
            b"HTTP/1.1 409 Conflict\r\nContent-Type: Text/X.tlog.size; a=b\r\n",
            b"Content-Length: 3\r\n\r\n12\n",
        )
    ) as url:
        answer = ask(url, most_bytes=3)
    assert (answer.status, answer.kind, answer.body) == (409, "text/x.tlog.size", b"12\n")


def test_a_body_without_a_length_ends_with_the_connection():
    with speaking(says(HEAD, b"\r\nall of it")) as url:
        assert ask(url, most_bytes=100).body == b"all of it"


def silent(client, done):
    done.wait()


def dripping_its_head(client, done):
    client.sendall(HEAD)
    while not done.wait(0.02):
        client.sendall(b"X-More: 1\r\n")


def dripping_its_body(client, done):
    client.sendall(HEAD + b"\r\n")
    while not done.wait(0.02):
        client.sendall(b"x")


@pytest.mark.parametrize("speak", [silent, dripping_its_head, dripping_its_body])
def test_nobody_keeps_us_waiting(speak):
    with speaking(speak) as url, pytest.raises(NoAnswer):
        ask(url, most_bytes=1_000_000, within=0.3)


@pytest.mark.parametrize(
    "said",
    [
        (HEAD, b"\r\n", b"x" * 11),
        (HEAD, b"Content-Length: 1000000000\r\n\r\n", b"x" * 11),
        (HEAD, b"Content-Length: 10\r\n\r\nonly"),
        (HEAD, b"Content-Le"),
        (HEAD, b"X-Header: whole\r\n"),
        (HEAD,),
        (HEAD, b"Transfer-Encoding: chunked\r\n\r\n4\r\nonly"),
        (b"no http at all\r\n\r\n",),
        (HEAD, b"X: y\r\n" * 200, b"\r\n"),
        (),
    ],
)
def test_too_long_or_cut_off_is_no_answer(said):
    with speaking(says(*said)) as url, pytest.raises(NoAnswer):
        ask(url, most_bytes=10)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "/path",
        "http://",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:9/with\r\nX-Header: 1",
        "",
    ],
)
def test_what_is_no_address_of_the_web_is_asked_nothing(url):
    with pytest.raises(NoAnswer):
        ask(url, most_bytes=10)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve() -> None:
            client, _ = listener.accept()
            with client, pytest.raises(ssl.SSLError):
                context.wrap_socket(client, server_side=True)

        thread = Thread(target=serve)
        thread.start()
        with pytest.raises(NoAnswer, match="certificate"):
            ask(f"https://localhost:{port}/", most_bytes=10)
        thread.join()
