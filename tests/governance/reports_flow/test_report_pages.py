"""Reports in the browser."""

import pytest

from governance.models import ReportRun
from governance.services.reports import REPORTS
from governance.tasks import run_waiting_reports
from tests.governance.reports_flow.test_run_reports import WORKER
from tests.reviews.report_sections.world import CUT_OFF

FORM = {"kind": "human_oversight", "system": "loans", "span": "30"}


def test_the_list_is_empty_at_first_and_offers_the_form(world, browser):
    page = browser("officer").get("/reports/").content.decode()
    assert "None was asked for yet" in page
    assert '<option value="loans">Loan scoring</option>' in page


def test_a_report_is_asked_for_by_preset(world, browser):
    answer = browser("officer").post("/reports/", FORM)
    run = ReportRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/reports/{run.pk}/")
    assert (run.period_end - run.period_start).days == 30
    assert run.period_end <= run.cut_off


def test_a_report_is_asked_for_from_day_to_day_in_utc(world, browser):
    days = {**FORM, "span": "dates", "first_day": "2026-11-01", "last_day": "2026-11-07"}
    browser("officer").post("/reports/", days)
    run = ReportRun.objects.get()
    assert run.period_start.isoformat() == "2026-11-01T00:00:00+00:00"
    assert run.period_end.isoformat() == "2026-11-08T00:00:00+00:00"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"span": "dates"}, "Name the day."),
        ({"system": "unknown"}, "Select a valid choice"),
    ],
)
def test_a_faulty_form_comes_back_with_its_faults(world, browser, changes, says):
    page = browser("officer").post("/reports/", {**FORM, **changes})
    assert says in page.content.decode()
    assert not ReportRun.objects.exists()


def test_days_in_the_wrong_order_are_refused_by_the_verb(world, browser):
    days = {**FORM, "span": "dates", "first_day": "2026-11-07", "last_day": "2026-11-01"}
    page = browser("officer").post("/reports/", days)
    assert page.status_code == 422
    assert "cannot be made" in page.content.decode()


def test_the_page_polls_until_the_report_is_there(world, browser, ask):
    run = ask()
    client = browser("officer")
    waiting = client.get(f"/reports/{run.pk}/").content.decode()
    assert f'hx-get="/reports/{run.pk}/state/" hx-trigger="every 2s"' in waiting
    assert 'role="status"' in waiting

    REPORTS.take_up(run_id=run.pk, actor=WORKER, now=CUT_OFF)
    assert "<progress" in client.get(f"/reports/{run.pk}/state/").content.decode()


def test_a_done_report_is_shown_with_its_files_and_polls_no_more(world, browser, ask):
    run = ask()
    run_waiting_reports()
    page = browser("auditor").get(f"/reports/{run.pk}/").content.decode()
    assert '<article class="report"' in page
    assert 'hx-get="/reports/' not in page
    assert "<style" not in page
    for form in ("pdf", "json", "html"):
        assert f"/api/v1/reports/{run.pk}/document.{form}" in page


@pytest.mark.parametrize(
    ("who", "lists", "reads", "asks"),
    [
        ("officer", 200, 200, 302),
        ("owner", 200, 200, 302),
        ("auditor", 200, 200, 403),
        ("other owner", 200, 404, 200),
        ("reviewer", 403, 403, 403),
    ],
)
def test_who_may(world, browser, ask, who, lists, reads, asks):
    run = ask()
    client = browser(who)
    assert client.get("/reports/").status_code == lists
    assert client.get(f"/reports/{run.pk}/").status_code == reads
    assert client.get(f"/reports/{run.pk}/state/").status_code == reads
    assert client.post("/reports/", FORM).status_code == asks


def test_strangers_are_led_to_the_sign_in(world, client):
    answer = client.get("/reports/")
    assert (answer.status_code, "next=/reports/" in answer["Location"]) == (302, True)


def test_the_list_is_narrowed_and_goes_on_page_by_page(world, browser, ask):
    runs = [ask() for _ in range(52)]
    client = browser("officer")
    first = client.get("/reports/", {"state": "queued"}).content.decode()
    assert str(runs[-1].pk) in first
    assert str(runs[0].pk) not in first
    rest = client.get("/reports/", {"state": "queued", "before": str(runs[2].pk)}).content.decode()
    assert str(runs[0].pk) in rest
    assert "None was asked for yet" in client.get("/reports/", {"state": "failed"}).content.decode()
    assert client.get("/reports/", {"before": "x"}).status_code == 404
