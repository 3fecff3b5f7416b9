import pytest

from governance.obligations import Role, law
from models_registry.classification import (
    UNCERTAIN,
    AnswerInvalid,
    Flag,
    Incomplete,
    RiskClass,
    classify,
    is_current,
    next_questions,
)

from .answer_sets import (
    AS_PROVIDER,
    CREDIT,
    DEROGATED,
    DEVICE,
    HIGH_RISK,
    PERSONS,
    PLAIN,
    PROFILING,
)

PUBLIC = {"Q11": ["public_authority"]}

# what it is, how it differs from the plain system, classes, flags that must and must not be there
SYSTEMS = [
    ("digit reading in the post room", {}, "M", "", "personal-data FRIA"),
    ("rules written by people", {"Q0": "no"}, "N0", "", ""),
    ("no link to the Union", {"Q1.1": "no"}, "N1", "", ""),
    ("defence only", {"Q1.2": ["defence"]}, "N1", "", ""),
    ("social scoring", {"Q3.c": "yes"}, "X", "", ""),
    ("intimate deepfakes", {"Q3.ba": "yes"}, "X", "", ""),
    ("emotion inference at work", {"Q3.f": "yes"}, "X", "", ""),
    ("credit scoring, bank as deployer", CREDIT, "H3", "FRIA financial", "L"),
    ("credit scoring, its provider", {**CREDIT, **AS_PROVIDER}, "H3", "financial", "FRIA"),
    ("life insurance pricing", {**PROFILING, "Q5.5": ["c"]}, "H3", "FRIA", ""),
    (
        "recruitment by an employer",
        {**PROFILING, "Q5.4": ["a"], "Q13": "yes"},
        "H3",
        "employer employer-notice DPIA",
        "FRIA",
    ),
    ("recruitment by an authority", {**PROFILING, "Q5.4": ["a"], **PUBLIC}, "H3", "FRIA", ""),
    ("exam proctoring", {**PROFILING, "Q5.3": ["d"]}, "H3", "", "FRIA"),
    (
        "grid control by a public body",
        {**HIGH_RISK, "Q5.2": ["supply"], "Q6": "no", "Q7.1": "no", "Q11": ["public_body"]},
        "H3",
        "point-2",
        "FRIA",
    ),
    ("face search by the police", {**PROFILING, "Q5.1": ["a"]}, "H3", "RBI", ""),
    (
        "asylum applications",
        {**PROFILING, "Q5.7": ["c"], **PUBLIC},
        "H3",
        "restricted-registration FRIA",
        "RBI",
    ),
    ("medical device software, hospital", DEVICE, "H1", "", "FRIA annex-iii-use"),
    ("medical device software, maker", {**DEVICE, **AS_PROVIDER}, "H1", "", ""),
    (
        "medical device without third party",
        {"Q4.1": "product", "Q4.2": "no", **PERSONS},
        "M",
        "personal-data",
        "",
    ),
    ("machinery", {"Q4.1": "safety_component", "Q4.2": "yes", "Q4.3": "section_b"}, "H1B", "", ""),
    ("comfort function of a lift", {"Q4.1": "assisting_component"}, "M", "", ""),
    (
        "device that triages emergencies",
        {**DEVICE, **PROFILING, "Q5.5": ["d"]},
        "H3 H1",
        "",
        "",
    ),
    ("sorting of applications", {**DEROGATED, "Q5.4": ["a"]}, "N6", "annex-iii-use", "FRIA"),
    ("the same with profiling", {**PROFILING, "Q5.4": ["a"]}, "H3", "", ""),
    (
        "no condition of the derogation",
        {**HIGH_RISK, **DEROGATED, "Q5.4": ["a"], "Q7.2": []},
        "H3",
        "",
        "",
    ),
    (
        "chat bot",
        {**AS_PROVIDER, "Q8.1": "yes", "Q8.2": "yes", "Q8.2.older": "yes"},
        "M",
        "T1 T2 T2-older",
        "T5",
    ),
    ("news texts, reviewed", {"Q8.5": "yes", "Q8.5.exempt": "yes"}, "M", "T5-exempt", "T5"),
    ("news texts, unreviewed", {"Q8.5": "yes", "Q8.5.exempt": "no"}, "M", "T5", "T5-exempt"),
    (
        "model with systemic risk",
        {**AS_PROVIDER, "Q9.1": "yes", "Q9.2": "yes", "Q9.3": "yes", "Q9.4": "yes"},
        "M",
        "G1 G2 G-older AI-Office",
        "",
    ),
    (
        "legacy credit scoring",
        {**CREDIT, "Q10.1": "yes", "Q10.2": "no", "Q10.3": "no"},
        "H3",
        "L FRIA",
        "L-public",
    ),
    ("legacy, changed since", {**CREDIT, "Q10.1": "yes", "Q10.2": "yes"}, "H3", "", "L"),
    (
        "automated refusals without a ground",
        {**PERSONS, "Q12.4": "yes", "Q12.5": "none"},
        "M",
        "Article-22 Article-22-no-ground",
        "",
    ),
    ("perhaps prohibited", {"Q3.a": UNCERTAIN}, "X", "", ""),
    ("perhaps credit scoring", {**PROFILING, "Q5.5": UNCERTAIN}, "H3", "FRIA", ""),
    ("perhaps a device", {**DEVICE, "Q4.1": UNCERTAIN, "Q4.2": UNCERTAIN}, "H1", "", ""),
    (
        "perhaps machinery",
        {"Q4.1": UNCERTAIN, "Q4.2": "yes", "Q4.3": "section_b"},
        "H1B",
        "H1B-uncertain",
        "",
    ),
    (
        "perhaps machinery, used to select staff",
        {
            **PROFILING,
            "Q4.1": UNCERTAIN,
            "Q4.2": "yes",
            "Q4.3": "section_b",
            "Q5.4": ["a"],
        },
        "H3 H1B",
        "H1B-uncertain",
        "",
    ),
    (
        "perhaps derogated",
        {**HIGH_RISK, "Q5.4": ["a"], "Q6": "no", "Q7.1": UNCERTAIN},
        "H3",
        "",
        "",
    ),
    ("perhaps legacy", {**CREDIT, "Q10.1": UNCERTAIN}, "H3", "", "L"),
]


