"""Who may rule on what: roles, who holds them, decision rights, proofs of competence; and what
stands in the way or in for it: absences, standing conflicts, delegations."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from governance.models.base import Recorded
from governance.models.motion import Motion
from governance.models.subject import SubjectKey
from governance.models.user import User


class InForceQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Rows that hold from `valid_from` (inclusive) until `valid_until` (exclusive, or open)."""

    def in_force(self, at: datetime) -> Self:
        return self.filter(
            Q(valid_until=None) | Q(valid_until__gt=at),
            valid_from__lte=at,
        )

    def lapsing(self, at: datetime, within: timedelta) -> Self:
        """Those in force that end within `within` from `at`, the far end included."""
        return self.in_force(at).filter(valid_until__lte=at + within)

    def lapsed(self, at: datetime) -> Self:
        return self.filter(valid_until__lte=at)


class InForce(models.Model):
    """A right or proof that holds for a time."""

    valid_from = models.DateTimeField(_("valid from"), help_text="UTC instant, inclusive")
    valid_until = models.DateTimeField(
        _("valid until"), null=True, blank=True, help_text="UTC instant, exclusive; empty: open"
    )

    objects = InForceQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            CheckConstraint(
                name="%(app_label)s_%(class)s_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
            )
        ]


class ReviewerRole(Recorded):
    """A named role: what its holders may do in the product, and how many cases at a time."""

    decides_who_may_rule = True

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), blank=True)
    permissions = ArrayField(
        models.CharField(max_length=120),
        default=list,
        help_text="patterns such as reviews.claim_case or *.view_*",
    )
    max_claims = models.PositiveSmallIntegerField(
        _("most claims at a time"), default=5, help_text="cases one holder may hold at once"
    )

    delegation_depth = models.PositiveSmallIntegerField(
        _("delegation"),
        null=True,
        blank=True,
        help_text="how often a right of this role may be handed on; empty: never",
    )

    class Meta:
        verbose_name = _("role")

    def __str__(self) -> str:
        return self.name


class RoleAssignment(Recorded, InForce):
    """One person holds one role for a time."""

    decides_who_may_rule = True

    person = models.ForeignKey(User, models.PROTECT, related_name="role_assignments")
    role = models.ForeignKey(ReviewerRole, models.PROTECT, related_name="assignments")

    class Meta(InForce.Meta):
        verbose_name = _("role assignment")

    def __str__(self) -> str:
        return f"{self.person}: {self.role}"


class DecisionRight(Recorded, InForce):
    """What a role may rule: on which systems and decision types, to what impact, how.

    Systems and decision types are named by slug, not by key: they belong to a floor above.
    Source: Regulation (EU) 2024/1689 Art. 26(2), the necessary competence and authority.
    """

    decides_who_may_rule = True

    role = models.ForeignKey(ReviewerRole, models.PROTECT, related_name="decision_rights")
    system = models.SlugField(_("AI system"), blank=True, help_text="slug; empty: every system")
    decision_type = models.SlugField(
        _("decision type"), blank=True, help_text="slug; empty: every type"
    )
    max_impact = models.DecimalField(
        _("highest impact"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="in the decision type's unit of impact, inclusive; empty: no ceiling",
    )
    verdicts = ArrayField(
        models.CharField(max_length=16),
        help_text="the kinds of verdict: uphold, override, reverse, abstain",
    )
    outcomes = ArrayField(
        models.CharField(max_length=64),
        default=list,
        blank=True,
        help_text="outcomes that may be chosen; empty: all of the type",
    )
    motion = models.ForeignKey(
        Motion,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="decision_rights",
        help_text="the motion that granted or ended it last; empty: set up with the system",
    )

    class Meta(InForce.Meta):
        verbose_name = _("decision right")

    def __str__(self) -> str:
        return f"{self.role}: {', '.join(self.verdicts)} on {self.decision_type or 'every type'}"


class Qualification(Recorded, InForce):
    """A dated proof that one person is competent to oversee one system or version of it.

    Source: Regulation (EU) 2024/1689 Art. 26(2) and Art. 14(4)(a).
    """

    decides_who_may_rule = True

    class Kind(models.TextChoices):
        TRAINING = "training", _("training")
        CERTIFICATE = "certificate", _("certificate")
        INSTRUCTIONS_READ = "instructions_read", _("instructions for use read")

    person = models.ForeignKey(User, models.PROTECT, related_name="qualifications")
    kind = models.CharField(max_length=20, choices=Kind)
    system = models.SlugField(_("AI system"), help_text="slug")
    model_version = models.CharField(
        _("model version"), max_length=64, blank=True, help_text="empty: every version"
    )
    proof = models.CharField(_("proof"), max_length=200, help_text="where the proof is kept")

    class Meta(InForce.Meta):
        verbose_name = _("qualification")

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()} for {self.system}"


