"""Sealing: from committed entries to a signed checkpoint that others hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType

from django.conf import settings
from django.db import connection

from governance.ledger.key_files import KeysUnreadable, Stamp, folder_stamp
from governance.ledger.trouble import FINAL, Reason, SealingRefused, reason_of
from governance.models import Actor, Checkpoint, Log
from governance.services.checkpoint_keys import reconcile_keys
from governance.services.comparing import compare_with_store
from governance.services.integrating import Sealed, integrate
from governance.services.log_opening import open_log
from governance.services.publishing import publish

ACTOR = Actor.system("seal")

# All that an idle cycle asks the database.
_STANDING = """
    SELECT log.id, log.size, log.trouble,
        (SELECT max(size) FROM governance_checkpoint WHERE log_id = log.id),
        EXISTS (SELECT FROM governance_ledgerpending WHERE seq > %s)
    FROM governance_log AS log WHERE origin = %s
"""
_COMPARE_EVERY = timedelta(minutes=1)
_SWEEP_EVERY = timedelta(seconds=5)


def seal_once(*, now: datetime, store_is_new: bool = False) -> Checkpoint | None:
    """Seal and publish all that is committed, as a sealer that has just started; the newest
    checkpoint. Raises SealingRefused, as `Sealer.cycle`. `store_is_new`: as for `compared`."""
    sealer = Sealer()
    while sealer.cycle(now=now, store_is_new=store_is_new).goes_on:
        pass
    newest = Checkpoint.objects.filter(log__origin=settings.COUNTERSIGN_LOG_ORIGIN)
    return newest.order_by("-size").first()


@dataclass(frozen=True, slots=True)
class Cycle:
    """What one cycle did. `goes_on`: there is more to do, at once."""

    sealed: int = 0
    checkpoint: Checkpoint | None = None
    goes_on: bool = False


@dataclass(slots=True)
class Sealer:
    """A process that seals, and what it knows between two cycles; it may forget that any time."""

    _floor: _Floor = field(default_factory=lambda: _Floor())
    _compared_at: datetime | None = None
    _keys: Stamp | None = None

    def cycle(self, *, now: datetime, store_is_new: bool = False) -> Cycle:
        """Seal a batch and publish a checkpoint; with nothing to do, ask one small question.

        The first cycle of a process opens the log where there is none, and compares the log with
        the store before any entry gets a place. Where the store cannot be reached later on, places
        are given all the same and their checkpoint follows. Raises SealingRefused when all that
        could be done is done, with the reason kept in `Log.trouble`. A reason that a person has to
        look into ends all further cycles until that person has emptied it.
        """
        floor = self._floor.at(now)
        standing = _standing(floor)
        if standing is None:
            log = open_log(actor=ACTOR, now=now)
            return Cycle(sealed=log.size, goes_on=True) if log else Cycle()
        reason = reason_of(standing.trouble)
        if reason in FINAL:
            self._compared_at = None
            raise SealingRefused(reason, standing.trouble.partition(": ")[2])
        if reason is None and self._is_idle(standing, now):
            return Cycle()
        # What was refused may lie at the front of the queue: nothing steps over it.
        return self._work(standing, floor if reason is None else 0, now, store_is_new)

    def _work(self, standing: _Standing, floor: int, now: datetime, store_is_new: bool) -> Cycle:
        attempt = _Attempt(standing, now)
        with attempt:
            if not self._compare(standing, now, store_is_new):
                return Cycle()
        if self._compared_at is None:
            attempt.end()
        with attempt:
            self._follow_keys(now)
        sealed, checkpoint = Sealed(), None
        with attempt:
            sealed = integrate(above=floor)
            self._floor.taken(sealed.last_seq)
        with attempt:
            checkpoint = publish(now=now, store_is_new=store_is_new)
        attempt.end()
        behind = checkpoint is not None and checkpoint.size < standing.size + sealed.leaves
        return Cycle(sealed.leaves, checkpoint, goes_on=sealed.goes_on or behind)

    def _is_idle(self, standing: _Standing, now: datetime) -> bool:
        return (
            not standing.is_awaited
            and standing.size == standing.published
            and not self._is_comparison_due(now)
            and self._keys == _key_stamp()
        )

    def _is_comparison_due(self, now: datetime) -> bool:
        if self._compared_at is None:
            return True
        return not timedelta() <= now - self._compared_at < _COMPARE_EVERY

    def _compare(self, standing: _Standing, now: datetime, store_is_new: bool) -> bool:
        """False: another sealer publishes just now, so what it does is none of our business."""
        if not standing.trouble and not self._is_comparison_due(now):
            return True
        try:
            done = compare_with_store(store_is_new=store_is_new)
        except SealingRefused as refusal:
            if refusal.reason is not Reason.STORE_UNREACHABLE:
                self._compared_at = None
            raise
        if done:
            self._compared_at = now
        return done

    def _follow_keys(self, now: datetime) -> None:
        stamp = _key_stamp()
        if stamp is None or stamp != self._keys:
            reconcile_keys(actor=ACTOR, now=now)
            self._keys = stamp


@dataclass(frozen=True, slots=True)
class _Standing:
    """`published`: the size of the newest checkpoint. `is_awaited`: entries await their seal."""

    log_id: int
    size: int
    trouble: str
    published: int | None
    is_awaited: bool


class _Attempt:
    """A cycle that goes on after a refusal, unless a person has to act, and keeps the first."""

    def __init__(self, standing: _Standing, now: datetime) -> None:
        self._standing = standing
        self._now = now
        self._refusal: SealingRefused | None = None

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if not isinstance(error, SealingRefused):
            return False
        if error.reason in FINAL:
            self._keep(error)
            return False
        self._refusal = self._refusal or error
        return True

    def end(self) -> None:
        """Keep what was refused and raise it, or say that the trouble is over."""
        if self._refusal is not None:
            self._keep(self._refusal)
            raise self._refusal
        if self._standing.trouble:
            log = Log.objects.filter(pk=self._standing.log_id, trouble=self._standing.trouble)
            log.update(trouble="", trouble_since=None)

    def _keep(self, refusal: SealingRefused) -> None:
        log = Log.objects.filter(pk=self._standing.log_id)
        if reason_of(self._standing.trouble) is refusal.reason:
            log.filter(trouble=self._standing.trouble).update(trouble=refusal.detail)
        else:
            log.update(trouble=refusal.detail, trouble_since=self._now)


@dataclass(slots=True)
class _Floor:
    """Up to which number the queue is, most likely, done with.

    While somebody keeps an old snapshot, deleted rows stay at the front of the queue, and each
    look would step over all of them. Numbers are given before the commit, so a lower one may
    still come: the floor lags behind, and every few seconds the whole queue is looked at.
    """

    floor: int = 0
    next_floor: int = 0
    swept_at: datetime | None = None

    def at(self, now: datetime) -> int:
        """The number to look above."""
        if self.swept_at is None or not timedelta() <= now - self.swept_at < _SWEEP_EVERY:
            self.swept_at, self.floor = now, self.next_floor
            return 0
        return self.floor

    def taken(self, last_seq: int) -> None:
        """All up to this number was sealed, but for what comes late."""
        self.next_floor = max(self.next_floor, last_seq)


def _standing(above: int) -> _Standing | None:
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [above, settings.COUNTERSIGN_LOG_ORIGIN])
        row = cursor.fetchone()
    return None if row is None else _Standing(*row)


def _key_stamp() -> Stamp | None:
    """None where the keys cannot be read, which whoever needs them will say."""
    if settings.COUNTERSIGN_CHECKPOINT_KEYS is None:
        return None
    try:
        return folder_stamp(settings.COUNTERSIGN_CHECKPOINT_KEYS)
    except KeysUnreadable:
        return None
