"""Helpers change nothing but the time: the same verdict, the same sentences, and none without them.

The verifier runs in a process of its own here, as it does for an auditor: a fork beside the threads
of a test runner would be no fork of the verifier.
"""

from __future__ import annotations

import json
import marshal
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from governance.evidence import verify_bundle
from governance.evidence.writing import Document, Erased, Withheld
from tests.governance.evidence.changed import members_of, packed, rewritten, with_line
from tests.governance.evidence.made import (
    DECISION,
    MadeLog,
    Writer,
    a_decision,
    made_log,
    make_bundle,
)
from tests.governance.evidence.test_bundle_mutations import contents_of, mutations

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="helpers are forks")

MANY = 60  # decisions on either side, so that a helper tells its entries in several messages
SCRIPT = """
import importlib.util, json, os, signal, sys
spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
verify = importlib.util.module_from_spec(spec)
sys.modules["verify"] = verify
spec.loader.exec_module(verify)

def verdict(path, helped):
    try:
        return vars(verify.verify(path, helped=helped))
    except (verify.Rejected, OSError) as fault:
        return [type(fault).__name__, str(fault)]

"""
BOTH = "print(json.dumps([[verdict(path, one) for one in (False, True)] for path in sys.argv[2:]]))"


def output_of(what: str, *paths: Path) -> str:
    """What the statements print, of the stand-alone file and these bundles."""
    command = [sys.executable, "-c", SCRIPT + what, verify_bundle.__file__, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def run(what: str, *paths: Path) -> Any:
    """The same, where they print JSON."""
    return json.loads(output_of(what, *paths))


def verdicts(*paths: Path) -> list[tuple[object, object]]:
    """Of each bundle the verdict without helpers and the one with them."""
    return run(BOTH, *paths)


@pytest.fixture(scope="module")
def many() -> MadeLog:
    return made_log(MANY)


def whole(log: MadeLog, folder: Path, **more: object) -> Path:
    return make_bundle(log, folder, range(len(log.entries)), **more)


def test_a_sound_bundle_gets_the_same_verdict(many, tmp_path):
    [(alone, helped)] = verdicts(whole(many, tmp_path))
    assert alone == helped
    assert alone["states"]["given rows"] == len(many.entries)
    assert alone["objects"]["reviews.decision"] == 2 * MANY + 1


def test_erasures_documents_and_what_is_withheld_are_told_the_same(tmp_path):
    writer, payload_said = Writer(), Erased(1, 7)
    writer.write("reviews.decision.received", ("reviews.decision", DECISION))
    at = writer.write(
        "reviews.decision.noted",
        ("reviews.decision", DECISION),
        payload=b"x",
        payload_said=payload_said,
    )
    sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    writer.write("reviews.decision.named", ("reviews.decision", DECISION), {"sha256": sha256})
    for number in range(4):
        row_said = Withheld()
        subject = ("reviews.case", UUID(int=50 + number))
        writer.write("reviews.case.opened", subject, row=b"{}", row_said=row_said)
    body = {"commitment": writer.entries[at].content.commitment.hex(), "ground": "Art. 17 GDPR"}
    writer.write("governance.payload.erased", ("governance.payload", UUID(int=9)), body)
    document = Document("x.txt", b"x", 1, 2, "sha256")
    [(alone, helped)] = verdicts(whole(MadeLog(writer.entries), tmp_path, documents=[document]))
    assert alone == helped
    assert any("was lawfully erased on" in one and "Art. 17" in one for one in alone["facts"])
    assert any("files/x.txt is the file" in one for one in alone["checked"])
    assert (alone["states"]["withheld rows"], alone["states"]["erased payloads"]) == (4, 1)


def changed(log: MadeLog, folder: Path) -> Iterator[Path]:
    """Bundles that are wrong in one place, or in two."""
    bundle, random = whole(log, folder), Random(8)
    last = len(log.entries) - 1
    # Around the places at which a helper begins a new message, and at both ends.
    for at in (0, 1, 99, 100, 101, 199, 200, last - 1, last):
        yield kept(with_line(bundle, "logs/1/rows.jsonl", at, lambda line: line | {"content": "x"}))
        yield kept(with_line(bundle, "logs/1/rows.jsonl", at, lambda line: line | {"index": 10**9}))
        yield kept(
            with_line(bundle, "logs/1/entries.jsonl", at, lambda line: line | {"leaf": "{}"})
        )
        yield kept(with_line(bundle, "logs/1/entries.jsonl", at, lambda line: line | {"index": 5}))
        for name in ("entries", "rows"):
            yield kept(
                rewritten(bundle, f"logs/1/{name}.jsonl", lambda lines, at=at: without(lines, at))
            )
            yield kept(
                rewritten(bundle, f"logs/1/{name}.jsonl", lambda lines, at=at: twice(lines, at))
            )
    for name in ("entries", "rows", "payloads"):
        yield kept(rewritten(bundle, f"logs/1/{name}.jsonl", lambda lines: lines + b"{}\n"))
        yield kept(rewritten(bundle, f"logs/1/{name}.jsonl", lambda lines: lines[:-1]))
        yield kept(rewritten(bundle, f"logs/1/{name}.jsonl", lambda _: b""))
    members = members_of(bundle)
    for name in filter(members.get, contents_of(members)):
        for mutated in mutations(members[name], 6, seed=random.randrange(99)):
            yield kept(packed({**members, name: mutated}, bundle.with_name("mutated.zip")))


def kept(path: Path) -> Path:
    """The bundle under a name of its own, for the next one gets the same."""
    return path.rename(path.with_name(f"{len(list(path.parent.iterdir()))}.zip"))


def without(lines: bytes, at: int) -> bytes:
    each = lines.splitlines(keepends=True)
    return b"".join(each[:at] + each[at + 1 :])


def twice(lines: bytes, at: int) -> bytes:
    each = lines.splitlines(keepends=True)
    return b"".join([*each[: at + 1], *each[at:]])


def test_a_changed_bundle_is_refused_with_the_same_sentence(many, tmp_path):
    both = verdicts(*changed(many, tmp_path))
    assert len(both) > 100
    assert [alone for alone, helped in both if alone != helped] == []
    refused = {json.dumps(alone) for alone, _ in both if isinstance(alone, list)}
    assert len(refused) > 50


def test_the_first_of_two_faults_is_told_whoever_finds_it(tmp_path):
    """One for each of the three hands that an entry goes through, in every order."""
    writer = Writer()
    for number in range(130):
        a_decision(writer, UUID(int=1000 + number), UUID(int=5000 + 2 * number))
    a_decision(writer, DECISION, UUID(int=100))
    faults = {
        "leaf": lambda entry: replace(entry, leaf=entry.leaf.replace(b'"v":1', b'"v":2')),
        "row": lambda entry: replace(entry, row=Erased()),
        "chain": lambda entry: replace(
            entry, leaf=writer.entries[3].leaf, row=writer.entries[3].row
        ),
    }
    bundles = []
    for first in faults:
        for second in faults:
            chosen = {303: faults[first], 307: faults[second]}

            def change(index, entry, chosen=chosen):
                return chosen[index](entry) if index in chosen else entry

            bundles.append(whole(MadeLog(writer.entries), tmp_path, change=change))
    for alone, helped in verdicts(*bundles):
        assert alone == helped
        assert alone[0] == "Rejected"
        assert "303" in alone[1]


KILLED = """
from_fork = os.fork
made = []

def fork():
    made.append(from_fork())
    return made[-1]

def killing(number, at):
    def told(self, contents, old=verify.Log._leaves):
        for n, one in enumerate(old(self, contents)):
            if n == at:
                os.kill(made[number], signal.SIGKILL)
            yield one
    return told

os.fork, old, found = fork, verify.Log._leaves, []
for number in (0, 1):
    for at in (0, 150):
        made.clear()
        verify.Log._leaves = killing(number, at)
        found.append(verdict(sys.argv[2], True))
        verify.Log._leaves = old
try:
    os.waitpid(-1, os.WNOHANG)
    found.append("a helper is left")
except ChildProcessError:
    pass
print(json.dumps(found))
"""


def test_a_helper_that_is_killed_leaves_no_verdict(tmp_path):
    """Either one, early or in the midst: there is more to tell than fits into the pipes."""
    found = run(KILLED, whole(made_log(600), tmp_path))
    # Of the first helper the second one tells, in the same words.
    assert [why for _, why in found] == ["A process that helped did not do its work."] * 4


NONSENSE = {
    "nothing": b"",
    "half a length": b"\0\0",
    "less than its length": b"\0\0\0\5abc",
    "no message": b"\0\0\0\5abcde",
    "a length beyond all": b"\xff" * 99,
    "a number": 7,
    "no end": ([], None),
    "no list": (5, ("all", "")),
    "an end of another kind": ([], ("well", "")),
    "items of another kind": ([(1, 2)], ("all", "")),
}


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE)
def test_a_helper_that_tells_nonsense_leaves_no_verdict(many, tmp_path, nonsense):
    told = nonsense
    if not isinstance(nonsense, bytes):
        told = marshal.dumps(nonsense)
        told = verify_bundle.LENGTH.pack(len(told)) + told
    what = f"""
verify.can_help = lambda size: True
verify._tell_items = lambda items, pipe: pipe.write({told!r})
try:
    code = verify.main(sys.argv[2:])
except (TypeError, ValueError):  # it goes on up and ends the verifier, without a verdict
    code = None
print(json.dumps(code))
"""
    *said, code = output_of(what, whole(many, tmp_path)).splitlines()
    if nonsense == NONSENSE["items of another kind"]:
        assert (said, code) == ([], "null")
    else:
        assert (said[0][:12], code) == ("NOT CHECKED.", "2")


