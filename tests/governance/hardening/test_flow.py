"""The product works under the rights of its roles: the same flows, in a hardened database."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.factories import World, build_world
from tests.flows.test_from_intake_to_report import (
    test_a_decision_goes_its_whole_way,
    test_a_late_case_climbs_and_a_report_tells_of_it,
)

__all__ = [
    "test_a_decision_goes_its_whole_way",
    "test_a_late_case_climbs_and_a_report_tells_of_it",
]

pytestmark = pytest.mark.usefixtures("application")


@pytest.fixture
def world(application) -> World:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user, current_database()")
        assert cursor.fetchone() == (application.roles.application, application.database)
    return build_world()
