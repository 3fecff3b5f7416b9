"""What the pages say of cases and of the ledger's events."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from governance.templatetags.countersign import age, confidence_words
from models_registry.models import DecisionType
from reviews.models import Case, Contestation, Pause, PauseEnd, PermitVoid, VerdictKind
from reviews.selectors.history import Told
from reviews.selectors.standing import Standing
from reviews.services.letters import Channel

_EFFECTS = {
    "legal": gettext_lazy("legal effect"),
    "similar": gettext_lazy("effect similar to a legal one"),
}
_SURE_ENOUGH = 0.85  # from here the confidence is called high, and doubt is no reason any more

_EVENTS: dict[str, StrOrPromise] = {
    "reviews.decision.received": gettext_lazy("Decision received"),
    "reviews.decision.evaluated": gettext_lazy("Evaluated under the policy"),
    "reviews.mandate.used": gettext_lazy("Counted against the mandate"),
    "reviews.case.opened": gettext_lazy("Case opened"),
    "reviews.case.claimed": gettext_lazy("Case claimed"),
    "reviews.case.claim_extended": gettext_lazy("Claim kept on"),
    "reviews.case.claim_lapsed": gettext_lazy("Claim ran out"),
    "reviews.case.claim_ended": gettext_lazy("Claim ended; the case is back in its queue"),
    "reviews.case.paused": gettext_lazy("Paused: its clock stands"),
    "reviews.case.resumed": gettext_lazy("Its clock runs on"),
    "reviews.case.released": gettext_lazy("Case given back"),
    "reviews.case.handed_on": gettext_lazy("Case handed on after an abstention"),
    "reviews.case.balloted": gettext_lazy("Ballot sealed; the next person rules"),
    "reviews.case.escalated": gettext_lazy("Case moved up"),
    "reviews.case.decided": gettext_lazy("Case decided"),
    "reviews.case.expired": gettext_lazy("Case ended without a verdict"),
    "reviews.case.withdrawn": gettext_lazy("Case withdrawn"),
    "reviews.case.due_changed": gettext_lazy("Deadline of the case moved"),
    "reviews.contestation.registered": gettext_lazy("Contested by the person concerned"),
    "reviews.contestation.extended": gettext_lazy("Time to answer extended"),
    "reviews.contestation.warned": gettext_lazy("Warned that the answer is due"),
    "reviews.contestation.decided": gettext_lazy("Contestation decided"),
    "reviews.contestation.withdrawn": gettext_lazy("Contestation withdrawn"),
    "reviews.contestation.letter_made": gettext_lazy("Letter made"),
    "reviews.contestation.letter_sent": gettext_lazy("Letter sent"),
    "reviews.statement.read": gettext_lazy("The person's statement read"),
    "reviews.judgement.committed": gettext_lazy("Own judgement committed before the output"),
    "reviews.verdict.given": gettext_lazy("Verdict given"),
    "reviews.recusal.declared": gettext_lazy("Stepped aside from the decision"),
    "reviews.reversalalarm.raised": gettext_lazy("Nobody confirmed its undoing"),
    "reviews.reversalalarm.cleared": gettext_lazy("Its undoing is confirmed"),
    "reviews.staffingalarm.raised": gettext_lazy("Nobody may rule on it"),
    "reviews.staffingalarm.restated": gettext_lazy("Still nobody may rule on it"),
    "reviews.staffingalarm.cleared": gettext_lazy("Somebody may rule on it again"),
    "reviews.reversal.ordered": gettext_lazy("Undoing ordered"),
    "reviews.permit.issued": gettext_lazy("Permit issued"),
    "reviews.permit.consumed": gettext_lazy("Permit used"),
    "reviews.permit.voided": gettext_lazy("Permit made void"),
    "reviews.decision.executed": gettext_lazy("Carried out"),
    "reviews.decision.undone": gettext_lazy("Undone"),
    "reviews.decision.withdrawn": gettext_lazy("Withdrawn by the AI system"),
    "reviews.truth.recorded": gettext_lazy("True outcome learned"),
}
_TONES = {
    "reviews.case.escalated": "warn",
    "reviews.case.paused": "warn",
    "reviews.case.claim_lapsed": "warn",
    "reviews.case.claim_ended": "warn",
    "reviews.recusal.declared": "warn",
    "reviews.reversalalarm.raised": "bad",
    "reviews.reversalalarm.cleared": "good",
    "reviews.staffingalarm.raised": "bad",
    "reviews.staffingalarm.restated": "bad",
    "reviews.staffingalarm.cleared": "good",
    "reviews.case.decided": "good",
    "reviews.case.expired": "bad",
    "reviews.contestation.registered": "warn",
    "reviews.contestation.warned": "warn",
    "reviews.contestation.decided": "good",
    "reviews.reversal.ordered": "bad",
    "reviews.decision.undone": "bad",
    "reviews.permit.voided": "warn",
    "reviews.permit.issued": "good",
}


# What may be done with a decision, and the tone it is said in.
STANDINGS: dict[Standing, tuple[StrOrPromise, str]] = {
    Standing.IN_REVIEW: (gettext_lazy("Waits for a person"), "warn"),
    Standing.PERMITTED: (gettext_lazy("Permitted"), "good"),
    Standing.PERMIT_LAPSED: (gettext_lazy("Permit lapsed"), "warn"),
    Standing.BEING_EXECUTED: (gettext_lazy("Being carried out"), "accent"),
    Standing.EXECUTED: (gettext_lazy("Carried out"), "good"),
    Standing.BLOCKED: (gettext_lazy("Blocked"), "bad"),
    Standing.REFUSED: (gettext_lazy("Refused"), "bad"),
    Standing.HELD: (gettext_lazy("Held"), "warn"),
    Standing.WITHDRAWN: (gettext_lazy("Withdrawn"), "muted"),
    Standing.REVERSAL_ORDERED: (gettext_lazy("Undoing ordered"), "bad"),
    Standing.REVERSED: (gettext_lazy("Undone"), "bad"),
}


def priority_reasons(case: Case) -> list[str]:
    """Why a case is as urgent as it is. Gives the AI's output away: not before a blind judgement.

    The decision's type must be loaded.
    """
    if case.kind == Case.Kind.CONTESTATION:
        return [_("contested by the person concerned")]
    decision, kind = case.decision, case.decision.decision_type
    reasons = [str(_EFFECTS[kind.effect])] if kind.effect in _EFFECTS else []
    if kind.is_adverse(decision.outcome):
        reasons.append(_("adverse outcome"))
    if kind.critical:
        reasons.append(_("critical type"))
    if decision.confidence is None:
        reasons.append(_("no confidence stated"))
    elif decision.confidence < _SURE_ENOUGH:
        word = confidence_words(float(decision.confidence))
        reasons.append(_("%(word)s confidence") % {"word": word})
    if case.rung:
        reasons.append(
            ngettext("moved up once", "moved up %(n)s times", case.rung) % {"n": case.rung}
        )
    if case.kind == Case.Kind.AUDIT:
        reasons.append(_("halved: it has already passed"))
    return reasons or [_("no effect on a person, no doubt")]


def events_told(
    entries: list[Told],
    decision_type: DecisionType,
    *,
    sealed: Collection[UUID],
    blind: bool = False,
) -> list[dict[str, Any]]:
    """Ledger entries as a timeline shows them. `sealed`: the cases whose ballots may not be read;
    `blind`: a judgement comes first, so that nothing that people ruled may be read, nor how many
    must, which can hang on what the AI system said."""
    closed = {str(case) for case in sealed}
    return [
        {
            "at": entry.at,
            "title": _EVENTS.get(entry.event, entry.event),
            "actor": entry.actor,
            "simulated": entry.simulated,
            "tone": _TONES.get(entry.event, ""),
            "text": _details(
                entry,
                decision_type,
                rulings=not blind and entry.body.get("case") not in closed,
                blind=blind,
            ),
        }
        for entry in entries
    ]


def way_told(
    entries: list[Told],
    decision_type: DecisionType,
    *,
    sealed: Collection[UUID],
    blind: bool = False,
) -> list[dict[str, Any]]:
    """The same of one case alone, each with the time since the one before."""
    told = events_told(entries, decision_type, sealed=sealed, blind=blind)
    for before, event in pairwise(told):
        after = _("After %(span)s.") % {"span": age(event["at"] - before["at"])}
        event["text"] = f"{event['text']} {after}".strip()
    return told


def _details(entry: Told, decision_type: DecisionType, *, rulings: bool, blind: bool) -> str:
    body = entry.body
    match entry.event:
        case "reviews.case.opened" if blind:
            return _("In the queue %(queue)s.") % {"queue": body["queue"]}
        case "reviews.case.opened":
            return ngettext(
                "In the queue %(queue)s; one verdict needed.",
                "In the queue %(queue)s; %(n)s verdicts needed.",
                body["verdicts_required"],
            ) % {"queue": body["queue"], "n": body["verdicts_required"]}
        case "reviews.case.escalated":
            return _("From %(from)s to %(to)s, %(why)s.") % {
                "from": body["from_queue"],
                "to": body["to_queue"],
                "why": _WHY_UP.get(body["reason"], body["reason"]),
            }
        case "reviews.case.paused":
            return _("It waits for %(what)s, until %(until)s at the latest.") % {
                "what": Pause.Reason(body["reason"]).label,
                "until": _moment(body["until"]),
            }
        case "reviews.case.resumed":
            return _("Because %(how)s; due on %(due)s.") % {
                "how": PauseEnd.How(body["how"]).label,
                "due": _moment(body["due_at"]),
            }
        case "reviews.verdict.given" if rulings:
            kind = str(VerdictKind(body["kind"]).label)
            outcome = body["outcome"] and decision_type.outcome_label(body["outcome"])
            return f"{kind}: {outcome}" if outcome else kind
        case "reviews.case.decided" if rulings:
            return _("Outcome: %(outcome)s.") % {
                "outcome": decision_type.outcome_label(body["outcome"])
            }
        case "reviews.case.expired":
            return _("Fail-safe outcome: %(outcome)s.") % {"outcome": body["fail_safe"]}
        case "reviews.contestation.registered":
            return _("Received on %(day)s; the answer is due on %(due)s.") % {
                "day": body["received_at"][:10],
                "due": body["due_at"][:10],
            }
        case "reviews.contestation.extended":
            return _("To %(due)s; the person was told on %(day)s: %(reason)s") % {
                "due": body["due_at"][:10],
                "day": body["notified_at"][:10],
                "reason": body["reason"],
            }
        case "reviews.contestation.decided" if rulings:
            return str(Contestation.Result(body["result"]).label).capitalize() + "."
        case "reviews.contestation.letter_sent":
            return str(Channel(body["channel"]).label).capitalize() + "."
        case "reviews.permit.voided":
            return str(PermitVoid.Reason(body["reason"]).label)
    return ""


def _moment(said: str) -> str:
    return f"{datetime.fromisoformat(said):%Y-%m-%d %H:%M} UTC"


_WHY_UP = {
    "late": gettext_lazy("because its deadline passed"),
    "disagreement": gettext_lazy("because the ballots disagreed"),
    "veto": gettext_lazy("because a ballot vetoed the AI's outcome"),
    "handed_up": gettext_lazy("handed up by a reviewer"),
    "impact_changed": gettext_lazy("because its impact turned out otherwise"),
    "monitor_alarm": gettext_lazy("because a monitor alarmed"),
    "contested": gettext_lazy("because the person concerned contested the decision"),
    "unstaffed": gettext_lazy("because nobody might rule on it"),
}
