"""Whatever a valid ladder says: fired to its end, it never approves."""

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.models import PolicyVersion
from reviews.ladders import Trigger, parse_ladder
from reviews.models import Case, Escalation, Permit
from reviews.services.ladder_versions import create_ladder, names_now
from tests.factories import NOON, SETUP, build_world, change
from tests.reviews.ladders.made import climbed

pytestmark = pytest.mark.django_db

_PLACES = ("first-line", "second-line")
_ROLES = ("reviewer", "senior-reviewer", "auditor")
_RECIPIENTS = st.one_of(
    st.sampled_from(_PLACES).map(lambda queue: {"queue": queue}),
    st.sampled_from(_ROLES).map(lambda role: {"role": role}),
)


def _rungs(people):
    to = st.one_of(
        st.just({}),
        st.sampled_from(_ROLES).map(lambda role: {"role": role}),
        st.sampled_from(people).map(lambda person: {"person": person}),
    )
    return st.builds(
        lambda within, urgency, to, more: {
            "within": within, "raise_priority": urgency, **to, **more,
        },
        st.sampled_from(["PT1S", "PT30M", "PT4H", "P3D", "P366D"]),
        st.integers(1, 100),
        to,
        st.fixed_dictionaries(
            {},
            optional={
                "queue": st.sampled_from(_PLACES),
                "add_ballot": st.booleans(),
                "counts": st.just("clock"),
                "notify": st.lists(_RECIPIENTS, max_size=3),
            },
        ),
    )  # fmt: skip


def _ladders(people):
    return st.fixed_dictionaries(
        {"version": st.just(1), "rungs": st.lists(_rungs(people), min_size=1, max_size=6)},
        optional={
            "at_end": st.sampled_from(["refuse", "hold"]),
            "climbs_on": st.lists(st.sampled_from([str(one) for one in Trigger]), unique=True),
        },
    )


def test_any_ladder_that_is_valid_fires_to_its_end_and_never_approves():
    world = build_world()
    people = [str(person.pseudonym) for person in (*world.reviewers, world.senior, world.officer)]
    count = iter(range(10_000))

    @settings(
        max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(_ladders(people))
    def each(data):
        text = yaml.safe_dump(data)
        rules = parse_ladder(text, names_now())
        ladder = create_ladder(
            slug=f"any-{next(count)}", name="Any", text=text, actor=SETUP, now=NOON
        )
        world.first_line.ladder = ladder
        change(world.first_line, "ladder")
        case = climbed(world.open_case(outcome="grant"), len(rules.rungs) + 1)

        assert (case.state, case.final_outcome) == (Case.State.EXPIRED, "")
        assert case.fail_safe == (rules.at_end or "hold")
        assert not Permit.objects.filter(decision=case.decision_id).exists()
        fired = Escalation.objects.filter(case=case).order_by("id").values_list("rung", flat=True)
        assert list(fired) == list(range(1, len(rules.rungs) + 1))

    each()
    assert PolicyVersion.objects.count() == 1
