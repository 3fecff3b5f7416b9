"""Who acts: a person, an API client or the system itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from governance.errors import ActorMissing

if TYPE_CHECKING:
    from governance.models.api_client import ApiClient
    from governance.models.user import User


class ActorKind(StrEnum):
    PERSON = "person"
    CLIENT = "client"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of a change. Its `label` is what history and ledger hold: never a name.

    A person appears under the random pseudonym of their account (`person:<uuid>`), a client
    under its id (`client:<uuid>`), the system under the task that acted (`system:<task>`), so
    that an act of the system can never bear a person's name.
    """

    kind: ActorKind
    handle: str
    user_id: UUID | None = None

    @property
    def label(self) -> str:
        return f"{self.kind}:{self.handle}"

    @classmethod
    def of(cls, user: User) -> Actor:
        return cls(ActorKind.PERSON, str(user.pseudonym), user.pk)

    @classmethod
    def client(cls, client: ApiClient) -> Actor:
        return cls(ActorKind.CLIENT, str(client.pk))

    @classmethod
    def system(cls, task: str) -> Actor:
        return cls(ActorKind.SYSTEM, task)


_current: ContextVar[Actor | None] = ContextVar("countersign_actor", default=None)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Names the actor of every change inside the block, for doors that cannot pass one on."""
    token = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(token)


def current_actor() -> Actor:
    """The actor of the surrounding `acting` block. Raises ActorMissing outside one."""
    actor = _current.get()
    if actor is None:
        raise ActorMissing("A recorded row was to be changed, and no actor was named")
    return actor
