"""The invented people of the demo, and whom the person at the screen can sign in as."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonSpec:
    """`role`: the slug of an installed role. `queues`: the slugs of the queues they review."""

    username: str
    display_name: str
    role: str
    queues: tuple[str, ...] = ()


FIRST_QUEUES = ("biopsy-reading", "digit-desk", "triage-desk")
SENIOR_QUEUES = ("biopsy-senior", "digit-senior", "triage-senior")

# Whoever sits at the screen acts for real, so these accounts are not marked as simulated.
AT_THE_SCREEN = (
    PersonSpec("demo-reviewer", "Demo reviewer", "reviewer", FIRST_QUEUES),
    PersonSpec(
        "demo-senior", "Demo senior reviewer", "senior-reviewer", FIRST_QUEUES + SENIOR_QUEUES
    ),
    PersonSpec("demo-compliance", "Demo compliance officer", "compliance-officer"),
    PersonSpec("demo-owner", "Demo system owner", "system-owner"),
    PersonSpec("demo-auditor", "Demo auditor", "auditor"),
    PersonSpec("demo-admin", "Demo administrator", "administrator"),
)

_FIRST_READERS = (
    "Ada", "Boris", "Chidi", "Dana", "Emre", "Freya", "Goran", "Hana", "Ivo", "Jomo", "Karin",
    "Leila",
)  # fmt: skip
_SENIOR_READERS = ("Olga", "Pavel", "Quinn")

SIMULATED_REVIEWERS = (
    *(
        PersonSpec(f"sim-{name.lower()}", f"Simulated reviewer {name}", "reviewer", FIRST_QUEUES)
        for name in _FIRST_READERS
    ),
    *(
        PersonSpec(
            f"sim-{name.lower()}",
            f"Simulated senior reviewer {name}",
            "senior-reviewer",
            FIRST_QUEUES + SENIOR_QUEUES,
        )
        for name in _SENIOR_READERS
    ),
)

# Who set everything up: separate from everyone who rules.
SYSTEM_OWNER = PersonSpec("sim-owner", "Simulated system owner Rosa", "system-owner")
COMPLIANCE_OFFICER = PersonSpec(
    "sim-compliance", "Simulated compliance officer Sven", "compliance-officer"
)
# The second person, without whom nothing is published, issued or lifted.
SECOND_OFFICER = PersonSpec(
    "sim-second-officer", "Simulated compliance officer Wanda", "compliance-officer"
)
MODEL_AUTHOR = PersonSpec("sim-author", "Simulated model author Tara", "system-owner")
CLIENT_OWNER = PersonSpec("sim-integrator", "Simulated integrator Umar", "administrator")
SIMULATED_STAFF = (SYSTEM_OWNER, COMPLIANCE_OFFICER, SECOND_OFFICER, MODEL_AUTHOR, CLIENT_OWNER)
