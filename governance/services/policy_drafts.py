"""Writing a policy's next version: saving the draft, which may have faults, and discarding it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from governance.errors import DomainError, FieldError, InputInvalid
from governance.ledger import record
from governance.models import Actor, Policy, PolicyDraft, User
from governance.services.policies import held_policy, newest_number

LONGEST_TEXT = 256_000


class DraftChanged(DomainError):
    """Somebody saved or closed the draft since it was read."""

    code = "policy_draft_changed"
    status = 412
    title = "The draft is another one by now"


class DraftMissing(DomainError):
    code = "policy_draft_missing"
    status = 404
    title = "This policy has no draft"


@transaction.atomic
def save_draft(
    *,
    policy: Policy,
    text: str,
    revision: int,
    base: int | None = None,
    author: User,
    now: datetime,
) -> PolicyDraft:
    """Keep a text as the policy's draft. Nothing runs under it, and its faults are no hindrance.

    `revision`: of the draft that the author saw, 0 where there was none. `base`: the version it
    now builds on; None keeps what the draft says, and for a new one is the newest. Saved again
    without a change nothing happens. Raises DraftChanged, InputInvalid.
    """
    held = held_policy(policy.pk)
    draft = PolicyDraft.objects.open().filter(policy=held).first()
    _check_revision(draft, revision)
    newest = newest_number(held)
    _check_input(text, base, newest)
    is_new = draft is None
    if draft is None:
        draft = PolicyDraft(policy=held, base=newest, revision=0)
    wanted = draft.base if base is None else base
    if not is_new and (draft.text, draft.base) == (text, wanted):
        return draft
    draft.text, draft.base, draft.author, draft.saved_at = text, wanted, author, now
    draft.revision += 1
    record.keep(
        draft,
        "governance.policydraft.created" if is_new else "governance.policydraft.saved",
        actor=Actor.of(author),
        at=now,
        body={"policy": held.slug, "base": draft.base, "revision": draft.revision},
    )
    return draft


@transaction.atomic
def discard_draft(*, policy: Policy, revision: int, person: User, now: datetime) -> PolicyDraft:
    """Close the draft; its text stays in its history. Raises DraftMissing, DraftChanged."""
    held = held_policy(policy.pk)
    draft = seen_draft(held, revision)
    _close(draft, PolicyDraft.State.DISCARDED, Actor.of(person), now)
    return draft


def seen_draft(policy: Policy, revision: int) -> PolicyDraft:
    """The open draft, as somebody has seen it (a step). Raises DraftMissing, DraftChanged."""
    draft = PolicyDraft.objects.open().filter(policy=policy).first()
    if draft is None:
        raise DraftMissing(f"Nothing was written for {policy} yet, or it was discarded")
    _check_revision(draft, revision)
    return draft


def close_published_draft(policy: Policy, text: str, actor: Actor, now: datetime) -> None:
    """The draft with exactly the text that was just published has done its work (a step)."""
    draft = PolicyDraft.objects.open().filter(policy=policy, text=text).first()
    if draft is not None:
        _close(draft, PolicyDraft.State.PUBLISHED, actor, now)


def _close(draft: PolicyDraft, state: PolicyDraft.State, actor: Actor, now: datetime) -> None:
    draft.state = state
    record.keep(
        draft,
        f"governance.policydraft.{state}",
        actor=actor,
        at=now,
        fields=["state"],
        body={"policy": draft.policy.slug, "revision": draft.revision},
    )


def _check_revision(draft: PolicyDraft | None, revision: int) -> None:
    found = 0 if draft is None else draft.revision
    if found != revision:
        told = "It was discarded or published" if draft is None else f"It is at revision {found}"
        raise DraftChanged(
            f"{told}, and you saw {f'revision {revision}' if revision else 'none'}; "
            "read it again before you save"
        )


def _check_input(text: str, base: int | None, newest: int) -> None:
    if not 1 <= len(text) <= LONGEST_TEXT or "\x00" in text:
        fault = FieldError("/text", f"Takes a text of 1 to {LONGEST_TEXT} characters.", "length")
        raise InputInvalid("The draft cannot be kept", errors=[fault])
    if base is not None and not 0 <= base <= newest:
        fault = FieldError("/base", f"The versions are 0 to {newest}.", "unknown")
        raise InputInvalid("The draft cannot be kept", errors=[fault])
