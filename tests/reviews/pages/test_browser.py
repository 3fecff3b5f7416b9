"""The pages in a real browser, with the keyboard alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from tests.factories import PASSWORD, World, build_world

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]


@pytest.fixture
def world(transactional_db: None) -> World:
    cache.clear()
    world = build_world()
    world.open_case(now=timezone.now(), external_id="loan-1")
    return world


@pytest.fixture
def chromium(world: World) -> Iterator[Browser]:
    """Started after the rows were made: within its event loop Django refuses the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


def signed_in(browser: Browser, server: Any, name: str) -> tuple[Page, list[str]]:
    """A page of a signed-in person, and what the browser complained of."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    complaints: list[str] = []
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Dashboard").wait_for()
    # The heading is there before the script that listens for keys.
    page.wait_for_load_state("load")
    return page, complaints


def test_from_the_dashboard_to_a_verdict_without_a_mouse(
    chromium: Browser, live_server: Any, world: World
) -> None:
    page, complaints = signed_in(chromium, live_server, world.reviewer.username)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="First Line").wait_for()
    page.wait_for_load_state("load")
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Should the loan be granted?").wait_for()
    page.wait_for_load_state("load")
    page.keyboard.press("u")
    assert page.locator("input[name=kind]:checked").count() == 0, "a key alone chose a verdict"
    page.keyboard.press("Space")
    page.keyboard.press("s")
    assert page.url.rstrip("/").rsplit("/", 2)[-2] == "cases", "a key alone sent the form"
    page.keyboard.press("g")
    # A list of choices takes letters as its own, so Tab leads on.
    page.keyboard.type("Agrees")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("the case is decided").wait_for()
    assert complaints == []
    page.close()


def test_at_1440_by_900_the_case_is_on_one_screen(
    chromium: Browser, live_server: Any, world: World
) -> None:
    page, complaints = signed_in(chromium, live_server, world.reviewer.username)
    page.goto(f"{live_server.url}/queues/first-line/")
    page.get_by_role("button", name="Claim next").click()
    for wanted in ("Facts", "What the AI system says", "How it explains this"):
        box = page.get_by_role("heading", name=wanted, exact=True).bounding_box()
        assert box is not None
        assert box["y"] < 900, wanted
    button = page.get_by_role("button", name="Record my verdict").bounding_box()
    assert button is not None
    assert button["y"] + button["height"] <= 900
    assert page.evaluate("document.documentElement.scrollHeight") <= 900
    assert complaints == []
    page.close()


def test_on_a_phone_nothing_stands_over_the_edge(
    chromium: Browser, live_server: Any, world: World
) -> None:
    page, _complaints = signed_in(chromium, live_server, world.reviewer.username)
    page.goto(f"{live_server.url}/queues/first-line/")
    page.get_by_role("button", name="Claim next").click()
    case = page.url
    page.set_viewport_size({"width": 390, "height": 844})
    for address in (live_server.url, f"{live_server.url}/queues/first-line/", case):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    page.close()


def test_the_question_mark_lists_the_keys_of_the_page(
    chromium: Browser, live_server: Any, world: World
) -> None:
    page, _complaints = signed_in(chromium, live_server, world.reviewer.username)
    page.goto(f"{live_server.url}/queues/first-line/")
    page.keyboard.press("?")
    assert "to “Claim next”" in page.get_by_role("dialog").inner_text()
    page.close()
