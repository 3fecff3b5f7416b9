"""Interventions and audits in the figures of reports: each where it belongs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.policies import Effect
from governance.reports.period import Period
from reviews.models import Case, VerdictKind
from reviews.report_sections import population
from reviews.report_sections.measured import measured_reliance
from reviews.services.interventions import open_intervention
from tests.factories import NOON, build_world, policy_text

pytestmark = pytest.mark.django_db

OPEN = policy_text(mode="hotl", rules=" []", audit_rate=0.5) + "\nintervention_window: PT2H\n"


@pytest.fixture
def world():
    """One pass that an audit overrode, one that a person overrode on their own, one of neither."""
    world = build_world(effect=Effect.NONE, text=OPEN)
    audited = None
    passes = []
    while audited is None or len(passes) < 2:
        decision = world.submit(outcome="grant")
        case = Case.objects.filter(decision=decision).first()
        if case is None:
            passes.append(decision)
        else:
            audited = audited or case
    intervened, untouched, *_ = passes
    world.rule(audited, VerdictKind.OVERRIDE, outcome="refuse")
    case = open_intervention(decision_id=intervened.pk, reviewer=world.reviewer, now=NOON)
    world.rule(case, VerdictKind.OVERRIDE, outcome="refuse", claim=False)
    world.kept = (audited.decision, intervened, untouched)
    return world


def period(world):
    day = timedelta(days=1)
    return Period(world.system.pk, world.system.slug, NOON - day, NOON + day, NOON + day)


def test_an_intervention_is_no_part_of_the_override_rate(world):
    found = measured_reliance(period(world))

    assert (found.overridden, found.decided) == (1, 1)


def test_what_stands_is_what_the_intervention_settled_on(world):
    rows = population.with_standing(population.decisions(period(world)), period(world))
    told = [rows.values_list("review", "stands").get(pk=decision.pk) for decision in world.kept]

    assert told == [
        (population.AUDITED, "refuse"),
        (population.INTERVENED, "refuse"),
        (population.PASSED, "grant"),
    ]
