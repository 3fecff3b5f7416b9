"""A report says what of its time is in the archive only."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from governance.report_sections.logging import logging
from governance.reports.blocks import KeyValues, Paragraph
from governance.reports.period import Period
from governance.selectors.archived import in_archive
from governance.services.archive_moves import detach_partition
from tests.governance.archive.conftest import AUGUST, ENTRIES, MAY, OF_MAY, OPERATOR

pytestmark = pytest.mark.django_db


def texts(section):
    return [block.text for block in section.blocks if isinstance(block, Paragraph)]


@pytest.fixture
def period():
    return Period(
        system_id=uuid4(),
        system_slug="lending",
        start=MAY - timedelta(days=20),
        end=AUGUST,
        cut_off=AUGUST,
    )


def test_while_all_entries_are_here_nothing_is_said_of_the_archive(written, period):
    connection.check_constraints()

    assert in_archive(AUGUST) is None
    assert not [text for text in texts(logging(period)) if "archive" in text]


def test_a_report_names_the_entries_that_its_counts_leave_out(written, period):
    connection.check_constraints()
    detach_partition(name=OF_MAY, actor=OPERATOR, now=AUGUST)

    section = logging(period)

    [said] = [text for text in texts(section) if "archive" in text]
    assert f"{ENTRIES} entries, of the time from 2031-05-01" in said
    [kept] = [dict(block.pairs) for block in section.blocks if isinstance(block, KeyValues)]
    assert kept["Oldest entry"] < "2031-05-02"
    assert in_archive(MAY - timedelta(days=30)) is None
