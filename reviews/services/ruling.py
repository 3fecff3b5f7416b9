"""What a ruling must be like, before anything is written. Steps and values only."""

from __future__ import annotations

from dataclasses import dataclass

from governance.errors import FieldError, InputInvalid
from governance.policies import ReasonCode, Rules, VerdictWord
from reviews.errors import (
    AlreadyExecuted,
    AlreadyReversed,
    CaseVetoed,
    NotExecuted,
    SettledSince,
)
from reviews.models import Case, Decision, Execution, PermitUse, Reversal, VerdictKind
from reviews.selectors.contested import contested_outcome
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

    Who upholds a contested decision upholds the outcome that stands, which after an override is
    not the AI's. Raises InputInvalid naming each faulty field; AlreadyExecuted for an override that
    comes too late, NotExecuted for a reversal that comes too early, AlreadyReversed for either
    where the undoing was ordered in the meantime, SettledSince for an audit that a contestation
    has overtaken; CaseVetoed for upholding what was vetoed.
    """
    decision = case.decision
    stands = standing_outcome(case)
    faults = [*_outcome_faults(case, ruling, stands), *_reason_faults(case, ruling)]
    if faults:
        raise InputInvalid("The verdict is not complete", errors=faults)
    if ruling.kind is not VerdictKind.ABSTAIN and _overtaken(case):
        raise SettledSince("A contestation settled it; an audit does not change that back")
    if ruling.kind in _EXPLAINED and Reversal.objects.filter(decision=decision).exists():
        raise AlreadyReversed("Uphold what stands now; what replaces it is a new decision")
    carried_out = was_carried_out(decision)
    if ruling.kind is VerdictKind.OVERRIDE and carried_out:
        raise AlreadyExecuted("It was carried out; order its undoing with a reversal instead")
    if ruling.kind is VerdictKind.REVERSE and not carried_out:
        raise NotExecuted("It was not carried out; override it instead")
    if ruling.kind is VerdictKind.UPHOLD:
        if case.vetoed_at is not None:
            raise CaseVetoed(
                "A ballot vetoed this outcome; settle on another one, or abstain and hand it on"
            )
        return stands
    return ruling.outcome


def standing_outcome(case: Case) -> str:
    """What whoever upholds agrees with: the AI's own outcome, or the one that is contested."""
    if case.kind == Case.Kind.CONTESTATION:
        return contested_outcome(case)
    return case.decision.outcome


def fewest_chars(case: Case, kind: VerdictKind) -> int:
    """How long the explanation must be. Whoever contests is told why, also why not (GDPR
    Art. 22(3)); an abstention tells the person nothing."""
    rules = rules_of(case)
    fewest = rules.min_reason_chars if rules is not None else 0
    if case.kind == Case.Kind.CONTESTATION and kind is not VerdictKind.ABSTAIN:
        return max(fewest, 1)
    return fewest if kind in _EXPLAINED else 0


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


def _overtaken(case: Case) -> bool:
    if case.kind == Case.Kind.CONTESTATION:
        return False
    settled = Case.objects.filter(kind=Case.Kind.CONTESTATION, state=Case.State.DECIDED)
    return settled.filter(decision=case.decision_id).exists()


def _outcome_faults(case: Case, ruling: Ruling, stands: str) -> list[FieldError]:
    if ruling.kind in (VerdictKind.UPHOLD, VerdictKind.ABSTAIN):
        if ruling.outcome:
            return [FieldError("/outcome", "Only a correction names an outcome.", "unexpected")]
        return []
    if not ruling.outcome:
        return [FieldError("/outcome", "Name the corrected outcome.", "required")]
    if ruling.outcome not in case.decision.decision_type.outcome_specs:
        return [FieldError("/outcome", "Not an outcome of this type.", "unknown")]
    if ruling.outcome == stands:
        whose = (
            "the outcome that stands"
            if case.kind == Case.Kind.CONTESTATION
            else "the AI's own outcome"
        )
        return [FieldError("/outcome", f"That is {whose}: uphold it.", "same")]
    return []


def _reason_faults(case: Case, ruling: Ruling) -> list[FieldError]:
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
    fewest = fewest_chars(case, ruling.kind)
    if len(ruling.reason_text.strip()) < fewest:
        faults.append(
            FieldError("/reason_text", f"Explain it in at least {fewest} characters.", "too_short")
        )
    return faults
