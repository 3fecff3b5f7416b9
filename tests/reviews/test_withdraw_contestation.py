"""The person takes their challenge back."""

import pytest

from governance.models import Actor
from reviews.errors import ContestationClosed
from reviews.models import Contestation, Decision
from reviews.selectors.standing import standing_of
from reviews.services.contesting import withdraw_contestation
from tests.factories import build_world, change
from tests.governance.api.calling import Caller, integrator
from tests.reviews.contested import LATER, contested, ruled, taken_up
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


def withdraw(world, contestation):
    return withdraw_contestation(
        contestation_id=contestation.pk, actor=Actor.of(world.officer), now=LATER
    )


def test_the_case_ends_and_the_decision_stays_as_it_is():
    world = build_world()
    contestation = contested(world)
    taken_up(world, contestation)
    before = standing_of(Decision.objects.get(), LATER).standing
    written = Written()

    withdraw(world, contestation)

    contestation.refresh_from_db()
    case = contestation.case
    assert (contestation.state, contestation.result, contestation.closed_at) == (
        "withdrawn",
        "",
        LATER,
    )
    assert (case.state, case.claimed_by, case.closed_at) == ("withdrawn", None, LATER)
    assert standing_of(Decision.objects.get(), LATER).standing is before
    assert written.entries() == [
        ("reviews.contestation.withdrawn", person(world.officer)),
        ("reviews.case.withdrawn", person(world.officer)),
    ]
    assert [event for event, _ in written.messages()] == ["contestation.withdrawn"]


def test_what_is_closed_stays_closed():
    world = build_world()
    _, decided = ruled(world, contested(world))

    with refused(ContestationClosed):
        withdraw(world, decided)


@pytest.mark.parametrize(
    ("who", "status"),
    [("officer", 200), ("client", 200), ("another system's client", 404), ("reviewer", 403)],
)
def test_who_withdraws(who, status):
    world = build_world()
    contestation = contested(world)
    if who == "another system's client":
        world.client.systems = ["hiring"]
        change(world.client, "systems")
    caller = integrator(world) if "client" in who else Caller(person=getattr(world, who))

    answer = caller.post(f"contestations/{contestation.pk}/withdraw", now=LATER)

    assert answer.status == status
    assert Contestation.objects.get().state == ("withdrawn" if status == 200 else "open")
