"""A draft tried on the past: what would change, for whom, and whether history derives again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import orjson
import pytest
from django.utils import timezone

from governance.errors import InputInvalid, NotPermitted
from governance.models import LedgerAlarm, LedgerEntry
from governance.motions.findings import known_of_text
from governance.services.policies import PolicyTextInvalid, create_policy
from governance.services.verifying.archived import Archive
from governance.services.verifying.documents import check_documents
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.reading import FIRST_ID, LAST_ID
from reviews.models import (
    Case,
    Decision,
    Evaluation,
    Permit,
    Simulation,
    SimulationResult,
)
from reviews.selectors.simulations import result_bytes, result_of, simulations_of
from reviews.services import simulating
from reviews.services.claiming import claim_case
from reviews.services.closing import record_truth
from reviews.services.simulating import (
    SIMULATIONS,
    SimulationOver,
    cancel_simulation,
)
from reviews.tasks import run_simulation, run_waiting_simulations
from tests.factories import (
    LONG_AGO,
    NOON,
    SETUP,
    build_world,
    change,
    make_person,
    policy_text,
)
from tests.governance.ledger.tampering import execute, guards_off
from tests.reviews.lab.trials import END, START, ask, tried

pytestmark = pytest.mark.django_db

EVALUATIONS = "reviews_evaluation"
NONE_PASSES = policy_text(rules=" []")
MORE_PASS = policy_text(
    rules="""
  - id: likely
    title: Likely ones pass
    when: confidence >= 0.7 && outcome == "grant"
    then: pass
    reason: A grant of fair confidence.
