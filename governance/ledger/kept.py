"""What is kept of each model: whether its rows are entered, and where their histories are."""

from __future__ import annotations

from functools import cache

from django.apps import apps
from django.db import models

from governance.models.base import AppendOnly, Recording


def is_entered(model: type[models.Model]) -> bool:
    """Whether each row of `model` must be the subject of an entry."""
    if issubclass(model, AppendOnly):
        return model.is_entered
    return issubclass(model, Recording)


@cache
def history_model(model: type[models.Model]) -> type[models.Model] | None:
    """The model of the history rows of `model`; None where it keeps none."""
    history = getattr(model, "history", None)
    found: type[models.Model] | None = getattr(history, "model", None)
    return found if issubclass(model, Recording) else None


@cache
def model_of(label: str) -> type[models.Model] | None:
    """The model that entries call `app.model`; None for one that is there no more."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def committed_model(model: type[models.Model]) -> type[models.Model] | None:
    """What an entry about a row of `model` commits to: its history rows, or the row itself."""
    if issubclass(model, AppendOnly):
        return model if model.is_entered else None
    return history_model(model)
