"""Making the reports that wait."""

import hashlib
import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft202012Validator
from pypdf import PdfReader

from governance.models import Actor, LedgerEntry, ReportDocument, ReportProgress, ReportRun
from governance.reports import sections
from governance.reports.render_json import SCHEMA_PATH
from governance.services.report_making import MadeReport
from governance.services.reports import REPORTS, finish_report
from governance.services.runs import SILENT_FOR
from governance.tasks import run_report, run_waiting_reports
from tests.reviews.report_sections.world import CUT_OFF, at

WORKER = Actor.system("run_waiting_reports")
KINDS = ["human_oversight", "automated_decisions"]


def events_of(run):
    entries = LedgerEntry.objects.filter(subject_id=run.pk).order_by("object_seq")
    return [entry.event.removeprefix("governance.report.") for entry in entries]


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_gives_a_document_in_three_forms_and_its_hashes_are_entered(busy, ask, kind):
    run = ask(kind)
    run_waiting_reports()

    run.refresh_from_db()
    document = run.document
    assert (run.state, run.failure) == ("done", "")
    assert events_of(run) == ["requested", "started", "issued"]
    body = json.loads(bytes(LedgerEntry.objects.get(event="governance.report.issued").leaf))["body"]
    assert body["json_sha256"] == hashlib.sha256(bytes(document.json)).hexdigest()
    assert body["pdf_sha256"] == hashlib.sha256(bytes(document.pdf)).hexdigest()
    said = json.loads(bytes(document.json))
    Draft202012Validator(json.loads(SCHEMA_PATH.read_text())).validate(said)
    assert (said["kind"], said["frame"]["subject"]["system"]) == (kind, "Loan scoring")
    assert b"<!doctype html>" in bytes(document.html)
    attached = PdfReader(BytesIO(bytes(document.pdf))).attachments
    assert attached["report.json"] == [bytes(document.json)]
    assert run.progress.done == run.progress.total - 1


@pytest.mark.parametrize("kind", KINDS)
def test_two_runs_over_the_same_cut_off_give_the_same_bytes(busy, ask, kind):
    first = ask(kind)
    run_waiting_reports()
    # What comes in after the cut-off changes nothing, whatever it speaks of.
    busy.submit("late", "deny", "0.5", at=CUT_OFF + timedelta(hours=1))
    run = ask(kind, by=busy.owner)
    run_waiting_reports()
    one, two = (ReportDocument.objects.get(run=run) for run in (first, run))
    assert bytes(one.json) == bytes(two.json)


def test_what_happens_between_period_and_cut_off_is_known_and_what_follows_is_not(busy, ask):
    earlier = ask(now=at(60 * 24 * 6))
    later = ask()
    run_waiting_reports()
    one, two = (bytes(run_document(run).json) for run in (earlier, later))
    assert (
        json.loads(one)["frame"]["subject"]["report_id"]
        != (json.loads(two)["frame"]["subject"]["report_id"])
    )


def run_document(run):
    return ReportDocument.objects.get(run=run)


def test_a_second_delivery_does_nothing(busy, ask):
    run = ask()
    run_waiting_reports()
    run_report(run.pk)
    run_waiting_reports()
    assert ReportDocument.objects.count() == 1
    assert events_of(run) == ["requested", "started", "issued"]


def test_a_fault_in_a_section_fails_the_run_with_a_sentence_and_a_traceback(
    busy, ask, monkeypatch, caplog
):
    registered = dict(sections._registered)
    monkeypatch.setattr(sections, "_registered", registered)

    @sections.section(report="human_oversight", order=5, id="broken", title="Broken part")
    def broken(period):
        raise LookupError("no such row")

    run = ask()
    run_waiting_reports()
    run.refresh_from_db()
    assert run.state == "failed"
    assert "Broken part" in run.failure
    assert "LookupError" in caplog.text
    assert events_of(run) == ["requested", "started", "failed"]
    assert not ReportDocument.objects.exists()


def test_a_run_whose_worker_fell_silent_is_taken_up_again(busy, ask):
    run = ask()
    assert REPORTS.take_up(run_id=run.pk, actor=WORKER, now=timezone.now()) is not None
    run_waiting_reports()
    assert not ReportDocument.objects.exists()

    seen = timezone.now() - SILENT_FOR - timedelta(seconds=1)
    ReportProgress.objects.filter(run=run).update(seen_at=seen)
    run_waiting_reports()
    run.refresh_from_db()
    assert run.state == "done"
    assert events_of(run) == ["requested", "started", "started", "issued"]


def test_a_run_that_takes_its_worker_down_each_time_is_given_up(busy, ask):
    run = ask()
    for _ in range(4):
        REPORTS.take_up(run_id=run.pk, actor=WORKER, now=timezone.now())
        ReportProgress.objects.update(seen_at=timezone.now() - 2 * SILENT_FOR)
    run.refresh_from_db()
    assert run.state == "failed"
    assert events_of(run) == ["requested", "started", "started", "started", "failed"]


def test_a_worker_that_was_given_up_keeps_nothing(world, ask):
    run = ask()
    made = MadeReport(json=b"{}", html=b"", pdf=b"")
    kept = finish_report(run_id=run.pk, made=made, actor=WORKER, now=timezone.now())
    assert kept is None
    assert not ReportDocument.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_the_number_of_queries_does_not_grow_with_the_decisions(busy, ask, kind):
    few = queries_of(ask(kind))
    for number in range(20):
        busy.submit(f"more-{number}", "deny", "0.5", at=at(60 + number))
    many = queries_of(ask(kind))
    assert many <= few


def queries_of(run):
    with CaptureQueriesContext(connection) as queries:
        run_report(run.pk)
    assert ReportRun.objects.get(pk=run.pk).state == "done"
    return len([query for query in queries if "governance_reportprogress" not in query["sql"]])
