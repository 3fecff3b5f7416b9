"""Publishing a version of a policy. Here, because a text is checked against the decision types that
it will rule."""

from __future__ import annotations

import difflib
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from governance.errors import FieldError, InputInvalid
from governance.models import Actor, Motion, Policy, PolicyVersion, User
from governance.motions.findings import known_of_text
from governance.motions.registry import Act, Content, Description, Matter, register
from governance.motions.shape import read_content, text, whole
from governance.services.policies import (
    VersionChanged,
    check_base,
    check_next_text,
    examine_text,
    newest_number,
    placed,
    publish_version,
)
from governance.services.policy_drafts import close_published_draft
from models_registry.models.decision_type import policy_schemas

NAME = "governance.policyversion.publish"
PERMISSION = "governance.publish_policyversion"
_LONGEST_TEXT = 256_000
_MOST_VERSIONS = 1_000_000


def content_of(
    policy: Policy, policy_text: str, *, base: int | None = None, again: int | None = None
) -> Content:
    """`base`: the number of the version that the text is to replace, 0 for none; without it the
    newest there is. `again`: the number of an earlier version that has exactly this text."""
    content = {
        "policy": policy.slug,
        "text": policy_text,
        "base": newest_number(policy) if base is None else base,
    }
    return content if again is None else {**content, "again": again}


def content_of_again(policy: Policy, number: int) -> Content:
    """To publish the text of an earlier version again. Raises PolicyVersion.DoesNotExist."""
    version = policy.versions.get(number=number)
    return content_of(policy, version.text, again=number)


def check(content: Content, mover: User, now: datetime) -> Matter:
    """Raises InputInvalid for an unknown policy, PolicyTextInvalid, TextUnchanged,
    VersionChanged."""
    read = read_content(
        content,
        {
            "policy": text(50),
            "text": text(_LONGEST_TEXT),
            "base": whole(0, _MOST_VERSIONS),
            "again": lambda value: None if value is None else whole(1, _MOST_VERSIONS)(value),
        },
    )
    policy = Policy.objects.filter(slug=read["policy"]).first()
    if policy is None:
        raise _invalid("/policy", f"There is no policy {read['policy']!r}.")
    rules = check_next_text(policy, read["text"], policy_schemas(policy))
    check_base(policy, read["base"])
    again = read["again"]
    if again is None:
        return Matter(f"Publish “{rules.title}” as a version of {policy.name}", policy)
    earlier = policy.versions.filter(number=again).first()
    if earlier is None or earlier.text != read["text"]:
        raise _invalid("/again", f"Version {again} of {policy.name} has no such text.")
    return Matter(f"Publish version {again} of {policy.name} again", policy)


def carry_out(motion: Motion, actor: Actor, now: datetime) -> PolicyVersion:
    """Also closes the draft that the text came from. Raises what `check` raises."""
    policy = _policy(motion)
    version = publish_version(
        policy=policy,
        text=motion.content["text"],
        schemas=policy_schemas(policy),
        publisher=motion.moved_by,
        now=now,
        base=_base(motion, policy),
        motion=motion,
        actor=actor,
    )
    close_published_draft(policy, version.text, actor, now)
    return version


def describe(motion: Motion) -> Description:
    """The difference to the version that it replaces: the newest one, or, once it is published,
    the one before it."""
    policy, proposed = _policy(motion), motion.content["text"]
    versions = policy.versions.newest_first()
    published = versions.filter(motion=motion).first()
    if published is not None:
        versions = versions.filter(number__lt=published.number)
    before = versions.first()
    rows = [
        (_("Policy"), policy.name),
        (_("Replaces"), _("nothing: it is the first") if before is None else str(before)),
    ]
    if (again := motion.content.get("again")) is not None:
        rows.append((_("Roll back"), _("the text of version %d, as it was published") % again))
    return Description(
        rows=tuple(rows),
        diff=_difference(before, proposed),
        notes=_notes(motion, policy, proposed),
        findings=known_of_text(policy, proposed),
    )


def _notes(motion: Motion, policy: Policy, proposed: str) -> tuple[str, ...]:
    """What comes in the way of publishing it now, or what its author was told of it."""
    if motion.state != Motion.State.PENDING:
        return ()
    found = examine_text(proposed, policy_schemas(policy))
    if found.rules is None:
        return (
            _("This text cannot be published as things are now."),
            *(placed(problem) for problem in found.problems),
        )
    try:
        check_base(policy, _base(motion, policy))
    except VersionChanged as fault:
        return (f"{fault.title}. {fault.detail}.",)
    number = len(found.rules.rules)
    valid = ngettext(
        "The text is valid: mode %(mode)s, %(number)d rule.",
        "The text is valid: mode %(mode)s, %(number)d rules.",
        number,
    ) % {"mode": found.rules.mode.value, "number": number}
    return (valid, *(placed(warning) for warning in found.warnings))


def _base(motion: Motion, policy: Policy) -> int:
    """The version that the mover and the voters had before them."""
    base: int | None = motion.content.get("base")
    if base is not None:
        return base
    # Moved before bases were named: what was newest when it was moved.
    earlier = policy.versions.published(motion.moved_at).newest_first().first()
    return 0 if earlier is None else earlier.number


def _invalid(pointer: str, detail: str) -> InputInvalid:
    fault = FieldError(pointer, detail, "unknown")
    return InputInvalid("The version cannot be published", errors=[fault])


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
