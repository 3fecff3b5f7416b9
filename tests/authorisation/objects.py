"""What the addresses name: kind of object, variant, and what then stands in the address.

`mine`: the caller's own or one that they have to do with; `open`, `taken`: a case that nobody or a
colleague holds; `others`: another person's; `foreign`: of another system or queue; `missing`: an id
that nothing has; motions by what they would do. Each is a function of (grounds, caller).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.authorisation.furnishing import ANOTHER_SUBJECT
from tests.authorisation.world import NOBODY, Grounds

Named = Callable[[Grounds, str], str]


def _variants(*, missing: str = str(NOBODY), **named: Any) -> Mapping[str, Named]:
    def of(value: Any) -> Named:
        return lambda grounds, caller: str(value(grounds, caller))

    return {**{name: of(value) for name, value in named.items()}, "missing": of(lambda *_: missing)}


def _held(grounds: Grounds, caller: str) -> Any:
    return grounds.held.get(caller, grounds.held["reviewer"]).pk


def _blind(grounds: Grounds, caller: str) -> Any:
    return grounds.blind.get(caller, grounds.blind["reviewer"]).pk


def _bundle(mine: bool) -> Callable[[Grounds, str], Any]:
    def found(grounds: Grounds, caller: str) -> Any:
        me = caller if caller in grounds.bundles else "auditor"
        other = next(role for role in grounds.bundles if role != me)
        return grounds.bundles[me if mine else other].pk

    return found


def _by_role(of: Callable[[Grounds], Mapping[str, Any]], fallback: str = "reviewer") -> Any:
    """The row of the caller's role, or of another role for who has none of their own."""

    def found(grounds: Grounds, caller: str) -> Any:
        rows = of(grounds)
        return rows.get(caller, rows[fallback]).pk

    return found


def _colleagues_statement(grounds: Grounds, caller: str) -> Any:
    role = "reviewer" if caller == "senior-reviewer" else "senior-reviewer"
    return grounds.contested.held[role].pk


_CASES = {
    "open": lambda grounds, _: grounds.open_case.pk,
    "taken": lambda grounds, _: grounds.taken.pk,
    "foreign": lambda grounds, _: grounds.foreign_case.pk,
}

