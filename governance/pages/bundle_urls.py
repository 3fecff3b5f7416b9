"""Addresses of the evidence bundles."""

from django.urls import path

from governance.pages import bundles

app_name = "bundles"
urlpatterns = [
    path("", bundles.list_bundles, name="list"),
    path("ask/<slug:about>/<uuid:about_id>/", bundles.ask_for_bundle, name="ask"),
    path("<uuid:bundle_id>/", bundles.show_bundle, name="bundle"),
    path("<uuid:bundle_id>/state/", bundles.bundle_state, name="state"),
]
