"""Asking witnesses over HTTP: their answers are checked, and a disagreement is an alarm."""

from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.ledger import cosignature
from governance.ledger.checkpoint import Checkpoint as Tree
from governance.ledger.merkle import EMPTY_ROOT, ProofRejected, verify_consistency
from governance.ledger.note import SignedNote
from governance.models import Actor, Cosignature, LedgerAlarm, Witness
from governance.services.sealing import seal_once
from governance.services.witness_push import MAX_ANSWER_BYTES, Said, push_newest_checkpoint
from governance.services.witnesses import distrust_witness
from governance.tasks import ask_witnesses
from tests.factories import NOON
from tests.governance.ledger.sealed import cosigned_by, new_witness
from tests.governance.ledger.sealing_world import enter_some
from tests.governance.ledger.served_log import ServedLog, serving

pytestmark = pytest.mark.django_db

SETUP = Actor.system("setup")
NOW = int(NOON.timestamp())


@dataclass
class Protocol:
    """A witness as C2SP tlog-witness describes it, of one log. `faked`: an answer instead."""

    key: Ed25519PrivateKey | None = None
    row: Witness | None = None
    size: int = 0
    root: bytes = EMPTY_ROOT
    faked: tuple[int, str, bytes] | None = None
    requests: int = 0

    def answer(self, body: bytes) -> tuple[int, str, bytes]:
        self.requests += 1
        if self.faked:
            return self.faked
        request = cosignature.parse_add_checkpoint(body)
        text = SignedNote.parse(request.note).text
        tree = Tree.parse(text)
        if request.old_size > tree.size:
            return 400, "text/plain", b""
        if request.old_size != self.size:
            return 409, "text/x.tlog.size", b"%d\n" % self.size
        if self.size == tree.size and self.root != tree.root:
            return 409, "text/x.tlog.size", b"%d\n" % self.size
        try:
            verify_consistency(
                old_size=self.size,
                old_root=self.root,
                new_size=tree.size,
                new_root=tree.root,
                proof=request.proof,
            )
        except ProofRejected:
            return 422, "text/plain", b""
        self.size, self.root = tree.size, tree.root
        line = cosignature.cosign(text, str(self.row), self.key, NOW)
        return 200, "text/plain", b"\xe2\x80\x94 stranger.example AAAAAAAA\n" + str(line).encode()


@pytest.fixture
def protocol():
    """A trusted witness that can be asked."""
    protocol, server = Protocol(), ServedLog()
    server.answers["prefix/add-checkpoint"] = protocol.answer
    with serving(server):
        protocol.row, protocol.key = new_witness("witness.example", f"{server.url}/prefix/")
        yield protocol


def grow(count=3):
    enter_some(count)
    return seal_once(now=NOON)


def push():
    [reply] = push_newest_checkpoint(actor=SETUP, now=NOON)
    return reply


def disputes():
    return list(LedgerAlarm.objects.open().filter(kind=LedgerAlarm.Kind.DISPUTED))


def test_a_witness_cosigns_what_grows(protocol):
    for count, requests in ((3, 1), (300, 2), (5, 3)):
        checkpoint = grow(count)
        assert push().said is Said.COSIGNED
        assert Cosignature.objects.get(checkpoint=checkpoint).witness == protocol.row
        assert protocol.requests == requests
    assert push().said is Said.COSIGNED
    assert protocol.requests == 3, "what is cosigned is not asked for again"


def test_a_witness_that_stands_elsewhere_says_so_and_is_asked_from_there(protocol):
    first = grow()
    protocol.size, protocol.root = first.size, bytes(first.root)
    grow(300)

    assert push().said is Said.COSIGNED
    assert protocol.requests == 2


def test_it_is_asked_from_what_it_cosigned_last(protocol):
    first = grow()
    cosigned_by(first, protocol.row, protocol.key)
    protocol.size, protocol.root = first.size, bytes(first.root)
    grow(300)

    push()
    assert protocol.requests == 1


