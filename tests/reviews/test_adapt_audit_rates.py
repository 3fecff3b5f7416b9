"""The sweep of audit rates: what it keeps, what it enters, and what intake makes of it."""

from __future__ import annotations

from datetime import timedelta
from json import loads

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import Actor, LedgerEntry
from governance.policies import Effect
from governance.services import policies
from reviews.models import AuditCount, AuditRate, Case, Evaluation, VerdictKind
from reviews.services.audit_rates import SETTLED_WITHIN, adapt_audit_rates
from reviews.services.derivation import derive_again
from tests.factories import LONG_AGO, NOON, build_world, change, policy_text

pytestmark = pytest.mark.django_db

SWEEP = Actor.system("adapt_audit_rates")
MINUTE = timedelta(minutes=1)
PLAN = """
audit:
  segments: [{segments}]
  error_limit: 0.02
  min_rate: {min_rate}
  max_rate: {max_rate}
"""


def text(segments="region", audit_rate=0.5, min_rate=0.01, max_rate=1.0, **more):
    return policy_text(mode="hotl", rules=" []", audit_rate=audit_rate, **more) + PLAN.format(
        segments=segments, min_rate=min_rate, max_rate=max_rate
    )


def make_world(**how):
    """On the loop, where decisions say from which region they come."""
    world = build_world(effect=Effect.NONE)
    kind = world.decision_type
    kind.fact_schema = kind.fact_schema | {"region": {"type": "string", "label": "Region"}}
    change(kind, "fact_schema")
    publish(world, text(**how), now=LONG_AGO + MINUTE)
    return world


def publish(world, policy, now=NOON):
    return policies.publish_version(
        policy=world.policy,
        text=policy,
        schemas=[world.decision_type.policy_schema()],
        publisher=world.officer,
        now=now,
    )


def submit(world, region="north", now=NOON):
    facts = {"income": 1200.5} if region is None else {"income": 1200.5, "region": region}
    return world.submit(outcome="grant", facts=facts, now=now)


def sweep(world, now=NOON + MINUTE):
    return adapt_audit_rates(decision_type_id=world.decision_type.pk, actor=SWEEP, now=now)


def rates():
    return {
        row.segment.get("region"): (row.rate, row.reason)
        for row in AuditRate.objects.order_by("id")
    }


def audited_at(decision):
    """The rate at which the decision was drawn or not."""
    stored = Evaluation.objects.get(decision=decision).inputs["context"]["audit_rate"]
    return None if stored is None else float(stored["double"])


def events():
    found = LedgerEntry.objects.filter(event__startswith="reviews.auditrate").order_by("id")
    return [entry.event.removeprefix("reviews.auditrate.") for entry in found]


def test_an_unknown_segment_has_the_highest_rate_and_the_sweep_starts_one():
    world = make_world(max_rate=0.9)
    first = submit(world)
    assert audited_at(first) == 0.9

    assert sweep(world) == 1

    [row] = AuditRate.objects.all()
    assert (row.segment, row.rate, row.reason) == ({"region": "north"}, 0.5, "started")
    assert row.history.count() == 1
    assert audited_at(submit(world)) == 0.5
    assert audited_at(submit(world, "south")) == 0.9
    assert events() == ["started"]
    body = loads(bytes(LedgerEntry.objects.get(event="reviews.auditrate.started").leaf))["body"]
    assert (body["rate"], body["before"], body["segment"]) == ("0.5", None, {"region": "north"})


def test_what_was_counted_is_not_counted_again():
    world = make_world()
    submit(world)
    sweep(world)
    before = AuditCount.objects.values().get()

    assert sweep(world) == 0

    assert AuditCount.objects.values().get() == before
    assert events() == ["started"]


