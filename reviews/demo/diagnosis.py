"""Diagnosis support: is a breast mass benign or malignant?

Data: Breast Cancer Wisconsin (Diagnostic), 569 real fine-needle biopsies with 30 measurements of
cell nuclei each (Street, Wolberg and Mangasarian, 1993; UCI Machine Learning Repository).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from reviews.demo.linear import (
    FOLDS,
    SEED,
    CrossFitted,
    Floats,
    LinearModel,
    cross_fit,
    record_order,
    require_learning_library,
    standard_scaling,
    unusual,
)
from reviews.demo.proposals import Proposal, TrainedModel, counterfactual, rounded

DATA_SET = "Breast Cancer Wisconsin (Diagnostic)"
MALIGNANT, BENIGN = "malignant", "benign"
# Strong regularisation: it costs no accuracy here, and the model is less sure of what it says.
INVERSE_REGULARISATION = 0.1
PERSONAL_FACTS = ("worst area", "worst concave points", "worst texture", "mean radius")


def train_diagnosis() -> TrainedModel:
    """Train, and judge all 569 biopsies out of fold. Raises LearningLibraryMissing."""
    rows, benign, names = _data()
    crossed = _fitted(rows, benign)
    # What a measurement typically is when the biopsy is of the one kind or the other.
    typical = {BENIGN: rows[benign == 1].mean(axis=0), MALIGNANT: rows[benign == 0].mean(axis=0)}
    proposals = [
        _proposal(record, rows[record], names, crossed.model_for(record), typical, benign[record])
        for record in record_order(len(rows))
    ]
    return TrainedModel(crossed.artefact_sha256(), _metrics(proposals), proposals)


def probability_of_benign(model: LinearModel, row: Floats) -> float:
    """The logistic function of the model's only score."""
    return float(1.0 / (1.0 + np.exp(-model.scores(row)[0])))


def _data() -> tuple[Floats, Any, list[str]]:
    require_learning_library()
    from sklearn.datasets import load_breast_cancer  # type: ignore[import-untyped]

    data = load_breast_cancer()
    return data.data, data.target, [str(name) for name in data.feature_names]


def _fitted(rows: Floats, benign: Any) -> CrossFitted:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
    from sklearn.model_selection import StratifiedKFold  # type: ignore[import-untyped]

    return cross_fit(
        rows,
        benign,
        estimator=lambda: LogisticRegression(C=INVERSE_REGULARISATION, max_iter=1000),
        splits=StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(rows, benign),
        scaling=standard_scaling,
    )


def _proposal(
    record: int,
    row: Floats,
    names: list[str],
    model: LinearModel,
    typical: dict[str, Floats],
    is_benign: int,
) -> Proposal:
    probability = probability_of_benign(model, row)
    outcome, other = (BENIGN, MALIGNANT) if probability >= 0.5 else (MALIGNANT, BENIGN)
    confidence = max(probability, 1.0 - probability)
    measured = {name: rounded(value) for name, value in zip(names, row, strict=True)}
    return Proposal(
        external_id=f"demo-biopsy-{record + 1:04}",
        outcome=outcome,
        confidence=rounded(confidence),
        alternatives={other: rounded(1.0 - confidence)},
        facts={
            "margin": rounded(abs(model.scores(row)[0])),
            "unusual_measurements": unusual(model, row),
            **{name.replace(" ", "_"): measured[name] for name in PERSONAL_FACTS},
        },
        input=measured,
        explanation=_explanation(row, names, model, outcome, other, typical[other]),
        source={"title": DATA_SET, "reference": f"record {record + 1} of 569"},
        truth=BENIGN if is_benign else MALIGNANT,
        subject_ref=f"demo-patient-biopsy-{record + 1:04}",
    )


def _explanation(
    row: Floats,
    names: list[str],
    model: LinearModel,
    outcome: str,
    other: str,
    typical_of_other: Floats,
) -> dict[str, Any]:
    sign = 1.0 if outcome == BENIGN else -1.0
    weights = sign * model.contributions(row)[0]
    return {
        "towards": outcome,
        "against": other,
        "unit": "log-odds",
        "baseline": rounded(sign * model.intercepts[0]),
        "score": rounded(sign * model.scores(row)[0]),
        "factors": [
            {
                "name": name.replace(" ", "_"),
                "label": name.capitalize(),
                "value": rounded(value),
                "weight": rounded(weight),
            }
            for name, value, weight in zip(names, row, weights, strict=True)
        ],
        "counterfactuals": _counterfactuals(row, names, model, weights, other, typical_of_other),
    }


def _counterfactuals(
    row: Floats,
    names: list[str],
    model: LinearModel,
    weights: Floats,
    other: str,
    typical_of_other: Floats,
) -> list[dict[str, Any]]:
    """The fewest measurements, heaviest first, that turn the output when they are as is typical
    of the other outcome. The model is run again on the changed record; if that never turns it,
    there is nothing to tell."""
    changed = row.copy()
    changes: list[dict[str, Any]] = []
    for feature in np.argsort(-weights):
        to = rounded(typical_of_other[feature])
        changes.append(
            {"label": names[feature].capitalize(), "from": rounded(row[feature]), "to": to}
        )
        changed[feature] = to
        probability = probability_of_benign(model, changed)
        reached = BENIGN if probability >= 0.5 else MALIGNANT
        if reached == other:
            return [
                counterfactual(
                    outcome=other,
                    label=other.capitalize(),
                    confidence=max(probability, 1.0 - probability),
                    changes=changes,
                )
            ]
    return []


def _metrics(proposals: list[Proposal]) -> dict[str, str]:
    malignant = [proposal for proposal in proposals if proposal.truth == MALIGNANT]
    benign = [proposal for proposal in proposals if proposal.truth == BENIGN]
    right = sum(proposal.outcome == proposal.truth for proposal in proposals)
    return {
        "records": str(len(proposals)),
        "accuracy, out of fold": f"{right / len(proposals):.4f}",
        "sensitivity for malignant, out of fold": (
            f"{sum(one.outcome == MALIGNANT for one in malignant) / len(malignant):.4f}"
        ),
        "specificity for malignant, out of fold": (
            f"{sum(one.outcome == BENIGN for one in benign) / len(benign):.4f}"
        ),
    }
