"""What is chosen for an endpoint, and what forbids it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from governance.errors import FieldError
from governance.ledger.public_addresses import may_be_called
from governance.models import ApiClient, User
from governance.outbox_events import EVENTS, EVERY_EVENT
from governance.reports.sources import governed_systems

MOST_URL = 500
MOST_DESCRIPTION = 200
_VISIBLE = range(0x21, 0x7F)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where to, what of, and for which systems; no system: all that the owner may read about."""

    url: str
    events: Sequence[str]
    systems: Sequence[str] = ()
    description: str = ""

    def as_body(self) -> dict[str, object]:
        """For the ledger: of the address its host alone, for the rest may be a secret."""
        return {
            "host": urlsplit(self.url).hostname or "",
            "events": list(self.events),
            "systems": list(self.systems),
        }


def faults_of(chosen: Chosen, owner: ApiClient | User | None) -> list[FieldError]:
    """Everything that is wrong with a choice."""
    return [*url_faults(chosen.url), *_event_faults(chosen), *_system_faults(chosen, owner)]


def url_faults(url: str) -> Iterator[FieldError]:
    """What forbids that this server calls `url`. Where its name leads is looked at each time it
    is called."""
    if len(url) > MOST_URL or not all(ord(one) in _VISIBLE for one in url):
        yield FieldError("/url", f"At most {MOST_URL} visible ASCII characters.", "malformed")
        return
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        yield FieldError("/url", "This is no address.", "malformed")
        return
    if parts.scheme not in ("http", "https") or not host:
        yield FieldError("/url", "Must begin with https:// and name a host.", "malformed")
        return
    yield from _faults_of_parts(parts, host)


def _faults_of_parts(parts: SplitResult, host: str) -> Iterator[FieldError]:
    if parts.username or parts.password or parts.fragment:
        yield FieldError("/url", "Must hold no user, password or fragment.", "malformed")
    if parts.scheme != "https" and host not in settings.COUNTERSIGN_WEBHOOK_HTTP_HOSTS:
        yield FieldError("/url", "Must begin with https://.", "not_https")
    is_number = ":" in host or host.replace(".", "").isdigit()
    if is_number and not may_be_called(host, settings.COUNTERSIGN_WEBHOOK_NETWORKS):
        yield FieldError("/url", "That address may not be called from here.", "not_public")


def _event_faults(chosen: Chosen) -> Iterator[FieldError]:
    if not chosen.events:
        yield FieldError("/events", "Choose at least one event.", "required")
    if EVERY_EVENT in chosen.events and len(chosen.events) > 1:
        yield FieldError("/events", "* stands for every event, and alone.", "not_alone")
    for number, event in enumerate(chosen.events):
        if event != EVERY_EVENT and event not in EVENTS:
            yield FieldError(f"/events/{number}", f"There is no event {event!r:.80}.", "unknown")


def _system_faults(chosen: Chosen, owner: ApiClient | User | None) -> Iterator[FieldError]:
    if not chosen.systems:
        return
    known = {system.slug for system in governed_systems()}
    if isinstance(owner, ApiClient):
        known &= set(owner.systems)
    for number, system in enumerate(chosen.systems):
        if system not in known:
            detail = f"There is no AI system {system!r:.60} for its owner."
            yield FieldError(f"/systems/{number}", detail, "unknown")
