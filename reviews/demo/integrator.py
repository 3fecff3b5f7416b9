"""What the demo's integrator does over the API, each step only as far as it is still to be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from governance.ledger.leaf import instant
from reviews.demo.catalogue import SystemSpec
from reviews.demo.http_client import HttpClient
from reviews.demo.proposals import Proposal
from reviews.demo.shares import CARRIED_OUT, TRUTH_KNOWN, falls_in
from reviews.models import Decision, Execution, GroundTruth, PermitUse, Reversal

Clock = Callable[[], datetime]
Answer = dict[str, Any]


def unsent(spec: SystemSpec, proposals: Sequence[Proposal]) -> list[Proposal]:
    """Those of `proposals` that were not taken in before."""
    taken = set(
        Decision.objects.filter(system__slug=spec.slug).values_list("external_id", flat=True)
    )
    return [proposal for proposal in proposals if proposal.external_id not in taken]


def send_decisions(
    client: HttpClient,
    spec: SystemSpec,
    version: str,
    proposals: Sequence[Proposal],
    occurred_at: datetime,
) -> list[Answer]:
    """Submit the proposals that are not there yet; the answers. `occurred_at`: the model ran."""
    at = instant(occurred_at)

    def send(proposal: Proposal) -> Answer:
        body = proposal.body(decision_type=spec.type_slug, model_version=version, occurred_at=at)
        answer: Answer = client.post("decisions", body, expect=(200, 201))
        return answer

    return list(client.each(send, unsent(spec, proposals)))


def report_truths(
    client: HttpClient, spec: SystemSpec, proposals: Sequence[Proposal], clock: Clock
) -> int:
    """Tell the true outcomes that the data set holds, of most decisions; how many."""
    truths = {proposal.external_id: proposal for proposal in proposals}
    known = GroundTruth.objects.filter(decision__system__slug=spec.slug)
    waiting = [
        (decision_id, truths[external_id])
        for decision_id, external_id in Decision.objects.filter(system__slug=spec.slug)
        .exclude(pk__in=known.values("decision"))
        .values_list("pk", "external_id")
        if external_id in truths and falls_in(TRUTH_KNOWN, external_id, "truth")
    ]

    def tell(pair: tuple[object, Proposal]) -> None:
        decision_id, proposal = pair
        body = {
            "outcome": proposal.truth,
            "source": f"{proposal.source['title']}, {proposal.source['reference']}",
            "observed_at": instant(clock()),
        }
        client.post(f"decisions/{decision_id}/outcome", body, expect=(201,), adds=True)

    return sum(1 for _ in client.each(tell, waiting))


def carry_out(
    client: HttpClient, spec: SystemSpec, clock: Clock, answers: Iterable[Answer] = ()
) -> int:
    """Record the execution of most settled decisions under their permits; how many.

    `answers`: of decisions just submitted; a permit that stands in none of them is fetched.
    """
    permits = {answer["id"]: answer["permit"] for answer in answers if answer["permit"]}
    settled = Decision.objects.filter(system__slug=spec.slug, permits__isnull=False).exclude(
        pk__in=PermitUse.objects.values("decision")
    )
    waiting = [
        pair
        for pair in settled.distinct().values_list("pk", "external_id")
        if falls_in(CARRIED_OUT, pair[1], "execution")
    ]

    def act(pair: tuple[object, str]) -> None:
        decision_id, external_id = pair
        permit = permits.get(str(decision_id))
        if permit is None:
            permit = client.post(f"decisions/{decision_id}/permit", expect=(200,))
        body = {
            "permit": permit["token"],
            "outcome": permit["outcome"],
            "executed_at": instant(clock()),
            "reference": f"act-{external_id}",
        }
        client.post(f"decisions/{decision_id}/executions", body, expect=(201,), adds=True)

    return sum(1 for _ in client.each(act, waiting))


def confirm_reversals(client: HttpClient, clock: Clock) -> int:
    """Undo what reviewers of demo systems ordered to be undone, and say so; how many."""
    confirmed = Execution.objects.filter(kind=Execution.Kind.UNDONE)
    ordered = (
        Reversal.objects.filter(decision__system__is_demo=True)
        .exclude(pk__in=confirmed.values("reversal"))
        .select_related("decision")
    )

    def undo(reversal: Reversal) -> None:
        body = {
            "kind": "undone",
            "outcome": reversal.outcome,
            "executed_at": instant(clock()),
            "reference": f"undo-{reversal.decision.external_id}",
        }
        client.post(f"decisions/{reversal.decision_id}/executions", body, expect=(201,), adds=True)

    return sum(1 for _ in client.each(undo, list(ordered)))
