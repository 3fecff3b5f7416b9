"""`/livez`: this process answers. `/readyz`: everything that the product needs works, part by part.

Neither holds anything that a stranger may not know, so neither asks who is there.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from threading import Event

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from kombu.exceptions import OperationalError

from config.celery import app as celery_app
from governance.models import Heartbeat

logger = logging.getLogger(__name__)

READY = "ready"
_complete = Event()
# Three beats that did not come.
SILENT_FOR = timedelta(seconds=30)
BROKER_TIMEOUT_SECONDS = 2


# Looks at one part and says what is wrong with it, or None.
Check = Callable[[], str | None]


class HealthMiddleware:
    """Answers the two probes before anything that needs a host name, a session or a right."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/livez":
            return HttpResponse("alive\n", content_type="text/plain")
        if request.path == "/readyz":
            return readiness()
        return self.get_response(request)


def readiness() -> JsonResponse:
    """200 with every part "ready", or 503 in which each failing part says what is wrong."""
    parts = {name: _state(check) for name, check in CHECKS.items()}
    failing = [name for name, state in parts.items() if state != READY]
    body = {"ready": not failing, "failing": failing, "parts": parts}
    return JsonResponse(body, status=503 if failing else 200)


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
    "beat": _process("beat"),
    "sealer": _process("sealer"),
}
