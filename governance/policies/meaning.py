"""Faults of a policy document that its shape does not show.

Each check takes whatever parts have the right shape, so that all faults come out at once.
"""

from collections.abc import Collection
from typing import Any

from governance.policies.audit_meaning import audit_faults
from governance.policies.decision_schema import DecisionSchema
from governance.policies.document import Document, pointer_to
from governance.policies.durations import parse_duration
from governance.policies.expression import Expression, read_expression
from governance.policies.expression.errors import (
    PolicyTextError,
    did_you_mean,
    line_and_column,
)
from governance.policies.expression.values import parse_instant
from governance.policies.monitors import monitor_problems
from governance.policies.problems import MAX_PROBLEMS, Place, Problem
from governance.policies.quorums import FOR_CASES, FOR_MOTIONS, stage_from
from governance.policies.reasons import template_faults
from governance.quorum import PRESETS, QuorumInvalid
from governance.quorum.rule import MAX_PANEL


class Meaning:
    """Checks one document against one decision schema. `conditions`: those read, by the pointer of
    the rule or trigger that they belong to."""

    def __init__(self, document: Document, schema: DecisionSchema) -> None:
        self.document = document
        self.schema = schema
        self.conditions: dict[str, Expression] = {}
        self.problems: list[Problem] = []

    def check(self) -> None:
        """Fill `conditions` and `problems`."""
        for fault in self.schema.faults():
            self.problem("", "decision_schema", fault)
        data = self.document.data
        if not isinstance(data, dict):
            return
        known = self.quorums(data.get("quorums"))
        rules = data.get("rules")
        if isinstance(rules, list):
            self.rules(rules, known)
        self.triggers(data.get("quorum_triggers"), known)
        self.queue(data.get("defaults"), "/defaults/queue")
        self.quorum(data.get("defaults"), "/defaults", known)
        self.ladder(data.get("defaults"), "/defaults/ladder")
        self.durations(data)
        self.dates(data)
        self.blind_first(data)
        self.reason_codes(data)
        for found in audit_faults(data, self.schema):
            self.problem(*found)
        self.problems += monitor_problems(data.get("monitors"), self.document, self.schema)

    def rules(self, rules: list[Any], known: Collection[str]) -> None:
        ids: dict[str, int] = {}
        always: int | None = None
        for index, rule in enumerate(rules):
            if not isinstance(rule, dict):
                continue
            if len(self.problems) >= MAX_PROBLEMS:
                return
            at = f"/rules/{index}"
            name = rule.get("id")
            if isinstance(name, str) and ids.setdefault(name, index) != index:
                self.problem(f"{at}/id", "repeated", f'rule {ids[name] + 1} is called "{name}" too')
            if always is not None:
                self.problem(
                    at, "unreachable", f"rule {always + 1} always applies, so this one never does"
                )
            if rule.get("then") in ("pass", "block"):
                for field in ("queue", "verdicts", "quorum", "ladder"):
                    if field in rule:
                        message = f"only a rule that asks for a review has a say in the {field}"
                        self.problem(f"{at}/{field}", "meaningless", message)
            self.queue(rule, f"{at}/queue")
            self.quorum(rule, at, known)
            self.ladder(rule, f"{at}/ladder")
            self.condition(at, rule.get("when"))
            self.reason(at, rule)
            if always is None and self.always_applies(at):
                always = index

    def quorums(self, quorums: Any) -> frozenset[str]:
        """The names that may be used, a faulty quorum's too: its own fault says enough."""
        own: dict[str, Any] = quorums if isinstance(quorums, dict) else {}
        known = frozenset(FOR_CASES) | frozenset(own)
        for name, quorum in own.items():
            at = pointer_to("/quorums", name)
            if name in PRESETS:
                self.problem(
                    at, "reserved", f'"{name}" is built in; call this one by another name', key=True
                )
            found = quorum.get("stages") if isinstance(quorum, dict) else None
            stages: list[Any] = found if isinstance(found, list) else []
            for index, stage in enumerate(stages):
                if len(self.problems) >= MAX_PROBLEMS:
                    return known
                if isinstance(stage, dict):
                    self.stage(stage, f"{at}/stages/{index}", stages[:index])
        return known

    def stage(self, stage: dict[str, Any], at: str, before: list[Any]) -> None:
        name = stage.get("name")
        known = [one.get("name") for one in before if isinstance(one, dict)]
        if isinstance(name, str) and name in known:
            self.problem(f"{at}/name", "repeated", f'another stage is called "{name[:100]}" too')
        roles = stage.get("roles")
        for index, role in enumerate(roles if isinstance(roles, list) else []):
            self.role(role, f"{at}/roles/{index}")
        required = stage.get("required")
        panel = stage.get("panel", required)
        if _is_count(required) and _is_count(panel):
            try:
                stage_from({"name": str(name)[:100], "required": required, "panel": panel})
            except QuorumInvalid as fault:
                self.problem(at, "impossible_stage", str(fault))

    def role(self, role: Any, pointer: str) -> None:
        roles = self.schema.roles
        if roles is not None and isinstance(role, str) and role not in roles:
            hint = did_you_mean(role, roles)
            self.problem(pointer, "unknown_role", f'there is no role "{role[:100]}"{hint}')

    def quorum(self, holder: Any, at: str, known: Collection[str]) -> None:
        """What a rule, the defaults or a trigger ask for."""
        name = holder.get("quorum") if isinstance(holder, dict) else None
        if not isinstance(name, str):
            return
        if name == FOR_MOTIONS:
            message = (
                f'"{name}" is for motions: nobody moves a case whom a second person could join'
            )
            self.problem(f"{at}/quorum", "not_for_cases", message)
        elif name not in known:
            hint = did_you_mean(name, known)
            self.problem(
                f"{at}/quorum", "unknown_quorum", f'there is no quorum "{name[:100]}"{hint}'
            )
        if "verdicts" in holder:
            message = "the quorum says how many people rule; leave one of the two out"
            self.problem(f"{at}/verdicts", "meaningless", message)

    def triggers(self, triggers: Any, known: Collection[str]) -> None:
        ids: set[str] = set()
        for index, trigger in enumerate(triggers if isinstance(triggers, list) else []):
            if len(self.problems) >= MAX_PROBLEMS:
                return
            if not isinstance(trigger, dict):
                continue
            at = f"/quorum_triggers/{index}"
            name = trigger.get("id")
            if isinstance(name, str):
                if name in ids:
                    self.problem(f"{at}/id", "repeated", f'another trigger is called "{name}" too')
                ids.add(name)
            self.quorum(trigger, at, known)
            self.condition(at, trigger.get("when"))

    def condition(self, at: str, text: object) -> None:
        if not isinstance(text, str):
            return
        read = read_expression(text, self.schema.all_facts(), self.schema.allowed())
        if isinstance(read, Expression):
            self.conditions[at] = read
            return
        for fault in read:
            self.problems.append(self.of_condition(f"{at}/when", fault))

    def reason(self, at: str, rule: dict[str, Any]) -> None:
        pointer, text = f"{at}/reason_template", rule.get("reason_template")
        if not isinstance(text, str):
            return
        if "reason" in rule:
            message = "the template is the reason; leave one of the two out"
            self.problem(f"{at}/reason", "meaningless", message)
        span = self.document.texts.get(pointer)
        for fault in template_faults(text, self.schema.all_facts(), self.schema.personal):
            line, column = line_and_column(text, fault.offset)
            place = span.place_of(line, column) if span else Place(1, 1)
            self.problems.append(Problem(pointer, place, "reason_template", fault.message))

    def of_condition(self, pointer: str, fault: PolicyTextError) -> Problem:
        span = self.document.texts.get(pointer)
        place = span.place_of(fault.line, fault.column) if span else Place(1, 1)
        return Problem(pointer, place, fault.code, fault.message, fault.shown())

    def always_applies(self, at: str) -> bool:
        condition = self.conditions.get(at)
        return (
            condition is not None and condition.is_constant() and condition.evaluate({})[0] is True
        )

    def queue(self, holder: Any, pointer: str) -> None:
        queues = self.schema.queues
        name = holder.get("queue") if isinstance(holder, dict) else None
        if queues is None or not isinstance(name, str):
            return
        if name in self.schema.closed_queues:
            self.problem(pointer, "closed_queue", f'the queue "{name}" takes no cases')
        elif name not in queues:
            hint = did_you_mean(name, queues)
            self.problem(pointer, "unknown_queue", f'there is no queue "{name[:100]}"{hint}')

    def ladder(self, holder: Any, pointer: str) -> None:
        ladders = self.schema.ladders
        name = holder.get("ladder") if isinstance(holder, dict) else None
        if ladders is not None and isinstance(name, str) and name not in ladders:
            hint = did_you_mean(name, ladders)
            self.problem(pointer, "unknown_ladder", f'there is no ladder "{name[:100]}"{hint}')

    def durations(self, data: dict[str, Any]) -> None:
        defaults = data.get("defaults")
        due = defaults.get("due_within") if isinstance(defaults, dict) else None
        for pointer, text in (
            ("/defaults/due_within", due),
            ("/permit_ttl", data.get("permit_ttl")),
            ("/confirm_reversal_within", data.get("confirm_reversal_within")),
        ):
            span = parse_duration(text) if isinstance(text, str) else None
            if span is not None and not span:
                self.problem(pointer, "empty_duration", "this must be longer than no time at all")

    def dates(self, data: dict[str, Any]) -> None:
        effective = data.get("effective")
        found = {}
        for name in ("valid_from", "valid_until"):
            text = effective.get(name) if isinstance(effective, dict) else None
            if isinstance(text, str):
                found[name] = parse_instant(text)
                if found[name] is None:
                    self.problem(f"/effective/{name}", "no_instant", "there is no such instant")
        first, last = found.get("valid_from"), found.get("valid_until")
        if first is not None and last is not None and last <= first:
            self.problem("/effective/valid_until", "never_in_force", "this is not after valid_from")

    def blind_first(self, data: dict[str, Any]) -> None:
        """The mode settles what the reviewer sees, but for HITL, where the policy does."""
        mode, sees, share = (data.get(k) for k in ("mode", "reviewer_sees", "blind_first_share"))
        if mode == "hotl" and sees == "blind_first":
            self.problem("/reviewer_sees", "not_in_mode", "in hotl the reviewer is always shown")
        if mode == "hic" and sees == "shown":
            self.problem(
                "/reviewer_sees", "not_in_mode", "in hic the reviewer is always blind first"
            )
        if mode in ("hotl", "hic") and share:
            message = f"in {mode} no share of the reviews is drawn; leave it out"
            self.problem("/blind_first_share", "not_in_mode", message)

    def reason_codes(self, data: dict[str, Any]) -> None:
        found = data.get("reason_codes")
        codes: set[str] = set()
        for index, reason in enumerate(found if isinstance(found, list) else []):
            code = reason.get("code") if isinstance(reason, dict) else None
            if isinstance(code, str) and code in codes:
                self.problem(
                    f"/reason_codes/{index}/code", "repeated", f'"{code}" stands here twice'
                )
            codes |= {code} if isinstance(code, str) else set()

    def problem(self, pointer: str, code: str, message: str, *, key: bool = False) -> None:
        """`key`: it is the key that is wrong, and not what stands under it."""
        places = self.document.keys if key else self.document.places
        place = places.get(pointer, Place(1, 1))
        self.problems.append(Problem(pointer, place, code, message))


def _is_count(value: object) -> bool:
    """A number of people that the schema lets through; of others it says more itself."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and value in range(1, MAX_PANEL + 1)
    )
