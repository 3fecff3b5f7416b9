"""Who is away rules on nothing, and holds nothing."""

from datetime import timedelta

import pytest

from governance.errors import InputInvalid, NotPermitted
from governance.models import Absence
from reviews.errors import AbsenceOver, AbsencesOverlap, RightMissing
from reviews.services.absences import end_absence, record_absence
from reviews.services.claiming import claim_case
from reviews.tasks import end_unentitled_claims
from tests.factories import NOON, build_world
from tests.governance.api.calling import Caller, at
from tests.reviews.around import alarm_of
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def held(world):
    case = world.open_case()
    return claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)


def away(world, begins=None, ends=None, *, who=None, by=None, now=NOON):
    who = who or world.reviewer
    return record_absence(person=who, valid_from=begins, valid_until=ends, by=by or who, now=now)


def test_an_absence_that_has_begun_gives_back_what_the_person_holds(world, held):
    written = Written()

    absence = away(world)

    held.refresh_from_db()
    assert held.state == "open"
    assert written.entries() == [
        ("governance.absence.recorded", person(world.reviewer)),
        ("reviews.case.claim_ended", person(world.reviewer)),
    ]
    assert (absence.valid_from, absence.valid_until) == (NOON, None)
    assert absence.history.latest().actor == person(world.reviewer)
    with refused(RightMissing):
        claim_case(case_id=held.pk, reviewer=world.reviewer, now=NOON)


def test_one_that_begins_later_gives_it_back_when_it_begins(world, held):
    away(world, NOON + 5 * HOUR / 60, NOON + DAY)
    held.refresh_from_db()
    assert held.state == "claimed"

    with at(NOON):
        end_unentitled_claims()
    held.refresh_from_db()
    assert held.state == "claimed"

    written = Written()
    with at(NOON + 5 * HOUR / 60):
        end_unentitled_claims()
        end_unentitled_claims()
    held.refresh_from_db()
    assert held.state == "open"
    assert written.entries() == [("reviews.case.claim_ended", "system:end_unentitled_claims")]


def test_who_is_back_may_rule_again(world, held):
    absence = away(world)
    written = Written()

    ended = end_absence(absence_id=absence.pk, by=world.reviewer, now=NOON + HOUR)

    assert ended.ended_at == NOON + HOUR
    assert written.events() == ["governance.absence.ended"]
    claim_case(case_id=held.pk, reviewer=world.reviewer, now=NOON + HOUR)
    with refused(AbsenceOver):
        end_absence(absence_id=absence.pk, by=world.reviewer, now=NOON + HOUR)


def test_one_that_ran_out_is_over(world):
    absence = away(world, None, NOON + HOUR)

    with refused(AbsenceOver):
        end_absence(absence_id=absence.pk, by=world.reviewer, now=NOON + HOUR)


@pytest.mark.parametrize(
    ("begins", "ends"), [(NOON - HOUR, None), (None, NOON), (NOON + DAY, NOON + DAY)]
)
def test_a_time_that_is_none_is_refused(world, begins, ends):
    with refused(InputInvalid):
        away(world, begins, ends)


@pytest.mark.parametrize(
    ("begins", "ends", "fits"),
    [
        (NOON, NOON + DAY, True),
        (NOON, NOON + DAY + HOUR, False),
        (NOON + 2 * DAY, NOON + 3 * DAY, True),
        (NOON + 2 * DAY - HOUR, None, False),
        (NOON + DAY + HOUR, NOON + DAY + 2 * HOUR, False),
        (None, None, False),
    ],
)
def test_absences_of_one_person_do_not_overlap(world, begins, ends, fits):
    away(world, NOON + DAY, NOON + 2 * DAY)
    away(world, NOON + DAY, NOON + 2 * DAY, who=world.reviewers[1])

    if fits:
        away(world, begins, ends)
        return
    with refused(AbsencesOverlap):
        away(world, begins, ends)


def test_an_ended_one_makes_room(world):
    first = away(world, NOON + DAY, NOON + 2 * DAY)
    end_absence(absence_id=first.pk, by=world.reviewer, now=NOON)

    away(world, NOON + DAY, NOON + 2 * DAY)

    assert Absence.objects.count() == 2


def test_others_are_recorded_by_who_manages_absences(world):
    with refused(NotPermitted):
        away(world, by=world.senior)
    absence = away(world, by=world.officer)
    with refused(Absence.DoesNotExist):
        end_absence(absence_id=absence.pk, by=world.senior, now=NOON)
    end_absence(absence_id=absence.pk, by=world.officer, now=NOON)


def test_when_the_last_goes_away_with_the_case_the_alarm_says_so(world, held):
    away(world, who=world.senior)
    away(world, who=world.reviewers[1])
    assert alarm_of(held) is None

    away(world)

    assert alarm_of(held) == "right: Of the 3 reviewers of the queue, 3 are absent."


def test_the_api_takes_ones_own_and_shows_no_others(world, held):
    mine, other = Caller(person=world.reviewer), Caller(person=world.senior)

    made = mine.post("absences", {})

    assert (made.status, made.body["person"]) == (201, world.reviewer.username)
    assert len(mine.get("absences").body["results"]) == 1
    assert other.get("absences").body["results"] == []
    assert len(Caller(person=world.officer).get("absences").body["results"]) == 1
    assert other.post("absences", {"person": world.reviewer.username}).status == 403
    assert other.post(f"absences/{made.body['id']}/end").status == 404
    assert mine.post("absences", {}).status == 409
    assert mine.post(f"absences/{made.body['id']}/end").status == 200
    assert mine.post(f"absences/{made.body['id']}/end").status == 409
    # Who manages nobody's absence does not learn from it who has an account.
    assert mine.post("absences", {"person": "Ada Lovelace"}).status == 403
    officer = Caller(person=world.officer)
    assert officer.post("absences", {"person": "Ada Lovelace"}).status == 422
    assert officer.post("absences", {"person": world.senior.username}).status == 201
    assert mine.post("absences", {"until": "tomorrow"}).status == 400
    assert Caller(key=world.key).get("absences").status == 403
