"""All that the case page shows, gathered with one person's eyes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from governance import policies
from governance.models import User
from governance.policies import explain
from reviews.models import Case, Evaluation
from reviews.pages.inputs import blocks_of, nodes_of
from reviews.pages.quorum_words import told_quorum
from reviews.pages.remedies import told
from reviews.pages.verdict_form import VerdictForm, offer_for
from reviews.pages.wording import events_told, priority_reasons, way_told
from reviews.selectors.ballots import ballots_told, sealed_from
from reviews.selectors.blindness import is_hidden_from, is_unread
from reviews.selectors.evidence import Evidence, Seal, open_evidence
from reviews.selectors.explanation import alternatives_of, explained
from reviews.selectors.history import history_of, way_of
from reviews.selectors.pauses import pause_in_force, pauses_told
from reviews.selectors.quorums import quorum_standing
from reviews.selectors.reversals import open_alarm_of
from reviews.selectors.said import said
from reviews.selectors.staffing import open_alarms_for
from reviews.selectors.statement import said_in
from reviews.services.interventions import window_of
from reviews.services.resuming import PAUSES_CASES
from reviews.services.ruling import reason_codes

NEEDED = (
    "queue__escalates_to",
    "ladder",
    "claimed_by",
    "decision__system",
    "decision__decision_type",
    "decision__model_version",
    "decision__evaluation__policy_version",
)
_NEIGHBOURS = 20


def case_context(
    case: Case, person: User, now: datetime, form: VerdictForm | None = None
) -> dict[str, Any]:
    """`case` with NEEDED loaded, readable by `person`. The sealed part is opened only for whoever
    holds the case; what gives the AI's output away is left out, not hidden, before a blind
    judgement, or before the statement of whoever contests it was read: then nothing of it is in
    the context at all."""
    if is_unread(case, person):
        return _statement_first(case, person, now)
    hidden = is_hidden_from(case, person)
    held = case.is_held_by(person, now)
    evidence = open_evidence(case.decision) if held else None
    context = {
        **_shell(case, person, now),
        "hidden": hidden,
        "seal": None if evidence is None else evidence.seal.value,
        "facts": _facts(case, evidence, hidden=hidden),
        "inputs": [] if evidence is None else blocks_of(evidence.input),
        "outcomes": case.decision.decision_type.outcomes if held and hidden else [],
        "contested": _contested(case, person) if held else None,
        # What others said may give the AI's output away.
        "pauses": pauses_told(case) if held and not hidden else [],
    }
    if hidden:
        return {**context, **_timelines(case, person, now, blind=True)}
    return {**context, **_output(case, person, now, evidence, form)}


def _statement_first(case: Case, person: User, now: datetime) -> dict[str, Any]:
    """The person's words and what is asked; of the decision itself nothing at all."""
    return {
        **_shell(case, person, now),
        "unread": True,
        "hidden": True,
        "contested": said_in(case, person) if case.is_held_by(person, now) else None,
    }


def _shell(case: Case, person: User, now: datetime) -> dict[str, Any]:
    """What is shown of the case whatever may be shown of its decision: whoever sees it may step
    aside, before they have read the statement too."""
    is_member = _is_member(case, person)
    is_live = case.state in Case.LIVE
    stepped_aside = is_live and case.decision.recusals.filter(person=person).exists()
    alarms = open_alarms_for(person).filter(case=case) if is_live else []
    pausing = person.has_perm(PAUSES_CASES)
    return {
        "now": now,
        "case": case,
        "paused": pause_in_force(case),
        "may_pause": case.is_held_by(person, now)
        or (pausing and case.state == Case.State.OPEN and case.paused_until is None),
        "may_resume": pausing or (is_member and person.has_perm("reviews.claim_case")),
        "question": case.decision.decision_type.question,
        "held": case.is_held_by(person, now),
        "staffing": [told(one) for one in alarms],
        # Only a ruling, which closes its case, orders an undoing.
        "unconfirmed": None if is_live else open_alarm_of(case.decision_id),
        "window": window_of(case.decision) if case.kind == Case.Kind.INTERVENTION else None,
        "stepped_aside": stepped_aside,
        "may_recuse": is_live
        and is_member
        and not stepped_aside
        and person.has_perm("reviews.rule_on_case"),
        "neighbours": _neighbours(case),
        "is_member": is_member,
        "crumbs": _crumbs(case),
    }


def _contested(case: Case, person: User) -> dict[str, Any] | None:
    """The statement, what it contests, and the earlier rulings with their reasons."""
    if case.kind != Case.Kind.CONTESTATION:
        return None
    told = said_in(case, person)
    kind = case.decision.decision_type
    labels = {code.code: code.label for code in reason_codes(case)}
    return {
        "said": told.said,
        "received_at": told.received_at,
        "stands": kind.outcome_label(told.contested_outcome or ""),
        "is_the_ais": told.contested_outcome == case.decision.outcome,
        "rulings": [
            {
                "verdict": ruling,
                "outcome": ruling.outcome and kind.outcome_label(ruling.outcome),
                "reason": labels.get(ruling.reason_code, ruling.reason_code),
                "text": told.texts[ruling.pk],
            }
            for ruling in told.rulings
        ],
    }