# Kind of object -> name in the address -> variant -> value.
OBJECTS: dict[str, dict[str, Mapping[str, Named]]] = {
    "case": {"case_id": _variants(mine=_held, **_CASES)},
    "blind case": {"case_id": _variants(mine=_blind, **_CASES)},
    "decision": {
        "decision_id": _variants(
            mine=lambda grounds, _: grounds.passed.pk,
            foreign=lambda grounds, _: grounds.foreign_passed.pk,
        )
    },
    "contested case": {
        "case_id": _variants(
            mine=_by_role(lambda grounds: grounds.contested.held),
            plain=_held,
            open=lambda grounds, _: grounds.contested.open.case_id,
            taken=_colleagues_statement,
            foreign=lambda grounds, _: grounds.contested.foreign.case_id,
        )
    },
    "contestation": {
        "contestation_id": _variants(
            mine=lambda grounds, _: grounds.contested.open.pk,
            foreign=lambda grounds, _: grounds.contested.foreign.pk,
        )
    },
    "answered contestation": {
        "contestation_id": _variants(
            mine=lambda grounds, _: grounds.contested.answered.pk,
            open=lambda grounds, _: grounds.contested.open.pk,
            foreign=lambda grounds, _: grounds.contested.foreign.pk,
        )
    },
    "subject": {
        "ref": _variants(
            mine=lambda *_: "customer-1",
            others=lambda *_: ANOTHER_SUBJECT,
            foreign=lambda *_: "customer-1",
            missing="nobody",
        )
    },
    "delegation": {
        "delegation_id": _variants(
            mine=_by_role(lambda grounds: grounds.around.lent),
            borrowed=_by_role(lambda grounds: grounds.around.borrowed),
            others=lambda grounds, _: grounds.around.others_loan.pk,
        )
    },
    "absence": {
        "absence_id": _variants(
            mine=_by_role(lambda grounds: grounds.around.absences),
            others=lambda grounds, _: grounds.around.others_absence.pk,
        )
    },
    "conflict": {"conflict_id": _variants(mine=lambda grounds, _: grounds.around.conflict.pk)},
    "motion": {
        "motion_id": _variants(
            mine=_by_role(lambda grounds: grounds.moved.own, "compliance-officer"),
            lifting=lambda grounds, _: grounds.moved.lifting.pk,
            erasure=lambda grounds, _: grounds.moved.erasure.pk,
            report=lambda grounds, _: grounds.moved.report.pk,
        )
    },
    "notice": {
        "notice_id": _variants(
            mine=_by_role(lambda grounds: grounds.notices, "auditor"),
            others=lambda grounds, _: grounds.others_notice.pk,
        )
    },
    "chat": {
        "address_id": _variants(
            mine=lambda grounds, _: grounds.chats["second-line"].pk,
            persons=lambda grounds, _: grounds.chats[""].pk,
        )
    },
    "act": {"act": _variants(mine=lambda *_: "models_registry.halt.lift", missing="nothing")},
    "decision in queue": {
        "decision_id": _variants(
            mine=lambda grounds, _: grounds.open_case.decision_id,
            foreign=lambda grounds, _: grounds.foreign_case.decision_id,
        )
    },
    "queue": {
        "slug": _variants(
            mine=lambda *_: "first-line", foreign=lambda *_: "elsewhere", missing="nowhere"
        )
    },
    "ladder": {"slug": _variants(mine=lambda *_: "lending-ladder", missing="nothing")},
    "calendar": {"slug": _variants(mine=lambda *_: "office", missing="nowhere")},
    "audit rate": {
        "rate_id": _variants(
            mine=lambda grounds, _: grounds.rates["lending"].pk,
            foreign=lambda grounds, _: grounds.rates["hiring"].pk,
        )
    },
    "report": {
        "report_id": _variants(
            mine=lambda grounds, _: grounds.reports["lending"].pk,
            foreign=lambda grounds, _: grounds.reports["hiring"].pk,
        )
    },
    "shadow": {"shadow_id": _variants(mine=lambda grounds, _: grounds.shadow.pk)},
    "question": {"question_id": _variants(mine=lambda grounds, _: grounds.question.pk)},
    "simulation": {"simulation_id": _variants(mine=lambda grounds, _: grounds.simulation.pk)},
    "webhook": {
        "endpoint_id": _variants(
            mine=lambda grounds, _: grounds.webhooks["lending"].pk,
            foreign=lambda grounds, _: grounds.webhooks["hiring"].pk,
        )
    },
    "bundle": {"bundle_id": _variants(mine=_bundle(True), others=_bundle(False))},
    "evidence": {
        "about": {"mine": lambda *_: "decision", "missing": lambda *_: "decision"},
        "about_id": _variants(mine=lambda grounds, _: grounds.passed.pk),
    },
    "template": {"slug": _variants(mine=lambda *_: "legal", missing="nothing")},
    "system": {"slug": _variants(mine=lambda *_: "lending", missing="nothing")},
    "policy": {"slug": _variants(mine=lambda *_: "lending-policy", missing="nothing")},
    "policy version": {
        "slug": _variants(mine=lambda *_: "lending-policy", missing="lending-policy"),
        "number": _variants(mine=lambda *_: 1, missing="9"),
    },
    "version": {"version_id": _variants(mine=lambda grounds, _: grounds.lending.version.pk)},
    "mandate": {"mandate_id": _variants(mine=lambda grounds, _: grounds.mandate.pk)},
    "halt": {"halt_id": _variants(mine=lambda grounds, _: grounds.halt.pk)},
    "decision type": {"slug": _variants(mine=lambda *_: "hiring-approval", missing="nothing")},
    "monitor": {
        "slug": _variants(mine=lambda *_: "hiring-approval", missing="nothing"),
        "monitor": _variants(mine=lambda *_: "heartbeat", missing="heartbeat"),
    },
    "alarm": {"alarm_id": _variants(mine=lambda grounds, _: grounds.alarm.pk)},
    "tile": {
        "address": _variants(hashes=lambda *_: "0/000.p/1", entries=lambda *_: "entries/000.p/1")
    },
    "unknown": {"address": _variants(missing="nonsense"), "url": _variants(missing="nonsense/")},
    "shortcut": {
        "content_type_id": _variants(missing="9999"),
        "object_id": _variants(missing="1"),
    },
    "app": {"app_label": _variants(mine=lambda *_: "governance")},
}
