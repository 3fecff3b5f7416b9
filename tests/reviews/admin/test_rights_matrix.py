"""Decision rights in the administration: the matrix, and the forms that put a change forward."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import DecisionRight, Motion, ReviewerRole
from governance.services import accounts
from tests.factories import LONG_AGO, SETUP, build_world, make_person
from tests.governance.admin.forms import sent
from tests.governance.motions.motioning import vote
from tests.governance.pages.reading import Markup, text_of

pytestmark = pytest.mark.django_db
LIST = "/admin/governance/decisionright/"
MATRIX = f"{LIST}matrix/"


@pytest.fixture
def world():
    return build_world()


def right_of(role="reviewer"):
    return DecisionRight.objects.filter(role__slug=role).latest("id")


def test_the_list_leads_to_the_matrix_and_a_right_to_its_past(world, signed_in):
    auditor = signed_in("auditor")
    assert MATRIX in text_of(auditor.get(LIST))
    text = text_of(auditor.get(MATRIX))
    assert f"{LIST}{right_of().pk}/history/" in text
    assert "uphold, override, reverse, abstain" in text
    assert "2 rights in force at" in text
    assert "Loan approval" in text
    assert "as for every type" in text
    assert Markup(text).forbidden == []


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("auditor", 200), ("compliance-officer", 200), ("administrator", 200),
        ("system-owner", 403), ("reviewer", 302),
    ],
)  # fmt: skip
def test_who_may_look(world, signed_in, role, status):
    assert signed_in(role).get(MATRIX).status_code == status


def test_the_reader_chooses_the_instant_and_what_to_look_at(world, signed_in):
    auditor = signed_in("auditor")

    def shown(query):
        answer = auditor.get(f"{MATRIX}?{query}")
        assert answer.status_code == 200
        return answer.context["matrix"].count

    assert shown("at=2026-10-01T00:00") == 0
    assert shown("at=2026-11-01T12:00") == 2
    assert shown("at=2026-11-01") == 2
    assert shown("role=reviewer") == 1
    assert shown("system=lending&role=auditor") == 0
    text = text_of(auditor.get(f"{MATRIX}?at=2199-01-01T00:00&role=reviewer"))
    assert "That lies ahead" in text
    assert "export.csv?at=2199-01-01T00%3A00%3A00.000000Z&amp;role=reviewer" in text
    faulty = auditor.get(f"{MATRIX}?at=soon&system=lendign")
    assert faulty.status_code == 200
    assert set(faulty.context["form"].errors) == {"at", "system"}


def test_the_page_costs_the_same_for_more_rights(world, signed_in, django_assert_max_num_queries):
    auditor = signed_in("auditor")
    for number in range(15):
        accounts.grant_right(
            role=ReviewerRole.objects.get(slug="reviewer"),
            system=f"system-{number}",
            verdicts=["uphold"],
            actor=SETUP,
            now=LONG_AGO,
        )
    with django_assert_max_num_queries(12):
        assert auditor.get(MATRIX).context["matrix"].count == 17


def test_a_right_is_proposed_by_one_and_granted_by_another(world, signed_in):
    officer, now = signed_in("compliance-officer"), timezone.now()
    role = ReviewerRole.objects.get(slug="reviewer")
    page = text_of(officer.get(f"{LIST}add/"))
    assert "Propose a right" in page
    asked = sent(
        role=role.pk,
        system="lending",
        decision_type="lending-approval",
        max_impact="10000",
        verdicts=["uphold", "override"],
        outcomes="refuse",
        valid_until=now + timedelta(days=90),
        reason="Large loans go to the board.",
    )
    answer = officer.post(f"{LIST}add/", asked)
    motion = Motion.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/motions/{motion.pk}/")
    assert DecisionRight.objects.count() == 2
    assert motion.reason == "Large loans go to the board."

    vote(motion, make_person(roles=["compliance-officer"]), now=now)

    made = right_of()
    assert (made.motion, made.decision_type, made.outcomes) == (
        motion, "lending-approval", ["refuse"],
    )  # fmt: skip
    assert motion.summary in text_of(officer.get(f"{LIST}{made.pk}/change/"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"max_impact": "-1"}, "max_impact"),
        ({"outcomes": "maybe"}, "outcomes"),
        ({"decision_type": "", "outcomes": "refuse"}, "outcomes"),
        ({"verdicts": []}, "verdicts"),
        ({"reason": ""}, "reason"),
        ({"system": "lendign"}, "system"),
        ({"starts_at": timezone.now() - timedelta(days=1)}, "starts_at"),
        ({"valid_until": timezone.now() - timedelta(days=1)}, "valid_until"),
    ],
)
def test_a_fault_stands_at_its_field(world, signed_in, wrong, field):
    asked = {
        "role": ReviewerRole.objects.get(slug="reviewer").pk,
        "system": "lending",
        "decision_type": "lending-approval",
        "verdicts": ["uphold"],
        "reason": "So.",
    }
    answer = signed_in("compliance-officer").post(f"{LIST}add/", sent(**asked | wrong))
    assert answer.status_code in (200, 422)
    assert field in answer.context["adminform"].form.errors
    assert not Motion.objects.exists()


def test_a_right_is_ended_in_the_same_way(world, signed_in):
    officer, now, right = signed_in("compliance-officer"), timezone.now(), right_of()
    assert "End this right" in text_of(officer.get(f"{LIST}{right.pk}/change/"))
    past = officer.post(
        f"{LIST}{right.pk}/end-right/", sent(at=now - timedelta(days=1), reason="So.")
    )
    assert past.status_code == 422
    assert "at" in past.context["form"].errors
    assert officer.post(f"{LIST}{right.pk}/end-right/", sent(reason="So.")).status_code == 302
    right.refresh_from_db()
    assert right.valid_until is None
    vote(Motion.objects.get(), make_person(roles=["compliance-officer"]), now=now)
    right.refresh_from_db()
    assert right.valid_until == now
    assert "End this right" not in text_of(officer.get(f"{LIST}{right.pk}/change/"))


def test_own_advantage_is_refused_with_a_sentence(world, signed_in):
    both = signed_in("compliance-officer", "reviewer")
    answer = both.post(
        f"{LIST}add/",
        sent(
            role=ReviewerRole.objects.get(slug="reviewer").pk,
            verdicts=["uphold"],
            reason="For me.",
        ),
    )
    assert answer.status_code == 403
    assert "You hold the role reviewer" in text_of(answer)
    assert not Motion.objects.exists()


def test_no_form_changes_a_right_by_itself(world, signed_in):
    officer, right = signed_in("compliance-officer"), right_of()
    before = (right.history.count(), right.valid_until)
    address = f"{LIST}{right.pk}/change/"
    answer = officer.post(address, sent(valid_until=timezone.now() + timedelta(days=1)))
    assert answer.status_code == 403
    assert officer.post(f"{LIST}{right.pk}/delete/", {"post": "yes"}).status_code == 403
    right.refresh_from_db()
    assert (right.history.count(), right.valid_until) == before
    auditor = signed_in("auditor")
    assert auditor.get(f"{LIST}add/").status_code == 403
    assert auditor.get(f"{LIST}{right.pk}/end-right/").status_code == 403
