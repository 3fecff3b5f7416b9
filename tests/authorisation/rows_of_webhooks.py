"""Addresses of webhook endpoints."""

from __future__ import annotations

from tests.authorisation.row import Expected, Row, of_client
from tests.factories import LONG_AGO, NOON

_MANAGES = "governance.manage_webhookendpoint"
_SEES = "governance.view_webhookendpoint"
_READS = ("webhooks:manage", _SEES)
_ACTS = ("webhooks:manage", _MANAGES)
_ONE = "webhooks/<uuid:endpoint_id>"
_CHOSEN = {"url": "https://receiver.example/new", "events": ["decision.finalised"]}
_PERIOD = {"from": LONG_AGO.isoformat(), "until": NOON.isoformat()}
_FORM = {**_CHOSEN, "description": "A receiver", "revision": "1"}


def _page(done: int) -> dict[str, Expected]:
    return {"mine": done, "foreign": done, "missing": 404}


WEBHOOKS = [
    Row("api/v1/webhooks", "GET", _READS),
    Row("api/v1/webhooks", "POST", _ACTS, {"": 201}, body=_CHOSEN),
    Row(f"api/v1/{_ONE}", "GET", _READS, on="webhook", expect=of_client(200)),
    # Without If-Match, which says what the caller has seen.
    Row(f"api/v1/{_ONE}", "PUT", _ACTS, on="webhook", expect=of_client(428), body=_CHOSEN),
    Row(f"api/v1/{_ONE}", "DELETE", _ACTS, on="webhook", expect=of_client(204)),
    Row(f"api/v1/{_ONE}/rotate-secret", "POST", _ACTS, on="webhook", expect=of_client(200),
        body={}),
    Row(f"api/v1/{_ONE}/ping", "POST", _ACTS, on="webhook", expect=of_client(202)),
    Row(f"api/v1/{_ONE}/pause", "POST", _ACTS, on="webhook", expect=of_client(200), body={}),
    Row(f"api/v1/{_ONE}/resume", "POST", _ACTS, on="webhook", expect=of_client(409)),
    Row(f"api/v1/{_ONE}/replay", "POST", _ACTS, on="webhook", expect=of_client(202), body=_PERIOD),
    Row(f"api/v1/{_ONE}/redeliver", "POST", _ACTS, on="webhook", expect=of_client(202),
        body={"all_dead": True}),
    Row(f"api/v1/{_ONE}/deliveries", "GET", _READS, on="webhook", expect=of_client(200)),
    # Pages. A new endpoint is shown with its secret, and so is a new secret.
    Row("webhooks/", "GET", _SEES),
    Row("webhooks/", "POST", _MANAGES, {"": 200}, body=_FORM),
    Row(f"{_ONE}/", "GET", _SEES, on="webhook", expect=_page(200)),
    Row(f"{_ONE}/change/", "GET", _MANAGES, on="webhook", expect=_page(200)),
    Row(f"{_ONE}/change/", "POST", _MANAGES, on="webhook", expect=_page(302), body=_FORM),
    *(
        Row(f"{_ONE}/{act}/", "POST", _MANAGES, on="webhook", expect=_page(done),
            body={"span": "7"} if act == "replay" else {})
        for act, done in {
            "ping": 302, "pause": 302, "resume": 409, "rotate": 200, "remove": 302,
            "redeliver": 302, "replay": 302,
        }.items()
    ),
    *(
        Row(f"{_ONE}/{act}/", "GET", _MANAGES, on="webhook", expect=_page(302))
        for act in ("ping", "pause", "resume", "rotate", "remove", "redeliver", "replay")
    ),
]  # fmt: skip
