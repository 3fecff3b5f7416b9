"""What the stand-alone verifier says of bundles, sound ones and others."""

import hashlib
from dataclasses import replace
from uuid import UUID

import pytest

from governance.evidence.writing import (
    BundleFolder,
    Document,
    Erased,
    Given,
    LogEnds,
    Withheld,
)
from governance.ledger import leaf
from tests.governance.evidence.changed import rewritten, with_line
from tests.governance.evidence.made import (
    DECISION,
    START,
    MadeLog,
    Writer,
    a_decision,
    about_decision,
    make_bundle,
    of_decision,
)


def test_a_sound_bundle_is_valid_and_says_what_was_not_checked(log, tmp_path, verifying):
    code, said = verifying(make_bundle(log, tmp_path))
    assert code == 0
    assert said.startswith("VALID.\n")
    assert f"About the decision {DECISION}" in said
    assert "commit to: rows 6, payloads 2." in said
    assert f"or name that with --key: {log.verifier}" in said
    assert "That the log was not rewritten earlier: see --checkpoint." in said


def test_given_key_checkpoint_and_witness_nothing_of_these_is_left_unchecked(
    log, tmp_path, verifying
):
    held = tmp_path / "held"
    held.write_bytes(log.checkpoint(50))
    bundle = make_bundle(log, tmp_path, cosigned=True, held=held.read_bytes(), held_size=50)
    code, said = verifying(
        bundle, "--checkpoint", held, "--key", log.verifier, "--witness", log.witness_verifier
    )
    assert code == 0
    assert "The log only grew since the checkpoint that you hold." in said
    assert "Cosigned at 2026-11-18 11:06:40 UTC by witness.test, whose key you gave." in said
    for option in ("--checkpoint", "--key", "--witness"):
        assert option not in said


@pytest.mark.parametrize("left_out", range(6))
def test_no_entry_of_an_object_can_be_left_out_before_its_last_one(
    log, tmp_path, verifying, left_out
):
    indexes = of_decision(log)
    del indexes[left_out]
    code, said = verifying(make_bundle(log, tmp_path, indexes))
    # The last entries of the case and of the verdict are ends: of these a bundle cannot tell.
    assert code == (0 if left_out in (4, 5) else 1)
    if left_out in (1, 2, 3):
        assert "an entry is left out" in said
    if left_out == 0:
        assert "No entry is about the decision" in said


def test_an_entry_of_another_object_cannot_be_smuggled_in(log, tmp_path, verifying):
    stranger = next(n for n, entry in enumerate(log.entries) if entry.content.object_seq == 3)
    code, said = verifying(make_bundle(log, tmp_path, sorted([*of_decision(log), stranger])))
    assert code == 1
    assert "after number 0 of reviews.case" in said


def test_an_entry_that_never_was_in_the_log_is_refused(log, tmp_path, verifying):
    writer = Writer()
    a_decision(writer, DECISION, UUID(int=100))

    def forged(index, entry):
        return writer.entries[of_decision(log).index(index)]

    code, said = verifying(make_bundle(log, tmp_path, change=forged))
    assert code == 1
    assert "are not those that its checkpoint was signed over" in said


def sealed_by_a_dishonest_log(change):
    """Two entries about DECISION, the second changed before it was sealed."""
    writer = Writer()
    for event in ("received", "withdrawn"):
        writer.write(f"reviews.decision.{event}", ("reviews.decision", DECISION))
    content = replace(writer.entries[1].content, **change)
    writer.entries[1] = replace(writer.entries[1], content=content, leaf=leaf.encode(content))
    return MadeLog(writer.entries)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"object_prev": b"\1" * 32}, "it follows on another one"),
        ({"object_prev": None}, "it follows on another one"),
        ({"object_seq": 3}, "an entry is left out"),
        ({"object_seq": 1, "object_prev": None}, "comes number 1"),
        ({"object_seq": 1}, "comes number 1"),
        ({"log": "another.test/log"}, "of another log"),
        ({"at": START.replace(year=1999)}, None),
    ],
)
def test_what_does_not_follow_is_refused_though_it_was_sealed(tmp_path, verifying, change, says):
    bundle = make_bundle(sealed_by_a_dishonest_log(change), tmp_path, [0, 1])
    code, said = verifying(bundle)
    assert code == (0 if says is None else 1)
    assert says is None or says in said


