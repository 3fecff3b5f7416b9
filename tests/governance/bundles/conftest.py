"""A small world whose entries are sealed, and people who ask for bundles about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from governance.evidence import verify_bundle
from governance.models import Actor, EvidenceBundle, User
from governance.services.bundle_files import open_file
from governance.services.bundles import Wanted, request_bundle
from governance.services.sealing import seal_once
from governance.tasks import run_waiting_bundles
from reviews.models import Decision, VerdictKind
from tests.factories import World, build_world, make_person

Ask = Callable[..., EvidenceBundle]
Make = Callable[..., Path]


@pytest.fixture
def world(db: None) -> World:
    return build_world()


@pytest.fixture
def decided(world: World) -> Decision:
    """A decision that went its way: reviewed, overridden, permitted."""
    case = world.open_case(now=timezone.now())
    world.rule(case, VerdictKind.OVERRIDE, outcome="grant", now=timezone.now())
    return case.decision


@pytest.fixture
def auditor(world: World) -> User:
    return make_person("aude", roles=["auditor"])


@pytest.fixture
def ask(auditor: User) -> Ask:
    """Asks for a bundle; by the auditor unless told otherwise."""

    def ask(about: str, about_id: UUID, *, by: User | None = None, **more: Any) -> EvidenceBundle:
        person = by or auditor
        return request_bundle(
            wanted=Wanted(about, about_id, **more),
            requested_by=person,
            actor=Actor.of(person),
            now=timezone.now(),
        )

    return ask


@pytest.fixture
def make(ask: Ask, tmp_path: Path) -> Make:
    """Asks for a bundle, seals, lets the worker make it, and gives the path of its file."""

    def make(*args: Any, **more: Any) -> Path:
        bundle = ask(*args, **more)
        seal_once(now=timezone.now())
        run_waiting_bundles()
        return file_of(bundle, tmp_path)

    return make


def file_of(bundle: EvidenceBundle, folder: Path) -> Path:
    bundle.refresh_from_db()
    assert (bundle.state, bundle.failure) == ("done", "")
    path = folder / f"{bundle.pk}.zip"
    file = open_file(bundle)
    assert file is not None
    path.write_bytes(file.read())
    verify_bundle.verify(str(path))
    return path
