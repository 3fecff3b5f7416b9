"""The floor's addresses under /api/v1/."""

from django.urls import path

from governance.api import events

urlpatterns = [
    path("events", events.Events.as_view()),
    path("ledger/entries", events.LedgerEntries.as_view()),
]
