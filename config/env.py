"""The only place that reads the environment.

`read_environment` looks at every variable before it complains, so that one start names all that is
missing or odd. What a variable means stands beside it here and nowhere else.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import unquote, urlsplit

from cryptography.x509 import load_pem_x509_certificates
from django.core.exceptions import ImproperlyConfigured
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import validate_email
from environs import Env, EnvValidationError, ValidationError
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from config import keys
from governance.ledger.public_addresses import Network, parse_networks

T = TypeVar("T")

PROJECT_DIR = Path(__file__).resolve().parent.parent
REDIS_SCHEMES = ("redis", "rediss", "unix")
# Scheme to the port where none is named.
MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over. `starttls`: encrypted once connected; `tls`: from the start."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


@dataclass(frozen=True, slots=True)
class Environment:
    """What the surroundings decide. `None` means not given: the embedded service or a made key."""

    data_dir: Path
    database: dict[str, str] | None
    redis_url: str | None
    secret_key: str | None
    master_key: bytes | None
    permit_key: bytes | None
    log_origin: str | None
    checkpoint_keys: Path | None
    ledger_store: str | None
    file_store: str | None
    s3_endpoint: str | None
    allowed_hosts: tuple[str, ...]
    behind_tls_proxy: bool
    witness_hosts: tuple[str, ...]
    webhook_http_hosts: tuple[str, ...]
    webhook_networks: tuple[Network, ...]
    timestamp_url: str | None
    timestamp_roots: bytes | None
    role_passwords: dict[str, str | None]
    mail_server: MailServer | None
    mail_from: str | None
    public_url: str | None


def read_environment(*, production: bool) -> Environment:
    """Return what the environment says.

    In production the database, the secrets and the hosts must be given. Raises
    ImproperlyConfigured with every fault in one message.
    """
    env = Env(eager=False)
    for parse in PARSERS:
        env.add_parser(parse.__name__, _where_given(parse))
    needed: dict[str, Any] = {} if production else {"default": None}
    read = _services(env, needed) | _secrets(env, needed) | _ledger(env, needed) | _web(env, needed)
    read |= _webhooks(env) | _mail(env)
    try:
        env.seal()
    except EnvValidationError as faults:
        raise ImproperlyConfigured(_in_one_message(faults)) from None
    if (read["timestamp_url"] is None) != (read["timestamp_roots"] is None):
        raise ImproperlyConfigured(
            "COUNTERSIGN_TIMESTAMP_URL and COUNTERSIGN_TIMESTAMP_ROOTS are given both or neither."
        )
    if (read["mail_server"] is None) != (read["mail_from"] is None):
        raise ImproperlyConfigured(
            "COUNTERSIGN_MAIL_URL and COUNTERSIGN_MAIL_FROM are given both or neither."
        )
    return Environment(**read)


def _services(env: Env, needed: dict[str, Any]) -> dict[str, Any]:
    # Where the embedded services keep their data, and where keys made here are kept.
    data_dir = env.path("COUNTERSIGN_DATA_DIR", default=PROJECT_DIR / ".countersign")
    return {
        "data_dir": data_dir.expanduser().resolve(),
        # A libpq URL: postgresql://user:password@host:port/name?sslmode=verify-full
        "database": env._conninfo("DATABASE_URL", **needed),
        # redis://, rediss:// or unix://; without it the broker is found as
        # config.processes.broker says.
        "redis_url": env._redis_url("REDIS_URL", default=None),
        # The same as for the ledger's store below, for files that are handed out and may be
        # deleted, such as bundles of evidence.
        "file_store": env._store("COUNTERSIGN_FILE_STORE", **needed),
        # http:// or https:// of an S3-compatible store; without it s3:// is Amazon's own. Region
        # and credentials are found as every program on AWS finds them.
        "s3_endpoint": env._web_address("COUNTERSIGN_S3_ENDPOINT", default=None),
    }


def _secrets(env: Env, needed: dict[str, Any]) -> dict[str, Any]:
    return {
        # Signs sessions; at least 50 characters.
        "secret_key": env._secret_key("SECRET_KEY", **needed),
        # Base64 of 32 bytes; wraps the keys that seal each person's data. Lost: that data is lost.
        "master_key": env._master_key("COUNTERSIGN_MASTER_KEY", **needed),
        # An Ed25519 private key as PKCS#8 PEM, or the path of a file that holds one; signs permits.
        "permit_key": env._permit_key("COUNTERSIGN_PERMIT_KEY", **needed),
        # A folder of Ed25519 private keys, PKCS#8 PEM, one in each file; they sign the checkpoints.
        # For the sealer alone: a process without them cannot sign.
        "checkpoint_keys": env._key_folder("COUNTERSIGN_CHECKPOINT_KEYS", default=None),
        # Where `manage.py ledger harden` runs: the passwords of the two logins that it makes.
        "role_passwords": {
            role: env.str(f"COUNTERSIGN_{role.upper()}_PASSWORD", default=None)
            for role in ("app", "sealer")
        },
    }


def _ledger(env: Env, needed: dict[str, Any]) -> dict[str, Any]:
    # Comma-separated hosts of witnesses that may be asked over plain HTTP; all others by HTTPS.
    witness_hosts: list[str] = env.list("COUNTERSIGN_WITNESS_HOSTS", default=[])
    return {
        # The ledger's name in its checkpoints (C2SP tlog-checkpoint), such as
        # oversight.example/log.
        "log_origin": env._log_origin("COUNTERSIGN_LOG_ORIGIN", **needed),
        # A folder, or s3://bucket/prefix. The ledger outside the database, best where nobody who
        # can write to the database can delete: on another host, or in a bucket with object lock.
        "ledger_store": env._store("COUNTERSIGN_LEDGER_STORE", **needed),
        "witness_hosts": tuple(witness_hosts),
        # The time-stamping authority that stamps checkpoints (RFC 3161), and a PEM file with the
        # certificates that its tokens are checked against: both or neither.
        "timestamp_url": env._web_address("COUNTERSIGN_TIMESTAMP_URL", default=None),
        "timestamp_roots": env._certificates("COUNTERSIGN_TIMESTAMP_ROOTS", default=None),
    }


def _web(env: Env, needed: dict[str, Any]) -> dict[str, Any]:
    # Comma-separated host names under which the web process answers.
    allowed_hosts = env.list("COUNTERSIGN_ALLOWED_HOSTS", **(needed and {"default": []}))
    return {
        "allowed_hosts": tuple(allowed_hosts or ()),
        # True only if a proxy in front ends TLS and always sets X-Forwarded-Proto itself.
        "behind_tls_proxy": env.bool("COUNTERSIGN_BEHIND_TLS_PROXY", default=False),
    }


def _mail(env: Env) -> dict[str, Any]:
    return {
        # smtps://user:password@host:465, smtp+starttls://...:587, or smtp:// where the server is on
        # the same machine or network. Without it notices go by no mail.
        "mail_server": env._mail_server("COUNTERSIGN_MAIL_URL", default=None),
        # The address that mails come from, such as countersign@example.org.
        "mail_from": env._mail_address("COUNTERSIGN_MAIL_FROM", default=None),
        # Under which people open the product: where the links in mails and chats lead.
        "public_url": env._web_address("COUNTERSIGN_PUBLIC_URL", default=None),
    }


def _webhooks(env: Env) -> dict[str, Any]:
    # Comma-separated hosts that webhooks may go to over plain HTTP; all others by HTTPS.
    http_hosts: list[str] = env.list("COUNTERSIGN_WEBHOOK_HTTP_HOSTS", default=[])
    return {
        "webhook_http_hosts": tuple(http_hosts),
        # Comma-separated networks such as 10.1.0.0/16 that webhooks may go to although they are
        # not public. Whoever may make webhooks then reaches every machine in them.
        "webhook_networks": env._networks("COUNTERSIGN_WEBHOOK_NETWORKS", default=()),
    }


def _in_one_message(faults: EnvValidationError) -> str:
    said = cast(Mapping[str, list[str]], faults.error_messages)  # By variable, from `seal`.
    lines = [f"  {name}: {' '.join(said[name])}" for name in sorted(said)]
    return "\n".join(["The environment is not as it must be:", *lines])


def _where_given(parse: Callable[[str], T]) -> Callable[[Any], T | None]:
    return lambda text: parse(text) if isinstance(text, str) else text


def _conninfo(text: str) -> dict[str, str]:
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(text).items()}
    except ProgrammingError:
        # libpq's own words repeat the text, and the text may hold a password.
        raise ValidationError("Not a PostgreSQL URL that libpq understands.") from None
    if "dbname" not in parts:
        raise ValidationError("Names no database.")
    return parts


def _redis_url(text: str) -> str:
    if urlsplit(text).scheme not in REDIS_SCHEMES:
        raise ValidationError(f"Must start with one of {', '.join(REDIS_SCHEMES)} and ://.")
    return text


def _secret_key(text: str) -> str:
    return _key(keys.checked_secret_key, text)


def _master_key(text: str) -> bytes:
    return _key(keys.decode_master_key, text)


def _permit_key(text: str) -> bytes:
    if text.lstrip().startswith("-----BEGIN"):
        return _key(keys.checked_permit_key, text.encode())
    try:
        return _key(keys.checked_permit_key, Path(text).expanduser().read_bytes())
    except OSError:
        raise ValidationError("Neither a PEM text nor a file that can be read.") from None


def _key(check: Callable[[Any], T], given: object) -> T:
    try:
        return check(given)
    except ValueError as fault:
        raise ValidationError(str(fault)) from None


def _log_origin(text: str) -> str:
    if not text.strip("./") or any(one.isspace() or one == "+" for one in text):
        raise ValidationError("Must be a name without spaces and plus signs.")
    return text


def _key_folder(text: str) -> Path:
    folder = Path(text).expanduser().resolve()
    if not folder.is_dir():
        raise ValidationError("Must be a folder.")
    return folder


def _store(text: str) -> str:
    parts = urlsplit(text)
    if "://" not in text:
        if not text:
            raise ValidationError("Must be a folder or s3://bucket/prefix.")
        return str(Path(text).expanduser().resolve())
    if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment:
        raise ValidationError("Must be a folder or s3://bucket/prefix.")
    return text


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValidationError("Must start with http:// or https:// and name a host.")
    return text


def _mail_server(text: str) -> MailServer:
    # Neither the text nor a parser's words: it may hold a password.
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise ValidationError("Not an address of a mail server.") from None
    if parts.scheme not in MAIL_PORTS or not host or parts.path.strip("/") or parts.query:
        raise ValidationError("Must be smtp://, smtp+starttls:// or smtps:// and a host.")
    return MailServer(
        host=host,
        port=port or MAIL_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+starttls",
        tls=parts.scheme == "smtps",
    )


def _mail_address(text: str) -> str:
    try:
        validate_email(parseaddr(text)[1])
    except DjangoValidationError:
        raise ValidationError("Not a mail address.") from None
    if any(ord(one) < 32 for one in text):
        raise ValidationError("Not a mail address.")
    return text


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return parse_networks([one.strip() for one in text.split(",") if one.strip()])
    except ValueError as fault:
        raise ValidationError(f"Must be networks, comma-separated: {fault}.") from None


def _certificates(text: str) -> bytes:
    try:
        pem = Path(text).expanduser().read_bytes()
        load_pem_x509_certificates(pem)
    except OSError:
        raise ValidationError("No file that can be read.") from None
    except ValueError:
        raise ValidationError("Must be a file of certificates in PEM.") from None
    return pem


PARSERS: tuple[Callable[[str], Any], ...] = (
    _conninfo,
    _redis_url,
    _secret_key,
    _master_key,
    _permit_key,
    _log_origin,
    _key_folder,
    _store,
    _web_address,
    _networks,
    _certificates,
    _mail_server,
    _mail_address,
)


def child_environment(**more: str) -> dict[str, str]:
    """Return the environment for a process that we start: our own, and `more`."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", **more}
