from datetime import date

import pytest

from governance.obligations import Role, binding, in_force, matching
from models_registry.classification import (
    UNCERTAIN,
    RiskClass,
    classify,
    questionnaire,
)

from .answer_sets import (
    AS_PROVIDER,
    CREDIT,
    DEROGATED,
    DEVICE,
    PERSONS,
    PLAIN,
    PROFILING,
)

STATUS = date(2026, 11, 22)


def test_a_bank_that_scores_credit_owes_the_deployers_duties():
    outcome = classify({**PLAIN, **CREDIT})
    duties = outcome.obligations

    expected = {"eu-ai-act:4.1", "eu-ai-act:14.4.d", "eu-ai-act:26.11", "eu-ai-act:86.1"}
    assert expected <= set(duties[Role.DEPLOYER])
    assert "eu-ai-act:27.1.a" in duties[Role.CREDIT_AND_INSURANCE_DEPLOYER]
    assert {"gdpr:22.1", "gdpr:35.3.a"} <= set(duties[Role.CONTROLLER])
    assert "gdpr:22.3.intervention" not in duties[Role.CONTROLLER]
    assert not {Role.PROVIDER, Role.EMPLOYER, Role.PUBLIC_AUTHORITY_DEPLOYER} & set(duties)
    assert outcome.impact_assessment_owed


def test_a_hospital_with_a_device_owes_no_annex_iii_duty():
    duties = classify({**PLAIN, **DEVICE}).obligations[Role.DEPLOYER]

    assert {"eu-ai-act:26.1", "eu-ai-act:26.5.incident"} <= set(duties)
    assert not {"eu-ai-act:26.11", "eu-ai-act:86.1"} & set(duties)


def test_a_minimal_system_owes_literacy_alone():
    assert classify(PLAIN).obligations == {Role.DEPLOYER: ("eu-ai-act:4.1",)}


@pytest.mark.parametrize(
    ("changes", "role", "duties"),
    [
        ({"Q8.1": "yes"}, Role.PROVIDER, "50.1 50.5"),
        ({"Q8.2": "yes", "Q8.2.older": "no"}, Role.PROVIDER, "50.2 50.5"),
        ({"Q8.3": "yes"}, Role.DEPLOYER, "50.3 50.5"),
        ({"Q8.4": "yes"}, Role.DEPLOYER, "50.4.deepfake 50.5"),
        ({"Q8.5": "yes", "Q8.5.exempt": UNCERTAIN}, Role.DEPLOYER, "50.4.text 50.5"),
        ({"Q8.5": "yes", "Q8.5.exempt": "yes"}, Role.DEPLOYER, ""),
        (
            {"Q9.1": "yes", "Q9.2": "no", "Q9.3": "no"},
            Role.GPAI_PROVIDER,
            "53.1.a 53.1.b 53.1.c 53.1.d 101.1",
        ),
        (
            {"Q9.1": "yes", "Q9.2": "yes", "Q9.3": "no"},
            Role.GPAI_PROVIDER,
            "53.1.a 53.1.b 53.1.c 53.1.d 55.1.a 55.1.b 55.1.c 55.1.d 101.1",
        ),
    ],
)
def test_transparency_and_models_bring_their_own_duties(changes, role, duties):
    outcome = classify({**PLAIN, "Q2.1": ["provider", "deployer"], **changes})

    beyond_literacy = set(outcome.obligations[role]) - {"eu-ai-act:4.1"}
    assert beyond_literacy == {f"eu-ai-act:{number}" for number in duties.split()}


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({"Q5.1": ["b"]}, "43.1 49.1"),
        ({"Q5.2": ["supply"]}, "43.2 49.5"),
        ({"Q5.4": ["a"]}, "43.2 49.1"),
        ({"Q5.6": ["c"]}, "43.2 49.1 49.4"),
        ({"Q5.4": ["a"], "Q9.4": "yes"}, "43.2 49.1 75.1a"),
        ({"Q5.4": ["a"], "Q15": "yes"}, "19.2 43.2 49.1"),
    ],
)
def test_the_point_of_annex_iii_decides_on_conformity_and_registration(changes, ids):
    outcome = classify({**PLAIN, **PROFILING, **AS_PROVIDER, **changes})

    tellers = {"19.2", "43.1", "43.2", "43.3", "49.1", "49.2", "49.3", "49.4", "49.5", "75.1a"}
    found = {key.removeprefix("eu-ai-act:") for key in outcome.obligations[Role.PROVIDER]}
    assert found & tellers == set(ids.split())


