"""What a halt stops: everything, one AI system, one decision type or one model version."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from governance.errors import FieldError, InputInvalid
from models_registry.models import AISystem, DecisionType, Halt, ModelVersion


@dataclass(frozen=True, slots=True)
class Scope:
    """Nothing named: everything. A decision type or a version comes with its system."""

    system: AISystem | None = None
    decision_type: DecisionType | None = None
    model_version: ModelVersion | None = None

    @classmethod
    def of(cls, halt: Halt) -> Scope:
        return cls(halt.system, halt.decision_type, halt.model_version)

    def names(self) -> dict[str, str | None]:
        """As the ledger and messages name it: slugs, and the version as it calls itself."""
        return {
            "system": None if self.system is None else self.system.slug,
            "decision_type": None if self.decision_type is None else self.decision_type.slug,
            "model_version": None if self.model_version is None else self.model_version.version,
        }


def scope_named(
    *,
    system: str | None = None,
    decision_type: str | None = None,
    model_version: str | None = None,
    among: QuerySet[AISystem],
) -> Scope:
    """The scope that slugs and a version name. `among`: the systems that the caller may stop; what
    lies outside is told apart from what does not exist by nothing.

    Raises InputInvalid naming the field.
    """
    kind = None if decision_type is None else _decision_type(decision_type, among)
    owner = None if kind is None else kind.system
    if system is not None:
        owner = among.filter(slug=system).first()
        if owner is None or (kind is not None and kind.system_id != owner.pk):
            raise _unknown("/system", system)
    if model_version is None:
        return Scope(owner, kind)
    return Scope(owner, None, _version(model_version, owner, kind))


def _decision_type(slug: str, among: QuerySet[AISystem]) -> DecisionType:
    kinds = DecisionType.objects.select_related("system").filter(system__in=among)
    kind = kinds.filter(slug=slug).first()
    if kind is None:
        raise _unknown("/decision_type", slug)
    return kind


def _version(version: str, owner: AISystem | None, kind: DecisionType | None) -> ModelVersion:
    if kind is not None:
        raise _refused(
            "/model_version", "Stop a decision type or a model version, not both.", "one_scope"
        )
    if owner is None:
        raise _refused("/system", "A model version is named with its system.", "required")
    found = ModelVersion.objects.filter(system=owner, version=version).first()
    if found is None:
        raise _unknown("/model_version", version)
    return found


def _unknown(pointer: str, name: str) -> InputInvalid:
    return _refused(pointer, f"Unknown: {name!r}.", "unknown")


def _refused(pointer: str, detail: str, code: str) -> InputInvalid:
    return InputInvalid(
        "There is nothing of that name to stop", errors=[FieldError(pointer, detail, code)]
    )
