"""Setting up calendars, reading their year, and faults named by their field."""

import orjson
import pytest
from django.utils import timezone

from governance.errors import InputInvalid
from governance.models import LedgerEntry
from reviews.models import Calendar
from reviews.services.calendars import create_calendar
from tests.factories import LONG_AGO, SETUP, make_calendar, make_person

pytestmark = pytest.mark.django_db

ADMIN = "/admin/reviews/calendar/"
HOURS = "monday | 09:00-12:30 13:00-17:00\nfriday | 08:00-24:00"
FORM = {
    "slug": "munich",
    "name": "Munich",
    "time_zone": "Europe/Berlin",
    "hours": HOURS,
    "country": "DE",
    "subdivision": "BY",
    "closed_days": "2026-12-28 | Between the years",
    "working_days": "2026-12-05 | 08:00-10:00 | Stocktaking",
}


@pytest.fixture
def officer(client):
    client.force_login(make_person(roles=["compliance-officer"]))
    return client


def test_a_calendar_is_entered_with_all_it_says():
    calendar = make_calendar("office")
    entry = LedgerEntry.objects.get(subject_id=calendar.pk)
    assert entry.event == "reviews.calendar.created"
    body = orjson.loads(bytes(entry.leaf))["body"]
    assert body["hours"]["monday"] == [["09:00", "12:30"], ["13:00", "17:00"]]
    assert body["closed_days"] == [{"day": "2026-12-24", "reason": "Christmas Eve"}]
    assert calendar.history.count() == 1


def test_every_fault_is_named_at_its_field_and_nothing_is_kept():
    with pytest.raises(InputInvalid) as refused:
        create_calendar(
            slug="nowhere",
            name="Nowhere",
            time_zone="Mars/Olympus",
            hours={"monday": [["09:00", "12:00"], ["11:00", "13:00"]]},
            country="ZZ",
            closed_days=[{"day": "someday", "reason": "x"}],
            working_days=[{"day": "2026-12-05"}],
            actor=SETUP,
            now=LONG_AGO,
        )
    assert [error.pointer for error in refused.value.errors] == [
        "/time_zone",
        "/hours",
        "/country",
        "/closed_days",
        "/working_days",
    ]
    assert not Calendar.objects.exists()


def test_the_administration_makes_and_changes_one(officer):
    assert officer.post(f"{ADMIN}add/", FORM).status_code == 302
    calendar = Calendar.objects.get()
    assert calendar.hours["friday"] == [["08:00", "24:00"]]
    page = f"{ADMIN}{calendar.pk}/change/"
    shown = officer.get(page).text
    for line in ("monday | 09:00-12:30 13:00-17:00", "2026-12-28 | Between the years"):
        assert line in shown

    changed = {**FORM, "closed_days": "", "country": "FR", "subdivision": ""}
    assert officer.post(page, changed).status_code == 302
    calendar.refresh_from_db()
    assert (calendar.country, calendar.closed_days) == ("FR", [])
    entry = LedgerEntry.objects.filter(subject_id=calendar.pk).latest("object_seq")
    assert entry.event == "reviews.calendar.changed"
    assert orjson.loads(bytes(entry.leaf))["body"]["fields"] == [
        "closed_days",
        "country",
        "subdivision",
    ]


@pytest.mark.parametrize(
    ("field", "bad", "said"),
    [
        ("time_zone", "Mars/Olympus", "no time zone"),
        ("hours", "monday | 09:00-12:00 11:00-13:00", "overlap"),
        ("hours", "monday 09:00-12:00", "needs 2 parts"),
        ("hours", "monday | nine to five", "not a pair"),
        ("hours", "monday | 09:00-12:00\nMonday | 13:00-14:00", "named twice"),
        ("country", "ZZ", "no holidays"),
        ("subdivision", "XX", "no subdivision"),
        ("closed_days", "2026-12-28", "needs 2 parts"),
        ("closed_days", "28 December | x", "not a day"),
        ("working_days", "2026-12-05 | Stocktaking", "needs 3 parts"),
        ("working_days", "2026-12-28 | 08:00-10:00 | x", "closed day as well"),
    ],
)
def test_the_administration_says_what_is_wrong_where(officer, field, bad, said):
    answer = officer.post(f"{ADMIN}add/", {**FORM, field: bad})
    faults = answer.context["adminform"].form.errors
    assert list(faults) == [field]
    assert said in faults[field][0]
    assert not Calendar.objects.exists()

    calendar = make_calendar("office")
    answer = officer.post(f"{ADMIN}{calendar.pk}/change/", {**FORM, field: bad})
    assert list(answer.context["adminform"].form.errors) == [field]
    calendar.refresh_from_db()
    assert calendar.name == "Office office"


def test_its_page_says_which_days_are_closed_and_why(officer):
    year = timezone.now().year
    calendar = make_calendar(
        "office", closed_days=[{"day": f"{year}-03-04", "reason": "Works outing"}], working_days=[]
    )
    page = officer.get(f"{ADMIN}{calendar.pk}/change/").text
    assert f"4 March {year}: closed (Works outing)" in page
    assert f"1 January {year + 1}: closed (New Year&#x27;s Day)" in page


def test_the_api_lists_them_and_reads_a_year(client):
    client.force_login(make_person(roles=["reviewer"]))
    make_calendar("office")
    [listed] = client.get("/api/v1/calendars").json()
    assert (listed["slug"], listed["time_zone"]) == ("office", "Europe/Berlin")
    read = client.get("/api/v1/calendars/office?year=2026").json()
    days = {each["day"]: each for each in read["exceptions"]}
    assert days["2026-12-05"]["hours"] == [["08:00", "10:00"]]
    assert days["2026-12-24"] == {"day": "2026-12-24", "hours": [], "reason": "Christmas Eve"}
    # On a Saturday, when nobody works anyway.
    assert "2026-12-26" not in days
    assert client.get("/api/v1/calendars/nowhere").status_code == 404


@pytest.mark.parametrize("year", ["", "now", "1969", "2901", "-2026", "٢٠٢٦", "2026.0"])
def test_a_year_that_is_none_is_refused(client, year):
    client.force_login(make_person(roles=["reviewer"]))
    make_calendar("office")
    answer = client.get("/api/v1/calendars/office", {"year": year})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/year"
