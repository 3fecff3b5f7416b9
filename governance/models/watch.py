"""What watching over the ledger brings to light: alarms, and runs of the verification."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from governance.models.base import Recorded


class LedgerAlarmQuerySet(models.QuerySet["LedgerAlarm"]):
    def open(self) -> Self:
        """Alarms that are not cleared."""
        return self.filter(cleared_at=None)


class LedgerAlarm(Recorded):
    """Something about the ledger that a person must look at, from when to when."""

    class Kind(models.TextChoices):
        LAGGING = "lagging", _("entries wait too long for their seal")
        SILENT = "silent", _("the sealer gives no sign of life")
        REFUSING = "refusing", _("the sealer refuses to sign")
        UNSOUND = "unsound", _("the verification found faults")
        UNWITNESSED = "unwitnessed", _("witnesses have not cosigned for too long")
        DISPUTED = "disputed", _("a witness knows another history")
        UNDERIVED = "underived", _("stored decisions do not derive again")

    kind = models.CharField(max_length=16, choices=Kind)
    detail = models.CharField(max_length=500)
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    objects = LedgerAlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm of the ledger")
        verbose_name_plural = _("alarms of the ledger")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(cleared_at=None), name="one_open_alarm_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def advice(self) -> StrOrPromise:
        """What whoever sees it should do."""
        return ALARM_ADVICE[LedgerAlarm.Kind(self.kind)]


ALARM_ADVICE: dict[LedgerAlarm.Kind, StrOrPromise] = {
    LedgerAlarm.Kind.LAGGING: _(
        "Nothing is lost: what is entered is kept and sealed later. See whether the sealer runs, "
        "and whether the database is overloaded or its disk is full."
    ),
    LedgerAlarm.Kind.SILENT: _(
        "Start the sealer (manage.py ledger seal) and read its log. What is entered meanwhile is "
        "kept, but it has no seal until then."
    ),
    LedgerAlarm.Kind.REFUSING: _(
        "Nothing new is sealed until this is resolved. A store or a key that cannot be reached: "
        "mend that, and the sealer goes on by itself. Anything else: keep database and store as "
        "they are, and call in who answers for them; a restored backup may be at work."
    ),
    LedgerAlarm.Kind.UNSOUND: _(
        "Keep the database as it is, and call in who answers for it. The verification names each "
        "place; compare it with a backup and with a checkpoint that somebody else holds."
    ),
    LedgerAlarm.Kind.UNWITNESSED: _(
        "Ask who runs the witness whether it works and reaches this address. Until then nobody "
        "outside vouches for the newest entries."
    ),
    LedgerAlarm.Kind.DISPUTED: _(
        "Treat it as a forked ledger until shown otherwise: keep everything as it is, and compare "
        "the checkpoints with those of who runs the witness."
    ),
    LedgerAlarm.Kind.UNDERIVED: _(
        "Open the simulation that found it: it names each decision, what is stored, and what its "
        "stored inputs give today. Keep the database as it is until it is known which is wrong."
    ),
}


class VerificationRun(Recorded):
    """One verification of the ledger, from its request on: `running`, then `done` or `failed`.

    A run that is not whole looks at what was sealed from leaf `since` on and at the objects that
    came to be since then, and, as every run, at the queue, the upper tree, the outside and the
    guards.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    is_whole = models.BooleanField(default=True, help_text="everything was looked at")
    since = models.PositiveBigIntegerField(default=0, help_text="the first leaf looked at")
    size = models.PositiveBigIntegerField(default=0, help_text="leaves of the log when it began")
    trees = models.JSONField(
        default=list, help_text="every log as it stood: origin, leaves, root, first leaf looked at"
    )
    entries = models.PositiveBigIntegerField(default=0, help_text="entries looked at")
    counts = models.JSONField(default=dict, help_text="what else was looked at, by kind")
    fault_count = models.PositiveBigIntegerField(default=0)
    findings = models.JSONField(
        default=list, help_text="at most 100 faults: what is wrong, the place, the detail"
    )
    erased = models.JSONField(
        default=list, help_text="at most 100 lawfully erased payloads: entry, payload, instant"
    )
    failure = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("verification of the ledger")
        verbose_name_plural = _("verifications of the ledger")
        indexes = [
            models.Index(fields=["-requested_at"], name="verification_newest"),
            models.Index(
                fields=["requested_at"],
                name="verification_unfinished",
                condition=Q(state="running"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="finished_verification_says_when",
                condition=~Q(state__in=["done", "failed"], finished_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}, {self.requested_at:%Y-%m-%d %H:%M}"


class VerificationPart(models.Model):
    """One share of a run; workers take them up one by one, and may die over them.

    Scratch: what came out of all is in the run, so it has no history, and goes when the run ends.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(VerificationRun, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    share = models.JSONField(help_text="which leaves or objects it is about")
    taken_at = models.DateTimeField(null=True, help_text="by the database's clock")
    outcome = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="parts_are_numbered"),
        ]
        indexes = [
            models.Index(fields=["run"], name="part_to_do", condition=Q(outcome__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of {self.run_id}"