"""
)


@pytest.fixture
def world():
    return build_world()


def pair(result, before, after):
    return next(
        row["n"] for row in result["routes"] if (row["before"], row["after"]) == (before, after)
    )


def truth_of(world, decision, outcome, *, now=NOON):
    return record_truth(
        decision_id=decision.pk,
        outcome=outcome,
        source="repayment",
        observed_at=NOON,
        client=world.client,
        now=now,
    )


def test_the_live_version_reproduces_history(world):
    for confidence in (0.4, 0.96, 0.99):
        world.submit(outcome="grant", confidence=confidence)

    run, result = tried(world, world.policy_version.text)

    assert (run.decisions, run.changed, run.differences) == (3, 0, 0)
    assert (pair(result, "pass", "pass"), pair(result, "review", "review")) == (2, 1)
    assert (result["changes"], result["other_rule"]) == ([], 0)
    assert result["versions"] == [
        {"policy": world.policy.slug, "number": 1, "sha256": world.policy_version.sha256}
    ]
    assert not LedgerAlarm.objects.exists()


def test_a_draft_shows_which_decisions_would_change_their_route(world):
    likely = world.submit(outcome="grant", confidence=0.8)
    clear = world.submit(outcome="grant", confidence=0.99)
    world.submit(outcome="refuse", confidence=0.8)

    run, result = tried(world, MORE_PASS)

    assert (run.decisions, run.changed, run.differences) == (3, 1, 0)
    assert (pair(result, "review", "pass"), pair(result, "pass", "pass")) == (1, 1)
    [change] = result["changes"]
    assert (change["before"], change["after"], change["n"]) == ("review", "pass", 1)
    assert change["rows"] == [
        {
            "decision": str(likely.pk),
            "rule_before": "",
            "rule_after": "likely",
            "queue_before": "first-line",
            "queue_after": "",
        }
    ]
    # The clear one passes before and after, by another rule.
    assert result["other_rule"] == 1
    assert clear.evaluation.rule == "clear"


def test_it_changes_nothing_that_it_looks_at(world):
    world.submit(outcome="grant", confidence=0.8)
    counts = [model.objects.count() for model in (Decision, Evaluation, Case, Permit)]

    tried(world, MORE_PASS)

    assert counts == [model.objects.count() for model in (Decision, Evaluation, Case, Permit)]


def test_each_step_is_entered_and_the_result_by_its_digest(world):
    world.submit()
    run, _ = tried(world, NONE_PASSES)

    entries = LedgerEntry.objects.filter(subject_id=run.pk).order_by("id")
    assert [entry.event for entry in entries] == [
        "reviews.simulation.requested",
        "reviews.simulation.started",
        "reviews.simulation.issued",
    ]
    stored = SimulationResult.objects.get(run=run)
    body = orjson.loads(bytes(entries[2].leaf))["body"]
    assert body["json_sha256"] == stored.json_sha256
    assert stored.json_sha256 == sha256(result_bytes(run)).hexdigest()
    assert body["sha256"] == sha256(NONE_PASSES.encode()).hexdigest() == run.sha256


def test_the_same_trial_gives_the_same_figures(world):
    for number in range(5):
        world.submit(outcome="grant", confidence=0.5 + number / 10)
    first, second = (tried(world, MORE_PASS)[1] for _ in range(2))
    assert first == second


def test_only_the_period_is_looked_at_its_end_not_included(world):
    for at in (START - timedelta(seconds=1), START, NOON, NOON + timedelta(seconds=1)):
        world.submit(now=at)
    run, _ = tried(world, NONE_PASSES, period_end=NOON + timedelta(seconds=1))
    assert run.decisions == 2


def test_many_pages_of_rows_are_read_once_each(world, monkeypatch):
    monkeypatch.setattr("reviews.selectors.past_decisions.ROWS_AT_A_TIME", 2)
    for number in range(5):
        # Three of one instant: the page ends between them.
        world.submit(now=NOON + timedelta(seconds=max(0, number - 2)))
    run, result = tried(world, NONE_PASSES)
    assert run.decisions == 5
    assert pair(result, "review", "review") == 5


def test_another_mode_is_tried_as_the_draft_says(world):
    world.submit(outcome="grant", confidence=0.3)
    _, result = tried(world, policy_text(mode="hotl", rules=" []"))
    assert pair(result, "review", "pass") == 1


def test_a_draft_in_command_blocks_what_had_no_mandate_and_says_so(world):
    world.submit()
    _, result = tried(world, policy_text(mode="hic", reviewer_sees="blind_first", rules=" []"))
    assert (pair(result, "review", "block"), result["without_mandate"]) == (1, 1)


def test_a_draft_with_dates_is_tried_as_if_it_was_in_force(world):
    world.submit(outcome="grant", confidence=0.8)
    text = MORE_PASS + "effective: {valid_from: 2090-01-01T00:00:00Z}\n"
    _, result = tried(world, text)
    assert pair(result, "review", "pass") == 1


def test_what_had_no_policy_is_counted_and_not_tried():
    world = build_world()
    kind = world.decision_type
    kind.policy = create_policy(
        slug="idle", name="Idle", owner=world.owner, actor=SETUP, now=LONG_AGO
    )
    change(kind, "policy")
    world.policy = kind.policy
    world.submit()
    run, result = tried(world, NONE_PASSES)
    assert (run.decisions, result["unreplayed"], run.differences) == (1, 1, 0)


def test_errors_that_would_pass_or_be_caught_count_the_newest_truth(world):
    caught = world.submit(outcome="grant", confidence=0.8)
    passed = world.submit(outcome="grant", confidence=0.99)
    world.submit(outcome="grant", confidence=0.75)
    truth_of(world, caught, "grant", now=NOON)
    truth_of(world, caught, "refuse", now=NOON + timedelta(hours=1))
    truth_of(world, passed, "grant")

    _, result = tried(world, MORE_PASS)
    assert result["truth"] == {
        "known": 2,
        "wrong": {
            "passed_both": 0,
            "passed_before_only": 0,
            "passes_after_only": 1,
            "passed_neither": 0,
        },
        "right": {
            "passed_both": 1,
            "passed_before_only": 0,
            "passes_after_only": 0,
            "passed_neither": 0,
        },
    }


def test_hours_come_from_measured_handling_times(world):
    """Two verdicts of 60 and 180 s: two minutes on average, for each of four cases."""
    for seconds in (60, 180):
        case = world.open_case()
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
        world.rule(case, now=NOON + timedelta(seconds=seconds), claim=False)
    for _ in range(2):
        world.submit(now=NOON + timedelta(hours=1))

    _, result = tried(world, NONE_PASSES)

    [queue] = result["work"]["queues"]
    assert (queue["n"], queue["few"], queue["measured"]) == (2, True, True)
    assert (queue["mean_seconds"], queue["median_seconds"]) == (120, 120)
    assert (queue["cases_before"], queue["cases_after"]) == (4, 4)
    assert queue["hours_before"] == pytest.approx(4 * 120 / 3600)
    # Noon of a Monday is hour 12 of the week; the period has that hour four times and a part.
    hours = result["work"]["hours_after"]
    assert [hour for hour, spent in enumerate(hours) if spent] == [12, 13]


def test_without_a_verdict_no_hours_are_made_up(world):
    world.submit()
    _, result = tried(world, NONE_PASSES)
    work = result["work"]
    assert (work["hours_before"], work["queues"][0]["mean_seconds"]) == (None, None)
    assert work["late_after"]["unworked"] == [{"queue": "first-line", "n": 1}]


def test_groups_that_the_asker_names_are_compared_and_small_ones_hidden():
    world = build_world()
    kind = world.decision_type
    kind.fact_schema = kind.fact_schema | {"region": {"type": "string", "label": "Region"}}
    change(kind, "fact_schema")
    for region, n in (("north", 12), ("south", 9)):
        for _ in range(n):
            world.submit(
                outcome="grant", confidence=0.8, facts={"income": 1.0, "years": 1, "region": region}
            )

    _, result = tried(world, MORE_PASS, groups=["region"])

    [fact] = result["groups"]
    [north] = fact["groups"]
    assert (north["value"], north["n"]) == ("north", 12)
    assert (north["pass_before"]["rate"], north["pass_after"]["rate"]) == (0, 1)
    assert 0.7 < north["pass_after"]["low"] < 1
    assert (fact["hidden_groups"], fact["hidden_decisions"]) == (1, 9)


def test_groups_that_the_registry_marks_are_compared_unless_others_are_named():
    world = build_world()
    kind = world.decision_type
    kind.fact_schema = kind.fact_schema | {"region": {"type": "string", "label": "Region"}}
    kind.protected = {"region": {"kind": "proxy", "basis": ""}}
    change(kind, "fact_schema", "protected")
    world.submit(facts={"income": 1.0, "years": 1, "region": "north"})

    run, result = tried(world, MORE_PASS, groups=None)
    assert run.groups == ["region"]
    assert [fact["fact"] for fact in result["groups"]] == ["region"]

    none, _ = tried(world, MORE_PASS, groups=[])
    assert none.groups == []


class TestAlarm:
    def test_a_stored_result_that_does_not_follow_is_an_alarm_and_named_first(self, world):
        wrong, sound = world.submit(), world.submit()
        falsify(wrong, "pass")

        run, result = tried(world, world.policy_version.text)

        assert run.differences == 1
        [row] = result["differences"]["rows"]
        assert row["decision"] == str(wrong.pk) != str(sound.pk)
        assert (row["stored"]["disposition"], row["derived"]["disposition"]) == ("pass", "review")
        alarm = LedgerAlarm.objects.open().get()
        assert (alarm.kind, str(run.pk) in alarm.detail) == ("underived", True)
        assert alarm.advice

    def test_a_changed_rule_or_queue_is_a_difference_too(self, world):
        decision = world.submit()
        with guards_off(EVALUATIONS):
            execute(
                f"UPDATE {EVALUATIONS} SET result = jsonb_set(result, '{{queue}}', '\"other\"')"
            )
        _, result = tried(world, world.policy_version.text)
        assert [row["decision"] for row in result["differences"]["rows"]] == [str(decision.pk)]

    def test_it_is_cleared_when_all_of_it_was_looked_at_again_and_is_sound(self, world):
        decision = world.submit()
        falsify(decision, "pass")
        tried(world, world.policy_version.text)
        falsify(decision, "review")

        tried(world, NONE_PASSES, period_start=NOON)
        assert LedgerAlarm.objects.open().exists(), "that run did not look at all of it"
        tried(world, NONE_PASSES)
        assert not LedgerAlarm.objects.open().exists()


def falsify(decision, disposition):
    """As somebody would who owns the tables."""
    with guards_off(EVALUATIONS):
        execute(
            f"UPDATE {EVALUATIONS} SET disposition = %s WHERE decision_id = %s",
            disposition,
            decision.pk,
        )


class TestRefusals:
    def refused(self, world, error, text=NONE_PASSES, **more):
        with pytest.raises(error) as caught:
            ask(world, text, **more)
        assert not Simulation.objects.exists()
        return [fault.pointer for fault in caught.value.errors]

    def test_without_the_right(self, world):
        self.refused(world, NotPermitted, by=make_person(roles=["auditor"]))

    def test_a_text_that_could_not_be_published(self, world):
        text = policy_text().replace("confidence >= 0.95", "weather >= 0.95")
        assert self.refused(world, PolicyTextInvalid, text) == ["/rules/0/when"]

    @pytest.mark.parametrize(
        ("more", "pointer"),
        [
            ({"period_start": END, "period_end": START}, "/period_end"),
            ({"period_start": START, "period_end": START}, "/period_end"),
            ({"period_end": datetime(2090, 1, 1, tzinfo=UTC)}, "/period_end"),
            ({"period_start": END - timedelta(days=367)}, "/period_end"),
            ({"groups": ["income"]}, "/groups/0"),
            ({"groups": ["postcode"]}, "/groups/0"),
            ({"groups": ["weather"]}, "/groups/0"),
        ],
    )
    def test_each_faulty_field_is_named(self, world, more, pointer):
        assert pointer in self.refused(world, InputInvalid, **more)

    def test_a_policy_that_rules_nothing(self, world):
        world.policy = create_policy(
            slug="idle", name="Idle", owner=world.owner, actor=SETUP, now=LONG_AGO
        )
        assert self.refused(world, InputInvalid) == ["/policy"]


def verified():
    outcome = Outcome()
    check_documents(FIRST_ID, LAST_ID, Archive(), outcome)
    assert outcome.counts["documents"] == 1
    return [fault.detail for fault in outcome.faults]


class TestRuns:
    def test_a_cancelled_one_has_no_result_and_says_who_ended_it(self, world):
        run = ask(world, NONE_PASSES)
        cancel_simulation(run_id=run.pk, person=world.officer, now=timezone.now())
        run_waiting_simulations()

        run.refresh_from_db()
        assert (run.state, run.failure, result_of(run)) == ("cancelled", "", None)
        entry = LedgerEntry.objects.filter(subject_id=run.pk).order_by("id").last()
        assert (entry.event, entry.actor) == (
            "reviews.simulation.cancelled",
            f"person:{world.officer.pseudonym}",
        )
        with pytest.raises(SimulationOver):
            cancel_simulation(run_id=run.pk, person=world.officer, now=timezone.now())

    def test_cancelling_takes_the_right(self, world):
        run = ask(world, NONE_PASSES)
        with pytest.raises(NotPermitted):
            cancel_simulation(run_id=run.pk, person=world.owner, now=timezone.now())

    def test_a_worker_stops_when_its_run_is_cancelled(self, world, monkeypatch):
        world.submit()
        run = ask(world, NONE_PASSES)
        told = []

        def cancelling(types, start, end):
            told.append(types)
            cancel_simulation(run_id=run.pk, person=world.officer, now=timezone.now())
            return real(types, start, end)

        real = simulating.measured
        monkeypatch.setattr(simulating, "measured", cancelling)
        run_simulation(run.pk)

        run.refresh_from_db()
        assert told
        assert (run.state, run.failure) == ("cancelled", "")
        assert not SimulationResult.objects.exists()

    def test_one_that_breaks_says_where(self, world, monkeypatch):
        world.submit()
        run = ask(world, NONE_PASSES)
        monkeypatch.setattr(simulating, "measured", None)
        run_waiting_simulations()
        run.refresh_from_db()
        assert run.state == "failed"
        assert "Measuring how people worked" in run.failure

    def test_a_verification_compares_the_result_with_the_entry_that_tells_of_it(self, world):
        world.submit()
        tried(world, NONE_PASSES)
        assert verified() == []
        with guards_off("reviews_simulationresult"):
            execute("UPDATE reviews_simulationresult SET json = '{}'")
        assert verified() == ["its files do not have its digests"]
        with guards_off("reviews_simulationresult"):
            execute("UPDATE reviews_simulationresult SET json_sha256 = encode(sha256(json), 'hex')")
        assert verified() == ["its entry tells of other files"]

    def test_two_workers_share_the_runs_out(self, world):
        run = ask(world, NONE_PASSES)
        assert SIMULATIONS.take_up(run_id=run.pk, actor=SETUP, now=timezone.now()) is not None
        assert SIMULATIONS.take_up(run_id=run.pk, actor=SETUP, now=timezone.now()) is None

    def test_what_is_known_of_a_text_is_found_by_its_digest(self, world):
        world.submit()
        first, _ = tried(world, NONE_PASSES)
        second, _ = tried(world, NONE_PASSES)
        tried(world, MORE_PASS)
        ask(world, NONE_PASSES)
        digest = sha256(NONE_PASSES.encode()).hexdigest()
        assert list(simulations_of(digest)) == [second, first]
        assert not simulations_of("0" * 64).exists()

    def test_who_votes_on_a_text_is_told_what_was_found(self, world):
        world.submit()
        run, _ = tried(world, NONE_PASSES)
        tried(world, MORE_PASS)
        [finding] = known_of_text(world.policy, NONE_PASSES)
        assert finding.lines == ("0 of 1 decisions would have gone another way.",)
        assert finding.link == ("Open the simulation", f"/lab/{run.pk}/")
        assert known_of_text(world.policy, "title: Another") == ()
