"""Every address of the product."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from governance.api.policy_schema import policy_schema
from governance.api.views import UnknownAddress
from reviews.api.permits import PermitKeys

urlpatterns = [
    path("", include("governance.pages.urls")),
    path("policies/", include("models_registry.pages.policy_urls")),
    path("", include("reviews.pages.urls")),
    # One way in for all: before the admin, whose own address for it this is.
    path("admin/login/", secure_admin_login(admin.site.login)),
    path("admin/", admin.site.urls),
    path("api/v1/", include("governance.api.urls")),
    path("api/v1/", include("models_registry.api.urls")),
    path("api/v1/", include("reviews.api.urls")),
    # Last: whoever calls the API at a wrong address gets the API's own kind of answer.
    # A regular expression, because the `path` converter ends at a line feed.
    re_path(r"^api/v1/(?P<address>(?s:.*))$", UnknownAddress.as_view()),
    # Open to everybody: what outsiders check the ledger with.
    path("ledger/", include("governance.api.log_urls")),
    path(".well-known/jwks.json", PermitKeys.as_view(), name="jwks"),
    path("schemas/policy.json", policy_schema, name="policy-schema"),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]
