"""Asking for a report."""

from datetime import timedelta

import pytest
from celery import current_app

from governance.errors import InputInvalid
from governance.models import LedgerEntry, ReportRun
from tests.reviews.report_sections.world import CUT_OFF, WEEK_START, person


def test_a_request_is_queued_with_its_cut_off_and_entered(world, ask):
    run = ask()
    assert (run.state, run.cut_off, run.requested_by) == ("queued", CUT_OFF, world.officer)
    entry = LedgerEntry.objects.get(subject_id=run.pk)
    assert (entry.event, entry.at) == ("governance.report.requested", CUT_OFF)
    assert run.history.get().history_user_id == world.officer.pk


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "weather"}, "/kind"),
        ({"system_slug": "unknown"}, "/system"),
        ({"period_end": WEEK_START}, "/period_end"),
        ({"period_end": CUT_OFF + timedelta(seconds=1)}, "/period_end"),
    ],
)
def test_a_faulty_request_names_the_fault_and_leaves_nothing(ask, changes, pointer):
    with pytest.raises(InputInvalid) as refused:
        ask(**changes)
    assert [fault.pointer for fault in refused.value.errors] == [pointer]
    assert not ReportRun.objects.exists()


def test_an_owner_reports_on_their_own_system_only(world, ask):
    assert ask(by=world.owner).state == "queued"
    with pytest.raises(InputInvalid, match="cannot be made"):
        ask(by=person("otto", "system-owner"))


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_is_logged_and_the_request_stands(world, ask, monkeypatch, caplog):
    monkeypatch.setattr(current_app, "send_task", _unreachable)
    run = ask()
    assert ReportRun.objects.get(pk=run.pk).state == "queued"
    assert "the broker is away" in caplog.text


def test_a_request_wakes_a_worker_by_name_after_its_commit(
    ask, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: sent.append(name))
    with django_capture_on_commit_callbacks(execute=True):
        ask()
        assert sent == []
    assert sent == ["governance.tasks.run_waiting_reports"]


def _unreachable(name, **_):
    raise ConnectionError("the broker is away")
