"""A ledger with a bit of everything in it, sealed and published, made once for all tests here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from governance.models import Payload, ReportKind
from governance.services.erasure import erase_subject
from governance.services.report_making import MadeReport
from governance.services.reports import REPORTS, finish_report, request_report
from governance.services.sealing import seal_once
from tests.emptying import Emptying
from tests.factories import LONG_AGO, NOON, SETUP, World, build_world
from tests.governance.ledger.sealing_world import enter_some


@pytest.fixture(scope="package")
def sealed_world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, Path]]:
    """The rows, committed, and a copy of the store: three checkpoints, an erased payload, and
    entries that await their seal."""
    with django_db_blocker.unblock():
        emptying = Emptying()
        try:
            world = _world()
            kept = tmp_path_factory.mktemp("store") / "ledger"
            shutil.copytree(settings.COUNTERSIGN_PLACES.ledger, kept)
            yield world, kept
        finally:
            emptying.empty()


def _world() -> World:
    world = build_world()
    seal_once(now=NOON)
    world.rule(world.open_case())
    world.submit(subject={"ref": "customer-2"})
    _erase_the_oldest(world)
    _issue_a_report(world)
    seal_once(now=NOON + timedelta(minutes=1))
    enter_some(3)
    seal_once(now=NOON + timedelta(minutes=2))
    world.rule(world.open_case())
    return world


def _issue_a_report(world: World) -> None:
    """By the verbs; what it says is another matter."""
    run = request_report(
        kind=ReportKind.HUMAN_OVERSIGHT,
        system_slug=world.system.slug,
        period_start=LONG_AGO,
        period_end=NOON,
        requested_by=world.officer,
        actor=SETUP,
        now=NOON,
    )
    REPORTS.take_up(run_id=run.pk, actor=SETUP, now=NOON)
    made = MadeReport(json=b"{}", html=b"<p>", pdf=b"%PDF")
    finish_report(run_id=run.pk, made=made, actor=SETUP, now=NOON)


def _erase_the_oldest(world: World) -> None:
    payload = Payload.objects.order_by("id")[0]
    erase_subject(
        subject_id=payload.subject_id,
        ground="asked for",
        person=world.officer,
        now=NOON + timedelta(minutes=1),
    )


@pytest.fixture
def world(sealed_world: tuple[World, Path], db: None) -> World:
    """That ledger, for one test: what it does to rows and store is undone."""
    world, kept = sealed_world
    shutil.copytree(kept, settings.COUNTERSIGN_PLACES.ledger, dirs_exist_ok=True)
    return world
