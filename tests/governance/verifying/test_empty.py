"""What a verification says before anything is sealed."""

import pytest

from governance.models import LedgerEntry
from governance.services.verifying.whole import verify_ledger
from tests.factories import build_world

pytestmark = pytest.mark.django_db


def test_an_empty_installation_is_sound():
    found = verify_ledger()
    assert (found.faults, found.counts["leaves"]) == ([], 0)


def test_before_the_first_seal_all_entries_await_it_and_are_compared_all_the_same():
    build_world()
    found = verify_ledger()
    assert found.faults == []
    assert found.counts["pending"] == found.counts["linked"] == LedgerEntry.objects.count() > 20
