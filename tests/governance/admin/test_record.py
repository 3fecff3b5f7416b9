"""The record's own lists."""

import pytest

from governance.models import LedgerEntry
from tests.factories import make_person

pytestmark = pytest.mark.django_db

LEDGER = "/admin/governance/ledgerentry/"


def test_the_ledger_is_filtered_by_event_and_searched_by_subject(signed_in):
    auditor = signed_in("auditor")
    person = make_person("grace")
    by_event = auditor.get(LEDGER, {"event": "governance.user.created"})
    shown = by_event.context["cl"].result_list
    assert {entry.event for entry in shown} == {"governance.user.created"}
    assert "governance.roleassignment.created" in by_event.text

    by_subject = auditor.get(LEDGER, {"q": str(person.pk)})
    assert [entry.event for entry in by_subject.context["cl"].result_list] == [
        "governance.user.created"
    ]
    assert not auditor.get(LEDGER, {"q": "grace"}).context["cl"].result_list


def test_an_entry_shows_its_leaf_for_reading_and_who_acted(signed_in):
    person = make_person("grace")
    entry = LedgerEntry.objects.get(subject_id=person.pk)
    text = signed_in("auditor").get(f"{LEDGER}{entry.pk}/change/").text
    assert bytes(entry.leaf_hash).hex() in text
    assert "&quot;event&quot;: &quot;governance.user.created&quot;" in text


@pytest.mark.parametrize("page", ["change", "delete"])
def test_nobody_writes_to_the_ledger_here(signed_in, page):
    entry = LedgerEntry.objects.first()
    for role in ("auditor", "compliance-officer", "administrator"):
        answer = signed_in(role).post(f"{LEDGER}{entry.pk}/{page}/", {"post": "yes"})
        assert answer.status_code == 403
        assert signed_in(role).get(f"{LEDGER}add/").status_code == 403
