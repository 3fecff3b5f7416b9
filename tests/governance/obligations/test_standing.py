"""Known dates, written out: a slip in the data must fail here, not surface in a report."""

from datetime import date

import pytest

from governance.obligations import Confidence, Reading, StandingState, in_force, law

STATUS = date(2026, 11, 22)

DATES = [
    # obligation, scope, original, current
    ("eu-ai-act:4.1", "all", "2025-02-02", "2025-02-02"),
    ("eu-ai-act:4a.1", "all", None, "2026-07-27"),
    ("eu-ai-act:5.1.a", "all", "2025-02-02", "2025-02-02"),
    ("eu-ai-act:5.1.h", "all", "2025-02-02", "2025-02-02"),
    ("eu-ai-act:5.1.ba", "all", None, "2026-12-02"),
    ("eu-ai-act:5.1.bb", "all", None, "2026-12-02"),
    ("eu-ai-act:6.1", "annex-i", "2027-08-02", "2028-08-02"),
    ("eu-ai-act:6.4", "annex-iii", "2026-08-02", "2027-12-02"),
    ("eu-ai-act:12.1", "annex-iii", "2026-08-02", "2027-12-02"),
    ("eu-ai-act:14.4.a", "annex-i", "2027-08-02", "2028-08-02"),
    ("eu-ai-act:14.5", "annex-iii", "2026-08-02", "2027-12-02"),
    ("eu-ai-act:26.1", "annex-iii", "2026-08-02", "2027-12-02"),
    ("eu-ai-act:26.1", "annex-i", "2027-08-02", "2028-08-02"),
    ("eu-ai-act:26.11", "annex-iii", "2026-08-02", "2027-12-02"),
    ("eu-ai-act:27.1.a", "annex-iii", "2026-08-02", "2027-12-02"),
    ("eu-ai-act:50.1", "all", "2026-08-02", "2026-08-02"),
    ("eu-ai-act:50.2", "content-systems-new", "2026-08-02", "2026-08-02"),
    ("eu-ai-act:50.2", "content-systems-older", "2026-08-02", "2026-12-02"),
    ("eu-ai-act:53.1.a", "models-new", "2025-08-02", "2025-08-02"),
    ("eu-ai-act:53.1.a", "models-older", "2027-08-02", "2027-08-02"),
    ("eu-ai-act:99.3", "all", "2025-08-02", "2025-08-02"),
    ("eu-ai-act:101.1", "all", "2026-08-02", "2026-08-02"),
    ("eu-ai-act:111.2", "legacy-public-authority", None, "2030-08-02"),
    ("gdpr:22.1", "all", "2018-05-25", "2018-05-25"),
    ("hipaa:164.316.b.2.i", "all", "2005-04-20", "2005-04-20"),
]


@pytest.mark.parametrize(("obligation_id", "scope", "original", "current"), DATES)
def test_the_known_dates_stand_in_the_library(obligation_id, scope, original, current):
    (entry,) = [e for e in law().obligations[obligation_id].dates if e.scope == scope]

    assert str(entry.original or "None") == str(original)
    assert entry.current.isoformat() == current


def test_a_moved_date_names_the_act_that_moved_it():
    moved = [
        entry
        for obligation in law().obligations.values()
        for entry in obligation.dates
        if entry.original != entry.current and entry.scope != "legacy-public-authority"
    ]

    assert len(moved) > 100
    assert {entry.amended_by for entry in moved} == {"Regulation (EU) 2026/1744"}


ANSWERS = [
    ("eu-ai-act:5.1.a", "all", STATUS, "applies since 2025-02-02"),
    ("eu-ai-act:5.1.ba", "all", STATUS, "applies from 2026-12-02"),
    ("eu-ai-act:26.1", "annex-iii", STATUS, "applies from 2027-12-02"),
    ("eu-ai-act:26.1", "annex-iii", date(2027, 12, 1), "applies from 2027-12-02"),
    ("eu-ai-act:26.1", "annex-iii", date(2027, 12, 2), "applies since 2027-12-02"),
    ("eu-ai-act:26.1", "annex-i", date(2027, 12, 2), "applies from 2028-08-02"),
    ("eu-ai-act:50.2", "content-systems-older", STATUS, "applies from 2026-12-02"),
    ("eu-ai-act:50.2", "content-systems-new", STATUS, "applies since 2026-08-02"),
    ("eu-ai-act:86.1", "annex-iii", STATUS, "disputed: two readings, 2026-08-02 or 2027-12-02"),
    ("eu-ai-act:73.1", "annex-i", STATUS, "disputed: two readings, 2026-08-02 or 2028-08-02"),
    ("eu-ai-act:86.1", "annex-iii", date(2027, 12, 2), "applies since 2027-12-02"),
    (
        "eu-ai-act:26.1",
        "legacy",
        date(2031, 1, 1),
        "legacy: applies only after a significant design change",
    ),
    (
        "eu-ai-act:26.1",
        "legacy-public-authority",
        date(2030, 8, 1),
        "legacy: applies from 2030-08-02, or after a significant design change",
    ),
    ("eu-ai-act:26.1", "legacy-public-authority", date(2030, 8, 2), "applies since 2030-08-02"),
    ("eu-ai-act:4.1", "legacy", STATUS, "applies since 2025-02-02"),
    ("std:pren-18229-3", "annex-iii", STATUS, "draft"),
    ("std:en-18286", "annex-iii", STATUS, "voluntary"),
    ("iso-42001:7.2", "all", STATUS, "voluntary, published 2023-12-18"),
    ("gdpr:22.1", "all", STATUS, "applies since 2018-05-25"),
]


@pytest.mark.parametrize(("obligation_id", "scope", "on", "phrase"), ANSWERS)
def test_a_standing_says_whether_and_since_when(obligation_id, scope, on, phrase):
    assert in_force(obligation_id, scope, on).phrase == phrase


@pytest.mark.parametrize(
    ("obligation_id", "scope", "reason"),
    [
        ("eu-ai-act:999", "all", "not in the library"),
        ("eu-ai-act:26.1", "annex-xx", "no scope 'annex-xx'"),
        ("eu-ai-act:26.11", "annex-i", "no date of this duty for 'annex-i'"),
        ("eu-ai-act:26.1", "all", "no date of this duty for 'all'"),
    ],
)
def test_what_is_not_known_is_not_assessable_and_says_why(obligation_id, scope, reason):
    standing = in_force(obligation_id, scope, STATUS)

    assert standing.state is StandingState.NOT_ASSESSABLE
    assert reason in standing.reason


def test_a_dispute_carries_both_readings_and_its_reason():
    standing = in_force("eu-ai-act:49.2", "annex-iii", STATUS)

    assert standing.state is StandingState.DISPUTED
    assert [entry.reading for entry in standing.dates] == [Reading.LITERAL, Reading.PRACTICAL]
    assert standing.confidence is Confidence.DISPUTED
    assert "Two readings" in standing.reason


def test_a_day_after_the_last_look_at_the_law_is_a_forecast():
    assert not in_force("eu-ai-act:26.1", "annex-iii", STATUS).forecast
    assert in_force("eu-ai-act:26.1", "annex-iii", date(2026, 11, 23)).forecast
