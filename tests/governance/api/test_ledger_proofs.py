"""Checkpoints and proofs through the API: they hold, they are bounded, and faults are named."""

from uuid import uuid4

import pytest

from governance.api import ledger_examples
from governance.ids import uuid7
from governance.ledger.checkpoint import Checkpoint, open_checkpoint
from governance.ledger.merkle import verify_consistency, verify_inclusion
from governance.ledger.note import SignedNote
from governance.ledger.signing import verifier_keys
from governance.ledger.tree_rows import current_log
from governance.models import Leaf, LedgerEntry, Refusal
from governance.services.integrating import integrate
from governance.services.sealing import seal_once
from tests.factories import NOON, build_world, make_person
from tests.governance.api.calling import Caller
from tests.governance.api.expected import Expected, check_refused, invalid, unfit
from tests.governance.ledger.sealed import cosigned_by, new_witness
from tests.governance.ledger.sealing_world import enter_some

pytestmark = pytest.mark.django_db

INCLUSION, CONSISTENCY = "ledger/proofs/inclusion", "ledger/proofs/consistency"


@pytest.fixture
def auditor():
    return Caller(person=make_person(roles=["auditor"]))


@pytest.fixture
def checkpoints():
    """Published at a few sizes, beyond one full tile."""
    published = []
    for count in (5, 250, 20):
        enter_some(count)
        published.append(seal_once(now=NOON))
    return published


@pytest.fixture
def few():
    """Published once, with a few leaves more than 6."""
    enter_some(7)
    seal_once(now=NOON)


def unhex(hashes):
    return [bytes.fromhex(one) for one in hashes]


def check_inclusion(body):
    verify_inclusion(
        leaf=bytes.fromhex(body["leaf_hash"]),
        index=body["index"],
        size=body["tree"]["size"],
        proof=unhex(body["hashes"]),
        root=bytes.fromhex(body["tree"]["root_hash"]),
    )


def check_consistency(body):
    verify_consistency(
        old_size=body["old"]["size"],
        old_root=bytes.fromhex(body["old"]["root_hash"]),
        new_size=body["new"]["size"],
        new_root=bytes.fromhex(body["new"]["root_hash"]),
        proof=unhex(body["hashes"]),
    )


def state_in(note):
    log = current_log()
    state, _ = open_checkpoint(note.encode(), log.origin, verifier_keys(log))
    return {"size": state.size, "root_hash": state.root.hex()}


def test_an_entrys_proof_leads_to_the_newest_signed_root(checkpoints, auditor):
    for index in (0, 255, 256, checkpoints[-1].size - 1):
        leaf = Leaf.objects.get(index=index)
        body = auditor.get(f"{INCLUSION}?entry={leaf.entry_id}").body

        check_inclusion(body)
        assert (body["entry"], body["index"]) == (str(leaf.entry_id), index)
        entry = LedgerEntry.objects.get(pk=leaf.entry_id)
        assert body["leaf_hash"] == bytes(entry.leaf_hash).hex()
        assert auditor.get(f"{INCLUSION}?index={index}").body == body
        tree = body["tree"]
        assert state_in(tree.pop("checkpoint")) == tree
        assert tree["size"] == checkpoints[-1].size


def test_a_proof_can_be_had_in_every_published_tree(checkpoints, auditor):
    first, second, newest = (checkpoint.size for checkpoint in checkpoints)
    for size in (first, first + 1, second, newest):
        body = auditor.get(f"{INCLUSION}?index=2&size={size}").body
        check_inclusion(body)
        assert (body["tree"]["checkpoint"] is None) == (size == first + 1)


def test_the_log_is_shown_to_have_only_grown(checkpoints, auditor):
    first, second, newest = (checkpoint.size for checkpoint in checkpoints)
    for old, new in ((0, newest), (first, second), (second, newest), (7, 260), (newest, newest)):
        body = auditor.get(f"{CONSISTENCY}?old={old}&new={new}").body
        check_consistency(body)
        assert (body["old"]["size"], body["new"]["size"]) == (old, new)
    newest_known = auditor.get(f"{CONSISTENCY}?old={first}").body
    check_consistency(newest_known)
    assert newest_known["new"]["size"] == newest
    for tree in (newest_known["old"], newest_known["new"]):
        assert state_in(tree.pop("checkpoint")) == tree


def test_checkpoints_are_listed_newest_first_page_by_page(checkpoints, auditor):
    cosigned_by(checkpoints[1], *new_witness("witness.example"))

    page = auditor.get("ledger/checkpoints?page_size=2").body
    newest, middle = page["results"]
    [oldest] = auditor.get(page["next"].removeprefix("http://testserver")).body["results"]
    shown = [newest, middle, oldest]
    assert [one["size"] for one in shown] == [one.size for one in reversed(checkpoints)]
    for one in shown:
        assert state_in(one["note"]) == {"size": one["size"], "root_hash": one["root_hash"]}
    assert [one["witness"] for one in middle["cosignatures"]] == ["witness.example"]
    assert len(SignedNote.parse(middle["note"].encode()).signatures) == 2
    assert (newest["cosignatures"], newest["timestamp"]) == ([], None)


def test_entries_say_their_place_in_the_tree(auditor):
    enter_some(2)
    seal_once(now=NOON)
    [waits] = enter_some(1)

    shown = {one["id"]: one["leaf_index"] for one in auditor.get("ledger/entries").body["results"]}
    assert shown.pop(str(waits)) is None
    sealed = Leaf.objects.filter(entry_id__in=shown).values_list("entry_id", "index")
    assert shown.items() >= {(str(entry_id), index) for entry_id, index in sealed}


