"""What a classification says, in a form that can be stored with its reasons."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from governance.obligations import Role, SystemClass, Trait

from .marks import Flag, RiskClass
from .walk import Step, Task


@dataclass(frozen=True, slots=True)
class Outcome:
    """A classification. `classes`: strictest first, never empty. `obligations`: ids per role.

    `system_classes`, `roles` and `traits` are what `governance.obligations.binding` takes.
    `not_asked`: questions that were answered although the path does not ask them.
    """

    law_version: str
    classes: tuple[RiskClass, ...]
    flags: frozenset[Flag]
    roles: frozenset[Role]
    system_classes: frozenset[SystemClass]
    traits: frozenset[Trait]
    path: tuple[Step, ...]
    tasks: tuple[Task, ...]
    obligations: Mapping[Role, tuple[str, ...]]
    not_asked: tuple[str, ...]

    @property
    def risk_class(self) -> RiskClass:
        """The strictest class, the one to show where there is room for one."""
        return self.classes[0]

    @property
    def activation_blocked(self) -> bool:
        """Whether the system must not be put into service. Source: AI Act Article 5."""
        return RiskClass.X in self.classes

    @property
    def impact_assessment_owed(self) -> bool:
        """Whether a FRIA comes before first use. Source: AI Act Article 27(1)."""
        return Flag.IMPACT_ASSESSMENT_OWED in self.flags

    @property
    def two_people_verify(self) -> bool:
        """Whether Articles 14(5) and 12(3) of the AI Act bind: remote biometric identification."""
        return Flag.REMOTE_IDENTIFICATION in self.flags and RiskClass.H3 in self.classes

    def as_json(self) -> dict[str, object]:
        """Plain values for storage: sets as sorted lists, words as text; the same each time."""
        return {
            "law_version": self.law_version,
            "classes": [str(item) for item in self.classes],
            "flags": sorted(str(item) for item in self.flags),
            "roles": sorted(str(item) for item in self.roles),
            "system_classes": sorted(str(item) for item in self.system_classes),
            "traits": sorted(str(item) for item in self.traits),
            "path": [
                asdict(step)
                | {
                    "answer": step.answer if isinstance(step.answer, str) else list(step.answer),
                    "taken_as": list(step.taken_as),
                }
                for step in self.path
            ],
            "tasks": [asdict(task) for task in self.tasks],
            "obligations": {str(role): list(ids) for role, ids in sorted(self.obligations.items())},
            "not_asked": list(self.not_asked),
            "activation_blocked": self.activation_blocked,
        }
