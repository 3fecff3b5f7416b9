"""The lab in a real browser: nothing that the policy of contents refuses, and room on a phone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, sync_playwright

from reviews.services.shadowing import start_shadow
from reviews.tasks import advance_shadows
from tests.factories import NOON, World, build_world, change
from tests.reviews.lab.test_lab_doors import COSTS
from tests.reviews.lab.test_simulate import MORE_PASS, truth_of
from tests.reviews.lab.trials import END, START, ask, tried
from tests.reviews.pages.test_browser import CHROMIUM, signed_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no Chromium here"),
]


@pytest.fixture
def world(transactional_db: None) -> World:
    """Forty decisions, some ruled on, whose truth is known; two simulations and a shadow."""
    cache.clear()
    world = build_world()
    kind = world.decision_type
    kind.fact_schema = kind.fact_schema | {"region": {"type": "string", "label": "Region"}}
    change(kind, "fact_schema")
    start_shadow(policy=world.policy, text=MORE_PASS, until=END, person=world.officer, now=START)
    for number in range(60):
        at = NOON - timedelta(hours=3 * number)
        decision = world.submit(
            now=at,
            outcome="grant",
            confidence=0.5 + (number % 10) / 20,
            facts={"income": 1.0, "years": 1, "region": "north" if number % 2 else "south"},
        )
        truth_of(world, decision, "refuse" if number % 10 < 3 else "grant")
        case = decision.cases.first()
        if case is not None and number % 3 == 0:
            world.rule(case, now=at)
    tried(world, MORE_PASS, groups=["region"])
    ask(world, MORE_PASS)
    advance_shadows()
    return world


@pytest.fixture
def chromium(world: World) -> Iterator[Browser]:
    """Started after the rows were made: within its event loop Django refuses the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


def test_the_pages_of_the_lab(chromium: Browser, live_server: Any, world: World) -> None:
    page, complaints = signed_in(chromium, live_server, world.officer.username)
    page.get_by_role("link", name="Lab", exact=True).click()
    page.get_by_role("link", name="Policy", exact=True).last.click()
    page.get_by_text("History derives again").wait_for()
    simulation = page.url
    days = f"first_day={START.date()}&last_day={NOON.date()}&span=dates"
    costs = "&".join(f"{name}={value}" for name, value in COSTS.items())
    thresholds = f"{live_server.url}/lab/thresholds/?decision_type=lending-approval&{days}&{costs}"
    page.goto(f"{live_server.url}/lab/shadows/")
    page.get_by_role("link", name="Policy", exact=True).click()
    page.get_by_text("live and shadow").wait_for()
    shadow = page.url
    page.goto(thresholds)
    page.get_by_text("The lowest expected cost is at").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    for address in (simulation, thresholds, shadow, f"{live_server.url}/lab/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    assert complaints == []
    page.close()