def _is_member(case: Case, person: User) -> bool:
    return case.queue.memberships.filter(person=person).exists()


def _crumbs(case: Case) -> list[dict[str, str]]:
    return [
        {"label": _("Queues"), "url": "/queues/"},
        {"label": case.queue.name, "url": f"/queues/{case.queue.slug}/"},
    ]


def _output(
    case: Case, person: User, now: datetime, evidence: Evidence | None, form: VerdictForm | None
) -> dict[str, Any]:
    """What may be seen once there is nothing left to be blind for."""
    decision = case.decision
    held = case.is_held_by(person, now)
    judgement = case.prior_judgements.filter(judged_by=person).first() if case.blind_first else None
    explanation = explained(evidence.explanation) if evidence else None
    return {
        "outcome": decision.outcome_label,
        "adverse": decision.decision_type.is_adverse(decision.outcome),
        "confidence": None if decision.confidence is None else float(decision.confidence),
        "judgement": judgement and decision.decision_type.outcome_label(judgement.outcome),
        "alternatives": alternatives_of(evidence.alternatives, decision.decision_type)
        if evidence
        else [],
        "explained": explanation,
        "rest": nodes_of(dict(explanation.rest)) if explanation and explanation.rest else (),
        "final_outcome": case.final_outcome
        and decision.decision_type.outcome_label(case.final_outcome),
        "sources": [blocks_of(_as_mapping(source)) for source in evidence.sources]
        if evidence
        else [],
        "why": why_it_came(decision.evaluation),
        "priority_reasons": priority_reasons(case),
        **_timelines(case, person, now),
        "quorum": told_quorum(case, quorum_standing(case)),
        "ballots": _ballots(case, person, now) if case.adjudication else [],
        "offer": offer_for(case) if held else None,
        "form": form or VerdictForm(initial={"claim": case.claim_number}),
    }


def why_it_came(row: Evaluation) -> dict[str, Any]:
    """The policy's answer in words: `reasons`, and `steps`, rule by rule."""
    reasons = [reason["sentence"] for reason in row.result["reasons"]]
    if row.policy_version_id is None:
        # Nothing was evaluated, so there is no more than the reason.
        return {"reasons": reasons, "steps": []}
    told = explain(policies.Evaluation.from_json(row.result))
    return {"reasons": reasons, "steps": told[1 + len(reasons) :]}


def _timelines(case: Case, person: User, now: datetime, *, blind: bool = False) -> dict[str, Any]:
    """`way`: of the case alone; `timeline`: of all that came of its decision."""
    decision = case.decision
    sealed = list(sealed_from(person, now).filter(decision=decision).values_list("pk", flat=True))
    history, kind = history_of(decision), decision.decision_type
    return {
        "way": way_told(way_of(case, history), kind, sealed=sealed, blind=blind),
        "timeline": events_told(history, kind, sealed=sealed, blind=blind),
    }


def _ballots(case: Case, person: User, now: datetime) -> list[dict[str, Any]]:
    """For whoever settles a disagreement: what people ruled before, and why."""
    kind = case.decision.decision_type
    return [
        {
            "verdict": told.verdict,
            "outcome": told.verdict.outcome and kind.outcome_label(told.verdict.outcome),
            "reason": told.reason,
        }
        for told in ballots_told(case, person, now)
    ]


def _facts(case: Case, evidence: Evidence | None, *, hidden: bool) -> list[dict[str, Any]]:
    """Every fact of the type's schema: {label, value, unit, sealed}; while the output is hidden,
    without those that come of it."""
    decision = case.decision
    opened = evidence is not None and evidence.seal is Seal.OPENED
    facts = []
    for name, spec in decision.decision_type.fact_specs.items():
        if hidden and spec.get("derived", False):
            continue
        personal = spec.get("personal", False)
        values = evidence.facts if personal and evidence is not None else decision.facts
        facts.append(
            {
                "label": spec.get("label") or name,
                "value": said(values.get(name)),
                "unit": spec.get("unit", "") if values.get(name) is not None else "",
                "sealed": personal and not opened,
                "personal": personal,
            }
        )
    return facts


def _neighbours(case: Case) -> list[Case]:
    """What comes next in the queue, this case included while it is live."""
    waiting = (
        Case.objects.filter(queue=case.queue_id, state=Case.State.OPEN, paused_until=None)
        .select_related("decision__decision_type")
        .most_urgent_first()
    )
    found = list(waiting[:_NEIGHBOURS])
    return found if any(one.pk == case.pk for one in found) else [case, *found]


def _as_mapping(source: Any) -> Mapping[str, Any]:
    return source if isinstance(source, dict) else {_("source"): source}
