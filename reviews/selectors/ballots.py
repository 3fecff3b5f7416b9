"""Whose ballots a person may read: sealed until the quorum is met, from everybody.

Once ballots disagreed, or one was a veto, they are open to whoever holds the case to settle it and
to those who oversee but cannot rule; to those who could still rule they stay sealed. What somebody
judged before they saw the AI's output tells their ballot, so it is sealed with it.
Source: Regulation (EU) 2024/1689 Art. 14(5), separately verified.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from governance.ledger.payloads import PayloadErased, read_payload
from governance.models import User
from reviews.models import Case, PriorJudgement, Verdict
from reviews.selectors.blindness import cases_hidden_from, is_hidden_from


def are_open_to(case: Case, person: User, now: datetime) -> bool:
    """Whether `person` may read all ballots of `case`; their own they always may."""
    if case.state not in Case.LIVE:
        return True
    if not case.adjudication or is_hidden_from(case, person):
        return False
    return case.is_held_by(person, now) or not person.has_perm("reviews.rule_on_case")


def sealed_from(person: User, now: datetime) -> QuerySet[Case]:
    """The same rule for lists: every case of which `are_open_to` is false. Live ones alone."""
    opened = Case.objects.live().filter(adjudication=True)
    if person.has_perm("reviews.rule_on_case"):
        opened = opened.filter(
            state=Case.State.CLAIMED, claimed_by=person, lease_expires_at__gt=now
        ).exclude(pk__in=cases_hidden_from(person))
    return Case.objects.live().exclude(pk__in=opened)


def verdicts_open_to(person: User, now: datetime) -> Q:
    """Which verdicts: their own, and those of cases that are not sealed from them."""
    return Q(ruled_by=person) | ~Q(case__in=sealed_from(person, now))


def judgements_open_to(person: User, now: datetime) -> Q:
    """Which prior judgements, likewise."""
    return Q(judged_by=person) | ~Q(case__in=sealed_from(person, now))


@dataclass(frozen=True, slots=True)
class ToldBallot:
    """A verdict and its reason in words; None where the text is not the reader's to know."""

    verdict: Verdict
    reason: str | None


def ballots_told(case: Case, person: User, now: datetime) -> list[ToldBallot]:
    """What people ruled on `case` as far as it is open to `person`, oldest first.

    The texts are for who gave them, reads verdicts, or holds the case to settle it: as many reads
    as there were ballots, which a quorum bounds.
    """
    given = case.verdicts.select_related("ruled_by").as_cast()
    if not are_open_to(case, person, now):
        given = given.filter(ruled_by=person)
    reads = case.is_held_by(person, now) or person.has_perm("reviews.view_verdict")
    return [
        ToldBallot(one, reason_text(one) if reads or one.ruled_by_id == person.pk else None)
        for one in given
    ]


def reason_text(verdict: Verdict) -> str:
    if verdict.reason_payload_id is None:
        return ""
    try:
        return str(read_payload(verdict.reason_payload_id)["reason_text"])
    except PayloadErased:
        return _("The text was erased.")
    except InvalidTag:
        return _("The text cannot be opened: its seal is broken. Tell the operator.")


def sealed_rows(person: User, now: datetime) -> list[QuerySet[Any]]:
    """The ballots and judgements that are sealed from `person`: of live cases alone."""
    sealed = sealed_from(person, now)
    return [
        Verdict.objects.filter(case__in=sealed).exclude(ruled_by=person),
        PriorJudgement.objects.filter(case__in=sealed).exclude(judged_by=person),
    ]
