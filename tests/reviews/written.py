"""What a verb wrote: the difference between the record before and after it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest
from django.apps import apps
from django.db import connection

from governance.models import LedgerEntry, OutboxMessage, User

E = TypeVar("E", bound=Exception)

# The sign of a refused try: written after the rollback, see `governance.services.refusals`.
TRACES_OF_REFUSAL = frozenset(
    {
        "governance_refusal",
        "governance_ledgerentry",
        "governance_ledgerhead",
        "governance_ledgerpending",
    }
)


class Written:
    """Made before the verb; afterwards it tells what was added since."""

    def __init__(self) -> None:
        self._entries = set(LedgerEntry.objects.values_list("pk", flat=True))
        self._messages = set(OutboxMessage.objects.values_list("pk", flat=True))

    def entries(self) -> list[tuple[str, str]]:
        """Event and actor of each new ledger entry, in order."""
        new = LedgerEntry.objects.exclude(pk__in=self._entries).order_by("id")
        return list(new.values_list("event", "actor"))

    def events(self) -> list[str]:
        """The new ledger events, in order."""
        return [event for event, _ in self.entries()]

    def messages(self) -> list[tuple[str, str | None]]:
        """Event and standing of each new outbox message, in order."""
        new = OutboxMessage.objects.exclude(pk__in=self._messages).order_by("id")
        return [(message.event, message.body.get("standing")) for message in new]


def person(user: User) -> str:
    """How history and ledger name a person."""
    return f"person:{user.pseudonym}"


def state_of_tables(except_for: Collection[str] = ()) -> dict[str, str]:
    """A digest of every table's rows, so that any change of any row shows."""
    tables = sorted(
        {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
        - set(except_for)
    )
    each = "SELECT '{0}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {0} t"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each.format(table) for table in tables))
        return dict(cursor.fetchall())


@contextmanager
def refused(error: type[E]) -> Iterator[pytest.ExceptionInfo[E]]:
    """The verb inside raises `error`, and no row of any table changes."""
    before = state_of_tables()
    with pytest.raises(error) as refusal:
        yield refusal
    assert state_of_tables() == before
