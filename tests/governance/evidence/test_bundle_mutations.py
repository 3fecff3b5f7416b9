"""However a bundle is changed, byte by byte, the verifier refuses it with a sentence."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from governance.evidence import verify_bundle
from tests.governance.evidence.changed import members_of, packed, signed_off
from tests.governance.evidence.made import MadeLog, made_log, make_bundle

FEW, MANY = 2_000, 1_000_000
# Nothing in these is bound by the log: who has only the file must compare it as a whole.
FREE = {"manifest.json", "keys.json", "README.txt", "verify.py"}


@pytest.fixture(scope="module")
def small() -> MadeLog:
    return made_log(3)


@pytest.fixture
def bundle(small: MadeLog, tmp_path: Path) -> Path:
    held = small.checkpoint(11)
    return make_bundle(small, tmp_path, held=held, held_size=11)


def is_refused(path: Path) -> bool:
    """Anything but a verdict or a Rejected goes on up and fails the test."""
    try:
        verify_bundle.verify(str(path))
    except verify_bundle.Rejected as fault:
        return bool(str(fault))
    return False


def mutations(content: bytes, number: int, seed: int) -> Iterator[bytes]:
    """One byte changed, a byte more or less, two places swapped, or the end cut off."""
    random = Random(seed)
    for _ in range(number):
        at, other = random.randrange(len(content)), random.randrange(len(content))
        match random.randrange(10):
            case 0:
                mutated = content[:at] + content[at + 1 :]
            case 1:
                mutated = content[:at] + random.randbytes(1) + content[at:]
            case 2:
                mutated = content[:at]
            case 3:
                first, last = sorted((at, other))
                cut = content[first : first + 8], content[last : last + 8]
                mutated = content[:first] + cut[1] + content[first + 8 : last] + cut[0]
                mutated += content[last + 8 :]
            case _:
                flipped = content[at] ^ random.randrange(1, 256)
                mutated = content[:at] + bytes([flipped]) + content[at + 1 :]
        if mutated != content:
            yield mutated


def refused_share(bundle: Path, number: int) -> tuple[int, int]:
    tried = refused = 0
    for mutated in mutations(bundle.read_bytes(), number, seed=15):
        bundle.write_bytes(mutated)
        tried, refused = tried + 1, refused + is_refused(bundle)
    return tried, refused


def test_every_mutation_of_the_file_is_refused(bundle):
    tried, refused = refused_share(bundle, FEW)
    assert tried > 0.99 * FEW
    assert refused == tried


@pytest.mark.long
def test_each_of_a_million_mutations_of_the_file_is_refused(bundle):
    tried, refused = refused_share(bundle, MANY)
    assert tried > 0.99 * MANY
    assert refused == tried


def test_every_byte_of_the_container_counts_though_its_hash_is_made_anew(bundle):
    """All bytes around the members, one by one: heads, directory, end."""
    content, inside = bundle.read_bytes()[:-64], set()
    for start, size, _ in verify_bundle.Container(str(bundle)).members.values():
        inside |= set(range(start, start + size))
    places = [at for at in range(len(content) - 2) if at not in inside]
    assert len(places) > 500
    for at in places:
        changed = content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :]
        assert is_refused(signed_off(bundle, changed)), at


def contents_of(members: dict[str, bytes]) -> list[str]:
    return [name for name in sorted(members) if name not in FREE]


def test_every_file_is_the_one_that_the_manifest_names(bundle):
    members = members_of(bundle)
    content, random = bundle.read_bytes()[:-64], Random(3)
    for name, (start, size, _) in verify_bundle.Container(str(bundle)).members.items():
        if name != "manifest.json":
            at = start + random.randrange(size)
            changed = content[:at] + bytes([content[at] ^ 8]) + content[at + 1 :]
            assert is_refused(signed_off(bundle, changed)), name
    assert len(members) > 10


@pytest.mark.parametrize(
    "number", [pytest.param(60, id="few"), pytest.param(5_000, marks=pytest.mark.long)]
)
def test_no_mutation_of_evidence_passes_though_all_hashes_are_made_anew(bundle, number):
    members, passed = members_of(bundle), []
    assert len(contents_of(members)) == 8
    for name in contents_of(members):
        for mutated in mutations(members[name], number, seed=4):
            path = packed({**members, name: mutated}, bundle)
            if not is_refused(path) and not says_the_same(members[name], mutated):
                passed.append((name, mutated))
    assert passed == []


def says_the_same(content: bytes, mutated: bytes) -> bool:
    """Whether both hold the same JSON: between its parts one blank is as good as another."""
    try:
        return documents(content) == documents(mutated)
    except ValueError:
        return False


def documents(content: bytes) -> list[object]:
    """What stands in a file of JSON, or of one JSON document a line."""
    try:
        return [json.loads(content)]
    except ValueError:
        return [json.loads(line) for line in content.split(b"\n") if line.strip()]


def test_mutations_of_the_rest_pass_or_are_refused_with_a_sentence(bundle):
    members, judged = members_of(bundle), 0
    for name in sorted(FREE):
        for mutated in mutations(members[name][:3_000], 60, seed=5):
            whole = mutated + members[name][3_000:]
            if name == "manifest.json":
                changed = {**members, name: whole}
                judged += judge_manifest(changed, bundle)
            else:
                is_refused(packed({**members, name: whole}, bundle))
                judged += 1
    assert judged > 200


def judge_manifest(members: dict[str, bytes], path: Path) -> int:
    """The manifest as it is, for `packed` would write it anew."""
    with zipfile.ZipFile(path, "w") as zipped:
        for name in sorted(members):
            member = zipfile.ZipInfo(name)
            member.external_attr = 0o644 << 16
            zipped.writestr(member, members[name])
    is_refused(signed_off(path, path.read_bytes()))
    return 1


def test_a_changed_file_is_told_by_its_own_hash(bundle, small):
    digest = hashlib.sha256(bundle.read_bytes()).hexdigest()
    assert f"SHA-256 of the file: {digest}" in verify_bundle.verify(str(bundle)).facts
