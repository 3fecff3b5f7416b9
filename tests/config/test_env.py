"""A missing or odd value stops the start, and one message names every fault."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ImproperlyConfigured

from config.env import read_environment
from config.keys import new_keys

VARIABLES = (
    "COUNTERSIGN_APP_PASSWORD",
    "COUNTERSIGN_ALLOWED_HOSTS",
    "COUNTERSIGN_BEHIND_TLS_PROXY",
    "COUNTERSIGN_CHECKPOINT_KEYS",
    "COUNTERSIGN_DATA_DIR",
    "COUNTERSIGN_FILE_STORE",
    "COUNTERSIGN_LEDGER_STORE",
    "COUNTERSIGN_LOG_ORIGIN",
    "COUNTERSIGN_MAIL_FROM",
    "COUNTERSIGN_MAIL_URL",
    "COUNTERSIGN_MASTER_KEY",
    "COUNTERSIGN_PERMIT_KEY",
    "COUNTERSIGN_PUBLIC_URL",
    "COUNTERSIGN_S3_ENDPOINT",
    "COUNTERSIGN_SEALER_PASSWORD",
    "COUNTERSIGN_TIMESTAMP_ROOTS",
    "COUNTERSIGN_TIMESTAMP_URL",
    "COUNTERSIGN_WEBHOOK_HTTP_HOSTS",
    "COUNTERSIGN_WEBHOOK_NETWORKS",
    "COUNTERSIGN_WITNESS_HOSTS",
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
)
NEEDED_IN_PRODUCTION = {
    "COUNTERSIGN_ALLOWED_HOSTS",
    "COUNTERSIGN_FILE_STORE",
    "COUNTERSIGN_LEDGER_STORE",
    "COUNTERSIGN_LOG_ORIGIN",
    "COUNTERSIGN_MASTER_KEY",
    "COUNTERSIGN_PERMIT_KEY",
    "DATABASE_URL",
    "SECRET_KEY",
}
ELLIPTIC_BUT_NOT_ED25519 = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    .decode()
)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = new_keys()
    values = {
        "COUNTERSIGN_ALLOWED_HOSTS": "oversight.example,localhost",
        "COUNTERSIGN_FILE_STORE": "/srv/countersign/files",
        "COUNTERSIGN_LEDGER_STORE": "s3://oversight-ledger/production",
        "COUNTERSIGN_LOG_ORIGIN": "oversight.example/log",
        "COUNTERSIGN_MASTER_KEY": base64.b64encode(keys.master_key).decode(),
        "COUNTERSIGN_PERMIT_KEY": keys.permit_key.decode(),
        "DATABASE_URL": "postgresql://app:secret@db.example:6432/oversight?sslmode=require",
        "SECRET_KEY": keys.secret_key,
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_production_names_everything_that_is_missing_at_once() -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        read_environment(production=True)

    named = {name for name in VARIABLES if name in str(refusal.value)}
    assert named == NEEDED_IN_PRODUCTION


def test_a_machine_of_ones_own_needs_nothing() -> None:
    environment = read_environment(production=False)

    assert environment.database is None
    assert environment.secret_key is None
    assert environment.data_dir.name == ".countersign"


def test_a_complete_environment_is_taken_as_it_is(complete: None) -> None:
    environment = read_environment(production=True)

    assert environment.allowed_hosts == ("oversight.example", "localhost")
    assert environment.database == {
        "user": "app",
        "password": "secret",
        "host": "db.example",
        "port": "6432",
        "dbname": "oversight",
        "sslmode": "require",
    }
    assert not environment.behind_tls_proxy
    assert environment.ledger_store == "s3://oversight-ledger/production"
    assert environment.file_store == "/srv/countersign/files"
    assert environment.checkpoint_keys is None


def test_odd_and_missing_values_come_in_the_same_message(
    complete: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setenv("REDIS_URL", "http://cache.example")
    monkeypatch.setenv("COUNTERSIGN_BEHIND_TLS_PROXY", "maybe")

    with pytest.raises(ImproperlyConfigured) as refusal:
        read_environment(production=True)

    named = {name for name in VARIABLES if name in str(refusal.value)}
    assert named == {"SECRET_KEY", "REDIS_URL", "COUNTERSIGN_BEHIND_TLS_PROXY"}


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("SECRET_KEY", "too short"),
        ("COUNTERSIGN_MASTER_KEY", "not base64!"),
        ("COUNTERSIGN_MASTER_KEY", base64.b64encode(b"16 bytes are few").decode()),
        ("COUNTERSIGN_PERMIT_KEY", "/nowhere/permit.pem"),
        ("COUNTERSIGN_PERMIT_KEY", "-----BEGIN PRIVATE KEY-----"),
        ("COUNTERSIGN_PERMIT_KEY", ELLIPTIC_BUT_NOT_ED25519),
        ("COUNTERSIGN_LOG_ORIGIN", "two words"),
        ("COUNTERSIGN_LOG_ORIGIN", ".."),
        ("COUNTERSIGN_CHECKPOINT_KEYS", "/nowhere/keys"),
        ("COUNTERSIGN_LEDGER_STORE", ""),
        ("COUNTERSIGN_LEDGER_STORE", "s3://"),
        ("COUNTERSIGN_FILE_STORE", "ftp://files.example/bundles"),
        ("COUNTERSIGN_S3_ENDPOINT", "minio.example:9000"),
        ("COUNTERSIGN_TIMESTAMP_ROOTS", "/nowhere/roots.pem"),
        ("COUNTERSIGN_TIMESTAMP_ROOTS", __file__),
        ("COUNTERSIGN_TIMESTAMP_URL", "tsa.example"),
        # One without the other: a stamp could be had, and nothing to check it against.
        ("COUNTERSIGN_TIMESTAMP_URL", "https://tsa.example"),
        ("DATABASE_URL", "mysql://db.example/oversight"),
        ("DATABASE_URL", "postgresql://db.example"),
        ("REDIS_URL", "cache.example:6379"),
        ("COUNTERSIGN_BEHIND_TLS_PROXY", "maybe"),
        ("COUNTERSIGN_MAIL_URL", "mail.example:25"),
        ("COUNTERSIGN_MAIL_URL", "smtp://"),
        ("COUNTERSIGN_MAIL_URL", "smtp://mail.example:many"),
        ("COUNTERSIGN_MAIL_URL", "imap://mail.example"),
        # One without the other.
        ("COUNTERSIGN_MAIL_URL", "smtp://mail.example"),
        ("COUNTERSIGN_MAIL_FROM", "countersign@oversight.example"),
        ("COUNTERSIGN_MAIL_FROM", "nobody"),
        ("COUNTERSIGN_PUBLIC_URL", "oversight.example"),
    ],
)
def test_an_odd_value_is_refused_by_name(
    complete: None, monkeypatch: pytest.MonkeyPatch, name: str, odd: str
) -> None:
    monkeypatch.setenv(name, odd)

    with pytest.raises(ImproperlyConfigured, match=name):
        read_environment(production=True)


def test_the_refusal_does_not_repeat_a_password(
    complete: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app:secret@db.example:port/oversight?x=1")

    with pytest.raises(ImproperlyConfigured) as refusal:
        read_environment(production=True)

    assert "secret" not in str(refusal.value)


def test_the_sealers_keys_are_a_folder(
    complete: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COUNTERSIGN_CHECKPOINT_KEYS", str(tmp_path))

    assert read_environment(production=True).checkpoint_keys == tmp_path


def test_the_logins_passwords_are_given_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_SEALER_PASSWORD", "correct horse")

    passwords = read_environment(production=False).role_passwords

    assert passwords == {"app": None, "sealer": "correct horse"}


def test_the_permit_key_may_be_a_file(
    complete: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keys = new_keys()
    (tmp_path / "permit.pem").write_bytes(keys.permit_key)
    monkeypatch.setenv("COUNTERSIGN_PERMIT_KEY", str(tmp_path / "permit.pem"))

    assert read_environment(production=True).permit_key == keys.permit_key


def test_witnesses_and_time_stamps_are_told_together(
    complete: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Root")])
    root = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    pem = root.public_bytes(serialization.Encoding.PEM)
    (tmp_path / "roots.pem").write_bytes(pem)
    monkeypatch.setenv("COUNTERSIGN_TIMESTAMP_ROOTS", str(tmp_path / "roots.pem"))
    monkeypatch.setenv("COUNTERSIGN_TIMESTAMP_URL", "http://tsa.example/stamp")
    monkeypatch.setenv("COUNTERSIGN_WITNESS_HOSTS", "audit.internal,second")

    environment = read_environment(production=True)
    assert environment.witness_hosts == ("audit.internal", "second")
    assert environment.timestamp_url == "http://tsa.example/stamp"
    assert environment.timestamp_roots == pem


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+starttls://app:s%40cret@mail.example", 587, True, False),
        ("smtps://app:s%40cret@mail.example:4650", 4650, False, True),
    ],
)
def test_a_mail_server_is_read_from_its_address(
    complete: None,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    port: int,
    starttls: bool,
    tls: bool,
) -> None:
    monkeypatch.setenv("COUNTERSIGN_MAIL_URL", url)
    monkeypatch.setenv("COUNTERSIGN_MAIL_FROM", "Countersign <countersign@oversight.example>")
    server = read_environment(production=True).mail_server
    assert server is not None
    assert (server.host, server.port) == ("mail.example", port)
    assert (server.starttls, server.tls) == (starttls, tls)
    assert server.password == ("s@cret" if "@mail" in url else "")


def test_what_is_wrong_with_a_mail_server_repeats_no_password(
    complete: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERSIGN_MAIL_URL", "smtp://app:secret-word@mail.example:many")
    with pytest.raises(ImproperlyConfigured) as fault:
        read_environment(production=True)
    assert "secret-word" not in str(fault.value)


def test_where_webhooks_may_go_is_read_and_what_is_no_network_named(
    complete: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = read_environment(production=True)
    assert (environment.webhook_networks, environment.webhook_http_hosts) == ((), ())
    monkeypatch.setenv("COUNTERSIGN_WEBHOOK_NETWORKS", "10.1.0.0/16, fd00::/8")
    monkeypatch.setenv("COUNTERSIGN_WEBHOOK_HTTP_HOSTS", "engine.internal,second")
    environment = read_environment(production=True)
    assert [str(one) for one in environment.webhook_networks] == ["10.1.0.0/16", "fd00::/8"]
    assert environment.webhook_http_hosts == ("engine.internal", "second")
    monkeypatch.setenv("COUNTERSIGN_WEBHOOK_NETWORKS", "10.1.0.0/16,here")
    with pytest.raises(ImproperlyConfigured, match="COUNTERSIGN_WEBHOOK_NETWORKS: Must be"):
        read_environment(production=True)
