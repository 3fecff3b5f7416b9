"""The floor's addresses under /api/v1/."""

from django.urls import path

from governance.api import bundles, checkpoints, events, motions, reports, webhooks

urlpatterns = [
    path("events", events.Events.as_view()),
    path("reports", reports.Reports.as_view()),
    path("reports/<uuid:report_id>", reports.Report.as_view(), name="api-report"),
    path("reports/<uuid:report_id>/approval", reports.ApproveReport.as_view()),
    path(
        "reports/<uuid:report_id>/document.pdf",
        reports.ReportPdf.as_view(),
        name="api-report-pdf",
    ),
    path(
        "reports/<uuid:report_id>/document.html",
        reports.ReportHtml.as_view(),
        name="api-report-html",
    ),
    path(
        "reports/<uuid:report_id>/document.json",
        reports.ReportJson.as_view(),
        name="api-report-json",
    ),
    path("motions", motions.Motions.as_view()),
    path("motions/<uuid:motion_id>", motions.OneMotion.as_view(), name="api-motion"),
    path("motions/<uuid:motion_id>/ballots", motions.CastBallot.as_view()),
    path("motions/<uuid:motion_id>/withdraw", motions.WithdrawMotion.as_view()),
    path("webhooks", webhooks.Webhooks.as_view()),
    path("webhooks/<uuid:endpoint_id>", webhooks.Webhook.as_view(), name="api-webhook"),
    path("webhooks/<uuid:endpoint_id>/rotate-secret", webhooks.RotateSecret.as_view()),
    path("webhooks/<uuid:endpoint_id>/ping", webhooks.PingWebhook.as_view()),
    path("webhooks/<uuid:endpoint_id>/pause", webhooks.PauseWebhook.as_view()),
    path("webhooks/<uuid:endpoint_id>/resume", webhooks.ResumeWebhook.as_view()),
    path("webhooks/<uuid:endpoint_id>/replay", webhooks.ReplayWebhook.as_view()),
    path("webhooks/<uuid:endpoint_id>/redeliver", webhooks.RedeliverWebhook.as_view()),
    path("webhooks/<uuid:endpoint_id>/deliveries", webhooks.WebhookDeliveries.as_view()),
    path("ledger/entries", events.LedgerEntries.as_view()),
    path("ledger/checkpoints", checkpoints.Checkpoints.as_view()),
    path("ledger/proofs/inclusion", checkpoints.InclusionProofs.as_view()),
    path("ledger/proofs/consistency", checkpoints.ConsistencyProofs.as_view()),
    path("ledger/bundles", bundles.Bundles.as_view(), name="api-bundles"),
    path("ledger/bundles/<uuid:bundle_id>", bundles.Bundle.as_view(), name="api-bundle"),
    path(
        "ledger/bundles/<uuid:bundle_id>/bundle.zip",
        bundles.BundleZip.as_view(),
        name="api-bundle-zip",
    ),
]
