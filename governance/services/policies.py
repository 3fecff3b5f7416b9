"""Making policies and publishing their versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.errors import DomainError, FieldError, InputInvalid
from governance.ledger import record
from governance.models import Actor, Motion, Policy, PolicyVersion, User
from governance.policies.decision_schema import DecisionSchema
from governance.policies.examining import examine_policy
from governance.policies.problems import PolicyInvalid, Problem
from governance.policies.rules import Rules


@dataclass(frozen=True, slots=True)
class Examined:
    """What a text is told. `rules`: None where it has `problems`, which keep it from being
    published; `warnings` do not. In the order of the text."""

    rules: Rules | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


class PolicyTextInvalid(InputInvalid):
    """The text cannot be published; each fault is named with its place."""

    code = "policy_invalid"
    title = "The policy text is not valid"


class TextUnchanged(DomainError):
    code = "policy_unchanged"
    status = 409
    title = "This text is the one in force already"


class VersionChanged(DomainError):
    """What the text was written, read or approved against is not the newest version any more."""

    code = "policy_version_changed"
    status = 409
    title = "Another version was published meanwhile"


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
    base: int | None = None,
    motion: Motion | None = None,
    actor: Actor | None = None,
) -> PolicyVersion:
    """Publish `text` as the next version, checked against every decision type it will rule (a
    step: nobody publishes alone, so doors move `governance.policyversion.publish`).

    `publisher`: who put it forward; `actor`: whose ballot settled it. Without a motion it is set
    up with the system. `base`: the number of the version that it is to replace, 0 for none; None
    for whichever is the newest. Raises PolicyTextInvalid with all faults, TextUnchanged for the
    text of the newest version, VersionChanged.
    """
    with transaction.atomic():
        held = held_policy(policy.pk)
        rules = check_next_text(held, text, schemas)
        if base is not None:
            check_base(held, base)
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


def check_base(policy: Policy, base: int) -> None:
    """Raises VersionChanged where another version than `base` is the newest."""
    newest = newest_number(policy)
    if newest != base:
        told = f"Version {newest} of {policy} is the newest now, and this was made for "
        told += f"version {base}" if base else "a policy without one"
        raise VersionChanged(f"{told}; look at what changed, then put it forward again")


def newest_number(policy: Policy) -> int:
    """Of its versions; 0 where it has none."""
    newest = policy.versions.newest_first().first()
    return 0 if newest is None else newest.number


def held_policy(policy_id: UUID) -> Policy:
    """The policy, locked: what is published or drafted of it takes turns (a step)."""
    return Policy.objects.select_for_update(no_key=True).get(pk=policy_id)


def check_text(text: str, schemas: Sequence[DecisionSchema]) -> Rules:
    """The rules in `text`, valid for every schema; without one, for a type without own facts.

    Raises PolicyTextInvalid.
    """
    found = examine_text(text, schemas)
    if found.rules is None:
        errors = [
            FieldError(problem.pointer, placed(problem), problem.code) for problem in found.problems
        ]
        raise PolicyTextInvalid(f"{len(errors)} fault(s) in the policy text", errors=errors)
    return found.rules


def examine_text(text: str, schemas: Sequence[DecisionSchema]) -> Examined:
    """Everything that can be said of a text before it is published, for every schema at once;
    without one, for a type without own facts."""
    rules: list[Rules] = []
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for schema in schemas or [DecisionSchema(facts={}, outcomes=frozenset())]:
        try:
            found = examine_policy(text, schema=schema)
        except PolicyInvalid as fault:
            problems += fault.problems
        else:
            rules.append(found.rules)
            warnings += found.warnings
    return Examined(
        None if problems else rules[0],
        tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.place)),
        tuple(sorted(dict.fromkeys(warnings), key=lambda problem: problem.place)),
    )


def placed(problem: Problem) -> str:
    """The problem's message, led by where it is."""
    return f"Line {problem.place.line}, column {problem.place.column}: {problem.message}"
