"""Linear models that are cross-fitted: each record is judged by a model that never saw it.

A deployed demo model is the set of its fold models, so that what is sent, what is explained and
what the declared metrics measure are one and the same.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reviews.demo.errors import LearningLibraryMissing

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
FOLDS = 5
SEED = 7


def require_learning_library() -> None:
    """Raises LearningLibraryMissing if scikit-learn is not installed."""
    if importlib.util.find_spec("sklearn") is None:
        raise LearningLibraryMissing


@dataclass(frozen=True, slots=True)
class LinearModel:
    """`score = coefficients @ ((row - mean) / scale) + intercepts`, one score for each output.

    `mean`, `scale`: by feature. `coefficients`: outputs x features. `intercepts`: by output.
    `spread`: standard deviation of the residuals on its own training records; 0 if it classifies.
    """

    mean: Floats
    scale: Floats
    coefficients: Floats
    intercepts: Floats
    spread: float = 0.0

    def standardised(self, row: Floats) -> Floats:
        return (row - self.mean) / self.scale

    def scores(self, row: Floats) -> Floats:
        return self.coefficients @ self.standardised(row) + self.intercepts

    def contributions(self, row: Floats) -> Floats:
        """Coefficient times standardised value, outputs x features: the scores' summands."""
        return self.coefficients * self.standardised(row)


@dataclass(frozen=True, slots=True)
class CrossFitted:
    """The fold models, and for each record the fold whose model did not see it."""

    models: list[LinearModel]
    fold_of: Indices

    def model_for(self, record: int) -> LinearModel:
        return self.models[int(self.fold_of[record])]

    def artefact_sha256(self) -> str:
        """SHA-256 of all parameters as little-endian doubles, fold by fold, in hex."""
        digest = hashlib.sha256()
        for model in self.models:
            for part in (model.mean, model.scale, model.coefficients, model.intercepts):
                digest.update(np.ascontiguousarray(part, dtype="<f8").tobytes())
        return digest.hexdigest()


def cross_fit(
    rows: Floats,
    targets: NDArray[Any],
    *,
    estimator: Callable[[], Any],
    splits: Iterable[tuple[Indices, Indices]],
    scaling: Callable[[Floats], tuple[Floats, Floats]],
) -> CrossFitted:
    """Fit one model for each split of (training, judged) record numbers.

    `estimator`: makes an unfitted linear model of scikit-learn. `scaling`: mean and scale by
    feature, from the training rows alone.
    """
    from sklearn.base import is_regressor  # type: ignore[import-untyped]
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    models: list[LinearModel] = []
    fold_of = np.zeros(len(rows), dtype=np.intp)
    # Such small matrices are slower, and differ in the last bits, when threads share them.
    with threadpool_limits(limits=1):
        for fold, (training, judged) in enumerate(splits):
            mean, scale = scaling(rows[training])
            fitted = estimator().fit((rows[training] - mean) / scale, targets[training])
            spread = 0.0
            if is_regressor(fitted):
                predicted = fitted.predict((rows[training] - mean) / scale)
                spread = float(np.std(targets[training] - predicted))
            coefficients = np.atleast_2d(fitted.coef_).astype(np.float64)
            intercepts = np.atleast_1d(fitted.intercept_).astype(np.float64)
            models.append(LinearModel(mean, scale, coefficients, intercepts, spread))
            fold_of[judged] = fold
    return CrossFitted(models, fold_of)


def standard_scaling(rows: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation by feature."""
    return rows.mean(axis=0), rows.std(axis=0)


def unusual(model: LinearModel, row: Floats) -> int:
    """How many features lie more than three standard deviations from the training mean."""
    return int((np.abs(model.standardised(row)) > 3.0).sum())


def record_order(count: int) -> list[int]:
    """All record numbers, shuffled once and for all: any first part is a fair sample."""
    return [int(number) for number in np.random.default_rng(SEED).permutation(count)]