def test_an_object_that_is_not_listed_is_told(log, tmp_path, verifying):
    bundle = make_bundle(log, tmp_path)
    last_line_off = rewritten(
        bundle, "objects.jsonl", lambda lines: lines[: lines.rindex(b"\n", 0, -1) + 1]
    )
    code, said = verifying(last_line_off)
    assert (code, "is not in objects.jsonl" in said) == (1, True)


@pytest.mark.parametrize(
    ("row", "payload", "says"),
    [
        (Given(b'{"outcome":"grant"}'), None, "row of Entry 120 of log 1 is not the one that"),
        (None, Given(b'{"letter":"other"}', b"k" * 32), "payload of Entry 120 of log 1 is not"),
        (Erased(), None, "row of Entry 120 of log 1 is missing"),
        (None, Erased(1, 125), "No entry tells of the erasure"),
        (None, Erased(1, 999), "No entry tells of the erasure"),
        (None, Erased(2, 125), "No entry tells of the erasure"),
    ],
)
def test_content_that_was_not_entered_is_refused(log, tmp_path, verifying, row, payload, says):
    def other(index, entry):
        if index != 120:
            return entry
        return replace(entry, row=row or entry.row, payload=payload or entry.payload)

    code, said = verifying(make_bundle(log, tmp_path, change=other))
    assert code == 1
    assert says in said


def test_a_payload_under_another_key_is_refused(log, tmp_path, verifying):
    def other(index, entry):
        if entry.payload is None:
            return entry
        return replace(entry, payload=replace(entry.payload, key=b"k" * 32))

    assert verifying(make_bundle(log, tmp_path, change=other))[0] == 1


def test_withheld_content_is_counted_and_the_rest_is_valid(log, tmp_path, verifying):
    def withheld(index, entry):
        return replace(entry, row=entry.row and Withheld(), payload=entry.payload and Withheld())

    code, said = verifying(make_bundle(log, tmp_path, change=withheld))
    assert code == 0
    assert "was made for: rows 6, payloads 2." in said


def log_with_an_erasure():
    """The second of two payloads is erased by entry 7."""
    writer = Writer()
    a_decision(writer, DECISION, UUID(int=100))
    commitment = writer.entries[5].content.commitment.hex()
    for number, said in enumerate(("00" * 32, commitment)):
        body = {"commitment": said, "ground": "asked for by the person"}
        payload = ("governance.payload", UUID(int=300 + number))
        writer.write("governance.payload.erased", payload, body, b"{}", row_said=Erased())
    return MadeLog(writer.entries)


def test_an_erased_payload_is_told_with_the_day_of_its_erasure(tmp_path, verifying):
    log = log_with_an_erasure()

    def erased(index, entry):
        return replace(entry, payload=Erased(1, 7)) if index == 5 else entry

    code, said = verifying(make_bundle(log, tmp_path, range(8), change=erased))
    assert code == 0
    assert "payload of Entry 5 of log 1 was lawfully erased on 2026-11-23: asked for by" in said
    assert "tells of it: payloads 1." in said


@pytest.mark.parametrize("by", [2, 5, 6, 8])
def test_an_erasure_by_another_entry_is_refused(tmp_path, verifying, by):
    log = log_with_an_erasure()

    def erased(index, entry):
        return replace(entry, payload=Erased(1, by)) if index == 5 else entry

    assert verifying(make_bundle(log, tmp_path, range(8), change=erased))[0] == 1


def test_one_entry_erases_one_payload(tmp_path, verifying):
    log = log_with_an_erasure()

    def erased(index, entry):
        return replace(entry, payload=entry.payload and Erased(1, 7))

    code, said = verifying(make_bundle(log, tmp_path, range(8), change=erased))
    assert (code, "One entry is said to erase two payloads" in said) == (1, True)


