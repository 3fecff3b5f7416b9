"""The two transactions whose cost is compared, made by the product's own verbs."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from governance.ledger import record
from governance.models import Actor, ApiClient
from reviews.services import intake, queues
from reviews.services.submission import Submission


def intakes(client_number: int) -> Callable[[], None]:
    """One decision that waits for a person, per call."""
    client = ApiClient.objects.get()
    numbers = itertools.count()

    def take_in() -> None:
        now = timezone.now()
        submission = Submission(
            decision_type="lending-approval",
            model_version="1.0.0",
            external_id=f"{client_number}-{next(numbers)}-{now.timestamp()}",
            occurred_at=now,
            outcome="refuse",
            confidence=0.8,
            impact=None,
            facts={"income": 1200.5, "years": 3},
            subject_ref=f"customer-{client_number}-{now.timestamp()}",
            alternatives=[],
            input={"letter": "I would like a loan."},
            explanation={},
            sources=[],
        )
        intake.submit_decision(submission=submission, client=client, request_id="", now=now)

    return take_in


def single_rows(client_number: int) -> Callable[[], None]:
    """One new recorded row with its history, per call."""
    actor, numbers = Actor.system("benchmark"), itertools.count()

    def make_queue() -> None:
        now = timezone.now()
        slug = f"q{client_number}-{next(numbers)}-{now.timestamp():.6f}".replace(".", "-")
        queues.create_queue(slug=slug, name=slug, escalates_to=None, actor=actor, now=now)

    return make_queue


TRANSACTION: dict[str, Callable[[int], Callable[[], None]]] = {
    "intake": intakes,
    "one row": single_rows,
}


def without_ledger() -> None:
    """Leave every entry out, for the baseline. Only in a process of the benchmark's own."""

    def nothing(*_: Any, **__: Any) -> None:
        return None

    def only_saved(row: Any, event: str, *, actor: Actor, fields: Any = (), **_: Any) -> None:
        row.save_by(actor, *fields)

    record.append_all = nothing  # type: ignore[assignment]
    record.append = nothing  # type: ignore[assignment]
    record.keep = only_saved  # type: ignore[assignment]
