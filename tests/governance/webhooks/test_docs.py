"""What the page for integrators says is what happens."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from governance.delivery_schedule import MOST_ATTEMPTS, WAITS
from governance.services import webhook_sending
from tests.factories import build_world
from tests.governance.webhooks.receivers import deliver, endpoint_at, receiving
from tests.governance.webhooks.test_sending import say

PAGE = Path("docs/webhooks.md").read_text()


@pytest.fixture
def verified():
    """The function of the page, run as it stands there."""
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    found = {}
    exec(code, found)
    return found["verified"]


@pytest.mark.django_db
def test_the_example_of_the_page_checks_what_arrives(verified):
    with receiving() as receiver:
        issued = endpoint_at(build_world(), receiver.url)
        say()
        deliver(timezone.now())
        say()
        deliver(timezone.now() - timedelta(minutes=10))
    new, old = receiver.got
    assert verified(issued.secret, new.headers, new.body)
    assert not verified(issued.secret, new.headers, new.body + b" ")
    assert not verified(issued.secret, {**new.headers, "webhook-id": "x"}, new.body)
    assert not verified("whsec_" + "A" * 44, new.headers, new.body)
    assert not verified(issued.secret, old.headers, old.body)


def test_the_page_states_the_limits_that_hold():
    assert "tried nine times" in PAGE
    assert MOST_ATTEMPTS == 9
    stated = [5, 60, 300, 1800, 7200, 18_000, 28_800, 28_800]
    assert [wait.total_seconds() for wait in WAITS] == stated
    assert "5 seconds, 1 minute, 5 and 30 minutes,\n2, 5, 8 and 8 hours" in PAGE
    assert "within 10 seconds" in PAGE
    assert webhook_sending.WITHIN_SECONDS == 10
    assert "After 24 hours" in PAGE
    assert timedelta(hours=24) == settings.COUNTERSIGN_WEBHOOK_FAILING_LIMIT
    assert "kept for 30 days" in PAGE
    assert timedelta(days=30) == settings.COUNTERSIGN_DELIVERIES_KEPT_FOR