def test_where_no_process_can_be_started_there_is_the_same_verdict(many, tmp_path):
    what = """
alone = verdict(sys.argv[2], False)
def none():
    raise BlockingIOError("Resource temporarily unavailable")
os.fork = none
print(json.dumps([alone, verdict(sys.argv[2], True)]))
"""
    alone, helped = run(what, whole(many, tmp_path))
    assert alone == helped
    assert alone["states"]["given rows"] == len(many.entries)


def test_a_file_that_is_replaced_in_the_midst_is_refused(many, tmp_path):
    """By the process that checks and by each helper: all read the file that was hashed."""
    what = """
def replaced(self, *given, old=verify.Log.check_entries):
    content = open(sys.argv[2], "rb").read()
    os.unlink(sys.argv[2])
    open(sys.argv[2], "wb").write(content)
    return old(self)
verify.Log.check_entries = replaced
print(json.dumps([verdict(sys.argv[2], one) for one in (False, True)]))
"""
    alone, helped = run(what, whole(many, tmp_path))
    assert alone == helped == ["Rejected", "The file was changed while it was checked."]


def test_helpers_are_for_large_bundles_in_a_process_without_threads(tmp_path):
    what = """
import threading
large, found = verify.LARGE, []
found.append([verify.can_help(large - 1), verify.can_help(large)])
end = threading.Event()
threading.Thread(target=end.wait).start()
found.append(verify.can_help(large))
end.set()
print(json.dumps(found))
"""
    several = sys.platform == "linux" and (os.cpu_count() or 1) > 1
    assert run(what) == [[False, several], False]