@pytest.mark.parametrize(
    ("changes", "owed"),
    [
        ({"Q12.6": "yes"}, "9.2"),
        ({"Q12.8": "yes"}, "15.2 44.1"),
        ({"Q12.7": ["special"]}, "35.1 35.7.a 36.1"),
        ({"Q12.7": ["evaluation"]}, "35.1 35.3.a 35.7.a 36.1"),
        ({"Q12.3": "yes", "Q12.4": "no"}, "22.1"),
        (
            {"Q12.3": "yes", "Q12.4": "yes", "Q12.5": "contract"},
            "13.2.f 14.2.g 15.1.h 22.1 22.2 22.3.intervention 22.3.view 22.3.contest 22.4",
        ),
    ],
)
def test_what_is_done_with_personal_data_decides_which_gdpr_duties_join(changes, owed):
    bare = {**PLAIN, **PERSONS, "Q12.3": "no", "Q12.7": []}
    before = set(classify(bare).obligations[Role.CONTROLLER])

    joined = set(classify({**bare, **changes}).obligations[Role.CONTROLLER]) - before

    expected = {f"gdpr:{number}" for number in owed.split()}
    # An impact assessment brings all points of Article 35(7); one stands for them here.
    assert {key for key in joined if not key.startswith("gdpr:35.")} | (joined & expected) == (
        expected
    )


def test_health_information_in_the_united_states_brings_the_hipaa_profile():
    duties = classify({**PLAIN, "Q14": ["business_associate"]}).obligations

    assert "hipaa:164.410" in duties[Role.BUSINESS_ASSOCIATE]
    assert "hipaa:164.524" not in duties[Role.BUSINESS_ASSOCIATE]


def test_an_employer_is_told_to_inform_the_workers():
    outcome = classify({**PLAIN, **PROFILING, "Q5.4": ["b"], "Q13": "yes"})

    assert outcome.obligations[Role.EMPLOYER] == ("eu-ai-act:26.7",)
    assert any("Inform workers" in task.text for task in outcome.tasks)


def test_two_people_verify_remote_identification():
    outcome = classify({**PLAIN, **PROFILING, "Q5.1": ["a"], "Q2.1": ["provider", "deployer"]})

    assert outcome.two_people_verify
    assert "eu-ai-act:14.5" in outcome.obligations[Role.DEPLOYER]
    assert "eu-ai-act:12.3.d" in outcome.obligations[Role.PROVIDER]


def test_a_derogated_system_leaves_three_tasks_and_its_register_entry():
    outcome = classify({**PLAIN, **DEROGATED, **AS_PROVIDER, "Q5.4": ["a"]})

    duties = ("eu-ai-act:4.1", "eu-ai-act:6.4", "eu-ai-act:49.2")
    assert outcome.obligations[Role.PROVIDER] == duties
    assert [task.question_id for task in outcome.tasks] == ["Q7.2"] * 3


def test_a_legacy_system_keeps_literacy_and_the_gdpr():
    legacy = {**PLAIN, **CREDIT, "Q10.1": "yes", "Q10.2": "no"}
    private = classify({**legacy, "Q10.3": "no"}).obligations
    public = classify({**legacy, "Q10.3": "yes"}).obligations

    assert private[Role.DEPLOYER] == ("eu-ai-act:4.1", "eu-ai-act:111.2")
    assert "gdpr:22.1" in private[Role.CONTROLLER]
    assert "eu-ai-act:26.1" in public[Role.DEPLOYER]


def test_who_modifies_a_system_is_treated_as_its_provider():
    outcome = classify({**PLAIN, **CREDIT, "Q2.2": ["modification"]})

    assert "eu-ai-act:9.1" in outcome.obligations[Role.PROVIDER]


def test_outside_the_union_the_gdpr_is_still_asked_for():
    outcome = classify({**PLAIN, **PERSONS, "Q1.1": "no"})

    assert outcome.risk_class is RiskClass.N1
    assert set(outcome.obligations) == {Role.CONTROLLER}


def test_every_pattern_of_the_switches_is_a_duty_that_the_law_knows():
    patterns = {item for switch in questionnaire().switches for item in switch.obligations}

    assert len(patterns) > 40
    assert all(matching(pattern) for pattern in patterns)


def test_a_classified_bank_sees_when_its_duties_begin():
    outcome = classify({**PLAIN, **CREDIT})
    found = binding(outcome.system_classes, outcome.roles, STATUS, outcome.traits)

    phrases = {entry.obligation.id: entry.standing.phrase for entry in found}
    assert phrases["eu-ai-act:26.1"] == "applies from 2027-12-02"
    assert phrases["gdpr:22.1"] == in_force("gdpr:22.1", "all", STATUS).phrase
    assert phrases["eu-ai-act:86.1"].startswith("disputed")
