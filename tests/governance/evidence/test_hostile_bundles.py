"""Bundles that are made to harm the verifier, or to show two readers two contents."""

import json
import struct
import zipfile

import pytest

from governance.evidence import verify_bundle
from tests.governance.evidence.changed import members_of, packed, rewritten, signed_off, with_line
from tests.governance.evidence.made import make_bundle

NAMES = [
    "../verify.py",
    "/etc/passwd",
    "logs/1/../../evil",
    "files/../verify.py",
    "files/.hidden",
    "logs/0/checkpoint",
    "logs/100/checkpoint",
    "LOGS/1/checkpoint",
    "logs\\1\\checkpoint",
    "surprise",
    "",
]


@pytest.fixture
def bundle(log, tmp_path):
    return make_bundle(log, tmp_path)


def zipped(path, members, **changes):
    """A zip as Python writes it, from (name, content) pairs, with attributes of ZipInfo changed."""
    with zipfile.ZipFile(path, "w") as target:
        for name, content in members:
            member = zipfile.ZipInfo(name)
            member.external_attr = 0o644 << 16
            for key, value in changes.items():
                setattr(member, key, value)
            target.writestr(member, content)
    return signed_off(path, path.read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_a_member_of_another_name_is_refused(bundle, verifying, name):
    members = sorted([*members_of(bundle).items(), (name, b"x")])
    code, said = verifying(zipped(bundle, members))
    assert code == 1
    assert said.startswith("NOT VALID. ")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(bundle, verifying):
    members = sorted([*members_of(bundle).items(), ("manifest.json", b"{}")])
    code, said = verifying(zipped(bundle, members))
    assert (code, "is there twice" in said) == (1, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"compress_type": zipfile.ZIP_DEFLATED},
        {"date_time": (2026, 1, 1, 0, 0, 0)},
        {"extra": b"\x01\x00\x00\x00"},
        {"comment": b"x"},
        {"external_attr": 0o777 << 16},
        {"create_system": 0},
    ],
)
def test_a_zip_that_is_not_plain_is_refused(bundle, verifying, changes):
    assert verifying(zipped(bundle, sorted(members_of(bundle).items()), **changes))[0] == 1


def test_nothing_is_unpacked_from_a_bomb(bundle, verifying):
    """A member of a thousand times its stored size: the size that it claims is refused."""
    members = [("manifest.json", b"0" * 50_000_000)]
    code, said = verifying(zipped(bundle, members, compress_type=zipfile.ZIP_DEFLATED))
    assert (code, "is not plain" in said) == (1, True)


def test_a_document_beyond_its_limit_is_not_read(bundle, verifying):
    large = rewritten(bundle, "keys.json", lambda _: b" " * (verify_bundle.MAX_DOCUMENT + 1))
    code, said = verifying(large)
    assert (code, "keys.json is too large" in said) == (1, True)


def test_a_line_beyond_its_limit_is_not_read(bundle, verifying, monkeypatch):
    monkeypatch.setattr(verify_bundle, "MAX_LINE", 1_000)
    large = rewritten(bundle, "objects.jsonl", lambda _: b"x" * 1_001 + b"\n")
    code, said = verifying(large)
    assert (code, "line that is too long" in said) == (1, True)


def test_bytes_between_or_before_the_members_are_refused(bundle, verifying):
    content = bundle.read_bytes()[:-64]
    for changed in (b"MZ" + content, content[:-22] + b"more" + content[-22:]):
        assert verifying(signed_off(bundle, changed))[0] == 1


def test_an_end_that_promises_more_is_refused(bundle, verifying):
    content = bundle.read_bytes()[:-64]
    for end in (
        struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 65_535, 65_535, 2**32 - 1, 2**32 - 1, 64),
        struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0, 0, 0, 0, 64),
        b"\xff" * 22,
    ):
        assert verifying(signed_off(bundle, content[:-22] + end))[0] == 1