class Delegation(Recorded, InForce):
    """One person lends decision rights to another for a time; both names stay on every ruling.

    It never gives more than the delegator has at that moment, and nothing once they have it no
    more. `system`, `decision_type`, `max_impact` narrow it. `parent`: the delegation that these
    rights are themselves lent under; `ReviewerRole.delegation_depth` says how often that may be.
    """

    decides_who_may_rule = True

    delegator = models.ForeignKey(User, models.PROTECT, related_name="delegations_given")
    delegate = models.ForeignKey(User, models.PROTECT, related_name="delegations_held")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="handed_on"
    )
    system = models.SlugField(_("AI system"), blank=True, help_text="slug; empty: every system")
    decision_type = models.SlugField(
        _("decision type"), blank=True, help_text="slug; empty: every type"
    )
    max_impact = models.DecimalField(
        _("highest impact"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="in the decision type's unit of impact, inclusive; empty: the right's own",
    )
    reason = models.CharField(_("reason"), max_length=200, help_text="without personal data")
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta(InForce.Meta):
        verbose_name = _("delegation")
        constraints = [
            *InForce.Meta.constraints,
            CheckConstraint(name="delegation_ends", condition=Q(valid_until__isnull=False)),
            CheckConstraint(
                name="nobody_delegates_to_themself", condition=~Q(delegator=F("delegate"))
            ),
        ]
        permissions = [
            ("delegate_right", "Can lend own decision rights for a time"),
            ("revoke_delegation", "Can end the delegations of others"),
        ]

    def __str__(self) -> str:
        return f"{self.delegator} to {self.delegate}"


class Absence(Recorded, InForce):
    """A person is away: they rule on nothing, and what they hold goes back to its queue.

    Why they are away is nobody's business here, and would be health data at times.
    """

    decides_who_may_rule = True

    person = models.ForeignKey(User, models.PROTECT, related_name="absences")
    ended_at = models.DateTimeField(_("ended early"), null=True, editable=False)

    class Meta(InForce.Meta):
        verbose_name = _("absence")
        permissions = [("manage_absence", "Can record and end the absences of others")]

    def __str__(self) -> str:
        return f"absence of {self.person}"


class Conflict(Recorded, InForce):
    """A standing conflict of interest: a person never rules on what touches this one data subject,
    or the AI systems of this one organisation."""

    decides_who_may_rule = True

    person = models.ForeignKey(User, models.PROTECT, related_name="conflicts")
    subject = models.ForeignKey(
        SubjectKey,
        models.DO_NOTHING,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="conflicts",
        help_text="pseudonym of the data subject",
    )
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=200, help_text="without personal data")

    class Meta(InForce.Meta):
        verbose_name = _("standing conflict")
        verbose_name_plural = _("standing conflicts")
        constraints = [
            *InForce.Meta.constraints,
            CheckConstraint(
                name="conflict_is_with_one",
                condition=Q(subject__isnull=True) ^ Q(organisation=""),
            ),
        ]
        permissions = [("manage_conflict", "Can record and end standing conflicts")]

    def __str__(self) -> str:
        return f"conflict of {self.person}"
