"""Evidence about decisions, cases and AI systems: what belongs to them, and who may see what.

A person gets no more by a bundle than pages and API show them. What an AI system put out stays
hidden from whoever has yet to judge the case without it; ballots stay sealed until enough people
have ruled; payloads are for whom they are on the pages.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from governance.errors import NotPermitted
from governance.evidence.registry import Asked, Scope, evidence_about, seals
from governance.models import EvidenceBundle, Payload, Policy, PolicyVersion
from models_registry.models import (
    AISystem,
    Classification,
    DecisionType,
    Halt,
    Mandate,
    MandateUse,
    ModelVersion,
)
from models_registry.selectors.known import policy_versions
from reviews.errors import JudgementMissing
from reviews.models import (
    AuditRate,
    Case,
    Contestation,
    Decision,
    Evaluation,
    Permit,
    PriorJudgement,
    Verdict,
)
from reviews.selectors.ballots import judgements_open_to, sealed_rows, verdicts_open_to
from reviews.selectors.belonging import ROWS
from reviews.selectors.blindness import cases_hidden_from, outputs_hidden_from

About = EvidenceBundle.About
seals(sealed_rows)
seals(outputs_hidden_from)


@evidence_about(About.DECISION)
def of_decision(asked: Asked) -> Scope:
    """A decision and all that came of it. Raises Decision.DoesNotExist, JudgementMissing."""
    decision = Decision.objects.readable_by(asked.person).get(pk=asked.about_id)
    return _about_decisions(Decision.objects.filter(pk=decision.pk), asked)


@evidence_about(About.CASE)
def of_case(asked: Asked) -> Scope:
    """A case with its decision and all that came of that. Raises Case.DoesNotExist,
    Decision.DoesNotExist, JudgementMissing."""
    case = Case.objects.readable_by(asked.person).get(pk=asked.about_id)
    decision = Decision.objects.readable_by(asked.person).get(pk=case.decision_id)
    return _about_decisions(Decision.objects.filter(pk=decision.pk), asked)


@evidence_about(About.SYSTEM)
def of_system(asked: Asked) -> Scope:
    """An AI system, all decisions that were received in the period, and what held for it then.

    Raises AISystem.DoesNotExist, NotPermitted, JudgementMissing.
    """
    if not asked.person.has_perm("reviews.view_every_decision"):
        raise NotPermitted("A bundle about a whole system takes the right to read every decision")
    if asked.period is None:
        raise ValueError("evidence about an AI system has a period")
    system = AISystem.objects.get(pk=asked.about_id)
    start, end = asked.period
    decisions = Decision.objects.filter(system=system, received_at__gte=start, received_at__lt=end)
    work = _about_decisions(decisions, asked)
    return Scope(
        rows=(*_about_system(system, decisions, start, end), *work.rows),
        withheld=work.withheld,
        payloads=work.payloads,
        left_out=work.left_out,
    )


def _about_decisions(decisions: QuerySet[Decision], asked: Asked) -> Scope:
    person = asked.person
    blind = cases_hidden_from(person).filter(decision__in=decisions).count()
    if blind:
        raise JudgementMissing(
            f"You have yet to judge {blind} of these cases without the AI's output, or to read the "
            "statement of whoever contests the decision. Do that first, or let somebody else ask "
            "for the bundle"
        )
    ids = decisions.values("pk")
    opened: dict[type[Any], Q] = {
        Verdict: verdicts_open_to(person, asked.at),
        PriorJudgement: judgements_open_to(person, asked.at),
    }
    rows: list[QuerySet[Any]] = [MandateUse.objects.filter(decision_id__in=ids)]
    left_out = 0
    for model, path in ROWS:
        of_kind: Any = model._default_manager.filter(**{f"{path}__in": ids})
        if model in opened:
            left_out += of_kind.exclude(opened[model]).count()
            of_kind = of_kind.filter(opened[model])
        rows.append(of_kind)
    return Scope(
        rows=tuple(rows),
        # A token that can still be used is a key to act.
        withheld=(Permit.objects.filter(decision__in=ids, expires_at__gt=asked.at),),
        payloads=_payloads(ids, asked),
        left_out=(f"{left_out} ballots and judgements of cases that are still open",)
        if left_out
        else (),
    )


def _payloads(decision_ids: Any, asked: Asked) -> tuple[QuerySet[Payload], ...]:
    """As on the pages: the input of a decision for whoever holds its case, the reasons of verdicts
    for whoever gave them or reads verdicts, the statement of a contestation for whoever answers it
    or holds its case, the letter for whoever sends it."""
    held = Case.objects.filter(
        decision__in=decision_ids,
        state=Case.State.CLAIMED,
        claimed_by=asked.person,
        lease_expires_at__gt=asked.at,
    )
    ruled = Verdict.objects.filter(
        verdicts_open_to(asked.person, asked.at), case__decision__in=decision_ids
    )
    if not asked.person.has_perm("reviews.view_verdict"):
        ruled = ruled.filter(ruled_by=asked.person)
    answered = Contestation.objects.filter(decision__in=decision_ids)
    letters = answered
    if not asked.person.has_perm("reviews.register_contestation"):
        answered, letters = answered.filter(case__in=held), answered.none()
    return (
        Payload.objects.filter(pk__in=held.values("decision__payload_id")),
        Payload.objects.filter(pk__in=ruled.values("reason_payload_id")),
        Payload.objects.filter(pk__in=answered.values("statement_id")),
        Payload.objects.filter(pk__in=letters.exclude(letter_id=None).values("letter_id")),
    )


def _about_system(
    system: AISystem, decisions: QuerySet[Decision], start: datetime, end: datetime
) -> list[QuerySet[Any]]:
    """The system's own rows, and what governed it at some moment of the period."""
    policies = Policy.objects.filter(decision_types__system=system)
    in_force = [
        version.pk
        for policy_id in policies.values_list("pk", flat=True).distinct()
        for version in policy_versions(policy_id, start, end)
    ]
    used = Evaluation.objects.filter(decision__in=decisions.values("pk"))
    return [
        AISystem.objects.filter(pk=system.pk),
        ModelVersion.objects.filter(system=system),
        DecisionType.objects.filter(system=system),
        Classification.objects.filter(system=system),
        AuditRate.objects.filter(decision_type__system=system),
        policies,
        PolicyVersion.objects.filter(Q(pk__in=in_force) | Q(pk__in=used.values("policy_version"))),
        Halt.objects.filter(Q(system=system) | Q(system=None), placed_at__lt=end).filter(
            Q(lifted_at=None) | Q(lifted_at__gte=start)
        ),
        Mandate.objects.filter(
            Q(revoked_at=None) | Q(revoked_at__gte=start),
            decision_type__system=system,
            valid_from__lt=end,
            valid_until__gt=start,
        ),
    ]
