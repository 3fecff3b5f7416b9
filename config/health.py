"""What tells others how we are, without asking who is there: none of it is a secret.

- `/livez`: this process answers.
- `/readyz`: whether this process can serve, and the state of each part that the product needs.
- `/healthz`: the same, and what runs late: each check with its figure, its limit and a sentence.

503 means that this process cannot serve, and nothing else does. Late work, a silent worker or a
broker that is away must take no node out of the load balancer: intake and verdicts stand on the
database alone, and fewer nodes would not make anything less late.
"""

import logging
from collections.abc import Callable
from threading import Event
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from kombu.exceptions import OperationalError

from config.celery import app as celery_app
from config.heartbeat import SILENT_FOR
from governance.models import Heartbeat
from governance.selectors.lateness import readings

logger = logging.getLogger(__name__)

READY = "ready"
_complete = Event()
BROKER_TIMEOUT_SECONDS = 2


# Looks at one part and says what is wrong with it, or None.
Check = Callable[[], str | None]


class HealthMiddleware:
    """Answers the probes before anything that needs a host name, a session or a right."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/livez":
            return HttpResponse("alive\n", content_type="text/plain")
        if request.path == "/readyz":
            return _answer(readiness())
        if request.path == "/healthz":
            return _answer(health())
        return self.get_response(request)


def readiness() -> dict[str, Any]:
    """Every part "ready", or what is wrong with it. `ready`: whether this process can serve."""
    parts = {name: _state(check) for name, check in CHECKS.items()}
    failing = [name for name, state in parts.items() if state != READY]
    return {
        "ready": not SERVING.intersection(failing),
        "failing": failing,
        "parts": parts,
    }


def health() -> dict[str, Any]:
    """The readiness, and what runs late: null where the database cannot tell."""
    found = {"live": True, **readiness()}
    try:
        checks = [one.as_json() for one in readings(timezone.now())]
    except DatabaseError as error:
        logger.warning("lateness: %s", error)
        return {**found, "late": None, "checks": []}
    return {**found, "late": any(check["late"] for check in checks), "checks": checks}


def _answer(body: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(body, status=200 if body["ready"] else 503)
    response["Cache-Control"] = "no-store"
    return response


def _state(check: Check) -> str:
    try:
        return check() or READY
    except DatabaseError as error:
        # The error may hold the address of the database: it goes to the log only.
        logger.warning("readiness: %s", error)
        return "the database does not answer"


def _database() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return None


def _migrations() -> str | None:
    """What this process's code knows does not change, so a database once found complete stays so;
    reading the plan takes a tenth of a second."""
    if _complete.is_set():
        return None
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return f"{len(waiting)} migrations are not applied"
    _complete.set()
    return None


def _broker() -> str | None:
    with celery_app.connection_for_write() as broker:
        try:
            broker.ensure_connection(max_retries=1, timeout=BROKER_TIMEOUT_SECONDS)
        except OperationalError as error:
            logger.warning("readiness: %s", error)
            return "the broker does not answer"
    return None


def _process(name: str) -> Check:
    def heard_of_lately() -> str | None:
        since = timezone.now() - SILENT_FOR
        if Heartbeat.objects.filter(process=name, at__gt=since).exists():
            return None
        return f"no heartbeat for {SILENT_FOR.total_seconds():.0f} seconds"

    return heard_of_lately


CHECKS: dict[str, Check] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "worker": _process("worker"),
    "bulk worker": _process("bulk worker"),
    "beat": _process("beat"),
    "sealer": _process("sealer"),
}
# What this process cannot serve without.
SERVING = frozenset({"database", "migrations"})
