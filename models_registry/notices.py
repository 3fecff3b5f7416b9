"""Who is told of levels, mandates and halts."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from governance.notices.registry import Telling, Told, tells
from governance.selectors.holders import holders_of
from models_registry.models import DecisionType, Halt, Mandate


@tells("models_registry.decisiontype.level_raised")
def of_raised_levels(told: Told) -> Iterator[Telling]:
    kinds = DecisionType.objects.select_related("system").in_bulk(
        [cause.subject_id for cause in told.causes]
    )
    for cause in told.causes:
        kind = kinds[cause.subject_id]
        yield Telling(
            cause,
            "level_raised",
            {"decision_type": kind.name, "level": str(cause.body["to"])},
            reverse("reviews:level", args=[kind.slug]),
            [kind.system.owner_id],
        )


@tells("models_registry.mandate.nearly_used", "models_registry.mandate.ending")
def of_mandates(told: Told) -> Iterator[Telling]:
    """The owner of the AI system, and the person in command."""
    mandates = Mandate.objects.select_related("decision_type__system").in_bulk(
        [cause.subject_id for cause in told.causes]
    )
    for cause in told.causes:
        mandate = mandates[cause.subject_id]
        name, is_used = mandate.decision_type.name, cause.event.endswith("nearly_used")
        left = {"percent": int(str(cause.body["percent_used"]))} if is_used else {}
        yield Telling(
            cause,
            "mandate_nearly_used" if is_used else "mandate_ending",
            {"decision_type": name, "until": mandate.valid_until.isoformat(), **left},
            reverse("reviews:mandate", args=[mandate.pk]),
            {mandate.decision_type.system.owner_id, mandate.issued_by_id},
        )


@tells("models_registry.halt.placed", "models_registry.halt.lifted")
def of_halts(told: Told) -> Iterator[Telling]:
    """Whoever may see halts; and who may place or lift one and sees none of them, of what their
    queues will feel."""
    halts = Halt.objects.select_related(
        "system", "decision_type__system", "model_version__system"
    ).in_bulk([cause.subject_id for cause in told.causes])
    others = holders_of(["models_registry.place_halt", "models_registry.lift_halt"], told.now)
    others -= holders_of(["models_registry.view_halt"], told.now)
    for cause in told.causes:
        halt = halts[cause.subject_id]
        yield Telling(
            cause,
            "halt_placed" if cause.event.endswith("placed") else "halt_lifted",
            {"what": "drill" if halt.is_drill else "halt", "scope": _scope(halt)},
            reverse("reviews:queues"),
            others,
            holders_path=reverse("reviews:halt", args=[halt.pk]),
        )


def _scope(halt: Halt) -> str:
    """Empty for everything."""
    if halt.model_version is not None:
        return f"{halt.model_version.system}, {halt.model_version.version}"
    if halt.decision_type is not None:
        return f"{halt.decision_type.system}, {halt.decision_type.name}"
    return "" if halt.system is None else str(halt.system)
