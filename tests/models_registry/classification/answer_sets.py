"""Answer sets for the tests: a plain system, and what makes another system differ from it."""

from hypothesis import strategies as st

from models_registry.classification import UNCERTAIN, QuestionKind, questionnaire

PRACTICES = ["a", "b", "ba", "bb", "c", "d", "e", "f", "g", "h"]

# An in-house tool that reads handwritten digits: no persons, no product, no listed use.
PLAIN = {
    "Q0": "yes",
    "Q1.1": "yes",
    "Q1.2": [],
    "Q2.1": ["deployer"],
    "Q2.2": [],
    **{f"Q3.{practice}": "no" for practice in PRACTICES},
    "Q4.1": "none",
    **{f"Q5.{point}": [] for point in range(1, 9)},
    **{f"Q8.{number}": "no" for number in range(1, 6)},
    "Q9.1": "no",
    "Q9.4": "no",
    "Q12.1": "no",
    "Q13": "no",
    "Q14": [],
    "Q16": "sme",
}
AS_PROVIDER = {"Q2.1": ["provider"]}
NEW = {"Q10.1": "no"}
PERSONS = {
    "Q12.1": "yes",
    "Q12.2": ["controller"],
    "Q12.3": "yes",
    "Q12.4": "no",
    "Q12.6": "no",
    "Q12.7": ["evaluation"],
    "Q12.8": "no",
    "Q12.9": "no",
}
HIGH_RISK = {**NEW, "Q11": [], "Q15": "no", **PERSONS}
PROFILING = {"Q6": "yes", **HIGH_RISK}
CREDIT = {**PROFILING, "Q5.5": ["b"], "Q15": "yes"}
DEROGATED = {"Q6": "no", "Q7.1": "yes", "Q7.2": ["a"], **PERSONS}
DEVICE = {"Q4.1": "product", "Q4.2": "yes", "Q4.3": "section_a", **HIGH_RISK}


def _values(question):
    options = list(question.options)
    if question.id.startswith(("Q0", "Q1.1")):
        certain = st.sampled_from(["yes"] * 12 + ["no"])
    elif question.id.startswith(("Q3", "Q1.2")):
        # Rarely prohibited or excluded: the rest of the path is what there is to explore.
        no = [] if question.kind is QuestionKind.SEVERAL else "no"
        yes = [options[0]] if question.kind is QuestionKind.SEVERAL else "yes"
        return st.integers(0, 59).map(lambda n: {0: yes, 1: UNCERTAIN}.get(n, no))
    elif question.kind is QuestionKind.SEVERAL:
        least = 1 if question.at_least_one else 0
        certain = st.lists(st.sampled_from(options), min_size=least, max_size=2, unique=True)
    else:
        certain = st.sampled_from(options)
    return st.one_of(certain, certain, certain, st.just(UNCERTAIN))


def total_answers():
    """An answer to every question, asked or not."""
    questions = questionnaire().questions.values()
    return st.fixed_dictionaries({question.id: _values(question) for question in questions})


def certain_values(question):
    """Every certain answer of a choice; for several choices none, each and all."""
    if question.kind is not QuestionKind.SEVERAL:
        return list(question.options)
    single = [[option] for option in question.options]
    return [*single, list(question.options), *([] if question.at_least_one else [[]])]
