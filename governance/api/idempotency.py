"""`Idempotency-Key` on POST: a repeated request gets the first answer.

Source: draft-ietf-httpapi-idempotency-key-header. The answer is kept in the transaction of the
change, so there is no moment in which one is stored without the other.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from governance.errors import DomainError, FieldError, InputInvalid
from governance.models import IdempotentAnswer
from governance.services.refusals import actor_of

_WELL_FORMED = re.compile(r"[\x21-\x7e]{1,255}")

Handler = Callable[..., Response]


class KeyReused(DomainError):
    code = "idempotency_key_reused"
    status = 422
    title = "This idempotency key was used for another request"


def idempotent(handler: Handler) -> Handler:
    """Answer a repeated key as the first time, with `Idempotent-Replayed: true`.

    Only successes are kept: a refused request changed nothing and may be tried again. Of two at
    the same time the second waits for the first. Raises KeyReused for another request's key.
    """

    @wraps(handler)
    def answer(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        caller = actor_of(request.user)
        if key is None or caller is None:
            return handler(view, request, *args, **kwargs)
        if not _WELL_FORMED.fullmatch(key):
            raise InputInvalid(
                "The idempotency key is not usable",
                errors=[FieldError("", "1 to 255 visible ASCII characters.", "idempotency_key")],
            )
        fingerprint = _fingerprint(request)
        with transaction.atomic():
            _wait_for_twin(caller.label, key)
            answers = IdempotentAnswer.objects.kept(timezone.now())
            kept = answers.filter(caller=caller.label, key=key).first()
            if kept is not None:
                if kept.request_sha256 != fingerprint:
                    raise KeyReused("The key belongs to a request with other content")
                return Response(kept.body, kept.status, headers={"Idempotent-Replayed": "true"})
            response = handler(view, request, *args, **kwargs)
            IdempotentAnswer.objects.update_or_create(
                caller=caller.label,
                key=key,
                defaults={
                    "request_sha256": fingerprint,
                    "status": response.status_code,
                    "body": _plain(response),
                    "created_at": timezone.now(),
                },
            )
            return response

    return answer


def _wait_for_twin(caller: str, key: str) -> None:
    digest = hashlib.sha256(f"{caller} {key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], "big", signed=True)]
        )


def _fingerprint(request: Request) -> str:
    content = json.dumps(request.data, sort_keys=True, separators=(",", ":"))
    text = f"{request.method} {request.get_full_path()} {content}"
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(response: Response) -> Any:
    """The answer as JSON holds it: what the renderer would have written. A secret that is shown
    once is not kept for a second time: the answer's `not_kept` names it."""
    if response.data is None:
        return None
    body = json.loads(JSONRenderer().render(response.data))
    return {**body, **dict.fromkeys(response.not_kept)} if hasattr(response, "not_kept") else body
