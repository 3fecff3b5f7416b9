"""What must hold after whatever people, programs and sweeps did: read from the rows, in SQL and
plain loops, without the product's own judgement.

Source: design, "Invariants". Each function returns sentences about what is wrong; none is well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import rfc8785
from django.db import connection, models

from governance.models import (
    Absence,
    Conflict,
    DecisionRight,
    Delegation,
    Qualification,
    RoleAssignment,
)
from models_registry.models import Halt
from reviews.models import Case, Decision, Escalation, Permit, Recusal, Verdict

RECORDED: tuple[type[models.Model], ...] = (
    Case, RoleAssignment, DecisionRight, Qualification, Delegation, Absence, Conflict, Halt,
)  # fmt: skip
# What no person does, and what nobody but a person does.
BY_SYSTEM = ("reviews.case.claim_lapsed", "reviews.case.expired")
BY_PERSON = (
    "reviews.case.claimed", "reviews.case.released", "reviews.case.claim_extended",
    "reviews.case.balloted", "reviews.case.handed_on", "reviews.case.decided",
    "reviews.verdict.given",
)  # fmt: skip


def every_fault(needed: dict[UUID, int], now: datetime) -> list[str]:
    """`needed`: decision to the number of people that its policy asks for."""
    facts = Facts.now()
    return [
        *verdicts_of_who_may_not(facts),
        *permits_without_a_quorum(facts, needed),
        *executions_without_a_permit(),
        *permits_under_a_halt(facts, now),
        *approvals_by_silence(),
        *claims_and_ballots_twice(),
        *histories_behind_their_rows(),
        *sequences_with_gaps(),
        *names_under_acts_of_the_system(),
    ]


def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def holds(row: Any, at: datetime, *, until: str = "valid_until") -> bool:
    """Whether a row in force from `valid_from` held at an instant, ended early or not."""
    ends = [getattr(row, until), getattr(row, "revoked_at", None), getattr(row, "ended_at", None)]
    return row.valid_from <= at and all(end is None or end > at for end in ends)


@dataclass(frozen=True)
class Facts:
    """All rows that decide who may, as they are now; each says itself from when to when."""

    verdicts: list[Verdict]
    assignments: list[RoleAssignment]
    rights: list[DecisionRight]
    proofs: list[Qualification]
    loans: list[Delegation]
    absences: list[Absence]
    conflicts: list[Conflict]
    recusals: list[Recusal]
    moves: list[Escalation]
    members: set[tuple[UUID, UUID]]
    halts: list[Halt]

    @classmethod
    def now(cls) -> Facts:
        return cls(
            list(
                Verdict.objects.select_related(
                    "case__decision__system",
                    "case__decision__decision_type",
                    "case__decision__model_version",
                    "case__decision__submitted_by",
                    "delegation",
                    "right",
                    "qualification",
                ).order_by("ruled_at")
            ),
            list(RoleAssignment.objects.all()),
            list(DecisionRight.objects.select_related("role")),
            list(Qualification.objects.all()),
            list(Delegation.objects.all()),
            list(Absence.objects.all()),
            list(Conflict.objects.all()),
            list(Recusal.objects.all()),
            list(Escalation.objects.order_by("rung")),
            set(rows("SELECT queue_id, person_id FROM reviews_queuemembership")),
            list(Halt.objects.all()),
        )

    def is_near(self, person: UUID, decision: Decision, at: datetime) -> str:
        """Why a person may not touch a decision; empty where nothing stands in the way."""
        if person == decision.system.owner_id:
            return "owns the system"
        if person == decision.model_version.author_id:
            return "made the model"
        if person == decision.submitted_by.owner_id:
            return "answers for the program"
        if any(
            one.person_id == person and one.decision_id == decision.pk and one.recused_at <= at
            for one in self.recusals
        ):
            return "stepped aside"
        for one in self.conflicts:
            touches = one.subject_id == decision.subject_id or (
                one.organisation and one.organisation == decision.system.organisation
            )
            if one.person_id == person and touches and holds(one, at):
                return "has a conflict"
        for earlier in self.verdicts:
            if earlier.case.decision_id == decision.pk and earlier.ruled_at < at:
                if earlier.ruled_by_id == person:
                    return "ruled before"
                if earlier.delegation is not None and earlier.delegation.delegator_id == person:
                    return "lent a right for it before"
        return ""

    def is_away(self, person: UUID, at: datetime) -> bool:
        return any(one.person_id == person and holds(one, at) for one in self.absences)

    def has_right(self, person: UUID, verdict: Verdict, loan: Delegation | None) -> bool:
        """Of their own, or as narrowed by a loan."""
        decision, at = verdict.case.decision, verdict.ruled_at
        chosen = verdict.outcome  # the AI's own for an uphold, none for an abstention
        for right in self.rights:
            ceilings = [right.max_impact, None if loan is None else loan.max_impact]
            scopes = [right.system, "" if loan is None else loan.system]
            if (
                holds(right, at)
                and any(
                    one.person_id == person and one.role_id == right.role_id and holds(one, at)
                    for one in self.assignments
                )
                and all(scope in ("", decision.system.slug) for scope in scopes)
                and all(_within(decision.impact, ceiling) for ceiling in ceilings)
                and verdict.kind in right.verdicts
                and (not right.outcomes or not chosen or chosen in right.outcomes)
                and (loan is None or right.role.delegation_depth)
            ):
                return True
        return False

    def queue_at(self, case: Case, at: datetime) -> UUID:
        moves = [move for move in self.moves if move.case_id == case.pk]
        made = [move for move in moves if move.escalated_at < at]
        if made:
            return made[-1].to_queue_id
        return moves[0].from_queue_id if moves else case.queue_id


def _within(impact: Decimal | None, ceiling: Decimal | None) -> bool:
    return ceiling is None or (impact is not None and impact <= ceiling)


def verdicts_of_who_may_not(facts: Facts) -> Iterator[str]:
    """Invariant 1: each verdict's person was eligible at its instant."""
    for verdict in facts.verdicts:
        person, at, decision = verdict.ruled_by_id, verdict.ruled_at, verdict.case.decision
        near = facts.is_near(person, decision, at)
        if near:
            yield f"{verdict}: the person {near}"
        if facts.is_away(person, at):
            yield f"{verdict}: the person was away"
        if not any(
            one.person_id == person
            and one.system == decision.system.slug
            and one.model_version in ("", decision.model_version.version)
            and holds(one, at)
            for one in facts.proofs
        ):
            yield f"{verdict}: the person was not qualified"
        if (facts.queue_at(verdict.case, at), person) not in facts.members:
            yield f"{verdict}: the person does not review the queue"
        if facts.has_right(person, verdict, None):
            continue
        # A right is lent once at most here, and not by who stands too near themselves.
        lent = [
            loan
            for loan in facts.loans
            if loan.delegate_id == person
            and loan.parent_id is None
            and holds(loan, at)
            and not facts.is_near(loan.delegator_id, decision, at)
            and facts.has_right(loan.delegator_id, verdict, loan)
        ]
        if not lent:
            yield f"{verdict}: no right, of their own or lent, covers it"
        elif verdict.delegation not in lent:
            yield f"{verdict}: it does not name who lent the right"


