"""Addresses of the webhooks."""

from django.urls import path

from governance.pages import webhook_acts, webhooks

app_name = "webhooks"
urlpatterns = [
    path("", webhooks.list_webhooks, name="list"),
    path("<uuid:endpoint_id>/", webhooks.show_webhook, name="endpoint"),
    path("<uuid:endpoint_id>/change/", webhooks.change_webhook, name="change"),
    *(
        path(f"<uuid:endpoint_id>/{act}/", webhook_acts.do, {"act": act}, name=act)
        for act in webhook_acts.NAMES
    ),
]
