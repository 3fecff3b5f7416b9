"""What is on its way to somebody outside: who it goes to, and how far each message has come."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from governance.ids import uuid7


class OutboxPending(models.Model):
    """An outbox message that is not yet given to those it is for.

    Written by the message's trigger, deleted with the fan-out: no watermark that a slow
    transaction could slip behind, and nothing that grows with the past. `seq` is the database's
    own count, so a clock that goes back cannot reorder messages.
    """

    seq = models.BigAutoField(primary_key=True)
    message_id = models.UUIDField()
    entered_at = models.DateTimeField(db_default=Now(), help_text="by the database's clock")
    retry_at = models.DateTimeField(
        null=True, help_text="its fan-out failed and waits until then; others go on meanwhile"
    )

    class Meta:
        verbose_name_plural = "outbox messages awaiting their fan-out"

    def __str__(self) -> str:
        return str(self.message_id)


class DestinationQuerySet(models.QuerySet["Destination"]):
    def free(self) -> Self:
        """Nobody is at it, or whoever was has fallen silent."""
        return self.filter(Q(leased_until=None) | Q(leased_until__lt=Now()))


class Destination(models.Model):
    """One place that deliveries go to, one at a time: an endpoint, or a person's channel.

    Where the round over all of them stands, thus no record. A worker holds it under a lease while
    it sends; what a killed worker held is free again when the lease is over.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=16, help_text="which sender serves it, such as webhook")
    reference = models.UUIDField(help_text="what the sender of that kind looks up")
    next_at = models.DateTimeField(null=True, help_text="its next turn; null: nothing waits")
    rests_until = models.DateTimeField(
        null=True, help_text="it gave no answer, or asked for rest: nothing is sent before"
    )
    is_held = models.BooleanField(default=False, help_text="what waits is kept and not sent")
    is_gone = models.BooleanField(default=False, help_text="it said itself that it is no more")
    is_slow = models.BooleanField(default=False, help_text="the last attempt took long")
    silences = models.PositiveIntegerField(default=0, help_text="attempts in a row, unanswered")
    failing_since = models.DateTimeField(
        null=True, help_text="the first failure after which nothing was delivered"
    )
    lease = models.UUIDField(null=True, help_text="the attempt that holds it")
    leased_until = models.DateTimeField(null=True, help_text="by the database's clock")
    objects = DestinationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="one_destination_each"),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                name="destination_due",
                condition=Q(next_at__isnull=False, is_held=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def pending(self) -> Self:
        """Neither delivered nor given up."""
        return self.filter(state=Delivery.State.PENDING)


class Delivery(models.Model):
    """One message on its way to one destination: `pending`, then `delivered` or `dead`.

    A delivery is made at least once, always under the id of its message. Those with one
    `order_key` reach a destination in the order of their ids. Kept for a while after its end.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        DELIVERED = "delivered", _("delivered")
        DEAD = "dead", _("given up")

    # The database's count, in the order of the fan-out: clocks of many machines give none.
    id = models.BigAutoField(primary_key=True)
    destination = models.ForeignKey(Destination, models.CASCADE, related_name="deliveries")
    message_id = models.UUIDField(help_text="the id that the receiver sees, at each attempt")
    order_key = models.UUIDField(null=True, help_text="such as the decision; null: no order")
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, help_text="when it is to be tried; null: it is over")
    tried_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True, help_text="of the last answer, if any")
    fault = models.CharField(max_length=300, blank=True, help_text="why the last attempt failed")
    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                name="delivery_is_due_or_over",
                condition=Q(state="pending", next_at__isnull=False, ended_at=None)
                | Q(state__in=["delivered", "dead"], next_at=None, ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["destination", "next_at", "id"],
                name="delivery_due",
                condition=Q(state="pending"),
            ),
            models.Index(
                fields=["destination", "order_key", "id"],
                name="delivery_order",
                condition=Q(state="pending", order_key__isnull=False),
            ),
            models.Index(fields=["destination", "id"], name="delivery_newest"),
            models.Index(
                fields=["destination", "id"], name="delivery_dead", condition=Q(state="dead")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}, {self.get_state_display()}"
