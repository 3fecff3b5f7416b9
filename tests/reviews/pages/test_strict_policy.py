"""Every page keeps to the content security policy, and its HTML needs no exception from it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from reviews.services import claiming
from tests.factories import World
from tests.governance.pages.reading import Markup, text_of
from tests.reviews.pages.conftest import Browse

PAGES = (
    "/",
    "/queues/",
    "/queues/first-line/",
    "/queues/first-line/?state=odd",
    "/cases/{case}/",
    "/decisions/{decision}/",
    "/cases/00000000-0000-0000-0000-000000000000/",
    "/account/password/",
    "/account/second-factor/",
)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_inline_script_or_style(world: World, browse: Browse, path: str) -> None:
    hostile = "<script>alert(1)</script>"
    image = {"width": 2, "height": 1, "pixels": [[0, 16]]}
    case = world.open_case(
        now=timezone.now(),
        external_id=hostile,
        input={hostile: hostile, "image": image, "deep": {"a": [hostile, {"b": [1]}]}},
        explanation={"factors": [{"label": hostile, "weight": 1}], "odd": hostile},
    )
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=timezone.now())
    response = browse(world.reviewer).get(path.format(case=case.pk, decision=case.decision_id))
    assert Markup(text_of(response)).forbidden == []
    assert hostile not in text_of(response)
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
