"""Making policies and publishing their versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from governance.errors import DomainError, FieldError, InputInvalid
from governance.ledger import record
from governance.models import Actor, Motion, Policy, PolicyVersion, User
from governance.policies.decision_schema import DecisionSchema
from governance.policies.parsing import parse_policy
from governance.policies.problems import PolicyInvalid
from governance.policies.rules import Rules


class PolicyTextInvalid(InputInvalid):
    """The text cannot be published; each fault is named with its place."""

    code = "policy_invalid"
    title = "The policy text is not valid"


class TextUnchanged(DomainError):
    code = "policy_unchanged"
    status = 409
    title = "This text is the one in force already"


@transaction.atomic
def create_policy(
    *, slug: str, name: str, owner: User, is_demo: bool = False, actor: Actor, now: datetime
) -> Policy:
    """A policy without a version: until one is published, every decision under it is held."""
    policy = Policy(slug=slug, name=name, owner=owner, is_demo=is_demo)
    record.keep(policy, "governance.policy.created", actor=actor, at=now, body={"slug": slug})
    return policy


def publish_version(
    *,
    policy: Policy,
    text: str,
    schemas: Sequence[DecisionSchema],
    publisher: User,
    now: datetime,
    motion: Motion | None = None,
    actor: Actor | None = None,
) -> PolicyVersion:
    """Publish `text` as the next version, checked against every decision type it will rule (a
    step: nobody publishes alone, so doors move `governance.policyversion.publish`).

    `publisher`: who put it forward; `actor`: whose ballot settled it. Without a motion it is set
    up with the system. Raises PolicyTextInvalid with all faults, TextUnchanged for the text of the
    newest version.
    """
    with transaction.atomic():
        held = Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)
        rules = check_next_text(held, text, schemas)
        newest = held.versions.newest_first().first()
        version = PolicyVersion(
            policy=held,
            number=1 if newest is None else newest.number + 1,
            mode=rules.mode.value,
            text=text,
            sha256=rules.sha256,
            valid_from=rules.valid_from,
            valid_until=rules.valid_until,
            published_at=now,
            published_by=publisher,
            motion=motion,
        )
        version.save(force_insert=True)
        record.append(
            "governance.policyversion.published",
            subject=version,
            actor=actor or Actor.of(publisher),
            at=now,
            body={
                "policy": held.slug,
                "number": version.number,
                "mode": version.mode,
                "sha256": version.sha256,
                "motion": None if motion is None else str(motion.pk),
            },
        )
    return version


def check_next_text(policy: Policy, text: str, schemas: Sequence[DecisionSchema]) -> Rules:
    """The rules of a text that could be the policy's next version.

    Raises PolicyTextInvalid, and TextUnchanged for the text of the newest version.
    """
    rules = check_text(text, schemas)
    newest = policy.versions.newest_first().first()
    if newest is not None and newest.sha256 == rules.sha256:
        raise TextUnchanged(f"{newest} has exactly this text")
    return rules


def check_text(text: str, schemas: Sequence[DecisionSchema]) -> Rules:
    """The rules in `text`, valid for every schema; without one, for a type without own facts.

    Raises PolicyTextInvalid.
    """
    first, *others = schemas or [DecisionSchema(facts={}, outcomes=frozenset())]
    try:
        rules = parse_policy(text, schema=first)
        for schema in others:
            parse_policy(text, schema=schema)
    except PolicyInvalid as fault:
        errors = [
            FieldError(
                problem.pointer,
                f"Line {problem.place.line}, column {problem.place.column}: {problem.message}",
                problem.code,
            )
            for problem in fault.problems
        ]
        raise PolicyTextInvalid(
            f"{len(errors)} fault(s) in the policy text", errors=errors
        ) from fault
    return rules
