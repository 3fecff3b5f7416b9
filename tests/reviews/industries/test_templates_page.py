"""The templates' pages: the list, what one says, and loading it with a step between."""

from __future__ import annotations

import pytest
from django.test import Client

from governance.models import Motion
from models_registry.models import AISystem
from reviews.models import Queue
from tests.factories import change, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_person("olga", roles=["compliance-officer"])


def browser(person):
    client = Client()
    client.force_login(person)
    return client


def text_of(response):
    return response.content.decode()


def test_the_list_shows_every_industry(officer, django_assert_max_num_queries):
    with django_assert_max_num_queries(22):
        page = browser(officer).get("/templates/")
    for title in ("Banking and fraud", "Healthcare", "Insurance", "Legal", "Logistics"):
        assert title in text_of(page)
    assert "human in command (hic)" in text_of(page)


def test_one_shows_rules_in_words_and_examples_with_their_route(officer):
    page = text_of(browser(officer).get("/templates/banking/"))
    assert "Where “Age of the oldest figure” is more than 90, it is not carried out." in page
    assert "A loan of 80,000 EUR" in page
    assert "goes to a person in “credit-senior”, 2 people (quorum credit-board)" in page
    assert "/templates/banking/load/" in page


def test_loading_takes_a_step_between(officer):
    client = browser(officer)
    step = client.get("/templates/legal/load/")
    assert step.status_code == 200
    assert "wait for a second person" in text_of(step)
    assert not AISystem.objects.exists()

    done = client.post("/templates/legal/load/", {"organisation": "Ombudsman"}, follow=True)

    assert done.redirect_chain == [("/templates/legal/", 302)]
    assert "Loaded as drafts. 2 parts wait for a second person." in text_of(done)
    assert AISystem.objects.get().organisation == "Ombudsman"
    for motion in Motion.objects.pending():
        assert f"/motions/{motion.pk}/" in text_of(done)
    assert "/templates/legal/load/" not in text_of(done)


def test_what_differs_is_shown_and_nothing_is_made(officer):
    client = browser(officer)
    client.post("/templates/legal/load/")
    queue = Queue.objects.get(slug="dispute-desk")
    queue.name = "Night desk"
    change(queue, "name")

    page = client.post("/templates/legal/load/")

    assert page.status_code == 409
    assert "queue dispute-desk: differs (other name)" in text_of(page)


def test_who_may_look_and_not_load_sees_no_button():
    client = browser(make_person(roles=["auditor"]))
    page = client.get("/templates/legal/")
    assert page.status_code == 200
    assert "/templates/legal/load/" not in text_of(page)
    assert client.post("/templates/legal/load/").status_code == 403
    assert not AISystem.objects.exists()


def test_who_may_not_put_a_policy_forward_is_told_so():
    page = browser(make_person(roles=["system-owner"])).post("/templates/legal/load/")
    assert page.status_code == 403
    assert "governance.publish_policyversion" in text_of(page)
    assert not AISystem.objects.exists()


def test_an_unknown_one_is_not_found(officer):
    for address in ("/templates/law/", "/templates/law/load/"):
        assert browser(officer).get(address).status_code == 404
