"""How much work lay on how many people."""

from decimal import Decimal

from governance.reports.statistics import NotAssessableError, rounded


def utilisation(
    *, arrivals: int, hours: Decimal, mean_service_hours: Decimal | None, people: int
) -> Decimal:
    """M13: arrival rate times mean time of service over the number of people.

    Near 1, cases come as fast as people can rule. `hours`: of the whole period, so nights count as
    working time and the true pressure is higher. Raises NotAssessableError without people or cases.
    """
    if not people or mean_service_hours is None:
        raise NotAssessableError("No verdict was given in the period, so nobody's time is known.")
    return rounded(Decimal(arrivals) / hours * mean_service_hours / people)
