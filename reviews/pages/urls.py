"""Addresses of the work's pages."""

from django.urls import path

from reviews.pages import (
    cases,
    contestations,
    dashboard,
    decisions,
    delegations,
    eligibility,
    halts,
    lab,
    qualifications,
    queues,
    thresholds,
    verdicts,
)

app_name = "reviews"

urlpatterns = [
    path("", dashboard.show, name="dashboard"),
    path("lab/", lab.list_simulations, name="lab"),
    path("lab/thresholds/", thresholds.advise, name="thresholds"),
    path("lab/<uuid:simulation_id>/", lab.show_simulation, name="simulation"),
    path("lab/<uuid:simulation_id>/state/", lab.simulation_state, name="simulation-state"),
    path("lab/<uuid:simulation_id>/cancel/", lab.cancel, name="cancel-simulation"),
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
    path("cases/<uuid:case_id>/eligibility/", eligibility.show, name="eligibility"),
    path("cases/<uuid:case_id>/verdict/", verdicts.rule, name="rule"),
    path("qualifications/", qualifications.list_qualifications, name="qualifications"),
    path("qualifications/mine/", qualifications.mine, name="my-qualifications"),
    path("qualifications/coverage/", qualifications.coverage, name="coverage"),
    path("halts/<uuid:halt_id>/lift/", halts.lift, name="lift-halt"),
    path("cases/<uuid:case_id>/statement-read/", contestations.read, name="statement-read"),
    path("contestations/", contestations.list_contestations, name="contestations"),
    path("contestations/<uuid:contestation_id>/", contestations.show, name="contestation"),
    path("contestations/<uuid:contestation_id>/extend/", contestations.extend, name="extend-time"),
    path(
        "contestations/<uuid:contestation_id>/withdraw/",
        contestations.withdraw,
        name="withdraw-contestation",
    ),
    path("contestations/<uuid:contestation_id>/letter/", contestations.letter, name="letter"),
    path("contestations/<uuid:contestation_id>/sent/", contestations.sent, name="letter-sent"),
    path("decisions/<uuid:decision_id>/contest/", contestations.contest, name="contest"),
    path("delegations/", delegations.show, name="delegations"),
    path("delegations/lend/", delegations.lend, name="lend"),
    path("delegations/<uuid:delegation_id>/revoke/", delegations.revoke, name="revoke"),
    path("delegations/absence/", delegations.go_away, name="go-away"),
    path("delegations/absence/<uuid:absence_id>/end/", delegations.come_back, name="come-back"),
    path("decisions/", decisions.list_decisions, name="decisions"),
    path("decisions/<uuid:decision_id>/", decisions.show, name="decision"),
]
