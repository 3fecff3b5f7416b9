"""The test of meaningful involvement, and the load on people."""

from decimal import Decimal

import pytest

from governance.reports.statistics import NotAssessableError
from reviews.metrics.involvement import Condition, Involvement, involvement
from reviews.metrics.workload import utilisation

HOLDS = Condition("people took the time", True, "All did.")
FAILS = Condition("people had competence", False, "2 of 3.")
UNKNOWN = Condition("the result did not repeat the output", None, "Too few rows.")


@pytest.mark.parametrize(
    ("given", "kind", "says"),
    [
        ({"has_effect": False}, Involvement.NO_EFFECT, "neither legal"),
        ({"decisions": 0}, Involvement.NO_DECISIONS, "No decision"),
        ({"unreviewed": 4}, Involvement.AUTOMATED, "4 of 10"),
        ({"conditions": (HOLDS, FAILS)}, Involvement.TREATED_AS_AUTOMATED, "Not given"),
        ({"conditions": (UNKNOWN,)}, Involvement.TREATED_AS_AUTOMATED, "Not shown"),
        ({}, Involvement.ASSISTED, "took the time"),
        ({"all_judged_first": True}, Involvement.HUMAN, "took the time"),
    ],
)
def test_the_class_follows_from_the_conditions(given, kind, says):
    found = involvement(
        **{
            "has_effect": True,
            "decisions": 12,
            "in_effect": 10,
            "unreviewed": 0,
            "conditions": (HOLDS,),
            "all_judged_first": False,
            **given,
        }
    )
    assert found.involvement is kind
    assert says in " ".join(found.reasons)


def test_utilisation_is_arrivals_times_service_over_people():
    load = utilisation(arrivals=80, hours=Decimal(40), mean_service_hours=Decimal("0.5"), people=2)
    assert load == Decimal("0.5")
    with pytest.raises(NotAssessableError):
        utilisation(arrivals=80, hours=Decimal(40), mean_service_hours=None, people=0)
