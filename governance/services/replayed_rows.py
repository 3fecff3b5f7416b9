"""What replayed entries say of rows, and the few that can be brought to what they say.

An erased person stays erased although the backup still had them, and a key that signed checkpoints
is known again. All other rows are told of by their entries only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson

from governance.ledger import record
from governance.models import Actor, CheckpointKey, LedgerEntry, Log
from governance.services.checkpoint_keys import INTRODUCED, RETIRED, key_body
from governance.services.erasure import ERASED_PAYLOAD, ERASED_SUBJECT, ErasedAgain, erase_again

KEY_RESTORED = "governance.checkpointkey.restored"


@dataclass
class LostRows:
    """Collects what entries say as they come back, in the order of the log."""

    payloads: list[UUID] = field(default_factory=list)
    subjects: list[UUID] = field(default_factory=list)
    keys: dict[UUID, CheckpointKey] = field(default_factory=dict)
    _retired: dict[UUID, datetime] = field(default_factory=dict)

    def note(self, entries: Iterable[LedgerEntry], log: Log) -> None:
        """Take in what some entries say."""
        for entry in entries:
            if entry.event == ERASED_PAYLOAD:
                self.payloads.append(entry.subject_id)
            elif entry.event == ERASED_SUBJECT:
                self.subjects.append(entry.subject_id)
            elif entry.event == INTRODUCED:
                self.keys[entry.subject_id] = CheckpointKey(
                    id=entry.subject_id,
                    log=log,
                    verifier=orjson.loads(entry.leaf)["body"]["verifier"],
                    introduced_at=entry.at,
                )
            elif entry.event == RETIRED:
                self._retired[entry.subject_id] = entry.at

    def bring_back(self, *, actor: Actor, now: datetime) -> ErasedAgain:
        """Erase again what was erased, and make the rows of keys; in the caller's transaction."""
        known = CheckpointKey.objects.in_bulk([*self.keys, *self._retired])
        for key_id in {**self.keys, **self._retired}:
            key = known.get(key_id) or self.keys[key_id]
            key.retired_at = self._retired.get(key_id)
            # The row is new, its entries are not: `keep` would take both for new.
            key.save_by(actor)
            record.append(KEY_RESTORED, subject=key, actor=actor, at=now, body=key_body(key))
        return erase_again(payload_ids=self.payloads, subject_ids=self.subjects)