def test_the_figures_of_the_window_grow_and_shrink_with_it():
    world = make_world(max_rate=1.0)
    for _ in range(3):
        submit(world)
    submit(world, "south")
    sweep(world)
    later = NOON + timedelta(days=45)
    submit(world, now=later)
    sweep(world, later + MINUTE)
    counts = {row.rate.segment["region"]: row for row in AuditCount.objects.all()}
    assert (counts["north"].passes, counts["south"].passes) == (4, 1)
    assert counts["south"].drawn == 1

    sweep(world, NOON + timedelta(days=91))

    counts = {row.rate.segment["region"]: row for row in AuditCount.objects.all()}
    assert (counts["north"].passes, counts["south"].passes) == (1, 0)


def test_an_error_sets_the_highest_rate_at_once_and_the_history_says_why():
    world = make_world(audit_rate=0.2)
    case = Case.objects.get(decision=submit(world))
    sweep(world)
    assert rates() == {"north": (0.2, "started")}

    world.rule(case, VerdictKind.OVERRIDE, outcome="refuse", now=NOON + MINUTE)
    assert sweep(world, NOON + 3 * MINUTE) == 1

    [row] = AuditRate.objects.all()
    assert (row.rate, row.reason, row.audited, row.errors) == (1.0, "error", 1, 1)
    assert [past.rate for past in row.history.order_by("history_date")] == [0.2, 1.0]
    assert events() == ["started", "raised"]
    assert sweep(world, NOON + 4 * MINUTE) == 0


def test_an_error_of_one_segment_leaves_the_others_alone():
    world = make_world(audit_rate=0.2)
    case = Case.objects.get(decision=submit(world))
    submit(world, "south")
    sweep(world)

    world.rule(case, VerdictKind.OVERRIDE, outcome="refuse", now=NOON + MINUTE)
    sweep(world, NOON + 3 * MINUTE)

    assert rates() == {"north": (1.0, "error"), "south": (0.2, "started")}


def test_an_audit_that_upholds_is_no_error_and_a_verdict_is_counted_once_it_is_settled():
    world = make_world(audit_rate=0.2)
    case = Case.objects.get(decision=submit(world))
    sweep(world)
    world.rule(case, now=NOON + MINUTE)

    sweep(world, NOON + MINUTE + SETTLED_WITHIN - timedelta(seconds=1))
    assert AuditCount.objects.get().audited == 0
    sweep(world, NOON + 2 * MINUTE)

    count = AuditCount.objects.get()
    assert (count.audited, count.errors, count.upper_bound) == (1, 0, pytest.approx(0.95))
    assert rates() == {"north": (0.2, "started")}


def test_too_few_audits_raise_the_rate_day_by_day():
    world = make_world(audit_rate=0.2)
    submit(world)
    sweep(world)

    for day, rate in ((1, 0.4), (2, 0.8), (3, 1.0), (4, 1.0)):
        sweep(world, NOON + timedelta(days=day, minutes=5))
        assert rates()["north"][0] == rate

    assert events() == ["started", "raised", "raised", "raised"]


def test_many_clean_audits_lower_the_rate_by_steps():
    """With a limit of a tenth 40 clean audits show enough."""
    world = make_world(audit_rate=0.5)
    publish(world, text(audit_rate=0.5).replace("error_limit: 0.02", "error_limit: 0.1"))
    now = NOON + MINUTE
    sweep_at = NOON + MINUTE
    cases = []
    while len(cases) < 70:
        decision = submit(world, now=now)
        cases += Case.objects.filter(decision=decision)
    for number, case in enumerate(cases, 1):
        sweep_at += MINUTE
        world.rule(case, by=world.reviewers[number % 2], now=sweep_at)
        if number % 10 == 0:
            sweep(world, sweep_at + MINUTE)

    row = AuditRate.objects.get()
    assert row.reason == "proven"
    assert row.rate < 1.0
    assert events()[-1] == "lowered"
    assert row.errors == 0


