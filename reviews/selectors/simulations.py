"""Which simulations there are, and what came out of them."""

from __future__ import annotations

from typing import Any

import orjson
from django.db.models import F, QuerySet

from governance.models import User
from reviews.models import Shadow, Simulation, SimulationResult

SIMULATE = "governance.publish_policyversion"
READ = "reviews.view_every_decision"


def may_read_simulations(person: User) -> bool:
    """Those who may read every decision: a result is drawn from all of them."""
    return person.has_perm(READ)


def readable_simulations(person: User) -> QuerySet[Simulation]:
    """Doors start here, so that the rest answers 404."""
    runs = Simulation.objects.select_related("policy", "requested_by", "progress").annotate(
        result_sha256=F("result__json_sha256")
    )
    return runs if may_read_simulations(person) else runs.none()


def simulations_of(sha256: str) -> QuerySet[Simulation]:
    """What is known of a text: its finished simulations, the newest first. `sha256`: of the text's
    UTF-8 bytes, hex."""
    done = Simulation.objects.filter(sha256=sha256, state=Simulation.State.DONE)
    return done.select_related("policy", "requested_by").order_by("-id")


def result_of(run: Simulation) -> dict[str, Any] | None:
    """What came out; None while nothing did."""
    json = result_bytes(run)
    found: dict[str, Any] | None = None if json is None else orjson.loads(json)
    return found


def result_bytes(run: Simulation) -> bytes | None:
    json = SimulationResult.objects.filter(run=run).values_list("json", flat=True).first()
    return None if json is None else bytes(json)


def readable_shadows(person: User) -> QuerySet[Shadow]:
    """Doors start here, so that the rest answers 404."""
    rows = Shadow.objects.select_related("policy", "started_by", "ended_by", "tally")
    return rows if may_read_simulations(person) else rows.none()
