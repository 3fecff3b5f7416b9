"""The three demo systems as they are registered: one for each oversight mode."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files

from governance.policies import Effect
from models_registry.classification import Answers
from models_registry.models import AISystem, FactSpec, OutcomeSpec
from reviews.demo import answers
from reviews.demo.diagnosis import train_diagnosis
from reviews.demo.digits import train_digits
from reviews.demo.progression import train_progression
from reviews.demo.proposals import TrainedModel

ORGANISATION = "Example Clinic (invented for the demo)"


@dataclass(frozen=True, slots=True)
class QueueSpec:
    """A first queue and the senior queue above it. `rung_within`: time in the senior one."""

    slug: str
    name: str
    senior_slug: str
    senior_name: str
    rung_within: timedelta


@dataclass(frozen=True, slots=True)
class MandateSpec:
    """What the person in command allows. `days`: how long it is valid."""

    objective: str
    max_decisions: int
    allowed_outcomes: tuple[str, ...]
    days: int


@dataclass(frozen=True, slots=True)
class SystemSpec:
    """One demo system. `sent`: how many of the model's proposals are sent, from the first."""

    slug: str
    name: str
    purpose: str
    roles: tuple[AISystem.Role, ...]
    has_author: bool
    answers: Answers
    limits: str
    type_slug: str
    type_name: str
    question: str
    outcomes: Sequence[OutcomeSpec]
    facts: Mapping[str, FactSpec]
    effect: Effect
    reversible: bool
    queues: QueueSpec
    train: Callable[[], TrainedModel]
    sent: int
    mandate: MandateSpec | None = None

    @property
    def policy_slug(self) -> str:
        return self.slug

    def policy_text(self) -> str:
        """The policy as it is published first."""
        return self._text(f"{self.policy_slug}.yaml")

    def watched_text(self) -> str:
        """The same with the monitors that begin once there is something to watch."""
        return self.policy_text() + self._text(f"{self.policy_slug}.monitors.yaml")

    def _text(self, name: str) -> str:
        return (files("reviews.demo") / "policies" / name).read_text(encoding="utf-8")


DIAGNOSIS = SystemSpec(
    slug="diagnosis-support",
    name="Diagnosis support (demo)",
    purpose=(
        "Proposes to the pathologist whether a fine-needle biopsy of a breast mass is benign or "
        "malignant, from 30 measurements of cell nuclei. It does not replace the pathologist."
    ),
    roles=(AISystem.Role.DEPLOYER,),
    has_author=False,
    answers=answers.DIAGNOSIS,
    limits=(
        "Trained on 569 biopsies of one hospital, taken before 1994; age and origin are "
        "not known. Measurements far outside the training data make the confidence meaningless."
    ),
    type_slug="biopsy-reading",
    type_name="Reading of a biopsy",
    question="Is this biopsy benign or malignant?",
    outcomes=[
        {"key": "benign", "label": "Benign", "adverse": False},
        {"key": "malignant", "label": "Malignant", "adverse": True},
    ],
    facts={
        "margin": {
            "type": "double",
            "label": "Distance from the dividing line",
            "unit": "logits",
            "derived": True,
        },
        "unusual_measurements": {"type": "int", "label": "Unusual measurements"},
        "mean_radius": {"type": "double", "label": "Mean radius", "personal": True},
        "worst_area": {"type": "double", "label": "Worst area", "personal": True},
        "worst_texture": {"type": "double", "label": "Worst texture", "personal": True},
        "worst_concave_points": {
            "type": "double",
            "label": "Worst concave points",
            "personal": True,
        },
    },
    effect=Effect.SIMILAR,
    reversible=True,
    queues=QueueSpec(
        slug="biopsy-reading",
        name="Biopsies, first reading",
        senior_slug="biopsy-senior",
        senior_name="Biopsies, senior reading",
        rung_within=timedelta(days=2),
    ),
    train=train_diagnosis,
    sent=240,
)

DIGITS = SystemSpec(
    slug="digit-reading",
    name="Digit reading (demo)",
    purpose="Reads single handwritten digits from scanned form fields into the archive's index.",
    roles=(AISystem.Role.PROVIDER, AISystem.Role.DEPLOYER),
    has_author=True,
    answers=answers.DIGITS,
    limits=(
        "Trained on 1,797 fields of 8 x 8 pixels by 13 writers. Digits written in other ways, "
        "such as a crossed 7, are read less well."
    ),
    type_slug="digit",
    type_name="Reading of a digit",
    question="Which digit does the image show?",
    outcomes=[{"key": str(digit), "label": str(digit), "adverse": False} for digit in range(10)],
    facts={
        "margin": {"type": "double", "label": "Lead over the runner-up", "derived": True},
        "runner_up": {"type": "string", "label": "Runner-up", "derived": True},
        "ink": {"type": "double", "label": "Share of ink"},
    },
    effect=Effect.NONE,
    reversible=True,
    queues=QueueSpec(
        slug="digit-desk",
        name="Digits, reading desk",
        senior_slug="digit-senior",
        senior_name="Digits, second desk",
        rung_within=timedelta(days=2),
    ),
    train=train_digits,
    sent=560,
)

TRIAGE = SystemSpec(
    slug="progression-triage",
    name="Progression triage (demo)",
    purpose=(
        "Proposes how soon a person with diabetes is seen by a specialist, from ten baseline "
        "values. The order of routine appointments only, no emergencies."
    ),
    roles=(AISystem.Role.DEPLOYER,),
    has_author=False,
    answers=answers.TRIAGE,
    limits=(
        "Explains about half of the variance of disease progression, so that four bands in ten are "
        "wrong; two bands apart is rare. Trained on 442 patients, no children."
    ),
    type_slug="specialist-appointment",
    type_name="Appointment with a specialist",
    question="How soon must this person be seen?",
    outcomes=[
        {"key": "routine", "label": "Routine, within a year", "adverse": True},
        {"key": "soon", "label": "Soon, within three months", "adverse": False},
        {"key": "urgent", "label": "Urgent, within two weeks", "adverse": False},
    ],
    facts={
        "margin": {"type": "double", "label": "Lead over the next band", "derived": True},
        "unusual_measurements": {"type": "int", "label": "Unusual measurements"},
        "predicted_progression": {
            "type": "double",
            "label": "Predicted progression",
            "unit": "points",
            "personal": True,
            "derived": True,
        },
        "age": {"type": "double", "label": "Age", "unit": "years", "personal": True},
        "body_mass_index": {
            "type": "double",
            "label": "Body mass index",
            "unit": "kg/m²",
            "personal": True,
        },
        "blood_pressure": {
            "type": "double",
            "label": "Average blood pressure",
            "unit": "mmHg",
            "personal": True,
        },
    },
    effect=Effect.SIMILAR,
    reversible=True,
    queues=QueueSpec(
        slug="triage-desk",
        name="Appointments, first desk",
        senior_slug="triage-senior",
        senior_name="Appointments, senior desk",
        rung_within=timedelta(days=2),
    ),
    train=train_progression,
    sent=200,
    mandate=MandateSpec(
        objective=(
            "Offer early appointments without delay to people whose diabetes will probably "
            "progress fast, as far as the clinic has places."
        ),
        max_decisions=80,
        allowed_outcomes=("urgent",),
        days=14,
    ),
)

SYSTEMS = (DIAGNOSIS, DIGITS, TRIAGE)
