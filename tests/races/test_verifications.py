"""A ledger is found sound while it is written, sealed and erased from."""

import threading

import pytest
from django.utils import timezone

from governance.models import Payload, VerificationRun
from governance.services.erasure import erase_subject
from governance.services.sealing import seal_once
from governance.services.verifying.runs import request_verification
from governance.services.verifying.whole import verify_ledger
from governance.tasks import check_verification_part
from tests.factories import SETUP, build_world
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 6


def test_a_ledger_at_work_is_sound_at_every_moment():
    world = build_world()
    seal_once(now=timezone.now())
    over = threading.Event()

    def write():
        for _ in range(ROUNDS):
            world.rule(world.open_case(now=timezone.now()), now=timezone.now())

    def erase():
        for _ in range(ROUNDS):
            decision = world.submit(now=timezone.now(), subject={"ref": "somebody"})
            subject = Payload.objects.get(pk=decision.payload_id).subject_id
            erase_subject(
                subject_id=subject, ground="asked for", person=world.officer, now=timezone.now()
            )

    def seal():
        while not over.is_set():
            seal_once(now=timezone.now())

    def verify():
        try:
            return [fault for _ in range(ROUNDS) for fault in verify_ledger().faults]
        finally:
            over.set()

    *_, faults = together([write, erase, seal, verify])
    assert faults == []
    assert verify_ledger().counts["erased"] == ROUNDS


def test_many_workers_share_a_verification_out_and_sum_it_up_once():
    world = build_world()
    world.rule(world.open_case())
    seal_once(now=timezone.now())
    run = request_verification(whole=True, actor=SETUP, now=timezone.now())

    def work():
        for _ in range(run.parts.count()):
            check_verification_part()

    together([work] * 4)
    found = VerificationRun.objects.get()
    assert (found.state, found.fault_count) == ("done", 0)
    assert found.history.count() == 2
    assert found.counts["leaves"] == found.size
