"""Erasing a person's data: gone for good, entered, and the ledger still verifies."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from governance.errors import InputInvalid, NotPermitted
from governance.models import LedgerEntry, Motion, Payload, SubjectIdentity, SubjectKey
from governance.motions import erasure
from governance.services.erasure import SubjectUnknown, erase_subject
from governance.services.motions import move
from governance.services.subjects import external_reference
from tests.factories import NOON, PASSWORD, build_world, make_person
from tests.governance.motions.motioning import vote
from tests.reviews.written import Written, person, refused

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


def test_a_case_whose_person_was_erased_is_still_claimed_and_ruled_on(world, subject):
    case = world.open_case()
    erase_subject(subject_id=subject.pk, ground=GROUND, person=world.officer, now=NOON)

    verdict = world.rule(case, by=world.reviewers[1])

    case.refresh_from_db()
    assert case.state == "decided"
    assert verdict.reason_payload.subject_id != subject.pk, "sealed under a key that is gone"
    assert external_reference(verdict.reason_payload.subject) is None


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


@pytest.mark.parametrize("ground", ["  ", "x" * 501])
def test_an_erasure_without_a_fitting_ground_changes_nothing(world, subject, ground):
    with refused(InputInvalid):
        erase_subject(subject_id=subject.pk, ground=ground, person=world.officer, now=NOON)


def moved(world, subject, **changes):
    given = {
        "act": erasure.NAME,
        "content": erasure.content_of(subject.pk, GROUND),
        "reason": "The request of yesterday.",
        "mover": world.officer,
        "now": NOON,
    }
    return move(**given | changes)


def test_two_people_erase_and_the_entries_name_the_motion(world, subject):
    motion = moved(world, subject)
    assert Payload.objects.filter(subject=subject).count() == 2
    second = make_person(roles=["compliance-officer"])
    written = Written()

    assert vote(motion, second).state == Motion.State.CARRIED

    assert not SubjectKey.objects.filter(pk=subject.pk).exists()
    assert written.entries()[1:] == [
        ("governance.payload.erased", person(second)),
        ("governance.payload.erased", person(second)),
        ("governance.subjectkey.erased", person(second)),
        ("governance.motion.carried", person(second)),
    ]
    entry = LedgerEntry.objects.get(event="governance.subjectkey.erased")
    assert str(motion.pk) in bytes(entry.leaf).decode()
    page = Client()
    page.force_login(second)
    assert str(subject.pk) in page.get(f"/motions/{motion.pk}/").content.decode()


def test_only_those_who_may_erase_move_it(world, subject):
    with refused(NotPermitted):
        moved(world, subject, mover=world.reviewer)


def test_nobody_moves_the_erasure_of_what_is_not_there(world, subject):
    erase_subject(subject_id=subject.pk, ground=GROUND, person=world.officer, now=NOON)
    with refused(SubjectUnknown):
        moved(world, subject)


def test_what_was_erased_meanwhile_is_not_erased_twice_and_the_vote_does_not_count(world, subject):
    motion = moved(world, subject)
    erase_subject(subject_id=subject.pk, ground=GROUND, person=world.officer, now=NOON)
    second = make_person(roles=["compliance-officer"])
    with refused(SubjectUnknown):
        vote(motion, second)


def test_the_second_time_there_is_nothing_left_to_erase(world, subject):
    erase_subject(subject_id=subject.pk, ground=GROUND, person=world.officer, now=NOON)
    with pytest.raises(SubjectUnknown):
        erase_subject(subject_id=subject.pk, ground=GROUND, person=world.officer, now=NOON)


def test_the_command_moves_it_as_somebody_whose_password_it_was_told(world, subject, monkeypatch):
    about = [str(subject.pk), "--ground", GROUND, "--by", world.officer.username]
    monkeypatch.setattr("sys.stdin", io.StringIO("guessed\n"))
    with pytest.raises(CommandError, match="not the password"):
        call_command("erase_subject", *about, stdout=io.StringIO())
    assert not Motion.objects.exists()

    said = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    call_command("erase_subject", *about, stdout=said)
    motion = Motion.objects.get()
    assert (motion.act, motion.moved_by) == (erasure.NAME, world.officer)
    assert "2 sealed documents, the identity and the key" in said.getvalue()
    assert f"/motions/{motion.pk}/" in said.getvalue()
    assert Payload.objects.count() == 3


def test_the_command_names_an_unknown_account(world, subject):
    with pytest.raises(CommandError, match="no active account 'nobody'"):
        call_command("erase_subject", str(subject.pk), "--ground", "x", "--by", "nobody")
