"""What log lines look like: for people on a machine of one's own, JSON lines in production.

Each line carries what was bound around it, such as the id of the request. Bound are ids only:
payloads and names never go into a log.
"""

import logging
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger


def without_request(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Drop the request that Django adds to a line: its query may hold what somebody looked for."""
    event.pop("request", None)
    return event


class NoProbe(logging.Filter):
    """Keeps back the lines about /readyz: a 503 there is an answer, and the answer tells all."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        return getattr(request, "path", None) != "/readyz"


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.ExtraAdder(),
    without_request,
]


def configure(*, as_json: bool) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING, so that both write the same lines."""
    structlog.configure(
        processors=[
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *(_json() if as_json else _readable()),
                ],
            }
        },
        "filters": {"no_probe": {"()": NoProbe}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # A refused request is a normal answer; only a failed one is worth a line.
            "django.request": {"level": "ERROR", "filters": ["no_probe"]},
            # A sweep every few seconds is no news.
            "celery": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
        },
    }


def _json() -> list[Processor]:
    # The structured form of a traceback would show local variables, thus payloads.
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def _readable() -> list[Processor]:
    plain = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    return [plain]
