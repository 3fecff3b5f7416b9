"""Webhooks in a real browser: an endpoint is made, and its dead letters are found."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, sync_playwright

from governance.models import Delivery
from tests.factories import NOON, World, build_world
from tests.governance.webhooks.receivers import deliver, endpoint_at, receiving, status
from tests.governance.webhooks.test_sending import say
from tests.reviews.pages.test_browser import CHROMIUM, signed_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no Chromium here"),
]


@pytest.fixture
def world(transactional_db: None) -> World:
    """An endpoint with a message delivered, one that waits and one given up."""
    cache.clear()
    world = build_world()
    with receiving() as good, receiving(status(500)) as bad:
        endpoint_at(world, good.url)
        endpoint_at(world, bad.url, "decision.finalised")
        for _ in range(3):
            say()
        deliver(NOON)
    dead = Delivery.objects.filter(status=500).order_by("id").first()
    assert dead is not None
    Delivery.objects.filter(pk=dead.pk).update(state="dead", next_at=None, ended_at=NOON)
    return world


@pytest.fixture
def chromium(world: World) -> Iterator[Browser]:
    """Started after the rows were made: within its event loop Django refuses the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


def test_an_endpoint_is_made_and_dead_letters_are_found(
    chromium: Browser, live_server: Any, world: World
) -> None:
    page, complaints = signed_in(chromium, live_server, world.officer.username)
    page.goto(f"{live_server.url}/webhooks/")
    page.get_by_role("textbox", name="What it is").fill("Lending engine")
    page.get_by_role("textbox", name="Address").fill("https://engine.example/hooks")
    page.get_by_role("listbox", name="Events").select_option(["decision.finalised"])
    page.get_by_role("button", name="Make the endpoint").click()
    assert page.get_by_role("textbox", name="Secret").input_value().startswith("whsec_")
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("heading", name="Lending engine").wait_for()

    page.goto(f"{live_server.url}/webhooks/")
    page.get_by_role("link", name="http://127.0.0.1").first.click()
    page.get_by_role("combobox", name="State").select_option("dead")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("It answers 500.").wait_for()
    assert complaints == []
    page.close()


def test_on_a_phone_nothing_of_it_stands_over_the_edge(
    chromium: Browser, live_server: Any, world: World
) -> None:
    page, _complaints = signed_in(chromium, live_server, world.officer.username)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/webhooks/")
    page.get_by_role("heading", name="Webhooks").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="http://127.0.0.1").first.click()
    page.get_by_role("heading", name="Deliveries").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
