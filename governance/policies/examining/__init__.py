"""What a policy's text is told beyond whether it can be read: rules that never apply, which are
faults, and rules that overlap, which are worth a look.

Only before a text is published: one that was published keeps its meaning, whatever is found in it
later.
"""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from governance.policies.decision_schema import DecisionSchema
from governance.policies.document import Document, read_document
from governance.policies.examining.atoms import Atoms
from governance.policies.examining.budget import Budget
from governance.policies.examining.examples import Example, Examples
from governance.policies.examining.overlap import Overlap, overlaps
from governance.policies.examining.reach import NeverApplies, Reach
from governance.policies.expression.sentences import said
from governance.policies.monitors import without_groups
from governance.policies.parsing import parse_policy
from governance.policies.problems import Place, PolicyInvalid, Problem
from governance.policies.rules import Rules

MAX_WARNINGS = 50


@dataclass(frozen=True, slots=True)
class Examined:
    """Rules without a fault, and what their author should know of them, in order of the text."""

    rules: Rules
    warnings: tuple[Problem, ...]


def examine_policy(text: str, *, schema: DecisionSchema) -> Examined:
    """The rules of a text that could be published for decisions of `schema`.

    Raises PolicyInvalid: for what `parse_policy` refuses; for rules and triggers that could never
    apply; for a monitor of protected groups where none is marked.
    """
    rules = parse_policy(text, schema=schema)
    document = read_document(text)
    budget, atoms = Budget(), Atoms(schema.all_facts())
    expressions = [rule.when for rule in rules.rules]
    conditions = [atoms.condition(expression.text) for expression in expressions]
    triggers = [atoms.condition(trigger.when.text) for trigger in rules.triggers]
    examples = Examples(atoms, schema, budget)
    known = [examples.of(*pair) for pair in zip(expressions, conditions, strict=True)]
    reach = Reach(atoms, schema, budget)
    never = reach.unreachable(expressions, conditions, known)
    faults = [_unreachable(found, rules, document) for found in never]
    faults += [
        _never_true(f"/quorum_triggers/{number}/when", document)
        for number, trigger in enumerate(triggers)
        if reach.never_true(trigger)
    ]
    faults += [_no_groups(number, document) for number in without_groups(rules.monitors, schema)]
    if faults:
        raise PolicyInvalid(tuple(faults))
    found = islice(overlaps(rules.rules, conditions, known, examples), MAX_WARNINGS)
    warnings = [_overlap(one, rules, document) for one in found]
    if not budget.is_whole:
        warnings.append(_not_whole(document))
    return Examined(rules, tuple(sorted(warnings, key=lambda problem: problem.place)))


def _unreachable(found: NeverApplies, rules: Rules, document: Document) -> Problem:
    at = f"/rules/{found.rule}"
    if found.by_itself:
        return _never_true(f"{at}/when", document)
    if found.earlier is None:
        message = "whenever this applies one of the rules before it does, so it is never heard"
    else:
        title = rules.rules[found.earlier].title
        message = (
            f'whenever this applies rule {found.earlier + 1}, "{title}", does and comes first, '
            "so it is never heard"
        )
    return _problem(at, "unreachable", message, document)


def _never_true(pointer: str, document: Document) -> Problem:
    return _problem(pointer, "never_true", "this can never be true", document)


def _no_groups(monitor: int, document: Document) -> Problem:
    message = (
        'without "segment" this compares protected groups, and no fact of the decision type that '
        "divides people is marked as protected"
    )
    return _problem(f"/monitors/{monitor}", "missing_field", message, document)


def _overlap(found: Overlap, rules: Rules, document: Document) -> Problem:
    first, second = rules.rules[found.first], rules.rules[found.second]
    message = (
        f'rule {found.first + 1}, "{first.title}" ({first.then}), comes first where both apply, '
        f"and this one ({second.then}) is not heard; for example: {_example(found.example)}"
    )
    return _problem(f"/rules/{found.second}", "overlap", message, document)


def _example(facts: Example) -> str:
    return ", ".join(f"{name} {said(_plain(value))}" for name, value in facts.items()) or "any"


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _not_whole(document: Document) -> Problem:
    message = "there are too many rules and values to compare each rule with every other"
    return _problem("/rules", "not_compared", message, document)


def _problem(pointer: str, code: str, message: str, document: Document) -> Problem:
    return Problem(pointer, document.places.get(pointer, Place(1, 1)), code, message)
