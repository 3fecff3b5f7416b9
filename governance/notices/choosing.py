"""By which channels a person is told of a kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from governance.notices.kinds import Channel, Kind


def channels_of(
    kind: Kind, chosen: Mapping[str, Collection[str]], *, stays: bool
) -> frozenset[Channel]:
    """`chosen`: kind to channels, where a person said otherwise. `stays`: they hold the right for
    which the kind's own channels can not be turned off, whatever was chosen before they had it."""
    found = frozenset(map(Channel, chosen.get(kind.name, kind.channels)))
    return found | must_stay(kind, stays=stays)


def must_stay(kind: Kind, *, stays: bool) -> frozenset[Channel]:
    """Those that can not be turned off. A chat takes an address of one's own, so it is offered."""
    return kind.channels - {Channel.CHAT} if stays else frozenset()
