"""What every mutable row shares: a time-ordered id, a history and a named author of each change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.dispatch import receiver
from simple_history.models import HistoricalRecords
from simple_history.signals import post_create_historical_record, pre_create_historical_record

from governance.ids import uuid7
from governance.models.actors import Actor, current_actor

M = TypeVar("M", bound="Recording")


class HistoryRow(models.Model):
    """One past state of a recorded row. Append-only by database trigger."""

    history_id: UUID  # added with the history's own columns
    actor = models.CharField(
        max_length=120, help_text="who made the change: person, client or system, by handle"
    )

    class Meta:
        abstract = True


def _user_of_history(historical_instance: Any) -> Any:
    user_id: UUID | None = historical_instance.history_user_id
    return None if user_id is None else get_user_model()._default_manager.filter(pk=user_id).first()


def _set_user_of_history(historical_instance: Any, user: Any) -> None:
    historical_instance.history_user_id = None if user is None else user.pk


def history(*, inherit: bool = False, excluded: Sequence[str] = ()) -> HistoricalRecords:
    """The history of a model. The person is kept as a plain id: deleting an account must not
    rewrite the past, which a foreign key with SET_NULL would do."""
    return HistoricalRecords(
        inherit=inherit,
        excluded_fields=list(excluded),
        bases=[HistoryRow],
        history_id_field=models.UUIDField(default=uuid7),
        history_user_id_field=models.UUIDField(null=True, blank=True),
        history_user_getter=_user_of_history,
        history_user_setter=_set_user_of_history,
        get_user=_no_request_user,
    )


def _no_request_user(**_: Any) -> None:
    """The actor is named by the verb; a user guessed from a request would be a second truth."""


class Recording(models.Model):
    """Saves only with a named actor, together with its history row or not at all."""

    # Whether a change of a row may change who may rule on a case; see `governance.rechecking`.
    decides_who_may_rule: ClassVar[bool] = False

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._name_actor()
        with transaction.atomic():
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._name_actor()
        with transaction.atomic():
            return super().delete(*args, **kwargs)

    def save_by(self, actor: Actor, *fields: str) -> None:
        """Save all fields, or the named ones, as changed by `actor`."""
        self._actor = actor
        self.save(update_fields=fields or None)

    def delete_by(self, actor: Actor) -> None:
        """Delete the row as `actor`; its history stays, ending with the deletion."""
        self._actor = actor
        self.delete()

    def _name_actor(self) -> None:
        # Before the write: simple-history works after it, too late to refuse in autocommit.
        if getattr(self, "_actor", None) is None:
            self._actor = current_actor()

    def take_unentered_history(self) -> list[HistoryRow]:
        """The history rows written through this object that no ledger entry commits to yet."""
        rows: list[HistoryRow] = self.__dict__.pop("_unentered_history", [])
        return rows


class Recorded(Recording):
    """A mutable row with a history."""

    history = history(inherit=True)

    class Meta:
        abstract = True


class AppendOnly(models.Model):
    """A row that is written once. A database trigger refuses to change or delete it."""

    # Whether each row is the subject of an entry of its own; else another row's entry covers it.
    is_entered: ClassVar[bool] = True
    # Whether it may be deleted, which takes an entry that says so.
    is_erasable: ClassVar[bool] = False
    # Whether verbs lock its rows. PostgreSQL ties that to a right to update, which the trigger
    # then refuses to use.
    is_locked: ClassVar[bool] = False

    # Columns of bytes that a run made. The digest of each stands beside it, and in the entry that
    # ended the run, which is of this event; verification compares them.
    hashed: ClassVar[tuple[str, ...]] = ()
    issued_as: ClassVar[str] = ""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


@receiver(pre_create_historical_record)
def _name_the_actor(*, instance: Any, history_instance: Any, **_: Any) -> None:
    actor: Actor = instance.__dict__.pop("_actor", None) or current_actor()
    history_instance.actor = actor.label
    history_instance.history_user_id = actor.user_id


@receiver(post_create_historical_record)
def _keep_for_the_ledger(*, instance: Any, history_instance: Any, **_: Any) -> None:
    instance.__dict__.setdefault("_unentered_history", []).append(history_instance)
