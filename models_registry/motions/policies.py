"""Publishing a version of a policy. Here, because a text is checked against the decision types that
it will rule."""

from __future__ import annotations

import difflib
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from governance.errors import DomainError, FieldError, InputInvalid
from governance.models import Actor, Motion, Policy, PolicyVersion, User
from governance.motions.registry import Act, Content, Description, Matter, register
from governance.motions.shape import read_content, text
from governance.services.policies import check_next_text, publish_version
from models_registry.models.decision_type import policy_schemas

NAME = "governance.policyversion.publish"
PERMISSION = "governance.publish_policyversion"
_LONGEST_TEXT = 256_000


def content_of(policy: Policy, policy_text: str) -> Content:
    return {"policy": policy.slug, "text": policy_text}


def check(content: Content, mover: User, now: datetime) -> Matter:
    """Raises InputInvalid for an unknown policy, PolicyTextInvalid, TextUnchanged."""
    read = read_content(content, {"policy": text(50), "text": text(_LONGEST_TEXT)})
    policy = Policy.objects.filter(slug=read["policy"]).first()
    if policy is None:
        fault = FieldError("/policy", f"There is no policy {read['policy']!r}.", "unknown")
        raise InputInvalid("The version cannot be published", errors=[fault])
    rules = check_next_text(policy, read["text"], policy_schemas(policy))
    return Matter(f"Publish “{rules.title}” as a version of {policy.name}", policy)


def carry_out(motion: Motion, actor: Actor, now: datetime) -> PolicyVersion:
    policy = _policy(motion)
    return publish_version(
        policy=policy,
        text=motion.content["text"],
        schemas=policy_schemas(policy),
        publisher=motion.moved_by,
        now=now,
        motion=motion,
        actor=actor,
    )


def describe(motion: Motion) -> Description:
    """The difference to the version that it replaces: the newest one, or, once it is published,
    the one before it."""
    policy, proposed = _policy(motion), motion.content["text"]
    versions = policy.versions.newest_first()
    published = versions.filter(motion=motion).first()
    if published is not None:
        versions = versions.filter(number__lt=published.number)
    before = versions.first()
    return Description(
        rows=(
            (_("Policy"), policy.name),
            (_("Replaces"), _("nothing: it is the first") if before is None else str(before)),
        ),
        diff=_difference(before, proposed),
        notes=_notes(motion, policy, proposed),
    )


def _notes(motion: Motion, policy: Policy, proposed: str) -> tuple[str, ...]:
    if motion.state != Motion.State.PENDING:
        return ()
    try:
        rules = check_next_text(policy, proposed, policy_schemas(policy))
    except DomainError as fault:
        return (fault.detail, *(error.detail for error in fault.errors))
    number = len(rules.rules)
    return (
        ngettext(
            "The text is valid: mode %(mode)s, %(number)d rule.",
            "The text is valid: mode %(mode)s, %(number)d rules.",
            number,
        )
        % {"mode": rules.mode.value, "number": number},
    )


def _difference(before: PolicyVersion | None, proposed: str) -> str:
    lines = difflib.unified_diff(
        [] if before is None else before.text.splitlines(),
        proposed.splitlines(),
        fromfile="" if before is None else f"version {before.number}",
        tofile="proposed",
        lineterm="",
    )
    return "\n".join(lines)


def _policy(motion: Motion) -> Policy:
    return Policy.objects.get(slug=motion.content["policy"])


register(
    Act(
        name=NAME,
        title=gettext_noop("Publish a policy version"),
        move_perm=PERMISSION,
        vote_perm=PERMISSION,
        check=check,
        carry_out=carry_out,
        describe=describe,
    )
)
