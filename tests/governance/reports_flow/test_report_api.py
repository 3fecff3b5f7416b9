"""Reports over HTTP."""

import json

import pytest

from governance.models import ReportRun
from governance.tasks import run_waiting_reports

BODY = {
    "kind": "human_oversight",
    "system": "loans",
    "period_start": "2026-11-01T00:00:00Z",
    "period_end": "2026-11-08T00:00:00Z",
}
FILES = [("json", "application/json"), ("html", "text/html"), ("pdf", "application/pdf")]


def test_a_report_is_asked_for_and_watched(world, api):
    asked = api("officer").post("/api/v1/reports", BODY)
    assert (asked.status_code, asked.data["state"]) == (202, "queued")
    place = asked["Location"]
    assert api("officer").get(place).data["document"] is None

    run_waiting_reports()
    done = api("officer").get(place).data
    assert (done["state"], len(done["document"]["json_sha256"])) == ("done", 64)


@pytest.mark.parametrize(("form", "content_type"), FILES)
def test_each_form_is_fetched_as_a_file(world, api, ask, form, content_type):
    run = ask()
    run_waiting_reports()
    answer = api("auditor").get(
        f"/api/v1/reports/{run.pk}/document.{form}", headers={"Accept": content_type}
    )
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith(content_type)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content == bytes(getattr(run.document, form))


def test_a_document_that_is_not_there_yet_is_a_404_that_says_so(world, api, ask):
    answer = api("officer").get(f"/api/v1/reports/{ask().pk}/document.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert "queued" in json.loads(answer.content)["detail"]


@pytest.mark.parametrize(
    ("who", "asks", "reads"),
    [
        ("officer", 202, 200),
        ("owner", 202, 200),
        ("auditor", 403, 200),
        ("other owner", 422, 404),
        ("reviewer", 403, 403),
    ],
)
def test_who_may(world, api, ask, who, asks, reads):
    run = ask()
    assert api(who).post("/api/v1/reports", BODY).status_code == asks
    assert api(who).get(f"/api/v1/reports/{run.pk}").status_code == reads
    assert api(who).get(f"/api/v1/reports/{run.pk}/document.json").status_code in (reads, 404)
    listed = api(who).get("/api/v1/reports")
    found = [row["id"] for row in listed.data.get("results", [])]
    assert (str(run.pk) in found) is (reads == 200)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "weather"}, "/kind"),
        ({"period_start": "yesterday"}, "/period_start"),
        ({"period_end": "2999-01-01T00:00:00Z"}, "/period_end"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_each_fault_is_named_and_nothing_is_queued(world, api, changes, pointer):
    answer = api("officer").post("/api/v1/reports", {**BODY, **changes})
    assert answer.status_code in (400, 422)
    assert [error["pointer"] for error in json.loads(answer.content)["errors"]] == [pointer]
    assert not ReportRun.objects.exists()


def test_a_repeated_key_asks_once(world, api):
    headers = {"Idempotency-Key": "week-44"}
    first, second = (
        api("officer").post("/api/v1/reports", BODY, headers=headers) for _ in range(2)
    )
    assert (first.status_code, first.data["id"]) == (second.status_code, second.data["id"])
    assert ReportRun.objects.count() == 1


def test_the_list_is_narrowed_to_a_state(world, api, ask):
    ask()
    run_waiting_reports()
    waiting = ask()
    found = api("officer").get("/api/v1/reports", {"state": "queued"}).data["results"]
    assert [row["id"] for row in found] == [str(waiting.pk)]
