"""`manage.py ledger seal`: the process that seals."""

from __future__ import annotations

import logging
import signal
from argparse import ArgumentParser
from datetime import datetime, timedelta
from threading import Event
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connections
from django.db.backends.signals import connection_created
from django.utils import timezone

from governance.ledger.sealing_lock import bound_idleness
from governance.ledger.trouble import SealingRefused
from governance.models import Heartbeat
from governance.services.sealing import Sealer, seal_once

logger = logging.getLogger(__name__)

HELP = "give committed entries their places and sign checkpoints, once a second until stopped"
PROCESS = "sealer"
POLL_SECONDS = 1.0
BEAT_EVERY = timedelta(seconds=10)


def add_arguments(parser: ArgumentParser) -> None:
    """Without arguments it stays until SIGTERM or Ctrl-C."""
    parser.add_argument("--once", action="store_true", help="seal what there is, and end")
    parser.add_argument(
        "--store-is-new",
        action="store_true",
        help="with --once: the store was lost, so publish the whole log into an empty one",
    )


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Seal. Only this process needs the keys, and it needs neither the broker nor Celery."""
    if settings.COUNTERSIGN_CHECKPOINT_KEYS is None:
        raise CommandError("COUNTERSIGN_CHECKPOINT_KEYS names no folder of keys to sign with.")
    if options["store_is_new"] and not options["once"]:
        raise CommandError("--store-is-new goes with --once.")
    connection_created.connect(bound_idleness)
    try:
        if options["once"]:
            newest = seal_once(now=timezone.now(), store_is_new=options["store_is_new"])
            command.stdout.write(str(newest))
        else:
            SealingProcess().run()
    except SealingRefused as refusal:
        raise CommandError(refusal.detail) from None
    finally:
        connection_created.disconnect(bound_idleness)


class SealingProcess:
    """Cycles until it is asked to stop. It outlives restarts of the database."""

    def __init__(self) -> None:
        self._stop = Event()
        self._sealer = Sealer()
        self._trouble = ""
        self._beat_at: datetime | None = None

    def run(self) -> None:
        """Seal once a second, and without a pause while there is more."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        while not self._stop.is_set():
            if not self._turn(timezone.now()):
                self._stop.wait(POLL_SECONDS)

    def _turn(self, now: datetime) -> bool:
        """Whether there is more to do at once."""
        goes_on = False
        try:
            try:
                goes_on = self._sealer.cycle(now=now).goes_on
                self._say("")
            except SealingRefused as refusal:
                self._say(refusal.detail)
            self._show_life(now)
        except Error as error:
            # The database went away, or ended our session because we stood still.
            logger.warning("sealing starts over: %s", error)
            self._sealer = Sealer()
            connections.close_all()
        return goes_on

    def _say(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            logger.error("nothing is sealed: %s", trouble)
        elif self._trouble and not trouble:
            logger.warning("sealing goes on after: %s", self._trouble)
        self._trouble = trouble

    def _show_life(self, now: datetime) -> None:
        if self._beat_at is None or not timedelta() <= now - self._beat_at < BEAT_EVERY:
            Heartbeat.beat(PROCESS, now)
            self._beat_at = now

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()
