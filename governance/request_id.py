"""The id of the request being served, for answers, logs and entries."""

from contextvars import ContextVar

current_request_id: ContextVar[str] = ContextVar("countersign_request_id", default="")


def request_id() -> str:
    """Empty outside a request."""
    return current_request_id.get()
