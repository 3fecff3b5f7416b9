"""Shadows: a draft runs beside the live version on live traffic, after the fact, without effect.

Intake knows nothing of them. A sweep looks at what came since the last one; a shadow that breaks is
ended and says why, and harms nothing else.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from governance.errors import DomainError, FieldError, InputInvalid, NotPermitted
from governance.ledger import record
from governance.ledger.leaf import instant
from governance.models import Actor, Policy, User
from governance.services.policies import check_text
from models_registry.models.decision_type import policy_schemas
from reviews.lab.changes import Changes
from reviews.lab.replay import Replay
from reviews.models import Shadow, ShadowTally
from reviews.selectors.past_decisions import read_past
from reviews.selectors.simulations import SIMULATE
from reviews.services.simulating import drafts_of, versions_of

LONGEST = timedelta(days=92)
# A decision is seen when its transaction is over, which takes less than this.
BEHIND = timedelta(minutes=1)
MOST_PER_SWEEP = 20_000


class ShadowRuns(DomainError):
    code = "shadow_runs"
    status = 409
    title = "This text runs as a shadow already"


class ShadowOver(DomainError):
    code = "shadow_over"
    status = 409
    title = "The shadow has ended already"


@transaction.atomic
def start_shadow(
    *, policy: Policy, text: str, until: datetime, person: User, now: datetime
) -> Shadow:
    """From now on, evaluate `text` on each new decision of the policy as well. It decides nothing.

    Raises NotPermitted, PolicyTextInvalid, ShadowRuns, and InputInvalid for an end that is past or
    farther away than LONGEST, and for a policy that rules nothing.
    """
    if not person.has_perm(SIMULATE):
        raise NotPermitted("Running a shadow takes the right to put a draft forward")
    faults = []
    if not now < until <= now + LONGEST:
        faults.append(FieldError("/until", f"Within {LONGEST.days} days from now.", "out_of_range"))
    if not policy.decision_types.exists():
        faults.append(FieldError("/policy", "No decision type runs under this policy.", "unused"))
    if faults:
        raise InputInvalid("The shadow cannot run", errors=faults)
    rules = check_text(text, policy_schemas(policy))
    # Locked, so that two who start the same text take turns.
    Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)
    if Shadow.objects.running().filter(policy=policy, sha256=rules.sha256).exists():
        raise ShadowRuns("Its counts go on; there is nothing to start")
    shadow = Shadow(
        policy=policy,
        text=text,
        sha256=rules.sha256,
        started_at=now,
        started_by=person,
        until=until.astimezone(UTC),
    )
    body = {"policy": policy.slug, "sha256": rules.sha256, "until": instant(shadow.until)}
    record.keep(shadow, "reviews.shadow.started", actor=Actor.of(person), at=now, body=body)
    ShadowTally.objects.create(shadow=shadow, looked_until=now)
    return shadow


@transaction.atomic
def end_shadow(*, shadow_id: UUID, person: User, now: datetime) -> Shadow:
    """End a shadow; what it counted stays. Raises NotPermitted, ShadowOver, Shadow.DoesNotExist."""
    if not person.has_perm(SIMULATE):
        raise NotPermitted("Ending a shadow takes the right to start one")
    shadow = Shadow.objects.select_for_update(of=("self",)).get(pk=shadow_id)
    if shadow.ended_at is not None:
        raise ShadowOver(f"Since {shadow.ended_at:%Y-%m-%d %H:%M} UTC")
    shadow.ended_by = person
    _end(shadow, Actor.of(person), now)
    return shadow


@transaction.atomic
def advance_shadow(*, shadow_id: UUID, actor: Actor, now: datetime) -> int:
    """Look at what came since the last time, at most some thousand decisions, and return how many;
    end the shadow when its time is over. Another that is at it just now is left alone."""
    tally = (
        ShadowTally.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(shadow=shadow_id, shadow__ended_at=None)
        .first()
    )
    if tally is None:
        return 0
    shadow = Shadow.objects.select_related("policy").get(pk=shadow_id)
    horizon = min(now - BEHIND, shadow.until)
    seen = _look(shadow, tally, horizon) if tally.looked_until < horizon else 0
    if shadow.is_over(tally.looked_until):
        # Locked and read again: a person may have ended it meanwhile.
        held = Shadow.objects.select_for_update(of=("self",)).get(pk=shadow_id)
        if held.ended_at is None:
            _end(held, actor, now)
    return seen


@transaction.atomic
def break_off_shadow(*, shadow_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """End a shadow that cannot go on. `reason`: a sentence for people."""
    shadow = Shadow.objects.select_for_update(of=("self",)).get(pk=shadow_id)
    if shadow.ended_at is None:
        shadow.failure = reason[:500]
        _end(shadow, actor, now)


def _look(shadow: Shadow, tally: ShadowTally, horizon: datetime) -> int:
    """Count the decisions received from where the tally stands to before `horizon`; a sweep that
    has had enough stops between two instants, so that none is counted twice or left out."""
    types = list(shadow.policy.decision_types.select_related("system").order_by("slug"))
    period = (tally.looked_until, horizon)
    replay = Replay(drafts=drafts_of(shadow.text, types), versions=versions_of(types, *period))
    changes = Changes.resumed(str(shadow.pk), tally.counts)
    seen, last, stands = 0, 0.0, horizon
    for past in read_past(types, *period):
        if seen >= MOST_PER_SWEEP and past.received > last:
            stands = datetime.fromtimestamp(past.received, UTC)
            break
        seen, last = seen + 1, past.received
        replayed = replay.again(past)
        if replayed is not None:
            changes.add(past.decision, past.way, replayed.drafted)
    tally.looked_until = stands
    tally.decisions += seen
    tally.changed, tally.counts = changes.changed, changes.result()
    tally.save()
    return seen


def _end(shadow: Shadow, actor: Actor, now: datetime) -> None:
    shadow.ended_at = now
    tally = ShadowTally.objects.get(shadow=shadow)
    body = {
        "decisions": tally.decisions,
        "changed": tally.changed,
        "failure": shadow.failure,
    }
    record.keep(
        shadow,
        "reviews.shadow.ended",
        actor=actor,
        at=now,
        body=body,
        fields=["ended_at", "ended_by", "failure"],
    )