@pytest.mark.parametrize("size", [0, 1, 63, 64, 85, 86, 87, 200])
def test_a_short_file_is_refused(tmp_path, verifying, size):
    path = tmp_path / "short.zip"
    path.write_bytes(b"P" * size)
    assert verifying(path)[0] == 1
    if size > 64:
        assert verifying(signed_off(path, b"P" * size))[0] == 1


DEEP = "[" * 100_000
ODD_JSON = [
    DEEP,
    '{"index":' + DEEP,
    '{"index":' + "9" * 5_000 + ',"leaf":"{}"}',
    '{"index":9007199254740992,"leaf":"{}"}',
    '{"index":-1,"leaf":"{}"}',
    '{"index":1.0,"leaf":"{}"}',
    '{"index":1e400,"leaf":"{}"}',
    '{"index":NaN,"leaf":"{}"}',
    '{"index":true,"leaf":"{}"}',
    '{"index":"1","leaf":"{}"}',
    '{"index":1,"index":1,"leaf":"{}"}',
    '{"index":1,"leaf":"\\ud800"}',
    '{"index":1,"leaf":null}',
    '{"index":1,"leaf":"[]"}',
    '{"index":1,"leaf":"{}"} {}',
    "[]",
    "null",
    "",
    "\ufeff{}",
    "\x00",
]


@pytest.mark.parametrize("line", ODD_JSON, ids=range(len(ODD_JSON)))
@pytest.mark.parametrize("name", ["entries", "rows", "payloads"])
def test_an_odd_line_is_refused_with_a_sentence(bundle, verifying, name, line):
    odd = rewritten(bundle, f"logs/1/{name}.jsonl", lambda _: line.encode() + b"\n")
    code, said = verifying(odd)
    assert code == 1
    assert said.startswith("NOT VALID. ")
    assert said.isprintable() or said.count("\n") == 2


def of_leaf(change, **form):
    """The first entry with its leaf changed."""

    def anew(line):
        leaf = change(json.loads(line["leaf"]))
        text = json.dumps(leaf, sort_keys=True, separators=(",", ":"), **form)
        return line | {"leaf": text}

    return anew


@pytest.mark.parametrize(
    "change",
    [
        lambda leaf: leaf | {"more": 1},
        lambda leaf: {key: leaf[key] for key in leaf if key != "nonce"},
        lambda leaf: leaf | {"v": True},
        lambda leaf: leaf | {"v": 2},
        lambda leaf: leaf | {"log": "another.test/log"},
        lambda leaf: leaf | {"body": [1]},
        lambda leaf: leaf | {"body": {"a": "\ud800"}},
        lambda leaf: leaf | {"body": {"a": 1.5}},
        lambda leaf: leaf | {"body": {"a": "x" * 70_000}},
        lambda leaf: leaf | {"subject": {"type": ["a"], "id": "b"}},
        lambda leaf: leaf | {"subject": None},
        lambda leaf: leaf | {"history": {"id": 1, "commitment": 2}},
        lambda leaf: leaf | {"commitment": "x"},
        lambda leaf: leaf | {"commitment": None},
        lambda leaf: leaf | {"history": None},
        lambda leaf: leaf | {"object_seq": 0},
        lambda leaf: leaf | {"object_prev": "00" * 32},
        lambda leaf: leaf | {"at": "yesterday"},
        lambda leaf: leaf | {"at": "\uff12\uff10\uff12\uff16-11-23T12:00:00.000000Z"},
        lambda leaf: leaf | {"nonce": ""},
        lambda leaf: [leaf],
    ],
)
@pytest.mark.parametrize("ensure_ascii", [False, True])
def test_an_odd_leaf_is_refused_with_a_sentence(bundle, verifying, change, ensure_ascii):
    anew = of_leaf(change, ensure_ascii=ensure_ascii)
    code, said = verifying(with_line(bundle, "logs/1/entries.jsonl", 0, anew))
    assert (code, said[:11]) == (1, "NOT VALID. ")


