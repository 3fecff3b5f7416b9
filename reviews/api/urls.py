"""The work's addresses under /api/v1/."""

from django.urls import path

from reviews.api import absences, cases, conflicts, decisions, delegations, halts, permits

urlpatterns = [
    path("decisions", decisions.Decisions.as_view()),
    path("decisions/<uuid:decision_id>", decisions.OneDecision.as_view()),
    path("decisions/<uuid:decision_id>/withdraw", decisions.WithdrawDecision.as_view()),
    path("decisions/<uuid:decision_id>/outcome", decisions.RecordTruth.as_view()),
    path("decisions/<uuid:decision_id>/executions", decisions.RecordExecution.as_view()),
    path("decisions/<uuid:decision_id>/permit", decisions.RenewPermit.as_view()),
    path("permits/consume", permits.ConsumePermit.as_view()),
    path("permits/introspect", permits.IntrospectPermit.as_view()),
    path("queues", cases.Queues.as_view()),
    path("queues/<slug:slug>/claim-next", cases.ClaimNext.as_view()),
    path("cases", cases.Cases.as_view()),
    path("cases/<uuid:case_id>", cases.OneCase.as_view()),
    path("cases/<uuid:case_id>/claim", cases.ClaimCase.as_view()),
    path("cases/<uuid:case_id>/release", cases.ReleaseCase.as_view()),
    path("cases/<uuid:case_id>/heartbeat", cases.ExtendClaim.as_view()),
    path("cases/<uuid:case_id>/escalate", cases.HandUp.as_view()),
    path("cases/<uuid:case_id>/judgement", cases.CommitJudgement.as_view()),
    path("cases/<uuid:case_id>/verdict", cases.GiveVerdict.as_view()),
    path("cases/<uuid:case_id>/recuse", cases.Recuse.as_view()),
    path("delegations", delegations.Delegations.as_view()),
    path("delegations/<uuid:delegation_id>/revoke", delegations.RevokeDelegation.as_view()),
    path("absences", absences.Absences.as_view()),
    path("absences/<uuid:absence_id>/end", absences.EndAbsence.as_view()),
    path("conflicts", conflicts.Conflicts.as_view()),
    path("conflicts/<uuid:conflict_id>/end", conflicts.EndConflict.as_view()),
    path("halts", halts.Halts.as_view()),
    path("halts/<uuid:halt_id>/lift", halts.LiftHalt.as_view()),
]
