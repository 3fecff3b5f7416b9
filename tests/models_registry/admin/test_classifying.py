"""The questionnaire as it unfolds on the page."""

import pytest

from models_registry.classification import UNCERTAIN, classify, questionnaire
from models_registry.models import Classification
from tests.factories import build_world
from tests.models_registry.classification.answer_sets import CREDIT, PLAIN

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return f"/admin/models_registry/aisystem/{build_world().system.pk}/classify/"


def fields(answer):
    return list(answer.context["form"].fields)


def filled(answer, answers, **more):
    """The form of a page, filled in from `answers`."""
    asked = fields(answer)
    given = {question: answers[question] for question in asked}
    return {"shown": asked, "seen": answer.context["seen"]} | given | more


def unfolded(client, page, answers):
    """Answer page by page until the outcome is shown; the number of pages it took."""
    answer, pages = client.get(page), 0
    while answer.context["outcome"] is None:
        answer = client.post(page, filled(answer, answers, **{"continue": ""}))
        assert not answer.context["form"].errors
        pages += 1
    return answer, pages


@pytest.mark.parametrize("changes", [{}, CREDIT, {"Q5.5": UNCERTAIN, **CREDIT, "Q2.1": UNCERTAIN}])
def test_the_questions_unfold_to_the_outcome_that_the_rules_give(signed_in, page, changes):
    answers = PLAIN | changes
    officer = signed_in("compliance-officer")
    answer, pages = unfolded(
        officer, page, {**dict.fromkeys(questionnaire().questions, "no"), **answers}
    )
    outcome = classify({question: answers[question] for question in fields(answer)})
    assert pages > 1
    assert list(answer.context["outcome"].classes) == [item.label for item in outcome.classes]
    assert Classification.objects.count() == 0

    recorded = officer.post(page, filled(answer, answers, record=""))
    made = Classification.objects.get()
    assert recorded.url == f"/admin/models_registry/classification/{made.pk}/change/"
    assert made.risk_class == outcome.risk_class
    assert str(made.author_id) == officer.session["_auth_user_id"]
    made.system.refresh_from_db()
    assert made.system.risk_class == outcome.risk_class
    shown = officer.get(recorded.url).text
    assert outcome.risk_class.label in shown
    assert "applies" in shown


def test_an_outcome_that_was_not_shown_is_not_recorded(signed_in, page):
    officer = signed_in("compliance-officer")
    answer, _ = unfolded(officer, page, PLAIN)
    changed = officer.post(page, filled(answer, PLAIN | {"Q16": "uncertain"}, record=""))
    assert changed.status_code == 200
    assert changed.context["outcome"] is not None
    assert not Classification.objects.exists()


def test_answers_to_questions_that_closed_again_are_left_out(signed_in, page):
    officer = signed_in("compliance-officer")
    answer, _ = unfolded(officer, page, PLAIN)
    closed = officer.post(page, filled(answer, PLAIN | {"Q3.a": "yes"}, **{"continue": ""}))
    assert "prohibited" in closed.text.lower()
    assert "Q5.1" not in fields(closed)


def test_a_question_without_an_answer_and_uncertain_beside_another_are_faults(signed_in, page):
    officer = signed_in("compliance-officer")
    answer = officer.get(page)
    nothing = officer.post(page, {"shown": fields(answer), "continue": ""})
    assert "Q0" in nothing.context["form"].errors
    both = {"shown": ["Q1.2"], "Q1.2": ["defence", UNCERTAIN], "continue": ""}
    assert "Uncertain stands alone" in officer.post(page, both).text


def test_the_next_run_begins_with_the_newest_answers(signed_in, page):
    officer = signed_in("compliance-officer")
    answer, _ = unfolded(officer, page, PLAIN)
    officer.post(page, filled(answer, PLAIN, record=""))
    again = officer.get(page)
    assert again.context["outcome"] is not None
    assert again.context["form"].initial["Q0"] == "yes"


@pytest.mark.parametrize("role", ["auditor", "administrator", "reviewer"])
def test_nobody_else_classifies(signed_in, page, role):
    assert signed_in(role).get(page).status_code in (302, 403)
