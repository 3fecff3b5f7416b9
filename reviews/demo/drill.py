"""A rehearsed halt of one demo system, while its decisions go on coming in."""

from __future__ import annotations

from collections.abc import Sequence

from governance.models import Actor, User
from models_registry.models import AISystem, Halt
from reviews import motions
from reviews.demo.approving import carried_by_two
from reviews.demo.catalogue import SystemSpec
from reviews.demo.http_client import HttpClient
from reviews.demo.integrator import Clock, send_decisions, unsent
from reviews.demo.proposals import Proposal
from reviews.services.halting import place_halt

_REASON = "Rehearsal of the stop, with decisions coming in"
_LIFTED_BECAUSE = "The rehearsal is over: everything that came in was blocked"


def rehearse_halt(
    client: HttpClient,
    spec: SystemSpec,
    version: str,
    proposals: Sequence[Proposal],
    *,
    by: User,
    second: User,
    clock: Clock,
) -> int:
    """Halt the system, submit `proposals`, lift the halt with `second`; how many were blocked.

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
        carried_by_two(
            act=motions.NAME,
            content=motions.content_of(halt),
            reason=_LIFTED_BECAUSE,
            mover=by,
            second=second,
            now=clock(),
        )
    return len(sent)
