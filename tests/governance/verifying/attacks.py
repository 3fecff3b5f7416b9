"""What somebody can do who owns the tables, and what the verification must say to it.

Each attack changes a sealed ledger as thoroughly as its title says, switches the guards off for it
and on again. `first`: how the first fault is named; None: nothing inside or outside can show it.
`shown_by`: what it takes to see it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from governance.ledger.verify import Wrong
from tests.governance.verifying import on_entries, on_rows, on_store, on_tree
from tests.governance.verifying.on_store import Auditor


class ShownBy(StrEnum):
    """What a verifier must have to see an attack."""

    DATABASE = "the database alone"
    STORE = "the store's own checkpoint, or one that somebody else holds"
    HELD = "a checkpoint that somebody else holds"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack. `act` gives words that the place or detail of the first fault must hold; while
    it lasts, an auditor may keep a checkpoint."""

    title: str
    act: Callable[[Auditor], str]
    first: Wrong | None
    shown_by: ShownBy = ShownBy.DATABASE


ATTACKS = (
    Attack("one byte of a sealed entry is edited", on_entries.edit_a_body, Wrong.CHANGED),
    Attack("a column of an entry is edited", on_entries.edit_a_column, Wrong.CHANGED),
    Attack("a leaf hash is flipped", on_entries.flip_a_leaf_hash, Wrong.CHANGED),
    Attack("a leaf is flipped, its hash kept", on_entries.flip_a_leaf, Wrong.CHANGED),
    Attack("two entries change places", on_entries.swap_two, Wrong.REORDERED),
    Attack("an entry in the middle is deleted", on_entries.delete_one, Wrong.MISSING),
    Attack(
        "an entry in the middle is deleted, and all behind it move up",
        on_entries.delete_one_and_close_the_gap,
        Wrong.MISSING,
    ),
    Attack("the last sealed entries are deleted", on_entries.delete_the_last_sealed, Wrong.MISSING),
    Attack(
        "the last sealed entry goes with every trace that the database has of it",
        on_entries.cut_off_the_tail,
        Wrong.TRUNCATED,
        ShownBy.STORE,
    ),
    Attack(
        "entries that await their seal are deleted, with their places in the queue",
        on_entries.delete_unsealed,
        Wrong.MISSING,
    ),
    Attack(
        "an entry that awaits its seal goes with every trace of it, before anybody saw it",
        on_entries.delete_unsealed_without_a_trace,
        None,
        ShownBy.NOTHING,
    ),
    Attack("an entry that awaits its seal is edited", on_entries.edit_unsealed, Wrong.CHANGED),
    Attack("an entry is taken out of the queue", on_entries.unqueue, Wrong.INSERTED),
    Attack("the table of entries is emptied", on_entries.truncate, Wrong.MISSING),
    Attack(
        "all tables of the ledger are emptied, and its store",
        on_entries.truncate_everything,
        Wrong.ROW_NOT_ENTERED,
    ),
    Attack("an entry is forged beside the queue", on_entries.forge, Wrong.INSERTED),
    Attack(
        "an entry is forged into the middle of the log", on_entries.forge_a_leaf, Wrong.INSERTED
    ),
    Attack("an entry is forged behind the last leaf", on_entries.forge_the_end, Wrong.INSERTED),
    Attack("a place in the log is flipped", on_entries.flip_a_place, Wrong.MISSING),
    Attack("an object's head is flipped", on_entries.flip_a_head, Wrong.OBJECT_HEAD_CHANGED),
    Attack("a history row is rewritten", on_rows.rewrite_history, Wrong.HISTORY_CHANGED),
    Attack("a history row is deleted", on_rows.delete_history, Wrong.HISTORY_MISSING),
    Attack("a history row is forged", on_rows.forge_history, Wrong.HISTORY_NOT_ENTERED),
    Attack("a recorded row is rewritten", on_rows.rewrite_recorded, Wrong.ROW_CHANGED),
    Attack(
        "a recorded row and its history row are rewritten",
        on_rows.rewrite_recorded_and_history,
        Wrong.HISTORY_CHANGED,
    ),
    Attack("a recorded row is deleted", on_rows.delete_recorded, Wrong.ROW_MISSING),
    Attack("a recorded row is forged", on_rows.forge_recorded, Wrong.ROW_NOT_ENTERED),
    Attack("a row written once is rewritten", on_rows.rewrite_once, Wrong.ROW_CHANGED),
    Attack("a row written once is deleted", on_rows.delete_once, Wrong.ROW_MISSING),
    Attack("a row written once is forged", on_rows.forge_once, Wrong.ROW_NOT_ENTERED),
    Attack("an issued report is flipped", on_rows.flip_report, Wrong.ROW_CHANGED),
    Attack("an issued report is rewritten", on_rows.rewrite_report, Wrong.ROW_CHANGED),
    Attack("a report is forged", on_rows.forge_report, Wrong.ROW_NOT_ENTERED),
    Attack("a sealed payload is flipped", on_rows.flip_payload, Wrong.PAYLOAD_CHANGED),
    Attack("a payload is sealed anew", on_rows.reseal_payload, Wrong.PAYLOAD_CHANGED),
    Attack("a subject's key is flipped", on_rows.flip_subject_key, Wrong.PAYLOAD_CHANGED),
    Attack("a payload is deleted without an entry", on_rows.delete_payload, Wrong.PAYLOAD_MISSING),
    Attack("a tile is flipped", on_tree.flip_a_tile, Wrong.TILE_CHANGED),
    Attack("a tile is deleted", on_tree.delete_a_tile, Wrong.TILE_CHANGED),
    Attack("the log's root is flipped", on_tree.flip_the_root, Wrong.LOG_CHANGED),
    Attack("the log's size is made larger", on_tree.enlarge_the_log, Wrong.LOG_CHANGED),
    Attack("the log's size is made smaller", on_tree.shrink_the_log, Wrong.TRUNCATED),
    Attack("a checkpoint's root is flipped", on_tree.flip_a_root, Wrong.CHECKPOINT_CHANGED),
    Attack("a checkpoint's note is flipped", on_tree.flip_a_note, Wrong.CHECKPOINT_CHANGED),
    Attack(
        "a checkpoint is signed by another key", on_tree.sign_with_another, Wrong.CHECKPOINT_CHANGED
    ),
    Attack("a trigger is switched off", on_tree.switch_a_guard_off, Wrong.GUARD_MISSING),
    Attack("a published tile is flipped", on_store.flip_a_tile, Wrong.STORE_CHANGED),
    Attack("a published entry is flipped", on_store.flip_a_bundle, Wrong.STORE_CHANGED),
    Attack("a published bundle is deleted", on_store.delete_a_bundle, Wrong.STORE_CHANGED),
    Attack("the published checkpoint is flipped", on_store.flip_the_checkpoint, Wrong.FORKED),
    Attack("the published checkpoint is an older one", on_store.put_back, Wrong.STORE_CHANGED),
    Attack("the store is emptied", on_store.empty, Wrong.STORE_CHANGED),
    Attack(
        "an older backup is restored", on_store.restore_a_backup, Wrong.TRUNCATED, ShownBy.STORE
    ),
    Attack(
        "an older backup is restored, store and all, and goes on with another history",
        on_store.restore_and_go_on,
        Wrong.FORKED,
        ShownBy.HELD,
    ),
    Attack(
        "an entry is rewritten, and the whole tree rebuilt with the log's own key",
        on_store.rebuild_with_the_old_key,
        Wrong.FORKED,
        ShownBy.HELD,
    ),
    Attack(
        "an entry is rewritten, and the whole tree rebuilt with a new key",
        on_store.rebuild_with_a_new_key,
        Wrong.FORKED,
        ShownBy.HELD,
    ),
)


def as_markdown() -> str:
    """The table of the documentation."""
    lines = ["| what somebody does | the verification says | it takes |", "| --- | --- | --- |"]
    for attack in ATTACKS:
        says = f"`{attack.first}`" if attack.first else "nothing"
        lines.append(f"| {attack.title} | {says} | {attack.shown_by} |")
    return "\n".join(lines)
