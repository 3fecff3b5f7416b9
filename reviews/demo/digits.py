"""Digit reading: which digit does a scanned 8 x 8 image show?

Data: Optical Recognition of Handwritten Digits, the 1,797 images of its test part, 17 grey levels
(Alpaydin and Kaynak, 1998; UCI Machine Learning Repository).
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
)
from reviews.demo.proposals import Proposal, TrainedModel, counterfactual, rounded

DATA_SET = "Optical Recognition of Handwritten Digits"
SIDE = 8
DARKEST = 16.0
_BANDS = ((0, 3), (3, 5), (5, 8))
_ROWS, _COLUMNS = ("top", "middle", "bottom"), ("left", "centre", "right")


def train_digits() -> TrainedModel:
    """Train, and read all 1,797 images out of fold. Raises LearningLibraryMissing."""
    require_learning_library()
    from sklearn.datasets import load_digits  # type: ignore[import-untyped]

    data = load_digits()
    crossed = _fitted(data.data, data.target)
    proposals = [
        _proposal(record, data.data[record], crossed.model_for(record), int(data.target[record]))
        for record in record_order(len(data.data))
    ]
    right = sum(proposal.outcome == proposal.truth for proposal in proposals)
    sure = [proposal for proposal in proposals if proposal.confidence >= 0.8]
    metrics = {
        "records": str(len(proposals)),
        "accuracy, out of fold": f"{right / len(proposals):.4f}",
        "share read with confidence 0.8 or more": f"{len(sure) / len(proposals):.4f}",
        "accuracy among those, out of fold": (
            f"{sum(one.outcome == one.truth for one in sure) / len(sure):.4f}"
        ),
    }
    return TrainedModel(crossed.artefact_sha256(), metrics, proposals)


def probabilities(model: LinearModel, pixels: Floats) -> Floats:
    """The softmax of the ten scores."""
    scores = model.scores(pixels)
    raised = np.exp(scores - scores.max())
    shares: Floats = raised / raised.sum()
    return shares


def _fitted(rows: Floats, digits: Any) -> CrossFitted:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
    from sklearn.model_selection import StratifiedKFold  # type: ignore[import-untyped]

    return cross_fit(
        rows,
        digits,
        estimator=lambda: LogisticRegression(max_iter=500, tol=1e-3),
        splits=StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(rows, digits),
        scaling=lambda some: (np.zeros(some.shape[1]), np.full(some.shape[1], DARKEST)),
    )


def _proposal(record: int, pixels: Floats, model: LinearModel, digit: int) -> Proposal:
    shares = probabilities(model, pixels)
    ranked = [int(index) for index in np.argsort(-shares)]
    best, second = ranked[:2]
    return Proposal(
        external_id=f"demo-digit-{record + 1:04}",
        outcome=str(best),
        confidence=rounded(shares[best]),
        alternatives={str(index): rounded(shares[index]) for index in ranked[1:3]},
        facts={
            "margin": rounded(shares[best] - shares[second]),
            "runner_up": str(second),
            "ink": rounded(pixels.mean() / DARKEST),
        },
        input={
            "image": {
                "width": SIDE,
                "height": SIDE,
                "pixels": [[int(value) for value in row] for row in pixels.reshape(SIDE, SIDE)],
            }
        },
        explanation=_explanation(pixels, model, best, second),
        source={"title": DATA_SET, "reference": f"image {record + 1} of 1797"},
        truth=str(digit),
    )


def _explanation(pixels: Floats, model: LinearModel, best: int, second: int) -> dict[str, Any]:
    """Why `best` and not `second`: by nine regions, since no reader can weigh 64 pixels."""
    contributions = model.contributions(pixels)
    weights = (contributions[best] - contributions[second]).reshape(SIDE, SIDE)
    scores = model.scores(pixels)
    image = pixels.reshape(SIDE, SIDE)
    factors = []
    for row_name, (top, bottom) in zip(_ROWS, _BANDS, strict=True):
        for column_name, (left, right) in zip(_COLUMNS, _BANDS, strict=True):
            region = np.s_[top:bottom, left:right]
            factors.append(
                {
                    "name": f"{row_name}_{column_name}",
                    "label": f"Ink {row_name} {column_name}",
                    "value": f"{image[region].mean() / DARKEST:.0%}",
                    "weight": rounded(weights[region].sum()),
                }
            )
    return {
        "towards": str(best),
        "against": str(second),
        "unit": "log-odds",
        "baseline": rounded(model.intercepts[best] - model.intercepts[second]),
        "score": rounded(scores[best] - scores[second]),
        "factors": factors,
        "counterfactuals": _counterfactuals(pixels, model, best, second),
    }


def _counterfactuals(
    pixels: Floats, model: LinearModel, best: int, second: int
) -> list[dict[str, Any]]:
    """The fewest pixels, made white or black, that turn the reading into another digit.

    Those that speak most for the runner-up come first; after each the model is run again.
    """
    slopes = (model.coefficients[second] - model.coefficients[best]) / model.scale
    wanted = np.where(slopes > 0, DARKEST, 0.0)
    changed = pixels.copy()
    changes = []
    for pixel in np.argsort(-(slopes * (wanted - pixels))):
        row, column = divmod(int(pixel), SIDE)
        changes.append(
            {
                "label": f"Row {row + 1}, column {column + 1}",
                "from": int(pixels[pixel]),
                "to": int(wanted[pixel]),
            }
        )
        changed[pixel] = wanted[pixel]
        shares = probabilities(model, changed)
        reached = int(np.argmax(shares))
        if reached != best:
            return [
                counterfactual(
                    outcome=str(reached),
                    label=str(reached),
                    confidence=float(shares[reached]),
                    changes=changes,
                )
            ]
    return []
