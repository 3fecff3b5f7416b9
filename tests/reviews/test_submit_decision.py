"""Taking a decision in."""

from datetime import timedelta

import pytest

from governance.models import LedgerEntry, LedgerPending, OutboxMessage, Payload
from governance.policies import Effect
from governance.services.policies import create_policy
from reviews.errors import ExternalIdTaken
from reviews.models import Case, Decision, Evaluation, Permit
from reviews.services.derivation import derive_again
from tests.factories import NOON, SETUP, build_world, change, policy_text

pytestmark = pytest.mark.django_db


def events_since(count):
    entries = LedgerEntry.objects.order_by("id").values_list("event", flat=True)
    return list(entries)[count:]


def test_a_decision_for_a_person_becomes_a_case_with_everything_recorded():
    world = build_world()
    before = LedgerEntry.objects.count()

    decision = world.submit()

    case = Case.objects.get()
    assert decision.evaluation.disposition == "review"
    assert (case.state, case.queue) == ("open", world.first_line)
    assert case.due_at - NOON == timedelta(hours=4)
    assert events_since(before) == [
        "reviews.decision.received",
        "reviews.decision.evaluated",
        "reviews.case.opened",
    ]
    assert case.history.latest().actor == f"client:{world.client.pk}"
    assert LedgerPending.objects.count() == LedgerEntry.objects.count()
    assert not Permit.objects.exists()


def test_a_passed_decision_gets_a_permit_and_a_message():
    world = build_world()
    before = LedgerEntry.objects.count()

    decision = world.submit(outcome="grant", confidence=0.99)

    permit = Permit.objects.get()
    assert (permit.outcome, permit.decision, permit.verdict_ids) == ("grant", decision, [])
    assert events_since(before) == [
        "reviews.decision.received",
        "reviews.decision.evaluated",
        "reviews.permit.issued",
    ]
    message = OutboxMessage.objects.get()
    assert (message.event, message.body["standing"]) == ("decision.finalised", "permitted")
    assert not Case.objects.exists()


def test_personal_content_is_sealed_and_nowhere_else():
    world = build_world()

    decision = world.submit(facts={"income": 1.0, "postcode": "10115"})

    assert decision.facts == {"income": 1.0}
    entry = LedgerEntry.objects.get(event="reviews.decision.received")
    assert b"10115" not in bytes(entry.leaf)
    assert b"10115" not in bytes(Payload.objects.get().sealed)
    assert entry.payload_id == decision.payload_id


def test_the_same_decision_again_is_the_first_one():
    world = build_world()
    first = world.submit(external_id="a")
    entries = LedgerEntry.objects.count()

    again = world.submit(external_id="a")

    assert again == first
    assert (Decision.objects.count(), LedgerEntry.objects.count()) == (1, entries)


def test_other_content_under_the_same_external_id_is_refused_and_nothing_changes():
    world = build_world()
    world.submit(external_id="a")
    entries = LedgerEntry.objects.count()

    with pytest.raises(ExternalIdTaken):
        world.submit(external_id="a", confidence=0.81)

    assert (Decision.objects.count(), LedgerEntry.objects.count()) == (1, entries)


def test_the_evaluation_can_be_derived_again():
    world = build_world()
    world.submit()
    world.submit(outcome="grant", confidence=0.99)

    for row in Evaluation.objects.all():
        assert derive_again(row).to_json() == row.result


def test_without_a_published_policy_the_decision_is_blocked():
    world = build_world()
    world.decision_type.policy = create_policy(
        slug="empty", name="Empty", owner=world.officer, actor=SETUP, now=NOON
    )
    change(world.decision_type, "policy")

    decision = world.submit()

    assert decision.evaluation.disposition == "block"
    assert decision.evaluation.result["reasons"][0]["code"] == "no_policy"
    assert OutboxMessage.objects.get().body["standing"] == "blocked"


def test_a_closed_queue_blocks_what_a_person_would_have_to_see():
    world = build_world()
    world.first_line.is_open = False
    change(world.first_line, "is_open")

    decision = world.submit()

    assert decision.evaluation.disposition == "block"
    assert not Case.objects.exists()


def test_a_policy_whose_queue_was_removed_passes_nothing_and_says_so():
    world = build_world()
    close(world.first_line)

    decision = world.submit(outcome="grant", confidence=0.99)

    row = decision.evaluation
    assert (row.disposition, row.result["reasons"][0]["code"]) == ("block", "no_queue")
    assert "takes no cases" in row.result["reasons"][0]["sentence"]
    assert not Permit.objects.exists()
    assert derive_again(row).to_json() == row.result


def test_what_passed_before_a_pass_needed_a_queue_is_derived_as_it_was():
    world = build_world()
    decision = world.submit(outcome="grant", confidence=0.99)
    row = decision.evaluation
    old = {**row.inputs["context"], "queue_available": False}
    del old["queue_needed"]
    row.inputs = {**row.inputs, "context": old}

    assert derive_again(row).to_json() == row.result


def close(queue):
    queue.is_open = False
    change(queue, "is_open")


def test_a_sampled_pass_is_audited_afterwards():
    world = build_world(
        effect=Effect.NONE, text=policy_text(mode="hotl", rules=" []", audit_rate=1)
    )

    decision = world.submit()

    assert decision.evaluation.disposition == "pass"
    assert Permit.objects.filter(decision=decision).exists()
    assert Case.objects.get().kind == Case.Kind.AUDIT
