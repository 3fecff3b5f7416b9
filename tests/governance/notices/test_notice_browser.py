"""The bell in a real browser: it counts without a reload, and a notice leads to its page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, sync_playwright

from governance.ids import uuid7
from governance.models import Notice
from tests.factories import NOON, World, build_world
from tests.reviews.pages.test_browser import CHROMIUM, signed_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no Chromium here"),
]
# Where pictures of the pages are put, for looking at them.
SHOTS = os.environ.get("COUNTERSIGN_SHOTS")


def notice(world: World, kind: str, path: str, **values: Any) -> Notice:
    return Notice(person=world.senior, cause=uuid7(), kind=kind, values=values, path=path, at=NOON)


@pytest.fixture
def world(transactional_db: None) -> World:
    cache.clear()
    world = build_world()
    due = {"case": "5a0b1c2d3e4f", "queue": "Second line", "decision_type": "Loan approval",
           "reason": "late", "due_at": "2026-11-23T16:00:00+00:00"}  # fmt: skip
    notice(world, "case_escalated", "/queues/", **due).save()
    notice(world, "halt_placed", "/halts/", what="halt", scope="Lending").save()
    return world


@pytest.fixture
def chromium(world: World) -> Iterator[Browser]:
    """Started after the rows were made: within its event loop Django refuses the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


def test_the_bell_counts_and_a_notice_is_opened_with_the_keyboard(
    chromium: Browser, live_server: Any, world: World
) -> None:
    page, complaints = signed_in(chromium, live_server, world.senior.username)
    page.get_by_role("link", name="Notices, 2 unread").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Notices").wait_for()
    page.wait_for_load_state("load")
    shoot(page, "list")
    page.get_by_role("button", name="A case moved up to Second line", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Queues").wait_for()
    page.get_by_role("link", name="Notices, 1 unread").wait_for()
    page.goto(f"{live_server.url}/notices/")
    page.get_by_role("button", name="Mark all read").click()
    page.get_by_text("1 notice was marked as read.").wait_for()
    page.goto(f"{live_server.url}/notices/choices/")
    page.get_by_role("heading", name="What I am told").wait_for()
    shoot(page, "choices")
    assert complaints == []


def shoot(page: Any, name: str) -> None:
    if not SHOTS:
        return
    for scheme in ("light", "dark"):
        for width in (1440, 390):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            path = Path(SHOTS) / f"{name}-{scheme}-{width}.png"
            page.screenshot(path=path, full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})