def permits_without_a_quorum(facts: Facts, needed: dict[UUID, int]) -> Iterator[str]:
    """Invariant 1: of a reviewed decision, a permit stands on enough people of one mind, or on one
    more who settled it. All must agree in every quorum here, so it can no longer be met as soon as
    two ballots differ."""
    ballots = [verdict for verdict in facts.verdicts if verdict.kind != "abstain"]
    for permit in Permit.objects.select_related("decision__evaluation"):
        named = [verdict for verdict in ballots if verdict.pk in permit.verdict_ids]
        if permit.decision.evaluation.disposition == "pass" and not permit.verdict_ids:
            continue
        if len(named) != len(permit.verdict_ids) or {
            verdict.case.decision_id for verdict in named
        } != {permit.decision_id}:
            yield f"{permit} names verdicts that are none of its decision"
            continue
        if {verdict.outcome for verdict in named} != {permit.outcome}:
            yield f"{permit} is for what its verdicts do not say"
        people = {verdict.ruled_by_id for verdict in named}
        cast = [verdict for verdict in ballots if verdict.case_id == named[0].case_id]
        before = [verdict for verdict in cast if verdict.ruled_at < named[-1].ruled_at]
        disputed = len({verdict.outcome for verdict in before}) > 1
        settled = disputed and not people & {verdict.ruled_by_id for verdict in before}
        if len(people) < needed[permit.decision_id] and not settled:
            yield f"{permit} stands on {len(people)} of {needed[permit.decision_id]} people"


