"""Making bundles of real rows: what is in them, for whom, and what fails."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.evidence import verify_bundle
from governance.models import (
    Actor,
    EvidenceBundle,
    LedgerEntry,
    ReportDocument,
)
from governance.services import bundle_making, bundle_sealing
from governance.services.bundles import BUNDLES, Wanted, request_bundle
from governance.services.erasure import erase_subject
from governance.services.reports import request_report
from governance.services.runs import SILENT_FOR
from governance.services.sealing import seal_once
from governance.tasks import run_bundle, run_waiting_bundles, run_waiting_reports
from reviews.models import Decision, VerdictKind
from reviews.services.claiming import claim_case
from reviews.services.queues import remove_member
from tests.factories import SETUP, build_world, change, make_person, policy_text
from tests.governance.bundles.conftest import file_of
from tests.governance.bundles.test_request_bundle import may_issue
from tests.governance.ledger.sealed import cosigned_by, new_witness
from tests.governance.ledger.tampering import execute, guards_off

pytestmark = pytest.mark.django_db


def member(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as zipped:
        return zipped.read(name)


def lines(path: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in member(path, f"logs/1/{name}.jsonl").splitlines()]


def events(path: Path) -> list[str]:
    return [json.loads(line["leaf"])["event"] for line in lines(path, "entries")]


def states(path: Path, name: str) -> Counter[str]:
    return Counter(line["state"] for line in lines(path, name))


def events_of(bundle: EvidenceBundle) -> list[str]:
    entries = LedgerEntry.objects.filter(subject_id=bundle.pk).order_by("object_seq")
    return [entry.event.removeprefix("governance.evidencebundle.") for entry in entries]


def hour_until(now: Any) -> dict[str, Any]:
    return {"period": (now - timedelta(hours=1), now)}


def test_a_decisions_bundle_holds_what_came_of_it_and_nothing_else(world, decided, ask, tmp_path):
    world.open_case(now=timezone.now())
    bundle = ask("decision", decided.pk)
    seal_once(now=timezone.now())
    run_waiting_bundles()

    path = file_of(bundle, tmp_path)
    assert events(path) == [
        "reviews.decision.received",
        "reviews.decision.evaluated",
        "reviews.case.opened",
        "reviews.case.claimed",
        "reviews.verdict.given",
        "reviews.case.decided",
        "reviews.permit.issued",
    ]
    assert events_of(bundle) == ["requested", "started", "issued"]
    body = orjson.loads(bytes(LedgerEntry.objects.latest("id").leaf))["body"]
    assert (body["sha256"], body["entries"]) == (bundle.sha256, 7)
    assert bundle.sha256 == verify_bundle.Container(str(path)).sha256
    assert (bundle.entries, bundle.size_bytes) == (7, path.stat().st_size)
    manifest = json.loads(member(path, "manifest.json"))
    assert manifest["made_for"] == Actor.of(bundle.requested_by).label
    assert member(path, "verify.py") == Path(verify_bundle.__file__).read_bytes()


def test_a_cases_bundle_is_about_its_decision(decided, make):
    path = make("case", decided.cases.get().pk)
    assert json.loads(member(path, "manifest.json"))["about"]["kind"] == "case"
    assert events(path)[0] == "reviews.decision.received"


def test_a_systems_bundle_holds_its_period_and_what_governed_it(world, ask, make):
    for _ in range(3):
        world.rule(world.open_case(now=timezone.now()), now=timezone.now())
    old = world.submit(now=timezone.now() - timedelta(days=3))
    path = make("system", world.system.pk, **hour_until(timezone.now()))
    said = Counter(events(path))
    assert said["reviews.decision.received"] == said["reviews.verdict.given"] == 3
    for event in (
        "models_registry.aisystem.registered",
        "models_registry.modelversion.added",
        "models_registry.decisiontype.defined",
        "governance.policy.created",
        "governance.policyversion.published",
    ):
        assert said[event] == 1
    subjects = {json.loads(line["leaf"])["subject"]["id"] for line in lines(path, "entries")}
    assert str(old.pk) not in subjects


def test_the_number_of_queries_does_not_grow_with_the_decisions(world, ask):
    def queries() -> int:
        world.open_case(now=timezone.now())
        bundle = ask("system", world.system.pk, **hour_until(timezone.now()))
        seal_once(now=timezone.now())
        with CaptureQueriesContext(connection) as captured:
            run_bundle(bundle)
        bundle.refresh_from_db()
        assert bundle.state == "done"
        return len(captured)

    few = queries()
    for _ in range(20):
        world.open_case(now=timezone.now())
    # Of each further tile of the tree that is told, one.
    assert queries() <= few + 3


def test_a_reports_bundle_holds_the_report_that_was_issued(world, decided, make):
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
    run_waiting_reports()
    path = make("report", run.pk)
    document = ReportDocument.objects.get(run=run)
    assert member(path, "files/report.json") == bytes(document.json)
    assert member(path, "files/report.pdf") == bytes(document.pdf)
    assert events(path) == [
        f"governance.report.{step}" for step in ("requested", "started", "issued")
    ]
    verdict = verify_bundle.verify(str(path))
    assert any("files/report.pdf is the file that Entry" in one for one in verdict.checked)


class TestContent:
    """Payloads are for whom they are on the pages; rows that are a key to act for nobody."""

    def test_an_auditor_reads_the_reasons_and_not_the_input(self, decided, make):
        path = make("decision", decided.pk)
        payloads = lines(path, "payloads")
        assert [line["state"] for line in payloads] == ["withheld", "given"]
        assert json.loads(payloads[1]["content"]) == {"reason_text": "The letter says otherwise."}

    def test_who_holds_the_case_reads_the_input(self, world, make):
        case = world.open_case(now=timezone.now())
        person = may_issue(world.reviewer)
        claim_case(case_id=case.pk, reviewer=person, now=timezone.now())
        [line] = lines(make("decision", case.decision_id, by=person), "payloads")
        assert json.loads(line["content"])["input"] == {"letter": "I would like a loan."}

    def test_another_reviewer_reads_neither(self, world, decided, make):
        path = make("decision", decided.pk, by=may_issue(world.reviewers[1]))
        assert states(path, "payloads") == {"withheld": 2}

    def test_who_ruled_reads_their_own_reason(self, world, decided, make):
        path = make("decision", decided.pk, by=may_issue(world.reviewer))
        assert states(path, "payloads") == {"withheld": 1, "given": 1}

    def test_a_permit_that_can_be_used_stays_secret(self, decided, make):
        path = make("decision", decided.pk)
        token = decided.permits.get().token
        assert token.encode() not in path.read_bytes()
        assert states(path, "rows") == {"given": 6, "withheld": 1}

    def test_a_permit_that_has_run_out_is_evidence(self, world, make):
        long_ago = timezone.now() - timedelta(hours=2)
        decision = world.submit(outcome="grant", confidence=0.99, now=long_ago)
        path = make("decision", decision.pk)
        assert decision.permits.get().token.encode() in path.read_bytes()
        assert states(path, "rows") == {"given": 3}

    def test_sealed_ballots_are_left_out_until_the_quorum_is_met(self, db, tmp_path):
        world = build_world(text=policy_text(verdicts=2))
        auditor = make_person(roles=["auditor"])
        case = world.open_case(now=timezone.now())
        world.rule(case, now=timezone.now())
        path = self.made(case.decision, auditor, tmp_path)
        assert "reviews.verdict.given" not in events(path)
        [left_out] = json.loads(member(path, "manifest.json"))["left_out"]
        assert left_out.startswith("1 ballots and judgements")

        own = self.made(case.decision, may_issue(world.reviewer), tmp_path)
        assert events(own).count("reviews.verdict.given") == 1

        world.rule(case, by=world.reviewers[1], now=timezone.now())
        path = self.made(case.decision, auditor, tmp_path)
        assert events(path).count("reviews.verdict.given") == 2
        assert json.loads(member(path, "manifest.json"))["left_out"] == []

    @staticmethod
    def made(decision: Decision, person: Any, folder: Path) -> Path:
        bundle = request_bundle(
            wanted=Wanted("decision", decision.pk),
            requested_by=person,
            actor=Actor.of(person),
            now=timezone.now(),
        )
        seal_once(now=timezone.now())
        run_waiting_bundles()
        return file_of(bundle, folder)


def test_an_erased_payload_is_told_with_its_erasure(world, decided, make):
    officer = world.officer
    erase_subject(
        subject_id=decided.subject_id, ground="asked for it", person=officer, now=timezone.now()
    )
    path = make("decision", decided.pk)
    assert states(path, "payloads") == {"erased": 2}
    assert events(path).count("governance.payload.erased") == 2
    told = [one for one in verify_bundle.verify(str(path)).facts if "lawfully erased on" in one]
    assert len(told) == 2


def test_a_held_checkpoint_is_shown_to_be_a_part_of_the_log(world, decided, make, tmp_path):
    held = tmp_path / "held"
    held.write_bytes(bytes(seal_once(now=timezone.now()).note))
    world.open_case(now=timezone.now())
    path = make("decision", decided.pk, held=held.read_text())
    verdict = verify_bundle.verify(str(path), held.read_bytes())
    assert "The log only grew since the checkpoint that you hold." in verdict.checked
    assert verdict.missing == []


class TestSeal:
    """A bundle is made with a checkpoint that covers its own request, and so all before it."""

    def test_it_waits_for_the_seal(self, decided, ask):
        bundle = ask("decision", decided.pk)
        run_waiting_bundles()
        bundle.refresh_from_db()
        assert (bundle.state, events_of(bundle)) == ("queued", ["requested"])
        seal_once(now=timezone.now())
        run_waiting_bundles()
        bundle.refresh_from_db()
        assert bundle.state == "done"

    def test_it_does_not_wait_for_ever_and_says_why(self, decided, ask, monkeypatch):
        bundle = ask("decision", decided.pk)
        monkeypatch.setattr(bundle_sealing, "LONGEST_WAIT", timedelta(0))
        run_waiting_bundles()
        bundle.refresh_from_db()
        assert (bundle.state, events_of(bundle)) == ("failed", ["requested", "failed"])
        assert "has not been sealed" in bundle.failure

    def test_a_cosigned_checkpoint_is_waited_for_a_while(self, decided, ask, tmp_path, monkeypatch):
        witness, key = new_witness("witness.test")
        bundle = ask("decision", decided.pk)
        checkpoint = seal_once(now=timezone.now())
        run_waiting_bundles()
        bundle.refresh_from_db()
        assert bundle.state == "queued"

        cosigned_by(checkpoint, witness, key, at=timezone.now())
        run_waiting_bundles()
        path = file_of(bundle, tmp_path)
        verdict = verify_bundle.verify(str(path), witnesses=[witness.verifier])
        assert any(one.startswith("Cosigned at") for one in verdict.checked)

    def test_without_patience_an_uncosigned_one_will_do(self, decided, ask, monkeypatch, tmp_path):
        new_witness("witness.test")
        monkeypatch.setattr(bundle_sealing, "PATIENCE_WITH_WITNESSES", timedelta(0))
        bundle = ask("decision", decided.pk)
        seal_once(now=timezone.now())
        run_waiting_bundles()
        file_of(bundle, tmp_path)

    def test_what_is_entered_after_the_checkpoint_stays_out(self, world, decided, ask, tmp_path):
        bundle = ask("system", world.system.pk, **hour_until(timezone.now()))
        seal_once(now=timezone.now())
        world.submit(now=timezone.now() - timedelta(minutes=1))
        run_waiting_bundles()
        assert events(file_of(bundle, tmp_path)).count("reviews.decision.received") == 1


class TestFailures:
    def test_a_changed_row_is_no_evidence(self, decided, ask):
        bundle = ask("decision", decided.pk)
        seal_once(now=timezone.now())
        tamper("UPDATE reviews_verdict SET outcome = 'refuse'", "reviews_verdict")
        run_waiting_bundles()
        bundle.refresh_from_db()
        assert bundle.state == "failed"
        assert "is not the one that the entry commits to" in bundle.failure

    def test_a_payload_that_is_gone_without_an_entry_fails_it(self, decided, ask):
        bundle = ask("decision", decided.pk)
        seal_once(now=timezone.now())
        tamper("DELETE FROM governance_payload", "governance_payload")
        run_waiting_bundles()
        bundle.refresh_from_db()
        assert "no sealed entry tells of its erasure" in bundle.failure

    def test_entries_that_are_not_here_fail_it(self, decided, ask):
        bundle = ask("decision", decided.pk)
        seal_once(now=timezone.now())
        gone = "DELETE FROM governance_ledgerentry WHERE event = 'reviews.verdict.given'"
        tamper(gone, "governance_ledgerentry", *partitions())
        run_waiting_bundles()
        bundle.refresh_from_db()
        assert bundle.failure.startswith("Entries about reviews.verdict")

    def test_rights_that_ended_before_it_was_made_end_it(self, world, decided, ask):
        person = may_issue(world.reviewers[1])
        bundle = ask("decision", decided.pk, by=person)
        seal_once(now=timezone.now())
        membership = world.first_line.memberships.get(person=person)
        remove_member(membership=membership, actor=SETUP, now=timezone.now())
        run_waiting_bundles()
        bundle.refresh_from_db()
        assert bundle.failure == "What it is about is not there, or not yours to see."

    def test_so_does_the_right_to_issue_any(self, decided, auditor, ask):
        bundle = ask("decision", decided.pk)
        seal_once(now=timezone.now())
        for assignment in auditor.role_assignments.all():
            assignment.valid_until = timezone.now()
            change(assignment, "valid_until")
        run_waiting_bundles()
        bundle.refresh_from_db()
        assert "the right to issue them" in bundle.failure

    def test_a_fault_of_ours_fails_it_with_a_sentence(self, decided, ask, monkeypatch, caplog):
        bundle = ask("decision", decided.pk)
        seal_once(now=timezone.now())
        monkeypatch.setattr(bundle_making, "write_places", None)
        run_waiting_bundles()
        bundle.refresh_from_db()
        assert "Looking for the entries" in bundle.failure
        assert "TypeError" in caplog.text

    def test_a_worker_that_fell_silent_is_followed_by_another(self, decided, ask, tmp_path):
        bundle = ask("decision", decided.pk)
        seal_once(now=timezone.now())
        actor = Actor.system("test")
        BUNDLES.take_up(run_id=bundle.pk, actor=actor, now=timezone.now())
        run_waiting_bundles()
        bundle.refresh_from_db()
        assert bundle.state == "running"
        seen = timezone.now() - SILENT_FOR - timedelta(seconds=1)
        type(bundle.progress).objects.update(seen_at=seen)
        run_waiting_bundles()
        file_of(bundle, tmp_path)
        assert events_of(bundle) == ["requested", "started", "started", "issued"]


def tamper(statement: str, *tables: str) -> None:
    """As the tables' owner; afterwards verbs work as before."""
    with guards_off(*tables):
        execute(statement)
    execute("SET CONSTRAINTS ALL DEFERRED")


def partitions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'governance_ledgerentry'::regclass"
        )
        return [name for (name,) in cursor.fetchall()]


def test_who_handed_the_case_on_is_in_it_too(world, make):
    case = world.open_case(now=timezone.now())
    world.rule(case, VerdictKind.ABSTAIN, now=timezone.now())
    world.rule(case, VerdictKind.UPHOLD, by=world.reviewers[1], now=timezone.now())
    path = make("decision", case.decision_id)
    assert events(path).count("reviews.verdict.given") == 2
