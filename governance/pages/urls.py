"""Addresses of the floor's pages: signing in and out, one's own account, and its three lists.

The names of the first are allauth's own, because its views look each other up by them.
"""

from allauth.account import views as account
from django.db.transaction import atomic
from django.urls import include, path
from django.views.decorators.http import require_POST

urlpatterns = [
    path("reports/", include("governance.pages.report_urls")),
    path("motions/", include("governance.pages.motion_urls")),
    path("evidence/", include("governance.pages.bundle_urls")),
    path("notices/", include("governance.pages.notice_urls")),
    path("webhooks/", include("governance.pages.webhook_urls")),
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("sign-in/inactive/", account.account_inactive, name="account_inactive"),
    path("sign-out/", require_POST(account.logout), name="account_logout"),
    # Atomic, so that the new password and its entry are kept together or not at all.
    path("account/password/", atomic(account.password_change), name="account_change_password"),
    path("account/second-factor/", include("allauth.mfa.urls")),
]
