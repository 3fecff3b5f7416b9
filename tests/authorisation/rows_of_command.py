"""Rows of the table of addresses: the pages of halts and mandates."""

from __future__ import annotations

from tests.authorisation.row import Row

_SEES_HALTS, _STOPS = "models_registry.view_halt", "models_registry.place_halt"
_SEES_MANDATES, _ISSUES = "models_registry.view_mandate", "models_registry.issue_mandate"

COMMAND = [
    Row("halts/", "GET", _SEES_HALTS),
    Row("halts/<uuid:halt_id>/", "GET", _SEES_HALTS, on="halt",
        expect={"mine": 200, "missing": 404}),
    Row("halts/place/", "GET", _STOPS),
    Row("halts/place/", "POST", _STOPS, {"": 302},
        body={"scope": "everything", "reason": "Drift."}),
    Row("mandates/", "GET", _SEES_MANDATES),
    Row("mandates/<uuid:mandate_id>/", "GET", _SEES_MANDATES, on="mandate",
        expect={"mine": 200, "missing": 404}),
    # A GET, such as the way back from a sign-in, leads to the mandate's page.
    Row("mandates/<uuid:mandate_id>/revoke/", "GET", _SEES_MANDATES, on="mandate",
        expect={"mine": 302, "missing": 302}, refused=302),
    Row("mandates/<uuid:mandate_id>/revoke/", "POST", _ISSUES, on="mandate",
        expect={"mine": 302, "missing": 404}),
]  # fmt: skip