ODD_NOTES = [
    b"",
    b"\n\n",
    b"\xff\n\n",
    b"countersign.test/log\n246\n",
    "countersign.test/log\n246\nAAAA\n\n\u2014 x AAAAAAAA\n".encode(),
    b"countersign.test/log\n9999999999999999\n" + b"A" * 43 + "=\n\n\u2014 x AAAAAAAA\n".encode(),
    ("countersign.test/log\n2\n" + "A" * 43 + "=\n\n" + "\u2014 x AAAAAAAA\n" * 101).encode(),
]


@pytest.mark.parametrize("note", ODD_NOTES, ids=range(len(ODD_NOTES)))
def test_an_odd_checkpoint_is_refused_with_a_sentence(bundle, tmp_path, verifying, note):
    assert verifying(rewritten(bundle, "logs/1/checkpoint", lambda _: note))[0] == 1
    (tmp_path / "held").write_bytes(note)
    code, said = verifying(bundle, "--checkpoint", tmp_path / "held")
    assert code in (1, 2)
    assert said.startswith("NOT ")


@pytest.mark.parametrize(
    "key", ["", "+", "a+b+c", "name+00000000+" + "A" * 44, "a+" * 99, "\ud800+0+0", "é+1+é"]
)
def test_an_odd_key_is_refused_with_a_sentence(bundle, verifying, key):
    for option in ("--key", "--witness"):
        assert verifying(bundle, option, key)[0] == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "something-else"),
        ("version", 2),
        ("about", {"kind": "decision"}),
        ("about", {"kind": "person", "id": "0" * 8, "start": None, "end": None}),
        ("logs", []),
        ("logs", [{"origin": "countersign.test/log"}] * 2),
        ("logs", [{"origin": "another.test/log"}]),
        ("logs", "countersign.test/log"),
        ("documents", [{"file": "verify.py", "log": 1, "entry": 1, "field": "x"}]),
        ("documents", [{"file": "files/none", "log": 1, "entry": 1, "field": "x"}]),
        ("left_out", {}),
        ("made_at", "x"),
        ("surprise", 1),
    ],
)
def test_an_odd_manifest_is_refused_with_a_sentence(bundle, verifying, name, value):
    members = members_of(bundle)
    members["manifest.json"] = json.dumps(
        json.loads(members["manifest.json"]) | {name: value}
    ).encode()
    code, said = verifying(packed(members, bundle))
    assert (code, said[:11]) == (1, "NOT VALID. ")


def test_what_an_auditor_reads_holds_no_control_characters(bundle, verifying):
    members = members_of(bundle)
    manifest = json.loads(members["manifest.json"]) | {
        "left_out": ["\x1b[2J\x07 all is \u202e well"]
    }
    members["manifest.json"] = json.dumps(manifest).encode()
    code, said = verifying(packed(members, bundle))
    assert code == 0
    assert "as its maker says: \ufffd[2J\ufffd all is \ufffd well" in said


@pytest.mark.parametrize("missing", ["keys.json", "objects.jsonl", "logs/1/proof.bin"])
def test_a_bundle_without_one_of_its_files_is_refused(bundle, verifying, missing):
    members = members_of(bundle)
    del members[missing]
    code, said = verifying(packed(members, bundle))
    assert (code, f"holds no {missing}" in said) == (1, True)


def test_a_file_that_no_manifest_names_is_refused(bundle, verifying):
    members = sorted([*members_of(bundle).items(), ("files/more", b"x")])
    code, said = verifying(zipped(bundle, members))
    assert (code, "not those of its manifest" in said) == (1, True)
    members_by_name = members_of(bundle) | {"files/more": b"x"}
    code, said = verifying(packed(members_by_name, bundle))
    assert (code, "does not say what files/more belongs to" in said) == (1, True)
