"""The verifier as the maker of a bundle runs it."""

import sys

import pytest

from governance.evidence.outside import NotAccepted, check_as_outsider
from tests.governance.evidence.changed import with_line
from tests.governance.evidence.made import make_bundle


@pytest.fixture
def bundle(log, tmp_path):
    return make_bundle(log, tmp_path)


def test_a_sound_bundle_is_accepted(bundle):
    check_as_outsider(bundle)


def test_another_one_is_refused_with_the_verifiers_sentence(bundle):
    changed = with_line(bundle, "logs/1/rows.jsonl", 0, lambda line: line | {"content": "\u2014"})
    with pytest.raises(NotAccepted) as refusal:
        check_as_outsider(changed)
    assert str(refusal.value) == (
        "The row of Entry 120 of log 1 is not the one that the entry commits to."
    )


def test_what_could_not_be_checked_is_not_accepted(tmp_path):
    with pytest.raises(OSError, match=r"no verdict: NOT CHECKED\. .*No such file"):
        check_as_outsider(tmp_path / "nothing.zip")


@pytest.mark.parametrize("python", ["/bin/false", "/bin/true", "/nowhere/python"])
def test_a_verifier_that_gives_no_verdict_accepts_nothing(bundle, monkeypatch, python):
    monkeypatch.setattr(sys, "executable", python)
    with pytest.raises(OSError, match=r"no verdict|/nowhere/python"):
        check_as_outsider(bundle)
