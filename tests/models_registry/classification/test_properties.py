from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from governance.obligations import StandingState, binding
from models_registry.classification import (
    UNCERTAIN,
    classify,
    next_questions,
    questionnaire,
)

from .answer_sets import (
    certain_values,
    total_answers,
)

STATUS = date(2026, 11, 22)


@given(total_answers())
def test_a_form_that_unfolds_ends_with_the_same_outcome(answers):
    given_so_far = {}
    while asked := next_questions(given_so_far):
        given_so_far |= {question.id: answers[question.id] for question in asked}

    unfolded = classify(given_so_far).as_json()
    assert unfolded == classify(answers).as_json() | {"not_asked": []}


@settings(max_examples=300)
@given(total_answers(), st.sampled_from(sorted(questionnaire().questions)), st.data())
def test_uncertain_is_never_milder_than_a_certain_answer(answers, question_id, data):
    question = questionnaire().questions[question_id]
    certain = data.draw(st.sampled_from(certain_values(question)))

    uncertain = classify({**answers, question_id: UNCERTAIN})

    assert (
        uncertain.risk_class.severity
        >= classify({**answers, question_id: certain}).risk_class.severity
    )


@given(total_answers(), st.sampled_from(sorted(questionnaire().questions)))
def test_an_uncertain_answer_that_counts_leaves_a_task(answers, question_id):
    outcome = classify({**answers, question_id: UNCERTAIN})

    asked = question_id in {step.question_id for step in outcome.path}
    settles = [task for task in outcome.tasks if task.text.startswith("Settle with certainty")]
    assert (question_id in {task.question_id for task in settles}) == asked


@given(total_answers())
def test_every_duty_switched_on_attaches_to_the_system_and_can_be_assessed(answers):
    outcome = classify(answers)
    found = binding(outcome.system_classes, outcome.roles, STATUS, outcome.traits)
    standings = {entry.obligation.id: entry.standing.state for entry in found}

    for ids in outcome.obligations.values():
        for obligation_id in ids:
            assert standings[obligation_id] is not StandingState.NOT_ASSESSABLE
