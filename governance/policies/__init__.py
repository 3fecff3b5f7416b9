"""Policies: the text that an organisation publishes, and what it makes of each decision.

Pure: no database, no settings, no clock, no randomness.
"""

from governance.policies.decision_schema import DecisionSchema
from governance.policies.evaluate import evaluate
from governance.policies.evaluation import Evaluation, Reason, RuleTrace, TriggerTrace
from governance.policies.explain import explain
from governance.policies.expression.values import FactType
from governance.policies.facts import BUILT_IN_FACTS, Context, Facts, MandateState
from governance.policies.inputs import (
    context_from_json,
    context_to_json,
    facts_from_json,
    facts_to_json,
)
from governance.policies.parsing import parse_policy
from governance.policies.problems import PolicyInvalid, Problem
from governance.policies.rules import Defaults, ReasonCode, Rule, Rules, Trigger
from governance.policies.stated_threshold import stated_threshold
from governance.policies.vocabulary import (
    Disposition,
    Effect,
    FailSafe,
    Ground,
    Level,
    Mode,
    ReviewerSees,
    VerdictWord,
)

__all__ = [
    "BUILT_IN_FACTS",
    "Context",
    "DecisionSchema",
    "Defaults",
    "Disposition",
    "Effect",
    "Evaluation",
    "FactType",
    "Facts",
    "FailSafe",
    "Ground",
    "Level",
    "MandateState",
    "Mode",
    "PolicyInvalid",
    "Problem",
    "Reason",
    "ReasonCode",
    "ReviewerSees",
    "Rule",
    "RuleTrace",
    "Rules",
    "Trigger",
    "TriggerTrace",
    "VerdictWord",
    "context_from_json",
    "context_to_json",
    "evaluate",
    "explain",
    "facts_from_json",
    "facts_to_json",
    "parse_policy",
    "stated_threshold",
]
