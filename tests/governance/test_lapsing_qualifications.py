"""A proof of competence that runs out is announced at 30 and at 7 days before, once each."""

from datetime import timedelta

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.errors import InputInvalid
from governance.models import LedgerEntry, OutboxMessage, Qualification
from governance.selectors.lapsing import WARNED, due_warnings
from governance.services import accounts
from governance.services.qualifications import warn_of_lapse
from governance.tasks import warn_of_lapsing_qualifications
from tests.factories import LONG_AGO, NOON, SETUP, change, make_person
from tests.governance.api.calling import at
from tests.reviews.written import Written, refused

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
END = NOON + 40 * DAY


def make_proof(person=None, *, valid_until=END, **changes):
    return accounts.record_qualification(
        **{
            "person": person or make_person(),
            "kind": Qualification.Kind.TRAINING,
            "system": "lending",
            "proof": "course 7",
            "valid_until": valid_until,
            "actor": SETUP,
            "now": LONG_AGO,
        }
        | changes
    )


def sweep(now):
    with at(now):
        warn_of_lapsing_qualifications()


def warnings():
    """Days before the end, as the ledger and the messages tell of them; both must say the same."""
    entries = LedgerEntry.objects.filter(event=WARNED).order_by("id")
    told = [orjson.loads(bytes(entry.leaf))["body"] for entry in entries]
    messages = OutboxMessage.objects.filter(event="qualification.lapsing").order_by("id")
    assert [message.body for message in messages] == told
    return [body["days"] for body in told]


def test_a_warning_is_an_entry_and_a_message_and_changes_no_row():
    proof = make_proof(kind=Qualification.Kind.INSTRUCTIONS_READ, model_version="1.0.0")
    written, history = Written(), proof.history.count()

    sweep(END - 30 * DAY)

    assert written.entries() == [(WARNED, "system:warn_of_lapsing_qualifications")]
    message = OutboxMessage.objects.get(event="qualification.lapsing")
    assert (message.subject_id, message.system) == (proof.pk, "lending")
    assert message.body == {
        "person": str(proof.person.pseudonym),
        "kind": "instructions_read",
        "system": "lending",
        "model_version": "1.0.0",
        "days": 30,
        "valid_until": END.isoformat(),
    }
    assert proof.history.count() == history


def test_sweeps_of_every_day_warn_once_at_each_step():
    make_proof()
    told = []
    for day in range(42, -3, -1):
        sweep(END - day * DAY)
        told.append((day, len(warnings())))
    assert warnings() == [30, 7]
    assert (31, 0) in told
    assert (30, 1) in told
    assert (8, 1) in told
    assert (7, 2) in told


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (timedelta(days=30, microseconds=1), []),
        (timedelta(days=30), [30]),
        (timedelta(days=7, microseconds=1), [30]),
        (timedelta(days=7), [7]),
        (timedelta(microseconds=1), [7]),
        (timedelta(0), []),
        (-DAY, []),
    ],
)
def test_a_late_sweep_gives_the_nearer_warning_alone(before, expected):
    make_proof()
    sweep(END - before)
    sweep(END - before)
    assert warnings() == expected


def test_an_end_that_was_moved_is_warned_of_anew():
    proof = make_proof()
    sweep(END - 30 * DAY)
    proof.valid_until = END + 60 * DAY
    change(proof, "valid_until")
    sweep(END - 29 * DAY)
    assert warnings() == [30]
    sweep(END + 30 * DAY)
    assert warnings() == [30, 30]


def test_nobody_is_warned_of_what_has_no_end_or_of_a_closed_account():
    make_proof(valid_until=None)
    closed = make_proof()
    closed.person.is_active = False
    change(closed.person, "is_active")
    sweep(END - DAY)
    assert warnings() == []


def test_the_verb_looks_again_for_itself():
    proof, now = make_proof(), END - 30 * DAY
    assert warn_of_lapse(qualification_id=proof.pk, actor=SETUP, now=now) is not None
    assert warn_of_lapse(qualification_id=proof.pk, actor=SETUP, now=now) is None
    assert warn_of_lapse(qualification_id=proof.pk, actor=SETUP, now=NOON) is None
    assert warnings() == [30]


def test_looking_costs_two_queries_however_many_lapse():
    for _ in range(5):
        make_proof()
    with CaptureQueriesContext(connection) as captured:
        assert len(due_warnings(END - DAY)) == 5
    assert len(captured) == 2
    sweep(END - DAY)
    assert due_warnings(END - DAY) == []


def test_instructions_for_use_are_read_for_one_version():
    person = make_person()
    with refused(InputInvalid) as refusal:
        make_proof(person, kind=Qualification.Kind.INSTRUCTIONS_READ)
    assert [error.pointer for error in refusal.value.errors] == ["/model_version"]
