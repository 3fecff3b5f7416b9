"""Erasing a person's data: gone for good, entered, and the ledger still verifies."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from governance.errors import InputInvalid, NotPermitted
from governance.models import LedgerEntry, Payload, SubjectIdentity, SubjectKey
from governance.services.erasure import SubjectUnknown, erase_subject
from governance.services.subjects import external_reference
from tests.factories import NOON, build_world
from tests.reviews.written import Written, state_of_tables

pytestmark = pytest.mark.django_db

GROUND = "Asked for under GDPR Art. 17(1)(a)."


@pytest.fixture
def world():
    """A person with a decision and a verdict that says something of them, and another person."""
    world = build_world()
    world.rule(world.open_case())
    world.submit(subject={"ref": "customer-2"})
    return world


@pytest.fixture
def subject(world):
    return SubjectKey.objects.order_by("id")[0]


def test_everything_sealed_about_the_subject_is_gone_and_nothing_of_others(world, subject):
    committed = [bytes(payload.commitment).hex() for payload in subject.payloads.order_by("id")]
    written = Written()

    erased = erase_subject(subject_id=subject.pk, ground=GROUND, person=world.officer, now=NOON)

    assert (erased.subject_id, erased.payloads) == (subject.pk, 2)
    [other] = SubjectKey.objects.all()
    assert external_reference(other) == "customer-2"
    assert Payload.objects.get().subject == other
    assert SubjectIdentity.objects.get().subject == other
    assert written.events() == [
        "governance.payload.erased",
        "governance.payload.erased",
        "governance.subjectkey.erased",
    ]
    entries = LedgerEntry.objects.filter(event="governance.payload.erased").order_by("id")
    for entry, commitment in zip(entries, committed, strict=True):
        assert commitment in bytes(entry.leaf).decode()
        assert GROUND in bytes(entry.leaf).decode()
        assert entry.actor == f"person:{world.officer.pseudonym}"
    connection.check_constraints()


def test_the_same_person_is_somebody_new_afterwards(world, subject):
    erase_subject(subject_id=subject.pk, ground=GROUND, person=world.officer, now=NOON)
    assert world.submit().subject_id != subject.pk


@pytest.mark.parametrize(
    ("ground", "by", "refusal"),
    [
        (GROUND, "reviewer", NotPermitted),
        ("  ", "officer", InputInvalid),
        ("x" * 501, "officer", InputInvalid),
    ],
)
def test_a_refused_erasure_changes_nothing(world, subject, ground, by, refusal):
    before = state_of_tables()
    with pytest.raises(refusal):
        erase_subject(subject_id=subject.pk, ground=ground, person=getattr(world, by), now=NOON)
    assert state_of_tables() == before


def test_the_second_time_there_is_nothing_left_to_erase(world, subject):
    erase_subject(subject_id=subject.pk, ground=GROUND, person=world.officer, now=NOON)
    with pytest.raises(SubjectUnknown):
        erase_subject(subject_id=subject.pk, ground=GROUND, person=world.officer, now=NOON)


def test_the_command_asks_first_and_says_what_it_did(world, subject, monkeypatch):
    about = [str(subject.pk), "--ground", GROUND, "--by", world.officer.username]
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_subject", *about, stdout=io.StringIO())
    assert Payload.objects.count() == 3

    said = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO("erase\n"))
    call_command("erase_subject", *about, stdout=said)
    assert "2 sealed documents, the identity and the key" in said.getvalue()
    assert Payload.objects.count() == 1


def test_the_command_names_an_unknown_account(world, subject):
    with pytest.raises(CommandError, match="no active account 'nobody'"):
        call_command("erase_subject", str(subject.pk), "--ground", "x", "--by", "nobody", "--yes")
