"""The reviewer's unit of work."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models import AppendOnly, Recorded, User
from governance.quorum import QuorumRule, plain
from reviews.ladders import Trigger
from reviews.models.decision import Decision
from reviews.models.ladder import ON_TOP, LadderVersion
from reviews.models.queue import Queue


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> Self:
        """Cases of the queues `user` reviews. Verbs and lists start here, so others get a 404."""
        return self.filter(queue__memberships__person=user)

    def readable_by(self, user: User) -> Self:
        """Cases a person may read: those of their queues, or all for those who oversee."""
        if user.has_perm("reviews.view_every_queue"):
            return self
        return self.visible_to(user)

    def live(self) -> Self:
        return self.filter(state__in=Case.LIVE)

    def overdue(self, at: datetime) -> Self:
        return self.live().filter(due_at__lte=at)

    def to_escalate(self, at: datetime) -> Self:
        """Overdue ones that have somewhere to go. A contestation never ends without a verdict: on
        the highest rung it stays, late, for the person has a right to an answer."""
        return self.overdue(at).exclude(Q(kind=Case.Kind.CONTESTATION) & ON_TOP)

    def able_to_climb(self) -> Self:
        """Live ones that have a rung above them."""
        return self.live().exclude(ON_TOP)

    def with_lapsed_claim(self, at: datetime) -> Self:
        return self.filter(state=Case.State.CLAIMED, lease_expires_at__lte=at)

    def with_lapsed_pause(self, at: datetime) -> Self:
        return self.filter(paused_until__lte=at)

    def most_urgent_first(self) -> Self:
        return self.order_by("-priority", "due_at", "id")


class Case(Recorded):
    """One AI decision that waits for a person's verdict."""

    class Kind(models.TextChoices):
        REVIEW = "review", _("review")
        AUDIT = "audit", _("audit of a passed decision")
        CONTESTATION = "contestation", _("contestation")
        INTERVENTION = "intervention", _("intervention after a pass")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLAIMED = "claimed", _("claimed")
        DECIDED = "decided", _("decided")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("expired")

    class FailSafe(models.TextChoices):
        REFUSE = "refuse", _("refuse")
        HOLD = "hold", _("hold")

    LIVE = (State.OPEN, State.CLAIMED)

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="cases")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.REVIEW)
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="cases")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    priority = models.FloatField(_("priority"), help_text="0 to 100, higher is more urgent")
    opened_at = models.DateTimeField(_("opened"))
    due_at = models.DateTimeField(_("due"), help_text="UTC instant from which the case is overdue")
    paused_until = models.DateTimeField(
        _("paused until"),
        null=True,
        help_text="the latest end of its pause; empty: its clock runs",
    )
    rung = models.PositiveSmallIntegerField(
        _("rung"), default=0, help_text="how often the case was escalated"
    )
    ladder = models.ForeignKey(
        LadderVersion,
        models.PROTECT,
        null=True,
        related_name="cases",
        db_index=False,
        help_text="as it was when the case opened; empty: the queues above, as they are",
    )
    impact = models.DecimalField(
        max_digits=18,
        decimal_places=4,
        null=True,
        help_text="what is at stake as its reviewer says; empty: as the caller said",
    )
    for_role = models.SlugField(  # noqa: DJ001  # a column of committed rows, added later
        null=True, help_text="slug of the role that the rung gave it to; empty: any"
    )
    for_person = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="cases_given",
        db_index=False,
        help_text="whom the rung gave it to, who alone may rule on it",
    )
    verdicts_required = models.PositiveSmallIntegerField(
        default=1, help_text="distinct people who must rule at least; set when the case opens"
    )
    quorum = models.JSONField(
        null=True, help_text="the quorum's rule as it was when the case opened (QuorumRule)"
    )
    stage_roles = ArrayField(
        models.SlugField(),
        null=True,
        help_text="slugs, of which who gives the next ballot holds one; empty: any",
    )
    vetoed_at = models.DateTimeField(
        null=True, help_text="since when the AI's outcome may not be settled on any more"
    )
    adjudication = models.BooleanField(
        default=False, help_text="ballots disagreed: the next verdict decides"
    )
    blind_first = models.BooleanField(
        default=False, help_text="the person commits a judgement before seeing the AI's output"
    )
    fail_safe = models.CharField(max_length=8, choices=FailSafe, default=FailSafe.HOLD)
    claimed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="claimed_cases")
    claimed_at = models.DateTimeField(null=True)
    lease_expires_at = models.DateTimeField(null=True)
    claim_number = models.PositiveIntegerField(
        default=0, help_text="grows with each claim, so that a late answer to an old one is refused"
    )
    closed_at = models.DateTimeField(_("closed"), null=True)
    final_outcome = models.CharField(
        max_length=64, blank=True, help_text="the outcome the people settled on; empty: none"
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        constraints = [
            models.CheckConstraint(
                name="claim_is_named_and_leased",
                condition=Q(
                    state="claimed",
                    claimed_by__isnull=False,
                    claimed_at__isnull=False,
                    lease_expires_at__isnull=False,
                )
                | (
                    ~Q(state="claimed") & Q(claimed_by=None, claimed_at=None, lease_expires_at=None)
                ),
            ),
            models.CheckConstraint(
                name="closed_case_says_when",
                condition=Q(state__in=["open", "claimed"], closed_at=None)
                | Q(state__in=["decided", "withdrawn", "expired"], closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_decided_case_has_an_outcome",
                condition=Q(state="decided") ^ Q(final_outcome=""),
            ),
            # Nobody's silence approves.
            models.CheckConstraint(
                name="fail_safe_never_approves", condition=Q(fail_safe__in=["refuse", "hold"])
            ),
            models.CheckConstraint(
                name="paused_case_is_open", condition=Q(paused_until=None) | Q(state="open")
            ),
            models.UniqueConstraint(
                fields=["decision", "kind"],
                condition=~Q(kind="contestation"),
                name="one_case_of_a_kind",
            ),
        ]
        # Claiming and sweeping read these all day; closed cases, soon the most, stay out of them.
        indexes = [
            models.Index(
                fields=["queue", "-priority", "due_at", "id"],
                name="case_to_claim",
                condition=Q(state="open"),
            ),
            models.Index(fields=["queue", "-id"], name="case_in_queue"),
            models.Index(
                fields=["closed_at"],
                name="case_audit_settled",
                condition=Q(kind="audit", state="decided"),
            ),
            models.Index(
                fields=["due_at"], name="case_due", condition=Q(state__in=["open", "claimed"])
            ),
            models.Index(
                fields=["lease_expires_at"], name="case_lease", condition=Q(state="claimed")
            ),
            models.Index(
                fields=["paused_until"],
                name="case_paused",
                condition=Q(paused_until__isnull=False),
            ),
            models.Index(fields=["claimed_by"], name="case_held_by", condition=Q(state="claimed")),
            # The monitors read what people ruled in a window.
            models.Index(
                fields=["closed_at", "id"], name="case_decided", condition=Q(state="decided")
            ),
        ]
        permissions = [
            ("claim_case", "Can claim and release cases of their queues"),
            ("rule_on_case", "Can give verdicts"),
            ("escalate_case", "Can hand a case up"),
        ]

    def __str__(self) -> str:
        return f"case {str(self.pk)[-12:]}"

    @property
    def quorum_rule(self) -> QuorumRule:
        """What was asked for when the case opened; of a case from before quorums had stages, so
        many people of one mind."""
        if self.quorum is None:
            return plain(self.verdicts_required)
        return QuorumRule.from_json(self.quorum)

    @property
    def at_stake(self) -> Decimal | None:
        """What a right must reach: of what the caller and the reviewer said the more."""
        said = [one for one in (self.decision.impact, self.impact) if one is not None]
        return max(said, default=None)

    def climbs_on(self, trigger: Trigger) -> bool:
        """Whether its ladder lets `trigger` make it climb, and has a rung left. Up the queues a
        case climbs when it is handed up, and for no other reason but lateness."""
        if self.ladder is not None:
            return trigger in self.ladder.climbs_on and self.rung < self.ladder.length
        return trigger is Trigger.HANDED_UP and self.queue.escalates_to_id is not None

    @property
    def can_be_handed_up(self) -> bool:
        return self.climbs_on(Trigger.HANDED_UP)

    def is_held_by(self, user: User, at: datetime) -> bool:
        return (
            self.state == Case.State.CLAIMED
            and self.claimed_by_id == user.pk
            and self.lease_expires_at is not None
            and self.lease_expires_at > at
        )


class Escalation(AppendOnly):
    """A case moved up one rung. Each rung fires once per case."""

    is_entered = False  # the case's own entry tells of it

    class Reason(models.TextChoices):
        LATE = "late", _("the deadline passed")
        DISAGREEMENT = "disagreement", _("the ballots disagreed")
        VETO = "veto", _("a ballot vetoed the AI's outcome")
        HANDED_UP = "handed_up", _("a reviewer handed it up")
        IMPACT_CHANGED = "impact_changed", _("its impact turned out otherwise")
        MONITOR_ALARM = "monitor_alarm", _("a monitor alarmed")
        CONTESTED = "contested", _("the person concerned contested the decision")
        UNSTAFFED = "unstaffed", _("nobody might rule on it")

    case = models.ForeignKey(Case, models.PROTECT, related_name="escalations")
    rung = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=16, choices=Reason)
    from_queue = models.ForeignKey(Queue, models.PROTECT, related_name="escalations_out")
    to_queue = models.ForeignKey(Queue, models.PROTECT, related_name="escalations_in")
    actor = models.CharField(max_length=120)
    escalated_at = models.DateTimeField()
    cause = models.UUIDField(null=True, help_text="the alarm or other row that set it off, if any")
    done = models.JSONField(
        null=True, help_text="what the rung did: role, person, priority, ballot, who is told"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "rung"], name="rung_fires_once"),
            models.UniqueConstraint(
                fields=["case", "cause"],
                condition=Q(cause__isnull=False),
                name="cause_climbs_once",
            ),
        ]

    def __str__(self) -> str:
        return f"rung {self.rung} of {self.case_id}"
