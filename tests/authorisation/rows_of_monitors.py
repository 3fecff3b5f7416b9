"""Addresses of monitors and intervention levels. The level of the type they name is `sampled`."""

from __future__ import annotations

from tests.authorisation.row import Row, verb_page
from tests.authorisation.world import CLIENT

_VIEW = "models_registry.view_decisiontype"
_RAISE, _LOWER = "models_registry.raise_level", "models_registry.lower_level"
_CLOSE = "reviews.close_monitoralarm"
_READS = ("monitors:read", _VIEW)
# The monitor that the rows name watches another system than the first client's.
_OF_ITS_SYSTEM = {"*": 200, CLIENT: 404}
_UP, _DOWN = {"to": "all_human", "reason": "Drift."}, {"to": "normal", "reason": "Mended."}

MONITORS = [
    Row("api/v1/levels", "GET", _VIEW),
    Row("api/v1/levels/<slug:slug>/changes", "GET", _VIEW, on="decision type",
        expect={"mine": 200, "missing": 404}),
    Row("api/v1/levels/<slug:slug>/raise", "POST", _RAISE, on="decision type",
        expect={"mine": 200, "missing": 404}, body=_UP),
    Row("api/v1/levels/<slug:slug>/lower", "POST", _LOWER, on="decision type",
        expect={"mine": 202, "missing": 404}, body=_DOWN),
    Row("levels/<slug:slug>/", "GET", _VIEW, on="decision type",
        expect={"mine": 200, "missing": 404}),
    *verb_page("levels/<slug:slug>/raise/", _RAISE, "decision type",
               {"mine": 302, "missing": 404}, {f"up-{name}": said for name, said in _UP.items()}),
    *verb_page("levels/<slug:slug>/lower/", _LOWER, "decision type",
               {"mine": 302, "missing": 404},
               {f"down-{name}": said for name, said in _DOWN.items()}),
    Row("api/v1/monitors", "GET", _READS),
    Row("api/v1/monitors/<slug:slug>/<slug:monitor>", "GET", _READS, on="monitor",
        expect={"mine": _OF_ITS_SYSTEM, "missing": 404}),
    Row("api/v1/monitors/<slug:slug>/<slug:monitor>/runs", "GET", _READS, on="monitor",
        expect={"mine": _OF_ITS_SYSTEM, "missing": 404}),
    Row("api/v1/monitor-alarms", "GET", _READS),
    Row("api/v1/monitor-alarms/<uuid:alarm_id>/close", "POST", _CLOSE, on="alarm",
        expect={"mine": 200, "missing": 404}, body={"reason": "A holiday."}),
    Row("monitors/", "GET", _VIEW),
    Row("monitors/<slug:slug>/<slug:monitor>/", "GET", _VIEW, on="monitor",
        expect={"mine": 200, "missing": 404}),
    Row("monitor-alarms/<uuid:alarm_id>/close/", "GET", _CLOSE, on="alarm",
        expect={"mine": 200, "missing": 404}),
    Row("monitor-alarms/<uuid:alarm_id>/close/", "POST", _CLOSE, on="alarm",
        expect={"mine": 302, "missing": 404}, body={"reason": "A holiday."}),
]  # fmt: skip
