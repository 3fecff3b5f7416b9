"""Loading a template: drafts made, motions moved, all in one transaction, and once."""

from __future__ import annotations

from hashlib import sha256

import pytest

from governance.errors import NotPermitted
from governance.models import DecisionRight, LedgerEntry, Motion, Policy, PolicyVersion
from governance.services.motions import move, withdraw_motion
from governance.services.policies import create_policy
from models_registry.models import AISystem, DecisionType, Mandate, ModelVersion
from models_registry.motions import policies
from models_registry.motions.decision_rights import OwnAdvantage
from reviews.industries import names, template_named
from reviews.models import Queue
from reviews.selectors.template_standing import State, standing_of
from reviews.services.templates import TemplateDiffers
from tests.factories import LONG_AGO, NOON, SETUP, change, make_person, make_queue
from tests.governance.motions.motioning import vote
from tests.reviews.industries.loading import load

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_person("olga", roles=["compliance-officer"])


@pytest.fixture
def second():
    return make_person("pavel", roles=["compliance-officer"])


def states(parts):
    return {f"{part.kind} {part.slug}": part.state.value for part in parts}


def test_a_load_makes_drafts_and_puts_forward_what_takes_two(officer):
    parts = load("healthcare", officer, organisation="Clinic")

    assert states(parts) == {
        "queue radiology-senior": "made",
        "queue radiology": "made",
        "system chest-worklist": "made",
        "classification chest-worklist": "made",
        "model version chest-worklist": "made",
        "policy chest-worklist": "made",
        "decision type worklist-place": "made",
        "decision type ward-message": "made",
        "policy text chest-worklist": "waits",
        "decision rights chest-worklist": "waits",
        "mandate worklist-place": "waits",
        "mandate ward-message": "waits",
    }
    system = AISystem.objects.get(slug="chest-worklist")
    assert (system.status, system.risk_class, system.organisation, system.owner) == (
        "draft",
        "H1",
        "Clinic",
        officer,
    )
    assert not system.is_demo
    version = ModelVersion.objects.get(system=system)
    assert (version.status, version.author) == ("candidate", None)
    assert version.artefact_sha256 == template_named("healthcare").sha256
    critical = dict(DecisionType.objects.values_list("slug", "critical"))
    assert critical == {"worklist-place": False, "ward-message": True}
    assert Queue.objects.get(slug="radiology").escalates_to.slug == "radiology-senior"
    assert not Queue.objects.get(slug="radiology").memberships.exists()


@pytest.mark.parametrize("name", names())
def test_nothing_that_takes_two_people_is_done_by_a_load(name, officer):
    load(name, officer)

    assert not PolicyVersion.objects.exists()
    assert not DecisionRight.objects.exists()
    assert not Mandate.objects.exists()
    motions = Motion.objects.pending()
    assert motions.exists()
    assert {motion.moved_by for motion in motions} == {officer}


def test_everything_is_in_history_and_ledger(officer):
    load("legal", officer)

    events = list(
        LedgerEntry.objects.filter(at=NOON).order_by("id").values_list("event", flat=True)
    )
    assert events == [
        "reviews.queue.created",
        "reviews.queue.created",
        "models_registry.aisystem.registered",
        "reviews.template.loaded",
        "models_registry.classification.ran",
        "models_registry.aisystem.classified",
        "models_registry.modelversion.added",
        "governance.policy.created",
        "models_registry.decisiontype.defined",
        "governance.motion.moved",
        "governance.motion.moved",
    ]
    system = AISystem.objects.get()
    loaded = LedgerEntry.objects.get(event="reviews.template.loaded")
    assert loaded.subject_id == system.pk
    assert system.history.earliest().history_user == officer


def test_a_second_load_adds_nothing(officer):
    load("banking", officer)
    entries, motions = LedgerEntry.objects.count(), Motion.objects.count()

    parts = load("banking", officer)

    assert {part.state for part in parts} == {State.THERE, State.WAITS}
    assert (LedgerEntry.objects.count(), Motion.objects.count()) == (entries, motions)


