"""What the work refuses. Each has a stable code, a status and a sentence for its reader."""

from governance.errors import DomainError
from governance.rights import Condition


class ExternalIdTaken(DomainError):
    code = "external_id_taken"
    title = "Another decision has this external id"


class CaseNotOpen(DomainError):
    code = "case_not_open"
    title = "The case is not open"


class NotYourClaim(DomainError):
    code = "not_your_claim"
    title = "Somebody else holds the case"


class ClaimLapsed(DomainError):
    code = "claim_lapsed"
    title = "Your claim has run out"


class CasePaused(DomainError):
    code = "case_paused"
    title = "The case is paused already"


class CaseNotPaused(DomainError):
    code = "case_not_paused"
    title = "The case is not paused"


class CaseLate(DomainError):
    code = "case_late"
    title = "The deadline of the case has passed"


class PausedTooOften(DomainError):
    code = "paused_too_often"
    title = "The case was paused as often as it may be"


class TooManyClaims(DomainError):
    code = "too_many_claims"
    title = "You hold as many cases as you may"


class RightMissing(DomainError):
    """Condition 1: no role or decision right covers this."""

    code = "right_missing"
    status = 403
    title = "No decision right covers this case"
    condition = Condition.RIGHT


class CompetenceMissing(DomainError):
    """Condition 2: no qualification is valid now."""

    code = "competence_missing"
    status = 403
    title = "No valid qualification covers this case"
    condition = Condition.COMPETENCE


class NotSeparate(DomainError):
    """Condition 3: the person stands too near to the decision."""

    code = "not_separate"
    status = 403
    title = "You may not rule on this decision"
    condition = Condition.SEPARATION


class CaseNotVisible(DomainError):
    """Condition 4: the person does not see the queue. Answered like what does not exist."""

    code = "not_found"
    status = 404
    title = "Not Found"
    condition = Condition.SIGHT


class CaseVetoed(DomainError):
    code = "case_vetoed"
    title = "A veto bars the AI's outcome"


class StatementUnread(DomainError):
    code = "statement_unread"
    title = "Read the person's statement first"


class AlreadyRecused(DomainError):
    code = "already_recused"
    title = "You have stepped aside from this decision already"


class BallotCounts(DomainError):
    code = "ballot_counts"
    title = "Your ballot on this decision counts already"


class ConflictKnown(DomainError):
    code = "conflict_known"
    title = "This conflict is on record already"


class ConflictOver(DomainError):
    code = "conflict_over"
    title = "This conflict has ended already"


class AbsencesOverlap(DomainError):
    code = "absences_overlap"
    title = "Another absence is on record for that time"


class AbsenceOver(DomainError):
    code = "absence_over"
    title = "This absence is over already"


class NothingToLend(DomainError):
    code = "nothing_to_lend"
    title = "There is nothing to lend"


class AlreadyLent(DomainError):
    code = "already_lent"
    title = "This is lent already"


class DelegationOver(DomainError):
    code = "delegation_over"
    title = "This delegation has ended already"


class JudgementMissing(DomainError):
    code = "judgement_missing"
    title = "Commit your own judgement first"


class JudgementGiven(DomainError):
    code = "judgement_given"
    title = "Your judgement was already committed"


class AlreadyExecuted(DomainError):
    code = "already_executed"
    title = "The decision was already carried out"


class NotExecuted(DomainError):
    code = "not_executed"
    title = "The decision was not carried out, so there is nothing to undo"


class NoHigherQueue(DomainError):
    code = "no_higher_queue"
    title = "There is no queue above this one"


class AlreadyWithdrawn(DomainError):
    code = "already_withdrawn"
    title = "The decision was withdrawn"


class NotPermittedYet(DomainError):
    code = "no_permit"
    title = "There is no leave to carry this decision out"


class PermitInvalid(DomainError):
    code = "permit_invalid"
    title = "The permit is not valid"


class PermitSpent(DomainError):
    code = "permit_spent"
    title = "The permit was already used"


class PermitVoided(DomainError):
    code = "permit_void"
    title = "The permit is void"


class PermitExpired(DomainError):
    code = "permit_expired"
    title = "The permit has expired"


class HaltInForce(DomainError):
    code = "halt_in_force"
    title = "A halt is in force"


class MandateEnded(DomainError):
    """Leave that rested on a mandate ends with it."""

    code = "mandate_ended"
    title = "The mandate has ended"


class OutcomeNotPermitted(DomainError):
    code = "outcome_not_permitted"
    title = "The permit is for another outcome"


class AlreadyConfirmed(DomainError):
    code = "already_confirmed"
    title = "The undoing was already confirmed"


class HaltLifted(DomainError):
    code = "halt_lifted"
    title = "The halt was already lifted"


class NotContestable(DomainError):
    code = "not_contestable"
    title = "There is nothing to contest"


class ContestationOpen(DomainError):
    code = "contestation_open"
    title = "A contestation of this decision is open"


class ContestationClosed(DomainError):
    code = "contestation_closed"
    title = "The contestation is closed"


class NoQueueOpen(DomainError):
    code = "no_queue_open"
    title = "No queue takes the case"


class SubjectErased(DomainError):
    code = "subject_erased"
    title = "The person's data were erased"


class AlreadyExtended(DomainError):
    code = "already_extended"
    title = "The time to answer was extended before"


class ClockRunOut(DomainError):
    code = "clock_run_out"
    title = "The time to answer has run out"


class NotContested(DomainError):
    code = "not_contested"
    title = "This case holds no statement"


class StatementRead(DomainError):
    code = "statement_read"
    title = "You have read the statement already"


class AlreadyReversed(DomainError):
    code = "already_reversed"
    title = "The undoing was ordered before"


class SettledSince(DomainError):
    code = "settled_since"
    title = "A contestation has settled the decision"


class LetterMissing(DomainError):
    code = "letter_missing"
    title = "There is no letter"


class LetterSent(DomainError):
    code = "letter_sent"
    title = "The letter was sent"


class InterventionOver(DomainError):
    code = "intervention_over"
    title = "It is not the time to intervene"


class InterventionOpen(DomainError):
    code = "intervention_open"
    title = "Another case of this decision waits"


class AlarmEnded(DomainError):
    code = "alarm_ended"
    status = 409
    title = "This alarm has ended"