def test_a_missing_fact_is_a_segment_and_a_long_text_is_none():
    world = make_world(max_rate=0.7)
    submit(world, None)
    submit(world, "x" * 101)

    assert sweep(world) == 1

    assert rates() == {None: (0.5, "started")}
    assert audited_at(submit(world, None)) == 0.5
    assert audited_at(submit(world, "x" * 101)) == 0.7


def test_segments_of_outcome_and_model_version_and_of_nothing():
    world = make_world(segments="outcome, model_version")
    submit(world)
    sweep(world)
    assert AuditRate.objects.get().segment == {"outcome": "grant", "model_version": "1.0.0"}

    publish(world, text(segments=""))
    assert audited_at(submit(world)) == 1.0
    sweep(world, NOON + 2 * MINUTE)

    assert AuditRate.objects.get(policy_version__number=3).segment == {}
    assert audited_at(submit(world)) == 0.5


def test_another_policy_version_begins_anew_and_never_below_its_own_start():
    world = make_world(audit_rate=0.2)
    case = Case.objects.get(decision=submit(world))
    sweep(world)
    publish(world, text(audit_rate=0.3))
    assert audited_at(submit(world)) == 1.0
    world.rule(case, VerdictKind.OVERRIDE, outcome="refuse", now=NOON + MINUTE)

    sweep(world, NOON + 3 * MINUTE)

    assert rates() == {"north": (0.3, "new_policy")}
    assert audited_at(submit(world)) == 0.3
    assert sweep(world, NOON + 4 * MINUTE) == 0
    assert events() == ["started", "adopted"]
    assert AuditCount.objects.get().errors == 0


def test_a_policy_without_a_plan_has_no_rates():
    world = build_world(effect=Effect.NONE, text=policy_text(mode="hotl", rules=" []"))

    assert audited_at(world.submit(outcome="grant")) is None
    assert sweep(world) == 0
    assert not AuditRate.objects.exists()


def test_beyond_the_most_segments_the_highest_rate_holds(monkeypatch):
    monkeypatch.setattr("reviews.services.audit_rates.MOST_SEGMENTS", 1)
    world = make_world(max_rate=0.8)
    submit(world)
    sweep(world)
    submit(world, "south", now=NOON + MINUTE)

    assert sweep(world, NOON + 3 * MINUTE) == 0
    assert audited_at(submit(world, "south", now=NOON + 4 * MINUTE)) == 0.8


def test_every_decision_derives_again_whatever_became_of_the_rate():
    world = make_world(audit_rate=0.2, max_rate=0.6)
    decisions = [submit(world, region) for region in ("north", "south", None) for _ in range(5)]
    sweep(world)
    case = Case.objects.filter(kind="audit").order_by("id").first()
    world.rule(case, VerdictKind.OVERRIDE, outcome="refuse", now=NOON + MINUTE)
    decisions += [submit(world, now=NOON + 2 * MINUTE) for _ in range(5)]
    sweep(world, NOON + 3 * MINUTE)
    decisions += [submit(world, now=NOON + 4 * MINUTE) for _ in range(5)]

    for row in Evaluation.objects.select_related("policy_version", "decision__decision_type"):
        again = derive_again(row)
        assert again is not None
        assert again.to_json() == row.result
    assert Evaluation.objects.count() == len(decisions)


def test_an_evaluation_of_before_rates_adapted_derives_again():
    world = build_world(
        effect=Effect.NONE, text=policy_text(mode="hotl", rules=" []", audit_rate=0.5)
    )
    for _ in range(6):
        world.submit(outcome="grant")

    for row in Evaluation.objects.select_related("policy_version", "decision__decision_type"):
        del row.inputs["context"]["audit_rate"]
        again = derive_again(row)
        assert again is not None
        assert again.to_json() == row.result


def test_intake_reads_the_rate_with_one_query():
    world = make_world()
    submit(world)
    sweep(world)
    submit(world)
    with CaptureQueriesContext(connection) as captured:
        submit(world)

    about = [query for query in captured if "auditrate" in query["sql"]]
    assert len(about) == 1
