from importlib.resources import files

import pytest

from governance.obligations import law
from governance.obligations.records import DataInvalid
from models_registry.classification import questionnaire
from models_registry.classification.load import read_questionnaire

TEXT = (files("models_registry.classification") / "questionnaire.yaml").read_text("utf-8")


def test_the_questions_run_from_q0_to_q16_in_order():
    ids = list(questionnaire().questions)

    numbers = [int(question_id[1:].split(".")[0]) for question_id in ids]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(17))


def test_every_question_says_where_it_comes_from():
    for question in questionnaire().questions.values():
        assert question.text.endswith("?")
        assert question.topic
        assert any(word in question.law for word in ("Article", "Annex", "CFR"))


def test_another_question_text_makes_another_version():
    other = read_questionnaire(TEXT.replace("Is the system placed", "Is it placed", 1), law())

    assert other.law_version != questionnaire().law_version
    assert read_questionnaire("# a comment\n" + TEXT, law()).law_version == (
        questionnaire().law_version
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("status_date: 2026-11-22", "status_date: 2026-06-01", "the law's data show 2026-11-22"),
        ("- id: Q0", "- id: Q1.1", "'Q1.1' is given twice"),
        ("topic: What it is", "subject: What it is", "'topic' is missing"),
        ("kind: yes_no", "kind: yes_or_no", "is not a QuestionKind"),
        ("marks: [N0]", "marks: [N9]", "'N9' is not a valid Flag"),
        ("marks: [N0]", "marks: [N1]", "nothing before gives"),
        ("marks: [minors]", "marks: []", "no answer leads to"),
        ("{marked: [N0]}", "{marked: [H3]}", "nothing before gives"),
        ("{answer: Q6, in: ['no']}", "{answer: Q7.2, in: [a]}", "not an earlier question"),
        ("{answer: Q6, in: ['no']}", "{answer: Q6, in: [never]}", "has no option ['never']"),
        ("{answer: Q6, in: ['no']}", "{answer: Q6, has: ['no']}", "not one known operator"),
        ("asked_when: in_scope", "asked_when: somewhere", "no condition is called 'somewhere'"),
        ("certain: [Q4.1, Q4.2, Q4.3]", "certain: [Q4.9]", "not earlier questions"),
        ("uncertain_as: safety_component", "uncertain_as: all", "is not an option"),
        ("uncertain_as: nothing", "uncertain_as: some", "expected 'all' or 'nothing'"),
        ("answer: [section_a]", "answer: [section_c]", "not options of the question"),
        ("answer: [section_a]", "answer: [nothing]", "only several choices can be left empty"),
        ("defence: Military", "uncertain: Military", "none of them 'uncertain'"),
        ("roles: [gpai-provider]\n        says", "roles: [author]\n        says", "not a Role"),
        ("'eu-ai-act:9.*'", "'eu-ai-act:909.*'", "matches no obligation"),
        ("roles: [covered-entity]\n", "roles: [processor]\n", "no answer gives"),
        ("{traits: [transfers]}", "{traits: [travels]}", "is not a Trait"),
        ("  transfers: {traits: [transfers]}\n", "", "none has the traits transfers"),
    ],
)
def test_an_unsound_questionnaire_is_refused_with_its_place(old, new, reason):
    assert old in TEXT

    with pytest.raises(DataInvalid) as refusal:
        read_questionnaire(TEXT.replace(old, new, 1), law())

    assert reason in str(refusal.value)
