"""A rehearsed halt of one demo system, while its decisions go on coming in."""

from __future__ import annotations

from collections.abc import Sequence

from governance.models import Actor, User
from models_registry.models import AISystem, Halt
from reviews.demo.catalogue import SystemSpec
from reviews.demo.http_client import HttpClient
from reviews.demo.integrator import Clock, send_decisions, unsent
from reviews.demo.proposals import Proposal
from reviews.services.halting import lift_halt, place_halt

_REASON = "Rehearsal of the stop, with decisions coming in"
_LIFTED_BECAUSE = "The rehearsal is over: everything that came in was blocked"


def rehearse_halt(
    client: HttpClient,
    spec: SystemSpec,
    version: str,
    proposals: Sequence[Proposal],
    *,
    by: User,
    clock: Clock,
) -> int:
    """Halt the system, submit `proposals`, lift the halt; how many were blocked.

    What was interrupted is gone on with: a halt of ours that is in force is not placed again.
    """
    system = AISystem.objects.get(slug=spec.slug)
    halt = Halt.objects.in_force().filter(system=system, is_drill=True, placed_by=by).first()
    waiting = unsent(spec, proposals)
    if halt is None and waiting:
        halt = place_halt(
            system=system,
            decision_type=None,
            reason=_REASON,
            is_drill=True,
            placed_by=by,
            actor=Actor.of(by),
            now=clock(),
        )
    sent = send_decisions(client, spec, version, waiting, clock())
    if halt is not None:
        lift_halt(halt_id=halt.pk, reason=_LIFTED_BECAUSE, lifted_by=by, now=clock())
    return len(sent)
