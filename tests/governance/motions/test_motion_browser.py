"""Reading and approving a motion in a real browser, with the keyboard alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from governance.services.motions import move
from models_registry.motions import policies
from tests.factories import World, build_world, make_person, policy_text
from tests.reviews.pages.test_browser import CHROMIUM, signed_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no Chromium here"),
]


@pytest.fixture
def world(transactional_db: None) -> World:
    cache.clear()
    world = build_world()
    make_person("second-officer", roles=["compliance-officer"])
    move(
        act=policies.NAME,
        content=policies.content_of(world.policy, policy_text(verdicts=2)),
        reason="Two people rule on each case from now on.",
        mover=world.officer,
        now=timezone.now(),
    )
    return world


@pytest.fixture
def chromium(world: World) -> Iterator[Browser]:
    """Started after the rows were made: within its event loop Django refuses the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


def test_from_the_dashboard_to_an_approval_without_a_mouse(
    chromium: Browser, live_server: Any, world: World
) -> None:
    page, complaints = signed_in(chromium, live_server, "second-officer")
    page.get_by_role("link", name="Read and vote").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Motions").wait_for()
    page.wait_for_load_state("load")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What changes").wait_for()
    page.wait_for_load_state("load")
    page.keyboard.press("a")
    assert page.locator("input[name=choice]:checked").count() == 0, "a key alone chose a vote"
    page.keyboard.press("Space")
    page.keyboard.press("t")
    page.keyboard.type("Read, and right.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("it was carried out").wait_for()
    assert complaints == []
    page.set_viewport_size({"width": 390, "height": 844})
    for address in (page.url, f"{live_server.url}/motions/", f"{live_server.url}/motions/quorums/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    page.close()
