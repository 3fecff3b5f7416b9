"""The only place that reads the environment.

`read_environment` looks at every variable before it complains, so that one start names all that is
missing or odd. What a variable means stands beside it here and nowhere else.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvValidationError, ValidationError
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from config import keys

T = TypeVar("T")

PROJECT_DIR = Path(__file__).resolve().parent.parent
REDIS_SCHEMES = ("redis", "rediss", "unix")


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
    allowed_hosts: tuple[str, ...]
    behind_tls_proxy: bool


def read_environment(*, production: bool) -> Environment:
    """Return what the environment says.

    In production the database, the secrets and the hosts must be given. Raises
    ImproperlyConfigured with every fault in one message.
    """
    env = Env(eager=False)
    for parse in (_conninfo, _redis_url, _secret_key, _master_key, _permit_key, _log_origin):
        env.add_parser(parse.__name__, _where_given(parse))
    needed: dict[str, Any] = {} if production else {"default": None}

    # Where the embedded services keep their data, and where keys made here are kept.
    data_dir = env.path("COUNTERSIGN_DATA_DIR", default=PROJECT_DIR / ".countersign")
    # A libpq URL: postgresql://user:password@host:port/name?sslmode=verify-full
    database = env._conninfo("DATABASE_URL", **needed)
    # redis://, rediss:// or unix://; without it the broker is found as config.processes.broker says
    redis_url = env._redis_url("REDIS_URL", default=None)
    # Signs sessions; at least 50 characters.
    secret_key = env._secret_key("SECRET_KEY", **needed)
    # Base64 of 32 bytes; wraps the keys that seal each person's data. Lost: that data is lost.
    master_key = env._master_key("COUNTERSIGN_MASTER_KEY", **needed)
    # An Ed25519 private key as PKCS#8 PEM, or the path of a file that holds one; signs permits.
    permit_key = env._permit_key("COUNTERSIGN_PERMIT_KEY", **needed)
    # The ledger's name in its checkpoints (C2SP tlog-checkpoint), such as oversight.example/log.
    log_origin = env._log_origin("COUNTERSIGN_LOG_ORIGIN", **needed)
    # Comma-separated host names under which the web process answers.
    allowed_hosts = env.list("COUNTERSIGN_ALLOWED_HOSTS", **(needed and {"default": []}))
    # True only if a proxy in front ends TLS and always sets X-Forwarded-Proto itself.
    behind_tls_proxy = env.bool("COUNTERSIGN_BEHIND_TLS_PROXY", default=False)

    try:
        env.seal()
    except EnvValidationError as faults:
        raise ImproperlyConfigured(_in_one_message(faults)) from None
    return Environment(
        data_dir=data_dir.expanduser().resolve(),
        database=database,
        redis_url=redis_url,
        secret_key=secret_key,
        master_key=master_key,
        permit_key=permit_key,
        log_origin=log_origin,
        allowed_hosts=tuple(allowed_hosts),
        behind_tls_proxy=behind_tls_proxy,
    )


def _in_one_message(faults: EnvValidationError) -> str:
    said = cast(Mapping[str, list[str]], faults.error_messages)  # By variable, from `seal`.
    lines = [f"  {name}: {' '.join(said[name])}" for name in sorted(said)]
    return "\n".join(["The environment is not as it must be:", *lines])


def _where_given(parse: Callable[[str], T]) -> Callable[[str | None], T | None]:
    return lambda text: None if text is None else parse(text)


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
    if not text or any(character.isspace() or character == "+" for character in text):
        raise ValidationError("Must be a name without spaces and plus signs.")
    return text


def child_environment(**more: str) -> dict[str, str]:
    """Return the environment for a process that we start: our own, and `more`."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", **more}