def test_a_load_after_the_approvals_adds_nothing_either(officer, second):
    load("logistics", officer)
    for motion in Motion.objects.pending().order_by("id"):
        vote(motion, second, now=NOON)
    published = PolicyVersion.objects.get()
    assert (
        published.sha256
        == sha256(template_named("logistics").systems[0].policy_text.encode()).hexdigest()
    )
    assert (published.published_by, published.motion.moved_by) == (officer, officer)
    assert Mandate.objects.count() == 2
    entries = LedgerEntry.objects.count()

    parts = load("logistics", officer)

    assert {part.state for part in parts} == {State.THERE}
    assert LedgerEntry.objects.count() == entries


def test_what_was_taken_back_is_put_forward_again(officer):
    load("legal", officer)
    [text, _] = Motion.objects.pending().order_by("id")
    withdraw_motion(motion_id=text.pk, mover=officer, now=NOON)

    parts = load("legal", officer)

    assert states(parts)["policy text dispute-proposals"] == "waits"
    assert Motion.objects.pending().filter(act=text.act).exclude(pk=text.pk).count() == 1
    assert Motion.objects.count() == 3


def test_what_differs_stops_the_load_and_is_named(officer):
    load("retail", officer)
    kind = DecisionType.objects.get(slug="customer-review")
    kind.question = "Is it a good review?"
    change(kind, "question")
    queue = Queue.objects.get(slug="moderation")
    queue.name = "Night desk"
    change(queue, "name")
    entries = LedgerEntry.objects.count()

    with pytest.raises(TemplateDiffers) as refused:
        load("retail", officer)

    assert [error.detail for error in refused.value.errors] == [
        "queue moderation: differs (other name)",
        "decision type customer-review: differs (other question)",
    ]
    assert LedgerEntry.objects.count() == entries


def test_a_stranger_of_the_same_name_stops_the_load_before_anything_is_made(officer):
    make_queue("fraud-desk")
    create_policy(slug="payment-fraud", name="Mine", owner=officer, actor=SETUP, now=LONG_AGO)

    with pytest.raises(TemplateDiffers, match="queue fraud-desk: differs"):
        load("banking", officer)

    assert not AISystem.objects.exists()
    assert Queue.objects.count() == 1
    assert Policy.objects.get().name == "Mine"


def test_another_text_in_force_is_told(officer, second):
    load("manufacturing", officer)
    policy = Policy.objects.get()
    other = template_named("manufacturing").systems[0].policy_text.replace("0.05", "0.07")
    motion = move(
        act=policies.NAME,
        content=policies.content_of(policy, other),
        reason="More audits.",
        mover=officer,
        now=NOON,
    )
    vote(motion, second, now=NOON)

    with pytest.raises(TemplateDiffers, match="version 1 has another text"):
        load("manufacturing", officer)


def test_who_may_not_load_makes_nothing():
    for role in ("reviewer", "senior-reviewer", "auditor", "administrator"):
        with pytest.raises(NotPermitted, match=r"models_registry\.load_template"):
            load("legal", make_person(roles=[role]))
    assert not AISystem.objects.exists()


def test_who_may_not_put_a_policy_forward_makes_nothing():
    owner = make_person(roles=["system-owner"])
    with pytest.raises(NotPermitted, match=r"governance\.publish_policyversion"):
        load("legal", owner)
    assert not AISystem.objects.exists()
    assert not Queue.objects.exists()


def test_nobody_gives_their_own_role_rights_by_a_template():
    both = make_person(roles=["compliance-officer", "reviewer"])
    with pytest.raises(OwnAdvantage):
        load("legal", both)
    assert not AISystem.objects.exists()


def test_the_standing_of_a_template_takes_a_bounded_number_of_queries(
    officer, django_assert_max_num_queries
):
    load("banking", officer)
    with django_assert_max_num_queries(28):
        standing_of(template_named("banking"))
