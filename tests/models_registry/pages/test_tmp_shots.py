import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import sync_playwright

from governance.services.motions import move
from governance.services.policy_drafts import save_draft
from models_registry.motions import policies
from tests.factories import build_world, make_person, policy_text
from tests.reviews.pages.test_browser import CHROMIUM, signed_in

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_shots(transactional_db, live_server):
    cache.clear()
    world = build_world()
    make_person("second-officer", roles=["compliance-officer"])
    text = policy_text(verdicts=2) + "# end\n"
    move(
        act=policies.NAME,
        content=policies.content_of(world.policy, text),
        reason="Two people rule on each case from now on.",
        mover=world.officer,
        now=timezone.now(),
    )
    save_draft(
        policy=world.policy,
        text=policy_text(verdicts=2).replace("outcome ==", "outcmoe =="),
        revision=0,
        author=world.officer,
        now=timezone.now(),
    )
    with sync_playwright() as pw:
        chromium = pw.chromium.launch(executable_path=CHROMIUM)
        page, complaints = signed_in(chromium, live_server, "second-officer")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for width in (1440, 390):
                page.set_viewport_size({"width": width, "height": 900})
                for name, path in (
                    ("list", "/policies/"),
                    ("policy", "/policies/lending-policy/"),
                    ("draft", "/policies/lending-policy/draft/"),
                ):
                    page.goto(live_server.url + path)
                    page.screenshot(path=f"/tmp/shot-{name}-{scheme}-{width}.png", full_page=True)
                    w = page.evaluate("document.documentElement.scrollWidth")
                    print(name, scheme, width, w)
        print(complaints)
        page.goto(live_server.url + "/motions/")
        page.get_by_role("link", name="Publish").first.click()
        page.set_viewport_size({"width": 1440, "height": 900})
        page.screenshot(path="/tmp/shot-motion.png", full_page=True)
        chromium.close()
