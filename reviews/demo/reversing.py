"""One executed decision is reversed after its audit, so that the demo shows how that goes."""

from __future__ import annotations

from collections.abc import Mapping

from governance.models import User
from governance.policies import VerdictWord
from reviews.demo.integrator import Clock
from reviews.models import Case, Execution, Reversal, VerdictKind
from reviews.services.claiming import claim_case
from reviews.services.deciding import record_verdict
from reviews.services.ruling import Ruling, reason_codes

_REASON = "Simulated reason: at the audit this invented reviewer takes the outcome to be {outcome}."


def ensure_reversal(*, by: User, truths: Mapping[str, str], clock: Clock) -> bool:
    """Have `by` reverse one audited, executed decision unless one was reversed; whether they did.

    Preferably one that was wrong. Where the sample holds none, the reviewer errs with the one of
    the least confidence, and takes the runner-up for true: audits, too, can be mistaken.
    """
    if Reversal.objects.filter(decision__system__is_demo=True).exists():
        return False
    audited = list(
        Case.objects.filter(
            decision__system__is_demo=True,
            kind=Case.Kind.AUDIT,
            state=Case.State.OPEN,
            decision__executions__kind=Execution.Kind.CARRIED_OUT,
        )
        .select_related("decision__decision_type")
        .order_by("decision__confidence", "pk")
    )
    if not audited:
        return False
    wrong = [case for case in audited if truths[case.decision.external_id] != case.decision.outcome]
    chosen = (wrong or audited)[0]
    outcome = _instead(chosen, truths)
    case = claim_case(case_id=chosen.pk, reviewer=by, now=clock())
    code = next(code for code in reason_codes(case) if VerdictWord.REVERSE in code.verdicts)
    label = case.decision.decision_type.outcome_label(outcome)
    record_verdict(
        case_id=case.pk,
        reviewer=by,
        claim=case.claim_number,
        ruling=Ruling(VerdictKind.REVERSE, outcome, code.code, _REASON.format(outcome=label)),
        now=clock(),
    )
    return True


def _instead(case: Case, truths: Mapping[str, str]) -> str:
    decision = case.decision
    truth = truths[decision.external_id]
    if truth != decision.outcome:
        return truth
    runner_up: str | None = decision.facts.get("runner_up")
    others = (key for key in decision.decision_type.outcome_specs if key != decision.outcome)
    return runner_up or next(others)
