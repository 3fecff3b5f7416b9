"""Addresses of the reports."""

from django.urls import path

from governance.pages import reports

app_name = "reports"
urlpatterns = [
    path("", reports.list_reports, name="list"),
    path("<uuid:report_id>/", reports.show_report, name="report"),
    path("<uuid:report_id>/approval/", reports.approve_report, name="approve"),
    path("<uuid:report_id>/state/", reports.report_state, name="state"),
]
