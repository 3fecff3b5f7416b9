"""Progression triage: how soon must a person with diabetes be seen?

Data: 442 real patients with ten baseline values and a measure of disease progression one year
later (Efron, Hastie, Johnstone and Tibshirani, "Least Angle Regression", 2004).
"""

from __future__ import annotations

from math import erf, sqrt
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

DATA_SET = "Diabetes progression (Efron et al., 2004)"
OUTCOMES = ("routine", "soon", "urgent")
# Where the measured progression of the 442 patients splits into thirds: part of what the words
# routine, soon and urgent mean, not something that the model learns.
BOUNDARIES = (100.0, 184.0)
LABELS = {
    "age": "Age in years",
    "sex": "Sex, coded 1 or 2",
    "bmi": "Body mass index",
    "bp": "Average blood pressure",
    "s1": "Total cholesterol",
    "s2": "Low-density lipoproteins",
    "s3": "High-density lipoproteins",
    "s4": "Cholesterol to HDL ratio",
    "s5": "Logarithm of triglycerides",
    "s6": "Blood sugar",
}
PERSONAL_FACTS = {"age": "age", "bmi": "body_mass_index", "bp": "blood_pressure"}
# What a patient's treatment can change; nobody can be told to be younger.
CHANGEABLE = ("bmi", "bp", "s5", "s6")


def train_progression() -> TrainedModel:
    """Train, and triage all 442 patients out of fold. Raises LearningLibraryMissing."""
    require_learning_library()
    from sklearn.datasets import load_diabetes  # type: ignore[import-untyped]

    data = load_diabetes(scaled=False)
    names = [str(name) for name in data.feature_names]
    crossed = _fitted(data.data, data.target)
    proposals = [
        _proposal(
            record,
            data.data[record],
            names,
            crossed.model_for(record),
            data.data,
            band_of(data.target[record]),
        )
        for record in record_order(len(data.data))
    ]
    return TrainedModel(
        crossed.artefact_sha256(), _metrics(proposals, data.target, crossed, data.data), proposals
    )


def band_of(progression: float) -> str:
    """The word for a measured progression."""
    return OUTCOMES[int(np.digitize(progression, BOUNDARIES))]


def probabilities(model: LinearModel, row: Floats) -> Floats:
    """How likely the true progression lies in each band: normal around the prediction, with the
    spread of the model's residuals."""
    predicted = float(model.scores(row)[0])
    low, high = (
        0.5 * (1.0 + erf((boundary - predicted) / model.spread / sqrt(2.0)))
        for boundary in BOUNDARIES
    )
    return np.array([low, high - low, 1.0 - high])


def _fitted(rows: Floats, progression: Any) -> CrossFitted:
    from sklearn.linear_model import Ridge  # type: ignore[import-untyped]
    from sklearn.model_selection import KFold  # type: ignore[import-untyped]

    return cross_fit(
        rows,
        progression,
        estimator=lambda: Ridge(alpha=1.0),
        splits=KFold(FOLDS, shuffle=True, random_state=SEED).split(rows),
        scaling=standard_scaling,
    )


def _proposal(
    record: int, row: Floats, names: list[str], model: LinearModel, seen: Floats, truth: str
) -> Proposal:
    shares = probabilities(model, row)
    ranked = [int(index) for index in np.argsort(-shares)]
    values = {name: rounded(value) for name, value in zip(names, row, strict=True)}
    return Proposal(
        external_id=f"demo-triage-{record + 1:04}",
        outcome=OUTCOMES[ranked[0]],
        confidence=rounded(shares[ranked[0]]),
        alternatives={OUTCOMES[index]: rounded(shares[index]) for index in ranked[1:]},
        facts={
            "margin": rounded(shares[ranked[0]] - shares[ranked[1]]),
            "unusual_measurements": unusual(model, row),
            "predicted_progression": rounded(model.scores(row)[0]),
            **{fact: values[name] for name, fact in PERSONAL_FACTS.items()},
        },
        input={LABELS[name]: value for name, value in values.items()},
        explanation=_explanation(row, names, model, seen, ranked),
        source={"title": DATA_SET, "reference": f"patient {record + 1} of 442"},
        truth=truth,
        subject_ref=f"demo-patient-triage-{record + 1:04}",
    )


def _explanation(
    row: Floats, names: list[str], model: LinearModel, seen: Floats, ranked: list[int]
) -> dict[str, Any]:
    """Factors of the predicted progression, turned so that positive ones speak for the band that
    was chosen and against the runner-up: high values do so only where that is a lower band."""
    band, second = ranked[:2]
    sign = 1.0 if band > second else -1.0
    weights = sign * model.contributions(row)[0]
    return {
        "towards": OUTCOMES[band],
        "against": OUTCOMES[second],
        "unit": "points of predicted progression",
        "baseline": rounded(sign * model.intercepts[0]),
        "score": rounded(sign * model.scores(row)[0]),
        "factors": [
            {
                "name": name,
                "label": LABELS[name],
                "value": rounded(value),
                "weight": rounded(weight),
            }
            for name, value, weight in zip(names, row, weights, strict=True)
        ],
        "counterfactuals": _counterfactuals(row, names, model, seen, band),
    }


def _counterfactuals(
    row: Floats, names: list[str], model: LinearModel, seen: Floats, band: int
) -> list[dict[str, Any]]:
    """For each changeable value, the nearest one seen in the register that alone turns the output;
    of these the one that moves least, in standard deviations. None may do it."""
    found: list[tuple[float, dict[str, Any]]] = []
    for name in CHANGEABLE:
        feature = names.index(name)
        for value in sorted(np.unique(seen[:, feature]), key=lambda one: abs(one - row[feature])):
            changed = row.copy()
            changed[feature] = value
            shares = probabilities(model, changed)
            reached = int(np.argmax(shares))
            if reached != band:
                moved = abs(value - row[feature]) / float(model.scale[feature])
                change = {
                    "label": LABELS[name],
                    "from": rounded(row[feature]),
                    "to": rounded(value),
                }
                told = counterfactual(
                    outcome=OUTCOMES[reached],
                    label=OUTCOMES[reached].capitalize(),
                    confidence=float(shares[reached]),
                    changes=[change],
                )
                found.append((moved, told))
                break
    return [min(found, key=lambda pair: pair[0])[1]] if found else []


def _metrics(
    proposals: list[Proposal], progression: Floats, crossed: CrossFitted, rows: Floats
) -> dict[str, str]:
    predicted = np.array(
        [crossed.model_for(record).scores(row)[0] for record, row in enumerate(rows)]
    )
    residuals = progression - predicted
    right = sum(proposal.outcome == proposal.truth for proposal in proposals)
    return {
        "records": str(len(proposals)),
        "accuracy of the band, out of fold": f"{right / len(proposals):.4f}",
        "explained variance, out of fold": f"{1 - residuals.var() / progression.var():.4f}",
        "mean absolute error in points, out of fold": f"{np.abs(residuals).mean():.2f}",
    }