def executions_without_a_permit() -> Iterator[str]:
    """Invariant 1: what was carried out is what a used permit says, to the byte."""
    for key, use, outcome, permitted, same, digest, decision in rows(
        """
        SELECT e.id, u.id, e.outcome, p.outcome, p.decision_id = e.decision_id, p.digest,
               e.decision_id
        FROM reviews_execution e
        LEFT JOIN reviews_permituse u ON u.id = e.permit_use_id
        LEFT JOIN reviews_permit p ON p.id = u.permit_id
        WHERE e.kind = 'carried_out'
        """
    ):
        if use is None or not same or outcome != permitted:
            yield f"execution {key} rests on no used permit of its decision and outcome"
        elif digest != digest_of(Decision.objects.get(pk=decision), outcome):
            yield f"execution {key} rests on a permit for other content"
    for key, used_at, expires_at, voided_at in rows(
        """
        SELECT u.id, u.used_at, p.expires_at, v.voided_at FROM reviews_permituse u
        JOIN reviews_permit p ON p.id = u.permit_id
        LEFT JOIN reviews_permitvoid v ON v.permit_id = p.id
        """
    ):
        if used_at >= expires_at or (voided_at is not None and voided_at <= used_at):
            yield f"use {key} is of a permit that was void or had run out"


def digest_of(decision: Decision, outcome: str) -> str:
    """SHA-256 of what the permit's specification says, made here anew."""
    content = {
        "decision": str(decision.pk),
        "external_id": decision.external_id,
        "decision_type": decision.decision_type.slug,
        "outcome": outcome,
        "facts": decision.facts,
    }
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def permits_under_a_halt(facts: Facts, now: datetime) -> Iterator[str]:
    """Invariant 1: none is usable, and none was used, while a halt covers its decision."""
    found = Permit.objects.select_related("decision", "use", "void")
    for permit in found:
        use, void = getattr(permit, "use", None), getattr(permit, "void", None)
        for halt in facts.halts:
            covers = (
                halt.system_id in (None, permit.decision.system_id)
                and halt.decision_type_id in (None, permit.decision.decision_type_id)
            )  # fmt: skip
            over = halt.lifted_at
            if not covers:
                continue
            if over is None and use is None and void is None and permit.expires_at > now:
                yield f"{permit} is usable under {halt}"
            for what, at in (("used", use and use.used_at), ("issued", permit.issued_at)):
                if at and halt.placed_at < at and (over is None or at < over):
                    yield f"{permit} was {what} under {halt}"


def approvals_by_silence() -> Iterator[str]:
    """A case that nobody ruled on, or that its system took back, never lets anything through."""
    for (key,) in rows(
        """
        SELECT c.id FROM reviews_case c
        WHERE c.state IN ('expired', 'withdrawn') AND c.final_outcome <> ''
        """
    ):
        yield f"case {key} ended without people and has an outcome"
    for (key,) in rows(
        """
        SELECT p.id FROM reviews_permit p JOIN reviews_evaluation e USING (decision_id)
        WHERE e.disposition <> 'pass' AND NOT EXISTS (
            SELECT FROM reviews_verdict v JOIN reviews_case c ON c.id = v.case_id
            WHERE c.decision_id = p.decision_id AND c.state = 'decided' AND v.kind <> 'abstain'
        )
        """
    ):
        yield f"permit {key} was given though nobody ruled"
    for (key,) in rows(
        """
        SELECT p.id FROM reviews_permit p JOIN reviews_withdrawal w USING (decision_id)
        LEFT JOIN reviews_permitvoid v ON v.permit_id = p.id
        LEFT JOIN reviews_permituse u ON u.permit_id = p.id
        WHERE v.id IS NULL AND u.id IS NULL AND p.expires_at > w.withdrawn_at
        """
    ):
        yield f"permit {key} outlives the withdrawal"


