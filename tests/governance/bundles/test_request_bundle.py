"""Asking for an evidence bundle: who may, about what, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from governance.errors import InputInvalid, NotPermitted
from governance.evidence.of_reports import ReportNotDone
from governance.ledger import record
from governance.ledger.checkpoint import Checkpoint as Tree
from governance.ledger.checkpoint import sign_checkpoint
from governance.ledger.signing import signing_keys
from governance.ledger.tree_rows import current_log
from governance.models import Actor, EvidenceBundle, LedgerEntry, ReviewerRole, User
from governance.services import accounts
from governance.services.held_checkpoints import HistoryDiffers
from governance.services.reports import request_report
from governance.services.sealing import seal_once
from reviews.errors import JudgementMissing
from reviews.models import Case
from reviews.services.claiming import claim_case
from reviews.services.deciding import commit_judgement
from tests.factories import SETUP, World, build_world, join, make_person, policy_text

pytestmark = pytest.mark.django_db


def may_issue(person: User) -> User:
    """The same person, with a role that lets them issue bundles and nothing else."""
    role = ReviewerRole(slug="issuer", name="Issuer", permissions=["governance.issue_bundle"])
    record.keep(role, "test.reviewerrole.created", actor=SETUP, at=timezone.now())
    accounts.assign_role(person=person, role=role, actor=SETUP, now=timezone.now())
    return User.objects.get(pk=person.pk)


def test_a_request_is_queued_and_entered(decided, ask, auditor):
    bundle = ask("decision", decided.pk)
    assert (bundle.state, bundle.about_id, bundle.requested_by) == ("queued", decided.pk, auditor)
    [entry] = LedgerEntry.objects.filter(subject_id=bundle.pk)
    assert entry.event == "governance.evidencebundle.requested"
    assert orjson.loads(bytes(entry.leaf))["body"] == {
        "about": "decision",
        "id": str(decided.pk),
        "period_start": None,
        "period_end": None,
    }


def test_a_worker_is_woken_after_the_commit(decided, ask, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        ask("decision", decided.pk)
    assert len(callbacks) == 1


@pytest.mark.parametrize(
    ("who", "decision", "case", "system"),
    [
        ("auditor", None, None, None),
        ("officer", None, None, None),
        ("owner", NotPermitted, NotPermitted, NotPermitted),
        ("reviewer", NotPermitted, NotPermitted, NotPermitted),
        ("reviewer who issues", None, None, NotPermitted),
        ("stranger who issues", ObjectDoesNotExist, ObjectDoesNotExist, NotPermitted),
        ("nobody", NotPermitted, NotPermitted, NotPermitted),
    ],
)
def test_who_may_ask_for_what(world, decided, ask, auditor, who, decision, case, system):
    people = {
        "auditor": lambda: auditor,
        "officer": lambda: world.officer,
        "owner": lambda: world.owner,
        "reviewer": lambda: world.reviewers[1],
        "reviewer who issues": lambda: may_issue(world.reviewers[1]),
        "stranger who issues": lambda: may_issue(make_person()),
        "nobody": make_person,
    }
    person, now = people[who](), timezone.now()
    period = (now - timedelta(days=1), now)
    wanted = [
        ("decision", decided.pk, {}, decision),
        ("case", decided.cases.get().pk, {}, case),
        ("system", world.system.pk, {"period": period}, system),
    ]
    for about, about_id, more, refusal in wanted:
        if refusal is None:
            ask(about, about_id, by=person, **more)
            continue
        with pytest.raises(refusal):
            ask(about, about_id, by=person, **more)
    granted = [about for about, _, _, refusal in wanted if refusal is None]
    assert sorted(EvidenceBundle.objects.values_list("about", flat=True)) == sorted(granted)


@pytest.mark.parametrize("about", ["decision", "case", "report"])
def test_what_is_not_there_is_not_found(world, ask, about):
    with pytest.raises(ObjectDoesNotExist):
        ask(about, uuid4())


def test_faults_are_named_and_nothing_is_queued(world, decided, ask):
    now = timezone.now()
    day = timedelta(days=1)
    faulty = [
        (("weather", decided.pk), {}, "/about"),
        (("system", world.system.pk), {}, "/period_start"),
        (("decision", decided.pk), {"period": (now - day, now)}, "/period_start"),
        (("system", world.system.pk), {"period": (now, now - day)}, "/period_end"),
        (("system", world.system.pk), {"period": (now - day, now + day)}, "/period_end"),
        (("decision", decided.pk), {"held": "what an auditor keeps\n"}, "/held"),
        (("decision", decided.pk), {"held": "other.test/log\n1\n" + "A" * 43 + "=\n\n"}, "/held"),
    ]
    for wanted, more, pointer in faulty:
        with pytest.raises(InputInvalid) as refused:
            ask(*wanted, **more)
        assert [error.pointer for error in refused.value.errors] == [pointer]
    assert not EvidenceBundle.objects.exists()


class TestBlindFirst:
    """A reviewer who has yet to judge a case gets nothing of what the AI put out by a bundle."""

    @pytest.fixture
    def world(self, db) -> World:
        return build_world(text=policy_text(reviewer_sees="blind_first"))

    @pytest.fixture
    def case(self, world) -> Case:
        return world.open_case(now=timezone.now())

    @pytest.fixture
    def both(self, world) -> User:
        """Reviews, and has every right of an auditor."""
        person = make_person(roles=["reviewer", "auditor"])
        join(world.first_line, person)
        return person

    def test_it_is_refused_about_the_decision_the_case_and_the_system(self, world, case, both, ask):
        now = timezone.now()
        for about, about_id, more in (
            ("decision", case.decision_id, {}),
            ("case", case.pk, {}),
            ("system", world.system.pk, {"period": (now - timedelta(hours=1), now)}),
        ):
            with pytest.raises(JudgementMissing):
                ask(about, about_id, by=both, **more)

    def test_another_period_is_theirs_to_ask_for(self, world, case, both, ask):
        now = timezone.now()
        ask(
            "system", world.system.pk, by=both, period=(now - timedelta(days=9), now - timedelta(1))
        )

    def test_those_who_only_oversee_may_ask(self, case, ask):
        ask("decision", case.decision_id)

    def test_after_the_judgement_it_is_granted(self, world, case, ask):
        person = may_issue(world.reviewer)
        with pytest.raises(JudgementMissing):
            ask("decision", case.decision_id, by=person)
        now = timezone.now()
        claim_case(case_id=case.pk, reviewer=person, now=now)
        commit_judgement(case_id=case.pk, reviewer=person, outcome="grant", now=now)
        ask("decision", case.decision_id, by=person)


class TestHeldCheckpoint:
    def test_one_of_ours_is_taken(self, decided, ask):
        checkpoint = seal_once(now=timezone.now())
        bundle = ask("decision", decided.pk, held=bytes(checkpoint.note).decode())
        assert bundle.held == bytes(checkpoint.note).decode()

    @pytest.mark.parametrize(("more", "says"), [(5, "it was set back"), (0, "it was forked")])
    def test_one_that_our_log_is_no_longer_is_refused_loudly(self, decided, ask, more, says):
        checkpoint = seal_once(now=timezone.now())
        log = current_log()
        forged = Tree(log.origin, checkpoint.size + more, b"\1" * 32)
        with pytest.raises(HistoryDiffers) as refused:
            ask("decision", decided.pk, held=sign_checkpoint(forged, signing_keys()).decode())
        assert says in refused.value.detail

    def test_one_of_another_key_is_faulty(self, decided, ask):
        checkpoint = seal_once(now=timezone.now())
        tree = Tree(current_log().origin, checkpoint.size, bytes(checkpoint.root))
        with pytest.raises(InputInvalid):
            ask(
                "decision",
                decided.pk,
                held=sign_checkpoint(tree, [Ed25519PrivateKey.generate()]).decode(),
            )


def test_a_report_that_is_not_done_has_no_evidence(world, ask):
    now = timezone.now()
    run = request_report(
        kind="human_oversight",
        system_slug=world.system.slug,
        period_start=now - timedelta(days=1),
        period_end=now,
        requested_by=world.officer,
        actor=Actor.of(world.officer),
        now=now,
    )
    with pytest.raises(ReportNotDone):
        ask("report", run.pk)
