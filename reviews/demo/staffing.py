"""The demo's accounts: made where they are missing, through the verbs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from governance.models import Actor, DecisionRight, Qualification, ReviewerRole, User
from governance.services.accounts import (
    assign_role,
    create_account,
    grant_right,
    record_qualification,
)
from reviews.demo.people import (
    AT_THE_SCREEN,
    SIMULATED_REVIEWERS,
    SIMULATED_STAFF,
)
from reviews.models import VerdictKind

LOADER = Actor.system("load_demo")
PROOF = "Invented training record of the demo"
_RULING_ROLES = ("reviewer", "senior-reviewer")


def ensure_people(*, passwords: Mapping[str, str], now: datetime) -> dict[str, User]:
    """Every person of the demo, by user name. `passwords`: for new ones at the screen."""
    people = {}
    for spec in (*AT_THE_SCREEN, *SIMULATED_STAFF, *SIMULATED_REVIEWERS):
        simulated = spec not in AT_THE_SCREEN
        person = User.objects.filter(username=spec.username).first() or create_account(
            username=spec.username,
            display_name=spec.display_name,
            # Nobody signs in as a simulated person: that password is thrown away.
            password=secrets.token_urlsafe(32) if simulated else passwords[spec.username],
            is_simulated=simulated,
            actor=LOADER,
            now=now,
        )
        if not person.role_assignments.exists():
            role = ReviewerRole.objects.get(slug=spec.role)
            assign_role(person=person, role=role, actor=LOADER, now=now)
        people[spec.username] = person
    return people


def ensure_rights(*, system: str, people: Mapping[str, User], now: datetime) -> None:
    """Let both reviewing roles rule on a system (slug), and record who is competent for it."""
    for slug in _RULING_ROLES:
        role = ReviewerRole.objects.get(slug=slug)
        if not DecisionRight.objects.filter(role=role, system=system).exists():
            grant_right(
                role=role, system=system, verdicts=VerdictKind.values, actor=LOADER, now=now
            )
    for spec in (*AT_THE_SCREEN, *SIMULATED_REVIEWERS):
        person = people[spec.username]
        if spec.role not in _RULING_ROLES:
            continue
        if not Qualification.objects.filter(person=person, system=system).exists():
            record_qualification(
                person=person,
                kind=Qualification.Kind.TRAINING,
                system=system,
                proof=PROOF,
                valid_until=None,
                actor=LOADER,
                now=now,
            )
