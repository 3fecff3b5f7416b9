import pytest
from django.test import Client
from rest_framework.test import APIClient

from governance.models import Actor
from governance.services.reports import request_report
from tests.reviews.report_sections.world import (
    CUT_OFF,
    WEEK_END,
    WEEK_START,
    build_world,
    person,
    twelve_decisions,
)


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def busy(world):
    twelve_decisions(world)
    return world


@pytest.fixture
def people(world):
    """Who may what: the officer all, the owner their own, the auditor reads, the others nothing."""
    return {
        "officer": world.officer,
        "owner": world.owner,
        "auditor": person("aude", "auditor"),
        "other owner": person("otto", "system-owner"),
        "reviewer": world.reviewers[0],
    }


@pytest.fixture
def ask(world):
    def ask(kind="human_oversight", **changes):
        by = changes.pop("by", world.officer)
        given = {
            "kind": kind,
            "system_slug": "loans",
            "period_start": WEEK_START,
            "period_end": WEEK_END,
            "now": CUT_OFF,
            **changes,
        }
        return request_report(requested_by=by, actor=Actor.of(by), **given)

    return ask


@pytest.fixture
def api(people):
    def api(who):
        client = APIClient()
        client.force_authenticate(people[who])
        return client

    return api


@pytest.fixture
def browser(people):
    def browser(who):
        client = Client()
        client.force_login(people[who])
        return client

    return browser
