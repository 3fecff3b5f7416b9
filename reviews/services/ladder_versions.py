"""Making ladders and publishing their versions."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from governance.errors import DomainError
from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor, ReviewerRole, User
from reviews.ladders import Names, parse_ladder
from reviews.models import Calendar, Ladder, LadderVersion, Queue


class LadderUnchanged(DomainError):
    code = "ladder_unchanged"
    status = 409
    title = "This text is the one that holds already"


@transaction.atomic
def create_ladder(*, slug: str, name: str, text: str, actor: Actor, now: datetime) -> Ladder:
    """A ladder with its first version, for cases that open from now on where a queue or a policy
    names it. Raises LadderInvalid with every fault of the text."""
    ladder = Ladder(slug=slug, name=name)
    record.keep(ladder, "reviews.ladder.created", actor=actor, at=now, body={"slug": slug})
    _publish(ladder, text, 1, actor, now)
    return ladder


@transaction.atomic
def publish_ladder(*, ladder: Ladder, text: str, actor: Actor, now: datetime) -> LadderVersion:
    """The next version, for cases that open from now on; those that are open keep theirs.

    Raises LadderInvalid with every fault of the text, LadderUnchanged for the text that holds.
    """
    held = Ladder.objects.select_for_update().get(pk=ladder.pk)
    newest = held.versions.latest("number")
    if newest.text == text:
        raise LadderUnchanged(f"Version {newest.number} of {held} reads the same")
    return _publish(held, text, newest.number + 1, actor, now)


def names_now() -> Names:
    """What a ladder may name as things are."""
    people = User.objects.filter(is_active=True).values_list("pseudonym", flat=True)
    return Names(
        queues=frozenset(Queue.objects.values_list("slug", flat=True)),
        roles=frozenset(ReviewerRole.objects.values_list("slug", flat=True)),
        people=frozenset(str(pseudonym) for pseudonym in people),
        calendars=frozenset(Calendar.objects.values_list("slug", flat=True)),
    )


def _publish(ladder: Ladder, text: str, number: int, actor: Actor, now: datetime) -> LadderVersion:
    rules = parse_ladder(text, names_now())
    version = LadderVersion(
        ladder=ladder,
        number=number,
        text=text,
        length=len(rules.rungs),
        at_end="" if rules.at_end is None else rules.at_end.value,
        climbs_on=sorted(rules.climbs_on),
        published_at=now,
        published_by=actor.label,
    )
    version.save(force_insert=True)
    body = {"ladder": ladder.slug, "number": number}
    record.append_all(
        [Event("reviews.ladderversion.published", version, body)], actor=actor, at=now
    )
    return version