@pytest.mark.parametrize(
    ("changes", "classes", "having", "lacking"),
    [system[1:] for system in SYSTEMS],
    ids=[system[0] for system in SYSTEMS],
)
def test_a_system_gets_its_classes_and_flags(changes, classes, having, lacking):
    outcome = classify({**PLAIN, **changes})

    assert [str(item) for item in outcome.classes] == classes.split()
    assert set(having.split()) <= {str(flag) for flag in outcome.flags}
    assert not set(lacking.split()) & {str(flag) for flag in outcome.flags}


def test_a_prohibited_practice_blocks_activation_and_nothing_else_does():
    outcome = classify({**PLAIN, "Q3.g": "yes"})

    assert outcome.activation_blocked
    assert {"eu-ai-act:5.1.g"} <= set(outcome.obligations[Role.DEPLOYER])
    assert outcome.obligations[Role.OPERATOR] == ("eu-ai-act:99.3",)
    assert not classify({**PLAIN, **CREDIT}).activation_blocked


def test_the_path_names_question_answer_effect_and_law():
    outcome = classify({**PLAIN, **PROFILING, "Q5.5": UNCERTAIN})
    (step,) = [step for step in outcome.path if step.question_id == "Q5.5"]

    assert (step.answer, step.taken_as) == (UNCERTAIN, ("a", "b", "c", "d"))
    assert step.effect == "A use listed in Annex III, point 5."
    assert step.law == "Annex III, point 5"
    assert [task.question_id for task in outcome.tasks] == ["Q5.5"]


def test_missing_answers_are_listed_in_order():
    answers = {key: value for key, value in PLAIN.items() if key not in ("Q5.1", "Q9.1")}

    with pytest.raises(Incomplete) as refusal:
        classify(answers)

    assert refusal.value.questions == ("Q5.1", "Q9.1")


@pytest.mark.parametrize(
    ("question_id", "answer", "why"),
    [
        ("Q99", "yes", "there is no such question"),
        ("Q0", "maybe", "expected one of"),
        ("Q0", True, "expected one of"),
        ("Q0", ["yes"], "expected one of"),
        ("Q4.1", "ship", "expected one of"),
        ("Q5.5", ["z"], "'z' is not one of"),
        ("Q5.5", "b", "expected a list"),
        ("Q5.5", ["b", "b"], "given twice"),
        ("Q5.5", ["b", UNCERTAIN], "'uncertain' is not one of"),
        ("Q5.5", [["b"]], "is not one of"),
        ("Q2.1", [], "at least one"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(question_id, answer, why):
    with pytest.raises(AnswerInvalid) as refusal:
        classify({**PLAIN, question_id: answer})

    assert refusal.value.question_id == question_id
    assert why in refusal.value.why
    assert refusal.value.errors[0].pointer == f"/answers/{question_id}"


def test_answers_to_questions_that_are_not_asked_have_no_effect_and_are_named():
    outcome = classify({**PLAIN, "Q6": "yes", "Q7.2": ["a"]})

    assert outcome.classes == (RiskClass.M,)
    assert outcome.not_asked == ("Q6", "Q7.2")


def test_a_form_unfolds_question_by_question():
    assert [q.id for q in next_questions({})] == ["Q0"]
    assert [q.id for q in next_questions({"Q0": "no"})] == ["Q12.1", "Q14"]
    begun = {"Q0": "yes", "Q1.1": "yes", "Q1.2": []}
    assert [q.id for q in next_questions(begun)][:3] == ["Q2.1", "Q3.a", "Q3.b"]
    assert next_questions(PLAIN) == ()


def test_a_classification_is_current_until_law_or_questions_change():
    stored = classify(PLAIN).law_version

    assert is_current(stored)
    assert stored.startswith(law().version)
    assert not is_current(stored.replace("2026-11-22", "2026-06-01"))


def test_the_stored_form_is_plain_and_the_same_each_time():
    stored = classify({**PLAIN, **CREDIT}).as_json()

    assert stored == classify({**PLAIN, **CREDIT}).as_json()
    assert stored["classes"] == ["H3"]
    assert {type(value) for value in stored.values()} <= {str, list, dict, bool}


def test_names_for_people_and_words_for_records_do_not_collide():
    assert RiskClass.H3.label == "High-risk (Annex III)"
    assert all(item.label for item in [*RiskClass, *Flag])
    assert not {str(item) for item in RiskClass} & {str(item) for item in Flag}
