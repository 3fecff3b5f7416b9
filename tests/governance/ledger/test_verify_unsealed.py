"""What a verification says before anything is sealed."""

import pytest

from governance.models import LedgerEntry
from governance.services.verifying.runs import request_verification
from governance.services.verifying.whole import verify_ledger
from governance.tasks import check_verification_part
from tests.factories import NOON, SETUP, build_world

pytestmark = pytest.mark.django_db


def test_an_empty_installation_is_sound():
    found = verify_ledger()
    assert (found.faults, found.counts["leaves"]) == ([], 0)


def test_before_the_first_seal_all_entries_await_it_and_are_compared_all_the_same():
    build_world()
    found = verify_ledger()
    assert found.faults == []
    assert found.counts["pending"] == found.counts["linked"] == LedgerEntry.objects.count() > 20


def test_a_run_of_workers_before_the_first_seal_looks_at_the_rows_all_the_same():
    build_world()
    run = request_verification(whole=True, actor=SETUP, now=NOON)
    for _ in range(run.parts.count()):
        check_verification_part()

    run.refresh_from_db()
    assert (run.state, run.size, run.fault_count) == ("done", 0, 0)
    assert run.counts["rows"] > 20
