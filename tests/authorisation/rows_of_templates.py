"""Addresses of the industry templates: looking, and loading."""

from __future__ import annotations

from tests.authorisation.row import Row

_SEE, _LOAD = "governance.view_policy", "models_registry.load_template"


def _loaded(done: int):
    """An owner of systems may load, yet puts no policy forward: then nothing is made at all."""
    return {"mine": {"system-owner": 403, "*": done}, "missing": 404}


TEMPLATES = [
    Row("api/v1/templates", "GET", _SEE),
    Row("api/v1/templates/<slug:slug>", "GET", _SEE, on="template",
        expect={"mine": 200, "missing": 404}),
    Row("api/v1/templates/<slug:slug>/load", "POST", _LOAD, on="template", expect=_loaded(201),
        body={"organisation": "Bank"}),
    Row("templates/", "GET", _SEE),
    Row("templates/<slug:slug>/", "GET", _SEE, on="template",
        expect={"mine": 200, "missing": 404}),
    Row("templates/<slug:slug>/load/", "GET", _LOAD, on="template",
        expect={"mine": 200, "missing": 404}),
    Row("templates/<slug:slug>/load/", "POST", _LOAD, on="template", expect=_loaded(302),
        body={"organisation": "Bank"}),
]  # fmt: skip