def lose(size):
    def lost(protocol, checkpoint):
        protocol.size, protocol.root = checkpoint.size + size, bytes(32)

    return lost


@pytest.mark.parametrize("other_history", [lose(-1), lose(0), lose(1)])
def test_another_history_is_an_alarm_until_it_is_settled(protocol, other_history):
    checkpoint = grow()
    other_history(protocol, checkpoint)

    reply = push()
    assert reply.said is Said.OTHER_HISTORY
    [alarm] = disputes()
    assert reply.detail in alarm.detail
    assert "witness.example" in alarm.detail
    assert not Cosignature.objects.exists()
    push()
    assert disputes() == [alarm]

    protocol.faked = (503, "text/plain", b"")
    push()
    assert disputes() == [alarm], "silence settles nothing"
    protocol.faked = None
    protocol.size, protocol.root = 0, EMPTY_ROOT
    assert push().said is Said.COSIGNED
    assert disputes() == []


def test_a_witness_that_is_dismissed_disputes_nothing(protocol):
    lose(0)(protocol, grow())
    push()
    distrust_witness(witness=protocol.row, actor=SETUP, now=NOON)

    assert push_newest_checkpoint(actor=SETUP, now=NOON) == []
    assert disputes() == []


def signature_by_another(checkpoint):
    text = SignedNote.parse(bytes(checkpoint.note)).text
    return str(cosignature.cosign(text, "witness.example", Ed25519PrivateKey.generate(), NOW))


FAKED = {
    "not found": lambda _: (404, "text/plain", b""),
    "not permitted": lambda _: (403, "text/plain", b""),
    "led elsewhere": lambda _: (307, "text/plain", b""),
    "a fault of its own": lambda _: (500, "text/plain", b""),
    "nothing": lambda _: (200, "text/plain", b""),
    "no lines": lambda _: (200, "text/html", b"<html>\n"),
    "no text": lambda _: (200, "text/plain", b"\xff\xfe"),
    "too much": lambda _: (200, "text/plain", b"x" * (MAX_ANSWER_BYTES + 1)),
    "another's line": lambda row: (200, "text/plain", signature_by_another(row).encode()),
    "a conflict without a size": lambda _: (409, "text/plain", b""),
    "a conflict with an odd size": lambda _: (409, "text/x.tlog.size", b"-1\n"),
    "a conflict that is none": lambda _: (409, "text/x.tlog.size", b"0\n"),
    "the same conflict twice": lambda _: (409, "text/x.tlog.size", b"1\n"),
}


@pytest.mark.parametrize("faked", FAKED.values(), ids=FAKED)
def test_what_is_no_cosignature_is_kept_nowhere(protocol, faked):
    protocol.faked = faked(grow())

    assert push().said is Said.NOTHING
    assert not Cosignature.objects.exists()
    assert disputes() == []
    assert protocol.requests <= 2


def test_one_that_is_not_there_hinders_no_other(protocol):
    absent, _ = new_witness("absent.example", "http://127.0.0.1:9")
    grow()

    said = {reply.witness: reply.said for reply in push_newest_checkpoint(actor=SETUP, now=NOON)}
    assert said == {absent: Said.NOTHING, protocol.row: Said.COSIGNED}


def test_an_address_that_may_not_be_called_any_more_is_not(protocol, settings):
    grow()
    settings.COUNTERSIGN_WITNESS_HOSTS = ()

    assert push().said is Said.NOTHING
    assert protocol.requests == 0


def test_without_a_checkpoint_or_an_address_nobody_is_asked(protocol):
    assert push_newest_checkpoint(actor=SETUP, now=NOON) == []
    distrust_witness(witness=protocol.row, actor=SETUP, now=NOON)
    new_witness("comes-by-itself.example")
    grow()
    assert push_newest_checkpoint(actor=SETUP, now=NOON) == []
    assert protocol.requests == 0


def test_the_task_asks(protocol):
    grow()
    ask_witnesses()
    assert protocol.requests == 1
