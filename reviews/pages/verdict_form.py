"""The forms of the case page: reading what a person rules. The verbs judge it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from governance.errors import FieldError
from governance.policies import VerdictWord
from models_registry.models import OutcomeSpec
from reviews.models import Case, VerdictKind
from reviews.services.ruling import (
    Ruling,
    fewest_chars,
    rules_of,
    standing_outcome,
    was_carried_out,
)

_CORRECTS = frozenset({VerdictKind.OVERRIDE, VerdictKind.REVERSE})


@dataclass(frozen=True, slots=True)
class Choice:
    """One verdict as the form offers it. `key`: the letter that moves the focus to it."""

    kind: VerdictKind
    hint: StrOrPromise
    key: str


class VerdictForm(forms.Form):
    """Takes any verdict: whether it fits the case is for `record_verdict` to say."""

    claim = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("Verdict"),
        choices=VerdictKind.choices,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    outcome = forms.CharField(label=_("Corrected outcome"), max_length=64, required=False)
    reason_code = forms.CharField(label=_("Reason"), max_length=64, required=False)
    reason_text = forms.CharField(label=_("Explain it"), max_length=4000, required=False)

    def ruling(self) -> Ruling:
        """What was entered. The corrected outcome counts for the verdicts that correct."""
        kind = VerdictKind(self.cleaned_data["kind"])
        return Ruling(
            kind=kind,
            outcome=self.cleaned_data["outcome"] if kind in _CORRECTS else "",
            reason_code=self.cleaned_data["reason_code"],
            reason_text=self.cleaned_data["reason_text"],
        )

    def show_faults(self, faults: Sequence[FieldError]) -> None:
        for fault in faults:
            name = fault.pointer.lstrip("/")
            self.add_error(name if name in self.fields else None, fault.detail)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the form offers for one case. `reasons`: group label and its (code, label) pairs,
    empty where the policy names none. `fewest`: characters that a correction's text needs;
    `explains_all`: a text is needed whatever the verdict, as whoever contested is told why."""

    choices: tuple[Choice, ...]
    outcomes: tuple[OutcomeSpec, ...]
    reasons: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    fewest: int
    explains_all: bool


def offer_for(case: Case) -> Offer:
    """The verdicts that make sense now, the outcomes other than the one to uphold, the policy's
    reasons. What was vetoed is not offered."""
    decision = case.decision
    contested = case.kind == Case.Kind.CONTESTATION
    stands = standing_outcome(case)
    upheld = (
        _("The decision stands: %(outcome)s")
        % {"outcome": decision.decision_type.outcome_label(stands)}
        if contested
        else _("The AI's outcome stands")
    )
    correction = (
        Choice(VerdictKind.REVERSE, _("It was carried out; order it undone"), "r")
        if was_carried_out(decision)
        else Choice(VerdictKind.OVERRIDE, _("Another outcome is right"), "o")
    )
    upholding = Choice(VerdictKind.UPHOLD, upheld, "u")
    choices = (
        *([upholding] if case.vetoed_at is None else []),
        correction,
        Choice(VerdictKind.ABSTAIN, _("Not mine to judge; hand it on"), "a"),
    )
    rules = rules_of(case)
    codes = () if rules is None else rules.reason_codes
    reasons = tuple(
        (
            str(choice.kind.label).capitalize(),
            tuple(
                (code.code, code.label)
                for code in codes
                if VerdictWord(choice.kind.value) in code.verdicts
            ),
        )
        for choice in choices
    )
    specs: dict[str, Any] = decision.decision_type.outcome_specs
    return Offer(
        choices=choices,
        outcomes=tuple(spec for key, spec in specs.items() if key != stands),
        reasons=tuple(group for group in reasons if group[1]),
        fewest=fewest_chars(case, VerdictKind.OVERRIDE),
        explains_all=contested,
    )
