"""Whose signatures a bundle's checkpoint bears, and whether its log only grew."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.evidence.writing import Stamp
from tests.governance.evidence.changed import rewritten
from tests.governance.evidence.made import MadeLog, made_log, make_bundle, of_decision


class TestHeldCheckpoint:
    """The auditor keeps the one over 50 entries."""

    @pytest.fixture
    def check(self, log, tmp_path, verifying):
        def check(kept, **made):
            (tmp_path / "held").write_bytes(kept)
            bundle = make_bundle(log, tmp_path, **made)
            return verifying(bundle, "--checkpoint", tmp_path / "held")

        return check

    def test_of_this_very_size(self, log, check):
        assert check(log.checkpoint())[0] == 0

    def test_that_the_bundle_was_made_with(self, log, check):
        held = log.checkpoint(50)
        assert check(held, held=held, held_size=50)[0] == 0

    def test_over_nothing(self, log, check):
        held = log.checkpoint(0)
        assert check(held, held=held, held_size=0)[0] == 0

    def test_that_the_bundle_knows_nothing_of(self, log, check):
        code, said = check(log.checkpoint(50))
        assert (code, said.startswith("NOT ALL CHECKED.")) == (2, True)
        assert "Ask for a bundle that is made with it" in said

    def test_that_is_newer_than_the_bundle(self, log, check):
        code, said = check(log.checkpoint(), indexes=of_decision(log), size=200)
        assert (code, "is newer than this bundle" in said) == (2, True)

    def test_of_another_log(self, log, check):
        code, said = check(made_log(0, origin="another.test/log").checkpoint())
        assert (code, "that of another.test/log" in said) == (2, True)

    def test_that_another_key_signed(self, log, check):
        code, said = check(made_log(0).checkpoint(3))
        assert (code, "not signed by the log's key" in said) == (1, True)

    @pytest.mark.parametrize("size", [50, 246])
    def test_of_a_fork(self, log, check, size):
        other = made_log(key=log.key)
        other.entries = [*other.entries[:10], other.entries[11], *other.entries[11:]]
        fork = MadeLog(other.entries, key=log.key).checkpoint(size)
        enclosed = {} if size == 246 else {"held": log.checkpoint(50), "held_size": 50}
        code, said = check(fork, **enclosed)
        assert (code, "The log was forked" in said) == (1, True)

    def test_of_a_fork_cannot_be_proved_by_who_made_the_bundle(self, log, check):
        fork = MadeLog(log.entries[1:], key=log.key).checkpoint(50)
        code, said = check(fork, held=fork, held_size=50)
        assert (code, "The log was rewritten" in said) == (1, True)


def test_the_whole_tree_rebuilt_under_a_new_key_is_found_by_who_holds_the_old_one(
    tmp_path, log, verifying
):
    rebuilt = made_log()
    bundle = make_bundle(rebuilt, tmp_path)
    assert verifying(bundle)[0] == 0
    code, said = verifying(bundle, "--key", log.verifier)
    assert (code, "signed by none of the keys that you gave" in said) == (1, True)


def test_a_key_of_another_log_does_not_count(log, tmp_path, verifying):
    key = made_log(0, origin="another.test/log").verifier
    code, said = verifying(make_bundle(log, tmp_path), "--key", key)
    assert (code, "You gave no key of countersign.test/log" in said) == (1, True)


@pytest.mark.parametrize("cosigned", [False, True])
def test_a_witness_that_did_not_cosign_is_missed(log, tmp_path, verifying, cosigned):
    stranger = made_log(0).witness_verifier
    bundle = make_bundle(log, tmp_path, cosigned=cosigned)
    code, said = verifying(bundle, "--witness", stranger)
    assert (code, "witness.test did not cosign" in said) == (1, True)


def test_a_cosignature_on_another_checkpoint_is_refused(log, tmp_path, verifying):
    note = log.checkpoint(50, cosigned=True).splitlines()[-1] + b"\n"
    bundle = make_bundle(log, tmp_path)
    bundle = rewritten(bundle, "logs/1/checkpoint", lambda checkpoint: checkpoint + note)
    code, said = verifying(bundle)
    assert (code, "signature of witness.test does not verify" in said) == (1, True)


def test_a_line_of_an_unknown_key_is_passed_over(log, tmp_path, verifying):
    line = made_log(0, key=Ed25519PrivateKey.generate()).checkpoint().splitlines()[-1] + b"\n"
    bundle = make_bundle(log, tmp_path)
    bundle = rewritten(bundle, "logs/1/checkpoint", lambda checkpoint: checkpoint + line)
    assert verifying(bundle)[0] == 0


def test_a_time_stamp_must_be_of_this_checkpoint(log, tmp_path, verifying):
    note = log.checkpoint()
    token = b"DER" + hashlib.sha256(note).digest() + b"signed"
    code, said = verifying(make_bundle(log, tmp_path, stamp=Stamp(token, note), cosigned=True))
    assert (code, "openssl ts -verify" in said) == (0, True)
    for stamp in (Stamp(b"DER", note), Stamp(token, log.checkpoint(50))):
        code, said = verifying(make_bundle(log, tmp_path, stamp=stamp))
        assert (code, "The time stamp is of another checkpoint" in said) == (1, True)
