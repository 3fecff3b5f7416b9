"""A template that is not sound is refused, with file, line and column of each fault."""

from __future__ import annotations

from importlib.resources import files

import pytest

from reviews.industries import TemplateInvalid
from reviews.industries.reading import read_template

SOUND = files("reviews.industries") / "data" / "insurance"


@pytest.fixture
def folder(tmp_path):
    """A copy of a sound template, to be spoilt."""
    for name in ("template.yaml", "life.yaml"):
        (tmp_path / name).write_text((SOUND / name).read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def spoil(folder, name, before, after, at=None):
    """Put one piece of text in place of another. Line and column, from 1, of `at` in what comes of
    it, from the change on; of the change itself without it."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    begins = text.index(before)
    text = text[:begins] + after + text[begins + len(before) :]
    path.write_text(text, encoding="utf-8")
    found = text.index(at, begins) if at else begins
    return text.count("\n", 0, found) + 1, found - text.rfind("\n", 0, found)


def faults_of(folder):
    with pytest.raises(TemplateInvalid) as refused:
        read_template("insurance", folder)
    return [str(fault) for fault in refused.value.faults]


def test_the_copy_is_sound(folder):
    assert read_template("insurance", folder).slug == "insurance"


@pytest.mark.parametrize(
    ("before", "after", "at", "said"),
    [
        ("title: Insurance", "titel: Insurance", "titel", 'there is no field "titel" here'),
        ("effect: legal", "effect: grave", "grave", '"grave" is not one of none, similar, legal'),
        ("rung_within: P2D", "rung_within: PT0H", "PT0H", "longer than no time at all"),
        ("escalates_to: underwriting-senior", "escalates_to: underwriting-top",
         "underwriting-top", 'no queue before this one is called "underwriting-top"'),
        ("      Q6: yes", "      Q6: perhaps", "perhaps", "expected one of"),
        ("      Q6: yes", "      Q6.a: yes", "yes", "there is no such question"),
        ("      Q6: yes", "      Q6: yes\n      Q7.1: no", "no\n", "Q7.1 is not asked on"),
        ("risk_class: H3", "risk_class: M", "M\n", "the answers lead to H3, not to M"),
        ("id: gdpr:9.2", "id: gdpr:9.99", "gdpr", 'there is no obligation "gdpr:9.99" here'),
        ("id: gdpr:9.2", "id: eu-ai-act:14.5", "eu-ai", "does not bind a system with these"),
        ("file: life.yaml", "file: lives.yaml", "lives", "there is no file lives.yaml"),
        ("key: loading", "key: standard", "standard", 'another outcome is called "standard" too'),
        ("role: reviewer, decision_type: life-application", "role: reviewer, decision_type: life",
         "life", 'there is no decision type "life" here'),
        ("role: reviewer,", "role: administrator,", "administrator", "is not one of reviewer, "),
        ("outcome: standard", "outcome: standart", "standart", 'there is no outcome "standart"'),
        ("confidence: 0.99", "confidence: 1.99", "1.99", "1.99 is more than 1"),
        ("questions_open: 0", "questions_open: none", "none", "this must be a int"),
        ("questions_open: 0", "question_open: 0", "0", 'there is no fact "question_open" here'),
        ("{disposition: pass", "{disposition: block", "{", "is 'pass', not 'block'"),
        ("{disposition: pass, rule: standard-small-sum", "{disposition: pass, rule: large-sum", "{",
         "the rule is 'standard-small-sum', not 'large-sum'"),
    ],
)  # fmt: skip
def test_a_fault_of_the_template_is_placed(folder, before, after, at, said):
    line, column = spoil(folder, "template.yaml", before, after, at)
    place = f"template.yaml, line {line}, column {column}: "
    assert any(fault.startswith(place) and said in fault for fault in faults_of(folder))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("      Q6: yes\n", "", "no answer to Q6"),
        ("        confidence: 0.99\n", "", "this type requires a confidence"),
        ("        impact_unit: EUR\n", "", "this type has no unit of impact"),
        ("people: 3, quorum: large-sums", "people: 2, quorum: large-sums",
         "the number of people is 3, not 2"),
        ("because: adverse_outcome, queue: underwriting, people: 1", "because: all_human, "
         "queue: underwriting, people: 1", "all_human is not among them"),
    ],
)  # fmt: skip
def test_a_fault_of_a_whole_group_is_placed_where_it_begins(folder, before, after, said):
    spoil(folder, "template.yaml", before, after)
    text = (folder / "template.yaml").read_text(encoding="utf-8").split("\n")
    faults = [fault for fault in faults_of(folder) if said in fault]
    assert faults
    for fault in faults:
        words = fault.split(":")[0].replace(",", "").split()
        assert text[int(words[2]) - 1][int(words[4]) - 1 :].strip()


def test_a_fault_has_exactly_its_line_and_column(folder):
    line, column = spoil(folder, "template.yaml", "risk_class: H3", "risk_class: M", "M")
    assert faults_of(folder) == [
        f"template.yaml, line {line}, column {column}: the answers lead to H3, not to M"
    ]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("questions_open > 0", "question_open > 0", "question_open"),
        ("impact >= 500000.0", "impact >= true", ""),
        ('outcome == "decline"', 'outcome == "refuse"', "refuse"),
        ("queue: underwriting-senior", "queue: underwriting-top", "underwriting-top"),
        ("roles: [senior-reviewer]", "roles: [actuary]", "actuary"),
        ("mode: hitl", "mode: alone", "alone"),
    ],
)
def test_a_fault_of_the_policy_names_its_own_file(folder, before, after, said):
    line, _ = spoil(folder, "life.yaml", before, after)
    faults = [fault for fault in faults_of(folder) if fault.startswith(f"life.yaml, line {line},")]
    assert any(said in fault for fault in faults)


def test_a_rule_that_no_example_comes_to_is_a_fault(folder):
    spoil(
        folder,
        "life.yaml",
        "defaults:",
        "  - {id: never, title: Never, when: margin > 99.0, then: review, reason: No.}\ndefaults:",
    )
    [fault] = faults_of(folder)
    assert fault.endswith('no example comes to "never" of life.yaml')


def test_a_rule_behind_one_that_always_applies_is_a_fault(folder):
    always = "  - {id: all, title: All, when: 'true', then: review, reason: All.}\n"
    spoil(folder, "life.yaml", "  - id: questions-open", f"{always}  - id: questions-open")
    assert any("this one never does" in fault for fault in faults_of(folder))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the policy is empty"),
        ("version: 1\nversion: 1\n", "a second time"),
        ("a: [1\n", "line 2, column 1"),
        ("a: &b 1\nc: *b\n", "aliases"),
        ("version: 2\n", "2 is not 1"),
        ("- 1\n", "a list is not a group of fields"),
    ],
)
def test_what_is_no_template_at_all_is_refused(folder, text, said):
    (folder / "template.yaml").write_text(text, encoding="utf-8")
    assert any(said in fault for fault in faults_of(folder))


def test_a_folder_without_a_template_is_refused(tmp_path):
    assert faults_of(tmp_path) == [
        "template.yaml, line 1, column 1: there is no file template.yaml"
    ]


def test_a_file_that_is_no_text_is_refused(folder):
    (folder / "template.yaml").write_bytes(b"title: \xff\xfe")
    assert faults_of(folder) == [
        "template.yaml, line 1, column 1: template.yaml is not text in UTF-8"
    ]
