"""Addresses of the work's pages."""

from django.urls import path

from reviews.pages import cases, dashboard, decisions, delegations, queues, verdicts

app_name = "reviews"

urlpatterns = [
    path("", dashboard.show, name="dashboard"),
    path("queues/", queues.list_queues, name="queues"),
    path("queues/<slug:slug>/", queues.show, name="queue"),
    path("queues/<slug:slug>/claim-next/", queues.claim_next_case, name="claim-next"),
    path("cases/<uuid:case_id>/", cases.show, name="case"),
    path("cases/<uuid:case_id>/claim/", cases.claim, name="claim"),
    path("cases/<uuid:case_id>/release/", cases.release, name="release"),
    path("cases/<uuid:case_id>/extend/", cases.extend, name="extend"),
    path("cases/<uuid:case_id>/hand-up/", cases.hand_case_up, name="hand-up"),
    path("cases/<uuid:case_id>/recuse/", cases.recuse_from_case, name="recuse"),
    path("cases/<uuid:case_id>/judgement/", verdicts.judge, name="judge"),
    path("cases/<uuid:case_id>/verdict/", verdicts.rule, name="rule"),
    path("delegations/", delegations.show, name="delegations"),
    path("delegations/lend/", delegations.lend, name="lend"),
    path("delegations/<uuid:delegation_id>/revoke/", delegations.revoke, name="revoke"),
    path("delegations/absence/", delegations.go_away, name="go-away"),
    path("delegations/absence/<uuid:absence_id>/end/", delegations.come_back, name="come-back"),
    path("decisions/", decisions.list_decisions, name="decisions"),
    path("decisions/<uuid:decision_id>/", decisions.show, name="decision"),
]
