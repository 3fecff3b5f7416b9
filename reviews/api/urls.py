"""The work's addresses under /api/v1/."""

from django.urls import path

from reviews.api import cases, contestations, decisions, eligibility, halts, permits

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
    path("cases/<uuid:case_id>/ballots", cases.Ballots.as_view()),
    path("cases/<uuid:case_id>/verdict", cases.GiveVerdict.as_view()),
    path("cases/<uuid:case_id>/statement", contestations.CaseStatement.as_view()),
    path("cases/<uuid:case_id>/statement-read", contestations.ReadStatement.as_view()),
    path("subjects/<path:ref>/contest", contestations.Contest.as_view()),
    path("contestations", contestations.Contestations.as_view()),
    path("contestations/<uuid:contestation_id>", contestations.OneContestation.as_view()),
    path("contestations/<uuid:contestation_id>/extend", contestations.ExtendContestation.as_view()),
    path(
        "contestations/<uuid:contestation_id>/withdraw",
        contestations.WithdrawContestation.as_view(),
    ),
    path("contestations/<uuid:contestation_id>/letter", contestations.MakeLetter.as_view()),
    path(
        "contestations/<uuid:contestation_id>/letter.html",
        contestations.LetterHtml.as_view(),
        name="api-letter-html",
    ),
    path(
        "contestations/<uuid:contestation_id>/letter.pdf",
        contestations.LetterPdf.as_view(),
        name="api-letter-pdf",
    ),
    path("contestations/<uuid:contestation_id>/sent", contestations.MarkLetterSent.as_view()),
    path("cases/<uuid:case_id>/eligibility", eligibility.CaseEligibility.as_view()),
    path("cases/<uuid:case_id>/eligible", eligibility.EligiblePeople.as_view()),
    path("halts", halts.Halts.as_view()),
    path("halts/<uuid:halt_id>/lift", halts.LiftHalt.as_view()),
]
