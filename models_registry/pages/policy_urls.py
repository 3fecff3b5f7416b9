"""Addresses of the policies."""

from django.urls import path

from models_registry.pages import policies, policy_drafts

app_name = "policies"
urlpatterns = [
    path("", policies.list_policies, name="list"),
    path("<slug:slug>/", policies.show_policy, name="policy"),
    path("<slug:slug>/versions/<int:number>/again/", policies.publish_again, name="again"),
    path("<slug:slug>/draft/", policy_drafts.edit_draft, name="draft"),
    path("<slug:slug>/draft/discard/", policy_drafts.discard, name="discard-draft"),
]
