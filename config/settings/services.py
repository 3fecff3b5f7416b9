"""How Django reaches PostgreSQL, the broker and the cache, made from what the environment says."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from psycopg import IsolationLevel

from config.processes.broker import Broker
from config.processes.places import Places

# The role that owns the embedded database. It is no superuser: it cannot switch triggers off
# through session_replication_role.
EMBEDDED_ROLE = "countersign"
EMBEDDED_DATABASE = "countersign"

# A query that runs longer than this is a fault, and an open transaction that waits longer holds
# locks that others need.
SESSION_LIMITS = "-c statement_timeout=60s -c idle_in_transaction_session_timeout=60s"
POOL = {"min_size": 1, "max_size": 8, "timeout": 10}

# The sealer waits for the store between two signs of life.
S3_CONNECT_SECONDS = 4
S3_READ_SECONDS = 8
S3_TRIES = 2


def conninfo_parts(database: dict[str, str] | None, places: Places) -> dict[str, str]:
    """Return libpq's parameters of our database: the given one, else the embedded one."""
    if database is not None:
        return database
    return {"host": str(places.sockets), "user": EMBEDDED_ROLE, "dbname": EMBEDDED_DATABASE}


def database_settings(parts: dict[str, str]) -> dict[str, Any]:
    """Return Django's DATABASES["default"] for libpq's `parts`.

    Connections come from a pool of the process, which needs CONN_MAX_AGE 0.
    """
    rest = dict(parts)
    named = {
        "NAME": rest.pop("dbname"),
        "USER": rest.pop("user", ""),
        "PASSWORD": rest.pop("password", ""),
        "HOST": rest.pop("host", ""),
        "PORT": rest.pop("port", ""),
    }
    limits = f"{SESSION_LIMITS} {rest.pop('options', '')}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        **named,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "application_name": "countersign",
            "isolation_level": IsolationLevel.READ_COMMITTED,
            "pool": POOL,
            **rest,
            "options": limits,
        },
    }


def cache_settings(broker: Broker) -> dict[str, Any]:
    """Return Django's CACHES["default"]: Redis where there is one, else a table, because counters
    of rate limits must be shared between the web's processes."""
    if broker.cache_url is None:
        return {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
        }
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": broker.cache_url,
        "KEY_PREFIX": "countersign",
    }


def broker_options(broker: Broker, conninfo: str, visibility_timeout: int) -> dict[str, Any]:
    """Return Celery's transport options. `visibility_timeout`: seconds until a task that nobody
    acknowledged is handed out again."""
    if broker.url.startswith("pgmq"):
        return {
            # Instead of the URL's host: it may be a Unix socket.
            "conn_string": conninfo,
            # The extension's functions come with `migrate`: config.queues.
            "init_extension": False,
            # PostgreSQL tells of a new message; waiting inside a query would delay the stop.
            "use_notify": True,
            "wait_time_seconds": 0,
            "visibility_timeout": visibility_timeout,
        }
    return {
        "visibility_timeout": visibility_timeout,
        # Who rings while Redis is away is told at once: six seconds of retries would keep a person
        # waiting for a message that the sweeps make good. The worker reconnects by its own rule.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    }


def storage_settings(
    *, ledger: str | Path, files: str | Path, s3_endpoint: str | None, static_files: str
) -> dict[str, Any]:
    """Return Django's STORAGES. `ledger` and `files`: a folder or s3://bucket/prefix each."""
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": static_files},
        "ledger": _storage(str(ledger), s3_endpoint),
        "files": _storage(str(files), s3_endpoint),
    }


def _storage(place: str, s3_endpoint: str | None) -> dict[str, Any]:
    if not place.startswith("s3://"):
        folder = "governance.durable_folder.DurableFolder"
        return {"BACKEND": folder, "OPTIONS": {"location": place}}
    # Only here: it takes a third of a second, and most machines have no such store.
    from boto3.s3.transfer import TransferConfig  # type: ignore[import-untyped]
    from botocore.config import Config  # type: ignore[import-untyped]

    bucket = urlsplit(place)
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket.netloc,
            "location": bucket.path.strip("/"),
            "endpoint_url": s3_endpoint,
            "file_overwrite": True,
            # Of a file that is read; beyond it, it goes through a temporary one.
            "max_memory_size": 2**20,
            "client_config": Config(
                connect_timeout=S3_CONNECT_SECONDS,
                read_timeout=S3_READ_SECONDS,
                retries={"total_max_attempts": S3_TRIES},
            ),
            # Who writes many files has threads of their own.
            "transfer_config": TransferConfig(use_threads=False),
        },
    }


def log_origin_of(data_dir: Path) -> str:
    """Return the name of the ledger of a machine of one's own: told apart by its folder."""
    return f"countersign.localhost/{data_dir.name.lstrip('.')}"
