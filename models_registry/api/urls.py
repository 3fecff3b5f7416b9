"""The registry's addresses under /api/v1/."""

from django.urls import path

from models_registry.api import decision_types, policies, systems

urlpatterns = [
    path("systems", systems.Systems.as_view()),
    path("systems/<slug:slug>/status", systems.SystemStatus.as_view()),
    path("systems/<slug:slug>/classification", systems.Classify.as_view()),
    path("model-versions", systems.Versions.as_view()),
    path("model-versions/<uuid:version_id>/status", systems.VersionStatus.as_view()),
    path("decision-types", decision_types.DecisionTypes.as_view()),
    path("mandates", decision_types.Mandates.as_view()),
    path("mandates/<uuid:mandate_id>/revoke", decision_types.RevokeMandate.as_view()),
    path("policies", policies.Policies.as_view()),
    path("policies/<slug:slug>/versions", policies.PolicyVersions.as_view()),
    path("policies/<slug:slug>/validate", policies.ValidatePolicy.as_view()),
]
