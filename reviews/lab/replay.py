"""One past decision evaluated again: under the version it ran under, and under a draft."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from governance.policies import Context, Facts, Rules, evaluate
from governance.policies.inputs import context_from_json, facts_from_json
from reviews.lab.routes import Way, way_of


class Past(NamedTuple):
    """One stored evaluation. `received`: seconds since 1970. `inputs`: what the policy saw then.
    `version`: None where none was published. `truth`: the newest true outcome, None if unknown."""

    decision: UUID
    received: float
    decision_type: UUID
    version: UUID | None
    way: Way
    inputs: Mapping[str, Any]
    truth: str | None


class Replayed(NamedTuple):
    """`derived`: what the stored inputs give today under the version of then; None where its text
    does not fit the type any more. `drafted`: what they give under the draft."""

    facts: Facts
    derived: Way | None
    drafted: Way


@dataclass(frozen=True, slots=True)
class Replay:
    """Evaluates again. `drafts`: the draft as it reads for each decision type; `versions`: the
    published rules by version and type, None where a text does not fit."""

    drafts: Mapping[UUID, Rules]
    versions: Mapping[tuple[UUID, UUID], Rules | None]

    def again(self, past: Past) -> Replayed | None:
        """None where no policy was asked then, so that nothing of the moment was kept."""
        if past.version is None:
            return None
        facts = facts_from_json(past.inputs["facts"])
        context = context_from_json(past.inputs["context"])
        rules = self.versions[past.version, past.decision_type]
        derived = None if rules is None else way_of(evaluate(rules, facts, context))
        draft = self.drafts[past.decision_type]
        return Replayed(facts, derived, way_of(evaluate(draft, facts, under(draft, context))))


def under(draft: Rules, context: Context) -> Context:
    """The moment as it would have been with `draft` in force in its own mode; the rest, such as
    halts and mandates, as it was."""
    return replace(context, mode=draft.mode, policy_in_force=True)


def agrees(stored: Way, derived: Way | None) -> bool:
    """Whether what was stored is what follows: disposition, rule, queue and audit."""
    return derived is not None and stored[:4] == derived[:4]
