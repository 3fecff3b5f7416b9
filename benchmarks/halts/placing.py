"""How long a halt takes with many unused permits, against writing as many plain rows.

From the order until the last permit in scope is refused: the halt's one transaction, with a row, a
ledger entry and its commitments for each permit. The bound is what the same server takes to insert
as many rows into a table without triggers.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

OUTSTANDING = (100, 1_000, 10_000)
# From here on nobody acts: whoever comes waits for the commit, and is refused then.
GOAL_SECONDS = 1.0
GOAL_OUTSTANDING = 1_000
_AT_ONCE = 500
_TRIED = 20


def measure() -> dict[str, Any]:
    """By the number of unused permits: seconds until the halt is committed and until the last of
    them was void, the ratio to plain rows, and how the next decision and old permits fare."""
    from governance.policies import Effect
    from tests.factories import build_world, policy_text

    world = build_world(effect=Effect.NONE, text=policy_text(mode="hotl", rules=" []"))
    return {str(count): _placed(world, count) for count in OUTSTANDING}


def _placed(world: Any, count: int) -> dict[str, Any]:
    from django.utils import timezone

    from governance.models import Actor
    from reviews.services.halting import lift_halt, place_halt

    tokens = _permits(world, count)
    plain = _plain_rows(count)
    began = time.perf_counter()
    halt = place_halt(
        system=world.system,
        decision_type=None,
        reason="Measured.",
        is_drill=True,
        placed_by=world.senior,
        actor=Actor.of(world.senior),
        now=timezone.now(),
    )
    took = time.perf_counter() - began
    void_ms = halt.stopped_within_ms or 0
    next_one = time.perf_counter()
    blocked = world.submit(now=timezone.now()).evaluation.disposition == "block"
    next_took = time.perf_counter() - next_one
    every = max(1, len(tokens) // _TRIED)
    refused = all(_is_refused(world, token) for token in [*tokens[::every], tokens[-1]])
    lift_halt(halt_id=halt.pk, reason="Over.", lifted_by=world.officer, now=timezone.now())
    return {
        "seconds to the commit": round(took, 3),
        "seconds to the last permit void": void_ms / 1000,
        "seconds for as many plain rows": round(plain, 4),
        "ratio to plain rows": round(took / plain, 1),
        "seconds of the next decision": round(next_took, 3),
        "the next decision is blocked": blocked,
        "old permits are refused": refused,
        "goal, seconds to the last permit void": GOAL_SECONDS,
        "met": void_ms <= GOAL_SECONDS * 1000 if count <= GOAL_OUTSTANDING else None,
    }


def _permits(world: Any, count: int) -> list[str]:
    """So many unused permits, of one decision: what a halt does to each is the same."""
    from django.db import transaction
    from django.utils import timezone

    from governance.ledger import record
    from governance.models import Actor
    from reviews.services import permits

    now = timezone.now()
    decision = world.submit(now=now)
    tokens = []
    for begin in range(0, count, _AT_ONCE):
        with transaction.atomic():
            made = [
                permits.issue(
                    decision=decision,
                    outcome=decision.outcome,
                    disposition="pass",
                    policy_version=world.policy_version.pk,
                    verdict_ids=[],
                    ttl=timedelta(days=1),
                    now=now,
                )
                for _ in range(min(_AT_ONCE, count - begin))
            ]
            events = [permits.issued(permit) for permit in made]
            record.append_all(events, actor=Actor.system("benchmark"), at=now)
        tokens += [permit.token for permit in made]
    return tokens


def _plain_rows(count: int) -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS benchmark_plain "
            "(id uuid PRIMARY KEY, permit uuid UNIQUE, reason varchar(12), at timestamptz)"
        )
        began = time.perf_counter()
        cursor.execute(
            "INSERT INTO benchmark_plain SELECT gen_random_uuid(), gen_random_uuid(), 'halt', now()"
            " FROM generate_series(1, %s)",
            [count],
        )
        return time.perf_counter() - began


def _is_refused(world: Any, token: str) -> bool:
    from django.utils import timezone

    from governance.errors import DomainError
    from reviews.services.executing import consume_permit

    try:
        consume_permit(token=token, client=world.client, now=timezone.now())
    except DomainError:
        return True
    return False
