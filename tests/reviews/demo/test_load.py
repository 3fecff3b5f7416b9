"""A small demo, loaded over real HTTP."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import LedgerEntry, PolicyVersion, ReportRun
from models_registry.models import Halt, LevelChange
from reviews.demo.catalogue import DIGITS, SYSTEMS
from reviews.demo.credentials import ACCOUNTS_FILE
from reviews.demo.errors import DemoError
from reviews.demo.http_client import HttpClient
from reviews.demo.load import SENT_DURING_DRILL, load_demo
from reviews.demo.people import AT_THE_SCREEN
from reviews.demo.reviewing import Pace
from reviews.models import (
    Case,
    Decision,
    Evaluation,
    Execution,
    GroundTruth,
    MonitorRun,
    MonitorState,
    PriorJudgement,
    Reversal,
    Shadow,
    Simulation,
    Verdict,
)

SHARE = 0.06
NO_WAITING = Pace(clock=timezone.now, wait=lambda seconds: None, factor=0.0)

pytestmark = pytest.mark.django_db(transaction=True)


def load(live_server, tmp_path):
    said: list[str] = []
    load_demo(url=live_server.url, data_dir=tmp_path, pace=NO_WAITING, say=said.append, share=SHARE)
    return said


def counted():
    rows = (Decision, Case, Verdict, Execution, GroundTruth, PriorJudgement, Reversal, LedgerEntry)
    watching = (LevelChange, MonitorRun, MonitorState, PolicyVersion, Shadow, Simulation)
    return {kind.__name__: kind.objects.count() for kind in (*rows, *watching, ReportRun, Halt)}


def test_a_small_demo_is_loaded_over_http_and_loading_again_adds_nothing(live_server, tmp_path):
    said = load(live_server, tmp_path)
    first = counted()

    sent = {spec.slug: round(spec.sent * SHARE) for spec in SYSTEMS}
    assert Counter(Decision.objects.values_list("system__slug", flat=True)) == sent
    assert not Decision.objects.filter(received_at__lt=timezone.now() - timedelta(minutes=30))
    assert {spec.queues.slug for spec in SYSTEMS} <= {
        case.queue.slug for case in Case.objects.live().select_related("queue")
    }
    blocked = Evaluation.objects.filter(disposition="block", decision__system__slug=DIGITS.slug)
    assert blocked.count() == SENT_DURING_DRILL
    halt = Halt.objects.get()
    assert halt.is_drill
    assert halt.lifted_at is not None
    # Which passes are audited hangs on the decisions' ids, so that it differs from load to load.
    audits = Case.objects.filter(kind="audit", decision__executions__kind="carried_out")
    assert Reversal.objects.exists() or not audits.filter(state="open").exists()
    assert Reversal.objects.count() == Execution.objects.filter(kind="undone").count()
    assert PriorJudgement.objects.filter(case__blind_first=True).exists()
    assert set(Verdict.objects.values_list("ruled_by__is_simulated", flat=True)) == {True}
    assert Verdict.objects.filter(ruled_at__gt=timezone.now()).count() == 0
    assert any(person.username in line for person in AT_THE_SCREEN for line in said)
    assert (tmp_path / ACCOUNTS_FILE).exists()

    assert_watched_over()

    load(live_server, tmp_path)

    assert counted() == first


def assert_watched_over():
    """Every page about watching has something to show, and says whose it is."""
    watched = set(MonitorRun.objects.values_list("decision_type__slug", "monitor"))
    assert {slug for slug, _ in watched} == {spec.type_slug for spec in SYSTEMS}
    assert watched == set(MonitorState.objects.values_list("decision_type__slug", "monitor"))
    steps = LevelChange.objects.order_by("id").values_list("from_level", "to_level")
    assert list(steps) == [("normal", "sampled"), ("sampled", "normal")]
    shadow, simulation = Shadow.objects.get(), Simulation.objects.get()
    assert shadow.started_by.is_simulated
    assert simulation.requested_by.is_simulated
    assert shadow.sha256 == simulation.sha256
    assert shadow.policy.is_demo
    version = PolicyVersion.objects.newest_first().filter(policy__slug=DIGITS.slug).first()
    assert (version.number, version.sha256 == shadow.sha256) == (2, False)


def test_a_call_that_is_refused_ends_the_load_with_the_answer(live_server):
    client = HttpClient(live_server.url, "unknown.key")

    with pytest.raises(DemoError, match="answered with 401"):
        client.post("decisions", {}, expect=(201,))


def test_a_server_that_is_not_there_is_named():
    client = HttpClient("http://127.0.0.1:9", "unknown.key")

    with pytest.raises(DemoError, match=r"http://127\.0\.0\.1:9 does not answer"):
        client.post("decisions", {}, expect=(201,))
