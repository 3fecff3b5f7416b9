"""Every page and act of the administration, opened and sent by every role."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.authorisation.administration import ACTS, MODELS, act_of, may
from tests.authorisation.resolver import addresses
from tests.authorisation.trying import Traces, rows, taken_back
from tests.authorisation.world import ANONYMOUS, ROLES
from tests.factories import build_world, make_person, policy_text
from tests.reviews.admin.rows import add_one_of_each

pytestmark = pytest.mark.django_db

OUTSIDE = (ANONYMOUS, "reviewer", "senior-reviewer")
# What a form answers that was taken, faulty, or in conflict; never 403.
LET_IN = (200, 302, 409, 422)
PAGES = [
    # Page, method, the letter that it takes, what who has it is answered.
    ("changelist", "GET", "v", (200,)),
    ("change", "GET", "v", (200,)),
    ("history", "GET", "v", (200,)),
    ("add", "GET", "a", (200,)),
    ("add", "POST", "a", LET_IN),
    ("change", "POST", "c", LET_IN),
    ("delete", "GET", "d", (200,)),
    ("delete", "POST", "d", (200, 302)),
]


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """A row of each model, and a browser for each role."""
    with django_db_blocker.unblock(), transaction.atomic():
        add_one_of_each(build_world(text=policy_text(audit_rate=1)), 0)
        browsers = {ANONYMOUS: Client(raise_request_exception=False)}
        for role in ROLES:
            browsers[role] = Client(raise_request_exception=False)
            browsers[role].force_login(make_person(roles=[role]))
        yield browsers
        transaction.set_rollback(True)


def test_every_act_has_a_row_and_every_row_an_act():
    known = {act for found in addresses() if (act := act_of(found.path))}
    listed = {
        f"{model._meta.app_label}/{model._meta.model_name} {act.name}"
        for model, door in admin.site._registry.items()
        for act in door.acts
    }
    assert listed <= known
    assert known - set(ACTS) == set(), "acts without a row in administration.py"
    assert set(ACTS) - known == set(), "rows of administration.py that no act has"


def test_an_act_asks_for_the_permission_of_the_table():
    for model, door in admin.site._registry.items():
        for act in door.acts:
            row = ACTS[f"{model._meta.app_label}/{model._meta.model_name} {act.name}"]
            assert (act.permission, model) == (row.needs, row.model), act.name


def address(model, page, key):
    args = [] if page in ("changelist", "add") else [key]
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def tried(filled, tries):
    """Try all, the admitted ones taken back one by one; the others leave their refusals alone.

    `tries`: caller, method, path, body, whether the door lets them in, with what status.
    """
    before, faults, entered = rows(), [], 0

    def send(role, method, path, body):
        client = filled[role]
        return (client.post(path, body) if method == "POST" else client.get(path)).status_code

    for role, method, path, body, is_let_in, expected in tries:
        if is_let_in:
            with taken_back():
                status = send(role, method, path, body)
            if status not in expected:
                faults.append(f"{method} {path} by {role}: {status}, not {expected}")
    traces = Traces()
    for role, method, path, body, is_let_in, _ in tries:
        if is_let_in:
            continue
        status = send(role, method, path, body)
        if status != (302 if role in OUTSIDE else 403):
            faults.append(f"{method} {path} by {role}: {status}, which is no refusal")
        entered += status == 403
    assert not faults, "\n".join(faults)
    traces.check(entered)
    assert rows() == before, "a refused try has changed a row"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_page_of_a_model_is_open_to_exactly_who_may(model, filled):
    row = model._default_manager.order_by("pk").last()
    tried(
        filled,
        [
            (role, method, address(model, page, row.pk), {"post": "yes"},
             letter in may(role, model), expected)
            for page, method, letter, expected in PAGES
            for role in (ANONYMOUS, *ROLES)
            # Who does not get in at all is not let in to read one page rather than another.
            if role not in OUTSIDE or method == "POST" or page == "changelist"
        ],
    )  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_carried_out_for_exactly_who_may(name, filled):
    act = ACTS[name]
    row = getattr(act.model._default_manager.order_by("pk"), act.pick)()
    body = act.body() if callable(act.body) else act.body
    path = address(act.model, name.split()[1], row.pk)
    tried(
        filled,
        [
            (role, method, path, body, act.admits(role), act.done if method == "POST" else (200,))
            for method in ("GET", "POST")
            for role in (ANONYMOUS, *ROLES)
        ],
    )
