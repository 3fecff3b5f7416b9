"""Log lines carry the ids bound around them, and never what a failing function held."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.log import log_response

from config import logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged, as in production, while the id of a request is bound."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    configuration = logs.configure(as_json=True)
    configuration["handlers"]["stderr"]["stream"] = stream
    logging.config.dictConfig(configuration)
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        yield stream
    root.handlers, root.level = handlers, level


@pytest.mark.parametrize("logger", [logging.getLogger("ours"), structlog.stdlib.get_logger("ours")])
def test_both_kinds_of_logger_write_the_bound_ids(logger: Any, written: io.StringIO) -> None:
    logger.warning("case %s waits", "c-1")

    line = json.loads(written.getvalue())
    assert (line["event"], line["request_id"]) == ("case c-1 waits", "r-1")
    assert (line["logger"], line["level"]) == ("ours", "warning")


def test_a_traceback_shows_no_local_variables(written: io.StringIO) -> None:
    payload = "Jane Doe"
    try:
        raise LookupError(f"{len(payload)} characters")
    except LookupError:
        logging.getLogger("ours").exception("it failed")

    line = json.loads(written.getvalue())
    assert "LookupError: 8 characters" in line["exception"]
    assert payload not in written.getvalue()


def test_a_failed_request_is_logged_without_what_was_looked_for(written: io.StringIO) -> None:
    request = RequestFactory().get("/cases", {"search": "Jane Doe"})

    log_response("Failed: %s", request.path, response=HttpResponse(status=500), request=request)

    assert json.loads(written.getvalue())["event"] == "Failed: /cases"
    assert "Jane" not in written.getvalue()


def test_a_probe_that_says_not_ready_is_no_error_in_the_log(written: io.StringIO) -> None:
    request = RequestFactory().get("/readyz")

    log_response("Unavailable", response=HttpResponse(status=503), request=request)

    assert written.getvalue() == ""
