"""Faults of a template that its shape does not show: names that lead nowhere, a class that does
not follow, an example that goes another way than it says, a rule that no example comes to."""

from __future__ import annotations

from collections.abc import Iterator

from governance.obligations import law
from governance.policies import FactType
from governance.policies.decision_schema import fits
from governance.policies.document import Document, pointer_to
from governance.policies.expression.errors import did_you_mean
from governance.policies.problems import Place, Problem
from models_registry.classification import classify
from models_registry.classification.errors import AnswerInvalid, Incomplete
from models_registry.classification.outcome import Outcome
from reviews.industries.template import Example, IndustryTemplate, KindPart, SystemPart
from reviews.industries.trying import deviations, tried


class Meaning:
    """`problems`: every fault of a template whose file has the right shape, with its place."""

    def __init__(self, template: IndustryTemplate, document: Document) -> None:
        self.template = template
        self.document = document
        self.problems = [
            *self._queues(),
            *self._repeated(),
            *(
                problem
                for index, system in enumerate(template.systems)
                for problem in self._system(system, f"/systems/{index}")
            ),
        ]

    def _queues(self) -> Iterator[Problem]:
        before: list[str] = []
        for index, queue in enumerate(self.template.queues):
            if queue.escalates_to and queue.escalates_to not in before:
                hint = did_you_mean(queue.escalates_to, before)
                yield self._problem(
                    f"/queues/{index}/escalates_to",
                    "unknown_queue",
                    f'no queue before this one is called "{queue.escalates_to}"{hint}',
                )
            if not queue.rung_within:
                at = f"/queues/{index}/rung_within"
                yield self._problem(at, "empty_duration", "this must be longer than no time at all")
            before.append(queue.slug)

    def _repeated(self) -> Iterator[Problem]:
        """Slugs are unique over the whole installation, so the more so here."""
        systems = list(enumerate(self.template.systems))
        named = {
            "queue": [(f"/queues/{i}/slug", q.slug) for i, q in enumerate(self.template.queues)],
            "system": [(f"/systems/{i}/slug", one.slug) for i, one in systems],
            "policy": [(f"/systems/{i}/policy/slug", one.policy_slug) for i, one in systems],
            "decision type": [
                (f"/systems/{i}/decision_types/{k}/slug", kind.slug)
                for i, one in systems
                for k, kind in enumerate(one.decision_types)
            ],
        }
        for what, places in named.items():
            seen: set[str] = set()
            for at, slug in places:
                if slug in seen:
                    yield self._problem(at, "repeated", f'another {what} is called "{slug}" too')
                seen.add(slug)

    def _system(self, system: SystemPart, at: str) -> Iterator[Problem]:
        yield from self._classified(system, at)
        for index, kind in enumerate(system.decision_types):
            yield from self._kind(kind, f"{at}/decision_types/{index}")
        kinds = [kind.slug for kind in system.decision_types]
        for index, right in enumerate(system.rights):
            if right.decision_type and right.decision_type not in kinds:
                place = f"{at}/rights/{index}/decision_type"
                yield self._unknown(place, "decision type", right.decision_type, kinds)
        routed = True
        for index, example in enumerate(system.examples):
            found = list(self._example(example, system, f"{at}/examples/{index}"))
            routed = routed and not found
            yield from found
        # Which rules are come to shows only once the examples go where they say.
        if routed and system.rules:
            yield from self._untried(system, at)

    def _classified(self, system: SystemPart, at: str) -> Iterator[Problem]:
        try:
            outcome = classify(system.answers)
        except AnswerInvalid as refused:
            place = pointer_to(f"{at}/answers", refused.question_id)
            yield self._problem(place, "answer_invalid", refused.why)
            return
        except Incomplete as refused:
            open_ = ", ".join(refused.questions)
            yield self._problem(f"{at}/answers", "incomplete", f"no answer to {open_}")
            return
        for question in outcome.not_asked:
            place = pointer_to(f"{at}/answers", question)
            yield self._problem(place, "not_asked", f"{question} is not asked on this path")
        if outcome.risk_class.value != system.risk_class:
            yield self._problem(
                f"{at}/risk_class",
                "other_class",
                f"the answers lead to {outcome.risk_class.value}, not to {system.risk_class}",
            )
        yield from self._duties(system, outcome, at)

    def _duties(self, system: SystemPart, outcome: Outcome, at: str) -> Iterator[Problem]:
        switched_on = {key for keys in outcome.obligations.values() for key in keys}
        for index, duty in enumerate(system.obligations):
            place = f"{at}/obligations/{index}/id"
            if duty.id not in law().obligations:
                yield self._unknown(place, "obligation", duty.id, sorted(switched_on))
            elif duty.id not in switched_on:
                said = f"{duty.id} does not bind a system with these answers"
                yield self._problem(place, "does_not_bind", said)

    def _kind(self, kind: KindPart, at: str) -> Iterator[Problem]:
        keys = [one["key"] for one in kind.outcomes]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                place = f"{at}/outcomes/{index}/key"
                yield self._problem(place, "repeated", f'another outcome is called "{key}" too')
        for name in kind.protected:
            if name not in kind.facts:
                place = pointer_to(f"{at}/protected", name)
                yield self._unknown(place, "fact", name, list(kind.facts))
        if kind.mandate is None:
            return
        for index, key in enumerate(kind.mandate.allowed_outcomes):
            if key not in keys:
                yield self._unknown(f"{at}/mandate/allowed_outcomes/{index}", "outcome", key, keys)

    def _example(self, example: Example, system: SystemPart, at: str) -> Iterator[Problem]:
        kinds = {kind.slug: kind for kind in system.decision_types}
        kind = kinds.get(example.decision_type)
        if kind is None:
            place = f"{at}/decision_type"
            yield self._unknown(place, "decision type", example.decision_type, list(kinds))
            return
        faults = list(self._given(example, kind, at))
        yield from faults
        if faults or kind.slug not in system.rules:
            return
        found = tried(example, kind, system.rules[kind.slug])
        for said in deviations(example.expect, found):
            yield self._problem(f"{at}/expect", "other_route", said)

    def _given(self, example: Example, kind: KindPart, at: str) -> Iterator[Problem]:
        """What intake would refuse of an example."""
        keys = [one["key"] for one in kind.outcomes]
        if example.outcome not in keys:
            yield self._unknown(f"{at}/outcome", "outcome", example.outcome, keys)
        if example.confidence is None and kind.confidence_required:
            yield self._problem(at, "required", "this type requires a confidence")
        if example.impact is not None and not kind.impact_unit:
            yield self._problem(f"{at}/impact", "unexpected", "this type has no unit of impact")
        for name, value in example.facts.items():
            place = pointer_to(f"{at}/facts", name)
            if name not in kind.facts:
                yield self._unknown(place, "fact", name, list(kind.facts))
            elif value is not None and not fits(value, FactType(kind.facts[name]["type"])):
                yield self._problem(place, "type", f"this must be a {kind.facts[name]['type']}")

    def _untried(self, system: SystemPart, at: str) -> Iterator[Problem]:
        """Rules and triggers that no example comes to: nobody has seen what they do."""
        come_to: set[str] = set()
        for example in system.examples:
            kind = system.kind(example.decision_type)
            found = tried(example, kind, system.rules[kind.slug])
            come_to |= {trace.rule for trace in found.trace if trace.result}
            come_to |= {one.looked.rule for one in found.triggers if one.looked.result}
        rules = system.any_rules
        for name in (*(rule.id for rule in rules.rules), *(one.id for one in rules.triggers)):
            if name not in come_to:
                said = f'no example comes to "{name}" of {system.policy_file}'
                yield self._problem(f"{at}/examples", "untried", said)

    def _unknown(self, at: str, what: str, name: str, known: list[str]) -> Problem:
        hint = did_you_mean(name, known)
        return self._problem(at, "unknown", f'there is no {what} "{name}" here{hint}')

    def _problem(self, at: str, code: str, message: str) -> Problem:
        return Problem(at, self.document.places.get(at, Place(1, 1)), code, message)
