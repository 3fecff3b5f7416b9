"""What a ruling must be like, before anything is written. Steps and values only."""

from __future__ import annotations

from dataclasses import dataclass

from governance.errors import FieldError, InputInvalid
from governance.policies import ReasonCode, Rules, VerdictWord
from reviews.errors import AlreadyExecuted, CaseVetoed, NotExecuted
from reviews.models import Case, Decision, Execution, PermitUse, VerdictKind
from reviews.services.rulebook import rulebook_of

_EXPLAINED = frozenset({VerdictKind.OVERRIDE, VerdictKind.REVERSE})


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person rules: `outcome` is the corrected one, empty for uphold and abstain."""

    kind: VerdictKind
    outcome: str
    reason_code: str
    reason_text: str


def check_ruling(case: Case, ruling: Ruling) -> str:
    """The outcome that should be carried out; empty for an abstention.

    Raises InputInvalid naming each faulty field; AlreadyExecuted for an override that comes too
    late, NotExecuted for a reversal that comes too early; CaseVetoed for upholding what was vetoed.
    """
    decision = case.decision
    faults = [*_outcome_faults(decision, ruling), *_reason_faults(case, ruling)]
    if faults:
        raise InputInvalid("The verdict is not complete", errors=faults)
    carried_out = was_carried_out(decision)
    if ruling.kind is VerdictKind.OVERRIDE and carried_out:
        raise AlreadyExecuted("It was carried out; order its undoing with a reversal instead")
    if ruling.kind is VerdictKind.REVERSE and not carried_out:
        raise NotExecuted("It was not carried out; override it instead")
    if ruling.kind is VerdictKind.UPHOLD:
        if case.vetoed_at is not None:
            raise CaseVetoed(
                "A ballot vetoed the AI's outcome; settle on another one, or abstain and hand it on"
            )
        return decision.outcome
    return ruling.outcome


def was_carried_out(decision: Decision) -> bool:
    """Whether the executing system has used its permit, thus acts or has acted."""
    return (
        PermitUse.objects.filter(decision=decision).exists()
        and not Execution.objects.filter(decision=decision, kind=Execution.Kind.UNDONE).exists()
    )


def reason_codes(case: Case) -> tuple[ReasonCode, ...]:
    """The reasons that the policy offers for a case."""
    rules = rules_of(case)
    return () if rules is None else rules.reason_codes


def rules_of(case: Case) -> Rules | None:
    """The rules that the case's decision was evaluated under."""
    version = case.decision.evaluation.policy_version
    rulebook = None if version is None else rulebook_of(version, case.decision.decision_type)
    return None if rulebook is None else rulebook.rules


def _outcome_faults(decision: Decision, ruling: Ruling) -> list[FieldError]:
    if ruling.kind in (VerdictKind.UPHOLD, VerdictKind.ABSTAIN):
        if ruling.outcome:
            return [FieldError("/outcome", "Only a correction names an outcome.", "unexpected")]
        return []
    if not ruling.outcome:
        return [FieldError("/outcome", "Name the corrected outcome.", "required")]
    if ruling.outcome not in decision.decision_type.outcome_specs:
        return [FieldError("/outcome", "Not an outcome of this type.", "unknown")]
    if ruling.outcome == decision.outcome:
        return [FieldError("/outcome", "That is the AI's own outcome: uphold it.", "same")]
    return []


def _reason_faults(case: Case, ruling: Ruling) -> list[FieldError]:
    rules = rules_of(case)
    offered = {
        code.code for code in reason_codes(case) if VerdictWord(ruling.kind.value) in code.verdicts
    }
    faults = []
    if not ruling.reason_code:
        faults.append(FieldError("/reason_code", "Give a reason.", "required"))
    elif offered and ruling.reason_code not in offered:
        known = ", ".join(sorted(offered))
        faults.append(
            FieldError("/reason_code", f"For {ruling.kind.value} one of: {known}.", "unknown")
        )
    fewest = rules.min_reason_chars if rules is not None else 0
    if ruling.kind in _EXPLAINED and len(ruling.reason_text.strip()) < fewest:
        faults.append(
            FieldError("/reason_text", f"Explain it in at least {fewest} characters.", "too_short")
        )
    return faults
