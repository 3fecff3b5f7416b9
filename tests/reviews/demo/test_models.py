"""What the demo models propose: real predictions on unseen records, explained truthfully."""

import math
import sys
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression, Ridge  # type: ignore[import-untyped]
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict  # type: ignore[import-untyped]
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
from sklearn.preprocessing import FunctionTransformer, StandardScaler  # type: ignore[import-untyped]
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from governance.policies.expression.values import FactType
from reviews.demo.catalogue import DIAGNOSIS, DIGITS, SYSTEMS, TRIAGE
from reviews.demo.linear import FOLDS, SEED
from reviews.demo.progression import LABELS
from reviews.demo.proposals import DECIMALS
from tests.reviews.demo.trained import model_of

PYTHON_TYPES = {FactType.DOUBLE: float, FactType.INT: int, FactType.STRING: str}
SHUFFLED = {"n_splits": FOLDS, "shuffle": True, "random_state": SEED}


@pytest.fixture(autouse=True)
def _one_thread():
    """As the models are trained: on matrices this small, threads only get in each other's way."""
    with threadpool_limits(limits=1):
        yield


def record_number(proposal):
    """The place of a proposal's record in its data set, from 0."""
    return int(proposal.external_id.rsplit("-", 1)[1]) - 1


def diagnosis_pipeline():
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))


def digits_pipeline():
    scaled = FunctionTransformer(lambda pixels: np.asarray(pixels) / 16)
    return make_pipeline(scaled, LogisticRegression(max_iter=500, tol=1e-3))


def pipelines_by_record(make, folds, rows, targets):
    """For each record, scikit-learn's own pipeline fitted without it: an independent second
    opinion on what our models say."""
    found: dict[int, Any] = {}
    for training, judged in folds.split(rows, targets):
        fitted = make().fit(rows[training], targets[training])
        found |= dict.fromkeys(judged.tolist(), fitted)
    return found


@pytest.mark.parametrize("spec", SYSTEMS, ids=lambda spec: spec.slug)
def test_training_twice_gives_the_same_model_and_the_same_proposals(spec):
    assert spec.train() == model_of(spec)


@pytest.mark.parametrize("spec", SYSTEMS, ids=lambda spec: spec.slug)
def test_each_record_is_proposed_once_under_a_name_of_its_own(spec):
    names = {proposal.external_id for proposal in model_of(spec).proposals}

    assert len(names) == len(model_of(spec).proposals) == int(model_of(spec).metrics["records"])


@pytest.mark.parametrize("spec", SYSTEMS, ids=lambda spec: spec.slug)
def test_facts_and_outcomes_are_those_that_the_decision_type_declares(spec):
    outcomes = {outcome["key"] for outcome in spec.outcomes}
    for proposal in model_of(spec).proposals:
        assert proposal.facts.keys() == spec.facts.keys()
        for name, value in proposal.facts.items():
            assert type(value) is PYTHON_TYPES[FactType(spec.facts[name]["type"])], name
        assert {proposal.outcome, proposal.truth, *proposal.alternatives} <= outcomes
        assert proposal.outcome not in proposal.alternatives
        assert 0 < proposal.confidence <= 1


@pytest.mark.parametrize("spec", SYSTEMS, ids=lambda spec: spec.slug)
def test_the_factors_and_the_baseline_add_up_to_the_score(spec):
    for proposal in model_of(spec).proposals:
        told = proposal.explanation
        total = told["baseline"] + sum(factor["weight"] for factor in told["factors"])
        assert total == pytest.approx(told["score"], abs=len(told["factors"]) * 10**-DECIMALS)


def test_the_score_of_a_diagnosis_is_the_logit_of_its_confidence():
    for proposal in model_of(DIAGNOSIS).proposals:
        # Closer to 1 the six places of the confidence say too little of the logit.
        if proposal.confidence < 0.999:
            logit = math.log(proposal.confidence / (1 - proposal.confidence))
            assert proposal.explanation["score"] == pytest.approx(logit, abs=0.01)


def test_diagnoses_are_what_cross_validation_predicts():
    data = load_breast_cancer()
    expected = cross_val_predict(
        diagnosis_pipeline(),
        data.data,
        data.target,
        cv=StratifiedKFold(**SHUFFLED),
        method="predict_proba",
    )
    for proposal in model_of(DIAGNOSIS).proposals:
        malignant, benign = expected[record_number(proposal)]
        said = {proposal.outcome: proposal.confidence, **proposal.alternatives}
        assert said["benign"] == pytest.approx(benign, abs=1e-4)
        assert said["malignant"] == pytest.approx(malignant, abs=1e-4)
        assert proposal.truth == data.target_names[data.target[record_number(proposal)]]