class TestDocuments:
    """The entry 0 names a file of the bundle by its SHA-256."""

    REPORT = UUID(int=5)

    @pytest.fixture
    def check(self, tmp_path, verifying):
        def check(content, *, named="json_sha256"):
            writer = Writer()
            body = {"json_sha256": hashlib.sha256(b"report").hexdigest()}
            writer.write("governance.report.issued", ("governance.reportrun", self.REPORT), body)
            about = about_decision(kind="report", about_id=str(self.REPORT))
            document = Document("report.json", content, 1, 0, named)
            made = {"documents": [document], "about": about}
            return verifying(make_bundle(MadeLog(writer.entries), tmp_path, [0], **made))

        return check

    def test_that_is_named(self, check):
        code, said = check(b"report")
        assert (code, "files/report.json is the file that Entry 0" in said) == (0, True)

    @pytest.mark.parametrize(("content", "named"), [(b"other", "json_sha256"), (b"report", "x")])
    def test_that_is_another(self, check, content, named):
        code, said = check(content, named=named)
        assert (code, "does not name files/report.json" in said) == (1, True)


def test_objects_go_on_in_a_further_log(tmp_path, verifying):
    """The second log opens where the first could not go on; numbers and hashes continue."""
    first = Writer()
    a_decision(first, DECISION, UUID(int=100))
    second = Writer("countersign.test/log/2", heads=first.heads)
    second.write("reviews.decision.withdrawn", ("reviews.decision", DECISION), {}, b"{}")
    logs = [MadeLog(first.entries), MadeLog(second.entries, origin=second.origin)]
    folder = BundleFolder(tmp_path / "bundle")
    for log in logs:
        folder_of_log(folder, log)
    objects = [("reviews.decision", str(DECISION), 2), ("reviews.case", str(UUID(int=100)), 4)]
    for one in [*objects, ("reviews.verdict", str(UUID(int=101)), 1)]:
        folder.add_object(*one)
    folder.pack(about_decision(), [], tmp_path / "bundle.zip")
    code, said = verifying(tmp_path / "bundle.zip")
    assert code == 0
    assert "countersign.test/log/2 over 1 entries is signed" in said


def folder_of_log(folder, log):
    with folder.new_log() as part:
        for index, entry in enumerate(log.entries):
            part.add(index, entry.leaf, entry.row, entry.payload)
        keys = [{"verifier": log.verifier, "introduced_at": "2026", "retired_at": None}]
        part.finish(LogEnds(log.origin, log.checkpoint(), keys), [])


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("objects", lambda one: one | {"entries": one["entries"] + 1}, "entries are there"),
        ("objects", lambda one: one | {"id": str(UUID(int=42))}, "0 entries are there"),
        ("logs/1/entries", lambda one: one | {"index": one["index"] + 1}, ""),
        ("logs/1/entries", lambda one: one | {"leaf": one["leaf"] + " "}, "RFC 8785"),
        ("logs/1/rows", lambda one: one | {"index": 7}, "not told of where it must be"),
        ("logs/1/rows", lambda one: {"index": one["index"], "state": "lost"}, "is wrong"),
        ("logs/1/payloads", lambda one: one | {"content": "x"}, "is not the one"),
        ("logs/1/payloads", lambda one: one | {"more": 1}, "exactly the members"),
    ],
)
def test_a_changed_line_is_refused_though_all_hashes_were_made_anew(
    log, tmp_path, verifying, name, change, says
):
    bundle = with_line(make_bundle(log, tmp_path), f"{name}.jsonl", 0, change)
    code, said = verifying(bundle)
    assert code == 1
    assert says in said


def test_what_is_missing_is_named(tmp_path, verifying):
    code, said = verifying(tmp_path / "nothing.zip")
    assert (code, said.startswith("NOT CHECKED.")) == (2, True)


def test_the_same_content_gives_the_same_bytes(log, tmp_path):
    first, second = (make_bundle(log, tmp_path) for _ in range(2))
    assert first.read_bytes() == second.read_bytes()