def claims_and_ballots_twice() -> Iterator[str]:
    """Invariant 5."""
    for (key,) in rows(
        "SELECT id FROM reviews_case WHERE (state = 'claimed') <> (claimed_by_id IS NOT NULL)"
    ):
        yield f"case {key} is claimed by nobody, or held and not claimed"
    for case, person, count in rows(
        "SELECT case_id, ruled_by_id, count(*) FROM reviews_verdict GROUP BY 1, 2 "
        "HAVING count(*) > 1"
    ):
        yield f"{person} has {count} ballots on {case}"
    for case, rung, count in rows(
        "SELECT case_id, rung, count(*) FROM reviews_escalation GROUP BY 1, 2 HAVING count(*) > 1"
    ):
        yield f"rung {rung} of {case} fired {count} times"


def histories_behind_their_rows() -> Iterator[str]:
    """Invariant 2: each recorded row is its newest history row, which an entry commits to."""
    parts = []
    for model in RECORDED:
        table = model._meta.db_table
        history: Any = model.history.model  # type: ignore[attr-defined]
        columns = [field.column for field in model._meta.concrete_fields]
        ours = ", ".join(f"t.{column}" for column in columns)
        theirs = ", ".join(f"h.{column}" for column in columns)
        parts.append(
            f"""
            SELECT '{table}', t.id FROM {table} t
            LEFT JOIN LATERAL (
                SELECT * FROM {history._meta.db_table} one WHERE one.id = t.id
                ORDER BY one.history_id DESC LIMIT 1
            ) h ON true
            LEFT JOIN LATERAL (
                SELECT e.history_id FROM governance_ledgerentry e
                WHERE e.subject_id = t.id AND e.history_id IS NOT NULL
                ORDER BY e.object_seq DESC LIMIT 1
            ) e ON true
            WHERE ({ours}) IS DISTINCT FROM ({theirs})
               OR e.history_id IS DISTINCT FROM h.history_id
            """
        )
    for table, key in rows(" UNION ALL ".join(parts)):
        yield f"{table} {key} is not what its history and its newest entry say"


def sequences_with_gaps() -> Iterator[str]:
    """Invariant 2: the entries of each object are numbered 1, 2, 3, each linked to the last."""
    for subject, count, first, last in rows(
        """
        SELECT subject_id, count(*), min(object_seq), max(object_seq)
        FROM governance_ledgerentry GROUP BY 1
        HAVING count(*) <> max(object_seq) OR min(object_seq) <> 1
        """
    ):
        yield f"{subject} has {count} entries, numbered {first} to {last}"
    for (key,) in rows(
        """
        SELECT e.id FROM governance_ledgerentry e JOIN governance_ledgerentry b
          ON b.subject_id = e.subject_id AND b.object_seq = e.object_seq - 1
        WHERE e.object_prev IS DISTINCT FROM b.leaf_hash
        """
    ):
        yield f"entry {key} does not continue the one before it"


def names_under_acts_of_the_system() -> Iterator[str]:
    """Invariant 6, and its other side: what only a person may do bears one."""
    for event, actor in rows(
        """
        SELECT event, actor FROM governance_ledgerentry
        WHERE (event = ANY(%s) AND actor NOT LIKE 'system:%%')
           OR (event = ANY(%s) AND actor NOT LIKE 'person:%%')
        """,
        list(BY_SYSTEM),
        list(BY_PERSON),
    ):
        yield f"{event} is entered for {actor}"
    for key, reason, actor in rows(
        """
        SELECT case_id, reason, actor FROM reviews_escalation
        WHERE (reason = 'late') <> (actor LIKE 'system:%%')
        """
    ):
        yield f"case {key} moved up ({reason}) for {actor}"
    parts: Iterable[str] = (
        f"""
        SELECT '{model._meta.db_table}', id, actor
        FROM {model.history.model._meta.db_table}
        WHERE (actor LIKE 'person:%%') <> (history_user_id IS NOT NULL)
        """  # type: ignore[attr-defined]
        for model in RECORDED
    )
    for table, key, actor in rows(" UNION ALL ".join(parts)):
        yield f"the history of {table} {key} pairs {actor} with another name"
    for verdict, holder, actor in rows(
        """
        SELECT v.id, u.pseudonym, e.actor FROM reviews_verdict v
        JOIN governance_user u ON u.id = v.ruled_by_id
        JOIN governance_ledgerentry e
          ON e.subject_id = v.id AND e.event = 'reviews.verdict.given'
        WHERE e.actor <> 'person:' || u.pseudonym
        """
    ):
        yield f"verdict {verdict} of {holder} is entered for {actor}"