@pytest.mark.parametrize("who", ["reviewer", "system-owner", "key", "nobody"])
def test_proofs_are_for_those_who_may_see_the_ledger(few, who):
    if who == "key":
        caller = Caller(key=build_world().key)
    else:
        person = make_person(roles=[who]) if who != "nobody" else None
        caller = Caller(person=person)
    for path in (
        "ledger/checkpoints",
        f"{INCLUSION}?index=0",
        f"{INCLUSION}?entry={uuid4()}",
        f"{CONSISTENCY}?old=1",
    ):
        answer = caller.get(path)
        assert answer.status == (401 if who == "nobody" else 403)


FAULTY = {
    "": invalid("/entry"),
    "?size=3": invalid("/entry"),
    "?index=0&entry=00000000-0000-0000-0000-000000000000": invalid("/entry"),
    "?entry=7": invalid("/entry"),
    "?entry=": invalid("/entry"),
    "?index=": invalid("/index"),
    "?index=-1": invalid("/index"),
    "?index=01": invalid("/index"),
    "?index=1.0": invalid("/index"),
    "?index=1e3": invalid("/index"),
    "?index=%20" + "1": invalid("/index"),
    "?index=\u0661": invalid("/index"),
    "?index=9223372036854775808": invalid("/index"),
    "?index=" + "9" * 5000: invalid("/index"),
    "?index=%00": invalid("/index"),
    "?index=9223372036854775807": Expected(404, "not_found"),
    "?entry=00000000-0000-0000-0000-000000000000": Expected(404, "not_found"),
    "?index=0&size=": invalid("/size"),
    "?index=0&size=x": invalid("/size"),
    "?index=0&size=9223372036854775807": unfit("/size"),
    "?index=0&size=0": unfit("/size"),
    "?index=6&size=6": unfit("/size"),
}


@pytest.mark.parametrize(("query", "expected"), FAULTY.items())
def test_a_faulty_question_for_an_entry_is_named(few, auditor, query, expected):
    check_refused(auditor.get(INCLUSION + query), expected)


FAULTY_SIZES = {
    "": invalid("/old"),
    "?new=3": invalid("/old"),
    "?old=x": invalid("/old"),
    "?old=-0": invalid("/old"),
    "?old=1&new=x": invalid("/new"),
    "?old=1&new=" + "9" * 30: invalid("/new"),
    "?old=1&new=9223372036854775807": unfit("/new"),
    "?old=9223372036854775807": unfit("/old"),
    "?old=4&new=3": unfit("/old"),
}


@pytest.mark.parametrize(("query", "expected"), FAULTY_SIZES.items())
def test_a_faulty_question_for_two_sizes_is_named(few, auditor, query, expected):
    check_refused(auditor.get(CONSISTENCY + query), expected)


def test_before_the_first_seal_there_is_nothing_to_prove(auditor):
    [entry] = enter_some(1)
    for path, code in (
        (f"{INCLUSION}?entry={entry}", "entry_not_sealed"),
        (f"{INCLUSION}?entry={uuid7()}", "not_found"),
        (f"{INCLUSION}?index=0", "not_found"),
        (f"{CONSISTENCY}?old=0", "not_found"),
    ):
        check_refused(auditor.get(path), Expected(404, code))
    assert auditor.get("ledger/checkpoints").body["results"] == []


def test_what_is_sealed_and_not_published_yet_is_not_proved(checkpoints, auditor):
    [entry] = enter_some(1)
    check_refused(auditor.get(f"{INCLUSION}?entry={entry}"), Expected(404, "entry_not_sealed"))
    while integrate().leaves:
        pass
    check_refused(auditor.get(f"{INCLUSION}?entry={entry}"), Expected(404, "entry_not_sealed"))
    size = checkpoints[-1].size + 1
    check_refused(auditor.get(f"{INCLUSION}?index=0&size={size}"), unfit("/size"))
    check_refused(auditor.get(f"{CONSISTENCY}?old=0&new={size}"), unfit("/new"))
    assert not Refusal.objects.exists()
    seal_once(now=NOON)
    check_inclusion(auditor.get(f"{INCLUSION}?entry={entry}").body)


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        (f"{INCLUSION}?index=3", 7),
        (f"{INCLUSION}?index=3&size=7", 7),
        (f"{CONSISTENCY}?old=3", 7),
        ("ledger/checkpoints", 2),
    ],
)
def test_an_answer_costs_a_few_queries(few, auditor, django_assert_max_num_queries, path, queries):
    signing_in = 3
    with django_assert_max_num_queries(signing_in + queries):
        assert auditor.get(path).status == 200


def test_the_examples_of_the_documentation_hold():
    inclusion, consistency = (
        example.value for example in (ledger_examples.INCLUSION, ledger_examples.CONSISTENCY)
    )
    check_inclusion(inclusion)
    check_consistency(consistency)
    for tree in (inclusion["tree"], consistency["old"], consistency["new"]):
        state = Checkpoint.parse(SignedNote.parse(tree["checkpoint"].encode()).text)
        assert (state.size, state.root.hex()) == (tree["size"], tree["root_hash"])
    checkpoint = ledger_examples.CHECKPOINT.value
    assert checkpoint["note"] == inclusion["tree"]["checkpoint"]