def test_readings_of_digits_are_what_cross_validation_predicts():
    data = load_digits()
    expected = cross_val_predict(
        digits_pipeline(), data.data, data.target, cv=StratifiedKFold(**SHUFFLED)
    )
    for proposal in model_of(DIGITS).proposals:
        assert proposal.outcome == str(expected[record_number(proposal)])
        assert proposal.truth == str(data.target[record_number(proposal)])


def test_predicted_progression_is_what_cross_validation_predicts():
    data = load_diabetes(scaled=False)
    expected = cross_val_predict(
        make_pipeline(StandardScaler(), Ridge(alpha=1.0)),
        data.data,
        data.target,
        cv=KFold(**SHUFFLED),
    )
    for proposal in model_of(TRIAGE).proposals:
        predicted = proposal.facts["predicted_progression"]
        assert predicted == pytest.approx(expected[record_number(proposal)], abs=1e-4)


def test_a_diagnosis_turns_when_its_counterfactual_comes_true():
    data = load_breast_cancer()
    names = [str(name).capitalize() for name in data.feature_names]
    opinions = pipelines_by_record(
        diagnosis_pipeline, StratifiedKFold(**SHUFFLED), data.data, data.target
    )
    for proposal in model_of(DIAGNOSIS).proposals:
        [told] = proposal.explanation["counterfactuals"]
        row = data.data[record_number(proposal)].copy()
        for change in told["changes"]:
            assert row[names.index(change["label"])] == pytest.approx(change["from"], abs=1e-6)
            row[names.index(change["label"])] = change["to"]
        [reached] = opinions[record_number(proposal)].predict([row])
        assert data.target_names[reached] == told["outcome"] != proposal.outcome


def test_a_digit_turns_when_its_counterfactual_comes_true():
    data = load_digits()
    opinions = pipelines_by_record(
        digits_pipeline, StratifiedKFold(**SHUFFLED), data.data, data.target
    )
    for proposal in model_of(DIGITS).proposals:
        [told] = proposal.explanation["counterfactuals"]
        pixels = np.array(proposal.input["image"]["pixels"], dtype=float)
        for change in told["changes"]:
            row, column = (int(word.split()[1]) - 1 for word in change["label"].split(","))
            assert pixels[row, column] == change["from"]
            pixels[row, column] = change["to"]
        [reached] = opinions[record_number(proposal)].predict([pixels.ravel()])
        assert str(reached) == told["outcome"] != proposal.outcome


def test_what_explains_a_triage_speaks_for_the_band_and_against_the_runner_up():
    order = ["routine", "soon", "urgent"]
    for proposal in model_of(TRIAGE).proposals:
        told, predicted = proposal.explanation, proposal.facts["predicted_progression"]
        runner_up = max(proposal.alternatives, key=proposal.alternatives.__getitem__)
        sign = 1 if order.index(proposal.outcome) > order.index(runner_up) else -1
        assert (told["towards"], told["against"]) == (proposal.outcome, runner_up)
        assert told["score"] == pytest.approx(sign * predicted, abs=1e-5)


def test_a_triage_counterfactual_moves_the_prediction_the_way_it_says():
    data = load_diabetes(scaled=False)
    order = ["routine", "soon", "urgent"]
    opinions = pipelines_by_record(
        lambda: make_pipeline(StandardScaler(), Ridge(alpha=1.0)),
        KFold(**SHUFFLED),
        data.data,
        data.target,
    )
    names = [LABELS[name] for name in data.feature_names]
    for proposal in model_of(TRIAGE).proposals:
        for told in proposal.explanation["counterfactuals"]:
            row = data.data[record_number(proposal)].copy()
            [change] = told["changes"]
            row[names.index(change["label"])] = change["to"]
            [moved] = opinions[record_number(proposal)].predict([row])
            further = order.index(told["outcome"]) > order.index(proposal.outcome)
            assert (moved > proposal.facts["predicted_progression"]) == further


def test_without_the_learning_library_the_command_says_in_one_sentence_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)

    with pytest.raises(CommandError) as refused:
        call_command("load_demo", "--url", "http://127.0.0.1:9")

    assert str(refused.value) == (
        "The demo trains its models with scikit-learn, which is not installed: "
        "run `uv sync --extra demo`, or start with `python3 run.py up --demo`."
    )
