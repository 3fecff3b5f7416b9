"""The registry's addresses under /api/v1/."""

from django.urls import path

from models_registry.api import (
    decision_rights,
    decision_types,
    levels,
    policies,
    policy_drafts,
    systems,
)

urlpatterns = [
    path("systems", systems.Systems.as_view()),
    path("systems/<slug:slug>/status", systems.SystemStatus.as_view()),
    path("systems/<slug:slug>/classification", systems.Classify.as_view()),
    path("model-versions", systems.Versions.as_view()),
    path("model-versions/<uuid:version_id>/status", systems.VersionStatus.as_view()),
    path("decision-types", decision_types.DecisionTypes.as_view()),
    path("decision-types/<slug:slug>/protected", decision_types.ProtectedFacts.as_view()),
    path("levels", levels.Levels.as_view()),
    path("levels/<slug:slug>/changes", levels.LevelChanges.as_view()),
    path("levels/<slug:slug>/raise", levels.RaiseLevel.as_view()),
    path("levels/<slug:slug>/lower", levels.LowerLevel.as_view()),
    path("mandates", decision_types.Mandates.as_view()),
    path("mandates/<uuid:mandate_id>/revoke", decision_types.RevokeMandate.as_view()),
    path("policies", policies.Policies.as_view()),
    path("policies/<slug:slug>/versions", policies.PolicyVersions.as_view()),
    path("policies/<slug:slug>/versions/<int:number>/again", policies.PublishAgain.as_view()),
    path("policies/<slug:slug>/draft", policy_drafts.Draft.as_view()),
    path("policies/<slug:slug>/draft/discard", policy_drafts.DiscardDraft.as_view()),
    path("policies/<slug:slug>/draft/publish", policy_drafts.PublishDraft.as_view()),
    path("policies/<slug:slug>/validate", policies.ValidatePolicy.as_view()),
    path("decision-rights", decision_rights.DecisionRights.as_view()),
    path(
        "decision-rights/export.csv",
        decision_rights.DecisionRightsCsv.as_view(),
        name="api-decision-rights-csv",
    ),
    path(
        "decision-rights/export.json",
        decision_rights.DecisionRightsJson.as_view(),
        name="api-decision-rights-json",
    ),
    path("decision-rights/changes", decision_rights.ChangeDecisionRights.as_view()),
]
